/* SPDX-License-Identifier: Apache-2.0 */
/* The program on Windows. Texts are UTF-8 outside and UTF-16 inside. */

#define _CRT_RAND_S /* rand_s() */

#include "cli/cli.h"
#include "cli/platform.h"

/* The others of the system need the first one. */
/* clang-format off */
#include <windows.h>
#include <limits.h>
#include <sddl.h>
#include <shellapi.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>
/* clang-format on */

/* What is written to a console at once: it takes no more in old versions. */
enum { CONSOLE_BYTES = 8000, PATH_UNITS = 32768 };

#define TEMPORARY_NAME L".archrules-%08x"

/* ---- texts ---- */

/* To be freed; what is not UTF-8 gives U+FFFD, and so the name of no file. */
static wchar_t *widen(const char *text)
{
    int count = MultiByteToWideChar(CP_UTF8, 0, text, -1, NULL, 0);
    wchar_t *wide = cli_allocate((size_t)count + 1, sizeof(*wide));
    MultiByteToWideChar(CP_UTF8, 0, text, -1, wide, count);
    return wide;
}

/* To be freed. */
static char *narrow(const wchar_t *wide)
{
    int count = WideCharToMultiByte(CP_UTF8, 0, wide, -1, NULL, 0, NULL, NULL);
    char *text = cli_allocate((size_t)count + 1, 1);
    WideCharToMultiByte(CP_UTF8, 0, wide, -1, text, count, NULL, NULL);
    return text;
}

static const char *error_text(DWORD number)
{
    static char text[40];
    switch (number) {
    case ERROR_FILE_NOT_FOUND:
    case ERROR_PATH_NOT_FOUND:
    case ERROR_INVALID_NAME: return "No such file or directory";
    case ERROR_ACCESS_DENIED: return "Permission denied";
    case ERROR_SHARING_VIOLATION: return "another program has it open";
    case ERROR_DISK_FULL:
    case ERROR_HANDLE_DISK_FULL: return "No space left on device";
    case ERROR_BROKEN_PIPE:
    case ERROR_NO_DATA: return "Broken pipe";
    case ERROR_INVALID_HANDLE: return "Bad file descriptor";
    case ERROR_WRITE_PROTECT: return "Read-only file system";
    default:
        snprintf(text, sizeof(text), "error %lu of the system",
                 (unsigned long)number);
        return text;
    }
}

/* ---- standard streams ---- */

static HANDLE stream_handle(enum cli_stream stream)
{
    static const DWORD names[] = {STD_INPUT_HANDLE, STD_OUTPUT_HANDLE,
                                  STD_ERROR_HANDLE};
    return GetStdHandle(names[stream]);
}

/* A console that cannot be told colours and to clear a line counts as a
 * file. */
static void prepare_console(enum cli_stream stream)
{
    DWORD mode;
    if (GetConsoleMode(stream_handle(stream), &mode))
        SetConsoleMode(stream_handle(stream),
                       mode | ENABLE_VIRTUAL_TERMINAL_PROCESSING);
}

/* The command line in UTF-8, whatever the code page. Never freed. */
static void read_arguments(int *argc, char ***argv)
{
    int count;
    wchar_t **wide = CommandLineToArgvW(GetCommandLineW(), &count);
    if (!wide)
        return;
    char **list = cli_allocate((size_t)count + 1, sizeof(*list));
    for (int i = 0; i < count; i++)
        list[i] = narrow(wide[i]);
    LocalFree(wide);
    *argc = count;
    *argv = list;
}

void cli_platform_start(int *argc, char ***argv)
{
    SetErrorMode(SEM_FAILCRITICALERRORS | SEM_NOOPENFILEERRORBOX);
    /* Nothing is loaded from beside the program or the current folder. */
    SetDefaultDllDirectories(LOAD_LIBRARY_SEARCH_SYSTEM32);
    prepare_console(CLI_STDOUT);
    prepare_console(CLI_STDERR);
    read_arguments(argc, argv);
}

