/* SPDX-License-Identifier: Apache-2.0 */
/* What a rule reads and calls, for the model of case studies: facts with what
 * gives them, functions, tables. Also those behind derived facts and behind
 * functions, since a machine is judged by them. */

#include "tools/doc_build.h"

#include <stdlib.h>

struct reading {
    const struct ar_doc_builder *builder;
    struct ar_doc_rule *out;
    struct ar_map seen; /* addresses of declarations */
};

static void visit(struct ar_expr *expr, void *user);

static void walk(struct reading *reading, struct ar_expr *expr)
{
    if (expr)
        ar_expr_walk(expr, visit, reading);
}

/* True the first time that something is declared there. */
static bool is_new(struct reading *reading, const void *declaration)
{
    struct ar_arena *arena = reading->builder->arena;
    ar_str key = ar_str_printf(arena, "%p", declaration);
    if (ar_map_has(&reading->seen, key))
        return false;
    ar_map_put(arena, &reading->seen, key, reading);
    return true;
}

/* ---- facts ---- */

static void put_parameters(struct ar_buf *out, const struct ar_field *fields,
                           size_t count)
{
    ar_buf_put_char(out, '(');
    for (size_t i = 0; i < count; i++) {
        ar_buf_put_c(out, i > 0 ? ", " : "");
        ar_buf_put(out, fields[i].name);
        ar_buf_put_c(out, " : ");
        ar_type_put(out, fields[i].type);
    }
    ar_buf_put_char(out, ')');
}

static ar_str fact_signature(struct ar_arena *arena,
                             const struct ar_fact_decl *decl)
{
    struct ar_buf out = AR_BUF(arena);
    if (decl->n_parameters == 0)
        return decl->name;
    ar_buf_put(&out, decl->head);
    put_parameters(&out, decl->parameters, decl->n_parameters);
    ar_buf_put_c(&out, decl->tail.len > 0 ? "." : "");
    ar_buf_put(&out, decl->tail);
    return ar_buf_view(&out);
}

static const struct ar_node *find_source(const struct ar_node *probe)
{
    for (const struct ar_node *node = probe->first; node; node = node->next) {
        if (node->kind == AR_NODE_PROBE_RUN ||
            node->kind == AR_NODE_PROBE_EXEC ||
            node->kind == AR_NODE_PROBE_FILE ||
            node->kind == AR_NODE_PROBE_GLOB ||
            node->kind == AR_NODE_PROBE_REGISTRY ||
            node->kind == AR_NODE_PROBE_ENV || node->kind == AR_NODE_PROBE_HTTP)
            return node;
    }
    return NULL;
}

static struct ar_doc_probe make_probe(const struct reading *reading,
                                      const struct ar_probe *probe)
{
    struct ar_doc_probe out = {.name = probe->name,
                               .module = probe->pack->name};
    const struct ar_node *source = find_source(probe->node);
    const struct ar_node *on = ar_node_child(probe->node, AR_NODE_ON);
    if (source)
        out.source = ar_doc_source(reading->builder, source->span);
    for (const struct ar_node *word = on ? on->first : NULL; word;
         word = word->next)
        ar_vector_push(reading->builder->arena, &out.platforms, word->text);
    return out;
}

static void add_probes(const struct reading *reading,
                       const struct ar_fact_decl *decl, struct ar_doc_fact *out)
{
    const struct ar_program *program = reading->builder->program;
    for (size_t i = 0; i < program->probes.count; i++) {
        const struct ar_probe *probe = program->probes.at[i];
        for (size_t k = 0; k < probe->gives.count; k++) {
            if (probe->gives.at[k] == decl)
                ar_vector_push(reading->builder->arena, &out->probes,
                               make_probe(reading, probe));
        }
    }
}

static void add_definitions(struct reading *reading, const struct ar_fact *fact,
                            struct ar_doc_fact *out)
{
    const struct ar_doc_builder *builder = reading->builder;
    for (size_t i = 0; i < fact->definitions.count; i++) {
        const struct ar_definition *definition = &fact->definitions.at[i];
        struct ar_doc_definition made = {
            .expression = ar_doc_expression(builder, definition->expr),
            .guard = ar_doc_expression(builder, definition->guard)};
        ar_vector_push(builder->arena, &out->definitions, made);
        walk(reading, definition->expr);
        walk(reading, definition->guard);
    }
}

