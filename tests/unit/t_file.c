/* SPDX-License-Identifier: Apache-2.0 */
/* Reading files and listing folders: limits, what is no regular file, links,
 * depth, and that nothing stays open. For POSIX systems. */

#define _XOPEN_SOURCE 700 /* nftw(), mkdtemp(), symlink() */

/* cmocka.h wants these before it. */
/* clang-format off */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
/* clang-format on */

#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

static struct ar_arena arena;
static char folder[] = "/tmp/t_file.XXXXXX";

static int make_folder(void **state)
{
    (void)state;
    return mkdtemp(folder) ? 0 : -1;
}

static int remove_entry(const char *path, const struct stat *info, int kind,
                        struct FTW *walk)
{
    (void)info;
    (void)kind;
    (void)walk;
    return remove(path);
}

static int remove_folder(void **state)
{
    (void)state;
    ar_arena_free(&arena);
    return nftw(folder, remove_entry, 8, FTW_DEPTH | FTW_PHYS);
}

static ar_str in_folder(const char *name)
{
    return ar_str_printf(&arena, "%s/%s", folder, name);
}

static ar_str write_file(const char *name, const char *bytes, size_t count)
{
    ar_str path = in_folder(name);
    FILE *file = fopen(path.ptr, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, count, file), count);
    assert_int_equal(fclose(file), 0);
    return path;
}

static ar_str make_sub_folder(const char *name)
{
    ar_str path = in_folder(name);
    assert_int_equal(mkdir(path.ptr, 0777), 0);
    return path;
}

static enum ar_file_status read_it(ar_str path)
{
    ar_str text = {0};
    return ar_file_read(&arena, path, 1000000, &text);
}

/* The number the next descriptor would get. */
static int find_free_descriptor(void)
{
    int fd = open("/dev/null", O_RDONLY);
    close(fd);
    return fd;
}

static void reads_whole_files(void **state)
{
    (void)state;
    ar_str text = {0};
    ar_str path = write_file("a.rules", "a\0b\r\n", 5);
    assert_int_equal(ar_file_read(&arena, path, 5, &text), AR_FILE_OK);
    assert_true(ar_str_equal(text, AR_STR("a\0b\r\n")));
    assert_int_equal(text.ptr[5], '\0');
    text.len = 99;
    path = write_file("empty", "", 0);
    assert_int_equal(ar_file_read(&arena, path, 0, &text), AR_FILE_OK);
    assert_int_equal(text.len, 0);
    assert_string_equal(text.ptr, "");
    /* A slice of a longer path: no NUL where it ends. */
    path = ar_str_concat(&arena, path, AR_STR("/nothing"));
    path.len -= strlen("/nothing");
    assert_int_equal(read_it(path), AR_FILE_OK);
}

static void limit_is_exact(void **state)
{
    (void)state;
    enum { SIZE = 70001 };
    static char bytes[SIZE];
    ar_str text = {0};
    for (size_t i = 0; i < SIZE; i++)
        bytes[i] = (char)(i % 251);
    ar_str path = write_file("large", bytes, SIZE);
    assert_int_equal(ar_file_read(&arena, path, SIZE - 1, &text),
                     AR_FILE_TOO_LARGE);
    assert_null(text.ptr);
    assert_int_equal(ar_file_read(&arena, path, SIZE + 1, &text), AR_FILE_OK);
    assert_int_equal(ar_file_read(&arena, path, SIZE, &text), AR_FILE_OK);
    assert_int_equal(text.len, SIZE);
    assert_memory_equal(text.ptr, bytes, SIZE);
    assert_int_equal(ar_file_read(&arena, path, SIZE_MAX, &text), AR_FILE_OK);
}

