/* SPDX-License-Identifier: Apache-2.0 */
/* A program that behaves as badly as it is told: fake_probe BEHAVIOUR MARK.
 * faults.c runs it; behaviours.def says what must come of it. MARK does
 * nothing here: it shows in the list of processes whose they are. Whatever it
 * starts ends by itself after a minute, but for what is stopped. */

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include "fake_given.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#ifdef __linux__
#include <sys/ptrace.h>
#else
#define vfork fork /* elsewhere compilers warn of it */
#endif

/* DEADLINE_MS is what faults.c gives to EDGE. */
enum { LIFE_SECONDS = 60, LIMIT_BYTES = 100000, DEADLINE_MS = 150 };

static char *const *arguments;

/* ---- parts ---- */

static void sleep_ms(long ms)
{
    struct timespec left = {.tv_sec = ms / 1000,
                            .tv_nsec = ms % 1000 * 1000000};
    while (nanosleep(&left, &left) != 0 && errno == EINTR)
        continue;
}

static double now(void)
{
    struct timespec at;
    clock_gettime(CLOCK_MONOTONIC, &at);
    return (double)at.tv_sec + (double)at.tv_nsec / 1e9;
}

static void sleep_on(void)
{
    sleep_ms(LIFE_SECONDS * 1000L);
    _exit(8);
}

static void spin(void)
{
    double end = now() + LIFE_SECONDS;
    while (now() < end)
        continue;
    _exit(8);
}

static void handle(int number, void (*handler)(int))
{
    struct sigaction action;
    memset(&action, 0, sizeof(action));
    action.sa_handler = handler;
    sigaction(number, &action, NULL);
}

static void let_go(void)
{
    for (int fd = 0; fd < 64; fd++)
        close(fd);
}

/* A child that does something and then sleeps; it keeps all descriptors. */
static pid_t child_that(void (*does)(void))
{
    pid_t pid = fork();
    if (pid == 0) {
        if (does)
            does();
        sleep_on();
    }
    return pid;
}

/* Children keep the end that is written to until they let go of everything or
 * end. */
static int sync_ends[2] = {-1, -1};

static void begin_to_wait(void)
{
    if (pipe(sync_ends) != 0)
        _exit(9);
}

/* However busy the machine is, they have done it then. */
static void wait_for_letting_go(void)
{
    char byte;
    close(sync_ends[1]);
    if (read(sync_ends[0], &byte, 1) != 0)
        _exit(9);
    close(sync_ends[0]);
}

/* The same from a child that ends at once. */
static void orphan_that(void (*does)(void))
{
    pid_t pid = fork();
    if (pid == 0) {
        setsid();
        child_that(does);
        _exit(0);
    }
    while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
        continue;
}

static void be_deaf(void)
{
    handle(SIGTERM, SIG_IGN);
    handle(SIGHUP, SIG_IGN);
    handle(SIGINT, SIG_IGN);
}

static void be_deaf_and_let_go(void)
{
    be_deaf();
    let_go();
}

static void new_session(void)
{
    setsid();
}

static void new_group(void)
{
    setpgid(0, 0);
}

static void flood(int fd)
{
    char block[4096];
    double end = now() + LIFE_SECONDS;
    memset(block, '[', sizeof(block));
    while (now() < end)
        if (write(fd, block, sizeof(block)) < 0)
            sleep_ms(1);
}

/* Whether all was written. */
static bool write_bytes(int fd, size_t count)
{
    char block[1000];
    memset(block, 'x', sizeof(block));
    while (count > 0) {
        size_t part = count < sizeof(block) ? count : sizeof(block);
        ssize_t n = write(fd, block, part);
        if (n <= 0)
            return false;
        count -= (size_t)n;
    }
    return true;
}

/* Each generation starts the next and ends: no number stays valid long. */
static void fly_on(void)
{
    double end = now() + LIFE_SECONDS / 4;
    let_go();
    while (now() < end) {
        pid_t pid = fork();
        if (pid > 0)
            _exit(0);
        if (pid == 0)
            setsid();
    }
    _exit(0);
}

