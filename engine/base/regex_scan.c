/* SPDX-License-Identifier: Apache-2.0 */
/* Looks through a pattern before PCRE2 sees it, in one pass and with a stack
 * of fixed size. It must never lose its place, or something forbidden could
 * hide in what it takes for a class, a comment or a quotation: where PCRE2
 * versions differ, it refuses. */

#include "base/regex_scan.h"

#include "base/limits.h"

#include <string.h>

enum { NESTED_GROUPS = 64 };

struct group {
    size_t repeats; /* the largest product of nested repeats so far */
    bool extended;  /* blanks and # comments mean nothing */
};

struct scanner {
    ar_str pattern;
    size_t at;
    size_t item_repeats; /* the product within the item just before at */
    size_t n_captures;
    size_t depth;
    struct group groups[NESTED_GROUPS + 1];
    struct ar_regex_scan *result;
};

static bool refuse(struct scanner *scanner, size_t at, const char *why)
{
    scanner->result->refusal = why;
    scanner->result->refused_at = at;
    return false;
}

/* The byte at a place, or NUL past the end; a NUL inside means nothing
 * anywhere, so the two need no telling apart. */
static char peek(const struct scanner *scanner, size_t at)
{
    if (at >= scanner->pattern.len)
        return '\0';
    return scanner->pattern.ptr[at];
}

static bool looks_at(const struct scanner *scanner, size_t at, const char *text)
{
    ar_str rest = ar_str_slice(scanner->pattern, at, scanner->pattern.len);
    return ar_str_starts_with(rest, ar_str_from_c(text));
}

/* Behind the next text, or the end of the pattern. */
static size_t skip_past(const struct scanner *scanner, size_t at,
                        const char *text)
{
    ar_str needle = ar_str_from_c(text);
    size_t found = ar_str_find(scanner->pattern, needle, at);
    return found == SIZE_MAX ? scanner->pattern.len : found + needle.len;
}

static struct group *current_group(struct scanner *scanner)
{
    return &scanner->groups[scanner->depth];
}

/* Records an item with these repeats, and that the next quantifier is its. */
static void set_item(struct scanner *scanner, size_t repeats)
{
    struct group *group = current_group(scanner);
    scanner->item_repeats = repeats;
    if (group->repeats < repeats)
        group->repeats = repeats;
}

static bool take_item(struct scanner *scanner, size_t end)
{
    set_item(scanner, 1);
    scanner->at = end;
    return true;
}

static size_t skip_spaces(const struct scanner *scanner, size_t at)
{
    while (peek(scanner, at) == ' ' || peek(scanner, at) == '\t')
        at++;
    return at;
}

/* Reads digits at *at; a value over the limit is as good as any other. */
static size_t take_count(const struct scanner *scanner, size_t *at)
{
    size_t value = 0;
    for (; ar_char_is_digit(peek(scanner, *at)); (*at)++) {
        if (value <= AR_REGEX_MAX_REPEAT)
            value = value * 10 + (size_t)(peek(scanner, *at) - '0');
    }
    return value;
}

static bool apply_repeat(struct scanner *scanner, size_t count)
{
    if (count > AR_REGEX_MAX_REPEAT)
        return refuse(scanner, scanner->at, "repeats more than 1000 times");
    size_t repeats = scanner->item_repeats * (count > 0 ? count : 1);
    if (repeats > AR_REGEX_MAX_NESTED_REPEATS)
        return refuse(scanner, scanner->at,
                      "nested repeats of more than 10000 times in all");
    set_item(scanner, repeats);
    return true;
}

/* {2} {2,} {2,5}. With blanks inside or without the first number it is text
 * to older versions of PCRE2 and a quantifier to newer ones. */
static bool scan_brace(struct scanner *scanner)
{
    size_t first_at = skip_spaces(scanner, scanner->at + 1);
    size_t at = first_at;
    size_t first = take_count(scanner, &at);
    bool has_first = at > first_at;
    bool has_second = false;
    size_t second = 0;
    at = skip_spaces(scanner, at);
    if (peek(scanner, at) == ',') {
        size_t second_at = skip_spaces(scanner, at + 1);
        at = second_at;
        second = take_count(scanner, &at);
        has_second = at > second_at;
        at = skip_spaces(scanner, at);
    }
    if (peek(scanner, at) != '}' || !(has_first || has_second))
        return take_item(scanner, scanner->at + 1);
    ar_str written = ar_str_slice(scanner->pattern, scanner->at, at);
    if (!has_first || ar_str_find(written, AR_STR(" "), 0) != SIZE_MAX ||
        ar_str_find(written, AR_STR("\t"), 0) != SIZE_MAX)
        return refuse(scanner, scanner->at,
                      "a repeat is written {2}, {2,} or {2,5}; for the "
                      "character itself write \\{");
    if (!apply_repeat(scanner, second > first ? second : first))
        return false;
    scanner->at = at + 1;
    return true;
}

