/* SPDX-License-Identifier: Apache-2.0 */
/* The formatter on generated rule files: each declaration and clause of the
 * grammar, with long names and deep expressions, then with its white space
 * torn apart and comments wherever one may stand. A seed gives the same files
 * everywhere; `t_format_generated COUNT SEED` searches further. */

/* cmocka.h wants these before it. */
/* clang-format off */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>
/* clang-format on */

#include "format_fixture.h"

enum {
    N_FILES = 2500,
    MAX_DECLARATIONS = 5,
    MAX_DEPTH = 14, /* of forms inside one another */
    LEAST_BYTES = 100,
    N_SIZES = 7 /* each twice the one before */
};

static uint64_t first_seed = UINT64_C(0xD1B54A32D192ED03);
static size_t n_files = N_FILES;

/* What a letter behind % may stand for. The first form of each letter ends
 * soon: it is the one that is taken where the text has become deep or long.
 * %n is a name. */
static const struct {
    char letter;
    const char *form;
} forms[] = {
    /* declarations */
    {'D', "fact %p : %t"},
    {'D', "pack %n%k"},
    {'D', "use %P"},
    {'D', "enum %n = %W"},
    {'D', "def %n(%f) = %e"},
    {'D', "def %n() : %t = %e"},
    {'D', "fact %g : %t%a"},
    {'D', "fact %g : %t = %e%a"},
    {'D', "fact %g : %t = %e if %e"},
    {'D', "fact a.b : %n = %c if %e fact a.b : %n = %c if %e"},
    {'D', "input %p : %t ask %s"},
    {'D', "table %y%n (%f) -> %f from %s"},
    {'D', "table %y%n (%f) -> %f %R"},
    {'D', "rule %n%u when %e%u then %o"},
    {'D', "rule %n%u when %e then %o"},
    {'D', "when %e%u then %o"},
    {'D', "override rule %p severity %n"},
    {'D', "disable rule %p because %s"},
    {'D', "waive rule %p because %s owner %s until 2027-01-31"},
    {'D', "waive rule %p key %c because %s owner %s until 2027-01-31"},
    {'D', "probe %n%b"},
    {'D', "probe %n on %w%b"},
    {'D', "probe %n (%f) on %w%b"},
    {'D', "test %s%i"},
    /* packs, lists of names */
    {'k', ""},
    {'k', " title %s%k"},
    {'k', " version %v%k"},
    {'k', " requires %n >= %v%k"},
    {'k', " license %s%k"},
    {'p', "%n"},
    {'p', "%n.%n"},
    {'p', "%n.%p"},
    {'P', "%p"},
    {'P', "%p, %P"},
    {'w', "%n"},
    {'w', "%n, %w"},
    {'W', "%n"},
    {'W', "%n, %W"},
    {'W', "%n (%S)"},
    {'W', "%n (%S), %W"},
    {'S', "%s"},
    {'S', "%s, %S"},
    /* types and facts */
    {'t', "%n"},
    {'t', "list of %t"},
    {'t', "map of %t"},
    {'t', "{ %f }"},
    {'f', "%n : %t"},
    {'f', "%n : %t, %f"},
    {'f', "%n? : %t, %f"},
    {'g', "%p"},
    {'g', "%p(%f)"},
    {'g', "%p(%f).%p"},
    {'a', ""},
    {'a', " unit %s%a"},
    {'a', " fixed%a"},
    {'a', " sensitive %n%a"},
    {'a', " needs %n%a"},
    /* tables */
    {'y', ""},
    {'y', "unique "},
    {'y', "first "},
    {'y', "collect "},
    {'y', "complete "},
    {'y', "first complete "},
    {'R', "%L -> %M"},
    {'R', "%L -> %M %R"},
    {'R', "%L -> %M %R"},
    {'L', "%C"},
    {'L', "%C, %L"},
    {'M', "%c"},
    {'M', "%c, %M"},
    {'C', "%c"},
    {'C', "_"},
    {'C', "absent"},
    {'C', "{%M}"},
    {'C', "< %c"},
    {'C', ">= %c"},
    {'C', "%c .. %c"},
    {'C', "%c .. <%c"},
    /* rules */
    {'u', ""},
    {'u', " title %s%u"},
    {'u', " severity %n%u"},
    {'u', " confidence %n%u"},
    {'u', " keywords %S%u"},
    {'u', " context %s%u"},
    {'u', " requires %n >= %v%u"},
    {'u', " applies %e%u"},
    {'u', " let %n = %e%u"},
    {'u', " symptom %e%u"},
    {'u', " supersedes %P%u"},
    {'u', " supersedes %P with same key%u"},
    {'u', " for each %n in %e key %e%u"},
    {'u', " key %e%u"},
    {'u', " replaces %p since %v%u"},
    {'o', ""},
    {'o', "diagnose %s %o"},
    {'o', "lesson %s %o"},
    {'o', "see %s %o"},
    {'o', "remedy %s%q %o"},
    {'q', ""},
    {'q', " risk %n%q"},
    {'q', " data_loss %s%q"},
    {'q', " needs %n%q"},
    {'q', " undo %s%q"},
    {'q', " step %s%d%z%q"},
    {'q', " step %s%d%z%q"},
    {'q', " verify %e%m%q"},
    {'z', ""},
    {'z', "%m%z"},
    {'z', " do %s%d%z"},
    {'z', " open %s%d%z"},
    {'z', " restart %n%d%z"},
    {'m', ""},
    {'m', " run %s%d%m"},
    {'m', " run %n %s%d%m"},
    {'d', ""},
    {'d', " if %e"},
    {'d', " unless %e"},
    /* probes */
    {'b', ""},
    {'b', " run %A%b"},
    {'b', " file %s%b"},
    {'b', " glob %s%b"},
    {'b', " registry %s%b"},
    {'b', " env %s%b"},
    {'b', " timeout 10s%b"},
    {'b', " exit 0, 1%b"},
    {'b', " from %n%b"},
    {'b', " decode %n%b"},
    {'b', " parse %n%b"},
    {'b', " parse lines matches %x%b"},
    {'b', " parse text matches %x%b"},
    {'b', " gives %g : %t%b"},
    {'b', " gives %g : %t = %Q%b"},
    {'b', " gives %g : %n = %Q gives %p : %n = %Q%b"},
    {'b', " if %e: %B%b"},
    {'b', " if not found: %B%b"},
    {'b', " if found: %B%b"},
    {'A', "%s"},
    {'A', "%s %A"},
    {'B', "%p absent"},
    {'B', "%p unknown(%n)"},
    {'B', "%p absent, %B"},
    {'B', "%p unknown(%n), %B"},
    {'Q', ".%n"},
    {'Q', ".%n%T"},
    {'Q', ".\"%n\"%T?"},
    {'Q', ".[]%T"},
    {'Q', ".[]%T { %U }"},
    {'T', ""},
    {'T', ".%n%T"},
    {'T', ".\"%n %n\"%T"},
    {'T', "[]%T"},
    {'U', "%n = %Q"},
    {'U', "%n = %Q, %U"},
    /* tests */
    {'i', ""},
    {'i', " given %G%i"},
    {'i', " given %G%i"},
    {'i', " expect %p %n%E%i"},
    {'i', " expect none%i"},
    {'i', " expect only %P%i"},
    {'G', "%r absent"},
    {'G', "%r = %l"},
    {'G', "%r = %l, %G"},
    {'G', "%r absent, %G"},
    {'G', "%r unknown(%n), %G"},
    {'G', "snapshot %s, %G"},
    {'E', ""},
    {'E', " key %l%E"},
    {'E', " needing %r%E"},
    {'E', " needing %r, %r%E"},
    {'E', " superseded_by %p%E"},
    {'E', " diagnosis matches %x%E"},
    {'l', "%c"},
    {'l', "[]"},
    {'l', "[%H]"},
    {'l', "{ %F }"},
    {'H', "%l"},
    {'H', "%l, %H"},
    {'F', "%n = %l"},
    {'F', "%n = %l, %F"},
    {'F', "\"%n\" = %l, %F"},
    {'F', "%n absent, %F"},
    {'F', "%n unknown(%n), %F"},
    /* literals */
    {'v', "1.2.3"},
    {'v', "4"},
    {'v', "0.5"},
    {'v', "v4.38.0-rc1"},
    {'c', "%n"},
    {'c', "%v"},
    {'c', "-%v"},
    {'c', "%s"},
    {'c', "524_288KiB"},
    {'c', "90s"},
    {'c', "true"},
    {'x', "/%n/"},
    {'x', "/ [/\"#] \\/ (?<%n>%n)/i"},
    {'x', "'%n'"},
    {'s', "\"%n\""},
    {'s', "'%n # %n'"},
    {'s', "\"%n \xE6\x97\xA5\xE6\x9C\xAC # {%j} %n\""},
    {'s', "\"{%j}{%j}\""},
    {'s', "\"\"\"\n    %n {%e}\n  %n\n  \"\"\""},
    {'s', "'''%n\n\n # %n\n'''"},
    {'j', "%n"},
    {'j', "%n . %n"},
    {'j', "%n( \"%n\" ,%j)"},
    {'j', "\"%n{%j}\"  + %j"},
    /* expressions; j above stays on one line */
    {'e', "%r"},
    {'e', "%v"},
    {'e', "4GiB"},
    {'e', "false"},
    {'e', "%s"},
    {'e', "(%e)"},
    {'e', "(%e)"},
    {'e', "[]"},
    {'e', "[%h]"},
    {'e', "%X and %X"},
    {'e', "%X and %X and %X"},
    {'e', "%X or %X or %X or %X"},
    {'e', "%X and %X or not %X"},
    {'e', "%X == %X"},
    {'e', "%X <= %X"},
    {'e', "%X in %X"},
    {'e', "%X not in %X"},
    {'e', "%X in %X .. %X"},
    {'e', "%X not in %X .. <%X"},
    {'e', "%X matches %x"},
    {'e', "%X contains %X"},
    {'e', "%X starts with %X"},
    {'e', "%X ends with %X"},
    {'e', "%X + %X - %X"},
    {'e', "%X * %X / %X %% %X"},
    {'e', "-%X"},
    {'e', "%X default %X"},
    {'e', "%X exists"},
    {'e', "%X absent"},
    {'e', "%X unknown"},
    {'e', "%X unknown(%n)"},
    {'e', "if %e then %e else %e"},
    {'e', "any %n in %X: %e"},
    {'e', "every %n in %X: %e"},
    {'e', "no %n in %X: %e"},
    {'h', "%e"},
    {'h', "%e, %h"},
    {'X', "%r"}, /* an operand */
    {'X', "(%e)"},
    {'X', "[%h]"},
    {'X', "%s"},
    {'r', "%n"},
    {'r', "%p"},
    {'r', "%r.%n"},
    {'r', "%r()"},
    {'r', "%r(%h)"},
    {'r', "%r[%e]"},
    {'r', "count(%n in %e: %e)"},
    {'r', "first(%n in %e: %e)"},
    {'r', "filter(%n in %e: %e).%n"},
};

