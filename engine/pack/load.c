/* SPDX-License-Identifier: Apache-2.0 */
/* Reading what the loader was told to: the standard library, the shipped
 * packs, paths and texts. Folders are read before single files, and outer
 * ones before inner ones, so that a file that is named twice keeps the pack
 * around it. Grouping is in load_group.c, names of paths in load_path.c. */

#include "pack/load.h"

#include "base/limits.h"
#include "pack/builtin.h"
#include "pack/load_group.h"
#include "pack/load_path.h"

#include <stdlib.h>

#define BUILTIN_PREFIX AR_STR("<builtin>/")
#define STDLIB_FOLDER  AR_STR("stdlib/")

static const ar_span no_place = {0, 0, 0};

struct reading {
    struct ar_loader *loader;
    struct ar_map seen; /* paths of files that were read */
};

static ar_str number_text(struct ar_arena *arena, int64_t number)
{
    return ar_str_printf(arena, "%lld", (long long)number);
}

static void report_unreadable(struct ar_loader *loader, ar_str path,
                              enum ar_file_status status)
{
    loader->failed = true;
    if (status == AR_FILE_NOT_FOUND) {
        struct ar_diag *diag = ar_diag(loader->diags, AR_E2002, no_place, path);
        ar_str near = ar_load_nearest_path(loader->arena, path);
        if (near.len > 0)
            ar_diag_suggest(loader->diags, diag, near);
        return;
    }
    ar_diag(loader->diags, AR_E2001, no_place, path,
            ar_str_from_c(ar_file_status_text(status)));
}

static void report_too_large(struct ar_loader *loader, ar_str path)
{
    uint32_t file =
        ar_sources_add(loader->arena, loader->diags->sources, path, AR_STR(""));
    ar_span start = {file, 0, 0};
    loader->failed = true;
    ar_diag(loader->diags, AR_E0127, start,
            number_text(loader->arena, AR_MAX_SOURCE_BYTES));
}

/* Of the standard library as it is built in the tests know that it is right. */
static bool is_known(ar_str text)
{
    for (size_t i = 0; i < ar_n_builtin_files; i++) {
        const struct ar_builtin_file *file = &ar_builtin_files[i];
        if (ar_str_starts_with(ar_str_from_c(file->path), STDLIB_FOLDER) &&
            ar_str_equal(text, (ar_str){file->text, file->len}))
            return true;
    }
    return false;
}

enum {
    LARGE_TEXT_BYTES = 131072, /* from here on trees have pages of their own */
    TREE_BYTES_PER_BYTE = 12   /* of text; most rules need a bit less */
};

bool ar_load_is_tree_apart(const struct ar_loader *loader, uint32_t source)
{
    const struct ar_source *of = ar_sources_get(loader->diags->sources, source);
    return loader->nodes && of->text.len >= LARGE_TEXT_BYTES;
}

static struct ar_node *parse_source(struct ar_loader *loader, uint32_t source,
                                    bool skips_probes)
{
    struct ar_parse_options options = {.skips_probes = skips_probes};
    size_t bytes = ar_sources_get(loader->diags->sources, source)->text.len;
    if (ar_load_is_tree_apart(loader, source)) {
        options.nodes = loader->nodes;
        ar_arena_reserve(options.nodes, bytes * TREE_BYTES_PER_BYTE);
    }
    return ar_parse_with(loader->arena, loader->diags, source, &options);
}

static void parse_file(struct ar_loader *loader, struct ar_load_file *file)
{
    size_t n_errors = loader->diags->n_errors;
    file->source = ar_sources_add(loader->arena, loader->diags->sources,
                                  file->path, file->text);
    file->tree = parse_source(loader, file->source,
                              loader->no_probes && is_known(file->text));
    file->has_error = loader->diags->n_errors > n_errors;
    ar_span start = {file->source, 0, 0};
    if (loader->lint && !file->has_error && file->tree->count == 0)
        ar_diag(loader->diags, AR_W1090, start, file->path);
}

bool ar_load_read_text(struct ar_loader *loader, ar_str path, ar_str *out)
{
    enum ar_file_status status =
        ar_file_read(loader->arena, path, AR_MAX_SOURCE_BYTES, out);
    if (status == AR_FILE_TOO_LARGE)
        report_too_large(loader, path);
    else if (status != AR_FILE_OK)
        report_unreadable(loader, path, status);
    return status == AR_FILE_OK;
}

