/* SPDX-License-Identifier: Apache-2.0 */
/* Which file the name of a program stands for on Windows, how it is told its
 * arguments, and the environment it gets. With the rights of an administrator
 * nothing is run that anybody else could have changed. */

#include "base/buf.h"
#include "probe/host_windows.h"

#include <aclapi.h>
#include <stdlib.h>
#include <string.h>

/* ---- who may change what ---- */

/* What replaces a folder or a file, or lets somebody do so. */
#define MASK_REPLACE \
    (DELETE | FILE_DELETE_CHILD | WRITE_DAC | WRITE_OWNER | GENERIC_ALL)
/* The same of a folder in which nothing may be added: FILE_ADD_FILE. */
#define MASK_ADD    (MASK_REPLACE | FILE_WRITE_DATA | GENERIC_WRITE)
#define MASK_CHANGE (MASK_ADD | FILE_APPEND_DATA)

struct security {
    PSECURITY_DESCRIPTOR descriptor;
    PSID owner;
    PACL list; /* NULL: everybody may do everything */
};

static bool read_security(const wchar_t *path, struct security *out)
{
    *out = (struct security){0};
    return GetNamedSecurityInfoW(path, SE_FILE_OBJECT,
                                 OWNER_SECURITY_INFORMATION |
                                     DACL_SECURITY_INFORMATION,
                                 &out->owner, NULL, &out->list, NULL,
                                 &out->descriptor) == ERROR_SUCCESS;
}

/* Whoever owns the system folder could replace everything anyway. */
static bool owns_system(PSID who)
{
    wchar_t folder[MAX_PATH];
    struct security system;
    UINT length = GetSystemDirectoryW(folder, MAX_PATH);
    if (length == 0 || length >= MAX_PATH || !read_security(folder, &system))
        return false;
    bool is_owner = system.owner && EqualSid(who, system.owner);
    LocalFree(system.descriptor);
    return is_owner;
}

static bool is_one_of(PSID who, const WELL_KNOWN_SID_TYPE *list, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (IsWellKnownSid(who, list[i]))
            return true;
    }
    return false;
}

static bool is_administrator(PSID who)
{
    static const WELL_KNOWN_SID_TYPE list[] = {
        WinLocalSystemSid, WinBuiltinAdministratorsSid, WinCreatorOwnerSid};
    return is_one_of(who, list, AR_COUNT_OF(list)) || owns_system(who);
}

static bool is_everybody(PSID who)
{
    static const WELL_KNOWN_SID_TYPE list[] = {
        WinWorldSid,         WinAuthenticatedUserSid, WinBuiltinUsersSid,
        WinBuiltinGuestsSid, WinAnonymousSid,         WinInteractiveSid,
        WinNetworkSid};
    return is_one_of(who, list, AR_COUNT_OF(list));
}

/* What is denied to somebody is not counted: that only errs to the safe
 * side. */
static bool grants(const struct security *security, ACCESS_MASK mask,
                   bool is_elevated)
{
    for (DWORD i = 0; i < security->list->AceCount; i++) {
        void *entry;
        if (!GetAce(security->list, i, &entry))
            return true;
        const ACE_HEADER *header = entry;
        ACCESS_ALLOWED_ACE *allowed = entry;
        if ((header->AceFlags & INHERIT_ONLY_ACE) ||
            header->AceType == ACCESS_DENIED_ACE_TYPE ||
            !(allowed->Mask & mask))
            continue;
        PSID who = &allowed->SidStart;
        if (header->AceType != ACCESS_ALLOWED_ACE_TYPE ||
            (is_elevated ? !is_administrator(who) : is_everybody(who)))
            return true;
    }
    return false;
}

/* Whether nobody else has a right of mask: everybody's rights count, and with
 * the rights of an administrator those of all who are none. */
static bool is_safe(const wchar_t *path, ACCESS_MASK mask, bool is_elevated)
{
    struct security security;
    if (!read_security(path, &security))
        return false;
    bool is_safe = security.list && !grants(&security, mask, is_elevated) &&
                   (!is_elevated || is_administrator(security.owner));
    LocalFree(security.descriptor);
    return is_safe;
}

/* Where the links lead to: \\?\C:\x, or NULL. */
static wchar_t *find_final_path(struct ar_arena *arena, const wchar_t *path)
{
    enum { UNITS = 4096 };
    HANDLE file = CreateFileW(
        path, 0, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, NULL,
        OPEN_EXISTING, FILE_FLAG_BACKUP_SEMANTICS, NULL);
    if (file == INVALID_HANDLE_VALUE)
        return NULL;
    wchar_t *final = malloc(UNITS * sizeof(*final));
    DWORD length = final ? GetFinalPathNameByHandleW(file, final, UNITS, 0) : 0;
    CloseHandle(file);
    wchar_t *kept = NULL;
    if (length > 0 && length < UNITS) {
        kept = AR_NEW_ARRAY(arena, wchar_t, (size_t)length + 1);
        memcpy(kept, final, length * sizeof(*final));
    }
    free(final);
    return kept;
}

