/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AR_REPORT_REPORT_COMPARE_H
#define AR_REPORT_REPORT_COMPARE_H
/* A result beside an earlier report of the same machine. */

#include "report/earlier.h"
#include "result/result.h"

/* What was found then and is not found now. state: of its rule, or NULL if
 * that was not evaluated. */
struct ar_compared {
    const struct ar_earlier_finding *finding;
    const struct ar_rule_result *state;
};

struct ar_comparison {
    AR_VECTOR(const struct ar_finding *) fresh;
    AR_VECTOR(const struct ar_finding *) unchanged;
    AR_VECTOR(struct ar_compared) gone;      /* certainly */
    AR_VECTOR(struct ar_compared) undecided; /* it cannot be told */
};

struct ar_comparison ar_report_compare(struct ar_arena *arena,
                                       const struct ar_result *result,
                                       const struct ar_earlier *earlier);

/* It was not found then, or was waived then and is not now. */
bool ar_report_is_new(const struct ar_earlier *earlier,
                      const struct ar_finding *finding);

/* What the result says of a rule by its id, which may be one that the rule
 * replaces; or NULL. */
const struct ar_rule_result *ar_report_rule_by_id(
    const struct ar_result *result, ar_str id);

#endif
