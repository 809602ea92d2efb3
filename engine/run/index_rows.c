/* SPDX-License-Identifier: Apache-2.0 */
/* For each fact the classes of its values, and for each class the bits that it
 * leaves. */

#include "run/index_parts.h"

#include <string.h>

enum {
    MOST_KILLS_APART = 8, /* kills of a class, against words of a row */
    MOST_ROWS = 64
};

/* A slot while its rows are made. */
struct rowing {
    struct ar_index_builder *builder;
    struct ar_index_slot *slot;
    uint32_t first_entry;
    const ar_value **constants; /* that it is tested against, and sides */
    uint8_t *sides;
    uint32_t n_constants;
    /* of the entry at hand, by class, and of absent: */
    uint8_t *is_true;
    uint32_t *changes;
};

/* The bit of an entry for each class, and of absent as the last: runs of the
 * same, of which most entries have two or three. */
struct verdict {
    bool first;              /* of class 0 */
    const uint32_t *changes; /* classes that differ from the one before */
    uint32_t n_changes;
};

/* Classes from .. to - 1, which have the same bit. */
struct run {
    uint32_t from;
    uint32_t to;
    bool bit;
};

static const struct ar_index_entry *entry_at(const struct rowing *rowing,
                                             uint32_t number)
{
    return &rowing->builder->entries.at[number - 1];
}

static const ar_value *constant_at(const struct rowing *rowing,
                                   uint32_t constant)
{
    return &rowing->builder->code->constants[constant];
}

/* ---- kinds ---- */

static enum ar_index_kind kind_of_type(enum ar_type_kind type)
{
    switch (type) {
    case AR_TYPE_BOOL: return AR_INDEX_KIND_BOOL;
    case AR_TYPE_ENUM: return AR_INDEX_KIND_ENUM;
    case AR_TYPE_STRING: return AR_INDEX_KIND_TEXT;
    case AR_TYPE_INT:
    case AR_TYPE_SIZE:
    case AR_TYPE_DURATION:
    case AR_TYPE_TIME: return AR_INDEX_KIND_NUMBER;
    case AR_TYPE_REAL: return AR_INDEX_KIND_REAL;
    case AR_TYPE_VERSION: return AR_INDEX_KIND_VERSION;
    case AR_TYPE_POISON:
    case AR_TYPE_IP:
    case AR_TYPE_CIDR:
    case AR_TYPE_LIST:
    case AR_TYPE_MAP:
    case AR_TYPE_RECORD: break;
    }
    return AR_INDEX_KIND_ANY;
}

static size_t count_constants(const struct rowing *rowing,
                              const struct ar_index_leaf *leaf)
{
    switch (leaf->test) {
    case AR_INDEX_EQUAL: return 2;
    case AR_INDEX_LESS:
    case AR_INDEX_LESS_EQUAL: return 1;
    case AR_INDEX_IN: return constant_at(rowing, leaf->constant)->as.list.count;
    case AR_INDEX_BOOL:
    case AR_INDEX_EXISTS:
    case AR_INDEX_TASK: break;
    }
    return 0;
}

static void add_constant(struct rowing *rowing, const ar_value *value,
                         uint8_t side)
{
    rowing->constants[rowing->n_constants] = value;
    rowing->sides[rowing->n_constants++] = side;
}

static void add_constants(struct rowing *rowing,
                          const struct ar_index_leaf *leaf, bool is_ordered)
{
    const ar_value *value = constant_at(rowing, leaf->constant);
    switch (leaf->test) {
    case AR_INDEX_EQUAL:
        add_constant(rowing, value, 0);
        if (is_ordered)
            add_constant(rowing, value, 1);
        return;
    case AR_INDEX_LESS: add_constant(rowing, value, 0); return;
    case AR_INDEX_LESS_EQUAL: add_constant(rowing, value, 1); return;
    case AR_INDEX_IN:
        for (size_t ix = 0; ix < value->as.list.count; ix++)
            add_constant(rowing, &value->as.list.items[ix], 0);
        return;
    case AR_INDEX_BOOL:
    case AR_INDEX_EXISTS:
    case AR_INDEX_TASK: return;
    }
    AR_UNREACHABLE();
}

