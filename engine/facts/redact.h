/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AR_FACTS_REDACT_H
#define AR_FACTS_REDACT_H
/* Takes secrets, people and addresses out of facts, before they are written.
 * Two things are taken out: values of facts that are declared as sensitive,
 * and whatever redact_scan.h finds in any text. What was taken out leaves a
 * placeholder that is the same wherever the same text stood, so that a status
 * on the redacted facts is that on the facts, or undetermined. The names of
 * placeholders count what was found: nothing can be worked out from them. */

#include "facts/factset.h"
#include "facts/redact_scan.h"

struct ar_redaction_options {
    const ar_secret_words *words; /* that this machine can be known by */
    bool keeps[AR_SENSITIVITY_SECRET + 1]; /* by enum ar_sensitivity */
};

/* A fact that something was taken out of. */
struct ar_redacted_fact {
    ar_str key;     /* as it is written now */
    unsigned kinds; /* 1 << enum ar_secret_kind */
};

struct ar_redaction {
    struct ar_factset set;
    ar_str id; /* also that of set */
    size_t counts[AR_N_SECRET_KINDS];
    AR_VECTOR(struct ar_redacted_fact) facts; /* in order of their keys */
    size_t n_dropped; /* facts whose arguments cannot be written */
};

/* Everything lives in arena, or where facts has it. facts stays as it is. */
void ar_redact(struct ar_arena *arena, const struct ar_factset *facts,
               const struct ar_redaction_options *options,
               struct ar_redaction *out);

/* The entries of a set in order of their keys. */
const struct ar_fact_entry **ar_factset_sorted(struct ar_arena *arena,
                                               const struct ar_factset *set);

#endif
