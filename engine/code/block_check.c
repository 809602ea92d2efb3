/* SPDX-License-Identifier: Apache-2.0 */
/* What a record cannot show by itself: that nothing contains itself, that
 * instructions name what there is, jump forward inside of their routine and
 * end. Whether registers hold what an instruction wants is not looked at. */

#include "code/block_sections.h"
#include "code/opcode.h"

struct checking {
    const struct ar_block *block;
    struct ar_block_error *error;
    uint32_t routine; /* at hand */
};

static bool fail(struct checking *checking, const char *section, uint32_t ix,
                 const char *detail)
{
    *checking->error =
        (struct ar_block_error){AR_BLOCK_MALFORMED, detail, section, ix};
    return false;
}

/* ---- what consists of others ---- */

static bool check_types(struct checking *checking)
{
    const struct ar_block *block = checking->block;
    for (uint32_t ix = 0; ix < block->type_count; ix++) {
        const struct ar_block_type *type = &block->type_at[ix];
        bool is_good = type->element == AR_BLOCK_NONE || type->element < ix;
        for (uint32_t field = 0; field < type->n_fields; field++)
            is_good =
                is_good && block->field_at[type->fields + field].type < ix;
        if (!is_good)
            return fail(checking, "TYPES", ix, "a type contains itself");
    }
    return true;
}

static bool check_constants(struct checking *checking)
{
    const struct ar_block *block = checking->block;
    for (uint32_t ix = 0; ix < block->constant_count; ix++) {
        const struct ar_block_constant *constant = &block->constant_at[ix];
        for (uint32_t item = 0; item < constant->n_items; item++) {
            if (block->item_at[constant->items + item].constant >= ix)
                return fail(checking, "CONSTANTS", ix,
                            "a constant contains itself");
        }
    }
    return true;
}

static bool check_tables(struct checking *checking)
{
    const struct ar_block *block = checking->block;
    for (uint32_t ix = 0; ix < block->table_count; ix++) {
        const struct ar_block_table *table = &block->table_at[ix];
        for (uint32_t row = 0; row < table->n_rows; row++) {
            if (block->row_at[table->rows + row].n_cells != table->n_inputs)
                return fail(checking, "TABLES", ix,
                            "a row has another number of cells");
        }
    }
    return true;
}

/* ---- instructions ---- */

/* How many records an operand may name; UINT32_MAX if it names none. */
static uint32_t count_named(const struct checking *checking,
                            enum ar_operand_kind kind)
{
    const struct ar_block *block = checking->block;
    const struct ar_block_routine *routine =
        &block->routine_at[checking->routine];
    switch (kind) {
    case AR_OPERAND_NONE: return 1;
    case AR_OPERAND_RESULT:
    case AR_OPERAND_OPERAND:
    case AR_OPERAND_WINDOW: return routine->n_registers;
    case AR_OPERAND_PAIR: return routine->n_registers - 1;
    case AR_OPERAND_TRIPLE:
        return routine->n_registers < 2 ? 0 : routine->n_registers - 2;
    case AR_OPERAND_CONSTANT: return block->constant_count;
    case AR_OPERAND_SLOT: return block->slot_count;
    case AR_OPERAND_FACT: return block->fact_count;
    case AR_OPERAND_GROUP_SLOT: return block->group_slot_count;
    case AR_OPERAND_GROUP: return block->group_count;
    case AR_OPERAND_LOCAL: return routine->n_locals;
    case AR_OPERAND_LET: return block->let_count;
    case AR_OPERAND_CAPTURE: return block->capture_count;
    case AR_OPERAND_ROUTINE: return checking->routine;
    case AR_OPERAND_TABLE: return block->table_count;
    case AR_OPERAND_TYPE: return block->type_count;
    case AR_OPERAND_TEMPLATE: return block->template_count;
    case AR_OPERAND_REGEX: return block->regex_count;
    case AR_OPERAND_LOOP: return block->loop_count;
    case AR_OPERAND_LABEL: return routine->n_code;
    case AR_OPERAND_FUNCTION: return AR_N_FUNCTIONS;
    case AR_OPERAND_OPERATOR: return AR_OPERATOR_REMAINDER + 1;
    case AR_OPERAND_FLAG: return 2;
    case AR_OPERAND_PART: return AR_PART_LENGTH + 1;
    case AR_OPERAND_LIST:
    case AR_OPERAND_REASON:
    case AR_OPERAND_COUNT:
    case AR_OPERAND_INDEX:
    case AR_N_OPERAND_KINDS: break;
    }
    return UINT32_MAX;
}

