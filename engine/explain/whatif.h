/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AR_EXPLAIN_WHATIF_H
#define AR_EXPLAIN_WHATIF_H
/* What would be if facts were others: how two results differ, and which few
 * changes give a rule another status. */

#include "explain/explain.h"

/* ---- two results ---- */

/* A rule whose status or findings are not the same. */
struct ar_status_change {
    const struct ar_rule *rule;
    const struct ar_rule_result *before;
    const struct ar_rule_result *after;
    AR_VECTOR(const struct ar_finding *) gone; /* of before */
    AR_VECTOR(const struct ar_finding *) come; /* of after */
};

typedef AR_VECTOR(struct ar_status_change) ar_status_change_vector;

/* In the order of rules. Both are of the same rules. */
ar_status_change_vector ar_compare_results(struct ar_arena *arena,
                                           const struct ar_result *before,
                                           const struct ar_result *after);

/* ---- what would flip a rule ---- */

/* One fact, or a group that would be absent. */
struct ar_fact_change {
    ar_str key;
    const struct ar_fact_decl *decl; /* of a group NULL */
    ar_value before;
    ar_value after;
};

/* A remedy of the rule whose `verify` could not be true before a flip and can
 * be then. */
struct ar_flip_remedy {
    const struct ar_remedy *remedy;
    /* Whether steps say which of the changes they make, so that together they
     * make them all; steps are their numbers from 0 in the remedy. Else nobody
     * has said which it is, and steps is empty. */
    bool is_declared;
    AR_VECTOR(size_t) steps;
};

/* Changes that together, and none of them less, give another status. */
struct ar_flip {
    AR_VECTOR(struct ar_fact_change) changes;
    enum ar_status status; /* that comes of it */
    AR_VECTOR(struct ar_flip_remedy) remedies;
};

typedef AR_VECTOR(struct ar_flip) ar_flip_vector;

/* The smallest sets of changes that make a rule that matched not match, and
 * one that did not match do so; a rule that is undetermined has none. Facts
 * that are declared `fixed` and derived ones are left as they are, and values
 * are tried that the rule itself names. key: one element of `for each`; empty:
 * the rule as a whole. Empty if none was found: of many facts, or of values
 * that the rule does not name, nothing is known. */
ar_flip_vector ar_explain_flips(struct ar_arena *arena,
                                const struct ar_result *result,
                                const struct ar_rule *rule, ar_str key,
                                const struct ar_explain_options *options);

#endif
