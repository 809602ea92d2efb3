/* SPDX-License-Identifier: Apache-2.0 */
/* Backtracking goes wild where a piece of text can be shared out in many
 * ways: between two repeats that stand side by side and take the same
 * characters, between the turns of a repeat around another one, or between
 * alternatives under a repeat. Such places are looked for in the shape of the
 * pattern; a text that runs into them, and fails behind, is then tried on a
 * copy of the pattern that must match from the start. So a pattern is not
 * blamed for being looked for at each position. */
#include "sema/regex_risk.h"

#include "base/buf.h"
#include "base/limits.h"
#include "base/map.h"
#include "sema/regex_shape.h"

enum {
    ASCII = 128,
    MOST_PUMPS = 24,
    MOST_TEXT = 512, /* bytes of a prefix, a pump, a suffix */
    SHORT_BYTES = 256,
    GROWTH = 3, /* at least, where the text is twice as long */
    /* Charged besides the work of matching, which counts no start. */
    WORK_OF_START = 200,
    WORK_OF_COMPILING = 3000,
    /* With less left the work is not measured to its end. */
    MUCH_BUDGET = 100000000
};

/* Which ASCII characters an atom takes. */
struct set {
    bool has[ASCII];
};

struct pump {
    ar_str prefix;
    ar_str text;
};

struct search {
    struct ar_arena *arena;
    ar_str flags;
    int64_t *budget;
    struct ar_map sets; /* text of an atom -> struct set * */
    struct pump pumps[MOST_PUMPS];
    size_t n_pumps;
};

/* ---- what an atom takes ---- */

static struct ar_regex *compile(struct search *search, const char *before,
                                ar_str pattern, const char *behind)
{
    struct ar_regex *regex = NULL;
    struct ar_regex_error error;
    ar_str text = ar_str_concat(
        search->arena, ar_str_from_c(before),
        ar_str_concat(search->arena, pattern, ar_str_from_c(behind)));
    *search->budget -= WORK_OF_COMPILING;
    if (!ar_regex_compile(search->arena, text, search->flags, &regex, &error))
        return NULL;
    return regex;
}

/* With groups, since what gives them takes the most work. */
static enum ar_regex_verdict match(struct search *search,
                                   const struct ar_regex *regex, ar_str text,
                                   int64_t *fuel)
{
    ar_str groups[AR_MAX_REGEX_GROUPS + 1];
    enum ar_regex_verdict verdict = ar_regex_match(regex, text, groups, fuel);
    if (verdict == AR_REGEX_NO_MEMORY)
        ar_arena_fail(search->arena);
    return verdict;
}

static const struct set *set_of(struct search *search, ar_str atom)
{
    struct set *set = ar_map_get(&search->sets, atom);
    if (set)
        return set;
    set = AR_NEW(search->arena, struct set);
    ar_map_put(search->arena, &search->sets, atom, set);
    const struct ar_regex *regex = compile(search, "\\A(?:", atom, ")\\z");
    for (size_t i = 1; regex && i < ASCII; i++) {
        int64_t fuel = WORK_OF_START;
        char c = (char)i;
        ar_str text = {&c, 1};
        set->has[i] = match(search, regex, text, &fuel) == AR_REGEX_MATCH;
    }
    return set;
}

/* A character that is easy to read, out of those that both take; NUL if there
 * is none. */
static char pick_common(const struct set *a, const struct set *b)
{
    static const char liked[] = "ax0 -_.,:/";
    for (size_t i = 0; i < sizeof(liked) - 1; i++) {
        size_t c = (size_t)liked[i];
        if (a->has[c] && b->has[c])
            return liked[i];
    }
    for (size_t c = ASCII - 1; c > 0; c--) {
        if (a->has[c] && b->has[c])
            return (char)c;
    }
    return '\0';
}

/* ---- texts that shapes take ---- */

enum richness {
    LEAN, /* what may be left out is */
    RICH  /* it stands once */
};

