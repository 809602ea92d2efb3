/* SPDX-License-Identifier: Apache-2.0 */
/* The machine this program runs on, if it is Windows: files, variables and
 * clocks; run_windows.c has the programs, registry_windows.c the registry and
 * services. */

#include "probe/host_windows.h"

#include "text/utf8.h"

#include <string.h>

/* Not every set of headers has them. */
#ifndef ERROR_ELEVATION_REQUIRED
#define ERROR_ELEVATION_REQUIRED 740L
#endif
#ifndef ERROR_VIRUS_INFECTED
#define ERROR_VIRUS_INFECTED 225L
#endif

/* ---- texts ---- */

wchar_t *ar_windows_wide(struct ar_arena *arena, ar_str text)
{
    if (text.len > INT32_MAX / 2 ||
        (text.len > 0 && memchr(text.ptr, '\0', text.len)))
        return NULL;
    wchar_t *wide = AR_NEW_ARRAY(arena, wchar_t, text.len + 1);
    if (text.len > 0 &&
        MultiByteToWideChar(CP_UTF8, MB_ERR_INVALID_CHARS, text.ptr,
                            (int)text.len, wide, (int)text.len) <= 0)
        return NULL;
    return wide;
}

bool ar_windows_narrow(struct ar_arena *arena, const wchar_t *text, ar_str *out)
{
    size_t n_units = wcslen(text);
    *out = (ar_str){"", 0};
    if (n_units == 0)
        return true;
    if (n_units > INT32_MAX / 3)
        return false;
    char *bytes = ar_arena_alloc_array(arena, n_units, 3);
    int count =
        WideCharToMultiByte(CP_UTF8, WC_ERR_INVALID_CHARS, text, (int)n_units,
                            bytes, (int)(3 * n_units), NULL, NULL);
    *out = (ar_str){bytes, count > 0 ? (size_t)count : 0};
    return count > 0;
}

ar_str ar_windows_error_text(struct ar_arena *arena, DWORD number)
{
    switch (number) {
    case ERROR_FILE_NOT_FOUND:
    case ERROR_PATH_NOT_FOUND: return AR_STR("no such file");
    case ERROR_ACCESS_DENIED:
    case ERROR_PRIVILEGE_NOT_HELD: return AR_STR("permission denied");
    case ERROR_ELEVATION_REQUIRED:
        return AR_STR("it wants the rights of an administrator");
    case ERROR_SHARING_VIOLATION: return AR_STR("somebody else has it open");
    case ERROR_BAD_EXE_FORMAT:
    case ERROR_EXE_MACHINE_TYPE_MISMATCH:
        return AR_STR("it is no program that this machine can run");
    case ERROR_VIRUS_INFECTED: return AR_STR("a virus scanner forbids it");
    case ERROR_ACCESS_DISABLED_BY_POLICY:
        return AR_STR("a policy of this machine forbids it");
    case ERROR_FILENAME_EXCED_RANGE: return AR_STR("the name is too long");
    case ERROR_NOT_ENOUGH_MEMORY:
    case ERROR_OUTOFMEMORY:
    case ERROR_COMMITMENT_LIMIT: return AR_STR("the system lacks memory");
    default:
        return ar_str_printf(arena, "error %lu of the system",
                             (unsigned long)number);
    }
}

void ar_windows_refuse(struct ar_arena *arena, DWORD number,
                       struct ar_host_output *out)
{
    bool is_denied = number == ERROR_ACCESS_DENIED ||
                     number == ERROR_PRIVILEGE_NOT_HELD ||
                     number == ERROR_ELEVATION_REQUIRED ||
                     number == ERROR_ACCESS_DISABLED_BY_POLICY;
    ar_host_refuse(out, is_denied ? AR_HOST_DENIED : AR_HOST_FAILED,
                   ar_windows_error_text(arena, number));
}

/* ---- files ---- */

static bool is_separator(char c)
{
    return c == '\\' || c == '/';
}

/* C:\x and C:/x. What begins with two separators is on another machine, and
 * whoever asks for it shows that machine who asks; or it is a device. */
static bool is_absolute(ar_str path, struct ar_host_output *out)
{
    enum { PATH_BYTES = 4096 };
    if (path.len >= PATH_BYTES) {
        ar_host_refuse(out, AR_HOST_FAILED, AR_STR("the path is too long"));
        return false;
    }
    if (path.len >= 3 && ar_char_is_letter(path.ptr[0]) && path.ptr[1] == ':' &&
        is_separator(path.ptr[2]) && !memchr(path.ptr, '\0', path.len))
        return true;
    ar_host_refuse(out, AR_HOST_FAILED,
                   AR_STR("a path begins with a drive, as C:\\"));
    return false;
}

