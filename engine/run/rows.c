/* SPDX-License-Identifier: Apache-2.0 */
/* ANDing rows of bits. A block of columns stays in registers while all rows
 * are read. The vectors are those of the compiler, so that there is no code
 * for one kind of processor; on x86-64 a second copy uses twice as wide ones,
 * where the processor has them. */

#include "run/rows.h"

#if defined(__GNUC__)

typedef uint64_t vector __attribute__((vector_size(32), aligned(8), may_alias));

/* count: vectors of a block. */
#define AND_BLOCK(count)                                                \
    for (; n_words - at >= (count)*4; at += (count)*4) {                \
        vector block[count];                                            \
        for (size_t ix = 0; ix < (count); ix++)                         \
            block[ix] = ((const vector *)(const void *)(out + at))[ix]; \
        for (size_t row = 0; row < n_rows; row++) {                     \
            const vector *from =                                        \
                (const vector *)(const void *)(rows[row] + at);         \
            for (size_t ix = 0; ix < (count); ix++)                     \
                block[ix] &= from[ix];                                  \
        }                                                               \
        for (size_t ix = 0; ix < (count); ix++)                         \
            ((vector *)(void *)(out + at))[ix] = block[ix];             \
    }

#define AND_ROWS   \
    size_t at = 0; \
    AND_BLOCK(8)   \
    AND_BLOCK(4)   \
    AND_BLOCK(2)   \
    AND_BLOCK(1)

static void and_rows(uint64_t *out, const uint64_t *const *rows, size_t n_rows,
                     size_t n_words)
{
    AND_ROWS
}

#if defined(__x86_64__)

__attribute__((target("avx2"))) static void and_wide_rows(
    uint64_t *out, const uint64_t *const *rows, size_t n_rows, size_t n_words)
{
    AND_ROWS
}

void ar_rows_and(uint64_t *out, const uint64_t *const *rows, size_t n_rows,
                 size_t n_words)
{
    if (__builtin_cpu_supports("avx2"))
        and_wide_rows(out, rows, n_rows, n_words);
    else
        and_rows(out, rows, n_rows, n_words);
}

#else

void ar_rows_and(uint64_t *out, const uint64_t *const *rows, size_t n_rows,
                 size_t n_words)
{
    and_rows(out, rows, n_rows, n_words);
}

#endif

#else

void ar_rows_and(uint64_t *out, const uint64_t *const *rows, size_t n_rows,
                 size_t n_words)
{
    for (size_t row = 0; row < n_rows; row++) {
        for (size_t at = 0; at < n_words; at++)
            out[at] &= rows[row][at];
    }
}

#endif
