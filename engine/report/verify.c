/* SPDX-License-Identifier: Apache-2.0 */
/* Verdicts. What is true now is worked out by an evaluator; here it is held
 * against what a remedy promises. */

#include "report/verify.h"

#include "report/report_plan.h"
#include "result/assemble.h"

#define AR_VERDICT(id, word, what) {.name = (word), .text = (what)},
const struct ar_verdict_info ar_verdict_table[AR_N_VERDICTS] = {
#include "report/verdicts.def"
};
#undef AR_VERDICT

struct verifying {
    struct ar_arena *arena;
    const struct ar_verify_request *request;
    const struct ar_rule_check *check;
    struct ar_verification *out;
};

static void add_needs(struct verifying *verifying, struct ar_verified *out,
                      const ar_cause_vector *causes)
{
    for (size_t ix = 0; ix < causes->count; ix++) {
        bool is_known = false;
        for (size_t each = 0; each < out->needs.count; each++)
            is_known = is_known || ar_str_equal(out->needs.at[each].name,
                                                causes->at[ix].name);
        if (!is_known)
            ar_vector_push(verifying->arena, &out->needs, causes->at[ix]);
    }
}

static void say(struct ar_verified *out, enum ar_verdict verdict,
                const char *because)
{
    out->verdict = verdict;
    out->because = ar_str_from_c(because);
}

/* ---- restarts ---- */

/* Its number among the remedies as reports show them, from 1. */
static size_t find_way(const struct ar_rule *rule, size_t remedy_ix)
{
    const struct ar_remedy *remedy = rule->details->remedies.at[remedy_ix];
    size_t way = 1;
    for (size_t ix = 0; ix < rule->details->remedies.count; ix++) {
        const struct ar_remedy *other = rule->details->remedies.at[ix];
        int order = ar_result_compare_remedies(other, remedy);
        way += order < 0 || (order == 0 && ix < remedy_ix);
    }
    return way;
}

static bool is_wanted(const struct verifying *verifying, size_t remedy_ix)
{
    size_t way = verifying->request->way;
    return way == 0 || find_way(verifying->check->rule, remedy_ix) == way;
}

enum restart { RESTART_NONE, RESTART_OTHER, RESTART_MACHINE };

/* Guards are not asked: what they decided when the remedy was shown may have
 * changed since by what it did. */
static enum restart find_restart(const struct ar_remedy *remedy)
{
    enum restart strongest = RESTART_NONE;
    for (size_t ix = 0; ix < remedy->steps.count; ix++) {
        const struct ar_step *step = &remedy->steps.at[ix];
        for (size_t each = 0; each < step->items.count; each++) {
            const struct ar_step_item *item = &step->items.at[each];
            if (item->kind != AR_STEP_RESTART)
                continue;
            if (ar_str_equal_c(item->shell, "machine"))
                strongest = RESTART_MACHINE;
            else if (strongest == RESTART_NONE)
                strongest = RESTART_OTHER;
        }
    }
    return strongest;
}

/* The report shows what was asked for on this machine. */
static bool report_asks(const struct verifying *verifying,
                        const struct ar_earlier_finding *before,
                        size_t remedy_ix, enum restart *out)
{
    const struct ar_json *remedies =
        before ? ar_json_get(before->json, AR_STR("remedies")) : NULL;
    const struct ar_json *remedy =
        remedies && remedies->kind == AR_JSON_ARRAY ? remedies->first : NULL;
    size_t way = find_way(verifying->check->rule, remedy_ix);
    if (!remedy ||
        remedies->count != verifying->check->rule->details->remedies.count)
        return false;
    while (--way > 0)
        remedy = remedy->next;
    const struct ar_json *restart = ar_json_get(remedy, AR_STR("restart"));
    if (!restart || restart->kind != AR_JSON_STRING)
        return false;
    *out = RESTART_OTHER;
    if (ar_str_equal_c(restart->text, "none"))
        *out = RESTART_NONE;
    else if (ar_str_equal_c(restart->text, "machine"))
        *out = RESTART_MACHINE;
    return true;
}

/* Whether the machine has started since the report was made. Everything on it
 * has been restarted then. */