static void put_witness(struct search *search, const struct ar_shape *shape,
                        enum richness richness, struct ar_buf *out)
{
    size_t least = shape->least;
    char c;
    if (out->len > MOST_TEXT)
        return;
    switch (shape->kind) {
    case AR_SHAPE_EMPTY: return;
    case AR_SHAPE_ATOM:
        c = pick_common(set_of(search, shape->text),
                        set_of(search, shape->text));
        if (c == '\0')
            ar_buf_put(out, shape->text); /* beyond ASCII, by itself */
        else
            ar_buf_put_char(out, c);
        return;
    case AR_SHAPE_SEQUENCE:
        for (const struct ar_shape *each = shape->first; each;
             each = each->next)
            put_witness(search, each, richness, out);
        return;
    case AR_SHAPE_CHOICE:
        put_witness(search, shape->first, richness, out);
        return;
    case AR_SHAPE_REPEAT:
        if (least == 0 && richness == RICH)
            least = 1;
        for (size_t i = 0; i < least && out->len <= MOST_TEXT; i++)
            put_witness(search, shape->first, richness, out);
        return;
    }
    AR_UNREACHABLE();
}

static ar_str witness_of(struct search *search, const struct ar_shape *shape,
                         enum richness richness)
{
    struct ar_buf out = AR_BUF(search->arena);
    put_witness(search, shape, richness, &out);
    return ar_buf_view(&out);
}

/* ---- places where a text can be shared out ---- */

static void add_pump(struct search *search, ar_str prefix, ar_str text)
{
    if (text.len == 0 || search->n_pumps == MOST_PUMPS)
        return;
    for (size_t i = 0; i < search->n_pumps; i++) {
        if (ar_str_equal(search->pumps[i].prefix, prefix) &&
            ar_str_equal(search->pumps[i].text, text))
            return;
    }
    search->pumps[search->n_pumps++] = (struct pump){prefix, text};
}

static bool is_nullable(const struct ar_shape *shape)
{
    bool any = false;
    switch (shape->kind) {
    case AR_SHAPE_ATOM: return false;
    case AR_SHAPE_EMPTY: return true;
    case AR_SHAPE_REPEAT: return shape->least == 0 || is_nullable(shape->first);
    case AR_SHAPE_SEQUENCE:
    case AR_SHAPE_CHOICE: break;
    }
    bool is_choice = shape->kind == AR_SHAPE_CHOICE;
    for (const struct ar_shape *each = shape->first; each; each = each->next) {
        any = any || is_nullable(each);
        if (!is_choice && !is_nullable(each))
            return false;
    }
    return !is_choice || any;
}

/* The characters of all atoms below. */
static void collect(struct search *search, const struct ar_shape *shape,
                    struct set *out)
{
    if (shape->kind == AR_SHAPE_ATOM) {
        const struct set *set = set_of(search, shape->text);
        for (size_t c = 0; c < ASCII; c++)
            out->has[c] = out->has[c] || set->has[c];
    }
    for (const struct ar_shape *each = shape->first; each; each = each->next)
        collect(search, each, out);
}

static struct set all_of(struct search *search, const struct ar_shape *shape)
{
    struct set set = {{false}};
    collect(search, shape, &set);
    return set;
}

/* A repeat without end that shape may end with, or begin with. */
static const struct ar_shape *repeat_at_edge(const struct ar_shape *shape,
                                             bool at_end)
{
    const struct ar_shape *found = NULL;
    if (shape->kind == AR_SHAPE_REPEAT) {
        if (shape->is_atomic && at_end)
            return NULL;
        return shape->is_many ? shape : repeat_at_edge(shape->first, at_end);
    }
    for (const struct ar_shape *each = shape->first; each; each = each->next) {
        const struct ar_shape *repeat = repeat_at_edge(each, at_end);
        if (shape->kind == AR_SHAPE_CHOICE)
            found = found ? found : repeat;
        else if (at_end)
            found = repeat ? repeat : is_nullable(each) ? found : NULL;
        else if (repeat)
            return repeat;
        else if (!is_nullable(each))
            return NULL;
    }
    return found;
}

