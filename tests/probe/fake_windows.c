/* SPDX-License-Identifier: Apache-2.0 */
/* A program that behaves badly, for the host of Windows.
 *
 *   fake_windows says_ok | arguments... | sleeps | floods | crashes | exits_3 |
 *                reads | leaves_child FILE | starts_child FILE | writes FILE */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <windows.h>

static void say(const char *text)
{
    DWORD count;
    WriteFile(GetStdHandle(STD_OUTPUT_HANDLE), text, (DWORD)strlen(text),
              &count, NULL);
}

/* A copy of this program that writes a file after a while, unless it is
 * ended before. */
static void start_child(const char *file)
{
    char path[MAX_PATH];
    char line[3 * MAX_PATH];
    STARTUPINFOA start = {.cb = sizeof(start)};
    PROCESS_INFORMATION made;
    GetModuleFileNameA(NULL, path, sizeof(path));
    snprintf(line, sizeof(line), "\"%s\" writes \"%s\"", path, file);
    if (!CreateProcessA(path, line, NULL, NULL, FALSE, 0, NULL, NULL, &start,
                        &made))
        exit(9);
    CloseHandle(made.hProcess);
    CloseHandle(made.hThread);
}

static void write_late(const char *file)
{
    Sleep(3000);
    FILE *out = fopen(file, "wb");
    if (out)
        fclose(out);
}

static void flood(void)
{
    char block[4096];
    memset(block, 'x', sizeof(block) - 1);
    block[sizeof(block) - 1] = '\0';
    for (;;)
        say(block);
}

static void read_input(void)
{
    char block[256];
    DWORD count;
    while (ReadFile(GetStdHandle(STD_INPUT_HANDLE), block, sizeof(block) - 1,
                    &count, NULL) &&
           count > 0) {
        block[count] = '\0';
        say(block);
    }
    say("end\n");
}

static void show_arguments(int argc, char **argv)
{
    for (int ix = 2; ix < argc; ix++) {
        say("[");
        say(argv[ix]);
        say("]");
    }
}

int main(int argc, char **argv)
{
    const char *behaviour = argc > 1 ? argv[1] : "";
    if (strcmp(behaviour, "says_ok") == 0)
        say("ok\n");
    else if (strcmp(behaviour, "arguments") == 0)
        show_arguments(argc, argv);
    else if (strcmp(behaviour, "sleeps") == 0)
        Sleep(INFINITE);
    else if (strcmp(behaviour, "floods") == 0)
        flood();
    else if (strcmp(behaviour, "crashes") == 0)
        RaiseException(0xC0000005, EXCEPTION_NONCONTINUABLE, 0, NULL);
    else if (strcmp(behaviour, "exits_3") == 0)
        return 3;
    else if (strcmp(behaviour, "reads") == 0)
        read_input();
    else if (strcmp(behaviour, "writes") == 0 && argc > 2)
        write_late(argv[2]);
    else if (strcmp(behaviour, "leaves_child") == 0 && argc > 2)
        start_child(argv[2]);
    else if (strcmp(behaviour, "starts_child") == 0 && argc > 2) {
        start_child(argv[2]);
        Sleep(INFINITE);
    }
    return 0;
}
