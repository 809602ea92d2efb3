/* SPDX-License-Identifier: Apache-2.0 */
/* Rules: the one status of each, findings with their texts and evidence,
 * elements of for each, budgets. */

#include "reference_fixture.h"

static const char *const declarations =
    "fact t.yes : bool fact t.no : bool fact t.ba : bool fact t.bu : bool\n"
    "fact t.i : int fact t.a : int fact t.u : int fact t.s : string\n"
    "fact t.l : list of int fact t.words : list of string\n"
    "fact t.d : list of { name? : string, port? : int }\n"
    "input ask.name : string ask \"Which?\"\n";

static void set_facts(void)
{
    set_fact("t.yes=true");
    set_fact("t.no=false");
    set_fact("t.ba=absent");
    set_fact("t.bu=unknown(denied)");
    set_fact("t.i=7");
    set_fact("t.a=absent");
    set_fact("t.u=unknown(timeout)");
}

static void load(const char *rules)
{
    struct ar_buf text = AR_BUF(&fixture.arena);
    ar_buf_put_c(&text, declarations);
    ar_buf_put_c(&text, rules);
    load_rules(ar_buf_view(&text).ptr);
    set_facts();
}

static void read_json(const char *json)
{
    uint32_t file = ar_sources_add(&fixture.arena, &fixture.sources,
                                   AR_STR("s.json"), ar_str_from_c(json));
    assert_true(ar_snapshot_read(&fixture.arena, &fixture.diags, file,
                                 facts.schema, &facts));
    set_facts();
}

static const struct ar_finding *only_finding(struct ar_result *result,
                                             const char *rule)
{
    const struct ar_rule_result *of = result_of(result, rule);
    assert_int_equal(of->status, AR_STATUS_MATCHED);
    assert_int_equal(of->findings.count, 1);
    return of->findings.at[0];
}

/* ---- statuses ---- */

struct status_case {
    const char *applies;
    const char *when;
    const char *expected;
};

/* Every pair of results of applies and when. */
static void chooses_one_status(void **state)
{
    (void)state;
    static const struct status_case cases[] = {
        {"t.yes", "t.yes", "matched"},
        {"t.yes", "t.no", "clear"},
        {"t.yes", "t.ba", "clear <- t.ba absent"},
        {"t.yes", "t.bu", "undetermined <- t.bu denied"},
        {"t.yes", "t.bu and t.ba", "clear <- t.ba absent"},
        {"t.yes", "t.bu and t.no", "clear"},
        {"t.yes", "t.bu or t.ba", "undetermined <- t.bu denied"},
        {"t.yes", "t.bu or t.yes", "matched"},
        {"t.no", "t.yes", "not_applicable"},
        {"t.no", "t.bu", "not_applicable"},
        {"t.ba", "t.yes", "not_applicable <- t.ba absent"},
        {"t.ba and t.bu", "t.yes", "not_applicable <- t.ba absent"},
        {"t.bu", "t.no", "clear"},
        {"t.bu", "t.a == 1", "clear <- t.a absent"},
        {"t.bu", "t.yes", "undetermined <- t.bu denied"},
        {"t.bu", "t.u == 1", "undetermined <- t.bu denied, t.u timeout"},
        {"t.yes", "t.i / (t.i - 7) == 1",
         "undetermined <- t.i / (t.i - 7) bad_value"},
    };
    struct ar_buf text = AR_BUF(&fixture.arena);
    for (size_t ix = 0; ix < AR_COUNT_OF(cases); ix++)
        ar_buf_printf(&text,
                      "rule r%zu applies %s when %s then diagnose \"x\"\n", ix,
                      cases[ix].applies, cases[ix].when);
    load(ar_buf_view(&text).ptr);
    struct ar_result *result = evaluate();
    assert_int_equal(result->rules.count, AR_COUNT_OF(cases));
    size_t counted = 0;
    for (size_t ix = 0; ix < AR_N_STATUSES; ix++)
        counted += result->counts[ix];
    assert_int_equal(counted, AR_COUNT_OF(cases));
    for (size_t ix = 0; ix < AR_COUNT_OF(cases); ix++) {
        char name[16];
        snprintf(name, sizeof(name), "r%zu", ix);
        assert_string_equal(status_text(result, name), cases[ix].expected);
    }
}

