/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AR_BASE_HASH_H
#define AR_BASE_HASH_H
/* Hashes of contents: one that finds damage, and SHA-256 by libsodium, which
 * only this module knows. */

#include "base/buf.h"

enum { AR_HASH_BYTES = 8 };

/* XXH64 (github.com/Cyan4973/xxHash, doc/xxhash_spec.md) with seed 0, the
 * lowest byte first: it finds damage but for a chance of 1 in 2^64, with less
 * than one instruction a byte. Whoever wants to can make content with the same
 * hash. */
void ar_hash(ar_str content, unsigned char out[AR_HASH_BYTES]);

/* Puts "sha256-" and the SHA-256 of content in base64: how a Content Security
 * Policy names a script. */
void ar_hash_put_sha256(struct ar_buf *out, ar_str content);
/* Puts the SHA-256 of content as 64 hexadecimal digits. */
void ar_hash_put_sha256_digits(struct ar_buf *out, ar_str content);

#endif
