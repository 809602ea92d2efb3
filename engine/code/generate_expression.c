/* SPDX-License-Identifier: Apache-2.0 */
/* Expressions to instructions. The operands of a node are worked out into
 * neighbouring registers, from the one on that receives its result. A
 * condition that uses no name of its rule becomes a routine of its own, which
 * all rules that have it share. */

#include "code/builder.h"
#include "code/place.h"

#include <string.h>

/* The parts of a chain take turns, so an equal place is among the last. */
enum { N_PLACES_BACK = 3 };

/* What a far place was made of. */
struct place {
    const struct ar_expr *expr;
    const struct ar_expr *operand;
    uint32_t ix;
};

/* A routine while it is made: the end of the builder's open code. */
struct emitter {
    struct ar_builder *builder;
    size_t start;  /* of its code there */
    ar_span whole; /* the text that it is for */
    uint32_t n_registers;
    uint32_t n_locals; /* that it names */
    uint32_t n_parameters;
    struct place places[N_PLACES_BACK]; /* the last */
    size_t oldest;                      /* of places */
};

static void emit_expr(struct emitter *emitter, const struct ar_expr *expr,
                      uint32_t at);

/* ---- instructions ---- */

static size_t count_code(const struct emitter *emitter)
{
    return emitter->builder->open_code.count - emitter->start;
}

static uint32_t add_place(struct ar_builder *builder,
                          const struct ar_expr *expr,
                          const struct ar_expr *operand)
{
    struct ar_block_code_place place = {.place = ar_builder_place(expr->span)};
    if (operand) {
        place.operand_start = operand->span.start;
        place.operand_end = operand->span.end;
        place.operand_is_fact = operand->kind == AR_EXPR_FACT;
    }
    ar_vector_push(builder->arena, &builder->code_place, place);
    return (uint32_t)builder->code_place.count - 1;
}

static uint32_t find_far(struct emitter *emitter, const struct ar_expr *expr,
                         const struct ar_expr *operand)
{
    struct place place = {expr, operand, AR_BLOCK_NONE};
    for (size_t i = 0; i < N_PLACES_BACK; i++) {
        if (emitter->places[i].expr == expr &&
            emitter->places[i].operand == operand)
            place.ix = emitter->places[i].ix;
    }
    if (place.ix == AR_BLOCK_NONE)
        place.ix = add_place(emitter->builder, expr, operand);
    emitter->places[emitter->oldest] = place;
    emitter->oldest = (emitter->oldest + 1) % N_PLACES_BACK;
    return ar_place_far(place.ix);
}

static uint32_t find_place(struct emitter *emitter, const struct ar_expr *expr,
                           const struct ar_expr *operand)
{
    uint32_t word;
    if (!operand && ar_place_near(emitter->whole, expr->span, &word))
        return word;
    return find_far(emitter, expr, operand);
}

struct line {
    enum ar_opcode opcode;
    uint32_t n;
    uint32_t at;
    uint32_t wide;
    const struct ar_expr *expr;    /* what causes are named after */
    const struct ar_expr *operand; /* whose elements are looked at, or NULL */
};

static void emit_line(struct emitter *emitter, const struct line *line)
{
    struct ar_builder *builder = emitter->builder;
    AR_ASSERT(line->at < 65536 && line->n < 256);
    struct ar_block_instruction instruction = {
        .head = (uint32_t)line->opcode | line->n << 8 | line->at << 16,
        .wide = line->wide,
    };
    uint32_t place = find_place(emitter, line->expr, line->operand);
    ar_vector_push(builder->arena, &builder->open_code, instruction);
    ar_vector_push(builder->arena, &builder->open_places, place);
    if (line->at >= emitter->n_registers)
        emitter->n_registers = line->at + 1;
}

#define EMIT(emitter, ...) emit_line((emitter), &(struct line){__VA_ARGS__})

/* The label of a jump is set when its target is reached. */
static size_t emit_jump(struct emitter *emitter, enum ar_opcode opcode,
                        uint32_t at, const struct ar_expr *expr)
{
    EMIT(emitter, .opcode = opcode, .at = at, .expr = expr);
    return count_code(emitter) - 1;
}

