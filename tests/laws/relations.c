/* SPDX-License-Identifier: Apache-2.0 */
/* What the relations of laws.def mean. The tables of and, or, not and the
 * others are worked out here once more, from the outcomes of single worlds:
 * an operand is true, false or neither, and the result is known. */

#include "relations.h"

enum {
    TRUE = AR_OUTCOME_TRUE,
    FALSE = AR_OUTCOME_FALSE,
    NEITHER = AR_OUTCOME_NEITHER
};

/* ---- one world ---- */

/* false < neither < true */
static int rank(unsigned outcome)
{
    return outcome == FALSE ? 0 : outcome == NEITHER ? 1 : 2;
}

static unsigned apply(enum law_relation relation, const unsigned *o)
{
    switch (relation) {
    case LAW_TABLE_AND: return rank(o[0]) < rank(o[1]) ? o[0] : o[1];
    case LAW_TABLE_OR: return rank(o[0]) > rank(o[1]) ? o[0] : o[1];
    case LAW_TABLE_NOT:
        return o[0] == TRUE ? FALSE : o[0] == FALSE ? TRUE : NEITHER;
    case LAW_TABLE_EQUAL:
        if (o[0] == NEITHER || o[1] == NEITHER)
            return NEITHER;
        return o[0] == o[1] ? TRUE : FALSE;
    case LAW_TABLE_EXISTS: return o[0] == NEITHER ? FALSE : TRUE;
    case LAW_TABLE_DEFAULT: return o[0] == NEITHER ? o[1] : o[0];
    case LAW_TABLE_IF:
        return o[0] == TRUE ? o[1] : o[0] == FALSE ? o[2] : NEITHER;
    case LAW_SAME:
    case LAW_WITHIN:
    case LAW_IF_VALUES:
    case LAW_IF_FIRST_VALUE:
    case LAW_IF_FIRST_KNOWN:
    case LAW_IF_FIRST_ABSENT:
    case LAW_GUARDED: break;
    }
    AR_UNREACHABLE();
}

/* All outcomes for all worlds of the operands. */
static unsigned apply_to_sets(enum law_relation relation, const unsigned *sets)
{
    static const unsigned each[] = {TRUE, FALSE, NEITHER};
    unsigned result = 0;
    for (unsigned world = 0; world < 27; world++) {
        unsigned o[3] = {each[world % 3], each[world / 3 % 3], each[world / 9]};
        if ((sets[0] & o[0]) && (sets[1] & o[1]) && (sets[2] & o[2]))
            result |= apply(relation, o);
    }
    return result;
}

static unsigned bits_of(const struct ar_outcome *outcome)
{
    if (outcome->is_condition)
        return outcome->bits;
    if (ar_value_is_there(&outcome->value))
        return TRUE; /* for exists */
    return outcome->value.state == AR_STATE_ABSENT ? NEITHER : AR_OUTCOME_OPEN;
}

static bool is_as_table(enum law_relation relation,
                        const struct law_sides *sides)
{
    unsigned sets[3] = {TRUE, TRUE, TRUE};
    for (size_t ix = 0; ix < sides->n_operands; ix++)
        sets[ix] = bits_of(sides->operands[ix]);
    return sides->left->bits == apply_to_sets(relation, sets);
}

/* ---- two sides ---- */

bool law_is_within(const struct ar_outcome *inner,
                   const struct ar_outcome *outer)
{
    if (inner->is_condition != outer->is_condition)
        return false;
    if (inner->is_condition)
        return (inner->bits & ~outer->bits) == 0;
    return law_value_refines(outer->value, inner->value);
}

static bool is_same(const struct law_sides *sides)
{
    return law_is_within(sides->left, sides->right) &&
           law_is_within(sides->right, sides->left);
}

static enum ar_state state_of(const struct ar_outcome *outcome)
{
    return ar_outcome_value(outcome).state;
}

/* A value whose parts are values. */
static bool is_whole(ar_value value)
{
    if (value.state != AR_STATE_VALUE)
        return false;
    bool has_parts = !ar_type_is_scalar(value.type);
    for (size_t ix = 0; has_parts && ix < value.as.list.count; ix++) {
        if (!is_whole(value.as.list.items[ix]))
            return false;
    }
    return true;
}

/* What was too large, or could not be worked out, on one side is no breach:
 * the operands were values. */
static bool are_values(const struct law_sides *sides)
{
    bool all = state_of(sides->left) != AR_STATE_UNKNOWN &&
               state_of(sides->right) != AR_STATE_UNKNOWN;
    for (size_t ix = 0; ix < sides->n_operands; ix++)
        all = all && is_whole(ar_outcome_value(sides->operands[ix]));
    return all;
}

enum law_verdict law_judge(enum law_relation relation,
                           const struct law_sides *sides)
{
    const struct ar_outcome *first =
        sides->n_operands > 0 ? sides->operands[0] : NULL;
    bool applies = true;
    bool holds = false;
    switch (relation) {
    case LAW_SAME: holds = is_same(sides); break;
    case LAW_WITHIN: holds = law_is_within(sides->left, sides->right); break;
    case LAW_IF_VALUES:
        applies = are_values(sides);
        holds = is_same(sides);
        break;
    case LAW_IF_FIRST_VALUE:
        applies = state_of(first) == AR_STATE_VALUE;
        holds = is_same(sides);
        break;
    case LAW_IF_FIRST_KNOWN: /* a bool in a list is no set of outcomes */
        applies = state_of(first) != AR_STATE_UNKNOWN && !first->is_condition;
        holds = is_same(sides);
        break;
    case LAW_IF_FIRST_ABSENT:
        applies = state_of(first) == AR_STATE_ABSENT;
        holds = is_same(sides);
        break;
    case LAW_GUARDED:
        applies = first->bits != NEITHER;
        holds = law_is_within(sides->left, sides->right) &&
                (!ar_outcome_is_decided(first) || is_same(sides));
        break;
    case LAW_TABLE_AND:
    case LAW_TABLE_OR:
    case LAW_TABLE_NOT:
    case LAW_TABLE_EQUAL:
    case LAW_TABLE_EXISTS:
    case LAW_TABLE_DEFAULT:
    case LAW_TABLE_IF: holds = is_as_table(relation, sides); break;
    }
    return !applies ? LAW_DOES_NOT_APPLY : holds ? LAW_HOLDS : LAW_FAILS;
}
