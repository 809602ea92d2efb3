/* SPDX-License-Identifier: Apache-2.0 */
/* The order of checking: names of all units first, then what they mean, then
 * what only all units together can show. */
#include "sema/check.h"

#include "facts/snapshot.h"
#include "sema/checker.h"

typedef void (*check_declaration)(struct ar_checker *checker,
                                  struct ar_scope *scope,
                                  const struct ar_node *node);

static void for_each_declaration(struct ar_checker *checker,
                                 enum ar_node_kind kind,
                                 check_declaration check)
{
    for (size_t i = 0; i < checker->scopes.count; i++) {
        struct ar_scope *scope = checker->scopes.at[i];
        for (size_t f = 0; f < scope->unit->files.count; f++) {
            const struct ar_node *node = scope->unit->files.at[f]->first;
            for (; node; node = node->next) {
                if (node->kind == kind)
                    check(checker, scope, node);
            }
        }
    }
}

/* ---- packs ---- */

static void check_pack(struct ar_checker *checker, struct ar_scope *scope,
                       const struct ar_node *node)
{
    struct ar_pack *pack = scope->pack;
    if (pack->span.file != 0) {
        ar_check_twice(checker, node->name, node->text, pack->span);
        return;
    }
    if (pack->is_stdlib) {
        ar_diag_plain(checker->diags, AR_E0731, node->span);
        return;
    }
    pack->span = node->name;
    pack->name = node->text;
    pack->is_scratch = false;
    ar_check_repeats(checker, node);
    for (struct ar_node *item = node->first; item; item = item->next) {
        if (item->kind == AR_NODE_TITLE)
            pack->title = item->first->text;
        else if (item->kind == AR_NODE_LICENSE)
            pack->license = item->first->text;
        else if (item->kind == AR_NODE_REQUIRES)
            ar_check_requires(checker, item, &pack->not_loaded);
        else if (item->kind == AR_NODE_VERSION) {
            ar_value version =
                ar_check_literal(checker, item->first, &ar_type_version);
            if (version.type->kind == AR_TYPE_VERSION)
                pack->version = version.as.version;
        }
    }
}

static struct ar_scope *open_scope(struct ar_checker *checker,
                                   struct ar_unit *unit)
{
    struct ar_scope *scope = AR_NEW(checker->arena, struct ar_scope);
    struct ar_pack *pack = AR_NEW(checker->arena, struct ar_pack);
    scope->unit = unit;
    scope->pack = pack;
    pack->name = unit->name;
    pack->path = unit->path;
    pack->is_stdlib = unit->is_stdlib;
    pack->is_trusted = unit->is_trusted;
    pack->is_scratch = !unit->is_stdlib;
    ar_vector_push(checker->arena, &checker->scopes, scope);
    ar_vector_push(checker->arena, &checker->program->packs, pack);
    return scope;
}

static void name_scopes(struct ar_checker *checker)
{
    for (size_t i = 0; i < checker->scopes.count; i++) {
        struct ar_scope *scope = checker->scopes.at[i];
        ar_str name = scope->pack->name;
        if (name.len == 0)
            continue;
        const struct ar_scope *other =
            ar_map_get(&checker->scopes_by_name, name);
        if (other)
            ar_check_twice(checker, scope->pack->span, name, other->pack->span);
        else
            ar_map_put(checker->arena, &checker->scopes_by_name, name, scope);
    }
}

static void use_module(struct ar_checker *checker, struct ar_scope *scope,
                       const struct ar_node *path)
{
    struct ar_scope *used = ar_map_get(&checker->scopes_by_name, path->text);
    if (used) {
        ar_vector_push(checker->arena, &scope->uses, used);
        ar_vector_push(checker->arena, &scope->pack->uses, path->text);
        return;
    }
    ar_str_vector names = {0};
    for (size_t i = 0; i < checker->scopes_by_name.count; i++)
        ar_vector_push(checker->arena, &names,
                       checker->scopes_by_name.entries[i].key);
    scope->has_unknown_use = true;
    ar_check_unknown(checker, AR_E0307, path->span, path->text, names.at,
                     names.count);
}

