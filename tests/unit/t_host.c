/* SPDX-License-Identifier: Apache-2.0 */
/* The host: the table for tests, and the real one of POSIX systems. Which file
 * a name stands for, what a program gets, what its end means, files and
 * patterns. Programs that behave badly are in tests/probe. */

#define _XOPEN_SOURCE 700 /* nftw(), mkdtemp(), symlink() */

/* cmocka.h wants these before it. */
/* clang-format off */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
/* clang-format on */

#include "probe/host.h"
#include "probe/host_parts.h"
#include "probe/run_posix.h"

#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { NOBODY = 65534 };

static struct ar_arena arena;
static struct ar_host host;
static char folder[] = "/tmp/t_host.XXXXXX";

static int make_folder(void **state)
{
    (void)state;
    ar_host_open(&host);
    return mkdtemp(folder) && chmod(folder, 0755) == 0 && chdir(folder) == 0
               ? 0
               : -1;
}

static int remove_entry(const char *path, const struct stat *info, int kind,
                        struct FTW *walk)
{
    (void)info;
    (void)kind;
    (void)walk;
    return remove(path);
}

static int remove_folder(void **state)
{
    (void)state;
    ar_arena_free(&arena);
    return nftw(folder, remove_entry, 8, FTW_DEPTH | FTW_PHYS);
}

static int reset(void **state)
{
    (void)state;
    ar_arena_reset(&arena);
    ar_host_open(&host);
    return setenv("PATH", "/usr/bin:/bin", 1);
}

static ar_str in_folder(const char *name)
{
    return ar_str_printf(&arena, "%s/%s", folder, name);
}

static ar_str write_file(const char *name, const char *text, mode_t mode)
{
    ar_str path = in_folder(name);
    FILE *file = fopen(path.ptr, "wb");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(chmod(path.ptr, mode), 0);
    return path;
}

static ar_str make_sub_folder(const char *name, mode_t mode)
{
    ar_str path = in_folder(name);
    assert_int_equal(mkdir(path.ptr, 0700), 0);
    assert_int_equal(chmod(path.ptr, mode), 0);
    return path;
}

static void assert_text(ar_str text, const char *expected)
{
    assert_string_equal(ar_str_copy(&arena, text).ptr, expected);
}

static void assert_has(ar_str text, const char *part)
{
    if (ar_str_find(text, ar_str_from_c(part), 0) == SIZE_MAX)
        fail_msg("'" AR_STR_FORMAT "' lacks '%s'", AR_STR_ARG(text), part);
}

static void assert_lacks(ar_str text, const char *part)
{
    if (ar_str_find(text, ar_str_from_c(part), 0) != SIZE_MAX)
        fail_msg("'" AR_STR_FORMAT "' has '%s'", AR_STR_ARG(text), part);
}

/* ---- running ---- */

static struct ar_host_output run_arguments(const ar_str *argv, size_t count)
{
    struct ar_host_output output;
    struct ar_host_command command = {
        .argv = argv,
        .n_argv = count,
        .timeout_us = 20000000,
        .max_stdout = 100000,
        .max_stderr = 1000,
    };
    host.functions->run(&host, &arena, &command, 1, &output, 0);
    return output;
}

static struct ar_host_output run_name(ar_str name)
{
    return run_arguments(&name, 1);
}

static void assert_run(ar_str name, enum ar_host_status status,
                       const char *detail)
{
    struct ar_host_output output = run_name(name);
    if (output.status != status)
        fail_msg(AR_STR_FORMAT ": status %d, " AR_STR_FORMAT, AR_STR_ARG(name),
                 (int)output.status, AR_STR_ARG(output.detail));
    assert_has(output.detail, detail);
}

static void test_program(void **state)
{
    (void)state;
    ar_str path =
        write_file("good", "#!/bin/sh\necho out; echo err >&2; exit 3\n", 0755);
    struct ar_host_output output = run_name(path);
    assert_int_equal(output.status, AR_HOST_DONE);
    assert_int_equal(output.exit_code, 3);
    assert_int_equal(output.signal, 0);
    assert_text(output.out, "out\n");
    assert_text(output.err, "err\n");
    assert_false(output.is_err_cut);
    assert_true(ar_str_equal(output.path, path));
    assert_int_equal(output.detail.len, 0);
    assert_true(output.duration_us > 0);
}

