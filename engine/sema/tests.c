/* SPDX-License-Identifier: Apache-2.0 */
/* Tests in the language: what is given, and what is expected. */
#include "sema/checker.h"

static ar_str folder_of(ar_str path)
{
    size_t end = path.len;
    while (end > 0 && path.ptr[end - 1] != '/' && path.ptr[end - 1] != '\\')
        end--;
    return ar_str_slice(path, 0, end);
}

ar_str ar_check_path_beside(struct ar_checker *checker,
                            const struct ar_node *node)
{
    const struct ar_source *source =
        ar_sources_get(checker->diags->sources, node->span.file);
    return ar_str_concat(checker->arena, folder_of(source->name), node->text);
}

static void given_snapshot(struct ar_checker *checker,
                           const struct ar_node *node, struct ar_given *given)
{
    given->kind = AR_GIVEN_SNAPSHOT;
    given->path = ar_check_path_beside(checker, node->first);
}

static enum ar_reason given_reason(struct ar_checker *checker,
                                   const struct ar_node *node)
{
    enum ar_reason reason = ar_reason_find(node->text);
    if (reason != AR_N_REASONS)
        return reason;
    ar_check_unknown_reason(checker, node->name, node->text);
    return AR_REASON_probe_failed;
}

static void given_value(struct ar_checker *checker, struct ar_scope *scope,
                        const struct ar_node *node, struct ar_given *given)
{
    struct ar_fact_target target;
    given->kind = AR_GIVEN_VALUE;
    if (!ar_check_fact_target(checker, scope, node->first, &target))
        return;
    given->decl = target.decl;
    given->group = target.group;
    given->arguments = target.arguments;
    given->key = target.key;
    if (node->kind == AR_NODE_GIVEN_ABSENT)
        given->value = ar_value_absent();
    else if (node->kind == AR_NODE_GIVEN_UNKNOWN)
        given->value =
            ar_value_unknown(given_reason(checker, node), AR_STR(""));
    else if (target.group)
        ar_diag(checker->diags, AR_E0310, node->first->span, target.key);
    else
        given->value = ar_check_literal(checker, node->last, target.decl->type);
}

static bool is_status(ar_str text)
{
    static const char *const names[] = {"matched",      "clear",
                                        "undetermined", "not_applicable",
                                        "not_loaded",   "error"};
    for (size_t i = 0; i < AR_COUNT_OF(names); i++) {
        if (ar_str_equal_c(text, names[i]))
            return true;
    }
    return false;
}

static void check_status(struct ar_checker *checker, const struct ar_node *node)
{
    static const char *const words[] = {"matched",      "clear",
                                        "undetermined", "not_applicable",
                                        "not_loaded",   "error"};
    if (!is_status(node->text))
        ar_check_word(checker, node, "a status", words, AR_COUNT_OF(words));
}

static const struct ar_rule *find_rule(struct ar_checker *checker,
                                       struct ar_scope *scope,
                                       const struct ar_node *path)
{
    bool absent;
    const struct ar_rule *rule =
        ar_check_find_rule(checker, scope, path, &absent);
    if (absent)
        ar_diag(checker->diags, AR_E0308, path->span, path->text);
    return rule;
}

static void expect_key(struct ar_checker *checker, const struct ar_node *node,
                       struct ar_expectation *expectation)
{
    const struct ar_rule *rule = expectation->rule;
    if (!rule || !rule->key) {
        if (rule)
            ar_diag(checker->diags, AR_E0607, node->span, rule->id);
        return;
    }
    expectation->has_key = true;
    expectation->key = ar_check_literal(checker, node->first, rule->key->type);
}

