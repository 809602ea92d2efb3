/* SPDX-License-Identifier: Apache-2.0 */
/* Assuming that an expression has a value, and one out of a set. A value says
 * that all it is made of has values too; `if`, `default` and definitions with
 * guards are several ways to one value. */
#include "sema/assume.h"

/* ---- values ---- */

/* Without an absent or unknown operand there is no absent or unknown
 * result; so a result says that there are operands. */
static bool is_strict(enum ar_expr_kind kind)
{
    return kind == AR_EXPR_FUNCTION || kind == AR_EXPR_ARITHMETIC ||
           kind == AR_EXPR_NEGATE || kind == AR_EXPR_FIELD ||
           kind == AR_EXPR_LIST_FIELD || kind == AR_EXPR_INDEX ||
           kind == AR_EXPR_MAP_INDEX || kind == AR_EXPR_PART ||
           kind == AR_EXPR_FACT;
}

static bool takes_list(enum ar_expr_kind kind)
{
    return kind == AR_EXPR_COUNT || kind == AR_EXPR_FIRST ||
           kind == AR_EXPR_FILTER;
}

static bool assume_group(struct ar_constraints *constraints, ar_str key)
{
    ar_str name =
        ar_str_concat(constraints->terms.arena, AR_STR("group:"), key);
    return ar_constraints_states(constraints,
                                 ar_constraints_named(constraints, name, NULL),
                                 AR_TERM_VALUE);
}

/* A fact with a value makes the groups around it exist; those with arguments
 * are left out. */
static bool assume_groups(struct ar_constraints *constraints, size_t fact)
{
    ar_str key = constraints->list.at[fact].key;
    for (size_t i = 0; i < key.len; i++) {
        char c = key.ptr[i];
        if (c == '(')
            break;
        if (c == '.' && !assume_group(constraints, ar_str_slice(key, 0, i)))
            return false;
    }
    return true;
}

bool ar_assume_value(struct ar_constraints *constraints,
                     struct ar_closure closure)
{
    closure = ar_term_resolve(&constraints->terms, closure);
    const struct ar_expr *expr = closure.expr;
    if (ar_constraints_spent(constraints) || expr->kind == AR_EXPR_CONSTANT)
        return true;
    size_t ix = ar_constraints_term(constraints, closure);
    if (!ar_constraints_states(constraints, ix, AR_TERM_VALUE))
        return false;
    bool is_plain_fact = expr->kind == AR_EXPR_FACT && ix != SIZE_MAX &&
                         expr->fact->definitions.count == 0;
    if (is_plain_fact && !assume_groups(constraints, ix))
        return false;
    if (takes_list(expr->kind))
        return ar_assume_value(constraints, ar_closure_operand(closure, 0));
    for (size_t i = 0; is_strict(expr->kind) && i < expr->n_operands; i++) {
        if (!ar_assume_value(constraints, ar_closure_operand(closure, i)))
            return false;
    }
    return true;
}

/* ---- expressions with more than one way to their value ---- */

static bool assume_result(struct ar_constraints *constraints,
                          const struct ar_ways *ways, struct ar_closure result)
{
    return ways->domain.type
               ? ar_assume_within(constraints, result, ways->domain)
               : ar_assume_condition(constraints, result, ways->outcome);
}

static struct ar_closure operand(const struct ar_ways *ways, size_t ix)
{
    return ar_closure_operand(ways->closure, ix);
}

/* Where the condition of an `if` is open, its branches may still agree. */
static bool assume_if(struct ar_constraints *constraints, const void *user,
                      size_t ix)
{
    const struct ar_ways *ways = user;
    if (ix == 2)
        return assume_result(constraints, ways, operand(ways, 1)) &&
               assume_result(constraints, ways, operand(ways, 2));
    return ar_assume_condition(constraints, operand(ways, 0), ix == 0) &&
           assume_result(constraints, ways, operand(ways, 1 + ix));
}

/* What there is, or what stands for it where it is not. A bool may also be
 * half open: then both must agree. */
