/* SPDX-License-Identifier: Apache-2.0 */
/* The smallest changes that flip a rule. What a status rests on gives it
 * alone, so whatever flips the rule changes one of these facts: only they are
 * tried, and after each change those that the status rests on then. */

#include "explain/candidates.h"
#include "explain/whatif.h"

enum { MAX_CHANGES = 3, MAX_TRIES = 3000, MAX_FLIPS = 8, MAX_SAME_FACTS = 2 };

/* The facts with some changes, and what is read of them. */
struct state {
    const struct ar_flip *flip;
    struct ar_factset *facts;
    ar_evidence_vector read;
};

struct searching {
    struct ar_arena *arena;   /* of what is found */
    struct ar_arena *work;    /* of the state at hand */
    struct ar_arena *scratch; /* of one try */
    const struct ar_program *program;
    const struct ar_rule *rule;
    const struct ar_factset *facts; /* as they are */
    int64_t now;
    ptrdiff_t element;
    ar_str key; /* of the element, or empty */
    bool wants_match;
    struct ar_named_values named;
    size_t n_tries;
    ar_flip_vector flips;
    ar_flip_vector next; /* changes that were not enough */
};

/* ---- evaluating ---- */

static enum ar_status status_on(const struct searching *searching,
                                struct ar_arena *arena,
                                const struct ar_factset *facts,
                                ar_evidence_vector *read)
{
    struct ar_explainer explainer;
    ar_explainer_start(&explainer, arena, searching->program, searching->rule,
                       facts, searching->now);
    explainer.evaluator.recording = &explainer.read;
    enum ar_status status = ar_explain_status(&explainer, searching->element);
    if (read)
        *read = explainer.read.list;
    return explainer.evaluator.exhausted ? AR_STATUS_ERROR : status;
}

struct same_status {
    const struct searching *searching;
    enum ar_status status;
};

static bool is_same(const void *context, struct ar_arena *scratch,
                    const struct ar_factset *facts)
{
    const struct same_status *same = context;
    return status_on(same->searching, scratch, facts, NULL) == same->status;
}

static bool is_wanted(const struct searching *searching, enum ar_status status)
{
    if (searching->wants_match)
        return status == AR_STATUS_MATCHED;
    return status == AR_STATUS_CLEAR || status == AR_STATUS_NOT_APPLICABLE;
}

/* ---- values ---- */

/* It has an order that means more or less of something. */
static bool is_measured(const struct ar_type *type)
{
    return ar_type_is_ordered(type) && type->kind != AR_TYPE_STRING;
}

static bool is_measured_change(const struct ar_flip *flip)
{
    const struct ar_fact_change *change = &flip->changes.at[0];
    return change->decl && is_measured(change->decl->type) &&
           change->after.state == AR_STATE_VALUE;
}

/* Whether a lies nearer to `before` than b does, on the same side of it. */
static bool is_nearer(ar_value before, ar_value a, ar_value b)
{
    if (a.state != AR_STATE_VALUE || b.state != AR_STATE_VALUE)
        return false;
    if (before.state != AR_STATE_VALUE)
        return ar_order_values(&a, &b) < 0;
    int side_a = ar_order_values(&a, &before);
    int side_b = ar_order_values(&b, &before);
    if ((side_a > 0) != (side_b > 0))
        return side_a > 0;
    int order = ar_order_values(&a, &b);
    return side_a > 0 ? order < 0 : order > 0;
}

/* Few: by insertion. */
static void sort_by_distance(ar_value_vector *values, ar_value before)
{
    for (size_t ix = 1; ix < values->count; ix++) {
        ar_value value = values->at[ix];
        size_t at = ix;
        for (; at > 0 && is_nearer(before, value, values->at[at - 1]); at--)
            values->at[at] = values->at[at - 1];
        values->at[at] = value;
    }
}

/* ---- one change more ---- */

static void change_fact(struct ar_factset *facts,
                        const struct ar_fact_change *change, ar_value value)
{
    struct ar_fact_ref ref;
    enum ar_fact_ref_status status =
        ar_fact_ref_parse(facts->arena, facts->schema, change->key, &ref);
    AR_ASSERT(status == AR_FACT_REF_OK);
    (void)status;
    ar_factset_set(facts, &ref, value);
}

static struct ar_factset *apply(const struct searching *searching,
                                struct ar_arena *arena,
                                const struct ar_flip *flip)
{
    struct ar_factset *facts = ar_factset_copy(arena, searching->facts);
    for (size_t ix = 0; ix < flip->changes.count; ix++)
        change_fact(facts, &flip->changes.at[ix], flip->changes.at[ix].after);
    return facts;
}

