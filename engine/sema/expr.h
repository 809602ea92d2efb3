/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AR_SEMA_EXPR_H
#define AR_SEMA_EXPR_H
/* The checked tree of expressions: every name resolved, every node typed,
 * every literal a value. */

#include "base/regex.h"
#include "facts/schema.h"
#include "text/source.h"
#include "value/value.h"

struct ar_def;
struct ar_fact;
struct ar_table;

enum ar_expr_kind {
    AR_EXPR_CONSTANT,    /* value */
    AR_EXPR_FACT,        /* fact, operands: its arguments */
    AR_EXPR_LOCAL,       /* local */
    AR_EXPR_DEF,         /* def, operands: its arguments */
    AR_EXPR_TABLE,       /* table, operands: its inputs; a record or list */
    AR_EXPR_FUNCTION,    /* function, operands */
    AR_EXPR_TEMPLATE,    /* "a {b} c": template; a string */
    AR_EXPR_LIST,        /* operands: the elements */
    AR_EXPR_AND,         /* operands, 2 or more */
    AR_EXPR_OR,          /* operands, 2 or more */
    AR_EXPR_NOT,         /* operand 0 */
    AR_EXPR_COMPARE,     /* op; operands 0 and 1, of one type or int/real */
    AR_EXPR_IN_LIST,     /* operand 0 in list operand 1 */
    AR_EXPR_IN_MAP,      /* string operand 0 is a key of operand 1 */
    AR_EXPR_IN_RANGE,    /* operand 0 in operand 1 .. operand 2; open_end */
    AR_EXPR_IN_CIDR,     /* ip or cidr operand 0 in cidr operand 1 */
    AR_EXPR_MATCHES,     /* match; operand 0: string or list of string */
    AR_EXPR_CONTAINS,    /* string operand 1 in string operand 0 */
    AR_EXPR_STARTS_WITH, /* operand 0 starts with operand 1 */
    AR_EXPR_ENDS_WITH,
    AR_EXPR_ARITHMETIC,   /* op; operands 0 and 1 */
    AR_EXPR_NEGATE,       /* operand 0: int, real, duration */
    AR_EXPR_EXISTS,       /* operand 0 */
    AR_EXPR_ABSENT,       /* operand 0 */
    AR_EXPR_UNKNOWN,      /* operand 0; reason, or AR_N_REASONS for any */
    AR_EXPR_GROUP_EXISTS, /* group, operands: arguments */
    AR_EXPR_GROUP_ABSENT, /* the same */
    AR_EXPR_DEFAULT,      /* operand 0, operand 1 where it is absent */
    AR_EXPR_IF,           /* operands: condition, then, else */
    AR_EXPR_ANY,          /* local in list operand 0: condition operand 1 */
    AR_EXPR_EVERY,
    AR_EXPR_NO,
    AR_EXPR_COUNT,
    AR_EXPR_FIRST,
    AR_EXPR_FILTER,
    AR_EXPR_FIELD,      /* field ix of record operand 0 */
    AR_EXPR_LIST_FIELD, /* the list of field ix of list operand 0 */
    AR_EXPR_INDEX,      /* list operand 0 at int operand 1 */
    AR_EXPR_MAP_INDEX,  /* map operand 0 at string operand 1 */
    AR_EXPR_PART        /* ix: enum ar_part, of operand 0 */
};

enum ar_operator {
    AR_OPERATOR_EQUAL,
    AR_OPERATOR_NOT_EQUAL,
    AR_OPERATOR_LESS,
    AR_OPERATOR_LESS_EQUAL,
    AR_OPERATOR_GREATER,
    AR_OPERATOR_GREATER_EQUAL,
    AR_OPERATOR_ADD,
    AR_OPERATOR_SUBTRACT,
    AR_OPERATOR_MULTIPLY,
    AR_OPERATOR_DIVIDE,
    AR_OPERATOR_REMAINDER
};

