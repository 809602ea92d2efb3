/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AR_BASE_REGEX_H
#define AR_BASE_REGEX_H
/* Regular expressions with one verdict everywhere and a bound on the work.
 * The only module that knows PCRE2. */

#include "base/regex_literal.h"
#include "base/str.h"

struct ar_regex;

/* Why a pattern is refused; text is for people, offset_bytes into it. */
struct ar_regex_error {
    size_t offset_bytes;
    ar_str text;
};

/* Compiles pattern with flags out of the letters i m s x (any order, each at
 * most once). Refused besides what PCRE2 refuses: verbs (*...), callouts,
 * recursion and subroutine calls, back-references, conditionals, \C \K \G \X,
 * look-behind longer than 32, bounded repeats over 1000 or nested to more
 * than 10000, over 1 KiB of pattern, over 16 groups, groups nested over 64
 * deep, inline options other than i m s x, and what versions of PCRE2 read
 * differently ({,5} and blanks in a repeat). Patterns are UTF-8; . and $ take
 * CR, LF and CRLF for line ends. The compiled form is released with the
 * arena; text of *error lives there or for ever. */
bool ar_regex_compile(struct ar_arena *arena, ar_str pattern, ar_str flags,
                      struct ar_regex **out, struct ar_regex_error *error);

/* The same, but a pattern that PCRE2 is sure to take, and that names no group,
 * is seen by PCRE2 when a subject is first searched. ar_regex_group_count() is
 * then 0. */
bool ar_regex_check(struct ar_arena *arena, ar_str pattern, ar_str flags,
                    struct ar_regex **out, struct ar_regex_error *error);

/* The same for a pattern that ar_regex_compile() has taken before, and whose
 * groups nobody asks for: PCRE2 sees it when a subject is first searched. It is
 * refused only if no version of PCRE2 takes it. One that this version refuses
 * then decides nothing: AR_REGEX_BUDGET. ar_regex_group_count() is 0. */
bool ar_regex_accept(struct ar_arena *arena, ar_str pattern, ar_str flags,
                     struct ar_regex **out, struct ar_regex_error *error);

enum ar_regex_verdict {
    AR_REGEX_NO_MATCH,
    AR_REGEX_MATCH,
    AR_REGEX_BUDGET,   /* fuel or depth ran out: the answer is unknown */
    AR_REGEX_NO_MEMORY /* of the system: there is no answer */
};

/* Work allowed for one match: PCRE2 callouts, plus a sixteenth of the bytes
 * scanned between them. Where a pattern cannot need as much, none is counted,
 * and the match is charged for its text and a part of what it might need; for
 * its text alone where nobody asks for groups and regex_places.h decides. */
enum { AR_REGEX_FUEL_PER_MATCH = 2000000 };

/* Finds the first match in subject. groups, if not NULL, receives
 * ar_regex_group_count() + 1 strings, the whole match first; a group that
 * took no part is {NULL, 0}, an empty one has a pointer. *fuel is what is
 * left of the caller's allowance and is charged; it may end negative, and
 * with none left the verdict is AR_REGEX_BUDGET. A subject without the text
 * that every match contains does not match, and costs nothing. One that is not
 * valid UTF-8 does not match. Any number of threads may share one regex. */
enum ar_regex_verdict ar_regex_match(const struct ar_regex *regex,
                                     ar_str subject, ar_str *groups,
                                     int64_t *fuel);

/* The same, for many matches: memory that one thread uses again and again. It
 * goes with the arena. */
struct ar_regex_scratch;
struct ar_regex_scratch *ar_regex_scratch_create(struct ar_arena *arena);
enum ar_regex_verdict ar_regex_match_with(const struct ar_regex *regex,
                                          ar_str subject, ar_str *groups,
                                          int64_t *fuel,
                                          struct ar_regex_scratch *scratch);

/* What every match contains. */
const struct ar_regex_needles *ar_regex_needles(const struct ar_regex *regex);

size_t ar_regex_group_count(const struct ar_regex *regex);
/* Name of group ix (1-based), or the empty string. */
ar_str ar_regex_group_name(const struct ar_regex *regex, size_t ix);

#endif
