/* SPDX-License-Identifier: Apache-2.0 */
/* The facts of one machine by their canonical keys, and what follows for a
 * fact or a group from the entries around it. Knows nothing of where facts
 * come from. */

#include "facts/factset.h"

const struct ar_origin ar_no_origin = {.duration_ms = -1};

/* Whether the fact has a place in by_number. */
static bool is_numbered(const struct ar_factset *set,
                        const struct ar_fact_decl *decl)
{
    return decl && decl->n_parameters == 0 && decl->number < set->n_numbered &&
           set->schema->facts.entries[decl->number].value == decl;
}

struct ar_fact_entry *ar_factset_own(const struct ar_factset *set, ar_str key)
{
    const struct ar_fact_decl *decl =
        set->n_numbered > 0 ? ar_schema_find(set->schema, key) : NULL;
    if (is_numbered(set, decl) && set->by_number[decl->number])
        return set->by_number[decl->number];
    return ar_map_get(&set->others, key);
}

static void number_facts(struct ar_factset *set)
{
    if (set->by_number || !set->schema)
        return;
    set->n_numbered = set->schema->facts.count;
    set->by_number =
        AR_NEW_ARRAY(set->arena, struct ar_fact_entry *, set->n_numbered);
}

/* ---- facts by number ---- */

