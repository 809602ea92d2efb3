/* SPDX-License-Identifier: Apache-2.0 */
/* A graph from what is read to who reads it: facts and groups, routines,
 * rules. It is walked from the facts that are touched. */

#include "run/reach.h"

#include "run/texts.h"

#include <string.h>

/* What the nodes are, one kind behind the other. */
struct nodes {
    uint32_t slots; /* facts with constant arguments */
    uint32_t facts; /* with any arguments */
    uint32_t group_slots;
    uint32_t groups;
    uint32_t time;
    uint32_t routines;
    uint32_t rules;
    uint32_t count;
};

struct ar_reach {
    const struct ar_code *code;
    struct nodes nodes;
    struct ar_map slots;     /* key -> uint32_t *: its number */
    const uint32_t *fact_of; /* by number of the schema: fact + 1, or 0 */
    size_t n_numbers;
    const uint32_t *edge_ends; /* by node: in edges */
    const uint32_t *edges;     /* nodes that read the node */
    uint8_t *is_marked;
    uint32_t *marked; /* nodes, in the order in which they were */
    size_t n_marked;
    uint32_t *list; /* rules */
};

/* ---- making the graph ---- */

/* The edges are gone through twice: to count them, and to enter them. */
struct linking {
    const struct ar_code *code;
    const struct nodes *nodes;
    uint32_t *ends;  /* by node */
    uint32_t *edges; /* NULL while they are counted */
};

static void link_nodes(struct linking *linking, uint32_t from, uint32_t to)
{
    if (linking->edges)
        linking->edges[linking->ends[from]] = to;
    linking->ends[from]++;
}

static void link_routine(struct linking *linking, uint32_t routine, uint32_t to)
{
    if (routine != AR_BLOCK_NONE)
        link_nodes(linking, linking->nodes->routines + routine, to);
}

static void link_condition(struct linking *linking, uint32_t condition,
                           uint32_t to)
{
    if (condition != AR_BLOCK_NONE)
        link_routine(linking,
                     linking->code->block.condition_at[condition].routine, to);
}

static void link_definitions(struct linking *linking, uint32_t fact,
                             uint32_t to)
{
    const struct ar_block *block = &linking->code->block;
    const struct ar_block_fact *record = &block->fact_at[fact];
    for (uint32_t ix = 0; ix < record->n_definitions; ix++) {
        const struct ar_block_definition *definition =
            &block->definition_at[record->definitions + ix];
        link_routine(linking, definition->guard, to);
        link_routine(linking, definition->value, to);
    }
}

/* The node of what the instruction reads, or AR_BLOCK_NONE. */
static uint32_t find_read(const struct linking *linking,
                          struct ar_instruction instruction)
{
    const struct ar_block *block = &linking->code->block;
    const struct nodes *nodes = linking->nodes;
    uint32_t wide = instruction.wide;
    switch ((int)ar_instruction_opcode(instruction)) {
    case AR_OPCODE_LOAD_SLOT: return nodes->slots + wide;
    case AR_OPCODE_LOAD_FACT: return nodes->facts + wide;
    case AR_OPCODE_LOAD_GROUP_SLOT: return nodes->group_slots + wide;
    case AR_OPCODE_LOAD_GROUP: return nodes->groups + wide;
    case AR_OPCODE_LOAD_LET:
        return nodes->routines + block->let_at[wide].routine;
    case AR_OPCODE_LOAD_CAPTURE:
        return nodes->routines + block->capture_at[wide].subject;
    case AR_OPCODE_PREDICATE:
    case AR_OPCODE_CALL: return nodes->routines + wide;
    case AR_OPCODE_FUNCTION:
        if (ar_instruction_n(instruction) == AR_FUNCTION_NOW)
            return nodes->time;
        break;
    }
    return AR_BLOCK_NONE;
}

static void link_code(struct linking *linking, uint32_t routine)
{
    const struct ar_block *block = &linking->code->block;
    const struct ar_block_routine *record = &block->routine_at[routine];
    for (uint32_t ix = 0; ix < record->n_code; ix++) {
        const struct ar_block_instruction *code =
            &block->instruction_at[record->code + ix];
        struct ar_instruction instruction = {code->head, code->wide};
        uint32_t from = find_read(linking, instruction);
        if (from != AR_BLOCK_NONE)
            link_nodes(linking, from, linking->nodes->routines + routine);
    }
}

