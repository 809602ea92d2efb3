/* SPDX-License-Identifier: Apache-2.0 */
/* The instructions that compare values and leave a condition: the order of
 * values, membership in lists, ranges and networks, and parts of strings. */

#include "run/machine.h"

/* ---- the order of values ---- */

static int order_integers(int64_t a, int64_t b)
{
    return a < b ? -1 : a > b;
}

static int order_reals(double a, double b)
{
    return a < b ? -1 : a > b;
}

/* Rounding keeps the order, so only what is rounded to b itself is in doubt:
 * then b is whole, and an int unless it is 2 to the 63rd, which none is. */
static int order_integer_and_real(int64_t a, double b)
{
    const double two_to_63 = 9223372036854775808.0;
    double rounded = (double)a;
    int order = order_reals(rounded, b);
    if (order != 0)
        return order;
    return rounded < two_to_63 ? order_integers(a, (int64_t)rounded) : -1;
}

static int order_numbers(const ar_value *a, const ar_value *b)
{
    bool is_real = a->type->kind == AR_TYPE_REAL;
    if (b->type->kind == AR_TYPE_REAL)
        return is_real ? order_reals(a->as.real, b->as.real)
                       : order_integer_and_real(a->as.integer, b->as.real);
    return is_real ? -order_integer_and_real(b->as.integer, a->as.real)
                   : order_integers(a->as.integer, b->as.integer);
}

/* By network, then the wider one first. */
static int order_networks(const struct ar_cidr *a, const struct ar_cidr *b)
{
    int order = ar_ip_compare(&a->network, &b->network);
    return order != 0 ? order : order_integers(a->prefix, b->prefix);
}

int ar_value_order(const ar_value *a, const ar_value *b)
{
    AR_ASSERT(a->state == AR_STATE_VALUE && b->state == AR_STATE_VALUE);
    switch (a->type->kind) {
    case AR_TYPE_INT:
    case AR_TYPE_REAL: return order_numbers(a, b);
    case AR_TYPE_SIZE:
    case AR_TYPE_DURATION:
    case AR_TYPE_TIME:
    case AR_TYPE_ENUM: return order_integers(a->as.integer, b->as.integer);
    case AR_TYPE_BOOL: return order_integers(a->as.boolean, b->as.boolean);
    case AR_TYPE_STRING: return ar_str_compare(a->as.string, b->as.string);
    case AR_TYPE_VERSION:
        return ar_version_compare(a->as.version, b->as.version);
    case AR_TYPE_IP: return ar_ip_compare(&a->as.ip, &b->as.ip);
    case AR_TYPE_CIDR: return order_networks(&a->as.cidr, &b->as.cidr);
    case AR_TYPE_POISON:
    case AR_TYPE_LIST:
    case AR_TYPE_MAP:
    case AR_TYPE_RECORD: break;
    }
    AR_UNREACHABLE();
}

static bool order_holds(enum ar_operator op, int order)
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

bool ar_value_compare(enum ar_operator op, const ar_value *a, const ar_value *b)
{
    return order_holds(op, ar_value_order(a, b));
}

/* ---- conditions ---- */

/* Whether all operands are values; if not, the condition that follows. */
static bool has_values(const struct ar_operation *operation, size_t count)
{
    if (ar_operation_has_values(operation, count))
        return true;
    struct ar_register *out = operation->at;
    unsigned bits = ar_register_bits_of(ar_register_value(out));
    *out = (struct ar_register){.trace = out->trace, .bits = bits};
    return false;
}

static const ar_value *operand(const struct ar_operation *operation, size_t ix)
{
    AR_ASSERT(operation->at[ix].value != NULL);
    return operation->at[ix].value;
}

static ar_str text_operand(const struct ar_operation *operation, size_t ix)
{
    return operand(operation, ix)->as.string;
}

/* Whether they agree, for each pair of outcomes; neither if one of the pair
 * is. */
static unsigned equal_bits(unsigned a, unsigned b)
{
    unsigned swapped = ar_bits_not(b);
    unsigned bits = (a | b) & AR_OUTCOME_NEITHER;
    if (a & b & ~(unsigned)AR_OUTCOME_NEITHER)
        bits |= AR_OUTCOME_TRUE;
    if (a & swapped & ~(unsigned)AR_OUTCOME_NEITHER)
        bits |= AR_OUTCOME_FALSE;
    return bits;
}

void ar_operate_equal(const struct ar_operation *operation)
{
    struct ar_register *at = operation->at;
    unsigned bits = equal_bits(at[0].bits, at[1].bits);
    if (operation->n == AR_OPERATOR_NOT_EQUAL)
        bits = ar_bits_not(bits);
    ar_cause_vector causes = {0};
    /* Of what is neither only the absent side is a cause. */
    if (!ar_operation_has_values(operation, 2))
        causes = *ar_register_causes(at);
    *at = ar_register_blame(operation->machine, ar_register_of_bits(bits),
                            causes);
}

