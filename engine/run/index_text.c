/* SPDX-License-Identifier: Apache-2.0 */
/* How many steps the texts of a finding take at most: where they are not
 * asked for, that many are charged for them, and no status depends on whether
 * they were made. */

#include "run/index_parts.h"
#include "run/texts.h"

struct counting {
    const struct ar_index_builder *builder;
    struct ar_index_cost cost;
};

static void add_routine(void *context, uint32_t routine)
{
    struct counting *counting = context;
    counting->cost =
        ar_index_add_costs(counting->cost, counting->builder->costs[routine]);
}

static uint32_t count_steps(const struct ar_index_builder *builder,
                            const struct ar_block_rule *rule)
{
    struct counting counting = {.builder = builder};
    if (rule->each != AR_BLOCK_NONE || rule->key != AR_BLOCK_NONE)
        return AR_INDEX_TEXTS_NEEDED;
    ar_texts_walk(&builder->code->block, rule, add_routine, &counting);
    return counting.cost.at_long > AR_INDEX_STEPS ? AR_INDEX_TEXTS_NEEDED
                                                  : counting.cost.at_long;
}

void ar_index_count_text_steps(struct ar_index_builder *builder)
{
    struct ar_index *index = builder->index;
    uint32_t *steps = AR_NEW_ARRAY(builder->arena, uint32_t, index->n_rules);
    for (uint32_t ix = 0; ix < index->n_rules; ix++)
        steps[ix] = count_steps(builder, &builder->code->block.rule_at[ix]);
    index->text_steps = steps;
}