static bool was_changed(const struct ar_flip *flip, ar_str key)
{
    for (size_t ix = 0; ix < flip->changes.count; ix++) {
        if (ar_str_equal(flip->changes.at[ix].key, key))
            return true;
    }
    return false;
}

static struct ar_flip add_change(struct ar_arena *arena,
                                 const struct ar_flip *flip,
                                 struct ar_fact_change change)
{
    struct ar_flip out = {0};
    for (size_t ix = 0; ix < flip->changes.count; ix++)
        ar_vector_push(arena, &out.changes, flip->changes.at[ix]);
    ar_vector_push(arena, &out.changes, change);
    return out;
}

static bool has_same_facts(const struct ar_flip *a, const struct ar_flip *b)
{
    for (size_t ix = 0; ix < a->changes.count; ix++) {
        if (!was_changed(b, a->changes.at[ix].key))
            return false;
    }
    return a->changes.count == b->changes.count;
}

/* 1 or -1 if the value of a lone change is greater or less than before, where
 * the type has an order; else 0. */
static int direction_of(const struct ar_flip *flip)
{
    const struct ar_fact_change *change = &flip->changes.at[0];
    if (flip->changes.count > 1 || change->before.state != AR_STATE_VALUE ||
        change->after.state != AR_STATE_VALUE ||
        !is_measured(change->after.type))
        return 0;
    int order = ar_order_values(&change->after, &change->before);
    return (order > 0) - (order < 0);
}

/* Values are tried from the nearest on: one in each direction is enough. */
static void keep_flip(struct searching *searching, const struct ar_flip *flip)
{
    size_t n_same = 0;
    for (size_t ix = 0; ix < searching->flips.count; ix++) {
        const struct ar_flip *each = &searching->flips.at[ix];
        if (!has_same_facts(each, flip))
            continue;
        n_same++;
        if (flip->changes.count > 1 ||
            (is_measured_change(flip) &&
             direction_of(each) == direction_of(flip)))
            return;
    }
    if (n_same < MAX_SAME_FACTS && searching->flips.count < MAX_FLIPS)
        ar_vector_push(searching->arena, &searching->flips, *flip);
}

static struct ar_flip leave_out(struct ar_arena *arena,
                                const struct ar_flip *flip, size_t without)
{
    struct ar_flip out = {0};
    for (size_t ix = 0; ix < flip->changes.count; ix++) {
        if (ix != without)
            ar_vector_push(arena, &out.changes, flip->changes.at[ix]);
    }
    return out;
}

/* A value may become one to try only after another change, and do alone. */
static struct ar_flip take_needed(struct searching *searching,
                                  struct ar_flip flip)
{
    for (size_t ix = flip.changes.count; flip.changes.count > 1 && ix-- > 0;) {
        struct ar_flip less = leave_out(searching->arena, &flip, ix);
        less.status =
            status_on(searching, searching->scratch,
                      apply(searching, searching->scratch, &less), NULL);
        if (is_wanted(searching, less.status))
            flip = less;
    }
    return flip;
}

static void try_change(struct searching *searching, const struct state *state,
                       struct ar_fact_change change)
{
    if (searching->n_tries >= MAX_TRIES || searching->flips.count >= MAX_FLIPS)
        return;
    searching->n_tries++;
    struct ar_flip flip = add_change(searching->scratch, state->flip, change);
    flip.status = status_on(searching, searching->scratch,
                            apply(searching, searching->scratch, &flip), NULL);
    bool is_found = is_wanted(searching, flip.status);
    if (is_found || flip.status != AR_STATUS_ERROR) {
        change.key = ar_str_copy(searching->arena, change.key);
        struct ar_flip kept = add_change(searching->arena, state->flip, change);
        kept.status = flip.status;
        if (is_found)
            kept = take_needed(searching, kept);
        if (is_found)
            keep_flip(searching, &kept);
        else
            ar_vector_push(searching->arena, &searching->next, kept);
    }
    ar_arena_reset(searching->scratch);
}

static bool is_changeable(const struct ar_fact_decl *decl)
{
    return decl && !decl->is_fixed && !decl->is_derived;
}

