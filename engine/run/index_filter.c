/* SPDX-License-Identifier: Apache-2.0 */
/* One pass over the texts of a fact for all patterns that look at it. Of each
 * pattern one text is taken that a match must contain, and of that text four
 * bytes that few others have: those are looked for at every place, or at every
 * second, where all texts are long enough for two times four bytes. */

#include "run/index_parts.h"

/* What is asked at every place has to stay in the nearest cache. */
enum { LEAST_BITS = 10, MOST_BITS = 16, ROOM = 32 };

/* A filter while it is made. */
struct filtering {
    struct ar_index_builder *builder;
    struct ar_index_filter *filter;
    struct ar_map found; /* text -> its entry */
    struct ar_index_filter_text *texts;
    struct ar_index_filter_task *tasks;
    uint16_t *counts; /* of grams, by hash */
};

/* ---- the texts ---- */

static size_t least_length(const struct ar_regex_needle *needle)
{
    size_t least = SIZE_MAX;
    for (size_t ix = 0; ix < needle->n_choices; ix++) {
        if (needle->choices[ix].len < least)
            least = needle->choices[ix].len;
    }
    return least;
}

/* The needle with the longest shortest choice, or NULL if it is too short. */
static const struct ar_regex_needle *choose_needle(
    const struct ar_index_builder *builder, const struct ar_index_task *task)
{
    const struct ar_regex_needles *needles =
        ar_regex_needles(builder->code->regexes[task->regex]);
    const struct ar_regex_needle *best = NULL;
    size_t length = AR_INDEX_GRAM - 1;
    for (size_t ix = 0; ix < needles->count; ix++) {
        size_t least = least_length(&needles->at[ix]);
        if (least <= length)
            continue;
        length = least;
        best = &needles->at[ix];
    }
    return best;
}

static void add_text(struct filtering *filtering, ar_str text, uint32_t task)
{
    struct ar_index_filter *filter = filtering->filter;
    struct ar_index_filter_text *known = ar_map_get(&filtering->found, text);
    if (!known) {
        known = &filtering->texts[filter->n_texts++];
        known->text = text;
        ar_map_put(filtering->builder->scratch, &filtering->found, text, known);
    }
    filtering->tasks[filter->n_tasks++] =
        (struct ar_index_filter_task){task, known->first_task};
    known->first_task = filter->n_tasks;
}

/* Numbers tasks from 1, so that 0 is no task. */
static void add_tasks(struct filtering *filtering, uint32_t slot)
{
    struct ar_index_builder *builder = filtering->builder;
    for (uint32_t ix = 0; ix < builder->tasks.count; ix++) {
        struct ar_index_task *task = &builder->tasks.at[ix];
        if (task->kind != AR_INDEX_TASK_MATCH || task->slot != slot)
            continue;
        const struct ar_regex_needle *needle = choose_needle(builder, task);
        if (!needle)
            continue;
        task->is_filtered = true;
        for (size_t each = 0; each < needle->n_choices; each++)
            add_text(filtering, needle->choices[each], ix);
    }
}

static size_t count_choices(const struct ar_index_builder *builder,
                            uint32_t slot)
{
    size_t count = 0;
    for (size_t ix = 0; ix < builder->tasks.count; ix++) {
        const struct ar_index_task *task = &builder->tasks.at[ix];
        if (task->kind != AR_INDEX_TASK_MATCH || task->slot != slot)
            continue;
        const struct ar_regex_needle *needle = choose_needle(builder, task);
        count += needle ? needle->n_choices : 0;
    }
    return count;
}

/* ---- the table ---- */

static void choose_step(struct filtering *filtering)
{
    struct ar_index_filter *filter = filtering->filter;
    filter->step = AR_INDEX_STEP;
    for (uint32_t ix = 0; ix < filter->n_texts; ix++) {
        if (filtering->texts[ix].text.len < AR_INDEX_GRAM + AR_INDEX_STEP - 1)
            filter->step = 1;
    }
}

static uint32_t hash_at(const struct ar_index_filter *filter, const char *bytes)
{
    return ar_index_gram_hash(ar_index_gram(bytes), filter->shift);
}

