/* SPDX-License-Identifier: Apache-2.0 */
/* Tables: rows of cells and results, all of them constants. */

#include "code/builder.h"

static struct ar_block_cell make_cell(struct ar_builder *builder,
                                      const struct ar_cell *from)
{
    return (struct ar_block_cell){
        .kind = (uint32_t)from->kind,
        .op = from->kind == AR_CELL_COMPARE ? (uint32_t)from->op : 0,
        .open_end = from->open_end,
        .values = ar_builder_items(builder, from->values, from->n_values),
        .n_values = (uint32_t)from->n_values,
    };
}

static struct ar_block_row make_row(struct ar_builder *builder,
                                    const struct ar_table *table,
                                    const struct ar_row *from)
{
    struct ar_block_row row = {.n_cells = (uint32_t)table->n_inputs};
    row.result = ar_builder_constant(builder, table->output, from->result);
    row.cells = (uint32_t)builder->cell.count;
    for (size_t ix = 0; ix < table->n_inputs; ix++) {
        struct ar_block_cell cell = make_cell(builder, &from->cells[ix]);
        ar_vector_push(builder->arena, &builder->cell, cell);
    }
    return row;
}

/* What a call of it gives: a record, or of `collect` a list of them. */
static uint32_t make_type(struct ar_builder *builder,
                          const struct ar_table *table)
{
    if (table->policy != AR_HIT_COLLECT)
        return ar_builder_type(builder, table->output);
    return ar_builder_type(builder,
                           ar_type_list_of(builder->arena, table->output));
}

uint32_t ar_generate_table(struct ar_builder *builder,
                           const struct ar_table *table)
{
    uint32_t ix;
    if (ar_builder_find_made(builder, AR_SECTION_TABLES, table, &ix))
        return ix;
    struct ar_block_table record = {
        .name = ar_builder_string(builder, table->name),
        .policy = (uint32_t)table->policy,
        .is_complete = table->is_complete,
        .n_inputs = (uint32_t)table->n_inputs,
        .type = make_type(builder, table),
        .rows = (uint32_t)builder->row.count,
        .n_rows = (uint32_t)table->n_rows,
    };
    for (size_t row = 0; row < table->n_rows; row++)
        ar_vector_push(builder->arena, &builder->row,
                       make_row(builder, table, &table->rows[row]));
    ix = (uint32_t)builder->table.count;
    ar_vector_push(builder->arena, &builder->table, record);
    ar_builder_remember_made(builder, AR_SECTION_TABLES, table, ix);
    return ix;
}
