/* SPDX-License-Identifier: Apache-2.0 */
/* Statuses of all rules at once. The facts choose rows, which are ANDed; rules
 * that this leaves open for want of tasks are looked at one by one. */

#include "run/rows.h"
#include "run/scan_parts.h"

#include <string.h>

static void free_memory(void *resource)
{
    ar_arena_free(resource);
}

struct ar_scan *ar_scan_create(struct ar_arena *arena,
                               const struct ar_index *index)
{
    struct ar_scan *scan = AR_NEW(arena, struct ar_scan);
    uint32_t n_words = index->n_words;
    uint32_t n_rule_words = index->n_rule_words;
    scan->index = index;
    scan->arena = arena;
    ar_arena_defer(arena, free_memory, &scan->memory);
    scan->looked_up =
        AR_NEW_ARRAY(arena, const ar_value *, index->layout.count);
    scan->classified = AR_NEW_ARRAY(arena, uint32_t, index->layout.count);
    scan->rows = AR_NEW_ARRAY(arena, const uint64_t *, index->n_slots);
    scan->unknown = AR_NEW_ARRAY(arena, uint32_t, index->n_slots);
    scan->possible = AR_NEW_ARRAY(arena, uint64_t, n_words);
    scan->certain = AR_NEW_ARRAY(arena, uint64_t, n_words);
    scan->kept = AR_NEW_ARRAY(arena, uint8_t, (size_t)n_words * 64);
    scan->tasks = AR_NEW_ARRAY(arena, uint8_t, index->n_tasks);
    scan->candidates = AR_NEW_ARRAY(arena, uint64_t, index->n_tasks);
    scan->regex = ar_regex_scratch_create(arena);
    scan->filters = AR_NEW_ARRAY(arena, uint8_t, index->n_filters);
    scan->matched =
        AR_NEW_ARRAY(arena, uint64_t, (size_t)n_rule_words * AR_SCAN_STATUSES);
    scan->open = scan->matched + n_rule_words;
    scan->not_applicable = scan->open + n_rule_words;
    scan->failed = scan->not_applicable + n_rule_words;
    scan->reached = AR_NEW_ARRAY(arena, uint64_t, n_rule_words);
    scan->unsaid = AR_NEW_ARRAY(arena, uint64_t, n_rule_words);
    scan->odd = AR_NEW_ARRAY(arena, uint64_t, n_rule_words);
    scan->blamed = AR_NEW_ARRAY(arena, uint64_t, n_rule_words);
    scan->told = AR_NEW_ARRAY(arena, uint64_t, n_rule_words);
    scan->said = AR_NEW_ARRAY(arena, uint8_t, index->n_rules);
    scan->by_rule = AR_NEW_ARRAY(arena, uint64_t, n_rule_words);
    scan->list = AR_NEW_ARRAY(arena, uint32_t, index->n_rules);
    ar_scan_list_tasks(scan);
    return scan;
}

/* ---- what the facts decide ---- */

static void clear_bits(uint64_t *row, const uint32_t *bits, uint32_t count)
{
    for (uint32_t ix = 0; ix < count; ix++)
        row[bits[ix] / 64] &= ~(UINT64_C(1) << (bits[ix] % 64));
}

/* ANDs the row of class 0 but for the exceptions, which are those of the
 * class: a bit that it has and class 0 has not is kept. */
static void and_exceptions(struct ar_scan *scan,
                           const struct ar_index_slot *slot, uint32_t class_ix)
{
    struct ar_scan_bits bits = ar_scan_bits_of(slot, class_ix);
    uint64_t *row = scan->possible;
    for (uint32_t ix = 0; ix < bits.count; ix++) {
        uint32_t bit = bits.at[ix] >> 1;
        bool is_kept = row[bit / 64] >> (bit % 64) & 1;
        scan->kept[ix] = is_kept && (bits.at[ix] & 1);
    }
    ar_rows_and(row, &slot->rows, 1, scan->index->n_words);
    for (uint32_t ix = 0; ix < bits.count; ix++) {
        uint32_t bit = bits.at[ix] >> 1;
        uint64_t mask = UINT64_C(1) << (bit % 64);
        row[bit / 64] =
            scan->kept[ix] ? row[bit / 64] | mask : row[bit / 64] & ~mask;
    }
}

