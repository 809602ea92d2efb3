/* SPDX-License-Identifier: Apache-2.0 */
/* Shrinking: leaves out declarations, clauses and facts, many at once and
 * then each; takes an operand or a constant for an expression, and a simpler
 * state for a fact. Each step is parsed, checked and tried again. */

#include "shrink.h"

#include "domain.h"

enum { MAX_STEPS = 6000 };

typedef AR_VECTOR(struct law_node *) node_vector;

struct shrinking {
    struct ar_arena *arena;
    struct law_trial *trial;
    const struct law_failure *failure;
    unsigned n_steps;
    unsigned mark;
};

bool law_still_fails(const struct law_trial *trial,
                     const struct law_failure *failure, struct ar_buf *why)
{
    struct ar_arena arena = {0};
    struct ar_buf ignored = AR_BUF(&arena);
    struct law_watch watch = {.only = failure, .why = why ? why : &ignored};
    struct law_bench bench;
    bool fails = false;
    if (law_bench_start(&bench, trial, &ignored)) {
        struct law_failure found = law_try(&arena, &bench, trial, &watch);
        fails = found.check == failure->check;
    }
    law_bench_end(&bench);
    ar_arena_free(&arena);
    return fails;
}

static bool fails(struct shrinking *shrinking)
{
    if (shrinking->n_steps >= MAX_STEPS)
        return false;
    shrinking->n_steps++;
    return law_still_fails(shrinking->trial, shrinking->failure, NULL);
}

/* ---- nodes ---- */

static void collect(struct shrinking *shrinking, struct law_node *node,
                    node_vector *out)
{
    if (node->is_dropped || node->mark == shrinking->mark)
        return;
    node->mark = shrinking->mark;
    ar_vector_push(shrinking->arena, out, node);
    for (size_t ix = 0; ix < node->n_children; ix++)
        collect(shrinking, node->children[ix], out);
}

/* Every node that is printed, once, parents first. */
static node_vector collect_all(struct shrinking *shrinking)
{
    node_vector nodes = {0};
    const struct law_program *program = shrinking->trial->program;
    shrinking->mark++;
    for (size_t ix = 0; ix < program->n_units; ix++)
        collect(shrinking, program->units[ix], &nodes);
    return nodes;
}

/* Drops those of nodes that are not yet; undone if it no longer fails. */
static bool drop(struct shrinking *shrinking, const node_vector *nodes,
                 size_t from, size_t to)
{
    node_vector dropped = {0};
    for (size_t ix = from; ix < to && ix < nodes->count; ix++) {
        if (nodes->at[ix]->is_dropped)
            continue;
        nodes->at[ix]->is_dropped = true;
        ar_vector_push(shrinking->arena, &dropped, nodes->at[ix]);
    }
    if (dropped.count > 0 && fails(shrinking))
        return true;
    for (size_t ix = 0; ix < dropped.count; ix++)
        dropped.at[ix]->is_dropped = false;
    return false;
}

/* The later ones first: they use those before them. */
static bool drop_parts(struct shrinking *shrinking)
{
    node_vector all = collect_all(shrinking);
    node_vector parts = {0};
    bool has_changed = false;
    for (size_t ix = all.count; ix > 0; ix--) {
        if (all.at[ix - 1]->is_droppable)
            ar_vector_push(shrinking->arena, &parts, all.at[ix - 1]);
    }
    for (size_t size = parts.count; size > 0; size /= 2) {
        for (size_t from = 0; from < parts.count; from += size) {
            if (drop(shrinking, &parts, from, from + size))
                has_changed = true;
        }
    }
    return has_changed;
}

/* A law stands in one rule. */
static void drop_other_rules(struct shrinking *shrinking)
{
    node_vector all = collect_all(shrinking);
    node_vector others = {0};
    ar_str name = ar_str_from_c(
        law_text(shrinking->arena, "rule %s", shrinking->failure->rule));
    for (size_t ix = 0; ix < all.count; ix++) {
        ar_str form = ar_str_from_c(all.at[ix]->form);
        char end = form.len > name.len ? form.ptr[name.len] : '\n';
        bool is_it =
            ar_str_starts_with(form, name) && (end == ' ' || end == '\n');
        if (ar_str_starts_with(form, AR_STR("rule ")) && !is_it)
            ar_vector_push(shrinking->arena, &others, all.at[ix]);
    }
    drop(shrinking, &others, 0, others.count);
}

/* ---- expressions ---- */

static bool replace(struct shrinking *shrinking, struct law_node *node,
                    const struct law_node *by)
{
    struct law_node before = *node;
    unsigned mark = node->mark;
    *node = *by;
    node->mark = mark;
    if (fails(shrinking))
        return true;
    *node = before;
    return false;
}

static bool is_leaf(const struct law_node *node)
{
    return node->n_children == 0;
}

static bool take_constant(struct shrinking *shrinking, struct law_node *node)
{
    enum law_type element = law_element_of(node->type);
    bool is_list = element < LAW_N_SCALARS;
    if (is_leaf(node) || (node->type >= LAW_N_SCALARS && !is_list))
        return false;
    struct law_domain domain = law_domain_of(is_list ? element : node->type);
    for (size_t ix = 0; ix < 2; ix++) {
        const char *literal = domain.values[ix].literal;
        struct law_node *constant = law_node_new(
            shrinking->arena, node->type,
            is_list ? law_text(shrinking->arena, "[%s]", literal) : literal);
        if (replace(shrinking, node, constant))
            return true;
    }
    return false;
}

