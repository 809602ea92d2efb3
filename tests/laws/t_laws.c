/* SPDX-License-Identifier: Apache-2.0 */
/* The laws of evaluation on generated programs and facts:
 *
 *     t_laws [SEED [PROGRAM]]     or the environment variable AR_LAWS_SEED
 *
 * A program number alone is tried if it is given. What fails is made small and
 * printed. */

#include "facts/snapshot.h"
#include "shrink.h"

/* cmocka.h needs what stands before it. */
/* clang-format off */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>
/* clang-format on */

enum {
    N_CASES = 300000, /* docs/testing.md says so */
    FACT_SETS = 6,
    N_ROOTS = 23,
    N_LAWS = 30,
    MOST_LINES = 45, /* of what was shrunk; before that hundreds */
    DEFAULT_SEED = 20261122
};

static uint64_t seed = DEFAULT_SEED;
static size_t only_program = SIZE_MAX;

/* The message of a failure is cut off; this is not. */
static void show(ar_str text)
{
    fwrite(text.ptr, 1, text.len, stdout);
    fputs("\n", stdout);
}

/* ---- one program ---- */

struct session {
    const struct law_row *rows;
    size_t n_rows;
    struct law_counts counts;
    struct law_coverage coverage;
    size_t n_programs;
    size_t next; /* program */
};

static size_t count_cases(const struct session *session)
{
    size_t total = 0;
    for (size_t ix = 0; ix < LAW_N_CHECKS; ix++)
        total += session->counts.checks[ix];
    return total;
}

/* Every third one holds laws, the others rules. */
static struct law_program *generate(struct ar_arena *arena,
                                    struct law_choices *choices,
                                    const struct session *session,
                                    size_t number)
{
    if (number % 3 > 0)
        return law_generate_rules(arena, choices);
    struct law_share share = {.rows = session->rows,
                              .n_rows = session->n_rows,
                              .first_law = number / 3 * N_LAWS,
                              .n_laws = N_LAWS,
                              .first_root = number / 3 * N_ROOTS,
                              .n_roots = N_ROOTS};
    return law_generate_laws(arena, choices, &share);
}

/* True if all checks hold; else what failed is in out. */
static bool try_program(struct session *session, size_t number,
                        struct ar_arena *arena, struct ar_buf *out)
{
    struct law_choices choices =
        law_choices_of_seed(law_mix(seed + number * UINT64_C(0x9E3779B9)));
    struct law_trial trial = {.program =
                                  generate(arena, &choices, session, number),
                              .order = seed + number};
    struct law_bench bench;
    struct ar_arena work = {0};
    struct law_failure failure = {LAW_N_CHECKS, ""};
    bool is_good = law_bench_start(&bench, &trial, out);
    if (!is_good)
        law_trial_put(out, &trial, false);
    for (size_t ix = 0; is_good && ix < FACT_SETS; ix++) {
        struct law_watch watch = {.counts = &session->counts,
                                  .coverage = &session->coverage,
                                  .why = out};
        law_trial_make_facts(arena, &choices, &bench, &trial);
        failure = law_try(&work, &bench, &trial, &watch);
        is_good = failure.check == LAW_N_CHECKS;
        ar_arena_reset(&work);
    }
    if (failure.check != LAW_N_CHECKS) {
        out->len = 0; /* what was said of the large one */
        law_report(out, &trial, &failure);
    }
    law_bench_end(&bench); /* the facts have its types */
    ar_arena_free(&work);
    return is_good;
}

/* The first program that fails, or SIZE_MAX when there were n_cases. */
static size_t find_failure(struct session *session, size_t n_cases,
                           struct ar_arena *arena, struct ar_buf *out)
{
    bool is_alone = only_program != SIZE_MAX;
    if (is_alone)
        session->next = only_program;
    while (count_cases(session) < n_cases) {
        ar_arena_reset(arena);
        *out = AR_BUF(arena);
        session->n_programs++;
        if (!try_program(session, session->next++, arena, out))
            return session->next - 1;
        if (is_alone)
            break;
    }
    return SIZE_MAX;
}

/* What is rare may take some more. */
static size_t find_failure_and_all(struct session *session,
                                   struct ar_arena *arena, struct ar_buf *out)
{
    for (size_t round = 1; round <= 3; round++) {
        size_t failed = find_failure(session, round * N_CASES, arena, out);
        ar_str gaps = law_cover_gaps(arena, &session->coverage);
        if (failed != SIZE_MAX || gaps.len == 0 || only_program != SIZE_MAX)
            return failed;
    }
    return SIZE_MAX;
}

static struct session start_session(const struct law_row *rows, size_t n_rows)
{
    return (struct session){.rows = rows, .n_rows = n_rows};
}

