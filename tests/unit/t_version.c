/* SPDX-License-Identifier: Apache-2.0 */
/* Versions: what is read, what is refused, and the order. */

#include "value/version.h"

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

static int clear_arena(void **state)
{
    (void)state;
    ar_arena_free(&arena);
    return 0;
}

static const struct ar_version *parse(const char *text)
{
    const struct ar_version *version = NULL;
    if (!ar_version_parse(&arena, ar_str_from_c(text), &version))
        fail_msg("refused: %s", text);
    return version;
}

static int sign(int order)
{
    return (order > 0) - (order < 0);
}

static void assert_order(const char *a, const char *b, int expected)
{
    int forth = sign(ar_version_compare(parse(a), parse(b)));
    int back = sign(ar_version_compare(parse(b), parse(a)));
    if (forth != expected || back != -expected)
        fail_msg("%s against %s: %d, back %d", a, b, forth, back);
}

static void reads_numbers(void **state)
{
    (void)state;
    const struct ar_version *version = parse("v4.34.007.18446744073709551615");
    assert_string_equal(version->text.ptr, "v4.34.007.18446744073709551615");
    assert_int_equal(version->n_parts, 4);
    assert_int_equal(version->parts[0], 4);
    assert_int_equal(version->parts[1], 34);
    assert_int_equal(version->parts[2], 7);
    assert_true(version->parts[3] == UINT64_MAX);
    assert_int_equal(version->suffix.len, 0);
    assert_int_equal(version->pre_release_rank, 0);
}

static void keeps_its_own_copy(void **state)
{
    (void)state;
    char text[] = "1.2-rc3";
    const struct ar_version *version = NULL;
    assert_true(ar_version_parse(&arena, ar_str_from_c(text), &version));
    memset(text, 'x', sizeof(text) - 1);
    assert_string_equal(version->text.ptr, "1.2-rc3");
    assert_true(ar_str_equal_c(version->suffix, "rc3"));
}

static void reads_suffixes(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *suffix;
        unsigned rank;
        uint64_t number;
    } cases[] = {
        {"5.15.153.1-microsoft-standard-WSL2", "microsoft-standard-WSL2", 0, 0},
        {"2.39-0ubuntu8", "0ubuntu8", 0, 0},
        {"20.10.24+dfsg1", "dfsg1", 0, 0},
        {"24.0.7-beta.2", "beta.2", 8, 2},
        {"4.38.0-rc1", "rc1", 9, 1},
        {"4.38.0-rc.1", "rc.1", 9, 1},
        {"4.38.0-rc-1", "rc-1", 9, 1},
        {"4.38.0-rc_1", "rc_1", 9, 1},
        {"4.38.0-rc~1", "rc~1", 9, 0},
        {"4.38.0-rc..1", "rc..1", 9, 0},
        {"4.38.0rc1", "rc1", 9, 1},
        {"4.38.0~rc1", "rc1", 9, 1},
        {"4.38.0_RC12", "RC12", 9, 12},
        {"4.38.0.rc2", "rc2", 9, 2},
        {"4.38.0+rc2", "rc2", 9, 2},
        {"4.38.0-rc", "rc", 9, 0},
        {"4.38.0-rc.", "rc.", 9, 0},
        {"4.38.0-rc.1.5", "rc.1.5", 9, 1},
        {"4.38.0--rc1", "-rc1", 0, 0},
        {"21-ea+35", "ea+35", 3, 0},
        {"2.0.0-M3", "M3", 4, 3},
        {"2.0.0-m3", "m3", 4, 3},
        {"2.0.0-m", "m", 0, 0},
        {"2.0.0-m.3", "m.3", 0, 0},
        {"2.0.0-main3", "main3", 0, 0},
        {"1.0.dev4", "dev4", 2, 4},
        {"1.0-nightly20240101", "nightly20240101", 1, 20240101},
        {"1.0-Alpha7", "Alpha7", 5, 7},
        {"1.0-alphabet7", "alphabet7", 0, 0},
        {"1.0-preview.2", "preview.2", 6, 2},
        {"1.0-pre2", "pre2", 7, 2},
        {"1.0-prerelease2", "prerelease2", 0, 0},
        {"1.0a1", "a1", 0, 0},
        {"6.1.0+", "", 0, 0},
        {"6.1.0-", "", 0, 0},
        {"24.0.7, build afdd53b", ", build afdd53b", 0, 0},
        {"3.11.2\xC3\xA9", "\xC3\xA9", 0, 0},
        {"1.2.x", "x", 0, 0},
    };
    for (size_t ix = 0; ix < AR_COUNT_OF(cases); ix++) {
        const struct ar_version *version = parse(cases[ix].text);
        assert_int_equal(version->suffix.len, strlen(cases[ix].suffix));
        assert_true(ar_str_equal_c(version->suffix, cases[ix].suffix));
        if (version->pre_release_rank != cases[ix].rank ||
            version->pre_release_number != cases[ix].number)
            fail_msg("%s: rank %u", cases[ix].text, version->pre_release_rank);
    }
}

