/* SPDX-License-Identifier: Apache-2.0 */
/* What follows from findings together: waivers, supersession, order, counts;
 * and what may be pasted: remedies and the quoting of their commands. */

#include "reference_fixture.h"
#include "result/assemble.h"

/* ---- quoting ---- */

struct quote_case {
    const char *shell;
    const char *argument;
    const char *expected; /* NULL: refused */
};

static void quotes_arguments(void **state)
{
    (void)state;
    static const struct quote_case cases[] = {
        {"", "docker.io/a_b:1.2@x+y-z", "docker.io/a_b:1.2@x+y-z"},
        {"", "", NULL},
        {"", "a b", NULL},
        {"", "a;b", NULL},
        {"", "$(x)", NULL},
        {"", "C:\\x", NULL},
        {"", "~", NULL},
        {"", "@x", NULL}, /* a variable in PowerShell */
        {"", "x@y", "x@y"},
        {"", "\xC3\xA9", NULL},
        {"bash", "alpine", "'alpine'"},
        {"bash", "", "''"},
        {"bash", "it's", "'it'\\''s'"},
        {"bash", "'", "''\\'''"},
        {"bash", "$(rm -rf /) `x` \"y\" !z \\",
         "'$(rm -rf /) `x` \"y\" !z \\'"},
        {"bash", "a\nb", NULL},
        {"bash", "a\x1b[2J", NULL},
        {"bash", "a\x7f", NULL},
        {"bash", "\xC2\x9B", NULL},         /* a C1 control */
        {"bash", "a\xE2\x80\xAEtxt", NULL}, /* turns the direction */
        {"bash", "a\xE2\x80\x8Btxt", NULL}, /* shows nothing */
        {"bash", "a\xFF", NULL},
        {"bash", "caf\xC3\xA9", "'caf\xC3\xA9'"},
        {"powershell", "it's", "'it''s'"},
        {"powershell", "a\xE2\x80\x99; calc #",
         "'a\xE2\x80\x99\xE2\x80\x99; calc #'"},
        {"powershell", "a\xE2\x80\x9B", "'a\xE2\x80\x9B\xE2\x80\x9B'"},
        {"powershell", "$env:x `y", "'$env:x `y'"},
        {"powershell", "", NULL},
        {"powershell", "--%", NULL},
        {"powershell", "50%", NULL},
        {"powershell", "!x!", NULL},
        {"powershell", "a&calc", NULL}, /* npm is a batch file */
        {"powershell", "a|b", NULL},
        {"powershell", "a<b", NULL},
        {"powershell", "a>b", NULL},
        {"powershell", "a^b", NULL},
        {"powershell", "a;b (c) {d}", "'a;b (c) {d}'"},
        {"powershell", "x\" --force \"", NULL},
        {"powershell", "C:\\a b\\", NULL},
        {"powershell", "C:\\a b", "'C:\\a b'"},
        {"cmd", "C:\\a b", "\"C:\\a b\""},
        {"cmd", "%PATH%", NULL},
        {"cmd", "a\"b", NULL},
        {"cmd", "a&b", NULL},
        {"cmd", "a!b", NULL},
        {"cmd", "a^b", NULL},
        {"cmd", "a|b", NULL},
        {"cmd", "a<b", NULL},
        {"cmd", "a>b", NULL},
        {"cmd", "C:\\", NULL},
        {"cmd", "", "\"\""},
        {"fish", "a b", NULL}, /* not a shell we know */
    };
    for (size_t ix = 0; ix < AR_COUNT_OF(cases); ix++) {
        const struct quote_case *each = &cases[ix];
        struct ar_buf out = AR_BUF(&fixture.arena);
        bool is_done = ar_result_quote(&out, ar_str_from_c(each->shell),
                                       ar_str_from_c(each->argument));
        if (is_done != (each->expected != NULL))
            fail_msg("%s %s: %d", each->shell, each->argument, (int)is_done);
        assert_text(ar_buf_view(&out), is_done ? each->expected : "");
    }
    struct ar_buf out = AR_BUF(&fixture.arena);
    assert_false(ar_result_quote(&out, AR_STR("bash"), AR_STR("a\0b")));
}

/* ---- remedies ---- */

