/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AR_SEMA_ASSUME_H
#define AR_SEMA_ASSUME_H
/* What the files assume*.c offer each other: assuming one kind of expression.
 * All return false if the assumption cannot be together with the others. */

#include "sema/constraint.h"

/* What is wanted of an expression that has several ways to come to it. */
struct ar_ways {
    struct ar_closure closure; /* resolved */
    struct ar_domain domain;   /* what the value must lie in; or, without a */
    bool outcome;              /* type, what the condition must be */
};

/* ---- assume.c ---- */
bool ar_assume_condition(struct ar_constraints *constraints,
                         struct ar_closure closure, bool outcome);
/* The condition says that its operands have values, and nothing more that is
 * known here, but for its outcome. */
bool ar_assume_opaque(struct ar_constraints *constraints,
                      struct ar_closure closure, bool outcome);

/* ---- assume_value.c ---- */
bool ar_assume_within(struct ar_constraints *constraints,
                      struct ar_closure closure, struct ar_domain domain);
/* `if`, `default`, and derived facts whose definitions have guards. */
bool ar_has_ways(const struct ar_constraints *constraints,
                 const struct ar_expr *expr);
/* True if the expression is one of these; then *holds is what came of it. */
bool ar_assume_ways(struct ar_constraints *constraints,
                    const struct ar_ways *ways, bool *holds);

/* ---- assume_compare.c ---- */
bool ar_assume_compare(struct ar_constraints *constraints,
                       struct ar_closure closure, bool outcome);
bool ar_assume_in_list(struct ar_constraints *constraints,
                       struct ar_closure closure, bool outcome);
bool ar_assume_in_range(struct ar_constraints *constraints,
                        struct ar_closure closure, bool outcome);
bool ar_assume_in_cidr(struct ar_constraints *constraints,
                       struct ar_closure closure, bool outcome);
bool ar_assume_starts_with(struct ar_constraints *constraints,
                           struct ar_closure closure, bool outcome);
bool ar_assume_text_test(struct ar_constraints *constraints,
                         struct ar_closure closure, bool outcome);

#endif
