/* SPDX-License-Identifier: Apache-2.0 */
/* The engine: what to read, compiling it, choosing rules. */

#include "api/handles.h"

#include <stdlib.h>

/* Of memory for the standard library and some rules. */
enum { EXPECTED_BYTES = 1048576 };

const char *archrules_version(void)
{
    return AR_VERSION;
}

archrules_status archrules_engine_create(archrules_engine **out)
{
    if (!out)
        return ARCHRULES_MISUSE;
    *out = calloc(1, sizeof(**out));
    if (!*out)
        return ARCHRULES_NOMEM;
    struct archrules_engine *engine = *out;
    struct ar_arena *arena = &engine->memory.arena;
    engine->diags =
        (struct ar_diags){.arena = arena, .sources = &engine->sources};
    engine->options.engine_version = AR_STR(AR_VERSION);
    engine->options.read_file = ar_load_read_beside;
    engine->loader = (struct ar_loader){
        .arena = arena, .nodes = &engine->trees.arena, .diags = &engine->diags};
    return ARCHRULES_OK;
}

void archrules_engine_free(archrules_engine *engine)
{
    if (!engine)
        return;
    ar_arena_free(&engine->trees.arena);
    ar_arena_free(&engine->memory.arena);
    free(engine);
}

archrules_status archrules_engine_set_lint(archrules_engine *engine, int lint)
{
    if (!engine || engine->was_compiled)
        return ARCHRULES_MISUSE;
    engine->options.lint = lint != 0;
    engine->loader.lint = lint != 0;
    return ARCHRULES_OK;
}

archrules_status archrules_engine_set_offline(archrules_engine *engine,
                                              int offline)
{
    if (!engine || engine->was_compiled)
        return ARCHRULES_MISUSE;
    engine->is_offline = offline != 0;
    return ARCHRULES_OK;
}

archrules_status archrules_engine_add_shipped(archrules_engine *engine)
{
    if (!engine || engine->was_compiled)
        return ARCHRULES_MISUSE;
    engine->loader.shipped = true;
    return ARCHRULES_OK;
}

/* ---- what takes a string ---- */

struct adding {
    struct ar_loader *loader;
    const char *name;
    ar_str text;
    ar_str *target;
};

static void set_target(void *context)
{
    struct adding *adding = context;
    *adding->target =
        ar_str_copy(adding->loader->arena, ar_str_from_c(adding->name));
}

static void add_path(void *context)
{
    struct adding *adding = context;
    struct ar_arena *arena = adding->loader->arena;
    ar_vector_push(arena, &adding->loader->paths,
                   ar_str_copy(arena, ar_str_from_c(adding->name)));
}

static void add_text(void *context)
{
    struct adding *adding = context;
    struct ar_arena *arena = adding->loader->arena;
    struct ar_load_text text = {
        .name = ar_str_copy(arena, ar_str_from_c(adding->name)),
        .text = ar_str_copy(arena, adding->text),
    };
    ar_vector_push(arena, &adding->loader->texts, text);
}

static archrules_status add(archrules_engine *engine, struct adding *adding,
                            ar_api_work work)
{
    if (!engine || engine->was_compiled || !adding->name)
        return ARCHRULES_MISUSE;
    adding->loader = &engine->loader;
    return ar_api_guard_one(&engine->memory, work, adding);
}

archrules_status archrules_engine_set_stdlib(archrules_engine *engine,
                                             const char *folder)
{
    struct adding adding = {.name = folder};
    if (engine)
        adding.target = &engine->loader.stdlib;
    return add(engine, &adding, set_target);
}

archrules_status archrules_engine_set_data(archrules_engine *engine,
                                           const char *folder)
{
    struct adding adding = {.name = folder};
    if (engine)
        adding.target = &engine->loader.data;
    return add(engine, &adding, set_target);
}

archrules_status archrules_engine_add_path(archrules_engine *engine,
                                           const char *path)
{
    struct adding adding = {.name = path};
    return add(engine, &adding, add_path);
}

archrules_status archrules_engine_add_source(archrules_engine *engine,
                                             const char *name, const char *text,
                                             size_t length)
{
    struct adding adding = {.name = name, .text = {text, length}};
    if (!text && length > 0)
        return ARCHRULES_MISUSE;
    return add(engine, &adding, add_text);
}

/* ---- compiling ---- */

