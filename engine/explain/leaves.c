/* SPDX-License-Identifier: Apache-2.0 */
/* What a proof rests on: as few facts as give the same answer when all others
 * are unknown. They are found by leaving out one after the other. */

#include "explain/explainer.h"

/* ---- a status, and nothing else ---- */

static enum ar_status status_of(unsigned applies, unsigned when)
{
    if (!(applies & AR_OUTCOME_TRUE))
        return AR_STATUS_NOT_APPLICABLE;
    if (!(when & AR_OUTCOME_TRUE))
        return AR_STATUS_CLEAR;
    if (when == AR_OUTCOME_TRUE && applies == AR_OUTCOME_TRUE)
        return AR_STATUS_MATCHED;
    return AR_STATUS_UNDETERMINED;
}

/* Of all elements together. */
static enum ar_status status_of_list(struct ar_explainer *explainer,
                                     unsigned applies)
{
    const struct ar_rule *rule = explainer->rule;
    struct ar_outcome list = ar_explain_eval(explainer, rule->each);
    enum ar_status status = status_of(applies, AR_OUTCOME_FALSE);
    if (status == AR_STATUS_NOT_APPLICABLE ||
        list.value.state == AR_STATE_ABSENT)
        return status;
    if (list.value.state == AR_STATE_UNKNOWN)
        return AR_STATUS_UNDETERMINED;
    for (size_t ix = 0; ix < list.value.as.list.count; ix++) {
        ar_explainer_enter(explainer, (ptrdiff_t)ix);
        unsigned when = ar_explain_eval(explainer, rule->when).bits;
        enum ar_status each = status_of(applies, when);
        if (each == AR_STATUS_MATCHED)
            return each;
        if (each == AR_STATUS_UNDETERMINED)
            status = each;
    }
    return status;
}

enum ar_status ar_explain_status(struct ar_explainer *explainer,
                                 ptrdiff_t element)
{
    const struct ar_rule *rule = explainer->rule;
    unsigned applies = AR_OUTCOME_TRUE;
    unsigned when = AR_OUTCOME_OPEN;
    ar_explainer_enter(explainer, AR_NO_ELEMENT);
    if (rule->applies)
        applies = ar_explain_eval(explainer, rule->applies).bits;
    if (rule->each && element == AR_NO_ELEMENT)
        return status_of_list(explainer, applies);
    if (ar_explainer_enter(explainer, element))
        when = ar_explain_eval(explainer, rule->when).bits;
    return status_of(applies, when);
}

/* ---- fewer facts ---- */

struct ar_factset *ar_factset_restrict(struct ar_arena *arena,
                                       const struct ar_factset *facts,
                                       const ar_entry_vector *kept)
{
    struct ar_factset *set = AR_NEW(arena, struct ar_factset);
    *set = (struct ar_factset){.arena = arena,
                               .schema = facts->schema,
                               .missing_reason = facts->missing_reason,
                               .machine = facts->machine,
                               .collected = facts->collected,
                               .tool = facts->tool,
                               .redaction = facts->redaction,
                               .now = facts->now,
                               .has_now = facts->has_now};
    for (size_t ix = 0; ix < kept->count; ix++) {
        const struct ar_fact_entry *entry = kept->at[ix];
        struct ar_fact_ref ref = {.decl = entry->decl, .key = entry->key};
        ar_factset_add(set, &ref, entry->value)->origin = entry->origin;
    }
    return set;
}

struct ar_factset *ar_factset_copy(struct ar_arena *arena,
                                   const struct ar_factset *facts)
{
    ar_entry_vector all = {0};
    for (size_t ix = 0; ix < facts->entries.count; ix++)
        ar_vector_push(arena, &all, facts->entries.at[ix]);
    return ar_factset_restrict(arena, facts, &all);
}

struct leaving {
    struct ar_arena *scratch;
    const struct ar_factset *facts;
    const struct ar_leaf_question *question;
    ar_entry_vector kept;
};

static bool keeps_answer(struct leaving *leaving, const ar_entry_vector *kept)
{
    const struct ar_leaf_question *question = leaving->question;
    struct ar_factset *set =
        ar_factset_restrict(leaving->scratch, leaving->facts, kept);
    bool is_same = question->is_same(question->context, leaving->scratch, set);
    ar_arena_reset(leaving->scratch);
    return is_same;
}

