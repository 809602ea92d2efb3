/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AR_SEMA_REGEX_SHAPE_H
#define AR_SEMA_REGEX_SHAPE_H
/* How a pattern is built: what follows what, what is repeated. */

#include "base/str.h"

enum ar_shape_kind {
    AR_SHAPE_ATOM,     /* takes one character: a, \d, [^x] */
    AR_SHAPE_EMPTY,    /* takes none: ^, \b, (?=...), (?i) */
    AR_SHAPE_SEQUENCE, /* parts, one behind the other */
    AR_SHAPE_CHOICE,   /* parts, one of them */
    AR_SHAPE_REPEAT    /* its one part, several times */
};

struct ar_shape {
    enum ar_shape_kind kind;
    ar_str text; /* of an atom */
    struct ar_shape *first;
    struct ar_shape *next;
    size_t least;   /* of a repeat: how often at least */
    bool is_many;   /* of a repeat: without an end, or one far away */
    bool is_atomic; /* what it took it never gives back */
};

/* The shape of a pattern that compiles; NULL if it holds what is not followed
 * here, such as \Q...\E. */
struct ar_shape *ar_shape_parse(struct ar_arena *arena, ar_str pattern,
                                bool extended);

#endif
