/* SPDX-License-Identifier: Apache-2.0 */
/* Tables with a line of headings. A cell stands under its heading, by
 * character, or is found by the same gaps as the headings; a row that can be
 * read in neither way is bad, never guessed at. */
#include "base/limits.h"
#include "probe/parse.h"
#include "text/utf8.h"

enum gap {
    GAP_BLANK,  /* a blank */
    GAP_BLANKS, /* two or more: headings and cells may have single ones */
    GAP_TAB
};

struct column {
    ar_str name;
    size_t start; /* in characters */
};

struct table {
    struct ar_arena *arena;
    enum gap gap;
    AR_VECTOR(struct column) columns;
    bool has_margin; /* before the first heading: a column without a name */
};

typedef AR_VECTOR(ar_str) cell_vector;

/* ---- gaps ---- */

static bool is_gap(ar_str line, size_t at, enum gap gap)
{
    if (gap == GAP_TAB)
        return line.ptr[at] == '\t';
    if (line.ptr[at] != ' ')
        return false;
    return gap == GAP_BLANK || (at + 1 < line.len && line.ptr[at + 1] == ' ');
}

/* Tabs part each on its own, so that a cell may be empty between two. */
static size_t skip_gap(ar_str line, size_t at, enum gap gap)
{
    if (gap == GAP_TAB)
        return at + 1;
    while (at < line.len && line.ptr[at] == ' ')
        at++;
    return at;
}

static void split(struct ar_arena *arena, ar_str line, enum gap gap,
                  cell_vector *out)
{
    size_t start = 0;
    for (size_t at = 0; at < line.len;) {
        if (!is_gap(line, at, gap)) {
            at++;
            continue;
        }
        ar_vector_push(arena, out, ar_str_trim(ar_str_slice(line, start, at)));
        start = at = skip_gap(line, at, gap);
    }
    ar_vector_push(arena, out,
                   ar_str_trim(ar_str_slice(line, start, line.len)));
}

static enum gap choose_gap(ar_str headings)
{
    if (ar_str_find(headings, AR_STR("\t"), 0) != SIZE_MAX)
        return GAP_TAB;
    return ar_str_find(headings, AR_STR("  "), 0) != SIZE_MAX ? GAP_BLANKS
                                                              : GAP_BLANK;
}

/* ---- headings ---- */

static void add_column(struct table *table, ar_str line, ar_str name)
{
    ar_str before = ar_str_slice(line, 0, (size_t)(name.ptr - line.ptr));
    struct column column = {name, ar_utf8_length(before)};
    ar_vector_push(table->arena, &table->columns, column);
}

static void read_headings(struct table *table, ar_str line)
{
    ar_str headings = ar_str_trim(line);
    cell_vector names = {0};
    table->gap = choose_gap(headings);
    table->has_margin = table->gap != GAP_TAB && line.ptr[0] == ' ';
    if (table->has_margin)
        add_column(table, line, ar_str_slice(line, 0, 0));
    split(table->arena, headings, table->gap, &names);
    for (size_t ix = 0; ix < names.count; ix++)
        add_column(table, line, names.at[ix]);
}

/* ---- rows ---- */

/* The byte where the character number wanted begins, looked for from byte *at
 * and character *seen on. */
static size_t find_start(ar_str line, size_t wanted, size_t *at, size_t *seen)
{
    while (*seen < wanted && *at < line.len) {
        ar_utf8_next(line, at);
        ++*seen;
    }
    return *at;
}

/* A gap inside of a cell shows that the row does not stand under the
 * headings. The last cell may have blanks. */
static bool is_one_cell(const struct table *table, ar_str cell, bool is_last)
{
    if (table->gap == GAP_BLANK && is_last)
        return true;
    for (size_t at = 0; at < cell.len; at++) {
        if (is_gap(cell, at, table->gap))
            return false;
    }
    return true;
}

static bool cut_under_headings(const struct table *table, ar_str line,
                               cell_vector *out)
{
    size_t at = 0;
    size_t seen = 0;
    size_t start = 0;
    size_t count = table->columns.count;
    for (size_t ix = 0; ix < count; ix++) {
        bool is_last = ix + 1 == count;
        size_t end = is_last ? line.len
                             : find_start(line, table->columns.at[ix + 1].start,
                                          &at, &seen);
        ar_str cell = ar_str_trim(ar_str_slice(line, start, end));
        bool is_cut = end > 0 && end < line.len && line.ptr[end - 1] != ' ';
        if (is_cut || !is_one_cell(table, cell, is_last))
            return false;
        ar_vector_push(table->arena, out, cell);
        start = end;
    }
    return true;
}

static bool cut_at_gaps(const struct table *table, ar_str line,
                        cell_vector *out)
{
    bool is_tab = table->gap == GAP_TAB;
    split(table->arena, is_tab ? line : ar_str_trim(line), table->gap, out);
    while (is_tab && out->count < table->columns.count)
        ar_vector_push(table->arena, out, AR_STR(""));
    return out->count == table->columns.count;
}

static bool cut_row(const struct table *table, ar_str line, cell_vector *out)
{
    if (table->gap != GAP_TAB && cut_under_headings(table, line, out))
        return true;
    out->count = 0;
    return !table->has_margin && cut_at_gaps(table, line, out);
}

static struct ar_datum *read_row(const struct table *table, ar_str line)
{
    cell_vector cells = {0};
    if (!cut_row(table, line, &cells))
        return ar_datum_bad(table->arena, AR_REASON_bad_output,
                            "a row does not stand under the headings");
    struct ar_datum *row = ar_datum_new(table->arena, AR_DATUM_MAP);
    for (size_t ix = 0; ix < cells.count; ix++) {
        struct ar_datum *cell = ar_datum_text(table->arena, cells.at[ix]);
        cell->key = table->columns.at[ix].name;
        ar_datum_add(row, cell);
    }
    return row;
}

/* A line of dashes under the headings or between rows. */
static bool is_rule(ar_str line)
{
    bool has_dash = false;
    for (size_t at = 0; at < line.len; at++) {
        char c = line.ptr[at];
        has_dash = has_dash || c == '-' || c == '=';
        if (c != '-' && c != '=' && c != '+' && c != '|' &&
            !ar_char_is_blank(c))
            return false;
    }
    return has_dash;
}

struct ar_datum *ar_parse_columns(struct ar_arena *arena, ar_str text)
{
    struct table table = {.arena = arena};
    struct ar_datum *list = ar_datum_new(arena, AR_DATUM_LIST);
    ar_str line;
    while (ar_parse_line(&text, &line)) {
        if (ar_str_trim(line).len == 0 || is_rule(line))
            continue;
        if (table.columns.count == 0) {
            read_headings(&table, line);
            if (table.columns.count > AR_MAX_FIELDS)
                return ar_datum_too_large(arena);
            continue;
        }
        if (ar_datum_is_full(list))
            return ar_datum_too_large(arena);
        ar_datum_add(list, read_row(&table, line));
    }
    if (table.columns.count == 0)
        return ar_datum_bad(arena, AR_REASON_bad_output,
                            "it has no line of headings");
    return list;
}
