/* SPDX-License-Identifier: Apache-2.0 */
/* Supersession: findings as a graph, an edge from each symptom to each of its
 * causes. What a waived cause would explain is not folded under it, and so
 * nothing is passed on through it either. */

#include "result/assemble.h"

struct node {
    struct ar_finding *finding;
    AR_VECTOR(size_t) causes; /* indices of nodes */
    size_t visitor;           /* the node, plus 1, that saw it last */
};

struct graph {
    struct ar_arena *arena;
    struct ar_result *result;
    struct node *nodes;
    size_t n_nodes;
    size_t *first_node; /* of each rule result that is noted */
};

static void add_nodes(struct graph *graph)
{
    struct ar_result *result = graph->result;
    size_t n_nodes = 0;
    for (size_t ix = 0; ix < result->noted.count; ix++)
        n_nodes += result->noted.at[ix]->findings.count;
    graph->nodes = AR_NEW_ARRAY(graph->arena, struct node, n_nodes);
    graph->first_node = AR_NEW_ARRAY(graph->arena, size_t, result->noted.count);
    for (size_t ix = 0; ix < result->noted.count; ix++) {
        const struct ar_rule_result *rule = result->noted.at[ix];
        graph->first_node[ix] = graph->n_nodes;
        for (size_t each = 0; each < rule->findings.count; each++)
            graph->nodes[graph->n_nodes++].finding = rule->findings.at[each];
    }
}

static bool have_same_key(const struct ar_finding *a,
                          const struct ar_finding *b)
{
    return a->has_key && b->has_key && a->key.state == AR_STATE_VALUE &&
           b->key.state == AR_STATE_VALUE &&
           ar_type_equal(a->key.type, b->key.type) &&
           ar_value_same(a->key, b->key);
}

/* The rule result of what is superseded; NULL if it was not evaluated. */
static const struct ar_rule_result *find_target(
    const struct graph *graph, const struct ar_supersedes *entry)
{
    if (!entry->rule)
        return NULL;
    return ar_result_find_rule(graph->result, entry->rule);
}

/* ---- causes that matched ---- */

static void add_edges(struct graph *graph, size_t cause_ix,
                      const struct ar_supersedes *entry)
{
    const struct ar_finding *cause = graph->nodes[cause_ix].finding;
    const struct ar_rule_result *target = find_target(graph, entry);
    if (!target || target->findings.count == 0)
        return;
    size_t first =
        graph->first_node[ar_result_noted_place(graph->result, target)];
    for (size_t ix = 0; ix < target->findings.count; ix++) {
        struct node *symptom = &graph->nodes[first + ix];
        if (!entry->same_key || have_same_key(cause, symptom->finding))
            ar_vector_push(graph->arena, &symptom->causes, cause_ix);
    }
}

static void add_all_edges(struct graph *graph)
{
    for (size_t ix = 0; ix < graph->n_nodes; ix++) {
        const struct ar_finding *cause = graph->nodes[ix].finding;
        if (cause->waived_by)
            continue;
        for (size_t each = 0; each < cause->rule->details->supersedes.count;
             each++)
            add_edges(graph, ix, &cause->rule->details->supersedes.at[each]);
    }
}

typedef AR_VECTOR(size_t) node_list;

static void visit_causes(struct graph *graph, size_t visitor,
                         const struct node *node, node_list *found)
{
    for (size_t ix = 0; ix < node->causes.count; ix++) {
        struct node *cause = &graph->nodes[node->causes.at[ix]];
        if (cause->visitor == visitor + 1)
            continue;
        cause->visitor = visitor + 1;
        ar_vector_push(graph->arena, found, node->causes.at[ix]);
    }
}

/* All causes, the nearest first. */
static void fold(struct graph *graph, size_t node_ix)
{
    struct node *node = &graph->nodes[node_ix];
    node_list found = {0};
    if (node->causes.count == 0)
        return;
    node->visitor = node_ix + 1;
    visit_causes(graph, node_ix, node, &found);
    for (size_t ix = 0; ix < found.count; ix++) {
        const struct node *cause = &graph->nodes[found.at[ix]];
        const struct ar_finding *finding = cause->finding;
        ar_vector_push(graph->arena, &node->finding->superseded_by, finding);
        visit_causes(graph, node_ix, cause, &found);
    }
}

