/* SPDX-License-Identifier: Apache-2.0 */
/* Hashes of contents; those by libsodium need no sodium_init(). */

#include "base/hash.h"

#include <sodium.h>

/* ---- XXH64; names are those of its specification ---- */

#define PRIME_1 UINT64_C(0x9E3779B185EBCA87)
#define PRIME_2 UINT64_C(0xC2B2AE3D27D4EB4F)
#define PRIME_3 UINT64_C(0x165667B19E3779F9)
#define PRIME_4 UINT64_C(0x85EBCA77C2B2AE63)
#define PRIME_5 UINT64_C(0x27D4EB2F165667C5)

enum { STRIPE_BYTES = 32 };

static inline uint64_t rotate(uint64_t word, int count)
{
    return word << count | word >> (64 - count);
}

/* Written out, compilers make one load of each. */
static uint64_t half_at(const unsigned char *at)
{
    return (uint64_t)at[0] | (uint64_t)at[1] << 8 | (uint64_t)at[2] << 16 |
           (uint64_t)at[3] << 24;
}

static inline uint64_t word_at(const unsigned char *at)
{
    return (uint64_t)at[0] | (uint64_t)at[1] << 8 | (uint64_t)at[2] << 16 |
           (uint64_t)at[3] << 24 | (uint64_t)at[4] << 32 |
           (uint64_t)at[5] << 40 | (uint64_t)at[6] << 48 |
           (uint64_t)at[7] << 56;
}

static inline uint64_t add_word(uint64_t sum, uint64_t word)
{
    return rotate(sum + word * PRIME_2, 31) * PRIME_1;
}

static uint64_t merge(uint64_t hash, uint64_t sum)
{
    return (hash ^ add_word(0, sum)) * PRIME_1 + PRIME_4;
}

/* Of whole stripes, four sums side by side. */
static uint64_t hash_stripes(const unsigned char *at, const unsigned char *end)
{
    uint64_t a = PRIME_1 + PRIME_2;
    uint64_t b = PRIME_2;
    uint64_t c = 0;
    uint64_t d = 0 - PRIME_1;
    for (; at < end; at += STRIPE_BYTES) {
        a = add_word(a, word_at(at));
        b = add_word(b, word_at(at + 8));
        c = add_word(c, word_at(at + 16));
        d = add_word(d, word_at(at + 24));
    }
    uint64_t hash = rotate(a, 1) + rotate(b, 7) + rotate(c, 12) + rotate(d, 18);
    return merge(merge(merge(merge(hash, a), b), c), d);
}

/* What is left behind the stripes. */
static uint64_t hash_rest(uint64_t hash, const unsigned char *at, size_t len)
{
    for (; len >= 8; at += 8, len -= 8)
        hash = rotate(hash ^ add_word(0, word_at(at)), 27) * PRIME_1 + PRIME_4;
    for (; len >= 4; at += 4, len -= 4)
        hash = rotate(hash ^ half_at(at) * PRIME_1, 23) * PRIME_2 + PRIME_3;
    for (; len > 0; at++, len--)
        hash = rotate(hash ^ *at * PRIME_5, 11) * PRIME_1;
    return hash;
}

static uint64_t finish(uint64_t hash)
{
    hash = (hash ^ hash >> 33) * PRIME_2;
    hash = (hash ^ hash >> 29) * PRIME_3;
    return hash ^ hash >> 32;
}

void ar_hash(ar_str content, unsigned char out[AR_HASH_BYTES])
{
    const unsigned char *at = (const unsigned char *)content.ptr;
    size_t striped = content.len / STRIPE_BYTES * STRIPE_BYTES;
    uint64_t hash = PRIME_5;
    if (striped > 0)
        hash = hash_stripes(at, at + striped);
    hash += content.len;
    if (striped < content.len)
        hash = hash_rest(hash, at + striped, content.len - striped);
    hash = finish(hash);
    for (int ix = 0; ix < AR_HASH_BYTES; ix++)
        out[ix] = (unsigned char)(hash >> 8 * ix & 0xFF);
}

/* ---- by libsodium ---- */

void ar_hash_put_sha256(struct ar_buf *out, ar_str content)
{
    unsigned char hash[crypto_hash_sha256_BYTES];
    char text[sodium_base64_ENCODED_LEN(crypto_hash_sha256_BYTES,
                                        sodium_base64_VARIANT_ORIGINAL)];
    crypto_hash_sha256(hash, (const unsigned char *)content.ptr, content.len);
    sodium_bin2base64(text, sizeof(text), hash, sizeof(hash),
                      sodium_base64_VARIANT_ORIGINAL);
    ar_buf_put_c(out, "sha256-");
    ar_buf_put_c(out, text);
}

void ar_hash_put_sha256_digits(struct ar_buf *out, ar_str content)
{
    unsigned char hash[crypto_hash_sha256_BYTES];
    char text[2 * crypto_hash_sha256_BYTES + 1];
    crypto_hash_sha256(hash, (const unsigned char *)content.ptr, content.len);
    sodium_bin2hex(text, sizeof(text), hash, sizeof(hash));
    ar_buf_put_c(out, text);
}
