/* SPDX-License-Identifier: Apache-2.0 */
/* The public functions on random packs and facts, as t_agree has them: an
 * engine that is prepared gives the reports of one that is not, and a result
 * that was asked for ids only gives the report of ids. */

#include "archrules.h"
#include "evaluate.h"
#include "facts.h"
#include "generate.h"
#include "generate_flat.h"

#include <stdio.h>
#include <string.h>

enum { N_PACKS = 40, FACT_SETS = 8, SEED = 7, GENERATED_BYTES = 20 };

/* What is written, without the time at which that was. */
struct text {
    struct ar_buf at;
};

static int append(void *context, const char *bytes, size_t length)
{
    struct text *text = context;
    ar_buf_put(&text->at, (ar_str){bytes, length});
    return 0;
}

static ar_str forget_time(struct text *text)
{
    static const char member[] = "\"generated\":\"";
    size_t at = ar_str_find(ar_buf_view(&text->at), ar_str_from_c(member), 0);
    if (at != SIZE_MAX)
        memset(text->at.ptr + at + sizeof(member) - 1, '0', GENERATED_BYTES);
    return ar_buf_view(&text->at);
}

static archrules_engine *open_engine(const struct law_source *source,
                                     bool is_prepared)
{
    archrules_engine *engine = NULL;
    archrules_status status = archrules_engine_create(&engine);
    if (status == ARCHRULES_OK)
        status = archrules_engine_add_source(
            engine, source->name, source->text.ptr, source->text.len);
    if (status == ARCHRULES_OK)
        status = archrules_engine_compile(engine);
    if (status == ARCHRULES_OK && is_prepared)
        status = archrules_engine_prepare(engine);
    if (status == ARCHRULES_OK)
        return engine;
    archrules_engine_free(engine);
    return NULL;
}

/* A machine after the other, in the memory of the last. */
struct looker {
    archrules_engine *engine;
    archrules_facts *facts;
    archrules_result *result;
};

static bool look(struct looker *looker, archrules_detail detail,
                 ar_str snapshot)
{
    const archrules_evaluate_options options = {.now = 1700000000,
                                                .detail = detail};
    if (looker->facts)
        archrules_facts_clear(looker->facts);
    else if (archrules_facts_create(looker->engine, &looker->facts) !=
             ARCHRULES_OK)
        return false;
    if (archrules_facts_read_text(looker->facts, "facts.json", snapshot.ptr,
                                  snapshot.len) != ARCHRULES_OK)
        return false;
    if (looker->result)
        return archrules_result_update(looker->result, &options) ==
               ARCHRULES_OK;
    return archrules_evaluate(looker->engine, looker->facts, &options,
                              &looker->result) == ARCHRULES_OK;
}

static ar_str report(struct ar_arena *arena, struct looker *looker,
                     archrules_detail detail)
{
    struct text text = {AR_BUF(arena)};
    const archrules_report_options options = {.detail = detail};
    const archrules_output output = {
        .format = ARCHRULES_NDJSON, .write = append, .context = &text};
    if (archrules_result_render(looker->result, &options, &output) !=
        ARCHRULES_OK)
        return AR_STR("no report");
    return forget_time(&text);
}

static void free_looker(struct looker *looker)
{
    archrules_result_free(looker->result);
    archrules_facts_free(looker->facts);
    archrules_engine_free(looker->engine);
}

static bool are_same(ar_str one, ar_str other)
{
    if (ar_str_equal(one, other))
        return true;
    printf("not prepared: " AR_STR_FORMAT "\nprepared: " AR_STR_FORMAT "\n",
           AR_STR_ARG(one), AR_STR_ARG(other));
    return false;
}

static bool try_facts(struct ar_arena *arena, struct looker *plain,
                      struct looker *prepared, ar_str snapshot)
{
    const archrules_detail full = ARCHRULES_DETAIL_FULL;
    const archrules_detail ids = ARCHRULES_DETAIL_IDS;
    if (!look(plain, full, snapshot) || !look(prepared, full, snapshot) ||
        !are_same(report(arena, plain, full), report(arena, prepared, full)))
        return false;
    int code = archrules_result_exit_code(plain->result, NULL);
    return look(prepared, ids, snapshot) &&
           archrules_result_exit_code(prepared->result, NULL) == code &&
           are_same(report(arena, plain, ids), report(arena, prepared, ids));
}

static bool try_pack(struct ar_arena *arena, struct law_choices *choices)
{
    struct law_source source = {"flat.rules",
                                law_generate_flat(arena, choices)};
    struct law_loaded loaded;
    struct looker plain = {.engine = open_engine(&source, false)};
    struct looker prepared = {.engine = open_engine(&source, true)};
    bool is_good =
        law_load(&loaded, &source, 1) && plain.engine && prepared.engine;
    for (size_t ix = 0; is_good && ix < FACT_SETS; ix++) {
        struct law_facts facts =
            law_facts_generate(arena, choices, &loaded.program->schema);
        struct ar_buf snapshot = AR_BUF(arena);
        law_facts_put(&snapshot, &facts);
        is_good = try_facts(arena, &plain, &prepared, ar_buf_view(&snapshot));
    }
    law_unload(&loaded);
    free_looker(&plain);
    free_looker(&prepared);
    return is_good;
}

int main(void)
{
    for (uint64_t number = 0; number < N_PACKS; number++) {
        struct ar_arena arena = {0};
        struct law_choices choices =
            law_choices_of_seed(law_mix(SEED + number * UINT64_C(0x9E3779B9)));
        bool is_good = try_pack(&arena, &choices);
        ar_arena_free(&arena);
        if (!is_good) {
            printf("pack %u\n", (unsigned)number);
            return 1;
        }
    }
    printf("%d packs, %d sets of facts each\n", N_PACKS, FACT_SETS);
    return 0;
}
