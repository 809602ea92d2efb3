/* SPDX-License-Identifier: Apache-2.0 */
/* Findings are the same if they are of one rule and have the same key. */

#include "result/change.h"

struct rule_before {
    enum ar_status status;
    struct ar_finding *const *findings;
    size_t n_findings;
    const struct ar_change_side *sides; /* of the findings */
};

/* Of a rule that had findings. */
struct noted_before {
    size_t rule_ix;
    struct rule_before rule;
};

struct ar_result_before {
    const uint8_t *statuses; /* of all rules */
    const struct noted_before *noted;
    size_t n_noted;
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

static void note_findings(struct ar_arena *arena,
                          const struct ar_rule_result *rule,
                          struct rule_before *out)
{
    size_t count = rule->findings.count;
    struct ar_change_side *sides =
        AR_NEW_ARRAY(arena, struct ar_change_side, count);
    for (size_t ix = 0; ix < count; ix++)
        sides[ix] = side_of(rule->findings.at[ix]);
    *out = (struct rule_before){rule->status, rule->findings.at, count, sides};
}

const struct ar_result_before *ar_result_note(struct ar_arena *arena,
                                              const struct ar_result *result)
{
    struct ar_result_before *before = AR_NEW(arena, struct ar_result_before);
    uint8_t *statuses = AR_NEW_ARRAY(arena, uint8_t, result->rules.count);
    struct noted_before *noted =
        AR_NEW_ARRAY(arena, struct noted_before, result->noted.count);
    for (size_t ix = 0; ix < result->rules.count; ix++)
        statuses[ix] = (uint8_t)result->rules.at[ix].status;
    for (size_t ix = 0; ix < result->noted.count; ix++) {
        const struct ar_rule_result *rule = result->noted.at[ix];
        if (rule->findings.count == 0)
            continue;
        struct noted_before *out = &noted[before->n_noted++];
        out->rule_ix = (size_t)(rule - result->rules.at);
        note_findings(arena, rule, &out->rule);
    }
    before->statuses = statuses;
    before->noted = noted;
    return before;
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

/* Of a rule that had findings the place in noted, else n_noted. */
static void compare_one(const struct ar_result_before *before, size_t noted,
                        size_t rule_ix, struct comparing *comparing)
{
    struct rule_before none = {.status =
                                   (enum ar_status)before->statuses[rule_ix]};
    comparing->before =
        noted < before->n_noted ? &before->noted[noted].rule : &none;
    compare_rule(comparing);
}

/* Most rules have had no findings, have none and stay as they were. */
void ar_result_changes(struct ar_arena *arena,
                       const struct ar_result_before *before,
                       const struct ar_result *result, ar_change_vector *out)
{
    size_t at = 0;
    size_t next = before->n_noted > 0 ? before->noted[0].rule_ix : SIZE_MAX;
    for (size_t ix = 0; ix < result->rules.count; ix++) {
        const struct ar_rule_result *after = &result->rules.at[ix];
        bool is_noted = ix == next;
        if (!is_noted && after->findings.count == 0 &&
            (uint8_t)after->status == before->statuses[ix])
            continue;
        struct comparing comparing = {arena, NULL, after, out};
        compare_one(before, is_noted ? at : before->n_noted, ix, &comparing);
        at += is_noted;
        next = at < before->n_noted ? before->noted[at].rule_ix : SIZE_MAX;
    }
}
