/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AR_RUN_REACH_H
#define AR_RUN_REACH_H
/* Which rules a fact reaches: those whose code may read it, for a condition or
 * a text, in whatever way. What reaches no rule changes nothing of its status,
 * causes or findings. */

#include "code/code.h"

struct ar_reach;

/* It takes time and memory in proportion to the code, which must outlive
 * it. One thread uses it at a time. */
struct ar_reach *ar_reach_create(struct ar_arena *arena,
                                 const struct ar_code *code);

/* Notes what is given another state: a fact or a group, and what now() gives.
 */
void ar_reach_touch(struct ar_reach *reach, const struct ar_fact_ref *ref);
void ar_reach_touch_time(struct ar_reach *reach);

struct ar_reach_list {
    const uint32_t *at;
    size_t count;
};

/* Some of what is reached. */
struct ar_reach_part {
    struct ar_reach_list rules;
    struct ar_reach_list predicates; /* routines */
    struct ar_reach_list slots;      /* facts with constant arguments */
    bool is_wide; /* groups, or facts with other arguments, are, too */
};

/* What that reaches; good until something is noted again. */
struct ar_reached {
    struct ar_reach_list rules;               /* in the order of the program */
    struct ar_reach_list given;               /* slots that were touched */
    const struct ar_reach_part *const *parts; /* some things are in several */
    size_t n_parts;
    bool is_wide; /* a part is */
};
/* Then nothing is noted any more. */
struct ar_reached ar_reach_take(struct ar_reach *reach);

/* The same for what need not be known. */
void ar_reach_forget(struct ar_reach *reach);

#endif
