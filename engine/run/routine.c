/* SPDX-License-Identifier: Apache-2.0 */
/* The loop over instructions, and those that need no file of their own:
 * loading, jumping, and what is said of conditions. */

#include "run/machine.h"

/* Deeper than the checker lets facts and functions use each other. */
enum { MAX_DEPTH = 600 };

enum { EITHER = AR_OUTCOME_TRUE | AR_OUTCOME_FALSE };

/* ---- frames and windows ---- */

struct ar_frame *ar_frame_start(struct ar_machine *machine, size_t n_places)
{
    struct ar_frame *frame = AR_NEW(machine->scratch, struct ar_frame);
    if (n_places > 0)
        frame->places =
            AR_NEW_ARRAY(machine->scratch, struct ar_place, n_places);
    frame->generation = ++machine->last_generation;
    return frame;
}

void ar_frame_set(struct ar_machine *machine, uint32_t place,
                  struct ar_register held)
{
    struct ar_frame *frame = machine->frame;
    frame->generation = ++machine->last_generation;
    frame->places[place] = (struct ar_place){
        .is_set = true, .generation = frame->generation, .held = held};
}

static struct ar_register *open_window(struct ar_machine *machine,
                                       size_t n_registers)
{
    if (n_registers > machine->stack_size - machine->stack_used)
        return AR_NEW_ARRAY(machine->scratch, struct ar_register, n_registers);
    struct ar_register *window = &machine->stack[machine->stack_used];
    machine->stack_used += n_registers;
    for (size_t ix = 0; ix < n_registers; ix++)
        window[ix] = (struct ar_register){.bits = AR_OUTCOME_OPEN};
    return window;
}

/* ---- loading ---- */

static void load_constant(const struct ar_operation *operation)
{
    operation->at[0] = (struct ar_register){
        .value = &operation->machine->code->constants[operation->wide]};
}

static void load_predicate(const struct ar_operation *operation)
{
    operation->at[0] = ar_memo_predicate(operation->machine, operation->wide);
}

/* A let sees the names of the rule only, so its value stays good. */
static void load_let(const struct ar_operation *operation)
{
    struct ar_machine *machine = operation->machine;
    const struct ar_block_let *let =
        &machine->code->block.let_at[operation->wide];
    struct ar_place *place = &machine->frame->places[let->local];
    if (!place->is_set) {
        struct ar_reading *outer = machine->reading;
        if (!outer)
            machine->reading = machine->let_reading;
        struct ar_register held = ar_machine_run(machine, let->routine);
        machine->reading = outer;
        if (machine->exhausted)
            return;
        *place = (struct ar_place){.is_set = true, .held = held};
    }
    operation->at[0] = place->held;
}

static void load_local(const struct ar_operation *operation)
{
    const struct ar_frame *frame = operation->machine->frame;
    operation->at[0] = frame->places[operation->wide].held;
}

/* The arguments are worked out, outside the function's own names. */
static void call(const struct ar_operation *operation)
{
    struct ar_machine *machine = operation->machine;
    const struct ar_block_routine *routine =
        &machine->code->block.routine_at[operation->wide];
    struct ar_frame *outer = machine->frame;
    machine->frame = ar_frame_start(machine, routine->n_locals);
    for (uint32_t ix = 0; ix < routine->n_parameters; ix++)
        ar_frame_set(machine, ix, operation->at[ix]);
    operation->at[0] = ar_machine_run(machine, operation->wide);
    machine->frame = outer;
}

/* ---- conditions ---- */

static void make_condition(struct ar_register *at)
{
    if (at->value->state == AR_STATE_VALUE)
        at->trace = NULL;
    ar_register_make_condition(at);
}

static void make_value(const struct ar_operation *operation)
{
    struct ar_register *at = operation->at;
    ar_value value = ar_register_value(at);
    if (value.state == AR_STATE_VALUE)
        at->trace = NULL;
    at->value = ar_register_keep(operation->machine, value);
}

static void negate(struct ar_register *at)
{
    at->bits = ar_bits_not(at->bits);
}

