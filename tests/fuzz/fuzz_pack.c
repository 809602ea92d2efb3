/* SPDX-License-Identifier: Apache-2.0 */
/* Fuzz target: reading a compiled pack. The input is the text of rules and, of
 * what stands behind a form feed, what is changed in the pack that they make: a
 * word of eight bytes for each change. The length and the hash are set right
 * again, so that the checks behind them are reached. What is not refused is
 * looked at in all ways that do not evaluate, and evaluated unless a change
 * was to what gives registers their types, which nobody checks. */

#include "base/hash.h"
#include "base/limits.h"
#include "code/block_sections.h"
#include "facts/snapshot.h"
#include "fuzz.h"
#include "report/report.h"
#include "run/index.h"
#include "run/vm.h"

#include <setjmp.h>
#include <string.h>

enum {
    CHANGE_BYTES = 8,
    MOST_CHANGES = 64,
    MOST_BYTES = 64 * 1024 * 1024,
    RULE_FUEL = 10000,
    RUN_FUEL = 100000
};

/* One word of a section, or of what is in front of the sections. */
struct change {
    unsigned section; /* AR_N_SECTIONS: the header */
    uint32_t word;    /* of those there are, from the first again */
    unsigned how;
    uint32_t value;
};

static uint32_t get_word(const char *at)
{
    uint32_t word = 0;
    for (size_t ix = 0; ix < 4; ix++)
        word |= (uint32_t)(unsigned char)at[ix] << (8 * ix);
    return word;
}

static void set_word(char *at, uint32_t word)
{
    for (size_t ix = 0; ix < 4; ix++)
        at[ix] = (char)(word >> (8 * ix) & 0xFF);
}

/* ---- the pack ---- */

/* NULL if the text has errors. */
static const struct ar_code *compile(struct ar_arena *arena, ar_str text)
{
    struct ar_sources *sources = AR_NEW(arena, struct ar_sources);
    struct ar_diags *diags = AR_NEW(arena, struct ar_diags);
    struct ar_unit unit = {.path = AR_STR("fuzz.rules")};
    struct ar_unit *units[] = {&unit};
    const struct ar_check_options options = {.engine_version = AR_STR("0.1.0")};
    diags->arena = arena;
    diags->sources = sources;
    uint32_t file = ar_sources_add(arena, sources, unit.path, text);
    ar_vector_push(arena, &unit.files, ar_parse(arena, diags, file));
    ar_vector_push(arena, &unit.file_ids, file);
    const struct ar_program *program =
        ar_check(arena, diags, units, 1, &options);
    return diags->n_errors == 0 ? ar_code_generate(arena, program) : NULL;
}

/* ---- changing it ---- */

static struct change read_change(ar_str bytes)
{
    uint32_t first = get_word(bytes.ptr);
    return (struct change){
        .section = (first & 0xFF) % (AR_N_SECTIONS + 1),
        .word = first >> 8 & 0x3FFFF,
        .how = first >> 26,
        .value = get_word(bytes.ptr + 4),
    };
}

/* Where the records of a section are, and how many words they have. */
static char *find_section(ar_str pack, unsigned section, uint32_t *n_words)
{
    size_t at = AR_BLOCK_HEADER_BYTES;
    for (unsigned ix = 0; ix < section; ix++)
        at += 8 + ((size_t)get_word(pack.ptr + at + 4) + 7) / 8 * 8;
    *n_words = (get_word(pack.ptr + at + 4) + 3) / 4;
    return (char *)(uintptr_t)(pack.ptr + at + 8);
}

static uint32_t change_word(const struct change *change, uint32_t word)
{
    switch (change->how % 6) {
    case 0: return change->value;
    case 1: return word + change->value % 5 - 2;
    case 2: return word ^ UINT32_C(1) << change->value % 32;
    case 3: return change->value % 64;
    case 4: return UINT32_MAX - change->value % 4;
    default: return (word & 0xFFFF0000) | (change->value & 0xFFFF);
    }
}

static void apply(const struct change *change, char *at, uint32_t n_words)
{
    if (n_words == 0)
        return;
    at += (size_t)(change->word % n_words) * 4;
    set_word(at, change_word(change, get_word(at)));
}

/* Registers get their types from what the sections before CODE say of values,
 * and from code: of these only what stands for a text may change. */
static bool keeps_types(const struct change *change)
{
    switch (change->section) {
    case AR_SECTION_SOURCES:
    case AR_SECTION_NAMES:
    case AR_SECTION_REGEXES:
    case AR_SECTION_PACKS:
    case AR_SECTION_PLACES:
    case AR_SECTION_CODE_PLACES:
    case AR_SECTION_MESSAGES:
    case AR_SECTION_SUPERSEDES:
    case AR_SECTION_REPLACES:
    case AR_SECTION_WAIVERS:
    case AR_SECTION_STRINGS:
    case AR_SECTION_TEXT: return true;
    }
    return false;
}

/* The sections are found before the first change. Whether all types are those
 * that the checker gave. */
static bool change_pack(ar_str pack, ar_str changes)
{
    char *sections[AR_N_SECTIONS + 1];
    uint32_t n_words[AR_N_SECTIONS + 1];
    bool is_typed = true;
    for (unsigned ix = 0; ix < AR_N_SECTIONS; ix++)
        sections[ix] = find_section(pack, ix, &n_words[ix]);
    sections[AR_N_SECTIONS] = (char *)(uintptr_t)pack.ptr;
    n_words[AR_N_SECTIONS] = AR_BLOCK_HEADER_BYTES / 4;
    for (size_t ix = 0; ix < MOST_CHANGES; ix++) {
        size_t at = ix * CHANGE_BYTES;
        if (at + CHANGE_BYTES > changes.len)
            break;
        struct change change =
            read_change(ar_str_slice(changes, at, at + CHANGE_BYTES));
        apply(&change, sections[change.section], n_words[change.section]);
        is_typed = is_typed && keeps_types(&change);
    }
    return is_typed;
}

