/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AR_PROBE_COLLECT_PARTS_H
#define AR_PROBE_COLLECT_PARTS_H
/* Between the files that find out facts. */

#include "probe/collect.h"

typedef AR_VECTOR(struct ar_fact_ref) ar_ref_vector;

/* The cheapest of the facts among causes that were not tried yet and that
 * something of the pack may name. False if there is none. */
bool ar_collect_find_cheapest(struct ar_collector *collector,
                              const struct ar_pack *pack,
                              const ar_cause_vector *causes,
                              struct ar_fact_ref *best);

/* Whether the fact may be found out for the pack. What is named in one that is
 * not trusted is not looked at: a file or variable may hold a secret, and the
 * pack may print it. */
bool ar_collect_may_name(struct ar_collector *collector,
                         const struct ar_pack *pack,
                         const struct ar_fact_ref *ref);

/* A round: all of them side by side. */
void ar_collect_run(struct ar_collector *collector,
                    const ar_ref_vector *wanted);

/* Whether the time is over, or the run was stopped. */
bool ar_collect_is_over(const struct ar_collector *collector);
/* If it is, what is not known by then was not found out in time. */
void ar_collect_note_deadline(const struct ar_collector *collector);

/* Whether a fact has that name or is below it; empty: all are. */
bool ar_collect_is_below(ar_str fact, ar_str name);

/* An arena of its own for what is evaluated, freed with the collector's. */
struct ar_arena *ar_collect_scratch(struct ar_collector *collector);

#endif
