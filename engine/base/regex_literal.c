/* SPDX-License-Identifier: Apache-2.0 */
/* Reads a pattern as far as literals go. It need not understand everything: a
 * construct that it does not know ends the reading, and with it what was
 * found. */

#include "base/regex_literal.h"

#include "base/scan.h"

#include <string.h>

enum {
    MAX_DEPTH = 16,
    MAX_BYTES = 128,
    MAX_REPEATS = 16, /* of what counts as a simple pattern */
    MAX_PATHS = 1 << 16
};

/* A needle that is being put together. */
struct part {
    ar_str choices[AR_REGEX_MAX_CHOICES];
    size_t n_choices;
};

/* A sequence of items, or one of several by `|`. Only the count is set where
 * one begins. */
struct part_list {
    size_t count;
    struct part at[AR_REGEX_MAX_NEEDLES];
};

struct reader {
    struct ar_arena *arena;
    ar_str text;
    size_t at;
    bool is_lost; /* something is not understood */
    struct ar_regex_shape shape;
    bool has_choices; /* outside of all groups */
};

/* The literal that goes on at this place. */
struct run {
    char bytes[MAX_BYTES];
    size_t len;
    size_t last; /* where its last character begins */
};

static bool has_more(const struct reader *reader)
{
    return reader->at < reader->text.len;
}

static char peek(const struct reader *reader, size_t ahead)
{
    size_t at = reader->at + ahead;
    return at < reader->text.len ? reader->text.ptr[at] : '\0';
}

/* ---- parts ---- */

static void add_part(struct part_list *list, const ar_str *choices,
                     size_t n_choices)
{
    if (n_choices == 0 || list->count == AR_REGEX_MAX_NEEDLES)
        return;
    struct part *part = &list->at[list->count++];
    memcpy(part->choices, choices, n_choices * sizeof(*choices));
    part->n_choices = n_choices;
}

static void add_parts(struct part_list *list, const struct part_list *others)
{
    for (size_t ix = 0; ix < others->count; ix++)
        add_part(list, others->at[ix].choices, others->at[ix].n_choices);
}

static void end_run(struct reader *reader, struct run *run,
                    struct part_list *list)
{
    if (run->len > 0) {
        ar_str text =
            ar_str_copy(reader->arena, (ar_str){run->bytes, run->len});
        add_part(list, &text, 1);
    }
    run->len = 0;
}

static size_t least_length(const struct part *part)
{
    size_t least = SIZE_MAX;
    for (size_t ix = 0; ix < part->n_choices; ix++) {
        if (part->choices[ix].len < least)
            least = part->choices[ix].len;
    }
    return least;
}

/* The part that is found least often, as far as lengths tell. */
static const struct part *choose_best(const struct part_list *list)
{
    const struct part *best = NULL;
    for (size_t ix = 0; ix < list->count; ix++) {
        if (!best || least_length(&list->at[ix]) > least_length(best))
            best = &list->at[ix];
    }
    return best;
}

/* ---- the syntax ---- */

/* Of what stands before: how often it must be there. */
struct quantifier {
    bool is_there;
    bool is_optional;
    bool is_repeated; /* it may be there more than once */
    uint32_t most;    /* UINT32_MAX: no end */
};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool read_braces(struct reader *reader, struct quantifier *out)
{
    size_t at = 1;
    uint32_t number = 0;
    bool has_digits = false;
    for (; is_digit(peek(reader, at)) || peek(reader, at) == ','; at++) {
        has_digits = peek(reader, at) != ',';
        number =
            has_digits ? number * 10 + (uint32_t)(peek(reader, at) - '0') : 0;
        if (number > MAX_REPEATS)
            number = MAX_REPEATS + 1;
    }
    if (at == 1 || !is_digit(peek(reader, 1)) || peek(reader, at) != '}')
        return false;
    out->is_optional = peek(reader, 1) == '0';
    out->is_repeated = true;
    out->most = has_digits ? number : UINT32_MAX;
    reader->at += at + 1;
    return true;
}

