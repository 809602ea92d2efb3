/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AR_REPORT_WHATIF_H
#define AR_REPORT_WHATIF_H
/* What would be if facts were others, for people and for programs
 * (docs/explanations.md). */

#include "explain/whatif.h"
#include "report/report.h"

/* Other facts, and what becomes of the rules. */
struct ar_what_if_report {
    const struct ar_result *before;
    const struct ar_result *after;
    ar_status_change_vector changes;
    ar_str_vector assignments; /* as they were given */
};
void ar_report_what_if_human(struct ar_buf *out,
                             const struct ar_what_if_report *report,
                             const struct ar_report_options *options);
void ar_report_what_if_json(struct ar_buf *out,
                            const struct ar_what_if_report *report,
                            const struct ar_report_options *options);

/* A rule, and what would flip it. */
struct ar_flip_report {
    const struct ar_result *result;
    const struct ar_why *why; /* of the rule, or one element, as it is */
    ar_flip_vector flips;
};
/* What a flip's remedy is for the finding. */
struct ar_flip_steps {
    const struct ar_result_remedy *remedy; /* NULL: the rule found nothing */
    size_t way;                            /* its number in reports, from 1 */
    /* The steps of remedy that are said to make the changes, by their number
     * from 0; or all, where none is said to: they do it together. */
    bool is_declared;
    AR_VECTOR(size_t) numbers;
};
struct ar_flip_steps ar_report_flip_steps(struct ar_arena *arena,
                                          const struct ar_flip_report *report,
                                          const struct ar_flip_remedy *linked);
void ar_report_flips_human(struct ar_buf *out,
                           const struct ar_flip_report *report,
                           const struct ar_report_options *options);
void ar_report_flips_json(struct ar_buf *out,
                          const struct ar_flip_report *report,
                          const struct ar_report_options *options);

#endif