/* Tries to do without count entries from first on. The vector is in memory of
 * the caller, and large enough. */
static bool leave_out(struct leaving *leaving, ar_entry_vector *trial,
                      size_t first, size_t count)
{
    trial->count = 0;
    for (size_t ix = 0; ix < leaving->kept.count; ix++) {
        if (ix < first || ix >= first + count)
            trial->at[trial->count++] = leaving->kept.at[ix];
    }
    if (!keeps_answer(leaving, trial))
        return false;
    for (size_t ix = 0; ix < trial->count; ix++)
        leaving->kept.at[ix] = trial->at[ix];
    leaving->kept.count = trial->count;
    return true;
}

/* From the last to the first, so that what was read first stays. */
static bool leave_out_each(struct leaving *leaving, ar_entry_vector *trial,
                           size_t size)
{
    bool is_less = false;
    size_t end = leaving->kept.count;
    while (end > 0) {
        size_t first = end > size ? end - size : 0;
        is_less = leave_out(leaving, trial, first, end - first) || is_less;
        end = first;
    }
    return is_less;
}

/* Candidates, each once. */
struct candidates {
    struct ar_arena *arena;
    struct ar_map seen;
    ar_entry_vector list;
};

static void add_candidate(struct candidates *candidates,
                          const struct ar_fact_entry *entry)
{
    if (ar_map_has(&candidates->seen, entry->key))
        return;
    ar_map_put(candidates->arena, &candidates->seen, entry->key, candidates);
    ar_vector_push(candidates->arena, &candidates->list, entry);
}

static void add_read(struct candidates *candidates,
                     const struct ar_factset *facts,
                     const ar_evidence_vector *read)
{
    for (size_t ix = 0; ix < read->count; ix++) {
        const struct ar_fact_entry *entry =
            ar_factset_entry(facts, read->at[ix].key);
        if (entry)
            add_candidate(candidates, entry);
    }
}

/* Of a group only one fact was noted, and others may have counted. A group
 * that is said to be absent is the shortest reason, so it stays longest. */
static ar_entry_vector list_all(struct ar_arena *arena,
                                const struct ar_factset *facts,
                                const ar_evidence_vector *read)
{
    struct candidates all = {.arena = arena};
    for (size_t ix = 0; ix < facts->entries.count; ix++) {
        struct ar_fact_entry *entry = facts->entries.at[ix];
        if (!entry->decl)
            add_candidate(&all, entry);
    }
    add_read(&all, facts, read);
    for (size_t ix = 0; ix < facts->entries.count; ix++)
        add_candidate(&all, facts->entries.at[ix]);
    return all.list;
}

static void free_scratch(void *resource)
{
    ar_arena_free(resource);
}

struct ar_arena *ar_explain_scratch(struct ar_arena *arena)
{
    struct ar_arena *scratch = AR_NEW(arena, struct ar_arena);
    scratch->out_of_memory = arena->out_of_memory;
    scratch->limit_bytes = AR_MAX_EVALUATION_BYTES;
    ar_arena_defer(arena, free_scratch, scratch);
    return scratch;
}

ar_entry_vector ar_explain_leaves(struct ar_arena *arena,
                                  const struct ar_factset *facts,
                                  const ar_evidence_vector *read,
                                  const struct ar_leaf_question *question)
{
    struct leaving leaving = {.scratch = ar_explain_scratch(arena),
                              .facts = facts,
                              .question = question};
    struct candidates candidates = {.arena = arena};
    add_read(&candidates, facts, read);
    leaving.kept = candidates.list;
    if (!keeps_answer(&leaving, &leaving.kept))
        leaving.kept = list_all(arena, facts, read);
    ar_entry_vector trial = {0};
    trial.at =
        AR_NEW_ARRAY(arena, const struct ar_fact_entry *, leaving.kept.count);
    for (size_t size = leaving.kept.count / 2; size > 1; size /= 2)
        leave_out_each(&leaving, &trial, size);
    /* `x unknown(...)` may ask for less once more is left out. */
    while (leave_out_each(&leaving, &trial, 1))
        continue;
    ar_arena_free(leaving.scratch);
    return leaving.kept;
}
