/* SPDX-License-Identifier: Apache-2.0 */
/* Evaluations that go on, on random packs and random series of changes:
 *
 *     t_live [UPDATES [SEED [PACK]]]
 *
 * After each change of facts, groups or the time, an evaluation with an index
 * and one without must say what the reference evaluator says of the facts as
 * they are: statuses, findings, causes and texts. What they call changed must
 * be what differs between two results of the reference. A pack number alone is
 * tried if it is given. Of a series that fails as much is left out, facts,
 * changes and rules, as it can do without. */

#include "code/code.h"
#include "pack.h"
#include "reference/reference.h"
#include "result/change.h"
#include "run/live.h"

#include <stdio.h>

enum {
    N_UPDATES = 6000,
    SERIES = 3, /* of a pack */
    STEPS = 8,  /* of a series */
    DEFAULT_SEED = 20261130,
    WITH_INDEX = 0,
    WITHOUT = 1,
    N_LIVES = 2,
    MAX_PARTS = 1024
};

static const char *const live_names[N_LIVES] = {"with index", "without"};

struct tally {
    size_t n_updates;
    size_t n_started; /* anew, for want of fuel, or because all that is not said
                         is missing for another reason */
    size_t n_rules;   /* of all updates */
    size_t n_evaluated;
    size_t changes[AR_N_CHANGE_KINDS];
};

/* A pack, and one series of changes at a time. */
struct trial {
    struct law_pack pack;
    struct law_loaded loaded;
    const struct ar_code *code;
    const struct ar_index *index;
    const struct ar_program *program; /* maybe with some rules only */
    struct ar_arena arena;            /* of a series */
    struct ar_factset set;
    int64_t now;
    struct ar_live *lives[N_LIVES];
    struct ar_result *results[N_LIVES];
    const struct ar_result *wanted;
    struct ar_buf story;    /* of the series, for whoever looks at a failure */
    struct law_facts facts; /* that the series began with */
    bool left_out[MAX_PARTS]; /* of facts and changes, as they come */
    size_t n_parts;           /* that have come so far */
    bool is_quiet;            /* whether it fails is all that is asked */
};

/* ---- changes ---- */

static void touch(void *context, const struct ar_fact_ref *ref)
{
    struct trial *trial = context;
    ar_buf_printf(&trial->story, " " AR_STR_FORMAT, AR_STR_ARG(ref->key));
    for (size_t ix = 0; ix < N_LIVES; ix++)
        ar_live_touch(trial->lives[ix], ref);
}

/* Of each fact and each change, in their order. */
static bool is_next_left_out(struct trial *trial)
{
    size_t part = trial->n_parts++;
    return part < MAX_PARTS && trial->left_out[part];
}

static struct law_facts draw_facts(struct trial *trial,
                                   struct law_choices *choices)
{
    const struct ar_schema *schema = &trial->program->schema;
    struct law_facts facts = law_facts_generate(&trial->arena, choices, schema);
    if (law_once_in(choices, 4))
        law_facts_redact(&trial->arena, choices, &facts);
    return facts;
}

static struct ar_factset make_facts(struct trial *trial,
                                    struct law_choices *choices)
{
    struct law_facts facts = draw_facts(trial, choices);
    return law_facts_apply(&trial->arena, &trial->program->schema, &facts);
}

static void begin_with_facts(struct trial *trial, struct law_choices *choices)
{
    struct law_facts all = draw_facts(trial, choices);
    trial->facts = (struct law_facts){.has_now = all.has_now};
    for (size_t ix = 0; ix < all.states.count; ix++) {
        if (!is_next_left_out(trial))
            ar_vector_push(&trial->arena, &trial->facts.states,
                           all.states.at[ix]);
    }
    trial->set =
        law_facts_apply(&trial->arena, &trial->program->schema, &trial->facts);
}

static const struct ar_fact_entry *pick_entry(struct law_choices *choices,
                                              const struct ar_factset *set)
{
    size_t number = law_pick(choices, 256) * 256 + law_pick(choices, 256);
    return set->entries.at[number % set->entries.count];
}