/* The registers that an instruction takes, from a on. */
static uint64_t count_registers(const struct checking *checking,
                                struct ar_instruction instruction)
{
    const struct ar_block *block = checking->block;
    switch ((int)ar_instruction_opcode(instruction)) {
    case AR_OPCODE_LOAD_FACT:
        return block->fact_at[instruction.wide].n_parameters;
    case AR_OPCODE_LOAD_GROUP: return ar_instruction_n(instruction);
    case AR_OPCODE_CALL:
        return block->routine_at[instruction.wide].n_parameters;
    case AR_OPCODE_TABLE: return block->table_at[instruction.wide].n_inputs;
    case AR_OPCODE_TEMPLATE:
        return block->template_at[instruction.wide].n_holes;
    case AR_OPCODE_LIST: return instruction.wide >> 16;
    case AR_OPCODE_FUNCTION:
        return ar_function_arity(
            (enum ar_function)ar_instruction_n(instruction));
    }
    return 1;
}

static bool is_good_list(const struct ar_block *block, uint32_t operand)
{
    uint32_t type = operand & 0xFFFF;
    return type < block->type_count &&
           block->type_at[type].kind == AR_TYPE_LIST;
}

static bool is_good_loop(const struct checking *checking, uint32_t at,
                         struct ar_instruction instruction)
{
    const struct ar_block *block = checking->block;
    const struct ar_block_routine *routine =
        &block->routine_at[checking->routine];
    const struct ar_block_loop *loop = &block->loop_at[instruction.wide];
    if (loop->local >= routine->n_locals || loop->end >= routine->n_code)
        return false;
    if (ar_instruction_opcode(instruction) == AR_OPCODE_LOOP)
        return loop->body == at + 1 && loop->end > loop->body;
    return loop->body <= at && loop->end == at + 1;
}

/* What depends on more than one operand. */
static bool is_consistent(const struct checking *checking, uint32_t at,
                          struct ar_instruction instruction)
{
    const struct ar_block_routine *routine =
        &checking->block->routine_at[checking->routine];
    enum ar_opcode opcode = ar_instruction_opcode(instruction);
    enum ar_operand_kind wide = ar_opcode_table[opcode].wide;
    if (wide == AR_OPERAND_LABEL && instruction.wide <= at)
        return false;
    if (wide == AR_OPERAND_LIST &&
        !is_good_list(checking->block, instruction.wide))
        return false;
    if (wide == AR_OPERAND_LOOP && !is_good_loop(checking, at, instruction))
        return false;
    return ar_instruction_a(instruction) +
               count_registers(checking, instruction) <=
           routine->n_registers;
}

static bool is_good(const struct checking *checking, uint32_t at,
                    struct ar_instruction instruction)
{
    enum ar_opcode opcode = ar_instruction_opcode(instruction);
    if (opcode >= AR_N_OPCODES)
        return false;
    const struct ar_opcode_info *info = &ar_opcode_table[opcode];
    return ar_instruction_n(instruction) < count_named(checking, info->n) &&
           ar_instruction_a(instruction) < count_named(checking, info->a) &&
           (info->wide == AR_OPERAND_LIST ||
            instruction.wide < count_named(checking, info->wide)) &&
           is_consistent(checking, at, instruction);
}

static bool check_routine(struct checking *checking)
{
    const struct ar_block *block = checking->block;
    const struct ar_block_routine *routine =
        &block->routine_at[checking->routine];
    const struct ar_block_instruction *code =
        &block->instruction_at[routine->code];
    if (routine->n_code == 0 || routine->n_registers == 0 ||
        (code[routine->n_code - 1].head & 0xFF) != AR_OPCODE_RETURN)
        return fail(checking, "ROUTINES", checking->routine,
                    "a routine does not end");
    for (uint32_t at = 0; at < routine->n_code; at++) {
        struct ar_instruction instruction = {code[at].head, code[at].wide};
        if (!is_good(checking, at, instruction))
            return fail(checking, "CODE", routine->code + at,
                        "an instruction names what there is not");
    }
    return true;
}

static bool check_routines(struct checking *checking)
{
    const struct ar_block *block = checking->block;
    if (block->code_place_of_count != block->instruction_count)
        return fail(checking, "CODE_PLACES", 0,
                    "there is not one for each instruction");
    for (uint32_t ix = 0; ix < block->routine_count; ix++) {
        checking->routine = ix;
        if (!check_routine(checking))
            return false;
    }
    return true;
}

bool ar_block_check(const struct ar_block *block, struct ar_block_error *error)
{
    struct checking checking = {.block = block, .error = error};
    return check_types(&checking) && check_constants(&checking) &&
           check_tables(&checking) && check_routines(&checking);
}
