/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AR_SEMA_ABSENCE_H
#define AR_SEMA_ABSENCE_H
/* What absence makes of a condition. */

#include "sema/expr.h"

/* Whether the condition can be neither for no other reason than that the
 * field, an expression within it, is absent. */
bool ar_absence_spoils(struct ar_arena *arena, const struct ar_expr *condition,
                       const struct ar_expr *field);
/* Whether the condition is certainly true if each fact in it is absent, other
 * than by asking for absence. */
bool ar_absence_decides(struct ar_arena *arena,
                        const struct ar_expr *condition);

#endif
