/* SPDX-License-Identifier: Apache-2.0 */
/* What the checker holds for hardly meant: for each kind of warning what is
 * found, with its place, and what is near it and must not be. */

/* cmocka.h wants these before it. */
/* clang-format off */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
/* clang-format on */

#include "rules_fixture.h"

/* Facts of each type. */
static const char *const preamble =
    "enum colour = red, green, blue\n"
    "fact f.b : bool\nfact f.c : bool\nfact f.i : int\nfact f.j : int\n"
    "fact f.k : int\nfact f.r : real\nfact f.s : string\nfact f.q : string\n"
    "fact f.v : version\nfact f.z : size\nfact f.d : duration\n"
    "fact f.t : time\nfact f.a : arch\nfact f.fixed : arch fixed\n"
    "fact f.o : colour\nfact f.ip : ip\n"
    "fact f.ls : list of string\nfact f.li : list of int\n"
    "fact f.m : map of string\n"
    "fact f.rec : { name : string, n? : int }\n"
    "fact f.lr : list of { name : string, n? : int, on? : bool }\n"
    "fact g(path : string).x : string\n"
    "fact d.two : int = 2\n"
    "fact d.sum : int = f.i + 1\n"
    "fact d.level : int = 1 if f.b\nfact d.level : int = 2 if not f.b\n"
    "fact d.new : bool = f.v >= 2.0.0\n"
    "table t (a : arch) -> s : string\n  amd64 -> \"x\"\n  arm64 -> \"y\"\n"
    "def small(n : int) = n < 3\n"
    "def differ(x : int, y : int) = x != y\n";

struct lint_case {
    const char *text;
    const char *reported;
};

/* What is reported for a scratch file beside a pack of the preamble, which
 * has no rules and so declares for others. */
static const char *report(struct fixture *fixture, const char *text)
{
    fixture_add_stdlib(fixture);
    ar_str base = ar_str_printf(&fixture->arena, "pack base\n%s", preamble);
    struct ar_unit *unit = fixture_unit(fixture, AR_STR(""));
    fixture_add(fixture, fixture_unit(fixture, AR_STR("")), AR_STR("base"),
                base);
    fixture_add(fixture, unit, AR_STR("use"), AR_STR("use base\n"));
    fixture_add(fixture, unit, AR_STR("t"), ar_str_from_c(text));
    fixture_check(fixture);
    return fixture_reported(fixture);
}

static void check_cases(const struct lint_case *cases, size_t count,
                        const char *form)
{
    size_t n_failed = 0;
    for (size_t i = 0; i < count; i++) {
        struct fixture fixture;
        fixture_start(&fixture);
        struct ar_buf text = AR_BUF(&fixture.arena);
        for (const char *at = form; *at; at++) {
            if (*at == '@')
                ar_buf_put_c(&text, cases[i].text);
            else
                ar_buf_put_char(&text, *at);
        }
        const char *found = report(&fixture, ar_buf_view(&text).ptr);
        if (strcmp(found, cases[i].reported) != 0) {
            n_failed++;
            print_message("  %s\n    found  \"%s\"\n    wanted \"%s\"\n",
                          cases[i].text, found, cases[i].reported);
        }
        fixture_end(&fixture);
    }
    assert_int_equal(n_failed, 0);
}

/* ---- conditions, and rules that cannot match ---- */