static void set_wide(struct emitter *emitter, size_t ix, uint32_t wide)
{
    emitter->builder->open_code.at[emitter->start + ix].wide = wide;
}

static uint32_t get_wide(const struct emitter *emitter, size_t ix)
{
    return emitter->builder->open_code.at[emitter->start + ix].wide;
}

static void land(struct emitter *emitter, size_t jump)
{
    set_wide(emitter, jump, (uint32_t)count_code(emitter));
}

static void use_local(struct emitter *emitter, unsigned slot)
{
    if (slot >= emitter->n_locals)
        emitter->n_locals = slot + 1;
}

static bool is_condition(const struct ar_expr *expr)
{
    return expr->type->kind == AR_TYPE_BOOL;
}

static void emit_value(struct emitter *emitter, const struct ar_expr *expr,
                       uint32_t at)
{
    emit_expr(emitter, expr, at);
    if (is_condition(expr))
        EMIT(emitter, .opcode = AR_OPCODE_AS_VALUE, .at = at, .expr = expr);
}

static void emit_values(struct emitter *emitter, const struct ar_expr *expr,
                        uint32_t at)
{
    for (size_t ix = 0; ix < expr->n_operands; ix++)
        emit_value(emitter, expr->operands[ix], at + (uint32_t)ix);
}

/* Bools stay conditions. */
static void emit_operands(struct emitter *emitter, const struct ar_expr *expr,
                          uint32_t at)
{
    for (size_t ix = 0; ix < expr->n_operands; ix++)
        emit_expr(emitter, expr->operands[ix], at + (uint32_t)ix);
}

/* ---- routines ---- */

static struct emitter open_routine(struct ar_builder *builder,
                                   const struct ar_expr *expr)
{
    return (struct emitter){.builder = builder,
                            .start = builder->open_code.count,
                            .whole = expr->span};
}

/* A routine that is looked for. */
struct wanted {
    struct ar_builder_routine key;
    struct ar_block_routine routine;
    const struct ar_block_instruction *code;
};

static bool is_predicate(const void *owner, uint32_t ix, const void *wanted)
{
    const struct ar_builder *builder = owner;
    const struct ar_builder_routine *key = &builder->routine_keys.at[ix];
    const struct wanted *other = wanted;
    return key->predicate && ar_str_equal(key->text, other->key.text) &&
           ar_expr_is_same(key->predicate, other->key.predicate);
}

static bool is_routine(const void *owner, uint32_t ix, const void *wanted)
{
    const struct ar_builder *builder = owner;
    const struct ar_block_routine *routine = &builder->routine.at[ix];
    const struct wanted *other = wanted;
    return routine->n_code == other->routine.n_code &&
           routine->n_locals == other->routine.n_locals &&
           routine->n_parameters == other->routine.n_parameters &&
           ar_str_equal(builder->routine_keys.at[ix].text, other->key.text) &&
           memcmp(&builder->instruction.at[routine->code], other->code,
                  routine->n_code * sizeof(*other->code)) == 0;
}

/* Makes room in a vector for count elements more. */
#define MAKE_ROOM(arena, vector, n)                                \
    while ((vector)->capacity - (vector)->count < (n))             \
    (vector)->at =                                                 \
        ar_arena_grow_slow((arena), (vector)->at, (vector)->count, \
                           &(vector)->capacity, sizeof(*(vector)->at))

static void append_code(struct ar_builder *builder, size_t start, size_t count)
{
    _Static_assert(sizeof(*builder->code_place_of.at) ==
                       sizeof(*builder->open_places.at),
                   "the place of an instruction is a word");
    MAKE_ROOM(builder->arena, &builder->instruction, count);
    MAKE_ROOM(builder->arena, &builder->code_place_of, count);
    memcpy(&builder->instruction.at[builder->instruction.count],
           &builder->open_code.at[start],
           count * sizeof(*builder->instruction.at));
    memcpy(&builder->code_place_of.at[builder->code_place_of.count],
           &builder->open_places.at[start],
           count * sizeof(*builder->code_place_of.at));
    builder->instruction.count += count;
    builder->code_place_of.count += count;
}