static void print_counts(const struct session *session)
{
    printf("%u cases in %u programs, seed %llu\n",
           (unsigned)count_cases(session), (unsigned)session->n_programs,
           (unsigned long long)seed);
    for (size_t ix = 0; ix < LAW_N_CHECKS; ix++)
        printf("  %7u %s\n", (unsigned)session->counts.checks[ix],
               law_check_names[ix]);
    for (size_t ix = 0; ix < law_n_rows; ix++)
        printf("  %7u %s\n", (unsigned)session->counts.rows[ix],
               law_rows[ix].name);
}

/* ---- tests ---- */

static void laws_hold(void **state)
{
    (void)state;
    struct ar_arena arena = {0};
    struct ar_buf out = AR_BUF(&arena);
    struct session session = start_session(law_rows, law_n_rows);
    size_t *rows = test_calloc(law_n_rows, sizeof(*rows));
    session.counts.rows = rows;
    size_t failed = find_failure_and_all(&session, &arena, &out);
    if (failed == SIZE_MAX)
        print_counts(&session);
    if (failed != SIZE_MAX) {
        show(ar_buf_view(&out));
        fail_msg("program %u of seed %llu", (unsigned)failed,
                 (unsigned long long)seed);
    }
    for (size_t ix = 0; only_program == SIZE_MAX && ix < law_n_rows; ix++) {
        if (rows[ix] == 0)
            fail_msg("the law %s was never tried", law_rows[ix].name);
    }
    if (only_program == SIZE_MAX)
        assert_true(session.counts.n_narrow > 1000);
    for (size_t ix = LAW_CHECK_PROOF; ix <= LAW_CHECK_FLIP; ix++) {
        if (only_program == SIZE_MAX && session.counts.checks[ix] < 300)
            fail_msg("too few cases of: %s", law_check_names[ix]);
    }
    ar_str gaps = law_cover_gaps(&arena, &session.coverage);
    if (only_program == SIZE_MAX && gaps.len > 0)
        fail_msg("never seen:\n" AR_STR_FORMAT, AR_STR_ARG(gaps));
    test_free(rows);
    ar_arena_free(&arena);
}

static size_t count_lines(ar_str text)
{
    size_t count = 0;
    for (size_t ix = 0; ix < text.len; ix++)
        count += text.ptr[ix] == '\n';
    return count;
}

/* A law that is none is found, and what is shown of it is small. */
static void a_false_law_is_found_and_shrunk(void **state)
{
    (void)state;
    static const struct law_row wrong[] = {
        {"wrong", "%B %B %B", "%1 and (%2 or %3)", "%1 or (%2 and %3)",
         LAW_SAME},
    };
    struct ar_arena arena = {0};
    struct ar_buf out = AR_BUF(&arena);
    struct session session = start_session(wrong, AR_COUNT_OF(wrong));
    size_t failed = find_failure(&session, N_CASES, &arena, &out);
    assert_int_not_equal(failed, SIZE_MAX);
    ar_str text = ar_buf_view(&out);
    assert_int_not_equal(ar_str_find(text, AR_STR("law: wrong"), 0), SIZE_MAX);
    if (count_lines(text) > MOST_LINES)
        fail_msg("not shrunk:\n" AR_STR_FORMAT, AR_STR_ARG(text));
    ar_arena_free(&arena);
}

/* An evaluator to which nothing is ever unknown. */
static struct ar_factset forget_unknowns(struct ar_arena *arena,
                                         const struct ar_factset *facts)
{
    struct ar_factset set = *facts;
    set.arena = arena;
    memset(&set.entries, 0, sizeof(set.entries));
    set.others = (struct ar_map){0};
    set.by_number = NULL; /* else the entries of facts would be changed */
    set.n_groups = 0;
    set.layout = NULL;
    for (size_t ix = 0; ix < facts->entries.count; ix++) {
        const struct ar_fact_entry *entry = facts->entries.at[ix];
        struct ar_fact_ref ref = {.decl = entry->decl, .key = entry->key};
        ar_value value = entry->value;
        if (value.state == AR_STATE_UNKNOWN)
            value = ar_value_absent();
        ar_factset_add(&set, &ref, value);
    }
    return set;
}

static struct ar_result *evaluate_wrongly(
    struct ar_arena *arena, const void *prepared,
    const struct ar_program *program, const struct ar_factset *facts,
    const struct ar_evaluation_options *options)
{
    struct ar_factset *set = AR_NEW(arena, struct ar_factset);
    *set = forget_unknowns(arena, facts);
    return law_evaluators.rows[0].evaluate(arena, prepared, program, set,
                                           options);
}

static struct ar_outcome wrong_expression(struct ar_arena *arena,
                                          const void *prepared,
                                          const struct ar_program *program,
                                          const struct ar_factset *facts,
                                          const struct ar_expr *expr)
{
    struct ar_factset set = forget_unknowns(arena, facts);
    return law_evaluators.rows[0].expression(arena, prepared, program, &set,
                                             expr);
}

