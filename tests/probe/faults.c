/* SPDX-License-Identifier: Apache-2.0 */
/* Runs fake_probe in all its behaviours, alone and four at once, as this user
 * and, if that is root, as one without rights. Each time: the answer is what
 * behaviours.def says, the deadline is kept, no process is left, and this
 * process has the descriptors and children it had.
 *
 *   faults FAKE_PROBE [BEHAVIOUR] */

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include "probe/host.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
    SKIPPED = 77,
    NOBODY = 65534,
    ATTEMPTS = 3,
    LIMIT_BYTES = 100000,
    ERR_BYTES = 16384,
    MS = 1000,
    HANG_US = 150 * MS,
    END_US = 20000 * MS,
    OVERRUN_US = 500 * MS
};

enum outcome { OK, ANY, CRASH, FAIL, HANG, FLOOD, BAD, MAYBE, EDGE };

struct behaviour {
    const char *name;
    enum outcome outcome;
    int number;
};

static const struct behaviour behaviours[] = {
#define AR_BEHAVIOUR(name, outcome, number) {#name, outcome, number},
#include "behaviours.def"
#undef AR_BEHAVIOUR
};

static struct ar_arena arena;
static struct ar_host host;
static char fake[256];
static char mark[64];
static size_t n_runs;
static size_t n_failures;
static size_t n_late; /* runs that kept the deadline at a later attempt */

static void fail(const char *name, const char *reason)
{
    printf("FAIL %s: %s\n", name, reason);
    n_failures++;
}

static void failf(const char *name, const char *reason, ar_str detail)
{
    printf("FAIL %s: %s: " AR_STR_FORMAT "\n", name, reason,
           AR_STR_ARG(detail));
    n_failures++;
}

static void sleep_ms(long ms)
{
    struct timespec time = {.tv_sec = ms / 1000,
                            .tv_nsec = ms % 1000 * 1000000};
    nanosleep(&time, NULL);
}

/* ---- what is left ---- */

static bool file_has_mark(int pid, const char *name)
{
    char path[64];
    static char text[65536];
    snprintf(path, sizeof(path), "/proc/%d/%s", pid, name);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return false;
    ssize_t n = read(fd, text, sizeof(text));
    close(fd);
    return n > 0 && memmem(text, (size_t)n, mark, strlen(mark));
}

/* Processes that came from this one, by the mark they were started with; each
 * gets the signal, or none if that is 0. */
static size_t signal_processes(int number)
{
    size_t count = 0;
    DIR *folder = opendir("/proc");
    const struct dirent *entry;
    while ((entry = readdir(folder)) != NULL) {
        int64_t pid;
        if (ar_str_to_int(ar_str_from_c(entry->d_name), &pid) &&
            pid != getpid() && pid > 1 && file_has_mark((int)pid, "cmdline")) {
            kill((pid_t)pid, number);
            count++;
        }
    }
    closedir(folder);
    return count;
}

static size_t count_processes(void)
{
    return signal_processes(0);
}

static size_t count_entries(const char *path)
{
    size_t count = 0;
    DIR *folder = opendir(path);
    if (!folder)
        return 0;
    while (readdir(folder))
        count++;
    closedir(folder);
    return count;
}

/* wait_ms: how long it may take, if nobody is left to wait for it. */
static void check_nothing_left(const char *name, size_t n_fds, long wait_ms)
{
    size_t n_left = count_processes();
    for (; n_left > 0 && wait_ms > 0; wait_ms -= 10) {
        sleep_ms(10);
        n_left = count_processes();
    }
    if (n_left > 0)
        fail(name, "a process is left");
    /* So that it is not found again behind the next. */
    for (int i = 0; n_left > 0 && i < 100; i++)
        n_left = signal_processes(SIGKILL);
    if (waitpid(-1, NULL, WNOHANG) != -1 || errno != ECHILD)
        fail(name, "a child is left");
    if (count_entries("/proc/self/fd") != n_fds)
        fail(name, "a descriptor is left");
}

/* ---- one behaviour ---- */

