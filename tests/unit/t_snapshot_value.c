/* SPDX-License-Identifier: Apache-2.0 */
/* Values of snapshots: every encoding, what is wrong in lists, maps and
 * records, the limits, and what was probably meant. */

#include "base/limits.h"
#include "snapshot_fixture.h"

/* Good where value is not bad, else with a warning at the value. */
static void assert_encodings(const struct encoding *cases, size_t count)
{
    for (size_t ix = 0; ix < count; ix++) {
        ar_str text = ar_str_printf(&arena, "{\"%s\": %s}", cases[ix].key,
                                    cases[ix].json);
        bool is_good = cases[ix].value[0] != '<' ||
                       strcmp(cases[ix].value, "<absent>") == 0;
        if (is_good)
            read_clean(text.ptr);
        else
            read_ok(text.ptr);
        ar_str value = ar_value_text(&arena, get(cases[ix].key));
        if (!ar_str_equal_c(value, cases[ix].value))
            fail_msg("%s gives %s", text.ptr, value.ptr);
        if (!is_good)
            assert_int_equal(only_diag()->code, AR_W2023);
        if (!is_good)
            assert_int_equal(only_diag()->span.start,
                             strlen(cases[ix].key) + 5);
    }
}

#define ENCODINGS(cases) assert_encodings((cases), AR_COUNT_OF(cases))

static void reads_numbers(void **state)
{
    (void)state;
    static const struct encoding cases[] = {
        {"host.cpus", "9007199254740993", "9007199254740993"},
        {"host.cpus", "9223372036854775807", "9223372036854775807"},
        {"host.cpus", "-0", "0"},
        {"host.cpus", "1.0", bad},
        {"host.cpus", "1e3", bad},
        {"host.cpus", "\"8\"", bad},
        {"host.cpus", "true", bad},
        {"host.cpus", "[8]", bad},
        {"host.cpus", "{}", bad},
        {"host.cpus", "null", "<absent>"},
        {"host.load", "3", "3.0"},
        {"host.load", "0.25", "0.25"},
        {"host.load", "\"0.25\"", bad},
        {"host.memory", "3221225472", "3GiB"},
        {"host.memory", "0", "0B"},
        {"host.memory", "\"3GiB\"", "3GiB"},
        {"host.memory", "\"3221225472\"", "3GiB"},
        {"host.memory", "\"1.5TiB\"", "1536GiB"},
        {"host.memory", "\"3 GiB\"", bad},
        {"host.memory", "\"-1GiB\"", bad},
        {"host.memory", "-1", bad},
        {"host.memory", "1.5", bad},
        {"host.memory", "1e9", bad},
        {"host.uptime", "90", "90s"},
        {"host.uptime", "-90", "-90s"},
        {"host.uptime", "0.1", "100ms"},
        {"host.uptime", "0.0000005", "1us"},
        {"host.uptime", "1.5e3", "25min"},
        {"host.uptime", "\"90s\"", "90s"},
        {"host.uptime", "\"2h\"", "2h"},
        {"host.uptime", "9223372036854", "9223372036854s"},
        {"host.uptime", "9223372036855", bad},
        {"host.uptime", "-9223372036855", bad},
        {"host.uptime", "1e13", bad},
        {"host.uptime", "-1e300", bad},
        {"host.uptime", "\"1 day\"", bad}};
    ENCODINGS(cases);
}

static void reads_words(void **state)
{
    (void)state;
    static const struct encoding cases[] = {
        {"host.admin", "true", "true"},
        {"host.admin", "false", "false"},
        {"host.admin", "\"true\"", bad},
        {"host.admin", "1", bad},
        {"host.admin", "\"no\"", bad},
        {"host.arch", "\"x86_64\"", "amd64"},
        {"host.arch", "\"ARM64 \"", bad},
        {"host.arch", "\"aarch64_be\"", bad},
        {"host.arch", "\"ia64\"", bad},
        {"host.arch", "\"x64;rm -rf\"", bad},
        {"host.arch", "64", bad},
        {"host.os", "\"windows\"", "windows"},
        {"host.os", "\"Windows\"", bad},
        {"host.name", "\"\"", ""},
        {"host.name", "\"absent\"", "absent"},
        {"host.name", "\"a\\u0041\\n\"", "aA\n"},
        {"host.name", "5", bad}};
    ENCODINGS(cases);
    read_ok("{\"host.arch\": \"x64;rm -rf\"}");
    assert_text(get("host.arch").detail, "x64;rm -rf");
    read_ok("{\"host.arch\": 4.30}");
    assert_text(get("host.arch").detail, "the number 4.30");
}

