/* SPDX-License-Identifier: Apache-2.0 */
/* The tables of a block while it is made: each string, type and constant
 * once. */

#include "code/builder.h"

#include <string.h>

/* ---- what was made before ---- */

static ar_str make_key(struct ar_buf *key, enum ar_section section,
                       ar_str content)
{
    key->len = 0;
    ar_buf_put_char(key, (char)section);
    ar_buf_put(key, content);
    return (ar_str){key->ptr, key->len};
}

bool ar_builder_find(struct ar_builder *builder, enum ar_section section,
                     ar_str content, uint32_t *ix)
{
    ar_str key = make_key(&builder->key, section, content);
    const uint32_t *found = ar_map_get(&builder->found, key);
    if (found)
        *ix = *found;
    return found != NULL;
}

void ar_builder_remember(struct ar_builder *builder, enum ar_section section,
                         ar_str content, uint32_t ix)
{
    uint32_t *value = AR_NEW(builder->arena, uint32_t);
    *value = ix;
    ar_str key = make_key(&builder->key, section, content);
    ar_map_put(builder->arena, &builder->found,
               ar_str_copy(builder->arena, key), value);
}

static uint32_t hash_made(enum ar_section section, const void *pointer)
{
    uint64_t words[2] = {(uint64_t)(uintptr_t)pointer, section};
    return ar_intern_hash_words(words, sizeof(words));
}

static bool is_made(const void *owner, uint32_t ix, const void *wanted)
{
    const struct ar_builder *builder = owner;
    const struct ar_builder_made *made = &builder->made.at[ix];
    const struct ar_builder_made *other = wanted;
    return made->pointer == other->pointer && made->section == other->section;
}

bool ar_builder_find_made(const struct ar_builder *builder,
                          enum ar_section section, const void *pointer,
                          uint32_t *ix)
{
    struct ar_builder_made wanted = {pointer, section, 0};
    uint32_t at;
    if (!ar_intern_find(&builder->made_by_pointer, hash_made(section, pointer),
                        is_made, builder, &wanted, &at))
        return false;
    *ix = builder->made.at[at].ix;
    return true;
}

void ar_builder_remember_made(struct ar_builder *builder,
                              enum ar_section section, const void *pointer,
                              uint32_t ix)
{
    struct ar_builder_made made = {pointer, section, ix};
    ar_vector_push(builder->arena, &builder->made, made);
    ar_intern_add(builder->arena, &builder->made_by_pointer,
                  hash_made(section, pointer),
                  (uint32_t)builder->made.count - 1);
}

/* ---- strings and places ---- */

uint32_t ar_builder_text(struct ar_builder *builder, ar_str text)
{
    struct ar_block_string string = {(uint32_t)builder->text.len,
                                     (uint32_t)text.len};
    ar_buf_put(&builder->text, text);
    ar_buf_put_char(&builder->text, '\0');
    ar_vector_push(builder->arena, &builder->string, string);
    return (uint32_t)builder->string.count - 1;
}

static bool is_string(const void *owner, uint32_t ix, const void *wanted)
{
    const struct ar_builder *builder = owner;
    const struct ar_block_string *string = &builder->string.at[ix];
    ar_str text = {builder->text.ptr + string->offset, string->length};
    return ar_str_equal(text, *(const ar_str *)wanted);
}

uint32_t ar_builder_string(struct ar_builder *builder, ar_str text)
{
    if (text.len == 0)
        return builder->empty;
    uint32_t ix;
    uint32_t hash = ar_intern_hash_text(builder->intern_key, text);
    if (ar_intern_find(&builder->strings, hash, is_string, builder, &text, &ix))
        return ix;
    ix = ar_builder_text(builder, text);
    ar_intern_add(builder->arena, &builder->strings, hash, ix);
    return ix;
}

struct ar_block_place ar_builder_place(ar_span span)
{
    return (struct ar_block_place){span.file, span.start, span.end};
}

