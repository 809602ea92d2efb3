/* SPDX-License-Identifier: Apache-2.0 */
/* A block to a program and its code, without parsing or checking rules. */

#include "code/load.h"

#include "base/regex.h"

bool ar_code_malformed(struct ar_code_loading *loading, const char *section,
                       uint32_t ix, const char *detail)
{
    *loading->error =
        (struct ar_block_error){AR_BLOCK_MALFORMED, detail, section, ix};
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
    loading->files =
        AR_NEW_ARRAY(loading->arena, uint32_t, block->source_count);
    for (uint32_t ix = 0; ix < block->source_count; ix++) {
        const struct ar_block_source *source = &block->source_at[ix];
        loading->files[ix] =
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
    decl->is_input = from->is_input;
    decl->is_derived = from->is_derived;
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
        if (ar_schema_find(&program->schema, fact->decl.name))
            return ar_code_malformed(loading, "FACTS", ix,
                                     "there are two of that name");
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
        if (!groups[ix])
            return ar_code_malformed(loading, "GROUPS", ix, "no fact is in it");
    }
    code->groups = groups;
    return true;
}

/* ---- patterns ---- */

static bool load_regexes(struct ar_code_loading *loading, struct ar_code *code)
{
    const struct ar_block *block = loading->block;
    const struct ar_regex **regexes = AR_NEW_ARRAY(
        loading->arena, const struct ar_regex *, block->regex_count);
    for (uint32_t ix = 0; ix < block->regex_count; ix++) {
        const struct ar_block_regex *from = &block->regex_at[ix];
        struct ar_regex *regex = NULL;
        struct ar_regex_error error;
        if (!ar_regex_compile(
                loading->arena, ar_block_text(block, from->pattern),
                ar_block_text(block, from->flags), &regex, &error))
            return ar_code_malformed(loading, "REGEXES", ix,
                                     "the pattern is refused");
        regexes[ix] = regex;
    }
    code->regexes = regexes;
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
        load_groups(&loading, code) && load_regexes(&loading, code) &&
        ar_code_load_rules(&loading);
    if (!is_loaded)
        return NULL;
    code->block = *block;
    code->program = loading.program;
    code->types = loading.types;
    code->constants = loading.constants;
    code->files = loading.files;
    return code;
}
