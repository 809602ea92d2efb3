/* SPDX-License-Identifier: Apache-2.0 */
/* Outcome coverage: for each kind of condition and row, what counts as
 * possible, and what tests are found to have shown. */

#include "reference_fixture.h"
#include "tools/test_runner.h"

static const char declarations[] =
    "fact t.yes : bool\n"
    "fact t.b : bool\n"
    "fact t.i : int\n"
    "fact t.j : int\n"
    "fact t.s : string\n"
    "fact t.names : list of string\n"
    "fact t.items : list of { name : string, n : int, owner? : string }\n";

static struct ar_test_run *run_all(void)
{
    struct ar_test_options how = {.now = 1, .coverage = true};
    return ar_test_run(&fixture.arena,
                       ar_code_generate(&fixture.arena, fixture.program), &how);
}

static void put_bits(struct ar_buf *out, unsigned bits)
{
    ar_buf_put_c(out, bits & AR_SHOWN_TRUE ? "T" : "");
    ar_buf_put_c(out, bits & AR_SHOWN_FALSE ? "F" : "");
    ar_buf_put_c(out, bits & AR_SHOWN_UNDECIDED ? "U" : "");
}

/* Possible and shown, then the text: "TFU/T t.b". */
static void put_node(struct ar_buf *out, const struct ar_coverage_node *node)
{
    put_bits(out, node->possible);
    ar_buf_put_char(out, '/');
    put_bits(out, node->shown);
    ar_buf_put_char(out, ' ');
    ar_buf_put(out, ar_source_text_joined(&fixture.arena, &fixture.sources,
                                          node->span));
    ar_buf_put_char(out, '\n');
}

static const char *coverage_text(const struct ar_coverage *coverage)
{
    static const char *const kinds[] = {"rule", "fact", "function", "table"};
    struct ar_buf out = AR_BUF(&fixture.arena);
    for (size_t i = 0; i < coverage->parts.count; i++) {
        const struct ar_coverage_part *part = &coverage->parts.at[i];
        ar_buf_printf(&out, "%s " AR_STR_FORMAT " %zu/%zu\n", kinds[part->kind],
                      AR_STR_ARG(part->name), part->n_shown, part->n_possible);
        for (size_t k = 0; k < part->n_nodes; k++)
            put_node(&out, &coverage->nodes.at[part->first_ix + k]);
    }
    ar_buf_printf(&out, "total %zu/%zu\n", coverage->n_shown,
                  coverage->n_possible);
    return ar_buf_view(&out).ptr;
}

/* Of rules with tests that all pass. */
static void assert_coverage(const char *rules, const char *expected)
{
    struct ar_buf text = AR_BUF(&fixture.arena);
    ar_buf_put_c(&text, declarations);
    ar_buf_put_c(&text, rules);
    load_rules(ar_buf_view(&text).ptr);
    const struct ar_test_run *run = run_all();
    assert_int_equal(run->n_failed, 0);
    const char *actual = coverage_text(run->coverage);
    if (strcmp(actual, expected) != 0)
        fail_msg("got:\n%s\nexpected:\n%s", actual, expected);
}

/* ---- what is shown ---- */

static void only_what_is_asked_for(void **state)
{
    (void)state;
    load_rules("fact t.b : bool\nrule r when t.b then diagnose \"x\"\n");
    struct ar_test_options how = {.now = 1};
    assert_null(ar_test_run(&fixture.arena,
                            ar_code_generate(&fixture.arena, fixture.program),
                            &how)
                    ->coverage);
}

static void each_test_adds_what_it_shows(void **state)
{
    (void)state;
    assert_coverage("rule r when t.i > 4 then diagnose \"x\"\n",
                    "rule r 0/3\n"
                    "TFU/ t.i > 4\n"
                    "total 0/3\n");
}

static void one_outcome_for_each_test(void **state)
{
    (void)state;
    assert_coverage("rule r when t.i > 4 then diagnose \"x\"\n"
                    "test \"a\" given t.i = 5 expect r matched\n"
                    "test \"b\" given t.i = 6 expect r matched\n"
                    "test \"c\" given t.i absent expect r clear\n",
                    "rule r 2/3\n"
                    "TFU/TU t.i > 4\n"
                    "total 2/3\n");
}