/* Column 7 is where the condition begins. */
static const struct lint_case conditions[] = {
    {"f.i == 1", ""},
    {"f.b", ""},
    {"true", "W1010 2:7"},
    {"false", "W1011 2:7"},
    {"1 < 2", "W1010 2:7"},
    {"f.i == f.i", "W1010 2:7"},
    {"f.i != f.i", "W1011 2:7"},
    {"length(f.s) < 0", "W1011 2:7"},
    {"length(f.ls) >= 0", "W1010 2:7"},
    {"length(f.ls) == 0", ""},
    {"f.z < 0B", "W1011 2:7"},
    {"f.d < 0s", ""},
    {"f.i in 5 .. 1", "W1011 2:7"},
    {"f.i in 1 .. <1", "W1011 2:7"},
    {"f.i in 1 .. 1", ""},
    {"f.i not in 5 .. 1", "W1010 2:7"},
    {"f.o in [red, green, blue]", "W1010 2:7"},
    {"f.o in [red, green]", ""},
    {"f.o != red or f.o != blue", "W1010 2:7"},
    {"f.o == red or f.o == blue", ""},
    {"f.b or not f.b", "W1010 2:7"},
    {"f.b or f.c", ""},
    {"f.i > 1 or f.i < 5", "W1010 2:7"},
    {"f.i > 5 or f.i < 1", ""},
    {"f.i == 1.5", "W1011 2:7"},
    {"f.i > 1.5", ""},
    {"t(f.a).s == \"z\"", "W1011 2:7"},
    {"t(f.a).s == \"y\"", ""},
    {"d.two == 3", "W1011 2:7"},
    {"d.level == 3", "W1011 2:7"},
    {"d.level == 2", ""},
    {"(f.i default 1) exists", ""},
    {"f.b and true", ""},
    {"f.b or true", "W1010 2:7"},
    {"f.c and (f.b or true)", "W1010 2:16"},
    {"f.c and (f.i == 1 and f.i == 2)", "W1012 2:29"},
    {"f.c or (f.i == 1 and f.i == 2)", "W1011 2:15"},
    {"not (f.i in 5 .. 1)", "W1011 2:12"},
    {"any x in f.li: x == 1 and x == 2", "W1011 2:22"},
    {"any x in f.li: x == 1 or x == 2", ""},
    {"count(x in f.li: x > 0) < 0", "W1011 2:7"},
    {"small(1)", "W1010 2:7"},
    {"small(f.i)", ""},
    {"differ(f.i, f.i)", "W1011 2:7"},
    {"differ(f.i, f.j)", ""},
    {"f.ip in \"10.0.0.0/8\" and f.ip in \"192.168.0.0/16\"", "W1012 2:32"},
    {"(if f.b then f.i else 1) == f.j", ""},
    {"(if true then f.i else 1) == 2", "W1013 2:30"},
    {"(if f.b then (if f.b then 1 else 2) else 3) == f.i", "W1013 2:40"},
    {"(if f.b then (if f.c then 1 else 2) else 3) == f.i", ""},
    {"(if f.i > 5 then 1 else (if f.i > 7 then 2 else 3)) == f.j",
     "W1013 2:48"},
    {"(if f.i > 5 then 1 else (if f.i > 3 then 2 else 3)) == f.j", ""},
    {"(if f.i in 5 .. 1 then 1 else 2) == f.j", "W1011 2:11"},
    /* contradictions between what stands side by side */
    {"f.o == red and f.o == blue", "W1012 2:22"},
    {"f.o == red and f.o != red", "W1012 2:22"},
    {"f.o == red and f.o != blue", ""},
    {"f.b and not f.b", "W1012 2:15"},
    {"f.b and not f.c", ""},
    {"f.b and f.b == false", "W1012 2:15"},
    {"f.i > 5 and f.i < 5", "W1012 2:19"},
    {"f.i > 5 and f.i < 6", "W1012 2:19"},
    {"f.r > 5.0 and f.r < 6.0", ""},
    {"f.i >= 5 and f.i <= 5", ""},
    {"f.v >= 2.0.0 and f.v < 2.0.0-rc1", "W1012 2:24"},
    {"f.v < 2.0.0 and f.v >= 2.0.0-rc1", ""},
    {"f.z > 4GiB and f.z < 1GB", "W1012 2:22"},
    {"f.z > 1GB and f.z < 1GiB", ""},
    {"f.d > 1h and f.d < 59min", "W1012 2:20"},
    {"f.t > \"2026-01-02\" and f.t < \"2026-01-01\"", "W1012 2:30"},
    {"f.s == \"a\" and f.s in [\"b\", \"c\"]", "W1012 2:22"},
    {"f.s == \"b\" and f.s in [\"b\", \"c\"]", ""},
    {"f.s == \"abc\" and f.s matches /^b/", "W1012 2:24"},
    {"f.s == \"abc\" and f.s matches /^a/", ""},
    {"f.s starts with \"/usr\" and f.s starts with \"/opt\"", "W1012 2:34"},
    {"f.s starts with \"/usr\" and f.s starts with \"/usr/lib\"", ""},
    {"f.i exists and f.i absent", "W1012 2:22"},
    {"f.i == 1 and f.i absent", "W1012 2:20"},
    {"f.i == 1 and f absent", "W1012 2:20"},
    {"f.i == 1 and f exists", ""},
    {"f.i == 1 and f.i unknown(denied)", "W1012 2:20"},
    {"f.m[\"a\"] == \"x\" and f.m absent", "W1012 2:27"},
    {"g(\"a\").x == \"1\" and g(\"a\").x == \"2\"", "W1012 2:27"},
    {"g(\"a\").x == \"1\" and g(\"b\").x == \"2\"", ""},
    {"f.i < f.j and f.j < f.i", "W1012 2:21"},
    {"f.i < f.j and f.j < f.k", ""},
    {"f.i < f.j and f.i > 5 and f.j < 5", "W1012 2:33"},
    {"(f.i == 1 or f.i == 2) and f.i == 3", "W1012 2:34"},
    {"(f.i == 1 or f.i == 2) and f.i == 2", ""},
    {"d.sum == 3 and f.i + 1 == 4", "W1012 2:22"},
    {"d.new and f.v < 1.5.0", "W1012 2:17"},
    {"d.new and f.v < 2.5.0", ""},
    {"small(f.i) and f.i > 4", "W1012 2:22"},
    {"small(f.i) and f.i > 1", ""},
    {"(any x in f.li: x == 1) and (no y in f.li: y == 1)", "W1012 2:36"},
    {"(any x in f.li: x == 1) and (no y in f.li: y == 2)", ""},
    {"(any x in f.li: x == 1) and (any y in f.li: y == 2)", ""},
    {"f.b and f.c and f.i == 1 and not f.c", "W1012 2:36"},
};

