/* SPDX-License-Identifier: Apache-2.0 */
/* Unified diffs: the form to the byte on small texts; and on random texts, of
 * some lines and of thousands, that applying the diff gives what it was made
 * from. The patch here is stricter than the program: nothing may be off. */

/* cmocka.h wants these before it. */
/* clang-format off */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>
/* clang-format on */

#include "tools/diff.h"

enum { N_RANDOM = 3000, FEW_LINES = 30, MANY_LINES = 3000, MANY_COLUMNS = 100 };

static void expect_diff(const char *before, const char *after,
                        const char *expected)
{
    struct ar_arena arena = {0};
    struct ar_buf out = AR_BUF(&arena);
    ar_diff_put(&out, AR_STR("a.rules"), ar_str_from_c(before),
                ar_str_from_c(after));
    assert_string_equal(ar_str_copy(&arena, ar_buf_view(&out)).ptr, expected);
    ar_arena_free(&arena);
}

#define NAMES "--- a.rules\n+++ a.rules\n"

static void test_nothing(void **state)
{
    (void)state;
    expect_diff("", "", "");
    expect_diff("a\nb", "a\nb", "");
}

static void test_one_hunk(void **state)
{
    (void)state;
    expect_diff("a\nb\nc\n", "a\nB\nc\n",
                NAMES "@@ -1,3 +1,3 @@\n a\n-b\n+B\n c\n");
    expect_diff("1\n2\n3\n4\n5\n6\n7\n8\n9\n", "1\n2\n3\n4\n6\n7\n8\n9\n",
                NAMES "@@ -2,7 +2,6 @@\n 2\n 3\n 4\n-5\n 6\n 7\n 8\n");
    expect_diff("1\n2\n", "0\n1\n2\n3\n",
                NAMES "@@ -1,2 +1,4 @@\n+0\n 1\n 2\n+3\n");
    /* What is deleted stands before what is added in its place. */
    expect_diff("a\nb\n", "c\nd\n", NAMES "@@ -1,2 +1,2 @@\n-a\n-b\n+c\n+d\n");
}

static void test_ranges(void **state)
{
    (void)state;
    expect_diff("a\n", "b\n", NAMES "@@ -1 +1 @@\n-a\n+b\n");
    expect_diff("", "b\n", NAMES "@@ -0,0 +1 @@\n+b\n");
    expect_diff("a\nb\n", "", NAMES "@@ -1,2 +0,0 @@\n-a\n-b\n");
}

static void test_hunks_join(void **state)
{
    (void)state;
    /* Six lines between two changes belong to one hunk, seven do not. */
    expect_diff("a\n1\n2\n3\n4\n5\n6\nb\n", "A\n1\n2\n3\n4\n5\n6\nB\n",
                NAMES "@@ -1,8 +1,8 @@\n-a\n+A\n 1\n 2\n 3\n 4\n 5\n 6\n"
                      "-b\n+B\n");
    expect_diff("a\n1\n2\n3\n4\n5\n6\n7\nb\n", "A\n1\n2\n3\n4\n5\n6\n7\nB\n",
                NAMES "@@ -1,4 +1,4 @@\n-a\n+A\n 1\n 2\n 3\n"
                      "@@ -6,4 +6,4 @@\n 5\n 6\n 7\n-b\n+B\n");
}

static void test_line_ends(void **state)
{
    (void)state;
    expect_diff("a\nb", "a\nb\n",
                NAMES "@@ -1,2 +1,2 @@\n a\n-b\n"
                      "\\ No newline at end of file\n+b\n");
    expect_diff("a\nb", "A\nb",
                NAMES "@@ -1,2 +1,2 @@\n-a\n+A\n b\n"
                      "\\ No newline at end of file\n");
    expect_diff("a\r\n", "a\n", NAMES "@@ -1 +1 @@\n-a\r\n+a\n");
}

static void expect_name(const char *name, const char *shown)
{
    struct ar_arena arena = {0};
    struct ar_buf out = AR_BUF(&arena);
    ar_diff_put(&out, ar_str_from_c(name), AR_STR(""), AR_STR("x\n"));
    ar_str expected = ar_str_printf(
        &arena, "--- %s\n+++ %s\n@@ -0,0 +1 @@\n+x\n", shown, shown);
    assert_string_equal(ar_str_copy(&arena, ar_buf_view(&out)).ptr,
                        expected.ptr);
    ar_arena_free(&arena);
}

static void test_names(void **state)
{
    (void)state;
    expect_name("rules/a.rules", "rules/a.rules");
    expect_name("a b", "a b\t");
    expect_name("caf\xC3\xA9", "caf\xC3\xA9");
    expect_name("a\nb", "\"a\\012b\"");
    expect_name("a\"\\\x1b", "\"a\\042\\134\\033\"");
}

/* ---- applying ---- */