static void test_no_program(void **state)
{
    (void)state;
    assert_run(AR_STR("no_such_program_anywhere"), AR_HOST_NOT_FOUND, "");
    assert_run(in_folder("missing"), AR_HOST_NOT_FOUND, "");
    assert_run(write_file("file", "", 0644), AR_HOST_DENIED, "may not be run");
    assert_run(in_folder("file/below"), AR_HOST_NOT_FOUND, "");
    assert_run(ar_str_from_c(folder), AR_HOST_FAILED, "not a regular file");
    assert_run(AR_STR("./file"), AR_HOST_FAILED, "begins with '/'");
    assert_run(AR_STR("bin/sh"), AR_HOST_FAILED, "begins with '/'");
    assert_run(AR_STR(""), AR_HOST_FAILED, "no name");
    assert_run(AR_STR("/bin/sh\0x"), AR_HOST_FAILED, "no name");
    assert_int_equal(run_arguments(NULL, 0).status, AR_HOST_FAILED);
}

static void test_not_started(void **state)
{
    (void)state;
    assert_run(write_file("text", "no program at all\n", 0755), AR_HOST_FAILED,
               "exec format error");
    assert_run(write_file("empty", "", 0755), AR_HOST_FAILED,
               "exec format error");
    assert_run(write_file("script", "#!/nonexistent/sh\n", 0755),
               AR_HOST_FAILED, "missing");
    ar_str busy = write_file("busy", "#!/bin/sh\n", 0755);
    int fd = open(busy.ptr, O_WRONLY | O_CLOEXEC);
    enum ar_host_status status = run_name(busy).status;
    close(fd);
    /* Some systems run what is being written. */
    assert_true(status == AR_HOST_FAILED || status == AR_HOST_DONE);
    char *large = AR_NEW_ARRAY(&arena, char, 4000001);
    memset(large, 'x', 4000000);
    ar_str argv[] = {AR_STR("/bin/sh"), {large, 4000000}};
    struct ar_host_output output = run_arguments(argv, 2);
    assert_int_equal(output.status, AR_HOST_FAILED);
    assert_has(output.detail, "too long");
    ar_str with_nul[] = {AR_STR("/bin/sh"), AR_STR("a\0b")};
    assert_has(run_arguments(with_nul, 2).detail, "NUL");
}

/* No shell, no glob, no change. */
static void test_arguments(void **state)
{
    (void)state;
    ar_str path = write_file(
        "show", "#!/bin/sh\nfor a in \"$@\"; do printf '<%s>' \"$a\"; done\n",
        0755);
    ar_str argv[] = {
        path,
        AR_STR(""),
        AR_STR("a b"),
        AR_STR("*"),
        AR_STR("$HOME; exit 9"),
        AR_STR("'\"`\\"),
        AR_STR("x\ny"),
        AR_STR("-n"),
        AR_STR("\xff\xfe"),
    };
    struct ar_host_output output = run_arguments(argv, AR_COUNT_OF(argv));
    assert_int_equal(output.status, AR_HOST_DONE);
    assert_text(output.out,
                "<><a b><*><$HOME; exit 9><'\"`\\><x\ny><-n><\xff\xfe>");
}

/* As many lines of a list as begin so. */
static size_t count_lines(ar_str text, const char *start)
{
    size_t count = 0;
    ar_str line = ar_str_printf(&arena, "\n%s", start);
    for (size_t at = ar_str_find(text, line, 0); at != SIZE_MAX;
         at = ar_str_find(text, line, at + 1))
        count++;
    return count;
}

static ar_str environment(void)
{
    struct ar_host_output output = run_name(AR_STR("env"));
    assert_int_equal(output.status, AR_HOST_DONE);
    return ar_str_concat(&arena, AR_STR("\n"), output.out);
}

