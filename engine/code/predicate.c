/* SPDX-License-Identifier: Apache-2.0 */
/* Which conditions all rules can share: those that compare and test facts and
 * use no name of their rule. And when two are the same. */

#include "code/builder.h"

/* The variables of the quantifiers around a node. */
struct scope {
    const struct ar_local *variable;
    const struct scope *outer;
};

static bool is_bound(const struct scope *scope, const struct ar_local *local)
{
    for (; scope; scope = scope->outer) {
        if (scope->variable == local)
            return true;
    }
    return false;
}

static bool is_closed(const struct ar_expr *expr, const struct scope *scope);

static bool are_parts_closed(const struct ar_template *string,
                             const struct scope *scope)
{
    for (size_t ix = 0; ix < string->n_parts; ix++) {
        const struct ar_expr *expr = string->parts[ix].expr;
        if (expr && !is_closed(expr, scope))
            return false;
    }
    return true;
}

/* Whether it names no local from outside. */
static bool is_closed(const struct ar_expr *expr, const struct scope *scope)
{
    if (expr->kind == AR_EXPR_LOCAL)
        return is_bound(scope, expr->local);
    if (expr->kind == AR_EXPR_TEMPLATE)
        return are_parts_closed(expr->string, scope);
    bool binds = expr->kind >= AR_EXPR_ANY && expr->kind <= AR_EXPR_FILTER;
    struct scope inner = {binds ? expr->local : NULL, scope};
    for (size_t ix = 0; ix < expr->n_operands; ix++) {
        const struct scope *seen = binds && ix == 1 ? &inner : scope;
        if (!is_closed(expr->operands[ix], seen))
            return false;
    }
    return true;
}

bool ar_expr_is_predicate(const struct ar_expr *expr)
{
    switch (expr->kind) {
    case AR_EXPR_COMPARE:
    case AR_EXPR_IN_LIST:
    case AR_EXPR_IN_MAP:
    case AR_EXPR_IN_RANGE:
    case AR_EXPR_IN_CIDR:
    case AR_EXPR_MATCHES:
    case AR_EXPR_CONTAINS:
    case AR_EXPR_STARTS_WITH:
    case AR_EXPR_ENDS_WITH:
    case AR_EXPR_EXISTS:
    case AR_EXPR_ABSENT:
    case AR_EXPR_UNKNOWN:
    case AR_EXPR_GROUP_EXISTS:
    case AR_EXPR_GROUP_ABSENT:
    case AR_EXPR_ANY:
    case AR_EXPR_EVERY:
    case AR_EXPR_NO: return is_closed(expr, NULL);
    case AR_EXPR_CONSTANT:
    case AR_EXPR_FACT:
    case AR_EXPR_LOCAL:
    case AR_EXPR_DEF:
    case AR_EXPR_TABLE:
    case AR_EXPR_FUNCTION:
    case AR_EXPR_TEMPLATE:
    case AR_EXPR_LIST:
    case AR_EXPR_AND:
    case AR_EXPR_OR:
    case AR_EXPR_NOT:
    case AR_EXPR_ARITHMETIC:
    case AR_EXPR_NEGATE:
    case AR_EXPR_DEFAULT:
    case AR_EXPR_IF:
    case AR_EXPR_COUNT:
    case AR_EXPR_FIRST:
    case AR_EXPR_FILTER:
    case AR_EXPR_FIELD:
    case AR_EXPR_LIST_FIELD:
    case AR_EXPR_INDEX:
    case AR_EXPR_MAP_INDEX:
    case AR_EXPR_PART: return false;
    }
    AR_UNREACHABLE();
}

static bool is_same_match(const struct ar_match *a, const struct ar_match *b)
{
    return ar_str_equal(a->pattern, b->pattern) &&
           ar_str_equal(a->flags, b->flags);
}

static bool is_same_local(const struct ar_local *a, const struct ar_local *b)
{
    return a->kind == b->kind && a->slot == b->slot &&
           ar_type_equal(a->type, b->type);
}

/* What only nodes of their kind have, but for operands. */
static bool is_same_detail(const struct ar_expr *a, const struct ar_expr *b)
{
    switch ((int)a->kind) {
    case AR_EXPR_CONSTANT:
        return ar_value_same(ar_expr_value(a), ar_expr_value(b));
    case AR_EXPR_FACT: return a->fact == b->fact;
    case AR_EXPR_GROUP_EXISTS:
    case AR_EXPR_GROUP_ABSENT: return a->group == b->group;
    case AR_EXPR_DEF: return a->def == b->def;
    case AR_EXPR_TABLE: return a->table == b->table;
    case AR_EXPR_MATCHES: return is_same_match(a->match, b->match);
    case AR_EXPR_TEMPLATE: return false;
    case AR_EXPR_LOCAL:
    case AR_EXPR_ANY:
    case AR_EXPR_EVERY:
    case AR_EXPR_NO:
    case AR_EXPR_COUNT:
    case AR_EXPR_FIRST:
    case AR_EXPR_FILTER: return is_same_local(a->local, b->local);
    }
    return true;
}

bool ar_expr_is_same(const struct ar_expr *a, const struct ar_expr *b)
{
    if (a->kind != b->kind || a->n_operands != b->n_operands ||
        a->op != b->op || a->ix != b->ix || a->open_end != b->open_end ||
        a->reason != b->reason || a->function != b->function ||
        !ar_type_equal(a->type, b->type) || !is_same_detail(a, b))
        return false;
    for (size_t ix = 0; ix < a->n_operands; ix++) {
        if (!ar_expr_is_same(a->operands[ix], b->operands[ix]))
            return false;
    }
    return true;
}
