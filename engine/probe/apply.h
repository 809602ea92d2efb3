/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AR_PROBE_APPLY_H
#define AR_PROBE_APPLY_H
/* What a probe of the language learnt, as facts: decoding, parsing, selectors
 * and failure clauses (docs/language.md, "Probes"). It starts nothing. */

#include "facts/factset.h"
#include "probe/host.h"
#include "sema/program.h"

/* What to ask the host for: the source of a probe with its strings filled
 * in. */
struct ar_probe_request {
    enum ar_probe_source source;
    const ar_str *texts; /* argv of run; else one */
    size_t n_texts;
};

/* Fills in the strings of the source with arguments, one for each parameter of
 * the probe, and the facts of set that they name. False, with *lack a value
 * that is unknown or absent, if one of those facts is not a value. */
bool ar_probe_request(struct ar_arena *arena, const struct ar_probe *probe,
                      const ar_value *arguments, const struct ar_factset *set,
                      struct ar_probe_request *out, ar_value *lack);

/* A fact or a group (decl NULL) in the state that a probe gives it. */
struct ar_probe_fact {
    const struct ar_fact_decl *decl;
    const struct ar_fact_group *group; /* or NULL */
    ar_str key;                        /* canonical */
    ar_value value;
};
typedef AR_VECTOR(struct ar_probe_fact) ar_probe_fact_vector;

/* Every fact that the probe gives, and groups its failure clauses name, in a
 * state: the first `if` line that holds sets its facts; what is not set is
 * parsed, if the exit code is one of the answers; else unknown with the
 * reason. A status of the host that is no answer makes every fact unknown
 * with its reason; never absent. Values live in arena. */
void ar_probe_apply(struct ar_arena *arena, const struct ar_program *program,
                    const struct ar_probe *probe, const ar_value *arguments,
                    const struct ar_host_output *output,
                    ar_probe_fact_vector *out);

#endif
