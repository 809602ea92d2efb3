/* SPDX-License-Identifier: Apache-2.0 */
/* Arithmetic on numbers, sizes, durations, moments and strings. What cannot
 * be worked out (overflow, division by zero) is unknown(bad_value).
 *
 * Two ints stay an int: / and % cut towards zero, so that -7 / 2 is -3 and
 * -7 % 2 is -1. A size or duration times or by a number is rounded to the
 * nearest whole byte or microsecond, halves away from zero. */

#include "reference/eval.h"

static ar_value fail(const char *detail)
{
    return ar_value_unknown(AR_REASON_bad_value, ar_str_from_c(detail));
}

static ar_value too_big(void)
{
    return fail("the result does not fit 64 bits");
}

static bool add_integers(int64_t a, int64_t b, int64_t *out)
{
    if (b > 0 ? a > INT64_MAX - b : a < INT64_MIN - b)
        return false;
    *out = a + b;
    return true;
}

static bool subtract_integers(int64_t a, int64_t b, int64_t *out)
{
    if (b > 0 ? a < INT64_MIN + b : a > INT64_MAX + b)
        return false;
    *out = a - b;
    return true;
}

static bool multiply_integers(int64_t a, int64_t b, int64_t *out)
{
    bool fits = true;
    if (a > 0)
        fits = b > 0 ? a <= INT64_MAX / b : b >= INT64_MIN / a;
    else if (a < 0)
        fits = b > 0 ? a >= INT64_MIN / b : b == 0 || b >= INT64_MAX / a;
    if (fits)
        *out = a * b;
    return fits;
}

/* op is not a division by zero. */
static bool join_integers(enum ar_operator op, int64_t a, int64_t b,
                          int64_t *out)
{
    switch (op) {
    case AR_OPERATOR_ADD: return add_integers(a, b, out);
    case AR_OPERATOR_SUBTRACT: return subtract_integers(a, b, out);
    case AR_OPERATOR_MULTIPLY: return multiply_integers(a, b, out);
    case AR_OPERATOR_DIVIDE:
        if (b == -1)
            return subtract_integers(0, a, out);
        *out = a / b;
        return true;
    case AR_OPERATOR_REMAINDER: *out = b == -1 ? 0 : a % b; return true;
    case AR_OPERATOR_EQUAL:
    case AR_OPERATOR_NOT_EQUAL:
    case AR_OPERATOR_LESS:
    case AR_OPERATOR_LESS_EQUAL:
    case AR_OPERATOR_GREATER:
    case AR_OPERATOR_GREATER_EQUAL: break;
    }
    AR_UNREACHABLE();
}

static double join_reals(enum ar_operator op, double a, double b)
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

static double to_real(const ar_value *value)
{
    if (value->type->kind == AR_TYPE_REAL)
        return value->as.real;
    return (double)value->as.integer;
}

static ar_value make_real(double result)
{
    if (!ar_is_finite(result))
        return fail("the result is not a finite number");
    return ar_value_real(result);
}

/* Halves away from zero. */
static bool round_real(double real, int64_t *out)
{
    const double limit = 9223372036854775808.0;
    if (!(real < limit && real >= -limit))
        return false;
    int64_t whole = (int64_t)real;
    double rest = real - (double)whole;
    int64_t up = rest >= 0.5 ? 1 : rest <= -0.5 ? -1 : 0;
    return add_integers(whole, up, out);
}

/* n / d with halves away from zero; d is not zero. */
static bool divide_rounded(int64_t n, int64_t d, int64_t *out)
{
    if (d == -1)
        return subtract_integers(0, n, out);
    int64_t quotient = n / d;
    int64_t rest = n % d;
    uint64_t rest_size = rest < 0 ? 0 - (uint64_t)rest : (uint64_t)rest;
    uint64_t size = d < 0 ? 0 - (uint64_t)d : (uint64_t)d;
    if (rest_size >= size - rest_size)
        quotient += (n < 0) == (d < 0) ? 1 : -1;
    *out = quotient;
    return true;
}

/* A quantity keeps its type and number is an int or a real. */
static ar_value scale(enum ar_operator op, const ar_value *quantity,
                      const ar_value *number)
{
    ar_value out = *quantity;
    int64_t n = quantity->as.integer;
    bool divides = op == AR_OPERATOR_DIVIDE;
    bool fits;
    if (number->type->kind == AR_TYPE_REAL)
        fits = round_real(join_reals(op, (double)n, number->as.real),
                          &out.as.integer);
    else if (divides)
        fits = divide_rounded(n, number->as.integer, &out.as.integer);
    else
        fits = multiply_integers(n, number->as.integer, &out.as.integer);
    return fits ? out : too_big();
}

