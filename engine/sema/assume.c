/* SPDX-License-Identifier: Apache-2.0 */
/* Assuming that a condition is certainly true or certainly false. A chain of
 * `and` is certainly true exactly if each of its operands is, and `or` if one
 * of them is, whatever is absent or unknown; so an assumption reaches down to
 * comparisons, which say that their operands have values and which. */
#include "sema/assume.h"

/* ---- what is not looked into ---- */

/* A term that stands for the whole condition, which nothing here looks
 * into. */
static bool assume_bool(struct ar_constraints *constraints,
                        struct ar_closure closure, bool outcome)
{
    size_t ix = ar_constraints_term(constraints, closure);
    ar_value value = ar_value_bool(outcome);
    return ar_constraints_domain(
               constraints, ix,
               ar_domain_between(constraints->terms.arena, value, value)) &&
           ar_constraints_states(constraints, ix, AR_TERM_VALUE);
}

bool ar_assume_opaque(struct ar_constraints *constraints,
                      struct ar_closure closure, bool outcome)
{
    for (size_t i = 0; i < closure.expr->n_operands; i++) {
        if (!ar_assume_value(constraints, ar_closure_operand(closure, i)))
            return false;
    }
    return assume_bool(constraints, closure, outcome);
}

/* ---- presence ---- */

static bool assume_states(struct ar_constraints *constraints,
                          struct ar_closure closure, unsigned states)
{
    closure = ar_term_resolve(&constraints->terms, closure);
    if (closure.expr->kind == AR_EXPR_CONSTANT)
        return states & AR_TERM_VALUE;
    if (states == AR_TERM_VALUE)
        return ar_assume_value(constraints, closure);
    return ar_constraints_states(
        constraints, ar_constraints_term(constraints, closure), states);
}

/* A condition exists as long as it cannot be neither; of one that is open
 * that is not told apart. */
static bool assume_presence(struct ar_constraints *constraints,
                            struct ar_closure closure, bool outcome)
{
    struct ar_closure operand = ar_closure_operand(closure, 0);
    bool exists = outcome == (closure.expr->kind == AR_EXPR_EXISTS);
    bool is_bool = operand.expr->type->kind == AR_TYPE_BOOL;
    unsigned there =
        is_bool ? AR_TERM_VALUE | AR_TERM_UNKNOWN : (unsigned)AR_TERM_VALUE;
    if (is_bool && exists)
        constraints->is_exact = false;
    return assume_states(constraints, operand,
                         exists ? there : (unsigned)AR_TERM_ABSENT);
}

/* Which other reason it has is not told apart. */
static bool assume_unknown(struct ar_constraints *constraints,
                           struct ar_closure closure, bool outcome)
{
    struct ar_closure operand = ar_closure_operand(closure, 0);
    bool any = closure.expr->reason == AR_N_REASONS;
    if (!assume_bool(constraints, closure, outcome))
        return false;
    if (outcome)
        return assume_states(constraints, operand, AR_TERM_UNKNOWN);
    return !any ||
           assume_states(constraints, operand, AR_TERM_VALUE | AR_TERM_ABSENT);
}

static bool assume_group_presence(struct ar_constraints *constraints,
                                  struct ar_closure closure, bool outcome)
{
    bool exists = outcome == (closure.expr->kind == AR_EXPR_GROUP_EXISTS);
    ar_str name = closure.expr->group->name;
    if (closure.expr->n_operands > 0)
        return assume_bool(constraints, closure, outcome);
    name = ar_str_concat(constraints->terms.arena, AR_STR("group:"), name);
    return ar_constraints_states(constraints,
                                 ar_constraints_named(constraints, name, NULL),
                                 exists ? AR_TERM_VALUE : AR_TERM_ABSENT);
}

/* ---- logic ---- */

/* The operands of a chain, of which one has to be as assumed. */
struct choice {
    struct ar_closure chain;
    bool outcome;
};

