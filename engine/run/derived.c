/* SPDX-License-Identifier: Apache-2.0 */
/* Derived facts: the one definition whose guard holds, in the fact's place. */

#include "run/machine.h"

/* The definitions that may apply. */
struct choice {
    const struct ar_block_definition *certain[2]; /* the first two */
    size_t n_certain;
    size_t n_possible;
    ar_cause_vector causes; /* of the guards that are open */
};

static void weigh(struct ar_machine *machine,
                  const struct ar_block_definition *definition,
                  struct choice *choice)
{
    struct ar_register guard = ar_register_of_bool(true);
    if (definition->guard != AR_BLOCK_NONE)
        guard = ar_machine_run(machine, definition->guard);
    if (!(guard.bits & AR_OUTCOME_TRUE))
        return;
    choice->n_possible++;
    ar_causes_collect(machine, &choice->causes, &guard);
    if (guard.bits != AR_OUTCOME_TRUE)
        return;
    if (choice->n_certain < AR_COUNT_OF(choice->certain))
        choice->certain[choice->n_certain] = definition;
    choice->n_certain++;
}

/* The fact itself is the cause: its definitions do not agree on it. */
static struct ar_register blame_fact(struct ar_machine *machine,
                                     const struct ar_fact_state *state,
                                     ar_value value)
{
    ar_cause_vector causes = {0};
    struct ar_cause cause = {.name = state->key,
                             .is_fact = true,
                             .decl = state->decl,
                             .value = value};
    ar_vector_push(machine->scratch, &causes, cause);
    return ar_register_unknown(machine, causes);
}

static struct ar_register give_conflict(struct ar_machine *machine,
                                        const struct ar_fact_state *state,
                                        const struct choice *choice)
{
    struct ar_arena *scratch = machine->scratch;
    ar_str first =
        ar_machine_position(scratch, machine, choice->certain[0]->place);
    ar_str second =
        ar_machine_position(scratch, machine, choice->certain[1]->place);
    ar_str detail = ar_str_printf(
        scratch, "the definitions at " AR_STR_FORMAT " and " AR_STR_FORMAT,
        AR_STR_ARG(first), AR_STR_ARG(second));
    return blame_fact(machine, state,
                      ar_value_unknown(AR_REASON_conflict, detail));
}

static struct ar_register run_definitions(struct ar_machine *machine,
                                          const struct ar_block_fact *fact,
                                          const struct ar_fact_state *state)
{
    const struct ar_block_definition *definitions =
        &machine->code->block.definition_at[fact->definitions];
    struct choice choice = {0};
    for (uint32_t ix = 0; ix < fact->n_definitions; ix++)
        weigh(machine, &definitions[ix], &choice);
    if (choice.n_certain > 1)
        return give_conflict(machine, state, &choice);
    if (choice.n_possible == 0)
        return blame_fact(
            machine, state,
            ar_value_unknown(AR_REASON_unsupported,
                             AR_STR("no definition of it applies")));
    if (choice.n_possible > 1 || choice.n_certain == 0)
        return ar_register_unknown(machine, choice.causes);
    return ar_machine_run(machine, choice.certain[0]->value);
}

/* A bool is a condition, and parts of the result are parts of this fact. */
static struct ar_register settle(struct ar_machine *machine,
                                 const struct ar_fact_state *state,
                                 struct ar_register result)
{
    struct ar_trace *trace = AR_NEW(machine->scratch, struct ar_trace);
    if (result.trace)
        *trace = *result.trace;
    trace->decl = state->decl;
    trace->path = state->key;
    result.trace = trace;
    if (state->decl->type->kind == AR_TYPE_BOOL && result.value)
        ar_register_make_condition(&result);
    return result;
}

static struct ar_frame *bind_arguments(struct ar_machine *machine,
                                       const struct ar_block_fact *fact,
                                       const struct ar_register *arguments)
{
    struct ar_frame *outer = machine->frame;
    machine->frame = ar_frame_start(machine, fact->n_locals);
    for (uint32_t ix = 0; ix < fact->n_parameters; ix++)
        ar_frame_set(machine, ix, arguments[ix]);
    return outer;
}

struct ar_register ar_machine_derive(struct ar_machine *machine,
                                     const struct ar_block_fact *fact,
                                     struct ar_fact_state *state,
                                     const struct ar_register *arguments)
{
    if (ar_memo_use(machine, &state->derived))
        return state->derived.held;
    struct ar_work work;
    ar_memo_begin(machine, &work);
    struct ar_frame *outer = bind_arguments(machine, fact, arguments);
    struct ar_register result =
        settle(machine, state, run_definitions(machine, fact, state));
    machine->frame = outer;
    state->value = ar_register_value(&result);
    ar_memo_end(machine, &work, &state->derived, result, state);
    state->value = ar_copy_value(machine->shared, state->value);
    return state->derived.held;
}