static bool has_booted_since(const struct verifying *verifying)
{
    const struct ar_earlier *earlier = verifying->request->earlier;
    const struct ar_factset *facts = verifying->request->facts;
    const struct ar_fact_decl *decl =
        ar_schema_find(facts->schema, AR_STR("host.booted"));
    if (!earlier || !earlier->has_time || !decl ||
        decl->type->kind != AR_TYPE_TIME)
        return false;
    ar_value booted = ar_factset_get(facts, decl, decl->name);
    return booted.state == AR_STATE_VALUE && booted.as.integer > earlier->time;
}

static enum restart find_pending(const struct verifying *verifying,
                                 const struct ar_earlier_finding *before)
{
    const struct ar_rule *rule = verifying->check->rule;
    enum restart strongest = RESTART_NONE;
    if (verifying->request->was_restarted || has_booted_since(verifying))
        return RESTART_NONE;
    for (size_t ix = 0; ix < rule->details->remedies.count; ix++) {
        enum restart restart = RESTART_NONE;
        if (!is_wanted(verifying, ix))
            continue;
        if (!report_asks(verifying, before, ix, &restart))
            restart = find_restart(rule->details->remedies.at[ix]);
        if (restart > strongest)
            strongest = restart;
    }
    return strongest;
}

static void note_restart(const struct verifying *verifying,
                         const struct ar_earlier_finding *before,
                         struct ar_verified *out)
{
    if (out->verdict != AR_VERDICT_NOT_FIXED &&
        out->verdict != AR_VERDICT_UNVERIFIED)
        return;
    switch (find_pending(verifying, before)) {
    case RESTART_NONE: return;
    case RESTART_MACHINE:
        say(out, AR_VERDICT_PENDING_RESTART,
            "The remedy asks to restart the machine, and nothing shows that "
            "this was done since. Restart it and verify again, or say "
            "--restarted if you have.");
        return;
    case RESTART_OTHER:
        say(out, AR_VERDICT_PENDING_RESTART,
            "The remedy asks for a restart, and nothing shows that it was done "
            "since. Do it and verify again, or say --restarted if you have.");
        return;
    }
    AR_UNREACHABLE();
}

/* ---- one element ---- */

struct promise {
    bool is_any;      /* a remedy says how to verify it */
    bool is_kept;     /* such a condition can only be true */
    bool is_possible; /* one may be true */
};

static struct promise weigh_remedies(struct verifying *verifying,
                                     const struct ar_element_check *element,
                                     struct ar_verified *out)
{
    struct promise promise = {0};
    for (size_t ix = 0; ix < element->remedies.count; ix++) {
        const struct ar_remedy_check *remedy = &element->remedies.at[ix];
        if (!remedy->has_verify || !is_wanted(verifying, ix))
            continue;
        promise.is_any = true;
        promise.is_kept = promise.is_kept || remedy->bits == AR_OUTCOME_TRUE;
        promise.is_possible =
            promise.is_possible || (remedy->bits & AR_OUTCOME_TRUE);
        add_needs(verifying, out, &remedy->causes);
    }
    return promise;
}

static bool may_match(const struct verifying *verifying,
                      const struct ar_element_check *element)
{
    return (verifying->check->applies & AR_OUTCOME_TRUE) &&
           (element->when & AR_OUTCOME_TRUE);
}

/* Without a condition to verify, the rule's own decides. */
static void judge_without_promise(struct verifying *verifying,
                                  const struct ar_element_check *element,
                                  struct ar_verified *out)
{
    if (!may_match(verifying, element)) {
        say(out, AR_VERDICT_FIXED, "The rule does not match any more.");
        return;
    }
    say(out, AR_VERDICT_UNVERIFIED,
        "Whether the rule still matches could not be decided.");
    add_needs(verifying, out, &verifying->check->causes);
    add_needs(verifying, out, &element->causes);
}

/* The rule does not match; whether it may is told, and changes nothing. */
static void judge_kept(struct verifying *verifying,
                       const struct ar_element_check *element,
                       struct ar_verified *out)
{
    out->needs = (ar_cause_vector){0};
    if (!may_match(verifying, element)) {
        say(out, AR_VERDICT_FIXED,
            "What the remedy is to achieve holds, and the rule does not "
            "match.");
        return;
    }
    say(out, AR_VERDICT_FIXED,
        "What the remedy is to achieve holds. Whether the rule still matches "
        "could not be decided.");
    add_needs(verifying, out, &verifying->check->causes);
    add_needs(verifying, out, &element->causes);
}