static void test_conditions(void **state)
{
    (void)state;
    check_cases(conditions, AR_COUNT_OF(conditions),
                "rule r\n when @\n then diagnose 'x'\n");
}

/* ---- whole rules ---- */

static const struct lint_case rules[] = {
    /* applies, lets and when are taken together */
    {"rule r\n applies f.o == red\n when f.o == blue\n then diagnose 'x'\n",
     "W1012 3:7"},
    {"rule r\n applies f.o == red\n when f.i == 1\n then diagnose 'x'\n", ""},
    {"rule r\n let low = f.i < 3\n when low and f.i > 4\n"
     " then diagnose 'x'\n",
     "W1012 3:15"},
    {"rule r\n for each e in f.lr key e.name\n"
     " when e.n == 1 and e.n == 2\n then diagnose 'x'\n",
     "W1012 3:20"},
    {"rule r\n for each e in f.lr key e.name\n when true\n"
     " then diagnose 'x'\n",
     ""},
    {"rule r\n for each e in f.lr key e.name\n when e.n == 1\n"
     " then diagnose 'x'\n",
     ""},
    /* steps and symptoms where the rule matches */
    {"rule r\n when f.o == red\n then diagnose 'x'\n remedy 'y'\n"
     "  step 'z' if f.o == blue\n",
     "W1014 5:15"},
    {"rule r\n when f.o == red\n then diagnose 'x'\n remedy 'y'\n"
     "  step 'z' unless f.o == red\n",
     "W1014 5:19"},
    {"rule r\n when f.o == red\n then diagnose 'x'\n remedy 'y'\n"
     "  step 'z' if f.o == red\n",
     ""},
    {"rule r\n when f.o == red\n then diagnose 'x'\n remedy 'y'\n"
     "  step 'z'\n   run 'a' if f.i == 1 and f.o == green\n",
     "W1014 6:15"},
    {"rule r\n when f.o == red\n symptom f.o == blue\n then diagnose 'x'\n",
     "W1014 3:10"},
    {"rule r\n when f.o == red\n symptom f.i == 1\n then diagnose 'x'\n", ""},
    {"rule r\n when f.o == red\n then diagnose 'x'\n remedy 'y'\n"
     "  step 'z' if f.i in 5 .. 1\n",
     "W1011 5:15"},
    /* one rule implies another */
    {"rule a when f.i == 1 and f.b then diagnose 'x'\n"
     "rule b when f.i == 1 then diagnose 'x'\n",
     "W1020 1:6"},
    {"rule a supersedes b when f.i == 1 and f.b then diagnose 'x'\n"
     "rule b when f.i == 1 then diagnose 'x'\n",
     ""},
    {"rule a when f.i == 1 and f.b then diagnose 'x'\n"
     "rule b supersedes a when f.i == 1 then diagnose 'x'\n",
     ""},
    {"rule a supersedes c when f.i == 1 and f.b then diagnose 'x'\n"
     "rule b when f.i == 1 then diagnose 'x'\n"
     "rule c supersedes b when f.j == 1 then diagnose 'x'\n",
     ""},
    {"rule a when f.i == 1 and f.b then diagnose 'x'\n"
     "rule b when f.i == 1 and f.c then diagnose 'x'\n",
     ""},
    {"rule a when f.i > 5 then diagnose 'x'\n"
     "rule b when f.i > 3 then diagnose 'x'\n",
     "W1020 1:6"},
    {"rule a when f.v in 2.0.0 .. <2.5.0 then diagnose 'x'\n"
     "rule b when f.v >= 2.0 and f.v < 3.0 then diagnose 'x'\n",
     "W1020 1:6"},
    {"rule a when f.v in 2.0.0 .. <3.5.0 then diagnose 'x'\n"
     "rule b when f.v >= 2.0 and f.v < 3.0 then diagnose 'x'\n",
     "W1020 2:6"},
    {"rule a when f.v in 2.0.0 .. 3.5.0 then diagnose 'x'\n"
     "rule b when f.v in 1.0.0 .. 3.0.0 then diagnose 'x'\n",
     ""},
    {"rule a when f.o == red then diagnose 'x'\n"
     "rule b when f.o in [red, blue] then diagnose 'x'\n",
     "W1020 1:6"},
    {"rule a when f.o == red then diagnose 'x'\n"
     "rule b when f.o in [green, blue] then diagnose 'x'\n",
     ""},
    {"rule a when f.o == red then diagnose 'x'\n"
     "rule b when f.o == red or f.b then diagnose 'x'\n",
     "W1020 1:6"},
    {"rule a when f.o == red then diagnose 'x'\n"
     "rule b when f.o == blue or f.b then diagnose 'x'\n",
     ""},
    {"rule a when f.o == red and f.b then diagnose 'x'\n"
     "rule b when f.o == red and (f.b or f.c) then diagnose 'x'\n",
     "W1020 1:6"},
    {"rule a applies f.b when f.i == 1 then diagnose 'x'\n"
     "rule b when f.i == 1 and f.b then diagnose 'x'\n",
     "W1020 2:6"},
    {"rule a when f.s matches /x/ and f.i == 1 then diagnose 'x'\n"
     "rule b when f.s matches /x/i and f.i == 1 then diagnose 'x'\n",
     ""},
    {"rule a when f.s matches /x/ and f.i == 2 then diagnose 'x'\n"
     "rule b when f.s matches /x/ and f.i > 1 then diagnose 'x'\n",
     "W1020 1:6"},
    {"rule a when f.i == 1 then diagnose 'x'\n"
     "rule b when f.i exists and f.rec absent then diagnose 'x'\n",
     ""},
    {"rule a when f.i == 1 then diagnose 'x'\n"
     "rule b when f.i exists then diagnose 'x'\n",
     "W1020 1:6"},
    {"rule a when f.i == 1 then diagnose 'x'\n"
     "rule b when f exists then diagnose 'x'\n",
     "W1020 1:6"},
    {"rule a when d.two == f.i and f.i == 2 then diagnose 'x'\n"
     "rule b when f.i == 2 then diagnose 'x'\n",
     "W1020 2:6"},
    {"rule a for each e in f.lr key e.name when e.n == 1 then diagnose 'x'\n"
     "rule b for each d in f.lr key d.name when d.n > 0 then diagnose 'x'\n",
     "W1020 1:6"},
    {"rule a for each e in f.lr key e.name when e.n == 1 then diagnose 'x'\n"
     "rule b for each d in f.lr key d.name when d.n > 1 then diagnose 'x'\n",
     ""},
    {"rule a when (any e in f.li: e == 1) and f.b then diagnose 'x'\n"
     "rule b when any d in f.li: d == 1 then diagnose 'x'\n",
     "W1020 1:6"},
    {"rule a when f.b default true then diagnose 'x'\n"
     "rule b when (f.b default true) and f.c then diagnose 'x'\n",
     "W1042 1:13"},
    /* the same text alone */
    {"rule a when f.s matches /x+/ then diagnose 'x'\n"
     "rule b when f.s matches /x+/ then diagnose 'y'\n",
     "W1021 2:13"},
    {"rule a when f.s matches /after (?<n>\\d+) s/ then diagnose 'x{n}'\n"
     "rule b when f.s matches /after (?<m>\\d+) s/ then diagnose 'y{m}'\n",
     "W1003 1:35, W1021 2:13, W1003 2:35"},
    {"rule a when f.s matches /after (?<n>\\d+) s/ then diagnose \"x{n}\"\n"
     "rule b when f.s matches /after (?<m>\\d+) s/ then diagnose \"y{m}\"\n",
     "W1021 2:13"},
    {"rule a when f.s contains \"gone\" then diagnose 'x'\n"
     "rule b when f.s matches /gone/ then diagnose 'y'\n",
     "W1021 2:13"},
    {"rule a when f.s == \"gone\" then diagnose 'x'\n"
     "rule b when f.s == \"gone\" then diagnose 'y'\n",
     "W1021 2:13"},
    {"rule a when f.s contains \"gone\" then diagnose 'x'\n"
     "rule b when f.q contains \"gone\" then diagnose 'y'\n",
     ""},
    {"rule a applies f.b when f.s contains \"gone\" then diagnose 'x'\n"
     "rule b applies f.b when f.s contains \"gone\" then diagnose 'y'\n",
     "W1021 2:25"},
    {"rule a applies f.b when f.s contains \"gone\" then diagnose 'x'\n"
     "rule b applies f.c when f.s contains \"gone\" then diagnose 'y'\n",
     ""},
    {"rule a supersedes b when f.s contains \"gone\" then diagnose 'x'\n"
     "rule b when f.s contains \"gone\" then diagnose 'y'\n",
     ""},
    {"rule a when f.s contains \"gone\" and f.i == 1 then diagnose 'x'\n"
     "rule b when f.s contains \"gone\" and f.i == 2 then diagnose 'y'\n",
     ""},
    {"rule a when f.s starts with \"gone\" then diagnose 'x'\n"
     "rule b when f.s contains \"gone\" then diagnose 'y'\n",
     ""},
    /* named groups */
    {"rule a when f.s matches /x(?<n>y)/ then diagnose 'x'\n", "W1003 1:30"},
    {"rule a when f.s matches /x(?<n>y)/ then diagnose \"{n}\"\n", ""},
    {"rule a when f.s matches /x(?<n>y)/ and n == \"y\"\n"
     " then diagnose \"x\"\n",
     ""},
    {"rule a when f.s matches /x(?<_n>y)/ then diagnose 'x'\n", ""},
    {"rule a when f.s matches /x(?<n>y)(?<m>z)/ then diagnose \"{m}\"\n",
     "W1003 1:30"},
    {"rule a when f.i == 1 symptom f.s matches /(?<n>y)/\n"
     " then diagnose 'x'\n",
     "W1003 1:46"},
    {"rule a when any l in f.ls: l matches /(?<n>y)/ then diagnose 'x'\n",
     "W1003 1:42"},
    {"rule a when any l in f.ls: l matches /(?<n>y+)/ and length(n) > 3\n"
     " then diagnose 'x'\n",
     ""},
    /* parameters */
    {"def p(n : int, m : int) = n < 5\nrule a when p(f.i, 1)\n"
     " then diagnose 'x'\n",
     "W1002 1:16"},
    {"def p(n : int, _m : int) = n < 5\nrule a when p(f.i, 1)\n"
     " then diagnose 'x'\n",
     ""},
    /* releases of kernels */
    {"rule a when version(host.kernel) == 5.15 then diagnose 'x'\n",
     "W1040 1:13"},
    {"rule a when kernel.version != 5.15 then diagnose 'x'\n", "W1040 1:13"},
    {"rule a when kernel.version >= 5.15 then diagnose 'x'\n", ""},
    {"rule a when kernel.release == \"5.15.0-1\" then diagnose 'x'\n", ""},
    {"rule a when docker.desktop.version == 4.30 then diagnose 'x'\n", ""},
    {"rule a let v = version(wsl.kernel.release) when v == 5.15\n"
     " then diagnose 'x'\n",
     "W1040 1:49"},
    /* verify */
    {"rule a when f.i == 1 then diagnose 'x' remedy 'y' step 'z'\n"
     " verify f.i == 2\n",
     ""},
    {"rule a when f.i == 1 then diagnose 'x' remedy 'y' step 'z'\n"
     " verify f.j == 2\n",
     "W1041 2:9"},
    {"rule a when f.i == 1 and f.fixed == amd64 then diagnose 'x'\n"
     " remedy 'y' step 'z'\n verify f.fixed == amd64\n",
     "W1041 3:9"},
    {"rule a when f.fixed == amd64 then diagnose 'x'\n"
     " remedy 'y' step 'z'\n verify f.j == 2\n",
     ""},
    {"rule a when d.new then diagnose 'x' remedy 'y' step 'z'\n"
     " verify f.v < 2.0.0\n",
     ""},
    {"rule a let l = f.i when l == 1 then diagnose 'x' remedy 'y' step 'z'\n"
     " verify small(f.i)\n",
     ""},
    {"rule a applies f exists when f.i == 1 then diagnose 'x'\n"
     " remedy 'y' step 'z'\n verify f.j == 1\n",
     ""},
    /* default */
    {"rule a when (f.i default 0) < 5 then diagnose 'x'\n", "W1042 1:14"},
    {"rule a when (f.i default 9) < 5 then diagnose 'x'\n", ""},
    {"rule a when f.b default true then diagnose 'x'\n", "W1042 1:13"},
    {"rule a when f.b default false then diagnose 'x'\n", ""},
    {"rule a when (f.i default 0) < 5 and f.j == 1 then diagnose 'x'\n", ""},
    {"rule a when (f.i default 0) < 5 and f.j absent then diagnose 'x'\n", ""},
    {"rule a applies f exists when (f.i default 0) < 5 then diagnose 'x'\n",
     ""},
    {"rule a applies host.os == linux when (f.i default 0) < 5\n"
     " then diagnose 'x'\n",
     "W1042 1:39"},
    {"rule a applies f.m exists when (f.m[\"a\"] default \"\") == \"\"\n"
     " then diagnose 'x'\n",
     ""},
    {"rule a let n = f.i default 0 when n < 5 then diagnose 'x'\n",
     "W1042 1:16"},
    {"rule a when (f.s default \"\") in [\"\", \"none\"]\n"
     " then diagnose 'x'\n",
     "W1042 1:14"},
    /* optional fields */
    {"rule a when no e in f.lr: e.n == 1 then diagnose 'x'\n", "W1043 1:27"},
    {"rule a when every e in f.lr: e.n == 1 then diagnose 'x'\n", "W1043 1:30"},
    {"rule a when any e in f.lr: e.n == 1 then diagnose 'x'\n", ""},
    {"rule a when no e in f.lr: e.name == \"x\" then diagnose 'x'\n", ""},
    {"rule a when no e in f.lr: (e.n default 0) == 1 then diagnose 'x'\n", ""},
    {"rule a when no e in f.lr: e.n exists and e.n == 1\n"
     " then diagnose 'x'\n",
     ""},
    {"rule a when every e in f.lr: e.n absent or e.n == 1\n"
     " then diagnose 'x'\n",
     ""},
    {"rule a when no e in f.lr: e.on then diagnose 'x'\n", "W1043 1:27"},
    {"rule a when no e in f.lr: small(e.n) then diagnose 'x'\n", "W1043 1:33"},
    {"rule a when no e in f.lr: e.name == \"a\" and e.n == 1\n"
     " then diagnose 'x'\n",
     "W1043 1:45"},
};

