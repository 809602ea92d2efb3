/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AR_TESTS_LAWS_RELATIONS_H
#define AR_TESTS_LAWS_RELATIONS_H
/* Whether a law holds for the outcomes of its operands and sides. */

#include "generate.h"

struct law_sides {
    const struct ar_outcome *left;
    const struct ar_outcome *right;
    const struct ar_outcome *operands[3];
    size_t n_operands;
};

enum law_verdict { LAW_HOLDS, LAW_FAILS, LAW_DOES_NOT_APPLY };

enum law_verdict law_judge(enum law_relation relation,
                           const struct law_sides *sides);

/* Whether everything that inner may be, outer may be too. */
bool law_is_within(const struct ar_outcome *inner,
                   const struct ar_outcome *outer);

#endif