static uint32_t add_routine(struct emitter *emitter, struct wanted *made)
{
    struct ar_builder *builder = emitter->builder;
    made->routine.code = (uint32_t)builder->instruction.count;
    append_code(builder, emitter->start, made->routine.n_code);
    ar_vector_push(builder->arena, &builder->routine, made->routine);
    ar_vector_push(builder->arena, &builder->routine_keys, made->key);
    return (uint32_t)builder->routine.count - 1;
}

static ar_str text_of(const struct ar_builder *builder,
                      const struct ar_expr *expr)
{
    return ar_source_text(builder->program->diags->sources, expr->span);
}

/* Equal code with equal text is one routine: causes are named after the
 * text. */
static uint32_t close_routine(struct emitter *emitter,
                              struct ar_builder_routine key, uint32_t hash)
{
    struct ar_builder *builder = emitter->builder;
    struct wanted wanted = {
        .key = key,
        .routine = {.place = ar_builder_place(emitter->whole),
                    .n_code = (uint32_t)count_code(emitter),
                    .n_registers = emitter->n_registers,
                    .n_locals = emitter->n_locals,
                    .n_parameters = emitter->n_parameters},
        .code = &builder->open_code.at[emitter->start],
    };
    uint32_t ix;
    if (!ar_intern_find(&builder->routines_by_text, hash, is_routine, builder,
                        &wanted, &ix)) {
        ix = add_routine(emitter, &wanted);
        ar_intern_add(builder->arena, &builder->routines_by_text, hash, ix);
    }
    builder->open_code.count = emitter->start;
    builder->open_places.count = emitter->start;
    return ix;
}

static uint32_t finish_routine(struct emitter *emitter,
                               const struct ar_expr *expr)
{
    ar_str text = text_of(emitter->builder, expr);
    EMIT(emitter, .opcode = AR_OPCODE_RETURN, .expr = expr);
    return close_routine(
        emitter, (struct ar_builder_routine){text, NULL},
        ar_intern_hash_text(emitter->builder->intern_key, text));
}

static void emit_node(struct emitter *emitter, const struct ar_expr *expr,
                      uint32_t at);

/* One that was met before is known by its expression, without its code. */
static uint32_t make_shared(struct ar_builder *builder,
                            const struct ar_expr *expr)
{
    struct wanted wanted = {.key = {text_of(builder, expr), expr}};
    uint32_t hash = ar_intern_hash_text(builder->intern_key, wanted.key.text);
    uint32_t ix;
    if (ar_intern_find(&builder->routines_by_text, hash, is_predicate, builder,
                       &wanted, &ix))
        return ix;
    struct emitter emitter = open_routine(builder, expr);
    emit_node(&emitter, expr, 0);
    EMIT(&emitter, .opcode = AR_OPCODE_RETURN, .expr = expr);
    return close_routine(&emitter, wanted.key, hash);
}

uint32_t ar_generate_routine(struct ar_builder *builder,
                             const struct ar_expr *expr)
{
    struct emitter emitter = open_routine(builder, expr);
    emit_expr(&emitter, expr, 0);
    return finish_routine(&emitter, expr);
}

/* ---- facts ---- */

static void emit_fact(struct emitter *emitter, const struct ar_expr *expr,
                      uint32_t at)
{
    uint32_t fact = ar_generate_fact(emitter->builder, expr->fact);
    if (ar_builder_are_constant(expr)) {
        uint32_t slot = ar_builder_slot(emitter->builder, expr, fact);
        EMIT(emitter, .opcode = AR_OPCODE_LOAD_SLOT, .at = at, .wide = slot,
             .expr = expr);
        return;
    }
    emit_operands(emitter, expr, at);
    EMIT(emitter, .opcode = AR_OPCODE_LOAD_FACT, .at = at, .wide = fact,
         .expr = expr);
}

