/* SPDX-License-Identifier: Apache-2.0 */
/* Takes a pattern apart. The pattern has compiled, so brackets match and what
 * is allowed is known (base/regex.h). */
#include "sema/regex_shape.h"

enum { MANY = 16 };

struct parser {
    struct ar_arena *arena;
    ar_str pattern;
    size_t at;
    bool extended;
    bool has_failed;
};

static struct ar_shape *parse_choice(struct parser *parser);

static char peek(const struct parser *parser, size_t ahead)
{
    size_t at = parser->at + ahead;
    return at < parser->pattern.len ? parser->pattern.ptr[at] : '\0';
}

static bool looks_at(const struct parser *parser, const char *text)
{
    return ar_str_starts_with(
        ar_str_slice(parser->pattern, parser->at, parser->pattern.len),
        ar_str_from_c(text));
}

static bool is_at_end(const struct parser *parser)
{
    return parser->at >= parser->pattern.len;
}

static void skip_behind(struct parser *parser, const char *text)
{
    ar_str needle = ar_str_from_c(text);
    size_t found = ar_str_find(parser->pattern, needle, parser->at);
    parser->at = found == SIZE_MAX ? parser->pattern.len : found + needle.len;
}

static struct ar_shape *make(struct parser *parser, enum ar_shape_kind kind)
{
    struct ar_shape *shape = AR_NEW(parser->arena, struct ar_shape);
    shape->kind = kind;
    return shape;
}

static struct ar_shape *make_atom(struct parser *parser, size_t start)
{
    struct ar_shape *shape = make(parser, AR_SHAPE_ATOM);
    shape->text = ar_str_slice(parser->pattern, start, parser->at);
    return shape;
}

/* ---- escapes and classes ---- */

static void skip_hex(struct parser *parser)
{
    for (unsigned i = 0; i < 2; i++) {
        char c = ar_char_lower(peek(parser, 0));
        if (ar_char_is_digit(c) || (c >= 'a' && c <= 'f'))
            parser->at++;
    }
}

/* Behind the backslash and its letter. */
static void skip_escape_tail(struct parser *parser, char letter)
{
    bool takes_braces = letter == 'x' || letter == 'p' || letter == 'P' ||
                        letter == 'o' || letter == 'N';
    if (takes_braces && peek(parser, 0) == '{')
        skip_behind(parser, "}");
    else if (letter == 'x')
        skip_hex(parser);
    else if (letter == 'p' || letter == 'P' || letter == 'c')
        parser->at++;
    else if (letter == '0')
        while (peek(parser, 0) >= '0' && peek(parser, 0) <= '7')
            parser->at++;
}

static struct ar_shape *parse_escape(struct parser *parser)
{
    size_t start = parser->at;
    char letter = peek(parser, 1);
    parser->at += 2;
    if (letter == 'Q' || letter == 'E' || letter == 'R')
        parser->has_failed = true;
    if (letter == 'b' || letter == 'B' || letter == 'A' || letter == 'z' ||
        letter == 'Z')
        return make(parser, AR_SHAPE_EMPTY);
    if ((unsigned char)letter >= 0x80)
        while (((unsigned char)peek(parser, 0) & 0xC0) == 0x80)
            parser->at++;
    skip_escape_tail(parser, letter);
    return make_atom(parser, start);
}

static struct ar_shape *parse_class(struct parser *parser)
{
    size_t start = parser->at++;
    if (peek(parser, 0) == '^')
        parser->at++;
    if (peek(parser, 0) == ']')
        parser->at++;
    while (!is_at_end(parser) && peek(parser, 0) != ']') {
        if (looks_at(parser, "\\Q"))
            parser->has_failed = true;
        if (peek(parser, 0) == '\\')
            parser->at += 2;
        else if (looks_at(parser, "[:"))
            skip_behind(parser, ":]");
        else
            parser->at++;
    }
    parser->at++;
    return make_atom(parser, start);
}

/* ---- groups ---- */

static struct ar_shape *parse_body(struct parser *parser, size_t skipped)
{
    bool extended = parser->extended;
    parser->at += skipped;
    struct ar_shape *body = parse_choice(parser);
    parser->at++; /* the bracket */
    parser->extended = extended;
    return body;
}

/* (?i) (?i-x: : read until the ) or the : that ends the letters. */
static struct ar_shape *parse_options(struct parser *parser)
{
    bool on = true;
    bool extended = peek(parser, 2) == '^' ? false : parser->extended;
    for (parser->at += 2; !is_at_end(parser); parser->at++) {
        char c = peek(parser, 0);
        if (c == ')' || c == ':')
            break;
        if (c == '-')
            on = false;
        if (c == 'x')
            extended = on;
    }
    if (peek(parser, 0) == ')') {
        parser->at++;
        parser->extended = extended;
        return make(parser, AR_SHAPE_EMPTY);
    }
    bool outer = parser->extended;
    parser->extended = extended;
    struct ar_shape *body = parse_body(parser, 1);
    parser->extended = outer;
    return body;
}

static struct ar_shape *parse_look(struct parser *parser, size_t skipped)
{
    parse_body(parser, skipped);
    return make(parser, AR_SHAPE_EMPTY);
}

static struct ar_shape *parse_named(struct parser *parser, const char *end)
{
    parser->at += 3;
    skip_behind(parser, end);
    return parse_body(parser, 0);
}