static void reads_spelled_values(void **state)
{
    (void)state;
    static const struct encoding cases[] = {
        {"kernel.version", "\"4.30\"", "4.30"},
        {"kernel.version", "\"5.15.153.1-microsoft\"", "5.15.153.1-microsoft"},
        {"kernel.version", "4.30", bad},
        {"kernel.version", "5", bad},
        {"kernel.version", "\"\"", bad},
        {"kernel.version", "\"v\"", bad},
        {"kernel.version", "\"1..2\"", bad},
        {"kernel.version", "\"99999999999999999999\"", bad},
        {"host.booted", "\"2026-11-22T10:00:00+01:00\"",
         "2026-11-22T09:00:00Z"},
        {"host.booted", "\"22.11.2026\"", bad},
        {"host.booted", "1763805600", bad},
        {"net.gateway", "\"192.168.0.1\"", "192.168.0.1"},
        {"net.gateway", "\"192.168.0.256\"", bad},
        {"net.gateway", "3232235521", bad},
        {"net.lan", "\"192.168.0.7/24\"", "192.168.0.0/24"},
        {"net.lan", "\"192.168.0.0\"", bad}};
    ENCODINGS(cases);
}

static void says_what_was_meant(void **state)
{
    (void)state;
    static const struct encoding cases[] = {
        {"kernel.version", "4.30", "\"4.30\""},
        {"host.arch", "\"amd46\"", "amd64"},
        {"host.os", "\"Windows\"", "windows"},
        {"host.admin", "\"true\"", "true"},
        {"host.cpus", "\"8\"", "8"},
        {"host.cpus", "\"many\"", ""},
        {"host.name", "5", ""}};
    for (size_t ix = 0; ix < AR_COUNT_OF(cases); ix++) {
        ar_str text = ar_str_printf(&arena, "{\"%s\": %s}", cases[ix].key,
                                    cases[ix].json);
        read_ok(text.ptr);
        assert_text(only_diag()->suggestion, cases[ix].value);
    }
    read_ok("{\"kernel.version\": 4.30}");
    assert_text(only_diag()->message,
                "'kernel.version' is the number 4.30, and its type is "
                "version: it counts as unknown");
}

static void reads_lists_and_maps(void **state)
{
    (void)state;
    read_clean("{\"tools.list\": [\"a\", null, \"\"],"
               " \"tools.counts\": {\"zz\": 1, \"a\": null, \"b\\u0062\": 3}}");
    assert_get("tools.list", "[a, <absent>, ]");
    assert_get("tools.counts", "{ a = <absent>, bb = 3, zz = 1 }");
    read_clean("{\"tools\": {\"counts\": {}, \"list\": []}}");
    assert_get("tools.counts", "{}");
    assert_get("tools.list", "[]");
    read_ok("{\"tools.list\": [\"a\", 5, [\"b\"]], \"tools.counts\":"
            " {\"x y\": \"1\"}}");
    assert_int_equal(diags.n_warnings, 3);
    assert_get("tools.list",
               "[a, <unknown: bad_output>, <unknown: bad_output>]");
    assert_get("tools.counts", "{ x y = <unknown: bad_output> }");
    assert_true(ar_str_starts_with(diags.list.at[1]->message,
                                   AR_STR("'tools.list[2]' is an array")));
    assert_true(
        ar_str_starts_with(diags.list.at[2]->message,
                           AR_STR("'tools.counts[\"x y\"]' is the text")));
}

