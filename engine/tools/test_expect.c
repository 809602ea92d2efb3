/* SPDX-License-Identifier: Apache-2.0 */
/* Comparing a result with what a test expects, part by part: every part that
 * does not hold is a failure of its own. With a key, what is expected is the
 * status of the element that has it. */

#include "tools/test_expect.h"

/* What the result says of the rule, or of the element with the key. */
struct answer {
    const struct ar_rule_result *rule;
    enum ar_status status;
    const ar_cause_vector *causes; /* or NULL */
};

static const struct ar_rule_result *find_rule(const struct ar_result *result,
                                              const struct ar_rule *rule)
{
    for (size_t i = 0; i < result->rules.count; i++) {
        if (result->rules.at[i].rule == rule)
            return &result->rules.at[i];
    }
    return NULL;
}

static bool has_key(const struct ar_finding *finding,
                    const struct ar_expectation *expectation)
{
    if (!expectation->has_key)
        return true;
    return finding->has_key && ar_value_same(finding->key, expectation->key);
}

static const struct ar_finding *find_finding(
    const struct ar_rule_result *rule, const struct ar_expectation *expectation)
{
    for (size_t i = 0; i < rule->findings.count; i++) {
        if (has_key(rule->findings.at[i], expectation))
            return rule->findings.at[i];
    }
    return NULL;
}

static struct answer find_answer(struct ar_test_case *current,
                                 const struct ar_expectation *expectation)
{
    struct answer answer = {.rule =
                                find_rule(current->result, expectation->rule)};
    if (!answer.rule)
        return answer;
    answer.status = answer.rule->status;
    answer.causes = &answer.rule->causes;
    bool has_elements = answer.status == AR_STATUS_MATCHED ||
                        answer.status == AR_STATUS_UNDETERMINED;
    if (!expectation->has_key || !has_elements)
        return answer;
    if (find_finding(answer.rule, expectation)) {
        answer.status = AR_STATUS_MATCHED;
        return answer;
    }
    ar_str key = ar_value_text(current->scratch, expectation->key);
    for (size_t i = 0; i < answer.rule->open_elements.count; i++) {
        const struct ar_open_element *open = &answer.rule->open_elements.at[i];
        if (!ar_str_equal(open->key_text, key))
            continue;
        answer.status = AR_STATUS_UNDETERMINED;
        answer.causes = &open->causes;
        return answer;
    }
    if (answer.rule->open_elements.count > 0 ||
        answer.status == AR_STATUS_MATCHED)
        answer.status = AR_STATUS_CLEAR;
    return answer;
}

/* ---- failures ---- */

static ar_str rule_name(const struct ar_test_case *current,
                        const struct ar_rule *rule)
{
    bool is_own = rule->pack == current->outcome->test->pack;
    return is_own && rule->name.len > 0 ? rule->name : rule->id;
}

/* "wrong_build", or with its key: wrong_build key "Ubuntu". */
static void put_subject(struct ar_buf *out, const struct ar_test_case *current,
                        const struct ar_expectation *expectation)
{
    ar_buf_put(out, rule_name(current, expectation->rule));
    if (!expectation->has_key)
        return;
    ar_buf_put_c(out, " key ");
    ar_value_put_literal(out, expectation->key);
}

static struct ar_test_failure *add_failure(struct ar_test_case *current,
                                           ar_span span, ar_str expected,
                                           ar_str got)
{
    struct ar_test_failure failure = {.span = span};
    failure.expected = ar_str_copy(current->arena, expected);
    failure.got = ar_str_copy(current->arena, got);
    ar_vector_push(current->arena, &current->outcome->failures, failure);
    return &current->outcome->failures.at[current->outcome->failures.count - 1];
}

static void add_causes(struct ar_test_case *current,
                       struct ar_test_failure *failure,
                       const ar_cause_vector *causes)
{
    for (size_t i = 0; causes && i < causes->count; i++) {
        struct ar_buf out = AR_BUF(current->arena);
        ar_buf_put(&out, causes->at[i].name);
        ar_buf_put_c(&out, " is ");
        ar_value_put(&out, causes->at[i].value);
        ar_vector_push(current->arena, &failure->causes, ar_buf_view(&out));
    }
}

