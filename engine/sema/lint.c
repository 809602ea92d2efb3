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

static void walk_program(const struct ar_program *program, struct usage *usage)
{
    for (size_t i = 0; i < program->rules.count; i++)
        ar_rule_walk(program->rules.at[i], note_usage, usage);
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