static const char *const facts_text =
    "fact t.yes : bool fact t.no : bool fact t.ba : bool fact t.bu : bool\n"
    "fact t.s : string fact t.u : string fact t.a : string\n";

static void load(const char *rules)
{
    struct ar_buf text = AR_BUF(&fixture.arena);
    ar_buf_put_c(&text, facts_text);
    ar_buf_put_c(&text, rules);
    load_rules(ar_buf_view(&text).ptr);
    set_fact("t.yes=true");
    set_fact("t.no=false");
    set_fact("t.ba=absent");
    set_fact("t.bu=unknown(denied)");
    set_fact("t.s=it's");
    set_fact("t.u=unknown(denied)");
    set_fact("t.a=absent");
}

static const struct ar_finding *first_finding(const char *rule)
{
    const struct ar_rule_result *of = result_of(evaluate(), rule);
    assert_int_equal(of->status, AR_STATUS_MATCHED);
    assert_true(of->findings.count > 0);
    return of->findings.at[0];
}

static void renders_commands(void **state)
{
    (void)state;
    load("rule r when t.yes then diagnose \"x\"\n"
         "remedy \"Remove {t.s}\"\n"
         " risk high data_loss \"{t.s} is lost\" undo \"put {t.u} back\"\n"
         " step \"Do it to {t.s}\"\n"
         "  run bash \"rm {t.s} {t.u} {t.a}\"\n"
         "  run powershell \"rm {\"--name=\" + t.s}\"\n"
         "  run \"rm {t.s} x\"\n"
         "  run 'docker {{.Client}}'\n"
         "  do \"Look at {t.s}\"\n"
         "  open \"https://x/{t.a}\"\n"
         "  restart machine\n"
         " verify t.s != \"it's\" and\n        t.yes\n"
         "  run bash \"ls {t.s}\"\n");
    const struct ar_result_remedy *remedy = &first_finding("r")->remedies.at[0];
    assert_text(remedy->title, "Remove it's");
    assert_text(remedy->data_loss, "it's is lost");
    assert_text(remedy->undo, "put <unknown: denied> back");
    const struct ar_result_step *step = &remedy->steps.at[0];
    assert_text(step->sentence, "Do it to it's");
    static const char *const expected[] = {
        "rm 'it'\\''s' <t.u: unknown?> <t.a: absent?>",
        "rm '--name=it''s'",
        "rm <value of t.s?> x",
        "docker {{.Client}}",
        "Look at it's",
        "https://x/<absent>",
        "",
    };
    assert_int_equal(step->items.count, AR_COUNT_OF(expected));
    for (size_t ix = 0; ix < AR_COUNT_OF(expected); ix++)
        assert_text(step->items.at[ix].text, expected[ix]);
    static const bool asks[] = {true, false, true, false, false, false, false};
    for (size_t ix = 0; ix < AR_COUNT_OF(asks); ix++)
        assert_int_equal(step->items.at[ix].has_question, asks[ix]);
    assert_text(step->items.at[0].shell, "bash");
    assert_text(step->items.at[6].shell, "machine");
    assert_int_equal(step->items.at[6].kind, AR_STEP_RESTART);
    assert_text(remedy->verify, "t.s != \"it's\" and t.yes");
    assert_text(remedy->verify_runs.at[0].text, "ls 'it'\\''s'");
}

/* Only what a guard decides against is left out. */
static void guards_steps(void **state)
{
    (void)state;
    load("rule r when t.yes then diagnose \"x\" remedy \"x\"\n"
         " step \"1\" if t.yes do \"a\"\n"
         " step \"2\" if t.no do \"a\"\n"
         " step \"3\" if t.ba do \"a\"\n"
         " step \"4\" if t.bu do \"a\"\n"
         " step \"5\" unless t.yes do \"a\"\n"
         " step \"6\" unless t.no do \"a\"\n"
         " step \"7\" unless t.ba do \"a\"\n"
         " step \"8\" unless t.bu do \"a\"\n"
         " step \"9\" do \"a\" if t.no do \"b\" if t.bu and\n   t.yes\n"
         "  do \"c\"\n");
    static const struct {
        const char *sentence;
        const char *condition;
    } expected[] = {
        {"1", ""}, {"4", "if t.bu"},     {"6", ""},
        {"7", ""}, {"8", "unless t.bu"}, {"9", ""},
    };
    const struct ar_result_remedy *remedy = &first_finding("r")->remedies.at[0];
    assert_int_equal(remedy->steps.count, AR_COUNT_OF(expected));
    for (size_t ix = 0; ix < AR_COUNT_OF(expected); ix++) {
        assert_text(remedy->steps.at[ix].sentence, expected[ix].sentence);
        assert_text(remedy->steps.at[ix].condition, expected[ix].condition);
    }
    const ar_result_item_vector *items = &remedy->steps.at[5].items;
    assert_int_equal(items->count, 2);
    assert_text(items->at[0].text, "b");
    assert_text(items->at[0].condition, "if t.bu and t.yes");
    assert_text(items->at[1].text, "c");
}

