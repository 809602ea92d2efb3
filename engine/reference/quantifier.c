/* SPDX-License-Identifier: Apache-2.0 */
/* Quantifiers: any, every and no are `or` and `and` over the elements; count,
 * first and filter look for the elements that are certainly true. */

#include "reference/eval.h"

void ar_bind_element(struct ar_evaluator *evaluator,
                     const struct ar_local *variable,
                     const struct ar_outcome *list,
                     const struct ar_expr *list_expr, size_t ix)
{
    struct ar_outcome element = ar_outcome_element(
        evaluator, list, list->value.as.list.items[ix], list_expr);
    if (variable->type->kind == AR_TYPE_BOOL) {
        element.is_condition = true;
        element.bits = ar_outcome_bits(element.value);
    }
    ar_frame_bind(evaluator, variable, element);
}

/* The condition of expr for element ix of list. */
static struct ar_outcome eval_element(struct ar_evaluator *evaluator,
                                      const struct ar_expr *expr,
                                      const struct ar_outcome *list, size_t ix)
{
    ar_bind_element(evaluator, expr->local, list, expr->operands[0], ix);
    ar_eval_spend(evaluator, 1);
    return ar_eval(evaluator, expr->operands[1]);
}

static struct ar_outcome fold_elements(struct ar_evaluator *evaluator,
                                       const struct ar_expr *expr,
                                       const struct ar_outcome *list)
{
    bool is_every = expr->kind == AR_EXPR_EVERY;
    unsigned bits = is_every ? AR_OUTCOME_TRUE : AR_OUTCOME_FALSE;
    unsigned last_word = ar_logic_not(bits);
    ar_cause_vector causes = {0};
    for (size_t ix = 0; ix < list->value.as.list.count; ix++) {
        struct ar_outcome each = eval_element(evaluator, expr, list, ix);
        bits = is_every ? ar_logic_and(bits, each.bits)
                        : ar_logic_or(bits, each.bits);
        ar_causes_add(evaluator, &causes, &each);
        if (bits == last_word || evaluator->exhausted)
            break;
    }
    struct ar_outcome out = ar_outcome_of_bits(bits);
    out.causes = causes;
    return out;
}

struct ar_outcome ar_eval_fold(struct ar_evaluator *evaluator,
                               const struct ar_expr *expr)
{
    struct ar_outcome list = ar_eval(evaluator, expr->operands[0]);
    struct ar_outcome out;
    if (!ar_outcome_are_values(evaluator, &list, 1, &out))
        return out;
    unsigned generation = evaluator->frame->generation;
    out = fold_elements(evaluator, expr, &list);
    evaluator->frame->generation = generation;
    if (expr->kind == AR_EXPR_NO)
        out.bits = ar_logic_not(out.bits);
    return out;
}

/* The elements that are certainly true, up to the first for `first`; and
 * whether one before them may be true, which leaves the result open. */
struct selection {
    ar_value *items;
    size_t count;
    bool is_open;
    ar_cause_vector causes;
};

static struct selection select_elements(struct ar_evaluator *evaluator,
                                        const struct ar_expr *expr,
                                        const struct ar_outcome *list)
{
    struct selection out = {0};
    size_t count = list->value.as.list.count;
    out.items = AR_NEW_ARRAY(evaluator->scratch, ar_value, count);
    for (size_t ix = 0; ix < count; ix++) {
        struct ar_outcome each = eval_element(evaluator, expr, list, ix);
        if (evaluator->exhausted)
            break;
        if (!(each.bits & AR_OUTCOME_TRUE))
            continue;
        if (each.bits != AR_OUTCOME_TRUE) {
            out.is_open = true;
            ar_causes_add(evaluator, &out.causes, &each);
            if (expr->kind == AR_EXPR_FIRST)
                break;
            continue;
        }
        out.items[out.count++] = list->value.as.list.items[ix];
        if (expr->kind == AR_EXPR_FIRST)
            break;
    }
    return out;
}

static struct ar_outcome take_selection(struct ar_evaluator *evaluator,
                                        const struct ar_expr *expr,
                                        const struct ar_outcome *list,
                                        const struct selection *selection)
{
    size_t count = selection->count;
    if (selection->is_open)
        return ar_outcome_unknown(selection->causes);
    if (expr->kind == AR_EXPR_COUNT)
        return ar_outcome_of_value(ar_value_int((int64_t)count));
    if (expr->kind == AR_EXPR_FIRST && count == 0)
        return ar_outcome_lack(evaluator, expr, ar_value_absent());
    if (expr->kind == AR_EXPR_FIRST)
        return ar_outcome_element(evaluator, list, selection->items[0], expr);
    AR_ASSERT(expr->kind == AR_EXPR_FILTER);
    struct ar_outcome out =
        ar_outcome_of_value(ar_value_list(expr->type, selection->items, count));
    out.decl = list->decl;
    out.path = list->path;
    out.causes = list->causes;
    return out;
}

struct ar_outcome ar_eval_select(struct ar_evaluator *evaluator,
                                 const struct ar_expr *expr)
{
    struct ar_outcome list = ar_eval(evaluator, expr->operands[0]);
    struct ar_outcome out;
    if (!ar_outcome_are_values(evaluator, &list, 1, &out))
        return out;
    unsigned generation = evaluator->frame->generation;
    struct selection selection = select_elements(evaluator, expr, &list);
    evaluator->frame->generation = generation;
    return take_selection(evaluator, expr, &list, &selection);
}