static void report_block(struct archrules_engine *engine, ar_str path,
                         const struct ar_block_error *error)
{
    const ar_span no_place = {0};
    struct ar_diag *diag = ar_diag(&engine->diags, AR_E2008, no_place, path,
                                   ar_str_from_c(error->detail));
    if (!error->section)
        return;
    struct ar_buf place = AR_BUF(engine->diags.arena);
    ar_buf_printf(&place, "in section %s", error->section);
    if (error->index != AR_BLOCK_NONE)
        ar_buf_printf(&place, ", record %lu", (unsigned long)error->index);
    if (error->word)
        ar_buf_printf(&place, ", word %s", error->word);
    ar_diag_note(&engine->diags, diag, no_place, ar_buf_view(&place));
}

static void load_compiled(struct archrules_engine *engine,
                          const struct ar_load_compiled *compiled)
{
    struct ar_arena *arena = &engine->memory.arena;
    struct ar_block block;
    struct ar_block_error error;
    struct ar_code *code = NULL;
    if (ar_block_read(arena, compiled->bytes, &block, &error))
        code = ar_code_load(arena, &engine->diags, &block, &error);
    if (!code) {
        report_block(engine, compiled->path, &error);
        return;
    }
    engine->code = code;
    engine->program = code->program;
    engine->is_compiled_pack = true;
}

/* Without rules, so that whatever is asked of it finds nothing. */
static void make_empty(struct archrules_engine *engine)
{
    struct ar_arena *arena = &engine->memory.arena;
    if (engine->program)
        return;
    engine->program =
        ar_check(arena, &engine->diags, NULL, 0, &engine->options);
    engine->code = ar_code_generate_to_run(arena, engine->program);
}

/* Of what was checked only probes point into the trees: bytecode takes their
 * place. */
static void give_trees_back(struct archrules_engine *engine)
{
    const struct ar_program *program = engine->program;
    for (size_t i = 0; i < program->probes.count; i++) {
        if (ar_load_is_tree_apart(&engine->loader,
                                  program->probes.at[i]->span.file))
            return;
    }
    for (size_t i = 0; i < engine->loader.units.count; i++)
        engine->loader.units.at[i]->files.count = 0;
    ar_arena_bequeath(&engine->trees.arena, &engine->memory.arena);
}

static void compile(void *context)
{
    struct archrules_engine *engine = context;
    struct ar_loader *loader = &engine->loader;
    struct ar_load_compiled compiled;
    bool is_read = ar_load_compiled(loader, &compiled);
    if (compiled.path.len > 0) {
        if (is_read)
            load_compiled(engine, &compiled);
        make_empty(engine);
        return;
    }
    ar_arena_reserve(&engine->memory.arena, EXPECTED_BYTES);
    loader->no_probes = engine->is_offline && !engine->options.lint;
    ar_load_units(loader);
    engine->program =
        ar_check(&engine->memory.arena, &engine->diags, loader->units.at,
                 loader->units.count, &engine->options);
    give_trees_back(engine);
    engine->code =
        ar_code_generate_to_run(&engine->memory.arena, engine->program);
}

archrules_status archrules_engine_compile(archrules_engine *engine)
{
    if (!engine || engine->was_compiled)
        return ARCHRULES_MISUSE;
    engine->was_compiled = true;
    struct ar_api_memories memories = {.at = {&engine->memory, &engine->trees},
                                       .count = 2};
    archrules_status status = ar_api_guard(&memories, compile, engine);
    if (status != ARCHRULES_OK) {
        engine->program = NULL;
        return status;
    }
    return engine->diags.n_errors > 0 ? ARCHRULES_INVALID : ARCHRULES_OK;
}

static void build_index(void *context)
{
    struct archrules_engine *engine = context;
    engine->index = ar_index_build(&engine->memory.arena, engine->code);
}

archrules_status archrules_engine_prepare(archrules_engine *engine)
{
    if (!engine || !engine->program)
        return ARCHRULES_MISUSE;
    if (engine->index)
        return ARCHRULES_OK;
    return ar_api_guard_one(&engine->memory, build_index, engine);
}

static size_t count_packs(const archrules_engine *engine, bool failed)
{
    size_t count = 0;
    for (size_t i = 0; i < engine->loader.units.count; i++) {
        const struct ar_unit *unit = engine->loader.units.at[i];
        count += !unit->is_stdlib && unit->failed == failed;
    }
    return count;
}

