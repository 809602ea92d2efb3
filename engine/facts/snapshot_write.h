/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AR_FACTS_SNAPSHOT_WRITE_H
#define AR_FACTS_SNAPSHOT_WRITE_H
/* Writing snapshots, in the form with sections (docs/snapshots.md). */

#include "facts/redact.h"

/* The facts of set as a snapshot that ar_snapshot_read() reads without a word
 * and as the same facts. What its limits would refuse is written as
 * unknown(too_large), the largest facts first, and a fact whose key is too
 * long not at all. redaction: what was taken out, or NULL. Returns how many
 * facts are not in it. */
size_t ar_snapshot_write(struct ar_buf *out, const struct ar_factset *set,
                         const struct ar_redaction *redaction);

struct ar_json_writer;
/* One value, in the encoding of snapshots. */
void ar_snapshot_write_value(struct ar_json_writer *writer,
                             const ar_value *value);

#endif
