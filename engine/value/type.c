/* SPDX-License-Identifier: Apache-2.0 */
/* The types of the language: the one instance of each scalar type, the
 * architectures with their other names, how composed types are made, compared
 * and written. Knows nothing of values. */

#include "value/type.h"

#define ALIAS(text)            \
    {                          \
        text, sizeof(text) - 1 \
    }
#define ALIASES_1(text)      ALIAS(text)
#define ALIASES_2(text, ...) ALIAS(text), ALIASES_1(__VA_ARGS__)
#define ALIASES_3(text, ...) ALIAS(text), ALIASES_2(__VA_ARGS__)
#define ALIASES_4(text, ...) ALIAS(text), ALIASES_3(__VA_ARGS__)
#define ALIASES_5(text, ...) ALIAS(text), ALIASES_4(__VA_ARGS__)
#define ALIASES_6(text, ...) ALIAS(text), ALIASES_5(__VA_ARGS__)
#define ALIASES_7(text, ...) ALIAS(text), ALIASES_6(__VA_ARGS__)
#define ALIASES_8(text, ...) ALIAS(text), ALIASES_7(__VA_ARGS__)
#define ALIASES_9(text, ...) ALIAS(text), ALIASES_8(__VA_ARGS__)
/* One to nine string literals as initialisers of ar_str; a tenth does not
 * compile. */
#define TENTH(a, b, c, d, e, f, g, h, i, tenth, ...) tenth
#define ALIASES(...)                                                          \
    TENTH(__VA_ARGS__, ALIASES_9, ALIASES_8, ALIASES_7, ALIASES_6, ALIASES_5, \
          ALIASES_4, ALIASES_3, ALIASES_2, ALIASES_1, 0)                      \
    (__VA_ARGS__)

#define AR_ARCH(word, ...) \
    static const ar_str aliases_of_##word[] = {ALIASES(__VA_ARGS__)};
#include "value/arch.def"
#undef AR_ARCH

