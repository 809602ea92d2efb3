/* SPDX-License-Identifier: Apache-2.0 */
/* Patterns: those that the filter of their fact lets through, on the texts
 * that it names. Anything unusual is left to the machine. */

#include "run/scan_parts.h"

#include <string.h>

/* The texts that a fact is. */
struct texts {
    const ar_value *items;
    size_t count;
};

static struct texts texts_of(const ar_value *value)
{
    if (value->type->kind == AR_TYPE_LIST)
        return (struct texts){value->as.list.items, value->as.list.count};
    return (struct texts){value, 1};
}

/* ---- the filter ---- */

static void note_text(struct ar_scan *scan,
                      const struct ar_index_filter *filter,
                      const struct ar_index_filter_text *text, uint64_t bit)
{
    for (uint32_t at = text->first_task; at != 0;
         at = filter->tasks[at - 1].next)
        scan->candidates[filter->tasks[at - 1].task] |= bit;
}

/* What is being filtered. */
struct filtering {
    struct ar_scan *scan;
    const struct ar_index_filter *filter;
    ar_str subject;
    uint64_t bit; /* of the subject */
};

static void look_at(const struct filtering *filtering, size_t at)
{
    const struct ar_index_filter *filter = filtering->filter;
    ar_str subject = filtering->subject;
    uint32_t bytes = ar_index_gram(subject.ptr + at);
    uint32_t ix = filter->table[ar_index_gram_hash(bytes, filter->shift)];
    for (; ix != 0; ix = filter->grams[ix - 1].next) {
        const struct ar_index_filter_gram *gram = &filter->grams[ix - 1];
        if (gram->bytes != bytes || at < gram->at)
            continue;
        const struct ar_index_filter_text *text = &filter->texts[gram->text];
        size_t start = at - gram->at;
        if (subject.len - start >= text->text.len &&
            memcmp(subject.ptr + start, text->text.ptr, text->text.len) == 0)
            note_text(filtering->scan, filter, text, filtering->bit);
    }
}

/* Several places are asked before it is looked at what they say. */
static void filter_text(const struct filtering *filtering)
{
    const uint8_t *seen = filtering->filter->seen;
    unsigned shift = filtering->filter->shift;
    size_t step = filtering->filter->step;
    const char *text = filtering->subject.ptr;
    size_t len = filtering->subject.len;
    size_t at = 0;
#define IS_SEEN(place) \
    (unsigned)seen[ar_index_gram_hash(ar_index_gram(text + (place)), shift)]
    for (; at + 3 * step + AR_INDEX_GRAM <= len; at += 4 * step) {
        unsigned found = IS_SEEN(at) | IS_SEEN(at + step) << 1 |
                         IS_SEEN(at + 2 * step) << 2 |
                         IS_SEEN(at + 3 * step) << 3;
        for (; found != 0; found &= found - 1)
            look_at(filtering, at + step * ar_scan_first_bit(found));
    }
    for (; at + AR_INDEX_GRAM <= len; at += step) {
        if (IS_SEEN(at))
            look_at(filtering, at);
    }
#undef IS_SEEN
}

static enum ar_scan_filter run_filter(struct ar_scan *scan,
                                      const struct ar_index_filter *filter)
{
    struct texts texts = texts_of(scan->values[filter->slot]);
    for (uint32_t ix = 0; ix < filter->n_tasks; ix++)
        scan->candidates[filter->tasks[ix].task] = 0;
    for (size_t ix = 0; ix < texts.count; ix++) {
        const ar_value *item = &texts.items[ix];
        if (item->state != AR_STATE_VALUE ||
            item->as.string.len > AR_MAX_REGEX_SUBJECT_BYTES)
            return AR_SCAN_FILTER_ODD;
        struct filtering filtering = {scan, filter, item->as.string,
                                      UINT64_C(1) << (ix % 64)};
        filter_text(&filtering);
    }
    return AR_SCAN_FILTER_DONE;
}

/* Which texts the task need look at; false if the machine has to. */
static bool find_candidates(struct ar_scan *scan, uint32_t task_ix,
                            uint64_t *out)
{
    const struct ar_index *index = scan->index;
    const struct ar_index_task *task = &index->tasks[task_ix];
    uint32_t number = index->filter_of[task->slot];
    *out = UINT64_MAX;
    if (number == 0)
        return true;
    uint8_t *state = &scan->filters[number - 1];
    if (*state == AR_SCAN_FILTER_IDLE)
        *state = (uint8_t)run_filter(scan, &index->filters[number - 1]);
    if (task->is_filtered && *state == AR_SCAN_FILTER_DONE)
        *out = scan->candidates[task_ix];
    return *state == AR_SCAN_FILTER_DONE;
}

/* ---- matching ---- */

static unsigned match_text(const struct ar_regex *regex, const ar_value *item,
                           int64_t *fuel, struct ar_regex_scratch *scratch)
{
    if (item->state != AR_STATE_VALUE ||
        item->as.string.len > AR_MAX_REGEX_SUBJECT_BYTES)
        return AR_OUTCOME_OPEN;
    switch (ar_regex_match_with(regex, item->as.string, NULL, fuel, scratch)) {
    case AR_REGEX_NO_MATCH: return AR_OUTCOME_FALSE;
    case AR_REGEX_MATCH: return AR_OUTCOME_TRUE;
    case AR_REGEX_BUDGET:
    case AR_REGEX_NO_MEMORY: break;
    }
    return AR_OUTCOME_OPEN;
}

unsigned ar_scan_match(struct ar_scan *scan, uint32_t task_ix)
{
    const struct ar_index_task *task = &scan->index->tasks[task_ix];
    const struct ar_regex *regex = scan->index->code->regexes[task->regex];
    const ar_value *value = scan->values[task->slot];
    int64_t fuel = AR_MAX_REGEX_FUEL_RULE / AR_INDEX_MATCHES;
    uint64_t candidates;
    if (value->state == AR_STATE_ABSENT)
        return AR_OUTCOME_NEITHER;
    if (value->state == AR_STATE_UNKNOWN)
        return AR_OUTCOME_OPEN;
    if (!find_candidates(scan, task_ix, &candidates))
        return ar_scan_run_task(scan, task);
    struct texts texts = texts_of(value);
    for (size_t ix = 0; candidates != 0 && ix < texts.count; ix++) {
        if (!(candidates >> (ix % 64) & 1))
            continue;
        unsigned bits = match_text(regex, &texts.items[ix], &fuel, scan->regex);
        if (bits == AR_OUTCOME_OPEN)
            return ar_scan_run_task(scan, task);
        if (bits == AR_OUTCOME_TRUE)
            return bits;
    }
    return AR_OUTCOME_FALSE;
}