static void emit_group(struct emitter *emitter, const struct ar_expr *expr,
                       uint32_t at)
{
    uint32_t group = ar_builder_group(emitter->builder, expr->group);
    if (ar_builder_are_constant(expr)) {
        uint32_t slot = ar_builder_group_slot(emitter->builder, expr, group);
        EMIT(emitter, .opcode = AR_OPCODE_LOAD_GROUP_SLOT, .at = at,
             .wide = slot, .expr = expr);
    } else {
        emit_values(emitter, expr, at);
        EMIT(emitter, .opcode = AR_OPCODE_LOAD_GROUP, .at = at, .wide = group,
             .expr = expr);
    }
    enum ar_opcode opcode = expr->kind == AR_EXPR_GROUP_EXISTS
                                ? AR_OPCODE_EXISTS
                                : AR_OPCODE_ABSENT;
    EMIT(emitter, .opcode = opcode, .at = at, .expr = expr);
}

/* ---- names ---- */

static uint32_t find_let(struct ar_builder *builder,
                         const struct ar_local *local)
{
    uint32_t ix;
    if (ar_builder_find_made(builder, AR_SECTION_LETS, local, &ix))
        return ix;
    struct ar_block_let let = {
        .routine = ar_generate_routine(builder, local->expr),
        .local = local->slot,
    };
    ix = (uint32_t)builder->let.count;
    ar_vector_push(builder->arena, &builder->let, let);
    ar_builder_remember_made(builder, AR_SECTION_LETS, local, ix);
    return ix;
}

void ar_generate_let(struct ar_builder *builder, const struct ar_local *let)
{
    (void)find_let(builder, let);
}

static uint32_t find_capture(struct ar_builder *builder,
                             const struct ar_local *local)
{
    struct ar_block_capture capture = {
        .local = local->slot,
        .subject = ar_generate_routine(builder, local->match->subject),
        .regex = ar_builder_regex(builder, local->match),
        .group = (uint32_t)local->group_ix,
    };
    uint32_t ix;
    ar_str content = AR_BUILDER_RECORD(capture);
    if (ar_builder_find(builder, AR_SECTION_CAPTURES, content, &ix))
        return ix;
    ix = (uint32_t)builder->capture.count;
    ar_vector_push(builder->arena, &builder->capture, capture);
    ar_builder_remember(builder, AR_SECTION_CAPTURES, content, ix);
    return ix;
}

static void emit_local(struct emitter *emitter, const struct ar_expr *expr,
                       uint32_t at)
{
    const struct ar_local *local = expr->local;
    use_local(emitter, local->slot);
    switch (local->kind) {
    case AR_LOCAL_LET:
        EMIT(emitter, .opcode = AR_OPCODE_LOAD_LET, .at = at,
             .wide = find_let(emitter->builder, local), .expr = expr);
        return;
    case AR_LOCAL_CAPTURE:
        EMIT(emitter, .opcode = AR_OPCODE_LOAD_CAPTURE, .at = at,
             .wide = find_capture(emitter->builder, local), .expr = expr,
             .operand = local->match->subject);
        return;
    case AR_LOCAL_VARIABLE:
    case AR_LOCAL_PARAMETER:
        EMIT(emitter, .opcode = AR_OPCODE_LOAD_LOCAL, .at = at,
             .wide = local->slot, .expr = expr);
        return;
    }
    AR_UNREACHABLE();
}

/* A function has its own names, so nothing of its caller is in its code. */
static uint32_t find_def(struct ar_builder *builder, const struct ar_def *def)
{
    uint32_t ix;
    if (ar_builder_find_made(builder, AR_SECTION_ROUTINES, def, &ix))
        return ix;
    struct emitter emitter = open_routine(builder, def->body);
    emitter.n_locals = def->n_slots;
    emitter.n_parameters = (uint32_t)def->n_parameters;
    emit_expr(&emitter, def->body, 0);
    ix = finish_routine(&emitter, def->body);
    ar_builder_remember_made(builder, AR_SECTION_ROUTINES, def, ix);
    return ix;
}

