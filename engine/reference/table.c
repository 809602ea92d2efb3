/* SPDX-License-Identifier: Apache-2.0 */
/* Tables. An input that is not known splits the world in two: it is absent,
 * or it is some value. A table gives a result only if it is the same in every
 * world that is still possible. */

#include "reference/eval.h"

enum input_state { INPUT_KNOWN, INPUT_ABSENT, INPUT_SOME_VALUE };

/* An input in one of the worlds. */
struct input {
    enum input_state state;
    ar_value value; /* if it is known */
};

/* Whether a cell or a row takes its input; OPEN: some of its values. */
enum fit { FIT_NO, FIT_YES, FIT_OPEN };

/* Of an input: true, false, absent; or some value, absent. */
enum { MOST_WORLDS = 3 };

struct lookup {
    struct ar_evaluator *evaluator;
    const struct ar_expr *expr;
    const struct ar_outcome *operands;
    struct input *inputs;
    bool has_result; /* of a world before */
    bool is_open;
    ar_value result;
};

/* ---- one row ---- */

static bool is_in_set(const struct ar_cell *cell, const ar_value *value)
{
    for (size_t ix = 0; ix < cell->n_values; ix++) {
        if (ar_order_values(value, &cell->values[ix]) == 0)
            return true;
    }
    return false;
}

static bool is_in_range(const struct ar_cell *cell, const ar_value *value)
{
    enum ar_operator end =
        cell->open_end ? AR_OPERATOR_LESS : AR_OPERATOR_LESS_EQUAL;
    return ar_compare_values(AR_OPERATOR_GREATER_EQUAL, value,
                             &cell->values[0]) &&
           ar_compare_values(end, value, &cell->values[1]);
}

static bool takes_value(const struct ar_cell *cell, const ar_value *value)
{
    switch (cell->kind) {
    case AR_CELL_ANY: return true;
    case AR_CELL_SET: return is_in_set(cell, value);
    case AR_CELL_RANGE: return is_in_range(cell, value);
    case AR_CELL_COMPARE:
        return ar_compare_values(cell->op, value, &cell->values[0]);
    case AR_CELL_ABSENT: return false;
    }
    AR_UNREACHABLE();
}

static enum fit fit_cell(const struct ar_cell *cell, const struct input *input)
{
    bool takes = cell->kind == AR_CELL_ANY;
    if (takes)
        return FIT_YES;
    switch (input->state) {
    case INPUT_KNOWN: takes = takes_value(cell, &input->value); break;
    case INPUT_ABSENT: takes = cell->kind == AR_CELL_ABSENT; break;
    case INPUT_SOME_VALUE:
        return cell->kind == AR_CELL_ABSENT ? FIT_NO : FIT_OPEN;
    }
    return takes ? FIT_YES : FIT_NO;
}

static enum fit fit_row(const struct lookup *lookup, const struct ar_row *row)
{
    enum fit result = FIT_YES;
    for (size_t ix = 0; ix < lookup->expr->table->n_inputs; ix++) {
        enum fit cell = fit_cell(&row->cells[ix], &lookup->inputs[ix]);
        if (cell == FIT_NO)
            return FIT_NO;
        if (cell == FIT_OPEN)
            result = FIT_OPEN;
    }
    return result;
}

/* ---- one world ---- */

/* Every result that some world has must be the same. */
static void add_result(struct lookup *lookup, ar_value result)
{
    if (lookup->has_result && !ar_value_same(lookup->result, result))
        lookup->is_open = true;
    lookup->has_result = true;
    lookup->result = result;
}

static bool has_absent_input(const struct lookup *lookup)
{
    for (size_t ix = 0; ix < lookup->expr->table->n_inputs; ix++) {
        if (lookup->inputs[ix].state == INPUT_ABSENT)
            return true;
    }
    return false;
}

/* Of `unique` and `first`. A row that fits for sure is the one: no two rows
 * of `unique` overlap, and `first` looks no further. */
static void find_row(struct lookup *lookup)
{
    const struct ar_table *table = lookup->expr->table;
    for (size_t ix = 0; ix < table->n_rows; ix++) {
        enum fit fit = fit_row(lookup, &table->rows[ix]);
        if (fit != FIT_NO)
            add_result(lookup, table->rows[ix].result);
        if (fit == FIT_YES)
            return;
    }
    /* The checker has shown that a complete table has a row for all values,
     * but not for absence. */
    if (!table->is_complete || has_absent_input(lookup))
        add_result(lookup, ar_value_absent());
}

static void collect_rows(struct lookup *lookup)
{
    const struct ar_table *table = lookup->expr->table;
    ar_value *results =
        AR_NEW_ARRAY(lookup->evaluator->scratch, ar_value, table->n_rows);
    size_t count = 0;
    for (size_t ix = 0; ix < table->n_rows; ix++) {
        enum fit fit = fit_row(lookup, &table->rows[ix]);
        if (fit == FIT_OPEN)
            lookup->is_open = true;
        if (fit == FIT_YES)
            results[count++] = table->rows[ix].result;
    }
    add_result(lookup, ar_value_list(lookup->expr->type, results, count));
}

