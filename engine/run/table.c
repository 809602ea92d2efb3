/* SPDX-License-Identifier: Apache-2.0 */
/* Tables. An input that is not decided may be several things, so there are
 * several possible worlds, and the table gives a result only if it is the same
 * in all of them. They are never listed one by one: a set of worlds says of
 * each input what it may be, and falls apart only where a row fits some of
 * them and not others. */

#include "run/machine.h"

/* What an input may be; a set of worlds has a set of these for each. */
enum {
    MAY_BE_TRUE = AR_OUTCOME_TRUE,
    MAY_BE_FALSE = AR_OUTCOME_FALSE,
    MAY_BE_ABSENT = AR_OUTCOME_NEITHER,
    MAY_BE_KNOWN = 8, /* the value that it has */
    MAY_BE_OTHER = 16 /* some value that is not known */
};

/* A row of `collect` that fits all worlds of a set, and those before it. */
struct hit {
    const struct hit *before;
    uint32_t row;
};

struct worlds {
    struct worlds *next; /* that wait, too */
    uint32_t row;        /* from which on they are to be looked up */
    unsigned *inputs;
    const struct hit *hits;
    size_t n_hits;
};

/* Of one cell: for which of the things that its input may be it fits, and for
 * which it might. */
struct fit {
    unsigned sure;
    unsigned possible;
};

struct lookup {
    const struct ar_operation *operation;
    const struct ar_block_table *table;
    struct fit *fits;       /* of the row at hand, for each input */
    struct worlds *waiting; /* the last first */
    const ar_value *result; /* of the worlds so far; NULL: none yet */
    bool is_open;           /* two worlds have different results */
};

static const ar_value absent = {.state = AR_STATE_ABSENT};

static struct ar_machine *machine_of(const struct lookup *lookup)
{
    return lookup->operation->machine;
}

/* ---- a cell ---- */

static const ar_value *cell_value(const struct lookup *lookup,
                                  const struct ar_block_cell *cell, uint32_t ix)
{
    const struct ar_code *code = machine_of(lookup)->code;
    AR_ASSERT(ix < cell->n_values);
    uint32_t constant = code->block.item_at[cell->values + ix].constant;
    return &code->constants[constant];
}

static bool has_value(const struct lookup *lookup,
                      const struct ar_block_cell *cell, const ar_value *value)
{
    uint32_t ix = 0;
    while (ix < cell->n_values &&
           ar_value_order(value, cell_value(lookup, cell, ix)) != 0)
        ix++;
    return ix < cell->n_values;
}

static bool fits_value(const struct lookup *lookup,
                       const struct ar_block_cell *cell, const ar_value *value)
{
    int from_end;
    switch ((enum ar_cell_kind)cell->kind) {
    case AR_CELL_ANY: return true;
    case AR_CELL_ABSENT: return false;
    case AR_CELL_SET: return has_value(lookup, cell, value);
    case AR_CELL_COMPARE:
        return ar_value_compare((enum ar_operator)cell->op, value,
                                cell_value(lookup, cell, 0));
    case AR_CELL_RANGE:
        if (ar_value_order(value, cell_value(lookup, cell, 0)) < 0)
            return false;
        from_end = ar_value_order(value, cell_value(lookup, cell, 1));
        return cell->open_end ? from_end < 0 : from_end <= 0;
    }
    AR_UNREACHABLE();
}

static struct fit fit_cell(const struct lookup *lookup,
                           const struct ar_block_cell *cell,
                           const struct ar_register *operand, unsigned input)
{
    const ar_value yes = ar_value_bool(true);
    const ar_value no = ar_value_bool(false);
    unsigned sure = 0;
    if (cell->kind == AR_CELL_ANY)
        return (struct fit){input, input};
    if (cell->kind == AR_CELL_ABSENT) {
        sure = input & MAY_BE_ABSENT;
        return (struct fit){sure, sure};
    }
    if ((input & MAY_BE_TRUE) && fits_value(lookup, cell, &yes))
        sure |= MAY_BE_TRUE;
    if ((input & MAY_BE_FALSE) && fits_value(lookup, cell, &no))
        sure |= MAY_BE_FALSE;
    if ((input & MAY_BE_KNOWN) && fits_value(lookup, cell, operand->value))
        sure |= MAY_BE_KNOWN;
    return (struct fit){sure, sure | (input & MAY_BE_OTHER)};
}

/* ---- a row ---- */

/* How a row fits the worlds of a set. */
struct row_fit {
    bool is_possible;  /* perhaps in some of them */
    bool is_sure;      /* for sure in some of them */
    bool is_uncertain; /* perhaps and not for sure in some of them */
};

