/* SPDX-License-Identifier: Apache-2.0 */
/* Literals to values, as the type that stands opposite wants them: a number
 * is a version where a version is wanted, a word is a word of the enum. */
#include "sema/checker.h"
#include "text/utf8.h"

bool ar_check_is_literal(const struct ar_node *node)
{
    switch ((int)node->kind) {
    case AR_NODE_INT:
    case AR_NODE_REAL:
    case AR_NODE_VERSION_LITERAL:
    case AR_NODE_SIZE:
    case AR_NODE_DURATION:
    case AR_NODE_TRUE:
    case AR_NODE_FALSE:
    case AR_NODE_WORD:
    case AR_NODE_NEGATIVE: return true;
    case AR_NODE_STRING: return !node->has_holes;
    }
    return false;
}

const struct ar_type *ar_check_literal_type(const struct ar_node *node)
{
    if (node->kind == AR_NODE_NEGATIVE)
        return ar_check_literal_type(node->first);
    if (node->kind == AR_NODE_INT)
        return &ar_type_int;
    if (node->kind == AR_NODE_REAL)
        return &ar_type_real;
    if (node->kind == AR_NODE_VERSION_LITERAL)
        return &ar_type_version;
    if (node->kind == AR_NODE_SIZE)
        return &ar_type_size;
    if (node->kind == AR_NODE_DURATION)
        return &ar_type_duration;
    if (node->kind == AR_NODE_TRUE || node->kind == AR_NODE_FALSE)
        return &ar_type_bool;
    if (node->kind == AR_NODE_STRING)
        return &ar_type_string;
    return &ar_type_poison;
}

static ar_value poison_value(void)
{
    ar_value value = ar_value_absent();
    value.state = AR_STATE_VALUE;
    value.type = &ar_type_poison;
    return value;
}

/* Without the underscores between digits. */
static ar_str plain_digits(struct ar_arena *arena, ar_str text)
{
    if (text.len == 0 || !memchr(text.ptr, '_', text.len))
        return text;
    struct ar_buf out = AR_BUF(arena);
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] != '_')
            ar_buf_put_char(&out, text.ptr[i]);
    }
    return ar_buf_view(&out);
}

static bool parse_hex(ar_str text, int64_t *out)
{
    uint64_t value = 0;
    for (size_t i = 2; i < text.len; i++) {
        char c = ar_char_lower(text.ptr[i]);
        unsigned digit =
            (unsigned)(ar_char_is_digit(c) ? c - '0' : c - 'a' + 10);
        if (value > (uint64_t)INT64_MAX >> 4)
            return false;
        value = value << 4 | digit;
    }
    *out = (int64_t)value;
    return true;
}

bool ar_check_parse_int(struct ar_arena *arena, ar_str text, int64_t *out)
{
    bool negative = ar_str_starts_with(text, AR_STR("-"));
    ar_str digits =
        plain_digits(arena, ar_str_slice(text, negative ? 1 : 0, text.len));
    if (!ar_str_starts_with(digits, AR_STR("0x")))
        return ar_str_to_int(
            negative ? ar_str_concat(arena, AR_STR("-"), digits) : digits, out);
    for (size_t i = 2; i < digits.len; i++) {
        char c = ar_char_lower(digits.ptr[i]);
        if (!ar_char_is_digit(c) && (c < 'a' || c > 'f'))
            return false;
    }
    if (digits.len < 3 || !parse_hex(digits, out))
        return false;
    *out = negative ? -*out : *out;
    return true;
}

static ar_value int_value(struct ar_checker *checker,
                          const struct ar_node *node, bool negative)
{
    int64_t value;
    ar_str text = negative
                      ? ar_str_concat(checker->arena, AR_STR("-"), node->text)
                      : node->text;
    if (ar_check_parse_int(checker->arena, text, &value))
        return ar_value_int(value);
    ar_diag(checker->diags, AR_E0117, node->span, node->text);
    return poison_value();
}

static ar_value real_value(struct ar_checker *checker,
                           const struct ar_node *node, bool negative)
{
    double value;
    if (ar_str_to_real(plain_digits(checker->arena, node->text), &value))
        return ar_value_real(negative ? -value : value);
    ar_diag(checker->diags, AR_E0117, node->span, node->text);
    return poison_value();
}

static ar_value unit_value(struct ar_checker *checker,
                           const struct ar_node *node)
{
    ar_str text = plain_digits(checker->arena, node->text);
    int64_t value;
    if (node->kind == AR_NODE_SIZE && ar_size_parse(text, &value))
        return ar_value_size(value);
    if (node->kind == AR_NODE_DURATION && ar_duration_parse(text, &value))
        return ar_value_duration(value);
    ar_diag(checker->diags, AR_E0117, node->span, node->text);
    return poison_value();
}

