/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AR_BASE_HASH_H
#define AR_BASE_HASH_H
/* Hashes of contents. The only module that knows libsodium. */

#include "base/buf.h"

enum { AR_HASH_BYTES = 16 };

/* Poly1305 (RFC 8439) with a key that everybody knows: it finds every damage
 * but for a chance of 1 in 2^80, and takes a fifth of the time of BLAKE2b.
 * Whoever wants to can make content with the same hash. */
void ar_hash(ar_str content, unsigned char out[AR_HASH_BYTES]);

/* Puts "sha256-" and the SHA-256 of content in base64: how a Content Security
 * Policy names a script. */
void ar_hash_put_sha256(struct ar_buf *out, ar_str content);
/* Puts the SHA-256 of content as 64 hexadecimal digits. */
void ar_hash_put_sha256_digits(struct ar_buf *out, ar_str content);

#endif