static struct row_fit fit_row(struct lookup *lookup, const struct worlds *set,
                              const struct ar_block_row *row)
{
    const struct ar_block *block = &machine_of(lookup)->code->block;
    struct row_fit out = {.is_possible = true, .is_sure = true};
    for (uint32_t ix = 0; ix < lookup->table->n_inputs; ix++) {
        struct fit fit = fit_cell(lookup, &block->cell_at[row->cells + ix],
                                  &lookup->operation->at[ix], set->inputs[ix]);
        if (fit.possible == 0)
            return (struct row_fit){0};
        out.is_sure = out.is_sure && fit.sure != 0;
        out.is_uncertain = out.is_uncertain || fit.possible != fit.sure;
        lookup->fits[ix] = fit;
    }
    return out;
}

/* ---- sets of worlds ---- */

static struct worlds *copy_worlds(const struct lookup *lookup,
                                  const struct worlds *from)
{
    struct ar_arena *scratch = machine_of(lookup)->scratch;
    uint32_t count = lookup->table->n_inputs;
    struct worlds *set = AR_NEW(scratch, struct worlds);
    *set = *from;
    set->inputs = AR_NEW_ARRAY(scratch, unsigned, count);
    for (uint32_t ix = 0; ix < count; ix++)
        set->inputs[ix] = from->inputs[ix];
    return set;
}

static void wait_for(struct lookup *lookup, struct worlds *set)
{
    set->next = lookup->waiting;
    lookup->waiting = set;
}

/* Cuts the worlds that the row at hand fits out of the set. The others wait,
 * by the first input that makes the difference. */
static void cut_out(struct lookup *lookup, struct worlds *set)
{
    for (uint32_t ix = 0; ix < lookup->table->n_inputs; ix++) {
        unsigned rest = set->inputs[ix] & ~lookup->fits[ix].sure;
        if (rest != 0) {
            struct worlds *others = copy_worlds(lookup, set);
            others->inputs[ix] = rest;
            wait_for(lookup, others);
        }
        set->inputs[ix] = lookup->fits[ix].sure;
    }
}

static bool may_lack_an_input(const struct lookup *lookup,
                              const struct worlds *set)
{
    bool is_found = false;
    for (uint32_t ix = 0; ix < lookup->table->n_inputs && !is_found; ix++)
        is_found = set->inputs[ix] & MAY_BE_ABSENT;
    return is_found;
}

/* ---- results ---- */

static void add_result(struct lookup *lookup, const ar_value *result)
{
    if (!lookup->result)
        lookup->result = result;
    else if (!ar_value_same(*lookup->result, *result))
        lookup->is_open = true;
}

static const ar_value *row_result(const struct lookup *lookup, uint32_t ix)
{
    const struct ar_code *code = machine_of(lookup)->code;
    const struct ar_block_row *row =
        &code->block.row_at[lookup->table->rows + ix];
    return &code->constants[row->result];
}

/* Of worlds in which no row was the one. A complete table has a row for all
 * values, but not for an input that is absent. */
static void add_gap(struct lookup *lookup, const struct worlds *set)
{
    if (!lookup->table->is_complete || may_lack_an_input(lookup, set))
        add_result(lookup, &absent);
}

static void add_hits(struct lookup *lookup, const struct worlds *set)
{
    struct ar_machine *machine = machine_of(lookup);
    ar_value *results = AR_NEW_ARRAY(machine->scratch, ar_value, set->n_hits);
    size_t ix = set->n_hits;
    for (const struct hit *hit = set->hits; hit; hit = hit->before)
        results[--ix] = *row_result(lookup, hit->row);
    const struct ar_type *type = machine->code->types[lookup->table->type];
    add_result(lookup, ar_register_keep(
                           machine, ar_value_list(type, results, set->n_hits)));
}

static void add_hit(struct lookup *lookup, struct worlds *set, uint32_t row)
{
    struct hit *hit = AR_NEW(machine_of(lookup)->scratch, struct hit);
    *hit = (struct hit){set->hits, row};
    set->hits = hit;
    set->n_hits++;
}

/* ---- looking up ---- */

/* Of `unique` and `first`: the first row that fits for sure is the one, and
 * those before it that might fit could be. */
static void find_row(struct lookup *lookup, struct worlds *set)
{
    const struct ar_block *block = &machine_of(lookup)->code->block;
    while (set->row < lookup->table->n_rows) {
        uint32_t ix = set->row++;
        struct row_fit fit =
            fit_row(lookup, set, &block->row_at[lookup->table->rows + ix]);
        if (fit.is_possible)
            add_result(lookup, row_result(lookup, ix));
        if (lookup->is_open)
            return;
        if (fit.is_sure) {
            cut_out(lookup, set);
            return;
        }
    }
    add_gap(lookup, set);
}