/* Neither, open and half open are all of them undecided. */
static void undecided_is_what_is_not_decided(void **state)
{
    (void)state;
    assert_coverage("rule r when t.b and t.i > 4 then diagnose \"x\"\n"
                    "test \"a\" given t.b absent expect r clear\n",
                    "rule r 3/9\n"
                    "TFU/U t.b and t.i > 4\n"
                    "TFU/U t.b\n"
                    "TFU/U t.i > 4\n"
                    "total 3/9\n");
}

static void what_is_not_evaluated_shows_nothing(void **state)
{
    (void)state;
    assert_coverage("rule r when t.b and t.yes or t.i > 4 then diagnose \"x\"\n"
                    "test \"a\" given t.b = false, t.i = 5, t.yes = true\n"
                    "  expect r matched\n"
                    "test \"b\" given t.b = true, t.yes = true, t.i = 0\n"
                    "  expect r matched\n",
                    "rule r 7/15\n"
                    "TFU/T t.b and t.yes or t.i > 4\n"
                    "TFU/TF t.b and t.yes\n"
                    "TFU/TF t.b\n"
                    "TFU/T t.yes\n"
                    "TFU/T t.i > 4\n"
                    "total 7/15\n");
}

/* A test evaluates the rules that it names. */
static void rules_no_test_names_show_nothing(void **state)
{
    (void)state;
    assert_coverage("rule r when t.b then diagnose \"x\"\n"
                    "rule s when t.b then diagnose \"x\"\n"
                    "test \"a\" given t.b = true expect r matched\n",
                    "rule r 1/3\n"
                    "TFU/T t.b\n"
                    "rule s 0/3\n"
                    "TFU/ t.b\n"
                    "total 1/6\n");
}

/* ---- what is counted ---- */

static void every_clause_that_decides(void **state)
{
    (void)state;
    assert_coverage(
        "rule r\n"
        "  applies t.b\n"
        "  for each x in filter(e in t.items: e.n > 1)\n"
        "    key if t.yes then x.name else \"?\"\n"
        "  when little\n"
        "  let little = x.n < 10\n"
        "  let late = x.n > 20\n"
        "  symptom t.s contains \"a\"\n"
        "  then diagnose \"{if t.i > 1 then 1 else 2}\"\n"
        "    remedy \"m\"\n"
        "      step \"s\" if t.j > 1\n"
        "        do \"d\" unless t.j > 2\n"
        "      verify late\n"
        "        run 'ls' if t.j > 3\n"
        "test \"a\" given t.b = true, t.yes = true, t.j = 3, t.s = \"a\",\n"
        "    t.items = [{ name = \"k\", n = 5 }, { name = \"l\", n = 1 }]\n"
        "  expect r matched key \"k\"\n",
        "rule r 10/27\n"
        "TFU/T t.b\n"
        "TFU/TF e.n > 1\n"
        "TFU/T t.yes\n"
        "TFU/T little\n"
        "TFU/T x.n < 10\n"
        "TFU/T t.s contains \"a\"\n"
        "TFU/T t.j > 1\n"
        "TFU/T t.j > 2\n"
        "TFU/F t.j > 3\n"
        "total 10/27\n");
}

static void every_kind_of_condition(void **state)
{
    (void)state;
    static const char *const conditions[] = {
        "not t.b",
        "t.i == t.j",
        "t.i in [1, 2]",
        "t.i not in [1, 2]",
        "t.i not in 1..2",
        "t.i in 1..2",
        "t.s matches /x/",
        "t.names matches /x/",
        "t.s contains \"x\"",
        "t.s starts with \"x\"",
        "t.s ends with \"x\"",
        "t.b default t.yes",
        "if t.b then t.yes else t.yes",
        "any n in t.names: n == \"x\"",
        "every n in t.names: n == \"x\"",
        "no n in t.names: n == \"x\"",
        "ip(t.s) in \"10.0.0.0/8\"",
    };
    for (size_t i = 0; i < AR_COUNT_OF(conditions); i++) {
        start_test(state);
        struct ar_buf text = AR_BUF(&fixture.arena);
        ar_buf_printf(&text, "%srule r when %s then diagnose \"x\"\n",
                      declarations, conditions[i]);
        load_rules(ar_buf_view(&text).ptr);
        const struct ar_coverage *coverage = run_all()->coverage;
        assert_int_equal(coverage->nodes.at[0].possible,
                         AR_SHOWN_TRUE | AR_SHOWN_FALSE | AR_SHOWN_UNDECIDED);
        assert_text(ar_source_text_joined(&fixture.arena, &fixture.sources,
                                          coverage->nodes.at[0].span),
                    conditions[i]);
        if (i + 1 < AR_COUNT_OF(conditions))
            end_test(state);
    }
}

