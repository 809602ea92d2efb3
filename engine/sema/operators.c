/* SPDX-License-Identifier: Apache-2.0 */
/* Operators with two operands: which types go together, and what the result
 * is (docs/language.md, "Operators"). */
#include "rules.h"
#include "sema/checker.h"

/* Bare words and literals take their meaning from the other operand. */
static bool takes_hint(const struct ar_context *context,
                       const struct ar_node *node)
{
    while (node->kind == AR_NODE_GROUP || node->kind == AR_NODE_NEGATE)
        node = node->first;
    if (node->kind == AR_NODE_NAME)
        return !ar_context_find(context, node->text);
    return ar_check_is_literal(node) || node->kind == AR_NODE_LIST_LITERAL;
}

/* Checks both operands, the one that stands on its own first. */
static void check_pair(struct ar_context *context, const struct ar_node *node,
                       struct ar_expr **left, struct ar_expr **right)
{
    const struct ar_node *a = node->first;
    const struct ar_node *b = node->last;
    if (takes_hint(context, a) && !takes_hint(context, b)) {
        *right = ar_check_expr(context, b, NULL);
        *left = ar_check_expr(context, a, (*right)->type);
        return;
    }
    *left = ar_check_expr(context, a, NULL);
    *right = ar_check_expr(context, b, (*left)->type);
}

static struct ar_expr *make(struct ar_context *context, enum ar_expr_kind kind,
                            const struct ar_node *node, struct ar_expr *a,
                            struct ar_expr *b)
{
    struct ar_expr *expr =
        ar_expr_new(context, kind, &ar_type_bool, node->span);
    return ar_expr_with(context, ar_expr_with(context, expr, a), b);
}

static ar_str type_text(struct ar_context *context, const struct ar_expr *expr)
{
    return ar_type_text(context->checker->arena, expr->type);
}

/* int and real compare; everything else only with its own type. */
static bool is_comparable(const struct ar_type *a, const struct ar_type *b)
{
    bool numbers = (a->kind == AR_TYPE_INT || a->kind == AR_TYPE_REAL) &&
                   (b->kind == AR_TYPE_INT || b->kind == AR_TYPE_REAL);
    return numbers || ar_type_equal(a, b);
}

static void cannot_compare(struct ar_context *context,
                           const struct ar_node *node, const struct ar_expr *a,
                           const struct ar_expr *b)
{
    struct ar_diags *diags = context->checker->diags;
    struct ar_diag *diag =
        ar_diag(diags, AR_E0401, node->span, type_text(context, a),
                type_text(context, b));
    bool version =
        b->type->kind == AR_TYPE_VERSION || a->type->kind == AR_TYPE_VERSION;
    const struct ar_expr *text = a->type->kind == AR_TYPE_STRING   ? a
                                 : b->type->kind == AR_TYPE_STRING ? b
                                                                   : NULL;
    if (version && text)
        ar_diag_suggest(
            diags, diag,
            ar_str_printf(
                context->checker->arena, "version(" AR_STR_FORMAT ")",
                AR_STR_ARG(ar_source_text(diags->sources, text->span))));
}

static enum ar_operator operator_of(int token)
{
    switch (token) {
    case AR_TOK_EQ_EQ: return AR_OPERATOR_EQUAL;
    case AR_TOK_NOT_EQ: return AR_OPERATOR_NOT_EQUAL;
    case AR_TOK_LESS: return AR_OPERATOR_LESS;
    case AR_TOK_LESS_EQ: return AR_OPERATOR_LESS_EQUAL;
    case AR_TOK_GREATER: return AR_OPERATOR_GREATER;
    case AR_TOK_GREATER_EQ: return AR_OPERATOR_GREATER_EQUAL;
    case AR_TOK_PLUS: return AR_OPERATOR_ADD;
    case AR_TOK_MINUS: return AR_OPERATOR_SUBTRACT;
    case AR_TOK_STAR: return AR_OPERATOR_MULTIPLY;
    case AR_TOK_SLASH: return AR_OPERATOR_DIVIDE;
    default: return AR_OPERATOR_REMAINDER;
    }
}