static void reads_records(void **state)
{
    (void)state;
    read_clean("{\"wsl.distros\": [{\"version\": 2, \"name\": \"U\","
               " \"gateway\": \"10.0.0.1\"}, {\"name\": \"V\"},"
               " {\"name\": null, \"version\": 1, \"gateway\": null}, null]}");
    assert_get("wsl.distros",
               "[{ name = U, version = 2, gateway = 10.0.0.1 },"
               " { name = V, version = <unknown: not_in_snapshot>,"
               " gateway = <absent> }, { name = <absent>, version = 1,"
               " gateway = <absent> }, <absent>]");
    const char *text = "{\"wsl.distros\": [{\"name\": \"U\", \"version\":"
                       " \"2\"}, 7]}";
    read_ok(text);
    assert_get("wsl.distros", "[{ name = U, version = <unknown: bad_output>,"
                              " gateway = <absent> }, <unknown: bad_output>]");
    assert_int_equal(diags.n_warnings, 2);
    assert_ptr_equal(text + diags.list.at[0]->span.start,
                     strstr(text, "\"2\""));
    assert_true(ar_str_starts_with(
        diags.list.at[0]->message,
        AR_STR("'wsl.distros[0].version' is the text \"2\"")));
}

static void reads_placeholders(void **state)
{
    (void)state;
    read_clean("{\"schema\": \"archrules.snapshot/1\", \"redaction\":"
               " {\"id\": \"a1\"}, \"facts\": {\"host.name\": {\"$redacted\":"
               " \"<user-1>\"}, \"tools.list\": [{\"$redacted\": \"<user-1>\"},"
               " {\"$redacted\": \"<user-2>\"}]}}");
    assert_text(set.redaction, "a1");
    ar_value name = get("host.name");
    ar_value list = get("tools.list");
    assert_true(ar_value_is_placeholder(&name));
    assert_int_equal(name.reason, AR_REASON_redacted);
    assert_get("host.name", "<user-1>");
    assert_true(ar_value_same_placeholder(&name, &list.as.list.items[0]));
    assert_false(ar_value_same_placeholder(&name, &list.as.list.items[1]));
    static const struct encoding plain[] = {
        {"host.admin", "{\"$redacted\": \"<b-1>\"}", "<unknown: redacted>"},
        {"host.name", "{\"$redacted\": \"\"}", "<unknown: redacted>"},
        {"tools.list", "{\"$redacted\": \"<l-1>\"}", "<unknown: redacted>"},
        {"tools.counts", "{\"$redacted\": \"<m-1>\"}", "<unknown: redacted>"}};
    for (size_t ix = 0; ix < AR_COUNT_OF(plain); ix++) {
        read_clean(
            ar_str_printf(&arena, "{\"%s\": %s}", plain[ix].key, plain[ix].json)
                .ptr);
        assert_get(plain[ix].key, plain[ix].value);
        ar_value value = get(plain[ix].key);
        assert_false(ar_value_is_placeholder(&value));
    }
}

static void reads_parts_that_are_unknown(void **state)
{
    (void)state;
    read_clean("{\"tools.list\": [{\"$unknown\": \"denied\", \"$detail\":"
               " \"no right\"}, {\"$unknown\": \"timeout\"}],"
               " \"tools.counts\": {\"a\": {\"$unknown\": \"stale\"}},"
               " \"host.cpus\": {\"$unknown\": \"budget\"}}");
    assert_get("tools.list", "[<unknown: denied>, <unknown: timeout>]");
    assert_text(get("tools.list").as.list.items[0].detail, "no right");
    assert_get("tools.counts", "{ a = <unknown: stale> }");
    assert_get("host.cpus", "<unknown: budget>");
}

static void refuses_other_marks(void **state)
{
    (void)state;
    static const struct encoding cases[] = {
        {"host.name", "{\"$redacted\": 1}", bad},
        {"host.name", "{\"$redacted\": \"<u-1>\", \"x\": 1}", bad},
        {"host.name", "{\"$unknown\": \"asleep\"}", bad},
        {"host.name", "{\"$unknown\": null}", bad},
        {"host.name", "{\"$unknown\": \"denied\", \"$detail\": 1}", bad},
        {"host.name", "{\"$unknown\": \"denied\", \"detail\": \"x\"}", bad},
        {"host.name", "{\"$other\": \"x\"}", bad}};
    ENCODINGS(cases);
}