static struct quantifier read_quantifier(struct reader *reader)
{
    struct quantifier out = {0};
    char c = peek(reader, 0);
    if (c == '{')
        out.is_there = read_braces(reader, &out);
    else if (c == '*' || c == '+' || c == '?')
        out = (struct quantifier){true, c != '+', c != '?',
                                  c == '?' ? 1 : UINT32_MAX};
    if (out.is_there && c != '{')
        reader->at++;
    if (out.is_there && (peek(reader, 0) == '?' || peek(reader, 0) == '+'))
        reader->at++;
    return out;
}

/* ---- work ---- */

static void add_paths(struct reader *reader, uint32_t factor)
{
    struct ar_regex_shape *shape = &reader->shape;
    if (shape->n_paths <= MAX_PATHS)
        shape->n_paths *= factor;
}

/* An item that is one character, with what follows it. */
static struct quantifier count_item(struct reader *reader)
{
    struct ar_regex_shape *shape = &reader->shape;
    struct quantifier quantifier = read_quantifier(reader);
    shape->n_items += 2;
    if (!quantifier.is_there)
        return quantifier;
    if (quantifier.most == UINT32_MAX) {
        shape->n_loops++;
    } else if (quantifier.most > MAX_REPEATS) {
        shape->is_simple = false;
    } else {
        shape->n_items += quantifier.most;
        add_paths(reader, quantifier.most + 1);
    }
    return quantifier;
}

/* Behind the bracket; stands then behind the closing one. */
static void skip_class(struct reader *reader)
{
    if (peek(reader, 0) == '^')
        reader->at++;
    if (peek(reader, 0) == ']')
        reader->at++;
    while (has_more(reader) && peek(reader, 0) != ']') {
        bool is_named = peek(reader, 0) == '[' && peek(reader, 1) == ':';
        char escaped = peek(reader, 0) == '\\' ? peek(reader, 1) : '\0';
        if (escaped == 'Q' || escaped == 'E')
            reader->is_lost = true;
        if (is_named) {
            size_t end = ar_str_find(reader->text, AR_STR(":]"), reader->at);
            if (end != SIZE_MAX)
                reader->at = end + 1;
        }
        reader->at += peek(reader, 0) == '\\' ? 2 : 1;
    }
    reader->at++;
}

/* What stands behind the backslash: a literal byte, or '\0' for anything
 * else. */
static char read_escape(struct reader *reader)
{
    char c = peek(reader, 0);
    reader->at++;
    if (c == 'n')
        return '\n';
    if (c == 't')
        return '\t';
    if (c == 'r')
        return '\r';
    if (c == 'N' && peek(reader, 0) == '{') /* a character, or a repeat */
        reader->is_lost = true;
    if (c != '\0' && strchr("dDwWsSbBAzZhHvVRN", c))
        return '\0';
    if (ar_char_is_letter(c) || is_digit(c) || c == '\0')
        reader->is_lost = true;
    return c;
}

static void read_choices(struct reader *reader, struct part_list *list,
                         unsigned depth);

/* "(?" was read: what kind of group it is. */
enum group_kind { GROUP_PLAIN, GROUP_LOOK, GROUP_SETTING, GROUP_LOST };

static void skip_name(struct reader *reader, char end)
{
    while (has_more(reader) && peek(reader, 0) != end)
        reader->at++;
    reader->at++;
}

