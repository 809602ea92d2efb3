/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AR_PROBE_HOST_WINDOWS_H
#define AR_PROBE_HOST_WINDOWS_H
/* The parts of the host for Windows: texts as the system wants them, which
 * file a name stands for, and the loop over programs that run. */

#include "probe/host_parts.h"

#include <wchar.h>
#include <windows.h>

/* ---- host_windows.c ---- */

/* UTF-16 with a NUL behind it; NULL if text is not UTF-8 or has a NUL. */
wchar_t *ar_windows_wide(struct ar_arena *arena, ar_str text);
/* UTF-8; false if text is not UTF-16. */
bool ar_windows_narrow(struct ar_arena *arena, const wchar_t *text,
                       ar_str *out);
/* What an error of the system means for people, in English. */
ar_str ar_windows_error_text(struct ar_arena *arena, DWORD number);
/* A refusal with that error: DENIED or FAILED. */
void ar_windows_refuse(struct ar_arena *arena, DWORD number,
                       struct ar_host_output *out);
/* Microseconds of a clock that never goes back. */
int64_t ar_windows_now_us(void);
/* The folder of the system's programs; the empty string if nobody knows. */
ar_str ar_windows_system_folder(struct ar_arena *arena);

/* ---- system_windows.c ---- */

void ar_windows_system(struct ar_host *host, struct ar_arena *arena,
                       enum ar_host_system what, struct ar_host_output *out);

/* ---- registry_windows.c ---- */

void ar_windows_registry(struct ar_host *host, struct ar_arena *arena,
                         ar_str path, struct ar_host_output *out);
void ar_windows_service(struct ar_host *host, struct ar_arena *arena,
                        ar_str name, struct ar_host_output *out);

/* ---- programs_windows.c ---- */

/* Where programs are looked for, and what they get. */
struct ar_programs {
    struct ar_arena *arena;
    bool is_elevated;
    ar_str_vector folders; /* absolute, and nobody else may write to them */
    ar_str_vector refused; /* absolute folders of PATH that are not so */
    wchar_t *environment;  /* "NAME=value" each with a NUL, and one more */
};

void ar_programs_open(struct ar_arena *arena, bool is_elevated,
                      struct ar_programs *out);
/* Sets output->path; false, with status and detail, if the name stands for
 * nothing that may be run. */
bool ar_programs_find(const struct ar_programs *programs, ar_str name,
                      struct ar_host_output *output);
/* The command line from which a program built with Microsoft's runtime gets
 * just these arguments; NULL if one of them cannot be passed. */
wchar_t *ar_programs_command_line(struct ar_arena *arena,
                                  const struct ar_host_command *command);

/* ---- request_windows.c ---- */

/* A service that is asked. */
struct ar_request {
    struct ar_host_output *output;
    const wchar_t *name; /* of the pipe */
    ar_str text;         /* what is sent */
    char *block;
    HANDLE pipe;         /* NULL: not connected */
    OVERLAPPED transfer; /* of the writing, then of each reading */
    bool is_busy;        /* a transfer is under way */
    bool is_sent;
    bool is_ended; /* nothing comes any more */
    int64_t retry_us;
    int64_t done_us; /* when the answer was whole; INT64_MAX before */
    struct ar_http http;
};

/* False, with status and detail, if it cannot be asked. */
bool ar_request_prepare(struct ar_request *request, struct ar_arena *arena,
                        const struct ar_host_command *command,
                        struct ar_host_output *output);
/* ERROR_SUCCESS or the error of the system. */
DWORD ar_request_start(struct ar_request *request);
/* Does what can be done without waiting; true at its end, with status. */
bool ar_request_attend(struct ar_request *request, struct ar_arena *arena);
/* The latest time for ar_request_attend() if its transfer does not end before;
 * INT64_MAX: none. */
int64_t ar_request_event_us(const struct ar_request *request);
/* Its time is over: a whole answer counts, else it is a TIMEOUT. */
void ar_request_give_up(struct ar_request *request);
void ar_request_close(struct ar_request *request);

/* ---- run_windows.c ---- */

void ar_windows_run(struct ar_host *host, struct ar_arena *arena,
                    const struct ar_host_command *commands, size_t count,
                    struct ar_host_output *outputs, int64_t deadline_us);

#endif
