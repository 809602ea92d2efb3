/* SPDX-License-Identifier: Apache-2.0 */
/* Reads the code of conditions as formulas. Jumps are only how `and` and `or`
 * save work: where their code has another shape, the formula is opaque, and so
 * nothing depends on how code was made. */

#include "run/index_parts.h"

enum { MAX_REGISTERS = 64, MAX_JUMPS = 32, MAX_DEPTH = 40, MAX_TESTS = 64 };

/* What a register holds. */
enum held_kind {
    HELD_OPAQUE,
    HELD_CONSTANT, /* number */
    HELD_FACT,     /* number: of the slot */
    HELD_ELEMENT,
    HELD_FIELD,    /* number, of the element */
    HELD_CONDITION /* number: a reference */
};

struct held {
    enum held_kind kind;
    uint32_t number;
};

/* A jump whose target is ahead: until then the register is only joined. */
struct jump {
    uint32_t at; /* register */
    uint32_t target;
    enum ar_opcode join;
};

/* A routine, or the body of a loop in one. */
struct reading {
    struct ar_index_builder *builder;
    const struct ar_block_instruction *code;
    struct held held[MAX_REGISTERS];
    uint32_t n_used; /* of them */
    struct jump jumps[MAX_JUMPS];
    uint32_t n_jumps;
    bool has_element;                             /* in a loop */
    uint32_t element;                             /* its local */
    AR_VECTOR(struct ar_index_field_test) fields; /* leaves of the body */
    unsigned depth;
    bool is_strange;
};

static const uint32_t opaque = AR_INDEX_NODE_OPAQUE << 1;
static const uint32_t certain = AR_INDEX_NODE_TRUE << 1;

/* ---- nodes ---- */

static uint32_t add_node(struct ar_index_builder *builder,
                         enum ar_index_node_kind kind, uint32_t a, uint32_t b)
{
    uint32_t ix = (uint32_t)builder->nodes.count;
    struct ar_index_node node = {kind, a, b};
    ar_vector_push(builder->scratch, &builder->nodes, node);
    return ix << 1;
}

static uint32_t add_leaf(struct ar_index_builder *builder,
                         enum ar_index_test test, uint32_t number,
                         uint32_t constant)
{
    struct ar_index_leaf leaf = {test, number, constant};
    uint32_t ix = (uint32_t)builder->leaves.count;
    ar_vector_push(builder->scratch, &builder->leaves, leaf);
    return add_node(builder, AR_INDEX_NODE_LEAF, ix, 0);
}

static uint32_t add_task(struct ar_index_builder *builder,
                         const struct ar_index_task *task)
{
    uint32_t ix = (uint32_t)builder->tasks.count;
    ar_vector_push(builder->scratch, &builder->tasks, *task);
    return add_leaf(builder, AR_INDEX_TASK, ix, 0);
}

static uint32_t join(struct ar_index_builder *builder, enum ar_opcode opcode,
                     uint32_t a, uint32_t b)
{
    return add_node(
        builder, opcode == AR_OPCODE_AND ? AR_INDEX_NODE_AND : AR_INDEX_NODE_OR,
        a, b);
}

/* ---- facts ---- */

static const struct ar_fact_decl *fact_of(
    const struct ar_index_builder *builder, uint32_t slot)
{
    return builder->code->facts[builder->code->block.slot_at[slot].fact];
}

/* A fact that is a bool, as a condition. */
static uint32_t read_bool(struct ar_index_builder *builder, uint32_t slot)
{
    uint32_t *known = &builder->node_of_slot[slot];
    if (*known == 0) {
        struct ar_index_task task = {
            .kind = AR_INDEX_TASK_SLOT, .routine = AR_BLOCK_NONE, .slot = slot};
        bool is_derived = fact_of(builder, slot)->is_derived;
        *known = 1 + (is_derived ? add_task(builder, &task)
                                 : add_leaf(builder, AR_INDEX_BOOL, slot, 0));
    }
    return *known - 1;
}

