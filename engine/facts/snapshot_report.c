/* SPDX-License-Identifier: Apache-2.0 */
/* What the snapshot reader says: messages with their places, how many of
 * them, and what was probably meant. Values of secret facts stay out of every
 * message and every place. */

#include "base/limits.h"
#include "facts/snapshot_reader.h"
#include "text/utf8.h"

/* Descriptions. */

static void put_steps(struct ar_buf *out, const struct ar_snapshot_step *step,
                      bool has_indices)
{
    if (!step)
        return;
    put_steps(out, step->outer, has_indices);
    if (step->is_element && has_indices) {
        ar_buf_printf(out, "[%zu]", step->index);
    } else if (step->is_element) {
        ar_buf_put_c(out, "[]");
    } else if (step->is_map_key) {
        ar_buf_put_char(out, '[');
        ar_value_put_literal(out, ar_value_string(step->name));
        ar_buf_put_char(out, ']');
    } else {
        ar_buf_put_char(out, '.');
        ar_buf_put(out, step->name);
    }
}

ar_str ar_snapshot_step_text(struct ar_arena *arena, ar_str fact,
                             const struct ar_snapshot_step *step,
                             bool has_indices)
{
    struct ar_buf out = AR_BUF(arena);
    ar_buf_put(&out, fact);
    put_steps(&out, step, has_indices);
    return ar_buf_view(&out);
}

ar_str ar_snapshot_cut(struct ar_arena *arena, ar_str s, size_t limit_bytes)
{
    if (s.len <= limit_bytes)
        return ar_str_copy(arena, s);
    size_t end = limit_bytes;
    while (end > 0 && ((unsigned char)s.ptr[end] & 0xC0) == 0x80)
        end--;
    return ar_str_concat(arena, ar_str_slice(s, 0, end), AR_STR("..."));
}

static ar_str describe_text(struct ar_arena *arena, ar_str text)
{
    struct ar_buf out = AR_BUF(arena);
    ar_buf_put_c(&out, "the text \"");
    ar_buf_put(&out, ar_snapshot_cut(arena, text, AR_SNAPSHOT_NAME_BYTES));
    ar_buf_put_char(&out, '"');
    return ar_buf_view(&out);
}

ar_str ar_snapshot_describe(struct ar_arena *arena, const struct ar_json *json,
                            bool is_secret)
{
    if (is_secret)
        return ar_str_from_c(ar_json_kind_text(json->kind));
    switch (json->kind) {
    case AR_JSON_NULL:
    case AR_JSON_ARRAY:
    case AR_JSON_OBJECT: return ar_str_from_c(ar_json_kind_text(json->kind));
    case AR_JSON_BOOL: return json->boolean ? AR_STR("true") : AR_STR("false");
    case AR_JSON_INT:
    case AR_JSON_REAL:
        return ar_str_concat(arena, AR_STR("the number "), json->text);
    case AR_JSON_STRING: return describe_text(arena, json->text);
    }
    AR_UNREACHABLE();
}

ar_str ar_snapshot_describe_size(struct ar_arena *arena,
                                 const struct ar_json *json)
{
    if (json->kind == AR_JSON_STRING)
        return ar_str_printf(arena, "%zu bytes", json->text.len);
    return ar_str_printf(arena, "%zu elements", json->count);
}

static ar_str find_nearest_word(struct ar_arena *arena,
                                const struct ar_type *type, ar_str text)
{
    AR_VECTOR(ar_str) words = {0};
    for (size_t ix = 0; ix < type->n_words; ix++) {
        const struct ar_enum_word *word = &type->words[ix];
        ar_vector_push(arena, &words, word->name);
        for (size_t at = 0; at < word->n_aliases; at++)
            ar_vector_push(arena, &words, word->aliases[at]);
    }
    size_t nearest = ar_str_nearest(text, words.at, words.count);
    return nearest == SIZE_MAX ? (ar_str){NULL, 0} : words.at[nearest];
}

ar_str ar_snapshot_suggest(struct ar_arena *arena, const struct ar_json *json,
                           const struct ar_type *type)
{
    bool is_text = json->kind == AR_JSON_STRING;
    bool is_number = json->kind == AR_JSON_INT || json->kind == AR_JSON_REAL;
    if (is_text && type->kind == AR_TYPE_ENUM)
        return find_nearest_word(arena, type, json->text);
    if (is_number && type->kind == AR_TYPE_VERSION)
        return ar_str_printf(arena, "\"" AR_STR_FORMAT "\"",
                             AR_STR_ARG(json->text));
    bool is_unquoted = type->kind == AR_TYPE_BOOL ||
                       type->kind == AR_TYPE_INT || type->kind == AR_TYPE_REAL;
    if (!is_text || !is_unquoted || json->text.len > AR_SNAPSHOT_NAME_BYTES)
        return (ar_str){NULL, 0};
    ar_value meant =
        ar_value_parse(arena, type, json->text, AR_REASON_bad_output);
    return meant.state == AR_STATE_VALUE ? json->text : (ar_str){NULL, 0};
}

