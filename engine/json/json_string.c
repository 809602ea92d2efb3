/* SPDX-License-Identifier: Apache-2.0 */
/* The strings of the JSON reader, and how it refuses. A string is looked at
 * twice if it has escapes: once to check and measure it, once to copy it, so
 * a refused string takes no memory; without escapes it is not copied. It
 * knows nothing of values. */

#include "text/utf8.h"

#include "json/json_reader.h"
#include <string.h>

/* A string that was checked but not copied. */
struct scanned_string {
    size_t start; /* behind the opening quote */
    size_t end;   /* of the closing quote */
    size_t bytes; /* without the escapes */
    bool has_escapes;
};

bool ar_json_refuse(struct ar_json_reader *reader, enum ar_json_error_code code,
                    size_t offset, ar_str text)
{
    reader->error->code = code;
    reader->error->offset = offset;
    reader->error->text = text;
    return false;
}

bool ar_json_refuse_end(struct ar_json_reader *reader)
{
    return ar_json_refuse(reader, AR_JSON_TRUNCATED, reader->text.len,
                          AR_STR("the text ends inside a value"));
}

bool ar_json_refuse_limit(struct ar_json_reader *reader, size_t offset,
                          size_t limit, const char *what)
{
    return ar_json_refuse(
        reader, AR_JSON_TOO_LARGE, offset,
        ar_str_printf(reader->arena, "more than %zu %s", limit, what));
}

static bool refuse_byte(struct ar_json_reader *reader, size_t offset)
{
    return ar_json_refuse(reader, AR_JSON_BAD_UTF8, offset,
                          AR_STR("a byte that is not UTF-8"));
}

bool ar_json_refuse_unexpected(struct ar_json_reader *reader,
                               const char *expected)
{
    size_t offset = reader->at;
    if (offset == reader->text.len)
        return ar_json_refuse_end(reader);
    size_t next = offset;
    uint32_t found = ar_utf8_next(reader->text, &next);
    if (found == UINT32_MAX)
        return refuse_byte(reader, offset);
    bool is_visible = found > ' ' && found < 0x7f;
    ar_str text =
        is_visible ? ar_str_printf(reader->arena, "expected %s, found '%c'",
                                   expected, (int)found)
                   : ar_str_printf(reader->arena, "expected %s, found U+%04X",
                                   expected, (unsigned)found);
    return ar_json_refuse(reader, AR_JSON_SYNTAX, offset, text);
}

#define EACH_BYTE(byte) (UINT64_C(0x0101010101010101) * (byte))

/* Not zero if and only if a byte of the word is zero. */
static uint64_t zero_bytes(uint64_t word)
{
    return (word - EACH_BYTE(1)) & ~word & EACH_BYTE(0x80);
}

static bool is_plain_word(uint64_t word)
{
    uint64_t controls = (word - EACH_BYTE(0x20)) & ~word & EACH_BYTE(0x80);
    uint64_t quotes = zero_bytes(word ^ EACH_BYTE('"'));
    uint64_t escapes = zero_bytes(word ^ EACH_BYTE('\\'));
    return (controls | quotes | escapes) == 0;
}

static bool is_plain(unsigned char byte)
{
    return byte >= 0x20 && byte != '"' && byte != '\\';
}

/* The end of the bytes that stand for themselves, eight at a time. */
static size_t skip_plain(ar_str text, size_t at, bool *is_ascii)
{
    uint64_t seen = 0;
    uint64_t word;
    while (text.len - at >= sizeof(word)) {
        memcpy(&word, text.ptr + at, sizeof(word));
        if (!is_plain_word(word))
            break;
        seen |= word;
        at += sizeof(word);
    }
    while (at < text.len && is_plain((unsigned char)text.ptr[at])) {
        seen |= (unsigned char)text.ptr[at];
        at++;
    }
    *is_ascii = (seen & EACH_BYTE(0x80)) == 0;
    return at;
}

static int hex_value(int byte)
{
    if (ar_json_is_digit(byte))
        return byte - '0';
    if (byte >= 'a' && byte <= 'f')
        return byte - 'a' + 10;
    if (byte >= 'A' && byte <= 'F')
        return byte - 'A' + 10;
    return -1;
}

static bool refuse_escape(struct ar_json_reader *reader, size_t offset,
                          ar_str text)
{
    return ar_json_refuse(reader, AR_JSON_BAD_ESCAPE, offset, text);
}

/* The number in the \u.... at offset. */
static bool read_code_unit(struct ar_json_reader *reader, size_t offset,
                           uint32_t *out)
{
    uint32_t unit = 0;
    for (size_t i = 2; i < 6; i++) {
        int byte = ar_json_peek(reader->text, offset + i);
        if (byte < 0)
            return ar_json_refuse_end(reader);
        int digit = hex_value(byte);
        if (digit < 0)
            return refuse_escape(
                reader, offset,
                AR_STR("\\u is not followed by four hexadecimal digits"));
        unit = unit * 16 + (uint32_t)digit;
    }
    *out = unit;
    return true;
}

/* True also if the text ends there: then more of it could be the escape. */
static bool may_be_code_unit(ar_str text, size_t offset)
{
    int first = ar_json_peek(text, offset);
    int second = ar_json_peek(text, offset + 1);
    return first < 0 || (first == '\\' && (second < 0 || second == 'u'));
}