static int64_t timeout_of(const struct behaviour *behaviour)
{
    bool is_short = behaviour->outcome == HANG || behaviour->outcome == EDGE;
    return is_short ? HANG_US : END_US;
}

static struct ar_host_command command_of(const struct behaviour *behaviour)
{
    ar_str *argv = AR_NEW_ARRAY(&arena, ar_str, 3);
    argv[0] = ar_str_from_c(fake);
    argv[1] = ar_str_from_c(behaviour->name);
    argv[2] = ar_str_from_c(mark);
    return (struct ar_host_command){
        .argv = argv,
        .n_argv = 3,
        .timeout_us = timeout_of(behaviour),
        .max_stdout = LIMIT_BYTES,
        .max_stderr = ERR_BYTES,
    };
}

static bool is_as_wanted(const struct behaviour *behaviour,
                         const struct ar_host_output *output)
{
    enum ar_host_status status = output->status;
    bool says_ok = ar_str_equal_c(output->out, "ok\n");
    bool is_code = output->exit_code == behaviour->number;
    switch (behaviour->outcome) {
    case OK: return status == AR_HOST_DONE && says_ok && is_code;
    case ANY: return status == AR_HOST_DONE && is_code;
    case CRASH:
        return status == AR_HOST_FAILED && output->signal == behaviour->number;
    case FAIL: return status == AR_HOST_FAILED && output->signal == 0;
    case HANG: return status == AR_HOST_TIMEOUT;
    case FLOOD:
        return status == AR_HOST_TOO_LARGE && output->out.len == LIMIT_BYTES;
    case BAD: return status != AR_HOST_DONE && status != AR_HOST_NOT_FOUND;
    case MAYBE:
        return (status == AR_HOST_DONE && says_ok) || status == AR_HOST_FAILED;
    case EDGE:
        return (status == AR_HOST_DONE && says_ok) || status == AR_HOST_TIMEOUT;
    }
    AR_UNREACHABLE();
}

static void check_details(const struct behaviour *behaviour,
                          const struct ar_host_output *output)
{
    const char *name = behaviour->name;
    bool is_cut = strcmp(name, "writes_much_to_stderr") == 0 ||
                  strcmp(name, "floods_stderr") == 0 ||
                  strcmp(name, "leaves_daemon_holding_stderr") == 0;
    /* On a busy machine a flood may be stopped before it is too much. */
    bool is_all =
        strcmp(name, "floods_stderr") == 0 && output->err.len < ERR_BYTES;
    if (is_cut && !output->is_err_cut && !is_all)
        fail(name, "standard error is not marked as cut");
    if (output->err.len > ERR_BYTES)
        fail(name, "more of standard error is kept than allowed");
    if (strcmp(name, "writes_nul") == 0 && output->out.len != 5)
        fail(name, "bytes are lost");
    if (strcmp(name, "writes_up_to_limit") == 0 &&
        output->out.len != LIMIT_BYTES)
        fail(name, "output is lost");
    if (strcmp(name, "writes_through_large_pipe") == 0 &&
        output->out.len != LIMIT_BYTES)
        fail(name, "output is lost");
    if (strcmp(name, "says_ok_and_segfaults") == 0 &&
        !ar_str_equal_c(output->out, "ok\n"))
        fail(name, "what it said before is lost");
}

static void check_output(const struct behaviour *behaviour,
                         const struct ar_host_output *output)
{
    n_runs++;
    if (!is_as_wanted(behaviour, output)) {
        printf("FAIL %s: status %d, exit %d, signal %d, %zu bytes, \"" //
               AR_STR_FORMAT "\" \"" AR_STR_FORMAT "\"\n",
               behaviour->name, (int)output->status, output->exit_code,
               output->signal, output->out.len, AR_STR_ARG(output->detail),
               AR_STR_ARG(ar_str_slice(output->err, 0, 200)));
        n_failures++;
    }
    check_details(behaviour, output);
}

