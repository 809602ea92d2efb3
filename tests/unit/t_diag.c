/* SPDX-License-Identifier: Apache-2.0 */
/* Diagnostics: the table keeps its form, the list drops and sorts, and what
 * is rendered points at the right cells and cannot steer a terminal. */

#include "base/limits.h"
#include "text/diag.h"

/* cmocka.h needs what stands before it. */
/* clang-format off */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
/* clang-format on */

static struct ar_arena arena;
static struct ar_sources sources;
static struct ar_diags diags;

static int reset(void **state)
{
    (void)state;
    ar_arena_free(&arena);
    memset(&sources, 0, sizeof(sources));
    memset(&diags, 0, sizeof(diags));
    diags.arena = &arena;
    diags.sources = &sources;
    return 0;
}

static uint32_t add(ar_str text)
{
    return ar_sources_add(&arena, &sources, AR_STR("a.rules"), text);
}

static const char *render(const struct ar_diag *diag, bool color)
{
    struct ar_buf out = AR_BUF(&arena);
    ar_diag_render(&out, &diags, diag, color);
    return ar_str_copy(&arena, ar_buf_view(&out)).ptr;
}

static const char *render_all(void)
{
    struct ar_buf out = AR_BUF(&arena);
    ar_diags_render(&out, &diags, false);
    return ar_str_copy(&arena, ar_buf_view(&out)).ptr;
}

/* The span of the first needle in the text of file. */
static ar_span find(uint32_t file, ar_str needle)
{
    ar_str text = ar_sources_get(&sources, file)->text;
    size_t at = ar_str_find(text, needle, 0);
    assert_true(at != SIZE_MAX);
    return (ar_span){file, (uint32_t)at, (uint32_t)(at + needle.len)};
}

/* Renders E0106, which takes no argument, at the first needle in text. */
static const char *mark(ar_str text, ar_str needle)
{
    reset(NULL);
    ar_span span = find(add(text), needle);
    return render(ar_diag_plain(&diags, AR_E0106, span), false);
}

/* ---- the table ---- */

static size_t count_placeholders(const char *message)
{
    size_t seen = 0;
    for (const char *at = message; *at; at++) {
        if (at[0] == '{' && ar_char_is_digit(at[1]) && at[2] == '}')
            seen |= (size_t)1 << (at[1] - '0');
    }
    size_t count = 0;
    for (; seen & 1; seen >>= 1)
        count++;
    assert_int_equal(seen, 0); /* {0} {2} without {1} */
    return count;
}

static void check_code(const struct ar_diag_info *info)
{
    assert_int_equal(strlen(info->code), 5);
    char letter = info->severity == AR_SEVERITY_WARNING ? 'W' : 'E';
    if (info->severity != AR_SEVERITY_NOTE)
        assert_int_equal(info->code[0], letter);
    for (size_t i = 1; i < 5; i++)
        assert_true(ar_char_is_digit(info->code[i]));
}

static void test_table(void **state)
{
    (void)state;
    assert_true(AR_N_DIAGS >= 30);
    for (int i = 0; i < AR_N_DIAGS; i++) {
        const struct ar_diag_info *info = &ar_diag_table[i];
        check_code(info);
        size_t length = strlen(info->message);
        assert_true(length > 0);
        assert_false(info->message[0] >= 'A' && info->message[0] <= 'Z');
        assert_true(info->message[length - 1] != '.');
        count_placeholders(info->message);
        assert_true(strlen(info->explanation) > 40);
        if (i > 0)
            assert_true(strcmp(ar_diag_table[i - 1].code, info->code) < 0);
    }
}

static void test_find(void **state)
{
    (void)state;
    assert_int_equal(ar_diag_find(AR_STR("E0103")), AR_E0103);
    assert_int_equal(ar_diag_find(AR_STR("e0103")), AR_E0103);
    assert_int_equal(ar_diag_find(AR_STR("E0101")), AR_E0101);
    assert_int_equal(ar_diag_find(AR_STR("E01033")), AR_N_DIAGS);
    assert_int_equal(ar_diag_find(AR_STR("0103")), AR_N_DIAGS);
    assert_int_equal(ar_diag_find(AR_STR("")), AR_N_DIAGS);
    assert_non_null(strstr(ar_diag_table[AR_E0103].message, "unknown fact"));
}

/* ---- the list ---- */

