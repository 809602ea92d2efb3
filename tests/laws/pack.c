/* SPDX-License-Identifier: Apache-2.0 */
/* What tests on random packs have in common. */

#include "pack.h"

#include "generate.h"
#include "generate_flat.h"

#include <stdio.h>

struct law_pack law_pack_generate(struct law_choices *choices, size_t number)
{
    struct law_pack pack = {0};
    if (number % 4 == 3) {
        pack.n_sources = law_program_sources(
            &pack.arena, law_generate_rules(&pack.arena, choices),
            pack.sources);
        return pack;
    }
    pack.sources[0] = (struct law_source){
        "flat.rules", law_generate_flat(&pack.arena, choices)};
    pack.n_sources = 1;
    return pack;
}

void law_pack_free(struct law_pack *pack)
{
    ar_arena_free(&pack->arena);
}

void law_pack_show(const struct law_pack *pack, const struct law_facts *facts)
{
    struct ar_arena arena = {0};
    struct ar_buf out = AR_BUF(&arena);
    for (size_t ix = 0; ix < pack->n_sources; ix++) {
        ar_buf_printf(&out, "---- %s\n", pack->sources[ix].name);
        ar_buf_put(&out, pack->sources[ix].text);
    }
    ar_buf_put_c(&out, "---- facts\n");
    if (facts)
        law_facts_put(&out, facts);
    ar_str text = ar_buf_view(&out);
    fwrite(text.ptr, 1, text.len, stdout);
    puts("");
    ar_arena_free(&arena);
}

bool law_is_same_text(struct ar_arena *arena, const struct ar_result *wanted,
                      const struct ar_result *result)
{
    struct ar_buf one = AR_BUF(arena);
    struct ar_buf other = AR_BUF(arena);
    law_result_put(&one, wanted);
    law_result_put(&other, result);
    return ar_str_equal(ar_buf_view(&one), ar_buf_view(&other));
}

bool law_agree_on_text(struct ar_arena *arena, const char *name,
                       const struct ar_result *wanted,
                       const struct ar_result *result)
{
    struct ar_buf one = AR_BUF(arena);
    struct ar_buf other = AR_BUF(arena);
    law_result_put(&one, wanted);
    law_result_put(&other, result);
    if (law_is_same_text(arena, wanted, result))
        return true;
    ar_str left = ar_buf_view(&one);
    ar_str right = ar_buf_view(&other);
    size_t at = 0;
    while (at < left.len && at < right.len && left.ptr[at] == right.ptr[at])
        at++;
    size_t from = at > 200 ? at - 200 : 0;
    printf("reference: ..." AR_STR_FORMAT "\n%s: ..." AR_STR_FORMAT "\n",
           AR_STR_ARG(ar_str_slice(left, from, at + 200)), name,
           AR_STR_ARG(ar_str_slice(right, from, at + 200)));
    return false;
}

uint64_t law_read_number(int argc, char **argv, int ix, uint64_t otherwise)
{
    uint64_t number;
    if (ix >= argc || !ar_str_to_u64(ar_str_from_c(argv[ix]), &number))
        return otherwise;
    return number;
}
