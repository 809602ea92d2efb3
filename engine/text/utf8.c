/* SPDX-License-Identifier: Apache-2.0 */
/* UTF-8 by the table of well-formed byte sequences, and the few properties of
 * characters that decide what may be shown: which ones steer the direction of
 * text, which show nothing, which take two cells, which pass for ASCII. The
 * tables are short on purpose; they serve messages, not typography. */

#include "text/utf8.h"

#include "base/scan.h"

#define INVALID 0xFFFFFFFFU

struct range {
    uint32_t first;
    uint32_t last;
};

static const struct range bidi_controls[] = {
    {0x061C, 0x061C}, {0x200E, 0x200F}, {0x202A, 0x202E}, {0x2066, 0x2069}};

/* U+FE0E and U+FE0F are not here: they choose the form of an emoji and stand
 * in much honest text. */
static const struct range invisibles[] = {
    {0x00AD, 0x00AD},   {0x034F, 0x034F},   {0x115F, 0x1160},
    {0x17B4, 0x17B5},   {0x180B, 0x180F},   {0x200B, 0x200D},
    {0x2060, 0x2065},   {0x206A, 0x206F},   {0x3164, 0x3164},
    {0xFE00, 0xFE0D},   {0xFEFF, 0xFEFF},   {0xFFA0, 0xFFA0},
    {0xFFF0, 0xFFFB},   {0x1BCA0, 0x1BCA3}, {0x1D173, 0x1D17A},
    {0xE0000, 0xE0FFF},
};

static const struct range blanks[] = {
    {0x00A0, 0x00A0}, {0x1680, 0x1680}, {0x2000, 0x200A}, {0x2028, 0x2029},
    {0x202F, 0x202F}, {0x205F, 0x205F}, {0x2800, 0x2800}, {0x3000, 0x3000}};

static const struct range combining[] = {
    {0x0300, 0x036F}, {0x0483, 0x0489}, {0x0591, 0x05BD}, {0x0610, 0x061A},
    {0x064B, 0x065F}, {0x0900, 0x0902}, {0x093C, 0x093C}, {0x0941, 0x0948},
    {0x094D, 0x094D}, {0x0E31, 0x0E31}, {0x0E34, 0x0E3A}, {0x0E47, 0x0E4E},
    {0x1AB0, 0x1AFF}, {0x1DC0, 0x1DFF}, {0x200B, 0x200D}, {0x20D0, 0x20FF},
    {0x302A, 0x302D}, {0x3099, 0x309A}, {0xFE00, 0xFE0F}, {0xFE20, 0xFE2F},
};

static const struct range wide[] = {
    {0x1100, 0x115F},   {0x231A, 0x231B},   {0x2329, 0x232A},
    {0x23E9, 0x23EC},   {0x2614, 0x2615},   {0x26A1, 0x26A1},
    {0x2705, 0x2705},   {0x270A, 0x270B},   {0x2728, 0x2728},
    {0x274C, 0x274C},   {0x2753, 0x2755},   {0x2757, 0x2757},
    {0x2795, 0x2797},   {0x2E80, 0x303E},   {0x3041, 0x4DBF},
    {0x4E00, 0xA4CF},   {0xA960, 0xA97F},   {0xAC00, 0xD7A3},
    {0xF900, 0xFAFF},   {0xFE30, 0xFE6F},   {0xFF01, 0xFF60},
    {0xFFE0, 0xFFE6},   {0x1F300, 0x1F64F}, {0x1F680, 0x1F6FF},
    {0x1F900, 0x1FAFF}, {0x20000, 0x3FFFD},
};

/* Latin and phonetic, then Greek from U+0391, then Cyrillic from U+0405. */
static const struct {
    uint16_t code_point;
    char letter;
} look_alikes[] = {
    {0x0131, 'i'}, {0x0261, 'g'}, {0x0391, 'A'}, {0x0392, 'B'}, {0x0395, 'E'},
    {0x0396, 'Z'}, {0x0397, 'H'}, {0x0399, 'I'}, {0x039A, 'K'}, {0x039C, 'M'},
    {0x039D, 'N'}, {0x039F, 'O'}, {0x03A1, 'P'}, {0x03A4, 'T'}, {0x03A5, 'Y'},
    {0x03A7, 'X'}, {0x03B1, 'a'}, {0x03B3, 'y'}, {0x03B9, 'i'}, {0x03BA, 'k'},
    {0x03BD, 'v'}, {0x03BF, 'o'}, {0x03C1, 'p'}, {0x03C5, 'u'}, {0x03C7, 'x'},
    {0x03F2, 'c'}, {0x03F3, 'j'}, {0x0405, 'S'}, {0x0406, 'I'}, {0x0408, 'J'},
    {0x0410, 'A'}, {0x0412, 'B'}, {0x0415, 'E'}, {0x041A, 'K'}, {0x041C, 'M'},
    {0x041D, 'H'}, {0x041E, 'O'}, {0x0420, 'P'}, {0x0421, 'C'}, {0x0422, 'T'},
    {0x0423, 'Y'}, {0x0425, 'X'}, {0x0430, 'a'}, {0x0435, 'e'}, {0x043A, 'k'},
    {0x043E, 'o'}, {0x0440, 'p'}, {0x0441, 'c'}, {0x0443, 'y'}, {0x0445, 'x'},
    {0x0455, 's'}, {0x0456, 'i'}, {0x0458, 'j'}, {0x0475, 'v'}, {0x04AE, 'Y'},
    {0x04AF, 'y'}, {0x04BB, 'h'}, {0x04C0, 'l'}, {0x04CF, 'l'}, {0x0501, 'd'},
    {0x051B, 'q'}, {0x051D, 'w'}};

