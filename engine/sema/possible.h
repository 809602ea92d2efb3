/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AR_SEMA_POSSIBLE_H
#define AR_SEMA_POSSIBLE_H
/* What a condition can come to, whatever the facts are. */

#include "sema/expr.h"

enum {
    AR_POSSIBLE_TRUE = 1,      /* it can be certainly true */
    AR_POSSIBLE_FALSE = 2,     /* it can be certainly false */
    AR_POSSIBLE_UNDECIDED = 4, /* it can be neither, or open */
    AR_POSSIBLE_ALL = 7
};

/* The outcomes that the condition, alone, can have: a set that holds all that
 * are possible, and may hold more. Never empty. Locals that are bound around
 * it (elements, parameters) can be anything; so can derived facts, since a
 * snapshot or a test may give them. Takes memory from arena for itself only. */
unsigned ar_possible_outcomes(struct ar_arena *arena,
                              const struct ar_expr *condition);

#endif
