/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AR_BASE_MAP_H
#define AR_BASE_MAP_H
/* A map from strings to pointers on an arena. The hash is keyed once per
 * process, so outsiders cannot choose keys that collide. */

#include "base/str.h"

struct ar_map_entry {
    ar_str key; /* not copied: must live as long as the map */
    void *value;
    uint64_t hash; /* of key */
};

/* Zero-initialised it is a valid, empty map. */
struct ar_map {
    struct ar_map_entry *entries; /* in order of insertion */
    size_t count;
    size_t capacity;
    uint32_t *slots; /* index + 1 into entries; 0: free */
    size_t n_slots;
};

/* The keyed hash of maps, for tables of another form. It differs from process
 * to process. */
uint64_t ar_map_hash(ar_str key);

/* NULL if there is no such key. */
void *ar_map_get(const struct ar_map *map, ar_str key);
bool ar_map_has(const struct ar_map *map, ar_str key);
/* Adds a key that the map does not have, with its ar_map_hash(). */
void ar_map_add(struct ar_arena *arena, struct ar_map *map, ar_str key,
                uint64_t hash, void *value);
/* Makes room for count entries in all. */
void ar_map_reserve(struct ar_arena *arena, struct ar_map *map, size_t count);
/* Takes out what is not to be kept; the others stay in their order. */
typedef bool (*ar_map_keep)(void *context, const struct ar_map_entry *entry);
void ar_map_filter(struct ar_map *map, ar_map_keep is_kept, void *context);
/* Adds the key or replaces its value. */
void ar_map_put(struct ar_arena *arena, struct ar_map *map, ar_str key,
                void *value);

#endif
