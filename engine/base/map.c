/* SPDX-License-Identifier: Apache-2.0 */
/* String maps: open addressing with linear probing over SipHash-1-3. The
 * key of the hash is random, so that no snapshot can be written whose keys
 * all collide; entries stay in order of insertion, so that no output ever
 * depends on it. */

#include "base/map.h"

#include "base/entropy.h"

#include <stdatomic.h>
#include <string.h>

enum { FIRST_N_SLOTS = 16 };

struct sip {
    uint64_t v0;
    uint64_t v1;
    uint64_t v2;
    uint64_t v3;
};

/* Each half is set once by whichever thread comes first; 0 is not set. */
static _Atomic uint64_t hash_keys[2];

static uint64_t get_hash_key(size_t half)
{
    uint64_t key = atomic_load(&hash_keys[half]);
    if (key != 0)
        return key;
    uint64_t fresh = ar_entropy_u64() | 1;
    if (atomic_compare_exchange_strong(&hash_keys[half], &key, fresh))
        return fresh;
    return key;
}

static inline uint64_t rotate(uint64_t word, unsigned bits)
{
    return word << bits | word >> (64 - bits);
}

static inline void mix(struct sip *sip)
{
    sip->v0 += sip->v1;
    sip->v1 = rotate(sip->v1, 13) ^ sip->v0;
    sip->v0 = rotate(sip->v0, 32);
    sip->v2 += sip->v3;
    sip->v3 = rotate(sip->v3, 16) ^ sip->v2;
    sip->v0 += sip->v3;
    sip->v3 = rotate(sip->v3, 21) ^ sip->v0;
    sip->v2 += sip->v1;
    sip->v1 = rotate(sip->v1, 17) ^ sip->v2;
    sip->v2 = rotate(sip->v2, 32);
}

static inline void absorb(struct sip *sip, uint64_t word)
{
    sip->v3 ^= word;
    mix(sip);
    sip->v0 ^= word;
}

/* Up to 8 bytes at the end of those that a key has before it, in the order of
 * this machine: the hash never leaves the process. */
static inline uint64_t read_rest(const char *bytes, size_t count)
{
    uint64_t word = 0;
    if (count >= 4) {
        uint32_t low, high;
        memcpy(&low, bytes, 4);
        memcpy(&high, bytes + count - 4, 4);
        return low | (uint64_t)high << (8 * (count - 4));
    }
    for (size_t i = 0; i < count; i++)
        word |= (uint64_t)(unsigned char)bytes[i] << (8 * i);
    return word;
}

static inline uint64_t hash(ar_str key)
{
    uint64_t key_0 = get_hash_key(0);
    uint64_t key_1 = get_hash_key(1);
    struct sip sip = {
        key_0 ^ 0x736F6D6570736575,
        key_1 ^ 0x646F72616E646F6D,
        key_0 ^ 0x6C7967656E657261,
        key_1 ^ 0x7465646279746573,
    };
    size_t at = 0;
    for (; key.len - at >= 8; at += 8)
        absorb(&sip, ar_str_word(key.ptr + at));
    uint64_t rest = at < key.len ? read_rest(key.ptr + at, key.len - at) : 0;
    absorb(&sip, rest | (uint64_t)key.len << 56);
    sip.v2 ^= 0xFF;
    for (int i = 0; i < 3; i++)
        mix(&sip);
    return sip.v0 ^ sip.v1 ^ sip.v2 ^ sip.v3;
}

uint64_t ar_map_hash(ar_str key)
{
    return hash(key);
}

static bool is_entry(const struct ar_map_entry *entry, ar_str key,
                     uint64_t key_hash)
{
    return entry->hash == key_hash && ar_str_equal(entry->key, key);
}

/* The slot that holds key, or the free one where it belongs. There is
 * always a free slot, so the walk ends. */
static uint32_t *find_slot(const struct ar_map *map, ar_str key,
                           uint64_t key_hash)
{
    size_t mask = map->n_slots - 1;
    size_t at = (size_t)key_hash & mask;
    while (map->slots[at] != 0 &&
           !is_entry(&map->entries[map->slots[at] - 1], key, key_hash))
        at = (at + 1) & mask;
    return &map->slots[at];
}

