/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AR_CODE_LOAD_H
#define AR_CODE_LOAD_H
/* Private to code: a program while it is made from a block. */

#include "code/code.h"

struct ar_code_loading {
    struct ar_arena *arena;
    struct ar_diags *diags;
    const struct ar_block *block;
    struct ar_block_error *error;
    struct ar_program *program;
    struct ar_pack **packs;
    const uint32_t *files;
    const struct ar_type **types;
    ar_value *constants;
};

/* Notes what is wrong; always false. */
bool ar_code_malformed(struct ar_code_loading *loading, const char *section,
                       uint32_t ix, const char *detail);
ar_span ar_code_span(const struct ar_code_loading *loading,
                     struct ar_block_place place);
ar_str *ar_code_names(const struct ar_code_loading *loading, uint32_t first,
                      uint32_t count);

/* ---- load_value.c ---- */

bool ar_code_load_types(struct ar_code_loading *loading);
bool ar_code_load_constants(struct ar_code_loading *loading);
struct ar_field *ar_code_fields(const struct ar_code_loading *loading,
                                uint32_t first, uint32_t count);

/* ---- load_rule.c ---- */

bool ar_code_load_rules(struct ar_code_loading *loading);

#endif
