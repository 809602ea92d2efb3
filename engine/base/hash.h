/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AR_BASE_HASH_H
#define AR_BASE_HASH_H
/* The hash of contents: BLAKE2b. The only module that knows libsodium. */

#include "base/str.h"

enum { AR_HASH_BYTES = 32 };

/* BLAKE2b of 256 bits (RFC 7693), without a key. */
void ar_hash(ar_str content, unsigned char out[AR_HASH_BYTES]);

#endif