static void test_rules(void **state)
{
    (void)state;
    check_cases(rules, AR_COUNT_OF(rules), "@");
}

/* ---- what a pack declares ---- */

static const struct lint_case packs[] = {
    {"fact p.a : int\nrule r when p.a == 1 then diagnose 'x'\n", ""},
    {"fact p.a : int\nfact p.b : int\nrule r when p.a == 1 then diagnose 'x'\n",
     "W1002 3:6"},
    {"fact p.a : int\nfact p.b : int = p.a + 1\n"
     "rule r when p.b == 1 then diagnose 'x'\n",
     ""},
    {"fact p.a : int\nfact p.b : int\n"
     "rule r when p exists then diagnose 'x'\n",
     ""},
    {"fact p.a : int\nfact p.b : int\nrule r when p.a == 1 then diagnose 'x'\n"
     "test 't' given p.b = 1, p.a = 1 expect r matched\n",
     ""},
    {"input p.a : int ask 'a'\nrule r when f.i == 1 then diagnose 'x'\n",
     "W1002 2:7"},
    {"enum size_class = small, large\n"
     "rule r when f.i == 1 then diagnose 'x'\n",
     "W1002 2:6"},
    {"enum size_class = tiny, large\nfact p.a : size_class\n"
     "rule r when p.a == tiny then diagnose 'x'\n",
     ""},
    {"enum size_class = tiny, large\n"
     "rule r when size_class(f.s) == tiny then diagnose 'x'\n",
     ""},
    {"enum size_class = tiny, large\nfact p.a : list of { c : size_class }\n"
     "rule r when any e in p.a: e.c == tiny then diagnose 'x'\n",
     ""},
    {"probe p\n env 'X'\n parse text\n gives p.a : string\n"
     "rule r when f.i == 1 then diagnose 'x'\n",
     "W1002 2:7"},
    {"probe p\n env 'X'\n parse json\n gives p.a : string = .a\n"
     " gives p.b : string = .b\n"
     "rule r when p.a == \"1\" then diagnose 'x'\n",
     "W1002 6:8"},
    {"fact p.a : string\nprobe p\n env \"{p.a}\"\n parse text\n"
     " gives p.b : string\nrule r when p.b == \"1\" then diagnose 'x'\n",
     ""},
    {"table u (a : arch) -> s : string\n  amd64 -> \"x\"\n"
     "rule r when f.i == 1 then diagnose 'x'\n",
     "W1002 2:7"},
    {"def u(a : int) = a + 1\nrule r when f.i == 1 then diagnose 'x'\n",
     "W1002 2:5"},
    /* a pack without rules declares for others */
    {"enum size_class = small, large\nfact p.b : int\n"
     "def u(a : int) = a + 1\n",
     ""},
};

