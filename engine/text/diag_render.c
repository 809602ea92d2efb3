/* SPDX-License-Identifier: Apache-2.0 */
/* Diagnostics for people: the place, the message, the line and carets below
 * it. A character of the source is either shown as it is or as an escape, and
 * the carets are measured on what is shown, so they stay in step. Nothing
 * reaches the output except through ar_utf8_put_safe() or as our own text. */

#include "base/limits.h"
#include "text/diag.h"
#include "text/utf8.h"

enum {
    LINE_LONGEST = 160, /* code points of a line that is shown whole */
    WINDOW = 120,       /* code points shown of a longer one */
    WINDOW_BEFORE = 40, /* of these, before the place */
    GUTTER_DIGITS = 5
};

struct style {
    const char *word;
    const char *color;
};

static const struct style error_style = {"error", "\033[1;31m"};
static const struct style warning_style = {"warning", "\033[1;35m"};
static const struct style note_style = {"note", "\033[1;36m"};
#define GREEN "\033[32m"
#define PLAIN "\033[0m"

struct printer {
    struct ar_buf *out;
    struct ar_diags *diags;
    bool color;
    struct ar_buf shown; /* one character as it is shown */
};

/* One line of a source; mark and window are bytes in it. */
struct snippet {
    ar_str line;
    uint32_t line_number;
    size_t mark_start;
    size_t mark_end;
    size_t window_start;
    size_t window_end;
};

static const struct style *severity_style(enum ar_severity severity)
{
    switch (severity) {
    case AR_SEVERITY_ERROR: return &error_style;
    case AR_SEVERITY_WARNING: return &warning_style;
    case AR_SEVERITY_NOTE: return &note_style;
    }
    AR_UNREACHABLE();
}

static void start_color(struct printer *printer, const char *color)
{
    if (printer->color)
        ar_buf_put_c(printer->out, color);
}

static void end_color(struct printer *printer)
{
    start_color(printer, PLAIN);
}

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

static void choose_window(struct snippet *snippet)
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

static struct snippet make_snippet(struct ar_arena *arena,
                                   struct ar_source *source, ar_span span)
{
    struct snippet snippet = {0};
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

static void put_line(struct printer *printer, const struct snippet *snippet)
{
    struct ar_buf *out = printer->out;
    ar_buf_printf(out, "%*u |", GUTTER_DIGITS, (unsigned)snippet->line_number);
    if (snippet->line.len > 0)
        ar_buf_put_char(out, ' ');
    if (snippet->window_start > 0)
        ar_buf_put_c(out, "…");
    size_t at = snippet->window_start;
    while (at < snippet->window_end) {
        show_character(printer, snippet->line, &at);
        ar_buf_put(out, ar_buf_view(&printer->shown));
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
    size_t width = clamp(count_digits(line_number), GUTTER_DIGITS, SIZE_MAX);
    ar_buf_put_repeated(printer->out, ' ', width);
    ar_buf_put_c(printer->out, " | ");
}

/* Blanks of the width of what stands before the mark; a tab stays a tab. */
static size_t put_indent(struct printer *printer, const struct snippet *snippet)
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

static void put_carets(struct printer *printer, const struct snippet *snippet)
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

/* The line, and the carets below it without a line end. */
static void put_snippet(struct printer *printer, struct ar_source *source,
                        ar_span span, const char *color)
{
    struct snippet snippet = make_snippet(printer->diags->arena, source, span);
    put_line(printer, &snippet);
    put_empty_gutter(printer, snippet.line_number);
    start_color(printer, color);
    put_carets(printer, &snippet);
    end_color(printer);
}

static void put_place(struct printer *printer, struct ar_source *source,
                      uint32_t offset)
{
    struct ar_arena *arena = printer->diags->arena;
    struct ar_position place = ar_source_position(arena, source, offset);
    ar_utf8_put_safe(printer->out, source->name, false);
    ar_buf_printf(printer->out, ":%u:%u: ", (unsigned)place.line,
                  (unsigned)place.column);
}

static bool has_hints(const struct ar_diag *diag)
{
    return diag->expected.len > 0 || diag->suggestion.len > 0;
}

static void put_hints(struct printer *printer, const struct ar_diag *diag)
{
    struct ar_buf *out = printer->out;
    if (diag->expected.len > 0) {
        ar_buf_put_c(out, " expected ");
        ar_utf8_put_safe(out, diag->expected, false);
    }
    if (diag->suggestion.len == 0)
        return;
    ar_buf_put_c(out, diag->expected.len > 0 ? "; " : " ");
    start_color(printer, GREEN);
    ar_buf_put_c(out, "did you mean '");
    ar_utf8_put_safe(out, diag->suggestion, false);
    ar_buf_put_c(out, "'?");
    end_color(printer);
}

static void put_note(struct printer *printer, const struct ar_diag_note *note)
{
    struct ar_buf *out = printer->out;
    struct ar_source *source =
        ar_sources_get(printer->diags->sources, note->span.file);
    if (source)
        put_place(printer, source, note->span.start);
    start_color(printer, note_style.color);
    ar_buf_put_c(out, note_style.word);
    end_color(printer);
    ar_buf_put_c(out, ": ");
    ar_utf8_put_safe(out, note->text, false);
    ar_buf_put_char(out, '\n');
    if (!source)
        return;
    put_snippet(printer, source, note->span, note_style.color);
    ar_buf_put_char(out, '\n');
}

static void put_heading(struct printer *printer, const struct ar_diag *diag,
                        const struct style *style)
{
    start_color(printer, style->color);
    ar_buf_printf(printer->out, "%s[%s]", style->word,
                  ar_diag_table[diag->code].code);
    end_color(printer);
    ar_buf_put_c(printer->out, ": ");
    ar_utf8_put_safe(printer->out, diag->message, false);
    ar_buf_put_char(printer->out, '\n');
}

void ar_diag_render(struct ar_buf *out, struct ar_diags *diags,
                    const struct ar_diag *diag, bool color)
{
    struct printer printer = {.out = out,
                              .diags = diags,
                              .color = color,
                              .shown = AR_BUF(diags->arena)};
    const struct style *style =
        severity_style(ar_diag_table[diag->code].severity);
    struct ar_source *source = ar_sources_get(diags->sources, diag->span.file);
    if (source)
        put_place(&printer, source, diag->span.start);
    put_heading(&printer, diag, style);
    if (source)
        put_snippet(&printer, source, diag->span, style->color);
    else if (has_hints(diag))
        ar_buf_put_repeated(out, ' ', GUTTER_DIGITS + 1);
    if (source || has_hints(diag)) {
        put_hints(&printer, diag);
        ar_buf_put_char(out, '\n');
    }
    for (const struct ar_diag_note *note = diag->notes; note; note = note->next)
        put_note(&printer, note);
}

void ar_diags_render(struct ar_buf *out, struct ar_diags *diags, bool color)
{
    ar_diags_sort(diags);
    size_t count = diags->list.count;
    size_t n_shown = clamp(count, 0, AR_MAX_DIAGNOSTICS_SHOWN);
    for (size_t i = 0; i < n_shown; i++)
        ar_diag_render(out, diags, diags->list.at[i], color);
    if (count > n_shown)
        ar_buf_printf(out, "... and %lu more\n",
                      (unsigned long)(count - n_shown));
}
