/* SPDX-License-Identifier: Apache-2.0 */
/* The checker on several packs at once: what they see of each other, site
 * packs, old names, units that fail; and how long much of anything takes. */

/* cmocka.h wants these before it. */
/* clang-format off */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
/* clang-format on */

#include "base/limits.h"
#include "rules_fixture.h"

#include <time.h>

enum { MANY_RULES = 20000, MANY_TESTS = 5000 };

static struct fixture fixture;

static int start(void **state)
{
    (void)state;
    fixture_start(&fixture);
    return 0;
}

static int end(void **state)
{
    (void)state;
    fixture_end(&fixture);
    return 0;
}

static void restart(void)
{
    fixture_end(&fixture);
    fixture_start(&fixture);
}

static const struct ar_rule *rule_of(const char *id)
{
    for (size_t i = 0; i < fixture.program->rules.count; i++) {
        if (ar_str_equal_c(fixture.program->rules.at[i]->id, id))
            return fixture.program->rules.at[i];
    }
    return NULL;
}

static void assert_str(ar_str found, const char *wanted)
{
    if (!ar_str_equal_c(found, wanted))
        fail_msg("\n  found  <" AR_STR_FORMAT ">\n  wanted <%s>",
                 AR_STR_ARG(found), wanted);
}

/* ---- several packs ---- */

static struct ar_unit *add(const char *name, const char *text)
{
    return fixture_text(&fixture, name, text);
}

static struct ar_unit *add_module(const char *module, const char *text)
{
    struct ar_unit *unit = fixture_unit(&fixture, ar_str_from_c(module));
    fixture_add(&fixture, unit, ar_str_from_c(module), ar_str_from_c(text));
    return unit;
}

static void check_reported(const char *wanted)
{
    fixture.options.lint = false;
    fixture_check(&fixture);
    assert_string_equal(fixture_reported(&fixture), wanted);
}

static const char *const module_a =
    "enum colour = red, green\nfact a.x : int\nfact a.c : colour\n"
    "table t (n : int) -> m : int\n  1 -> 2\ndef f(n : int) = n + 1\n";

static void test_what_a_pack_sees(void **state)
{
    (void)state;
    add_module("std.a", module_a);
    add("p", "pack p\nuse std.a\nfact p.c : colour\n"
             "rule r when a.x == f(1) and t(a.x).m == 2 and a.c == red\n"
             "  and colour('red') == p.c then diagnose 'x'");
    add("scratch", "rule s when a.x == f(1) then diagnose 'x'");
    check_reported("");
    assert_int_equal(fixture.program->rules.count, 2);
    assert_str(rule_of("p.r")->name, "r");
    assert_non_null(rule_of("s"));
    assert_false(rule_of("p.r")->pack->is_scratch);
    assert_true(rule_of("s")->pack->is_scratch);
}

static void test_what_a_pack_does_not_see(void **state)
{
    (void)state;
    add_module("std.a", module_a);
    add_module("std.b", "use std.a\nfact b.x : int = a.x\n");
    add("p", "pack p\nuse std.b\n"
             "rule r1 when a.x == 1 then diagnose 'x'\n"
             "rule r2 when f(1) == 1 then diagnose 'x'\n"
             "rule r3 when t(1).m == 1 then diagnose 'x'\n"
             "rule r4 when a exists then diagnose 'x'\n"
             "fact p.c : colour\n"
             "rule r5 when b.x == 1 then diagnose 'x'\n");
    check_reported("E0304 3:14, E0305 4:14, E0305 5:14, E0304 6:14, "
                   "E0306 7:12");
}

/* Modules see each other only by `use`, too. */
static void test_what_a_module_sees(void **state)
{
    (void)state;
    add_module("std.a", module_a);
    add_module("std.b", "fact b.x : int = a.x\n");
    check_reported("E0304 1:18");
}

