/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AR_FRONT_AST_H
#define AR_FRONT_AST_H
/* The syntax tree of a rule file: what was written, not what it means. */

#include "base/buf.h"
#include "front/lexer.h"
#include "text/diag.h"

#define AR_NODE(kind, name) AR_NODE_##kind,
enum ar_node_kind {
#include "front/nodes.def"
    AR_N_NODE_KINDS
};
#undef AR_NODE

enum { AR_NODE_DEPTH_BITS = 14 };

/* Packed: a rule makes some thirty of them. */
struct ar_node {
    enum ar_node_kind kind : 8;
    unsigned token : 8; /* AR_TOK_..., of the operator or word that made it */
    unsigned depth : AR_NODE_DEPTH_BITS; /* 1 for a leaf */
    unsigned is_cut : 1;    /* a syntax error stands right behind it */
    unsigned has_holes : 1; /* a string with expressions is in it */
    uint32_t count;
    ar_span span;       /* from the first to the last byte */
    ar_span name;       /* the main token: a name, an operator */
    const ar_str *docs; /* of a declaration with ## lines: their text */
    ar_str text;        /* see nodes.def */
    struct ar_node *first;
    struct ar_node *last;
    struct ar_node *next;
};

/* What the parser of one file works with. */
struct ar_front {
    struct ar_arena *arena;
    struct ar_arena *nodes; /* of struct ar_node alone; may be the same */
    struct ar_diags *diags;
    uint32_t file;
    ar_str text;
    struct ar_lexer lexer;
    struct ar_node *root;
    struct ar_node *spare; /* lists that were spliced, to be used again */
    struct ar_token last_token;
    struct ar_token declared; /* first word behind the last declaration's */
    AR_VECTOR(struct ar_node *) broken;
    bool skips_probes;
    AR_VECTOR(struct ar_node *) skipped;
    unsigned n_brackets; /* open ( [ { and {expressions} of strings */
    bool begins;         /* the last token begins a declaration */
    bool stopped;        /* after an error that makes going on pointless */
    uint16_t *states;    /* of the parser, before the last token; NULL until
                            there is an error */
    size_t n_states;
    /* While a syntax error is put together: what could have stood there. */
    AR_VECTOR(int) expected;
    bool expects_name;
};

/* Parses source number file of diags->sources. Always gives a FILE node; the
 * declarations that had errors are left out of it. */
struct ar_node *ar_parse(struct ar_arena *arena, struct ar_diags *diags,
                         uint32_t file);

struct ar_parse_options {
    struct ar_arena
        *nodes;        /* of nodes, but not of their texts; NULL: no other */
    bool skips_probes; /* of a file known to be right: SKIPPED nodes stand in
                          their place. A probe ends where a line begins
                          without a blank. */
};
struct ar_node *ar_parse_with(struct ar_arena *arena, struct ar_diags *diags,
                              uint32_t file,
                              const struct ar_parse_options *options);

/* The tree as an S-expression, one declaration a line; for golden tests. */
void ar_ast_dump(struct ar_buf *out, const struct ar_node *node);
const char *ar_node_kind_name(enum ar_node_kind kind);
/* How messages call a token: "'when'", "a name". */
const char *ar_token_text(int token);

/* The text of the ## lines of a declaration, or empty. */
static inline ar_str ar_node_doc(const struct ar_node *node)
{
    return node->docs ? *node->docs : AR_STR("");
}
/* First child of that kind, or NULL. */
struct ar_node *ar_node_child(const struct ar_node *node,
                              enum ar_node_kind kind);
/* Child ix from 0, or NULL. */
struct ar_node *ar_node_at(const struct ar_node *node, size_t ix);

/* For the grammar's actions. Children that are NULL are left out. */
struct ar_node *ar_ast_leaf(struct ar_front *front, enum ar_node_kind kind,
                            struct ar_token token);
struct ar_node *ar_ast_node(struct ar_front *front, enum ar_node_kind kind,
                            struct ar_token token, struct ar_node *a,
                            struct ar_node *b);
/* A node that starts at its first child. */
struct ar_node *ar_ast_binary(struct ar_front *front, enum ar_node_kind kind,
                              struct ar_token token, struct ar_node *a,
                              struct ar_node *b);
/* and, or: one node for a chain. */
struct ar_node *ar_ast_chain(struct ar_front *front, enum ar_node_kind kind,
                             struct ar_token token, struct ar_node *a,
                             struct ar_node *b);
struct ar_node *ar_ast_add(struct ar_front *front, struct ar_node *parent,
                           struct ar_node *child);
/* Moves the children of list to parent; list may be NULL. */
struct ar_node *ar_ast_splice(struct ar_front *front, struct ar_node *parent,
                              struct ar_node *list);
/* A node without a token, for lists that are spliced later. */
struct ar_node *ar_ast_list(struct ar_front *front, enum ar_node_kind kind,
                            struct ar_node *first_child);
struct ar_node *ar_ast_named(struct ar_node *node, struct ar_token name,
                             struct ar_front *front);
struct ar_node *ar_ast_close(struct ar_node *node, struct ar_token last);
struct ar_node *ar_ast_path(struct ar_front *front, struct ar_node *path,
                            struct ar_token word);
/* A STRING token as a node, and an interpolated string put together. */
struct ar_node *ar_ast_string(struct ar_front *front, struct ar_token token);
struct ar_node *ar_ast_string_close(struct ar_front *front,
                                    struct ar_node *string,
                                    struct ar_token token);
struct ar_node *ar_ast_regex(struct ar_front *front, struct ar_token token);

#endif
