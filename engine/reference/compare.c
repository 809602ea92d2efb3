/* SPDX-License-Identifier: Apache-2.0 */
/* Comparisons, membership and the tests of strings: operators on values that
 * give a condition. */

#include "reference/eval.h"

/* ---- the order of values ---- */

static int order_integers(int64_t a, int64_t b)
{
    return (a > b) - (a < b);
}

static int order_reals(double a, double b)
{
    return (a > b) - (a < b);
}

/* Exact: a double cannot hold every int. */
static int order_integer_real(int64_t a, double b)
{
    const double two_to_63 = 9223372036854775808.0;
    if (b >= two_to_63)
        return -1;
    if (b < -two_to_63)
        return 1;
    int64_t whole = (int64_t)b;
    int order = order_integers(a, whole);
    return order != 0 ? order : order_reals((double)whole, b);
}

static int order_numbers(const ar_value *a, const ar_value *b)
{
    bool a_is_real = a->type->kind == AR_TYPE_REAL;
    bool b_is_real = b->type->kind == AR_TYPE_REAL;
    if (a_is_real && b_is_real)
        return order_reals(a->as.real, b->as.real);
    if (a_is_real)
        return -order_integer_real(b->as.integer, a->as.real);
    if (b_is_real)
        return order_integer_real(a->as.integer, b->as.real);
    return order_integers(a->as.integer, b->as.integer);
}

static int order_cidrs(const struct ar_cidr *a, const struct ar_cidr *b)
{
    int order = ar_ip_compare(&a->network, &b->network);
    return order != 0 ? order : (int)a->prefix - (int)b->prefix;
}

int ar_order_values(const ar_value *a, const ar_value *b)
{
    AR_ASSERT(a->state == AR_STATE_VALUE && b->state == AR_STATE_VALUE);
    switch (a->type->kind) {
    case AR_TYPE_BOOL: return (int)a->as.boolean - (int)b->as.boolean;
    case AR_TYPE_INT:
    case AR_TYPE_REAL: return order_numbers(a, b);
    case AR_TYPE_STRING: return ar_str_compare(a->as.string, b->as.string);
    case AR_TYPE_VERSION:
        return ar_version_compare(a->as.version, b->as.version);
    case AR_TYPE_SIZE:
    case AR_TYPE_DURATION:
    case AR_TYPE_TIME:
    case AR_TYPE_ENUM: return order_integers(a->as.integer, b->as.integer);
    case AR_TYPE_IP: return ar_ip_compare(&a->as.ip, &b->as.ip);
    case AR_TYPE_CIDR: return order_cidrs(&a->as.cidr, &b->as.cidr);
    case AR_TYPE_POISON:
    case AR_TYPE_LIST:
    case AR_TYPE_MAP:
    case AR_TYPE_RECORD: break;
    }
    AR_UNREACHABLE();
}

static bool holds_of_order(enum ar_operator op, int order)
{
    switch (op) {
    case AR_OPERATOR_EQUAL: return order == 0;
    case AR_OPERATOR_NOT_EQUAL: return order != 0;
    case AR_OPERATOR_LESS: return order < 0;
    case AR_OPERATOR_LESS_EQUAL: return order <= 0;
    case AR_OPERATOR_GREATER: return order > 0;
    case AR_OPERATOR_GREATER_EQUAL: return order >= 0;
    case AR_OPERATOR_ADD:
    case AR_OPERATOR_SUBTRACT:
    case AR_OPERATOR_MULTIPLY:
    case AR_OPERATOR_DIVIDE:
    case AR_OPERATOR_REMAINDER: break;
    }
    AR_UNREACHABLE();
}

bool ar_compare_values(enum ar_operator op, const ar_value *a,
                       const ar_value *b)
{
    return holds_of_order(op, ar_order_values(a, b));
}

/* ---- comparison ---- */

/* Two conditions, for each pair of outcomes. */
static unsigned equal_bits(unsigned a, unsigned b)
{
    unsigned result = (a | b) & AR_OUTCOME_NEITHER;
    const unsigned decided = AR_OUTCOME_TRUE | AR_OUTCOME_FALSE;
    if (a & b & decided)
        result |= AR_OUTCOME_TRUE;
    if (a & ar_logic_not(b) & decided)
        result |= AR_OUTCOME_FALSE;
    return result;
}

static struct ar_outcome compare_conditions(struct ar_evaluator *evaluator,
                                            const struct ar_expr *expr,
                                            const struct ar_outcome *operands)
{
    unsigned bits = equal_bits(operands[0].bits, operands[1].bits);
    if (expr->op == AR_OPERATOR_NOT_EQUAL)
        bits = ar_logic_not(bits);
    struct ar_outcome out = ar_outcome_of_bits(bits);
    struct ar_outcome lack;
    /* Of what is neither only the absent side is a cause. */
    if (!ar_outcome_are_values(evaluator, operands, 2, &lack))
        out.causes = lack.causes;
    return out;
}

struct ar_outcome ar_eval_compare(struct ar_evaluator *evaluator,
                                  const struct ar_expr *expr)
{
    struct ar_outcome operands[2] = {ar_eval(evaluator, expr->operands[0]),
                                     ar_eval(evaluator, expr->operands[1])};
    struct ar_outcome out;
    if (operands[0].is_condition)
        return compare_conditions(evaluator, expr, operands);
    if (ar_value_same_placeholder(&operands[0].value, &operands[1].value))
        return ar_outcome_of_bool(holds_of_order(expr->op, 0));
    if (!ar_outcome_are_values(evaluator, operands, 2, &out))
        return out;
    return ar_outcome_of_bool(
        ar_compare_values(expr->op, &operands[0].value, &operands[1].value));
}

/* ---- membership ---- */

