/* SPDX-License-Identifier: Apache-2.0 */
/* A rule to its one status. All conditions are decided before anything is
 * rendered, so that no message can change a status. */

#include "run/machine.h"

/* For the conditions, and again for the texts; what is left under the limit of
 * the arena is for the step that goes beyond. */
enum { SCRATCH_BYTES = AR_MAX_EVALUATION_BYTES / 8 * 3 };

/* The state of one rule while it is judged. */
struct judging {
    struct ar_machine *machine;
    const struct ar_rule *rule;
    const struct ar_block_rule *record;
    struct ar_rule_result *out;
    struct ar_register applies;
    struct ar_reading before; /* of applies and the list of for each */
    AR_VECTOR(struct ar_instance) matched;
    bool is_open;                /* an element is, or the list */
    struct ar_rule_check *check; /* what all conditions come to is noted here;
                                    or NULL */
    struct ar_map keys;          /* key text -> unsigned *, how often */
};

static void fill_tank(struct ar_machine *machine)
{
    machine->steps_left = machine->rule_fuel;
    machine->regex_left = AR_MAX_REGEX_FUEL_RULE;
    machine->scratch_limit = machine->scratch->used_bytes + SCRATCH_BYTES;
    machine->exhausted = NULL;
    machine->is_rendering = false;
    machine->depth = 0;
    machine->stack_used = 0;
}

void ar_machine_prepare(struct ar_machine *machine)
{
    ar_arena_reset(machine->scratch);
    fill_tank(machine);
    machine->reading = NULL;
    machine->frame = NULL;
    machine->reader = ++machine->last_reader;
}

static struct ar_register run_condition(struct ar_machine *machine,
                                        uint32_t condition)
{
    const struct ar_block *block = &machine->code->block;
    return ar_machine_run(machine, block->condition_at[condition].routine);
}

/* ---- causes ---- */

static void keep_causes(struct judging *judging, const struct ar_register *reg,
                        enum ar_state state)
{
    ar_copy_causes(judging->machine->arena, &judging->out->causes,
                   ar_register_causes(reg), state);
}

static void keep_open_causes(struct judging *judging,
                             const struct ar_register *reg)
{
    keep_causes(judging, &judging->applies, AR_STATE_UNKNOWN);
    keep_causes(judging, reg, AR_STATE_UNKNOWN);
    judging->is_open = true;
}

/* ---- keys ---- */

/* Equal keys are told apart by their order in the list, whether or not the
 * others match: so a name stays when they are repaired. */
static ar_str make_key_text(struct judging *judging, ar_value key)
{
    struct ar_arena *scratch = judging->machine->scratch;
    ar_str plain = ar_value_text(scratch, key);
    ar_str text = plain;
    unsigned *number = ar_map_get(&judging->keys, plain);
    while (number && ar_map_has(&judging->keys, text))
        text = ar_str_printf(scratch, AR_STR_FORMAT "#%u", AR_STR_ARG(plain),
                             ++*number);
    unsigned *first = AR_NEW(scratch, unsigned);
    *first = 1;
    ar_map_put(scratch, &judging->keys, text, first);
    return text;
}

static void run_key(struct judging *judging, struct ar_instance *instance)
{
    if (judging->record->key == AR_BLOCK_NONE)
        return;
    struct ar_register key =
        ar_machine_run(judging->machine, judging->record->key);
    instance->key = ar_register_value(&key);
    instance->key_text = make_key_text(judging, instance->key);
}

/* ---- one element, or the rule itself ---- */

static void add_open_element(struct judging *judging,
                             const struct ar_instance *instance,
                             const struct ar_register *when)
{
    struct ar_arena *arena = judging->machine->arena;
    struct ar_open_element element = {
        .key_text = ar_copy_str(arena, instance->key_text)};
    ar_copy_causes(arena, &element.causes,
                   ar_register_causes(&judging->applies), AR_STATE_UNKNOWN);
    ar_copy_causes(arena, &element.causes, ar_register_causes(when),
                   AR_STATE_UNKNOWN);
    ar_vector_push(arena, &judging->out->open_elements, element);
}

