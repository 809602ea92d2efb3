/* SPDX-License-Identifier: Apache-2.0 */
/* Facts of the command line: NAME=VALUE. Stricter than a snapshot: whoever
 * types a value can correct it, so what does not fit is an error and sets
 * nothing. */

#include "base/limits.h"
#include "facts/snapshot_reader.h"

static const ar_span no_place = {0, 0, 0};

struct assignment {
    struct ar_arena *arena;
    struct ar_diags *diags;
    struct ar_fact_ref ref;
    ar_str text;
    bool is_refused;
};

static bool is_secret(const struct assignment *assignment)
{
    const struct ar_fact_decl *decl = assignment->ref.decl;
    return decl && decl->sensitivity == AR_SENSITIVITY_SECRET;
}

/* The first equals sign that is not inside quotes, or SIZE_MAX. */
static size_t find_equals(ar_str text)
{
    char quote = '\0';
    for (size_t at = 0; at < text.len; at++) {
        char c = text.ptr[at];
        if (quote == '"' && c == '\\')
            at++;
        else if (quote != '\0')
            quote = c == quote ? '\0' : quote;
        else if (c == '"' || c == '\'')
            quote = c;
        else if (c == '=')
            return at;
    }
    return SIZE_MAX;
}

static bool refuse_form(struct ar_diags *diags, ar_str text)
{
    ar_diag(diags, AR_E2032, no_place,
            ar_snapshot_cut(diags->arena, text, AR_SNAPSHOT_NAME_BYTES));
    return false;
}

bool ar_snapshot_find(struct ar_arena *arena, struct ar_diags *diags,
                      const struct ar_schema *schema, ar_str name,
                      struct ar_fact_ref *out)
{
    struct ar_diag *diag = NULL;
    switch (ar_fact_ref_parse(arena, schema, name, out)) {
    case AR_FACT_REF_OK: return true;
    case AR_FACT_REF_BAD_ARGUMENT:
        ar_diag(diags, AR_E2035, no_place, name,
                ar_snapshot_signature(diags->arena, out));
        return false;
    case AR_FACT_REF_MALFORMED:
    case AR_FACT_REF_UNDECLARED:
        diag = ar_diag(diags, AR_E0103, no_place, name);
        ar_diag_suggest(diags, diag,
                        ar_snapshot_nearest(diags->arena, schema, name));
        return false;
    }
    AR_UNREACHABLE();
}

/* The word in unknown(word). */
static bool find_reason_word(ar_str text, ar_str *out)
{
    ar_str start = AR_STR("unknown(");
    *out = ar_str_slice(text, start.len, text.len - 1);
    return ar_str_starts_with(text, start) &&
           ar_str_ends_with(text, AR_STR(")"));
}

/* absent or unknown(reason); false if text is neither. */
static bool read_state(struct assignment *assignment, ar_value *out)
{
    struct ar_diags *diags = assignment->diags;
    ar_str word;
    *out = ar_value_absent();
    if (ar_str_equal_c(assignment->text, "absent"))
        return true;
    if (!find_reason_word(assignment->text, &word))
        return false;
    enum ar_reason reason = ar_reason_find(word);
    if (reason != AR_N_REASONS) {
        *out = ar_value_unknown(reason, (ar_str){NULL, 0});
        return true;
    }
    struct ar_diag *diag =
        ar_diag(diags, AR_E2036, no_place,
                ar_snapshot_cut(diags->arena, word, AR_SNAPSHOT_NAME_BYTES));
    ar_diag_suggest(diags, diag, ar_snapshot_nearest_reason(word));
    assignment->is_refused = true;
    return true;
}

static void refuse_value(struct assignment *assignment,
                         const struct ar_json *json, ar_str name,
                         const struct ar_type *type)
{
    struct ar_diags *diags = assignment->diags;
    struct ar_diag *diag =
        ar_diag(diags, AR_E2033, no_place, name,
                ar_snapshot_describe(diags->arena, json, is_secret(assignment)),
                ar_type_text(diags->arena, type));
    if (!is_secret(assignment))
        ar_diag_suggest(diags, diag,
                        ar_snapshot_suggest(diags->arena, json, type));
    assignment->is_refused = true;
}

