/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AR_TESTS_LAWS_EXPLANATIONS_H
#define AR_TESTS_LAWS_EXPLANATIONS_H
/* The laws of explanations, for every rule of a generated program: what a
 * proof rests on is enough and needed, what is left of a rule means the same
 * as the rule, and what is said to change a status does. */

#include "laws.h"

struct law_explaining {
    struct ar_arena *arena;
    const struct ar_program *program;
    const struct ar_factset *facts;
    const struct ar_factset *world; /* in which more is known */
    const struct ar_result *result; /* of the reference evaluator, on facts */
    enum law_check only;            /* the one to try, or LAW_N_CHECKS */
    size_t *counts;                 /* by check; or NULL */
    struct ar_buf *why;             /* what went wrong */
};

/* The first check that fails, with words on it in why; or LAW_N_CHECKS. */
enum law_check law_explain(const struct law_explaining *explaining);

#endif
