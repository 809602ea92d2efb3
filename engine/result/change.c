/* SPDX-License-Identifier: Apache-2.0 */
/* Findings are the same if they are of one rule and have the same key. */

#include "result/change.h"

struct rule_before {
    enum ar_status status;
    struct ar_finding *const *findings;
    size_t n_findings;
};

struct ar_result_before {
    const struct rule_before *rules;
    const struct ar_change_side *sides; /* of all findings, by rule */
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

const struct ar_result_before *ar_result_note(struct ar_arena *arena,
                                              const struct ar_result *result)
{
    struct ar_result_before *before = AR_NEW(arena, struct ar_result_before);
    struct rule_before *rules =
        AR_NEW_ARRAY(arena, struct rule_before, result->rules.count);
    struct ar_change_side *sides =
        AR_NEW_ARRAY(arena, struct ar_change_side, result->findings.count);
    size_t n_sides = 0;
    for (size_t ix = 0; ix < result->rules.count; ix++) {
        const struct ar_rule_result *rule = &result->rules.at[ix];
        rules[ix] = (struct rule_before){rule->status, rule->findings.at,
                                         rule->findings.count};
        for (size_t each = 0; each < rule->findings.count; each++)
            sides[n_sides++] = side_of(rule->findings.at[each]);
    }
    before->rules = rules;
    before->sides = sides;
    return before;
}

/* ---- comparing ---- */

/* One rule, then and now. */
struct comparing {
    struct ar_arena *arena;
    const struct rule_before *before;
    const struct ar_change_side *sides;
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
           ar_str_equal(a->diagnosis, b->diagnosis);
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
                comparing->sides[ix], none);
            continue;
        }
        struct ar_change_side after = side_of(now[at]);
        if (!is_same_side(&comparing->sides[ix], &after))
            add(comparing, AR_CHANGE_FINDING, (struct pair){finding, now[at]},
                comparing->sides[ix], after);
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

void ar_result_changes(struct ar_arena *arena,
                       const struct ar_result_before *before,
                       const struct ar_result *result, ar_change_vector *out)
{
    const struct ar_change_side *sides = before->sides;
    for (size_t ix = 0; ix < result->rules.count; ix++) {
        struct comparing comparing = {arena, &before->rules[ix], sides,
                                      &result->rules.at[ix], out};
        compare_rule(&comparing);
        sides += before->rules[ix].n_findings;
    }
}
