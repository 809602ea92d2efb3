/* SPDX-License-Identifier: Apache-2.0 */
/* What conditions can come to, each alone. t_laws.c holds the same against
 * the evaluator on random conditions. */

/* cmocka.h wants these before it. */
/* clang-format off */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
/* clang-format on */

#include "rules_fixture.h"
#include "sema/possible.h"

static const char *const preamble =
    "enum colour = red, green, blue\n"
    "fact f.b : bool\nfact f.c : bool\nfact f.i : int\nfact f.j : int\n"
    "fact f.r : real\nfact f.s : string\nfact f.q : string\n"
    "fact f.v : version\nfact f.z : size\nfact f.d : duration\n"
    "fact f.t : time\nfact f.a : arch\nfact f.o : colour\nfact f.p : colour\n"
    "fact f.ip : ip\nfact f.net : cidr\n"
    "fact f.ls : list of string\nfact f.li : list of int\n"
    "fact f.m : map of int\n"
    "fact f.lr : list of { name : string, n? : int, on : bool }\n"
    "fact g(path : string).x : string\n"
    "fact d.five : int = 5\n"
    "table t (a : arch) -> s : string, i : int\n"
    "  amd64 -> \"x\", 1\n  arm64 -> \"y\", 3\n"
    "def small(n : int) = n < 3\n"
    "def pick(c : bool, n : int) : int = if c then n else 7\n";

