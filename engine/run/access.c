/* SPDX-License-Identifier: Apache-2.0 */
/* The instructions that take values apart (fields, elements, parts of
 * versions and networks) and that put lists and texts together. What is taken
 * out keeps its place in the fact, so that it can be named. */

#include "run/machine.h"

static const ar_value *operand(const struct ar_operation *operation, size_t ix)
{
    AR_ASSERT(operation->at[ix].value != NULL);
    return operation->at[ix].value;
}

/* ---- fields ---- */

void ar_operate_field(const struct ar_operation *operation)
{
    if (!ar_operation_has_values(operation, 1))
        return;
    const struct ar_register record = operation->at[0];
    operation->at[0] = ar_operation_field(operation, &record, operation->n);
}

/* The place of the field in each element; a list of no fact has none. */
static const struct ar_trace *trace_field(const struct ar_operation *operation)
{
    struct ar_machine *machine = operation->machine;
    const struct ar_register *list = &operation->at[0];
    if (!list->trace || !list->trace->decl)
        return NULL;
    const struct ar_type *element = list->value->type->element;
    struct ar_trace *trace = AR_NEW(machine->scratch, struct ar_trace);
    trace->decl = list->trace->decl;
    trace->path =
        ar_register_path(machine, list, &element->fields[operation->n]);
    return trace;
}

/* A record that is not known has no field that is: it stands for each. */
void ar_operate_list_field(const struct ar_operation *operation)
{
    struct ar_machine *machine = operation->machine;
    if (!ar_operation_has_values(operation, 1))
        return;
    const ar_value *list = operand(operation, 0);
    size_t count = list->as.list.count;
    ar_value *fields = AR_NEW_ARRAY(machine->scratch, ar_value, count);
    for (size_t ix = 0; ix < count && ar_machine_spend(machine, 1); ix++) {
        const ar_value *record = &list->as.list.items[ix];
        bool is_record = record->state == AR_STATE_VALUE;
        AR_ASSERT(!is_record || operation->n < record->as.list.count);
        fields[ix] = is_record ? record->as.list.items[operation->n] : *record;
    }
    const struct ar_trace *trace = trace_field(operation);
    const struct ar_type *type = machine->code->types[operation->wide];
    ar_operation_give(operation, ar_value_list(type, fields, count));
    operation->at[0].trace = trace;
}

/* ---- elements ---- */

static void give_element(const struct ar_operation *operation, size_t ix)
{
    const struct ar_register whole = operation->at[0];
    AR_ASSERT(ix < whole.value->as.list.count);
    operation->at[0] = ar_operation_element(
        operation, &whole, whole.value->as.list.items[ix], false);
}

void ar_operate_index(const struct ar_operation *operation)
{
    if (!ar_operation_has_values(operation, 2))
        return;
    int64_t count = (int64_t)operand(operation, 0)->as.list.count;
    int64_t ix = operand(operation, 1)->as.integer;
    if (ix < 0)
        ix += count;
    if (ix >= 0 && ix < count)
        give_element(operation, (size_t)ix);
    else
        ar_operation_give_lack(operation, ar_value_absent());
}

void ar_operate_map_index(const struct ar_operation *operation)
{
    if (!ar_operation_has_values(operation, 2))
        return;
    const ar_value *map = operand(operation, 0);
    ar_str key = operand(operation, 1)->as.string;
    for (size_t ix = 0; ix < map->as.list.count; ix++) {
        if (!ar_machine_spend(operation->machine, 1))
            break;
        if (!ar_str_equal(map->as.list.keys[ix], key))
            continue;
        give_element(operation, ix);
        return;
    }
    ar_operation_give_lack(operation, ar_value_absent());
}

/* ---- versions and networks ---- */

/* Numbers that a version does not have are 0. */
static void give_number(const struct ar_operation *operation, size_t ix)
{
    const struct ar_version *version = operand(operation, 0)->as.version;
    uint64_t number = ix < version->n_parts ? version->parts[ix] : 0;
    if (number <= INT64_MAX)
        ar_operation_give(operation, ar_value_int((int64_t)number));
    else
        ar_operation_give_bad(operation, "it does not fit an int");
}