static void read_file(struct ar_host *host, struct ar_arena *arena, ar_str path,
                      size_t max_bytes, struct ar_host_output *out)
{
    (void)host;
    int64_t start = ar_windows_now_us();
    *out = (struct ar_host_output){.exit_code = -1};
    if (is_absolute(path, out))
        ar_host_read_file(arena, path, max_bytes, out);
    out->duration_us = ar_windows_now_us() - start;
}

static void read_part(struct ar_host *host, struct ar_arena *arena, ar_str path,
                      uint64_t offset, size_t size, struct ar_host_output *out)
{
    (void)host;
    int64_t start = ar_windows_now_us();
    *out = (struct ar_host_output){.exit_code = -1};
    if (is_absolute(path, out))
        ar_host_read_part(arena, path, offset, size, out);
    out->duration_us = ar_windows_now_us() - start;
}

static void glob(struct ar_host *host, struct ar_arena *arena, ar_str pattern,
                 size_t max_matches, struct ar_host_output *out)
{
    (void)host;
    int64_t start = ar_windows_now_us();
    *out = (struct ar_host_output){.exit_code = -1};
    if (is_absolute(pattern, out))
        ar_host_glob(arena, pattern, 3, true, max_matches, out);
    out->duration_us = ar_windows_now_us() - start;
}

/* ---- what stands under a path ---- */

static bool is_link(const wchar_t *path)
{
    WIN32_FIND_DATAW data;
    HANDLE search = FindFirstFileW(path, &data);
    if (search == INVALID_HANDLE_VALUE)
        return false;
    FindClose(search);
    return (data.dwFileAttributes & FILE_ATTRIBUTE_REPARSE_POINT) &&
           (data.dwReserved0 == IO_REPARSE_TAG_SYMLINK ||
            data.dwReserved0 == IO_REPARSE_TAG_MOUNT_POINT);
}

static enum ar_host_status status_of(DWORD number)
{
    switch (number) {
    case ERROR_FILE_NOT_FOUND:
    case ERROR_PATH_NOT_FOUND:
    case ERROR_INVALID_NAME:
    case ERROR_INVALID_DRIVE:
    case ERROR_BAD_PATHNAME:
    case ERROR_DIRECTORY: return AR_HOST_NOT_FOUND;
    case ERROR_ACCESS_DENIED: return AR_HOST_DENIED;
    default: return AR_HOST_FAILED;
    }
}

/* Windows counts from 1601, in steps of 100 nanoseconds. */
static int64_t since_1970(FILETIME time)
{
    uint64_t steps = (uint64_t)time.dwHighDateTime << 32 | time.dwLowDateTime;
    return (int64_t)(steps / 10) - INT64_C(11644473600000000);
}

/* Opened for nothing but its attributes, links followed or not. */
static bool read_information(const wchar_t *path, bool follows,
                             BY_HANDLE_FILE_INFORMATION *out)
{
    DWORD flags = FILE_FLAG_BACKUP_SEMANTICS |
                  (follows ? 0 : FILE_FLAG_OPEN_REPARSE_POINT);
    HANDLE file =
        CreateFileW(path, FILE_READ_ATTRIBUTES,
                    FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE,
                    NULL, OPEN_EXISTING, flags, NULL);
    if (file == INVALID_HANDLE_VALUE)
        return false;
    bool is_read = GetFileInformationByHandle(file, out);
    DWORD error = GetLastError();
    CloseHandle(file);
    SetLastError(error);
    return is_read;
}

static void look(struct ar_host *host, struct ar_arena *arena, ar_str path,
                 bool follows, struct ar_host_entry *out)
{
    BY_HANDLE_FILE_INFORMATION info;
    struct ar_host_output refused = {0};
    (void)host;
    *out = (struct ar_host_entry){.status = AR_HOST_FAILED};
    wchar_t *wide =
        is_absolute(path, &refused) ? ar_windows_wide(arena, path) : NULL;
    if (!wide) {
        out->detail = refused.detail;
        return;
    }
    if (!read_information(wide, follows, &info)) {
        DWORD number = GetLastError();
        out->status = status_of(number);
        out->detail = ar_windows_error_text(arena, number);
        return;
    }
    *out = (struct ar_host_entry){
        .size =
            (int64_t)((uint64_t)info.nFileSizeHigh << 32 | info.nFileSizeLow),
        .modified_us = since_1970(info.ftLastWriteTime),
    };
    if (!follows && is_link(wide))
        out->kind = AR_HOST_KIND_LINK;
    else if (info.dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY)
        out->kind = AR_HOST_KIND_FOLDER;
    else if (info.dwFileAttributes & FILE_ATTRIBUTE_DEVICE)
        out->kind = AR_HOST_KIND_DEVICE;
}