static void check_use(struct ar_checker *checker, struct ar_scope *scope,
                      const struct ar_node *node)
{
    for (struct ar_node *path = node->first; path; path = path->next)
        use_module(checker, scope, path);
}

/* Scratch files see the whole standard library. */
static void use_stdlib(struct ar_checker *checker)
{
    for (size_t i = 0; i < checker->scopes.count; i++) {
        struct ar_scope *scope = checker->scopes.at[i];
        if (!scope->pack->is_scratch)
            continue;
        for (size_t k = 0; k < checker->scopes.count; k++) {
            if (checker->scopes.at[k]->pack->is_stdlib)
                ar_vector_push(checker->arena, &scope->uses,
                               checker->scopes.at[k]);
        }
    }
}

/* ---- texts that nothing is put into ---- */

static bool holds_plain_text(enum ar_node_kind kind)
{
    return kind == AR_NODE_TITLE || kind == AR_NODE_LICENSE ||
           kind == AR_NODE_KEYWORDS || kind == AR_NODE_CONTEXT ||
           kind == AR_NODE_BECAUSE || kind == AR_NODE_OWNER ||
           kind == AR_NODE_ENUM_WORD || kind == AR_NODE_TEST ||
           kind == AR_NODE_GIVEN_SNAPSHOT || kind == AR_NODE_FACT_UNIT ||
           kind == AR_NODE_INPUT || kind == AR_NODE_TABLE_FILE ||
           kind == AR_NODE_RECORD_FIELD;
}

static void check_plain_texts(struct ar_checker *checker,
                              const struct ar_node *node)
{
    for (struct ar_node *child = node->first; child; child = child->next) {
        if (child->kind == AR_NODE_STRING && child->has_holes &&
            holds_plain_text(node->kind))
            ar_diag_plain(checker->diags, AR_E0613, child->span);
        if (child->has_holes)
            check_plain_texts(checker, child);
    }
}

static void check_all_texts(struct ar_checker *checker)
{
    for (size_t i = 0; i < checker->scopes.count; i++) {
        const struct ar_unit *unit = checker->scopes.at[i]->unit;
        for (size_t f = 0; f < unit->files.count; f++)
            check_plain_texts(checker, unit->files.at[f]);
    }
}

/* ---- bodies ---- */

static void check_gives(struct ar_checker *checker, struct ar_scope *scope,
                        const struct ar_node *node)
{
    for (struct ar_node *item = node->first; item; item = item->next) {
        if (item->kind == AR_NODE_PROBE_GIVES)
            ar_check_probe_gives(checker, scope, item);
    }
}

static void check_def_body(struct ar_checker *checker, struct ar_scope *scope,
                           const struct ar_node *node)
{
    struct ar_def_source *source = ar_map_get(&scope->defs, node->text);
    if (source && source->node == node)
        ar_check_def(checker, source);
}

/* Walks over rules visit the nodes in the order in which they were declared. */
static struct ar_rule *next_rule(struct ar_checker *checker)
{
    return checker->declared.at[checker->n_visited++];
}

static void check_rule_body(struct ar_checker *checker, struct ar_scope *scope,
                            const struct ar_node *node)
{
    struct ar_rule *rule = next_rule(checker);
    if (!rule)
        return;
    ar_check_rule(checker, scope, node, rule);
    for (size_t i = 0; i < rule->details->replaces.count; i++) {
        struct ar_replaces *replaces = &rule->details->replaces.at[i];
        replaces->id = ar_check_full_id(checker, scope, replaces->id);
        ar_map_put(checker->arena, &checker->old_rule_ids, replaces->id, rule);
    }
}

