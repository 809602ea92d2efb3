/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AR_TESTS_LAWS_TREE_H
#define AR_TESTS_LAWS_TREE_H
/* Rule source as a tree that can be printed and made smaller: expressions with
 * their types, and the clauses and declarations around them. */

#include "base/buf.h"
#include "value/type.h"

/* The types that generated programs use. A list stands N_SCALARS behind its
 * scalar. */
enum law_type {
    LAW_BOOL,
    LAW_INT,
    LAW_REAL,
    LAW_STRING,
    LAW_VERSION,
    LAW_SIZE,
    LAW_DURATION,
    LAW_TIME,
    LAW_IP,
    LAW_CIDR,
    LAW_ARCH,
    LAW_ENUM,
    LAW_N_SCALARS,
    LAW_LIST_OF_RECORD = 2 * LAW_N_SCALARS,
    LAW_RECORD,
    LAW_INNER, /* the record that is a field of LAW_RECORD */
    LAW_MAP_OF_STRING,
    LAW_MAP_OF_INT,
    LAW_MAP_OF_MAP,
    LAW_N_TYPES,
    LAW_NO_TYPE = LAW_N_TYPES /* of clauses, and of what tables give */
};

/* As the language writes it. */
const char *law_type_text(enum law_type type);
bool law_type_is_ordered(enum law_type type);
/* LAW_NO_TYPE if there is none. */
enum law_type law_list_of(enum law_type element);
enum law_type law_map_of(enum law_type element);
enum law_type law_element_of(enum law_type list);

/* A field of LAW_RECORD or LAW_INNER. */
struct law_field {
    const char *name;
    enum law_type type;
    bool optional;
};
const struct law_field *law_fields_of(enum law_type record, size_t *count);

/* form is the text, with %1 to %9 for children, %% for a percent sign and %*
 * for all children, each on a line. */
struct law_node {
    enum law_type type; /* of an expression */
    const char *form;
    struct law_node **children;
    size_t n_children;
    bool is_droppable; /* a declaration or clause that may be left out */
    bool is_dropped;
    bool is_inlined;    /* child 0 with its parameters replaced by the other
                           children */
    unsigned parameter; /* from 1: what is_inlined replaces */
    unsigned mark;      /* of the last walk that came by */
};

struct law_node *law_node_new(struct ar_arena *arena, enum law_type type,
                              const char *form);
void law_node_add(struct ar_arena *arena, struct law_node *parent,
                  struct law_node *child);
/* A clause or declaration under parent, with up to two children. */
struct law_node *law_node_part(struct ar_arena *arena, struct law_node *parent,
                               const char *form);
void law_node_put(struct ar_buf *out, const struct law_node *node);

/* printf() into the arena. */
const char *law_text(struct ar_arena *arena, const char *format, ...)
    AR_PRINTF_LIKE(2, 3);

#endif