/* Each in a pack of its own that uses the facts of the preamble. */
static void test_packs(void **state)
{
    size_t n_failed = 0;
    (void)state;
    for (size_t i = 0; i < AR_COUNT_OF(packs); i++) {
        struct fixture fixture;
        fixture_start(&fixture);
        ar_str text = ar_str_printf(&fixture.arena, "pack own use base\n%s",
                                    packs[i].text);
        ar_str base = ar_str_printf(&fixture.arena, "pack base\n%s", preamble);
        fixture_add(&fixture, fixture_unit(&fixture, AR_STR("")),
                    AR_STR("base"), base);
        fixture_add(&fixture, fixture_unit(&fixture, AR_STR("")), AR_STR("own"),
                    text);
        fixture_check(&fixture);
        const char *found = fixture_reported(&fixture);
        if (strcmp(found, packs[i].reported) != 0) {
            n_failed++;
            print_message("  %s\n    found  \"%s\"\n    wanted \"%s\"\n",
                          packs[i].text, found, packs[i].reported);
        }
        fixture_end(&fixture);
    }
    assert_int_equal(n_failed, 0);
}

/* What another pack uses is used, and rules of two packs are compared. */
static void test_packs_together(void **state)
{
    struct fixture fixture;
    (void)state;
    fixture_start(&fixture);
    fixture_text(&fixture, "a",
                 "pack a\nfact p.a : int\nfact p.b : int\n"
                 "def u(n : int) = n > 1\n"
                 "rule r when p.a == 1 then diagnose 'x'\n");
    fixture_text(&fixture, "b",
                 "pack b use a\n"
                 "rule s when u(p.b) and p.a == 1 then diagnose 'x'\n");
    fixture_check(&fixture);
    assert_string_equal(fixture_reported(&fixture), "W1020 2:6");
    const struct ar_diag *diag = fixture.diags.list.at[0];
    assert_non_null(diag->notes);
    assert_int_equal(diag->notes->span.file, 1);
    fixture_end(&fixture);
}

