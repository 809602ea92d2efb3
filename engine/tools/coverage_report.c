/* SPDX-License-Identifier: Apache-2.0 */
/* What tests have shown: as a table, in the sources themselves, as JSON.
 * Percentages are cut and never rounded up, so 100 means all. */

#include "text/snippet.h"
#include "text/utf8.h"
#include "tools/coverage.h"

#include "json/json.h"
#include <stdlib.h>

#define RED   "\033[1;31m"
#define GREEN "\033[1;32m"
#define PLAIN "\033[0m"

static const char *const kind_names[] = {"rule", "fact", "function", "table"};

/* One bit of struct ar_coverage_node in words. */
struct outcome_words {
    unsigned bit;
    const char *name;
    const char *of_row;
};

static const struct outcome_words outcome_words[AR_N_SHOWN] = {
    {AR_SHOWN_TRUE, "true", "taken"},
    {AR_SHOWN_FALSE, "false", "passed over"},
    {AR_SHOWN_UNDECIDED, "undecided", "undecided"},
};

/* Tenths of a percent. Without anything to show, all was shown. */
static unsigned count_tenths(size_t n_shown, size_t n_possible)
{
    if (n_possible == 0)
        return 1000;
    return (unsigned)((uint64_t)n_shown * 1000 / n_possible);
}

/* ---- the table ---- */

struct widths {
    size_t label;
    size_t number;
};

static ar_str make_label(struct ar_arena *arena,
                         const struct ar_coverage_part *part)
{
    struct ar_buf out = AR_BUF(arena);
    ar_buf_put_c(&out, kind_names[part->kind]);
    ar_buf_put_char(&out, ' ');
    ar_utf8_put_safe(&out, part->name, false);
    return ar_buf_view(&out);
}

static ar_str make_number(struct ar_arena *arena, size_t number)
{
    return ar_str_printf(arena, "%lu", (unsigned long)number);
}

static struct widths measure(struct ar_arena *arena,
                             const struct ar_coverage *coverage)
{
    struct widths widths = {.label = sizeof("total") - 1,
                            .number =
                                make_number(arena, coverage->n_possible).len};
    for (size_t i = 0; i < coverage->parts.count; i++) {
        size_t label = make_label(arena, &coverage->parts.at[i]).len;
        if (label > widths.label)
            widths.label = label;
    }
    return widths;
}

static void put_right(struct ar_buf *out, ar_str text, size_t width)
{
    if (text.len < width)
        ar_buf_put_repeated(out, ' ', width - text.len);
    ar_buf_put(out, text);
}

static void put_percent(struct ar_buf *out, unsigned tenths, bool color)
{
    ar_str text = tenths == 1000 ? AR_STR("100 %")
                                 : ar_str_printf(out->arena, "%u.%u %%",
                                                 tenths / 10, tenths % 10);
    ar_buf_put_repeated(out, ' ', sizeof("100.0 %") - 1 - text.len);
    ar_buf_put_c(out, !color ? "" : tenths == 1000 ? GREEN : RED);
    ar_buf_put(out, text);
    ar_buf_put_c(out, color ? PLAIN : "");
}

/* "  rule shop.slow   7 of  9    77.7 %" */
static void put_row(struct ar_buf *out, const struct widths *widths,
                    ar_str label, size_t n_shown, size_t n_possible, bool color)
{
    ar_buf_put_c(out, "  ");
    ar_buf_put(out, label);
    ar_buf_put_repeated(out, ' ', widths->label - label.len + 2);
    put_right(out, make_number(out->arena, n_shown), widths->number);
    ar_buf_put_c(out, " of ");
    put_right(out, make_number(out->arena, n_possible), widths->number);
    ar_buf_put_c(out, "  ");
    put_percent(out, count_tenths(n_shown, n_possible), color);
    ar_buf_put_char(out, '\n');
}

void ar_coverage_put_table(struct ar_buf *out,
                           const struct ar_coverage *coverage, bool color)
{
    struct widths widths = measure(out->arena, coverage);
    ar_buf_put_c(out, "\nOutcomes that the tests have shown:\n");
    for (size_t i = 0; i < coverage->parts.count; i++) {
        const struct ar_coverage_part *part = &coverage->parts.at[i];
        put_row(out, &widths, make_label(out->arena, part), part->n_shown,
                part->n_possible, color);
    }
    put_row(out, &widths, AR_STR("total"), coverage->n_shown,
            coverage->n_possible, color);
}