static bool in_ranges(uint32_t code_point, const struct range *ranges,
                      size_t count)
{
    for (size_t i = 0; i < count && ranges[i].first <= code_point; i++) {
        if (code_point <= ranges[i].last)
            return true;
    }
    return false;
}

#define IN(code_point, ranges) \
    in_ranges((code_point), (ranges), AR_COUNT_OF(ranges))

static bool is_scalar(uint32_t value, size_t n_bytes)
{
    if (n_bytes == 3)
        return value >= 0x800 && !(value >= 0xD800 && value <= 0xDFFF);
    if (n_bytes == 4)
        return value >= 0x10000 && value <= 0x10FFFF;
    return true;
}

/* Number of bytes of the character at offset, or 0. */
static size_t decode(ar_str s, size_t offset, uint32_t *out)
{
    const char *bytes = s.ptr + offset;
    uint32_t lead = (unsigned char)bytes[0];
    *out = lead;
    if (lead < 0x80)
        return 1;
    if (lead < 0xC2 || lead > 0xF4)
        return 0;
    size_t n_bytes = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    if (s.len - offset < n_bytes)
        return 0;
    uint32_t value = lead & (0x7FU >> n_bytes);
    for (size_t i = 1; i < n_bytes; i++) {
        uint32_t next = (unsigned char)bytes[i];
        if ((next & 0xC0) != 0x80)
            return 0;
        value = value << 6 | (next & 0x3F);
    }
    *out = value;
    return is_scalar(value, n_bytes) ? n_bytes : 0;
}

/* Of the first byte that is not part of a character from least on. */
static size_t find_invalid(ar_str s, uint32_t least)
{
    size_t offset = 0;
    while ((offset = ar_scan_ascii(s.ptr, offset, s.len)) < s.len) {
        uint32_t code_point;
        size_t n_bytes = decode(s, offset, &code_point);
        if (n_bytes == 0 || code_point < least)
            return offset;
        offset += n_bytes;
    }
    return SIZE_MAX;
}

size_t ar_utf8_invalid_at(ar_str s)
{
    return find_invalid(s, 0);
}

bool ar_utf8_is_text(ar_str s)
{
    return find_invalid(s, 1) == SIZE_MAX;
}

uint32_t ar_utf8_next(ar_str s, size_t *offset)
{
    AR_ASSERT(*offset < s.len);
    uint32_t code_point;
    size_t n_bytes = decode(s, *offset, &code_point);
    *offset += n_bytes == 0 ? 1 : n_bytes;
    return n_bytes == 0 ? INVALID : code_point;
}

size_t ar_utf8_length(ar_str s)
{
    size_t count = 0;
    for (size_t offset = 0; offset < s.len; count++)
        ar_utf8_next(s, &offset);
    return count;
}

bool ar_utf8_is_bidi_control(uint32_t code_point)
{
    return IN(code_point, bidi_controls);
}

bool ar_utf8_is_invisible(uint32_t code_point)
{
    return IN(code_point, invisibles);
}

unsigned ar_utf8_cells(uint32_t code_point)
{
    if (IN(code_point, combining))
        return 0;
    return IN(code_point, wide) ? 2 : 1;
}

char ar_utf8_look_alike(uint32_t code_point)
{
    if (code_point >= 0xFF21 && code_point <= 0xFF3A)
        return (char)('A' + (int)(code_point - 0xFF21));
    if (code_point >= 0xFF41 && code_point <= 0xFF5A)
        return (char)('a' + (int)(code_point - 0xFF41));
    for (size_t i = 0; i < AR_COUNT_OF(look_alikes); i++) {
        if (look_alikes[i].code_point == code_point)
            return look_alikes[i].letter;
    }
    return '\0';
}

static bool is_control(uint32_t code_point)
{
    return code_point < 0x20 || (code_point >= 0x7F && code_point <= 0x9F);
}

static bool is_unsafe(uint32_t code_point)
{
    return is_control(code_point) || code_point == 0x2028 ||
           code_point == 0x2029 || ar_utf8_is_bidi_control(code_point);
}

static bool shows_alone(uint32_t code_point)
{
    return code_point <= 0x10FFFF && code_point != ' ' &&
           !is_unsafe(code_point) && !ar_utf8_is_invisible(code_point) &&
           !IN(code_point, blanks) && ar_utf8_cells(code_point) > 0;
}

ar_str ar_utf8_describe(struct ar_arena *arena, uint32_t code_point)
{
    struct ar_buf name = AR_BUF(arena);
    bool shown = shows_alone(code_point);
    if (shown) {
        ar_buf_put_char(&name, '\'');
        ar_buf_put_code_point(&name, code_point);
        ar_buf_put_c(&name, "' (");
    }
    ar_buf_printf(&name, "U+%04X", (unsigned)code_point);
    if (shown)
        ar_buf_put_char(&name, ')');
    return ar_buf_view(&name);
}

void ar_utf8_put_safe(struct ar_buf *out, ar_str s, bool keep_newlines)
{
    size_t kept = 0; /* everything before it is put already */
    size_t offset = 0;
    while ((offset = ar_scan_plain(s.ptr, offset, s.len)) < s.len) {
        size_t start = offset;
        uint32_t code_point = ar_utf8_next(s, &offset);
        if (code_point == '\n' && keep_newlines)
            continue;
        if (code_point != INVALID && !is_unsafe(code_point))
            continue;
        ar_buf_put(out, ar_str_slice(s, kept, start));
        kept = offset;
        if (code_point == INVALID)
            ar_buf_printf(out, "\\x{%X}",
                          (unsigned)(unsigned char)s.ptr[start]);
        else
            ar_buf_printf(out, "\\u{%X}", (unsigned)code_point);
    }
    ar_buf_put(out, ar_str_slice(s, kept, s.len));
}
