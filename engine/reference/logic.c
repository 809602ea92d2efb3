/* SPDX-License-Identifier: Apache-2.0 */
/* and, or, not, if, default on sets of outcomes. Each result is the union
 * over the pairs of outcomes that its operands may still have; in the order
 * false < neither < true, `and` is the least of a pair and `or` the
 * greatest. */

#include "reference/eval.h"

unsigned ar_logic_not(unsigned a)
{
    unsigned result = a & AR_OUTCOME_NEITHER;
    if (a & AR_OUTCOME_TRUE)
        result |= AR_OUTCOME_FALSE;
    if (a & AR_OUTCOME_FALSE)
        result |= AR_OUTCOME_TRUE;
    return result;
}

unsigned ar_logic_and(unsigned a, unsigned b)
{
    unsigned result = (a | b) & AR_OUTCOME_FALSE;
    const unsigned not_false = AR_OUTCOME_TRUE | AR_OUTCOME_NEITHER;
    if (a & b & AR_OUTCOME_TRUE)
        result |= AR_OUTCOME_TRUE;
    if (((a & AR_OUTCOME_NEITHER) && (b & not_false)) ||
        ((b & AR_OUTCOME_NEITHER) && (a & AR_OUTCOME_TRUE)))
        result |= AR_OUTCOME_NEITHER;
    return result;
}

unsigned ar_logic_or(unsigned a, unsigned b)
{
    unsigned result = (a | b) & AR_OUTCOME_TRUE;
    const unsigned not_true = AR_OUTCOME_FALSE | AR_OUTCOME_NEITHER;
    if (a & b & AR_OUTCOME_FALSE)
        result |= AR_OUTCOME_FALSE;
    if (((a & AR_OUTCOME_NEITHER) && (b & not_true)) ||
        ((b & AR_OUTCOME_NEITHER) && (a & AR_OUTCOME_FALSE)))
        result |= AR_OUTCOME_NEITHER;
    return result;
}

/* From left to right, until no later operand can change the result. */
static struct ar_outcome eval_chain(struct ar_evaluator *evaluator,
                                    const struct ar_expr *expr,
                                    unsigned (*join)(unsigned, unsigned),
                                    unsigned last_word)
{
    struct ar_outcome out = ar_eval(evaluator, expr->operands[0]);
    for (size_t ix = 1; ix < expr->n_operands && out.bits != last_word; ix++) {
        struct ar_outcome next = ar_eval(evaluator, expr->operands[ix]);
        ar_cause_vector causes = {0};
        ar_causes_add(evaluator, &causes, &out);
        ar_causes_add(evaluator, &causes, &next);
        out = ar_outcome_of_bits(join(out.bits, next.bits));
        out.causes = causes;
    }
    return out;
}

struct ar_outcome ar_eval_and(struct ar_evaluator *evaluator,
                              const struct ar_expr *expr)
{
    return eval_chain(evaluator, expr, ar_logic_and, AR_OUTCOME_FALSE);
}

struct ar_outcome ar_eval_or(struct ar_evaluator *evaluator,
                             const struct ar_expr *expr)
{
    return eval_chain(evaluator, expr, ar_logic_or, AR_OUTCOME_TRUE);
}

struct ar_outcome ar_eval_not(struct ar_evaluator *evaluator,
                              const struct ar_expr *expr)
{
    struct ar_outcome out = ar_eval(evaluator, expr->operands[0]);
    out.bits = ar_logic_not(out.bits);
    return out;
}

/* A condition whose choice is open: what the branches leave possible. */
static struct ar_outcome join_branches(struct ar_evaluator *evaluator,
                                       const struct ar_expr *expr,
                                       const struct ar_outcome *choice)
{
    bool is_condition = expr->type->kind == AR_TYPE_BOOL;
    unsigned bits = choice->bits & AR_OUTCOME_NEITHER;
    ar_cause_vector causes = {0};
    ar_causes_add(evaluator, &causes, choice);
    for (size_t ix = 1; ix <= 2; ix++) {
        unsigned wanted = ix == 1 ? AR_OUTCOME_TRUE : AR_OUTCOME_FALSE;
        if (!(choice->bits & wanted))
            continue;
        struct ar_outcome branch = ar_eval(evaluator, expr->operands[ix]);
        bits |= branch.bits;
        ar_causes_add(evaluator, &causes, &branch);
    }
    if (!is_condition)
        return ar_outcome_unknown(causes);
    struct ar_outcome out = ar_outcome_of_bits(bits);
    out.causes = causes;
    return out;
}

struct ar_outcome ar_eval_if(struct ar_evaluator *evaluator,
                             const struct ar_expr *expr)
{
    struct ar_outcome choice = ar_eval(evaluator, expr->operands[0]);
    if (choice.bits == AR_OUTCOME_TRUE)
        return ar_eval(evaluator, expr->operands[1]);
    if (choice.bits == AR_OUTCOME_FALSE)
        return ar_eval(evaluator, expr->operands[2]);
    if (choice.bits != AR_OUTCOME_NEITHER)
        return join_branches(evaluator, expr, &choice);
    struct ar_outcome out = ar_outcome_of_value(ar_value_absent());
    out.causes = choice.causes;
    return out;
}

static bool may_be_absent(const struct ar_outcome *outcome)
{
    if (outcome->is_condition)
        return outcome->bits & AR_OUTCOME_NEITHER;
    return !ar_value_is_there(&outcome->value);
}

static bool is_absent(const struct ar_outcome *outcome)
{
    return ar_outcome_value(outcome).state == AR_STATE_ABSENT;
}

struct ar_outcome ar_eval_default(struct ar_evaluator *evaluator,
                                  const struct ar_expr *expr)
{
    struct ar_outcome value = ar_eval(evaluator, expr->operands[0]);
    if (!may_be_absent(&value))
        return value;
    struct ar_outcome fallback = ar_eval(evaluator, expr->operands[1]);
    if (is_absent(&value))
        return fallback;
    ar_cause_vector causes = {0};
    ar_causes_add(evaluator, &causes, &value);
    ar_causes_add(evaluator, &causes, &fallback);
    if (!value.is_condition)
        return ar_outcome_unknown(causes);
    const unsigned decided = AR_OUTCOME_TRUE | AR_OUTCOME_FALSE;
    struct ar_outcome out =
        ar_outcome_of_bits((value.bits & decided) | fallback.bits);
    out.causes = causes;
    return out;
}
