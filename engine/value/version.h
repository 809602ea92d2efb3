/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AR_VALUE_VERSION_H
#define AR_VALUE_VERSION_H
/* Versions and their order (docs/language.md, "Version order"). */

#include "base/str.h"

struct ar_version {
    ar_str text; /* as written */
    const uint64_t *parts;
    size_t n_parts;
    ar_str suffix;               /* without its leading sign; or empty */
    unsigned pre_release_rank;   /* 0: a release; else 1 nightly 2 dev 3 ea 4 m
                                    5 alpha 6 preview 7 pre 8 beta 9 rc,
                                    in this order before the release */
    uint64_t pre_release_number; /* rc1, rc.1, rc-1 and rc_1: 1; rc: 0 */
};

/* Copies text. False if it does not start with digits (after an optional v),
 * a part or the number of a pre-release does not fit 64 bit, or a part is
 * missing: a '.' after the numbers is followed by neither a digit nor a letter
 * ("1..2", "1."). Any other text is a version; "1.2 (build 7)" has a suffix
 * like "1.2-build7". */
bool ar_version_parse(struct ar_arena *arena, ar_str text,
                      const struct ar_version **out);
/* The same, but text is not copied and must live as long as the version. */
bool ar_version_parse_kept(struct ar_arena *arena, ar_str text,
                           const struct ar_version **out);
/* Negative, 0, positive. Build information does not count. */
int ar_version_compare(const struct ar_version *a, const struct ar_version *b);

#endif