/* `not in` is one condition, not two. */
static void not_in_counts_once(void **state)
{
    (void)state;
    assert_coverage("rule r when t.i not in [1, 2] then diagnose \"x\"\n"
                    "test \"a\" given t.i = 1 expect r clear\n",
                    "rule r 1/3\n"
                    "TFU/F t.i not in [1, 2]\n"
                    "total 1/3\n");
}

static void bodies_of_quantifiers(void **state)
{
    (void)state;
    assert_coverage(
        "rule r when any x in t.items: x.n > 1 and x.owner exists\n"
        "  then diagnose \"x\"\n"
        "test \"a\" given t.items = [{ name = \"a\", n = 1 },\n"
        "    { name = \"b\", n unknown(denied), owner = \"o\" },\n"
        "    { name = \"c\", n = 3, owner = \"o\" }] expect r matched\n",
        "rule r 8/12\n"
        "TFU/T any x in t.items: x.n > 1 and x.owner exists\n"
        "TFU/TFU x.n > 1 and x.owner exists\n"
        "TFU/TFU x.n > 1\n"
        "TFU/T x.owner exists\n"
        "total 8/12\n");
}

/* A let counts where it is defined, and where it is used as a condition. */
static void lets_count_once(void **state)
{
    (void)state;
    assert_coverage("rule r when big or (big and t.b)\n"
                    "  let big = t.i > 1\n"
                    "  then diagnose \"x\"\n"
                    "test \"a\" given t.i = 2 expect r matched\n",
                    "rule r 3/18\n"
                    "TFU/T big or (big and t.b)\n"
                    "TFU/T big\n"
                    "TFU/ big and t.b\n"
                    "TFU/ big\n"
                    "TFU/ t.b\n"
                    "TFU/T t.i > 1\n"
                    "total 3/18\n");
}

static void derived_facts_and_functions(void **state)
{
    (void)state;
    assert_coverage(
        "fact d.small : bool = t.i < 5 if t.b\n"
        "fact d.small : bool = t.i < 9 if not t.b\n"
        "fact d.sum : int = t.i + 1\n"
        "def tiny(n : int) = n < 2\n"
        "rule r when d.small and tiny(d.sum) then diagnose \"x\"\n"
        "test \"a\" given t.b = true, t.i = 3 expect r clear\n"
        "test \"b\" given d.small = true, t.i = 0 expect r matched\n",
        "fact d.small 4/15\n"
        "TFU/T t.i < 5\n"
        "TFU/T t.b\n"
        "TFU/ t.i < 9\n"
        "TFU/F not t.b\n"
        "TFU/T t.b\n"
        "function tiny 2/3\n"
        "TFU/TF n < 2\n"
        "rule r 5/9\n"
        "TFU/TF d.small and tiny(d.sum)\n"
        "TFU/T d.small\n"
        "TFU/TF tiny(d.sum)\n"
        "total 11/27\n");
}

static void packs_and_the_library(void **state)
{
    (void)state;
    fixture_add_stdlib(&fixture);
    fixture_text(&fixture, "a.rules",
                 "pack shop\nuse std.host, std.docker\n"
                 "def old(v : version) = v < 4.30\n"
                 "rule r when docker.emulated or old(docker.desktop.version)\n"
                 "then diagnose \"x\"\n"
                 "rule s requires archrules >= 9.0\n"
                 "when docker.emulated then diagnose \"x\"\n"
                 "rule n when docker.emulated then diagnose \"x\"\n");
    fixture_text(&fixture, "b.rules",
                 "pack site\ndisable rule shop.n because \"noise\"\n");
    fixture_text(&fixture, "c.rules",
                 "pack later\nrequires archrules >= 9.0\nuse std.host\n"
                 "rule r when host.is_wsl then diagnose \"x\"\n");
    finish_rules();
    assert_string_equal(coverage_text(run_all()->coverage),
                        "function shop.old 0/3\n"
                        "TFU/ v < 4.30\n"
                        "rule shop.r 0/9\n"
                        "TFU/ docker.emulated or old(docker.desktop.version)\n"
                        "TFU/ docker.emulated\n"
                        "TFU/ old(docker.desktop.version)\n"
                        "total 0/12\n");
}

/* ---- what is possible ---- */

