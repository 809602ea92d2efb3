/* SPDX-License-Identifier: Apache-2.0 */
/* Expressions: the context they stand in, and one function for each kind of
 * node. References and operators have files of their own. */
#include "rules.h"
#include "sema/checker.h"

/* ---- making nodes of the checked tree ---- */

void ar_expr_set_value(struct ar_arena *arena, struct ar_expr *expr,
                       ar_value value)
{
    ar_value *kept = ar_arena_alloc_raw(arena, sizeof(*kept));
    *kept = value;
    expr->value = kept;
}

struct ar_expr *ar_expr_new(struct ar_context *context, enum ar_expr_kind kind,
                            const struct ar_type *type, ar_span span)
{
    struct ar_expr *expr = AR_NEW(context->checker->arena, struct ar_expr);
    expr->kind = kind;
    expr->type = type;
    expr->span = span;
    expr->reason = AR_N_REASONS;
    return expr;
}

struct ar_expr *ar_expr_with(struct ar_context *context, struct ar_expr *expr,
                             struct ar_expr *operand)
{
    if (expr->n_operands % 2 == 0) { /* room is made for two at a time */
        struct ar_expr **operands = ar_arena_alloc_raw(
            context->checker->arena,
            (expr->n_operands + 2) * sizeof(struct ar_expr *));
        for (size_t i = 0; i < expr->n_operands; i++)
            operands[i] = expr->operands[i];
        expr->operands = operands;
    }
    expr->operands[expr->n_operands++] = operand;
    if (ar_expr_is_poison(operand))
        expr->type = &ar_type_poison;
    return expr;
}

struct ar_expr *ar_expr_poison(struct ar_context *context, ar_span span)
{
    return ar_expr_new(context, AR_EXPR_CONSTANT, &ar_type_poison, span);
}

struct ar_expr *ar_expr_constant(struct ar_context *context, ar_value value,
                                 ar_span span)
{
    struct ar_expr *expr =
        ar_expr_new(context, AR_EXPR_CONSTANT, value.type, span);
    ar_expr_set_value(context->checker->arena, expr, value);
    return expr;
}

bool ar_expr_is_poison(const struct ar_expr *expr)
{
    return expr->type->kind == AR_TYPE_POISON;
}

void ar_check_mismatch(struct ar_checker *checker, ar_span span,
                       const struct ar_type *wanted,
                       const struct ar_type *found)
{
    if (wanted->kind == AR_TYPE_POISON || found->kind == AR_TYPE_POISON)
        return;
    ar_diag(checker->diags, AR_E0403, span,
            ar_type_text(checker->arena, wanted),
            ar_type_text(checker->arena, found));
}

const struct ar_type *ar_check_element(struct ar_context *context,
                                       const struct ar_expr *list)
{
    if (list->type->element)
        return list->type->element;
    ar_diag_plain(context->checker->diags, AR_E0424, list->span);
    return &ar_type_poison;
}

/* ---- the context ---- */

void ar_context_start(struct ar_context *context, struct ar_checker *checker,
                      struct ar_scope *scope)
{
    *context = (struct ar_context){.checker = checker, .scope = scope};
}

struct ar_local *ar_context_find(const struct ar_context *context, ar_str name)
{
    for (size_t i = context->locals.count; i > 0; i--) {
        if (ar_str_equal(context->locals.at[i - 1]->name, name))
            return context->locals.at[i - 1];
    }
    return NULL;
}

struct ar_local *ar_context_add(struct ar_context *context,
                                enum ar_local_kind kind, ar_str name,
                                const struct ar_type *type, ar_span span)
{
    struct ar_checker *checker = context->checker;
    const struct ar_local *other = ar_context_find(context, name);
    if (other) {
        struct ar_diag *diag = ar_diag(checker->diags, AR_E0315, span, name);
        ar_diag_note(checker->diags, diag, other->span,
                     AR_STR("first bound here"));
    }
    ar_check_not_keyword(checker, name, span);
    struct ar_local *local = AR_NEW(checker->arena, struct ar_local);
    local->kind = kind;
    local->name = name;
    local->type = type;
    local->span = span;
    local->slot = context->n_slots++;
    ar_vector_push(checker->arena, &context->locals, local);
    return local;
}