/* Evaluators that differ are told apart, on expressions and on rules. */
static void a_wrong_evaluator_is_found(void **state)
{
    (void)state;
    struct law_evaluator rows[] = {
        law_evaluators.rows[0],
        {"wrong", NULL, evaluate_wrongly, wrong_expression},
    };
    struct law_evaluators before = law_evaluators;
    struct ar_arena arena = {0};
    struct ar_buf out = AR_BUF(&arena);
    law_evaluators = (struct law_evaluators){rows, AR_COUNT_OF(rows)};
    struct session session = start_session(law_rows, law_n_rows);
    size_t failed = find_failure(&session, N_CASES, &arena, &out);
    ar_str text = ar_str_copy(&arena, ar_buf_view(&out));
    rows[1].expression = rows[0].expression;
    struct ar_arena other = {0};
    struct ar_buf rules = AR_BUF(&other);
    size_t failed_rules = find_failure(&session, N_CASES, &other, &rules);
    law_evaluators = before;
    assert_int_not_equal(failed, SIZE_MAX);
    assert_int_not_equal(ar_str_find(text, AR_STR("wrong: "), 0), SIZE_MAX);
    if (count_lines(text) > MOST_LINES)
        fail_msg("not shrunk:\n" AR_STR_FORMAT, AR_STR_ARG(text));
    assert_int_not_equal(failed_rules, SIZE_MAX);
    assert_int_not_equal(
        ar_str_find(ar_buf_view(&rules), AR_STR("agree on a rule"), 0),
        SIZE_MAX);
    ar_arena_free(&other);
    ar_arena_free(&arena);
}

/* What is printed of facts can be read again. */
static void facts_are_read_as_they_were_written(void **state)
{
    (void)state;
    struct ar_arena arena = {0};
    struct law_choices choices = law_choices_of_seed(seed);
    struct session session = start_session(law_rows, law_n_rows);
    struct ar_buf out = AR_BUF(&arena);
    struct law_trial trial = {.program =
                                  generate(&arena, &choices, &session, 0)};
    struct law_bench bench;
    assert_true(law_bench_start(&bench, &trial, &out));
    const struct ar_schema *schema = &bench.loaded.program->schema;
    for (size_t round = 0; round < 50; round++) {
        struct ar_buf text = AR_BUF(&arena);
        struct ar_factset read;
        law_trial_make_facts(&arena, &choices, &bench, &trial);
        struct ar_factset set = law_facts_apply(&arena, schema, &trial.world);
        law_facts_put(&text, &trial.world);
        uint32_t file =
            ar_sources_add(&bench.loaded.arena, &bench.loaded.sources,
                           AR_STR("facts.json"), ar_buf_view(&text));
        assert_true(
            ar_snapshot_read(&arena, &bench.loaded.diags, file, schema, &read));
        for (size_t ix = 0; ix < set.entries.count; ix++) {
            const struct ar_fact_entry *entry = set.entries.at[ix];
            const struct ar_fact_entry *other =
                ar_factset_entry(&read, entry->key);
            assert_non_null(other);
            /* Of a part that is unknown a snapshot cannot say why. */
            if (!law_value_refines(entry->value, other->value) ||
                entry->value.state != other->value.state)
                fail_msg(
                    AR_STR_FORMAT " is not read as it was:\n" AR_STR_FORMAT,
                    AR_STR_ARG(entry->key), AR_STR_ARG(ar_buf_view(&text)));
        }
    }
    law_bench_end(&bench);
    ar_arena_free(&arena);
}

static uint64_t read_number(const char *text, uint64_t otherwise)
{
    int64_t number;
    if (!text || !ar_str_to_int(ar_str_from_c(text), &number) || number < 0)
        return otherwise;
    return (uint64_t)number;
}

int main(int argc, char **argv)
{
    seed = read_number(getenv("AR_LAWS_SEED"), DEFAULT_SEED);
    if (argc > 1)
        seed = read_number(argv[1], seed);
    if (argc > 2)
        only_program = (size_t)read_number(argv[2], SIZE_MAX);
    const struct CMUnitTest all[] = {
        cmocka_unit_test(laws_hold),
        cmocka_unit_test(a_false_law_is_found_and_shrunk),
        cmocka_unit_test(a_wrong_evaluator_is_found),
        cmocka_unit_test(facts_are_read_as_they_were_written),
    };
    const struct CMUnitTest one[] = {cmocka_unit_test(laws_hold)};
    if (only_program != SIZE_MAX)
        return cmocka_run_group_tests(one, NULL, NULL);
    return cmocka_run_group_tests(all, NULL, NULL);
}