static void constants_have_one_outcome(void **state)
{
    (void)state;
    assert_coverage("rule r when t.b default true or 1 == 2\n"
                    "  then diagnose \"x\"\n"
                    "test \"a\" given t.b = false expect r clear\n"
                    "test \"b\" given t.b absent expect r matched\n",
                    "rule r 8/11\n"
                    "TFU/TF t.b default true or 1 == 2\n"
                    "TFU/TF t.b default true\n"
                    "TFU/FU t.b\n"
                    "T/T true\n"
                    "F/F 1 == 2\n"
                    "total 8/11\n");
}

static void presence_is_never_neither(void **state)
{
    (void)state;
    assert_coverage("rule r when t exists or (t.b default true) absent\n"
                    "         or (1 == 2) absent or t.i unknown(denied)\n"
                    "  then diagnose \"x\"\n"
                    "test \"a\" given t absent expect r clear\n",
                    "rule r 9/22\n"
                    "TFU/F t exists or (t.b default true) absent or (1 == 2) "
                    "absent or t.i unknown(denied)\n"
                    "TFU/F t exists\n"
                    "TFU/F (t.b default true) absent\n"
                    "TFU/T t.b default true\n"
                    "TFU/U t.b\n"
                    "T/T true\n"
                    "TF/F (1 == 2) absent\n"
                    "F/F 1 == 2\n"
                    "TFU/F t.i unknown(denied)\n"
                    "total 9/22\n");
}

struct possible_case {
    const char *when;
    const char *symptom; /* or NULL */
    bool is_decided;
};

/* Of the symptom, else of when. */
static void assert_possible(const struct possible_case *one)
{
    struct ar_buf text = AR_BUF(&fixture.arena);
    ar_buf_printf(&text,
                  "%sfact p(n : int).q : bool\n"
                  "rule r when %s\n"
                  "let big = t.i > 1\n",
                  declarations, one->when);
    if (one->symptom)
        ar_buf_printf(&text, "symptom %s\n", one->symptom);
    ar_buf_put_c(&text, "then diagnose \"{big}\"\n");
    load_rules(ar_buf_view(&text).ptr);
    ar_str wanted = ar_str_from_c(one->symptom ? one->symptom : one->when);
    const struct ar_coverage *coverage = run_all()->coverage;
    const struct ar_coverage_node *found = NULL;
    for (size_t i = 0; i < coverage->nodes.count; i++) {
        const struct ar_coverage_node *node = &coverage->nodes.at[i];
        if (ar_str_equal(ar_source_text(&fixture.sources, node->span), wanted))
            found = node; /* the last one: the symptom */
    }
    assert_non_null(found);
    if (one->is_decided == !(found->possible & AR_SHOWN_UNDECIDED))
        return;
    fail_msg("when %s symptom %s: %s be undecided", one->when,
             one->symptom ? one->symptom : "",
             one->is_decided ? "may" : "cannot");
}

static void assert_all_possible(const struct possible_case *cases, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        fixture_end(&fixture);
        start_test(NULL);
        assert_possible(&cases[i]);
    }
}

static void what_lacks_nothing_is_decided(void **state)
{
    (void)state;
    static const struct possible_case cases[] = {
        {"true", NULL, true},
        {"false", NULL, true},
        {"not (1 == 2)", NULL, true},
        {"not (1 == t.i)", NULL, false},
        {"length(\"abc\") == 3", NULL, true},
        {"upper(\"a\") == t.s", NULL, false},
        {"int(\"4\") == 4", NULL, false},
        {"min([1]) == 1", NULL, false},
        {"1 + 1 == 2", NULL, false},
        {"\"{1 == 1}\" == \"true\"", NULL, true},
        {"\"{t.i}\" == \"1\"", NULL, false},
        {"1 in [1, 2]", NULL, true},
        {"1 in [1, t.i]", NULL, false},
        {"sort([2, 1])[0] == 1", NULL, false},
        {"cidr(t.s).length == 1", NULL, false},
        {"if 1 == 1 then true else false", NULL, true},
        {"if 1 == 1 then t.b else false", NULL, false},
        {"if t.b then true else false", NULL, false},
        {"(t.i absent) == (t.j absent)", NULL, false},
        {"(1 == 1) exists", NULL, true},
        {"t.b exists", NULL, false},
        {"t absent", NULL, false},
        {"count(x in [1]: 1 == 1) == 1", NULL, true},
        {"first(x in [1]: 1 == 1) == 1", NULL, false},
        {"count(x in t.names: 1 == 1) == 1", NULL, false},
        {"(first(x in [1]: 1 == 1) default 1) == 1", NULL, true},
        {"(t.i default 1) == 1", NULL, false},
    };
    assert_all_possible(cases, AR_COUNT_OF(cases));
}

