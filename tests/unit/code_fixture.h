/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AR_TESTS_CODE_FIXTURE_H
#define AR_TESTS_CODE_FIXTURE_H
/* For tests of compiled rules: programs to compile, blocks as bytes, and what
 * is wrong with a block as text. */

#include "base/hash.h"
#include "code/block_sections.h"
#include "code/code.h"

/* cmocka.h needs what stands before it. */
/* clang-format off */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
/* clang-format on */

#include "rules_fixture.h"

/* Every construct of the language in few bytes, and no standard library. */
static const char *const small_rules =
    "pack p version 1.2 requires archrules >= 0.1\n"
    "enum e = one, two (\"zwei\")\n"
    "fact t.e : e fact t.i : int fact t.s : string fact t.v : version\n"
    "fact t.b : bool fact t.z : size fact t.x : ip\n"
    "fact t.l : list of { n : string, z? : size } fact t.m : map of int\n"
    "fact t.w : list of string fact a(s : string, i : int).f : size\n"
    "fact a(s : string, i : int).g : bool input t.q : string ask \"Who?\"\n"
    "fact t.d : int = t.i + 1 if t.b\n"
    "fact t.d : int = 2 if not t.b\n"
    "fact a(s : string, i : int).h : bool = a(s, i).f > 2MB\n"
    "def big(z : size) : bool = any o in t.l: (o.z default 1B) > z\n"
    "table unique u (k : e, z : size) -> n : string, r : real\n"
    "  one, _ -> \"x\", 1.5\n"
    "  two, 1B .. <4GiB -> \"y\", 2.0\n"
    "  two, >= 4GiB -> \"z\", 3.0\n"
    "table first f (k : e, b : bool) -> n : string\n"
    "  {one, two}, true -> \"a\"\n"
    "  _, absent -> \"b\"\n"
    "table collect c (i : int) -> n : int\n"
    "  _ -> 1\n"
    "  < 4 -> 2\n"
    "rule r title \"R\" severity info keywords \"k\" context \"c\"\n"
    "  supersedes s, gone.r\n"
    "  supersedes s with same key\n"
    "  replaces p.old since 1.1\n"
    "  applies t exists and not (a(t.s, t.i) exists) and a(\"x\", 1) absent\n"
    "  for each o in t.l key o.n\n"
    "  let     l = f(t.e, t.b).n\n"
    "  let     m = \"<{l}>\" + \"!\"\n"
    "  when    t.s matches /(?<d>\\d+) (?<w>x)?/i and int(d) >= t.d\n"
    "          and (t.i in [1, 2, t.i] or t.i in 1 .. 5) and big(1kB)\n"
    "          and (if t.b then a(\"x\", 1).h else t.i unknown(denied))\n"
    "          and ((t.b == (t.e == one)) default false)\n"
    "          and t.x in \"10.0.0.0/8\" and t.v.major > 3 and \"k\" in t.m\n"
    "          and (every y in t.w: y starts with \"a\") and t.w[0] != \"\"\n"
    "          and first(y in t.w: y contains \"b\") exists\n"
    "          and count(y in t.w: y ends with \"c\") > 0 and -t.i < 0\n"
    "          and length(filter(y in t.l: y.z exists).n) > 0\n"
    "          and length([]) == 0 and t.m[\"k\"] == 1 and t.v > 1.2\n"
    "  symptom o.z > 1B\n"
    "  then\n"
    "    diagnose \"{o.n} {d} {w} {m} {u(t.e, o.z).r} {c(t.i).n}\"\n"
    "    lesson \"L {t.i}\" see \"https://example.org\"\n"
    "    remedy \"Do {d}\" risk low needs admin undo \"U\" data_loss \"D\"\n"
    "      step \"S {o.n}\" if t.b\n"
    "        run bash \"x {o.n}\" unless t.b\n"
    "        do \"D\" open \"https://example.org\" restart machine\n"
    "      verify t.i > 1\n"
    "        run \"x\"\n"
    "rule s key t.s when t.i > 1 and t.i < 4 then diagnose \"s\"\n"
    "rule n requires archrules >= 99 when t.b then diagnose \"n\"\n"
    "rule q when t.q == \"x\" then diagnose \"q\"\n";
static const char *const small_site =
    "pack site use p\n"
    "override rule p.r severity critical\n"
    "disable rule p.q because \"no\"\n"
    "waive rule p.s key \"k\" because \"b\" owner \"o\" until 2027-01-31\n"
    "rule x supersedes p.s when t.i > 1 and t.i < 4 then diagnose \"x\"\n";

