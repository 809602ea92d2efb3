/* SPDX-License-Identifier: Apache-2.0 */
/* Counted strings: comparing, searching, copying, whole numbers, and the
 * nearest name. Letters, digits and blanks are those of ASCII whatever the
 * locale says. Reals are in real.c. */

#include "base/str.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static char raise_letter(char c)
{
    if (c >= 'a' && c <= 'z')
        return (char)(c - 'a' + 'A');
    return c;
}

ar_str ar_str_from_c(const char *c_string)
{
    if (!c_string)
        return (ar_str){NULL, 0};
    return (ar_str){c_string, strlen(c_string)};
}

/* memcmp() that allows NULL for no bytes. */
static int compare_bytes(const char *a, const char *b, size_t len)
{
    return len == 0 ? 0 : memcmp(a, b, len);
}

int ar_str_compare(ar_str a, ar_str b)
{
    int order = compare_bytes(a.ptr, b.ptr, a.len < b.len ? a.len : b.len);
    if (order != 0)
        return order;
    return (a.len > b.len) - (a.len < b.len);
}

static int compare_strings(const void *a, const void *b)
{
    return ar_str_compare(*(const ar_str *)a, *(const ar_str *)b);
}

void ar_str_sort(ar_str *strings, size_t count)
{
    if (count > 1)
        qsort(strings, count, sizeof(*strings), compare_strings);
}

bool ar_str_equal_c(ar_str a, const char *c_string)
{
    return ar_str_equal(a, ar_str_from_c(c_string));
}

bool ar_str_equal_ignore_case(ar_str a, ar_str b)
{
    if (a.len != b.len)
        return false;
    for (size_t i = 0; i < a.len; i++) {
        if (ar_char_lower(a.ptr[i]) != ar_char_lower(b.ptr[i]))
            return false;
    }
    return true;
}

bool ar_str_starts_with(ar_str s, ar_str prefix)
{
    return s.len >= prefix.len &&
           compare_bytes(s.ptr, prefix.ptr, prefix.len) == 0;
}

bool ar_str_ends_with(ar_str s, ar_str suffix)
{
    return s.len >= suffix.len &&
           ar_str_equal(ar_str_slice(s, s.len - suffix.len, s.len), suffix);
}

size_t ar_str_find(ar_str s, ar_str needle, size_t from)
{
    if (from > s.len || needle.len > s.len - from)
        return SIZE_MAX;
    if (needle.len == 0)
        return from;
    size_t last = s.len - needle.len;
    for (size_t at = from; at <= last; at++) {
        const char *first = memchr(s.ptr + at, needle.ptr[0], last - at + 1);
        if (!first)
            return SIZE_MAX;
        at = (size_t)(first - s.ptr);
        if (memcmp(first, needle.ptr, needle.len) == 0)
            return at;
    }
    return SIZE_MAX;
}

ar_str ar_str_trim(ar_str s)
{
    size_t start = 0;
    size_t end = s.len;
    while (start < end && ar_char_is_blank(s.ptr[start]))
        start++;
    while (end > start && ar_char_is_blank(s.ptr[end - 1]))
        end--;
    return ar_str_slice(s, start, end);
}

ar_str ar_str_join(struct ar_arena *arena, ar_str a, ar_str between, ar_str b)
{
    size_t size = 0;
    if (!ar_size_add(a.len, b.len, &size) ||
        !ar_size_add(size, between.len, &size) || !ar_size_add(size, 1, &size))
        ar_arena_fail(arena);
    char *joined = ar_arena_alloc_raw(arena, size);
    char *end = joined;
    const ar_str parts[] = {a, between, b};
    for (size_t i = 0; i < AR_COUNT_OF(parts); i++) {
        if (parts[i].len > 0)
            memcpy(end, parts[i].ptr, parts[i].len);
        end += parts[i].len;
    }
    *end = '\0';
    return (ar_str){joined, size - 1};
}

ar_str ar_str_concat(struct ar_arena *arena, ar_str a, ar_str b)
{
    return ar_str_join(arena, a, AR_STR(""), b);
}

ar_str ar_str_copy(struct ar_arena *arena, ar_str s)
{
    size_t size = 0;
    if (!ar_size_add(s.len, 1, &size))
        ar_arena_fail(arena);
    char *copy = ar_arena_alloc_raw(arena, size);
    if (s.len > 0)
        memcpy(copy, s.ptr, s.len);
    copy[s.len] = '\0';
    return (ar_str){copy, s.len};
}

