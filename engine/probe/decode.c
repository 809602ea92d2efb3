/* SPDX-License-Identifier: Apache-2.0 */
/* Bytes to text. What a byte means is read off a mark, the encoding that the
 * probe names, or, for auto, the bytes as a whole: the first two alone say
 * nothing, for in Chinese or Japanese UTF-16 no byte of them is NUL. */
#include "probe/decode.h"

#include "text/utf8.h"

#define UTF8_MARK    AR_STR("\xEF\xBB\xBF")
#define UTF16LE_MARK AR_STR("\xFF\xFE")
#define UTF16BE_MARK AR_STR("\xFE\xFF")

static bool refuse(struct ar_decoded *out, const char *detail)
{
    *out = (struct ar_decoded){.detail = detail};
    return false;
}

static bool accept(struct ar_decoded *out, ar_str text, bool is_guess)
{
    if (ar_str_find(text, (ar_str){"", 1}, 0) != SIZE_MAX)
        return refuse(out, "there is a NUL in it");
    *out = (struct ar_decoded){.text = text, .is_guess = is_guess};
    return true;
}

static ar_str drop_mark(ar_str bytes, ar_str mark)
{
    if (!ar_str_starts_with(bytes, mark))
        return bytes;
    return ar_str_slice(bytes, mark.len, bytes.len);
}

/* ---- UTF-16 ---- */

static uint32_t read_unit(ar_str bytes, size_t at, bool is_big)
{
    uint32_t first = (unsigned char)bytes.ptr[at];
    uint32_t second = (unsigned char)bytes.ptr[at + 1];
    return is_big ? first << 8 | second : second << 8 | first;
}

static bool is_high(uint32_t unit)
{
    return unit >= 0xD800 && unit <= 0xDBFF;
}

static bool is_low(uint32_t unit)
{
    return unit >= 0xDC00 && unit <= 0xDFFF;
}

static bool decode_utf16(struct ar_arena *arena, ar_str bytes, bool is_big,
                         struct ar_decoded *out)
{
    if (bytes.len % 2 != 0)
        return refuse(out, "it is UTF-16 that ends within a character");
    struct ar_buf text = AR_BUF(arena);
    for (size_t at = 0; at < bytes.len; at += 2) {
        uint32_t unit = read_unit(bytes, at, is_big);
        if (is_high(unit) && at + 2 < bytes.len &&
            is_low(read_unit(bytes, at + 2, is_big))) {
            at += 2;
            unit = 0x10000 + ((unit - 0xD800) << 10) +
                   (read_unit(bytes, at, is_big) - 0xDC00);
        }
        if (is_high(unit) || is_low(unit))
            return refuse(out, "it is not valid UTF-16");
        ar_buf_put_code_point(&text, unit);
    }
    return accept(out, ar_buf_view(&text), false);
}

static bool decode_utf16le(struct ar_arena *arena, ar_str bytes,
                           struct ar_decoded *out)
{
    if (ar_str_starts_with(bytes, UTF16BE_MARK))
        return refuse(out, "its mark says that it is UTF-16BE");
    return decode_utf16(arena, drop_mark(bytes, UTF16LE_MARK), false, out);
}

/* ---- the others ---- */

static bool decode_utf8(ar_str bytes, struct ar_decoded *out)
{
    if (ar_utf8_invalid_at(bytes) != SIZE_MAX)
        return refuse(out, "it is not valid UTF-8");
    return accept(out, drop_mark(bytes, UTF8_MARK), false);
}

static bool decode_latin1(struct ar_arena *arena, ar_str bytes, bool is_guess,
                          struct ar_decoded *out)
{
    struct ar_buf text = AR_BUF(arena);
    for (size_t at = 0; at < bytes.len; at++)
        ar_buf_put_code_point(&text, (unsigned char)bytes.ptr[at]);
    return accept(out, ar_buf_view(&text), is_guess);
}

/* The high byte of ASCII, blanks and line ends among it, is NUL. */
static bool looks_like_utf16le(ar_str bytes)
{
    for (size_t at = 1; at < bytes.len; at += 2) {
        if (bytes.ptr[at] == '\0')
            return true;
    }
    return false;
}

static bool decode_auto(struct ar_arena *arena, ar_str bytes,
                        struct ar_decoded *out)
{
    if (ar_str_starts_with(bytes, UTF16LE_MARK))
        return decode_utf16le(arena, bytes, out);
    if (ar_str_starts_with(bytes, UTF16BE_MARK))
        return decode_utf16(arena, drop_mark(bytes, UTF16BE_MARK), true, out);
    if (ar_str_starts_with(bytes, UTF8_MARK))
        return decode_utf8(bytes, out);
    if (looks_like_utf16le(bytes))
        return decode_utf16(arena, bytes, false, out);
    if (ar_utf8_invalid_at(bytes) == SIZE_MAX)
        return accept(out, bytes, false);
    return decode_latin1(arena, bytes, true, out);
}

bool ar_probe_decode(struct ar_arena *arena, enum ar_probe_encoding encoding,
                     ar_str bytes, struct ar_decoded *out)
{
    switch (encoding) {
    case AR_ENCODING_AUTO: return decode_auto(arena, bytes, out);
    case AR_ENCODING_UTF8: return decode_utf8(bytes, out);
    case AR_ENCODING_UTF16LE: return decode_utf16le(arena, bytes, out);
    case AR_ENCODING_LATIN1: return decode_latin1(arena, bytes, false, out);
    }
    AR_UNREACHABLE();
}
