/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AR_BASE_ENTROPY_H
#define AR_BASE_ENTROPY_H
/* Random bits of the system, for keys of hashes; not for cryptography. */

#include <stdint.h>

/* 64 bits an outsider cannot guess. Never fails: where the system gives
 * none, addresses and clocks stand in. Thread safe. */
uint64_t ar_entropy_u64(void);

#endif
