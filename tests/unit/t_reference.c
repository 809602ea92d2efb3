/* SPDX-License-Identifier: Apache-2.0 */
/* What every kind of expression comes to, with operands that are values,
 * absent and unknown; and which causes are named. */

#include "reference/eval.h"
#include "reference_fixture.h"

struct expectation {
    const char *expr;
    const char *expected; /* outcome_text() */
};

/* ---- the facts that the expressions use ---- */

static const char *const declarations =
    "enum color = red, green (\"GREEN\")\n"
    "fact t.i : int  fact t.j : int  fact t.zero : int  fact t.most : int\n"
    "fact t.least : int\n"
    "fact t.a : int  fact t.u : int  fact t.v : int  fact t.m : int\n"
    "fact t.r : real fact t.huge : real\n"
    "fact t.yes : bool fact t.no : bool fact t.ba : bool fact t.bu : bool\n"
    "fact t.s : string fact t.su : string fact t.sa : string\n"
    "fact t.version : version fact t.size : size fact t.time : time\n"
    "fact t.duration : duration fact t.color : color fact t.cu : color\n"
    "fact t.ip : ip fact t.net : cidr\n"
    "fact t.l : list of int  fact t.empty : list of int\n"
    "fact t.la : list of int fact t.lu : list of int\n"
    "fact t.mixed : list of int\n"
    "fact t.words : list of string\n"
    "fact t.map : map of int  fact t.mu : map of int\n"
    "fact t.d : list of { name : string, port? : int, on : bool }\n"
    "fact t.one : { name : string, port? : int, on : bool }\n"
    "fact g.here.a : int fact g.here.b : int\n"
    "fact g.gone.a : int fact g.open.a : int fact g.open.b : int\n"
    "fact f(path : string).size : int\n";

static void set_scalars(void)
{
    static const char *const assignments[] = {
        "t.i=7",
        "t.j=-2",
        "t.zero=0",
        "t.most=9223372036854775807",
        "t.least=-9223372036854775808",
        "t.a=absent",
        "t.u=unknown(denied)",
        "t.v=unknown(timeout)",
        "t.r=2.5",
        "t.huge=1e308",
        "t.yes=true",
        "t.no=false",
        "t.ba=absent",
        "t.bu=unknown(denied)",
        "t.s=Hello world",
        "t.su=unknown(stale)",
        "t.sa=absent",
        "t.version=v4.34.0-rc1",
        "t.size=3GiB",
        "t.time=2026-11-22T10:00:00Z",
        "t.duration=90s",
        "t.color=green",
        "t.cu=unknown(denied)",
        "t.ip=10.1.2.3",
        "t.net=10.1.0.0/16",
    };
    for (size_t ix = 0; ix < AR_COUNT_OF(assignments); ix++)
        set_fact(assignments[ix]);
}

/* Wrong types are unknown(bad_output), and null is absent. */
static const char *const composed =
    "{\"t\": {\"l\": [3, 1, 2, 3], \"empty\": [], \"la\": null,\n"
    " \"mixed\": [1, \"x\", 3], \"words\": [\"b\", \"a=1\", \"a=2\"],\n"
    " \"map\": {\"a\": 1, \"b\": \"x\"},\n"
    " \"d\": [{\"name\": \"x\", \"port\": 1, \"on\": true},\n"
    "  {\"name\": \"y\", \"port\": null, \"on\": false},\n"
    "  {\"name\": \"z\", \"port\": \"?\", \"on\": true}],\n"
    " \"one\": {\"name\": \"x\", \"port\": \"?\", \"on\": true}}}\n";

static void set_composed(void)
{
    uint32_t file = ar_sources_add(&fixture.arena, &fixture.sources,
                                   AR_STR("s.json"), ar_str_from_c(composed));
    assert_true(ar_snapshot_read(&fixture.arena, &fixture.diags, file,
                                 facts.schema, &facts));
    set_fact("t.lu=unknown(denied)");
    set_fact("t.mu=unknown(denied)");
    set_fact("g.here.a=1");
    set_fact("g.here.b=unknown(denied)");
    set_fact("g.gone.a=absent");
    set_fact("g.open.a=absent");
    set_fact("f(\"/x\").size=5");
}

/* What the rule r says of all cases: clause makes each a let or a symptom. */
static void load_cases(const char *more, const char *clause,
                       const struct expectation *cases, size_t count)
{
    struct ar_buf text = AR_BUF(&fixture.arena);
    ar_buf_put_c(&text, declarations);
    ar_buf_put_c(&text, more);
    ar_buf_put_c(&text, "rule r\n when t.yes\n");
    for (size_t ix = 0; ix < count; ix++) {
        ar_buf_printf(&text, " %s ", clause);
        if (strcmp(clause, "let") == 0)
            ar_buf_printf(&text, "v%zu = ", ix);
        ar_buf_printf(&text, "%s\n", cases[ix].expr);
    }
    ar_buf_put_c(&text, " then diagnose \"x\"\n");
    load_rules(ar_buf_view(&text).ptr);
    set_composed();
    set_scalars();
}