/* What was redacted is compared only with itself. */
static bool are_same_placeholder(const struct ar_operation *operation)
{
    const ar_value *a = operation->at[0].value;
    const ar_value *b = operation->at[1].value;
    return a && b && ar_value_same_placeholder(a, b);
}

void ar_operate_compare(const struct ar_operation *operation)
{
    if (are_same_placeholder(operation)) {
        ar_operation_give_bool(operation,
                               order_holds((enum ar_operator)operation->n, 0));
        return;
    }
    if (!has_values(operation, 2))
        return;
    bool holds = ar_value_compare((enum ar_operator)operation->n,
                                  operand(operation, 0), operand(operation, 1));
    ar_operation_give_bool(operation, holds);
}

void ar_operate_in_range(const struct ar_operation *operation)
{
    if (!has_values(operation, 3))
        return;
    int from_start =
        ar_value_order(operand(operation, 0), operand(operation, 1));
    int from_end = ar_value_order(operand(operation, 0), operand(operation, 2));
    bool open_end = operation->n != 0;
    ar_operation_give_bool(operation,
                           from_start >= 0 &&
                               (open_end ? from_end < 0 : from_end <= 0));
}

/* ---- membership ---- */

/* Whether the list has the placeholder that is looked for. */
static bool has_placeholder(const struct ar_operation *operation)
{
    const ar_value *wanted = operation->at[0].value;
    const ar_value *list = operation->at[1].value;
    if (!wanted || !ar_value_is_placeholder(wanted) || !list ||
        list->state != AR_STATE_VALUE)
        return false;
    bool is_found = false;
    for (size_t ix = 0; ix < list->as.list.count && !is_found; ix++) {
        if (!ar_machine_spend(operation->machine, 1))
            break;
        is_found = ar_value_same_placeholder(wanted, &list->as.list.items[ix]);
    }
    return is_found;
}

/* One element that equals the value is enough; those that are not known might
 * each be it. */
void ar_operate_in_list(const struct ar_operation *operation)
{
    if (has_placeholder(operation)) {
        ar_operation_give_bool(operation, true);
        return;
    }
    if (!has_values(operation, 2))
        return;
    const ar_value *wanted = operand(operation, 0);
    const struct ar_register list = operation->at[1];
    unsigned bits = AR_OUTCOME_FALSE;
    ar_cause_vector causes = {0};
    for (size_t ix = 0; ix < list.value->as.list.count; ix++) {
        const ar_value *item = &list.value->as.list.items[ix];
        if (!ar_machine_spend(operation->machine, 1))
            break;
        if (item->state == AR_STATE_VALUE) {
            if (ar_value_order(wanted, item) != 0)
                continue;
            ar_operation_give_bool(operation, true);
            return;
        }
        struct ar_register lack =
            ar_operation_element(operation, &list, *item, true);
        bits = ar_bits_or(bits, ar_register_bits_of(*item));
        ar_causes_collect(operation->machine, &causes, &lack);
    }
    *operation->at = ar_register_blame(operation->machine,
                                       ar_register_of_bits(bits), causes);
}

void ar_operate_in_cidr(const struct ar_operation *operation)
{
    if (!has_values(operation, 2))
        return;
    const ar_value *inner = operand(operation, 0);
    const struct ar_cidr *outer = &operand(operation, 1)->as.cidr;
    bool lies_within = inner->type->kind == AR_TYPE_CIDR
                           ? ar_cidr_has_cidr(outer, &inner->as.cidr)
                           : ar_cidr_has_ip(outer, &inner->as.ip);
    ar_operation_give_bool(operation, lies_within);
}

void ar_operate_in_map(const struct ar_operation *operation)
{
    if (!has_values(operation, 2))
        return;
    ar_str key = text_operand(operation, 0);
    const ar_value *map = operand(operation, 1);
    bool is_key = false;
    for (size_t ix = 0; ix < map->as.list.count && !is_key; ix++) {
        if (!ar_machine_spend(operation->machine, 1))
            break;
        is_key = ar_str_equal(map->as.list.keys[ix], key);
    }
    ar_operation_give_bool(operation, is_key);
}

/* ---- strings ---- */

void ar_operate_contains(const struct ar_operation *operation)
{
    if (!has_values(operation, 2))
        return;
    ar_str whole = text_operand(operation, 0);
    ar_machine_spend_bytes(operation->machine, whole.len);
    size_t at = ar_str_find(whole, text_operand(operation, 1), 0);
    ar_operation_give_bool(operation, at != SIZE_MAX);
}

void ar_operate_starts_with(const struct ar_operation *operation)
{
    if (!has_values(operation, 2))
        return;
    ar_operation_give_bool(operation,
                           ar_str_starts_with(text_operand(operation, 0),
                                              text_operand(operation, 1)));
}

void ar_operate_ends_with(const struct ar_operation *operation)
{
    if (!has_values(operation, 2))
        return;
    ar_operation_give_bool(operation,
                           ar_str_ends_with(text_operand(operation, 0),
                                            text_operand(operation, 1)));
}
