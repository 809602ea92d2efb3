/* SPDX-License-Identifier: Apache-2.0 */
/* Assuming what comparisons, membership and tests of text say: opposite a
 * constant an operand is one of a set; two others are related. */
#include "sema/assume.h"

/* ---- comparisons ---- */

static enum ar_operator opposite(enum ar_operator op)
{
    switch (op) {
    case AR_OPERATOR_EQUAL: return AR_OPERATOR_NOT_EQUAL;
    case AR_OPERATOR_NOT_EQUAL: return AR_OPERATOR_EQUAL;
    case AR_OPERATOR_LESS: return AR_OPERATOR_GREATER_EQUAL;
    case AR_OPERATOR_LESS_EQUAL: return AR_OPERATOR_GREATER;
    case AR_OPERATOR_GREATER: return AR_OPERATOR_LESS_EQUAL;
    case AR_OPERATOR_GREATER_EQUAL: return AR_OPERATOR_LESS;
    case AR_OPERATOR_ADD:
    case AR_OPERATOR_SUBTRACT:
    case AR_OPERATOR_MULTIPLY:
    case AR_OPERATOR_DIVIDE:
    case AR_OPERATOR_REMAINDER: break;
    }
    AR_UNREACHABLE();
}

/* With its sides changed. */
static enum ar_operator mirror(enum ar_operator op)
{
    switch (op) {
    case AR_OPERATOR_LESS: return AR_OPERATOR_GREATER;
    case AR_OPERATOR_LESS_EQUAL: return AR_OPERATOR_GREATER_EQUAL;
    case AR_OPERATOR_GREATER: return AR_OPERATOR_LESS;
    case AR_OPERATOR_GREATER_EQUAL: return AR_OPERATOR_LESS_EQUAL;
    case AR_OPERATOR_EQUAL:
    case AR_OPERATOR_NOT_EQUAL:
    case AR_OPERATOR_ADD:
    case AR_OPERATOR_SUBTRACT:
    case AR_OPERATOR_MULTIPLY:
    case AR_OPERATOR_DIVIDE:
    case AR_OPERATOR_REMAINDER: return op;
    }
    AR_UNREACHABLE();
}

struct comparison {
    enum ar_operator op;
    struct ar_closure left;
    struct ar_closure right;
};

/* Whole reals beyond 2 to the 53rd are not told apart. */
static const int64_t exact_reals = INT64_C(1) << 53;

/* What an int may be that compares with this real. */
static struct ar_domain int_domain(struct ar_arena *arena, enum ar_operator op,
                                   double real)
{
    int64_t below = (int64_t)real;
    below -= (double)below > real ? 1 : 0;
    bool is_whole = !((double)below < real);
    if (is_whole)
        return ar_domain_of(arena, op, ar_value_int(below));
    if (op == AR_OPERATOR_EQUAL)
        return ar_domain_none(&ar_type_int);
    if (op == AR_OPERATOR_NOT_EQUAL)
        return ar_domain_all(arena, &ar_type_int);
    bool is_upward =
        op == AR_OPERATOR_GREATER || op == AR_OPERATOR_GREATER_EQUAL;
    return ar_domain_of(
        arena, is_upward ? AR_OPERATOR_GREATER : AR_OPERATOR_LESS_EQUAL,
        ar_value_int(below));
}

/* What something of type may be that stands before op and value. */
static struct ar_domain compared_domain(struct ar_constraints *constraints,
                                        const struct ar_type *type,
                                        enum ar_operator op, ar_value value)
{
    struct ar_arena *arena = constraints->terms.arena;
    if (type->kind == value.type->kind)
        return ar_domain_of(arena, op, value);
    bool is_real = value.type->kind == AR_TYPE_REAL;
    double limit = (double)exact_reals;
    double real = is_real ? value.as.real : (double)value.as.integer;
    if (!(real < limit && real > -limit)) {
        constraints->is_exact = false;
        return ar_domain_all(arena, type);
    }
    return is_real ? int_domain(arena, op, real)
                   : ar_domain_of(arena, op, ar_value_real(real));
}