static enum group_kind read_group_name(struct reader *reader)
{
    char c = peek(reader, 0);
    char next = peek(reader, 1);
    if (c == ':' || c == '>') {
        reader->at++;
        return GROUP_PLAIN;
    }
    if (c == '=' || c == '!') {
        reader->at++;
        return GROUP_LOOK;
    }
    if (c == '<' && (next == '=' || next == '!')) {
        reader->at += 2;
        return GROUP_LOOK;
    }
    if (c == 'P' && next == '<') {
        skip_name(reader, '>');
        return GROUP_PLAIN;
    }
    if (c == '<' || c == '\'') {
        reader->at++;
        skip_name(reader, c == '<' ? '>' : '\'');
        return GROUP_PLAIN;
    }
    while (c == 's' || c == 'm' || c == '-') {
        reader->at++;
        c = peek(reader, 0);
    }
    if (c == ':' || c == ')') {
        reader->at++;
        return c == ':' ? GROUP_PLAIN : GROUP_SETTING;
    }
    return GROUP_LOST;
}

/* The bracket was read. What a group must contain, all of which goes if it may
 * be left out. */
static void read_group(struct reader *reader, struct part_list *list,
                       unsigned depth)
{
    enum group_kind kind = GROUP_PLAIN;
    struct part_list inner;
    inner.count = 0;
    if (peek(reader, 0) == '?') {
        reader->at++;
        kind = read_group_name(reader);
    }
    if (kind == GROUP_LOST || depth == MAX_DEPTH) {
        reader->is_lost = true;
        return;
    }
    if (kind == GROUP_SETTING)
        return;
    read_choices(reader, &inner, depth + 1);
    if (peek(reader, 0) != ')')
        reader->is_lost = true;
    reader->at++;
    struct quantifier quantifier = read_quantifier(reader);
    reader->shape.n_items += 4;
    if (kind == GROUP_LOOK || quantifier.is_repeated)
        reader->shape.is_simple = false;
    if (quantifier.is_optional)
        add_paths(reader, 2);
    if (kind == GROUP_LOOK || quantifier.is_optional)
        return;
    add_parts(list, &inner);
}

/* A character that stands for itself; of several bytes in UTF-8. */
static void take_literal(struct reader *reader, struct run *run,
                         struct part_list *list, char first)
{
    char bytes[4] = {first};
    size_t len = 1;
    while (len < sizeof(bytes) && ((unsigned char)first & 0xC0) == 0xC0 &&
           ((unsigned char)peek(reader, 0) & 0xC0) == 0x80) {
        bytes[len++] = peek(reader, 0);
        reader->at++;
    }
    struct quantifier quantifier = count_item(reader);
    if (quantifier.is_optional) {
        end_run(reader, run, list);
        return;
    }
    if (run->len + len > MAX_BYTES)
        end_run(reader, run, list);
    memcpy(run->bytes + run->len, bytes, len);
    run->len += len;
    if (quantifier.is_repeated)
        end_run(reader, run, list);
}

/* A character that stands for itself wherever it is, and never for more. */
static bool is_plain(char c)
{
    return ar_char_is_letter(c) || is_digit(c) ||
           (c != '\0' && strchr(" -_:;,=/<>\"'%&@!~#", c));
}

static bool is_quantifier(char c)
{
    return c == '*' || c == '+' || c == '?' || c == '{';
}

/* Most of most patterns: as take_literal() for each. */
static void take_plain(struct reader *reader, struct run *run)
{
    size_t count = 0;
    while (run->len + count < MAX_BYTES && is_plain(peek(reader, count)))
        count++;
    if (count > 0 && is_quantifier(peek(reader, count)))
        count--;
    memcpy(run->bytes + run->len, reader->text.ptr + reader->at, count);
    run->len += count;
    reader->at += count;
    reader->shape.n_items += 2 * (uint32_t)count;
}

static void read_item(struct reader *reader, struct run *run,
                      struct part_list *list, unsigned depth)
{
    char c = peek(reader, 0);
    reader->at++;
    if (c == '\\') {
        c = read_escape(reader);
        if (c != '\0') {
            take_literal(reader, run, list, c);
            return;
        }
    } else if (c == '[') {
        skip_class(reader);
    } else if (c == '(') {
        end_run(reader, run, list);
        read_group(reader, list, depth);
        return;
    } else if (!strchr(".^$", c)) {
        take_literal(reader, run, list, c);
        return;
    }
    end_run(reader, run, list);
    (void)count_item(reader);
}

