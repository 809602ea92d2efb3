/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AR_REFERENCE_EVAL_H
#define AR_REFERENCE_EVAL_H
/* What the files of the reference evaluator share. */

#include "reference/reference.h"

/* A local of the frame at hand. What depends on a quantifier's variable is
 * good only while that is bound to the same element. */
struct ar_binding {
    bool is_set;
    unsigned generation;
    struct ar_outcome outcome;
};

/* The locals of one rule (or element of for each), function or derived
 * fact. */
struct ar_frame {
    struct ar_binding *slots;
    size_t n_slots;
    unsigned generation; /* of the innermost binding of a variable */
};

/* The facts that were read, each once, in the order read. */
struct ar_recording {
    ar_evidence_vector list;
    struct ar_map seen;
};

/* What one rule may still use. */
struct ar_tank {
    int64_t steps;
    int64_t regex;
    size_t scratch_limit; /* bytes */
};

struct ar_evaluator {
    struct ar_arena *arena;   /* of the result */
    struct ar_arena *scratch; /* of the rule at hand */
    const struct ar_program *program;
    const struct ar_factset *facts;
    int64_t rule_fuel;
    int64_t run_left;
    const struct ar_observer *observer; /* or NULL */
    ar_value now;                       /* what now() gives */
    struct ar_tank tank;
    const char *exhausted; /* NULL, or what ran out: nothing that is
                              evaluated from then on counts */
    unsigned depth;
    struct ar_frame *frame;
    struct ar_recording *recording;     /* NULL: facts are not noted */
    struct ar_recording *let_recording; /* of the rule: for its lets */
    struct ar_map derived;              /* key -> what a derived fact came to */
    unsigned reader; /* who has paid for the derived facts it read */
    unsigned last_reader;
    unsigned last_generation;
    unsigned n_regex_budget; /* matches that ran out of fuel */
};

/* ---- reference.c ---- */

/* An evaluator with memory of its own for rules, which goes with arena; its
 * tank is empty. options may be NULL. */
struct ar_evaluator ar_evaluator_create(
    struct ar_arena *arena, const struct ar_program *program,
    const struct ar_factset *facts,
    const struct ar_evaluation_options *options);

/* ---- eval.c ---- */

struct ar_outcome ar_eval(struct ar_evaluator *evaluator,
                          const struct ar_expr *expr);
/* All operands, in order; in scratch. */
struct ar_outcome *ar_eval_operands(struct ar_evaluator *evaluator,
                                    const struct ar_expr *expr);
/* Charges steps; false if there are too few, which is then for ever. */
bool ar_eval_spend(struct ar_evaluator *evaluator, int64_t steps);
/* For work that grows with the length of texts: a step per KiB. */
bool ar_eval_spend_bytes(struct ar_evaluator *evaluator, size_t bytes);
struct ar_frame *ar_frame_create(struct ar_evaluator *evaluator,
                                 size_t n_slots);
struct ar_binding *ar_frame_binding(struct ar_evaluator *evaluator,
                                    unsigned slot);
void ar_frame_bind(struct ar_evaluator *evaluator, const struct ar_local *local,
                   struct ar_outcome outcome);

/* ---- outcome.c ---- */

struct ar_outcome ar_outcome_of_bits(unsigned bits);
struct ar_outcome ar_outcome_of_bool(bool value);
struct ar_outcome ar_outcome_of_value(ar_value value);
/* The lack of a value that the evaluation itself found: its cause is the
 * source text of expr. */
struct ar_outcome ar_outcome_lack(struct ar_evaluator *evaluator,
                                  const struct ar_expr *expr, ar_value value);
struct ar_outcome ar_outcome_bad(struct ar_evaluator *evaluator,
                                 const struct ar_expr *expr,
                                 const char *detail);
struct ar_outcome ar_outcome_too_large(struct ar_evaluator *evaluator,
                                       const struct ar_expr *expr,
                                       const char *detail);
/* An element of a list or map, and a field of a record. One that is not a
 * value has the causes of the whole, if there are any, else its path in the
 * fact that the whole is taken out of, else the text of expr. */
struct ar_outcome ar_outcome_element(struct ar_evaluator *evaluator,
                                     const struct ar_outcome *whole,
                                     ar_value element,
                                     const struct ar_expr *expr);
struct ar_outcome ar_outcome_field(struct ar_evaluator *evaluator,
                                   const struct ar_outcome *record, size_t ix,
                                   const struct ar_expr *expr);
/* The path of a field; elements have that of their list. */
ar_str ar_outcome_path(struct ar_evaluator *evaluator,
                       const struct ar_outcome *whole,
                       const struct ar_field *field);
/* True if all operands are values. Else *out is absent if one of them is,
 * with the causes of those that are, or unknown. */
