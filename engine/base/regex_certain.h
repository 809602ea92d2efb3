/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AR_BASE_REGEX_CERTAIN_H
#define AR_BASE_REGEX_CERTAIN_H
/* Part of base/regex.h: patterns that need no compiling to be known as good. */

#include "base/str.h"

/* True for a pattern that ar_regex_scan() has passed if every version of PCRE2
 * takes it, without the flag x, in far less than the memory allowed, and none
 * of its groups has a name. Knows the syntax that most patterns consist of:
 * printable ASCII, escaped signs, \d \D \s \S \w \W \b \B \n \t \r, plain
 * classes, groups, alternatives and repeats. */
bool ar_regex_is_certain(ar_str pattern);

#endif
