/* SPDX-License-Identifier: Apache-2.0 */
/* Diagnostics for people: the place, the message, the line and carets below
 * it, notes. Nothing reaches the output except through ar_utf8_put_safe(),
 * through the snippet, or as our own text. */

#include "base/limits.h"
#include "text/diag.h"
#include "text/snippet.h"
#include "text/utf8.h"

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

/* The line, and the carets below it without a line end. */
static void put_snippet(struct printer *printer, struct ar_source *source,
                        ar_span span, const char *color)
{
    struct ar_snippet snippet =
        ar_snippet_make(printer->diags->arena, source, span);
    ar_snippet_put_line(printer->out, &snippet);
    ar_snippet_put_marks(printer->out, &snippet, printer->color ? color : NULL);
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

static bool has_lines(const struct ar_source *source)
{
    return source && !source->is_private;
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
    if (!has_lines(source))
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
    struct printer printer = {.out = out, .diags = diags, .color = color};
    const struct style *style =
        severity_style(ar_diag_table[diag->code].severity);
    struct ar_source *source = ar_sources_get(diags->sources, diag->span.file);
    if (source)
        put_place(&printer, source, diag->span.start);
    put_heading(&printer, diag, style);
    bool is_shown = has_lines(source);
    if (is_shown)
        put_snippet(&printer, source, diag->span, style->color);
    else if (has_hints(diag))
        ar_buf_put_repeated(out, ' ', AR_SNIPPET_GUTTER + 1);
    if (is_shown || has_hints(diag)) {
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
    size_t n_shown =
        count < AR_MAX_DIAGNOSTICS_SHOWN ? count : AR_MAX_DIAGNOSTICS_SHOWN;
    for (size_t i = 0; i < n_shown; i++)
        ar_diag_render(out, diags, diags->list.at[i], color);
    if (count > n_shown)
        ar_buf_printf(out, "... and %lu more\n",
                      (unsigned long)(count - n_shown));
}
