/* SPDX-License-Identifier: Apache-2.0 */
/* The public functions as an embedder calls them: wrong order, wrong
 * arguments, mistakes in rules and facts, and no memory at every point. */

#include "archrules.h"
#include "base/arena.h"

/* cmocka.h needs what stands before it. */
/* clang-format off */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
/* clang-format on */

static const char rules[] = "pack shop\n"
                            "use std.host\n"
                            "rule slow\n"
                            "  title \"Slow\"\n"
                            "  severity warning\n"
                            "  when host.arch == arm64\n"
                            "  then diagnose \"slow on {host.arch}\"\n"
                            "rule dark\n"
                            "  severity critical\n"
                            "  when host.os == windows\n"
                            "  then diagnose \"dark\"\n"
                            "test \"it is slow\"\n"
                            "  given host.arch = arm64\n"
                            "  expect slow matched\n"
                            "test \"it is not\"\n"
                            "  given host.arch = arm64\n"
                            "  expect slow clear\n";

struct sink {
    char text[200000];
    size_t length;
    int answer;
};

static int collect(void *context, const char *bytes, size_t length)
{
    struct sink *sink = context;
    if (sink->length + length < sizeof(sink->text)) {
        memcpy(sink->text + sink->length, bytes, length);
        sink->length += length;
        sink->text[sink->length] = '\0';
    }
    return sink->answer;
}

static struct sink shared;

static archrules_output to_sink(archrules_format format)
{
    shared.length = 0;
    shared.text[0] = '\0';
    shared.answer = 0;
    return (archrules_output){
        .format = format, .write = collect, .context = &shared};
}

static void assert_contains(const char *text)
{
    if (!strstr(shared.text, text))
        fail_msg("'%s' is not in: %s", text, shared.text);
}

static archrules_engine *open_engine(const char *text,
                                     archrules_status expected)
{
    archrules_engine *engine = NULL;
    assert_int_equal(archrules_engine_create(&engine), ARCHRULES_OK);
    assert_int_equal(
        archrules_engine_add_source(engine, "shop.rules", text, strlen(text)),
        ARCHRULES_OK);
    assert_int_equal(archrules_engine_compile(engine), expected);
    return engine;
}

static archrules_facts *open_facts(archrules_engine *engine, const char *text)
{
    archrules_facts *facts = NULL;
    assert_int_equal(archrules_facts_create(engine, &facts), ARCHRULES_OK);
    assert_int_equal(
        archrules_facts_read_text(facts, "facts.json", text, strlen(text)),
        ARCHRULES_OK);
    return facts;
}

static archrules_rule_status status_of(const archrules_result *result,
                                       const char *id)
{
    for (size_t i = 0; i < archrules_result_rule_count(result); i++) {
        if (strcmp(archrules_result_rule(result, i)->id, id) == 0)
            return archrules_result_rule(result, i)->status;
    }
    fail_msg("no rule is called %s", id);
    return ARCHRULES_ERROR;
}

/* ---- ids only ---- */

/* Texts are asked for in vain, whether or not they would have been there. */
static void test_ids_only(void **state)
{
    (void)state;
    archrules_engine *engine = open_engine(rules, ARCHRULES_OK);
    assert_int_equal(archrules_engine_prepare(engine), ARCHRULES_OK);
    archrules_facts *facts =
        open_facts(engine, "{\"host\": {\"arch\": \"arm64\"}}");
    archrules_evaluate_options options = {.detail = ARCHRULES_DETAIL_IDS};
    archrules_report_options ids = {.detail = ARCHRULES_DETAIL_IDS};
    archrules_report_options full = {.detail = ARCHRULES_DETAIL_FULL};
    archrules_remedy_options remedies = {.rule = "slow"};
    archrules_what_if_options changes = {.rule = "slow"};
    archrules_result *result = NULL;
    assert_int_equal(archrules_evaluate(engine, facts, &options, &result),
                     ARCHRULES_OK);
    assert_int_equal(status_of(result, "shop.slow"), ARCHRULES_MATCHED);
    assert_int_equal(archrules_result_finding_count(result), 1);
    const archrules_finding *finding = archrules_result_finding(result, 0);
    assert_string_equal(finding->rule, "shop.slow");
    assert_int_equal(finding->severity, ARCHRULES_SEVERITY_WARNING);
    assert_string_equal(finding->diagnosis, "");
    archrules_output json = to_sink(ARCHRULES_JSON);
    assert_int_equal(archrules_result_render(result, &ids, &json),
                     ARCHRULES_OK);
    assert_contains(finding->fingerprint);
    assert_int_equal(archrules_result_render(result, &full, &json),
                     ARCHRULES_MISUSE);
    assert_int_equal(archrules_result_render(result, NULL, &json),
                     ARCHRULES_MISUSE);
    archrules_output human = to_sink(ARCHRULES_HUMAN);
    assert_int_equal(archrules_result_render(result, &ids, &human),
                     ARCHRULES_MISUSE);
    assert_int_equal(archrules_result_render_remedies(result, &remedies, &json),
                     ARCHRULES_MISUSE);
    assert_int_equal(archrules_result_explain(result, NULL, &json),
                     ARCHRULES_MISUSE);
    assert_int_equal(archrules_result_what_if(result, &changes, &json, NULL),
                     ARCHRULES_MISUSE);
    assert_int_equal(archrules_result_update(result, NULL), ARCHRULES_OK);
    assert_string_equal(archrules_result_finding(result, 0)->diagnosis,
                        "slow on arm64");
    assert_int_equal(archrules_result_render(result, NULL, &human),
                     ARCHRULES_OK);
    archrules_result_free(result);
    archrules_facts_free(facts);
    archrules_engine_free(engine);
}

