/* SPDX-License-Identifier: Apache-2.0 */
/* The strict JSON reader: one pass, a flat C stack, nothing repaired. It owns
 * the grammar of RFC 8259 and the limits; it knows nothing of facts. Time is
 * linear in the text, also for an object with very many keys. */

#include "base/limits.h"
#include "text/utf8.h"

#include "json/json_reader.h"

/* Up to here a walk over the members is faster than a map. */
enum { MEMBERS_WITHOUT_MAP = 16 };

/* A string fact over VALUE_BYTES becomes unknown(too_large), so the reader
 * must let it pass: only the size of the whole snapshot bounds a string. */
const struct ar_json_limits ar_json_default_limits = {
    .depth = AR_MAX_JSON_DEPTH,
    .values = AR_MAX_JSON_VALUES,
    .key_bytes = AR_MAX_JSON_KEY_BYTES,
    .string_bytes = AR_MAX_SNAPSHOT_BYTES,
    .number_bytes = AR_MAX_JSON_NUMBER_BYTES,
};

enum step { STEP_VALUE, STEP_END, STEP_FAILED };

static void skip_blanks(struct ar_json_reader *reader)
{
    const char *text = reader->text.ptr;
    size_t at = reader->at;
    while (at < reader->text.len && (text[at] == ' ' || text[at] == '\n' ||
                                     text[at] == '\r' || text[at] == '\t'))
        at++;
    reader->at = at;
}

/* Objects: finding a member among those read so far. */

static struct ar_json *find_member(const struct ar_json_frame *frame,
                                   ar_str key)
{
    if (frame->container->count >= MEMBERS_WITHOUT_MAP)
        return ar_map_get(&frame->members, key);
    struct ar_json *member = frame->container->first;
    while (member && !ar_str_equal(member->key, key))
        member = member->next;
    return member;
}

static void index_member(struct ar_json_reader *reader,
                         struct ar_json_frame *frame, struct ar_json *added)
{
    if (frame->container->count < MEMBERS_WITHOUT_MAP)
        return;
    if (frame->container->count > MEMBERS_WITHOUT_MAP) {
        ar_map_put(reader->arena, &frame->members, added->key, added);
        return;
    }
    for (struct ar_json *each = frame->container->first; each;
         each = each->next)
        ar_map_put(reader->arena, &frame->members, each->key, each);
}

static struct ar_json_frame *top_frame(struct ar_json_reader *reader)
{
    AR_ASSERT(reader->frames.count > 0);
    return &reader->frames.at[reader->frames.count - 1];
}

static bool refuse_duplicate(struct ar_json_reader *reader,
                             const struct ar_json *first)
{
    enum { SHOWN_BYTES = 64 };
    reader->error->other_offset = first->key_offset;
    struct ar_buf text = AR_BUF(reader->arena);
    ar_buf_put_c(&text, "the key ");
    if (first->key.len <= SHOWN_BYTES) {
        ar_buf_put_c(&text, "\"");
        ar_utf8_put_safe(&text, first->key, false);
        ar_buf_put_c(&text, "\" ");
    }
    ar_buf_put_c(&text, "is in this object twice");
    return ar_json_refuse(reader, AR_JSON_DUPLICATE, reader->key_offset,
                          ar_buf_view(&text));
}

/* Reads a key and its colon. */
static bool read_key(struct ar_json_reader *reader)
{
    if (ar_json_peek(reader->text, reader->at) != '"')
        return ar_json_refuse_unexpected(reader, "a key in double quotes");
    reader->key_offset = reader->at;
    if (!ar_json_read_text(reader, reader->limits->key_bytes, "bytes in a key",
                           &reader->key))
        return false;
    const struct ar_json *first =
        reader->limits->allow_duplicate_keys
            ? NULL
            : find_member(top_frame(reader), reader->key);
    if (first)
        return refuse_duplicate(reader, first);
    skip_blanks(reader);
    if (ar_json_peek(reader->text, reader->at) != ':')
        return ar_json_refuse_unexpected(reader, "':' after the key");
    reader->at++;
    return true;
}

/* Values. Each read_ function returns NULL after a refusal. */