uint32_t ar_builder_names(struct ar_builder *builder, const ar_str *names,
                          size_t count)
{
    uint32_t first = (uint32_t)builder->name.count;
    for (size_t ix = 0; ix < count; ix++) {
        struct ar_block_name name = {ar_builder_string(builder, names[ix])};
        ar_vector_push(builder->arena, &builder->name, name);
    }
    return first;
}

/* ---- types ---- */

static uint32_t add_words(struct ar_builder *builder,
                          const struct ar_type *type)
{
    struct ar_block_word *words =
        AR_NEW_ARRAY(builder->arena, struct ar_block_word, type->n_words);
    for (size_t ix = 0; ix < type->n_words; ix++) {
        const struct ar_enum_word *word = &type->words[ix];
        words[ix].name = ar_builder_string(builder, word->name);
        words[ix].aliases =
            ar_builder_names(builder, word->aliases, word->n_aliases);
        words[ix].n_aliases = (uint32_t)word->n_aliases;
    }
    uint32_t first = (uint32_t)builder->word.count;
    for (size_t ix = 0; ix < type->n_words; ix++)
        ar_vector_push(builder->arena, &builder->word, words[ix]);
    return first;
}

static struct ar_block_field *make_fields(struct ar_builder *builder,
                                          const struct ar_field *fields,
                                          size_t count)
{
    struct ar_block_field *records =
        AR_NEW_ARRAY(builder->arena, struct ar_block_field, count);
    for (size_t ix = 0; ix < count; ix++) {
        records[ix].name = ar_builder_string(builder, fields[ix].name);
        records[ix].type = ar_builder_type(builder, fields[ix].type);
        records[ix].is_optional = fields[ix].optional;
    }
    return records;
}

static uint32_t add_fields(struct ar_builder *builder,
                           const struct ar_block_field *fields, size_t count)
{
    uint32_t first = (uint32_t)builder->field.count;
    for (size_t ix = 0; ix < count; ix++)
        ar_vector_push(builder->arena, &builder->field, fields[ix]);
    return first;
}

uint32_t ar_builder_fields(struct ar_builder *builder,
                           const struct ar_field *fields, size_t count)
{
    return add_fields(builder, make_fields(builder, fields, count), count);
}

/* Enums differ by identity, everything else by what it is made of. */
static ar_str make_type_content(struct ar_builder *builder,
                                const struct ar_type *type,
                                const struct ar_block_type *record,
                                const struct ar_block_field *fields)
{
    struct ar_buf content = AR_BUF(builder->arena);
    const struct ar_type *identity = type->kind == AR_TYPE_ENUM ? type : NULL;
    ar_buf_put(&content, AR_BUILDER_RECORD(*record));
    ar_buf_put(&content, AR_BUILDER_RECORD(identity));
    ar_buf_put(&content, (ar_str){(const char *)fields,
                                  type->n_fields * sizeof(*fields)});
    return ar_buf_view(&content);
}

static uint32_t find_type(struct ar_builder *builder,
                          const struct ar_type *type)
{
    struct ar_block_type record = {
        .kind = (uint32_t)type->kind,
        .name = ar_builder_string(builder, type->name),
        .element = AR_BLOCK_NONE,
        .n_words = (uint32_t)type->n_words,
        .n_fields = (uint32_t)type->n_fields,
    };
    if (type->element)
        record.element = ar_builder_type(builder, type->element);
    const struct ar_block_field *fields =
        make_fields(builder, type->fields, type->n_fields);
    ar_str content = make_type_content(builder, type, &record, fields);
    uint32_t ix;
    if (ar_builder_find(builder, AR_SECTION_TYPES, content, &ix))
        return ix;
    record.words = add_words(builder, type);
    record.fields = add_fields(builder, fields, type->n_fields);
    ix = (uint32_t)builder->type.count;
    ar_vector_push(builder->arena, &builder->type, record);
    ar_vector_push(builder->arena, &builder->types, type);
    ar_builder_remember(builder, AR_SECTION_TYPES, content, ix);
    return ix;
}

