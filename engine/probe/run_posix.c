/* SPDX-License-Identifier: Apache-2.0 */
/* Running programs side by side on POSIX systems: starts a supervisor for
 * each, reads what the programs write, and keeps the deadlines. Whoever holds
 * a pipe open cannot hold this loop: it waits for nobody longer than it says
 * here. */

#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* pipe2() */
#endif

#include "probe/run_posix.h"

#include "base/buf.h"
#include "probe/host_parts.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    PARALLEL = 4,
    LARGEST_PARALLEL = 16,
    /* What a program that ended may still have in its pipes. */
    DRAIN_US = 100000,
    /* A supervisor needs 900 ms at most; one that takes longer was itself
     * stopped or killed. */
    SWEEP_US = 1000000,
    /* After the time at which the supervisor kills the program. */
    HELD_UP_US = 300000,
    SUPERVISOR_MARGIN_US = 1000000,
    TICK_US = 100000,
    FEW_DESCRIPTORS = 4096,
    BLOCK_BYTES = 65536,
    BLOCKS_AT_ONCE = 32 /* more than a pipe can hold */
};

#define NEVER              INT64_MAX
#define LARGEST_TIMEOUT_US INT64_C(86400000000)

#ifdef __APPLE__
#include <crt_externs.h>
#define environ (*_NSGetEnviron()) /* a shared library has no other */
#elif !defined(__GLIBC__)
extern char **environ; /* no header of POSIX has it */
#endif

enum job_state { JOB_QUEUED, JOB_RUNNING, JOB_FINISHED };

struct stream {
    int fd; /* -1: at its end */
    size_t max_bytes;
    bool is_over; /* there was more than that */
    struct ar_buf text;
};

struct job {
    enum job_state state;
    const struct ar_host_command *command; /* the caller's: see abandon() */
    bool is_request;                       /* command->is_request */
    struct ar_host_output *output;
    char **argv;
    struct ar_request request; /* if it is one: then nothing below up to err */
    pid_t supervisor;
    pid_t program; /* 0 before it is known */
    int reports;   /* socket; -1 once closed */
    struct stream out;
    struct stream err;
    int64_t start_us;
    int64_t deadline_us;
    int64_t ended_us;   /* when the program's end was told; or NEVER */
    int64_t stopped_us; /* when everything was to be killed; or NEVER */
    int wait_status;
    int start_errno;
    bool is_decided; /* output->status stands */
    bool is_left;    /* something could not be killed */
    size_t n_report_bytes;
    char report_bytes[sizeof(struct ar_watch_report)];
};

struct run {
    struct ar_host *host;
    struct ar_arena *arena;
    struct ar_programs programs;
    struct job *jobs;
    size_t n_jobs;
    size_t n_parallel;
    size_t n_running;  /* programs */
    size_t n_requests; /* services that are asked */
    size_t n_finished;
    int highest_fd;
    int64_t deadline_us; /* or NEVER */
    int64_t next_tick_us;
    bool is_cancelled;
    char block[BLOCK_BYTES];
};

/* ---- texts ---- */

ar_str ar_posix_errno_text(struct ar_arena *arena, int number)
{
    switch (number) {
    case E2BIG: return AR_STR("the arguments are too long");
    case EACCES:
    case EPERM: return AR_STR("permission denied");
    case EAGAIN: return AR_STR("there may be no more processes");
    case EIO: return AR_STR("input or output error");
    case ELOOP: return AR_STR("the links go in a circle");
    case EMFILE:
    case ENFILE: return AR_STR("too many files are open");
    case ENAMETOOLONG: return AR_STR("the name is too long");
    case ENOENT:
    case ENOTDIR: return AR_STR("no such file");
    case ENOEXEC: return AR_STR("exec format error");
    case ENOMEM: return AR_STR("the system lacks memory");
    case ETXTBSY: return AR_STR("somebody is writing to the program");
    default: return ar_str_printf(arena, "error %d of the system", number);
    }
}

