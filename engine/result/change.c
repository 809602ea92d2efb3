/* SPDX-License-Identifier: Apache-2.0 */
/* Findings are the same if they are of one rule and have the same key. */

#include "result/change.h"

#include "result/assemble.h"

struct rule_before {
    enum ar_status status;
    struct ar_finding *const *findings;
    size_t n_findings;
    const struct ar_change_side *sides; /* of the findings */
};

struct replaced {
    size_t rule_ix;
    struct rule_before rule;
};

struct ar_result_before {
    struct ar_arena *arena;
    const struct ar_result *result;
    AR_VECTOR(struct replaced) replaced; /* in the order of the rules */
};

static const char *const names[AR_N_CHANGE_KINDS] = {
    [AR_CHANGE_STATUS] = "status",
    [AR_CHANGE_NEW] = "new",
    [AR_CHANGE_GONE] = "gone",
    [AR_CHANGE_FINDING] = "changed",
};

const char *ar_change_name(enum ar_change_kind kind)
{
    return names[kind];
}

static struct ar_change_side side_of(const struct ar_finding *finding)
{
    return (struct ar_change_side){.diagnosis = finding->diagnosis,
                                   .is_waived = finding->waived_by != NULL,
                                   .is_superseded =
                                       finding->superseded_by.count > 0};
}

/* As it is now; sides are those of its findings. */
static struct rule_before rule_of(const struct ar_rule_result *rule,
                                  const struct ar_change_side *sides)
{
    return (struct rule_before){rule->status, rule->findings.at,
                                rule->findings.count, sides};
}

static struct rule_before note_rule(struct ar_arena *arena,
                                    const struct ar_rule_result *rule)
{
    size_t count = rule->findings.count;
    struct ar_change_side *sides = NULL;
    if (count > 0)
        sides = AR_NEW_ARRAY(arena, struct ar_change_side, count);
    for (size_t ix = 0; ix < count; ix++)
        sides[ix] = side_of(rule->findings.at[ix]);
    return rule_of(rule, sides);
}

struct ar_result_before *ar_result_note(struct ar_arena *arena,
                                        const struct ar_result *result)
{
    struct ar_result_before *before = AR_NEW(arena, struct ar_result_before);
    before->arena = arena;
    before->result = result;
    return before;
}

void ar_result_note_rule(struct ar_result_before *before, size_t rule_ix)
{
    struct replaced replaced = {
        rule_ix,
        note_rule(before->arena, &before->result->rules.at[rule_ix]),
    };
    AR_ASSERT(before->replaced.count == 0 ||
              before->replaced.at[before->replaced.count - 1].rule_ix <
                  rule_ix);
    ar_vector_push(before->arena, &before->replaced, replaced);
}

/* ---- comparing ---- */

/* One rule, then and now. */
struct comparing {
    struct ar_arena *arena;
    const struct rule_before *before;
    const struct ar_rule_result *after;
    ar_change_vector *out;
};

/* The finding as it was and as it is; either may be NULL. */
struct pair {
    const struct ar_finding *was;
    const struct ar_finding *is;
};

static void add(const struct comparing *comparing, enum ar_change_kind kind,
                struct pair pair, struct ar_change_side before,
                struct ar_change_side after)
{
    const struct ar_finding *finding = pair.is ? pair.is : pair.was;
    struct ar_change change = {
        .kind = kind,
        .rule = comparing->after,
        .status_before = comparing->before->status,
        .was = pair.was,
        .before = before,
        .after = after,
    };
    if (finding) {
        change.key_text = finding->key_text;
        change.fingerprint = finding->fingerprint;
    }
    ar_vector_push(comparing->arena, comparing->out, change);
}

/* The index of the finding with that key, or count. Most stay where they
 * were. */
static size_t find(struct ar_finding *const *findings, size_t count,
                   ar_str key_text, size_t guess)
{
    if (guess < count && ar_str_equal(findings[guess]->key_text, key_text))
        return guess;
    size_t ix = 0;
    while (ix < count && !ar_str_equal(findings[ix]->key_text, key_text))
        ix++;
    return ix;
}

static bool is_same_side(const struct ar_change_side *a,
                         const struct ar_change_side *b)
{
    return a->is_waived == b->is_waived &&
           a->is_superseded == b->is_superseded &&
           (a->diagnosis.ptr == b->diagnosis.ptr ||
            ar_str_equal(a->diagnosis, b->diagnosis));
}

