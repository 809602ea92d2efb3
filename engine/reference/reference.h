/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AR_REFERENCE_REFERENCE_H
#define AR_REFERENCE_REFERENCE_H
/* The reference evaluator: it walks the checked tree and does what
 * docs/language.md says, in the simplest way that is right. Any faster
 * evaluator is measured against it, and shares no code with it but the
 * assembly of the result (result/assemble.h). */

#include "result/result.h"

/* What a condition may still turn out to be: a set of these bits. */
enum {
    AR_OUTCOME_TRUE = 1,
    AR_OUTCOME_FALSE = 2,
    AR_OUTCOME_NEITHER = 4, /* an operand is absent */
    AR_OUTCOME_OPEN = 7     /* all three */
};

/* What an expression comes to. It is decided if it is a value, or one of
 * true and false alone. What is not decided has causes; a list that was
 * written out has those of its elements. */
struct ar_outcome {
    bool is_condition;
    unsigned bits;  /* of a condition; never 0 */
    ar_value value; /* of everything else */
    ar_cause_vector causes;
    const struct ar_fact_decl *decl; /* the fact it was taken out of, or
                                        NULL */
    ar_str path; /* then the fact's key with the fields that led to it:
                    wsl.distros.name */
};

struct ar_evaluation_options {
    int64_t now;       /* microseconds; by it waivers expire, and now() gives
                          it if the facts have no time. 0: the facts' */
    int64_t rule_fuel; /* 0: AR_MAX_RULE_FUEL */
    int64_t run_fuel;  /* 0: AR_MAX_RUN_FUEL */
};

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

/* The value of a condition that can only be true, false or neither (absent);
 * of one that is open, unknown with the reason of its first cause. Of
 * everything else its value. */
ar_value ar_outcome_value(const struct ar_outcome *outcome);
/* The outcomes of a bool value: all three if it is unknown. */
unsigned ar_outcome_bits(ar_value value);
bool ar_outcome_is_decided(const struct ar_outcome *outcome);

#endif