static void test_environment(void **state)
{
    (void)state;
    setenv("LC_ALL", "tr_TR.UTF-8", 1);
    setenv("LC_TIME", "tr_TR.UTF-8", 1);
    setenv("LANGUAGE", "tr", 1);
    setenv("PYTHONPATH", "/planted", 1);
    setenv("DOCKER_CONFIG", "/planted", 1);
    setenv("DOCKER_HOST", "unix:///kept.sock", 1);
    setenv("HOME", "/planted", 1);
    setenv("PATH", "/usr/bin:relative:.::/bin:/no/such/folder", 1);
    host.is_elevated = false;
    ar_str text = environment();
    assert_int_equal(count_lines(text, "LC_"), 1);
    assert_int_equal(count_lines(text, "LC_ALL=C\n"), 1);
    assert_int_equal(count_lines(text, "LANGUAGE="), 0);
    assert_int_equal(count_lines(text, "PYTHONPATH="), 0);
    assert_int_equal(count_lines(text, "DOCKER_CONFIG=/planted\n"), 1);
    assert_int_equal(count_lines(text, "DOCKER_HOST=unix:///kept.sock\n"), 1);
    assert_int_equal(count_lines(text, "HOME=/planted\n"), 1);
    assert_int_equal(count_lines(text, "PATH="), 1);
    assert_int_equal(count_lines(text, "PATH=/usr/bin:/bin"), 1);
    assert_lacks(text, "relative");
    assert_lacks(text, "no/such");
    assert_lacks(text, "::");
    host.is_elevated = true;
    text = environment();
    assert_lacks(text, "/planted");
    assert_int_equal(count_lines(text, "DOCKER_CONFIG=/"), 1);
    assert_int_equal(count_lines(text, "HOME=/"), 1);
    assert_int_equal(count_lines(text, "DOCKER_HOST=unix:///kept.sock\n"), 1);
    setenv("LC_ALL", "C", 1);
    unsetenv("LC_TIME");
}

static void test_variables_held_back(void **state)
{
    (void)state;
    static const char *const never[] = {
        "PATH",
        "LC_ALL",
        "LD_PRELOAD",
        "LD_AUDIT",
        "DYLD_INSERT_LIBRARIES",
        "BASH_FUNC_ls%%",
        "PYTHONSTARTUP",
        "PERL5LIB",
        "GIT_EXEC_PATH",
        "IFS",
    };
    static const char *const not_elevated[] = {
        "DOCKER_CONFIG", "XDG_CONFIG_HOME", "KUBECONFIG",  "TMPDIR",
        "PAGER",         "SYSTEMD_PAGER",   "SSH_ASKPASS",
    };
    static const char *const always[] = {
        "DOCKER_HOST", "USER", "WSL_DISTRO_NAME", "http_proxy", "TZ", "LANG",
    };
    for (size_t i = 0; i < AR_COUNT_OF(never); i++)
        assert_false(ar_host_passes_variable(ar_str_from_c(never[i]), false));
    for (size_t i = 0; i < AR_COUNT_OF(not_elevated); i++) {
        ar_str name = ar_str_from_c(not_elevated[i]);
        assert_true(ar_host_passes_variable(name, false));
        assert_false(ar_host_passes_variable(name, true));
    }
    for (size_t i = 0; i < AR_COUNT_OF(always); i++)
        assert_true(ar_host_passes_variable(ar_str_from_c(always[i]), true));
}

/* ---- where programs are looked for ---- */

#define DECOY "#!/bin/sh\necho decoy\n"
#define GOOD  "#!/bin/sh\necho good\n"

static void test_decoys(void **state)
{
    (void)state;
    static const char *const names[] = {"docker", "wsl",       "uname",
                                        "sh",     "systemctl", "powershell"};
    make_sub_folder("bin", 0755);
    make_sub_folder("open", 0777);
    make_sub_folder("relative", 0755);
    for (size_t i = 0; i < AR_COUNT_OF(names); i++) {
        write_file(names[i], DECOY, 0755);
        write_file(ar_str_printf(&arena, "open/%s", names[i]).ptr, DECOY, 0755);
        write_file(ar_str_printf(&arena, "relative/%s", names[i]).ptr, DECOY,
                   0755);
        write_file(ar_str_printf(&arena, "bin/%s", names[i]).ptr, GOOD, 0755);
    }
    ar_str path = ar_str_printf(
        &arena, ":.:relative:./open:%s/open:~/bin::%s/bin:", folder, folder);
    setenv("PATH", path.ptr, 1);
    for (size_t i = 0; i < AR_COUNT_OF(names); i++) {
        struct ar_host_output output = run_name(ar_str_from_c(names[i]));
        assert_int_equal(output.status, AR_HOST_DONE);
        assert_text(output.out, "good\n");
        assert_true(ar_str_equal(
            output.path, ar_str_printf(&arena, "%s/bin/%s", folder, names[i])));
    }
}