struct patch {
    ar_str diff;
    size_t at; /* in the diff */
    ar_str before;
    size_t taken; /* of before */
    size_t line;  /* of before, from 1 */
    struct ar_buf after;
    size_t after_line;
};

static ar_str next_line(ar_str text, size_t *at)
{
    size_t start = *at;
    size_t end = ar_str_find(text, AR_STR("\n"), start);
    *at = end == SIZE_MAX ? text.len : end + 1;
    return ar_str_slice(text, start, *at);
}

/* One line of the body, without the mark that it has no line end. */
static ar_str body_line(struct patch *patch, char *sign)
{
    ar_str line = next_line(patch->diff, &patch->at);
    assert_true(line.len > 1);
    *sign = line.ptr[0];
    line = ar_str_slice(line, 1, line.len);
    ar_str mark = AR_STR("\\ No newline at end of file\n");
    ar_str rest = ar_str_slice(patch->diff, patch->at, patch->diff.len);
    if (ar_str_starts_with(rest, mark)) {
        patch->at += mark.len;
        line = ar_str_slice(line, 0, line.len - 1);
    }
    return line;
}

static void take(struct patch *patch, ar_str *line)
{
    *line = next_line(patch->before, &patch->taken);
    patch->line++;
}

static void give(struct patch *patch, ar_str line)
{
    ar_buf_put(&patch->after, line);
    patch->after_line++;
}

/* "3,7" or "3"; of an empty range the line before it is named. */
static size_t read_range(struct patch *patch, size_t *count)
{
    size_t numbers[2] = {0, 1};
    for (size_t i = 0; i < 2; i++) {
        numbers[i] = 0;
        while (ar_char_is_digit(patch->diff.ptr[patch->at]))
            numbers[i] =
                numbers[i] * 10 + (size_t)(patch->diff.ptr[patch->at++] - '0');
        if (i == 0 && patch->diff.ptr[patch->at] != ',') {
            numbers[1] = 1;
            break;
        }
        patch->at += i == 0;
    }
    *count = numbers[1];
    return numbers[0] + (numbers[1] == 0);
}

static void expect_text(struct patch *patch, const char *text)
{
    ar_str rest = ar_str_slice(patch->diff, patch->at, patch->diff.len);
    assert_true(ar_str_starts_with(rest, ar_str_from_c(text)));
    patch->at += ar_str_from_c(text).len;
}

static void apply_body(struct patch *patch, size_t n_before, size_t n_after)
{
    while (n_before > 0 || n_after > 0) {
        char sign;
        ar_str was;
        ar_str line = body_line(patch, &sign);
        assert_true(sign == ' ' || sign == '-' || sign == '+');
        if (sign != '+') {
            take(patch, &was);
            assert_true(ar_str_equal(was, line));
            n_before--;
        }
        if (sign != '-') {
            give(patch, line);
            n_after--;
        }
    }
}

static void apply_hunk(struct patch *patch)
{
    size_t n_before;
    size_t n_after;
    ar_str line;
    expect_text(patch, "@@ -");
    size_t start = read_range(patch, &n_before);
    expect_text(patch, " +");
    size_t after_start = read_range(patch, &n_after);
    expect_text(patch, " @@\n");
    assert_true(patch->line <= start);
    while (patch->line < start) {
        take(patch, &line);
        give(patch, line);
    }
    assert_int_equal(patch->after_line, after_start);
    apply_body(patch, n_before, n_after);
}

static size_t check_apply(ar_str before, ar_str after)
{
    struct ar_arena arena = {0};
    struct ar_buf out = AR_BUF(&arena);
    ar_diff_put(&out, AR_STR("a.rules"), before, after);
    struct patch patch = {.diff = ar_buf_view(&out),
                          .before = before,
                          .line = 1,
                          .after = AR_BUF(&arena),
                          .after_line = 1};
    if (patch.diff.len > 0)
        expect_text(&patch, NAMES);
    while (patch.at < patch.diff.len)
        apply_hunk(&patch);
    ar_buf_put(&patch.after, ar_str_slice(before, patch.taken, before.len));
    assert_true(ar_str_equal(ar_buf_view(&patch.after), after));
    size_t size = patch.diff.len;
    ar_arena_free(&arena);
    return size;
}

/* ---- random texts ---- */

static size_t below(uint64_t *seed, size_t limit)
{
    *seed ^= *seed << 13;
    *seed ^= *seed >> 7;
    *seed ^= *seed << 17;
    return (size_t)(*seed >> 11) % limit;
}

static ar_str make_text(struct ar_arena *arena, uint64_t *seed, size_t n_lines,
                        size_t n_kinds)
{
    struct ar_buf out = AR_BUF(arena);
    for (size_t i = 0; i < n_lines; i++)
        ar_buf_printf(&out, "%zu\n", below(seed, n_kinds));
    if (n_lines > 0 && below(seed, 4) == 0)
        ar_buf_put_char(&out, 'x');
    return ar_buf_view(&out);
}

