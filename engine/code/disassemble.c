/* SPDX-License-Identifier: Apache-2.0 */
/* Code in words: each rule with the routines it runs, each instruction with
 * what its operands stand for. */

#include "code/code.h"
#include "text/utf8.h"

#include <stdlib.h>

struct listing {
    struct ar_buf *out;
    const struct ar_code *code;
    bool *is_listed; /* by routine */
};

/* ---- operands ---- */

static void put_text(struct listing *listing, uint32_t string)
{
    ar_utf8_put_safe(listing->out, ar_block_text(&listing->code->block, string),
                     false);
}

static void put_constant(struct listing *listing, uint32_t ix)
{
    ar_value value = listing->code->constants[ix];
    struct ar_buf text = AR_BUF(listing->out->arena);
    if (value.state == AR_STATE_VALUE && ar_type_is_scalar(value.type))
        ar_value_put_literal(&text, value);
    else
        ar_value_put(&text, value);
    ar_utf8_put_safe(listing->out, ar_buf_view(&text), false);
}

static void put_regex(struct listing *listing, uint32_t ix)
{
    const struct ar_block_regex *regex = &listing->code->block.regex_at[ix];
    ar_buf_put_char(listing->out, '/');
    put_text(listing, regex->pattern);
    ar_buf_put_char(listing->out, '/');
    put_text(listing, regex->flags);
}

static const char *operator_name(uint32_t op)
{
    static const char *const names[] = {
        "==", "!=", "<", "<=", ">", ">=", "+", "-", "*", "/", "%"};
    return op < AR_COUNT_OF(names) ? names[op] : "?";
}

static const char *function_name(uint32_t function)
{
#define AR_FUNCTION(id, name, signature, text) #name,
    static const char *const names[AR_N_FUNCTIONS] = {
#include "sema/functions.def"
    };
#undef AR_FUNCTION
    return function < AR_N_FUNCTIONS ? names[function] : "?";
}

static const char *loop_name(uint32_t kind)
{
    static const char *const names[AR_LOOP_KINDS] = {
        "any", "every", "no", "count", "first", "filter"};
    return kind < AR_LOOP_KINDS ? names[kind] : "?";
}

static void put_loop(struct listing *listing, uint32_t ix)
{
    const struct ar_block_loop *loop = &listing->code->block.loop_at[ix];
    ar_buf_printf(listing->out, "%s local %u body %u end %u",
                  loop_name(loop->kind), loop->local, loop->body, loop->end);
}

static void put_type(struct listing *listing, uint32_t ix)
{
    ar_type_put(listing->out, listing->code->types[ix]);
}

/* What the operand stands for; nothing where its number says it all. */
static void put_meaning(struct listing *listing, enum ar_operand_kind kind,
                        uint32_t operand)
{
    const struct ar_block *block = &listing->code->block;
    switch (kind) {
    case AR_OPERAND_CONSTANT: put_constant(listing, operand); return;
    case AR_OPERAND_SLOT:
        put_text(listing, block->slot_at[operand].key);
        return;
    case AR_OPERAND_FACT:
        put_text(listing, block->fact_at[operand].name);
        return;
    case AR_OPERAND_GROUP_SLOT:
        put_text(listing, block->group_slot_at[operand].key);
        return;
    case AR_OPERAND_GROUP:
        put_text(listing, block->group_at[operand].name);
        return;
    case AR_OPERAND_LET:
        ar_buf_printf(listing->out, "routine %u",
                      block->let_at[operand].routine);
        return;
    case AR_OPERAND_CAPTURE:
        put_regex(listing, block->capture_at[operand].regex);
        return;
    case AR_OPERAND_TABLE:
        put_text(listing, block->table_at[operand].name);
        return;
    case AR_OPERAND_TYPE: put_type(listing, operand); return;
    case AR_OPERAND_LIST:
        put_type(listing, operand & 0xFFFF);
        ar_buf_printf(listing->out, " of %u", operand >> 16);
        return;
    case AR_OPERAND_REGEX: put_regex(listing, operand); return;
    case AR_OPERAND_LOOP: put_loop(listing, operand); return;
    case AR_OPERAND_FUNCTION:
        ar_buf_put_c(listing->out, function_name(operand));
        return;
    case AR_OPERAND_OPERATOR:
        ar_buf_put_c(listing->out, operator_name(operand));
        return;
    case AR_OPERAND_REASON:
        ar_buf_put_c(listing->out, operand == AR_ANY_REASON
                                       ? "any"
                                       : ar_reason_table[operand].name);
        return;
    case AR_OPERAND_NONE:
    case AR_OPERAND_RESULT:
    case AR_OPERAND_OPERAND:
    case AR_OPERAND_PAIR:
    case AR_OPERAND_TRIPLE:
    case AR_OPERAND_WINDOW:
    case AR_OPERAND_LOCAL:
    case AR_OPERAND_ROUTINE:
    case AR_OPERAND_TEMPLATE:
    case AR_OPERAND_LABEL:
    case AR_OPERAND_FLAG:
    case AR_OPERAND_INDEX:
    case AR_OPERAND_PART:
    case AR_N_OPERAND_KINDS: return;
    }
    AR_UNREACHABLE();
}