/* "Not installed" would be wrong of what is there but not trusted. */
static void test_only_a_decoy(void **state)
{
    (void)state;
    make_sub_folder("wide", 0777);
    write_file("wide/only_here", DECOY, 0755);
    write_file("only_in_current", DECOY, 0755);
    setenv("PATH", ar_str_printf(&arena, ":.:%s/wide", folder).ptr, 1);
    assert_run(AR_STR("only_here"), AR_HOST_FAILED, "others may write to");
    assert_run(AR_STR("only_in_current"), AR_HOST_NOT_FOUND, "");
}

static bool is_mnt_c(const char *path)
{
    return strcmp(path, "/mnt/c") == 0;
}

/* By their mode everybody may write to them. */
static void test_folders_of_windows(void **state)
{
    static const char *const fit[] = {"/mnt/c/Windows/System32",
                                      "/mnt/c/WINDOWS/system32/",
                                      "/mnt/c/Windows", "/mnt/c/windows//"};
    static const char *const unfit[] = {"/mnt/c",
                                        "/mnt/d/Windows",
                                        "/mnt/c/Users/Windows",
                                        "/mnt/c/MyWindows",
                                        "/mnt/c/Windows/System32/OpenSSH",
                                        "/Windows",
                                        "/windows/system32",
                                        "/mnt/c/Windows/Temp",
                                        "/mnt/c/x/Windows/System32",
                                        ""};
    (void)state;
    for (size_t i = 0; i < AR_COUNT_OF(fit); i++)
        assert_true(ar_programs_is_of_windows(ar_str_from_c(fit[i]), is_mnt_c));
    for (size_t i = 0; i < AR_COUNT_OF(unfit); i++)
        assert_false(
            ar_programs_is_of_windows(ar_str_from_c(unfit[i]), is_mnt_c));
}

static void test_first_that_may_be_run(void **state)
{
    (void)state;
    make_sub_folder("first", 0755);
    make_sub_folder("second", 0755);
    make_sub_folder("first/tool", 0755);
    write_file("first/other", DECOY, 0644);
    write_file("second/tool", GOOD, 0755);
    write_file("second/other", GOOD, 0755);
    setenv("PATH",
           ar_str_printf(&arena, "%s/first:%s/second", folder, folder).ptr, 1);
    assert_text(run_name(AR_STR("tool")).out, "good\n");
    assert_text(run_name(AR_STR("other")).out, "good\n");
    write_file("first/other", GOOD, 0755);
    assert_has(run_name(AR_STR("other")).path, "/first/other");
}

/* With the rights of root only what nobody else can change is run. */
static void test_elevated(void **state)
{
    (void)state;
    make_sub_folder("theirs", 0755);
    ar_str program = write_file("theirs/tool", GOOD, 0755);
    ar_str link = in_folder("link_to_theirs");
    assert_int_equal(symlink(program.ptr, link.ptr), 0);
    ar_str below = in_folder("theirs");
    setenv("PATH", below.ptr, 1);
    host.is_elevated = false;
    assert_run(AR_STR("tool"), AR_HOST_DONE, "");
    host.is_elevated = true;
    if (geteuid() == 0) {
        assert_run(program, AR_HOST_DONE, "");
        assert_int_equal(chmod(program.ptr, 0757), 0);
        assert_run(program, AR_HOST_FAILED, "others than root");
        assert_int_equal(chmod(program.ptr, 0755), 0);
        assert_int_equal(chown(below.ptr, NOBODY, NOBODY), 0);
    }
    assert_run(program, AR_HOST_FAILED, "others than root");
    assert_run(link, AR_HOST_FAILED, "others than root");
    assert_run(AR_STR("tool"), AR_HOST_FAILED, "others may write to");
    assert_run(AR_STR("/bin/sh"), AR_HOST_DONE, "");
}

