/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AR_PROBE_CONDITIONS_H
#define AR_PROBE_CONDITIONS_H
/* What the expressions of a probe come to: the strings of its source and the
 * failure clauses. Between the files of this layer. */

#include "probe/apply.h"
#include "run/vm.h"

/* exit, stdout and stderr, as the expressions see them. */
struct ar_probe_seen {
    bool is_found;
    ar_value exit_code; /* absent where there is none */
    ar_value out;
    ar_value err;
};

typedef AR_VECTOR(const struct ar_expr *) ar_probe_expressions;

/* The outcomes of expressions, which may name the probe's parameters and what
 * it saw. */
struct ar_outcome *ar_probe_evaluate(struct ar_arena *arena,
                                     const struct ar_probe_use *use,
                                     const struct ar_probe_seen *seen,
                                     const ar_probe_expressions *expressions);

/* What a failure clause makes of a fact or group. */
struct ar_probe_settled {
    const struct ar_fact_decl *decl;   /* or NULL */
    const struct ar_fact_group *group; /* or NULL */
    ar_value value;                    /* absent or unknown */
};
typedef AR_VECTOR(struct ar_probe_settled) ar_probe_settled_vector;

/* The settings of the first clause that holds, the widest groups first. A
 * clause before it that may hold or not makes its own facts and those of the
 * first one that holds unknown. */
void ar_probe_settle(struct ar_arena *arena, const struct ar_probe_use *use,
                     const struct ar_probe_seen *seen,
                     ar_probe_settled_vector *out);
/* The setting that counts for decl: the narrowest; NULL if there is none. */
const struct ar_probe_settled *ar_probe_find_settled(
    const ar_probe_settled_vector *settled, const struct ar_fact_decl *decl);

#endif