static bool stands_before(const struct ar_node *fields,
                          const struct ar_node *field)
{
    for (struct ar_node *other = fields->first; other != field;
         other = other->next) {
        if (ar_str_equal(other->text, field->text))
            return true;
    }
    return false;
}

struct ar_local **ar_context_add_parameters(struct ar_context *context,
                                            const struct ar_node *fields,
                                            const struct ar_field *parameters)
{
    struct ar_local **locals =
        AR_NEW_ARRAY(context->checker->arena, struct ar_local *, fields->count);
    size_t i = 0;
    for (struct ar_node *field = fields->first; field; field = field->next) {
        locals[i] =
            stands_before(fields, field)
                ? ar_context_find(context, field->text)
                : ar_context_add(context, AR_LOCAL_PARAMETER, field->text,
                                 parameters[i].type, field->name);
        i++;
    }
    return locals;
}

/* ---- captures ---- */

const struct ar_regex *ar_check_pattern(struct ar_checker *checker,
                                        const struct ar_node *node)
{
    struct ar_regex *regex = NULL;
    struct ar_regex_error error = {0, {NULL, 0}};
    ar_str flags = node->kind == AR_NODE_REGEX ? node->first->text : AR_STR("");
    if (ar_regex_check(checker->arena, node->text, flags, &regex, &error)) {
        struct ar_pattern_site site = {node->span, node->text, flags};
        ar_vector_push(checker->arena, &checker->patterns, site);
        return regex;
    }
    ar_span span = node->span;
    uint32_t at = span.start + 1 + (uint32_t)error.offset_bytes;
    span.start = at < span.end ? at : span.end - 1;
    span.end = span.start + 1;
    ar_diag(checker->diags, AR_E0406, span, error.text);
    return NULL;
}

static struct ar_match *make_match(struct ar_context *context,
                                   const struct ar_node *pattern)
{
    struct ar_checker *checker = context->checker;
    struct ar_match *match = AR_NEW(checker->arena, struct ar_match);
    match->pattern = pattern->text;
    match->span = pattern->span;
    if (pattern->kind == AR_NODE_REGEX)
        match->flags = pattern->first->text;
    match->regex = ar_check_pattern(checker, pattern);
    return match;
}

static void add_groups(struct ar_context *context, const struct ar_match *match)
{
    if (!match->regex)
        return;
    for (size_t i = 1; i <= ar_regex_group_count(match->regex); i++) {
        ar_str name = ar_regex_group_name(match->regex, i);
        if (name.len == 0)
            continue;
        struct ar_local *local = ar_context_add(context, AR_LOCAL_CAPTURE, name,
                                                &ar_type_string, match->span);
        local->match = match;
        local->group_ix = i;
        struct ar_capture capture = {context->scope->pack, local};
        ar_vector_push(context->checker->arena, &context->checker->captures,
                       capture);
    }
}

void ar_context_add_captures(struct ar_context *context,
                             const struct ar_node *node)
{
    if (node->kind == AR_NODE_AND || node->kind == AR_NODE_GROUP) {
        for (struct ar_node *child = node->first; child; child = child->next)
            ar_context_add_captures(context, child);
        return;
    }
    if (node->kind != AR_NODE_MATCHES)
        return;
    struct ar_capture_site site = {node, make_match(context, node->last)};
    ar_vector_push(context->checker->arena, &context->captures, site);
    add_groups(context, site.match);
}

/* What a subject leads to through the lets and groups it uses. */
struct subject_walk {
    struct ar_arena *arena;
    const struct ar_match *match;
    AR_VECTOR(const struct ar_local *) seen;
    const struct ar_local *found; /* a group of match */
};

