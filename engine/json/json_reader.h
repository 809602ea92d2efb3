/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AR_JSON_JSON_READER_H
#define AR_JSON_JSON_READER_H
/* What the two halves of the JSON reader share: json_read.c has the values,
 * json_string.c the strings and the refusals. Nobody else includes this. */

#include "base/map.h"

#include "json/json.h"

/* An array or object that is not closed yet. */
struct ar_json_frame {
    struct ar_json *container;
    struct ar_json *last;  /* child, or NULL */
    struct ar_map members; /* of a large object */
};

struct ar_json_reader {
    struct ar_arena *arena;
    ar_str text;
    size_t at;
    size_t n_values;
    const struct ar_json_limits *limits;
    struct ar_json_error *error;
    ar_str key; /* of the member whose value comes next */
    size_t key_offset;
    AR_VECTOR(struct ar_json_frame) frames;
};

/* Each fills the error and returns false. */
bool ar_json_refuse(struct ar_json_reader *reader, enum ar_json_error_code code,
                    size_t offset, ar_str text);
bool ar_json_refuse_end(struct ar_json_reader *reader);
bool ar_json_refuse_limit(struct ar_json_reader *reader, size_t offset,
                          size_t limit, const char *what);
/* The next character is not what is expected: "a value", "':'". */
bool ar_json_refuse_unexpected(struct ar_json_reader *reader,
                               const char *expected);

/* Reads the string whose opening quote is next and moves behind it; what is
 * limited ("bytes in a key") is for the message. */
bool ar_json_read_text(struct ar_json_reader *reader, size_t limit_bytes,
                       const char *what, ar_str *out);

/* The byte at offset, or -1 at the end. */
static inline int ar_json_peek(ar_str text, size_t offset)
{
    return offset < text.len ? (unsigned char)text.ptr[offset] : -1;
}

static inline bool ar_json_is_digit(int byte)
{
    return byte >= '0' && byte <= '9';
}

#endif
