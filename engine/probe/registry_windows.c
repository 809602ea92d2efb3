/* SPDX-License-Identifier: Apache-2.0 */
/* The registry and the services of Windows. Nothing here writes. */

#include "base/buf.h"
#include "probe/host_windows.h"

#include <string.h>

/* Whatever lies in a value: facts are texts of at most AR_MAX_VALUE_BYTES. */
enum { LARGEST_VALUE_BYTES = 1 << 20 };

/* ---- the registry ---- */

static bool find_root(ar_str name, HKEY *root)
{
    static const struct {
        const char *name;
        HKEY root;
    } roots[] = {
        {"HKLM", HKEY_LOCAL_MACHINE},
        {"HKEY_LOCAL_MACHINE", HKEY_LOCAL_MACHINE},
        {"HKCU", HKEY_CURRENT_USER},
        {"HKEY_CURRENT_USER", HKEY_CURRENT_USER},
        {"HKCR", HKEY_CLASSES_ROOT},
        {"HKEY_CLASSES_ROOT", HKEY_CLASSES_ROOT},
        {"HKU", HKEY_USERS},
        {"HKEY_USERS", HKEY_USERS},
        {"HKCC", HKEY_CURRENT_CONFIG},
        {"HKEY_CURRENT_CONFIG", HKEY_CURRENT_CONFIG},
    };
    for (size_t i = 0; i < AR_COUNT_OF(roots); i++) {
        if (ar_str_equal_ignore_case(name, ar_str_from_c(roots[i].name))) {
            *root = roots[i].root;
            return true;
        }
    }
    return false;
}

struct place {
    HKEY root;
    wchar_t *key;
    wchar_t *value; /* "" is the value without a name */
};

/* ROOT\Key\Name. A name may have a '\' in it, yet no key: the last one
 * counts. */
static bool find_place(struct ar_arena *arena, ar_str path, struct place *place)
{
    size_t first = ar_str_find(path, AR_STR("\\"), 0);
    size_t last = path.len;
    while (last > 0 && path.ptr[last - 1] != '\\')
        last--;
    if (first == SIZE_MAX ||
        !find_root(ar_str_slice(path, 0, first), &place->root))
        return false;
    ar_str key =
        last > first + 1 ? ar_str_slice(path, first + 1, last - 1) : AR_STR("");
    place->key = ar_windows_wide(arena, key);
    place->value = ar_windows_wide(arena, ar_str_slice(path, last, path.len));
    return place->key && place->value;
}

struct content {
    DWORD type;
    DWORD size;
    uint8_t *bytes; /* with two NUL units behind them */
};

/* The size may change between asking and reading. */
static LSTATUS read_value(struct ar_arena *arena, HKEY key,
                          const wchar_t *value, struct content *content)
{
    for (DWORD room = 256; room <= LARGEST_VALUE_BYTES; room *= 4) {
        content->bytes = ar_arena_alloc(arena, (size_t)room + 4);
        content->size = room;
        LSTATUS status = RegQueryValueExW(key, value, NULL, &content->type,
                                          content->bytes, &content->size);
        if (status != ERROR_MORE_DATA) {
            if (status == ERROR_SUCCESS)
                memset(content->bytes + content->size, 0, 4);
            return status;
        }
    }
    return ERROR_MORE_DATA;
}

static void close_key(void *resource)
{
    HKEY *key = resource;
    if (*key)
        RegCloseKey(*key);
    *key = NULL;
}

static LSTATUS read_view(struct ar_arena *arena, const struct place *place,
                         REGSAM view, struct content *content)
{
    HKEY *key = AR_NEW(arena, HKEY);
    ar_arena_defer(arena, close_key, key);
    LSTATUS status =
        RegOpenKeyExW(place->root, place->key, 0, KEY_QUERY_VALUE | view, key);
    if (status == ERROR_SUCCESS)
        status = read_value(arena, *key, place->value, content);
    close_key(key);
    return status;
}

static bool put_text(struct ar_arena *arena, const struct content *content,
                     ar_str *out)
{
    return ar_windows_narrow(
        arena, (const wchar_t *)(const void *)content->bytes, out);
}

/* Each with a line end, up to an empty one. */
static bool put_texts(struct ar_arena *arena, const struct content *content,
                      ar_str *out)
{
    struct ar_buf lines = AR_BUF(arena);
    const wchar_t *at = (const wchar_t *)(const void *)content->bytes;
    const wchar_t *end = at + content->size / sizeof(wchar_t);
    for (; at < end && *at != L'\0'; at += wcslen(at) + 1) {
        ar_str line;
        if (!ar_windows_narrow(arena, at, &line))
            return false;
        ar_buf_put(&lines, line);
        ar_buf_put_char(&lines, '\n');
    }
    *out = ar_buf_view(&lines);
    return true;
}

static ar_str make_number(struct ar_arena *arena, const struct content *content)
{
    uint64_t number = 0;
    for (DWORD i = 0; i < content->size && i < 8; i++) {
        DWORD at =
            content->type == REG_DWORD_BIG_ENDIAN ? content->size - 1 - i : i;
        number |= (uint64_t)content->bytes[at] << (8 * i);
    }
    return ar_str_printf(arena, "%llu", (unsigned long long)number);
}

static ar_str make_digits(struct ar_arena *arena, const struct content *content)
{
    struct ar_buf digits = AR_BUF(arena);
    for (DWORD i = 0; i < content->size; i++)
        ar_buf_printf(&digits, "%02x", (unsigned)content->bytes[i]);
    return ar_buf_view(&digits);
}