static void test_packs_use_packs(void **state)
{
    (void)state;
    add("p", "pack p\nfact p.x : int\nrule r when p.x == 1 then diagnose 'x'");
    add("q", "pack q\nuse p\nrule r when p.x == 2 supersedes p.r\n"
             "  then diagnose 'x'");
    check_reported("");
    assert_int_equal(rule_of("p.r")->depth, 1);
    assert_ptr_equal(rule_of("q.r")->details->supersedes.at[0].rule,
                     rule_of("p.r"));
}

/* What a pack declares twice, or two packs, is reported at the second. */
static void test_names_of_two_packs(void **state)
{
    (void)state;
    add("p", "pack p\nfact p.x : int\nrule r when p.x == 1 then diagnose 'x'\n"
             "table t (n : int) -> m : int\n  1 -> 2\n"
             "def f(n : int) = n\nenum e = a, b\nprobe o run 'a' parse text\n"
             "  gives p.y : string\ntest 'x' expect none\n");
    add("q", "pack q\nfact q.x : int\nrule r when q.x == 1 then diagnose 'x'\n"
             "table t (n : int) -> m : int\n  1 -> 2\n"
             "def f(n : int) = n\nenum e = a, b\nprobe o run 'a' parse text\n"
             "  gives q.y : string\ntest 'x' expect none\n");
    check_reported("");
    restart();
    add("p", "pack p\nfact p.x : int\n");
    add("q", "pack q\nfact p.x : int\n");
    check_reported("E0302 2:6");
    restart();
    add("p", "pack p\n");
    add("q", "\npack p\n");
    check_reported("E0302 2:6");
}

static void test_files_of_a_pack(void **state)
{
    (void)state;
    struct ar_unit *unit = fixture_unit(&fixture, AR_STR(""));
    fixture_add(&fixture, unit, AR_STR("b"),
                AR_STR("rule r when f(a.x) == 1 then diagnose 'x'"));
    fixture_add(&fixture, unit, AR_STR("a"),
                AR_STR("pack p title 'P' version 1.2.0\nfact a.x : int"));
    fixture_add(&fixture, unit, AR_STR("c"), AR_STR("def f(n : int) = n"));
    check_reported("");
    assert_non_null(rule_of("p.r"));
    assert_str(rule_of("p.r")->pack->title, "P");
    assert_str(rule_of("p.r")->pack->version->text, "1.2.0");
}

static void test_two_files_declare_a_rule(void **state)
{
    (void)state;
    struct ar_unit *unit = fixture_unit(&fixture, AR_STR(""));
    fixture_add(&fixture, unit, AR_STR("a"),
                AR_STR("pack p\ninput a.x : int ask 'x'\n"
                       "rule r when a.x == 1 then diagnose 'x'"));
    fixture_add(&fixture, unit, AR_STR("b"),
                AR_STR("\n rule r when a.x == 1 then diagnose 'x'"));
    check_reported("E0302 2:7");
    const struct ar_diag_note *note = fixture.diags.list.at[0]->notes;
    assert_non_null(note);
    assert_int_equal(note->span.file, 1);
}

static void test_requires(void **state)
{
    (void)state;
    add("p", "pack p requires archrules >= 0.1\nfact p.x : int\n"
             "rule old when p.x == 1 then diagnose 'x'\n"
             "rule new requires archrules >= 0.2 when p.x == 1\n"
             "  then diagnose 'x'\n"
             "rule both requires archrules >= 0.0.1\n"
             "  requires archrules >= 9 when p.x == 1 then diagnose 'x'\n");
    add("q", "pack q requires archrules >= 0.1.1\nfact q.x : int\n"
             "rule r when q.x == 1 then diagnose 'x'\n");
    check_reported("");
    assert_int_equal(fixture.program->rules.count, 4);
    assert_int_equal(rule_of("p.old")->details->not_loaded.len, 0);
    assert_int_equal(rule_of("p.old")->pack->not_loaded.len, 0);
    assert_true(rule_of("p.new")->details->not_loaded.len > 0);
    assert_true(rule_of("p.both")->details->not_loaded.len > 0);
    assert_str(rule_of("q.r")->pack->not_loaded,
               "it requires archrules 0.1.1 or newer, and this is 0.1.0");
}