static bool scan_escape(struct scanner *scanner)
{
    size_t at = scanner->at;
    switch (peek(scanner, at + 1)) {
    case 'C': return refuse(scanner, at, "\\C is not allowed");
    case 'K': return refuse(scanner, at, "\\K is not allowed");
    case 'X':
        /* Before flags of countries it looks back to the start each time. */
        return refuse(scanner, at, "\\X is not allowed");
    case 'G': return refuse(scanner, at, "\\G is not allowed");
    case 'g':
    case 'k':
    case '1':
    case '2':
    case '3':
    case '4':
    case '5':
    case '6':
    case '7':
    case '8':
    case '9':
        return refuse(scanner, at,
                      "back-references and subroutine calls are not allowed");
    case 'E': scanner->at = at + 2; return true;
    case 'Q':
        scanner->at = skip_past(scanner, at + 2, "\\E");
        if (!looks_at(scanner, at + 2, "\\E"))
            set_item(scanner, 1);
        return true;
    case 'c': return take_item(scanner, at + 3);
    case 'o':
    case 'x':
    case 'p':
    case 'P':
        at += 2;
        return take_item(scanner, peek(scanner, at) == '{'
                                      ? skip_past(scanner, at, "}")
                                      : at);
    case 'N':
        at += 2;
        return take_item(scanner, looks_at(scanner, at, "{U+")
                                      ? skip_past(scanner, at, "}")
                                      : at);
    default: return take_item(scanner, at + 2);
    }
}

/* Behind [:name:], [.x.] or [=x=] at a '[' within a class, or 0 if it is
 * none of these. */
static size_t skip_posix_name(const struct scanner *scanner, size_t open)
{
    char mark = peek(scanner, open + 1);
    if (mark != ':' && mark != '.' && mark != '=')
        return 0;
    for (size_t at = open + 2; at + 1 < scanner->pattern.len; at++) {
        char c = peek(scanner, at);
        char next = peek(scanner, at + 1);
        if (c == mark && next == ']')
            return at + 2;
        if (c == ']' || (c == '[' && next == mark))
            return 0;
        if (c == '\\' && (next == ']' || next == '\\'))
            at++;
    }
    return 0;
}

/* Behind what may stand before the first member: '^', empty quotations. */
static size_t skip_class_start(const struct scanner *scanner, size_t at)
{
    bool negated = false;
    for (;;) {
        if (looks_at(scanner, at, "\\E")) {
            at += 2;
        } else if (looks_at(scanner, at, "\\Q\\E")) {
            at += 4;
        } else if (!negated && peek(scanner, at) == '^') {
            negated = true;
            at++;
        } else {
            return at;
        }
    }
}

static bool scan_class(struct scanner *scanner)
{
    size_t at = skip_class_start(scanner, scanner->at + 1);
    if (peek(scanner, at) == ']') /* as the first member it is one */
        at++;
    while (at < scanner->pattern.len && peek(scanner, at) != ']') {
        size_t name_end = 0;
        if (looks_at(scanner, at, "\\Q"))
            at = skip_past(scanner, at + 2, "\\E");
        else if (looks_at(scanner, at, "\\c"))
            at += 3;
        else if (peek(scanner, at) == '\\')
            at += 2;
        else if (peek(scanner, at) == '[' &&
                 (name_end = skip_posix_name(scanner, at)) > 0)
            at = name_end;
        else
            at++;
    }
    return take_item(scanner, at + 1);
}

static bool open_group(struct scanner *scanner, size_t end, bool extended)
{
    if (scanner->depth == NESTED_GROUPS)
        return refuse(scanner, scanner->at, "groups nested more than 64 deep");
    scanner->depth++;
    *current_group(scanner) = (struct group){.extended = extended};
    scanner->at = end;
    set_item(scanner, 1);
    return true;
}

static bool open_capture(struct scanner *scanner, size_t end)
{
    if (++scanner->n_captures == AR_MAX_REGEX_GROUPS + 1)
        scanner->result->too_many_at = scanner->at;
    return open_group(scanner, end, current_group(scanner)->extended);
}

static bool close_group(struct scanner *scanner)
{
    size_t repeats = current_group(scanner)->repeats;
    scanner->at++;
    if (scanner->depth > 0) /* else PCRE2 refuses it */
        scanner->depth--;
    set_item(scanner, repeats);
    return true;
}

