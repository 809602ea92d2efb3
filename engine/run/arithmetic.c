/* SPDX-License-Identifier: Apache-2.0 */
/* Sums, differences, products and quotients of numbers and quantities, and
 * strings put behind each other. Products and quotients are worked out on
 * magnitudes without a sign, where nothing overflows unseen. What has no
 * result is unknown(bad_value). */

#include "run/machine.h"

static ar_value refuse(const char *detail)
{
    return ar_value_unknown(AR_REASON_bad_value, ar_str_from_c(detail));
}

static ar_value refuse_size(void)
{
    return refuse("the result does not fit 64 bits");
}

/* ---- ints ---- */

static uint64_t magnitude(int64_t n)
{
    return n < 0 ? 0 - (uint64_t)n : (uint64_t)n;
}

static bool join_sign(uint64_t size, bool is_negative, int64_t *out)
{
    if (size > (uint64_t)INT64_MAX + is_negative)
        return false;
    /* The least int has no positive counterpart. */
    if (is_negative && size > 0)
        *out = -(int64_t)(size - 1) - 1;
    else
        *out = (int64_t)size;
    return true;
}

static bool add(int64_t a, int64_t b, int64_t *out)
{
    bool fits = b < 0 ? a >= INT64_MIN - b : a <= INT64_MAX - b;
    if (fits)
        *out = a + b;
    return fits;
}

static bool subtract(int64_t a, int64_t b, int64_t *out)
{
    bool fits = b < 0 ? a <= INT64_MAX + b : a >= INT64_MIN + b;
    if (fits)
        *out = a - b;
    return fits;
}

static bool multiply(int64_t a, int64_t b, int64_t *out)
{
    uint64_t size = magnitude(a);
    if (b != 0 && size > UINT64_MAX / magnitude(b))
        return false;
    return join_sign(size * magnitude(b), (a < 0) != (b < 0), out);
}

/* b is not 0 where it divides. */
static bool calculate_integers(enum ar_operator op, int64_t a, int64_t b,
                               int64_t *out)
{
    switch (op) {
    case AR_OPERATOR_ADD: return add(a, b, out);
    case AR_OPERATOR_SUBTRACT: return subtract(a, b, out);
    case AR_OPERATOR_MULTIPLY: return multiply(a, b, out);
    case AR_OPERATOR_DIVIDE:
        return join_sign(magnitude(a) / magnitude(b), (a < 0) != (b < 0), out);
    case AR_OPERATOR_REMAINDER:
        return join_sign(magnitude(a) % magnitude(b), a < 0, out);
    case AR_OPERATOR_EQUAL:
    case AR_OPERATOR_NOT_EQUAL:
    case AR_OPERATOR_LESS:
    case AR_OPERATOR_LESS_EQUAL:
    case AR_OPERATOR_GREATER:
    case AR_OPERATOR_GREATER_EQUAL: break;
    }
    AR_UNREACHABLE();
}

/* ---- reals ---- */

static double calculate_reals(enum ar_operator op, double a, double b)
{
    switch (op) {
    case AR_OPERATOR_ADD: return a + b;
    case AR_OPERATOR_SUBTRACT: return a - b;
    case AR_OPERATOR_MULTIPLY: return a * b;
    case AR_OPERATOR_DIVIDE: return a / b;
    case AR_OPERATOR_REMAINDER:
    case AR_OPERATOR_EQUAL:
    case AR_OPERATOR_NOT_EQUAL:
    case AR_OPERATOR_LESS:
    case AR_OPERATOR_LESS_EQUAL:
    case AR_OPERATOR_GREATER:
    case AR_OPERATOR_GREATER_EQUAL: break;
    }
    AR_UNREACHABLE();
}

static bool is_real(const ar_value *value)
{
    return value->type->kind == AR_TYPE_REAL;
}

static double as_real(const ar_value *value)
{
    return is_real(value) ? value->as.real : (double)value->as.integer;
}

static ar_value give_real(double result)
{
    return ar_is_finite(result) ? ar_value_real(result)
                                : refuse("the result is not a finite number");
}

/* ---- quantities ---- */

/* To the nearest, halves away from zero. */
static bool round_real(double real, int64_t *out)
{
    const double two_to_63 = 9223372036854775808.0;
    double size = real < 0 ? -real : real;
    if (!(size <= two_to_63))
        return false;
    uint64_t whole = (uint64_t)size;
    if (size - (double)whole >= 0.5)
        whole++;
    return join_sign(whole, real < 0, out);
}

