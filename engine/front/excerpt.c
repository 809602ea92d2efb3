/* SPDX-License-Identifier: Apache-2.0 */
/* Pieces of rule files on one line. The lexer is asked where the tokens are:
 * only it can tell a comment from a '#' in a string or a pattern. */
#include "front/excerpt.h"

#include "front/lexer.h"

static bool has_line_end(ar_str text)
{
    return ar_str_find(text, AR_STR("\n"), 0) != SIZE_MAX;
}

/* Of a token that has several lines: a string. */
static void put_joined(struct ar_buf *out, ar_str text)
{
    for (size_t at = 0; at < text.len;) {
        size_t end = at;
        while (end < text.len && ar_char_is_blank(text.ptr[end]))
            end++;
        ar_str blanks = ar_str_slice(text, at, end);
        if (end == at)
            ar_buf_put_char(out, text.ptr[end++]);
        else if (has_line_end(blanks))
            ar_buf_put_char(out, ' ');
        else
            ar_buf_put(out, blanks);
        at = end;
    }
}

/* Most have one blank between their tokens, and need not be copied. */
static bool is_short(ar_str text)
{
    return !has_line_end(text) &&
           ar_str_find(text, AR_STR("  "), 0) == SIZE_MAX &&
           ar_str_find(text, AR_STR("\t"), 0) == SIZE_MAX;
}

static void put_tokens(struct ar_buf *out, struct ar_lexer *lexer,
                       ar_str source, ar_span span)
{
    uint32_t at = span.start;
    while (at < span.end) {
        struct ar_token token = ar_lexer_next(lexer);
        if (token.kind == 0 || token.end <= at)
            return;
        if (token.start > at)
            ar_buf_put_char(out, ' ');
        put_joined(out, ar_str_slice(source, token.start, token.end));
        at = token.end;
    }
}

ar_str ar_excerpt(struct ar_arena *arena, const struct ar_sources *sources,
                  ar_span span)
{
    ar_str text = ar_source_text(sources, span);
    if (is_short(text))
        return text;
    struct ar_buf out = AR_BUF(arena);
    ar_str source = ar_sources_get(sources, span.file)->text;
    struct ar_sources same = *sources; /* diagnostics may not change them */
    struct ar_diags diags = {.arena = arena, .sources = &same};
    struct ar_lexer lexer = {.arena = arena,
                             .diags = &diags,
                             .file = span.file,
                             .start = source.ptr,
                             .cursor = source.ptr + span.start,
                             .limit = source.ptr + source.len};
    put_tokens(&out, &lexer, source, span);
    return ar_buf_view(&out);
}
