/* SPDX-License-Identifier: Apache-2.0 */
/* Statuses after some facts have changed. It is counted by how many facts each
 * bit of the row of the machine is 0, so that those that changed can be taken
 * out of it and put in again without the others; and only the rules that they
 * reach are decided anew. */

#include "run/scan_parts.h"

#include <string.h>

/* What is added to a counter: with the second, one is taken away. */
#define MORE UINT32_C(1)
#define LESS UINT32_MAX

/* A rule with a task that reads a fact. */
struct reader {
    uint32_t column;
    uint32_t next; /* of the fact, plus 1 */
};

struct ar_scan_counters {
    /* by bit of a row: */
    uint32_t *closed; /* facts with a class whose row has a 0 there */
    uint32_t *unsure; /* unknown facts that touch it */
    /* by column: bits that absent facts touch, and tasks that read something
     * absent */
    uint32_t *blamed;
    uint32_t *classes; /* by slot of the index: as it was counted */
    uint32_t *readers; /* by slot of the block, plus 1 */
    struct reader *reader_at;
    uint32_t n_readers;
};

static uint32_t count_literals(const struct ar_index *index)
{
    uint32_t count = 0;
    uint32_t n_rests =
        index->n_rules ? index->rest_ends[index->n_rules - 1] : 0;
    for (uint32_t ix = 0; ix < n_rests; ix++)
        count += index->rests[ix].n_literals;
    return count;
}

static void add_readers(struct ar_scan_counters *counters,
                        const struct ar_index *index, uint32_t column,
                        const struct ar_index_rest *rest)
{
    for (uint32_t ix = 0; ix < rest->n_literals; ix++) {
        uint32_t literal = index->rest_literals[rest->first + ix];
        const struct ar_index_task *task = &index->tasks[literal >> 1];
        if (!ar_scan_is_of_slot(task))
            continue;
        counters->reader_at[counters->n_readers++] =
            (struct reader){column, counters->readers[task->slot]};
        counters->readers[task->slot] = counters->n_readers;
    }
}

static void list_readers(struct ar_scan_counters *counters,
                         const struct ar_index *index)
{
    uint32_t ix = 0;
    for (uint32_t column = 0; column < index->n_rules; column++) {
        for (; ix < index->rest_ends[column]; ix++)
            add_readers(counters, index, column, &index->rests[ix]);
    }
}

static struct ar_scan_counters *need_counters(struct ar_scan *scan)
{
    const struct ar_index *index = scan->index;
    struct ar_arena *arena = scan->arena;
    size_t n_bits = (size_t)index->n_words * 64;
    if (scan->counters)
        return scan->counters;
    struct ar_scan_counters *counters = AR_NEW(arena, struct ar_scan_counters);
    counters->closed = AR_NEW_ARRAY(arena, uint32_t, n_bits);
    counters->unsure = AR_NEW_ARRAY(arena, uint32_t, n_bits);
    counters->blamed =
        AR_NEW_ARRAY(arena, uint32_t, (size_t)index->n_rule_words * 64);
    counters->classes = AR_NEW_ARRAY(arena, uint32_t, index->n_slots);
    counters->readers = AR_NEW_ARRAY(arena, uint32_t, index->layout.count);
    counters->reader_at =
        AR_NEW_ARRAY(arena, struct reader, count_literals(index));
    list_readers(counters, index);
    scan->counters = counters;
    return counters;
}

/* ---- bits ---- */

static void set_bit(uint64_t *words, uint32_t bit, bool value)
{
    uint64_t mask = UINT64_C(1) << (bit % 64);
    words[bit / 64] = value ? words[bit / 64] | mask : words[bit / 64] & ~mask;
}

/* As all facts together decide it: of a clause of one fact only certainty goes
 * where it is unknown, and one of several may then be true. */
static void refresh(struct ar_scan *scan, uint32_t bit)
{
    const struct ar_scan_counters *counters = scan->counters;
    bool is_plane = bit / 64 >= ar_scan_column_words(scan->index);
    bool is_open =
        counters->closed[bit] == 0 && ar_scan_has_bit(scan->index->start, bit);
    bool is_sure = counters->unsure[bit] == 0;
    set_bit(scan->possible, bit, is_open && (is_sure || !is_plane));
    set_bit(scan->certain, bit, is_open && (is_sure || is_plane));
}

