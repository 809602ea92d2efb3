/* SPDX-License-Identifier: Apache-2.0 */
/* The linker's --wrap sends the calls of our objects here: __wrap_NAME() is
 * called in place of NAME(), which is __real_NAME(). PCRE2 takes its memory by
 * a function of base/regex.c and so comes here, too. */

#include "base/arena.h"
#include "cli/platform.h"
#include "oom.h"

#include <dirent.h>
#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <time.h>

enum {
    BLOCKS = 4096,
    FOLDERS = 64,
    CLOCK = 1795348800 /* what time() says: 2026-11-22T12:00:00Z */
};

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *block, size_t size);
int __real_posix_memalign(void **out, size_t alignment, size_t size);
void __real_free(void *block);
DIR *__real_opendir(const char *path);
int __real_closedir(DIR *folder);
char *__real_realpath(const char *path, char *out);
void __real_qsort(void *base, size_t count, size_t size,
                  int (*compare)(const void *, const void *));
int __real_fsync(int fd);
time_t __real_time(time_t *out);
int __real_clock_gettime(clockid_t clock, struct timespec *out);
int __real_getentropy(void *out, size_t length);
const char *__real_cli_write_stream(enum cli_stream stream, const char *bytes,
                                    size_t length);
AR_NORETURN void __real_exit(int code);

void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *block, size_t size);
int __wrap_posix_memalign(void **out, size_t alignment, size_t size);
void __wrap_free(void *block);
DIR *__wrap_opendir(const char *path);
int __wrap_closedir(DIR *folder);
char *__wrap_realpath(const char *path, char *out);
void __wrap_qsort(void *base, size_t count, size_t size,
                  int (*compare)(const void *, const void *));
int __wrap_fsync(int fd);
time_t __wrap_time(time_t *out);
int __wrap_clock_gettime(clockid_t clock, struct timespec *out);
int __wrap_getentropy(void *out, size_t length);
const char *__wrap_cli_write_stream(enum cli_stream stream, const char *bytes,
                                    size_t length);
AR_NORETURN void __wrap_exit(int code);

struct oom_text oom_stdout;
struct oom_text oom_stderr;

static struct {
    bool is_running;
    enum oom_seam seam;
    size_t n; /* 0: none fails */
    bool is_sticky;
    bool has_failed;
    size_t n_requests; /* of the system */
    jmp_buf *end;
} run;

static void *blocks[BLOCKS];
static void *folders[FOLDERS];

void oom_begin(enum oom_seam seam, size_t n, bool sticky, jmp_buf *end)
{
    oom_stdout.length = 0;
    oom_stderr.length = 0;
    run.is_running = true;
    run.seam = seam;
    run.n = n;
    run.is_sticky = sticky;
    run.n_requests = 0;
    run.end = end;
    if (seam == OOM_OBJECTS)
        ar_arena_fail_at_object(n, sticky);
}

size_t oom_end(void)
{
    run.is_running = false;
    if (run.seam != OOM_OBJECTS)
        return run.n_requests;
    size_t n_objects = ar_arena_fail_seen();
    ar_arena_fail_at_object(0, false);
    return n_objects;
}

static bool fails(void)
{
    if (!run.is_running || run.seam != OOM_SYSTEM)
        return false;
    run.n_requests++;
    return run.n_requests == run.n || (run.is_sticky && run.n_requests > run.n);
}

/* ---- blocks ---- */

static void replace(void **list, size_t count, const void *before, void *after)
{
    for (size_t i = 0; i < count; i++) {
        if (list[i] != before)
            continue;
        list[i] = after;
        return;
    }
    AR_ASSERT(before != NULL); /* else the list is full */
}

static void remember(void *block)
{
    if (block && run.is_running)
        replace(blocks, BLOCKS, NULL, block);
}

static void forget(const void *block)
{
    if (block)
        replace(blocks, BLOCKS, block, NULL);
}

size_t oom_release(void)
{
    size_t count = 0;
    for (size_t i = 0; i < BLOCKS; i++) {
        count += blocks[i] != NULL;
        __real_free(blocks[i]);
        blocks[i] = NULL;
    }
    for (size_t i = 0; i < FOLDERS; i++) {
        if (!folders[i])
            continue;
        __real_closedir(folders[i]);
        folders[i] = NULL;
        count++;
    }
    return count;
}