static void says_why_not(void **state)
{
    (void)state;
    ar_str path = write_file("plain", "x", 1);
    assert_int_equal(read_it(in_folder("nothing")), AR_FILE_NOT_FOUND);
    assert_int_equal(read_it(in_folder("plain/x")), AR_FILE_NOT_FOUND);
    assert_int_equal(read_it(AR_STR("")), AR_FILE_NOT_FOUND);
    assert_int_equal(read_it((ar_str){NULL, 0}), AR_FILE_NOT_FOUND);
    assert_int_equal(read_it(ar_str_from_c(folder)), AR_FILE_IS_FOLDER);
    path = ar_str_concat(&arena, path, AR_STR("\0.txt"));
    assert_int_equal(read_it(path), AR_FILE_NOT_FOUND);
    assert_int_equal(ar_file_kind(path), AR_FILE_KIND_NONE);
    char longest[5000];
    memset(longest, 'a', sizeof(longest));
    assert_int_equal(read_it((ar_str){longest, sizeof(longest)}),
                     AR_FILE_NOT_FOUND);
    assert_int_not_equal(read_it((ar_str){longest, 4095}), AR_FILE_OK);
    path = write_file("secret", "x", 1);
    assert_int_equal(chmod(path.ptr, 0), 0);
    assert_int_equal(read_it(path),
                     geteuid() == 0 ? AR_FILE_OK : AR_FILE_DENIED);
}

static void reads_parts(void **state)
{
    ar_str path = write_file("parts", "0123456789", 10);
    ar_str part;
    static const struct {
        uint64_t offset;
        size_t size;
        const char *expected;
    } cases[] = {
        {0, 4, "0123"},        {3, 4, "3456"},
        {8, 4, "89"},          {0, 0, ""},
        {9, 1, "9"},           {10, 4, ""},
        {11, 4, ""},           {UINT64_MAX, 4, ""},
        {INT64_MAX, 4, ""},    {0, 10, "0123456789"},
        {0, 99, "0123456789"},
    };
    (void)state;
    for (size_t ix = 0; ix < AR_COUNT_OF(cases); ix++) {
        assert_int_equal(ar_file_read_part(&arena, path, cases[ix].offset,
                                           cases[ix].size, &part),
                         AR_FILE_OK);
        assert_true(ar_str_equal_c(part, cases[ix].expected));
    }
    assert_int_equal(
        ar_file_read_part(&arena, in_folder("nothing"), 0, 4, &part),
        AR_FILE_NOT_FOUND);
    assert_int_equal(
        ar_file_read_part(&arena, ar_str_from_c(folder), 0, 4, &part),
        AR_FILE_IS_FOLDER);
    assert_int_equal(
        ar_file_read_part(&arena, AR_STR("/dev/zero"), 0, 4, &part),
        AR_FILE_NOT_REGULAR);
}

static void reads_nothing_but_regular_files(void **state)
{
    (void)state;
    ar_str fifo = in_folder("fifo");
    assert_int_equal(mkfifo(fifo.ptr, 0666), 0);
    assert_int_equal(read_it(fifo), AR_FILE_NOT_REGULAR);
    assert_int_equal(ar_file_kind(fifo), AR_FILE_KIND_OTHER);
    assert_int_equal(read_it(AR_STR("/dev/zero")), AR_FILE_NOT_REGULAR);
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    ar_str path = in_folder("socket");
    snprintf(address.sun_path, sizeof(address.sun_path), "%s", path.ptr);
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    assert_true(fd >= 0);
    assert_int_equal(bind(fd, (const void *)&address, sizeof(address)), 0);
    assert_int_equal(read_it(path), AR_FILE_NOT_REGULAR);
    close(fd);
}

static void follows_links(void **state)
{
    (void)state;
    ar_str text = {0};
    write_file("target", "hello", 5);
    assert_int_equal(symlink("target", in_folder("link").ptr), 0);
    assert_int_equal(symlink("gone", in_folder("dangling").ptr), 0);
    assert_int_equal(symlink("loop", in_folder("loop").ptr), 0);
    assert_int_equal(ar_file_read(&arena, in_folder("link"), 10, &text),
                     AR_FILE_OK);
    assert_true(ar_str_equal_c(text, "hello"));
    assert_int_equal(ar_file_kind(in_folder("link")), AR_FILE_KIND_REGULAR);
    assert_int_equal(read_it(in_folder("dangling")), AR_FILE_NOT_FOUND);
    assert_int_equal(ar_file_kind(in_folder("dangling")), AR_FILE_KIND_NONE);
    assert_int_equal(read_it(in_folder("loop")), AR_FILE_FAILED);
    assert_int_equal(ar_file_kind(ar_str_from_c(folder)), AR_FILE_KIND_FOLDER);
}

