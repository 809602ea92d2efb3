/* SPDX-License-Identifier: Apache-2.0 */
/* Counted strings: comparing, searching, numbers, the nearest name. */

/* cmocka.h wants these before it. */
/* clang-format off */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
/* clang-format on */

#include "base/str.h"

#include <float.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void assert_text(ar_str s, const char *expected)
{
    assert_int_equal(s.len, strlen(expected));
    assert_string_equal(s.ptr, expected);
}

static void compares_by_bytes(void **state)
{
    (void)state;
    ar_str none = {NULL, 0};
    assert_true(ar_str_equal(none, AR_STR("")));
    assert_true(ar_str_equal(ar_str_from_c(NULL), none));
    assert_false(ar_str_equal(AR_STR("a"), none));
    assert_false(ar_str_equal(AR_STR("a\0b"), AR_STR("a\0c")));
    assert_true(ar_str_compare(none, none) == 0);
    assert_true(ar_str_compare(none, AR_STR("a")) < 0);
    assert_true(ar_str_compare(AR_STR("ab"), AR_STR("a")) > 0);
    assert_true(ar_str_compare(AR_STR("a"), AR_STR("\xC3\xA9")) < 0);
    assert_true(ar_str_compare(AR_STR("Z"), AR_STR("a")) < 0);
    assert_true(ar_str_equal_c(AR_STR("x"), "x"));
    assert_false(ar_str_equal_c(AR_STR("x\0"), "x"));
    assert_true(ar_str_equal_c(none, NULL));
}

static void ignores_case_of_ascii_only(void **state)
{
    (void)state;
    assert_true(ar_str_equal_ignore_case(AR_STR("ARM64-i"), AR_STR("arm64-I")));
    assert_false(ar_str_equal_ignore_case(AR_STR("ab"), AR_STR("abc")));
    assert_false(ar_str_equal_ignore_case(AR_STR("@["), AR_STR("`{")));
    assert_false(
        ar_str_equal_ignore_case(AR_STR("\xC3\x89"), AR_STR("\xC3\xA9")));
    struct ar_arena arena = {0};
    assert_text(ar_str_lower(&arena, AR_STR("AZ@[\xC3\x89I")), "az@[\xC3\x89i");
    assert_text(ar_str_upper(&arena, AR_STR("az`{\xC3\xA9i")), "AZ`{\xC3\xA9I");
    ar_arena_free(&arena);
}

static void finds_and_cuts(void **state)
{
    (void)state;
    ar_str s = AR_STR("aabaab\0c");
    assert_int_equal(ar_str_find(s, AR_STR("aab"), 0), 0);
    assert_int_equal(ar_str_find(s, AR_STR("aab"), 1), 3);
    assert_true(ar_str_find(s, AR_STR("aab"), 4) == SIZE_MAX);
    assert_int_equal(ar_str_find(s, AR_STR("\0c"), 0), 6);
    assert_int_equal(ar_str_find(s, AR_STR(""), 8), 8);
    assert_true(ar_str_find(s, AR_STR(""), 9) == SIZE_MAX);
    assert_true(ar_str_find(s, AR_STR("c"), SIZE_MAX) == SIZE_MAX);
    assert_true(ar_str_find((ar_str){NULL, 0}, AR_STR("c"), 0) == SIZE_MAX);
    assert_int_equal(ar_str_find((ar_str){NULL, 0}, AR_STR(""), 0), 0);
    assert_true(ar_str_equal(ar_str_slice(s, 3, 5), AR_STR("aa")));
    assert_int_equal(ar_str_slice(s, 5, 3).len, 0);
    assert_int_equal(ar_str_slice(s, 6, 99).len, 2);
    assert_int_equal(ar_str_slice((ar_str){NULL, 0}, 1, 2).len, 0);
    assert_true(ar_str_starts_with(s, AR_STR("aab")));
    assert_false(ar_str_starts_with(AR_STR("aa"), AR_STR("aab")));
    assert_true(ar_str_ends_with(AR_STR("x.rules"), AR_STR(".rules")));
    assert_false(ar_str_ends_with(AR_STR("rules"), AR_STR(".rules")));
    assert_true(ar_str_ends_with((ar_str){NULL, 0}, AR_STR("")));
}