void *__wrap_malloc(size_t size)
{
    void *block = fails() ? NULL : __real_malloc(size);
    remember(block);
    return block;
}

void *__wrap_calloc(size_t count, size_t size)
{
    void *block = fails() ? NULL : __real_calloc(count, size);
    remember(block);
    return block;
}

void *__wrap_realloc(void *block, size_t size)
{
    void *moved = fails() ? NULL : __real_realloc(block, size);
    if (!moved)
        return NULL;
    forget(block);
    remember(moved);
    return moved;
}

int __wrap_posix_memalign(void **out, size_t alignment, size_t size)
{
    if (fails() || __real_posix_memalign(out, alignment, size) != 0)
        return ENOMEM;
    remember(*out);
    return 0;
}

void __wrap_free(void *block)
{
    forget(block);
    __real_free(block);
}

/* ---- what the C library takes for itself ---- */

DIR *__wrap_opendir(const char *path)
{
    if (fails()) {
        errno = ENOMEM;
        return NULL;
    }
    DIR *folder = __real_opendir(path);
    if (folder && run.is_running)
        replace(folders, FOLDERS, NULL, folder);
    return folder;
}

int __wrap_closedir(DIR *folder)
{
    replace(folders, FOLDERS, folder, NULL);
    return __real_closedir(folder);
}

/* With a block to write into it needs no memory. */
char *__wrap_realpath(const char *path, char *out)
{
    if (out || !fails()) {
        char *resolved = __real_realpath(path, out);
        if (!out)
            remember(resolved);
        return resolved;
    }
    errno = ENOMEM;
    return NULL;
}

static void swap(char *a, char *b, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        char byte = a[i];
        a[i] = b[i];
        b[i] = byte;
    }
}

/* What is equal comes out in reverse. */
static void sort_in_place(char *base, size_t count, size_t size,
                          int (*compare)(const void *, const void *))
{
    for (size_t end = count; end > 1; end--) {
        size_t largest = 0;
        for (size_t i = 1; i < end; i++) {
            if (compare(base + i * size, base + largest * size) > 0)
                largest = i;
        }
        swap(base + largest * size, base + (end - 1) * size, size);
    }
}

/* Without memory it sorts in another way, which need not keep the order of
 * what is equal. */
void __wrap_qsort(void *base, size_t count, size_t size,
                  int (*compare)(const void *, const void *))
{
    if (fails())
        sort_in_place(base, count, size, compare);
    else
        __real_qsort(base, count, size, compare);
}

/* ---- the world ---- */

/* Nobody waits for the disk. */
int __wrap_fsync(int fd)
{
    return run.is_running ? 0 : __real_fsync(fd);
}

time_t __wrap_time(time_t *out)
{
    if (!run.is_running)
        return __real_time(out);
    if (out)
        *out = CLOCK;
    return CLOCK;
}

/* All takes no time, since a snapshot says how long it took. */
int __wrap_clock_gettime(clockid_t clock, struct timespec *out)
{
    if (!run.is_running)
        return __real_clock_gettime(clock, out);
    *out = (struct timespec){.tv_sec = CLOCK};
    return 0;
}

/* A snapshot has a random number. */
int __wrap_getentropy(void *out, size_t length)
{
    if (!run.is_running)
        return __real_getentropy(out, length);
    memset(out, 0x5a, length);
    return 0;
}

const char *__wrap_cli_write_stream(enum cli_stream stream, const char *bytes,
                                    size_t length)
{
    struct oom_text *text = stream == CLI_STDOUT ? &oom_stdout : &oom_stderr;
    if (!run.is_running)
        return __real_cli_write_stream(stream, bytes, length);
    if (length > sizeof(text->bytes) - text->length)
        return "the test keeps too little";
    memcpy(text->bytes + text->length, bytes, length);
    text->length += length;
    return NULL;
}

void __wrap_exit(int code)
{
    if (!run.is_running)
        __real_exit(code);
    longjmp(*run.end, code ? code : -1);
}
