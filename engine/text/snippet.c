/* SPDX-License-Identifier: Apache-2.0 */
/* Source lines for people. A character of the source is either shown as it is
 * or as an escape, and the carets are measured on what is shown, so they stay
 * in step. */

#include "text/snippet.h"

#include "text/utf8.h"

enum {
    LINE_LONGEST = 160, /* code points of a line that is shown whole */
    WINDOW = 120,       /* code points shown of a longer one */
    WINDOW_BEFORE = 40  /* of these, before the place */
};

#define PLAIN "\033[0m"

struct printer {
    struct ar_buf *out;
    struct ar_buf shown; /* one character as it is shown */
};

/* Moves forward by at most count code points; returns how many. */
static size_t step_forward(ar_str line, size_t *at, size_t count)
{
    size_t n_steps = 0;
    for (; n_steps < count && *at < line.len; n_steps++)
        ar_utf8_next(line, at);
    return n_steps;
}

/* Bytes of the character that ends at at; an invalid byte is one. */
static size_t previous_length(ar_str line, size_t at)
{
    for (size_t length = 2; length <= 4 && length <= at; length++) {
        size_t end = at - length;
        ar_utf8_next(line, &end);
        if (end == at)
            return length;
    }
    return 1;
}

static size_t step_back(ar_str line, size_t at, size_t count)
{
    for (; count > 0 && at > 0; count--)
        at -= previous_length(line, at);
    return at;
}

static void choose_window(struct ar_snippet *snippet)
{
    ar_str line = snippet->line;
    size_t start = 0;
    size_t end = 0;
    step_forward(line, &end, LINE_LONGEST);
    if (end < line.len) {
        start = step_back(line, snippet->mark_start, WINDOW_BEFORE);
        end = start;
        size_t n_steps = step_forward(line, &end, WINDOW);
        start = step_back(line, start, WINDOW - n_steps);
    }
    snippet->window_start = start;
    snippet->window_end = end;
}

static size_t clamp(size_t value, size_t low, size_t high)
{
    return value < low ? low : value > high ? high : value;
}

struct ar_snippet ar_snippet_make(struct ar_arena *arena,
                                  struct ar_source *source, ar_span span)
{
    struct ar_snippet snippet = {0};
    snippet.line_number = ar_source_position(arena, source, span.start).line;
    snippet.line = ar_source_line(arena, source, snippet.line_number);
    size_t line_start = (size_t)(snippet.line.ptr - source->text.ptr);
    size_t line_end = line_start + snippet.line.len;
    size_t start = clamp(span.start, line_start, line_end);
    size_t end = clamp(span.end, start, line_end);
    snippet.mark_start = start - line_start;
    snippet.mark_end = end - line_start;
    choose_window(&snippet);
    return snippet;
}

/* Puts the character at *at into printer->shown, moves behind it and returns
 * the cells it takes. */
static size_t show_character(struct printer *printer, ar_str line, size_t *at)
{
    struct ar_buf *shown = &printer->shown;
    shown->len = 0;
    size_t start = *at;
    uint32_t code_point = ar_utf8_next(line, at);
    ar_str bytes = ar_str_slice(line, start, *at);
    if (code_point == '\t')
        ar_buf_put(shown, bytes);
    else if (ar_utf8_is_invisible(code_point))
        ar_buf_printf(shown, "\\u{%X}", (unsigned)code_point);
    else
        ar_utf8_put_safe(shown, bytes, false);
    bool as_it_is = ar_str_equal(ar_buf_view(shown), bytes);
    return as_it_is ? ar_utf8_cells(code_point) : shown->len;
}

void ar_snippet_put_line(struct ar_buf *out, const struct ar_snippet *snippet)
{
    struct printer printer = {out, AR_BUF(out->arena)};
    ar_buf_printf(out, "%*u |", AR_SNIPPET_GUTTER,
                  (unsigned)snippet->line_number);
    if (snippet->line.len > 0)
        ar_buf_put_char(out, ' ');
    if (snippet->window_start > 0)
        ar_buf_put_c(out, "…");
    size_t at = snippet->window_start;
    while (at < snippet->window_end) {
        show_character(&printer, snippet->line, &at);
        ar_buf_put(out, ar_buf_view(&printer.shown));
    }
    if (snippet->window_end < snippet->line.len)
        ar_buf_put_c(out, "…");
    ar_buf_put_char(out, '\n');
}

static size_t count_digits(uint32_t number)
{
    size_t n_digits = 1;
    for (; number >= 10; number /= 10)
        n_digits++;
    return n_digits;
}

static void put_empty_gutter(struct printer *printer, uint32_t line_number)
{
    size_t width =
        clamp(count_digits(line_number), AR_SNIPPET_GUTTER, SIZE_MAX);
    ar_buf_put_repeated(printer->out, ' ', width);
    ar_buf_put_c(printer->out, " | ");
}

/* Blanks of the width of what stands before the mark; a tab stays a tab. */
static size_t put_indent(struct printer *printer,
                         const struct ar_snippet *snippet)
{
    struct ar_buf *out = printer->out;
    if (snippet->window_start > 0)
        ar_buf_put_char(out, ' ');
    size_t at = snippet->window_start;
    while (at < snippet->mark_start) {
        size_t start = at;
        size_t n_cells = show_character(printer, snippet->line, &at);
        if (at > snippet->mark_start)
            return start;
        if (snippet->line.ptr[start] == '\t')
            ar_buf_put_char(out, '\t');
        else
            ar_buf_put_repeated(out, ' ', n_cells);
    }
    return at;
}

static void put_carets(struct printer *printer,
                       const struct ar_snippet *snippet)
{
    struct ar_buf *out = printer->out;
    size_t at = put_indent(printer, snippet);
    size_t n_carets = 0;
    size_t n_tabs = 0; /* put only if there is something to mark behind */
    while (at < snippet->mark_end && at < snippet->window_end) {
        bool is_tab = snippet->line.ptr[at] == '\t';
        size_t n_cells = show_character(printer, snippet->line, &at);
        n_tabs += is_tab;
        if (is_tab || n_cells == 0)
            continue;
        ar_buf_put_repeated(out, '\t', n_tabs);
        ar_buf_put_repeated(out, '^', n_cells);
        n_tabs = 0;
        n_carets += n_cells;
    }
    if (n_carets == 0)
        ar_buf_put_char(out, '^');
}

void ar_snippet_put_marks(struct ar_buf *out, const struct ar_snippet *snippet,
                          const char *color)
{
    struct printer printer = {out, AR_BUF(out->arena)};
    put_empty_gutter(&printer, snippet->line_number);
    ar_buf_put_c(out, color ? color : "");
    put_carets(&printer, snippet);
    ar_buf_put_c(out, color ? PLAIN : "");
}
