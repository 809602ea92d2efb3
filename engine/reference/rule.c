/* SPDX-License-Identifier: Apache-2.0 */
/* A rule to its one status. All conditions are decided before anything is
 * rendered, so that no message can change a status. */

#include "reference/eval.h"

/* For the conditions, and again for the texts; what is left under the limit of
 * the arena is for the step that goes beyond. */
enum { SCRATCH_BYTES = AR_MAX_EVALUATION_BYTES / 8 * 3 };

/* The state of one rule while it is judged. */
struct judging {
    struct ar_evaluator *evaluator;
    const struct ar_rule *rule;
    struct ar_rule_result *out;
    struct ar_outcome applies;
    struct ar_recording before; /* of applies and the list of for each */
    AR_VECTOR(struct ar_instance) matched;
    bool is_open;       /* an element is, or the list */
    struct ar_map keys; /* key text -> unsigned *, how often */
};

static void fill_tank(struct ar_evaluator *evaluator)
{
    evaluator->tank = (struct ar_tank){
        .steps = evaluator->rule_fuel,
        .regex = AR_MAX_REGEX_FUEL_RULE,
        .scratch_limit = evaluator->scratch->used_bytes + SCRATCH_BYTES,
    };
    evaluator->exhausted = NULL;
    evaluator->depth = 0;
}

/* ---- causes ---- */

static void keep_causes(struct judging *judging,
                        const struct ar_outcome *outcome, enum ar_state state)
{
    ar_keep_causes(judging->evaluator, &judging->out->causes, &outcome->causes,
                   state);
}

static void keep_open_causes(struct judging *judging,
                             const struct ar_outcome *outcome)
{
    keep_causes(judging, &judging->applies, AR_STATE_UNKNOWN);
    keep_causes(judging, outcome, AR_STATE_UNKNOWN);
    judging->is_open = true;
}

/* ---- keys ---- */

static void take(struct ar_arena *scratch, struct ar_map *taken, ar_str text)
{
    unsigned *number = AR_NEW(scratch, unsigned);
    *number = 1;
    ar_map_put(scratch, taken, text, number);
}

/* Equal keys are told apart by their order in the list, whether or not the
 * others match: so a name stays when they are repaired. */
ar_str ar_eval_key_text(struct ar_evaluator *evaluator, struct ar_map *taken,
                        ar_value key)
{
    struct ar_arena *scratch = evaluator->scratch;
    ar_str plain = ar_value_text(scratch, key);
    ar_str text = plain;
    unsigned *number = ar_map_get(taken, plain);
    while (number && ar_map_has(taken, text))
        text = ar_str_printf(scratch, AR_STR_FORMAT "#%u", AR_STR_ARG(plain),
                             ++*number);
    take(scratch, taken, text);
    return text;
}

static void eval_key(struct judging *judging, struct ar_instance *instance)
{
    if (!judging->rule->key)
        return;
    struct ar_outcome key = ar_eval(judging->evaluator, judging->rule->key);
    instance->key = ar_outcome_value(&key);
    instance->key_text =
        ar_eval_key_text(judging->evaluator, &judging->keys, instance->key);
}

/* ---- one element, or the rule itself ---- */

static void add_open_element(struct judging *judging,
                             const struct ar_instance *instance,
                             const struct ar_outcome *when)
{
    struct ar_evaluator *evaluator = judging->evaluator;
    struct ar_open_element element = {
        .key_text = ar_keep_str(evaluator, instance->key_text)};
    ar_keep_causes(evaluator, &element.causes, &judging->applies.causes,
                   AR_STATE_UNKNOWN);
    ar_keep_causes(evaluator, &element.causes, &when->causes, AR_STATE_UNKNOWN);
    ar_vector_push(evaluator->arena, &judging->out->open_elements, element);
}

static void judge_when(struct judging *judging, struct ar_instance *instance)
{
    struct ar_evaluator *evaluator = judging->evaluator;
    struct ar_outcome when = ar_eval(evaluator, judging->rule->when);
    bool may_match = when.bits & AR_OUTCOME_TRUE;
    bool is_match = when.bits == AR_OUTCOME_TRUE &&
                    judging->applies.bits == AR_OUTCOME_TRUE;
    if (!may_match)
        keep_causes(judging, &when, AR_STATE_ABSENT);
    else if (is_match)
        ar_vector_push(evaluator->scratch, &judging->matched, *instance);
    else
        keep_open_causes(judging, &when);
    if (may_match && !is_match && judging->rule->each)
        add_open_element(judging, instance, &when);
}

/* New names, so that lets and groups are those of this element. */
static struct ar_instance start_instance(struct judging *judging)
{
    struct ar_evaluator *evaluator = judging->evaluator;
    struct ar_instance instance = {
        .frame = ar_frame_create(evaluator, judging->rule->n_slots),
        .recording = AR_NEW(evaluator->scratch, struct ar_recording),
    };
    evaluator->frame = instance.frame;
    evaluator->recording = instance.recording;
    evaluator->let_recording = instance.recording;
    return instance;
}

static void judge_once(struct judging *judging)
{
    struct ar_instance instance = start_instance(judging);
    eval_key(judging, &instance);
    judge_when(judging, &instance);
}

