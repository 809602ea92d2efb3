/* SPDX-License-Identifier: Apache-2.0 */
/* The words of the facts' names as a tree, so that a snapshot's keys are
 * found without making names of them. */

#include "facts/snapshot_reader.h"

static struct ar_snapshot_node *find_below(struct ar_arena *arena,
                                           struct ar_snapshot_plan *plan,
                                           struct ar_snapshot_node *node,
                                           ar_str word, ar_str path)
{
    struct ar_snapshot_node *found = ar_map_get(&node->below, word);
    if (found)
        return found;
    found = AR_NEW(arena, struct ar_snapshot_node);
    found->number = plan->nodes.count + 1; /* 0: the root */
    found->word = word;
    found->path = path;
    if (node->last)
        node->last->next = found;
    else
        node->first = found;
    node->last = found;
    ar_map_put(arena, &node->below, word, found);
    ar_map_put(arena, &plan->nodes, path, found);
    return found;
}

static void add_fact(struct ar_arena *arena, struct ar_snapshot_plan *plan,
                     const struct ar_fact_decl *decl)
{
    struct ar_snapshot_node *node = &plan->root;
    ar_str name = decl->name;
    for (size_t start = 0; start <= name.len;) {
        size_t dot = ar_str_find(name, AR_STR("."), start);
        size_t end = dot == SIZE_MAX ? name.len : dot;
        node = find_below(arena, plan, node, ar_str_slice(name, start, end),
                          ar_str_slice(name, 0, end));
        start = end + 1;
    }
    node->decl = decl;
}

void ar_snapshot_prepare(struct ar_arena *arena, struct ar_schema *schema)
{
    struct ar_snapshot_plan *plan = AR_NEW(arena, struct ar_snapshot_plan);
    for (size_t ix = 0; ix < schema->facts.count; ix++) {
        const struct ar_fact_decl *decl = schema->facts.entries[ix].value;
        if (decl->n_parameters == 0)
            add_fact(arena, plan, decl);
    }
    schema->plan = plan;
}