bool cli_is_terminal(enum cli_stream stream)
{
    DWORD mode;
    return GetConsoleMode(stream_handle(stream), &mode) &&
           (stream == CLI_STDIN || (mode & ENABLE_VIRTUAL_TERMINAL_PROCESSING));
}

static const char *write_bytes(HANDLE handle, const char *bytes, size_t length)
{
    while (length > 0) {
        DWORD count = 0;
        DWORD size = length > INT_MAX ? INT_MAX : (DWORD)length;
        if (!WriteFile(handle, bytes, size, &count, NULL))
            return error_text(GetLastError());
        bytes += count;
        length -= count;
    }
    return NULL;
}

/* As many bytes as a console is given, without cutting a character. */
static size_t piece_length(const char *bytes, size_t length)
{
    size_t end = length < CONSOLE_BYTES ? length : CONSOLE_BYTES;
    while (end < length && end > 1 && (bytes[end] & 0xC0) == 0x80)
        end--;
    return end;
}

static const char *write_console(HANDLE handle, const char *bytes,
                                 size_t length)
{
    wchar_t wide[CONSOLE_BYTES];
    while (length > 0) {
        size_t size = piece_length(bytes, length);
        int count = MultiByteToWideChar(CP_UTF8, 0, bytes, (int)size, wide,
                                        CONSOLE_BYTES);
        DWORD written;
        if (!WriteConsoleW(handle, wide, (DWORD)count, &written, NULL))
            return error_text(GetLastError());
        bytes += size;
        length -= size;
    }
    return NULL;
}

const char *cli_write_stream(enum cli_stream stream, const char *bytes,
                             size_t length)
{
    DWORD mode;
    HANDLE handle = stream_handle(stream);
    return GetConsoleMode(handle, &mode) ? write_console(handle, bytes, length)
                                         : write_bytes(handle, bytes, length);
}

/* ---- files ---- */

static HANDLE open_path(const wchar_t *path, DWORD access)
{
    return CreateFileW(path, access,
                       FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE,
                       NULL, OPEN_EXISTING, FILE_FLAG_BACKUP_SEMANTICS, NULL);
}

static bool read_identity(const wchar_t *path, BY_HANDLE_FILE_INFORMATION *out)
{
    HANDLE file = open_path(path, 0);
    if (file == INVALID_HANDLE_VALUE)
        return false;
    bool is_known = GetFileInformationByHandle(file, out);
    CloseHandle(file);
    return is_known;
}

static bool is_same_file(const wchar_t *path, const char *other)
{
    BY_HANDLE_FILE_INFORMATION a;
    BY_HANDLE_FILE_INFORMATION b;
    wchar_t *wide = widen(other);
    bool is_same = read_identity(path, &a) && read_identity(wide, &b) &&
                   a.dwVolumeSerialNumber == b.dwVolumeSerialNumber &&
                   a.nFileIndexHigh == b.nFileIndexHigh &&
                   a.nFileIndexLow == b.nFileIndexLow;
    free(wide);
    return is_same;
}

/* NUL, CON, a pipe. */
static bool is_device(const wchar_t *path)
{
    HANDLE file = open_path(path, GENERIC_WRITE);
    if (file == INVALID_HANDLE_VALUE)
        return false;
    bool is_device = GetFileType(file) != FILE_TYPE_DISK;
    CloseHandle(file);
    return is_device;
}

static const char *check_target(const wchar_t *path, const char *input)
{
    DWORD attributes = GetFileAttributesW(path);
    if (attributes == INVALID_FILE_ATTRIBUTES) {
        DWORD error = GetLastError();
        return error == ERROR_FILE_NOT_FOUND ? NULL : error_text(error);
    }
    if (attributes & FILE_ATTRIBUTE_DIRECTORY)
        return "it is a folder";
    if (attributes & FILE_ATTRIBUTE_REPARSE_POINT)
        return "it is a link";
    if (input && is_same_file(path, input) && !is_device(path))
        return "it is the file the facts are read from";
    return NULL;
}

const char *cli_check_target(const char *path, const char *input)
{
    wchar_t *wide = widen(path);
    const char *problem = check_target(wide, input);
    free(wide);
    return problem;
}