static void assert_outcome(const struct ar_expr *expr,
                           const struct expectation *expected)
{
    struct ar_outcome outcome = ar_reference_expression(
        &fixture.arena, fixture.program, &facts, &options, expr);
    const char *actual = outcome_text(&outcome);
    if (strcmp(actual, expected->expected) != 0)
        fail_msg("%s: \"%s\" is not \"%s\"", expected->expr, actual,
                 expected->expected);
}

static void assert_outcomes(const char *more, const struct expectation *cases,
                            size_t count)
{
    load_cases(more, "let", cases, count);
    const struct ar_rule *rule = fixture.program->rules.at[0];
    for (size_t ix = 0; ix < count; ix++)
        assert_outcome(rule->details->lets.at[ix]->expr, &cases[ix]);
}

#define ASSERT_OUTCOMES(more, cases) \
    assert_outcomes((more), (cases), AR_COUNT_OF(cases))

/* ---- logic ---- */

/* false < neither < true */
static int rank(unsigned bit)
{
    return bit == AR_OUTCOME_FALSE ? 0 : bit == AR_OUTCOME_NEITHER ? 1 : 2;
}

static void joins_every_pair_of_sets(void **state)
{
    (void)state;
    static const unsigned bits[] = {AR_OUTCOME_TRUE, AR_OUTCOME_FALSE,
                                    AR_OUTCOME_NEITHER};
    for (unsigned a = 1; a <= AR_OUTCOME_OPEN; a++) {
        for (unsigned b = 1; b <= AR_OUTCOME_OPEN; b++) {
            unsigned least = 0;
            unsigned greatest = 0;
            for (size_t i = 0; i < 3; i++) {
                for (size_t j = 0; j < 3; j++) {
                    unsigned x = bits[i];
                    unsigned y = bits[j];
                    if (!(a & x) || !(b & y))
                        continue;
                    least |= rank(x) < rank(y) ? x : y;
                    greatest |= rank(x) < rank(y) ? y : x;
                }
            }
            assert_int_equal(ar_logic_and(a, b), least);
            assert_int_equal(ar_logic_or(a, b), greatest);
            assert_int_equal(ar_logic_not(ar_logic_and(a, b)),
                             ar_logic_or(ar_logic_not(a), ar_logic_not(b)));
        }
    }
}

static void evaluates_and(void **state)
{
    (void)state;
    static const struct expectation cases[] = {
        {"t.yes and t.yes", "T"},
        {"t.yes and t.no", "F"},
        {"t.yes and t.ba", "N <- t.ba absent"},
        {"t.yes and t.bu", "TFN <- t.bu denied"},
        {"t.no and t.ba", "F"},
        {"t.no and t.bu", "F"},
        {"t.bu and t.no", "F"},
        {"t.ba and t.ba", "N <- t.ba absent"},
        {"t.ba and t.bu", "FN <- t.ba absent, t.bu denied"},
        {"t.bu and t.ba", "FN <- t.bu denied, t.ba absent"},
        {"t.ba and t.no", "F"},
        {"t.bu and t.u == 1", "TFN <- t.bu denied, t.u denied"},
        {"t.bu and t.bu and t.yes", "TFN <- t.bu denied"},
    };
    ASSERT_OUTCOMES("", cases);
}

static void evaluates_or_and_not(void **state)
{
    (void)state;
    static const struct expectation cases[] = {
        {"t.no or t.no", "F"},
        {"t.no or t.yes", "T"},
        {"t.no or t.ba", "N <- t.ba absent"},
        {"t.no or t.bu", "TFN <- t.bu denied"},
        {"t.yes or t.ba", "T"},
        {"t.bu or t.yes", "T"},
        {"t.ba or t.bu", "TN <- t.ba absent, t.bu denied"},
        {"t.ba or t.ba", "N <- t.ba absent"},
        {"not t.yes", "F"},
        {"not t.no", "T"},
        {"not t.ba", "N <- t.ba absent"},
        {"not t.bu", "TFN <- t.bu denied"},
        {"not (t.ba or t.bu)", "FN <- t.ba absent, t.bu denied"},
    };
    ASSERT_OUTCOMES("", cases);
}

static void evaluates_if_and_default(void **state)
{
    (void)state;
    static const struct expectation cases[] = {
        {"if t.yes then 1 else 2", "1"},
        {"if t.no then 1 else 2", "2"},
        {"if t.ba then 1 else 2", "<absent> <- t.ba absent"},
        {"if t.bu then 1 else 1", "<unknown: denied> <- t.bu denied"},
        {"if t.bu then t.v else 1",
         "<unknown: denied> <- t.bu denied, t.v timeout"},
        {"if t.yes then t.u else 1", "<unknown: denied> <- t.u denied"},
        {"if t.bu then t.yes else t.yes", "TN <- t.bu denied"},
        {"if t.bu exists then t.yes else t.no", "TF <- t.bu denied"},
        {"if t.bu exists then t.yes else t.yes", "T"},
        {"if t.ba then t.yes else t.yes", "N <- t.ba absent"},
        {"t.i default 9", "7"},
        {"t.a default 9", "9"},
        {"t.u default 9", "<unknown: denied> <- t.u denied"},
        {"t.a default t.u", "<unknown: denied> <- t.u denied"},
        {"t.u default t.v", "<unknown: denied> <- t.u denied, t.v timeout"},
        {"t.ba default true", "T"},
        {"t.bu default false", "TF <- t.bu denied"},
        {"(t.bu and t.ba) default true", "TF <- t.bu denied, t.ba absent"},
        {"t.a default t.a", "<absent> <- t.a absent"},
    };
    ASSERT_OUTCOMES("", cases);
}

