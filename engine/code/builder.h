/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AR_CODE_BUILDER_H
#define AR_CODE_BUILDER_H
/* Private to code: a block while it is made. Equal strings, types, constants,
 * facts and pieces of code are one record each. */

#include "base/buf.h"
#include "base/map.h"
#include "code/code.h"
#include "code/intern.h"

/* What one thing of the program became. */
struct ar_builder_made {
    const void *pointer;
    enum ar_section section;
    uint32_t ix;
};

/* A routine, and what to know it by. */
struct ar_builder_routine {
    ar_str text;
    const struct ar_expr *predicate; /* that it decides, or NULL */
};

struct ar_builder {
    struct ar_arena *arena;
    const struct ar_program *program;
#define AR_RECORD(section, record, words) \
    AR_VECTOR(struct ar_block_##record) record;
#include "code/block.def"
#undef AR_RECORD
    AR_VECTOR(struct ar_block_string) string;
    struct ar_buf text;
    uint32_t empty; /* the string "" */

    /* what was made before: by text, by content, by what it was made of */
    struct ar_intern_key intern_key; /* of texts */
    struct ar_intern strings;
    struct ar_intern constants_by_record;
    struct ar_intern routines_by_text;
    struct ar_intern made_by_pointer;
    AR_VECTOR(struct ar_builder_made) made;
    AR_VECTOR(struct ar_builder_routine) routine_keys; /* of ROUTINES */
    struct ar_map found;  /* the others: section and content -> index */
    struct ar_buf key;    /* room for a key of it */
    uint32_t *fact_slots; /* by fact: its slot, if it has no arguments */

    /* the code of routines that are being made, the innermost last */
    AR_VECTOR(struct ar_block_instruction) open_code;
    AR_VECTOR(uint32_t) open_places; /* as in CODE_PLACES */

    /* what indices stand for, beside the records of the same name */
    AR_VECTOR(const struct ar_type *) types;
    AR_VECTOR(ar_value) constants;
    AR_VECTOR(const struct ar_regex *) regexes;
    AR_VECTOR(const struct ar_fact_decl *) facts;
    AR_VECTOR(const struct ar_fact_group *) groups;
    AR_VECTOR(uint32_t) files;
    bool *has_definitions; /* by fact: its code was made */
};

/* ---- builder.c ---- */

/* Whether a record of section with this content was remembered. */
bool ar_builder_find(struct ar_builder *builder, enum ar_section section,
                     ar_str content, uint32_t *ix);
void ar_builder_remember(struct ar_builder *builder, enum ar_section section,
                         ar_str content, uint32_t ix);
/* The same for what is made of one thing of the program. */
bool ar_builder_find_made(const struct ar_builder *builder,
                          enum ar_section section, const void *pointer,
                          uint32_t *ix);
void ar_builder_remember_made(struct ar_builder *builder,
                              enum ar_section section, const void *pointer,
                              uint32_t ix);
/* The content that is a record itself. */
#define AR_BUILDER_RECORD(record) \
    ((ar_str){(const char *)&(record), sizeof(record)})

uint32_t ar_builder_string(struct ar_builder *builder, ar_str text);
/* For one that is long or has no equal: without looking. */
uint32_t ar_builder_text(struct ar_builder *builder, ar_str text);
/* Sources have the numbers of the program's files. */
struct ar_block_place ar_builder_place(ar_span span);
uint32_t ar_builder_type(struct ar_builder *builder,
                         const struct ar_type *type);
/* Fields next to one another: the index of the first. */
uint32_t ar_builder_fields(struct ar_builder *builder,
                           const struct ar_field *fields, size_t count);
/* type: of the constant, which an absent value does not know itself. */
uint32_t ar_builder_constant(struct ar_builder *builder,
                             const struct ar_type *type, ar_value value);
/* Constants of their own types, next to one another: the first. */
uint32_t ar_builder_items(struct ar_builder *builder, const ar_value *values,
                          size_t count);
uint32_t ar_builder_names(struct ar_builder *builder, const ar_str *names,
                          size_t count);
uint32_t ar_builder_regex(struct ar_builder *builder,
                          const struct ar_match *match);
/* Packs and facts are all in, in the program's order. */
uint32_t ar_builder_pack(struct ar_builder *builder,
                         const struct ar_pack *pack);
uint32_t ar_builder_fact(struct ar_builder *builder,
                         const struct ar_fact *fact);
uint32_t ar_builder_group(struct ar_builder *builder,
                          const struct ar_fact_group *group);
/* ---- place.c ---- */

/* Leaves in PLACES those that are used. All code is made. */
void ar_builder_keep_places(struct ar_builder *builder);

/* ---- builder.c ---- */

/* The block and what it stands for; the builder is used up. */
struct ar_code *ar_builder_finish(struct ar_builder *builder);

/* ---- generate_expression.c ---- */

/* The code that gives expr, in the frame of who runs it. */
uint32_t ar_generate_routine(struct ar_builder *builder,
                             const struct ar_expr *expr);
/* The code of a let; those that it uses were made before. */
void ar_generate_let(struct ar_builder *builder, const struct ar_local *let);

/* ---- predicate.c ---- */

/* Whether the condition is a routine that all rules share. */
bool ar_expr_is_predicate(const struct ar_expr *expr);
/* Whether two predicates of the same text have the same code. False also for
 * some that have: those with a string that is put together. */
bool ar_expr_is_same(const struct ar_expr *a, const struct ar_expr *b);

/* ---- generate_fact.c ---- */

/* Its index; the code of its definitions is made at the first use. */
uint32_t ar_generate_fact(struct ar_builder *builder,
                          const struct ar_fact *fact);
/* Whether all operands of expr (the arguments of a fact or group, the elements
 * of a list) are constants; then the constants. */
bool ar_builder_are_constant(const struct ar_expr *expr);
ar_value *ar_builder_constants(struct ar_builder *builder,
                               const struct ar_expr *expr);
uint32_t ar_builder_slot(struct ar_builder *builder, const struct ar_expr *expr,
                         uint32_t fact);
uint32_t ar_builder_group_slot(struct ar_builder *builder,
                               const struct ar_expr *expr, uint32_t group);

/* ---- generate_table.c ---- */

uint32_t ar_generate_table(struct ar_builder *builder,
                           const struct ar_table *table);

/* ---- generate_rule.c ---- */

void ar_generate_rules(struct ar_builder *builder);

#endif
