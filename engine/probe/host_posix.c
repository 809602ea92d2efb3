/* SPDX-License-Identifier: Apache-2.0 */
/* The machine this program runs on, if it is a POSIX system: files, folders,
 * variables and clocks; run_posix.c has the programs. */

#ifndef _POSIX_C_SOURCE
#define _POSIX_C_SOURCE 200809L
#endif

#include "probe/host_parts.h"
#include "probe/run_posix.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>
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

/* Of one pattern, whatever their names: a wrong folder ends soon. */
enum { ENTRIES_SEEN = 100000 };

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

/* ---- patterns ---- */

struct matches {
    struct ar_arena *arena;
    size_t max_matches;
    size_t n_seen;
    ar_str_vector paths;
    struct ar_host_output *out; /* its status is DONE as long as all is seen */
};

static void fail(struct matches *matches, int number, ar_str path)
{
    /* Gone meanwhile, or no folder: nothing there that could fit. */
    if (number == ENOENT || number == ENOTDIR ||
        matches->out->status != AR_HOST_DONE)
        return;
    ar_host_refuse(
        matches->out, number == EACCES ? AR_HOST_DENIED : AR_HOST_FAILED,
        ar_str_printf(matches->arena, AR_STR_FORMAT ": " AR_STR_FORMAT,
                      AR_STR_ARG(path),
                      AR_STR_ARG(ar_posix_errno_text(matches->arena, number))));
}

static void take(struct matches *matches, ar_str path)
{
    struct stat info;
    if (lstat(path.ptr, &info) != 0)
        fail(matches, errno, path);
    else if (matches->paths.count == matches->max_matches)
        ar_host_refuse(matches->out, AR_HOST_TOO_LARGE,
                       AR_STR("more files fit than are allowed"));
    else
        ar_vector_push(matches->arena, &matches->paths, path);
}

static bool is_full(const struct matches *matches)
{
    return matches->out->status == AR_HOST_TOO_LARGE;
}

static void close_folder(void *resource)
{
    DIR **folder = resource;
    if (*folder)
        closedir(*folder);
    *folder = NULL;
}

/* The names in a folder that fit, before any of them is followed: so no more
 * than one folder is open. */
static void list_names(struct matches *matches, ar_str folder, ar_str pattern,
                       ar_str_vector *names)
{
    DIR **handle = AR_NEW(matches->arena, DIR *);
    ar_arena_defer(matches->arena, close_folder, handle);
    *handle = opendir(folder.ptr);
    if (!*handle) {
        fail(matches, errno, folder);
        return;
    }
    for (;;) {
        errno = 0;
        const struct dirent *entry = readdir(*handle);
        if (!entry)
            break;
        ar_str name = ar_str_from_c(entry->d_name);
        if (++matches->n_seen > ENTRIES_SEEN) {
            ar_host_refuse(matches->out, AR_HOST_TOO_LARGE,
                           AR_STR("there are too many files to look through"));
            break;
        }
        if (!ar_str_equal_c(name, ".") && !ar_str_equal_c(name, "..") &&
            ar_host_name_fits(pattern, name))
            ar_vector_push(matches->arena, names,
                           ar_str_copy(matches->arena, name));
    }
    if (errno != 0)
        fail(matches, errno, folder);
    close_folder(handle);
}

/* folder ends in '/'; rest: what of the pattern is to be found below it. */
static void follow(struct matches *matches, ar_str folder, ar_str rest)
{
    size_t slash = ar_str_find(rest, AR_STR("/"), 0);
    ar_str element = ar_str_slice(rest, 0, slash);
    ar_str_vector names = {0};
    if (ar_host_is_pattern(element))
        list_names(matches, folder, element, &names);
    else
        ar_vector_push(matches->arena, &names, element);
    for (size_t i = 0; i < names.count && !is_full(matches); i++) {
        ar_str path = ar_str_concat(matches->arena, folder, names.at[i]);
        if (slash == SIZE_MAX)
            take(matches, path);
        else
            follow(matches, ar_str_concat(matches->arena, path, AR_STR("/")),
                   ar_str_slice(rest, slash + 1, rest.len));
    }
}

static void glob(struct ar_host *host, struct ar_arena *arena, ar_str pattern,
                 size_t max_matches, struct ar_host_output *out)
{
    (void)host;
    int64_t start = ar_posix_now_us();
    *out = (struct ar_host_output){.exit_code = -1};
    struct matches matches = {
        .arena = arena,
        .max_matches = max_matches,
        .out = out,
    };
    if (is_absolute(pattern, out))
        follow(&matches, AR_STR("/"), ar_str_slice(pattern, 1, pattern.len));
    if (out->status == AR_HOST_DONE)
        ar_host_put_paths(arena, &matches.paths, out);
    out->duration_us = ar_posix_now_us() - start;
}

/* ---- the rest ---- */

static void registry(struct ar_host *host, struct ar_arena *arena, ar_str path,
                     struct ar_host_output *out)
{
    (void)host;
    (void)arena;
    (void)path;
    *out = (struct ar_host_output){
        .status = AR_HOST_UNSUPPORTED,
        .detail = AR_STR("this system has no registry"),
        .exit_code = -1,
    };
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

/* Empty if the system does not say. */
static void name_machine(struct ar_host *host)
{
    struct utsname names;
    if (uname(&names) != 0)
        return;
    size_t length = strlen(names.machine);
    if (length < sizeof(host->machine))
        memcpy(host->machine, names.machine, length + 1);
}

void ar_host_open(struct ar_host *host)
{
    static const struct ar_host_functions functions = {
        .run = ar_posix_run,
        .read_file = read_file,
        .glob = glob,
        .registry = registry,
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
    name_machine(host);
}