/* A rule that a site turned off takes no part; nor does one of a broken
 * pack. */
static void test_rules_that_do_not_count(void **state)
{
    struct fixture fixture;
    (void)state;
    fixture_start(&fixture);
    fixture_text(&fixture, "a",
                 "pack a\nfact p.a : int\nfact p.b : int\n"
                 "rule r when p.a == 1 and p.b == 1 then diagnose 'x'\n"
                 "rule s when p.a == 1 then diagnose 'x'\n");
    fixture_text(&fixture, "b",
                 "pack b use a\ndisable rule a.s because \"no\"\n");
    fixture_text(&fixture, "c",
                 "pack c use a\nrule r when p.a == 1 and nothing.x == 1\n"
                 " then diagnose 'x'\n"
                 "rule s when p.a == 2 and p.a == 3 then diagnose 'x'\n");
    fixture_check(&fixture);
    assert_string_equal(fixture_reported(&fixture), "E0103 2:26");
    fixture_end(&fixture);
}

/* ---- both places, and what is said ---- */

static void test_notes(void **state)
{
    struct fixture fixture;
    (void)state;
    fixture_start(&fixture);
    report(&fixture, "rule r\n applies f.b and f.o == red\n"
                     " when f.c and f.o == blue\n then diagnose 'x'\n");
    struct ar_buf out = AR_BUF(&fixture.arena);
    ar_diags_render(&out, &fixture.diags, false);
    assert_string_equal(
        ar_buf_view(&out).ptr,
        "t:3:15: warning[W1012]: the rule 'r' can never match: these "
        "conditions contradict each other\n"
        "    3 |  when f.c and f.o == blue\n"
        "      |               ^^^^^^^^^^^\n"
        "t:2:18: note: both cannot hold at once\n"
        "    2 |  applies f.b and f.o == red\n"
        "      |                  ^^^^^^^^^^\n");
    fixture_end(&fixture);
}