static void follow_local(struct ar_expr *expr, void *user)
{
    struct subject_walk *walk = user;
    struct ar_local *local = expr->kind == AR_EXPR_LOCAL ? expr->local : NULL;
    if (!local || (local->kind != AR_LOCAL_LET && !local->match))
        return;
    for (size_t i = 0; i < walk->seen.count; i++) {
        if (walk->seen.at[i] == local)
            return;
    }
    ar_vector_push(walk->arena, &walk->seen, local);
    if (local->match == walk->match)
        walk->found = local;
    else if (local->match && local->match->subject)
        ar_expr_walk(local->match->subject, follow_local, walk);
    else if (!local->match)
        ar_expr_walk(local->expr, follow_local, walk);
}

/* The subject, unless it needs what the match finds in it. Groups are names
 * before their subjects are checked: the last of a circle closes it. */
static struct ar_expr *check_subject(struct ar_context *context,
                                     const struct ar_match *match,
                                     struct ar_expr *subject)
{
    struct ar_checker *checker = context->checker;
    struct subject_walk walk = {.arena = checker->arena, .match = match};
    ar_expr_walk(subject, follow_local, &walk);
    if (!walk.found)
        return subject;
    ar_diag(checker->diags, AR_E0318, subject->span, walk.found->name);
    return ar_expr_poison(context, subject->span);
}

const struct ar_match *ar_check_match(struct ar_context *context,
                                      const struct ar_node *node,
                                      struct ar_expr *subject)
{
    struct ar_match *match = NULL;
    for (size_t i = 0; i < context->captures.count; i++) {
        if (context->captures.at[i].node == node)
            match = context->captures.at[i].match;
    }
    if (!match)
        match = make_match(context, node->last);
    match->subject = check_subject(context, match, subject);
    return match;
}

/* ---- kinds of nodes ---- */

static struct ar_expr *check_literal(struct ar_context *context,
                                     const struct ar_node *node,
                                     const struct ar_type *expected)
{
    const struct ar_type *own = ar_check_literal_type(node);
    const struct ar_type *type = own;
    if (expected && expected->kind != AR_TYPE_POISON) {
        bool number = node->kind == AR_NODE_INT || node->kind == AR_NODE_REAL;
        bool text = node->kind == AR_NODE_STRING;
        if ((number && expected->kind == AR_TYPE_VERSION) ||
            (node->kind == AR_NODE_INT && expected->kind == AR_TYPE_REAL) ||
            (text &&
             (expected->kind == AR_TYPE_VERSION ||
              expected->kind == AR_TYPE_TIME || expected->kind == AR_TYPE_IP ||
              expected->kind == AR_TYPE_CIDR ||
              expected->kind == AR_TYPE_ENUM)))
            type = expected;
    }
    ar_value value = ar_check_literal(context->checker, node, type);
    return ar_expr_constant(context, value, node->span);
}

static struct ar_expr *check_negate(struct ar_context *context,
                                    const struct ar_node *node,
                                    const struct ar_type *expected)
{
    const struct ar_node *inner = node->first;
    if (inner->kind == AR_NODE_INT || inner->kind == AR_NODE_REAL) {
        struct ar_node negative = *node;
        negative.kind = AR_NODE_NEGATIVE;
        return check_literal(context, &negative, expected);
    }
    struct ar_expr *operand = ar_check_expr(context, inner, expected);
    enum ar_type_kind kind = operand->type->kind;
    if (kind != AR_TYPE_INT && kind != AR_TYPE_REAL &&
        kind != AR_TYPE_DURATION && kind != AR_TYPE_SIZE &&
        kind != AR_TYPE_POISON) {
        ar_diag(context->checker->diags, AR_E0402, node->span, AR_STR("-"),
                ar_type_text(context->checker->arena, operand->type));
        return ar_expr_poison(context, node->span);
    }
    return ar_expr_with(
        context,
        ar_expr_new(context, AR_EXPR_NEGATE, operand->type, node->span),
        operand);
}

static struct ar_expr *check_logic(struct ar_context *context,
                                   const struct ar_node *node,
                                   enum ar_expr_kind kind)
{
    struct ar_expr *expr =
        ar_expr_new(context, kind, &ar_type_bool, node->span);
    expr->operands =
        AR_NEW_ARRAY(context->checker->arena, struct ar_expr *, node->count);
    for (struct ar_node *child = node->first; child; child = child->next) {
        struct ar_expr *operand = ar_check_condition(context, child);
        expr->operands[expr->n_operands++] = operand;
        if (ar_expr_is_poison(operand))
            expr->type = &ar_type_poison;
    }
    return expr;
}

