/* SPDX-License-Identifier: Apache-2.0 */
/* The facts of the standard library that code finds out, on hosts that are
 * tables, and that no failure of a host becomes an answer. */

#include "machine_fixture.h"

static void tells_what_disks_hold(void **state)
{
    (void)state;
    const struct ar_fake_answer answers[] = {
        ANSWER(DISK, "/", "1024 4096 7 9"),
        ANSWER(DISK, "/boot/efi", "2048 4096 0 0"),
        LACK(DISK, "/secret", DENIED),
    };
    use(answers, AR_COUNT_OF(answers));
    assert_string_equal(find("disk().free", "/"), "1KiB");
    assert_string_equal(find("disk().total", "/"), "4KiB");
    assert_string_equal(find("disk().inodes_free", "/"), "7");
    assert_string_equal(find("disk().inodes", "/"), "9");
    assert_string_equal(find("disk().total", "/boot/efi"), "4KiB");
    assert_string_equal(find("disk().inodes_free", "/boot/efi"), "<absent>");
    assert_string_equal(find("disk().inodes", "/boot/efi"), "<absent>");
    assert_string_equal(find("disk().free", "/secret"), "<unknown: denied>");
    assert_string_equal(find("disk().inodes", "/secret"), "<unknown: denied>");
    assert_string_equal(find("disk().free", "/nowhere"), "<absent>");
}

static void tells_groups_of_now_and_of_the_next_login(void **state)
{
    (void)state;
    const struct ar_fake_answer answers[] = {
        ANSWER(USER, "id", "1000"),
        ANSWER(USER, "name", "anna"),
        ANSWER(USER, "groups", "anna\naudio\n"),
        ANSWER(USER, "groups of login", "anna\naudio\ndocker\n"),
    };
    use(answers, AR_COUNT_OF(answers));
    assert_string_equal(find("user.id", NULL), "1000");
    assert_string_equal(find("user.name", NULL), "anna");
    assert_string_equal(find("user.groups", NULL), "[anna, audio]");
    assert_string_equal(find("user.login_groups", NULL),
                        "[anna, audio, docker]");
    assert_string_equal(find("user.admin", NULL), "false");
    host.host.is_elevated = true;
    assert_string_equal(find("user.admin", NULL), "true");
}

static void knows_nothing_of_a_user_without_an_entry(void **state)
{
    (void)state;
    const struct ar_fake_answer answers[] = {
        LACK(USER, "name", FAILED),
        LACK(USER, "groups of login", FAILED),
        ANSWER(USER, "groups", "\xFF\n"),
    };
    use(answers, AR_COUNT_OF(answers));
    assert_string_equal(find("user.name", NULL), "<unknown: probe_failed>");
    assert_string_equal(find("user.login_groups", NULL),
                        "<unknown: probe_failed>");
    assert_string_equal(find("user.groups", NULL), "<unknown: bad_output>");
}

static void believes_the_kernel_and_else_what_is_proven(void **state)
{
    (void)state;
    const struct ar_fake_answer kernel[] = {
        ANSWER(FILE, "/proc/sys/kernel/arch", "aarch64\n"),
    };
    use(kernel, 1);
    assert_string_equal(find("host.arch", NULL), "arm64");
    use(NULL, 0);
    assert_string_equal(find("host.arch", NULL), "amd64");
    host.host.machine[0] = '\0';
    assert_string_equal(find("host.arch", NULL), "<unknown: unsupported>");
    assert_string_equal(find("host.emulated", NULL), "false");
    host.host.emulation = AR_EMULATION_YES;
    assert_string_equal(find("host.emulated", NULL), "true");
    host.host.emulation = AR_EMULATION_UNKNOWN;
    assert_string_equal(find("host.emulated", NULL), "<unknown: unsupported>");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(tells_what_disks_hold),
        TEST(tells_groups_of_now_and_of_the_next_login),
        TEST(knows_nothing_of_a_user_without_an_entry),
        TEST(believes_the_kernel_and_else_what_is_proven),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