/* How much later than allowed a run returned that has one deadline. */
static int64_t run_once(const struct behaviour *const *chosen, size_t count,
                        struct ar_host_output *outputs)
{
    struct ar_host_command commands[8];
    int64_t allowed = 0;
    for (size_t i = 0; i < count; i++) {
        commands[i] = command_of(chosen[i]);
        if (commands[i].timeout_us > allowed)
            allowed = commands[i].timeout_us;
    }
    int64_t start = host.functions->now_us(&host);
    host.functions->run(&host, &arena, commands, count, outputs, 0);
    int64_t late = host.functions->now_us(&host) - start - allowed;
    for (size_t i = 0; i < count; i++)
        if (outputs[i].duration_us - commands[i].timeout_us > late)
            late = outputs[i].duration_us - commands[i].timeout_us;
    return late;
}

/* On a machine that is busy with other things a deadline may be missed, but
 * not each time; all else must be right each time. */
static void run_some(const struct behaviour *const *chosen, size_t count)
{
    size_t n_fds = count_entries("/proc/self/fd");
    long wait_ms = 0;
    for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
        struct ar_host_output outputs[8];
        int64_t late = run_once(chosen, count, outputs);
        for (size_t i = 0; i < count; i++) {
            check_output(chosen[i], &outputs[i]);
            /* Without a supervisor init has to take leave of them. */
            if (strcmp(chosen[i]->name, "kills_supervisor") == 0)
                wait_ms = 1000;
        }
        check_nothing_left(chosen[0]->name, n_fds, wait_ms);
        ar_arena_reset(&arena);
        if (late <= OVERRUN_US) {
            n_late += attempt > 1;
            return;
        }
        printf("late %s: %lld ms over the deadline\n", chosen[0]->name,
               (long long)(late / MS));
    }
    fail(chosen[0]->name, "missed its deadline by more than 500 ms each time");
}

static void run_alone(const char *only)
{
    for (size_t i = 0; i < AR_COUNT_OF(behaviours); i++) {
        const struct behaviour *one = &behaviours[i];
        if (!only || strcmp(only, one->name) == 0)
            run_some(&one, 1);
    }
}

/* Each beside three that stand far from it in the table. */
static void run_four_at_once(void)
{
    const size_t count = AR_COUNT_OF(behaviours);
    const size_t apart = (count + 3) / 4;
    for (size_t i = 0; i < apart; i++) {
        const struct behaviour *four[4];
        for (size_t k = 0; k < 4; k++)
            four[k] = &behaviours[(i + k * apart) % count];
        run_some(four, 4);
    }
}

/* ---- what is wrong outside of the program ---- */

static const struct behaviour *find(const char *name)
{
    for (size_t i = 0; i < AR_COUNT_OF(behaviours); i++)
        if (strcmp(behaviours[i].name, name) == 0)
            return &behaviours[i];
    abort();
}

static int64_t timeout_us = END_US;

static void run_eight(const char *name, struct ar_host_output *outputs,
                      int64_t deadline_us)
{
    struct ar_host_command commands[8];
    for (size_t i = 0; i < 8; i++) {
        commands[i] = command_of(find(name));
        commands[i].timeout_us = timeout_us;
    }
    host.functions->run(&host, &arena, commands, 8, outputs, deadline_us);
    n_runs += 8;
}

static void check_all(const char *name, const struct ar_host_output *outputs,
                      enum ar_host_status status)
{
    for (size_t i = 0; i < 8; i++)
        if (outputs[i].status != status)
            failf(name, "another status", outputs[i].detail);
}

static void test_deadline_of_all(void)
{
    struct ar_host_output outputs[8];
    size_t n_fds = count_entries("/proc/self/fd");
    int64_t start = host.functions->now_us(&host);
    host.n_parallel = 2;
    run_eight("ignores_term", outputs, start + HANG_US);
    host.n_parallel = 0;
    check_all("deadline of all", outputs, AR_HOST_TIMEOUT);
    if (host.functions->now_us(&host) - start > END_US)
        fail("deadline of all", "was not kept");
    check_nothing_left("deadline of all", n_fds, 0);
}

