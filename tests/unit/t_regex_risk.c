/* SPDX-License-Identifier: Apache-2.0 */
/* Patterns on which some text takes too much work: which are found, and that
 * the text that is shown takes that work; and which are not. */

/* cmocka.h wants these before it. */
/* clang-format off */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
/* clang-format on */

#include "base/buf.h"
#include "sema/regex_risk.h"

#include <string.h>

static const int64_t plenty = 1000000000;

static const struct {
    const char *pattern;
    const char *flags;
} risky[] = {
    /* repeats of repeats */
    {"^(a+)+$", ""},
    {"(a+)+$", ""},
    {"(a*)*b", ""},
    {"^(?:a|aa)+$", ""},
    {"^(\\w+\\s?)*$", ""},
    {"^(\\w+\\s?)+:", ""},
    {"(?:\\s*\\w+\\s*)+done", ""},
    {"^([a-z]+)*[0-9]$", ""},
    {"^(([a-z])+.)+[A-Z]([a-z])+$", ""},
    {"^(?<word>\\w+)*!", ""},
    {"^(?:x+y?)+z", ""},
    {"^prefix (a+)+$", ""},
    {"^(?i:a+)+$", ""},
    {"( a + ) + $", "x"},
    {"(a+)+ $ # comment", "x"},
    {"^(\xC3\xA9*a+)+$", ""},
    /* alternatives that take the same */
    {"^(?:\\w|\\d)+$", ""},
    {"^(?:[a-z]|[a-f0-9])+!", ""},
    {"^(a|a)*$", ""},
    {"^(?:ab|a|b)+$", ""},
    /* repeats side by side */
    {"\\d+\\d+x", ""},
    {".*.*x", ""},
    {"^\\s*\\s*x", ""},
    {"^\\s+(.*)\\s+$", ""},
    {"^(.+?)\\s{2,}(\\S.*?)\\s{2,}([12])$", ""},
    {"\\w*\\w*\\w*\\.", ""},
    {"^a*b?a*c?a*x", ""},
    {"(?:a*)(?:a*)x", ""},
    {"^\\d{1,1000}\\d{1,1000}\\d{1,1000}x", ""},
};

static const struct {
    const char *pattern;
    const char *flags;
} harmless[] = {
    {"", ""},
    {"abc", ""},
    {"^abc$", ""},
    {"\\d+ minutes", ""},
    {"^\\s*$", ""},
    {"proxy has not started after (?<minutes>\\d+) minutes", ""},
    {"wsl\\.exe --unmount \\S*docker_data\\.vhdx: exit status 0xffffffff", ""},
    {"WSL integration with distro '?[^']+'? unexpectedly stopped", ""},
    {"error.*timeout", ""},
    {"^(?:a+b)+$", ""},
    {"^(?:\\w+ )*\\w+$", ""},
    {"^\\S+(?: \\S+)*$", ""},
    {"^(?:[^\"\\\\]|\\\\.)*$", ""},
    {"\"(?:[^\"\\\\]|\\\\.)*\"", ""},
    {"^(?:a|b)+$", ""},
    {"^(?:ab|cd)+$", ""},
    {"^(a++)+$", ""},
    {"^(?>a+)+$", ""},
    {"^(?:a+)++$", ""},
    {"^\\d+\\s+\\d+$", ""},
    {"^\\d+\\.\\d+$", ""},
    {"^\\d++\\d+x", ""},
    {"^[a-z]*[0-9]*!$", ""},
    {"^\\d{1,3}\\d{1,3}x", ""},
    {"^(?<a>\\S+) (?<b>\\S+) (?<c>\\S+)$", ""},
    {"^(?<queue>\\S+)-(?<number>\\d+)\\s+(?<owner>\\S+)", ""},
    {"^[^:]*:[^:]*:[^:]*$", ""},
    {"(?:one|two|three|four|five|six|seven|eight|nine|ten)+$", ""},
    {"(?=a+b)a", ""},
    {"\\/ld(?:-linux[^\\/]*|64)\\.so\\.\\d+$", ""},
    {"[ab]{3}[ab]{3}c", ""},
    {"a?a?a?a?aaaa", ""},
    {"\\Qa+\\E+b", ""},
    {"^(?:(?:(?:a)))+b", ""},
    {"^\\d{1,1000}\\d{1,1000}x", ""}, /* a tenth of the budget is more */
};