/* As a condition. */
static uint32_t condition_of(struct reading *reading, struct held held)
{
    if (held.kind == HELD_CONDITION)
        return held.number;
    if (held.kind == HELD_FACT &&
        fact_of(reading->builder, held.number)->type->kind == AR_TYPE_BOOL)
        return read_bool(reading->builder, held.number);
    return opaque;
}

static struct held hold(uint32_t reference)
{
    return (struct held){HELD_CONDITION, reference};
}

static enum ar_type_kind constant_kind(const struct ar_index_builder *builder,
                                       uint32_t constant)
{
    const ar_value *value = &builder->code->constants[constant];
    return value->state == AR_STATE_VALUE ? value->type->kind : AR_TYPE_POISON;
}

/* Whether values of a type can be found by their order among constants. */
static bool is_ordered(enum ar_type_kind kind)
{
    return kind == AR_TYPE_INT || kind == AR_TYPE_REAL ||
           kind == AR_TYPE_SIZE || kind == AR_TYPE_DURATION ||
           kind == AR_TYPE_TIME || kind == AR_TYPE_VERSION;
}

static bool agree(enum ar_type_kind fact, enum ar_type_kind constant)
{
    bool are_numbers = (fact == AR_TYPE_INT || fact == AR_TYPE_REAL) &&
                       (constant == AR_TYPE_INT || constant == AR_TYPE_REAL);
    return are_numbers || fact == constant;
}

static bool has_number(const struct ar_index_builder *builder,
                       enum ar_type_kind kind, uint32_t constant)
{
    int64_t number;
    enum ar_index_kind as = kind == AR_TYPE_VERSION ? AR_INDEX_KIND_VERSION
                            : kind == AR_TYPE_REAL  ? AR_INDEX_KIND_REAL
                                                    : AR_INDEX_KIND_NUMBER;
    return ar_index_number(as, &builder->code->constants[constant], &number);
}

/* Whether the classes of the fact can tell the outcome. */
static bool can_test(struct ar_index_builder *builder, enum ar_index_test test,
                     uint32_t slot, uint32_t constant)
{
    const struct ar_fact_decl *decl = fact_of(builder, slot);
    enum ar_type_kind kind = decl->type->kind;
    if (decl->is_derived || !agree(kind, constant_kind(builder, constant)))
        return false;
    if (kind == AR_TYPE_STRING || kind == AR_TYPE_ENUM)
        return test == AR_INDEX_EQUAL;
    if (!is_ordered(kind) || !has_number(builder, kind, constant))
        return false;
    return ++builder->n_constants[slot] <= AR_INDEX_CUTS;
}

static uint32_t test_fact(struct reading *reading, enum ar_index_test test,
                          uint32_t slot, uint32_t constant)
{
    if (!can_test(reading->builder, test, slot, constant))
        return opaque;
    return add_leaf(reading->builder, test, slot, constant);
}

/* ---- fields of elements ---- */

static uint32_t test_field(struct reading *reading, enum ar_index_test test,
                           uint32_t field, uint32_t constant)
{
    struct ar_index_builder *builder = reading->builder;
    bool is_bool = test == AR_INDEX_BOOL;
    if (reading->fields.count == MAX_TESTS ||
        (!is_bool && constant_kind(builder, constant) == AR_TYPE_POISON))
        return opaque;
    struct ar_index_field_test leaf = {
        .test = test, .field = field, .constant = constant};
    uint32_t ix = (uint32_t)reading->fields.count;
    ar_vector_push(builder->scratch, &reading->fields, leaf);
    return add_node(builder, AR_INDEX_NODE_LEAF, ix, 0);
}

/* ---- comparisons ---- */

static uint32_t negated(uint32_t reference)
{
    return reference >> 1 == AR_INDEX_NODE_OPAQUE ? reference : reference ^ 1;
}