static struct ar_map_entry *find_entry(const struct ar_map *map, ar_str key,
                                       uint64_t key_hash)
{
    if (map->count == 0)
        return NULL;
    uint32_t slot = *find_slot(map, key, key_hash);
    return slot == 0 ? NULL : &map->entries[slot - 1];
}

static const struct ar_map_entry *look_up(const struct ar_map *map, ar_str key)
{
    return map->count == 0 ? NULL : find_entry(map, key, hash(key));
}

void *ar_map_get(const struct ar_map *map, ar_str key)
{
    const struct ar_map_entry *entry = look_up(map, key);
    return entry ? entry->value : NULL;
}

bool ar_map_has(const struct ar_map *map, ar_str key)
{
    return look_up(map, key) != NULL;
}

/* All keys are different: none is compared. */
static void fill_slots(struct ar_map *map)
{
    size_t mask = map->n_slots - 1;
    for (size_t i = 0; i < map->count; i++) {
        size_t at = (size_t)map->entries[i].hash & mask;
        while (map->slots[at] != 0)
            at = (at + 1) & mask;
        map->slots[at] = (uint32_t)i + 1;
    }
}

/* Makes room for one more entry; at most half of the slots are in use. */
static void make_room(struct ar_arena *arena, struct ar_map *map)
{
    map->entries = ar_arena_grow(arena, map->entries, map->count,
                                 &map->capacity, sizeof(*map->entries));
    if (map->count < map->n_slots / 2)
        return;
    if (map->count >= UINT32_MAX / 4)
        ar_arena_fail(arena);
    size_t n_slots = map->n_slots ? 2 * map->n_slots : FIRST_N_SLOTS;
    map->slots = AR_NEW_ARRAY(arena, uint32_t, n_slots);
    map->n_slots = n_slots;
    fill_slots(map);
}

void ar_map_reserve(struct ar_arena *arena, struct ar_map *map, size_t count)
{
    if (count <= map->capacity || count >= UINT32_MAX / 4)
        return;
    size_t size_bytes = 0;
    if (!ar_size_mul(count, sizeof(struct ar_map_entry), &size_bytes))
        ar_arena_fail(arena);
    struct ar_map_entry *entries = ar_arena_alloc_raw(arena, size_bytes);
    if (map->count > 0)
        memcpy(entries, map->entries, map->count * sizeof(*entries));
    map->entries = entries;
    map->capacity = count;
    size_t n_slots = FIRST_N_SLOTS;
    while (n_slots / 2 < count + 1)
        n_slots *= 2;
    if (n_slots <= map->n_slots)
        return;
    map->slots = AR_NEW_ARRAY(arena, uint32_t, n_slots);
    map->n_slots = n_slots;
    fill_slots(map);
}

void ar_map_add(struct ar_arena *arena, struct ar_map *map, ar_str key,
                uint64_t key_hash, void *value)
{
    make_room(arena, map);
    size_t mask = map->n_slots - 1;
    size_t at = (size_t)key_hash & mask;
    while (map->slots[at] != 0)
        at = (at + 1) & mask;
    map->entries[map->count] = (struct ar_map_entry){key, value, key_hash};
    map->count++;
    map->slots[at] = (uint32_t)map->count;
}

void ar_map_put(struct ar_arena *arena, struct ar_map *map, ar_str key,
                void *value)
{
    uint64_t key_hash = hash(key);
    struct ar_map_entry *entry = find_entry(map, key, key_hash);
    if (entry)
        entry->value = value;
    else
        ar_map_add(arena, map, key, key_hash, value);
}

void ar_map_filter(struct ar_map *map, ar_map_keep is_kept, void *context)
{
    size_t n_kept = 0;
    for (size_t i = 0; i < map->count; i++) {
        if (is_kept(context, &map->entries[i]))
            map->entries[n_kept++] = map->entries[i];
    }
    if (n_kept == map->count)
        return;
    map->count = n_kept;
    memset(map->slots, 0, map->n_slots * sizeof(*map->slots));
    fill_slots(map);
}