/* A misspelt optional field would look like an absent one. */
static void notes_fields_that_no_record_has(void **state)
{
    (void)state;
    const char *text = "{\"wsl.distros\": ["
                       "{\"name\": \"U\", \"version\": 1, \"gatway\": \"x\"},"
                       "{\"name\": \"V\", \"version\": 1, \"gatway\": \"x\"}]}";
    read_ok(text);
    assert_diag_at(text, AR_N2020, "\"gatway\"");
    assert_text(
        only_diag()->message,
        "keys ignored, because nothing that is loaded declares them (1): "
        "'wsl.distros[].gatway'");
}

static void keeps_to_the_limits(void **state)
{
    (void)state;
    for (int extra = 0; extra < 2; extra++) {
        struct ar_buf text = AR_BUF(&arena);
        ar_buf_put_c(&text, "{\"tools.list\":[\"\"");
        for (int ix = 1; ix < AR_MAX_LIST_ELEMENTS + extra; ix++)
            ar_buf_put_c(&text, ",\"\"");
        ar_buf_put_c(&text, "]}");
        assert_true(try_read(ar_buf_view(&text)));
        assert_int_equal(get("tools.list").state,
                         extra ? AR_STATE_UNKNOWN : AR_STATE_VALUE);
    }
    assert_diag(AR_W2024, 14, 15);
    assert_get("tools.list", "<unknown: too_large>");
    assert_text(get("tools.list").detail, "10001 elements");
    for (int extra = 0; extra < 2; extra++) {
        struct ar_buf text = AR_BUF(&arena);
        ar_buf_put_c(&text, "{\"host.name\":\"");
        ar_buf_put_repeated(&text, 'x', (size_t)(AR_MAX_VALUE_BYTES + extra));
        ar_buf_put_c(&text, "\"}");
        assert_true(try_read(ar_buf_view(&text)));
        assert_int_equal(get("host.name").state,
                         extra ? AR_STATE_UNKNOWN : AR_STATE_VALUE);
    }
    assert_get("host.name", "<unknown: too_large>");
    assert_text(get("host.name").detail, "1048577 bytes");
}

static void cuts_long_text_between_characters(void **state)
{
    (void)state;
    struct ar_buf text = AR_BUF(&arena);
    ar_buf_put_c(&text, "{\"host.arch\": \"x");
    for (int ix = 0; ix < 1000; ix++)
        ar_buf_put_c(&text, "\xC3\xA9");
    ar_buf_put_c(&text, "\"}");
    assert_true(try_read(ar_buf_view(&text)));
    ar_str detail = get("host.arch").detail;
    assert_int_equal(detail.len, AR_MAX_VALUE_SHOWN_BYTES - 1 + 3);
    assert_true(ar_str_ends_with(detail, AR_STR("\xC3\xA9...")));
    assert_true(only_diag()->message.len < 200);
}

/* One value at a time. */

static void converts_values(void **state)
{
    (void)state;
    struct ar_json_error error;
    const struct ar_json *json =
        ar_json_read(&arena, AR_STR("[1, null, \"x\", {\"a\": 1}]"),
                     &ar_json_default_limits, &error);
    ar_value list =
        ar_snapshot_value(&arena, json, ar_type_list_of(&arena, &ar_type_int));
    assert_text(ar_value_text(&arena, list),
                "[1, <absent>, <unknown: bad_output>, "
                "<unknown: bad_output>]");
    assert_text(list.as.list.items[2].detail, "x");
    ar_value wrong = ar_snapshot_value(&arena, json, &ar_type_int);
    assert_text(ar_value_text(&arena, wrong), bad);
    assert_text(wrong.detail, "an array");
    ar_value poison = ar_snapshot_value(&arena, json, &ar_type_poison);
    assert_int_equal(poison.state, AR_STATE_UNKNOWN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(reads_numbers),        TEST(reads_words),
        TEST(reads_spelled_values), TEST(says_what_was_meant),
        TEST(reads_placeholders),   TEST(reads_parts_that_are_unknown),
        TEST(refuses_other_marks),  TEST(reads_lists_and_maps),
        TEST(reads_records),        TEST(notes_fields_that_no_record_has),
        TEST(keeps_to_the_limits),  TEST(cuts_long_text_between_characters),
        TEST(converts_values),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