static void compare_findings(const struct comparing *comparing)
{
    const struct ar_change_side none = {0};
    const struct rule_before *before = comparing->before;
    struct ar_finding *const *now = comparing->after->findings.at;
    size_t n_now = comparing->after->findings.count;
    for (size_t ix = 0; ix < before->n_findings; ix++) {
        const struct ar_finding *finding = before->findings[ix];
        size_t at = find(now, n_now, finding->key_text, ix);
        if (at == n_now) {
            add(comparing, AR_CHANGE_GONE, (struct pair){finding, NULL},
                before->sides[ix], none);
            continue;
        }
        struct ar_change_side after = side_of(now[at]);
        if (!is_same_side(&before->sides[ix], &after))
            add(comparing, AR_CHANGE_FINDING, (struct pair){finding, now[at]},
                before->sides[ix], after);
    }
    for (size_t ix = 0; ix < n_now; ix++) {
        if (find(before->findings, before->n_findings, now[ix]->key_text, ix) ==
            before->n_findings)
            add(comparing, AR_CHANGE_NEW, (struct pair){NULL, now[ix]}, none,
                side_of(now[ix]));
    }
}

/* A status that comes with findings, or went with them, needs no word of its
 * own. */
static void compare_rule(const struct comparing *comparing)
{
    const struct ar_change_side none = {0};
    const struct rule_before *before = comparing->before;
    const struct ar_rule_result *after = comparing->after;
    if (before->status != after->status && before->n_findings == 0 &&
        after->findings.count == 0)
        add(comparing, AR_CHANGE_STATUS, (struct pair){NULL, NULL}, none, none);
    if (before->n_findings + after->findings.count > 0)
        compare_findings(comparing);
}

/* The rule was not replaced; but what others found may explain its findings,
 * and waivers expire. */
static void compare_kept_rule(const struct comparing *comparing)
{
    const struct ar_rule_result *rule = comparing->after;
    size_t count = rule->findings.count;
    bool is_same = true;
    for (size_t ix = 0; ix < count && is_same; ix++) {
        const struct ar_finding *finding = rule->findings.at[ix];
        is_same = finding->was_waived == (finding->waived_by != NULL) &&
                  finding->was_superseded == (finding->superseded_by.count > 0);
    }
    if (is_same)
        return;
    struct ar_change_side *sides =
        AR_NEW_ARRAY(comparing->arena, struct ar_change_side, count);
    for (size_t ix = 0; ix < count; ix++) {
        const struct ar_finding *finding = rule->findings.at[ix];
        sides[ix] = (struct ar_change_side){
            finding->diagnosis, finding->was_waived, finding->was_superseded};
    }
    struct rule_before before = rule_of(rule, sides);
    struct comparing kept = *comparing;
    kept.before = &before;
    compare_rule(&kept);
}

static void compare_replaced(struct comparing *comparing,
                             const struct replaced *replaced,
                             const struct ar_result *result)
{
    comparing->before = &replaced->rule;
    comparing->after = &result->rules.at[replaced->rule_ix];
    compare_rule(comparing);
}

/* In a result that was brought up to date. */
static void compare_in_place(struct comparing *comparing,
                             const struct ar_result_before *before,
                             const struct ar_result *result)
{
    const struct replaced *replaced = before->replaced.at;
    size_t n_replaced = before->replaced.count;
    size_t next = 0;
    bool may_kept_differ = result->is_linked || result->was_linked;
    size_t n_kept = may_kept_differ ? result->noted.count : 0;
    for (size_t ix = 0; ix < n_kept; ix++) {
        const struct ar_rule_result *rule = result->noted.at[ix];
        size_t rule_ix = (size_t)(rule - result->rules.at);
        bool is_kept = true;
        for (; next < n_replaced && replaced[next].rule_ix <= rule_ix; next++) {
            is_kept = is_kept && replaced[next].rule_ix != rule_ix;
            compare_replaced(comparing, &replaced[next], result);
        }
        comparing->after = rule;
        if (is_kept)
            compare_kept_rule(comparing);
    }
    for (; next < n_replaced; next++)
        compare_replaced(comparing, &replaced[next], result);
}

/* With a result that was made from the start. */
static void compare_all(struct comparing *comparing,
                        const struct ar_result_before *before,
                        const struct ar_result *result)
{
    size_t next = 0;
    for (size_t ix = 0; ix < result->rules.count; ix++) {
        bool is_replaced = next < before->replaced.count &&
                           before->replaced.at[next].rule_ix == ix;
        struct rule_before rule =
            is_replaced
                ? before->replaced.at[next++].rule
                : note_rule(comparing->arena, &before->result->rules.at[ix]);
        comparing->before = &rule;
        comparing->after = &result->rules.at[ix];
        compare_rule(comparing);
    }
}

void ar_result_changes(struct ar_result_before *before,
                       const struct ar_result *result, ar_change_vector *out)
{
    struct comparing comparing = {.arena = before->arena, .out = out};
    if (before->result == result)
        compare_in_place(&comparing, before, result);
    else
        compare_all(&comparing, before, result);
}
