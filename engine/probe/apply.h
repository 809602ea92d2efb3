/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AR_PROBE_APPLY_H
#define AR_PROBE_APPLY_H
/* What a probe of the language learnt, as facts: decoding, parsing, selectors
 * and failure clauses (docs/probes.md). It starts nothing. */

#include "facts/factset.h"
#include "probe/host.h"
#include "result/outcome.h"
#include "sema/program.h"

/* A probe with what its strings and conditions may name. */
struct ar_probe_use {
    const struct ar_program *program;
    const struct ar_probe *probe;
    const ar_value *arguments;    /* one for each parameter, a value */
    const struct ar_factset *set; /* the facts that are known so far */
    struct ar_diags *diags;       /* what its answer has too much; or NULL */
};

/* What to ask the host for: the source of a probe with its strings filled
 * in. */
struct ar_probe_request {
    enum ar_probe_source source;
    const ar_str *texts; /* argv of run and exec; address and path of http;
                            else one */
    size_t n_texts;
    ar_str input;           /* of exec: the question */
    ar_cause_vector causes; /* if it could not be made: why */
};

static inline bool ar_probe_is_program(const struct ar_probe *probe)
{
    return probe->source == AR_PROBE_RUN || probe->source == AR_PROBE_EXEC;
}

/* Whether there is somebody to wait for. */
static inline bool ar_probe_is_awaited(const struct ar_probe *probe)
{
    return ar_probe_is_program(probe) || probe->source == AR_PROBE_HTTP;
}

/* The facts that stand between a probe and the verdict of its conditions before
 * anything is known of its output: those among causes that are unknown. */
ar_cause_vector ar_probe_needs(struct ar_arena *arena,
                               const struct ar_probe_use *use);

/* Fills in the strings of the source. False, with *lack a value that is
 * unknown or absent, if a fact that they name is not a value, or if there is
 * a NUL in one; the facts are in out->causes. The strings live in arena. */
bool ar_probe_request(struct ar_arena *arena, const struct ar_probe_use *use,
                      struct ar_probe_request *out, ar_value *lack);

/* A fact or a group (decl NULL) in the state that a probe gives it. */
struct ar_probe_fact {
    const struct ar_fact_decl *decl;
    const struct ar_fact_group *group; /* or NULL */
    ar_str key;                        /* canonical */
    ar_value value;
    ar_str origin; /* what the program of exec says of it; or empty */
};
typedef AR_VECTOR(struct ar_probe_fact) ar_probe_fact_vector;

/* Adds to out every fact that the probe gives, and before them the groups and
 * other facts that its failure clauses set, wide groups first, so that they
 * can be put into a factset in this order. The first `if` line that holds
 * sets its facts; what is not set is parsed, if the exit code is one of the
 * answers; else unknown with the reason. A status of the host that is no
 * answer makes every fact unknown with its reason; never absent. Values live
 * in arena. */
void ar_probe_apply(struct ar_arena *arena, const struct ar_probe_use *use,
                    const struct ar_host_output *output,
                    ar_probe_fact_vector *out);

/* Adds every fact that the probe gives, all with that unknown: for a probe
 * that is not run. */
void ar_probe_refuse(struct ar_arena *arena, const struct ar_probe_use *use,
                     ar_value unknown, ar_probe_fact_vector *out);

#endif