static void orders_remedies(void **state)
{
    (void)state;
    load("rule r when t.yes then diagnose \"x\"\n"
         "remedy \"high\" risk high step \"x\" do \"a\"\n"
         "remedy \"medium lossy\" data_loss \"y\" step \"x\" do \"a\"\n"
         "remedy \"medium\" step \"x\" do \"a\"\n"
         "remedy \"low 1\" risk low step \"x\" do \"a\"\n"
         "remedy \"low 2\" risk low step \"x\" do \"a\"\n");
    static const char *const expected[] = {"low 1", "low 2", "medium",
                                           "medium lossy", "high"};
    const struct ar_finding *finding = first_finding("r");
    assert_int_equal(finding->remedies.count, AR_COUNT_OF(expected));
    for (size_t ix = 0; ix < AR_COUNT_OF(expected); ix++)
        assert_text(finding->remedies.at[ix].title, expected[ix]);
}

/* ---- supersession ---- */

/* "a, b": the rules whose findings fold the only finding of rule. */
static const char *causes_of(struct ar_result *result, const char *rule,
                             size_t finding_ix)
{
    struct ar_buf out = AR_BUF(&fixture.arena);
    const struct ar_rule_result *of = result_of(result, rule);
    assert_true(finding_ix < of->findings.count);
    const struct ar_finding *finding = of->findings.at[finding_ix];
    for (size_t ix = 0; ix < finding->superseded_by.count; ix++) {
        const struct ar_finding *cause = finding->superseded_by.at[ix];
        ar_buf_put_c(&out, ix > 0 ? ", " : "");
        ar_buf_put(&out, cause->rule->name);
        ar_buf_put(&out, cause->key_text);
    }
    for (size_t ix = 0; ix < finding->possible_causes.count; ix++) {
        ar_buf_put_c(&out, " ?");
        ar_buf_put(&out, finding->possible_causes.at[ix]->name);
    }
    return ar_buf_view(&out).ptr;
}

static const char *const chain =
    "rule a supersedes b when t.yes then diagnose \"x\"\n"
    "rule b supersedes c when t.s == \"it's\" then diagnose \"x\"\n"
    "rule c when t.yes then diagnose \"x\"\n"
    "rule d when t.yes then diagnose \"x\"\n"
    "rule e supersedes d, c when t.bu then diagnose \"x\"\n"
    "rule f supersedes d when t.no then diagnose \"x\"\n";

static void folds_symptoms(void **state)
{
    (void)state;
    load(chain);
    struct ar_result *result = evaluate();
    assert_string_equal(causes_of(result, "a", 0), "");
    assert_string_equal(causes_of(result, "b", 0), "a");
    assert_string_equal(causes_of(result, "c", 0), "b, a ?e");
    assert_string_equal(causes_of(result, "d", 0), " ?e");
    assert_int_equal(result->n_superseded, 2);
    set_fact("t.s=other"); /* b is clear: nothing leads from a to c */
    result = evaluate();
    assert_string_equal(causes_of(result, "c", 0), " ?e");
    assert_int_equal(result->n_superseded, 0);
    set_fact("t.bu=true");
    result = evaluate();
    assert_string_equal(causes_of(result, "d", 0), "e");
}

static void load_site(const char *rules, const char *site)
{
    fixture_text(
        &fixture, "p.rules",
        ar_str_printf(&fixture.arena, "pack p\n%s%s", facts_text, rules).ptr);
    fixture_text(&fixture, "site.rules", site);
    finish_rules();
    set_fact("t.yes=true");
    set_fact("t.no=false");
    set_fact("t.s=it's");
    set_fact("t.bu=unknown(denied)");
}

