/* SPDX-License-Identifier: Apache-2.0 */
/* Lines, paragraphs and styles of the human report. Text is made safe before
 * it is measured, so the width counts what is seen. */

#include "report/report_page.h"

#include "text/utf8.h"

enum { LEAD_SHORT = 4 }; /* cells of "1. ", "- " */

static const char *style_code(enum ar_report_style style)
{
    switch (style) {
    case AR_REPORT_PLAIN: return "";
    case AR_REPORT_BOLD: return "\033[1m";
    case AR_REPORT_LOUD: return "\033[1;31m";
    case AR_REPORT_RED: return "\033[31m";
    case AR_REPORT_YELLOW: return "\033[33m";
    case AR_REPORT_CYAN: return "\033[36m";
    }
    AR_UNREACHABLE();
}

static void begin_style(struct ar_report_page *page, enum ar_report_style style)
{
    if (page->color && style != AR_REPORT_PLAIN)
        ar_buf_put_c(page->out, style_code(style));
}

static void end_style(struct ar_report_page *page, enum ar_report_style style)
{
    if (page->color && style != AR_REPORT_PLAIN)
        ar_buf_put_c(page->out, "\033[0m");
}

ar_str ar_report_safe(const struct ar_report_page *page, ar_str text,
                      bool keep_newlines)
{
    struct ar_buf safe = AR_BUF(page->out->arena);
    ar_utf8_put_safe(&safe, ar_report_mask(page->plan, text), keep_newlines);
    return ar_buf_view(&safe);
}

size_t ar_report_cells(ar_str safe)
{
    size_t cells = 0;
    size_t offset = 0;
    while (offset < safe.len)
        cells += ar_utf8_cells(ar_utf8_next(safe, &offset));
    return cells;
}

size_t ar_report_width(const struct ar_report_options *options)
{
    enum { USUAL = 80, LEAST = 40 };
    if (options->width == 0)
        return USUAL;
    return options->width < LEAST ? LEAST : options->width;
}

void ar_report_blank(struct ar_report_page *page)
{
    ar_buf_put_char(page->out, '\n');
}

struct paragraph {
    struct ar_report_page *page;
    enum ar_report_style style;
    size_t hanging; /* indentation of the second line and on */
    size_t column;
    bool is_line_empty;
};

static void put_word(struct paragraph *paragraph, ar_str word)
{
    struct ar_report_page *page = paragraph->page;
    size_t cells = ar_report_cells(word);
    if (!paragraph->is_line_empty &&
        paragraph->column + 1 + cells > page->width) {
        end_style(page, paragraph->style);
        ar_buf_put_char(page->out, '\n');
        ar_buf_put_repeated(page->out, ' ', paragraph->hanging);
        begin_style(page, paragraph->style);
        paragraph->column = paragraph->hanging;
        paragraph->is_line_empty = true;
    }
    if (!paragraph->is_line_empty) {
        ar_buf_put_char(page->out, ' ');
        paragraph->column++;
    }
    ar_buf_put(page->out, word);
    paragraph->column += cells;
    paragraph->is_line_empty = false;
}

static bool is_break(char c)
{
    return c == ' ' || c == '\n';
}

static void put_words(struct paragraph *paragraph, ar_str safe)
{
    size_t at = 0;
    while (at < safe.len) {
        size_t start = at;
        while (at < safe.len && !is_break(safe.ptr[at]))
            at++;
        if (at > start)
            put_word(paragraph, ar_str_slice(safe, start, at));
        else
            at++;
    }
}

void ar_report_wrap(struct ar_report_page *page, size_t indent,
                    const char *lead, ar_str text)
{
    size_t cells = ar_report_cells(ar_str_from_c(lead));
    struct paragraph paragraph = {.page = page,
                                  .hanging = indent +
                                             (cells <= LEAD_SHORT ? cells : 2),
                                  .column = indent + cells,
                                  .is_line_empty = true};
    ar_buf_put_repeated(page->out, ' ', indent);
    ar_buf_put_c(page->out, lead);
    put_words(&paragraph,
              ar_report_safe(page, ar_report_text(page->plan, text), true));
    ar_buf_put_char(page->out, '\n');
}

void ar_report_title(struct ar_report_page *page, size_t indent,
                     enum ar_report_style style, ar_str text)
{
    struct paragraph paragraph = {.page = page,
                                  .style = style,
                                  .hanging = indent + 2,
                                  .column = indent,
                                  .is_line_empty = true};
    ar_buf_put_repeated(page->out, ' ', indent);
    begin_style(page, style);
    put_words(&paragraph,
              ar_report_safe(page, ar_report_text(page->plan, text), true));
    end_style(page, style);
    ar_buf_put_char(page->out, '\n');
}

void ar_report_headline(struct ar_report_page *page, ar_str text)
{
    begin_style(page, AR_REPORT_BOLD);
    ar_buf_put(page->out, ar_report_safe(page, text, false));
    end_style(page, AR_REPORT_BOLD);
    ar_buf_put_char(page->out, '\n');
}

void ar_report_line(struct ar_report_page *page, size_t indent, ar_str text)
{
    ar_buf_put_repeated(page->out, ' ', indent);
    ar_buf_put(page->out, ar_report_safe(page, text, false));
    ar_buf_put_char(page->out, '\n');
}

void ar_report_styled(struct ar_report_page *page, size_t indent,
                      enum ar_report_style style, ar_str text)
{
    ar_buf_put_repeated(page->out, ' ', indent);
    begin_style(page, style);
    ar_buf_put(page->out, ar_report_safe(page, text, false));
    end_style(page, style);
    ar_buf_put_char(page->out, '\n');
}

void ar_report_lines(struct ar_report_page *page, size_t indent, ar_str text)
{
    ar_str safe = ar_report_safe(page, text, true);
    size_t start = 0;
    while (start < safe.len) {
        size_t end = ar_str_find(safe, AR_STR("\n"), start);
        if (end == SIZE_MAX)
            end = safe.len;
        if (end > start)
            ar_buf_put_repeated(page->out, ' ', indent);
        ar_buf_put(page->out, ar_str_slice(safe, start, end));
        ar_buf_put_char(page->out, '\n');
        start = end + 1;
    }
}

void ar_report_heading(struct ar_report_page *page, size_t indent,
                       const char *text)
{
    ar_report_title(page, indent, AR_REPORT_BOLD, ar_str_from_c(text));
}
