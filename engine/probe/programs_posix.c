/* SPDX-License-Identifier: Apache-2.0 */
/* Which file the name of a program stands for on POSIX systems, and the
 * environment it gets. With the rights of root nothing is run, and no
 * configuration is pointed to, that anybody else could have changed. */

#ifndef _XOPEN_SOURCE
#define _XOPEN_SOURCE 700 /* realpath() */
#endif

#include "probe/host_parts.h"
#include "probe/run_posix.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#ifdef __linux__
#include <sys/vfs.h>
#endif

/* Where the programs of a system are, whatever PATH says: that of a service
 * or of a user who is not root often leaves some out, and a program that is
 * not found counts as not installed. */
#define USUAL_FOLDERS \
    "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

/* ---- who may change what ---- */

/* Whoever owns "/" could replace everything anyway: in a container that is
 * not always user 0. */
static bool is_trusted_owner(uid_t owner)
{
    struct stat root;
    return owner == 0 || (stat("/", &root) == 0 && owner == root.st_uid);
}

/* In a folder with the sticky bit others cannot replace what is not theirs. */
static bool is_safe_ancestor(const struct stat *info)
{
    return is_trusted_owner(info->st_uid) &&
           (!(info->st_mode & S_IWOTH) || (info->st_mode & S_ISVTX));
}

static bool is_safe_file(const struct stat *info)
{
    return is_trusted_owner(info->st_uid) && !(info->st_mode & S_IWOTH) &&
           (!(info->st_mode & S_IWGRP) || info->st_gid == 0);
}

/* Every folder on the way to where the links lead, and the file. */
static bool is_safe_program(const char *path)
{
    struct stat info;
    char *real = realpath(path, NULL);
    bool is_safe = real != NULL;
    for (char *slash = real; is_safe && slash; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        is_safe = stat(slash == real ? "/" : real, &info) == 0 &&
                  is_safe_ancestor(&info);
        *slash = '/';
    }
    is_safe = is_safe && stat(real, &info) == 0 && is_safe_file(&info);
    free(real);
    return is_safe;
}

/* ---- programs ---- */

enum candidate {
    CANDIDATE_FITS,
    CANDIDATE_NONE,
    CANDIDATE_NO_FILE,
    CANDIDATE_DENIED, /* may not be looked at, or not be run */
    CANDIDATE_UNSAFE,
    CANDIDATE_FAILED
};

static enum candidate look_at(const struct ar_programs *programs,
                              const char *path)
{
    struct stat info;
    if (stat(path, &info) != 0) {
        if (errno == ENOENT || errno == ENOTDIR)
            return CANDIDATE_NONE;
        return errno == EACCES ? CANDIDATE_DENIED : CANDIDATE_FAILED;
    }
    if (!S_ISREG(info.st_mode))
        return CANDIDATE_NO_FILE;
    if (faccessat(AT_FDCWD, path, X_OK, AT_EACCESS) != 0)
        return CANDIDATE_DENIED;
    if (programs->is_elevated && !is_safe_program(path))
        return CANDIDATE_UNSAFE;
    return CANDIDATE_FITS;
}

/* True for the one that fits; of the others the first that is more than
 * nothing is what is said if none does. */
static bool consider(const struct ar_programs *programs, ar_str path,
                     struct ar_host_output *output)
{
    struct ar_arena *arena = programs->arena;
    enum candidate candidate = look_at(programs, path.ptr);
    if (candidate == CANDIDATE_FITS) {
        output->path = path;
        return true;
    }
    if (candidate == CANDIDATE_NONE || output->status != AR_HOST_NOT_FOUND)
        return false;
    output->status =
        candidate == CANDIDATE_DENIED ? AR_HOST_DENIED : AR_HOST_FAILED;
    const char *reason = "cannot be looked at";
    if (candidate == CANDIDATE_NO_FILE)
        reason = "is not a regular file";
    else if (candidate == CANDIDATE_DENIED)
        reason = "may not be run";
    else if (candidate == CANDIDATE_UNSAFE)
        reason = "could have been changed by others than root";
    output->detail =
        ar_str_printf(arena, AR_STR_FORMAT " %s", AR_STR_ARG(path), reason);
    return false;
}

static ar_str join(struct ar_arena *arena, ar_str folder, ar_str name)
{
    const char *slash = ar_str_ends_with(folder, AR_STR("/")) ? "" : "/";
    return ar_str_printf(arena, AR_STR_FORMAT "%s" AR_STR_FORMAT,
                         AR_STR_ARG(folder), slash, AR_STR_ARG(name));
}

/* A folder that is not safe is looked into only to tell "not there" from "not
 * run from there". */