static void trims_ascii_blanks_only(void **state)
{
    (void)state;
    assert_true(ar_str_equal(ar_str_trim(AR_STR(" \t\n\r\v\fa b \t\n\r\v\f")),
                             AR_STR("a b")));
    assert_int_equal(ar_str_trim(AR_STR(" \n ")).len, 0);
    assert_int_equal(ar_str_trim((ar_str){NULL, 0}).len, 0);
    assert_int_equal(ar_str_trim(AR_STR("\xC2\xA0x\xC2\xA0")).len, 5);
    assert_false(ar_char_is_blank('\x85'));
    assert_false(ar_char_is_letter('\xE9'));
    assert_false(ar_char_is_digit('\xB2'));
}

static void copies_end_with_nul(void **state)
{
    (void)state;
    struct ar_arena arena = {0};
    assert_text(ar_str_copy(&arena, (ar_str){NULL, 0}), "");
    assert_text(ar_str_copy(&arena, ar_str_slice(AR_STR("abc"), 0, 2)), "ab");
    assert_text(ar_str_concat(&arena, AR_STR("ab"), AR_STR("cd")), "abcd");
    assert_text(ar_str_concat(&arena, (ar_str){NULL, 0}, AR_STR("cd")), "cd");
    assert_text(ar_str_printf(&arena, "%s", ""), "");
    assert_text(ar_str_printf(&arena, "<" AR_STR_FORMAT "> %d",
                              AR_STR_ARG(ar_str_slice(AR_STR("abc"), 1, 2)),
                              -7),
                "<b> -7");
    ar_arena_free(&arena);
}

static void reads_whole_numbers(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t value;
    } good[] = {
        {"0", 0},
        {"-0", 0},
        {"007", 7},
        {"-1", -1},
        {"9007199254740993", 9007199254740993},
        {"9223372036854775807", INT64_MAX},
        {"-9223372036854775807", -INT64_MAX},
        {"-9223372036854775808", INT64_MIN},
    };
    static const char *const bad[] = {"",
                                      "-",
                                      "--1",
                                      "+1",
                                      " 1",
                                      "1 ",
                                      "1.0",
                                      "0x1",
                                      "1e3",
                                      "9223372036854775808",
                                      "-9223372036854775809",
                                      "18446744073709551616",
                                      "99999999999999999999999",
                                      "\xD9\xA1"};
    int64_t value = 5;
    for (size_t i = 0; i < AR_COUNT_OF(good); i++) {
        assert_true(ar_str_to_int(ar_str_from_c(good[i].text), &value));
        assert_true(value == good[i].value);
    }
    value = 5;
    for (size_t i = 0; i < AR_COUNT_OF(bad); i++)
        assert_false(ar_str_to_int(ar_str_from_c(bad[i]), &value));
    assert_false(ar_str_to_int(AR_STR("1\0"), &value));
    assert_int_equal(value, 5);
    uint64_t natural = 0;
    assert_true(ar_str_to_u64(AR_STR("18446744073709551615"), &natural));
    assert_true(natural == UINT64_MAX);
    assert_false(ar_str_to_u64(AR_STR("18446744073709551616"), &natural));
    assert_false(ar_str_to_u64(AR_STR("-1"), &natural));
    assert_false(ar_str_to_u64(AR_STR(""), &natural));
}