static void join(const struct ar_operation *operation,
                 unsigned (*join_bits)(unsigned, unsigned))
{
    struct ar_register *at = operation->at;
    unsigned bits = join_bits(at[0].bits, at[1].bits);
    if (bits == AR_OUTCOME_TRUE || bits == AR_OUTCOME_FALSE) {
        at[0] = ar_register_of_bits(bits);
        return;
    }
    ar_cause_vector causes = {0};
    ar_causes_collect(operation->machine, &causes, &at[0]);
    ar_causes_collect(operation->machine, &causes, &at[1]);
    at[0] = ar_register_blame(operation->machine, ar_register_of_bits(bits),
                              causes);
}

/* A condition whose choice is open: what the branches leave possible. */
static void join_branches(const struct ar_operation *operation)
{
    struct ar_machine *machine = operation->machine;
    struct ar_register *at = operation->at;
    unsigned bits = at[0].bits & AR_OUTCOME_NEITHER;
    ar_cause_vector causes = {0};
    ar_causes_collect(machine, &causes, &at[0]);
    if (at[0].bits & AR_OUTCOME_TRUE) {
        bits |= at[1].bits;
        ar_causes_collect(machine, &causes, &at[1]);
    }
    if (at[0].bits & AR_OUTCOME_FALSE) {
        bits |= at[2].bits;
        ar_causes_collect(machine, &causes, &at[2]);
    }
    if (operation->n)
        at[0] = ar_register_blame(machine, ar_register_of_bits(bits), causes);
    else
        at[0] = ar_register_unknown(machine, causes);
}

static void choose(const struct ar_operation *operation)
{
    struct ar_machine *machine = operation->machine;
    struct ar_register *at = operation->at;
    if (at[0].bits == AR_OUTCOME_TRUE)
        at[0] = at[1];
    else if (at[0].bits == AR_OUTCOME_FALSE)
        at[0] = at[2];
    else if (at[0].bits != AR_OUTCOME_NEITHER)
        join_branches(operation);
    else if (!operation->n)
        at[0].value = ar_register_keep(machine, ar_value_absent());
}

static bool may_be_absent(const struct ar_register *reg)
{
    if (reg->value)
        return !ar_value_is_there(reg->value);
    return reg->bits & AR_OUTCOME_NEITHER;
}

static void choose_default(const struct ar_operation *operation)
{
    struct ar_machine *machine = operation->machine;
    struct ar_register *at = operation->at;
    if (ar_register_state(&at[0]) == AR_STATE_ABSENT) {
        at[0] = at[1];
        return;
    }
    ar_cause_vector causes = {0};
    ar_causes_collect(machine, &causes, &at[0]);
    ar_causes_collect(machine, &causes, &at[1]);
    if (at[0].value) {
        at[0] = ar_register_unknown(machine, causes);
        return;
    }
    unsigned bits = (at[0].bits & EITHER) | at[1].bits;
    at[0] = ar_register_blame(machine, ar_register_of_bits(bits), causes);
}

/* ---- what is known ---- */

/* Whether it exists: true or false while that is open. */
static unsigned judge_presence(const struct ar_register *reg)
{
    unsigned result = 0;
    if (!reg->value) {
        if (reg->bits & EITHER)
            result |= AR_OUTCOME_TRUE;
        if (reg->bits & AR_OUTCOME_NEITHER)
            result |= AR_OUTCOME_FALSE;
        return result;
    }
    if (ar_value_is_there(reg->value))
        return AR_OUTCOME_TRUE;
    return reg->value->state == AR_STATE_ABSENT ? AR_OUTCOME_FALSE : EITHER;
}

static void test_presence(const struct ar_operation *operation, bool negated)
{
    struct ar_register *at = operation->at;
    unsigned bits = judge_presence(at);
    *at = ar_register_blame(
        operation->machine,
        ar_register_of_bits(negated ? ar_bits_not(bits) : bits),
        *ar_register_causes(at));
}

/* Nobody has tried yet, or what is known was taken away again: trying may
 * still give a value. */
static bool may_become_known(enum ar_reason reason)
{
    switch (reason) {
    case AR_REASON_not_in_snapshot:
    case AR_REASON_not_given:
    case AR_REASON_redacted:
    case AR_REASON_stale: return true;
    case AR_REASON_timeout:
    case AR_REASON_denied:
    case AR_REASON_unsupported:
    case AR_REASON_probe_failed:
    case AR_REASON_bad_output:
    case AR_REASON_bad_value:
    case AR_REASON_too_large:
    case AR_REASON_budget:
    case AR_REASON_conflict:
    case AR_N_REASONS: return false;
    }
    AR_UNREACHABLE();
}

