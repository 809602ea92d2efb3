/* SPDX-License-Identifier: Apache-2.0 */
/* Memory, clock, mounts, ports, services, certificates and ranges of numbers of
 * users, on hosts that are tables. */

#include "machine_fixture.h"

static const char *const denied = "<unknown: denied>";

static void assert_path(const char *name, const char *path,
                        const char *expected)
{
    assert_string_equal(find(name, path), expected);
}

static void assert_port(const char *name, int64_t port, const char *expected)
{
    ar_value argument = ar_value_int(port);
    assert_string_equal(find_with(name, &argument), expected);
}

/* ---- memory ---- */

static void tells_memory(void **state)
{
    (void)state;
    USE(ANSWER(FILE, "/proc/meminfo",
               "MemTotal:       16384 kB\nMemFree:          100 kB\n"
               "MemAvailable:    8192 kB\nSwapTotal:       2048 kB\n"
               "SwapFree:        1024 kB\n"));
    assert_fact("host.memory", "16MiB");
    assert_fact("memory.available", "8MiB");
    assert_fact("memory.swap", "2MiB");
    assert_fact("memory.swap_free", "1MiB");
}

static void knows_no_memory_by_broken_lines(void **state)
{
    (void)state;
    USE(ANSWER(FILE, "/proc/meminfo",
               "MemTotal: 9223372036854775807 kB\nSwapTotal: -4 kB\n"));
    assert_fact("host.memory", "<unknown: bad_output>");
    assert_fact("memory.swap", "<unknown: bad_output>");
    assert_fact("memory.available", unsupported); /* kernels before 3.14 */
    use(NULL, 0);
    assert_fact("host.memory", unsupported);
}

static void asks_other_systems_for_memory(void **state)
{
    (void)state;
    USE(ANSWER(SYSTEM, "memory", "4096 2048 1024 512"));
    host.host.platform = "windows";
    assert_fact("host.memory", "4KiB");
    assert_fact("memory.available", "2KiB");
    assert_fact("memory.swap", "1KiB");
    assert_fact("memory.swap_free", "512B");
    const struct ar_fake_answer none[] = {LACK(SYSTEM, "memory", UNSUPPORTED)};
    use(none, 1);
    host.host.platform = "freebsd";
    assert_fact("host.memory", unsupported);
}

/* ---- the limit of the cgroups ---- */

#define ROOT "30 1 0:1 / / rw - ext4 /dev/vda rw\n"
#define V2                               \
    ANSWER(FILE, "/proc/self/mountinfo", \
           ROOT "31 30 0:2 / /sys/fs/cgroup rw - cgroup2 c rw\n")
#define V1                                                               \
    ANSWER(FILE, "/proc/self/mountinfo",                                 \
           ROOT "31 30 0:2 /docker/a /sys/fs/cgroup/memory rw - cgroup " \
                "c rw,memory\n")
#define FOLDER2 "/sys/fs/cgroup"
#define FOLDER1 "/sys/fs/cgroup/memory"

static void takes_the_smallest_limit(void **state)
{
    (void)state;
    USE(V2, ANSWER(FILE, "/proc/self/cgroup", "0::/a.slice/b/c\n"),
        ANSWER(FILE, FOLDER2 "/a.slice/b/c/memory.max", "max\n"),
        ANSWER(FILE, FOLDER2 "/a.slice/b/memory.max", "2097152\n"),
        ANSWER(FILE, FOLDER2 "/a.slice/memory.max", "1048576\n"));
    assert_fact("memory.limit", "1MiB");
    const struct ar_fake_answer inner[] = {
        V2, ANSWER(FILE, "/proc/self/cgroup", "0::/a/b\n"),
        ANSWER(FILE, FOLDER2 "/a/b/memory.max", "4096\n"),
        ANSWER(FILE, FOLDER2 "/a/memory.max", "1048576\n")};
    use(inner, AR_COUNT_OF(inner));
    assert_fact("memory.limit", "4KiB");
}