static void refuses_what_is_no_json_number(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "",         "-",      "+1",
        "01",       "-01",    ".5",
        "1.",       "1.e3",   "1e",
        "1e+",      "1e-",    "1e5.",
        "1,5",      "0x10",   "NaN",
        "Infinity", "inf",    "1e5x",
        " 1",       "1 ",     "1_0",
        "1e400",    "-1e400", "1e99999999999999999999",
        "--1",      "-a",     "1.7976931348623159e308"};
    double value = 5;
    for (size_t i = 0; i < AR_COUNT_OF(bad); i++) {
        if (ar_str_to_real(ar_str_from_c(bad[i]), &value))
            fail_msg("accepted '%s'", bad[i]);
    }
    assert_false(ar_str_to_real(AR_STR("1\0"), &value));
    assert_true(value == 5);
}

/* Halfway between DBL_MAX and 2^1024, which goes up, and one less. */
static void stops_where_infinity_begins(void **state)
{
    (void)state;
    char text[] =
        "1797693134862315807937289714053034150799341327100378269361737789804449"
        "6829276475094664901797758720709633028641669288791094655554785194040263"
        "0657488671505820681908902000708383676273854845817711531764475730270069"
        "8555713669596228429148198608349364752927190741684443655107043427115596"
        "99508093042880177904174497792";
    double value = 5;
    assert_false(ar_str_to_real(ar_str_from_c(text), &value));
    assert_true(value == 5);
    text[sizeof(text) - 2]--;
    assert_true(ar_str_to_real(ar_str_from_c(text), &value));
    assert_true(value == DBL_MAX);
}

static uint64_t get_bits(double value)
{
    uint64_t bits = 0;
    memcpy(&bits, &value, sizeof(bits));
    return bits;
}

static void assert_same_real(const char *text, double expected)
{
    double value = 0;
    if (!ar_str_to_real(ar_str_from_c(text), &value))
        fail_msg("refused '%s'", text);
    if (get_bits(value) != get_bits(expected))
        fail_msg("'%s' is %a, not %a", text, value, expected);
}

static void reads_the_nearest_real(void **state)
{
    (void)state;
    assert_same_real("0", 0.0);
    assert_same_real("-0.0e5", -0.0);
    assert_same_real("0e999999999999999999999", 0.0);
    assert_same_real("1", 1.0);
    assert_same_real("0.1", 0.1);
    assert_same_real("123456.789E-3", 123.456789);
    assert_same_real("1e22", 1e22);
    assert_same_real("1e23", 1e23);
    assert_same_real("1e+2", 100.0);
    /* Halfway cases: to even, and off by the last digit read. */
    assert_same_real("9007199254740993", 9007199254740992.0);
    assert_same_real("9007199254740993.0000000000000000000000000001",
                     9007199254740994.0);
    assert_same_real("9007199254740995", 9007199254740996.0);
    /* The ends of the range. */
    assert_same_real("1.7976931348623157e308", DBL_MAX);
    assert_same_real("1.7976931348623158e308", DBL_MAX);
    assert_same_real("2.2250738585072014e-308", DBL_MIN);
    assert_same_real("2.2250738585072011e-308", 0x0.fffffffffffffp-1022);
    assert_same_real("5e-324", 0x1p-1074);
    assert_same_real("2.4703282292062327208e-324", 0.0);
    assert_same_real("2.4703282292062328e-324", 0x1p-1074);
    assert_same_real("-1e-400", -0.0);
    assert_same_real("1e-99999999999999999999", 0.0);
    /* Zeros that balance the exponent. */
    assert_same_real("0.000000000000000000000000000000000000001e39", 1.0);
    assert_same_real("100000000000000000000000000000000000000e-38", 1.0);
}

/* 1 + 2^-53 and a tail of zeros is a tie; any digit behind it is not. */
static void reads_every_digit_that_matters(void **state)
{
    (void)state;
    enum { N_ZEROS = 2000 };
    static const char tie[] =
        "1.00000000000000011102230246251565404236316680908203125";
    char text[sizeof(tie) + N_ZEROS + 1];
    memcpy(text, tie, sizeof(tie) - 1);
    memset(text + sizeof(tie) - 1, '0', N_ZEROS);
    text[sizeof(tie) - 1 + N_ZEROS] = '\0';
    assert_same_real(text, 1.0);
    text[sizeof(tie) - 2 + N_ZEROS] = '1';
    assert_same_real(text, 0x1.0000000000001p0);
    memset(text, '9', sizeof(text) - 1);
    text[1] = '.';
    text[sizeof(text) - 1] = '\0';
    assert_same_real(text, 10.0);
}

