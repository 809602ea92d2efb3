/* SPDX-License-Identifier: Apache-2.0 */
/* A replay: a program that stands in for another one and prints what that was
 * recorded or documented to print. Beside it lies its table, whose name is its
 * own with .replay behind: a line for each call that it answers,
 *
 *   EXIT DELAY_MS STDOUT_FILE STDERR_FILE ARGUMENT...
 *
 * parted by tabs; the files lie in the same folder, - is none. A call that is
 * not in the table ends with 66 and says so. */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifdef _WIN32
#include <fcntl.h>
#include <io.h>
#include <windows.h>
#else
#include <time.h>
#include <unistd.h>
#endif

enum { PATH_BYTES = 4096, LINE_BYTES = 8192, N_FIELDS = 4, NO_RECORD = 66 };

static char folder[PATH_BYTES];

static void find_folder(char *own, size_t size)
{
#ifdef _WIN32
    GetModuleFileNameA(NULL, own, (DWORD)size);
    _setmode(_fileno(stdout), _O_BINARY);
    _setmode(_fileno(stderr), _O_BINARY);
    char *end = strrchr(own, '\\');
#else
    ssize_t length = readlink("/proc/self/exe", own, size - 1);
    if (length < 0)
        exit(NO_RECORD);
    own[length] = '\0';
    char *end = strrchr(own, '/');
#endif
    if (!end)
        exit(NO_RECORD);
    memcpy(folder, own, (size_t)(end + 1 - own));
}

static void wait_ms(long milliseconds)
{
#ifdef _WIN32
    Sleep((DWORD)milliseconds);
#else
    struct timespec left = {milliseconds / 1000, milliseconds % 1000 * 1000000};
    while (nanosleep(&left, &left) != 0 && errno == EINTR)
        ;
#endif
}

static FILE *open_beside(const char *name)
{
    char path[2 * PATH_BYTES];
    snprintf(path, sizeof(path), "%s%s", folder, name);
    FILE *file = fopen(path, "rb");
    if (!file) {
        fprintf(stderr, "replay: %s: %s\n", path, strerror(errno));
        exit(NO_RECORD);
    }
    return file;
}

static void print_file(const char *name, FILE *to)
{
    char block[4096];
    if (strcmp(name, "-") == 0)
        return;
    FILE *file = open_beside(name);
    size_t count;
    while ((count = fread(block, 1, sizeof(block), file)) > 0)
        fwrite(block, 1, count, to);
    fclose(file);
    fflush(to);
}

/* Cuts the line at its tabs. */
static size_t split(char *line, char **fields, size_t most)
{
    size_t count = 0;
    line[strcspn(line, "\r\n")] = '\0';
    for (char *at = line; at && count < most; count++) {
        fields[count] = at;
        at = strchr(at, '\t');
        if (at)
            *at++ = '\0';
    }
    return count;
}

static int is_call(char **wanted, size_t count, char **argv, size_t argc)
{
    if (count != argc)
        return 0;
    for (size_t ix = 0; ix < count; ix++) {
        if (strcmp(wanted[ix], argv[ix]) != 0)
            return 0;
    }
    return 1;
}

int main(int argc, char **argv)
{
    static char own[PATH_BYTES];
    static char name[PATH_BYTES + 16];
    static char line[LINE_BYTES];
    char *fields[64];
    find_folder(own, sizeof(own));
    snprintf(name, sizeof(name), "%s.replay", own + strlen(folder));
    FILE *table = open_beside(name);
    while (fgets(line, sizeof(line), table)) {
        size_t count = split(line, fields, sizeof(fields) / sizeof(*fields));
        if (count < N_FIELDS || !is_call(fields + N_FIELDS, count - N_FIELDS,
                                         argv + 1, (size_t)argc - 1))
            continue;
        wait_ms(strtol(fields[1], NULL, 10));
        print_file(fields[2], stdout);
        print_file(fields[3], stderr);
        return (int)strtol(fields[0], NULL, 10);
    }
    fprintf(stderr, "replay: nothing is recorded for this call of %s\n", name);
    return NO_RECORD;
}