static ar_str signal_text(struct ar_arena *arena, int number)
{
    static const struct {
        int number;
        const char *name;
    } names[] = {
        {SIGABRT, "SIGABRT"}, {SIGALRM, "SIGALRM"}, {SIGBUS, "SIGBUS"},
        {SIGFPE, "SIGFPE"},   {SIGHUP, "SIGHUP"},   {SIGILL, "SIGILL"},
        {SIGINT, "SIGINT"},   {SIGKILL, "SIGKILL"}, {SIGPIPE, "SIGPIPE"},
        {SIGSEGV, "SIGSEGV"}, {SIGSYS, "SIGSYS"},   {SIGTERM, "SIGTERM"},
        {SIGTRAP, "SIGTRAP"}, {SIGXCPU, "SIGXCPU"}, {SIGXFSZ, "SIGXFSZ"},
    };
    for (size_t i = 0; i < AR_COUNT_OF(names); i++)
        if (names[i].number == number)
            return ar_str_printf(arena, "ended by %s", names[i].name);
    return ar_str_printf(arena, "ended by signal %d", number);
}

/* ---- descriptors ---- */

static void close_fd(int *fd)
{
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

/* A descriptor that stands in the way of the child's own. */
static bool lift(int *fd)
{
    if (*fd >= AR_WATCH_FIRST_FD)
        return true;
    int lifted = fcntl(*fd, F_DUPFD_CLOEXEC, AR_WATCH_FIRST_FD);
    int number = errno;
    close_fd(fd);
    *fd = lifted;
    errno = number;
    return lifted >= 0;
}

#ifdef __linux__

static bool open_pair(int pair[2], bool is_socket)
{
    return is_socket
               ? socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) == 0
               : pipe2(pair, O_CLOEXEC) == 0;
}

#else

static bool open_pair(int pair[2], bool is_socket)
{
    if ((is_socket ? socketpair(AF_UNIX, SOCK_STREAM, 0, pair) : pipe(pair)) !=
        0)
        return false;
    fcntl(pair[0], F_SETFD, FD_CLOEXEC);
    fcntl(pair[1], F_SETFD, FD_CLOEXEC);
    return true;
}

#endif

/* *mine never blocks. */
static bool open_channel(int *mine, int *theirs, bool is_socket)
{
    int pair[2] = {-1, -1};
    if (!open_pair(pair, is_socket))
        return false;
    *mine = pair[0];
    *theirs = pair[1];
    return lift(mine) && lift(theirs) && fcntl(*mine, F_SETFL, O_NONBLOCK) == 0;
}

/* For systems that cannot close all above a number at once. */
static int find_highest_fd(void)
{
    int highest = -1;
    DIR *folder = opendir("/dev/fd");
    const struct dirent *entry;
    while (folder && (entry = readdir(folder)) != NULL) {
        int64_t number;
        if (ar_str_to_int(ar_str_from_c(entry->d_name), &number) &&
            number > highest)
            highest = (int)number;
    }
    if (folder)
        closedir(folder);
    /* Without a list: as many as usual. */
    return highest > STDERR_FILENO ? highest : FEW_DESCRIPTORS;
}

/* ---- starting ---- */

static char **copy_arguments(struct ar_arena *arena,
                             const struct ar_host_command *command)
{
    char **argv = AR_NEW_ARRAY(arena, char *, command->n_argv + 1);
    for (size_t i = 0; i < command->n_argv; i++) {
        ar_str argument = command->argv[i];
        if (argument.len > 0 && memchr(argument.ptr, '\0', argument.len))
            return NULL;
        /* The list of execve() is not const, for reasons of its age. */
        argv[i] = (char *)(uintptr_t)ar_str_copy(arena, argument).ptr;
    }
    return argv;
}

static void finish(struct run *run, struct job *job)
{
    job->output->duration_us =
        job->start_us > 0 ? ar_posix_now_us() - job->start_us : 0;
    job->state = JOB_FINISHED;
    run->n_finished++;
}

static void decide(struct job *job, enum ar_host_status status, ar_str detail)
{
    if (job->is_decided)
        return;
    job->is_decided = true;
    ar_host_refuse(job->output, status, detail);
}