/* ---- wrong calls ---- */

static void test_null_is_misuse(void **state)
{
    (void)state;
    archrules_output output = to_sink(ARCHRULES_HUMAN);
    archrules_facts *facts = (archrules_facts *)&shared;
    archrules_result *result = (archrules_result *)&shared;
    assert_int_equal(archrules_engine_create(NULL), ARCHRULES_MISUSE);
    assert_int_equal(archrules_engine_compile(NULL), ARCHRULES_MISUSE);
    assert_int_equal(archrules_engine_add_path(NULL, "x"), ARCHRULES_MISUSE);
    assert_int_equal(archrules_engine_set_stdlib(NULL, "x"), ARCHRULES_MISUSE);
    assert_int_equal(archrules_engine_set_data(NULL, "x"), ARCHRULES_MISUSE);
    assert_int_equal(archrules_engine_render_packs(NULL, &output),
                     ARCHRULES_MISUSE);
    assert_int_equal(archrules_engine_render_diagnostics(NULL, &output),
                     ARCHRULES_MISUSE);
    assert_int_equal(archrules_facts_create(NULL, &facts), ARCHRULES_MISUSE);
    assert_null(facts);
    assert_int_equal(archrules_facts_set(NULL, "a=b"), ARCHRULES_MISUSE);
    assert_int_equal(archrules_evaluate(NULL, NULL, NULL, &result),
                     ARCHRULES_MISUSE);
    assert_null(result);
    assert_int_equal(archrules_result_render(NULL, NULL, &output),
                     ARCHRULES_MISUSE);
    assert_int_equal(archrules_explain(NULL, NULL, &output), ARCHRULES_MISUSE);
    assert_int_equal(archrules_explain_codes(NULL), ARCHRULES_MISUSE);
    assert_int_equal(archrules_capabilities(NULL, NULL), ARCHRULES_MISUSE);
    assert_int_equal(archrules_layout_create(NULL), ARCHRULES_MISUSE);
    assert_int_equal(archrules_layout_add_path(NULL, "x"), ARCHRULES_MISUSE);
    assert_int_equal(archrules_layout_add_text(NULL, "x", "", 0),
                     ARCHRULES_MISUSE);
    assert_int_equal(archrules_layout_next(NULL, NULL), ARCHRULES_MISUSE);
    assert_int_equal(archrules_layout_render_diff(NULL, &output),
                     ARCHRULES_MISUSE);
    assert_int_equal(archrules_layout_render_diagnostics(NULL, &output),
                     ARCHRULES_MISUSE);
    assert_int_equal(archrules_engine_count(NULL, ARCHRULES_COUNT_RULES), 0);
    assert_int_equal(archrules_result_finding_count(NULL), 0);
    assert_null(archrules_result_finding(NULL, 0));
    assert_int_equal(shared.length, 0);
    archrules_engine_free(NULL);
    archrules_facts_free(NULL);
    archrules_result_free(NULL);
    archrules_test_report_free(NULL);
    archrules_layout_free(NULL);
}

static void test_order_of_calls(void **state)
{
    (void)state;
    archrules_engine *engine = NULL;
    archrules_facts *facts = NULL;
    archrules_test_report *report = NULL;
    archrules_output output = to_sink(ARCHRULES_HUMAN);
    assert_int_equal(archrules_engine_create(&engine), ARCHRULES_OK);
    assert_int_equal(archrules_facts_create(engine, &facts), ARCHRULES_MISUSE);
    assert_int_equal(archrules_test_run(engine, NULL, &report),
                     ARCHRULES_MISUSE);
    assert_int_equal(archrules_engine_select(engine, ARCHRULES_ONLY, "x"),
                     ARCHRULES_MISUSE);
    assert_int_equal(archrules_engine_render_packs(engine, &output),
                     ARCHRULES_MISUSE);
    assert_int_equal(archrules_engine_compile(engine), ARCHRULES_OK);
    assert_int_equal(archrules_engine_compile(engine), ARCHRULES_MISUSE);
    assert_int_equal(archrules_engine_add_path(engine, "x"), ARCHRULES_MISUSE);
    assert_int_equal(archrules_engine_set_lint(engine, 1), ARCHRULES_MISUSE);
    assert_int_equal(archrules_engine_set_offline(engine, 1), ARCHRULES_MISUSE);
    assert_int_equal(archrules_engine_add_shipped(engine), ARCHRULES_MISUSE);
    archrules_engine_free(engine);
}

/* ---- trees that are given back ---- */

enum { LARGE_BYTES = 200000 };

