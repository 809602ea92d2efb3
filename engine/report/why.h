/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AR_REPORT_WHY_H
#define AR_REPORT_WHY_H
/* Explanations, written down for people and for programs
 * (docs/explanations.md). */

#include "explain/explain.h"
#include "report/report.h"

struct ar_why_report {
    const struct ar_result *result; /* that is explained */
    ar_why_vector whys;
    const char *question; /* "why" or "why-not" */
};

/* Whatever comes from outside can only be text in them, and what is secret is
 * not in them. Of the options color, width, tool and generated count. */
void ar_report_why_human(struct ar_buf *out, const struct ar_why_report *report,
                         const struct ar_report_options *options);
void ar_report_why_json(struct ar_buf *out, const struct ar_why_report *report,
                        const struct ar_report_options *options);

#endif
