/* SPDX-License-Identifier: Apache-2.0 */
/* The program on POSIX systems. */

/* POSIX with XSI: realpath(). */
#ifndef _XOPEN_SOURCE
#define _XOPEN_SOURCE 700
#endif

#include "cli/cli.h"
#include "cli/platform.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#ifdef __APPLE__
#include <mach-o/dyld.h>
#endif

#define TEMPORARY_NAME ".archrules-XXXXXX"

static const int descriptors[] = {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO};

/* ---- standard streams ---- */

/* The wrong way round on purpose: reading what was closed, or writing to it,
 * must still fail. */
static void hold_stream(int fd)
{
    int mode = fd == STDIN_FILENO ? O_WRONLY : O_RDONLY;
    if (fcntl(fd, F_GETFD) == -1 && errno == EBADF &&
        open("/dev/null", mode) != fd)
        _exit(2);
}

void cli_platform_start(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    for (size_t i = 0; i < sizeof(descriptors) / sizeof(descriptors[0]); i++)
        hold_stream(descriptors[i]);
    struct sigaction ignore = {.sa_handler = SIG_IGN};
    sigaction(SIGPIPE, &ignore, NULL);
    sigaction(SIGXFSZ, &ignore, NULL);
}

bool cli_is_terminal(enum cli_stream stream)
{
    return isatty(descriptors[stream]) == 1;
}

/* write() that waits out interruptions and a stream that somebody made
 * non-blocking. */
static ssize_t write_some(int fd, const char *bytes, size_t length)
{
    for (;;) {
        ssize_t n = write(fd, bytes, length);
        if (n >= 0 || (errno != EINTR && errno != EAGAIN))
            return n;
        if (errno == EAGAIN) {
            struct pollfd wait = {.fd = fd, .events = POLLOUT};
            poll(&wait, 1, -1);
        }
    }
}

static const char *write_all(int fd, const char *bytes, size_t length)
{
    while (length > 0) {
        ssize_t n = write_some(fd, bytes, length);
        if (n < 0)
            return strerror(errno);
        bytes += n;
        length -= (size_t)n;
    }
    return NULL;
}

const char *cli_write_stream(enum cli_stream stream, const char *bytes,
                             size_t length)
{
    return write_all(descriptors[stream], bytes, length);
}

/* ---- files ---- */

static bool is_same_file(const char *path, const char *other)
{
    struct stat a;
    struct stat b;
    return stat(path, &a) == 0 && stat(other, &b) == 0 &&
           a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

const char *cli_check_target(const char *path, const char *input)
{
    struct stat info;
    if (lstat(path, &info) != 0)
        return errno == ENOENT ? NULL : strerror(errno);
    if (S_ISDIR(info.st_mode))
        return "it is a folder";
    if (S_ISLNK(info.st_mode))
        return "it is a link";
    if (S_ISREG(info.st_mode) && input && is_same_file(path, input))
        return "it is the file the facts are read from";
    return NULL;
}

/* What a signal has to remove; NULL if there is nothing. */
static char *volatile temporary_path;

void cli_drop_unfinished(void)
{
    if (temporary_path)
        unlink(temporary_path);
    temporary_path = NULL;
}

static void remove_temporary(int number)
{
    cli_drop_unfinished();
    signal(number, SIG_DFL);
    raise(number);
}

static void catch_signals(void)
{
    static const int numbers[] = {SIGHUP, SIGINT, SIGTERM};
    for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
        struct sigaction before;
        struct sigaction action = {.sa_handler = remove_temporary};
        /* nohup and shells have some of them ignored. */
        if (sigaction(numbers[i], NULL, &before) == 0 &&
            before.sa_handler != SIG_IGN)
            sigaction(numbers[i], &action, NULL);
    }
}

static char *make_temporary_path(const char *path)
{
    const char *slash = strrchr(path, '/');
    size_t folder = slash ? (size_t)(slash - path) + 1 : 0;
    char *name = cli_allocate(folder + sizeof(TEMPORARY_NAME), 1);
    memcpy(name, path, folder);
    memcpy(name + folder, TEMPORARY_NAME, sizeof(TEMPORARY_NAME));
    return name;
}

/* As that of a file that open() makes: what the user's mask leaves of
 * rw-r--r--. */
static mode_t usual_mode(void)
{
    mode_t mask = umask(0);
    umask(mask);
    return 0644 & ~mask;
}

/* The owner and group of the file that is replaced, as far as the system
 * permits it; the mode that goes with them: another group gets no more than
 * everybody has. */
static mode_t take_over(int fd, const struct stat *replaced)
{
    mode_t mode = replaced->st_mode & 0777;
    if (fchown(fd, replaced->st_uid, replaced->st_gid) == 0 ||
        fchown(fd, (uid_t)-1, replaced->st_gid) == 0)
        return mode;
    return (mode_t)((mode & 0707) | (mode & 07) << 3);
}

