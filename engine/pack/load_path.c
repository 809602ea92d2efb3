/* SPDX-License-Identifier: Apache-2.0 */
/* Paths as text: one spelling for each, and the nearest that exists. */

#include "pack/load_path.h"

#include "base/buf.h"
#include "base/file.h"

enum {
    /* Names looked at for a suggestion: enough for a folder of rules, and
     * soon over in a home folder. */
    NAMES_SEEN = 2000,
    NAMES_DEPTH = 16
};

/* The next part between slashes from *at; false at the end. */
static bool next_part(ar_str path, size_t *at, ar_str *out)
{
    while (*at < path.len && path.ptr[*at] == '/')
        ++*at;
    if (*at == path.len)
        return false;
    size_t end = ar_str_find(path, AR_STR("/"), *at);
    *out = ar_str_slice(path, *at, end);
    *at += out->len;
    return true;
}

static bool take_back(struct ar_buf *out)
{
    size_t end = out->len;
    while (end > 0 && out->ptr[end - 1] != '/')
        end--;
    if (out->len == end)
        return false;
    out->len = end > 1 ? end - 1 : end;
    return true;
}

static ar_str clean(struct ar_arena *arena, ar_str path, bool resolves)
{
    struct ar_buf out = AR_BUF(arena);
    ar_str part;
    size_t at = 0;
    if (path.len == 0)
        return path;
    if (path.ptr[0] == '/')
        ar_buf_put_char(&out, '/');
    while (next_part(path, &at, &part)) {
        if (ar_str_equal_c(part, "."))
            continue;
        if (resolves && ar_str_equal_c(part, "..") && take_back(&out))
            continue;
        if (out.len > 0 && out.ptr[out.len - 1] != '/')
            ar_buf_put_char(&out, '/');
        ar_buf_put(&out, part);
    }
    if (out.len == 0)
        ar_buf_put_char(&out, '.');
    return ar_buf_view(&out);
}

ar_str ar_load_clean_path(struct ar_arena *arena, ar_str path)
{
    return clean(arena, path, false);
}

ar_str ar_load_resolve_path(struct ar_arena *arena, ar_str path)
{
    return clean(arena, path, true);
}

ar_str ar_load_folder_of(ar_str path)
{
    size_t end = path.len;
    while (end > 0 && path.ptr[end - 1] != '/')
        end--;
    if (end == 0)
        return AR_STR(".");
    return ar_str_slice(path, 0, end == 1 ? 1 : end - 1);
}

/* The part of a listed path right below folder. */
static ar_str name_below(ar_str folder, ar_str path)
{
    size_t start = folder.len;
    ar_str name = {0};
    next_part(path, &start, &name);
    return name;
}

ar_str ar_load_nearest_path(struct ar_arena *arena, ar_str path)
{
    ar_str_vector paths = {0};
    ar_str_vector names = {0};
    ar_str folder = ar_load_folder_of(path);
    bool is_bare = ar_str_find(path, AR_STR("/"), 0) == SIZE_MAX;
    size_t folder_bytes = is_bare ? 0 : folder.len + (folder.len > 1);
    ar_str wanted = ar_str_slice(path, folder_bytes, path.len);

    if (ar_file_kind(folder) != AR_FILE_KIND_FOLDER)
        return AR_STR("");
    /* What it could list before a limit is good enough. */
    ar_file_list(arena, folder, AR_STR(""), NAMES_DEPTH, NAMES_SEEN, &paths);
    for (size_t i = 0; i < paths.count; i++)
        ar_vector_push(arena, &names, name_below(folder, paths.at[i]));
    size_t ix = ar_str_nearest(wanted, names.at, names.count);
    if (ix == SIZE_MAX)
        return AR_STR("");
    return ar_str_concat(arena, ar_str_slice(path, 0, folder_bytes),
                         names.at[ix]);
}