static void put_state(struct trial *trial, const struct ar_fact_entry *entry)
{
    ar_str text = entry->value.state == AR_STATE_VALUE
                      ? ar_value_text(&trial->arena, entry->value)
                      : AR_STR("not known, or absent");
    ar_buf_printf(&trial->story, "=" AR_STR_FORMAT, AR_STR_ARG(text));
}

static void set_some(struct trial *trial, struct law_choices *choices)
{
    struct ar_factset others = make_facts(trial, choices);
    ar_buf_put_c(&trial->story, "set");
    for (unsigned left = law_pick(choices, 3) + 1;
         left > 0 && others.entries.count > 0; left--) {
        const struct ar_fact_entry *entry = pick_entry(choices, &others);
        struct ar_fact_ref ref = {.decl = entry->decl, .key = entry->key};
        if (is_next_left_out(trial))
            continue;
        if (!entry->decl)
            ar_factset_set(&trial->set, &ref, entry->value);
        if (entry->decl && !ar_factset_take_over(&trial->set, entry))
            continue;
        touch(trial, &ref);
        put_state(trial, entry);
    }
}

static void forget_one(struct trial *trial, struct law_choices *choices)
{
    const struct ar_factset *set = &trial->set;
    const struct ar_fact_entry *entry =
        set->entries.count > 0 ? pick_entry(choices, set) : NULL;
    if (is_next_left_out(trial) || !entry)
        return;
    ar_buf_put_c(&trial->story, "forget");
    struct ar_fact_ref ref = {.decl = entry->decl, .key = entry->key};
    bool was_there = ar_factset_forget(&trial->set, &ref);
    AR_ASSERT(was_there);
    (void)was_there;
    touch(trial, &ref);
}

static void follow(struct trial *trial, struct law_choices *choices)
{
    struct ar_factset others = make_facts(trial, choices);
    if (is_next_left_out(trial))
        return;
    if (law_once_in(choices, 16))
        others.missing_reason = AR_REASON_timeout;
    ar_buf_put_c(&trial->story, "follow");
    ar_factset_follow(&trial->set, &others, touch, trial);
}

static void let_time_pass(struct trial *trial)
{
    const int64_t day = INT64_C(86400000000);
    if (is_next_left_out(trial))
        return;
    ar_buf_put_c(&trial->story, "time");
    trial->now += 200 * day;
    if (trial->set.has_now)
        trial->set.now += 200 * day;
}

static void change(struct trial *trial, struct law_choices *choices)
{
    switch (law_pick(choices, 8)) {
    case 0: forget_one(trial, choices); break;
    case 1: follow(trial, choices); break;
    case 2: let_time_pass(trial); break;
    case 3:
        let_time_pass(trial);
        set_some(trial, choices);
        break;
    default: set_some(trial, choices); break;
    }
    ar_buf_put_char(&trial->story, '\n');
}

/* ---- what differs, told in another way ---- */

static const struct ar_finding *find(const struct ar_rule_result *rule,
                                     const struct ar_finding *like)
{
    for (size_t ix = 0; ix < rule->findings.count; ix++) {
        if (ar_str_equal(rule->findings.at[ix]->fingerprint, like->fingerprint))
            return rule->findings.at[ix];
    }
    return NULL;
}

static void put_side(struct ar_buf *out, const struct ar_finding *finding)
{
    ar_buf_printf(out, "|" AR_STR_FORMAT " %d %d",
                  AR_STR_ARG(finding->diagnosis), finding->waived_by != NULL,
                  finding->superseded_by.count > 0);
}

