/* SPDX-License-Identifier: Apache-2.0 */
/* From the output of a host to facts: failure clauses, exit codes, every
 * status, the strings of sources. Nothing becomes absent, and nothing of a
 * failed command a value, unless the probe says so. */

#include "probe_fixture.h"

static const char tool[] =
    "probe p\n"
    "  run 'tool' 'status'\n"
    "  exit 0, 1\n"
    "  parse json\n"
    "  gives t.client.version : version = .C\n"
    "  gives t.server.version : version = .S\n"
    "  gives t.server.arch : arch = .A?\n"
    "  if stderr matches /denied/: t.server unknown(denied)\n"
    "  if exit == 1 and stderr contains \"refused\": t.server absent\n"
    "  if exit == 1: t.server unknown(probe_failed)\n"
    "  if not found: t absent\n";

static void assert_facts(const struct ar_host_output *output,
                         const char *expected)
{
    assert_same("facts", apply_text(output), expected);
}

static void assert_tool(const char *out, const char *err, int exit_code,
                        const char *expected)
{
    struct ar_host_output output = output_of(out, err, exit_code);
    assert_facts(&output, expected);
}

static void takes_the_first_clause(void **state)
{
    (void)state;
    load_rules(tool);
    assert_tool("{\"C\":\"1.2\",\"S\":\"1.3\",\"A\":\"x86_64\"}", "", 0,
                "t.client.version=1.2; t.server.version=1.3; "
                "t.server.arch=amd64");
    assert_tool("{\"C\":\"1.2\",\"S\":null}", "denied, refused", 1,
                "t.server=<unknown: denied>; t.client.version=1.2; "
                "t.server.version=<unknown: denied>; "
                "t.server.arch=<unknown: denied>");
    assert_tool("{\"C\":\"1.2\",\"S\":null}", "refused", 1,
                "t.server=<absent>; t.client.version=1.2; "
                "t.server.version=<absent>; t.server.arch=<absent>");
    assert_tool("{\"C\":\"1.2\",\"S\":\"1.3\"}", "else", 1,
                "t.server=<unknown: probe_failed>; t.client.version=1.2; "
                "t.server.version=<unknown: probe_failed>; "
                "t.server.arch=<unknown: probe_failed>");
    /* The clause counts before the value does. */
    assert_tool("{\"C\":\"1.2\",\"S\":\"1.3\",\"A\":\"arm64\"}", "denied", 0,
                "t.server=<unknown: denied>; t.client.version=1.2; "
                "t.server.version=<unknown: denied>; "
                "t.server.arch=<unknown: denied>");
    assert_tool("{\"C\":\"1.2\",\"S\":\"1.3\"}", "", 0,
                "t.client.version=1.2; t.server.version=1.3; "
                "t.server.arch=<absent>");
    assert_tool("not JSON", "", 0,
                "t.client.version=<unknown: bad_output>; "
                "t.server.version=<unknown: bad_output>; "
                "t.server.arch=<unknown: bad_output>");
}

static void parses_no_failed_command(void **state)
{
    (void)state;
    load_rules(tool);
    assert_tool("{\"C\":\"1.2\",\"S\":\"1.3\",\"A\":\"arm64\"}", "", 2,
                "t.client.version=<unknown: probe_failed>; "
                "t.server.version=<unknown: probe_failed>; "
                "t.server.arch=<unknown: probe_failed>");
    load_rules("probe p run 'a' parse text gives t.a : int\n");
    assert_tool("5", "", 0, "t.a=5");
    assert_tool("5", "", 1, "t.a=<unknown: probe_failed>");
    assert_tool("5", "", -1, "t.a=<unknown: probe_failed>");
    load_rules("probe p run 'a' exit 3, 100 parse text gives t.a : int\n");
    assert_tool("5", "", 3, "t.a=5");
    assert_tool("5", "", 100, "t.a=5");
    assert_tool("5", "", 0, "t.a=<unknown: probe_failed>");
}

/* ---- exec ---- */

static const char executable[] = "probe p exec 'tool' 'x'\n"
                                 "  gives t.a : int\n"
                                 "  gives t.b : list of string\n"
                                 "  gives t.c : string\n"
                                 "  if not found: t absent\n";

static void assert_answer(const char *answer, const char *expected)
{
    assert_tool(answer, "", 0, expected);
}