/* ---- files ---- */

static struct ar_host_output read_path(ar_str path, size_t max_bytes)
{
    struct ar_host_output output;
    host.functions->read_file(&host, &arena, path, max_bytes, &output);
    return output;
}

static void test_files(void **state)
{
    (void)state;
    ar_str path = write_file("content", "twelve bytes", 0644);
    assert_int_equal(read_path(path, 12).status, AR_HOST_DONE);
    assert_text(read_path(path, 12).out, "twelve bytes");
    assert_int_equal(read_path(path, 11).status, AR_HOST_TOO_LARGE);
    assert_int_equal(symlink("content", in_folder("link").ptr), 0);
    assert_text(read_path(in_folder("link"), 100).out, "twelve bytes");
    assert_int_equal(symlink("nothing", in_folder("dangling").ptr), 0);
    assert_int_equal(read_path(in_folder("dangling"), 9).status,
                     AR_HOST_NOT_FOUND);
    assert_int_equal(symlink("circle", in_folder("circle").ptr), 0);
    assert_int_equal(read_path(in_folder("circle"), 9).status, AR_HOST_FAILED);
    assert_int_equal(read_path(AR_STR("content"), 99).status, AR_HOST_FAILED);
    assert_int_equal(read_path(ar_str_from_c(folder), 99).status,
                     AR_HOST_FAILED);
    assert_int_equal(mkfifo(in_folder("fifo").ptr, 0644), 0);
    assert_int_equal(read_path(in_folder("fifo"), 99).status, AR_HOST_FAILED);
    assert_int_equal(read_path(AR_STR("/dev/zero"), 99).status, AR_HOST_FAILED);
    if (geteuid() != 0) {
        path = write_file("secret", "x", 0);
        assert_int_equal(read_path(path, 99).status, AR_HOST_DENIED);
    }
    if (access("/proc/self/status", R_OK) == 0)
        assert_true(read_path(AR_STR("/proc/self/status"), 9999).out.len > 9);
    /* Reading it would wait for the kernel to say something. */
    if (access("/proc/kmsg", R_OK) == 0)
        read_path(AR_STR("/proc/kmsg"), 1000000);
}

/* ---- patterns ---- */

static void test_names(void **state)
{
    (void)state;
    static const struct {
        const char *pattern;
        const char *name;
        bool fits;
    } cases[] = {
        {"a", "a", true},
        {"a", "b", false},
        {"a", "ab", false},
        {"*", "", true},
        {"*", "abc", true},
        {"*", ".abc", false},
        {".*", ".abc", true},
        {"?abc", ".abc", false},
        {"[.]abc", ".abc", false},
        {"a*c", "abbc", true},
        {"a*c", "abcd", false},
        {"*a*b*c*", "xxaxxbxxcxx", true},
        {"*a*b*c*", "xxaxxcxxbxx", false},
        {"?", "", false},
        {"?", "\xc3\xa4", true},
        {"??", "\xc3\xa4", false},
        {"?", "\xff", true},
        {"[abc]", "b", true},
        {"[abc]", "d", false},
        {"[a-c]x", "bx", true},
        {"[a-c]", "d", false},
        {"[!a-c]", "d", true},
        {"[^a-c]", "b", false},
        {"[]]", "]", true},
        {"[!]]", "]", false},
        {"[a-]", "-", true},
        {"[a", "[a", true},
        {"[a", "a", false},
        {"[", "[", true},
        {"[!", "[!", true},
        {"*.conf", "x.conf", true},
        {"*.conf", "x.confx", false},
        {"[\xc3\xa4-\xc3\xb6]", "\xc3\xa5", true},
        {"", "", true},
    };
    for (size_t i = 0; i < AR_COUNT_OF(cases); i++)
        if (ar_host_name_fits(ar_str_from_c(cases[i].pattern),
                              ar_str_from_c(cases[i].name)) != cases[i].fits)
            fail_msg("%s %s", cases[i].pattern, cases[i].name);
}

