/* SPDX-License-Identifier: Apache-2.0 */
/* The index and the reference evaluator on random packs and random facts:
 *
 *     t_agree [PAIRS [SEED [PACK]]]
 *
 * A pair is a pack and a set of facts. Statuses by the index alone, and whole
 * results with its help, must be those of the reference: findings, causes and
 * texts. When facts change, an update must be as good as a new run. A pack
 * number alone is tried if it is given. */

#include "code/code.h"
#include "pack.h"
#include "reference/reference.h"
#include "report/report.h"
#include "run/index.h"
#include "run/vm.h"

#include <stdio.h>
#include <string.h>

enum {
    N_PAIRS = 20000,
    FACT_SETS = 20,
    IDS_EVERY = 3, /* pairs */
    DEFAULT_SEED = 20261130
};

/* A pack that is tried. */
struct trial {
    struct law_pack pack;
    struct law_loaded loaded;
    const struct ar_code *code;
    const struct ar_index *index;
    struct ar_scan *scan;
    struct ar_scan *fresh;
    struct ar_reach *reach;
};

struct tally {
    size_t n_pairs;
    size_t n_packs;
    size_t statuses[AR_N_STATUSES];
    size_t n_bare;
};

static bool make_ready(struct trial *trial)
{
    if (!law_load(&trial->loaded, trial->pack.sources, trial->pack.n_sources))
        return false;
    struct ar_arena *arena = &trial->loaded.arena;
    trial->code = ar_code_generate(arena, trial->loaded.program);
    trial->index = ar_index_build(arena, trial->code);
    trial->scan = ar_scan_create(arena, trial->index);
    trial->fresh = ar_scan_create(arena, trial->index);
    trial->reach = ar_reach_create(arena, trial->code);
    return true;
}

static bool start(struct trial *trial, struct law_choices *choices,
                  size_t number)
{
    trial->pack = law_pack_generate(choices, number);
    return make_ready(trial);
}

static void end(struct trial *trial)
{
    law_unload(&trial->loaded);
    law_pack_free(&trial->pack);
}

/* ---- a pair ---- */

static bool agree_on_statuses(const struct trial *trial,
                              const struct ar_result *wanted,
                              struct tally *tally)
{
    size_t counts[AR_N_STATUSES] = {0};
    struct ar_scan_list matched = ar_scan_matched(trial->scan);
    size_t at = 0;
    for (size_t ix = 0; ix < wanted->rules.count; ix++) {
        const struct ar_rule_result *rule = &wanted->rules.at[ix];
        enum ar_status status = ar_scan_status(trial->scan, ix);
        counts[rule->status]++;
        tally->statuses[rule->status]++;
        bool is_listed = at < matched.count && matched.at[at] == ix;
        at += is_listed;
        if (status == rule->status &&
            is_listed == (rule->status == AR_STATUS_MATCHED))
            continue;
        printf("rule " AR_STR_FORMAT ": reference %s, index %s\n",
               AR_STR_ARG(rule->rule->id), ar_status_table[rule->status].name,
               ar_status_table[status].name);
        return false;
    }
    if (memcmp(counts, ar_scan_counts(trial->scan), sizeof(counts)) == 0)
        return true;
    puts("the counts differ");
    return false;
}

/* To the letter: all that a report of ids shows. */
static bool agree_on_ids(struct ar_arena *arena, const struct ar_result *wanted,
                         const struct ar_result *result)
{
    static const struct ar_report_options options = {
        .detail = AR_REPORT_IDS, .tool = {"t", 1}, .generated = ""};
    struct ar_buf one = AR_BUF(arena);
    struct ar_buf other = AR_BUF(arena);
    ar_report_ndjson(&one, wanted, &options);
    ar_report_ndjson(&other, result, &options);
    if (ar_str_equal(ar_buf_view(&one), ar_buf_view(&other)))
        return true;
    printf("reference: " AR_STR_FORMAT "ids only: " AR_STR_FORMAT,
           AR_STR_ARG(ar_buf_view(&one)), AR_STR_ARG(ar_buf_view(&other)));
    return false;
}

