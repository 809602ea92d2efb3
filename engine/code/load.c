/* SPDX-License-Identifier: Apache-2.0 */
/* A block to a program and its code, without parsing or checking rules. */

#include "code/load.h"

#include "base/regex.h"
#include "facts/snapshot.h"

bool ar_code_malformed(struct ar_code_loading *loading, const char *section,
                       uint32_t ix, const char *detail)
{
    *loading->error = (struct ar_block_error){.fault = AR_BLOCK_MALFORMED,
                                              .detail = detail,
                                              .section = section,
                                              .index = ix};
    return false;
}

ar_span ar_code_span(const struct ar_code_loading *loading,
                     struct ar_block_place place)
{
    if (place.source == 0)
        return (ar_span){0};
    return (ar_span){loading->files[place.source - 1], place.start, place.end};
}

ar_str *ar_code_names(const struct ar_code_loading *loading, uint32_t first,
                      uint32_t count)
{
    ar_str *names = AR_NEW_ARRAY(loading->arena, ar_str, count);
    for (uint32_t ix = 0; ix < count; ix++)
        names[ix] = ar_block_text(loading->block,
                                  loading->block->name_at[first + ix].text);
    return names;
}

/* ---- sources and packs ---- */

static void load_sources(struct ar_code_loading *loading)
{
    const struct ar_block *block = loading->block;
    uint32_t *files =
        AR_NEW_ARRAY(loading->arena, uint32_t, block->source_count);
    loading->files = files;
    for (uint32_t ix = 0; ix < block->source_count; ix++) {
        const struct ar_block_source *source = &block->source_at[ix];
        files[ix] =
            ar_sources_add(loading->diags->arena, loading->diags->sources,
                           ar_block_text(block, source->name),
                           ar_block_text(block, source->text));
    }
}

static bool load_pack(struct ar_code_loading *loading, uint32_t ix)
{
    const struct ar_block *block = loading->block;
    const struct ar_block_pack *from = &block->pack_at[ix];
    struct ar_pack *pack = AR_NEW(loading->arena, struct ar_pack);
    ar_str version = ar_block_text(block, from->version);
    pack->name = ar_block_text(block, from->name);
    pack->title = ar_block_text(block, from->title);
    pack->license = ar_block_text(block, from->license);
    pack->path = ar_block_text(block, from->path);
    pack->not_loaded = ar_block_text(block, from->not_loaded);
    pack->is_stdlib = from->is_stdlib;
    pack->is_scratch = from->is_scratch;
    pack->span = ar_code_span(loading, from->place);
    pack->uses.at = ar_code_names(loading, from->uses, from->n_uses);
    pack->uses.count = from->n_uses;
    loading->packs[ix] = pack;
    ar_vector_push(loading->arena, &loading->program->packs, pack);
    if (version.len == 0)
        return true;
    ar_value value = ar_value_parse(loading->arena, &ar_type_version, version,
                                    AR_REASON_bad_value);
    if (value.state != AR_STATE_VALUE)
        return ar_code_malformed(loading, "PACKS", ix, "its version");
    pack->version = value.as.version;
    return true;
}

static bool load_packs(struct ar_code_loading *loading)
{
    uint32_t count = loading->block->pack_count;
    loading->packs = AR_NEW_ARRAY(loading->arena, struct ar_pack *, count);
    for (uint32_t ix = 0; ix < count; ix++) {
        if (!load_pack(loading, ix))
            return false;
    }
    return true;
}

/* ---- facts ---- */

static void load_decl(const struct ar_code_loading *loading,
                      const struct ar_block_fact *from,
                      struct ar_fact_decl *decl)
{
    const struct ar_block *block = loading->block;
    decl->name = ar_block_text(block, from->name);
    decl->head = ar_block_text(block, from->head);
    decl->tail = ar_block_text(block, from->tail);
    decl->parameters =
        ar_code_fields(loading, from->parameters, from->n_parameters);
    decl->n_parameters = from->n_parameters;
    decl->type = loading->types[from->type];
    decl->module = ar_block_text(block, from->module);
    decl->doc = ar_block_text(block, from->doc);
    decl->unit = ar_block_text(block, from->unit);
    decl->question = ar_block_text(block, from->question);
    decl->span = ar_code_span(loading, from->place);
    decl->sensitivity = (enum ar_sensitivity)from->sensitivity;
    decl->needs_admin = from->needs_admin;
    decl->is_fixed = from->is_fixed;
    decl->is_log = from->is_log;
    decl->is_input = from->is_input;
    decl->is_derived = from->is_derived;
}

