/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AR_PROBE_DECODE_H
#define AR_PROBE_DECODE_H
/* The bytes that a program or file gave, as text (docs/probes.md,
 * "Encodings"). */

#include "sema/program.h"

struct ar_decoded {
    ar_str text;        /* valid UTF-8 without NUL and without a mark */
    bool is_guess;      /* nothing said what its bytes over 127 mean */
    const char *detail; /* of bytes that are no text: why */
};

/* False, with the detail, if the bytes are not in the encoding or have a NUL:
 * nothing is repaired. */
bool ar_probe_decode(struct ar_arena *arena, enum ar_probe_encoding encoding,
                     ar_str bytes, struct ar_decoded *out);

#endif
