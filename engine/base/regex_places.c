/* SPDX-License-Identifier: Apache-2.0 */
/* A pattern as sequences of items, and sets of places in a text. What is not
 * certain to mean the same to every version of PCRE2 is not read. */

#include "base/regex_places.h"

#include "base/arena.h"
#include "base/regex_literal.h"
#include "base/scan.h"

#include <string.h>

enum {
    MAX_DEPTH = 16,
    MAX_REPEATS = 1000,
    NO_END = 1 << 30, /* of a repeat */
    WORDS = 8,        /* of a set */
    LONGEST = WORDS * 64 - 1
};

/* Of the bytes of ASCII. */
struct byte_set {
    uint64_t bits[2];
};

enum item_kind {
    ITEM_BYTES,
    ITEM_CLASS,
    ITEM_CHOICE,
    ITEM_START, /* of the text */
    ITEM_END
};

struct item;

struct sequence {
    AR_VECTOR(struct item) items;
};

struct choices {
    AR_VECTOR(struct sequence) sequences;
};

struct item {
    enum item_kind kind;
    ar_str bytes;
    struct byte_set set;
    uint32_t least; /* of a class: how often */
    uint32_t most;
    struct choices choices;
    bool is_optional; /* of a choice */
};

struct ar_regex_places {
    struct choices choices;
};

/* ---- reading a pattern ---- */

struct reader {
    struct ar_arena *arena;
    ar_str text;
    size_t at;
    char *spelt; /* room for the bytes of all items */
    size_t n_spelt;
    bool is_caseless;
    bool is_lost;
};

static char peek(const struct reader *reader, size_t ahead)
{
    size_t at = reader->at + ahead;
    return at < reader->text.len ? reader->text.ptr[at] : '\0';
}

static char take(struct reader *reader)
{
    char c = peek(reader, 0);
    reader->at++;
    return c;
}

static bool is_plain(char c)
{
    return c >= ' ' && c <= '~';
}

static bool is_word(unsigned byte)
{
    return ar_char_is_letter((char)byte) || ar_char_is_digit((char)byte) ||
           byte == '_';
}

static void add_byte(struct byte_set *set, unsigned byte)
{
    set->bits[byte / 64] |= UINT64_C(1) << (byte % 64);
}

static bool has_byte(const struct byte_set *set, char c)
{
    unsigned byte = (unsigned char)c;
    return set->bits[byte / 64] >> (byte % 64) & 1;
}

static void add_letter(const struct reader *reader, struct byte_set *set,
                       unsigned byte)
{
    add_byte(set, byte);
    if (reader->is_caseless && ar_char_is_letter((char)byte))
        add_byte(set, byte ^ 0x20);
}

static void invert(struct byte_set *set)
{
    set->bits[0] = ~set->bits[0];
    set->bits[1] = ~set->bits[1];
}

/* That of a letter behind a backslash; false if it stands for none. */
static bool add_named_set(struct byte_set *out, char name)
{
    struct byte_set set = {{0}};
    for (unsigned byte = 0; byte < 128; byte++) {
        bool is_in = false;
        switch (name) {
        case 'd':
        case 'D': is_in = ar_char_is_digit((char)byte); break;
        case 'w':
        case 'W': is_in = is_word(byte); break;
        case 's':
        case 'S': is_in = byte == ' ' || (byte >= '\t' && byte <= '\r'); break;
        default: return false;
        }
        if (is_in)
            add_byte(&set, byte);
    }
    if (name == 'D' || name == 'W' || name == 'S')
        invert(&set);
    out->bits[0] |= set.bits[0];
    out->bits[1] |= set.bits[1];
    return true;
}

/* A byte that stands for itself, perhaps behind a backslash. */
static unsigned read_byte(struct reader *reader)
{
    char c = take(reader);
    bool is_escaped = c == '\\';
    if (is_escaped)
        c = take(reader);
    if (!is_plain(c) || (is_escaped && is_word((unsigned char)c))) {
        reader->is_lost = true;
        return ' ';
    }
    return (unsigned char)c;
}

/* One byte of a class, or all from it to another one. */
static void read_range(struct reader *reader, struct byte_set *set)
{
    unsigned first = read_byte(reader);
    unsigned last = first;
    if (peek(reader, 0) == '-' && peek(reader, 1) != ']') {
        reader->at++;
        last = peek(reader, 0) == '[' ? 0 : read_byte(reader);
        reader->is_lost |= last < first || peek(reader, 0) == '-';
    }
    for (unsigned byte = first; byte <= last; byte++)
        add_letter(reader, set, byte);
}

