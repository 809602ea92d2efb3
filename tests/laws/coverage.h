/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AR_TESTS_LAWS_COVERAGE_H
#define AR_TESTS_LAWS_COVERAGE_H
/* What the generated programs have come to so far: a generator that no longer
 * makes something would test less and say nothing. */

#include "evaluate.h"

enum law_state_seen { LAW_SEEN_VALUE, LAW_SEEN_ABSENT, LAW_SEEN_UNKNOWN };

enum { LAW_N_KINDS = AR_EXPR_PART + 1, LAW_N_CELLS = AR_CELL_ABSENT + 1 };

struct law_coverage {
    size_t kinds[LAW_N_KINDS][3]; /* of expressions, by enum law_state_seen */
    size_t functions[AR_N_FUNCTIONS][3];
    size_t cells[LAW_N_CELLS][3];
    size_t policies[3];
    size_t statuses[AR_N_STATUSES];
    size_t reasons[AR_N_REASONS]; /* among causes */
};

void law_cover_outcome(struct law_coverage *coverage,
                       const struct ar_expr *expr,
                       const struct ar_outcome *outcome);
/* input: of a table that is asked, of column ix. */
void law_cover_cell(struct law_coverage *coverage, const struct ar_table *table,
                    size_t ix, const struct ar_outcome *input);
void law_cover_result(struct law_coverage *coverage,
                      const struct ar_result *result);
/* Names what was never seen and can be; empty if there is nothing. */
ar_str law_cover_gaps(struct ar_arena *arena,
                      const struct law_coverage *coverage);

#endif
