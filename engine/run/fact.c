/* SPDX-License-Identifier: Apache-2.0 */
/* Facts and groups as operands, each looked up once in an evaluation, and the
 * note of what was read. */

#include "run/machine.h"

void ar_machine_note(struct ar_machine *machine, struct ar_fact_state *state)
{
    struct ar_reading *reading = machine->reading;
    if (!reading || state->noted_in == reading->number)
        return;
    state->noted_in = reading->number;
    ar_vector_push(machine->scratch, &reading->facts, state);
}

/* ---- looking up ---- */

static const struct ar_trace *make_trace(struct ar_machine *machine,
                                         const struct ar_fact_decl *decl,
                                         ar_str key, const ar_value *value)
{
    struct ar_trace *trace = AR_NEW(machine->shared, struct ar_trace);
    trace->decl = decl;
    trace->path = key;
    if (value->state == AR_STATE_VALUE)
        return trace;
    struct ar_cause *cause = AR_NEW(machine->shared, struct ar_cause);
    *cause = (struct ar_cause){
        .name = key, .is_fact = true, .decl = decl, .value = *value};
    trace->causes = (ar_cause_vector){.at = cause, .count = 1, .capacity = 1};
    return trace;
}

static void hold_value(struct ar_machine *machine, struct ar_fact_state *state)
{
    const ar_value *value = &state->value;
    bool is_plain =
        value->state == AR_STATE_VALUE && ar_type_is_scalar(state->decl->type);
    if (!is_plain)
        state->held.trace = make_trace(machine, state->decl, state->key, value);
    if (state->decl->type->kind == AR_TYPE_BOOL)
        state->held.bits = ar_register_bits_of(*value);
    else
        state->held.value = value;
}

/* An entry of its own; what a group says is not about derived facts. */
static bool is_given(const struct ar_fact_state *state)
{
    return state->entry && ar_str_equal(state->entry->key, state->key);
}

void ar_machine_look_up(struct ar_machine *machine, struct ar_fact_state *state)
{
    state->entry = ar_factset_entry(machine->facts, state->key);
    state->is_derived = state->decl->is_derived && !is_given(state);
    state->value = (ar_value){0};
    state->held = (struct ar_register){0};
    state->derived.is_set = false;
    if (state->is_derived)
        return;
    state->value = ar_factset_get(machine->facts, state->decl, state->key);
    hold_value(machine, state);
}

static struct ar_fact_state *find_state(struct ar_machine *machine,
                                        const struct ar_fact_decl *decl,
                                        ar_str key)
{
    struct ar_fact_state *state = ar_map_get(&machine->states, key);
    if (state)
        return state;
    state = AR_NEW(machine->shared, struct ar_fact_state);
    state->decl = decl;
    state->key = ar_str_copy(machine->shared, key);
    ar_machine_look_up(machine, state);
    ar_map_put(machine->shared, &machine->states, state->key, state);
    return state;
}

/* ---- facts ---- */

static void see_missing(struct ar_machine *machine,
                        const struct ar_fact_state *state)
{
    if (machine->is_rendering && machine->missing && !state->entry)
        machine->missing->see(machine->missing->context, state->decl,
                              state->key);
}

static struct ar_register read_fact(struct ar_machine *machine,
                                    const struct ar_block_fact *fact,
                                    struct ar_fact_state *state,
                                    const struct ar_register *arguments)
{
    if (state->is_derived)
        return ar_machine_derive(machine, fact, state, arguments);
    see_missing(machine, state);
    ar_machine_note(machine, state);
    return state->held;
}

/* The arguments of a slot: constants. */
static struct ar_register *make_arguments(struct ar_machine *machine,
                                          const struct ar_block_slot *slot)
{
    const struct ar_code *code = machine->code;
    struct ar_register *out =
        AR_NEW_ARRAY(machine->scratch, struct ar_register, slot->n_arguments);
    for (uint32_t ix = 0; ix < slot->n_arguments; ix++) {
        uint32_t constant = code->block.item_at[slot->arguments + ix].constant;
        const ar_value *value = &code->constants[constant];
        if (value->type->kind == AR_TYPE_BOOL)
            out[ix] = ar_register_of_bool(value->as.boolean);
        else
            out[ix].value = value;
    }
    return out;
}

void ar_operate_load_slot(const struct ar_operation *operation)
{
    struct ar_machine *machine = operation->machine;
    const struct ar_block *block = &machine->code->block;
    const struct ar_block_slot *slot = &block->slot_at[operation->wide];
    struct ar_fact_state *state = machine->slots[operation->wide];
    if (!state) {
        state = find_state(machine, machine->code->facts[slot->fact],
                           ar_block_text(block, slot->key));
        ar_vector_push(machine->tables, &machine->used_slots, operation->wide);
        machine->slots[operation->wide] = state;
    }
    const struct ar_register *arguments = NULL;
    if (state->is_derived)
        arguments = make_arguments(machine, slot);
    operation->at[0] =
        read_fact(machine, &block->fact_at[slot->fact], state, arguments);
}