static bool is_number(const ar_value *value)
{
    return value->type->kind == AR_TYPE_INT ||
           value->type->kind == AR_TYPE_REAL;
}

static bool is_zero(const ar_value *value)
{
    if (value->type->kind == AR_TYPE_REAL)
        return !(value->as.real < 0) && !(value->as.real > 0);
    return value->as.integer == 0;
}

/* The result of + and - on two of them: what a time comes from is a time,
 * except the difference of two, which is a duration. */
static ar_value join_quantities(enum ar_operator op, const ar_value *a,
                                const ar_value *b)
{
    if (op == AR_OPERATOR_DIVIDE)
        return make_real((double)a->as.integer / (double)b->as.integer);
    int64_t result = 0;
    if (!join_integers(op, a->as.integer, b->as.integer, &result))
        return too_big();
    bool both_times =
        a->type->kind == AR_TYPE_TIME && b->type->kind == AR_TYPE_TIME;
    if (both_times)
        return ar_value_duration(result);
    ar_value out = *a;
    out.as.integer = result;
    return out;
}

static ar_value join_numbers(enum ar_operator op, const ar_value *a,
                             const ar_value *b)
{
    bool is_real =
        a->type->kind == AR_TYPE_REAL || b->type->kind == AR_TYPE_REAL;
    if (is_real)
        return make_real(join_reals(op, to_real(a), to_real(b)));
    int64_t result = 0;
    if (!join_integers(op, a->as.integer, b->as.integer, &result))
        return too_big();
    return ar_value_int(result);
}

static ar_value join_values(enum ar_operator op, const ar_value *a,
                            const ar_value *b)
{
    bool divides = op == AR_OPERATOR_DIVIDE || op == AR_OPERATOR_REMAINDER;
    if (divides && is_zero(b))
        return fail("division by zero");
    if (is_number(a) && is_number(b))
        return join_numbers(op, a, b);
    if (is_number(a))
        return scale(op, b, a);
    if (is_number(b))
        return scale(op, a, b);
    return join_quantities(op, a, b);
}

static ar_value join_strings(struct ar_evaluator *evaluator, ar_str a, ar_str b)
{
    if (a.len + b.len > AR_MAX_VALUE_BYTES)
        return ar_value_unknown(AR_REASON_too_large,
                                AR_STR("the text is too long"));
    ar_eval_spend_bytes(evaluator, a.len + b.len);
    return ar_value_string(ar_str_concat(evaluator->scratch, a, b));
}

static struct ar_outcome make_outcome(struct ar_evaluator *evaluator,
                                      const struct ar_expr *expr,
                                      ar_value value)
{
    if (value.state == AR_STATE_VALUE)
        return ar_outcome_of_value(value);
    return ar_outcome_lack(evaluator, expr, value);
}

struct ar_outcome ar_eval_arithmetic(struct ar_evaluator *evaluator,
                                     const struct ar_expr *expr)
{
    struct ar_outcome operands[2] = {ar_eval(evaluator, expr->operands[0]),
                                     ar_eval(evaluator, expr->operands[1])};
    struct ar_outcome out;
    if (!ar_outcome_are_values(evaluator, operands, 2, &out))
        return out;
    const ar_value *a = &operands[0].value;
    const ar_value *b = &operands[1].value;
    ar_value result = a->type->kind == AR_TYPE_STRING
                          ? join_strings(evaluator, a->as.string, b->as.string)
                          : join_values(expr->op, a, b);
    return make_outcome(evaluator, expr, result);
}

ar_value ar_arithmetic_add(ar_value a, ar_value b)
{
    return join_values(AR_OPERATOR_ADD, &a, &b);
}

ar_value ar_arithmetic_negate(ar_value a)
{
    if (a.type->kind == AR_TYPE_REAL)
        return ar_value_real(-a.as.real);
    if (a.as.integer == INT64_MIN)
        return too_big();
    a.as.integer = -a.as.integer;
    return a;
}

struct ar_outcome ar_eval_negate(struct ar_evaluator *evaluator,
                                 const struct ar_expr *expr)
{
    struct ar_outcome operand = ar_eval(evaluator, expr->operands[0]);
    struct ar_outcome out;
    if (!ar_outcome_are_values(evaluator, &operand, 1, &out))
        return out;
    return make_outcome(evaluator, expr, ar_arithmetic_negate(operand.value));
}