/* ---- what a fact touches ---- */

uint32_t ar_scan_column_word(const struct ar_index *index, uint32_t word)
{
    uint32_t n_columns = ar_scan_column_words(index);
    uint32_t at = word % index->n_rule_words;
    for (uint32_t ix = 0; word >= n_columns && ix < index->n_planes; ix++) {
        if (word >= index->planes[ix].at)
            at = word - index->planes[ix].at;
    }
    return at;
}

/* Adds the columns of the bits that are 0 in a word of a row. */
static void mark_bits(const struct ar_index *index, uint64_t *columns,
                      uint64_t untouched, uint32_t word)
{
    uint32_t at = ar_scan_column_word(index, word);
    if (at < index->n_rule_words)
        columns[at] |= ~untouched;
}

void ar_scan_mark_slot(const struct ar_index *index, uint64_t *columns,
                       const struct ar_index_slot *slot)
{
    if (slot->form == AR_INDEX_ROWS) {
        for (uint32_t at = 0; at < index->n_words; at++) {
            if (slot->touched[at] != UINT64_MAX)
                mark_bits(index, columns, slot->touched[at], at);
        }
        return;
    }
    struct ar_scan_bits bits = ar_scan_touched_bits(slot);
    for (uint32_t ix = 0; ix < bits.count; ix++)
        mark_bits(index, columns, ~(UINT64_C(1) << (bits.at[ix] % 64)),
                  bits.at[ix] / 64);
}

static void leave_placeholder(struct ar_scan *scan,
                              const struct ar_index_slot *slot)
{
    if (!slot->has_presence ||
        !ar_value_is_placeholder(scan->values[slot->slot]))
        return;
    if (!scan->has_odd)
        memset(scan->odd, 0, scan->index->n_rule_words * sizeof(*scan->odd));
    scan->has_odd = true;
    ar_scan_mark_slot(scan->index, scan->odd, slot);
}

/* Gives the number of unknown facts. */
static uint32_t and_facts(struct ar_scan *scan)
{
    const struct ar_index *index = scan->index;
    size_t n_rows = 0;
    uint32_t n_unknown = 0;
    scan->has_odd = false;
    memcpy(scan->possible, index->start,
           index->n_words * sizeof(*scan->possible));
    for (uint32_t ix = 0; ix < index->n_slots; ix++) {
        const struct ar_index_slot *slot = &index->slots[ix];
        uint32_t class_ix = scan->classes[slot->slot];
        if (class_ix == AR_INDEX_UNKNOWN) {
            leave_placeholder(scan, slot);
            scan->unknown[n_unknown++] = ix;
        } else if (slot->form == AR_INDEX_ROWS) {
            scan->rows[n_rows++] =
                slot->rows + (size_t)class_ix * index->n_words;
        } else if (slot->form == AR_INDEX_KILLS) {
            struct ar_scan_bits bits = ar_scan_bits_of(slot, class_ix);
            clear_bits(scan->possible, bits.at, bits.count);
        } else {
            and_exceptions(scan, slot, class_ix);
        }
    }
    ar_rows_and(scan->possible, scan->rows, n_rows, index->n_words);
    return n_unknown;
}

/* What an unknown fact decides: a clause of one fact is not certain, and one
 * of several may be true. */
