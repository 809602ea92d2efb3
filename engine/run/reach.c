/* SPDX-License-Identifier: Apache-2.0 */
/* A graph from what is read to who reads it: facts and groups, routines,
 * rules. It is walked from what is touched; what a fact with constant arguments
 * reaches is kept. */

#include "run/reach.h"

#include "base/scan.h"
#include "run/texts.h"

#include <string.h>

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
    bool *is_marked; /* by node */
    uint32_t *at;
    size_t count;
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
    /* What a slot reaches, and the slot. NULL: not needed so far. */
    const struct ar_reach_part **part_of;
    size_t n_kept;     /* numbers in all of them */
    bool *is_touched;  /* by slot */
    uint32_t *touched; /* slots */
    uint32_t n_touched;
    struct marks marks;  /* of what is touched, but for slots */
    struct marks walked; /* from a slot */
    /* of what was reached: */
    struct ar_reach_part rest; /* by what is no slot */
    uint32_t *rest_room;
    const struct ar_reach_part **parts;
    uint64_t *rule_bits;
    uint32_t *rules;
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
    return (struct marks){.is_marked = AR_NEW_ARRAY(arena, bool, n_nodes),
                          .at = AR_NEW_ARRAY(arena, uint32_t, n_nodes)};
}

static void make_lists(struct ar_arena *arena, struct ar_reach *reach)
{
    const struct ar_block *block = &reach->code->block;
    size_t n_slots = block->slot_count;
    reach->part_of = AR_NEW_ARRAY(arena, const struct ar_reach_part *, n_slots);
    reach->is_touched = AR_NEW_ARRAY(arena, bool, n_slots);
    reach->touched = AR_NEW_ARRAY(arena, uint32_t, n_slots);
    reach->marks = make_marks(arena, reach->nodes.count);
    reach->walked = make_marks(arena, reach->nodes.count);
    reach->rest_room = AR_NEW_ARRAY(arena, uint32_t, reach->nodes.count);
    reach->parts =
        AR_NEW_ARRAY(arena, const struct ar_reach_part *, n_slots + 1);
    reach->rule_bits =
        AR_NEW_ARRAY(arena, uint64_t, ((size_t)block->rule_count + 63) / 64);
    reach->rules = AR_NEW_ARRAY(arena, uint32_t, block->rule_count);
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
    marks->is_marked[node] = true;
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

/* ---- walking ---- */

static void mark_slot(const struct ar_reach *reach, struct marks *marks,
                      uint32_t slot)
{
    const struct ar_code *code = reach->code;
    mark(marks, reach->nodes.slots + slot);
    mark_fact(reach, marks, code->facts[code->block.slot_at[slot].fact]);
}

static uint32_t first_edge(const struct ar_reach *reach, uint32_t node)
{
    return node == 0 ? 0 : reach->edge_ends[node - 1];
}

static void mark_readers(const struct ar_reach *reach, struct marks *marks)
{
    struct marks walked = *marks;
    for (size_t ix = 0; ix < walked.count; ix++) {
        uint32_t node = walked.at[ix];
        uint32_t end = reach->edge_ends[node];
        for (uint32_t at = first_edge(reach, node); at < end; at++)
            mark(&walked, reach->edges[at]);
    }
    marks->count = walked.count;
}

static void forget_marks(struct marks *marks)
{
    for (size_t ix = 0; ix < marks->count; ix++)
        marks->is_marked[marks->at[ix]] = false;
    marks->count = 0;
}

/* ---- parts ---- */

/* Of nodes. Nobody need know more of a routine that is no predicate, or of a
 * group that nobody reads, than what it leads to. */
enum kind {
    KIND_RULE,
    KIND_PREDICATE,
    KIND_SLOT,
    KIND_WIDE,
    KIND_OTHER,
    N_KINDS
};

static enum kind kind_of(const struct ar_reach *reach, uint32_t node)
{
    const struct nodes *nodes = &reach->nodes;
    if (node >= nodes->rules)
        return KIND_RULE;
    if (node >= nodes->routines)
        return reach->is_predicate[node - nodes->routines] ? KIND_PREDICATE
                                                           : KIND_OTHER;
    if (node < nodes->facts)
        return KIND_SLOT;
    bool is_read = first_edge(reach, node) < reach->edge_ends[node];
    return node < nodes->time && is_read ? KIND_WIDE : KIND_OTHER;
}

static struct ar_reach_list list_of(const uint32_t *room, const size_t *ends,
                                    enum kind kind)
{
    size_t start = kind == 0 ? 0 : ends[kind - 1];
    return (struct ar_reach_list){room + start, ends[kind] - start};
}

/* What is marked; room: for as many numbers. */
static struct ar_reach_part sort_marks(const struct ar_reach *reach,
                                       const struct marks *marks,
                                       uint32_t *room)
{
    const struct nodes *nodes = &reach->nodes;
    const uint32_t first_of[N_KINDS] = {
        [KIND_RULE] = nodes->rules, [KIND_PREDICATE] = nodes->routines};
    size_t ends[N_KINDS] = {0};
    size_t at[N_KINDS] = {0};
    for (size_t ix = 0; ix < marks->count; ix++)
        ends[kind_of(reach, marks->at[ix])]++;
    for (unsigned kind = 1; kind < N_KINDS; kind++) {
        at[kind] = ends[kind - 1];
        ends[kind] += ends[kind - 1];
    }
    for (size_t ix = 0; ix < marks->count; ix++) {
        enum kind kind = kind_of(reach, marks->at[ix]);
        room[at[kind]++] = marks->at[ix] - first_of[kind];
    }
    return (struct ar_reach_part){
        .rules = list_of(room, ends, KIND_RULE),
        .predicates = list_of(room, ends, KIND_PREDICATE),
        .slots = list_of(room, ends, KIND_SLOT),
        .is_wide = ends[KIND_WIDE] > ends[KIND_SLOT],
    };
}

static struct ar_reach_list keep_list(uint32_t **room,
                                      struct ar_reach_list list)
{
    struct ar_reach_list kept = {*room, list.count};
    memcpy(*room, list.at, list.count * sizeof(*list.at));
    *room += list.count;
    return kept;
}

static const struct ar_reach_part *keep_part(struct ar_reach *reach,
                                             const struct ar_reach_part *part)
{
    size_t count =
        part->rules.count + part->predicates.count + part->slots.count;
    struct ar_reach_part *kept = AR_NEW(reach->arena, struct ar_reach_part);
    uint32_t *room = AR_NEW_ARRAY(reach->arena, uint32_t, count);
    kept->rules = keep_list(&room, part->rules);
    kept->predicates = keep_list(&room, part->predicates);
    kept->slots = keep_list(&room, part->slots);
    kept->is_wide = part->is_wide;
    reach->n_kept += count;
    return kept;
}

/* NULL if too much is kept already. */
static const struct ar_reach_part *need_part(struct ar_reach *reach,
                                             uint32_t slot)
{
    if (reach->part_of[slot] ||
        reach->n_kept > MOST_KEPT * (size_t)reach->nodes.count)
        return reach->part_of[slot];
    mark_slot(reach, &reach->walked, slot);
    mark_readers(reach, &reach->walked);
    struct ar_reach_part part =
        sort_marks(reach, &reach->walked, reach->rest_room);
    forget_marks(&reach->walked);
    reach->part_of[slot] = keep_part(reach, &part);
    return reach->part_of[slot];
}

/* ---- reaching ---- */

static void add_rules(struct ar_reach *reach, struct ar_reach_list rules)
{
    uint64_t *bits = reach->rule_bits;
    for (size_t ix = 0; ix < rules.count; ix++)
        bits[rules.at[ix] / 64] |= UINT64_C(1) << (rules.at[ix] % 64);
}

static struct ar_reach_list list_rules(struct ar_reach *reach)
{
    size_t n_words = ((size_t)reach->code->block.rule_count + 63) / 64;
    struct ar_reach_list out = {reach->rules, 0};
    for (size_t at = 0; at < n_words; at++) {
        for (uint64_t bits = reach->rule_bits[at]; bits != 0; bits &= bits - 1)
            reach->rules[out.count++] =
                (uint32_t)at * 64 + ar_scan_first_bit(bits);
        reach->rule_bits[at] = 0;
    }
    return out;
}

/* Slots by what is kept of them, the rest by walking. */
static size_t find_parts(struct ar_reach *reach)
{
    size_t count = 0;
    for (uint32_t ix = 0; ix < reach->n_touched; ix++) {
        uint32_t slot = reach->touched[ix];
        const struct ar_reach_part *part = need_part(reach, slot);
        if (part)
            reach->parts[count++] = part;
        else
            mark_slot(reach, &reach->marks, slot);
    }
    if (reach->marks.count == 0)
        return count;
    mark_readers(reach, &reach->marks);
    reach->rest = sort_marks(reach, &reach->marks, reach->rest_room);
    reach->parts[count++] = &reach->rest;
    return count;
}

struct ar_reached ar_reach_take(struct ar_reach *reach)
{
    struct ar_reached out = {.given = {reach->touched, reach->n_touched},
                             .parts = reach->parts,
                             .n_parts = find_parts(reach)};
    for (size_t ix = 0; ix < out.n_parts; ix++) {
        add_rules(reach, out.parts[ix]->rules);
        out.is_wide = out.is_wide || out.parts[ix]->is_wide;
    }
    out.rules = list_rules(reach);
    ar_reach_forget(reach);
    return out;
}

void ar_reach_forget(struct ar_reach *reach)
{
    for (uint32_t ix = 0; ix < reach->n_touched; ix++)
        reach->is_touched[reach->touched[ix]] = false;
    reach->n_touched = 0;
    forget_marks(&reach->marks);
}
