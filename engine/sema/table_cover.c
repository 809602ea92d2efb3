/* SPDX-License-Identifier: Apache-2.0 */
/* Overlaps, gaps and unreachable rows of a table, decided exactly.
 *
 * Each column's values are cut into regions that no cell divides: words of an
 * enum; points and the open intervals between them for ordered types; the
 * constants named and "any other" for the rest; and absence. A cell is then a
 * set of regions, and a row a box of them. */
#include "base/buf.h"
#include "sema/checker.h"

struct column {
    const struct ar_type *type;
    ar_value *points; /* sorted, each once; of an enum its words */
    size_t n_points;
    size_t n_regions; /* the last one is absence */
};

struct cover {
    struct ar_checker *checker;
    const struct ar_table *table;
    struct column *columns;
    bool **covers; /* [row][first_region of column + region] */
    size_t *first_region;
    size_t *witness; /* a region for each column */
    size_t steps;
};

/* Beyond this the check gives up, saying so: tables of people are far below. */
enum { MAX_STEPS = 2000000 };

static int compare(ar_value a, ar_value b)
{
    if (a.type->kind == AR_TYPE_REAL)
        return (a.as.real > b.as.real) - (a.as.real < b.as.real);
    if (a.type->kind == AR_TYPE_VERSION)
        return ar_version_compare(a.as.version, b.as.version);
    if (a.type->kind == AR_TYPE_STRING)
        return ar_str_compare(a.as.string, b.as.string);
    if (a.type->kind == AR_TYPE_IP)
        return ar_ip_compare(&a.as.ip, &b.as.ip);
    if (a.type->kind == AR_TYPE_BOOL)
        return (int)a.as.boolean - (int)b.as.boolean;
    if (a.type->kind == AR_TYPE_CIDR) {
        int order = ar_ip_compare(&a.as.cidr.network, &b.as.cidr.network);
        return order != 0 ? order
                          : (int)a.as.cidr.prefix - (int)b.as.cidr.prefix;
    }
    return (a.as.integer > b.as.integer) - (a.as.integer < b.as.integer);
}

static bool is_finite(const struct ar_type *type)
{
    return type->kind == AR_TYPE_ENUM || type->kind == AR_TYPE_BOOL;
}

static void add_point(struct ar_checker *checker, struct column *column,
                      ar_value value)
{
    size_t at = 0;
    while (at < column->n_points && compare(column->points[at], value) < 0)
        at++;
    if (at < column->n_points && compare(column->points[at], value) == 0)
        return;
    ar_value *points =
        AR_NEW_ARRAY(checker->arena, ar_value, column->n_points + 1);
    for (size_t i = 0; i < column->n_points; i++)
        points[i < at ? i : i + 1] = column->points[i];
    points[at] = value;
    column->points = points;
    column->n_points++;
}

static void cut_column(struct cover *cover, size_t ix)
{
    struct column *column = &cover->columns[ix];
    column->type = cover->table->inputs[ix].type;
    if (column->type->kind == AR_TYPE_BOOL) {
        add_point(cover->checker, column, ar_value_bool(false));
        add_point(cover->checker, column, ar_value_bool(true));
    }
    for (size_t i = 0; i < column->type->n_words; i++)
        add_point(cover->checker, column, ar_value_enum(column->type, i));
    for (size_t row = 0; row < cover->table->n_rows; row++) {
        const struct ar_cell *cell = &cover->table->rows[row].cells[ix];
        for (size_t i = 0; i < cell->n_values; i++)
            add_point(cover->checker, column, cell->values[i]);
    }
    column->n_regions = is_finite(column->type) ? column->n_points + 1
                                                : 2 * column->n_points + 2;
}

/* Region of a finite column: a word. Else even: the interval before point
 * region / 2; odd: the point itself. */
static bool is_absence(const struct column *column, size_t region)
{
    return region + 1 == column->n_regions;
}

/* Intervals with nothing in them: between neighbouring whole numbers, and
 * below the size 0. */
static bool is_empty(const struct column *column, size_t region)
{
    if (is_finite(column->type) || is_absence(column, region) ||
        region % 2 == 1)
        return false;
    size_t next = region / 2;
    bool whole = column->type->kind == AR_TYPE_INT ||
                 column->type->kind == AR_TYPE_SIZE ||
                 column->type->kind == AR_TYPE_DURATION ||
                 column->type->kind == AR_TYPE_TIME;
    if (!whole || next == column->n_points)
        return false;
    int64_t high = column->points[next].as.integer;
    if (next == 0)
        return high == INT64_MIN ||
               (column->type->kind == AR_TYPE_SIZE && high <= 0);
    return column->points[next - 1].as.integer == high - 1;
}

