/* SPDX-License-Identifier: Apache-2.0 */
/* Decimal text to double and back, both exact: the nearest double, and the
 * shortest digits that name it. Done with big integers of our own, because
 * the functions of the C library obey the locale and differ in their last
 * digit between systems. */

#include "base/buf.h"
#include "base/str.h"

#include <float.h>
#include <string.h>

_Static_assert(DBL_MANT_DIG == 53 && DBL_MAX_EXP == 1024, "IEEE 754 double");

enum {
    /* 10^1131 and 801 digits, the largest numbers below, fit in 3968 bits. */
    BIG_WORDS = 128,
    /* A number halfway between two doubles has at most 767 digits; of what
     * follows these only matters whether it is zero. */
    DIGITS_READ = 800,
    LARGEST_MAGNITUDE = 310,
    SMALLEST_MAGNITUDE = -330,
    DIGITS_WRITTEN = 17,
    FRACTION_BITS = 52,
    EXPONENT_BIAS = 1075 /* of a mantissa read as an integer */
};

/* A natural number, least word first, without leading zero words. */
struct big {
    size_t count;
    uint32_t words[BIG_WORDS];
};

static void multiply_add(struct big *big, uint32_t factor, uint32_t addend)
{
    uint64_t carry = addend;
    for (size_t i = 0; i < big->count; i++) {
        carry += (uint64_t)big->words[i] * factor;
        big->words[i] = (uint32_t)carry;
        carry >>= 32;
    }
    if (carry == 0)
        return;
    AR_ASSERT(big->count < BIG_WORDS);
    big->words[big->count++] = (uint32_t)carry;
}

static void set_big(struct big *big, uint64_t value)
{
    big->count = 0;
    for (; value != 0; value >>= 32)
        big->words[big->count++] = (uint32_t)value;
}

static void multiply_by_power_of_ten(struct big *big, int64_t exponent)
{
    for (; exponent >= 9; exponent -= 9)
        multiply_add(big, 1000000000, 0);
    for (; exponent > 0; exponent--)
        multiply_add(big, 10, 0);
}

static void shift_left(struct big *big, size_t bits)
{
    size_t n_words = bits / 32;
    if (big->count == 0)
        return;
    multiply_add(big, (uint32_t)1 << bits % 32, 0);
    if (n_words == 0)
        return;
    AR_ASSERT(big->count + n_words <= BIG_WORDS);
    memmove(big->words + n_words, big->words, big->count * sizeof(uint32_t));
    memset(big->words, 0, n_words * sizeof(uint32_t));
    big->count += n_words;
}

static int compare(const struct big *a, const struct big *b)
{
    if (a->count != b->count)
        return a->count < b->count ? -1 : 1;
    for (size_t i = a->count; i-- > 0;) {
        if (a->words[i] != b->words[i])
            return a->words[i] < b->words[i] ? -1 : 1;
    }
    return 0;
}

/* a + b against c. */
static int compare_sum(const struct big *a, const struct big *b,
                       const struct big *c)
{
    struct big sum = {0};
    uint64_t carry = 0;
    size_t count = a->count > b->count ? a->count : b->count;
    for (size_t i = 0; i < count; i++) {
        carry += i < a->count ? a->words[i] : 0;
        carry += i < b->count ? b->words[i] : 0;
        sum.words[i] = (uint32_t)carry;
        carry >>= 32;
    }
    sum.count = count;
    if (carry != 0 && count < BIG_WORDS)
        sum.words[sum.count++] = (uint32_t)carry;
    return compare(&sum, c);
}

/* a -= b, where a >= b. */
static void subtract(struct big *a, const struct big *b)
{
    uint64_t borrow = 0;
    for (size_t i = 0; i < a->count; i++) {
        uint64_t word = i < b->count ? b->words[i] : 0;
        uint64_t difference = (uint64_t)a->words[i] - word - borrow;
        a->words[i] = (uint32_t)difference;
        borrow = difference >> 63;
    }
    while (a->count > 0 && a->words[a->count - 1] == 0)
        a->count--;
}