/* A file that stands beside the one it is to replace, or (without a path)
 * something that is only written to. */
struct cli_sink {
    int fd;
    const char *path;
    char *temporary;
    mode_t mode;  /* of a new file */
    bool is_ours; /* to be closed */
};

/* replaced: whose mode and owner the new file is to have, or NULL. */
static const char *begin_replacing(struct cli_sink *sink, const char *path,
                                   const struct stat *replaced)
{
    sink->path = path;
    sink->is_ours = true;
    sink->temporary = make_temporary_path(path);
    catch_signals();
    sink->fd = mkstemp(sink->temporary);
    if (sink->fd < 0) {
        const char *problem = strerror(errno);
        free(sink->temporary);
        return problem;
    }
    temporary_path = sink->temporary;
    fchmod(sink->fd, replaced ? take_over(sink->fd, replaced) : sink->mode);
    return NULL;
}

static const char *sync_and_close(int fd, const char *problem)
{
    if (!problem && fsync(fd) != 0 && errno != EINVAL && errno != EROFS)
        problem = strerror(errno);
    if (close(fd) != 0 && !problem)
        problem = strerror(errno);
    return problem;
}

/* problem: why the file is not to be kept, or NULL. */
static const char *end_replacing(struct cli_sink *sink, const char *problem)
{
    problem = sync_and_close(sink->fd, problem);
    if (!problem && rename(sink->temporary, sink->path) != 0)
        problem = strerror(errno);
    if (problem)
        unlink(sink->temporary);
    temporary_path = NULL;
    free(sink->temporary);
    return problem;
}

static const char *replace_file(const char *path, const struct stat *replaced,
                                const char *bytes, size_t length)
{
    struct cli_sink sink = {0};
    const char *problem = begin_replacing(&sink, path, replaced);
    if (problem)
        return problem;
    return end_replacing(&sink, write_all(sink.fd, bytes, length));
}

/* A device or a pipe cannot be replaced, only written to. */
static const char *begin_writing(struct cli_sink *sink, const char *path)
{
    struct stat info;
    const char *problem = cli_check_target(path, NULL);
    if (problem)
        return problem;
    if (lstat(path, &info) != 0 || S_ISREG(info.st_mode))
        return begin_replacing(sink, path, NULL);
    sink->is_ours = true;
    sink->fd = open(path, O_WRONLY | O_NOCTTY | O_NOFOLLOW | O_CLOEXEC);
    return sink->fd < 0 ? strerror(errno) : NULL;
}

static const char *end_writing(struct cli_sink *sink, const char *problem)
{
    if (sink->temporary)
        return end_replacing(sink, problem);
    if (sink->is_ours && close(sink->fd) != 0 && !problem)
        problem = strerror(errno);
    return problem;
}

static const char *write_file(const char *path, mode_t mode, const char *bytes,
                              size_t length)
{
    struct cli_sink sink = {.mode = mode};
    const char *problem = begin_writing(&sink, path);
    if (problem)
        return problem;
    return end_writing(&sink, write_all(sink.fd, bytes, length));
}

const char *cli_write_file(const char *path, const char *bytes, size_t length)
{
    return write_file(path, usual_mode(), bytes, length);
}

const char *cli_write_private_file(const char *path, const char *bytes,
                                   size_t length)
{
    return write_file(path, 0600, bytes, length);
}

const char *cli_sink_open(const char *path, struct cli_sink **out)
{
    *out = cli_allocate(1, sizeof(**out));
    (*out)->fd = STDOUT_FILENO;
    (*out)->mode = usual_mode();
    const char *problem = path ? begin_writing(*out, path) : NULL;
    if (!problem)
        return NULL;
    free(*out);
    *out = NULL;
    return problem;
}

const char *cli_sink_write(struct cli_sink *sink, const char *bytes,
                           size_t length)
{
    return write_all(sink->fd, bytes, length);
}

const char *cli_sink_close(struct cli_sink *sink, bool keep)
{
    static const char discarded[] = "discarded";
    const char *problem = end_writing(sink, keep ? NULL : discarded);
    free(sink);
    return problem == discarded ? NULL : problem;
}

/* A file that is replaced needs no permission to be written, so that it is
 * asked for. */
static const char *check_rewrite(const char *path, struct stat *info)
{
    if (stat(path, info) != 0 || access(path, W_OK) != 0)
        return strerror(errno);
    return S_ISREG(info->st_mode) ? NULL : "it is not a regular file";
}