uint32_t ar_builder_type(struct ar_builder *builder, const struct ar_type *type)
{
    uint32_t ix;
    if (ar_builder_find_made(builder, AR_SECTION_TYPES, type, &ix))
        return ix;
    ix = find_type(builder, type);
    ar_builder_remember_made(builder, AR_SECTION_TYPES, type, ix);
    return ix;
}

/* ---- constants ---- */

static void set_number(struct ar_block_constant *record, uint64_t bits)
{
    record->low = (uint32_t)bits;
    record->high = (uint32_t)(bits >> 32);
}

static uint64_t real_bits(double real)
{
    uint64_t bits;
    memcpy(&bits, &real, sizeof(bits));
    return bits;
}

/* Lists, maps and records: what is in them comes first. */
static void set_items(struct ar_builder *builder, const ar_value *value,
                      struct ar_block_constant *record)
{
    const struct ar_type *type = value->type;
    size_t count = value->as.list.count;
    uint32_t *items = AR_NEW_ARRAY(builder->arena, uint32_t, count);
    for (size_t ix = 0; ix < count; ix++) {
        const struct ar_type *item_type = type->kind == AR_TYPE_RECORD
                                              ? type->fields[ix].type
                                              : type->element;
        items[ix] =
            ar_builder_constant(builder, item_type, value->as.list.items[ix]);
    }
    record->items = (uint32_t)builder->item.count;
    record->n_items = (uint32_t)count;
    for (size_t ix = 0; ix < count; ix++) {
        struct ar_block_item item = {items[ix]};
        ar_vector_push(builder->arena, &builder->item, item);
    }
    if (type->kind != AR_TYPE_MAP)
        return;
    record->keys = ar_builder_names(builder, value->as.list.keys, count);
    record->n_keys = (uint32_t)count;
}

static void set_payload(struct ar_builder *builder, const ar_value *value,
                        struct ar_block_constant *record)
{
    switch (value->type->kind) {
    case AR_TYPE_BOOL: set_number(record, value->as.boolean); return;
    case AR_TYPE_INT:
    case AR_TYPE_SIZE:
    case AR_TYPE_DURATION:
    case AR_TYPE_TIME:
    case AR_TYPE_ENUM: set_number(record, (uint64_t)value->as.integer); return;
    case AR_TYPE_REAL: set_number(record, real_bits(value->as.real)); return;
    case AR_TYPE_STRING:
        record->text = ar_builder_string(builder, value->as.string);
        return;
    case AR_TYPE_VERSION:
    case AR_TYPE_IP:
    case AR_TYPE_CIDR:
        record->text =
            ar_builder_string(builder, ar_value_text(builder->arena, *value));
        return;
    case AR_TYPE_LIST:
    case AR_TYPE_MAP:
    case AR_TYPE_RECORD: set_items(builder, value, record); return;
    case AR_TYPE_POISON: break;
    }
    AR_UNREACHABLE();
}

static bool is_scalar(ar_value value)
{
    return value.state == AR_STATE_ABSENT || ar_type_is_scalar(value.type);
}

static bool is_constant(const void *owner, uint32_t ix, const void *wanted)
{
    const struct ar_builder *builder = owner;
    return memcmp(&builder->constant.at[ix], wanted,
                  sizeof(builder->constant.at[ix])) == 0;
}

/* Equal scalars are one constant; lists are few. */
uint32_t ar_builder_constant(struct ar_builder *builder,
                             const struct ar_type *type, ar_value value)
{
    struct ar_block_constant record = {
        .is_absent = value.state == AR_STATE_ABSENT,
        .text = builder->empty,
    };
    record.type = ar_builder_type(
        builder, value.state == AR_STATE_VALUE ? value.type : type);
    if (value.state == AR_STATE_VALUE)
        set_payload(builder, &value, &record);
    uint32_t ix;
    uint32_t hash = ar_intern_hash_words(&record, sizeof(record));
    bool is_shared = is_scalar(value);
    if (is_shared && ar_intern_find(&builder->constants_by_record, hash,
                                    is_constant, builder, &record, &ix))
        return ix;
    ix = (uint32_t)builder->constant.count;
    ar_vector_push(builder->arena, &builder->constant, record);
    ar_vector_push(builder->arena, &builder->constants, value);
    if (is_shared)
        ar_intern_add(builder->arena, &builder->constants_by_record, hash, ix);
    return ix;
}

