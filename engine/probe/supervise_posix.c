/* SPDX-License-Identifier: Apache-2.0 */
/* The process that watches over one program. Whatever the program starts and
 * leaves behind becomes a child of this process where the system can do that
 * (Linux), so that all of it can be found and killed without touching the
 * process that uses the library. Everything here runs behind fork() in a
 * process that may have had threads: async-signal-safe functions only. */

#ifndef _DEFAULT_SOURCE
#define _DEFAULT_SOURCE /* syscall() */
#endif

#include "probe/run_posix.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/select.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#ifdef __linux__
#include <sys/prctl.h>
#include <sys/syscall.h>
#endif

enum {
    REPORTS_FD = 3,
    LARGEST_SIGNAL = 128, /* numbers that do not exist are refused */
    TERM_GRACE_US = 150000,
    KILL_US = 700000, /* with the grace, below what the caller waits */
    KILL_PAUSE_US = 1000,
    WATCH_US = 500000,
    /* How far the descriptors of other threads may have grown meanwhile. */
    SPARE_DESCRIPTORS = 64,
    LARGEST_FILE = 1 << 20
};

int64_t ar_posix_now_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

/* ---- what only some systems have ---- */

#ifdef __linux__

static bool adopt_orphans(void)
{
    return prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) == 0;
}

static void die_with_parent(void)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
}

static bool close_range_from(int first)
{
#ifdef SYS_close_range
    return syscall(SYS_close_range, (unsigned)first, ~0U, 0U) == 0;
#else
    (void)first;
    return false;
#endif
}

#else

static bool adopt_orphans(void)
{
    return false;
}

static void die_with_parent(void)
{
}

static bool close_range_from(int first)
{
    (void)first;
    return false;
}

#endif

/* ---- signals to children ---- */

/* Whether it is one, alive or not yet waited for: its number cannot have gone
 * to another process then. */
static bool is_own_child(pid_t pid)
{
    siginfo_t info;
    return waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG | WNOWAIT) == 0;
}

/* Its whole group, too: no fork() of a member can escape that. */
static void signal_child(pid_t pid, int number)
{
    if (!is_own_child(pid))
        return;
    pid_t group = getpgid(pid);
    if (group > 0 && group != getpgrp())
        kill(-group, number);
    kill(pid, number);
    if (number != SIGKILL) {
        if (group > 0 && group != getpgrp())
            kill(-group, SIGCONT);
        kill(pid, SIGCONT);
    }
}

#ifdef __linux__

/* The children of a thread, as the kernel lists them: numbers, each before a
 * blank. Several lists are open at once on one stack: they are read in small
 * pieces. */
struct child_list {
    int fd;
    ssize_t length;
    ssize_t at;
    char text[256];
};

static bool open_list(struct child_list *list, const char *path)
{
    list->fd = open(path, O_RDONLY | O_CLOEXEC);
    list->length = 0;
    list->at = 0;
    return list->fd >= 0;
}

/* 0 at the end, where the list is closed. */
static pid_t next_listed(struct child_list *list)
{
    pid_t pid = 0;
    for (;;) {
        if (list->at == list->length) {
            list->at = 0;
            list->length = read(list->fd, list->text, sizeof(list->text));
            if (list->length <= 0)
                break;
        }
        char byte = list->text[list->at++];
        if (byte >= '0' && byte <= '9')
            pid = pid * 10 + (byte - '0');
        else if (pid > 0)
            return pid;
    }
    close(list->fd);
    return 0;
}

#if defined(SYS_pidfd_open) && defined(SYS_pidfd_send_signal)

enum {
    LARGEST_DEPTH = 32,
    PATH_BYTES = 64 /* of two numbers and what stands around them */
};

static char *put_text(char *at, const char *text)
{
    while (*text != '\0')
        *at++ = *text++;
    *at = '\0';
    return at;
}

static char *put_number(char *at, pid_t number)
{
    char digits[16];
    int count = 0;
    for (; number > 0; number /= 10)
        digits[count++] = (char)('0' + number % 10);
    while (count > 0)
        *at++ = digits[--count];
    return at;
}

static bool open_list_of(struct child_list *list, pid_t pid)
{
    char path[PATH_BYTES];
    char *at = put_number(put_text(path, "/proc/"), pid);
    put_text(put_number(put_text(at, "/task/"), pid), "/children");
    return open_list(list, path);
}

/* The second field after the name, which stands in parentheses and may itself
 * have any byte in it; 0 if that cannot be read. */