/* The bracket was read. */
static struct byte_set read_class(struct reader *reader)
{
    struct byte_set set = {{0}};
    bool is_inverse = peek(reader, 0) == '^';
    reader->at += is_inverse;
    reader->is_lost |= peek(reader, 0) == ']';
    while (!reader->is_lost && peek(reader, 0) != ']') {
        bool is_named =
            peek(reader, 0) == '\\' && add_named_set(&set, peek(reader, 1));
        if (is_named) {
            reader->at += 2;
            reader->is_lost |= peek(reader, 0) == '-';
        } else if (peek(reader, 0) == '[') {
            reader->is_lost = true;
        } else {
            read_range(reader, &set);
        }
    }
    reader->at++;
    if (is_inverse)
        invert(&set);
    return set;
}

static uint32_t read_number(struct reader *reader)
{
    uint32_t number = 0;
    reader->is_lost |= !ar_char_is_digit(peek(reader, 0));
    while (ar_char_is_digit(peek(reader, 0)) && number <= MAX_REPEATS)
        number = number * 10 + (uint32_t)(take(reader) - '0');
    reader->is_lost |= number > MAX_REPEATS;
    return number;
}

static void read_braces(struct reader *reader, struct item *item)
{
    item->least = read_number(reader);
    item->most = item->least;
    if (peek(reader, 0) == ',') {
        reader->at++;
        item->most = peek(reader, 0) == '}' ? NO_END : read_number(reader);
    }
    reader->is_lost |= take(reader) != '}' || item->most < item->least;
}

/* False if there is none. Whether it is greedy makes no difference. */
static bool read_repeat(struct reader *reader, struct item *item)
{
    char c = peek(reader, 0);
    item->least = 1;
    item->most = 1;
    if (c == '\0' || !strchr("*+?{", c))
        return false;
    reader->at++;
    if (c == '{')
        read_braces(reader, item);
    if (c == '*' || c == '?')
        item->least = 0;
    if (c == '*' || c == '+')
        item->most = NO_END;
    if (peek(reader, 0) == '?')
        reader->at++;
    reader->is_lost |= peek(reader, 0) == '+';
    return true;
}

static void add_item(struct reader *reader, struct sequence *sequence,
                     struct item item)
{
    ar_vector_push(reader->arena, &sequence->items, item);
}

/* Bytes that stand one behind the other are one item. */
static void add_literal(struct reader *reader, struct sequence *sequence,
                        unsigned byte)
{
    struct item item = {.kind = ITEM_CLASS};
    size_t count = sequence->items.count;
    struct item *before = count > 0 ? &sequence->items.at[count - 1] : NULL;
    bool is_either = reader->is_caseless && ar_char_is_letter((char)byte);
    add_letter(reader, &item.set, byte);
    if (read_repeat(reader, &item) || is_either) {
        add_item(reader, sequence, item);
        return;
    }
    reader->spelt[reader->n_spelt++] = (char)byte;
    if (before && before->kind == ITEM_BYTES) {
        before->bytes.len++;
        return;
    }
    item = (struct item){.kind = ITEM_BYTES};
    item.bytes = (ar_str){reader->spelt + reader->n_spelt - 1, 1};
    add_item(reader, sequence, item);
}

static void add_class(struct reader *reader, struct sequence *sequence,
                      struct byte_set set)
{
    struct item item = {.kind = ITEM_CLASS, .set = set};
    (void)read_repeat(reader, &item);
    add_item(reader, sequence, item);
}

static void read_choices(struct reader *reader, struct choices *choices,
                         unsigned depth);

/* Behind "(?": the group may have a name. */
static void read_group_kind(struct reader *reader)
{
    char c = take(reader);
    if (c == ':')
        return;
    if (c == 'P')
        c = take(reader);
    reader->is_lost |= c != '<' || !ar_char_is_letter(peek(reader, 0));
    while (is_word((unsigned char)peek(reader, 0)))
        reader->at++;
    reader->is_lost |= take(reader) != '>';
}