ar_str ar_snapshot_key_name(struct ar_arena *arena, ar_str key)
{
    size_t open = ar_str_find(key, AR_STR("("), 0);
    if (open == SIZE_MAX)
        return key;
    size_t close = key.len;
    while (close > open && key.ptr[close - 1] != ')')
        close--;
    ar_str head =
        ar_str_concat(arena, ar_str_slice(key, 0, open), AR_STR("()"));
    return ar_str_concat(arena, head, ar_str_slice(key, close, key.len));
}

/* How many bytes of whole parts, with their dots, both names begin with. */
static size_t count_common_parts(ar_str a, ar_str b)
{
    size_t count = 0;
    for (size_t at = 0; at < a.len && at < b.len; at++) {
        if (a.ptr[at] != b.ptr[at])
            break;
        if (a.ptr[at] == '.')
            count = at + 1;
    }
    return count;
}

/* What two names have in common would make anything else in them look near,
 * so the rest has to be near by itself. */
static bool is_near(ar_str name, ar_str candidate)
{
    size_t common = count_common_parts(name, candidate);
    ar_str rest = ar_str_slice(candidate, common, candidate.len);
    return ar_str_nearest(ar_str_slice(name, common, name.len), &rest, 1) == 0;
}

ar_str ar_snapshot_nearest(struct ar_arena *arena,
                           const struct ar_schema *schema, ar_str name)
{
    ar_str none = {NULL, 0};
    if (name.len > 4 * AR_SNAPSHOT_NAME_BYTES)
        return none;
    size_t count = schema->facts.count + schema->groups.count;
    ar_str *names = AR_NEW_ARRAY(arena, ar_str, count);
    for (size_t ix = 0; ix < schema->facts.count; ix++)
        names[ix] = schema->facts.entries[ix].key;
    for (size_t ix = 0; ix < schema->groups.count; ix++)
        names[schema->facts.count + ix] = schema->groups.entries[ix].key;
    ar_str plain = ar_snapshot_key_name(arena, name);
    size_t nearest = ar_str_nearest(plain, names, count);
    if (nearest == SIZE_MAX || !is_near(plain, names[nearest]))
        return none;
    return names[nearest];
}

ar_str ar_snapshot_nearest_reason(ar_str word)
{
    ar_str names[AR_N_REASONS];
    for (size_t ix = 0; ix < AR_N_REASONS; ix++)
        names[ix] = ar_str_from_c(ar_reason_table[ix].name);
    size_t nearest = ar_str_nearest(word, names, AR_N_REASONS);
    return nearest == SIZE_MAX ? (ar_str){NULL, 0} : names[nearest];
}

ar_str ar_snapshot_signature(struct ar_arena *arena,
                             const struct ar_fact_ref *ref)
{
    const struct ar_field *fields =
        ref->decl ? ref->decl->parameters : ref->group->parameters;
    size_t count =
        ref->decl ? ref->decl->n_parameters : ref->group->n_parameters;
    ar_str name = ref->decl ? ref->decl->name : ref->group->name;
    size_t open = ar_str_find(name, AR_STR("("), 0);
    struct ar_buf out = AR_BUF(arena);
    ar_buf_put(&out, ar_str_slice(name, 0, open));
    for (size_t ix = 0; ix < count; ix++) {
        ar_buf_put_c(&out, ix == 0 ? "(" : ", ");
        ar_buf_put(&out, fields[ix].name);
        ar_buf_put_c(&out, " : ");
        ar_type_put(&out, fields[ix].type);
    }
    if (open != SIZE_MAX)
        ar_buf_put(&out, ar_str_slice(name, open + 1, name.len));
    return ar_buf_view(&out);
}

/* Places. */

/* The end of the JSON string whose opening quote is at offset. */
static size_t find_string_end(ar_str text, size_t offset)
{
    size_t at = offset + 1;
    while (at < text.len && text.ptr[at] != '"')
        at += text.ptr[at] == '\\' ? 2 : 1;
    return at + 1;
}

