/* SPDX-License-Identifier: Apache-2.0 */
/* Reading snapshots: both forms, everything that is refused with its place,
 * states, names, and what is only warned of. */

#include "base/limits.h"
#include "snapshot_fixture.h"

#include <time.h>

/* Forms. */

static void reads_plain_facts(void **state)
{
    (void)state;
    read_clean("{\"host\": {\"os\": \"windows\", \"arch\": \"ARM64\"},"
               " \"host.cpus\": 8, \"docker\": {\"desktop.arch\": \"amd64\"},"
               " \"file(\\\"/a\\\")\": {\"exists\": true},"
               " \"file('/b').exists\": false,"
               " \"windows\": {\"feature('x')\": {\"enabled\": true},"
               " \"feature('y').enabled\": false}}");
    assert_get("host.os", "windows");
    assert_get("host.arch", "arm64");
    assert_get("host.cpus", "8");
    assert_get("docker.desktop.arch", "amd64");
    assert_get("file(\"/a\").exists", "true");
    assert_get("file(\"/b\").exists", "false");
    assert_get("windows.feature(\"x\").enabled", "true");
    assert_get("windows.feature(\"y\").enabled", "false");
    assert_get("host.load", missing);
    assert_false(set.has_now);
    assert_int_equal(set.collected.len, 0);
}

static void reads_an_empty_object(void **state)
{
    (void)state;
    read_clean("{}");
    assert_int_equal(set.entries.count, 0);
    read_clean(" \n{\"host\": {}}\n");
    assert_get("host.os", missing);
    read_clean("{\"schema\": \"archrules.snapshot/1\"}");
}

static void reads_all_sections(void **state)
{
    (void)state;
    read_clean(
        "{\"schema\": \"archrules.snapshot/1\", \"machine\": \"m1\","
        " \"collected\": \"2026-11-22T10:00:00Z\", \"tool\": \"t 1\","
        " \"facts\": {\"host\": {\"os\": \"windows\"}, \"host.cpus\": 2},"
        " \"absent\": [\"docker.desktop\", \"env(\\\"A\\\")\"],"
        " \"unknown\": {\"docker.server\": {\"reason\": \"denied\","
        " \"detail\": \"no\"}, \"host.load\": {\"reason\": \"timeout\"}},"
        " \"origin\": {\"host.os\": {\"probe\": \"p\", \"how\": \"h\","
        " \"ms\": 3, \"time\": \"2026-11-22T09:59:59Z\"},"
        " \"host\": {\"probe\": \"q\", \"ms\": 1.75},"
        " \"docker\": {\"how\": \"docker version\"}}}");
    assert_text(set.machine, "m1");
    assert_text(set.tool, "t 1");
    assert_text(set.collected, "2026-11-22T10:00:00Z");
    assert_true(set.has_now);
    assert_true(set.now == INT64_C(1795341600000000));
    assert_get("docker.desktop.arch", "<absent>");
    assert_get("docker.desktop.log", "<absent>");
    assert_get("env('A')", "<absent>");
    assert_get("docker.server.version", "<unknown: denied>");
    assert_text(get("docker.server.version").detail, "no");
    assert_get("host.load", "<unknown: timeout>");
}

static void gives_origins(void **state)
{
    (void)state;
    read_clean("{\"schema\": \"archrules.snapshot/1\","
               " \"facts\": {\"host\": {\"os\": \"windows\", \"cpus\": 2},"
               " \"host.load\": null, \"env('A')\": \"x\"},"
               " \"unknown\": {\"docker.server\": {\"reason\": \"denied\"}},"
               " \"origin\": {\"host.os\": {\"probe\": \"p\", \"how\": \"h\","
               " \"ms\": 3, \"time\": \"t\"}, \"host\": {\"probe\": \"q\","
               " \"ms\": 1.75}, \"docker\": {\"how\": \"docker version\"},"
               " \"env(\\\"A\\\")\": {\"probe\": null}, \"net.lan\": {}}}");
    const struct ar_fact_entry *os = ar_factset_entry(&set, AR_STR("host.os"));
    assert_text(os->origin->probe, "p");
    assert_text(os->origin->how, "h");
    assert_text(os->origin->time, "t");
    assert_int_equal(os->origin->duration_ms, 3);
    const struct ar_fact_entry *load =
        ar_factset_entry(&set, AR_STR("host.load"));
    assert_text(load->origin->probe, "q");
    assert_text(load->origin->how, "");
    assert_int_equal(load->origin->duration_ms, 1);
    const struct ar_fact_entry *server =
        ar_factset_entry(&set, AR_STR("docker.server.version"));
    assert_text(server->key, "docker.server");
    assert_text(server->origin->how, "docker version");
    assert_int_equal(
        ar_factset_entry(&set, AR_STR("env(\"A\")"))->origin->duration_ms, -1);
    assert_null(ar_factset_entry(&set, AR_STR("net.lan")));
}