/* The text of an expression: that of the code made of it. */
static struct ar_expr *load_routine_place(const struct ar_code_loading *loading,
                                          uint32_t ix)
{
    const struct ar_block *block = loading->block;
    if (ix == AR_BLOCK_NONE)
        return NULL;
    struct ar_expr *expr = AR_NEW(loading->arena, struct ar_expr);
    expr->span = ar_code_span(loading, block->routine_at[ix].place);
    return expr;
}

static void load_definitions(const struct ar_code_loading *loading,
                             const struct ar_block_fact *from,
                             struct ar_fact *fact)
{
    for (uint32_t ix = 0; ix < from->n_definitions; ix++) {
        const struct ar_block_definition *record =
            &loading->block->definition_at[from->definitions + ix];
        struct ar_definition definition = {
            .expr = load_routine_place(loading, record->value),
            .guard = load_routine_place(loading, record->guard),
            .span = ar_code_span(loading, record->place),
        };
        ar_vector_push(loading->arena, &fact->definitions, definition);
    }
}

/* "file().exists" of file and exists. */
static bool is_good_decl(const struct ar_code_loading *loading,
                         const struct ar_fact_decl *decl)
{
    struct ar_buf name = AR_BUF(loading->arena);
    ar_buf_put(&name, decl->head);
    ar_buf_put_c(&name, decl->n_parameters > 0 ? "()" : "");
    ar_buf_put_c(&name, decl->tail.len > 0 ? "." : "");
    ar_buf_put(&name, decl->tail);
    bool is_good = ar_str_equal(ar_buf_view(&name), decl->name);
    for (size_t ix = 0; ix < decl->n_parameters; ix++)
        is_good = is_good && ar_type_is_scalar(decl->parameters[ix].type);
    return is_good;
}

static bool load_facts(struct ar_code_loading *loading, struct ar_code *code)
{
    const struct ar_block *block = loading->block;
    struct ar_program *program = loading->program;
    const struct ar_fact_decl **decls = AR_NEW_ARRAY(
        loading->arena, const struct ar_fact_decl *, block->fact_count);
    for (uint32_t ix = 0; ix < block->fact_count; ix++) {
        const struct ar_block_fact *from = &block->fact_at[ix];
        struct ar_fact *fact = AR_NEW(loading->arena, struct ar_fact);
        load_decl(loading, from, &fact->decl);
        fact->pack = loading->packs[from->pack];
        fact->n_slots = from->n_locals;
        load_definitions(loading, from, fact);
        if (!is_good_decl(loading, &fact->decl) ||
            ar_schema_find(&program->schema, fact->decl.name))
            return ar_code_malformed(loading, "FACTS", ix,
                                     "it is not called what it should be, or "
                                     "another one is");
        ar_schema_add(loading->arena, &program->schema, &fact->decl);
        ar_vector_push(loading->arena, &program->facts, fact);
        decls[ix] = &fact->decl;
    }
    code->facts = decls;
    return true;
}

static bool load_groups(struct ar_code_loading *loading, struct ar_code *code)
{
    const struct ar_block *block = loading->block;
    const struct ar_fact_group **groups = AR_NEW_ARRAY(
        loading->arena, const struct ar_fact_group *, block->group_count);
    for (uint32_t ix = 0; ix < block->group_count; ix++) {
        ar_str name = ar_block_text(block, block->group_at[ix].name);
        groups[ix] = ar_schema_find_group(&loading->program->schema, name);
        if (!groups[ix] ||
            groups[ix]->n_parameters != block->group_at[ix].n_arguments)
            return ar_code_malformed(loading, "GROUPS", ix,
                                     "no fact is in it, or the facts have "
                                     "another number of arguments");
    }
    code->groups = groups;
    return true;
}

/* ---- slots: facts and groups with the constants that are their arguments ----
 */

/* The constants, or NULL if one is not what its parameter wants. */
static const ar_value *load_arguments(const struct ar_code_loading *loading,
                                      const struct ar_field *parameters,
                                      uint32_t first, uint32_t count)
{
    ar_value *values = AR_NEW_ARRAY(loading->arena, ar_value, count);
    for (uint32_t ix = 0; ix < count; ix++) {
        uint32_t constant = loading->block->item_at[first + ix].constant;
        values[ix] = loading->constants[constant];
        if (values[ix].state != AR_STATE_VALUE ||
            !ar_type_equal(values[ix].type, parameters[ix].type))
            return NULL;
    }
    return values;
}