static bool assume_default(struct ar_constraints *constraints, const void *user,
                           size_t ix)
{
    const struct ar_ways *ways = user;
    struct ar_closure value =
        ar_term_resolve(&constraints->terms, operand(ways, 0));
    bool is_bool = ways->closure.expr->type->kind == AR_TYPE_BOOL;
    if (ix == 0)
        return assume_result(constraints, ways, value);
    if (value.expr->kind == AR_EXPR_CONSTANT)
        return false;
    unsigned states =
        is_bool ? AR_TERM_ABSENT | AR_TERM_UNKNOWN : (unsigned)AR_TERM_ABSENT;
    size_t term = ar_constraints_term(constraints, value);
    return ar_constraints_states(constraints, term, states) &&
           assume_result(constraints, ways, operand(ways, 1));
}

static bool assume_definition(struct ar_constraints *constraints,
                              const void *user, size_t ix)
{
    const struct ar_ways *ways = user;
    const struct ar_binding *scope =
        ar_bind_derived(&constraints->terms, ways->closure);
    const struct ar_definition *definition =
        &ways->closure.expr->fact->definitions.at[ix];
    struct ar_closure guard = {definition->guard, scope};
    struct ar_closure value = {definition->expr, scope};
    return (!guard.expr || ar_assume_condition(constraints, guard, true)) &&
           assume_result(constraints, ways, value);
}

static bool is_inlined(const struct ar_constraints *constraints,
                       const struct ar_expr *expr)
{
    return constraints->terms.inlines_derived && expr->kind == AR_EXPR_FACT &&
           expr->fact->definitions.count > 0;
}

bool ar_has_ways(const struct ar_constraints *constraints,
                 const struct ar_expr *expr)
{
    return expr->kind == AR_EXPR_IF || expr->kind == AR_EXPR_DEFAULT ||
           is_inlined(constraints, expr);
}

bool ar_assume_ways(struct ar_constraints *constraints,
                    const struct ar_ways *ways, bool *holds)
{
    const struct ar_expr *expr = ways->closure.expr;
    if (expr->kind == AR_EXPR_IF)
        *holds = ar_constraints_branch(constraints, ways->domain.type ? 2 : 3,
                                       assume_if, ways);
    else if (expr->kind == AR_EXPR_DEFAULT)
        *holds = ar_constraints_branch(constraints, 2, assume_default, ways);
    else if (is_inlined(constraints, expr))
        *holds =
            ar_constraints_branch(constraints, expr->fact->definitions.count,
                                  assume_definition, ways);
    else
        return false;
    constraints->is_exact = false;
    return true;
}

/* ---- values within a set ---- */

/* A bool is a condition like any other: it has no value of its own. */
static bool assume_bool_within(struct ar_constraints *constraints,
                               struct ar_closure closure,
                               struct ar_domain domain)
{
    if (domain.count == 0)
        return false;
    bool lowest = domain.at[0].low.as.boolean;
    bool highest = domain.at[domain.count - 1].high.as.boolean;
    if (lowest == highest)
        return ar_assume_condition(constraints, closure, lowest);
    return ar_assume_value(constraints, closure);
}

/* An int opposite a real and the other way round. */
static bool fit_type(struct ar_constraints *constraints,
                     const struct ar_type *type, struct ar_domain *domain)
{
    if (ar_type_equal(domain->type, type))
        return true;
    constraints->is_exact = false;
    return false;
}

bool ar_assume_within(struct ar_constraints *constraints,
                      struct ar_closure closure, struct ar_domain domain)
{
    ar_value constant;
    bool holds;
    constraints->terms.steps--;
    closure = ar_term_resolve(&constraints->terms, closure);
    if (ar_constraints_spent(constraints))
        return true;
    struct ar_ways ways = {.closure = closure, .domain = domain};
    if (ar_term_fold(&constraints->terms, closure, &constant)) {
        struct ar_domain one =
            ar_domain_between(constraints->terms.arena, constant, constant);
        return !ar_type_equal(domain.type, constant.type) ||
               ar_domain_is_within(constraints->terms.arena, one, domain);
    }
    if (ar_assume_ways(constraints, &ways, &holds))
        return holds;
    if (closure.expr->type->kind == AR_TYPE_BOOL)
        return assume_bool_within(constraints, closure, domain);
    if (!ar_assume_value(constraints, closure))
        return false;
    if (!fit_type(constraints, closure.expr->type, &domain))
        return true;
    size_t ix = ar_constraints_term(constraints, closure);
    return ar_constraints_domain(constraints, ix, domain) &&
           ar_constraints_states(constraints, ix, AR_TERM_VALUE);
}
