/* SPDX-License-Identifier: Apache-2.0 */
/* The way in: what is explained of a rule, in what order, and what goes with
 * it. Each explanation is made twice: on all facts, to see what was read, and
 * on those that it rests on, so that nothing else is in it. */

#include "explain/advice.h"
#include "explain/residual.h"

enum {
    MAX_WHYS = 100, /* of the elements of one rule */
    NOT_TRUE = AR_OUTCOME_FALSE | AR_OUTCOME_NEITHER
};

struct asking {
    struct ar_arena *arena;
    const struct ar_result *result;
    const struct ar_rule *rule;
    const struct ar_rule_result *state;
    const struct ar_explain_options *options;
    ar_str_vector keys;
};

static void start_on(const struct asking *asking, struct ar_arena *arena,
                     const struct ar_factset *facts,
                     struct ar_explainer *explainer)
{
    ar_explainer_start(explainer, arena, asking->result->program, asking->rule,
                       facts, asking->options->now);
}

/* ---- proofs ---- */

/* Of a rule with `for each` that found nothing: its list, and why no element
 * matches. */
static struct ar_proof *prove_list(struct ar_explainer *explainer)
{
    const struct ar_rule *rule = explainer->rule;
    ar_explainer_enter(explainer, AR_NO_ELEMENT);
    struct ar_proof *proof =
        ar_prove_whole(explainer, AR_PROOF_ELEMENTS, rule->each);
    if (proof->value.state != AR_STATE_VALUE)
        return proof;
    proof->n_of = proof->value.as.list.count;
    for (size_t ix = 0; ix < proof->n_of; ix++) {
        ar_explainer_enter(explainer, (ptrdiff_t)ix);
        struct ar_proof *part = ar_proof_element(
            explainer, rule->element, &explainer->each, rule->each, ix);
        struct ar_proof *condition = ar_prove(explainer, rule->when, NOT_TRUE);
        ar_proof_add(explainer, part, condition);
        if (proof->parts.count < AR_MAX_ELEMENTS_SHOWN)
            ar_proof_add(explainer, proof, part);
        else
            proof->n_left_out++;
    }
    return proof;
}

static void prove_status(struct ar_explainer *explainer, struct ar_why *why,
                         ptrdiff_t element)
{
    const struct ar_rule *rule = explainer->rule;
    bool matches = why->status == AR_STATUS_MATCHED;
    why->applies = why->when = why->each = NULL;
    ar_explainer_enter(explainer, AR_NO_ELEMENT);
    if (why->status == AR_STATUS_NOT_APPLICABLE)
        why->applies = ar_prove(explainer, rule->applies, NOT_TRUE);
    else if (matches && rule->applies)
        why->applies = ar_prove(explainer, rule->applies, AR_OUTCOME_TRUE);
    if (!matches && why->status != AR_STATUS_CLEAR)
        return;
    if (rule->each && element == AR_NO_ELEMENT) {
        why->each = prove_list(explainer);
        return;
    }
    if (rule->each)
        ar_proof_note_read(explainer, rule->each);
    ar_explainer_enter(explainer, element);
    why->when = ar_prove(explainer, rule->when,
                         matches ? AR_OUTCOME_TRUE : (unsigned)NOT_TRUE);
}

/* ---- what they rest on ---- */

struct same_status {
    const struct asking *asking;
    ptrdiff_t element;
    enum ar_status status;
};

static bool is_same_status(const void *context, struct ar_arena *scratch,
                           const struct ar_factset *facts)
{
    const struct same_status *same = context;
    struct ar_explainer explainer;
    start_on(same->asking, scratch, facts, &explainer);
    return ar_explain_status(&explainer, same->element) == same->status &&
           !explainer.evaluator.exhausted;
}

static void keep_facts(struct ar_arena *arena, struct ar_why *why,
                       const ar_entry_vector *leaves)
{
    for (size_t ix = 0; ix < leaves->count; ix++) {
        const struct ar_fact_entry *entry = leaves->at[ix];
        struct ar_evidence fact = {entry->key, entry->decl, entry->value,
                                   *entry->origin};
        ar_vector_push(arena, &why->facts, fact);
    }
}