static void leave_open(struct ar_scan *scan, const struct ar_index_slot *slot)
{
    const struct ar_index *index = scan->index;
    uint32_t n_columns = ar_scan_column_words(index);
    if (slot->form == AR_INDEX_ROWS) {
        for (uint32_t ix = 0; ix < n_columns; ix++)
            scan->certain[ix] &= slot->touched[ix];
        for (uint32_t ix = n_columns; ix < index->n_words; ix++)
            scan->possible[ix] &= slot->touched[ix];
        return;
    }
    struct ar_scan_bits bits = ar_scan_touched_bits(slot);
    for (uint32_t ix = 0; ix < bits.count; ix++) {
        bool is_plane = bits.at[ix] / 64 >= n_columns;
        clear_bits(is_plane ? scan->possible : scan->certain, &bits.at[ix], 1);
    }
}

static void decide_by_facts(struct ar_scan *scan)
{
    uint32_t n_unknown = and_facts(scan);
    memcpy(scan->certain, scan->possible,
           scan->index->n_words * sizeof(*scan->certain));
    for (uint32_t ix = 0; ix < n_unknown; ix++)
        leave_open(scan, &scan->index->slots[scan->unknown[ix]]);
}

/* ---- clauses with tasks ---- */

/* A set of outcomes for the rest of a rule. */
struct rest_outcome {
    bool may_be_true;
    bool is_certain;
    bool is_left; /* to the machine */
};

static unsigned try_literal(struct ar_scan *scan, uint32_t literal)
{
    unsigned bits = scan->tasks[literal >> 1];
    if (bits == AR_SCAN_NOT_TRIED) {
        bits = ar_scan_try_task(scan, literal >> 1);
        scan->tasks[literal >> 1] = (uint8_t)bits;
    }
    return literal & 1 && bits != AR_SCAN_LEFT ? ar_bits_not(bits) : bits;
}

static struct rest_outcome try_rest(struct ar_scan *scan,
                                    const struct ar_index_rest *rest,
                                    uint32_t column)
{
    struct rest_outcome out = {0};
    if (rest->plane > 0) {
        uint32_t at = scan->index->planes[rest->plane - 1].at * 64 + column;
        out.may_be_true = !ar_scan_has_bit(scan->possible, at);
        out.is_certain = !ar_scan_has_bit(scan->certain, at);
    }
    for (uint32_t ix = 0; ix < rest->n_literals && !out.is_certain; ix++) {
        unsigned bits =
            try_literal(scan, scan->index->rest_literals[rest->first + ix]);
        out.is_left |= bits == AR_SCAN_LEFT;
        out.may_be_true |= bits == AR_SCAN_LEFT || bits & AR_OUTCOME_TRUE;
        out.is_certain |= bits == AR_OUTCOME_TRUE;
    }
    out.is_left = out.is_left && !out.is_certain;
    return out;
}

/* All rests of `applies`, or all others, of a column. */
static struct rest_outcome try_rests(struct ar_scan *scan, uint32_t column,
                                     bool of_applies)
{
    const struct ar_index *index = scan->index;
    struct rest_outcome out = {.may_be_true = true, .is_certain = true};
    uint32_t ix = column == 0 ? 0 : index->rest_ends[column - 1];
    for (; ix < index->rest_ends[column] && out.may_be_true; ix++) {
        const struct ar_index_rest *rest = &index->rests[ix];
        if (rest->is_applies != of_applies)
            continue;
        struct rest_outcome one = try_rest(scan, rest, column);
        out.may_be_true = one.may_be_true;
        out.is_certain &= one.is_certain;
        out.is_left |= one.is_left;
    }
    return out;
}

/* What the columns of a word say so far. */
struct word {
    uint64_t applies; /* may apply */
    uint64_t may;     /* be true */
    uint64_t must;
    uint64_t left; /* to be looked at one by one */
};