static bool assume_choice(struct ar_constraints *constraints, const void *user,
                          size_t ix)
{
    const struct choice *choice = user;
    return ar_assume_condition(
        constraints, ar_closure_operand(choice->chain, ix), choice->outcome);
}

/* Those that say one thing go first: they decide what is left of the
 * others. */
static bool is_direct(struct ar_constraints *constraints,
                      struct ar_closure closure)
{
    closure = ar_term_resolve(&constraints->terms, closure);
    enum ar_expr_kind kind = closure.expr->kind;
    return kind != AR_EXPR_AND && kind != AR_EXPR_OR && kind != AR_EXPR_NOT &&
           kind != AR_EXPR_IF && kind != AR_EXPR_DEFAULT &&
           kind != AR_EXPR_ANY && kind != AR_EXPR_EVERY && kind != AR_EXPR_NO;
}

static bool assume_each(struct ar_constraints *constraints,
                        struct ar_closure chain, bool outcome)
{
    for (unsigned round = 0; round < 2; round++) {
        for (size_t i = 0; i < chain.expr->n_operands; i++) {
            struct ar_closure operand = ar_closure_operand(chain, i);
            if (is_direct(constraints, operand) == (round == 0) &&
                !ar_assume_condition(constraints, operand, outcome))
                return false;
        }
    }
    return ar_constraints_propagate(constraints);
}

static bool assume_chain(struct ar_constraints *constraints,
                         struct ar_closure closure, bool outcome)
{
    bool is_and = closure.expr->kind == AR_EXPR_AND;
    if (is_and == outcome)
        return assume_each(constraints, closure, outcome);
    struct choice choice = {closure, outcome};
    return ar_constraints_branch(constraints, closure.expr->n_operands,
                                 assume_choice, &choice);
}

/* Two conditions are certainly equal if both are certain, and alike. */
struct condition_pair {
    struct ar_closure left;
    struct ar_closure right;
    bool equal;
};

static bool assume_pair(struct ar_constraints *constraints, const void *user,
                        size_t ix)
{
    const struct condition_pair *pair = user;
    return ar_assume_condition(constraints, pair->left, ix == 0) &&
           ar_assume_condition(constraints, pair->right,
                               (ix == 0) == pair->equal);
}

static bool assume_same_outcome(struct ar_constraints *constraints,
                                struct ar_closure closure, bool outcome)
{
    struct condition_pair pair = {
        ar_closure_operand(closure, 0), ar_closure_operand(closure, 1),
        outcome == (closure.expr->op == AR_OPERATOR_EQUAL)};
    return ar_constraints_branch(constraints, 2, assume_pair, &pair);
}

/* ---- quantifiers ---- */

/* Whether one element can be as assumed; nothing is kept of it, since it is
 * not known which one it is. */
static bool some_element(struct ar_constraints *constraints,
                         struct ar_closure closure, bool outcome)
{
    struct ar_constraints_mark mark = ar_constraints_mark(constraints);
    bool is_exact = constraints->is_exact;
    struct ar_closure list = ar_closure_operand(closure, 0);
    struct ar_closure body = ar_closure_operand(closure, 1);
    body.scope =
        ar_bind_variable(&constraints->terms, closure.expr->local, list);
    bool can_be = ar_assume_condition(constraints, body, outcome) &&
                  ar_constraints_propagate(constraints);
    ar_constraints_undo(constraints, mark);
    constraints->is_exact = is_exact;
    return can_be;
}