static void believes_only_the_protocol(void **state)
{
    (void)state;
    const char *nothing = "t.a=<unknown: bad_output>; "
                          "t.b=<unknown: bad_output>; "
                          "t.c=<unknown: bad_output>";
    load_rules(executable);
    assert_answer("{\"archrules_probe\": 1, \"facts\": {"
                  "\"t.a\": {\"value\": 5}, "
                  "\"t.b\": {\"value\": [\"x\", 1, \"y\"]}, "
                  "\"t.c\": {\"absent\": true}}}",
                  "t.a=5; t.b=[x, <unknown: bad_output>, y]; t.c=<absent>");
    assert_answer("{\"archrules_probe\": 1, \"facts\": {"
                  "\"t.a\": {\"unknown\": \"denied\", \"detail\": \"no\"}, "
                  "\"t.b\": {\"value\": null}, "
                  "\"t.d\": {\"value\": 1}, \"t.c\": {\"value\": 7}}}",
                  "t.a=<unknown: denied>; t.b=<unknown: bad_output>; "
                  "t.c=<unknown: bad_output>");
    assert_answer("{\"archrules_probe\": 1, \"facts\": {"
                  "\"t.a\": {\"absent\": false}, "
                  "\"t.b\": {\"absent\": true, \"value\": []}, "
                  "\"t.c\": {\"unknown\": \"tired\"}}}",
                  nothing);
    assert_answer("{\"archrules_probe\": 1, \"facts\": {"
                  "\"t.a\": 5, \"t.b\": {}, "
                  "\"t.c\": {\"value\": \"x\", \"more\": 1}}}",
                  nothing);
    const char *const refused[] = {
        "",
        "null",
        "[]",
        "{}",
        "{\"facts\": {\"t.a\": {\"value\": 5}}}",
        "{\"archrules_probe\": 99, \"facts\": {\"t.a\": {\"value\": 5}}}",
        "{\"archrules_probe\": \"1\", \"facts\": {}}",
        "{\"archrules_probe\": 1}",
        "{\"archrules_probe\": 1, \"facts\": []}",
        "{\"archrules_probe\": 1, \"facts\": {\"t.a\": {\"value\": 5}}, "
        "\"more\": 1}",
        "{\"archrules_probe\": 1, \"facts\": {\"t.a\": {\"value\": 5}}, "
        "\"origin\": 1}",
        "{\"archrules_probe\": 1, \"facts\": {\"t.a\": {\"absent\": true}}} {}",
        "{\"archrules_probe\": 1, \"facts\": {\"t.a\": {\"value\": 5}, "
        "\"t.a\": {\"value\": 5}}}",
    };
    for (size_t ix = 0; ix < AR_COUNT_OF(refused); ix++)
        assert_answer(refused[ix], nothing);
}

/* Whoever fails is not believed that anything is absent. */
static void believes_no_failed_executable(void **state)
{
    (void)state;
    load_rules(executable);
    assert_tool("{\"archrules_probe\": 1, \"facts\": "
                "{\"t.a\": {\"absent\": true}}}",
                "", 1,
                "t.a=<unknown: probe_failed>; t.b=<unknown: probe_failed>; "
                "t.c=<unknown: probe_failed>");
}

static void says_why_it_failed(void **state)
{
    (void)state;
    load_rules("probe p run 'a' gives t.a : string\n");
    struct ar_host_output output = output_of("out\n", "\n  no way \nmore", 3);
    assert_same("stderr", details_text(&output), "exit 3: no way");
    output = output_of("out\n", "", 3);
    assert_same("stdout", details_text(&output), "exit 3: out");
    output = output_of("", "", 3);
    assert_same("nothing", details_text(&output), "exit 3");
    load_rules("fact t.a : string sensitive secret\n"
               "probe p run 'a' gives t.a : string\n");
    output = output_of("", "hunter2", 3);
    assert_same("secret", details_text(&output), "");
    load_rules("fact t.a : list of int sensitive secret\n"
               "probe p run 'a' parse lines gives t.a : list of int\n");
    output = output_of("hunter2", "", 0);
    ar_probe_fact_vector given = apply_output(&output);
    assert_int_equal(given.at[0].value.as.list.items[0].detail.len, 0);
}

