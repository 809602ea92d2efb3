/* SPDX-License-Identifier: Apache-2.0 */
/* Registers: making and reading them, and what an operation leaves in one. A
 * register that is not decided knows its causes; where no fact can be blamed,
 * a cause is named after the text of the operation in its source. */

#include "run/machine.h"

static const ar_value absent = {.state = AR_STATE_ABSENT};

/* ---- making registers ---- */

const ar_value *ar_register_keep(struct ar_machine *machine, ar_value value)
{
    ar_value *kept = AR_NEW(machine->scratch, ar_value);
    *kept = value;
    return kept;
}

struct ar_register ar_register_of(struct ar_machine *machine, ar_value value)
{
    return (struct ar_register){.value = ar_register_keep(machine, value)};
}

struct ar_register ar_register_of_bits(unsigned bits)
{
    AR_ASSERT(bits != 0 && (bits & ~(unsigned)AR_OUTCOME_OPEN) == 0);
    return (struct ar_register){.bits = bits};
}

struct ar_register ar_register_of_bool(bool value)
{
    return ar_register_of_bits(value ? AR_OUTCOME_TRUE : AR_OUTCOME_FALSE);
}

/* ---- reading them ---- */

static const struct ar_trace *trace_of(const struct ar_register *reg)
{
    static const struct ar_trace none;
    return reg->trace ? reg->trace : &none;
}

void ar_register_make_condition(struct ar_register *reg)
{
    reg->bits = ar_register_bits_of(*reg->value);
    reg->value = NULL;
}

const ar_cause_vector *ar_register_causes(const struct ar_register *reg)
{
    return &trace_of(reg)->causes;
}

enum ar_state ar_register_state(const struct ar_register *reg)
{
    if (reg->value)
        return reg->value->state;
    if (reg->bits == AR_OUTCOME_NEITHER)
        return AR_STATE_ABSENT;
    bool is_one = reg->bits == AR_OUTCOME_TRUE || reg->bits == AR_OUTCOME_FALSE;
    return is_one ? AR_STATE_VALUE : AR_STATE_UNKNOWN;
}

bool ar_register_is_decided(const struct ar_register *reg)
{
    return ar_register_state(reg) == AR_STATE_VALUE;
}

/* Absent causes give no reason. */
static ar_value take_reason(const ar_cause_vector *causes)
{
    size_t ix = 0;
    while (ix < causes->count && causes->at[ix].value.state != AR_STATE_UNKNOWN)
        ix++;
    if (ix == causes->count)
        return ar_value_unknown(AR_REASON_bad_value, (ar_str){NULL, 0});
    const ar_value *value = &causes->at[ix].value;
    return ar_value_unknown(value->reason, value->detail);
}

ar_value ar_register_value(const struct ar_register *reg)
{
    if (reg->value)
        return *reg->value;
    switch (ar_register_state(reg)) {
    case AR_STATE_UNKNOWN: return take_reason(ar_register_causes(reg));
    case AR_STATE_ABSENT: return absent;
    case AR_STATE_VALUE: return ar_value_bool(reg->bits == AR_OUTCOME_TRUE);
    }
    AR_UNREACHABLE();
}

unsigned ar_register_bits_of(ar_value value)
{
    if (value.state == AR_STATE_UNKNOWN)
        return AR_OUTCOME_OPEN;
    if (value.state == AR_STATE_ABSENT)
        return AR_OUTCOME_NEITHER;
    AR_ASSERT(value.type->kind == AR_TYPE_BOOL);
    return value.as.boolean ? AR_OUTCOME_TRUE : AR_OUTCOME_FALSE;
}

/* ---- causes ---- */

/* Most registers have no trace: one that says nothing is not made. */
static const struct ar_trace *make_trace(struct ar_machine *machine,
                                         struct ar_trace trace)
{
    if (trace.causes.count == 0 && !trace.decl)
        return NULL;
    struct ar_trace *made = AR_NEW(machine->scratch, struct ar_trace);
    *made = trace;
    return made;
}

struct ar_register ar_register_blame(struct ar_machine *machine,
                                     struct ar_register reg,
                                     ar_cause_vector causes)
{
    const struct ar_trace *old = trace_of(&reg);
    bool is_list = reg.value && reg.value->state == AR_STATE_VALUE &&
                   reg.value->type->kind == AR_TYPE_LIST;
    struct ar_trace trace = {.decl = old->decl, .path = old->path};
    if (is_list || !ar_register_is_decided(&reg))
        trace.causes = causes;
    reg.trace = make_trace(machine, trace);
    return reg;
}