/* Words that are a name or something else by where they stand. */
static const char *const words[] = {
    "title",   "run",   "step", "key",  "list", "needs", "text",
    "default", "found", "unit", "only", "with", "each",  "replaces"};

static void put_name(struct ar_buf *out, uint64_t *seed)
{
    if (below(seed, 12) == 0)
        ar_buf_put_c(out, words[below(seed, AR_COUNT_OF(words))]);
    else
        ar_buf_put_repeated(out, (char)('a' + below(seed, 26)),
                            1 + below(seed, 1 + below(seed, 30)));
}

static const char *pick_form(char letter, uint64_t *seed, bool shortest)
{
    size_t first = 0;
    size_t count = 0;
    while (forms[first].letter != letter)
        first++;
    while (first + count < AR_COUNT_OF(forms) &&
           forms[first + count].letter == letter)
        count++;
    return forms[first + (shortest ? 0 : below(seed, count))].form;
}

/* How a text is made. */
struct writer {
    struct ar_buf out;
    uint64_t *seed;
    size_t enough_bytes;
};

static void expand(struct writer *writer, char letter, unsigned depth)
{
    struct ar_buf *out = &writer->out;
    bool shortest = depth > MAX_DEPTH || out->len > writer->enough_bytes;
    const char *form = pick_form(letter, writer->seed, shortest);
    for (; *form; form++) {
        if (*form != '%')
            ar_buf_put_char(out, *form);
        else if (*++form == 'n')
            put_name(out, writer->seed);
        else if (*form == '%')
            ar_buf_put_char(out, '%');
        else
            expand(writer, *form, depth + 1);
    }
}

