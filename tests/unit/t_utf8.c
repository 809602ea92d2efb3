/* SPDX-License-Identifier: Apache-2.0 */
/* UTF-8: every kind of invalid sequence, decoding at the edges, and that text
 * made safe holds nothing a terminal would act on. */

#include "text/utf8.h"

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

static int free_arena(void **state)
{
    (void)state;
    ar_arena_free(&arena);
    return 0;
}

#define assert_str(actual, expected) \
    assert_string_equal(ar_str_copy(&arena, (actual)).ptr, (expected))

static void test_valid_text(void **state)
{
    (void)state;
    assert_true(ar_utf8_invalid_at((ar_str){NULL, 0}) == SIZE_MAX);
    assert_true(ar_utf8_invalid_at(AR_STR("")) == SIZE_MAX);
    assert_true(ar_utf8_invalid_at(AR_STR("plain\0nul")) == SIZE_MAX);
    /* the first and last character of each length, and around surrogates */
    assert_true(ar_utf8_invalid_at(AR_STR("\x7F\xC2\x80\xDF\xBF\xE0\xA0\x80"
                                          "\xED\x9F\xBF\xEE\x80\x80\xEF\xBF"
                                          "\xBF\xF0\x90\x80\x80\xF4\x8F\xBF"
                                          "\xBF")) == SIZE_MAX);
}

static void test_invalid_text(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        size_t at;
    } cases[] = {
        {"\x80", 0},                  /* lone continuation */
        {"ab\xBF", 2},                /* the same at the end */
        {"a\xC0\x80", 1},             /* overlong NUL */
        {"\xC1\xBF", 0},              /* overlong DEL */
        {"\xE0\x9F\xBF", 0},          /* overlong of three */
        {"\xF0\x8F\xBF\xBF", 0},      /* overlong of four */
        {"\xED\xA0\x80", 0},          /* first surrogate */
        {"x\xED\xBF\xBF", 1},         /* last surrogate */
        {"\xF4\x90\x80\x80", 0},      /* U+110000 */
        {"\xF5\x80\x80\x80", 0},      /* above every plane */
        {"\xFE", 0},                  /* never used */
        {"\xFF\xFE", 0},              /* UTF-16 mark */
        {"\xC3", 0},                  /* cut after 1 of 2 */
        {"ok\xE2\x82", 2},            /* cut after 2 of 3 */
        {"\xF0\x9F\x98", 0},          /* cut after 3 of 4 */
        {"\xC3\xA9\xE2\x82\"", 2},    /* cut by another character */
        {"\xE2\x28\xA1", 0},          /* bad second byte */
        {"\xC3\xA9\xC3\xA9\xE9 x", 4} /* Latin-1 behind UTF-8 */
    };
    for (size_t i = 0; i < AR_COUNT_OF(cases); i++)
        assert_int_equal(ar_utf8_invalid_at(ar_str_from_c(cases[i].bytes)),
                         cases[i].at);
}

static void test_is_text(void **state)
{
    (void)state;
    assert_true(ar_utf8_is_text(AR_STR("")));
    assert_true(ar_utf8_is_text(AR_STR("sixteen bytes and more \xC3\xA9")));
    assert_false(ar_utf8_is_text(AR_STR("plain\0nul")));
    assert_false(ar_utf8_is_text(AR_STR("sixteen bytes \0 and more")));
    assert_false(ar_utf8_is_text(AR_STR("a\xC3")));
}

static void test_next(void **state)
{
    (void)state;
    ar_str s = AR_STR("a\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80\xE2\x82z");
    size_t offset = 0;
    assert_int_equal(ar_utf8_next(s, &offset), 'a');
    assert_int_equal(offset, 1);
    assert_int_equal(ar_utf8_next(s, &offset), 0xE9);
    assert_int_equal(offset, 3);
    assert_int_equal(ar_utf8_next(s, &offset), 0x20AC);
    assert_int_equal(offset, 6);
    assert_int_equal(ar_utf8_next(s, &offset), 0x1F600);
    assert_int_equal(offset, 10);
    assert_int_equal(ar_utf8_next(s, &offset), 0xFFFFFFFF);
    assert_int_equal(offset, 11);
    assert_int_equal(ar_utf8_next(s, &offset), 0xFFFFFFFF);
    assert_int_equal(offset, 12);
    assert_int_equal(ar_utf8_next(s, &offset), 'z');
    assert_int_equal(offset, s.len);
}

