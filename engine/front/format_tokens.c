/* SPDX-License-Identifier: Apache-2.0 */
/* The tokens of a file with the comments before each, where they stand, and
 * the space between two of them on one line. */
#include "front/format_layout.h"
#include "rules.h"
#include "text/utf8.h"

/* ---- reading ---- */

size_t ar_format_text_columns(ar_str text)
{
    size_t columns = 0;
    for (size_t at = 0; at < text.len;)
        columns += ar_utf8_cells(ar_utf8_next(text, &at));
    return columns;
}

static void measure_text(struct ar_format *format,
                         struct ar_format_token *token)
{
    ar_str text = ar_str_slice(format->text, token->start, token->end);
    size_t line_end = ar_str_find(text, AR_STR("\n"), 0);
    token->long_text = line_end != SIZE_MAX;
    ar_str line = ar_str_slice(text, 0, line_end);
    token->columns = ar_format_text_columns(
        token->long_text && ar_str_ends_with(line, AR_STR("\r"))
            ? ar_str_slice(line, 0, line.len - 1)
            : line);
}

static void add_token(struct ar_format *format, struct ar_token token)
{
    struct ar_format_token made = {.kind = token.kind,
                                   .start = token.start,
                                   .end = token.end,
                                   .group = AR_FORMAT_NONE};
    measure_text(format, &made);
    ar_vector_push(format->arena, &format->tokens, made);
}

/* From the piece that opens a string to the one that closes it. */
static struct ar_token rest_of_string(struct ar_lexer *lexer,
                                      struct ar_token open)
{
    struct ar_token token = open;
    for (unsigned depth = 1; depth > 0;) {
        token = ar_lexer_next(lexer);
        depth += token.kind == AR_TOK_STRING_OPEN;
        depth -= token.kind == AR_TOK_STRING_CLOSE || token.kind == 0;
    }
    return (struct ar_token){AR_TOK_STRING, open.start, token.end};
}

static size_t count_line_ends(ar_str text)
{
    size_t count = 0;
    for (size_t i = 0; i < text.len; i++)
        count += text.ptr[i] == '\n';
    return count;
}

static size_t count_blanks_before(ar_str text, size_t at)
{
    size_t count = 0;
    while (count < at && (text.ptr[at - count - 1] == ' ' ||
                          text.ptr[at - count - 1] == '\t'))
        count++;
    return count;
}

static void add_comment(struct ar_format *format, struct ar_comment comment,
                        size_t line_ends)
{
    ar_str text = ar_str_slice(format->text, comment.start, comment.end);
    struct ar_format_comment made = {
        ar_str_trim(text), line_ends > 0, line_ends > 1,
        count_blanks_before(format->text, comment.start)};
    ar_vector_push(format->arena, &format->comments, made);
}

/* What stands between at and the token; *next is the first comment of the
 * lexer that was not looked at yet. */
static void read_gap(struct ar_format *format, const struct ar_lexer *lexer,
                     struct ar_format_token *token, uint32_t at, size_t *next)
{
    bool first = at == 0;
    token->first_comment = format->comments.count;
    for (; *next < lexer->comments.count; ++*next) {
        struct ar_comment comment = lexer->comments.at[*next];
        if (comment.start >= token->start)
            break;
        if (comment.start < at)
            continue; /* inside a string */
        ar_str space = ar_str_slice(format->text, at, comment.start);
        add_comment(format, comment, count_line_ends(space) + first);
        first = false;
        at = comment.end;
    }
    token->n_comments = format->comments.count - token->first_comment;
    ar_str space = ar_str_slice(format->text, at, token->start);
    size_t line_ends = count_line_ends(space);
    token->breaks = line_ends > 0 || token->n_comments > 0;
    token->blank = line_ends > 1;
}

/* Whether nothing stands between two tokens, whatever they are part of. */
static bool joins(int before, int kind)
{
    if (kind == AR_TOK_DOT)
        return before != AR_TOK_EQ;
    return kind == AR_TOK_COMMA || kind == AR_TOK_PAREN_CLOSE ||
           kind == AR_TOK_BRACKET_CLOSE || kind == AR_TOK_QUESTION ||
           before == AR_TOK_DOT || before == AR_TOK_PAREN_OPEN ||
           before == AR_TOK_BRACKET_OPEN ||
           (before == AR_TOK_UNKNOWN && kind == AR_TOK_PAREN_OPEN);
}

