/* SPDX-License-Identifier: Apache-2.0 */
/* The way in, the fuel, and places in the sources of the block. */

#include "run/machine.h"

#include "base/regex.h"
#include "result/assemble.h"
#include "run/index.h"

#include <limits.h>

enum {
    BYTES_PER_STEP = 1024,
    STACK_REGISTERS = 128,
    WORN_BYTES = 1 << 20 /* that a machine may hold while it has a rest */
};

/* ---- fuel ---- */

void ar_machine_exhaust(struct ar_machine *machine, const char *what)
{
    if (!machine->exhausted)
        machine->exhausted = what;
}

bool ar_machine_spend(struct ar_machine *machine, int64_t steps)
{
    machine->steps_left -= steps;
    machine->run_left -= steps;
    if (machine->run_left < 0)
        ar_machine_exhaust(machine, "the evaluation took too many steps");
    else if (machine->steps_left < 0)
        ar_machine_exhaust(machine, "the rule took too many steps");
    else if (machine->scratch->used_bytes > machine->scratch_limit)
        ar_machine_exhaust(machine, "the rule took too much memory");
    return !machine->exhausted;
}

bool ar_machine_spend_bytes(struct ar_machine *machine, size_t bytes)
{
    return ar_machine_spend(machine, (int64_t)(bytes / BYTES_PER_STEP));
}

/* ---- places ---- */

static ar_str source_text(const struct ar_machine *machine,
                          struct ar_block_place place)
{
    if (place.source == 0)
        return AR_STR("");
    return ar_code_source(machine->code, place.source - 1);
}

static bool is_line_end(char c)
{
    return c == '\n';
}

/* Blanks with a line end among them become one space. */
ar_str ar_machine_source(struct ar_arena *arena,
                         const struct ar_machine *machine,
                         struct ar_block_place place)
{
    ar_str text =
        ar_str_slice(source_text(machine, place), place.start, place.end);
    struct ar_buf out = AR_BUF(arena);
    size_t at = 0;
    while (at < text.len) {
        size_t end = at;
        bool has_line_end = false;
        for (; end < text.len && ar_char_is_blank(text.ptr[end]); end++)
            has_line_end = has_line_end || is_line_end(text.ptr[end]);
        if (has_line_end)
            ar_buf_put_char(&out, ' ');
        else
            ar_buf_put(&out, ar_str_slice(text, at, end));
        at = end;
        while (end < text.len && !ar_char_is_blank(text.ptr[end]))
            end++;
        ar_buf_put(&out, ar_str_slice(text, at, end));
        at = end;
    }
    return ar_buf_view(&out);
}

ar_str ar_machine_position(struct ar_arena *arena,
                           const struct ar_machine *machine,
                           struct ar_block_place place)
{
    const struct ar_block *block = &machine->code->block;
    if (place.source == 0)
        return AR_STR("?");
    ar_str text = source_text(machine, place);
    ar_str name = ar_block_text(block, block->source_at[place.source - 1].name);
    unsigned line = 1;
    for (size_t ix = 0; ix < place.start && ix < text.len; ix++)
        line += is_line_end(text.ptr[ix]);
    return ar_str_printf(arena, AR_STR_FORMAT ":%u", AR_STR_ARG(name), line);
}

/* ---- starting ---- */

static void free_arena(void *resource)
{
    ar_arena_free(resource);
}

/* Goes with the result, also when memory runs out half way. */
static struct ar_arena *create_arena(struct ar_arena *owner)
{
    struct ar_arena *arena = AR_NEW(owner, struct ar_arena);
    arena->out_of_memory = owner->out_of_memory;
    arena->limit_bytes = AR_MAX_EVALUATION_BYTES;
    ar_arena_defer(owner, free_arena, arena);
    return arena;
}

ar_value ar_machine_now(const struct ar_factset *facts, int64_t now)
{
    if (facts->has_now)
        return ar_value_time(facts->now);
    if (now != 0)
        return ar_value_time(now);
    return ar_value_unknown(facts->missing_reason,
                            AR_STR("the facts do not say when they were "
                                   "collected"));
}

