/* SPDX-License-Identifier: Apache-2.0 */
/* Unified diffs. The two texts are compared by the greedy method of Myers: of
 * all ways that take d deleted and added lines, the one that comes farthest
 * on each diagonal (lines taken before minus lines taken after), for d = 0, 1,
 * 2 and so on. Where d reaches a limit, the way that came farthest is taken
 * and the search starts again at its end. */
#include "tools/diff.h"

enum {
    CONTEXT_LINES = 3,
    STEPS = 256 /* of one search; work for each line grows with it */
};

#define NOWHERE SIZE_MAX

struct lines {
    ar_str *at; /* each with its line end */
    bool *changed;
    size_t count;
};

/* Row d of the search holds, for each diagonal that d steps can reach, how
 * many lines before were taken. */
struct search {
    struct lines before;
    struct lines after;
    size_t start_before;
    size_t start_after;
    size_t *rows;
};

/* ---- lines ---- */

static size_t line_end(ar_str text, size_t start)
{
    size_t end = ar_str_find(text, AR_STR("\n"), start);
    return end == SIZE_MAX ? text.len : end + 1;
}

static struct lines split(struct ar_arena *arena, ar_str text)
{
    struct lines lines = {.count = 0};
    for (size_t at = 0; at < text.len; at = line_end(text, at))
        lines.count++;
    lines.at = AR_NEW_ARRAY(arena, ar_str, lines.count);
    lines.changed = AR_NEW_ARRAY(arena, bool, lines.count);
    size_t start = 0;
    for (size_t i = 0; i < lines.count; i++) {
        size_t end = line_end(text, start);
        lines.at[i] = ar_str_slice(text, start, end);
        start = end;
    }
    return lines;
}

/* ---- the search ---- */

/* Diagonals are counted from that of d deletions, ix 0, to that of none. */
static size_t *place(const struct search *search, size_t d, size_t ix)
{
    return &search->rows[d * (d + 1) / 2 + ix];
}

/* Lines of `after` that are taken where `taken` of `before` are. */
static size_t other(size_t d, size_t ix, size_t taken)
{
    return taken + 2 * ix - d;
}

/* One line of `before` deleted, from the same ix in the row before. */
static size_t by_deletion(const struct search *search, size_t d, size_t ix)
{
    if (ix == d)
        return NOWHERE;
    size_t taken = *place(search, d - 1, ix);
    if (taken == NOWHERE ||
        taken == search->before.count - search->start_before)
        return NOWHERE;
    return taken + 1;
}

/* One line of `after` added, from the ix below. */
static size_t by_addition(const struct search *search, size_t d, size_t ix)
{
    if (ix == 0)
        return NOWHERE;
    size_t taken = *place(search, d - 1, ix - 1);
    if (taken == NOWHERE || other(d - 1, ix - 1, taken) ==
                                search->after.count - search->start_after)
        return NOWHERE;
    return taken;
}

static bool goes_by_deletion(const struct search *search, size_t d, size_t ix)
{
    size_t deleted = by_deletion(search, d, ix);
    size_t added = by_addition(search, d, ix);
    return added == NOWHERE || (deleted != NOWHERE && deleted > added);
}

/* Takes the lines that are the same from there on. */
static size_t slide(const struct search *search, size_t d, size_t ix,
                    size_t taken)
{
    size_t i = search->start_before + taken;
    size_t j = search->start_after + other(d, ix, taken);
    while (i < search->before.count && j < search->after.count &&
           ar_str_equal(search->before.at[i], search->after.at[j])) {
        i++;
        j++;
    }
    return i - search->start_before;
}

static size_t take_step(const struct search *search, size_t d, size_t ix)
{
    size_t taken = 0;
    if (d > 0 && goes_by_deletion(search, d, ix))
        taken = by_deletion(search, d, ix);
    else if (d > 0)
        taken = by_addition(search, d, ix);
    return taken == NOWHERE ? NOWHERE : slide(search, d, ix, taken);
}

/* Fills row d; the diagonal that came farthest. */
static size_t take_steps(struct search *search, size_t d)
{
    size_t farthest = 0;
    size_t most = 0;
    for (size_t ix = 0; ix <= d; ix++) {
        size_t taken = take_step(search, d, ix);
        *place(search, d, ix) = taken;
        if (taken == NOWHERE)
            continue;
        size_t both = taken + other(d, ix, taken) + 1;
        if (both > most) {
            most = both;
            farthest = ix;
        }
    }
    return farthest;
}

/* Marks what changes on the way to that place. */
static void mark_way(struct search *search, size_t d, size_t ix)
{
    for (; d > 0; d--) {
        bool deletes = goes_by_deletion(search, d, ix);
        ix -= deletes ? 0 : 1;
        size_t taken = *place(search, d - 1, ix);
        if (deletes)
            search->before.changed[search->start_before + taken] = true;
        else
            search->after
                .changed[search->start_after + other(d - 1, ix, taken)] = true;
    }
}

/* From the start to the end or as far as the steps go; the start moves. */
static void search_way(struct search *search)
{
    size_t total = search->before.count - search->start_before +
                   search->after.count - search->start_after;
    for (size_t d = 0;; d++) {
        size_t ix = take_steps(search, d);
        size_t taken = *place(search, d, ix);
        size_t taken_after = other(d, ix, taken);
        if (taken + taken_after < total && d < STEPS)
            continue;
        mark_way(search, d, ix);
        search->start_before += taken;
        search->start_after += taken_after;
        return;
    }
}

/* ---- hunks ---- */