static void explain_decided(const struct asking *asking, struct ar_why *why,
                            ptrdiff_t element)
{
    struct ar_arena *arena = asking->arena;
    const struct ar_factset *facts = asking->result->facts;
    struct ar_explainer *all = AR_NEW(arena, struct ar_explainer);
    start_on(asking, arena, facts, all);
    bool is_same = ar_explain_status(all, element) == why->status;
    prove_status(all, why, element);
    if (is_same && !all->evaluator.exhausted) {
        struct same_status same = {asking, element, why->status};
        struct ar_leaf_question question = {is_same_status, &same};
        ar_entry_vector leaves =
            ar_explain_leaves(arena, facts, &all->read.list, &question);
        struct ar_explainer *few = AR_NEW(arena, struct ar_explainer);
        start_on(asking, arena, ar_factset_restrict(arena, facts, &leaves),
                 few);
        prove_status(few, why, element);
        keep_facts(arena, why, &leaves);
        why->is_cut = few->evaluator.exhausted != NULL;
    } else {
        why->is_cut = true;
    }
    if (why->is_cut)
        why->applies = why->when = why->each = NULL;
}

/* ---- what is missing ---- */

static const ar_cause_vector *find_causes(const struct asking *asking,
                                          const struct ar_why *why)
{
    const struct ar_rule_result *state = asking->state;
    for (size_t ix = 0; why->has_key && ix < state->open_elements.count; ix++) {
        if (ar_str_equal(state->open_elements.at[ix].key_text, why->key_text))
            return &state->open_elements.at[ix].causes;
    }
    return &state->causes;
}

struct same_residual {
    const struct asking *asking;
    ptrdiff_t element;
    ar_str text;
};

static bool is_same_residual(const void *context, struct ar_arena *scratch,
                             const struct ar_factset *facts)
{
    const struct same_residual *same = context;
    struct ar_explainer explainer;
    start_on(same->asking, scratch, facts, &explainer);
    const struct ar_expr *residual = ar_residual(&explainer, same->element);
    return residual != NULL &&
           ar_str_equal(ar_residual_text(&explainer, residual), same->text);
}

/* What the rule comes to now, and the facts that went into that. */
static void explain_rest(const struct asking *asking, struct ar_why *why,
                         ptrdiff_t element)
{
    struct ar_arena *arena = asking->arena;
    const struct ar_factset *facts = asking->result->facts;
    struct ar_explainer *explainer = AR_NEW(arena, struct ar_explainer);
    start_on(asking, arena, facts, explainer);
    why->residual = ar_residual(explainer, element);
    why->is_cut = why->residual == NULL;
    if (why->is_cut)
        return;
    why->residual_text = ar_residual_text(explainer, why->residual);
    struct same_residual same = {asking, element, why->residual_text};
    struct ar_leaf_question question = {is_same_residual, &same};
    /* Everything that the rule may read is asked for once more. */
    explainer->evaluator.recording = &explainer->read;
    ar_explain_status(explainer, element);
    explainer->evaluator.recording = NULL;
    ar_entry_vector leaves =
        ar_explain_leaves(arena, facts, &explainer->read.list, &question);
    keep_facts(arena, why, &leaves);
}

static void explain_open(const struct asking *asking, struct ar_why *why,
                         ptrdiff_t element)
{
    const struct ar_result *result = asking->result;
    const ar_cause_vector *causes = find_causes(asking, why);
    for (size_t ix = 0; ix < causes->count; ix++) {
        struct ar_missing missing = {.cause = causes->at[ix]};
        if (missing.cause.value.state != AR_STATE_UNKNOWN)
            continue;
        ar_advise(asking->arena, result->program, result->facts,
                  asking->options->is_live, &missing);
        ar_vector_push(asking->arena, &why->missing, missing);
    }
    explain_rest(asking, why, element);
}

/* ---- one explanation ---- */

static void add_superseded(const struct asking *asking, struct ar_why *why)
{
    const struct ar_result *result = asking->result;
    for (size_t ix = 0; why->finding && ix < result->findings.count; ix++) {
        const struct ar_finding *each = result->findings.at[ix];
        for (size_t nth = 0; nth < each->superseded_by.count; nth++) {
            if (each->superseded_by.at[nth] == why->finding)
                ar_vector_push(asking->arena, &why->supersedes, each);
        }
    }
}

