/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AR_BASE_REGEX_LITERAL_H
#define AR_BASE_REGEX_LITERAL_H
/* What a pattern looks like, without PCRE2: the text that every match must
 * contain, so that a subject without it need not be searched, and how much
 * work a match may take. */

#include "base/str.h"

enum { AR_REGEX_MAX_NEEDLES = 8, AR_REGEX_MAX_CHOICES = 8 };

/* One of these strings, none of them empty. */
struct ar_regex_needle {
    const ar_str *choices;
    size_t n_choices;
};

/* A match contains all of these, in this order and one behind the other. */
struct ar_regex_needles {
    const struct ar_regex_needle *at;
    size_t count;
};

/* Where a text, which is not empty, is first in the subject, from a place on;
 * SIZE_MAX if it is not. */
size_t ar_regex_find(ar_str subject, ar_str wanted, size_t from);

/* False if the subject lacks one. */
bool ar_regex_has_needles(const struct ar_regex_needles *needles,
                          ar_str subject);

/* How much work a match may take. */
struct ar_regex_shape {
    bool is_simple;   /* what follows is known */
    uint32_t n_items; /* of the pattern */
    uint32_t n_loops; /* repeats without an end, none inside another */
    uint32_t n_paths; /* ways through choices and bounded repeats */
    uint32_t n_apart; /* places where a match may begin in earnest are so many
                         bytes apart, on average */
};

/* Of a pattern that is accepted; flags as of ar_regex_compile(). Of needles
 * what is not certain is left out: there may be none. They go with the arena.
 */
void ar_regex_read_literals(struct ar_arena *arena, ar_str pattern,
                            ar_str flags, struct ar_regex_needles *needles,
                            struct ar_regex_shape *shape);

/* A bound on the items that are tried in a subject; UINT64_MAX if it is not
 * known. */
uint64_t ar_regex_bound_work(const struct ar_regex_shape *shape,
                             size_t subject_bytes);

#endif
