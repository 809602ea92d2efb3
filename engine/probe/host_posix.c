/* SPDX-License-Identifier: Apache-2.0 */
/* The machine this program runs on, if it is a POSIX system: files, folders,
 * variables and clocks; run_posix.c has the programs. */

#ifndef _POSIX_C_SOURCE
#define _POSIX_C_SOURCE 200809L
#endif

#include "probe/account_posix.h"
#include "probe/host_parts.h"
#include "probe/machine_posix.h"
#include "probe/run_posix.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { PATH_BYTES = 4096 };

#if defined(__linux__)
#define PLATFORM "linux"
#elif defined(__APPLE__)
#define PLATFORM "macos"
#elif defined(__FreeBSD__)
#define PLATFORM "freebsd"
#else
#define PLATFORM "posix"
#endif

/* What a system can be asked about; else why not. */
static bool is_path(ar_str path, ar_str *fault)
{
    if (path.len == 0 || path.ptr[0] != '/' ||
        memchr(path.ptr, '\0', path.len)) {
        *fault = AR_STR("a path begins with '/'");
        return false;
    }
    *fault = AR_STR("the path is too long");
    return path.len < PATH_BYTES;
}

static bool is_absolute(ar_str path, struct ar_host_output *out)
{
    ar_str fault;
    if (is_path(path, &fault))
        return true;
    ar_host_refuse(out, AR_HOST_FAILED, fault);
    return false;
}

/* Where the kernel shows itself, what is not there says nothing unless the
 * kernel does show itself. The fault, or NULL. */
#ifdef __linux__
static const char *find_unmounted(ar_str path)
{
    static const struct {
        const char *head;
        const char *always; /* there if anything is */
        const char *fault;
    } shows[] = {
        {"/proc/", "/proc/version", "/proc is not mounted"},
        {"/sys/", "/sys/kernel", "/sys is not mounted"},
    };
    struct stat info;
    for (size_t ix = 0; ix < AR_COUNT_OF(shows); ix++) {
        if (ar_str_starts_with(path, ar_str_from_c(shows[ix].head)) &&
            stat(shows[ix].always, &info) != 0)
            return shows[ix].fault;
    }
    return NULL;
}
#else
static const char *find_unmounted(ar_str path)
{
    (void)path;
    return NULL;
}
#endif

static void check_mounted(ar_str path, struct ar_host_output *out)
{
    const char *fault =
        out->status == AR_HOST_NOT_FOUND ? find_unmounted(path) : NULL;
    if (fault)
        ar_host_unsupported(out, ar_str_from_c(fault));
}

static void read_file(struct ar_host *host, struct ar_arena *arena, ar_str path,
                      size_t max_bytes, struct ar_host_output *out)
{
    (void)host;
    int64_t start = ar_posix_now_us();
    *out = (struct ar_host_output){.exit_code = -1};
    if (is_absolute(path, out)) {
        ar_host_read_file(arena, path, max_bytes, out);
        check_mounted(path, out);
    }
    out->duration_us = ar_posix_now_us() - start;
}

static void read_part(struct ar_host *host, struct ar_arena *arena, ar_str path,
                      uint64_t offset, size_t size, struct ar_host_output *out)
{
    (void)host;
    int64_t start = ar_posix_now_us();
    *out = (struct ar_host_output){.exit_code = -1};
    if (is_absolute(path, out)) {
        ar_host_read_part(arena, path, offset, size, out);
        check_mounted(path, out);
    }
    out->duration_us = ar_posix_now_us() - start;
}

static void glob(struct ar_host *host, struct ar_arena *arena, ar_str pattern,
                 size_t max_matches, struct ar_host_output *out)
{
    (void)host;
    int64_t start = ar_posix_now_us();
    *out = (struct ar_host_output){.exit_code = -1};
    if (is_absolute(pattern, out)) {
        ar_host_glob(arena, pattern, 1, false, max_matches, out);
        check_mounted(pattern, out);
    }
    out->duration_us = ar_posix_now_us() - start;
}

/* ---- what stands under a path ---- */

static void refuse_errno(struct ar_arena *arena, int number,
                         struct ar_host_entry *out)
{
    out->status = AR_HOST_FAILED;
    switch (number) {
    case ENOMEM: ar_arena_fail(arena);
    case ENOENT:
    case ENOTDIR: out->status = AR_HOST_NOT_FOUND; return;
    case EACCES:
    case EPERM:
        out->status = AR_HOST_DENIED;
        out->detail = AR_STR("permission denied");
        return;
    case ELOOP: out->detail = AR_STR("links lead in a circle"); return;
    case ENAMETOOLONG: out->detail = AR_STR("the path is too long"); return;
    default: out->detail = AR_STR("it cannot be looked at"); return;
    }
}