static uint32_t test_held(struct reading *reading, enum ar_index_test test,
                          struct held subject, uint32_t constant)
{
    if (subject.kind == HELD_FACT)
        return test_fact(reading, test, subject.number, constant);
    if (subject.kind == HELD_FIELD)
        return test_field(reading, test, subject.number, constant);
    return opaque;
}

/* subject op constant */
static uint32_t compare(struct reading *reading, enum ar_operator op,
                        struct held subject, uint32_t constant)
{
    switch ((int)op) {
    case AR_OPERATOR_EQUAL:
        return test_held(reading, AR_INDEX_EQUAL, subject, constant);
    case AR_OPERATOR_NOT_EQUAL:
        return negated(test_held(reading, AR_INDEX_EQUAL, subject, constant));
    case AR_OPERATOR_LESS:
        return test_held(reading, AR_INDEX_LESS, subject, constant);
    case AR_OPERATOR_GREATER_EQUAL:
        return negated(test_held(reading, AR_INDEX_LESS, subject, constant));
    case AR_OPERATOR_LESS_EQUAL:
        return test_held(reading, AR_INDEX_LESS_EQUAL, subject, constant);
    case AR_OPERATOR_GREATER:
        return negated(
            test_held(reading, AR_INDEX_LESS_EQUAL, subject, constant));
    }
    return opaque;
}

static enum ar_operator turn_round(enum ar_operator op)
{
    switch ((int)op) {
    case AR_OPERATOR_LESS: return AR_OPERATOR_GREATER;
    case AR_OPERATOR_LESS_EQUAL: return AR_OPERATOR_GREATER_EQUAL;
    case AR_OPERATOR_GREATER: return AR_OPERATOR_LESS;
    case AR_OPERATOR_GREATER_EQUAL: return AR_OPERATOR_LESS_EQUAL;
    }
    return op;
}

static uint32_t read_compare(struct reading *reading, enum ar_operator op,
                             const struct held *at)
{
    if (at[1].kind == HELD_CONSTANT)
        return compare(reading, op, at[0], at[1].number);
    if (at[0].kind == HELD_CONSTANT)
        return compare(reading, turn_round(op), at[1], at[0].number);
    return opaque;
}

/* Both ends are counted as cuts of their own. */
static uint32_t read_range(struct reading *reading, bool open_end,
                           const struct held *at)
{
    if (at[1].kind != HELD_CONSTANT || at[2].kind != HELD_CONSTANT)
        return opaque;
    uint32_t from =
        compare(reading, AR_OPERATOR_GREATER_EQUAL, at[0], at[1].number);
    uint32_t to =
        compare(reading, open_end ? AR_OPERATOR_LESS : AR_OPERATOR_LESS_EQUAL,
                at[0], at[2].number);
    if (from == opaque || to == opaque)
        return opaque;
    return join(reading->builder, AR_OPCODE_AND, from, to);
}

/* All elements are values that could be compared one by one. */
static bool can_test_each(struct reading *reading, struct held subject,
                          const ar_value *list)
{
    bool is_good = true;
    for (size_t ix = 0; is_good && ix < list->as.list.count; ix++)
        is_good = list->as.list.items[ix].state == AR_STATE_VALUE;
    if (!is_good || subject.kind != HELD_FACT)
        return is_good && subject.kind == HELD_FIELD;
    const struct ar_fact_decl *decl = fact_of(reading->builder, subject.number);
    enum ar_type_kind kind = decl->type->kind;
    return !decl->is_derived &&
           (kind == AR_TYPE_STRING || kind == AR_TYPE_ENUM);
}