const ar_value *ar_factset_missing(const struct ar_factset *set,
                                   const struct ar_fact_decl *decl)
{
#define AR_REASON(name, text, how) \
    {.state = AR_STATE_UNKNOWN, .reason = AR_REASON_##name},
    static const ar_value unknown[AR_N_REASONS] = {
#include "value/reasons.def"
    };
#undef AR_REASON
    return &unknown[decl->is_input ? AR_REASON_not_given : set->missing_reason];
}

static const ar_value *find_value(const struct ar_factset *set,
                                  const struct ar_fact_decl *decl, ar_str key)
{
    const struct ar_fact_entry *entry = NULL;
    bool has_number = is_numbered(set, decl);
    if (has_number)
        entry = set->by_number[decl->number];
    if (!entry && set->others.count > 0 && (!has_number || set->n_groups > 0))
        entry = ar_factset_entry(set, key);
    return entry ? &entry->value : ar_factset_missing(set, decl);
}

static void classify(struct ar_factset *set, size_t first, size_t count)
{
    const struct ar_fact_layout *layout = set->layout;
    if (layout->classify)
        layout->classify(layout, first, count, set->slots, set->classes);
}

static void fill_slots(struct ar_factset *set)
{
    const struct ar_fact_layout *layout = set->layout;
    for (size_t ix = 0; ix < layout->count; ix++) {
        const struct ar_fact_decl *decl = layout->decls[ix];
        const struct ar_fact_entry *entry =
            is_numbered(set, decl) ? set->by_number[decl->number] : NULL;
        set->slots[ix] =
            entry ? &entry->value : find_value(set, decl, layout->keys[ix]);
    }
    classify(set, 0, layout->count);
}

void ar_factset_bind(struct ar_factset *set,
                     const struct ar_fact_layout *layout)
{
    if (set->layout == layout)
        return;
    set->slots =
        ar_arena_alloc_raw(set->arena, layout->count * sizeof(*set->slots));
    set->classes = AR_NEW_ARRAY(set->arena, uint32_t, layout->count);
    set->layout = layout;
    fill_slots(set);
}

/* Of a group every fact below it may follow. */
static void follow(struct ar_factset *set, const struct ar_fact_entry *entry)
{
    if (!set->layout)
        return;
    if (!entry->decl) {
        fill_slots(set);
        return;
    }
    const ar_str *key = ar_map_get(&set->layout->numbers, entry->key);
    if (!key)
        return;
    size_t slot = (size_t)(key - set->layout->keys);
    set->slots[slot] = &entry->value;
    classify(set, slot, 1);
}

static void measure(struct ar_factset *set, const ar_value *value)
{
    if (value->state != AR_STATE_VALUE)
        return;
    size_t size = 0;
    if (value->type->kind == AR_TYPE_STRING)
        size = value->as.string.len / AR_FACTSET_KIB;
    else if (!ar_type_is_scalar(value->type))
        size = value->as.list.count;
    ar_factset_note_size(set, size);
    for (size_t ix = 0; !ar_type_is_scalar(value->type) && ix < size; ix++)
        measure(set, &value->as.list.items[ix]);
}

/* ---- setting ---- */

static struct ar_fact_entry *add_entry(struct ar_factset *set, ar_str key)
{
    struct ar_fact_entry *entry =
        ar_arena_alloc_raw(set->arena, sizeof(struct ar_fact_entry));
    *entry = (struct ar_fact_entry){.key = key, .origin = &ar_no_origin};
    ar_vector_push(set->arena, &set->entries, entry);
    return entry;
}

/* The name of a declaration lives as long as the schema: no copy. */
static struct ar_fact_entry *take_numbered(struct ar_factset *set,
                                           const struct ar_fact_decl *decl)
{
    struct ar_fact_entry **place = &set->by_number[decl->number];
    if (!*place)
        *place = add_entry(set, decl->name);
    return *place;
}

static struct ar_fact_entry *take_entry(struct ar_factset *set,
                                        const struct ar_fact_ref *ref)
{
    number_facts(set);
    if (is_numbered(set, ref->decl))
        return take_numbered(set, ref->decl);
    struct ar_fact_entry *entry = ar_map_get(&set->others, ref->key);
    if (entry)
        return entry;
    set->n_groups += ref->decl == NULL;
    entry = add_entry(set, ar_str_copy(set->arena, ref->key));
    ar_map_put(set->arena, &set->others, entry->key, entry);
    return entry;
}

void ar_factset_expect(struct ar_factset *set)
{
    number_facts(set);
    if (set->entries.capacity > 0 || set->n_numbered == 0)
        return;
    set->entries.at = ar_arena_alloc_raw(
        set->arena, set->n_numbered * sizeof(*set->entries.at));
    set->entries.capacity = set->n_numbered;
}

struct ar_fact_entry *ar_factset_add_from(struct ar_factset *set,
                                          const struct ar_fact_ref *ref,
                                          ar_value value,
                                          const struct ar_origin *origin)
{
    struct ar_fact_entry *entry = ar_factset_add(set, ref, value);
    struct ar_origin *kept = AR_NEW(set->arena, struct ar_origin);
    *kept = *origin;
    entry->origin = kept;
    return entry;
}

struct ar_fact_entry *ar_factset_add(struct ar_factset *set,
                                     const struct ar_fact_ref *ref,
                                     ar_value value)
{
    AR_ASSERT(ref->decl != NULL || value.state != AR_STATE_VALUE);
    struct ar_fact_entry *entry = take_entry(set, ref);
    entry->decl = ref->decl;
    entry->value = value;
    entry->origin = &ar_no_origin;
    measure(set, &entry->value);
    follow(set, entry);
    return entry;
}

static bool is_below(ar_str key, ar_str group_key)
{
    return key.len > group_key.len && key.ptr[group_key.len] == '.' &&
           ar_str_starts_with(key, group_key);
}

struct ar_fact_entry *ar_factset_set(struct ar_factset *set,
                                     const struct ar_fact_ref *ref,
                                     ar_value value)
{
    struct ar_fact_entry *entry = ar_factset_add(set, ref, value);
    if (ref->decl)
        return entry;
    for (size_t ix = 0; ix < set->entries.count; ix++) {
        struct ar_fact_entry *each = set->entries.at[ix];
        if (!is_below(each->key, entry->key))
            continue;
        each->value = value;
        each->origin = &ar_no_origin;
    }
    follow(set, entry);
    return entry;
}

const struct ar_fact_entry *ar_factset_entry(const struct ar_factset *set,
                                             ar_str key)
{
    const struct ar_fact_entry *entry = ar_factset_own(set, key);
    while (!entry && key.len > 0) {
        key = ar_fact_key_parent(key);
        entry = ar_factset_own(set, key);
        /* A fact of this name says nothing about the facts below it. */
        if (entry && entry->decl)
            entry = NULL;
    }
    return entry;
}

ar_value ar_factset_get(const struct ar_factset *set,
                        const struct ar_fact_decl *decl, ar_str key)
{
    return *find_value(set, decl, key);
}

static bool has_brackets(ar_str name)
{
    return ar_str_find(name, AR_STR("("), 0) != SIZE_MAX;
}

/* A fact with arguments below the group key that has a value. */
static ar_value find_value_below(const struct ar_factset *set, ar_str key)
{
    for (size_t ix = 0; ix < set->entries.count; ix++) {
        const struct ar_fact_entry *each = set->entries.at[ix];
        bool is_counted = each->decl && !each->decl->is_derived &&
                          each->decl->n_parameters > 0;
        if (is_counted && ar_value_is_there(&each->value) &&
            is_below(each->key, key))
            return each->value;
    }
    return ar_value_unknown(set->missing_reason, (ar_str){NULL, 0});
}

/* The state of a fact below the group key. */
static ar_value get_below(const struct ar_factset *set,
                          const struct ar_fact_group *group, ar_str key,
                          const struct ar_fact_decl *decl)
{
    if (!has_brackets(decl->name))
        return ar_factset_get(set, decl, decl->name);
    AR_ASSERT(has_brackets(group->name));
    ar_str rest = ar_str_slice(decl->name, group->name.len, decl->name.len);
    return ar_factset_get(set, decl, ar_str_concat(set->arena, key, rest));
}

/* What the facts below say together: a value if one of them has a value,
 * absent if all are, else the first that is not known. */
static ar_value join_below(const struct ar_factset *set,
                           const struct ar_fact_group *group, ar_str key)
{
    ar_value result = ar_value_absent();
    bool is_searched = false;
    for (size_t ix = 0; ix < group->facts.count; ix++) {
        const struct ar_fact_decl *decl = group->facts.at[ix];
        bool is_family = has_brackets(decl->name) && !has_brackets(group->name);
        if (is_family && is_searched)
            continue;
        ar_value value = is_family ? find_value_below(set, key)
                                   : get_below(set, group, key, decl);
        if (ar_value_is_there(&value))
            return value;
        is_searched = is_searched || is_family;
        if (result.state == AR_STATE_ABSENT)
            result = value;
    }
    return result;
}

ar_value ar_factset_group(const struct ar_factset *set,
                          const struct ar_fact_group *group, ar_str key)
{
    ar_value below = join_below(set, group, key);
    if (ar_value_is_there(&below))
        return ar_value_bool(true);
    const struct ar_fact_entry *around = ar_factset_entry(set, key);
    if (around && around->decl)
        around = NULL;
    bool is_silent = group->facts.count == 0;
    if (around && (is_silent || around->value.state == AR_STATE_ABSENT))
        return around->value;
    if (is_silent)
        return ar_value_unknown(set->missing_reason, (ar_str){NULL, 0});
    return below;
}
