/* SPDX-License-Identifier: Apache-2.0 */
/* Rules: their clauses, and the names that clauses share. */
#include "sema/checker.h"

/* ---- declaring ---- */

static ar_str rule_id(struct ar_checker *checker, const struct ar_scope *scope,
                      const struct ar_node *node)
{
    if (node->text.len == 0) {
        struct ar_source *source =
            ar_sources_get(checker->diags->sources, node->span.file);
        struct ar_position position =
            ar_source_position(checker->arena, source, node->span.start);
        return ar_str_printf(checker->arena, AR_STR_FORMAT ":%u",
                             AR_STR_ARG(source->name), position.line);
    }
    if (scope->pack->name.len == 0)
        return node->text;
    return ar_str_join(checker->arena, scope->pack->name, AR_STR("."),
                       node->text);
}

void ar_check_rule_declare(struct ar_checker *checker, struct ar_scope *scope,
                           const struct ar_node *node)
{
    struct ar_program *program = checker->program;
    if (node->text.len == 0 && !scope->pack->is_scratch)
        ar_diag_plain(checker->diags, AR_E0602, node->name);
    struct ar_rule *rule = AR_NEW(checker->arena, struct ar_rule);
    rule->details = AR_NEW(checker->arena, struct ar_rule_details);
    rule->id = rule_id(checker, scope, node);
    rule->name = node->text;
    rule->pack = scope->pack;
    rule->span = node->name;
    rule->details->doc = ar_node_doc(node);
    rule->severity = AR_RULE_ERROR;
    rule->confidence = AR_CONFIDENCE_HIGH;
    const struct ar_rule *other = ar_map_get(&checker->rules_by_id, rule->id);
    if (other && node->text.len > 0) {
        ar_check_twice(checker, node->name, rule->id, other->span);
        ar_vector_push(checker->arena, &checker->declared, NULL);
        return;
    }
    if (other) /* two nameless rules on one line */
        rule->id = ar_str_printf(checker->arena, AR_STR_FORMAT ":%u",
                                 AR_STR_ARG(rule->id), node->span.start);
    scope->pack->n_rules++;
    ar_map_put(checker->arena, &checker->rules_by_id, rule->id, rule);
    ar_vector_push(checker->arena, &program->rules, rule);
    ar_vector_push(checker->arena, &checker->declared, rule);
}

/* ---- clauses ---- */

static void check_metadata(struct ar_checker *checker,
                           const struct ar_node *clause, struct ar_rule *rule)
{
    size_t ix;
    if (clause->kind == AR_NODE_TITLE)
        rule->title = clause->first->text;
    else if (clause->kind == AR_NODE_CONTEXT)
        rule->details->context = clause->first->text;
    else if (clause->kind == AR_NODE_SEVERITY) {
        ix = ar_check_word(checker, clause, "a severity",
                           ar_rule_severity_names, 4);
        rule->severity =
            ix == SIZE_MAX ? AR_RULE_ERROR : (enum ar_rule_severity)ix;
    } else if (clause->kind == AR_NODE_CONFIDENCE) {
        ix = ar_check_word(checker, clause, "a confidence", ar_confidence_names,
                           3);
        rule->confidence =
            ix == SIZE_MAX ? AR_CONFIDENCE_HIGH : (enum ar_confidence)ix;
    } else if (clause->kind == AR_NODE_KEYWORDS) {
        for (struct ar_node *word = clause->first; word; word = word->next)
            ar_vector_push(checker->arena, &rule->details->keywords,
                           word->text);
    } else if (clause->kind == AR_NODE_REQUIRES) {
        ar_check_requires(checker, clause, &rule->details->not_loaded);
    }
}

static void add_let(struct ar_context *context, const struct ar_node *clause,
                    struct ar_rule *rule)
{
    struct ar_checker *checker = context->checker;
    if (ar_context_find(context, clause->text)) {
        ar_context_add(context, AR_LOCAL_LET, clause->text, &ar_type_poison,
                       clause->name);
        return;
    }
    context->in_when = true;
    struct ar_expr *expr = ar_check_expr(context, clause->first, NULL);
    context->in_when = false;
    struct ar_local *local = ar_context_add(context, AR_LOCAL_LET, clause->text,
                                            expr->type, clause->name);
    local->expr = expr;
    ar_vector_push(checker->arena, &rule->details->lets, local);
}

static void check_for_each(struct ar_context *context,
                           const struct ar_node *clause, struct ar_rule *rule)
{
    struct ar_checker *checker = context->checker;
    rule->each = ar_check_expr(context, clause->first, NULL);
    const struct ar_type *type = rule->each->type;
    if (type->kind != AR_TYPE_LIST && type->kind != AR_TYPE_POISON)
        ar_diag(checker->diags, AR_E0411, clause->first->span,
                ar_type_text(checker->arena, type));
    const struct ar_type *element = type->kind == AR_TYPE_LIST
                                        ? ar_check_element(context, rule->each)
                                        : &ar_type_poison;
    rule->element = ar_context_add(context, AR_LOCAL_VARIABLE, clause->text,
                                   element, clause->name);
    rule->element->expr = rule->each;
}

static void check_key(struct ar_context *context, const struct ar_node *key,
                      struct ar_rule *rule)
{
    rule->key = ar_check_expr(context, key->first, NULL);
    ar_check_not_secret(context->checker, rule->key);
    if (!ar_type_is_scalar(rule->key->type))
        ar_diag(context->checker->diags, AR_E0610, key->first->span,
                ar_type_text(context->checker->arena, rule->key->type));
}