const char *cli_rewrite_file(const char *path, const char *bytes, size_t length)
{
    struct stat info;
    char *target = cli_allocate(PATH_MAX, 1);
    const char *problem =
        realpath(path, target) ? check_rewrite(target, &info) : strerror(errno);
    if (!problem)
        problem = replace_file(target, &info, bytes, length);
    free(target);
    return problem;
}

bool cli_is_folder(const char *path)
{
    struct stat info;
    return stat(path, &info) == 0 && S_ISDIR(info.st_mode);
}

const char *cli_make_folder(const char *path)
{
    if (mkdir(path, 0777) == 0 || (errno == EEXIST && cli_is_folder(path)))
        return NULL;
    return strerror(errno);
}

/* ---- reading ---- */

struct cli_input {
    int fd;
};

const char *cli_input_open(const char *path, struct cli_input **out)
{
    struct stat info;
    bool is_stdin = strcmp(path, "-") == 0;
    int fd =
        is_stdin ? STDIN_FILENO : open(path, O_RDONLY | O_NOCTTY | O_CLOEXEC);
    if (fd < 0)
        return strerror(errno);
    *out = cli_allocate(1, sizeof(**out));
    (*out)->fd = fd;
    if (fstat(fd, &info) != 0 || !S_ISDIR(info.st_mode))
        return NULL;
    cli_input_close(*out);
    return "it is a folder";
}

void cli_input_close(struct cli_input *input)
{
    if (input->fd != STDIN_FILENO)
        close(input->fd);
    free(input);
}

size_t cli_input_size(const struct cli_input *input)
{
    struct stat info;
    bool is_known = fstat(input->fd, &info) == 0 && S_ISREG(info.st_mode);
    return is_known ? (size_t)info.st_size : 0;
}

/* Interrupts reach another thread, so that nobody waits for long. */
const char *cli_input_read(struct cli_input *input, char *bytes, size_t size,
                           size_t *n_read)
{
    enum { WAIT_MS = 100 };
    struct pollfd ready = {.fd = input->fd, .events = POLLIN};
    *n_read = 0;
    while (cli_interrupt_signal() == 0) {
        int n_ready = poll(&ready, 1, WAIT_MS);
        if (n_ready == 0 || (n_ready < 0 && errno == EINTR))
            continue;
        ssize_t n = read(input->fd, bytes, size);
        if (n >= 0) {
            *n_read = (size_t)n;
            return NULL;
        }
        if (errno != EINTR && errno != EAGAIN)
            return strerror(errno);
    }
    return NULL;
}

/* ---- the program itself ---- */

static char *program_path(void)
{
    enum { PATH_BYTES = 4096 };
    char *path = cli_allocate(PATH_BYTES, 1);
#ifdef __APPLE__
    uint32_t size = PATH_BYTES;
    bool is_known = _NSGetExecutablePath(path, &size) == 0;
#else
    ssize_t length = readlink("/proc/self/exe", path, PATH_BYTES - 1);
    bool is_known = length > 0 && length < PATH_BYTES - 1;
#endif
    if (is_known)
        return path;
    free(path);
    return NULL;
}

char *cli_program_folder(void)
{
    char *path = program_path();
    char *slash = path ? strrchr(path, '/') : NULL;
    if (!slash) {
        free(path);
        return NULL;
    }
    *slash = '\0';
    return path;
}

/* ---- interrupts ---- */

/* Any thread asks for it. */
static atomic_int interrupt_signal;

static void note_interrupt(int number)
{
    interrupt_signal = number;
}

void cli_catch_interrupts(void)
{
    /* The second one ends the program at once. */
    struct sigaction action = {.sa_handler = note_interrupt,
                               .sa_flags = (int)SA_RESETHAND};
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
}

void cli_release_interrupts(void)
{
    signal(SIGINT, SIG_DFL);
    signal(SIGTERM, SIG_DFL);
}

int cli_interrupt_signal(void)
{
    return interrupt_signal;
}

uint64_t cli_now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

/* ---- waiting ---- */

void cli_sleep_ms(unsigned ms)
{
    struct timespec time = {.tv_sec = (time_t)(ms / 1000),
                            .tv_nsec = (long)(ms % 1000) * 1000000};
    nanosleep(&time, NULL);
}

bool cli_stamp_file(const char *path, struct cli_stamp *out)
{
    struct stat info;
    *out = (struct cli_stamp){0};
    if (stat(path, &info) != 0)
        return false;
    *out = (struct cli_stamp){.size = (uint64_t)info.st_size,
                              .file = (uint64_t)info.st_ino,
                              .seconds = (int64_t)info.st_mtime};
#if defined(__APPLE__)
    out->fraction = (int64_t)info.st_mtimespec.tv_nsec;
#else
    out->fraction = (int64_t)info.st_mtim.tv_nsec;
#endif
    return true;
}