/* ---- ends by itself ---- */

static void says_ok(void)
{
    say("ok\n");
}

static void says_nothing(void)
{
}

#define AR_EXITS(name, code) \
    static void name(void)   \
    {                        \
        say("ok\n");         \
        _exit(code);         \
    }
AR_EXITS(exits_1, 1)
AR_EXITS(exits_127, 127)
AR_EXITS(exits_255, 255)

static void writes_slowly(void)
{
    static const char *const letters[] = {"o", "k", "\n"};
    for (size_t i = 0; i < 3; i++) {
        say(letters[i]);
        sleep_ms(20);
    }
}

static void writes_nul(void)
{
    static const char bytes[] = "a\0b\0\n";
    if (write(STDOUT_FILENO, bytes, sizeof(bytes) - 1) < 0)
        _exit(9);
}

static void writes_invalid_utf8(void)
{
    say("\xff\xfe\xc0\x80\xed\xa0\x80\n");
}

static void writes_up_to_limit(void)
{
    if (!write_bytes(STDOUT_FILENO, LIMIT_BYTES))
        _exit(9);
}

static void writes_much_to_stderr(void)
{
    say("ok\n");
    if (!write_bytes(STDERR_FILENO, 1000000))
        _exit(9);
}

static void writes_through_large_pipe(void)
{
#ifdef F_SETPIPE_SZ
    fcntl(STDOUT_FILENO, F_SETPIPE_SZ, 1 << 20);
#endif
    if (!write_bytes(STDOUT_FILENO, LIMIT_BYTES))
        _exit(9);
}

static void closes_stdout_and_ends(void)
{
    close(STDOUT_FILENO);
    sleep_ms(30);
}

static void answers_at_deadline(void)
{
    sleep_ms(DEADLINE_MS);
    say("ok\n");
}

static void reserves_much_memory(void)
{
    const size_t n_bytes = (size_t)1 << 30;
    void *bytes = mmap(NULL, n_bytes, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (bytes != MAP_FAILED)
        memset(bytes, 1, n_bytes / 64);
    say("ok\n");
}

/* It is another process of the same user: whether that works does not matter.
 */
static void looks_into_supervisor(void)
{
    static const char *const names[] = {"environ", "maps", "mem"};
    char path[64];
    char bytes[4096];
    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
        snprintf(path, sizeof(path), "/proc/%d/%s", (int)getppid(), names[i]);
        int fd = open(path, O_RDWR);
        if (fd < 0)
            fd = open(path, O_RDONLY);
        while (fd >= 0 && read(fd, bytes, sizeof(bytes)) > 0)
            continue;
    }
    say("ok\n");
}

static void reads_stdin(void)
{
    char bytes[100];
    while (read(STDIN_FILENO, bytes, sizeof(bytes)) > 0)
        continue;
    say("ok\n");
}

static void writes_to_stdin(void)
{
    say_if(write(STDIN_FILENO, "x", 1) < 0, "it could be written to");
}

static void writes_to_numbers_of_others(void)
{
    for (int fd = 3; fd < 1000; fd++)
        if (write(fd, "\1\0\0\0\0\0\0\0", 8) >= 0)
            _exit(4);
    say("ok\n");
}

static void changes_folder(void)
{
    say_if(chdir("/proc") == 0 || chdir("/dev") == 0, "no other folder");
}

static void execs_itself_once(void)
{
    execl("/proc/self/exe", arguments[0], "says_ok", arguments[2],
          (char *)NULL);
    _exit(9);
}

static void execs_what_is_missing(void)
{
    say("ok\n");
    execl("/nonexistent/program", "program", (char *)NULL);
    _exit(127);
}

static void opens_all_descriptors(void)
{
    struct rlimit limits = {256, 256};
    setrlimit(RLIMIT_NOFILE, &limits);
    while (open("/dev/null", O_RDONLY) >= 0)
        continue;
    say_if(errno == EMFILE, "some other error");
}

/* One that has no name. */
static int open_file(void)
{
    char path[] = "/tmp/fake_probe.XXXXXX";
    int fd = mkstemp(path);
    unlink(path);
    return fd;
}