static void passes_nothing_on_when_waived(void **state)
{
    (void)state;
    load_site(chain, "pack site\n"
                     "waive rule p.b because \"x\" owner \"y\" until "
                     "2027-01-31\n");
    struct ar_result *result = evaluate();
    assert_string_equal(causes_of(result, "b", 0), "a");
    assert_string_equal(causes_of(result, "c", 0), " ?e");
    assert_int_equal(result->n_waived, 1);
    assert_int_equal(result_of(result, "p.b")->status, AR_STATUS_MATCHED);
}

static void folds_with_the_same_key(void **state)
{
    (void)state;
    load("fact k.a : list of { n : string, on? : bool }\n"
         "fact k.b : list of string\n"
         "rule cause for each d in k.a key d.n when d.on\n"
         " supersedes symptom with same key\n"
         " then diagnose \"x\"\n"
         "rule symptom for each n in k.b key n when n != \"\"\n"
         " then diagnose \"x\"\n");
    set_fact("k.b=[\"x\", \"y\", \"z\"]");
    const struct ar_type *list = fixture.program->facts.at[7]->decl.type;
    ar_value on[3] = {ar_value_bool(true), ar_value_bool(false),
                      ar_value_unknown(AR_REASON_denied, AR_STR(""))};
    ar_value items[3];
    for (size_t ix = 0; ix < 3; ix++) {
        ar_value *fields = AR_NEW_ARRAY(&fixture.arena, ar_value, 2);
        static const char *const names[] = {"x", "y", "z"};
        fields[0] = ar_value_string(ar_str_from_c(names[ix]));
        fields[1] = on[ix];
        items[ix] = ar_value_record(list->element, fields);
    }
    set_state("k.a", ar_value_list(list, items, 3));
    struct ar_result *result = evaluate();
    assert_string_equal(causes_of(result, "symptom", 0), "causex");
    assert_string_equal(causes_of(result, "symptom", 1), "");
    assert_string_equal(causes_of(result, "symptom", 2), " ?cause");
    set_fact("k.a=unknown(denied)");
    result = evaluate();
    assert_string_equal(causes_of(result, "symptom", 0), " ?cause");
}

static void reports_packs_that_are_not_there(void **state)
{
    (void)state;
    load("rule r supersedes gone.one, gone.two, away.x when t.yes\n"
         "then diagnose \"x\"\n"
         "rule s supersedes gone.one when t.yes then diagnose \"x\"\n");
    struct ar_result *result = evaluate();
    assert_int_equal(result->absent_packs.count, 2);
    assert_text(result->absent_packs.at[0], "gone");
    assert_text(result->absent_packs.at[1], "away");
}

/* ---- waivers ---- */

static void waives_by_rule_and_key(void **state)
{
    (void)state;
    load_site("fact t.l : list of string\n"
              "rule r for each x in t.l key x when x != \"\"\n"
              "then diagnose \"x\"\n"
              "rule s when t.yes then diagnose \"x\"\n"
              "rule v key version(t.s) when t.yes then diagnose \"x\"\n",
              "pack site\n"
              "waive rule p.r key \"a#2\" because \"1\" owner \"y\" until "
              "2027-01-31\n"
              "waive rule p.r key \"b\" because \"2\" owner \"y\" until "
              "2026-01-31\n"
              "waive rule p.s because \"3\" owner \"y\" until 2027-01-31\n"
              "waive rule p.v key 1.0 because \"4\" owner \"y\" until "
              "2027-01-31\n");
    set_fact("t.l=[\"a\", \"a\", \"b\"]");
    set_fact("t.s=1.0.0");
    ar_time_parse(AR_STR("2026-11-22T00:00:00Z"), &options.now);
    struct ar_result *result = evaluate();
    const struct ar_rule_result *rule = result_of(result, "r");
    assert_null(rule->findings.at[0]->waived_by);
    assert_text(rule->findings.at[1]->waived_by->because, "1");
    assert_null(rule->findings.at[2]->waived_by);
    assert_non_null(result_of(result, "s")->findings.at[0]->waived_by);
    assert_non_null(result_of(result, "v")->findings.at[0]->waived_by);
    assert_int_equal(result->n_waived, 3);
    assert_int_equal(result->expired_waivers.count, 1);
    assert_text(result->expired_waivers.at[0]->because, "2");
}