static ar_str generate(struct sample *sample, uint64_t *seed)
{
    struct writer writer = {AR_BUF(&sample->arena), seed,
                            (size_t)LEAST_BYTES << below(seed, N_SIZES)};
    for (size_t n = 1 + below(seed, MAX_DECLARATIONS); n > 0; n--) {
        expand(&writer, 'D', 0);
        ar_buf_put_char(&writer.out, '\n');
    }
    return ar_buf_view(&writer.out);
}

/* False if the text is no rule file: some combinations are none. */
static bool check_next(uint64_t *seed, size_t ix)
{
    struct sample sample;
    start(&sample);
    uint64_t case_seed = *seed;
    ar_str text = generate(&sample, seed);
    bool is_valid = has_no_errors(text);
    bool good = !is_valid || (check_sample(AR_STR("generated"), text) &&
                              check_torn(&sample, text, ix, seed));
    ar_arena_free(&sample.arena);
    if (!good)
        fail_msg("case %zu, generated from seed 0x%llx", ix,
                 (unsigned long long)case_seed);
    return is_valid;
}

static void test_generated(void **state)
{
    (void)state;
    uint64_t seed = first_seed;
    size_t n_made = 0;
    size_t n_checked = 0;
    printf("first seed 0x%llx\n", (unsigned long long)seed);
    for (; n_checked < n_files; n_made++)
        n_checked += check_next(&seed, n_checked);
    printf("%zu of %zu texts are rule files\n", n_checked, n_made);
    assert_true(n_made < 2 * n_files);
}