static struct ar_shape *parse_group(struct parser *parser)
{
    if (peek(parser, 1) != '?')
        return parse_body(parser, 1);
    if (looks_at(parser, "(?#")) {
        skip_behind(parser, ")");
        return make(parser, AR_SHAPE_EMPTY);
    }
    if (looks_at(parser, "(?:") || looks_at(parser, "(?|"))
        return parse_body(parser, 3);
    if (looks_at(parser, "(?=") || looks_at(parser, "(?!"))
        return parse_look(parser, 3);
    if (looks_at(parser, "(?<=") || looks_at(parser, "(?<!"))
        return parse_look(parser, 4);
    if (looks_at(parser, "(?<") || looks_at(parser, "(?P<"))
        return parse_named(parser, ">");
    if (looks_at(parser, "(?'"))
        return parse_named(parser, "'");
    if (!looks_at(parser, "(?>"))
        return parse_options(parser);
    struct ar_shape *atomic = make(parser, AR_SHAPE_REPEAT);
    atomic->least = 1;
    atomic->is_atomic = true;
    atomic->first = parse_body(parser, 3);
    return atomic;
}

/* ---- items and what repeats them ---- */

static size_t take_count(struct parser *parser)
{
    size_t count = 0;
    for (; ar_char_is_digit(peek(parser, 0)); parser->at++)
        count = count * 10 + (size_t)(peek(parser, 0) - '0');
    return count;
}

/* {2} {2,} {2,5}; other braces stand for themselves. */
static bool take_braces(struct parser *parser, struct ar_shape *repeat)
{
    size_t start = parser->at++;
    size_t most = SIZE_MAX;
    bool has_count = ar_char_is_digit(peek(parser, 0));
    repeat->least = take_count(parser);
    if (peek(parser, 0) != ',') {
        most = repeat->least;
    } else {
        parser->at++;
        if (ar_char_is_digit(peek(parser, 0)))
            most = take_count(parser);
    }
    repeat->is_many = most >= MANY && most != repeat->least;
    bool is_repeat = has_count && peek(parser, 0) == '}';
    parser->at = is_repeat ? parser->at + 1 : start;
    return is_repeat;
}

static bool take_repeat(struct parser *parser, struct ar_shape *repeat)
{
    char c = peek(parser, 0);
    if (c == '{')
        return take_braces(parser, repeat);
    if (c != '*' && c != '+' && c != '?')
        return false;
    repeat->least = c == '+' ? 1 : 0;
    repeat->is_many = c != '?';
    parser->at++;
    return true;
}

static bool skip_comment(struct parser *parser)
{
    char c = peek(parser, 0);
    if (!parser->extended || (c != '#' && !ar_char_is_blank(c)))
        return false;
    if (c == '#')
        skip_behind(parser, "\n");
    else
        parser->at++;
    return true;
}

static struct ar_shape *parse_repeats(struct parser *parser,
                                      struct ar_shape *item)
{
    struct ar_shape *repeat = make(parser, AR_SHAPE_REPEAT);
    while (!is_at_end(parser) && skip_comment(parser))
        continue;
    if (is_at_end(parser) || !take_repeat(parser, repeat))
        return item;
    repeat->first = item;
    if (peek(parser, 0) == '+')
        repeat->is_atomic = true;
    if (peek(parser, 0) == '+' || peek(parser, 0) == '?')
        parser->at++;
    return repeat;
}

static struct ar_shape *parse_character(struct parser *parser)
{
    size_t start = parser->at++;
    while (((unsigned char)peek(parser, 0) & 0xC0) == 0x80)
        parser->at++;
    return make_atom(parser, start);
}

static struct ar_shape *parse_item(struct parser *parser)
{
    char c = peek(parser, 0);
    if (c == '(')
        return parse_group(parser);
    if (c == '[')
        return parse_class(parser);
    if (c == '\\')
        return parse_escape(parser);
    if (c != '^' && c != '$')
        return parse_character(parser);
    parser->at++;
    return make(parser, AR_SHAPE_EMPTY);
}

static struct ar_shape *parse_sequence(struct parser *parser)
{
    struct ar_shape *sequence = make(parser, AR_SHAPE_SEQUENCE);
    struct ar_shape **end = &sequence->first;
    while (!is_at_end(parser) && peek(parser, 0) != '|' &&
           peek(parser, 0) != ')') {
        if (skip_comment(parser))
            continue;
        *end = parse_repeats(parser, parse_item(parser));
        end = &(*end)->next;
    }
    return sequence;
}

static struct ar_shape *parse_choice(struct parser *parser)
{
    struct ar_shape *first = parse_sequence(parser);
    if (peek(parser, 0) != '|' || is_at_end(parser))
        return first;
    struct ar_shape *choice = make(parser, AR_SHAPE_CHOICE);
    struct ar_shape **end = &first->next;
    choice->first = first;
    while (!is_at_end(parser) && peek(parser, 0) == '|') {
        parser->at++;
        *end = parse_sequence(parser);
        end = &(*end)->next;
    }
    return choice;
}

struct ar_shape *ar_shape_parse(struct ar_arena *arena, ar_str pattern,
                                bool extended)
{
    struct parser parser = {
        .arena = arena, .pattern = pattern, .extended = extended};
    struct ar_shape *shape = parse_choice(&parser);
    return parser.has_failed || !is_at_end(&parser) ? NULL : shape;
}
