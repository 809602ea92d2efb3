/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AR_TESTS_LAWS_CHOICES_H
#define AR_TESTS_LAWS_CHOICES_H
/* Where a generator takes its decisions from: a seed, or the bytes of a
 * fuzzer. When the bytes have run out each choice is 0, the smallest. */

#include "base/base.h"

struct law_choices {
    uint64_t state; /* of random choices */
    const uint8_t *bytes;
    size_t n_bytes;
    size_t at;
    bool has_bytes;
};

static inline struct law_choices law_choices_of_seed(uint64_t seed)
{
    return (struct law_choices){.state = seed};
}

static inline struct law_choices law_choices_of_bytes(const uint8_t *bytes,
                                                      size_t n_bytes)
{
    return (struct law_choices){
        .bytes = bytes, .n_bytes = n_bytes, .has_bytes = true};
}

/* Splitmix, so that seeds that follow each other have nothing in common. */
static inline uint64_t law_mix(uint64_t state)
{
    state = (state ^ (state >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    state = (state ^ (state >> 27)) * UINT64_C(0x94D049BB133111EB);
    return state ^ (state >> 31);
}

/* A number below limit, which is from 1 to 256. */
static inline unsigned law_pick(struct law_choices *choices, unsigned limit)
{
    AR_ASSERT(limit >= 1 && limit <= 256);
    if (choices->has_bytes) {
        bool is_over = choices->at >= choices->n_bytes;
        return is_over ? 0 : choices->bytes[choices->at++] % limit;
    }
    choices->state += UINT64_C(0x9E3779B97F4A7C15);
    return (unsigned)(law_mix(choices->state) >> 32) % limit;
}

/* True once in so many; never when the bytes have run out. */
static inline bool law_once_in(struct law_choices *choices, unsigned limit)
{
    return law_pick(choices, limit) == limit - 1;
}

#endif
