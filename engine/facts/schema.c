/* SPDX-License-Identifier: Apache-2.0 */
/* The declared facts and the groups above them, and how a fact with arguments
 * is spelled. Reading such a spelling is in schema_key.c. Knows nothing of
 * the states of facts. */

#include "facts/schema.h"

const char *ar_sensitivity_name(enum ar_sensitivity sensitivity)
{
    switch (sensitivity) {
    case AR_SENSITIVITY_NONE: return "none";
    case AR_SENSITIVITY_PERSONAL: return "personal";
    case AR_SENSITIVITY_ADDRESS: return "address";
    case AR_SENSITIVITY_SECRET: return "secret";
    }
    AR_UNREACHABLE();
}

static struct ar_fact_group *make_group(struct ar_arena *arena,
                                        struct ar_schema *schema, ar_str name,
                                        const struct ar_fact_decl *decl)
{
    struct ar_fact_group *group = ar_map_get(&schema->groups, name);
    if (group)
        return group;
    group = AR_NEW(arena, struct ar_fact_group);
    group->name = name;
    if (ar_str_find(name, AR_STR("("), 0) != SIZE_MAX) {
        group->parameters = decl->parameters;
        group->n_parameters = decl->n_parameters;
    }
    ar_map_put(arena, &schema->groups, name, group);
    return group;
}

void ar_schema_add(struct ar_arena *arena, struct ar_schema *schema,
                   struct ar_fact_decl *decl)
{
    AR_ASSERT(!ar_map_has(&schema->facts, decl->name));
    AR_ASSERT(schema->facts.count < UINT32_MAX);
    decl->number = (uint32_t)schema->facts.count;
    decl->name_hash = ar_map_hash(decl->name);
    ar_map_add(arena, &schema->facts, decl->name, decl->name_hash, decl);
    ar_str name = ar_fact_key_parent(decl->name);
    for (; name.len > 0; name = ar_fact_key_parent(name)) {
        struct ar_fact_group *group = make_group(arena, schema, name, decl);
        if (!decl->is_derived)
            ar_vector_push(arena, &group->facts, decl);
    }
}

const struct ar_fact_decl *ar_schema_find(const struct ar_schema *schema,
                                          ar_str name)
{
    return ar_map_get(&schema->facts, name);
}

const struct ar_fact_group *ar_schema_find_group(const struct ar_schema *schema,
                                                 ar_str name)
{
    return ar_map_get(&schema->groups, name);
}

ar_str ar_fact_key(struct ar_arena *arena, const struct ar_fact_decl *decl,
                   const ar_value *arguments)
{
    if (decl->n_parameters == 0)
        return decl->name;
    struct ar_buf key = AR_BUF(arena);
    ar_buf_put(&key, decl->head);
    for (size_t ix = 0; ix < decl->n_parameters; ix++) {
        AR_ASSERT(arguments[ix].state == AR_STATE_VALUE);
        ar_buf_put_c(&key, ix == 0 ? "(" : ", ");
        ar_value_put_literal(&key, arguments[ix]);
    }
    ar_buf_put_char(&key, ')');
    if (decl->tail.len > 0) {
        ar_buf_put_char(&key, '.');
        ar_buf_put(&key, decl->tail);
    }
    return ar_buf_view(&key);
}

/* "file()" with values between its brackets is spelt as a fact would be. */
ar_str ar_fact_group_key(struct ar_arena *arena,
                         const struct ar_fact_group *group,
                         const ar_value *arguments)
{
    size_t brackets = ar_str_find(group->name, AR_STR("()"), 0);
    if (brackets == SIZE_MAX)
        return group->name;
    struct ar_fact_decl like = {
        .name = group->name,
        .head = ar_str_slice(group->name, 0, brackets),
        .tail = ar_str_slice(group->name, brackets + 3, group->name.len),
        .n_parameters = group->n_parameters,
    };
    return ar_fact_key(arena, &like, arguments);
}

ar_str ar_fact_key_parent(ar_str key)
{
    size_t at = key.len;
    while (at > 0) {
        char c = key.ptr[at - 1];
        if (c == '.')
            return ar_str_slice(key, 0, at - 1);
        /* A string among the arguments may hold anything, and what stands
         * before them no bracket. */
        size_t next = c == ')' ? ar_str_find(key, AR_STR("("), 0) : at - 1;
        at = next < at ? next : 0;
    }
    return (ar_str){NULL, 0};
}