static void attach(struct ar_json_reader *reader, struct ar_json *value)
{
    struct ar_json_frame *frame = top_frame(reader);
    struct ar_json *container = frame->container;
    if (frame->last)
        frame->last->next = value;
    else
        container->first = value;
    frame->last = value;
    container->count++;
    if (container->kind != AR_JSON_OBJECT)
        return;
    value->key = reader->key;
    value->key_offset = reader->key_offset;
    index_member(reader, frame, value);
}

static struct ar_json *add_value(struct ar_json_reader *reader,
                                 enum ar_json_kind kind, size_t offset)
{
    if (reader->n_values == reader->limits->values) {
        ar_json_refuse_limit(reader, offset, reader->limits->values, "values");
        return NULL;
    }
    reader->n_values++;
    struct ar_json *value = AR_NEW(reader->arena, struct ar_json);
    value->kind = kind;
    value->offset = offset;
    if (reader->frames.count > 0)
        attach(reader, value);
    return value;
}

static struct ar_json *open_container(struct ar_json_reader *reader,
                                      enum ar_json_kind kind)
{
    size_t limit = reader->limits->depth;
    if (reader->frames.count == limit) {
        ar_json_refuse(reader, AR_JSON_TOO_DEEP, reader->at,
                       ar_str_printf(reader->arena,
                                     "more than %zu levels of nesting", limit));
        return NULL;
    }
    struct ar_json *value = add_value(reader, kind, reader->at);
    if (!value)
        return NULL;
    struct ar_json_frame frame = {.container = value};
    ar_vector_push(reader->arena, &reader->frames, frame);
    reader->at++;
    return value;
}

static struct ar_json *read_string(struct ar_json_reader *reader)
{
    size_t offset = reader->at;
    ar_str text;
    if (!ar_json_read_text(reader, reader->limits->string_bytes,
                           "bytes in a string", &text))
        return NULL;
    struct ar_json *value = add_value(reader, AR_JSON_STRING, offset);
    if (value)
        value->text = text;
    return value;
}

static struct ar_json *read_word(struct ar_json_reader *reader, ar_str word,
                                 enum ar_json_kind kind)
{
    size_t offset = reader->at;
    ar_str found = ar_str_slice(reader->text, offset, offset + word.len);
    if (!ar_str_starts_with(word, found)) {
        ar_json_refuse(reader, AR_JSON_SYNTAX, offset,
                       AR_STR("an unknown word"));
        return NULL;
    }
    if (found.len < word.len) {
        ar_json_refuse_end(reader);
        return NULL;
    }
    reader->at += word.len;
    return add_value(reader, kind, offset);
}

static bool refuse_number(struct ar_json_reader *reader, size_t offset,
                          ar_str text)
{
    return ar_json_refuse(reader, AR_JSON_BAD_NUMBER, offset, text);
}

/* Moves over at least one digit. */
static bool scan_digits(struct ar_json_reader *reader)
{
    size_t start = reader->at;
    while (ar_json_is_digit(ar_json_peek(reader->text, reader->at)))
        reader->at++;
    return reader->at > start ||
           refuse_number(reader, start, AR_STR("a digit is missing"));
}

static bool scan_integer(struct ar_json_reader *reader)
{
    if (ar_json_peek(reader->text, reader->at) == '-')
        reader->at++;
    size_t first_digit = reader->at;
    if (!scan_digits(reader))
        return false;
    bool has_zero = reader->text.ptr[first_digit] == '0';
    if (has_zero && reader->at > first_digit + 1)
        return refuse_number(reader, first_digit,
                             AR_STR("a number that starts with 0"));
    return true;
}

static bool scan_fraction(struct ar_json_reader *reader)
{
    if (ar_json_peek(reader->text, reader->at) != '.')
        return true;
    reader->at++;
    return scan_digits(reader);
}

static bool scan_exponent(struct ar_json_reader *reader)
{
    int letter = ar_json_peek(reader->text, reader->at);
    if (letter != 'e' && letter != 'E')
        return true;
    reader->at++;
    int sign = ar_json_peek(reader->text, reader->at);
    if (sign == '+' || sign == '-')
        reader->at++;
    return scan_digits(reader);
}