struct ar_register ar_register_unknown(struct ar_machine *machine,
                                       ar_cause_vector causes)
{
    struct ar_register out = ar_register_of(machine, take_reason(&causes));
    return ar_register_blame(machine, out, causes);
}

bool ar_causes_have(const ar_cause_vector *causes,
                    const struct ar_cause *wanted)
{
    bool is_found = false;
    for (size_t ix = 0; ix < causes->count && !is_found; ix++) {
        const ar_value *value = &causes->at[ix].value;
        is_found = value->state == wanted->value.state &&
                   (value->state != AR_STATE_UNKNOWN ||
                    value->reason == wanted->value.reason) &&
                   ar_str_equal(causes->at[ix].name, wanted->name);
    }
    return is_found;
}

void ar_causes_collect(struct ar_machine *machine, ar_cause_vector *causes,
                       const struct ar_register *reg)
{
    const ar_cause_vector *more = ar_register_causes(reg);
    if (more->count == 0 || ar_register_is_decided(reg))
        return;
    if (causes->count == 0) {
        /* Borrowed. Without room in it, the next push makes a copy. */
        *causes = *more;
        causes->capacity = more->count;
        return;
    }
    for (size_t ix = 0; ix < more->count; ix++) {
        if (!ar_causes_have(causes, &more->at[ix]))
            ar_vector_push(machine->scratch, causes, more->at[ix]);
    }
}

/* ---- what is blamed ---- */

static struct ar_block_code_place find_both(
    const struct ar_operation *operation)
{
    return ar_block_code_place(&operation->machine->code->block,
                               operation->routine, operation->place);
}

static struct ar_block_place find_place(const struct ar_operation *operation,
                                        bool of_operand)
{
    struct ar_block_code_place both = find_both(operation);
    if (of_operand) {
        both.place.start = both.operand_start;
        both.place.end = both.operand_end;
    }
    return both.place;
}

static ar_span make_span(const struct ar_operation *operation,
                         struct ar_block_place place)
{
    if (place.source == 0)
        return (ar_span){0};
    uint32_t file = operation->machine->code->files[place.source - 1];
    return (ar_span){.file = file, .start = place.start, .end = place.end};
}

/* Of one cause; there is hardly ever a second. */
static ar_cause_vector make_causes(const struct ar_operation *operation,
                                   struct ar_cause cause)
{
    struct ar_cause *at = AR_NEW(operation->machine->scratch, struct ar_cause);
    *at = cause;
    return (ar_cause_vector){.at = at, .count = 1, .capacity = 1};
}

static ar_cause_vector blame_text(const struct ar_operation *operation,
                                  ar_value value, bool of_operand)
{
    struct ar_block_place place = find_place(operation, of_operand);
    struct ar_machine *machine = operation->machine;
    ar_str name = ar_machine_source(machine->scratch, machine, place);
    return make_causes(operation, (struct ar_cause){
                                      .name = name,
                                      .value = value,
                                      .span = make_span(operation, place),
                                  });
}

/* ---- parts of a whole ---- */

ar_str ar_register_path(struct ar_machine *machine,
                        const struct ar_register *whole,
                        const struct ar_field *field)
{
    const struct ar_trace *trace = trace_of(whole);
    if (!trace->decl)
        return (ar_str){NULL, 0};
    return ar_str_printf(machine->scratch, AR_STR_FORMAT "." AR_STR_FORMAT,
                         AR_STR_ARG(trace->path), AR_STR_ARG(field->name));
}

/* Of an item that is not a value, at path in the fact. Only the fact itself
 * can be asked for: a field of it is no fact. */
static ar_cause_vector blame_item(const struct ar_operation *operation,
                                  const struct ar_trace *whole,
                                  const ar_value *item, ar_str path,
                                  bool of_operand)
{
    if (whole->causes.count > 0)
        return whole->causes;
    if (!whole->decl)
        return blame_text(operation, *item, of_operand);
    struct ar_block_place place = find_place(operation, of_operand);
    bool is_fact = of_operand && find_both(operation).operand_is_fact &&
                   path.len == whole->path.len;
    return make_causes(operation, (struct ar_cause){
                                      .name = path,
                                      .is_fact = is_fact,
                                      .decl = whole->decl,
                                      .value = *item,
                                      .span = make_span(operation, place),
                                  });
}