static void what_matched_is_known(void **state)
{
    (void)state;
    static const struct possible_case cases[] = {
        {"t.j > 1", "t.i > 2", false},
        {"t.i > 1", "t.i > 2", true},
        {"t.i > 1", "t.i + 1 > 2", false},
        {"t.i > 1 and t.j > 1", "t.i > t.j", true},
        {"t.i > 1 or t.j > 1", "t.i > 2", false},
        {"t.i > 1 or t.i < 1 and t.b", "t.i > 2", true},
        {"not (t.i > 1)", "t.i > 2", true},
        {"not (t.i > 1 and t.j > 1)", "t.i > 2", false},
        {"not (t.i > 1 or t.j > 1)", "t.i > 2", true},
        {"t.i exists", "t.i > 2", true},
        {"t.i absent", "t.i > 2", false},
        {"not (t.i absent)", "t.i > 2", true},
        {"not (t.i exists)", "t.i > 2", false},
        {"t.i unknown(denied)", "t.i > 2", false},
        {"(t.i default 1) > 1", "t.i > 2", false},
        {"(if t.b then t.i else 2) > 1", "t.i > 2", false},
        {"t.i in [1, t.j]", "t.i > 2", true},
        {"t.i in [1, t.j]", "t.j > 2", false},
        {"big", "t.i > 2", true},
        {"big or t.j > 2", "t.i > 2", false},
        {"t.b", "t.b", true},
        {"t.b", "t.b exists", true},
        {"not t.b", "t.b or t.yes", false},
        {"length(t.names) > 1", "t.names matches /x/", true},
        {"any x in t.names: x == \"a\"", "t.names matches /x/", true},
        {"any x in t.names: t.i > 1", "t.i > 2", false},
        {"any x in t.items: x.n > 1", "any y in t.items: y.n > 1", false},
        {"t.items[0].n > 1", "t.items[0].n > 2", true},
        {"t.items[0].n > 1", "t.items[1].n > 2", false},
        {"t.items[0].n > 1", "t.items[0].owner == \"a\"", false},
        {"p(1).q", "p(1).q", true},
        {"p(1).q", "p(2).q", false},
        {"p(t.i).q", "t.i > 2", true},
    };
    assert_all_possible(cases, AR_COUNT_OF(cases));
}

/* What must be known for the rule to match cannot be unknown behind it. */
static void findings_know_what_matched(void **state)
{
    (void)state;
    assert_coverage("rule r applies t.s exists\n"
                    "  for each x in t.items key x.name\n"
                    "  when x.n > 1 and (t.i == 1 or t.i == 2 and t.j == 1)\n"
                    "       and not (t.b or t.yes)\n"
                    "  symptom t.s == \"a\"\n"
                    "  symptom x.n > 2\n"
                    "  symptom x.owner == \"a\"\n"
                    "  symptom t.i == 1\n"
                    "  symptom t.j == 1\n"
                    "  symptom t.yes\n"
                    "  symptom t.names matches /x/\n"
                    "  then diagnose \"x\"\n",
                    "rule r 0/53\n"
                    "TFU/ t.s exists\n"
                    "TFU/ x.n > 1 and (t.i == 1 or t.i == 2 and t.j == 1) and "
                    "not (t.b or t.yes)\n"
                    "TFU/ x.n > 1\n"
                    "TFU/ t.i == 1 or t.i == 2 and t.j == 1\n"
                    "TFU/ t.i == 1\n"
                    "TFU/ t.i == 2 and t.j == 1\n"
                    "TFU/ t.i == 2\n"
                    "TFU/ t.j == 1\n"
                    "TFU/ not (t.b or t.yes)\n"
                    "TFU/ t.b or t.yes\n"
                    "TFU/ t.b\n"
                    "TFU/ t.yes\n"
                    "TF/ t.s == \"a\"\n"
                    "TF/ x.n > 2\n"
                    "TFU/ x.owner == \"a\"\n"
                    "TF/ t.i == 1\n"
                    "TFU/ t.j == 1\n"
                    "TF/ t.yes\n"
                    "TFU/ t.names matches /x/\n"
                    "total 0/53\n");
}