static void knows_what_was_not_loaded(void **state)
{
    (void)state;
    fixture_text(&fixture, "a.rules",
                 "pack a\n requires archrules >= 9.0\nfact a.f : bool\n"
                 "rule r when a.f then diagnose \"x\"\n");
    fixture_text(&fixture, "b.rules",
                 "pack b\nfact b.f : bool\n"
                 "rule r when b.f then diagnose \"x\"\n"
                 "rule s requires archrules >= 9.0\n"
                 "when b.f then diagnose \"x\"\n");
    fixture_text(&fixture, "site.rules",
                 "pack site\ndisable rule b.r because \"it is noisy\"\n");
    finish_rules();
    set_fact("b.f=true");
    struct ar_result *result = evaluate();
    assert_string_equal(status_text(result, "a.r"), "not_loaded");
    assert_true(ar_str_starts_with(result_of(result, "a.r")->reason,
                                   AR_STR("it requires archrules 9.0")));
    assert_string_equal(status_text(result, "b.r"), "not_loaded");
    assert_text(result_of(result, "b.r")->reason,
                "disabled by site.rules:2 because it is noisy");
    assert_string_equal(status_text(result, "b.s"), "not_loaded");
    assert_int_equal(result->counts[AR_STATUS_NOT_LOADED], 3);
    assert_int_equal(result->findings.count, 0);
}

static void finds_statuses_by_name(void **state)
{
    (void)state;
    assert_int_equal(ar_status_find(AR_STR("not_applicable")),
                     AR_STATUS_NOT_APPLICABLE);
    assert_int_equal(ar_status_find(AR_STR("Matched")), AR_N_STATUSES);
    assert_string_equal(ar_status_table[AR_STATUS_ERROR].name, "error");
}

static void asks_for_inputs(void **state)
{
    (void)state;
    load("rule r when ask.name == \"x\" then diagnose \"x\"\n");
    assert_status("r", "undetermined <- ask.name not_given");
    set_fact("ask.name=x");
    assert_status("r", "matched");
}

/* ---- budgets ---- */

static void stops_at_the_fuel_of_a_rule(void **state)
{
    (void)state;
    load("rule cheap when t.yes then diagnose \"x\"\n"
         "rule dear when count(x in t.l: x > 0) == 1 then diagnose \"x\"\n"
         "rule other when t.no then diagnose \"x\"\n");
    set_fact("t.l=[1, 1, 1, 1, 1, 1, 1, 1]");
    options.rule_fuel = 20;
    struct ar_result *result = evaluate();
    assert_string_equal(status_text(result, "cheap"), "matched");
    assert_string_equal(status_text(result, "dear"), "error");
    assert_text(result_of(result, "dear")->reason,
                "budget: the rule took too many steps");
    assert_string_equal(status_text(result, "other"), "clear");
    options.rule_fuel = 1000;
    assert_status("dear", "clear");
}

/* The first fuel at which a rule is decided is where it has enough. */
static void needs_the_same_fuel_in_any_company(void **state)
{
    (void)state;
    load("fact d.a : int = count(x in t.l: x > 0)\n"
         "fact d.b : int = d.a + d.a\n"
         "rule a when d.b == 16 then diagnose \"x\"\n"
         "rule b when d.b == 16 then diagnose \"x\"\n"
         "rule c when d.a == 8 and d.b == 16 then diagnose \"x\"\n");
    set_fact("t.l=[1, 1, 1, 1, 1, 1, 1, 1]");
    int64_t enough[3] = {0};
    for (options.rule_fuel = 100; options.rule_fuel > 0; options.rule_fuel--) {
        struct ar_result *result = evaluate();
        for (size_t ix = 0; ix < 3; ix++) {
            if (result->rules.at[ix].status == AR_STATUS_MATCHED)
                enough[ix] = options.rule_fuel;
        }
    }
    assert_true(enough[0] > 30 && enough[0] < 100);
    assert_int_equal(enough[0], enough[1]);
    assert_true(enough[2] > enough[0]);
}