static void look_into_refused(const struct ar_programs *programs, ar_str name,
                              struct ar_host_output *output)
{
    for (size_t i = 0; i < programs->refused.count; i++) {
        ar_str path = join(programs->arena, programs->refused.at[i], name);
        enum candidate candidate = look_at(programs, path.ptr);
        if (candidate == CANDIDATE_NONE || candidate == CANDIDATE_NO_FILE ||
            output->status != AR_HOST_NOT_FOUND)
            continue;
        ar_host_refuse(output, AR_HOST_FAILED,
                       ar_str_printf(programs->arena,
                                     AR_STR_FORMAT
                                     " is in a folder that others may write to",
                                     AR_STR_ARG(path)));
    }
}

bool ar_programs_find(const struct ar_programs *programs, ar_str name,
                      struct ar_host_output *output)
{
    output->status = AR_HOST_NOT_FOUND;
    if (name.len == 0 || memchr(name.ptr, '\0', name.len)) {
        ar_host_refuse(output, AR_HOST_FAILED,
                       AR_STR("this is no name of a program"));
        return false;
    }
    if (name.ptr[0] == '/')
        return consider(programs, ar_str_copy(programs->arena, name), output);
    if (memchr(name.ptr, '/', name.len)) {
        ar_host_refuse(output, AR_HOST_FAILED,
                       AR_STR("a path of a program begins with '/'"));
        return false;
    }
    for (size_t i = 0; i < programs->folders.count; i++) {
        ar_str folder = programs->folders.at[i];
        if (consider(programs, join(programs->arena, folder, name), output))
            return true;
    }
    look_into_refused(programs, name, output);
    return false;
}

/* ---- folders of PATH ---- */

/* Windows' drives in its subsystem for Linux: WSL 1 and WSL 2. Nobody but root
 * can mount either. */
static bool is_mounted_windows(const char *path)
{
#ifdef __linux__
    enum { WSLFS_MAGIC = 0x53464846, V9FS_MAGIC = 0x01021997 };
    struct statfs system;
    return statfs(path, &system) == 0 &&
           (system.f_type == WSLFS_MAGIC || system.f_type == V9FS_MAGIC);
#else
    (void)path;
    return false;
#endif
}

static bool is_drive_of_windows(const char *path)
{
    struct stat drive;
    struct stat above;
    char *up = realpath(path, NULL);
    char *slash = up ? strrchr(up, '/') : NULL;
    bool is_root = slash != NULL && stat(up, &drive) == 0;
    if (is_root)
        slash[slash == up ? 1 : 0] = '\0';
    is_root = is_root && stat(up, &above) == 0 && drive.st_dev != above.st_dev;
    free(up);
    return is_root && is_mounted_windows(path);
}

bool ar_programs_is_of_windows(ar_str folder, bool (*is_drive)(const char *))
{
    static const char *const names[] = {"/windows/system32", "/windows"};
    char drive[64];
    while (ar_str_ends_with(folder, AR_STR("/")))
        folder.len--;
    for (size_t i = 0; i < AR_COUNT_OF(names); i++) {
        size_t n_name = strlen(names[i]);
        if (folder.len <= n_name || folder.len - n_name >= sizeof(drive))
            continue;
        size_t n_drive = folder.len - n_name;
        if (!ar_str_equal_ignore_case(ar_str_slice(folder, n_drive, folder.len),
                                      ar_str_from_c(names[i])))
            continue;
        memcpy(drive, folder.ptr, n_drive);
        drive[n_drive] = '\0';
        return is_drive(drive);
    }
    return false;
}

static bool has(const ar_str_vector *list, ar_str text)
{
    for (size_t i = 0; i < list->count; i++)
        if (ar_str_equal(list->at[i], text))
            return true;
    return false;
}

static void add_folder(struct ar_programs *programs, ar_str folder)
{
    struct stat info;
    if (folder.len == 0 || folder.ptr[0] != '/' ||
        has(&programs->folders, folder) || has(&programs->refused, folder))
        return;
    ar_str path = ar_str_copy(programs->arena, folder);
    /* One that is not there yet could be made by others later. */
    if (stat(path.ptr, &info) != 0 || !S_ISDIR(info.st_mode))
        return;
    bool is_safe = (!(info.st_mode & S_IWOTH) ||
                    ar_programs_is_of_windows(path, is_drive_of_windows)) &&
                   (!programs->is_elevated || is_trusted_owner(info.st_uid));
    ar_vector_push(programs->arena,
                   is_safe ? &programs->folders : &programs->refused, path);
}