static void read_group(struct reader *reader, struct sequence *sequence,
                       unsigned depth)
{
    struct item item = {.kind = ITEM_CHOICE};
    struct item repeat = {0};
    if (peek(reader, 0) == '?') {
        reader->at++;
        read_group_kind(reader);
    }
    if (depth == MAX_DEPTH)
        reader->is_lost = true;
    if (!reader->is_lost)
        read_choices(reader, &item.choices, depth + 1);
    reader->is_lost |= take(reader) != ')';
    if (read_repeat(reader, &repeat)) {
        item.is_optional = repeat.least == 0;
        reader->is_lost |= repeat.most != 1;
    }
    add_item(reader, sequence, item);
}

static void read_end(struct reader *reader, struct sequence *sequence,
                     enum item_kind kind)
{
    struct item item = {.kind = kind};
    struct item repeat = {0};
    reader->is_lost |= read_repeat(reader, &repeat);
    add_item(reader, sequence, item);
}

static void read_item(struct reader *reader, struct sequence *sequence,
                      unsigned depth)
{
    struct byte_set set = {{0}};
    char c = take(reader);
    if (c == '(') {
        read_group(reader, sequence, depth);
    } else if (c == '[') {
        add_class(reader, sequence, read_class(reader));
    } else if (c == '.') {
        invert(&set);
        add_class(reader, sequence, set);
    } else if (c == '^' || c == '$') {
        read_end(reader, sequence, c == '^' ? ITEM_START : ITEM_END);
    } else if (c == '\\' && add_named_set(&set, peek(reader, 0))) {
        reader->at++;
        add_class(reader, sequence, set);
    } else if (c != '\0' && strchr("*+?{}]", c)) {
        reader->is_lost = true;
    } else {
        reader->at--;
        add_literal(reader, sequence, read_byte(reader));
    }
}

static void read_choices(struct reader *reader, struct choices *choices,
                         unsigned depth)
{
    do {
        struct sequence sequence = {{0}};
        while (!reader->is_lost && reader->at < reader->text.len &&
               peek(reader, 0) != '|' && peek(reader, 0) != ')')
            read_item(reader, &sequence, depth);
        ar_vector_push(reader->arena, &choices->sequences, sequence);
    } while (!reader->is_lost && peek(reader, 0) == '|' && take(reader));
}

const struct ar_regex_places *ar_regex_places_read(struct ar_arena *arena,
                                                   ar_str pattern,
                                                   bool is_caseless)
{
    struct ar_regex_places *places = AR_NEW(arena, struct ar_regex_places);
    struct reader reader = {.arena = arena,
                            .text = pattern,
                            .spelt = AR_NEW_ARRAY(arena, char, pattern.len),
                            .is_caseless = is_caseless};
    read_choices(&reader, &places->choices, 0);
    if (reader.is_lost || reader.at != pattern.len)
        return NULL;
    return places;
}

/* ---- sets of places ---- */

struct places {
    uint64_t bits[WORDS];
};

struct walk {
    ar_str text;
    size_t n_words; /* of its sets */
};

static void add_place(struct places *places, size_t at)
{
    places->bits[at / 64] |= UINT64_C(1) << (at % 64);
}

static bool has_place(const struct places *places, size_t at)
{
    return places->bits[at / 64] >> (at % 64) & 1;
}

static void keep_place(const struct walk *walk, struct places *places,
                       size_t at)
{
    bool is_there = has_place(places, at);
    memset(places->bits, 0, walk->n_words * sizeof(places->bits[0]));
    if (is_there)
        add_place(places, at);
}

/* The first one from a place on, or SIZE_MAX. */
static size_t next_place(const struct walk *walk, const struct places *places,
                         size_t from)
{
    size_t word = from / 64;
    if (word >= walk->n_words)
        return SIZE_MAX;
    uint64_t bits = places->bits[word] & UINT64_MAX << (from % 64);
    while (bits == 0 && ++word < walk->n_words)
        bits = places->bits[word];
    return bits == 0 ? SIZE_MAX : word * 64 + ar_scan_first_bit(bits);
}

/* All from the first to the last. */
static void add_places(struct places *places, size_t first, size_t last)
{
    for (size_t word = first / 64; word <= last / 64; word++) {
        uint64_t bits = UINT64_MAX;
        if (word == first / 64)
            bits &= UINT64_MAX << (first % 64);
        if (word == last / 64)
            bits &= UINT64_MAX >> (63 - last % 64);
        places->bits[word] |= bits;
    }
}