static void prepare(struct run *run, struct job *job)
{
    const struct ar_host_command *command = job->command;
    job->reports = -1;
    job->out = (struct stream){-1, command->max_stdout, false, {0}};
    job->err = (struct stream){-1, command->max_stderr, false, {0}};
    job->out.text = AR_BUF(run->arena);
    job->err.text = AR_BUF(run->arena);
    job->ended_us = NEVER;
    job->stopped_us = NEVER;
    *job->output = (struct ar_host_output){.exit_code = -1};
    if (command->is_request) {
        if (!ar_request_prepare(&job->request, run->arena, command,
                                job->output))
            finish(run, job);
        return;
    }
    if (command->n_argv == 0 ||
        !ar_programs_find(&run->programs, command->argv[0], job->output)) {
        if (command->n_argv == 0)
            decide(job, AR_HOST_FAILED, AR_STR("there is no program to run"));
        finish(run, job);
        return;
    }
    job->argv = copy_arguments(run->arena, command);
    if (!job->argv)
        decide(job, AR_HOST_FAILED, AR_STR("an argument holds a NUL"));
    else if (command->input.len > AR_HOST_INPUT_BYTES)
        decide(job, AR_HOST_FAILED, AR_STR("its input is too long"));
    if (job->is_decided)
        finish(run, job);
}

struct child_ends {
    int in;
    int out;
    int err;
    int reports;
};

/* All of the input is in the pipe before the program starts. */
static bool open_input(ar_str input, int *theirs)
{
    int pair[2] = {-1, -1};
    if (input.len == 0) {
        *theirs = open("/dev/null", O_RDONLY | O_CLOEXEC);
        return *theirs >= 0 && lift(theirs);
    }
    if (!open_pair(pair, false))
        return false;
    *theirs = pair[0];
    bool is_in = fcntl(pair[1], F_SETFL, O_NONBLOCK) == 0 &&
                 write(pair[1], input.ptr, input.len) == (ssize_t)input.len;
    close(pair[1]);
    return is_in && lift(theirs);
}

static bool open_all(struct job *job, struct child_ends *child)
{
    return open_input(job->command->input, &child->in) &&
           open_channel(&job->out.fd, &child->out, false) &&
           open_channel(&job->err.fd, &child->err, false) &&
           open_channel(&job->reports, &child->reports, true);
}

/* No handler of this process may run in the child. */
static pid_t fork_supervisor(const struct ar_launch *launch)
{
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    pid_t pid = fork();
    if (pid == 0)
        ar_supervise(launch);
    int number = errno;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    errno = number;
    return pid;
}

static void close_mine(struct job *job)
{
    close_fd(&job->out.fd);
    close_fd(&job->err.fd);
    close_fd(&job->reports);
}

