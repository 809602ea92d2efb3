/* SPDX-License-Identifier: Apache-2.0 */
/* The functions of a list that need each of its elements: min max sum sort
 * unique join. Sorting is stable, so that of equal elements that are spelt
 * differently, such as versions, each keeps its place. */

#include "run/machine.h"

/* ---- elements ---- */

const ar_value *ar_operation_find_lack(const ar_value *list)
{
    const ar_value *unknown = NULL;
    for (size_t ix = 0; ix < list->as.list.count; ix++) {
        const ar_value *item = &list->as.list.items[ix];
        if (item->state == AR_STATE_ABSENT)
            return item;
        if (item->state == AR_STATE_UNKNOWN && !unknown)
            unknown = item;
    }
    return unknown;
}

static void give_list(const struct ar_operation *operation,
                      const ar_value *items, size_t count)
{
    const struct ar_type *type =
        operation->machine->code->types[operation->wide];
    ar_operation_give(operation, ar_value_list(type, items, count));
}

/* ---- sorting ---- */

/* Two sorted runs, from[start..middle) and from[middle..end), as one. */
static void merge(const ar_value *const *from, const ar_value **to,
                  size_t start, size_t middle, size_t end)
{
    size_t left = start;
    size_t right = middle;
    for (size_t ix = start; ix < end; ix++) {
        bool takes_left =
            left < middle &&
            (right == end || ar_value_order(from[left], from[right]) <= 0);
        to[ix] = takes_left ? from[left++] : from[right++];
    }
}

/* Pointers to the elements, from least to greatest. */
static const ar_value *const *sort_items(struct ar_machine *machine,
                                         const ar_value *list)
{
    size_t count = list->as.list.count;
    const ar_value **from =
        AR_NEW_ARRAY(machine->scratch, const ar_value *, count);
    const ar_value **to =
        AR_NEW_ARRAY(machine->scratch, const ar_value *, count);
    for (size_t ix = 0; ix < count; ix++)
        from[ix] = &list->as.list.items[ix];
    for (size_t width = 1; width < count; width *= 2) {
        for (size_t start = 0; start < count; start += 2 * width) {
            size_t rest = count - start;
            size_t middle = start + (rest < width ? rest : width);
            size_t end = start + (rest < 2 * width ? rest : 2 * width);
            merge(from, to, start, middle, end);
        }
        const ar_value **sorted = to;
        to = from;
        from = sorted;
    }
    return from;
}

static void call_sort(const struct ar_operation *operation,
                      const ar_value *list)
{
    struct ar_machine *machine = operation->machine;
    size_t count = list->as.list.count;
    const ar_value *const *sorted = sort_items(machine, list);
    ar_value *items = AR_NEW_ARRAY(machine->scratch, ar_value, count);
    for (size_t ix = 0; ix < count; ix++)
        items[ix] = *sorted[ix];
    give_list(operation, items, count);
}

/* In sorted order, equal elements are neighbours and the first of them is the
 * one that stays. */
static void call_unique(const struct ar_operation *operation,
                        const ar_value *list)
{
    struct ar_machine *machine = operation->machine;
    size_t count = list->as.list.count;
    const ar_value *const *sorted = sort_items(machine, list);
    bool *stays = AR_NEW_ARRAY(machine->scratch, bool, count);
    for (size_t ix = 0; ix < count; ix++)
        stays[sorted[ix] - list->as.list.items] =
            ix == 0 || ar_value_order(sorted[ix - 1], sorted[ix]) != 0;
    ar_value *items = AR_NEW_ARRAY(machine->scratch, ar_value, count);
    size_t n_items = 0;
    for (size_t ix = 0; ix < count; ix++) {
        if (stays[ix])
            items[n_items++] = list->as.list.items[ix];
    }
    give_list(operation, items, n_items);
}

/* ---- one value of all ---- */

