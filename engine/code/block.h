/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AR_CODE_BLOCK_H
#define AR_CODE_BLOCK_H
/* A compiled program as one block without pointers: what `pack build` writes
 * and what the evaluator runs. block.def says what is in it. As a file:
 *
 *   8 bytes   "archrule"
 *   words     format, number of sections, length of the file in bytes, 0
 *   8 bytes   hash (base/hash.h) of everything behind it
 *   sections  each: two words, the number of records (of STRINGS bytes) and
 *             of bytes; then the records, filled up with zeros to 8 bytes
 *
 * Words are little-endian. Everything is an index or an offset, so a block
 * may lie anywhere, and reading it can be decided before anything is used. */

#include "base/arena.h"
#include "base/str.h"
#include "facts/schema.h"
#include "sema/program.h"

/* Raised whenever block.def, opcodes.def or functions.def changes. */
enum { AR_BLOCK_FORMAT = 4 };

#define AR_BLOCK_NONE UINT32_MAX

enum ar_loop_kind {
    AR_LOOP_ANY,
    AR_LOOP_EVERY,
    AR_LOOP_NO,
    AR_LOOP_COUNT,
    AR_LOOP_FIRST,
    AR_LOOP_FILTER,
    AR_LOOP_KINDS
};

/* Where something stands in the sources of the block. */
struct ar_block_place {
    uint32_t source; /* index + 1, or 0: nowhere */
    uint32_t start;
    uint32_t end;
};

#define AR_WORD(name)              uint32_t name;
#define AR_NUMBER(name, limit)     uint32_t name;
#define AR_STRING(name)            uint32_t name;
#define AR_REF(name, section)      uint32_t name;
#define AR_OPTIONAL(name, section) uint32_t name;
#define AR_RANGE(name, section) \
    uint32_t name;              \
    uint32_t n_##name;
#define AR_PLACE(name) struct ar_block_place name;
#define AR_RECORD(section, record, words) \
    struct ar_block_##record {            \
        words                             \
    };
#include "code/block.def"
#undef AR_RECORD

/* A string: bytes offset .. offset + length of the text section, with a NUL
 * behind them. */
struct ar_block_string {
    uint32_t offset;
    uint32_t length;
};

#define AR_RECORD(section, record, words) AR_SECTION_##section,
enum ar_section {
#include "code/block.def"
    AR_SECTION_STRINGS,
    AR_SECTION_TEXT,
    AR_N_SECTIONS
};
#undef AR_RECORD

/* The sections of a block, ready to be used: every index in them is good. */
struct ar_block {
#define AR_RECORD(section, record, words)        \
    const struct ar_block_##record *record##_at; \
    uint32_t record##_count;
#include "code/block.def"
#undef AR_RECORD
    const struct ar_block_string *string_at;
    uint32_t string_count;
    const char *text_at;
    uint32_t text_count;
};

#undef AR_WORD
#undef AR_NUMBER
#undef AR_STRING
#undef AR_REF
#undef AR_OPTIONAL
#undef AR_RANGE
#undef AR_PLACE

static inline ar_str ar_block_text(const struct ar_block *block, uint32_t ix)
{
    const struct ar_block_string *string = &block->string_at[ix];
    return (ar_str){block->text_at + string->offset, string->length};
}

/* The details of a rule; of one that has none a record that says so, whose
 * strings must not be asked for. */
extern const struct ar_block_details ar_block_no_details;
static inline const struct ar_block_details *ar_block_details_of(
    const struct ar_block *block, const struct ar_block_rule *rule)
{
    return rule->details == AR_BLOCK_NONE ? &ar_block_no_details
                                          : &block->details_at[rule->details];
}

/* Why a file is not a block that can be used. */
enum ar_block_fault {
    AR_BLOCK_OK,
    AR_BLOCK_NOT_ONE,      /* it does not begin like one */
    AR_BLOCK_OTHER_FORMAT, /* of another version of the program */
    AR_BLOCK_CUT,          /* shorter or longer than it says */
    AR_BLOCK_DAMAGED,      /* the hash is not that of the content */
    AR_BLOCK_MALFORMED     /* sections, counts, indices or code are wrong */
};

/* What was found, and where that is known the section, the record and its
 * word. */
struct ar_block_error {
    enum ar_block_fault fault;
    const char *detail;
    const char *section; /* or NULL */
    uint32_t index;      /* or AR_BLOCK_NONE */
    const char *word;    /* or NULL */
};

/* Of the sources leaves only the lines that a place is on: the others are empty
 * then, so that each keeps its number. For a block that goes into a file, and
 * is run no more with the sources that it was made of. */
void ar_block_trim(struct ar_arena *arena, struct ar_block *block);
/* How many bytes the file has. */
uint64_t ar_block_size(const struct ar_block *block);
/* These bytes; fewer than 4 GiB. */
ar_str ar_block_write(struct ar_arena *arena, const struct ar_block *block);
/* False with *error if bytes are not a block: nothing of *out may be used
 * then. The block is used where it lies: bytes must stay as they are for as
 * long. What cannot be used there is copied to the arena. */
bool ar_block_read(struct ar_arena *arena, ar_str bytes, struct ar_block *out,
                   struct ar_block_error *error);
/* Whether bytes begin like a block, good or bad. */
bool ar_block_is_one(ar_str bytes);

#endif
