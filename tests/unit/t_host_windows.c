/* SPDX-License-Identifier: Apache-2.0 */
/* The host of Windows, on Windows or where Wine stands in for it: programs
 * with their deadlines and what they leave, the registry, files, patterns. */

#include "probe/host_windows.h"

/* cmocka.h needs what stands before it. */
/* clang-format off */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>
/* clang-format on */

enum { SECOND = 1000000 };

/* Wine needs a while to start a program on a busy machine. */
static int64_t timeout_us = 20 * (int64_t)SECOND;

static struct ar_arena arena;
static struct ar_host host;
static ar_str fake;   /* fake_windows.exe, beside this program */
static ar_str folder; /* an empty one */

static ar_str in_folder(const char *name)
{
    return ar_str_printf(&arena, AR_STR_FORMAT "\\%s", AR_STR_ARG(folder),
                         name);
}

static struct ar_host_output run(const char *behaviour, ar_str argument,
                                 ar_str input)
{
    const ar_str argv[] = {fake, ar_str_from_c(behaviour), argument};
    const struct ar_host_command command = {
        .argv = argv,
        .n_argv = argument.ptr ? 3 : 2,
        .input = input,
        .timeout_us = timeout_us,
        .max_stdout = 10000,
        .max_stderr = 1000,
    };
    struct ar_host_output output;
    host.functions->run(&host, &arena, &command, 1, &output, 0);
    return output;
}

static struct ar_host_output run_plain(const char *behaviour)
{
    return run(behaviour, (ar_str){0}, (ar_str){0});
}

static void assert_text(ar_str text, const char *expected)
{
    if (!ar_str_equal_c(text, expected))
        fail_msg("'" AR_STR_FORMAT "' instead of '%s'", AR_STR_ARG(text),
                 expected);
}

static void runs_programs(void **state)
{
    (void)state;
    struct ar_host_output output = run_plain("says_ok");
    if (output.status != AR_HOST_DONE)
        fail_msg("status %d: " AR_STR_FORMAT, output.status,
                 AR_STR_ARG(output.detail));
    assert_text(output.out, "ok\n");
    assert_int_equal(output.exit_code, 0);
    output = run_plain("exits_3");
    assert_int_equal(output.status, AR_HOST_DONE);
    assert_int_equal(output.exit_code, 3);
    output = run_plain("crashes");
    assert_int_equal(output.status, AR_HOST_FAILED);
    assert_int_equal(output.exit_code, -1);
    output = run_plain("floods");
    assert_int_equal(output.status, AR_HOST_TOO_LARGE);
    assert_int_equal(output.out.len, 10000);
}

static void gives_input_and_its_end(void **state)
{
    (void)state;
    assert_text(run_plain("reads").out, "end\n");
    assert_text(run("reads", (ar_str){0}, AR_STR("a line\n")).out,
                "a line\nend\n");
}

static void passes_arguments_as_they_are(void **state)
{
    (void)state;
    static const char *const arguments[] = {
        "plain", "two words", "",       "a\"b",      "\\",
        "a b\\", "\\\\\"x\\", "%PATH%", "a&b|c>d^e", "*"};
    for (size_t ix = 0; ix < AR_COUNT_OF(arguments); ix++) {
        struct ar_host_output output =
            run("arguments", ar_str_from_c(arguments[ix]), (ar_str){0});
        assert_text(output.out,
                    ar_str_printf(&arena, "[%s]", arguments[ix]).ptr);
    }
}

static void ends_programs_and_what_they_started(void **state)
{
    (void)state;
    timeout_us = SECOND;
    struct ar_host_output output = run_plain("sleeps");
    assert_int_equal(output.status, AR_HOST_TIMEOUT);
    assert_true(output.duration_us < 2 * SECOND);
    output = run("starts_child", in_folder("started"), (ar_str){0});
    assert_int_equal(output.status, AR_HOST_TIMEOUT);
    timeout_us = 20 * (int64_t)SECOND;
    run("leaves_child", in_folder("left"), (ar_str){0});
    Sleep(4000);
    host.functions->read_file(&host, &arena, in_folder("started"), 10, &output);
    assert_int_equal(output.status, AR_HOST_NOT_FOUND);
    host.functions->read_file(&host, &arena, in_folder("left"), 10, &output);
    assert_int_equal(output.status, AR_HOST_NOT_FOUND);
}

static struct ar_host_output run_name(const char *name)
{
    const ar_str argv[] = {ar_str_from_c(name)};
    const struct ar_host_command command = {.argv = argv,
                                            .n_argv = 1,
                                            .timeout_us = 10 * SECOND,
                                            .max_stdout = 10000,
                                            .max_stderr = 1000};
    struct ar_host_output output;
    host.functions->run(&host, &arena, &command, 1, &output, 0);
    return output;
}

