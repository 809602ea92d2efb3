/* SPDX-License-Identifier: Apache-2.0 */
/* Fuzz target: any bytes as the answer of a program that `exec` started.
 * Whatever they are, each fact that the probe gives comes out once, as a value
 * of its type or with a reason; absent only where the answer says so; and the
 * same bytes of a program that failed give no value and nothing absent. */

#include "front/ast.h"
#include "fuzz.h"
#include "probe/apply.h"

static const char rules[] = "probe p exec 'tool'\n"
                            "  gives t.a : int\n"
                            "  gives t.b : list of string\n"
                            "  gives t.c : { x : string, y? : int }\n"
                            "  gives t.d : map of version\n";

/* Checked once for all runs. */
static const struct ar_program *make_program(void)
{
    static struct ar_arena arena;
    static struct ar_sources sources;
    static const struct ar_program *program;
    struct ar_diags diags = {.arena = &arena, .sources = &sources};
    const struct ar_check_options options = {.engine_version = AR_STR("0.1.0")};
    struct ar_unit unit = {.path = AR_STR("fuzz.rules")};
    struct ar_unit *units[] = {&unit};
    if (program)
        return program;
    uint32_t file =
        ar_sources_add(&arena, &sources, unit.path, ar_str_from_c(rules));
    ar_vector_push(&arena, &unit.files, ar_parse(&arena, &diags, file));
    ar_vector_push(&arena, &unit.file_ids, file);
    program = ar_check(&arena, &diags, units, 1, &options);
    fuzz_require(diags.n_errors == 0);
    return program;
}

static bool has(ar_str text, const char *part)
{
    return ar_str_find(text, ar_str_from_c(part), 0) != SIZE_MAX;
}

static void require_fact(ar_str answer, const struct ar_probe_fact *fact)
{
    fuzz_require(fact->decl != NULL);
    fuzz_require(fact->value.state != AR_STATE_ABSENT ||
                 (has(answer, "absent") && has(answer, "true")) ||
                 has(answer, "\\u"));
    fuzz_require(fact->value.state != AR_STATE_VALUE ||
                 fact->value.type->kind == fact->decl->type->kind);
    /* The version of the protocol is written out, or escaped. */
    fuzz_require(fact->value.state == AR_STATE_UNKNOWN ||
                 has(answer, "archrules_probe") || has(answer, "\\u"));
}

static void apply(struct ar_arena *arena, ar_str answer, int exit_code,
                  ar_probe_fact_vector *facts)
{
    struct ar_sources sources = {0};
    struct ar_diags diags = {.arena = arena, .sources = &sources};
    const struct ar_program *program = make_program();
    struct ar_factset set = {.arena = arena, .schema = &program->schema};
    const struct ar_probe_use use = {.program = program,
                                     .probe = program->probes.at[0],
                                     .set = &set,
                                     .diags = &diags};
    const struct ar_host_output output = {
        .status = AR_HOST_DONE, .exit_code = exit_code, .out = answer};
    ar_probe_apply(arena, &use, &output, facts);
    fuzz_require(facts->count == use.probe->parts.count);
    fuzz_require_places(&diags);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct ar_arena arena;
    ar_str answer = fuzz_text(&arena, data, size);
    ar_probe_fact_vector facts = {0};
    ar_probe_fact_vector failed = {0};
    apply(&arena, answer, 0, &facts);
    apply(&arena, answer, 1, &failed);
    for (size_t ix = 0; ix < facts.count; ix++) {
        require_fact(answer, &facts.at[ix]);
        fuzz_require(failed.at[ix].value.state == AR_STATE_UNKNOWN);
    }
    ar_arena_reset(&arena);
    return 0;
}
