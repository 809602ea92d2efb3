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

/* The first and the last region of a cell. */
struct extent {
    size_t low;
    size_t high;
    bool is_empty;
};

struct cover {
    struct ar_checker *checker;
    const struct ar_table *table;
    struct column *columns;
    bool **covers;           /* [row][first_region of column + region] */
    struct extent **extents; /* [row][column] */
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

static int compare_points(const void *a, const void *b)
{
    const ar_value *left = a;
    const ar_value *right = b;
    return compare(*left, *right);
}

typedef AR_VECTOR(ar_value) value_vector;

/* Sorts, and keeps each value once. */
static void set_points(struct column *column, value_vector *points)
{
    size_t n = 0;
    if (points->count > 1)
        qsort(points->at, points->count, sizeof(points->at[0]), compare_points);
    for (size_t i = 0; i < points->count; i++) {
        if (n == 0 || compare(points->at[n - 1], points->at[i]) != 0)
            points->at[n++] = points->at[i];
    }
    column->points = points->at;
    column->n_points = n;
}

static void cut_column(struct cover *cover, size_t ix)
{
    struct ar_arena *arena = cover->checker->arena;
    struct column *column = &cover->columns[ix];
    value_vector points = {0};
    column->type = cover->table->inputs[ix].type;
    if (column->type->kind == AR_TYPE_BOOL) {
        ar_vector_push(arena, &points, ar_value_bool(false));
        ar_vector_push(arena, &points, ar_value_bool(true));
    }
    for (size_t i = 0; i < column->type->n_words; i++)
        ar_vector_push(arena, &points, ar_value_enum(column->type, i));
    for (size_t row = 0; row < cover->table->n_rows; row++) {
        const struct ar_cell *cell = &cover->table->rows[row].cells[ix];
        for (size_t i = 0; i < cell->n_values; i++)
            ar_vector_push(arena, &points, cell->values[i]);
    }
    set_points(column, &points);
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
    size_t low = 0;
    size_t high = column->n_points - 1;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (compare(column->points[middle], value) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static size_t point_region(const struct column *column, ar_value value)
{
    size_t ix = point_index(column, value);
    return is_finite(column->type) ? ix : 2 * ix + 1;
}

struct marks {
    const struct column *column;
    bool *at; /* one for each region */
};

static void mark(struct marks marks, size_t first, size_t end)
{
    for (size_t r = first; r < end; r++)
        marks.at[r] = !is_empty(marks.column, r);
}

static void mark_comparison(struct marks marks, const struct ar_cell *cell)
{
    size_t point = point_region(marks.column, cell->values[0]);
    bool equal = cell->op == AR_OPERATOR_LESS_EQUAL ||
                 cell->op == AR_OPERATOR_GREATER_EQUAL;
    bool less =
        cell->op == AR_OPERATOR_LESS || cell->op == AR_OPERATOR_LESS_EQUAL;
    if (less)
        mark(marks, 0, equal ? point + 1 : point);
    else
        mark(marks, equal ? point : point + 1, marks.column->n_regions - 1);
}

static void mark_cell(struct marks marks, const struct ar_cell *cell)
{
    size_t n_regions = marks.column->n_regions;
    if (cell->kind == AR_CELL_ANY)
        mark(marks, 0, n_regions);
    else if (cell->kind == AR_CELL_ABSENT)
        mark(marks, n_regions - 1, n_regions);
    else if (cell->kind == AR_CELL_COMPARE)
        mark_comparison(marks, cell);
    else if (cell->kind == AR_CELL_RANGE)
        mark(marks, point_region(marks.column, cell->values[0]),
             point_region(marks.column, cell->values[1]) +
                 (cell->open_end ? 0 : 1));
    for (size_t i = 0; cell->kind == AR_CELL_SET && i < cell->n_values; i++)
        marks.at[point_region(marks.column, cell->values[i])] = true;
}

static struct extent measure(struct marks marks)
{
    struct extent extent = {0, marks.column->n_regions, false};
    while (extent.low < extent.high && !marks.at[extent.low])
        extent.low++;
    while (extent.high > extent.low && !marks.at[extent.high - 1])
        extent.high--;
    extent.is_empty = extent.low == extent.high;
    return extent;
}

static void cover_row(struct cover *cover, size_t row)
{
    for (size_t c = 0; c < cover->table->n_inputs; c++) {
        struct marks marks = {&cover->columns[c],
                              &cover->covers[row][cover->first_region[c]]};
        mark_cell(marks, &cover->table->rows[row].cells[c]);
        cover->extents[row][c] = measure(marks);
    }
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
    cover->extents = AR_NEW_ARRAY(arena, struct extent *, table->n_rows);
    for (size_t row = 0; row < table->n_rows; row++) {
        cover->covers[row] = AR_NEW_ARRAY(arena, bool, n_regions);
        cover->extents[row] =
            AR_NEW_ARRAY(arena, struct extent, table->n_inputs);
        cover_row(cover, row);
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

/* A region that both rows hold in this column, or SIZE_MAX. */
static size_t common_region(const struct cover *cover, size_t a, size_t b,
                            size_t column)
{
    const struct extent *left = &cover->extents[a][column];
    const struct extent *right = &cover->extents[b][column];
    size_t r = left->low > right->low ? left->low : right->low;
    size_t end = left->high < right->high ? left->high : right->high;
    while (r < end &&
           !(row_holds(cover, a, column, r) && row_holds(cover, b, column, r)))
        r++;
    return r < end ? r : SIZE_MAX;
}

static bool rows_meet(struct cover *cover, size_t a, size_t b)
{
    for (size_t c = 0; c < cover->table->n_inputs; c++) {
        cover->witness[c] = common_region(cover, a, b, c);
        if (cover->witness[c] == SIZE_MAX)
            return false;
    }
    return true;
}

/* A range upside down, or an interval without a whole number in it. */
static bool is_empty_row(const struct cover *cover, size_t row)
{
    for (size_t c = 0; c < cover->table->n_inputs; c++) {
        if (cover->extents[row][c].is_empty)
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
    cover->steps += 1 + n_live / 8;
    if (cover->steps > MAX_STEPS)
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