struct range {
    size_t start;
    size_t end;
};

struct hunk {
    struct range before;
    struct range after;
};

static bool is_changed(const struct search *search, size_t i, size_t j)
{
    return (i < search->before.count && search->before.changed[i]) ||
           (j < search->after.count && search->after.changed[j]);
}

static bool is_at_end(const struct search *search, size_t i, size_t j)
{
    return i == search->before.count && j == search->after.count;
}

/* Ends move past what changes there. */
static void skip_changes(const struct search *search, struct hunk *hunk)
{
    while (hunk->before.end < search->before.count &&
           search->before.changed[hunk->before.end])
        hunk->before.end++;
    while (hunk->after.end < search->after.count &&
           search->after.changed[hunk->after.end])
        hunk->after.end++;
}

/* Lines that stay from there on, at most limit. */
static size_t count_same(const struct search *search, size_t i, size_t j,
                         size_t limit)
{
    size_t count = 0;
    while (count < limit && !is_at_end(search, i + count, j + count) &&
           !is_changed(search, i + count, j + count))
        count++;
    return count;
}

/* The hunk of the next change from the ends of the last one on; false if
 * there is none. */
static bool find_hunk(const struct search *search, struct hunk *hunk)
{
    size_t same = count_same(search, hunk->before.end, hunk->after.end,
                             search->before.count);
    size_t context = same < CONTEXT_LINES ? same : CONTEXT_LINES;
    hunk->before.end += same;
    hunk->after.end += same;
    if (is_at_end(search, hunk->before.end, hunk->after.end))
        return false;
    hunk->before.start = hunk->before.end - context;
    hunk->after.start = hunk->after.end - context;
    for (;;) {
        skip_changes(search, hunk);
        same = count_same(search, hunk->before.end, hunk->after.end,
                          2 * CONTEXT_LINES + 1);
        bool joins =
            same <= 2 * CONTEXT_LINES &&
            is_changed(search, hunk->before.end + same, hunk->after.end + same);
        if (!joins && same > CONTEXT_LINES)
            same = CONTEXT_LINES;
        hunk->before.end += same;
        hunk->after.end += same;
        if (!joins)
            return true;
    }
}

/* "-3,7"; an empty range names the line before it. */
static void put_range(struct ar_buf *out, char sign, struct range range)
{
    size_t count = range.end - range.start;
    ar_buf_printf(out, "%c%zu", sign, range.start + (count > 0));
    if (count != 1)
        ar_buf_printf(out, ",%zu", count);
}

static void put_line(struct ar_buf *out, char sign, ar_str line)
{
    ar_buf_put_char(out, sign);
    ar_buf_put(out, line);
    if (!ar_str_ends_with(line, AR_STR("\n")))
        ar_buf_put_c(out, "\n\\ No newline at end of file\n");
}

static void put_hunk(struct ar_buf *out, const struct search *search,
                     struct hunk hunk)
{
    size_t i = hunk.before.start;
    size_t j = hunk.after.start;
    ar_buf_put_c(out, "@@ ");
    put_range(out, '-', hunk.before);
    ar_buf_put_char(out, ' ');
    put_range(out, '+', hunk.after);
    ar_buf_put_c(out, " @@\n");
    while (i < hunk.before.end || j < hunk.after.end) {
        while (i < hunk.before.end && search->before.changed[i])
            put_line(out, '-', search->before.at[i++]);
        while (j < hunk.after.end && search->after.changed[j])
            put_line(out, '+', search->after.at[j++]);
        while (i < hunk.before.end && !is_changed(search, i, j)) {
            put_line(out, ' ', search->before.at[i++]);
            j++;
        }
    }
}

/* ---- the diff ---- */

static bool is_plain(ar_str name)
{
    for (size_t i = 0; i < name.len; i++) {
        unsigned char c = (unsigned char)name.ptr[i];
        if (c < 0x20 || c == 0x7F || c == '"' || c == '\\')
            return false;
    }
    return true;
}

/* As GNU diff and patch write names: in quotes with escapes if it must be,
 * and with a tab behind a name with blanks. */
static void put_name(struct ar_buf *out, const char *sign, ar_str name)
{
    ar_buf_put_c(out, sign);
    if (is_plain(name)) {
        bool has_blank = ar_str_find(name, AR_STR(" "), 0) != SIZE_MAX;
        ar_buf_put(out, name);
        ar_buf_put_c(out, has_blank ? "\t\n" : "\n");
        return;
    }
    ar_buf_put_char(out, '"');
    for (size_t i = 0; i < name.len; i++) {
        ar_str byte = ar_str_slice(name, i, i + 1);
        if (!is_plain(byte))
            ar_buf_printf(out, "\\%03o", (unsigned)(unsigned char)name.ptr[i]);
        else
            ar_buf_put(out, byte);
    }
    ar_buf_put_c(out, "\"\n");
}

void ar_diff_put(struct ar_buf *out, ar_str name, ar_str before, ar_str after)
{
    struct ar_arena *arena = out->arena;
    if (ar_str_equal(before, after))
        return;
    struct search search = {
        .before = split(arena, before),
        .after = split(arena, after),
        .rows = AR_NEW_ARRAY(arena, size_t, (STEPS + 1) * (STEPS + 2) / 2)};
    while (!is_at_end(&search, search.start_before, search.start_after))
        search_way(&search);
    struct hunk hunk = {.before = {0, 0}};
    put_name(out, "--- ", name);
    put_name(out, "+++ ", name);
    while (find_hunk(&search, &hunk))
        put_hunk(out, &search, hunk);
}