typedef void (*visit_leaf)(struct rowing *rowing,
                           const struct ar_index_leaf *leaf, void *context);

static void visit_leaves(struct rowing *rowing, visit_leaf visit, void *context)
{
    const struct ar_index_builder *builder = rowing->builder;
    for (uint32_t at = rowing->first_entry; at != 0;
         at = entry_at(rowing, at)->next) {
        const struct ar_index_entry *entry = entry_at(rowing, at);
        for (uint32_t ix = 0; ix < entry->n_literals; ix++) {
            uint32_t literal = builder->literals.at[entry->first + ix];
            visit(rowing, &builder->leaves.at[literal >> 1], context);
        }
    }
}

static void count_leaf(struct rowing *rowing, const struct ar_index_leaf *leaf,
                       void *context)
{
    *(size_t *)context += count_constants(rowing, leaf);
}

static bool is_ordered(const struct ar_index_slot *slot)
{
    return slot->kind >= AR_INDEX_KIND_NUMBER;
}

static void take_leaf(struct rowing *rowing, const struct ar_index_leaf *leaf,
                      void *context)
{
    (void)context;
    if (leaf->test == AR_INDEX_EXISTS)
        rowing->slot->has_presence = true;
    add_constants(rowing, leaf, is_ordered(rowing->slot));
}

static void take_constants(struct rowing *rowing)
{
    size_t count = 0;
    visit_leaves(rowing, count_leaf, &count);
    rowing->constants =
        AR_NEW_ARRAY(rowing->builder->scratch, const ar_value *, count);
    rowing->sides = AR_NEW_ARRAY(rowing->builder->scratch, uint8_t, count);
    visit_leaves(rowing, take_leaf, NULL);
}

/* ---- cuts ---- */

struct cut {
    int64_t number;
    const ar_value *value;
    uint8_t side;
};

static int order_cuts(const void *left, const void *right)
{
    const struct cut *a = left;
    const struct cut *b = right;
    return (a->number > b->number) - (a->number < b->number);
}

static int64_t cut_number(enum ar_index_kind kind, const ar_value *value,
                          uint8_t side)
{
    int64_t number = 0;
    bool has_one = ar_index_number(kind, value, &number);
    AR_ASSERT(has_one);
    (void)has_one;
    return number + side;
}

static void make_cuts(struct rowing *rowing)
{
    struct ar_arena *arena = rowing->builder->arena;
    struct ar_index_slot *slot = rowing->slot;
    size_t count = rowing->n_constants;
    struct cut *all = AR_NEW_ARRAY(rowing->builder->scratch, struct cut, count);
    for (size_t ix = 0; ix < count; ix++)
        all[ix] = (struct cut){
            cut_number(slot->kind, rowing->constants[ix], rowing->sides[ix]),
            rowing->constants[ix], rowing->sides[ix]};
    if (count > 1)
        qsort(all, count, sizeof(*all), order_cuts);
    size_t n_kept = 0;
    for (size_t ix = 0; ix < count; ix++) {
        if (n_kept == 0 || all[n_kept - 1].number != all[ix].number)
            all[n_kept++] = all[ix];
    }
    int64_t *cuts = AR_NEW_ARRAY(arena, int64_t, n_kept);
    for (size_t ix = 0; ix < n_kept; ix++)
        cuts[ix] = all[ix].number;
    slot->cuts = cuts;
    slot->n_cuts = (uint32_t)n_kept;
    slot->n_classes = slot->n_cuts + 1;
    if (slot->kind != AR_INDEX_KIND_VERSION)
        return;
    uint8_t *sides = AR_NEW_ARRAY(arena, uint8_t, n_kept);
    slot->cut_values = AR_NEW_ARRAY(arena, const ar_value *, n_kept);
    for (size_t ix = 0; ix < n_kept; ix++) {
        slot->cut_values[ix] = all[ix].value;
        sides[ix] = all[ix].side;
    }
    slot->cut_sides = sides;
}

/* ---- words and texts ---- */