/* The rules, with a long comment behind them. */
static const char *large_source(void)
{
    static char text[LARGE_BYTES + 1];
    memset(text, '#', LARGE_BYTES);
    memcpy(text, rules, sizeof(rules) - 1);
    return text;
}

static void test_large_source(void **state)
{
    (void)state;
    archrules_engine *engine = open_engine(large_source(), ARCHRULES_OK);
    archrules_facts *facts = open_facts(engine, "{\"host.arch\": \"arm64\"}");
    archrules_result *result = NULL;
    archrules_test_report *report = NULL;
    archrules_output output = to_sink(ARCHRULES_HTML);
    assert_int_equal(archrules_evaluate(engine, facts, NULL, &result),
                     ARCHRULES_OK);
    assert_int_equal(archrules_result_render(result, NULL, &output),
                     ARCHRULES_OK);
    assert_contains("slow on arm64");
    assert_int_equal(archrules_test_run(engine, NULL, &report), ARCHRULES_OK);
    archrules_test_report_free(report);
    archrules_result_free(result);
    archrules_facts_free(facts);
    archrules_engine_free(engine);
}

static void test_no_memory_for_a_large_source(void **state)
{
    (void)state;
    const char *text = large_source();
    archrules_status status = ARCHRULES_NOMEM;
    size_t n_requests = 0;
    while (status == ARCHRULES_NOMEM) {
        archrules_engine *engine = NULL;
        assert_int_equal(archrules_engine_create(&engine), ARCHRULES_OK);
        ar_arena_fail_after(++n_requests, false);
        status = archrules_engine_add_source(engine, "large.rules", text,
                                             LARGE_BYTES);
        if (status == ARCHRULES_OK)
            status = archrules_engine_compile(engine);
        ar_arena_fail_after(0, false);
        archrules_engine_free(engine);
    }
    assert_int_equal(status, ARCHRULES_OK);
    assert_true(n_requests > 3);
}

/* Without probes nothing is collected, and nothing says what probes do. */
static void test_offline(void **state)
{
    (void)state;
    archrules_engine *engine = NULL;
    archrules_doc *doc = NULL;
    archrules_output output = to_sink(ARCHRULES_HUMAN);
    assert_int_equal(archrules_engine_create(&engine), ARCHRULES_OK);
    assert_int_equal(archrules_engine_set_offline(engine, 1), ARCHRULES_OK);
    assert_int_equal(
        archrules_engine_add_source(engine, "shop.rules", rules, strlen(rules)),
        ARCHRULES_OK);
    assert_int_equal(archrules_engine_compile(engine), ARCHRULES_OK);
    archrules_facts *facts = open_facts(engine, "{}");
    assert_int_equal(archrules_facts_collect(facts, NULL), ARCHRULES_MISUSE);
    assert_int_equal(archrules_doc_create(engine, &doc), ARCHRULES_MISUSE);
    assert_int_equal(archrules_engine_render_reference(engine, &output),
                     ARCHRULES_MISUSE);
    assert_int_equal(archrules_engine_render_uses(engine, &output),
                     ARCHRULES_MISUSE);
    archrules_facts_free(facts);
    archrules_engine_free(engine);
}

static void test_facts_of_another_engine(void **state)
{
    (void)state;
    archrules_engine *one = open_engine(rules, ARCHRULES_OK);
    archrules_engine *two = open_engine(rules, ARCHRULES_OK);
    archrules_facts *facts = open_facts(one, "{}");
    archrules_result *result = NULL;
    assert_int_equal(archrules_evaluate(two, facts, NULL, &result),
                     ARCHRULES_MISUSE);
    archrules_facts_free(facts);
    archrules_engine_free(two);
    archrules_engine_free(one);
}

/* ---- rules and facts ---- */

static void test_mistakes_in_rules(void **state)
{
    (void)state;
    archrules_engine *engine =
        open_engine("rule x when host.arhc == arm64 then diagnose \"x\"",
                    ARCHRULES_INVALID);
    archrules_output output = to_sink(ARCHRULES_HUMAN);
    assert_int_equal(archrules_engine_count(engine, ARCHRULES_COUNT_ERRORS), 1);
    assert_int_equal(
        archrules_engine_count(engine, ARCHRULES_COUNT_PACKS_NOT_LOADED), 1);
    assert_int_equal(archrules_engine_count(engine, ARCHRULES_COUNT_RULES), 0);
    assert_int_equal(archrules_engine_render_diagnostics(engine, &output),
                     ARCHRULES_OK);
    assert_contains("shop.rules:1:13: error[E0103]");
    output = to_sink(ARCHRULES_JSON);
    assert_int_equal(archrules_engine_render_diagnostics(engine, &output),
                     ARCHRULES_OK);
    assert_contains("\"suggestion\": \"host.arch\"");
    assert_contains("\"column\": 13");
    archrules_engine_free(engine);
}

