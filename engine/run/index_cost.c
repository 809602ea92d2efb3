/* SPDX-License-Identifier: Apache-2.0 */
/* How many steps a routine takes at most. A routine runs only those before it,
 * so one walk over all of them is enough. What takes more memory than steps
 * counts as more steps. */

#include "run/index_parts.h"

enum {
    UNBOUNDED = AR_INDEX_STEPS + 1,
    MADE_TEXT = 4096 /* a text of up to 1 MiB, for each 12 of which there is
                        memory */
};

static uint32_t add(uint32_t a, uint32_t b)
{
    return a + b < UNBOUNDED ? a + b : UNBOUNDED;
}

static uint32_t multiply(uint32_t a, uint32_t b)
{
    uint64_t product = (uint64_t)a * b;
    return product < UNBOUNDED ? (uint32_t)product : UNBOUNDED;
}

struct ar_index_cost ar_index_add_costs(struct ar_index_cost a,
                                        struct ar_index_cost b)
{
    return (struct ar_index_cost){add(a.at_short, b.at_short),
                                  add(a.at_long, b.at_long)};
}

/* Where a walk over a routine stands. */
struct counting {
    struct ar_index_builder *builder;
    uint32_t routine;
};

static struct ar_index_cost same(uint32_t steps)
{
    return (struct ar_index_cost){steps, steps};
}

static const struct ar_index_cost unbounded = {UNBOUNDED, UNBOUNDED};

/* For each element of a list, and some more. */
static struct ar_index_cost per_length(uint32_t more)
{
    return (struct ar_index_cost){AR_INDEX_SHORT + more,
                                  AR_INDEX_LONGEST + more};
}

static struct ar_index_cost routine_cost(const struct counting *counting,
                                         uint32_t routine)
{
    if (routine >= counting->routine)
        return unbounded;
    return counting->builder->costs[routine];
}

static struct ar_index_cost fact_cost(const struct counting *counting,
                                      uint32_t fact)
{
    const struct ar_block *block = &counting->builder->code->block;
    const struct ar_block_fact *record = &block->fact_at[fact];
    struct ar_index_cost total = same(1);
    for (uint32_t ix = 0; ix < record->n_definitions; ix++) {
        const struct ar_block_definition *definition =
            &block->definition_at[record->definitions + ix];
        total = ar_index_add_costs(total,
                                   routine_cost(counting, definition->value));
        if (definition->guard != AR_BLOCK_NONE)
            total = ar_index_add_costs(
                total, routine_cost(counting, definition->guard));
    }
    return total;
}

static struct ar_index_cost group_cost(const struct counting *counting,
                                       uint32_t group)
{
    size_t count = counting->builder->code->groups[group]->facts.count;
    return count < UNBOUNDED ? same(add(1, (uint32_t)count)) : unbounded;
}

static struct ar_index_cost function_cost(enum ar_function function)
{
    switch (function) {
    case AR_FUNCTION_ABS:
    case AR_FUNCTION_OVERLAPS:
    case AR_FUNCTION_NOW: return same(1);
    case AR_FUNCTION_LENGTH:
    case AR_FUNCTION_MIN:
    case AR_FUNCTION_MAX:
    case AR_FUNCTION_SUM:
    case AR_FUNCTION_SORT:
    case AR_FUNCTION_UNIQUE:
    case AR_FUNCTION_KEYS: return per_length(2);
    case AR_FUNCTION_LOWER:
    case AR_FUNCTION_UPPER:
    case AR_FUNCTION_TRIM:
    case AR_FUNCTION_REPLACE:
    case AR_FUNCTION_JOIN:
    case AR_FUNCTION_REMOVE_PREFIX:
    case AR_FUNCTION_REMOVE_SUFFIX:
    case AR_FUNCTION_WORD:
    case AR_FUNCTION_BASENAME:
    case AR_FUNCTION_DIRNAME:
    case AR_FUNCTION_CONVERT:
    case AR_FUNCTION_TO_STRING: return per_length(MADE_TEXT);
    case AR_FUNCTION_SPLIT: /* a list of any length */
    case AR_N_FUNCTIONS: break;
    }
    return unbounded;
}