/* A file that cannot be read stays in the group: the pack is not whole
 * without it. */
static struct ar_load_file read_file(struct ar_loader *loader, ar_str path)
{
    struct ar_load_file file = {.path = path, .has_error = true};
    if (ar_load_read_text(loader, path, &file.text))
        parse_file(loader, &file);
    return file;
}

static bool list_folder(struct ar_loader *loader, ar_str folder,
                        ar_str_vector *out)
{
    struct ar_arena *arena = loader->arena;
    enum ar_file_status status =
        ar_file_list(arena, folder, AR_STR(".rules"), AR_MAX_FOLDER_DEPTH,
                     AR_MAX_PACK_FILES, out);
    if (status == AR_FILE_OK && out->count > 0)
        return true;
    loader->failed = true;
    if (status == AR_FILE_TOO_LARGE)
        ar_diag(loader->diags, AR_E2004, no_place, folder,
                number_text(arena, AR_MAX_PACK_FILES),
                number_text(arena, AR_MAX_FOLDER_DEPTH));
    else if (status == AR_FILE_OK)
        ar_diag(loader->diags, AR_E2003, no_place, folder);
    else
        report_unreadable(loader, folder, status);
    return false;
}

bool ar_load_list_files(struct ar_loader *loader, ar_str path,
                        ar_str_vector *out)
{
    path = ar_load_clean_path(loader->arena, path);
    if (ar_file_kind(path) != AR_FILE_KIND_FOLDER) {
        ar_vector_push(loader->arena, out, path);
        return true;
    }
    if (!list_folder(loader, path, out))
        return false;
    for (size_t i = 0; i < out->count; i++)
        out->at[i] = ar_load_clean_path(loader->arena, out->at[i]);
    return true;
}

/* What is built in or installed was chosen by whoever installed archrules. */
static void trust_units(struct ar_loader *loader, size_t first)
{
    for (size_t i = first; i < loader->units.count; i++)
        loader->units.at[i]->is_trusted = true;
}

static void read_folder(struct reading *reading, ar_str folder)
{
    struct ar_loader *loader = reading->loader;
    struct ar_load_group group = {.loader = loader, .root = folder};
    ar_str_vector paths = {0};
    if (!ar_load_list_files(loader, folder, &paths))
        return;
    for (size_t i = 0; i < paths.count; i++) {
        ar_str path = paths.at[i];
        if (ar_map_has(&reading->seen, path))
            continue;
        ar_map_put(loader->arena, &reading->seen, path, loader);
        ar_vector_push(loader->arena, &group.files, read_file(loader, path));
    }
    size_t n_units = loader->units.count;
    ar_load_group_units(&group);
    if (loader->installed.len > 0 && ar_str_equal(folder, loader->installed))
        trust_units(loader, n_units);
}

static void read_single_file(struct reading *reading, ar_str path)
{
    struct ar_loader *loader = reading->loader;
    if (ar_map_has(&reading->seen, path))
        return;
    ar_map_put(loader->arena, &reading->seen, path, loader);
    struct ar_load_file file = read_file(loader, path);
    ar_load_add_unit(loader, &file, path);
}

/* Names that are something else than rules; NULL if it may be rules. */
static const char *other_kind(ar_str path)
{
    if (ar_str_ends_with(path, AR_STR(".json")) ||
        ar_str_ends_with(path, AR_STR(".ndjson")))
        return "give a snapshot with -f";
    if (ar_str_ends_with(path, AR_STR(".arp")))
        return "a compiled pack is used alone, without other rules";
    return NULL;
}

static void read_path(struct reading *reading, ar_str path, bool folders)
{
    struct ar_loader *loader = reading->loader;
    enum ar_file_kind kind = ar_file_kind(path);
    if ((kind == AR_FILE_KIND_FOLDER) != folders)
        return;
    const char *other = other_kind(path);
    if (folders) {
        read_folder(reading, path);
    } else if (other && kind == AR_FILE_KIND_REGULAR) {
        loader->failed = true;
        ar_diag(loader->diags, AR_E2005, no_place, path, ar_str_from_c(other));
    } else {
        read_single_file(reading, path);
    }
}