static void knows_where_there_is_no_limit(void **state)
{
    (void)state;
    USE(V2, ANSWER(FILE, "/proc/self/cgroup", "0::/\n"));
    assert_fact("memory.limit", "<absent>");
    const struct ar_fake_answer first[] = {
        V1, ANSWER(FILE, "/proc/self/cgroup", "4:memory:/docker/a\n0::/\n"),
        ANSWER(FILE, FOLDER1 "/memory.limit_in_bytes",
               "9223372036854771712\n")};
    use(first, AR_COUNT_OF(first));
    assert_fact("memory.limit", "<absent>");
    const struct ar_fake_answer none[] = {
        ANSWER(FILE, "/proc/self/mountinfo", ROOT)};
    use(none, AR_COUNT_OF(none));
    assert_fact("memory.limit", "<absent>");
}

/* Of the cgroups above it a container sees nothing but their sum. */
static void reads_cgroup_v1_in_a_container(void **state)
{
    (void)state;
    USE(V1, ANSWER(FILE, "/proc/self/cgroup", "4:memory:/docker/a/b\n"),
        ANSWER(FILE, FOLDER1 "/b/memory.limit_in_bytes",
               "9223372036854771712\n"),
        ANSWER(FILE, FOLDER1 "/memory.limit_in_bytes", "8192\n"),
        ANSWER(FILE, FOLDER1 "/b/memory.stat",
               "cache 0\nhierarchical_memory_limit 4096\n"));
    assert_fact("memory.limit", "4KiB");
}

static void knows_no_limit_that_cannot_be_read(void **state)
{
    (void)state;
    USE(V2, ANSWER(FILE, "/proc/self/cgroup", "0::/a\n"),
        ANSWER(FILE, FOLDER2 "/a/memory.max", "4096\n"),
        LACK(FILE, FOLDER2 "/memory.max", DENIED));
    assert_fact("memory.limit", denied);
    const struct ar_fake_answer hidden[] = {
        ANSWER(FILE, "/proc/self/mountinfo", ROOT),
        ANSWER(FILE, "/proc/self/cgroup", "0::/a\n")};
    use(hidden, AR_COUNT_OF(hidden));
    assert_fact("memory.limit", unsupported);
    use(NULL, 0);
    assert_fact("memory.limit", unsupported);
}

/* ---- the clock ---- */

static void tells_the_time(void **state)
{
    (void)state;
    USE(ANSWER(FILE, "/proc/stat", "cpu 1 2\nbtime 1767225000\n"),
        ANSWER(SYSTEM, "clock", "1"));
    assert_fact("clock.now", "2026-01-01T00:00:00Z");
    assert_fact("host.booted", "2025-12-31T23:50:00Z");
    assert_fact("clock.synchronized", "true");
    const struct ar_fake_answer free_running[] = {
        ANSWER(SYSTEM, "clock", "0"),
        ANSWER(SYSTEM, "booted", "1767225000000000")};
    use(free_running, AR_COUNT_OF(free_running));
    assert_fact("clock.synchronized", "false");
    assert_fact("host.booted", unsupported);
    host.host.platform = "windows";
    assert_fact("host.booted", "2025-12-31T23:50:00Z");
}

static void tells_the_time_zone(void **state)
{
    (void)state;
    USE(ANSWER(LINK, "/etc/localtime", "../usr/share/zoneinfo/Europe/Berlin"));
    assert_fact("clock.zone", "Europe/Berlin");
    const struct {
        struct ar_fake_answer answers[2];
        const char *zone;
    } rows[] = {
        {{ANSWER(VARIABLE, "TZ", ":Asia/Tokyo"), LACK(FILE, "", DENIED)},
         "Asia/Tokyo"},
        {{ANSWER(VARIABLE, "TZ", "/usr/share/zoneinfo/UTC"),
          LACK(FILE, "", DENIED)},
         "UTC"},
        {{ANSWER(FILE, "/etc/localtime", "TZif"),
          ANSWER(FILE, "/etc/timezone", "Europe/Rome\n")},
         "Europe/Rome"},
        {{ANSWER(FILE, "/etc/localtime", "TZif"), LACK(FILE, "", DENIED)},
         "<unknown: unsupported>"},
        {{LACK(FILE, "", DENIED), LACK(FILE, "", DENIED)}, "<absent>"},
    };
    for (size_t ix = 0; ix < AR_COUNT_OF(rows); ix++) {
        use(rows[ix].answers, 2);
        assert_fact("clock.zone", rows[ix].zone);
    }
    const struct ar_fake_answer windows[] = {
        ANSWER(SYSTEM, "time zone", "W. Europe Standard Time")};
    use(windows, 1);
    host.host.platform = "windows";
    assert_fact("clock.zone", "W. Europe Standard Time");
}