/* ---- the sources ---- */

/* The nodes in order of place, whatever they belong to. */
struct placed {
    const struct ar_coverage_node **nodes;
    size_t count;
};

static int order_nodes(const void *left, const void *right)
{
    ar_span a = (*(const struct ar_coverage_node *const *)left)->span;
    ar_span b = (*(const struct ar_coverage_node *const *)right)->span;
    return ar_span_compare(a, b);
}

static struct placed place_nodes(struct ar_arena *arena,
                                 const struct ar_coverage *coverage)
{
    struct placed placed = {.count = coverage->nodes.count};
    placed.nodes =
        AR_NEW_ARRAY(arena, const struct ar_coverage_node *, placed.count);
    for (size_t i = 0; i < placed.count; i++)
        placed.nodes[i] = &coverage->nodes.at[i];
    if (placed.count > 1)
        qsort(placed.nodes, placed.count, sizeof(*placed.nodes), order_nodes);
    return placed;
}

static unsigned missing(const struct ar_coverage_node *node)
{
    return node->possible & ~node->shown;
}

/* "never true, never undecided" */
static void put_missing(struct ar_buf *out, const struct ar_coverage_node *node)
{
    const char *before = " ";
    for (size_t i = 0; i < AR_N_SHOWN; i++) {
        if (!(missing(node) & outcome_words[i].bit))
            continue;
        ar_buf_printf(out, "%snever %s", before,
                      node->expr ? outcome_words[i].name
                                 : outcome_words[i].of_row);
        before = ", ";
    }
    ar_buf_put_char(out, '\n');
}

static void put_marks(struct ar_buf *out, struct ar_diags *diags,
                      struct ar_source *source,
                      const struct ar_coverage_node *node, bool color)
{
    struct ar_snippet snippet =
        ar_snippet_make(diags->arena, source, node->span);
    snippet.window_start = 0;
    snippet.window_end = snippet.line.len;
    ar_snippet_put_marks(out, &snippet, color ? RED : NULL);
    put_missing(out, node);
}

/* Every line, and below it what begins on it and was not shown. */
static void put_lines(struct ar_buf *out, struct ar_diags *diags,
                      const struct placed *placed, bool color)
{
    struct ar_source *source =
        ar_sources_get(diags->sources, placed->nodes[0]->span.file);
    uint32_t end = (uint32_t)source->text.len;
    uint32_t n_lines = ar_source_position(diags->arena, source, end).line;
    size_t ix = 0;
    for (uint32_t line = 1; line <= n_lines; line++) {
        struct ar_snippet snippet = {
            .line = ar_source_line(diags->arena, source, line),
            .line_number = line};
        snippet.window_end = snippet.line.len;
        if (line < n_lines || snippet.line.len > 0)
            ar_snippet_put_line(out, &snippet);
        for (; ix < placed->count; ix++) {
            const struct ar_coverage_node *node = placed->nodes[ix];
            uint32_t start = node->span.start;
            if (ar_source_position(diags->arena, source, start).line > line)
                break;
            if (missing(node))
                put_marks(out, diags, source, node, color);
        }
    }
}

static size_t count_bits(unsigned bits)
{
    size_t count = 0;
    for (; bits != 0; bits &= bits - 1)
        count++;
    return count;
}

/* placed: of one file. True if there was something to mark. */
static bool put_source(struct ar_buf *out, struct ar_diags *diags,
                       const struct placed *placed, bool color)
{
    struct ar_source *source =
        ar_sources_get(diags->sources, placed->nodes[0]->span.file);
    size_t n_possible = 0;
    size_t n_missing = 0;
    for (size_t i = 0; i < placed->count; i++) {
        n_possible += count_bits(placed->nodes[i]->possible);
        n_missing += count_bits(missing(placed->nodes[i]));
    }
    ar_utf8_put_safe(out, source->name, false);
    if (n_missing == 0) {
        ar_buf_printf(out, ": all %lu outcomes shown\n",
                      (unsigned long)n_possible);
        return false;
    }
    ar_buf_printf(out, ": %lu of %lu outcomes not shown\n",
                  (unsigned long)n_missing, (unsigned long)n_possible);
    put_lines(out, diags, placed, color);
    return true;
}

