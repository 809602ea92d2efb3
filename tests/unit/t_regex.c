/* SPDX-License-Identifier: Apache-2.0 */
/* Regular expressions: what is refused and where, groups, line ends, and
 * that no pattern and no subject takes long. */

/* cmocka.h wants these before it. */
/* clang-format off */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
/* clang-format on */

#include "base/arena.h"
#include "base/buf.h"
#include "base/limits.h"
#include "base/regex.h"
#include "base/regex_certain.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

enum { MEGABYTE = 1000000, ENOUGH_FUEL = 10000000 };

static struct ar_arena arena;

static int free_arena(void **state)
{
    (void)state;
    ar_arena_free(&arena);
    return 0;
}

static struct ar_regex *compile(const char *pattern, const char *flags)
{
    struct ar_regex *regex = NULL;
    struct ar_regex_error error = {0};
    if (!ar_regex_compile(&arena, ar_str_from_c(pattern), ar_str_from_c(flags),
                          &regex, &error))
        fail_msg("/%s/%s refused at %zu: %s", pattern, flags,
                 error.offset_bytes, error.text.ptr);
    return regex;
}

static enum ar_regex_verdict match(const char *pattern, const char *flags,
                                   const char *subject)
{
    int64_t fuel = ENOUGH_FUEL;
    return ar_regex_match(compile(pattern, flags), ar_str_from_c(subject), NULL,
                          &fuel);
}

static void assert_refused(ar_str pattern, size_t offset, const char *word)
{
    struct ar_regex *regex = NULL;
    struct ar_regex_error error = {0};
    if (ar_regex_compile(&arena, pattern, AR_STR(""), &regex, &error))
        fail_msg("accepted /%s/", pattern.ptr);
    assert_null(regex);
    if (error.offset_bytes != offset ||
        ar_str_find(error.text, ar_str_from_c(word), 0) == SIZE_MAX)
        fail_msg("/%s/ refused at %zu: %s", pattern.ptr, error.offset_bytes,
                 error.text.ptr);
}

static void matches_a_line_of_a_log(void **state)
{
    (void)state;
    const char *pattern =
        "docker-desktop-user-distro proxy has not started after \\d+ minutes";
    assert_int_equal(match(pattern, "",
                           "[2024-01-01] error: docker-desktop-user-distro "
                           "proxy has not started after 5 minutes. Killing"),
                     AR_REGEX_MATCH);
    assert_int_equal(match(pattern, "",
                           "docker-desktop-user-distro proxy has not started "
                           "after some minutes"),
                     AR_REGEX_NO_MATCH);
}

static void gives_the_groups(void **state)
{
    (void)state;
    const struct ar_regex *regex = compile(
        "(?<major>\\d+)\\.(\\d+)(-(?<rc>rc)?)?(?P<tail>x*)(?'q'y)?", "");
    ar_str groups[7];
    int64_t fuel = ENOUGH_FUEL;
    ar_str subject = AR_STR("version 4.34-");
    assert_int_equal(ar_regex_group_count(regex), 6);
    assert_true(ar_str_equal_c(ar_regex_group_name(regex, 1), "major"));
    assert_int_equal(ar_regex_group_name(regex, 2).len, 0);
    assert_true(ar_str_equal_c(ar_regex_group_name(regex, 4), "rc"));
    assert_true(ar_str_equal_c(ar_regex_group_name(regex, 5), "tail"));
    assert_true(ar_str_equal_c(ar_regex_group_name(regex, 6), "q"));
    assert_int_equal(ar_regex_match(regex, subject, groups, &fuel),
                     AR_REGEX_MATCH);
    assert_true(ar_str_equal_c(groups[0], "4.34-"));
    assert_true(ar_str_equal_c(groups[1], "4"));
    assert_true(ar_str_equal_c(groups[2], "34"));
    assert_true(ar_str_equal_c(groups[3], "-"));
    assert_null(groups[4].ptr); /* took no part */
    assert_ptr_equal(groups[5].ptr, subject.ptr + subject.len);
    assert_int_equal(groups[5].len, 0); /* empty */
    assert_null(groups[6].ptr);
    assert_true(fuel < ENOUGH_FUEL);
}

static void flags_mean_what_they_say(void **state)
{
    (void)state;
    assert_int_equal(match("arm", "", "ARM"), AR_REGEX_NO_MATCH);
    assert_int_equal(match("arm", "i", "ARM"), AR_REGEX_MATCH);
    assert_int_equal(match("\xC3\xA9", "i", "\xC3\x89"), AR_REGEX_MATCH);
    assert_int_equal(match("^b$", "", "a\nb\nc"), AR_REGEX_NO_MATCH);
    assert_int_equal(match("^b$", "m", "a\nb\nc"), AR_REGEX_MATCH);
    assert_int_equal(match("a.b", "", "a\nb"), AR_REGEX_NO_MATCH);
    assert_int_equal(match("a.b", "s", "a\nb"), AR_REGEX_MATCH);
    assert_int_equal(match("a b # c (", "x", "ab"), AR_REGEX_MATCH);
    assert_int_equal(match("A . B", "xsmi", "a\nb"), AR_REGEX_MATCH);
    struct ar_regex *regex = NULL;
    struct ar_regex_error error = {0};
    const char *const bad[] = {"g", "ii", "I", "is ", "xsmix"};
    for (size_t i = 0; i < AR_COUNT_OF(bad); i++) {
        assert_false(ar_regex_compile(&arena, AR_STR("a"),
                                      ar_str_from_c(bad[i]), &regex, &error));
        assert_int_equal(error.offset_bytes, 1);
    }
}