static void test_text_with_nul_is_refused(void **state)
{
    (void)state;
    archrules_engine *engine = NULL;
    assert_int_equal(archrules_engine_create(&engine), ARCHRULES_OK);
    assert_int_equal(archrules_engine_add_source(engine, "nul", "# a\0b\n", 6),
                     ARCHRULES_OK);
    assert_int_equal(archrules_engine_add_source(engine, "none", NULL, 0),
                     ARCHRULES_OK);
    assert_int_equal(archrules_engine_add_source(engine, "none", NULL, 1),
                     ARCHRULES_MISUSE);
    assert_int_equal(archrules_engine_compile(engine), ARCHRULES_INVALID);
    assert_int_equal(archrules_engine_count(engine, ARCHRULES_COUNT_PACKS), 1);
    archrules_engine_free(engine);
}

static void test_findings(void **state)
{
    (void)state;
    archrules_engine *engine = open_engine(rules, ARCHRULES_OK);
    archrules_facts *facts = open_facts(engine, "{\"host.arch\": \"arm64\"}");
    archrules_result *result = NULL;
    assert_int_equal(archrules_evaluate(engine, facts, NULL, &result),
                     ARCHRULES_OK);
    assert_int_equal(archrules_result_rule_count(result), 2);
    assert_string_equal(archrules_result_rule(result, 0)->id, "shop.dark");
    assert_int_equal(archrules_result_rule(result, 0)->status,
                     ARCHRULES_UNDETERMINED);
    assert_int_equal(archrules_result_rule(result, 0)->n_needs, 1);
    assert_string_equal(archrules_result_rule(result, 0)->needs[0], "host.os");
    assert_null(archrules_result_rule(result, 2));
    assert_int_equal(archrules_result_finding_count(result), 1);
    const archrules_finding *finding = archrules_result_finding(result, 0);
    assert_string_equal(finding->rule, "shop.slow");
    assert_string_equal(finding->title, "Slow");
    assert_string_equal(finding->diagnosis, "slow on arm64");
    assert_int_equal(finding->severity, ARCHRULES_SEVERITY_WARNING);
    assert_int_equal(strlen(finding->fingerprint), 16);
    assert_int_equal(finding->is_waived, 0);
    assert_null(archrules_result_finding(result, 1));
    assert_int_equal(archrules_result_count(result, ARCHRULES_MATCHED), 1);
    assert_int_equal(archrules_result_exit_code(result, NULL), 1);
    archrules_report_options options = {.fail_level = ARCHRULES_SEVERITY_ERROR};
    assert_int_equal(archrules_result_exit_code(result, &options), 3);
    options.allow_undetermined = 1;
    assert_int_equal(archrules_result_exit_code(result, &options), 0);
    archrules_result_free(result);
    archrules_facts_free(facts);
    archrules_engine_free(engine);
}

static void test_remedies_and_verification(void **state)
{
    (void)state;
    archrules_result *result = NULL;
    archrules_verification *verification = NULL;
    archrules_engine *engine = open_engine(rules, ARCHRULES_OK);
    archrules_facts *facts = open_facts(engine, "{}");
    archrules_output output = to_sink(ARCHRULES_HUMAN);
    archrules_remedy_options options = {.rule = "slow"};
    assert_string_equal(archrules_engine_rule_id(engine, "slow"), "shop.slow");
    assert_null(archrules_engine_rule_id(engine, "shop"));
    assert_null(archrules_engine_rule_id(NULL, "slow"));
    assert_int_equal(archrules_facts_set(facts, "host.arch=arm64"),
                     ARCHRULES_OK);
    assert_int_equal(archrules_evaluate(engine, facts, NULL, &result),
                     ARCHRULES_OK);
    assert_int_equal(
        archrules_result_render_remedies(result, &options, &output),
        ARCHRULES_OK);
    assert_contains("The rule has no remedy.");
    output = to_sink(ARCHRULES_HUMAN);
    options.script = ARCHRULES_SCRIPT_BASH;
    assert_int_equal(
        archrules_result_render_remedies(result, &options, &output),
        ARCHRULES_INVALID);
    assert_contains("shop.slow has no remedy");
    options.rule = "gone";
    assert_int_equal(
        archrules_result_render_remedies(result, &options, &output),
        ARCHRULES_MISUSE);
    archrules_result_free(result);
    assert_int_equal(
        archrules_engine_select(engine, ARCHRULES_ONLY, "shop.dark"),
        ARCHRULES_OK);
    assert_int_equal(archrules_evaluate(engine, facts, NULL, &result),
                     ARCHRULES_OK);
    options.rule = "slow"; /* which was not evaluated */
    assert_int_equal(
        archrules_result_render_remedies(result, &options, &output),
        ARCHRULES_MISUSE);
    archrules_result_free(result);
    assert_int_equal(
        archrules_verify(engine, facts, "slow", NULL, &verification),
        ARCHRULES_OK);
    assert_int_equal(archrules_verification_count(verification), 1);
    const archrules_verified *verified =
        archrules_verification_finding(verification, 0);
    assert_int_equal(verified->verdict, ARCHRULES_NOT_FIXED);
    assert_string_equal(archrules_verdict_name(verified->verdict), "not_fixed");
    assert_null(archrules_verification_finding(verification, 1));
    assert_int_equal(archrules_verification_exit_code(verification), 1);
    archrules_verification_free(verification);
    assert_int_equal(
        archrules_verify(engine, facts, "gone", NULL, &verification),
        ARCHRULES_INVALID);
    assert_null(verification);
    archrules_facts_free(facts);
    archrules_engine_free(engine);
}