static void count(struct ar_scan *scan, uint32_t *counters, uint32_t bit,
                  uint32_t by)
{
    bool was_zero = counters[bit] == 0;
    counters[bit] += by;
    if (was_zero != (counters[bit] == 0) && scan->is_counted)
        refresh(scan, bit);
}

/* The bits that are 0 in a row. */
static void count_zeros(struct ar_scan *scan, uint32_t *counters,
                        const uint64_t *row, uint32_t by)
{
    for (uint32_t at = 0; at < scan->index->n_words; at++) {
        for (uint64_t bits = ~row[at]; bits != 0; bits &= bits - 1)
            count(scan, counters, at * 64 + ar_scan_first_bit(bits), by);
    }
}

/* ---- slots ---- */

static void count_unknown(struct ar_scan *scan,
                          const struct ar_index_slot *slot, uint32_t by)
{
    uint32_t *unsure = scan->counters->unsure;
    if (slot->form == AR_INDEX_ROWS) {
        count_zeros(scan, unsure, slot->touched, by);
        return;
    }
    struct ar_scan_bits bits = ar_scan_touched_bits(slot);
    for (uint32_t ix = 0; ix < bits.count; ix++)
        count(scan, unsure, bits.at[ix], by);
}

static void count_blame(struct ar_scan *scan, uint32_t column, uint32_t by)
{
    uint32_t *count = &scan->counters->blamed[column];
    *count += by;
    if (scan->is_counted)
        set_bit(scan->blamed, column,
                *count > 0 || ar_scan_has_bit(scan->opaque, column) ||
                    ar_scan_has_bit(scan->index->is_run, column));
}

static void count_absent_bit(struct ar_scan *scan, uint32_t bit, uint32_t by)
{
    uint32_t at = ar_scan_column_word(scan->index, bit / 64);
    count_blame(scan, at * 64 + bit % 64, by);
}

static void count_gaps(struct ar_scan *scan, uint32_t slot, uint32_t by)
{
    const struct ar_scan_counters *counters = scan->counters;
    for (uint32_t at = counters->readers[slot]; at != 0;
         at = counters->reader_at[at - 1].next)
        count_blame(scan, counters->reader_at[at - 1].column, by);
}

static void count_absent(struct ar_scan *scan, const struct ar_index_slot *slot,
                         uint32_t by)
{
    if (slot->form == AR_INDEX_ROWS) {
        for (uint32_t at = 0; at < scan->index->n_words; at++) {
            for (uint64_t bits = ~slot->touched[at]; bits != 0;
                 bits &= bits - 1)
                count_absent_bit(scan, at * 64 + ar_scan_first_bit(bits), by);
        }
        return;
    }
    struct ar_scan_bits bits = ar_scan_touched_bits(slot);
    for (uint32_t ix = 0; ix < bits.count; ix++)
        count_absent_bit(scan, bits.at[ix], by);
}

/* Where a class has another bit than class 0. */
static void count_exceptions(struct ar_scan *scan,
                             const struct ar_index_slot *slot,
                             struct ar_scan_bits bits, uint32_t by)
{
    for (uint32_t ix = 0; ix < bits.count; ix++) {
        uint32_t bit = bits.at[ix] >> 1;
        bool is_one = bits.at[ix] & 1;
        if (is_one != ar_scan_has_bit(slot->rows, bit))
            count(scan, scan->counters->closed, bit, is_one ? 0U - by : by);
    }
}

/* What the class of a fact closes, but for what all its classes share. */
static void count_class(struct ar_scan *scan, const struct ar_index_slot *slot,
                        uint32_t class_ix, uint32_t by)
{
    uint32_t *closed = scan->counters->closed;
    if (slot->form == AR_INDEX_ROWS) {
        count_zeros(scan, closed,
                    slot->rows + (size_t)class_ix * scan->index->n_words, by);
        return;
    }
    struct ar_scan_bits bits = ar_scan_bits_of(slot, class_ix);
    if (slot->form == AR_INDEX_EXCEPT) {
        count_exceptions(scan, slot, bits, by);
        return;
    }
    for (uint32_t ix = 0; ix < bits.count; ix++)
        count(scan, closed, bits.at[ix], by);
}

