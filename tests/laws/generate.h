/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AR_TESTS_LAWS_GENERATE_H
#define AR_TESTS_LAWS_GENERATE_H
/* Random rule source without errors: declarations of every kind, expressions
 * over every form of the language, laws over them, and whole rules. */

#include "choices.h"
#include "evaluate.h"
#include "tree.h"

/* How the outcome of `left` and that of `right` hang together. */
enum law_relation {
    LAW_SAME,
    LAW_WITHIN,          /* what left may be, right may be */
    LAW_IF_VALUES,       /* the same where all operands are values */
    LAW_IF_FIRST_VALUE,  /* the same where the first operand is a value */
    LAW_IF_FIRST_KNOWN,  /* the same unless the first operand is unknown */
    LAW_IF_FIRST_ABSENT, /* the same where it is absent */
    LAW_GUARDED,         /* within, if the first operand cannot be neither */
    LAW_TABLE_AND,       /* left is what the table of `and` says */
    LAW_TABLE_OR,
    LAW_TABLE_NOT,
    LAW_TABLE_EQUAL,
    LAW_TABLE_EXISTS,
    LAW_TABLE_DEFAULT,
    LAW_TABLE_IF
};

struct law_row {
    const char *name;
    const char *operands;
    const char *left;
    const char *right;
    enum law_relation relation;
};
extern const struct law_row law_rows[];
extern const size_t law_n_rows;

/* A rule that holds a law: its lets are operands o1, o2, ..., left, right. Or
 * one that holds expressions alone: row is NULL. */
struct law_instance {
    const struct law_row *row;
    const char *rule;
};

/* What can be called or read by a name. */
struct law_symbol {
    const char *head;
    const char *tail;   /* behind the arguments, or "" */
    enum law_type type; /* LAW_NO_TYPE: of a table, or a group */
    enum law_type parameters[3];
    size_t n_parameters;
    bool gives_list; /* of a table */
};
typedef AR_VECTOR(struct law_symbol) law_symbol_vector;

struct law_program {
    const char *names[LAW_MAX_UNITS];
    struct law_node *units[LAW_MAX_UNITS];
    size_t n_units;
    AR_VECTOR(struct law_instance) instances;
    int64_t rule_fuel; /* 0: as usual */
};

struct law_local {
    const char *name;
    enum law_type type;
};

struct law_generator {
    struct ar_arena *arena;
    struct law_choices *choices;
    struct law_program *program;
    law_symbol_vector facts;  /* without arguments */
    law_symbol_vector calls;  /* facts and derived facts with arguments,
                                 functions, outputs of tables */
    law_symbol_vector tables; /* as a whole */
    law_symbol_vector groups;
    struct law_local locals[16];
    size_t n_locals;
    unsigned n_quantifiers; /* around this place */
    unsigned budget;        /* nodes that may still be made */
    bool may_ask_any;       /* `x unknown` without a reason */
    bool is_body;           /* of a function that is inlined: any expression
                               may stand in a parameter's place */
    bool is_argument;       /* of a function that is inlined: its variables
                               have other names than those of the body */
    unsigned n_names;
};

/* ---- generate.c: expressions ---- */

/* There must be a fact of every type, a table of each form and a group. */
struct law_node *law_generate(struct law_generator *generator,
                              enum law_type type, unsigned depth);
struct law_node *law_generate_literal(struct law_generator *generator,
                                      enum law_type scalar, bool is_hinted,
                                      bool is_not_zero);
/* Each form of forms.def, and each kind of symbol, at the root. */
size_t law_count_roots(void);
struct law_node *law_generate_root(struct law_generator *generator, size_t ix,
                                   unsigned depth);
/* The operands of a law: "%x %x". The variable of %b has a name that no
 * operand binds. */
#define LAW_VARIABLE "z0"
struct law_node *law_generate_operands(struct law_generator *generator,
                                       const char *operands, unsigned depth);
/* "head(args)tail" */
struct law_node *law_generate_call(struct law_generator *generator,
                                   const struct law_symbol *symbol,
                                   unsigned depth);
enum law_type law_pick_scalar(struct law_generator *generator);
void law_push_local(struct law_generator *generator, const char *name,
                    enum law_type type);

/* ---- generate_declarations.c ---- */

/* Enums, facts, tables, functions, derived facts into unit. */
void law_generate_declarations(struct law_generator *generator,
                               struct law_node *unit);

/* ---- generate_laws.c, generate_rules.c ---- */

/* What goes into a program of laws. */
struct law_share {
    const struct law_row *rows;
    size_t n_rows;
    size_t first_law;
    size_t n_laws;
    size_t first_root;
    size_t n_roots; /* expressions by themselves */
};
struct law_program *law_generate_laws(struct ar_arena *arena,
                                      struct law_choices *choices,
                                      const struct law_share *share);
/* Whole rules, alone or in packs. */
struct law_program *law_generate_rules(struct ar_arena *arena,
                                       struct law_choices *choices);

/* The same rules in another order, and the units, too. */
struct law_program *law_program_shuffle(struct ar_arena *arena,
                                        struct law_choices *choices,
                                        const struct law_program *program);

/* The text of each unit; returns how many. */
size_t law_program_sources(struct ar_arena *arena,
                           const struct law_program *program,
                           struct law_source *out);

#endif
