/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AR_RESULT_RESULT_H
#define AR_RESULT_RESULT_H
/* What an evaluation found: one status for every rule, the findings with
 * their texts, and why the rest is not decided. Made by an evaluator, read by
 * reports and tests. */

#include "facts/factset.h"
#include "sema/program.h"

#define AR_STATUS(id, name, text) AR_STATUS_##id,
enum ar_status {
#include "result/statuses.def"
    AR_N_STATUSES
};
#undef AR_STATUS

struct ar_status_info {
    const char *name;
    const char *text;
};
extern const struct ar_status_info ar_status_table[AR_N_STATUSES];
enum ar_status ar_status_find(ar_str name); /* AR_N_STATUSES if none */

/* A fact (by key) or a part of an expression (by its source text) that is not
 * a value, and so left something open or neither true nor false. */
struct ar_cause {
    ar_str name;
    bool is_fact;
    const struct ar_fact_decl *decl; /* of a fact; of a group NULL */
    ar_value value; /* absent, or unknown with its reason and detail */
    ar_span span;   /* where the rules read it */
};

typedef AR_VECTOR(struct ar_cause) ar_cause_vector;

/* A fact that was read, with what it was. */
struct ar_evidence {
    ar_str key;
    const struct ar_fact_decl *decl;
    ar_value value;
    struct ar_origin origin;
};

typedef AR_VECTOR(struct ar_evidence) ar_evidence_vector;

/* Texts of a remedy with the values put in. condition: the source text of a
 * guard that is still open ("if ..."), else empty. What a guard decided
 * against is not in. */
struct ar_result_item {
    enum ar_step_item_kind kind;
    ar_str shell;
    ar_str text;
    ar_str condition;
    bool has_question; /* a value that could not be put into the command: a
                          person must fill it in */
};
typedef AR_VECTOR(struct ar_result_item) ar_result_item_vector;

struct ar_result_step {
    size_t ix; /* among the steps of the remedy */
    ar_str sentence;
    ar_str condition;
    ar_result_item_vector items;
};

struct ar_result_remedy {
    const struct ar_remedy *remedy;
    ar_str title;
    ar_str data_loss;
    ar_str undo;
    AR_VECTOR(struct ar_result_step) steps;
    ar_str verify; /* source text of the condition, or empty */
    ar_result_item_vector verify_runs;
};

struct ar_finding {
    const struct ar_rule *rule;
    bool has_key;
    ar_value key;
    ar_str key_text;    /* "Ubuntu", "Ubuntu#2"; empty without a key */
    ar_str fingerprint; /* 16 hexadecimal digits of rule id and key */
    ar_str diagnosis;
    ar_evidence_vector facts;   /* that the condition read, each once */
    AR_VECTOR(ar_str) symptoms; /* source texts of those that are true */
    AR_VECTOR(struct ar_result_remedy) remedies; /* cheapest safe one first */
    AR_VECTOR(ar_str) lessons;
    AR_VECTOR(ar_str) links;
    AR_VECTOR(const struct ar_finding *) superseded_by;
    AR_VECTOR(const struct ar_rule *)
    possible_causes;                   /* undetermined rules
                                that would supersede it */
    const struct ar_waiver *waived_by; /* or NULL */
    bool was_waived;     /* before the result was last brought up to date */
    bool was_superseded; /* the same */
};

/* An element of for each that is not decided. */
struct ar_open_element {
    ar_str key_text;
    ar_cause_vector causes;
};

struct ar_rule_result {
    const struct ar_rule *rule;
    enum ar_status status;
    ar_str reason;          /* of not_loaded and error */
    ar_cause_vector causes; /* undetermined: what is needed; clear and
                               not_applicable: the absent facts that decided */
    AR_VECTOR(struct ar_finding *) findings;
    size_t n_findings_left_out; /* over the limit */
    AR_VECTOR(struct ar_open_element) open_elements;
};

struct ar_result {
    const struct ar_program *program;
    const struct ar_factset *facts;
    AR_VECTOR(struct ar_rule_result) rules; /* every rule once, by id */
    AR_VECTOR(struct ar_rule_result *)
    noted; /* of rules, those that are neither clear nor not applicable,
              or have something open or left out */
    const uint32_t *told; /* numbers of those in rules that may be other than
                             clear, in their order; NULL: each may */
    size_t n_told;
    bool is_linked;  /* findings may be waived, or explained by others */
    bool was_linked; /* before the result was last brought up to date */
    struct ar_result_before *before; /* notes what is replaced; or NULL */
    bool ids_only; /* texts, causes and absent_packs may be missing */
    AR_VECTOR(struct ar_finding *)
    findings; /* severity, supersession depth,
                 id, key: as shown */
    AR_VECTOR(const struct ar_waiver *) expired_waivers;
    AR_VECTOR(ar_str) absent_packs; /* named by supersedes, not loaded */
    size_t counts[AR_N_STATUSES];   /* of rules */
    size_t n_waived;                /* findings */
    size_t n_superseded;
};

/* The rules that may be other than clear, or have anything: most are not. */
static inline size_t ar_result_count_told(const struct ar_result *result)
{
    return result->told ? result->n_told : result->rules.count;
}

static inline struct ar_rule_result *ar_result_told(
    const struct ar_result *result, size_t ix)
{
    return &result->rules.at[result->told ? result->told[ix] : ix];
}

/* What the result says of a rule, or NULL. */
const struct ar_rule_result *ar_result_find_rule(const struct ar_result *result,
                                                 const struct ar_rule *rule);

#endif
