/* SPDX-License-Identifier: Apache-2.0 */
/* A graph from what is read to who reads it: facts and groups, routines,
 * rules. It is walked from what is touched; what a fact with constant arguments
 * reaches is kept. */

#include "run/reach.h"

#include "base/scan.h"
#include "run/texts.h"

/* What is kept of slots, for each node. */
enum { MOST_KEPT = 16 };

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

/* Nodes that were marked, in the order in which they were. */
struct marks {
    uint8_t *is_marked; /* by node */
    uint32_t *at;
    size_t count;
};

/* What a slot reaches, and the slot; but for routines that are no predicates,
 * from which nobody need know more than what they lead to. */
struct reach_of_slot {
    const uint32_t *nodes; /* NULL: not needed so far */
    uint32_t count;
};

struct ar_reach {
    struct ar_arena *arena;
    const struct ar_code *code;
    struct nodes nodes;
    struct ar_map slots;     /* key -> uint32_t *: its number */
    const uint32_t *fact_of; /* by number of the schema: fact + 1, or 0 */
    size_t n_numbers;
    const uint32_t *edge_ends; /* by node: in edges */
    const uint32_t *edges;     /* nodes that read the node */
    bool *is_predicate;        /* by routine */
    struct reach_of_slot *reach_of;
    size_t n_kept;     /* nodes in all of them */
    bool *is_touched;  /* by slot */
    uint32_t *touched; /* slots */
    uint32_t n_touched;
    struct marks walked; /* for a slot */
    struct marks marks;  /* of all that is touched */
    /* what was reached */
    uint64_t *rule_bits;
    uint32_t *rules;
    uint32_t *routines;
    uint32_t *slots_reached;
};

/* ---- making the graph ---- */

