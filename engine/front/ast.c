/* SPDX-License-Identifier: Apache-2.0 */
/* Nodes: making them, and walking over their children. Each node records its
 * span and how deep the tree is below it; the depth is bounded here, so that
 * every later walk may recurse. */
#include "front/ast.h"

#include "front/parser.h"

static const char *const kind_names[] = {
#define AR_NODE(kind, name) name,
#include "front/nodes.def"
#undef AR_NODE
};

const char *ar_node_kind_name(enum ar_node_kind kind)
{
    return kind_names[kind];
}

struct ar_node *ar_node_child(const struct ar_node *node,
                              enum ar_node_kind kind)
{
    for (struct ar_node *child = node->first; child; child = child->next) {
        if (child->kind == kind)
            return child;
    }
    return NULL;
}

struct ar_node *ar_node_at(const struct ar_node *node, size_t ix)
{
    struct ar_node *child = node->first;
    for (; child && ix > 0; ix--)
        child = child->next;
    return child;
}

static ar_span token_span(const struct ar_front *front, struct ar_token token)
{
    return (ar_span){front->file, token.start, token.end};
}

static ar_str token_text(const struct ar_front *front, struct ar_token token)
{
    return (ar_str){front->text.ptr + token.start, token.end - token.start};
}

/* Makes span the least that holds both. */
static void widen(ar_span *span, ar_span by)
{
    if (span->file == 0)
        *span = by;
    if (by.file == 0)
        return;
    if (by.start < span->start)
        span->start = by.start;
    if (by.end > span->end)
        span->end = by.end;
}

static inline struct ar_node *make_leaf(struct ar_front *front,
                                        enum ar_node_kind kind,
                                        struct ar_token token)
{
    struct ar_node *node = ar_arena_alloc_raw(front->nodes, sizeof(*node));
    node->kind = kind;
    node->token = (uint8_t)token.kind;
    node->depth = 1;
    node->is_cut = 0;
    node->has_holes = 0;
    node->count = 0;
    node->span = token_span(front, token);
    node->name = node->span;
    node->docs = NULL;
    node->text = token_text(front, token);
    node->first = NULL;
    node->last = NULL;
    node->next = NULL;
    return node;
}

struct ar_node *ar_ast_leaf(struct ar_front *front, enum ar_node_kind kind,
                            struct ar_token token)
{
    return make_leaf(front, kind, token);
}

struct ar_node *ar_ast_list(struct ar_front *front, enum ar_node_kind kind,
                            struct ar_node *first_child)
{
    struct ar_node *node = front->spare;
    if (node)
        front->spare = node->next;
    else
        node = ar_arena_alloc_raw(front->nodes, sizeof(*node));
    *node = (struct ar_node){.kind = kind, .depth = 1};
    return ar_ast_add(front, node, first_child);
}

_Static_assert(AR_MAX_AST_DEPTH + 1 < 1 << AR_NODE_DEPTH_BITS,
               "a node can say how deep it is");

static inline void deepen(struct ar_front *front, struct ar_node *parent,
                          const struct ar_node *child)
{
    if (child->depth < parent->depth)
        return;
    parent->depth = (child->depth + 1U) & ((1U << AR_NODE_DEPTH_BITS) - 1);
    if (parent->depth > AR_MAX_AST_DEPTH)
        ar_parser_too_deep(front);
}

/* The first child of a node that has a token. */
static inline void set_first(struct ar_front *front, struct ar_node *parent,
                             struct ar_node *child)
{
    parent->first = child;
    parent->last = child;
    parent->count = 1;
    parent->has_holes = child->has_holes;
    widen(&parent->span, child->span);
    deepen(front, parent, child);
}

static inline void append(struct ar_front *front, struct ar_node *parent,
                          struct ar_node *child)
{
    if (parent->last)
        parent->last->next = child;
    else
        parent->first = child;
    parent->last = child;
    parent->count++;
    parent->has_holes |= child->has_holes;
    widen(&parent->span, child->span);
    if (parent->name.file == 0)
        parent->name = child->name;
    deepen(front, parent, child);
}

struct ar_node *ar_ast_add(struct ar_front *front, struct ar_node *parent,
                           struct ar_node *child)
{
    if (child)
        append(front, parent, child);
    return parent;
}

