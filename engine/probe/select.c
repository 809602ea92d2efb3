/* SPDX-License-Identifier: Apache-2.0 */
/* Selectors, and data as values: what stands there must be of the type that
 * the fact declares, element by element. Nothing is converted that the type
 * does not ask for. */
#include "probe/select.h"

#include "base/limits.h"
#include "facts/snapshot.h"
#include "text/utf8.h"

#define GUESS_DETAIL "it is not UTF-8, and nothing says what it is"

struct selecting {
    struct ar_arena *arena;
    const struct ar_selection *selection;
    bool is_optional; /* the selector has a `?` */
    ar_str name;      /* of the member that was looked at last */
};

static ar_value convert(const struct selecting *selecting,
                        const struct ar_datum *datum,
                        const struct ar_type *type);
static ar_value follow(struct selecting selecting, const struct ar_datum *datum,
                       const struct ar_node *step, const struct ar_type *type);

/* ---- what is not there ---- */

static ar_str cut(ar_str text)
{
    if (text.len <= AR_MAX_VALUE_SHOWN_BYTES)
        return text;
    text.len = AR_MAX_VALUE_SHOWN_BYTES;
    size_t invalid = ar_utf8_invalid_at(text);
    return invalid == SIZE_MAX ? text : ar_str_slice(text, 0, invalid);
}

static ar_value lack(const struct selecting *selecting, enum ar_reason reason,
                     ar_str detail)
{
    if (selecting->selection->is_secret)
        return ar_value_unknown(reason, AR_STR(""));
    return ar_value_unknown(reason, ar_str_copy(selecting->arena, cut(detail)));
}

static const char *describe(const struct ar_datum *datum)
{
    switch (datum->kind) {
    case AR_DATUM_NONE:
    case AR_DATUM_BAD: return "nothing";
    case AR_DATUM_TEXT: return "a text";
    case AR_DATUM_JSON: return ar_json_kind_text(datum->json->kind);
    case AR_DATUM_LIST: return "a list";
    case AR_DATUM_MAP: return "an object";
    }
    AR_UNREACHABLE();
}

static ar_value refuse(const struct selecting *selecting,
                       const struct ar_datum *datum, const struct ar_type *type)
{
    struct ar_buf detail = AR_BUF(selecting->arena);
    ar_buf_printf(&detail, "%s where the fact has ", describe(datum));
    ar_type_put(&detail, type);
    return lack(selecting, AR_REASON_bad_output, ar_buf_view(&detail));
}

static ar_value refuse_missing(const struct selecting *selecting)
{
    if (selecting->is_optional)
        return ar_value_absent();
    ar_str detail = AR_STR("it is null");
    if (selecting->name.len > 0)
        detail = ar_str_printf(selecting->arena,
                               "'" AR_STR_FORMAT "' is missing or null",
                               AR_STR_ARG(cut(selecting->name)));
    return lack(selecting, AR_REASON_bad_output, detail);
}

/* ---- members ---- */

static bool are_same(const struct ar_datum *a, const struct ar_datum *b)
{
    return a->kind == AR_DATUM_TEXT && b->kind == AR_DATUM_TEXT &&
           ar_str_equal(a->text, b->text);
}

static const struct ar_datum *make_ambiguous(struct ar_arena *arena)
{
    return ar_datum_bad(arena, AR_REASON_bad_output,
                        "it is there twice, with two values");
}

/* A member that is not there is AR_DATUM_NONE. */
static const struct ar_datum *find_member(struct ar_arena *arena,
                                          const struct ar_datum *map,
                                          ar_str key)
{
    static const struct ar_datum none = {.kind = AR_DATUM_NONE};
    const struct ar_datum *found = NULL;
    for (const struct ar_datum *each = map->first; each; each = each->next) {
        if (!ar_str_equal(each->key, key))
            continue;
        if (found && !are_same(found, each))
            return make_ambiguous(arena);
        found = each;
    }
    return found ? found : &none;
}

/* ---- scalars ---- */

static bool is_ascii(ar_str text)
{
    for (size_t at = 0; at < text.len; at++) {
        if ((unsigned char)text.ptr[at] > 127)
            return false;
    }
    return true;
}

static bool is_word(ar_str text, const char *const *words, size_t count)
{
    for (size_t ix = 0; ix < count; ix++) {
        if (ar_str_equal_ignore_case(text, ar_str_from_c(words[ix])))
            return true;
    }
    return false;
}

static ar_value convert_flag(const struct selecting *selecting, ar_str text)
{
    static const char *const yes[] = {"true", "yes", "1", "*"};
    static const char *const no[] = {"false", "no", "0", ""};
    ar_str word = ar_str_trim(text);
    if (is_word(word, yes, AR_COUNT_OF(yes)))
        return ar_value_bool(true);
    if (is_word(word, no, AR_COUNT_OF(no)))
        return ar_value_bool(false);
    return lack(selecting, AR_REASON_bad_output, text);
}