static uint64_t next_random(uint64_t *seed)
{
    *seed ^= *seed << 13;
    *seed ^= *seed >> 7;
    *seed ^= *seed << 17;
    return *seed;
}

/* The C library is right in the C locale, which this program keeps. */
static void agrees_with_the_library(void **state)
{
    (void)state;
    uint64_t seed = 88172645463325252;
    for (int i = 0; i < 20000; i++) {
        char text[64];
        uint64_t digits = next_random(&seed);
        int exponent = (int)(next_random(&seed) % 680) - 345;
        digits >>= next_random(&seed) % 64;
        snprintf(text, sizeof(text), "%llu.%llue%d", (unsigned long long)digits,
                 (unsigned long long)(next_random(&seed) >> 20), exponent);
        double expected = strtod(text, NULL);
        if (expected <= DBL_MAX)
            assert_same_real(text, expected);
    }
}

static void assert_written(double value, const char *expected)
{
    struct ar_arena arena = {0};
    assert_text(ar_str_from_real(&arena, value), expected);
    ar_arena_free(&arena);
}

static void writes_the_shortest_real(void **state)
{
    (void)state;
    assert_written(0.0, "0.0");
    assert_written(-0.0, "-0.0");
    assert_written(1.0, "1.0");
    assert_written(-100.0, "-100.0");
    assert_written(0.1, "0.1");
    assert_written(0.1 + 0.2, "0.30000000000000004");
    assert_written(1.0 / 3, "0.3333333333333333");
    assert_written(123456.789, "123456.789");
    assert_written(0.001, "0.001");
    assert_written(0.0001, "0.0001");
    assert_written(0.00001, "1e-5");
    assert_written(1.5e-7, "1.5e-7");
    assert_written(1e15, "1000000000000000.0");
    assert_written(1e16, "1e16");
    assert_written(9999999999999998.0, "9999999999999998.0");
    assert_written(1e22, "1e22");
    assert_written(1e23, "1e23");
    assert_written(DBL_MAX, "1.7976931348623157e308");
    assert_written(DBL_MIN, "2.2250738585072014e-308");
    assert_written(0x1p-1074, "5e-324");
    assert_written(0x1p-44, "5.684341886080802e-14");
    assert_written(9.5367431640625e-7, "9.5367431640625e-7");
}

static size_t count_digits(ar_str s)
{
    size_t count = 0;
    size_t zeros = 0;
    for (size_t i = 0; i < s.len && s.ptr[i] != 'e'; i++) {
        if (!ar_char_is_digit(s.ptr[i]) || (count == 0 && s.ptr[i] == '0'))
            continue;
        count++;
        zeros = s.ptr[i] == '0' ? zeros + 1 : 0;
    }
    return count - zeros;
}

/* printf with ever more digits finds how many it takes. */
static size_t count_needed_digits(double value)
{
#ifdef _WIN32 /* strtod() there takes some shorter texts for the value, too */
    (void)value;
#else
    for (int n = 1; n < 17; n++) {
        char text[40];
        snprintf(text, sizeof(text), "%.*e", n - 1, value);
        if (strtod(text, NULL) == value)
            return (size_t)n;
    }
#endif
    return 17;
}