static void stops_at_the_fuel_of_the_run(void **state)
{
    (void)state;
    load("rule a when t.yes then diagnose \"x\"\n"
         "rule b when count(x in t.l: x > 0) == 1 then diagnose \"x\"\n"
         "rule c when t.yes then diagnose \"x\"\n");
    set_fact("t.l=[1, 1, 1, 1, 1, 1, 1, 1]");
    options.run_fuel = 20;
    struct ar_result *result = evaluate();
    assert_string_equal(status_text(result, "a"), "matched");
    assert_string_equal(status_text(result, "b"), "error");
    assert_string_equal(status_text(result, "c"), "error");
    assert_text(result_of(result, "c")->reason,
                "budget: the evaluation took too many steps");
}

static void keeps_the_status_when_a_message_is_too_dear(void **state)
{
    (void)state;
    load("rule a when t.yes then\n"
         " diagnose \"{count(x in t.l: x > 0)} and {t.i}\"\n");
    set_fact("t.l=[1, 1, 1, 1, 1, 1, 1, 1]");
    options.rule_fuel = 20;
    assert_text(only_finding(evaluate(), "a")->diagnosis,
                "<unknown: budget> and <unknown: budget>");
    options.rule_fuel = 0;
    assert_text(only_finding(evaluate(), "a")->diagnosis, "8 and 7");
}

static void bounds_patterns(void **state)
{
    (void)state;
    load("rule a when t.s matches /(a|b|ab)*?[cd]/ then diagnose \"x\"\n"
         "rule b when t.s matches /^a/ then diagnose \"x\"\n");
    size_t n_bytes = 200000;
    char *text = AR_NEW_ARRAY(&fixture.arena, char, n_bytes + 1);
    memset(text, 'a', n_bytes);
    set_state("t.s", ar_value_string((ar_str){text, n_bytes}));
    struct ar_result *result = evaluate();
    assert_string_equal(status_text(result, "a"),
                        "undetermined <- t.s matches /(a|b|ab)*?[cd]/ budget");
    assert_string_equal(status_text(result, "b"), "matched");
    n_bytes = 262145;
    text = AR_NEW_ARRAY(&fixture.arena, char, n_bytes + 1);
    memset(text, 'a', n_bytes);
    set_state("t.s", ar_value_string((ar_str){text, n_bytes}));
    result = evaluate();
    assert_string_equal(status_text(result, "b"),
                        "undetermined <- t.s matches /^a/ too_large");
    set_state("t.s", ar_value_string((ar_str){text, n_bytes - 1}));
    assert_status("b", "matched");
}

static void bounds_texts(void **state)
{
    (void)state;
    load("rule a when length(t.s + t.s) > 1 then diagnose \"x\"\n");
    size_t n_bytes = AR_MAX_VALUE_BYTES / 2 + 1;
    char *text = AR_NEW_ARRAY(&fixture.arena, char, n_bytes + 1);
    memset(text, 'a', n_bytes);
    set_state("t.s", ar_value_string((ar_str){text, n_bytes}));
    assert_status("a", "undetermined <- t.s + t.s too_large");
    set_state("t.s", ar_value_string((ar_str){text, n_bytes - 1}));
    assert_status("a", "matched");
}

/* A rule that wants too much memory fails alone. */
static void bounds_memory(void **state)
{
    (void)state;
    load("rule a when any x in t.l: length(lower(t.s)) == x\n"
         "then diagnose \"x\"\n"
         "rule b when t.yes then diagnose \"x\"\n");
    size_t n_bytes = AR_MAX_VALUE_BYTES;
    char *text = AR_NEW_ARRAY(&fixture.arena, char, n_bytes + 1);
    memset(text, 'a', n_bytes);
    set_state("t.s", ar_value_string((ar_str){text, n_bytes}));
    set_fact("t.l=[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,"
             "23,24,25,26,27,28,29,30]");
    struct ar_result *result = evaluate();
    assert_string_equal(status_text(result, "a"), "error");
    assert_text(result_of(result, "a")->reason,
                "budget: the rule took too much memory");
    assert_string_equal(status_text(result, "b"), "matched");
}

/* ---- for each ---- */

static const char *const distros =
    "{\"t\": {\"d\": [{\"name\": \"a\", \"port\": 1},\n"
    " {\"name\": \"b\", \"port\": 2}, {\"name\": \"a\", \"port\": 1},\n"
    " {\"name\": \"c\", \"port\": \"?\"}, {\"name\": \"?\", \"port\": null},\n"
    " {\"name\": 5, \"port\": 1}, {\"name\": null, \"port\": 1}]}}";

