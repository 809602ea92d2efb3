/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AR_TESTS_LAWS_FACTS_H
#define AR_TESTS_LAWS_FACTS_H
/* Sets of facts for a generated program, apart from the program: after it was
 * made smaller they still fit, as far as what they name is still declared. */

#include "choices.h"
#include "facts/factset.h"

/* A fact, or a group that is absent or unknown. */
struct law_state {
    ar_str key;
    bool is_group;
    bool is_derived;
    ar_value value;
};

struct law_facts {
    AR_VECTOR(struct law_state) states;
    bool has_now;
};

struct law_facts law_facts_generate(struct ar_arena *arena,
                                    struct law_choices *choices,
                                    const struct ar_schema *schema);
/* A world in which more is known: what is unknown is the same, or a value, or
 * absent; what is known stays. Everything if is_all. */
struct law_facts law_facts_refine(struct ar_arena *arena,
                                  struct law_choices *choices,
                                  const struct ar_schema *schema,
                                  const struct law_facts *facts, bool is_all);
/* As a factset for that schema. */
struct ar_factset law_facts_apply(struct ar_arena *arena,
                                  const struct ar_schema *schema,
                                  const struct law_facts *facts);
/* Puts placeholders in the place of some values. What they stood in still is
 * a world in which more is known. */
void law_facts_redact(struct ar_arena *arena, struct law_choices *choices,
                      struct law_facts *facts);
/* As a snapshot. */
void law_facts_put(struct ar_buf *out, const struct law_facts *facts);

typedef AR_VECTOR(ar_value) law_value_vector;
/* Values that are simpler than value, the simplest first. */
law_value_vector law_simpler_values(struct ar_arena *arena, ar_value value);

#endif
