/* SPDX-License-Identifier: Apache-2.0 */
/* Rows of a table in a CSV file beside the rules (RFC 4180; a line that
 * begins with # is a comment). Cells are read by the types of their columns,
 * so a string stands without quotes of its own. */
#include "sema/checker.h"

struct csv {
    struct ar_checker *checker;
    const struct ar_table *table;
    ar_str text;
    uint32_t file;
    size_t at;
    bool failed;
};

struct field {
    ar_str text;
    ar_span span;
};

typedef AR_VECTOR(struct field) field_vector;

static void bad_file(struct csv *csv, ar_span span, const char *what)
{
    csv->failed = true;
    ar_diag(csv->checker->diags, AR_E0509, span, ar_str_from_c(what));
}

static ar_span span_from(const struct csv *csv, size_t start)
{
    return (ar_span){csv->file, (uint32_t)start, (uint32_t)csv->at};
}

static int peek(const struct csv *csv)
{
    return csv->at < csv->text.len ? (unsigned char)csv->text.ptr[csv->at] : -1;
}

static bool ends_field(int c)
{
    return c == -1 || c == ',' || c == '\n' || c == '\r';
}

static ar_str quoted_text(struct csv *csv, size_t start)
{
    struct ar_buf out = AR_BUF(csv->checker->arena);
    csv->at++;
    for (;;) {
        int c = peek(csv);
        if (c == -1) {
            bad_file(csv,
                     (ar_span){csv->file, (uint32_t)start, (uint32_t)start + 1},
                     "a quoted cell has no end");
            return ar_buf_view(&out);
        }
        csv->at++;
        if (c == '"' && peek(csv) != '"')
            return ar_buf_view(&out);
        if (c == '"')
            csv->at++;
        ar_buf_put_char(&out, (char)c);
    }
}

static struct field read_field(struct csv *csv)
{
    size_t start = csv->at;
    struct field field = {{NULL, 0}, {0, 0, 0}};
    if (peek(csv) == '"') {
        field.text = quoted_text(csv, start);
        field.span = span_from(csv, start);
        if (!ends_field(peek(csv)))
            bad_file(csv, field.span, "text follows a quoted cell");
    }
    size_t rest = csv->at;
    while (!ends_field(peek(csv)))
        csv->at++;
    if (field.span.file != 0)
        return field;
    field.text = ar_str_trim(ar_str_slice(csv->text, rest, csv->at));
    field.span = span_from(csv, start);
    return field;
}

/* The next line that is no comment and not blank; false at the end. */
static bool read_line(struct csv *csv, field_vector *out)
{
    out->count = 0;
    while (peek(csv) == '#' || peek(csv) == '\n' || peek(csv) == '\r') {
        size_t end = ar_str_find(csv->text, AR_STR("\n"), csv->at);
        csv->at = end == SIZE_MAX ? csv->text.len : end + 1;
    }
    if (peek(csv) == -1)
        return false;
    for (;;) {
        ar_vector_push(csv->checker->arena, out, read_field(csv));
        if (peek(csv) != ',')
            break;
        csv->at++;
    }
    if (peek(csv) == '\r')
        csv->at++;
    if (peek(csv) == '\n')
        csv->at++;
    return true;
}

static ar_span line_span(const field_vector *fields)
{
    return ar_span_join(fields->at[0].span, fields->at[fields->count - 1].span);
}

static const struct ar_field *column(const struct ar_table *table, size_t ix)
{
    return ix < table->n_inputs ? &table->inputs[ix]
                                : &table->output->fields[ix - table->n_inputs];
}

static bool check_header(struct csv *csv)
{
    field_vector names = {0};
    size_t n = csv->table->n_inputs + csv->table->output->n_fields;
    if (!read_line(csv, &names)) {
        bad_file(csv, (ar_span){csv->file, 0, 0}, "it is empty");
        return false;
    }
    bool same = names.count == n;
    for (size_t i = 0; i < n && same; i++)
        same = ar_str_equal(names.at[i].text, column(csv->table, i)->name);
    if (!same)
        bad_file(csv, line_span(&names),
                 "the first line does not name the columns of the table");
    return same;
}

/* ---- cells ---- */

