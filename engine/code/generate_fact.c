/* SPDX-License-Identifier: Apache-2.0 */
/* Facts and groups as instructions name them: with constant arguments a slot;
 * and the code of derived facts. */

#include "code/builder.h"

static void generate_definitions(struct ar_builder *builder, uint32_t fact_ix,
                                 const struct ar_fact *fact)
{
    size_t count = fact->definitions.count;
    if (count == 0 || builder->has_definitions[fact_ix])
        return;
    builder->has_definitions[fact_ix] = true;
    struct ar_block_definition *records =
        AR_NEW_ARRAY(builder->arena, struct ar_block_definition, count);
    for (size_t ix = 0; ix < count; ix++) {
        const struct ar_definition *definition = &fact->definitions.at[ix];
        records[ix].guard = AR_BLOCK_NONE;
        if (definition->guard)
            records[ix].guard = ar_generate_routine(builder, definition->guard);
        records[ix].value = ar_generate_routine(builder, definition->expr);
        records[ix].place = ar_builder_place(definition->span);
    }
    builder->fact.at[fact_ix].definitions = (uint32_t)builder->definition.count;
    builder->fact.at[fact_ix].n_definitions = (uint32_t)count;
    for (size_t ix = 0; ix < count; ix++)
        ar_vector_push(builder->arena, &builder->definition, records[ix]);
}

uint32_t ar_generate_fact(struct ar_builder *builder,
                          const struct ar_fact *fact)
{
    uint32_t ix = ar_builder_fact(builder, fact);
    generate_definitions(builder, ix, fact);
    return ix;
}

bool ar_builder_are_constant(const struct ar_expr *expr)
{
    for (size_t ix = 0; ix < expr->n_operands; ix++) {
        const struct ar_expr *operand = expr->operands[ix];
        if (operand->kind != AR_EXPR_CONSTANT ||
            ar_expr_value(operand).state != AR_STATE_VALUE)
            return false;
    }
    return true;
}

ar_value *ar_builder_constants(struct ar_builder *builder,
                               const struct ar_expr *expr)
{
    ar_value *values = AR_NEW_ARRAY(builder->arena, ar_value, expr->n_operands);
    for (size_t ix = 0; ix < expr->n_operands; ix++)
        values[ix] = ar_expr_value(expr->operands[ix]);
    return values;
}

static uint32_t make_slot(struct ar_builder *builder,
                          const struct ar_expr *expr, uint32_t fact)
{
    const ar_value *arguments = ar_builder_constants(builder, expr);
    ar_str key = ar_fact_key(builder->arena, &expr->fact->decl, arguments);
    uint32_t ix;
    if (ar_builder_find(builder, AR_SECTION_SLOTS, key, &ix))
        return ix;
    struct ar_block_slot slot = {
        .fact = fact,
        .key = ar_builder_string(builder, key),
        .arguments = ar_builder_items(builder, arguments, expr->n_operands),
        .n_arguments = (uint32_t)expr->n_operands,
    };
    ix = (uint32_t)builder->slot.count;
    ar_vector_push(builder->arena, &builder->slot, slot);
    ar_builder_remember(builder, AR_SECTION_SLOTS, key, ix);
    return ix;
}

uint32_t ar_builder_slot(struct ar_builder *builder, const struct ar_expr *expr,
                         uint32_t fact)
{
    if (expr->n_operands > 0)
        return make_slot(builder, expr, fact);
    if (builder->fact_slots[fact] == AR_BLOCK_NONE)
        builder->fact_slots[fact] = make_slot(builder, expr, fact);
    return builder->fact_slots[fact];
}

uint32_t ar_builder_group_slot(struct ar_builder *builder,
                               const struct ar_expr *expr, uint32_t group)
{
    const ar_value *arguments = ar_builder_constants(builder, expr);
    ar_str key = ar_fact_group_key(builder->arena, expr->group, arguments);
    uint32_t ix;
    if (ar_builder_find(builder, AR_SECTION_GROUP_SLOTS, key, &ix))
        return ix;
    struct ar_block_group_slot slot = {
        .group = group,
        .key = ar_builder_string(builder, key),
        .arguments = ar_builder_items(builder, arguments, expr->n_operands),
        .n_arguments = (uint32_t)expr->n_operands,
    };
    ix = (uint32_t)builder->group_slot.count;
    ar_vector_push(builder->arena, &builder->group_slot, slot);
    ar_builder_remember(builder, AR_SECTION_GROUP_SLOTS, key, ix);
    return ix;
}
