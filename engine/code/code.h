/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AR_CODE_CODE_H
#define AR_CODE_CODE_H
/* Code that can run: a block, and what its indices stand for in this
 * process. Read only; any number of threads may share it. */

#include "code/block.h"
#include "code/opcode.h"
#include "text/diag.h"

struct ar_code {
    struct ar_block block;
    const struct ar_program *program;
    const struct ar_type *const *types;    /* of TYPES */
    const ar_value *constants;             /* of CONSTANTS */
    const struct ar_regex *const *regexes; /* of REGEXES */
    const struct ar_fact_decl *const *facts;
    const struct ar_fact_group *const *groups;
    const uint32_t *files; /* of SOURCES: the number among the sources of the
                              program's diagnostics */
};

/* The text of source ix of the block: the program has it, whether or not the
 * block has it, too. */
static inline ar_str ar_code_source(const struct ar_code *code, uint32_t ix)
{
    return ar_sources_get(code->program->diags->sources, code->files[ix])->text;
}

/* Compiles all rules of program. What it points to lives in arena and in
 * program. Its block is whole: it can be written. */
struct ar_code *ar_code_generate(struct ar_arena *arena,
                                 const struct ar_program *program);
/* The same to be run and not to be written: without the texts of sources. */
struct ar_code *ar_code_generate_to_run(struct ar_arena *arena,
                                        const struct ar_program *program);

/* Compiles one expression that uses no names of a rule: the only condition of
 * the block. */
struct ar_code *ar_code_generate_expression(struct ar_arena *arena,
                                            const struct ar_program *program,
                                            const struct ar_expr *expr);

/* Compiles several: condition ix of the block is expressions[ix]. They may
 * name locals whose values ar_vm_expression_with() is given. */
struct ar_code *ar_code_generate_expressions(
    struct ar_arena *arena, const struct ar_program *program,
    const struct ar_expr *const *expressions, size_t count);

/* Makes a program and its code from a block: packs, facts, rules with their
 * texts and flags, waivers; no tests, tables or probes, and of expressions
 * only where they stand.
 * Its sources are added to those of diags. NULL with *error if the block
 * cannot be used. */
struct ar_code *ar_code_load(struct ar_arena *arena, struct ar_diags *diags,
                             const struct ar_block *block,
                             struct ar_block_error *error);

/* Of code that was loaded: rule with the places of its conditions and with its
 * diagnosis, which only those ask for who describe it. */
void ar_code_describe(struct ar_arena *arena, const struct ar_code *code,
                      const struct ar_rule *rule, struct ar_rule *out);

/* All code in words, rule by rule, as `archrules dump --bytecode` prints it.
 * only: the id of one rule, or empty. */
void ar_code_disassemble(struct ar_buf *out, const struct ar_code *code,
                         ar_str only);

#endif