static bool load_slots(struct ar_code_loading *loading,
                       const struct ar_code *code)
{
    const struct ar_block *block = loading->block;
    for (uint32_t ix = 0; ix < block->slot_count; ix++) {
        const struct ar_block_slot *slot = &block->slot_at[ix];
        const struct ar_fact_decl *decl = code->facts[slot->fact];
        const ar_value *arguments = load_arguments(
            loading, decl->parameters, slot->arguments, slot->n_arguments);
        if (!arguments ||
            !ar_str_equal(ar_fact_key(loading->arena, decl, arguments),
                          ar_block_text(block, slot->key)))
            return ar_code_malformed(loading, "SLOTS", ix,
                                     "its key is not that of the fact");
    }
    return true;
}

static bool load_group_slots(struct ar_code_loading *loading,
                             const struct ar_code *code)
{
    const struct ar_block *block = loading->block;
    for (uint32_t ix = 0; ix < block->group_slot_count; ix++) {
        const struct ar_block_group_slot *slot = &block->group_slot_at[ix];
        const struct ar_fact_group *group = code->groups[slot->group];
        const ar_value *arguments = load_arguments(
            loading, group->parameters, slot->arguments, slot->n_arguments);
        if (!arguments ||
            !ar_str_equal(ar_fact_group_key(loading->arena, group, arguments),
                          ar_block_text(block, slot->key)))
            return ar_code_malformed(loading, "GROUP_SLOTS", ix,
                                     "its key is not that of the group");
    }
    return true;
}

/* ---- patterns ---- */

/* By regex: whether somebody asks for its groups. */
static const bool *find_captured(const struct ar_code_loading *loading)
{
    const struct ar_block *block = loading->block;
    bool *captured = AR_NEW_ARRAY(loading->arena, bool, block->regex_count);
    for (uint32_t ix = 0; ix < block->capture_count; ix++)
        captured[block->capture_at[ix].regex] = true;
    return captured;
}

static bool load_regexes(struct ar_code_loading *loading, struct ar_code *code)
{
    const struct ar_block *block = loading->block;
    const bool *captured = find_captured(loading);
    const struct ar_regex **regexes = AR_NEW_ARRAY(
        loading->arena, const struct ar_regex *, block->regex_count);
    for (uint32_t ix = 0; ix < block->regex_count; ix++) {
        const struct ar_block_regex *from = &block->regex_at[ix];
        struct ar_regex *regex = NULL;
        struct ar_regex_error error;
        bool (*take)(struct ar_arena *, ar_str, ar_str, struct ar_regex **,
                     struct ar_regex_error *) =
            captured[ix] ? ar_regex_compile : ar_regex_accept;
        if (!take(loading->arena, ar_block_text(block, from->pattern),
                  ar_block_text(block, from->flags), &regex, &error))
            return ar_code_malformed(loading, "REGEXES", ix,
                                     "the pattern is refused");
        regexes[ix] = regex;
    }
    code->regexes = regexes;
    return true;
}

static bool check_captures(struct ar_code_loading *loading,
                           const struct ar_code *code)
{
    const struct ar_block *block = loading->block;
    for (uint32_t ix = 0; ix < block->capture_count; ix++) {
        const struct ar_block_capture *capture = &block->capture_at[ix];
        if (capture->group >
            ar_regex_group_count(code->regexes[capture->regex]))
            return ar_code_malformed(loading, "CAPTURES", ix,
                                     "its pattern has no such group");
    }
    return true;
}

struct ar_code *ar_code_load(struct ar_arena *arena, struct ar_diags *diags,
                             const struct ar_block *block,
                             struct ar_block_error *error)
{
    struct ar_code *code = AR_NEW(arena, struct ar_code);
    struct ar_code_loading loading = {
        .arena = arena,
        .diags = diags,
        .block = block,
        .error = error,
        .program = AR_NEW(arena, struct ar_program),
    };
    loading.program->arena = arena;
    loading.program->diags = diags;
    load_sources(&loading);
    bool is_loaded =
        load_packs(&loading) && ar_code_load_types(&loading) &&
        ar_code_load_constants(&loading) && load_facts(&loading, code) &&
        load_groups(&loading, code) && load_slots(&loading, code) &&
        load_group_slots(&loading, code) && load_regexes(&loading, code) &&
        check_captures(&loading, code) && ar_code_load_rules(&loading);
    if (!is_loaded)
        return NULL;
    ar_snapshot_prepare(arena, &loading.program->schema);
    code->block = *block;
    code->program = loading.program;
    code->types = loading.types;
    code->constants = loading.constants;
    code->files = loading.files;
    return code;
}