static pid_t parent_of(pid_t pid)
{
    char text[PATH_BYTES * 2];
    pid_t parent = 0;
    put_text(put_number(put_text(text, "/proc/"), pid), "/stat");
    int fd = open(text, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return 0;
    ssize_t length = read(fd, text, sizeof(text));
    close(fd);
    ssize_t at = length;
    while (at > 0 && text[at - 1] != ')')
        at--;
    if (at <= 0)
        return 0;
    for (at += 3; at < length && text[at] >= '0' && text[at] <= '9'; at++)
        parent = parent * 10 + (text[at] - '0');
    return parent;
}

static bool signal_opened(int fd, int number)
{
    return syscall(SYS_pidfd_send_signal, fd, number, NULL, 0U) == 0;
}

/* Those a process started, and theirs: while there are many of them, each that
 * still runs takes time from those that are to end. A number may have gone to
 * another process since it was read; so one is killed only if its parent, asked
 * for after it was opened, is this one, and nobody took leave of this one yet.
 */
static void kill_descendants(pid_t parent, int parent_fd, int depth)
{
    struct child_list list;
    pid_t pid;
    if (depth == 0 || !open_list_of(&list, parent))
        return;
    while ((pid = next_listed(&list)) > 0) {
        int fd = (int)syscall(SYS_pidfd_open, pid, 0U);
        if (fd < 0)
            continue;
        if (parent_of(pid) == parent && signal_opened(parent_fd, 0)) {
            kill_descendants(pid, fd, depth - 1);
            signal_opened(fd, SIGKILL);
        }
        close(fd);
    }
}

static void kill_below(pid_t child)
{
    int fd = (int)syscall(SYS_pidfd_open, child, 0U);
    if (fd < 0)
        return;
    if (is_own_child(child))
        kill_descendants(child, fd, LARGEST_DEPTH);
    close(fd);
}

#else

/* What is left of them is found as soon as they are orphans. */
static void kill_below(pid_t child)
{
    (void)child;
}

#endif

static bool signal_listed(int number)
{
    struct child_list list;
    pid_t pid;
    if (!open_list(&list, "/proc/thread-self/children"))
        return false;
    while ((pid = next_listed(&list)) > 0) {
        if (number == SIGKILL)
            kill_below(pid);
        signal_child(pid, number);
    }
    return true;
}

static pid_t number_of(const char *name)
{
    pid_t pid = 0;
    for (; *name >= '0' && *name <= '9'; name++)
        pid = pid * 10 + (*name - '0');
    return *name == '\0' ? pid : 0;
}

/* Kernels without such lists: every process is asked for. readdir() takes
 * memory, which a forked process must not. */
static bool signal_found(int number)
{
    enum { LENGTH_AT = 16, NAME_AT = 19 }; /* of struct linux_dirent64 */
    _Alignas(uint64_t) char entries[4096];
    int fd = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return false;
    for (;;) {
        long n = syscall(SYS_getdents64, fd, entries, sizeof(entries));
        if (n <= 0)
            break;
        for (long at = 0; at < n;) {
            unsigned short length;
            memcpy(&length, entries + at + LENGTH_AT, sizeof(length));
            pid_t pid = number_of(entries + at + NAME_AT);
            if (pid > 0)
                signal_child(pid, number);
            at += length;
        }
    }
    close(fd);
    return true;
}

static bool signal_children(int number)
{
    return signal_listed(number) || signal_found(number);
}

#else

static bool signal_children(int number)
{
    (void)number;
    return false;
}

#endif

/* ---- the program itself ---- */

static void report(enum ar_watch_kind kind, int value)
{
    struct ar_watch_report message = {.kind = (int32_t)kind, .value = value};
    ssize_t n;
    do
        n = write(REPORTS_FD, &message, sizeof(message));
    while (n < 0 && errno == EINTR);
}

static void limit(int resource, rlim_t value)
{
    struct rlimit limits;
    if (getrlimit(resource, &limits) != 0)
        return;
    if (limits.rlim_max == RLIM_INFINITY || limits.rlim_max > value)
        limits.rlim_max = value;
    limits.rlim_cur = limits.rlim_max;
    setrlimit(resource, &limits);
}

static void set_mask(int how, int number)
{
    sigset_t set;
    sigemptyset(&set);
    if (number > 0)
        sigaddset(&set, number);
    sigprocmask(how, &set, NULL);
}

/* A session of its own: no terminal, and no signal to a group that would
 * reach others. */
AR_NORETURN static void become_program(const struct ar_launch *launch,
                                       pid_t supervisor)
{
    die_with_parent();
    if (getppid() != supervisor)
        _exit(127);
    setsid();
    umask(077);
    limit(RLIMIT_CORE, 0);
    limit(RLIMIT_FSIZE, LARGEST_FILE);
    if (chdir("/") == 0) {
        set_mask(SIG_SETMASK, 0);
        execve(launch->path, launch->argv, launch->environment);
    }
    report(AR_WATCH_NOT_STARTED, errno);
    _exit(127);
}

/* ---- watching ---- */

struct watch {
    pid_t main; /* the program; 0 once it was waited for */
    bool adopts;
    bool has_children;
};

/* Takes leave of all that ended. */
static void reap(struct watch *watch)
{
    for (;;) {
        int status;
        pid_t pid = waitpid(-1, &status, WNOHANG);
        if (pid == 0)
            return;
        if (pid < 0 && errno == EINTR)
            continue;
        if (pid < 0) {
            watch->has_children = false;
            return;
        }
        /* One that asked to be traced is told of when it stops, too. */
        if (pid == watch->main && !WIFSTOPPED(status)) {
            watch->main = 0;
            report(AR_WATCH_ENDED, status);
        }
    }
}

/* Waits until a child ended, the caller speaks (if is_listening), or the time
 * is over; true if the caller has shut its end or is gone. */
static bool wait_us(int64_t timeout_us, bool is_listening)
{
    struct timespec timeout = {.tv_sec = (time_t)(timeout_us / 1000000),
                               .tv_nsec = (long)(timeout_us % 1000000 * 1000)};
    sigset_t mask;
    fd_set set;
    char byte;
    sigfillset(&mask);
    sigdelset(&mask, SIGCHLD);
    FD_ZERO(&set);
    if (is_listening)
        FD_SET(REPORTS_FD, &set);
    if (pselect(REPORTS_FD + 1, &set, NULL, NULL, &timeout, &mask) <= 0)
        return false;
    ssize_t n = read(REPORTS_FD, &byte, 1);
    return n == 0 || (n < 0 && errno != EINTR);
}

static void signal_all(const struct watch *watch, pid_t main, int number)
{
    if (!signal_children(number) || !watch->adopts) {
        kill(-main, number);
        if (number != SIGKILL)
            kill(-main, SIGCONT);
    }
    if (watch->main != 0)
        signal_child(watch->main, number);
}

/* Asks first. What was orphaned by that is a child the next time. */
static void sweep(struct watch *watch, pid_t main)
{
    int64_t start = ar_posix_now_us();
    signal_all(watch, main, SIGTERM);
    reap(watch);
    while (watch->has_children) {
        int64_t left = start + TERM_GRACE_US - ar_posix_now_us();
        if (left <= 0)
            break;
        wait_us(left, false);
        reap(watch);
    }
    if (!watch->adopts)
        kill(-main, SIGKILL);
    start = ar_posix_now_us();
    while (watch->has_children && ar_posix_now_us() < start + KILL_US) {
        signal_all(watch, main, SIGKILL);
        wait_us(KILL_PAUSE_US, false);
        reap(watch);
    }
    if (watch->has_children)
        report(AR_WATCH_LEFT, 0);
}

static void wake(int number)
{
    (void)number;
}

/* The handlers of the process this one was forked from must never run here;
 * what it ignored is not to be ignored by programs. */
static void reset_signals(void)
{
    struct sigaction action;
    memset(&action, 0, sizeof(action));
    for (int number = 1; number <= LARGEST_SIGNAL; number++) {
        action.sa_handler = number == SIGCHLD ? wake : SIG_DFL;
        sigaction(number, &action, NULL);
    }
}

static void take_descriptors(const struct ar_launch *launch)
{
    dup2(launch->in, STDIN_FILENO);
    dup2(launch->out, STDOUT_FILENO);
    dup2(launch->err, STDERR_FILENO);
    dup2(launch->reports, REPORTS_FD);
    fcntl(REPORTS_FD, F_SETFD, FD_CLOEXEC);
    if (close_range_from(REPORTS_FD + 1))
        return;
    for (int fd = REPORTS_FD + 1; fd <= launch->highest_fd + SPARE_DESCRIPTORS;
         fd++)
        close(fd);
}

void ar_supervise(const struct ar_launch *launch)
{
    struct watch watch = {.has_children = true};
    pid_t self = getpid();
    pid_t caller = getppid();
    reset_signals();
    take_descriptors(launch);
    setsid();
    watch.adopts = adopt_orphans();
    watch.main = fork();
    if (watch.main < 0) {
        report(AR_WATCH_NOT_STARTED, errno);
        _exit(1);
    }
    if (watch.main == 0)
        become_program(launch, self);
    pid_t main = watch.main;
    report(AR_WATCH_STARTED, main);
    /* Only programs are to hold the pipes. */
    dup2(STDIN_FILENO, STDOUT_FILENO);
    dup2(STDIN_FILENO, STDERR_FILENO);
    bool is_over = false;
    while (!is_over) {
        is_over = wait_us(WATCH_US, true) || getppid() != caller ||
                  ar_posix_now_us() > launch->deadline_us;
        reap(&watch);
    }
    sweep(&watch, main);
    _exit(0);
}
