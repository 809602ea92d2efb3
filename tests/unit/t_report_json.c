/* SPDX-License-Identifier: Apache-2.0 */
/* The JSON report of results built by hand. With arguments (human or json,
 * then a detail) it prints the report of the sample instead, for
 * tests/report_schema.py. */

#include "report/report_plan.h"
#include "report_sample.h"

/* { name = "n", gate absent, used unknown(denied) } */
static ar_value make_record(void)
{
    struct ar_field *fields = AR_NEW_ARRAY(ARENA, struct ar_field, 3);
    fields[0] = (struct ar_field){AR_STR("name"), &ar_type_string, false};
    fields[1] = (struct ar_field){AR_STR("gate"), &ar_type_ip, true};
    fields[2] = (struct ar_field){AR_STR("used"), &ar_type_size, true};
    struct ar_type *type = AR_NEW(ARENA, struct ar_type);
    type->kind = AR_TYPE_RECORD;
    type->fields = fields;
    type->n_fields = 3;
    ar_value *values = AR_NEW_ARRAY(ARENA, ar_value, 3);
    values[0] = ar_value_string(AR_STR("n"));
    values[1] = ar_value_absent();
    values[2] = ar_value_unknown(AR_REASON_denied, AR_STR(""));
    return ar_value_record(type, values);
}

static void writes_values_as_snapshots_do(void **state)
{
    (void)state;
    struct ar_rule *rule = add_rule("a.b", AR_RULE_ERROR, AR_STATUS_MATCHED);
    struct ar_finding *finding = add_finding(rule, NULL, "x");
    struct ar_cidr net = {0};
    assert_true(ar_cidr_parse(AR_STR("10.0.0.0/8"), &net));
    ar_value record = make_record();
    const ar_value values[] = {
        ar_value_bool(true),
        ar_value_int(INT64_MIN),
        ar_value_real(0.5),
        ar_value_version(make_version("v4.38.0-rc1")),
        ar_value_size(INT64_C(3) << 30),
        ar_value_duration(4000000),
        ar_value_duration(1500000),
        ar_value_time(0),
        ar_value_cidr(net),
        ar_value_enum(&ar_type_arch, 0),
        ar_value_list(ar_type_list_of(ARENA, record.type), &record, 1),
    };
    static const char *const expected[] = {
        "\"value\": true,",
        "\"value\": -9223372036854775808,",
        "\"value\": 0.5,",
        "\"value\": \"v4.38.0-rc1\",",
        "\"value\": 3221225472,\n          \"text\": \"3GiB\",",
        "\"value\": 4,\n          \"text\": \"4s\",",
        "\"value\": 1.5,\n          \"text\": \"1500ms\",",
        "\"value\": \"1970-01-01T00:00:00Z\",",
        "\"value\": \"10.0.0.0/8\",",
        "\"value\": \"amd64\",",
        "\"name\": \"n\",\n              \"gate\": null,",
        "\"used\": {\n                \"unknown\": \"denied\"",
    };
    for (size_t ix = 0; ix < AR_COUNT_OF(values); ix++)
        add_fact(finding, declare("x.y", values[ix].type), values[ix]);
    ar_str text = render(AR_REPORT_FORMAT_JSON);
    assert_order(text, expected, AR_COUNT_OF(expected));
    json();
}

static void survives_values_deeper_than_the_writer(void **state)
{
    (void)state;
    struct ar_rule *rule = add_rule("a.b", AR_RULE_ERROR, AR_STATUS_MATCHED);
    struct ar_finding *finding = add_finding(rule, NULL, "x");
    ar_value value = ar_value_int(7);
    for (size_t depth = 0; depth < 200; depth++) {
        ar_value *items = AR_NEW_ARRAY(ARENA, ar_value, 1);
        items[0] = value;
        value = ar_value_list(ar_type_list_of(ARENA, value.type), items, 1);
    }
    add_fact(finding, declare("x.y", value.type), value);
    assert_has(render(AR_REPORT_FORMAT_JSON), "[[[7]]]");
    assert_has(human(), "[[[7]]]");
}

static void fills_the_json_report(void **state)
{
    (void)state;
    fill_sample();
    sample.options.generated = "2026-11-22T10:05:00Z";
    const struct ar_json *root = json();
    static const char *const keys[] = {
        "schema_version", "detail",    "tool",
        "generated",      "verdict",   "probes_failed",
        "used_allow_run", "machine",   "packs",
        "counts",         "rules",     "findings",
        "undetermined",   "questions", "expired_waivers",
        "packs_not_found"};
    const struct ar_json *member = root->first;
    for (size_t ix = 0; ix < AR_COUNT_OF(keys); ix++) {
        assert_non_null(member);
        assert_true(ar_str_equal_c(member->key, keys[ix]));
        member = member->next;
    }
    assert_null(member);
    assert_json_text(root, "schema_version", "1");
    assert_json_text(root, "machine.name", "acer-swift");
    assert_json_text(root, "packs.0.version", "1.0.0");
    assert_int_equal(json_at(root, "rules")->count, 6);
    assert_json_int(root, "counts.rules", 6);
    assert_json_int(root, "counts.matched", 3);
    assert_json_int(root, "counts.undetermined", 2);
    assert_json_int(root, "counts.superseded", 1);
    assert_json_text(root, "rules.0.status", "clear");
    assert_json_text(root, "rules.0.absent.0", "docker.disk");
    assert_json_text(root, "rules.0.file", "rules/docker.rules");
    assert_json_int(root, "rules.0.line", 3);
    assert_json_text(root, "findings.0.remedies.0.restart", "machine");
    assert_json_text(root, "findings.0.remedies.0.steps.0.items.1.text",
                     "wsl --shutdown");
    assert_json_text(root, "findings.0.remedies.0.steps.1.condition",
                     "unless windows.feature(\"VirtualMachinePlatform\")."
                     "enabled");
    assert_json_int(root, "findings.0.facts.0.origin.ms", 3);
    assert_json_text(root, "findings.0.possible_causes.0.needs.0.fact",
                     "wsl.kernel.version");
    assert_json_text(root, "findings.1.superseded_by.0.rule",
                     "docker.wrong_build");
    assert_json_text(root, "findings.1.key_value", "Ubuntu");
    assert_json_text(root, "findings.2.waived_by.owner", "ops");
    assert_json_int(root, "findings.2.waived_by.line", 4);
    assert_json_text(root, "undetermined.1.needs.0.reason", "denied");
    assert_json_text(root, "questions.0.question", "Which image fails?");
    assert_json_text(root, "questions.0.rules.0", "docker.wrong_image");
    assert_json_text(root, "packs_not_found.0", "hyper_v");
}