/* ---- rows ---- */

static void rows_of_unique(void **state)
{
    (void)state;
    assert_coverage("table grade(n : int, s : string) -> word : string\n"
                    "  < 5, _ -> \"small\"\n"
                    "  >= 5, \"a\" -> \"large\"\n"
                    "  absent, \"b\" -> \"none\"\n"
                    "rule r when grade(t.i, t.s).word == \"small\"\n"
                    "  then diagnose \"x\"\n"
                    "test \"a\" given t.i = 1 expect r matched\n"
                    "test \"b\" given t.s = \"b\" expect r undetermined\n",
                    "table grade 5/9\n"
                    "TFU/TU < 5, _ -> \"small\"\n"
                    "TFU/F >= 5, \"a\" -> \"large\"\n"
                    "TFU/FU absent, \"b\" -> \"none\"\n"
                    "rule r 2/3\n"
                    "TFU/TU grade(t.i, t.s).word == \"small\"\n"
                    "total 7/12\n");
}

static void rows_of_first(void **state)
{
    (void)state;
    assert_coverage("table first grade(n : int) -> word : string\n"
                    "  < 5 -> \"small\"\n"
                    "  < 9 -> \"medium\"\n"
                    "  _ -> \"large\"\n"
                    "rule r when grade(t.i).word == \"small\"\n"
                    "  then diagnose \"x\"\n"
                    "test \"a\" given t.i = 1 expect r matched\n"
                    "test \"b\" given t.i absent expect r clear\n",
                    "table grade 5/9\n"
                    "TFU/TF < 5 -> \"small\"\n"
                    "TFU/F < 9 -> \"medium\"\n"
                    "TFU/TF _ -> \"large\"\n"
                    "rule r 2/3\n"
                    "TFU/TF grade(t.i).word == \"small\"\n"
                    "total 7/12\n");
}

static void rows_of_collect(void **state)
{
    (void)state;
    assert_coverage("table collect grade(n : int) -> word : string\n"
                    "  < 5 -> \"small\"\n"
                    "  < 9 -> \"medium\"\n"
                    "  _ -> \"any\"\n"
                    "rule r when grade(t.i).word contains \"medium\"\n"
                    "  then diagnose \"x\"\n"
                    "test \"a\" given t.i = 1 expect r matched\n"
                    "test \"b\" given t.i = 7 expect r matched\n"
                    "test \"c\" expect r undetermined\n",
                    "table grade 6/7\n"
                    "TFU/TFU < 5 -> \"small\"\n"
                    "TFU/TU < 9 -> \"medium\"\n"
                    "T/T _ -> \"any\"\n"
                    "rule r 2/3\n"
                    "TFU/TU grade(t.i).word contains \"medium\"\n"
                    "total 8/10\n");
}

static void rows_by_a_condition(void **state)
{
    (void)state;
    assert_coverage("table answer(b : bool) -> word : string\n"
                    "  true -> \"yes\"\n"
                    "  false -> \"no\"\n"
                    "rule r when answer(t.b and t.yes).word == \"no\"\n"
                    "  then diagnose \"x\"\n"
                    "test \"a\" given t.b absent expect r undetermined\n",
                    "table answer 2/6\n"
                    "TFU/F true -> \"yes\"\n"
                    "TFU/U false -> \"no\"\n"
                    "rule r 4/12\n"
                    "TFU/U answer(t.b and t.yes).word == \"no\"\n"
                    "TFU/U t.b and t.yes\n"
                    "TFU/U t.b\n"
                    "TFU/U t.yes\n"
                    "total 6/18\n");
}

/* Texts are rendered where the rule matched: there the input is known. */
static void rows_that_only_texts_use(void **state)
{
    (void)state;
    assert_coverage("table grade(n : int) -> word : string\n"
                    "  < 5 -> \"small\"\n"
                    "  >= 5 -> \"large\"\n"
                    "table other(n : int) -> word : string\n"
                    "  1 -> \"one\"\n"
                    "rule r when t.i > 1\n"
                    "  let kind = grade(t.i).word\n"
                    "  then diagnose \"{kind} {other(t.j).word}\"\n"
                    "test \"a\" given t.i = 2, t.j = 2 expect r matched\n",
                    "table grade 2/4\n"
                    "TF/T < 5 -> \"small\"\n"
                    "TF/F >= 5 -> \"large\"\n"
                    "table other 1/3\n"
                    "TFU/F 1 -> \"one\"\n"
                    "rule r 1/3\n"
                    "TFU/T t.i > 1\n"
                    "total 4/10\n");
}