size_t archrules_engine_count(const archrules_engine *engine,
                              archrules_counted what)
{
    if (!engine || !engine->program)
        return 0;
    switch (what) {
    case ARCHRULES_COUNT_ERRORS: return engine->diags.n_errors;
    case ARCHRULES_COUNT_WARNINGS: return engine->diags.n_warnings;
    case ARCHRULES_COUNT_PACKS: return count_packs(engine, false);
    case ARCHRULES_COUNT_PACKS_NOT_LOADED: return count_packs(engine, true);
    case ARCHRULES_COUNT_RULES: return engine->program->rules.count;
    case ARCHRULES_COUNT_TESTS: return engine->program->tests.count;
    case ARCHRULES_COUNT_FACTS: return engine->program->facts.count;
    }
    return 0;
}

/* ---- choosing rules ---- */

const struct ar_rule *ar_api_find_rule(const struct ar_program *program,
                                       ar_str name)
{
    const struct ar_rule *found = ar_program_find_rule(program, name);
    for (size_t i = 0; !found && i < program->rules.count; i++) {
        const struct ar_rule *rule = program->rules.at[i];
        if (!ar_str_equal(rule->name, name))
            continue;
        for (size_t j = i + 1; j < program->rules.count; j++) {
            if (ar_str_equal(program->rules.at[j]->name, name))
                return NULL;
        }
        found = rule;
    }
    return found;
}

const char *archrules_engine_rule_id(const archrules_engine *engine,
                                     const char *name)
{
    const struct ar_rule *rule =
        engine && engine->program && name
            ? ar_api_find_rule(engine->program, ar_str_from_c(name))
            : NULL;
    return rule ? rule->id.ptr : NULL;
}

bool ar_api_is_chosen(const struct archrules_engine *engine,
                      const struct ar_rule *rule)
{
    if (engine->has_only && !ar_map_has(&engine->only, rule->id))
        return false;
    return !ar_map_has(&engine->skip, rule->id);
}

struct selection {
    struct archrules_engine *engine;
    struct ar_map *chosen;
    ar_str name;
    bool is_found;
};

static void choose(struct selection *selection, const struct ar_rule *rule)
{
    ar_map_put(&selection->engine->memory.arena, selection->chosen, rule->id,
               selection->engine);
    selection->is_found = true;
}

static void report_unknown(struct selection *selection)
{
    struct archrules_engine *engine = selection->engine;
    struct ar_arena *arena = &engine->memory.arena;
    const struct ar_program *program = engine->program;
    ar_str_vector names = {0};
    ar_span no_place = {0, 0, 0};
    for (size_t i = 0; i < program->rules.count; i++) {
        ar_vector_push(arena, &names, program->rules.at[i]->id);
        ar_vector_push(arena, &names, program->rules.at[i]->name);
        ar_vector_push(arena, &names, program->rules.at[i]->pack->name);
    }
    struct ar_diag *diag =
        ar_diag(&engine->diags, AR_E2007, no_place, selection->name);
    size_t ix = ar_str_nearest(selection->name, names.at, names.count);
    if (ix != SIZE_MAX)
        ar_diag_suggest(&engine->diags, diag, names.at[ix]);
}

static void select_rules(void *context)
{
    struct selection *selection = context;
    const struct ar_program *program = selection->engine->program;
    const struct ar_rule *rule = ar_api_find_rule(program, selection->name);
    if (rule) {
        choose(selection, rule);
        return;
    }
    for (size_t i = 0; i < program->rules.count; i++) {
        if (selection->name.len > 0 &&
            ar_str_equal(program->rules.at[i]->pack->name, selection->name))
            choose(selection, program->rules.at[i]);
    }
    if (!selection->is_found)
        report_unknown(selection);
}

archrules_status archrules_engine_select(archrules_engine *engine,
                                         archrules_select how, const char *name)
{
    if (!engine || !engine->program || !name)
        return ARCHRULES_MISUSE;
    struct selection selection = {.engine = engine,
                                  .name = ar_str_from_c(name)};
    selection.chosen = how == ARCHRULES_ONLY ? &engine->only : &engine->skip;
    engine->has_only |= how == ARCHRULES_ONLY;
    archrules_status status =
        ar_api_guard_one(&engine->memory, select_rules, &selection);
    if (status == ARCHRULES_OK && !selection.is_found)
        return ARCHRULES_INVALID;
    return status;
}