static uint32_t read_membership(struct reading *reading, const struct held *at)
{
    if (at[1].kind != HELD_CONSTANT)
        return opaque;
    const ar_value *list = &reading->builder->code->constants[at[1].number];
    if (list->state != AR_STATE_VALUE || list->type->kind != AR_TYPE_LIST ||
        !can_test_each(reading, at[0], list))
        return opaque;
    if (at[0].kind == HELD_FIELD)
        return test_field(reading, AR_INDEX_IN, at[0].number, at[1].number);
    return add_leaf(reading->builder, AR_INDEX_IN, at[0].number, at[1].number);
}

static uint32_t read_presence(struct reading *reading, struct held held)
{
    if (held.kind != HELD_FACT ||
        fact_of(reading->builder, held.number)->is_derived)
        return opaque;
    return add_leaf(reading->builder, AR_INDEX_EXISTS, held.number, 0);
}

/* The other side is a constant: `x == true` is x. */
static uint32_t read_equal(struct reading *reading, enum ar_operator op,
                           const struct held *at)
{
    uint32_t a = condition_of(reading, at[0]);
    uint32_t b = condition_of(reading, at[1]);
    if (a >> 1 == AR_INDEX_NODE_TRUE) {
        uint32_t swapped = a;
        a = b;
        b = swapped;
    }
    if (b >> 1 != AR_INDEX_NODE_TRUE || a >> 1 == AR_INDEX_NODE_OPAQUE)
        return opaque;
    return a ^ (b & 1) ^ (op == AR_OPERATOR_NOT_EQUAL);
}

static struct held read_as_condition(struct reading *reading, struct held held)
{
    const struct ar_index_builder *builder = reading->builder;
    if (held.kind == HELD_CONSTANT &&
        constant_kind(builder, held.number) == AR_TYPE_BOOL)
        return hold(certain ^
                    !builder->code->constants[held.number].as.boolean);
    if (held.kind == HELD_FIELD)
        return hold(test_field(reading, AR_INDEX_BOOL, held.number, 0));
    return hold(opaque);
}

static uint32_t read_match(struct reading *reading, struct held held,
                           uint32_t regex)
{
    if (held.kind != HELD_FACT ||
        fact_of(reading->builder, held.number)->is_derived)
        return opaque;
    struct ar_index_task task = {.kind = AR_INDEX_TASK_MATCH,
                                 .routine = AR_BLOCK_NONE,
                                 .slot = held.number,
                                 .regex = regex};
    return add_task(reading->builder, &task);
}

/* ---- loops ---- */

static void read_range_of_code(struct reading *reading, uint32_t from,
                               uint32_t to);

/* The literals of a clause into tests; false if it is no clause. */
static bool take_clause(const struct reading *body, uint32_t reference,
                        struct ar_index_field_test *tests, uint32_t *count,
                        unsigned depth)
{
    const struct ar_index_node *node = &body->builder->nodes.at[reference >> 1];
    bool is_or =
        node->kind == (reference & 1 ? AR_INDEX_NODE_AND : AR_INDEX_NODE_OR);
    if (depth > MAX_DEPTH)
        return false;
    if (is_or)
        return take_clause(body, node->a ^ (reference & 1), tests, count,
                           depth + 1) &&
               take_clause(body, node->b ^ (reference & 1), tests, count,
                           depth + 1);
    if (node->kind != AR_INDEX_NODE_LEAF || *count == MAX_TESTS)
        return false;
    tests[*count] = body->fields.at[node->a];
    tests[(*count)++].is_negated = reference & 1;
    return true;
}

/* The clauses of the body; false if it is no `and` of them. */
static bool take_clauses(const struct reading *body, uint32_t reference,
                         struct ar_index_field_test *tests, uint32_t *count,
                         unsigned depth)
{
    const struct ar_index_node *node = &body->builder->nodes.at[reference >> 1];
    bool is_and =
        node->kind == (reference & 1 ? AR_INDEX_NODE_OR : AR_INDEX_NODE_AND);
    if (depth > MAX_DEPTH)
        return false;
    if (is_and)
        return take_clauses(body, node->a ^ (reference & 1), tests, count,
                            depth + 1) &&
               take_clauses(body, node->b ^ (reference & 1), tests, count,
                            depth + 1);
    if (!take_clause(body, reference, tests, count, 0))
        return false;
    tests[*count - 1].is_last = true;
    return true;
}

