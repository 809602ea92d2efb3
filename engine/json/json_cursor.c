/* SPDX-License-Identifier: Apache-2.0 */
/* The quick walk over JSON. Each refusal of the reader has its place here
 * where it gives up: grammar, limits, UTF-8, escapes, keys that are twice in
 * an object. */

#include "json/json_cursor.h"

#include "base/limits.h"
#include "text/utf8.h"

#include "json/json_reader.h"

/* Up to here a walk over the keys is quicker than a map. */
enum { KEYS_WITHOUT_MAP = 16 };
/* That many characters of a real number are converted without a doubt. */
enum { REAL_CHARACTERS = 32 };

static inline bool is_blank(char c)
{
    return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

/* By the reader's own function, from the opening quote on. */
static bool read_special(struct ar_json_cursor *cursor, ar_str *out)
{
    struct ar_json_error error;
    struct ar_json_reader reader = {
        .arena = cursor->arena,
        .text = {cursor->start, (size_t)(cursor->end - cursor->start)},
        .at = (size_t)(cursor->at - cursor->start),
        .limits = &ar_json_default_limits,
        .error = &error,
    };
    if (!ar_json_read_text(&reader, ar_json_default_limits.string_bytes, "",
                           out))
        return false;
    cursor->at = cursor->start + reader.at;
    return true;
}

/* What a letter behind a backslash stands for; 0 if it takes more to say. */
static char escaped(char letter)
{
    switch (letter) {
    case '"':
    case '\\':
    case '/': return letter;
    case 'n': return '\n';
    case 'r': return '\r';
    case 't': return '\t';
    default: return '\0';
    }
}

/* Where the string whose opening quote is at `at` ends, whose only escapes are
 * of one letter, and which is printable ASCII; NULL if it is another one. */
static const char *find_end(const char *at, const char *end, size_t *n_escapes)
{
    size_t len = (size_t)(end - at);
    size_t stop = 1;
    for (*n_escapes = 0;; ++*n_escapes) {
        stop = ar_scan_plain(at, stop, len);
        if (stop == len)
            return NULL;
        if (at[stop] == '"')
            return at + stop;
        if (at[stop] != '\\' || len - stop < 2 || !escaped(at[stop + 1]))
            return NULL;
        stop += 2;
    }
}

static ar_str unescape(struct ar_arena *arena, ar_str raw, size_t n_escapes)
{
    char *copy = ar_arena_alloc_raw(arena, raw.len - n_escapes);
    const char *end = raw.ptr + raw.len;
    const char *from = raw.ptr;
    char *to = copy;
    for (; n_escapes > 0; n_escapes--) {
        const char *escape = memchr(from, '\\', (size_t)(end - from));
        size_t len = (size_t)(escape - from);
        memcpy(to, from, len);
        to[len] = escaped(escape[1]);
        to += len + 1;
        from = escape + 2;
    }
    memcpy(to, from, (size_t)(end - from));
    return (ar_str){copy, (size_t)(to - copy) + (size_t)(end - from)};
}

bool ar_json_cursor_long_string(struct ar_json_cursor *cursor, ar_str *out)
{
    size_t n_escapes = 0;
    const char *end = find_end(cursor->at, cursor->end, &n_escapes);
    if (!end ||
        (size_t)(end - cursor->at) > ar_json_default_limits.string_bytes)
        return read_special(cursor, out);
    *out = (ar_str){cursor->at + 1, (size_t)(end - cursor->at) - 1};
    cursor->at = end + 1;
    if (n_escapes > 0)
        *out = unescape(cursor->arena, *out, n_escapes);
    return true;
}

bool ar_json_cursor_key(struct ar_json_cursor *cursor, ar_str *out)
{
    if (ar_json_cursor_peek(cursor) != '"')
        return false;
    size_t len = (size_t)(cursor->end - cursor->at);
    size_t stop = ar_scan_plain(cursor->at, 1, len);
    if (stop == len || cursor->at[stop] != '"' ||
        stop - 1 > ar_json_default_limits.key_bytes)
        return false;
    *out = (ar_str){cursor->at + 1, stop - 1};
    cursor->at += stop + 1;
    return ar_json_cursor_take(cursor, ':');
}

static const char *skip_digits(const char *at, const char *end)
{
    while (at < end && ar_char_is_digit(*at))
        at++;
    return at;
}

/* What may stand behind a number. */
static bool ends_number(const char *at, const char *end)
{
    return at == end || is_blank(*at) || *at == ',' || *at == ']' || *at == '}';
}

/* A fraction and an exponent of at most two digits. */
static const char *skip_real(const char *at, const char *end)
{
    if (at < end && *at == '.') {
        const char *digits = at + 1;
        at = skip_digits(digits, end);
        if (at == digits)
            return NULL;
    }
    if (at < end && (*at == 'e' || *at == 'E')) {
        at++;
        at += at < end && (*at == '+' || *at == '-');
        const char *digits = at;
        at = skip_digits(digits, end);
        if (at == digits || at - digits > 2)
            return NULL;
    }
    return at;
}

/* The value is right if there are no more digits than AR_JSON_CURSOR_DIGITS. */
static const char *read_digits(const char *at, const char *end, uint64_t *value)
{
    uint64_t sum = 0;
    for (; at < end && ar_char_is_digit(*at); at++)
        sum = sum * 10 + (uint64_t)(*at - '0');
    *value = sum;
    return at;
}

bool ar_json_cursor_number(struct ar_json_cursor *cursor, struct ar_json *out)
{
    const char *start = cursor->at;
    bool is_negative = *start == '-';
    const char *digits = start + is_negative;
    uint64_t value = 0;
    const char *whole = read_digits(digits, cursor->end, &value);
    if (whole == digits || (*digits == '0' && whole > digits + 1))
        return false;
    const char *end = whole;
    if (end < cursor->end && (*end == '.' || *end == 'e' || *end == 'E'))
        end = skip_real(whole, cursor->end);
    if (!end || !ends_number(end, cursor->end))
        return false;
    out->text = (ar_str){start, (size_t)(end - start)};
    cursor->at = end;
    if (end == whole) {
        if (whole - digits > AR_JSON_CURSOR_DIGITS)
            return false;
        out->kind = AR_JSON_INT;
        out->integer = is_negative ? -(int64_t)value : (int64_t)value;
        return true;
    }
    out->kind = AR_JSON_REAL;
    return out->text.len <= REAL_CHARACTERS &&
           ar_str_to_real(out->text, &out->real);
}

/* ---- what is not looked at ---- */

/* The keys of one object that is skipped. */
struct skipped {
    size_t first; /* among the cursor's keys */
    size_t count;
    struct ar_map map; /* of many */
};

/* False if the object has it already. */
static bool add_key(struct ar_json_cursor *cursor, struct skipped *object,
                    ar_str key)
{
    for (size_t ix = 0; ix < object->count && ix < KEYS_WITHOUT_MAP; ix++) {
        if (ar_str_equal(cursor->keys.at[object->first + ix], key))
            return false;
    }
    object->count++;
    if (object->count <= KEYS_WITHOUT_MAP) {
        ar_vector_push(cursor->arena, &cursor->keys, key);
        return true;
    }
    if (ar_map_has(&object->map, key))
        return false;
    ar_map_put(cursor->arena, &object->map, key, cursor);
    return true;
}

static bool skip_object(struct ar_json_cursor *cursor)
{
    struct skipped object = {.first = cursor->keys.count};
    bool ok = ar_json_cursor_open(cursor, '{');
    while (ok && ar_json_cursor_next(cursor, '}', object.count == 0, &ok)) {
        ar_str key;
        ok = ar_json_cursor_key(cursor, &key) &&
             add_key(cursor, &object, key) && ar_json_cursor_skip(cursor);
    }
    cursor->keys.count = object.first;
    return ok;
}

static bool skip_array(struct ar_json_cursor *cursor)
{
    bool ok = ar_json_cursor_open(cursor, '[');
    bool is_first = true;
    while (ok && ar_json_cursor_next(cursor, ']', is_first, &ok)) {
        is_first = false;
        ok = ar_json_cursor_skip(cursor);
    }
    return ok;
}

/* Its depth is bounded where arrays and objects open. */
bool ar_json_cursor_skip(struct ar_json_cursor *cursor)
{
    ar_str text;
    struct ar_json number;
    switch (ar_json_cursor_peek(cursor)) {
    case '{': return skip_object(cursor);
    case '[': return skip_array(cursor);
    case '"':
        return ar_json_cursor_count(cursor) &&
               ar_json_cursor_string(cursor, &text);
    case 't':
        return ar_json_cursor_count(cursor) &&
               ar_json_cursor_word(cursor, AR_STR("true"));
    case 'f':
        return ar_json_cursor_count(cursor) &&
               ar_json_cursor_word(cursor, AR_STR("false"));
    case 'n':
        return ar_json_cursor_count(cursor) &&
               ar_json_cursor_word(cursor, AR_STR("null"));
    case '\0': return false;
    }
    return ar_json_cursor_count(cursor) &&
           ar_json_cursor_number(cursor, &number);
}