/* ---- presence ---- */

static void tells_what_is_known(void **state)
{
    (void)state;
    static const struct expectation cases[] = {
        {"t.i exists", "T"},
        {"t.a exists", "F"},
        {"t.u exists", "TF <- t.u denied"},
        {"t.i absent", "F"},
        {"t.a absent", "T"},
        {"t.u absent", "TF <- t.u denied"},
        {"t.no exists", "T"},
        {"t.ba exists", "F"},
        {"t.bu exists", "TF <- t.bu denied"},
        {"(t.bu and t.ba) exists", "TF <- t.bu denied, t.ba absent"},
        {"(t.ba or t.ba) absent", "T"},
        {"g.here exists", "T"},
        {"g.gone exists", "F"},
        {"g.gone absent", "T"},
        {"g.open exists", "TF <- g.open not_in_snapshot"},
        {"g.open absent", "TF <- g.open not_in_snapshot"},
        {"f(\"/x\") exists", "T"},
        {"f(t.sa) exists", "F"},
        {"f(t.su) exists", "TF <- t.su stale"},
        {"f(\"/y\") exists", "TF <- f(\"/y\") not_in_snapshot"},
        {"f(\"/x\").size", "5"},
        {"f(\"/y\").size",
         "<unknown: not_in_snapshot> <- f(\"/y\").size not_in_snapshot"},
        {"f(t.sa).size", "<absent> <- t.sa absent"},
    };
    ASSERT_OUTCOMES("", cases);
}

static void tells_what_is_unknown(void **state)
{
    (void)state;
    static const struct expectation cases[] = {
        {"t.i unknown", "F"},
        {"t.a unknown", "F"},
        {"t.u unknown", "T"},
        {"t.m unknown", "TF <- t.m not_in_snapshot"},
        {"t.su unknown", "TF <- t.su stale"},
        {"t.u unknown(denied)", "T"},
        {"t.u unknown(timeout)", "F"},
        {"t.m unknown(timeout)", "TF <- t.m not_in_snapshot"},
        {"t.m unknown(not_in_snapshot)", "TF <- t.m not_in_snapshot"},
        {"t.u unknown(not_in_snapshot)", "F"},
        {"(t.i / t.zero) unknown", "T"},
        {"(t.u + t.m) unknown", "TF <- t.u denied, t.m not_in_snapshot"},
        {"(t.u + t.v) unknown(timeout)", "T"},
        {"(t.u + t.a) unknown", "F"},
        {"t.bu unknown", "T"},
        {"(t.bu and t.no) unknown", "F"},
        {"t.ba unknown", "F"},
    };
    /* Without a reason the checker takes it in symptoms only. */
    load_cases("", "symptom", cases, AR_COUNT_OF(cases));
    const struct ar_rule *rule = fixture.program->rules.at[0];
    for (size_t ix = 0; ix < AR_COUNT_OF(cases); ix++)
        assert_outcome(rule->details->symptoms.at[ix], &cases[ix]);
}

/* ---- comparison ---- */

static void compares(void **state)
{
    (void)state;
    static const struct expectation cases[] = {
        {"t.i == 7", "T"},
        {"t.i != 7", "F"},
        {"t.i < 7", "F"},
        {"t.i <= 7", "T"},
        {"t.i > 6", "T"},
        {"t.i >= 8", "F"},
        {"t.a == 7", "N <- t.a absent"},
        {"t.u == 7", "TFN <- t.u denied"},
        {"t.u != 7", "TFN <- t.u denied"},
        {"t.u == t.a", "N <- t.a absent"},
        {"t.a == t.u", "N <- t.a absent"},
        {"t.a == t.a", "N <- t.a absent"},
        {"t.u < t.v", "TFN <- t.u denied, t.v timeout"},
        {"t.u == t.u", "TFN <- t.u denied"},
        {"t.r == 2.5", "T"},
        {"t.r > t.j", "T"},
        {"t.most < 9223372036854775808.0", "T"},
        {"t.most == 9223372036854775808.0", "F"},
        {"t.least == -9223372036854775808.0", "T"},
        {"t.least < -9223372036854775808.0", "F"},
        {"t.i < 7.5", "T"},
        {"-7.5 < t.i", "T"},
        {"t.j > -2.5", "T"},
        {"t.s < \"Hello x\"", "T"},
        {"t.version == \"4.34-rc.1\"", "T"},
        {"t.version < 4.34.0", "T"},
        {"t.size == 3072MiB", "T"},
        {"t.duration > 1min", "T"},
        {"t.time < \"2026-11-23T00:00:00Z\"", "T"},
        {"t.color == green", "T"},
        {"t.color != green", "F"},
        {"t.ip == \"10.1.2.3\"", "T"},
        {"t.net == \"10.1.9.9/16\"", "T"},
        {"t.yes == t.yes", "T"},
        {"t.yes != t.no", "T"},
        {"t.yes == t.ba", "N <- t.ba absent"},
        {"t.bu == t.ba", "N <- t.ba absent"},
        {"t.bu == t.yes", "TFN <- t.bu denied"},
        {"t.bu exists == t.yes", "TF <- t.bu denied"},
        {"(t.bu and t.ba) == t.no", "TN <- t.bu denied, t.ba absent"},
    };
    ASSERT_OUTCOMES("", cases);
}