static void try_fact(struct searching *searching, const struct state *state,
                     const struct ar_evidence *fact)
{
    if (!is_changeable(fact->decl) || was_changed(state->flip, fact->key))
        return;
    size_t first = searching->element > 0 ? (size_t)searching->element : 0;
    ar_value_vector values = ar_candidate_values(
        &searching->named, &state->read, fact->decl->type, fact->value, first);
    if (is_measured(fact->decl->type))
        sort_by_distance(&values, fact->value);
    for (size_t ix = 0; ix < values.count; ix++) {
        struct ar_fact_change change = {fact->key, fact->decl, fact->value,
                                        values.at[ix]};
        try_change(searching, state, change);
    }
}

/* The thing itself could be taken away. */
static void try_groups(struct searching *searching, const struct state *state,
                       const struct ar_fact_entry *leaf)
{
    for (ar_str key = ar_fact_key_parent(leaf->key); key.len > 0;
         key = ar_fact_key_parent(key)) {
        struct ar_fact_change change = {key, NULL, ar_value_bool(true),
                                        ar_value_absent()};
        for (size_t ix = 0; ix < searching->named.groups.count; ix++) {
            const struct ar_fact_group *group = searching->named.groups.at[ix];
            if (ar_str_equal(group->name, key) &&
                !was_changed(state->flip, key)) {
                try_change(searching, state, change);
                break;
            }
        }
    }
}

/* The facts whose state is that of the leaf: itself, or all below a group. */
static void try_leaf(struct searching *searching, const struct state *state,
                     const struct ar_fact_entry *leaf)
{
    for (size_t ix = 0; ix < state->read.count; ix++) {
        const struct ar_evidence *fact = &state->read.at[ix];
        if (ar_factset_entry(state->facts, fact->key) == leaf)
            try_fact(searching, state, fact);
    }
    bool is_there = leaf->value.state == AR_STATE_VALUE;
    if (is_there && is_changeable(leaf->decl))
        try_groups(searching, state, leaf);
}

static void expand(struct searching *searching, const struct ar_flip *flip)
{
    struct ar_arena *work = searching->work;
    struct state state = {.flip = flip, .facts = apply(searching, work, flip)};
    struct same_status same = {searching, AR_STATUS_ERROR};
    same.status = status_on(searching, work, state.facts, &state.read);
    struct ar_leaf_question question = {is_same, &same};
    ar_entry_vector leaves =
        ar_explain_leaves(work, state.facts, &state.read, &question);
    for (size_t ix = 0; ix < leaves.count; ix++)
        try_leaf(searching, &state, leaves.at[ix]);
    ar_arena_reset(work);
}

/* By the number of changes; all of the smallest number. */
static void search(struct searching *searching)
{
    const struct ar_flip none = {0};
    ar_vector_push(searching->arena, &searching->next, none);
    for (size_t n = 0; n < MAX_CHANGES && searching->flips.count == 0; n++) {
        ar_flip_vector flips = searching->next;
        searching->next = (ar_flip_vector){0};
        for (size_t ix = 0; ix < flips.count && searching->n_tries < MAX_TRIES;
             ix++)
            expand(searching, &flips.at[ix]);
    }
}

/* ---- what makes the change ---- */

/* What the list of `for each` is made of: without it there is no element whose
 * names `verify` could use. */
static void keep_list(const struct searching *searching, ar_entry_vector *kept)
{
    struct ar_explainer explainer;
    ar_explainer_start(&explainer, searching->arena, searching->program,
                       searching->rule, searching->facts, searching->now);
    explainer.evaluator.recording = &explainer.read;
    ar_explainer_keys(&explainer);
    const ar_evidence_vector *read = &explainer.read.list;
    for (size_t ix = 0; ix < read->count; ix++) {
        const struct ar_fact_entry *entry =
            ar_factset_entry(searching->facts, read->at[ix].key);
        if (entry)
            ar_vector_push(searching->arena, kept, entry);
    }
}

/* Only what nobody can change, and what was changed, as it is or as it would
 * be: what else a remedy mends is not the question. */
static struct ar_factset *take_changed(const struct searching *searching,
                                       const struct ar_flip *flip,
                                       bool is_after)
{
    ar_entry_vector fixed = {0};
    const struct ar_factset *all = searching->facts;
    for (size_t ix = 0; ix < all->entries.count; ix++) {
        const struct ar_fact_entry *entry = all->entries.at[ix];
        if (entry->decl && entry->decl->is_fixed)
            ar_vector_push(searching->arena, &fixed, entry);
    }
    keep_list(searching, &fixed);
    struct ar_factset *facts =
        ar_factset_restrict(searching->arena, searching->facts, &fixed);
    for (size_t ix = 0; ix < flip->changes.count; ix++) {
        const struct ar_fact_change *change = &flip->changes.at[ix];
        if (change->decl || is_after)
            change_fact(facts, change,
                        is_after ? change->after : change->before);
    }
    return facts;
}