static struct ar_host_output find(const char *pattern, size_t max_matches)
{
    struct ar_host_output output;
    host.functions->glob(&host, &arena, in_folder(pattern), max_matches,
                         &output);
    return output;
}

static void assert_found(const char *pattern, const char *const *names,
                         size_t count)
{
    ar_str expected = {0};
    for (size_t i = 0; i < count; i++)
        expected = ar_str_printf(&arena, AR_STR_FORMAT "%s/%s\n",
                                 AR_STR_ARG(expected), folder, names[i]);
    struct ar_host_output output = find(pattern, count);
    assert_int_equal(output.status,
                     count > 0 ? AR_HOST_DONE : AR_HOST_NOT_FOUND);
    assert_text(output.out, count > 0 ? expected.ptr : "");
    if (count > 0)
        assert_int_equal(find(pattern, count - 1).status, AR_HOST_TOO_LARGE);
}

#define ASSERT_FOUND(pattern, ...)                        \
    do {                                                  \
        const char *const names[] = {__VA_ARGS__};        \
        assert_found(pattern, names, AR_COUNT_OF(names)); \
    } while (0)

static void test_glob(void **state)
{
    (void)state;
    make_sub_folder("g", 0755);
    make_sub_folder("g/a", 0755);
    make_sub_folder("g/b", 0755);
    write_file("g/b/one.conf", "", 0644);
    write_file("g/a/two.conf", "", 0644);
    write_file("g/a/three.txt", "", 0644);
    write_file("g/a/.hidden.conf", "", 0644);
    write_file("g/[x].conf", "", 0644);
    assert_int_equal(symlink("nothing", in_folder("g/dangling.conf").ptr), 0);
    ASSERT_FOUND("g/*/*.conf", "g/a/two.conf", "g/b/one.conf");
    ASSERT_FOUND("g/a/*", "g/a/three.txt", "g/a/two.conf");
    ASSERT_FOUND("g/a/.h*", "g/a/.hidden.conf");
    ASSERT_FOUND("g/?/t*", "g/a/three.txt", "g/a/two.conf");
    ASSERT_FOUND("g/*.conf", "g/[x].conf", "g/dangling.conf");
    ASSERT_FOUND("g/a/two.conf", "g/a/two.conf");
    ASSERT_FOUND("g/[a-z]/two.conf", "g/a/two.conf");
    assert_found("g/*/nothing", NULL, 0);
    assert_found("g/missing/*", NULL, 0);
    assert_found("g/[x].conf/*", NULL, 0);
    struct ar_host_output output;
    host.functions->glob(&host, &arena, AR_STR("g/*"), 9, &output);
    assert_int_equal(output.status, AR_HOST_FAILED);
    write_file("g/b/line\nend", "", 0644);
    assert_int_equal(find("g/b/*", 9).status, AR_HOST_FAILED);
    if (geteuid() != 0) {
        make_sub_folder("g/closed", 0);
        assert_int_equal(find("g/*/*.conf", 9).status, AR_HOST_DENIED);
        assert_int_equal(find("g/clos*/x", 9).status, AR_HOST_DENIED);
        assert_int_equal(chmod(in_folder("g/closed").ptr, 0755), 0);
    }
}

/* ---- the rest of the machine ---- */

static void test_variable(void **state)
{
    (void)state;
    struct ar_host_output output;
    setenv("T_HOST", "a b=c", 1);
    host.functions->variable(&host, &arena, AR_STR("T_HOST"), &output);
    assert_int_equal(output.status, AR_HOST_DONE);
    assert_text(output.out, "a b=c");
    setenv("T_HOST", "", 1);
    host.functions->variable(&host, &arena, AR_STR("T_HOST"), &output);
    assert_int_equal(output.status, AR_HOST_DONE);
    assert_int_equal(output.out.len, 0);
    unsetenv("T_HOST");
    host.functions->variable(&host, &arena, AR_STR("T_HOST"), &output);
    assert_int_equal(output.status, AR_HOST_NOT_FOUND);
    host.functions->variable(&host, &arena, AR_STR(""), &output);
    assert_int_equal(output.status, AR_HOST_NOT_FOUND);
    host.functions->registry(&host, &arena, AR_STR("HKLM\\x"), &output);
    assert_int_equal(output.status, AR_HOST_UNSUPPORTED);
}

