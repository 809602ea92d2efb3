/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AR_SEMA_LACKS_H
#define AR_SEMA_LACKS_H
/* What an expression may come to in place of a value. */

#include "sema/expr.h"

enum {
    AR_LACK_ABSENT = 1,
    AR_LACK_UNKNOWN = 2,
    AR_LACK_ANY = AR_LACK_ABSENT | AR_LACK_UNKNOWN
};

/* Facts, their parts and names that are sure to have values. */
typedef AR_VECTOR(const struct ar_expr *) ar_known_vector;

/* A set of these bits, for whatever facts may be given: never too few, perhaps
 * too many. Of a condition, neither is absent and open is unknown. A list has
 * also what its elements may lack, but for a known one, whose elements count
 * as known. Work that runs out of fuel does not count. known may be NULL. */
unsigned ar_lacks(const struct ar_expr *expr, const ar_known_vector *known);

/* Adds what has a value whenever condition is true: perhaps not all. */
void ar_known_if_true(struct ar_arena *arena, ar_known_vector *known,
                      const struct ar_expr *condition);

#endif