static void look_up(struct lookup *lookup)
{
    const struct ar_table *table = lookup->expr->table;
    if (!ar_eval_spend(lookup->evaluator, (int64_t)table->n_rows))
        return;
    if (table->policy == AR_HIT_COLLECT)
        collect_rows(lookup);
    else
        find_row(lookup);
}

/* ---- all worlds ---- */

/* What an input may be, one for each world. */
static size_t list_worlds(const struct ar_outcome *operand,
                          struct input inputs[MOST_WORLDS])
{
    const struct input absent = {.state = INPUT_ABSENT};
    unsigned bits = operand->bits;
    size_t count = 0;
    if (operand->is_condition) {
        if (bits & AR_OUTCOME_TRUE)
            inputs[count++] = (struct input){INPUT_KNOWN, ar_value_bool(true)};
        if (bits & AR_OUTCOME_FALSE)
            inputs[count++] = (struct input){INPUT_KNOWN, ar_value_bool(false)};
        if (bits & AR_OUTCOME_NEITHER)
            inputs[count++] = absent;
        return count;
    }
    if (operand->value.state == AR_STATE_VALUE)
        inputs[count++] = (struct input){INPUT_KNOWN, operand->value};
    if (operand->value.state == AR_STATE_UNKNOWN)
        inputs[count++] = (struct input){.state = INPUT_SOME_VALUE};
    if (operand->value.state != AR_STATE_VALUE)
        inputs[count++] = absent;
    return count;
}

static void visit_worlds(struct lookup *lookup, size_t ix)
{
    struct input inputs[MOST_WORLDS];
    if (lookup->is_open || lookup->evaluator->exhausted)
        return;
    if (ix == lookup->expr->table->n_inputs) {
        look_up(lookup);
        return;
    }
    size_t count = list_worlds(&lookup->operands[ix], inputs);
    for (size_t k = 0; k < count; k++) {
        lookup->inputs[ix] = inputs[k];
        visit_worlds(lookup, ix + 1);
    }
}

/* ---- what an observer is told ---- */

static unsigned judge_cell(const struct ar_cell *cell,
                           const struct ar_outcome *operand)
{
    struct input inputs[MOST_WORLDS];
    unsigned bits = 0;
    size_t count = list_worlds(operand, inputs);
    for (size_t k = 0; k < count; k++) {
        enum fit fit = fit_cell(cell, &inputs[k]);
        bits |= fit == FIT_NO ? 0 : AR_OUTCOME_TRUE;
        bits |= fit == FIT_YES ? 0 : AR_OUTCOME_FALSE;
    }
    return bits;
}

static unsigned judge_row(const struct lookup *lookup, const struct ar_row *row)
{
    unsigned bits = AR_OUTCOME_TRUE;
    for (size_t ix = 0; ix < lookup->expr->table->n_inputs; ix++)
        bits = ar_logic_and(bits,
                            judge_cell(&row->cells[ix], &lookup->operands[ix]));
    return bits;
}

/* Each row, also those that the lookup did not get to: what stands behind the
 * row that is taken is passed over. */
static void observe_rows(const struct lookup *lookup)
{
    const struct ar_observer *observer = lookup->evaluator->observer;
    const struct ar_table *table = lookup->expr->table;
    unsigned free = AR_OUTCOME_TRUE; /* no row before it is taken */
    if (!observer || lookup->evaluator->exhausted)
        return;
    for (size_t ix = 0; ix < table->n_rows; ix++) {
        unsigned fits = judge_row(lookup, &table->rows[ix]);
        observer->see_row(observer->context, table, ix,
                          ar_logic_and(free, fits));
        if (table->policy != AR_HIT_COLLECT)
            free = ar_logic_and(free, ar_logic_not(fits));
    }
}

/* Of the inputs that are not decided: those that are unknown, or those that
 * are absent. */
static ar_cause_vector collect_causes(const struct lookup *lookup,
                                      enum ar_state state)
{
    ar_cause_vector causes = {0};
    for (size_t ix = 0; ix < lookup->expr->n_operands; ix++) {
        const struct ar_outcome *operand = &lookup->operands[ix];
        if (ar_outcome_value(operand).state == state)
            ar_causes_add(lookup->evaluator, &causes, operand);
    }
    return causes;
}

struct ar_outcome ar_eval_table(struct ar_evaluator *evaluator,
                                const struct ar_expr *expr)
{
    struct lookup lookup = {
        .evaluator = evaluator,
        .expr = expr,
        .operands = ar_eval_operands(evaluator, expr),
        .inputs =
            AR_NEW_ARRAY(evaluator->scratch, struct input, expr->n_operands),
    };
    visit_worlds(&lookup, 0);
    observe_rows(&lookup);
    if (lookup.is_open || !lookup.has_result)
        return ar_outcome_unknown(collect_causes(&lookup, AR_STATE_UNKNOWN));
    if (lookup.result.state == AR_STATE_VALUE)
        return ar_outcome_of_value(lookup.result);
    struct ar_outcome out = ar_outcome_lack(evaluator, expr, lookup.result);
    ar_cause_vector absent = collect_causes(&lookup, AR_STATE_ABSENT);
    if (absent.count > 0)
        out.causes = absent;
    return out;
}
