/* SPDX-License-Identifier: Apache-2.0 */
/* Explanations against fresh evaluations: the reference evaluator on the whole
 * program says what is right. */

#include "explanations.h"

#include "explain/whatif.h"
#include "reference/reference.h"

struct checking {
    const struct law_explaining *in;
    const struct ar_rule *rule;
    const struct ar_rule_result *state;
    const struct ar_why *why;
    enum law_check failed;
};

static bool is_wanted(const struct checking *checking, enum law_check check)
{
    return checking->in->only == LAW_N_CHECKS || checking->in->only == check;
}

/* A case; false after a word on it if it does not hold. */
static bool expect(struct checking *checking, enum law_check check, bool holds,
                   const char *what, ar_str about)
{
    if (checking->in->counts)
        checking->in->counts[check]++;
    if (holds)
        return true;
    checking->failed = check;
    ar_buf_printf(checking->in->why,
                  "rule " AR_STR_FORMAT " " AR_STR_FORMAT ": %s: " AR_STR_FORMAT
                  "\n",
                  AR_STR_ARG(checking->rule->id),
                  AR_STR_ARG(checking->why->key_text), what, AR_STR_ARG(about));
    return false;
}

static const struct ar_rule_result *evaluate(const struct checking *checking,
                                             const struct ar_factset *facts)
{
    struct ar_result *result = ar_reference_evaluate(
        checking->in->arena, checking->in->program, facts, NULL);
    return &result->rules.at[checking->rule->ix];
}

/* ---- what a proof rests on ---- */

static struct ar_factset start_facts(const struct checking *checking)
{
    const struct ar_factset *facts = checking->in->facts;
    return (struct ar_factset){.arena = checking->in->arena,
                               .schema = facts->schema,
                               .missing_reason = facts->missing_reason,
                               .now = facts->now,
                               .has_now = facts->has_now};
}

/* Without one of them, SIZE_MAX: all. */
static struct ar_factset take_leaves(const struct checking *checking,
                                     size_t without)
{
    const struct ar_factset *facts = checking->in->facts;
    struct ar_arena *arena = checking->in->arena;
    struct ar_factset set = start_facts(checking);
    for (size_t ix = 0; ix < checking->why->facts.count; ix++) {
        const struct ar_evidence *fact = &checking->why->facts.at[ix];
        struct ar_fact_ref ref;
        if (ix == without)
            continue;
        ar_fact_ref_parse(arena, facts->schema, fact->key, &ref);
        ar_factset_add(&set, &ref, fact->value);
    }
    return set;
}

static bool has_finding(const struct ar_rule_result *state, ar_str key)
{
    for (size_t ix = 0; ix < state->findings.count; ix++) {
        if (ar_str_equal(state->findings.at[ix]->key_text, key))
            return true;
    }
    return false;
}

/* Of an element: whether it was found; its key may be told from another fact
 * that does not count. */
static bool is_enough(const struct checking *checking)
{
    struct ar_factset set = take_leaves(checking, SIZE_MAX);
    const struct ar_rule_result *state = evaluate(checking, &set);
    return state->status == checking->why->status;
}

static bool check_enough(struct checking *checking)
{
    if (!is_wanted(checking, LAW_CHECK_PROOF))
        return true;
    return expect(checking, LAW_CHECK_PROOF, is_enough(checking),
                  "its facts alone do not give", AR_STR("the status"));
}

static bool check_needed(struct checking *checking)
{
    const struct ar_why *why = checking->why;
    if (!is_wanted(checking, LAW_CHECK_NEEDED) || why->has_key)
        return true;
    for (size_t ix = 0; ix < why->facts.count; ix++) {
        struct ar_factset set = take_leaves(checking, ix);
        const struct ar_rule_result *state = evaluate(checking, &set);
        if (!expect(checking, LAW_CHECK_NEEDED, state->status != why->status,
                    "it does as well without", why->facts.at[ix].key))
            return false;
    }
    return true;
}

/* ---- what is left ---- */

static enum ar_status status_of(unsigned bits)
{
    if (bits == AR_OUTCOME_TRUE)
        return AR_STATUS_MATCHED;
    return bits & AR_OUTCOME_TRUE ? AR_STATUS_UNDETERMINED : AR_STATUS_CLEAR;
}

static enum ar_status residual_status(const struct checking *checking,
                                      const struct ar_factset *facts)
{
    struct ar_outcome out =
        ar_reference_expression(checking->in->arena, checking->in->program,
                                facts, NULL, checking->why->residual);
    return status_of(out.bits);
}

/* Of the rule, or of the element with that key. */
static bool is_alike(const struct checking *checking,
                     const struct ar_rule_result *state, enum ar_status status)
{
    if (state->status == AR_STATUS_ERROR)
        return true;
    if (checking->why->has_key)
        return has_finding(state, checking->why->key_text) ==
               (status == AR_STATUS_MATCHED);
    if (state->status == AR_STATUS_NOT_APPLICABLE)
        return status == AR_STATUS_CLEAR;
    return state->status == status;
}

/* An element may have another name when its key is known. */
static bool has_same_name(const struct checking *checking)
{
    struct ar_explain_options options = {0};
    const struct ar_result *result = ar_reference_evaluate(
        checking->in->arena, checking->in->program, checking->in->world, NULL);
    ar_str_vector keys =
        ar_explain_keys(checking->in->arena, result, checking->rule, &options);
    for (size_t ix = 0; ix < keys.count; ix++) {
        if (ar_str_equal(keys.at[ix], checking->why->key_text))
            return true;
    }
    return false;
}