struct ar_node *ar_ast_splice(struct ar_front *front, struct ar_node *parent,
                              struct ar_node *list)
{
    if (!list)
        return parent;
    struct ar_node *next;
    for (struct ar_node *child = list->first; child; child = next) {
        next = child->next;
        child->next = NULL;
        append(front, parent, child);
    }
    list->next = front->spare;
    front->spare = list;
    return parent;
}

struct ar_node *ar_ast_node(struct ar_front *front, enum ar_node_kind kind,
                            struct ar_token token, struct ar_node *a,
                            struct ar_node *b)
{
    struct ar_node *node = make_leaf(front, kind, token);
    if (a)
        set_first(front, node, a);
    if (b)
        append(front, node, b);
    return node;
}

struct ar_node *ar_ast_binary(struct ar_front *front, enum ar_node_kind kind,
                              struct ar_token token, struct ar_node *a,
                              struct ar_node *b)
{
    struct ar_node *node = make_leaf(front, kind, token);
    set_first(front, node, a);
    if (b)
        append(front, node, b);
    return node;
}

struct ar_node *ar_ast_chain(struct ar_front *front, enum ar_node_kind kind,
                             struct ar_token token, struct ar_node *a,
                             struct ar_node *b)
{
    if (a->kind == kind)
        return ar_ast_add(front, a, b);
    return ar_ast_binary(front, kind, token, a, b);
}

struct ar_node *ar_ast_named(struct ar_node *node, struct ar_token name,
                             struct ar_front *front)
{
    node->name = token_span(front, name);
    node->text = token_text(front, name);
    widen(&node->span, node->name);
    return node;
}

struct ar_node *ar_ast_close(struct ar_node *node, struct ar_token last)
{
    if (last.end > node->span.end)
        node->span.end = last.end;
    return node;
}

struct ar_node *ar_ast_path(struct ar_front *front, struct ar_node *path,
                            struct ar_token word)
{
    if (!path)
        return ar_ast_leaf(front, AR_NODE_PATH, word);
    if (path->text.len > AR_MAX_PATH_BYTES)
        return path; /* reported when it grew over the limit */
    path->text = ar_str_join(front->arena, path->text, AR_STR("."),
                             token_text(front, word));
    widen(&path->span, token_span(front, word));
    path->name = path->span;
    if (path->text.len > AR_MAX_PATH_BYTES)
        ar_diag(front->diags, AR_E0122, path->span,
                ar_str_printf(front->arena, "%d", AR_MAX_PATH_BYTES));
    return path;
}

static bool holds_text(enum ar_node_kind kind)
{
    return kind == AR_NODE_STRING || kind == AR_NODE_STRING_TEXT ||
           kind == AR_NODE_REGEX;
}

/* any, every, ...: how messages call the token, without the quotes. */
static ar_str quantifier_word(const struct ar_node *node)
{
    ar_str text = ar_str_from_c(ar_token_text(node->token));
    return ar_str_slice(text, 1, text.len - 1);
}

static void dump_node(struct ar_buf *out, const struct ar_node *node)
{
    ar_buf_put_char(out, '(');
    ar_buf_put_c(out, ar_node_kind_name(node->kind));
    if (node->kind == AR_NODE_QUANTIFIER) {
        ar_buf_put_char(out, ' ');
        ar_buf_put(out, quantifier_word(node));
    }
    if (node->text.len > 0 || holds_text(node->kind)) {
        ar_buf_put_c(out, holds_text(node->kind) ? " \"" : " ");
        ar_buf_put(out, node->text);
        ar_buf_put_c(out, holds_text(node->kind) ? "\"" : "");
    }
    for (struct ar_node *child = node->first; child; child = child->next) {
        ar_buf_put_char(out, ' ');
        dump_node(out, child);
    }
    ar_buf_put_char(out, ')');
}

void ar_ast_dump(struct ar_buf *out, const struct ar_node *node)
{
    if (node->kind != AR_NODE_FILE) {
        dump_node(out, node);
        ar_buf_put_char(out, '\n');
        return;
    }
    for (struct ar_node *child = node->first; child; child = child->next) {
        if (child->kind != AR_NODE_BROKEN)
            ar_ast_dump(out, child);
    }
}
