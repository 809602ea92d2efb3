/* SPDX-License-Identifier: Apache-2.0 */
/* Puts the tokens one after the other and decides the gaps that are still
 * open: at each the column is known, and what follows can be measured. */
#include "front/format_layout.h"
#include "rules.h"

struct printer {
    struct ar_format *format;
    struct ar_buf *out;
    size_t column;
    size_t line_column; /* of the first token on the line */
    size_t next_group;
    bool started; /* something was put */
};

/* ---- what fits ---- */

/* Whether it is known that a line ends before the token. */
static bool ends_line(struct ar_format *format, size_t token)
{
    const struct ar_format_token *made = ar_format_at(format, token);
    if (made->n_comments > 0)
        return true;
    switch (made->gap) {
    case AR_FORMAT_JOIN: return false;
    case AR_FORMAT_LINE: return true;
    case AR_FORMAT_ELEMENT: return made->breaks;
    case AR_FORMAT_GROUP: return format->groups.at[made->group].broken;
    }
    AR_UNREACHABLE();
}

/* What is aligned only if its group is broken joins otherwise. */
static size_t space_before(struct ar_format *format,
                           const struct ar_format_token *token)
{
    bool aligned = token->gap != AR_FORMAT_JOIN ||
                   token->group == AR_FORMAT_NONE ||
                   format->groups.at[token->group].broken;
    return (token->tight ? 0 : 1) + (aligned ? token->padding : 0);
}

/* What cannot be parted from the token before it. */
static bool clings(struct ar_format *format, size_t token)
{
    const struct ar_format_token *made = ar_format_at(format, token);
    return made->kind != 0 && made->tight && made->gap == AR_FORMAT_JOIN &&
           made->n_comments == 0;
}

struct extent {
    size_t columns; /* of the first line; may stop above the limit */
    bool one_line;
};

/* Tokens first to last and what clings to them, from column on, where the
 * first is put there without a space. */
static struct extent measure(struct ar_format *format, size_t first,
                             size_t last, size_t column)
{
    struct extent extent = {column, true};
    for (size_t i = first; i <= last || clings(format, i); i++) {
        const struct ar_format_token *token = ar_format_at(format, i);
        if (i > first && ends_line(format, i)) {
            extent.one_line = false;
            break;
        }
        extent.columns +=
            token->columns + (i > first ? space_before(format, token) : 0);
        if (extent.columns > AR_FORMAT_LINE_COLUMNS)
            break;
        if (token->long_text) {
            extent.one_line = false;
            break;
        }
    }
    return extent;
}

static void break_groups_as_written(struct ar_format *format)
{
    for (size_t i = 0; i < format->tokens.count; i++) {
        const struct ar_format_token *token = ar_format_at(format, i);
        if (token->group != AR_FORMAT_NONE && token->breaks &&
            token->gap != AR_FORMAT_JOIN)
            format->groups.at[token->group].broken = true;
    }
}

/* The groups that start at the token, which will be put at this column. */
static void decide_groups(struct printer *printer, size_t token)
{
    struct ar_format *format = printer->format;
    for (; printer->next_group < format->groups.count; printer->next_group++) {
        struct ar_format_group *group = &format->groups.at[printer->next_group];
        if (group->start > token)
            return;
        struct extent extent =
            measure(format, group->start, group->end, printer->column);
        if (!extent.one_line || extent.columns > AR_FORMAT_LINE_COLUMNS)
            group->broken = true;
    }
}

/* ---- putting ---- */

static size_t column_of(struct ar_format *format,
                        struct ar_format_anchor anchor)
{
    if (anchor.token == AR_FORMAT_NONE)
        return anchor.columns;
    const struct ar_format_token *token = ar_format_at(format, anchor.token);
    return anchor.columns +
           (anchor.of_line ? token->line_column : token->column);
}

static void start_line(struct printer *printer, size_t column, bool blank)
{
    if (printer->started)
        ar_buf_put_c(printer->out, blank ? "\n\n" : "\n");
    printer->started = true;
    ar_buf_put_repeated(printer->out, ' ', column);
    printer->column = column;
    printer->line_column = column;
}

/* Whether a blank line is put where none stood: before the first comment of
 * a declaration that has a line of its own. No documentation is parted from
 * what it belongs to. */
static bool lacks_blank(struct ar_format *format,
                        const struct ar_format_token *token)
{
    bool documents = false;
    if (!token->wants_blank || token->blank)
        return false;
    for (size_t i = 0; i < token->n_comments; i++) {
        const struct ar_format_comment *comment =
            &format->comments.at[token->first_comment + i];
        if (comment->blank)
            return false;
        if (!comment->own_line)
            documents = ar_str_starts_with(comment->text, AR_STR("##"));
    }
    return !documents;
}

