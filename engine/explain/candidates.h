/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AR_EXPLAIN_CANDIDATES_H
#define AR_EXPLAIN_CANDIDATES_H
/* Private to explain: values with which to try whether a rule changes. */

#include "explain/explainer.h"

typedef AR_VECTOR(ar_value) ar_value_vector;

/* What a rule names: constants of its conditions, also of tables, functions
 * and derived facts that it uses; and the groups whose presence it asks for. */
struct ar_named_values {
    struct ar_arena *arena;
    ar_value_vector values;
    AR_VECTOR(const struct ar_fact_group *) groups;
    bool asks_presence; /* of anything that is no group */
};

struct ar_named_values ar_named_values_of(struct ar_arena *arena,
                                          const struct ar_rule *rule);

/* Values of decl's type other than value, those that the rule names first:
 * these, what lies next to them, what others of the facts that were read have,
 * words of an enum, lists with an element more, less or changed. Of the
 * elements of a list `first` is changed first. */
ar_value_vector ar_candidate_values(const struct ar_named_values *named,
                                    const ar_evidence_vector *read,
                                    const struct ar_type *type, ar_value value,
                                    size_t first);

#endif
