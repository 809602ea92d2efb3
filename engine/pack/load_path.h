/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AR_PACK_LOAD_PATH_H
#define AR_PACK_LOAD_PATH_H
/* Private to pack: paths as text. */

#include "base/str.h"

/* Without "./" and doubled or trailing slashes; ".." stays, because of
 * links. The empty path stays empty. */
ar_str ar_load_clean_path(struct ar_arena *arena, ar_str path);

/* The same, and each ".." takes back the part before it: for names that are
 * not paths of a system with links. */
ar_str ar_load_resolve_path(struct ar_arena *arena, ar_str path);

/* The folder a clean path lies in: "." for a bare name, "/" for "/" itself.
 * Also of a folder, and "." for ".". */
ar_str ar_load_folder_of(ar_str path);

/* The existing file or folder whose name is nearest to that of path, in the
 * same folder; or the empty string. */
ar_str ar_load_nearest_path(struct ar_arena *arena, ar_str path);

#endif