static struct ar_expr *check_unknown(struct ar_context *context,
                                     const struct ar_node *node)
{
    struct ar_checker *checker = context->checker;
    struct ar_expr *expr =
        ar_expr_new(context, AR_EXPR_UNKNOWN, &ar_type_bool, node->span);
    if (node->text.len > 0) {
        expr->reason = ar_reason_find(node->text);
        if (expr->reason == AR_N_REASONS) {
            ar_check_unknown_reason(checker, node->name, node->text);
        }
    } else if (context->in_when) {
        ar_diag_plain(checker->diags, AR_E0413, node->span);
    }
    return ar_expr_with(context, expr,
                        ar_check_expr(context, node->first, NULL));
}

/* Of two equal types the one that says what [] is a list of. */
static const struct ar_type *choose_type(const struct ar_expr *a,
                                         const struct ar_expr *b)
{
    bool is_open = a->type->kind == AR_TYPE_LIST && !a->type->element;
    return is_open ? b->type : a->type;
}

static struct ar_expr *check_default(struct ar_context *context,
                                     const struct ar_node *node,
                                     const struct ar_type *expected)
{
    struct ar_expr *value = ar_check_expr(context, node->first, expected);
    struct ar_expr *fallback =
        ar_check_expr_of(context, node->last, value->type);
    struct ar_expr *expr = ar_expr_new(
        context, AR_EXPR_DEFAULT, choose_type(value, fallback), node->span);
    return ar_expr_with(context, ar_expr_with(context, expr, value), fallback);
}

static struct ar_expr *check_if(struct ar_context *context,
                                const struct ar_node *node,
                                const struct ar_type *expected)
{
    struct ar_node *then_node = node->first->next;
    struct ar_expr *condition = ar_check_condition(context, node->first);
    struct ar_expr *then_expr = ar_check_expr(context, then_node, expected);
    struct ar_expr *else_expr =
        ar_check_expr_of(context, then_node->next, then_expr->type);
    struct ar_expr *expr = ar_expr_new(
        context, AR_EXPR_IF, choose_type(then_expr, else_expr), node->span);
    expr = ar_expr_with(context, expr, condition);
    expr = ar_expr_with(context, expr, then_expr);
    return ar_expr_with(context, expr, else_expr);
}

static struct ar_expr *check_list(struct ar_context *context,
                                  const struct ar_node *node,
                                  const struct ar_type *expected)
{
    struct ar_checker *checker = context->checker;
    const struct ar_type *element =
        expected && expected->kind == AR_TYPE_LIST ? expected->element : NULL;
    if (node->count > AR_MAX_LIST_LITERAL)
        ar_diag(checker->diags, AR_E0902, node->span,
                ar_str_printf(checker->arena, "%d", AR_MAX_LIST_LITERAL));
    struct ar_expr *list =
        ar_expr_new(context, AR_EXPR_LIST, &ar_type_poison, node->span);
    AR_VECTOR(struct ar_expr *) items = {0};
    for (struct ar_node *child = node->first; child; child = child->next) {
        struct ar_expr *item = items.count == 0 && !element
                                   ? ar_check_expr(context, child, NULL)
                                   : ar_check_expr_of(context, child, element);
        element = element ? element : item->type;
        ar_vector_push(checker->arena, &items, item);
    }
    list->operands = items.at;
    list->n_operands = (uint32_t)items.count;
    list->type = ar_type_list_of(checker->arena, element);
    if (element && element->kind == AR_TYPE_POISON)
        list->type = &ar_type_poison;
    return list;
}

static enum ar_expr_kind quantifier_kind(int token)
{
    switch (token) {
    case AR_TOK_ANY: return AR_EXPR_ANY;
    case AR_TOK_EVERY: return AR_EXPR_EVERY;
    case AR_TOK_NO: return AR_EXPR_NO;
    case AR_TOK_COUNT: return AR_EXPR_COUNT;
    case AR_TOK_FIRST: return AR_EXPR_FIRST;
    default: return AR_EXPR_FILTER;
    }
}

