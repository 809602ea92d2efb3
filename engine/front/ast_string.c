/* SPDX-License-Identifier: Apache-2.0 */
/* From the spelling of a string or regex to its value: escapes, and the
 * indentation that the lines of a long string have in common. */
#include "base/scan.h"
#include "front/ast.h"
#include "rules.h"
#include "text/utf8.h"

/* How many bytes of quote marks open (and close) the string at text. */
static size_t quote_bytes(ar_str text)
{
    bool triple = text.len >= 6 && text.ptr[1] == text.ptr[0] &&
                  text.ptr[2] == text.ptr[0];
    return triple ? 3 : 1;
}

static void bad_escape(struct ar_front *front, ar_span span, const char *why)
{
    ar_diag(front->diags, AR_E0121, span,
            ar_source_text(front->diags->sources, span), ar_str_from_c(why));
}

/* At "u{": puts the character; returns the offset behind the brace. */
static size_t put_code_point(struct ar_front *front, struct ar_buf *out,
                             ar_str text, size_t at, ar_span span)
{
    size_t end = at + 1;
    uint32_t value = 0;
    size_t n_digits = 0;
    if (end < text.len && text.ptr[end] == '{')
        end++;
    while (end < text.len && ar_char_hex_value(text.ptr[end]) >= 0 &&
           n_digits < 7) {
        value = value * 16 + (uint32_t)ar_char_hex_value(text.ptr[end++]);
        n_digits++;
    }
    bool closed = end < text.len && text.ptr[end] == '}';
    span.end = span.start + (uint32_t)(end - at) + 1 + (closed ? 1 : 0);
    if (!closed || n_digits == 0 || n_digits > 6)
        bad_escape(front, span,
                   "it is \\u{ and one to six hexadecimal "
                   "digits and }");
    else if (value == 0 || value > 0x10FFFF ||
             (value >= 0xD800 && value <= 0xDFFF))
        bad_escape(front, span, "there is no such character");
    else
        ar_buf_put_code_point(out, value);
    return closed ? end + 1 : end;
}

static char simple_escape(char c)
{
    static const char from[] = "nrte\\\"'{}";
    static const char to[] = "\n\r\t\033\\\"'{}";
    for (size_t i = 0; from[i]; i++) {
        if (from[i] == c)
            return to[i];
    }
    return 0;
}

/* Replaces the escapes of text, whose first byte is byte base of the file. */
static ar_str cook(struct ar_front *front, ar_str text, uint32_t base)
{
    if (ar_str_find(text, AR_STR("\\"), 0) == SIZE_MAX)
        return text;
    struct ar_buf out = AR_BUF(front->arena);
    size_t at = 0;
    while (at < text.len) {
        char c = text.ptr[at++];
        if (c != '\\' || at == text.len) {
            ar_buf_put_char(&out, c);
            continue;
        }
        ar_span span = {front->file, base + (uint32_t)at - 1,
                        base + (uint32_t)at + 1};
        char value = simple_escape(text.ptr[at]);
        if (value)
            ar_buf_put_char(&out, value);
        else if (text.ptr[at] == 'u') {
            at = put_code_point(front, &out, text, at, span);
            continue;
        } else
            ar_diag(front->diags, AR_E0120, span,
                    ar_source_text(front->diags->sources, span));
        at++;
    }
    return ar_buf_view(&out);
}

static void check_text(struct ar_front *front, ar_str text, uint32_t base,
                       bool multiline)
{
    for (size_t i = 0; (i = ar_scan_plain(text.ptr, i, text.len)) < text.len;
         i++) {
        unsigned char c = (unsigned char)text.ptr[i];
        bool line_end = (multiline && c == '\n') || c == '\r';
        if ((c >= 0x20 && c != 0x7F) || line_end || c == '\t' || c == 0)
            continue;
        uint32_t at = base + (uint32_t)i;
        ar_diag(front->diags, AR_E0110, ((ar_span){front->file, at, at + 1}),
                ar_str_printf(front->arena, "U+%04X", c),
                ar_str_printf(front->arena, "\\u{%x}", c));
    }
}

