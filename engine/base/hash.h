/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AR_BASE_HASH_H
#define AR_BASE_HASH_H
/* Hashes of contents. The only module that knows libsodium. */

#include "base/buf.h"

enum { AR_HASH_BYTES = 32 };

/* BLAKE2b of 256 bits (RFC 7693), without a key. */
void ar_hash(ar_str content, unsigned char out[AR_HASH_BYTES]);

/* Puts "sha256-" and the SHA-256 of content in base64: how a Content Security
 * Policy names a script. */
void ar_hash_put_sha256(struct ar_buf *out, ar_str content);
/* Puts the SHA-256 of content as 64 hexadecimal digits. */
void ar_hash_put_sha256_digits(struct ar_buf *out, ar_str content);

#endif
