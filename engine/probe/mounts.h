/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AR_PROBE_MOUNTS_H
#define AR_PROBE_MOUNTS_H
/* What is mounted where, as /proc/self/mountinfo lists it (proc(5)). */

#include "base/arena.h"
#include "base/str.h"

struct ar_mount {
    ar_str id;
    ar_str parent; /* the mount that the target lies on */
    ar_str root;   /* what of the file system is mounted */
    ar_str target;
    ar_str options; /* of this mount, with commas between */
    ar_str format;  /* the kind of file system */
    ar_str source;
    ar_str super_options; /* of the file system, wherever it is mounted */
};

typedef AR_VECTOR(struct ar_mount) ar_mount_vector;

/* Lines that are none are left out. Points into text, or into the arena. */
void ar_mounts_read(struct ar_arena *arena, ar_str text,
                    ar_mount_vector *mounts);
/* The mount that an absolute path without links and ".." lies on, as the
 * kernel finds it: what is hidden below another mount does not count. NULL if
 * the root is not among them. */
const struct ar_mount *ar_mounts_find(const ar_mount_vector *mounts,
                                      ar_str path);

#endif