/* What an interrupt has to remove; NULL if there is nothing. */
static wchar_t *volatile temporary_path;

void cli_drop_unfinished(void)
{
    if (temporary_path)
        DeleteFileW(temporary_path);
    temporary_path = NULL;
}

static BOOL WINAPI remove_temporary(DWORD event)
{
    (void)event;
    cli_drop_unfinished();
    return FALSE; /* the system ends the program */
}

static wchar_t *make_temporary_path(const wchar_t *path)
{
    size_t folder = wcslen(path);
    unsigned number = 0;
    while (folder > 0 && path[folder - 1] != L'\\' && path[folder - 1] != L'/')
        folder--;
    size_t room = folder + wcslen(TEMPORARY_NAME) + 8;
    wchar_t *name = cli_allocate(room, sizeof(*name));
    memcpy(name, path, folder * sizeof(*name));
    rand_s(&number);
    _snwprintf(name + folder, room - folder, TEMPORARY_NAME, number);
    return name;
}

/* Whose rights a new file has. */
enum rights {
    RIGHTS_OF_FOLDER,
    RIGHTS_OF_REPLACED, /* and the attributes of the file that is there */
    RIGHTS_OF_OWNER     /* nobody but the owner and the system has any */
};

/* A file that stands beside the one it is to replace, or something that is
 * only written to. */
struct cli_sink {
    HANDLE file;
    const wchar_t *path; /* to be replaced, or NULL */
    wchar_t *temporary;
    wchar_t *own_path; /* to be freed with the sink */
    enum rights rights;
    bool is_ours;
};

static HANDLE create_file(const wchar_t *name, enum rights rights)
{
    SECURITY_ATTRIBUTES security = {.nLength = sizeof(security)};
    if (rights == RIGHTS_OF_OWNER &&
        !ConvertStringSecurityDescriptorToSecurityDescriptorW(
            L"D:P(A;;FA;;;OW)(A;;FA;;;SY)", SDDL_REVISION_1,
            &security.lpSecurityDescriptor, NULL))
        return INVALID_HANDLE_VALUE;
    HANDLE file = CreateFileW(name, GENERIC_WRITE, FILE_SHARE_DELETE, &security,
                              CREATE_NEW, FILE_ATTRIBUTE_NORMAL, NULL);
    LocalFree(security.lpSecurityDescriptor);
    return file;
}

static const char *begin_replacing(struct cli_sink *sink, const wchar_t *path)
{
    sink->path = path;
    sink->temporary = make_temporary_path(path);
    sink->file = create_file(sink->temporary, sink->rights);
    if (sink->file == INVALID_HANDLE_VALUE) {
        free(sink->temporary);
        return error_text(GetLastError());
    }
    temporary_path = sink->temporary;
    SetConsoleCtrlHandler(remove_temporary, TRUE);
    return NULL;
}

/* problem: why the file is not to be kept, or NULL. */
static const char *end_replacing(struct cli_sink *sink, const char *problem)
{
    const wchar_t *name = sink->temporary;
    if (!problem && !FlushFileBuffers(sink->file))
        problem = error_text(GetLastError());
    CloseHandle(sink->file);
    if (!problem && !(sink->rights == RIGHTS_OF_REPLACED
                          ? ReplaceFileW(sink->path, name, NULL, 0, NULL, NULL)
                          : MoveFileExW(name, sink->path,
                                        MOVEFILE_REPLACE_EXISTING |
                                            MOVEFILE_WRITE_THROUGH)))
        problem = error_text(GetLastError());
    if (problem)
        DeleteFileW(name);
    SetConsoleCtrlHandler(remove_temporary, FALSE);
    temporary_path = NULL;
    free(sink->temporary);
    return problem;
}

/* A device or a pipe cannot be replaced, only written to. */
static const char *begin_writing(struct cli_sink *sink, const wchar_t *path)
{
    const char *problem = check_target(path, NULL);
    if (problem)
        return problem;
    if (!is_device(path))
        return begin_replacing(sink, path);
    sink->file = open_path(path, GENERIC_WRITE);
    sink->is_ours = true;
    return sink->file == INVALID_HANDLE_VALUE ? error_text(GetLastError())
                                              : NULL;
}

