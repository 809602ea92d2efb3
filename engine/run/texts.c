/* SPDX-License-Identifier: Apache-2.0 */
/* A walk over the texts of a rule. */

#include "run/texts.h"

struct walk {
    const struct ar_block *block;
    ar_texts_visit visit;
    void *context;
};

static void walk_routine(const struct walk *walk, uint32_t routine)
{
    if (routine != AR_BLOCK_NONE)
        walk->visit(walk->context, routine);
}

static void walk_condition(const struct walk *walk, uint32_t condition)
{
    if (condition != AR_BLOCK_NONE)
        walk_routine(walk, walk->block->condition_at[condition].routine);
}

static void walk_template(const struct walk *walk, uint32_t template)
{
    if (template == AR_BLOCK_NONE)
        return;
    const struct ar_block_template *record =
        &walk->block->template_at[template];
    for (uint32_t ix = 0; ix < record->n_parts; ix++)
        walk_routine(walk, walk->block->part_at[record->parts + ix].routine);
}

static void walk_items(const struct walk *walk, uint32_t first, uint32_t count)
{
    for (uint32_t ix = first; ix < first + count; ix++) {
        walk_condition(walk, walk->block->step_item_at[ix].guard);
        walk_template(walk, walk->block->step_item_at[ix].text);
    }
}

static void walk_remedy(const struct walk *walk,
                        const struct ar_block_remedy *remedy)
{
    walk_template(walk, remedy->title);
    walk_template(walk, remedy->data_loss);
    walk_template(walk, remedy->undo);
    for (uint32_t ix = 0; ix < remedy->n_steps; ix++) {
        const struct ar_block_step *step =
            &walk->block->step_at[remedy->steps + ix];
        walk_condition(walk, step->guard);
        walk_template(walk, step->sentence);
        walk_items(walk, step->items, step->n_items);
    }
    walk_items(walk, remedy->verify_runs, remedy->n_verify_runs);
}

static void walk_messages(const struct walk *walk, uint32_t first,
                          uint32_t count)
{
    for (uint32_t ix = first; ix < first + count; ix++)
        walk_template(walk, walk->block->message_at[ix].template);
}

void ar_texts_walk(const struct ar_block *block,
                   const struct ar_block_rule *rule, ar_texts_visit visit,
                   void *context)
{
    const struct walk walk = {block, visit, context};
    const struct ar_block_details *details = ar_block_details_of(block, rule);
    walk_template(&walk, rule->diagnosis);
    for (uint32_t ix = 0; ix < details->n_symptoms; ix++)
        walk_condition(&walk, details->symptoms + ix);
    for (uint32_t ix = 0; ix < details->n_remedies; ix++)
        walk_remedy(&walk, &block->remedy_at[details->remedies + ix]);
    walk_messages(&walk, details->lessons, details->n_lessons);
    walk_messages(&walk, details->links, details->n_links);
}