static void allocate_states(struct ar_machine *machine)
{
    const struct ar_block *block = &machine->code->block;
    struct ar_arena *arena = machine->tables;
    machine->slots =
        AR_NEW_ARRAY(arena, struct ar_fact_state *, block->slot_count);
    machine->group_slots =
        AR_NEW_ARRAY(arena, struct ar_group_state *, block->group_slot_count);
    machine->predicates =
        AR_NEW_ARRAY(arena, struct ar_memo *, block->routine_count);
    machine->stack = AR_NEW_ARRAY(arena, struct ar_register, STACK_REGISTERS);
    machine->stack_size = STACK_REGISTERS;
    machine->regex_scratch = ar_regex_scratch_create(arena);
}

static void take_options(struct ar_machine *machine,
                         const struct ar_factset *facts,
                         const struct ar_evaluation_options *options)
{
    machine->facts = facts;
    machine->now = ar_machine_now(facts, options->now);
    machine->applies_first = options->applies_first;
    machine->missing = options->missing;
    machine->rule_fuel =
        options->rule_fuel > 0 ? options->rule_fuel : AR_MAX_RULE_FUEL;
    machine->run_left =
        options->run_fuel > 0 ? options->run_fuel : AR_MAX_RUN_FUEL;
}

struct ar_machine *ar_machine_start(struct ar_arena *arena,
                                    const struct ar_code *code,
                                    const struct ar_factset *facts,
                                    const struct ar_evaluation_options *options)
{
    const struct ar_evaluation_options none = {0};
    struct ar_machine *machine = AR_NEW(arena, struct ar_machine);
    machine->arena = arena;
    machine->owner = arena;
    machine->scratch = create_arena(arena);
    machine->shared = create_arena(arena);
    machine->tables = create_arena(arena);
    machine->code = code;
    take_options(machine, facts, options ? options : &none);
    allocate_states(machine);
    return machine;
}

static void forget_states(struct ar_machine *machine)
{
    for (size_t ix = 0; ix < machine->used_slots.count; ix++)
        machine->slots[machine->used_slots.at[ix]] = NULL;
    for (size_t ix = 0; ix < machine->used_group_slots.count; ix++)
        machine->group_slots[machine->used_group_slots.at[ix]] = NULL;
    for (size_t ix = 0; ix < machine->used_predicates.count; ix++)
        machine->predicates[machine->used_predicates.at[ix]] = NULL;
    machine->used_slots.count = 0;
    machine->used_group_slots.count = 0;
    machine->used_predicates.count = 0;
    machine->states = (struct ar_map){0};
}

static void take_owner(struct ar_machine *machine)
{
    struct ar_arena *const arenas[] = {machine->scratch, machine->shared,
                                       machine->tables};
    for (size_t ix = 0; ix < AR_COUNT_OF(arenas); ix++)
        arenas[ix]->out_of_memory = machine->owner->out_of_memory;
}

struct ar_machine *ar_machine_again(struct ar_machine *machine,
                                    struct ar_arena *memory,
                                    const struct ar_code *code,
                                    const struct ar_factset *facts,
                                    const struct ar_evaluation_options *options)
{
    if (!machine)
        return ar_machine_start(memory, code, facts, options);
    take_owner(machine);
    forget_states(machine);
    ar_arena_reset(machine->scratch);
    ar_arena_reset(machine->shared);
    take_options(machine, facts, options);
    return machine;
}

static void forget_part(struct ar_machine *machine,
                        const struct ar_reach_part *part)
{
    for (size_t ix = 0; ix < part->predicates.count; ix++) {
        struct ar_memo *memo = machine->predicates[part->predicates.at[ix]];
        if (memo)
            memo->is_set = false;
    }
    for (size_t ix = 0; ix < part->slots.count; ix++) {
        struct ar_fact_state *state = machine->slots[part->slots.at[ix]];
        if (state)
            ar_machine_look_up(machine, state);
    }
}

void ar_machine_follow(struct ar_machine *machine,
                       const struct ar_reached *reached,
                       const struct ar_evaluation_options *options)
{
    AR_ASSERT(!reached->is_wide);
    take_owner(machine);
    take_options(machine, machine->facts, options);
    for (size_t ix = 0; ix < reached->n_parts; ix++)
        forget_part(machine, reached->parts[ix]);
}

static bool is_worn(const struct ar_machine *machine)
{
    size_t bytes = machine->scratch->used_bytes + machine->shared->used_bytes +
                   machine->tables->used_bytes;
    return bytes > WORN_BYTES || machine->last_reader > UINT_MAX / 2 ||
           machine->last_reading > UINT_MAX / 2 ||
           machine->last_generation > UINT_MAX / 2;
}

