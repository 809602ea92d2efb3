/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AR_EXPLAIN_EXPLAINER_H
#define AR_EXPLAIN_EXPLAINER_H
/* Private to explain: one rule on one set of facts, while its expressions are
 * evaluated again one by one. */

#include "explain/explain.h"
#include "reference/eval.h"

enum { AR_NO_ELEMENT = -1 };

struct ar_explainer {
    struct ar_arena *arena; /* of the explanation, and all that is worked out */
    struct ar_evaluator evaluator;
    const struct ar_rule *rule;
    struct ar_frame *rule_frame;
    struct ar_outcome each;   /* the list of `for each` */
    struct ar_recording read; /* what the proof so far has read */
    bool in_secret;           /* in a function that was given a secret */
    unsigned depth;           /* of meanings in meanings */
    struct ar_map told;       /* texts of meanings that are in the proof */
    size_t n_proofs;
};

/* facts must live as long as the explainer. */
void ar_explainer_start(struct ar_explainer *explainer, struct ar_arena *arena,
                        const struct ar_program *program,
                        const struct ar_rule *rule,
                        const struct ar_factset *facts, int64_t now);
/* Binds the element of `for each` with that index, for fresh names. False if
 * the list has none. */
bool ar_explainer_enter(struct ar_explainer *explainer, ptrdiff_t element);

/* The keys of all elements, in the order of the list. */
ar_str_vector ar_explainer_keys(struct ar_explainer *explainer);
/* Binds the element with that key. False if there is none. */
bool ar_explainer_enter_key(struct ar_explainer *explainer, ar_str key);

/* The source of span on one line. */
ar_str ar_explain_text(struct ar_explainer *explainer, ar_span span);
/* Evaluates without noting what is read. */
struct ar_outcome ar_explain_eval(struct ar_explainer *explainer,
                                  const struct ar_expr *expr);

/* ---- proof.c ---- */

/* Elements and rows that are shown of one list. */
enum { AR_MAX_ELEMENTS_SHOWN = 5 };

/* Why the outcomes of condition lie in goal, as they do. */
struct ar_proof *ar_prove(struct ar_explainer *explainer,
                          const struct ar_expr *condition, unsigned goal);
/* An expression that is not taken apart: with the values in it, and what its
 * names stand for. */
struct ar_proof *ar_prove_whole(struct ar_explainer *explainer,
                                enum ar_proof_kind kind,
                                const struct ar_expr *expr);
/* The proof rests on what expr reads, too. */
void ar_proof_note_read(struct ar_explainer *explainer,
                        const struct ar_expr *expr);
/* `and`, `or`, `not`, `if`, quantifiers: proved by parts. */
bool ar_proof_is_joined(const struct ar_expr *expr);
/* An element of a list, without parts. */
struct ar_proof *ar_proof_element(struct ar_explainer *explainer,
                                  const struct ar_local *variable,
                                  const struct ar_outcome *list,
                                  const struct ar_expr *list_expr, size_t ix);
struct ar_proof *ar_proof_create(struct ar_explainer *explainer,
                                 enum ar_proof_kind kind,
                                 const struct ar_expr *expr);
void ar_proof_add(struct ar_explainer *explainer, struct ar_proof *proof,
                  struct ar_proof *part);
void ar_proof_set_outcome(struct ar_proof *proof,
                          const struct ar_outcome *outcome);

/* ---- marks.c ---- */

/* The values of what stands in the text of proof, which is that of expr. */
void ar_proof_mark(struct ar_explainer *explainer, struct ar_proof *proof,
                   const struct ar_expr *expr);

/* ---- meanings.c ---- */

/* What the names and calls in expr stand for, as parts of proof. */
void ar_proof_explain_names(struct ar_explainer *explainer,
                            struct ar_proof *proof, const struct ar_expr *expr);

/* ---- leaves.c ---- */

/* The status of the rule, or of one element of its list. */
enum ar_status ar_explain_status(struct ar_explainer *explainer,
                                 ptrdiff_t element);

typedef AR_VECTOR(const struct ar_fact_entry *) ar_entry_vector;

struct ar_factset *ar_factset_copy(struct ar_arena *arena,
                                   const struct ar_factset *facts);
/* Those of facts that are in kept, all others as if nobody had said. */
struct ar_factset *ar_factset_restrict(struct ar_arena *arena,
                                       const struct ar_factset *facts,
                                       const ar_entry_vector *kept);

/* Whether some facts give the answer that all of them give. Takes memory from
 * scratch. */
struct ar_leaf_question {
    bool (*is_same)(const void *context, struct ar_arena *scratch,
                    const struct ar_factset *facts);
    const void *context;
};

/* As few as possible that give the same answer, out of what was read. */
ar_entry_vector ar_explain_leaves(struct ar_arena *arena,
                                  const struct ar_factset *facts,
                                  const ar_evidence_vector *read,
                                  const struct ar_leaf_question *question);
/* Memory that goes with arena, to be reset at will. */
struct ar_arena *ar_explain_scratch(struct ar_arena *arena);

#endif
