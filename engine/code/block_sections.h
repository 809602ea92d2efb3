/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AR_CODE_BLOCK_SECTIONS_H
#define AR_CODE_BLOCK_SECTIONS_H
/* Private to code: block.def as data, for those that treat all sections
 * alike. */

#include "code/block.h"

enum ar_word_kind {
    AR_WORD_ANY,
    AR_WORD_BELOW,    /* limit */
    AR_WORD_INDEX,    /* of section */
    AR_WORD_OPTIONAL, /* the same, or AR_BLOCK_NONE */
    AR_WORD_FIRST,    /* of a range of section; the next word is the count */
    AR_WORD_COUNT,
    AR_WORD_SOURCE, /* of a place; start and end follow */
    AR_WORD_START,
    AR_WORD_END
};

struct ar_word_info {
    const char *name;
    enum ar_word_kind kind;
    uint32_t limit; /* or the section */
};

struct ar_section_info {
    const char *name;
    const struct ar_word_info *words; /* NULL: not records */
    uint32_t n_words;                 /* of a record */
};

/* STRINGS has two words for each record, TEXT is bytes. */
extern const struct ar_section_info ar_section_table[AR_N_SECTIONS];

/* The records of a section and their number; of TEXT the bytes. */
struct ar_section_view {
    const void *at;
    uint32_t count;
};
struct ar_section_view ar_block_section(const struct ar_block *block,
                                        enum ar_section section);
void ar_block_set_section(struct ar_block *block, enum ar_section section,
                          struct ar_section_view view);

/* What is in front of the hash, and with it. */
enum {
    AR_BLOCK_MAGIC_BYTES = 8,
    AR_BLOCK_HASH_AT = 24,
    AR_BLOCK_HEADER_BYTES = 32
};
extern const char ar_block_magic[AR_BLOCK_MAGIC_BYTES];

/* ---- block_check.c ---- */

/* Whether whatever one record cannot show by itself is good; all words of the
 * records are. Works in memory of the arena. */
bool ar_block_check(struct ar_arena *arena, const struct ar_block *block,
                    struct ar_block_error *error);

/* ---- block_check_code.c ---- */

/* The same for instructions, and for frames: whoever runs a routine has a
 * place for each of its names. */
bool ar_block_check_code(struct ar_arena *arena, const struct ar_block *block,
                         struct ar_block_error *error);

#endif
