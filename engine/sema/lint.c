/* SPDX-License-Identifier: Apache-2.0 */
/* What is allowed but is hardly what was meant: names that nothing uses. */
#include "sema/checker.h"

static bool is_tool_name(ar_str name)
{
    return name.len > 0 && name.ptr[0] == '_';
}

static void lint_lets(struct ar_checker *checker, const struct ar_rule *rule)
{
    for (size_t i = 0; i < rule->lets.count; i++) {
        const struct ar_local *local = rule->lets.at[i];
        if (!local->is_used && !is_tool_name(local->name))
            ar_diag(checker->diags, AR_W1001, local->span, local->name);
    }
}

struct usage {
    struct ar_map tables;
    struct ar_map defs;
    struct ar_arena *arena;
};

static void note_usage(struct ar_expr *expr, void *user)
{
    struct usage *usage = user;
    static char used;
    if (expr->kind == AR_EXPR_TABLE)
        ar_map_put(usage->arena, &usage->tables, expr->table->name, &used);
    if (expr->kind == AR_EXPR_DEF)
        ar_map_put(usage->arena, &usage->defs, expr->def->name, &used);
}

static void walk(struct ar_expr *expr, struct usage *usage)
{
    if (expr)
        ar_expr_walk(expr, note_usage, usage);
}

static void walk_template(const struct ar_template *template,
                          struct usage *usage)
{
    for (size_t i = 0; template && i < template->n_parts; i++)
        walk(template->parts[i].expr, usage);
}

static void walk_item(const struct ar_step_item *item, struct usage *usage)
{
    walk_template(item->text, usage);
    walk(item->guard.expr, usage);
}

static void walk_remedy(const struct ar_remedy *remedy, struct usage *usage)
{
    walk_template(remedy->title, usage);
    walk_template(remedy->data_loss, usage);
    walk_template(remedy->undo, usage);
    walk(remedy->verify, usage);
    for (size_t i = 0; i < remedy->verify_runs.count; i++)
        walk_item(&remedy->verify_runs.at[i], usage);
    for (size_t i = 0; i < remedy->steps.count; i++) {
        const struct ar_step *step = &remedy->steps.at[i];
        walk_template(step->sentence, usage);
        walk(step->guard.expr, usage);
        for (size_t k = 0; k < step->items.count; k++)
            walk_item(&step->items.at[k], usage);
    }
}

static void walk_rule(const struct ar_rule *rule, struct usage *usage)
{
    walk(rule->applies, usage);
    walk(rule->when, usage);
    walk(rule->each, usage);
    walk(rule->key, usage);
    for (size_t i = 0; i < rule->lets.count; i++)
        walk(rule->lets.at[i]->expr, usage);
    for (size_t i = 0; i < rule->symptoms.count; i++)
        walk(rule->symptoms.at[i], usage);
    walk_template(rule->diagnosis, usage);
    for (size_t i = 0; i < rule->lessons.count; i++)
        walk_template(rule->lessons.at[i], usage);
    for (size_t i = 0; i < rule->links.count; i++)
        walk_template(rule->links.at[i], usage);
    for (size_t i = 0; i < rule->remedies.count; i++)
        walk_remedy(rule->remedies.at[i], usage);
}

static void walk_program(const struct ar_program *program, struct usage *usage)
{
    for (size_t i = 0; i < program->rules.count; i++)
        walk_rule(program->rules.at[i], usage);
    for (size_t i = 0; i < program->defs.count; i++)
        walk(program->defs.at[i]->body, usage);
    for (size_t i = 0; i < program->facts.count; i++) {
        const struct ar_fact *fact = program->facts.at[i];
        for (size_t k = 0; k < fact->definitions.count; k++) {
            walk(fact->definitions.at[k].expr, usage);
            walk(fact->definitions.at[k].guard, usage);
        }
    }
}

/* The standard library and packs with a name offer theirs to others. */
static bool is_private(const struct ar_pack *pack)
{
    return !pack->is_stdlib && pack->n_rules > 0 && pack->not_loaded.len == 0;
}

void ar_check_lint(struct ar_checker *checker)
{
    const struct ar_program *program = checker->program;
    struct usage usage = {.arena = checker->arena};
    walk_program(program, &usage);
    for (size_t i = 0; i < program->rules.count; i++)
        lint_lets(checker, program->rules.at[i]);
    for (size_t i = 0; i < program->tables.count; i++) {
        const struct ar_table *table = program->tables.at[i];
        if (is_private(table->pack) && !ar_map_has(&usage.tables, table->name))
            ar_diag(checker->diags, AR_W1002, table->span, AR_STR("table"),
                    table->name);
    }
    for (size_t i = 0; i < program->defs.count; i++) {
        const struct ar_def *def = program->defs.at[i];
        if (is_private(def->pack) && !ar_map_has(&usage.defs, def->name))
            ar_diag(checker->diags, AR_W1002, def->span, AR_STR("function"),
                    def->name);
    }
}