ar_str ar_str_printf(struct ar_arena *arena, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    AR_ASSERT(length >= 0);
    if (length < 0)
        length = 0;
    size_t size = (size_t)length + 1;
    /* Taken before va_start: an allocation may jump out of here. */
    char *text = ar_arena_alloc(arena, size);
    va_start(arguments, format);
    vsnprintf(text, size, format, arguments);
    va_end(arguments);
    return (ar_str){text, size - 1};
}

static ar_str map_letters(struct ar_arena *arena, ar_str s, char (*map)(char c))
{
    size_t size = 0;
    if (!ar_size_add(s.len, 1, &size))
        ar_arena_fail(arena);
    char *mapped = ar_arena_alloc(arena, size);
    for (size_t i = 0; i < s.len; i++)
        mapped[i] = map(s.ptr[i]);
    return (ar_str){mapped, s.len};
}

ar_str ar_str_lower(struct ar_arena *arena, ar_str s)
{
    return map_letters(arena, s, ar_char_lower);
}

ar_str ar_str_upper(struct ar_arena *arena, ar_str s)
{
    return map_letters(arena, s, raise_letter);
}

bool ar_str_to_u64(ar_str s, uint64_t *out)
{
    uint64_t value = 0;
    if (s.len == 0)
        return false;
    for (size_t i = 0; i < s.len; i++) {
        if (!ar_char_is_digit(s.ptr[i]))
            return false;
        unsigned digit = (unsigned)(s.ptr[i] - '0');
        if (value > (UINT64_MAX - digit) / 10)
            return false;
        value = value * 10 + digit;
    }
    *out = value;
    return true;
}

bool ar_str_to_int(ar_str s, int64_t *out)
{
    bool negative = s.len > 0 && s.ptr[0] == '-';
    uint64_t magnitude = 0;
    if (!ar_str_to_u64(ar_str_slice(s, negative ? 1 : 0, s.len), &magnitude))
        return false;
    if (magnitude > (uint64_t)INT64_MAX + (negative ? 1 : 0))
        return false;
    if (!negative)
        *out = (int64_t)magnitude;
    else /* -INT64_MIN does not fit, so one is set aside */
        *out = magnitude == 0 ? 0 : -(int64_t)(magnitude - 1) - 1;
    return true;
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

static bool same_letter(ar_str a, size_t a_ix, ar_str b, size_t b_ix)
{
    return ar_char_lower(a.ptr[a_ix]) == ar_char_lower(b.ptr[b_ix]);
}

enum { LONGEST_NAME = 128 };

/* Edits (insert, remove, replace, swap neighbours) from a to b, ignoring
 * case. Rows of the table are kept for the last three letters of a. */
static size_t measure_distance(ar_str a, ar_str b)
{
    size_t rows[3][LONGEST_NAME + 1];
    size_t *before = rows[0];
    size_t *above = rows[1];
    size_t *row = rows[2];
    for (size_t j = 0; j <= b.len; j++)
        before[j] = above[j] = j;
    for (size_t i = 1; i <= a.len; i++) {
        row[0] = i;
        for (size_t j = 1; j <= b.len; j++) {
            bool same = same_letter(a, i - 1, b, j - 1);
            size_t edits = above[j - 1] + (same ? 0 : 1);
            edits = least(edits, least(above[j], row[j - 1]) + 1);
            if (i > 1 && j > 1 && same_letter(a, i - 1, b, j - 2) &&
                same_letter(a, i - 2, b, j - 1))
                edits = least(edits, before[j - 2] + 1);
            row[j] = edits;
        }
        size_t *oldest = before;
        before = above;
        above = row;
        row = oldest;
    }
    return above[b.len];
}

/* boolean for bool, str for string. */
static size_t find_prefix(ar_str name, const ar_str *candidates, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (candidates[i].len <= LONGEST_NAME &&
            least(candidates[i].len, name.len) >= 3 &&
            (ar_str_starts_with(name, candidates[i]) ||
             ar_str_starts_with(candidates[i], name)))
            return i;
    }
    return SIZE_MAX;
}

size_t ar_str_nearest(ar_str name, const ar_str *candidates, size_t count)
{
    size_t nearest = SIZE_MAX;
    size_t allowed = name.len < 3 ? 1 : name.len / 3;
    if (name.len > LONGEST_NAME)
        return SIZE_MAX;
    size_t best = allowed + 1;
    for (size_t i = 0; i < count && best > 0; i++) {
        if (candidates[i].len > least(name.len + allowed, LONGEST_NAME) ||
            candidates[i].len + allowed < name.len)
            continue;
        size_t distance = measure_distance(name, candidates[i]);
        if (distance < best && distance < name.len) {
            best = distance;
            nearest = i;
        }
    }
    return nearest != SIZE_MAX ? nearest : find_prefix(name, candidates, count);
}