static void add_fact(struct reading *reading, const struct ar_fact *fact)
{
    struct ar_arena *arena = reading->builder->arena;
    const struct ar_fact_decl *decl = &fact->decl;
    if (!is_new(reading, fact))
        return;
    struct ar_doc_fact out = {
        .kind = decl->is_input     ? AR_DOC_INPUT
                : decl->is_derived ? AR_DOC_DERIVED
                                   : AR_DOC_FACT,
        .name = fact_signature(arena, decl),
        .type = ar_type_text(arena, decl->type),
        .unit = decl->unit,
        .doc = decl->doc,
        .module = decl->module,
        .question = decl->question,
        .sensitivity = decl->sensitivity,
        .needs_admin = decl->needs_admin,
        .is_fixed = decl->is_fixed,
    };
    add_probes(reading, decl, &out);
    add_definitions(reading, fact, &out);
    ar_vector_push(arena, &reading->out->facts, out);
}

static void add_group(struct reading *reading,
                      const struct ar_fact_group *group)
{
    struct ar_doc_fact out = {.kind = AR_DOC_GROUP, .name = group->name};
    if (is_new(reading, group))
        ar_vector_push(reading->builder->arena, &reading->out->facts, out);
}

/* ---- functions ---- */

static void add_def(struct reading *reading, const struct ar_def *def)
{
    struct ar_arena *arena = reading->builder->arena;
    struct ar_buf signature = AR_BUF(arena);
    if (!is_new(reading, def))
        return;
    ar_buf_put(&signature, def->name);
    ar_buf_put_char(&signature, '(');
    for (size_t i = 0; i < def->n_parameters; i++) {
        ar_buf_put_c(&signature, i > 0 ? ", " : "");
        ar_buf_put(&signature, def->parameters[i]->name);
        ar_buf_put_c(&signature, " : ");
        ar_type_put(&signature, def->parameters[i]->type);
    }
    ar_buf_put_c(&signature, ") : ");
    ar_type_put(&signature, def->type);
    struct ar_doc_function out = {
        .signature = ar_buf_view(&signature),
        .doc = def->doc,
        .body = ar_doc_expression(reading->builder, def->body)};
    ar_vector_push(arena, &reading->out->functions, out);
    walk(reading, def->body);
}

/* ---- tables ---- */

/* As the language writes it; what is only text in reports is not quoted. */
static void put_value(struct ar_buf *out, ar_value value)
{
    if (value.type->kind == AR_TYPE_STRING)
        ar_value_put_literal(out, value);
    else
        ar_value_put(out, value);
}

static const char *operator_text(enum ar_operator op)
{
    switch (op) {
    case AR_OPERATOR_EQUAL: return "== ";
    case AR_OPERATOR_NOT_EQUAL: return "!= ";
    case AR_OPERATOR_LESS: return "< ";
    case AR_OPERATOR_LESS_EQUAL: return "<= ";
    case AR_OPERATOR_GREATER: return "> ";
    case AR_OPERATOR_GREATER_EQUAL: return ">= ";
    case AR_OPERATOR_ADD:
    case AR_OPERATOR_SUBTRACT:
    case AR_OPERATOR_MULTIPLY:
    case AR_OPERATOR_DIVIDE:
    case AR_OPERATOR_REMAINDER: break; /* no operator of a cell */
    }
    AR_UNREACHABLE();
}

static void put_set(struct ar_buf *out, const struct ar_cell *cell)
{
    ar_buf_put_c(out, cell->n_values > 1 ? "{" : "");
    for (size_t i = 0; i < cell->n_values; i++) {
        ar_buf_put_c(out, i > 0 ? ", " : "");
        put_value(out, cell->values[i]);
    }
    ar_buf_put_c(out, cell->n_values > 1 ? "}" : "");
}

static void put_cell(struct ar_buf *out, const struct ar_cell *cell)
{
    switch (cell->kind) {
    case AR_CELL_ANY: ar_buf_put_c(out, "_"); return;
    case AR_CELL_ABSENT: ar_buf_put_c(out, "absent"); return;
    case AR_CELL_SET: put_set(out, cell); return;
    case AR_CELL_COMPARE:
        ar_buf_put_c(out, operator_text(cell->op));
        put_value(out, cell->values[0]);
        return;
    case AR_CELL_RANGE:
        put_value(out, cell->values[0]);
        ar_buf_put_c(out, cell->open_end ? " .. <" : " .. ");
        put_value(out, cell->values[1]);
        return;
    }
    AR_UNREACHABLE();
}

