/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AR_CODE_PLACE_H
#define AR_CODE_PLACE_H
/* Where the source of an instruction is, in one word: near, inside of the text
 * of its routine (where it starts there, and its length), or far, a record of
 * PLACES. */

#include "code/block.h"

enum { AR_NEAR_START_BITS = 15, AR_NEAR_LENGTH_BITS = 16 };

static inline bool ar_place_is_far(uint32_t word)
{
    return word >> (AR_NEAR_START_BITS + AR_NEAR_LENGTH_BITS) != 0;
}

/* The word of a record of PLACES. */
static inline uint32_t ar_place_far(uint32_t ix)
{
    return ix | UINT32_C(1) << (AR_NEAR_START_BITS + AR_NEAR_LENGTH_BITS);
}

/* Of one that is far: the record. */
static inline uint32_t ar_place_index(uint32_t word)
{
    return word & (UINT32_MAX >> 1);
}

/* Of one that is near. */
static inline uint32_t ar_near_start(uint32_t word)
{
    return word >> AR_NEAR_LENGTH_BITS;
}

static inline uint32_t ar_near_length(uint32_t word)
{
    return word & ((UINT32_C(1) << AR_NEAR_LENGTH_BITS) - 1);
}

/* The word of a part of whole, the text of a routine, if it is near. */
static inline bool ar_place_near(ar_span whole, ar_span part, uint32_t *word)
{
    uint32_t start = part.start - whole.start;
    uint32_t length = part.end - part.start;
    *word = start << AR_NEAR_LENGTH_BITS | length;
    return part.file == whole.file && part.start >= whole.start &&
           part.end <= whole.end && start < UINT32_C(1) << AR_NEAR_START_BITS &&
           length < UINT32_C(1) << AR_NEAR_LENGTH_BITS;
}

/* The place that a word of CODE_PLACES stands for. routine: of the
 * instruction; not looked at if the place is far. */
struct ar_block_code_place ar_block_code_place(
    const struct ar_block *block, const struct ar_block_routine *routine,
    uint32_t word);

#endif
