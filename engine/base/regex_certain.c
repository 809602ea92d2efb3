/* SPDX-License-Identifier: Apache-2.0 */
/* A reader that gives up at anything it is not sure of. */

#include "base/regex_certain.h"

#include "base/limits.h"

#include <string.h>

enum {
    MAX_DEPTH = 16,
    MAX_COUNT = 255 /* in braces; of one item, so that nothing is copied */
};

/* What a quantifier may stand behind. */
enum before { NOTHING, GROUP, ITEM };

struct reader {
    ar_str text;
    size_t at;
    enum before before;
    size_t depth;
    size_t n_captures;
};

static char peek(const struct reader *reader, size_t ahead)
{
    size_t at = reader->at + ahead;
    return at < reader->text.len ? reader->text.ptr[at] : '\0';
}

static bool is_printable(char c)
{
    return c >= ' ' && c <= '~';
}

static bool is_sign(char c)
{
    return is_printable(c) && c != ' ' && !ar_char_is_letter(c) &&
           !ar_char_is_digit(c);
}

static bool is_one_of(char c, const char *wanted)
{
    return c != '\0' && strchr(wanted, c) != NULL;
}

static bool take_item(struct reader *reader, size_t n_bytes)
{
    reader->before = ITEM;
    reader->at += n_bytes;
    return true;
}

static bool take_escape(struct reader *reader)
{
    char c = peek(reader, 1);
    if (is_one_of(c, "bB")) {
        reader->before = NOTHING;
        reader->at += 2;
        return true;
    }
    return (is_one_of(c, "dDsSwWntr") || is_sign(c)) && take_item(reader, 2);
}

/* A letter or digit that a range may begin or end with. */
static bool is_bound(char c)
{
    return ar_char_is_letter(c) || ar_char_is_digit(c);
}

/* A member of a class, or a range. '-' stands for itself only at the end. */
static bool take_member(struct reader *reader)
{
    char c = peek(reader, 0);
    char next = peek(reader, 1);
    if (c == '\\') {
        reader->at += 2;
        return (is_one_of(next, "dDsSwWntr") || is_sign(next)) &&
               (peek(reader, 0) != '-' || peek(reader, 1) == ']');
    }
    if (!is_printable(c) || c == '[')
        return false;
    if (next != '-' || peek(reader, 2) == ']') {
        reader->at++;
        return c != '-' || next == ']';
    }
    char last = peek(reader, 2);
    reader->at += 3;
    return is_bound(c) && is_bound(last) && c <= last &&
           (peek(reader, 0) != '-' || peek(reader, 1) == ']');
}

static bool take_class(struct reader *reader)
{
    reader->at++;
    if (is_one_of(peek(reader, 0), ":.="))
        return false;
    if (peek(reader, 0) == '^')
        reader->at++;
    if (peek(reader, 0) == ']')
        return false;
    while (reader->at < reader->text.len && peek(reader, 0) != ']') {
        if (!take_member(reader))
            return false;
    }
    return peek(reader, 0) == ']' && take_item(reader, 1);
}

static bool open_group(struct reader *reader)
{
    bool is_plain = peek(reader, 1) != '?';
    if (peek(reader, 1) == '*' || (!is_plain && peek(reader, 2) != ':'))
        return false;
    reader->n_captures += is_plain;
    reader->before = NOTHING;
    reader->at += is_plain ? 1 : 3;
    return ++reader->depth <= MAX_DEPTH &&
           reader->n_captures <= AR_MAX_REGEX_GROUPS;
}

static bool close_group(struct reader *reader)
{
    reader->before = GROUP;
    reader->at++;
    return reader->depth-- > 0;
}

static bool take_number(struct reader *reader, unsigned *out)
{
    bool has_digits = ar_char_is_digit(peek(reader, 0));
    *out = 0;
    for (; ar_char_is_digit(peek(reader, 0)); reader->at++) {
        *out = *out * 10 + (unsigned)(peek(reader, 0) - '0');
        if (*out > MAX_COUNT)
            return false;
    }
    return has_digits;
}

/* {2} {2,} {2,5} */
static bool take_braces(struct reader *reader)
{
    unsigned least = 0;
    unsigned most = MAX_COUNT;
    reader->at++;
    if (reader->before != ITEM || !take_number(reader, &least))
        return false;
    if (peek(reader, 0) == ',') {
        reader->at++;
        if (peek(reader, 0) != '}' && !take_number(reader, &most))
            return false;
    }
    return peek(reader, 0) == '}' && least <= most;
}

static bool take_quantifier(struct reader *reader)
{
    if (reader->before == NOTHING ||
        (peek(reader, 0) == '{' && !take_braces(reader)))
        return false;
    reader->at++;
    if (is_one_of(peek(reader, 0), "?+"))
        reader->at++;
    reader->before = NOTHING;
    return true;
}

static bool take_next(struct reader *reader)
{
    char c = peek(reader, 0);
    switch (c) {
    case '\\': return take_escape(reader);
    case '[': return take_class(reader);
    case '(': return open_group(reader);
    case ')': return close_group(reader);
    case '*':
    case '+':
    case '?':
    case '{': return take_quantifier(reader);
    case '|':
    case '^':
    case '$':
        reader->before = NOTHING;
        reader->at++;
        return true;
    default: return is_printable(c) && take_item(reader, 1);
    }
}

bool ar_regex_is_certain(ar_str pattern)
{
    struct reader reader = {.text = pattern};
    while (reader.at < pattern.len) {
        if (!take_next(&reader))
            return false;
    }
    return reader.depth == 0;
}