static bool assume_quantifier(struct ar_constraints *constraints,
                              struct ar_closure closure, bool outcome)
{
    const struct ar_expr *expr = closure.expr;
    struct ar_expr as_any = *expr;
    struct ar_closure known = closure;
    bool is_no = expr->kind == AR_EXPR_NO;
    bool of_all = expr->kind == AR_EXPR_EVERY ? outcome : outcome == is_no;
    if (!ar_assume_value(constraints, ar_closure_operand(closure, 0)))
        return false;
    if (!of_all &&
        !some_element(constraints, closure, expr->kind != AR_EXPR_EVERY))
        return false;
    as_any.kind = is_no ? AR_EXPR_ANY : expr->kind;
    known.expr = &as_any; /* so that `no` is known as the opposite of `any` */
    return assume_bool(constraints, known, is_no ? !outcome : outcome);
}

/* ---- all kinds ---- */

static bool assume_equal(struct ar_constraints *constraints,
                         struct ar_closure closure, bool outcome)
{
    if (closure.expr->operands[0]->type->kind == AR_TYPE_BOOL)
        return assume_same_outcome(constraints, closure, outcome);
    return ar_assume_compare(constraints, closure, outcome);
}

static bool assume_not(struct ar_constraints *constraints,
                       struct ar_closure closure, bool outcome)
{
    return ar_assume_condition(constraints, ar_closure_operand(closure, 0),
                               !outcome);
}

static bool assume_constant(struct ar_constraints *constraints,
                            struct ar_closure closure, bool outcome)
{
    (void)constraints;
    return closure.expr->type->kind != AR_TYPE_BOOL ||
           ar_expr_value(closure.expr).as.boolean == outcome;
}

/* Of the others nothing is known but which outcome they have. */
static bool (*const assume_kind[])(struct ar_constraints *constraints,
                                   struct ar_closure closure, bool outcome) = {
    [AR_EXPR_CONSTANT] = assume_constant,
    [AR_EXPR_AND] = assume_chain,
    [AR_EXPR_OR] = assume_chain,
    [AR_EXPR_NOT] = assume_not,
    [AR_EXPR_COMPARE] = assume_equal,
    [AR_EXPR_IN_LIST] = ar_assume_in_list,
    [AR_EXPR_IN_MAP] = ar_assume_opaque,
    [AR_EXPR_IN_RANGE] = ar_assume_in_range,
    [AR_EXPR_IN_CIDR] = ar_assume_in_cidr,
    [AR_EXPR_MATCHES] = ar_assume_text_test,
    [AR_EXPR_CONTAINS] = ar_assume_text_test,
    [AR_EXPR_ENDS_WITH] = ar_assume_text_test,
    [AR_EXPR_STARTS_WITH] = ar_assume_starts_with,
    [AR_EXPR_EXISTS] = assume_presence,
    [AR_EXPR_ABSENT] = assume_presence,
    [AR_EXPR_UNKNOWN] = assume_unknown,
    [AR_EXPR_GROUP_EXISTS] = assume_group_presence,
    [AR_EXPR_GROUP_ABSENT] = assume_group_presence,
    [AR_EXPR_ANY] = assume_quantifier,
    [AR_EXPR_EVERY] = assume_quantifier,
    [AR_EXPR_NO] = assume_quantifier,
    [AR_EXPR_PART] = NULL, /* the last kind, so that there is room for all */
};

bool ar_assume_condition(struct ar_constraints *constraints,
                         struct ar_closure closure, bool outcome)
{
    bool holds = true;
    constraints->terms.steps--;
    if (ar_constraints_spent(constraints)) {
        constraints->is_exact = false;
        return true;
    }
    closure = ar_term_resolve(&constraints->terms, closure);
    struct ar_ways ways = {.closure = closure, .outcome = outcome};
    if (assume_kind[closure.expr->kind])
        return assume_kind[closure.expr->kind](constraints, closure, outcome);
    if (ar_assume_ways(constraints, &ways, &holds))
        return holds;
    return ar_assume_value(constraints, closure) &&
           assume_bool(constraints, closure, outcome);
}

bool ar_assume(struct ar_constraints *constraints, struct ar_closure condition,
               bool outcome)
{
    return ar_assume_condition(constraints, condition, outcome) &&
           ar_constraints_propagate(constraints);
}