static void finds_members(void **state)
{
    (void)state;
    static const struct expectation cases[] = {
        {"t.i in [1, 7]", "T"},
        {"t.i in [1, 2]", "F"},
        {"t.i not in [1, 2]", "T"},
        {"t.i in [1, t.u]", "TFN <- t.u denied"},
        {"t.i in [t.u, 7]", "T"},
        {"t.i in [t.a, 1]", "N <- t.a absent"},
        {"t.a in t.l", "N <- t.a absent"},
        {"t.a in t.empty", "N <- t.a absent"},
        {"t.a in t.lu", "N <- t.a absent"},
        {"t.u in t.empty", "TFN <- t.u denied"},
        {"3 in t.la", "N <- t.la absent"},
        {"t.u in t.la", "N <- t.la absent"},
        {"3 in t.lu", "TFN <- t.lu denied"},
        {"3 in t.mixed", "T"},
        {"4 in t.mixed", "TFN <- t.mixed bad_output"},
        {"t.l contains 2", "T"},
        {"t.empty contains 2", "F"},
        {"1.0 in t.l", "T"},
        {"\"a\" in t.map", "T"},
        {"\"c\" in t.map", "F"},
        {"t.su in t.mu", "TFN <- t.su stale, t.mu denied"},
        {"t.i in 1 .. 7", "T"},
        {"t.i in 1 .. <7", "F"},
        {"t.i in 7 .. <8", "T"},
        {"t.i in 8 .. t.u", "TFN <- t.u denied"},
        {"t.i in t.a .. t.u", "N <- t.a absent"},
        {"t.version in 4.34.0-beta1 .. <4.34.0", "T"},
        {"t.ip in t.net", "T"},
        {"t.ip in \"10.2.0.0/16\"", "F"},
        {"t.net in \"10.0.0.0/8\"", "T"},
        {"cidr(\"10.0.0.0/8\") in t.net", "F"},
        {"t.s contains \"lo w\"", "T"},
        {"t.s contains \"\"", "T"},
        {"t.s contains \"x\"", "F"},
        {"t.s starts with \"Hello\"", "T"},
        {"t.s ends with \"Hello\"", "F"},
        {"t.s ends with \"world\"", "T"},
        {"t.sa contains t.su", "N <- t.sa absent"},
    };
    ASSERT_OUTCOMES("", cases);
}

/* ---- arithmetic ---- */

static void calculates(void **state)
{
    (void)state;
    static const struct expectation cases[] = {
        {"t.i + t.j", "5"},
        {"t.i - t.j", "9"},
        {"t.i * t.j", "-14"},
        {"t.i / t.j", "-3"},
        {"t.i % t.j", "1"},
        {"(0 - t.i) / 2", "-3"},
        {"(0 - t.i) % 2", "-1"},
        {"-t.i", "-7"},
        {"t.i / 2.0", "3.5"},
        {"t.i + t.r", "9.5"},
        {"t.most + t.j", "9223372036854775805"},
        {"t.least % -1", "0"},
        {"t.s + \"!\"", "Hello world!"},
        {"t.size + 1GiB", "4GiB"},
        {"t.size - 1GiB", "2GiB"},
        {"t.size * 2", "6GiB"},
        {"2 * t.size", "6GiB"},
        {"1B * 2.5", "3B"},
        {"1B * 2.4", "2B"},
        {"1B * -2.5", "-3B"},
        {"7B / 2", "4B"},
        {"5B / 3", "2B"},
        {"-7B / 2", "-4B"},
        {"t.size / 1GiB", "3.0"},
        {"t.duration + 30s", "2min"},
        {"t.duration * 0.5", "45s"},
        {"t.duration / 60s", "1.5"},
        {"t.time - t.time", "0s"},
        {"t.time + 1h", "2026-11-22T11:00:00Z"},
        {"t.time - 10h", "2026-11-22T00:00:00Z"},
        {"t.a + t.u", "<absent> <- t.a absent"},
        {"t.u + t.a", "<absent> <- t.a absent"},
        {"t.u + 1", "<unknown: denied> <- t.u denied"},
        {"t.u + t.v", "<unknown: denied> <- t.u denied, t.v timeout"},
        {"-t.a", "<absent> <- t.a absent"},
    };
    ASSERT_OUTCOMES("", cases);
}