static const char *end_writing(struct cli_sink *sink, const char *problem)
{
    if (sink->path)
        return end_replacing(sink, problem);
    if (sink->is_ours)
        CloseHandle(sink->file);
    return problem;
}

static const char *write_file(const char *path, enum rights rights,
                              const char *bytes, size_t length)
{
    struct cli_sink sink = {.rights = rights};
    wchar_t *wide = widen(path);
    const char *problem = begin_writing(&sink, wide);
    if (!problem)
        problem = end_writing(&sink, write_bytes(sink.file, bytes, length));
    free(wide);
    return problem;
}

const char *cli_write_file(const char *path, const char *bytes, size_t length)
{
    return write_file(path, RIGHTS_OF_FOLDER, bytes, length);
}

const char *cli_write_private_file(const char *path, const char *bytes,
                                   size_t length)
{
    return write_file(path, RIGHTS_OF_OWNER, bytes, length);
}

const char *cli_sink_open(const char *path, struct cli_sink **out)
{
    struct cli_sink *sink = cli_allocate(1, sizeof(*sink));
    const char *problem = NULL;
    sink->file = stream_handle(CLI_STDOUT);
    if (path) {
        sink->own_path = widen(path);
        problem = begin_writing(sink, sink->own_path);
    }
    *out = problem ? NULL : sink;
    if (problem) {
        free(sink->own_path);
        free(sink);
    }
    return problem;
}

const char *cli_sink_write(struct cli_sink *sink, const char *bytes,
                           size_t length)
{
    return write_bytes(sink->file, bytes, length);
}

const char *cli_sink_close(struct cli_sink *sink, bool keep)
{
    static const char discarded[] = "discarded";
    const char *problem = end_writing(sink, keep ? NULL : discarded);
    free(sink->own_path);
    free(sink);
    return problem == discarded ? NULL : problem;
}

/* Where the links lead to. */
static const char *find_target(const wchar_t *path, wchar_t *target)
{
    HANDLE file = open_path(path, GENERIC_READ | GENERIC_WRITE);
    if (file == INVALID_HANDLE_VALUE)
        return error_text(GetLastError());
    bool is_regular = GetFileType(file) == FILE_TYPE_DISK;
    DWORD length = GetFinalPathNameByHandleW(file, target, PATH_UNITS, 0);
    CloseHandle(file);
    if (!is_regular)
        return "it is not a regular file";
    return length > 0 && length < PATH_UNITS ? NULL : "the name is too long";
}

const char *cli_rewrite_file(const char *path, const char *bytes, size_t length)
{
    wchar_t *wide = widen(path);
    wchar_t *target = cli_allocate(PATH_UNITS, sizeof(*target));
    const char *problem = find_target(wide, target);
    struct cli_sink sink = {.rights = RIGHTS_OF_REPLACED};
    if (!problem)
        problem = begin_replacing(&sink, target);
    if (!problem)
        problem = end_replacing(&sink, write_bytes(sink.file, bytes, length));
    free(target);
    free(wide);
    return problem;
}

static bool is_folder(const wchar_t *path)
{
    DWORD attributes = GetFileAttributesW(path);
    return attributes != INVALID_FILE_ATTRIBUTES &&
           (attributes & FILE_ATTRIBUTE_DIRECTORY);
}

bool cli_is_folder(const char *path)
{
    wchar_t *wide = widen(path);
    bool result = is_folder(wide);
    free(wide);
    return result;
}

const char *cli_make_folder(const char *path)
{
    wchar_t *wide = widen(path);
    const char *problem = NULL;
    if (!CreateDirectoryW(wide, NULL)) {
        DWORD error = GetLastError();
        if (error != ERROR_ALREADY_EXISTS || !is_folder(wide))
            problem = error_text(error);
    }
    free(wide);
    return problem;
}

/* ---- the program itself ---- */