static void emit_def(struct emitter *emitter, const struct ar_expr *expr,
                     uint32_t at)
{
    uint32_t routine = find_def(emitter->builder, expr->def);
    emit_operands(emitter, expr, at);
    EMIT(emitter, .opcode = AR_OPCODE_CALL, .at = at, .wide = routine,
         .expr = expr);
}

/* ---- and, or, if, default ---- */

/* Until the end is reached, each jump to it names the one before. */
static void emit_chain(struct emitter *emitter, const struct ar_expr *expr,
                       uint32_t at)
{
    bool is_and = expr->kind == AR_EXPR_AND;
    enum ar_opcode jump = is_and ? AR_OPCODE_JUMP_FALSE : AR_OPCODE_JUMP_TRUE;
    uint32_t last = AR_BLOCK_NONE;
    emit_expr(emitter, expr->operands[0], at);
    for (size_t ix = 1; ix < expr->n_operands; ix++) {
        size_t over = emit_jump(emitter, jump, at, expr);
        set_wide(emitter, over, last);
        last = (uint32_t)over;
        emit_expr(emitter, expr->operands[ix], at + 1);
        EMIT(emitter, .opcode = is_and ? AR_OPCODE_AND : AR_OPCODE_OR, .at = at,
             .expr = expr);
    }
    while (last != AR_BLOCK_NONE) {
        uint32_t before = get_wide(emitter, last);
        land(emitter, last);
        last = before;
    }
}

static void emit_if(struct emitter *emitter, const struct ar_expr *expr,
                    uint32_t at)
{
    emit_expr(emitter, expr->operands[0], at);
    size_t over_then = emit_jump(emitter, AR_OPCODE_JUMP_NEVER_TRUE, at, expr);
    emit_expr(emitter, expr->operands[1], at + 1);
    land(emitter, over_then);
    size_t over_else = emit_jump(emitter, AR_OPCODE_JUMP_NEVER_FALSE, at, expr);
    emit_expr(emitter, expr->operands[2], at + 2);
    land(emitter, over_else);
    EMIT(emitter, .opcode = AR_OPCODE_CHOOSE, .n = is_condition(expr), .at = at,
         .expr = expr);
}

static void emit_default(struct emitter *emitter, const struct ar_expr *expr,
                         uint32_t at)
{
    emit_expr(emitter, expr->operands[0], at);
    size_t over = emit_jump(emitter, AR_OPCODE_JUMP_NEVER_ABSENT, at, expr);
    emit_expr(emitter, expr->operands[1], at + 1);
    EMIT(emitter, .opcode = AR_OPCODE_DEFAULT, .at = at, .expr = expr);
    land(emitter, over);
}

/* ---- quantifiers ---- */

static enum ar_loop_kind loop_kind(enum ar_expr_kind kind)
{
    switch ((int)kind) {
    case AR_EXPR_ANY: return AR_LOOP_ANY;
    case AR_EXPR_EVERY: return AR_LOOP_EVERY;
    case AR_EXPR_NO: return AR_LOOP_NO;
    case AR_EXPR_COUNT: return AR_LOOP_COUNT;
    case AR_EXPR_FIRST: return AR_LOOP_FIRST;
    case AR_EXPR_FILTER: return AR_LOOP_FILTER;
    }
    AR_UNREACHABLE();
}

static uint32_t find_loop(struct ar_builder *builder,
                          const struct ar_block_loop *loop)
{
    uint32_t ix;
    ar_str content = AR_BUILDER_RECORD(*loop);
    if (ar_builder_find(builder, AR_SECTION_LOOPS, content, &ix))
        return ix;
    ix = (uint32_t)builder->loop.count;
    ar_vector_push(builder->arena, &builder->loop, *loop);
    ar_builder_remember(builder, AR_SECTION_LOOPS, content, ix);
    return ix;
}

