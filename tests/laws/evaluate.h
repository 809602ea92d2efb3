/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AR_TESTS_LAWS_EVALUATE_H
#define AR_TESTS_LAWS_EVALUATE_H
/* Generated programs checked and evaluated: by every evaluator that there is,
 * with what comes out as text that can be compared. */

#include "facts.h"
#include "result/outcome.h"
#include "sema/check.h"

enum { LAW_MAX_UNITS = 3 };

/* A file of a program, and whether it is read as a pack of its own. */
struct law_source {
    const char *name;
    ar_str text;
};

/* Owns its memory. */
struct law_loaded {
    struct ar_arena arena;
    struct ar_sources sources;
    struct ar_diags diags;
    struct ar_program *program;
};
/* False if the checker reports an error. law_unload() either way. */
bool law_load(struct law_loaded *loaded, const struct law_source *sources,
              size_t n_sources);
void law_unload(struct law_loaded *loaded);

/* Every evaluator is a row. */
struct law_evaluator {
    const char *name;
    /* What it makes of a program, or of one expression of it, before it runs,
     * once for all sets of facts; NULL if it makes nothing. expr may be
     * NULL. */
    const void *(*prepare)(struct ar_arena *arena,
                           const struct ar_program *program,
                           const struct ar_expr *expr);
    struct ar_result *(*evaluate)(struct ar_arena *arena, const void *prepared,
                                  const struct ar_program *program,
                                  const struct ar_factset *facts,
                                  const struct ar_evaluation_options *options);
    struct ar_outcome (*expression)(struct ar_arena *arena,
                                    const void *prepared,
                                    const struct ar_program *program,
                                    const struct ar_factset *facts,
                                    const struct ar_expr *expr);
};
/* The first is the reference. Tests may put a wrong one beside it. */
struct law_evaluators {
    const struct law_evaluator *rows;
    size_t count;
};
extern struct law_evaluators law_evaluators;

/* Everything that a reader could see of an outcome or a result. With places,
 * which change when rules are moved, or without. */
void law_outcome_put(struct ar_buf *out, const struct ar_outcome *outcome);
void law_result_put(struct ar_buf *out, const struct ar_result *result);

/* The same state and content, to the last bit. */
bool law_values_equal(ar_value a, ar_value b);
/* Whether world may turn out of open: what was known is the same. */
bool law_value_refines(ar_value open, ar_value world);
bool law_outcomes_equal(const struct ar_outcome *a, const struct ar_outcome *b);

/* Whether expr, or anything it stands for, asks `x unknown`. */
bool law_asks_unknown(const struct ar_expr *expr);
/* Visits expr and all below it, also the bodies of functions, the definitions
 * of derived facts and the lets that it uses; a part may be visited often. */
void law_visit(const struct ar_expr *expr,
               void (*visit)(const struct ar_expr *expr, void *user),
               void *user);

#endif
