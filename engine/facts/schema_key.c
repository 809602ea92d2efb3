/* SPDX-License-Identifier: Apache-2.0 */
/* Reads the key of a fact or a group as the language writes it:
 * file("/etc/wsl.conf").exists. The strict counterpart of ar_fact_key(): what
 * is read here has one canonical spelling, whatever quotes and blanks were
 * used. Keys come from outside, so the work is linear in their length. */

#include "facts/schema.h"
#include "text/utf8.h"

/* One argument as written. */
struct written {
    ar_str text; /* of a string without its quotes, else without blanks */
    char quote;  /* '"' or '\''; 0: a number or a word */
};

struct key_parts {
    ar_str head;
    bool has_brackets;
    AR_VECTOR(struct written) arguments;
    ar_str tail;
};

struct key_reader {
    struct ar_arena *arena;
    ar_str text;
    size_t at;
};

static char peek(const struct key_reader *reader)
{
    return reader->at < reader->text.len ? reader->text.ptr[reader->at] : '\0';
}

static void skip_blanks(struct key_reader *reader)
{
    while (ar_char_is_blank(peek(reader)))
        reader->at++;
}

static bool is_name_char(char c)
{
    return (c >= 'a' && c <= 'z') || c == '_' || ar_char_is_digit(c);
}

/* One or more identifiers with dots between them. */
static bool read_dotted(struct key_reader *reader, ar_str *out)
{
    size_t start = reader->at;
    do {
        if (reader->at > start)
            reader->at++;
        if (!is_name_char(peek(reader)) || ar_char_is_digit(peek(reader)))
            return false;
        while (is_name_char(peek(reader)))
            reader->at++;
    } while (peek(reader) == '.');
    *out = ar_str_slice(reader->text, start, reader->at);
    return true;
}

/* Control characters are written as escapes, as in the language; only a tab
 * may stand for itself. */
static bool is_plain(char c)
{
    unsigned char byte = (unsigned char)c;
    return (byte >= 0x20 && byte != 0x7F) || c == '\t';
}

static bool read_quoted(struct key_reader *reader, struct written *out)
{
    out->quote = peek(reader);
    size_t start = ++reader->at;
    while (reader->at < reader->text.len && peek(reader) != out->quote) {
        if (!is_plain(peek(reader)))
            return false;
        bool is_escape = out->quote == '"' && peek(reader) == '\\';
        reader->at += is_escape ? 2 : 1;
    }
    out->text = ar_str_slice(reader->text, start, reader->at);
    if (reader->at >= reader->text.len)
        return false;
    reader->at++;
    return true;
}

static bool is_bare_char(char c)
{
    return ar_char_is_letter(c) || ar_char_is_digit(c) || c == '_' ||
           c == '.' || c == '-' || c == '+' || c == ':' || c == '/';
}

static bool read_bare(struct key_reader *reader, struct written *out)
{
    size_t start = reader->at;
    while (is_bare_char(peek(reader)))
        reader->at++;
    *out = (struct written){ar_str_slice(reader->text, start, reader->at), 0};
    return out->text.len > 0;
}

/* Everything between the brackets, and the closing one. */
static bool read_arguments(struct key_reader *reader, struct key_parts *parts)
{
    skip_blanks(reader);
    if (peek(reader) == ')') {
        reader->at++;
        return true;
    }
    for (;;) {
        struct written argument;
        bool is_quoted = peek(reader) == '"' || peek(reader) == '\'';
        if (is_quoted ? !read_quoted(reader, &argument)
                      : !read_bare(reader, &argument))
            return false;
        ar_vector_push(reader->arena, &parts->arguments, argument);
        skip_blanks(reader);
        char c = peek(reader);
        reader->at++;
        if (c == ')')
            return true;
        if (c != ',')
            return false;
        skip_blanks(reader);
    }
}

