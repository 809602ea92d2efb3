/* SPDX-License-Identifier: Apache-2.0 */
/* Runs a fuzz target over every file of the folders given as arguments and of
 * those below them, so that a corpus is a test with any compiler. An empty or
 * missing folder is a failure: it would look like success. */

#include <dirent.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { PATH_BYTES = 4096 };

static long file_size(FILE *file)
{
    if (fseek(file, 0, SEEK_END) != 0)
        return -1;
    long size = ftell(file);
    return fseek(file, 0, SEEK_SET) == 0 ? size : -1;
}

/* The block has exactly the size of the file, so that a sanitizer sees a
 * byte read past the end. */
static bool run_open_file(FILE *file)
{
    long size = file_size(file);
    if (size < 0)
        return false;
    uint8_t *data = malloc(size > 0 ? (size_t)size : 1);
    if (!data)
        return false;
    bool is_read = fread(data, 1, (size_t)size, file) == (size_t)size;
    if (is_read)
        LLVMFuzzerTestOneInput(data, (size_t)size);
    free(data);
    return is_read;
}

static bool run_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    bool is_run = file && run_open_file(file);
    if (file)
        fclose(file);
    if (!is_run)
        fprintf(stderr, "replay: cannot read %s\n", path);
    return is_run;
}

static long run_folder(const char *folder);

/* The number of files run, or -1. */
static long run_path(const char *path)
{
    struct stat info;
    if (stat(path, &info) == 0 && S_ISDIR(info.st_mode))
        return run_folder(path);
    return run_file(path) ? 1 : -1;
}

/* The same. */
static long run_folder(const char *folder)
{
    DIR *entries = opendir(folder);
    if (!entries) {
        fprintf(stderr, "replay: cannot open %s\n", folder);
        return -1;
    }
    long count = 0;
    struct dirent *entry;
    while (count >= 0 && (entry = readdir(entries)) != NULL) {
        char path[PATH_BYTES];
        if (entry->d_name[0] == '.')
            continue;
        int len = snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name);
        long more = len > 0 && len < PATH_BYTES ? run_path(path) : -1;
        count = more < 0 ? -1 : count + more;
    }
    closedir(entries);
    return count;
}

int main(int argc, char **argv)
{
    long total = 0;
    for (int i = 1; i < argc; i++) {
        long count = run_folder(argv[i]);
        if (count <= 0) {
            fprintf(stderr, "replay: nothing was run in %s\n", argv[i]);
            return EXIT_FAILURE;
        }
        total += count;
    }
    printf("replay: %ld files\n", total);
    return total > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