static void test_selection(void **state)
{
    (void)state;
    archrules_engine *engine = open_engine(rules, ARCHRULES_OK);
    archrules_facts *facts = open_facts(engine, "{\"host.arch\": \"arm64\"}");
    archrules_result *result = NULL;
    archrules_output output = to_sink(ARCHRULES_HUMAN);
    assert_int_equal(
        archrules_engine_select(engine, ARCHRULES_SKIP, "shop.slow"),
        ARCHRULES_OK);
    assert_int_equal(archrules_engine_select(engine, ARCHRULES_SKIP, "slwo"),
                     ARCHRULES_INVALID);
    assert_int_equal(archrules_engine_select(engine, ARCHRULES_SKIP, ""),
                     ARCHRULES_INVALID);
    assert_int_equal(archrules_engine_render_diagnostics(engine, &output),
                     ARCHRULES_OK);
    assert_contains("did you mean 'slow'?");
    assert_int_equal(archrules_evaluate(engine, facts, NULL, &result),
                     ARCHRULES_OK);
    assert_int_equal(archrules_result_rule_count(result), 1);
    assert_int_equal(archrules_result_finding_count(result), 0);
    archrules_result_free(result);
    archrules_facts_free(facts);
    archrules_engine_free(engine);
}

static void test_bad_facts_change_nothing(void **state)
{
    (void)state;
    archrules_engine *engine = open_engine(rules, ARCHRULES_OK);
    archrules_facts *facts = open_facts(engine, "{\"host.arch\": \"arm64\"}");
    archrules_result *result = NULL;
    archrules_output output = to_sink(ARCHRULES_HUMAN);
    assert_int_equal(archrules_facts_read_text(facts, "bad.json", "{", 1),
                     ARCHRULES_INVALID);
    assert_int_equal(archrules_facts_read_file(facts, "/no/such/file"),
                     ARCHRULES_INVALID);
    assert_int_equal(archrules_facts_set(facts, "host.arch=arm65"),
                     ARCHRULES_INVALID);
    assert_int_equal(archrules_facts_set_input(facts, "host.arch=amd64"),
                     ARCHRULES_INVALID);
    assert_int_equal(archrules_facts_render_diagnostics(facts, &output),
                     ARCHRULES_OK);
    assert_contains("bad.json:1:");
    assert_contains("E2002");
    assert_contains("E2006");
    output = to_sink(ARCHRULES_HUMAN);
    assert_int_equal(archrules_facts_render_diagnostics(facts, &output),
                     ARCHRULES_OK);
    assert_int_equal(shared.length, 0);
    assert_int_equal(archrules_evaluate(engine, facts, NULL, &result),
                     ARCHRULES_OK);
    assert_int_equal(archrules_result_finding_count(result), 1);
    archrules_result_free(result);
    archrules_facts_free(facts);
    archrules_engine_free(engine);
}

static void test_writer_stops(void **state)
{
    (void)state;
    archrules_output output = to_sink(ARCHRULES_JSON);
    shared.answer = 7;
    assert_int_equal(archrules_capabilities(NULL, &output), ARCHRULES_STOPPED);
    output.write = NULL;
    assert_int_equal(archrules_capabilities(NULL, &output), ARCHRULES_MISUSE);
}

static void test_tests_of_packs(void **state)
{
    (void)state;
    archrules_engine *engine = open_engine(rules, ARCHRULES_OK);
    archrules_test_report *report = NULL;
    archrules_output output = to_sink(ARCHRULES_HUMAN);
    archrules_test_options options = {.only = "nothing"};
    assert_int_equal(archrules_test_run(engine, &options, &report),
                     ARCHRULES_INVALID);
    assert_null(report);
    assert_int_equal(archrules_test_run(engine, NULL, &report), ARCHRULES_OK);
    assert_int_equal(archrules_test_report_passed(report), 1);
    assert_int_equal(archrules_test_report_failed(report), 1);
    assert_int_equal(archrules_test_report_render(report, NULL, &output),
                     ARCHRULES_OK);
    assert_contains("FAIL shop.rules:15: it is not");
    assert_contains("expected slow clear\n    got matched");
    assert_int_equal(archrules_test_report_possible(report), 0);
    assert_int_equal(archrules_test_report_shown(report), 0);
    archrules_test_report_free(report);
    archrules_engine_free(engine);
}

static void test_coverage_of_packs(void **state)
{
    (void)state;
    archrules_engine *engine = open_engine(rules, ARCHRULES_OK);
    archrules_test_report *report = NULL;
    archrules_output output = to_sink(ARCHRULES_HUMAN);
    archrules_test_options options = {.coverage = 1};
    archrules_test_report_options shown = {.annotate = 1};
    assert_int_equal(archrules_test_run(engine, &options, &report),
                     ARCHRULES_OK);
    assert_int_equal(archrules_test_report_possible(report), 6);
    assert_int_equal(archrules_test_report_shown(report), 1);
    assert_int_equal(archrules_test_report_render(report, NULL, &output),
                     ARCHRULES_OK);
    assert_contains("rule shop.slow  1 of 3   33.3 %\n");
    assert_null(strstr(shared.text, "never"));
    assert_int_equal(archrules_test_report_render(report, &shown, &output),
                     ARCHRULES_OK);
    assert_contains("never false, never undecided\n");
    assert_int_equal(archrules_test_report_possible(NULL), 0);
    assert_int_equal(archrules_test_report_shown(NULL), 0);
    archrules_test_report_free(report);
    archrules_engine_free(engine);
}

