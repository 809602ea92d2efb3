/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AR_BASE_FILE_H
#define AR_BASE_FILE_H
/* Reading the files a person names: rule files, packs, snapshots. If the
 * system lacks memory, functions with an arena do as ar_arena_alloc(). */

#include "base/str.h"

enum ar_file_status {
    AR_FILE_OK,
    AR_FILE_NOT_FOUND,
    AR_FILE_DENIED,
    AR_FILE_IS_FOLDER,
    AR_FILE_NOT_REGULAR, /* FIFO, socket, device */
    AR_FILE_TOO_LARGE,
    AR_FILE_FAILED /* any other error of the system */
};

/* One short phrase: "no such file", "permission denied". */
const char *ar_file_status_text(enum ar_file_status status);

/* Reads a regular file of at most limit_bytes whole. Opens without blocking,
 * so a FIFO cannot hang it. *out is NUL-terminated in the arena. */
enum ar_file_status ar_file_read(struct ar_arena *arena, ar_str path,
                                 size_t limit_bytes, ar_str *out);
/* The bytes of a regular file from offset on: size of them, or fewer where it
 * ends. Opens without blocking, too. */
enum ar_file_status ar_file_read_part(struct ar_arena *arena, ar_str path,
                                      uint64_t offset, size_t size,
                                      ar_str *out);
/* The same as ar_file_read() from standard input until its end. */
enum ar_file_status ar_file_read_stdin(struct ar_arena *arena,
                                       size_t limit_bytes, ar_str *out);

enum ar_file_kind {
    AR_FILE_KIND_NONE,
    AR_FILE_KIND_REGULAR,
    AR_FILE_KIND_FOLDER,
    AR_FILE_KIND_LINK,
    AR_FILE_KIND_OTHER
};
/* What path leads to, links followed: never a link. */
enum ar_file_kind ar_file_kind(ar_str path);
/* What stands under path itself; NOT_FOUND if nothing does. */
enum ar_file_status ar_file_look(struct ar_arena *arena, ar_str path,
                                 enum ar_file_kind *kind);
/* The path from the root, links followed; empty if nothing is there. */
ar_str ar_file_absolute(struct ar_arena *arena, ar_str path);
/* Adds the names in a folder to *out, in no order, without "." and "..".
 * TOO_LARGE if there are more than count_limit. */
enum ar_file_status ar_file_names(struct ar_arena *arena, ar_str folder,
                                  size_t count_limit, ar_str_vector *out);

/* Every file below folder, at most depth_limit folders deep, whose name ends
 * in suffix, as folder/sub/name with '/', sorted by bytes. Does not follow
 * links to folders. Whatever else has the suffix is listed, also what cannot
 * be read. Stops with AR_FILE_TOO_LARGE past count_limit files in *out, at a
 * folder that lies deeper, and past 100,000 entries of any name. */
enum ar_file_status ar_file_list(struct ar_arena *arena, ar_str folder,
                                 ar_str suffix, size_t depth_limit,
                                 size_t count_limit, ar_str_vector *out);

#endif
