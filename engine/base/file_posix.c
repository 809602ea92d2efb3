/* SPDX-License-Identifier: Apache-2.0 */
/* Reading files and listing folders on POSIX systems. Whatever is open is
 * registered with the arena first, so that running out of memory leaves no
 * descriptor behind. */

#ifndef _XOPEN_SOURCE
#define _XOPEN_SOURCE 700 /* realpath() */
#endif

#include "base/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    PATH_BYTES = 4096,
    FIRST_READ_BYTES = 4096,
    /* Some systems refuse to read more than 2 GiB at once. */
    LARGEST_READ_BYTES = 1 << 30
};

/* Want of memory is no property of a file: it jumps. */
static enum ar_file_status read_errno(struct ar_arena *arena, int number)
{
    switch (number) {
    case ENOMEM: ar_arena_fail(arena);
    case ENOENT:
    case ENOTDIR: return AR_FILE_NOT_FOUND;
    case EACCES:
    case EPERM: return AR_FILE_DENIED;
    case EISDIR: return AR_FILE_IS_FOLDER;
    case ENXIO:
    case ENODEV:
    case EOPNOTSUPP: return AR_FILE_NOT_REGULAR;
    case EFBIG:
    case EOVERFLOW: return AR_FILE_TOO_LARGE;
    default: return AR_FILE_FAILED;
    }
}

static enum ar_file_kind classify(mode_t mode)
{
    if (S_ISREG(mode))
        return AR_FILE_KIND_REGULAR;
    if (S_ISLNK(mode))
        return AR_FILE_KIND_LINK;
    return S_ISDIR(mode) ? AR_FILE_KIND_FOLDER : AR_FILE_KIND_OTHER;
}

static enum ar_file_status require_regular(mode_t mode)
{
    if (S_ISREG(mode))
        return AR_FILE_OK;
    return S_ISDIR(mode) ? AR_FILE_IS_FOLDER : AR_FILE_NOT_REGULAR;
}

/* False if no file can have that name. A NUL inside would name another file
 * than it shows. */
static bool copy_path(ar_str path, char out[PATH_BYTES])
{
    if (path.len >= PATH_BYTES ||
        (path.len > 0 && memchr(path.ptr, '\0', path.len)))
        return false;
    if (path.len > 0)
        memcpy(out, path.ptr, path.len);
    out[path.len] = '\0';
    return true;
}

enum ar_file_kind ar_file_kind(ar_str path)
{
    struct stat info;
    char c_path[PATH_BYTES];
    if (!copy_path(path, c_path) || stat(c_path, &info) != 0)
        return AR_FILE_KIND_NONE;
    return classify(info.st_mode);
}

enum ar_file_status ar_file_look(struct ar_arena *arena, ar_str path,
                                 enum ar_file_kind *kind)
{
    struct stat info;
    char c_path[PATH_BYTES];
    *kind = AR_FILE_KIND_NONE;
    if (!copy_path(path, c_path))
        return AR_FILE_NOT_FOUND;
    if (lstat(c_path, &info) != 0)
        return read_errno(arena, errno);
    *kind = classify(info.st_mode);
    return AR_FILE_OK;
}

ar_str ar_file_absolute(struct ar_arena *arena, ar_str path)
{
    char c_path[PATH_BYTES];
    char absolute[PATH_MAX];
    if (!copy_path(path, c_path) || !realpath(c_path, absolute))
        return (ar_str){"", 0};
    return ar_str_copy(arena, ar_str_from_c(absolute));
}

/* Of a regular file there is nothing to wait for, yet some of /proc would
 * make one wait for ever. */
static bool is_worth_waiting(int fd)
{
    struct stat info;
    return fstat(fd, &info) == 0 && !S_ISREG(info.st_mode);
}

/* read() that waits out interruptions, and a standard input that somebody
 * made non-blocking. */
static ssize_t read_some(int fd, char *out, size_t size)
{
    if (size > LARGEST_READ_BYTES)
        size = LARGEST_READ_BYTES;
    for (;;) {
        ssize_t n = read(fd, out, size);
        if (n >= 0 || (errno != EINTR && errno != EAGAIN))
            return n;
        if (errno == EINTR)
            continue;
        if (!is_worth_waiting(fd)) {
            errno = EAGAIN;
            return n;
        }
        struct pollfd wait = {.fd = fd, .events = POLLIN};
        poll(&wait, 1, -1);
    }
}

/* Reads to the end, however long the file was said to be: it may change,
 * and those of /proc say 0. One byte of room shows the end in one go. */
static enum ar_file_status read_all(struct ar_arena *arena, int fd,
                                    size_t expected_bytes, size_t limit_bytes,
                                    ar_str *out)
{
    size_t capacity = expected_bytes + 2;
    char *text = ar_arena_alloc_raw(arena, capacity);
    size_t len = 0;
    for (;;) {
        if (len + 1 == capacity) {
            char *larger = ar_arena_alloc_array(arena, capacity, 2);
            memcpy(larger, text, len);
            text = larger;
            capacity *= 2;
        }
        ssize_t n = read_some(fd, text + len, capacity - 1 - len);
        if (n < 0)
            return read_errno(arena, errno);
        if (n == 0)
            break;
        len += (size_t)n;
        if (len > limit_bytes)
            return AR_FILE_TOO_LARGE;
    }
    text[len] = '\0';
    *out = (ar_str){text, len};
    return AR_FILE_OK;
}

