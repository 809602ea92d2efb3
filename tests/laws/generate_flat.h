/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AR_TESTS_LAWS_GENERATE_FLAT_H
#define AR_TESTS_LAWS_GENERATE_FLAT_H
/* Random packs of rules that an index can decide. */

#include "base/buf.h"
#include "choices.h"

/* The text of a file without errors. */
ar_str law_generate_flat(struct ar_arena *arena, struct law_choices *choices);

#endif