static void reads_newer_minor_schemas(void **state)
{
    (void)state;
    read_ok("{\"schema\": \"archrules.snapshot/1.1\", \"facts\":"
            " {\"host.cpus\": 4}}");
    assert_int_equal(only_diag()->code, AR_W2020);
    assert_int_equal(only_diag()->span.start, 11);
    assert_get("host.cpus", "4");
    assert_get("host.os", missing);
    read_ok("{\"schema\": \"archrules.snapshot/1.2\", \"facts\":"
            " {\"host.cpus\": 4}, \"unknown\":"
            " {\"host.os\": {\"reason\": \"asleep\"}}}");
    assert_int_equal(diags.n_warnings, 2);
    assert_get("host.os", bad);
}

static void reads_nothing_of_newer_major_schemas(void **state)
{
    (void)state;
    static const char *const newer[] = {"2", "17.3"};
    for (size_t ix = 0; ix < AR_COUNT_OF(newer); ix++) {
        ar_str text = ar_str_printf(&arena,
                                    "{\"schema\": \"archrules.snapshot/%s\","
                                    " \"facts\": {\"host.cpus\": 4}}",
                                    newer[ix]);
        read_ok(text.ptr);
        assert_int_equal(only_diag()->code, AR_W2020);
        assert_get("host.cpus", missing);
    }
}

static void refuses_other_schemas(void **state)
{
    (void)state;
    static const char *const other[] = {"\"archrules.report/1\"",
                                        "\"archrules.snapshot\"",
                                        "\"archrules.snapshot/\"",
                                        "\"archrules.snapshot/0\"",
                                        "\"archrules.snapshot/x\"",
                                        "\"archrules.snapshot/1x\"",
                                        "\"archrules.snapshot/1.\"",
                                        "\"archrules.snapshot/-1\"",
                                        "\"archrules.snapshot/1.x\"",
                                        "\"Archrules.snapshot/1\"",
                                        "\"archrules.snapshot/1 \"",
                                        "\"\"",
                                        "1",
                                        "null",
                                        "{}"};
    for (size_t ix = 0; ix < AR_COUNT_OF(other); ix++) {
        ar_str text = ar_str_printf(
            &arena, "{\"facts\": {\"host.cpus\": 4}, \"schema\": %s}",
            other[ix]);
        const char *at = strstr(text.ptr, "\"schema\": ") + 10;
        assert_refused(text.ptr, AR_E2029, (uint32_t)(at - text.ptr));
    }
}

/* Refusals. */

static void refuses_what_is_no_object(void **state)
{
    (void)state;
    assert_refused("", AR_E2020, 0);
    assert_refused(" \n ", AR_E2020, 3);
    assert_refused("null", AR_E2028, 0);
    assert_refused(" []", AR_E2028, 1);
    assert_refused("\"x\"", AR_E2028, 0);
    assert_refused("1", AR_E2028, 0);
    assert_refused("[{\"host.cpus\": 1}]", AR_E2028, 0);
}