static struct fixture fixture;

static inline int start_code(void **state)
{
    (void)state;
    fixture_start(&fixture);
    fixture.options.lint = false;
    return 0;
}

static inline int end_code(void **state)
{
    (void)state;
    fixture_end(&fixture);
    return 0;
}

static inline struct ar_program *check_program(void)
{
    struct ar_program *program = fixture_check(&fixture);
    if (fixture.diags.n_errors > 0)
        fail_msg("%s", fixture_reported(&fixture));
    return program;
}

static inline struct ar_program *load_text(const char *rules)
{
    fixture_text(&fixture, "t.rules", rules);
    return check_program();
}

static inline struct ar_program *load_small(void)
{
    fixture_text(&fixture, "small.rules", small_rules);
    fixture_text(&fixture, "site.rules", small_site);
    return check_program();
}

/* Each file of the folder as a unit of its own, or all as one. */
static inline void add_folder(const char *folder, bool is_one)
{
    ar_str_vector files = fixture_list(&fixture, folder);
    struct ar_unit *unit = NULL;
    for (size_t ix = 0; ix < files.count; ix++) {
        if (!unit || !is_one)
            unit = fixture_unit(&fixture, AR_STR(""));
        fixture_add(&fixture, unit, files.at[ix],
                    fixture_read(&fixture, files.at[ix]));
    }
}

static inline struct ar_code *compile_program(void)
{
    return ar_code_generate(&fixture.arena, fixture.program);
}

/* A copy, to be changed. */
static inline ar_str write_block(const struct ar_code *code)
{
    return ar_block_write(&fixture.arena, &code->block);
}

/* A reading of its own, with its own memory. */
struct reading {
    struct ar_arena arena;
    struct ar_sources sources;
    struct ar_diags diags;
    struct ar_block block;
    struct ar_block_error error;
    struct ar_code *code;
};

static inline void read_code(struct reading *reading, ar_str bytes)
{
    struct ar_arena *arena = &reading->arena;
    reading->sources = (struct ar_sources){0};
    reading->diags =
        (struct ar_diags){.arena = arena, .sources = &reading->sources};
    reading->code = NULL;
    if (ar_block_read(arena, bytes, &reading->block, &reading->error))
        reading->code = ar_code_load(arena, &reading->diags, &reading->block,
                                     &reading->error);
}

/* ---- bytes of a block ---- */

static inline uint32_t get_word(ar_str bytes, size_t at)
{
    uint32_t word = 0;
    for (size_t ix = 0; ix < 4; ix++)
        word |= (uint32_t)(unsigned char)bytes.ptr[at + ix] << (8 * ix);
    return word;
}

static inline void set_word(char *bytes, size_t at, uint32_t word)
{
    for (size_t ix = 0; ix < 4; ix++)
        bytes[at + ix] = (char)(word >> (8 * ix) & 0xFF);
}

static inline void fix_hash(char *bytes, size_t length)
{
    unsigned char hash[AR_HASH_BYTES];
    ar_hash(
        (ar_str){bytes + AR_BLOCK_HEADER_BYTES, length - AR_BLOCK_HEADER_BYTES},
        hash);
    memcpy(bytes + AR_BLOCK_HASH_AT, hash, AR_HASH_BYTES);
}

/* Where the two words in front of the records of a section are. */
static inline size_t section_at(ar_str bytes, enum ar_section section)
{
    size_t at = AR_BLOCK_HEADER_BYTES;
    for (int ix = 0; ix < (int)section; ix++)
        at += 8 + (get_word(bytes, at + 4) + 7) / 8 * 8;
    return at;
}

/* Where a word of a record is; of a range also n_NAME. */
static inline size_t word_at(ar_str bytes, enum ar_section section,
                             uint32_t record, const char *name)
{
    const struct ar_section_info *info = &ar_section_table[section];
    size_t at = section_at(bytes, section);
    assert_true(record < get_word(bytes, at));
    for (uint32_t ix = 0; ix < info->n_words; ix++) {
        if (strcmp(info->words[ix].name, name) == 0)
            return at + 8 + 4 * ((size_t)record * info->n_words + ix);
    }
    fail_msg("%s has no word %s", info->name, name);
    return 0;
}

#endif