/* Of one instruction; the body of a loop is counted by who calls. */
static struct ar_index_cost instruction_cost(const struct counting *counting,
                                             struct ar_instruction instruction)
{
    const struct ar_block *block = &counting->builder->code->block;
    uint32_t wide = instruction.wide;
    switch ((int)ar_instruction_opcode(instruction)) {
    case AR_OPCODE_LOAD_SLOT:
        return fact_cost(counting, block->slot_at[wide].fact);
    case AR_OPCODE_LOAD_FACT:
        return ar_index_add_costs(same(MADE_TEXT), fact_cost(counting, wide));
    case AR_OPCODE_LOAD_GROUP_SLOT:
        return group_cost(counting, block->group_slot_at[wide].group);
    case AR_OPCODE_LOAD_GROUP: return group_cost(counting, wide);
    case AR_OPCODE_LOAD_LET:
        return ar_index_add_costs(
            same(1), routine_cost(counting, block->let_at[wide].routine));
    case AR_OPCODE_LOAD_CAPTURE:
        return ar_index_add_costs(
            per_length(1),
            routine_cost(counting, block->capture_at[wide].subject));
    case AR_OPCODE_PREDICATE:
    case AR_OPCODE_CALL:
        return ar_index_add_costs(same(1), routine_cost(counting, wide));
    case AR_OPCODE_TABLE: return unbounded;
    case AR_OPCODE_FUNCTION:
        return function_cost((enum ar_function)ar_instruction_n(instruction));
    case AR_OPCODE_TEMPLATE: return same(MADE_TEXT);
    case AR_OPCODE_LIST: return same(1 + (wide >> 16));
    case AR_OPCODE_ARITHMETIC: return same(MADE_TEXT); /* it may join texts */
    case AR_OPCODE_IN_LIST:
        return same(AR_INDEX_LONGEST + 1); /* it may be written */
    case AR_OPCODE_IN_MAP:
    case AR_OPCODE_CONTAINS:
    case AR_OPCODE_MATCH:
    case AR_OPCODE_LIST_FIELD:
    case AR_OPCODE_MAP_INDEX: return per_length(1);
    default: return same(1);
    }
}

/* Instructions from `from` on, before `to`. A loop goes back, so that what is
 * in it is counted for each element. */
static struct ar_index_cost range_cost(const struct counting *counting,
                                       const struct ar_block_instruction *code,
                                       uint32_t from, uint32_t to)
{
    const struct ar_block *block = &counting->builder->code->block;
    struct ar_index_cost total = {0};
    for (uint32_t at = from; at < to; at++) {
        struct ar_instruction instruction = {code[at].head, code[at].wide};
        total =
            ar_index_add_costs(total, instruction_cost(counting, instruction));
        if (ar_instruction_opcode(instruction) != AR_OPCODE_LOOP)
            continue;
        const struct ar_block_loop *loop = &block->loop_at[instruction.wide];
        if (loop->body != at + 1 || loop->end <= loop->body || loop->end > to)
            return unbounded;
        struct ar_index_cost each = ar_index_add_costs(
            range_cost(counting, code, loop->body, loop->end), same(2));
        each.at_short = multiply(AR_INDEX_SHORT, each.at_short);
        each.at_long = multiply(AR_INDEX_LONGEST, each.at_long);
        total = ar_index_add_costs(total, each);
        at = loop->end - 1;
    }
    return total;
}

static uint32_t count_matches(const struct ar_index_builder *builder,
                              uint32_t routine)
{
    const struct ar_block *block = &builder->code->block;
    const struct ar_block_routine *record = &block->routine_at[routine];
    uint32_t total = 0;
    for (uint32_t ix = 0; ix < record->n_code; ix++) {
        const struct ar_block_instruction *code =
            &block->instruction_at[record->code + ix];
        struct ar_instruction instruction = {code->head, code->wide};
        enum ar_opcode opcode = ar_instruction_opcode(instruction);
        if (opcode == AR_OPCODE_PREDICATE && code->wide < routine)
            total = add(total, builder->n_matches[code->wide]);
        else if (opcode == AR_OPCODE_MATCH)
            total = add(total, 1);
        else if (opcode == AR_OPCODE_LOAD_CAPTURE ||
                 opcode == AR_OPCODE_LOAD_LET || opcode == AR_OPCODE_CALL ||
                 opcode == AR_OPCODE_LOOP)
            total = add(total, AR_INDEX_MATCHES / 4);
    }
    return total;
}

void ar_index_count_costs(struct ar_index_builder *builder)
{
    const struct ar_block *block = &builder->code->block;
    builder->costs = AR_NEW_ARRAY(builder->scratch, struct ar_index_cost,
                                  block->routine_count);
    builder->n_matches =
        AR_NEW_ARRAY(builder->scratch, uint32_t, block->routine_count);
    for (uint32_t ix = 0; ix < block->routine_count; ix++) {
        const struct ar_block_routine *record = &block->routine_at[ix];
        struct counting counting = {builder, ix};
        const struct ar_block_instruction *code =
            &block->instruction_at[record->code];
        builder->costs[ix] = range_cost(&counting, code, 0, record->n_code);
        builder->n_matches[ix] = count_matches(builder, ix);
    }
}