struct ar_machine *ar_machine_rest(struct ar_machine *machine,
                                   struct ar_arena *memory)
{
    if (!machine || !is_worn(machine))
        return machine;
    ar_arena_free(memory);
    return NULL;
}

void ar_machine_finish(struct ar_machine *machine)
{
    ar_arena_free(machine->scratch);
    ar_arena_free(machine->shared);
    ar_arena_free(machine->tables);
}

int64_t ar_machine_clock(const struct ar_factset *facts,
                         const struct ar_evaluation_options *options)
{
    if (options && options->now != 0)
        return options->now;
    return facts->has_now ? facts->now : 0;
}

/* ---- all rules ---- */

struct evaluation {
    struct ar_arena *arena;
    const struct ar_code *code;
    const struct ar_program *program;
    const struct ar_factset *facts;
    const struct ar_evaluation_options *options; /* or NULL */
    struct ar_result *result;
    struct ar_machine *machine; /* or NULL: not needed so far */
    int64_t fuel;               /* of the machine when it was started */
};

static struct ar_machine *need_machine(struct evaluation *evaluation)
{
    if (!evaluation->machine) {
        evaluation->machine =
            ar_machine_start(evaluation->arena, evaluation->code,
                             evaluation->facts, evaluation->options);
        evaluation->fuel = evaluation->machine->run_left;
    }
    return evaluation->machine;
}

static void stop_machine(struct evaluation *evaluation)
{
    if (evaluation->machine)
        ar_machine_finish(evaluation->machine);
    evaluation->machine = NULL;
}

static void judge_rule(struct evaluation *evaluation,
                       const struct ar_rule *rule, unsigned said,
                       struct ar_rule_result *out)
{
    if (said == AR_SCAN_UNSAID) {
        ar_machine_judge(need_machine(evaluation), rule, out);
        return;
    }
    out->rule = rule;
    out->status = (enum ar_status)said;
    if (out->status == AR_STATUS_MATCHED)
        ar_scan_name_finding(evaluation->options->scan, out);
}

/* said: of some rules all there is to say; or NULL. */
static void judge_rules(struct evaluation *evaluation, const uint8_t *said)
{
    const struct ar_program *program = evaluation->program;
    struct ar_result *result =
        ar_result_create(evaluation->arena, program, evaluation->facts);
    size_t count = program->rules.count;
    evaluation->result = result;
    result->rules.count = count;
    for (size_t ix = 0; ix < count; ix++) {
        const struct ar_rule *rule = program->rules.at[ix];
        judge_rule(evaluation, rule, said ? said[rule->ix] : AR_SCAN_UNSAID,
                   &result->rules.at[ix]);
    }
}

/* The same with results that the scan keeps, where it has them: rules that are
 * clear, which are most, are not looked at. */
static void judge_told_rules(struct evaluation *evaluation, const uint8_t *said)
{
    struct ar_scan *scan = evaluation->options->scan;
    const struct ar_program *program = evaluation->program;
    struct ar_scan_list told;
    struct ar_rule_result *kept = ar_scan_results(scan, program, &told);
    if (!kept) {
        judge_rules(evaluation, said);
        return;
    }
    struct ar_result *result = AR_NEW(evaluation->arena, struct ar_result);
    result->program = program;
    result->facts = evaluation->facts;
    result->rules.at = kept;
    result->rules.count = program->rules.count;
    result->told = told.at;
    result->n_told = told.count;
    evaluation->result = result;
    for (size_t ix = 0; ix < told.count; ix++) {
        uint32_t number = told.at[ix];
        judge_rule(evaluation, program->rules.at[number], said[number],
                   &kept[number]);
    }
}

/* False if fuel might have run out had each rule been tried. */
static bool judge_with_scan(struct evaluation *evaluation)
{
    struct ar_scan *scan = evaluation->options->scan;
    int64_t steps = 0;
    ar_scan_run(scan, evaluation->facts, evaluation->options);
    const uint8_t *said = ar_scan_say(scan, evaluation->options->ids_only);
    if (evaluation->options->ids_only)
        judge_told_rules(evaluation, said);
    else
        judge_rules(evaluation, said);
    if (evaluation->machine)
        steps = evaluation->fuel - evaluation->machine->run_left;
    return ar_scan_is_within_fuel(scan, steps + ar_scan_text_steps(scan));
}

