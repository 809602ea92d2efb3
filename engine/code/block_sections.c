/* SPDX-License-Identifier: Apache-2.0 */
/* block.def as data. */

#include "code/block_sections.h"

const char ar_block_magic[AR_BLOCK_MAGIC_BYTES] = {'a', 'r', 'c', 'h',
                                                   'r', 'u', 'l', 'e'};

const struct ar_block_details ar_block_no_details = {.each_place =
                                                         AR_BLOCK_NONE};

#define AR_WORD(name)          {#name, AR_WORD_ANY, 0},
#define AR_NUMBER(name, limit) {#name, AR_WORD_BELOW, limit},
#define AR_STRING(name)        {#name, AR_WORD_INDEX, AR_SECTION_STRINGS},
#define AR_REF(name, section)  {#name, AR_WORD_INDEX, AR_SECTION_##section},
#define AR_OPTIONAL(name, section) \
    {#name, AR_WORD_OPTIONAL, AR_SECTION_##section},
#define AR_RANGE(name, section)                   \
    {#name, AR_WORD_FIRST, AR_SECTION_##section}, \
        {"n_" #name, AR_WORD_COUNT, 0},
#define AR_PLACE(name)                                                        \
    {#name ".source", AR_WORD_SOURCE, 0}, {#name ".start", AR_WORD_START, 0}, \
        {#name ".end", AR_WORD_END, 0},

#define AR_RECORD(section, record, words) \
    static const struct ar_word_info record##_words[] = {words};
#include "code/block.def"
#undef AR_RECORD

static const struct ar_word_info string_words[] = {{"offset", AR_WORD_ANY, 0},
                                                   {"length", AR_WORD_ANY, 0}};

#define AR_RECORD(section, record, words) \
    [AR_SECTION_##                        \
        section] = {#section, record##_words, AR_COUNT_OF(record##_words)},
const struct ar_section_info ar_section_table[AR_N_SECTIONS] = {
#include "code/block.def"
    [AR_SECTION_STRINGS] = {"STRINGS", string_words, 2},
    [AR_SECTION_TEXT] = {"TEXT", NULL, 0},
};
#undef AR_RECORD

struct ar_section_view ar_block_section(const struct ar_block *block,
                                        enum ar_section section)
{
    switch (section) {
#define AR_RECORD(section, record, words)                   \
    case AR_SECTION_##section:                              \
        return (struct ar_section_view){block->record##_at, \
                                        block->record##_count};
#include "code/block.def"
#undef AR_RECORD
    case AR_SECTION_STRINGS:
        return (struct ar_section_view){block->string_at, block->string_count};
    case AR_SECTION_TEXT:
        return (struct ar_section_view){block->text_at, block->text_count};
    case AR_N_SECTIONS: break;
    }
    AR_UNREACHABLE();
}

void ar_block_set_section(struct ar_block *block, enum ar_section section,
                          struct ar_section_view view)
{
    switch (section) {
#define AR_RECORD(section, record, words)   \
    case AR_SECTION_##section:              \
        block->record##_at = view.at;       \
        block->record##_count = view.count; \
        return;
#include "code/block.def"
#undef AR_RECORD
    case AR_SECTION_STRINGS:
        block->string_at = view.at;
        block->string_count = view.count;
        return;
    case AR_SECTION_TEXT:
        block->text_at = view.at;
        block->text_count = view.count;
        return;
    case AR_N_SECTIONS: break;
    }
    AR_UNREACHABLE();
}
