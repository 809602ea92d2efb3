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

static void add_action(struct ar_checker *checker,
                       const struct ar_site_action *action)
{
    for (size_t i = 0; i < checker->site_actions.count; i++) {
        const struct ar_site_action *other = &checker->site_actions.at[i];
        if (other->rule == action->rule &&
            other->is_disable == action->is_disable) {
            ar_check_twice(checker, action->span, action->rule->id,
                           other->span);
            return;
        }
    }
    ar_vector_push(checker->arena, &checker->site_actions, *action);
}

static void check_override(struct ar_checker *checker,
                           const struct ar_node *node,
                           struct ar_site_action *action)
{
    size_t ix = ar_check_word(checker, node->last, "a severity",
                              ar_rule_severity_names, 4);
    if (!action->rule || ix == SIZE_MAX)
        return;
    action->severity = (enum ar_rule_severity)ix;
    add_action(checker, action);
}

/* A text with expressions in it is refused elsewhere. */
static bool is_blank(const struct ar_node *string)
{
    return !string->has_holes && ar_str_trim(string->text).len == 0;
}

static void check_disable(struct ar_checker *checker,
                          const struct ar_node *node,
                          struct ar_site_action *action)
{
    action->is_disable = true;
    action->because = node->last->first->text;
    if (is_blank(node->last->first))
        ar_diag_plain(checker->diags, AR_E0732, node->span);
    else if (action->rule)
        add_action(checker, action);
}

void ar_check_apply_site(struct ar_checker *checker,
                         bool (*is_sound)(const struct ar_checker *checker,
                                          const struct ar_pack *pack))
{
    for (size_t i = 0; i < checker->site_actions.count; i++) {
        const struct ar_site_action *action = &checker->site_actions.at[i];
        if (!is_sound(checker, action->pack))
            continue;
        if (action->is_disable) {
            action->rule->details->disabled_because = action->because;
            action->rule->details->disabled_at = action->span;
        } else {
            action->rule->severity = action->severity;
            action->rule->details->override_at = action->span;
        }
    }
}

/* The end of that day in UTC: the start of the next one. */
static bool end_of_day(ar_str date, int64_t *out)
{
    if (!ar_time_parse(date, out))
        return false;
    *out += INT64_C(86400) * 1000000;
    return true;
}

static void check_waiver(struct ar_checker *checker, struct ar_scope *scope,
                         const struct ar_node *node, struct ar_rule *rule)
{
    struct ar_waiver *waiver = AR_NEW(checker->arena, struct ar_waiver);
    const struct ar_node *key = ar_node_child(node, AR_NODE_KEY);
    const struct ar_node *until = ar_node_child(node, AR_NODE_UNTIL);
    waiver->pack = scope->pack;
    waiver->rule = rule;
    waiver->because = ar_node_child(node, AR_NODE_BECAUSE)->first->text;
    waiver->owner = ar_node_child(node, AR_NODE_OWNER)->first->text;
    waiver->until = until->text;
    waiver->span = node->span;
    if (!end_of_day(until->text, &waiver->until_end))
        ar_diag(checker->diags, AR_E0130, until->name, until->text);
    if (is_blank(ar_node_child(node, AR_NODE_BECAUSE)->first) ||
        is_blank(ar_node_child(node, AR_NODE_OWNER)->first))
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
    struct ar_site_action action = {
        .pack = scope->pack, .rule = rule, .span = node->span};
    if (node->kind == AR_NODE_OVERRIDE)
        check_override(checker, node, &action);
    else if (node->kind == AR_NODE_DISABLE)
        check_disable(checker, node, &action);
    else
        check_waiver(checker, scope, node, rule);
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
