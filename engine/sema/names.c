/* SPDX-License-Identifier: Apache-2.0 */
/* Finding what a name means, and saying which name was probably meant. */
#include "sema/checker.h"

const char *const ar_rule_severity_names[4] = {"info", "warning", "error",
                                               "critical"};
const char *const ar_confidence_names[3] = {"low", "medium", "high"};
const char *const ar_risk_names[3] = {"low", "medium", "high"};

struct ar_diag *ar_check_unknown(struct ar_checker *checker,
                                 enum ar_diag_code code, ar_span span,
                                 ar_str name, const ar_str *candidates,
                                 size_t count)
{
    struct ar_diag *diag = ar_diag(checker->diags, code, span, name);
    size_t ix = ar_str_nearest(name, candidates, count);
    if (ix != SIZE_MAX)
        ar_diag_suggest(checker->diags, diag, candidates[ix]);
    return diag;
}

bool ar_check_is_broken(const struct ar_scope *scope, ar_str name)
{
    size_t dot = ar_str_find(name, AR_STR("."), 0);
    ar_str first = ar_str_slice(name, 0, dot);
    ar_str last =
        dot == SIZE_MAX ? name : ar_str_slice(name, dot + 1, name.len);
    for (size_t i = 0; i < scope->unit->files.count; i++) {
        const struct ar_node *node = scope->unit->files.at[i]->first;
        for (; node; node = node->next) {
            if (node->kind == AR_NODE_BROKEN &&
                (ar_str_equal(node->text, first) ||
                 ar_str_equal(node->text, last)))
                return true;
        }
    }
    return false;
}

void ar_check_undeclared(struct ar_checker *checker,
                         const struct ar_scope *scope, enum ar_diag_code code,
                         ar_span span, ar_str name, ar_str_vector names)
{
    if (!ar_check_is_broken(scope, name))
        ar_check_unknown(checker, code, span, name, names.at, names.count);
}

void ar_check_twice(struct ar_checker *checker, ar_span span, ar_str name,
                    ar_span first)
{
    struct ar_diag *diag = ar_diag(checker->diags, AR_E0302, span, name);
    if (first.file != 0)
        ar_diag_note(checker->diags, diag, first,
                     AR_STR("first declared here"));
}

size_t ar_check_word(struct ar_checker *checker, const struct ar_node *node,
                     const char *what, const char *const *words, size_t count)
{
    ar_str *names = AR_NEW_ARRAY(checker->arena, ar_str, count);
    struct ar_buf all = AR_BUF(checker->arena);
    for (size_t i = 0; i < count; i++) {
        if (ar_str_equal_c(node->text, words[i]))
            return i;
        names[i] = ar_str_from_c(words[i]);
        if (i > 0)
            ar_buf_put_c(&all, i + 1 == count ? " or " : ", ");
        ar_buf_put_c(&all, words[i]);
    }
    struct ar_diag *diag = ar_diag(checker->diags, AR_E0317, node->name,
                                   node->text, ar_str_from_c(what));
    ar_diag_expected(checker->diags, diag, ar_buf_view(&all));
    size_t ix = ar_str_nearest(node->text, names, count);
    if (ix != SIZE_MAX)
        ar_diag_suggest(checker->diags, diag, names[ix]);
    return SIZE_MAX;
}

bool ar_check_sees(const struct ar_scope *scope, const struct ar_pack *pack)
{
    if (scope->pack == pack)
        return true;
    for (size_t i = 0; i < scope->uses.count; i++) {
        if (scope->uses.at[i]->pack == pack)
            return true;
    }
    return false;
}

const struct ar_type *ar_check_find_enum(const struct ar_scope *scope,
                                         ar_str name)
{
    const struct ar_type *type = ar_map_get(&scope->enums, name);
    for (size_t i = 0; !type && i < scope->uses.count; i++)
        type = ar_map_get(&scope->uses.at[i]->enums, name);
    return type;
}

struct ar_table *ar_check_find_table(const struct ar_scope *scope, ar_str name)
{
    struct ar_table *table = ar_map_get(&scope->tables, name);
    for (size_t i = 0; !table && i < scope->uses.count; i++)
        table = ar_map_get(&scope->uses.at[i]->tables, name);
    return table;
}

struct ar_def_source *ar_check_find_def(const struct ar_scope *scope,
                                        ar_str name)
{
    struct ar_def_source *def = ar_map_get(&scope->defs, name);
    for (size_t i = 0; !def && i < scope->uses.count; i++)
        def = ar_map_get(&scope->uses.at[i]->defs, name);
    return def;
}

static const char *const function_names[] = {
#define AR_FUNCTION(id, name, signature, text) #name,
#include "sema/functions.def"
#undef AR_FUNCTION
};

bool ar_check_is_function_name(ar_str name)
{
    for (size_t i = 0; i < AR_COUNT_OF(function_names); i++) {
        if (ar_str_equal_c(name, function_names[i]))
            return true;
    }
    return ar_type_find(name) != NULL;
}

static void add_keys(struct ar_arena *arena, const struct ar_map *map,
                     ar_str_vector *out)
{
    for (size_t i = 0; i < map->count; i++)
        ar_vector_push(arena, out, map->entries[i].key);
}

static void add_scope(struct ar_arena *arena, const struct ar_scope *scope,
                      ar_str_vector *out)
{
    add_keys(arena, &scope->tables, out);
    add_keys(arena, &scope->defs, out);
    add_keys(arena, &scope->enums, out);
}