static void fill_row(struct ar_arena *arena, const struct ar_table *table,
                     const struct ar_row *row, struct ar_doc_cell *out)
{
    for (size_t i = 0; i < table->n_inputs; i++) {
        struct ar_buf text = AR_BUF(arena);
        put_cell(&text, &row->cells[i]);
        (out++)->text = ar_buf_view(&text);
    }
    for (size_t i = 0; i < table->output->n_fields; i++) {
        ar_value value = row->result.as.list.items[i];
        out->text = ar_value_text(arena, value);
        (out++)->is_text = value.type->kind == AR_TYPE_STRING;
    }
}

static const struct ar_doc_column *make_columns(struct ar_arena *arena,
                                                const struct ar_table *table,
                                                size_t count)
{
    struct ar_doc_column *columns =
        AR_NEW_ARRAY(arena, struct ar_doc_column, count);
    for (size_t i = 0; i < count; i++) {
        bool is_output = i >= table->n_inputs;
        const struct ar_field *field =
            is_output ? &table->output->fields[i - table->n_inputs]
                      : &table->inputs[i];
        columns[i] = (struct ar_doc_column){
            field->name, ar_type_text(arena, field->type), is_output};
    }
    return columns;
}

static void add_table(struct reading *reading, const struct ar_table *table)
{
    struct ar_arena *arena = reading->builder->arena;
    if (!is_new(reading, table))
        return;
    size_t n_columns = table->n_inputs + table->output->n_fields;
    struct ar_doc_cell *cells =
        AR_NEW_ARRAY(arena, struct ar_doc_cell, n_columns * table->n_rows);
    for (size_t i = 0; i < table->n_rows; i++)
        fill_row(arena, table, &table->rows[i], cells + i * n_columns);
    struct ar_doc_table out = {
        .name = table->name,
        .doc = table->doc,
        .policy = table->policy,
        .is_complete = table->is_complete,
        .columns = make_columns(arena, table, n_columns),
        .n_columns = n_columns,
        .cells = cells,
        .n_rows = table->n_rows,
    };
    ar_vector_push(arena, &reading->out->tables, out);
}

/* ---- all of it ---- */

static int compare_facts(const void *a, const void *b)
{
    return ar_str_compare(((const struct ar_doc_fact *)a)->name,
                          ((const struct ar_doc_fact *)b)->name);
}

static int compare_functions(const void *a, const void *b)
{
    return ar_str_compare(((const struct ar_doc_function *)a)->signature,
                          ((const struct ar_doc_function *)b)->signature);
}

static int compare_tables(const void *a, const void *b)
{
    return ar_str_compare(((const struct ar_doc_table *)a)->name,
                          ((const struct ar_doc_table *)b)->name);
}

/* By name, so that where a rule uses one does not count. */
static void sort_all(struct ar_doc_rule *rule)
{
    if (rule->facts.count > 1)
        qsort(rule->facts.at, rule->facts.count, sizeof(*rule->facts.at),
              compare_facts);
    if (rule->functions.count > 1)
        qsort(rule->functions.at, rule->functions.count,
              sizeof(*rule->functions.at), compare_functions);
    if (rule->tables.count > 1)
        qsort(rule->tables.at, rule->tables.count, sizeof(*rule->tables.at),
              compare_tables);
}

static void visit(struct ar_expr *expr, void *user)
{
    struct reading *reading = user;
    if (expr->kind == AR_EXPR_FACT)
        add_fact(reading, expr->fact);
    else if (expr->kind == AR_EXPR_GROUP_EXISTS ||
             expr->kind == AR_EXPR_GROUP_ABSENT)
        add_group(reading, expr->group);
    else if (expr->kind == AR_EXPR_DEF)
        add_def(reading, expr->def);
    else if (expr->kind == AR_EXPR_TABLE)
        add_table(reading, expr->table);
}

void ar_doc_read(const struct ar_doc_builder *builder,
                 const struct ar_rule *rule, struct ar_doc_rule *out)
{
    struct reading reading = {.builder = builder, .out = out};
    ar_rule_walk(rule, visit, &reading);
    sort_all(out);
}