/* Up to `|`, `)` or the end. */
static void read_sequence(struct reader *reader, struct part_list *list,
                          unsigned depth)
{
    struct run run = {.len = 0};
    take_plain(reader, &run);
    while (has_more(reader) && !reader->is_lost && peek(reader, 0) != '|' &&
           peek(reader, 0) != ')') {
        read_item(reader, &run, list, depth);
        take_plain(reader, &run);
    }
    end_run(reader, &run, list);
}

/* Of several sequences one part, that has the best choice of each. The first
 * was read. */
static void join_sequences(struct reader *reader, struct part_list *list,
                           struct part_list *each, unsigned depth)
{
    struct part all = {.n_choices = 0};
    bool is_whole = true;
    uint32_t n_sequences = 1;
    reader->has_choices = reader->has_choices || depth == 0;
    for (;;) {
        const struct part *best = choose_best(each);
        is_whole = is_whole && best &&
                   all.n_choices + best->n_choices <= AR_REGEX_MAX_CHOICES;
        for (size_t ix = 0; is_whole && ix < best->n_choices; ix++)
            all.choices[all.n_choices++] = best->choices[ix];
        if (peek(reader, 0) != '|' || reader->is_lost)
            break;
        reader->at++;
        each->count = 0;
        read_sequence(reader, each, depth);
        n_sequences++;
    }
    add_paths(reader, n_sequences);
    if (is_whole)
        add_part(list, all.choices, all.n_choices);
}

static void read_choices(struct reader *reader, struct part_list *list,
                         unsigned depth)
{
    struct part_list first;
    first.count = 0;
    read_sequence(reader, &first, depth);
    if (peek(reader, 0) == '|')
        join_sequences(reader, list, &first, depth);
    else
        add_parts(list, &first);
}

static bool has_flag(ar_str flags, char flag)
{
    for (size_t ix = 0; ix < flags.len; ix++) {
        if (flags.ptr[ix] == flag)
            return true;
    }
    return false;
}

/* How far apart two places are at least where the text stands. */
static uint32_t find_period(ar_str text)
{
    size_t period = 1;
    while (period < text.len &&
           memcmp(text.ptr, text.ptr + period, text.len - period) != 0)
        period++;
    return (uint32_t)period;
}

/* In no more memory than they need. */
static struct ar_regex_needles keep_needles(struct ar_arena *arena,
                                            const struct part_list *list)
{
    struct ar_regex_needle *needles =
        AR_NEW_ARRAY(arena, struct ar_regex_needle, list->count);
    for (size_t ix = 0; ix < list->count; ix++) {
        const struct part *part = &list->at[ix];
        ar_str *choices = AR_NEW_ARRAY(arena, ar_str, part->n_choices);
        memcpy(choices, part->choices, part->n_choices * sizeof(*choices));
        needles[ix] = (struct ar_regex_needle){choices, part->n_choices};
    }
    return (struct ar_regex_needles){needles, list->count};
}

void ar_regex_read_literals(struct ar_arena *arena, ar_str pattern,
                            ar_str flags, struct ar_regex_needles *needles,
                            struct ar_regex_shape *shape)
{
    struct reader reader = {.arena = arena, .text = pattern};
    struct part_list list;
    list.count = 0;
    reader.shape = (struct ar_regex_shape){
        .is_simple = true, .n_items = 2, .n_paths = 1, .n_apart = 1};
    read_choices(&reader, &list, 0);
    if (has_flag(flags, 'x') || has_more(&reader))
        reader.is_lost = true;
    bool is_literal = !has_flag(flags, 'i');
    if (is_literal && list.count > 0 && list.at[0].n_choices == 1 &&
        !reader.has_choices &&
        ar_str_starts_with(pattern, list.at[0].choices[0]))
        reader.shape.n_apart = find_period(list.at[0].choices[0]);
    *needles = (struct ar_regex_needles){0};
    if (is_literal && !reader.is_lost)
        *needles = keep_needles(arena, &list);
    *shape = reader.shape;
    if (reader.is_lost || shape->n_paths > MAX_PATHS)
        shape->is_simple = false;
}