static void test_arguments(void **state)
{
    (void)state;
    char name[] = "1x";
    ar_span span = {add(AR_STR("1x")), 0, 2};
    struct ar_diag *diag = ar_diag(&diags, AR_E0118, span, ar_str_from_c(name),
                                   AR_STR("{0} in {1}"));
    name[0] = '9'; /* arguments are copies and are not formats */
    assert_string_equal(diag->message.ptr, "malformed number 1x: {0} in {1}");
    assert_int_equal(diags.n_errors, 1);
    assert_int_equal(diags.n_warnings, 0);
}

static void test_same_place_once(void **state)
{
    (void)state;
    uint32_t file = add(AR_STR("abc"));
    ar_span span = {file, 0, 2};
    struct ar_diag *first = ar_diag(&diags, AR_E0103, span, AR_STR("a"));
    assert_ptr_equal(ar_diag(&diags, AR_E0103, span, AR_STR("b")), first);
    assert_true(ar_diag_plain(&diags, AR_E0106, span) != first);
    assert_true(ar_diag(&diags, AR_E0103, ((ar_span){file, 0, 3}),
                        AR_STR("a")) != first);
    assert_true(ar_diag(&diags, AR_E0103, ((ar_span){file, 1, 2}),
                        AR_STR("a")) != first);
    assert_int_equal(diags.list.count, 4);
    assert_int_equal(diags.n_errors, 4);
}

static void test_additions_once(void **state)
{
    (void)state;
    ar_span span = {add(AR_STR("abc")), 0, 2};
    for (int i = 0; i < 2; i++) {
        struct ar_diag *diag = ar_diag(&diags, AR_E0103, span, AR_STR("a"));
        ar_diag_suggest(&diags, diag, i ? AR_STR("second") : AR_STR("first"));
        ar_diag_expected(&diags, diag, i ? AR_STR("two") : AR_STR("one"));
        ar_diag_note(&diags, diag, span, AR_STR("seen here"));
        ar_diag_note(&diags, diag, span, AR_STR("and here"));
    }
    struct ar_diag *diag = diags.list.at[0];
    assert_string_equal(diag->suggestion.ptr, "first");
    assert_string_equal(diag->expected.ptr, "one");
    assert_string_equal(diag->notes->text.ptr, "seen here");
    assert_string_equal(diag->notes->next->text.ptr, "and here");
    assert_null(diag->notes->next->next);
}

static void test_no_place_twice(void **state)
{
    (void)state;
    ar_span none = {0, 0, 0};
    ar_diag(&diags, AR_E0127, none, AR_STR("8"));
    ar_diag(&diags, AR_E0127, none, AR_STR("9"));
    ar_diag(&diags, AR_E0127, none, AR_STR("8"));
    assert_int_equal(diags.list.count, 2);
}

static void test_sort(void **state)
{
    (void)state;
    uint32_t first = add(AR_STR("abcdef"));
    uint32_t second = add(AR_STR("abcdef"));
    ar_span none = {0, 0, 0};
    const struct ar_diag *sorted[7];
    sorted[6] = ar_diag_plain(&diags, AR_E0105, ((ar_span){second, 0, 1}));
    sorted[5] = ar_diag_plain(&diags, AR_E0105, ((ar_span){first, 4, 5}));
    sorted[4] = ar_diag_plain(&diags, AR_E0106, ((ar_span){first, 2, 3}));
    sorted[3] = ar_diag_plain(&diags, AR_E0105, ((ar_span){first, 2, 4}));
    sorted[2] = ar_diag_plain(&diags, AR_E0105, ((ar_span){first, 2, 3}));
    sorted[0] = ar_diag(&diags, AR_E0127, none, AR_STR("9"));
    sorted[1] = ar_diag(&diags, AR_E0127, none, AR_STR("8"));
    ar_diags_sort(&diags);
    assert_int_equal(diags.list.count, 7);
    for (size_t i = 0; i < 7; i++)
        assert_ptr_equal(diags.list.at[i], sorted[i]);
}

static void test_positions(void **state)
{
    (void)state;
    uint32_t file = add(AR_STR("x\n\xC3\xA9 y\nz"));
    struct ar_position start;
    struct ar_position end;
    struct ar_diag *diag =
        ar_diag_plain(&diags, AR_E0106, ((ar_span){file, 4, 7}));
    assert_true(ar_diag_positions(&diags, diag, &start, &end));
    assert_int_equal(start.line, 2);
    assert_int_equal(start.column, 2);
    assert_int_equal(end.line, 3);
    assert_int_equal(end.column, 1);
    diag = ar_diag_plain(&diags, AR_E0106, ((ar_span){0, 4, 7}));
    assert_false(ar_diag_positions(&diags, diag, &start, &end));
    assert_int_equal(start.line, 0);
    assert_int_equal(end.column, 0);
}

