/* SPDX-License-Identifier: Apache-2.0 */
/* Makes the index of a program from its code. */

#include "run/index_parts.h"

/* The facts with constant arguments, by slot of the block. */
static struct ar_fact_layout make_layout(struct ar_arena *arena,
                                         const struct ar_code *code)
{
    uint32_t count = code->block.slot_count;
    ar_str *keys = AR_NEW_ARRAY(arena, ar_str, count);
    const struct ar_fact_decl **decls =
        AR_NEW_ARRAY(arena, const struct ar_fact_decl *, count);
    struct ar_fact_layout layout = {.keys = keys,
                                    .decls = decls,
                                    .count = count,
                                    .classify = ar_index_classify_many};
    for (uint32_t ix = 0; ix < count; ix++) {
        const struct ar_block_slot *slot = &code->block.slot_at[ix];
        keys[ix] = ar_block_text(&code->block, slot->key);
        decls[ix] = code->facts[slot->fact];
        ar_map_put(arena, &layout.numbers, keys[ix], &keys[ix]);
    }
    return layout;
}

static void keep_tasks(struct ar_index_builder *builder)
{
    struct ar_index *index = builder->index;
    struct ar_index_task *tasks = AR_NEW_ARRAY(
        builder->arena, struct ar_index_task, builder->tasks.count);
    for (size_t ix = 0; ix < builder->tasks.count; ix++)
        tasks[ix] = builder->tasks.at[ix];
    index->tasks = tasks;
    index->n_tasks = (uint32_t)builder->tasks.count;
}

/* Their numbers are those of their kinds. */
static void add_constant_nodes(struct ar_index_builder *builder)
{
    for (int kind = AR_INDEX_NODE_OPAQUE; kind <= AR_INDEX_NODE_TRUE; kind++) {
        struct ar_index_node node = {.kind = (enum ar_index_node_kind)kind};
        ar_vector_push(builder->scratch, &builder->nodes, node);
    }
}

static bool has_secrets(const struct ar_code *code)
{
    for (uint32_t ix = 0; ix < code->block.fact_count; ix++) {
        const struct ar_block_fact *fact = &code->block.fact_at[ix];
        if (fact->is_derived && fact->sensitivity == AR_SENSITIVITY_SECRET)
            return true;
    }
    return false;
}

static void free_arena(void *resource)
{
    ar_arena_free(resource);
}

const struct ar_index *ar_index_build(struct ar_arena *arena,
                                      const struct ar_code *code)
{
    const struct ar_block *block = &code->block;
    struct ar_index *index = AR_NEW(arena, struct ar_index);
    struct ar_arena *scratch = AR_NEW(arena, struct ar_arena);
    scratch->out_of_memory = arena->out_of_memory;
    ar_arena_defer(arena, free_arena, scratch);
    struct ar_index_builder builder = {
        .arena = arena,
        .scratch = scratch,
        .code = code,
        .index = index,
        .node_of = AR_NEW_ARRAY(scratch, uint32_t, block->routine_count),
        .node_of_slot = AR_NEW_ARRAY(scratch, uint32_t, block->slot_count),
        .n_constants = AR_NEW_ARRAY(scratch, uint32_t, block->slot_count),
        .first_entry = AR_NEW_ARRAY(scratch, uint32_t, block->slot_count),
    };
    index->code = code;
    index->n_rules = block->rule_count;
    index->n_rule_words = (index->n_rules + 63) / 64;
    index->layout = make_layout(arena, code);
    index->has_secrets = has_secrets(code);
    add_constant_nodes(&builder);
    ar_index_count_costs(&builder);
    ar_index_count_text_steps(&builder);
    ar_index_make_clauses(&builder);
    ar_index_make_rows(&builder);
    ar_index_make_filters(&builder);
    keep_tasks(&builder);
    ar_arena_free(scratch);
    return index;
}

const struct ar_fact_layout *ar_index_layout(const struct ar_index *index)
{
    return &index->layout;
}