static bool try_pair(struct trial *trial, struct ar_arena *arena,
                     const struct law_facts *facts, struct tally *tally,
                     bool is_bound)
{
    const struct ar_program *program = trial->loaded.program;
    struct ar_factset set = law_facts_apply(arena, &program->schema, facts);
    struct ar_evaluation_options options = {.scan = trial->scan};
    const struct ar_result *wanted =
        ar_reference_evaluate(arena, program, &set, NULL);
    if (is_bound)
        ar_factset_bind(&set, ar_index_layout(trial->index));
    ar_scan_run(trial->scan, &set, NULL);
    tally->n_pairs++;
    if (!agree_on_statuses(trial, wanted, tally))
        return false;
    const uint8_t *said = ar_scan_say(trial->scan, false);
    for (size_t ix = 0; ix < program->rules.count; ix++)
        tally->n_bare += said[ix] != AR_SCAN_UNSAID;
    const struct ar_result *result =
        ar_vm_evaluate(arena, trial->code, program, &set, &options);
    if (!law_agree_on_text(arena, "index", wanted, result))
        return false;
    if (tally->n_pairs % IDS_EVERY != 0)
        return true;
    options.ids_only = true;
    return agree_on_ids(
        arena, wanted,
        ar_vm_evaluate(arena, trial->code, program, &set, &options));
}

/* Some facts of another set one by one, each time with a scan that goes on and
 * one that begins anew. */
static bool update_as_fresh(struct trial *trial, struct ar_arena *arena,
                            struct law_choices *choices,
                            const struct law_facts *facts)
{
    const struct ar_program *program = trial->loaded.program;
    struct ar_factset set = law_facts_apply(arena, &program->schema, facts);
    struct law_facts others =
        law_facts_generate(arena, choices, &program->schema);
    struct ar_factset changes =
        law_facts_apply(arena, &program->schema, &others);
    ar_factset_bind(&set, ar_index_layout(trial->index));
    ar_scan_start(trial->scan, &set, NULL);
    for (size_t round = 0; round < 3 && changes.entries.count > 0; round++) {
        for (unsigned left = law_pick(choices, 3) + 1; left > 0; left--) {
            size_t ix = law_pick(choices, 256) % changes.entries.count;
            const struct ar_fact_entry *entry = changes.entries.at[ix];
            struct ar_fact_ref ref = {.decl = entry->decl, .key = entry->key};
            ar_factset_set(&set, &ref, entry->value);
            ar_reach_touch(trial->reach, &ref);
        }
        struct ar_reached reached = ar_reach_take(trial->reach);
        ar_scan_update(trial->scan, NULL, &reached);
        ar_scan_run(trial->fresh, &set, NULL);
        const uint8_t *said = ar_scan_say(trial->fresh, false);
        for (size_t ix = 0; ix < program->rules.count; ix++) {
            enum ar_status status = ar_scan_status(trial->scan, ix);
            if (status != ar_scan_status(trial->fresh, ix) ||
                said[ix] != ar_scan_say_rule(trial->scan, ix)) {
                printf("rule %zu after changes: %s\n", ix,
                       ar_status_table[status].name);
                return false;
            }
        }
    }
    return true;
}

static bool try_pack(uint64_t seed, size_t number, size_t n_pairs,
                     struct tally *tally)
{
    struct trial trial = {0};
    struct ar_arena arena = {0};
    struct law_choices choices =
        law_choices_of_seed(law_mix(seed + number * UINT64_C(0x9E3779B9)));
    bool is_good = start(&trial, &choices, number);
    tally->n_packs++;
    if (!is_good) {
        struct ar_buf out = AR_BUF(&arena);
        ar_diags_render(&out, &trial.loaded.diags, false);
        ar_buf_put_c(&out, "the pack has errors");
        puts(ar_buf_view(&out).ptr);
    }
    for (size_t ix = 0; is_good && ix < n_pairs; ix++) {
        struct law_facts facts =
            law_facts_generate(&arena, &choices, &trial.loaded.program->schema);
        is_good = try_pair(&trial, &arena, &facts, tally, ix % 2 == 0) &&
                  update_as_fresh(&trial, &arena, &choices, &facts);
        if (!is_good)
            law_pack_show(&trial.pack, &facts);
        ar_arena_reset(&arena);
    }
    ar_arena_free(&arena);
    end(&trial);
    return is_good;
}

/* A generator that no longer makes something would test less and say
 * nothing. */
static bool has_seen_all(const struct tally *tally)
{
    bool is_all = tally->n_bare > 1000;
    for (size_t ix = 0; ix < AR_N_STATUSES; ix++) {
        printf("%9zu %s\n", tally->statuses[ix], ar_status_table[ix].name);
        is_all =
            is_all && (tally->statuses[ix] > 100 || ix == AR_STATUS_ERROR ||
                       ix == AR_STATUS_NOT_LOADED);
    }
    return is_all;
}