static void refuse_size(struct assignment *assignment,
                        const struct ar_json *json, ar_str name)
{
    struct ar_arena *arena = assignment->diags->arena;
    int limit = json->kind == AR_JSON_STRING ? AR_MAX_VALUE_BYTES
                                             : AR_MAX_LIST_ELEMENTS;
    ar_diag(assignment->diags, AR_E2038, no_place, name,
            ar_snapshot_describe_size(arena, json),
            ar_str_printf(arena, "%d", limit));
    assignment->is_refused = true;
}

static void refuse_field(struct assignment *assignment, ar_str name,
                         const struct ar_type *type)
{
    ar_diag(assignment->diags, AR_E2039, no_place, name,
            ar_type_text(assignment->diags->arena, type));
    assignment->is_refused = true;
}

static void refuse_part(struct ar_converter *converter,
                        enum ar_snapshot_fault fault,
                        const struct ar_json *json, const struct ar_type *type)
{
    struct assignment *assignment = converter->context;
    struct ar_snapshot_step step = {.outer = converter->step,
                                    .name = json->key};
    bool is_extra = fault == AR_SNAPSHOT_EXTRA_FIELD;
    ar_str name =
        ar_snapshot_step_text(assignment->diags->arena, assignment->ref.key,
                              is_extra ? &step : converter->step, true);
    switch (fault) {
    case AR_SNAPSHOT_WRONG_TYPE:
        refuse_value(assignment, json, name, type);
        return;
    case AR_SNAPSHOT_TOO_LARGE: refuse_size(assignment, json, name); return;
    case AR_SNAPSHOT_EXTRA_FIELD: refuse_field(assignment, name, type); return;
    }
    AR_UNREACHABLE();
}

static ar_value read_json(struct assignment *assignment)
{
    struct ar_diags *diags = assignment->diags;
    struct ar_converter converter = {.arena = assignment->arena,
                                     .report = refuse_part,
                                     .context = assignment,
                                     .is_secret = is_secret(assignment)};
    struct ar_json_error error;
    const struct ar_json *json = ar_json_read(
        assignment->arena, assignment->text, &ar_json_default_limits, &error);
    if (json)
        return ar_snapshot_convert(&converter, json,
                                   assignment->ref.decl->type);
    ar_diag(diags, AR_E2037, no_place, assignment->ref.key, error.text);
    assignment->is_refused = true;
    return ar_value_absent();
}

static ar_value read_bare(struct assignment *assignment)
{
    const struct ar_type *type = assignment->ref.decl->type;
    struct ar_json json = {.kind = AR_JSON_STRING, .text = assignment->text};
    ar_value value =
        ar_snapshot_convert_text(assignment->arena, json.text, type);
    if (json.text.len > AR_MAX_VALUE_BYTES)
        refuse_size(assignment, &json, assignment->ref.key);
    else if (value.state != AR_STATE_VALUE)
        refuse_value(assignment, &json, assignment->ref.key, type);
    return value;
}

static ar_value read_value(struct assignment *assignment)
{
    ar_value value;
    if (read_state(assignment, &value))
        return value;
    if (!assignment->ref.decl) {
        ar_diag(assignment->diags, AR_E2034, no_place, assignment->ref.key);
        assignment->is_refused = true;
        return value;
    }
    bool is_json =
        assignment->text.len > 0 &&
        (assignment->text.ptr[0] == '[' || assignment->text.ptr[0] == '{' ||
         assignment->text.ptr[0] == '"');
    return is_json ? read_json(assignment) : read_bare(assignment);
}

bool ar_snapshot_set(struct ar_arena *arena, struct ar_diags *diags,
                     struct ar_factset *set, ar_str assignment)
{
    size_t equals = find_equals(assignment);
    ar_str name = ar_str_trim(ar_str_slice(assignment, 0, equals));
    if (equals == SIZE_MAX || name.len == 0)
        return refuse_form(diags, assignment);
    struct assignment state = {
        .arena = arena,
        .diags = diags,
        .text = ar_str_slice(assignment, equals + 1, assignment.len),
    };
    if (!ar_snapshot_find(arena, diags, set->schema, name, &state.ref))
        return false;
    ar_value value = read_value(&state);
    if (!state.is_refused)
        ar_factset_set(set, &state.ref, value);
    return !state.is_refused;
}