static void set_hash(ar_str pack)
{
    char *bytes = (char *)(uintptr_t)pack.ptr;
    unsigned char hash[AR_HASH_BYTES];
    ar_hash(ar_str_slice(pack, AR_BLOCK_HEADER_BYTES, pack.len), hash);
    memcpy(bytes + AR_BLOCK_HASH_AT, hash, AR_HASH_BYTES);
}

/* ---- what is done with one ---- */

static void look_at(struct ar_arena *arena, const struct ar_code *code)
{
    struct ar_buf listing = AR_BUF(arena);
    ar_code_disassemble(&listing, code, AR_STR(""));
    for (size_t ix = 0; ix < code->program->rules.count; ix++) {
        const struct ar_rule *rule = code->program->rules.at[ix];
        struct ar_rule whole;
        ar_code_describe(arena, code, rule, &whole);
        fuzz_require(ar_program_find_rule(code->program, rule->id) == rule);
    }
}

static const char machine[] =
    "{\"schema\": \"archrules.snapshot/1\", \"collected\": \"2026-11-22\","
    "\"facts\": {\"t\": {\"b\": true, \"i\": 3, \"s\": \"12 x\","
    "\"v\": \"1.3.1\", \"z\": \"4GiB\", \"x\": \"10.0.0.1\","
    "\"l\": [{\"n\": \"a\", \"z\": \"5MB\"}, {\"n\": \"a\"}],"
    "\"m\": {\"k\": 1}, \"w\": [\"abc\", \"b\"]}}}";

/* Facts of names that the seeds have; what their types do not allow is left
 * out with a word. */
static void set_facts(struct ar_arena *arena, const struct ar_program *program,
                      struct ar_factset *facts)
{
    struct ar_sources *sources = AR_NEW(arena, struct ar_sources);
    struct ar_diags *diags = AR_NEW(arena, struct ar_diags);
    diags->arena = arena;
    diags->sources = sources;
    uint32_t file = ar_sources_add(arena, sources, AR_STR("machine.json"),
                                   ar_str_from_c(machine));
    (void)ar_snapshot_read(arena, diags, file, &program->schema, facts);
}

/* One format for each input: all of them take longer than all the rest. */
static void report(struct ar_arena *arena, const struct ar_result *result,
                   size_t size)
{
    static const struct ar_report_options options = {.detail = AR_REPORT_FULL};
    struct ar_buf out = AR_BUF(arena);
    ar_report_format_table[size % AR_N_REPORT_FORMATS].put(&out, result,
                                                           &options);
}

static void evaluate(struct ar_arena *arena, const struct ar_code *code,
                     size_t size)
{
    struct ar_factset facts;
    struct ar_evaluation_options options = {.rule_fuel = RULE_FUEL,
                                            .run_fuel = RUN_FUEL};
    set_facts(arena, code->program, &facts);
    const struct ar_result *plain =
        ar_vm_evaluate(arena, code, code->program, &facts, &options);
    report(arena, plain, size);
    const struct ar_index *index = ar_index_build(arena, code);
    options.scan = ar_scan_create(arena, index);
    ar_factset_bind(&facts, ar_index_layout(index));
    const struct ar_result *quick =
        ar_vm_evaluate(arena, code, code->program, &facts, &options);
    fuzz_require(plain->rules.count == quick->rules.count);
    for (size_t ix = 0; ix < plain->rules.count; ix++)
        fuzz_require(plain->rules.at[ix].status == quick->rules.at[ix].status);
}

static void use(struct ar_arena *arena, ar_str pack, bool is_typed,
                bool is_changed)
{
    struct ar_sources sources = {0};
    struct ar_diags diags = {.arena = arena, .sources = &sources};
    struct ar_block block;
    struct ar_block_error error;
    const struct ar_code *code = NULL;
    if (ar_block_read(arena, pack, &block, &error))
        code = ar_code_load(arena, &diags, &block, &error);
    fuzz_require(code || (is_changed && error.fault != AR_BLOCK_OK &&
                          error.detail != NULL));
    if (!code)
        return;
    look_at(arena, code);
    if (is_typed)
        evaluate(arena, code, pack.len / 4);
}

static void try_input(struct ar_arena *arena, ar_str input)
{
    size_t end = ar_str_find(input, AR_STR("\f"), 0);
    ar_str text = ar_str_copy(arena, ar_str_slice(input, 0, end));
    ar_str changes = {"", 0};
    if (end != SIZE_MAX)
        changes = ar_str_slice(input, end + 1, input.len);
    const struct ar_code *code = compile(arena, text);
    if (!code)
        return;
    struct ar_block block = code->block;
    ar_block_trim(arena, &block);
    if (ar_block_size(&block) > AR_MAX_PACK_BYTES)
        return;
    ar_str pack = ar_block_write(arena, &block);
    bool is_typed = change_pack(pack, changes);
    set_hash(pack);
    use(arena, pack, is_typed, changes.len >= CHANGE_BYTES);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct ar_arena arena;
    jmp_buf out_of_memory;
    arena.limit_bytes = MOST_BYTES;
    arena.out_of_memory = &out_of_memory;
    if (setjmp(out_of_memory) == 0)
        try_input(&arena, fuzz_text(&arena, data, size));
    ar_arena_reset(&arena);
    return 0;
}
