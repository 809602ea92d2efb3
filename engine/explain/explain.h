/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AR_EXPLAIN_EXPLAIN_H
#define AR_EXPLAIN_EXPLAIN_H
/* Why a rule has the status that it has. Nothing is recorded while rules are
 * evaluated: what is asked for is worked out again from the checked tree and
 * the facts, by the reference evaluator. docs/explanations.md says what people
 * see.
 *
 * A proof is pruned: it holds only parts that are needed. It rests on `facts`,
 * found by leaving out one fact after the other for as long as the status
 * stays: these alone give the same status, all others being unknown, and
 * without any one of them they do not. */

#include "result/outcome.h"

/* A value below the part of a text that came to it. */
struct ar_proof_mark {
    size_t start; /* bytes in the text of its proof */
    size_t end;
    ar_value value;
    bool is_secret; /* the value must not be printed */
};

enum ar_proof_kind {
    AR_PROOF_TEST,     /* a condition as a whole, with marks */
    AR_PROOF_ALL,      /* a condition whose parts make it so together */
    AR_PROOF_ELEMENTS, /* `any`, `every`, `no`, `count`, `first`, `filter`: its
                          parts are elements */
    AR_PROOF_ELEMENT,  /* text is the variable's name; parts: the condition */
    AR_PROOF_MEANING,  /* what a name or call in the part above stands for: a
                          let, a function, a derived fact, a table; text is
                          "name = definition" or the call */
    AR_PROOF_ROW       /* of a table; text is the row */
};

struct ar_proof {
    enum ar_proof_kind kind;
    ar_str text;    /* as the rules have it, on one line */
    ar_span span;   /* where it stands */
    unsigned bits;  /* of a condition: AR_OUTCOME_ bits; else 0 */
    ar_value value; /* of what is no condition, and of an element */
    bool is_secret; /* value must not be printed */
    size_t ix;      /* of an element or a row, from 0 */
    size_t n_of; /* of elements: how many the list has; of a row: the table */
    AR_VECTOR(struct ar_proof_mark) marks; /* by start; apart from each other */
    AR_VECTOR(struct ar_proof *) parts;
    size_t n_left_out; /* parts that would be too many to show */
};

/* Something to do about a fact that is not known. */
struct ar_advice {
    ar_str text;    /* a sentence without full stop */
    ar_str command; /* to be copied; or empty */
};

/* A fact without which a rule cannot be decided. */
struct ar_missing {
    struct ar_cause cause;
    struct ar_origin origin;         /* of the attempt, if there was one */
    AR_VECTOR(struct ar_advice) how; /* the best first; never empty */
};

/* One rule, or one element of its `for each`. */
struct ar_why {
    const struct ar_rule *rule;
    const struct ar_rule_result *state; /* of the rule as a whole */
    enum ar_status status;              /* of this element, or of the rule */
    bool has_key;                       /* it is one element */
    ar_str key_text;
    const struct ar_finding *finding; /* if it matched; or NULL */
    /* What decided it; either may be NULL. Of undetermined neither is there,
     * of not_applicable only `applies`, of clear only `when`. */
    const struct ar_proof *applies;
    const struct ar_proof *when;
    /* The list of `for each`, if it decides: absent, empty, or all of its
     * elements are clear. */
    const struct ar_proof *each;
    ar_evidence_vector facts; /* what all of that rests on */
    /* Of undetermined: what is still missing, and what the rule comes to now:
     * it matches exactly if this is true. facts are those that went in. */
    AR_VECTOR(struct ar_missing) missing;
    const struct ar_expr *residual;
    ar_str residual_text;
    AR_VECTOR(const struct ar_finding *) supersedes; /* what it explains */
    bool is_cut; /* the work was too much: there is no proof */
};

typedef AR_VECTOR(struct ar_why *) ar_why_vector;

struct ar_explain_options {
    bool is_live; /* the facts are of this machine, not of a snapshot */
    int64_t now;  /* as ar_evaluation_options has it */
};

/* Explains what result says of rule: of one with `for each` every element that
 * matched or is open, or the element with that key (also one that is clear);
 * key empty: all. Empty if there is no such element. What comes out lives in
 * arena and points into result. */
ar_why_vector ar_explain_rule(struct ar_arena *arena,
                              const struct ar_result *result,
                              const struct ar_rule *rule, ar_str key,
                              const struct ar_explain_options *options);
/* Explains one finding of result: the proof of what was found. */
struct ar_why *ar_explain_finding(struct ar_arena *arena,
                                  const struct ar_result *result,
                                  const struct ar_finding *finding,
                                  const struct ar_explain_options *options);
/* Whether a rule can be explained: of a compiled pack none can. */
bool ar_explain_can(const struct ar_rule *rule);
/* The keys of the elements of rule, in the order of its list; empty without
 * `for each`. */
ar_str_vector ar_explain_keys(struct ar_arena *arena,
                              const struct ar_result *result,
                              const struct ar_rule *rule,
                              const struct ar_explain_options *options);

#endif