static void test_attack_is_shown(void **state)
{
    struct fixture fixture;
    (void)state;
    fixture_start(&fixture);
    report(&fixture, "rule r when f.s matches /^x(a+)+$/ then diagnose 'x'\n");
    assert_string_equal(fixture_reported(&fixture), "W1030 1:25");
    const struct ar_diag *diag = fixture.diags.list.at[0];
    assert_true(ar_str_find(diag->message, AR_STR("over 2000000 steps"), 0) !=
                SIZE_MAX);
    assert_non_null(diag->notes);
    assert_int_equal(diag->notes->span.file, 0);
    assert_true(ar_str_starts_with(diag->notes->text,
                                   AR_STR("the text is \"x\" + \"a\" x ")));
    fixture_end(&fixture);
}

/* Equal patterns are tried and reported once. */
static void test_equal_patterns(void **state)
{
    struct fixture fixture;
    (void)state;
    fixture_start(&fixture);
    report(&fixture, "rule r when f.s matches /(a+)+$/ and f.i == 1\n"
                     " then diagnose 'x'\n"
                     "rule s when f.s matches /(a+)+$/ and f.i == 2\n"
                     " then diagnose 'x'\n");
    assert_string_equal(fixture_reported(&fixture), "W1030 1:25");
    fixture_end(&fixture);
}

