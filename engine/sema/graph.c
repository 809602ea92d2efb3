/* SPDX-License-Identifier: Apache-2.0 */
/* Cycles: facts that need each other to be worked out or found out, rules that
 * supersede each other. Each edge of a cycle is printed with its place. */
#include "sema/checker.h"

enum mark { MARK_NEW, MARK_OPEN, MARK_DONE };

/* ---- facts ---- */

/* A reference that is followed. */
struct step {
    const struct ar_fact *fact;
    ar_span span;
};

struct fact_walk {
    struct ar_checker *checker;
    struct ar_map marks; /* fact name -> struct fact_mark * */
    AR_VECTOR(struct step) path;
    AR_VECTOR(const struct ar_probe *)
    asking;           /* probes whose source has
                         expressions in it */
    unsigned depth;   /* of the deepest chain seen below */
    bool is_too_deep; /* reported */
};

/* A chain this long is an error at the fact it began with; nothing is learnt
 * by following it further, and the stack is finite. */
enum { MOST_STEPS = 2 * AR_MAX_DERIVED_DEPTH };

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
    enum ar_diag_code code = AR_E0316;
    size_t first = walk->path.count - 1;
    while (first > 0 && walk->path.at[first - 1].fact != fact)
        first--;
    ar_buf_put(&text, fact->decl.name);
    for (size_t i = first; i < walk->path.count; i++) {
        ar_buf_put_c(&text, " -> ");
        ar_buf_put(&text, walk->path.at[i].fact->decl.name);
        if (!walk->path.at[i].fact->decl.is_derived)
            code = AR_E0700;
    }
    struct ar_diag *diag =
        ar_diag(checker->diags, code, fact->decl.span, ar_buf_view(&text));
    for (size_t i = first; i < walk->path.count; i++)
        ar_diag_note(checker->diags, diag, walk->path.at[i].span,
                     ar_str_concat(checker->arena, AR_STR("reads "),
                                   walk->path.at[i].fact->decl.name));
}

static bool gives(const struct ar_probe *probe, const struct ar_fact *fact)
{
    for (size_t i = 0; i < probe->gives.count; i++) {
        if (probe->gives.at[i] == &fact->decl)
            return true;
    }
    return false;
}

/* Whether a probe that gives it names something. */
static bool is_asked_for(const struct fact_walk *walk,
                         const struct ar_fact *fact)
{
    for (size_t i = 0; i < walk->asking.count; i++) {
        if (gives(walk->asking.at[i], fact))
            return true;
    }
    return false;
}

static void follow(struct fact_walk *walk, const struct ar_expr *expr,
                   const struct ar_fact_decl *decl)
{
    const struct step step = {(const struct ar_fact *)decl, expr->span};
    if (!decl->is_derived && !is_asked_for(walk, step.fact))
        return;
    ar_vector_push(walk->checker->arena, &walk->path, step);
    unsigned depth = 1 + walk_fact(walk, step.fact);
    if (depth > walk->depth)
        walk->depth = depth;
    walk->path.count--;
}

static void visit(struct ar_expr *expr, void *user)
{
    struct fact_walk *walk = user;
    if (expr->kind == AR_EXPR_DEF) {
        if (expr->def->body)
            ar_expr_walk(expr->def->body, visit, walk);
        return;
    }
    if (expr->kind == AR_EXPR_FACT)
        follow(walk, expr, &expr->fact->decl);
    const struct ar_fact_group *group = ar_expr_group(expr);
    for (size_t i = 0; group && i < group->facts.count; i++)
        follow(walk, expr, group->facts.at[i]);
}

static void walk_template(struct fact_walk *walk,
                          const struct ar_template *text)
{
    for (size_t i = 0; i < text->n_parts; i++) {
        if (text->parts[i].expr)
            ar_expr_walk(text->parts[i].expr, visit, walk);
    }
}

static void walk_probe(struct fact_walk *walk, const struct ar_probe *probe)
{
    for (size_t i = 0; i < probe->texts.count; i++)
        walk_template(walk, probe->texts.at[i]);
    for (size_t i = 0; i < probe->failures.count; i++) {
        if (probe->failures.at[i].condition)
            ar_expr_walk(probe->failures.at[i].condition, visit, walk);
    }
}