static void put_sides(struct ar_buf *out, const struct ar_finding *finding,
                      const struct ar_finding *before,
                      const struct ar_finding *after)
{
    struct ar_buf one = AR_BUF(out->arena);
    struct ar_buf other = AR_BUF(out->arena);
    if (before)
        put_side(&one, before);
    if (after)
        put_side(&other, after);
    if (before && after && ar_str_equal(ar_buf_view(&one), ar_buf_view(&other)))
        return;
    ar_buf_printf(out, "%s " AR_STR_FORMAT,
                  !before  ? "new"
                  : !after ? "gone"
                           : "changed",
                  AR_STR_ARG(finding->fingerprint));
    ar_buf_put(out, ar_buf_view(&one));
    ar_buf_put(out, ar_buf_view(&other));
    ar_buf_put_char(out, '\n');
}

static void put_differences(struct ar_buf *out, const struct ar_result *before,
                            const struct ar_result *after)
{
    for (size_t ix = 0; ix < after->rules.count; ix++) {
        const struct ar_rule_result *was = &before->rules.at[ix];
        const struct ar_rule_result *is = &after->rules.at[ix];
        if (was->status != is->status &&
            was->findings.count + is->findings.count == 0)
            ar_buf_printf(out, "status " AR_STR_FORMAT " %s %s\n",
                          AR_STR_ARG(is->rule->id),
                          ar_status_table[was->status].name,
                          ar_status_table[is->status].name);
        for (size_t each = 0; each < was->findings.count; each++)
            put_sides(out, was->findings.at[each], was->findings.at[each],
                      find(is, was->findings.at[each]));
        for (size_t each = 0; each < is->findings.count; each++) {
            if (!find(was, is->findings.at[each]))
                put_sides(out, is->findings.at[each], NULL,
                          is->findings.at[each]);
        }
    }
}

static void put_changed_side(struct ar_buf *out,
                             const struct ar_change_side *side)
{
    ar_buf_printf(out, "|" AR_STR_FORMAT " %d %d", AR_STR_ARG(side->diagnosis),
                  side->is_waived, side->is_superseded);
}

static void put_changes(struct ar_buf *out, const ar_change_vector *changes,
                        struct tally *tally)
{
    for (size_t ix = 0; ix < changes->count; ix++) {
        const struct ar_change *change = &changes->at[ix];
        tally->changes[change->kind]++;
        ar_buf_printf(out, "%s ", ar_change_name(change->kind));
        if (change->kind == AR_CHANGE_STATUS)
            ar_buf_printf(out, AR_STR_FORMAT " %s %s",
                          AR_STR_ARG(change->rule->rule->id),
                          ar_status_table[change->status_before].name,
                          ar_status_table[change->rule->status].name);
        else
            ar_buf_put(out, change->fingerprint);
        if (change->kind == AR_CHANGE_GONE || change->kind == AR_CHANGE_FINDING)
            put_changed_side(out, &change->before);
        if (change->kind == AR_CHANGE_NEW || change->kind == AR_CHANGE_FINDING)
            put_changed_side(out, &change->after);
        ar_buf_put_char(out, '\n');
    }
}

static bool agree_on_changes(struct trial *trial,
                             const struct ar_result *wanted_before,
                             const ar_change_vector *changes,
                             struct tally *tally)
{
    struct ar_buf one = AR_BUF(&trial->arena);
    struct ar_buf other = AR_BUF(&trial->arena);
    put_differences(&one, wanted_before, trial->wanted);
    put_changes(&other, changes, tally);
    if (ar_str_equal(ar_buf_view(&one), ar_buf_view(&other)))
        return true;
    if (trial->is_quiet)
        return false;
    printf("what differs:\n" AR_STR_FORMAT "changes:\n" AR_STR_FORMAT,
           AR_STR_ARG(ar_buf_view(&one)), AR_STR_ARG(ar_buf_view(&other)));
    return false;
}

/* ---- a series ---- */

static const struct ar_result *evaluate_anew(struct trial *trial)
{
    struct ar_evaluation_options options = {.now = trial->now};
    return ar_reference_evaluate(&trial->arena, trial->program, &trial->set,
                                 &options);
}