/* a / b, rounded in the same way. */
static bool divide_rounded(int64_t a, int64_t b, int64_t *out)
{
    uint64_t divisor = magnitude(b);
    uint64_t size = magnitude(a) / divisor;
    uint64_t rest = magnitude(a) % divisor;
    if (rest >= divisor - rest)
        size++;
    return join_sign(size, (a < 0) != (b < 0), out);
}

/* A size or duration times or by a number: of its type again. */
static ar_value scale(enum ar_operator op, const ar_value *quantity,
                      const ar_value *number)
{
    int64_t from = quantity->as.integer;
    int64_t result = 0;
    bool fits;
    if (is_real(number))
        fits = round_real(calculate_reals(op, (double)from, number->as.real),
                          &result);
    else if (op == AR_OPERATOR_DIVIDE)
        fits = divide_rounded(from, number->as.integer, &result);
    else
        fits = calculate_integers(op, from, number->as.integer, &result);
    if (!fits)
        return refuse_size();
    ar_value out = *quantity;
    out.as.integer = result;
    return out;
}

/* Two quantities. How far two moments lie apart is a duration. */
static ar_value join_quantities(enum ar_operator op, const ar_value *a,
                                const ar_value *b)
{
    int64_t result = 0;
    if (op == AR_OPERATOR_DIVIDE)
        return give_real(as_real(a) / as_real(b));
    if (!calculate_integers(op, a->as.integer, b->as.integer, &result))
        return refuse_size();
    if (b->type->kind == AR_TYPE_TIME)
        return ar_value_duration(result);
    ar_value out = *a;
    out.as.integer = result;
    return out;
}

static ar_value join_numbers(enum ar_operator op, const ar_value *a,
                             const ar_value *b)
{
    int64_t result = 0;
    if (is_real(a) || is_real(b))
        return give_real(calculate_reals(op, as_real(a), as_real(b)));
    if (!calculate_integers(op, a->as.integer, b->as.integer, &result))
        return refuse_size();
    return ar_value_int(result);
}

/* ---- all of them ---- */

static bool is_number(const ar_value *value)
{
    return is_real(value) || value->type->kind == AR_TYPE_INT;
}

static bool is_zero(const ar_value *value)
{
    if (is_real(value))
        return !(value->as.real < 0 || value->as.real > 0);
    return value->as.integer == 0;
}

static ar_value calculate(enum ar_operator op, const ar_value *a,
                          const ar_value *b)
{
    bool divides = op == AR_OPERATOR_DIVIDE || op == AR_OPERATOR_REMAINDER;
    if (divides && is_zero(b))
        return refuse("division by zero");
    if (!is_number(a))
        return is_number(b) ? scale(op, a, b) : join_quantities(op, a, b);
    return is_number(b) ? join_numbers(op, a, b) : scale(op, b, a);
}

ar_value ar_value_add(const ar_value *a, const ar_value *b)
{
    return calculate(AR_OPERATOR_ADD, a, b);
}

ar_value ar_value_negate(const ar_value *a)
{
    if (is_real(a))
        return ar_value_real(-a->as.real);
    ar_value out = *a;
    if (!subtract(0, a->as.integer, &out.as.integer))
        return refuse_size();
    return out;
}

static void give_result(const struct ar_operation *operation, ar_value result)
{
    if (result.state == AR_STATE_VALUE)
        ar_operation_give(operation, result);
    else
        ar_operation_give_lack(operation, result);
}

static void concatenate(const struct ar_operation *operation, ar_str a,
                        ar_str b)
{
    struct ar_machine *machine = operation->machine;
    if (a.len + b.len > AR_MAX_VALUE_BYTES) {
        ar_operation_give_too_large(operation, "the text is too long");
        return;
    }
    ar_machine_spend_bytes(machine, a.len + b.len);
    ar_operation_give(operation,
                      ar_value_string(ar_str_concat(machine->scratch, a, b)));
}

void ar_operate_arithmetic(const struct ar_operation *operation)
{
    if (!ar_operation_has_values(operation, 2))
        return;
    const ar_value *a = operation->at[0].value;
    const ar_value *b = operation->at[1].value;
    if (a->type->kind == AR_TYPE_STRING)
        concatenate(operation, a->as.string, b->as.string);
    else
        give_result(operation, calculate((enum ar_operator)operation->n, a, b));
}

void ar_operate_negate(const struct ar_operation *operation)
{
    if (ar_operation_has_values(operation, 1))
        give_result(operation, ar_value_negate(operation->at[0].value));
}