/* To the end of that day in UTC. */
static void lets_waivers_expire(void **state)
{
    (void)state;
    load_site("rule s when t.yes then diagnose \"x\"\n",
              "pack site\n"
              "waive rule p.s because \"3\" owner \"y\" until 2027-01-31\n");
    ar_time_parse(AR_STR("2027-01-31T23:59:59.999999Z"), &options.now);
    assert_int_equal(evaluate()->n_waived, 1);
    options.now++;
    struct ar_result *result = evaluate();
    assert_int_equal(result->n_waived, 0);
    assert_int_equal(result->expired_waivers.count, 1);
    options.now = 0; /* then the facts' time counts */
    assert_int_equal(evaluate()->n_waived, 1);
    facts.has_now = true;
    ar_time_parse(AR_STR("2027-02-01"), &facts.now);
    assert_int_equal(evaluate()->n_waived, 0);
}

/* ---- order and names ---- */

static void orders_findings(void **state)
{
    (void)state;
    load("fact t.l : list of string\n"
         "rule z severity critical when t.yes then diagnose \"x\"\n"
         "rule b severity warning for each x in t.l key x when x != \"\"\n"
         "then diagnose \"x\"\n"
         "rule c severity error supersedes a when t.yes then diagnose \"x\"\n"
         "rule a severity error when t.yes then diagnose \"x\"\n"
         "rule d severity error when t.yes then diagnose \"x\"\n");
    set_fact("t.l=[\"y\", \"x\"]");
    struct ar_result *result = evaluate();
    static const char *const expected[] = {"z", "c", "d", "a", "bx", "by"};
    assert_int_equal(result->findings.count, AR_COUNT_OF(expected));
    for (size_t ix = 0; ix < AR_COUNT_OF(expected); ix++) {
        const struct ar_finding *finding = result->findings.at[ix];
        assert_text(ar_str_concat(&fixture.arena, finding->rule->name,
                                  finding->key_text),
                    expected[ix]);
    }
    for (size_t ix = 1; ix < result->rules.count; ix++)
        assert_true(ar_str_compare(result->rules.at[ix - 1].rule->id,
                                   result->rules.at[ix].rule->id) < 0);
}

static ar_str fingerprint(const char *id, const char *replaced, const char *key)
{
    struct ar_replaces replaces = {.id = ar_str_from_c(replaced)};
    struct ar_rule_details details = {0};
    struct ar_rule rule = {.id = ar_str_from_c(id), .details = &details};
    if (replaced) {
        details.replaces.at = &replaces;
        details.replaces.count = 1;
    }
    return ar_result_fingerprint(&fixture.arena, &rule, key != NULL,
                                 ar_str_from_c(key));
}

/* FNV-1a of the id: published numbers, so that it can never change. */
static void makes_fingerprints(void **state)
{
    (void)state;
    assert_text(fingerprint("a", NULL, NULL), "af63dc4c8601ec8c");
    assert_text(fingerprint("foobar", NULL, NULL), "85944171f73967e8");
    assert_text(fingerprint("new", "foobar", NULL), "85944171f73967e8");
    assert_false(
        ar_str_equal(fingerprint("a", NULL, NULL), fingerprint("a", NULL, "")));
    assert_false(
        ar_str_equal(fingerprint("a", NULL, "b"), fingerprint("ab", NULL, "")));
    assert_text(fingerprint("x", "a", "k"), fingerprint("a", NULL, "k").ptr);
}

int main(void)
{
#define TEST(function) \
    cmocka_unit_test_setup_teardown(function, start_test, end_test)
    const struct CMUnitTest tests[] = {
        TEST(quotes_arguments),
        TEST(renders_commands),
        TEST(guards_steps),
        TEST(orders_remedies),
        TEST(folds_symptoms),
        TEST(passes_nothing_on_when_waived),
        TEST(folds_with_the_same_key),
        TEST(reports_packs_that_are_not_there),
        TEST(waives_by_rule_and_key),
        TEST(lets_waivers_expire),
        TEST(orders_findings),
        TEST(makes_fingerprints),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