static void fills_file(void)
{
    int fd = open_file();
    write_bytes(fd, 8000000);
    _exit(4);
}

static void fills_file_and_notices(void)
{
    handle(SIGXFSZ, SIG_IGN);
    int fd = open_file();
    say_if(!write_bytes(fd, 8000000) && errno == EFBIG, "8 MB were written");
}

static void *say_ok_and_exit(void *unused)
{
    (void)unused;
    sleep_ms(20);
    say("ok\n");
    _exit(0);
}

static void *sleep_thread(void *unused)
{
    (void)unused;
    sleep_on();
    return NULL;
}

static void *spin_thread(void *unused)
{
    (void)unused;
    spin();
    return NULL;
}

static void *crash_thread(void *unused)
{
    (void)unused;
    raise(SIGSEGV);
    return NULL;
}

static void start_thread(void *(*function)(void *))
{
    pthread_t thread;
    if (pthread_create(&thread, NULL, function, NULL) != 0)
        _exit(9);
}

static void ends_in_other_thread(void)
{
    start_thread(say_ok_and_exit);
    pthread_exit(NULL);
}

/* What vfork() is for, and all that may be done behind it. */
static void vfork_and_exec(const char *behaviour)
{
    pid_t pid = vfork();
    if (pid == 0) {
        execl("/proc/self/exe", arguments[0], behaviour, arguments[2],
              (char *)NULL);
        _exit(9);
    }
    waitpid(pid, NULL, 0);
}

static void ends_behind_vfork(void)
{
    vfork_and_exec("says_ok");
}

static void starts_200_short_children(void)
{
    for (int i = 0; i < 200; i++) {
        pid_t pid = fork();
        if (pid == 0)
            _exit(0);
        waitpid(pid, NULL, 0);
    }
    say("ok\n");
}

static void asks_supervisor_to_end(void)
{
    kill(getppid(), SIGTERM);
    kill(getppid(), SIGINT);
    kill(getppid(), SIGHUP);
    kill(getppid(), SIGALRM);
    sleep_ms(20);
    say("ok\n");
}

static void asks_group_of_supervisor_to_end(void)
{
    kill(-getpgid(getppid()), SIGTERM);
    sleep_ms(20);
    say("ok\n");
}

/* ---- ends by a signal ---- */

#define AR_RAISES(name, number) \
    static void name(void)      \
    {                           \
        raise(number);          \
    }
AR_RAISES(segfaults, SIGSEGV)
AR_RAISES(kills_itself, SIGKILL)
AR_RAISES(terminates_itself, SIGTERM)
AR_RAISES(hangs_up_on_itself, SIGHUP)
AR_RAISES(divides_by_zero, SIGFPE)
AR_RAISES(uses_up_its_time, SIGXCPU)

static void aborts(void)
{
    abort();
}

static void breaks_its_pipe(void)
{
    int ends[2];
    if (pipe(ends) != 0)
        _exit(9);
    close(ends[0]);
    if (write(ends[1], "x", 1) < 0)
        _exit(9);
}

static void is_woken_by_alarm(void)
{
    struct itimerval timer = {.it_value = {.tv_usec = 20000}};
    setitimer(ITIMER_REAL, &timer, NULL);
    sleep_on();
}

static void says_ok_and_segfaults(void)
{
    say("ok\n");
    raise(SIGSEGV);
}

static void crashes_in_thread(void)
{
    start_thread(crash_thread);
    sleep_on();
}

static void kill_parent(void)
{
    kill(getppid(), SIGKILL);
}

static void is_killed_by_child(void)
{
    child_that(kill_parent);
    sleep_on();
}

/* ---- leaves something behind ---- */

static void leaves_daemon(void)
{
    begin_to_wait();
    orphan_that(let_go);
    wait_for_letting_go();
    say("ok\n");
}

static void leaves_daemon_deaf_to_term(void)
{
    begin_to_wait();
    orphan_that(be_deaf_and_let_go);
    wait_for_letting_go();
    say("ok\n");
}