static int64_t count_bits(const struct big *big)
{
    int64_t bits = 0;
    if (big->count == 0)
        return 0;
    for (uint32_t top = big->words[big->count - 1]; top != 0; top >>= 1)
        bits++;
    return 32 * (int64_t)(big->count - 1) + bits;
}

/* A number as written: [-]integer[.fraction][e exponent]. */
struct number_text {
    bool negative;
    ar_str integer;
    ar_str fraction;
    int64_t exponent;
};

static ar_str take_digits(ar_str s, size_t *at)
{
    size_t start = *at;
    while (*at < s.len && ar_char_is_digit(s.ptr[*at]))
        (*at)++;
    return ar_str_slice(s, start, *at);
}

static bool take_char(ar_str s, size_t *at, char c)
{
    if (*at >= s.len || s.ptr[*at] != c)
        return false;
    (*at)++;
    return true;
}

static bool take_exponent(ar_str s, size_t *at, int64_t *exponent)
{
    /* Far beyond the length of any text, so that no zeros balance it. */
    const int64_t enough = (int64_t)1 << 60;
    bool negative = take_char(s, at, '-');
    if (!negative)
        take_char(s, at, '+');
    ar_str digits = take_digits(s, at);
    for (size_t i = 0; i < digits.len; i++) {
        if (*exponent < enough / 16)
            *exponent = *exponent * 10 + (digits.ptr[i] - '0');
    }
    if (negative)
        *exponent = -*exponent;
    return digits.len > 0;
}

static bool split_number(ar_str s, struct number_text *out)
{
    size_t at = 0;
    *out = (struct number_text){.negative = take_char(s, &at, '-')};
    out->integer = take_digits(s, &at);
    if (out->integer.len == 0 ||
        (out->integer.len > 1 && out->integer.ptr[0] == '0'))
        return false;
    if (take_char(s, &at, '.')) {
        out->fraction = take_digits(s, &at);
        if (out->fraction.len == 0)
            return false;
    }
    if (take_char(s, &at, 'e') || take_char(s, &at, 'E')) {
        if (!take_exponent(s, &at, &out->exponent))
            return false;
    }
    return at == s.len;
}

/* digits * 10^exponent; n_digits of them, none of the leading ones zero. */
struct decimal {
    struct big digits;
    int64_t n_digits;
    int64_t exponent;
};

static void read_digits(ar_str text, struct decimal *decimal, bool *inexact)
{
    for (size_t i = 0; i < text.len; i++) {
        uint32_t digit = (uint32_t)(text.ptr[i] - '0');
        if (decimal->n_digits == 0 && digit == 0)
            continue;
        if (decimal->n_digits < DIGITS_READ) {
            multiply_add(&decimal->digits, 10, digit);
            decimal->n_digits++;
        } else {
            *inexact = *inexact || digit != 0;
            decimal->exponent++;
        }
    }
}

static void read_decimal(const struct number_text *text, struct decimal *out)
{
    bool inexact = false;
    out->digits.count = 0;
    out->n_digits = 0;
    out->exponent = text->exponent - (int64_t)text->fraction.len;
    read_digits(text->integer, out, &inexact);
    read_digits(text->fraction, out, &inexact);
    if (inexact) { /* a digit more stands for all that was left out */
        multiply_add(&out->digits, 10, 1);
        out->n_digits++;
        out->exponent--;
    }
}

static double assemble_double(bool negative, uint64_t bits)
{
    double value = 0;
    bits |= (uint64_t)negative << 63;
    memcpy(&value, &bits, sizeof(value));
    return value;
}

/* The double nearest to numerator / denominator, ties to even, as its bits;
 * at or above those of infinity if it is too large. Uses up both. */