/* A rule whose texts are linked. */
struct link_to {
    struct linking *linking;
    uint32_t to;
};

static void link_text(void *context, uint32_t routine)
{
    const struct link_to *link = context;
    link_routine(link->linking, routine, link->to);
}

static void link_rule(struct linking *linking, uint32_t rule)
{
    const struct ar_block *block = &linking->code->block;
    const struct ar_block_rule *record = &block->rule_at[rule];
    struct link_to link = {linking, linking->nodes->rules + rule};
    link_condition(linking, record->applies, link.to);
    link_condition(linking, record->when, link.to);
    link_routine(linking, record->each, link.to);
    link_routine(linking, record->key, link.to);
    for (uint32_t ix = 0; ix < record->n_remedies; ix++)
        link_condition(linking, block->remedy_at[record->remedies + ix].verify,
                       link.to);
    ar_texts_walk(block, record, link_text, &link);
}

static void link_all(struct linking *linking)
{
    const struct ar_block *block = &linking->code->block;
    const struct nodes *nodes = linking->nodes;
    for (uint32_t ix = 0; ix < block->slot_count; ix++)
        link_definitions(linking, block->slot_at[ix].fact, nodes->slots + ix);
    for (uint32_t ix = 0; ix < block->fact_count; ix++)
        link_definitions(linking, ix, nodes->facts + ix);
    for (uint32_t ix = 0; ix < block->routine_count; ix++)
        link_code(linking, ix);
    for (uint32_t ix = 0; ix < block->rule_count; ix++)
        link_rule(linking, ix);
}

static void make_edges(struct ar_arena *arena, struct ar_reach *reach)
{
    uint32_t count = reach->nodes.count;
    uint32_t *ends = AR_NEW_ARRAY(arena, uint32_t, count);
    struct linking linking = {
        .code = reach->code, .nodes = &reach->nodes, .ends = ends};
    link_all(&linking);
    uint32_t total = 0;
    for (uint32_t ix = 0; ix < count; ix++) {
        uint32_t n_edges = ends[ix];
        ends[ix] = total;
        total += n_edges;
    }
    linking.edges = AR_NEW_ARRAY(arena, uint32_t, total);
    link_all(&linking);
    reach->edge_ends = ends;
    reach->edges = linking.edges;
}

static struct nodes number_nodes(const struct ar_block *block)
{
    struct nodes nodes = {0};
    nodes.facts = block->slot_count;
    nodes.group_slots = nodes.facts + block->fact_count;
    nodes.groups = nodes.group_slots + block->group_slot_count;
    nodes.time = nodes.groups + block->group_count;
    nodes.routines = nodes.time + 1;
    nodes.rules = nodes.routines + block->routine_count;
    nodes.count = nodes.rules + block->rule_count;
    return nodes;
}

static void name_facts(struct ar_arena *arena, struct ar_reach *reach)
{
    const struct ar_code *code = reach->code;
    const struct ar_block *block = &code->block;
    uint32_t *numbers = AR_NEW_ARRAY(arena, uint32_t, block->slot_count);
    for (uint32_t ix = 0; ix < block->slot_count; ix++) {
        numbers[ix] = ix;
        ar_map_put(arena, &reach->slots,
                   ar_block_text(block, block->slot_at[ix].key), &numbers[ix]);
    }
    reach->n_numbers = code->program->schema.facts.count;
    uint32_t *fact_of = AR_NEW_ARRAY(arena, uint32_t, reach->n_numbers);
    for (uint32_t ix = 0; ix < block->fact_count; ix++) {
        if (code->facts[ix]->number < reach->n_numbers)
            fact_of[code->facts[ix]->number] = ix + 1;
    }
    reach->fact_of = fact_of;
}

struct ar_reach *ar_reach_create(struct ar_arena *arena,
                                 const struct ar_code *code)
{
    struct ar_reach *reach = AR_NEW(arena, struct ar_reach);
    reach->code = code;
    reach->nodes = number_nodes(&code->block);
    name_facts(arena, reach);
    make_edges(arena, reach);
    reach->is_marked = AR_NEW_ARRAY(arena, uint8_t, reach->nodes.count);
    reach->marked = AR_NEW_ARRAY(arena, uint32_t, reach->nodes.count);
    reach->list = AR_NEW_ARRAY(arena, uint32_t, code->block.rule_count);
    return reach;
}

