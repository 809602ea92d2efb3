/* SPDX-License-Identifier: Apache-2.0 */
/* Fuzz target: the checker, on any tree that the parser makes. Nothing is
 * drawn here: fuzz_parse does that. What is free of errors is evaluated, where
 * no fact is known and where some are: the reference evaluator and the machine
 * must agree, and the compiled pack must be one. What stands behind a form
 * feed is the CSV file that tables read. */

#include "code/code.h"
#include "facts/snapshot.h"
#include "front/ast.h"
#include "fuzz.h"
#include "reference/reference.h"
#include "run/vm.h"

static ar_str csv;

static bool read_csv(struct ar_arena *arena, ar_str path, ar_str *out,
                     ar_str *why)
{
    (void)path;
    *out = ar_str_copy(arena, csv);
    *why = AR_STR("there is none");
    return csv.ptr != NULL;
}

static ar_str take_csv(ar_str text)
{
    size_t at = ar_str_find(text, AR_STR("\f"), 0);
    bool is_there = at != SIZE_MAX;
    csv = is_there ? ar_str_slice(text, at + 1, text.len) : (ar_str){NULL, 0};
    return ar_str_slice(text, 0, at);
}

static struct ar_unit *add_unit(struct ar_diags *diags, ar_str text)
{
    struct ar_arena *arena = diags->arena;
    struct ar_unit *unit = AR_NEW(arena, struct ar_unit);
    text = ar_str_copy(arena, text); /* a NUL behind it */
    uint32_t file =
        ar_sources_add(arena, diags->sources, AR_STR("fuzz.rules"), text);
    unit->path = AR_STR("fuzz.rules");
    ar_vector_push(arena, &unit->files, ar_parse(arena, diags, file));
    ar_vector_push(arena, &unit->file_ids, file);
    return unit;
}

/* ---- evaluating ---- */

/* Something of every type, and of every state. */
static const char machine[] =
    "{\"schema\": \"archrules.snapshot/1\", \"collected\": \"2026-11-22\","
    "\"facts\": {\"host\": {\"os\": \"windows\", \"arch\": \"arm64\","
    "\"name\": \"a\", \"cpus\": 4, \"load\": 0.5, \"memory\": \"4GiB\","
    "\"uptime\": 90, \"booted\": \"2026-11-21\", \"is_wsl\": false,"
    "\"address\": \"10.0.0.1\", \"network\": \"10.0.0.0/8\"},"
    "\"user.groups\": [\"adm\", null, 1],"
    "\"docker.desktop\": {\"version\": \"4.30\", \"log\": [\"a 1\", \"b\"]},"
    "\"wsl\": {\"config\": {\"wsl2\": {\"memory\": \"4GB\"}}, \"distros\": ["
    "{\"name\": \"a\", \"version\": 1, \"default\": true},"
    "{\"name\": \"b\", \"default\": 1}]},"
    "\"env('A')\": \"b\"},"
    "\"absent\": [\"host.kernel\", \"file('a')\"],"
    "\"unknown\": {\"host.token\": {\"reason\": \"denied\"}}}";

static struct ar_factset read_machine(struct ar_arena *arena,
                                      const struct ar_program *program)
{
    struct ar_sources sources = {0};
    struct ar_diags diags = {.arena = arena, .sources = &sources};
    struct ar_factset facts;
    uint32_t file = ar_sources_add(arena, &sources, AR_STR("machine.json"),
                                   ar_str_from_c(machine));
    fuzz_require(
        ar_snapshot_read(arena, &diags, file, &program->schema, &facts));
    return facts;
}

static void require_same_causes(const ar_cause_vector *a,
                                const ar_cause_vector *b)
{
    fuzz_require(a->count == b->count);
    for (size_t i = 0; i < a->count; i++) {
        fuzz_require(ar_str_equal(a->at[i].name, b->at[i].name));
        fuzz_require(ar_value_same(a->at[i].value, b->at[i].value));
    }
}

static void require_same_rule(const struct ar_rule_result *a,
                              const struct ar_rule_result *b)
{
    fuzz_require(a->rule == b->rule);
    fuzz_require(a->status == b->status);
    fuzz_require((a->status == AR_STATUS_MATCHED) == (a->findings.count > 0));
    fuzz_require(a->status != AR_STATUS_UNDETERMINED || a->causes.count > 0);
    require_same_causes(&a->causes, &b->causes);
    fuzz_require(a->findings.count == b->findings.count);
    for (size_t i = 0; i < a->findings.count; i++) {
        const struct ar_finding *left = a->findings.at[i];
        const struct ar_finding *right = b->findings.at[i];
        fuzz_require(ar_str_equal(left->diagnosis, right->diagnosis));
        fuzz_require(ar_str_equal(left->key_text, right->key_text));
        fuzz_require(ar_str_equal(left->fingerprint, right->fingerprint));
    }
}

/* Both evaluators, and what a compiled pack is read back as. */
static void evaluate(struct ar_arena *arena, const struct ar_program *program,
                     const struct ar_factset *facts)
{
    const struct ar_code *code = ar_code_generate(arena, program);
    const struct ar_result *plain =
        ar_reference_evaluate(arena, program, facts, NULL);
    const struct ar_result *fast =
        ar_vm_evaluate(arena, code, program, facts, NULL);
    struct ar_block block;
    struct ar_block_error error;
    fuzz_require(plain->rules.count == program->rules.count);
    fuzz_require(fast->rules.count == program->rules.count);
    for (size_t i = 0; i < program->rules.count; i++)
        require_same_rule(&plain->rules.at[i], &fast->rules.at[i]);
    fuzz_require(ar_block_read(arena, ar_block_write(arena, &code->block),
                               &block, &error));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct ar_arena arena;
    struct ar_sources sources = {0};
    struct ar_diags diags = {.arena = &arena, .sources = &sources};
    struct ar_unit *units[FUZZ_N_MODULES + 1];
    const struct ar_check_options options = {
        .read_file = read_csv, .lint = true, .engine_version = AR_STR("0.1.0")};
    ar_str text = take_csv(fuzz_text(&arena, data, size));
    fuzz_add_library(&diags, units);
    units[FUZZ_N_MODULES] = add_unit(&diags, text);
    const struct ar_program *program =
        ar_check(&arena, &diags, units, FUZZ_N_MODULES + 1, &options);
    fuzz_require_places(&diags);
    fuzz_require(units[FUZZ_N_MODULES]->failed == (diags.n_errors > 0));
    if (diags.n_errors == 0) {
        struct ar_factset unknown = {.arena = &arena,
                                     .schema = &program->schema,
                                     .missing_reason =
                                         AR_REASON_not_in_snapshot};
        struct ar_factset known = read_machine(&arena, program);
        evaluate(&arena, program, &unknown);
        evaluate(&arena, program, &known);
    }
    ar_arena_reset(&arena);
    return 0;
}
