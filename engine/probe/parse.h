/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AR_PROBE_PARSE_H
#define AR_PROBE_PARSE_H
/* Text taken apart by the parser of a probe, before it is known what types it
 * should have (docs/probes.md, "Parsers"). */

#include "sema/program.h"

#include "json/json.h"

enum ar_datum_kind {
    AR_DATUM_NONE, /* null, or a group that took no part in the match */
    AR_DATUM_BAD,  /* lack: why it could not be taken apart */
    AR_DATUM_TEXT, /* text */
    AR_DATUM_JSON, /* json: a scalar that is not null */
    AR_DATUM_LIST, /* count elements */
    AR_DATUM_MAP   /* count members, each with its key; a key may be there
                      more than once */
};

struct ar_datum {
    enum ar_datum_kind kind;
    ar_str key; /* of a member */
    ar_str text;
    const struct ar_json *json;
    ar_value lack; /* an unknown */
    size_t count;
    struct ar_datum *first;
    struct ar_datum *last;
    struct ar_datum *next;
};

/* Applies the parser of the probe; never NULL. The result points into text. */
const struct ar_datum *ar_probe_parse(struct ar_arena *arena,
                                      const struct ar_probe *probe,
                                      ar_str text);

/* ---- between the parsers ---- */

struct ar_datum *ar_datum_new(struct ar_arena *arena, enum ar_datum_kind kind);
struct ar_datum *ar_datum_text(struct ar_arena *arena, ar_str text);
struct ar_datum *ar_datum_bad(struct ar_arena *arena, enum ar_reason reason,
                              const char *detail);
/* Adds an element, or a member that has its key. */
void ar_datum_add(struct ar_datum *parent, struct ar_datum *child);
/* Whether one more would be over the limit of lists and maps. */
bool ar_datum_is_full(const struct ar_datum *parent);
struct ar_datum *ar_datum_too_large(struct ar_arena *arena);

/* The next line of *rest, which CR, LF or CRLF ends; false behind the last. */
bool ar_parse_line(ar_str *rest, ar_str *line);

struct ar_datum *ar_parse_json(struct ar_arena *arena, ar_str text);
struct ar_datum *ar_parse_jsonl(struct ar_arena *arena, ar_str text);
struct ar_datum *ar_parse_key_value(struct ar_arena *arena, ar_str text);
struct ar_datum *ar_parse_ini(struct ar_arena *arena, ar_str text);
struct ar_datum *ar_parse_columns(struct ar_arena *arena, ar_str text);

#endif