void ar_coverage_put_sources(struct ar_buf *out, struct ar_diags *diags,
                             const struct ar_coverage *coverage, bool color)
{
    struct placed all = place_nodes(out->arena, coverage);
    size_t ix = 0;
    bool is_apart = true; /* from what stands above */
    while (ix < all.count) {
        struct placed of_file = {.nodes = &all.nodes[ix]};
        uint32_t file = all.nodes[ix]->span.file;
        for (; ix < all.count && all.nodes[ix]->span.file == file; ix++)
            of_file.count++;
        ar_buf_put_c(out, is_apart ? "\n" : "");
        is_apart = put_source(out, diags, &of_file, color);
    }
}

/* ---- JSON ---- */

static void write_sums(struct ar_json_writer *writer, size_t n_possible,
                       size_t n_shown)
{
    unsigned tenths = count_tenths(n_shown, n_possible);
    ar_json_member_int(writer, "possible", (int64_t)n_possible);
    ar_json_member_int(writer, "shown", (int64_t)n_shown);
    ar_json_key(writer, AR_STR("percent"));
    ar_json_real(writer, tenths / 10.0);
}

static void write_outcomes(struct ar_json_writer *writer, const char *key,
                           unsigned bits)
{
    ar_json_key(writer, ar_str_from_c(key));
    ar_json_begin_array(writer);
    for (size_t i = 0; i < AR_N_SHOWN; i++) {
        if (bits & outcome_words[i].bit)
            ar_json_string(writer, ar_str_from_c(outcome_words[i].name));
    }
    ar_json_end_array(writer);
}

static void write_position(struct ar_json_writer *writer,
                           struct ar_position position)
{
    ar_json_member_int(writer, "line", position.line);
    ar_json_member_int(writer, "column", position.column);
}

static void write_place(struct ar_json_writer *writer, struct ar_diags *diags,
                        ar_span span)
{
    struct ar_source *source = ar_sources_get(diags->sources, span.file);
    ar_json_member(writer, "file", source->name);
    write_position(writer,
                   ar_source_position(diags->arena, source, span.start));
}

static void write_node(struct ar_json_writer *writer, struct ar_diags *diags,
                       const struct ar_coverage_node *node)
{
    struct ar_source *source = ar_sources_get(diags->sources, node->span.file);
    ar_json_begin_object(writer);
    ar_json_member(writer, "kind",
                   node->expr ? AR_STR("condition") : AR_STR("row"));
    write_place(writer, diags, node->span);
    ar_json_key(writer, AR_STR("end"));
    ar_json_begin_object(writer);
    write_position(writer,
                   ar_source_position(diags->arena, source, node->span.end));
    ar_json_end_object(writer);
    ar_json_member(
        writer, "text",
        ar_source_text_joined(writer->out->arena, diags->sources, node->span));
    write_outcomes(writer, "possible", node->possible);
    write_outcomes(writer, "shown", node->shown);
    ar_json_end_object(writer);
}

static void write_part(struct ar_json_writer *writer, struct ar_diags *diags,
                       const struct ar_coverage *coverage,
                       const struct ar_coverage_part *part)
{
    ar_json_begin_object(writer);
    ar_json_member(writer, "kind", ar_str_from_c(kind_names[part->kind]));
    ar_json_member(writer, "name", part->name);
    write_place(writer, diags, part->span);
    write_sums(writer, part->n_possible, part->n_shown);
    ar_json_key(writer, AR_STR("nodes"));
    ar_json_begin_array(writer);
    for (size_t i = 0; i < part->n_nodes; i++)
        write_node(writer, diags, &coverage->nodes.at[part->first_ix + i]);
    ar_json_end_array(writer);
    ar_json_end_object(writer);
}

void ar_coverage_write(struct ar_json_writer *writer, struct ar_diags *diags,
                       const struct ar_coverage *coverage)
{
    ar_json_begin_object(writer);
    write_sums(writer, coverage->n_possible, coverage->n_shown);
    ar_json_key(writer, AR_STR("parts"));
    ar_json_begin_array(writer);
    for (size_t i = 0; i < coverage->parts.count; i++)
        write_part(writer, diags, coverage, &coverage->parts.at[i]);
    ar_json_end_array(writer);
    ar_json_end_object(writer);
}
