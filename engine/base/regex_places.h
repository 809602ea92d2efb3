/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AR_BASE_REGEX_PLACES_H
#define AR_BASE_REGEX_PLACES_H
/* Whether a plain pattern matches a plain text, without PCRE2. The places that
 * a part of the pattern may end at follow from those where it may begin, all of
 * them at once, as bits; so nothing is tried twice. It gives no groups. */

#include "base/str.h"

struct ar_regex_places;

/* Of a pattern that PCRE2 takes, without the flag x; m and s make no
 * difference. NULL if it has more than bytes, classes of bytes with repeats,
 * choices, groups that may be left out, and both ends of the text. */
const struct ar_regex_places *ar_regex_places_read(struct ar_arena *arena,
                                                   ar_str pattern,
                                                   bool is_caseless);

/* What there is to say of a text. */
enum ar_regex_places_answer {
    AR_REGEX_PLACES_NONE,  /* no match */
    AR_REGEX_PLACES_SOME,  /* a match */
    AR_REGEX_PLACES_UNSAID /* it is long, or has more than printable ASCII */
};
enum ar_regex_places_answer ar_regex_places_match(
    const struct ar_regex_places *places, ar_str subject);

#endif
