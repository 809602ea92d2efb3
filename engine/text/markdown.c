/* SPDX-License-Identifier: Apache-2.0 */
/* Text as Markdown. A backslash before punctuation is enough nearly
 * everywhere; a pipe is written as an entity, since the cells of a table are
 * cut before anything else is looked at. */

#include "text/markdown.h"

#include "text/utf8.h"

enum { LEAST_FENCE = 3, CODE_INDENT = 2 };

/* Safe to show, and on one line. */
static ar_str flatten(struct ar_arena *arena, ar_str text)
{
    struct ar_buf line = AR_BUF(arena);
    struct ar_buf out = AR_BUF(arena);
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        bool is_cr = c == '\r' && i + 1 < text.len && text.ptr[i + 1] == '\n';
        if (!is_cr)
            ar_buf_put_char(&line, c == '\n' || c == '\t' ? ' ' : c);
    }
    ar_utf8_put_safe(&out, ar_buf_view(&line), false);
    return ar_buf_view(&out);
}

/* ---- text ---- */

static bool is_word_char(ar_str text, size_t ix)
{
    return ix < text.len &&
           (ar_char_is_digit(text.ptr[ix]) || ar_char_is_letter(text.ptr[ix]));
}

static bool has_at(ar_str text, size_t ix, ar_str what)
{
    return ar_str_equal(ar_str_slice(text, ix, ix + what.len), what);
}

/* Of GitHub's dialect: addresses become links without any brackets. */
static bool begins_link(ar_str text, size_t ix)
{
    return text.ptr[ix] == '@' || has_at(text, ix, AR_STR("://")) ||
           (ix >= 3 && text.ptr[ix] == '.' &&
            ar_str_equal_ignore_case(ar_str_slice(text, ix - 3, ix),
                                     AR_STR("www")));
}

static bool is_digits(ar_str text)
{
    for (size_t i = 0; i < text.len; i++) {
        if (!ar_char_is_digit(text.ptr[i]))
            return false;
    }
    return text.len > 0;
}

static bool ends_word(ar_str text, size_t ix)
{
    return ix + 1 >= text.len || text.ptr[ix + 1] == ' ';
}

/* Characters that mean something at the start of a line only: of a list, a
 * quotation, a line below a heading or below the head of a table. */
static bool begins_block(ar_str text, size_t ix)
{
    char c = text.ptr[ix];
    if (ar_str_find(AR_STR("-=>+:.)"), (ar_str){&c, 1}, 0) == SIZE_MAX)
        return false;
    ar_str before = ar_str_trim(ar_str_slice(text, 0, ix));
    if (c == '.' || c == ')')
        return ends_word(text, ix) && is_digits(before);
    if (before.len > 0)
        return false;
    if (c == ':')
        return ix + 1 < text.len && text.ptr[ix + 1] == '-';
    return c == '-' || c == '=' || c == '>' ||
           (c == '+' && ends_word(text, ix));
}

static bool needs_escape(ar_str text, size_t ix)
{
    char c = text.ptr[ix];
    if (c == '_')
        return ix == 0 || !is_word_char(text, ix - 1) ||
               !is_word_char(text, ix + 1);
    return ar_str_find(AR_STR("\\`*[]<&#~${}"), (ar_str){&c, 1}, 0) !=
               SIZE_MAX ||
           begins_block(text, ix) || begins_link(text, ix);
}

static void put_escaped(struct ar_buf *out, ar_str text)
{
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == '|') {
            ar_buf_put_c(out, "&#124;");
            continue;
        }
        if (needs_escape(text, i))
            ar_buf_put_char(out, '\\');
        ar_buf_put_char(out, text.ptr[i]);
    }
}

void ar_markdown_put_text(struct ar_buf *out, ar_str text)
{
    put_escaped(out, flatten(out->arena, text));
}

/* ---- code ---- */

static size_t longest_run(ar_str text)
{
    size_t longest = 0;
    size_t run = 0;
    for (size_t i = 0; i < text.len; i++) {
        run = text.ptr[i] == '`' ? run + 1 : 0;
        longest = run > longest ? run : longest;
    }
    return longest;
}

void ar_markdown_put_code(struct ar_buf *out, ar_str code)
{
    code = flatten(out->arena, code);
    if (code.len == 0)
        return;
    size_t ticks = longest_run(code) + 1;
    char first = code.ptr[0];
    char last = code.ptr[code.len - 1];
    /* One blank at either end belongs to the marks, but for blanks alone. */
    bool is_padded = first == '`' || last == '`' ||
                     (first == ' ' && last == ' ' && ar_str_trim(code).len > 0);
    ar_buf_put_repeated(out, '`', ticks);
    ar_buf_put_c(out, is_padded ? " " : "");
    ar_buf_put(out, code);
    ar_buf_put_c(out, is_padded ? " " : "");
    ar_buf_put_repeated(out, '`', ticks);
}