char *cli_program_folder(void)
{
    wchar_t *wide = cli_allocate(PATH_UNITS, sizeof(*wide));
    DWORD length = GetModuleFileNameW(NULL, wide, PATH_UNITS);
    wchar_t *slash = wcsrchr(wide, L'\\');
    char *folder = NULL;
    if (length > 0 && length < PATH_UNITS && slash) {
        *slash = L'\0';
        folder = narrow(wide);
    }
    free(wide);
    return folder;
}

/* ---- reading ---- */

struct cli_input {
    HANDLE file;
    bool is_ours;
};

const char *cli_input_open(const char *path, struct cli_input **out)
{
    wchar_t *wide = widen(path);
    bool is_stdin = strcmp(path, "-") == 0;
    bool is_wrong = !is_stdin && is_folder(wide);
    HANDLE file = is_stdin ? stream_handle(CLI_STDIN)
                           : CreateFileW(wide, GENERIC_READ, FILE_SHARE_READ,
                                         NULL, OPEN_EXISTING, 0, NULL);
    free(wide);
    if (is_wrong)
        return "it is a folder";
    if (file == INVALID_HANDLE_VALUE)
        return error_text(GetLastError());
    *out = cli_allocate(1, sizeof(**out));
    **out = (struct cli_input){.file = file, .is_ours = !is_stdin};
    return NULL;
}

void cli_input_close(struct cli_input *input)
{
    if (input->is_ours)
        CloseHandle(input->file);
    free(input);
}

size_t cli_input_size(const struct cli_input *input)
{
    LARGE_INTEGER size;
    if (GetFileType(input->file) != FILE_TYPE_DISK ||
        !GetFileSizeEx(input->file, &size))
        return 0;
    return (size_t)size.QuadPart;
}

const char *cli_input_read(struct cli_input *input, char *bytes, size_t size,
                           size_t *n_read)
{
    DWORD n = 0;
    *n_read = 0;
    if (cli_interrupt_signal() != 0)
        return NULL;
    if (!ReadFile(input->file, bytes, (DWORD)size, &n, NULL) &&
        GetLastError() != ERROR_BROKEN_PIPE)
        return error_text(GetLastError());
    *n_read = n;
    return NULL;
}

uint64_t cli_now_ms(void)
{
    return GetTickCount64();
}

/* ---- interrupts ---- */

static volatile LONG interrupt_signal;

/* Closing the window ends the program at once; the system then ends the
 * programs it runs, since their jobs are closed. */
static BOOL WINAPI note_interrupt(DWORD event)
{
    if (event != CTRL_C_EVENT && event != CTRL_BREAK_EVENT)
        return FALSE;
    /* The second one ends the program. */
    return InterlockedExchange(&interrupt_signal, SIGINT) == 0;
}

void cli_catch_interrupts(void)
{
    SetConsoleCtrlHandler(note_interrupt, TRUE);
}

void cli_release_interrupts(void)
{
    SetConsoleCtrlHandler(note_interrupt, FALSE);
}

int cli_interrupt_signal(void)
{
    return (int)interrupt_signal;
}

/* ---- waiting ---- */

void cli_sleep_ms(unsigned ms)
{
    Sleep(ms);
}

bool cli_stamp_file(const char *path, struct cli_stamp *out)
{
    /* Of 100 ns, since 1601. */
    const int64_t ticks_per_second = 10000000;
    const int64_t seconds_to_1970 = 11644473600;
    WIN32_FILE_ATTRIBUTE_DATA info;
    wchar_t *wide = widen(path);
    bool is_there = GetFileAttributesExW(wide, GetFileExInfoStandard, &info);
    free(wide);
    *out = (struct cli_stamp){0};
    if (!is_there)
        return false;
    int64_t ticks =
        (int64_t)((uint64_t)info.ftLastWriteTime.dwHighDateTime << 32 |
                  info.ftLastWriteTime.dwLowDateTime);
    out->size = (uint64_t)info.nFileSizeHigh << 32 | info.nFileSizeLow;
    out->seconds = ticks / ticks_per_second - seconds_to_1970;
    out->fraction = ticks % ticks_per_second;
    return true;
}
