/* SPDX-License-Identifier: Apache-2.0 */
/* Rule files in the one layout: one at a time, so that a folder of large
 * files takes no more memory than the largest. */

#include "api/handles.h"
#include "base/limits.h"
#include "front/format.h"
#include "tools/diff.h"

#include <stdlib.h>

static const ar_span no_place = {0, 0, 0};

static void forget_file(struct archrules_layout *layout)
{
    struct ar_arena *arena = &layout->file_memory.arena;
    ar_arena_reset(arena);
    layout->sources = (struct ar_sources){0};
    layout->diags =
        (struct ar_diags){.arena = arena, .sources = &layout->sources};
    layout->file = (archrules_layout_file){0};
}

archrules_status archrules_layout_create(archrules_layout **out)
{
    if (!out)
        return ARCHRULES_MISUSE;
    *out = calloc(1, sizeof(**out));
    if (!*out)
        return ARCHRULES_NOMEM;
    forget_file(*out);
    return ARCHRULES_OK;
}

void archrules_layout_free(archrules_layout *layout)
{
    if (!layout)
        return;
    ar_arena_free(&layout->memory.arena);
    ar_arena_free(&layout->file_memory.arena);
    free(layout);
}

/* ---- what to read ---- */

struct adding {
    struct archrules_layout *layout;
    const char *name;
    ar_str text;
    bool in_memory;
};

static void add(void *context)
{
    struct adding *adding = context;
    struct ar_arena *arena = &adding->layout->memory.arena;
    struct ar_api_layout_source source = {
        .name = ar_str_copy(arena, ar_str_from_c(adding->name)),
        .text = ar_str_copy(arena, adding->text),
        .in_memory = adding->in_memory};
    ar_vector_push(arena, &adding->layout->added, source);
}

archrules_status archrules_layout_add_path(archrules_layout *layout,
                                           const char *path)
{
    struct adding adding = {.layout = layout, .name = path};
    if (!layout || !path)
        return ARCHRULES_MISUSE;
    return ar_api_guard_one(&layout->memory, add, &adding);
}

archrules_status archrules_layout_add_text(archrules_layout *layout,
                                           const char *name, const char *text,
                                           size_t length)
{
    struct adding adding = {layout, name, {text, length}, true};
    if (!layout || !name || (!text && length > 0))
        return ARCHRULES_MISUSE;
    return ar_api_guard_one(&layout->memory, add, &adding);
}

/* ---- the next file ---- */

struct step {
    struct archrules_layout *layout;
    bool is_good;
};

static void format(struct step *step, ar_str name, ar_str path, ar_str text)
{
    struct archrules_layout *layout = step->layout;
    struct ar_arena *arena = &layout->file_memory.arena;
    struct ar_buf out = AR_BUF(arena);
    uint32_t source = ar_sources_add(arena, &layout->sources, name, text);
    step->is_good = ar_format(arena, &layout->diags, source, &out);
    if (!step->is_good)
        return;
    ar_str after = ar_buf_view(&out);
    layout->before = text;
    layout->file =
        (archrules_layout_file){.path = ar_str_copy(arena, path).ptr,
                                .name = ar_str_copy(arena, name).ptr,
                                .text = after.ptr,
                                .length = after.len,
                                .is_changed = !ar_str_equal(text, after)};
}

static void format_path(struct step *step, ar_str path)
{
    struct archrules_layout *layout = step->layout;
    struct ar_loader loader = {.arena = &layout->file_memory.arena,
                               .diags = &layout->diags};
    ar_str text;
    step->is_good = ar_load_read_text(&loader, path, &text);
    if (step->is_good)
        format(step, path, path, text);
}

static void format_stdin(struct step *step)
{
    struct archrules_layout *layout = step->layout;
    struct ar_arena *arena = &layout->file_memory.arena;
    ar_str name = AR_STR("<stdin>");
    ar_str text;
    enum ar_file_status status =
        ar_file_read_stdin(arena, AR_MAX_SOURCE_BYTES, &text);
    step->is_good = status == AR_FILE_OK;
    if (step->is_good)
        format(step, name, AR_STR(""), text);
    else
        ar_diag(&layout->diags, AR_E2001, no_place, name,
                ar_str_from_c(ar_file_status_text(status)));
}

