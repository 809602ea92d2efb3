/* SPDX-License-Identifier: Apache-2.0 */
/* The machine this program runs on, if it is a POSIX system: files, folders,
 * variables and clocks; run_posix.c has the programs. */

#ifndef _POSIX_C_SOURCE
#define _POSIX_C_SOURCE 200809L
#endif

#include "probe/host_parts.h"
#include "probe/machine_posix.h"
#include "probe/run_posix.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#if defined(__linux__)
#define PLATFORM "linux"
#elif defined(__APPLE__)
#define PLATFORM "macos"
#elif defined(__FreeBSD__)
#define PLATFORM "freebsd"
#else
#define PLATFORM "posix"
#endif

static bool is_absolute(ar_str path, struct ar_host_output *out)
{
    if (path.len > 0 && path.ptr[0] == '/' && !memchr(path.ptr, '\0', path.len))
        return true;
    ar_host_refuse(out, AR_HOST_FAILED, AR_STR("a path begins with '/'"));
    return false;
}

static void read_file(struct ar_host *host, struct ar_arena *arena, ar_str path,
                      size_t max_bytes, struct ar_host_output *out)
{
    (void)host;
    int64_t start = ar_posix_now_us();
    *out = (struct ar_host_output){.exit_code = -1};
    if (is_absolute(path, out))
        ar_host_read_file(arena, path, max_bytes, out);
    out->duration_us = ar_posix_now_us() - start;
}

static void read_part(struct ar_host *host, struct ar_arena *arena, ar_str path,
                      uint64_t offset, size_t size, struct ar_host_output *out)
{
    (void)host;
    int64_t start = ar_posix_now_us();
    *out = (struct ar_host_output){.exit_code = -1};
    if (is_absolute(path, out))
        ar_host_read_part(arena, path, offset, size, out);
    out->duration_us = ar_posix_now_us() - start;
}

static void glob(struct ar_host *host, struct ar_arena *arena, ar_str pattern,
                 size_t max_matches, struct ar_host_output *out)
{
    (void)host;
    int64_t start = ar_posix_now_us();
    *out = (struct ar_host_output){.exit_code = -1};
    if (is_absolute(pattern, out))
        ar_host_glob(arena, pattern, 1, false, max_matches, out);
    out->duration_us = ar_posix_now_us() - start;
}

/* ---- the rest ---- */

static void registry(struct ar_host *host, struct ar_arena *arena, ar_str path,
                     struct ar_host_output *out)
{
    (void)host;
    (void)arena;
    (void)path;
    ar_host_unsupported(out, AR_STR("this system has no registry"));
}

static void service(struct ar_host *host, struct ar_arena *arena, ar_str name,
                    struct ar_host_output *out)
{
    (void)host;
    (void)arena;
    (void)name;
    ar_host_unsupported(out, AR_STR("this system has no services of Windows"));
}

static void variable(struct ar_host *host, struct ar_arena *arena, ar_str name,
                     struct ar_host_output *out)
{
    (void)host;
    const char *value = NULL;
    *out = (struct ar_host_output){.exit_code = -1};
    if (name.len > 0 && !memchr(name.ptr, '\0', name.len) &&
        !memchr(name.ptr, '=', name.len))
        value = getenv(ar_str_copy(arena, name).ptr);
    if (value)
        out->out = ar_str_copy(arena, ar_str_from_c(value));
    else
        out->status = AR_HOST_NOT_FOUND;
}

static int64_t now_us(struct ar_host *host)
{
    (void)host;
    return ar_posix_now_us();
}

static int64_t time_us(struct ar_host *host)
{
    struct timespec now;
    (void)host;
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

void ar_host_open(struct ar_host *host)
{
    static const struct ar_host_functions functions = {
        .run = ar_posix_run,
        .read_file = read_file,
        .read_part = read_part,
        .glob = glob,
        .registry = registry,
        .service = service,
        .variable = variable,
        .now_us = now_us,
        .time_us = time_us,
    };
    /* A program with the set-user-ID bit is elevated whoever it became. */
    *host = (struct ar_host){
        .functions = &functions,
        .platform = PLATFORM,
        .is_elevated =
            geteuid() == 0 || getuid() != geteuid() || getgid() != getegid(),
    };
    ar_posix_name_machine(host);
}
