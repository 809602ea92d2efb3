/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AR_SEMA_REGEX_RISK_H
#define AR_SEMA_REGEX_RISK_H
/* Patterns on which some text takes far more work than it is long. A text is
 * made up from the shape of the pattern and tried: what is found is proved. */

#include "base/regex.h"

/* The text prefix, pump `count` times, suffix. */
struct ar_regex_attack {
    ar_str prefix;
    ar_str pump;
    ar_str suffix;
    size_t count;
    size_t bytes; /* of the whole text */
    int64_t work;
    bool is_all; /* of the work; else more was needed */
};

enum {
    AR_REGEX_RISK_BYTES = 8192,
    AR_REGEX_RISK_WORK = AR_REGEX_FUEL_PER_MATCH / 10
};

/* Whether on a text of up to AR_REGEX_RISK_BYTES the pattern, which compiles,
 * takes more than AR_REGEX_RISK_WORK, and the work grows faster than the
 * text. *budget is work that may be spent on finding out; without any left
 * nothing is found. */
bool ar_regex_find_attack(struct ar_arena *arena, ar_str pattern, ar_str flags,
                          int64_t *budget, struct ar_regex_attack *out);

#endif