static void test_next_stays_inside(void **state)
{
    (void)state;
    /* the rest of the character lies behind the end of the string */
    const char *bytes = "\xF0\x9F\x98\x80";
    for (size_t length = 1; length < 4; length++) {
        char *exact = malloc(length);
        assert_non_null(exact);
        memcpy(exact, bytes, length);
        size_t offset = 0;
        ar_str s = {exact, length};
        assert_int_equal(ar_utf8_next(s, &offset), 0xFFFFFFFF);
        assert_int_equal(offset, 1);
        assert_int_equal(ar_utf8_length(s), length);
        free(exact);
    }
}

static void test_length(void **state)
{
    (void)state;
    assert_int_equal(ar_utf8_length((ar_str){NULL, 0}), 0);
    assert_int_equal(ar_utf8_length(AR_STR("h\xC3\xA9llo")), 5);
    assert_int_equal(ar_utf8_length(AR_STR("\xFF\xFE\x80")), 3);
}

static void test_bidi_controls(void **state)
{
    (void)state;
    static const uint32_t all[] = {0x061C, 0x200E, 0x200F, 0x202A,
                                   0x202B, 0x202C, 0x202D, 0x202E,
                                   0x2066, 0x2067, 0x2068, 0x2069};
    size_t count = 0;
    for (uint32_t c = 0; c <= 0x10FFFF; c++)
        count += ar_utf8_is_bidi_control(c);
    assert_int_equal(count, 12);
    for (size_t i = 0; i < AR_COUNT_OF(all); i++)
        assert_true(ar_utf8_is_bidi_control(all[i]));
    assert_false(ar_utf8_is_bidi_control(0xFFFFFFFF));
}

static void test_invisible(void **state)
{
    (void)state;
    static const uint32_t hidden[] = {0x00AD, 0x200B, 0x200C,  0x200D,
                                      0x2060, 0x2064, 0x3164,  0xFEFF,
                                      0x180E, 0xFFF9, 0xE0041, 0xE0100};
    for (size_t i = 0; i < AR_COUNT_OF(hidden); i++)
        assert_true(ar_utf8_is_invisible(hidden[i]));
    static const uint32_t seen[] = {' ',    '\t',   'a',     0x00A0,
                                    0x00E9, 0x4E2D, 0x1F600, 0xFE0F,
                                    0xFFFD, 0x2026, 0x3000,  0xFFFFFFFF};
    for (size_t i = 0; i < AR_COUNT_OF(seen); i++)
        assert_false(ar_utf8_is_invisible(seen[i]));
}

static void test_cells(void **state)
{
    (void)state;
    assert_int_equal(ar_utf8_cells('a'), 1);
    assert_int_equal(ar_utf8_cells(0xE9), 1);
    assert_int_equal(ar_utf8_cells(0x0301), 0);
    assert_int_equal(ar_utf8_cells(0x4E2D), 2);
    assert_int_equal(ar_utf8_cells(0xAC00), 2);
    assert_int_equal(ar_utf8_cells(0xFF21), 2);
    assert_int_equal(ar_utf8_cells(0xFF61), 1); /* half-width */
    assert_int_equal(ar_utf8_cells(0x1F600), 2);
    assert_int_equal(ar_utf8_cells(0x2026), 1);
}

static void test_look_alikes(void **state)
{
    (void)state;
    assert_int_equal(ar_utf8_look_alike(0x0430), 'a'); /* Cyrillic */
    assert_int_equal(ar_utf8_look_alike(0x0441), 'c');
    assert_int_equal(ar_utf8_look_alike(0x03BF), 'o'); /* Greek */
    assert_int_equal(ar_utf8_look_alike(0xFF41), 'a'); /* full width */
    assert_int_equal(ar_utf8_look_alike(0xFF3A), 'Z');
    assert_int_equal(ar_utf8_look_alike(0x0436), 0);
    assert_int_equal(ar_utf8_look_alike(0x4E2D), 0);
    assert_int_equal(ar_utf8_look_alike('a'), 0);
}

