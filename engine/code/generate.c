/* SPDX-License-Identifier: Apache-2.0 */
/* A program to its block: sources, packs, facts, rules, waivers. */

#include "code/builder.h"

static void add_sources(struct ar_builder *builder, bool with_texts)
{
    const struct ar_sources *sources = builder->program->diags->sources;
    for (size_t ix = 0; ix < sources->list.count; ix++) {
        const struct ar_source *source = sources->list.at[ix];
        struct ar_block_source record = {
            .name = ar_builder_string(builder, source->name),
            .text = with_texts ? ar_builder_text(builder, source->text)
                               : builder->empty,
        };
        uint32_t file = (uint32_t)ix + 1;
        ar_vector_push(builder->arena, &builder->source, record);
        ar_vector_push(builder->arena, &builder->files, file);
    }
}

static void add_packs(struct ar_builder *builder)
{
    for (size_t ix = 0; ix < builder->program->packs.count; ix++) {
        const struct ar_pack *pack = builder->program->packs.at[ix];
        struct ar_block_pack record = {
            .name = ar_builder_string(builder, pack->name),
            .title = ar_builder_string(builder, pack->title),
            .license = ar_builder_string(builder, pack->license),
            .version = ar_builder_string(
                builder, pack->version ? pack->version->text : AR_STR("")),
            .path = ar_builder_string(builder, pack->path),
            .not_loaded = ar_builder_string(builder, pack->not_loaded),
            .is_stdlib = pack->is_stdlib,
            .is_scratch = pack->is_scratch,
            .uses = ar_builder_names(builder, pack->uses.at, pack->uses.count),
            .n_uses = (uint32_t)pack->uses.count,
            .place = ar_builder_place(pack->span),
        };
        ar_vector_push(builder->arena, &builder->pack, record);
        ar_builder_remember_made(builder, AR_SECTION_PACKS, pack, (uint32_t)ix);
    }
}

static struct ar_block_fact make_fact(struct ar_builder *builder,
                                      const struct ar_fact *fact)
{
    const struct ar_fact_decl *decl = &fact->decl;
    return (struct ar_block_fact){
        .name = ar_builder_string(builder, decl->name),
        .head = ar_builder_string(builder, decl->head),
        .tail = ar_builder_string(builder, decl->tail),
        .parameters =
            ar_builder_fields(builder, decl->parameters, decl->n_parameters),
        .n_parameters = (uint32_t)decl->n_parameters,
        .type = ar_builder_type(builder, decl->type),
        .pack = ar_builder_pack(builder, fact->pack),
        .module = ar_builder_string(builder, decl->module),
        .doc = ar_builder_string(builder, decl->doc),
        .unit = ar_builder_string(builder, decl->unit),
        .question = ar_builder_string(builder, decl->question),
        .sensitivity = (uint32_t)decl->sensitivity,
        .needs_admin = decl->needs_admin,
        .is_fixed = decl->is_fixed,
        .is_log = decl->is_log,
        .is_input = decl->is_input,
        .is_derived = decl->is_derived,
        .n_locals = fact->n_slots,
        .place = ar_builder_place(decl->span),
    };
}

static void add_facts(struct ar_builder *builder)
{
    size_t count = builder->program->facts.count;
    builder->has_definitions = AR_NEW_ARRAY(builder->arena, bool, count);
    builder->fact_slots = AR_NEW_ARRAY(builder->arena, uint32_t, count);
    for (size_t ix = 0; ix < count; ix++) {
        const struct ar_fact *fact = builder->program->facts.at[ix];
        ar_vector_push(builder->arena, &builder->fact,
                       make_fact(builder, fact));
        ar_vector_push(builder->arena, &builder->facts, &fact->decl);
        builder->fact_slots[ix] = AR_BLOCK_NONE;
        ar_builder_remember_made(builder, AR_SECTION_FACTS, fact, (uint32_t)ix);
    }
}

static void add_waivers(struct ar_builder *builder)
{
    for (size_t ix = 0; ix < builder->program->waivers.count; ix++) {
        const struct ar_waiver *waiver = builder->program->waivers.at[ix];
        uint64_t end = (uint64_t)waiver->until_end;
        struct ar_block_waiver record = {
            .pack = ar_builder_pack(builder, waiver->pack),
            .rule = (uint32_t)waiver->rule->ix,
            .key = AR_BLOCK_NONE,
            .because = ar_builder_string(builder, waiver->because),
            .owner = ar_builder_string(builder, waiver->owner),
            .until = ar_builder_string(builder, waiver->until),
            .end_low = (uint32_t)end,
            .end_high = (uint32_t)(end >> 32),
            .place = ar_builder_place(waiver->span),
        };
        if (waiver->has_key)
            record.key =
                ar_builder_constant(builder, waiver->key.type, waiver->key);
        ar_vector_push(builder->arena, &builder->waiver, record);
    }
}