static ar_span make_span(const struct ar_snapshot_reader *reader, size_t start,
                         size_t end)
{
    size_t last = reader->text.len;
    return (ar_span){reader->file, (uint32_t)(start < last ? start : last),
                     (uint32_t)(end < last ? end : last)};
}

ar_span ar_snapshot_key_span(const struct ar_snapshot_reader *reader,
                             const struct ar_json *member)
{
    return make_span(reader, member->key_offset,
                     find_string_end(reader->text, member->key_offset));
}

static size_t find_value_end(const struct ar_snapshot_reader *reader,
                             const struct ar_json *json)
{
    switch (json->kind) {
    case AR_JSON_NULL: return json->offset + 4;
    case AR_JSON_BOOL: return json->offset + (json->boolean ? 4 : 5);
    case AR_JSON_INT:
    case AR_JSON_REAL: return json->offset + json->text.len;
    case AR_JSON_STRING: return find_string_end(reader->text, json->offset);
    case AR_JSON_ARRAY:
    case AR_JSON_OBJECT: return json->offset + 1;
    }
    AR_UNREACHABLE();
}

ar_span ar_snapshot_value_span(const struct ar_snapshot_reader *reader,
                               const struct ar_json *json)
{
    return make_span(reader, json->offset, find_value_end(reader, json));
}

/* Refusals. */

static enum ar_diag_code find_code(enum ar_json_error_code code)
{
    switch (code) {
    case AR_JSON_OK:
    case AR_JSON_EMPTY:
    case AR_JSON_SYNTAX:
    case AR_JSON_TRAILING:
    case AR_JSON_BAD_NUMBER: return AR_E2020;
    case AR_JSON_TRUNCATED: return AR_E2021;
    case AR_JSON_DUPLICATE: return AR_E2022;
    case AR_JSON_TOO_DEEP: return AR_E2023;
    case AR_JSON_TOO_LARGE: return AR_E2024;
    case AR_JSON_BAD_UTF8:
    case AR_JSON_BAD_ESCAPE:
    case AR_JSON_NUL: return AR_E2025;
    case AR_JSON_RANGE: return AR_E2026;
    case AR_JSON_BOM: return AR_E2027;
    }
    AR_UNREACHABLE();
}

void ar_snapshot_refuse_json(struct ar_snapshot_reader *reader,
                             const struct ar_json_error *error)
{
    bool is_duplicate = error->code == AR_JSON_DUPLICATE;
    size_t end = is_duplicate ? find_string_end(reader->text, error->offset)
                              : error->offset + 1;
    struct ar_diag *diag =
        ar_diag(reader->diags, find_code(error->code),
                make_span(reader, error->offset, end), error->text);
    if (is_duplicate) {
        size_t first = error->other_offset;
        ar_span span =
            make_span(reader, first, find_string_end(reader->text, first));
        ar_diag_note(reader->diags, diag, span, AR_STR("first given here"));
    }
    reader->is_refused = true;
}

void ar_snapshot_refuse_second(struct ar_snapshot_reader *reader, ar_str key,
                               ar_span span, ar_span first)
{
    reader->is_refused = true;
    if (!ar_snapshot_may_warn(reader))
        return;
    struct ar_diag *diag = ar_diag(reader->diags, AR_E2031, span, key);
    ar_diag_note(reader->diags, diag, first, AR_STR("first given here"));
}

/* Warnings. */

bool ar_snapshot_may_warn(struct ar_snapshot_reader *reader)
{
    reader->n_warnings++;
    return reader->n_warnings <= AR_SNAPSHOT_WARNINGS_SHOWN;
}

void ar_snapshot_note_undeclared(struct ar_snapshot_reader *reader, ar_str name,
                                 ar_span span)
{
    size_t ix = reader->n_undeclared++;
    if (ix == 0)
        reader->first_undeclared = span;
    if (ix < AR_SNAPSHOT_NAMES_SHOWN)
        reader->undeclared[ix] = ar_str_copy(reader->arena, name);
}

/* A field that every element of a list has counts once. */
static void note_extra_field(struct ar_snapshot_reader *reader,
                             const struct ar_json *member)
{
    enum { REMEMBERED = 100 };
    if (reader->extra_fields.count >= REMEMBERED)
        return;
    struct ar_snapshot_step step = {.outer = reader->converter.step,
                                    .name = member->key};
    ar_str name =
        ar_snapshot_step_text(reader->arena, reader->ref->key, &step, false);
    if (ar_map_has(&reader->extra_fields, name))
        return;
    ar_map_put(reader->arena, &reader->extra_fields, name, reader);
    ar_span span = {0, 0, 0};
    if (!reader->converter.is_secret)
        span = ar_snapshot_key_span(reader, member);
    ar_snapshot_note_undeclared(reader, name, span);
}