static uint64_t divide_nearest(struct big *numerator, struct big *denominator)
{
    int64_t exponent = count_bits(numerator) - count_bits(denominator);
    if (exponent >= 0)
        shift_left(denominator, (size_t)exponent);
    else
        shift_left(numerator, (size_t)-exponent);
    if (compare(numerator, denominator) < 0) {
        shift_left(numerator, 1);
        exponent--;
    }
    /* Now the quotient is in [1, 2) and its first bit means 2^exponent. */
    int64_t n_bits = FRACTION_BITS + 1;
    if (exponent < DBL_MIN_EXP - 1)
        n_bits -= DBL_MIN_EXP - 1 - exponent;
    if (n_bits < 0)
        return 0;
    uint64_t mantissa = 0;
    for (int64_t i = 0; i < n_bits; i++) {
        bool bit = compare(numerator, denominator) >= 0;
        mantissa = mantissa << 1 | bit;
        if (bit)
            subtract(numerator, denominator);
        shift_left(numerator, 1);
    }
    int rest = compare(numerator, denominator);
    if (rest > 0 || (rest == 0 && (mantissa & 1)))
        mantissa++;
    if (n_bits <= FRACTION_BITS)
        return mantissa;
    /* The leading bit of the mantissa adds the one missing here. */
    uint64_t biased = (uint64_t)(exponent + DBL_MAX_EXP - 2);
    return (biased << FRACTION_BITS) + mantissa;
}

bool ar_str_to_real(ar_str s, double *out)
{
    const uint64_t infinity = (uint64_t)0x7FF << FRACTION_BITS;
    struct number_text text;
    struct decimal decimal;
    if (!split_number(s, &text))
        return false;
    read_decimal(&text, &decimal);
    int64_t magnitude = decimal.n_digits + decimal.exponent;
    uint64_t bits = 0;
    if (decimal.n_digits > 0 && magnitude > LARGEST_MAGNITUDE)
        return false;
    if (decimal.n_digits > 0 && magnitude >= SMALLEST_MAGNITUDE) {
        struct big denominator;
        set_big(&denominator, 1);
        multiply_by_power_of_ten(&decimal.digits, decimal.exponent);
        multiply_by_power_of_ten(&denominator, -decimal.exponent);
        bits = divide_nearest(&decimal.digits, &denominator);
    }
    if (bits >= infinity)
        return false;
    *out = assemble_double(text.negative, bits);
    return true;
}

/* The state of finding digits: value = rest / scale, and whatever lies less
 * than up above or down below it, in the same units, reads back the same. */
struct digit_finder {
    struct big rest;
    struct big scale;
    struct big up;
    struct big down;
    bool even; /* then the bounds themselves read back the same too */
};

static void start_finder(struct digit_finder *finder, uint64_t bits)
{
    const uint64_t hidden = (uint64_t)1 << FRACTION_BITS;
    int64_t biased = (int64_t)(bits >> FRACTION_BITS);
    uint64_t mantissa = bits & (hidden - 1);
    /* Below a power of two doubles lie twice as near as above it. */
    bool nearer_below = mantissa == 0 && biased > 1;
    if (biased > 0)
        mantissa |= hidden;
    else
        biased = 1;
    int64_t exponent = biased - EXPONENT_BIAS;
    size_t left = exponent > 0 ? (size_t)exponent : 0;
    set_big(&finder->rest, mantissa << 2);
    set_big(&finder->scale, 4);
    set_big(&finder->up, 2);
    set_big(&finder->down, nearer_below ? 1 : 2);
    shift_left(&finder->rest, left);
    shift_left(&finder->up, left);
    shift_left(&finder->down, left);
    shift_left(&finder->scale, exponent < 0 ? (size_t)-exponent : 0);
    finder->even = mantissa % 2 == 0;
}

static bool reaches_up(const struct digit_finder *finder)
{
    int order = compare_sum(&finder->rest, &finder->up, &finder->scale);
    return order > 0 || (order == 0 && finder->even);
}