static void let_go_of_stdout(void)
{
    close(STDOUT_FILENO);
    close(sync_ends[1]);
}

static void leaves_daemon_holding_stderr(void)
{
    begin_to_wait();
    orphan_that(let_go_of_stdout);
    wait_for_letting_go();
    say("ok\n");
}

static void let_go_and_stop(void)
{
    setsid();
    let_go();
    raise(SIGSTOP);
}

static void leaves_stopped_child(void)
{
    begin_to_wait();
    child_that(let_go_and_stop);
    wait_for_letting_go();
    say("ok\n");
}

static void start_zombies(void)
{
    for (int i = 0; i < 20; i++)
        if (fork() == 0)
            _exit(0);
}

static void leaves_zombies(void)
{
    begin_to_wait();
    start_zombies();
    wait_for_letting_go();
    say("ok\n");
}

static void let_go_and_start_zombies(void)
{
    let_go();
    start_zombies();
}

static void leaves_parent_of_zombies(void)
{
    begin_to_wait();
    orphan_that(let_go_and_start_zombies);
    wait_for_letting_go();
    say("ok\n");
}

static void leaves_32_sessions(void)
{
    begin_to_wait();
    for (int i = 0; i < 32; i++)
        orphan_that(let_go);
    wait_for_letting_go();
    say("ok\n");
}

static void leaves_child_that_crashed(void)
{
    begin_to_wait();
    child_that(aborts);
    wait_for_letting_go();
    say("ok\n");
}

static void leaves_comet(void)
{
    begin_to_wait();
    if (fork() == 0)
        fly_on();
    wait_for_letting_go();
    say("ok\n");
}

static void write_ok_soon(void)
{
    sleep_ms(10);
    say("ok\n");
    _exit(0);
}

static void leaves_child_that_ends_soon(void)
{
    child_that(write_ok_soon);
}

static void leaves_daemon_holding_stdout(void)
{
    orphan_that(NULL);
    say("ok\n");
}

static void leaves_group_holding_stdout(void)
{
    child_that(new_group);
    say("ok\n");
}

static void floods_stdout(void)
{
    flood(STDOUT_FILENO);
}

static void leaves_writer(void)
{
    say("ok\n");
    orphan_that(floods_stdout);
}

static void dribbles(void)
{
    for (int i = 0; i < LIFE_SECONDS * 100; i++) {
        say(".");
        sleep_ms(10);
    }
}

static void leaves_dribbler(void)
{
    say("ok\n");
    orphan_that(dribbles);
}

static void reopen_stdout(void)
{
    int fd = open("/proc/self/fd/1", O_WRONLY);
    close(STDOUT_FILENO);
    close(STDERR_FILENO);
    close(sync_ends[1]);
    if (fd < 0)
        _exit(9);
}

static void leaves_daemon_that_reopens_stdout(void)
{
    begin_to_wait();
    orphan_that(reopen_stdout);
    wait_for_letting_go();
    say("ok\n");
}

static void kills_supervisor(void)
{
    say("ok\n");
    kill(getppid(), SIGKILL);
    sleep_on();
}

/* ---- writes too much ---- */

static void floods_both(void)
{
    for (;;) {
        if (!write_bytes(STDOUT_FILENO, 1000) ||
            !write_bytes(STDERR_FILENO, 1000))
            _exit(9);
    }
}

static void floods_deaf_to_sigpipe(void)
{
    handle(SIGPIPE, SIG_IGN);
    be_deaf();
    floods_stdout();
}

static void writes_one_over_limit(void)
{
    if (!write_bytes(STDOUT_FILENO, LIMIT_BYTES + 1))
        _exit(9);
}

static void floods_from_children(void)
{
    for (int i = 0; i < 8; i++)
        child_that(floods_stdout);
    sleep_on();
}

static void floods_and_sleeps(void)
{
    write_bytes(STDOUT_FILENO, 2 * LIMIT_BYTES);
    be_deaf();
    sleep_on();
}

/* ---- never ends ---- */

static void sleeps(void)
{
    sleep_on();
}

static void says_ok_and_sleeps(void)
{
    say("ok\n");
    sleep_on();
}