/* ---- what random packs hardly have ---- */

static void set_fact(struct ar_factset *set, const char *key, ar_value value)
{
    struct ar_fact_ref ref;
    enum ar_fact_ref_status status =
        ar_fact_ref_parse(set->arena, set->schema, ar_str_from_c(key), &ref);
    AR_ASSERT(status == AR_FACT_REF_OK);
    (void)status;
    if (value.state == AR_STATE_VALUE)
        value.type = ref.decl->type;
    ar_factset_set(set, &ref, value);
}

/* One text and one number for each rule: more classes than a fact has rows,
 * more constants than it has cuts, and tasks beside them. */
static ar_str make_wide_pack(struct ar_arena *arena)
{
    struct ar_buf out = AR_BUF(arena);
    ar_buf_put_c(&out, "fact a.name : string\nfact a.size : int\n"
                       "fact a.lines : list of string\n"
                       "fact a.records : list of { n : int }\n");
    for (unsigned ix = 0; ix < 400; ix++)
        ar_buf_printf(
            &out,
            "rule r%u\n  when a.name %s \"name %u\" and a.size %s %u%s\n"
            "  then diagnose \"x\"\n",
            ix, ix % 7 == 0 ? "!=" : "==", ix, ix % 2 ? "<" : ">=", ix,
            ix == 5       ? " and a.lines matches /^(?:x+x+)+[yz]w/"
            : ix % 5 == 1 ? " or any x in a.records: x.n == 7"
                          : "");
    ar_buf_put_c(&out, "rule last\n  applies a.name exists\n"
                       "  when a.name == \"name 3\" or a.size == 3 or\n"
                       "  a.lines matches /xyw/\n"
                       "  then diagnose \"x\"\n");
    return ar_buf_view(&out);
}

static ar_value make_lines(struct ar_arena *arena, size_t count, ar_str line)
{
    ar_value *items = AR_NEW_ARRAY(arena, ar_value, count);
    ar_value list = {.state = AR_STATE_VALUE};
    for (size_t ix = 0; ix < count; ix++)
        items[ix] = ar_value_string(line);
    list.as.list.items = items;
    list.as.list.count = count;
    return list;
}

static bool try_wide_facts(struct trial *trial, struct ar_arena *arena,
                           size_t round)
{
    static const int64_t fuels[] = {0, 40, 60000};
    const struct ar_program *program = trial->loaded.program;
    struct ar_factset set = {.arena = arena,
                             .schema = &program->schema,
                             .missing_reason = AR_REASON_not_in_snapshot};
    size_t length = round % 3 == 0 ? 3 : round % 3 == 1 ? 500 : 1500;
    ar_str name = ar_str_printf(arena, "name %u", (unsigned)(round * 37 % 420));
    if (round % 11 != 3)
        set_fact(&set, "a.name", ar_value_string(name));
    set_fact(&set, "a.size", ar_value_int((int64_t)(round * 53 % 420) - 5));
    set_fact(&set, "a.lines",
             make_lines(arena, length,
                        round % 2 ? AR_STR("xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxyw!")
                                  : AR_STR("xx vw")));
    struct ar_evaluation_options options = {.rule_fuel = fuels[round % 4 % 3]};
    if (round % 8 == 7)
        options.run_fuel = 3000;
    const struct ar_result *wanted =
        ar_vm_evaluate(arena, trial->code, program, &set, &options);
    ar_scan_run(trial->scan, &set, &options);
    struct tally tally = {0};
    if (!agree_on_statuses(trial, wanted, &tally))
        return false;
    options.scan = trial->scan;
    return law_agree_on_text(
        arena, "index", wanted,
        ar_vm_evaluate(arena, trial->code, program, &set, &options));
}

/* The machine alone is the judge here: it and the reference count steps in
 * different ways. */
static bool try_wide(void)
{
    struct trial trial = {0};
    struct ar_arena arena = {0};
    trial.pack.sources[0] =
        (struct law_source){"wide.rules", make_wide_pack(&trial.pack.arena)};
    trial.pack.n_sources = 1;
    bool is_good = make_ready(&trial);
    for (size_t round = 0; is_good && round < 24; round++) {
        is_good = try_wide_facts(&trial, &arena, round);
        if (!is_good)
            printf("wide facts %zu\n", round);
        ar_arena_reset(&arena);
    }
    ar_arena_free(&arena);
    end(&trial);
    return is_good;
}

/* ---- texts that are left out ---- */