uint32_t ar_builder_items(struct ar_builder *builder, const ar_value *values,
                          size_t count)
{
    uint32_t *items = AR_NEW_ARRAY(builder->arena, uint32_t, count);
    for (size_t ix = 0; ix < count; ix++)
        items[ix] = ar_builder_constant(builder, values[ix].type, values[ix]);
    uint32_t first = (uint32_t)builder->item.count;
    for (size_t ix = 0; ix < count; ix++) {
        struct ar_block_item item = {items[ix]};
        ar_vector_push(builder->arena, &builder->item, item);
    }
    return first;
}

/* ---- patterns, facts, groups ---- */

uint32_t ar_builder_regex(struct ar_builder *builder,
                          const struct ar_match *match)
{
    struct ar_block_regex record = {
        .pattern = ar_builder_string(builder, match->pattern),
        .flags = ar_builder_string(builder, match->flags),
    };
    uint32_t ix;
    ar_str content = AR_BUILDER_RECORD(record);
    if (ar_builder_find(builder, AR_SECTION_REGEXES, content, &ix))
        return ix;
    ix = (uint32_t)builder->regex.count;
    ar_vector_push(builder->arena, &builder->regex, record);
    ar_vector_push(builder->arena, &builder->regexes, match->regex);
    ar_builder_remember(builder, AR_SECTION_REGEXES, content, ix);
    return ix;
}

static uint32_t find_known(struct ar_builder *builder, enum ar_section section,
                           const void *pointer)
{
    uint32_t ix = 0;
    bool is_found = ar_builder_find_made(builder, section, pointer, &ix);
    AR_ASSERT(is_found);
    return is_found ? ix : 0;
}

uint32_t ar_builder_pack(struct ar_builder *builder, const struct ar_pack *pack)
{
    return find_known(builder, AR_SECTION_PACKS, pack);
}

uint32_t ar_builder_fact(struct ar_builder *builder, const struct ar_fact *fact)
{
    return find_known(builder, AR_SECTION_FACTS, fact);
}

uint32_t ar_builder_group(struct ar_builder *builder,
                          const struct ar_fact_group *group)
{
    uint32_t ix;
    if (ar_builder_find_made(builder, AR_SECTION_GROUPS, group, &ix))
        return ix;
    struct ar_block_group record = {
        .name = ar_builder_string(builder, group->name),
        .n_arguments = (uint32_t)group->n_parameters,
    };
    ix = (uint32_t)builder->group.count;
    ar_vector_push(builder->arena, &builder->group, record);
    ar_vector_push(builder->arena, &builder->groups, group);
    ar_builder_remember_made(builder, AR_SECTION_GROUPS, group, ix);
    return ix;
}

/* ---- the block ---- */

struct ar_code *ar_builder_finish(struct ar_builder *builder)
{
    struct ar_code *code = AR_NEW(builder->arena, struct ar_code);
    struct ar_block *block = &code->block;
    ar_builder_keep_places(builder);
#define AR_RECORD(section, record, words)    \
    block->record##_at = builder->record.at; \
    block->record##_count = (uint32_t)builder->record.count;
#include "code/block.def"
#undef AR_RECORD
    block->string_at = builder->string.at;
    block->string_count = (uint32_t)builder->string.count;
    block->text_at = builder->text.ptr;
    block->text_count = (uint32_t)builder->text.len;
    code->program = builder->program;
    code->types = builder->types.at;
    code->constants = builder->constants.at;
    code->regexes = builder->regexes.at;
    code->facts = builder->facts.at;
    code->groups = builder->groups.at;
    code->files = builder->files.at;
    return code;
}