static void test_names(void **state)
{
    (void)state;
    static const char *const names[] = {"eval", "check"};
    assert_int_equal(archrules_nearest("evla", names, 2), 0);
    assert_true(archrules_nearest("zzz", names, 2) == SIZE_MAX);
    assert_true(archrules_nearest("x", NULL, 0) == SIZE_MAX);
    assert_string_equal(archrules_rule_status_name(ARCHRULES_NOT_APPLICABLE),
                        "not_applicable");
    assert_string_equal(archrules_severity_name(ARCHRULES_SEVERITY_CRITICAL),
                        "critical");
    to_sink(ARCHRULES_HUMAN);
    assert_int_equal(archrules_write_safe("a\033[2Jb\xff", 7, collect, &shared),
                     ARCHRULES_OK);
    assert_string_equal(shared.text, "a\\u{1B}[2Jb\\x{FF}");
}

/* ---- layout ---- */

static const char torn_rule[] = "rule  slow when host.arch\n== arm64\n"
                                "then diagnose \"x\" # why\n";
static const char neat_rule[] = "rule slow\n"
                                "  when host.arch == arm64\n"
                                "  then diagnose \"x\"  # why\n";

static void add_layout_text(archrules_layout *layout, const char *name,
                            const char *text)
{
    assert_int_equal(
        archrules_layout_add_text(layout, name, text, strlen(text)),
        ARCHRULES_OK);
}

static void test_layout_of_texts(void **state)
{
    (void)state;
    archrules_layout *layout = NULL;
    const archrules_layout_file *file = NULL;
    assert_int_equal(archrules_layout_create(&layout), ARCHRULES_OK);
    add_layout_text(layout, "torn", torn_rule);
    add_layout_text(layout, "broken", "rule slow then");
    add_layout_text(layout, "neat", neat_rule);
    add_layout_text(layout, "", "");
    assert_int_equal(archrules_layout_next(layout, &file), ARCHRULES_OK);
    assert_string_equal(file->name, "torn");
    assert_string_equal(file->path, "");
    assert_string_equal(file->text, neat_rule);
    assert_int_equal(file->length, strlen(neat_rule));
    assert_int_equal(file->is_changed, 1);
    assert_int_equal(archrules_layout_next(layout, &file), ARCHRULES_INVALID);
    assert_null(file);
    assert_int_equal(archrules_layout_next(layout, &file), ARCHRULES_OK);
    assert_string_equal(file->name, "neat");
    assert_string_equal(file->text, neat_rule);
    assert_int_equal(file->is_changed, 0);
    assert_int_equal(archrules_layout_next(layout, &file), ARCHRULES_OK);
    assert_string_equal(file->text, "");
    assert_int_equal(file->is_changed, 0);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(archrules_layout_next(layout, &file), ARCHRULES_OK);
        assert_null(file);
    }
    add_layout_text(layout, "late", neat_rule);
    assert_int_equal(archrules_layout_next(layout, &file), ARCHRULES_OK);
    assert_string_equal(file->name, "late");
    assert_int_equal(archrules_layout_add_text(layout, "x", NULL, 1),
                     ARCHRULES_MISUSE);
    archrules_layout_free(layout);
}

static void expect_layout_says(archrules_layout *layout, const char *diff,
                               const char *diagnostics)
{
    archrules_output output = to_sink(ARCHRULES_HUMAN);
    assert_int_equal(archrules_layout_render_diff(layout, &output),
                     ARCHRULES_OK);
    assert_string_equal(shared.text, diff);
    output = to_sink(ARCHRULES_HUMAN);
    assert_int_equal(archrules_layout_render_diagnostics(layout, &output),
                     ARCHRULES_OK);
    if (diagnostics[0] == '\0')
        assert_string_equal(shared.text, "");
    else
        assert_contains(diagnostics);
}

static void test_layout_says(void **state)
{
    (void)state;
    archrules_layout *layout = NULL;
    const archrules_layout_file *file = NULL;
    assert_int_equal(archrules_layout_create(&layout), ARCHRULES_OK);
    add_layout_text(layout, "torn", "use  a\n");
    add_layout_text(layout, "broken", "use");
    add_layout_text(layout, "neat", neat_rule);
    expect_layout_says(layout, "", "");
    assert_int_equal(archrules_layout_next(layout, &file), ARCHRULES_OK);
    expect_layout_says(
        layout, "--- torn\n+++ torn\n@@ -1 +1 @@\n-use  a\n+use a\n", "");
    assert_int_equal(archrules_layout_next(layout, &file), ARCHRULES_INVALID);
    expect_layout_says(layout, "", "broken:1:4: error[E0201]");
    assert_int_equal(archrules_layout_next(layout, &file), ARCHRULES_OK);
    expect_layout_says(layout, "", "");
    assert_int_equal(archrules_layout_next(layout, &file), ARCHRULES_OK);
    expect_layout_says(layout, "", "");
    archrules_output output = to_sink(ARCHRULES_HUMAN);
    output.write = NULL;
    assert_int_equal(archrules_layout_render_diff(layout, &output),
                     ARCHRULES_MISUSE);
    archrules_layout_free(layout);
}