static struct ar_expr *check_compare(struct ar_context *context,
                                     const struct ar_node *node)
{
    struct ar_expr *a;
    struct ar_expr *b;
    check_pair(context, node, &a, &b);
    struct ar_expr *expr = make(context, AR_EXPR_COMPARE, node, a, b);
    expr->op = operator_of(node->token);
    if (ar_expr_is_poison(expr))
        return expr;
    bool equality =
        expr->op == AR_OPERATOR_EQUAL || expr->op == AR_OPERATOR_NOT_EQUAL;
    struct ar_diags *diags = context->checker->diags;
    if (!is_comparable(a->type, b->type))
        cannot_compare(context, node, a, b);
    else if (!ar_type_is_scalar(a->type))
        ar_diag(diags, AR_E0414, node->span, node->text, type_text(context, a));
    else if (!equality && !ar_type_is_ordered(a->type))
        ar_diag(diags, AR_E0402, node->span, node->text, type_text(context, a));
    else
        return expr;
    return ar_expr_poison(context, node->span);
}

/* ---- arithmetic ---- */

static bool is_number(const struct ar_type *type)
{
    return type->kind == AR_TYPE_INT || type->kind == AR_TYPE_REAL;
}

static const struct ar_type *number_result(const struct ar_type *a,
                                           const struct ar_type *b)
{
    bool real = a->kind == AR_TYPE_REAL || b->kind == AR_TYPE_REAL;
    return real ? &ar_type_real : &ar_type_int;
}

/* size and duration: with themselves, and times or by a number. */
static const struct ar_type *quantity_result(enum ar_operator op,
                                             const struct ar_type *a,
                                             const struct ar_type *b)
{
    bool sum = op == AR_OPERATOR_ADD || op == AR_OPERATOR_SUBTRACT;
    if (a->kind == b->kind)
        return sum ? a : op == AR_OPERATOR_DIVIDE ? &ar_type_real : NULL;
    if (is_number(b) &&
        (op == AR_OPERATOR_MULTIPLY || op == AR_OPERATOR_DIVIDE))
        return a;
    return is_number(a) && op == AR_OPERATOR_MULTIPLY ? b : NULL;
}

static bool is_quantity(const struct ar_type *type)
{
    return type->kind == AR_TYPE_SIZE || type->kind == AR_TYPE_DURATION;
}

static const struct ar_type *time_result(enum ar_operator op,
                                         const struct ar_type *a,
                                         const struct ar_type *b)
{
    if (a->kind == AR_TYPE_TIME && b->kind == AR_TYPE_TIME)
        return op == AR_OPERATOR_SUBTRACT ? &ar_type_duration : NULL;
    if (a->kind == AR_TYPE_TIME && b->kind == AR_TYPE_DURATION)
        return op == AR_OPERATOR_ADD || op == AR_OPERATOR_SUBTRACT ? a : NULL;
    return NULL;
}

static const struct ar_type *arithmetic_result(enum ar_operator op,
                                               const struct ar_type *a,
                                               const struct ar_type *b)
{
    if (is_number(a) && is_number(b))
        return op == AR_OPERATOR_REMAINDER &&
                       number_result(a, b)->kind == AR_TYPE_REAL
                   ? NULL
                   : number_result(a, b);
    if (a->kind == AR_TYPE_STRING && b->kind == AR_TYPE_STRING)
        return op == AR_OPERATOR_ADD ? a : NULL;
    if (a->kind == AR_TYPE_TIME)
        return time_result(op, a, b);
    if ((is_quantity(a) || is_quantity(b)) &&
        (is_number(a) || is_number(b) || a->kind == b->kind))
        return quantity_result(op, a, b);
    return NULL;
}

static bool is_zero(const struct ar_expr *expr)
{
    return expr->kind == AR_EXPR_CONSTANT &&
           ((expr->type->kind == AR_TYPE_INT &&
             ar_expr_value(expr).as.integer == 0) ||
            (expr->type->kind == AR_TYPE_REAL &&
             !(ar_expr_value(expr).as.real < 0) &&
             !(ar_expr_value(expr).as.real > 0)));
}

