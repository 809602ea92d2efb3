/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AR_RUN_TEXTS_H
#define AR_RUN_TEXTS_H
/* What the machine evaluates to say what a finding says. */

#include "code/block.h"

typedef void (*ar_texts_visit)(void *context, uint32_t routine);

/* Each routine that the diagnosis, symptoms, remedies, lessons and links of a
 * rule evaluate, as often as it stands there: values in texts, and conditions
 * of steps. What verifies a remedy and the key are none of them. */
void ar_texts_walk(const struct ar_block *block,
                   const struct ar_block_rule *rule, ar_texts_visit visit,
                   void *context);

#endif
