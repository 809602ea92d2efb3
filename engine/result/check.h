/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AR_RESULT_CHECK_H
#define AR_RESULT_CHECK_H
/* What the conditions of one rule come to, those of its remedies too, whether
 * or not it matches: what `verify` decides by. */

#include "result/outcome.h"

/* The verify condition of a remedy for one element. */
struct ar_remedy_check {
    const struct ar_remedy *remedy;
    bool has_verify;
    unsigned bits; /* without one: 0 */
    ar_cause_vector causes;
};

/* One element of for each, or the rule itself. */
struct ar_element_check {
    bool has_key;
    bool key_is_open; /* the key is not known */
    ar_str key_text;
    unsigned when; /* outcomes of `when` */
    ar_cause_vector causes;
    AR_VECTOR(struct ar_remedy_check) remedies; /* in the rule's order */
};

struct ar_rule_check {
    const struct ar_rule *rule;
    ar_str failure;         /* why it could not be evaluated; or empty */
    unsigned applies;       /* outcomes of `applies` */
    ar_cause_vector causes; /* of applies */
    bool list_is_open;      /* of for each: elements may be missing */
    ar_cause_vector list_causes;
    AR_VECTOR(struct ar_element_check) elements;
};

#endif