/* ---- how much work there is ---- */

static uint64_t multiply(uint64_t a, uint64_t b)
{
    return b != 0 && a > UINT64_MAX / b ? UINT64_MAX : a * b;
}

/* At each place where a match begins in earnest every path is tried with every
 * length of each loop; elsewhere the items of the first text. */
uint64_t ar_regex_bound_work(const struct ar_regex_shape *shape,
                             size_t subject_bytes)
{
    uint64_t length = (uint64_t)subject_bytes + 1;
    uint64_t work = length / shape->n_apart + 1;
    if (!shape->is_simple)
        return UINT64_MAX;
    work = multiply(work, multiply(shape->n_items, shape->n_paths));
    for (uint32_t ix = 0; ix < shape->n_loops; ix++)
        work = multiply(work, length);
    uint64_t starts = multiply(length, (uint64_t)shape->n_apart + 1);
    return work > UINT64_MAX - starts ? UINT64_MAX : work + starts;
}

/* ---- looking for them ---- */

/* By its first byte. */
static size_t find_slowly(ar_str subject, ar_str wanted, size_t from)
{
    while (subject.len - from >= wanted.len) {
        size_t room = subject.len - from - wanted.len + 1;
        const char *first = memchr(subject.ptr + from, wanted.ptr[0], room);
        if (!first)
            return SIZE_MAX;
        from = (size_t)(first - subject.ptr);
        if (memcmp(first, wanted.ptr, wanted.len) == 0)
            return from;
        from++;
    }
    return SIZE_MAX;
}

#if defined(AR_SCAN_PAIRS)

/* By its first and its last byte, at many places at a time; the last places
 * are looked at together with some of those before. */
size_t ar_regex_find(ar_str subject, ar_str wanted, size_t from)
{
    size_t last = wanted.len - 1;
    if (subject.len - from < last + AR_SCAN_STEP)
        return find_slowly(subject, wanted, from);
    size_t end = subject.len - last - AR_SCAN_STEP; /* the last block */
    for (;;) {
        const char *place = subject.ptr + from;
        uint64_t found =
            ar_scan_pair(place, wanted.ptr[0], place + last, wanted.ptr[last]);
        for (; found != 0; found &= found - 1) {
            size_t at =
                from + (size_t)__builtin_ctzll(found) / AR_SCAN_PAIR_BITS;
            if (memcmp(subject.ptr + at, wanted.ptr, wanted.len) == 0)
                return at;
        }
        if (from == end)
            return SIZE_MAX;
        from = end - from < AR_SCAN_STEP ? end : from + AR_SCAN_STEP;
    }
}

#else

size_t ar_regex_find(ar_str subject, ar_str wanted, size_t from)
{
    return find_slowly(subject, wanted, from);
}

#endif

/* Where the first of the choices ends, from a place on. */
static size_t find_end(const struct ar_regex_needle *needle, ar_str subject,
                       size_t from)
{
    size_t end = SIZE_MAX;
    for (size_t ix = 0; ix < needle->n_choices; ix++) {
        size_t at = ar_regex_find(subject, needle->choices[ix], from);
        if (at != SIZE_MAX && at + needle->choices[ix].len < end)
            end = at + needle->choices[ix].len;
    }
    return end;
}

bool ar_regex_has_needles(const struct ar_regex_needles *needles,
                          ar_str subject)
{
    size_t at = 0;
    for (size_t ix = 0; ix < needles->count && at != SIZE_MAX; ix++)
        at = find_end(&needles->at[ix], subject, at);
    return at != SIZE_MAX;
}