/* any x: not c; every x: c is no x: not c. */
static uint32_t make_any(struct reading *body, uint32_t slot,
                         enum ar_loop_kind kind, uint32_t condition)
{
    struct ar_arena *arena = body->builder->arena;
    struct ar_index_task task = {
        .kind = AR_INDEX_TASK_ANY, .routine = AR_BLOCK_NONE, .slot = slot};
    struct ar_index_field_test tests[MAX_TESTS] = {{0}};
    uint32_t count = 0;
    bool is_every = kind == AR_LOOP_EVERY;
    if (condition >> 1 <= AR_INDEX_NODE_TRUE ||
        !take_clauses(body, condition ^ is_every, tests, &count, 0))
        return opaque;
    struct ar_index_field_test *kept =
        AR_NEW_ARRAY(arena, struct ar_index_field_test, count);
    for (uint32_t ix = 0; ix < count; ix++)
        kept[ix] = tests[ix];
    task.tests = kept;
    task.n_tests = count;
    return add_task(body->builder, &task) ^ (kind != AR_LOOP_ANY);
}

/* R[at] is the list; gives the condition of the whole loop. */
static uint32_t read_loop(struct reading *reading, uint32_t at,
                          const struct ar_block_loop *loop)
{
    struct held list = reading->held[at];
    enum ar_loop_kind kind = (enum ar_loop_kind)loop->kind;
    if (list.kind != HELD_FACT || kind > AR_LOOP_NO || reading->has_element ||
        loop->is_condition || at + 1 >= MAX_REGISTERS)
        return opaque;
    const struct ar_fact_decl *decl = fact_of(reading->builder, list.number);
    if (decl->is_derived || decl->type->kind != AR_TYPE_LIST ||
        decl->type->element->kind != AR_TYPE_RECORD)
        return opaque;
    struct reading body = {.builder = reading->builder,
                           .code = reading->code,
                           .has_element = true,
                           .element = loop->local,
                           .depth = reading->depth + 1};
    read_range_of_code(&body, loop->body, loop->end - 1);
    if (body.is_strange)
        return opaque;
    return make_any(&body, list.number, kind,
                    condition_of(&body, body.held[at + 1]));
}

/* ---- instructions ---- */

/* The task that a reference is, or stands for with `not`; or NULL. */
static struct ar_index_task *task_of(struct ar_index_builder *builder,
                                     uint32_t reference)
{
    const struct ar_index_node *node = &builder->nodes.at[reference >> 1];
    if (node->kind != AR_INDEX_NODE_LEAF)
        return NULL;
    const struct ar_index_leaf *leaf = &builder->leaves.at[node->a];
    return leaf->test == AR_INDEX_TASK ? &builder->tasks.at[leaf->number]
                                       : NULL;
}

/* A condition that is shared: read if it can be, else a task. */
static uint32_t read_predicate(struct ar_index_builder *builder,
                               uint32_t routine)
{
    uint32_t *known = &builder->node_of[routine];
    if (*known == 0) {
        uint32_t reference = ar_index_read_condition(builder, routine);
        struct ar_index_task task = {.kind = AR_INDEX_TASK_ROUTINE,
                                     .routine = routine};
        if (reference == opaque)
            reference = add_task(builder, &task);
        struct ar_index_task *made = task_of(builder, reference);
        if (made && made->kind != AR_INDEX_TASK_SLOT &&
            made->routine == AR_BLOCK_NONE) {
            made->routine = routine;
            made->is_inverse = reference & 1;
        }
        *known = reference + 1;
    }
    return *known - 1;
}