/* ---- mounts ---- */

#define MOUNTINFO(text) ANSWER(FILE, "/proc/self/mountinfo", ROOT text)

static void finds_the_mount_of_a_path(void **state)
{
    (void)state;
    USE(MOUNTINFO("31 30 0:3 / /a rw,nosuid,noexec - tmpfs t rw,size=4k\n"
                  "32 31 0:4 / /a/b\\040c ro,relatime - xfs /dev/vdb rw\n"),
        ANSWER(FILE, "/a/x", ""), ANSWER(FILE, "/ab", ""),
        ANSWER(FILE, "/a/b c/d", ""), ANSWER(FILE, "/link/x", ""),
        ANSWER(LINK, "/link", "a"), LACK(FILE, "/secret", DENIED));
    assert_path("mount().target", "/a/x", "/a");
    assert_path("mount().options", "/a/x", "[rw, nosuid, noexec, size=4k]");
    assert_path("mount().format", "/ab", "ext4");
    assert_path("mount().target", "/a/b c/d", "/a/b c");
    assert_path("mount().options", "/a/b c/d", "[ro, relatime]");
    assert_path("mount().source", "/a/b c/d", "/dev/vdb");
    assert_path("mount().target", "/link/x", "/a");
    assert_path("disk().format", "/link/x", "tmpfs");
    assert_path("mount().target", "/nowhere", "<absent>");
    assert_path("mount().target", "/secret", denied);
}

static void does_not_count_what_is_hidden(void **state)
{
    (void)state;
    USE(MOUNTINFO("31 30 0:3 / /a rw - tmpfs first rw\n"
                  "32 31 0:4 / /a/b rw - xfs hidden rw\n"
                  "33 31 0:5 / /a rw - tmpfs second rw\n"),
        ANSWER(FILE, "/a/b/c", ""));
    assert_path("mount().source", "/a/b/c", "second");
}

static void knows_no_mount_without_a_list(void **state)
{
    (void)state;
    USE(ANSWER(FILE, "/a", ""));
    assert_path("mount().target", "/a", unsupported);
    const struct ar_fake_answer changed[] = {
        ANSWER(FILE, "/proc/self/mountinfo",
               "31 30 0:3 / /proc rw - proc p rw\n31 30 broken\n"),
        ANSWER(FILE, "/a", "")};
    use(changed, AR_COUNT_OF(changed));
    assert_path("mount().target", "/a", unsupported);
    const struct ar_fake_answer circle[] = {
        MOUNTINFO(""), ANSWER(FILE, "/c/a", ""), ANSWER(LINK, "/c", "c")};
    use(circle, AR_COUNT_OF(circle));
    assert_path("mount().target", "/c/a", unsupported);
}

/* ---- ports ---- */

#define HEADING "  sl  local_address rem_address   st tx rx tr inode\n"
#define SOCKET(address, state, user, inode)                     \
    "   0: " address " 00000000:0000 " state                    \
    " 00000000:00000000 00:00000000 00000000 " user " 0 " inode \
    " 1 0000000000000000 100 0 0 10 0\n"
#define SOCKET6(address, state, inode)                               \
    "   0: " address " 00000000000000000000000000000000:0000 " state \
    " 00000000:00000000 00:00000000 00000000     0 0 " inode " 1 0 100\n"

