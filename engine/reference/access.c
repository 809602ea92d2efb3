/* SPDX-License-Identifier: Apache-2.0 */
/* Taking values apart (fields, indices, parts of versions and networks) and
 * putting them together (lists and strings that are written out). */

#include "reference/eval.h"

struct ar_outcome ar_eval_field(struct ar_evaluator *evaluator,
                                const struct ar_expr *expr)
{
    struct ar_outcome record = ar_eval(evaluator, expr->operands[0]);
    struct ar_outcome out;
    if (!ar_outcome_are_values(evaluator, &record, 1, &out))
        return out;
    return ar_outcome_field(evaluator, &record, expr->ix, expr);
}

/* A record that is not known has no field that is. */
static ar_value take_field(ar_value record, size_t ix)
{
    if (record.state != AR_STATE_VALUE)
        return record;
    AR_ASSERT(ix < record.as.list.count);
    return record.as.list.items[ix];
}

struct ar_outcome ar_eval_list_field(struct ar_evaluator *evaluator,
                                     const struct ar_expr *expr)
{
    struct ar_outcome list = ar_eval(evaluator, expr->operands[0]);
    struct ar_outcome out;
    if (!ar_outcome_are_values(evaluator, &list, 1, &out))
        return out;
    size_t count = list.value.as.list.count;
    ar_value *items = AR_NEW_ARRAY(evaluator->scratch, ar_value, count);
    for (size_t ix = 0; ix < count && ar_eval_spend(evaluator, 1); ix++)
        items[ix] = take_field(list.value.as.list.items[ix], expr->ix);
    out = ar_outcome_of_value(ar_value_list(expr->type, items, count));
    out.decl = list.decl;
    out.path = ar_outcome_path(evaluator, &list,
                               &list.value.type->element->fields[expr->ix]);
    return out;
}

/* SIZE_MAX if it lies beyond the end. */
static size_t find_index(int64_t index, size_t count)
{
    uint64_t from_end = 0 - (uint64_t)index;
    if (index < 0)
        return from_end <= count ? count - (size_t)from_end : SIZE_MAX;
    return (uint64_t)index < count ? (size_t)index : SIZE_MAX;
}

struct ar_outcome ar_eval_index(struct ar_evaluator *evaluator,
                                const struct ar_expr *expr)
{
    struct ar_outcome operands[2] = {ar_eval(evaluator, expr->operands[0]),
                                     ar_eval(evaluator, expr->operands[1])};
    struct ar_outcome out;
    if (!ar_outcome_are_values(evaluator, operands, 2, &out))
        return out;
    const ar_value *list = &operands[0].value;
    size_t ix = find_index(operands[1].value.as.integer, list->as.list.count);
    if (ix == SIZE_MAX)
        return ar_outcome_lack(evaluator, expr, ar_value_absent());
    return ar_outcome_element(evaluator, &operands[0], list->as.list.items[ix],
                              expr);
}

struct ar_outcome ar_eval_map_index(struct ar_evaluator *evaluator,
                                    const struct ar_expr *expr)
{
    struct ar_outcome operands[2] = {ar_eval(evaluator, expr->operands[0]),
                                     ar_eval(evaluator, expr->operands[1])};
    struct ar_outcome out;
    if (!ar_outcome_are_values(evaluator, operands, 2, &out))
        return out;
    const ar_value *map = &operands[0].value;
    ar_str key = operands[1].value.as.string;
    for (size_t ix = 0; ix < map->as.list.count; ix++) {
        if (!ar_eval_spend(evaluator, 1))
            break;
        if (ar_str_equal(map->as.list.keys[ix], key))
            return ar_outcome_element(evaluator, &operands[0],
                                      map->as.list.items[ix], expr);
    }
    return ar_outcome_lack(evaluator, expr, ar_value_absent());
}

/* Missing parts of a version are 0. */
static struct ar_outcome take_version_part(struct ar_evaluator *evaluator,
                                           const struct ar_expr *expr,
                                           const struct ar_version *version,
                                           size_t ix)
{
    uint64_t part = ix < version->n_parts ? version->parts[ix] : 0;
    if (part > INT64_MAX)
        return ar_outcome_bad(evaluator, expr, "it does not fit an int");
    return ar_outcome_of_value(ar_value_int((int64_t)part));
}

