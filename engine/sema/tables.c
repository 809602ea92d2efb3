/* SPDX-License-Identifier: Apache-2.0 */
/* Decision tables: their columns and cells. Whether rows overlap or leave
 * gaps is table_cover.c's. */
#include "rules.h"
#include "sema/checker.h"

static enum ar_operator cell_operator(int token)
{
    return token == AR_TOK_LESS      ? AR_OPERATOR_LESS
           : token == AR_TOK_LESS_EQ ? AR_OPERATOR_LESS_EQUAL
           : token == AR_TOK_GREATER ? AR_OPERATOR_GREATER
                                     : AR_OPERATOR_GREATER_EQUAL;
}

static const ar_value *cell_values(struct ar_checker *checker,
                                   const struct ar_node *first, size_t count,
                                   const struct ar_type *type)
{
    ar_value *values = AR_NEW_ARRAY(checker->arena, ar_value, count);
    for (size_t i = 0; i < count; i++, first = first->next)
        values[i] = ar_check_literal(checker, first, type);
    return values;
}

static void need_order(struct ar_checker *checker, const struct ar_node *node,
                       const struct ar_type *type)
{
    if (type->kind == AR_TYPE_POISON || ar_type_is_ordered(type))
        return;
    ar_diag(checker->diags, AR_E0402, node->span,
            node->kind == AR_NODE_CELL_COMPARE ? node->text : AR_STR(".."),
            ar_type_text(checker->arena, type));
}

static void check_cell(struct ar_checker *checker, const struct ar_node *node,
                       const struct ar_type *type, struct ar_cell *cell)
{
    cell->span = node->span;
    if (node->kind == AR_NODE_WORD && ar_str_equal(node->text, AR_STR("_"))) {
        cell->kind = AR_CELL_ANY;
        return;
    }
    if (node->kind == AR_NODE_CELL_ABSENT) {
        cell->kind = AR_CELL_ABSENT;
        return;
    }
    bool range = node->kind == AR_NODE_CELL_RANGE ||
                 node->kind == AR_NODE_CELL_RANGE_OPEN;
    bool compare = node->kind == AR_NODE_CELL_COMPARE;
    bool set = node->kind == AR_NODE_CELL_SET;
    cell->kind = range     ? AR_CELL_RANGE
                 : compare ? AR_CELL_COMPARE
                           : AR_CELL_SET;
    cell->open_end = node->kind == AR_NODE_CELL_RANGE_OPEN;
    if (range || compare)
        need_order(checker, node, type);
    if (compare)
        cell->op = cell_operator(node->token);
    cell->n_values = range || set ? node->count : 1;
    cell->values =
        cell_values(checker, range || set || compare ? node->first : node,
                    cell->n_values, type);
}

static bool check_count(struct ar_checker *checker, const struct ar_node *node,
                        size_t wanted)
{
    if (node->count == wanted)
        return true;
    ar_diag(checker->diags, AR_E0504, node->span,
            ar_str_printf(checker->arena, "%u", (unsigned)node->count),
            ar_str_printf(checker->arena, "%u", (unsigned)wanted));
    return false;
}

static bool check_row(struct ar_checker *checker, const struct ar_node *node,
                      const struct ar_table *table, struct ar_row *row)
{
    const struct ar_node *inputs = node->first;
    const struct ar_node *outputs = node->last;
    row->span = node->span;
    if (!check_count(checker, inputs, table->n_inputs) ||
        !check_count(checker, outputs, table->output->n_fields))
        return false;
    struct ar_cell *cells =
        AR_NEW_ARRAY(checker->arena, struct ar_cell, table->n_inputs);
    ar_value *results =
        AR_NEW_ARRAY(checker->arena, ar_value, table->output->n_fields);
    size_t i = 0;
    for (struct ar_node *cell = inputs->first; cell; cell = cell->next, i++)
        check_cell(checker, cell, table->inputs[i].type, &cells[i]);
    i = 0;
    for (struct ar_node *cell = outputs->first; cell; cell = cell->next, i++)
        results[i] =
            ar_check_literal(checker, cell, table->output->fields[i].type);
    row->cells = cells;
    row->result = ar_value_record(table->output, results);
    return true;
}