static void assert_status(enum ar_host_status status, const char *expected,
                          const char *detail)
{
    /* What came before the end is no answer. */
    struct ar_host_output output =
        output_of("{\"C\":\"1.2\",\"S\":\"1.3\"}", "refused", 1);
    output.status = status;
    output.detail = ar_str_from_c(detail);
    struct ar_arena *arena = &fixture.arena;
    assert_facts(&output, ar_str_printf(arena,
                                        "t.client.version=<unknown: %s>; "
                                        "t.server.version=<unknown: %s>; "
                                        "t.server.arch=<unknown: %s>",
                                        expected, expected, expected)
                              .ptr);
    if (detail[0] != '\0')
        assert_same(
            "detail", details_text(&output),
            ar_str_printf(arena, "%s; %s; %s", detail, detail, detail).ptr);
}

static void gives_every_status_its_reason(void **state)
{
    (void)state;
    load_rules(tool);
    assert_status(AR_HOST_DENIED, "denied", "no right");
    assert_status(AR_HOST_TIMEOUT, "timeout", "after 10 s");
    assert_status(AR_HOST_TOO_LARGE, "too_large", "");
    assert_status(AR_HOST_UNSUPPORTED, "unsupported", "");
    assert_status(AR_HOST_BAD_ANSWER, "bad_output", "no HTTP");
    assert_status(AR_HOST_FAILED, "probe_failed", "it crashed");
    assert_status(AR_HOST_STOPPED, "probe_failed", "");
    struct ar_host_output output = {.status = AR_HOST_STOPPED};
    assert_non_null(strstr(details_text(&output), "stopped"));
    output = (struct ar_host_output){.status = AR_HOST_FAILED, .signal = 11};
    assert_non_null(strstr(details_text(&output), "signal 11"));
    output = (struct ar_host_output){.status = AR_HOST_NOT_FOUND};
    assert_facts(&output, "t=<absent>; t.client.version=<absent>; "
                          "t.server.version=<absent>; t.server.arch=<absent>");
}

static void is_absent_only_if_it_says_so(void **state)
{
    (void)state;
    struct ar_host_output output = {.status = AR_HOST_NOT_FOUND};
    load_rules("probe p run 'a' gives t.a : string\n");
    assert_facts(&output, "t.a=<unknown: probe_failed>");
    assert_non_null(strstr(details_text(&output), "not installed"));
    load_rules("probe p file '/a' gives t.a : string\n");
    assert_facts(&output, "t.a=<unknown: probe_failed>");
    load_rules("probe p file '/a' gives t.a : string gives t.b : string\n"
               "if not found: t.a absent\n");
    assert_facts(&output, "t.a=<absent>; t.b=<unknown: probe_failed>");
    load_rules("probe p env 'A' gives t.a : string if found: t.a absent\n");
    assert_facts(&output, "t.a=<unknown: probe_failed>");
    /* What was not found has no output that a condition could hold for. */
    load_rules("probe p run 'a' gives t.a : string\n"
               "  if exit == 0 or not (exit == 0): t.a absent\n"
               "  if not (stdout matches /x/): t.a absent\n"
               "  if stderr == \"\": t.a absent\n"
               "  if not found: t.a unknown(unsupported)\n");
    assert_facts(&output, "t.a=<unknown: unsupported>");
    output = output_of("x", "", 0);
    assert_facts(&output, "t.a=<absent>");
}

static void reads_files(void **state)
{
    (void)state;
    load_rules("probe p file '/a' parse text gives t.a : int\n"
               "  if stdout == \"none\": t.a absent\n"
               "  if exit == 0 or stderr == \"\": t.a unknown(conflict)\n");
    assert_tool("5\n", "", 0, "t.a=5");
    assert_tool("none", "", 0, "t.a=<absent>");
    /* A file has no exit code. */
    assert_tool("5\n", "x", 9, "t.a=5");
    load_rules("probe p glob '/a/*' parse lines gives t.a : list of string\n"
               "  if found: t.b.c absent\nfact t.b.c : int\n");
    assert_tool("/a/b\n/a/c\n", "", 0, "t.b.c=<absent>; t.a=[/a/b, /a/c]");
}