static void find_neighbours(struct search *search, const struct ar_shape *part,
                            ar_str prefix)
{
    const struct ar_shape *left = repeat_at_edge(part, true);
    if (!left)
        return;
    for (const struct ar_shape *next = part->next; next; next = next->next) {
        const struct ar_shape *right = repeat_at_edge(next, false);
        if (right) {
            struct set a = all_of(search, left->first);
            struct set b = all_of(search, right->first);
            char c = pick_common(&a, &b);
            ar_str pump = {&c, c != '\0' ? 1u : 0u};
            ar_str lean = witness_of(search, part, LEAN);
            add_pump(search, ar_str_concat(search->arena, prefix, lean),
                     ar_str_copy(search->arena, pump));
        }
        if (!is_nullable(next))
            return;
    }
}

static bool has_repeat(const struct ar_shape *shape)
{
    if (shape->kind == AR_SHAPE_REPEAT && !shape->is_atomic)
        return true;
    for (const struct ar_shape *each = shape->first; each; each = each->next) {
        if (has_repeat(each))
            return true;
    }
    return false;
}

/* Characters of the repeats below, and each alternative. */
static void add_inner_pumps(struct search *search, const struct ar_shape *shape,
                            ar_str prefix)
{
    if (shape->kind == AR_SHAPE_REPEAT) {
        struct set set = all_of(search, shape->first);
        char c = pick_common(&set, &set);
        ar_str pump = {&c, c != '\0' ? 1u : 0u};
        add_pump(search, prefix, ar_str_copy(search->arena, pump));
    }
    for (const struct ar_shape *each = shape->first; each; each = each->next) {
        if (shape->kind == AR_SHAPE_CHOICE)
            add_pump(search, prefix, witness_of(search, each, RICH));
        for (const struct ar_shape *other = each->next;
             other && shape->kind == AR_SHAPE_CHOICE; other = other->next) {
            struct set a = all_of(search, each);
            struct set b = all_of(search, other);
            char c = pick_common(&a, &b);
            ar_str pump = {&c, c != '\0' ? 1u : 0u};
            add_pump(search, prefix, ar_str_copy(search->arena, pump));
        }
        add_inner_pumps(search, each, prefix);
    }
}

static bool has_choice(const struct ar_shape *shape)
{
    if (shape->kind == AR_SHAPE_CHOICE)
        return true;
    for (const struct ar_shape *each = shape->first; each; each = each->next) {
        if (has_choice(each))
            return true;
    }
    return false;
}

static void find_places(struct search *search, const struct ar_shape *shape,
                        ar_str prefix)
{
    if (search->n_pumps == MOST_PUMPS || prefix.len > MOST_TEXT ||
        *search->budget <= 0)
        return;
    if (shape->kind == AR_SHAPE_REPEAT && shape->is_many && !shape->is_atomic &&
        (has_repeat(shape->first) || has_choice(shape->first))) {
        add_pump(search, prefix, witness_of(search, shape->first, LEAN));
        add_pump(search, prefix, witness_of(search, shape->first, RICH));
        add_inner_pumps(search, shape->first, prefix);
    }
    for (const struct ar_shape *each = shape->first; each; each = each->next) {
        find_places(search, each, prefix);
        if (shape->kind != AR_SHAPE_SEQUENCE)
            continue;
        find_neighbours(search, each, prefix);
        prefix = ar_str_concat(search->arena, prefix,
                               witness_of(search, each, LEAN));
    }
}

/* ---- trying ---- */

static ar_str make_text(struct search *search, struct ar_regex_attack *attack,
                        size_t bytes)
{
    struct ar_buf out = AR_BUF(search->arena);
    attack->count = bytes / attack->pump.len;
    ar_buf_put(&out, attack->prefix);
    for (size_t i = 0; i < attack->count; i++)
        ar_buf_put(&out, attack->pump);
    ar_buf_put(&out, attack->suffix);
    attack->bytes = out.len;
    return ar_buf_view(&out);
}

/* The work on a text with so many bytes between prefix and suffix, at most
 * `most`. */
static int64_t measure(struct search *search, const struct ar_regex *regex,
                       struct ar_regex_attack *attack, size_t bytes,
                       int64_t most)
{
    int64_t fuel = most;
    match(search, regex, make_text(search, attack, bytes), &fuel);
    int64_t work = fuel < 0 ? most : most - fuel;
    *search->budget -= work + WORK_OF_START + (int64_t)(bytes / 8);
    return work;
}