/* How many comments before a declaration, or the end, belong to what stands
 * above: those that are indented below it, with a blank line behind them. */
static size_t count_trailing(struct ar_format *format,
                             const struct ar_format_token *token)
{
    size_t count = 0;
    if (token->anchor.token != AR_FORMAT_NONE)
        return 0;
    for (; count < token->n_comments; count++) {
        const struct ar_format_comment *comment =
            &format->comments.at[token->first_comment + count];
        if (comment->own_line && comment->blank)
            return count;
        if (comment->own_line && comment->columns == 0)
            return 0;
    }
    return token->blank || token->kind == 0 ? count : 0;
}

/* Where such a comment stands: as deep as it was, in steps of a level, and no
 * deeper than the last line, where that is indented. */
static size_t trailing_column(const struct ar_format_comment *comment,
                              size_t deepest)
{
    if (deepest < AR_FORMAT_INDENT)
        deepest = AR_FORMAT_INDENT;
    if (comment->columns >= deepest)
        return deepest;
    return comment->columns < AR_FORMAT_INDENT
               ? AR_FORMAT_INDENT
               : comment->columns - comment->columns % AR_FORMAT_INDENT;
}

/* The comments before a token; blank: put a blank line before the first that
 * has a line of its own. Returns whether that is still to be done. */
static bool put_comments(struct printer *printer,
                         const struct ar_format_token *token, bool blank)
{
    size_t column =
        column_of(printer->format, token->anchor) + token->comment_columns;
    size_t deepest = printer->line_column;
    size_t n_trailing =
        printer->started ? count_trailing(printer->format, token) : 0;
    bool keeps_blanks = token->gap == AR_FORMAT_LINE;
    for (size_t i = 0; i < token->n_comments; i++) {
        const struct ar_format_comment *comment =
            &printer->format->comments.at[token->first_comment + i];
        if (comment->own_line) {
            start_line(printer,
                       i < n_trailing ? trailing_column(comment, deepest)
                                      : column,
                       blank || (comment->blank && keeps_blanks));
            blank = false;
        } else {
            ar_buf_put_c(printer->out, "  ");
        }
        ar_buf_put(printer->out, comment->text);
    }
    return blank;
}

static bool breaks_before(struct printer *printer, size_t token)
{
    struct ar_format *format = printer->format;
    const struct ar_format_token *made = ar_format_at(format, token);
    if (ends_line(format, token))
        return true;
    if (made->gap != AR_FORMAT_ELEMENT ||
        column_of(format, made->anchor) >= printer->column)
        return false;
    size_t column = printer->column + space_before(format, made);
    return measure(format, token, made->element_end, column).columns >
           AR_FORMAT_LINE_COLUMNS;
}

static void put_gap(struct printer *printer, size_t token)
{
    struct ar_format_token *made = ar_format_at(printer->format, token);
    if (!breaks_before(printer, token)) {
        size_t space = space_before(printer->format, made);
        ar_buf_put_repeated(printer->out, ' ', space);
        printer->column += space;
        return;
    }
    bool blank =
        put_comments(printer, made, lacks_blank(printer->format, made));
    if (made->kind != 0)
        start_line(printer, column_of(printer->format, made->anchor),
                   blank || (made->blank && made->gap == AR_FORMAT_LINE));
}

static void put_text(struct printer *printer,
                     const struct ar_format_token *token)
{
    ar_str text = ar_str_slice(printer->format->text, token->start, token->end);
    size_t line = 0;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        if (c == '\r' && i + 1 < text.len && text.ptr[i + 1] == '\n')
            continue;
        ar_buf_put_char(printer->out, c);
        line = c == '\n' ? i + 1 : line;
    }
    if (token->long_text)
        printer->column =
            ar_format_text_columns(ar_str_slice(text, line, text.len));
    else
        printer->column += token->columns;
}

void ar_format_print(struct ar_format *format, struct ar_buf *out)
{
    struct printer printer = {.format = format, .out = out};
    break_groups_as_written(format);
    for (size_t i = 0; i < format->tokens.count; i++) {
        struct ar_format_token *token = ar_format_at(format, i);
        put_gap(&printer, i);
        if (token->kind == 0)
            break;
        token->column = printer.column;
        token->line_column = printer.line_column;
        decide_groups(&printer, i);
        put_text(&printer, token);
    }
    if (printer.started)
        ar_buf_put_char(out, '\n');
}
