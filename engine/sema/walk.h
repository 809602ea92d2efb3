/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AR_SEMA_WALK_H
#define AR_SEMA_WALK_H
/* Every expression of a program that is no part of another, and where it
 * stands. */

#include "sema/program.h"

enum ar_root_kind {
    AR_ROOT_APPLIES,
    AR_ROOT_WHEN,
    AR_ROOT_LET,
    AR_ROOT_EACH, /* the list of `for each` */
    AR_ROOT_KEY,
    AR_ROOT_SYMPTOM,
    AR_ROOT_TEXT,   /* in a text of the rule */
    AR_ROOT_IF,     /* guards a step, or a part of one */
    AR_ROOT_UNLESS, /* the same */
    AR_ROOT_VERIFY,
    AR_ROOT_DEF,        /* the body of a function */
    AR_ROOT_DEFINITION, /* of a derived fact */
    AR_ROOT_DEFINITION_GUARD
};

struct ar_root {
    enum ar_root_kind kind;
    struct ar_expr *expr;
    const struct ar_rule *rule; /* or NULL: of a function or derived fact */
    const struct ar_pack *pack;
};

typedef void (*ar_root_visit)(const struct ar_root *root, void *user);

void ar_walk_rule(const struct ar_rule *rule, ar_root_visit visit, void *user);
/* All rules, functions and derived facts; not those of packs that are left
 * out. */
void ar_walk_program(const struct ar_program *program, ar_root_visit visit,
                     void *user);

#endif