/* The item of whole, which is at path in the fact that whole comes from. */
static struct ar_register take_item(const struct ar_operation *operation,
                                    const struct ar_register *whole,
                                    const ar_value *item, ar_str path,
                                    bool of_operand)
{
    const struct ar_trace *outer = trace_of(whole);
    struct ar_trace trace = {.decl = outer->decl, .path = path};
    if (item->state != AR_STATE_VALUE)
        trace.causes = blame_item(operation, outer, item, path, of_operand);
    return (struct ar_register){.value = item,
                                .trace = make_trace(operation->machine, trace)};
}

struct ar_register ar_operation_element(const struct ar_operation *operation,
                                        const struct ar_register *whole,
                                        ar_value element, bool of_operand)
{
    const ar_value *item = ar_register_keep(operation->machine, element);
    const struct ar_trace *trace = trace_of(whole);
    if (item->state == AR_STATE_VALUE && trace->causes.count == 0)
        return (struct ar_register){.value = item, .trace = whole->trace};
    return take_item(operation, whole, item, trace->path, of_operand);
}

struct ar_register ar_operation_field(const struct ar_operation *operation,
                                      const struct ar_register *record,
                                      size_t ix)
{
    AR_ASSERT(ix < record->value->as.list.count);
    const ar_value *item = &record->value->as.list.items[ix];
    /* Nothing is taken out of a scalar, so where it was is never asked. */
    if (item->state == AR_STATE_VALUE && ar_type_is_scalar(item->type))
        return (struct ar_register){.value = item};
    ar_str path = ar_register_path(operation->machine, record,
                                   &record->value->type->fields[ix]);
    return take_item(operation, record, item, path, false);
}

/* ---- what an operation gives ---- */

static ar_cause_vector collect_causes(const struct ar_operation *operation,
                                      size_t count, bool only_absent)
{
    ar_cause_vector causes = {0};
    for (size_t ix = 0; ix < count; ix++) {
        const struct ar_register *operand = &operation->at[ix];
        if (!only_absent || ar_register_state(operand) == AR_STATE_ABSENT)
            ar_causes_collect(operation->machine, &causes, operand);
    }
    return causes;
}

bool ar_operation_has_values(const struct ar_operation *operation, size_t count)
{
    bool is_absent = false;
    bool is_open = false;
    for (size_t ix = 0; ix < count; ix++) {
        enum ar_state state = ar_register_state(&operation->at[ix]);
        is_absent = is_absent || state == AR_STATE_ABSENT;
        is_open = is_open || state == AR_STATE_UNKNOWN;
    }
    if (!is_absent && !is_open)
        return true;
    ar_cause_vector causes = collect_causes(operation, count, is_absent);
    if (!is_absent) {
        *operation->at = ar_register_unknown(operation->machine, causes);
        return false;
    }
    struct ar_register out = {.value = &absent};
    *operation->at = ar_register_blame(operation->machine, out, causes);
    return false;
}

void ar_operation_give(const struct ar_operation *operation, ar_value value)
{
    AR_ASSERT(value.state == AR_STATE_VALUE);
    *operation->at = ar_register_of(operation->machine, value);
}

void ar_operation_give_bool(const struct ar_operation *operation, bool value)
{
    *operation->at = ar_register_of_bool(value);
}

void ar_operation_give_lack(const struct ar_operation *operation,
                            ar_value value)
{
    AR_ASSERT(value.state != AR_STATE_VALUE);
    ar_cause_vector causes = blame_text(operation, value, false);
    struct ar_register out = ar_register_of(operation->machine, value);
    *operation->at = ar_register_blame(operation->machine, out, causes);
}

static void give_unknown(const struct ar_operation *operation,
                         enum ar_reason reason, const char *detail)
{
    ar_operation_give_lack(operation,
                           ar_value_unknown(reason, ar_str_from_c(detail)));
}

void ar_operation_give_bad(const struct ar_operation *operation,
                           const char *detail)
{
    give_unknown(operation, AR_REASON_bad_value, detail);
}

void ar_operation_give_too_large(const struct ar_operation *operation,
                                 const char *detail)
{
    give_unknown(operation, AR_REASON_too_large, detail);
}