static struct ar_expr *check_arithmetic(struct ar_context *context,
                                        const struct ar_node *node)
{
    struct ar_diags *diags = context->checker->diags;
    struct ar_expr *a = ar_check_expr(context, node->first, NULL);
    struct ar_expr *b = ar_check_expr(context, node->last, NULL);
    struct ar_expr *expr = make(context, AR_EXPR_ARITHMETIC, node, a, b);
    if (ar_expr_is_poison(expr))
        return expr;
    expr->op = operator_of(node->token);
    const struct ar_type *type = arithmetic_result(expr->op, a->type, b->type);
    bool divides =
        expr->op == AR_OPERATOR_DIVIDE || expr->op == AR_OPERATOR_REMAINDER;
    if (!type) {
        ar_diag(diags, AR_E0410, node->span, node->text, type_text(context, a),
                type_text(context, b));
        return ar_expr_poison(context, node->span);
    }
    if (divides && is_zero(b)) {
        ar_diag_plain(diags, AR_E0409, node->last->span);
        return ar_expr_poison(context, node->span);
    }
    expr->type = type;
    return expr;
}

/* ---- membership ---- */

static struct ar_expr *negate_if(struct ar_context *context, bool negate,
                                 const struct ar_node *node,
                                 struct ar_expr *expr)
{
    if (!negate)
        return expr;
    struct ar_expr *not_expr =
        ar_expr_new(context, AR_EXPR_NOT, &ar_type_bool, node->span);
    return ar_expr_with(context, not_expr, expr);
}

static struct ar_expr *check_in_range(struct ar_context *context,
                                      const struct ar_node *node)
{
    const struct ar_node *range = node->last;
    struct ar_expr *value = ar_check_expr(context, node->first, NULL);
    struct ar_expr *low = ar_check_expr(context, range->first, value->type);
    struct ar_expr *high = ar_check_expr(context, range->last, value->type);
    struct ar_expr *expr = make(context, AR_EXPR_IN_RANGE, node, value, low);
    expr = ar_expr_with(context, expr, high);
    expr->open_end = range->kind == AR_NODE_RANGE_OPEN;
    if (ar_expr_is_poison(expr))
        return expr;
    struct ar_expr *odd = !is_comparable(value->type, low->type)    ? low
                          : !is_comparable(value->type, high->type) ? high
                                                                    : NULL;
    if (odd)
        cannot_compare(context, range, value, odd);
    else if (!ar_type_is_ordered(value->type))
        ar_diag(context->checker->diags, AR_E0402, node->span, AR_STR(".."),
                type_text(context, value));
    else
        return expr;
    return ar_expr_poison(context, node->span);
}

/* The kind of `a in b` for their types, or AR_EXPR_CONSTANT for none. */
static enum ar_expr_kind membership(const struct ar_type *a,
                                    const struct ar_type *b)
{
    if (b->kind == AR_TYPE_LIST &&
        (!b->element || (ar_type_is_scalar(a) && is_comparable(a, b->element))))
        return AR_EXPR_IN_LIST;
    if (b->kind == AR_TYPE_MAP && a->kind == AR_TYPE_STRING)
        return AR_EXPR_IN_MAP;
    if (b->kind == AR_TYPE_CIDR &&
        (a->kind == AR_TYPE_IP || a->kind == AR_TYPE_CIDR))
        return AR_EXPR_IN_CIDR;
    return AR_EXPR_CONSTANT;
}

static struct ar_expr *make_membership(struct ar_context *context,
                                       const struct ar_node *node,
                                       struct ar_expr *a, struct ar_expr *b)
{
    if (ar_expr_is_poison(a) || ar_expr_is_poison(b))
        return ar_expr_poison(context, node->span);
    enum ar_expr_kind kind = membership(a->type, b->type);
    if (kind != AR_EXPR_CONSTANT)
        return make(context, kind, node, a, b);
    ar_diag(context->checker->diags, AR_E0415, node->span,
            type_text(context, a), type_text(context, b));
    return ar_expr_poison(context, node->span);
}

/* What a literal beside `in` or `contains` is checked against. */
static const struct ar_type *member_hint(const struct ar_type *whole)
{
    if (whole->kind == AR_TYPE_LIST)
        return whole->element;
    return whole->kind == AR_TYPE_CIDR ? &ar_type_ip : NULL;
}