/* Every folder on the way, the one that the program lies in, and itself. */
static bool is_safe_program(struct ar_arena *arena, const wchar_t *path)
{
    const size_t prefix = sizeof("\\\\?\\C:") - 1;
    wchar_t *real = find_final_path(arena, path);
    if (!real || wcslen(real) <= prefix || !is_safe(real, MASK_CHANGE, true))
        return false;
    ACCESS_MASK mask = MASK_ADD;
    for (wchar_t *end = wcsrchr(real, L'\\'); end > real + prefix;
         end = wcsrchr(real, L'\\')) {
        *end = L'\0';
        if (!is_safe(real, mask, true))
            return false;
        mask = MASK_REPLACE;
    }
    return true;
}

/* ---- programs ---- */

static bool has_ending(ar_str name, const char *ending)
{
    ar_str wanted = ar_str_from_c(ending);
    return name.len > wanted.len &&
           ar_str_equal_ignore_case(
               ar_str_slice(name, name.len - wanted.len, name.len), wanted);
}

static bool is_batch(ar_str name)
{
    return has_ending(name, ".bat") || has_ending(name, ".cmd");
}

static void say(const struct ar_programs *programs, ar_str path,
                const char *what, struct ar_host_output *output)
{
    if (output->status == AR_HOST_NOT_FOUND)
        ar_host_refuse(output, AR_HOST_FAILED,
                       ar_str_printf(programs->arena, AR_STR_FORMAT " %s",
                                     AR_STR_ARG(path), what));
}

/* True for the one that fits; of the others the first that is more than
 * nothing is what is said if none does. */
static bool consider(const struct ar_programs *programs, ar_str path,
                     bool is_refused, struct ar_host_output *output)
{
    const wchar_t *wide = ar_windows_wide(programs->arena, path);
    DWORD attributes =
        wide ? GetFileAttributesW(wide) : INVALID_FILE_ATTRIBUTES;
    if (attributes == INVALID_FILE_ATTRIBUTES) {
        if (wide && GetLastError() == ERROR_ACCESS_DENIED &&
            output->status == AR_HOST_NOT_FOUND)
            ar_windows_refuse(programs->arena, ERROR_ACCESS_DENIED, output);
        return false;
    }
    if (attributes & FILE_ATTRIBUTE_DIRECTORY)
        say(programs, path, "is no file", output);
    else if (is_refused)
        say(programs, path, "is in a folder that others may write to", output);
    else if (is_batch(path))
        /* cmd.exe would read it, and arguments as commands. */
        say(programs, path, "is a batch file, and those are not run", output);
    else if (programs->is_elevated && !is_safe_program(programs->arena, wide))
        say(programs, path,
            "could have been changed by others than administrators", output);
    else {
        output->status = AR_HOST_NOT_FOUND;
        output->detail = (ar_str){0};
        output->path = path;
        return true;
    }
    return false;
}

static bool consider_in(const struct ar_programs *programs, ar_str folder,
                        ar_str name, bool is_refused,
                        struct ar_host_output *output)
{
    static const char *const endings[] = {".exe", ".com", ".bat", ".cmd"};
    const char *separator = ar_str_ends_with(folder, AR_STR("\\")) ? "" : "\\";
    ar_str path =
        ar_str_printf(programs->arena, AR_STR_FORMAT "%s" AR_STR_FORMAT,
                      AR_STR_ARG(folder), separator, AR_STR_ARG(name));
    for (size_t i = 0; i < AR_COUNT_OF(endings); i++) {
        if (has_ending(name, endings[i]))
            return consider(programs, path, is_refused, output);
    }
    for (size_t i = 0; i < AR_COUNT_OF(endings); i++) {
        ar_str full =
            ar_str_concat(programs->arena, path, ar_str_from_c(endings[i]));
        if (consider(programs, full, is_refused, output))
            return true;
    }
    return false;
}

static bool is_absolute(ar_str path)
{
    return path.len >= 3 && ar_char_is_letter(path.ptr[0]) &&
           path.ptr[1] == ':' && path.ptr[2] == '\\';
}

/* Windows drops dots and blanks at the end, so that what is looked at would
 * not be what is run. */
static bool is_name(ar_str name)
{
    for (size_t i = 0; i < name.len; i++) {
        if ((unsigned char)name.ptr[i] < ' ' || strchr("<>\"|?*/", name.ptr[i]))
            return false;
    }
    return name.len > 0 && name.ptr[name.len - 1] != '.' &&
           name.ptr[name.len - 1] != ' ';
}

