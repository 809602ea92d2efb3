/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AR_FACTS_FACTSET_H
#define AR_FACTS_FACTSET_H
/* The facts of one machine: each in exactly one state. */

#include "facts/schema.h"

/* Where a value comes from; empty where nobody said. */
struct ar_origin {
    ar_str probe;
    ar_str how;          /* the command or file */
    ar_str time;         /* RFC 3339, as given */
    int64_t duration_ms; /* -1: not known */
    int64_t exit_code;   /* of the program, if has_exit_code */
    bool has_exit_code;
};

/* Nobody said. */
extern const struct ar_origin ar_no_origin;

enum { AR_FACTSET_KIB = 1024 };

struct ar_fact_entry {
    ar_str key;                      /* canonical */
    const struct ar_fact_decl *decl; /* NULL for a group */
    ar_value value;                  /* of a group: absent or unknown */
    const struct ar_origin *origin;  /* never NULL */
};

/* The facts that a program reads at fixed keys, by number: a slot each. Made
 * once for a program (run/index.h), read only, and shared by threads. */
struct ar_fact_layout {
    const ar_str *keys; /* canonical */
    const struct ar_fact_decl *const *decls;
    size_t count;
    struct ar_map numbers; /* key -> an element of keys */
    /* What values mean to the program: those of one class are alike to its
     * rules. Fills classes[first] and so on, of count slots. NULL: nothing. */
    void (*classify)(const struct ar_fact_layout *layout, size_t first,
                     size_t count, const ar_value *const *values,
                     uint32_t *classes);
};

struct ar_factset {
    struct ar_arena *arena;
    const struct ar_schema *schema;
    AR_VECTOR(struct ar_fact_entry *) entries; /* as they came */
    /* Of facts without arguments that the schema had at the first entry. */
    struct ar_fact_entry **by_number;
    size_t n_numbered;
    struct ar_map others;          /* canonical key -> entry that is not in
                                      by_number */
    size_t n_groups;               /* of these: groups */
    enum ar_reason missing_reason; /* of what is not in it */
    ar_str machine;                /* of the snapshot; or empty */
    ar_str collected;              /* RFC 3339 as given; or empty */
    ar_str tool;                   /* that wrote the snapshot; or empty */
    ar_str redaction;              /* placeholders are comparable within it;
                                      or empty */
    int64_t now;                   /* what now() gives, microseconds */
    bool has_now;
    size_t longest; /* no list or map has had more elements, and no text more
                       KiB */
    const struct ar_fact_layout *layout; /* that it is bound to, or NULL */
    const ar_value **slots; /* then the state of each fact of the layout, as
                               ar_factset_get() gives it */
    uint32_t *classes;      /* of the values in slots, by the layout */
};

/* Sets a fact or (absent, unknown only) a group, replacing what was there: of
 * a group also every entry below it. Returns the entry, without an origin. */
struct ar_fact_entry *ar_factset_set(struct ar_factset *set,
                                     const struct ar_fact_ref *ref,
                                     ar_value value);
/* The same, but the entries below a group stay and win over it. For readers
 * of many groups at once: its time does not grow with the set. */
struct ar_fact_entry *ar_factset_add(struct ar_factset *set,
                                     const struct ar_fact_ref *ref,
                                     ar_value value);

/* The same, with an origin, of which a copy is kept. */
struct ar_fact_entry *ar_factset_add_from(struct ar_factset *set,
                                          const struct ar_fact_ref *ref,
                                          ar_value value,
                                          const struct ar_origin *origin);

/* For readers that set each fact once and fill in its value themselves. The
 * set is not bound. First: makes room for all facts of the schema. */
void ar_factset_expect(struct ar_factset *set);
/* Then: an entry for a fact of the schema without arguments, without a value;
 * NULL if it has one. */
static inline struct ar_fact_entry *ar_factset_begin(
    struct ar_factset *set, const struct ar_fact_decl *decl)
{
    AR_ASSERT(decl->number < set->n_numbered && decl->n_parameters == 0);
    struct ar_fact_entry **place = &set->by_number[decl->number];
    if (*place)
        return NULL;
    struct ar_fact_entry *entry =
        ar_arena_alloc_raw(set->arena, sizeof(struct ar_fact_entry));
    entry->key = decl->name;
    entry->decl = decl;
    entry->origin = &ar_no_origin;
    ar_vector_push(set->arena, &set->entries, entry);
    *place = entry;
    return entry;
}
/* They also say how many elements or fields a value has, and each inside of it,
 * or how many KiB a text has. */
static inline void ar_factset_note_size(struct ar_factset *set, size_t size)
{
    if (size > set->longest)
        set->longest = size;
}

/* Takes out the entry of a fact, or those of a group and of all below it, as if
 * nothing had been said of them. False if there was none. */
bool ar_factset_forget(struct ar_factset *set, const struct ar_fact_ref *ref);

/* Takes over an entry of another set of the schema, with its origin, in memory
 * of set's own. False if it has the same to the letter, found in the same way:
 * it then stays, with the time when it was found first. */
bool ar_factset_take_over(struct ar_factset *set,
                          const struct ar_fact_entry *entry);
/* Makes set say what from says: takes out, takes over, and calls see for each
 * if it is not NULL. Both are of one schema. */
typedef void (*ar_factset_see)(void *context, const struct ar_fact_ref *ref);
void ar_factset_follow(struct ar_factset *set, const struct ar_factset *from,
                       ar_factset_see see, void *context);

/* The state of a fact: its own entry; else that of the nearest group around
 * it that has one; else unknown(missing_reason), of an input
 * unknown(not_given). key is ar_fact_key()'s. */
ar_value ar_factset_get(const struct ar_factset *set,
                        const struct ar_fact_decl *decl, ar_str key);
/* The entry of this key itself, or NULL. */
struct ar_fact_entry *ar_factset_own(const struct ar_factset *set, ar_str key);
/* The entry that decided ar_factset_get(), or NULL. */
const struct ar_fact_entry *ar_factset_entry(const struct ar_factset *set,
                                             ar_str key);

/* Looks up all facts of the layout, which must outlive the set. From then on
 * the slots follow what is set and added. Without it nothing is slower but the
 * evaluation, which then looks them up itself. */
void ar_factset_bind(struct ar_factset *set,
                     const struct ar_fact_layout *layout);
/* What ar_factset_get() gives for a fact that nothing was said of. */
const ar_value *ar_factset_missing(const struct ar_factset *set,
                                   const struct ar_fact_decl *decl);

/* Of a group: a value (true) if any fact under it has one, a placeholder too;
 * absent if an
 * entry of it or of a group around it says so or every fact under it is
 * absent; else unknown with the reason of the first fact under it that is
 * not absent. key is canonical: file("/x") for a group with arguments. Facts
 * with arguments below a group without are as many as there are arguments:
 * one that has a value counts, but never are all of them known to be absent. */
ar_value ar_factset_group(const struct ar_factset *set,
                          const struct ar_fact_group *group, ar_str key);

#endif