static struct ar_domain order_of(struct ar_constraints *constraints,
                                 enum ar_operator op)
{
    return ar_domain_of(constraints->terms.arena, op, ar_value_int(0));
}

/* Two sides of which none is constant: they are related from now on. */
static bool relate(struct ar_constraints *constraints,
                   struct comparison comparison)
{
    struct ar_arena *arena = constraints->terms.arena;
    if (!ar_assume_value(constraints, comparison.left) ||
        !ar_assume_value(constraints, comparison.right))
        return false;
    size_t left = ar_constraints_term(constraints, comparison.left);
    size_t right = ar_constraints_term(constraints, comparison.right);
    if (left == SIZE_MAX || right == SIZE_MAX)
        return true;
    enum ar_operator op = comparison.op;
    if (left == right)
        return op == AR_OPERATOR_EQUAL || op == AR_OPERATOR_LESS_EQUAL ||
               op == AR_OPERATOR_GREATER_EQUAL;
    ar_str left_key = constraints->list.at[left].key;
    ar_str right_key = constraints->list.at[right].key;
    if (ar_str_compare(left_key, right_key) > 0) {
        struct comparison swapped = {mirror(op), comparison.right,
                                     comparison.left};
        return relate(constraints, swapped);
    }
    ar_str key = ar_str_printf(arena, "order:" AR_STR_FORMAT " " AR_STR_FORMAT,
                               AR_STR_ARG(left_key), AR_STR_ARG(right_key));
    struct ar_term_relation relation = {
        left, right, ar_constraints_named(constraints, key, &ar_type_int)};
    struct ar_domain three =
        ar_domain_between(arena, ar_value_int(-1), ar_value_int(1));
    ar_vector_push(arena, &constraints->relations, relation);
    return ar_constraints_domain(constraints, relation.order, three) &&
           ar_constraints_domain(constraints, relation.order,
                                 order_of(constraints, op)) &&
           ar_constraints_states(constraints, relation.order, AR_TERM_VALUE);
}

static bool compare(struct ar_constraints *constraints,
                    struct comparison comparison)
{
    struct ar_terms *terms = &constraints->terms;
    comparison.left = ar_term_resolve(terms, comparison.left);
    comparison.right = ar_term_resolve(terms, comparison.right);
    ar_value value;
    if (ar_term_fold(terms, comparison.right, &value)) {
        const struct ar_type *type = comparison.left.expr->type;
        return ar_assume_within(
            constraints, comparison.left,
            compared_domain(constraints, type, comparison.op, value));
    }
    if (ar_term_fold(terms, comparison.left, &value)) {
        const struct ar_type *type = comparison.right.expr->type;
        return ar_assume_within(
            constraints, comparison.right,
            compared_domain(constraints, type, mirror(comparison.op), value));
    }
    if (ar_has_ways(constraints, comparison.left.expr) ||
        ar_has_ways(constraints, comparison.right.expr)) {
        constraints->is_exact = false;
        return true;
    }
    return relate(constraints, comparison);
}

bool ar_assume_compare(struct ar_constraints *constraints,
                       struct ar_closure closure, bool outcome)
{
    const struct ar_expr *expr = closure.expr;
    struct comparison comparison = {outcome ? expr->op : opposite(expr->op),
                                    ar_closure_operand(closure, 0),
                                    ar_closure_operand(closure, 1)};
    return compare(constraints, comparison);
}

/* ---- membership ---- */

static struct ar_domain of_outcome(struct ar_constraints *constraints,
                                   struct ar_domain domain, bool outcome)
{
    return outcome ? domain : ar_domain_rest(constraints->terms.arena, domain);
}

/* The elements of a list that is written out with constants. */
static bool list_domain(struct ar_constraints *constraints,
                        const struct ar_type *type, struct ar_closure list,
                        struct ar_domain *out)
{
    struct ar_arena *arena = constraints->terms.arena;
    list = ar_term_resolve(&constraints->terms, list);
    size_t n = list.expr->n_operands;
    if (list.expr->kind != AR_EXPR_LIST)
        return false;
    ar_value *values = AR_NEW_ARRAY(arena, ar_value, n);
    for (size_t i = 0; i < n; i++) {
        if (!ar_term_fold(&constraints->terms, ar_closure_operand(list, i),
                          &values[i]) ||
            !ar_type_equal(values[i].type, type))
            return false;
    }
    *out = ar_domain_of_set(arena, type, values, n);
    return true;
}