static void count_grams(struct filtering *filtering)
{
    struct ar_index_filter *filter = filtering->filter;
    unsigned bits = LEAST_BITS;
    while (bits < MOST_BITS &&
           (1U << bits) < filter->n_texts * filter->step * ROOM)
        bits++;
    filter->shift = 32 - bits;
    filtering->counts =
        AR_NEW_ARRAY(filtering->builder->scratch, uint16_t, (size_t)1 << bits);
    for (uint32_t ix = 0; ix < filter->n_texts; ix++) {
        ar_str text = filtering->texts[ix].text;
        for (size_t at = 0; at + AR_INDEX_GRAM <= text.len; at++) {
            uint16_t *count =
                &filtering->counts[hash_at(filter, text.ptr + at)];
            *count = (uint16_t)(*count + (*count < UINT16_MAX));
        }
    }
}

static uint32_t count_at(const struct filtering *filtering, const char *bytes)
{
    return filtering->counts[hash_at(filtering->filter, bytes)];
}

/* Where grams for all places of a step begin that few other texts have. */
static size_t find_rarest(const struct filtering *filtering, ar_str text)
{
    unsigned step = filtering->filter->step;
    size_t best = 0;
    uint32_t least = UINT32_MAX;
    for (size_t at = 0; at + AR_INDEX_GRAM + step - 1 <= text.len; at++) {
        uint32_t count = 0;
        for (unsigned ix = 0; ix < step; ix++)
            count += count_at(filtering, text.ptr + at + ix);
        if (count >= least)
            continue;
        least = count;
        best = at;
    }
    return best;
}

static void fill_table(struct filtering *filtering)
{
    struct ar_index_filter *filter = filtering->filter;
    struct ar_arena *arena = filtering->builder->arena;
    uint32_t *table =
        AR_NEW_ARRAY(arena, uint32_t, (size_t)1 << (32 - filter->shift));
    uint8_t *seen =
        AR_NEW_ARRAY(arena, uint8_t, (size_t)1 << (32 - filter->shift));
    struct ar_index_filter_gram *grams =
        AR_NEW_ARRAY(arena, struct ar_index_filter_gram,
                     (size_t)filter->n_texts * filter->step);
    uint32_t n_grams = 0;
    for (uint32_t ix = 0; ix < filter->n_texts; ix++) {
        ar_str text = filtering->texts[ix].text;
        size_t at = find_rarest(filtering, text);
        for (size_t end = at + filter->step; at < end; at++) {
            uint32_t hash = hash_at(filter, text.ptr + at);
            grams[n_grams] = (struct ar_index_filter_gram){
                ar_index_gram(text.ptr + at), ix, (uint32_t)at, table[hash]};
            table[hash] = ++n_grams;
            seen[hash] = 1;
        }
    }
    filter->grams = grams;
    filter->table = table;
    filter->seen = seen;
}

/* ---- all of them ---- */

static void make_filter(struct ar_index_builder *builder,
                        struct ar_index_filter *filter, uint32_t slot,
                        size_t n_choices)
{
    struct filtering filtering = {
        .builder = builder,
        .filter = filter,
        .texts = AR_NEW_ARRAY(builder->arena, struct ar_index_filter_text,
                              n_choices),
        .tasks = AR_NEW_ARRAY(builder->arena, struct ar_index_filter_task,
                              n_choices),
    };
    filter->slot = slot;
    add_tasks(&filtering, slot);
    choose_step(&filtering);
    count_grams(&filtering);
    fill_table(&filtering);
    filter->texts = filtering.texts;
    filter->tasks = filtering.tasks;
}

void ar_index_make_filters(struct ar_index_builder *builder)
{
    struct ar_index *index = builder->index;
    uint32_t n_slots = builder->code->block.slot_count;
    bool *has_patterns = AR_NEW_ARRAY(builder->scratch, bool, n_slots);
    uint32_t count = 0;
    for (size_t ix = 0; ix < builder->tasks.count; ix++) {
        const struct ar_index_task *task = &builder->tasks.at[ix];
        bool is_new =
            task->kind == AR_INDEX_TASK_MATCH && !has_patterns[task->slot];
        if (is_new)
            has_patterns[task->slot] = true;
        count += is_new;
    }
    struct ar_index_filter *filters =
        AR_NEW_ARRAY(builder->arena, struct ar_index_filter, count);
    uint32_t *filter_of = AR_NEW_ARRAY(builder->arena, uint32_t, n_slots);
    for (uint32_t slot = 0; slot < n_slots; slot++) {
        size_t n_choices =
            has_patterns[slot] ? count_choices(builder, slot) : 0;
        if (n_choices == 0)
            continue;
        make_filter(builder, &filters[index->n_filters], slot, n_choices);
        filter_of[slot] = ++index->n_filters;
    }
    index->filters = filters;
    index->filter_of = filter_of;
}