static const char *const site_target =
    "pack p\nfact p.x : int\nfact p.l : list of { v : version }\n"
    "rule r when p.x == 1 then diagnose 'x'\n"
    "rule k for each e in p.l key e.v when p.x == 1 then diagnose 'x'\n"
    "rule n replaces p.old since 1.4 replaces older since 0.9\n"
    "  when p.x == 1 then diagnose 'x'\n";

static void test_site_packs(void **state)
{
    (void)state;
    add("p", site_target);
    add("site",
        "pack site\noverride rule p.r severity info\n"
        "disable rule p.n because \"known\"\n"
        "waive rule p.k key 4.30 because \"w\" owner \"o\" until 2027-01-31\n"
        "waive rule p.r because \"v\" owner \"o\" until 2028-02-29\n");
    check_reported("");
    const struct ar_rule *rule = rule_of("p.r");
    assert_int_equal(rule->severity, AR_RULE_INFO);
    assert_int_equal(rule->details->override_at.file, 2);
    assert_str(rule_of("p.n")->details->disabled_because, "known");
    assert_int_equal(rule_of("p.n")->details->disabled_at.file, 2);
    assert_int_equal(rule->details->disabled_because.len, 0);
    assert_int_equal(fixture.program->waivers.count, 2);
    const struct ar_waiver *waiver = fixture.program->waivers.at[0];
    assert_ptr_equal(waiver->rule, rule_of("p.k"));
    assert_true(waiver->has_key);
    assert_int_equal(waiver->key.type->kind, AR_TYPE_VERSION);
    assert_str(waiver->because, "w");
    assert_str(waiver->owner, "o");
    assert_str(waiver->until, "2027-01-31");
    /* The end of that day: 2027-02-01T00:00:00Z. */
    assert_true(waiver->until_end == INT64_C(1801440000) * 1000000);
    assert_false(fixture.program->waivers.at[1]->has_key);
}

static void test_old_names(void **state)
{
    (void)state;
    add("p", site_target);
    add("site", "pack site\nfact s.x : int\n"
                "waive rule p.old because \"w\" owner \"o\" until 2027-01-31\n"
                "disable rule p.old because \"known\"\n"
                "rule r supersedes p.old when s.x == 1 then diagnose 'x'\n"
                "test 't' expect p.old clear\n");
    check_reported("");
    const struct ar_rule *rule = rule_of("p.n");
    assert_int_equal(rule->details->replaces.count, 2);
    assert_str(rule->details->replaces.at[0].since->text, "1.4");
    assert_ptr_equal(fixture.program->waivers.at[0]->rule, rule);
    assert_str(rule->details->disabled_because, "known");
    assert_ptr_equal(rule_of("site.r")->details->supersedes.at[0].rule, rule);
    assert_ptr_equal(fixture.program->tests.at[0]->expectations.at[0].rule,
                     rule);
}

/* Without a dot an old name was one of the own pack. */
static void test_old_name_without_pack(void **state)
{
    (void)state;
    add("p", site_target);
    add("site", "pack site\n"
                "disable rule p.older because \"known\"\n");
    check_reported("");
    assert_str(rule_of("p.n")->details->disabled_because, "known");
}

static void test_superseding_what_is_not_loaded(void **state)
{
    (void)state;
    add("p", "pack p\nfact p.x : int\n"
             "rule r supersedes gone.rule_x, p.s when p.x == 1\n"
             "  then diagnose 'x'\n"
             "rule s when p.x == 2 then diagnose 'x'\n");
    check_reported("");
    const struct ar_rule *rule = rule_of("p.r");
    assert_int_equal(rule->details->supersedes.count, 2);
    assert_null(rule->details->supersedes.at[0].rule);
    assert_str(rule->details->supersedes.at[0].id, "gone.rule_x");
    assert_non_null(rule->details->supersedes.at[1].rule);
}

static void test_circles_across_packs(void **state)
{
    (void)state;
    add("p", "pack p\nuse q\nfact p.x : int = q.x\n"
             "rule r supersedes q.r when p.x == 1 then diagnose 'x'\n");
    add("q", "pack q\nuse p\nfact q.x : int = p.x\n"
             "rule r supersedes p.r when q.x == 1 then diagnose 'x'\n");
    check_reported("p E0316 3:6, p E0606 4:6, E0730 1:6");
}

