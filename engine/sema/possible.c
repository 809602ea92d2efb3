/* SPDX-License-Identifier: Apache-2.0 */
/* The outcomes of a condition: true and false if they can be assumed, and
 * whether it must be decided. */
#include "sema/possible.h"

#include "sema/constraint.h"

static bool can_be(struct ar_arena *arena, const struct ar_expr *condition,
                   bool outcome)
{
    struct ar_constraints *constraints = ar_constraints_create(arena);
    struct ar_closure closure = {condition, NULL};
    return ar_assume(constraints, closure, outcome);
}

/* Operators that come to true or false if all their operands are decided. */
static bool decides(enum ar_expr_kind kind)
{
    return kind == AR_EXPR_AND || kind == AR_EXPR_OR || kind == AR_EXPR_NOT ||
           kind == AR_EXPR_COMPARE || kind == AR_EXPR_IN_LIST ||
           kind == AR_EXPR_IN_RANGE || kind == AR_EXPR_IN_CIDR ||
           kind == AR_EXPR_CONTAINS || kind == AR_EXPR_STARTS_WITH ||
           kind == AR_EXPR_ENDS_WITH || kind == AR_EXPR_EXISTS ||
           kind == AR_EXPR_ABSENT || kind == AR_EXPR_IF ||
           kind == AR_EXPR_DEFAULT || kind == AR_EXPR_LIST;
}

static bool is_decided(const struct ar_expr *expr)
{
    if (expr->kind == AR_EXPR_CONSTANT)
        return ar_expr_value(expr).state == AR_STATE_VALUE;
    if (!decides(expr->kind))
        return false;
    for (size_t i = 0; i < expr->n_operands; i++) {
        if (!is_decided(expr->operands[i]))
            return false;
    }
    return true;
}

/* One operand is enough: of `and` one that is always false, of `or` one that
 * is always true. */
static bool always_comes_to(struct ar_arena *arena, const struct ar_expr *expr,
                            bool outcome)
{
    bool absorbs = expr->kind == (outcome ? AR_EXPR_OR : AR_EXPR_AND);
    if (is_decided(expr))
        return !can_be(arena, expr, !outcome);
    if (expr->kind == AR_EXPR_NOT)
        return always_comes_to(arena, expr->operands[0], !outcome);
    for (size_t i = 0; absorbs && i < expr->n_operands; i++) {
        if (always_comes_to(arena, expr->operands[i], outcome))
            return true;
    }
    return false;
}

unsigned ar_possible_outcomes(struct ar_arena *arena,
                              const struct ar_expr *condition)
{
    unsigned bits = 0;
    if (can_be(arena, condition, true))
        bits |= AR_POSSIBLE_TRUE;
    if (can_be(arena, condition, false))
        bits |= AR_POSSIBLE_FALSE;
    bool is_one = bits == AR_POSSIBLE_TRUE || bits == AR_POSSIBLE_FALSE;
    bool is_certain =
        is_decided(condition) ||
        (is_one && always_comes_to(arena, condition, bits == AR_POSSIBLE_TRUE));
    return bits == 0 || !is_certain ? bits | AR_POSSIBLE_UNDECIDED : bits;
}