static bool agree_on_result(struct trial *trial, size_t ix)
{
    const struct ar_result *result = trial->results[ix];
    if (trial->is_quiet)
        return law_is_same_text(&trial->arena, trial->wanted, result);
    return law_agree_on_text(&trial->arena, live_names[ix], trial->wanted,
                             result);
}

static bool start(struct trial *trial, struct law_choices *choices)
{
    struct ar_arena *arena = &trial->arena;
    trial->story = AR_BUF(arena);
    trial->n_parts = 0;
    begin_with_facts(trial, choices);
    trial->now = INT64_C(1800000000000000);
    ar_factset_bind(&trial->set, ar_index_layout(trial->index));
    struct ar_scan *scan = ar_scan_create(arena, trial->index);
    trial->wanted = evaluate_anew(trial);
    for (size_t ix = 0; ix < N_LIVES; ix++) {
        trial->lives[ix] = ar_live_create(arena, trial->code, trial->program,
                                          ix == WITH_INDEX ? scan : NULL);
        trial->results[ix] =
            ar_live_start(trial->lives[ix], arena, &trial->set, trial->now);
        if (!agree_on_result(trial, ix))
            return false;
    }
    return true;
}

static bool update(struct trial *trial, size_t ix,
                   const struct ar_result *wanted_before, struct tally *tally)
{
    struct ar_live *live = trial->lives[ix];
    struct ar_result_before *before =
        ar_result_note(&trial->arena, trial->results[ix]);
    ar_change_vector changes = {0};
    tally->n_updates++;
    if (!ar_live_update(live, trial->now, before)) {
        tally->n_started++;
        trial->results[ix] =
            ar_live_start(live, &trial->arena, &trial->set, trial->now);
    }
    tally->n_rules += trial->program->rules.count;
    tally->n_evaluated += ar_live_count(live);
    ar_result_changes(before, trial->results[ix], &changes);
    return agree_on_result(trial, ix) &&
           agree_on_changes(trial, wanted_before, &changes, tally);
}

static bool try_series(struct trial *trial, struct law_choices choices,
                       struct tally *tally)
{
    ar_arena_reset(&trial->arena);
    bool is_good = start(trial, &choices);
    for (size_t step = 0; is_good && step < STEPS; step++) {
        const struct ar_result *before = trial->wanted;
        change(trial, &choices);
        trial->wanted = evaluate_anew(trial);
        for (size_t ix = 0; is_good && ix < N_LIVES; ix++)
            is_good = update(trial, ix, before, tally);
    }
    return is_good;
}

/* ---- a series that fails ---- */

static bool fails(struct trial *trial, const struct law_choices *choices)
{
    struct tally tally = {0};
    return !try_series(trial, *choices, &tally);
}

/* The program without its rule ix. */
static void leave_out_rule(struct trial *trial,
                           const struct law_choices *choices, size_t ix)
{
    struct ar_arena *arena = &trial->loaded.arena;
    const struct ar_program *program = trial->program;
    struct ar_program *fewer = AR_NEW(arena, struct ar_program);
    *fewer = *program;
    fewer->rules.at =
        AR_NEW_ARRAY(arena, struct ar_rule *, program->rules.count);
    fewer->rules.count = 0;
    for (size_t at = 0; at < program->rules.count; at++) {
        if (at != ix)
            fewer->rules.at[fewer->rules.count++] = program->rules.at[at];
    }
    trial->program = fewer;
    if (!fails(trial, choices))
        trial->program = program;
}

static void shrink(struct trial *trial, const struct law_choices *choices)
{
    trial->is_quiet = true;
    for (size_t ix = trial->program->rules.count; ix > 0; ix--)
        leave_out_rule(trial, choices, ix - 1);
    for (size_t part = MAX_PARTS; part > 0; part--) {
        bool *left_out = &trial->left_out[part - 1];
        if (part > trial->n_parts || *left_out)
            continue;
        *left_out = true;
        *left_out = fails(trial, choices);
    }
    trial->is_quiet = false;
}

