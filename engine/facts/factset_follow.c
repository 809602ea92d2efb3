/* SPDX-License-Identifier: Apache-2.0 */
/* A set that lasts follows one that was read or found out anew. */

#include "facts/factset.h"
#include "value/copy.h"

#include <math.h>

/* Of zeros, too; signbit() of some compilers warns of its own work. */
static bool is_negative(double number)
{
    return copysign(1.0, number) < 0;
}

/* 1.0 and 1.0.0 are the same, and yet reports show one or the other. */
static bool is_same_text(const ar_value *a, const ar_value *b)
{
    if (a->type->kind == AR_TYPE_VERSION)
        return ar_str_equal(a->as.version->text, b->as.version->text);
    if (a->type->kind == AR_TYPE_REAL)
        return is_negative(a->as.real) == is_negative(b->as.real);
    return true;
}

static bool is_same(const ar_value *a, const ar_value *b)
{
    if (!ar_value_same(*a, *b) || !ar_str_equal(a->detail, b->detail))
        return false;
    if (a->state != AR_STATE_VALUE)
        return true;
    if (ar_type_is_scalar(a->type))
        return is_same_text(a, b);
    for (size_t ix = 0; ix < a->as.list.count; ix++) {
        if (!is_same(&a->as.list.items[ix], &b->as.list.items[ix]))
            return false;
    }
    return true;
}

/* When it was found, and how long that took, is another each time. */
static bool is_same_origin(const struct ar_origin *a, const struct ar_origin *b)
{
    return ar_str_equal(a->probe, b->probe) && ar_str_equal(a->how, b->how) &&
           a->exit_code == b->exit_code && a->has_exit_code == b->has_exit_code;
}

static struct ar_origin copy_origin(struct ar_arena *arena,
                                    struct ar_origin origin)
{
    origin.probe = ar_copy_str(arena, origin.probe);
    origin.how = ar_copy_str(arena, origin.how);
    origin.time = ar_copy_str(arena, origin.time);
    return origin;
}

bool ar_factset_take_over(struct ar_factset *set,
                          const struct ar_fact_entry *entry)
{
    const struct ar_fact_entry *old = ar_factset_own(set, entry->key);
    if (old && is_same(&old->value, &entry->value) &&
        is_same_origin(old->origin, entry->origin))
        return false;
    struct ar_fact_ref ref = {.decl = entry->decl, .key = entry->key};
    ar_value value = ar_copy_value(set->arena, entry->value);
    if (entry->origin == &ar_no_origin) {
        ar_factset_add(set, &ref, value);
        return true;
    }
    struct ar_origin origin = copy_origin(set->arena, *entry->origin);
    ar_factset_add_from(set, &ref, value, &origin);
    return true;
}

/* ---- taking out ---- */

/* Which entries stay. */
struct keeping {
    struct ar_factset *set;
    const struct ar_factset *from;  /* those that it has; or NULL */
    const struct ar_fact_ref *gone; /* then: those that are not this */
    ar_factset_see see;
    void *context;
};

static bool is_gone(const struct keeping *keeping, ar_str key)
{
    if (keeping->from)
        return !ar_factset_own(keeping->from, key);
    ar_str gone = keeping->gone->key;
    bool is_below = !keeping->gone->decl && key.len > gone.len &&
                    key.ptr[gone.len] == '.' && ar_str_starts_with(key, gone);
    return is_below || ar_str_equal(key, gone);
}

static void see(const struct keeping *keeping,
                const struct ar_fact_entry *entry)
{
    struct ar_fact_ref ref = {.decl = entry->decl, .key = entry->key};
    if (keeping->see)
        keeping->see(keeping->context, &ref);
}

static bool keep_other(void *context, const struct ar_map_entry *each)
{
    return !is_gone(context, each->key);
}

/* False if there was none. */
static bool take_out(struct keeping *keeping)
{
    struct ar_factset *set = keeping->set;
    size_t n_before = set->entries.count;
    size_t n_kept = 0;
    for (size_t ix = 0; ix < n_before; ix++) {
        struct ar_fact_entry *entry = set->entries.at[ix];
        const struct ar_fact_decl *decl = entry->decl;
        if (!is_gone(keeping, entry->key)) {
            set->entries.at[n_kept++] = entry;
            continue;
        }
        if (decl && decl->number < set->n_numbered &&
            set->by_number[decl->number] == entry)
            set->by_number[decl->number] = NULL;
        set->n_groups -= decl == NULL;
        see(keeping, entry);
    }
    set->entries.count = n_kept;
    ar_map_filter(&set->others, keep_other, keeping);
    return n_kept < n_before;
}

/* What the slots say is looked up once, behind all changes. */
static const struct ar_fact_layout *unbind(struct ar_factset *set)
{
    const struct ar_fact_layout *layout = set->layout;
    set->layout = NULL;
    return layout;
}

static void bind_again(struct ar_factset *set,
                       const struct ar_fact_layout *layout)
{
    if (layout)
        ar_factset_bind(set, layout);
}

bool ar_factset_forget(struct ar_factset *set, const struct ar_fact_ref *ref)
{
    struct keeping keeping = {.set = set, .gone = ref};
    const struct ar_fact_layout *layout = unbind(set);
    bool is_less = take_out(&keeping);
    bind_again(set, layout);
    return is_less;
}

/* ---- following ---- */

static void take_text(struct ar_factset *set, ar_str *text, ar_str from)
{
    if (!ar_str_equal(*text, from))
        *text = ar_copy_str(set->arena, from);
}

static void take_rest(struct ar_factset *set, const struct ar_factset *from)
{
    set->missing_reason = from->missing_reason;
    take_text(set, &set->machine, from->machine);
    take_text(set, &set->collected, from->collected);
    take_text(set, &set->tool, from->tool);
    take_text(set, &set->redaction, from->redaction);
    set->now = from->now;
    set->has_now = from->has_now;
}

void ar_factset_follow(struct ar_factset *set, const struct ar_factset *from,
                       ar_factset_see see_change, void *context)
{
    struct keeping keeping = {
        .set = set, .from = from, .see = see_change, .context = context};
    const struct ar_fact_layout *layout = unbind(set);
    take_out(&keeping);
    for (size_t ix = 0; ix < from->entries.count; ix++) {
        const struct ar_fact_entry *entry = from->entries.at[ix];
        if (ar_factset_take_over(set, entry))
            see(&keeping, entry);
    }
    take_rest(set, from);
    bind_again(set, layout);
}