static void finds_elements(void **state)
{
    (void)state;
    load("rule r for each d in t.d key d.name when d.port == 1\n"
         "then diagnose \"{d.name} listens on {d.port}\"\n");
    read_json(distros);
    struct ar_result *result = evaluate();
    const struct ar_rule_result *rule = result_of(result, "r");
    assert_string_equal(status_text(result, "r"), "matched");
    assert_int_equal(rule->findings.count, 4);
    assert_text(rule->findings.at[0]->key_text, "a");
    assert_text(rule->findings.at[1]->key_text, "a#2");
    assert_text(rule->findings.at[2]->key_text, "<unknown: bad_output>");
    assert_text(rule->findings.at[3]->key_text, "<absent>");
    assert_text(rule->findings.at[1]->diagnosis, "a listens on 1");
    assert_text(rule->findings.at[2]->diagnosis,
                "<unknown: bad_output> listens on 1");
    assert_int_equal(rule->open_elements.count, 1);
    assert_text(rule->open_elements.at[0].key_text, "c");
    assert_int_equal(rule->open_elements.at[0].causes.count, 1);
    assert_text(rule->open_elements.at[0].causes.at[0].name, "t.d.port");
    assert_text(rule->open_elements.at[0].causes.at[0].decl->name, "t.d");
    const ar_evidence_vector *read = &rule->findings.at[0]->facts;
    assert_int_equal(read->count, 1);
    assert_text(read->at[0].key, "t.d");
}

/* A key keeps its name when the element before it is repaired. */
static void numbers_keys_by_the_list(void **state)
{
    (void)state;
    load("rule r for each d in t.d key d.name when d.port == 1\n"
         "then diagnose \"x\"\n");
    read_json("{\"t\": {\"d\": [{\"name\": \"a\", \"port\": 2},\n"
              " {\"name\": \"a\", \"port\": 1}, {\"name\": \"a#2\", "
              "\"port\": 1}]}}");
    const struct ar_rule_result *rule = result_of(evaluate(), "r");
    assert_int_equal(rule->findings.count, 2);
    assert_text(rule->findings.at[0]->key_text, "a#2");
    assert_text(rule->findings.at[1]->key_text, "a#2#2");
}

static void judges_lists(void **state)
{
    (void)state;
    load("rule one for each d in t.d key d.name when d.port == 2\n"
         "then diagnose \"x\"\n"
         "rule open applies t.bu for each d in t.d key d.name\n"
         "when d.port == 1 then diagnose \"x\"\n"
         "rule nope applies t.no for each d in t.d key d.name\n"
         "when d.port == 1 then diagnose \"x\"\n");
    read_json("{\"t\": {\"d\": []}}");
    assert_status("one", "clear");
    assert_status("open", "clear");
    read_json("{\"t\": {\"d\": null}}");
    assert_status("one", "clear <- t.d absent");
    set_fact("t.d=unknown(denied)");
    assert_status("one", "undetermined <- t.d denied");
    assert_status("open", "undetermined <- t.bu denied, t.d denied");
    assert_status("nope", "not_applicable");
    read_json("{\"t\": {\"d\": [{\"name\": \"a\", \"port\": null},\n"
              " {\"name\": \"b\", \"port\": 1},\n"
              " {\"name\": \"c\", \"port\": \"?\"}]}}");
    assert_status("one", "undetermined <- t.d.port bad_output");
    assert_status("open", "undetermined <- t.bu denied, t.d.port bad_output");
    const struct ar_rule_result *open = result_of(evaluate(), "open");
    assert_int_equal(open->open_elements.count, 2);
    assert_text(open->open_elements.at[0].key_text, "b");
    read_json("{\"t\": {\"d\": [{\"name\": \"a\", \"port\": null},\n"
              " {\"name\": \"b\", \"port\": 1}]}}");
    assert_status("one", "clear <- t.d.port absent");
}