static int order_by_length(const void *left, const void *right)
{
    ar_str a = *(const ar_str *)left;
    ar_str b = *(const ar_str *)right;
    if (a.len != b.len)
        return a.len < b.len ? -1 : 1;
    return ar_str_compare(a, b);
}

static void read_paths(struct ar_loader *loader)
{
    struct reading reading = {.loader = loader};
    ar_str_vector paths = {0};
    for (size_t i = 0; i < loader->paths.count; i++)
        ar_vector_push(loader->arena, &paths,
                       ar_load_clean_path(loader->arena, loader->paths.at[i]));
    if (paths.count > 1)
        qsort(paths.at, paths.count, sizeof(*paths.at), order_by_length);
    for (size_t i = 0; i < paths.count; i++)
        read_path(&reading, paths.at[i], true);
    for (size_t i = 0; i < paths.count; i++)
        read_path(&reading, paths.at[i], false);
}

/* ---- a compiled pack ---- */

static bool is_compiled(ar_str path)
{
    return ar_str_ends_with(path, AR_STR(".arp")) &&
           ar_file_kind(path) == AR_FILE_KIND_REGULAR;
}

bool ar_load_compiled(struct ar_loader *loader, struct ar_load_compiled *out)
{
    *out = (struct ar_load_compiled){0};
    bool is_alone = loader->paths.count == 1 && loader->texts.count == 0 &&
                    !loader->shipped;
    if (!is_alone || !is_compiled(loader->paths.at[0]))
        return true;
    out->path = loader->paths.at[0];
    enum ar_file_status status =
        ar_file_read(loader->arena, out->path, AR_MAX_PACK_BYTES, &out->bytes);
    if (status != AR_FILE_OK)
        report_unreadable(loader, out->path, status);
    return status == AR_FILE_OK;
}

/* ---- standard library and shipped packs ---- */

/* "std/host.rules" is the module std.host. */
static ar_str module_name(struct ar_arena *arena, ar_str relative_path)
{
    size_t end = relative_path.len - AR_STR(".rules").len;
    ar_str stem = ar_str_slice(relative_path, 0, end);
    char *name = AR_NEW_ARRAY(arena, char, end + 1);
    for (size_t i = 0; i < stem.len; i++)
        name[i] = stem.ptr[i] == '/' ? '.' : stem.ptr[i];
    return (ar_str){name, stem.len};
}

static void add_module(struct ar_loader *loader, struct ar_load_file *file,
                       ar_str relative_path)
{
    struct ar_unit *unit = ar_load_add_unit(loader, file, file->path);
    unit->is_stdlib = true;
    unit->name = module_name(loader->arena, relative_path);
}

static void read_stdlib_folder(struct ar_loader *loader, ar_str folder)
{
    ar_str_vector paths = {0};
    ar_str root = ar_load_clean_path(loader->arena, folder);
    if (!list_folder(loader, root, &paths))
        return;
    size_t root_bytes = root.len + !ar_str_ends_with(root, AR_STR("/"));
    for (size_t i = 0; i < paths.count; i++) {
        ar_str path = paths.at[i];
        struct ar_load_file file = read_file(loader, path);
        add_module(loader, &file, ar_str_slice(path, root_bytes, path.len));
    }
}

static struct ar_load_file read_builtin(struct ar_loader *loader,
                                        const struct ar_builtin_file *builtin)
{
    struct ar_load_file file = {
        .path = ar_str_concat(loader->arena, BUILTIN_PREFIX,
                              ar_str_from_c(builtin->path)),
        .text = {builtin->text, builtin->len},
    };
    parse_file(loader, &file);
    return file;
}

/* Rule files below the folder, "stdlib/" or "rules/"; the files of shipped
 * packs are grouped, those of stdlib are modules. */
static void read_builtin_folder(struct ar_loader *loader, ar_str folder,
                                struct ar_load_group *group)
{
    for (size_t i = 0; i < ar_n_builtin_files; i++) {
        ar_str path = ar_str_from_c(ar_builtin_files[i].path);
        if (!ar_str_starts_with(path, folder) ||
            !ar_str_ends_with(path, AR_STR(".rules")))
            continue;
        struct ar_load_file file = read_builtin(loader, &ar_builtin_files[i]);
        if (group)
            ar_vector_push(loader->arena, &group->files, file);
        else
            add_module(loader, &file, ar_str_slice(path, folder.len, path.len));
    }
}

