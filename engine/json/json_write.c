/* SPDX-License-Identifier: Apache-2.0 */
/* The JSON writer: commas, indentation, escapes. What it writes is ASCII-safe
 * for a terminal (no control of any kind stays raw) and always valid UTF-8.
 * It knows nothing of the documents it writes. */

#include "base/scan.h"
#include "text/utf8.h"

#include "json/json.h"
#include <string.h>

static void put_line_break(struct ar_json_writer *writer)
{
    if (!writer->pretty)
        return;
    ar_buf_put_char(writer->out, '\n');
    ar_buf_put_repeated(writer->out, ' ', (size_t)writer->depth * 2);
}

static bool is_in_array(const struct ar_json_writer *writer)
{
    return writer->in_array[writer->depth - 1];
}

static void put_separator(struct ar_json_writer *writer)
{
    if (writer->needs_comma)
        ar_buf_put_char(writer->out, ',');
    put_line_break(writer);
}

/* What stands before every value. Several values at the top are separate
 * texts: no comma between them. */
static void begin_value(struct ar_json_writer *writer)
{
    if (writer->depth > 0 && is_in_array(writer))
        put_separator(writer);
    else
        AR_ASSERT(writer->depth == 0 || writer->after_key);
    writer->after_key = false;
}

static void begin_container(struct ar_json_writer *writer, bool is_array)
{
    begin_value(writer);
    if (writer->depth == AR_COUNT_OF(writer->in_array))
        AR_UNREACHABLE();
    writer->in_array[writer->depth++] = is_array;
    writer->needs_comma = false;
    ar_buf_put_char(writer->out, is_array ? '[' : '{');
}

static void end_container(struct ar_json_writer *writer, bool is_array)
{
    AR_ASSERT(writer->depth > 0 && is_in_array(writer) == is_array);
    AR_ASSERT(!writer->after_key);
    writer->depth--;
    if (writer->needs_comma)
        put_line_break(writer);
    ar_buf_put_char(writer->out, is_array ? ']' : '}');
    writer->needs_comma = true;
}

void ar_json_begin_object(struct ar_json_writer *writer)
{
    begin_container(writer, false);
}

void ar_json_end_object(struct ar_json_writer *writer)
{
    end_container(writer, false);
}

void ar_json_begin_array(struct ar_json_writer *writer)
{
    begin_container(writer, true);
}

void ar_json_end_array(struct ar_json_writer *writer)
{
    end_container(writer, true);
}

/* Code points a terminal or an old JavaScript reader acts on. */
static bool is_escaped(uint32_t code_point)
{
    return code_point < 0x20 || (code_point >= 0x7f && code_point <= 0x9f) ||
           code_point == '"' || code_point == '\\' || code_point == 0x2028 ||
           code_point == 0x2029 || ar_utf8_is_bidi_control(code_point);
}

static char short_escape(uint32_t code_point)
{
    switch (code_point) {
    case '"': return '"';
    case '\\': return '\\';
    case '\b': return 'b';
    case '\f': return 'f';
    case '\n': return 'n';
    case '\r': return 'r';
    case '\t': return 't';
    default: return '\0';
    }
}

static void put_escape(struct ar_buf *out, uint32_t code_point)
{
    char letter = short_escape(code_point);
    if (code_point == UINT32_MAX) {
        ar_buf_put(out, AR_STR("\xef\xbf\xbd"));
    } else if (letter) {
        ar_buf_put_char(out, '\\');
        ar_buf_put_char(out, letter);
    } else {
        ar_buf_printf(out, "\\u%04x", (unsigned)code_point);
    }
}

/* How many bytes of ASCII stand for themselves in a string. */
static size_t count_plain(const char *bytes, size_t length)
{
    return ar_scan_plain(bytes, 0, length);
}

/* What stands for itself as a whole, with a comma before it and a colon behind
 * it if they are asked for. */
static void put_plain(struct ar_buf *out, ar_str text, bool has_comma,
                      bool has_colon)
{
    char *at =
        ar_buf_add(out, text.len + 2 + (size_t)has_comma + (size_t)has_colon);
    if (has_comma)
        *at++ = ',';
    *at++ = '"';
    at = ar_str_put_bytes(at, text);
    *at++ = '"';
    if (has_colon)
        *at = ':';
}