static void limits_findings(void **state)
{
    (void)state;
    load("rule r for each x in t.l key x when x > 0 then diagnose \"{x}\"\n");
    size_t count = AR_MAX_FINDINGS_PER_RULE + 2;
    ar_value *items = AR_NEW_ARRAY(&fixture.arena, ar_value, count);
    for (size_t ix = 0; ix < count; ix++)
        items[ix] = ar_value_int((int64_t)ix + 1);
    const struct ar_type *type = ar_type_list_of(&fixture.arena, &ar_type_int);
    set_state("t.l", ar_value_list(type, items, count));
    struct ar_result *result = evaluate();
    const struct ar_rule_result *rule = result_of(result, "r");
    assert_int_equal(rule->findings.count, AR_MAX_FINDINGS_PER_RULE);
    assert_int_equal(rule->n_findings_left_out, 2);
    set_state("t.l", ar_value_list(type, items, count - 2));
    rule = result_of(evaluate(), "r");
    assert_int_equal(rule->findings.count, AR_MAX_FINDINGS_PER_RULE);
    assert_int_equal(rule->n_findings_left_out, 0);
}

static void takes_names_anew_for_each_element(void **state)
{
    (void)state;
    load("rule r for each w in t.words key w\n"
         "let twice = n + n\n"
         "when w matches /a=(?<n>\\d)/ and int(n) > 0\n"
         "then diagnose \"{n} {twice}\"\n");
    set_fact("t.words=[\"a=1\", \"x\", \"a=2\"]");
    const struct ar_rule_result *rule = result_of(evaluate(), "r");
    assert_int_equal(rule->findings.count, 2);
    assert_text(rule->findings.at[0]->diagnosis, "1 11");
    assert_text(rule->findings.at[1]->diagnosis, "2 22");
}

/* ---- texts ---- */

static void renders_messages(void **state)
{
    (void)state;
    load("rule r\n when t.yes\n let sum = t.i + 1\n"
         " symptom t.i == 7\n symptom t.no\n symptom t.bu\n"
         " symptom t.words matches\n   /(?<what>\\w)=2/\n"
         " then\n"
         "  diagnose \"{sum} {t.u} {t.a} {t.l} {t.bu} {what} {t.yes}\"\n"
         "  lesson \"see {t.i}\"\n  see \"https://x/{t.i}\"\n");
    set_fact("t.l=[1, 2]");
    set_fact("t.words=[\"x\", \"b=2\"]");
    const struct ar_finding *finding = only_finding(evaluate(), "r");
    assert_text(finding->diagnosis, "8 <unknown: timeout> <absent> 1, 2 "
                                    "<unknown: denied> b true");
    assert_int_equal(finding->symptoms.count, 2);
    assert_text(finding->symptoms.at[0], "t.i == 7");
    assert_text(finding->symptoms.at[1], "t.words matches /(?<what>\\w)=2/");
    assert_text(finding->lessons.at[0], "see 7");
    assert_text(finding->links.at[0], "https://x/7");
    assert_false(finding->has_key);
    assert_text(finding->key_text, "");
}

static void takes_groups_from_the_first_match(void **state)
{
    (void)state;
    load("rule r when t.words matches /(?<k>\\w)=(?<v>\\d)(?<w>x)?/\n"
         " and v != \"3\"\n"
         "then diagnose \"{k}{v}{w}\"\n");
    set_fact("t.words=[\"a\", \"b=2\", \"c=3\"]");
    assert_text(only_finding(evaluate(), "r")->diagnosis, "b2<absent>");
    set_fact("t.words=[\"a\"]");
    assert_status("r", "clear");
    set_fact("t.words=[\"c=3\", \"b=2\"]");
    assert_status("r", "clear");
    /* An element that is not known may have been the first. */
    const struct ar_type *type =
        ar_type_list_of(&fixture.arena, &ar_type_string);
    ar_value items[2] = {ar_value_unknown(AR_REASON_denied, AR_STR("")),
                         ar_value_string(AR_STR("b=2"))};
    set_state("t.words", ar_value_list(type, items, 2));
    assert_status("r", "undetermined <- t.words denied");
}

