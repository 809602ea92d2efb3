/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AR_SEMA_TERM_H
#define AR_SEMA_TERM_H
/* What an expression stands for once lets, functions and derived facts are
 * put in place: the text by which equal expressions are known, and the value
 * of those that are constant. */

#include "sema/program.h"

/* A local and what it is bound to, innermost first. */
struct ar_binding {
    const struct ar_local *local;
    const struct ar_expr *expr;     /* an argument, or the list of an element */
    const struct ar_binding *scope; /* where expr is read */
    const struct ar_binding *outer;
    bool is_element;
    unsigned level; /* elements bound from here outwards */
};

/* An expression and what its locals mean. */
struct ar_closure {
    const struct ar_expr *expr;
    const struct ar_binding *scope;
};

struct ar_terms {
    struct ar_arena *arena;
    /* Derived facts mean their definition. Else they are facts: a snapshot
     * or a test may give them a state of their own. */
    bool inlines_derived;
    long steps; /* left; when used up nothing more is put in place */
};

/* The operand of a closure's expression. */
struct ar_closure ar_closure_operand(struct ar_closure closure, size_t ix);
const struct ar_binding *ar_bind_arguments(struct ar_terms *terms,
                                           struct ar_local **parameters,
                                           size_t n_parameters,
                                           struct ar_closure call);
/* The body of a quantifier, or of `for each`, for some element of the list. */
const struct ar_binding *ar_bind_variable(struct ar_terms *terms,
                                          const struct ar_local *variable,
                                          struct ar_closure list);
/* The scope of the definitions of a derived fact that is read. */
const struct ar_binding *ar_bind_derived(struct ar_terms *terms,
                                         struct ar_closure fact);

/* Follows lets, arguments, functions, and derived facts that have one
 * definition without a guard, as far as each of them is nothing but another
 * expression. */
struct ar_closure ar_term_resolve(struct ar_terms *terms,
                                  struct ar_closure closure);
/* A text that is equal for two expressions only if they always come to the
 * same, in whichever rules they stand. False if it would grow too long. */
bool ar_term_key(struct ar_terms *terms, struct ar_closure closure,
                 ar_str *out);
/* The value of an expression that always has this one; false for others. */
bool ar_term_fold(struct ar_terms *terms, struct ar_closure closure,
                  ar_value *out);

#endif