/* 1_000, 0x1F, 1.2.3 and 5KiB are better told as bad numbers than as a
 * missing comma. */
static bool check_number_end(struct ar_json_reader *reader)
{
    int byte = ar_json_peek(reader->text, reader->at);
    bool is_ended = byte < 0 || byte > 0x7f ||
                    (!ar_char_is_letter((char)byte) && byte != '.' &&
                     byte != '+' && byte != '-' && byte != '_');
    return is_ended ||
           refuse_number(reader, reader->at, AR_STR("not a part of a number"));
}

static bool convert_integer(struct ar_json_reader *reader, size_t offset,
                            ar_str text, int64_t *out)
{
    return ar_str_to_int(text, out) ||
           ar_json_refuse(reader, AR_JSON_RANGE, offset,
                          AR_STR("an integer that does not fit 64 bits"));
}

static bool convert_real(struct ar_json_reader *reader, size_t offset,
                         ar_str text, double *out)
{
    return ar_str_to_real(text, out) ||
           ar_json_refuse(reader, AR_JSON_RANGE, offset,
                          AR_STR("a number that is too large"));
}

static struct ar_json *read_number(struct ar_json_reader *reader)
{
    size_t offset = reader->at;
    if (!scan_integer(reader))
        return NULL;
    size_t integer_end = reader->at;
    if (!scan_fraction(reader) || !scan_exponent(reader) ||
        !check_number_end(reader))
        return NULL;
    size_t limit = reader->limits->number_bytes;
    if (reader->at - offset > limit) {
        ar_json_refuse_limit(reader, offset, limit, "characters in a number");
        return NULL;
    }
    ar_str text = ar_str_slice(reader->text, offset, reader->at);
    bool is_real = reader->at > integer_end;
    int64_t integer = 0;
    double real = 0;
    if (is_real ? !convert_real(reader, offset, text, &real)
                : !convert_integer(reader, offset, text, &integer))
        return NULL;
    struct ar_json *value =
        add_value(reader, is_real ? AR_JSON_REAL : AR_JSON_INT, offset);
    if (!value)
        return NULL;
    value->text = text;
    value->integer = integer;
    value->real = real;
    return value;
}

static struct ar_json *refuse_value(struct ar_json_reader *reader, int byte)
{
    ar_str rest = ar_str_slice(reader->text, reader->at, SIZE_MAX);
    bool is_number_elsewhere = byte == '+' || byte == '.' ||
                               ar_str_starts_with(rest, AR_STR("NaN")) ||
                               ar_str_starts_with(rest, AR_STR("Inf"));
    if (is_number_elsewhere)
        refuse_number(reader, reader->at,
                      AR_STR("not how JSON writes a number"));
    else
        ar_json_refuse_unexpected(reader, "a value");
    return NULL;
}

static struct ar_json *read_true(struct ar_json_reader *reader)
{
    struct ar_json *value = read_word(reader, AR_STR("true"), AR_JSON_BOOL);
    if (value)
        value->boolean = true;
    return value;
}

/* Reads a value; of an array or object only its opening bracket. */
static struct ar_json *read_value(struct ar_json_reader *reader)
{
    skip_blanks(reader);
    int byte = ar_json_peek(reader->text, reader->at);
    switch (byte) {
    case '{': return open_container(reader, AR_JSON_OBJECT);
    case '[': return open_container(reader, AR_JSON_ARRAY);
    case '"': return read_string(reader);
    case 't': return read_true(reader);
    case 'f': return read_word(reader, AR_STR("false"), AR_JSON_BOOL);
    case 'n': return read_word(reader, AR_STR("null"), AR_JSON_NULL);
    default: break;
    }
    if (byte == '-' || ar_json_is_digit(byte))
        return read_number(reader);
    return refuse_value(reader, byte);
}

/* Between the values. */

static bool skip_comma(struct ar_json_reader *reader, bool is_object)
{
    if (ar_json_peek(reader->text, reader->at) != ',')
        return ar_json_refuse_unexpected(reader, is_object ? "',' or '}'"
                                                           : "',' or ']'");
    reader->at++;
    skip_blanks(reader);
    return true;
}

/* Moves behind what was read to where the next value starts, closing on the
 * way what ends there. */
