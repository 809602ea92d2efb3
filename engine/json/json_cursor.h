/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AR_JSON_JSON_CURSOR_H
#define AR_JSON_JSON_CURSOR_H
/* Walks JSON without building anything. It takes less than json.h's reader
 * and says nothing: what it takes is what the reader takes, with the same
 * meaning, and where it is not sure it gives up and the caller reads again
 * with the reader, which has the messages. */

#include "base/map.h"
#include "base/scan.h"

#include "json/json.h"
#include <string.h>

struct ar_json_cursor {
    const char *at;
    const char *end;
    const char *start;
    struct ar_arena *arena; /* for strings with escapes, and keys */
    size_t n_values;
    size_t depth;           /* of what is open */
    AR_VECTOR(ar_str) keys; /* of open objects that are skipped */
};

/* The first byte that is no blank, or 0 at the end of the text. */
static inline char ar_json_cursor_peek(struct ar_json_cursor *cursor)
{
    const char *at = cursor->at;
    if (at<cursor->end && * at> ' ') /* mostly there is no blank */
        return *at;
    while (at < cursor->end &&
           (*at == ' ' || *at == '\n' || *at == '\r' || *at == '\t'))
        at++;
    cursor->at = at;
    return at < cursor->end ? *at : '\0';
}

/* Moves over blanks and the byte; false, without moving over it, if it is not
 * next. */
static inline bool ar_json_cursor_take(struct ar_json_cursor *cursor, char byte)
{
    bool is_next = ar_json_cursor_peek(cursor) == byte;
    cursor->at += is_next;
    return is_next;
}

/* Each returns false where it gives up. Strings without escapes point into
 * the text. */

/* A string; the cursor is at its quote. One with escapes is in memory of the
 * arena. */
bool ar_json_cursor_long_string(struct ar_json_cursor *cursor, ar_str *out);
static inline bool ar_json_cursor_string(struct ar_json_cursor *cursor,
                                         ar_str *out)
{
    const char *start = cursor->at + 1;
    if (cursor->end - start < AR_SCAN_STEP)
        return ar_json_cursor_long_string(cursor, out);
    unsigned len = ar_scan_step(start, '"');
    if (len == AR_SCAN_STEP || start[len] != '"')
        return ar_json_cursor_long_string(cursor, out);
    *out = (ar_str){start, len};
    cursor->at = start + len + 1;
    return true;
}
/* A key without escapes, and its colon. */
bool ar_json_cursor_key(struct ar_json_cursor *cursor, ar_str *out);
/* This key and its colon, if they are next and nothing is between them; else it
 * moves over nothing. What the key has stands for itself in JSON. */
static inline bool ar_json_cursor_known_key(struct ar_json_cursor *cursor,
                                            ar_str key)
{
    const char *at = cursor->at;
    if ((size_t)(cursor->end - at) < key.len + 3 || at[0] != '"' ||
        at[key.len + 1] != '"' || at[key.len + 2] != ':' ||
        !ar_str_same_bytes(at + 1, key.ptr, key.len))
        return false;
    cursor->at = at + key.len + 3;
    return true;
}
/* A number that a double or an int64_t surely holds. */
bool ar_json_cursor_number(struct ar_json_cursor *cursor, struct ar_json *out);
/* A whole number, the same. */
static inline bool ar_json_cursor_integer(struct ar_json_cursor *cursor,
                                          int64_t *out);
/* true, false or null, which is next. */
static inline bool ar_json_cursor_word(struct ar_json_cursor *cursor,
                                       ar_str word);

/* Counts a value, and a level for what opens; the limits are those of
 * ar_json_default_limits. */
static inline bool ar_json_cursor_count(struct ar_json_cursor *cursor)
{
    return ++cursor->n_values <= ar_json_default_limits.values;
}

static inline bool ar_json_cursor_open(struct ar_json_cursor *cursor,
                                       char bracket)
{
    return ar_json_cursor_take(cursor, bracket) &&
           ar_json_cursor_count(cursor) &&
           ++cursor->depth <= ar_json_default_limits.depth;
}

/* Before a member or element: true if there is one; *ok is false if there
 * is neither ',' nor the bracket that closes. Before the first, is_first. */
static inline bool ar_json_cursor_next(struct ar_json_cursor *cursor,
                                       char bracket, bool is_first, bool *ok)
{
    char next = ar_json_cursor_peek(cursor);
    if (next == bracket) {
        cursor->at++;
        cursor->depth--;
        return false;
    }
    cursor->at += !is_first && next == ',';
    *ok = is_first || next == ',';
    return *ok;
}

/* Whatever value is next. */
bool ar_json_cursor_skip(struct ar_json_cursor *cursor);

/* ---- what is inlined ---- */

/* That many digits are converted without a doubt. */
enum { AR_JSON_CURSOR_DIGITS = 18 };

static inline bool ar_json_cursor_integer(struct ar_json_cursor *cursor,
                                          int64_t *out)
{
    const char *at = cursor->at;
    bool is_negative = at < cursor->end && *at == '-';
    const char *digits = at + is_negative;
    uint64_t value = 0;
    for (at = digits; at < cursor->end && ar_char_is_digit(*at); at++)
        value = value * 10 + (uint64_t)(*at - '0');
    size_t count = (size_t)(at - digits);
    bool is_good = count > 0 && count <= AR_JSON_CURSOR_DIGITS &&
                   !(*digits == '0' && count > 1) && at < cursor->end &&
                   (*at == ',' || *at == '}' || *at == ']');
    struct ar_json json;
    if (!is_good) {
        bool is_whole =
            ar_json_cursor_number(cursor, &json) && json.kind == AR_JSON_INT;
        *out = is_whole ? json.integer : 0;
        return is_whole;
    }
    cursor->at = at;
    *out = is_negative ? -(int64_t)value : (int64_t)value;
    return true;
}

static inline bool ar_json_cursor_word(struct ar_json_cursor *cursor,
                                       ar_str word)
{
    size_t left = (size_t)(cursor->end - cursor->at);
    if (left < word.len || !ar_str_same_bytes(cursor->at, word.ptr, word.len))
        return false;
    cursor->at += word.len;
    return true;
}

#endif