/* Variables in a text (REG_EXPAND_SZ) stay as they are written. */
static void put_content(struct ar_arena *arena, const struct content *content,
                        struct ar_host_output *out)
{
    bool is_text = true;
    switch (content->type) {
    case REG_SZ:
    case REG_EXPAND_SZ: is_text = put_text(arena, content, &out->out); break;
    case REG_MULTI_SZ: is_text = put_texts(arena, content, &out->out); break;
    case REG_DWORD:
    case REG_DWORD_BIG_ENDIAN:
    case REG_QWORD: out->out = make_number(arena, content); break;
    default: out->out = make_digits(arena, content); break;
    }
    if (!is_text)
        ar_host_refuse(out, AR_HOST_FAILED, AR_STR("it is not UTF-16"));
}

void ar_windows_registry(struct ar_host *host, struct ar_arena *arena,
                         ar_str path, struct ar_host_output *out)
{
    struct place place = {0};
    struct content content = {0};
    int64_t start = ar_windows_now_us();
    (void)host;
    *out = (struct ar_host_output){.exit_code = -1, .path = path};
    if (!find_place(arena, path, &place)) {
        ar_host_refuse(out, AR_HOST_FAILED,
                       AR_STR("a value of the registry is written "
                              "HKLM\\Key\\Name"));
        return;
    }
    LSTATUS status = read_view(arena, &place, KEY_WOW64_64KEY, &content);
    if (status == ERROR_FILE_NOT_FOUND || status == ERROR_PATH_NOT_FOUND)
        status = read_view(arena, &place, KEY_WOW64_32KEY, &content);
    if (status == ERROR_SUCCESS)
        put_content(arena, &content, out);
    else if (status == ERROR_FILE_NOT_FOUND || status == ERROR_PATH_NOT_FOUND)
        out->status = AR_HOST_NOT_FOUND;
    else if (status == ERROR_MORE_DATA)
        ar_host_refuse(out, AR_HOST_TOO_LARGE,
                       AR_STR("the value is too large"));
    else
        ar_windows_refuse(arena, (DWORD)status, out);
    out->duration_us = ar_windows_now_us() - start;
}

/* ---- services ---- */

static const char *state_word(DWORD state)
{
    switch (state) {
    case SERVICE_STOPPED: return "STOPPED";
    case SERVICE_START_PENDING: return "START_PENDING";
    case SERVICE_STOP_PENDING: return "STOP_PENDING";
    case SERVICE_RUNNING: return "RUNNING";
    case SERVICE_CONTINUE_PENDING: return "START_PENDING";
    case SERVICE_PAUSE_PENDING:
    case SERVICE_PAUSED: return "PAUSED";
    default: return NULL;
    }
}

static const char *start_word(DWORD start)
{
    switch (start) {
    case SERVICE_BOOT_START: return "BOOT_START";
    case SERVICE_SYSTEM_START: return "SYSTEM_START";
    case SERVICE_AUTO_START: return "AUTO_START";
    case SERVICE_DEMAND_START: return "DEMAND_START";
    case SERVICE_DISABLED: return "DISABLED";
    default: return NULL;
    }
}

static void close_service(void *resource)
{
    SC_HANDLE *handle = resource;
    if (*handle)
        CloseServiceHandle(*handle);
    *handle = NULL;
}

static SC_HANDLE *hold_service(struct ar_arena *arena)
{
    SC_HANDLE *handle = AR_NEW(arena, SC_HANDLE);
    ar_arena_defer(arena, close_service, handle);
    return handle;
}

/* False with the error of the system. */
static bool ask_service(struct ar_arena *arena, SC_HANDLE service,
                        struct ar_host_output *out)
{
    SERVICE_STATUS_PROCESS status;
    DWORD size = 0;
    /* No service has a longer description: the system's own limit. */
    enum { CONFIG_BYTES = 8192 };
    QUERY_SERVICE_CONFIGW *config = ar_arena_alloc(arena, CONFIG_BYTES);
    if (!QueryServiceStatusEx(service, SC_STATUS_PROCESS_INFO, (BYTE *)&status,
                              sizeof(status), &size) ||
        !QueryServiceConfigW(service, config, CONFIG_BYTES, &size))
        return false;
    const char *state = state_word(status.dwCurrentState);
    const char *start = start_word(config->dwStartType);
    if (state && start)
        out->out = ar_str_printf(arena, "%s %s", state, start);
    else
        ar_host_refuse(out, AR_HOST_FAILED,
                       AR_STR("the system tells a state that has no name"));
    return true;
}

void ar_windows_service(struct ar_host *host, struct ar_arena *arena,
                        ar_str name, struct ar_host_output *out)
{
    int64_t start = ar_windows_now_us();
    SC_HANDLE *manager = hold_service(arena);
    SC_HANDLE *service = hold_service(arena);
    const wchar_t *wide = ar_windows_wide(arena, name);
    bool is_answered = false;
    (void)host;
    *out = (struct ar_host_output){.exit_code = -1};
    SetLastError(ERROR_SERVICE_DOES_NOT_EXIST);
    if (wide)
        *manager = OpenSCManagerW(NULL, NULL, SC_MANAGER_CONNECT);
    if (*manager)
        *service = OpenServiceW(*manager, wide,
                                SERVICE_QUERY_STATUS | SERVICE_QUERY_CONFIG);
    if (*service)
        is_answered = ask_service(arena, *service, out);
    DWORD error = GetLastError();
    if (!is_answered &&
        (error == ERROR_SERVICE_DOES_NOT_EXIST || error == ERROR_INVALID_NAME))
        out->status = AR_HOST_NOT_FOUND;
    else if (!is_answered)
        ar_windows_refuse(arena, error, out);
    close_service(service);
    close_service(manager);
    out->duration_us = ar_windows_now_us() - start;
}