/* ---- touching ---- */

static void mark(struct ar_reach *reach, uint32_t node)
{
    if (reach->is_marked[node])
        return;
    reach->is_marked[node] = 1;
    reach->marked[reach->n_marked++] = node;
}

/* file("/x").exists is below file("/x"), and both below file. */
static bool is_below(ar_str name, ar_str group)
{
    return name.len > group.len && ar_str_starts_with(name, group) &&
           (name.ptr[group.len] == '.' || name.ptr[group.len] == '(');
}

/* Facts below a group are what it is made of. */
static void mark_groups_of(struct ar_reach *reach, ar_str name)
{
    const struct ar_code *code = reach->code;
    for (uint32_t ix = 0; ix < code->block.group_slot_count; ix++) {
        uint32_t group = code->block.group_slot_at[ix].group;
        if (is_below(name, code->groups[group]->name))
            mark(reach, reach->nodes.group_slots + ix);
    }
    for (uint32_t ix = 0; ix < code->block.group_count; ix++) {
        if (is_below(name, code->groups[ix]->name))
            mark(reach, reach->nodes.groups + ix);
    }
}

static void touch_fact(struct ar_reach *reach, const struct ar_fact_ref *ref)
{
    uint32_t number = ref->decl->number;
    const uint32_t *slot = ar_map_get(&reach->slots, ref->key);
    if (slot)
        mark(reach, reach->nodes.slots + *slot);
    if (number < reach->n_numbers && reach->fact_of[number] > 0)
        mark(reach, reach->nodes.facts + reach->fact_of[number] - 1);
    mark_groups_of(reach, ref->decl->name);
}

static bool are_related(ar_str one, ar_str other)
{
    return ar_str_equal(one, other) || is_below(one, other) ||
           is_below(other, one);
}

/* A group speaks for the facts below it, and is part of those around it. What
 * has arguments that are not known here may be any of them. */
static void touch_group(struct ar_reach *reach, ar_str key)
{
    const struct ar_code *code = reach->code;
    const struct ar_block *block = &code->block;
    for (uint32_t ix = 0; ix < block->slot_count; ix++) {
        if (is_below(ar_block_text(block, block->slot_at[ix].key), key))
            mark(reach, reach->nodes.slots + ix);
    }
    for (uint32_t ix = 0; ix < block->group_slot_count; ix++) {
        ar_str other = ar_block_text(block, block->group_slot_at[ix].key);
        if (are_related(other, key))
            mark(reach, reach->nodes.group_slots + ix);
    }
    for (uint32_t ix = 0; ix < block->fact_count; ix++)
        mark(reach, reach->nodes.facts + ix);
    for (uint32_t ix = 0; ix < block->group_count; ix++)
        mark(reach, reach->nodes.groups + ix);
}

void ar_reach_touch(struct ar_reach *reach, const struct ar_fact_ref *ref)
{
    if (ref->decl)
        touch_fact(reach, ref);
    else
        touch_group(reach, ref->key);
}

void ar_reach_touch_time(struct ar_reach *reach)
{
    mark(reach, reach->nodes.time);
}

/* ---- reaching ---- */

static void mark_readers(struct ar_reach *reach, uint32_t node)
{
    uint32_t start = node == 0 ? 0 : reach->edge_ends[node - 1];
    for (uint32_t ix = start; ix < reach->edge_ends[node]; ix++)
        mark(reach, reach->edges[ix]);
}

struct ar_reach_list ar_reach_take(struct ar_reach *reach)
{
    const struct nodes *nodes = &reach->nodes;
    size_t count = 0;
    for (size_t ix = 0; ix < reach->n_marked; ix++)
        mark_readers(reach, reach->marked[ix]);
    const uint8_t *rules = reach->is_marked + nodes->rules;
    const uint8_t *end = reach->is_marked + nodes->count;
    for (const uint8_t *at = rules;
         at < end && (at = memchr(at, 1, (size_t)(end - at))); at++)
        reach->list[count++] = (uint32_t)(at - rules);
    for (size_t ix = 0; ix < reach->n_marked; ix++)
        reach->is_marked[reach->marked[ix]] = 0;
    reach->n_marked = 0;
    return (struct ar_reach_list){reach->list, count};
}