/* T, F, and U for neither or open. */
static const struct {
    const char *condition;
    const char *possible;
} cases[] = {
    /* constants */
    {"true", "T"},
    {"false", "F"},
    {"1 < 2", "T"},
    {"not (1 < 2)", "F"},
    {"1 == 1.5", "F"},
    {"4GiB == 4096MiB", "T"},
    {"amd64 == arch(\"x86_64\")", "TU"},
    {"\"a\" starts with \"b\"", "F"},
    {"1 in [1, 2]", "T"},
    {"3 in 1 .. 2", "F"},
    {"1 in [1, 1]", "T"},
    {"false in [false, false]", "T"},
    {"true in [false, false]", "F"},
    {"true in [false, true]", "T"},
    {"f.b in [true, true] and f.b in [false]", "FU"},
    {"2 + 3 == 5", "TU"},
    {"1 < 2 and 2 < 3", "T"},
    {"false and f.b", "F"},
    {"f.b or true", "T"},
    {"not (f.b or 1 < 2)", "F"},
    {"(1 < 2) and length(f.s) < 0", "FU"},
    /* facts */
    {"f.b", "TFU"},
    {"f.i == 1", "TFU"},
    {"f.b exists", "TFU"},
    {"f exists", "TFU"},
    {"f.b unknown(denied)", "TFU"},
    {"(f.i default 1) == 1", "TFU"},
    {"f.ls contains \"x\"", "TFU"},
    {"f.s matches /x/", "TFU"},
    {"any x in f.li: x > 1", "TFU"},
    /* one comparison */
    {"f.i == f.i", "TU"},
    {"f.i != f.i", "FU"},
    {"f.i < f.i", "FU"},
    {"f.i <= f.i", "TU"},
    {"length(f.s) < 0", "FU"},
    {"length(f.ls) >= 0", "TU"},
    {"length(f.ls) > 0", "TFU"},
    {"count(x in f.li: x > 1) == -1", "FU"},
    {"f.z < 0B", "FU"},
    {"f.z > 0B", "TFU"},
    {"f.d < 0s", "TFU"},
    {"f.v.major >= 0", "TU"},
    {"f.net.length <= 32", "TFU"},
    {"f.s < \"\"", "FU"},
    {"f.i in 5 .. 1", "FU"},
    {"f.i in 1 .. <1", "FU"},
    {"f.i in 1 .. 1", "TFU"},
    {"f.i not in 5 .. 1", "TU"},
    {"f.v in 2.0.0 .. 1.0.0", "FU"},
    {"f.i == 1.5", "FU"},
    {"f.i > 1.5", "TFU"},
    {"f.i in []", "FU"},
    {"f.o in [red, green, blue]", "TU"},
    {"f.o in [red, green]", "TFU"},
    {"f.o not in [red, green, blue]", "FU"},
    {"t(f.a).s == \"z\"", "FU"},
    {"t(f.a).s == \"y\"", "TFU"},
    {"t(f.a).i > 3", "FU"},
    {"t(f.a).i in [1, 3]", "TU"},
    {"(if f.b then 1 else 2) == 3", "FU"},
    {"(if f.b then 1 else 2) == 2", "TFU"},
    {"pick(f.b, 4) in [4, 7]", "TU"},
    {"pick(f.b, f.i) > 8", "TFU"},
    {"(f.i default 3) exists", "TFU"},
    /* and */
    {"f.i == 1 and f.i == 2", "FU"},
    {"f.i > 1 and f.i < 2", "FU"},
    {"f.r > 1.0 and f.r < 2.0", "TFU"},
    {"f.i >= 1 and f.i <= 1", "TFU"},
    {"f.o == red and f.o != red", "FU"},
    {"f.o != red and f.o != green and f.o != blue", "FU"},
    {"f.o != red and f.o != green", "TFU"},
    {"f.v >= 2.0.0 and f.v < 2.0.0", "FU"},
    {"f.v >= 2.0.0 and f.v < 2.0.0-rc1", "FU"},
    {"f.v < 2.0.0 and f.v >= 2.0.0-rc1", "TFU"},
    {"f.v == 5.15.0 and f.v == 5.15", "TFU"},
    {"f.z > 4GiB and f.z < 4000MiB", "FU"},
    {"f.d > 1h and f.d < 61min", "TFU"},
    {"f.t < \"2026-01-01\" and f.t > \"2026-01-02\"", "FU"},
    {"f.s == \"a\" and f.s == \"b\"", "FU"},
    {"f.s == \"abc\" and f.s matches /^b/", "FU"},
    {"f.s == \"abc\" and f.s matches /^a/", "TFU"},
    {"f.s in [\"ab\", \"cd\"] and f.s contains \"x\"", "FU"},
    {"f.s in [\"ab\", \"cx\"] and f.s contains \"x\"", "TFU"},
    {"f.s starts with \"a\" and f.s starts with \"b\"", "FU"},
    {"f.s starts with \"a\" and f.s starts with \"ab\"", "TFU"},
    {"f.s starts with \"ab\" and not (f.s starts with \"a\")", "FU"},
    {"f.s matches /x/ and not (f.s matches /x/)", "FU"},
    {"f.s matches /x/ and not (f.s matches /x/i)", "TFU"},
    {"f.s matches /x/ and not (f.q matches /x/)", "TFU"},
    {"f.b and not f.b", "FU"},
    {"f.b and f.b == false", "FU"},
    {"f.i exists and f.i absent", "FU"},
    {"f.i == 1 and f.i absent", "FU"},
    {"f.i + 1 == 2 and f.i absent", "FU"},
    {"f.i unknown(denied) and f.i == 1", "FU"},
    {"f.i unknown(denied) and f.i exists", "FU"},
    {"f absent and f.i == 1", "FU"},
    {"f absent and f.i exists", "FU"},
    {"f exists and f.i == 1", "TFU"},
    {"g(\"a\").x == \"1\" and g(\"a\").x == \"2\"", "FU"},
    {"g(\"a\").x == \"1\" and g(\"b\").x == \"2\"", "TFU"},
    {"g(f.s).x == \"1\" and f.s absent", "FU"},
    {"f.i < f.j and f.j < f.i", "FU"},
    {"f.i < f.j and f.j > f.i", "TFU"},
    {"f.o == f.p and f.p != f.o", "FU"},
    {"f.o == f.p and f.o == red and f.p == blue", "FU"},
    {"f.o != f.p and f.o == red and f.p == red", "FU"},
    {"f.i < f.j and f.i > 5 and f.j < 6", "FU"},
    {"f.i < f.j and f.i > 5 and f.j < 8", "TFU"},
    {"f.m[\"a\"] == 1 and f.m[\"a\"] == 2", "FU"},
    {"f.m[\"a\"] == 1 and f.m[\"b\"] == 2", "TFU"},
    {"f.ip in \"10.0.0.0/8\" and f.ip in \"11.0.0.0/8\"", "FU"},
    {"f.ip in \"10.0.0.0/8\" and f.ip in \"10.1.0.0/16\"", "TFU"},
    {"f.ip == \"10.0.0.1\" and f.ip not in \"10.0.0.0/8\"", "FU"},
    {"small(f.i) and f.i > 2", "FU"},
    {"small(f.i) and f.i > 1", "TFU"},
    {"(f.i default 1) == 2 and f.i absent", "FU"},
    {"(f.i default 1) == 1 and f.i absent", "TFU"},
    {"(f.b default false) and f.b absent", "FU"},
    {"(f.b default true) and f.b absent", "TFU"},
    {"f.lr[0].name == \"a\" and f.lr absent", "FU"},
    /* or */
    {"f.o != red or f.o != green", "TU"},
    {"f.o == red or f.o == green", "TFU"},
    {"f.o == red or f.o == green or f.o == blue", "TU"},
    {"f.i < 5 or f.i > 3", "TU"},
    {"f.i < 3 or f.i > 5", "TFU"},
    {"f.b or not f.b", "TU"},
    {"f.i exists or f.i absent", "TU"},
    {"(f.i == 1 or f.i == 2) and f.i == 3", "FU"},
    {"(f.i == 1 or f.i == 2) and f.i > 1", "TFU"},
    {"(f.i == 1 or f.j == 2) and f.i == 2 and f.j == 1", "FU"},
    {"(f.i == 1 or f.i == 2) and (f.i == 3 or f.i == 4)", "FU"},
    {"(f.i == 1 or f.i == 2) and (f.i == 2 or f.i == 4)", "TFU"},
    {"not (f.i == 1 or f.i != 1)", "FU"},
    {"not (f.i == 1 and f.i == 2)", "TU"},
    /* bools that are compared, and branches */
    {"(f.i == 1) == (f.i == 1)", "TU"},
    {"(f.i == 1) == (f.i != 1)", "FU"},
    {"(f.i == 1) != (f.i == 2)", "TFU"},
    {"(if f.b then f.i == 1 else f.i == 2) and f.i == 3", "FU"},
    {"(if f.b then f.i == 1 else f.i == 2) and f.i == 2", "TFU"},
    {"(if f.b then f.i == 1 else f.i == 2) and f.b and f.i == 2", "FU"},
    /* quantifiers */
    {"any x in f.li: x == 1 and x == 2", "FU"},
    {"any x in f.li: x == 1 and f.i == x", "TFU"},
    {"every x in f.li: x == 1 and x == 2", "TFU"},
    {"no x in f.li: x == 1 or x != 1", "TFU"},
    {"(any x in f.li: x == 1) and (any x in f.li: x == 2)", "TFU"},
    {"(any x in f.li: x == 1) and (no y in f.li: y == 1)", "FU"},
    {"(any x in f.li: x == 1) and (no y in f.li: y == 2)", "TFU"},
    {"(any x in f.li: x == 1) and f.li absent", "FU"},
    {"any r in f.lr: r.on and not r.on", "FU"},
    {"any r in f.lr: r.n absent and r.n > 1", "FU"},
    {"any r in f.lr: (any s in f.lr: r.name == s.name and r.n != s.n)", "TFU"},
    {"first(x in f.li: x > 1) == 2 and first(y in f.li: y > 1) == 3", "FU"},
    {"first(x in f.li: x > 1) == 2 and first(y in f.li: y > 2) == 3", "TFU"},
    /* a snapshot may give derived facts */
    {"d.five == 6", "TFU"},
};