/* A text literal as a version, time, ip or cidr. */
static ar_value parsed_value(struct ar_checker *checker,
                             const struct ar_node *node,
                             const struct ar_type *type)
{
    ar_value value =
        ar_value_parse(checker->arena, type, node->text, AR_REASON_bad_value);
    if (value.state == AR_STATE_VALUE)
        return value;
    ar_diag(checker->diags, AR_E0407, node->span, node->text,
            ar_type_text(checker->arena, type));
    return poison_value();
}

static bool takes_text(const struct ar_type *type)
{
    return type->kind == AR_TYPE_VERSION || type->kind == AR_TYPE_TIME ||
           type->kind == AR_TYPE_IP || type->kind == AR_TYPE_CIDR;
}

static ar_value word_value(struct ar_checker *checker,
                           const struct ar_node *node,
                           const struct ar_type *type)
{
    struct ar_diag *diag;
    size_t ix = SIZE_MAX;
    if (type->kind == AR_TYPE_ENUM)
        ix = ar_type_enum_find(type, node->text);
    if (ix != SIZE_MAX && ar_str_equal(type->words[ix].name, node->text))
        return ar_value_enum(type, ix);
    if (type->kind != AR_TYPE_ENUM) {
        ar_diag(checker->diags, AR_E0403, node->span,
                ar_type_text(checker->arena, type),
                ar_str_printf(checker->arena, "the word '" AR_STR_FORMAT "'",
                              AR_STR_ARG(node->text)));
        return poison_value();
    }
    ar_str *words = AR_NEW_ARRAY(checker->arena, ar_str, type->n_words);
    struct ar_buf all = AR_BUF(checker->arena);
    for (size_t i = 0; i < type->n_words; i++) {
        words[i] = type->words[i].name;
        ar_buf_put_c(&all, i == 0 ? "" : ", ");
        ar_buf_put(&all, words[i]);
    }
    diag =
        ar_diag(checker->diags, AR_E0404, node->span, node->text, type->name);
    ar_diag_expected(checker->diags, diag, ar_buf_view(&all));
    size_t nearest =
        ix != SIZE_MAX ? ix : ar_str_nearest(node->text, words, type->n_words);
    if (nearest != SIZE_MAX)
        ar_diag_suggest(checker->diags, diag, words[nearest]);
    return poison_value();
}

/* What the literal is by itself. */
static ar_value own_value(struct ar_checker *checker,
                          const struct ar_node *node)
{
    if (node->kind == AR_NODE_INT)
        return int_value(checker, node, false);
    if (node->kind == AR_NODE_REAL)
        return real_value(checker, node, false);
    if (node->kind == AR_NODE_NEGATIVE && node->first->kind == AR_NODE_INT)
        return int_value(checker, node->first, true);
    if (node->kind == AR_NODE_NEGATIVE && node->first->kind == AR_NODE_REAL)
        return real_value(checker, node->first, true);
    if (node->kind == AR_NODE_SIZE || node->kind == AR_NODE_DURATION)
        return unit_value(checker, node);
    if (node->kind == AR_NODE_TRUE || node->kind == AR_NODE_FALSE)
        return ar_value_bool(node->kind == AR_NODE_TRUE);
    if (node->kind == AR_NODE_VERSION_LITERAL)
        return parsed_value(checker, node, &ar_type_version);
    if (node->kind == AR_NODE_STRING)
        return ar_value_string(node->text);
    ar_diag(checker->diags, AR_E0301, node->span, node->text);
    return poison_value();
}

static ar_value list_value(struct ar_checker *checker,
                           const struct ar_node *node,
                           const struct ar_type *type)
{
    if (node->count > AR_MAX_LIST_LITERAL)
        ar_diag(checker->diags, AR_E0902, node->span,
                ar_str_printf(checker->arena, "%d", AR_MAX_LIST_LITERAL));
    ar_value *items = AR_NEW_ARRAY(checker->arena, ar_value, node->count);
    size_t n = 0;
    for (struct ar_node *child = node->first; child; child = child->next)
        items[n++] = ar_check_literal(checker, child, type->element);
    return ar_value_list(type, items, n);
}

static ar_value field_value(struct ar_checker *checker,
                            const struct ar_node *node,
                            const struct ar_type *type)
{
    if (node->kind == AR_NODE_RECORD_FIELD_ABSENT)
        return ar_value_absent();
    if (node->kind == AR_NODE_RECORD_FIELD)
        return ar_check_literal(checker, node->last, type);
    enum ar_reason reason = ar_reason_find(node->first->text);
    if (reason != AR_N_REASONS)
        return ar_value_unknown(reason, AR_STR(""));
    ar_check_unknown_reason(checker, node->first->span, node->first->text);
    return poison_value();
}

