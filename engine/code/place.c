/* SPDX-License-Identifier: Apache-2.0 */
/* Places of instructions: reading their words, and making them of a builder's
 * places, most of which are near. */

#include "code/place.h"

#include "code/builder.h"

struct ar_block_code_place ar_block_code_place(
    const struct ar_block *block, const struct ar_block_routine *routine,
    uint32_t word)
{
    if (ar_place_is_far(word))
        return block->code_place_at[ar_place_index(word)];
    uint32_t start = routine->place.start + ar_near_start(word);
    struct ar_block_place place = {routine->place.source, start,
                                   start + ar_near_length(word)};
    return (struct ar_block_code_place){.place = place};
}

/* ---- making them ---- */

/* What stays in PLACES. */
struct keeping {
    struct ar_builder *builder;
    AR_VECTOR(struct ar_block_code_place) kept;
    uint32_t *kept_as; /* by place: its new index + 1, or 0 */
};

static uint32_t keep(struct keeping *keeping, uint32_t ix)
{
    struct ar_builder *builder = keeping->builder;
    if (keeping->kept_as[ix] == 0) {
        ar_vector_push(builder->arena, &keeping->kept,
                       builder->code_place.at[ix]);
        keeping->kept_as[ix] = (uint32_t)keeping->kept.count;
    }
    return keeping->kept_as[ix] - 1;
}

static bool is_near(const struct ar_block_routine *routine,
                    const struct ar_block_code_place *place)
{
    const struct ar_block_place *whole = &routine->place;
    const struct ar_block_place *part = &place->place;
    return place->operand_end == 0 && part->source == whole->source &&
           part->start >= whole->start && part->end <= whole->end &&
           part->start - whole->start < UINT32_C(1) << AR_NEAR_START_BITS &&
           part->end - part->start < UINT32_C(1) << AR_NEAR_LENGTH_BITS;
}

static void pack_routine(struct keeping *keeping,
                         struct ar_block_routine *routine)
{
    const struct ar_builder *builder = keeping->builder;
    const struct ar_block_code_place *places = builder->code_place.at;
    struct ar_block_code_place_of *words =
        &builder->code_place_of.at[routine->code];
    routine->place = places[words[routine->n_code - 1].place].place;
    for (uint32_t at = 0; at < routine->n_code; at++) {
        uint32_t ix = words[at].place;
        uint32_t start = places[ix].place.start - routine->place.start;
        uint32_t length = places[ix].place.end - places[ix].place.start;
        words[at].place = is_near(routine, &places[ix])
                              ? start << AR_NEAR_LENGTH_BITS | length
                              : ar_place_far(keep(keeping, ix));
    }
}

void ar_builder_pack_places(struct ar_builder *builder)
{
    struct keeping keeping = {
        .builder = builder,
        .kept_as =
            AR_NEW_ARRAY(builder->arena, uint32_t, builder->code_place.count),
    };
    for (size_t ix = 0; ix < builder->routine.count; ix++)
        pack_routine(&keeping, &builder->routine.at[ix]);
    for (size_t ix = 0; ix < builder->rule.count; ix++) {
        uint32_t *place = &builder->rule.at[ix].each_place;
        if (*place != AR_BLOCK_NONE)
            *place = keep(&keeping, *place);
    }
    builder->code_place.at = keeping.kept.at;
    builder->code_place.count = keeping.kept.count;
}