static void cannot_calculate(void **state)
{
    (void)state;
    static const struct expectation cases[] = {
        {"t.i / t.zero", "<unknown: bad_value> <- t.i / t.zero bad_value"},
        {"t.i % t.zero", "<unknown: bad_value> <- t.i % t.zero bad_value"},
        {"t.r / t.zero", "<unknown: bad_value> <- t.r / t.zero bad_value"},
        {"t.size / t.zero",
         "<unknown: bad_value> <- t.size / t.zero bad_value"},
        {"t.most + 1", "<unknown: bad_value> <- t.most + 1 bad_value"},
        {"t.least - 1", "<unknown: bad_value> <- t.least - 1 bad_value"},
        {"t.least * -1", "<unknown: bad_value> <- t.least * -1 bad_value"},
        {"-1 * t.least", "<unknown: bad_value> <- -1 * t.least bad_value"},
        {"t.least / -1", "<unknown: bad_value> <- t.least / -1 bad_value"},
        {"-t.least", "<unknown: bad_value> <- -t.least bad_value"},
        {"abs(t.least)", "<unknown: bad_value> <- abs(t.least) bad_value"},
        {"t.huge * 10.0", "<unknown: bad_value> <- t.huge * 10.0 bad_value"},
        {"t.size * t.huge",
         "<unknown: bad_value> <- t.size * t.huge bad_value"},
        {"t.size * t.most",
         "<unknown: bad_value> <- t.size * t.most bad_value"},
        {"t.i / t.zero == 1", "TFN <- t.i / t.zero bad_value"},
        {"t.i / t.zero == t.a", "N <- t.a absent"},
        {"sum([t.most, 1])",
         "<unknown: bad_value> <- sum([t.most, 1]) bad_value"},
    };
    ASSERT_OUTCOMES("", cases);
}

/* ---- functions ---- */

static void calls_functions(void **state)
{
    (void)state;
    static const struct expectation cases[] = {
        {"length(\"h\xC3\xA9llo\")", "5"},
        {"length(t.l)", "4"},
        {"length(t.map)", "2"},
        {"lower(t.s)", "hello world"},
        {"upper(t.s)", "HELLO WORLD"},
        {"trim(\"  a b \")", "a b"},
        {"replace(\"a.b.c\", \".\", \"--\")", "a--b--c"},
        {"replace(\"abc\", \"\", \"x\")", "abc"},
        {"replace(\"aaa\", \"aa\", \"b\")", "ba"},
        {"split(\"a,b,,c\", \",\")", "[a, b, , c]"},
        {"split(\"\", \",\")", "[]"},
        {"length(split(\"\", \",\"))", "1"},
        {"split(\"abc\", \"\")", "[abc]"},
        {"join(t.words, \"|\")", "b|a=1|a=2"},
        {"join([\"a\", t.su], \"|\")", "<unknown: stale> <- t.su stale"},
        {"join([t.su, t.sa], \"|\")", "<absent> <- t.su stale, t.sa absent"},
        {"remove_prefix(t.s, \"Hello \")", "world"},
        {"remove_prefix(t.s, \"x\")", "Hello world"},
        {"remove_suffix(t.s, \" world\")", "Hello"},
        {"word(\" a  bb c \", 1)", "bb"},
        {"word(\" a  bb c \", -1)", "c"},
        {"word(\"a\", 1)", "<absent> <- word(\"a\", 1) absent"},
        {"word(\"a\", -2)", "<absent> <- word(\"a\", -2) absent"},
        {"basename(\"C:\\\\x\\\\y.exe\")", "y.exe"},
        {"basename(\"/etc/\")", ""},
        {"basename(\"a\")", "a"},
        {"dirname(\"/etc/wsl.conf\")", "/etc"},
        {"dirname(\"a\")", "."},
        {"abs(t.j)", "2"},
        {"abs(-2.5)", "2.5"},
        {"abs(-(t.r - t.r))", "0.0"}, /* of -0.0 */
        {"min(t.l)", "1"},
        {"max(t.l)", "3"},
        {"max([4.30.0, 4.4.0])", "4.30.0"},
        {"min(t.empty)", "<absent> <- min(t.empty) absent"},
        {"min(t.mixed)", "<unknown: bad_output> <- t.mixed bad_output"},
        {"sum(t.l)", "9"},
        {"sum(t.empty)", "0"},
        {"sum([1GiB, 1GiB])", "2GiB"},
        {"sum([1.5, 2.0])", "3.5"},
        {"sort(t.l)", "[1, 2, 3, 3]"},
        {"sort([\"b\", \"B\", \"a\"])", "[B, a, b]"},
        {"unique(t.l)", "[3, 1, 2]"},
        {"unique([t.color, red, t.color])", "[green, red]"},
        {"unique(t.empty)", "[]"},
        {"keys(t.map)", "[a, b]"},
        {"overlaps(t.net, \"10.0.0.0/8\")", "T"},
        {"overlaps(t.net, \"11.0.0.0/8\")", "F"},
        {"length(t.la)", "<absent> <- t.la absent"},
        {"replace(t.su, t.sa, \"\")", "<absent> <- t.sa absent"},
    };
    ASSERT_OUTCOMES("", cases);
}

static void converts(void **state)
{
    (void)state;
    static const struct expectation cases[] = {
        {"int(\"12\")", "12"},
        {"int(\"x\")", "<unknown: bad_value> <- int(\"x\") bad_value"},
        {"int(\" 1\")", "<unknown: bad_value> <- int(\" 1\") bad_value"},
        {"version(\"4.3\") < 4.30.0", "T"},
        {"size(\"2KiB\")", "2KiB"},
        {"time(\"2026-01-01\") < t.time", "T"},
        {"ip(\"::1\")", "::1"},
        {"arch(\"x86_64\") == amd64", "T"},
        {"color(\"GREEN\")", "green"},
        {"color(\"blue\")",
         "<unknown: bad_value> <- color(\"blue\") bad_value"},
        {"int(\"x\") == 1", "TFN <- int(\"x\") bad_value"},
        {"bool(\"true\")", "T"},
        {"bool(\"x\")", "TFN <- bool(\"x\") bad_value"},
        {"int(t.su)", "<unknown: stale> <- t.su stale"},
        {"string(t.size)", "3GiB"},
        {"string(t.yes)", "true"},
        {"string(t.bu)", "<unknown: denied> <- t.bu denied"},
        {"\"{t.i} of {t.l}: {t.color}\"", "7 of 3, 1, 2, 3: green"},
        {"\"{t.i} {t.u}\"", "<unknown: denied> <- t.u denied"},
        {"\"{t.u} {t.a}\"", "<absent> <- t.a absent"},
        {"\"{t.mixed}\"", "<unknown: bad_output> <- t.mixed bad_output"},
    };
    ASSERT_OUTCOMES("", cases);
}