static uint32_t read_let(struct reading *reading, uint32_t let)
{
    struct ar_index_builder *builder = reading->builder;
    const struct ar_block *block = &builder->code->block;
    uint32_t routine = block->let_at[let].routine;
    if (reading->depth > MAX_DEPTH || reading->has_element)
        return opaque;
    const struct ar_block_routine *record = &block->routine_at[routine];
    if (record->n_code == 0)
        return opaque;
    struct reading inner = {.builder = builder,
                            .code = &block->instruction_at[record->code],
                            .depth = reading->depth + 1};
    read_range_of_code(&inner, 0, record->n_code - 1);
    uint32_t at = inner.code[record->n_code - 1].head >> 16;
    if (inner.is_strange || at >= MAX_REGISTERS)
        return opaque;
    return condition_of(&inner, inner.held[at]);
}

static struct held read_field(struct held held, uint32_t field)
{
    if (held.kind == HELD_ELEMENT)
        return (struct held){HELD_FIELD, field};
    return (struct held){0};
}

static struct held read_local(const struct reading *reading, uint32_t local)
{
    if (reading->has_element && local == reading->element)
        return (struct held){.kind = HELD_ELEMENT};
    return (struct held){0};
}

static uint32_t read_join(struct reading *reading, enum ar_opcode opcode,
                          const struct held *at)
{
    uint32_t a = condition_of(reading, at[0]);
    uint32_t b = condition_of(reading, at[1]);
    return join(reading->builder, opcode, a, b);
}

/* What the instruction leaves in its register. */
static struct held read_instruction(struct reading *reading,
                                    struct ar_instruction instruction,
                                    const struct held *at)
{
    unsigned n = ar_instruction_n(instruction);
    uint32_t wide = instruction.wide;
    switch ((int)ar_instruction_opcode(instruction)) {
    case AR_OPCODE_LOAD_CONSTANT: return (struct held){HELD_CONSTANT, wide};
    case AR_OPCODE_LOAD_SLOT:
        if (reading->has_element)
            return (struct held){0};
        return (struct held){HELD_FACT, wide};
    case AR_OPCODE_LOAD_LOCAL: return read_local(reading, wide);
    case AR_OPCODE_LOAD_LET: return hold(read_let(reading, wide));
    case AR_OPCODE_PREDICATE:
        if (reading->has_element)
            return hold(opaque);
        return hold(read_predicate(reading->builder, wide));
    case AR_OPCODE_AS_CONDITION: return read_as_condition(reading, at[0]);
    case AR_OPCODE_AS_VALUE:
        return at[0].kind == HELD_FACT ? at[0] : (struct held){0};
    case AR_OPCODE_NOT: return hold(negated(condition_of(reading, at[0])));
    case AR_OPCODE_AND:
    case AR_OPCODE_OR:
        return hold(read_join(reading, ar_instruction_opcode(instruction), at));
    case AR_OPCODE_EQUAL:
        return hold(read_equal(reading, (enum ar_operator)n, at));
    case AR_OPCODE_EXISTS: return hold(read_presence(reading, at[0]));
    case AR_OPCODE_ABSENT: return hold(negated(read_presence(reading, at[0])));
    case AR_OPCODE_COMPARE:
        return hold(read_compare(reading, (enum ar_operator)n, at));
    case AR_OPCODE_IN_LIST: return hold(read_membership(reading, at));
    case AR_OPCODE_IN_RANGE: return hold(read_range(reading, n != 0, at));
    case AR_OPCODE_MATCH: return hold(read_match(reading, at[0], wide));
    case AR_OPCODE_FIELD: return read_field(at[0], n);
    }
    return (struct held){0};
}

/* ---- jumps ---- */

static void land(struct reading *reading, uint32_t at)
{
    while (reading->n_jumps > 0 &&
           reading->jumps[reading->n_jumps - 1].target == at) {
        uint32_t first = reading->jumps[--reading->n_jumps].at + 1;
        for (uint32_t ix = first; ix < reading->n_used; ix++)
            reading->held[ix] = (struct held){0};
    }
}