static void judge_when(struct judging *judging, struct ar_instance *instance)
{
    struct ar_machine *machine = judging->machine;
    struct ar_register when = run_condition(machine, judging->record->when);
    bool is_each = judging->record->each != AR_BLOCK_NONE;
    if (judging->check) {
        ar_machine_check_element(machine, judging->check, instance, &when);
        return;
    }
    if (!(when.bits & AR_OUTCOME_TRUE)) {
        keep_causes(judging, &when, AR_STATE_ABSENT);
        return;
    }
    if (when.bits == AR_OUTCOME_TRUE &&
        judging->applies.bits == AR_OUTCOME_TRUE) {
        ar_vector_push(machine->scratch, &judging->matched, *instance);
        return;
    }
    keep_open_causes(judging, &when);
    if (is_each)
        add_open_element(judging, instance, &when);
}

static void start_reading(struct ar_machine *machine,
                          struct ar_reading *reading)
{
    reading->number = ++machine->last_reading;
    machine->reading = reading;
    machine->let_reading = reading;
}

/* New places, so that lets and groups are those of this element. */
static struct ar_instance start_instance(struct judging *judging)
{
    struct ar_machine *machine = judging->machine;
    struct ar_instance instance = {
        .frame = ar_frame_start(machine, judging->record->n_locals),
        .reading = AR_NEW(machine->scratch, struct ar_reading),
    };
    machine->frame = instance.frame;
    start_reading(machine, instance.reading);
    return instance;
}

static void judge_once(struct judging *judging)
{
    struct ar_instance instance = start_instance(judging);
    run_key(judging, &instance);
    judge_when(judging, &instance);
}

static void bind_element(struct judging *judging,
                         const struct ar_register *list, size_t ix)
{
    struct ar_machine *machine = judging->machine;
    const struct ar_block_details *details =
        ar_block_details_of(&machine->code->block, judging->record);
    struct ar_operation operation = {
        .machine = machine,
        .place = ar_place_far(details->each_place),
    };
    struct ar_register element = ar_operation_element(
        &operation, list, list->value->as.list.items[ix], true);
    if (details->element_is_condition)
        ar_register_make_condition(&element);
    ar_frame_set(machine, details->element, element);
}

static void note_open_list(struct judging *judging)
{
    if (!judging->check)
        return;
    judging->check->list_is_open = true;
    judging->check->list_causes = judging->out->causes;
}

