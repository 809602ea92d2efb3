/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AR_RESULT_CHANGE_H
#define AR_RESULT_CHANGE_H
/* What is different in a result after some of its rules were evaluated
 * again. */

#include "result/result.h"

enum ar_change_kind {
    AR_CHANGE_STATUS,  /* the rule has another status; no finding changed */
    AR_CHANGE_NEW,     /* a finding that was not there */
    AR_CHANGE_GONE,    /* a finding that is no more there */
    AR_CHANGE_FINDING, /* it has another text, or is waived or explained by
                          others where it was not, or no longer */
    AR_N_CHANGE_KINDS
};
/* "status", "new" */
const char *ar_change_name(enum ar_change_kind kind);

/* What a finding says beside its key. */
struct ar_change_side {
    ar_str diagnosis;
    bool is_waived;
    bool is_superseded;
};

struct ar_change {
    enum ar_change_kind kind;
    const struct ar_rule_result *rule; /* as it is now */
    enum ar_status status_before;
    const struct ar_finding *was; /* the finding as it was, or NULL */
    ar_str key_text;              /* of a finding; or empty */
    ar_str fingerprint;           /* of a finding; or empty */
    struct ar_change_side before; /* of a finding that was there */
    struct ar_change_side after;  /* of one that is */
};
typedef AR_VECTOR(struct ar_change) ar_change_vector;

/* What a result says, before it is brought up to date, or another is made in
 * its place. As long as it is the `before` of the result, what is replaced is
 * noted in it. The result and its findings must outlive it. */
struct ar_result_before;
struct ar_result_before *ar_result_note(struct ar_arena *arena,
                                        const struct ar_result *result);

/* Adds what differs, rule by rule in their order, a change of status before
 * those of findings. result is of the same rules. Texts are those of the
 * findings. */
void ar_result_changes(struct ar_result_before *before,
                       const struct ar_result *result, ar_change_vector *out);

#endif