/* The edges are gone through twice: to count them, and to enter them. */
struct linking {
    const struct ar_code *code;
    const struct nodes *nodes;
    uint32_t *ends;  /* by node */
    uint32_t *edges; /* NULL while they are counted */
    bool *is_predicate;
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
        if (ar_instruction_opcode(instruction) == AR_OPCODE_PREDICATE)
            linking->is_predicate[instruction.wide] = true;
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
    const struct ar_block_details *details = ar_block_details_of(block, record);
    struct link_to link = {linking, linking->nodes->rules + rule};
    link_condition(linking, record->applies, link.to);
    link_condition(linking, record->when, link.to);
    link_routine(linking, record->each, link.to);
    link_routine(linking, record->key, link.to);
    for (uint32_t ix = 0; ix < details->n_remedies; ix++)
        link_condition(linking, block->remedy_at[details->remedies + ix].verify,
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
    struct linking linking = {.code = reach->code,
                              .nodes = &reach->nodes,
                              .ends = ends,
                              .is_predicate = reach->is_predicate};
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

static struct marks make_marks(struct ar_arena *arena, uint32_t n_nodes)
{
    return (struct marks){.is_marked = AR_NEW_ARRAY(arena, uint8_t, n_nodes),
                          .at = AR_NEW_ARRAY(arena, uint32_t, n_nodes)};
}

static void make_lists(struct ar_arena *arena, struct ar_reach *reach)
{
    const struct ar_block *block = &reach->code->block;
    reach->reach_of =
        AR_NEW_ARRAY(arena, struct reach_of_slot, block->slot_count);
    reach->is_touched = AR_NEW_ARRAY(arena, bool, block->slot_count);
    reach->touched = AR_NEW_ARRAY(arena, uint32_t, block->slot_count);
    reach->slots_reached = AR_NEW_ARRAY(arena, uint32_t, block->slot_count);
    reach->routines = AR_NEW_ARRAY(arena, uint32_t, block->routine_count);
    reach->rules = AR_NEW_ARRAY(arena, uint32_t, block->rule_count);
    reach->rule_bits =
        AR_NEW_ARRAY(arena, uint64_t, ((size_t)block->rule_count + 63) / 64);
    reach->walked = make_marks(arena, reach->nodes.count);
    reach->marks = make_marks(arena, reach->nodes.count);
}

struct ar_reach *ar_reach_create(struct ar_arena *arena,
                                 const struct ar_code *code)
{
    struct ar_reach *reach = AR_NEW(arena, struct ar_reach);
    reach->arena = arena;
    reach->code = code;
    reach->nodes = number_nodes(&code->block);
    reach->is_predicate = AR_NEW_ARRAY(arena, bool, code->block.routine_count);
    name_facts(arena, reach);
    make_edges(arena, reach);
    make_lists(arena, reach);
    return reach;
}

/* ---- touching ---- */

static void mark(struct marks *marks, uint32_t node)
{
    if (marks->is_marked[node])
        return;
    marks->is_marked[node] = 1;
    marks->at[marks->count++] = node;
}

/* file("/x").exists is below file("/x"), and both below file. */
static bool is_below(ar_str name, ar_str group)
{
    return name.len > group.len && ar_str_starts_with(name, group) &&
           (name.ptr[group.len] == '.' || name.ptr[group.len] == '(');
}

/* Facts below a group are what it is made of. */
static void mark_groups_of(const struct ar_reach *reach, struct marks *marks,
                           ar_str name)
{
    const struct ar_code *code = reach->code;
    for (uint32_t ix = 0; ix < code->block.group_slot_count; ix++) {
        uint32_t group = code->block.group_slot_at[ix].group;
        if (is_below(name, code->groups[group]->name))
            mark(marks, reach->nodes.group_slots + ix);
    }
    for (uint32_t ix = 0; ix < code->block.group_count; ix++) {
        if (is_below(name, code->groups[ix]->name))
            mark(marks, reach->nodes.groups + ix);
    }
}

/* Whoever reads the fact with any arguments, or as part of a group. */
static void mark_fact(const struct ar_reach *reach, struct marks *marks,
                      const struct ar_fact_decl *decl)
{
    uint32_t number = decl->number;
    if (number < reach->n_numbers && reach->fact_of[number] > 0)
        mark(marks, reach->nodes.facts + reach->fact_of[number] - 1);
    mark_groups_of(reach, marks, decl->name);
}

static void touch_slot(struct ar_reach *reach, uint32_t slot)
{
    if (reach->is_touched[slot])
        return;
    reach->is_touched[slot] = true;
    reach->touched[reach->n_touched++] = slot;
}

static void touch_fact(struct ar_reach *reach, const struct ar_fact_ref *ref)
{
    const uint32_t *slot = ar_map_get(&reach->slots, ref->key);
    if (slot)
        touch_slot(reach, *slot);
    else
        mark_fact(reach, &reach->marks, ref->decl);
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
    struct marks *marks = &reach->marks;
    for (uint32_t ix = 0; ix < block->slot_count; ix++) {
        if (is_below(ar_block_text(block, block->slot_at[ix].key), key))
            touch_slot(reach, ix);
    }
    for (uint32_t ix = 0; ix < block->group_slot_count; ix++) {
        ar_str other = ar_block_text(block, block->group_slot_at[ix].key);
        if (are_related(other, key))
            mark(marks, reach->nodes.group_slots + ix);
    }
    for (uint32_t ix = 0; ix < block->fact_count; ix++)
        mark(marks, reach->nodes.facts + ix);
    for (uint32_t ix = 0; ix < block->group_count; ix++)
        mark(marks, reach->nodes.groups + ix);
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
    mark(&reach->marks, reach->nodes.time);
}

/* ---- reaching ---- */

static uint32_t first_edge(const struct ar_reach *reach, uint32_t node)
{
    return node == 0 ? 0 : reach->edge_ends[node - 1];
}

static void mark_readers(const struct ar_reach *reach, struct marks *marks)
{
    for (size_t ix = 0; ix < marks->count; ix++) {
        uint32_t node = marks->at[ix];
        for (uint32_t edge = first_edge(reach, node);
             edge < reach->edge_ends[node]; edge++)
            mark(marks, reach->edges[edge]);
    }
}

static void forget_marks(struct marks *marks)
{
    for (size_t ix = 0; ix < marks->count; ix++)
        marks->is_marked[marks->at[ix]] = 0;
    marks->count = 0;
}

/* Facts with any arguments, and groups. */
static bool is_wide(const struct nodes *nodes, uint32_t node)
{
    return node >= nodes->facts && node < nodes->time;
}

static bool is_worth_keeping(const struct ar_reach *reach, uint32_t node)
{
    const struct nodes *nodes = &reach->nodes;
    if (node >= nodes->routines && node < nodes->rules)
        return reach->is_predicate[node - nodes->routines];
    return !is_wide(nodes, node) ||
           first_edge(reach, node) < reach->edge_ends[node];
}

static uint32_t list_walked(const struct ar_reach *reach, uint32_t *out)
{
    const struct marks *marks = &reach->walked;
    uint32_t count = 0;
    for (size_t ix = 0; ix < marks->count; ix++) {
        uint32_t node = marks->at[ix];
        if (!is_worth_keeping(reach, node))
            continue;
        if (out)
            out[count] = node;
        count++;
    }
    return count;
}

static void mark_slot(const struct ar_reach *reach, struct marks *marks,
                      uint32_t slot)
{
    const struct ar_code *code = reach->code;
    mark(marks, reach->nodes.slots + slot);
    mark_fact(reach, marks, code->facts[code->block.slot_at[slot].fact]);
}

/* False if too much is kept already. */
static bool need_reach_of(struct ar_reach *reach, uint32_t slot)
{
    struct reach_of_slot *of = &reach->reach_of[slot];
    if (of->nodes)
        return true;
    if (reach->n_kept > MOST_KEPT * (size_t)reach->nodes.count)
        return false;
    forget_marks(&reach->walked);
    mark_slot(reach, &reach->walked, slot);
    mark_readers(reach, &reach->walked);
    uint32_t count = list_walked(reach, NULL);
    uint32_t *nodes = AR_NEW_ARRAY(reach->arena, uint32_t, count);
    list_walked(reach, nodes);
    *of = (struct reach_of_slot){nodes, count};
    reach->n_kept += count;
    return true;
}

/* First what has to be walked from, then what is kept. */
static void mark_all(struct ar_reach *reach)
{
    struct marks *marks = &reach->marks;
    for (uint32_t ix = 0; ix < reach->n_touched; ix++) {
        if (!need_reach_of(reach, reach->touched[ix]))
            mark_slot(reach, marks, reach->touched[ix]);
    }
    mark_readers(reach, marks);
    for (uint32_t ix = 0; ix < reach->n_touched; ix++) {
        const struct reach_of_slot *of = &reach->reach_of[reach->touched[ix]];
        for (uint32_t nth = 0; nth < of->count; nth++)
            mark(marks, of->nodes[nth]);
        reach->is_touched[reach->touched[ix]] = false;
    }
}

static void list_rules(struct ar_reach *reach, struct ar_reached *out)
{
    size_t n_words = ((size_t)reach->code->block.rule_count + 63) / 64;
    for (size_t at = 0; at < n_words; at++) {
        for (uint64_t bits = reach->rule_bits[at]; bits != 0; bits &= bits - 1)
            reach->rules[out->rules.count++] =
                (uint32_t)at * 64 + ar_scan_first_bit(bits);
        reach->rule_bits[at] = 0;
    }
}

static void sort_node(struct ar_reach *reach, uint32_t node,
                      struct ar_reached *out)
{
    const struct nodes *nodes = &reach->nodes;
    if (node >= nodes->rules) {
        uint32_t rule = node - nodes->rules;
        reach->rule_bits[rule / 64] |= UINT64_C(1) << (rule % 64);
    } else if (node >= nodes->routines) {
        reach->routines[out->routines.count++] = node - nodes->routines;
    } else if (node < nodes->facts) {
        reach->slots_reached[out->slots.count++] = node;
    } else if (is_wide(nodes, node)) {
        out->is_wide = out->is_wide || is_worth_keeping(reach, node);
    }
}

struct ar_reached ar_reach_take(struct ar_reach *reach)
{
    struct marks *marks = &reach->marks;
    struct ar_reached out = {.rules.at = reach->rules,
                             .routines.at = reach->routines,
                             .slots.at = reach->slots_reached};
    mark_all(reach);
    out.given = (struct ar_reach_list){reach->touched, reach->n_touched};
    for (size_t ix = 0; ix < marks->count; ix++)
        sort_node(reach, marks->at[ix], &out);
    list_rules(reach, &out);
    forget_marks(marks);
    reach->n_touched = 0;
    return out;
}
