/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AR_RUN_LIVE_H
#define AR_RUN_LIVE_H
/* An evaluation that goes on: when facts change, only the rules that they
 * reach are evaluated again. Results are those of ar_vm_evaluate(). */

#include "run/index.h"
#include "run/reach.h"
#include "run/vm.h"

struct ar_live;

/* program is that of the code, or one with some of its rules; scan is of the
 * code, or NULL. All of them must outlive it. */
struct ar_live *ar_live_create(struct ar_arena *arena,
                               const struct ar_code *code,
                               const struct ar_program *program,
                               struct ar_scan *scan);

/* Evaluates all rules on these facts, from now on: as ar_vm_evaluate() with
 * this time. With a scan the facts must be bound to the layout of its
 * index. */
struct ar_result *ar_live_start(struct ar_live *live, struct ar_arena *arena,
                                struct ar_factset *facts, int64_t now);

/* Notes that a fact or group was given another state. */
void ar_live_touch(struct ar_live *live, const struct ar_fact_ref *ref);

/* Brings the result of ar_live_start() up to date, in its arena, which grows by
 * what is replaced; before: what it said, or NULL. False if all rules have to
 * be evaluated from the start: the result cannot be used then. */
bool ar_live_update(struct ar_live *live, int64_t now,
                    struct ar_result_before *before);

/* How many rules the last start or update has looked at. */
size_t ar_live_count(const struct ar_live *live);

#endif