static bool check_scalars(struct ar_checker *checker,
                          const struct ar_node *fields,
                          const struct ar_field *types)
{
    size_t i = 0;
    bool good = true;
    for (struct ar_node *field = fields->first; field; field = field->next) {
        if (ar_type_is_scalar(types[i++].type))
            continue;
        ar_diag_plain(checker->diags, AR_E0319, field->span);
        good = false;
    }
    return good;
}

static void set_policy(const struct ar_node *node, struct ar_table *table)
{
    const struct ar_node *policy = ar_node_child(node, AR_NODE_HIT_POLICY);
    table->is_complete = ar_node_child(node, AR_NODE_COMPLETE) != NULL;
    if (policy && ar_str_equal_c(policy->text, "first"))
        table->policy = AR_HIT_FIRST;
    if (policy && ar_str_equal_c(policy->text, "collect"))
        table->policy = AR_HIT_COLLECT;
}

static bool check_rows(struct ar_checker *checker, struct ar_scope *scope,
                       const struct ar_node *node, struct ar_table *table)
{
    const struct ar_node *file = ar_node_child(node, AR_NODE_TABLE_FILE);
    if (file)
        return ar_check_table_file(checker, scope, file->first, table);
    bool good = true;
    struct ar_row *rows =
        AR_NEW_ARRAY(checker->arena, struct ar_row, node->count);
    table->rows = rows;
    for (struct ar_node *child = node->first; child; child = child->next) {
        if (child->kind != AR_NODE_ROW)
            continue;
        if (check_row(checker, child, table, &rows[table->n_rows]))
            table->n_rows++;
        else
            good = false;
    }
    if (table->n_rows > AR_MAX_TABLE_ROWS) {
        ar_diag(checker->diags, AR_E0903, node->name,
                ar_str_printf(checker->arena, "%d", AR_MAX_TABLE_ROWS));
        return false;
    }
    if (table->n_rows == 0 && good)
        ar_diag(checker->diags, AR_E0506, node->name, table->name);
    return good && table->n_rows > 0;
}

void ar_check_table(struct ar_checker *checker, struct ar_scope *scope,
                    const struct ar_node *node)
{
    const struct ar_table *other = ar_map_get(&scope->tables, node->text);
    if (other) {
        ar_check_twice(checker, node->name, node->text, other->span);
        return;
    }
    if (ar_check_is_function_name(node->text)) {
        ar_diag(checker->diags, AR_E0313, node->name, node->text);
        return;
    }
    struct ar_table *table = AR_NEW(checker->arena, struct ar_table);
    const struct ar_node *inputs = ar_node_child(node, AR_NODE_FIELDS);
    const struct ar_node *outputs = inputs->next;
    struct ar_type *output = AR_NEW(checker->arena, struct ar_type);
    table->name = node->text;
    table->pack = scope->pack;
    table->span = node->name;
    table->doc = ar_node_doc(node);
    set_policy(node, table);
    table->inputs = ar_check_fields(checker, scope, inputs);
    table->n_inputs = inputs->count;
    output->kind = AR_TYPE_RECORD;
    output->fields = ar_check_fields(checker, scope, outputs);
    output->n_fields = outputs->count;
    table->output = output;
    bool good = check_scalars(checker, inputs, table->inputs);
    good = check_scalars(checker, outputs, output->fields) && good;
    ar_map_put(checker->arena, &scope->tables, table->name, table);
    ar_vector_push(checker->arena, &checker->program->tables, table);
    size_t n_errors = checker->diags->n_errors;
    if (good && check_rows(checker, scope, node, table) &&
        checker->diags->n_errors == n_errors)
        ar_check_table_cover(checker, table);
}
