/* SPDX-License-Identifier: Apache-2.0 */
/* Text inside XML and HTML. */

#include "text/markup.h"

#include "text/utf8.h"

static const char *entity_of(char c)
{
    switch (c) {
    case '&': return "&amp;";
    case '<': return "&lt;";
    case '>': return "&gt;";
    case '"': return "&quot;";
    case '\'': return "&#39;";
    default: return NULL;
    }
}

/* U+FFFE and U+FFFF of every plane: bytes EF BF BE, or F0 9F BF BF and such. */
static bool is_noncharacter(uint32_t code_point)
{
    return (code_point & 0xFFFE) == 0xFFFE && code_point <= 0x10FFFF;
}

static void put_safe(struct ar_buf *out, ar_str text)
{
    size_t kept = 0;
    size_t offset = 0;
    while (offset < text.len) {
        size_t start = offset;
        uint32_t code_point = ar_utf8_next(text, &offset);
        if (!is_noncharacter(code_point))
            continue;
        ar_utf8_put_safe(out, ar_str_slice(text, kept, start), false);
        ar_buf_printf(out, "\\u{%X}", (unsigned)code_point);
        kept = offset;
    }
    ar_utf8_put_safe(out, ar_str_slice(text, kept, text.len), false);
}

static void put_escaped(struct ar_buf *out, ar_str safe)
{
    size_t kept = 0;
    for (size_t ix = 0; ix < safe.len; ix++) {
        const char *entity = entity_of(safe.ptr[ix]);
        if (entity == NULL)
            continue;
        ar_buf_put(out, ar_str_slice(safe, kept, ix));
        ar_buf_put_c(out, entity);
        kept = ix + 1;
    }
    ar_buf_put(out, ar_str_slice(safe, kept, safe.len));
}

void ar_markup_put_text(struct ar_buf *out, ar_str text)
{
    struct ar_buf safe = AR_BUF(out->arena);
    put_safe(&safe, text);
    put_escaped(out, ar_buf_view(&safe));
}

void ar_markup_put_lines(struct ar_buf *out, ar_str text)
{
    size_t kept = 0;
    for (size_t ix = 0; ix < text.len; ix++) {
        char c = text.ptr[ix];
        bool ends_line =
            c == '\r' && ix + 1 < text.len && text.ptr[ix + 1] == '\n';
        if (c != '\n' && c != '\t' && !ends_line)
            continue;
        ar_markup_put_text(out, ar_str_slice(text, kept, ix));
        if (!ends_line)
            ar_buf_put_char(out, c);
        kept = ix + 1;
    }
    ar_markup_put_text(out, ar_str_slice(text, kept, text.len));
}