static void add_captures(struct ar_context *context, const struct ar_node *node,
                         enum ar_node_kind kind)
{
    for (struct ar_node *clause = node->first; clause; clause = clause->next) {
        if (clause->kind == kind)
            ar_context_add_captures(context, clause->first);
    }
}

/* What names stand for: the element and the captures before the lets, which
 * may use each other in the order they are written. */
static void check_names(struct ar_context *context, const struct ar_node *node,
                        struct ar_rule *rule)
{
    const struct ar_node *each = ar_node_child(node, AR_NODE_FOR_EACH);
    const struct ar_node *key = ar_node_child(node, AR_NODE_KEY);
    if (each)
        check_for_each(context, each, rule);
    add_captures(context, node, AR_NODE_WHEN);
    for (struct ar_node *clause = node->first; clause; clause = clause->next) {
        if (clause->kind == AR_NODE_LET)
            add_let(context, clause, rule);
    }
    if (each && key)
        ar_diag_plain(context->checker->diags, AR_E0605, key->span);
    if (each)
        check_key(context, ar_node_child(each, AR_NODE_KEY), rule);
    else if (key)
        check_key(context, key, rule);
}

static void check_when(struct ar_context *context, const struct ar_node *node,
                       struct ar_rule *rule)
{
    const struct ar_node *when = ar_node_child(node, AR_NODE_WHEN);
    context->in_when = true;
    rule->when = ar_check_condition(context, when->first);
    context->in_when = false;
}

/* Their groups are for the texts only: a symptom never decides. */
static void check_symptoms(struct ar_context *context,
                           const struct ar_node *node, struct ar_rule *rule)
{
    add_captures(context, node, AR_NODE_SYMPTOM);
    for (struct ar_node *clause = node->first; clause; clause = clause->next) {
        if (clause->kind == AR_NODE_SYMPTOM)
            ar_vector_push(context->checker->arena, &rule->details->symptoms,
                           ar_check_condition(context, clause->first));
    }
}

static void check_outputs(struct ar_context *context,
                          const struct ar_node *node, struct ar_rule *rule)
{
    struct ar_checker *checker = context->checker;
    const struct ar_node *then = ar_node_child(node, AR_NODE_THEN);
    ar_check_repeats(checker, then);
    for (struct ar_node *output = then->first; output; output = output->next) {
        if (output->kind == AR_NODE_REMEDY) {
            ar_check_remedy(context, output, rule);
            continue;
        }
        const struct ar_template *text =
            ar_check_template(context, output->first);
        if (output->kind == AR_NODE_DIAGNOSE)
            rule->diagnosis = text;
        else if (output->kind == AR_NODE_LESSON)
            ar_vector_push(checker->arena, &rule->details->lessons, text);
        else
            ar_vector_push(checker->arena, &rule->details->links, text);
    }
    if (!rule->diagnosis)
        ar_diag_plain(checker->diags, AR_E0603, then->name);
}

void ar_check_rule(struct ar_checker *checker, struct ar_scope *scope,
                   const struct ar_node *node, struct ar_rule *rule)
{
    ar_check_repeats(checker, node);
    struct ar_context context;
    ar_context_start(&context, checker, scope);
    const struct ar_node *applies = ar_node_child(node, AR_NODE_APPLIES);
    if (applies) { /* before the names: it does not see them */
        context.in_when = true;
        rule->applies = ar_check_condition(&context, applies->first);
        context.in_when = false;
    }
    for (struct ar_node *clause = node->first; clause; clause = clause->next)
        check_metadata(checker, clause, rule);
    check_names(&context, node, rule);
    check_when(&context, node, rule);
    check_symptoms(&context, node, rule);
    check_outputs(&context, node, rule);
    rule->n_slots = context.n_slots;
    for (struct ar_node *clause = node->first; clause; clause = clause->next) {
        if (clause->kind != AR_NODE_REPLACES)
            continue;
        struct ar_replaces replaces = {clause->first->text, NULL};
        ar_value since =
            ar_check_literal(checker, clause->last, &ar_type_version);
        if (since.type->kind == AR_TYPE_VERSION)
            replaces.since = since.as.version;
        ar_vector_push(checker->arena, &rule->details->replaces, replaces);
    }
}

void ar_check_supersedes(struct ar_checker *checker, struct ar_scope *scope,
                         const struct ar_node *node, struct ar_rule *rule)
{
    for (struct ar_node *clause = node->first; clause; clause = clause->next) {
        if (clause->kind != AR_NODE_SUPERSEDES)
            continue;
        bool same_key = ar_node_child(clause, AR_NODE_SAME_KEY) != NULL;
        for (struct ar_node *path = clause->first; path; path = path->next) {
            if (path->kind != AR_NODE_PATH)
                continue;
            bool absent;
            struct ar_supersedes entry = {.same_key = same_key,
                                          .span = path->span};
            entry.rule = ar_check_find_rule(checker, scope, path, &absent);
            if (!entry.rule && !absent)
                continue;
            entry.id = entry.rule ? entry.rule->id : path->text;
            if (same_key && entry.rule && (!entry.rule->key || !rule->key))
                ar_diag(checker->diags, AR_E0607, path->span,
                        entry.rule->key ? rule->id : entry.rule->id);
            ar_vector_push(checker->arena, &rule->details->supersedes, entry);
        }
    }
}
