/* SPDX-License-Identifier: Apache-2.0 */
/* What a site says about rules that others wrote: severities, rules turned
 * off, findings that are waived for a time. And what packs require. */
#include "sema/checker.h"

static struct ar_rule *find_rule(struct ar_checker *checker,
                                 struct ar_scope *scope,
                                 const struct ar_node *path)
{
    bool absent;
    struct ar_rule *rule = ar_check_find_rule(checker, scope, path, &absent);
    if (absent)
        ar_diag(checker->diags, AR_E0308, path->span, path->text);
    return rule;
}

static void check_override(struct ar_checker *checker,
                           const struct ar_node *node, struct ar_rule *rule)
{
    const struct ar_node *severity = node->last;
    size_t ix = ar_check_word(checker, severity, "a severity",
                              ar_rule_severity_names, 4);
    if (!rule || ix == SIZE_MAX)
        return;
    if (rule->override_at.file != 0) {
        ar_check_twice(checker, node->span, rule->id, rule->override_at);
        return;
    }
    rule->severity = (enum ar_rule_severity)ix;
    rule->override_at = node->span;
}

/* The end of that day in UTC: the start of the next one. */
static bool end_of_day(ar_str date, int64_t *out)
{
    if (!ar_time_parse(date, out))
        return false;
    *out += INT64_C(86400) * 1000000;
    return true;
}

static void check_waiver(struct ar_checker *checker, const struct ar_node *node,
                         struct ar_rule *rule)
{
    struct ar_waiver *waiver = AR_NEW(checker->arena, struct ar_waiver);
    const struct ar_node *key = ar_node_child(node, AR_NODE_KEY);
    const struct ar_node *until = ar_node_child(node, AR_NODE_UNTIL);
    waiver->rule = rule;
    waiver->because = ar_node_child(node, AR_NODE_BECAUSE)->first->text;
    waiver->owner = ar_node_child(node, AR_NODE_OWNER)->first->text;
    waiver->until = until->text;
    waiver->span = node->span;
    if (!end_of_day(until->text, &waiver->until_end))
        ar_diag(checker->diags, AR_E0130, until->name, until->text);
    if (ar_str_trim(waiver->because).len == 0 ||
        ar_str_trim(waiver->owner).len == 0)
        ar_diag_plain(checker->diags, AR_E0732, node->span);
    if (!rule)
        return;
    if (key && !rule->key) {
        ar_diag(checker->diags, AR_E0607, key->span, rule->id);
    } else if (key) {
        waiver->has_key = true;
        waiver->key = ar_check_literal(checker, key->first, rule->key->type);
    }
    ar_vector_push(checker->arena, &checker->program->waivers, waiver);
}

void ar_check_site(struct ar_checker *checker, struct ar_scope *scope,
                   const struct ar_node *node)
{
    struct ar_rule *rule = find_rule(checker, scope, node->first);
    if (node->kind == AR_NODE_OVERRIDE) {
        check_override(checker, node, rule);
    } else if (node->kind == AR_NODE_WAIVE) {
        check_waiver(checker, node, rule);
    } else if (ar_str_trim(node->last->first->text).len == 0) {
        ar_diag_plain(checker->diags, AR_E0732, node->span);
    } else if (rule && rule->disabled_at.file != 0) {
        ar_check_twice(checker, node->span, rule->id, rule->disabled_at);
    } else if (rule) {
        rule->disabled_because = node->last->first->text;
        rule->disabled_at = node->span;
    }
}

bool ar_check_requires(struct ar_checker *checker, const struct ar_node *node,
                       ar_str *not_loaded)
{
    static const char *const words[] = {"archrules"};
    const struct ar_version *own = NULL;
    if (ar_check_word(checker, node, "something to require", words, 1) ==
        SIZE_MAX)
        return false;
    ar_value wanted = ar_check_literal(checker, node->first, &ar_type_version);
    if (wanted.type->kind != AR_TYPE_VERSION)
        return false;
    bool known = ar_version_parse(checker->arena,
                                  checker->options->engine_version, &own);
    if (!known || ar_version_compare(own, wanted.as.version) >= 0)
        return true;
    *not_loaded = ar_str_printf(checker->arena,
                                "it requires archrules " AR_STR_FORMAT
                                " or newer, and this is " AR_STR_FORMAT,
                                AR_STR_ARG(wanted.as.version->text),
                                AR_STR_ARG(checker->options->engine_version));
    return false;
}
