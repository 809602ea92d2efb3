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

struct ar_intern_key ar_intern_make_key(void)
{
    return (struct ar_intern_key){
        {ar_map_hash(AR_STR("texts")), ar_map_hash(AR_STR("of a block"))}};
}

#if defined(__SIZEOF_INT128__)

/* Both halves of the product: what a bit of one factor changes depends on the
 * other, which nobody outside knows. */
static inline uint64_t fold(uint64_t a, uint64_t b)
{
    __extension__ unsigned __int128 product = (unsigned __int128)a * b;
    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

/* The last words overlap where the length is no multiple of theirs. */
uint32_t ar_intern_hash_text(struct ar_intern_key key, ar_str text)
{
    uint64_t hash = key.words[0] ^ text.len;
    const char *bytes = text.ptr;
    size_t left = text.len;
    for (; left > 16; bytes += 16, left -= 16)
        hash = fold(ar_str_word(bytes) ^ key.words[1],
                    ar_str_word(bytes + 8) ^ hash);
    uint64_t a = left > 8 ? ar_str_word(bytes) : ar_str_short_word(bytes, left);
    uint64_t b = left > 8 ? ar_str_word(bytes + left - 8) : 0;
    return (uint32_t)fold(fold(a ^ key.words[1], b ^ hash), key.words[0]);
}

#else

uint32_t ar_intern_hash_text(struct ar_intern_key key, ar_str text)
{
    return (uint32_t)(ar_map_hash(text) ^ key.words[0]);
}

#endif

uint32_t ar_intern_hash_words(const void *words, size_t n_bytes)
{
    const uint64_t factor = UINT64_C(0x9E3779B97F4A7C15);
    const unsigned char *bytes = words;
    uint64_t hash = n_bytes;
    size_t at = 0;
    for (; at + 8 <= n_bytes; at += 8) {
        uint64_t pair;
        memcpy(&pair, bytes + at, sizeof(pair));
        hash = (hash ^ pair) * factor;
        hash ^= hash >> 32;
    }
    if (at < n_bytes) {
        uint32_t word;
        memcpy(&word, bytes + at, sizeof(word));
        hash = (hash ^ word) * factor;
        hash ^= hash >> 32;
    }
    return (uint32_t)hash;
}