/* What working it out or finding it out reads. */
static void walk_needs(struct fact_walk *walk, const struct ar_fact *fact)
{
    for (size_t i = 0; i < fact->definitions.count; i++) {
        ar_expr_walk(fact->definitions.at[i].expr, visit, walk);
        if (fact->definitions.at[i].guard)
            ar_expr_walk(fact->definitions.at[i].guard, visit, walk);
    }
    for (size_t i = 0; i < walk->asking.count; i++) {
        const struct ar_probe *probe = walk->asking.at[i];
        if (gives(probe, fact))
            walk_probe(walk, probe);
    }
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
    if (mark->mark != MARK_NEW || walk->path.count > MOST_STEPS)
        return mark->depth;
    mark->mark = MARK_OPEN;
    unsigned outer = walk->depth;
    walk->depth = 0;
    walk_needs(walk, fact);
    mark->mark = MARK_DONE;
    mark->depth = walk->depth;
    walk->depth = outer;
    if (mark->depth >= AR_MAX_DERIVED_DEPTH && !walk->is_too_deep) {
        walk->is_too_deep = true;
        ar_diag(checker->diags, AR_E0904, fact->decl.span, fact->decl.name,
                ar_str_printf(checker->arena, "%d", AR_MAX_DERIVED_DEPTH));
    }
    return mark->depth;
}

static void see_fact(struct ar_expr *expr, void *user)
{
    bool *is_seen = user;
    if (expr->kind == AR_EXPR_DEF && expr->def->body)
        ar_expr_walk(expr->def->body, see_fact, user);
    *is_seen = *is_seen || expr->kind == AR_EXPR_FACT || ar_expr_group(expr);
}

static bool has_facts_in_conditions(const struct ar_probe *probe)
{
    bool is_seen = false;
    for (size_t i = 0; i < probe->failures.count; i++) {
        if (probe->failures.at[i].condition)
            ar_expr_walk(probe->failures.at[i].condition, see_fact, &is_seen);
    }
    return is_seen;
}

static bool has_expression(const struct ar_probe *probe)
{
    for (size_t i = 0; i < probe->texts.count; i++) {
        for (size_t k = 0; k < probe->texts.at[i]->n_parts; k++) {
            if (probe->texts.at[i]->parts[k].expr)
                return true;
        }
    }
    return false;
}

static void find_asking(struct fact_walk *walk)
{
    const struct ar_program *program = walk->checker->program;
    for (size_t i = 0; i < program->probes.count; i++) {
        struct ar_probe *probe = program->probes.at[i];
        probe->has_facts_in_conditions = has_facts_in_conditions(probe);
        if (probe->has_facts_in_conditions || has_expression(probe))
            ar_vector_push(walk->checker->arena, &walk->asking, probe);
    }
}

void ar_check_fact_cycles(struct ar_checker *checker)
{
    struct fact_walk walk = {.checker = checker};
    find_asking(&walk);
    for (size_t i = 0; i < checker->program->facts.count; i++)
        walk_fact(&walk, checker->program->facts.at[i]);
}

/* ---- supersession ---- */

/* Kahn's order: a rule is taken when all that supersede it have been taken;
 * what is never taken is on a circle or below one. Without recursion, since
 * a chain may be as long as there are rules. */
struct order {
    const struct ar_map *rules_by_id;
    struct ar_map places; /* rule id -> struct place * */
    struct ar_rule **queue;
    size_t n_taken;
    size_t n_queued;
};

struct place {
    size_t n_above; /* not yet taken */
    bool is_taken;
    bool is_seen;
};

static struct place *place_of(const struct order *order,
                              const struct ar_rule *rule)
{
    return ar_map_get(&order->places, rule->id);
}

static struct order take_rules(struct ar_checker *checker)
{
    struct ar_program *program = checker->program;
    struct order order = {.rules_by_id = &checker->rules_by_id};
    order.queue =
        AR_NEW_ARRAY(checker->arena, struct ar_rule *, program->rules.count);
    for (size_t i = 0; i < program->rules.count; i++)
        ar_map_put(checker->arena, &order.places, program->rules.at[i]->id,
                   AR_NEW(checker->arena, struct place));
    for (size_t i = 0; i < program->rules.count; i++) {
        const struct ar_rule *rule = program->rules.at[i];
        for (size_t k = 0; k < rule->details->supersedes.count; k++) {
            if (rule->details->supersedes.at[k].rule)
                place_of(&order, rule->details->supersedes.at[k].rule)
                    ->n_above++;
        }
    }
    for (size_t i = 0; i < program->rules.count; i++) {
        if (place_of(&order, program->rules.at[i])->n_above == 0)
            order.queue[order.n_queued++] = program->rules.at[i];
    }
    return order;
}

