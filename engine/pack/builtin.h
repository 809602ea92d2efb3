/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AR_PACK_BUILTIN_H
#define AR_PACK_BUILTIN_H
/* The files that are compiled into the program: stdlib, the shipped packs and
 * the snapshots that their tests are given. The table is made by the build
 * (cmake/ArEmbed.cmake). */

#include <stddef.h>

struct ar_builtin_file {
    const char *path; /* "stdlib/std/host.rules", "rules/docker_desktop/..." */
    const char *text; /* NUL-terminated beyond its length */
    size_t len;
};

extern const struct ar_builtin_file ar_builtin_files[]; /* sorted by path */
extern const size_t ar_n_builtin_files;

#endif