/* Paths are seen from the root of the sources, where the tests run. */
static void test_layout_of_paths(void **state)
{
    (void)state;
    static const char *const paths[] = {"examples/", "examples/gone.rules",
                                        "./examples//one_liner.rules",
                                        "examples"};
    archrules_layout *layout = NULL;
    const archrules_layout_file *file = NULL;
    size_t n_files = 0;
    size_t n_invalid = 0;
    archrules_status status;
    assert_int_equal(archrules_layout_create(&layout), ARCHRULES_OK);
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(archrules_layout_add_path(layout, paths[i]),
                         ARCHRULES_OK);
    do {
        status = archrules_layout_next(layout, &file);
        n_invalid += status == ARCHRULES_INVALID;
        n_files += file != NULL;
        if (file) {
            assert_string_equal(file->path, file->name);
            assert_memory_equal(file->path, "examples/", 9);
        }
    } while (file || status == ARCHRULES_INVALID);
    assert_int_equal(n_files, 2);
    assert_int_equal(n_invalid, 1);
    archrules_layout_free(layout);
}

/* ---- no memory ---- */

/* ---- one machine after the other ---- */

static void test_result_is_updated(void **state)
{
    (void)state;
    archrules_engine *engine = open_engine(rules, ARCHRULES_OK);
    archrules_facts *facts =
        open_facts(engine, "{\"host\": {\"arch\": \"arm64\"}}");
    archrules_result *result = NULL;
    assert_int_equal(archrules_evaluate(engine, facts, NULL, &result),
                     ARCHRULES_OK);
    assert_int_equal(status_of(result, "shop.slow"), ARCHRULES_MATCHED);
    assert_int_equal(archrules_facts_set(facts, "host.arch=amd64"),
                     ARCHRULES_OK);
    assert_int_equal(archrules_result_update(result, NULL), ARCHRULES_OK);
    assert_int_equal(status_of(result, "shop.slow"), ARCHRULES_CLEAR);
    assert_int_equal(archrules_result_finding_count(result), 0);
    archrules_facts_clear(facts);
    assert_int_equal(archrules_result_update(result, NULL), ARCHRULES_OK);
    assert_int_equal(status_of(result, "shop.slow"), ARCHRULES_UNDETERMINED);
    assert_int_equal(archrules_result_count(result, ARCHRULES_UNDETERMINED), 2);
    archrules_result_free(result);
    archrules_facts_free(facts);
    archrules_engine_free(engine);
}

static void read_line(archrules_facts *facts, size_t line, const char *text,
                      archrules_status expected)
{
    archrules_facts_clear(facts);
    assert_int_equal(archrules_facts_read_line(facts, "fleet.ndjson", line,
                                               text, strlen(text)),
                     expected);
}

static void test_line_of_many(void **state)
{
    (void)state;
    archrules_engine *engine = open_engine(rules, ARCHRULES_OK);
    archrules_facts *facts = NULL;
    archrules_result *result = NULL;
    archrules_output output = to_sink(ARCHRULES_NDJSON);
    assert_int_equal(archrules_facts_create(engine, &facts), ARCHRULES_OK);
    read_line(facts, 41, "{\"host\": {\"arch\": \"arm64\"}}", ARCHRULES_OK);
    assert_int_equal(archrules_evaluate(engine, facts, NULL, &result),
                     ARCHRULES_OK);
    assert_int_equal(archrules_result_render(result, NULL, &output),
                     ARCHRULES_OK);
    assert_contains("\"line\":41,");
    output = to_sink(ARCHRULES_NDJSON);
    assert_int_equal(archrules_facts_render_diagnostics(facts, &output),
                     ARCHRULES_OK);
    assert_int_equal(shared.length, 0);
    read_line(facts, 42, "{\"host\": ", ARCHRULES_INVALID);
    assert_int_equal(archrules_facts_render_diagnostics(facts, &output),
                     ARCHRULES_OK);
    assert_contains("{\"schema_version\":\"1\",\"line\":42,\"error\":{");
    assert_contains("\"start\":{\"offset\":9,\"line\":42,\"column\":10}");
    assert_int_equal(archrules_facts_read_line(facts, "x", 0, "{}", 2),
                     ARCHRULES_MISUSE);
    read_line(facts, 43, "{\"host\": {\"arch\": 7}}", ARCHRULES_OK);
    output = to_sink(ARCHRULES_HUMAN);
    assert_int_equal(archrules_facts_render_diagnostics(facts, &output),
                     ARCHRULES_OK);
    assert_contains("fleet.ndjson:43:19");
    archrules_result_free(result);
    archrules_facts_free(facts);
    archrules_engine_free(engine);
}

