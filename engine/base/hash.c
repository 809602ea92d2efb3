/* SPDX-License-Identifier: Apache-2.0 */
/* Hashes of contents, by libsodium; they need no sodium_init(). */

#include "base/hash.h"

#include <sodium.h>

void ar_hash(ar_str content, unsigned char out[AR_HASH_BYTES])
{
    static const char key[] = "archrules compiled pack checksum";
    _Static_assert(sizeof(key) == crypto_onetimeauth_KEYBYTES + 1,
                   "a key of Poly1305");
    crypto_onetimeauth(out, (const unsigned char *)content.ptr, content.len,
                       (const unsigned char *)key);
}

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
