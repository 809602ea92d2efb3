/* SPDX-License-Identifier: Apache-2.0 */
/* The functions of a list that need every element: min max sum sort unique
 * join. Equal elements keep their order, so that the result is the same
 * everywhere. */

#include "reference/eval.h"

struct ranked {
    const ar_value *value;
    size_t ix;
};

static int order_ranked(const void *left, const void *right)
{
    const struct ranked *a = left;
    const struct ranked *b = right;
    int order = ar_order_values(a->value, b->value);
    return order != 0 ? order : (a->ix > b->ix) - (a->ix < b->ix);
}

static struct ranked *rank_elements(struct ar_evaluator *evaluator,
                                    const ar_value *list)
{
    size_t count = list->as.list.count;
    struct ranked *ranked =
        AR_NEW_ARRAY(evaluator->scratch, struct ranked, count);
    for (size_t ix = 0; ix < count; ix++)
        ranked[ix] = (struct ranked){&list->as.list.items[ix], ix};
    qsort(ranked, count, sizeof(*ranked), order_ranked);
    return ranked;
}

struct ar_outcome ar_function_extreme(struct ar_evaluator *evaluator,
                                      const struct ar_expr *expr, ar_value list)
{
    bool is_max = expr->function == AR_FUNCTION_MAX;
    if (list.as.list.count == 0)
        return ar_outcome_lack(evaluator, expr, ar_value_absent());
    const ar_value *best = &list.as.list.items[0];
    for (size_t ix = 1; ix < list.as.list.count; ix++) {
        const ar_value *each = &list.as.list.items[ix];
        int order = ar_order_values(each, best);
        if (is_max ? order > 0 : order < 0)
            best = each;
    }
    return ar_outcome_of_value(*best);
}

static ar_value make_zero(const struct ar_type *type)
{
    ar_value zero = ar_value_int(0);
    if (type->kind == AR_TYPE_REAL)
        return ar_value_real(0);
    if (type->kind == AR_TYPE_SIZE || type->kind == AR_TYPE_DURATION)
        zero.type = type;
    return zero;
}

struct ar_outcome ar_function_sum(struct ar_evaluator *evaluator,
                                  const struct ar_expr *expr, ar_value list)
{
    ar_value sum = make_zero(expr->type);
    for (size_t ix = 0; ix < list.as.list.count; ix++) {
        sum = ar_arithmetic_add(sum, list.as.list.items[ix]);
        if (sum.state != AR_STATE_VALUE)
            return ar_outcome_lack(evaluator, expr, sum);
    }
    return ar_outcome_of_value(sum);
}

struct ar_outcome ar_function_sort(struct ar_evaluator *evaluator,
                                   const struct ar_expr *expr, ar_value list)
{
    size_t count = list.as.list.count;
    const struct ranked *ranked = rank_elements(evaluator, &list);
    ar_value *items = AR_NEW_ARRAY(evaluator->scratch, ar_value, count);
    for (size_t ix = 0; ix < count; ix++)
        items[ix] = *ranked[ix].value;
    return ar_outcome_of_value(ar_value_list(expr->type, items, count));
}

struct ar_outcome ar_function_unique(struct ar_evaluator *evaluator,
                                     const struct ar_expr *expr, ar_value list)
{
    size_t count = list.as.list.count;
    const struct ranked *ranked = rank_elements(evaluator, &list);
    bool *is_repeated = AR_NEW_ARRAY(evaluator->scratch, bool, count);
    for (size_t ix = 1; ix < count; ix++)
        is_repeated[ranked[ix].ix] =
            ar_order_values(ranked[ix - 1].value, ranked[ix].value) == 0;
    ar_value *items = AR_NEW_ARRAY(evaluator->scratch, ar_value, count);
    size_t n_items = 0;
    for (size_t ix = 0; ix < count; ix++) {
        if (!is_repeated[ix])
            items[n_items++] = list.as.list.items[ix];
    }
    return ar_outcome_of_value(ar_value_list(expr->type, items, n_items));
}

struct ar_outcome ar_function_join(struct ar_evaluator *evaluator,
                                   const struct ar_expr *expr, ar_value list,
                                   ar_str separator)
{
    struct ar_buf out = AR_BUF(evaluator->scratch);
    for (size_t ix = 0; ix < list.as.list.count; ix++) {
        if (ix > 0)
            ar_buf_put(&out, separator);
        ar_buf_put(&out, list.as.list.items[ix].as.string);
        if (out.len > AR_MAX_VALUE_BYTES)
            return ar_outcome_too_large(evaluator, expr,
                                        "the text is too long");
    }
    ar_eval_spend_bytes(evaluator, out.len);
    return ar_outcome_of_value(ar_value_string(ar_buf_view(&out)));
}
