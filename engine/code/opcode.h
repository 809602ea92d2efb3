/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AR_CODE_OPCODE_H
#define AR_CODE_OPCODE_H
/* Instructions: 8 bytes each, of a routine that has a window of registers.
 * opcodes.def is the table, docs/bytecode.md the reference made from it. */

#include "sema/expr.h"

#define AR_OPERAND(name, text) AR_OPERAND_##name,
enum ar_operand_kind {
#include "code/operands.def"
    AR_N_OPERAND_KINDS
};
#undef AR_OPERAND

#define AR_OPCODE(name, n, a, wide, text) AR_OPCODE_##name,
enum ar_opcode {
#include "code/opcodes.def"
    AR_N_OPCODES
};
#undef AR_OPCODE

struct ar_opcode_info {
    const char *name;
    const char *text;
    enum ar_operand_kind n;
    enum ar_operand_kind a;
    enum ar_operand_kind wide;
};
extern const struct ar_opcode_info ar_opcode_table[AR_N_OPCODES];

struct ar_operand_info {
    const char *name;
    const char *text;
};
extern const struct ar_operand_info ar_operand_table[AR_N_OPERAND_KINDS];

/* As it stands in a block: two words. */
struct ar_instruction {
    uint32_t head; /* opcode, n << 8, a << 16 */
    uint32_t wide;
};

static inline enum ar_opcode ar_instruction_opcode(
    struct ar_instruction instruction)
{
    return (enum ar_opcode)(instruction.head & 0xFF);
}

static inline unsigned ar_instruction_n(struct ar_instruction instruction)
{
    return (instruction.head >> 8) & 0xFF;
}

static inline unsigned ar_instruction_a(struct ar_instruction instruction)
{
    return instruction.head >> 16;
}

/* n of UNKNOWN that stands for any reason. */
enum { AR_ANY_REASON = 255 };

/* The wide operand of LIST. */
static inline uint32_t ar_list_operand(uint32_t type, uint32_t count)
{
    return type | count << 16;
}

/* How many operands a built-in function takes. */
unsigned ar_function_arity(enum ar_function function);

/* The reference of the machine, all instructions and the form of a block:
 * docs/bytecode.md. */
void ar_opcodes_put_markdown(struct ar_buf *out);

#endif