static void add_folders(struct ar_programs *programs, ar_str path)
{
    size_t start = 0;
    while (start <= path.len) {
        size_t end = ar_str_find(path, AR_STR(":"), start);
        add_folder(programs, ar_str_slice(path, start, end));
        if (end == SIZE_MAX)
            return;
        start = end + 1;
    }
}

/* ---- the environment ---- */

static bool is_empty_folder(const char *path)
{
    struct stat info;
    if (lstat(path, &info) != 0 || !S_ISDIR(info.st_mode) ||
        !is_trusted_owner(info.st_uid) || (info.st_mode & (S_IWGRP | S_IWOTH)))
        return false;
    DIR *folder = opendir(path);
    if (!folder)
        return false;
    size_t n_entries = 0;
    while (readdir(folder))
        n_entries++;
    closedir(folder);
    return n_entries <= 2; /* . and .. */
}

/* Where nobody but root can put anything. */
static const char *find_empty_folder(void)
{
    static const char *const usual[] = {"/var/empty", "/usr/share/empty",
                                        "/var/lib/empty"};
    for (size_t i = 0; i < AR_COUNT_OF(usual); i++)
        if (is_empty_folder(usual[i]))
            return usual[i];
    return "/nonexistent"; /* only root can make it */
}

static bool is_home_of_root(ar_str variable)
{
    struct stat info;
    return ar_str_starts_with(variable, AR_STR("HOME=/")) &&
           stat(variable.ptr + sizeof("HOME=") - 1, &info) == 0 &&
           is_trusted_owner(info.st_uid) && !(info.st_mode & S_IWOTH);
}

static bool passes(const struct ar_programs *programs, ar_str variable)
{
    size_t equals = ar_str_find(variable, AR_STR("="), 0);
    if (equals == SIZE_MAX || equals == 0)
        return false;
    ar_str name = ar_str_slice(variable, 0, equals);
    if (programs->is_elevated && ar_str_equal_c(name, "HOME") &&
        !is_home_of_root(variable))
        return false;
    return ar_host_passes_variable(name, programs->is_elevated);
}

static char *set(struct ar_programs *programs, const char *name, ar_str value)
{
    /* The list of execve() is not const, for reasons of its age. */
    return (char *)(uintptr_t)ar_str_printf(
               programs->arena, "%s=" AR_STR_FORMAT, name, AR_STR_ARG(value))
        .ptr;
}

static bool is_usual(ar_str folder)
{
    ar_str usual = AR_STR(":" USUAL_FOLDERS ":");
    size_t at = ar_str_find(usual, folder, 0);
    return at != SIZE_MAX && usual.ptr[at - 1] == ':' &&
           usual.ptr[at + folder.len] == ':';
}

/* What a program runs by a bare name nobody has looked at, and a folder of
 * root's may have links to what others can change: with the rights of root
 * only those of the system are left. */
static ar_str safe_path(const struct ar_programs *programs)
{
    ar_str path = {0};
    for (size_t i = 0; i < programs->folders.count; i++) {
        ar_str folder = programs->folders.at[i];
        if (programs->is_elevated && !is_usual(folder))
            continue;
        path = ar_str_printf(programs->arena, AR_STR_FORMAT "%s" AR_STR_FORMAT,
                             AR_STR_ARG(path), path.len > 0 ? ":" : "",
                             AR_STR_ARG(folder));
    }
    return path;
}

static void make_environment(struct ar_programs *programs,
                             char *const *variables)
{
    AR_VECTOR(char *) list = {0};
    struct ar_arena *arena = programs->arena;
    bool has_home = false;
    for (; *variables; variables++) {
        ar_str variable = ar_str_from_c(*variables);
        if (!passes(programs, variable))
            continue;
        has_home = has_home || ar_str_starts_with(variable, AR_STR("HOME="));
        ar_vector_push(arena, &list, *variables);
    }
    ar_vector_push(arena, &list, set(programs, "PATH", safe_path(programs)));
    ar_vector_push(arena, &list, set(programs, "LC_ALL", AR_STR("C")));
    if (programs->is_elevated) {
        ar_str empty = ar_str_from_c(find_empty_folder());
        ar_vector_push(arena, &list, set(programs, "DOCKER_CONFIG", empty));
        if (!has_home)
            ar_vector_push(arena, &list, set(programs, "HOME", empty));
    }
    ar_vector_push(arena, &list, NULL);
    programs->environment = list.at;
}

void ar_programs_open(struct ar_arena *arena, bool is_elevated, ar_str path,
                      char *const *variables, struct ar_programs *out)
{
    *out = (struct ar_programs){.arena = arena, .is_elevated = is_elevated};
    add_folders(out, path);
    add_folders(out, AR_STR(USUAL_FOLDERS));
    make_environment(out, variables);
}
