/* SPDX-License-Identifier: Apache-2.0 */
/* Reading files and listing folders on Windows. Paths are UTF-8 outside and
 * UTF-16 inside. Whatever is open is registered with the arena first, so
 * that running out of memory leaves no handle behind. */

#include "base/file.h"

#include <stdlib.h>
#include <string.h>
#include <wchar.h>
#include <windows.h>

enum {
    PATH_UNITS = 4096,
    FIRST_READ_BYTES = 4096,
    LARGEST_READ_BYTES = 1 << 30,
    /* Of one listing, whatever their names: a wrong folder ends soon. */
    ENTRIES_SEEN = 100000
};

/* Want of memory is no property of a file: it jumps. */
static enum ar_file_status read_error(struct ar_arena *arena, DWORD number)
{
    switch (number) {
    case ERROR_NOT_ENOUGH_MEMORY:
    case ERROR_OUTOFMEMORY: ar_arena_fail(arena);
    case ERROR_FILE_NOT_FOUND:
    case ERROR_PATH_NOT_FOUND:
    case ERROR_INVALID_NAME:
    case ERROR_INVALID_DRIVE:
    case ERROR_BAD_NETPATH:
    case ERROR_BAD_PATHNAME:
    case ERROR_DIRECTORY: return AR_FILE_NOT_FOUND;
    case ERROR_ACCESS_DENIED:
    case ERROR_SHARING_VIOLATION: return AR_FILE_DENIED;
    default: return AR_FILE_FAILED;
    }
}

/* False if no file can have that name. A NUL inside would name another file
 * than it shows. */
static bool copy_path(ar_str path, wchar_t out[PATH_UNITS])
{
    if (path.len == 0 || path.len >= PATH_UNITS ||
        memchr(path.ptr, '\0', path.len))
        return false;
    int count = MultiByteToWideChar(CP_UTF8, MB_ERR_INVALID_CHARS, path.ptr,
                                    (int)path.len, out, PATH_UNITS - 1);
    if (count <= 0)
        return false;
    out[count] = L'\0';
    return true;
}

enum ar_file_kind ar_file_kind(ar_str path)
{
    wchar_t wide_path[PATH_UNITS];
    if (!copy_path(path, wide_path))
        return AR_FILE_KIND_NONE;
    DWORD attributes = GetFileAttributesW(wide_path);
    if (attributes == INVALID_FILE_ATTRIBUTES)
        return AR_FILE_KIND_NONE;
    if (attributes & FILE_ATTRIBUTE_DIRECTORY)
        return AR_FILE_KIND_FOLDER;
    return attributes & FILE_ATTRIBUTE_DEVICE ? AR_FILE_KIND_OTHER
                                              : AR_FILE_KIND_REGULAR;
}

static enum ar_file_status read_some(struct ar_arena *arena, HANDLE handle,
                                     char *out, size_t size, size_t *count)
{
    DWORD n = 0;
    if (size > LARGEST_READ_BYTES)
        size = LARGEST_READ_BYTES;
    *count = 0;
    if (!ReadFile(handle, out, (DWORD)size, &n, NULL)) {
        DWORD error = GetLastError();
        /* The far end of a pipe was closed: that is its end. */
        if (error == ERROR_BROKEN_PIPE || error == ERROR_HANDLE_EOF)
            return AR_FILE_OK;
        return read_error(arena, error);
    }
    *count = n;
    return AR_FILE_OK;
}

/* Reads to the end, however long the file was said to be: it may change. One
 * byte of room shows the end in one go. */