/* As long as it may be: the last step is less than a doubling. */
static bool measure_longest(struct search *search, const struct ar_regex *regex,
                            struct ar_regex_attack *attack, int64_t before)
{
    size_t around = attack->prefix.len + attack->suffix.len;
    size_t shorter = attack->count * attack->pump.len;
    size_t bytes = AR_REGEX_RISK_BYTES - around;
    int64_t work = measure(search, regex, attack, bytes, AR_REGEX_RISK_WORK);
    /* Faster than the text: by more than half as much again. */
    return work >= AR_REGEX_RISK_WORK &&
           work / 3 * 2 * (int64_t)shorter >= before * (int64_t)bytes;
}

/* Doubles the text until the work is over the bound, or the text as long as
 * it may be; true if then the work has grown faster. */
static bool grows_wild(struct search *search, const struct ar_regex *regex,
                       struct ar_regex_attack *attack)
{
    int64_t before =
        measure(search, regex, attack, SHORT_BYTES / 2, AR_REGEX_RISK_WORK);
    size_t around = attack->prefix.len + attack->suffix.len;
    for (size_t bytes = SHORT_BYTES; bytes <= 2 * AR_REGEX_RISK_BYTES;
         bytes *= 2) {
        if (bytes + around > AR_REGEX_RISK_BYTES)
            return measure_longest(search, regex, attack, before);
        int64_t most = GROWTH * before > AR_REGEX_RISK_WORK
                           ? GROWTH * before
                           : AR_REGEX_RISK_WORK;
        if (before >= AR_REGEX_RISK_WORK)
            return true;
        int64_t work = measure(search, regex, attack, bytes, most);
        if (work >= AR_REGEX_RISK_WORK)
            return work >= GROWTH * before;
        if (work < 2 * before || *search->budget <= 0)
            return false;
        before = work;
    }
    return false;
}

static bool try_suffixes(struct search *search, const struct ar_regex *regex,
                         const struct ar_regex *anchored,
                         const struct pump *pump, ar_str whole,
                         struct ar_regex_attack *out)
{
    static const char *const ends[] = {"\x01", "\n", ""};
    for (size_t i = 0; i < 2 * AR_COUNT_OF(ends); i++) {
        ar_str end = ar_str_from_c(ends[i / 2]);
        *out = (struct ar_regex_attack){.prefix = pump->prefix,
                                        .pump = pump->text};
        out->suffix =
            i % 2 == 0 ? ar_str_concat(search->arena, end, whole) : end;
        if (!grows_wild(search, anchored, out))
            continue;
        int64_t most = *search->budget > MUCH_BUDGET
                           ? (int64_t)AR_REGEX_FUEL_PER_MATCH
                           : (int64_t)AR_REGEX_RISK_WORK;
        out->work =
            measure(search, regex, out, out->count * out->pump.len, most);
        out->is_all = out->work < most;
        if (out->work >= AR_REGEX_RISK_WORK)
            return true;
    }
    return false;
}

static bool has_many(const struct ar_shape *shape)
{
    if (shape->is_many)
        return true;
    for (const struct ar_shape *each = shape->first; each; each = each->next) {
        if (has_many(each))
            return true;
    }
    return false;
}

bool ar_regex_find_attack(struct ar_arena *arena, ar_str pattern, ar_str flags,
                          int64_t *budget, struct ar_regex_attack *out)
{
    struct search search = {.arena = arena, .flags = flags, .budget = budget};
    bool extended = ar_str_find(flags, AR_STR("x"), 0) != SIZE_MAX;
    const struct ar_shape *shape = ar_shape_parse(arena, pattern, extended);
    if (!shape || !has_many(shape) || *budget <= 0)
        return false;
    find_places(&search, shape, AR_STR(""));
    if (search.n_pumps == 0)
        return false;
    const struct ar_regex *regex = compile(&search, "", pattern, "");
    const struct ar_regex *anchored =
        compile(&search, "\\A(?:", pattern, extended ? "\n)" : ")");
    ar_str whole = witness_of(&search, shape, LEAN);
    for (size_t i = 0; regex && anchored && i < search.n_pumps; i++) {
        if (try_suffixes(&search, regex, anchored, &search.pumps[i], whole,
                         out))
            return true;
    }
    return false;
}
