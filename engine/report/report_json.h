/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AR_REPORT_REPORT_JSON_H
#define AR_REPORT_REPORT_JSON_H
/* Members of the JSON report; every text passes through here, where secrets
 * are masked. */

#include "report/report_plan.h"

#include "json/json.h"

struct ar_report_json {
    struct ar_json_writer writer;
    const struct ar_report_plan *plan;
};

/* key may be empty for the next element of an array. */
void ar_report_json_object(struct ar_report_json *json, const char *key);
void ar_report_json_array(struct ar_report_json *json, const char *key);
/* Empty text is "". */
void ar_report_json_text(struct ar_report_json *json, const char *key,
                         ar_str text);
/* Empty text is null: nobody has said. */
void ar_report_json_text_or_null(struct ar_report_json *json, const char *key,
                                 ar_str text);
void ar_report_json_null(struct ar_report_json *json, const char *key);
void ar_report_json_count(struct ar_report_json *json, const char *key,
                          size_t count);
/* file and line; both null if there is no place. */
void ar_report_json_place(struct ar_report_json *json, ar_span span);
/* In the encodings of snapshots. Absent is null; what is unknown inside a
 * list, map or record is {"unknown": reason}; an unknown whole is null. */
void ar_report_json_value(struct ar_report_json *json, const char *key,
                          const struct ar_fact_decl *decl, ar_value value);
/* The members state, value, text, reason, detail. */
void ar_report_json_state(struct ar_report_json *json,
                          const struct ar_fact_decl *decl, ar_value value);
/* An object "origin". */
void ar_report_json_origin(struct ar_report_json *json,
                           const struct ar_origin *origin);
/* An array "facts". */
void ar_report_json_facts(struct ar_report_json *json,
                          const ar_evidence_vector *facts);
/* An array of the findings' rules, keys and fingerprints. */
void ar_report_json_names(struct ar_report_json *json, const char *key,
                          const struct ar_finding *const *findings,
                          size_t count);
/* An array "needs". */
void ar_report_json_needs(struct ar_report_json *json,
                          const ar_cause_vector *causes);
/* An object "baseline"; nothing without an earlier report. */
void ar_report_json_comparison(struct ar_report_json *json);
/* The members of a step of a remedy. */
void ar_report_json_step(struct ar_report_json *json,
                         const struct ar_result_step *step);
/* The arrays "remedies" and "remedies_left_out". */
void ar_report_json_remedies(struct ar_report_json *json,
                             const struct ar_finding *finding);

#endif