static enum ar_file_status read_all(struct ar_arena *arena, HANDLE handle,
                                    size_t expected_bytes, size_t limit_bytes,
                                    ar_str *out)
{
    size_t capacity = expected_bytes + 2;
    char *text = ar_arena_alloc(arena, capacity);
    size_t len = 0;
    for (;;) {
        if (len + 1 == capacity) {
            char *larger = ar_arena_alloc_array(arena, capacity, 2);
            memcpy(larger, text, len);
            text = larger;
            capacity *= 2;
        }
        size_t count = 0;
        enum ar_file_status status =
            read_some(arena, handle, text + len, capacity - 1 - len, &count);
        if (status != AR_FILE_OK)
            return status;
        if (count == 0)
            break;
        len += count;
        if (len > limit_bytes)
            return AR_FILE_TOO_LARGE;
    }
    text[len] = '\0';
    *out = (ar_str){text, len};
    return AR_FILE_OK;
}

/* What an arena closes; INVALID_HANDLE_VALUE once it is closed. */
struct held {
    HANDLE handle;
    bool is_search;
};

static void close_held(void *resource)
{
    struct held *held = resource;
    if (held->handle == INVALID_HANDLE_VALUE)
        return;
    if (held->is_search)
        FindClose(held->handle);
    else
        CloseHandle(held->handle);
    held->handle = INVALID_HANDLE_VALUE;
}

static struct held *hold(struct ar_arena *arena, bool is_search)
{
    struct held *held = AR_NEW(arena, struct held);
    held->handle = INVALID_HANDLE_VALUE;
    held->is_search = is_search;
    ar_arena_defer(arena, close_held, held);
    return held;
}

static enum ar_file_status open_regular(struct ar_arena *arena,
                                        const wchar_t *path, struct held *held,
                                        LARGE_INTEGER *size)
{
    DWORD attributes = GetFileAttributesW(path);
    if (attributes == INVALID_FILE_ATTRIBUTES)
        return read_error(arena, GetLastError());
    if (attributes & FILE_ATTRIBUTE_DIRECTORY)
        return AR_FILE_IS_FOLDER;
    held->handle = CreateFileW(
        path, GENERIC_READ,
        FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, NULL,
        OPEN_EXISTING, FILE_ATTRIBUTE_NORMAL | SECURITY_SQOS_PRESENT, NULL);
    if (held->handle == INVALID_HANDLE_VALUE)
        return read_error(arena, GetLastError());
    if (GetFileType(held->handle) != FILE_TYPE_DISK)
        return AR_FILE_NOT_REGULAR;
    if (!GetFileSizeEx(held->handle, size))
        return read_error(arena, GetLastError());
    return AR_FILE_OK;
}

enum ar_file_status ar_file_read(struct ar_arena *arena, ar_str path,
                                 size_t limit_bytes, ar_str *out)
{
    LARGE_INTEGER size;
    wchar_t wide_path[PATH_UNITS];
    if (!copy_path(path, wide_path))
        return AR_FILE_NOT_FOUND;
    struct held *held = hold(arena, false);
    enum ar_file_status status = open_regular(arena, wide_path, held, &size);
    if (status == AR_FILE_OK && (uint64_t)size.QuadPart > limit_bytes)
        status = AR_FILE_TOO_LARGE;
    if (status == AR_FILE_OK)
        status = read_all(arena, held->handle, (size_t)size.QuadPart,
                          limit_bytes, out);
    close_held(held);
    return status;
}

enum ar_file_status ar_file_read_stdin(struct ar_arena *arena,
                                       size_t limit_bytes, ar_str *out)
{
    HANDLE handle = GetStdHandle(STD_INPUT_HANDLE);
    if (!handle || handle == INVALID_HANDLE_VALUE)
        return AR_FILE_FAILED;
    return read_all(arena, handle, FIRST_READ_BYTES, limit_bytes, out);
}

struct listing {
    struct ar_arena *arena;
    ar_str suffix;
    size_t depth_limit;
    size_t count_limit;
    size_t n_seen;
    ar_str_vector *out;
};

static enum ar_file_status list_folder(struct listing *listing, ar_str folder,
                                       size_t depth);

