/* SPDX-License-Identifier: Apache-2.0 */
/* Grouping files into units by the folders that declare a pack. */

#include "pack/load_group.h"

#include "pack/load_path.h"

/* A folder in which some file declares a pack. */
struct folder {
    size_t n_declaring;
    struct ar_unit *unit; /* of all its files, if exactly one declares */
};

/* A line that begins with the word pack: in a file with errors the
 * declaration itself may be what is broken. */
static bool mentions_pack(ar_str text)
{
    size_t at = 0;
    while (at < text.len) {
        size_t end = ar_str_find(text, AR_STR("\n"), at);
        ar_str line = ar_str_trim(ar_str_slice(text, at, end));
        if (ar_str_starts_with(line, AR_STR("pack ")))
            return true;
        if (end == SIZE_MAX)
            return false;
        at = end + 1;
    }
    return false;
}

static bool declares_pack(const struct ar_load_file *file)
{
    if (file->tree && ar_node_child(file->tree, AR_NODE_PACK))
        return true;
    return file->has_error && mentions_pack(file->text);
}

static void add_file(struct ar_loader *loader, struct ar_unit *unit,
                     const struct ar_load_file *file)
{
    if (file->tree) {
        ar_vector_push(loader->arena, &unit->files, file->tree);
        ar_vector_push(loader->arena, &unit->file_ids, file->source);
    }
    unit->failed |= file->has_error;
}

static struct ar_unit *add_empty_unit(struct ar_loader *loader, ar_str path)
{
    struct ar_unit *unit = AR_NEW(loader->arena, struct ar_unit);
    unit->path = path;
    ar_vector_push(loader->arena, &loader->units, unit);
    return unit;
}

struct ar_unit *ar_load_add_unit(struct ar_loader *loader,
                                 const struct ar_load_file *file, ar_str path)
{
    struct ar_unit *unit = add_empty_unit(loader, path);
    add_file(loader, unit, file);
    return unit;
}

static void note_folder(struct ar_load_group *group,
                        const struct ar_load_file *file)
{
    if (!declares_pack(file))
        return;
    ar_str path = ar_load_folder_of(file->path);
    struct folder *folder = ar_map_get(&group->folders, path);
    if (!folder) {
        folder = AR_NEW(group->loader->arena, struct folder);
        ar_map_put(group->loader->arena, &group->folders, path, folder);
    }
    folder->n_declaring++;
}

/* The folder of the file, or the nearest above it, that declares a pack. */
static struct folder *find_folder(const struct ar_load_group *group,
                                  ar_str file_path, ar_str *out_path)
{
    ar_str path = ar_load_folder_of(file_path);
    for (;;) {
        struct folder *folder = ar_map_get(&group->folders, path);
        *out_path = path;
        if (folder || ar_str_equal(path, group->root))
            return folder;
        ar_str above = ar_load_folder_of(path);
        if (ar_str_equal(above, path))
            return NULL;
        path = above;
    }
}

static void place_file(struct ar_load_group *group,
                       const struct ar_load_file *file)
{
    struct ar_loader *loader = group->loader;
    ar_str path;
    struct folder *folder = find_folder(group, file->path, &path);
    if (!folder) {
        ar_load_add_unit(loader, file, file->path);
    } else if (folder->n_declaring == 1) {
        if (!folder->unit)
            folder->unit = add_empty_unit(loader, path);
        add_file(loader, folder->unit, file);
    } else {
        struct ar_unit *unit = ar_load_add_unit(loader, file, file->path);
        if (declares_pack(file))
            return;
        ar_span start = {file->source, 0, 0};
        ar_diag(loader->diags, AR_E0790, start, path);
        unit->failed = true;
    }
}

void ar_load_group_units(struct ar_load_group *group)
{
    for (size_t i = 0; i < group->files.count; i++)
        note_folder(group, &group->files.at[i]);
    for (size_t i = 0; i < group->files.count; i++)
        place_file(group, &group->files.at[i]);
}