static const struct ar_type *quantifier_type(enum ar_expr_kind kind,
                                             const struct ar_type *list,
                                             const struct ar_type *element)
{
    if (kind == AR_EXPR_COUNT)
        return &ar_type_int;
    if (kind == AR_EXPR_FIRST)
        return element;
    return kind == AR_EXPR_FILTER ? list : &ar_type_bool;
}

static struct ar_expr *quantifier_body(struct ar_context *context,
                                       const struct ar_node *node,
                                       const struct ar_type *element,
                                       struct ar_expr *expr)
{
    struct ar_checker *checker = context->checker;
    size_t outer = context->locals.count;
    if (++context->quantifier_depth > AR_MAX_QUANTIFIER_DEPTH)
        ar_diag(checker->diags, AR_E0412, node->span,
                ar_str_printf(checker->arena, "%d", AR_MAX_QUANTIFIER_DEPTH));
    expr->local = ar_context_add(context, AR_LOCAL_VARIABLE, node->text,
                                 element, node->name);
    ar_context_add_captures(context, node->last);
    expr = ar_expr_with(context, expr, ar_check_condition(context, node->last));
    context->quantifier_depth--;
    context->locals.count = outer;
    ar_vector_push(checker->arena, &context->closed, node->text);
    return expr;
}

static struct ar_expr *check_quantifier(struct ar_context *context,
                                        const struct ar_node *node)
{
    struct ar_checker *checker = context->checker;
    enum ar_expr_kind kind = quantifier_kind(node->token);
    struct ar_expr *list = ar_check_expr(context, node->first, NULL);
    if (list->type->kind != AR_TYPE_LIST) {
        if (!ar_expr_is_poison(list))
            ar_diag(checker->diags, AR_E0411, node->first->span,
                    ar_type_text(checker->arena, list->type));
        list = ar_expr_poison(context, list->span);
        list->type = ar_type_list_of(checker->arena, &ar_type_poison);
    }
    const struct ar_type *element = ar_check_element(context, list);
    struct ar_expr *expr = ar_expr_new(
        context, kind, quantifier_type(kind, list->type, element), node->span);
    return quantifier_body(context, node, element,
                           ar_expr_with(context, expr, list));
}

/* ---- templates ---- */

static bool can_be_shown(const struct ar_type *type)
{
    if (type->kind == AR_TYPE_LIST)
        return !type->element || ar_type_is_scalar(type->element);
    return ar_type_is_scalar(type);
}

static bool is_secret(const struct ar_expr *expr, unsigned depth);

static bool is_secret_fact(const struct ar_fact *fact, unsigned depth)
{
    if (fact->decl.sensitivity == AR_SENSITIVITY_SECRET)
        return true;
    for (size_t i = 0; i < fact->definitions.count; i++) {
        if (is_secret(fact->definitions.at[i].expr, depth))
            return true;
    }
    return false;
}

/* Through what a let, a variable, a group or a function stands for. Cycles
 * are reported elsewhere; here the depth ends them. */
static bool is_secret(const struct ar_expr *expr, unsigned depth)
{
    if (!expr || depth == 0)
        return false;
    if (expr->kind == AR_EXPR_FACT && is_secret_fact(expr->fact, depth - 1))
        return true;
    if (expr->kind == AR_EXPR_DEF && is_secret(expr->def->body, depth - 1))
        return true;
    const struct ar_local *local =
        expr->kind == AR_EXPR_LOCAL ? expr->local : NULL;
    if (local &&
        (is_secret(local->expr, depth - 1) ||
         (local->match && is_secret(local->match->subject, depth - 1))))
        return true;
    for (size_t i = 0; i < expr->n_operands; i++) {
        if (is_secret(expr->operands[i], depth - 1))
            return true;
    }
    const struct ar_template *string = ar_expr_template(expr);
    for (size_t i = 0; string && i < string->n_parts; i++) {
        if (is_secret(string->parts[i].expr, depth - 1))
            return true;
    }
    return false;
}