static bool has_path(ar_str name)
{
    return memchr(name.ptr, '\\', name.len) || memchr(name.ptr, ':', name.len);
}

static bool find_absolute(const struct ar_programs *programs, ar_str path,
                          struct ar_host_output *output)
{
    if (is_absolute(path) && (has_ending(path, ".exe") ||
                              has_ending(path, ".com") || is_batch(path)))
        return consider(programs, ar_str_copy(programs->arena, path), false,
                        output);
    ar_host_refuse(output, AR_HOST_FAILED,
                   AR_STR("a path of a program begins with a drive, as C:\\, "
                          "and ends in .exe or .com"));
    return false;
}

bool ar_programs_find(const struct ar_programs *programs, ar_str name,
                      struct ar_host_output *output)
{
    output->status = AR_HOST_NOT_FOUND;
    if (!is_name(name)) {
        ar_host_refuse(output, AR_HOST_FAILED,
                       AR_STR("this is no name of a program"));
        return false;
    }
    if (has_path(name))
        return find_absolute(programs, name, output);
    for (size_t i = 0; i < programs->folders.count; i++) {
        if (consider_in(programs, programs->folders.at[i], name, false, output))
            return true;
    }
    /* Only to tell "not there" from "not run from there". */
    for (size_t i = 0; i < programs->refused.count; i++)
        consider_in(programs, programs->refused.at[i], name, true, output);
    return false;
}

/* ---- folders of PATH ---- */

static bool has(const ar_str_vector *list, ar_str text)
{
    for (size_t i = 0; i < list->count; i++) {
        if (ar_str_equal_ignore_case(list->at[i], text))
            return true;
    }
    return false;
}

static ar_str trim_folder(struct ar_arena *arena, ar_str folder)
{
    folder = ar_str_trim(folder);
    if (folder.len >= 2 && folder.ptr[0] == '"' &&
        folder.ptr[folder.len - 1] == '"')
        folder = ar_str_slice(folder, 1, folder.len - 1);
    while (folder.len > 3 && folder.ptr[folder.len - 1] == '\\')
        folder.len--;
    return ar_str_copy(arena, folder);
}

static void add_folder(struct ar_programs *programs, ar_str text)
{
    ar_str folder = trim_folder(programs->arena, text);
    if (!is_absolute(folder) || has(&programs->folders, folder) ||
        has(&programs->refused, folder))
        return;
    const wchar_t *wide = ar_windows_wide(programs->arena, folder);
    DWORD attributes =
        wide ? GetFileAttributesW(wide) : INVALID_FILE_ATTRIBUTES;
    /* One that is not there yet could be made by others later. */
    if (attributes == INVALID_FILE_ATTRIBUTES ||
        !(attributes & FILE_ATTRIBUTE_DIRECTORY))
        return;
    ar_vector_push(programs->arena,
                   is_safe(wide, MASK_ADD, programs->is_elevated)
                       ? &programs->folders
                       : &programs->refused,
                   folder);
}

static void add_folders(struct ar_programs *programs, ar_str path)
{
    size_t start = 0;
    while (start <= path.len) {
        size_t end = ar_str_find(path, AR_STR(";"), start);
        add_folder(programs, ar_str_slice(path, start, end));
        if (end == SIZE_MAX)
            return;
        start = end + 1;
    }
}

/* Where the system's programs are, whatever PATH says. */
static void add_system_folders(struct ar_programs *programs, ar_str system)
{
    static const char *const below[] = {"", "\\Wbem",
                                        "\\WindowsPowerShell\\v1.0"};
    if (system.len == 0)
        return;
    for (size_t i = 0; i < AR_COUNT_OF(below); i++)
        add_folder(programs, ar_str_concat(programs->arena, system,
                                           ar_str_from_c(below[i])));
}

/* ---- the environment ---- */

/* By the name, in capitals: that is how the system wants it. */
static int order_variables(const void *a, const void *b)
{
    const ar_str *left = a;
    const ar_str *right = b;
    size_t i = 0;
    for (; i < left->len && i < right->len; i++) {
        unsigned char x = (unsigned char)ar_char_lower(left->ptr[i]);
        unsigned char y = (unsigned char)ar_char_lower(right->ptr[i]);
        if (x != y)
            return x == '=' ? -1 : y == '=' ? 1 : x < y ? -1 : 1;
    }
    return left->len < right->len ? -1 : left->len > right->len;
}

static bool passes(const struct ar_programs *programs, ar_str variable)
{
    size_t equals = ar_str_find(variable, AR_STR("="), 0);
    return equals != SIZE_MAX && equals > 0 &&
           ar_host_passes_variable(
               ar_str_upper(programs->arena, ar_str_slice(variable, 0, equals)),
               programs->is_elevated);
}

