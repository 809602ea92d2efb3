/* SPDX-License-Identifier: Apache-2.0 */
/* Cycles: derived facts that need each other, rules that supersede each
 * other. Each edge of a cycle is printed with its place. */
#include "sema/checker.h"

enum mark { MARK_NEW, MARK_OPEN, MARK_DONE };

/* ---- derived facts ---- */

struct fact_walk {
    struct ar_checker *checker;
    struct ar_map marks; /* fact name -> struct fact_mark * */
    AR_VECTOR(const struct ar_expr *) path; /* references that are followed */
    const struct ar_fact *current;
    unsigned depth; /* of the deepest chain seen below */
};

struct fact_mark {
    enum mark mark;
    unsigned depth;
};

static unsigned walk_fact(struct fact_walk *walk, const struct ar_fact *fact);

static void report_fact_cycle(struct fact_walk *walk,
                              const struct ar_fact *fact)
{
    struct ar_checker *checker = walk->checker;
    struct ar_buf text = AR_BUF(checker->arena);
    size_t first = walk->path.count - 1;
    while (first > 0 && walk->path.at[first - 1]->fact != fact)
        first--;
    ar_buf_put(&text, fact->decl.name);
    for (size_t i = first; i < walk->path.count; i++) {
        ar_buf_put_c(&text, " -> ");
        ar_buf_put(&text, walk->path.at[i]->fact->decl.name);
    }
    struct ar_diag *diag =
        ar_diag(checker->diags, AR_E0316, fact->decl.span, ar_buf_view(&text));
    for (size_t i = first; i < walk->path.count; i++)
        ar_diag_note(checker->diags, diag, walk->path.at[i]->span,
                     ar_str_concat(checker->arena, AR_STR("reads "),
                                   walk->path.at[i]->fact->decl.name));
}

static void visit(struct ar_expr *expr, void *user)
{
    struct fact_walk *walk = user;
    if (expr->kind == AR_EXPR_DEF) {
        if (expr->def->body)
            ar_expr_walk(expr->def->body, visit, walk);
        return;
    }
    if (expr->kind != AR_EXPR_FACT || !expr->fact->decl.is_derived)
        return;
    ar_vector_push(walk->checker->arena, &walk->path, expr);
    unsigned depth = 1 + walk_fact(walk, expr->fact);
    if (depth > walk->depth)
        walk->depth = depth;
    walk->path.count--;
}

static unsigned walk_fact(struct fact_walk *walk, const struct ar_fact *fact)
{
    struct ar_checker *checker = walk->checker;
    struct fact_mark *mark = ar_map_get(&walk->marks, fact->decl.name);
    if (!mark) {
        mark = AR_NEW(checker->arena, struct fact_mark);
        ar_map_put(checker->arena, &walk->marks, fact->decl.name, mark);
    }
    if (mark->mark == MARK_OPEN)
        report_fact_cycle(walk, fact);
    if (mark->mark != MARK_NEW)
        return mark->depth;
    mark->mark = MARK_OPEN;
    unsigned outer = walk->depth;
    walk->depth = 0;
    for (size_t i = 0; i < fact->definitions.count; i++) {
        ar_expr_walk(fact->definitions.at[i].expr, visit, walk);
        if (fact->definitions.at[i].guard)
            ar_expr_walk(fact->definitions.at[i].guard, visit, walk);
    }
    mark->mark = MARK_DONE;
    mark->depth = walk->depth;
    walk->depth = outer;
    if (mark->depth == AR_MAX_DERIVED_DEPTH)
        ar_diag(checker->diags, AR_E0904, fact->decl.span, fact->decl.name,
                ar_str_printf(checker->arena, "%d", AR_MAX_DERIVED_DEPTH));
    return mark->depth;
}

void ar_check_fact_cycles(struct ar_checker *checker)
{
    struct fact_walk walk = {.checker = checker};
    for (size_t i = 0; i < checker->program->facts.count; i++)
        walk_fact(&walk, checker->program->facts.at[i]);
}

/* ---- supersession ---- */

struct rule_walk {
    struct ar_checker *checker;
    struct ar_map marks; /* rule id -> struct fact_mark * */
    AR_VECTOR(const struct ar_supersedes *) path;
};

static void report_rule_cycle(struct rule_walk *walk,
                              const struct ar_rule *rule)
{
    struct ar_checker *checker = walk->checker;
    struct ar_buf text = AR_BUF(checker->arena);
    size_t first = walk->path.count - 1;
    while (first > 0 && walk->path.at[first - 1]->rule != rule)
        first--;
    ar_buf_put(&text, rule->id);
    for (size_t i = first; i < walk->path.count; i++) {
        ar_buf_put_c(&text, " -> ");
        ar_buf_put(&text, walk->path.at[i]->id);
    }
    struct ar_diag *diag =
        ar_diag(checker->diags, AR_E0606, rule->span, ar_buf_view(&text));
    for (size_t i = first; i < walk->path.count; i++)
        ar_diag_note(checker->diags, diag, walk->path.at[i]->span,
                     ar_str_concat(checker->arena, AR_STR("supersedes "),
                                   walk->path.at[i]->id));
}

static void walk_rule(struct rule_walk *walk, struct ar_rule *rule)
{
    struct ar_arena *arena = walk->checker->arena;
    struct fact_mark *mark = ar_map_get(&walk->marks, rule->id);
    if (!mark) {
        mark = AR_NEW(arena, struct fact_mark);
        ar_map_put(arena, &walk->marks, rule->id, mark);
    }
    if (mark->mark == MARK_OPEN)
        report_rule_cycle(walk, rule);
    if (mark->mark != MARK_NEW)
        return;
    mark->mark = MARK_OPEN;
    for (size_t i = 0; i < rule->supersedes.count; i++) {
        const struct ar_supersedes *edge = &rule->supersedes.at[i];
        struct ar_rule *other =
            edge->rule ? ar_map_get(&walk->checker->program->rules_by_id,
                                    edge->rule->id)
                       : NULL;
        if (!other)
            continue;
        ar_vector_push(arena, &walk->path, edge);
        walk_rule(walk, other);
        walk->path.count--;
    }
    mark->mark = MARK_DONE;
}

/* How many rules stand above each, by the longest way. */
static void set_depths(struct ar_program *program)
{
    bool changed = true;
    for (size_t round = 0; changed && round <= program->rules.count; round++) {
        changed = false;
        for (size_t i = 0; i < program->rules.count; i++) {
            const struct ar_rule *rule = program->rules.at[i];
            for (size_t k = 0; k < rule->supersedes.count; k++) {
                const struct ar_rule *other = rule->supersedes.at[k].rule;
                struct ar_rule *below =
                    other ? ar_map_get(&program->rules_by_id, other->id) : NULL;
                if (below && below->depth <= rule->depth) {
                    below->depth = rule->depth + 1;
                    changed = true;
                }
            }
        }
    }
}

void ar_check_rule_cycles(struct ar_checker *checker)
{
    struct rule_walk walk = {.checker = checker};
    size_t n_errors = checker->diags->n_errors;
    for (size_t i = 0; i < checker->program->rules.count; i++)
        walk_rule(&walk, checker->program->rules.at[i]);
    if (checker->diags->n_errors == n_errors)
        set_depths(checker->program);
}
