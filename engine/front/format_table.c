/* SPDX-License-Identifier: Apache-2.0 */
/* The layout of tables: rows whose cells stand under each other. */
#include "front/format_layout.h"

/* Widths of the columns on one side of the arrow. */
struct columns {
    size_t *widths;
    size_t count;
};

static const struct ar_node *next_row(const struct ar_node *node)
{
    while (node && node->kind != AR_NODE_ROW)
        node = node->next;
    return node;
}

/* side: 0 for the cells, 1 for what they give. */
static struct columns measure_side(struct ar_format *format,
                                   const struct ar_node *table, size_t side)
{
    struct columns columns = {NULL, 0};
    const struct ar_node *row = next_row(table->first);
    for (; row; row = next_row(row->next)) {
        size_t count = ar_node_at(row, side)->count;
        columns.count = count > columns.count ? count : columns.count;
    }
    columns.widths = AR_NEW_ARRAY(format->arena, size_t, columns.count);
    for (row = next_row(table->first); row; row = next_row(row->next)) {
        size_t ix = 0;
        const struct ar_node *cell = ar_node_at(row, side)->first;
        for (; cell; cell = cell->next, ix++)
            columns.widths[ix] = ar_format_widen(
                format, ar_format_first(format, cell),
                ar_format_last(format, cell), columns.widths[ix]);
    }
    return columns;
}

/* Pads what follows each cell: the one behind the comma, or the arrow. */
static void align_side(struct ar_format *format, const struct ar_node *side,
                       struct columns columns, bool before_arrow)
{
    size_t ix = 0;
    for (const struct ar_node *cell = side->first; cell;
         cell = cell->next, ix++) {
        size_t first = ar_format_first(format, cell);
        size_t last = ar_format_last(format, cell);
        size_t behind =
            cell->next ? ar_format_first(format, cell->next) : last + 1;
        if (cell->next || before_arrow)
            ar_format_at(format, behind)->padding =
                ar_format_padding(format, first, last, columns.widths[ix]);
    }
}

static void format_row(struct ar_format *format, const struct ar_node *row,
                       size_t table)
{
    const struct ar_node *gives = row->first->next;
    size_t first = ar_format_first(format, row);
    size_t arrow = ar_format_last(format, row->first) + 1;
    ar_format_line(format, first, ar_format_from(table, AR_FORMAT_INDENT));
    ar_format_region(format, first + 1, arrow,
                     ar_format_from(first, AR_FORMAT_INDENT));
    ar_format_region(format, arrow + 1, ar_format_last(format, row),
                     ar_format_from(arrow, 3));
    ar_format_expression(format, row);
    ar_format_rest(format, gives->first, ar_format_from(arrow, 3));
}

static void format_rows(struct ar_format *format, const struct ar_node *table)
{
    struct columns cells = measure_side(format, table, 0);
    struct columns gives = measure_side(format, table, 1);
    const struct ar_node *row = next_row(table->first);
    for (; row; row = next_row(row->next)) {
        align_side(format, row->first, cells, true);
        align_side(format, row->first->next, gives, false);
    }
}

void ar_format_table(struct ar_format *format, const struct ar_node *table)
{
    size_t first = ar_format_first(format, table);
    struct ar_format_anchor anchor =
        ar_format_from(first, AR_FORMAT_DEEP_INDENT);
    const struct ar_node *takes = ar_node_child(table, AR_NODE_FIELDS);
    const struct ar_node *gives = takes->next;
    ar_format_parameters(format, takes);
    ar_format_element(format, ar_format_first(format, gives) - 1,
                      ar_format_last(format, gives), anchor);
    ar_format_parameters(format, gives);
    for (const struct ar_node *row = gives->next; row; row = row->next) {
        if (row->kind == AR_NODE_ROW)
            format_row(format, row, first);
        else
            ar_format_element(format, ar_format_first(format, row),
                              ar_format_last(format, row),
                              ar_format_from(first, AR_FORMAT_INDENT));
    }
    format_rows(format, table);
}