static void test_machine(void **state)
{
    (void)state;
    int64_t now = host.functions->now_us(&host);
    assert_true(now > 0 && host.functions->now_us(&host) >= now);
    assert_true(host.functions->time_us(&host) > INT64_C(1700000000000000));
    assert_true(strlen(host.platform) > 0);
    assert_int_equal(host.is_elevated, geteuid() == 0);
}

/* ---- the table ---- */

static const struct ar_fake_answer answers[] = {
    {AR_FAKE_COMMAND,
     "uname -m",
     {.out = {"arm64\n", 6}, .err = {"warning", 7}, .duration_us = 1000}},
    {AR_FAKE_COMMAND, "slow", {.out = {"late\n", 5}, .duration_us = 9000000}},
    {AR_FAKE_FILE, "/etc/x", {.out = {"content", 7}}},
    {AR_FAKE_FILE, "/etc/y", {.status = AR_HOST_DENIED}},
    {AR_FAKE_GLOB, "/etc/*", {.out = {"/etc/x\n/etc/y\n", 14}}},
    {AR_FAKE_VARIABLE, "HOME", {.out = {"/x", 2}}},
    {AR_FAKE_REGISTRY, "HKLM\\a", {.out = {"1", 1}}},
};

static void test_fake_requests(void **state)
{
    (void)state;
    struct ar_fake_host fake;
    const struct ar_fake_answer row = {
        AR_FAKE_REQUEST, "unix:///x /v", {.out = {"{}", 2}, .exit_code = 200}};
    ar_str argv[] = {AR_STR("unix:///x"), AR_STR("/v")};
    struct ar_host_command command = {.argv = argv,
                                      .n_argv = 2,
                                      .timeout_us = 1,
                                      .max_stdout = 10,
                                      .max_stderr = 10,
                                      .is_request = true};
    struct ar_host_output output;
    ar_host_open_fake(&fake, &row, 1);
    fake.host.functions->run(&fake.host, &arena, &command, 1, &output, 0);
    assert_int_equal(output.status, AR_HOST_DONE);
    assert_int_equal(output.exit_code, 200);
    assert_int_equal(fake.n_commands, 0);
    command.max_stdout = 1;
    fake.host.functions->run(&fake.host, &arena, &command, 1, &output, 0);
    assert_int_equal(output.status, AR_HOST_TOO_LARGE);
    command.is_start_enough = true;
    fake.host.functions->run(&fake.host, &arena, &command, 1, &output, 0);
    assert_int_equal(output.status, AR_HOST_DONE);
    assert_int_equal(output.out.len, 1);
    command.is_request = false;
    fake.host.functions->run(&fake.host, &arena, &command, 1, &output, 0);
    assert_int_equal(output.status, AR_HOST_NOT_FOUND);
    assert_int_equal(fake.n_commands, 1);
}

static bool refuse(void *context, ar_str program, int64_t elapsed_us)
{
    (void)elapsed_us;
    ar_str *asked = context;
    *asked = program;
    return false;
}