/* An input that is absent leaves no row open. */
static void rows_for_what_may_only_be_absent(void **state)
{
    (void)state;
    assert_coverage("table grade(n : int) -> word : string\n"
                    "  1 -> \"one\"\n"
                    "rule r when t.b\n"
                    "  let kind = grade(first(x in [1]: 1 == 1)).word\n"
                    "  then diagnose \"{kind}\"\n"
                    "test \"a\" given t.b = true expect r matched\n",
                    "table grade 1/2\n"
                    "TF/T 1 -> \"one\"\n"
                    "rule r 1/3\n"
                    "TFU/T t.b\n"
                    "total 2/5\n");
}

static void rows_that_fit_everything(void **state)
{
    (void)state;
    assert_coverage(
        "table only(n : int) -> word : string\n"
        "  _ -> \"one\"\n"
        "rule r when only(t.i).word == \"one\" then diagnose \"x\"\n"
        "test \"a\" expect r matched\n",
        "table only 1/1\n"
        "T/T _ -> \"one\"\n"
        "rule r 1/2\n"
        "TU/T only(t.i).word == \"one\"\n"
        "total 2/3\n");
}

/* ---- observing ---- */

struct seen {
    size_t n_conditions;
    size_t n_rows;
};

static void see_condition(void *context, const struct ar_expr *expr,
                          unsigned bits)
{
    struct seen *seen = context;
    assert_int_equal(expr->type->kind, AR_TYPE_BOOL);
    assert_true(bits > 0 && bits <= AR_OUTCOME_OPEN);
    seen->n_conditions++;
}

static void see_row(void *context, const struct ar_table *table, size_t ix,
                    unsigned bits)
{
    struct seen *seen = context;
    assert_true(ix < table->n_rows);
    assert_true(bits > 0 && bits <= AR_OUTCOME_OPEN);
    seen->n_rows++;
}

/* What runs out of fuel has come to nothing; and looking on changes no
 * status. */
static void sees_nothing_without_fuel(void **state)
{
    (void)state;
    struct seen seen = {0};
    struct ar_observer observer = {&seen, see_condition, see_row};
    load_rules("fact t.i : int\n"
               "table grade(n : int) -> word : string\n"
               "  < 5 -> \"small\"\n"
               "  >= 5 -> \"large\"\n"
               "rule r when t.i > 1 and grade(t.i).word == \"small\"\n"
               "then diagnose \"x\"\n");
    set_fact("t.i=3");
    assert_status("r", "matched");
    options.observer = &observer;
    assert_status("r", "matched");
    assert_int_equal(seen.n_conditions, 3);
    assert_int_equal(seen.n_rows, 2);
    seen = (struct seen){0};
    options.rule_fuel = 2;
    assert_status("r", "error");
    assert_int_equal(seen.n_conditions, 0);
    assert_int_equal(seen.n_rows, 0);
}

/* ---- reports ---- */

static const char reported[] =
    "fact t.i : int\n"
    "fact t.b : bool\n"
    "table grade(n : int) -> word : string\n"
    "  < 5  -> \"small\"\n"
    "  >= 5 -> \"large\"\n"
    "rule r\n"
    "  when\tt.b and\n"
    "    grade(t.i).word == \"small\"\n"
    "  then diagnose \"x\"\n"
    "test \"a\" given t.b = true, t.i = 3 expect r matched\n"
    "test \"b\" given t.b = false expect r clear\n"
    "test \"c\" given t.b = true expect r undetermined\n";

static const char *report_text(const struct ar_test_run *run, bool color)
{
    struct ar_buf out = AR_BUF(&fixture.arena);
    struct ar_test_report_options how = {.color = color, .annotate = true};
    ar_test_report_human(&out, run, &how);
    return ar_buf_view(&out).ptr;
}