static enum ar_status judge_column(struct ar_scan *scan, uint32_t column,
                                   const struct word *word)
{
    const struct ar_index *index = scan->index;
    uint32_t rule = index->rule_of[column];
    uint64_t mask = UINT64_C(1) << (column % 64);
    if ((scan->is_long && ar_scan_has_bit(index->is_sized, column)) ||
        (scan->has_odd && ar_scan_has_bit(scan->odd, column)))
        return ar_scan_judge(scan, rule);
    if (!(word->applies & mask))
        return AR_STATUS_NOT_APPLICABLE;
    struct rest_outcome applies = {.may_be_true = true, .is_certain = true};
    if (ar_scan_has_bit(index->has_applies_rest, column))
        applies = try_rests(scan, column, true);
    if (!applies.may_be_true)
        return AR_STATUS_NOT_APPLICABLE;
    if (applies.is_left || ar_scan_has_bit(index->is_applies_run, column))
        return ar_scan_judge(scan, rule);
    if (!(word->may & mask))
        return AR_STATUS_CLEAR;
    struct rest_outcome when = {.may_be_true = true, .is_certain = true};
    if (ar_scan_has_bit(index->has_rest, column))
        when = try_rests(scan, column, false);
    if (!when.may_be_true)
        return AR_STATUS_CLEAR;
    if (when.is_left || ar_scan_has_bit(index->is_run, column))
        return ar_scan_judge(scan, rule);
    bool is_certain =
        (word->must & mask) && applies.is_certain && when.is_certain;
    return is_certain ? AR_STATUS_MATCHED : AR_STATUS_UNDETERMINED;
}

/* ---- statuses ---- */

static void set_status(struct ar_scan *scan, uint32_t column,
                       enum ar_status status)
{
    uint64_t mask = UINT64_C(1) << (column % 64);
    uint32_t at = column / 64;
    if (status == AR_STATUS_MATCHED)
        scan->matched[at] |= mask;
    else if (status == AR_STATUS_UNDETERMINED)
        scan->open[at] |= mask;
    else if (status == AR_STATUS_NOT_APPLICABLE)
        scan->not_applicable[at] |= mask;
    else if (status == AR_STATUS_ERROR)
        scan->failed[at] |= mask;
}

static struct word read_word(const struct ar_scan *scan, uint32_t at)
{
    const struct ar_index *index = scan->index;
    struct word word = {.applies = index->is_loaded[at],
                        .may = scan->possible[at],
                        .must = scan->certain[at]};
    if (index->has_applies) {
        word.applies &= scan->possible[index->n_rule_words + at];
        word.must &= scan->certain[index->n_rule_words + at];
    }
    for (uint32_t ix = 0; ix < index->n_planes; ix++) {
        const struct ar_index_plane *plane = &index->planes[ix];
        if (at >= plane->n_words)
            break;
        uint64_t fails = scan->possible[plane->at + at] & ~plane->is_mixed[at];
        word.may &= ~fails;
        word.applies &= ~(fails & plane->is_applies[at]);
        word.must &= ~(scan->certain[plane->at + at] & ~plane->is_mixed[at]);
    }
    word.may &= word.applies;
    word.left = (word.may & (index->has_rest[at] | index->is_run[at])) |
                (word.applies &
                 (index->has_applies_rest[at] | index->is_applies_run[at]));
    if (scan->is_long)
        word.left |= index->is_sized[at];
    if (scan->has_odd)
        word.left |= scan->odd[at] & index->is_loaded[at];
    return word;
}

void ar_scan_settle(struct ar_scan *scan, uint32_t at, uint64_t columns)
{
    const struct ar_index *index = scan->index;
    struct word word = read_word(scan, at);
    uint64_t decided = index->is_loaded[at] & ~word.left & columns;
    scan->matched[at] &= ~columns;
    scan->matched[at] |= word.may & word.must & decided;
    scan->open[at] &= ~columns;
    scan->open[at] |= word.may & ~word.must & decided;
    scan->not_applicable[at] &= ~columns;
    scan->not_applicable[at] |= ~word.applies & decided;
    scan->failed[at] &= ~columns;
    for (uint64_t left = word.left & columns; left != 0; left &= left - 1) {
        uint32_t column = at * 64 + ar_scan_first_bit(left);
        set_status(scan, column, judge_column(scan, column, &word));
    }
}