static bool split_key(struct key_reader *reader, struct key_parts *parts)
{
    if (!read_dotted(reader, &parts->head))
        return false;
    if (peek(reader) == '(') {
        reader->at++;
        parts->has_brackets = true;
        if (!read_arguments(reader, parts))
            return false;
        if (peek(reader) == '.') {
            reader->at++;
            if (!read_dotted(reader, &parts->tail))
                return false;
        }
    }
    return reader->at == reader->text.len;
}

/* "file().exists" */
static ar_str make_name(struct ar_arena *arena, const struct key_parts *parts)
{
    if (!parts->has_brackets)
        return parts->head;
    struct ar_buf name = AR_BUF(arena);
    ar_buf_put(&name, parts->head);
    ar_buf_put_c(&name, "()");
    if (parts->tail.len > 0) {
        ar_buf_put_char(&name, '.');
        ar_buf_put(&name, parts->tail);
    }
    return ar_buf_view(&name);
}

/* Escapes: the same as in the strings of a rule file. */

/* At the brace of \u{..}; moves behind the closing one. */
static bool put_code_point(struct ar_buf *out, ar_str text, size_t *at)
{
    uint32_t value = 0;
    size_t end = *at + 1;
    while (end < text.len && ar_char_hex_value(text.ptr[end]) >= 0 &&
           end - *at <= 6) {
        value = value * 16 + (uint32_t)ar_char_hex_value(text.ptr[end]);
        end++;
    }
    bool is_surrogate = value >= 0xD800 && value <= 0xDFFF;
    if (text.ptr[*at] != '{' || end >= text.len || text.ptr[end] != '}' ||
        value == 0 || value > 0x10FFFF || is_surrogate)
        return false;
    ar_buf_put_code_point(out, value);
    *at = end + 1;
    return true;
}

static char find_escape(char c)
{
    static const char written[] = "nrte\\\"'{}";
    static const char meant[] = "\n\r\t\033\\\"'{}";
    for (size_t ix = 0; written[ix] != '\0'; ix++) {
        if (written[ix] == c)
            return meant[ix];
    }
    return '\0';
}

/* Behind the backslash; moves behind the escape. */
static bool put_escape(struct ar_buf *out, ar_str text, size_t *at)
{
    char c = text.ptr[*at];
    ++*at;
    if (c == 'u')
        return *at < text.len && put_code_point(out, text, at);
    char meant = find_escape(c);
    if (meant == '\0')
        return false;
    ar_buf_put_char(out, meant);
    return true;
}

/* The text that a string stands for. A brace would begin an expression in
 * the language, so here it is refused. */
static bool read_string(struct ar_arena *arena, const struct written *written,
                        ar_str *out)
{
    *out = written->text;
    if (written->quote == '\'')
        return true;
    struct ar_buf text = AR_BUF(arena);
    size_t at = 0;
    while (at < written->text.len) {
        char c = written->text.ptr[at++];
        if (c == '{')
            return false;
        if (c != '\\')
            ar_buf_put_char(&text, c);
        else if (!put_escape(&text, written->text, &at))
            return false;
    }
    *out = ar_buf_view(&text);
    return true;
}

/* Whole numbers may be written with _ between digits and in base 16. */
static bool read_integer(ar_str text, int64_t *out)
{
    bool is_hex = ar_str_starts_with(text, AR_STR("0x"));
    if (!is_hex && ar_str_find(text, AR_STR("_"), 0) == SIZE_MAX)
        return ar_str_to_int(text, out);
    bool is_negative = ar_str_starts_with(text, AR_STR("-"));
    size_t at = is_hex ? 2 : is_negative ? 1 : 0;
    int64_t base = is_hex ? 16 : 10;
    int64_t sum = 0;
    bool after_digit = false;
    for (; at < text.len; at++) {
        bool is_gap = text.ptr[at] == '_' && after_digit;
        int digit = is_gap ? 0 : ar_char_hex_value(text.ptr[at]);
        if (digit < 0 || digit >= base || sum > (INT64_MAX - digit) / base)
            return false;
        after_digit = !is_gap;
        if (!is_gap)
            sum = sum * base + digit;
    }
    *out = is_negative ? -sum : sum;
    return after_digit;
}

