/* SPDX-License-Identifier: Apache-2.0 */
/* Loops over the elements of a list: any, every and no join the conditions of
 * the elements, count, first and filter look for those that are certainly
 * true. */

#include "run/machine.h"

static bool is_fold(const struct ar_loop *loop)
{
    return loop->loop->kind <= AR_LOOP_NO;
}

static void bind_element(const struct ar_operation *operation,
                         const struct ar_loop *loop)
{
    struct ar_register element =
        ar_operation_element(operation, &loop->list,
                             loop->list.value->as.list.items[loop->ix], true);
    if (loop->loop->is_condition)
        ar_register_make_condition(&element);
    ar_frame_set(operation->machine, loop->loop->local, element);
    ar_machine_spend(operation->machine, 1);
}

/* ---- the result ---- */

static void give_fold(const struct ar_operation *operation,
                      const struct ar_loop *loop)
{
    unsigned bits = loop->bits;
    if (loop->loop->kind == AR_LOOP_NO)
        bits = ar_bits_not(bits);
    operation->at[0] = ar_register_blame(
        operation->machine, ar_register_of_bits(bits), loop->causes);
}

static void give_filtered(const struct ar_operation *operation,
                          const struct ar_loop *loop)
{
    const struct ar_type *type =
        operation->machine->code->types[loop->loop->type];
    operation->at[0].value = ar_register_keep(
        operation->machine, ar_value_list(type, loop->items, loop->n_items));
    operation->at[0].trace = loop->list.trace;
}

static void give_selection(const struct ar_operation *operation,
                           const struct ar_loop *loop)
{
    struct ar_machine *machine = operation->machine;
    if (loop->is_open)
        operation->at[0] = ar_register_unknown(machine, loop->causes);
    else if (loop->loop->kind == AR_LOOP_COUNT)
        ar_operation_give(operation, ar_value_int((int64_t)loop->n_items));
    else if (loop->loop->kind == AR_LOOP_FILTER)
        give_filtered(operation, loop);
    else if (loop->n_items == 0)
        ar_operation_give_lack(operation, ar_value_absent());
    else
        operation->at[0] =
            ar_operation_element(operation, &loop->list, loop->items[0], false);
}

static uint32_t end_loop(const struct ar_operation *operation,
                         struct ar_loop **loops)
{
    struct ar_loop *loop = *loops;
    *loops = loop->outer;
    operation->machine->frame->generation = loop->outer_generation;
    if (is_fold(loop))
        give_fold(operation, loop);
    else
        give_selection(operation, loop);
    return loop->loop->end;
}

/* ---- an element ---- */

/* False if no later element can change the result. */
static bool take_into_fold(const struct ar_operation *operation,
                           struct ar_loop *loop)
{
    const struct ar_register *each = &operation->at[1];
    bool is_every = loop->loop->kind == AR_LOOP_EVERY;
    loop->bits = is_every ? ar_bits_and(loop->bits, each->bits)
                          : ar_bits_or(loop->bits, each->bits);
    ar_causes_collect(operation->machine, &loop->causes, each);
    return loop->bits != (is_every ? AR_OUTCOME_FALSE : AR_OUTCOME_TRUE);
}

static bool take_into_selection(const struct ar_operation *operation,
                                struct ar_loop *loop)
{
    const struct ar_register *each = &operation->at[1];
    bool is_first = loop->loop->kind == AR_LOOP_FIRST;
    if (!(each->bits & AR_OUTCOME_TRUE))
        return true;
    if (each->bits != AR_OUTCOME_TRUE) {
        loop->is_open = true;
        ar_causes_collect(operation->machine, &loop->causes, each);
        return !is_first;
    }
    loop->items[loop->n_items++] = loop->list.value->as.list.items[loop->ix];
    return !is_first;
}

/* ---- the instructions ---- */

static struct ar_loop *start_loop(const struct ar_operation *operation,
                                  const struct ar_block_loop *record)
{
    struct ar_machine *machine = operation->machine;
    struct ar_loop *loop = AR_NEW(machine->scratch, struct ar_loop);
    loop->loop = record;
    loop->list = operation->at[0];
    loop->outer_generation = machine->frame->generation;
    loop->bits =
        record->kind == AR_LOOP_EVERY ? AR_OUTCOME_TRUE : AR_OUTCOME_FALSE;
    if (!is_fold(loop))
        loop->items = AR_NEW_ARRAY(machine->scratch, ar_value,
                                   loop->list.value->as.list.count);
    return loop;
}

uint32_t ar_loop_begin(const struct ar_operation *operation,
                       struct ar_loop **loops)
{
    const struct ar_block_loop *record =
        &operation->machine->code->block.loop_at[operation->wide];
    if (!ar_operation_has_values(operation, 1)) {
        if (record->kind <= AR_LOOP_NO)
            ar_register_make_condition(operation->at);
        return record->end;
    }
    struct ar_loop *loop = start_loop(operation, record);
    loop->outer = *loops;
    *loops = loop;
    if (loop->list.value->as.list.count == 0)
        return end_loop(operation, loops);
    bind_element(operation, loop);
    return record->body;
}

uint32_t ar_loop_next(const struct ar_operation *operation,
                      struct ar_loop **loops, uint32_t next)
{
    struct ar_loop *loop = *loops;
    if (!loop)
        return next;
    bool goes_on = is_fold(loop) ? take_into_fold(operation, loop)
                                 : take_into_selection(operation, loop);
    loop->ix++;
    if (!goes_on || loop->ix == loop->list.value->as.list.count)
        return end_loop(operation, loops);
    bind_element(operation, loop);
    return loop->loop->body;
}
