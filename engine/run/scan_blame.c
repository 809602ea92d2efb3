/* SPDX-License-Identifier: Apache-2.0 */
/* Of which rules there is more to say than a status, because a fact that they
 * read is absent or was not given. */

#include "run/scan_parts.h"

#include <string.h>

/* ---- facts ---- */

/* Whether there is more to say of rules that read a fact in such a state. */
static bool is_to_blame(const ar_value *value, bool ids_only)
{
    if (!ids_only)
        return value->state == AR_STATE_ABSENT;
    return value->state == AR_STATE_UNKNOWN &&
           value->reason == AR_REASON_not_given;
}

/* ---- tasks ---- */

/* Whether the fact is absent, or in a list an element or a field of one. */
static bool has_gaps(const ar_value *value)
{
    if (value->state != AR_STATE_VALUE)
        return value->state == AR_STATE_ABSENT;
    if (ar_type_is_scalar(value->type))
        return false;
    for (size_t ix = 0; ix < value->as.list.count; ix++) {
        if (has_gaps(&value->as.list.items[ix]))
            return true;
    }
    return false;
}

typedef bool (*task_test)(const struct ar_scan *scan,
                          const struct ar_index_task *task);

static bool is_opaque(const struct ar_scan *scan,
                      const struct ar_index_task *task)
{
    (void)scan;
    return !ar_scan_is_of_slot(task);
}

static bool is_with_gaps(const struct ar_scan *scan,
                         const struct ar_index_task *task)
{
    return ar_scan_is_of_slot(task) && scan->has_gaps[task->slot];
}

/* Adds the columns that have a task of which that is true. */
static void mark_rests(const struct ar_scan *scan, uint64_t *columns,
                       task_test is_meant)
{
    const struct ar_index *index = scan->index;
    uint32_t ix = 0;
    for (uint32_t column = 0; column < index->n_rules; column++) {
        for (; ix < index->rest_ends[column]; ix++) {
            const struct ar_index_rest *rest = &index->rests[ix];
            const uint32_t *literals = index->rest_literals + rest->first;
            for (uint32_t nth = 0; nth < rest->n_literals; nth++) {
                if (is_meant(scan, &index->tasks[literals[nth] >> 1]))
                    columns[column / 64] |= UINT64_C(1) << (column % 64);
            }
        }
    }
}

static void list_task(struct ar_scan *scan, uint32_t task_ix)
{
    const struct ar_index_task *task = &scan->index->tasks[task_ix];
    if (!ar_scan_is_of_slot(task)) {
        scan->opaque_tasks[scan->n_opaque_tasks++] = task_ix;
        return;
    }
    if (scan->first_task[task->slot] == 0)
        scan->task_slots[scan->n_task_slots++] = task->slot;
    scan->next_task[task_ix] = scan->first_task[task->slot];
    scan->first_task[task->slot] = task_ix + 1;
}

void ar_scan_list_tasks(struct ar_scan *scan)
{
    const struct ar_index *index = scan->index;
    struct ar_arena *arena = scan->arena;
    scan->opaque = AR_NEW_ARRAY(arena, uint64_t, index->n_rule_words);
    scan->has_gaps = AR_NEW_ARRAY(arena, bool, index->layout.count);
    scan->task_slots = AR_NEW_ARRAY(arena, uint32_t, index->n_tasks);
    scan->opaque_tasks = AR_NEW_ARRAY(arena, uint32_t, index->n_tasks);
    scan->first_task = AR_NEW_ARRAY(arena, uint32_t, index->layout.count);
    scan->next_task = AR_NEW_ARRAY(arena, uint32_t, index->n_tasks);
    mark_rests(scan, scan->opaque, is_opaque);
    for (uint32_t ix = 0; ix < index->n_tasks; ix++)
        list_task(scan, ix);
}

void ar_scan_find_gaps(struct ar_scan *scan, uint32_t slot)
{
    if (scan->first_task[slot] > 0)
        scan->has_gaps[slot] = has_gaps(scan->values[slot]);
}

static void blame_rests(struct ar_scan *scan)
{
    bool is_any = false;
    for (uint32_t ix = 0; ix < scan->n_task_slots; ix++) {
        ar_scan_find_gaps(scan, scan->task_slots[ix]);
        is_any = is_any || scan->has_gaps[scan->task_slots[ix]];
    }
    if (is_any)
        mark_rests(scan, scan->blamed, is_with_gaps);
}

/* ---- all rules ---- */

void ar_scan_find_blame(struct ar_scan *scan, bool ids_only)
{
    const struct ar_index *index = scan->index;
    bool are_rests_asked = !ids_only && !scan->is_long;
    const uint64_t *rests = are_rests_asked ? scan->opaque : index->has_rest;
    for (uint32_t at = 0; at < index->n_rule_words; at++)
        scan->blamed[at] =
            rests[at] | index->is_run[at] | (scan->has_odd ? scan->odd[at] : 0);
    for (uint32_t ix = 0; ix < index->n_slots; ix++) {
        const struct ar_index_slot *slot = &index->slots[ix];
        if (is_to_blame(scan->values[slot->slot], ids_only))
            ar_scan_mark_slot(index, scan->blamed, slot);
    }
    if (are_rests_asked)
        blame_rests(scan);
}
