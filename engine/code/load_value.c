/* SPDX-License-Identifier: Apache-2.0 */
/* Types and constants of a block as those of this process. */

#include "code/load.h"

#include <string.h>

/* ---- types ---- */

static struct ar_enum_word *load_words(const struct ar_code_loading *loading,
                                       const struct ar_block_type *type)
{
    const struct ar_block *block = loading->block;
    struct ar_enum_word *words =
        AR_NEW_ARRAY(loading->arena, struct ar_enum_word, type->n_words);
    for (uint32_t ix = 0; ix < type->n_words; ix++) {
        const struct ar_block_word *word = &block->word_at[type->words + ix];
        words[ix].name = ar_block_text(block, word->name);
        words[ix].aliases =
            ar_code_names(loading, word->aliases, word->n_aliases);
        words[ix].n_aliases = word->n_aliases;
    }
    return words;
}

struct ar_field *ar_code_fields(const struct ar_code_loading *loading,
                                uint32_t first, uint32_t count)
{
    const struct ar_block *block = loading->block;
    struct ar_field *fields =
        AR_NEW_ARRAY(loading->arena, struct ar_field, count);
    for (uint32_t ix = 0; ix < count; ix++) {
        const struct ar_block_field *field = &block->field_at[first + ix];
        fields[ix].name = ar_block_text(block, field->name);
        fields[ix].type = loading->types[field->type];
        fields[ix].optional = field->is_optional;
    }
    return fields;
}

static const struct ar_type *make_type(const struct ar_code_loading *loading,
                                       const struct ar_block_type *record)
{
    struct ar_type *type = AR_NEW(loading->arena, struct ar_type);
    type->kind = (enum ar_type_kind)record->kind;
    type->name = ar_block_text(loading->block, record->name);
    if (record->element != AR_BLOCK_NONE)
        type->element = loading->types[record->element];
    type->words = load_words(loading, record);
    type->n_words = record->n_words;
    type->fields = ar_code_fields(loading, record->fields, record->n_fields);
    type->n_fields = record->n_fields;
    return type;
}

/* Built-in types are this program's own, arch among them. */
static const struct ar_type *load_type(const struct ar_code_loading *loading,
                                       const struct ar_block_type *record)
{
    const struct ar_type *known =
        ar_type_find(ar_block_text(loading->block, record->name));
    bool is_built_in = known && (uint32_t)known->kind == record->kind &&
                       known->n_words == record->n_words;
    if (is_built_in)
        return known;
    bool is_made =
        record->kind == AR_TYPE_ENUM || record->kind == AR_TYPE_LIST ||
        record->kind == AR_TYPE_MAP || record->kind == AR_TYPE_RECORD;
    return is_made ? make_type(loading, record) : NULL;
}

bool ar_code_load_types(struct ar_code_loading *loading)
{
    const struct ar_block *block = loading->block;
    loading->types =
        AR_NEW_ARRAY(loading->arena, const struct ar_type *, block->type_count);
    for (uint32_t ix = 0; ix < block->type_count; ix++) {
        loading->types[ix] = load_type(loading, &block->type_at[ix]);
        if (!loading->types[ix])
            return ar_code_malformed(loading, "TYPES", ix,
                                     "there is no such type");
    }
    return true;
}

/* ---- constants ---- */

static bool parse_text(const struct ar_code_loading *loading,
                       const struct ar_type *type, ar_str text, ar_value *out)
{
    *out = ar_value_parse(loading->arena, type, text, AR_REASON_bad_value);
    return out->state == AR_STATE_VALUE;
}

static bool load_number(const struct ar_type *type, uint64_t bits,
                        ar_value *out)
{
    double real;
    *out = (ar_value){.state = AR_STATE_VALUE, .type = type};
    switch ((int)type->kind) {
    case AR_TYPE_BOOL: out->as.boolean = bits != 0; return bits <= 1;
    case AR_TYPE_REAL:
        memcpy(&real, &bits, sizeof(real));
        out->as.real = real;
        return ar_is_finite(real);
    case AR_TYPE_ENUM:
        out->as.integer = (int64_t)bits;
        return bits < type->n_words;
    }
    out->as.integer = (int64_t)bits;
    return true;
}

/* What may stand at ix of a list, map or record. */
static bool is_good_item(const struct ar_type *type, uint32_t ix,
                         const ar_value *item)
{
    const struct ar_type *wanted = type->element;
    bool may_be_absent = false;
    if (type->kind == AR_TYPE_RECORD) {
        wanted = type->fields[ix].type;
        may_be_absent = true;
    }
    if (item->state != AR_STATE_VALUE)
        return may_be_absent;
    return wanted && ar_type_equal(wanted, item->type);
}

static bool load_keys(const struct ar_code_loading *loading,
                      const struct ar_block_constant *record, ar_value *out)
{
    const ar_str *keys = ar_code_names(loading, record->keys, record->n_keys);
    out->as.list.keys = keys;
    for (uint32_t ix = 1; ix < record->n_keys; ix++) {
        if (ar_str_compare(keys[ix - 1], keys[ix]) >= 0)
            return false;
    }
    return record->n_keys == record->n_items;
}

static bool load_items(const struct ar_code_loading *loading,
                       const struct ar_block_constant *record,
                       const struct ar_type *type, ar_value *out)
{
    const struct ar_block *block = loading->block;
    ar_value *items = AR_NEW_ARRAY(loading->arena, ar_value, record->n_items);
    *out = (ar_value){.state = AR_STATE_VALUE, .type = type};
    out->as.list.items = items;
    out->as.list.count = record->n_items;
    if (type->kind == AR_TYPE_RECORD && type->n_fields != record->n_items)
        return false;
    for (uint32_t ix = 0; ix < record->n_items; ix++) {
        uint32_t constant = block->item_at[record->items + ix].constant;
        items[ix] = loading->constants[constant];
        if (!is_good_item(type, ix, &items[ix]))
            return false;
    }
    return type->kind != AR_TYPE_MAP || load_keys(loading, record, out);
}

static bool load_constant(const struct ar_code_loading *loading,
                          const struct ar_block_constant *record, ar_value *out)
{
    const struct ar_type *type = loading->types[record->type];
    ar_str text = ar_block_text(loading->block, record->text);
    *out = ar_value_absent();
    if (record->is_absent)
        return true;
    switch (type->kind) {
    case AR_TYPE_BOOL:
    case AR_TYPE_INT:
    case AR_TYPE_REAL:
    case AR_TYPE_SIZE:
    case AR_TYPE_DURATION:
    case AR_TYPE_TIME:
    case AR_TYPE_ENUM:
        return load_number(type, (uint64_t)record->high << 32 | record->low,
                           out);
    case AR_TYPE_STRING: *out = ar_value_string(text); return true;
    case AR_TYPE_VERSION:
    case AR_TYPE_IP:
    case AR_TYPE_CIDR: return parse_text(loading, type, text, out);
    case AR_TYPE_LIST:
    case AR_TYPE_MAP:
    case AR_TYPE_RECORD: return load_items(loading, record, type, out);
    case AR_TYPE_POISON: return false;
    }
    AR_UNREACHABLE();
}

bool ar_code_load_constants(struct ar_code_loading *loading)
{
    const struct ar_block *block = loading->block;
    loading->constants =
        AR_NEW_ARRAY(loading->arena, ar_value, block->constant_count);
    for (uint32_t ix = 0; ix < block->constant_count; ix++) {
        if (!load_constant(loading, &block->constant_at[ix],
                           &loading->constants[ix]))
            return ar_code_malformed(loading, "CONSTANTS", ix,
                                     "it is not a value of its type");
    }
    return true;
}