static const struct ar_finding *find_finding(const struct ar_rule_result *state,
                                             const struct ar_why *why)
{
    for (size_t ix = 0; ix < state->findings.count; ix++) {
        const struct ar_finding *each = state->findings.at[ix];
        if (!why->has_key || ar_str_equal(each->key_text, why->key_text))
            return each;
    }
    return NULL;
}

static struct ar_why *explain(const struct asking *asking, ptrdiff_t element,
                              enum ar_status status)
{
    struct ar_why *why = AR_NEW(asking->arena, struct ar_why);
    why->rule = asking->rule;
    why->state = asking->state;
    why->status = status;
    if (element != AR_NO_ELEMENT) {
        why->has_key = true;
        why->key_text = asking->keys.at[(size_t)element];
    }
    if (status == AR_STATUS_MATCHED)
        why->finding = find_finding(asking->state, why);
    add_superseded(asking, why);
    if (status == AR_STATUS_UNDETERMINED)
        explain_open(asking, why, element);
    else if (status != AR_STATUS_NOT_LOADED && status != AR_STATUS_ERROR)
        explain_decided(asking, why, element);
    return why;
}

/* ---- elements ---- */

static void find_keys(struct asking *asking)
{
    struct ar_explainer explainer;
    start_on(asking, asking->arena, asking->result->facts, &explainer);
    asking->keys = ar_explainer_keys(&explainer);
}

static void explain_elements(struct asking *asking, ar_str key,
                             ar_why_vector *out)
{
    struct ar_explainer explainer;
    start_on(asking, asking->arena, asking->result->facts, &explainer);
    for (size_t ix = 0; ix < asking->keys.count && out->count < MAX_WHYS;
         ix++) {
        ptrdiff_t element = (ptrdiff_t)ix;
        enum ar_status status = ar_explain_status(&explainer, element);
        bool is_wanted = key.len > 0 ? ar_str_equal(key, asking->keys.at[ix])
                                     : status == AR_STATUS_MATCHED ||
                                           status == AR_STATUS_UNDETERMINED;
        if (is_wanted)
            ar_vector_push(asking->arena, out,
                           explain(asking, element, status));
    }
}

static struct asking ask(struct ar_arena *arena, const struct ar_result *result,
                         const struct ar_rule *rule,
                         const struct ar_explain_options *options)
{
    struct asking asking = {
        .arena = arena, .result = result, .rule = rule, .options = options};
    for (size_t ix = 0; ix < result->rules.count && !asking.state; ix++) {
        if (result->rules.at[ix].rule == rule)
            asking.state = &result->rules.at[ix];
    }
    AR_ASSERT(asking.state);
    if (asking.state && asking.state->status != AR_STATUS_NOT_LOADED &&
        asking.state->status != AR_STATUS_ERROR)
        find_keys(&asking);
    return asking;
}

bool ar_explain_can(const struct ar_rule *rule)
{
    return rule->when != NULL;
}

ar_str_vector ar_explain_keys(struct ar_arena *arena,
                              const struct ar_result *result,
                              const struct ar_rule *rule,
                              const struct ar_explain_options *options)
{
    return ask(arena, result, rule, options).keys;
}

ar_why_vector ar_explain_rule(struct ar_arena *arena,
                              const struct ar_result *result,
                              const struct ar_rule *rule, ar_str key,
                              const struct ar_explain_options *options)
{
    ar_why_vector out = {0};
    struct asking asking = ask(arena, result, rule, options);
    enum ar_status status = asking.state->status;
    if (rule->each && status != AR_STATUS_NOT_APPLICABLE)
        explain_elements(&asking, key, &out);
    if (out.count == 0 && key.len == 0)
        ar_vector_push(arena, &out, explain(&asking, AR_NO_ELEMENT, status));
    return out;
}

struct ar_why *ar_explain_finding(struct ar_arena *arena,
                                  const struct ar_result *result,
                                  const struct ar_finding *finding,
                                  const struct ar_explain_options *options)
{
    ar_str key = {NULL, 0};
    if (finding->rule->each)
        key = finding->key_text;
    ar_why_vector whys =
        ar_explain_rule(arena, result, finding->rule, key, options);
    return whys.count > 0 ? whys.at[0] : NULL;
}
