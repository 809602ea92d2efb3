/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AR_PACK_LOAD_GROUP_H
#define AR_PACK_LOAD_GROUP_H
/* Private to pack: which files of a folder form a unit. */

#include "pack/load.h"

struct ar_load_file {
    ar_str path;
    ar_str text;
    uint32_t source;      /* its number; 0: it could not be read */
    struct ar_node *tree; /* NULL: it could not be read */
    bool has_error;
};

/* The files found below one folder. */
struct ar_load_group {
    struct ar_loader *loader;
    ar_str root;
    AR_VECTOR(struct ar_load_file) files;
    struct ar_map folders; /* path -> what load_group.c knows of it */
};

/* Adds the units of the group to the loader. */
void ar_load_group_units(struct ar_load_group *group);

/* Adds a unit of one file and returns it. */
struct ar_unit *ar_load_add_unit(struct ar_loader *loader,
                                 const struct ar_load_file *file, ar_str path);

#endif