/* Rules that match on the same machine, and whose texts take no steps, some,
 * or more than a rule has; one has keys. */
static ar_str make_talkative_pack(struct ar_arena *arena, bool is_endless)
{
    static const char *const texts[] = {
        "plain", "{a.size + 1} of {length(a.lines)}",
        "{count(x in a.lines: x == \"z\")}",
        "{count(x in a.lines: any y in a.lines: y == x and x == \"no\")}"};
    unsigned n_texts = is_endless ? 4 : 3;
    struct ar_buf out = AR_BUF(arena);
    ar_buf_put_c(&out, "fact a.size : int\nfact a.lines : list of string\n");
    for (unsigned ix = 0; ix < 60; ix++)
        ar_buf_printf(&out,
                      "rule r%02u\n  when a.size > %u\n"
                      "  then\n    diagnose \"%s\"\n    remedy \"Mend it\"\n"
                      "      risk low\n      step \"%s\"\n"
                      "        do \"that\" if a.lines contains \"q\"\n",
                      ix, ix % 7, texts[ix % n_texts],
                      texts[(ix + ix / 4) % n_texts]);
    ar_buf_put_c(&out,
                 "rule s\n  for each l in a.lines key l\n  when a.size > 2\n"
                 "  then diagnose \"{l}\"\n");
    return ar_buf_view(&out);
}

/* Whatever fuel there is, also where texts use it up for rules behind. */
static bool try_talkative_facts(struct trial *trial, struct ar_arena *arena,
                                size_t round, size_t *n_failed)
{
    static const int64_t fuels[] = {0, 400, 3000, 40000, 500000};
    static const size_t lengths[] = {2, 40, 300, 1100};
    const struct ar_program *program = trial->loaded.program;
    struct ar_factset set = {.arena = arena,
                             .schema = &program->schema,
                             .missing_reason = AR_REASON_not_in_snapshot};
    set_fact(&set, "a.size", ar_value_int((int64_t)(round % 3) * 3 + 2));
    set_fact(&set, "a.lines",
             make_lines(arena, lengths[round % 4], AR_STR("no more")));
    struct ar_evaluation_options options = {.run_fuel = fuels[round % 5]};
    const struct ar_result *wanted =
        ar_vm_evaluate(arena, trial->code, program, &set, &options);
    *n_failed += wanted->counts[AR_STATUS_ERROR];
    options.scan = trial->scan;
    options.ids_only = true;
    return agree_on_ids(
        arena, wanted,
        ar_vm_evaluate(arena, trial->code, program, &set, &options));
}

static bool try_talkative(bool is_endless)
{
    struct trial trial = {0};
    struct ar_arena arena = {0};
    size_t n_failed = 0;
    trial.pack.sources[0] = (struct law_source){
        "texts.rules", make_talkative_pack(&trial.pack.arena, is_endless)};
    trial.pack.n_sources = 1;
    bool is_good = make_ready(&trial);
    if (!is_good)
        law_pack_show(&trial.pack, NULL);
    for (size_t round = 0; is_good && round < 20; round++) {
        is_good = try_talkative_facts(&trial, &arena, round, &n_failed);
        if (!is_good)
            printf("texts %zu\n", round);
        ar_arena_reset(&arena);
    }
    printf("%9zu rules without fuel because of texts\n", n_failed);
    ar_arena_free(&arena);
    end(&trial);
    return is_good && n_failed > 0;
}

int main(int argc, char **argv)
{
    size_t n_pairs = (size_t)law_read_number(argc, argv, 1, N_PAIRS);
    uint64_t seed = law_read_number(argc, argv, 2, DEFAULT_SEED);
    size_t only = (size_t)law_read_number(argc, argv, 3, SIZE_MAX);
    struct tally tally = {0};
    size_t number = only != SIZE_MAX ? only : 0;
    while (tally.n_pairs < n_pairs) {
        if (!try_pack(seed, number, FACT_SETS, &tally)) {
            printf("pack %zu of seed %llu\n", number, (unsigned long long)seed);
            return 1;
        }
        if (only != SIZE_MAX)
            return 0;
        number++;
    }
    if (!try_wide() || !try_talkative(false) || !try_talkative(true))
        return 1;
    printf("%zu pairs in %zu packs agree, seed %llu\n", tally.n_pairs,
           tally.n_packs, (unsigned long long)seed);
    if (n_pairs < N_PAIRS || has_seen_all(&tally))
        return 0;
    puts("some statuses hardly occur");
    return 1;
}
