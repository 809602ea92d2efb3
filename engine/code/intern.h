/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AR_CODE_INTERN_H
#define AR_CODE_INTERN_H
/* Private to code: finds records that were made before. Holds hashes and
 * indices only; what is behind an index stays with its owner. */

#include "base/arena.h"
#include "base/str.h"

struct ar_intern_slot {
    uint32_t hash;
    uint32_t ix; /* + 1; 0: free */
};

/* Zero-initialised it is a valid, empty table. */
struct ar_intern {
    struct ar_intern_slot *slots;
    size_t n_slots; /* a power of two, or 0 */
    size_t count;
};

/* Whether record ix is what is looked for. */
typedef bool (*ar_intern_same)(const void *owner, uint32_t ix,
                               const void *wanted);

bool ar_intern_find(const struct ar_intern *intern, uint32_t hash,
                    ar_intern_same same, const void *owner, const void *wanted,
                    uint32_t *ix);
/* For one that was not found. */
void ar_intern_add(struct ar_arena *arena, struct ar_intern *intern,
                   uint32_t hash, uint32_t ix);

/* What only this process knows; from ar_intern_make_key(). */
struct ar_intern_key {
    uint64_t words[2];
};

struct ar_intern_key ar_intern_make_key(void);
/* Of text that others wrote: nobody can choose texts that collide. */
uint32_t ar_intern_hash_text(struct ar_intern_key key, ar_str text);
/* Of 32-bit words that this process made. */
uint32_t ar_intern_hash_words(const void *words, size_t n_bytes);

#endif
