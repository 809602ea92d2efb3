/* SPDX-License-Identifier: Apache-2.0 */
/* Every expression of an expression, of a rule and of a program, in the order
 * in which they are held. */
#include "sema/walk.h"

void ar_expr_walk(struct ar_expr *expr, ar_expr_visit visit, void *user)
{
    visit(expr, user);
    for (size_t i = 0; i < expr->n_operands; i++)
        ar_expr_walk(expr->operands[i], visit, user);
    const struct ar_template *string = ar_expr_template(expr);
    for (size_t i = 0; string && i < string->n_parts; i++) {
        if (string->parts[i].expr)
            ar_expr_walk(string->parts[i].expr, visit, user);
    }
}

struct walk {
    struct ar_root root;
    ar_root_visit visit;
    void *user;
};

static void enter(struct walk *walk, enum ar_root_kind kind,
                  struct ar_expr *expr)
{
    if (!expr)
        return;
    walk->root.kind = kind;
    walk->root.expr = expr;
    walk->visit(&walk->root, walk->user);
}

static void enter_text(struct walk *walk, const struct ar_template *text)
{
    for (size_t i = 0; text && i < text->n_parts; i++)
        enter(walk, AR_ROOT_TEXT, text->parts[i].expr);
}

static void enter_guard(struct walk *walk, struct ar_guard guard)
{
    enter(walk, guard.is_unless ? AR_ROOT_UNLESS : AR_ROOT_IF, guard.expr);
}

static void enter_item(struct walk *walk, const struct ar_step_item *item)
{
    enter_text(walk, item->text);
    enter_guard(walk, item->guard);
}

static void enter_remedy(struct walk *walk, const struct ar_remedy *remedy)
{
    enter_text(walk, remedy->title);
    enter_text(walk, remedy->data_loss);
    enter_text(walk, remedy->undo);
    enter(walk, AR_ROOT_VERIFY, remedy->verify);
    for (size_t i = 0; i < remedy->verify_runs.count; i++)
        enter_item(walk, &remedy->verify_runs.at[i]);
    for (size_t i = 0; i < remedy->steps.count; i++) {
        const struct ar_step *step = &remedy->steps.at[i];
        enter_text(walk, step->sentence);
        enter_guard(walk, step->guard);
        for (size_t k = 0; k < step->items.count; k++)
            enter_item(walk, &step->items.at[k]);
    }
}

void ar_walk_rule(const struct ar_rule *rule, ar_root_visit visit, void *user)
{
    struct walk walk = {
        .root.rule = rule, .root.pack = rule->pack, visit, user};
    enter(&walk, AR_ROOT_APPLIES, rule->applies);
    enter(&walk, AR_ROOT_WHEN, rule->when);
    enter(&walk, AR_ROOT_EACH, rule->each);
    enter(&walk, AR_ROOT_KEY, rule->key);
    for (size_t i = 0; i < rule->details->lets.count; i++)
        enter(&walk, AR_ROOT_LET, rule->details->lets.at[i]->expr);
    for (size_t i = 0; i < rule->details->symptoms.count; i++)
        enter(&walk, AR_ROOT_SYMPTOM, rule->details->symptoms.at[i]);
    enter_text(&walk, rule->diagnosis);
    for (size_t i = 0; i < rule->details->lessons.count; i++)
        enter_text(&walk, rule->details->lessons.at[i]);
    for (size_t i = 0; i < rule->details->links.count; i++)
        enter_text(&walk, rule->details->links.at[i]);
    for (size_t i = 0; i < rule->details->remedies.count; i++)
        enter_remedy(&walk, rule->details->remedies.at[i]);
}

struct expr_walk {
    ar_expr_visit visit;
    void *user;
};

static void walk_root(const struct ar_root *root, void *user)
{
    const struct expr_walk *walk = user;
    ar_expr_walk(root->expr, walk->visit, walk->user);
}

void ar_rule_walk(const struct ar_rule *rule, ar_expr_visit visit, void *user)
{
    struct expr_walk walk = {visit, user};
    ar_walk_rule(rule, walk_root, &walk);
}

static void enter_fact(struct walk *walk, const struct ar_fact *fact)
{
    walk->root.pack = fact->pack;
    for (size_t i = 0; i < fact->definitions.count; i++) {
        enter(walk, AR_ROOT_DEFINITION, fact->definitions.at[i].expr);
        enter(walk, AR_ROOT_DEFINITION_GUARD, fact->definitions.at[i].guard);
    }
}

void ar_walk_program(const struct ar_program *program, ar_root_visit visit,
                     void *user)
{
    struct walk walk = {.visit = visit, .user = user};
    for (size_t i = 0; i < program->rules.count; i++)
        ar_walk_rule(program->rules.at[i], visit, user);
    for (size_t i = 0; i < program->defs.count; i++) {
        const struct ar_def *def = program->defs.at[i];
        walk.root.pack = def->pack;
        if (def->pack->not_loaded.len == 0)
            enter(&walk, AR_ROOT_DEF, def->body);
    }
    for (size_t i = 0; i < program->facts.count; i++) {
        if (program->facts.at[i]->pack->not_loaded.len == 0)
            enter_fact(&walk, program->facts.at[i]);
    }
}