static enum step find_next(struct ar_json_reader *reader)
{
    while (reader->frames.count > 0) {
        const struct ar_json *container = top_frame(reader)->container;
        bool is_object = container->kind == AR_JSON_OBJECT;
        skip_blanks(reader);
        if (ar_json_peek(reader->text, reader->at) == (is_object ? '}' : ']')) {
            reader->at++;
            reader->frames.count--;
            continue;
        }
        if (container->count > 0 && !skip_comma(reader, is_object))
            return STEP_FAILED;
        if (is_object && !read_key(reader))
            return STEP_FAILED;
        return STEP_VALUE;
    }
    return STEP_END;
}

/* UTF-16 without a mark shows as ASCII with every other byte zero. */
static bool looks_like_utf16(ar_str text)
{
    if (ar_str_starts_with(text, AR_STR("\xff\xfe")) ||
        ar_str_starts_with(text, AR_STR("\xfe\xff")))
        return true;
    if (text.len < 4)
        return false;
    const char *at = text.ptr;
    bool is_little = at[0] && !at[1] && at[2] && !at[3];
    bool is_big = !at[0] && at[1] && !at[2] && at[3];
    return is_little || is_big;
}

static bool check_start(struct ar_json_reader *reader)
{
    if (ar_str_starts_with(reader->text, AR_STR("\xef\xbb\xbf")))
        return ar_json_refuse(reader, AR_JSON_BOM, 0,
                              AR_STR("a byte order mark before the text"));
    if (looks_like_utf16(reader->text))
        return ar_json_refuse(reader, AR_JSON_BOM, 0,
                              AR_STR("UTF-16 text; JSON is UTF-8"));
    skip_blanks(reader);
    return reader->at < reader->text.len ||
           ar_json_refuse(reader, AR_JSON_EMPTY, reader->text.len,
                          AR_STR("there is no value"));
}

static bool check_end(struct ar_json_reader *reader)
{
    skip_blanks(reader);
    return reader->at == reader->text.len ||
           ar_json_refuse(reader, AR_JSON_TRAILING, reader->at,
                          AR_STR("something follows the value"));
}

static struct ar_json *read_all(struct ar_json_reader *reader)
{
    struct ar_json *root = NULL;
    enum step step = STEP_VALUE;
    while (step == STEP_VALUE) {
        struct ar_json *value = read_value(reader);
        if (!value)
            return NULL;
        if (!root)
            root = value;
        step = find_next(reader);
    }
    return step == STEP_END && check_end(reader) ? root : NULL;
}

struct ar_json *ar_json_read(struct ar_arena *arena, ar_str text,
                             const struct ar_json_limits *limits,
                             struct ar_json_error *error)
{
    struct ar_json_reader reader = {
        .arena = arena, .text = text, .limits = limits, .error = error};
    *error = (struct ar_json_error){.code = AR_JSON_OK};
    return check_start(&reader) ? read_all(&reader) : NULL;
}

struct ar_json *ar_json_read_at(struct ar_arena *arena, ar_str text,
                                size_t start,
                                const struct ar_json_limits *limits,
                                struct ar_json_error *error)
{
    struct ar_json_reader reader = {.arena = arena,
                                    .text = text,
                                    .at = start,
                                    .limits = limits,
                                    .error = error};
    *error = (struct ar_json_error){.code = AR_JSON_OK};
    return read_all(&reader);
}

const struct ar_json *ar_json_get(const struct ar_json *object, ar_str key)
{
    if (object->kind != AR_JSON_OBJECT)
        return NULL;
    const struct ar_json *member = object->first;
    while (member && !ar_str_equal(member->key, key))
        member = member->next;
    return member;
}

const char *ar_json_kind_text(enum ar_json_kind kind)
{
    switch (kind) {
    case AR_JSON_NULL: return "null";
    case AR_JSON_BOOL: return "a boolean";
    case AR_JSON_INT: return "an integer";
    case AR_JSON_REAL: return "a number";
    case AR_JSON_STRING: return "a string";
    case AR_JSON_ARRAY: return "an array";
    case AR_JSON_OBJECT: return "an object";
    }
    AR_UNREACHABLE();
}