/* wanted: one reason, or AR_ANY_REASON. */
static unsigned judge_causes(const ar_cause_vector *causes, unsigned wanted)
{
    unsigned result =
        wanted == AR_ANY_REASON ? AR_OUTCOME_TRUE : AR_OUTCOME_FALSE;
    for (size_t ix = 0; ix < causes->count; ix++) {
        const ar_value *value = &causes->at[ix].value;
        if (value->state != AR_STATE_UNKNOWN)
            continue;
        if (may_become_known(value->reason))
            return EITHER;
        if ((unsigned)value->reason == wanted)
            result = AR_OUTCOME_TRUE;
    }
    return result;
}

static void test_unknown(const struct ar_operation *operation)
{
    struct ar_register *at = operation->at;
    bool is_there = at->value && ar_value_is_there(at->value);
    if (is_there || ar_register_state(at) != AR_STATE_UNKNOWN) {
        *at = ar_register_of_bool(false);
        return;
    }
    const ar_cause_vector *causes = ar_register_causes(at);
    unsigned bits = judge_causes(causes, operation->n);
    *at = ar_register_blame(operation->machine, ar_register_of_bits(bits),
                            *causes);
}

/* ---- the loop ---- */

/* Whether a jump is taken. */
static bool jumps(enum ar_opcode opcode, const struct ar_register *at)
{
    switch ((int)opcode) {
    case AR_OPCODE_JUMP_FALSE: return at->bits == AR_OUTCOME_FALSE;
    case AR_OPCODE_JUMP_TRUE: return at->bits == AR_OUTCOME_TRUE;
    case AR_OPCODE_JUMP_NEVER_TRUE: return !(at->bits & AR_OUTCOME_TRUE);
    case AR_OPCODE_JUMP_NEVER_FALSE: return !(at->bits & AR_OUTCOME_FALSE);
    case AR_OPCODE_JUMP_NEVER_ABSENT: return !may_be_absent(at);
    }
    AR_UNREACHABLE();
}