static void settle_all(struct ar_scan *scan)
{
    for (uint32_t at = 0; at < scan->index->n_rule_words; at++)
        ar_scan_settle(scan, at, UINT64_MAX);
}

static void settle_by_machine(struct ar_scan *scan)
{
    const struct ar_index *index = scan->index;
    memset(scan->matched, 0,
           index->n_rule_words * AR_SCAN_STATUSES * sizeof(uint64_t));
    for (uint32_t ix = 0; ix < index->n_rules; ix++) {
        uint32_t column = index->column_of[ix];
        if (ar_scan_has_bit(index->is_loaded, column))
            set_status(scan, column, ar_scan_judge(scan, ix));
    }
}

/* ---- a run ---- */

static int64_t run_fuel(const struct ar_evaluation_options *options)
{
    return options->run_fuel > 0 ? options->run_fuel : AR_MAX_RUN_FUEL;
}

bool ar_scan_is_within_fuel(const struct ar_scan *scan, int64_t steps)
{
    uint64_t least = scan->facts->longest > AR_INDEX_SHORT
                         ? scan->index->long_steps
                         : scan->index->short_steps;
    return least + (uint64_t)steps <= (uint64_t)run_fuel(&scan->options);
}

/* Since the scan last ran: steps of the machine. */
static int64_t machine_steps(const struct ar_scan *scan)
{
    int64_t steps = scan->earlier_steps;
    if (scan->is_machine_ready)
        steps += run_fuel(&scan->options) - scan->machine->run_left;
    return steps;
}

bool ar_scan_is_affordable(const struct ar_scan *scan)
{
    return ar_scan_is_within_fuel(scan, machine_steps(scan));
}

static bool is_usable(const struct ar_scan *scan)
{
    const struct ar_evaluation_options *options = &scan->options;
    bool has_fuel =
        options->rule_fuel <= 0 || options->rule_fuel > AR_INDEX_STEPS;
    return has_fuel && !options->applies_first && ar_scan_is_affordable(scan);
}

static void look_up_facts(struct ar_scan *scan)
{
    const struct ar_fact_layout *layout = &scan->index->layout;
    const struct ar_factset *facts = scan->facts;
    if (facts->layout == layout) {
        scan->values = facts->slots;
        scan->classes = facts->classes;
        return;
    }
    for (size_t ix = 0; ix < layout->count; ix++) {
        const struct ar_fact_entry *entry =
            ar_factset_entry(facts, layout->keys[ix]);
        const ar_value *value =
            entry ? &entry->value
                  : ar_factset_missing(facts, layout->decls[ix]);
        scan->looked_up[ix] = value;
        scan->classified[ix] = ar_index_classify(layout, ix, value);
    }
    scan->classes = scan->classified;
    scan->values = scan->looked_up;
}

static void rest_machine(struct ar_scan *scan)
{
    scan->is_machine_ready = false;
    scan->machine = ar_machine_rest(scan->machine, &scan->memory);
}

bool ar_scan_begin_again(struct ar_scan *scan)
{
    scan->earlier_steps = machine_steps(scan);
    rest_machine(scan);
    if (scan->facts->longest > AR_INDEX_LONGEST || !is_usable(scan))
        return false;
    look_up_facts(scan);
    return true;
}

static void decide(struct ar_scan *scan)
{
    scan->is_long = scan->facts->longest > AR_INDEX_LONGEST;
    scan->earlier_steps = 0;
    rest_machine(scan);
    scan->is_by_machine = !is_usable(scan);
    if (!scan->is_by_machine) {
        look_up_facts(scan);
        decide_by_facts(scan);
        settle_all(scan);
        scan->is_by_machine = !ar_scan_is_affordable(scan);
    }
    if (scan->is_by_machine) {
        rest_machine(scan);
        settle_by_machine(scan);
    }
}