static size_t point_index(const struct column *column, ar_value value)
{
    for (size_t i = 0; i < column->n_points; i++) {
        if (compare(column->points[i], value) == 0)
            return i;
    }
    AR_UNREACHABLE();
}

static size_t point_region(const struct column *column, ar_value value)
{
    size_t ix = point_index(column, value);
    return is_finite(column->type) ? ix : 2 * ix + 1;
}

static bool in_set(const struct column *column, const struct ar_cell *cell,
                   size_t region)
{
    for (size_t i = 0; i < cell->n_values; i++) {
        if (point_region(column, cell->values[i]) == region)
            return true;
    }
    return false;
}

static bool in_comparison(const struct column *column,
                          const struct ar_cell *cell, size_t region)
{
    size_t point = point_region(column, cell->values[0]);
    if (region == point)
        return cell->op == AR_OPERATOR_LESS_EQUAL ||
               cell->op == AR_OPERATOR_GREATER_EQUAL;
    bool less =
        cell->op == AR_OPERATOR_LESS || cell->op == AR_OPERATOR_LESS_EQUAL;
    return less ? region < point : region > point;
}

static bool in_range(const struct column *column, const struct ar_cell *cell,
                     size_t region)
{
    size_t low = point_region(column, cell->values[0]);
    size_t high = point_region(column, cell->values[1]);
    return region >= low && (cell->open_end ? region < high : region <= high);
}

static bool holds(const struct column *column, const struct ar_cell *cell,
                  size_t region)
{
    if (cell->kind == AR_CELL_ANY)
        return true;
    if (is_absence(column, region))
        return cell->kind == AR_CELL_ABSENT;
    if (cell->kind == AR_CELL_ABSENT)
        return false;
    if (cell->kind == AR_CELL_SET)
        return in_set(column, cell, region);
    return cell->kind == AR_CELL_COMPARE ? in_comparison(column, cell, region)
                                         : in_range(column, cell, region);
}

static void cover_rows(struct cover *cover)
{
    struct ar_arena *arena = cover->checker->arena;
    const struct ar_table *table = cover->table;
    size_t n_regions = 0;
    for (size_t c = 0; c < table->n_inputs; c++) {
        cut_column(cover, c);
        cover->first_region[c] = n_regions;
        n_regions += cover->columns[c].n_regions;
    }
    cover->covers = AR_NEW_ARRAY(arena, bool *, table->n_rows);
    for (size_t row = 0; row < table->n_rows; row++) {
        cover->covers[row] = AR_NEW_ARRAY(arena, bool, n_regions);
        for (size_t c = 0; c < table->n_inputs; c++) {
            const struct column *column = &cover->columns[c];
            for (size_t r = 0; r < column->n_regions; r++)
                cover->covers[row][cover->first_region[c] + r] =
                    !is_empty(column, r) &&
                    holds(column, &table->rows[row].cells[c], r);
        }
    }
}

static bool row_holds(const struct cover *cover, size_t row, size_t column,
                      size_t region)
{
    return cover->covers[row][cover->first_region[column] + region];
}

/* ---- saying which input ---- */

static void put_point(struct ar_buf *out, ar_value value)
{
    if (value.type->kind == AR_TYPE_STRING)
        ar_value_put_literal(out, value);
    else
        ar_value_put(out, value);
}

static void put_interval(struct ar_buf *out, const struct column *column,
                         size_t region)
{
    size_t next = region / 2;
    if (column->n_points == 0) {
        ar_buf_put_c(out, "any value");
        return;
    }
    if (next > 0) {
        ar_buf_put_c(out, "> ");
        put_point(out, column->points[next - 1]);
    }
    if (next < column->n_points) {
        ar_buf_put_c(out, next > 0 ? " and < " : "< ");
        put_point(out, column->points[next]);
    }
}

static ar_str witness_text(struct cover *cover)
{
    struct ar_buf out = AR_BUF(cover->checker->arena);
    for (size_t c = 0; c < cover->table->n_inputs; c++) {
        const struct column *column = &cover->columns[c];
        size_t region = cover->witness[c];
        ar_buf_put_c(&out, c == 0 ? "" : ", ");
        ar_buf_put(&out, cover->table->inputs[c].name);
        if (is_absence(column, region)) {
            ar_buf_put_c(&out, " absent");
            continue;
        }
        ar_buf_put_char(&out, ' ');
        bool point = is_finite(column->type) || region % 2 == 1;
        if (point) {
            ar_buf_put_c(&out, "= ");
            put_point(
                &out,
                column->points[is_finite(column->type) ? region : region / 2]);
        } else if (ar_type_is_ordered(column->type)) {
            put_interval(&out, column, region);
        } else {
            ar_buf_put_c(&out, "any other");
        }
    }
    return ar_buf_view(&out);
}

/* ---- overlaps ---- */

