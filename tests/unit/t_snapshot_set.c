/* SPDX-License-Identifier: Apache-2.0 */
/* Facts of the command line: what can be set, and that what does not fit sets
 * nothing. */

#include "base/limits.h"
#include "snapshot_fixture.h"

static bool try_set(const char *assignment)
{
    diags = (struct ar_diags){.arena = &arena, .sources = &sources};
    return ar_snapshot_set(&arena, &diags, &set, ar_str_from_c(assignment));
}

static void sets_values(void **state)
{
    (void)state;
    static const struct encoding cases[] = {
        {"host.arch", "host.arch=arm64", "arm64"},
        {"host.arch", " host.arch =aarch64", "arm64"},
        {"host.cpus", "host.cpus=-3", "-3"},
        {"host.admin", "host.admin=true", "true"},
        {"host.load", "host.load=3", "3.0"},
        {"host.memory", "host.memory=4GiB", "4GiB"},
        {"host.memory", "host.memory=4096", "4KiB"},
        {"host.uptime", "host.uptime=90", "90s"},
        {"host.uptime", "host.uptime=2h", "2h"},
        {"kernel.version", "kernel.version=4.30", "4.30"},
        {"kernel.version", "kernel.version=\"4.30\"", "4.30"},
        {"host.booted", "host.booted=2026-11-22", "2026-11-22T00:00:00Z"},
        {"net.lan", "net.lan=10.0.0.0/8", "10.0.0.0/8"},
        {"host.name", "host.name=", ""},
        {"host.name", "host.name= a=b ", " a=b "},
        {"host.name", "host.name=absent", "<absent>"},
        {"host.name", "host.name=\"absent\"", "absent"},
        {"host.name", "host.name=\"[x]\\n\"", "[x]\n"},
        {"host.name", "host.name=unknown", "unknown"},
        {"host.name", "host.name=unknown(denied)", "<unknown: denied>"},
        {"host.name", "host.name=unknown(denied", "unknown(denied"},
        {"tools.list", "tools.list=[\"a\",\"b\"]", "[a, b]"},
        {"tools.counts", "tools.counts={\"a\": 1}", "{ a = 1 }"},
        {"env('a=b')", "env('a=b')=c=d", "c=d"},
        {"env('a\"=b')", "env(\"a\\\"=b\")=c", "c"},
        {"image.name", "image.name=alpine", "alpine"}};
    read_clean("{}");
    for (size_t ix = 0; ix < AR_COUNT_OF(cases); ix++) {
        if (!try_set(cases[ix].json)) {
            show_diags();
            fail_msg("%s", cases[ix].json);
        }
        assert_int_equal(diags.list.count, 0);
        assert_get(cases[ix].key, cases[ix].value);
    }
}

static void sets_groups(void **state)
{
    (void)state;
    read_clean("{\"docker.desktop.arch\": \"arm64\"}");
    assert_true(try_set("docker.desktop=absent"));
    assert_get("docker.desktop.arch", "<absent>");
    assert_true(try_set("docker.desktop.arch=amd64"));
    assert_get("docker.desktop.arch", "amd64");
    assert_get("docker.desktop.log", "<absent>");
    assert_true(try_set("docker=unknown(timeout)"));
    assert_get("docker.desktop.arch", "<unknown: timeout>");
    assert_true(try_set("file('/x')=absent"));
    assert_get("file('/x').exists", "<absent>");
}

static void refuses_assignments(void **state)
{
    (void)state;
    static const struct encoding cases[] = {
        {"E2032", "host.arch", ""},
        {"E2032", "=arm64", ""},
        {"E2032", "", ""},
        {"E2032", "env('a=b)", ""},
        {"E0103", "hots.arch=arm64", "host.arch"},
        {"E0103", "Host.Arch=arm64", "host.arch"},
        {"E0103", "zzz=1", ""},
        {"E2035", "port(x).listening=true", ""},
        {"E2033", "host.arch=arm65", "arm64"},
        {"E2033", "host.arch= arm64", "arm64"},
        {"E2033", "host.arch=", ""},
        {"E2033", "host.cpus=8.0", ""},
        {"E2033", "host.cpus=\"8\"", "8"},
        {"E2033", "host.admin=yes", ""},
        {"E2033", "host.memory=-1", ""},
        {"E2033", "host.name=[1]", ""},
        {"E2033", "tools.list=a", ""},
        {"E2033", "tools.list=[\"a\", 5]", ""},
        {"E2034", "docker.desktop=1", ""},
        {"E2036", "host.os=unknown(denid)", "denied"},
        {"E2036", "host.os=unknown()", ""},
        {"E2037", "host.name=\"x", ""},
        {"E2037", "tools.list=[a]", ""},
        {"E2037", "tools.list=[\"a\"] x", ""},
        {"E2039", "wsl.distros=[{\"nme\": \"x\"}]", ""}};
    read_clean("{\"host\": {\"os\": \"linux\", \"arch\": \"s390x\"}}");
    for (size_t ix = 0; ix < AR_COUNT_OF(cases); ix++) {
        if (try_set(cases[ix].json))
            fail_msg("%s", cases[ix].json);
        const struct ar_diag *diag = only_diag();
        if (!ar_str_equal_c(ar_str_from_c(ar_diag_table[diag->code].code),
                            cases[ix].key)) {
            show_diags();
            fail_msg("%s", cases[ix].json);
        }
        assert_int_equal(diag->span.file, 0);
        assert_text(diag->suggestion, cases[ix].value);
    }
    assert_int_equal(set.entries.count, 2);
    assert_get("host.os", "linux");
    assert_get("host.arch", "s390x");
}

static void refuses_large_assignments(void **state)
{
    (void)state;
    read_clean("{}");
    struct ar_buf text = AR_BUF(&arena);
    ar_buf_put_c(&text, "host.name=");
    ar_buf_put_repeated(&text, 'x', AR_MAX_VALUE_BYTES + 1);
    assert_false(try_set(ar_buf_view(&text).ptr));
    assert_int_equal(only_diag()->code, AR_E2038);
    assert_false(try_set("host.pin=hunter2"));
    assert_text(only_diag()->message,
                "'host.pin' is of type int, and a string is not");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(sets_values),
        TEST(sets_groups),
        TEST(refuses_assignments),
        TEST(refuses_large_assignments),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
