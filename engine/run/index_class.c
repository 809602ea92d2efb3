/* SPDX-License-Identifier: Apache-2.0 */
/* Which class a value is in. Values that have an order become whole numbers in
 * that order, with room for "just above" between two that can occur. */

#include "run/index_parts.h"

#include <string.h>

/* Widths of the parts of a version's number, which has 61 bits: parts, kind
 * and number of a pre-release. */
enum { N_PARTS = 4, RANK_BITS = 4, RELEASE = 15, PRE_RELEASES = 15 };
static const unsigned part_bits[N_PARTS] = {13, 12, 16, 12};

/* ---- numbers ---- */

/* The bits of a double, so that their order is its order. */
static int64_t real_number(double real)
{
    int64_t bits;
    real += 0.0; /* one zero */
    memcpy(&bits, &real, sizeof(bits));
    return bits < 0 ? INT64_MIN - bits : bits;
}

static bool number_of_real(const ar_value *value, int64_t *out)
{
    const int64_t exact = INT64_C(1) << 53;
    if (value->type->kind == AR_TYPE_REAL) {
        *out = real_number(value->as.real);
        return true;
    }
    if (value->type->kind != AR_TYPE_INT || value->as.integer > exact ||
        value->as.integer < -exact)
        return false;
    *out = real_number((double)value->as.integer);
    return true;
}

/* False for versions with more or larger parts: those are compared. */
static inline bool number_of_version(const struct ar_version *version,
                                     int64_t *out)
{
    uint64_t number = 0;
    for (size_t ix = 0; ix < N_PARTS; ix++) {
        uint64_t part = ix < version->n_parts ? version->parts[ix] : 0;
        if (part >> part_bits[ix] != 0)
            return false;
        number = number << part_bits[ix] | part;
    }
    for (size_t ix = N_PARTS; ix < version->n_parts; ix++) {
        if (version->parts[ix] != 0)
            return false;
    }
    if (version->pre_release_number >= PRE_RELEASES)
        return false;
    unsigned rank = version->pre_release_rank;
    number = number << RANK_BITS | (rank == 0 ? RELEASE : rank - 1);
    number = number << RANK_BITS | version->pre_release_number;
    *out = (int64_t)(number << 1);
    return true;
}

static inline bool find_number(enum ar_index_kind kind, const ar_value *value,
                               int64_t *out)
{
    if (kind == AR_INDEX_KIND_VERSION)
        return value->type->kind == AR_TYPE_VERSION &&
               number_of_version(value->as.version, out);
    if (kind == AR_INDEX_KIND_REAL)
        return number_of_real(value, out);
    *out = value->as.integer;
    return value->type->kind != AR_TYPE_REAL && *out < INT64_MAX;
}

bool ar_index_number(enum ar_index_kind kind, const ar_value *value,
                     int64_t *out)
{
    return find_number(kind, value, out);
}

/* How many cuts are at most the number: without a branch that could be
 * predicted wrongly. */
static inline uint32_t count_cuts(const int64_t *cuts, uint32_t count,
                                  int64_t number)
{
    const int64_t *base = cuts;
    while (count > 1) {
        uint32_t half = count / 2;
        base += base[half - 1] <= number ? half : 0;
        count -= half;
    }
    return (uint32_t)(base - cuts) + (count == 1 && *base <= number);
}

static uint32_t count_version_cuts(const struct ar_index_slot *slot,
                                   const struct ar_version *version)
{
    uint32_t count = 0;
    for (uint32_t ix = 0; ix < slot->n_cuts; ix++) {
        int order =
            ar_version_compare(version, slot->cut_values[ix]->as.version);
        count += order > 0 || (order == 0 && slot->cut_sides[ix] == 0);
    }
    return count;
}

static inline uint32_t number_class(const struct ar_index_slot *slot,
                                    const ar_value *value)
{
    int64_t number;
    if (slot->kind == AR_INDEX_KIND_NUMBER)
        return count_cuts(slot->cuts, slot->n_cuts, value->as.integer);
    if (find_number(slot->kind, value, &number))
        return count_cuts(slot->cuts, slot->n_cuts, number);
    AR_ASSERT(slot->kind == AR_INDEX_KIND_VERSION);
    return count_version_cuts(slot, value->as.version);
}

/* ---- texts ---- */

static inline uint64_t mix(uint64_t hash, uint64_t word)
{
    hash = (hash ^ word) * UINT64_C(0x9E3779B97F4A7C15);
    return hash ^ (hash >> 29);
}

/* Of constants of the rules, and of what is looked for among them: nobody can
 * add to the table. */
static inline uint32_t hash_text(ar_str text)
{
    uint64_t hash = text.len;
    size_t at = 0;
    for (; text.len - at > 8; at += 8)
        hash = mix(hash, ar_str_word(text.ptr + at));
    if (text.len > 0)
        hash = mix(hash, ar_str_short_word(text.ptr + at, text.len - at));
    return (uint32_t)(hash >> 32);
}

uint32_t ar_index_hash(ar_str text)
{
    return hash_text(text);
}

static inline uint32_t text_class(const struct ar_index_slot *slot, ar_str text)
{
    uint32_t hash = hash_text(text);
    uint32_t at = hash & slot->text_mask;
    const struct ar_index_text *entry = &slot->texts[at];
    while (entry->class_ix != 0 &&
           !(entry->hash == hash && entry->text.len == text.len &&
             ar_str_same_bytes(entry->text.ptr, text.ptr, text.len))) {
        at = (at + 1) & slot->text_mask;
        entry = &slot->texts[at];
    }
    return entry->class_ix;
}

static inline uint32_t find_class(const struct ar_index_slot *slot,
                                  const ar_value *value)
{
    switch (slot->kind) {
    case AR_INDEX_KIND_NONE:
    case AR_INDEX_KIND_ANY: return 0;
    case AR_INDEX_KIND_BOOL: return value->as.boolean;
    case AR_INDEX_KIND_ENUM: return slot->words[value->as.integer];
    case AR_INDEX_KIND_TEXT: return text_class(slot, value->as.string);
    case AR_INDEX_KIND_NUMBER:
    case AR_INDEX_KIND_REAL:
    case AR_INDEX_KIND_VERSION: return number_class(slot, value);
    }
    AR_UNREACHABLE();
}

uint32_t ar_index_class(const struct ar_index_slot *slot, const ar_value *value)
{
    return find_class(slot, value);
}

static inline uint32_t classify(const struct ar_index *index, size_t slot,
                                const ar_value *value)
{
    uint32_t number = index->slot_of[slot];
    if (value->state == AR_STATE_UNKNOWN)
        return AR_INDEX_UNKNOWN;
    if (number == 0)
        return 0;
    const struct ar_index_slot *at = &index->slots[number - 1];
    return value->state == AR_STATE_ABSENT ? at->n_classes
                                           : find_class(at, value);
}

uint32_t ar_index_classify(const struct ar_fact_layout *layout, size_t slot,
                           const ar_value *value)
{
    return classify((const struct ar_index *)layout, slot, value);
}

void ar_index_classify_many(const struct ar_fact_layout *layout, size_t first,
                            size_t count, const ar_value *const *values,
                            uint32_t *classes)
{
    const struct ar_index *index = (const struct ar_index *)layout;
    for (size_t slot = first; slot < first + count; slot++)
        classes[slot] = classify(index, slot, values[slot]);
}