static void refuses_what_is_no_version(void **state)
{
    (void)state;
    static const char *const cases[] = {
        "",
        "v",
        "V1.2",
        "vv1",
        "v 1",
        " 1.2",
        "rc1",
        ".1",
        "1..2",
        "1.",
        "1.2.",
        "4.",
        "1...",
        "1.2..rc1",
        "-1",
        "+1",
        "v.1",
        "1.2.-rc1",
        "1.2.~rc",
        "1.2.+dfsg",
        "1.2._",
        "1. 2",
        "1.*",
        "x1.2",
        "99999999999999999999",
        "18446744073709551616",
        "1.18446744073709551616.2",
        "1.0-rc99999999999999999999",
        "latest",
        "\xEF\xBB\xBF 1.2",
    };
    for (size_t ix = 0; ix < AR_COUNT_OF(cases); ix++) {
        const struct ar_version *version = NULL;
        if (ar_version_parse(&arena, ar_str_from_c(cases[ix]), &version))
            fail_msg("accepted: %s", cases[ix]);
        assert_null(version);
    }
    const struct ar_version *version = NULL;
    assert_false(ar_version_parse(&arena, (ar_str){NULL, 0}, &version));
    assert_false(ar_version_parse(&arena, AR_STR("\0001.2"), &version));
}

static void stops_at_the_length(void **state)
{
    (void)state;
    const struct ar_version *version = NULL;
    ar_str text = {"1.23", 3};
    assert_true(ar_version_parse(&arena, text, &version));
    assert_int_equal(version->parts[1], 2);
    text.len = 2;
    assert_false(ar_version_parse(&arena, text, &version));
    ar_str pre_release = {"1-rc12", 5};
    assert_true(ar_version_parse(&arena, pre_release, &version));
    assert_int_equal(version->pre_release_number, 1);
}

static const struct ar_version *parse_many(size_t n_parts, char last)
{
    char text[2048];
    assert_true(n_parts * 2 <= sizeof(text));
    for (size_t ix = 0; ix < n_parts; ix++) {
        text[2 * ix] = '0';
        text[2 * ix + 1] = '.';
    }
    text[2 * n_parts - 2] = last;
    const struct ar_version *version = NULL;
    assert_true(
        ar_version_parse(&arena, (ar_str){text, 2 * n_parts - 1}, &version));
    return version;
}

static void takes_a_thousand_parts(void **state)
{
    (void)state;
    const struct ar_version *one = parse_many(1000, '1');
    const struct ar_version *two = parse_many(1000, '2');
    const struct ar_version *zero = parse_many(999, '0');
    assert_int_equal(one->n_parts, 1000);
    assert_true(ar_version_compare(one, two) < 0);
    assert_true(ar_version_compare(two, one) > 0);
    assert_true(ar_version_compare(zero, one) < 0);
    assert_int_equal(ar_version_compare(zero, parse("0")), 0);
}

/* Each line is one place in the order; its spellings are equal. */
static const char *const sorted[][6] = {
    {"0", "0.0", "v0", "0.0.0.0", "0-foo"},
    {"0.0.0.1"},
    {"0.0.1"},
    {"0.9"},
    {"0.10-rc1"},
    {"0.10", "0.10.0", "v0.10", "00.010"},
    {"1.0-nightly", "1-nightly", "1.0.0-NIGHTLY", "1.0-nightly0"},
    {"1.0-nightly5"},
    {"1.0-nightly20240101"},
    {"1.0.dev0", "1.0-dev", "1.dev"},
    {"1.0.dev4"},
    {"1.0-ea", "1.0-ea+35", "1-EA+36"},
    {"1.0-ea2"},
    {"1.0-m1", "1.0.0-M1", "v1.0-m1"},
    {"1.0-m2"},
    {"1.0-m10"},
    {"1.0-alpha", "1.0-alpha0", "1.0alpha", "1.0-alpha-"},
    {"1.0-alpha.1", "1.0-alpha1", "1.0~ALPHA_1", "1-alpha-1"},
    {"1.0-alpha2"},
    {"1.0-alpha10"},
    {"1.0-preview"},
    {"1.0-preview.3", "1.0.preview3"},
    {"1.0-pre", "1.0pre"},
    {"1.0-pre7"},
    {"1.0-beta", "1.0-Beta"},
    {"1.0-beta2", "1.0-beta.2", "1.0beta2", "1.0_beta_2.9"},
    {"1.0-beta11"},
    {"1.0-rc", "1.0-rc0", "1.0-rc+build9"},
    {"1.0-rc1", "1.0~rc1", "1.0.rc.1", "v1.0.0.0-rc1", "1.0-rc1.7"},
    {"1.0-rc2"},
    {"1.0-rc10"},
    {"1.0-rc18446744073709551615"},
    {"1", "1.0", "v1.0.0", "1.0-microsoft", "1.0+dfsg1", "1.0-m"},
    {"1.0.0.1"},
    {"1.0.1-beta1"},
    {"1.0.1", "1.0.1-0ubuntu8", "1.0.1a", "1.0.1-rcx1", "1.0.1--rc1"},
    {"1.0.2"},
    {"1.0.10"},
    {"1.1-rc1"},
    {"1.1"},
    {"1.2"},
    {"1.9"},
    {"1.10"},
    {"2.0-nightly"},
    {"2"},
    {"4.3"},
    {"4.30", "4.30.0", "v4.30"},
    {"4.34.0"},
    {"5.15.153"},
    {"5.15.153.1", "5.15.153.1-microsoft-standard-WSL2"},
    {"6.6.87.2"},
    {"10"},
    {"20.10.24", "20.10.24+dfsg1"},
    {"24.0.7-beta.2"},
    {"24.0.7-rc.1"},
    {"24.0.7"},
    {"2024.8.1", "2024.08.01"},
    {"18446744073709551614"},
    {"18446744073709551615-rc1"},
    {"18446744073709551615"},
};