/* with_shared: also what all its classes share. */
static void count_slot(struct ar_scan *scan, const struct ar_index_slot *slot,
                       uint32_t class_ix, uint32_t by, bool with_shared)
{
    if (class_ix == AR_INDEX_UNKNOWN) {
        count_unknown(scan, slot, by);
        return;
    }
    if (with_shared && slot->form == AR_INDEX_EXCEPT)
        count_zeros(scan, scan->counters->closed, slot->rows, by);
    count_class(scan, slot, class_ix, by);
    if (class_ix == slot->n_classes)
        count_absent(scan, slot, by);
}

/* Of two classes of a slot with rows. */
static void count_difference(struct ar_scan *scan,
                             const struct ar_index_slot *slot, uint32_t from,
                             uint32_t to)
{
    uint32_t n_words = scan->index->n_words;
    uint32_t *closed = scan->counters->closed;
    const uint64_t *before = slot->rows + (size_t)from * n_words;
    const uint64_t *after = slot->rows + (size_t)to * n_words;
    for (uint32_t at = 0; at < n_words; at++) {
        for (uint64_t bits = before[at] ^ after[at]; bits != 0;
             bits &= bits - 1) {
            uint32_t bit = at * 64 + ar_scan_first_bit(bits);
            count(scan, closed, bit, ar_scan_has_bit(after, bit) ? LESS : MORE);
        }
    }
    if (to == slot->n_classes)
        count_absent(scan, slot, MORE);
    if (from == slot->n_classes)
        count_absent(scan, slot, LESS);
}

/* The new class first: what both close stays closed. */
static void recount_slot(struct ar_scan *scan, uint32_t slot_ix)
{
    const struct ar_index_slot *slot = &scan->index->slots[slot_ix];
    uint32_t *counted = &scan->counters->classes[slot_ix];
    uint32_t from = *counted;
    uint32_t to = scan->classes[slot->slot];
    bool with_shared = from == AR_INDEX_UNKNOWN || to == AR_INDEX_UNKNOWN;
    if (from == to)
        return;
    *counted = to;
    if (slot->form == AR_INDEX_ROWS && !with_shared) {
        count_difference(scan, slot, from, to);
        return;
    }
    count_slot(scan, slot, to, MORE, with_shared);
    count_slot(scan, slot, from, LESS, with_shared);
}

/* Columns of a word that have more to say than to be ruled out. */
static uint64_t find_unsaid(const struct ar_scan *scan, uint32_t at)
{
    return scan->matched[at] | scan->open[at] | scan->failed[at] |
           scan->blamed[at] | ~scan->index->is_loaded[at];
}

/* Where the row of the machine decides all that is decided. */
static void count_facts(struct ar_scan *scan)
{
    const struct ar_index *index = scan->index;
    struct ar_scan_counters *counters = need_counters(scan);
    size_t n_bits = (size_t)index->n_words * 64;
    if (scan->is_by_machine || scan->has_odd || scan->is_long)
        return;
    memset(counters->closed, 0, n_bits * sizeof(uint32_t));
    memset(counters->unsure, 0, n_bits * sizeof(uint32_t));
    memset(counters->blamed, 0,
           (size_t)index->n_rule_words * 64 * sizeof(uint32_t));
    for (uint32_t ix = 0; ix < index->n_slots; ix++) {
        uint32_t class_ix = scan->classes[index->slots[ix].slot];
        count_slot(scan, &index->slots[ix], class_ix, MORE, true);
        counters->classes[ix] = class_ix;
    }
    for (uint32_t ix = 0; ix < scan->n_task_slots; ix++) {
        if (scan->has_gaps[scan->task_slots[ix]])
            count_gaps(scan, scan->task_slots[ix], MORE);
    }
    for (uint32_t at = 0; at < index->n_rule_words; at++)
        scan->unsaid[at] = find_unsaid(scan, at);
    scan->is_counted = true;
}

void ar_scan_start(struct ar_scan *scan, const struct ar_factset *facts,
                   const struct ar_evaluation_options *options)
{
    AR_ASSERT(facts->layout == &scan->index->layout);
    ar_scan_run(scan, facts, options);
    ar_scan_say(scan, false);
    count_facts(scan);
}

