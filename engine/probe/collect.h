/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AR_PROBE_COLLECT_H
#define AR_PROBE_COLLECT_H
/* Finding out the facts of this machine: which probes to run, in what order,
 * and what becomes of facts that none can give. */

#include "code/code.h"
#include "probe/apply.h"

/* A probe that ran. */
struct ar_probe_run {
    ar_str probe;
    ar_str how; /* the command or file */
    enum ar_host_status status;
    int64_t duration_us;
    bool is_lacking; /* a fact of it is unknown, for more than that this system
                        has no such thing */
};

struct ar_collector {
    struct ar_arena *arena; /* of facts and runs */
    struct ar_host *host;
    const struct ar_code *code;
    struct ar_factset *set; /* what is in it already is not asked for */
    struct ar_diags *diags; /* what programs of exec answer too much; or NULL */
    int64_t now;            /* of the evaluation, microseconds since 1970 */
    int64_t deadline_us;    /* of the host's clock; 0: none */
    bool allow_run; /* packs that are not trusted may run their probes, and
                       name files, variables and keys of their own */
    /* out */
    AR_VECTOR(struct ar_probe_run) runs;
    bool was_stopped;    /* by the host */
    bool used_allowed;   /* something ran that needed allow_run */
    struct ar_map asked; /* keys that were tried */
    struct ar_map ran;   /* probes with their arguments */
    struct ar_map kept;  /* of facts that code finds out: see builtin.h */
    struct ar_map named; /* keys that derived facts of trusted packs name */
    bool has_named;      /* named is complete */
};

/* Collects what can still change the status of a rule of program, facts of
 * `applies` first and cheap ones first, then what the texts of the rules that
 * match read. A fact that no probe gives here becomes
 * unknown(unsupported). */
void ar_collect_for_rules(struct ar_collector *collector,
                          const struct ar_program *program);

/* Collects all that is known to exist: every fact without arguments, facts and
 * groups whose arguments stand in the rules, then what ar_collect_for_rules()
 * still finds. What there was no time for is unknown(timeout). */
void ar_collect_everything(struct ar_collector *collector,
                           const struct ar_program *program);
/* If the time is over: what has no value and no arguments is
 * unknown(timeout). */
void ar_collect_give_up_in_time(struct ar_collector *collector);

/* Collects what the conditions of the rules of program need, and those by which
 * their remedies are verified. */
void ar_collect_to_verify(struct ar_collector *collector,
                          const struct ar_program *program);

/* Collects every fact without arguments, or those below the named group or
 * fact. */
void ar_collect_all(struct ar_collector *collector, ar_str name);
/* Collects one fact, whatever its arguments. */
void ar_collect_fact(struct ar_collector *collector,
                     const struct ar_fact_ref *ref);
/* Works out a derived fact from what it needs, which is collected first; its
 * origin says what that is. What the set has already stays. */
void ar_collect_derived(struct ar_collector *collector,
                        const struct ar_fact_ref *ref);
/* The same for every derived fact without arguments that has that name or is
 * below it, and for those below a group that have as many arguments. */
void ar_collect_derived_below(struct ar_collector *collector, ar_str name);
void ar_collect_derived_group(struct ar_collector *collector,
                              const struct ar_fact_ref *group);
/* Collects the facts below a group that have as many arguments. */
void ar_collect_group(struct ar_collector *collector,
                      const struct ar_fact_ref *group);

#endif
