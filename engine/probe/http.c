/* SPDX-License-Identifier: Apache-2.0 */
/* A machine over bytes: lines are gathered whole, contents are copied. What
 * RFC 9112 lets a reader forgive is refused: no server that is asked here
 * needs it, and it is how two readers come to see two answers. */
#include "probe/http.h"

#include <string.h>

static void refuse(struct ar_http *http, enum ar_http_state state,
                   const char *detail)
{
    http->state = state;
    http->detail = detail;
}

static void refuse_bad(struct ar_http *http, const char *detail)
{
    refuse(http, AR_HTTP_BAD, detail);
}

void ar_http_start(struct ar_http *http, struct ar_arena *arena,
                   size_t max_bytes)
{
    *http = (struct ar_http){.content = AR_BUF(arena),
                             .line = AR_BUF(arena),
                             .max_bytes = max_bytes};
}

/* ---- lines ---- */

/* HTTP/1.1 200 OK */
static void read_status_line(struct ar_http *http, ar_str line)
{
    http->is_old = ar_str_starts_with(line, AR_STR("HTTP/1.0 "));
    if (!http->is_old && !ar_str_starts_with(line, AR_STR("HTTP/1.1 "))) {
        refuse_bad(http, "it does not answer in HTTP");
        return;
    }
    ar_str code = ar_str_slice(line, 9, 12);
    if (code.len < 3 || !ar_char_is_digit(code.ptr[0]) ||
        !ar_char_is_digit(code.ptr[1]) || !ar_char_is_digit(code.ptr[2]) ||
        (line.len > 12 && line.ptr[12] != ' ')) {
        refuse_bad(http, "its status is no number");
        return;
    }
    http->status = 100 * (code.ptr[0] - '0') + 10 * (code.ptr[1] - '0') +
                   (code.ptr[2] - '0');
    if (http->status < 200 || http->status > 599)
        refuse_bad(http, "its status is not that of an answer");
    http->part = AR_HTTP_FIELD;
}

/* What may stand in the name of a field. */
static bool is_token(ar_str text)
{
    for (size_t ix = 0; ix < text.len; ix++) {
        char c = text.ptr[ix];
        if (!ar_char_is_letter(c) && !ar_char_is_digit(c) &&
            (c == '\0' || !strchr("!#$%&'*+-.^_`|~", c)))
            return false;
    }
    return text.len > 0;
}

static void read_length(struct ar_http *http, ar_str value)
{
    uint64_t length = 0;
    if (http->has_length || !ar_str_to_u64(value, &length))
        refuse_bad(http, "its length is not one number");
    else if (length > http->max_bytes && !http->may_cut)
        refuse(http, AR_HTTP_TOO_LARGE, "it answers too much");
    http->has_length = true;
    http->n_left = (size_t)length;
}

static void read_field(struct ar_http *http, ar_str line)
{
    size_t colon = ar_str_find(line, AR_STR(":"), 0);
    ar_str name = ar_str_slice(line, 0, colon == SIZE_MAX ? 0 : colon);
    ar_str value = {NULL, 0};
    if (!is_token(name)) {
        refuse_bad(http, "a line of its head is no field");
        return;
    }
    value = ar_str_trim(ar_str_slice(line, colon + 1, line.len));
    if (ar_str_equal_ignore_case(name, AR_STR("Content-Length"))) {
        read_length(http, value);
    } else if (ar_str_equal_ignore_case(name, AR_STR("Transfer-Encoding"))) {
        if (http->is_chunked || http->is_old ||
            !ar_str_equal_ignore_case(value, AR_STR("chunked")))
            refuse_bad(http, "its coding is not just 'chunked'");
        http->is_chunked = true;
    } else if (ar_str_equal_ignore_case(name, AR_STR("Content-Encoding")) &&
               !ar_str_equal_ignore_case(value, AR_STR("identity"))) {
        refuse_bad(http, "its content is coded, and nobody asked for that");
    }
}

/* What comes behind the empty line. */
static void end_head(struct ar_http *http)
{
    bool has_content = http->status != 204 && http->status != 304;
    if (http->has_length && http->is_chunked)
        refuse_bad(http, "it has a length and is chunked");
    else if (!has_content && http->is_chunked)
        refuse_bad(http, "it has a content that its status forbids");
    else if (http->is_chunked)
        http->part = AR_HTTP_CHUNK_SIZE;
    else if (has_content && !http->has_length)
        refuse_bad(http, "it does not say how long it is");
    else if (!has_content || http->n_left == 0)
        http->state = AR_HTTP_DONE;
    else
        http->part = AR_HTTP_CONTENT;
}

/* 1a2b;name=value: what stands behind the number means nothing here. */
static void read_chunk_size(struct ar_http *http, ar_str line)
{
    size_t size = 0;
    size_t at = 0;
    int digit = -1;
    for (; at < line.len && (digit = ar_char_hex_value(line.ptr[at])) >= 0;
         at++) {
        if (size <= http->max_bytes)
            size = 16 * size + (size_t)digit;
    }
    if (at == 0 || (at < line.len && line.ptr[at] != ';' &&
                    line.ptr[at] != ' ' && line.ptr[at] != '\t')) {
        refuse_bad(http, "the size of a chunk is no number");
    } else if (size > http->max_bytes - http->content.len && !http->may_cut) {
        refuse(http, AR_HTTP_TOO_LARGE, "it answers too much");
    } else {
        http->n_left = size;
        http->part = size > 0 ? AR_HTTP_CHUNK : AR_HTTP_TRAILER;
    }
}