static void refuses_what_is_no_json(void **state)
{
    (void)state;
    assert_refused("{\"host.cpus\": 1", AR_E2021, 15);
    assert_refused("{\"host.cpus\": 1}}", AR_E2020, 16);
    assert_refused("{\"host.cpus\": 1}{}", AR_E2020, 16);
    assert_refused("{'host.cpus': 1}", AR_E2020, 1);
    assert_refused("{} // x", AR_E2020, 3);
    assert_refused("{\"host.cpus\": 1,}", AR_E2020, 16);
    assert_refused("{\"a\": NaN}", AR_E2020, 6);
    assert_refused("{\"a\": +1}", AR_E2020, 6);
    assert_refused("{\"a\": 01}", AR_E2020, 6);
    assert_refused("{\"a\": .1}", AR_E2020, 6);
    assert_refused("{\"a\": 1.}", AR_E2020, 8);
    assert_refused("{\"a\": 1E400}", AR_E2026, 6);
    assert_refused("{\"a\": 9223372036854775808}", AR_E2026, 6);
    assert_refused("{\"a\": \"\xFF\"}", AR_E2025, 7);
    assert_refused("{\"a\": \"\\ud800\"}", AR_E2025, 7);
    assert_refused("{\"a\": \"\\u0000\"}", AR_E2025, 7);
    assert_refused("\xEF\xBB\xBF{}", AR_E2027, 0);
}

static void refuses_a_key_twice(void **state)
{
    (void)state;
    assert_refused("{\"host.cpus\": 1, \"host.\\u0063pus\": 2}", AR_E2022, 17);
    const struct ar_diag *diag = only_diag();
    assert_int_equal(diag->span.end, 33);
    assert_int_equal(diag->notes->span.start, 1);
    assert_int_equal(diag->notes->span.end, 12);
}

static void refuses_what_is_over_a_limit(void **state)
{
    (void)state;
    struct ar_buf deep = AR_BUF(&arena);
    for (int ix = 0; ix < AR_MAX_JSON_DEPTH; ix++)
        ar_buf_put_c(&deep, "{\"a\":");
    ar_buf_put_c(&deep, "{}");
    assert_refused(ar_buf_view(&deep).ptr, AR_E2023, 32 * 5);
    struct ar_buf key = AR_BUF(&arena);
    ar_buf_put_c(&key, "{\"");
    ar_buf_put_repeated(&key, 'k', AR_MAX_JSON_KEY_BYTES + 1);
    ar_buf_put_c(&key, "\": 1}");
    assert_refused(ar_buf_view(&key).ptr, AR_E2024, 1);
    struct ar_buf digits = AR_BUF(&arena);
    ar_buf_put_c(&digits, "{\"a\": 0.");
    ar_buf_put_repeated(&digits, '1', AR_MAX_JSON_NUMBER_BYTES);
    ar_buf_put_c(&digits, "}");
    assert_refused(ar_buf_view(&digits).ptr, AR_E2024, 6);
}

static void refuses_a_fact_twice(void **state)
{
    (void)state;
    static const char *const twice[][3] = {
        {"{\"host\": {\"cpus\": 1}, \"host.cpus\": 2}", "\"host.cpus\"",
         "\"cpus\""},
        {"{\"file('/x').exists\": true, \"file(\\\"/x\\\").exists\": true}",
         "\"file(\\\"/x\\\").exists\"", "\"file('/x').exists\""},
        {"{\"docker\": {\"desktop\": null}, \"docker.desktop\": null}",
         "\"docker.desktop\"", "\"desktop\""},
        {"{\"schema\": \"archrules.snapshot/1\", \"facts\": {\"host\":"
         " {\"cpus\": 1}}, \"absent\": [\"host.cpus\"]}",
         "\"host.cpus\"", "\"cpus\""},
        {"{\"schema\": \"archrules.snapshot/1\", \"absent\": [\"host\"],"
         " \"unknown\": {\"host\" : {\"reason\": \"denied\"}}}",
         "\"host\" :", "\"host\""},
        {"{\"schema\": \"archrules.snapshot/1\", \"origin\": {\"env('A')\":"
         " {}, \"env( 'A' )\": {}}}",
         "\"env( 'A' )\"", "\"env('A')\""}};
    for (size_t ix = 0; ix < AR_COUNT_OF(twice); ix++) {
        const char *text = twice[ix][0];
        assert_false(try_read(ar_str_from_c(text)));
        const struct ar_diag *diag = only_diag();
        assert_int_equal(diag->code, AR_E2031);
        assert_ptr_equal(text + diag->span.start, strstr(text, twice[ix][1]));
        assert_ptr_equal(text + diag->notes->span.start,
                         strstr(text, twice[ix][2]));
        assert_int_equal(diag->notes->span.end - diag->notes->span.start,
                         strlen(twice[ix][2]));
    }
}

