/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AR_TESTS_LAWS_LAWS_H
#define AR_TESTS_LAWS_LAWS_H
/* The laws of evaluation, tried on one generated program and one set of
 * facts. */

#include "coverage.h"
#include "generate.h"

enum law_check {
    LAW_CHECK_LAW,        /* the relation of a row of laws.def */
    LAW_CHECK_EVALUATORS, /* all give the same for an expression */
    LAW_CHECK_CAUSES,     /* what is not decided has causes that say why */
    LAW_CHECK_LEARNING,   /* knowing more only removes outcomes */
    LAW_CHECK_KNOWN,      /* where all is known there is one outcome */
    LAW_CHECK_POSSIBLE,   /* the checker holds what comes out for possible */
    LAW_CHECK_RESULTS,    /* all evaluators give the same for all rules */
    LAW_CHECK_STATUSES,   /* knowing more leaves a status that is decided */
    LAW_CHECK_ORDER,      /* the order of rules and packs does not matter */
    LAW_CHECK_PROOF,      /* the facts of a proof alone give the status */
    LAW_CHECK_NEEDED,     /* without any of them it is another */
    LAW_CHECK_RESIDUAL,   /* what is left of a rule comes to what it does */
    LAW_CHECK_FLIP,       /* what is said to flip a rule does, and no less */
    LAW_N_CHECKS
};
extern const char *const law_check_names[LAW_N_CHECKS];

/* What is tried. */
struct law_trial {
    struct law_program *program;
    struct law_facts facts;
    struct law_facts world; /* in which more is known */
    bool knows_all;         /* the world does */
    uint64_t order;         /* how the rules are shuffled */
};

/* Which check failed, and where; check is LAW_N_CHECKS if none did. */
struct law_failure {
    enum law_check check;
    const char *rule; /* or "": all of them */
};

struct law_counts {
    size_t checks[LAW_N_CHECKS];
    size_t n_narrow; /* conditions that the checker holds something for
                        impossible of */
    size_t *rows;    /* of law_rows, or NULL */
};

/* A program that was loaded for trials. */
struct law_bench {
    const struct law_program *program;
    struct law_loaded loaded;
    struct law_loaded shuffled;
    bool is_shuffled; /* whether there is one */
    struct law_subject *subjects;
    size_t n_subjects;
};
/* False, with what the checker said put into said, if the program has errors.
 */
bool law_bench_start(struct law_bench *bench, const struct law_trial *trial,
                     struct ar_buf *said);
void law_bench_end(struct law_bench *bench);

/* Facts for the program of bench, and a world in which more is known. */
void law_trial_make_facts(struct ar_arena *arena, struct law_choices *choices,
                          const struct law_bench *bench,
                          struct law_trial *trial);

/* What is told of a trial; all but why may be NULL. */
struct law_watch {
    const struct law_failure *only; /* the one check to try */
    struct law_counts *counts;
    struct law_coverage *coverage;
    struct ar_buf *why; /* what went wrong */
};

/* Tries every check that the program is for, up to the first that fails. */
struct law_failure law_try(struct ar_arena *arena,
                           const struct law_bench *bench,
                           const struct law_trial *trial,
                           const struct law_watch *watch);

/* The program and its facts, to be replayed. */
void law_trial_put(struct ar_buf *out, const struct law_trial *trial,
                   bool has_world);

#endif