void ar_markdown_put_cell_code(struct ar_buf *out, ar_str code)
{
    if (ar_str_find(code, AR_STR("|"), 0) == SIZE_MAX) {
        ar_markdown_put_code(out, code);
        return;
    }
    ar_buf_put_c(out, "<code>");
    ar_markdown_put_text(out, code);
    ar_buf_put_c(out, "</code>");
}

static ar_str next_line(ar_str text, size_t *at)
{
    size_t end = ar_str_find(text, AR_STR("\n"), *at);
    ar_str line = ar_str_slice(text, *at, end);
    *at += line.len + 1;
    if (line.len > 0 && line.ptr[line.len - 1] == '\r')
        line.len--;
    return line;
}

void ar_markdown_put_block(struct ar_buf *out, const char *language,
                           ar_str code)
{
    size_t ticks = longest_run(code) + 1;
    if (ticks < LEAST_FENCE)
        ticks = LEAST_FENCE;
    ar_buf_put_repeated(out, '`', ticks);
    ar_buf_put_c(out, language);
    ar_buf_put_char(out, '\n');
    for (size_t at = 0; at < code.len;) {
        ar_str line = next_line(code, &at);
        for (size_t i = 0; i < line.len;) {
            size_t tab = ar_str_find(line, AR_STR("\t"), i);
            ar_str piece = ar_str_slice(line, i, tab);
            ar_utf8_put_safe(out, piece, false);
            i += piece.len + 1;
            ar_buf_put_c(out, tab == SIZE_MAX ? "" : "\t");
        }
        ar_buf_put_char(out, '\n');
    }
    ar_buf_put_repeated(out, '`', ticks);
    ar_buf_put_char(out, '\n');
}

/* ---- paragraphs ---- */

static bool is_code_line(ar_str line)
{
    return ar_str_starts_with(line, AR_STR("  ")) ||
           ar_str_starts_with(line, AR_STR("\t"));
}

struct paragraphs {
    struct ar_buf *out;
    struct ar_buf code; /* lines that wait for their fence */
    size_t n_blank;     /* lines since the last that was not */
    bool is_begun;
};

static void begin_paragraph(struct paragraphs *state)
{
    if (state->is_begun)
        ar_buf_put_char(state->out, '\n');
    state->is_begun = true;
}

static void end_code(struct paragraphs *state)
{
    ar_str code = ar_buf_view(&state->code);
    if (code.len == 0)
        return;
    begin_paragraph(state);
    ar_markdown_put_block(state->out, "text", code);
    state->code = AR_BUF(state->out->arena);
    state->n_blank = 1;
}

static void add_code(struct paragraphs *state, ar_str line)
{
    size_t indent = line.ptr[0] == '\t' ? 1 : CODE_INDENT;
    if (state->code.len > 0)
        ar_buf_put_repeated(&state->code, '\n', state->n_blank);
    ar_buf_put(&state->code, ar_str_slice(line, indent, line.len));
    ar_buf_put_char(&state->code, '\n');
    state->n_blank = 0;
}

static void add_text(struct paragraphs *state, ar_str line)
{
    end_code(state);
    if (state->n_blank > 0 || !state->is_begun)
        begin_paragraph(state);
    ar_markdown_put_text(state->out, ar_str_trim(line));
    ar_buf_put_char(state->out, '\n');
    state->n_blank = 0;
}

void ar_markdown_put_paragraphs(struct ar_buf *out, ar_str text)
{
    struct paragraphs state = {.out = out, .code = AR_BUF(out->arena)};
    for (size_t at = 0; at < text.len;) {
        ar_str line = next_line(text, &at);
        if (ar_str_trim(line).len == 0)
            state.n_blank++;
        else if (is_code_line(line))
            add_code(&state, line);
        else
            add_text(&state, line);
    }
    end_code(&state);
}

/* ---- links ---- */

static bool is_url_char(char c)
{
    return ar_char_is_digit(c) || ar_char_is_letter(c) ||
           ar_str_find(AR_STR("-._~:/?#[]@!$&'()*+,;=%"), (ar_str){&c, 1}, 0) !=
               SIZE_MAX;
}

bool ar_markdown_is_link(ar_str url)
{
    static const char *const schemes[] = {"https://", "http://"};
    for (size_t i = 0; i < url.len; i++) {
        if (!is_url_char(url.ptr[i]))
            return false;
    }
    for (size_t i = 0; i < AR_COUNT_OF(schemes); i++) {
        ar_str scheme = ar_str_from_c(schemes[i]);
        if (url.len > scheme.len &&
            ar_str_equal_ignore_case(ar_str_slice(url, 0, scheme.len), scheme))
            return true;
    }
    return false;
}

void ar_markdown_put_link(struct ar_buf *out, ar_str url)
{
    if (!ar_markdown_is_link(url)) {
        ar_markdown_put_code(out, url);
        return;
    }
    ar_buf_put_char(out, '<');
    ar_buf_put(out, url);
    ar_buf_put_char(out, '>');
}