bool ar_outcome_are_values(struct ar_evaluator *evaluator,
                           const struct ar_outcome *operands, size_t count,
                           struct ar_outcome *out);
/* An unknown with the causes, the reason being that of the first. */
struct ar_outcome ar_outcome_unknown(ar_cause_vector causes);
/* Whether there is one of that name, state and reason: of the same field of
 * several elements, one may be absent, one denied and one stale. */
bool ar_causes_has(const ar_cause_vector *causes, const struct ar_cause *cause);
/* Adds the causes of outcome if it is not decided, each once. */
void ar_causes_add(struct ar_evaluator *evaluator, ar_cause_vector *causes,
                   const struct ar_outcome *outcome);
ar_cause_vector ar_causes_of(struct ar_evaluator *evaluator,
                             struct ar_cause cause);
/* The source text of span on one line. */
ar_str ar_eval_source(struct ar_evaluator *evaluator, struct ar_arena *arena,
                      ar_span span);
/* "site.rules:3" */
ar_str ar_eval_place(struct ar_evaluator *evaluator, struct ar_arena *arena,
                     ar_span span);

/* ---- logic.c ---- */

unsigned ar_logic_and(unsigned a, unsigned b);
unsigned ar_logic_or(unsigned a, unsigned b);
unsigned ar_logic_not(unsigned a);
struct ar_outcome ar_eval_and(struct ar_evaluator *evaluator,
                              const struct ar_expr *expr);
struct ar_outcome ar_eval_or(struct ar_evaluator *evaluator,
                             const struct ar_expr *expr);
struct ar_outcome ar_eval_not(struct ar_evaluator *evaluator,
                              const struct ar_expr *expr);
struct ar_outcome ar_eval_if(struct ar_evaluator *evaluator,
                             const struct ar_expr *expr);
struct ar_outcome ar_eval_default(struct ar_evaluator *evaluator,
                                  const struct ar_expr *expr);

/* ---- presence.c ---- */

struct ar_outcome ar_eval_exists(struct ar_evaluator *evaluator,
                                 const struct ar_expr *expr);
struct ar_outcome ar_eval_absent(struct ar_evaluator *evaluator,
                                 const struct ar_expr *expr);
struct ar_outcome ar_eval_unknown(struct ar_evaluator *evaluator,
                                  const struct ar_expr *expr);
struct ar_outcome ar_eval_group_exists(struct ar_evaluator *evaluator,
                                       const struct ar_expr *expr);
struct ar_outcome ar_eval_group_absent(struct ar_evaluator *evaluator,
                                       const struct ar_expr *expr);

/* ---- compare.c ---- */

/* Orders two values of one scalar type, or int and real; also those types
 * that the language does not order. */
int ar_order_values(const ar_value *a, const ar_value *b);
bool ar_compare_values(enum ar_operator op, const ar_value *a,
                       const ar_value *b);
struct ar_outcome ar_eval_compare(struct ar_evaluator *evaluator,
                                  const struct ar_expr *expr);
struct ar_outcome ar_eval_in_list(struct ar_evaluator *evaluator,
                                  const struct ar_expr *expr);
struct ar_outcome ar_eval_in_map(struct ar_evaluator *evaluator,
                                 const struct ar_expr *expr);
struct ar_outcome ar_eval_in_range(struct ar_evaluator *evaluator,
                                   const struct ar_expr *expr);
struct ar_outcome ar_eval_in_cidr(struct ar_evaluator *evaluator,
                                  const struct ar_expr *expr);
struct ar_outcome ar_eval_affix(struct ar_evaluator *evaluator,
                                const struct ar_expr *expr);

/* ---- arithmetic.c ---- */

struct ar_outcome ar_eval_arithmetic(struct ar_evaluator *evaluator,
                                     const struct ar_expr *expr);
struct ar_outcome ar_eval_negate(struct ar_evaluator *evaluator,
                                 const struct ar_expr *expr);
/* Adds two values of one type of number; unknown(bad_value) if the sum does
 * not fit. */
ar_value ar_arithmetic_add(ar_value a, ar_value b);
/* unknown(bad_value) if the result does not fit. */
ar_value ar_arithmetic_negate(ar_value a);

/* ---- match.c ---- */

struct ar_outcome ar_eval_matches(struct ar_evaluator *evaluator,
                                  const struct ar_expr *expr);
/* The text of a named group. */
struct ar_outcome ar_eval_capture(struct ar_evaluator *evaluator,
                                  const struct ar_expr *expr);

/* ---- access.c ---- */

struct ar_outcome ar_eval_field(struct ar_evaluator *evaluator,
                                const struct ar_expr *expr);
struct ar_outcome ar_eval_list_field(struct ar_evaluator *evaluator,
                                     const struct ar_expr *expr);
struct ar_outcome ar_eval_index(struct ar_evaluator *evaluator,
                                const struct ar_expr *expr);