static void reads_services(void **state)
{
    (void)state;
    load_rules("probe p http 'unix:///x' '/v' parse json gives t.a : int = .a\n"
               "  if stdout == \"none\": t.a absent\n"
               "  if stderr == \"\": t.a unknown(conflict)\n"
               "  if status == 403: t.a unknown(denied)\n");
    assert_tool("{\"a\": 5}", "", 200, "t.a=5");
    assert_tool("none", "", 200, "t.a=<absent>");
    assert_tool("{\"a\": 5}", "", 403, "t.a=<unknown: denied>");
    assert_tool("{\"a\": 5}", "", 0, "t.a=<unknown: probe_failed>");
    struct ar_host_output output = output_of("It is gone\n", "", 404);
    assert_facts(&output, "t.a=<unknown: probe_failed>");
    assert_non_null(strstr(details_text(&output), "status 404: It is gone"));
    output = (struct ar_host_output){.status = AR_HOST_NOT_FOUND,
                                     .detail = AR_STR("nobody listens")};
    assert_facts(&output, "t.a=<unknown: probe_failed>");
    assert_non_null(strstr(details_text(&output), "nobody listens"));
    output = (struct ar_host_output){.status = AR_HOST_BAD_ANSWER};
    assert_facts(&output, "t.a=<unknown: bad_output>");
    load_rules("probe p http 'unix:///x' '/v' status 404, 410\n"
               "  gives t.a : string\n");
    assert_tool("gone", "", 410, "t.a=gone");
    assert_tool("gone", "", 200, "t.a=<unknown: probe_failed>");
}

static void reads_the_stream_it_names(void **state)
{
    (void)state;
    load_rules("probe p run 'a' from stderr parse text gives t.a : int\n");
    assert_tool("5", "6\n", 0, "t.a=6");
    load_rules("probe p run 'a' from stdout parse text gives t.a : int\n");
    assert_tool("5", "6\n", 0, "t.a=5");
}

/* A clause that may hold or not leaves open what it sets, and what the first
 * one behind it sets that holds. */
static void doubts_what_is_open(void **state)
{
    (void)state;
    static const char rules[] =
        "probe p run 'a' parse lines\n"
        "  gives t.a : list of string gives t.b : list of string\n"
        "  gives t.c : list of string\n"
        "  if stderr contains \"x\": t.a absent\n"
        "  if exit == 0: t.b absent\n"
        "  if exit == 0: t.c absent\n";
    load_rules(rules);
    struct ar_host_output output = output_of("v", "", 0);
    assert_facts(&output, "t.a=[v]; t.b=<absent>; t.c=[v]");
    output.err = (ar_str){"\0x\0\0\0", 5};
    assert_facts(&output, "t.a=<unknown: bad_output>; "
                          "t.b=<unknown: bad_output>; t.c=[v]");
    output.err = AR_STR("x");
    assert_facts(&output, "t.a=<absent>; t.b=[v]; t.c=[v]");
    output.is_err_cut = true;
    assert_facts(&output, "t.a=<unknown: too_large>; "
                          "t.b=<unknown: too_large>; t.c=[v]");
    load_rules("probe p run 'a' from stderr parse lines\n"
               "  gives t.a : list of string\n");
    assert_facts(&output, "t.a=<unknown: too_large>");
    output.is_err_cut = false;
    assert_facts(&output, "t.a=[x]");
}

static void lets_the_narrowest_count(void **state)
{
    (void)state;
    load_rules("fact t.z : int\n"
               "probe p run 'a' parse lines\n"
               "  gives t.a.b : list of string gives t.a.c : list of string\n"
               "  gives t.d : list of string\n"
               "  if exit == 0: t.a.c unknown(stale), t.a unknown(denied),\n"
               "    t absent, t.a absent, t.z absent\n");
    struct ar_host_output output = output_of("v", "", 0);
    assert_facts(&output, "t=<absent>; t.a=<unknown: denied>; t.z=<absent>; "
                          "t.a.b=<unknown: denied>; t.a.c=<unknown: stale>; "
                          "t.d=<absent>");
}

/* Facts that rules know may decide. */
static void conditions_name_facts(void **state)
{
    (void)state;
    load_rules("fact h.old : bool\n"
               "probe p run 'a' parse text gives t.a : int\n"
               "  if h.old and exit == 0: t.a absent\n");
    struct ar_host_output output = output_of("5", "", 0);
    assert_facts(&output, "t.a=<unknown: not_in_snapshot>");
    assert_true(ar_snapshot_set(&fixture.arena, &fixture.diags, &facts,
                                AR_STR("h.old=true")));
    assert_facts(&output, "t.a=<absent>");
    assert_true(ar_snapshot_set(&fixture.arena, &fixture.diags, &facts,
                                AR_STR("h.old=false")));
    assert_facts(&output, "t.a=5");
}