static ar_value constant(struct csv *csv, struct field field, ar_str text,
                         const struct ar_type *type)
{
    text = ar_str_trim(text);
    int64_t integer;
    if (type->kind == AR_TYPE_INT &&
        ar_check_parse_int(csv->checker->arena, text, &integer))
        return ar_value_int(integer);
    ar_value value =
        ar_value_parse(csv->checker->arena, type, text, AR_REASON_bad_value);
    if (value.state == AR_STATE_VALUE)
        return value;
    csv->failed = true;
    ar_diag(csv->checker->diags, AR_E0407, field.span, text,
            ar_type_text(csv->checker->arena, type));
    return value;
}

static const ar_value *values(struct csv *csv, struct field field,
                              const ar_str *texts, size_t count,
                              const struct ar_type *type)
{
    ar_value *out = AR_NEW_ARRAY(csv->checker->arena, ar_value, count);
    for (size_t i = 0; i < count; i++)
        out[i] = constant(csv, field, texts[i], type);
    return out;
}

static void set_cell(struct csv *csv, struct field field,
                     const struct ar_type *type, struct ar_cell *cell)
{
    ar_str_vector texts = {0};
    ar_str rest = ar_str_slice(field.text, 1, field.text.len - 1);
    for (;;) {
        size_t comma = ar_str_find(rest, AR_STR(","), 0);
        ar_vector_push(csv->checker->arena, &texts,
                       ar_str_slice(rest, 0, comma));
        if (comma == SIZE_MAX)
            break;
        rest = ar_str_slice(rest, comma + 1, rest.len);
    }
    cell->kind = AR_CELL_SET;
    cell->n_values = texts.count;
    cell->values = values(csv, field, texts.at, texts.count, type);
}

static bool compare_cell(struct csv *csv, struct field field,
                         const struct ar_type *type, struct ar_cell *cell)
{
    static const struct {
        const char *text;
        enum ar_operator op;
    } operators[] = {{"<=", AR_OPERATOR_LESS_EQUAL},
                     {">=", AR_OPERATOR_GREATER_EQUAL},
                     {"<", AR_OPERATOR_LESS},
                     {">", AR_OPERATOR_GREATER}};
    for (size_t i = 0; i < AR_COUNT_OF(operators); i++) {
        ar_str op = ar_str_from_c(operators[i].text);
        if (!ar_str_starts_with(field.text, op))
            continue;
        ar_str text = ar_str_slice(field.text, op.len, field.text.len);
        cell->kind = AR_CELL_COMPARE;
        cell->op = operators[i].op;
        cell->n_values = 1;
        cell->values = values(csv, field, &text, 1, type);
        return true;
    }
    return false;
}

static bool range_cell(struct csv *csv, struct field field,
                       const struct ar_type *type, struct ar_cell *cell)
{
    size_t dots = ar_str_find(field.text, AR_STR(".."), 0);
    if (dots == SIZE_MAX)
        return false;
    ar_str ends[2] = {
        ar_str_slice(field.text, 0, dots),
        ar_str_trim(ar_str_slice(field.text, dots + 2, field.text.len))};
    cell->open_end = ar_str_starts_with(ends[1], AR_STR("<"));
    if (cell->open_end)
        ends[1] = ar_str_slice(ends[1], 1, ends[1].len);
    cell->kind = AR_CELL_RANGE;
    cell->n_values = 2;
    cell->values = values(csv, field, ends, 2, type);
    return true;
}

static struct ar_cell input_cell(struct csv *csv, struct field field,
                                 const struct ar_type *type)
{
    struct ar_cell cell = {.kind = AR_CELL_SET, .span = field.span};
    bool text = type->kind == AR_TYPE_STRING;
    bool braces = ar_str_starts_with(field.text, AR_STR("{")) &&
                  ar_str_ends_with(field.text, AR_STR("}"));
    if (ar_str_equal_c(field.text, "_"))
        cell.kind = AR_CELL_ANY;
    else if (ar_str_equal_c(field.text, "absent"))
        cell.kind = AR_CELL_ABSENT;
    else if (!text && braces)
        set_cell(csv, field, type, &cell);
    else if (text || !ar_type_is_ordered(type) ||
             (!compare_cell(csv, field, type, &cell) &&
              !range_cell(csv, field, type, &cell))) {
        cell.n_values = 1;
        cell.values = values(csv, field, &field.text, 1, type);
    }
    return cell;
}