static ar_value *take_values(const struct ar_operation *operation, size_t count)
{
    ar_value *values =
        AR_NEW_ARRAY(operation->machine->scratch, ar_value, count);
    for (size_t ix = 0; ix < count; ix++)
        values[ix] = ar_register_value(&operation->at[ix]);
    return values;
}

void ar_operate_load_fact(const struct ar_operation *operation)
{
    struct ar_machine *machine = operation->machine;
    const struct ar_fact_decl *decl = machine->code->facts[operation->wide];
    size_t count = decl->n_parameters;
    if (!ar_operation_has_values(operation, count)) {
        if (decl->type->kind == AR_TYPE_BOOL)
            ar_register_make_condition(operation->at);
        return;
    }
    ar_str key =
        ar_fact_key(machine->scratch, decl, take_values(operation, count));
    struct ar_fact_state *state = find_state(machine, decl, key);
    operation->at[0] =
        read_fact(machine, &machine->code->block.fact_at[operation->wide],
                  state, operation->at);
}

/* ---- groups ---- */

/* Evidence is always a fact: the first one under the group that has the state
 * that was found. */
static struct ar_fact_state *find_evidence(struct ar_machine *machine,
                                           const struct ar_fact_group *group,
                                           const ar_value *arguments,
                                           size_t n_arguments,
                                           enum ar_state wanted)
{
    for (size_t ix = 0; ix < group->facts.count; ix++) {
        const struct ar_fact_decl *decl = group->facts.at[ix];
        if (decl->n_parameters != n_arguments)
            continue;
        ar_str key = ar_fact_key(machine->scratch, decl, arguments);
        struct ar_fact_state *state = find_state(machine, decl, key);
        see_missing(machine, state);
        if (state->value.state == wanted ||
            (wanted == AR_STATE_VALUE && ar_value_is_there(&state->value)))
            return state;
    }
    return NULL;
}

static struct ar_group_state look_up_group(struct ar_machine *machine,
                                           const struct ar_fact_group *group,
                                           ar_str key,
                                           const ar_value *arguments,
                                           size_t n_arguments)
{
    struct ar_group_state out = {0};
    ar_value *value = AR_NEW(machine->shared, ar_value);
    *value = ar_factset_group(machine->facts, group, key);
    out.held.value = value;
    if (value->state != AR_STATE_VALUE)
        out.held.trace = make_trace(machine, NULL, key, value);
    out.evidence =
        find_evidence(machine, group, arguments, n_arguments, value->state);
    return out;
}

static void give_group(const struct ar_operation *operation,
                       const struct ar_fact_group *group,
                       const struct ar_group_state *state)
{
    struct ar_machine *machine = operation->machine;
    ar_machine_spend(machine, (int64_t)group->facts.count);
    if (state->evidence)
        ar_machine_note(machine, state->evidence);
    operation->at[0] = state->held;
}

static ar_value *take_constants(struct ar_machine *machine, uint32_t items,
                                uint32_t count)
{
    ar_value *values = AR_NEW_ARRAY(machine->scratch, ar_value, count);
    for (uint32_t ix = 0; ix < count; ix++) {
        uint32_t constant = machine->code->block.item_at[items + ix].constant;
        values[ix] = machine->code->constants[constant];
    }
    return values;
}

void ar_operate_load_group_slot(const struct ar_operation *operation)
{
    struct ar_machine *machine = operation->machine;
    const struct ar_block *block = &machine->code->block;
    const struct ar_block_group_slot *slot =
        &block->group_slot_at[operation->wide];
    const struct ar_fact_group *group = machine->code->groups[slot->group];
    struct ar_group_state *state = machine->group_slots[operation->wide];
    if (!state) {
        state = AR_NEW(machine->shared, struct ar_group_state);
        *state = look_up_group(
            machine, group, ar_block_text(block, slot->key),
            take_constants(machine, slot->arguments, slot->n_arguments),
            slot->n_arguments);
        ar_vector_push(machine->tables, &machine->used_group_slots,
                       operation->wide);
        machine->group_slots[operation->wide] = state;
    }
    give_group(operation, group, state);
}

void ar_operate_load_group(const struct ar_operation *operation)
{
    struct ar_machine *machine = operation->machine;
    const struct ar_fact_group *group = machine->code->groups[operation->wide];
    size_t count = group->n_parameters;
    if (!ar_operation_has_values(operation, count))
        return;
    const ar_value *arguments = take_values(operation, count);
    struct ar_group_state state = look_up_group(
        machine, group, ar_fact_group_key(machine->shared, group, arguments),
        arguments, count);
    give_group(operation, group, &state);
}
