/* SPDX-License-Identifier: Apache-2.0 */
/* Open addressing with linear probing; at most half of the slots are used. */

#include "code/intern.h"

#include "base/map.h"

#include <string.h>

enum { FIRST_N_SLOTS = 64 };

bool ar_intern_find(const struct ar_intern *intern, uint32_t hash,
                    ar_intern_same same, const void *owner, const void *wanted,
                    uint32_t *ix)
{
    if (intern->count == 0)
        return false;
    size_t mask = intern->n_slots - 1;
    for (size_t at = hash & mask; intern->slots[at].ix != 0;
         at = (at + 1) & mask) {
        const struct ar_intern_slot *slot = &intern->slots[at];
        if (slot->hash == hash && same(owner, slot->ix - 1, wanted)) {
            *ix = slot->ix - 1;
            return true;
        }
    }
    return false;
}

static void put(struct ar_intern *intern, struct ar_intern_slot slot)
{
    size_t mask = intern->n_slots - 1;
    size_t at = slot.hash & mask;
    while (intern->slots[at].ix != 0)
        at = (at + 1) & mask;
    intern->slots[at] = slot;
}

static void enlarge(struct ar_arena *arena, struct ar_intern *intern)
{
    struct ar_intern larger = {.n_slots = 2 * intern->n_slots,
                               .count = intern->count};
    if (larger.n_slots == 0)
        larger.n_slots = FIRST_N_SLOTS;
    larger.slots = AR_NEW_ARRAY(arena, struct ar_intern_slot, larger.n_slots);
    for (size_t at = 0; at < intern->n_slots; at++) {
        if (intern->slots[at].ix != 0)
            put(&larger, intern->slots[at]);
    }
    *intern = larger;
}

void ar_intern_add(struct ar_arena *arena, struct ar_intern *intern,
                   uint32_t hash, uint32_t ix)
{
    if (intern->count >= intern->n_slots / 2)
        enlarge(arena, intern);
    intern->count++;
    put(intern, (struct ar_intern_slot){hash, ix + 1});
}

uint32_t ar_intern_hash_text(ar_str text)
{
    return (uint32_t)ar_map_hash(text);
}

uint32_t ar_intern_hash_words(const void *words, size_t n_bytes)
{
    const unsigned char *bytes = words;
    uint64_t hash = n_bytes;
    for (size_t at = 0; at + 4 <= n_bytes; at += 4) {
        uint32_t word;
        memcpy(&word, bytes + at, sizeof(word));
        hash = (hash ^ word) * UINT64_C(0x9E3779B97F4A7C15);
        hash ^= hash >> 32;
    }
    return (uint32_t)hash;
}
