/* SPDX-License-Identifier: Apache-2.0 */
/* Places of instructions: reading their words, and keeping of a builder's far
 * places those that are used. */

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

/* ---- keeping them ---- */

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

/* Code that was made a second time was given up, and its places with it. */
void ar_builder_keep_places(struct ar_builder *builder)
{
    struct keeping keeping = {
        .builder = builder,
        .kept_as =
            AR_NEW_ARRAY(builder->arena, uint32_t, builder->code_place.count),
    };
    for (size_t ix = 0; ix < builder->code_place_of.count; ix++) {
        uint32_t *word = &builder->code_place_of.at[ix].place;
        if (ar_place_is_far(*word))
            *word = ar_place_far(keep(&keeping, ar_place_index(*word)));
    }
    for (size_t ix = 0; ix < builder->details.count; ix++) {
        uint32_t *place = &builder->details.at[ix].each_place;
        if (*place != AR_BLOCK_NONE)
            *place = keep(&keeping, *place);
    }
    builder->code_place.at = keeping.kept.at;
    builder->code_place.count = keeping.kept.count;
}
