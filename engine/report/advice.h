/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AR_REPORT_ADVICE_H
#define AR_REPORT_ADVICE_H
/* The remedies of one rule: shown, or as a script. */

#include "report/report.h"

enum ar_script_language {
    AR_SCRIPT_NONE,
    AR_SCRIPT_BASH,
    AR_SCRIPT_POWERSHELL
};

struct ar_advice_request {
    const struct ar_result *result;
    const struct ar_rule *rule; /* one of the result's */
    bool has_key;
    ar_str key; /* only of the finding with that key */
    size_t way; /* only this remedy, counted as reports do, from 1; 0: all that
                   the filter of the options lets through */
    enum ar_script_language script;
    const struct ar_report_options *options;
};

/* Appends what there is to do. False, with one line that says why in its
 * place, if what was asked for is not there: no finding with that key, no
 * such way, and no single remedy to make a script of. */
bool ar_advice_put(struct ar_buf *out, const struct ar_advice_request *request);

#endif