struct ar_outcome ar_eval_part(struct ar_evaluator *evaluator,
                               const struct ar_expr *expr)
{
    struct ar_outcome whole = ar_eval(evaluator, expr->operands[0]);
    struct ar_outcome out;
    if (!ar_outcome_are_values(evaluator, &whole, 1, &out))
        return out;
    const ar_value *value = &whole.value;
    switch ((enum ar_part)expr->ix) {
    case AR_PART_MAJOR:
        return take_version_part(evaluator, expr, value->as.version, 0);
    case AR_PART_MINOR:
        return take_version_part(evaluator, expr, value->as.version, 1);
    case AR_PART_PATCH:
        return take_version_part(evaluator, expr, value->as.version, 2);
    case AR_PART_FIRST:
        return ar_outcome_of_value(ar_value_ip(ar_cidr_first(&value->as.cidr)));
    case AR_PART_LAST:
        return ar_outcome_of_value(ar_value_ip(ar_cidr_last(&value->as.cidr)));
    case AR_PART_LENGTH:
        return ar_outcome_of_value(ar_value_int(value->as.cidr.prefix));
    }
    AR_UNREACHABLE();
}

struct ar_outcome ar_eval_list(struct ar_evaluator *evaluator,
                               const struct ar_expr *expr)
{
    struct ar_outcome *elements = ar_eval_operands(evaluator, expr);
    ar_value *items =
        AR_NEW_ARRAY(evaluator->scratch, ar_value, expr->n_operands);
    ar_cause_vector causes = {0};
    for (size_t ix = 0; ix < expr->n_operands; ix++) {
        items[ix] = ar_outcome_value(&elements[ix]);
        ar_causes_add(evaluator, &causes, &elements[ix]);
    }
    struct ar_outcome out =
        ar_outcome_of_value(ar_value_list(expr->type, items, expr->n_operands));
    out.causes = causes;
    return out;
}

/* ---- strings with expressions in them ---- */

static struct ar_outcome *eval_parts(struct ar_evaluator *evaluator,
                                     const struct ar_template *string)
{
    struct ar_outcome *parts =
        AR_NEW_ARRAY(evaluator->scratch, struct ar_outcome, string->n_parts);
    for (size_t ix = 0; ix < string->n_parts; ix++) {
        const struct ar_template_part *part = &string->parts[ix];
        parts[ix] = part->expr
                        ? ar_eval(evaluator, part->expr)
                        : ar_outcome_of_value(ar_value_string(part->text));
    }
    return parts;
}

/* A list stands with ", " between its elements. */
static void put_part(struct ar_buf *out, const ar_value *value)
{
    if (value->type->kind != AR_TYPE_LIST) {
        ar_value_put(out, *value);
        return;
    }
    for (size_t ix = 0; ix < value->as.list.count; ix++) {
        ar_buf_put_c(out, ix > 0 ? ", " : "");
        ar_value_put(out, value->as.list.items[ix]);
    }
}

/* The first element of a list that is absent, else the first that is
 * unknown; NULL if all are values. */
static const ar_value *find_lack(const ar_value *list)
{
    const ar_value *lack = NULL;
    for (size_t ix = 0; ix < list->as.list.count; ix++) {
        const ar_value *item = &list->as.list.items[ix];
        if (item->state == AR_STATE_ABSENT)
            return item;
        if (item->state == AR_STATE_UNKNOWN && !lack)
            lack = item;
    }
    return lack;
}

/* False, with *out, if an element of a list is no value: absent wins over
 * unknown, in whatever part it stands. */
static bool are_elements_values(struct ar_evaluator *evaluator,
                                const struct ar_expr *expr,
                                const struct ar_outcome *parts,
                                struct ar_outcome *out)
{
    bool is_open = false;
    for (size_t ix = 0; ix < expr->string->n_parts; ix++) {
        const ar_value *value = &parts[ix].value;
        if (parts[ix].is_condition || value->type->kind != AR_TYPE_LIST)
            continue;
        const ar_value *lack = find_lack(value);
        if (!lack || (is_open && lack->state == AR_STATE_UNKNOWN))
            continue;
        *out = ar_outcome_element(evaluator, &parts[ix], ar_value_lack(*lack),
                                  expr);
        is_open = true;
        if (lack->state == AR_STATE_ABSENT)
            break;
    }
    return !is_open;
}

struct ar_outcome ar_eval_template(struct ar_evaluator *evaluator,
                                   const struct ar_expr *expr)
{
    const struct ar_template *string = expr->string;
    struct ar_outcome *parts = eval_parts(evaluator, string);
    struct ar_buf text = AR_BUF(evaluator->scratch);
    struct ar_outcome out;
    if (!ar_outcome_are_values(evaluator, parts, string->n_parts, &out) ||
        !are_elements_values(evaluator, expr, parts, &out))
        return out;
    for (size_t ix = 0; ix < string->n_parts; ix++) {
        ar_value part = ar_outcome_value(&parts[ix]);
        put_part(&text, &part);
        if (text.len > AR_MAX_VALUE_BYTES)
            return ar_outcome_too_large(evaluator, expr,
                                        "the text is too long");
    }
    ar_eval_spend_bytes(evaluator, text.len);
    return ar_outcome_of_value(ar_value_string(ar_buf_view(&text)));
}
