/* SPDX-License-Identifier: Apache-2.0 */
/* Finding the files that fit a pattern: one folder after the other, from the
 * root down. */

#include "base/buf.h"
#include "probe/host_parts.h"

#include <string.h>

/* Of one pattern, whatever their names: a wrong folder ends soon. */
enum { ENTRIES_SEEN = 100000 };

struct matches {
    struct ar_arena *arena;
    size_t max_matches;
    bool ignores_case;
    size_t n_seen;
    ar_str_vector paths;
    struct ar_host_output *out; /* its status is DONE as long as all is seen */
};

/* Gone meanwhile, or no folder: nothing there that could fit. */
static void fail(struct matches *matches, enum ar_file_status status,
                 ar_str path)
{
    ar_str text = ar_str_from_c(ar_file_status_text(status));
    if (status == AR_FILE_NOT_FOUND || matches->out->status != AR_HOST_DONE)
        return;
    if (status == AR_FILE_TOO_LARGE)
        text = AR_STR("there are too many files to look through");
    ar_host_refuse(matches->out, ar_host_file_status(status),
                   ar_str_printf(matches->arena,
                                 AR_STR_FORMAT ": " AR_STR_FORMAT,
                                 AR_STR_ARG(path), AR_STR_ARG(text)));
}

static bool is_full(const struct matches *matches)
{
    return matches->out->status == AR_HOST_TOO_LARGE;
}

/* Of a name that was listed nothing is left to ask. */
static void take(struct matches *matches, ar_str path, bool was_listed)
{
    enum ar_file_kind kind;
    enum ar_file_status status =
        was_listed ? AR_FILE_OK : ar_file_look(matches->arena, path, &kind);
    if (status != AR_FILE_OK)
        fail(matches, status, path);
    else if (matches->paths.count == matches->max_matches)
        ar_host_refuse(matches->out, AR_HOST_TOO_LARGE,
                       AR_STR("more files fit than are allowed"));
    else
        ar_vector_push(matches->arena, &matches->paths, path);
}

static ar_str fold(const struct matches *matches, ar_str text)
{
    return matches->ignores_case ? ar_str_lower(matches->arena, text) : text;
}

/* The names in a folder that fit, before any of them is followed: so no more
 * than one folder is open. */
static void list_names(struct matches *matches, ar_str folder, ar_str pattern,
                       ar_str_vector *names)
{
    ar_str_vector all = {0};
    ar_str folded = fold(matches, pattern);
    enum ar_file_status status = ar_file_names(
        matches->arena, folder, ENTRIES_SEEN - matches->n_seen, &all);
    matches->n_seen += all.count;
    if (status != AR_FILE_OK)
        fail(matches, status, folder);
    for (size_t i = 0; i < all.count; i++) {
        if (ar_host_name_fits(folded, fold(matches, all.at[i])))
            ar_vector_push(matches->arena, names, all.at[i]);
    }
}

static size_t find_separator(const struct matches *matches, ar_str text)
{
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == '/' ||
            (matches->ignores_case && text.ptr[i] == '\\'))
            return i;
    }
    return SIZE_MAX;
}

/* folder ends in a separator; rest: what of the pattern is to be found below
 * it. */
static void follow(struct matches *matches, ar_str folder, ar_str rest)
{
    size_t slash = find_separator(matches, rest);
    ar_str element = ar_str_slice(rest, 0, slash);
    bool is_listed = ar_host_is_pattern(element);
    ar_str_vector names = {0};
    if (is_listed)
        list_names(matches, folder, element, &names);
    else
        ar_vector_push(matches->arena, &names, element);
    for (size_t i = 0; i < names.count && !is_full(matches); i++) {
        ar_str path = ar_str_concat(matches->arena, folder, names.at[i]);
        if (slash == SIZE_MAX)
            take(matches, path, is_listed);
        else
            follow(matches,
                   ar_str_concat(matches->arena, path,
                                 ar_str_slice(rest, slash, slash + 1)),
                   ar_str_slice(rest, slash + 1, rest.len));
    }
}

/* Sorted, one to a line. */
static void put_paths(struct matches *matches)
{
    struct ar_buf lines = AR_BUF(matches->arena);
    ar_str_vector *paths = &matches->paths;
    if (paths->count == 0) {
        matches->out->status = AR_HOST_NOT_FOUND;
        return;
    }
    ar_str_sort(paths->at, paths->count);
    for (size_t i = 0; i < paths->count; i++) {
        if (memchr(paths->at[i].ptr, '\n', paths->at[i].len)) {
            ar_host_refuse(matches->out, AR_HOST_FAILED,
                           AR_STR("a name holds a line end"));
            return;
        }
        ar_buf_put(&lines, paths->at[i]);
        ar_buf_put_char(&lines, '\n');
    }
    matches->out->out = ar_buf_view(&lines);
}

void ar_host_glob(struct ar_arena *arena, ar_str pattern, size_t n_root,
                  bool ignores_case, size_t max_matches,
                  struct ar_host_output *out)
{
    struct matches matches = {
        .arena = arena,
        .max_matches = max_matches,
        .ignores_case = ignores_case,
        .out = out,
    };
    follow(&matches, ar_str_copy(arena, ar_str_slice(pattern, 0, n_root)),
           ar_str_slice(pattern, n_root, pattern.len));
    if (out->status == AR_HOST_DONE)
        put_paths(&matches);
}