static int64_t earlier(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static size_t *count_of_kind(struct run *run, const struct job *job)
{
    return job->is_request ? &run->n_requests : &run->n_running;
}

static bool has_room(struct run *run, const struct job *job)
{
    size_t most = job->is_request ? LARGEST_PARALLEL : run->n_parallel;
    return *count_of_kind(run, job) < most;
}

/* 0 or the errno. */
static int launch_job(struct run *run, struct job *job)
{
    struct child_ends child = {-1, -1, -1, -1};
    int number = 0;
    if (open_all(job, &child)) {
        const struct ar_launch launch = {
            .path = job->output->path.ptr,
            .argv = job->argv,
            .environment = run->programs.environment,
            .in = child.in,
            .out = child.out,
            .err = child.err,
            .reports = child.reports,
            .highest_fd = run->highest_fd,
            .deadline_us = job->deadline_us + SUPERVISOR_MARGIN_US,
        };
        job->supervisor = fork_supervisor(&launch);
        number = job->supervisor < 0 ? errno : 0;
    } else {
        number = errno;
    }
    close_fd(&child.in);
    close_fd(&child.out);
    close_fd(&child.err);
    close_fd(&child.reports);
    if (number != 0)
        close_mine(job);
    return number;
}

/* False if it has to wait until others have ended. */
static bool start(struct run *run, struct job *job)
{
    int64_t now = ar_posix_now_us();
    job->start_us = now;
    job->deadline_us =
        earlier(now + earlier(job->command->timeout_us, LARGEST_TIMEOUT_US),
                run->deadline_us);
    int number = job->is_request ? ar_request_start(&job->request)
                                 : launch_job(run, job);
    if (number == 0) {
        job->state = JOB_RUNNING;
        (*count_of_kind(run, job))++;
        return true;
    }
    if (run->n_running + run->n_requests > 0 &&
        (number == EMFILE || number == ENFILE || number == EAGAIN))
        return false;
    decide(job, AR_HOST_FAILED, ar_posix_errno_text(run->arena, number));
    finish(run, job);
    return true;
}

static void start_more(struct run *run)
{
    for (size_t i = 0; i < run->n_jobs; i++) {
        struct job *job = &run->jobs[i];
        if (job->state != JOB_QUEUED)
            continue;
        if (run->is_cancelled) {
            decide(job, AR_HOST_STOPPED, AR_STR("cancelled before it started"));
            finish(run, job);
        } else if (ar_posix_now_us() >= run->deadline_us) {
            decide(job, AR_HOST_TIMEOUT, AR_STR("its turn did not come"));
            finish(run, job);
        } else if (has_room(run, job) && !start(run, job)) {
            return;
        }
    }
}

/* ---- ending ---- */

/* The supervisor sees the end of its socket and kills what there is. */
static void stop(struct job *job)
{
    if (job->stopped_us != NEVER)
        return;
    job->stopped_us = ar_posix_now_us();
    shutdown(job->reports, SHUT_WR);
}

static void wait_for_supervisor(struct job *job)
{
    while (waitpid(job->supervisor, NULL, 0) < 0 && errno == EINTR)
        continue;
    job->supervisor = 0;
}

/* How the program ended, if nothing was decided before that. */
static void decide_by_end(struct run *run, struct job *job)
{
    struct ar_host_output *output = job->output;
    int number = job->start_errno;
    if (number == ENOENT || number == ENOTDIR)
        /* It was there when it was looked for. */
        decide(job, AR_HOST_FAILED,
               AR_STR("it, or what its first line names, is missing"));
    else if (number != 0)
        decide(job, number == EACCES ? AR_HOST_DENIED : AR_HOST_FAILED,
               ar_posix_errno_text(run->arena, number));
    else if (job->ended_us == NEVER)
        decide(job, AR_HOST_FAILED, AR_STR("its end was not seen"));
    else if (WIFSIGNALED(job->wait_status)) {
        output->signal = WTERMSIG(job->wait_status);
        decide(job, AR_HOST_FAILED, signal_text(run->arena, output->signal));
    } else {
        output->exit_code = WEXITSTATUS(job->wait_status);
    }
    if (job->out.fd >= 0)
        decide(job, AR_HOST_FAILED,
               AR_STR("it left something behind that holds its output"));
    decide(job, AR_HOST_DONE, (ar_str){0});
}

/* What is still open now will never end. */
static void end(struct run *run, struct job *job)
{
    struct ar_host_output *output = job->output;
    if (job->is_request) {
        ar_request_close(&job->request);
        run->n_requests--;
        finish(run, job);
        return;
    }
    wait_for_supervisor(job);
    decide_by_end(run, job);
    output->out = ar_buf_view(&job->out.text);
    output->err = ar_buf_view(&job->err.text);
    output->is_err_cut = job->err.is_over || job->err.fd >= 0;
    if (job->is_left)
        output->detail = ar_str_printf(
            run->arena, AR_STR_FORMAT "%ssomething of it could not be killed",
            AR_STR_ARG(output->detail), output->detail.len > 0 ? "; " : "");
    close_mine(job);
    run->n_running--;
    finish(run, job);
}

static void kill_program(const struct job *job)
{
    if (job->program > 0 && job->ended_us == NEVER)
        kill(-job->program, SIGKILL);
}

/* For a supervisor that does not do its work any more. */
static void kill_supervisor(struct job *job)
{
    kill(job->supervisor, SIGKILL);
    kill_program(job);
    job->is_left = true;
}

/* Of a run that ended by a jump, or whose arena is gone. */
static void abandon(void *resource)
{
    struct run *run = resource;
    for (size_t i = 0; i < run->n_jobs; i++)
        if (run->jobs[i].is_request)
            ar_request_close(&run->jobs[i].request);
        else if (run->jobs[i].reports >= 0)
            stop(&run->jobs[i]);
    for (size_t i = 0; i < run->n_jobs; i++) {
        struct job *job = &run->jobs[i];
        if (job->reports < 0 || job->supervisor <= 0)
            continue;
        int64_t bound = job->stopped_us + SWEEP_US;
        struct pollfd wait = {.fd = job->reports, .events = POLLIN};
        ssize_t n;
        do {
            poll(&wait, 1, TICK_US / 1000);
            n = read(job->reports, run->block, BLOCK_BYTES);
        } while (n != 0 && ar_posix_now_us() < bound);
        if (n != 0)
            kill_supervisor(job);
        wait_for_supervisor(job);
        close_mine(job);
    }
}

/* ---- reading ---- */

static void keep(struct stream *stream, const char *bytes, size_t count)
{
    size_t room = stream->max_bytes - stream->text.len;
    if (count > room) {
        stream->is_over = true;
        count = room;
    }
    ar_buf_put(&stream->text, (ar_str){bytes, count});
}

/* All there is, but no more than the loop can afford. */
static void read_stream(struct run *run, struct stream *stream)
{
    for (int i = 0; stream->fd >= 0 && i < BLOCKS_AT_ONCE; i++) {
        ssize_t n = read(stream->fd, run->block, BLOCK_BYTES);
        if (n > 0)
            keep(stream, run->block, (size_t)n);
        else if (n < 0 && errno == EINTR)
            continue;
        else if (n < 0 && errno == EAGAIN)
            return;
        else
            close_fd(&stream->fd);
    }
}

static void take_report(struct job *job, const struct ar_watch_report *report)
{
    switch ((enum ar_watch_kind)report->kind) {
    case AR_WATCH_STARTED: job->program = report->value; return;
    case AR_WATCH_NOT_STARTED: job->start_errno = report->value; return;
    case AR_WATCH_ENDED:
        job->wait_status = report->value;
        job->ended_us = ar_posix_now_us();
        return;
    case AR_WATCH_LEFT: job->is_left = true; return;
    }
}

/* True at the end: the supervisor is gone. */
static bool read_reports(struct job *job)
{
    for (;;) {
        ssize_t n = read(job->reports, job->report_bytes + job->n_report_bytes,
                         sizeof(job->report_bytes) - job->n_report_bytes);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return n == 0 || errno != EAGAIN;
        job->n_report_bytes += (size_t)n;
        if (job->n_report_bytes < sizeof(job->report_bytes))
            continue;
        struct ar_watch_report report;
        memcpy(&report, job->report_bytes, sizeof(report));
        job->n_report_bytes = 0;
        take_report(job, &report);
    }
}

/* ---- the loop ---- */

/* How long the program may still be left alone. */
static int64_t next_event_us(const struct job *job)
{
    if (job->is_request)
        return earlier(ar_request_event_us(&job->request), job->deadline_us);
    if (job->stopped_us != NEVER)
        return earlier(job->stopped_us + SWEEP_US,
                       ar_posix_now_us() + TICK_US / 2);
    return job->ended_us != NEVER ? job->ended_us + DRAIN_US : job->deadline_us;
}

static void check_times(struct run *run, struct job *job)
{
    int64_t now = ar_posix_now_us();
    bool is_read = job->out.fd < 0 && job->err.fd < 0;
    if (job->stopped_us != NEVER) {
        /* One that was stopped by the program goes on by this. */
        kill(job->supervisor, SIGCONT);
        /* One that it traces goes on only when the program is gone. */
        if (now >= job->stopped_us + HELD_UP_US)
            kill_program(job);
        if (now < job->stopped_us + SWEEP_US)
            return;
        kill_supervisor(job);
        end(run, job);
    } else if (job->ended_us != NEVER) {
        if (!is_read && now < job->ended_us + DRAIN_US)
            return;
        decide_by_end(run, job);
        job->err.is_over = job->err.is_over || job->err.fd >= 0;
        stop(job);
    } else if (now >= job->deadline_us) {
        decide(job, AR_HOST_TIMEOUT, AR_STR("it did not end in time"));
        stop(job);
    }
}

static void attend_request(struct run *run, struct job *job)
{
    bool is_over = ar_request_attend(&job->request, run->arena);
    if (!is_over && ar_posix_now_us() < job->deadline_us)
        return;
    if (!is_over)
        ar_request_give_up(&job->request);
    end(run, job);
}

/* The supervisor's end first: what was written before that is read then. */
static void attend(struct run *run, struct job *job)
{
    if (job->is_request) {
        attend_request(run, job);
        return;
    }
    bool is_gone = read_reports(job);
    read_stream(run, &job->out);
    read_stream(run, &job->err);
    if (job->out.is_over) {
        decide(job, AR_HOST_TOO_LARGE, AR_STR("it wrote too much"));
        close_fd(&job->out.fd);
        stop(job);
    }
    if (is_gone)
        end(run, job);
    else
        check_times(run, job);
}

static void cancel(struct run *run)
{
    run->is_cancelled = true;
    for (size_t i = 0; i < run->n_jobs; i++) {
        struct job *job = &run->jobs[i];
        if (job->state != JOB_RUNNING)
            continue;
        decide(job, AR_HOST_STOPPED, AR_STR("cancelled"));
        if (job->is_request)
            end(run, job);
        else
            stop(job);
    }
}

static const struct job *longest_running(const struct run *run)
{
    const struct job *longest = NULL;
    for (size_t i = 0; i < run->n_jobs; i++)
        if (run->jobs[i].state == JOB_RUNNING &&
            (!longest || run->jobs[i].start_us < longest->start_us))
            longest = &run->jobs[i];
    return longest;
}

static void tell_progress(struct run *run)
{
    int64_t now = ar_posix_now_us();
    const struct job *job = longest_running(run);
    if (!run->host->progress || !job || run->is_cancelled ||
        now < run->next_tick_us)
        return;
    run->next_tick_us = now + TICK_US;
    if (!run->host->progress(run->host->context, job->command->argv[0],
                             now - job->start_us))
        cancel(run);
}

static int timeout_ms(const struct run *run)
{
    int64_t event = run->host->progress ? run->next_tick_us : NEVER;
    for (size_t i = 0; i < run->n_jobs; i++)
        if (run->jobs[i].state == JOB_RUNNING)
            event = earlier(event, next_event_us(&run->jobs[i]));
    int64_t left = event - ar_posix_now_us();
    if (left <= 0)
        return 0;
    return (int)(earlier(left, 60000000) / 1000) + 1;
}

static void wait_for_something(struct run *run)
{
    struct pollfd wanted[4 * LARGEST_PARALLEL];
    nfds_t count = 0;
    for (size_t i = 0; i < run->n_jobs; i++) {
        const struct job *job = &run->jobs[i];
        if (job->state != JOB_RUNNING)
            continue;
        if (job->is_request) {
            short events = ar_request_events(&job->request);
            wanted[count++] = (struct pollfd){
                .fd = events != 0 ? job->request.fd : -1, .events = events};
            continue;
        }
        const int fds[] = {job->reports, job->out.fd, job->err.fd};
        for (size_t k = 0; k < AR_COUNT_OF(fds); k++)
            wanted[count++] = (struct pollfd){.fd = fds[k], .events = POLLIN};
    }
    /* A signal may be a wish to cancel. */
    if (poll(wanted, count, timeout_ms(run)) < 0)
        run->next_tick_us = 0;
}

static void run_all(struct run *run)
{
    for (;;) {
        start_more(run);
        if (run->n_finished == run->n_jobs)
            return;
        wait_for_something(run);
        for (size_t i = 0; i < run->n_jobs; i++)
            if (run->jobs[i].state == JOB_RUNNING)
                attend(run, &run->jobs[i]);
        tell_progress(run);
    }
}

static size_t choose_parallel(size_t wanted)
{
    if (wanted == 0)
        return PARALLEL;
    return wanted < LARGEST_PARALLEL ? wanted : LARGEST_PARALLEL;
}

void ar_posix_run(struct ar_host *host, struct ar_arena *arena,
                  const struct ar_host_command *commands, size_t count,
                  struct ar_host_output *outputs, int64_t deadline_us)
{
    struct run *run = AR_NEW(arena, struct run);
    run->host = host;
    run->arena = arena;
    run->n_jobs = count;
    run->n_parallel = choose_parallel(host->n_parallel);
    run->deadline_us = deadline_us != 0 ? deadline_us : NEVER;
    run->highest_fd = find_highest_fd();
    run->jobs = AR_NEW_ARRAY(arena, struct job, count);
    ar_programs_open(arena, host->is_elevated, ar_str_from_c(getenv("PATH")),
                     environ, &run->programs);
    for (size_t i = 0; i < count; i++) {
        run->jobs[i].command = &commands[i];
        run->jobs[i].is_request = commands[i].is_request;
        run->jobs[i].output = &outputs[i];
        prepare(run, &run->jobs[i]);
    }
    ar_arena_defer(arena, abandon, run);
    run_all(run);
}