bool ar_expr_is_secret(const struct ar_expr *expr)
{
    return is_secret(expr, 4 * AR_MAX_DERIVED_DEPTH);
}

void ar_check_not_secret(struct ar_checker *checker, const struct ar_expr *expr)
{
    if (ar_expr_is_secret(expr))
        ar_diag(checker->diags, AR_E0418, expr->span,
                ar_source_text(checker->diags->sources, expr->span));
}

const struct ar_template *ar_check_template(struct ar_context *context,
                                            const struct ar_node *node)
{
    struct ar_checker *checker = context->checker;
    struct ar_template *template = AR_NEW(checker->arena, struct ar_template);
    struct ar_template_part *parts =
        AR_NEW_ARRAY(checker->arena, struct ar_template_part, node->count + 1);
    template->parts = parts;
    template->span = node->span;
    if (!node->has_holes)
        parts[template->n_parts++].text = node->text;
    for (struct ar_node *child = node->first; child; child = child->next) {
        struct ar_template_part *part = &parts[template->n_parts++];
        if (child->kind == AR_NODE_STRING_TEXT) {
            part->text = child->text;
            continue;
        }
        part->expr = ar_check_expr(context, child, NULL);
        ar_check_not_secret(checker, part->expr);
        if (!can_be_shown(part->expr->type))
            ar_diag(checker->diags, AR_E0419, child->span,
                    ar_type_text(checker->arena, part->expr->type));
    }
    return template;
}

static struct ar_expr *check_string(struct ar_context *context,
                                    const struct ar_node *node,
                                    const struct ar_type *expected)
{
    if (!node->has_holes)
        return check_literal(context, node, expected);
    struct ar_expr *expr =
        ar_expr_new(context, AR_EXPR_TEMPLATE, &ar_type_string, node->span);
    expr->string = ar_check_template(context, node);
    return expr;
}

/* ---- dispatch ---- */

struct ar_expr *ar_check_expr(struct ar_context *context,
                              const struct ar_node *node,
                              const struct ar_type *expected)
{
    while (node->kind == AR_NODE_GROUP)
        node = node->first;
    switch ((int)node->kind) {
    case AR_NODE_STRING: return check_string(context, node, expected);
    case AR_NODE_AND: return check_logic(context, node, AR_EXPR_AND);
    case AR_NODE_OR: return check_logic(context, node, AR_EXPR_OR);
    case AR_NODE_NOT: return check_logic(context, node, AR_EXPR_NOT);
    case AR_NODE_NEGATE: return check_negate(context, node, expected);
    case AR_NODE_EXISTS:
    case AR_NODE_ABSENT: return ar_check_presence(context, node);
    case AR_NODE_UNKNOWN: return check_unknown(context, node);
    case AR_NODE_DEFAULT: return check_default(context, node, expected);
    case AR_NODE_IF_ELSE: return check_if(context, node, expected);
    case AR_NODE_QUANTIFIER: return check_quantifier(context, node);
    case AR_NODE_LIST_LITERAL: return check_list(context, node, expected);
    case AR_NODE_NAME:
    case AR_NODE_MEMBER:
    case AR_NODE_CALL:
    case AR_NODE_INDEX: return ar_check_reference(context, node, expected);
    }
    if (ar_check_is_literal(node))
        return check_literal(context, node, expected);
    return ar_check_operator(context, node);
}

struct ar_expr *ar_check_expr_of(struct ar_context *context,
                                 const struct ar_node *node,
                                 const struct ar_type *type)
{
    struct ar_expr *expr = ar_check_expr(context, node, type);
    if (!type || ar_type_equal(expr->type, type))
        return expr;
    ar_check_mismatch(context->checker, node->span, type, expr->type);
    return ar_expr_poison(context, node->span);
}

struct ar_expr *ar_check_condition(struct ar_context *context,
                                   const struct ar_node *node)
{
    return ar_check_expr_of(context, node, &ar_type_bool);
}