static void make_words(struct rowing *rowing, const struct ar_type *type)
{
    struct ar_index_slot *slot = rowing->slot;
    uint32_t *words =
        AR_NEW_ARRAY(rowing->builder->arena, uint32_t, type->n_words);
    slot->n_classes = 1;
    for (size_t ix = 0; ix < rowing->n_constants; ix++) {
        uint32_t *word = &words[rowing->constants[ix]->as.integer];
        if (*word == 0)
            *word = slot->n_classes++;
    }
    slot->words = words;
}

static void make_texts(struct rowing *rowing)
{
    struct ar_index_slot *slot = rowing->slot;
    uint32_t size = 4;
    while (size < rowing->n_constants * 2)
        size *= 2;
    struct ar_index_text *texts =
        AR_NEW_ARRAY(rowing->builder->arena, struct ar_index_text, size);
    slot->text_mask = size - 1;
    slot->texts = texts;
    slot->n_classes = 1;
    for (size_t ix = 0; ix < rowing->n_constants; ix++) {
        ar_str text = rowing->constants[ix]->as.string;
        uint32_t hash = ar_index_hash(text);
        uint32_t at = hash & slot->text_mask;
        while (texts[at].class_ix != 0 && !ar_str_equal(texts[at].text, text))
            at = (at + 1) & slot->text_mask;
        if (texts[at].class_ix == 0)
            texts[at] = (struct ar_index_text){text, hash, slot->n_classes++};
    }
}

static void make_classes(struct rowing *rowing)
{
    struct ar_index_slot *slot = rowing->slot;
    const struct ar_block *block = &rowing->builder->code->block;
    const struct ar_type *type =
        rowing->builder->code->facts[block->slot_at[slot->slot].fact]->type;
    slot->kind = kind_of_type(type->kind);
    take_constants(rowing);
    switch (slot->kind) {
    case AR_INDEX_KIND_NONE:
    case AR_INDEX_KIND_ANY: slot->n_classes = 1; return;
    case AR_INDEX_KIND_BOOL: slot->n_classes = 2; return;
    case AR_INDEX_KIND_ENUM: make_words(rowing, type); return;
    case AR_INDEX_KIND_TEXT: make_texts(rowing); return;
    case AR_INDEX_KIND_NUMBER:
    case AR_INDEX_KIND_REAL:
    case AR_INDEX_KIND_VERSION: make_cuts(rowing); return;
    }
    AR_UNREACHABLE();
}

/* ---- literals by class ---- */

/* How many cuts are below the number. */
static uint32_t count_below(const struct ar_index_slot *slot, int64_t number)
{
    uint32_t from = 0;
    uint32_t to = slot->n_cuts;
    while (from < to) {
        uint32_t middle = from + (to - from) / 2;
        if (slot->cuts[middle] < number)
            from = middle + 1;
        else
            to = middle;
    }
    return from;
}

/* Classes from .. to - 1 are those in which the test holds. */
static void find_range(const struct rowing *rowing,
                       const struct ar_index_leaf *leaf, uint32_t *from,
                       uint32_t *to)
{
    const struct ar_index_slot *slot = rowing->slot;
    const ar_value *value = constant_at(rowing, leaf->constant);
    *from = 0;
    if (leaf->test == AR_INDEX_EQUAL && !is_ordered(slot)) {
        *from = ar_index_class(slot, value);
        *to = *from + 1;
        return;
    }
    /* The class of the number of a cut is one above those below it. */
    uint8_t side = leaf->test == AR_INDEX_LESS ? 0 : 1;
    int64_t number = cut_number(slot->kind, value, 0);
    *to = count_below(slot, number + side) + 1;
    if (leaf->test == AR_INDEX_EQUAL)
        *from = count_below(slot, number) + 1;
}

/* Adds where a literal is true; absent is a class in which no test but that of
 * presence is true or false. */