/* Expected: subject and what; got: as given. */
static struct ar_test_failure *fail(struct ar_test_case *current,
                                    const struct ar_expectation *expectation,
                                    ar_str what, ar_str got)
{
    struct ar_buf expected = AR_BUF(current->scratch);
    put_subject(&expected, current, expectation);
    ar_buf_put_char(&expected, ' ');
    ar_buf_put(&expected, what);
    return add_failure(current, expectation->span, ar_buf_view(&expected), got);
}

/* ---- the parts ---- */

static bool check_status(struct ar_test_case *current,
                         const struct ar_expectation *expectation,
                         const struct answer *answer)
{
    ar_str got = ar_str_from_c(ar_status_table[answer->status].name);
    if (ar_str_equal(got, expectation->status))
        return true;
    struct ar_test_failure *failure =
        fail(current, expectation, expectation->status, got);
    if (answer->rule->reason.len > 0)
        ar_vector_push(current->arena, &failure->causes,
                       ar_str_copy(current->arena, answer->rule->reason));
    add_causes(current, failure, answer->causes);
    return false;
}

/* name is the cause, or a group around it. */
static bool is_named(ar_str cause, ar_str name)
{
    if (!ar_str_starts_with(cause, name))
        return false;
    return cause.len == name.len || cause.ptr[name.len] == '.';
}

static bool is_needed(const ar_cause_vector *causes, ar_str name)
{
    for (size_t i = 0; causes && i < causes->count; i++) {
        if (is_named(causes->at[i].name, name))
            return true;
    }
    return false;
}

static bool is_needed_by_element(const struct ar_rule_result *rule, ar_str name)
{
    for (size_t i = 0; i < rule->open_elements.count; i++) {
        if (is_needed(&rule->open_elements.at[i].causes, name))
            return true;
    }
    return false;
}

static void check_needing(struct ar_test_case *current,
                          const struct ar_expectation *expectation,
                          const struct answer *answer)
{
    for (size_t i = 0; i < expectation->needing.count; i++) {
        ar_str name = expectation->needing.at[i];
        if (is_needed(answer->causes, name) ||
            (!expectation->has_key && is_needed_by_element(answer->rule, name)))
            continue;
        struct ar_test_failure *failure = fail(
            current, expectation,
            ar_str_concat(current->scratch, AR_STR("needing "), name),
            answer->causes && answer->causes->count > 0 ? AR_STR("other needs")
                                                        : AR_STR("no needs"));
        add_causes(current, failure, answer->causes);
    }
}

static bool is_superseded_by(const struct ar_finding *finding,
                             const struct ar_rule *rule)
{
    for (size_t i = 0; i < finding->superseded_by.count; i++) {
        if (finding->superseded_by.at[i]->rule == rule)
            return true;
    }
    return false;
}

static bool has_diagnosis(struct ar_test_case *current,
                          const struct ar_finding *finding,
                          const struct ar_regex *regex)
{
    int64_t fuel = AR_REGEX_FUEL_PER_MATCH;
    enum ar_regex_verdict verdict =
        ar_regex_match(regex, finding->diagnosis, NULL, &fuel);
    if (verdict == AR_REGEX_NO_MEMORY)
        ar_arena_fail(current->scratch);
    return verdict == AR_REGEX_MATCH;
}

static void check_superseded_by(struct ar_test_case *current,
                                const struct ar_expectation *expectation,
                                const struct ar_rule_result *rule)
{
    if (!expectation->superseded_by)
        return;
    ar_str_vector names = {0};
    for (size_t i = 0; i < rule->findings.count; i++) {
        const struct ar_finding *finding = rule->findings.at[i];
        if (!has_key(finding, expectation))
            continue;
        if (is_superseded_by(finding, expectation->superseded_by))
            return;
        for (size_t j = 0; j < finding->superseded_by.count; j++)
            ar_vector_push(current->scratch, &names,
                           finding->superseded_by.at[j]->rule->id);
    }
    struct ar_buf got = AR_BUF(current->scratch);
    ar_buf_put_c(&got, names.count > 0 ? "superseded by" : "not superseded");
    for (size_t i = 0; i < names.count; i++) {
        ar_buf_put_c(&got, i > 0 ? ", " : " ");
        ar_buf_put(&got, names.at[i]);
    }
    fail(current, expectation,
         ar_str_concat(current->scratch, AR_STR("superseded_by "),
                       rule_name(current, expectation->superseded_by)),
         ar_buf_view(&got));
}

