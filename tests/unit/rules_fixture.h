/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AR_TESTS_RULES_FIXTURE_H
#define AR_TESTS_RULES_FIXTURE_H
/* For tests of rule files: the standard library from the source folder and
 * texts beside it, parsed and checked; what was reported, as text. */

#include "base/file.h"
#include "sema/check.h"

#include <stdio.h>
#include <string.h>

#ifndef AR_SOURCE_DIR
#define AR_SOURCE_DIR "."
#endif

enum {
    FIXTURE_UNITS = 64,
    FIXTURE_FILE_BYTES = 16777216,
    /* So that a text that takes too much fails alone: it aborts. */
    FIXTURE_MEMORY_BYTES = 1000000000
};

struct fixture {
    struct ar_arena arena;
    struct ar_sources sources;
    struct ar_diags diags;
    struct ar_unit *units[FIXTURE_UNITS];
    size_t n_units;
    struct ar_program *program;
    struct ar_check_options options;
};

static inline bool fixture_read_file(struct ar_arena *arena, ar_str path,
                                     ar_str *out, ar_str *why)
{
    enum ar_file_status status =
        ar_file_read(arena, path, FIXTURE_FILE_BYTES, out);
    *why = ar_str_from_c(ar_file_status_text(status));
    return status == AR_FILE_OK;
}

static inline void fixture_start(struct fixture *fixture)
{
    memset(fixture, 0, sizeof(*fixture));
    fixture->arena.limit_bytes = FIXTURE_MEMORY_BYTES;
    fixture->diags.arena = &fixture->arena;
    fixture->diags.sources = &fixture->sources;
    fixture->options.lint = true;
    fixture->options.read_file = fixture_read_file;
    fixture->options.engine_version = AR_STR("0.1.0");
}

static inline void fixture_end(struct fixture *fixture)
{
    ar_arena_free(&fixture->arena);
}

static inline struct ar_unit *fixture_unit(struct fixture *fixture,
                                           ar_str module)
{
    struct ar_unit *unit = AR_NEW(&fixture->arena, struct ar_unit);
    unit->name = module;
    unit->path = module;
    unit->is_stdlib = module.len > 0;
    assert(fixture->n_units < FIXTURE_UNITS);
    fixture->units[fixture->n_units++] = unit;
    return unit;
}

/* Parses text as a file of unit; returns its tree. */
static inline struct ar_node *fixture_add(struct fixture *fixture,
                                          struct ar_unit *unit, ar_str name,
                                          ar_str text)
{
    struct ar_arena *arena = &fixture->arena;
    text = ar_str_copy(arena, text);
    uint32_t file = ar_sources_add(arena, &fixture->sources, name, text);
    struct ar_node *tree = ar_parse(arena, &fixture->diags, file);
    ar_vector_push(arena, &unit->files, tree);
    ar_vector_push(arena, &unit->file_ids, file);
    return tree;
}

/* A unit of one file with that text. */
static inline struct ar_unit *fixture_text(struct fixture *fixture,
                                           const char *name, const char *text)
{
    struct ar_unit *unit = fixture_unit(fixture, AR_STR(""));
    fixture_add(fixture, unit, ar_str_from_c(name), ar_str_from_c(text));
    return unit;
}

static inline ar_str fixture_read(struct fixture *fixture, ar_str path)
{
    ar_str text = {NULL, 0};
    if (ar_file_read(&fixture->arena, path, FIXTURE_FILE_BYTES, &text) !=
        AR_FILE_OK) {
        fprintf(stderr, "cannot read " AR_STR_FORMAT "\n", AR_STR_ARG(path));
        abort();
    }
    return text;
}

/* Each folder/NAME.rules of the source folder, sorted. */
static inline ar_str_vector fixture_list(struct fixture *fixture,
                                         const char *folder)
{
    ar_str_vector files = {0};
    ar_str path = ar_str_printf(&fixture->arena, AR_SOURCE_DIR "/%s", folder);
    if (ar_file_list(&fixture->arena, path, AR_STR(".rules"), 0, 1000,
                     &files) != AR_FILE_OK ||
        files.count == 0) {
        fprintf(stderr, "no rules in " AR_STR_FORMAT "\n", AR_STR_ARG(path));
        abort();
    }
    return files;
}

static inline ar_str fixture_base_name(ar_str path)
{
    size_t start = path.len;
    while (start > 0 && path.ptr[start - 1] != '/')
        start--;
    return ar_str_slice(path, start, path.len);
}

static inline void fixture_add_stdlib(struct fixture *fixture)
{
    ar_str_vector files = fixture_list(fixture, "stdlib/std");
    for (size_t i = 0; i < files.count; i++) {
        ar_str path = files.at[i];
        ar_str base = fixture_base_name(path);
        base = ar_str_slice(base, 0, base.len - strlen(".rules"));
        ar_str module = ar_str_concat(&fixture->arena, AR_STR("std."), base);
        fixture_add(fixture, fixture_unit(fixture, module), path,
                    fixture_read(fixture, path));
    }
}

static inline struct ar_program *fixture_check(struct fixture *fixture)
{
    fixture->program =
        ar_check(&fixture->arena, &fixture->diags, fixture->units,
                 fixture->n_units, &fixture->options);
    return fixture->program;
}

/* "E0103 3:14", "a.rules E0103 3:14" of another file than the last one. */
static inline ar_str fixture_diag_text(struct fixture *fixture,
                                       const struct ar_diag *diag)
{
    struct ar_position start;
    struct ar_position end;
    bool placed = ar_diag_positions(&fixture->diags, diag, &start, &end);
    bool last = diag->span.file == fixture->sources.list.count;
    ar_str name = placed && !last
                      ? ar_sources_get(&fixture->sources, diag->span.file)->name
                      : AR_STR("");
    return ar_str_printf(&fixture->arena, AR_STR_FORMAT "%s%s %u:%u",
                         AR_STR_ARG(name), name.len > 0 ? " " : "",
                         ar_diag_table[diag->code].code, start.line,
                         start.column);
}

/* All that was reported: "E0103 3:14, W1001 7:3". */
static inline const char *fixture_reported(struct fixture *fixture)
{
    struct ar_buf out = AR_BUF(&fixture->arena);
    ar_diags_sort(&fixture->diags);
    for (size_t i = 0; i < fixture->diags.list.count; i++) {
        ar_buf_put_c(&out, i == 0 ? "" : ", ");
        ar_buf_put(&out, fixture_diag_text(fixture, fixture->diags.list.at[i]));
    }
    ar_buf_put_c(&out, "");
    return fixture->diags.list.count == 0 ? "" : ar_buf_view(&out).ptr;
}

#endif
