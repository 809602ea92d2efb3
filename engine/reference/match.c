/* SPDX-License-Identifier: Apache-2.0 */
/* `subject matches /pattern/` and its named groups. A list matches if any of
 * its elements does; the groups are those of the first that does. */

#include "reference/eval.h"

/* Where the search stands after some elements of the subject. */
struct search {
    struct ar_evaluator *evaluator;
    const struct ar_expr *expr; /* what the causes are named after */
    const struct ar_match *match;
    ar_str *groups;         /* of the element that matched */
    unsigned bits;          /* of the elements so far, joined by `or` */
    bool is_open;           /* an element before might match, too */
    ar_cause_vector causes; /* of those that are not decided */
};

static void add_undecided(struct search *search, const struct ar_outcome *item)
{
    unsigned bits = ar_outcome_bits(item->value);
    search->bits = ar_logic_or(search->bits, bits);
    search->is_open = search->is_open || (bits & AR_OUTCOME_TRUE);
    ar_causes_add(search->evaluator, &search->causes, item);
}

static void run_out(struct search *search)
{
    search->evaluator->n_regex_budget++;
    struct ar_outcome lack = ar_outcome_lack(
        search->evaluator, search->expr,
        ar_value_unknown(AR_REASON_budget,
                         AR_STR("the pattern took too much work")));
    add_undecided(search, &lack);
}

static void match_text(struct search *search, ar_str text)
{
    struct ar_evaluator *evaluator = search->evaluator;
    if (text.len > AR_MAX_REGEX_SUBJECT_BYTES) {
        struct ar_outcome lack = ar_outcome_too_large(
            evaluator, search->expr, "the text is too long for a pattern");
        add_undecided(search, &lack);
        return;
    }
    switch (ar_regex_match(search->match->regex, text, search->groups,
                           &evaluator->tank.regex)) {
    case AR_REGEX_NO_MATCH: return;
    case AR_REGEX_MATCH: search->bits = AR_OUTCOME_TRUE; return;
    case AR_REGEX_BUDGET: run_out(search); return;
    case AR_REGEX_NO_MEMORY: ar_arena_fail(evaluator->scratch);
    }
    AR_UNREACHABLE();
}

static void search_list(struct search *search, const struct ar_outcome *list)
{
    size_t count = list->value.as.list.count;
    for (size_t ix = 0; ix < count; ix++) {
        if (!ar_eval_spend(search->evaluator, 1))
            return;
        ar_value item = list->value.as.list.items[ix];
        if (item.state == AR_STATE_VALUE) {
            match_text(search, item.as.string);
        } else {
            struct ar_outcome lack = ar_outcome_element(
                search->evaluator, list, item, search->match->subject);
            add_undecided(search, &lack);
        }
        if (search->bits == AR_OUTCOME_TRUE)
            return;
    }
}

/* False, with *out, if the subject is not a value. */
static bool run_search(struct search *search, struct ar_outcome *out)
{
    struct ar_evaluator *evaluator = search->evaluator;
    AR_ASSERT(search->match->regex != NULL);
    struct ar_outcome subject = ar_eval(evaluator, search->match->subject);
    if (!ar_outcome_are_values(evaluator, &subject, 1, out))
        return false;
    size_t n_groups = ar_regex_group_count(search->match->regex) + 1;
    search->groups = AR_NEW_ARRAY(evaluator->scratch, ar_str, n_groups);
    search->bits = AR_OUTCOME_FALSE;
    if (subject.value.type->kind == AR_TYPE_LIST)
        search_list(search, &subject);
    else
        match_text(search, subject.value.as.string);
    return true;
}

struct ar_outcome ar_eval_matches(struct ar_evaluator *evaluator,
                                  const struct ar_expr *expr)
{
    struct search search = {
        .evaluator = evaluator, .expr = expr, .match = expr->match};
    struct ar_outcome out;
    if (!run_search(&search, &out))
        return out;
    out = ar_outcome_of_bits(search.bits);
    out.causes = search.causes;
    return out;
}

struct ar_outcome ar_eval_capture(struct ar_evaluator *evaluator,
                                  const struct ar_expr *expr)
{
    const struct ar_local *local = expr->local;
    struct search search = {
        .evaluator = evaluator, .expr = expr, .match = local->match};
    struct ar_outcome out;
    if (!run_search(&search, &out))
        return out;
    if (search.is_open)
        return ar_outcome_unknown(search.causes);
    bool is_match = search.bits == AR_OUTCOME_TRUE;
    if (!is_match || !search.groups[local->group_ix].ptr)
        return ar_outcome_lack(evaluator, expr, ar_value_absent());
    return ar_outcome_of_value(ar_value_string(search.groups[local->group_ix]));
}