static void judge_element(struct verifying *verifying,
                          const struct ar_element_check *element,
                          struct ar_verified *out)
{
    if (verifying->check->applies == AR_OUTCOME_TRUE &&
        element->when == AR_OUTCOME_TRUE) {
        say(out, AR_VERDICT_NOT_FIXED, "The rule still matches.");
        return;
    }
    struct promise promise = weigh_remedies(verifying, element, out);
    if (!promise.is_any) {
        judge_without_promise(verifying, element, out);
    } else if (promise.is_kept) {
        judge_kept(verifying, element, out);
    } else if (promise.is_possible) {
        say(out, AR_VERDICT_UNVERIFIED,
            "Whether what the remedy is to achieve holds could not be "
            "decided.");
    } else {
        out->needs = (ar_cause_vector){0};
        say(out, AR_VERDICT_NOT_FIXED,
            "What the remedy is to achieve does not hold.");
    }
}

/* ---- the findings of the rule ---- */

static const struct ar_element_check *find_element(
    const struct ar_rule_check *check, bool has_key, ar_str key)
{
    for (size_t ix = 0; ix < check->elements.count; ix++) {
        const struct ar_element_check *element = &check->elements.at[ix];
        if (!has_key || ar_str_equal(element->key_text, key))
            return element;
    }
    return NULL;
}

/* "Ubuntu, Debian" */
static ar_str list_keys(const struct verifying *verifying)
{
    struct ar_buf out = AR_BUF(verifying->arena);
    for (size_t ix = 0; ix < verifying->check->elements.count; ix++) {
        ar_buf_put_c(&out, ix > 0 ? ", " : "");
        ar_buf_put(&out, verifying->check->elements.at[ix].key_text);
    }
    return ar_buf_view(&out);
}

static bool has_open_key(const struct ar_rule_check *check)
{
    for (size_t ix = 0; ix < check->elements.count; ix++) {
        if (check->elements.at[ix].key_is_open)
            return true;
    }
    return false;
}

/* The list is known not to hold it; or the list, or a name in it, is not
 * known. */
static void judge_missing(struct verifying *verifying, struct ar_verified *out)
{
    const struct ar_rule_check *check = verifying->check;
    if (check->list_is_open || has_open_key(check)) {
        say(out, AR_VERDICT_UNVERIFIED,
            "Whether it is still there could not be found out.");
        add_needs(verifying, out, &check->list_causes);
        return;
    }
    say(out, AR_VERDICT_FIXED, "It is not there any more.");
    if (check->elements.count > 0)
        out->because = ar_str_printf(
            verifying->arena,
            "It is not there any more; there is: " AR_STR_FORMAT ".",
            AR_STR_ARG(list_keys(verifying)));
}

static void judge(struct verifying *verifying, bool has_key, ar_str key,
                  const struct ar_earlier_finding *before)
{
    const struct ar_rule_check *check = verifying->check;
    struct ar_verified out = {
        .has_key = has_key,
        .key = key,
        .fingerprint =
            ar_result_fingerprint(verifying->arena, check->rule, has_key, key),
    };
    const struct ar_element_check *element =
        check->failure.len == 0 ? find_element(check, has_key, key) : NULL;
    if (check->failure.len > 0) {
        out.verdict = AR_VERDICT_UNVERIFIED;
        out.because = ar_str_concat(verifying->arena,
                                    AR_STR("The rule could not be evaluated: "),
                                    check->failure);
    } else if (element) {
        judge_element(verifying, element, &out);
    } else {
        judge_missing(verifying, &out);
    }
    note_restart(verifying, before, &out);
    ar_vector_push(verifying->arena, &verifying->out->findings, out);
}

static bool is_asked_for(const struct ar_verify_request *request, bool has_key,
                         ar_str key)
{
    return !request->has_key || (has_key && ar_str_equal(key, request->key));
}

static bool has_finding(const struct ar_verification *out, ar_str fingerprint)
{
    for (size_t ix = 0; ix < out->findings.count; ix++) {
        if (ar_str_equal(out->findings.at[ix].fingerprint, fingerprint))
            return true;
    }
    return false;
}