struct ar_result *ar_vm_evaluate(struct ar_arena *arena,
                                 const struct ar_code *code,
                                 const struct ar_program *program,
                                 const struct ar_factset *facts,
                                 const struct ar_evaluation_options *options)
{
    struct evaluation evaluation = {.arena = arena,
                                    .code = code,
                                    .program = program,
                                    .facts = facts,
                                    .options = options};
    bool is_done = options && options->scan && judge_with_scan(&evaluation);
    if (!is_done) {
        stop_machine(&evaluation);
        judge_rules(&evaluation, NULL);
    }
    stop_machine(&evaluation);
    evaluation.result->ids_only = is_done && options->ids_only;
    ar_result_assemble(arena, evaluation.result,
                       ar_machine_clock(facts, options));
    return evaluation.result;
}

const struct ar_rule_check *ar_vm_check(
    struct ar_arena *arena, const struct ar_code *code,
    const struct ar_rule *rule, const struct ar_factset *facts,
    const struct ar_evaluation_options *options)
{
    struct ar_machine *machine = ar_machine_start(arena, code, facts, options);
    struct ar_rule_check *check = AR_NEW(arena, struct ar_rule_check);
    ar_machine_check(machine, rule, check);
    ar_machine_finish(machine);
    return check;
}

static struct ar_outcome make_outcome(struct ar_machine *machine,
                                      const struct ar_register *reg)
{
    struct ar_register kept = ar_copy_register(machine->arena, reg);
    struct ar_outcome out = {.is_condition = kept.value == NULL,
                             .bits = kept.bits};
    if (kept.value)
        out.value = *kept.value;
    if (kept.trace) {
        out.decl = kept.trace->decl;
        out.path = kept.trace->path;
        out.causes = kept.trace->causes;
    }
    if (ar_outcome_is_decided(&out))
        out.causes = (ar_cause_vector){0};
    return out;
}

static struct ar_register hold_local(struct ar_machine *machine,
                                     const struct ar_vm_local *local)
{
    ar_cause_vector causes = {0};
    struct ar_cause cause = {.name = local->name, .value = local->value};
    ar_vector_push(machine->scratch, &causes, cause);
    return ar_register_blame(machine, ar_register_of(machine, local->value),
                             causes);
}

/* What the expression does not name may have no place. */
static void set_locals(struct ar_machine *machine,
                       const struct ar_vm_question *question, uint32_t n_places)
{
    for (uint32_t ix = 0; ix < n_places && ix < question->n_locals; ix++)
        ar_frame_set(machine, ix, hold_local(machine, &question->locals[ix]));
}

static void keep_read(struct ar_machine *machine,
                      const struct ar_reading *reading, ar_str_vector *out)
{
    for (size_t ix = 0; ix < reading->facts.count; ix++) {
        const struct ar_fact_state *state = reading->facts.at[ix];
        if (!state->is_derived)
            ar_vector_push(machine->arena, out,
                           ar_str_copy(machine->arena, state->key));
    }
}

struct ar_outcome ar_vm_expression_with(
    struct ar_arena *arena, const struct ar_code *code,
    const struct ar_vm_question *question, const struct ar_factset *facts,
    const struct ar_evaluation_options *options)
{
    struct ar_machine *machine = ar_machine_start(arena, code, facts, options);
    uint32_t routine = code->block.condition_at[question->condition].routine;
    uint32_t n_places = code->block.routine_at[routine].n_locals;
    machine->steps_left = machine->rule_fuel;
    machine->regex_left = AR_MAX_REGEX_FUEL_RULE;
    machine->scratch_limit = AR_MAX_EVALUATION_BYTES;
    machine->reader = ++machine->last_reader;
    machine->frame = ar_frame_start(machine, n_places);
    set_locals(machine, question, n_places);
    struct ar_reading reading = {.number = ++machine->last_reading};
    machine->reading = question->read ? &reading : NULL;
    struct ar_register result = ar_machine_run(machine, routine);
    struct ar_outcome out = make_outcome(machine, &result);
    if (question->read)
        keep_read(machine, &reading, question->read);
    ar_machine_finish(machine);
    return out;
}

struct ar_outcome ar_vm_expression(struct ar_arena *arena,
                                   const struct ar_code *code,
                                   const struct ar_factset *facts,
                                   const struct ar_evaluation_options *options)
{
    const struct ar_vm_question question = {0};
    return ar_vm_expression_with(arena, code, &question, facts, options);
}