static ar_value convert_text(const struct selecting *selecting, ar_str text,
                             const struct ar_type *type)
{
    if (text.len > AR_MAX_VALUE_BYTES)
        return lack(selecting, AR_REASON_too_large,
                    AR_STR("the text is too long"));
    if (selecting->selection->is_guess && !is_ascii(text))
        return lack(selecting, AR_REASON_bad_output, AR_STR(GUESS_DETAIL));
    if (type->kind == AR_TYPE_BOOL)
        return convert_flag(selecting, text);
    ar_value value =
        ar_value_parse(selecting->arena, type, text, AR_REASON_bad_output);
    bool is_negative = value.state == AR_STATE_VALUE &&
                       type->kind == AR_TYPE_SIZE && value.as.integer < 0;
    if (value.state != AR_STATE_VALUE || is_negative)
        return lack(selecting, AR_REASON_bad_output, text);
    return value;
}

static ar_value convert_scalar(const struct selecting *selecting,
                               const struct ar_datum *datum,
                               const struct ar_type *type)
{
    if (datum->kind == AR_DATUM_TEXT)
        return convert_text(selecting, datum->text, type);
    if (datum->kind != AR_DATUM_JSON)
        return refuse(selecting, datum, type);
    ar_value value = ar_snapshot_value(selecting->arena, datum->json, type);
    if (value.state != AR_STATE_VALUE)
        return lack(selecting, value.reason, value.detail);
    return value;
}

/* ---- composed values ---- */

static ar_value convert_list(struct selecting selecting,
                             const struct ar_datum *datum,
                             const struct ar_node *step,
                             const struct ar_type *type)
{
    if (datum->kind != AR_DATUM_LIST)
        return refuse(&selecting, datum, type);
    if (datum->count > AR_MAX_LIST_ELEMENTS)
        return lack(&selecting, AR_REASON_too_large,
                    AR_STR("the list is too long"));
    ar_value *items = AR_NEW_ARRAY(selecting.arena, ar_value, datum->count);
    size_t count = 0;
    selecting.name = AR_STR("");
    selecting.is_optional = selecting.is_optional && step;
    for (const struct ar_datum *each = datum->first; each; each = each->next)
        items[count++] = follow(selecting, each, step, type->element);
    return ar_value_list(type, items, count);
}

static int compare_members(const void *left, const void *right)
{
    const struct ar_datum *a = *(const struct ar_datum *const *)left;
    const struct ar_datum *b = *(const struct ar_datum *const *)right;
    return ar_str_compare(a->key, b->key);
}

static const struct ar_datum **sort_members(struct ar_arena *arena,
                                            const struct ar_datum *map)
{
    const struct ar_datum **members =
        AR_NEW_ARRAY(arena, const struct ar_datum *, map->count);
    size_t count = 0;
    for (const struct ar_datum *each = map->first; each; each = each->next)
        members[count++] = each;
    if (count > 1)
        qsort(members, count, sizeof(*members), compare_members);
    return members;
}

/* A key whose letters may be wrong would make the right one look absent. */
static bool has_guessed_key(const struct selecting *selecting,
                            const struct ar_datum *map)
{
    const struct ar_datum *each = map->first;
    while (each && is_ascii(each->key))
        each = each->next;
    return each && selecting->selection->is_guess;
}

static ar_value make_map(struct selecting selecting,
                         const struct ar_datum *datum,
                         const struct ar_type *type)
{
    struct ar_arena *arena = selecting.arena;
    const struct ar_datum **members = sort_members(arena, datum);
    ar_value *items = AR_NEW_ARRAY(arena, ar_value, datum->count);
    ar_str *keys = AR_NEW_ARRAY(arena, ar_str, datum->count);
    size_t count = 0;
    selecting.is_optional = false;
    for (size_t ix = 0; ix < datum->count; ix++) {
        const struct ar_datum *member = members[ix];
        const struct ar_datum *before = ix > 0 ? members[ix - 1] : NULL;
        bool is_again = before && ar_str_equal(member->key, before->key);
        if (is_again && are_same(member, before))
            continue;
        if (is_again) {
            member = make_ambiguous(arena);
            count--;
        }
        keys[count] = ar_str_copy(arena, members[ix]->key);
        selecting.name = keys[count];
        items[count++] = convert(&selecting, member, type->element);
    }
    return ar_value_map(type, keys, items, count);
}