static enum ar_file_status list_entry(struct listing *listing, ar_str path,
                                      DWORD attributes, size_t depth)
{
    if (++listing->n_seen > ENTRIES_SEEN)
        return AR_FILE_TOO_LARGE;
    if (attributes & FILE_ATTRIBUTE_DIRECTORY) {
        if (attributes & FILE_ATTRIBUTE_REPARSE_POINT)
            return AR_FILE_OK; /* a link to a folder */
        if (depth == listing->depth_limit)
            return AR_FILE_TOO_LARGE;
        return list_folder(listing, path, depth + 1);
    }
    if (!ar_str_ends_with(path, listing->suffix))
        return AR_FILE_OK;
    if (listing->out->count == listing->count_limit)
        return AR_FILE_TOO_LARGE;
    ar_vector_push(listing->arena, listing->out, path);
    return AR_FILE_OK;
}

static bool is_dots(const wchar_t *name)
{
    return wcscmp(name, L".") == 0 || wcscmp(name, L"..") == 0;
}

/* folder/name in UTF-8; the empty string if the name is not UTF-16. */
static ar_str join_path(struct ar_arena *arena, ar_str folder,
                        const wchar_t *name)
{
    char utf8[4 * MAX_PATH];
    int count = WideCharToMultiByte(CP_UTF8, WC_ERR_INVALID_CHARS, name, -1,
                                    utf8, sizeof(utf8), NULL, NULL);
    if (count <= 0)
        return (ar_str){NULL, 0};
    bool ends = ar_str_ends_with(folder, AR_STR("/")) ||
                ar_str_ends_with(folder, AR_STR("\\"));
    return ar_str_printf(arena, AR_STR_FORMAT "%s%s", AR_STR_ARG(folder),
                         ends ? "" : "/", utf8);
}

static enum ar_file_status list_entries(struct listing *listing, HANDLE handle,
                                        WIN32_FIND_DATAW *data, ar_str folder,
                                        size_t depth)
{
    do {
        if (is_dots(data->cFileName))
            continue;
        ar_str path = join_path(listing->arena, folder, data->cFileName);
        if (path.len == 0)
            return AR_FILE_FAILED;
        enum ar_file_status status =
            list_entry(listing, path, data->dwFileAttributes, depth);
        if (status != AR_FILE_OK)
            return status;
    } while (FindNextFileW(handle, data));
    DWORD error = GetLastError();
    return error == ERROR_NO_MORE_FILES ? AR_FILE_OK
                                        : read_error(listing->arena, error);
}

static enum ar_file_status list_folder(struct listing *listing, ar_str folder,
                                       size_t depth)
{
    WIN32_FIND_DATAW data;
    wchar_t pattern[PATH_UNITS];
    /* A wildcard in the name would make a search of it. */
    if (ar_str_find(folder, AR_STR("*"), 0) != SIZE_MAX ||
        ar_str_find(folder, AR_STR("?"), 0) != SIZE_MAX)
        return AR_FILE_NOT_FOUND;
    if (!copy_path(ar_str_concat(listing->arena, folder, AR_STR("/*")),
                   pattern))
        return AR_FILE_NOT_FOUND;
    struct held *held = hold(listing->arena, true);
    held->handle = FindFirstFileW(pattern, &data);
    if (held->handle == INVALID_HANDLE_VALUE)
        return read_error(listing->arena, GetLastError());
    enum ar_file_status status =
        list_entries(listing, held->handle, &data, folder, depth);
    close_held(held);
    return status;
}

static int order_paths(const void *a, const void *b)
{
    return ar_str_compare(*(const ar_str *)a, *(const ar_str *)b);
}

enum ar_file_status ar_file_list(struct ar_arena *arena, ar_str folder,
                                 ar_str suffix, size_t depth_limit,
                                 size_t count_limit, ar_str_vector *out)
{
    struct listing listing = {
        .arena = arena,
        .suffix = suffix,
        .depth_limit = depth_limit,
        .count_limit = count_limit,
        .out = out,
    };
    enum ar_file_status status = list_folder(&listing, folder, 0);
    if (out->count > 0)
        qsort(out->at, out->count, sizeof(*out->at), order_paths);
    return status;
}
