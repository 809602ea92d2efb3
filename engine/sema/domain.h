/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AR_SEMA_DOMAIN_H
#define AR_SEMA_DOMAIN_H
/* Sets of values of one scalar type, as intervals in the order in which the
 * type compares. A set may hold more than it should where it would grow too
 * large, never less. */

#include "sema/expr.h"

/* An end that is not a value is no end. */
struct ar_interval {
    ar_value low;
    ar_value high;
    bool is_low_open;
    bool is_high_open;
};

struct ar_domain {
    const struct ar_type *type;
    const struct ar_interval *at; /* not empty, apart from each other, rising */
    size_t count;
};

/* The order of two values of one scalar type: negative, 0 or positive. Also
 * of types without < this is some order, and 0 means equal. */
int ar_domain_order(ar_value a, ar_value b);

/* All values that the type has. */
struct ar_domain ar_domain_all(struct ar_arena *arena,
                               const struct ar_type *type);
struct ar_domain ar_domain_none(const struct ar_type *type);
/* The values v with `v op value`; op is a comparison. */
struct ar_domain ar_domain_of(struct ar_arena *arena, enum ar_operator op,
                              ar_value value);
/* From low to high, both included. */
struct ar_domain ar_domain_between(struct ar_arena *arena, ar_value low,
                                   ar_value high);
/* These values, in any order. */
struct ar_domain ar_domain_of_set(struct ar_arena *arena,
                                  const struct ar_type *type,
                                  const ar_value *values, size_t count);
/* The strings that begin with prefix. */
struct ar_domain ar_domain_prefix(struct ar_arena *arena, ar_str prefix);

struct ar_domain ar_domain_meet(struct ar_arena *arena, struct ar_domain a,
                                struct ar_domain b);
struct ar_domain ar_domain_join(struct ar_arena *arena, struct ar_domain a,
                                struct ar_domain b);
struct ar_domain ar_domain_rest(struct ar_arena *arena, struct ar_domain a);

bool ar_domain_is_within(struct ar_arena *arena, struct ar_domain inner,
                         struct ar_domain outer);
/* It holds single values only, at most `most` of them. */
bool ar_domain_is_finite(struct ar_domain domain, size_t most);

#endif
