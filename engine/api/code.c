/* SPDX-License-Identifier: Apache-2.0 */
/* Compiled packs and bytecode for embedders. */

#include "api/handles.h"

struct request {
    struct archrules_engine *engine;
    struct ar_block block; /* that can be written */
    ar_str rule;
};

/* That of a compiled pack is whole as it was read. */
static void make_whole(void *context)
{
    struct request *request = context;
    struct archrules_engine *engine = request->engine;
    struct ar_arena *arena = &engine->memory.arena;
    if (engine->is_compiled_pack) {
        request->block = engine->code->block;
        return;
    }
    request->block = ar_code_generate(arena, engine->program)->block;
    ar_block_trim(arena, &request->block);
}

static void put_block(struct ar_buf *out, void *context)
{
    const struct request *request = context;
    ar_buf_put(out, ar_block_write(out->arena, &request->block));
}

archrules_status archrules_engine_write_pack(archrules_engine *engine,
                                             const archrules_output *output)
{
    if (!engine || !engine->program || !output)
        return ARCHRULES_MISUSE;
    if (engine->diags.n_errors > 0)
        return ARCHRULES_INVALID;
    struct request request = {.engine = engine};
    archrules_status status =
        ar_api_guard_one(&engine->memory, make_whole, &request);
    if (status != ARCHRULES_OK)
        return status;
    if (ar_block_size(&request.block) > AR_MAX_PACK_BYTES)
        return ARCHRULES_INVALID;
    struct ar_api_memories memories = {.at = {&engine->memory}, .count = 1};
    return ar_api_render(&memories, output, put_block, &request);
}

static void put_bytecode(struct ar_buf *out, void *context)
{
    const struct request *request = context;
    ar_code_disassemble(out, request->engine->code, request->rule);
}

archrules_status archrules_engine_render_bytecode(
    archrules_engine *engine, const char *rule, const archrules_output *output)
{
    if (!engine || !engine->program || !output)
        return ARCHRULES_MISUSE;
    struct ar_api_memories memories = {.at = {&engine->memory}, .count = 1};
    struct request request = {.engine = engine};
    if (rule) {
        const struct ar_rule *found =
            ar_api_find_rule(engine->program, ar_str_from_c(rule));
        if (!found)
            return ARCHRULES_INVALID;
        request.rule = found->id;
    }
    return ar_api_render(&memories, output, put_bytecode, &request);
}

static void put_opcodes(struct ar_buf *out, void *context)
{
    (void)context;
    ar_opcodes_put_markdown(out);
}

archrules_status archrules_render_opcodes(const archrules_output *output)
{
    struct ar_api_memories memories = {.count = 0};
    if (!output)
        return ARCHRULES_MISUSE;
    return ar_api_render(&memories, output, put_opcodes, NULL);
}