/* ---- PATH ---- */

/* A folder may stand in quotes, and then it has them on both sides. */
static ar_str strip_quotes(ar_str folder)
{
    if (folder.len >= 2 && folder.ptr[0] == '"' &&
        folder.ptr[folder.len - 1] == '"')
        return ar_str_slice(folder, 1, folder.len - 1);
    return folder;
}

static void search_path(struct ar_host *host, struct ar_arena *arena,
                        ar_str_vector *folders, struct ar_host_output *out)
{
    host->functions->variable(host, arena, AR_STR("PATH"), out);
    if (out->status != AR_HOST_DONE)
        return;
    ar_host_split(arena, out->out, ';', folders);
    for (size_t ix = 0; ix < folders->count; ix++)
        folders->at[ix] = strip_quotes(folders->at[ix]);
}

/* In the order in which cmd.exe tries them. */
static ar_str_vector list_endings(struct ar_host *host, struct ar_arena *arena,
                                  ar_str name)
{
    struct ar_host_output output;
    ar_str_vector endings = {0};
    if (ar_str_find(name, AR_STR("."), 0) != SIZE_MAX)
        ar_vector_push(arena, &endings, AR_STR(""));
    host->functions->variable(host, arena, AR_STR("PATHEXT"), &output);
    bool is_set = output.status == AR_HOST_DONE && output.out.len > 0;
    ar_host_split(arena, is_set ? output.out : AR_STR(".COM;.EXE;.BAT;.CMD"),
                  ';', &endings);
    return endings;
}

static bool is_listed(const ar_str_vector *paths, ar_str path)
{
    for (size_t ix = 0; ix < paths->count; ix++) {
        if (ar_str_equal_ignore_case(paths->at[ix], path))
            return true;
    }
    return false;
}

static void add_programs_in(struct ar_host *host, struct ar_arena *arena,
                            ar_str folder, ar_str name, ar_str_vector *paths)
{
    ar_str_vector endings = list_endings(host, arena, name);
    bool is_ended = ar_str_ends_with(folder, AR_STR("\\")) ||
                    ar_str_ends_with(folder, AR_STR("/"));
    ar_str start =
        ar_str_join(arena, folder, is_ended ? AR_STR("") : AR_STR("\\"), name);
    for (size_t ix = 0; ix < endings.count; ix++) {
        struct ar_host_entry entry;
        ar_str ending = endings.at[ix];
        ar_str path = ar_str_concat(arena, start, ending);
        if (ending.len == 0 && ix > 0)
            continue;
        look(host, arena, path, true, &entry);
        if (entry.status == AR_HOST_DONE &&
            entry.kind == AR_HOST_KIND_REGULAR && !is_listed(paths, path))
            ar_vector_push(arena, paths, path);
    }
}

static void programs(struct ar_host *host, struct ar_arena *arena, ar_str name,
                     ar_str_vector *paths, struct ar_host_output *out)
{
    ar_str_vector folders = {0};
    search_path(host, arena, &folders, out);
    for (size_t ix = 0; ix < folders.count; ix++)
        add_programs_in(host, arena, folders.at[ix], name, paths);
}

/* ---- the rest ---- */

static void variable(struct ar_host *host, struct ar_arena *arena, ar_str name,
                     struct ar_host_output *out)
{
    (void)host;
    *out =
        (struct ar_host_output){.status = AR_HOST_NOT_FOUND, .exit_code = -1};
    wchar_t *wide = ar_windows_wide(arena, name);
    if (name.len == 0 || !wide || memchr(name.ptr, '=', name.len))
        return;
    SetLastError(ERROR_SUCCESS);
    DWORD size = GetEnvironmentVariableW(wide, NULL, 0);
    if (size == 0) {
        if (GetLastError() != ERROR_ENVVAR_NOT_FOUND)
            out->status = AR_HOST_DONE;
        return;
    }
    wchar_t *value = AR_NEW_ARRAY(arena, wchar_t, (size_t)size + 1);
    DWORD length = GetEnvironmentVariableW(wide, value, size);
    value[length < size ? length : 0] = L'\0';
    if (ar_windows_narrow(arena, value, &out->out))
        out->status = AR_HOST_DONE;
    else
        ar_host_refuse(out, AR_HOST_FAILED, AR_STR("it is not UTF-16"));
}