/* Whether it was not seen before. */
static bool see(struct archrules_layout *layout, ar_str path)
{
    if (ar_map_has(&layout->seen, path))
        return false;
    ar_map_put(&layout->memory.arena, &layout->seen, path, layout);
    return true;
}

/* The paths outlive the file whose diagnostics are reported beside them. */
static void list_paths(struct step *step, ar_str path)
{
    struct archrules_layout *layout = step->layout;
    struct ar_loader loader = {.arena = &layout->file_memory.arena,
                               .diags = &layout->diags};
    ar_str_vector found = {0};
    layout->paths.count = 0;
    layout->n_read = 0;
    step->is_good = ar_load_list_files(&loader, path, &found);
    for (size_t i = 0; step->is_good && i < found.count; i++)
        ar_vector_push(&layout->memory.arena, &layout->paths,
                       ar_str_copy(&layout->memory.arena, found.at[i]));
}

/* Begins with the next thing that was added; true if that was all to do. */
static bool begin(struct step *step)
{
    struct archrules_layout *layout = step->layout;
    struct ar_api_layout_source source = layout->added.at[layout->n_begun++];
    if (source.in_memory) {
        format(step, source.name, AR_STR(""), source.text);
        return true;
    }
    if (ar_str_equal_c(source.name, "-")) {
        if (!see(layout, AR_STR("")))
            return false;
        format_stdin(step);
        return true;
    }
    list_paths(step, source.name);
    return !step->is_good;
}

static void take_next(void *context)
{
    struct step *step = context;
    struct archrules_layout *layout = step->layout;
    forget_file(layout);
    for (;;) {
        while (layout->n_read < layout->paths.count) {
            ar_str path = layout->paths.at[layout->n_read++];
            if (!see(layout, path))
                continue;
            format_path(step, path);
            return;
        }
        if (layout->n_begun == layout->added.count || begin(step))
            return;
    }
}

static struct ar_api_memories memories_of(struct archrules_layout *layout)
{
    return (struct ar_api_memories){
        .at = {&layout->memory, &layout->file_memory}, .count = 2};
}

archrules_status archrules_layout_next(archrules_layout *layout,
                                       const archrules_layout_file **out)
{
    struct step step = {.layout = layout, .is_good = true};
    if (out)
        *out = NULL;
    if (!layout || !out)
        return ARCHRULES_MISUSE;
    struct ar_api_memories memories = memories_of(layout);
    archrules_status status = ar_api_guard(&memories, take_next, &step);
    if (status != ARCHRULES_OK)
        return status;
    if (layout->file.name)
        *out = &layout->file;
    return step.is_good ? ARCHRULES_OK : ARCHRULES_INVALID;
}

/* ---- what to say about it ---- */

struct request {
    struct archrules_layout *layout;
    const archrules_output *output;
};

static void put_diagnostics(struct ar_buf *out, void *context)
{
    struct request *request = context;
    ar_api_put_diags(out, &request->layout->diags, 0, request->output);
}

static void put_diff(struct ar_buf *out, void *context)
{
    struct request *request = context;
    struct archrules_layout *layout = request->layout;
    const archrules_layout_file *file = &layout->file;
    if (file->name)
        ar_diff_put(out, ar_str_from_c(file->name), layout->before,
                    (ar_str){file->text, file->length});
}

static archrules_status render(archrules_layout *layout,
                               const archrules_output *output, ar_api_put put)
{
    struct request request = {layout, output};
    if (!layout || !output)
        return ARCHRULES_MISUSE;
    struct ar_api_memories memories = memories_of(layout);
    return ar_api_render(&memories, output, put, &request);
}

archrules_status archrules_layout_render_diagnostics(
    archrules_layout *layout, const archrules_output *output)
{
    return render(layout, output, put_diagnostics);
}

archrules_status archrules_layout_render_diff(archrules_layout *layout,
                                              const archrules_output *output)
{
    return render(layout, output, put_diff);
}