/* Files of /proc are regular, say they are empty, and are not. */
static void reads_more_than_the_size_says(void **state)
{
    (void)state;
    ar_str path = AR_STR("/proc/self/stat");
    ar_str text = {0};
    if (ar_file_kind(path) != AR_FILE_KIND_REGULAR)
        skip();
    assert_int_equal(ar_file_read(&arena, path, 100000, &text), AR_FILE_OK);
    assert_true(text.len > 10);
    assert_int_equal(strlen(text.ptr), text.len);
    assert_int_equal(ar_file_read(&arena, path, 10, &text), AR_FILE_TOO_LARGE);
}

/* The kernel gives such a number to the first read and nothing to the next. */
static void reads_settings_of_the_kernel_whole(void **state)
{
    (void)state;
    ar_str path = AR_STR("/proc/sys/kernel/pid_max");
    ar_str text = {0};
    if (ar_file_kind(path) != AR_FILE_KIND_REGULAR)
        skip();
    assert_int_equal(ar_file_read(&arena, path, 100000, &text), AR_FILE_OK);
    assert_true(strtol(text.ptr, NULL, 10) > 300);
    assert_int_equal(text.ptr[text.len - 1], '\n');
}

static enum ar_file_status read_stdin_from(int fd, size_t limit_bytes,
                                           ar_str *out)
{
    int saved = dup(STDIN_FILENO);
    assert_int_equal(dup2(fd, STDIN_FILENO), STDIN_FILENO);
    enum ar_file_status status = ar_file_read_stdin(&arena, limit_bytes, out);
    dup2(saved, STDIN_FILENO);
    close(saved);
    close(fd);
    return status;
}

static int fill_pipe(const char *bytes, size_t count)
{
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(write(ends[1], bytes, count), count);
    close(ends[1]);
    return ends[0];
}

static void reads_standard_input(void **state)
{
    (void)state;
    ar_str text = {0};
    char bytes[20000];
    memset(bytes, 'x', sizeof(bytes));
    assert_int_equal(read_stdin_from(fill_pipe("", 0), 0, &text), AR_FILE_OK);
    assert_int_equal(text.len, 0);
    assert_int_equal(
        read_stdin_from(fill_pipe(bytes, sizeof(bytes)), sizeof(bytes), &text),
        AR_FILE_OK);
    assert_int_equal(text.len, sizeof(bytes));
    assert_memory_equal(text.ptr, bytes, sizeof(bytes));
    assert_int_equal(read_stdin_from(fill_pipe(bytes, sizeof(bytes)),
                                     sizeof(bytes) - 1, &text),
                     AR_FILE_TOO_LARGE);
    assert_int_equal(read_stdin_from(open(folder, O_RDONLY), 9, &text),
                     AR_FILE_IS_FOLDER);
    /* Non-blocking, as a shell may leave it. */
    int fd = fill_pipe("abc", 3);
    assert_int_equal(fcntl(fd, F_SETFL, O_NONBLOCK), 0);
    assert_int_equal(read_stdin_from(fd, 9, &text), AR_FILE_OK);
    assert_true(ar_str_equal_c(text, "abc"));
}

static ar_str join(const ar_str_vector *names, size_t cut)
{
    ar_str joined = AR_STR("");
    for (size_t i = 0; i < names->count; i++) {
        ar_str rest = ar_str_slice(names->at[i], cut, names->at[i].len);
        joined = ar_str_printf(&arena, AR_STR_FORMAT AR_STR_FORMAT " ",
                               AR_STR_ARG(joined), AR_STR_ARG(rest));
    }
    return joined;
}

static void make_pack(void)
{
    make_sub_folder("pack");
    make_sub_folder("pack/b");
    make_sub_folder("pack/b/deep");
    make_sub_folder("pack/folder.rules");
    write_file("pack/z.rules", "", 0);
    write_file("pack/a.rules", "", 0);
    write_file("pack/A.rules", "", 0);
    write_file("pack/a.rules.bak", "", 0);
    write_file("pack/b.rules", "", 0);
    write_file("pack/b/c.rules", "", 0);
    write_file("pack/b/deep/d.rules", "", 0);
    write_file("pack/folder.rules/e.rules", "", 0);
    assert_int_equal(symlink("..", in_folder("pack/b/up").ptr), 0);
    assert_int_equal(symlink("..", in_folder("pack/up.rules").ptr), 0);
    assert_int_equal(symlink("gone", in_folder("pack/gone.rules").ptr), 0);
    assert_int_equal(symlink("a.rules", in_folder("pack/link.rules").ptr), 0);
}