static void says_half_and_sleeps(void)
{
    say("o");
    sleep_on();
}

static void spins(void)
{
    spin();
}

static void spins_politely(void)
{
    setpriority(PRIO_PROCESS, 0, 19);
    spin();
}

static void floods_stderr(void)
{
    flood(STDERR_FILENO);
}

static void waits_for_own_pipe(void)
{
    int ends[2];
    char byte;
    if (pipe(ends) != 0 || read(ends[0], &byte, 1) < 0)
        _exit(9);
}

static void waits_for_lock(void)
{
    int fd = open_file();
    char path[64];
    snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
    int again = open(path, O_RDWR);
    flock(fd, LOCK_EX);
    flock(again, LOCK_EX);
    sleep_on();
}

static void waits_for_connection(void)
{
    int ends[2];
    char byte;
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0 ||
        recv(ends[0], &byte, 1, MSG_WAITALL) < 0)
        _exit(9);
}

static void closes_stdout_and_sleeps(void)
{
    say("ok\n");
    close(STDOUT_FILENO);
    sleep_on();
}

static void closes_all_and_sleeps(void)
{
    say("ok\n");
    let_go();
    sleep_on();
}

static void ignores_term(void)
{
    be_deaf();
    sleep_on();
}

static void ignores_all_signals(void)
{
    for (int number = 1; number < 65; number++)
        handle(number, SIG_IGN);
    sleep_on();
}

static void blocks_all_signals(void)
{
    sigset_t all;
    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, NULL);
    sleep_on();
}

static void do_nothing(int number)
{
    (void)number;
}

static void swallows_term(void)
{
    handle(SIGTERM, do_nothing);
    sleep_on();
}

static void fork_again(int number)
{
    (void)number;
    for (int i = 0; i < 3; i++)
        if (fork() == 0) {
            setsid();
            handle(SIGTERM, SIG_IGN);
            sleep_on();
        }
    _exit(0);
}

static void forks_when_asked_to_end(void)
{
    handle(SIGTERM, fork_again);
    sleep_on();
}

static void say_ok_late(int number)
{
    (void)number;
    say("ok\n");
    _exit(0);
}

static void says_ok_when_asked_to_end(void)
{
    handle(SIGTERM, say_ok_late);
    sleep_on();
}

static void stops_itself(void)
{
    raise(SIGSTOP);
    sleep_on();
}

static void stop_again(int number)
{
    (void)number;
    raise(SIGSTOP);
}

static void stops_itself_again(void)
{
    be_deaf();
    handle(SIGCONT, stop_again);
    raise(SIGSTOP);
    sleep_on();
}

static void stops_supervisor(void)
{
    be_deaf();
    kill(getppid(), SIGSTOP);
    sleep_on();
}

static void sets_timers(void)
{
    struct itimerval timer = {.it_interval = {.tv_usec = 1000},
                              .it_value = {.tv_usec = 1000}};
    handle(SIGALRM, do_nothing);
    setitimer(ITIMER_REAL, &timer, NULL);
    sleep_on();
}

static void lifts_its_limits(void)
{
    struct rlimit none = {RLIM_INFINITY, RLIM_INFINITY};
    setrlimit(RLIMIT_CPU, &none);
    setrlimit(RLIMIT_CORE, &none);
    setrlimit(RLIMIT_FSIZE, &none);
    setrlimit(RLIMIT_NOFILE, &none);
    spin();
}

static void sleeps_in_threads(void)
{
    for (int i = 0; i < 8; i++)
        start_thread(sleep_thread);
    pthread_exit(NULL);
}

static void spins_in_threads(void)
{
    start_thread(spin_thread);
    start_thread(spin_thread);
    pthread_exit(NULL);
}

static void sleeps_behind_vfork(void)
{
    vfork_and_exec("sleeps");
    sleep_on();
}

static void asks_to_be_traced(void)
{
#ifdef __linux__
    ptrace(PTRACE_TRACEME, 0, NULL, NULL);
#endif
    raise(SIGSTOP);
    sleep_on();
}