static void emit_loop(struct emitter *emitter, const struct ar_expr *expr,
                      uint32_t at)
{
    const struct ar_expr *list = expr->operands[0];
    struct ar_block_loop loop = {
        .kind = loop_kind(expr->kind),
        .local = expr->local->slot,
        .is_condition = expr->local->type->kind == AR_TYPE_BOOL,
        .type = AR_BLOCK_NONE,
    };
    if (expr->kind == AR_EXPR_FILTER)
        loop.type = ar_builder_type(emitter->builder, expr->type);
    use_local(emitter, expr->local->slot);
    emit_expr(emitter, list, at);
    size_t head = count_code(emitter);
    EMIT(emitter, .opcode = AR_OPCODE_LOOP, .at = at, .expr = expr,
         .operand = list);
    loop.body = (uint32_t)count_code(emitter);
    emit_expr(emitter, expr->operands[1], at + 1);
    loop.end = (uint32_t)count_code(emitter) + 1;
    uint32_t ix = find_loop(emitter->builder, &loop);
    set_wide(emitter, head, ix);
    EMIT(emitter, .opcode = AR_OPCODE_NEXT, .at = at, .wide = ix, .expr = expr,
         .operand = list);
}

/* ---- strings and lists that are written out ---- */

static uint32_t make_template(struct ar_builder *builder,
                              const struct ar_template *string)
{
    struct ar_block_template record = {
        .parts = (uint32_t)builder->part.count,
        .n_parts = (uint32_t)string->n_parts,
    };
    for (size_t ix = 0; ix < string->n_parts; ix++) {
        const struct ar_template_part *from = &string->parts[ix];
        struct ar_block_part part = {
            .text = ar_builder_string(builder, from->text),
            .is_hole = from->expr != NULL,
            .routine = AR_BLOCK_NONE,
        };
        record.n_holes += part.is_hole;
        ar_vector_push(builder->arena, &builder->part, part);
    }
    uint32_t ix = (uint32_t)builder->template.count;
    ar_vector_push(builder->arena, &builder->template, record);
    return ix;
}

/* Two that have the same text around their holes are one. */
static uint32_t find_template(struct ar_builder *builder,
                              const struct ar_template *string)
{
    struct ar_buf content = AR_BUF(builder->arena);
    for (size_t ix = 0; ix < string->n_parts; ix++) {
        uint32_t text = AR_BLOCK_NONE;
        if (!string->parts[ix].expr)
            text = ar_builder_string(builder, string->parts[ix].text);
        ar_buf_put(&content, AR_BUILDER_RECORD(text));
    }
    ar_str key = ar_buf_view(&content);
    uint32_t ix;
    if (ar_builder_find(builder, AR_SECTION_TEMPLATES, key, &ix))
        return ix;
    ix = make_template(builder, string);
    ar_builder_remember(builder, AR_SECTION_TEMPLATES, key, ix);
    return ix;
}

static void emit_template(struct emitter *emitter, const struct ar_expr *expr,
                          uint32_t at)
{
    uint32_t hole = at;
    for (size_t ix = 0; ix < expr->string->n_parts; ix++) {
        const struct ar_expr *part = expr->string->parts[ix].expr;
        if (part)
            emit_value(emitter, part, hole++);
    }
    EMIT(emitter, .opcode = AR_OPCODE_TEMPLATE, .at = at,
         .wide = find_template(emitter->builder, expr->string), .expr = expr);
}

static void emit_list(struct emitter *emitter, const struct ar_expr *expr,
                      uint32_t at)
{
    struct ar_builder *builder = emitter->builder;
    if (ar_builder_are_constant(expr)) {
        ar_value list = ar_value_list(
            expr->type, ar_builder_constants(builder, expr), expr->n_operands);
        EMIT(emitter, .opcode = AR_OPCODE_LOAD_CONSTANT, .at = at,
             .wide = ar_builder_constant(builder, expr->type, list),
             .expr = expr);
        return;
    }
    uint32_t type = ar_builder_type(builder, expr->type);
    AR_ASSERT(type < 65536 && expr->n_operands < 65536);
    emit_values(emitter, expr, at);
    EMIT(emitter, .opcode = AR_OPCODE_LIST, .at = at,
         .wide = ar_list_operand(type, (uint32_t)expr->n_operands),
         .expr = expr);
}