ar_str_vector ar_check_callables(struct ar_context *context)
{
    struct ar_arena *arena = context->checker->arena;
    ar_str_vector out = {0};
    for (size_t i = 0; i < AR_COUNT_OF(function_names); i++)
        ar_vector_push(arena, &out, ar_str_from_c(function_names[i]));
    add_scope(arena, context->scope, &out);
    for (size_t i = 0; i < context->scope->uses.count; i++)
        add_scope(arena, context->scope->uses.at[i], &out);
    const struct ar_map *facts = &context->checker->program->schema.facts;
    for (size_t i = 0; i < facts->count; i++) {
        const struct ar_fact_decl *decl = facts->entries[i].value;
        if (decl->n_parameters > 0)
            ar_vector_push(arena, &out, decl->head);
    }
    return out;
}

void ar_check_not_keyword(struct ar_checker *checker, ar_str name, ar_span span)
{
    ar_str word = ar_str_slice(name, 0, ar_str_find(name, AR_STR("."), 0));
    if (ar_str_equal_c(word, "count") || ar_str_equal_c(word, "first") ||
        ar_str_equal_c(word, "filter") || ar_str_equal_c(word, "snapshot"))
        ar_diag(checker->diags, AR_E0313, span, word);
}

void ar_check_unknown_reason(struct ar_checker *checker, ar_span span,
                             ar_str text)
{
    ar_str names[AR_N_REASONS];
    for (size_t i = 0; i < AR_N_REASONS; i++)
        names[i] = ar_str_from_c(ar_reason_table[i].name);
    ar_check_unknown(checker, AR_E0314, span, text, names, AR_N_REASONS);
}

void ar_check_no_field(struct ar_checker *checker, ar_span span, ar_str name,
                       const struct ar_type *type)
{
    struct ar_diag *diag = ar_diag(checker->diags, AR_E0303, span, name,
                                   ar_type_text(checker->arena, type));
    const struct ar_type *record =
        type->kind == AR_TYPE_LIST ? type->element : type;
    ar_str_vector names = {0};
    for (size_t i = 0; record && i < record->n_fields; i++)
        ar_vector_push(checker->arena, &names, record->fields[i].name);
    size_t ix = ar_str_nearest(name, names.at, names.count);
    if (ix != SIZE_MAX)
        ar_diag_suggest(checker->diags, diag, names.at[ix]);
}

ar_str ar_check_full_id(struct ar_checker *checker,
                        const struct ar_scope *scope, ar_str text)
{
    bool has_dot = ar_str_find(text, AR_STR("."), 0) != SIZE_MAX;
    if (has_dot || scope->pack->name.len == 0)
        return text;
    ar_str prefix =
        ar_str_concat(checker->arena, scope->pack->name, AR_STR("."));
    return ar_str_concat(checker->arena, prefix, text);
}

static bool pack_is_loaded(const struct ar_checker *checker, ar_str id)
{
    size_t dot = ar_str_find(id, AR_STR("."), 0);
    if (dot == SIZE_MAX)
        return true;
    ar_str pack = ar_str_slice(id, 0, dot);
    return ar_map_has(&checker->scopes_by_name, pack);
}

struct ar_rule *ar_check_find_rule(struct ar_checker *checker,
                                   const struct ar_scope *scope,
                                   const struct ar_node *path, bool *absent)
{
    ar_str id = ar_check_full_id(checker, scope, path->text);
    struct ar_rule *rule = ar_map_get(&checker->rules_by_id, id);
    if (!rule)
        rule = ar_map_get(&checker->old_rule_ids, id);
    *absent = false;
    if (rule)
        return rule;
    if (!pack_is_loaded(checker, id)) {
        *absent = true;
        return NULL;
    }
    ar_str_vector names = {0};
    add_keys(checker->arena, &checker->rules_by_id, &names);
    for (size_t i = 0; i < names.count; i++) {
        ar_str own =
            ar_str_concat(checker->arena, scope->pack->name, AR_STR("."));
        bool short_form = ar_str_find(path->text, AR_STR("."), 0) == SIZE_MAX;
        if (short_form && ar_str_starts_with(names.at[i], own))
            names.at[i] = ar_str_slice(names.at[i], own.len, SIZE_MAX);
    }
    ar_check_undeclared(checker, scope, AR_E0308, path->span, path->text,
                        names);
    return NULL;
}

static bool may_repeat(enum ar_node_kind kind)
{
    return kind == AR_NODE_LET || kind == AR_NODE_SYMPTOM ||
           kind == AR_NODE_SUPERSEDES || kind == AR_NODE_REPLACES ||
           kind == AR_NODE_KEYWORDS || kind == AR_NODE_REMEDY ||
           kind == AR_NODE_LESSON || kind == AR_NODE_SEE ||
           kind == AR_NODE_REQUIRES || kind == AR_NODE_STEP ||
           kind == AR_NODE_PROBE_GIVES || kind == AR_NODE_PROBE_IF ||
           kind == AR_NODE_FIELDS || kind == AR_NODE_EXPECT_NEEDING ||
           kind == AR_NODE_PATH;
}

void ar_check_repeats(struct ar_checker *checker, const struct ar_node *node)
{
    for (struct ar_node *child = node->first; child; child = child->next) {
        if (may_repeat(child->kind))
            continue;
        for (struct ar_node *other = node->first; other != child;
             other = other->next) {
            if (other->kind != child->kind)
                continue;
            struct ar_diag *diag =
                ar_diag(checker->diags, AR_E0601, child->span,
                        ar_str_from_c(ar_node_kind_name(child->kind)));
            ar_diag_note(checker->diags, diag, other->span,
                         AR_STR("the first one"));
            break;
        }
    }
}