static void add_literal(struct rowing *rowing, uint32_t literal)
{
    const struct ar_index_leaf *leaf =
        &rowing->builder->leaves.at[literal >> 1];
    uint32_t n_classes = rowing->slot->n_classes;
    bool is_negated = literal & 1;
    uint8_t *is_true = rowing->is_true;
    if (leaf->test == AR_INDEX_EXISTS) {
        for (uint32_t ix = 0; ix < n_classes; ix++)
            is_true[ix] |= !is_negated;
        is_true[n_classes] |= is_negated;
        return;
    }
    if (leaf->test == AR_INDEX_BOOL) {
        is_true[!is_negated] = 1;
        return;
    }
    if (leaf->test == AR_INDEX_IN) {
        const ar_value *list = constant_at(rowing, leaf->constant);
        uint8_t *holds = is_true + n_classes + 1;
        memset(holds, 0, n_classes);
        for (size_t ix = 0; ix < list->as.list.count; ix++)
            holds[ar_index_class(rowing->slot, &list->as.list.items[ix])] = 1;
        for (uint32_t ix = 0; ix < n_classes; ix++)
            is_true[ix] |= holds[ix] != is_negated;
        return;
    }
    uint32_t from, to;
    find_range(rowing, leaf, &from, &to);
    for (uint32_t ix = 0; ix < n_classes; ix++)
        is_true[ix] |= (ix >= from && ix < to) != is_negated;
}

static bool bit_before(const struct verdict *verdict)
{
    return verdict->first ^ (verdict->n_changes & 1);
}

/* Runs come in their order; an empty one is none. */
static void add_run(struct rowing *rowing, struct verdict *verdict,
                    struct run run)
{
    if (run.from == run.to)
        return;
    if (run.from == 0)
        verdict->first = run.bit;
    else if (run.bit != bit_before(verdict))
        rowing->changes[verdict->n_changes++] = run.from;
}

/* The classes in which a test holds: found once, since conditions are shared
 * and there are several passes. */
static const struct ar_index_range *range_of(struct rowing *rowing,
                                             uint32_t leaf_ix)
{
    const struct ar_index_leaf *leaf = &rowing->builder->leaves.at[leaf_ix];
    struct ar_index_range *range = &rowing->builder->ranges[leaf_ix];
    if (range->to > 0)
        return range;
    range->to = rowing->slot->n_classes;
    if (leaf->test == AR_INDEX_BOOL)
        range->from = 1;
    else if (leaf->test != AR_INDEX_EXISTS)
        find_range(rowing, leaf, &range->from, &range->to);
    return range;
}

/* Of one test that holds in a range of classes. */
static void judge_range(struct rowing *rowing, struct verdict *verdict,
                        uint32_t literal)
{
    uint32_t n_classes = rowing->slot->n_classes;
    const struct ar_index_range *range = range_of(rowing, literal >> 1);
    bool is_negated = literal & 1;
    bool is_absent =
        is_negated &&
        rowing->builder->leaves.at[literal >> 1].test == AR_INDEX_EXISTS;
    add_run(rowing, verdict, (struct run){0, range->from, is_negated});
    add_run(rowing, verdict, (struct run){range->from, range->to, !is_negated});
    add_run(rowing, verdict, (struct run){range->to, n_classes, is_negated});
    add_run(rowing, verdict, (struct run){n_classes, n_classes + 1, is_absent});
}

/* Of several, class by class. */
static void judge_classes(struct rowing *rowing, struct verdict *verdict,
                          const struct ar_index_entry *entry)
{
    uint32_t n_classes = rowing->slot->n_classes;
    memset(rowing->is_true, 0, n_classes + 1);
    for (uint32_t ix = 0; ix < entry->n_literals; ix++)
        add_literal(rowing, rowing->builder->literals.at[entry->first + ix]);
    for (uint32_t ix = 0; ix <= n_classes; ix++)
        add_run(rowing, verdict, (struct run){ix, ix + 1, rowing->is_true[ix]});
}

/* Good until the next. */
static struct verdict judge_entry(struct rowing *rowing,
                                  const struct ar_index_entry *entry)
{
    struct verdict verdict = {.changes = rowing->changes};
    uint32_t literal = rowing->builder->literals.at[entry->first];
    enum ar_index_test test = rowing->builder->leaves.at[literal >> 1].test;
    if (entry->n_literals == 1 && test != AR_INDEX_IN)
        judge_range(rowing, &verdict, literal);
    else
        judge_classes(rowing, &verdict, entry);
    verdict.first ^= entry->is_plane;
    return verdict;
}

/* The next run that has the bit; false if there is none. n_seen: of runs, 0 at
 * first. */