static void write_file(const char *name, const char *text)
{
    FILE *file = fopen(in_folder(name).ptr, "wb");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

/* Not from the current folder, nothing that cmd.exe reads, and nothing by a
 * path that is not from a drive. */
static void finds_programs_nowhere_else(void **state)
{
    (void)state;
    write_file("decoy.exe", "");
    write_file("decoy.bat", "@echo ran");
    assert_true(SetCurrentDirectoryA(folder.ptr));
    assert_int_equal(run_name("decoy").status, AR_HOST_NOT_FOUND);
    assert_int_equal(run_name(".\\decoy.exe").status, AR_HOST_FAILED);
    assert_int_equal(run_name("decoy.exe.").status, AR_HOST_FAILED);
    assert_int_equal(run_name("\\\\server\\share\\x.exe").status,
                     AR_HOST_FAILED);
    assert_int_equal(run_name(in_folder("decoy.bat").ptr).status,
                     AR_HOST_FAILED);
    assert_int_equal(run_name("nothing-of-this-name").status,
                     AR_HOST_NOT_FOUND);
}

static ar_str read_registry(const char *path, enum ar_host_status status)
{
    struct ar_host_output output;
    host.functions->registry(&host, &arena, ar_str_from_c(path), &output);
    if (output.status != status)
        fail_msg("%s: status %d", path, output.status);
    return output.out;
}

static void set_value(HKEY key, const wchar_t *name, DWORD type,
                      const void *bytes, DWORD size)
{
    assert_int_equal(RegSetValueExW(key, name, 0, type, bytes, size), 0);
}

static void reads_the_registry(void **state)
{
    (void)state;
    HKEY key;
    const DWORD number = 4000000000;
    const uint8_t bytes[] = {0, 0xAB, 0x10};
    assert_int_equal(
        RegCreateKeyW(HKEY_CURRENT_USER, L"Software\\t_host", &key), 0);
    set_value(key, L"text", REG_SZ, L"a\u00e9", 6);
    set_value(key, L"texts", REG_MULTI_SZ, L"a\0b\0", 10);
    set_value(key, L"number", REG_DWORD, &number, 4);
    set_value(key, L"bytes", REG_BINARY, bytes, 3);
    set_value(key, NULL, REG_SZ, L"plain", 12);
    RegCloseKey(key);
    assert_text(read_registry("HKCU\\Software\\t_host\\text", AR_HOST_DONE),
                "a\xc3\xa9");
    assert_text(read_registry("HKCU\\Software\\t_host\\texts", AR_HOST_DONE),
                "a\nb\n");
    assert_text(read_registry("hkcu\\software\\T_HOST\\number", AR_HOST_DONE),
                "4000000000");
    assert_text(read_registry("HKCU\\Software\\t_host\\bytes", AR_HOST_DONE),
                "00ab10");
    assert_text(read_registry("HKCU\\Software\\t_host\\", AR_HOST_DONE),
                "plain");
    read_registry("HKCU\\Software\\t_host\\none", AR_HOST_NOT_FOUND);
    read_registry("HKCU\\Software\\t_none\\x", AR_HOST_NOT_FOUND);
    read_registry("HKXX\\x\\y", AR_HOST_FAILED);
    RegDeleteKeyW(HKEY_CURRENT_USER, L"Software\\t_host");
}

static void finds_files(void **state)
{
    struct ar_host_output output;
    (void)state;
    write_file("One.conf", "1");
    write_file("two.conf", "2");
    write_file("three.txt", "3");
    host.functions->glob(&host, &arena, in_folder("*.CONF"), 9, &output);
    assert_int_equal(output.status, AR_HOST_DONE);
    assert_text(output.out,
                ar_str_printf(&arena, "%s\n%s\n", in_folder("One.conf").ptr,
                              in_folder("two.conf").ptr)
                    .ptr);
    host.functions->glob(&host, &arena, in_folder("*.none"), 9, &output);
    assert_int_equal(output.status, AR_HOST_NOT_FOUND);
    host.functions->read_file(&host, &arena, in_folder("two.conf"), 9, &output);
    assert_text(output.out, "2");
    host.functions->read_file(&host, &arena, in_folder("two.conf"), 0, &output);
    assert_int_equal(output.status, AR_HOST_TOO_LARGE);
    host.functions->read_part(&host, &arena, in_folder("two.conf"), 0, 9,
                              &output);
    assert_text(output.out, "2");
    host.functions->read_part(&host, &arena, in_folder("two.conf"), 1, 9,
                              &output);
    assert_int_equal(output.status, AR_HOST_DONE);
    assert_text(output.out, "");
    host.functions->read_file(&host, &arena, folder, 9, &output);
    assert_int_equal(output.status, AR_HOST_FAILED);
    host.functions->read_file(&host, &arena, AR_STR("\\\\.\\pipe\\x"), 9,
                              &output);
    assert_int_equal(output.status, AR_HOST_FAILED);
}

static struct ar_host_entry look_at(ar_str path)
{
    struct ar_host_entry entry;
    host.functions->look(&host, &arena, path, true, &entry);
    return entry;
}

static void looks_at_files(void **state)
{
    char longest[5000];
    (void)state;
    write_file("looked.txt", "12345");
    struct ar_host_entry entry = look_at(in_folder("looked.txt"));
    assert_int_equal(entry.status, AR_HOST_DONE);
    assert_int_equal(entry.kind, AR_HOST_KIND_REGULAR);
    assert_int_equal(entry.size, 5);
    assert_false(entry.has_rights);
    int64_t age = host.functions->time_us(&host) - entry.modified_us;
    assert_true(age > -60 * (int64_t)SECOND && age < 600 * (int64_t)SECOND);
    entry = look_at(folder);
    assert_int_equal(entry.status, AR_HOST_DONE);
    assert_int_equal(entry.kind, AR_HOST_KIND_FOLDER);
    assert_int_equal(look_at(in_folder("nope")).status, AR_HOST_NOT_FOUND);
    assert_int_equal(look_at(AR_STR("looked.txt")).status, AR_HOST_FAILED);
    memset(longest, 'd', sizeof(longest));
    memcpy(longest, "C:\\", 3);
    entry = look_at((ar_str){longest, sizeof(longest)});
    assert_int_equal(entry.status, AR_HOST_FAILED);
    assert_text(entry.detail, "the path is too long");
}

/* Wine's PATH is not touched by others: a test runs alone. */
static void finds_programs_on_path(void **state)
{
    struct ar_host_output output;
    ar_str_vector paths = {0};
    ar_str_vector folders = {0};
    (void)state;
    write_file("tool", "");
    write_file("tool.txt", "");
    write_file("tool.exe", "");
    write_file("tool.cmd", "");
    const char *path = ar_str_printf(&arena, "relative;;\"%s\";%s;C:\\nope",
                                     folder.ptr, folder.ptr)
                           .ptr;
    assert_true(SetEnvironmentVariableA("PATH", path));
    assert_true(SetEnvironmentVariableA("PATHEXT", ".CMD;.EXE"));
    host.functions->search_path(&host, &arena, &folders, &output);
    assert_int_equal(folders.count, 5);
    assert_text(folders.at[2], folder.ptr);
    host.functions->programs(&host, &arena, AR_STR("tool"), &paths, &output);
    assert_int_equal(output.status, AR_HOST_DONE);
    assert_int_equal(paths.count, 2);
    assert_text(paths.at[0], in_folder("tool.CMD").ptr);
    assert_text(paths.at[1], in_folder("tool.EXE").ptr);
    paths.count = 0;
    host.functions->programs(&host, &arena, AR_STR("tool.exe"), &paths,
                             &output);
    assert_int_equal(paths.count, 1);
    assert_text(paths.at[0], in_folder("tool.exe").ptr);
}

static void knows_the_machine(void **state)
{
    struct ar_host_output output;
    (void)state;
    assert_string_equal(host.platform, "windows");
    assert_true(host.machine[0] != '\0');
    int64_t now = host.functions->now_us(&host);
    assert_true(now > 0 && host.functions->now_us(&host) >= now);
    assert_true(host.functions->time_us(&host) > INT64_C(1700000000000000));
    host.functions->service(&host, &arena, AR_STR("no-such-service"), &output);
    assert_int_equal(output.status, AR_HOST_NOT_FOUND);
    host.functions->variable(&host, &arena, AR_STR("SystemRoot"), &output);
    assert_int_equal(output.status, AR_HOST_DONE);
    host.functions->variable(&host, &arena, AR_STR("NO_SUCH"), &output);
    assert_int_equal(output.status, AR_HOST_NOT_FOUND);
}

static ar_str narrow(const wchar_t *path)
{
    ar_str text;
    assert_true(ar_windows_narrow(&arena, path, &text));
    return ar_str_copy(&arena, text);
}

static void find_places(void)
{
    wchar_t path[MAX_PATH];
    GetModuleFileNameW(NULL, path, MAX_PATH);
    wchar_t *slash = wcsrchr(path, L'\\');
    wcscpy(slash + 1, L"fake_windows.exe");
    fake = narrow(path);
    GetTempPathW(MAX_PATH - 40, path);
    swprintf(path + wcslen(path), 40, L"t_host_%lu",
             (unsigned long)GetCurrentProcessId());
    CreateDirectoryW(path, NULL);
    folder = narrow(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(runs_programs),
        cmocka_unit_test(gives_input_and_its_end),
        cmocka_unit_test(passes_arguments_as_they_are),
        cmocka_unit_test(ends_programs_and_what_they_started),
        cmocka_unit_test(finds_programs_nowhere_else),
        cmocka_unit_test(reads_the_registry),
        cmocka_unit_test(finds_files),
        cmocka_unit_test(looks_at_files),
        cmocka_unit_test(finds_programs_on_path),
        cmocka_unit_test(knows_the_machine),
    };
    find_places();
    ar_host_open(&host);
    /* Whoever tests may own the files that he tests with. */
    host.is_elevated = false;
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    ar_arena_free(&arena);
    return failed;
}