static void tell(struct trial *trial, const struct law_choices *choices)
{
    shrink(trial, choices);
    fails(trial, choices);
    law_pack_show(&trial->pack, &trial->facts);
    puts("---- rules");
    for (size_t ix = 0; ix < trial->program->rules.count; ix++)
        printf(AR_STR_FORMAT "\n",
               AR_STR_ARG(trial->program->rules.at[ix]->id));
    printf("---- changes\n" AR_STR_FORMAT,
           AR_STR_ARG(ar_buf_view(&trial->story)));
}

/* ---- packs ---- */

/* Now and then some rules are not chosen. */
static void choose_rules(struct trial *trial, struct law_choices *choices)
{
    trial->program = trial->loaded.program;
    if (!law_once_in(choices, 3))
        return;
    struct ar_arena *arena = &trial->loaded.arena;
    struct ar_program *chosen = AR_NEW(arena, struct ar_program);
    *chosen = *trial->program;
    chosen->rules.at =
        AR_NEW_ARRAY(arena, struct ar_rule *, trial->program->rules.count);
    chosen->rules.count = 0;
    for (size_t ix = 0; ix < trial->program->rules.count; ix++) {
        if (!law_once_in(choices, 4))
            chosen->rules.at[chosen->rules.count++] =
                trial->program->rules.at[ix];
    }
    trial->program = chosen;
}

static bool try_pack(uint64_t seed, size_t number, struct tally *tally)
{
    struct trial trial = {0};
    struct law_choices choices =
        law_choices_of_seed(law_mix(seed + number * UINT64_C(0x9E3779B9)));
    trial.pack = law_pack_generate(&choices, number % 2 ? 3 : 0);
    bool is_good =
        law_load(&trial.loaded, trial.pack.sources, trial.pack.n_sources);
    if (is_good) {
        struct ar_arena *arena = &trial.loaded.arena;
        trial.code = ar_code_generate(arena, trial.loaded.program);
        trial.index = ar_index_build(arena, trial.code);
        choose_rules(&trial, &choices);
    }
    for (size_t ix = 0; is_good && ix < SERIES; ix++) {
        struct law_choices of_series =
            law_choices_of_seed(law_mix(choices.state + ix));
        is_good = try_series(&trial, of_series, tally);
        if (!is_good)
            tell(&trial, &of_series);
    }
    ar_arena_free(&trial.arena);
    law_unload(&trial.loaded);
    law_pack_free(&trial.pack);
    return is_good;
}

/* A generator that changes nothing, or an update that evaluates everything,
 * would show nothing. */
static bool has_seen_all(const struct tally *tally)
{
    bool is_all = tally->n_evaluated * 3 < tally->n_rules * 2 &&
                  tally->n_started * 20 < tally->n_updates;
    printf("%zu of %zu rules evaluated again, %zu times all of them\n",
           tally->n_evaluated, tally->n_rules, tally->n_started);
    for (size_t ix = 0; ix < AR_N_CHANGE_KINDS; ix++) {
        printf("%9zu %s\n", tally->changes[ix],
               ar_change_name((enum ar_change_kind)ix));
        is_all = is_all && tally->changes[ix] > 50;
    }
    return is_all;
}

int main(int argc, char **argv)
{
    size_t n_updates = (size_t)law_read_number(argc, argv, 1, N_UPDATES);
    uint64_t seed = law_read_number(argc, argv, 2, DEFAULT_SEED);
    size_t only = (size_t)law_read_number(argc, argv, 3, SIZE_MAX);
    struct tally tally = {0};
    for (size_t number = only != SIZE_MAX ? only : 0;
         tally.n_updates < n_updates; number++) {
        if (!try_pack(seed, number, &tally)) {
            printf("pack %zu of seed %llu\n", number, (unsigned long long)seed);
            return 1;
        }
        if (only != SIZE_MAX)
            return 0;
    }
    printf("%zu updates agree, seed %llu\n", tally.n_updates,
           (unsigned long long)seed);
    if (n_updates < N_UPDATES || has_seen_all(&tally))
        return 0;
    puts("some changes hardly occur");
    return 1;
}