/* One instruction; gives the next one. The order is that of opcodes.def. */
static uint32_t step(const struct ar_operation *operation,
                     enum ar_opcode opcode, struct ar_loop **loops,
                     uint32_t next)
{
    struct ar_register *at = operation->at;
    switch (opcode) {
    case AR_OPCODE_LOAD_CONSTANT: load_constant(operation); break;
    case AR_OPCODE_LOAD_SLOT: ar_operate_load_slot(operation); break;
    case AR_OPCODE_LOAD_FACT: ar_operate_load_fact(operation); break;
    case AR_OPCODE_LOAD_GROUP_SLOT:
        ar_operate_load_group_slot(operation);
        break;
    case AR_OPCODE_LOAD_GROUP: ar_operate_load_group(operation); break;
    case AR_OPCODE_LOAD_LOCAL: load_local(operation); break;
    case AR_OPCODE_LOAD_LET: load_let(operation); break;
    case AR_OPCODE_LOAD_CAPTURE: ar_operate_load_capture(operation); break;
    case AR_OPCODE_PREDICATE: load_predicate(operation); break;
    case AR_OPCODE_CALL: call(operation); break;
    case AR_OPCODE_TABLE: ar_operate_table(operation); break;
    case AR_OPCODE_FUNCTION: ar_operate_function(operation); break;
    case AR_OPCODE_TEMPLATE: ar_operate_template(operation); break;
    case AR_OPCODE_LIST: ar_operate_list(operation); break;
    case AR_OPCODE_RETURN: break;
    case AR_OPCODE_AS_CONDITION: make_condition(at); break;
    case AR_OPCODE_AS_VALUE: make_value(operation); break;
    case AR_OPCODE_NOT: negate(at); break;
    case AR_OPCODE_AND: join(operation, ar_bits_and); break;
    case AR_OPCODE_OR: join(operation, ar_bits_or); break;
    case AR_OPCODE_EQUAL: ar_operate_equal(operation); break;
    case AR_OPCODE_CHOOSE: choose(operation); break;
    case AR_OPCODE_DEFAULT: choose_default(operation); break;
    case AR_OPCODE_JUMP_FALSE:
    case AR_OPCODE_JUMP_TRUE:
    case AR_OPCODE_JUMP_NEVER_TRUE:
    case AR_OPCODE_JUMP_NEVER_FALSE:
    case AR_OPCODE_JUMP_NEVER_ABSENT:
        return jumps(opcode, at) ? operation->wide : next;
    case AR_OPCODE_EXISTS: test_presence(operation, false); break;
    case AR_OPCODE_ABSENT: test_presence(operation, true); break;
    case AR_OPCODE_UNKNOWN: test_unknown(operation); break;
    case AR_OPCODE_COMPARE: ar_operate_compare(operation); break;
    case AR_OPCODE_IN_LIST: ar_operate_in_list(operation); break;
    case AR_OPCODE_IN_MAP: ar_operate_in_map(operation); break;
    case AR_OPCODE_IN_RANGE: ar_operate_in_range(operation); break;
    case AR_OPCODE_IN_CIDR: ar_operate_in_cidr(operation); break;
    case AR_OPCODE_CONTAINS: ar_operate_contains(operation); break;
    case AR_OPCODE_STARTS_WITH: ar_operate_starts_with(operation); break;
    case AR_OPCODE_ENDS_WITH: ar_operate_ends_with(operation); break;
    case AR_OPCODE_MATCH: ar_operate_match(operation); break;
    case AR_OPCODE_ARITHMETIC: ar_operate_arithmetic(operation); break;
    case AR_OPCODE_NEGATE: ar_operate_negate(operation); break;
    case AR_OPCODE_FIELD: ar_operate_field(operation); break;
    case AR_OPCODE_LIST_FIELD: ar_operate_list_field(operation); break;
    case AR_OPCODE_INDEX: ar_operate_index(operation); break;
    case AR_OPCODE_MAP_INDEX: ar_operate_map_index(operation); break;
    case AR_OPCODE_PART: ar_operate_part(operation); break;
    case AR_OPCODE_LOOP: return ar_loop_begin(operation, loops);
    case AR_OPCODE_NEXT: return ar_loop_next(operation, loops, next);
    case AR_N_OPCODES: AR_UNREACHABLE();
    }
    return next;
}

static struct ar_register run_code(struct ar_machine *machine,
                                   const struct ar_block_routine *routine,
                                   struct ar_register *window)
{
    const struct ar_block *block = &machine->code->block;
    const struct ar_block_instruction *code =
        &block->instruction_at[routine->code];
    const struct ar_block_code_place_of *places =
        &block->code_place_of_at[routine->code];
    struct ar_loop *loops = NULL;
    uint32_t at = 0;
    while (ar_machine_spend(machine, 1)) {
        struct ar_instruction instruction = {code[at].head, code[at].wide};
        enum ar_opcode opcode = ar_instruction_opcode(instruction);
        struct ar_operation operation = {
            .machine = machine,
            .at = &window[ar_instruction_a(instruction)],
            .n = ar_instruction_n(instruction),
            .wide = instruction.wide,
            .routine = routine,
            .place = places[at].place,
        };
        if (opcode == AR_OPCODE_RETURN)
            return *operation.at;
        at = step(&operation, opcode, &loops, at + 1);
    }
    return (struct ar_register){0};
}

/* What stands in for the result of what ran out, whatever it would be. */
static struct ar_register make_exhausted(struct ar_machine *machine)
{
    ar_value value =
        ar_value_unknown(AR_REASON_budget, ar_str_from_c(machine->exhausted));
    return (struct ar_register){.value = ar_register_keep(machine, value),
                                .bits = AR_OUTCOME_OPEN};
}

struct ar_register ar_machine_run(struct ar_machine *machine, uint32_t routine)
{
    const struct ar_block_routine *record =
        &machine->code->block.routine_at[routine];
    size_t stack_used = machine->stack_used;
    if (machine->depth >= MAX_DEPTH)
        ar_machine_exhaust(machine, "the rule is nested too deep");
    machine->depth++;
    struct ar_register result =
        run_code(machine, record, open_window(machine, record->n_registers));
    machine->depth--;
    machine->stack_used = stack_used;
    return machine->exhausted ? make_exhausted(machine) : result;
}