static void refuses_sections_of_another_form(void **state)
{
    (void)state;
    static const char *const wrong[] = {"\"facts\": []",   "\"facts\": null",
                                        "\"absent\": {}",  "\"absent\": \"\"",
                                        "\"unknown\": []", "\"origin\": 1"};
    for (size_t ix = 0; ix < AR_COUNT_OF(wrong); ix++) {
        ar_str text = ar_str_printf(
            &arena, "{\"schema\": \"archrules.snapshot/1\", %s}", wrong[ix]);
        const char *at = strstr(strstr(text.ptr, wrong[ix]), ": ") + 2;
        assert_refused(text.ptr, AR_E2030, (uint32_t)(at - text.ptr));
    }
}

/* States and groups. */

static void null_is_absent(void **state)
{
    (void)state;
    read_clean("{\"host\": null, \"docker\": {\"desktop\": null},"
               " \"tools.list\": null, \"file('/x')\": null}");
    assert_get("host.os", "<absent>");
    assert_get("docker.desktop.log", "<absent>");
    assert_get("docker.server.version", missing);
    assert_get("tools.list", "<absent>");
    assert_get("tools.counts", missing);
    assert_get("file(\"/x\").owner.name", "<absent>");
    assert_get("file(\"/y\").exists", missing);
}

static void a_fact_wins_over_its_absent_group(void **state)
{
    (void)state;
    const char *text = "{\"schema\": \"archrules.snapshot/1\", \"facts\":"
                       " {\"docker\": {\"desktop\": {\"arch\": \"arm64\","
                       " \"log\": null}}}, \"absent\": [\"docker\"]}";
    read_ok(text);
    assert_diag_at(text, AR_W2029, "\"arch\"");
    assert_text(only_diag()->message,
                "'docker.desktop.arch' is given, although 'docker' is absent");
    assert_ptr_equal(text + only_diag()->notes->span.start,
                     strstr(text, "\"docker\"]"));
    assert_get("docker.desktop.arch", "arm64");
    assert_get("docker.desktop.log", "<absent>");
    assert_get("docker.server.version", "<absent>");
    read_clean("{\"schema\": \"archrules.snapshot/1\", \"facts\":"
               " {\"docker.desktop.arch\": \"arm64\"}, \"unknown\":"
               " {\"docker\": {\"reason\": \"denied\"}}}");
    assert_get("docker.desktop.arch", "arm64");
    assert_get("docker.desktop.log", "<unknown: denied>");
}

static void warns_of_a_group_that_is_no_object(void **state)
{
    (void)state;
    static const char *const texts[] = {"\"none\"", "0", "[]", "false"};
    for (size_t ix = 0; ix < AR_COUNT_OF(texts); ix++) {
        ar_str text =
            ar_str_printf(&arena, "{\"docker\": {\"desktop\": %s}}", texts[ix]);
        read_ok(text.ptr);
        assert_diag_at(text.ptr, AR_W2025, "\"desktop\"");
        assert_get("docker.desktop.arch", missing);
    }
}

static void unknown_stays_unknown_whatever_is_said(void **state)
{
    (void)state;
    static const struct encoding cases[] = {
        {"W2028", "{\"reason\": \"denid\"}", bad},
        {"W2027", "\"denied\"", bad},
        {"W2027", "null", bad},
        {"W2027", "{}", bad},
        {"W2027", "{\"reason\": null}", bad},
        {"W2027", "{\"reason\": \"denied\", \"detail\": 5}",
         "<unknown: denied>"}};
    for (size_t ix = 0; ix < AR_COUNT_OF(cases); ix++) {
        ar_str text =
            ar_str_printf(&arena,
                          "{\"schema\": \"archrules.snapshot/1\", \"unknown\":"
                          " {\"host.os\": %s}}",
                          cases[ix].json);
        read_ok(text.ptr);
        assert_int_equal(only_diag()->code,
                         ar_diag_find(ar_str_from_c(cases[ix].key)));
        assert_get("host.os", cases[ix].value);
    }
    read_ok("{\"schema\": \"archrules.snapshot/1\", \"unknown\":"
            " {\"host.os\": {\"reason\": \"denid\"}}}");
    assert_text(only_diag()->suggestion, "denied");
}