static ar_value read_number(struct ar_arena *arena, ar_str text,
                            const struct ar_type *type)
{
    int64_t integer = 0;
    if (type->kind != AR_TYPE_INT)
        return ar_value_parse(arena, type, text, AR_REASON_bad_value);
    return read_integer(text, &integer)
               ? ar_value_int(integer)
               : ar_value_unknown(AR_REASON_bad_value, text);
}

/* What can be written only as a string may also stand bare, but a number or a
 * word in quotes would be another type in the language. */
static ar_value read_argument(struct ar_arena *arena,
                              const struct written *written,
                              const struct ar_type *type)
{
    ar_value bad = ar_value_unknown(AR_REASON_bad_value, written->text);
    ar_str text = written->text;
    if (written->quote != 0 && !read_string(arena, written, &text))
        return bad;
    switch (type->kind) {
    case AR_TYPE_STRING:
        return written->quote != 0 ? ar_value_string(ar_str_copy(arena, text))
                                   : bad;
    case AR_TYPE_VERSION:
    case AR_TYPE_TIME:
    case AR_TYPE_IP:
    case AR_TYPE_CIDR:
        return ar_value_parse(arena, type, text, AR_REASON_bad_value);
    case AR_TYPE_BOOL:
    case AR_TYPE_INT:
    case AR_TYPE_REAL:
    case AR_TYPE_SIZE:
    case AR_TYPE_DURATION:
    case AR_TYPE_ENUM:
        return written->quote == 0 ? read_number(arena, text, type) : bad;
    case AR_TYPE_POISON:
    case AR_TYPE_LIST:
    case AR_TYPE_MAP:
    case AR_TYPE_RECORD: return bad;
    }
    AR_UNREACHABLE();
}

static bool read_all_arguments(struct ar_arena *arena,
                               const struct key_parts *parts,
                               struct ar_fact_ref *ref)
{
    const struct ar_field *parameters =
        ref->decl ? ref->decl->parameters : ref->group->parameters;
    size_t count =
        ref->decl ? ref->decl->n_parameters : ref->group->n_parameters;
    if (parts->arguments.count != count)
        return false;
    ar_value *values = AR_NEW_ARRAY(arena, ar_value, count);
    for (size_t ix = 0; ix < count; ix++) {
        values[ix] =
            read_argument(arena, &parts->arguments.at[ix], parameters[ix].type);
        if (values[ix].state != AR_STATE_VALUE)
            return false;
    }
    ref->arguments = values;
    ref->n_arguments = count;
    return true;
}

/* ar_fact_key() for a group: as that of a fact with the group's parts. */
static ar_str make_group_key(struct ar_arena *arena,
                             const struct key_parts *parts,
                             const struct ar_fact_ref *ref)
{
    struct ar_fact_decl like = {.name = ref->group->name,
                                .head = parts->head,
                                .tail = parts->tail,
                                .n_parameters = ref->n_arguments};
    return ar_fact_key(arena, &like, ref->arguments);
}

enum ar_fact_ref_status ar_fact_ref_parse(struct ar_arena *arena,
                                          const struct ar_schema *schema,
                                          ar_str text, struct ar_fact_ref *out)
{
    struct key_reader reader = {.arena = arena, .text = text};
    struct key_parts parts = {0};
    *out = (struct ar_fact_ref){0};
    if (!split_key(&reader, &parts))
        return AR_FACT_REF_MALFORMED;
    ar_str name = make_name(arena, &parts);
    out->decl = ar_schema_find(schema, name);
    if (!out->decl)
        out->group = ar_schema_find_group(schema, name);
    if (!out->decl && !out->group)
        return AR_FACT_REF_UNDECLARED;
    if (!read_all_arguments(arena, &parts, out))
        return AR_FACT_REF_BAD_ARGUMENT;
    out->key = out->decl ? ar_fact_key(arena, out->decl, out->arguments)
                         : make_group_key(arena, &parts, out);
    return AR_FACT_REF_OK;
}
