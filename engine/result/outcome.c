/* SPDX-License-Identifier: Apache-2.0 */
/* Reading an outcome: whether it is decided, and as which value it counts. */

#include "result/outcome.h"

bool ar_outcome_is_decided(const struct ar_outcome *outcome)
{
    if (!outcome->is_condition)
        return outcome->value.state == AR_STATE_VALUE;
    return outcome->bits == AR_OUTCOME_TRUE ||
           outcome->bits == AR_OUTCOME_FALSE;
}

unsigned ar_outcome_bits(ar_value value)
{
    switch (value.state) {
    case AR_STATE_UNKNOWN: return AR_OUTCOME_OPEN;
    case AR_STATE_ABSENT: return AR_OUTCOME_NEITHER;
    case AR_STATE_VALUE:
        AR_ASSERT(value.type->kind == AR_TYPE_BOOL);
        return value.as.boolean ? AR_OUTCOME_TRUE : AR_OUTCOME_FALSE;
    }
    AR_UNREACHABLE();
}

static const struct ar_cause *find_unknown(const ar_cause_vector *causes)
{
    for (size_t ix = 0; ix < causes->count; ix++) {
        if (causes->at[ix].value.state == AR_STATE_UNKNOWN)
            return &causes->at[ix];
    }
    return NULL;
}

ar_value ar_outcome_unknown_value(const ar_cause_vector *causes)
{
    const struct ar_cause *first = find_unknown(causes);
    if (!first)
        return ar_value_unknown(AR_REASON_bad_value, (ar_str){NULL, 0});
    return ar_value_unknown(first->value.reason, first->value.detail);
}

ar_value ar_outcome_value(const struct ar_outcome *outcome)
{
    if (!outcome->is_condition)
        return outcome->value;
    if (outcome->bits == AR_OUTCOME_NEITHER)
        return ar_value_absent();
    if (ar_outcome_is_decided(outcome))
        return ar_value_bool(outcome->bits == AR_OUTCOME_TRUE);
    return ar_outcome_unknown_value(&outcome->causes);
}