static void takes_all_line_ends(void **state)
{
    (void)state;
    assert_int_equal(match("^b$", "m", "a\r\nb\r\nc"), AR_REGEX_MATCH);
    assert_int_equal(match("^b$", "m", "a\rb\rc"), AR_REGEX_MATCH);
    assert_int_equal(match("a.b", "", "a\rb"), AR_REGEX_NO_MATCH);
    assert_int_equal(match("b$", "", "b\r\n"), AR_REGEX_MATCH);
    assert_int_equal(match("b\\z", "", "b\n"), AR_REGEX_NO_MATCH);
    assert_int_equal(match("a b # c\r(d)", "x", "abd"), AR_REGEX_MATCH);
}

static void works_on_code_points(void **state)
{
    (void)state;
    assert_int_equal(match("^.$", "", "\xE2\x82\xAC"), AR_REGEX_MATCH);
    assert_int_equal(match("^[\xE2\x82\xAC]$", "", "\xE2\x82\xAC"),
                     AR_REGEX_MATCH);
    assert_int_equal(match("^\\x{20AC}$", "", "\xE2\x82\xAC"), AR_REGEX_MATCH);
    assert_int_equal(match("x", "", "x\xFF"), AR_REGEX_NO_MATCH);
    assert_int_equal(match("x", "", "x\xED\xA0\x80"), AR_REGEX_NO_MATCH);
    assert_refused(AR_STR("ab\xFF"), 2, "not valid UTF-8");
    assert_refused(AR_STR("\xC3"), 0, "not valid UTF-8");
}

static void empty_pattern_and_subject(void **state)
{
    (void)state;
    ar_str nothing = {NULL, 0};
    struct ar_regex *regex = NULL;
    struct ar_regex_error error = {0};
    ar_str groups[1];
    int64_t fuel = ENOUGH_FUEL;
    assert_true(ar_regex_compile(&arena, nothing, nothing, &regex, &error));
    assert_int_equal(ar_regex_group_count(regex), 0);
    assert_int_equal(ar_regex_match(regex, nothing, groups, &fuel),
                     AR_REGEX_MATCH);
    assert_non_null(groups[0].ptr);
    assert_int_equal(groups[0].len, 0);
    assert_int_equal(ar_regex_match(compile("a", ""), nothing, NULL, &fuel),
                     AR_REGEX_NO_MATCH);
}

static void refuses_what_has_no_bound(void **state)
{
    (void)state;
    static const struct {
        const char *pattern;
        size_t offset;
        const char *word;
    } cases[] = {
        {"(*LIMIT_MATCH=9)a", 0, "verb"},
        {"a(*ACCEPT)", 1, "verb"},
        {"a|(*pla:b)", 2, "verb"},
        {"(*UTF)a", 0, "verb"},
        {"(?C1)a", 0, "callout"},
        {"a(?C'x')", 1, "callout"},
        {"a(?R)?", 1, "recursion"},
        {"(a)(?1)", 3, "recursion"},
        {"(a)(?-1)", 3, "recursion"},
        {"(a)(?+1)", 3, "recursion"},
        {"(?0)", 0, "recursion"},
        {"(?<n>a)(?&n)", 7, "recursion"},
        {"(?<n>a)(?P>n)", 7, "recursion"},
        {"(a)\\1", 3, "back-reference"},
        {"(a)\\g{1}", 3, "back-reference"},
        {"(a)\\g<1>", 3, "back-reference"},
        {"(?<n>a)\\k<n>", 7, "back-reference"},
        {"(?<n>a)(?P=n)", 7, "back-reference"},
        {"(a)?(?(1)b|c)", 4, "conditional"},
        {"(?(?=a)b)", 0, "conditional"},
        {"a\\Cb", 1, "\\C"},
        {"ab\\Kc", 2, "\\K"},
        {"\\Ga", 0, "\\G"},
        {"a\\X", 1, "\\X"},
        {"x(?<=a{33})b", 1, "behind"},
        {"x(?<!(?:abcdefghijk){3})b", 1, "behind"},
        {"(?J)(?<n>a)", 0, "option"},
        {"a(?xx:b)", 1, "option"},
        {"a(?U)b", 1, "option"},
        {"a(?n:(b))", 1, "option"},
        {"(?<*a)b", 0, "group"},
        {"(?*a)b", 0, "group"},
        {"(?[a])", 0, "group"},
        {"(?Pa)", 0, "group"},
        {"(?", 0, "group"},
        {"(?i", 0, "group"},
        {"a{1001}", 1, "1000"},
        {"a{1,1001}", 1, "1000"},
        {"a{1001,}", 1, "1000"},
        {"a{70000}", 1, "1000"},
        {"a{99999999999999999999999}", 1, "1000"},
        {"(?:a{101}){100}", 10, "10000"},
        {"(?:(?:a{22}){22}){22}", 17, "10000"},
        {"(?:b|(?:a{101}))c*d{1}|e(f(g(?:(?:a{101}))))?{100}", 45, "10000"},
        {"a{101}{100}", 6, "10000"},
        {"a{101}\\E{100}", 8, "10000"},
        {"a{101}(?#x){100}", 11, "10000"},
        {"(?x)a{101} #x{1}\n {100}", 18, "10000"},
        {"(?x)(?:a{101}) {100}", 15, "10000"},
        {"a{,5}", 1, "written"},
        {"a{ 5}", 1, "written"},
        {"a{5, }", 1, "written"},
        {"a{1,\t5}", 1, "written"},
    };
    for (size_t i = 0; i < AR_COUNT_OF(cases); i++)
        assert_refused(ar_str_from_c(cases[i].pattern), cases[i].offset,
                       cases[i].word);
}