/* Everything an embedder does, in one go; false as soon as memory is out. */
static archrules_status do_everything(void)
{
    archrules_engine *engine = NULL;
    archrules_facts *facts = NULL;
    archrules_result *result = NULL;
    archrules_test_report *report = NULL;
    archrules_test_options test_options = {.coverage = 1};
    archrules_test_report_options shown = {.list_passed = 1, .annotate = 1};
    archrules_output output = to_sink(ARCHRULES_JSON);
    archrules_status status = archrules_engine_create(&engine);
    if (status == ARCHRULES_OK)
        status = archrules_engine_add_source(engine, "shop.rules", rules,
                                             sizeof(rules) - 1);
    if (status == ARCHRULES_OK)
        status = archrules_engine_compile(engine);
    if (status == ARCHRULES_OK)
        status = archrules_facts_create(engine, &facts);
    if (status == ARCHRULES_OK)
        status = archrules_facts_set(facts, "host.arch=arm64");
    if (status == ARCHRULES_OK)
        status = archrules_evaluate(engine, facts, NULL, &result);
    if (status == ARCHRULES_OK)
        status = archrules_result_update(result, NULL);
    bool is_read = status != ARCHRULES_OK || archrules_result_rule(result, 0);
    if (status == ARCHRULES_OK)
        status = archrules_result_render(result, NULL, &output);
    if (status == ARCHRULES_OK)
        status = archrules_test_run(engine, &test_options, &report);
    if (status == ARCHRULES_OK)
        status = archrules_test_report_render(report, NULL, &output);
    if (status == ARCHRULES_OK) {
        output.format = ARCHRULES_HUMAN;
        status = archrules_test_report_render(report, &shown, &output);
    }
    if (status == ARCHRULES_NOMEM && engine && facts)
        assert_int_not_equal(archrules_facts_set(facts, "host.arch=arm65"),
                             ARCHRULES_OK);
    archrules_test_report_free(report);
    archrules_result_free(result);
    archrules_facts_free(facts);
    archrules_engine_free(engine);
    return is_read ? status : ARCHRULES_NOMEM;
}

static void test_no_memory_anywhere(void **state)
{
    (void)state;
    size_t n_requests = 1;
    archrules_status status = ARCHRULES_NOMEM;
    while (status != ARCHRULES_OK) {
        ar_arena_fail_after(n_requests, false);
        status = do_everything();
        assert_true(status == ARCHRULES_OK || status == ARCHRULES_NOMEM);
        n_requests++;
        assert_true(n_requests < 100000);
    }
    ar_arena_fail_after(0, false);
    assert_true(n_requests > 10);
}

static archrules_status lay_out(void)
{
    archrules_layout *layout = NULL;
    const archrules_layout_file *file = NULL;
    archrules_output output = to_sink(ARCHRULES_HUMAN);
    archrules_status status = archrules_layout_create(&layout);
    if (status == ARCHRULES_OK)
        status = archrules_layout_add_text(layout, "torn", torn_rule,
                                           sizeof(torn_rule) - 1);
    if (status == ARCHRULES_OK)
        status = archrules_layout_add_path(layout, "examples");
    if (status == ARCHRULES_OK)
        status = archrules_layout_next(layout, &file);
    if (status == ARCHRULES_OK)
        status = archrules_layout_render_diff(layout, &output);
    if (status == ARCHRULES_OK)
        status = archrules_layout_next(layout, &file);
    if (status == ARCHRULES_NOMEM && layout)
        assert_int_equal(archrules_layout_next(layout, &file), ARCHRULES_NOMEM);
    archrules_layout_free(layout);
    return status;
}

static void test_no_memory_for_a_layout(void **state)
{
    (void)state;
    size_t n_requests = 0;
    archrules_status status = ARCHRULES_NOMEM;
    while (status != ARCHRULES_OK) {
        ar_arena_fail_after(++n_requests, false);
        status = lay_out();
        assert_true(status == ARCHRULES_OK || status == ARCHRULES_NOMEM);
        assert_true(n_requests < 10000);
    }
    ar_arena_fail_after(0, false);
    assert_true(n_requests > 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ids_only),
        cmocka_unit_test(test_null_is_misuse),
        cmocka_unit_test(test_order_of_calls),
        cmocka_unit_test(test_large_source),
        cmocka_unit_test(test_no_memory_for_a_large_source),
        cmocka_unit_test(test_offline),
        cmocka_unit_test(test_facts_of_another_engine),
        cmocka_unit_test(test_mistakes_in_rules),
        cmocka_unit_test(test_text_with_nul_is_refused),
        cmocka_unit_test(test_findings),
        cmocka_unit_test(test_remedies_and_verification),
        cmocka_unit_test(test_selection),
        cmocka_unit_test(test_bad_facts_change_nothing),
        cmocka_unit_test(test_writer_stops),
        cmocka_unit_test(test_tests_of_packs),
        cmocka_unit_test(test_coverage_of_packs),
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_layout_of_texts),
        cmocka_unit_test(test_layout_says),
        cmocka_unit_test(test_layout_of_paths),
        cmocka_unit_test(test_result_is_updated),
        cmocka_unit_test(test_line_of_many),
        cmocka_unit_test(test_no_memory_anywhere),
        cmocka_unit_test(test_no_memory_for_a_layout),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
