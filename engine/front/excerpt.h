/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AR_FRONT_EXCERPT_H
#define AR_FRONT_EXCERPT_H
/* Pieces of rule files, to be shown as they were written. */

#include "text/source.h"

/* The source of what lies at span, which begins and ends with a token, on
 * one line: comments are left out, and blanks between tokens are one space.
 * Empty for no place. */
ar_str ar_excerpt(struct ar_arena *arena, const struct ar_sources *sources,
                  ar_span span);

#endif