static ar_str safe_path(const struct ar_programs *programs)
{
    struct ar_buf path = AR_BUF(programs->arena);
    for (size_t i = 0; i < programs->folders.count; i++) {
        ar_buf_put_c(&path, i > 0 ? ";" : "PATH=");
        ar_buf_put(&path, programs->folders.at[i]);
    }
    return ar_buf_view(&path);
}

static wchar_t *join_variables(struct ar_arena *arena,
                               const ar_str_vector *list)
{
    size_t n_units = 1;
    for (size_t i = 0; i < list->count; i++)
        n_units += list->at[i].len + 1;
    wchar_t *block = AR_NEW_ARRAY(arena, wchar_t, n_units);
    wchar_t *at = block;
    for (size_t i = 0; i < list->count; i++) {
        const wchar_t *wide = ar_windows_wide(arena, list->at[i]);
        size_t length = wide ? wcslen(wide) : 0;
        if (length == 0)
            continue;
        memcpy(at, wide, (length + 1) * sizeof(*at));
        at += length + 1;
    }
    return block;
}

static void free_strings(void *resource)
{
    FreeEnvironmentStringsW(resource);
}

static void make_environment(struct ar_programs *programs, ar_str system)
{
    ar_str_vector list = {0};
    struct ar_arena *arena = programs->arena;
    wchar_t *strings = GetEnvironmentStringsW();
    if (strings)
        ar_arena_defer(arena, free_strings, strings);
    for (const wchar_t *at = strings; at && *at != L'\0';
         at += wcslen(at) + 1) {
        ar_str variable;
        if (ar_windows_narrow(arena, at, &variable) &&
            passes(programs, variable))
            ar_vector_push(arena, &list, variable);
    }
    ar_vector_push(arena, &list, safe_path(programs));
    ar_vector_push(arena, &list, AR_STR("LC_ALL=C"));
    /* What is not there only an administrator could make. */
    if (programs->is_elevated)
        ar_vector_push(
            arena, &list,
            ar_str_concat(
                arena, ar_str_concat(arena, AR_STR("DOCKER_CONFIG="), system),
                AR_STR("\\archrules.none")));
    qsort(list.at, list.count, sizeof(*list.at), order_variables);
    programs->environment = join_variables(arena, &list);
}

static ar_str read_path(struct ar_arena *arena)
{
    ar_str path = {"", 0};
    DWORD size = GetEnvironmentVariableW(L"PATH", NULL, 0);
    wchar_t *wide = AR_NEW_ARRAY(arena, wchar_t, (size_t)size + 1);
    if (size > 0 && GetEnvironmentVariableW(L"PATH", wide, size) < size)
        ar_windows_narrow(arena, wide, &path);
    return path;
}

void ar_programs_open(struct ar_arena *arena, bool is_elevated,
                      struct ar_programs *out)
{
    ar_str system = ar_windows_system_folder(arena);
    *out = (struct ar_programs){.arena = arena, .is_elevated = is_elevated};
    /* The system's own first: nothing in PATH can stand in for them. */
    add_system_folders(out, system);
    add_folders(out, read_path(arena));
    make_environment(out, system);
}

/* ---- arguments ---- */

static bool needs_quotes(ar_str argument)
{
    for (size_t i = 0; i < argument.len; i++) {
        if (strchr(" \t\n\v\"", argument.ptr[i]))
            return true;
    }
    return argument.len == 0;
}

/* Backslashes count only before a quote, and then each as half of one. Some
 * programs look at the line itself, so that there is no quote without need. */
static void put_argument(struct ar_buf *line, ar_str argument)
{
    size_t n_backslashes = 0;
    if (!needs_quotes(argument)) {
        ar_buf_put(line, argument);
        return;
    }
    ar_buf_put_char(line, '"');
    for (size_t i = 0; i < argument.len; i++) {
        char c = argument.ptr[i];
        if (c == '"')
            ar_buf_put_repeated(line, '\\', n_backslashes + 1);
        n_backslashes = c == '\\' ? n_backslashes + 1 : 0;
        ar_buf_put_char(line, c);
    }
    ar_buf_put_repeated(line, '\\', n_backslashes);
    ar_buf_put_char(line, '"');
}

wchar_t *ar_programs_command_line(struct ar_arena *arena,
                                  const struct ar_host_command *command)
{
    enum { SYSTEM_LIMIT = 32767 };
    struct ar_buf line = AR_BUF(arena);
    for (size_t i = 0; i < command->n_argv; i++) {
        if (i > 0)
            ar_buf_put_char(&line, ' ');
        put_argument(&line, command->argv[i]);
    }
    if (line.len >= SYSTEM_LIMIT)
        return NULL;
    return ar_windows_wide(arena, ar_buf_view(&line));
}
