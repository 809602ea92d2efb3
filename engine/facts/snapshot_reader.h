/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AR_FACTS_SNAPSHOT_READER_H
#define AR_FACTS_SNAPSHOT_READER_H
/* What the parts of the snapshot reader share: snapshot.c has the sections,
 * snapshot_value.c the values, snapshot_set.c the command line's facts,
 * snapshot_report.c what is said about them. Nobody else includes this. */

#include "facts/snapshot.h"

/* Values. */

enum ar_snapshot_fault {
    AR_SNAPSHOT_WRONG_TYPE,
    AR_SNAPSHOT_TOO_LARGE,
    AR_SNAPSHOT_EXTRA_FIELD /* json is a member that the record has not */
};

/* Where in a fact a value stands, from the inside out. */
struct ar_snapshot_step {
    const struct ar_snapshot_step *outer; /* or NULL */
    ar_str name;                          /* of a field or a map's key */
    bool is_map_key;
    bool is_element; /* of a list: the one numbered index */
    size_t index;
};

struct ar_converter {
    struct ar_arena *arena;
    /* May be NULL. Called for everything that is not as it should be. */
    void (*report)(struct ar_converter *converter, enum ar_snapshot_fault fault,
                   const struct ar_json *json, const struct ar_type *type);
    void *context;                       /* of report */
    const struct ar_snapshot_step *step; /* the innermost, or NULL */
    bool is_secret; /* what was read must not get into a detail */
};

/* ar_snapshot_value() with reports. */
ar_value ar_snapshot_convert(struct ar_converter *converter,
                             const struct ar_json *json,
                             const struct ar_type *type);
/* The same for text that is not in quotes. */
ar_value ar_snapshot_convert_text(struct ar_arena *arena, ar_str text,
                                  const struct ar_type *type);

/* Messages. */

/* fact[3].version; with has_indices false: fact[].version */
ar_str ar_snapshot_step_text(struct ar_arena *arena, ar_str fact,
                             const struct ar_snapshot_step *step,
                             bool has_indices);
/* At most limit_bytes of s, cut between characters, "..." behind. */
ar_str ar_snapshot_cut(struct ar_arena *arena, ar_str s, size_t limit_bytes);
/* What stands there: the text "arm65", the number 4.30, an object. */
ar_str ar_snapshot_describe(struct ar_arena *arena, const struct ar_json *json,
                            bool is_secret);
/* What too_large means for it: 12000 elements, 2000000 bytes. */
ar_str ar_snapshot_describe_size(struct ar_arena *arena,
                                 const struct ar_json *json);
/* How the right value may have been meant, for JSON or for the bare text of
 * --set; or empty. */
ar_str ar_snapshot_suggest(struct ar_arena *arena, const struct ar_json *json,
                           const struct ar_type *type);
/* file().exists of file("/x").exists, also if the arguments are malformed. */
ar_str ar_snapshot_key_name(struct ar_arena *arena, ar_str key);
/* The declared fact or group nearest to name, or empty. */
ar_str ar_snapshot_nearest(struct ar_arena *arena,
                           const struct ar_schema *schema, ar_str name);
/* As it is declared: file(path : string). */
ar_str ar_snapshot_signature(struct ar_arena *arena,
                             const struct ar_fact_ref *ref);
ar_str ar_snapshot_nearest_reason(ar_str word);

/* The document. */

enum {
    AR_SNAPSHOT_WARNINGS_SHOWN = 20,
    AR_SNAPSHOT_NAMES_SHOWN = 5,
    AR_SNAPSHOT_NAME_BYTES = 64, /* of a name from the file in a message */
};

struct ar_snapshot_reader {
    struct ar_arena *arena; /* of the facts */
    struct ar_diags *diags;
    uint32_t file;
    ar_str text;
    const struct ar_schema *schema;
    struct ar_factset *set;
    struct ar_converter converter;
    struct ar_buf path;            /* of the member that is being read */
    const struct ar_fact_ref *ref; /* the fact whose value is being read */
    struct ar_map places;  /* canonical key -> ar_span *: where it is given */
    struct ar_map origins; /* canonical key -> struct ar_snapshot_origin * */
    bool is_refused;
    size_t n_warnings;
    size_t n_undeclared;
    ar_span first_undeclared;
    ar_str undeclared[AR_SNAPSHOT_NAMES_SHOWN];
    struct ar_map extra_fields; /* those that are counted in n_undeclared */
};

/* A word between dots in the names of facts, and what it leads to. */
struct ar_snapshot_node {
    size_t number; /* among all of its plan */
    ar_str word;
    ar_str path;                     /* down to here */
    const struct ar_fact_decl *decl; /* or NULL: a group */
    struct ar_snapshot_node *next;   /* beside it, as they were declared */
    struct ar_snapshot_node *first;  /* below it */
    struct ar_snapshot_node *last;
    struct ar_map below; /* word -> node */
};

struct ar_snapshot_plan {
    struct ar_snapshot_node root;
    struct ar_map nodes; /* whole name -> node */
};

/* snapshot_quick.c: reads the document in one pass. False, with nothing
 * reported, if there may be something to say: then it is to be read again
 * with a reader as new. */
bool ar_snapshot_read_quickly(struct ar_snapshot_reader *reader);

/* Parts of the sections that both ways of reading share. */
void ar_snapshot_read_absent(struct ar_snapshot_reader *reader,
                             const struct ar_json *array);
void ar_snapshot_read_unknown(struct ar_snapshot_reader *reader,
                              const struct ar_json *object);
void ar_snapshot_read_origins(struct ar_snapshot_reader *reader,
                              const struct ar_json *object);
void ar_snapshot_spread_origins(struct ar_snapshot_reader *reader);
/* The group above an entry that has something, if the group is absent. */
const struct ar_fact_entry *ar_snapshot_absent_group(
    const struct ar_factset *set, const struct ar_fact_entry *entry);
ar_value ar_snapshot_missing_field(const struct ar_field *field);

struct ar_snapshot_origin {
    struct ar_origin origin;
    ar_span span;
};

/* Of a member: its key. Of the document: the value. */
ar_span ar_snapshot_key_span(const struct ar_snapshot_reader *reader,
                             const struct ar_json *member);
ar_span ar_snapshot_value_span(const struct ar_snapshot_reader *reader,
                               const struct ar_json *json);
/* Each refuse_ function makes the reader fail. */
void ar_snapshot_refuse_json(struct ar_snapshot_reader *reader,
                             const struct ar_json_error *error);
void ar_snapshot_refuse_second(struct ar_snapshot_reader *reader, ar_str key,
                               ar_span span, ar_span first);
/* Counts a warning; false if enough of them were shown. */
bool ar_snapshot_may_warn(struct ar_snapshot_reader *reader);
void ar_snapshot_note_undeclared(struct ar_snapshot_reader *reader, ar_str name,
                                 ar_span span);
/* The report of the converter. */
void ar_snapshot_report(struct ar_converter *converter,
                        enum ar_snapshot_fault fault,
                        const struct ar_json *json, const struct ar_type *type);
/* What is said once, at the end. */
void ar_snapshot_report_counts(struct ar_snapshot_reader *reader);

#endif