/* Any element that equals the value. */
static struct ar_outcome find_element(struct ar_evaluator *evaluator,
                                      const struct ar_expr *expr,
                                      ar_value value,
                                      const struct ar_outcome *list)
{
    const struct ar_expr *list_expr = expr->operands[1];
    size_t count = list->value.as.list.count;
    unsigned bits = AR_OUTCOME_FALSE;
    ar_cause_vector causes = {0};
    for (size_t ix = 0; ix < count && ar_eval_spend(evaluator, 1); ix++) {
        ar_value item = list->value.as.list.items[ix];
        if (item.state == AR_STATE_VALUE) {
            if (ar_order_values(&value, &item) == 0)
                return ar_outcome_of_bool(true);
            continue;
        }
        struct ar_outcome lack =
            ar_outcome_element(evaluator, list, item, list_expr);
        bits = ar_logic_or(bits, ar_outcome_bits(item));
        ar_causes_add(evaluator, &causes, &lack);
    }
    struct ar_outcome out = ar_outcome_of_bits(bits);
    out.causes = causes;
    return out;
}

/* What was redacted is certainly in a list that has its placeholder. */
static bool has_placeholder(struct ar_evaluator *evaluator,
                            const ar_value *wanted, const ar_value *list)
{
    if (!ar_value_is_placeholder(wanted) || list->state != AR_STATE_VALUE)
        return false;
    const ar_value *items = list->as.list.items;
    for (size_t ix = 0; ix < list->as.list.count && ar_eval_spend(evaluator, 1);
         ix++) {
        if (ar_value_same_placeholder(wanted, &items[ix]))
            return true;
    }
    return false;
}

struct ar_outcome ar_eval_in_list(struct ar_evaluator *evaluator,
                                  const struct ar_expr *expr)
{
    struct ar_outcome operands[2] = {ar_eval(evaluator, expr->operands[0]),
                                     ar_eval(evaluator, expr->operands[1])};
    struct ar_outcome out;
    if (!operands[0].is_condition &&
        has_placeholder(evaluator, &operands[0].value, &operands[1].value))
        return ar_outcome_of_bool(true);
    if (!ar_outcome_are_values(evaluator, operands, 2, &out))
        return out;
    return find_element(evaluator, expr, ar_outcome_value(&operands[0]),
                        &operands[1]);
}

struct ar_outcome ar_eval_in_map(struct ar_evaluator *evaluator,
                                 const struct ar_expr *expr)
{
    struct ar_outcome operands[2] = {ar_eval(evaluator, expr->operands[0]),
                                     ar_eval(evaluator, expr->operands[1])};
    struct ar_outcome out;
    if (!ar_outcome_are_values(evaluator, operands, 2, &out))
        return out;
    const ar_value *map = &operands[1].value;
    for (size_t ix = 0; ix < map->as.list.count; ix++) {
        if (!ar_eval_spend(evaluator, 1))
            break;
        if (ar_str_equal(map->as.list.keys[ix], operands[0].value.as.string))
            return ar_outcome_of_bool(true);
    }
    return ar_outcome_of_bool(false);
}

struct ar_outcome ar_eval_in_range(struct ar_evaluator *evaluator,
                                   const struct ar_expr *expr)
{
    struct ar_outcome operands[3] = {ar_eval(evaluator, expr->operands[0]),
                                     ar_eval(evaluator, expr->operands[1]),
                                     ar_eval(evaluator, expr->operands[2])};
    struct ar_outcome out;
    if (!ar_outcome_are_values(evaluator, operands, 3, &out))
        return out;
    const ar_value *value = &operands[0].value;
    enum ar_operator end =
        expr->open_end ? AR_OPERATOR_LESS : AR_OPERATOR_LESS_EQUAL;
    return ar_outcome_of_bool(
        ar_compare_values(AR_OPERATOR_GREATER_EQUAL, value,
                          &operands[1].value) &&
        ar_compare_values(end, value, &operands[2].value));
}

struct ar_outcome ar_eval_in_cidr(struct ar_evaluator *evaluator,
                                  const struct ar_expr *expr)
{
    struct ar_outcome operands[2] = {ar_eval(evaluator, expr->operands[0]),
                                     ar_eval(evaluator, expr->operands[1])};
    struct ar_outcome out;
    if (!ar_outcome_are_values(evaluator, operands, 2, &out))
        return out;
    const ar_value *inner = &operands[0].value;
    const struct ar_cidr *outer = &operands[1].value.as.cidr;
    if (inner->type->kind == AR_TYPE_IP)
        return ar_outcome_of_bool(ar_cidr_has_ip(outer, &inner->as.ip));
    return ar_outcome_of_bool(ar_cidr_has_cidr(outer, &inner->as.cidr));
}

/* ---- strings ---- */

struct ar_outcome ar_eval_affix(struct ar_evaluator *evaluator,
                                const struct ar_expr *expr)
{
    struct ar_outcome operands[2] = {ar_eval(evaluator, expr->operands[0]),
                                     ar_eval(evaluator, expr->operands[1])};
    struct ar_outcome out;
    if (!ar_outcome_are_values(evaluator, operands, 2, &out))
        return out;
    ar_str whole = operands[0].value.as.string;
    ar_str part = operands[1].value.as.string;
    if (expr->kind == AR_EXPR_STARTS_WITH)
        return ar_outcome_of_bool(ar_str_starts_with(whole, part));
    if (expr->kind == AR_EXPR_ENDS_WITH)
        return ar_outcome_of_bool(ar_str_ends_with(whole, part));
    AR_ASSERT(expr->kind == AR_EXPR_CONTAINS);
    ar_eval_spend_bytes(evaluator, whole.len);
    return ar_outcome_of_bool(ar_str_find(whole, part, 0) != SIZE_MAX);
}