static void check_field_once(struct ar_checker *checker,
                             const struct ar_node *record,
                             const struct ar_node *field)
{
    for (struct ar_node *other = record->first; other != field;
         other = other->next) {
        if (ar_str_equal(other->text, field->text))
            ar_check_twice(checker, field->name, field->text, other->name);
    }
}

static ar_value record_value(struct ar_checker *checker,
                             const struct ar_node *node,
                             const struct ar_type *type)
{
    ar_value *fields = AR_NEW_ARRAY(checker->arena, ar_value, type->n_fields);
    for (size_t i = 0; i < type->n_fields; i++)
        fields[i] =
            type->fields[i].optional
                ? ar_value_absent()
                : ar_value_unknown(AR_REASON_not_in_snapshot, AR_STR(""));
    for (struct ar_node *child = node->first; child; child = child->next) {
        size_t ix = ar_type_field_find(type, child->text);
        check_field_once(checker, node, child);
        if (ix == SIZE_MAX)
            ar_check_no_field(checker, child->name, child->text, type);
        else
            fields[ix] = field_value(checker, child, type->fields[ix].type);
    }
    return ar_value_record(type, fields);
}

static ar_value map_value(struct ar_checker *checker,
                          const struct ar_node *node,
                          const struct ar_type *type)
{
    ar_str *keys = AR_NEW_ARRAY(checker->arena, ar_str, node->count);
    ar_value *items = AR_NEW_ARRAY(checker->arena, ar_value, node->count);
    size_t n = 0;
    for (struct ar_node *child = node->first; child; child = child->next) {
        size_t at = n;
        while (at > 0 && ar_str_compare(keys[at - 1], child->text) > 0) {
            keys[at] = keys[at - 1];
            items[at] = items[at - 1];
            at--;
        }
        if (at > 0 && ar_str_equal(keys[at - 1], child->text))
            ar_check_twice(checker, child->name, child->text,
                           (ar_span){0, 0, 0});
        keys[at] = child->text;
        items[at] = field_value(checker, child, type->element);
        n++;
    }
    return ar_value_map(type, keys, items, n);
}

static ar_value composite_value(struct ar_checker *checker,
                                const struct ar_node *node,
                                const struct ar_type *type)
{
    if (node->kind == AR_NODE_LIST_LITERAL && type->kind == AR_TYPE_LIST)
        return list_value(checker, node, type);
    if (node->kind == AR_NODE_RECORD_LITERAL && type->kind == AR_TYPE_RECORD)
        return record_value(checker, node, type);
    if (node->kind == AR_NODE_RECORD_LITERAL && type->kind == AR_TYPE_MAP)
        return map_value(checker, node, type);
    ar_diag(checker->diags, AR_E0403, node->span,
            ar_type_text(checker->arena, type),
            node->kind == AR_NODE_LIST_LITERAL ? AR_STR("a list")
                                               : AR_STR("a record"));
    return poison_value();
}

ar_value ar_check_literal(struct ar_checker *checker,
                          const struct ar_node *node,
                          const struct ar_type *type)
{
    if (type->kind == AR_TYPE_POISON)
        return poison_value();
    if (node->kind == AR_NODE_STRING && node->has_holes) {
        ar_diag_plain(checker->diags, AR_E0613, node->span);
        return poison_value();
    }
    if (node->kind == AR_NODE_LIST_LITERAL ||
        node->kind == AR_NODE_RECORD_LITERAL)
        return composite_value(checker, node, type);
    if (node->kind == AR_NODE_WORD)
        return word_value(checker, node, type);
    bool number = node->kind == AR_NODE_INT || node->kind == AR_NODE_REAL;
    if (type->kind == AR_TYPE_VERSION && number)
        return parsed_value(checker, node, type);
    if (takes_text(type) && node->kind == AR_NODE_STRING)
        return parsed_value(checker, node, type);
    ar_value value = own_value(checker, node);
    if (value.type->kind == AR_TYPE_INT && type->kind == AR_TYPE_REAL)
        return ar_value_real((double)value.as.integer);
    if (ar_type_equal(value.type, type))
        return value;
    if (type->kind == AR_TYPE_ENUM && node->kind == AR_NODE_STRING) {
        struct ar_diag *diag = ar_diag(checker->diags, AR_E0408, node->span,
                                       type->name, node->text);
        size_t ix = ar_type_enum_find(type, node->text);
        if (ix != SIZE_MAX)
            ar_diag_suggest(checker->diags, diag, type->words[ix].name);
        return poison_value();
    }
    ar_check_mismatch(checker, node->span, type, value.type);
    return poison_value();
}