static bool stop_soon(void *context, ar_str program, int64_t elapsed_us)
{
    size_t *n_calls = context;
    (*n_calls)++;
    if (!ar_str_equal_c(program, fake))
        fail("cancelling", "progress names another program");
    return elapsed_us < 100 * MS;
}

static void test_cancelling(void)
{
    struct ar_host_output outputs[8];
    size_t n_calls = 0;
    size_t n_fds = count_entries("/proc/self/fd");
    int64_t start = host.functions->now_us(&host);
    host.progress = stop_soon;
    host.context = &n_calls;
    run_eight("starts_daemon_and_sleeps", outputs, 0);
    host.progress = NULL;
    check_all("cancelling", outputs, AR_HOST_STOPPED);
    if (n_calls < 2 || host.functions->now_us(&host) - start > END_US / 2)
        fail("cancelling", "took long");
    check_nothing_left("cancelling", n_fds, 0);
}

static void test_few_descriptors(void)
{
    struct ar_host_output outputs[8];
    struct rlimit before;
    size_t n_fds = count_entries("/proc/self/fd");
    getrlimit(RLIMIT_NOFILE, &before);
    struct rlimit few = {20, before.rlim_max};
    setrlimit(RLIMIT_NOFILE, &few);
    run_eight("writes_slowly", outputs, 0);
    setrlimit(RLIMIT_NOFILE, &before);
    check_all("few descriptors", outputs, AR_HOST_DONE);
    check_nothing_left("few descriptors", n_fds, 0);
}

static void test_ignored_children(void)
{
    struct ar_host_output outputs[8];
    signal(SIGCHLD, SIG_IGN);
    run_eight("starts_200_short_children", outputs, 0);
    signal(SIGCHLD, SIG_DFL);
    check_all("SIGCHLD ignored", outputs, AR_HOST_DONE);
}

/* Memory ends in the middle of reading: a jump out of the run. */
static void test_out_of_memory(void)
{
    jmp_buf jump;
    struct ar_arena small = {.limit_bytes = 2000000};
    size_t n_fds = count_entries("/proc/self/fd");
    struct ar_host_command command = command_of(find("floods_stdout"));
    command.max_stdout = 100000000;
    small.out_of_memory = &jump;
    n_runs++;
    if (setjmp(jump) == 0) {
        struct ar_host_output output;
        host.functions->run(&host, &small, &command, 1, &output, 0);
        fail("out of memory", "there was enough");
    }
    ar_arena_free(&small);
    check_nothing_left("out of memory", n_fds, 0);
}

/* The process that uses the library is killed or stopped, or has no standard
 * streams. */
static void run_in_child(const char *name, void (*act)(void), int number)
{
    int status;
    fflush(stdout);
    pid_t pid = fork();
    if (pid == 0) {
        n_failures = 0;
        act();
        fflush(stdout);
        _exit(n_failures > 0);
    }
    if (number != 0) {
        for (int i = 0; i < 1000 && count_processes() == 0; i++)
            sleep_ms(10);
        sleep_ms(100);
        kill(pid, number);
    }
    if (number == 0 && (waitpid(pid, &status, 0) != pid || status != 0))
        fail(name, "failed in a child");
    /* One that is stopped has had its programs killed at their deadline. */
    for (int i = 0; i < 500 && count_processes() > 0; i++)
        sleep_ms(10);
    if (count_processes() > 0)
        fail(name, "a process outlived the caller");
    if (number != 0) {
        kill(pid, SIGKILL);
        waitpid(pid, &status, 0);
    }
}

static void run_daemons(void)
{
    struct ar_host_output outputs[8];
    run_eight("starts_daemon_and_sleeps", outputs, 0);
}

static void run_without_streams(void)
{
    struct ar_host_output outputs[8];
    int fd = dup(STDOUT_FILENO);
    for (int i = 0; i < 3; i++)
        close(i);
    run_eight("writes_slowly", outputs, 0);
    dup2(fd, STDOUT_FILENO);
    check_all("without streams", outputs, AR_HOST_DONE);
}