/* ---- units that fail ---- */

static void test_failure_is_kept_apart(void **state)
{
    (void)state;
    struct ar_unit *good =
        add("p", "pack p\nfact p.x : int\n"
                 "rule r when p.x == 1 then diagnose 'x'\n"
                 "test 't' given p.x = 1 expect r matched\n");
    struct ar_unit *bad = add("q", "pack q\nuse p\nfact q.x : int\n"
                                   "rule r when q.y == 1 then diagnose 'x'\n"
                                   "rule s when q.x == 1 then diagnose 'x'\n"
                                   "test 't' expect s matched\n");
    check_reported("E0103 4:13");
    assert_false(good->failed);
    assert_true(bad->failed);
    assert_int_equal(fixture.program->rules.count, 1);
    assert_non_null(rule_of("p.r"));
    assert_int_equal(fixture.program->tests.count, 1);
    assert_ptr_equal(fixture.program->tests.at[0]->pack, rule_of("p.r")->pack);
    assert_int_equal(fixture.program->packs.at[0]->not_loaded.len, 0);
    assert_true(fixture.program->packs.at[1]->not_loaded.len > 0);
}

static void test_failure_spreads_to_users(void **state)
{
    (void)state;
    struct ar_unit *bad = add("p", "pack p\nfact p.x : int\nrule broken\n");
    struct ar_unit *user =
        add("q", "pack q\nuse p\nrule r when p.x == 1 then diagnose 'x'\n");
    struct ar_unit *next = add("s", "pack s\nuse q\nfact s.x : int\n"
                                    "rule r when s.x == 1 then diagnose 'x'\n");
    struct ar_unit *other =
        add("u", "pack u\nfact u.x : int\n"
                 "rule r when u.x == 1 then diagnose 'x'\n");
    fixture_check(&fixture);
    assert_true(bad->failed);
    assert_true(user->failed);
    assert_true(next->failed);
    assert_false(other->failed);
    assert_int_equal(fixture.program->rules.count, 1);
    assert_non_null(rule_of("u.r"));
    size_t n_spread = 0;
    for (size_t i = 0; i < fixture.diags.list.count; i++)
        n_spread += fixture.diags.list.at[i]->code == AR_E0730;
    assert_int_equal(n_spread, 2);
    assert_int_equal(fixture.diags.n_errors, 3);
}

/* What a site pack with an error says about others does not count. */
static void test_failed_site_pack(void **state)
{
    (void)state;
    add("p", site_target);
    add("site",
        "pack site\noverride rule p.r severity info\n"
        "disable rule p.n because \"known\"\n"
        "waive rule p.k key 4.30 because \"w\" owner \"o\" until 2027-01-31\n"
        "disable rule p.misspelt because \"known\"\n");
    check_reported("E0308 5:14");
    assert_int_equal(fixture.program->waivers.count, 0);
    assert_int_equal(rule_of("p.r")->severity, AR_RULE_ERROR);
    assert_int_equal(rule_of("p.r")->details->override_at.file, 0);
    assert_int_equal(rule_of("p.n")->details->disabled_because.len, 0);
}

/* Nor does what a failed pack's rules supersede. */
static void test_failed_pack_supersedes_nothing(void **state)
{
    (void)state;
    add("p", site_target);
    add("q", "pack q\nfact q.x : int\n"
             "rule r supersedes p.r when q.x == 1 then diagnose 'x'\n"
             "rule s when q.y == 1 then diagnose 'x'\n");
    check_reported("E0103 4:13");
    assert_int_equal(rule_of("p.r")->depth, 0);
}

static void test_modules(void **state)
{
    (void)state;
    struct ar_unit *module = add_module("std.a", "pack a\nfact a.x : int\n");
    check_reported("E0731 1:1");
    assert_true(module->failed);
}

/* ---- speed ---- */