/* About one line of rarity is deleted, changed or doubled. */
static ar_str edit_text(struct ar_arena *arena, uint64_t *seed, ar_str text,
                        size_t rarity)
{
    struct ar_buf out = AR_BUF(arena);
    for (size_t at = 0; at < text.len;) {
        ar_str line = next_line(text, &at);
        size_t what = below(seed, 3 * rarity);
        if (what > 0)
            ar_buf_put(&out, line);
        if (what == 1)
            ar_buf_put(&out, line);
        if (what == 2)
            ar_buf_put_c(&out, "changed\n");
    }
    return ar_buf_view(&out);
}

/* The fewest lines that can be deleted and added, by the plain method. */
static size_t fewest_changes(ar_str before, ar_str after)
{
    size_t least[MANY_COLUMNS] = {0};
    size_t n_after = 0;
    for (size_t at = 0; at < after.len; n_after++)
        next_line(after, &at);
    assert_true(n_after < MANY_COLUMNS);
    for (size_t j = 0; j <= n_after; j++)
        least[j] = j;
    for (size_t at = 0; at < before.len;) {
        ar_str line = next_line(before, &at);
        size_t diagonal = least[0]++;
        size_t after_at = 0;
        for (size_t j = 1; j <= n_after; j++) {
            size_t above = least[j];
            bool same = ar_str_equal(line, next_line(after, &after_at));
            size_t fewer = least[j - 1] < above ? least[j - 1] : above;
            least[j] = same ? diagonal : fewer + 1;
            diagonal = above;
        }
    }
    return least[n_after];
}

static size_t count_changes(ar_str diff)
{
    size_t count = 0;
    size_t at = 0;
    for (size_t i = 0; at < diff.len; i++) {
        ar_str line = next_line(diff, &at);
        count += i > 1 && (line.ptr[0] == '-' || line.ptr[0] == '+');
    }
    return count;
}

static void check_shortest(struct ar_arena *arena, ar_str before, ar_str after)
{
    struct ar_buf out = AR_BUF(arena);
    ar_diff_put(&out, AR_STR("a"), before, after);
    assert_int_equal(count_changes(ar_buf_view(&out)),
                     fewest_changes(before, after));
}

static void test_random_texts(void **state)
{
    (void)state;
    uint64_t seed = UINT64_C(0x9E3779B97F4A7C15);
    for (size_t i = 0; i < N_RANDOM; i++) {
        struct ar_arena arena = {0};
        size_t n_kinds = 1 + below(&seed, 10);
        ar_str before =
            make_text(&arena, &seed, below(&seed, FEW_LINES), n_kinds);
        ar_str after =
            below(&seed, 2) == 0
                ? make_text(&arena, &seed, below(&seed, FEW_LINES), n_kinds)
                : edit_text(&arena, &seed, before, 1 + below(&seed, 8));
        check_apply(before, after);
        check_shortest(&arena, before, after);
        ar_arena_free(&arena);
    }
}

/* More changes than one search takes. */
static void test_large_texts(void **state)
{
    (void)state;
    uint64_t seed = UINT64_C(0x9E3779B97F4A7C15);
    static const size_t rarities[] = {1, 2, 3, 10, 100, 1000};
    for (size_t i = 0; i < AR_COUNT_OF(rarities); i++) {
        struct ar_arena arena = {0};
        ar_str before = make_text(&arena, &seed, MANY_LINES, 1000000);
        ar_str after = edit_text(&arena, &seed, before, rarities[i]);
        check_apply(before, after);
        check_apply(after, before);
        check_apply(before, make_text(&arena, &seed, MANY_LINES, 1000000));
        ar_arena_free(&arena);
    }
}

/* One changed line of many is a small diff, wherever it stands. */
static void test_small_changes_stay_small(void **state)
{
    (void)state;
    uint64_t seed = UINT64_C(0x9E3779B97F4A7C15);
    struct ar_arena arena = {0};
    ar_str text = make_text(&arena, &seed, MANY_LINES, 1000000);
    for (size_t at = 0; at < text.len; at += text.len / 7) {
        size_t line_at = ar_str_find(text, AR_STR("\n"), at) + 1;
        ar_str after =
            ar_str_concat(&arena,
                          ar_str_concat(&arena, ar_str_slice(text, 0, line_at),
                                        AR_STR("added\n")),
                          ar_str_slice(text, line_at, text.len));
        assert_true(check_apply(text, after) < 120);
    }
    ar_arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nothing),
        cmocka_unit_test(test_one_hunk),
        cmocka_unit_test(test_ranges),
        cmocka_unit_test(test_hunks_join),
        cmocka_unit_test(test_line_ends),
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_random_texts),
        cmocka_unit_test(test_large_texts),
        cmocka_unit_test(test_small_changes_stay_small),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
