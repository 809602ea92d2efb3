/* SPDX-License-Identifier: Apache-2.0 */
/* The tables of instructions and operands. */

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
