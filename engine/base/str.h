/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AR_BASE_STR_H
#define AR_BASE_STR_H
/* Counted strings: a pointer and a length, no owner. Locale is never asked. */

#include "base/arena.h"
#include "base/base.h"

/* Bytes that may hold NUL and are not NUL-terminated unless made by a
 * function that says so. {NULL, 0} is the empty string. */
typedef struct ar_str {
    const char *ptr;
    size_t len;
} ar_str;

typedef AR_VECTOR(ar_str) ar_str_vector;

#define AR_STR(literal) ((ar_str){"" literal, sizeof(literal) - 1})
#define AR_STR_FORMAT   "%.*s"
#define AR_STR_ARG(s)   (int)(s).len, (s).ptr ? (s).ptr : ""

ar_str ar_str_from_c(const char *c_string); /* NULL gives the empty string */
static inline bool ar_str_equal(ar_str a, ar_str b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}
static inline uint64_t ar_str_word(const char *bytes)
{
    uint64_t word;
    memcpy(&word, bytes, sizeof(word));
    return word;
}
/* Up to 8 bytes as a number, each of them in it. Equal numbers of as many
 * bytes are equal bytes. */
static inline uint64_t ar_str_short_word(const char *bytes, size_t count)
{
    uint32_t low, high;
    if (count >= 4) {
        memcpy(&low, bytes, sizeof(low));
        memcpy(&high, bytes + count - sizeof(high), sizeof(high));
        return low | (uint64_t)high << 32;
    }
    if (count == 0)
        return 0;
    return (uint64_t)(unsigned char)bytes[0] |
           (uint64_t)(unsigned char)bytes[count / 2] << 8 |
           (uint64_t)(unsigned char)bytes[count - 1] << 16;
}
/* Both for bytes that mostly are few: without a call. */
static inline char *ar_str_put_bytes(char *to, ar_str s)
{
    size_t at = 0;
    for (; s.len - at >= 8; at += 8)
        memcpy(to + at, s.ptr + at, 8);
    if (at > 0)
        memcpy(to + s.len - 8, s.ptr + s.len - 8, 8);
    for (; s.len < 8 && at < s.len; at++)
        to[at] = s.ptr[at];
    return to + s.len;
}
static inline bool ar_str_same_bytes(const char *a, const char *b, size_t len)
{
    if (len <= 8)
        return ar_str_short_word(a, len) == ar_str_short_word(b, len);
    size_t last = len - 8;
    for (size_t at = 0; at < last; at += 8) {
        if (ar_str_word(a + at) != ar_str_word(b + at))
            return false;
    }
    return ar_str_word(a + last) == ar_str_word(b + last);
}
/* Orders by bytes: negative, 0 or positive. */
int ar_str_compare(ar_str a, ar_str b);
bool ar_str_equal_c(ar_str a, const char *c_string);
bool ar_str_equal_ignore_case(ar_str a, ar_str b); /* ASCII letters only */
bool ar_str_starts_with(ar_str s, ar_str prefix);
bool ar_str_ends_with(ar_str s, ar_str suffix);
/* Byte offset of the first needle at or after from, or SIZE_MAX. */
size_t ar_str_find(ar_str s, ar_str needle, size_t from);
/* Bytes [start, end), both clamped to the length. */
static inline ar_str ar_str_slice(ar_str s, size_t start, size_t end)
{
    if (s.len == 0)
        return s;
    if (end > s.len)
        end = s.len;
    if (start > end)
        start = end;
    return (ar_str){s.ptr + start, end - start};
}
ar_str ar_str_trim(ar_str s); /* ASCII blanks: space \t \n \r \v \f */

void ar_str_sort(ar_str *strings, size_t count); /* by bytes */

/* Copies into the arena; the copy is NUL-terminated. */
ar_str ar_str_copy(struct ar_arena *arena, ar_str s);
ar_str ar_str_concat(struct ar_arena *arena, ar_str a, ar_str b);
ar_str ar_str_join(struct ar_arena *arena, ar_str a, ar_str between, ar_str b);
/* Formats as printf does; the result is NUL-terminated. */
ar_str ar_str_printf(struct ar_arena *arena, const char *format, ...)
    AR_PRINTF_LIKE(2, 3);
ar_str ar_str_lower(struct ar_arena *arena, ar_str s); /* ASCII letters */
ar_str ar_str_upper(struct ar_arena *arena, ar_str s); /* ASCII letters */

/* The whole of s as a decimal number, with an optional '-'; false if there
 * is anything else or it does not fit. No sign '+', no blanks. */
bool ar_str_to_int(ar_str s, int64_t *out);
bool ar_str_to_u64(ar_str s, uint64_t *out); /* digits only */
/* JSON's number form; false also for a result that is not finite. */
bool ar_str_to_real(ar_str s, double *out);
/* The shortest decimal form that reads back as the same double; always with
 * a '.' or an exponent: 0.1 100.0 1.5e-7 1e22. The value must be finite. */
ar_str ar_str_from_real(struct ar_arena *arena, double value);

static inline bool ar_char_is_digit(char c)
{
    return c >= '0' && c <= '9';
}
static inline bool ar_char_is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
static inline bool ar_char_is_blank(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}
static inline char ar_char_lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}
/* 0 to 15; -1 if it is no hexadecimal digit. */
static inline int ar_char_hex_value(char c)
{
    if (ar_char_is_digit(c))
        return c - '0';
    char lower = ar_char_lower(c);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

/* The name nearest to name among candidates, for "did you mean": within an
 * edit distance of a third of its length (at least 1, and less than its length;
 * a transposition counts 1; case differences 0), else one that begins with it
 * or that it begins with (3 bytes or more); SIZE_MAX if none is. Ties go
 * to the first. Names over 128 bytes are never near. */
size_t ar_str_nearest(ar_str name, const ar_str *candidates, size_t count);

#endif