static void tells_who_listens(void **state)
{
    (void)state;
    USE(ANSWER(FILE, "/proc/net/tcp",
               HEADING SOCKET("0100007F:1F90", "0A", "1000", "77")
                   SOCKET("0100007F:1F91", "01", "1000", "78")),
        ANSWER(FILE, "/proc/net/tcp6",
               HEADING SOCKET6("00000000000000000000000000000000:0050", "0A",
                               "79")),
        ANSWER(FILE, "/proc/net/udp",
               HEADING SOCKET("00000000:0035", "07", "101", "80")),
        ANSWER(GLOB, "/proc/[1-9]*/fd/*",
               "/proc/12/fd/0\n/proc/12/fd/3\n/proc/99/fd/4\n"),
        ANSWER(LINK, "/proc/12/fd/0", "/dev/null"),
        ANSWER(LINK, "/proc/12/fd/3", "socket:[77]"),
        ANSWER(LINK, "/proc/99/fd/4", "socket:[79]"),
        ANSWER(LINK, "/proc/12/exe", "/usr/bin/node (deleted)"),
        ANSWER(FILE, "/proc/99/comm", "httpd\n"),
        ANSWER(FILE, "/etc/passwd", "anna:x:1000:1000::/:/bin/sh\n"));
    assert_port("port().listening", 8080, "true");
    assert_port("port().addresses", 8080, "[127.0.0.1]");
    assert_port("port().process", 8080, "12");
    assert_port("port().program", 8080, "node");
    assert_port("port().user", 8080, "anna");
    assert_port("port().udp", 8080, "false");
    assert_port("port().listening", 8081, "false"); /* a connection */
    assert_port("port().addresses", 8081, "[]");
    assert_port("port().program", 8081, "<absent>");
    assert_port("port().user", 8081, "<absent>");
    assert_port("port().addresses", 80, "[::]");
    assert_port("port().program", 80, "httpd");
    assert_port("port().udp", 53, "true");
    assert_port("port().listening", 53, "false");
}

static void knows_no_program_of_others(void **state)
{
    (void)state;
    USE(ANSWER(FILE, "/proc/net/tcp",
               HEADING SOCKET("00000000:0050", "0A", "0", "77")),
        LACK(GLOB, "/proc/[1-9]*/fd/*", DENIED));
    assert_port("port().listening", 80, "true");
    assert_port("port().program", 80, denied);
    assert_port("port().process", 80, denied);
    assert_port("port().user", 80, "0");
    const struct ar_fake_answer shut[] = {LACK(FILE, "/proc/net/tcp", DENIED)};
    use(shut, 1);
    assert_port("port().listening", 80, denied);
    use(NULL, 0);
    assert_port("port().listening", 80, unsupported);
    assert_port("port().udp", 80, unsupported);
    const struct ar_fake_answer broken[] = {
        LACK(FILE, "/proc/net/tcp6", TOO_LARGE),
        ANSWER(FILE, "/proc/net/tcp", HEADING)};
    use(broken, AR_COUNT_OF(broken));
    assert_port("port().listening", 80, "<unknown: too_large>");
}

static void asks_windows_who_listens(void **state)
{
    (void)state;
    USE(ANSWER(SYSTEM, "listeners",
               "tcp 0.0.0.0 135 900 svchost.exe\n"
               "tcp 0:0:0:0:0:0:0:0 135 900 svchost.exe\n"
               "tcp 127.0.0.1 80 4 ?\nudp 0.0.0.0 53 77 My Server.exe\n"));
    host.host.platform = "windows";
    assert_port("port().listening", 135, "true");
    assert_port("port().addresses", 135, "[0.0.0.0, ::]");
    assert_port("port().program", 135, "svchost.exe");
    assert_port("port().process", 80, "4");
    assert_port("port().program", 80, denied);
    assert_port("port().user", 135, unsupported);
    assert_port("port().udp", 53, "true");
    assert_port("port().listening", 53, "false");
}

static void tells_services_of_windows(void **state)
{
    (void)state;
    USE(ANSWER(SERVICE, "vmcompute", "STOPPED DISABLED"),
        LACK(SERVICE, "secret", DENIED));
    host.host.platform = "windows";
    assert_path("service().state", "vmcompute", "stopped");
    assert_path("service().start", "vmcompute", "disabled");
    assert_path("service().state", "nope", "<absent>");
    assert_path("service().start", "secret", denied);
}

/* ---- certificates ---- */

#define CERTIFICATE \
    "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"

