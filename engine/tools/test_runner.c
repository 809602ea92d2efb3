/* SPDX-License-Identifier: Apache-2.0 */
/* Running tests: one scratch arena, emptied between tests, holds the facts
 * and the result of a test; what a failure says is copied out of it. The
 * comparison with what a test expects is in test_expect.c. */

#include "tools/test_runner.h"

#include "base/file.h"
#include "base/limits.h"
#include "facts/snapshot.h"
#include "pack/load.h"
#include "reference/reference.h"
#include "run/vm.h"
#include "tools/test_expect.h"

static void free_scratch(void *resource)
{
    ar_arena_free(resource);
}

/* Released with the arena of the run, also when memory runs out. */
static struct ar_arena *add_scratch(struct ar_arena *arena)
{
    struct ar_arena *scratch = AR_NEW(arena, struct ar_arena);
    scratch->out_of_memory = arena->out_of_memory;
    ar_arena_defer(arena, free_scratch, scratch);
    return scratch;
}

static void fail_snapshot(struct ar_test_case *current,
                          const struct ar_given *given, ar_str why)
{
    struct ar_test_failure failure = {.span = given->span};
    failure.expected =
        ar_str_concat(current->arena, AR_STR("snapshot "), given->path);
    failure.got = ar_str_copy(current->arena, why);
    ar_vector_push(current->arena, &current->outcome->failures, failure);
}

/* What the snapshot's errors say, a line each. */
static ar_str join_errors(struct ar_arena *scratch,
                          const struct ar_diags *diags)
{
    struct ar_buf out = AR_BUF(scratch);
    for (size_t i = 0; i < diags->list.count; i++) {
        const struct ar_diag *diag = diags->list.at[i];
        if (ar_diag_table[diag->code].severity != AR_SEVERITY_ERROR)
            continue;
        if (out.len > 0)
            ar_buf_put_c(&out, "; ");
        ar_buf_put(&out, diag->message);
    }
    return ar_buf_view(&out);
}

static bool read_snapshot(struct ar_test_case *current,
                          const struct ar_given *given)
{
    ar_str text;
    if (!ar_load_builtin_text(current->scratch, given->path, &text)) {
        enum ar_file_status status = ar_file_read(current->scratch, given->path,
                                                  AR_MAX_SNAPSHOT_BYTES, &text);
        if (status != AR_FILE_OK) {
            fail_snapshot(current, given,
                          ar_str_from_c(ar_file_status_text(status)));
            return false;
        }
    }
    struct ar_sources sources = {0};
    struct ar_diags diags = {.arena = current->scratch, .sources = &sources};
    uint32_t file =
        ar_sources_add(current->scratch, &sources, given->path, text);
    if (ar_snapshot_read(current->scratch, &diags, file,
                         &current->program->schema, &current->facts))
        return true;
    fail_snapshot(current, given, join_errors(current->scratch, &diags));
    return false;
}

static void set_fact(struct ar_test_case *current, const struct ar_given *given)
{
    struct ar_fact_ref ref = {
        .decl = given->decl,
        .group = given->group,
        .arguments = given->arguments,
        .n_arguments = given->decl ? given->decl->n_parameters : 0,
        .key = given->key,
    };
    ar_factset_set(&current->facts, &ref, given->value);
}

/* Snapshots first, so that what is written in the test wins. */
static bool set_facts(struct ar_test_case *current)
{
    const struct ar_test *test = current->outcome->test;
    bool is_good = true;
    for (size_t i = 0; i < test->givens.count; i++) {
        if (test->givens.at[i].kind == AR_GIVEN_SNAPSHOT)
            is_good &= read_snapshot(current, &test->givens.at[i]);
    }
    for (size_t i = 0; i < test->givens.count; i++) {
        if (test->givens.at[i].kind == AR_GIVEN_VALUE)
            set_fact(current, &test->givens.at[i]);
    }
    return is_good;
}

/* ---- evaluating ---- */

static bool is_mentioned(const struct ar_test *test, const struct ar_rule *rule)
{
    for (size_t i = 0; i < test->expectations.count; i++) {
        const struct ar_expectation *expectation = &test->expectations.at[i];
        if (expectation->superseded_by || expectation->rule == rule)
            return true;
        if (expectation->kind != AR_EXPECT_STATUS &&
            ar_test_looks_at(test, rule))
            return true;
        for (size_t k = 0; k < expectation->only.count; k++) {
            if (expectation->only.at[k] == rule)
                return true;
        }
    }
    return false;
}

/* The rules that the test can see a difference in. Only what supersedes a
 * finding depends on other rules. */
static const struct ar_program *choose_rules(const struct ar_test_case *current)
{
    const struct ar_program *program = current->program;
    struct ar_program *chosen = AR_NEW(current->scratch, struct ar_program);
    *chosen = *program;
    chosen->rules.at =
        AR_NEW_ARRAY(current->scratch, struct ar_rule *, program->rules.count);
    chosen->rules.count = 0;
    for (size_t i = 0; i < program->rules.count; i++) {
        struct ar_rule *rule = program->rules.at[i];
        if (is_mentioned(current->outcome->test, rule))
            chosen->rules.at[chosen->rules.count++] = rule;
    }
    return chosen;
}

static void run_test(struct ar_test_case *current,
                     const struct ar_evaluation_options *options)
{
    const struct ar_test *test = current->outcome->test;
    current->facts = (struct ar_factset){
        .arena = current->scratch,
        .schema = &current->program->schema,
        .missing_reason = AR_REASON_not_in_snapshot,
    };
    if (!set_facts(current))
        return;
    const struct ar_program *rules = choose_rules(current);
    current->result = ar_vm_evaluate(current->scratch, current->code, rules,
                                     &current->facts, options);
    if (options->observer)
        ar_reference_evaluate(current->scratch, rules, &current->facts,
                              options);
    for (size_t i = 0; i < test->expectations.count; i++)
        ar_test_expect(current, &test->expectations.at[i]);
}

struct ar_test_run *ar_test_run(struct ar_arena *arena,
                                const struct ar_code *code,
                                const struct ar_test_options *options)
{
    const struct ar_program *program = code->program;
    struct ar_test_run *run = AR_NEW(arena, struct ar_test_run);
    struct ar_arena *scratch = add_scratch(arena);
    struct ar_coverage *coverage =
        options->coverage ? ar_coverage_create(arena, scratch, program) : NULL;
    struct ar_evaluation_options how = {
        .now = options->now, .observer = coverage ? &coverage->observer : NULL};
    run->program = program;
    run->coverage = coverage;
    for (size_t i = 0; i < program->tests.count; i++) {
        const struct ar_test *test = program->tests.at[i];
        if (options->only.len > 0 && !ar_str_equal(options->only, test->name))
            continue;
        struct ar_test_outcome outcome = {.test = test};
        struct ar_test_case current = {.arena = arena,
                                       .scratch = scratch,
                                       .program = program,
                                       .code = code,
                                       .outcome = &outcome};
        run_test(&current, &how);
        ar_arena_reset(scratch);
        ar_vector_push(arena, &run->outcomes, outcome);
        bool passed = outcome.failures.count == 0;
        run->n_passed += passed;
        run->n_failed += !passed;
    }
    if (coverage)
        ar_coverage_count(coverage);
    return run;
}