static void writes_what_reads_back(void **state)
{
    (void)state;
    struct ar_arena arena = {0};
    uint64_t seed = 2463534242;
    for (int i = 0; i < 20000; i++) {
        uint64_t bits = next_random(&seed);
        double value = 0;
        double again = 0;
        if (i % 4 == 0)
            bits &= ~(uint64_t)0 << 52; /* powers of two */
        if (i % 5 == 0)
            bits &= ~((uint64_t)0x7FF << 52); /* subnormal */
        memcpy(&value, &bits, sizeof(value));
        if (!(value >= -DBL_MAX && value <= DBL_MAX) || value == 0)
            continue;
        ar_str text = ar_str_from_real(&arena, value);
        assert_true(ar_str_to_real(text, &again));
        assert_true(get_bits(again) == bits);
        assert_true(strtod(text.ptr, NULL) == value);
        assert_true(count_digits(text) <= count_needed_digits(value));
        ar_arena_reset(&arena);
    }
    ar_arena_free(&arena);
}

static size_t find_nearest(const char *name)
{
    static const ar_str names[] = {
        {"host.arch", 9},     {"host.os", 7}, {"docker.arch", 11},
        {"docker.state", 12}, {"wsl", 3},     {"HOST.OS", 7},
    };
    return ar_str_nearest(ar_str_from_c(name), names, AR_COUNT_OF(names));
}

static void suggests_the_nearest_name(void **state)
{
    (void)state;
    assert_int_equal(find_nearest("hots.arch"), 0); /* neighbours swapped */
    assert_int_equal(find_nearest("docker.arhc"), 2);
    assert_int_equal(find_nearest("docker.stat"), 3);
    assert_int_equal(find_nearest("Docker.Arch"), 2);
    assert_int_equal(find_nearest("host.os"), 1);
    assert_int_equal(find_nearest("hostos"), 1);
    assert_int_equal(find_nearest("wls"), 4);
    assert_int_equal(find_nearest("ws"), 4);
    assert_true(find_nearest("xyz") == SIZE_MAX);
    assert_true(find_nearest("wxy") == SIZE_MAX);
    assert_true(find_nearest("kernel.release") == SIZE_MAX);
    assert_true(find_nearest("") == SIZE_MAX);
    assert_true(ar_str_nearest(AR_STR("a"), NULL, 0) == SIZE_MAX);
}

static void nearest_counts_edits(void **state)
{
    (void)state;
    /* Nine letters: three edits are near, four are not. */
    ar_str name = AR_STR("abcdefghi");
    ar_str three = AR_STR("abcdefxyz");
    ar_str four = AR_STR("abcdewxyz");
    assert_int_equal(ar_str_nearest(name, &three, 1), 0);
    assert_true(ar_str_nearest(name, &four, 1) == SIZE_MAX);
    ar_str swapped = AR_STR("badcfeghi");
    assert_int_equal(ar_str_nearest(name, &swapped, 1), 0);
    char text[400];
    memset(text, 'n', sizeof(text));
    ar_str longest = {text, 128};
    ar_str longer = {text, 129};
    assert_int_equal(ar_str_nearest(longest, &longest, 1), 0);
    assert_true(ar_str_nearest(longest, &longer, 1) == SIZE_MAX);
    assert_true(ar_str_nearest(longer, &longest, 1) == SIZE_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(compares_by_bytes),
        cmocka_unit_test(ignores_case_of_ascii_only),
        cmocka_unit_test(finds_and_cuts),
        cmocka_unit_test(trims_ascii_blanks_only),
        cmocka_unit_test(copies_end_with_nul),
        cmocka_unit_test(reads_whole_numbers),
        cmocka_unit_test(refuses_what_is_no_json_number),
        cmocka_unit_test(stops_where_infinity_begins),
        cmocka_unit_test(reads_the_nearest_real),
        cmocka_unit_test(reads_every_digit_that_matters),
        cmocka_unit_test(agrees_with_the_library),
        cmocka_unit_test(writes_the_shortest_real),
        cmocka_unit_test(writes_what_reads_back),
        cmocka_unit_test(suggests_the_nearest_name),
        cmocka_unit_test(nearest_counts_edits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