void ar_format_read(struct ar_format *format, struct ar_lexer *lexer)
{
    struct ar_token token;
    do {
        token = ar_lexer_next(lexer);
        if (token.kind == AR_TOK_STRING_OPEN)
            token = rest_of_string(lexer, token);
        add_token(format, token);
    } while (token.kind != 0);
    uint32_t at = 0;
    size_t next_comment = 0;
    int before = 0;
    for (size_t i = 0; i < format->tokens.count; i++) {
        struct ar_format_token *made = &format->tokens.at[i];
        read_gap(format, lexer, made, at, &next_comment);
        made->tight = joins(before, made->kind);
        at = made->end;
        before = made->kind;
    }
}

/* ---- finding ---- */

struct ar_format_token *ar_format_at(struct ar_format *format, size_t token)
{
    AR_ASSERT(token < format->tokens.count);
    return &format->tokens.at[token];
}

size_t ar_format_find(const struct ar_format *format, uint32_t offset)
{
    size_t low = 0;
    size_t high = format->tokens.count;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (format->tokens.at[middle].start <= offset)
            low = middle;
        else
            high = middle;
    }
    return low;
}

size_t ar_format_first(const struct ar_format *format,
                       const struct ar_node *node)
{
    return ar_format_find(format, node->span.start);
}

size_t ar_format_last(const struct ar_format *format,
                      const struct ar_node *node)
{
    return ar_format_find(format, node->span.end - 1);
}

size_t ar_format_columns(struct ar_format *format, size_t first, size_t last)
{
    size_t columns = 0;
    for (size_t i = first; i <= last; i++) {
        const struct ar_format_token *token = ar_format_at(format, i);
        if (token->long_text || (i > first && token->n_comments > 0))
            return AR_FORMAT_NONE;
        columns += token->columns + (i > first && !token->tight);
    }
    return columns;
}

bool ar_format_has_line_comment(struct ar_format *format, size_t token)
{
    const struct ar_format_token *made = ar_format_at(format, token);
    size_t n = made->n_comments;
    return n > 0 && format->comments.at[made->first_comment + n - 1].own_line;
}

/* ---- gaps ---- */

struct ar_format_anchor ar_format_from(size_t token, size_t columns)
{
    return (struct ar_format_anchor){token, columns, false};
}

void ar_format_line(struct ar_format *format, size_t token,
                    struct ar_format_anchor anchor)
{
    struct ar_format_token *made = ar_format_at(format, token);
    made->gap = AR_FORMAT_LINE;
    made->anchor = anchor;
}

void ar_format_region(struct ar_format *format, size_t first, size_t last,
                      struct ar_format_anchor anchor)
{
    for (size_t i = first; i <= last; i++)
        ar_format_at(format, i)->anchor = anchor;
}

void ar_format_element(struct ar_format *format, size_t first, size_t last,
                       struct ar_format_anchor anchor)
{
    struct ar_format_token *made = ar_format_at(format, first);
    made->gap = AR_FORMAT_ELEMENT;
    made->element_end = last;
    made->anchor = anchor;
}

size_t ar_format_group(struct ar_format *format, size_t start, size_t end)
{
    struct ar_format_group group = {start, end, false};
    AR_ASSERT(format->groups.count == 0 ||
              format->groups.at[format->groups.count - 1].start <= start);
    ar_vector_push(format->arena, &format->groups, group);
    return format->groups.count - 1;
}

void ar_format_in_group(struct ar_format *format, size_t token, size_t group,
                        struct ar_format_anchor anchor)
{
    struct ar_format_token *made = ar_format_at(format, token);
    made->gap = AR_FORMAT_GROUP;
    made->group = group;
    made->anchor = anchor;
}

void ar_format_hoist(struct ar_format *format, size_t operator_token)
{
    struct ar_format_token *before = ar_format_at(format, operator_token);
    struct ar_format_token *behind = before + 1;
    if (!behind->breaks)
        return;
    if (behind->n_comments > 0) {
        bool at_line_end = !format->comments.at[behind->first_comment].own_line;
        if (before->n_comments > 0 || (before->breaks && at_line_end))
            return;
        before->first_comment = behind->first_comment;
        before->n_comments = behind->n_comments;
        behind->n_comments = 0;
    }
    before->breaks = true;
    behind->breaks = false;
}