static void judge_elements(struct judging *judging)
{
    struct ar_evaluator *evaluator = judging->evaluator;
    const struct ar_rule *rule = judging->rule;
    struct ar_outcome list = ar_eval(evaluator, rule->each);
    if (list.value.state == AR_STATE_UNKNOWN) {
        keep_open_causes(judging, &list);
        return;
    }
    if (list.value.state == AR_STATE_ABSENT) {
        keep_causes(judging, &list, AR_STATE_ABSENT);
        return;
    }
    size_t count = list.value.as.list.count;
    for (size_t ix = 0; ix < count && !evaluator->exhausted; ix++) {
        struct ar_instance instance = start_instance(judging);
        ar_eval_spend(evaluator, 1);
        ar_bind_element(evaluator, rule->element, &list, rule->each, ix);
        eval_key(judging, &instance);
        judge_when(judging, &instance);
    }
}

/* ---- the status ---- */

static enum ar_status choose_status(struct judging *judging)
{
    struct ar_rule_result *out = judging->out;
    if (judging->matched.count > 0) {
        out->causes = (ar_cause_vector){0};
        return AR_STATUS_MATCHED;
    }
    if (!judging->is_open)
        return AR_STATUS_CLEAR;
    /* Beside elements that are open, those that are clear left causes. */
    ar_cause_vector all = out->causes;
    out->causes = (ar_cause_vector){0};
    ar_keep_causes(judging->evaluator, &out->causes, &all, AR_STATE_UNKNOWN);
    return AR_STATUS_UNDETERMINED;
}

static enum ar_status judge(struct judging *judging)
{
    struct ar_evaluator *evaluator = judging->evaluator;
    const struct ar_rule *rule = judging->rule;
    evaluator->frame = ar_frame_create(evaluator, rule->n_slots);
    evaluator->recording = &judging->before;
    evaluator->let_recording = &judging->before;
    judging->applies = ar_outcome_of_bool(true);
    if (rule->applies)
        judging->applies = ar_eval(evaluator, rule->applies);
    if (!(judging->applies.bits & AR_OUTCOME_TRUE)) {
        keep_causes(judging, &judging->applies, AR_STATE_ABSENT);
        return AR_STATUS_NOT_APPLICABLE;
    }
    if (rule->each)
        judge_elements(judging);
    else
        judge_once(judging);
    return choose_status(judging);
}

static void fail(struct judging *judging)
{
    struct ar_evaluator *evaluator = judging->evaluator;
    struct ar_rule_result *out = judging->out;
    *out = (struct ar_rule_result){.rule = judging->rule,
                                   .status = AR_STATUS_ERROR};
    out->reason = ar_str_concat(evaluator->arena, AR_STR("budget: "),
                                ar_str_from_c(evaluator->exhausted));
}

/* With fuel of their own: what was spent on the status does not count. */
static void render_findings(struct judging *judging)
{
    struct ar_evaluator *evaluator = judging->evaluator;
    struct ar_rule_result *out = judging->out;
    fill_tank(evaluator);
    evaluator->recording = NULL;
    for (size_t ix = 0; ix < judging->matched.count; ix++) {
        const struct ar_instance *instance = &judging->matched.at[ix];
        if (out->findings.count == AR_MAX_FINDINGS_PER_RULE) {
            out->n_findings_left_out = judging->matched.count - ix;
            return;
        }
        evaluator->frame = instance->frame;
        evaluator->let_recording = instance->recording;
        struct ar_finding *finding = ar_render_finding(
            evaluator, judging->rule, instance, &judging->before);
        ar_vector_push(evaluator->arena, &out->findings, finding);
    }
}

static bool is_not_loaded(struct ar_evaluator *evaluator,
                          const struct ar_rule *rule, ar_str *reason)
{
    struct ar_arena *arena = evaluator->arena;
    *reason = rule->pack->not_loaded.len > 0 ? rule->pack->not_loaded
                                             : rule->details->not_loaded;
    if (reason->len > 0)
        return true;
    if (rule->details->disabled_at.file == 0 &&
        rule->details->disabled_because.len == 0)
        return false;
    ar_str place = ar_eval_place(evaluator, arena, rule->details->disabled_at);
    *reason = ar_str_printf(
        arena, "disabled by " AR_STR_FORMAT " because " AR_STR_FORMAT,
        AR_STR_ARG(place), AR_STR_ARG(rule->details->disabled_because));
    return true;
}

void ar_eval_rule(struct ar_evaluator *evaluator, const struct ar_rule *rule,
                  struct ar_rule_result *out)
{
    *out =
        (struct ar_rule_result){.rule = rule, .status = AR_STATUS_NOT_LOADED};
    if (is_not_loaded(evaluator, rule, &out->reason))
        return;
    struct judging judging = {.evaluator = evaluator, .rule = rule, .out = out};
    ar_arena_free(evaluator->scratch);
    fill_tank(evaluator);
    evaluator->reader = ++evaluator->last_reader;
    out->status = judge(&judging);
    if (evaluator->exhausted)
        fail(&judging);
    else if (out->status == AR_STATUS_MATCHED)
        render_findings(&judging);
}
