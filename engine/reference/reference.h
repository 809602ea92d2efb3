/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AR_REFERENCE_REFERENCE_H
#define AR_REFERENCE_REFERENCE_H
/* The reference evaluator: it walks the checked tree and does what
 * docs/language.md says, in the simplest way that is right. Any faster
 * evaluator is measured against it, and shares no code with it but the
 * assembly of the result (result/assemble.h, result/outcome.h). */

#include "result/outcome.h"

/* Gives every rule of program its status. The result lives in arena and
 * points into program and facts. options may be NULL. */
struct ar_result *ar_reference_evaluate(
    struct ar_arena *arena, const struct ar_program *program,
    const struct ar_factset *facts,
    const struct ar_evaluation_options *options);

/* Evaluates one expression that uses no names of a rule, for tests. */
struct ar_outcome ar_reference_expression(
    struct ar_arena *arena, const struct ar_program *program,
    const struct ar_factset *facts, const struct ar_evaluation_options *options,
    const struct ar_expr *expr);

#endif