static void be_traced(void)
{
#ifdef __linux__
    ptrace(PTRACE_TRACEME, 0, NULL, NULL);
#endif
    raise(SIGSTOP);
}

static void traces_its_child(void)
{
    child_that(be_traced);
    be_deaf();
    sleep_on();
}

/* Whoever is traced is stopped first. */
static void traces_supervisor(void)
{
    be_deaf();
#ifdef __linux__
    ptrace(PTRACE_ATTACH, getppid(), NULL, NULL);
#endif
    sleep_on();
}

static void waits_for_child(void)
{
    waitpid(child_that(NULL), NULL, 0);
}

static void waits_for_deaf_child(void)
{
    waitpid(child_that(be_deaf), NULL, 0);
    sleep_on();
}

static void start_32(void (*does)(void))
{
    for (int i = 0; i < 32; i++)
        child_that(does);
    sleep_on();
}

static void starts_32_children(void)
{
    start_32(NULL);
}

static void starts_32_groups(void)
{
    start_32(new_group);
}

static void starts_32_sessions(void)
{
    start_32(new_session);
}

static void starts_chain_of_sessions(void)
{
    for (int i = 0; i < 30; i++) {
        if (fork() != 0)
            break;
        setsid();
        be_deaf();
    }
    sleep_on();
}

static void starts_daemon_and_sleeps(void)
{
    orphan_that(be_deaf_and_let_go);
    sleep_on();
}

/* How many there are is kept where all see it: no more than 100. */
static void explode(bool in_sessions)
{
    int *count = mmap(NULL, sizeof(*count), PROT_READ | PROT_WRITE,
                      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (count == MAP_FAILED)
        _exit(9);
    double end = now() + LIFE_SECONDS / 4;
    be_deaf();
    while (now() < end) {
        if (__atomic_add_fetch(count, 1, __ATOMIC_SEQ_CST) > 100) {
            sleep_ms(1);
        } else if (fork() == 0 && in_sessions) {
            setsid();
        }
    }
    sleep_on();
}

static void starts_bomb(void)
{
    explode(false);
}

static void starts_bomb_of_sessions(void)
{
    explode(true);
}

static void starts_comet(void)
{
    if (fork() == 0)
        fly_on();
    sleep_on();
}

static void restarts_its_child(void)
{
    be_deaf();
    double end = now() + LIFE_SECONDS;
    while (now() < end)
        waitpid(child_that(new_session), NULL, 0);
}

/* Starts another of its kind as soon as the other is gone. */
static void guard(void)
{
    double end = now() + LIFE_SECONDS / 4;
    int ends[2];
    char byte;
    be_deaf();
    while (now() < end) {
        alarm(LIFE_SECONDS);
        if (pipe(ends) != 0)
            _exit(9);
        if (fork() == 0) {
            setsid();
            close(ends[1]); /* its end comes with the end of the parent */
            if (read(ends[0], &byte, 1) != 0)
                _exit(9);
            close(ends[0]);
            continue;
        }
        close(ends[0]);
        wait(NULL);
        close(ends[1]);
    }
}

static void guards_and_is_guarded(void)
{
    guard();
}

static void execs_itself_for_ever(void)
{
    be_deaf();
    execv("/proc/self/exe", arguments);
}

static void execs_itself_without_environment(void)
{
    char *const none[] = {NULL};
    char behaviour[] = "ignores_term";
    char *const again[] = {arguments[0], behaviour, arguments[2], NULL};
    execve("/proc/self/exe", again, none);
}

int main(int count, char **values)
{
    static const struct {
        const char *name;
        void (*function)(void);
    } behaviours[] = {
#define AR_BEHAVIOUR(name, outcome, number) {#name, name},
#include "behaviours.def"
#undef AR_BEHAVIOUR
    };
    arguments = values;
    if (count != 3)
        return 2;
    for (size_t i = 0; i < sizeof(behaviours) / sizeof(*behaviours); i++)
        if (strcmp(values[1], behaviours[i].name) == 0) {
            behaviours[i].function();
            return 0;
        }
    return 2;
}