static void begin_jump(struct reading *reading, uint32_t at, uint32_t target,
                       enum ar_opcode join_opcode)
{
    const struct jump none = {.target = UINT32_MAX};
    const struct jump *outer =
        reading->n_jumps > 0 ? &reading->jumps[reading->n_jumps - 1] : &none;
    if (reading->n_jumps == MAX_JUMPS || outer->target < target) {
        reading->is_strange = true;
        return;
    }
    /* Of a chain one is enough. */
    if (outer->target == target && outer->at == at &&
        outer->join == join_opcode)
        return;
    reading->jumps[reading->n_jumps++] = (struct jump){at, target, join_opcode};
}

/* Whether the register may be written here. */
static bool may_write(const struct reading *reading, uint32_t at,
                      enum ar_opcode opcode)
{
    for (uint32_t ix = 0; ix < reading->n_jumps; ix++) {
        const struct jump *jump = &reading->jumps[ix];
        if (at < jump->at || (at == jump->at && opcode != jump->join))
            return false;
    }
    return true;
}

static void read_range_of_code(struct reading *reading, uint32_t from,
                               uint32_t to)
{
    const struct ar_block *block = &reading->builder->code->block;
    for (uint32_t pc = from; pc < to && !reading->is_strange; pc++) {
        struct ar_instruction instruction = {reading->code[pc].head,
                                             reading->code[pc].wide};
        enum ar_opcode opcode = ar_instruction_opcode(instruction);
        uint32_t at = ar_instruction_a(instruction);
        land(reading, pc);
        if (at >= reading->n_used)
            reading->n_used = at + 1;
        if (at + 2 >= MAX_REGISTERS) {
            reading->is_strange = true;
        } else if (opcode == AR_OPCODE_JUMP_FALSE) {
            begin_jump(reading, at, instruction.wide, AR_OPCODE_AND);
        } else if (opcode == AR_OPCODE_JUMP_TRUE) {
            begin_jump(reading, at, instruction.wide, AR_OPCODE_OR);
        } else if (!may_write(reading, at, opcode) ||
                   opcode == AR_OPCODE_JUMP_NEVER_TRUE ||
                   opcode == AR_OPCODE_JUMP_NEVER_FALSE ||
                   opcode == AR_OPCODE_JUMP_NEVER_ABSENT ||
                   opcode == AR_OPCODE_NEXT || opcode == AR_OPCODE_RETURN) {
            reading->is_strange = true;
        } else if (opcode == AR_OPCODE_LOOP) {
            const struct ar_block_loop *loop =
                &block->loop_at[instruction.wide];
            if (loop->body != pc + 1 || loop->end > to ||
                loop->end <= loop->body)
                reading->is_strange = true;
            else
                pc = loop->end - 1;
            reading->held[at] = hold(
                reading->is_strange ? opaque : read_loop(reading, at, loop));
        } else {
            reading->held[at] =
                read_instruction(reading, instruction, &reading->held[at]);
        }
    }
    land(reading, to);
    if (reading->n_jumps > 0)
        reading->is_strange = true;
}

uint32_t ar_index_read_condition(struct ar_index_builder *builder,
                                 uint32_t routine)
{
    const struct ar_block *block = &builder->code->block;
    const struct ar_block_routine *record = &block->routine_at[routine];
    struct reading reading = {.builder = builder,
                              .code = &block->instruction_at[record->code]};
    if (record->n_code == 0)
        return opaque;
    read_range_of_code(&reading, 0, record->n_code - 1);
    const struct ar_block_instruction *last = &reading.code[record->n_code - 1];
    uint32_t at = last->head >> 16;
    if (reading.is_strange || (last->head & 0xFF) != AR_OPCODE_RETURN ||
        at >= MAX_REGISTERS)
        return opaque;
    return condition_of(&reading, reading.held[at]);
}
