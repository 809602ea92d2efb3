/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AR_JSON_JSON_H
#define AR_JSON_JSON_H
/* The strict JSON reader (RFC 8259) and the writer. */

#include "base/buf.h"
#include "base/str.h"

enum ar_json_kind {
    AR_JSON_NULL,
    AR_JSON_BOOL,
    AR_JSON_INT,  /* fits int64_t and was written without '.', 'e', 'E' */
    AR_JSON_REAL, /* any other number that is finite as a double */
    AR_JSON_STRING,
    AR_JSON_ARRAY,
    AR_JSON_OBJECT
};

/* A value in a tree. Members and elements are a linked list in order. */
struct ar_json {
    enum ar_json_kind kind;
    bool boolean;
    int64_t integer;
    double real;
    ar_str text;   /* of a string, unescaped; of a number, as written */
    ar_str key;    /* of a member of an object, unescaped */
    size_t offset; /* of the value's first byte in the input */
    size_t key_offset;
    size_t count;          /* of elements or members */
    struct ar_json *first; /* element or member */
    struct ar_json *next;  /* sibling */
};

struct ar_json_limits {
    size_t depth;        /* levels of [ and { */
    size_t values;       /* in the whole document */
    size_t key_bytes;    /* of an unescaped key */
    size_t string_bytes; /* of an unescaped string */
    size_t number_bytes;
    /* RFC 8259 leaves both to the reader. Facts want neither: a repeated key
     * has no one meaning, and text with NUL in it has two lengths. */
    bool allow_duplicate_keys;
    bool allow_nul;
};
/* The limits of base/limits.def, for snapshots. */
extern const struct ar_json_limits ar_json_default_limits;

enum ar_json_error_code {
    AR_JSON_OK,
    AR_JSON_EMPTY,     /* nothing but white space */
    AR_JSON_SYNTAX,    /* any other violation of the grammar */
    AR_JSON_TRUNCATED, /* the text ends inside a value */
    AR_JSON_TRAILING,  /* something follows the value */
    AR_JSON_BAD_UTF8,
    AR_JSON_BAD_ESCAPE, /* unknown escape, lone surrogate */
    AR_JSON_NUL,        /* \u0000 in a string or a key */
    AR_JSON_BAD_NUMBER, /* leading zero, '+', '1.', NaN */
    AR_JSON_RANGE,      /* an integer beyond 64 bit, a real not finite */
    AR_JSON_DUPLICATE,  /* a key twice in one object, after unescaping */
    AR_JSON_TOO_DEEP,
    AR_JSON_TOO_LARGE, /* another limit */
    AR_JSON_BOM        /* starts with U+FEFF or is UTF-16 */
};

struct ar_json_error {
    enum ar_json_error_code code;
    size_t offset;       /* where it is wrong */
    size_t other_offset; /* of a duplicate: the first key */
    ar_str text;         /* for people, in the arena; no trailing full stop */
};

/* Reads exactly one value with white space around it. NULL, with *error
 * filled, if text is anything else. No recursion: the C stack stays flat.
 * Strings without escapes point into text, which must live as long. A
 * number with more digits than a double holds is read to the nearest; -0 is
 * the integer 0. */
struct ar_json *ar_json_read(struct ar_arena *arena, ar_str text,
                             const struct ar_json_limits *limits,
                             struct ar_json_error *error);

/* The same for the value at offset start of text, which ends with it. */
struct ar_json *ar_json_read_at(struct ar_arena *arena, ar_str text,
                                size_t start,
                                const struct ar_json_limits *limits,
                                struct ar_json_error *error);

/* The member of an object by key, or NULL (also if object is not one). */
const struct ar_json *ar_json_get(const struct ar_json *object, ar_str key);
/* "an object", "a number", ... for messages. */
const char *ar_json_kind_text(enum ar_json_kind kind);

/* Writes JSON in order; indentation of two spaces if pretty, else one line.
 * The caller keeps begin and end in pairs, which is asserted. */
struct ar_json_writer {
    struct ar_buf *out;
    bool pretty;
    unsigned depth;
    bool in_array[64];
    bool needs_comma;
    bool after_key;
};

void ar_json_begin_object(struct ar_json_writer *writer);
void ar_json_end_object(struct ar_json_writer *writer);
void ar_json_begin_array(struct ar_json_writer *writer);
void ar_json_end_array(struct ar_json_writer *writer);
void ar_json_key(struct ar_json_writer *writer, ar_str key);
/* Escapes what JSON needs, and DEL, C1, bidi controls, U+2028/9; an invalid
 * byte becomes U+FFFD. */
void ar_json_string(struct ar_json_writer *writer, ar_str value);
void ar_json_int(struct ar_json_writer *writer, int64_t value);
void ar_json_real(struct ar_json_writer *writer, double value); /* finite */
void ar_json_bool(struct ar_json_writer *writer, bool value);
void ar_json_null(struct ar_json_writer *writer);
/* Room for a value of at most so many bytes that the caller writes as it is to
 * be, and without blanks; not if pretty. Then end is behind it. */
char *ar_json_raw(struct ar_json_writer *writer, size_t most_bytes);
void ar_json_raw_end(struct ar_json_writer *writer, const char *end);
/* Whether every byte of a text stands for itself in a string. */
bool ar_json_is_plain(ar_str text);
/* Key and value in one call, for the common kinds. */
void ar_json_member(struct ar_json_writer *writer, const char *key,
                    ar_str value);
void ar_json_member_int(struct ar_json_writer *writer, const char *key,
                        int64_t value);
void ar_json_member_bool(struct ar_json_writer *writer, const char *key,
                         bool value);

#endif