static bool reaches_down(const struct digit_finder *finder)
{
    int order = compare(&finder->rest, &finder->down);
    return order < 0 || (order == 0 && finder->even);
}

static void multiply_value(struct digit_finder *finder)
{
    multiply_add(&finder->rest, 10, 0);
    multiply_add(&finder->up, 10, 0);
    multiply_add(&finder->down, 10, 0);
}

/* Scales so that the value is below 1 but ten times it is not; returns the
 * exponent of ten that was taken out. */
static int64_t scale_value(struct digit_finder *finder)
{
    /* The value is over 2^bits and log10(2) is about 30103 / 100000; with one
     * less the guess is never too large, so the loop goes one way. */
    int64_t bits = count_bits(&finder->rest) - count_bits(&finder->scale) - 1;
    int64_t exponent = bits * 30103 / 100000 - 1;
    if (exponent >= 0)
        multiply_by_power_of_ten(&finder->scale, exponent);
    for (int64_t i = exponent; i < 0; i++)
        multiply_value(finder);
    while (reaches_up(finder)) {
        multiply_add(&finder->scale, 10, 0);
        exponent++;
    }
    return exponent;
}

static size_t find_digits(struct digit_finder *finder,
                          char digits[DIGITS_WRITTEN])
{
    for (size_t count = 0; count < DIGITS_WRITTEN; count++) {
        char digit = '0';
        multiply_value(finder);
        for (; compare(&finder->rest, &finder->scale) >= 0; digit++)
            subtract(&finder->rest, &finder->scale);
        bool up = reaches_up(finder);
        bool down = reaches_down(finder);
        bool over_half =
            compare_sum(&finder->rest, &finder->rest, &finder->scale) > 0;
        digits[count] = digit;
        if (up && (!down || over_half))
            digits[count]++;
        if (up || down)
            return count + 1;
    }
    return DIGITS_WRITTEN;
}

/* Puts 0.digits * 10^exponent, with zeros or as digit.digits e exponent. */
static void put_digits(struct ar_buf *out, ar_str digits, int64_t exponent)
{
    if (exponent > 16 || exponent < -3) {
        ar_buf_put(out, ar_str_slice(digits, 0, 1));
        if (digits.len > 1)
            ar_buf_put_char(out, '.');
        ar_buf_put(out, ar_str_slice(digits, 1, digits.len));
        ar_buf_printf(out, "e%d", (int)exponent - 1);
        return;
    }
    if (exponent <= 0) {
        ar_buf_put_c(out, "0.");
        ar_buf_put_repeated(out, '0', (size_t)-exponent);
        ar_buf_put(out, digits);
        return;
    }
    size_t point = (size_t)exponent;
    ar_buf_put(out, ar_str_slice(digits, 0, point));
    if (digits.len <= point) {
        ar_buf_put_repeated(out, '0', point - digits.len);
        ar_buf_put_c(out, ".0");
        return;
    }
    ar_buf_put_char(out, '.');
    ar_buf_put(out, ar_str_slice(digits, point, digits.len));
}

ar_str ar_str_from_real(struct ar_arena *arena, double value)
{
    uint64_t bits = 0;
    memcpy(&bits, &value, sizeof(bits));
    struct ar_buf out = AR_BUF(arena);
    if (bits >> 63)
        ar_buf_put_char(&out, '-');
    bits &= UINT64_MAX >> 1;
    AR_ASSERT(bits >> FRACTION_BITS < 0x7FF); /* finite */
    if (bits == 0) {
        ar_buf_put_c(&out, "0.0");
        return ar_buf_view(&out);
    }
    struct digit_finder finder;
    char digits[DIGITS_WRITTEN];
    start_finder(&finder, bits);
    int64_t exponent = scale_value(&finder);
    size_t count = find_digits(&finder, digits);
    put_digits(&out, (ar_str){digits, count}, exponent);
    return ar_buf_view(&out);
}