static void take(struct order *order, const struct ar_rule *rule)
{
    place_of(order, rule)->is_taken = true;
    for (size_t k = 0; k < rule->details->supersedes.count; k++) {
        const struct ar_rule *other = rule->details->supersedes.at[k].rule;
        if (!other)
            continue;
        struct ar_rule *below = ar_map_get(order->rules_by_id, other->id);
        if (below->depth <= rule->depth)
            below->depth = rule->depth + 1;
        if (--place_of(order, other)->n_above == 0)
            order->queue[order->n_queued++] = below;
    }
}

static void take_all(struct order *order)
{
    while (order->n_taken < order->n_queued)
        take(order, order->queue[order->n_taken++]);
}

/* From a rule that was never taken, up or down, the way leads round. */
static const struct ar_supersedes *next_on_circle(const struct order *order,
                                                  const struct ar_rule *rule)
{
    for (size_t k = 0; k < rule->details->supersedes.count; k++) {
        const struct ar_rule *other = rule->details->supersedes.at[k].rule;
        if (other && !place_of(order, other)->is_taken)
            return &rule->details->supersedes.at[k];
    }
    return NULL;
}

static void report_circle(struct ar_checker *checker, const struct order *order,
                          const struct ar_rule *rule)
{
    while (!place_of(order, rule)->is_seen) {
        place_of(order, rule)->is_seen = true;
        const struct ar_supersedes *edge = next_on_circle(order, rule);
        if (!edge)
            return; /* below a circle, not on it */
        rule = edge->rule;
    }
    AR_VECTOR(const struct ar_supersedes *) circle = {0};
    struct ar_buf text = AR_BUF(checker->arena);
    ar_buf_put(&text, rule->id);
    for (const struct ar_rule *at = rule; circle.count == 0 || at != rule;) {
        const struct ar_supersedes *edge = next_on_circle(order, at);
        if (!edge)
            return;
        ar_vector_push(checker->arena, &circle, edge);
        ar_buf_put_c(&text, " -> ");
        ar_buf_put(&text, edge->id);
        at = edge->rule;
    }
    struct ar_diag *diag =
        ar_diag(checker->diags, AR_E0606, rule->span, ar_buf_view(&text));
    for (size_t i = 0; i < circle.count; i++)
        ar_diag_note(checker->diags, diag, circle.at[i]->span,
                     ar_str_concat(checker->arena, AR_STR("supersedes "),
                                   circle.at[i]->id));
}

static bool supersedes_any(const struct ar_program *program)
{
    for (size_t i = 0; i < program->rules.count; i++) {
        if (program->rules.at[i]->details->supersedes.count > 0)
            return true;
    }
    return false;
}

void ar_check_rule_cycles(struct ar_checker *checker)
{
    if (!supersedes_any(checker->program))
        return;
    struct order order = take_rules(checker);
    take_all(&order);
    for (size_t i = 0; i < checker->program->rules.count; i++) {
        const struct ar_rule *rule = checker->program->rules.at[i];
        if (!place_of(&order, rule)->is_taken &&
            !place_of(&order, rule)->is_seen)
            report_circle(checker, &order, rule);
    }
}

void ar_check_rule_depths(struct ar_checker *checker)
{
    struct ar_program *program = checker->program;
    for (size_t i = 0; i < program->rules.count; i++)
        program->rules.at[i]->depth = 0;
    if (!supersedes_any(program))
        return;
    struct ar_map left = {0};
    for (size_t i = 0; i < program->rules.count; i++)
        ar_map_put(checker->arena, &left, program->rules.at[i]->id,
                   program->rules.at[i]);
    for (size_t i = 0; i < program->rules.count; i++) {
        struct ar_rule *rule = program->rules.at[i];
        for (size_t k = 0; k < rule->details->supersedes.count; k++) {
            struct ar_supersedes *entry = &rule->details->supersedes.at[k];
            if (entry->rule && !ar_map_has(&left, entry->rule->id))
                entry->rule = NULL;
        }
    }
    struct order order = take_rules(checker);
    take_all(&order);
}