void ar_scan_run(struct ar_scan *scan, const struct ar_factset *facts,
                 const struct ar_evaluation_options *options)
{
    const struct ar_index *index = scan->index;
    scan->facts = facts;
    scan->options = options ? *options : (struct ar_evaluation_options){0};
    scan->is_counted = false;
    scan->is_followed = false;
    memset(scan->tasks, AR_SCAN_NOT_TRIED, index->n_tasks);
    memset(scan->filters, AR_SCAN_FILTER_IDLE, index->n_filters);
    decide(scan);
}

/* ---- the answer ---- */

enum ar_status ar_scan_status(const struct ar_scan *scan, size_t rule_ix)
{
    const struct ar_index *index = scan->index;
    uint32_t column = index->column_of[rule_ix];
    if (!ar_scan_has_bit(index->is_loaded, column))
        return AR_STATUS_NOT_LOADED;
    if (ar_scan_has_bit(scan->matched, column))
        return AR_STATUS_MATCHED;
    if (ar_scan_has_bit(scan->open, column))
        return AR_STATUS_UNDETERMINED;
    if (ar_scan_has_bit(scan->not_applicable, column))
        return AR_STATUS_NOT_APPLICABLE;
    return ar_scan_has_bit(scan->failed, column) ? AR_STATUS_ERROR
                                                 : AR_STATUS_CLEAR;
}

/* By pairs of bits, then by fours, then by bytes. */
static unsigned count_bits(uint64_t bits)
{
    const uint64_t each = UINT64_C(0x0101010101010101);
    if (bits == 0)
        return 0;
    bits -= (bits >> 1) & (0x55 * each);
    bits = (bits & (0x33 * each)) + ((bits >> 2) & (0x33 * each));
    bits = (bits + (bits >> 4)) & (0x0F * each);
    return (unsigned)(bits * each >> 56);
}

const size_t *ar_scan_counts(struct ar_scan *scan)
{
    const struct ar_index *index = scan->index;
    size_t *counts = scan->counts;
    memset(counts, 0, sizeof(scan->counts));
    for (uint32_t at = 0; at < index->n_rule_words; at++) {
        counts[AR_STATUS_MATCHED] += count_bits(scan->matched[at]);
        counts[AR_STATUS_UNDETERMINED] += count_bits(scan->open[at]);
        counts[AR_STATUS_NOT_APPLICABLE] +=
            count_bits(scan->not_applicable[at]);
        counts[AR_STATUS_ERROR] += count_bits(scan->failed[at]);
    }
    counts[AR_STATUS_NOT_LOADED] = index->n_not_loaded;
    counts[AR_STATUS_CLEAR] =
        index->n_rules - index->n_not_loaded - counts[AR_STATUS_MATCHED] -
        counts[AR_STATUS_UNDETERMINED] - counts[AR_STATUS_NOT_APPLICABLE] -
        counts[AR_STATUS_ERROR];
    return counts;
}

struct ar_scan_list ar_scan_list_rules(struct ar_scan *scan,
                                       const uint64_t *columns, uint32_t *list)
{
    const struct ar_index *index = scan->index;
    size_t count = 0;
    memset(scan->by_rule, 0, index->n_rule_words * sizeof(*scan->by_rule));
    for (uint32_t at = 0; at < index->n_rule_words; at++) {
        for (uint64_t bits = columns[at]; bits != 0; bits &= bits - 1) {
            uint32_t rule = index->rule_of[at * 64 + ar_scan_first_bit(bits)];
            scan->by_rule[rule / 64] |= UINT64_C(1) << (rule % 64);
        }
    }
    for (uint32_t at = 0; at < index->n_rule_words; at++) {
        for (uint64_t bits = scan->by_rule[at]; bits != 0; bits &= bits - 1)
            list[count++] = at * 64 + ar_scan_first_bit(bits);
    }
    return (struct ar_scan_list){list, count};
}

struct ar_scan_list ar_scan_matched(struct ar_scan *scan)
{
    return ar_scan_list_rules(scan, scan->matched, scan->list);
}