/* ---- rendering ---- */

static void test_render_suggestion(void **state)
{
    (void)state;
    uint32_t file = add(
        AR_STR("rule x\n  when host.arch == arm64 and docker.arhc == amd64\n"));
    struct ar_diag *diag =
        ar_diag(&diags, AR_E0103, find(file, AR_STR("docker.arhc")),
                AR_STR("docker.arhc"));
    ar_diag_suggest(&diags, diag, AR_STR("docker.arch"));
    assert_string_equal(
        render(diag, false),
        "a.rules:2:31: error[E0103]: unknown fact 'docker.arhc'\n"
        "    2 |   when host.arch == arm64 and docker.arhc == amd64\n"
        "      |                               ^^^^^^^^^^^ "
        "did you mean 'docker.arch'?\n");
}

static void test_render_expected(void **state)
{
    (void)state;
    uint32_t file = add(AR_STR("when x"));
    struct ar_diag *diag =
        ar_diag_plain(&diags, AR_E0106, find(file, AR_STR("x")));
    ar_diag_expected(&diags, diag, AR_STR("'then'"));
    assert_string_equal(render(diag, false),
                        "a.rules:1:6: error[E0106]: unterminated string\n"
                        "    1 | when x\n"
                        "      |      ^ expected 'then'\n");
    ar_diag_suggest(&diags, diag, AR_STR("then"));
    assert_string_equal(
        render(diag, false),
        "a.rules:1:6: error[E0106]: unterminated string\n"
        "    1 | when x\n"
        "      |      ^ expected 'then'; did you mean 'then'?\n");
}

static void test_render_no_place(void **state)
{
    (void)state;
    struct ar_diag *diag =
        ar_diag(&diags, AR_E0127, ((ar_span){0, 0, 0}), AR_STR("8"));
    assert_string_equal(render(diag, false),
                        "error[E0127]: source file is larger than 8 bytes\n");
    ar_diag_suggest(&diags, diag, AR_STR("b.rules"));
    ar_diag_note(&diags, diag, (ar_span){0, 0, 0}, AR_STR("it has 9"));
    assert_string_equal(render(diag, false),
                        "error[E0127]: source file is larger than 8 bytes\n"
                        "       did you mean 'b.rules'?\n"
                        "note: it has 9\n");
}

static void test_render_edges(void **state)
{
    (void)state;
    assert_string_equal(mark(AR_STR(""), AR_STR("")),
                        "a.rules:1:1: error[E0106]: unterminated string\n"
                        "    1 |\n"
                        "      | ^\n");
    uint32_t file = add(AR_STR("ab\r\ncd"));
    assert_string_equal(
        render(ar_diag_plain(&diags, AR_E0106, ((ar_span){file, 6, 6})), false),
        "a.rules:2:3: error[E0106]: unterminated string\n"
        "    2 | cd\n"
        "      |   ^\n");
    assert_string_equal(
        render(ar_diag_plain(&diags, AR_E0106, ((ar_span){file, 900, 999})),
               false),
        "a.rules:2:3: error[E0106]: unterminated string\n"
        "    2 | cd\n"
        "      |   ^\n");
    /* on the line end, and with an end before its start */
    assert_string_equal(
        render(ar_diag_plain(&diags, AR_E0106, ((ar_span){file, 3, 1})), false),
        "a.rules:1:3: error[E0106]: unterminated string\n"
        "    1 | ab\n"
        "      |   ^\n");
}

static void test_render_several_lines(void **state)
{
    (void)state;
    assert_string_equal(mark(AR_STR("a 'bc\nde' f\n"), AR_STR("'bc\nde'")),
                        "a.rules:1:3: error[E0106]: unterminated string\n"
                        "    1 | a 'bc\n"
                        "      |   ^^^\n");
}

static void test_render_tabs(void **state)
{
    (void)state;
    assert_string_equal(mark(AR_STR("\tif\tx"), AR_STR("x")),
                        "a.rules:1:5: error[E0106]: unterminated string\n"
                        "    1 | \tif\tx\n"
                        "      | \t  \t^\n");
    assert_string_equal(mark(AR_STR("ab\tcd\te"), AR_STR("b\tcd\t")),
                        "a.rules:1:2: error[E0106]: unterminated string\n"
                        "    1 | ab\tcd\te\n"
                        "      |  ^\t^^\n");
    assert_string_equal(mark(AR_STR("a\tb"), AR_STR("\t")),
                        "a.rules:1:2: error[E0106]: unterminated string\n"
                        "    1 | a\tb\n"
                        "      |  ^\n");
}

