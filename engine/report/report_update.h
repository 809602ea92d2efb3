/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AR_REPORT_REPORT_UPDATE_H
#define AR_REPORT_REPORT_UPDATE_H
/* What became different when facts changed: `eval --watch`. */

#include "report/report.h"
#include "result/change.h"

struct ar_report_update {
    const struct ar_result *result; /* as it is now */
    const ar_change_vector *changes;
    enum ar_report_exit exit_code;
};

/* Text: when, what is to be said of it all, and a line for each change that a
 * person has to know of; nothing if there is none. Other statuses count where
 * something could not be decided or failed, or with options->all. */
void ar_report_update_human(struct ar_buf *out,
                            const struct ar_report_update *update,
                            const struct ar_report_options *options);
/* All changes as JSON on one line (docs/changes.schema.json); nothing if there
 * is none. */
void ar_report_update_ndjson(struct ar_buf *out,
                             const struct ar_report_update *update,
                             const struct ar_report_options *options);

#endif
