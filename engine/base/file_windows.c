/* SPDX-License-Identifier: Apache-2.0 */
/* Reading files and listing folders on Windows. Paths are UTF-8 outside and
 * UTF-16 inside. Whatever is open is registered with the arena first, so
 * that running out of memory leaves no handle behind. */

#include "base/file.h"

#include <string.h>
#include <wchar.h>
#include <windows.h>

enum {
    PATH_UNITS = 4096,
    FIRST_READ_BYTES = 4096,
    LARGEST_READ_BYTES = 1 << 30
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

static enum ar_file_kind classify(DWORD attributes)
{
    if (attributes & FILE_ATTRIBUTE_DIRECTORY)
        return AR_FILE_KIND_FOLDER;
    return attributes & FILE_ATTRIBUTE_DEVICE ? AR_FILE_KIND_OTHER
                                              : AR_FILE_KIND_REGULAR;
}

enum ar_file_kind ar_file_kind(ar_str path)
{
    wchar_t wide_path[PATH_UNITS];
    if (!copy_path(path, wide_path))
        return AR_FILE_KIND_NONE;
    DWORD attributes = GetFileAttributesW(wide_path);
    return attributes == INVALID_FILE_ATTRIBUTES ? AR_FILE_KIND_NONE
                                                 : classify(attributes);
}

/* Other reparse points, such as files of a cloud that are not here yet, are
 * files. */
static bool is_link(const wchar_t *path)
{
    WIN32_FIND_DATAW data;
    HANDLE search = FindFirstFileW(path, &data);
    if (search == INVALID_HANDLE_VALUE)
        return false;
    FindClose(search);
    return data.dwReserved0 == IO_REPARSE_TAG_SYMLINK ||
           data.dwReserved0 == IO_REPARSE_TAG_MOUNT_POINT;
}

enum ar_file_status ar_file_look(struct ar_arena *arena, ar_str path,
                                 enum ar_file_kind *kind)
{
    wchar_t wide_path[PATH_UNITS];
    *kind = AR_FILE_KIND_NONE;
    if (!copy_path(path, wide_path))
        return AR_FILE_NOT_FOUND;
    DWORD attributes = GetFileAttributesW(wide_path);
    if (attributes == INVALID_FILE_ATTRIBUTES)
        return read_error(arena, GetLastError());
    *kind = classify(attributes);
    if (attributes & FILE_ATTRIBUTE_REPARSE_POINT && is_link(wide_path))
        *kind = AR_FILE_KIND_LINK;
    return AR_FILE_OK;
}

ar_str ar_file_absolute(struct ar_arena *arena, ar_str path)
{
    wchar_t wide_path[PATH_UNITS];
    wchar_t absolute[PATH_UNITS];
    char utf8[4 * PATH_UNITS];
    if (!copy_path(path, wide_path) ||
        GetFileAttributesW(wide_path) == INVALID_FILE_ATTRIBUTES)
        return (ar_str){"", 0};
    DWORD length = GetFullPathNameW(wide_path, PATH_UNITS, absolute, NULL);
    if (length == 0 || length >= PATH_UNITS ||
        WideCharToMultiByte(CP_UTF8, WC_ERR_INVALID_CHARS, absolute, -1, utf8,
                            sizeof(utf8), NULL, NULL) <= 0)
        return (ar_str){"", 0};
    return ar_str_copy(arena, ar_str_from_c(utf8));
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
    char *text = ar_arena_alloc_raw(arena, capacity);
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

static enum ar_file_status read_window(struct ar_arena *arena, HANDLE handle,
                                       uint64_t offset, size_t size,
                                       ar_str *out)
{
    LARGE_INTEGER start = {.QuadPart = (LONGLONG)offset};
    char *bytes = ar_arena_alloc(arena, size + 1);
    size_t len = 0;
    if (!SetFilePointerEx(handle, start, NULL, FILE_BEGIN))
        return read_error(arena, GetLastError());
    while (len < size) {
        size_t count = 0;
        enum ar_file_status status =
            read_some(arena, handle, bytes + len, size - len, &count);
        if (status != AR_FILE_OK)
            return status;
        if (count == 0)
            break;
        len += count;
    }
    *out = (ar_str){bytes, len};
    return AR_FILE_OK;
}

enum ar_file_status ar_file_read_part(struct ar_arena *arena, ar_str path,
                                      uint64_t offset, size_t size, ar_str *out)
{
    LARGE_INTEGER length;
    wchar_t wide_path[PATH_UNITS];
    if (!copy_path(path, wide_path))
        return AR_FILE_NOT_FOUND;
    struct held *held = hold(arena, false);
    enum ar_file_status status = open_regular(arena, wide_path, held, &length);
    *out = (ar_str){"", 0};
    if (status == AR_FILE_OK && offset < (uint64_t)length.QuadPart)
        status = read_window(arena, held->handle, offset, size, out);
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

static bool is_dots(const wchar_t *name)
{
    return wcscmp(name, L".") == 0 || wcscmp(name, L"..") == 0;
}

static enum ar_file_status read_names(struct ar_arena *arena, HANDLE search,
                                      WIN32_FIND_DATAW *data,
                                      size_t count_limit, ar_str_vector *out)
{
    char name[4 * MAX_PATH];
    do {
        if (is_dots(data->cFileName))
            continue;
        if (out->count == count_limit)
            return AR_FILE_TOO_LARGE;
        /* A name that is not UTF-16 cannot be written down. */
        if (WideCharToMultiByte(CP_UTF8, WC_ERR_INVALID_CHARS, data->cFileName,
                                -1, name, sizeof(name), NULL, NULL) <= 0)
            return AR_FILE_FAILED;
        ar_vector_push(arena, out, ar_str_copy(arena, ar_str_from_c(name)));
    } while (FindNextFileW(search, data));
    DWORD error = GetLastError();
    return error == ERROR_NO_MORE_FILES ? AR_FILE_OK : read_error(arena, error);
}

enum ar_file_status ar_file_names(struct ar_arena *arena, ar_str folder,
                                  size_t count_limit, ar_str_vector *out)
{
    WIN32_FIND_DATAW data;
    wchar_t pattern[PATH_UNITS];
    /* A wildcard in the name would make a search of it. */
    if (ar_str_find(folder, AR_STR("*"), 0) != SIZE_MAX ||
        ar_str_find(folder, AR_STR("?"), 0) != SIZE_MAX ||
        !copy_path(ar_str_concat(arena, folder, AR_STR("/*")), pattern))
        return AR_FILE_NOT_FOUND;
    struct held *held = hold(arena, true);
    held->handle = FindFirstFileW(pattern, &data);
    if (held->handle == INVALID_HANDLE_VALUE) {
        /* The root of a drive may be empty, even of dots. */
        DWORD error = GetLastError();
        return error == ERROR_FILE_NOT_FOUND ? AR_FILE_OK
                                             : read_error(arena, error);
    }
    enum ar_file_status status =
        read_names(arena, held->handle, &data, count_limit, out);
    close_held(held);
    return status;
}