static void lists_what_lies_below(void **state)
{
    (void)state;
    const char *expected =
        "A.rules a.rules b.rules b/c.rules b/deep/d.rules "
        "folder.rules/e.rules gone.rules link.rules z.rules ";
    make_pack();
    ar_str pack = in_folder("pack");
    ar_str suffix = AR_STR(".rules");
    ar_str_vector names = {0};
    assert_int_equal(ar_file_list(&arena, pack, suffix, 2, 9, &names),
                     AR_FILE_OK);
    assert_string_equal(join(&names, pack.len + 1).ptr, expected);
    assert_string_equal(names.at[0].ptr, in_folder("pack/A.rules").ptr);
    names = (ar_str_vector){0};
    assert_int_equal(
        ar_file_list(&arena, in_folder("pack/"), suffix, 8, 100, &names),
        AR_FILE_OK);
    assert_string_equal(join(&names, pack.len + 1).ptr, expected);
    names = (ar_str_vector){0};
    assert_int_equal(ar_file_list(&arena, pack, suffix, 2, 8, &names),
                     AR_FILE_TOO_LARGE);
    assert_int_equal(names.count, 8);
    names = (ar_str_vector){0};
    assert_int_equal(ar_file_list(&arena, pack, suffix, 1, 9, &names),
                     AR_FILE_TOO_LARGE);
    names = (ar_str_vector){0};
    assert_int_equal(ar_file_list(&arena, pack, AR_STR(".none"), 2, 0, &names),
                     AR_FILE_OK);
    assert_int_equal(names.count, 0);
    assert_int_equal(ar_file_list(&arena, in_folder("pack/gone.rules"), suffix,
                                  2, 9, &names),
                     AR_FILE_NOT_FOUND);
    assert_int_equal(
        ar_file_list(&arena, AR_STR("/x\0y"), suffix, 2, 9, &names),
        AR_FILE_NOT_FOUND);
}

static void leaves_nothing_open(void **state)
{
    (void)state;
    jmp_buf out_of_memory;
    ar_str path = write_file("held", "some text", 9);
    ar_str pack = make_sub_folder("held_pack");
    make_sub_folder("held_pack/sub");
    write_file("held_pack/sub/x.rules", "", 0);
    int before = find_free_descriptor();
    for (volatile size_t limit = 100; limit < 1400; limit += 8) {
        struct ar_arena small = {.limit_bytes = limit,
                                 .out_of_memory = &out_of_memory};
        ar_str_vector names = {0};
        ar_str text = {0};
        if (setjmp(out_of_memory) == 0) {
            ar_file_list(&small, pack, AR_STR(".rules"), 8, 9, &names);
            ar_file_read(&small, path, 100, &text);
            assert_int_equal(find_free_descriptor(), before);
        }
        ar_arena_free(&small);
        assert_int_equal(find_free_descriptor(), before);
    }
    assert_int_equal(read_it(in_folder("nothing")), AR_FILE_NOT_FOUND);
    assert_int_equal(read_it(path), AR_FILE_OK);
    assert_int_equal(find_free_descriptor(), before);
}

static void every_status_has_words(void **state)
{
    (void)state;
    assert_string_equal(ar_file_status_text(AR_FILE_NOT_FOUND), "no such file");
    assert_string_equal(ar_file_status_text(AR_FILE_DENIED),
                        "permission denied");
    for (int i = AR_FILE_OK; i <= AR_FILE_FAILED; i++)
        assert_true(strlen(ar_file_status_text((enum ar_file_status)i)) > 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_whole_files),
        cmocka_unit_test(limit_is_exact),
        cmocka_unit_test(says_why_not),
        cmocka_unit_test(reads_parts),
        cmocka_unit_test(reads_nothing_but_regular_files),
        cmocka_unit_test(follows_links),
        cmocka_unit_test(reads_more_than_the_size_says),
        cmocka_unit_test(reads_settings_of_the_kernel_whole),
        cmocka_unit_test(reads_standard_input),
        cmocka_unit_test(lists_what_lies_below),
        cmocka_unit_test(leaves_nothing_open),
        cmocka_unit_test(every_status_has_words),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