/* The nearest first, breadth first. */
static bool take_operand(struct shrinking *shrinking, struct law_node *node)
{
    node_vector below = {0};
    for (size_t ix = 0; ix < node->n_children; ix++)
        ar_vector_push(shrinking->arena, &below, node->children[ix]);
    for (size_t ix = 0; ix < below.count; ix++) {
        struct law_node *each = below.at[ix];
        if (each->type == node->type && replace(shrinking, node, each))
            return true;
        for (size_t at = 0; at < each->n_children; at++)
            ar_vector_push(shrinking->arena, &below, each->children[at]);
    }
    return false;
}

static bool simplify_expressions(struct shrinking *shrinking)
{
    node_vector nodes = collect_all(shrinking);
    bool has_changed = false;
    for (size_t ix = 0; ix < nodes.count; ix++) {
        struct law_node *node = nodes.at[ix];
        if (node->type == LAW_NO_TYPE)
            continue;
        if (take_constant(shrinking, node)) {
            has_changed = true;
            continue;
        }
        while (take_operand(shrinking, node))
            has_changed = true;
    }
    return has_changed;
}

/* ---- facts ---- */

static void remove_states(struct law_facts *facts, size_t from, size_t count,
                          struct ar_arena *arena)
{
    struct law_facts kept = {.has_now = facts->has_now};
    for (size_t ix = 0; ix < facts->states.count; ix++) {
        if (ix < from || ix >= from + count)
            ar_vector_push(arena, &kept.states, facts->states.at[ix]);
    }
    *facts = kept;
}

/* The world begins with the same facts, and has more behind them. */
static bool drop_facts(struct shrinking *shrinking)
{
    struct law_trial *trial = shrinking->trial;
    bool has_changed = false;
    for (size_t size = trial->world.states.count; size > 0; size /= 2) {
        size_t from = 0;
        while (from < trial->world.states.count) {
            struct law_trial before = *trial;
            remove_states(&trial->facts, from, size, shrinking->arena);
            remove_states(&trial->world, from, size, shrinking->arena);
            if (fails(shrinking)) {
                has_changed = true;
            } else {
                *trial = before;
                from += size;
            }
        }
    }
    return has_changed;
}

static void copy_states(struct law_facts *facts, struct ar_arena *arena)
{
    remove_states(facts, SIZE_MAX, 0, arena);
}

/* In the facts, the world, or both where they are the same. */
static bool set_value(struct shrinking *shrinking, size_t ix, ar_value value,
                      bool is_before)
{
    struct law_trial *trial = shrinking->trial;
    struct law_trial saved = *trial;
    copy_states(&trial->facts, shrinking->arena);
    copy_states(&trial->world, shrinking->arena);
    struct law_state *world = &trial->world.states.at[ix];
    struct law_state *before =
        ix < trial->facts.states.count ? &trial->facts.states.at[ix] : NULL;
    bool are_same = before && law_values_equal(before->value, world->value);
    if (are_same || !is_before)
        world->value = value;
    if (before && (are_same || is_before))
        before->value = value;
    bool is_world = !before || law_value_refines(before->value, world->value);
    if (is_world && fails(shrinking))
        return true;
    *trial = saved;
    return false;
}

static bool simplify_fact(struct shrinking *shrinking, size_t ix,
                          bool is_before)
{
    const struct law_trial *trial = shrinking->trial;
    const struct law_facts *facts = is_before ? &trial->facts : &trial->world;
    if (ix >= facts->states.count)
        return false;
    law_value_vector simpler =
        law_simpler_values(shrinking->arena, facts->states.at[ix].value);
    for (size_t at = 0; at < simpler.count; at++) {
        if (set_value(shrinking, ix, simpler.at[at], is_before))
            return true;
    }
    return false;
}

static bool simplify_facts(struct shrinking *shrinking)
{
    bool has_changed = false;
    for (size_t ix = 0; ix < shrinking->trial->world.states.count; ix++) {
        while (simplify_fact(shrinking, ix, true) ||
               simplify_fact(shrinking, ix, false))
            has_changed = true;
    }
    return has_changed;
}

void law_shrink(struct ar_arena *arena, struct law_trial *trial,
                const struct law_failure *failure)
{
    struct shrinking shrinking = {
        .arena = arena, .trial = trial, .failure = failure};
    bool has_changed = true;
    drop_other_rules(&shrinking);
    while (has_changed && shrinking.n_steps < MAX_STEPS) {
        has_changed = drop_parts(&shrinking);
        has_changed = drop_facts(&shrinking) || has_changed;
        has_changed = simplify_expressions(&shrinking) || has_changed;
        has_changed = simplify_facts(&shrinking) || has_changed;
    }
}

void law_report(struct ar_buf *out, struct law_trial *trial,
                const struct law_failure *failure)
{
    bool has_world = failure->check == LAW_CHECK_LEARNING ||
                     failure->check == LAW_CHECK_KNOWN ||
                     failure->check == LAW_CHECK_STATUSES;
    law_shrink(out->arena, trial, failure);
    law_still_fails(trial, failure, out);
    law_trial_put(out, trial, has_world);
}