static bool has_places(const struct walk *walk, const struct places *places)
{
    return next_place(walk, places, 0) != SIZE_MAX;
}

/* ---- walking ---- */

/* Each of these goes from the places where an item may begin to those where it
 * may then end. */

static void walk_bytes(const struct walk *walk, ar_str bytes,
                       const struct places *from, struct places *to)
{
    size_t at = next_place(walk, from, 0);
    while (at != SIZE_MAX) {
        at = ar_regex_find(walk->text, bytes, at);
        if (at == SIZE_MAX)
            return;
        if (has_place(from, at))
            add_place(to, at + bytes.len);
        at = next_place(walk, from, at + 1);
    }
}

static size_t find_end(const struct walk *walk, const struct byte_set *set,
                       size_t at)
{
    if ((set->bits[0] & set->bits[1]) == UINT64_MAX)
        return walk->text.len;
    while (at < walk->text.len && has_byte(set, walk->text.ptr[at]))
        at++;
    return at;
}

/* Places in one run of bytes of the class have the same end; what may end at
 * is said by the first of them, unless the repeat has an end. */
static void walk_class(const struct walk *walk, const struct item *item,
                       const struct places *from, struct places *to)
{
    size_t end = 0;
    size_t at = next_place(walk, from, 0);
    while (at != SIZE_MAX) {
        if (at >= end)
            end = find_end(walk, &item->set, at);
        size_t last = end - at < item->most ? end : at + item->most;
        if (last - at >= item->least)
            add_places(to, at + item->least, last);
        bool is_said = item->most == NO_END && end > at;
        at = next_place(walk, from, is_said ? end : at + 1);
    }
}

static void walk_choices(const struct walk *walk, const struct choices *choices,
                         const struct places *from, struct places *to);

static void walk_item(const struct walk *walk, const struct item *item,
                      struct places *places)
{
    struct places to = {{0}};
    switch (item->kind) {
    case ITEM_BYTES: walk_bytes(walk, item->bytes, places, &to); break;
    case ITEM_CLASS: walk_class(walk, item, places, &to); break;
    case ITEM_CHOICE:
        if (item->is_optional)
            to = *places;
        walk_choices(walk, &item->choices, places, &to);
        break;
    case ITEM_START: keep_place(walk, places, 0); return;
    case ITEM_END: keep_place(walk, places, walk->text.len); return;
    }
    *places = to;
}

static void walk_choices(const struct walk *walk, const struct choices *choices,
                         const struct places *from, struct places *to)
{
    for (size_t ix = 0; ix < choices->sequences.count; ix++) {
        const struct sequence *sequence = &choices->sequences.at[ix];
        struct places places = *from;
        for (size_t nth = 0;
             nth < sequence->items.count && has_places(walk, &places); nth++)
            walk_item(walk, &sequence->items.at[nth], &places);
        for (size_t word = 0; word < walk->n_words; word++)
            to->bits[word] |= places.bits[word];
    }
}

/* ---- a text ---- */

/* Printable ASCII: so a dot is any byte, and both ends are those of the text.
 */
static bool is_readable(ar_str text)
{
    const uint64_t each = UINT64_C(0x0101010101010101);
    uint64_t found = 0;
    size_t at = 0;
    for (; text.len - at >= sizeof(uint64_t); at += sizeof(uint64_t)) {
        uint64_t word;
        memcpy(&word, text.ptr + at, sizeof(word));
        found |= word | ((word - 0x20 * each) & ~word);
    }
    bool is_good = (found & (0x80 * each)) == 0;
    for (; at < text.len && is_good; at++)
        is_good = (unsigned char)text.ptr[at] >= 0x20 &&
                  (unsigned char)text.ptr[at] < 0x80;
    return is_good;
}

enum ar_regex_places_answer ar_regex_places_match(
    const struct ar_regex_places *places, ar_str subject)
{
    struct walk walk = {.text = subject, .n_words = subject.len / 64 + 1};
    struct places from = {{0}};
    struct places to = {{0}};
    if (subject.len > LONGEST || !is_readable(subject))
        return AR_REGEX_PLACES_UNSAID;
    add_places(&from, 0, subject.len);
    walk_choices(&walk, &places->choices, &from, &to);
    return has_places(&walk, &to) ? AR_REGEX_PLACES_SOME : AR_REGEX_PLACES_NONE;
}
