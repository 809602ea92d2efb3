/* SPDX-License-Identifier: Apache-2.0 */
/* The tables of instructions and operands, and the reference made of them. */

#include "code/opcode.h"

#define AR_OPCODE(name, n, a, wide, text)                              \
    [AR_OPCODE_##name] = {#name, text, AR_OPERAND_##n, AR_OPERAND_##a, \
                          AR_OPERAND_##wide},
const struct ar_opcode_info ar_opcode_table[AR_N_OPCODES] = {
#include "code/opcodes.def"
};
#undef AR_OPCODE

#define AR_OPERAND(name, text) [AR_OPERAND_##name] = {#name, text},
const struct ar_operand_info ar_operand_table[AR_N_OPERAND_KINDS] = {
#include "code/operands.def"
};
#undef AR_OPERAND

/* A signature has a letter for each operand, before the arrow. */
unsigned ar_function_arity(enum ar_function function)
{
#define AR_FUNCTION(id, name, signature, text) signature,
    static const char *const signatures[AR_N_FUNCTIONS] = {
#include "sema/functions.def"
    };
#undef AR_FUNCTION
    unsigned count = 0;
    for (const char *at = signatures[function]; *at != '-'; at++)
        count += *at != ' ';
    return count;
}

static void put_operands(struct ar_buf *out)
{
    ar_buf_put_c(out, "\n## Operands\n\n| operand | what it is |\n|---|---|\n");
    for (int ix = 0; ix < AR_N_OPERAND_KINDS; ix++)
        ar_buf_printf(out, "| %s | %s |\n", ar_operand_table[ix].name,
                      ar_operand_table[ix].text);
}

static const char *operand_name(enum ar_operand_kind kind)
{
    return kind == AR_OPERAND_NONE ? "" : ar_operand_table[kind].name;
}

void ar_opcodes_put_markdown(struct ar_buf *out)
{
    ar_buf_put_c(
        out,
        "# Bytecode\n\n"
        "<!-- Made by `archrules dump --opcodes`. Do not edit. -->\n\n"
        "Every instruction is 8 bytes: two little-endian words of 32 bits. The "
        "first\nholds the opcode (bits 0 to 7), n (bits 8 to 15) and a (bits "
        "16 to 31), the\nsecond is the wide operand. R is the window of "
        "registers of a routine; what an\ninstruction gives is in R[a]. Jumps "
        "go forward, only NEXT goes back, to the\nbody of its own loop, once "
        "for each element of a list. Every instruction costs\na step of fuel.\n"
        "\n## Instructions\n\n"
        "| code | instruction | n | a | wide | what it does |\n"
        "|---|---|---|---|---|---|\n");
    for (int ix = 0; ix < AR_N_OPCODES; ix++) {
        const struct ar_opcode_info *info = &ar_opcode_table[ix];
        ar_buf_printf(out, "| %d | %s | %s | %s | %s | %s |\n", ix, info->name,
                      operand_name(info->n), operand_name(info->a),
                      operand_name(info->wide), info->text);
    }
    put_operands(out);
}
