/* SPDX-License-Identifier: Apache-2.0 */
/* Results of rules that last from one machine to the next. Most rules are clear
 * on most machines, so only those that were told of the last one are made as
 * new; and a rule without texts and key has the same finding whenever it
 * matches. */

#include "result/assemble.h"
#include "run/scan_parts.h"

/* The finding of a rule, and the list that has it alone. */
struct named {
    struct ar_finding finding;
    struct ar_finding *list[1];
};

struct ar_scan_results {
    struct ar_rule_result *at; /* by rule */
    struct named **named;      /* by rule; NULL: not needed so far */
    uint32_t *told;            /* rules whose results are not as new */
    size_t n_told;
};

static struct ar_scan_results *need_results(struct ar_scan *scan)
{
    struct ar_arena *arena = scan->arena;
    size_t count = scan->index->n_rules;
    if (scan->results)
        return scan->results;
    struct ar_scan_results *results = AR_NEW(arena, struct ar_scan_results);
    results->at = AR_NEW_ARRAY(arena, struct ar_rule_result, count);
    results->named = AR_NEW_ARRAY(arena, struct named *, count);
    results->told = AR_NEW_ARRAY(arena, uint32_t, count);
    for (size_t ix = 0; ix < count; ix++)
        results->told[ix] = (uint32_t)ix;
    results->n_told = count;
    scan->results = results;
    return results;
}

static void make_as_new(struct ar_scan_results *results,
                        const struct ar_program *program)
{
    for (size_t ix = 0; ix < results->n_told; ix++) {
        uint32_t number = results->told[ix];
        results->at[number] = (struct ar_rule_result){
            .rule = program->rules.at[number], .status = AR_STATUS_CLEAR};
    }
}

struct ar_rule_result *ar_scan_results(struct ar_scan *scan,
                                       const struct ar_program *program,
                                       struct ar_scan_list *told)
{
    if (program->rules.count != scan->index->n_rules)
        return NULL;
    struct ar_scan_results *results = need_results(scan);
    make_as_new(results, program);
    *told = ar_scan_list_rules(scan, scan->told, results->told);
    results->n_told = told->count;
    return results->at;
}

static struct named *need_named(struct ar_scan *scan,
                                const struct ar_rule *rule)
{
    struct ar_scan_results *results = need_results(scan);
    struct named *named = results->named[rule->ix];
    if (named)
        return named;
    named = AR_NEW(scan->arena, struct named);
    named->list[0] = &named->finding;
    named->finding.rule = rule;
    named->finding.key_text = AR_STR("");
    named->finding.fingerprint =
        ar_result_fingerprint(scan->arena, rule, false, AR_STR(""));
    results->named[rule->ix] = named;
    return named;
}

/* What is assembled for a machine is in its memory. */
#define FORGET(vector) \
    ((vector)->at = NULL, (vector)->count = 0, (vector)->capacity = 0)

void ar_scan_name_finding(struct ar_scan *scan, struct ar_rule_result *out)
{
    struct named *named = need_named(scan, out->rule);
    named->finding.waived_by = NULL;
    FORGET(&named->finding.superseded_by);
    FORGET(&named->finding.possible_causes);
    out->findings.at = named->list;
    out->findings.count = 1;
    out->findings.capacity = 1;
}
