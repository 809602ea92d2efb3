/* SPDX-License-Identifier: Apache-2.0 */
/* The table of limits, made from limits.def so that what is documented and
 * what is enforced cannot part. */

#include "base/limits.h"

#define AR_LIMIT(name, value, text) {#name, (value), (text)},
const struct ar_limit_info ar_limit_table[AR_N_LIMITS] = {
#include "base/limits.def"
};
#undef AR_LIMIT