static struct ar_regex *compile(struct ar_arena *arena, const char *pattern,
                                const char *flags)
{
    struct ar_regex *regex = NULL;
    struct ar_regex_error error;
    if (!ar_regex_compile(arena, ar_str_from_c(pattern), ar_str_from_c(flags),
                          &regex, &error))
        fail_msg("%s: " AR_STR_FORMAT, pattern, AR_STR_ARG(error.text));
    return regex;
}

/* The work on the text of the attack. */
static int64_t work_of(struct ar_arena *arena, const struct ar_regex *regex,
                       const struct ar_regex_attack *attack)
{
    struct ar_buf text = AR_BUF(arena);
    int64_t fuel = AR_REGEX_FUEL_PER_MATCH;
    ar_buf_put(&text, attack->prefix);
    for (size_t i = 0; i < attack->count; i++)
        ar_buf_put(&text, attack->pump);
    ar_buf_put(&text, attack->suffix);
    assert_int_equal(text.len, attack->bytes);
    ar_regex_match(regex, ar_buf_view(&text), NULL, &fuel);
    return AR_REGEX_FUEL_PER_MATCH - (fuel < 0 ? 0 : fuel);
}

static void test_risky(void **state)
{
    size_t n_missed = 0;
    (void)state;
    for (size_t i = 0; i < AR_COUNT_OF(risky); i++) {
        struct ar_arena arena = {0};
        struct ar_regex_attack attack;
        int64_t budget = plenty;
        const struct ar_regex *regex =
            compile(&arena, risky[i].pattern, risky[i].flags);
        bool found = ar_regex_find_attack(
            &arena, ar_str_from_c(risky[i].pattern),
            ar_str_from_c(risky[i].flags), &budget, &attack);
        if (!found) {
            print_message("  not found: %s\n", risky[i].pattern);
            n_missed++;
        } else {
            assert_true(attack.bytes <= AR_REGEX_RISK_BYTES);
            assert_true(attack.work >= AR_REGEX_RISK_WORK);
            assert_true(work_of(&arena, regex, &attack) >= attack.work);
        }
        assert_true(budget < plenty);
        ar_arena_free(&arena);
    }
    assert_int_equal(n_missed, 0);
}

static void test_harmless(void **state)
{
    size_t n_blamed = 0;
    (void)state;
    for (size_t i = 0; i < AR_COUNT_OF(harmless); i++) {
        struct ar_arena arena = {0};
        struct ar_regex_attack attack;
        int64_t budget = plenty;
        compile(&arena, harmless[i].pattern, harmless[i].flags);
        if (ar_regex_find_attack(&arena, ar_str_from_c(harmless[i].pattern),
                                 ar_str_from_c(harmless[i].flags), &budget,
                                 &attack)) {
            print_message("  blamed: %s for " AR_STR_FORMAT " x %zu\n",
                          harmless[i].pattern, AR_STR_ARG(attack.pump),
                          attack.count);
            n_blamed++;
        }
        ar_arena_free(&arena);
    }
    assert_int_equal(n_blamed, 0);
}

/* An exponential pattern shows it in a short text, others need a long one. */
static void test_growth(void **state)
{
    struct ar_arena arena = {0};
    struct ar_regex_attack attack;
    int64_t budget = plenty;
    (void)state;
    assert_true(ar_regex_find_attack(&arena, AR_STR("^(a+)+$"), AR_STR(""),
                                     &budget, &attack));
    assert_true(attack.bytes < 300);
    assert_false(attack.is_all);
    assert_true(ar_regex_find_attack(&arena, AR_STR("^\\s*\\s*x"), AR_STR(""),
                                     &budget, &attack));
    assert_true(attack.bytes > 500);
    ar_arena_free(&arena);
}

/* Without anything to spend nothing is tried, and what is tried is paid. */
static void test_budget(void **state)
{
    struct ar_arena arena = {0};
    struct ar_regex_attack attack;
    int64_t budget = 0;
    (void)state;
    assert_false(ar_regex_find_attack(&arena, AR_STR("^(a+)+$"), AR_STR(""),
                                      &budget, &attack));
    assert_int_equal(budget, 0);
    budget = plenty;
    assert_false(ar_regex_find_attack(&arena, AR_STR("^(?:a+b)+$"), AR_STR(""),
                                      &budget, &attack));
    assert_true(budget < plenty && budget > plenty - 2000000);
    budget = plenty;
    assert_false(ar_regex_find_attack(&arena, AR_STR("no repeat at all"),
                                      AR_STR(""), &budget, &attack));
    assert_int_equal(budget, plenty);
    ar_arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_risky),
        cmocka_unit_test(test_harmless),
        cmocka_unit_test(test_growth),
        cmocka_unit_test(test_budget),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