static double seconds_of_check(ar_str text)
{
    fixture_text(&fixture, "t", text.ptr);
    fixture.options.lint = false;
    clock_t before = clock();
    fixture_check(&fixture);
    return (double)(clock() - before) / CLOCKS_PER_SEC;
}

static void test_large_tables(void **state)
{
    (void)state;
    static const char *const heads[] = {"", "first ", "complete ", "collect "};
    for (size_t k = 0; k < AR_COUNT_OF(heads); k++) {
        struct ar_buf out = AR_BUF(&fixture.arena);
        ar_buf_printf(&out, "table %st (n : int, s : string) -> m : int\n",
                      heads[k]);
        for (unsigned i = 0; i < AR_MAX_TABLE_ROWS; i++)
            ar_buf_printf(&out, "  %u, \"x%u\" -> %u\n", 2 * i, i, i);
        double seconds = seconds_of_check(ar_buf_view(&out));
        assert_string_equal(fixture_reported(&fixture),
                            k == 2 ? "E0503 1:16" : "");
        assert_true(seconds < 20);
        assert_true(fixture.arena.used_bytes < 500000000);
        restart();
    }
}

static void test_many_rules(void **state)
{
    (void)state;
    struct ar_buf out = AR_BUF(&fixture.arena);
    ar_buf_put_c(&out, "pack p\nfact p.x : int\n");
    for (unsigned i = 0; i < MANY_RULES; i++)
        ar_buf_printf(&out,
                      "rule r%u when p.x == %u supersedes r%u "
                      "then diagnose \"x\"\n",
                      i, i, i + 1 < MANY_RULES ? i + 1 : 0);
    double seconds = seconds_of_check(ar_buf_view(&out));
    assert_int_equal(fixture.diags.n_errors, 1);
    assert_int_equal(fixture.diags.list.at[0]->code, AR_E0606);
    assert_true(seconds < 20);
}

static void test_long_supersession(void **state)
{
    (void)state;
    struct ar_buf out = AR_BUF(&fixture.arena);
    ar_buf_put_c(&out, "fact p.x : int\nrule r0 when p.x == 0 "
                       "then diagnose 'x'\n");
    for (unsigned i = 1; i < MANY_RULES; i++)
        ar_buf_printf(&out,
                      "rule r%u when p.x == %u supersedes r%u "
                      "then diagnose \"x\"\n",
                      i, i, i - 1);
    double seconds = seconds_of_check(ar_buf_view(&out));
    assert_int_equal(fixture.diags.n_errors, 0);
    assert_int_equal(rule_of("r0")->depth, MANY_RULES - 1);
    assert_true(seconds < 20);
}

static void test_many_tests(void **state)
{
    (void)state;
    struct ar_buf out = AR_BUF(&fixture.arena);
    ar_buf_put_c(&out, "fact p.x : int\n");
    for (unsigned i = 0; i < MANY_TESTS; i++)
        ar_buf_printf(&out, "test \"t%u\" given p.x = %u expect none\n", i, i);
    double seconds = seconds_of_check(ar_buf_view(&out));
    assert_int_equal(fixture.diags.n_errors, 0);
    assert_int_equal(fixture.program->tests.count, MANY_TESTS);
    assert_true(seconds < 20);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, start, end)
    const struct CMUnitTest tests[] = {
        TEST(test_what_a_pack_sees),
        TEST(test_what_a_pack_does_not_see),
        TEST(test_what_a_module_sees),
        TEST(test_packs_use_packs),
        TEST(test_names_of_two_packs),
        TEST(test_files_of_a_pack),
        TEST(test_two_files_declare_a_rule),
        TEST(test_requires),
        TEST(test_site_packs),
        TEST(test_old_names),
        TEST(test_old_name_without_pack),
        TEST(test_superseding_what_is_not_loaded),
        TEST(test_circles_across_packs),
        TEST(test_failure_is_kept_apart),
        TEST(test_failure_spreads_to_users),
        TEST(test_failed_site_pack),
        TEST(test_failed_pack_supersedes_nothing),
        TEST(test_modules),
        TEST(test_large_tables),
        TEST(test_many_rules),
        TEST(test_long_supersession),
        TEST(test_many_tests),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
