/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AR_TESTS_REFERENCE_FIXTURE_H
#define AR_TESTS_REFERENCE_FIXTURE_H
/* For tests of the evaluator: rules from text, facts as in --set, and what
 * comes of them as one line of text. */

#include "facts/snapshot.h"
#include "reference/reference.h"

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

static struct fixture fixture;
static struct ar_factset facts;
static struct ar_evaluation_options options;

static inline int start_test(void **state)
{
    (void)state;
    fixture_start(&fixture);
    fixture.options.lint = false;
    options = (struct ar_evaluation_options){0};
    return 0;
}

static inline int end_test(void **state)
{
    (void)state;
    fixture_end(&fixture);
    return 0;
}

/* Checks what was added and starts an empty factset. */
static inline void finish_rules(void)
{
    struct ar_program *program = fixture_check(&fixture);
    facts = (struct ar_factset){.arena = &fixture.arena,
                                .schema = &program->schema,
                                .missing_reason = AR_REASON_not_in_snapshot};
    if (fixture.diags.n_errors == 0)
        return;
    struct ar_buf out = AR_BUF(&fixture.arena);
    ar_diags_render(&out, &fixture.diags, false);
    fail_msg("%s", ar_buf_view(&out).ptr);
}

static inline void load_rules(const char *text)
{
    fixture_text(&fixture, "t.rules", text);
    finish_rules();
}

/* "t.a=5", "t.a=absent", "t.a=unknown(denied)". */
static inline void set_fact(const char *assignment)
{
    if (!ar_snapshot_set(&fixture.arena, &fixture.diags, &facts,
                         ar_str_from_c(assignment)))
        fail_msg("cannot set %s", assignment);
}

static inline void set_state(const char *key, ar_value value)
{
    struct ar_fact_ref ref;
    enum ar_fact_ref_status status = ar_fact_ref_parse(
        &fixture.arena, facts.schema, ar_str_from_c(key), &ref);
    assert_int_equal(status, AR_FACT_REF_OK);
    ar_factset_set(&facts, &ref, value);
}

static inline struct ar_result *evaluate(void)
{
    return ar_reference_evaluate(&fixture.arena, fixture.program, &facts,
                                 &options);
}

/* The rule of that name, or of that id. */
static inline struct ar_rule_result *result_of(struct ar_result *result,
                                               const char *name)
{
    for (size_t ix = 0; ix < result->rules.count; ix++) {
        struct ar_rule_result *rule = &result->rules.at[ix];
        if (ar_str_equal_c(rule->rule->name, name) ||
            ar_str_equal_c(rule->rule->id, name))
            return rule;
    }
    fprintf(stderr, "no rule %s\n", name);
    abort();
}

static inline void put_causes(struct ar_buf *out, const ar_cause_vector *causes)
{
    for (size_t ix = 0; ix < causes->count; ix++) {
        const struct ar_cause *cause = &causes->at[ix];
        bool is_absent = cause->value.state == AR_STATE_ABSENT;
        ar_buf_put_c(out, ix == 0 ? " <- " : ", ");
        ar_buf_put(out, cause->name);
        ar_buf_put_char(out, ' ');
        ar_buf_put_c(out, is_absent
                              ? "absent"
                              : ar_reason_table[cause->value.reason].name);
    }
}

/* "T", "TFN <- t.u denied", "5", "<absent> <- t.n absent". */
static inline const char *outcome_text(const struct ar_outcome *outcome)
{
    struct ar_buf out = AR_BUF(&fixture.arena);
    if (outcome->is_condition) {
        ar_buf_put_c(&out, outcome->bits & AR_OUTCOME_TRUE ? "T" : "");
        ar_buf_put_c(&out, outcome->bits & AR_OUTCOME_FALSE ? "F" : "");
        ar_buf_put_c(&out, outcome->bits & AR_OUTCOME_NEITHER ? "N" : "");
    } else {
        ar_value_put(&out, outcome->value);
    }
    put_causes(&out, &outcome->causes);
    return ar_buf_view(&out).ptr;
}

/* "undetermined <- t.u denied". */
static inline const char *status_text(struct ar_result *result,
                                      const char *name)
{
    const struct ar_rule_result *rule = result_of(result, name);
    struct ar_buf out = AR_BUF(&fixture.arena);
    ar_buf_put_c(&out, ar_status_table[rule->status].name);
    put_causes(&out, &rule->causes);
    return ar_buf_view(&out).ptr;
}

static inline void assert_text(ar_str actual, const char *expected)
{
    if (!ar_str_equal_c(actual, expected))
        fail_msg("\"" AR_STR_FORMAT "\" is not \"%s\"", AR_STR_ARG(actual),
                 expected);
}

static inline void assert_status(const char *name, const char *expected)
{
    const char *actual = status_text(evaluate(), name);
    if (strcmp(actual, expected) != 0)
        fail_msg("%s: \"%s\" is not \"%s\"", name, actual, expected);
}

#endif
