/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AR_REPORT_VERIFY_H
#define AR_REPORT_VERIFY_H
/* What became of the findings of a rule: verdicts, and how they are shown. */

#include "report/earlier.h"
#include "report/report.h"
#include "result/check.h"

#define AR_VERDICT(id, name, text) AR_VERDICT_##id,
enum ar_verdict {
#include "report/verdicts.def"
    AR_N_VERDICTS
};
#undef AR_VERDICT

struct ar_verdict_info {
    const char *name;
    const char *text;
};
extern const struct ar_verdict_info ar_verdict_table[AR_N_VERDICTS];

struct ar_verified {
    enum ar_verdict verdict;
    bool has_key;
    ar_str key;
    ar_str fingerprint;
    ar_str because;        /* a sentence */
    ar_cause_vector needs; /* of unverified and pending_restart */
};

struct ar_verification {
    const struct ar_rule *rule;
    const struct ar_factset *facts;
    const struct ar_program *program;
    ar_str note; /* on what could not be taken into account; or empty */
    AR_VECTOR(struct ar_verified) findings;
};

struct ar_verify_request {
    const struct ar_rule_check *check;
    const struct ar_factset *facts;
    const struct ar_program *program;
    const struct ar_earlier *earlier; /* or NULL */
    bool has_key;
    ar_str key;         /* only the finding of that key */
    size_t way;         /* of the remedies as reports show them, from 1; 0: any
                           that worked counts */
    bool was_restarted; /* somebody says that every restart has happened */
};

/* Decides on the findings of the earlier report, or else on all elements
 * there are now. */
struct ar_verification ar_verify(struct ar_arena *arena,
                                 const struct ar_verify_request *request);

/* The facts with what is older than the report left out of logs: facts that
 * are declared as such keep their newer lines, and are unknown(stale) without
 * any. *note is what could not be told; or empty. Without a report it is facts
 * itself. */
const struct ar_factset *ar_verify_trim_logs(struct ar_arena *arena,
                                             const struct ar_factset *facts,
                                             const struct ar_earlier *earlier,
                                             ar_str *note);

void ar_verification_human(struct ar_buf *out,
                           const struct ar_verification *verification,
                           const struct ar_report_options *options);
void ar_verification_json(struct ar_buf *out,
                          const struct ar_verification *verification,
                          const struct ar_report_options *options);

#endif
