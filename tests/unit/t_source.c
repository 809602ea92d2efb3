/* SPDX-License-Identifier: Apache-2.0 */
/* Places in source texts: line ends, tabs, characters of several bytes, and
 * offsets at and past the edges. */

#include "text/source.h"

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

static int reset(void **state)
{
    (void)state;
    ar_arena_free(&arena);
    memset(&sources, 0, sizeof(sources));
    return 0;
}

static struct ar_source *add(ar_str text)
{
    uint32_t file = ar_sources_add(&arena, &sources, AR_STR("a.rules"), text);
    return ar_sources_get(&sources, file);
}

#define assert_place(source, offset, expected_line, expected_column) \
    do {                                                             \
        struct ar_position place =                                   \
            ar_source_position(&arena, (source), (offset));          \
        assert_int_equal(place.line, (expected_line));               \
        assert_int_equal(place.column, (expected_column));           \
    } while (0)

#define assert_line(source, line, expected)                             \
    do {                                                                \
        ar_str text = ar_source_line(&arena, (source), (line));         \
        assert_string_equal(ar_str_copy(&arena, text).ptr, (expected)); \
    } while (0)

static void test_numbers(void **state)
{
    (void)state;
    assert_null(ar_sources_get(&sources, 0));
    assert_null(ar_sources_get(&sources, 1));
    for (uint32_t i = 1; i <= 100; i++) {
        ar_str name = ar_str_printf(&arena, "%u.rules", (unsigned)i);
        assert_int_equal(ar_sources_add(&arena, &sources, name, AR_STR("x")),
                         i);
    }
    assert_true(ar_str_equal_c(ar_sources_get(&sources, 1)->name, "1.rules"));
    assert_true(
        ar_str_equal_c(ar_sources_get(&sources, 100)->name, "100.rules"));
    assert_null(ar_sources_get(&sources, 0));
    assert_null(ar_sources_get(&sources, 101));
}

static void test_lines(void **state)
{
    (void)state;
    struct ar_source *source = add(AR_STR("ab\ncd\n\nx"));
    assert_place(source, 0, 1, 1);
    assert_place(source, 1, 1, 2);
    assert_place(source, 2, 1, 3); /* the line end belongs to its line */
    assert_place(source, 3, 2, 1);
    assert_place(source, 5, 2, 3);
    assert_place(source, 6, 3, 1);
    assert_place(source, 7, 4, 1);
    assert_place(source, 8, 4, 2); /* end of a last line without line end */
    assert_place(source, 9, 4, 2);
    assert_place(source, UINT32_MAX, 4, 2);
    assert_line(source, 1, "ab");
    assert_line(source, 2, "cd");
    assert_line(source, 3, "");
    assert_line(source, 4, "x");
    assert_line(source, 0, "");
    assert_line(source, 5, "");
    assert_line(source, UINT32_MAX, "");
}

static void test_final_line_end(void **state)
{
    (void)state;
    struct ar_source *source = add(AR_STR("ab\n"));
    assert_place(source, 3, 2, 1);
    assert_place(source, 4, 2, 1);
    assert_line(source, 1, "ab");
    assert_line(source, 2, "");
}

static void test_empty(void **state)
{
    (void)state;
    struct ar_source *source = add(AR_STR(""));
    assert_place(source, 0, 1, 1);
    assert_place(source, 1, 1, 1);
    assert_line(source, 1, "");
    struct ar_source *none = add((ar_str){NULL, 0});
    assert_place(none, 0, 1, 1);
    assert_line(none, 1, "");
    assert_non_null(none->text.ptr);
}

static void test_crlf(void **state)
{
    (void)state;
    struct ar_source *source = add(AR_STR("ab\r\n\r\ncd\r\n"));
    assert_place(source, 1, 1, 2);
    assert_place(source, 2, 1, 3); /* CR */
    assert_place(source, 3, 1, 3); /* its LF */
    assert_place(source, 4, 2, 1);
    assert_place(source, 5, 2, 1);
    assert_place(source, 6, 3, 1);
    assert_place(source, 10, 4, 1);
    assert_line(source, 1, "ab");
    assert_line(source, 2, "");
    assert_line(source, 3, "cd");
    assert_line(source, 4, "");
}

static void test_lone_carriage_return(void **state)
{
    (void)state;
    struct ar_source *source = add(AR_STR("a\rb\r"));
    assert_place(source, 2, 1, 3);
    assert_place(source, 4, 1, 5);
    assert_line(source, 1, "a\rb\r");
    struct ar_source *twice = add(AR_STR("a\r\r\nb"));
    assert_line(twice, 1, "a\r");
    assert_place(twice, 4, 2, 1);
}

static void test_tabs(void **state)
{
    (void)state;
    struct ar_source *source = add(AR_STR("\t\twhen\tx"));
    assert_place(source, 2, 1, 3);
    assert_place(source, 7, 1, 8);
    assert_line(source, 1, "\t\twhen\tx");
}