/* ---- causes that are not ruled out ---- */

static bool has_open_key(const struct ar_rule_result *rule, ar_str key_text)
{
    for (size_t ix = 0; ix < rule->open_elements.count; ix++) {
        if (ar_str_equal(rule->open_elements.at[ix].key_text, key_text))
            return true;
    }
    return false;
}

/* With the same key only an open element with that key counts; but while the
 * list itself is open, any key may be among its elements. */
static bool may_supersede(const struct ar_rule_result *cause,
                          const struct ar_supersedes *entry,
                          const struct ar_finding *symptom)
{
    bool is_open = cause->status == AR_STATUS_UNDETERMINED;
    if (!entry->same_key || (is_open && cause->open_elements.count == 0))
        return is_open;
    return has_open_key(cause, symptom->key_text);
}

static void add_possible_cause(struct graph *graph, struct ar_finding *symptom,
                               const struct ar_rule *rule)
{
    for (size_t ix = 0; ix < symptom->possible_causes.count; ix++) {
        if (symptom->possible_causes.at[ix] == rule)
            return;
    }
    ar_vector_push(graph->arena, &symptom->possible_causes, rule);
}

static void add_possible_causes(struct graph *graph,
                                const struct ar_rule_result *cause)
{
    for (size_t each = 0; each < cause->rule->details->supersedes.count;
         each++) {
        const struct ar_supersedes *entry =
            &cause->rule->details->supersedes.at[each];
        const struct ar_rule_result *target = find_target(graph, entry);
        for (size_t ix = 0; target && ix < target->findings.count; ix++) {
            struct ar_finding *symptom = target->findings.at[ix];
            if (may_supersede(cause, entry, symptom))
                add_possible_cause(graph, symptom, cause->rule);
        }
    }
}

/* ---- packs that are not loaded ---- */

/* "docker_desktop" of docker_desktop.wrong_build. */
static ar_str pack_of(ar_str id)
{
    size_t dot = ar_str_find(id, AR_STR("."), 0);
    return dot == SIZE_MAX ? id : ar_str_slice(id, 0, dot);
}

static void add_absent_pack(struct ar_arena *arena, struct ar_result *result,
                            ar_str name)
{
    for (size_t ix = 0; ix < result->absent_packs.count; ix++) {
        if (ar_str_equal(result->absent_packs.at[ix], name))
            return;
    }
    ar_vector_push(arena, &result->absent_packs, name);
}

void ar_result_find_absent_packs(struct ar_arena *arena,
                                 struct ar_result *result)
{
    for (size_t ix = 0; ix < result->rules.count; ix++) {
        const struct ar_rule *rule = result->rules.at[ix].rule;
        for (size_t each = 0; each < rule->details->supersedes.count; each++) {
            const struct ar_supersedes *entry =
                &rule->details->supersedes.at[each];
            if (!entry->rule)
                add_absent_pack(arena, result, pack_of(entry->id));
        }
    }
}

/* ---- all of it ---- */

/* Whether there can be an edge at all. */
static bool may_anything_supersede(const struct ar_result *result)
{
    for (size_t ix = 0; ix < result->noted.count; ix++) {
        if (result->noted.at[ix]->rule->details->supersedes.count > 0)
            return true;
    }
    return false;
}

static void find_causes(struct graph *graph)
{
    add_nodes(graph);
    add_all_edges(graph);
    for (size_t ix = 0; ix < graph->n_nodes; ix++)
        fold(graph, ix);
    for (size_t ix = 0; ix < graph->result->noted.count; ix++)
        add_possible_causes(graph, graph->result->noted.at[ix]);
}

void ar_result_supersede(struct ar_arena *arena, struct ar_result *result)
{
    struct graph graph = {.arena = arena, .result = result};
    if (!may_anything_supersede(result))
        return;
    result->is_linked = true;
    find_causes(&graph);
}