static bool read_unicode_escape(struct ar_json_reader *reader, size_t *at,
                                uint32_t *out)
{
    const ar_str lone = AR_STR("half of a surrogate pair");
    size_t offset = *at;
    uint32_t high;
    if (!read_code_unit(reader, offset, &high))
        return false;
    if (high == 0 && !reader->limits->allow_nul)
        return ar_json_refuse(reader, AR_JSON_NUL, offset,
                              AR_STR("\\u0000 is not allowed in text"));
    *at = offset + 6;
    *out = high;
    if (high < 0xd800 || high > 0xdfff)
        return true;
    if (high >= 0xdc00 || !may_be_code_unit(reader->text, *at))
        return refuse_escape(reader, offset, lone);
    uint32_t low;
    if (!read_code_unit(reader, *at, &low))
        return false;
    if (low < 0xdc00 || low > 0xdfff)
        return refuse_escape(reader, offset, lone);
    *at += 6;
    *out = 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00);
    return true;
}

/* What the letter after a backslash stands for, or 0. */
static uint32_t escaped_char(int letter)
{
    switch (letter) {
    case '"':
    case '\\':
    case '/': return (uint32_t)letter;
    case 'b': return '\b';
    case 'f': return '\f';
    case 'n': return '\n';
    case 'r': return '\r';
    case 't': return '\t';
    default: return 0;
    }
}

/* Reads the escape at *at and moves behind it. */
static bool read_escape(struct ar_json_reader *reader, size_t *at,
                        uint32_t *out)
{
    int letter = ar_json_peek(reader->text, *at + 1);
    if (letter < 0)
        return ar_json_refuse_end(reader);
    if (letter == 'u')
        return read_unicode_escape(reader, at, out);
    *out = escaped_char(letter);
    if (*out == 0)
        return refuse_escape(reader, *at, AR_STR("an unknown escape"));
    *at += 2;
    return true;
}

static size_t utf8_size(uint32_t code_point)
{
    if (code_point < 0x80)
        return 1;
    if (code_point < 0x800)
        return 2;
    return code_point < 0x10000 ? 3 : 4;
}

static size_t encode_utf8(char *out, uint32_t code_point)
{
    static const uint32_t lead_bits[] = {0, 0, 0xc0, 0xe0, 0xf0};
    size_t size = utf8_size(code_point);
    for (size_t i = size - 1; i > 0; i--) {
        out[i] = (char)(unsigned char)(0x80 | (code_point & 0x3f));
        code_point >>= 6;
    }
    out[0] = (char)(unsigned char)(lead_bits[size] | code_point);
    return size;
}

static bool check_utf8(struct ar_json_reader *reader, size_t start, size_t end)
{
    size_t invalid = ar_utf8_invalid_at(ar_str_slice(reader->text, start, end));
    return invalid == SIZE_MAX || refuse_byte(reader, start + invalid);
}

static bool refuse_control(struct ar_json_reader *reader, size_t offset)
{
    unsigned byte = (unsigned char)reader->text.ptr[offset];
    return ar_json_refuse(
        reader, AR_JSON_SYNTAX, offset,
        ar_str_printf(reader->arena, "the control character U+%04X in a string",
                      byte));
}

/* Checks the string whose opening quote is next and moves behind it. */
static bool scan_string(struct ar_json_reader *reader,
                        struct scanned_string *out)
{
    size_t at = reader->at + 1;
    *out = (struct scanned_string){.start = at};
    for (;;) {
        bool is_ascii;
        size_t stop = skip_plain(reader->text, at, &is_ascii);
        if (!is_ascii && !check_utf8(reader, at, stop))
            return false;
        out->bytes += stop - at;
        out->end = stop;
        at = stop;
        int byte = ar_json_peek(reader->text, at);
        if (byte != '\\')
            break;
        uint32_t code_point;
        if (!read_escape(reader, &at, &code_point))
            return false;
        out->bytes += utf8_size(code_point);
        out->has_escapes = true;
    }
    if (out->end == reader->text.len)
        return ar_json_refuse_end(reader);
    if (reader->text.ptr[out->end] != '"')
        return refuse_control(reader, out->end);
    reader->at = out->end + 1;
    return true;
}

static ar_str copy_unescaped(struct ar_json_reader *reader,
                             const struct scanned_string *scanned)
{
    char *out = ar_arena_alloc(reader->arena, scanned->bytes);
    size_t len = 0;
    size_t at = scanned->start;
    while (at < scanned->end) {
        const char *run = reader->text.ptr + at;
        const char *escape = memchr(run, '\\', scanned->end - at);
        size_t run_len = escape ? (size_t)(escape - run) : scanned->end - at;
        memcpy(out + len, run, run_len);
        len += run_len;
        at += run_len;
        uint32_t code_point;
        if (escape && read_escape(reader, &at, &code_point))
            len += encode_utf8(out + len, code_point);
    }
    AR_ASSERT(len == scanned->bytes);
    return (ar_str){out, len};
}

bool ar_json_read_text(struct ar_json_reader *reader, size_t limit_bytes,
                       const char *what, ar_str *out)
{
    size_t offset = reader->at;
    struct scanned_string scanned;
    if (!scan_string(reader, &scanned))
        return false;
    if (scanned.bytes > limit_bytes)
        return ar_json_refuse_limit(reader, offset, limit_bytes, what);
    *out = scanned.has_escapes
               ? copy_unescaped(reader, &scanned)
               : ar_str_slice(reader->text, scanned.start, scanned.end);
    return true;
}
