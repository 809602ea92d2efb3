/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AR_RUN_INDEX_H
#define AR_RUN_INDEX_H
/* Statuses without trying each rule: an index finds by the values of the facts
 * which rules can be true and which must be, for all rules at once. It gives
 * what ar_vm_evaluate() gives, but for causes and texts. docs/performance.md
 * explains it. */

#include "code/code.h"
#include "result/outcome.h"
#include "run/reach.h"

struct ar_index;
struct ar_scan;

/* The index of all rules of the code, which must outlive it. Read only; any
 * number of threads may share it. It takes time in proportion to the code. */
const struct ar_index *ar_index_build(struct ar_arena *arena,
                                      const struct ar_code *code);
/* What to bind sets of facts to, for speed. */
const struct ar_fact_layout *ar_index_layout(const struct ar_index *index);

/* The memory of one thread that evaluates, to be used again and again. */
struct ar_scan *ar_scan_create(struct ar_arena *arena,
                               const struct ar_index *index);

/* Gives every rule its status. Of options, observer and missing do not count;
 * with applies_first, or with less fuel than usual, it is as slow as
 * ar_vm_evaluate(). The facts must not change while the scan is asked. */
void ar_scan_run(struct ar_scan *scan, const struct ar_factset *facts,
                 const struct ar_evaluation_options *options);

/* Numbers of rules, in the order of the program. */
struct ar_scan_list {
    const uint32_t *at;
    size_t count;
};

/* ---- what changes ---- */

/* As ar_scan_run() on a set that is bound to the layout of the index, to be
 * followed by updates. */
void ar_scan_start(struct ar_scan *scan, const struct ar_factset *facts,
                   const struct ar_evaluation_options *options);
/* As ar_scan_start() with the same set and these options, in less time: only
 * the rules that were reached by what has changed since then, or since the last
 * update, are decided again. Only now may differ from the options of before.
 * Gives those of which there is something else to say than before, or more
 * than a status; they are good as long as reached is, and until the scan
 * runs again. */
struct ar_scan_list ar_scan_update(struct ar_scan *scan,
                                   const struct ar_evaluation_options *options,
                                   const struct ar_reached *reached);
/* After both: what ar_scan_say() says of a rule, where texts and causes are
 * asked for. */
unsigned ar_scan_say_rule(const struct ar_scan *scan, size_t rule_ix);

/* ---- the answer ---- */

/* Of rule ix of the program. */
enum ar_status ar_scan_status(const struct ar_scan *scan, size_t rule_ix);
/* How many rules have each status. */
const size_t *ar_scan_counts(struct ar_scan *scan);
/* Of each rule of the program its status, if there is nothing else to say:
 * it is clear or not applicable, and no fact that is absent is to blame.
 * AR_SCAN_UNSAID where there is, or where that would have to be found out. With
 * ids_only texts, evidence and causes need not be said, but for causes that
 * wait for an answer of a person; then a rule that matches has one finding,
 * without a key. Good until the scan runs again. */
enum { AR_SCAN_UNSAID = 255 };
const uint8_t *ar_scan_say(struct ar_scan *scan, bool ids_only);
/* Results of all rules after ar_scan_say(), to be completed: but for those that
 * are told, which are empty, all are clear. They are kept by the scan and good
 * until it runs again. NULL if the program has not all rules of the code. */
struct ar_rule_result *ar_scan_results(struct ar_scan *scan,
                                       const struct ar_program *program,
                                       struct ar_scan_list *told);
/* Gives the result of a rule its one finding: without texts, without a key. The
 * scan keeps it, too. */
void ar_scan_name_finding(struct ar_scan *scan, struct ar_rule_result *out);
/* How many steps the texts that the last ar_scan_say() left out take at most.
 */
int64_t ar_scan_text_steps(const struct ar_scan *scan);
/* Whether the evaluation, rule by rule, could not have run out of fuel in what
 * the scan decided; steps: that others took. */
bool ar_scan_is_within_fuel(const struct ar_scan *scan, int64_t steps);
/* Good until the next call of it. */
struct ar_scan_list ar_scan_matched(struct ar_scan *scan);

#endif
