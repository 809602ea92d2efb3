/* SPDX-License-Identifier: Apache-2.0 */
/* Counting what was evaluated, and naming what never was. */

#include "coverage.h"

static enum law_state_seen state_of(const struct ar_outcome *outcome)
{
    switch (ar_outcome_value(outcome).state) {
    case AR_STATE_VALUE: return LAW_SEEN_VALUE;
    case AR_STATE_ABSENT: return LAW_SEEN_ABSENT;
    case AR_STATE_UNKNOWN: return LAW_SEEN_UNKNOWN;
    }
    AR_UNREACHABLE();
}

static void cover_causes(struct law_coverage *coverage,
                         const ar_cause_vector *causes)
{
    for (size_t ix = 0; ix < causes->count; ix++) {
        if (causes->at[ix].value.state == AR_STATE_UNKNOWN)
            coverage->reasons[causes->at[ix].value.reason]++;
    }
}

void law_cover_outcome(struct law_coverage *coverage,
                       const struct ar_expr *expr,
                       const struct ar_outcome *outcome)
{
    enum law_state_seen seen = state_of(outcome);
    coverage->kinds[expr->kind][seen]++;
    if (expr->kind == AR_EXPR_FUNCTION)
        coverage->functions[expr->function][seen]++;
    if (expr->kind == AR_EXPR_TABLE)
        coverage->policies[expr->table->policy]++;
    cover_causes(coverage, &outcome->causes);
}

void law_cover_cell(struct law_coverage *coverage, const struct ar_table *table,
                    size_t ix, const struct ar_outcome *input)
{
    for (size_t row = 0; row < table->n_rows; row++)
        coverage->cells[table->rows[row].cells[ix].kind][state_of(input)]++;
}

void law_cover_result(struct law_coverage *coverage,
                      const struct ar_result *result)
{
    for (size_t ix = 0; ix < result->rules.count; ix++) {
        coverage->statuses[result->rules.at[ix].status]++;
        cover_causes(coverage, &result->rules.at[ix].causes);
    }
}

/* ---- what is missing ---- */

#define AR_FUNCTION(id, name, signature, text) #name,
static const char *const function_names[AR_N_FUNCTIONS] = {
#include "sema/functions.def"
};
#undef AR_FUNCTION
static const char *const state_names[3] = {"a value", "absent", "unknown"};

/* Constants are values, a list that is written out is one, and the questions
 * for presence always have an answer. */
static bool can_be(enum ar_expr_kind kind, enum law_state_seen seen)
{
    if (kind == AR_EXPR_CONSTANT || kind == AR_EXPR_LIST)
        return seen == LAW_SEEN_VALUE;
    bool asks = kind == AR_EXPR_EXISTS || kind == AR_EXPR_ABSENT ||
                kind == AR_EXPR_UNKNOWN || kind == AR_EXPR_GROUP_EXISTS ||
                kind == AR_EXPR_GROUP_ABSENT;
    return !asks || seen != LAW_SEEN_ABSENT;
}

static void put_states(struct ar_buf *out, const struct law_coverage *coverage)
{
    for (unsigned seen = 0; seen < 3; seen++) {
        for (unsigned kind = 0; kind < LAW_N_KINDS; kind++) {
            bool is_wanted =
                can_be((enum ar_expr_kind)kind, (enum law_state_seen)seen);
            if (is_wanted && coverage->kinds[kind][seen] == 0)
                ar_buf_printf(out, "expressions of kind %u: never %s\n", kind,
                              state_names[seen]);
        }
        for (unsigned ix = 0; ix < AR_N_FUNCTIONS; ix++) {
            bool is_wanted = ix != AR_FUNCTION_NOW || seen != LAW_SEEN_ABSENT;
            if (is_wanted && coverage->functions[ix][seen] == 0)
                ar_buf_printf(out, "%s(): never %s\n", function_names[ix],
                              state_names[seen]);
        }
        for (unsigned kind = 0; kind < LAW_N_CELLS; kind++) {
            if (coverage->cells[kind][seen] == 0)
                ar_buf_printf(out, "cells of kind %u: the input was never %s\n",
                              kind, state_names[seen]);
        }
    }
}

ar_str law_cover_gaps(struct ar_arena *arena,
                      const struct law_coverage *coverage)
{
    struct ar_buf out = AR_BUF(arena);
    put_states(&out, coverage);
    for (unsigned ix = 0; ix < 3; ix++) {
        if (coverage->policies[ix] == 0)
            ar_buf_printf(&out, "tables of policy %u: never asked\n", ix);
    }
    for (unsigned ix = 0; ix < AR_N_STATUSES; ix++) {
        if (coverage->statuses[ix] == 0)
            ar_buf_printf(&out, "no rule was %s\n", ar_status_table[ix].name);
    }
    for (unsigned ix = 0; ix < AR_N_REASONS; ix++) {
        if (coverage->reasons[ix] == 0)
            ar_buf_printf(&out, "nothing was unknown(%s)\n",
                          ar_reason_table[ix].name);
    }
    return ar_buf_view(&out);
}