bool ar_assume_in_list(struct ar_constraints *constraints,
                       struct ar_closure closure, bool outcome)
{
    struct ar_closure value = ar_closure_operand(closure, 0);
    struct ar_domain domain;
    if (!list_domain(constraints, value.expr->type,
                     ar_closure_operand(closure, 1), &domain))
        return ar_assume_opaque(constraints, closure, outcome);
    return ar_assume_within(constraints, value,
                            of_outcome(constraints, domain, outcome));
}

bool ar_assume_in_range(struct ar_constraints *constraints,
                        struct ar_closure closure, bool outcome)
{
    struct ar_closure value = ar_closure_operand(closure, 0);
    const struct ar_type *type = value.expr->type;
    ar_value low;
    ar_value high;
    if (!ar_term_fold(&constraints->terms, ar_closure_operand(closure, 1),
                      &low) ||
        !ar_term_fold(&constraints->terms, ar_closure_operand(closure, 2),
                      &high))
        return ar_assume_opaque(constraints, closure, outcome);
    enum ar_operator end =
        closure.expr->open_end ? AR_OPERATOR_LESS : AR_OPERATOR_LESS_EQUAL;
    struct ar_domain domain = ar_domain_meet(
        constraints->terms.arena,
        compared_domain(constraints, type, AR_OPERATOR_GREATER_EQUAL, low),
        compared_domain(constraints, type, end, high));
    return ar_assume_within(constraints, value,
                            of_outcome(constraints, domain, outcome));
}

bool ar_assume_in_cidr(struct ar_constraints *constraints,
                       struct ar_closure closure, bool outcome)
{
    struct ar_closure value = ar_closure_operand(closure, 0);
    ar_value cidr;
    if (value.expr->type->kind != AR_TYPE_IP ||
        !ar_term_fold(&constraints->terms, ar_closure_operand(closure, 1),
                      &cidr))
        return ar_assume_opaque(constraints, closure, outcome);
    struct ar_domain domain = ar_domain_between(
        constraints->terms.arena, ar_value_ip(ar_cidr_first(&cidr.as.cidr)),
        ar_value_ip(ar_cidr_last(&cidr.as.cidr)));
    return ar_assume_within(constraints, value,
                            of_outcome(constraints, domain, outcome));
}

/* ---- text ---- */

bool ar_assume_starts_with(struct ar_constraints *constraints,
                           struct ar_closure closure, bool outcome)
{
    ar_value prefix;
    if (!ar_term_fold(&constraints->terms, ar_closure_operand(closure, 1),
                      &prefix))
        return ar_assume_opaque(constraints, closure, outcome);
    struct ar_domain domain =
        ar_domain_prefix(constraints->terms.arena, prefix.as.string);
    return ar_assume_within(constraints, ar_closure_operand(closure, 0),
                            of_outcome(constraints, domain, outcome));
}

/* Kept to be tried on the texts that may be left in the end. */
bool ar_assume_text_test(struct ar_constraints *constraints,
                         struct ar_closure closure, bool outcome)
{
    struct ar_closure subject =
        ar_term_resolve(&constraints->terms, ar_closure_operand(closure, 0));
    ar_value text;
    if (!ar_assume_opaque(constraints, closure, outcome))
        return false;
    if (subject.expr->type->kind != AR_TYPE_STRING)
        return true;
    size_t ix = ar_constraints_term(constraints, subject);
    if (ix == SIZE_MAX)
        return true;
    struct ar_term_test test = {ix, closure, outcome};
    ar_vector_push(constraints->terms.arena, &constraints->tests, test);
    if (!ar_term_fold(&constraints->terms, subject, &text))
        return true;
    return ar_constraints_domain(
        constraints, ix,
        ar_domain_between(constraints->terms.arena, text, text));
}
