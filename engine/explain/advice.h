/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AR_EXPLAIN_ADVICE_H
#define AR_EXPLAIN_ADVICE_H
/* Private to explain: how to get a fact that is not known. */

#include "explain/explain.h"

/* Fills origin and how of missing, whose cause is set. */
void ar_advise(struct ar_arena *arena, const struct ar_program *program,
               const struct ar_factset *facts, bool is_live,
               struct ar_missing *missing);

#endif