#define AR_ARCH(word, ...)               \
    {.name = {#word, sizeof(#word) - 1}, \
     .aliases = aliases_of_##word,       \
     .n_aliases = AR_COUNT_OF(aliases_of_##word)},
static const struct ar_enum_word arch_words[] = {
#include "value/arch.def"
};
#undef AR_ARCH

#define EACH_PLAIN_TYPE(X) \
    X(bool, BOOL)          \
    X(int, INT)            \
    X(real, REAL)          \
    X(string, STRING)      \
    X(version, VERSION)    \
    X(size, SIZE)          \
    X(duration, DURATION)  \
    X(time, TIME)          \
    X(ip, IP)              \
    X(cidr, CIDR)

#define DEFINE(word, KIND)                  \
    const struct ar_type ar_type_##word = { \
        .kind = AR_TYPE_##KIND, .name = {#word, sizeof(#word) - 1}};
EACH_PLAIN_TYPE(DEFINE)
#undef DEFINE

const struct ar_type ar_type_poison = {.kind = AR_TYPE_POISON,
                                       .name = {"<unknown type>", 14}};
const struct ar_type ar_type_arch = {.kind = AR_TYPE_ENUM,
                                     .name = {"arch", 4},
                                     .words = arch_words,
                                     .n_words = AR_COUNT_OF(arch_words)};

#define POINTER(word, KIND) &ar_type_##word,
static const struct ar_type *const builtin_types[] = {&ar_type_arch,
                                                      EACH_PLAIN_TYPE(POINTER)};
#undef POINTER

#define NAME(word, KIND) {#word, sizeof(#word) - 1},
static const ar_str builtin_names[] = {{"arch", 4}, EACH_PLAIN_TYPE(NAME)};
#undef NAME

static_assert(AR_COUNT_OF(builtin_types) == AR_COUNT_OF(builtin_names),
              "every built-in type has its name");

const struct ar_type *ar_type_find(ar_str name)
{
    for (size_t ix = 0; ix < AR_COUNT_OF(builtin_names); ix++) {
        if (ar_str_equal(builtin_names[ix], name))
            return builtin_types[ix];
    }
    return NULL;
}

const ar_str *ar_type_names(size_t *count)
{
    *count = AR_COUNT_OF(builtin_names);
    return builtin_names;
}

static const struct ar_type *compose(struct ar_arena *arena,
                                     enum ar_type_kind kind,
                                     const struct ar_type *element)
{
    struct ar_type *type = AR_NEW(arena, struct ar_type);
    type->kind = kind;
    type->element = element;
    return type;
}

const struct ar_type *ar_type_list_of(struct ar_arena *arena,
                                      const struct ar_type *element)
{
    return compose(arena, AR_TYPE_LIST, element);
}

const struct ar_type *ar_type_map_of(struct ar_arena *arena,
                                     const struct ar_type *element)
{
    return compose(arena, AR_TYPE_MAP, element);
}

static bool equal_elements(const struct ar_type *a, const struct ar_type *b)
{
    if (a->element == NULL || b->element == NULL)
        return true;
    return ar_type_equal(a->element, b->element);
}

static bool equal_fields(const struct ar_type *a, const struct ar_type *b)
{
    if (a->n_fields != b->n_fields)
        return false;
    for (size_t ix = 0; ix < a->n_fields; ix++) {
        const struct ar_field *left = &a->fields[ix];
        const struct ar_field *right = &b->fields[ix];
        if (left->optional != right->optional ||
            !ar_str_equal(left->name, right->name) ||
            !ar_type_equal(left->type, right->type))
            return false;
    }
    return true;
}

bool ar_type_equal(const struct ar_type *a, const struct ar_type *b)
{
    if (a == b || a->kind == AR_TYPE_POISON || b->kind == AR_TYPE_POISON)
        return true;
    if (a->kind != b->kind)
        return false;
    switch (a->kind) {
    case AR_TYPE_LIST:
    case AR_TYPE_MAP: return equal_elements(a, b);
    case AR_TYPE_RECORD: return equal_fields(a, b);
    case AR_TYPE_ENUM: return false; /* two instances, so two declarations */
    case AR_TYPE_POISON:
    case AR_TYPE_BOOL:
    case AR_TYPE_INT:
    case AR_TYPE_REAL:
    case AR_TYPE_STRING:
    case AR_TYPE_VERSION:
    case AR_TYPE_SIZE:
    case AR_TYPE_DURATION:
    case AR_TYPE_TIME:
    case AR_TYPE_IP:
    case AR_TYPE_CIDR: return true;
    }
    AR_UNREACHABLE();
}

bool ar_type_is_scalar(const struct ar_type *type)
{
    return type->kind != AR_TYPE_LIST && type->kind != AR_TYPE_MAP &&
           type->kind != AR_TYPE_RECORD;
}

bool ar_type_is_ordered(const struct ar_type *type)
{
    switch (type->kind) {
    case AR_TYPE_POISON:
    case AR_TYPE_INT:
    case AR_TYPE_REAL:
    case AR_TYPE_STRING:
    case AR_TYPE_VERSION:
    case AR_TYPE_SIZE:
    case AR_TYPE_DURATION:
    case AR_TYPE_TIME: return true;
    case AR_TYPE_BOOL:
    case AR_TYPE_IP:
    case AR_TYPE_CIDR:
    case AR_TYPE_ENUM:
    case AR_TYPE_LIST:
    case AR_TYPE_MAP:
    case AR_TYPE_RECORD: return false;
    }
    AR_UNREACHABLE();
}

static bool names_word(const struct ar_enum_word *word, ar_str text)
{
    if (ar_str_equal(word->name, text))
        return true;
    for (size_t ix = 0; ix < word->n_aliases; ix++) {
        if (ar_str_equal(word->aliases[ix], text))
            return true;
    }
    return false;
}

size_t ar_type_enum_find(const struct ar_type *type, ar_str word)
{
    for (size_t ix = 0; ix < type->n_words; ix++) {
        if (names_word(&type->words[ix], word))
            return ix;
    }
    return SIZE_MAX;
}

size_t ar_type_field_find(const struct ar_type *type, ar_str name)
{
    for (size_t ix = 0; ix < type->n_fields; ix++) {
        if (ar_str_equal(type->fields[ix].name, name))
            return ix;
    }
    return SIZE_MAX;
}

static void put_element(struct ar_buf *out, const char *what,
                        const struct ar_type *element)
{
    ar_buf_put_c(out, what);
    if (element == NULL)
        return;
    ar_buf_put_c(out, " of ");
    ar_type_put(out, element);
}

static void put_record(struct ar_buf *out, const struct ar_type *type)
{
    if (type->n_fields == 0) {
        ar_buf_put_c(out, "{}");
        return;
    }
    ar_buf_put_c(out, "{ ");
    for (size_t ix = 0; ix < type->n_fields; ix++) {
        const struct ar_field *field = &type->fields[ix];
        ar_buf_put_c(out, ix == 0 ? "" : ", ");
        ar_buf_put(out, field->name);
        ar_buf_put_c(out, field->optional ? "? : " : " : ");
        ar_type_put(out, field->type);
    }
    ar_buf_put_c(out, " }");
}

void ar_type_put(struct ar_buf *out, const struct ar_type *type)
{
    if (type->kind == AR_TYPE_LIST)
        put_element(out, "list", type->element);
    else if (type->kind == AR_TYPE_MAP)
        put_element(out, "map", type->element);
    else if (type->kind == AR_TYPE_RECORD)
        put_record(out, type);
    else
        ar_buf_put(out, type->name);
}

ar_str ar_type_text(struct ar_arena *arena, const struct ar_type *type)
{
    struct ar_buf out = AR_BUF(arena);
    ar_type_put(&out, type);
    return ar_buf_view(&out);
}