/* ---- many rules ---- */

enum { MANY_RULES = 2000 };

/* Each rule is told once, and not all pairs are compared: this would take
 * minutes. */
static void test_many(void **state)
{
    struct fixture fixture;
    (void)state;
    fixture_start(&fixture);
    struct ar_buf out = AR_BUF(&fixture.arena);
    ar_buf_put_c(&out, "fact f.i : int\nfact f.s : string\n");
    for (unsigned i = 0; i < MANY_RULES; i++)
        ar_buf_printf(&out,
                      "rule r%u when f.i > %u and f.s contains \"%u\"\n"
                      " then diagnose 'x'\n",
                      i, i % 7, i / 2);
    fixture_text(&fixture, "t", ar_buf_view(&out).ptr);
    fixture_check(&fixture);
    /* Two rules look for each text; one in seven pairs wraps round. */
    assert_int_equal(fixture.diags.list.count, MANY_RULES / 2);
    for (size_t i = 0; i < fixture.diags.list.count; i++)
        assert_int_equal(fixture.diags.list.at[i]->code, AR_W1020);
    fixture_end(&fixture);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_conditions),
        cmocka_unit_test(test_rules),
        cmocka_unit_test(test_packs),
        cmocka_unit_test(test_packs_together),
        cmocka_unit_test(test_rules_that_do_not_count),
        cmocka_unit_test(test_notes),
        cmocka_unit_test(test_attack_is_shown),
        cmocka_unit_test(test_equal_patterns),
        cmocka_unit_test(test_many),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