static bool rows_meet(struct cover *cover, size_t a, size_t b)
{
    for (size_t c = 0; c < cover->table->n_inputs; c++) {
        size_t r = 0;
        size_t n = cover->columns[c].n_regions;
        while (r < n &&
               !(row_holds(cover, a, c, r) && row_holds(cover, b, c, r)))
            r++;
        if (r == n)
            return false;
        cover->witness[c] = r;
    }
    return true;
}

/* A range upside down, or an interval without a whole number in it. */
static bool is_empty_row(const struct cover *cover, size_t row)
{
    for (size_t c = 0; c < cover->table->n_inputs; c++) {
        size_t r = 0;
        while (r < cover->columns[c].n_regions && !row_holds(cover, row, c, r))
            r++;
        if (r == cover->columns[c].n_regions)
            return true;
    }
    return false;
}

static void check_empty_rows(struct cover *cover)
{
    for (size_t row = 0; row < cover->table->n_rows; row++) {
        if (is_empty_row(cover, row))
            ar_diag(cover->checker->diags, AR_E0502,
                    cover->table->rows[row].span, cover->table->name);
    }
}

static void check_overlaps(struct cover *cover)
{
    const struct ar_table *table = cover->table;
    struct ar_diags *diags = cover->checker->diags;
    for (size_t b = 1; b < table->n_rows; b++) {
        for (size_t a = 0; a < b; a++) {
            if (!rows_meet(cover, a, b))
                continue;
            struct ar_diag *diag = ar_diag(diags, AR_E0501, table->rows[b].span,
                                           table->name, witness_text(cover));
            ar_diag_note(diags, diag, table->rows[a].span,
                         AR_STR("the other row"));
            break;
        }
    }
}

/* ---- what rows leave out ---- */

/* Looks for a box inside `within` (a row, or SIZE_MAX for all values) that
 * none of the rows in live covers; fills witness from column on. */
static bool find_uncovered(struct cover *cover, size_t column, size_t within,
                           const size_t *live, size_t n_live)
{
    if (++cover->steps > MAX_STEPS)
        return false;
    bool last = column == cover->table->n_inputs;
    if (last)
        return n_live == 0;
    const struct column *cut = &cover->columns[column];
    size_t n = cut->n_regions - (within == SIZE_MAX ? 1 : 0);
    size_t *still =
        n_live > 0 ? AR_NEW_ARRAY(cover->checker->arena, size_t, n_live) : NULL;
    for (size_t r = 0; r < n; r++) {
        bool inside = within == SIZE_MAX ? !is_empty(cut, r)
                                         : row_holds(cover, within, column, r);
        if (!inside)
            continue;
        size_t n_still = 0;
        for (size_t i = 0; i < n_live; i++) {
            if (row_holds(cover, live[i], column, r))
                still[n_still++] = live[i];
        }
        cover->witness[column] = r;
        if (find_uncovered(cover, column + 1, within, still, n_still))
            return true;
    }
    return false;
}

static size_t *first_rows(struct cover *cover, size_t count)
{
    size_t *rows = AR_NEW_ARRAY(cover->checker->arena, size_t, count);
    for (size_t i = 0; i < count; i++)
        rows[i] = i;
    return rows;
}

static void check_reachable(struct cover *cover)
{
    const struct ar_table *table = cover->table;
    for (size_t row = 1; row < table->n_rows; row++) {
        const size_t *earlier = first_rows(cover, row);
        if (!find_uncovered(cover, 0, row, earlier, row) &&
            cover->steps <= MAX_STEPS)
            ar_diag(cover->checker->diags, AR_E0502, table->rows[row].span,
                    table->name);
    }
}

static void check_gaps(struct cover *cover)
{
    const struct ar_table *table = cover->table;
    const size_t *all = first_rows(cover, table->n_rows);
    if (find_uncovered(cover, 0, SIZE_MAX, all, table->n_rows))
        ar_diag(cover->checker->diags, AR_E0503, table->span, table->name,
                witness_text(cover));
}

void ar_check_table_cover(struct ar_checker *checker,
                          const struct ar_table *table)
{
    struct ar_arena *arena = checker->arena;
    struct cover cover = {.checker = checker, .table = table};
    cover.columns = AR_NEW_ARRAY(arena, struct column, table->n_inputs);
    cover.first_region = AR_NEW_ARRAY(arena, size_t, table->n_inputs);
    cover.witness = AR_NEW_ARRAY(arena, size_t, table->n_inputs);
    cover_rows(&cover);
    check_empty_rows(&cover);
    if (table->policy == AR_HIT_UNIQUE)
        check_overlaps(&cover);
    if (table->policy == AR_HIT_FIRST)
        check_reachable(&cover);
    if (table->is_complete)
        check_gaps(&cover);
    if (cover.steps > MAX_STEPS)
        ar_diag(checker->diags, AR_E0507, table->span, table->name);
}
