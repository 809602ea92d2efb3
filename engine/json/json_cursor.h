/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AR_JSON_JSON_CURSOR_H
#define AR_JSON_JSON_CURSOR_H
/* Walks JSON without building anything. It takes less than json.h's reader
 * and says nothing: what it takes is what the reader takes, with the same
 * meaning, and where it is not sure it gives up and the caller reads again
 * with the reader, which has the messages. */

#include "base/map.h"

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

/* A string; the cursor is at its quote. */
bool ar_json_cursor_string(struct ar_json_cursor *cursor, ar_str *out);
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
        memcmp(at + 1, key.ptr, key.len) != 0)
        return false;
    cursor->at = at + key.len + 3;
    return true;
}
/* A number that a double or an int64_t surely holds. */
bool ar_json_cursor_number(struct ar_json_cursor *cursor, struct ar_json *out);
/* true, false or null, which is next. */
bool ar_json_cursor_word(struct ar_json_cursor *cursor, ar_str word);

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

#endif