static void put_operand(struct listing *listing, enum ar_operand_kind kind,
                        uint32_t operand)
{
    if (kind == AR_OPERAND_NONE)
        return;
    ar_buf_printf(listing->out, " %u", operand);
}

/*    3  COMPARE          n 0  r1      ; == */
static void put_instruction(struct listing *listing, uint32_t at,
                            struct ar_instruction instruction)
{
    const struct ar_opcode_info *info =
        &ar_opcode_table[ar_instruction_opcode(instruction)];
    struct ar_buf *out = listing->out;
    ar_buf_printf(out, "  %4u  %-17s r%-3u", at, info->name,
                  ar_instruction_a(instruction));
    put_operand(listing, info->n, ar_instruction_n(instruction));
    put_operand(listing, info->wide, instruction.wide);
    size_t before = out->len;
    ar_buf_put_c(out, "  ; ");
    size_t start = out->len;
    put_meaning(listing, info->n, ar_instruction_n(instruction));
    if (out->len > start && info->wide != AR_OPERAND_NONE)
        ar_buf_put_char(out, ' ');
    put_meaning(listing, info->wide, instruction.wide);
    if (out->len == start)
        out->len = before;
    while (out->ptr[out->len - 1] == ' ')
        out->len--;
    ar_buf_put_char(out, '\n');
}

/* ---- routines ---- */

typedef AR_VECTOR(uint32_t) routine_vector;

static void add_routine(struct listing *listing, routine_vector *routines,
                        uint32_t ix)
{
    if (listing->is_listed[ix])
        return;
    listing->is_listed[ix] = true;
    ar_vector_push(listing->out->arena, routines, ix);
}

static void add_used(struct listing *listing, routine_vector *routines,
                     struct ar_instruction instruction)
{
    const struct ar_block *block = &listing->code->block;
    const uint32_t wide = instruction.wide;
    switch ((int)ar_instruction_opcode(instruction)) {
    case AR_OPCODE_PREDICATE:
    case AR_OPCODE_CALL: add_routine(listing, routines, wide); return;
    case AR_OPCODE_LOAD_LET:
        add_routine(listing, routines, block->let_at[wide].routine);
        return;
    case AR_OPCODE_LOAD_CAPTURE:
        add_routine(listing, routines, block->capture_at[wide].subject);
        return;
    }
}

/* On one line: blanks with a line end among them are one space. */
static void put_source(struct listing *listing, struct ar_block_place place)
{
    if (place.source == 0)
        return;
    ar_str text = ar_code_source(listing->code, place.source - 1);
    text = ar_str_slice(text, place.start, place.end);
    while (text.len > 0) {
        size_t line_end = ar_str_find(text, AR_STR("\n"), 0);
        ar_str line = ar_str_trim(ar_str_slice(text, 0, line_end));
        ar_utf8_put_safe(listing->out, line, false);
        if (line_end == SIZE_MAX)
            return;
        ar_buf_put_char(listing->out, ' ');
        text = ar_str_slice(text, line_end + 1, text.len);
    }
}