static void check_rule_supersedes(struct ar_checker *checker,
                                  struct ar_scope *scope,
                                  const struct ar_node *node)
{
    struct ar_rule *rule = next_rule(checker);
    if (rule)
        ar_check_supersedes(checker, scope, node, rule);
}

static void check_rule_count(struct ar_checker *checker)
{
    const struct ar_program *program = checker->program;
    if (program->rules.count > AR_MAX_LOADED_RULES)
        ar_diag(checker->diags, AR_E0906,
                program->rules.at[AR_MAX_LOADED_RULES]->span,
                ar_str_printf(checker->arena, "%d", AR_MAX_LOADED_RULES));
}

static void check_all(struct ar_checker *checker)
{
    check_all_texts(checker);
    for_each_declaration(checker, AR_NODE_PACK, check_pack);
    name_scopes(checker);
    for_each_declaration(checker, AR_NODE_USE, check_use);
    use_stdlib(checker);
    for_each_declaration(checker, AR_NODE_ENUM, ar_check_enum);
    for_each_declaration(checker, AR_NODE_FACT, ar_check_fact);
    for_each_declaration(checker, AR_NODE_INPUT, ar_check_input);
    for_each_declaration(checker, AR_NODE_PROBE, check_gives);
    for_each_declaration(checker, AR_NODE_TABLE, ar_check_table);
    for_each_declaration(checker, AR_NODE_DEF, ar_check_def_declare);
    for_each_declaration(checker, AR_NODE_DEF, check_def_body);
    for_each_declaration(checker, AR_NODE_FACT, ar_check_fact_definition);
    for_each_declaration(checker, AR_NODE_SKIPPED, ar_check_skipped_probe);
    for_each_declaration(checker, AR_NODE_PROBE, ar_check_probe);
    for_each_declaration(checker, AR_NODE_RULE, ar_check_rule_declare);
    check_rule_count(checker);
    for_each_declaration(checker, AR_NODE_RULE, check_rule_body);
    checker->n_visited = 0;
    for_each_declaration(checker, AR_NODE_RULE, check_rule_supersedes);
    for_each_declaration(checker, AR_NODE_OVERRIDE, ar_check_site);
    for_each_declaration(checker, AR_NODE_DISABLE, ar_check_site);
    for_each_declaration(checker, AR_NODE_WAIVE, ar_check_site);
    for_each_declaration(checker, AR_NODE_TEST, ar_check_test);
    ar_check_fact_cycles(checker);
    ar_check_rule_cycles(checker);
}

/* ---- what is left out ---- */

static bool has_file(const struct ar_unit *unit, uint32_t file)
{
    for (size_t i = 0; i < unit->file_ids.count; i++) {
        if (unit->file_ids.at[i] == file)
            return true;
    }
    return false;
}

static void mark_failed(struct ar_checker *checker)
{
    for (size_t i = 0; i < checker->diags->list.count; i++) {
        const struct ar_diag *diag = checker->diags->list.at[i];
        if (ar_diag_table[diag->code].severity != AR_SEVERITY_ERROR)
            continue;
        for (size_t k = 0; k < checker->scopes.count; k++) {
            if (has_file(checker->scopes.at[k]->unit, diag->span.file))
                checker->scopes.at[k]->unit->failed = true;
        }
    }
}

/* A unit that uses one that failed cannot be trusted to mean what it says. */
static void spread_failures(struct ar_checker *checker)
{
    bool changed = true;
    while (changed) {
        changed = false;
        for (size_t i = 0; i < checker->scopes.count; i++) {
            struct ar_scope *scope = checker->scopes.at[i];
            for (size_t k = 0; k < scope->uses.count && !scope->unit->failed;
                 k++) {
                const struct ar_scope *used = scope->uses.at[k];
                if (!used->unit->failed)
                    continue;
                scope->unit->failed = true;
                changed = true;
                ar_diag(checker->diags, AR_E0730, scope->pack->span,
                        scope->pack->name.len > 0 ? scope->pack->name
                                                  : scope->pack->path,
                        used->pack->name);
            }
        }
    }
}

