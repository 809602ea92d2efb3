/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AR_FACTS_SNAPSHOT_H
#define AR_FACTS_SNAPSHOT_H
/* Snapshots: facts in a file (docs/snapshots.md, docs/snapshot.schema.json).
 */

#include "facts/factset.h"
#include "text/diag.h"

#include "json/json.h"

/* Reads source number file of diags->sources into *out. False, with an error
 * reported, if the text is not JSON, not an object, or says it is a schema
 * of another kind; if a section has not the form of one, or a fact or group
 * is given twice. *out is then valid, but not all of it may be there. *out
 * points into the text, which lives as long. A value of the wrong type is
 * unknown(bad_output) with a warning; a key that nothing declares is left out,
 * with one note for all of them. */
bool ar_snapshot_read(struct ar_arena *arena, struct ar_diags *diags,
                      uint32_t file, const struct ar_schema *schema,
                      struct ar_factset *out);

/* Prepares the schema, which is complete, so that its snapshots are read in
 * one pass that builds nothing but facts, wherever there is nothing to say.
 * Without it reading gives the same. */
void ar_snapshot_prepare(struct ar_arena *arena, struct ar_schema *schema);

/* A JSON value as a value of type: the encodings of docs/snapshots.md.
 * unknown(bad_output) if it is not one; inside records and lists too, where
 * only the wrong element is unknown. null: absent. */
ar_value ar_snapshot_value(struct ar_arena *arena, const struct ar_json *json,
                           const struct ar_type *type);

/* "host.arch=arm64" of --set: the text as a value of the fact's type; text
 * that begins with [ or { is JSON. The words absent and unknown(reason) set
 * that state. Reports what is wrong, without a place. */
bool ar_snapshot_set(struct ar_arena *arena, struct ar_diags *diags,
                     struct ar_factset *set, ar_str assignment);
/* Which fact or group a name of the command line is; reports it if it is
 * none. */
bool ar_snapshot_find(struct ar_arena *arena, struct ar_diags *diags,
                      const struct ar_schema *schema, ar_str name,
                      struct ar_fact_ref *out);

#endif