/* What only looks forbidden, because it stands in a class, a quotation, a
 * comment or behind a backslash. */
static void accepts_what_only_looks_forbidden(void **state)
{
    (void)state;
    static const struct {
        const char *pattern;
        const char *subject;
    } cases[] = {
        {"[(*]x", "(x"},
        {"[]()*]x", "]x"},
        {"[^]()*]x", "ax"},
        {"[^\\]()*]x", "ax"},
        {"[[:alpha:](*]x", "*x"},
        {"[[:x(*]x", ":x"},
        {"[a\\Q]\\E(*]x", "]x"},
        {"[\\E]()*]x", ")x"},
        {"[\\Q\\E]()*]x", ")x"},
        {"[\\c](*]x", "*x"},
        {"[\\1\\C-]", NULL},
        {"\\Q(*X)(?R)\\1\\Ex", "(*X)(?R)\\1x"},
        {"\\Q(*X)", "(*X)"},
        {"\\(*x", "((x"},
        {"\\\\(x)", "\\x"},
        {"\\c(x", "hx"},
        {"a(?#(*X)b", "ab"},
        {"(?x)a#(?R)\nb", "ab"},
        {"(?x: a # (*X) \\1\n b)", "ab"},
        {"(?x-x)#(a)", "#a"},
        {"(?x:(?:a{101})) {100}|c", "c"},
        {"(?x:(?-x)#(a)", NULL},
        {"\\#(x)", "#x"},
        {"\\x{1001}?x", "x"},
        {"\\x{2028}?x", "x"},
        {"\\o{1001}?x", "x"},
        {"\\N{3}", "abc"},
        {"\\N{U+41}", "A"},
        {"\\p{Lu}\\PNx", "Aax"},
        {"{\"a\"}", "{\"a\"}"},
        {"a{}b{,}c{x}", "a{}b{,}c{x}"},
        {"\\{1,2000}", "{1,2000}"},
        {"a{1000}?b|c", "c"},
        {"(?:a{100}){100}|c", "c"},
        {"(?:a{100}|b{100}){100}|c", "c"},
        {"(?:x{1000})*(?:y{1000})+|c", "c"},
        {"(?<=a{32})b", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab"},
        {"(?<!a)b(?=c)(?!d)", "bc"},
        {"(?>a+)b", "aab"},
        {"(?|(a)|(b))c", "bc"},
        {"(?i)A(?-i)b", "ab"},
        {"(?^)a(?i:B)", "ab"},
        {"a\\0?", "a"},
        {"\\bx\\b", "x"},
        {"\\R[\\n]", "\r\n\n"},
    };
    for (size_t i = 0; i < AR_COUNT_OF(cases); i++) {
        struct ar_regex *regex = NULL;
        struct ar_regex_error error = {0};
        int64_t fuel = ENOUGH_FUEL;
        bool good = ar_regex_compile(&arena, ar_str_from_c(cases[i].pattern),
                                     AR_STR(""), &regex, &error);
        if (!cases[i].subject) { /* not ours to refuse, but PCRE2's */
            assert_false(good);
            continue;
        }
        if (!good)
            fail_msg("/%s/: %s at %zu", cases[i].pattern, error.text.ptr,
                     error.offset_bytes);
        if (ar_regex_match(regex, ar_str_from_c(cases[i].subject), NULL,
                           &fuel) != AR_REGEX_MATCH)
            fail_msg("/%s/ does not match", cases[i].pattern);
    }
}

static void passes_on_what_pcre2_refuses(void **state)
{
    (void)state;
    assert_refused(AR_STR("a(b"), 3, "parenthes");
    assert_refused(AR_STR("a)b"), 1, "parenthes");
    assert_refused(AR_STR("a[b"), 3, "character class");
    assert_refused(AR_STR("*a"), 0, "quantifier");
    assert_refused(AR_STR("ab\\"), 3, "\\ at end");
    assert_refused(AR_STR("[b-a]"), 3, "range");
    assert_refused(AR_STR("(?<n>a)(?<n>b)"), 12, "same name");
    assert_refused(AR_STR("\\p{Nonsense}"), 12, "property");
    /* Every prefix of a pattern with everything in it: no crash. */
    ar_str all =
        AR_STR("(?x)a#b\n[^]\\Q]\\E[:alpha:]\\]](?<n>\\x{41}{2,3}|\\Q(\\E)"
               "(?#c)(?i-s:\\p{Lu}\\N{U+41})(?<=ab)\\cA{1}(?'q'z)?+");
    struct ar_regex *regex = NULL;
    struct ar_regex_error error;
    assert_true(ar_regex_compile(&arena, all, AR_STR(""), &regex, &error));
    for (size_t len = 0; len < all.len; len++) {
        /* A copy, so that reading past the end is noticed. */
        ar_str part = ar_str_slice(all, 0, len);
        char *copy = malloc(len + 1);
        if (len > 0)
            memcpy(copy, part.ptr, len);
        error = (struct ar_regex_error){0};
        if (!ar_regex_compile(&arena, (ar_str){copy, len}, AR_STR("i"), &regex,
                              &error)) {
            assert_true(error.offset_bytes <= len);
            assert_true(error.text.len > 0);
        }
        free(copy);
    }
}

static ar_str repeat(const char *unit, size_t count, const char *tail)
{
    struct ar_buf text = AR_BUF(&arena);
    for (size_t i = 0; i < count; i++)
        ar_buf_put_c(&text, unit);
    ar_buf_put_c(&text, tail);
    return ar_buf_view(&text);
}

static struct ar_regex *accept(const char *pattern, const char *flags)
{
    struct ar_regex *regex = NULL;
    struct ar_regex_error error = {0};
    assert_true(ar_regex_accept(&arena, ar_str_from_c(pattern),
                                ar_str_from_c(flags), &regex, &error));
    return regex;
}

/* Patterns that are simple and that are not, with little fuel and much. */
static void what_is_accepted_gives_the_same_answers(void **state)
{
    (void)state;
    static const char *const patterns[] = {
        "disk (full|is full)", "a[0-9]+b", "(a|b)*c", "(?:x+)+y", "", "^z$",
    };
    static const char *const subjects[] = {
        "the disk is full", "a12b", "ababc", "xxxxxxxxxxxxxxxxxxxxxx", "z", "",
    };
    static const int64_t fuels[] = {0, 20, ENOUGH_FUEL};
    for (size_t at = 0; at < 6 * 6 * 3; at++) {
        const char *pattern = patterns[at / 18];
        ar_str subject = ar_str_from_c(subjects[at / 3 % 6]);
        int64_t left[2] = {fuels[at % 3], fuels[at % 3]};
        assert_int_equal(
            ar_regex_match(accept(pattern, "i"), subject, NULL, &left[0]),
            ar_regex_match(compile(pattern, "i"), subject, NULL, &left[1]));
        assert_true(left[0] == left[1]);
    }
    assert_int_equal(ar_regex_group_count(accept("(a)(b)", "")), 0);
}

/* It was good elsewhere, so nobody can be told: the answer is unknown. */
static void what_was_accepted_wrongly_decides_nothing(void **state)
{
    (void)state;
    int64_t fuel = ENOUGH_FUEL;
    struct ar_regex *regex = accept("a\\p{Nonsense}", "");
    for (int each = 0; each < 2; each++)
        assert_int_equal(ar_regex_match(regex, AR_STR("ab"), NULL, &fuel),
                         AR_REGEX_BUDGET);
    struct ar_regex_error error = {0};
    assert_false(
        ar_regex_accept(&arena, AR_STR("(*VERB)"), AR_STR(""), &regex, &error));
    assert_false(
        ar_regex_accept(&arena, AR_STR("a"), AR_STR("q"), &regex, &error));
}

static void some_patterns_are_sure_to_be_good(void **state)
{
    (void)state;
    static const char *const certain[] = {
        "",
        "a",
        "disk (full|is full): \\d+%",
        "^[a-z0-9_]+ \\([^)]*\\)$",
        "status 0x[0-9a-f]{6}\\b",
        "(?:a|(b*?)|c{2,}+|[\\d.-]{1,3})?.",
        "]}-[^a-c-][\\w\\]-]",
        "(a)(b)(c)(d)(e)(f)(g)(h)(i)(j)(k)(l)(m)(n)(o)(p)",
    };
    static const char *const uncertain[] = {
        "(",           ")",
        "a)(",         "*a",
        "a**",         "a{3}{3}",
        "^*",          "\\b+",
        "a|+",         "(+a)",
        "[",           "[]",
        "[]a]",        "[^]",
        "[z-a]",       "[a-\\d]",
        "[\\d-a]",     "[a-c-e]",
        "[[:alpha:]]", "[:alpha:]",
        "[.a.]",       "[\\b]",
        "\\",          "\\A",
        "\\x41",       "\\Q",
        "\\1",         "\\p{Lu}",
        "(?<n>a)",     "(?i)a",
        "(?=a)",       "(?#a)",
        "(*a)",        "a{",
        "a{,3}",       "a{3,2}",
        "a{256}",      "(a){2}",
        "\xC3\xA9",    "a\n",
        "\t",          "(a)(b)(c)(d)(e)(f)(g)(h)(i)(j)(k)(l)(m)(n)(o)(p)(q)",
    };
    for (size_t i = 0; i < AR_COUNT_OF(certain); i++) {
        if (!ar_regex_is_certain(ar_str_from_c(certain[i])))
            fail_msg("/%s/", certain[i]);
        (void)compile(certain[i], "");
    }
    for (size_t i = 0; i < AR_COUNT_OF(uncertain); i++) {
        if (ar_regex_is_certain(ar_str_from_c(uncertain[i])))
            fail_msg("/%s/", uncertain[i]);
    }
}

/* Of random patterns, PCRE2 takes all that are certain, and the allowance that
 * compiled code may take is far away. */
static void what_is_certain_is_compiled(void **state)
{
    (void)state;
    static const char *const pieces[] = {
        "a", "b-", "0",   " ",       "\\d", "\\b", "\\]",   "\\n",
        "[", "]",  "^",   "-",       "a-z", "0-9", "(",     "(?:",
        ")", "|",  "*",   "+",       "?",   "{2}", "{1,3}", "{0,}",
        ".", "$",  "[a]", "[^\\s-]", "(x)", ":",   "}",     "/",
    };
    enum { N_PATTERNS = 20000, MOST_PIECES = 8 };
    uint32_t seed = 7;
    size_t n_certain = 0;
    for (size_t round = 0; round < N_PATTERNS; round++) {
        struct ar_buf text = AR_BUF(&arena);
        for (size_t left = round % MOST_PIECES + 1; left > 0; left--) {
            seed = seed * 1664525 + 1013904223;
            ar_buf_put_c(&text, pieces[(seed >> 8) % AR_COUNT_OF(pieces)]);
        }
        ar_str pattern = ar_buf_view(&text);
        struct ar_regex *regex = NULL;
        struct ar_regex_error error = {0};
        if (!ar_regex_is_certain(pattern))
            continue;
        n_certain++;
        if (!ar_regex_compile(&arena, pattern, AR_STR(""), &regex, &error))
            fail_msg("/" AR_STR_FORMAT "/ is refused", AR_STR_ARG(pattern));
    }
    assert_true(n_certain > N_PATTERNS / 10);
    static const char *const units[] = {"[ab]", "\\d{2}", "a*", "(?:|)", "."};
    for (size_t ix = 0; ix < AR_COUNT_OF(units); ix++) {
        size_t count = AR_MAX_REGEX_BYTES / strlen(units[ix]);
        ar_str longest = repeat(units[ix], count, "");
        assert_true(ar_regex_is_certain(longest));
        (void)compile(longest.ptr, "i");
    }
}

static void what_is_checked_gives_the_same_answers(void **state)
{
    (void)state;
    struct ar_regex *regex = NULL;
    struct ar_regex_error error = {0};
    int64_t fuel = ENOUGH_FUEL;
    ar_str none = AR_STR("");
    assert_true(
        ar_regex_check(&arena, AR_STR("a(b|c)+"), none, &regex, &error));
    assert_int_equal(ar_regex_match(regex, AR_STR("xacb"), NULL, &fuel),
                     AR_REGEX_MATCH);
    assert_int_equal(ar_regex_match(regex, AR_STR("xa"), NULL, &fuel),
                     AR_REGEX_NO_MATCH);
    assert_true(
        ar_regex_check(&arena, AR_STR("a(?<n>b)"), none, &regex, &error));
    assert_int_equal(ar_regex_group_count(regex), 1);
    assert_true(
        ar_regex_check(&arena, AR_STR("a # b"), AR_STR("x"), &regex, &error));
    assert_int_equal(ar_regex_match(regex, AR_STR("a"), NULL, &fuel),
                     AR_REGEX_MATCH);
    assert_false(ar_regex_check(&arena, AR_STR("a**("), none, &regex, &error));
    assert_false(
        ar_regex_check(&arena, AR_STR("a"), AR_STR("q"), &regex, &error));
    assert_false(ar_regex_check(&arena, repeat("a", AR_MAX_REGEX_BYTES + 1, ""),
                                none, &regex, &error));
}

static void limits_are_exact(void **state)
{
    (void)state;
    struct ar_regex *regex = NULL;
    struct ar_regex_error error = {0};
    ar_str none = {NULL, 0};
    assert_true(ar_regex_compile(&arena, repeat("a", AR_MAX_REGEX_BYTES, ""),
                                 none, &regex, &error));
    assert_refused(repeat("a", AR_MAX_REGEX_BYTES + 1, ""), AR_MAX_REGEX_BYTES,
                   "1024 bytes");
    assert_true(
        ar_regex_compile(&arena, repeat("(a)", 16, ""), none, &regex, &error));
    assert_int_equal(ar_regex_group_count(regex), 16);
    assert_refused(repeat("(a)", 17, ""), 48, "16 groups");
    assert_refused(repeat("(a)", 340, ""), 48, "16 groups");
    assert_true(ar_regex_compile(&arena, repeat("(?:a)", 100, ""), none, &regex,
                                 &error));
    assert_true(ar_regex_compile(
        &arena,
        ar_str_concat(&arena, repeat("(?:", 64, "a"), repeat(")", 64, "")),
        none, &regex, &error));
    assert_refused(repeat("(?:", 65, "a"), 192, "nested");
    assert_refused(repeat("(", 1000, "a"), 64, "nested");
    assert_refused(AR_STR("(?:[a-z\xC3\xA9][b-y\xC3\xA9][0-9]){1000}"), 0,
                   "too large");
}

struct attack {
    const char *pattern;
    const char *unit;
    const char *tail;
    enum ar_regex_verdict verdict;
};

/* Patterns that PCRE2 alone takes seconds to hours for. The verdict may not
 * be "no match" unless the whole subject was looked at. */
static const struct attack attacks[] = {
    {"(a+)+$", "a", "!", AR_REGEX_BUDGET},
    {"a+[bc]", "a", "!", AR_REGEX_BUDGET},
    {"[ab]*[ab]*[cd]", "a", "!", AR_REGEX_BUDGET},
    {"(?:a{1,20}){1,3}[cd]", "a", "!", AR_REGEX_BUDGET},
    {"(?:a|b|ab)*?[cd]", "a", "!", AR_REGEX_BUDGET},
    {"(?:a|aa)+[cd]", "a", "!", AR_REGEX_BUDGET},
    {"(a|a)*[bc]", "a", "!", AR_REGEX_BUDGET},
    {"^(([a-z])+.)+[A-Z]([a-z])+$", "a", "", AR_REGEX_BUDGET},
    {"(.*)*[xz][^y]", "a", "!", AR_REGEX_BUDGET},
    {".*.*=.*", "x", "\n=", AR_REGEX_BUDGET},
    {"(?s).*?,.*?,.*?,P[q]", "1,", "P!", AR_REGEX_BUDGET},
    {"(?s).*?,.*?,.*?,P", "1,", "", AR_REGEX_NO_MATCH},
    {"\\s+$", " ", "x", AR_REGEX_BUDGET},
    {"(x+x+)+y", "x", "\n y", AR_REGEX_BUDGET},
    {"a*a*a*a*a*[bc]", "a", "", AR_REGEX_BUDGET},
    {"(?=.*[xy])[ab]", "a", "", AR_REGEX_BUDGET},
    {"(?m)^.*$(?<=x)", "a\n", "", AR_REGEX_BUDGET},
    {"(?i)(\xC3\xA9|\xC3\x89)*[bc]", "\xC3\xA9", "", AR_REGEX_BUDGET},
    {"a++[bc]", "a", "!", AR_REGEX_BUDGET},
    {"(?i)a[xy]", "a", "", AR_REGEX_BUDGET},
    {"(?<=a{32})[bc]", "a", "!", AR_REGEX_NO_MATCH},
    {".*.*=.*", "x", "", AR_REGEX_NO_MATCH},
    {"(?=(a+))a*b[^y]", "ab", "!", AR_REGEX_MATCH},
    {"^a+$", "a", "", AR_REGEX_MATCH},
    {"z", "a", "z", AR_REGEX_MATCH},
};

static double seconds_since(clock_t start)
{
    return (double)(clock() - start) / CLOCKS_PER_SEC;
}

static void no_match_takes_long(void **state)
{
    (void)state;
    for (size_t i = 0; i < AR_COUNT_OF(attacks); i++) {
        const struct attack *attack = &attacks[i];
        size_t count = MEGABYTE / strlen(attack->unit);
        ar_str subject = repeat(attack->unit, count, attack->tail);
        const struct ar_regex *regex = compile(attack->pattern, "");
        int64_t fuel = ENOUGH_FUEL;
        clock_t start = clock();
        enum ar_regex_verdict verdict =
            ar_regex_match(regex, subject, NULL, &fuel);
        double seconds = seconds_since(start);
        if (verdict != attack->verdict)
            fail_msg("/%s/ gives %d", attack->pattern, (int)verdict);
        if (seconds > 1.0)
            fail_msg("/%s/ takes %.3f s", attack->pattern, seconds);
        int64_t spent = ENOUGH_FUEL - fuel;
        assert_in_range(spent, 0, AR_REGEX_FUEL_PER_MATCH + MEGABYTE / 16 + 1);
        fuel = ENOUGH_FUEL;
        assert_int_equal(ar_regex_match(regex, subject, NULL, &fuel), verdict);
        assert_int_equal(ENOUGH_FUEL - fuel, spent); /* the same each time */
        ar_arena_reset(&arena);
    }
}

static void fuel_is_charged_and_obeyed(void **state)
{
    (void)state;
    const struct ar_regex *regex = compile("(?:[ab])+?[cd]", "");
    ar_str subject = repeat("a", 30, "ac");
    int64_t fuel = ENOUGH_FUEL;
    assert_int_equal(ar_regex_match(regex, subject, NULL, &fuel),
                     AR_REGEX_MATCH);
    int64_t spent = ENOUGH_FUEL - fuel;
    assert_in_range(spent, 30, 1000);
    fuel = spent;
    assert_int_equal(ar_regex_match(regex, subject, NULL, &fuel),
                     AR_REGEX_MATCH);
    assert_int_equal(fuel, 0);
    assert_int_equal(ar_regex_match(regex, AR_STR("x"), NULL, &fuel),
                     AR_REGEX_BUDGET);
    assert_int_equal(fuel, 0);
    fuel = spent - 1;
    assert_int_equal(ar_regex_match(regex, subject, NULL, &fuel),
                     AR_REGEX_BUDGET);
    assert_true(fuel < 0);
    fuel = -5;
    assert_int_equal(ar_regex_match(regex, subject, NULL, &fuel),
                     AR_REGEX_BUDGET);
    assert_int_equal(fuel, -5);
}

/* What is not counted is charged for by its bound: the same each time, and no
 * less for text that is longer. */
static void what_is_bounded_is_charged_by_its_bound(void **state)
{
    (void)state;
    const struct ar_regex *regex = compile("error .*disk[0-9]", "");
    int64_t before = 0;
    for (size_t count = 1; count < 200; count *= 2) {
        ar_str subject = repeat("x", count, " error 5 disk");
        int64_t fuel = ENOUGH_FUEL;
        assert_int_equal(ar_regex_match(regex, subject, NULL, &fuel),
                         AR_REGEX_NO_MATCH);
        int64_t spent = ENOUGH_FUEL - fuel;
        assert_true(spent > (int64_t)subject.len && spent > before);
        assert_true(spent < AR_REGEX_FUEL_PER_MATCH);
        before = spent;
    }
    int64_t fuel = 1;
    assert_int_equal(
        ar_regex_match(regex, AR_STR("error 5 disk1"), NULL, &fuel),
        AR_REGEX_MATCH);
    assert_true(fuel < 0);
    assert_int_equal(
        ar_regex_match(regex, AR_STR("error 5 disk1"), NULL, &fuel),
        AR_REGEX_BUDGET);
}

/* Long texts are counted all the same: of the same pattern in another form the
 * verdict is the same. */
static void long_texts_are_counted(void **state)
{
    (void)state;
    const struct ar_regex *regex = compile("a.*b.*c[0-9]", "");
    ar_str subject = repeat("ab", 3000, "c!");
    for (size_t round = 0; round < 2; round++) {
        int64_t fuel = ENOUGH_FUEL;
        assert_int_equal(ar_regex_match(regex, subject, NULL, &fuel),
                         AR_REGEX_BUDGET);
    }
    int64_t fuel = ENOUGH_FUEL;
    assert_int_equal(ar_regex_match(regex, repeat("ab", 20, "c!"), NULL, &fuel),
                     AR_REGEX_NO_MATCH);
}

/* ---- without PCRE2 ---- */

static uint64_t dice = 88172645463325252;

static unsigned throw_dice(unsigned n_sides)
{
    dice ^= dice << 13;
    dice ^= dice >> 7;
    dice ^= dice << 17;
    return (unsigned)(dice % n_sides);
}

static void put_one(struct ar_buf *out, const char *const *words, size_t count)
{
    ar_buf_put(out, ar_str_from_c(words[throw_dice((unsigned)count)]));
}

/* A pattern of which most parts need no PCRE2, and some do. */
static void put_pattern(struct ar_buf *out, unsigned depth)
{
    static const char *const atoms[] = {
        "a",     "ab",    "b",       "abc",      ".",      "[ab]",   "[^a]",
        "[a-c]", "\\d",   "\\w",     "\\S",      "[\\d-]", "[b-]",   "\\.",
        "^",     "$",     "[^\\d.]", "\\-",      "A",      "[^B-Z]", "\\b",
        "1",     "[A-b]", "a b",     "\xC3\xA9", "[\\]^]", "]",      "\\x41"};
    static const char *const repeats[] = {"*",     "+",    "?",   "{2}",
                                          "{0,1}", "{1,}", "{0}", "{2,3}",
                                          "*?",    "+?",   "++"};
    static const char *const groups[] = {"(", "(?:", "(?<n>", "(?>", "(?i:"};
    unsigned n_parts = 1 + throw_dice(4);
    for (unsigned ix = 0; ix < n_parts; ix++) {
        bool is_group = depth > 0 && throw_dice(4) == 0;
        if (is_group) {
            put_one(out, groups, throw_dice(4) == 0 ? 5 : 2);
            put_pattern(out, depth - 1);
            if (throw_dice(2) == 0) {
                ar_buf_put(out, AR_STR("|"));
                put_pattern(out, depth - 1);
            }
            ar_buf_put(out, AR_STR(")"));
        } else {
            put_one(out, atoms, AR_COUNT_OF(atoms) - (throw_dice(4) ? 8 : 0));
        }
        if (throw_dice(4) == 0)
            put_one(out, repeats, throw_dice(8) ? 8 : AR_COUNT_OF(repeats));
    }
    if (throw_dice(6) == 0)
        ar_buf_put(out, AR_STR("|b"));
}

static ar_str make_subject(void)
{
    static const char *const parts[] = {
        "a", "b", "c", "ab",  "abc",  "1",        ".",
        "-", "A", "B", "a b", "_",    "bb",       "aa",
        " ", "z", "]", "\n",  "\r\n", "\xC3\xA9", "\xFF"};
    struct ar_buf out = {.arena = &arena};
    unsigned n_parts = throw_dice(12);
    unsigned n_kinds = throw_dice(5) ? 17 : AR_COUNT_OF(parts);
    if (throw_dice(20) == 0)
        n_parts += 60 + throw_dice(300);
    for (unsigned ix = 0; ix < n_parts; ix++)
        put_one(&out, parts, n_kinds);
    return ar_buf_view(&out);
}

/* Who asks for groups is answered by PCRE2. */
static void compare_with_pcre2(ar_str pattern, const struct ar_regex *regex,
                               unsigned counts[4])
{
    ar_str groups[AR_MAX_REGEX_GROUPS + 1];
    ar_str subject = make_subject();
    int64_t fuel = ENOUGH_FUEL;
    int64_t other_fuel = ENOUGH_FUEL;
    enum ar_regex_verdict verdict = ar_regex_match(regex, subject, NULL, &fuel);
    enum ar_regex_verdict wanted =
        ar_regex_match(regex, subject, groups, &other_fuel);
    counts[verdict]++;
    counts[2] += fuel != other_fuel;
    if (wanted != AR_REGEX_BUDGET && verdict != wanted)
        fail_msg("/" AR_STR_FORMAT "/ gives %d, PCRE2 %d, of \"" AR_STR_FORMAT
                 "\"",
                 AR_STR_ARG(pattern), (int)verdict, (int)wanted,
                 AR_STR_ARG(subject));
}

static void plain_patterns_match_as_in_pcre2(void **state)
{
    (void)state;
    static const char *const flags[] = {"", "", "i", "s", "m", "x"};
    unsigned counts[4] = {0};
    for (unsigned round = 0; round < 6000; round++) {
        struct ar_buf text = {.arena = &arena};
        struct ar_regex *regex = NULL;
        struct ar_regex_error error;
        put_pattern(&text, 2);
        ar_str pattern = ar_buf_view(&text);
        ar_str flag = ar_str_from_c(flags[throw_dice(AR_COUNT_OF(flags))]);
        bool is_good = ar_regex_compile(&arena, pattern, flag, &regex, &error);
        for (unsigned ix = 0; is_good && ix < 12; ix++)
            compare_with_pcre2(pattern, regex, counts);
        ar_arena_reset(&arena);
    }
    /* What is compared are not all the same answers, nor all of PCRE2. */
    assert_true(counts[AR_REGEX_MATCH] > 5000);
    assert_true(counts[AR_REGEX_NO_MATCH] > 5000);
    assert_true(counts[2] > 5000);
}

/* Twice as many bytes take twice as much, whatever the pattern. */
static void plain_patterns_never_run_out(void **state)
{
    (void)state;
    const struct ar_regex *regex = compile("a*a*a*a*a*a*a*a*b", "");
    ar_str subject = repeat("a", 400, "cb!b");
    int64_t fuel = ENOUGH_FUEL;
    assert_int_equal(ar_regex_match(regex, subject, NULL, &fuel),
                     AR_REGEX_MATCH);
    assert_int_equal(ENOUGH_FUEL - fuel, 1 + (int64_t)subject.len);
    regex = compile("(x|a)a*a*a*a*a*a*[0-9]b", "");
    assert_int_equal(ar_regex_match(regex, subject, NULL, &fuel),
                     AR_REGEX_NO_MATCH);
}

struct needle_case {
    const char *pattern;
    const char *flags;
    const char *needles; /* separated by blanks, choices by | */
};

static void finds_what_every_match_contains(void **state)
{
    (void)state;
    static const struct needle_case cases[] = {
        {"abc", "", "abc"},
        {"ab.*cd", "", "ab cd"},
        {"ab?c", "", "a c"},
        {"ab*c+d", "", "a c d"},
        {"a{0,2}b{2}c", "", "b c"},
        {"(?:ab|cd)e", "", "ab|cd e"},
        {"(ab|c*)e", "", "e"},
        {"(ab)?cd", "", "cd"},
        {"(?<x>ab)+cd", "", "ab cd"},
        {"(?=ab)cd(?!ef)(?<=gh)", "", "cd"},
        {"\\(a\\.b\\)", "", "(a.b)"},
        {"a\\d\\bb\\w+c", "", "a b c"},
        {"[]x]a[^]]b[[:alpha:]]c", "", "a b c"},
        {"ab|cd", "", "ab|cd"},
        {"ab|c?", "", ""},
        {"abc", "i", ""},
        {"(?i)abc", "", ""},
        {"a b", "x", ""},
        {"a\\x41b", "", ""},
        {"\\Qa.b\\E", "", ""},
        {"\xC3\xA9?a\xC3\xA9", "", "a\xC3\xA9"},
        {"\\N{U+41}\\N+b", "", ""},
        {"^a$", "m", "a"},
    };
    for (size_t ix = 0; ix < AR_COUNT_OF(cases); ix++) {
        const struct needle_case *each = &cases[ix];
        const struct ar_regex_needles *needles =
            ar_regex_needles(compile(each->pattern, each->flags));
        struct ar_buf text = AR_BUF(&arena);
        for (size_t at = 0; at < needles->count; at++) {
            const struct ar_regex_needle *needle = &needles->at[at];
            ar_buf_put_c(&text, at > 0 ? " " : "");
            for (size_t choice = 0; choice < needle->n_choices; choice++) {
                ar_buf_put_c(&text, choice > 0 ? "|" : "");
                ar_buf_put(&text, needle->choices[choice]);
            }
        }
        if (!ar_str_equal_c(ar_buf_view(&text), each->needles))
            fail_msg("/%s/%s: '" AR_STR_FORMAT "'", each->pattern, each->flags,
                     AR_STR_ARG(ar_buf_view(&text)));
    }
}

/* The compiled form belongs to the arena; a failed request leaks nothing,
 * which the leak checker of the sanitizer sees. */
static void failing_requests_leak_nothing(void **state)
{
    (void)state;
    jmp_buf out_of_memory;
    for (volatile size_t k = 1; k <= 3; k++) {
        struct ar_arena small = {.out_of_memory = &out_of_memory};
        ar_arena_fail_after(k, true);
        if (setjmp(out_of_memory) == 0) {
            for (int i = 0; i < 200; i++) {
                struct ar_regex *regex = NULL;
                struct ar_regex_error error;
                ar_regex_compile(&small, AR_STR("(?<a>b)(?<c>d)"), AR_STR("i"),
                                 &regex, &error);
            }
            fail_msg("request %zu did not fail", (size_t)k);
        }
        ar_arena_fail_after(0, false);
        ar_arena_free(&small);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(matches_a_line_of_a_log),
        cmocka_unit_test(gives_the_groups),
        cmocka_unit_test(flags_mean_what_they_say),
        cmocka_unit_test(takes_all_line_ends),
        cmocka_unit_test(works_on_code_points),
        cmocka_unit_test(empty_pattern_and_subject),
        cmocka_unit_test(refuses_what_has_no_bound),
        cmocka_unit_test(accepts_what_only_looks_forbidden),
        cmocka_unit_test(passes_on_what_pcre2_refuses),
        cmocka_unit_test(what_is_accepted_gives_the_same_answers),
        cmocka_unit_test(what_was_accepted_wrongly_decides_nothing),
        cmocka_unit_test(some_patterns_are_sure_to_be_good),
        cmocka_unit_test(what_is_certain_is_compiled),
        cmocka_unit_test(what_is_checked_gives_the_same_answers),
        cmocka_unit_test(limits_are_exact),
        cmocka_unit_test(no_match_takes_long),
        cmocka_unit_test(fuel_is_charged_and_obeyed),
        cmocka_unit_test(what_is_bounded_is_charged_by_its_bound),
        cmocka_unit_test(long_texts_are_counted),
        cmocka_unit_test(plain_patterns_match_as_in_pcre2),
        cmocka_unit_test(plain_patterns_never_run_out),
        cmocka_unit_test(finds_what_every_match_contains),
        cmocka_unit_test(failing_requests_leak_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, free_arena);
}