static bool next_run(const struct rowing *rowing, const struct verdict *verdict,
                     bool bit, struct run *run, uint32_t *n_seen)
{
    while (*n_seen <= verdict->n_changes) {
        uint32_t ix = (*n_seen)++;
        run->from = ix == 0 ? 0 : verdict->changes[ix - 1];
        run->to = ix < verdict->n_changes ? verdict->changes[ix]
                                          : rowing->slot->n_classes + 1;
        run->bit = verdict->first ^ (ix & 1);
        if (run->bit == bit)
            return true;
    }
    return false;
}

/* ---- rows ---- */

static void clear_bit(uint64_t *row, uint32_t bit)
{
    row[bit / 64] &= ~(UINT64_C(1) << (bit % 64));
}

static uint64_t *make_full_rows(struct rowing *rowing, size_t count)
{
    size_t n_words = rowing->builder->index->n_words;
    size_t n_bytes = count * n_words * sizeof(uint64_t);
    uint64_t *rows = ar_arena_alloc_raw(rowing->builder->arena, n_bytes);
    return memset(rows, 0xFF, n_bytes);
}

static void make_row_form(struct rowing *rowing)
{
    struct ar_index_slot *slot = rowing->slot;
    size_t n_words = rowing->builder->index->n_words;
    uint64_t *rows = make_full_rows(rowing, slot->n_classes + 2);
    uint64_t *touched = rows + (slot->n_classes + 1) * n_words;
    for (uint32_t at = rowing->first_entry; at != 0;
         at = entry_at(rowing, at)->next) {
        const struct ar_index_entry *entry = entry_at(rowing, at);
        struct verdict verdict = judge_entry(rowing, entry);
        struct run run;
        for (uint32_t n_seen = 0;
             next_run(rowing, &verdict, false, &run, &n_seen);) {
            for (uint32_t ix = run.from; ix < run.to; ix++)
                clear_bit(rows + ix * n_words, entry->bit);
        }
        clear_bit(touched, entry->bit);
    }
    slot->form = AR_INDEX_ROWS;
    slot->rows = rows;
    slot->touched = touched;
}

/* The lists of bits of each class, of absent, and of what is touched. */
struct lists {
    uint32_t *ends;
    uint32_t *bits;
};

/* Which bit of an entry is listed, in the form of the slot. */
static bool listed_bit(const struct ar_index_slot *slot,
                       const struct verdict *verdict)
{
    return slot->form == AR_INDEX_EXCEPT && !verdict->first;
}

static void count_lists(struct rowing *rowing, uint32_t *counts)
{
    const struct ar_index_slot *slot = rowing->slot;
    for (uint32_t at = rowing->first_entry; at != 0;
         at = entry_at(rowing, at)->next) {
        struct verdict verdict = judge_entry(rowing, entry_at(rowing, at));
        bool bit = listed_bit(slot, &verdict);
        struct run run;
        for (uint32_t n_seen = 0;
             next_run(rowing, &verdict, bit, &run, &n_seen);) {
            for (uint32_t ix = run.from; ix < run.to; ix++)
                counts[ix]++;
        }
        counts[slot->n_classes + 1]++;
    }
}

static void fill_lists(struct rowing *rowing, struct lists *lists)
{
    const struct ar_index_slot *slot = rowing->slot;
    for (uint32_t at = rowing->first_entry; at != 0;
         at = entry_at(rowing, at)->next) {
        const struct ar_index_entry *entry = entry_at(rowing, at);
        struct verdict verdict = judge_entry(rowing, entry);
        bool bit = listed_bit(slot, &verdict);
        uint32_t spelt = entry->bit;
        if (slot->form == AR_INDEX_EXCEPT)
            spelt = entry->bit << 1 | bit;
        struct run run;
        for (uint32_t n_seen = 0;
             next_run(rowing, &verdict, bit, &run, &n_seen);) {
            for (uint32_t ix = run.from; ix < run.to; ix++)
                lists->bits[lists->ends[ix]++] = spelt;
        }
        lists->bits[lists->ends[slot->n_classes + 1]++] = entry->bit;
    }
}