static void test_render_wide(void **state)
{
    (void)state;
    /* column in code points, carets in cells: e acute, two wide, x */
    assert_string_equal(
        mark(AR_STR("\xC3\xA9\xE4\xB8\xAD\xE6\x96\x87x"), AR_STR("x")),
        "a.rules:1:4: error[E0106]: unterminated string\n"
        "    1 | \xC3\xA9\xE4\xB8\xAD\xE6\x96\x87x\n"
        "      |      ^\n");
    assert_string_equal(mark(AR_STR("a\xE4\xB8\xAD"), AR_STR("\xE4\xB8\xAD")),
                        "a.rules:1:2: error[E0106]: unterminated string\n"
                        "    1 | a\xE4\xB8\xAD\n"
                        "      |  ^^\n");
    /* a combining accent takes no cell */
    assert_string_equal(mark(AR_STR("e\xCC\x81x"), AR_STR("x")),
                        "a.rules:1:3: error[E0106]: unterminated string\n"
                        "    1 | e\xCC\x81x\n"
                        "      |  ^\n");
}

static void test_render_hostile_source(void **state)
{
    (void)state;
    assert_string_equal(
        mark(AR_STR("\033[2J\xE2\x80\xAE\xFF\xE2\x80\x8B\rx\n"), AR_STR("x")),
        "a.rules:1:9: error[E0106]: unterminated string\n"
        "    1 | \\u{1B}[2J\\u{202E}\\x{FF}\\u{200B}\\u{D}x\n"
        "      |                                     ^\n");
    assert_string_equal(mark(AR_STR("a\033b"), AR_STR("\033")),
                        "a.rules:1:2: error[E0106]: unterminated string\n"
                        "    1 | a\\u{1B}b\n"
                        "      |  ^^^^^^\n");
}

static void test_render_hostile_arguments(void **state)
{
    (void)state;
    uint32_t file =
        ar_sources_add(&arena, &sources, AR_STR("\033]0;t\a\n.r"), AR_STR("x"));
    ar_span span = {file, 0, 1};
    ar_str evil = AR_STR("\033[31m\n\xE2\x80\xAE\xFF\xC2\x9B");
    struct ar_diag *diag = ar_diag(&diags, AR_E0103, span, evil);
    ar_diag_expected(&diags, diag, evil);
    ar_diag_suggest(&diags, diag, evil);
    ar_diag_note(&diags, diag, span, evil);
    ar_diag_note(&diags, diag, (ar_span){0, 0, 0}, evil);
#define EVIL  "\\u{1B}[31m\\u{A}\\u{202E}\\x{FF}\\u{9B}"
#define PLACE "\\u{1B}]0;t\\u{7}\\u{A}.r:1:1: "
    assert_string_equal(render(diag, false),
                        PLACE "error[E0103]: unknown fact '" EVIL "'\n"
                              "    1 | x\n"
                              "      | ^ expected " EVIL "; did you mean '" EVIL
                              "'?\n" PLACE "note: " EVIL "\n"
                              "    1 | x\n"
                              "      | ^\n"
                              "note: " EVIL "\n");
}

static void test_render_notes(void **state)
{
    (void)state;
    uint32_t first = add(AR_STR("fact a.b\n"));
    uint32_t second = ar_sources_add(&arena, &sources, AR_STR("b.rules"),
                                     AR_STR("\n\nfact a.b\n"));
    struct ar_diag *diag =
        ar_diag(&diags, AR_E0103, find(second, AR_STR("a.b")), AR_STR("a.b"));
    ar_diag_note(&diags, diag, find(first, AR_STR("a.b")),
                 AR_STR("first declared here"));
    assert_string_equal(render(diag, false),
                        "b.rules:3:6: error[E0103]: unknown fact 'a.b'\n"
                        "    3 | fact a.b\n"
                        "      |      ^^^\n"
                        "a.rules:1:6: note: first declared here\n"
                        "    1 | fact a.b\n"
                        "      |      ^^^\n");
}

