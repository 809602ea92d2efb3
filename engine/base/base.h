/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AR_BASE_BASE_H
#define AR_BASE_BASE_H
/* What every module may use: assertions, attributes, checked sizes. */

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

/* States what the code relies on; never used on input. */
#define AR_ASSERT(condition) assert(condition)

/* Marks the place after a switch that handles every value of its enum. */
#define AR_UNREACHABLE()   abort()

#define AR_COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

#if defined(__MINGW32__) && !defined(__clang__)
#define AR_PRINTF_ARCHETYPE gnu_printf
#else
#define AR_PRINTF_ARCHETYPE printf
#endif
#if defined(__GNUC__)
#define AR_PRINTF_LIKE(format_ix, first_ix) \
    __attribute__((format(AR_PRINTF_ARCHETYPE, format_ix, first_ix)))
#define AR_NORETURN __attribute__((noreturn))
/* For what is much quicker inside of its callers, or outside of them. */
#define AR_INLINE    inline __attribute__((always_inline))
#define AR_NO_INLINE __attribute__((noinline))
#else
#define AR_INLINE inline
#define AR_NO_INLINE
#define AR_PRINTF_LIKE(format_ix, first_ix)
#define AR_NORETURN
#endif

/* Adds or multiplies; false, with *out untouched, if the result wraps. */
static inline bool ar_size_add(size_t a, size_t b, size_t *out)
{
    if (a > SIZE_MAX - b)
        return false;
    *out = a + b;
    return true;
}

static inline bool ar_size_mul(size_t a, size_t b, size_t *out)
{
    if (b != 0 && a > SIZE_MAX / b)
        return false;
    *out = a * b;
    return true;
}

/* Not infinite and a number. The macro isfinite() of some systems does not
 * compile without warnings. */
static inline bool ar_is_finite(double value)
{
    return value - value == 0;
}

#endif