static bool failed(const struct ar_checker *checker, const struct ar_pack *pack)
{
    for (size_t i = 0; i < checker->scopes.count; i++) {
        if (checker->scopes.at[i]->pack == pack)
            return checker->scopes.at[i]->unit->failed;
    }
    return false;
}

static bool is_sound(const struct ar_checker *checker,
                     const struct ar_pack *pack)
{
    return !failed(checker, pack);
}

static void drop_failed(struct ar_checker *checker)
{
    struct ar_program *program = checker->program;
    size_t n = 0;
    for (size_t i = 0; i < program->rules.count; i++) {
        if (!failed(checker, program->rules.at[i]->pack))
            program->rules.at[n++] = program->rules.at[i];
    }
    program->rules.count = n;
    n = 0;
    for (size_t i = 0; i < program->tests.count; i++) {
        if (!failed(checker, program->tests.at[i]->pack))
            program->tests.at[n++] = program->tests.at[i];
    }
    program->tests.count = n;
    n = 0;
    for (size_t i = 0; i < program->waivers.count; i++) {
        if (!failed(checker, program->waivers.at[i]->rule->pack) &&
            !failed(checker, program->waivers.at[i]->pack))
            program->waivers.at[n++] = program->waivers.at[i];
    }
    program->waivers.count = n;
    for (size_t i = 0; i < program->packs.count; i++) {
        if (failed(checker, program->packs.at[i]))
            program->packs.at[i]->not_loaded =
                AR_STR("it has errors, or uses a pack that has");
    }
}

static int compare_with_id(const void *a, const void *b)
{
    const struct ar_rule *const *right = b;
    return ar_str_compare(*(const ar_str *)a, (*right)->id);
}

struct ar_rule *ar_program_find_rule(const struct ar_program *program,
                                     ar_str id)
{
    struct ar_rule *const *found =
        program->rules.count == 0
            ? NULL
            : bsearch(&id, program->rules.at, program->rules.count,
                      sizeof(program->rules.at[0]), compare_with_id);
    return found ? *found : NULL;
}

static int compare_rules(const void *a, const void *b)
{
    const struct ar_rule *const *left = a;
    const struct ar_rule *const *right = b;
    return ar_str_compare((*left)->id, (*right)->id);
}

/* Those of a pack are mostly written in this order. */
static void sort_rules(struct ar_program *program)
{
    struct ar_rule **rules = program->rules.at;
    size_t n_sorted = program->rules.count > 0;
    while (n_sorted < program->rules.count &&
           compare_rules(&rules[n_sorted - 1], &rules[n_sorted]) <= 0)
        n_sorted++;
    if (n_sorted < program->rules.count)
        qsort(rules, program->rules.count, sizeof(rules[0]), compare_rules);
    for (size_t i = 0; i < program->rules.count; i++)
        rules[i]->ix = i;
}

struct ar_program *ar_check(struct ar_arena *arena, struct ar_diags *diags,
                            struct ar_unit *const *units, size_t n_units,
                            const struct ar_check_options *options)
{
    struct ar_checker *checker = AR_NEW(arena, struct ar_checker);
    checker->arena = arena;
    checker->diags = diags;
    checker->options = options;
    checker->program = AR_NEW(arena, struct ar_program);
    checker->program->arena = arena;
    checker->program->diags = diags;
    for (size_t i = 0; i < n_units; i++)
        open_scope(checker, units[i]);
    check_all(checker);
    mark_failed(checker);
    spread_failures(checker);
    drop_failed(checker);
    ar_check_rule_depths(checker);
    ar_check_apply_site(checker, is_sound);
    sort_rules(checker->program);
    if (options->lint)
        ar_check_lint(checker);
    ar_snapshot_prepare(arena, &checker->program->schema);
    return checker->program;
}