/* ---- access ---- */

static void takes_values_apart(void **state)
{
    (void)state;
    static const struct expectation cases[] = {
        {"t.l[0]", "3"},
        {"t.l[-1]", "3"},
        {"t.l[-4]", "3"},
        {"t.l[4]", "<absent> <- t.l[4] absent"},
        {"t.l[-5]", "<absent> <- t.l[-5] absent"},
        {"t.l[t.least]", "<absent> <- t.l[t.least] absent"},
        {"t.mixed[1]", "<unknown: bad_output> <- t.mixed bad_output"},
        {"t.lu[0]", "<unknown: denied> <- t.lu denied"},
        {"t.l[t.u]", "<unknown: denied> <- t.u denied"},
        {"t.la[t.u]", "<absent> <- t.la absent"},
        {"t.map[\"a\"]", "1"},
        {"t.map[\"b\"]", "<unknown: bad_output> <- t.map bad_output"},
        {"t.map[\"c\"]", "<absent> <- t.map[\"c\"] absent"},
        {"t.one.name", "x"},
        {"t.one.on", "T"},
        {"t.one.port", "<unknown: bad_output> <- t.one.port bad_output"},
        {"t.d.name", "[x, y, z]"},
        {"t.d[1].port", "<absent> <- t.d.port absent"},
        {"t.d[2].port", "<unknown: bad_output> <- t.d.port bad_output"},
        {"1 in t.d.port", "T"},
        {"2 in t.d.port", "TN <- t.d.port absent, t.d.port bad_output"},
        {"t.version.major", "4"},
        {"t.version.minor", "34"},
        {"version(\"4\").patch", "0"},
        {"version(\"18446744073709551615.1\").major",
         "<unknown: bad_value> <- version(\"18446744073709551615.1\").major "
         "bad_value"},
        {"t.net.first", "10.1.0.0"},
        {"t.net.last", "10.1.255.255"},
        {"t.net.length", "16"},
    };
    ASSERT_OUTCOMES("", cases);
}

/* ---- quantifiers ---- */

static void quantifies(void **state)
{
    (void)state;
    static const struct expectation cases[] = {
        {"any x in t.l: x == 2", "T"},
        {"any x in t.l: x == 9", "F"},
        {"every x in t.l: x > 0", "T"},
        {"every x in t.l: x > 1", "F"},
        {"no x in t.l: x == 9", "T"},
        {"no x in t.l: x == 2", "F"},
        {"any x in t.empty: x == 1", "F"},
        {"every x in t.empty: x == 1", "T"},
        {"no x in t.empty: x == 1", "T"},
        {"any x in t.la: x == 1", "N <- t.la absent"},
        {"every x in t.la: x == 1", "N <- t.la absent"},
        {"no x in t.la: x == 1", "N <- t.la absent"},
        {"any x in t.lu: x == 1", "TFN <- t.lu denied"},
        {"every x in t.lu: x == 1", "TFN <- t.lu denied"},
        {"no x in t.lu: x == 1", "TFN <- t.lu denied"},
        {"any x in t.mixed: x == 3", "T"},
        {"any x in t.mixed: x == 4", "TFN <- t.mixed bad_output"},
        {"any d in t.d: d.port == 1", "T"},
        {"any d in t.d: d.port == 2",
         "TN <- t.d.port absent, t.d.port bad_output"},
        {"no d in t.d: d.port == 2",
         "FN <- t.d.port absent, t.d.port bad_output"},
        {"every d in t.d: d.port == 1",
         "FN <- t.d.port absent, t.d.port bad_output"},
        {"any d in t.d: d.name == \"y\" and d.port absent", "T"},
        {"any d in t.d: d.on", "T"},
        {"any x in t.l: x == t.u", "TFN <- t.u denied"},
        {"any x in t.l: any y in t.l: x + y == 6", "T"},
        {"every x in t.l: any y in t.l: y > x", "F"},
    };
    ASSERT_OUTCOMES("", cases);
}

