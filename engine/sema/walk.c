/* SPDX-License-Identifier: Apache-2.0 */
/* Every expression of an expression, and of a rule. */
#include "sema/program.h"

void ar_expr_walk(struct ar_expr *expr, ar_expr_visit visit, void *user)
{
    visit(expr, user);
    for (size_t i = 0; i < expr->n_operands; i++)
        ar_expr_walk(expr->operands[i], visit, user);
    for (size_t i = 0; expr->string && i < expr->string->n_parts; i++) {
        if (expr->string->parts[i].expr)
            ar_expr_walk(expr->string->parts[i].expr, visit, user);
    }
}

struct walk {
    ar_expr_visit visit;
    void *user;
};

static void walk_expr(const struct walk *walk, struct ar_expr *expr)
{
    if (expr)
        ar_expr_walk(expr, walk->visit, walk->user);
}

static void walk_template(const struct walk *walk,
                          const struct ar_template *template)
{
    for (size_t i = 0; template && i < template->n_parts; i++)
        walk_expr(walk, template->parts[i].expr);
}

static void walk_item(const struct walk *walk, const struct ar_step_item *item)
{
    walk_template(walk, item->text);
    walk_expr(walk, item->guard.expr);
}

static void walk_step(const struct walk *walk, const struct ar_step *step)
{
    walk_template(walk, step->sentence);
    walk_expr(walk, step->guard.expr);
    for (size_t i = 0; i < step->items.count; i++)
        walk_item(walk, &step->items.at[i]);
}

static void walk_remedy(const struct walk *walk, const struct ar_remedy *remedy)
{
    walk_template(walk, remedy->title);
    walk_template(walk, remedy->data_loss);
    walk_template(walk, remedy->undo);
    walk_expr(walk, remedy->verify);
    for (size_t i = 0; i < remedy->verify_runs.count; i++)
        walk_item(walk, &remedy->verify_runs.at[i]);
    for (size_t i = 0; i < remedy->steps.count; i++)
        walk_step(walk, &remedy->steps.at[i]);
}

void ar_rule_walk(const struct ar_rule *rule, ar_expr_visit visit, void *user)
{
    const struct walk walk = {visit, user};
    walk_expr(&walk, rule->applies);
    walk_expr(&walk, rule->when);
    walk_expr(&walk, rule->each);
    walk_expr(&walk, rule->key);
    for (size_t i = 0; i < rule->lets.count; i++)
        walk_expr(&walk, rule->lets.at[i]->expr);
    for (size_t i = 0; i < rule->symptoms.count; i++)
        walk_expr(&walk, rule->symptoms.at[i]);
    walk_template(&walk, rule->diagnosis);
    for (size_t i = 0; i < rule->lessons.count; i++)
        walk_template(&walk, rule->lessons.at[i]);
    for (size_t i = 0; i < rule->links.count; i++)
        walk_template(&walk, rule->links.at[i]);
    for (size_t i = 0; i < rule->remedies.count; i++)
        walk_remedy(&walk, rule->remedies.at[i]);
}