bool ar_json_is_plain(ar_str text)
{
    return ar_scan_is_plain(text.ptr, text.len);
}

static void put_quoted(struct ar_buf *out, ar_str text)
{
    if (ar_json_is_plain(text)) {
        put_plain(out, text, false, false);
        return;
    }
    ar_buf_put_char(out, '"');
    size_t run = 0;
    size_t at = 0;
    while ((at += count_plain(text.ptr + at, text.len - at)) < text.len) {
        size_t start = at;
        uint32_t code_point = ar_utf8_next(text, &at);
        if (code_point != UINT32_MAX && !is_escaped(code_point))
            continue;
        ar_buf_put(out, ar_str_slice(text, run, start));
        put_escape(out, code_point);
        run = at;
    }
    ar_buf_put(out, ar_str_slice(text, run, at));
    ar_buf_put_char(out, '"');
}

void ar_json_key(struct ar_json_writer *writer, ar_str key)
{
    AR_ASSERT(writer->depth > 0 && !is_in_array(writer));
    AR_ASSERT(!writer->after_key);
    writer->after_key = true;
    if (!writer->pretty && ar_json_is_plain(key)) {
        put_plain(writer->out, key, writer->needs_comma, true);
        return;
    }
    put_separator(writer);
    put_quoted(writer->out, key);
    ar_buf_put_c(writer->out, writer->pretty ? ": " : ":");
}

void ar_json_string(struct ar_json_writer *writer, ar_str value)
{
    begin_value(writer);
    put_quoted(writer->out, value);
    writer->needs_comma = true;
}

static void put_digits(struct ar_buf *out, int64_t value)
{
    char digits[20];
    size_t at = sizeof(digits);
    uint64_t left = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
    do {
        digits[--at] = (char)('0' + left % 10);
        left /= 10;
    } while (left > 0);
    if (value < 0)
        digits[--at] = '-';
    ar_buf_put(out, (ar_str){digits + at, sizeof(digits) - at});
}

void ar_json_int(struct ar_json_writer *writer, int64_t value)
{
    begin_value(writer);
    put_digits(writer->out, value);
    writer->needs_comma = true;
}

void ar_json_real(struct ar_json_writer *writer, double value)
{
    AR_ASSERT(ar_is_finite(value));
    begin_value(writer);
    ar_buf_put(writer->out, ar_str_from_real(writer->out->arena, value));
    writer->needs_comma = true;
}

void ar_json_bool(struct ar_json_writer *writer, bool value)
{
    begin_value(writer);
    ar_buf_put(writer->out, value ? AR_STR("true") : AR_STR("false"));
    writer->needs_comma = true;
}

void ar_json_null(struct ar_json_writer *writer)
{
    begin_value(writer);
    ar_buf_put(writer->out, AR_STR("null"));
    writer->needs_comma = true;
}

char *ar_json_raw(struct ar_json_writer *writer, size_t most_bytes)
{
    AR_ASSERT(!writer->pretty);
    bool has_comma =
        writer->depth > 0 && is_in_array(writer) && writer->needs_comma;
    char *at = ar_buf_add(writer->out, most_bytes + has_comma);
    writer->after_key = false;
    writer->needs_comma = true;
    if (has_comma)
        *at = ',';
    return at + has_comma;
}

void ar_json_raw_end(struct ar_json_writer *writer, const char *end)
{
    writer->out->len = (size_t)(end - writer->out->ptr);
}

void ar_json_member(struct ar_json_writer *writer, const char *key,
                    ar_str value)
{
    ar_json_key(writer, ar_str_from_c(key));
    ar_json_string(writer, value);
}

void ar_json_member_int(struct ar_json_writer *writer, const char *key,
                        int64_t value)
{
    ar_json_key(writer, ar_str_from_c(key));
    ar_json_int(writer, value);
}

void ar_json_member_bool(struct ar_json_writer *writer, const char *key,
                         bool value)
{
    ar_json_key(writer, ar_str_from_c(key));
    ar_json_bool(writer, value);
}