/* A piece of a string as written, before escapes and indentation. */
struct piece {
    ar_str text;
    uint32_t base;
    struct ar_node *node;
};

struct pieces {
    struct piece *at;
    size_t count;
};

/* Blanks at the start of the line at text[at]; SIZE_MAX for a line of
 * nothing but blanks unless it is the last of the string. */
static size_t indentation(ar_str text, size_t at, bool last_piece)
{
    size_t end = at;
    while (end < text.len && (text.ptr[end] == ' ' || text.ptr[end] == '\t'))
        end++;
    bool blank_line =
        end < text.len && (text.ptr[end] == '\n' || text.ptr[end] == '\r');
    if (blank_line || (end == text.len && last_piece))
        return SIZE_MAX;
    return end - at;
}

static size_t common_indentation(struct pieces pieces)
{
    size_t common = SIZE_MAX;
    for (size_t i = 0; i < pieces.count; i++) {
        ar_str text = pieces.at[i].text;
        for (size_t at = 0; at < text.len; at++) {
            if (text.ptr[at] != '\n')
                continue;
            size_t here = indentation(text, at + 1, i + 1 == pieces.count);
            if (here < common)
                common = here;
        }
    }
    return common == SIZE_MAX ? 0 : common;
}

/* Takes up to n blanks from the start of each line but the piece's first,
 * and the CR before each line end. */
static ar_str dedent(struct ar_front *front, ar_str text, size_t n)
{
    struct ar_buf out = AR_BUF(front->arena);
    for (size_t at = 0; at < text.len; at++) {
        char c = text.ptr[at];
        if (c == '\r' && at + 1 < text.len && text.ptr[at + 1] == '\n')
            continue;
        ar_buf_put_char(&out, c);
        if (c != '\n')
            continue;
        size_t taken = 0;
        while (taken < n && at + 1 < text.len &&
               (text.ptr[at + 1] == ' ' || text.ptr[at + 1] == '\t')) {
            at++;
            taken++;
        }
    }
    return ar_buf_view(&out);
}

/* A line end right behind the opening quotes, and the last line if it holds
 * nothing but blanks, are not part of the text. */
static void trim_ends(struct pieces pieces)
{
    ar_str *first = &pieces.at[0].text;
    if (ar_str_starts_with(*first, AR_STR("\n")))
        *first = ar_str_slice(*first, 1, first->len);
    ar_str *last = &pieces.at[pieces.count - 1].text;
    size_t end = last->len;
    while (end > 0 && (last->ptr[end - 1] == ' ' || last->ptr[end - 1] == '\t'))
        end--;
    if (end > 0 && last->ptr[end - 1] == '\n')
        *last = ar_str_slice(*last, 0, end - 1);
}

static void finish_pieces(struct ar_front *front, struct pieces pieces,
                          bool multiline, bool raw)
{
    for (size_t i = 0; i < pieces.count; i++)
        check_text(front, pieces.at[i].text, pieces.at[i].base, multiline);
    if (!multiline) {
        for (size_t i = 0; i < pieces.count && !raw; i++)
            pieces.at[i].text =
                cook(front, pieces.at[i].text, pieces.at[i].base);
        return;
    }
    for (size_t i = 0; i < pieces.count && !raw; i++)
        cook(front, pieces.at[i].text, pieces.at[i].base);
    size_t common = common_indentation(pieces);
    for (size_t i = 0; i < pieces.count; i++)
        pieces.at[i].text = dedent(front, pieces.at[i].text, common);
    trim_ends(pieces);
    struct ar_diags *diags = front->diags;
    struct ar_diags silent = {.arena = front->arena, .sources = diags->sources};
    front->diags = &silent; /* the escapes were checked where they stand */
    for (size_t i = 0; i < pieces.count && !raw; i++)
        pieces.at[i].text = cook(front, pieces.at[i].text, pieces.at[i].base);
    front->diags = diags;
}