struct ar_outcome ar_eval_map_index(struct ar_evaluator *evaluator,
                                    const struct ar_expr *expr);
struct ar_outcome ar_eval_part(struct ar_evaluator *evaluator,
                               const struct ar_expr *expr);
struct ar_outcome ar_eval_list(struct ar_evaluator *evaluator,
                               const struct ar_expr *expr);
struct ar_outcome ar_eval_template(struct ar_evaluator *evaluator,
                                   const struct ar_expr *expr);

/* ---- function.c, function_list.c ---- */

struct ar_outcome ar_eval_function(struct ar_evaluator *evaluator,
                                   const struct ar_expr *expr);
/* The functions of a list all of whose elements are values. */
struct ar_outcome ar_function_extreme(struct ar_evaluator *evaluator,
                                      const struct ar_expr *expr,
                                      ar_value list);
struct ar_outcome ar_function_sum(struct ar_evaluator *evaluator,
                                  const struct ar_expr *expr, ar_value list);
struct ar_outcome ar_function_sort(struct ar_evaluator *evaluator,
                                   const struct ar_expr *expr, ar_value list);
struct ar_outcome ar_function_unique(struct ar_evaluator *evaluator,
                                     const struct ar_expr *expr, ar_value list);
struct ar_outcome ar_function_join(struct ar_evaluator *evaluator,
                                   const struct ar_expr *expr, ar_value list,
                                   ar_str separator);

/* ---- quantifier.c ---- */

struct ar_outcome ar_eval_fold(struct ar_evaluator *evaluator,
                               const struct ar_expr *expr);
struct ar_outcome ar_eval_select(struct ar_evaluator *evaluator,
                                 const struct ar_expr *expr);
/* Binds variable to element ix of list, the outcome of list_expr. */
void ar_bind_element(struct ar_evaluator *evaluator,
                     const struct ar_local *variable,
                     const struct ar_outcome *list,
                     const struct ar_expr *list_expr, size_t ix);

/* ---- table.c ---- */

struct ar_outcome ar_eval_table(struct ar_evaluator *evaluator,
                                const struct ar_expr *expr);

/* ---- fact.c ---- */

struct ar_outcome ar_eval_fact(struct ar_evaluator *evaluator,
                               const struct ar_expr *expr);
struct ar_outcome ar_eval_group(struct ar_evaluator *evaluator,
                                const struct ar_expr *expr);
void ar_recording_add(struct ar_evaluator *evaluator,
                      struct ar_recording *recording,
                      const struct ar_evidence *evidence);

/* ---- derived.c ---- */

/* A derived fact by its definitions. arguments: one for each operand. */
struct ar_outcome ar_eval_derived(struct ar_evaluator *evaluator,
                                  const struct ar_expr *expr,
                                  const struct ar_outcome *arguments,
                                  ar_str key);

/* ---- keep.c ---- */

/* Copies out of scratch what is to last as long as the result. */
ar_str ar_keep_str(struct ar_evaluator *evaluator, ar_str text);
ar_value ar_keep_value(struct ar_evaluator *evaluator, ar_value value);
struct ar_outcome ar_keep_outcome(struct ar_evaluator *evaluator,
                                  const struct ar_outcome *outcome);
/* Adds those of from that are in state, each once. */
void ar_keep_causes(struct ar_evaluator *evaluator, ar_cause_vector *into,
                    const ar_cause_vector *from, enum ar_state state);
void ar_keep_evidence(struct ar_evaluator *evaluator, ar_evidence_vector *into,
                      const ar_evidence_vector *from);

/* ---- rule.c ---- */

/* The text of a key that is told apart from those taken so far, and taken. */
ar_str ar_eval_key_text(struct ar_evaluator *evaluator, struct ar_map *taken,
                        ar_value key);
void ar_eval_rule(struct ar_evaluator *evaluator, const struct ar_rule *rule,
                  struct ar_rule_result *out);

/* ---- render.c, remedy.c ---- */

/* One rule, or one element of its for each. */
struct ar_instance {
    struct ar_frame *frame;
    struct ar_recording *recording; /* of when, key and lets */
    ar_value key;
    ar_str key_text;
};

/* The texts of a finding whose status stands. before: what was read before
 * the instance. */
struct ar_finding *ar_render_finding(struct ar_evaluator *evaluator,
                                     const struct ar_rule *rule,
                                     const struct ar_instance *instance,
                                     const struct ar_recording *before);
/* A message with the values put in; what is not known stands in it as
 * <unknown: reason>. Empty for NULL. */
ar_str ar_render_message(struct ar_evaluator *evaluator,
                         const struct ar_template *message);
void ar_render_remedies(struct ar_evaluator *evaluator,
                        const struct ar_rule *rule, struct ar_finding *out);

#endif
