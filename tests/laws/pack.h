/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AR_TESTS_LAWS_PACK_H
#define AR_TESTS_LAWS_PACK_H
/* Random packs for tests that compare whole results. */

#include "evaluate.h"

/* The text of a pack; it owns its memory. */
struct law_pack {
    struct ar_arena arena;
    struct law_source sources[LAW_MAX_UNITS];
    size_t n_sources;
};

/* One in four with whatever the language has; the others with many rules whose
 * conditions are plain, as the index likes them. */
struct law_pack law_pack_generate(struct law_choices *choices, size_t number);
void law_pack_free(struct law_pack *pack);
/* Prints the pack and, if not NULL, facts. */
void law_pack_show(const struct law_pack *pack, const struct law_facts *facts);

/* Whether results are the same in everything that a reader could see; prints
 * where they first differ. name: of what made the second one. */
bool law_agree_on_text(struct ar_arena *arena, const char *name,
                       const struct ar_result *wanted,
                       const struct ar_result *result);
/* The same without a word. */
bool law_is_same_text(struct ar_arena *arena, const struct ar_result *wanted,
                      const struct ar_result *result);

/* Argument ix of a test, or otherwise. */
uint64_t law_read_number(int argc, char **argv, int ix, uint64_t otherwise);

#endif
