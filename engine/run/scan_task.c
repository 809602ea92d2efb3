/* SPDX-License-Identifier: Apache-2.0 */
/* What the facts alone do not decide: patterns, elements of lists, and all
 * else by the machine. Each is worked out at most once. */

#include "run/scan_parts.h"

#include <string.h>

/* ---- by the machine ---- */

static struct ar_machine *need_machine(struct ar_scan *scan)
{
    if (scan->is_machine_ready)
        return scan->machine;
    scan->memory.out_of_memory = scan->arena->out_of_memory;
    scan->machine =
        ar_machine_again(scan->machine, &scan->memory, scan->index->code,
                         scan->facts, &scan->options);
    scan->machine->is_status_only = true;
    scan->is_machine_ready = true;
    return scan->machine;
}

enum ar_status ar_scan_judge(struct ar_scan *scan, uint32_t rule_ix)
{
    struct ar_machine *machine = need_machine(scan);
    struct ar_rule_result out;
    ar_machine_judge(machine, scan->index->code->program->rules.at[rule_ix],
                     &out);
    return out.status;
}

/* Where patterns took much work, it depends on the rule what is left of its
 * fuel for them. */
unsigned ar_scan_run_task(struct ar_scan *scan,
                          const struct ar_index_task *task)
{
    struct ar_machine *machine = need_machine(scan);
    unsigned n_budget = machine->n_regex_budget;
    struct ar_register held;
    bool is_slot = task->kind == AR_INDEX_TASK_SLOT;
    if (!is_slot && task->routine == AR_BLOCK_NONE)
        return AR_SCAN_LEFT;
    ar_machine_prepare(machine);
    if (is_slot) {
        struct ar_operation operation = {
            .machine = machine, .at = &held, .wide = task->slot};
        ar_operate_load_slot(&operation);
    } else {
        held = ar_memo_predicate(machine, task->routine);
    }
    int64_t regex = AR_MAX_REGEX_FUEL_RULE - machine->regex_left;
    if (held.value || machine->exhausted ||
        machine->n_regex_budget != n_budget ||
        regex > AR_MAX_REGEX_FUEL_RULE / AR_INDEX_MATCHES)
        return AR_SCAN_LEFT;
    return task->is_inverse ? ar_bits_not(held.bits) : held.bits;
}

/* ---- elements ---- */

/* As ar_value_order(), sooner for the kinds that most fields have. */
static int order(const ar_value *a, const ar_value *b)
{
    enum ar_type_kind kind = a->type->kind;
    bool is_integer = kind == AR_TYPE_INT || kind == AR_TYPE_SIZE ||
                      kind == AR_TYPE_DURATION || kind == AR_TYPE_TIME ||
                      kind == AR_TYPE_ENUM;
    if (!is_integer || b->type->kind != kind)
        return ar_value_order(a, b);
    return (a->as.integer > b->as.integer) - (a->as.integer < b->as.integer);
}

static bool is_in(const ar_value *value, const ar_value *list)
{
    for (size_t ix = 0; ix < list->as.list.count; ix++) {
        if (order(value, &list->as.list.items[ix]) == 0)
            return true;
    }
    return false;
}

static bool test_value(const struct ar_index_field_test *test,
                       const ar_value *value, const ar_value *constants)
{
    const ar_value *constant = &constants[test->constant];
    switch (test->test) {
    case AR_INDEX_BOOL: return value->as.boolean;
    case AR_INDEX_EQUAL:
        if (value->type->kind == AR_TYPE_STRING)
            return ar_str_equal(value->as.string, constant->as.string);
        return order(value, constant) == 0;
    case AR_INDEX_LESS: return order(value, constant) < 0;
    case AR_INDEX_LESS_EQUAL: return order(value, constant) <= 0;
    case AR_INDEX_IN: return is_in(value, constant);
    case AR_INDEX_EXISTS:
    case AR_INDEX_TASK: break;
    }
    AR_UNREACHABLE();
}

/* Whether all clauses hold for the record; *is_open if it has a field that is
 * no value. */
static bool test_record(const struct ar_index_task *task,
                        const ar_value *fields, const ar_value *constants,
                        bool *is_open)
{
    const struct ar_index_field_test *end = task->tests + task->n_tests;
    for (const struct ar_index_field_test *test = task->tests; test < end;
         test++) {
        const ar_value *field = &fields[test->field];
        if (field->state != AR_STATE_VALUE) {
            *is_open = true;
            return false;
        }
        bool holds = test_value(test, field, constants) != test->is_negated;
        if (!holds && test->is_last)
            return false;
        while (holds && !test->is_last)
            test++;
    }
    return true;
}

static unsigned try_any(struct ar_scan *scan, const struct ar_index_task *task)
{
    const ar_value *list = scan->values[task->slot];
    if (list->state == AR_STATE_ABSENT)
        return AR_OUTCOME_NEITHER;
    if (list->state == AR_STATE_UNKNOWN)
        return AR_OUTCOME_OPEN;
    bool is_open = false;
    bool holds = false;
    for (size_t ix = 0; ix < list->as.list.count && !holds && !is_open; ix++) {
        const ar_value *record = &list->as.list.items[ix];
        is_open = record->state != AR_STATE_VALUE;
        if (!is_open)
            holds = test_record(task, record->as.list.items,
                                scan->index->code->constants, &is_open);
    }
    if (is_open)
        return ar_scan_run_task(scan, task);
    return holds ? AR_OUTCOME_TRUE : AR_OUTCOME_FALSE;
}

unsigned ar_scan_try_task(struct ar_scan *scan, uint32_t task_ix)
{
    const struct ar_index_task *task = &scan->index->tasks[task_ix];
    switch (task->kind) {
    case AR_INDEX_TASK_ROUTINE:
    case AR_INDEX_TASK_SLOT: return ar_scan_run_task(scan, task);
    case AR_INDEX_TASK_MATCH: return ar_scan_match(scan, task_ix);
    case AR_INDEX_TASK_ANY: return try_any(scan, task);
    }
    AR_UNREACHABLE();
}