static void finds_the_bundle(void **state)
{
    (void)state;
    USE(ANSWER(FILE, "/etc/pki/tls/certs/ca-bundle.crt",
               "# a comment\n" CERTIFICATE CERTIFICATE
               "-----BEGIN PRIVATE KEY-----\n"));
    assert_fact("tls.bundle", "/etc/pki/tls/certs/ca-bundle.crt");
    assert_fact("tls.certificates", "2");
    const struct ar_fake_answer named[] = {
        ANSWER(VARIABLE, "SSL_CERT_FILE", "/nope.pem")};
    use(named, 1);
    assert_fact("tls.bundle", "/nope.pem");
    assert_fact("tls.certificates", "<absent>");
    use(NULL, 0);
    assert_fact("tls.bundle", "<absent>");
    assert_fact("tls.certificates", "<absent>");
    host.host.platform = "windows";
    assert_fact("tls.bundle", unsupported);
    assert_fact("tls.certificates", unsupported);
}

static void tells_what_variables_name(void **state)
{
    (void)state;
    USE(ANSWER(VARIABLE, "SSL_CERT_FILE", "/ca.pem"),
        ANSWER(VARIABLE, "NODE_EXTRA_CA_CERTS", "/nope.pem"),
        ANSWER(VARIABLE, "OPENSSL_CONF", "/shut/openssl.cnf"),
        ANSWER(VARIABLE, "CURL_CA_BUNDLE", ""),
        ANSWER(FILE, "/ca.pem", CERTIFICATE),
        LACK(FILE, "/shut/openssl.cnf", DENIED));
    assert_fact(
        "tls.settings",
        "[{ variable = SSL_CERT_FILE, path = /ca.pem, present = true, "
        "readable = <unknown: unsupported>, certificates = 1 }, "
        "{ variable = NODE_EXTRA_CA_CERTS, path = /nope.pem, "
        "present = false, readable = <absent>, certificates = <absent> }, "
        "{ variable = OPENSSL_CONF, path = /shut/openssl.cnf, "
        "present = <unknown: denied>, readable = <unknown: denied>, "
        "certificates = <unknown: denied> }]");
    assert_path("certificates().count", "/ca.pem", "1");
    assert_path("certificates().count", "/nope.pem", "<absent>");
    assert_path("certificates().count", "/shut/openssl.cnf", denied);
}

/* ---- numbers to give away ---- */

static void tells_ranges_of_this_user(void **state)
{
    (void)state;
    USE(ANSWER(USER, "name", "anna"), ANSWER(USER, "id", "1000"),
        ANSWER(FILE, "/etc/subuid",
               "# a comment\nbert:100000:65536\nanna:165536:65536\n"
               "1000:300000:1\nannabel:1:1\n"),
        ANSWER(FILE, "/etc/subgid", "anna:65536\nanna:x:1\n"));
    assert_fact("user.subuids", "[{ first = 165536, count = 65536 }, "
                                "{ first = 300000, count = 1 }]");
    assert_fact("user.subgids",
                "[<unknown: bad_output>, <unknown: bad_output>]");
}

static void knows_no_ranges_that_others_tell(void **state)
{
    (void)state;
    USE(ANSWER(USER, "name", "anna"),
        ANSWER(FILE, "/etc/subuid", "anna:165536:65536\n"),
        ANSWER(FILE, "/etc/nsswitch.conf", "passwd: files\nsubid: sss\n"));
    assert_fact("user.subuids", unsupported);
    const struct ar_fake_answer files[] = {
        LACK(FILE, "/etc/subgid", DENIED),
        ANSWER(FILE, "/etc/nsswitch.conf", "subid:  files\n")};
    use(files, AR_COUNT_OF(files));
    assert_fact("user.subuids", "[]");
    assert_fact("user.subgids", denied);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(tells_memory),
        TEST(knows_no_memory_by_broken_lines),
        TEST(asks_other_systems_for_memory),
        TEST(takes_the_smallest_limit),
        TEST(knows_where_there_is_no_limit),
        TEST(reads_cgroup_v1_in_a_container),
        TEST(knows_no_limit_that_cannot_be_read),
        TEST(tells_the_time),
        TEST(tells_the_time_zone),
        TEST(finds_the_mount_of_a_path),
        TEST(does_not_count_what_is_hidden),
        TEST(knows_no_mount_without_a_list),
        TEST(tells_who_listens),
        TEST(knows_no_program_of_others),
        TEST(asks_windows_who_listens),
        TEST(tells_services_of_windows),
        TEST(finds_the_bundle),
        TEST(tells_what_variables_name),
        TEST(tells_ranges_of_this_user),
        TEST(knows_no_ranges_that_others_tell),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