/* line: without its end. */
static void read_line(struct ar_http *http, ar_str line)
{
    switch (http->part) {
    case AR_HTTP_STATUS_LINE: read_status_line(http, line); return;
    case AR_HTTP_FIELD:
        if (line.len > 0)
            read_field(http, line);
        else
            end_head(http);
        return;
    case AR_HTTP_CHUNK_SIZE: read_chunk_size(http, line); return;
    case AR_HTTP_CHUNK_END:
        if (line.len > 0)
            refuse_bad(http, "a chunk is longer than it says");
        http->part = AR_HTTP_CHUNK_SIZE;
        return;
    case AR_HTTP_TRAILER:
        if (line.len == 0)
            http->state = AR_HTTP_DONE;
        return;
    case AR_HTTP_CONTENT:
    case AR_HTTP_CHUNK: break;
    }
    AR_UNREACHABLE();
}

/* ---- bytes ---- */

static bool is_in_head(const struct ar_http *http)
{
    return http->part == AR_HTTP_STATUS_LINE || http->part == AR_HTTP_FIELD ||
           http->part == AR_HTTP_TRAILER;
}

static bool is_control(char c)
{
    return ((unsigned char)c < ' ' && c != '\t' && c != '\r') || c == 0x7F;
}

static void take_line_byte(struct ar_http *http, char c)
{
    ar_str line = {http->line.ptr, http->line.len};
    bool has_return = line.len > 0 && line.ptr[line.len - 1] == '\r';
    http->n_head_bytes += is_in_head(http);
    if (c == '\n' && has_return) {
        http->line.len = 0;
        read_line(http, ar_str_slice(line, 0, line.len - 1));
    } else if (has_return || is_control(c)) {
        refuse_bad(http, "a line of it ends or is written in another way");
    } else if (line.len == AR_HTTP_LINE_BYTES ||
               http->n_head_bytes > AR_HTTP_HEAD_BYTES) {
        refuse_bad(http, "its head is too long");
    } else {
        ar_buf_put_char(&http->line, c);
    }
}

static void take_content(struct ar_http *http, ar_str *bytes)
{
    size_t count = bytes->len < http->n_left ? bytes->len : http->n_left;
    size_t room = http->max_bytes - http->content.len;
    if (count > room) {
        ar_buf_put(&http->content, ar_str_slice(*bytes, 0, room));
        http->is_cut = true;
        http->state = AR_HTTP_DONE;
        return;
    }
    ar_buf_put(&http->content, ar_str_slice(*bytes, 0, count));
    *bytes = ar_str_slice(*bytes, count, bytes->len);
    http->n_left -= count;
    if (http->n_left > 0)
        return;
    if (http->is_chunked)
        http->part = AR_HTTP_CHUNK_END;
    else
        http->state = AR_HTTP_DONE;
}

void ar_http_feed(struct ar_http *http, ar_str bytes)
{
    while (bytes.len > 0 && http->state == AR_HTTP_READING) {
        if (http->part == AR_HTTP_CONTENT || http->part == AR_HTTP_CHUNK) {
            take_content(http, &bytes);
        } else {
            take_line_byte(http, bytes.ptr[0]);
            bytes = ar_str_slice(bytes, 1, bytes.len);
        }
    }
    if (bytes.len > 0 && http->state == AR_HTTP_DONE && !http->is_cut)
        refuse_bad(http, "it answers more than it says");
}

void ar_http_end(struct ar_http *http)
{
    if (http->state != AR_HTTP_READING)
        return;
    refuse_bad(http, http->status == 0 && http->line.len == 0
                         ? "it answered nothing"
                         : "its answer broke off");
}

/* ---- asking ---- */

static bool is_path(ar_str path)
{
    for (size_t ix = 0; ix < path.len; ix++) {
        if (path.ptr[ix] <= ' ' || path.ptr[ix] > '~')
            return false;
    }
    return path.len > 0 && path.ptr[0] == '/';
}

/* What no server takes for a path of its own. */
static bool is_one_part(ar_str value)
{
    for (size_t start = 0, end = 0; end != SIZE_MAX; start = end + 1) {
        end = ar_str_find(value, AR_STR("/"), start);
        ar_str part = ar_str_slice(value, start, end);
        if (part.len == 0 || ar_str_equal_c(part, ".") ||
            ar_str_equal_c(part, ".."))
            return false;
    }
    return true;
}

bool ar_http_put_value(struct ar_buf *path, ar_str value)
{
    if (!is_one_part(value))
        return false;
    for (size_t ix = 0; ix < value.len; ix++) {
        char c = value.ptr[ix];
        if (ar_char_is_letter(c) || ar_char_is_digit(c) ||
            (c != '\0' && strchr("-._~", c)))
            ar_buf_put_char(path, c);
        else
            ar_buf_printf(path, "%%%02X", (unsigned)(unsigned char)c);
    }
    return true;
}

ar_str ar_http_request(struct ar_arena *arena, ar_str path)
{
    if (!is_path(path))
        return (ar_str){NULL, 0};
    return ar_str_printf(arena,
                         "GET " AR_STR_FORMAT " HTTP/1.1\r\n"
                         "Host: localhost\r\n"
                         "User-Agent: archrules\r\n"
                         "Accept: */*\r\n"
                         "Connection: close\r\n\r\n",
                         AR_STR_ARG(path));
}
