/* SPDX-License-Identifier: Apache-2.0 */
/* What is worked out once for all rules: shared predicates, and with
 * derived.c derived facts. */

#include "run/machine.h"

static void note_all(struct ar_machine *machine, const struct ar_memo *memo)
{
    for (size_t ix = 0; ix < memo->n_facts; ix++)
        ar_machine_note(machine, memo->facts[ix]);
}

bool ar_memo_use(struct ar_machine *machine, struct ar_memo *memo)
{
    if (!memo->is_set)
        return false;
    if (memo->reader != machine->reader) {
        if (memo->regex > machine->regex_left)
            return false;
        memo->reader = machine->reader;
        machine->regex_left -= memo->regex;
        ar_machine_spend(machine, memo->steps);
    }
    note_all(machine, memo);
    return true;
}

void ar_memo_begin(struct ar_machine *machine, struct ar_work *work)
{
    *work = (struct ar_work){
        .reading = {.number = ++machine->last_reading},
        .outer_reading = machine->reading,
        .outer_reader = machine->reader,
        .n_regex_budget = machine->n_regex_budget,
        .steps = machine->steps_left,
        .regex = machine->regex_left,
    };
    machine->reading = &work->reading;
    machine->reader = ++machine->last_reader;
}

static void keep_facts(struct ar_machine *machine, const struct ar_work *work,
                       struct ar_memo *memo, struct ar_fact_state *itself)
{
    size_t count = work->reading.facts.count + (itself != NULL);
    struct ar_fact_state **facts =
        AR_NEW_ARRAY(machine->shared, struct ar_fact_state *, count);
    size_t at = 0;
    if (itself)
        facts[at++] = itself;
    for (size_t ix = 0; ix < work->reading.facts.count; ix++)
        facts[at++] = work->reading.facts.at[ix];
    memo->facts = facts;
    memo->n_facts = count;
}

void ar_memo_end(struct ar_machine *machine, struct ar_work *work,
                 struct ar_memo *memo, struct ar_register result,
                 struct ar_fact_state *itself)
{
    machine->reading = work->outer_reading;
    machine->reader = work->outer_reader;
    memo->held = ar_copy_register(machine->shared, &result);
    memo->steps = work->steps - machine->steps_left;
    memo->regex = work->regex - machine->regex_left;
    memo->reader = machine->reader;
    memo->is_set =
        !machine->exhausted && work->n_regex_budget == machine->n_regex_budget;
    keep_facts(machine, work, memo, itself);
    note_all(machine, memo);
}

struct ar_register ar_memo_predicate(struct ar_machine *machine,
                                     uint32_t routine)
{
    struct ar_memo *memo = machine->predicates[routine];
    if (!memo) {
        memo = AR_NEW(machine->shared, struct ar_memo);
        ar_vector_push(machine->tables, &machine->used_predicates, routine);
        machine->predicates[routine] = memo;
    }
    if (ar_memo_use(machine, memo))
        return memo->held;
    size_t n_locals = machine->code->block.routine_at[routine].n_locals;
    struct ar_frame *outer = machine->frame;
    struct ar_work work;
    ar_memo_begin(machine, &work);
    if (n_locals > 0)
        machine->frame = ar_frame_start(machine, n_locals);
    struct ar_register result = ar_machine_run(machine, routine);
    machine->frame = outer;
    ar_memo_end(machine, &work, memo, result, NULL);
    return memo->held;
}