void ar_operate_part(const struct ar_operation *operation)
{
    if (!ar_operation_has_values(operation, 1))
        return;
    const struct ar_cidr *cidr = &operand(operation, 0)->as.cidr;
    switch ((enum ar_part)operation->n) {
    case AR_PART_MAJOR: give_number(operation, 0); return;
    case AR_PART_MINOR: give_number(operation, 1); return;
    case AR_PART_PATCH: give_number(operation, 2); return;
    case AR_PART_FIRST:
        ar_operation_give(operation, ar_value_ip(ar_cidr_first(cidr)));
        return;
    case AR_PART_LAST:
        ar_operation_give(operation, ar_value_ip(ar_cidr_last(cidr)));
        return;
    case AR_PART_LENGTH:
        ar_operation_give(operation, ar_value_int(cidr->prefix));
        return;
    }
    AR_UNREACHABLE();
}

/* ---- lists ---- */

/* A list is a value whatever its elements are, and so keeps their causes. */
void ar_operate_list(const struct ar_operation *operation)
{
    struct ar_machine *machine = operation->machine;
    const uint32_t count = operation->wide >> 16;
    const struct ar_type *type =
        machine->code->types[operation->wide & UINT16_MAX];
    ar_value *items = AR_NEW_ARRAY(machine->scratch, ar_value, count);
    ar_cause_vector causes = {0};
    for (uint32_t ix = 0; ix < count; ix++) {
        items[ix] = ar_register_value(&operation->at[ix]);
        ar_causes_collect(machine, &causes, &operation->at[ix]);
    }
    struct ar_register list =
        ar_register_of(machine, ar_value_list(type, items, count));
    operation->at[0] = ar_register_blame(machine, list, causes);
}

/* ---- texts ---- */

static void put_value(struct ar_buf *text, const ar_value *value)
{
    if (value->type->kind != AR_TYPE_LIST) {
        ar_value_put(text, *value);
        return;
    }
    for (size_t ix = 0; ix < value->as.list.count; ix++) {
        if (ix > 0)
            ar_buf_put_c(text, ", ");
        ar_value_put(text, value->as.list.items[ix]);
    }
}

/* False if an element of a list is no value, which is then the result. One
 * that is absent wins, in whatever hole its list stands. */
static bool has_whole_lists(const struct ar_operation *operation,
                            size_t n_holes)
{
    const ar_value *found = NULL;
    size_t where = 0;
    for (size_t ix = 0; ix < n_holes; ix++) {
        const ar_value *value = operation->at[ix].value;
        if (!value || value->type->kind != AR_TYPE_LIST)
            continue;
        const ar_value *lack = ar_operation_find_lack(value);
        if (lack && (!found || lack->state == AR_STATE_ABSENT)) {
            found = lack;
            where = ix;
        }
        if (found && found->state == AR_STATE_ABSENT)
            break;
    }
    if (!found)
        return true;
    const struct ar_register held = operation->at[where];
    operation->at[0] =
        ar_operation_element(operation, &held, ar_value_lack(*found), false);
    return false;
}

/* False if the text has become too long. */
static bool put_part(const struct ar_operation *operation, struct ar_buf *text,
                     const struct ar_block_part *part, size_t hole)
{
    if (!part->is_hole) {
        const struct ar_block *block = &operation->machine->code->block;
        ar_buf_put(text, ar_block_text(block, part->text));
    } else {
        ar_value value = ar_register_value(&operation->at[hole]);
        put_value(text, &value);
    }
    if (text->len > AR_MAX_VALUE_BYTES) {
        ar_operation_give_too_large(operation, "the text is too long");
        return false;
    }
    return true;
}

void ar_operate_template(const struct ar_operation *operation)
{
    struct ar_machine *machine = operation->machine;
    const struct ar_block *block = &machine->code->block;
    const struct ar_block_template *string =
        &block->template_at[operation->wide];
    if (!ar_operation_has_values(operation, string->n_holes) ||
        !has_whole_lists(operation, string->n_holes))
        return;
    struct ar_buf text = AR_BUF(machine->scratch);
    size_t hole = 0;
    for (uint32_t ix = 0; ix < string->n_parts; ix++) {
        const struct ar_block_part *part = &block->part_at[string->parts + ix];
        if (!put_part(operation, &text, part, hole))
            return;
        hole += part->is_hole;
    }
    ar_machine_spend_bytes(machine, text.len);
    ar_operation_give(operation, ar_value_string(ar_buf_view(&text)));
}