/* ---- arguments and requests ---- */

static const char module[] =
    "fact h.root : string\nfact h.ids : list of int\n"
    "probe p (path : string, n : int)\n"
    "  run 'tool' '{x}' \"-n{n + 1}\" \"{h.root}/{path}\" \"{h.ids}\" ''\n"
    "  parse text\n"
    "  gives m(path : string, n : int).v : string\n"
    "  if path == \"none\" or stdout == path: h.root absent\n";

static bool request(const ar_value *arguments, const char **text,
                    ar_value *lack)
{
    struct ar_probe_use use = use_of(fixture.program->probes.at[0], arguments);
    struct ar_probe_request out;
    if (!ar_probe_request(&fixture.arena, &use, &out, lack))
        return false;
    struct ar_buf joined = AR_BUF(&fixture.arena);
    for (size_t ix = 0; ix < out.n_texts; ix++)
        ar_buf_printf(&joined, "<" AR_STR_FORMAT ">",
                      AR_STR_ARG(out.texts[ix]));
    *text = ar_buf_view(&joined).ptr;
    return true;
}

static void set(const char *assignment)
{
    assert_true(ar_snapshot_set(&fixture.arena, &fixture.diags, &facts,
                                ar_str_from_c(assignment)));
}

static void fills_in_requests(void **state)
{
    (void)state;
    const char *text = NULL;
    ar_value lack;
    load_rules(module);
    const ar_value arguments[] = {ar_value_string(AR_STR("a b; c $d")),
                                  ar_value_int(6)};
    assert_false(request(arguments, &text, &lack));
    assert_int_equal(lack.state, AR_STATE_UNKNOWN);
    assert_int_equal(lack.reason, AR_REASON_not_in_snapshot);
    set("h.root=/r");
    set("h.ids=[1,2]");
    assert_true(request(arguments, &text, &lack));
    assert_string_equal(text, "<tool><{x}><-n7></r/a b; c $d><1, 2><>");
    set("h.root=absent");
    assert_false(request(arguments, &text, &lack));
    assert_int_equal(lack.state, AR_STATE_ABSENT);
    const ar_value cut[] = {ar_value_string((ar_str){"a\0b", 3}),
                            ar_value_int(6)};
    set("h.root=/r");
    assert_false(request(cut, &text, &lack));
    assert_int_equal(lack.reason, AR_REASON_bad_value);
}

static void knows_its_arguments(void **state)
{
    (void)state;
    load_rules(module);
    const ar_value arguments[] = {ar_value_string(AR_STR("a\"b")),
                                  ar_value_int(6)};
    struct ar_probe_use use = use_of(fixture.program->probes.at[0], arguments);
    struct ar_host_output output = output_of("v\n", "", 0);
    ar_probe_fact_vector given = {0};
    ar_probe_apply(&fixture.arena, &use, &output, &given);
    assert_same("value", facts_text(&given), "m(\"a\\\"b\", 6).v=v");
    given.count = 0;
    output = output_of("a\"b", "", 0);
    ar_probe_apply(&fixture.arena, &use, &output, &given);
    assert_same("clause", facts_text(&given),
                "h.root=<absent>; m(\"a\\\"b\", 6).v=a\"b");
    given.count = 0;
    ar_probe_refuse(&fixture.arena, &use,
                    ar_value_unknown(AR_REASON_denied, AR_STR("x")), &given);
    assert_same("refused", facts_text(&given),
                "m(\"a\\\"b\", 6).v=<unknown: denied>");
}

/* The order is one in which a factset can be filled. */
static void fills_a_factset(void **state)
{
    (void)state;
    load_rules(tool);
    struct ar_host_output output = output_of("{\"C\":\"1\"}", "refused", 1);
    ar_probe_fact_vector given = apply_output(&output);
    for (size_t ix = 0; ix < given.count; ix++) {
        struct ar_fact_ref ref = {.decl = given.at[ix].decl,
                                  .group = given.at[ix].group,
                                  .key = given.at[ix].key};
        ar_factset_set(&facts, &ref, given.at[ix].value);
    }
    const struct ar_fact_group *server =
        ar_schema_find_group(facts.schema, AR_STR("t.server"));
    assert_int_equal(ar_factset_group(&facts, server, server->name).state,
                     AR_STATE_ABSENT);
    const struct ar_fact_group *client =
        ar_schema_find_group(facts.schema, AR_STR("t.client"));
    assert_int_equal(ar_factset_group(&facts, client, client->name).state,
                     AR_STATE_VALUE);
}

