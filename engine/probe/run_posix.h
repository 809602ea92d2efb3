/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AR_PROBE_RUN_POSIX_H
#define AR_PROBE_RUN_POSIX_H
/* The parts of running programs on POSIX systems: which file a name stands
 * for, the process that watches over one program, and the loop that feeds on
 * many of them. */

#include "probe/host.h"
#include "probe/http.h"

#include <sys/types.h>

/* ---- programs_posix.c ---- */

/* Where programs are looked for, and what they get. */
struct ar_programs {
    struct ar_arena *arena;
    bool is_elevated;
    ar_str_vector folders; /* absolute, and nobody else may write to them */
    ar_str_vector refused; /* absolute folders of PATH that are not so */
    char **environment;    /* NULL-terminated */
};

/* path: what PATH says; variables: "NAME=value", NULL-terminated. */
void ar_programs_open(struct ar_arena *arena, bool is_elevated, ar_str path,
                      char *const *variables, struct ar_programs *out);
/* Sets output->path; false, with status and detail, if the name stands for
 * nothing that may be run. */
bool ar_programs_find(const struct ar_programs *programs, ar_str name,
                      struct ar_host_output *output);

/* Whether a folder is that of Windows or its System32, on a drive that is_drive
 * knows. In the Windows Subsystem for Linux everybody may write to all that is
 * on the drives, by its mode; Windows itself lets only administrators. */
bool ar_programs_is_of_windows(ar_str folder,
                               bool (*is_drive)(const char *path));

/* ---- supervise_posix.c ---- */

/* What a supervisor tells, over its socket. */
enum ar_watch_kind {
    AR_WATCH_STARTED = 1, /* value: the process of the program */
    AR_WATCH_NOT_STARTED, /* value: errno of fork() or execve() */
    AR_WATCH_ENDED,       /* value: status as of waitpid() */
    AR_WATCH_LEFT         /* value: 0; something could not be killed */
};
struct ar_watch_report {
    int32_t kind;
    int32_t value;
};

/* All descriptors are AR_WATCH_FIRST_FD or higher. */
enum { AR_WATCH_FIRST_FD = 4 };
struct ar_launch {
    const char *path;
    char **argv;
    char **environment;
    int in;
    int out;
    int err;
    int reports;
    int highest_fd;      /* that this process had open when it last looked */
    int64_t deadline_us; /* if the caller is stopped, too */
};

/* The rest of a forked process, in which all signals are blocked: runs the
 * program, reports, and when the other end of reports is shut kills all that
 * came of it. Only async-signal-safe functions are called, since the caller
 * may have had threads. */
AR_NORETURN void ar_supervise(const struct ar_launch *launch);

/* Microseconds of CLOCK_MONOTONIC. */
int64_t ar_posix_now_us(void);

/* ---- request_posix.c ---- */

/* A service that is asked. */
struct ar_request {
    struct ar_host_output *output;
    ar_str socket_path; /* NUL-terminated */
    ar_str text;        /* what is sent */
    size_t n_sent;
    int fd; /* never blocks; -1: none */
    bool is_connected;
    bool is_ended; /* nothing comes any more */
    int64_t retry_us;
    int64_t done_us; /* when the answer was whole; INT64_MAX before */
    struct ar_http http;
};

/* False, with status and detail, if it cannot be asked. */
bool ar_request_prepare(struct ar_request *request, struct ar_arena *arena,
                        const struct ar_host_command *command,
                        struct ar_host_output *output);
/* 0, or the errno if there may be no more descriptors. */
int ar_request_start(struct ar_request *request);
/* Does what can be done without waiting; true at its end, with status. */
bool ar_request_attend(struct ar_request *request, struct ar_arena *arena);
/* What poll() should wait for, and the latest time for ar_request_attend() if
 * nothing of that happens; INT64_MAX: none. */
short ar_request_events(const struct ar_request *request);
int64_t ar_request_event_us(const struct ar_request *request);
/* Its time is over: a whole answer counts, else it is a TIMEOUT. */
void ar_request_give_up(struct ar_request *request);
void ar_request_close(struct ar_request *request);

/* ---- run_posix.c ---- */

void ar_posix_run(struct ar_host *host, struct ar_arena *arena,
                  const struct ar_host_command *commands, size_t count,
                  struct ar_host_output *outputs, int64_t deadline_us);

/* What an errno means for people; never asks the locale. */
ar_str ar_posix_errno_text(struct ar_arena *arena, int number);

#endif