static void selects(void **state)
{
    (void)state;
    static const struct expectation cases[] = {
        {"count(x in t.l: x > 1)", "3"},
        {"count(x in t.empty: x > 1)", "0"},
        {"count(x in t.la: x > 1)", "<absent> <- t.la absent"},
        {"count(x in t.lu: x > 1)", "<unknown: denied> <- t.lu denied"},
        {"count(x in t.mixed: x > 1)",
         "<unknown: bad_output> <- t.mixed bad_output"},
        {"count(d in t.d: d.port == 1)",
         "<unknown: bad_output> <- t.d.port bad_output"},
        {"count(d in t.d: d.name != \"z\" and d.port == 1)", "1"},
        {"filter(x in t.l: x == 3)", "[3, 3]"},
        {"filter(x in t.l: x == 9)", "[]"},
        {"filter(x in t.mixed: true)", "[1, <unknown: bad_output>, 3]"},
        {"filter(x in t.mixed: x > 0)",
         "<unknown: bad_output> <- t.mixed bad_output"},
        {"first(x in t.l: x < 3)", "1"},
        {"first(x in t.l: x > 9)", "<absent> <- first(x in t.l: x > 9) absent"},
        {"first(x in t.mixed: x == 1)", "1"},
        {"first(x in t.mixed: x == 3)",
         "<unknown: bad_output> <- t.mixed bad_output"},
        {"first(d in t.d: d.name == \"z\").port",
         "<unknown: bad_output> <- t.d.port bad_output"},
        {"filter(d in t.d: d.on).name", "[x, z]"},
        {"(first(d in t.d: d.name == \"q\").name) default \"none\"", "none"},
    };
    ASSERT_OUTCOMES("", cases);
}

static void matches_patterns(void **state)
{
    (void)state;
    static const struct expectation cases[] = {
        {"t.s matches /W.r/i", "T"},
        {"t.s matches /W.r/", "F"},
        {"t.sa matches /x/", "N <- t.sa absent"},
        {"t.su matches /x/", "TFN <- t.su stale"},
        {"t.words matches /^a=2$/", "T"},
        {"t.words matches /^c/", "F"},
        {"[t.su, t.s] matches /Hello/", "T"},
        {"[t.su, \"x\"] matches /Hello/", "TFN <- t.su stale"},
        {"[t.sa, \"x\"] matches /Hello/", "N <- t.sa absent"},
        {"any w in t.words: w matches /a=(?<n>\\d)/ and n == \"2\"", "T"},
        {"any w in t.words: w matches /a=(?<n>\\d)/ and n == \"3\"", "F"},
        {"any w in t.words: w matches /b(?<n>\\d)?/ and n == \"3\"",
         "N <- n absent"},
        {"count(w in t.words: w matches /a=(?<n>\\d)/ and int(n) > 0)", "2"},
    };
    ASSERT_OUTCOMES("", cases);
}

/* ---- tables, functions of packs ---- */

static const char *const tables =
    "table unique by_color (c : color) -> name : string\n"
    "  red -> \"R\"\n"
    "  green -> \"G\"\n"
    "table unique complete same (c : color, n : int) -> name : string\n"
    "  red, _ -> \"S\"\n"
    "  green, < 5 -> \"S\"\n"
    "  green, >= 5 -> \"S\"\n"
    "table first range (n : int) -> name : string, rank : int\n"
    "  1 .. 3 -> \"low\", 1\n"
    "  {5, 7} -> \"odd\", 2\n"
    "  absent -> \"none\", 0\n"
    "  _ -> \"rest\", 3\n"
    "table first always (n : int) -> name : string\n"
    "  1 -> \"x\"\n"
    "  _ -> \"x\"\n"
    "table collect all (n : int, b : bool) -> name : string\n"
    "  > 0, _ -> \"positive\"\n"
    "  > 5, true -> \"big\"\n"
    "table unique flag (b : bool) -> n : int\n"
    "  true -> 1\n"
    "  false -> 1\n"
    "  absent -> 1\n";

static void looks_up_tables(void **state)
{
    (void)state;
    static const struct expectation cases[] = {
        {"by_color(red).name", "R"},
        {"by_color(t.color).name", "G"},
        {"by_color(t.cu).name", "<unknown: denied> <- t.cu denied"},
        {"same(t.color, 3).name", "S"},
        {"same(t.cu, 3).name", "<unknown: denied> <- t.cu denied"},
        {"same(green, t.u).name", "<unknown: denied> <- t.u denied"},
        {"same(red, t.u).name", "S"},
        {"same(green, t.a).name", "<absent> <- t.a absent"},
        {"range(2).name", "low"},
        {"range(t.i).name", "odd"},
        {"range(6).rank", "3"},
        {"range(t.a).name", "none"},
        {"range(t.u).name", "<unknown: denied> <- t.u denied"},
        {"always(t.u).name", "x"},
        {"all(t.i, true).name", "[positive, big]"},
        {"all(t.j, true)", "[]"},
        {"all(t.i, t.no).name", "[positive]"},
        {"all(3, t.bu).name", "[positive]"},
        {"all(t.i, t.bu).name", "<unknown: denied> <- t.bu denied"},
        {"all(t.u, t.no).name", "<unknown: denied> <- t.u denied"},
        {"all(t.a, t.bu)", "[]"},
        {"flag(t.bu).n", "1"},
    };
    ASSERT_OUTCOMES(tables, cases);
}

