/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AR_VALUE_COPY_H
#define AR_VALUE_COPY_H
/* Copies of values that outlive what they were made of. */

#include "value/value.h"

ar_str ar_copy_str(struct ar_arena *arena, ar_str text);
/* Of the type only a reference is kept. */
ar_value ar_copy_value(struct ar_arena *arena, ar_value value);

#endif