static void test_surroundings(void)
{
    test_deadline_of_all();
    test_cancelling();
    test_few_descriptors();
    test_ignored_children();
    test_out_of_memory();
    run_in_child("caller killed", run_daemons, SIGKILL);
    run_in_child("caller interrupted", run_daemons, SIGINT);
    run_in_child("without streams", run_without_streams, 0);
    timeout_us = 1000 * MS;
    run_in_child("caller stopped", run_daemons, SIGSTOP);
    ar_arena_reset(&arena);
}

/* ---- users ---- */

/* What must never reach a program, and the folder they must not see. */
static void plant_environment(void)
{
    static const char *const planted[] = {
        "LD_AUDIT", "LANGUAGE",   "BASH_ENV", "PYTHONPATH",    "PERL5LIB",
        "GIT_DIR",  "LC_NUMERIC", "IFS",      "LD_PRELOAD_32", "DOCKER_CONFIG",
    };
    for (size_t i = 0; i < AR_COUNT_OF(planted); i++)
        setenv(planted[i], "/tmp/planted", 1);
    setenv("PATH", ":.:relative:/usr/bin:/bin::", 1);
}

static int run_as_this_user(const char *only)
{
    snprintf(mark, sizeof(mark), "mark-%d-%lld", (int)getpid(),
             (long long)time(NULL));
    plant_environment();
    ar_host_open(&host);
    run_alone(only);
    if (!only) {
        run_four_at_once();
        test_surroundings();
    }
    ar_arena_free(&arena);
    printf("%s: %zu behaviours, %zu runs, %zu late at first, %zu failed\n",
           geteuid() == 0 ? "root" : "user", AR_COUNT_OF(behaviours), n_runs,
           n_late, n_failures);
    fflush(stdout);
    return n_failures > 0;
}

static bool give_up_rights(void)
{
    return setgroups(0, NULL) == 0 && setgid(NOBODY) == 0 &&
           setuid(NOBODY) == 0;
}

static pid_t start_as(bool is_nobody, const char *only)
{
    fflush(stdout);
    pid_t pid = fork();
    if (pid != 0)
        return pid;
    if (is_nobody && !give_up_rights())
        _exit(SKIPPED);
    _exit(run_as_this_user(only));
}

/* To a place that every user reaches, and where nobody else can change it. */
static bool copy_program(const char *from, char *folder)
{
    static char block[65536];
    if (!mkdtemp(folder) || chmod(folder, 0755) != 0)
        return false;
    snprintf(fake, sizeof(fake), "%s/fake_probe", folder);
    int in = open(from, O_RDONLY | O_CLOEXEC);
    int out = open(fake, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0755);
    ssize_t n;
    bool is_good = in >= 0 && out >= 0;
    while (is_good && (n = read(in, block, sizeof(block))) > 0)
        is_good = write(out, block, (size_t)n) == n;
    close(in);
    close(out);
    return is_good && chmod(fake, 0755) == 0;
}

int main(int count, char **values)
{
    char folder[] = "/tmp/faults.XXXXXX";
    const char *only = count > 2 ? values[2] : NULL;
    if (count < 2)
        return 2;
    if (access("/proc/thread-self", F_OK) != 0) {
        printf("SKIP without /proc nobody can tell what is left\n");
        return SKIPPED;
    }
    if (!copy_program(values[1], folder)) {
        perror(folder);
        return 1;
    }
    bool is_root = geteuid() == 0;
    pid_t pids[] = {start_as(false, only), is_root ? start_as(true, only) : 0};
    bool is_good = true;
    for (size_t i = 0; i < AR_COUNT_OF(pids); i++) {
        int status = 0;
        if (pids[i] > 0)
            waitpid(pids[i], &status, 0);
        is_good = is_good && status == 0;
    }
    unlink(fake);
    if (rmdir(folder) != 0) {
        printf("FAIL: something is left in %s\n", folder);
        is_good = false;
    }
    if (is_good)
        printf("%zu behaviours, alone and four at once%s: all passed\n",
               AR_COUNT_OF(behaviours),
               is_root ? ", as root and as a user" : "");
    return is_good ? 0 : 1;
}