static void make_lists(struct rowing *rowing, enum ar_index_form form)
{
    struct ar_index_slot *slot = rowing->slot;
    uint32_t count = slot->n_classes + 2;
    struct lists lists = {
        .ends = AR_NEW_ARRAY(rowing->builder->arena, uint32_t, count)};
    slot->form = form;
    count_lists(rowing, lists.ends);
    uint32_t total = 0;
    for (uint32_t ix = 0; ix < count; ix++) {
        uint32_t n_bits = lists.ends[ix];
        lists.ends[ix] = total;
        total += n_bits;
    }
    lists.bits = AR_NEW_ARRAY(rowing->builder->arena, uint32_t, total);
    fill_lists(rowing, &lists);
    slot->bits = lists.bits;
    slot->bit_ends = lists.ends;
}

static void make_except_form(struct rowing *rowing)
{
    struct ar_index_slot *slot = rowing->slot;
    uint64_t *row = make_full_rows(rowing, 1);
    make_lists(rowing, AR_INDEX_EXCEPT);
    for (uint32_t at = rowing->first_entry; at != 0;
         at = entry_at(rowing, at)->next) {
        const struct ar_index_entry *entry = entry_at(rowing, at);
        if (!judge_entry(rowing, entry).first)
            clear_bit(row, entry->bit);
    }
    slot->rows = row;
}

/* ---- a slot ---- */

static size_t count_kills(struct rowing *rowing)
{
    size_t total = 0;
    for (uint32_t at = rowing->first_entry; at != 0;
         at = entry_at(rowing, at)->next) {
        struct verdict verdict = judge_entry(rowing, entry_at(rowing, at));
        struct run run;
        for (uint32_t n_seen = 0;
             next_run(rowing, &verdict, false, &run, &n_seen);)
            total += run.to - run.from;
    }
    return total;
}

static uint32_t count_entries(const struct rowing *rowing)
{
    uint32_t count = 0;
    for (uint32_t at = rowing->first_entry; at != 0;
         at = entry_at(rowing, at)->next)
        count++;
    return count;
}

/* Few bits are cleared one by one; of a fact with many classes most differ
 * little from the first one. */
static void make_slot(struct rowing *rowing)
{
    struct ar_index_slot *slot = rowing->slot;
    uint32_t n_words = rowing->builder->index->n_words;
    make_classes(rowing);
    rowing->is_true = AR_NEW_ARRAY(rowing->builder->scratch, uint8_t,
                                   2 * (slot->n_classes + 1));
    rowing->changes =
        AR_NEW_ARRAY(rowing->builder->scratch, uint32_t, slot->n_classes + 1);
    uint32_t n_entries = count_entries(rowing);
    if (n_entries * MOST_KILLS_APART <= n_words ||
        count_kills(rowing) * MOST_KILLS_APART <=
            (size_t)n_words * slot->n_classes)
        make_lists(rowing, AR_INDEX_KILLS);
    else if (slot->n_classes <= MOST_ROWS || is_ordered(slot))
        make_row_form(rowing);
    else
        make_except_form(rowing);
}

void ar_index_make_rows(struct ar_index_builder *builder)
{
    struct ar_index *index = builder->index;
    uint32_t n_slots = builder->code->block.slot_count;
    uint32_t count = 0;
    for (uint32_t ix = 0; ix < n_slots; ix++)
        count += builder->first_entry[ix] != 0;
    struct ar_index_slot *slots =
        AR_NEW_ARRAY(builder->arena, struct ar_index_slot, count);
    uint32_t *slot_of = AR_NEW_ARRAY(builder->arena, uint32_t, n_slots);
    builder->ranges = AR_NEW_ARRAY(builder->scratch, struct ar_index_range,
                                   builder->leaves.count);
    count = 0;
    for (uint32_t ix = 0; ix < n_slots; ix++) {
        if (builder->first_entry[ix] == 0)
            continue;
        slots[count].slot = ix;
        struct rowing rowing = {.builder = builder,
                                .slot = &slots[count++],
                                .first_entry = builder->first_entry[ix]};
        make_slot(&rowing);
        slot_of[ix] = count;
    }
    index->slots = slots;
    index->slot_of = slot_of;
    index->n_slots = count;
}