/* (?i) (?s-x) (?^m: and so on, at the first character after "(?". */
static bool scan_options(struct scanner *scanner)
{
    size_t at = scanner->at + 2;
    bool extended = current_group(scanner)->extended;
    bool on = true;
    if (peek(scanner, at) == '^') {
        extended = false;
        at++;
    }
    for (; peek(scanner, at) != ')' && peek(scanner, at) != ':'; at++) {
        char c = peek(scanner, at);
        if (c == 'x')
            extended = on;
        if (c == '-')
            on = false;
        else if (c != 'i' && c != 'm' && c != 's' &&
                 (c != 'x' || peek(scanner, at + 1) == 'x'))
            return refuse(scanner, scanner->at,
                          "this kind of group is not known; the options are "
                          "i, m, s and x");
    }
    if (peek(scanner, at) == ':')
        return open_group(scanner, at + 1, extended);
    current_group(scanner)->extended = extended;
    scanner->at = at + 1;
    return true;
}

/* Groups with < : (?<= (?<! look behind, (?<name> captures. */
static bool scan_angle_group(struct scanner *scanner)
{
    size_t at = scanner->at;
    char c = peek(scanner, at + 3);
    if (c == '*')
        return refuse(scanner, at, "this kind of group is not known");
    if (c != '=' && c != '!')
        return open_capture(scanner, at + 3);
    if (scanner->result->look_behind_at == scanner->pattern.len)
        scanner->result->look_behind_at = at;
    return open_group(scanner, at + 4, current_group(scanner)->extended);
}

static const char *const subroutine_refusal =
    "recursion and subroutine calls are not allowed";

/* Groups of Python's making: (?P<name> (?P=name) (?P>name). */
static bool scan_python_group(struct scanner *scanner)
{
    size_t at = scanner->at;
    switch (peek(scanner, at + 3)) {
    case '<': return open_capture(scanner, at + 4);
    case '=': return refuse(scanner, at, "back-references are not allowed");
    case '>': return refuse(scanner, at, subroutine_refusal);
    default: return refuse(scanner, at, "this kind of group is not known");
    }
}

static bool scan_group(struct scanner *scanner)
{
    size_t at = scanner->at;
    if (peek(scanner, at + 1) == '*')
        return refuse(scanner, at,
                      "(* starts a verb, which is not allowed; for the "
                      "characters themselves write \\(*");
    if (peek(scanner, at + 1) != '?')
        return open_capture(scanner, at + 1);
    char c = peek(scanner, at + 2);
    switch (c) {
    case ':':
    case '|':
    case '>':
    case '=':
    case '!':
        return open_group(scanner, at + 3, current_group(scanner)->extended);
    case '#': scanner->at = skip_past(scanner, at, ")"); return true;
    case '<': return scan_angle_group(scanner);
    case '\'': return open_capture(scanner, at + 3);
    case 'P': return scan_python_group(scanner);
    case 'C': return refuse(scanner, at, "callouts are not allowed");
    case '(': return refuse(scanner, at, "conditional groups are not allowed");
    case 'R':
    case '&':
    case '+': return refuse(scanner, at, subroutine_refusal);
    default: break;
    }
    if (ar_char_is_digit(c) ||
        (c == '-' && ar_char_is_digit(peek(scanner, at + 3))))
        return refuse(scanner, at, subroutine_refusal);
    return scan_options(scanner);
}

/* In extended mode: up to the line end, which may be any of PCRE2's. */
static void skip_comment(struct scanner *scanner)
{
    while (scanner->at < scanner->pattern.len &&
           peek(scanner, scanner->at) != '\n' &&
           peek(scanner, scanner->at) != '\r')
        scanner->at++;
}

/* Any other character. In extended mode some mean nothing, and then the item
 * before them is still the one a quantifier repeats; beyond ASCII there are
 * more of those, so that item is kept for all. */
static bool scan_character(struct scanner *scanner, char c)
{
    bool extended = current_group(scanner)->extended;
    if (extended && c == '#')
        skip_comment(scanner);
    else if (extended && (ar_char_is_blank(c) || (unsigned char)c >= 0x80))
        scanner->at++;
    else
        take_item(scanner, scanner->at + 1);
    return true;
}

static bool scan_next(struct scanner *scanner)
{
    char c = peek(scanner, scanner->at);
    switch (c) {
    case '\\': return scan_escape(scanner);
    case '[': return scan_class(scanner);
    case '(': return scan_group(scanner);
    case ')': return close_group(scanner);
    case '{': return scan_brace(scanner);
    case '*':
    case '+':
    case '?': scanner->at++; return true;
    default: return scan_character(scanner, c);
    }
}

bool ar_regex_scan(ar_str pattern, bool extended, struct ar_regex_scan *out)
{
    struct scanner scanner = {.pattern = pattern, .result = out};
    scanner.groups[0].extended = extended;
    *out = (struct ar_regex_scan){
        .look_behind_at = pattern.len,
        .too_many_at = pattern.len,
    };
    set_item(&scanner, 1);
    while (scanner.at < pattern.len) {
        if (!scan_next(&scanner))
            return false;
    }
    return true;
}