static ar_value convert_map(const struct selecting *selecting,
                            const struct ar_datum *datum,
                            const struct ar_type *type)
{
    if (datum->kind != AR_DATUM_MAP)
        return refuse(selecting, datum, type);
    if (datum->count > AR_MAX_LIST_ELEMENTS)
        return lack(selecting, AR_REASON_too_large,
                    AR_STR("the map is too large"));
    if (has_guessed_key(selecting, datum))
        return lack(selecting, AR_REASON_bad_output, AR_STR(GUESS_DETAIL));
    return make_map(*selecting, datum, type);
}

static ar_value convert_record(struct selecting selecting,
                               const struct ar_datum *datum,
                               const struct ar_type *type)
{
    if (datum->kind != AR_DATUM_MAP)
        return refuse(&selecting, datum, type);
    ar_value *fields = AR_NEW_ARRAY(selecting.arena, ar_value, type->n_fields);
    for (size_t ix = 0; ix < type->n_fields; ix++) {
        const struct ar_field *field = &type->fields[ix];
        selecting.name = field->name;
        selecting.is_optional = field->optional;
        fields[ix] = convert(&selecting,
                             find_member(selecting.arena, datum, field->name),
                             field->type);
    }
    return ar_value_record(type, fields);
}

static ar_value convert(const struct selecting *selecting,
                        const struct ar_datum *datum,
                        const struct ar_type *type)
{
    if (datum->kind == AR_DATUM_BAD)
        return lack(selecting, datum->lack.reason, datum->lack.detail);
    if (datum->kind == AR_DATUM_NONE)
        return refuse_missing(selecting);
    if (type->kind == AR_TYPE_LIST)
        return convert_list(*selecting, datum, NULL, type);
    if (type->kind == AR_TYPE_MAP)
        return convert_map(selecting, datum, type);
    if (type->kind == AR_TYPE_RECORD)
        return convert_record(*selecting, datum, type);
    return convert_scalar(selecting, datum, type);
}

/* ---- selectors ---- */

static ar_value start(struct selecting selecting, const struct ar_datum *datum,
                      const struct ar_node *selector,
                      const struct ar_type *type)
{
    selecting.is_optional = selector->last->kind == AR_NODE_SELECT_OPTIONAL;
    return follow(selecting, datum, selector->first, type);
}

static const struct ar_node *find_selector(const struct ar_node *record,
                                           ar_str name)
{
    for (const struct ar_node *member = record->first; member;
         member = member->next) {
        if (ar_str_equal(member->text, name))
            return member->first;
    }
    return NULL;
}

static ar_value select_record(const struct selecting *selecting,
                              const struct ar_datum *datum,
                              const struct ar_node *record,
                              const struct ar_type *type)
{
    if (datum->kind != AR_DATUM_MAP || type->kind != AR_TYPE_RECORD)
        return refuse(selecting, datum, type);
    ar_value *fields = AR_NEW_ARRAY(selecting->arena, ar_value, type->n_fields);
    for (size_t ix = 0; ix < type->n_fields; ix++) {
        const struct ar_field *field = &type->fields[ix];
        const struct ar_node *selector = find_selector(record, field->name);
        fields[ix] = selector ? start(*selecting, datum, selector, field->type)
                              : lack(selecting, AR_REASON_bad_output,
                                     AR_STR("the probe does not select it"));
    }
    return ar_value_record(type, fields);
}

/* A selector without `?` promises all of its members, one with `?` none. */
static ar_value follow(struct selecting selecting, const struct ar_datum *datum,
                       const struct ar_node *step, const struct ar_type *type)
{
    bool is_end = !step || step->kind == AR_NODE_SELECT_OPTIONAL;
    if (is_end || datum->kind == AR_DATUM_BAD || datum->kind == AR_DATUM_NONE)
        return convert(&selecting, datum, type);
    if (step->kind == AR_NODE_SELECT_RECORD)
        return select_record(&selecting, datum, step, type);
    if (step->kind == AR_NODE_SELECT_EACH)
        return type->kind == AR_TYPE_LIST
                   ? convert_list(selecting, datum, step->next, type)
                   : refuse(&selecting, datum, type);
    if (datum->kind != AR_DATUM_MAP)
        return lack(&selecting, AR_REASON_bad_output,
                    ar_str_printf(selecting.arena,
                                  "%s where '" AR_STR_FORMAT
                                  "' should be a member",
                                  describe(datum), AR_STR_ARG(step->text)));
    selecting.name = step->text;
    return follow(selecting, find_member(selecting.arena, datum, step->text),
                  step->next, type);
}

ar_value ar_probe_select(struct ar_arena *arena, const struct ar_datum *root,
                         const struct ar_selection *selection)
{
    struct selecting selecting = {.arena = arena, .selection = selection};
    if (!selection->selector)
        return convert(&selecting, root, selection->type);
    return start(selecting, root, selection->selector, selection->type);
}
