/* SPDX-License-Identifier: Apache-2.0 */
/* Advice: the rows of advice.def that fit the reason and the fact, or what
 * reasons.def says, and the option that says what the fact is. */

#include "explain/advice.h"

#include "result/assemble.h"

#include <string.h>

enum circumstance {
    ANY = 0,
    ADMIN = 1,
    PROGRAM = 2,
    NO_PROBE = 4,
    LIVE = 8,
    SNAPSHOT = 16,
    INPUT = 32,
    UNTRUSTED = 64
};

static const struct row {
    enum ar_reason reason;
    enum circumstance circumstance;
    const char *text;
    const char *command;
} rows[] = {
#define AR_ADVICE(reason, circumstance, text, command) \
    {AR_REASON_##reason, circumstance, text, command},
#include "explain/advice.def"
#undef AR_ADVICE
};

struct advising {
    struct ar_arena *arena;
    struct ar_missing *missing;
    const struct ar_fact_decl *decl;
    const struct ar_probe *probe; /* that gives the fact, or NULL */
    unsigned circumstances;
};

/* ---- who finds it out ---- */

static bool gives(const struct ar_probe *probe, const struct ar_fact_decl *decl)
{
    for (size_t ix = 0; ix < probe->gives.count; ix++) {
        if (probe->gives.at[ix] == decl)
            return true;
    }
    return false;
}

/* The one that was asked, else the first that could be. */
static const struct ar_probe *find_probe(struct ar_arena *arena,
                                         const struct ar_program *program,
                                         const struct ar_fact_decl *decl,
                                         ar_str asked)
{
    const struct ar_probe *found = NULL;
    for (size_t ix = 0; decl && ix < program->probes.count; ix++) {
        const struct ar_probe *probe = program->probes.at[ix];
        if (!probe->node)
            probe = ar_probe_outline(arena, program, probe, decl);
        if (!probe || !gives(probe, decl))
            continue;
        if (!found || ar_str_equal(probe->name, asked))
            found = probe;
    }
    return found;
}

static unsigned find_circumstances(const struct advising *advising,
                                   bool is_live)
{
    const struct ar_fact_decl *decl = advising->decl;
    const struct ar_probe *probe = advising->probe;
    unsigned found = is_live ? LIVE : SNAPSHOT;
    if (decl && decl->needs_admin)
        found |= ADMIN;
    if (decl && decl->is_input)
        found |= INPUT;
    if (probe && probe->source == AR_PROBE_RUN)
        found |= PROGRAM;
    /* It did not even begin, so it took no time. */
    if (probe && !probe->pack->is_trusted &&
        advising->missing->origin.duration_ms < 0)
        found |= UNTRUSTED;
    if (!probe && decl && !decl->is_input && !decl->is_derived &&
        advising->missing->origin.probe.len == 0)
        found |= NO_PROBE;
    return found;
}

/* ---- texts ---- */

enum { MICROSECONDS_PER_SECOND = 1000000 };

static ar_str hole_text(const struct advising *advising, ar_str name)
{
    const struct ar_missing *missing = advising->missing;
    int64_t timeout_us = advising->probe ? advising->probe->timeout_us : 0;
    if (ar_str_equal_c(name, "fact"))
        return missing->cause.name;
    if (ar_str_equal_c(name, "probe"))
        return missing->origin.probe;
    if (ar_str_equal_c(name, "how"))
        return missing->origin.how;
    if (ar_str_equal_c(name, "question") && advising->decl)
        return advising->decl->question;
    if (ar_str_equal_c(name, "timeout") && timeout_us > 0)
        return ar_value_text(advising->arena, ar_value_duration(timeout_us));
    return (ar_str){NULL, 0};
}

/* False if a hole cannot be filled. */
static bool fill(const struct advising *advising, const char *pattern,
                 ar_str *out)
{
    struct ar_buf text = AR_BUF(advising->arena);
    ar_str rest = ar_str_from_c(pattern);
    for (size_t open = ar_str_find(rest, AR_STR("{"), 0); open != SIZE_MAX;
         open = ar_str_find(rest, AR_STR("{"), 0)) {
        size_t close = ar_str_find(rest, AR_STR("}"), open);
        ar_str value = hole_text(advising, ar_str_slice(rest, open + 1, close));
        if (value.len == 0)
            return false;
        ar_buf_put(&text, ar_str_slice(rest, 0, open));
        ar_buf_put(&text, value);
        rest = ar_str_slice(rest, close + 1, rest.len);
    }
    ar_buf_put(&text, rest);
    *out = ar_buf_view(&text);
    return true;
}

static void add(const struct advising *advising, ar_str text, ar_str command)
{
    struct ar_advice advice = {text, command};
    ar_vector_push(advising->arena, &advising->missing->how, advice);
}

static void add_rows(const struct advising *advising)
{
    for (size_t ix = 0; ix < AR_COUNT_OF(rows); ix++) {
        unsigned circumstance = rows[ix].circumstance;
        ar_str text;
        if (rows[ix].reason == advising->missing->cause.value.reason &&
            (circumstance == ANY || (advising->circumstances & circumstance)) &&
            fill(advising, rows[ix].text, &text))
            add(advising, text, ar_str_from_c(rows[ix].command));
    }
}

/* What the evaluation could not work out cannot be set. */
static bool can_be_set(const struct advising *advising)
{
    enum ar_reason reason = advising->missing->cause.value.reason;
    return advising->missing->cause.is_fact && advising->decl &&
           reason != AR_REASON_bad_value && reason != AR_REASON_conflict &&
           reason != AR_REASON_budget;
}

/* "--set 'docker.arch=VALUE'", quoted so that every shell takes it. */
static void add_option(const struct advising *advising)
{
    bool is_input = advising->decl->is_input;
    struct ar_buf command = AR_BUF(advising->arena);
    ar_str assignment = ar_str_concat(
        advising->arena, advising->missing->cause.name, AR_STR("=VALUE"));
    ar_buf_put_c(&command, is_input ? "--input " : "--set ");
    bool is_simple = ar_str_find(assignment, AR_STR("("), 0) == SIZE_MAX;
    if (is_simple)
        ar_buf_put(&command, assignment);
    else if (!ar_result_quote(&command, (ar_str){NULL, 0}, assignment) &&
             !ar_result_quote(&command, AR_STR("bash"), assignment))
        return;
    add(advising, AR_STR("say what it is"), ar_buf_view(&command));
}

void ar_advise(struct ar_arena *arena, const struct ar_program *program,
               const struct ar_factset *facts, bool is_live,
               struct ar_missing *missing)
{
    const struct ar_fact_entry *entry =
        ar_factset_entry(facts, missing->cause.name);
    struct advising advising = {
        .arena = arena, .missing = missing, .decl = missing->cause.decl};
    missing->origin = entry ? *entry->origin : ar_no_origin;
    advising.probe =
        find_probe(arena, program, advising.decl, missing->origin.probe);
    advising.circumstances = find_circumstances(&advising, is_live);
    add_rows(&advising);
    if (missing->how.count == 0)
        add(&advising,
            ar_str_from_c(ar_reason_table[missing->cause.value.reason].how),
            (ar_str){NULL, 0});
    if (can_be_set(&advising))
        add_option(&advising);
}