static void close_held(void *resource)
{
    int *fd = resource;
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

/* Looks before it opens, because opening some devices does something, and
 * again after, because the file may have been replaced. */
static enum ar_file_status open_regular(struct ar_arena *arena,
                                        const char *path, int *fd,
                                        struct stat *info)
{
    if (stat(path, info) != 0)
        return read_errno(arena, errno);
    enum ar_file_status status = require_regular(info->st_mode);
    if (status != AR_FILE_OK)
        return status;
    do
        *fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
    while (*fd < 0 && errno == EINTR);
    if (*fd < 0 || fstat(*fd, info) != 0)
        return read_errno(arena, errno);
    return require_regular(info->st_mode);
}

/* What is open is the arena's until close_held(). */
static enum ar_file_status open_path(struct ar_arena *arena, ar_str path,
                                     int **fd, struct stat *info)
{
    char c_path[PATH_BYTES];
    *fd = AR_NEW(arena, int);
    **fd = -1;
    if (!copy_path(path, c_path))
        return AR_FILE_NOT_FOUND;
    ar_arena_defer(arena, close_held, *fd);
    return open_regular(arena, c_path, *fd, info);
}

/* Files of /proc say that they are empty. A setting of the kernel under
 * /proc/sys gives all it has to the first read, or what fits, and no more. */
static size_t expected_bytes(const struct stat *info)
{
    return info->st_size > 0 ? (size_t)info->st_size : FIRST_READ_BYTES;
}

enum ar_file_status ar_file_read(struct ar_arena *arena, ar_str path,
                                 size_t limit_bytes, ar_str *out)
{
    struct stat info;
    int *fd;
    enum ar_file_status status = open_path(arena, path, &fd, &info);
    if (status == AR_FILE_OK && (uintmax_t)info.st_size > limit_bytes)
        status = AR_FILE_TOO_LARGE;
    if (status == AR_FILE_OK)
        status = read_all(arena, *fd, expected_bytes(&info), limit_bytes, out);
    close_held(fd);
    return status;
}

/* pread() until the end or until there is all; offset + size does not wrap. */
static enum ar_file_status read_window(struct ar_arena *arena, int fd,
                                       off_t offset, size_t size, ar_str *out)
{
    char *bytes = ar_arena_alloc(arena, size + 1);
    size_t len = 0;
    while (len < size) {
        ssize_t n = pread(fd, bytes + len, size - len, offset + (off_t)len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return read_errno(arena, errno);
        if (n == 0)
            break;
        len += (size_t)n;
    }
    *out = (ar_str){bytes, len};
    return AR_FILE_OK;
}

enum ar_file_status ar_file_read_part(struct ar_arena *arena, ar_str path,
                                      uint64_t offset, size_t size, ar_str *out)
{
    struct stat info;
    int *fd;
    enum ar_file_status status = open_path(arena, path, &fd, &info);
    *out = (ar_str){"", 0};
    if (status == AR_FILE_OK && offset < (uintmax_t)info.st_size)
        status = read_window(arena, *fd, (off_t)offset, size, out);
    close_held(fd);
    return status;
}

enum ar_file_status ar_file_read_stdin(struct ar_arena *arena,
                                       size_t limit_bytes, ar_str *out)
{
    return read_all(arena, STDIN_FILENO, FIRST_READ_BYTES, limit_bytes, out);
}

static void close_folder(void *resource)
{
    DIR **folder = resource;
    if (*folder)
        closedir(*folder);
    *folder = NULL;
}

static enum ar_file_status read_names(struct ar_arena *arena, DIR *handle,
                                      size_t count_limit, ar_str_vector *out)
{
    for (;;) {
        errno = 0;
        const struct dirent *entry = readdir(handle);
        if (!entry)
            return errno == 0 ? AR_FILE_OK : read_errno(arena, errno);
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        if (out->count == count_limit)
            return AR_FILE_TOO_LARGE;
        ar_vector_push(arena, out,
                       ar_str_copy(arena, ar_str_from_c(entry->d_name)));
    }
}

enum ar_file_status ar_file_names(struct ar_arena *arena, ar_str folder,
                                  size_t count_limit, ar_str_vector *out)
{
    char c_path[PATH_BYTES];
    if (!copy_path(folder, c_path))
        return AR_FILE_NOT_FOUND;
    DIR **handle = AR_NEW(arena, DIR *);
    ar_arena_defer(arena, close_folder, handle);
    *handle = opendir(c_path);
    if (!*handle)
        return read_errno(arena, errno);
    enum ar_file_status status = read_names(arena, *handle, count_limit, out);
    close_folder(handle);
    return status;
}
