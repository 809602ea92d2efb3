/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AR_RESULT_OUTCOME_H
#define AR_RESULT_OUTCOME_H
/* What one expression comes to, and what an evaluation may be told: the words
 * in which evaluators are asked and answer. */

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

/* Is told what conditions and table rows come to, each time that one does;
 * of what ran out of fuel it hears nothing. It must neither jump nor change
 * what it is shown. */
struct ar_observer {
    void *context;
    void (*see_condition)(void *context, const struct ar_expr *expr,
                          unsigned bits);
    /* bits: TRUE if the lookup may take the row, FALSE if it may pass it
     * over. */
    void (*see_row)(void *context, const struct ar_table *table, size_t ix,
                    unsigned bits);
};

/* Is told, while texts of findings are made, of each fact that is read and
 * that nobody has set. It must neither jump nor change the facts. */
struct ar_missing_facts {
    void *context;
    void (*see)(void *context, const struct ar_fact_decl *decl, ar_str key);
};

struct ar_scan;

struct ar_evaluation_options {
    int64_t now;       /* microseconds; by it waivers expire, and now() gives
                          it if the facts have no time. 0: the facts' */
    int64_t rule_fuel; /* 0: AR_MAX_RULE_FUEL */
    int64_t run_fuel;  /* 0: AR_MAX_RUN_FUEL */
    const struct ar_observer *observer; /* or NULL; only of the reference
                                           evaluator */
    bool applies_first; /* while `applies` is open, `when` is left alone and
                           is no cause; only of the machine */
    const struct ar_missing_facts *missing; /* or NULL; only of the machine */
    struct ar_scan *scan; /* of the code (run/index.h), to be faster; or NULL:
                             each rule is tried; only of the machine */
    bool ids_only; /* texts, evidence and causes may be left out, of which a
                      report of ids shows nothing; only with scan */
};

/* The value of a condition that can only be true, false or neither (absent);
 * of one that is open, unknown with the reason of its first cause. Of
 * everything else its value. */
ar_value ar_outcome_value(const struct ar_outcome *outcome);
/* The outcomes of a bool value: all three if it is unknown. */
unsigned ar_outcome_bits(ar_value value);
bool ar_outcome_is_decided(const struct ar_outcome *outcome);
/* Unknown with the reason and detail of the first cause that is unknown. */
ar_value ar_outcome_unknown_value(const ar_cause_vector *causes);

#endif