static void judge_elements(struct judging *judging)
{
    struct ar_machine *machine = judging->machine;
    struct ar_register list = ar_machine_run(machine, judging->record->each);
    if (list.value->state == AR_STATE_UNKNOWN) {
        keep_open_causes(judging, &list);
        note_open_list(judging);
        return;
    }
    if (list.value->state == AR_STATE_ABSENT) {
        keep_causes(judging, &list, AR_STATE_ABSENT);
        return;
    }
    size_t count = list.value->as.list.count;
    for (size_t ix = 0; ix < count && !machine->exhausted; ix++) {
        struct ar_instance instance = start_instance(judging);
        ar_machine_spend(machine, 1);
        bind_element(judging, &list, ix);
        run_key(judging, &instance);
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
    ar_copy_causes(judging->machine->arena, &out->causes, &all,
                   AR_STATE_UNKNOWN);
    return AR_STATUS_UNDETERMINED;
}

static void note_applies(struct judging *judging)
{
    judging->check->applies = judging->applies.bits;
    ar_copy_causes(judging->machine->arena, &judging->check->causes,
                   ar_register_causes(&judging->applies), AR_STATE_UNKNOWN);
}

static enum ar_status judge(struct judging *judging)
{
    struct ar_machine *machine = judging->machine;
    const struct ar_block_rule *record = judging->record;
    if (record->applies != AR_BLOCK_NONE || record->each != AR_BLOCK_NONE)
        machine->frame = ar_frame_start(machine, record->n_locals);
    start_reading(machine, &judging->before);
    judging->applies = ar_register_of_bool(true);
    if (record->applies != AR_BLOCK_NONE)
        judging->applies = run_condition(machine, record->applies);
    if (judging->check)
        note_applies(judging);
    else if (!(judging->applies.bits & AR_OUTCOME_TRUE)) {
        keep_causes(judging, &judging->applies, AR_STATE_ABSENT);
        return AR_STATUS_NOT_APPLICABLE;
    }
    if (machine->applies_first && judging->applies.bits != AR_OUTCOME_TRUE)
        keep_open_causes(judging, &judging->applies);
    else if (record->each != AR_BLOCK_NONE)
        judge_elements(judging);
    else
        judge_once(judging);
    return choose_status(judging);
}

static void fail(struct judging *judging)
{
    struct ar_machine *machine = judging->machine;
    *judging->out = (struct ar_rule_result){.rule = judging->rule,
                                            .status = AR_STATUS_ERROR};
    judging->out->reason = ar_str_concat(machine->arena, AR_STR("budget: "),
                                         ar_str_from_c(machine->exhausted));
}

/* With fuel of their own: what was spent on the status does not count. */
static void render_findings(struct judging *judging)
{
    struct ar_machine *machine = judging->machine;
    struct ar_rule_result *out = judging->out;
    fill_tank(machine);
    machine->reading = NULL;
    machine->is_rendering = true;
    for (size_t ix = 0; ix < judging->matched.count; ix++) {
        const struct ar_instance *instance = &judging->matched.at[ix];
        if (out->findings.count == AR_MAX_FINDINGS_PER_RULE) {
            out->n_findings_left_out = judging->matched.count - ix;
            return;
        }
        machine->frame = instance->frame;
        machine->let_reading = instance->reading;
        struct ar_finding *finding = ar_machine_render(
            machine, judging->rule, instance, &judging->before);
        ar_vector_push(machine->arena, &out->findings, finding);
    }
}

static bool is_not_loaded(const struct judging *judging, ar_str *reason)
{
    const struct ar_rule *rule = judging->rule;
    const struct ar_block_place disabled_at =
        ar_block_details_of(&judging->machine->code->block, judging->record)
            ->disabled_at;
    struct ar_arena *arena = judging->machine->arena;
    *reason = rule->pack->not_loaded.len > 0 ? rule->pack->not_loaded
                                             : rule->details->not_loaded;
    if (reason->len > 0)
        return true;
    bool is_disabled =
        disabled_at.source != 0 || rule->details->disabled_because.len > 0;
    if (!is_disabled)
        return false;
    ar_str place = ar_machine_position(arena, judging->machine, disabled_at);
    *reason = ar_str_printf(
        arena, "disabled by " AR_STR_FORMAT " because " AR_STR_FORMAT,
        AR_STR_ARG(place), AR_STR_ARG(rule->details->disabled_because));
    return true;
}

void ar_machine_judge(struct ar_machine *machine, const struct ar_rule *rule,
                      struct ar_rule_result *out)
{
    *out =
        (struct ar_rule_result){.rule = rule, .status = AR_STATUS_NOT_LOADED};
    struct judging judging = {
        .machine = machine,
        .rule = rule,
        .record = &machine->code->block.rule_at[rule->ix],
        .out = out,
    };
    if (is_not_loaded(&judging, &out->reason))
        return;
    ar_machine_prepare(machine);
    out->status = judge(&judging);
    if (machine->exhausted)
        fail(&judging);
    else if (out->status == AR_STATUS_MATCHED && !machine->is_status_only)
        render_findings(&judging);
}

void ar_machine_check(struct ar_machine *machine, const struct ar_rule *rule,
                      struct ar_rule_check *out)
{
    struct ar_rule_result result = {.rule = rule};
    *out = (struct ar_rule_check){.rule = rule};
    struct judging judging = {
        .machine = machine,
        .rule = rule,
        .record = &machine->code->block.rule_at[rule->ix],
        .out = &result,
        .check = out,
    };
    if (is_not_loaded(&judging, &out->failure))
        return;
    ar_machine_prepare(machine);
    (void)judge(&judging);
    if (machine->exhausted)
        out->failure = ar_str_concat(machine->arena, AR_STR("budget: "),
                                     ar_str_from_c(machine->exhausted));
}
