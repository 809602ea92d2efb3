/* SPDX-License-Identifier: Apache-2.0 */
/* exists, absent, unknown: the tests that say what is known of a value, and
 * so are never neither. */

#include "reference/eval.h"

enum { EITHER = AR_OUTCOME_TRUE | AR_OUTCOME_FALSE };

/* Whether it exists: true or false while that is open. */
static unsigned judge_presence(const struct ar_outcome *outcome)
{
    unsigned result = 0;
    unsigned bits = outcome->bits;
    if (!outcome->is_condition) {
        if (ar_value_is_there(&outcome->value))
            return AR_OUTCOME_TRUE;
        return outcome->value.state == AR_STATE_ABSENT ? AR_OUTCOME_FALSE
                                                       : EITHER;
    }
    if (bits & EITHER)
        result |= AR_OUTCOME_TRUE;
    if (bits & AR_OUTCOME_NEITHER)
        result |= AR_OUTCOME_FALSE;
    return result;
}

static struct ar_outcome make_presence(struct ar_outcome operand, bool negated)
{
    unsigned bits = judge_presence(&operand);
    struct ar_outcome out =
        ar_outcome_of_bits(negated ? ar_logic_not(bits) : bits);
    if (!ar_outcome_is_decided(&out))
        out.causes = operand.causes;
    return out;
}

struct ar_outcome ar_eval_exists(struct ar_evaluator *evaluator,
                                 const struct ar_expr *expr)
{
    return make_presence(ar_eval(evaluator, expr->operands[0]), false);
}

struct ar_outcome ar_eval_absent(struct ar_evaluator *evaluator,
                                 const struct ar_expr *expr)
{
    return make_presence(ar_eval(evaluator, expr->operands[0]), true);
}

struct ar_outcome ar_eval_group_exists(struct ar_evaluator *evaluator,
                                       const struct ar_expr *expr)
{
    return make_presence(ar_eval_group(evaluator, expr), false);
}

struct ar_outcome ar_eval_group_absent(struct ar_evaluator *evaluator,
                                       const struct ar_expr *expr)
{
    return make_presence(ar_eval_group(evaluator, expr), true);
}

/* Nobody has tried yet, or what is known was taken away again: trying may
 * still give a value. */
static bool may_become_known(enum ar_reason reason)
{
    switch (reason) {
    case AR_REASON_redacted:
    case AR_REASON_stale:
    case AR_REASON_not_in_snapshot:
    case AR_REASON_not_given: return true;
    case AR_REASON_timeout:
    case AR_REASON_denied:
    case AR_REASON_unsupported:
    case AR_REASON_probe_failed:
    case AR_REASON_bad_output:
    case AR_REASON_bad_value:
    case AR_REASON_too_large:
    case AR_REASON_budget:
    case AR_REASON_conflict:
    case AR_N_REASONS: return false;
    }
    AR_UNREACHABLE();
}

/* wanted: one reason, or AR_N_REASONS for any. */
static unsigned judge_causes(const ar_cause_vector *causes,
                             enum ar_reason wanted)
{
    bool is_found = wanted == AR_N_REASONS;
    for (size_t ix = 0; ix < causes->count; ix++) {
        const ar_value *value = &causes->at[ix].value;
        if (value->state != AR_STATE_UNKNOWN)
            continue;
        if (may_become_known(value->reason))
            return EITHER;
        is_found = is_found || value->reason == wanted;
    }
    return is_found ? AR_OUTCOME_TRUE : AR_OUTCOME_FALSE;
}

/* not_in_snapshot asked for by name is open only for what has that reason:
 * what a probe could not tell has another one for good. */
struct ar_outcome ar_eval_unknown(struct ar_evaluator *evaluator,
                                  const struct ar_expr *expr)
{
    struct ar_outcome operand = ar_eval(evaluator, expr->operands[0]);
    ar_value value = ar_outcome_value(&operand);
    if (value.state != AR_STATE_UNKNOWN || ar_value_is_placeholder(&value))
        return ar_outcome_of_bool(false);
    struct ar_outcome out =
        ar_outcome_of_bits(judge_causes(&operand.causes, expr->reason));
    out.causes = operand.causes;
    return out;
}