static enum ar_host_kind classify(mode_t mode)
{
    switch (mode & S_IFMT) {
    case S_IFREG: return AR_HOST_KIND_REGULAR;
    case S_IFDIR: return AR_HOST_KIND_FOLDER;
    case S_IFLNK: return AR_HOST_KIND_LINK;
    case S_IFSOCK: return AR_HOST_KIND_SOCKET;
    case S_IFIFO: return AR_HOST_KIND_PIPE;
    default: return AR_HOST_KIND_DEVICE;
    }
}

static void read_target(struct ar_arena *arena, const char *path,
                        struct ar_host_entry *out)
{
    char target[PATH_BYTES];
    ssize_t length = readlink(path, target, sizeof(target));
    if (length < 0)
        refuse_errno(arena, errno, out);
    else
        out->target = ar_str_copy(arena, (ar_str){target, (size_t)length});
}

static bool may(const char *path, int right)
{
    return faccessat(AT_FDCWD, path, right, AT_EACCESS) == 0;
}

static void take_stat(const struct stat *info, const char *path,
                      struct ar_host_entry *out)
{
#ifdef __APPLE__
    const struct timespec modified = info->st_mtimespec;
#else
    const struct timespec modified = info->st_mtim;
#endif
    *out = (struct ar_host_entry){
        .kind = classify(info->st_mode),
        .size = (int64_t)info->st_size,
        .modified_us =
            (int64_t)modified.tv_sec * 1000000 + modified.tv_nsec / 1000,
        .has_rights = true,
        .mode = (unsigned)info->st_mode & 07777,
        .owner = info->st_uid,
        .group = info->st_gid,
        .is_readable = may(path, R_OK),
        .is_writable = may(path, W_OK),
        .is_executable = may(path, X_OK),
    };
}

static void look(struct ar_host *host, struct ar_arena *arena, ar_str path,
                 bool follows, struct ar_host_entry *out)
{
    struct stat info;
    (void)host;
    *out = (struct ar_host_entry){.status = AR_HOST_FAILED};
    if (!is_path(path, &out->detail))
        return;
    const char *c_path = ar_str_copy(arena, path).ptr;
    if ((follows ? stat(c_path, &info) : lstat(c_path, &info)) != 0) {
        refuse_errno(arena, errno, out);
        const char *fault =
            out->status == AR_HOST_NOT_FOUND ? find_unmounted(path) : NULL;
        if (fault) {
            out->status = AR_HOST_UNSUPPORTED;
            out->detail = ar_str_from_c(fault);
        }
        return;
    }
    take_stat(&info, c_path, out);
    if (out->kind == AR_HOST_KIND_LINK)
        read_target(arena, c_path, out);
}

/* ---- PATH ---- */

static void search_path(struct ar_host *host, struct ar_arena *arena,
                        ar_str_vector *folders, struct ar_host_output *out)
{
    host->functions->variable(host, arena, AR_STR("PATH"), out);
    if (out->status == AR_HOST_DONE)
        ar_host_split(arena, out->out, ':', folders);
}

/* One that is in folders already, be it by a link, is no other program. */
static bool is_same_file(const struct stat *files, size_t count,
                         const struct stat *file)
{
    for (size_t ix = 0; ix < count; ix++) {
        if (files[ix].st_dev == file->st_dev &&
            files[ix].st_ino == file->st_ino)
            return true;
    }
    return false;
}

static void programs(struct ar_host *host, struct ar_arena *arena, ar_str name,
                     ar_str_vector *paths, struct ar_host_output *out)
{
    AR_VECTOR(struct stat) found = {0};
    ar_str_vector folders = {0};
    search_path(host, arena, &folders, out);
    for (size_t ix = 0; ix < folders.count; ix++) {
        struct stat info;
        ar_str path = ar_str_join(arena, folders.at[ix], AR_STR("/"), name);
        if (path.ptr[0] != '/' || stat(path.ptr, &info) != 0 ||
            !S_ISREG(info.st_mode) || !may(path.ptr, X_OK) ||
            is_same_file(found.at, found.count, &info))
            continue;
        ar_vector_push(arena, &found, info);
        ar_vector_push(arena, paths, path);
    }
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
        .look = look,
        .search_path = search_path,
        .programs = programs,
        .glob = glob,
        .registry = registry,
        .service = service,
        .variable = variable,
        .disk = ar_posix_disk,
        .user = ar_posix_user,
        .tell = ar_posix_system,
        .cpuid = ar_host_cpuid,
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