static void writes_less_if_asked(void **state)
{
    (void)state;
    fill_sample();
    sample.options.detail = AR_REPORT_FINDINGS;
    const struct ar_json *root = json();
    assert_null(ar_json_get(root, AR_STR("rules")));
    assert_non_null(ar_json_get(root, AR_STR("undetermined")));
    sample.options.detail = AR_REPORT_IDS;
    root = json();
    assert_null(ar_json_get(root, AR_STR("undetermined")));
    assert_null(ar_json_get(root, AR_STR("packs")));
    assert_json_text(root, "machine.name", "acer-swift");
    assert_json_int(root, "counts.findings", 3);
    const struct ar_json *finding = json_at(root, "findings.1");
    assert_int_equal(finding->count, 6);
    assert_json_text(finding, "rule", "docker.proxy_timeout");
    assert_json_text(finding, "key", "Ubuntu");
    assert_true(json_at(finding, "superseded")->boolean);
    assert_false(json_at(finding, "waived")->boolean);
}

static void writes_one_line_for_a_machine(void **state)
{
    (void)state;
    fill_sample();
    sample.options.line = 7;
    assert_null(ar_json_get(json(), AR_STR("line")));
    ar_str text = render(AR_REPORT_FORMAT_NDJSON);
    assert_int_equal(ar_str_find(text, AR_STR("\n"), 0), text.len - 1);
    struct ar_json_error error = {0};
    const struct ar_json *root =
        ar_json_read(ARENA, text, &ar_json_default_limits, &error);
    assert_non_null(root);
    assert_json_int(root, "line", 7);
    assert_int_equal(root->count, json()->count + 1);
    sample.options.line = 0;
    text = render(AR_REPORT_FORMAT_NDJSON);
    assert_int_equal(ar_str_find(text, AR_STR("\"line\":7"), 0), SIZE_MAX);
}

static void finds_the_strongest_restart(void **state)
{
    (void)state;
    struct ar_rule *rule = add_rule("a.b", AR_RULE_ERROR, AR_STATUS_MATCHED);
    struct ar_result_remedy *remedy =
        add_remedy(add_finding(rule, NULL, "x"), "y");
    bool is_conditional = true;
    assert_true(
        ar_str_equal_c(ar_report_restart(remedy, &is_conditional), "none"));
    add_step(remedy, "s", "");
    add_item(remedy, AR_STEP_RUN, "machine", "x", "");
    add_item(remedy, AR_STEP_RESTART, "session", "", "");
    add_item(remedy, AR_STEP_RESTART, "app", "", "if x");
    assert_true(
        ar_str_equal_c(ar_report_restart(remedy, &is_conditional), "session"));
    assert_false(is_conditional);
    add_item(remedy, AR_STEP_RESTART, "machine", "", "if x");
    assert_true(
        ar_str_equal_c(ar_report_restart(remedy, &is_conditional), "machine"));
    assert_true(is_conditional);
    add_item(remedy, AR_STEP_RESTART, "machine", "", "");
    ar_report_restart(remedy, &is_conditional);
    assert_false(is_conditional);
}

static int print_sample(int argc, char **argv)
{
    fill_sample();
    enum ar_report_format format =
        ar_report_format_find(ar_str_from_c(argv[1]));
    if (format == AR_N_REPORT_FORMATS)
        return 2;
    for (size_t ix = 0; argc > 2 && ix < 3; ix++) {
        if (strcmp(argv[2], ar_report_detail_names[ix]) == 0)
            sample.options.detail = (enum ar_report_detail)ix;
    }
    ar_str text = render(format);
    bool is_written = fwrite(text.ptr, 1, text.len, stdout) == text.len;
    ar_arena_free(ARENA);
    return is_written ? 0 : 1;
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        TEST(writes_values_as_snapshots_do),
        TEST(survives_values_deeper_than_the_writer),
        TEST(fills_the_json_report),
        TEST(writes_less_if_asked),
        TEST(writes_one_line_for_a_machine),
        TEST(finds_the_strongest_restart),
    };
    if (argc > 1)
        return print_sample(argc, argv);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