static void call_extreme(const struct ar_operation *operation,
                         const ar_value *list)
{
    const ar_value *items = list->as.list.items;
    bool is_max = operation->n == AR_FUNCTION_MAX;
    if (list->as.list.count == 0) {
        ar_operation_give_lack(operation, ar_value_absent());
        return;
    }
    size_t best = 0;
    for (size_t ix = 1; ix < list->as.list.count; ix++) {
        int order = ar_value_order(&items[ix], &items[best]);
        if (is_max ? order > 0 : order < 0)
            best = ix;
    }
    ar_operation_give(operation, items[best]);
}

/* What an empty list adds up to. */
static ar_value make_zero(const struct ar_type *type)
{
    switch (type->kind) {
    case AR_TYPE_REAL: return ar_value_real(0);
    case AR_TYPE_SIZE: return ar_value_size(0);
    case AR_TYPE_DURATION: return ar_value_duration(0);
    case AR_TYPE_POISON: /* of [] */
    case AR_TYPE_INT: return ar_value_int(0);
    case AR_TYPE_BOOL:
    case AR_TYPE_STRING:
    case AR_TYPE_VERSION:
    case AR_TYPE_TIME:
    case AR_TYPE_IP:
    case AR_TYPE_CIDR:
    case AR_TYPE_ENUM:
    case AR_TYPE_LIST:
    case AR_TYPE_MAP:
    case AR_TYPE_RECORD: break;
    }
    AR_UNREACHABLE();
}

static void call_sum(const struct ar_operation *operation, const ar_value *list)
{
    ar_value sum = make_zero(operation->machine->code->types[operation->wide]);
    for (size_t ix = 0; ix < list->as.list.count; ix++) {
        sum = ar_value_add(&sum, &list->as.list.items[ix]);
        if (sum.state == AR_STATE_VALUE)
            continue;
        ar_operation_give_lack(operation, sum);
        return;
    }
    ar_operation_give(operation, sum);
}

/* Far more than a text may have would not fit a size_t everywhere. */
static uint64_t measure_joined(const ar_value *list, ar_str separator)
{
    size_t count = list->as.list.count;
    uint64_t length = count > 0 ? (uint64_t)(count - 1) * separator.len : 0;
    for (size_t ix = 0; ix < count; ix++)
        length += list->as.list.items[ix].as.string.len;
    return length;
}

static void call_join(const struct ar_operation *operation,
                      const ar_value *list)
{
    struct ar_machine *machine = operation->machine;
    ar_str separator = operation->at[1].value->as.string;
    if (measure_joined(list, separator) > AR_MAX_VALUE_BYTES) {
        ar_operation_give_too_large(operation, "the text is too long");
        return;
    }
    struct ar_buf text = AR_BUF(machine->scratch);
    for (size_t ix = 0; ix < list->as.list.count; ix++) {
        if (ix > 0)
            ar_buf_put(&text, separator);
        ar_buf_put(&text, list->as.list.items[ix].as.string);
    }
    ar_machine_spend_bytes(machine, text.len);
    ar_operation_give(operation, ar_value_string(ar_buf_view(&text)));
}

/* ---- all of them ---- */

void ar_operate_list_function(const struct ar_operation *operation)
{
    const struct ar_register list = operation->at[0];
    ar_machine_spend(operation->machine, (int64_t)list.value->as.list.count);
    const ar_value *lack = ar_operation_find_lack(list.value);
    if (lack)
        operation->at[0] =
            ar_operation_element(operation, &list, ar_value_lack(*lack), true);
    else if (operation->n == AR_FUNCTION_SORT)
        call_sort(operation, list.value);
    else if (operation->n == AR_FUNCTION_UNIQUE)
        call_unique(operation, list.value);
    else if (operation->n == AR_FUNCTION_SUM)
        call_sum(operation, list.value);
    else if (operation->n == AR_FUNCTION_JOIN)
        call_join(operation, list.value);
    else
        call_extreme(operation, list.value);
}