static void expect_item(struct ar_checker *checker, struct ar_scope *scope,
                        const struct ar_node *node,
                        struct ar_expectation *expectation)
{
    if (node->kind == AR_NODE_KEY)
        expect_key(checker, node, expectation);
    else if (node->kind == AR_NODE_EXPECT_DIAGNOSIS) {
        expectation->diagnosis = ar_check_pattern(checker, node->first);
        expectation->diagnosis_pattern = node->first->text;
    } else if (node->kind == AR_NODE_EXPECT_SUPERSEDED)
        expectation->superseded_by = find_rule(checker, scope, node->first);
    if (node->kind != AR_NODE_EXPECT_NEEDING)
        return;
    for (struct ar_node *fact = node->first; fact; fact = fact->next) {
        struct ar_fact_target target;
        if (ar_check_fact_target(checker, scope, fact, &target))
            ar_vector_push(checker->arena, &expectation->needing, target.key);
    }
}

static void expect_status(struct ar_checker *checker, struct ar_scope *scope,
                          const struct ar_node *node,
                          struct ar_expectation *expectation)
{
    expectation->kind = AR_EXPECT_STATUS;
    ar_check_repeats(checker, node);
    expectation->rule = find_rule(checker, scope, node->first);
    expectation->status = node->text;
    check_status(checker, node);
    for (struct ar_node *item = node->first->next; item; item = item->next)
        expect_item(checker, scope, item, expectation);
}

static void check_expectation(struct ar_checker *checker,
                              struct ar_scope *scope,
                              const struct ar_node *node, struct ar_test *test)
{
    struct ar_expectation expectation = {.span = node->span};
    if (node->kind == AR_NODE_EXPECT_RULE) {
        expect_status(checker, scope, node, &expectation);
    } else if (node->kind == AR_NODE_EXPECT_NONE) {
        expectation.kind = AR_EXPECT_NONE;
    } else {
        expectation.kind = AR_EXPECT_ONLY;
        for (struct ar_node *path = node->first; path; path = path->next)
            ar_vector_push(checker->arena, &expectation.only,
                           find_rule(checker, scope, path));
    }
    ar_vector_push(checker->arena, &test->expectations, expectation);
}

static bool is_given(enum ar_node_kind kind)
{
    return kind == AR_NODE_GIVEN_SNAPSHOT || kind == AR_NODE_GIVEN_VALUE ||
           kind == AR_NODE_GIVEN_ABSENT || kind == AR_NODE_GIVEN_UNKNOWN;
}

static void check_given(struct ar_checker *checker, struct ar_scope *scope,
                        const struct ar_node *node, struct ar_test *test)
{
    struct ar_given given = {.span = node->span};
    if (node->kind == AR_NODE_GIVEN_SNAPSHOT)
        given_snapshot(checker, node, &given);
    else
        given_value(checker, scope, node, &given);
    for (size_t i = 0; i < test->givens.count && given.key.len > 0; i++) {
        if (ar_str_equal(test->givens.at[i].key, given.key))
            ar_check_twice(checker, node->first->span, given.key,
                           test->givens.at[i].span);
    }
    ar_vector_push(checker->arena, &test->givens, given);
}

void ar_check_test(struct ar_checker *checker, struct ar_scope *scope,
                   const struct ar_node *node)
{
    struct ar_test *test = AR_NEW(checker->arena, struct ar_test);
    test->name = node->first->text;
    test->pack = scope->pack;
    test->span = node->first->span;
    for (struct ar_node *item = node->first->next; item; item = item->next) {
        if (is_given(item->kind))
            check_given(checker, scope, item, test);
        else
            check_expectation(checker, scope, item, test);
    }
    if (test->expectations.count == 0)
        ar_diag_plain(checker->diags, AR_E0801, node->first->span);
    ar_str key =
        ar_str_printf(checker->arena, "%p\n" AR_STR_FORMAT,
                      (const void *)test->pack, AR_STR_ARG(test->name));
    const struct ar_test *other = ar_map_get(&checker->tests, key);
    if (other)
        ar_check_twice(checker, test->span, test->name, other->span);
    ar_map_put(checker->arena, &checker->tests, key, test);
    ar_vector_push(checker->arena, &checker->program->tests, test);
}