static void check_diagnosis(struct ar_test_case *current,
                            const struct ar_expectation *expectation,
                            const struct ar_rule_result *rule)
{
    if (!expectation->diagnosis)
        return;
    ar_str got = AR_STR("no finding");
    for (size_t i = 0; i < rule->findings.count; i++) {
        const struct ar_finding *finding = rule->findings.at[i];
        if (!has_key(finding, expectation))
            continue;
        if (has_diagnosis(current, finding, expectation->diagnosis))
            return;
        got = ar_str_printf(current->scratch, "\"" AR_STR_FORMAT "\"",
                            AR_STR_ARG(finding->diagnosis));
    }
    fail(current, expectation,
         ar_str_printf(current->scratch,
                       "diagnosis matches /" AR_STR_FORMAT "/",
                       AR_STR_ARG(expectation->diagnosis_pattern)),
         got);
}

static void check_rule(struct ar_test_case *current,
                       const struct ar_expectation *expectation)
{
    struct answer answer = find_answer(current, expectation);
    if (!answer.rule) {
        fail(current, expectation, expectation->status,
             AR_STR("a rule that was not evaluated"));
        return;
    }
    /* One fault, one failure: what a wrong status lacks is no news. */
    if (!check_status(current, expectation, &answer))
        return;
    check_needing(current, expectation, &answer);
    check_superseded_by(current, expectation, answer.rule);
    check_diagnosis(current, expectation, answer.rule);
}

static bool is_listed(const struct ar_expectation *expectation,
                      const struct ar_rule *rule)
{
    for (size_t i = 0; i < expectation->only.count; i++) {
        if (expectation->only.at[i] == rule)
            return true;
    }
    return false;
}

bool ar_test_looks_at(const struct ar_test *test, const struct ar_rule *rule)
{
    const struct ar_pack *pack = test->pack;
    if (rule->pack == pack)
        return true;
    for (size_t i = 0; i < pack->uses.count; i++) {
        if (ar_str_equal(pack->uses.at[i], rule->pack->name))
            return true;
    }
    return false;
}

/* No rule matched but those that are listed. */
static void check_no_other(struct ar_test_case *current,
                           const struct ar_expectation *expectation)
{
    const struct ar_test *test = current->outcome->test;
    for (size_t i = 0; i < current->result->rules.count; i++) {
        const struct ar_rule_result *rule = &current->result->rules.at[i];
        if (!ar_test_looks_at(test, rule->rule) ||
            rule->status != AR_STATUS_MATCHED ||
            is_listed(expectation, rule->rule))
            continue;
        ar_str got =
            ar_str_concat(current->scratch, rule_name(current, rule->rule),
                          AR_STR(" matched"));
        add_failure(current, expectation->span,
                    expectation->kind == AR_EXPECT_NONE
                        ? AR_STR("none")
                        : AR_STR("no other rule matched"),
                    got);
    }
}

static void check_listed(struct ar_test_case *current,
                         const struct ar_expectation *expectation)
{
    for (size_t i = 0; i < expectation->only.count; i++) {
        struct ar_expectation each = {.kind = AR_EXPECT_STATUS,
                                      .rule = expectation->only.at[i],
                                      .status = AR_STR("matched"),
                                      .span = expectation->span};
        check_rule(current, &each);
    }
}

void ar_test_expect(struct ar_test_case *current,
                    const struct ar_expectation *expectation)
{
    switch (expectation->kind) {
    case AR_EXPECT_STATUS: check_rule(current, expectation); return;
    case AR_EXPECT_NONE: check_no_other(current, expectation); return;
    case AR_EXPECT_ONLY:
        check_listed(current, expectation);
        check_no_other(current, expectation);
        return;
    }
    AR_UNREACHABLE();
}