static void calls_functions_of_packs(void **state)
{
    (void)state;
    static const struct expectation cases[] = {
        {"double(t.i)", "14"},
        {"double(t.u)", "<unknown: denied> <- t.u denied"},
        {"double(double(t.j))", "-8"},
        {"both(t.ba, t.bu)", "FN <- t.ba absent, t.bu denied"},
        {"both(t.bu exists, t.yes)", "TF <- t.bu denied"},
        {"has(t.l, 2)", "T"},
        {"has(t.l, 9)", "F"},
        {"any n in t.l: double(n) == 2 and n == 1", "T"},
    };
    ASSERT_OUTCOMES("def double(n : int) = n + n\n"
                    "def both(a : bool, b : bool) = a and b\n"
                    "def has(l : list of int, n : int) = any x in l: x == n\n",
                    cases);
}

/* ---- derived facts ---- */

static const char *const derived = "fact d.sum : int = t.i + t.j\n"
                                   "fact d.open : int = t.u + 1\n"
                                   "fact d.cond : bool = t.ba and t.bu\n"
                                   "fact d.twice(n : int).value : int = n * 2\n"
                                   "fact d.pick : int = 1 if t.no\n"
                                   "fact d.pick : int = 2 if t.yes\n"
                                   "fact d.pick : int = 3 if t.ba\n"
                                   "fact d.clash : int = 1 if t.yes\n"
                                   "fact d.clash : int = 1 if t.i == 7\n"
                                   "fact d.none : int = 1 if t.no\n"
                                   "fact d.none : int = 2 if t.ba\n"
                                   "fact d.maybe : int = 1 if t.bu\n"
                                   "fact d.maybe : int = 2 if t.no\n"
                                   "fact d.either : int = 1 if t.yes\n"
                                   "fact d.either : int = 2 if t.bu\n"
                                   "fact d.deep : int = d.sum + d.open\n";

static void derives_facts(void **state)
{
    (void)state;
    static const struct expectation cases[] = {
        {"d.sum", "5"},
        {"d.open", "<unknown: denied> <- t.u denied"},
        {"d.open + d.open", "<unknown: denied> <- t.u denied"},
        {"d.cond", "FN <- t.ba absent, t.bu denied"},
        {"d.cond or t.no", "FN <- t.ba absent, t.bu denied"},
        {"d.twice(4).value", "8"},
        {"d.twice(t.u).value", "<unknown: denied> <- t.u denied"},
        {"d.pick", "2"},
        {"d.clash", "<unknown: conflict> <- d.clash conflict"},
        {"d.none", "<unknown: unsupported> <- d.none unsupported"},
        {"d.maybe", "<unknown: denied> <- t.bu denied"},
        {"d.either", "<unknown: denied> <- t.bu denied"},
        {"d.deep", "<unknown: denied> <- t.u denied"},
        {"d.clash unknown(conflict)", "T"},
        {"d.none exists", "TF <- d.none unsupported"},
    };
    ASSERT_OUTCOMES(derived, cases);
}

/* The factset's own entry replaces a definition; the conflict names both. */
static void prefers_given_facts(void **state)
{
    (void)state;
    load_rules("fact t.u : int\n"
               "fact d.a : int = t.u + 1\n"
               "fact d.b : int = d.a + 1\n"
               "fact d.c : int = 1 if t.u absent\n"
               "fact d.c : int = 2 if t.u absent\n"
               "rule r when d.b == 6 and d.c unknown(conflict)\n"
               "then diagnose \"{d.b}\"\n");
    set_fact("d.a=5");
    set_fact("t.u=absent");
    struct ar_result *result = evaluate();
    const struct ar_rule_result *rule = result_of(result, "r");
    assert_int_equal(rule->status, AR_STATUS_MATCHED);
    const ar_evidence_vector *read = &rule->findings.at[0]->facts;
    assert_int_equal(read->count, 4);
    assert_text(read->at[0].key, "d.b");
    assert_int_equal(read->at[0].value.as.integer, 6);
    assert_text(read->at[1].key, "d.a");
    assert_text(read->at[2].key, "d.c");
    assert_text(read->at[2].value.detail,
                "the definitions at t.rules:4 and t.rules:5");
    assert_text(read->at[3].key, "t.u");
}

/* A group says nothing about the facts that are derived. */
static void keeps_definitions_under_absent_groups(void **state)
{
    (void)state;
    load_rules("fact g.a : int fact t.i : int\n"
               "fact g.b : int = t.i + 1\n"
               "rule r when g absent and g.b == 8 then diagnose \"x\"\n");
    set_fact("t.i=7");
    set_state("g", ar_value_absent());
    assert_status("r", "matched");
    set_fact("g.b=1");
    assert_status("r", "clear");
}

int main(void)
{
#define TEST(function) \
    cmocka_unit_test_setup_teardown(function, start_test, end_test)
    const struct CMUnitTest tests[] = {
        TEST(joins_every_pair_of_sets),
        TEST(evaluates_and),
        TEST(evaluates_or_and_not),
        TEST(evaluates_if_and_default),
        TEST(tells_what_is_known),
        TEST(tells_what_is_unknown),
        TEST(compares),
        TEST(finds_members),
        TEST(calculates),
        TEST(cannot_calculate),
        TEST(calls_functions),
        TEST(converts),
        TEST(takes_values_apart),
        TEST(quantifies),
        TEST(selects),
        TEST(matches_patterns),
        TEST(looks_up_tables),
        TEST(calls_functions_of_packs),
        TEST(derives_facts),
        TEST(prefers_given_facts),
        TEST(keeps_definitions_under_absent_groups),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
