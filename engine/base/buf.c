/* SPDX-License-Identifier: Apache-2.0 */
/* Growable byte buffers. There is always room for a NUL behind the text, so
 * a view costs nothing. */

#include "base/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { FIRST_CAPACITY = 64 };

/* Makes room for extra bytes and a NUL; returns where they go. A block that
 * is outgrown stays readable in the arena, so text of the buffer itself can
 * be put again. */
static char *move(struct ar_buf *buf, size_t needed)
{
    size_t capacity = buf->capacity ? buf->capacity : FIRST_CAPACITY;
    while (capacity < needed && capacity <= SIZE_MAX / 2)
        capacity *= 2;
    if (capacity < needed)
        capacity = needed;
    char *moved = ar_arena_alloc_raw(buf->arena, capacity);
    if (buf->len > 0)
        memcpy(moved, buf->ptr, buf->len);
    buf->ptr = moved;
    buf->capacity = capacity;
    return moved + buf->len;
}

static inline char *reserve(struct ar_buf *buf, size_t extra)
{
    if (extra < buf->capacity - buf->len)
        return buf->ptr + buf->len;
    size_t needed = 0;
    if (!ar_size_add(buf->len, extra, &needed) ||
        !ar_size_add(needed, 1, &needed))
        ar_arena_fail(buf->arena);
    return move(buf, needed);
}

void ar_buf_put(struct ar_buf *buf, ar_str s)
{
    if (s.len == 0)
        return;
    memcpy(reserve(buf, s.len), s.ptr, s.len);
    buf->len += s.len;
}

char *ar_buf_add(struct ar_buf *buf, size_t count)
{
    char *at = reserve(buf, count);
    buf->len += count;
    return at;
}

void ar_buf_put_c(struct ar_buf *buf, const char *c_string)
{
    ar_buf_put(buf, ar_str_from_c(c_string));
}

void ar_buf_put_char(struct ar_buf *buf, char c)
{
    *reserve(buf, 1) = c;
    buf->len++;
}

void ar_buf_put_repeated(struct ar_buf *buf, char c, size_t count)
{
    if (count == 0)
        return;
    memset(reserve(buf, count), c, count);
    buf->len += count;
}

static char continuation(uint32_t code_point, unsigned shift)
{
    return (char)(0x80 | (code_point >> shift & 0x3F));
}

void ar_buf_put_code_point(struct ar_buf *buf, uint32_t code_point)
{
    char bytes[4];
    size_t count = 0;
    if (code_point > 0x10FFFF || (code_point & 0xFFFFF800) == 0xD800)
        code_point = 0xFFFD;
    if (code_point < 0x80) {
        bytes[count++] = (char)code_point;
    } else if (code_point < 0x800) {
        bytes[count++] = (char)(0xC0 | code_point >> 6);
    } else if (code_point < 0x10000) {
        bytes[count++] = (char)(0xE0 | code_point >> 12);
        bytes[count++] = continuation(code_point, 6);
    } else {
        bytes[count++] = (char)(0xF0 | code_point >> 18);
        bytes[count++] = continuation(code_point, 12);
        bytes[count++] = continuation(code_point, 6);
    }
    if (code_point >= 0x80)
        bytes[count++] = continuation(code_point, 0);
    ar_buf_put(buf, (ar_str){bytes, count});
}

void ar_buf_printf(struct ar_buf *buf, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    AR_ASSERT(length >= 0);
    if (length <= 0)
        return;
    /* Reserved before va_start: an allocation may jump out of here. */
    char *end = reserve(buf, (size_t)length);
    va_start(arguments, format);
    vsnprintf(end, (size_t)length + 1, format, arguments);
    va_end(arguments);
    buf->len += (size_t)length;
}

ar_str ar_buf_view(struct ar_buf *buf)
{
    if (buf->len == 0)
        return AR_STR("");
    buf->ptr[buf->len] = '\0';
    return (ar_str){buf->ptr, buf->len};
}
