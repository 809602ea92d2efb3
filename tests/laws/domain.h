/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AR_TESTS_LAWS_DOMAIN_H
#define AR_TESTS_LAWS_DOMAIN_H
/* The few values of each type that programs and facts are made of: few, so
 * that equal ones meet. */

#include "choices.h"
#include "tree.h"

struct law_value {
    const char *text;    /* as a snapshot has it */
    const char *literal; /* by itself in a rule */
    const char *hinted;  /* beside something of its type */
};

/* The simplest first; those from n_usual on are extreme. */
struct law_domain {
    const struct law_value *values;
    size_t count;
    size_t n_usual;
};
struct law_domain law_domain_of(enum law_type scalar);

/* Mostly a usual one, and half the time one of the first. */
const struct law_value *law_pick_value(struct law_choices *choices,
                                       enum law_type scalar);

#endif
