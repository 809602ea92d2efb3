/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AR_VALUE_TYPE_H
#define AR_VALUE_TYPE_H
/* The types of the language (docs/language.md, "Types"). */

#include "base/buf.h"
#include "base/str.h"

enum ar_type_kind {
    AR_TYPE_POISON, /* after an error: agrees with everything, says nothing */
    AR_TYPE_BOOL,
    AR_TYPE_INT,
    AR_TYPE_REAL,
    AR_TYPE_STRING,
    AR_TYPE_VERSION,
    AR_TYPE_SIZE,     /* bytes */
    AR_TYPE_DURATION, /* microseconds */
    AR_TYPE_TIME,     /* microseconds since 1970-01-01T00:00:00Z */
    AR_TYPE_IP,
    AR_TYPE_CIDR,
    AR_TYPE_ENUM, /* arch too: ar_type_arch */
    AR_TYPE_LIST,
    AR_TYPE_MAP, /* keys are strings */
    AR_TYPE_RECORD
};

struct ar_enum_word {
    ar_str name;
    const ar_str *aliases;
    size_t n_aliases;
};

struct ar_field {
    ar_str name;
    const struct ar_type *type;
    bool optional; /* may be absent */
};

struct ar_type {
    enum ar_type_kind kind;
    ar_str name;                   /* of a scalar or an enum: "arch" */
    const struct ar_type *element; /* of a list or map; NULL: of [] */
    const struct ar_enum_word *words;
    size_t n_words;
    const struct ar_field *fields;
    size_t n_fields;
};

/* The one instance of each scalar type, and of arch. */
extern const struct ar_type ar_type_poison, ar_type_bool, ar_type_int,
    ar_type_real, ar_type_string, ar_type_version, ar_type_size,
    ar_type_duration, ar_type_time, ar_type_ip, ar_type_cidr, ar_type_arch;

/* A built-in type by its name ("int", "arch"), or NULL. */
const struct ar_type *ar_type_find(ar_str name);
/* The names that ar_type_find() knows, for suggestions. */
const ar_str *ar_type_names(size_t *count);

const struct ar_type *ar_type_list_of(struct ar_arena *arena,
                                      const struct ar_type *element);
const struct ar_type *ar_type_map_of(struct ar_arena *arena,
                                     const struct ar_type *element);

/* Structural for lists, maps and records (the same fields in the same order),
 * by identity for enums; poison equals everything, and the list type of []
 * every list type. */
bool ar_type_equal(const struct ar_type *a, const struct ar_type *b);
bool ar_type_is_scalar(const struct ar_type *type); /* poison too */
/* < <= > >= are defined: not for bool, enum, ip, cidr, list, map, record. */
bool ar_type_is_ordered(const struct ar_type *type);
/* Index of the word or alias (exact spelling) or SIZE_MAX. */
size_t ar_type_enum_find(const struct ar_type *type, ar_str word);
/* Index of the field or SIZE_MAX. */
size_t ar_type_field_find(const struct ar_type *type, ar_str name);
/* As it is written in the language: "list of { name : string }". */
void ar_type_put(struct ar_buf *out, const struct ar_type *type);
ar_str ar_type_text(struct ar_arena *arena, const struct ar_type *type);

#endif