bool ar_load_builtin_text(struct ar_arena *arena, ar_str shown_name,
                          ar_str *out)
{
    ar_str name = ar_load_resolve_path(arena, shown_name);
    if (!ar_str_starts_with(name, BUILTIN_PREFIX))
        return false;
    ar_str path = ar_str_slice(name, BUILTIN_PREFIX.len, name.len);
    for (size_t i = 0; i < ar_n_builtin_files; i++) {
        const struct ar_builtin_file *file = &ar_builtin_files[i];
        if (!ar_str_equal_c(path, file->path))
            continue;
        *out = (ar_str){file->text, file->len};
        return true;
    }
    return false;
}

bool ar_load_read_beside(struct ar_arena *arena, ar_str path, ar_str *out,
                         ar_str *why)
{
    if (ar_load_builtin_text(arena, path, out))
        return true;
    enum ar_file_status status =
        ar_file_read(arena, path, AR_MAX_SOURCE_BYTES, out);
    *why = ar_str_from_c(ar_file_status_text(status));
    return status == AR_FILE_OK;
}

/* A folder of the installation if it is there, else the empty string. */
static ar_str data_folder(const struct ar_loader *loader, const char *name)
{
    if (loader->data.len == 0)
        return AR_STR("");
    ar_str folder = ar_str_printf(loader->arena, AR_STR_FORMAT "/%s",
                                  AR_STR_ARG(loader->data), name);
    return ar_file_kind(folder) == AR_FILE_KIND_FOLDER ? folder : AR_STR("");
}

static void read_stdlib(struct ar_loader *loader)
{
    ar_str folder = loader->stdlib;
    size_t n_units = loader->units.count;
    if (folder.len == 0)
        folder = data_folder(loader, "stdlib");
    if (folder.len > 0)
        read_stdlib_folder(loader, folder);
    else
        read_builtin_folder(loader, STDLIB_FOLDER, NULL);
    if (loader->stdlib.len == 0)
        trust_units(loader, n_units);
}

static void read_shipped(struct ar_loader *loader)
{
    ar_str folder = data_folder(loader, "rules");
    if (folder.len > 0) {
        loader->installed = ar_load_clean_path(loader->arena, folder);
        ar_vector_push(loader->arena, &loader->paths, folder);
        return;
    }
    struct ar_load_group group = {.loader = loader,
                                  .root = AR_STR("<builtin>/rules")};
    size_t n_units = loader->units.count;
    read_builtin_folder(loader, AR_STR("rules/"), &group);
    ar_load_group_units(&group);
    trust_units(loader, n_units);
}

/* Whether somebody else says what facts ask for: then all of it counts. */
static bool must_have_probes(const struct ar_loader *loader)
{
    for (size_t i = 0; i < loader->units.count; i++) {
        const struct ar_unit *unit = loader->units.at[i];
        if (!unit->is_stdlib && ar_unit_asks(unit))
            return true;
    }
    return false;
}

static void parse_stdlib_again(struct ar_loader *loader)
{
    for (size_t i = 0; i < loader->units.count; i++) {
        struct ar_unit *unit = loader->units.at[i];
        for (size_t k = 0; unit->is_stdlib && k < unit->files.count; k++)
            unit->files.at[k] =
                ar_parse(loader->arena, loader->diags, unit->file_ids.at[k]);
    }
}

static void read_texts(struct ar_loader *loader)
{
    for (size_t i = 0; i < loader->texts.count; i++) {
        struct ar_load_file file = {.path = loader->texts.at[i].name,
                                    .text = loader->texts.at[i].text};
        parse_file(loader, &file);
        ar_load_add_unit(loader, &file, file.path);
    }
}

void ar_load_units(struct ar_loader *loader)
{
    read_stdlib(loader);
    if (loader->shipped)
        read_shipped(loader);
    read_paths(loader);
    read_texts(loader);
    if (loader->no_probes && must_have_probes(loader))
        parse_stdlib_again(loader);
}