/* Of a usual rule, or less. */
enum { INSTRUCTIONS_PER_RULE = 16, ROUTINES_PER_RULE = 2, TEXT_PER_RULE = 96 };

#define RESERVE(arena, vector, n) \
    ((vector)->capacity = (n),    \
     (vector)->at = ar_arena_alloc_raw((arena), (n) * sizeof(*(vector)->at)))

/* What grows with every rule, so that it is moved less often. */
static void reserve(struct ar_builder *builder)
{
    struct ar_arena *arena = builder->arena;
    size_t n_rules = builder->program->rules.count;
    if (n_rules == 0)
        return;
    RESERVE(arena, &builder->rule, n_rules);
    RESERVE(arena, &builder->instruction, INSTRUCTIONS_PER_RULE * n_rules);
    RESERVE(arena, &builder->code_place_of, INSTRUCTIONS_PER_RULE * n_rules);
    RESERVE(arena, &builder->routine, ROUTINES_PER_RULE * n_rules);
    RESERVE(arena, &builder->routine_keys, ROUTINES_PER_RULE * n_rules);
}

/* Of all strings, about. */
static size_t count_text(const struct ar_program *program, bool with_texts)
{
    const struct ar_sources *sources = program->diags->sources;
    size_t n_bytes = TEXT_PER_RULE * program->rules.count;
    for (size_t ix = 0; with_texts && ix < sources->list.count; ix++)
        n_bytes += sources->list.at[ix]->text.len;
    return n_bytes;
}

static struct ar_builder *start(struct ar_arena *arena,
                                const struct ar_program *program,
                                bool with_texts, size_t n_text)
{
    struct ar_builder *builder = AR_NEW(arena, struct ar_builder);
    builder->arena = arena;
    builder->program = program;
    builder->text = AR_BUF(arena);
    builder->text.ptr = ar_arena_alloc_raw(arena, n_text);
    builder->text.capacity = n_text;
    builder->key = AR_BUF(arena);
    builder->intern_key = ar_intern_make_key();
    builder->empty = ar_builder_text(builder, AR_STR(""));
    add_sources(builder, with_texts);
    add_packs(builder);
    add_facts(builder);
    return builder;
}

static struct ar_code *generate(struct ar_arena *arena,
                                const struct ar_program *program,
                                bool with_texts)
{
    struct ar_builder *builder =
        start(arena, program, with_texts, count_text(program, with_texts));
    reserve(builder);
    ar_generate_rules(builder);
    /* Of derived facts that no rule reads, too: they can be asked about. */
    for (size_t ix = 0; ix < program->facts.count; ix++) {
        const struct ar_fact *fact = program->facts.at[ix];
        if (fact->pack->not_loaded.len == 0)
            (void)ar_generate_fact(builder, fact);
    }
    add_waivers(builder);
    return ar_builder_finish(builder);
}

struct ar_code *ar_code_generate(struct ar_arena *arena,
                                 const struct ar_program *program)
{
    return generate(arena, program, true);
}

struct ar_code *ar_code_generate_to_run(struct ar_arena *arena,
                                        const struct ar_program *program)
{
    return generate(arena, program, false);
}

struct ar_code *ar_code_generate_expressions(
    struct ar_arena *arena, const struct ar_program *program,
    const struct ar_expr *const *expressions, size_t count)
{
    struct ar_builder *builder = start(arena, program, false, 0);
    for (size_t ix = 0; ix < count; ix++) {
        const struct ar_expr *expr = expressions[ix];
        struct ar_block_condition condition = {
            .routine = ar_generate_routine(builder, expr),
            .place = ar_builder_place(expr->span),
        };
        ar_vector_push(arena, &builder->condition, condition);
    }
    return ar_builder_finish(builder);
}

struct ar_code *ar_code_generate_expression(struct ar_arena *arena,
                                            const struct ar_program *program,
                                            const struct ar_expr *expr)
{
    return ar_code_generate_expressions(arena, program, &expr, 1);
}
