/* SPDX-License-Identifier: Apache-2.0 */
/* The one place where running out of memory ends up, and rendering into a
 * buffer so that an embedder's writer never runs inside of it. */

#include "api/handles.h"

#include <setjmp.h>

static void set_target(const struct ar_api_memories *memories, jmp_buf *target)
{
    for (size_t i = 0; i < memories->count; i++)
        memories->at[i]->arena.out_of_memory = target;
}

static bool is_broken(const struct ar_api_memories *memories)
{
    for (size_t i = 0; i < memories->count; i++) {
        if (memories->at[i]->is_broken)
            return true;
    }
    return false;
}

archrules_status ar_api_guard(const struct ar_api_memories *memories,
                              ar_api_work work, void *context)
{
    jmp_buf out_of_memory;
    if (is_broken(memories))
        return ARCHRULES_NOMEM;
    set_target(memories, &out_of_memory);
    if (setjmp(out_of_memory) == 0) {
        work(context);
        set_target(memories, NULL);
        return ARCHRULES_OK;
    }
    set_target(memories, NULL);
    for (size_t i = 0; i < memories->count; i++)
        memories->at[i]->is_broken = true;
    return ARCHRULES_NOMEM;
}

archrules_status ar_api_guard_one(struct ar_api_memory *memory,
                                  ar_api_work work, void *context)
{
    struct ar_api_memories memories = {.at = {memory}, .count = 1};
    return ar_api_guard(&memories, work, context);
}

struct rendering {
    struct ar_buf buf;
    ar_api_put put;
    void *context;
};

static void render(void *context)
{
    struct rendering *rendering = context;
    rendering->put(&rendering->buf, rendering->context);
}

archrules_status ar_api_render_in(struct ar_api_memory *scratch,
                                  const struct ar_api_memories *memories,
                                  const archrules_output *output,
                                  ar_api_put put, void *context)
{
    struct ar_api_memories all = *memories;
    struct rendering rendering = {
        .buf = AR_BUF(&scratch->arena), .put = put, .context = context};
    if (!output || !output->write)
        return ARCHRULES_MISUSE;
    all.at[all.count++] = scratch;
    archrules_status status = ar_api_guard(&all, render, &rendering);
    if (status == ARCHRULES_OK && rendering.buf.len > 0 &&
        output->write(output->context, rendering.buf.ptr, rendering.buf.len))
        status = ARCHRULES_STOPPED;
    ar_arena_reset(&scratch->arena);
    return status;
}

archrules_status ar_api_render(const struct ar_api_memories *memories,
                               const archrules_output *output, ar_api_put put,
                               void *context)
{
    struct ar_api_memory scratch = {0};
    archrules_status status =
        ar_api_render_in(&scratch, memories, output, put, context);
    ar_arena_free(&scratch.arena);
    return status;
}