static void test_multi_byte(void **state)
{
    (void)state;
    /* 1, 2, 3 and 4 bytes, then an invalid one */
    struct ar_source *source =
        add(AR_STR("a\xC3\xA9\xE4\xB8\xAD\xF0\x9F\x98\x80\xFFz\nb"));
    assert_place(source, 1, 1, 2);
    assert_place(source, 2, 1, 2); /* inside a character: its start */
    assert_place(source, 3, 1, 3);
    assert_place(source, 5, 1, 3);
    assert_place(source, 6, 1, 4);
    assert_place(source, 9, 1, 4);
    assert_place(source, 10, 1, 5);
    assert_place(source, 11, 1, 6);
    assert_place(source, 12, 1, 7);
    assert_place(source, 13, 2, 1);
}

static void test_byte_order_mark(void **state)
{
    (void)state;
    struct ar_source *source = add(AR_STR("\xEF\xBB\xBFwhen\nx"));
    assert_place(source, 0, 1, 1);
    assert_place(source, 2, 1, 1);
    assert_place(source, 3, 1, 1);
    assert_place(source, 4, 1, 2);
    assert_place(source, 8, 2, 1);
    assert_line(source, 1, "when");
    struct ar_source *alone = add(AR_STR("\xEF\xBB\xBF"));
    assert_place(alone, 3, 1, 1);
    assert_line(alone, 1, "");
    struct ar_source *later = add(AR_STR("a\xEF\xBB\xBFz"));
    assert_place(later, 4, 1, 3);
}

static void test_nul(void **state)
{
    (void)state;
    struct ar_source *source = add(AR_STR("a\0b\nc"));
    assert_place(source, 2, 1, 3);
    assert_place(source, 4, 2, 1);
    assert_int_equal(ar_source_line(&arena, source, 1).len, 3);
}

static void test_large(void **state)
{
    (void)state;
    enum { SIZE = 1 << 20 };
    char *text = AR_NEW_ARRAY(&arena, char, SIZE + 1);
    memset(text, 'x', SIZE);
    struct ar_source *one = add((ar_str){text, SIZE});
    assert_place(one, SIZE, 1, SIZE + 1);
    assert_int_equal(one->n_lines, 1);

    char *ends = AR_NEW_ARRAY(&arena, char, SIZE + 1);
    memset(ends, '\n', SIZE);
    struct ar_source *many = add((ar_str){ends, SIZE});
    for (uint32_t i = 0; i <= SIZE; i += 4097)
        assert_place(many, i, i + 1, 1);
    assert_place(many, SIZE, SIZE + 1, 1);
}

static void test_text(void **state)
{
    (void)state;
    add(AR_STR("when host.arch"));
    ar_str text = ar_source_text(&sources, (ar_span){1, 5, 9});
    assert_true(ar_str_equal_c(text, "host"));
    text = ar_source_text(&sources, (ar_span){1, 5, 900});
    assert_true(ar_str_equal_c(text, "host.arch"));
    assert_int_equal(ar_source_text(&sources, (ar_span){1, 900, 901}).len, 0);
    assert_int_equal(ar_source_text(&sources, (ar_span){1, 5, 5}).len, 0);
    assert_int_equal(ar_source_text(&sources, (ar_span){1, 9, 5}).len, 0);
    assert_int_equal(ar_source_text(&sources, (ar_span){0, 0, 4}).len, 0);
    assert_int_equal(ar_source_text(&sources, (ar_span){7, 0, 4}).len, 0);
}

#define assert_span(span, expected_file, expected_start, expected_end) \
    do {                                                               \
        ar_span joined = (span);                                       \
        assert_int_equal(joined.file, (expected_file));                \
        assert_int_equal(joined.start, (expected_start));              \
        assert_int_equal(joined.end, (expected_end));                  \
    } while (0)

static void test_join(void **state)
{
    (void)state;
    ar_span none = {0, 0, 0};
    ar_span early = {1, 5, 9};
    ar_span late = {1, 12, 20};
    ar_span other = {2, 1, 2};
    assert_span(ar_span_join(early, late), 1, 5, 20);
    assert_span(ar_span_join(none, late), 1, 12, 20);
    assert_span(ar_span_join(early, none), 1, 5, 9);
    assert_span(ar_span_join(none, none), 0, 0, 0);
    assert_span(ar_span_join(early, other), 1, 5, 9);
    assert_span(ar_span_join(late, early), 1, 12, 20);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_numbers, reset),
        cmocka_unit_test_setup(test_lines, reset),
        cmocka_unit_test_setup(test_final_line_end, reset),
        cmocka_unit_test_setup(test_empty, reset),
        cmocka_unit_test_setup(test_crlf, reset),
        cmocka_unit_test_setup(test_lone_carriage_return, reset),
        cmocka_unit_test_setup(test_tabs, reset),
        cmocka_unit_test_setup(test_multi_byte, reset),
        cmocka_unit_test_setup(test_byte_order_mark, reset),
        cmocka_unit_test_setup(test_nul, reset),
        cmocka_unit_test_setup(test_large, reset),
        cmocka_unit_test_setup(test_text, reset),
        cmocka_unit_test_setup(test_join, reset),
    };
    return cmocka_run_group_tests(tests, NULL, reset);
}