static void test_describe(void **state)
{
    (void)state;
    assert_str(ar_utf8_describe(&arena, '@'), "'@' (U+0040)");
    assert_str(ar_utf8_describe(&arena, 0x0430), "'\xD0\xB0' (U+0430)");
    assert_str(ar_utf8_describe(&arena, 0x1F600),
               "'\xF0\x9F\x98\x80' (U+1F600)");
    assert_str(ar_utf8_describe(&arena, 0x07), "U+0007");
    assert_str(ar_utf8_describe(&arena, 0x9B), "U+009B");
    assert_str(ar_utf8_describe(&arena, 0xA0), "U+00A0");
    assert_str(ar_utf8_describe(&arena, 0x200B), "U+200B");
    assert_str(ar_utf8_describe(&arena, 0x202E), "U+202E");
    assert_str(ar_utf8_describe(&arena, 0x2028), "U+2028");
    assert_str(ar_utf8_describe(&arena, 0x0301), "U+0301");
}

static ar_str safe(ar_str s, bool keep_newlines)
{
    struct ar_buf out = AR_BUF(&arena);
    ar_utf8_put_safe(&out, s, keep_newlines);
    return ar_str_copy(&arena, ar_buf_view(&out));
}

static void test_safe_text(void **state)
{
    (void)state;
    assert_str(safe(AR_STR(""), false), "");
    assert_str(safe((ar_str){NULL, 0}, false), "");
    assert_str(safe(AR_STR("plain \xC3\xA9 \xE4\xB8\xAD"), false),
               "plain \xC3\xA9 \xE4\xB8\xAD");
    assert_str(safe(AR_STR("\033[31mred\033[0m"), false),
               "\\u{1B}[31mred\\u{1B}[0m");
    assert_str(safe(AR_STR("\033]8;;http://x\a"), false),
               "\\u{1B}]8;;http://x\\u{7}");
    assert_str(safe(AR_STR("a\0b"), false), "a\\u{0}b");
    assert_str(safe(AR_STR("\x7F"), false), "\\u{7F}");
    assert_str(safe(AR_STR("\xC2\x9B"
                           "31m"),
                    false),
               "\\u{9B}31m");
    assert_str(safe(AR_STR("\xE2\x80\xAEx\xD8\x9C\xE2\x81\xA6"), false),
               "\\u{202E}x\\u{61C}\\u{2066}");
    assert_str(safe(AR_STR("\xE2\x80\xA8\xE2\x80\xA9"), false),
               "\\u{2028}\\u{2029}");
    assert_str(safe(AR_STR("caf\xE9"), false), "caf\\x{E9}");
    assert_str(safe(AR_STR("\x9B[0m\xE2\x82"), false),
               "\\x{9B}[0m\\x{E2}\\x{82}");
}

static void test_safe_newlines(void **state)
{
    (void)state;
    assert_str(safe(AR_STR("a\r\nb\tc\n"), false),
               "a\\u{D}\\u{A}b\\u{9}c\\u{A}");
    assert_str(safe(AR_STR("a\r\nb\n"), true), "a\\u{D}\nb\n");
}

static void test_safe_leaves_nothing(void **state)
{
    (void)state;
    char every_byte[256 * 3];
    for (size_t i = 0; i < sizeof(every_byte); i++)
        every_byte[i] = (char)(unsigned char)(i * 7 + i / 256);
    ar_str out = safe((ar_str){every_byte, sizeof(every_byte)}, false);
    assert_true(ar_utf8_invalid_at(out) == SIZE_MAX);
    for (size_t offset = 0; offset < out.len;) {
        uint32_t c = ar_utf8_next(out, &offset);
        assert_true(c >= 0x20 && !(c >= 0x7F && c <= 0x9F));
        assert_false(ar_utf8_is_bidi_control(c));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_valid_text),
        cmocka_unit_test(test_invalid_text),
        cmocka_unit_test(test_is_text),
        cmocka_unit_test(test_next),
        cmocka_unit_test(test_next_stays_inside),
        cmocka_unit_test(test_length),
        cmocka_unit_test(test_bidi_controls),
        cmocka_unit_test(test_invisible),
        cmocka_unit_test(test_cells),
        cmocka_unit_test(test_look_alikes),
        cmocka_unit_test(test_describe),
        cmocka_unit_test(test_safe_text),
        cmocka_unit_test(test_safe_newlines),
        cmocka_unit_test(test_safe_leaves_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, free_arena);
}
