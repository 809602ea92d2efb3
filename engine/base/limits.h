/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AR_BASE_LIMITS_H
#define AR_BASE_LIMITS_H
/* Every limit of the engine; limits.def is the one table. */

#include <stdint.h>

#define AR_LIMIT(name, value, text) AR_LIMIT_##name,
enum ar_limit_id {
#include "base/limits.def"
    AR_N_LIMITS
};
#undef AR_LIMIT

#define AR_LIMIT(name, value, text) AR_MAX_##name = (value),
enum {
#include "base/limits.def"
};
#undef AR_LIMIT

struct ar_limit_info {
    const char *name;
    int64_t value;
    const char *text;
};
extern const struct ar_limit_info ar_limit_table[AR_N_LIMITS];

#endif
