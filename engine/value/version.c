/* SPDX-License-Identifier: Apache-2.0 */
/* Versions: reading any spelling that starts with numbers, and the one order
 * over them. The words of pre-releases live here and nowhere else. */

#include "value/version.h"

/* A word's rank is its place, from 1. */
static const char *const pre_release_words[] = {
    "nightly", "dev", "ea", "m", "alpha", "preview", "pre", "beta", "rc",
};

static size_t skip_digits(ar_str text, size_t at)
{
    while (at < text.len && ar_char_is_digit(text.ptr[at]))
        at++;
    return at;
}

static size_t skip_letters(ar_str text, size_t at)
{
    while (at < text.len && ar_char_is_letter(text.ptr[at]))
        at++;
    return at;
}

static bool is_digit_at(ar_str text, size_t at)
{
    return at < text.len && ar_char_is_digit(text.ptr[at]);
}

/* A '.' at the end of the numbers must lead to a word: "1.2.beta". */
static bool misses_part(ar_str text, size_t at)
{
    if (at >= text.len || text.ptr[at] != '.')
        return false;
    return at + 1 == text.len || !ar_char_is_letter(text.ptr[at + 1]);
}

static bool find_parts(ar_str text, size_t start, size_t *end, size_t *count)
{
    size_t at = start;
    size_t n_parts = 0;
    for (;;) {
        size_t after = skip_digits(text, at);
        if (after == at)
            return false;
        n_parts++;
        at = after;
        if (text.len == at || text.ptr[at] != '.' || !is_digit_at(text, at + 1))
            break;
        at++;
    }
    *end = at;
    *count = n_parts;
    return !misses_part(text, at);
}

/* So many digits are no more than 64 bit. */
enum { SURE_DIGITS = 19 };

static bool read_parts(ar_str text, size_t at, uint64_t *parts, size_t n_parts)
{
    for (size_t ix = 0; ix < n_parts; ix++) {
        size_t start = at;
        uint64_t part = 0;
        for (; is_digit_at(text, at); at++)
            part = part * 10 + (uint64_t)(text.ptr[at] - '0');
        if (at - start > SURE_DIGITS &&
            !ar_str_to_u64(ar_str_slice(text, start, at), &part))
            return false;
        parts[ix] = part;
        at++;
    }
    return true;
}

static ar_str cut_suffix(ar_str text, size_t at)
{
    if (at == text.len)
        return (ar_str){NULL, 0};
    char c = text.ptr[at];
    bool is_sign = c == '-' || c == '.' || c == '_' || c == '~' || c == '+';
    return ar_str_slice(text, is_sign ? at + 1 : at, text.len);
}

static unsigned rank_of(ar_str suffix, size_t n_letters)
{
    ar_str word = ar_str_slice(suffix, 0, n_letters);
    for (unsigned ix = 0; ix < AR_COUNT_OF(pre_release_words); ix++) {
        ar_str known = ar_str_from_c(pre_release_words[ix]);
        if (!ar_str_equal_ignore_case(word, known))
            continue;
        bool is_milestone = known.len == 1;
        return !is_milestone || is_digit_at(suffix, n_letters) ? ix + 1 : 0;
    }
    return 0;
}

static bool read_pre_release(struct ar_version *version)
{
    ar_str suffix = version->suffix;
    if (suffix.len == 0)
        return true;
    size_t at = skip_letters(suffix, 0);
    version->pre_release_rank = rank_of(suffix, at);
    if (version->pre_release_rank == 0 || at == suffix.len)
        return true;
    char c = suffix.ptr[at];
    if (c == '.' || c == '-' || c == '_')
        at++;
    if (!is_digit_at(suffix, at))
        return true;
    ar_str number = ar_str_slice(suffix, at, skip_digits(suffix, at));
    return ar_str_to_u64(number, &version->pre_release_number);
}

/* With its parts behind it. */
static struct ar_version *make(struct ar_arena *arena, size_t n_parts)
{
    size_t bytes = 0;
    if (!ar_size_mul(n_parts, sizeof(uint64_t), &bytes) ||
        !ar_size_add(bytes, sizeof(struct ar_version), &bytes))
        ar_arena_fail(arena);
    struct ar_version *version = ar_arena_alloc_raw(arena, bytes);
    *version = (struct ar_version){.n_parts = n_parts};
    return version;
}

bool ar_version_parse_kept(struct ar_arena *arena, ar_str text,
                           const struct ar_version **out)
{
    size_t start = text.len > 0 && text.ptr[0] == 'v' ? 1 : 0;
    size_t end = 0;
    size_t n_parts = 0;
    if (!find_parts(text, start, &end, &n_parts))
        return false;
    struct ar_version *version = make(arena, n_parts);
    uint64_t *parts = (uint64_t *)(version + 1);
    if (!read_parts(text, start, parts, n_parts))
        return false;
    version->text = text;
    version->parts = parts;
    version->suffix = cut_suffix(text, end);
    if (!read_pre_release(version))
        return false;
    *out = version;
    return true;
}

bool ar_version_parse(struct ar_arena *arena, ar_str text,
                      const struct ar_version **out)
{
    return ar_version_parse_kept(arena, ar_str_copy(arena, text), out);
}

static uint64_t part_at(const struct ar_version *version, size_t ix)
{
    return ix < version->n_parts ? version->parts[ix] : 0;
}

static int compare_numbers(uint64_t a, uint64_t b)
{
    return (a > b) - (a < b);
}

int ar_version_compare(const struct ar_version *a, const struct ar_version *b)
{
    size_t n_parts = a->n_parts > b->n_parts ? a->n_parts : b->n_parts;
    for (size_t ix = 0; ix < n_parts; ix++) {
        int order = compare_numbers(part_at(a, ix), part_at(b, ix));
        if (order != 0)
            return order;
    }
    /* Subtracting 1 makes the rank of a release, 0, the greatest. */
    int order =
        compare_numbers(a->pre_release_rank - 1U, b->pre_release_rank - 1U);
    if (order != 0)
        return order;
    return compare_numbers(a->pre_release_number, b->pre_release_number);
}
