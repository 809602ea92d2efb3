/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AR_TESTS_LAWS_SHRINK_H
#define AR_TESTS_LAWS_SHRINK_H
/* Makes a trial that failed smaller as long as it fails in the same way. */

#include "laws.h"

/* Changes the tree of the trial's program and its facts. */
void law_shrink(struct ar_arena *arena, struct law_trial *trial,
                const struct law_failure *failure);

/* Shrinks, and puts what is broken, the program and the facts. */
void law_report(struct ar_buf *out, struct law_trial *trial,
                const struct law_failure *failure);

/* Whether the trial is free of errors and fails in that way; why may be
 * NULL. */
bool law_still_fails(const struct law_trial *trial,
                     const struct law_failure *failure, struct ar_buf *why);

#endif