static bool can_be_verified(const struct searching *searching,
                            const struct ar_remedy *remedy,
                            const struct ar_factset *facts)
{
    struct ar_explainer explainer;
    ar_explainer_start(&explainer, searching->arena, searching->program,
                       searching->rule, facts, searching->now);
    if (searching->rule->each &&
        !ar_explainer_enter_key(&explainer, searching->key))
        return false;
    return ar_explain_eval(&explainer, remedy->verify).bits & AR_OUTCOME_TRUE;
}

static bool is_below(ar_str key, ar_str group)
{
    return ar_str_starts_with(key, group) &&
           (key.len == group.len || key.ptr[group.len] == '.');
}

static bool makes(const struct ar_step *step,
                  const struct ar_fact_change *change)
{
    for (size_t ix = 0; ix < step->changes.count; ix++) {
        const struct ar_step_change *each = &step->changes.at[ix];
        if (each->decl ? each->decl == change->decl
                       : is_below(change->key, each->name))
            return true;
    }
    return false;
}

static bool makes_any(const struct ar_step *step, const struct ar_flip *flip)
{
    for (size_t ix = 0; ix < flip->changes.count; ix++) {
        if (makes(step, &flip->changes.at[ix]))
            return true;
    }
    return false;
}

static bool is_made(const struct ar_remedy *remedy,
                    const struct ar_fact_change *change)
{
    for (size_t nth = 0; nth < remedy->steps.count; nth++) {
        if (makes(&remedy->steps.at[nth], change))
            return true;
    }
    return false;
}

static void link_steps(const struct searching *searching,
                       const struct ar_flip *flip,
                       struct ar_flip_remedy *linked)
{
    const struct ar_remedy *remedy = linked->remedy;
    linked->is_declared = true;
    for (size_t ix = 0; ix < flip->changes.count; ix++)
        linked->is_declared =
            linked->is_declared && is_made(remedy, &flip->changes.at[ix]);
    for (size_t nth = 0; linked->is_declared && nth < remedy->steps.count;
         nth++) {
        if (makes_any(&remedy->steps.at[nth], flip))
            ar_vector_push(searching->arena, &linked->steps, nth);
    }
}

static void link_remedies(struct searching *searching, struct ar_flip *flip)
{
    const struct ar_factset *before = take_changed(searching, flip, false);
    const struct ar_factset *after = take_changed(searching, flip, true);
    for (size_t ix = 0; ix < searching->rule->details->remedies.count; ix++) {
        struct ar_flip_remedy linked = {
            .remedy = searching->rule->details->remedies.at[ix]};
        if (!linked.remedy->verify ||
            can_be_verified(searching, linked.remedy, before) ||
            !can_be_verified(searching, linked.remedy, after))
            continue;
        link_steps(searching, flip, &linked);
        ar_vector_push(searching->arena, &flip->remedies, linked);
    }
}

/* ---- the way in ---- */

static ptrdiff_t find_element(const ar_str_vector *keys, ar_str key)
{
    for (size_t ix = 0; ix < keys->count; ix++) {
        if (ar_str_equal(keys->at[ix], key))
            return (ptrdiff_t)ix;
    }
    return AR_NO_ELEMENT;
}

ar_flip_vector ar_explain_flips(struct ar_arena *arena,
                                const struct ar_result *result,
                                const struct ar_rule *rule, ar_str key,
                                const struct ar_explain_options *options)
{
    struct searching searching = {
        .arena = arena,
        .program = result->program,
        .rule = rule,
        .facts = result->facts,
        .now = options->now,
        .element = AR_NO_ELEMENT,
        .key = key,
        .named = ar_named_values_of(arena, rule),
        .work = ar_explain_scratch(arena),
        .scratch = ar_explain_scratch(arena),
    };
    if (key.len > 0) {
        ar_str_vector keys = ar_explain_keys(arena, result, rule, options);
        searching.element = find_element(&keys, key);
    }
    enum ar_status status = status_on(&searching, arena, searching.facts, NULL);
    searching.wants_match = status != AR_STATUS_MATCHED;
    if (status == AR_STATUS_UNDETERMINED || status == AR_STATUS_ERROR)
        return searching.flips;
    search(&searching);
    for (size_t ix = 0; ix < searching.flips.count; ix++)
        link_remedies(&searching, &searching.flips.at[ix]);
    return searching.flips;
}
