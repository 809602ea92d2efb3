/* SPDX-License-Identifier: Apache-2.0 */
/* Types as written: names, lists, maps, records, enums. */
#include "sema/checker.h"

static const struct ar_type *find_type(struct ar_checker *checker,
                                       const struct ar_scope *scope,
                                       const struct ar_node *node)
{
    const struct ar_type *type = ar_type_find(node->text);
    if (!type)
        type = ar_check_find_enum(scope, node->text);
    if (type)
        return type;
    size_t n_names;
    const ar_str *names = ar_type_names(&n_names);
    ar_str_vector all = {0};
    for (size_t i = 0; i < n_names; i++)
        ar_vector_push(checker->arena, &all, names[i]);
    for (size_t i = 0; i < checker->scopes.count; i++) {
        const struct ar_map *enums = &checker->scopes.at[i]->enums;
        for (size_t k = 0; k < enums->count; k++)
            ar_vector_push(checker->arena, &all, enums->entries[k].key);
    }
    ar_check_undeclared(checker, scope, AR_E0306, node->span, node->text, all);
    return &ar_type_poison;
}

static const struct ar_type *record_type(struct ar_checker *checker,
                                         const struct ar_scope *scope,
                                         const struct ar_node *node)
{
    struct ar_type *type = AR_NEW(checker->arena, struct ar_type);
    type->kind = AR_TYPE_RECORD;
    type->fields = ar_check_fields(checker, scope, node);
    type->n_fields = node->count;
    return type;
}

const struct ar_type *ar_check_type(struct ar_checker *checker,
                                    const struct ar_scope *scope,
                                    const struct ar_node *node)
{
    if (node->kind == AR_NODE_TYPE_LIST)
        return ar_type_list_of(checker->arena,
                               ar_check_type(checker, scope, node->first));
    if (node->kind == AR_NODE_TYPE_MAP)
        return ar_type_map_of(checker->arena,
                              ar_check_type(checker, scope, node->first));
    if (node->kind == AR_NODE_TYPE_RECORD)
        return record_type(checker, scope, node);
    return find_type(checker, scope, node);
}

static bool is_over_limit(struct ar_checker *checker,
                          const struct ar_node *node)
{
    if (node->count <= AR_MAX_FIELDS)
        return false;
    ar_diag(checker->diags, AR_E0905, node->span,
            ar_str_printf(checker->arena, "%d", AR_MAX_FIELDS));
    return true;
}

const struct ar_field *ar_check_fields(struct ar_checker *checker,
                                       const struct ar_scope *scope,
                                       const struct ar_node *fields)
{
    struct ar_field *out =
        AR_NEW_ARRAY(checker->arena, struct ar_field, fields->count);
    size_t n = 0;
    bool compares = !is_over_limit(checker, fields);
    for (struct ar_node *node = fields->first; node; node = node->next) {
        for (size_t i = 0; i < n && compares; i++) {
            if (ar_str_equal(out[i].name, node->text))
                ar_check_twice(checker, node->name, node->text,
                               ar_node_at(fields, i)->name);
        }
        out[n].name = node->text;
        out[n].optional = node->kind == AR_NODE_FIELD_OPTIONAL;
        out[n].type = ar_check_type(checker, scope, node->first);
        n++;
    }
    return out;
}

static bool word_is_taken(const struct ar_type *type, size_t n_words,
                          ar_str text)
{
    struct ar_type so_far = *type;
    so_far.n_words = n_words;
    return ar_type_enum_find(&so_far, text) != SIZE_MAX;
}

static void add_word(struct ar_checker *checker, struct ar_type *type,
                     struct ar_enum_word *word, const struct ar_node *node)
{
    word->name = node->text;
    ar_check_not_keyword(checker, node->text, node->name);
    if (word_is_taken(type, type->n_words, node->text))
        ar_check_twice(checker, node->name, node->text, (ar_span){0, 0, 0});
    ar_str *aliases = AR_NEW_ARRAY(checker->arena, ar_str, node->count);
    for (struct ar_node *alias = node->first; alias; alias = alias->next) {
        if (word_is_taken(type, type->n_words, alias->text))
            ar_check_twice(checker, alias->span, alias->text,
                           (ar_span){0, 0, 0});
        aliases[word->n_aliases++] = alias->text;
    }
    word->aliases = aliases;
    type->n_words++;
}

void ar_check_enum(struct ar_checker *checker, struct ar_scope *scope,
                   const struct ar_node *node)
{
    if (ar_check_is_function_name(node->text)) {
        ar_diag(checker->diags, AR_E0313, node->name, node->text);
        return;
    }
    if (ar_map_has(&scope->enums, node->text)) {
        ar_check_twice(checker, node->name, node->text, (ar_span){0, 0, 0});
        return;
    }
    if (is_over_limit(checker, node))
        return;
    struct ar_type *type = AR_NEW(checker->arena, struct ar_type);
    struct ar_enum_word *words =
        AR_NEW_ARRAY(checker->arena, struct ar_enum_word, node->count);
    type->kind = AR_TYPE_ENUM;
    type->name = node->text;
    type->words = words;
    struct ar_enum_word *word = words;
    for (struct ar_node *child = node->first; child; child = child->next)
        add_word(checker, type, word++, child);
    ar_map_put(checker->arena, &scope->enums, node->text, type);
}
