/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AR_RUN_VM_H
#define AR_RUN_VM_H
/* The evaluator: it runs compiled rules on the facts of one machine. It gives
 * what the reference evaluator gives (reference/reference.h), which is its
 * oracle in the tests; the two share no code. */

#include "code/code.h"
#include "result/check.h"

/* Gives every rule of program its status; program is that of the code, or one
 * with some of its rules. The result lives in arena and points into program
 * and facts. options may be NULL. */
struct ar_result *ar_vm_evaluate(struct ar_arena *arena,
                                 const struct ar_code *code,
                                 const struct ar_program *program,
                                 const struct ar_factset *facts,
                                 const struct ar_evaluation_options *options);

/* Evaluates all conditions of one rule, and those its remedies are verified
 * by, whatever its status is. */
const struct ar_rule_check *ar_vm_check(
    struct ar_arena *arena, const struct ar_code *code,
    const struct ar_rule *rule, const struct ar_factset *facts,
    const struct ar_evaluation_options *options);

/* Runs the routine of ar_code_generate_expression(). */
struct ar_outcome ar_vm_expression(struct ar_arena *arena,
                                   const struct ar_code *code,
                                   const struct ar_factset *facts,
                                   const struct ar_evaluation_options *options);

/* A value for a place of the frame; the name is that of its cause, if it is
 * not known. */
struct ar_vm_local {
    ar_str name;
    ar_value value;
};

/* A condition of a block, and what the first places of its frame hold. */
struct ar_vm_question {
    size_t condition;
    const struct ar_vm_local *locals;
    size_t n_locals;
    ar_str_vector *read; /* is given the keys of the facts that were read and
                            not worked out; or NULL */
};

/* The same for one of ar_code_generate_expressions(). */
struct ar_outcome ar_vm_expression_with(
    struct ar_arena *arena, const struct ar_code *code,
    const struct ar_vm_question *question, const struct ar_factset *facts,
    const struct ar_evaluation_options *options);

#endif