/* Of what is written between the quotes; expressions do not count. */
static void check_length(struct ar_front *front, struct pieces pieces,
                         ar_span span)
{
    size_t n_bytes = 0;
    for (size_t i = 0; i < pieces.count; i++)
        n_bytes += pieces.at[i].text.len;
    if (n_bytes > AR_MAX_STRING_BYTES)
        ar_diag(front->diags, AR_E0123, span,
                ar_str_printf(front->arena, "%d", AR_MAX_STRING_BYTES));
}

/* Whether the text between the quotes is its own value, with nothing in it to
 * be looked at. */
static bool is_plain(ar_str text)
{
    return text.len <= AR_MAX_STRING_BYTES &&
           ar_scan_plain(text.ptr, 0, text.len) == text.len;
}

struct ar_node *ar_ast_string(struct ar_front *front, struct ar_token token)
{
    struct ar_node *node = ar_ast_leaf(front, AR_NODE_STRING, token);
    ar_str text = node->text;
    size_t quotes = quote_bytes(text);
    struct piece piece = {ar_str_slice(text, quotes, text.len - quotes),
                          token.start + (uint32_t)quotes, node};
    if (quotes != 1 || !is_plain(piece.text)) {
        check_length(front, (struct pieces){&piece, 1}, node->span);
        finish_pieces(front, (struct pieces){&piece, 1}, quotes == 3,
                      text.ptr[0] == '\'');
    }
    node->text = piece.text;
    return node;
}

/* The text between the marks of a piece: quotes or a brace at its start, a
 * brace or quotes at its end. */
static struct piece piece_of(struct ar_node *node, size_t quotes)
{
    ar_str text = node->text;
    size_t skip = node->token == AR_TOK_STRING_OPEN ? quotes : 1;
    size_t drop = node->token == AR_TOK_STRING_CLOSE ? quotes : 1;
    size_t start = skip < text.len ? skip : text.len;
    size_t end = text.len > start + drop ? text.len - drop : start;
    return (struct piece){ar_str_slice(text, start, end),
                          node->span.start + (uint32_t)start, node};
}

struct ar_node *ar_ast_string_close(struct ar_front *front,
                                    struct ar_node *string,
                                    struct ar_token token)
{
    ar_ast_add(front, string, ar_ast_leaf(front, AR_NODE_STRING_TEXT, token));
    bool multiline = ar_str_starts_with(string->first->text, AR_STR("\"\"\""));
    struct pieces pieces = {
        AR_NEW_ARRAY(front->arena, struct piece, string->count), 0};
    for (struct ar_node *child = string->first; child; child = child->next) {
        if (child->kind == AR_NODE_STRING_TEXT)
            pieces.at[pieces.count++] = piece_of(child, multiline ? 3 : 1);
    }
    check_length(front, pieces, string->span);
    finish_pieces(front, pieces, multiline, false);
    for (size_t i = 0; i < pieces.count; i++)
        pieces.at[i].node->text = pieces.at[i].text;
    string->text = AR_STR("");
    string->has_holes = true;
    return string;
}

/* The flags that are flags, each once; the others are reported. */
static ar_str check_flags(struct ar_front *front, const struct ar_node *flags)
{
    struct ar_buf good = AR_BUF(front->arena);
    for (size_t i = 0; i < flags->text.len; i++) {
        ar_str flag = ar_str_slice(flags->text, i, i + 1);
        if (ar_str_find(AR_STR("imsx"), flag, 0) != SIZE_MAX &&
            ar_str_find(flags->text, flag, 0) == i)
            ar_buf_put(&good, flag);
        else
            ar_diag(front->diags, AR_E0128, flags->span, flag);
    }
    return ar_buf_view(&good);
}

struct ar_node *ar_ast_regex(struct ar_front *front, struct ar_token token)
{
    struct ar_node *node = ar_ast_leaf(front, AR_NODE_REGEX, token);
    size_t end = node->text.len;
    while (node->text.ptr[end - 1] != '/')
        end--;
    struct ar_node *flags = ar_ast_leaf(front, AR_NODE_REGEX_FLAGS, token);
    flags->text = ar_str_slice(node->text, end, node->text.len);
    flags->span.start += (uint32_t)end;
    flags->text = check_flags(front, flags);
    node->text = ar_str_slice(node->text, 1, end - 1);
    return ar_ast_add(front, node, flags);
}