static void notes_what_it_read(void **state)
{
    (void)state;
    load("fact g.x : int fact g.y : int\n"
         "fact d.a : int = t.i + 1\n"
         "rule r\n applies t.yes\n key t.s\n let l = t.a absent\n"
         " when (t.no or d.a == 8 or t.bu) and g exists and t.i == 7\n"
         " symptom t.u == 1\n"
         " then diagnose \"{l} {t.words}\"\n");
    set_fact("t.s=k");
    set_fact("g.y=1");
    set_fact("g.x=unknown(denied)");
    const struct ar_finding *finding = only_finding(evaluate(), "r");
    static const char *const expected[] = {"t.yes", "t.s", "t.no", "d.a",
                                           "t.i",   "g.y", "t.a"};
    assert_int_equal(finding->facts.count, AR_COUNT_OF(expected));
    for (size_t ix = 0; ix < AR_COUNT_OF(expected); ix++)
        assert_text(finding->facts.at[ix].key, expected[ix]);
    assert_text(finding->key_text, "k");
    assert_int_equal(finding->facts.at[3].value.as.integer, 8);
    assert_int_equal(finding->facts.at[3].origin.duration_ms, -1);
    assert_int_equal(finding->facts.at[6].value.state, AR_STATE_ABSENT);
}

/* What was worked out outlives the memory it was worked out in. */
static void keeps_what_it_worked_out(void **state)
{
    (void)state;
    load("fact d.v : version = version(t.s)\n"
         "fact d.l : list of string = split(t.s, \".\")\n"
         "rule a key t.s + \"!\" when d.v > 1.0.0 and \"x\" not in d.l\n"
         "then diagnose \"x\"\n"
         "rule b when d.v > 1.0.0 and int(t.s) == 1 then diagnose \"x\"\n"
         "rule c when length(lower(t.s)) == 0 then diagnose \"x\"\n");
    set_fact("t.s=4.30-rc1");
    struct ar_result *result = evaluate();
    const struct ar_finding *finding = only_finding(result, "a");
    assert_int_equal(finding->facts.count, 3);
    assert_text(finding->facts.at[1].key, "d.v");
    ar_value version = finding->facts.at[1].value;
    assert_text(version.as.version->text, "4.30-rc1");
    assert_text(version.as.version->suffix, "rc1");
    assert_int_equal(version.as.version->parts[1], 30);
    assert_text(ar_value_text(&fixture.arena, finding->facts.at[2].value),
                "[4, 30-rc1]");
    assert_text(finding->key.as.string, "4.30-rc1!");
    const struct ar_cause *cause = &result_of(result, "b")->causes.at[0];
    assert_text(cause->name, "int(t.s)");
    assert_text(cause->value.detail, "4.30-rc1");
}

/* ---- time ---- */

static void knows_the_time(void **state)
{
    (void)state;
    load("fact t.at : time\n"
         "rule r when now() - t.at > 1h then diagnose \"{now()}\"\n");
    set_fact("t.at=2026-11-22T08:00:00Z");
    assert_status("r", "undetermined <- now() not_in_snapshot");
    assert_true(ar_time_parse(AR_STR("2026-11-22T08:30:00Z"), &options.now));
    assert_status("r", "clear");
    facts.has_now = true;
    assert_true(ar_time_parse(AR_STR("2026-11-22T10:00:00Z"), &facts.now));
    assert_text(only_finding(evaluate(), "r")->diagnosis,
                "2026-11-22T10:00:00Z");
}

int main(void)
{
#define TEST(function) \
    cmocka_unit_test_setup_teardown(function, start_test, end_test)
    const struct CMUnitTest tests[] = {
        TEST(chooses_one_status),
        TEST(knows_what_was_not_loaded),
        TEST(finds_statuses_by_name),
        TEST(asks_for_inputs),
        TEST(stops_at_the_fuel_of_a_rule),
        TEST(needs_the_same_fuel_in_any_company),
        TEST(stops_at_the_fuel_of_the_run),
        TEST(keeps_the_status_when_a_message_is_too_dear),
        TEST(bounds_patterns),
        TEST(bounds_texts),
        TEST(bounds_memory),
        TEST(finds_elements),
        TEST(numbers_keys_by_the_list),
        TEST(judges_lists),
        TEST(limits_findings),
        TEST(takes_names_anew_for_each_element),
        TEST(renders_messages),
        TEST(takes_groups_from_the_first_match),
        TEST(notes_what_it_read),
        TEST(keeps_what_it_worked_out),
        TEST(knows_the_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