static void test_render_colors(void **state)
{
    (void)state;
    uint32_t file = add(AR_STR("ab"));
    ar_span span = {file, 0, 2};
    struct ar_diag *diag = ar_diag(&diags, AR_E0103, span, AR_STR("ab"));
    ar_diag_suggest(&diags, diag, AR_STR("abc"));
    ar_diag_note(&diags, diag, span, AR_STR("here"));
    assert_string_equal(
        render(diag, true),
        "a.rules:1:1: \033[1;31merror[E0103]\033[0m: unknown fact 'ab'\n"
        "    1 | ab\n"
        "      | \033[1;31m^^\033[0m \033[32mdid you mean 'abc'?\033[0m\n"
        "a.rules:1:1: \033[1;36mnote\033[0m: here\n"
        "    1 | ab\n"
        "      | \033[1;36m^^\033[0m\n");
    assert_null(strchr(render(diag, false), '\033'));
}

static void test_render_warning(void **state)
{
    (void)state;
    int code = 0;
    while (code < AR_N_DIAGS &&
           ar_diag_table[code].severity != AR_SEVERITY_WARNING)
        code++;
    if (code == AR_N_DIAGS)
        skip(); /* none in the table */
    struct ar_diag *diag =
        ar_diag(&diags, (enum ar_diag_code)code, ((ar_span){0, 0, 0}),
                AR_STR("a"), AR_STR("b"), AR_STR("c"), AR_STR("d"));
    ar_str start = ar_str_printf(
        &arena, "\033[1;35mwarning[%s]\033[0m: ", ar_diag_table[code].code);
    assert_true(ar_str_starts_with(ar_str_from_c(render(diag, true)), start));
    assert_int_equal(diags.n_warnings, 1);
    assert_int_equal(diags.n_errors, 0);
}

/* ---- long lines ---- */

enum { LONG_LINE = 1 << 20 };

static uint32_t add_long_line(size_t mark_at, char filler)
{
    char *text = AR_NEW_ARRAY(&arena, char, LONG_LINE + 1);
    memset(text, filler, LONG_LINE);
    text[mark_at] = 'X';
    return add((ar_str){text, LONG_LINE});
}

/* Renders an error at mark_at of a line of 1 MiB and checks that it is short
 * and that the caret stands below the X, in bytes after the leading '…'. */
static const char *check_window(size_t mark_at)
{
    reset(NULL);
    ar_span span = {add_long_line(mark_at, '-'), (uint32_t)mark_at,
                    (uint32_t)mark_at + 1};
    const char *text = render(ar_diag_plain(&diags, AR_E0106, span), false);
    assert_true(strlen(text) < 500);
    const char *line = strchr(text, '\n') + 1;
    const char *carets = strchr(line, '\n') + 1;
    ptrdiff_t shown_at = strchr(line, 'X') - line;
    if (strstr(line, "\xE2\x80\xA6") == line + 8)
        shown_at -= 2; /* three bytes, one cell */
    assert_int_equal(strchr(carets, '^') - carets, shown_at);
    assert_int_equal(strspn(strchr(carets, '^'), "^"), 1);
    return line;
}

static void test_window(void **state)
{
    (void)state;
    const char *line = check_window(0);
    assert_int_equal(strncmp(line, "    1 | X---", 12), 0);
    assert_non_null(strstr(line, "-\xE2\x80\xA6\n"));
    line = check_window(LONG_LINE / 2);
    assert_int_equal(strncmp(line, "    1 | \xE2\x80\xA6-", 12), 0);
    assert_non_null(strstr(line, "-\xE2\x80\xA6\n"));
    line = check_window(LONG_LINE - 1);
    assert_int_equal(strncmp(line, "    1 | \xE2\x80\xA6-", 12), 0);
    assert_non_null(strstr(line, "-X\n"));
    check_window(39);
    check_window(40);
    check_window(41);
    check_window(LONG_LINE - 80);
    check_window(LONG_LINE - 81);
}

static void test_window_length(void **state)
{
    (void)state;
    char text[162];
    memset(text, 'y', sizeof(text));
    uint32_t whole = add((ar_str){text, 160});
    uint32_t cut = add((ar_str){text, 161});
    const char *shown = render(
        ar_diag_plain(&diags, AR_E0106, ((ar_span){whole, 0, 160})), false);
    assert_null(strstr(shown, "\xE2\x80\xA6"));
    assert_int_equal(strspn(strchr(shown, '^'), "^"), 160);
    shown = render(ar_diag_plain(&diags, AR_E0106, ((ar_span){cut, 0, 161})),
                   false);
    assert_non_null(strstr(shown, "y\xE2\x80\xA6\n"));
    assert_int_equal(strspn(strchr(shown, '^'), "^"), 120);
}