/* ---- a node ---- */

/* Operands as values, then the instruction. */
static void emit_operation(struct emitter *emitter, struct line line)
{
    const struct ar_expr *expr = line.expr;
    emit_values(emitter, expr, line.at);
    emit_line(emitter, &line);
}

static void emit_compare(struct emitter *emitter, const struct ar_expr *expr,
                         uint32_t at)
{
    if (is_condition(expr->operands[0])) {
        emit_operands(emitter, expr, at);
        EMIT(emitter, .opcode = AR_OPCODE_EQUAL, .n = expr->op, .at = at,
             .expr = expr);
        return;
    }
    emit_operation(emitter, (struct line){.opcode = AR_OPCODE_COMPARE,
                                          .n = expr->op,
                                          .at = at,
                                          .expr = expr});
}

/* What the operand is may be asked of a condition, too. */
static void emit_presence(struct emitter *emitter, const struct ar_expr *expr,
                          uint32_t at)
{
    enum ar_opcode opcode = AR_OPCODE_UNKNOWN;
    uint32_t n = 0;
    if (expr->kind == AR_EXPR_EXISTS)
        opcode = AR_OPCODE_EXISTS;
    else if (expr->kind == AR_EXPR_ABSENT)
        opcode = AR_OPCODE_ABSENT;
    else
        n = expr->reason == AR_N_REASONS ? AR_ANY_REASON : expr->reason;
    emit_expr(emitter, expr->operands[0], at);
    EMIT(emitter, .opcode = opcode, .n = n, .at = at, .expr = expr);
}

static void emit_function(struct emitter *emitter, const struct ar_expr *expr,
                          uint32_t at)
{
    emit_operation(
        emitter,
        (struct line){.opcode = AR_OPCODE_FUNCTION,
                      .n = expr->function,
                      .at = at,
                      .wide = ar_builder_type(emitter->builder, expr->type),
                      .expr = expr,
                      .operand =
                          expr->n_operands > 0 ? expr->operands[0] : NULL});
}

static void emit_constant(struct emitter *emitter, const struct ar_expr *expr,
                          uint32_t at)
{
    uint32_t ix =
        ar_builder_constant(emitter->builder, expr->type, ar_expr_value(expr));
    EMIT(emitter, .opcode = AR_OPCODE_LOAD_CONSTANT, .at = at, .wide = ix,
         .expr = expr);
}

static void emit_table(struct emitter *emitter, const struct ar_expr *expr,
                       uint32_t at)
{
    emit_operands(emitter, expr, at);
    EMIT(emitter, .opcode = AR_OPCODE_TABLE, .at = at,
         .wide = ar_generate_table(emitter->builder, expr->table),
         .expr = expr);
}

#define OPERATION(name, ...)                                          \
    emit_operation(emitter, (struct line){.opcode = AR_OPCODE_##name, \
                                          .at = at,                   \
                                          .expr = expr,               \
                                          __VA_ARGS__})