static void warns_of_small_things_and_goes_on(void **state)
{
    (void)state;
    static const char *const wrong[] = {
        "\"machine\": 5",
        "\"tool\": []",
        "\"collected\": \"yesterday\"",
        "\"collected\": 1763805600",
        "\"absent\": [5]",
        "\"origin\": {\"host\": []}",
        "\"origin\": {\"host\": {\"ms\": -1}}",
        "\"origin\": {\"host\": {\"ms\": \"3\"}}",
        "\"origin\": {\"host\": {\"exit\": 1.5}}",
        "\"origin\": {\"host\": {\"exit\": \"3\"}}",
        "\"origin\": {\"host\": {\"how\": 1}}"};
    for (size_t ix = 0; ix < AR_COUNT_OF(wrong); ix++) {
        ar_str text = ar_str_printf(&arena,
                                    "{\"schema\": \"archrules.snapshot/1\", %s,"
                                    " \"facts\": {\"host.cpus\": 4}}",
                                    wrong[ix]);
        read_ok(text.ptr);
        assert_int_equal(only_diag()->code, AR_W2027);
        assert_get("host.cpus", "4");
        assert_false(set.has_now);
    }
    read_clean("{\"schema\": \"archrules.snapshot/1\", \"machine\": null}");
}

/* Names. */

static void notes_undeclared_keys_once(void **state)
{
    (void)state;
    const char *text =
        "{\"hots\": {\"os\": 1, \"arch\": 2}, \"id\": 1, \"host\":"
        " {\"cups\": 1}, \"\\u001b[2J\": 1, \"../x\": [], \"__proto__\": {},"
        " \"host.colour\": true, \"host.cpus\": 3}";
    read_ok(text);
    assert_diag_at(text, AR_N2020, "\"hots\"");
    const struct ar_diag *diag = only_diag();
    assert_text(
        diag->message,
        "keys ignored, because nothing that is loaded declares them (7): "
        "'hots', 'id', 'host.cups', '\033[2J', '../x', ...");
    assert_text(diag->suggestion, "host");
    assert_text(diag->notes->text, "did you mean 'host.cpus' by 'host.cups'?");
    assert_null(diag->notes->next);
    assert_get("host.cpus", "3");
    struct ar_buf shown = AR_BUF(&arena);
    ar_diags_render(&shown, &diags, false);
    assert_int_equal(ar_str_find(ar_buf_view(&shown), AR_STR("\033"), 0),
                     SIZE_MAX);
}

static void notes_undeclared_names_of_sections(void **state)
{
    (void)state;
    const char *text = "{\"schema\": \"archrules.snapshot/1\", \"id\": 1,"
                       " \"absent\": [\"docker.desktp\"], \"unknown\":"
                       " {\"a.b\": {\"reason\": \"denied\"}}, \"origin\":"
                       " {\"a.b\": {}}}";
    read_ok(text);
    assert_diag_at(text, AR_N2020, "\"id\"");
    assert_text(
        only_diag()->message,
        "keys ignored, because nothing that is loaded declares them (3): "
        "'id', 'docker.desktp', 'a.b'");
    assert_text(only_diag()->notes->text,
                "did you mean 'docker.desktop' by 'docker.desktp'?");
}

static void warns_of_arguments_that_do_not_fit(void **state)
{
    (void)state;
    static const char *const keys[][2] = {
        {"\"port('2375').listening\"", "port(number : int).listening"},
        {"\"file(/etc/wsl.conf).exists\"", "file(path : string).exists"},
        {"\"env(HOME)\"", "env(path : string)"},
        {"\"env(\\\"{x}\\\")\"", "env(path : string)"},
        {"\"pair('x')\"", "pair(name : string, cpu : arch)"}};
    for (size_t ix = 0; ix < AR_COUNT_OF(keys); ix++) {
        ar_str text = ar_str_printf(&arena, "{%s: true}", keys[ix][0]);
        read_ok(text.ptr);
        assert_diag_at(text.ptr, AR_W2026, keys[ix][0]);
        assert_true(
            ar_str_ends_with(only_diag()->message, ar_str_from_c(keys[ix][1])));
        assert_int_equal(set.entries.count, 0);
    }
}