/* ---- what sema keeps ---- */

static void keeps_all_of_a_probe(void **state)
{
    (void)state;
    load_rules("probe p (n : int) on linux, wsl\n"
               "  run 'a' \"{n}\"\n  timeout 1500ms\n  exit 0, 0x10\n"
               "  from stderr\n  decode latin1\n"
               "  parse lines matches /(?<x>a)/\n"
               "  gives t(n : int).a : list of { x : string }\n"
               "  gives t(n : int).b : list of string = .[].x?\n"
               "  if found: u.v absent, u.w unknown(stale)\n"
               "  if not found: u absent\n"
               "  if n == 1: u absent\n"
               "fact u.v : int\nfact u.w : int\n");
    const struct ar_probe *probe = fixture.program->probes.at[0];
    assert_int_equal(probe->source, AR_PROBE_RUN);
    assert_int_equal(probe->texts.count, 2);
    assert_int_equal(probe->timeout_us, 1500000);
    assert_int_equal(probe->exits.count, 2);
    assert_int_equal(probe->exits.at[1], 16);
    assert_true(probe->from_stderr);
    assert_int_equal(probe->encoding, AR_ENCODING_LATIN1);
    assert_int_equal(probe->parser, AR_PARSER_LINES);
    assert_non_null(probe->regex);
    assert_int_equal(probe->platforms.count, 2);
    assert_true(ar_str_equal_c(probe->platforms.at[1], "wsl"));
    assert_int_equal(probe->n_parameters, 1);
    assert_int_equal(probe->parameters[0]->slot, 3);
    assert_int_equal(probe->parts.count, 2);
    assert_null(probe->parts.at[0].selector);
    assert_int_equal(probe->parts.at[1].selector->kind, AR_NODE_SELECTOR);
    assert_int_equal(probe->failures.count, 3);
    assert_int_equal(probe->failures.at[0].kind, AR_PROBE_IF_FOUND);
    assert_int_equal(probe->failures.at[0].settings.count, 2);
    assert_true(probe->failures.at[0].settings.at[0].is_absent);
    assert_int_equal(probe->failures.at[0].settings.at[1].reason,
                     AR_REASON_stale);
    assert_int_equal(probe->failures.at[1].kind, AR_PROBE_IF_NOT_FOUND);
    assert_non_null(probe->failures.at[1].settings.at[0].group);
    assert_int_equal(probe->failures.at[2].kind, AR_PROBE_IF_EXPR);
    assert_non_null(probe->failures.at[2].condition);
}

static void fills_in_what_is_not_said(void **state)
{
    (void)state;
    load_rules("probe p env 'A' gives t.a : string\n");
    const struct ar_probe *probe = fixture.program->probes.at[0];
    assert_int_equal(probe->source, AR_PROBE_ENV);
    assert_int_equal(probe->timeout_us, 0);
    assert_int_equal(probe->exits.count, 0);
    assert_false(probe->from_stderr);
    assert_int_equal(probe->encoding, AR_ENCODING_AUTO);
    assert_int_equal(probe->parser, AR_PARSER_TEXT);
    assert_int_equal(probe->platforms.count, 0);
    assert_int_equal(probe->n_slots, 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(takes_the_first_clause),
        cmocka_unit_test(parses_no_failed_command),
        cmocka_unit_test(believes_only_the_protocol),
        cmocka_unit_test(believes_no_failed_executable),
        cmocka_unit_test(says_why_it_failed),
        cmocka_unit_test(gives_every_status_its_reason),
        cmocka_unit_test(is_absent_only_if_it_says_so),
        cmocka_unit_test(reads_files),
        cmocka_unit_test(reads_services),
        cmocka_unit_test(reads_the_stream_it_names),
        cmocka_unit_test(doubts_what_is_open),
        cmocka_unit_test(lets_the_narrowest_count),
        cmocka_unit_test(conditions_name_facts),
        cmocka_unit_test(fills_in_requests),
        cmocka_unit_test(knows_its_arguments),
        cmocka_unit_test(fills_a_factset),
        cmocka_unit_test(keeps_all_of_a_probe),
        cmocka_unit_test(fills_in_what_is_not_said),
    };
    return cmocka_run_group_tests(tests, start_test, end_test);
}