static void put_possible(struct ar_buf *out, unsigned bits)
{
    ar_buf_put_c(out, bits & AR_POSSIBLE_TRUE ? "T" : "");
    ar_buf_put_c(out, bits & AR_POSSIBLE_FALSE ? "F" : "");
    ar_buf_put_c(out, bits & AR_POSSIBLE_UNDECIDED ? "U" : "");
    ar_buf_put_c(out, "");
}

static unsigned possible_of(struct fixture *fixture, const char *condition)
{
    ar_str text = ar_str_printf(&fixture->arena,
                                "%srule r\n when %s\n then diagnose \"x\"\n",
                                preamble, condition);
    fixture->options.lint = false;
    fixture_text(fixture, "t.rules", text.ptr);
    struct ar_program *program = fixture_check(fixture);
    if (program->rules.count != 1)
        fail_msg("%s: %s", condition, fixture_reported(fixture));
    return ar_possible_outcomes(&fixture->arena, program->rules.at[0]->when);
}

static void test_cases(void **state)
{
    size_t n_failed = 0;
    (void)state;
    for (size_t i = 0; i < AR_COUNT_OF(cases); i++) {
        struct fixture fixture;
        fixture_start(&fixture);
        struct ar_buf found = AR_BUF(&fixture.arena);
        put_possible(&found, possible_of(&fixture, cases[i].condition));
        if (!ar_str_equal_c(ar_buf_view(&found), cases[i].possible)) {
            n_failed++;
            print_message("  %s: found %s, wanted %s\n", cases[i].condition,
                          ar_buf_view(&found).ptr, cases[i].possible);
        }
        fixture_end(&fixture);
    }
    assert_int_equal(n_failed, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cases),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