static void warn_of_value(struct ar_snapshot_reader *reader,
                          enum ar_snapshot_fault fault,
                          const struct ar_json *json,
                          const struct ar_type *type)
{
    struct ar_arena *arena = reader->diags->arena;
    bool is_secret = reader->converter.is_secret;
    const struct ar_snapshot_step *step =
        is_secret ? NULL : reader->converter.step;
    ar_str name = ar_snapshot_step_text(arena, reader->ref->key, step, true);
    ar_span span = {0, 0, 0};
    if (!is_secret)
        span = ar_snapshot_value_span(reader, json);
    if (fault == AR_SNAPSHOT_TOO_LARGE) {
        int limit = json->kind == AR_JSON_STRING ? AR_MAX_VALUE_BYTES
                                                 : AR_MAX_LIST_ELEMENTS;
        ar_diag(reader->diags, AR_W2024, span, name,
                ar_snapshot_describe_size(arena, json),
                ar_str_printf(arena, "%d", limit));
        return;
    }
    struct ar_diag *diag = ar_diag(reader->diags, AR_W2023, span, name,
                                   ar_snapshot_describe(arena, json, is_secret),
                                   ar_type_text(arena, type));
    if (!is_secret)
        ar_diag_suggest(reader->diags, diag,
                        ar_snapshot_suggest(arena, json, type));
}

void ar_snapshot_report(struct ar_converter *converter,
                        enum ar_snapshot_fault fault,
                        const struct ar_json *json, const struct ar_type *type)
{
    struct ar_snapshot_reader *reader = converter->context;
    if (fault == AR_SNAPSHOT_EXTRA_FIELD)
        note_extra_field(reader, json);
    else if (ar_snapshot_may_warn(reader))
        warn_of_value(reader, fault, json, type);
}

static void suggest_names(struct ar_snapshot_reader *reader,
                          struct ar_diag *diag, size_t n_shown)
{
    struct ar_arena *arena = reader->diags->arena;
    for (size_t ix = 0; ix < n_shown; ix++) {
        ar_str name = reader->undeclared[ix];
        ar_str nearest = ar_snapshot_nearest(arena, reader->schema, name);
        if (ix == 0)
            ar_diag_suggest(reader->diags, diag, nearest);
        else if (nearest.len > 0)
            ar_diag_note(reader->diags, diag, (ar_span){0, 0, 0},
                         ar_str_printf(arena,
                                       "did you mean '" AR_STR_FORMAT
                                       "' by '" AR_STR_FORMAT "'?",
                                       AR_STR_ARG(nearest), AR_STR_ARG(name)));
    }
}

static void report_undeclared(struct ar_snapshot_reader *reader)
{
    struct ar_arena *arena = reader->diags->arena;
    struct ar_buf names = AR_BUF(arena);
    size_t n_shown = reader->n_undeclared < AR_SNAPSHOT_NAMES_SHOWN
                         ? reader->n_undeclared
                         : AR_SNAPSHOT_NAMES_SHOWN;
    for (size_t ix = 0; ix < n_shown; ix++) {
        ar_buf_put_c(&names, ix == 0 ? "'" : ", '");
        ar_buf_put(&names, ar_snapshot_cut(arena, reader->undeclared[ix],
                                           AR_SNAPSHOT_NAME_BYTES));
        ar_buf_put_char(&names, '\'');
    }
    if (reader->n_undeclared > n_shown)
        ar_buf_put_c(&names, ", ...");
    struct ar_diag *diag = ar_diag(
        reader->diags, AR_N2020, reader->first_undeclared,
        ar_str_printf(arena, "%zu", reader->n_undeclared), ar_buf_view(&names));
    suggest_names(reader, diag, n_shown);
}

void ar_snapshot_report_counts(struct ar_snapshot_reader *reader)
{
    struct ar_arena *arena = reader->diags->arena;
    if (reader->n_undeclared > 0)
        report_undeclared(reader);
    if (reader->n_warnings <= AR_SNAPSHOT_WARNINGS_SHOWN)
        return;
    size_t n_hidden = reader->n_warnings - AR_SNAPSHOT_WARNINGS_SHOWN;
    ar_diag(reader->diags, AR_N2021, make_span(reader, 0, 1),
            ar_str_printf(arena, "%zu", n_hidden));
}
