/* SPDX-License-Identifier: Apache-2.0 */
/* How many steps the texts of a finding take at most: where they are not
 * asked for, that many are charged for them, and no status depends on whether
 * they were made. */

#include "run/index_parts.h"

/* Texts of one rule. */
struct texts {
    const struct ar_index_builder *builder;
    const struct ar_block *block;
    struct ar_index_cost cost;
};

static void add_routine(struct texts *texts, uint32_t routine)
{
    if (routine != AR_BLOCK_NONE)
        texts->cost =
            ar_index_add_costs(texts->cost, texts->builder->costs[routine]);
}

static void add_condition(struct texts *texts, uint32_t condition)
{
    if (condition != AR_BLOCK_NONE)
        add_routine(texts, texts->block->condition_at[condition].routine);
}

static void add_template(struct texts *texts, uint32_t template)
{
    if (template == AR_BLOCK_NONE)
        return;
    const struct ar_block_template *record =
        &texts->block->template_at[template];
    for (uint32_t ix = 0; ix < record->n_parts; ix++)
        add_routine(texts, texts->block->part_at[record->parts + ix].routine);
}

static void add_items(struct texts *texts, uint32_t first, uint32_t count)
{
    for (uint32_t ix = first; ix < first + count; ix++) {
        add_condition(texts, texts->block->step_item_at[ix].guard);
        add_template(texts, texts->block->step_item_at[ix].text);
    }
}

static void add_remedy(struct texts *texts,
                       const struct ar_block_remedy *remedy)
{
    add_template(texts, remedy->title);
    add_template(texts, remedy->data_loss);
    add_template(texts, remedy->undo);
    for (uint32_t ix = 0; ix < remedy->n_steps; ix++) {
        const struct ar_block_step *step =
            &texts->block->step_at[remedy->steps + ix];
        add_condition(texts, step->guard);
        add_template(texts, step->sentence);
        add_items(texts, step->items, step->n_items);
    }
    add_items(texts, remedy->verify_runs, remedy->n_verify_runs);
}

static void add_messages(struct texts *texts, uint32_t first, uint32_t count)
{
    for (uint32_t ix = first; ix < first + count; ix++)
        add_template(texts, texts->block->message_at[ix].template);
}

static uint32_t count_steps(const struct ar_index_builder *builder,
                            const struct ar_block_rule *rule)
{
    struct texts texts = {.builder = builder, .block = &builder->code->block};
    if (rule->each != AR_BLOCK_NONE || rule->key != AR_BLOCK_NONE)
        return AR_INDEX_TEXTS_NEEDED;
    add_template(&texts, rule->diagnosis);
    for (uint32_t ix = 0; ix < rule->n_symptoms; ix++)
        add_condition(&texts, rule->symptoms + ix);
    for (uint32_t ix = 0; ix < rule->n_remedies; ix++)
        add_remedy(&texts, &texts.block->remedy_at[rule->remedies + ix]);
    add_messages(&texts, rule->lessons, rule->n_lessons);
    add_messages(&texts, rule->links, rule->n_links);
    return texts.cost.at_long > AR_INDEX_STEPS ? AR_INDEX_TEXTS_NEEDED
                                               : texts.cost.at_long;
}

void ar_index_count_text_steps(struct ar_index_builder *builder)
{
    struct ar_index *index = builder->index;
    uint32_t *steps = AR_NEW_ARRAY(builder->arena, uint32_t, index->n_rules);
    for (uint32_t ix = 0; ix < index->n_rules; ix++)
        steps[ix] = count_steps(builder, &builder->code->block.rule_at[ix]);
    index->text_steps = steps;
}
