/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AR_PROBE_ANSWER_H
#define AR_PROBE_ANSWER_H
/* The protocol of programs that are started by `exec` (docs/probes.md): the
 * question they read, and their answer, which is believed in nothing that it
 * does not say in the one way. */

#include "probe/apply.h"
#include "probe/select.h"

enum { AR_PROBE_PROTOCOL = 1 };

/* One line of JSON. */
ar_str ar_answer_question(struct ar_arena *arena,
                          const struct ar_probe_use *use);

/* The answer, if it is one of this protocol; else AR_DATUM_BAD. */
struct ar_datum *ar_parse_answer(struct ar_arena *arena, ar_str text);
/* A warning for each fact in the answer that the probe does not give. */
void ar_answer_check(const struct ar_probe_use *use,
                     const struct ar_datum *answer);
/* What the answer says of the fact of that name; unknown(bad_output) if it
 * says nothing, or not in the one way. */
ar_value ar_answer_value(struct ar_arena *arena, const struct ar_datum *answer,
                         const struct ar_selection *selection, ar_str name);
/* What the program says of where the values come from; or empty. */
ar_str ar_answer_origin(struct ar_arena *arena, const struct ar_datum *answer);

#endif