static struct ar_instruction instruction_at(const struct ar_block *block,
                                            uint32_t ix)
{
    return (struct ar_instruction){block->instruction_at[ix].head,
                                   block->instruction_at[ix].wide};
}

static void put_routine(struct listing *listing, uint32_t ix)
{
    const struct ar_block *block = &listing->code->block;
    const struct ar_block_routine *routine = &block->routine_at[ix];
    ar_buf_printf(listing->out, "routine %u (%u registers)  ; ", ix,
                  routine->n_registers);
    put_source(listing, routine->place);
    ar_buf_put_char(listing->out, '\n');
    for (uint32_t at = 0; at < routine->n_code; at++)
        put_instruction(listing, at, instruction_at(block, routine->code + at));
}

static int order_numbers(const void *left, const void *right)
{
    uint32_t a = *(const uint32_t *)left;
    uint32_t b = *(const uint32_t *)right;
    return a < b ? -1 : a > b;
}

/* With what it runs, each once: all of that has lower numbers. A chain of
 * routines may be longer than the stack. */
static void put_routines(struct listing *listing, uint32_t ix)
{
    const struct ar_block *block = &listing->code->block;
    routine_vector routines = {0};
    add_routine(listing, &routines, ix);
    for (size_t each = 0; each < routines.count; each++) {
        const struct ar_block_routine *routine =
            &block->routine_at[routines.at[each]];
        for (uint32_t at = 0; at < routine->n_code; at++)
            add_used(listing, &routines,
                     instruction_at(block, routine->code + at));
    }
    if (routines.count > 0)
        qsort(routines.at, routines.count, sizeof(*routines.at), order_numbers);
    for (size_t each = 0; each < routines.count; each++)
        put_routine(listing, routines.at[each]);
}

static void put_condition(struct listing *listing, const char *what,
                          uint32_t condition)
{
    if (condition == AR_BLOCK_NONE)
        return;
    uint32_t routine = listing->code->block.condition_at[condition].routine;
    put_routines(listing, routine);
    ar_buf_printf(listing->out, "%s is routine %u\n", what, routine);
}

static void put_rule(struct listing *listing, const struct ar_block_rule *rule)
{
    ar_buf_put_c(listing->out, "rule ");
    put_text(listing, rule->id);
    ar_buf_put_char(listing->out, '\n');
    put_condition(listing, "applies", rule->applies);
    if (rule->each != AR_BLOCK_NONE) {
        put_routines(listing, rule->each);
        ar_buf_printf(listing->out, "for each is routine %u\n", rule->each);
    }
    if (rule->key != AR_BLOCK_NONE) {
        put_routines(listing, rule->key);
        ar_buf_printf(listing->out, "key is routine %u\n", rule->key);
    }
    put_condition(listing, "when", rule->when);
    ar_buf_put_char(listing->out, '\n');
}

static void put_summary(struct listing *listing)
{
    const struct ar_block *block = &listing->code->block;
    ar_buf_printf(listing->out,
                  "%u rules, %u routines, %u instructions, %u facts in use, %u "
                  "constants, %u patterns\n",
                  block->rule_count, block->routine_count,
                  block->instruction_count, block->slot_count,
                  block->constant_count, block->regex_count);
}

void ar_code_disassemble(struct ar_buf *out, const struct ar_code *code,
                         ar_str only)
{
    struct listing listing = {
        .out = out,
        .code = code,
        .is_listed = AR_NEW_ARRAY(out->arena, bool, code->block.routine_count),
    };
    for (uint32_t ix = 0; ix < code->block.rule_count; ix++) {
        const struct ar_block_rule *rule = &code->block.rule_at[ix];
        ar_str id = ar_block_text(&code->block, rule->id);
        if (only.len == 0 || ar_str_equal(only, id))
            put_rule(&listing, rule);
    }
    if (only.len == 0)
        put_summary(&listing);
}