/* The form with the shortest of each form in it. */
static ar_str write_form(struct sample *sample, uint64_t *seed,
                         const char *form)
{
    struct writer writer = {AR_BUF(&sample->arena), seed, 0};
    for (; *form; form++) {
        if (*form != '%')
            ar_buf_put_char(&writer.out, *form);
        else if (*++form == 'n')
            ar_buf_put_char(&writer.out, 'n');
        else
            expand(&writer, *form, MAX_DEPTH + 1);
    }
    return ar_buf_view(&writer.out);
}

/* Each form of a declaration is one, or it would test nothing. */
static void test_forms(void **state)
{
    (void)state;
    uint64_t seed = first_seed;
    for (size_t i = 0; forms[i].letter == 'D'; i++) {
        struct sample sample;
        start(&sample);
        ar_str text = write_form(&sample, &seed, forms[i].form);
        for (size_t n = 0; n < 3 && !has_no_errors(text); n++)
            text = write_form(&sample, &seed, forms[i].form);
        if (!has_no_errors(text))
            fail_msg("no rule file: " AR_STR_FORMAT, AR_STR_ARG(text));
        ar_arena_free(&sample.arena);
    }
}

int main(int argc, char **argv)
{
    if (argc > 1)
        n_files = (size_t)strtoull(argv[1], NULL, 0);
    if (argc > 2)
        first_seed = strtoull(argv[2], NULL, 0);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_forms),
        cmocka_unit_test(test_generated),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