static void disk(struct ar_host *host, struct ar_arena *arena, ar_str path,
                 struct ar_host_output *out)
{
    ULARGE_INTEGER free_bytes;
    ULARGE_INTEGER all_bytes;
    (void)host;
    *out = (struct ar_host_output){.exit_code = -1};
    if (!is_absolute(path, out))
        return;
    wchar_t *wide = ar_windows_wide(arena, path);
    if (!wide)
        ar_host_refuse(out, AR_HOST_FAILED, AR_STR("it is not UTF-8"));
    else if (GetDiskFreeSpaceExW(wide, &free_bytes, &all_bytes, NULL))
        out->out = ar_str_printf(arena, "%llu %llu 0 0", free_bytes.QuadPart,
                                 all_bytes.QuadPart);
    else if (GetLastError() == ERROR_PATH_NOT_FOUND)
        out->status = AR_HOST_NOT_FOUND;
    else
        ar_windows_refuse(arena, GetLastError(), out);
}

static void user(struct ar_host *host, struct ar_arena *arena,
                 enum ar_host_user what, struct ar_host_output *out)
{
    wchar_t name[257];
    DWORD size = AR_COUNT_OF(name);
    (void)host;
    *out = (struct ar_host_output){.exit_code = -1};
    if (what != AR_HOST_USER_NAME)
        ar_host_unsupported(out, AR_STR("Windows has others"));
    else if (!GetUserNameW(name, &size))
        ar_windows_refuse(arena, GetLastError(), out);
    else if (!ar_windows_narrow(arena, name, &out->out))
        ar_host_refuse(out, AR_HOST_FAILED, AR_STR("it is not UTF-16"));
}

int64_t ar_windows_now_us(void)
{
    LARGE_INTEGER ticks;
    LARGE_INTEGER frequency;
    QueryPerformanceCounter(&ticks);
    QueryPerformanceFrequency(&frequency);
    int64_t seconds = ticks.QuadPart / frequency.QuadPart;
    int64_t rest = ticks.QuadPart % frequency.QuadPart;
    return seconds * 1000000 + rest * 1000000 / frequency.QuadPart;
}

static int64_t now_us(struct ar_host *host)
{
    (void)host;
    return ar_windows_now_us();
}

static int64_t time_us(struct ar_host *host)
{
    FILETIME now;
    (void)host;
    GetSystemTimeAsFileTime(&now);
    return since_1970(now);
}

ar_str ar_windows_system_folder(struct ar_arena *arena)
{
    wchar_t folder[MAX_PATH];
    ar_str path = {"", 0};
    UINT length = GetSystemDirectoryW(folder, MAX_PATH);
    if (length > 0 && length < MAX_PATH)
        ar_windows_narrow(arena, folder, &path);
    return path;
}

/* The machine's own processor: whatever this program was built for, and
 * whatever PROCESSOR_ARCHITECTURE says to it. */
static const char *find_machine(void)
{
    USHORT process = IMAGE_FILE_MACHINE_UNKNOWN;
    USHORT native = IMAGE_FILE_MACHINE_UNKNOWN;
    if (!IsWow64Process2(GetCurrentProcess(), &process, &native))
        return "";
    switch (native) {
    case IMAGE_FILE_MACHINE_AMD64: return "AMD64";
    case IMAGE_FILE_MACHINE_ARM64: return "ARM64";
    case IMAGE_FILE_MACHINE_I386: return "x86";
    default: return "";
    }
}

/* Of what this program may be built for, an ARM64 system emulates x86 code
 * and no other. */
static enum ar_emulation find_emulation(const char *machine)
{
    if (machine[0] == '\0')
        return AR_EMULATION_UNKNOWN;
#if defined(__x86_64__) || defined(__i386__)
    return strcmp(machine, "ARM64") == 0 ? AR_EMULATION_YES : AR_EMULATION_NO;
#else
    return AR_EMULATION_NO;
#endif
}

static bool is_elevated(void)
{
    HANDLE token;
    TOKEN_ELEVATION elevation = {0};
    DWORD size = sizeof(elevation);
    if (!OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &token))
        return true; /* nobody knows: take the stricter way */
    bool is_known =
        GetTokenInformation(token, TokenElevation, &elevation, size, &size);
    CloseHandle(token);
    return !is_known || elevation.TokenIsElevated != 0;
}

void ar_host_open(struct ar_host *host)
{
    static const struct ar_host_functions functions = {
        .run = ar_windows_run,
        .read_file = read_file,
        .read_part = read_part,
        .look = look,
        .search_path = search_path,
        .programs = programs,
        .glob = glob,
        .registry = ar_windows_registry,
        .service = ar_windows_service,
        .variable = variable,
        .disk = disk,
        .user = user,
        .tell = ar_windows_system,
        .cpuid = ar_host_cpuid,
        .now_us = now_us,
        .time_us = time_us,
    };
    *host = (struct ar_host){
        .functions = &functions,
        .platform = "windows",
        .asked = "IsWow64Process2()",
        .is_elevated = is_elevated(),
    };
    const char *machine = find_machine();
    memcpy(host->machine, machine, strlen(machine) + 1);
    host->emulation = find_emulation(machine);
}