/* What the list beside `x in` is checked against. */
static const struct ar_type *list_hint(struct ar_context *context,
                                       const struct ar_type *element,
                                       const struct ar_node *node)
{
    if (node->kind == AR_NODE_LIST_LITERAL && element->kind != AR_TYPE_INT)
        return ar_type_list_of(context->checker->arena, element);
    bool text = node->kind == AR_NODE_STRING;
    return text && (element->kind == AR_TYPE_IP ||
                    element->kind == AR_TYPE_CIDR)
               ? &ar_type_cidr
               : NULL;
}

static struct ar_expr *check_in(struct ar_context *context,
                                const struct ar_node *node)
{
    bool negated = node->kind == AR_NODE_NOT_IN;
    if (node->last->kind == AR_NODE_RANGE ||
        node->last->kind == AR_NODE_RANGE_OPEN)
        return negate_if(context, negated, node, check_in_range(context, node));
    struct ar_expr *a;
    struct ar_expr *b;
    if (takes_hint(context, node->first)) {
        b = ar_check_expr(context, node->last, NULL);
        a = ar_check_expr(context, node->first, member_hint(b->type));
    } else {
        a = ar_check_expr(context, node->first, NULL);
        b = ar_check_expr(context, node->last,
                          list_hint(context, a->type, node->last));
    }
    return negate_if(context, negated, node,
                     make_membership(context, node, a, b));
}

/* ---- text ---- */

static struct ar_expr *check_matches(struct ar_context *context,
                                     const struct ar_node *node)
{
    struct ar_checker *checker = context->checker;
    struct ar_expr *subject = ar_check_expr(context, node->first, NULL);
    struct ar_expr *expr =
        ar_expr_new(context, AR_EXPR_MATCHES, &ar_type_bool, node->span);
    expr->match = ar_check_match(context, node, subject);
    const struct ar_type *type = subject->type;
    if (type->kind == AR_TYPE_LIST && type->element)
        type = type->element;
    if (type->kind != AR_TYPE_STRING && type->kind != AR_TYPE_POISON) {
        ar_diag(checker->diags, AR_E0416, node->first->span,
                type_text(context, subject));
        return ar_expr_poison(context, node->span);
    }
    return ar_expr_with(context, expr, subject);
}

static struct ar_expr *check_contains(struct ar_context *context,
                                      const struct ar_node *node)
{
    struct ar_expr *a = ar_check_expr(context, node->first, NULL);
    if (a->type->kind == AR_TYPE_LIST || a->type->kind == AR_TYPE_MAP ||
        a->type->kind == AR_TYPE_CIDR) {
        struct ar_expr *b =
            ar_check_expr(context, node->last, member_hint(a->type));
        return make_membership(context, node, b, a);
    }
    if (a->type->kind != AR_TYPE_STRING) {
        ar_check_mismatch(context->checker, node->first->span, &ar_type_string,
                          a->type);
        a = ar_expr_poison(context, a->span);
    }
    struct ar_expr *b = ar_check_expr_of(context, node->last, &ar_type_string);
    return make(context, AR_EXPR_CONTAINS, node, a, b);
}

static struct ar_expr *check_affix(struct ar_context *context,
                                   const struct ar_node *node,
                                   enum ar_expr_kind kind)
{
    struct ar_expr *a = ar_check_expr_of(context, node->first, &ar_type_string);
    struct ar_expr *b = ar_check_expr_of(context, node->last, &ar_type_string);
    return make(context, kind, node, a, b);
}

struct ar_expr *ar_check_operator(struct ar_context *context,
                                  const struct ar_node *node)
{
    if (node->kind == AR_NODE_COMPARE)
        return check_compare(context, node);
    if (node->kind == AR_NODE_ARITHMETIC)
        return check_arithmetic(context, node);
    if (node->kind == AR_NODE_IN || node->kind == AR_NODE_NOT_IN)
        return check_in(context, node);
    if (node->kind == AR_NODE_MATCHES)
        return check_matches(context, node);
    if (node->kind == AR_NODE_CONTAINS)
        return check_contains(context, node);
    if (node->kind == AR_NODE_STARTS_WITH)
        return check_affix(context, node, AR_EXPR_STARTS_WITH);
    AR_ASSERT(node->kind == AR_NODE_ENDS_WITH);
    return check_affix(context, node, AR_EXPR_ENDS_WITH);
}
