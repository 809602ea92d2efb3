/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AR_RUN_ROWS_H
#define AR_RUN_ROWS_H
/* ANDing rows of bits, with the widest vectors that the machine has. */

#include "base/base.h"

/* out &= each of rows; n_words is a multiple of 4. */
void ar_rows_and(uint64_t *out, const uint64_t *const *rows, size_t n_rows,
                 size_t n_words);

#endif