static void test_window_of_invalid_bytes(void **state)
{
    (void)state;
    /* continuation bytes without a lead: stepping back must not run away */
    ar_span span = {add_long_line(LONG_LINE / 2, '\x80'), LONG_LINE / 2,
                    LONG_LINE / 2 + 1};
    const char *text = render(ar_diag_plain(&diags, AR_E0106, span), false);
    assert_true(strlen(text) < 4000);
    assert_non_null(strstr(text, "X"));
    assert_non_null(strstr(text, " ^\n"));
}

/* ---- many ---- */

static size_t count_of(const char *text, const char *needle)
{
    size_t count = 0;
    while ((text = strstr(text, needle))) {
        count++;
        text++;
    }
    return count;
}

static void report_many(uint32_t count)
{
    reset(NULL);
    char *text = AR_NEW_ARRAY(&arena, char, count + 1);
    memset(text, '@', count);
    uint32_t file = add((ar_str){text, count});
    for (uint32_t i = count; i > 0; i--)
        ar_diag(&diags, AR_E0125, ((ar_span){file, i - 1, i}), AR_STR("@"));
}

static void test_cap(void **state)
{
    (void)state;
    report_many(AR_MAX_DIAGNOSTICS_SHOWN);
    const char *text = render_all();
    assert_int_equal(count_of(text, "error["), AR_MAX_DIAGNOSTICS_SHOWN);
    assert_null(strstr(text, "more"));
    report_many(AR_MAX_DIAGNOSTICS_SHOWN + 1);
    text = render_all();
    assert_int_equal(count_of(text, "error["), AR_MAX_DIAGNOSTICS_SHOWN);
    assert_non_null(strstr(text, "\n... and 1 more\n"));
    report_many(100000);
    text = render_all();
    assert_int_equal(diags.n_errors, 100000);
    assert_int_equal(count_of(text, "error["), AR_MAX_DIAGNOSTICS_SHOWN);
    assert_int_equal(strncmp(text, "a.rules:1:1: error[E0125]", 25), 0);
    assert_non_null(strstr(text, "a.rules:1:50: "));
    assert_null(strstr(text, "a.rules:1:51: "));
    assert_non_null(strstr(text, "\n... and 99950 more\n"));
}

static void test_none(void **state)
{
    (void)state;
    assert_string_equal(render_all(), "");
}

static void test_large_line_number(void **state)
{
    (void)state;
    enum { LINES = 123456 };
    char *text = AR_NEW_ARRAY(&arena, char, LINES + 1);
    memset(text, '\n', LINES);
    text[LINES - 1] = 'x';
    uint32_t file = add((ar_str){text, LINES});
    ar_span span = find(file, AR_STR("x"));
    assert_string_equal(render(ar_diag_plain(&diags, AR_E0106, span), false),
                        "a.rules:123456:1: error[E0106]: unterminated string\n"
                        "123456 | x\n"
                        "       | ^\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_table, reset),
        cmocka_unit_test_setup(test_find, reset),
        cmocka_unit_test_setup(test_arguments, reset),
        cmocka_unit_test_setup(test_same_place_once, reset),
        cmocka_unit_test_setup(test_additions_once, reset),
        cmocka_unit_test_setup(test_no_place_twice, reset),
        cmocka_unit_test_setup(test_sort, reset),
        cmocka_unit_test_setup(test_positions, reset),
        cmocka_unit_test_setup(test_render_suggestion, reset),
        cmocka_unit_test_setup(test_render_expected, reset),
        cmocka_unit_test_setup(test_render_no_place, reset),
        cmocka_unit_test_setup(test_render_edges, reset),
        cmocka_unit_test_setup(test_render_several_lines, reset),
        cmocka_unit_test_setup(test_render_tabs, reset),
        cmocka_unit_test_setup(test_render_wide, reset),
        cmocka_unit_test_setup(test_render_hostile_source, reset),
        cmocka_unit_test_setup(test_render_hostile_arguments, reset),
        cmocka_unit_test_setup(test_render_notes, reset),
        cmocka_unit_test_setup(test_render_colors, reset),
        cmocka_unit_test_setup(test_render_warning, reset),
        cmocka_unit_test_setup(test_window, reset),
        cmocka_unit_test_setup(test_window_length, reset),
        cmocka_unit_test_setup(test_window_of_invalid_bytes, reset),
        cmocka_unit_test_setup(test_cap, reset),
        cmocka_unit_test_setup(test_none, reset),
        cmocka_unit_test_setup(test_large_line_number, reset),
    };
    return cmocka_run_group_tests(tests, NULL, reset);
}