/* The instruction may leave a bool that is a value. */
static void emit_node(struct emitter *emitter, const struct ar_expr *expr,
                      uint32_t at)
{
    struct ar_builder *builder = emitter->builder;
    switch (expr->kind) {
    case AR_EXPR_CONSTANT: emit_constant(emitter, expr, at); return;
    case AR_EXPR_FACT: emit_fact(emitter, expr, at); return;
    case AR_EXPR_LOCAL: emit_local(emitter, expr, at); return;
    case AR_EXPR_DEF: emit_def(emitter, expr, at); return;
    case AR_EXPR_TABLE: emit_table(emitter, expr, at); return;
    case AR_EXPR_FUNCTION: emit_function(emitter, expr, at); return;
    case AR_EXPR_TEMPLATE: emit_template(emitter, expr, at); return;
    case AR_EXPR_LIST: emit_list(emitter, expr, at); return;
    case AR_EXPR_AND:
    case AR_EXPR_OR: emit_chain(emitter, expr, at); return;
    case AR_EXPR_NOT:
        emit_operands(emitter, expr, at);
        EMIT(emitter, .opcode = AR_OPCODE_NOT, .at = at, .expr = expr);
        return;
    case AR_EXPR_COMPARE: emit_compare(emitter, expr, at); return;
    case AR_EXPR_IN_LIST:
        OPERATION(IN_LIST, .operand = expr->operands[1]);
        return;
    case AR_EXPR_IN_MAP: OPERATION(IN_MAP, .n = 0); return;
    case AR_EXPR_IN_RANGE: OPERATION(IN_RANGE, .n = expr->open_end); return;
    case AR_EXPR_IN_CIDR: OPERATION(IN_CIDR, .n = 0); return;
    case AR_EXPR_MATCHES:
        OPERATION(MATCH, .wide = ar_builder_regex(builder, expr->match),
                  .operand = expr->match->subject);
        return;
    case AR_EXPR_CONTAINS: OPERATION(CONTAINS, .n = 0); return;
    case AR_EXPR_STARTS_WITH: OPERATION(STARTS_WITH, .n = 0); return;
    case AR_EXPR_ENDS_WITH: OPERATION(ENDS_WITH, .n = 0); return;
    case AR_EXPR_ARITHMETIC: OPERATION(ARITHMETIC, .n = expr->op); return;
    case AR_EXPR_NEGATE: OPERATION(NEGATE, .n = 0); return;
    case AR_EXPR_EXISTS:
    case AR_EXPR_ABSENT:
    case AR_EXPR_UNKNOWN: emit_presence(emitter, expr, at); return;
    case AR_EXPR_GROUP_EXISTS:
    case AR_EXPR_GROUP_ABSENT: emit_group(emitter, expr, at); return;
    case AR_EXPR_DEFAULT: emit_default(emitter, expr, at); return;
    case AR_EXPR_IF: emit_if(emitter, expr, at); return;
    case AR_EXPR_ANY:
    case AR_EXPR_EVERY:
    case AR_EXPR_NO:
    case AR_EXPR_COUNT:
    case AR_EXPR_FIRST:
    case AR_EXPR_FILTER: emit_loop(emitter, expr, at); return;
    case AR_EXPR_FIELD: OPERATION(FIELD, .n = (uint32_t)expr->ix); return;
    case AR_EXPR_LIST_FIELD:
        OPERATION(LIST_FIELD, .n = (uint32_t)expr->ix,
                  .wide = ar_builder_type(builder, expr->type));
        return;
    case AR_EXPR_INDEX: OPERATION(INDEX, .n = 0); return;
    case AR_EXPR_MAP_INDEX: OPERATION(MAP_INDEX, .n = 0); return;
    case AR_EXPR_PART: OPERATION(PART, .n = (uint32_t)expr->ix); return;
    }
    AR_UNREACHABLE();
}

/* Whether the node's instruction leaves a bool as a value. */
static bool gives_value(const struct ar_expr *expr)
{
    switch ((int)expr->kind) {
    case AR_EXPR_CONSTANT:
    case AR_EXPR_FUNCTION:
    case AR_EXPR_FIRST:
    case AR_EXPR_FIELD:
    case AR_EXPR_INDEX:
    case AR_EXPR_MAP_INDEX: return true;
    }
    return false;
}

static void emit_expr(struct emitter *emitter, const struct ar_expr *expr,
                      uint32_t at)
{
    if (is_condition(expr) && ar_expr_is_predicate(expr)) {
        EMIT(emitter, .opcode = AR_OPCODE_PREDICATE, .at = at,
             .wide = make_shared(emitter->builder, expr), .expr = expr);
        return;
    }
    emit_node(emitter, expr, at);
    if (is_condition(expr) && gives_value(expr))
        EMIT(emitter, .opcode = AR_OPCODE_AS_CONDITION, .at = at, .expr = expr);
}