static void marks_what_is_missing(void **state)
{
    (void)state;
    load_rules(reported);
    assert_string_equal(
        report_text(run_all(), false),
        "3 passed, 0 failed\n"
        "\n"
        "t.rules: 4 of 15 outcomes not shown\n"
        "    1 | fact t.i : int\n"
        "    2 | fact t.b : bool\n"
        "    3 | table grade(n : int) -> word : string\n"
        "    4 |   < 5  -> \"small\"\n"
        "      |   ^^^^^^^^^^^^^^^ never passed over\n"
        "    5 |   >= 5 -> \"large\"\n"
        "      |   ^^^^^^^^^^^^^^^ never taken\n"
        "    6 | rule r\n"
        "    7 |   when\tt.b and\n"
        "      |       \t^^^ never undecided\n"
        "    8 |     grade(t.i).word == \"small\"\n"
        "      |     ^^^^^^^^^^^^^^^^^^^^^^^^^^ never false\n"
        "    9 |   then diagnose \"x\"\n"
        "   10 | test \"a\" given t.b = true, t.i = 3 expect r matched\n"
        "   11 | test \"b\" given t.b = false expect r clear\n"
        "   12 | test \"c\" given t.b = true expect r undetermined\n"
        "\n"
        "Outcomes that the tests have shown:\n"
        "  table grade   4 of  6   66.6 %\n"
        "  rule r        7 of  9   77.7 %\n"
        "  total        11 of 15   73.3 %\n");
}

static void is_short_where_nothing_is_missing(void **state)
{
    (void)state;
    fixture_text(&fixture, "a.rules",
                 "fact t.b : bool\n"
                 "rule r when t.b then diagnose \"x\"\n"
                 "test \"a\" given t.b = true expect r matched\n"
                 "test \"b\" given t.b = false expect r clear\n"
                 "test \"c\" given t.b absent expect r clear\n");
    fixture_text(&fixture, "b.rules", "fact u.b : bool\n");
    finish_rules();
    assert_string_equal(report_text(run_all(), true),
                        "3 passed, 0 failed\n"
                        "\n"
                        "a.rules: all 3 outcomes shown\n"
                        "\n"
                        "Outcomes that the tests have shown:\n"
                        "  rule r  3 of 3    \033[1;32m100 %\033[0m\n"
                        "  total   3 of 3    \033[1;32m100 %\033[0m\n");
}

static void colors_what_is_missing(void **state)
{
    (void)state;
    load_rules("fact t.b : bool\nrule r when t.b then diagnose \"x\"");
    assert_string_equal(
        report_text(run_all(), true),
        "0 passed, 0 failed\n"
        "\n"
        "t.rules: 3 of 3 outcomes not shown\n"
        "    1 | fact t.b : bool\n"
        "    2 | rule r when t.b then diagnose \"x\"\n"
        "      | \033[1;31m            ^^^\033[0m never true, never false, "
        "never undecided\n"
        "\n"
        "Outcomes that the tests have shown:\n"
        "  rule r  0 of 3    \033[1;31m0.0 %\033[0m\n"
        "  total   0 of 3    \033[1;31m0.0 %\033[0m\n");
}

static void nothing_to_show_is_all(void **state)
{
    (void)state;
    load_rules("fact t.b : bool\n");
    assert_string_equal(report_text(run_all(), false),
                        "0 passed, 0 failed\n"
                        "\n"
                        "Outcomes that the tests have shown:\n"
                        "  total  0 of 0    100 %\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, start_test, end_test)
        TEST(only_what_is_asked_for),
        TEST(each_test_adds_what_it_shows),
        TEST(one_outcome_for_each_test),
        TEST(undecided_is_what_is_not_decided),
        TEST(what_is_not_evaluated_shows_nothing),
        TEST(rules_no_test_names_show_nothing),
        TEST(every_clause_that_decides),
        TEST(every_kind_of_condition),
        TEST(not_in_counts_once),
        TEST(bodies_of_quantifiers),
        TEST(lets_count_once),
        TEST(derived_facts_and_functions),
        TEST(packs_and_the_library),
        TEST(constants_have_one_outcome),
        TEST(presence_is_never_neither),
        TEST(what_lacks_nothing_is_decided),
        TEST(what_matched_is_known),
        TEST(findings_know_what_matched),
        TEST(rows_of_unique),
        TEST(rows_of_first),
        TEST(rows_of_collect),
        TEST(rows_by_a_condition),
        TEST(rows_that_only_texts_use),
        TEST(rows_for_what_may_only_be_absent),
        TEST(rows_that_fit_everything),
        TEST(sees_nothing_without_fuel),
        TEST(marks_what_is_missing),
        TEST(is_short_where_nothing_is_missing),
        TEST(colors_what_is_missing),
        TEST(nothing_to_show_is_all),
#undef TEST
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
