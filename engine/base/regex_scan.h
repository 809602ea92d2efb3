/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AR_BASE_REGEX_SCAN_H
#define AR_BASE_REGEX_SCAN_H
/* The patterns we allow: a subset of PCRE2's syntax whose cost is bounded.
 * Part of base/regex.h, which says what is refused. */

#include "base/str.h"

enum { AR_REGEX_MAX_REPEAT = 1000, AR_REGEX_MAX_NESTED_REPEATS = 10000 };

struct ar_regex_scan {
    const char *refusal; /* why, or NULL */
    size_t refused_at;
    size_t look_behind_at; /* the first one; the pattern's length if none */
    size_t too_many_at;    /* the first group over the limit, likewise */
};

/* True if nothing forbidden is in the pattern. What it cannot make sense of
 * it leaves to PCRE2, which is then sure to refuse it. */
bool ar_regex_scan(ar_str pattern, bool extended, struct ar_regex_scan *out);

#endif