static bool read_row(struct csv *csv, const field_vector *fields,
                     struct ar_row *row)
{
    const struct ar_table *table = csv->table;
    size_t n = table->n_inputs + table->output->n_fields;
    row->span = line_span(fields);
    if (fields->count != n) {
        bad_file(csv, row->span,
                 "the line has another number of cells than "
                 "the first line");
        return false;
    }
    struct ar_arena *arena = csv->checker->arena;
    struct ar_cell *cells =
        AR_NEW_ARRAY(arena, struct ar_cell, table->n_inputs);
    ar_value *results = AR_NEW_ARRAY(arena, ar_value, table->output->n_fields);
    for (size_t i = 0; i < n; i++) {
        const struct ar_type *type = column(table, i)->type;
        if (i < table->n_inputs)
            cells[i] = input_cell(csv, fields->at[i], type);
        else
            results[i - table->n_inputs] =
                constant(csv, fields->at[i], fields->at[i].text, type);
    }
    row->cells = cells;
    row->result = ar_value_record(table->output, results);
    return true;
}

/* ---- the file ---- */

static bool is_plain_name(ar_str name)
{
    return name.len > 0 && name.ptr[0] != '/' &&
           ar_str_find(name, AR_STR(".."), 0) == SIZE_MAX &&
           ar_str_find(name, AR_STR("\\"), 0) == SIZE_MAX &&
           ar_str_find(name, AR_STR(":"), 0) == SIZE_MAX;
}

/* What a reviewer sees is what counts, as in rule files. */
static void check_text(struct csv *csv)
{
    struct ar_checker *checker = csv->checker;
    size_t n_errors = checker->diags->n_errors;
    struct ar_lexer *lexer = AR_NEW(checker->arena, struct ar_lexer);
    ar_lexer_start(lexer, checker->arena, checker->diags, csv->file);
    csv->at = (size_t)(lexer->cursor - lexer->start); /* behind a mark */
    for (size_t i = 0; i < csv->text.len; i++) {
        unsigned char c = (unsigned char)csv->text.ptr[i];
        if (c >= 0x20 ? c != 0x7F
                      : c == 0 || c == '\t' || c == '\n' || c == '\r')
            continue;
        ar_span span = {csv->file, (uint32_t)i, (uint32_t)i + 1};
        ar_diag(checker->diags, AR_E0110, span,
                ar_str_printf(checker->arena, "U+%04X", c),
                ar_str_printf(checker->arena, "\\u{%x}", c));
    }
    csv->failed = checker->diags->n_errors > n_errors;
}

static bool open_file(struct ar_checker *checker, struct ar_scope *scope,
                      const struct ar_node *node, struct csv *csv)
{
    ar_str path = ar_check_path_beside(checker, node);
    ar_str why = AR_STR("files cannot be read here");
    ar_read_file read_file = checker->options->read_file;
    bool plain = is_plain_name(node->text);
    if (!plain)
        why = AR_STR("the name must be relative, without ..");
    if (!plain || !read_file ||
        !read_file(checker->arena, path, &csv->text, &why)) {
        ar_diag(checker->diags, AR_E0508, node->span, node->text, why);
        return false;
    }
    csv->file = ar_sources_add(checker->arena, checker->diags->sources, path,
                               csv->text);
    ar_vector_push(checker->arena, &scope->unit->file_ids, csv->file);
    check_text(csv);
    return !csv->failed;
}

bool ar_check_table_file(struct ar_checker *checker, struct ar_scope *scope,
                         const struct ar_node *node, struct ar_table *table)
{
    struct csv csv = {.checker = checker, .table = table};
    if (node->has_holes) /* {expressions}: refused with all fixed texts */
        return false;
    if (!open_file(checker, scope, node, &csv) || !check_header(&csv))
        return false;
    AR_VECTOR(struct ar_row) rows = {0};
    field_vector fields = {0};
    while (read_line(&csv, &fields)) {
        struct ar_row row = {0};
        if (rows.count == AR_MAX_TABLE_ROWS) {
            ar_diag(checker->diags, AR_E0903, node->span,
                    ar_str_printf(checker->arena, "%d", AR_MAX_TABLE_ROWS));
            return false;
        }
        if (read_row(&csv, &fields, &row))
            ar_vector_push(checker->arena, &rows, row);
    }
    table->rows = rows.at;
    table->n_rows = rows.count;
    if (rows.count == 0 && !csv.failed)
        ar_diag(checker->diags, AR_E0506, table->span, table->name);
    return rows.count > 0 && !csv.failed;
}
