/* SPDX-License-Identifier: Apache-2.0 */
/* Hashes of contents, by libsodium; they need no sodium_init(). */

#include "base/hash.h"

#include <sodium.h>

void ar_hash(ar_str content, unsigned char out[AR_HASH_BYTES])
{
    crypto_generichash(out, AR_HASH_BYTES, (const unsigned char *)content.ptr,
                       content.len, NULL, 0);
}