/* Every pair of the list, both ways: 60 places make this transitive too. */
static void keeps_the_sorted_list_in_order(void **state)
{
    (void)state;
    for (size_t a = 0; a < AR_COUNT_OF(sorted); a++) {
        for (size_t b = a; b < AR_COUNT_OF(sorted); b++)
            assert_order(sorted[a][0], sorted[b][0], a < b ? -1 : 0);
    }
}

static void takes_other_spellings_for_equal(void **state)
{
    (void)state;
    size_t n_pairs = 0;
    for (size_t place = 0; place < AR_COUNT_OF(sorted); place++) {
        for (size_t ix = 0; ix < 6 && sorted[place][ix] != NULL; ix++) {
            const char *text = sorted[place][ix];
            assert_order(sorted[place][0], text, 0);
            if (place > 0)
                assert_order(sorted[place - 1][0], text, -1);
            if (place + 1 < AR_COUNT_OF(sorted))
                assert_order(text, sorted[place + 1][0], -1);
            n_pairs += 3;
        }
    }
    assert_true(n_pairs > 200);
}

static void orders_what_people_meet(void **state)
{
    (void)state;
    static const struct {
        const char *a;
        int order;
        const char *b;
    } cases[] = {
        {"4.30", 1, "4.3"},
        {"4.30", 1, "4.9"},
        {"1.10.0", 1, "1.9.9"},
        {"2.31-13+deb11u7", -1, "2.36-9+deb12u4"},
        {"2.36-9+deb12u4", 0, "2.36"},
        {"6.8.0-45-generic", 0, "6.8.0-44-generic"},
        {"6.8.0-45-generic", -1, "6.8.1"},
        {"5.10.16.3-microsoft-standard-WSL2", -1, "5.15.0"},
        {"26.0.0-rc.3", -1, "26.0.0"},
        {"26.0.0-rc.3", 1, "25.0.5"},
        {"26.0.0-beta.9", -1, "26.0.0-rc.1"},
        {"1.2.5.0", 0, "1.2.5"},
        {"3.13.0rc1", -1, "3.13.0"},
        {"3.13.0a1", 0, "3.13.0b2"},
        {"17-ea+2", -1, "17.0.1"},
        {"6.0.0-preview.7.24405.7", -1, "6.0.0-rc.1"},
        {"1.78.0-nightly", -1, "1.78.0-beta.2"},
        {"9.0.0-dev", -1, "9.0.0-alpha1"},
        {"10.0.22631.3447", 1, "10.0.22631"},
        {"10.0.22631.3447", -1, "10.0.26100"},
        {"0.0.1", -1, "0.1"},
        {"1.0-pre1", 1, "1.0-preview9"},
    };
    for (size_t ix = 0; ix < AR_COUNT_OF(cases); ix++)
        assert_order(cases[ix].a, cases[ix].b, cases[ix].order);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(reads_numbers, clear_arena),
        cmocka_unit_test_teardown(keeps_its_own_copy, clear_arena),
        cmocka_unit_test_teardown(reads_suffixes, clear_arena),
        cmocka_unit_test_teardown(refuses_what_is_no_version, clear_arena),
        cmocka_unit_test_teardown(stops_at_the_length, clear_arena),
        cmocka_unit_test_teardown(takes_a_thousand_parts, clear_arena),
        cmocka_unit_test_teardown(keeps_the_sorted_list_in_order, clear_arena),
        cmocka_unit_test_teardown(takes_other_spellings_for_equal, clear_arena),
        cmocka_unit_test_teardown(orders_what_people_meet, clear_arena),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