static void warns_of_a_forgotten_form(void **state)
{
    (void)state;
    const char *plain = "{\"facts\": {\"host.cpus\": 1}}";
    read_ok(plain);
    assert_int_equal(diags.list.count, 2);
    assert_int_equal(diags.list.at[0]->code, AR_W2021);
    assert_get("host.cpus", missing);
    const char *outside = "{\"schema\": \"archrules.snapshot/1\","
                          " \"host\": {\"cpus\": 1}}";
    read_ok(outside);
    assert_diag_at(outside, AR_W2022, "\"host\"");
    assert_get("host.cpus", missing);
}

static void never_shows_a_secret(void **state)
{
    (void)state;
    read_clean("{\"host.token\": \"hunter2\"}");
    assert_get("host.token", "hunter2");
    assert_int_equal(
        ar_factset_entry(&set, AR_STR("host.token"))->decl->sensitivity,
        AR_SENSITIVITY_SECRET);
    static const char *const texts[] = {
        "{\"host.pin\": \"hunter2\"}", "{\"host.token\": [\"hunter2\"]}",
        "{\"host.pin\": \"4711\"}", "{\"host.pin\": 47.11}"};
    for (size_t ix = 0; ix < AR_COUNT_OF(texts); ix++) {
        assert_true(read_text(ar_str_from_c(texts[ix])));
        struct ar_buf shown = AR_BUF(&arena);
        ar_diags_render(&shown, &diags, false);
        ar_str all = ar_buf_view(&shown);
        assert_true(all.len > 0);
        assert_int_equal(ar_str_find(all, AR_STR("hunter"), 0), SIZE_MAX);
        assert_int_equal(ar_str_find(all, AR_STR("47"), 0), SIZE_MAX);
        assert_int_equal(get("host.pin").detail.len, 0);
    }
}

static void shows_only_the_first_warnings(void **state)
{
    (void)state;
    for (int extra = 0; extra < 2; extra++) {
        struct ar_buf text = AR_BUF(&arena);
        ar_buf_put_c(&text, "{\"tools.list\": [0");
        for (int ix = 1; ix < 20 + extra * 5; ix++)
            ar_buf_put_c(&text, ",0");
        ar_buf_put_c(&text, "]}");
        assert_true(try_read(ar_buf_view(&text)));
        assert_int_equal(diags.n_warnings, 20);
    }
    assert_int_equal(diags.list.count, 21);
    assert_int_equal(diags.list.at[20]->code, AR_N2021);
    assert_true(
        ar_str_starts_with(diags.list.at[20]->message, AR_STR("5 more")));
    struct ar_value value = get("tools.list");
    assert_int_equal(value.as.list.items[24].state, AR_STATE_UNKNOWN);
}

/* Many keys, deep paths, and absent groups: the time is linear. */
static void reads_large_snapshots_in_linear_time(void **state)
{
    (void)state;
    enum { MANY = 40000 };
    struct ar_buf text = AR_BUF(&arena);
    ar_buf_put_c(&text, "{\"schema\": \"archrules.snapshot/1\", \"facts\":{");
    for (int ix = 0; ix < MANY; ix++)
        ar_buf_printf(&text, "\"env('%d')\":\"\",\"x.%d\":[],", ix, ix);
    ar_buf_put_c(&text, "\"file('/')\":{\"exists\":true");
    for (int ix = 0; ix < MANY; ix++)
        ar_buf_printf(&text, ",\"%d\":1", ix);
    ar_buf_put_c(&text, "}},\"absent\":[\"host\"");
    for (int ix = 0; ix < MANY; ix++)
        ar_buf_printf(&text, ",\"file('/%d')\"", ix);
    ar_buf_put_c(&text, "]}");
    clock_t start = clock();
    assert_true(try_read(ar_buf_view(&text)));
    double seconds = (double)(clock() - start) / (double)CLOCKS_PER_SEC;
    assert_true(seconds < 5.0);
    assert_int_equal(set.entries.count, 2 * MANY + 2);
    assert_get("env('39999')", "");
    assert_get("file('/39999').exists", "<absent>");
    assert_get("file('/').exists", "true");
    assert_int_equal(only_diag()->code, AR_N2020);
}