static bool check_residual(struct checking *checking)
{
    const struct ar_why *why = checking->why;
    if (!is_wanted(checking, LAW_CHECK_RESIDUAL) || !why->residual)
        return true;
    enum ar_status now = residual_status(checking, checking->in->facts);
    if (!expect(checking, LAW_CHECK_RESIDUAL, now == AR_STATUS_UNDETERMINED,
                "what is left is decided", why->residual_text))
        return false;
    if (why->has_key && !has_same_name(checking))
        return true;
    enum ar_status then = residual_status(checking, checking->in->world);
    const struct ar_rule_result *state =
        evaluate(checking, checking->in->world);
    return expect(checking, LAW_CHECK_RESIDUAL, is_alike(checking, state, then),
                  "what is left means something else when more is known",
                  why->residual_text);
}

/* ---- what would flip it ---- */

/* With all changes but one, SIZE_MAX: with all. */
static struct ar_factset apply(const struct checking *checking,
                               const struct ar_flip *flip, size_t without)
{
    const struct ar_factset *facts = checking->in->facts;
    struct ar_arena *arena = checking->in->arena;
    struct ar_factset set = start_facts(checking);
    struct ar_fact_ref ref;
    for (size_t ix = 0; ix < facts->entries.count; ix++) {
        const struct ar_fact_entry *entry = facts->entries.at[ix];
        ar_fact_ref_parse(arena, facts->schema, entry->key, &ref);
        ar_factset_add(&set, &ref, entry->value);
    }
    for (size_t ix = 0; ix < flip->changes.count; ix++) {
        ar_fact_ref_parse(arena, facts->schema, flip->changes.at[ix].key, &ref);
        if (ix != without)
            ar_factset_set(&set, &ref, flip->changes.at[ix].after);
    }
    return set;
}

static bool is_flipped(const struct checking *checking, enum ar_status status)
{
    if (checking->why->status == AR_STATUS_MATCHED)
        return status == AR_STATUS_CLEAR || status == AR_STATUS_NOT_APPLICABLE;
    return status == AR_STATUS_MATCHED;
}

static bool flips(struct checking *checking, const struct ar_flip *flip)
{
    struct ar_factset set = apply(checking, flip, SIZE_MAX);
    enum ar_status status = evaluate(checking, &set)->status;
    ar_str first = flip->changes.at[0].key;
    if (!expect(checking, LAW_CHECK_FLIP,
                status == flip->status && is_flipped(checking, status),
                "no other status comes of it", first))
        return false;
    for (size_t ix = 0; flip->changes.count > 1 && ix < flip->changes.count;
         ix++) {
        set = apply(checking, flip, ix);
        status = evaluate(checking, &set)->status;
        if (!expect(checking, LAW_CHECK_FLIP, !is_flipped(checking, status),
                    "less is enough, without", flip->changes.at[ix].key))
            return false;
    }
    for (size_t ix = 0; ix < flip->changes.count; ix++) {
        const struct ar_fact_decl *decl = flip->changes.at[ix].decl;
        if (!expect(checking, LAW_CHECK_FLIP, !decl || !decl->is_fixed,
                    "nobody can change", flip->changes.at[ix].key))
            return false;
    }
    return true;
}

static bool check_flips(struct checking *checking)
{
    struct ar_explain_options options = {0};
    bool is_open = checking->why->status == AR_STATUS_UNDETERMINED;
    if (!is_wanted(checking, LAW_CHECK_FLIP) || checking->why->has_key ||
        is_open)
        return true;
    ar_flip_vector found =
        ar_explain_flips(checking->in->arena, checking->in->result,
                         checking->rule, (ar_str){NULL, 0}, &options);
    for (size_t ix = 0; ix < found.count; ix++) {
        if (!flips(checking, &found.at[ix]))
            return false;
    }
    return true;
}

/* ---- a rule ---- */

static bool check_why(struct checking *checking)
{
    if (checking->why->is_cut)
        return true;
    if (checking->why->status == AR_STATUS_UNDETERMINED)
        return check_residual(checking);
    return check_enough(checking) && check_needed(checking) &&
           check_flips(checking);
}

static bool check_rule(struct checking *checking)
{
    struct ar_explain_options options = {0};
    enum ar_status status = checking->state->status;
    if (status == AR_STATUS_NOT_LOADED || status == AR_STATUS_ERROR)
        return true;
    ar_why_vector whys =
        ar_explain_rule(checking->in->arena, checking->in->result,
                        checking->rule, (ar_str){NULL, 0}, &options);
    for (size_t ix = 0; ix < whys.count; ix++) {
        checking->why = whys.at[ix];
        if (!check_why(checking))
            return false;
    }
    return true;
}

enum law_check law_explain(const struct law_explaining *explaining)
{
    struct checking checking = {.in = explaining, .failed = LAW_N_CHECKS};
    for (size_t ix = 0; ix < explaining->result->rules.count; ix++) {
        checking.state = &explaining->result->rules.at[ix];
        checking.rule = checking.state->rule;
        if (!check_rule(&checking))
            return checking.failed;
    }
    return LAW_N_CHECKS;
}