static void collect_rows(struct lookup *lookup, struct worlds *set)
{
    const struct ar_block *block = &machine_of(lookup)->code->block;
    while (set->row < lookup->table->n_rows) {
        uint32_t ix = set->row++;
        struct row_fit fit =
            fit_row(lookup, set, &block->row_at[lookup->table->rows + ix]);
        if (fit.is_uncertain) {
            lookup->is_open = true;
            return;
        }
        if (fit.is_sure) {
            cut_out(lookup, set);
            add_hit(lookup, set, ix);
        }
    }
    add_hits(lookup, set);
}

/* A row of a set costs a step: with every input decided, as many as there are
 * rows. */
static void look_up(struct lookup *lookup, const struct worlds *all)
{
    lookup->waiting = copy_worlds(lookup, all);
    while (lookup->waiting && !lookup->is_open) {
        struct worlds *set = lookup->waiting;
        lookup->waiting = set->next;
        if (!ar_machine_spend(machine_of(lookup),
                              (int64_t)lookup->table->n_rows - set->row))
            return;
        if (lookup->table->policy == AR_HIT_COLLECT)
            collect_rows(lookup, set);
        else
            find_row(lookup, set);
    }
}

/* ---- the inputs ---- */

static unsigned judge_input(const struct ar_register *operand)
{
    if (!operand->value)
        return operand->bits;
    switch (operand->value->state) {
    case AR_STATE_UNKNOWN: return MAY_BE_ABSENT | MAY_BE_OTHER;
    case AR_STATE_ABSENT: return MAY_BE_ABSENT;
    case AR_STATE_VALUE: return MAY_BE_KNOWN;
    }
    AR_UNREACHABLE();
}

/* The one with the least: absent, else false. */
static unsigned choose_least(unsigned input)
{
    if (input & MAY_BE_ABSENT)
        return MAY_BE_ABSENT;
    return input & MAY_BE_FALSE ? MAY_BE_FALSE : input;
}

/* Results may be the same and yet be written differently (1.0 and 1.0.0): that
 * of the world where the least is there comes first, and stands for all. */
static void look_up_all(struct lookup *lookup)
{
    struct ar_arena *scratch = machine_of(lookup)->scratch;
    uint32_t count = lookup->table->n_inputs;
    struct worlds all = {.inputs = AR_NEW_ARRAY(scratch, unsigned, count)};
    struct worlds least = {.inputs = AR_NEW_ARRAY(scratch, unsigned, count)};
    bool is_decided = true;
    for (uint32_t ix = 0; ix < count; ix++) {
        all.inputs[ix] = judge_input(&lookup->operation->at[ix]);
        least.inputs[ix] = choose_least(all.inputs[ix]);
        is_decided = is_decided && least.inputs[ix] == all.inputs[ix];
    }
    look_up(lookup, &least);
    if (!is_decided)
        look_up(lookup, &all);
}

static ar_cause_vector collect_causes(const struct lookup *lookup,
                                      enum ar_state state)
{
    ar_cause_vector causes = {0};
    for (uint32_t ix = 0; ix < lookup->table->n_inputs; ix++) {
        const struct ar_register *operand = &lookup->operation->at[ix];
        if (ar_register_state(operand) == state)
            ar_causes_collect(machine_of(lookup), &causes, operand);
    }
    return causes;
}

/* No row fits: that is due to the inputs that are absent, if there are any,
 * else to the table. */
static void give_absent(const struct lookup *lookup)
{
    const struct ar_operation *operation = lookup->operation;
    ar_cause_vector causes = collect_causes(lookup, AR_STATE_ABSENT);
    const struct ar_register out = {.value = &absent};
    if (causes.count == 0)
        ar_operation_give_lack(operation, absent);
    else
        *operation->at = ar_register_blame(operation->machine, out, causes);
}

void ar_operate_table(const struct ar_operation *operation)
{
    struct ar_machine *machine = operation->machine;
    const struct ar_block_table *table =
        &machine->code->block.table_at[operation->wide];
    struct lookup lookup = {
        .operation = operation,
        .table = table,
        .fits = AR_NEW_ARRAY(machine->scratch, struct fit, table->n_inputs),
    };
    look_up_all(&lookup);
    if (lookup.is_open || !lookup.result)
        *operation->at = ar_register_unknown(
            machine, collect_causes(&lookup, AR_STATE_UNKNOWN));
    else if (lookup.result->state == AR_STATE_VALUE)
        *operation->at = (struct ar_register){.value = lookup.result};
    else
        give_absent(&lookup);
}
