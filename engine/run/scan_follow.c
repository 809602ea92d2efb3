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

/* By bit of a row, but for absent. */
struct ar_scan_counters {
    uint32_t *closed;  /* facts with a class whose row has a 0 there */
    uint32_t *unsure;  /* unknown facts that touch it */
    uint32_t *absent;  /* by column: what absent facts touch there */
    uint32_t *classes; /* by slot of the index: as it was counted */
};

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
    counters->absent =
        AR_NEW_ARRAY(arena, uint32_t, (size_t)index->n_rule_words * 64);
    counters->classes = AR_NEW_ARRAY(arena, uint32_t, index->n_slots);
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

static void count_absent_bit(struct ar_scan *scan, uint32_t bit, uint32_t by)
{
    uint32_t at = ar_scan_column_word(scan->index, bit / 64);
    scan->counters->absent[at * 64 + bit % 64] += by;
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
    count_slot(scan, slot, to, MORE, with_shared);
    count_slot(scan, slot, from, LESS, with_shared);
    *counted = to;
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
    memset(counters->absent, 0,
           (size_t)index->n_rule_words * 64 * sizeof(uint32_t));
    for (uint32_t ix = 0; ix < index->n_slots; ix++) {
        uint32_t class_ix = scan->classes[index->slots[ix].slot];
        count_slot(scan, &index->slots[ix], class_ix, MORE, true);
        counters->classes[ix] = class_ix;
    }
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

void ar_scan_touch(struct ar_scan *scan, const struct ar_fact_ref *ref)
{
    const struct ar_fact_layout *layout = &scan->index->layout;
    if (!ref->decl) {
        scan->is_all_touched = true;
        return;
    }
    const ar_str *key = ar_map_get(&layout->numbers, ref->key);
    size_t slot = key ? (size_t)(key - layout->keys) : 0;
    if (!key || scan->is_touched[slot])
        return;
    scan->is_touched[slot] = true;
    scan->touched[scan->n_touched++] = (uint32_t)slot;
}

void ar_scan_forget_touched(struct ar_scan *scan)
{
    for (uint32_t ix = 0; ix < scan->n_touched; ix++)
        scan->is_touched[scan->touched[ix]] = false;
    scan->n_touched = 0;
    scan->is_all_touched = false;
}

/* What looks at one fact alone is good while that is not touched; other tasks
 * may have read any. */
static void forget_tasks(struct ar_scan *scan)
{
    for (uint32_t ix = 0; ix < scan->n_opaque_tasks; ix++)
        scan->tasks[scan->opaque_tasks[ix]] = AR_SCAN_NOT_TRIED;
    for (uint32_t ix = 0; ix < scan->n_touched; ix++) {
        uint32_t slot = scan->touched[ix];
        uint32_t filter = scan->index->filter_of[slot];
        uint32_t task = scan->first_task[slot];
        for (; task != 0; task = scan->next_task[task - 1])
            scan->tasks[task - 1] = AR_SCAN_NOT_TRIED;
        if (filter > 0)
            scan->filters[filter - 1] = AR_SCAN_FILTER_IDLE;
    }
}

/* False if there is a fact among them that is there and yet not known. */
static bool recount_touched(struct ar_scan *scan)
{
    for (uint32_t ix = 0; ix < scan->n_touched; ix++) {
        uint32_t slot = scan->touched[ix];
        uint32_t number = scan->index->slot_of[slot];
        if (ar_value_is_placeholder(scan->values[slot]))
            return false;
        if (number > 0)
            recount_slot(scan, number - 1);
        ar_scan_find_gaps(scan, slot);
    }
    return true;
}

static void settle_reached(struct ar_scan *scan, struct ar_reach_list reached)
{
    const struct ar_index *index = scan->index;
    memset(scan->reached, 0, index->n_rule_words * sizeof(*scan->reached));
    for (size_t ix = 0; ix < reached.count; ix++)
        set_bit(scan->reached, index->column_of[reached.at[ix]], true);
    for (uint32_t at = 0; at < index->n_rule_words; at++) {
        if (scan->reached[at] != 0)
            ar_scan_settle(scan, at, scan->reached[at]);
    }
}

/* False if all has to be decided from the start. */
static bool follow(struct ar_scan *scan, struct ar_reach_list reached)
{
    if (!scan->is_counted || scan->is_all_touched ||
        !ar_scan_begin_again(scan) || !recount_touched(scan))
        return false;
    forget_tasks(scan);
    ar_scan_forget_touched(scan);
    settle_reached(scan, reached);
    return ar_scan_is_affordable(scan);
}

void ar_scan_update(struct ar_scan *scan,
                    const struct ar_evaluation_options *options,
                    struct ar_reach_list reached)
{
    scan->options = options ? *options : (struct ar_evaluation_options){0};
    scan->is_followed = follow(scan, reached);
    if (!scan->is_followed)
        ar_scan_start(scan, scan->facts, options);
}

/* ---- the answer ---- */

static bool is_blamed(const struct ar_scan *scan, uint32_t column)
{
    return ar_scan_has_bit(scan->opaque, column) ||
           ar_scan_has_bit(scan->index->is_run, column) ||
           scan->counters->absent[column] > 0 || ar_scan_has_gaps(scan, column);
}

unsigned ar_scan_say_rule(const struct ar_scan *scan, size_t rule_ix)
{
    if (!scan->is_followed)
        return scan->said[rule_ix];
    enum ar_status status = ar_scan_status(scan, rule_ix);
    bool is_ruled_out =
        status == AR_STATUS_CLEAR || status == AR_STATUS_NOT_APPLICABLE;
    if (!is_ruled_out || is_blamed(scan, scan->index->column_of[rule_ix]))
        return AR_SCAN_UNSAID;
    return status;
}