/* ---- an update ---- */

/* What looks at one fact alone is good while that is not touched; other tasks
 * may have read any. */
static void forget_tasks(struct ar_scan *scan, struct ar_reach_list given)
{
    for (uint32_t ix = 0; ix < scan->n_opaque_tasks; ix++)
        scan->tasks[scan->opaque_tasks[ix]] = AR_SCAN_NOT_TRIED;
    for (size_t ix = 0; ix < given.count; ix++) {
        uint32_t slot = given.at[ix];
        uint32_t filter = scan->index->filter_of[slot];
        uint32_t task = scan->first_task[slot];
        for (; task != 0; task = scan->next_task[task - 1])
            scan->tasks[task - 1] = AR_SCAN_NOT_TRIED;
        if (filter > 0)
            scan->filters[filter - 1] = AR_SCAN_FILTER_IDLE;
    }
}

static void recount_gaps(struct ar_scan *scan, uint32_t slot)
{
    bool had_gaps = scan->has_gaps[slot];
    ar_scan_find_gaps(scan, slot);
    if (scan->has_gaps[slot] != had_gaps)
        count_gaps(scan, slot, had_gaps ? LESS : MORE);
}

/* False if there is a fact among them that is there and yet not known. */
static bool recount(struct ar_scan *scan, struct ar_reach_list given)
{
    for (size_t ix = 0; ix < given.count; ix++) {
        uint32_t slot = given.at[ix];
        uint32_t number = scan->index->slot_of[slot];
        if (ar_value_is_placeholder(scan->values[slot]))
            return false;
        if (number > 0)
            recount_slot(scan, number - 1);
        recount_gaps(scan, slot);
    }
    return true;
}

/* Leaves of the columns in reached those of which there is something else to
 * say than before, or more than that they are ruled out. */
static void settle_reached(struct ar_scan *scan)
{
    for (uint32_t at = 0; at < scan->index->n_rule_words; at++) {
        uint64_t not_applicable = scan->not_applicable[at];
        uint64_t unsaid = scan->unsaid[at];
        if (scan->reached[at] == 0)
            continue;
        ar_scan_settle(scan, at, scan->reached[at]);
        scan->unsaid[at] = find_unsaid(scan, at);
        scan->reached[at] &= unsaid | scan->unsaid[at] |
                             (not_applicable ^ scan->not_applicable[at]);
    }
}

static void mark_reached(struct ar_scan *scan, struct ar_reach_list rules)
{
    const struct ar_index *index = scan->index;
    memset(scan->reached, 0, index->n_rule_words * sizeof(*scan->reached));
    for (size_t ix = 0; ix < rules.count; ix++)
        set_bit(scan->reached, index->column_of[rules.at[ix]], true);
}

/* False if all has to be decided from the start. */
static bool follow(struct ar_scan *scan, const struct ar_reached *reached)
{
    if (!scan->is_counted || !ar_scan_begin_again(scan) ||
        !recount(scan, reached->given))
        return false;
    forget_tasks(scan, reached->given);
    mark_reached(scan, reached->rules);
    settle_reached(scan);
    return ar_scan_is_affordable(scan);
}

struct ar_scan_list ar_scan_update(struct ar_scan *scan,
                                   const struct ar_evaluation_options *options,
                                   const struct ar_reached *reached)
{
    scan->options = options ? *options : (struct ar_evaluation_options){0};
    scan->is_followed = follow(scan, reached);
    if (scan->is_followed)
        return ar_scan_list_rules(scan, scan->reached, scan->list);
    ar_scan_start(scan, scan->facts, options);
    return (struct ar_scan_list){reached->rules.at, reached->rules.count};
}

/* ---- the answer ---- */

unsigned ar_scan_say_rule(const struct ar_scan *scan, size_t rule_ix)
{
    uint32_t column = scan->index->column_of[rule_ix];
    if (!scan->is_followed)
        return scan->said[rule_ix];
    if (ar_scan_has_bit(scan->unsaid, column))
        return AR_SCAN_UNSAID;
    return ar_scan_has_bit(scan->not_applicable, column)
               ? AR_STATUS_NOT_APPLICABLE
               : AR_STATUS_CLEAR;
}