/* By fingerprint, so that it does not matter what the rule was called then. */
static void judge_earlier(struct verifying *verifying)
{
    const struct ar_earlier *earlier = verifying->request->earlier;
    const struct ar_rule *rule = verifying->check->rule;
    for (size_t ix = 0; earlier && ix < earlier->findings.count; ix++) {
        const struct ar_earlier_finding *finding = &earlier->findings.at[ix];
        ar_str fingerprint = ar_result_fingerprint(
            verifying->arena, rule, finding->has_key, finding->key);
        if (ar_str_equal(fingerprint, finding->fingerprint) &&
            is_asked_for(verifying->request, finding->has_key, finding->key))
            judge(verifying, finding->has_key, finding->key, finding);
    }
}

/* Nobody said what was found: all there is. Of a rule without elements that is
 * the rule; of a list that is empty or not known, the rule as well. */
static void judge_all(struct verifying *verifying)
{
    const struct ar_rule_check *check = verifying->check;
    for (size_t ix = 0; ix < check->elements.count; ix++) {
        const struct ar_element_check *element = &check->elements.at[ix];
        judge(verifying, element->has_key, element->key_text, NULL);
    }
    if (check->elements.count == 0)
        judge(verifying, false, AR_STR(""), NULL);
}

static const struct ar_earlier_finding *find_before(
    const struct verifying *verifying, bool has_key, ar_str key)
{
    const struct ar_earlier *earlier = verifying->request->earlier;
    if (!earlier)
        return NULL;
    return ar_earlier_find(
        earlier, ar_result_fingerprint(verifying->arena, verifying->check->rule,
                                       has_key, key));
}

struct ar_verification ar_verify(struct ar_arena *arena,
                                 const struct ar_verify_request *request)
{
    struct ar_verification out = {.rule = request->check->rule,
                                  .facts = request->facts,
                                  .program = request->program};
    struct verifying verifying = {arena, request, request->check, &out};
    judge_earlier(&verifying);
    if (request->has_key) {
        ar_str fingerprint =
            ar_result_fingerprint(arena, out.rule, true, request->key);
        if (!has_finding(&out, fingerprint))
            judge(&verifying, true, request->key,
                  find_before(&verifying, true, request->key));
    } else if (out.findings.count == 0) {
        judge_all(&verifying);
    }
    return out;
}

/* ---- logs ---- */

static ar_value trim_log(struct ar_arena *arena,
                         const struct ar_earlier *earlier,
                         const struct ar_fact_entry *entry, ar_str *note)
{
    bool is_known = false;
    ar_value newer = ar_earlier_newer_lines(arena, earlier, entry->key,
                                            entry->value, &is_known);
    if (!is_known)
        *note = ar_str_printf(arena,
                              "Which lines of " AR_STR_FORMAT
                              " are newer than the finding cannot be told: "
                              "all of them were looked at.",
                              AR_STR_ARG(entry->key));
    else if (newer.as.list.count == 0)
        newer = ar_value_unknown(AR_REASON_stale,
                                 AR_STR("no line is newer than the finding: do "
                                        "again what failed, then verify"));
    return newer;
}

const struct ar_factset *ar_verify_trim_logs(struct ar_arena *arena,
                                             const struct ar_factset *facts,
                                             const struct ar_earlier *earlier,
                                             ar_str *note)
{
    struct ar_factset *trimmed = AR_NEW(arena, struct ar_factset);
    *note = AR_STR("");
    if (!earlier)
        return facts;
    *trimmed = (struct ar_factset){
        .arena = arena,
        .schema = facts->schema,
        .missing_reason = facts->missing_reason,
        .machine = facts->machine,
        .collected = facts->collected,
        .tool = facts->tool,
        .redaction = facts->redaction,
        .now = facts->now,
        .has_now = facts->has_now,
    };
    for (size_t ix = 0; ix < facts->entries.count; ix++) {
        const struct ar_fact_entry *entry = facts->entries.at[ix];
        struct ar_fact_ref ref = {.decl = entry->decl, .key = entry->key};
        ar_value value = entry->value;
        if (entry->decl && entry->decl->is_log && value.state == AR_STATE_VALUE)
            value = trim_log(arena, earlier, entry, note);
        ar_factset_add(trimmed, &ref, value)->origin = entry->origin;
    }
    return trimmed;
}