enum ar_part {
    AR_PART_MAJOR, /* of a version: int; a missing one is 0 */
    AR_PART_MINOR,
    AR_PART_PATCH,
    AR_PART_FIRST, /* of a cidr: ip */
    AR_PART_LAST,
    AR_PART_LENGTH /* of a cidr: int */
};

/* The built-in functions; functions.def has their signatures. */
#define AR_FUNCTION(id, name, signature, text) AR_FUNCTION_##id,
enum ar_function {
#include "sema/functions.def"
    AR_N_FUNCTIONS
};
#undef AR_FUNCTION

enum ar_local_kind {
    AR_LOCAL_LET,       /* expr: its definition */
    AR_LOCAL_VARIABLE,  /* of a quantifier or of for each */
    AR_LOCAL_PARAMETER, /* of a def, of a derived fact with arguments */
    AR_LOCAL_CAPTURE    /* a named group: match, group_ix */
};

struct ar_match;

struct ar_local {
    enum ar_local_kind kind;
    ar_str name;
    const struct ar_type *type;
    ar_span span;
    unsigned slot; /* unique within its rule, def or fact */
    bool is_used;
    struct ar_expr *expr;         /* of a let; of a variable its list */
    const struct ar_match *match; /* of a capture */
    size_t group_ix;              /* of a capture, from 1 */
};

/* `subject matches /pattern/`. */
struct ar_match {
    struct ar_expr *subject;
    const struct ar_regex *regex;
    ar_str pattern;
    ar_str flags;
    ar_span span; /* of the pattern */
};

struct ar_template_part {
    ar_str text;          /* if expr is NULL */
    struct ar_expr *expr; /* scalar, or a list of scalars */
};

struct ar_template {
    const struct ar_template_part *parts;
    size_t n_parts;
    ar_span span;
};

/* Small, since a rule makes some twenty of them. */
struct ar_expr {
    enum ar_expr_kind kind : 8;
    enum ar_operator op : 7;
    unsigned open_end : 1;
    enum ar_reason reason : 8;
    enum ar_function function : 8;
    uint32_t ix;
    ar_span span;
    uint32_t n_operands;
    struct ar_expr **operands;
    const struct ar_type *type;
    union {                    /* by kind; of the others NULL */
        const ar_value *value; /* NULL after an error, and of what only says
                                  where it stands */
        const struct ar_fact *fact;
        const struct ar_fact_group *group;
        const struct ar_def *def;
        const struct ar_table *table;
        struct ar_local *local; /* also the variable of a quantifier */
        const struct ar_match *match;
        const struct ar_template *string;
    };
};

/* Of a constant: its value; unknown if it has none. */
static inline ar_value ar_expr_value(const struct ar_expr *expr)
{
    return expr->value ? *expr->value : (ar_value){0};
}
void ar_expr_set_value(struct ar_arena *arena, struct ar_expr *expr,
                       ar_value value);
/* The string that expr puts together, or NULL. */
static inline const struct ar_template *ar_expr_template(
    const struct ar_expr *expr)
{
    return expr->kind == AR_EXPR_TEMPLATE ? expr->string : NULL;
}
/* The group that expr asks about, or NULL. */
static inline const struct ar_fact_group *ar_expr_group(
    const struct ar_expr *expr)
{
    return expr->kind == AR_EXPR_GROUP_EXISTS ||
                   expr->kind == AR_EXPR_GROUP_ABSENT
               ? expr->group
               : NULL;
}

/* Whether the value comes, in whatever way, out of a secret fact. Of a
 * parameter the caller knows. */
bool ar_expr_is_secret(const struct ar_expr *expr);

/* Calls visit for expr and every expression below it. */
typedef void (*ar_expr_visit)(struct ar_expr *expr, void *user);
void ar_expr_walk(struct ar_expr *expr, ar_expr_visit visit, void *user);

#endif
