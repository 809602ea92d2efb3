/* SPDX-License-Identifier: Apache-2.0 */
/* What files have in common on all systems: the words for what became of
 * reading one, and listing those below a folder. The rest is in file_posix.c
 * and file_windows.c. */

#include "base/file.h"

/* Of one listing, whatever their names: a wrong folder ends soon. */
enum { ENTRIES_SEEN = 100000 };

const char *ar_file_status_text(enum ar_file_status status)
{
    switch (status) {
    case AR_FILE_OK: return "no error";
    case AR_FILE_NOT_FOUND: return "no such file";
    case AR_FILE_DENIED: return "permission denied";
    case AR_FILE_IS_FOLDER: return "it is a folder";
    case AR_FILE_NOT_REGULAR: return "not a regular file";
    case AR_FILE_TOO_LARGE: return "too large";
    case AR_FILE_FAILED: return "reading failed";
    }
    AR_UNREACHABLE();
}

/* ---- listing ---- */

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

/* Links that lead nowhere and FIFOs are listed too: reading them gives an
 * error, leaving them out would hide it. */
static enum ar_file_status list_entry(struct listing *listing, ar_str path,
                                      size_t depth)
{
    enum ar_file_kind kind;
    enum ar_file_status status = ar_file_look(listing->arena, path, &kind);
    if (status != AR_FILE_OK)
        return status == AR_FILE_NOT_FOUND ? AR_FILE_OK : status;
    if (kind == AR_FILE_KIND_FOLDER) {
        if (depth == listing->depth_limit)
            return AR_FILE_TOO_LARGE;
        return list_folder(listing, path, depth + 1);
    }
    if (!ar_str_ends_with(path, listing->suffix) ||
        (kind == AR_FILE_KIND_LINK &&
         ar_file_kind(path) == AR_FILE_KIND_FOLDER))
        return AR_FILE_OK;
    if (listing->out->count == listing->count_limit)
        return AR_FILE_TOO_LARGE;
    ar_vector_push(listing->arena, listing->out, path);
    return AR_FILE_OK;
}

static enum ar_file_status list_folder(struct listing *listing, ar_str folder,
                                       size_t depth)
{
    ar_str_vector names = {0};
    const char *slash = ar_str_ends_with(folder, AR_STR("/")) ? "" : "/";
    enum ar_file_status status = ar_file_names(
        listing->arena, folder, ENTRIES_SEEN - listing->n_seen, &names);
    listing->n_seen += names.count;
    for (size_t i = 0; i < names.count && status == AR_FILE_OK; i++) {
        ar_str path =
            ar_str_printf(listing->arena, AR_STR_FORMAT "%s" AR_STR_FORMAT,
                          AR_STR_ARG(folder), slash, AR_STR_ARG(names.at[i]));
        status = list_entry(listing, path, depth);
    }
    return status;
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
    ar_str_sort(out->at, out->count);
    return status;
}