static void test_fake_commands(void **state)
{
    (void)state;
    struct ar_fake_host fake;
    ar_str uname[] = {AR_STR("uname"), AR_STR("-m")};
    ar_str slow[] = {AR_STR("slow")};
    ar_str other[] = {AR_STR("other")};
    struct ar_host_command commands[] = {
        {.argv = uname,
         .n_argv = 2,
         .timeout_us = 5000000,
         .max_stdout = 6,
         .max_stderr = 4},
        {.argv = uname,
         .n_argv = 2,
         .timeout_us = 5000000,
         .max_stdout = 5,
         .max_stderr = 7},
        {.argv = slow,
         .n_argv = 1,
         .timeout_us = 5000000,
         .max_stdout = 100,
         .max_stderr = 100},
        {.argv = other,
         .n_argv = 1,
         .timeout_us = 5000000,
         .max_stdout = 100,
         .max_stderr = 100},
    };
    struct ar_host_output outputs[4];
    ar_host_open_fake(&fake, answers, AR_COUNT_OF(answers));
    fake.host.functions->run(&fake.host, &arena, commands, 4, outputs, 0);
    assert_int_equal(outputs[0].status, AR_HOST_DONE);
    assert_text(outputs[0].out, "arm64\n");
    assert_text(outputs[0].err, "warn");
    assert_true(outputs[0].is_err_cut);
    assert_int_equal(outputs[1].status, AR_HOST_TOO_LARGE);
    assert_false(outputs[1].is_err_cut);
    assert_int_equal(outputs[2].status, AR_HOST_TIMEOUT);
    assert_int_equal(outputs[2].duration_us, 5000000);
    assert_int_equal(outputs[3].status, AR_HOST_NOT_FOUND);
    assert_int_equal(fake.now_us, 5002000);
    assert_int_equal(fake.n_commands, 4);
    assert_int_equal(fake.n_asked, 4);
    ar_str asked = {0};
    fake.host.progress = refuse;
    fake.host.context = &asked;
    fake.host.functions->run(&fake.host, &arena, commands, 4, outputs, 0);
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(outputs[i].status, AR_HOST_STOPPED);
    assert_text(asked, "uname");
}

static void test_fake_rest(void **state)
{
    (void)state;
    struct ar_fake_host fake;
    struct ar_host_output out;
    ar_host_open_fake(&fake, answers, AR_COUNT_OF(answers));
    struct ar_host *it = &fake.host;
    it->functions->read_file(it, &arena, AR_STR("/etc/x"), 7, &out);
    assert_text(out.out, "content");
    it->functions->read_file(it, &arena, AR_STR("/etc/x"), 6, &out);
    assert_int_equal(out.status, AR_HOST_TOO_LARGE);
    it->functions->read_file(it, &arena, AR_STR("/etc/y"), 6, &out);
    assert_int_equal(out.status, AR_HOST_DENIED);
    it->functions->read_file(it, &arena, AR_STR("/etc/z"), 6, &out);
    assert_int_equal(out.status, AR_HOST_NOT_FOUND);
    it->functions->glob(it, &arena, AR_STR("/etc/*"), 2, &out);
    assert_int_equal(out.status, AR_HOST_DONE);
    it->functions->glob(it, &arena, AR_STR("/etc/*"), 1, &out);
    assert_int_equal(out.status, AR_HOST_TOO_LARGE);
    it->functions->variable(it, &arena, AR_STR("HOME"), &out);
    assert_text(out.out, "/x");
    it->functions->registry(it, &arena, AR_STR("HKLM\\a"), &out);
    assert_text(out.out, "1");
    assert_int_equal(fake.n_asked, 8);
    assert_int_equal(fake.n_commands, 0);
    assert_int_equal(it->functions->now_us(it), 0);
    assert_true(it->functions->time_us(it) > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_program, reset),
        cmocka_unit_test_setup(test_no_program, reset),
        cmocka_unit_test_setup(test_not_started, reset),
        cmocka_unit_test_setup(test_arguments, reset),
        cmocka_unit_test_setup(test_environment, reset),
        cmocka_unit_test_setup(test_variables_held_back, reset),
        cmocka_unit_test_setup(test_decoys, reset),
        cmocka_unit_test_setup(test_only_a_decoy, reset),
        cmocka_unit_test(test_folders_of_windows),
        cmocka_unit_test_setup(test_first_that_may_be_run, reset),
        cmocka_unit_test_setup(test_elevated, reset),
        cmocka_unit_test_setup(test_files, reset),
        cmocka_unit_test_setup(test_names, reset),
        cmocka_unit_test_setup(test_glob, reset),
        cmocka_unit_test_setup(test_variable, reset),
        cmocka_unit_test_setup(test_machine, reset),
        cmocka_unit_test_setup(test_fake_requests, reset),
        cmocka_unit_test_setup(test_fake_commands, reset),
        cmocka_unit_test_setup(test_fake_rest, reset),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