static void out_of_memory_comes_back(void **state)
{
    (void)state;
    struct ar_arena small = {.limit_bytes = 100000};
    jmp_buf jump;
    small.out_of_memory = &jump;
    struct ar_buf text = AR_BUF(&arena);
    ar_buf_put_c(&text, "{\"a\": [0");
    for (int ix = 0; ix < 10000; ix++)
        ar_buf_put_c(&text, ",0");
    ar_buf_put_c(&text, "]}");
    diags = (struct ar_diags){.arena = &arena, .sources = &sources};
    uint32_t file = ar_sources_add(&arena, &sources, AR_STR("facts.json"),
                                   ar_buf_view(&text));
    if (setjmp(jump) == 0) {
        ar_snapshot_read(&small, &diags, file, &schema, &set);
        fail();
    }
    ar_arena_free(&small);
}

/* Every prefix of a snapshot, and every snapshot with one byte changed, is
 * read or refused, with a place inside the text. */
static void survives_damage(void **state)
{
    (void)state;
    const ar_str text = AR_STR(
        "{\"schema\":\"archrules.snapshot/1\",\"machine\":\"m\",\"facts\":"
        "{\"host\":{\"os\":\"linux\",\"uptime\":1.5},\"file('/x').exists\":"
        "true,\"wsl.distros\":[{\"name\":\"U\",\"version\":2}]},\"absent\":"
        "[\"docker\"],\"unknown\":{\"net.lan\":{\"reason\":\"denied\"}},"
        "\"origin\":{\"host\":{\"ms\":1}}}");
    for (size_t length = 0; length < text.len; length++)
        assert_false(try_read(ar_str_slice(text, 0, length)));
    static const char bytes[] = "\"{}[]:,0 x(')\\.\xFF";
    char *copy = AR_NEW_ARRAY(&arena, char, text.len);
    for (size_t ix = 0; ix < text.len * (sizeof(bytes) - 1); ix++) {
        size_t at = ix / (sizeof(bytes) - 1);
        memcpy(copy, text.ptr, text.len);
        copy[at] = bytes[ix % (sizeof(bytes) - 1)];
        if (!try_read((ar_str){copy, text.len}))
            assert_true(diags.n_errors > 0);
        for (size_t each = 0; each < diags.list.count; each++)
            assert_true(diags.list.at[each]->span.end <= text.len);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(reads_plain_facts),
        TEST(reads_an_empty_object),
        TEST(reads_all_sections),
        TEST(gives_origins),
        TEST(reads_newer_minor_schemas),
        TEST(reads_nothing_of_newer_major_schemas),
        TEST(refuses_other_schemas),
        TEST(refuses_what_is_no_object),
        TEST(refuses_what_is_no_json),
        TEST(refuses_a_key_twice),
        TEST(refuses_what_is_over_a_limit),
        TEST(refuses_a_fact_twice),
        TEST(refuses_sections_of_another_form),
        TEST(null_is_absent),
        TEST(a_fact_wins_over_its_absent_group),
        TEST(warns_of_a_group_that_is_no_object),
        TEST(unknown_stays_unknown_whatever_is_said),
        TEST(warns_of_small_things_and_goes_on),
        TEST(notes_undeclared_keys_once),
        TEST(notes_undeclared_names_of_sections),
        TEST(warns_of_arguments_that_do_not_fit),
        TEST(warns_of_a_forgotten_form),
        TEST(never_shows_a_secret),
        TEST(shows_only_the_first_warnings),
        TEST(reads_large_snapshots_in_linear_time),
        TEST(out_of_memory_comes_back),
        TEST(survives_damage),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
