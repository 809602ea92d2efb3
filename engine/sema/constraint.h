/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AR_SEMA_CONSTRAINT_H
#define AR_SEMA_CONSTRAINT_H
/* What must be so for conditions to come out as they are assumed to: for each
 * term (a fact, a part of one, any other expression) its states and values.
 * An assumption may be understood only in part, so what is possible is always
 * within what is left here. */

#include "sema/domain.h"
#include "sema/term.h"

enum {
    AR_TERM_VALUE = 1,
    AR_TERM_ABSENT = 2,
    AR_TERM_UNKNOWN = 4, /* of a bool also: more than one outcome is open */
    AR_TERM_ANY = 7
};

struct ar_term {
    ar_str key;
    unsigned states;
    struct ar_domain domain; /* of its value; without a type: not restricted */
};

struct ar_term_change {
    size_t ix;
    unsigned states;
    struct ar_domain domain;
};

/* How two terms of one type compare: the order lies in `order`, of -1 0 1. */
struct ar_term_relation {
    size_t left;
    size_t right;
    size_t order;
};

/* A test of a string whose text may turn out to be one of few. */
struct ar_term_test {
    size_t subject;
    struct ar_closure test; /* matches, contains, ends with */
    bool outcome;
};

struct ar_constraints {
    struct ar_terms terms;
    struct ar_map ix_by_key; /* to a size_t in list, plus 1 */
    AR_VECTOR(struct ar_term) list;
    AR_VECTOR(struct ar_term_change) trail;
    AR_VECTOR(struct ar_term_relation) relations;
    AR_VECTOR(struct ar_term_test) tests;
    bool is_exact; /* what was assumed says no less than the constraints do */
};

/* Nothing is assumed yet. Derived facts count as other facts, unless
 * terms.inlines_derived is set. */
struct ar_constraints *ar_constraints_create(struct ar_arena *arena);

/* Assumes that the condition is certainly true, or certainly false. False if
 * that cannot be together with what was assumed before; then only undoing
 * makes sense. */
bool ar_assume(struct ar_constraints *constraints, struct ar_closure condition,
               bool outcome);
/* Assumes that the expression has a value. */
bool ar_assume_value(struct ar_constraints *constraints,
                     struct ar_closure closure);

/* Where the assumptions stand, to go back to. */
struct ar_constraints_mark {
    size_t n_changes;
    size_t n_relations;
    size_t n_tests;
};
struct ar_constraints_mark ar_constraints_mark(
    const struct ar_constraints *constraints);
void ar_constraints_undo(struct ar_constraints *constraints,
                         struct ar_constraints_mark mark);

/* Too much was asked: from here on nothing more is found out. */
bool ar_constraints_spent(const struct ar_constraints *constraints);

/* ---- for the files assume*.c ---- */

/* The term of an expression that was resolved, SIZE_MAX if it is too long to
 * be known again. */
size_t ar_constraints_term(struct ar_constraints *constraints,
                           struct ar_closure closure);
/* A term by a key of its own; type may be NULL. */
size_t ar_constraints_named(struct ar_constraints *constraints, ar_str key,
                            const struct ar_type *type);
/* Each narrows; false if nothing is left. */
bool ar_constraints_states(struct ar_constraints *constraints, size_t ix,
                           unsigned states);
bool ar_constraints_domain(struct ar_constraints *constraints, size_t ix,
                           struct ar_domain domain);
/* Draws what follows from relations between terms and from tests of text. */
bool ar_constraints_propagate(struct ar_constraints *constraints);

/* One of several assumptions holds: keeps what follows from each of them that
 * can be. False if none can. */
bool ar_constraints_branch(struct ar_constraints *constraints, size_t n,
                           bool (*assume)(struct ar_constraints *constraints,
                                          const void *user, size_t ix),
                           const void *user);

#endif
