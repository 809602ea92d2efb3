/* SPDX-License-Identifier: Apache-2.0 */
/* The layout of expressions and types: where they may break, and what stands
 * close together in them. */
#include "front/format_layout.h"
#include "rules.h"

static void set_tight(struct ar_format *format, size_t token)
{
    ar_format_at(format, token)->tight = true;
}

static void format_children(struct ar_format *format,
                            const struct ar_node *node)
{
    for (const struct ar_node *child = node->first; child; child = child->next)
        ar_format_expression(format, child);
}

static size_t operator_of(const struct ar_format *format,
                          const struct ar_node *node)
{
    return ar_format_find(format, node->name.start);
}

/* ---- lists ---- */

void ar_format_rest(struct ar_format *format, const struct ar_node *child,
                    struct ar_format_anchor anchor)
{
    for (child = child->next; child; child = child->next)
        ar_format_element(format, ar_format_first(format, child),
                          ar_format_last(format, child), anchor);
}

void ar_format_brackets(struct ar_format *format, size_t open,
                        const struct ar_node *child, size_t close)
{
    struct ar_format_anchor outside = {open, 0, true};
    struct ar_format_anchor inside = {open, AR_FORMAT_INDENT, true};
    if (!child || open + 1 == close)
        return;
    size_t group = ar_format_group(format, open, close);
    ar_format_region(format, open + 1, close, inside);
    ar_format_in_group(format, open + 1, group, inside);
    ar_format_in_group(format, close, group, outside);
    ar_format_at(format, close)->comment_columns = AR_FORMAT_INDENT;
    ar_format_rest(format, child, inside);
    for (child = child->next; child; child = child->next)
        ar_format_at(format, ar_format_first(format, child))->group = group;
}

static void format_list(struct ar_format *format, const struct ar_node *node)
{
    ar_format_brackets(format, ar_format_first(format, node), node->first,
                       ar_format_last(format, node));
    format_children(format, node);
}

static void format_set(struct ar_format *format, const struct ar_node *node)
{
    size_t open = ar_format_first(format, node);
    set_tight(format, open + 1);
    set_tight(format, ar_format_last(format, node));
    format_children(format, node);
}

/* ---- operators ---- */

void ar_format_condition(struct ar_format *format,
                         const struct ar_node *expression,
                         struct ar_format_anchor anchor)
{
    bool chain =
        expression->kind == AR_NODE_AND || expression->kind == AR_NODE_OR;
    if (!chain) {
        ar_format_expression(format, expression);
        return;
    }
    size_t group = ar_format_group(format, ar_format_first(format, expression),
                                   ar_format_last(format, expression));
    for (const struct ar_node *child = expression->first; child;
         child = child->next) {
        if (child != expression->first) {
            size_t operator_token = ar_format_first(format, child) - 1;
            ar_format_hoist(format, operator_token);
            ar_format_in_group(format, operator_token, group, anchor);
        }
        ar_format_expression(format, child);
    }
}

static void format_chain(struct ar_format *format, const struct ar_node *node)
{
    size_t first = ar_format_first(format, node);
    ar_format_condition(format, node, ar_format_from(first, 0));
}

static void format_arithmetic(struct ar_format *format,
                              const struct ar_node *node)
{
    size_t operator_token = operator_of(format, node);
    size_t first = ar_format_first(format, node);
    ar_format_hoist(format, operator_token);
    ar_format_element(format, operator_token, ar_format_last(format, node),
                      ar_format_from(first, 0));
    format_children(format, node);
}

static void format_sign(struct ar_format *format, const struct ar_node *node)
{
    set_tight(format, ar_format_first(format, node) + 1);
    format_children(format, node);
}

static void format_open_range(struct ar_format *format,
                              const struct ar_node *node)
{
    set_tight(format, operator_of(format, node) + 2);
    format_children(format, node);
}

static void format_default(struct ar_format *format, const struct ar_node *node)
{
    size_t first = ar_format_first(format, node);
    ar_format_rest(format, node->first, ar_format_from(first, 0));
    format_children(format, node);
}

static void format_choice(struct ar_format *format, const struct ar_node *node)
{
    size_t first = ar_format_first(format, node);
    struct ar_format_anchor anchor = ar_format_from(first, AR_FORMAT_INDENT);
    size_t group = ar_format_group(format, first, ar_format_last(format, node));
    ar_format_expression(format, node->first);
    for (const struct ar_node *child = node->first->next; child;
         child = child->next) {
        size_t word = ar_format_first(format, child) - 1;
        ar_format_hoist(format, word);
        ar_format_in_group(format, word, group, anchor);
        ar_format_expression(format, child);
    }
}

/* any d in LIST: CONDITION, and count(d in LIST: CONDITION). */
static void format_quantifier(struct ar_format *format,
                              const struct ar_node *node)
{
    size_t word = ar_format_first(format, node);
    const struct ar_node *condition = ar_node_at(node, 1);
    size_t first = ar_format_first(format, condition);
    if (ar_format_at(format, word + 1)->kind == AR_TOK_PAREN_OPEN)
        set_tight(format, word + 1);
    set_tight(format, first - 1);
    ar_format_element(format, first, ar_format_last(format, condition),
                      ar_format_from(word, AR_FORMAT_INDENT));
    format_children(format, node);
}

/* ---- parts ---- */

static void format_group(struct ar_format *format, const struct ar_node *node)
{
    size_t open = ar_format_first(format, node);
    ar_format_region(format, open + 1, ar_format_last(format, node),
                     ar_format_from(open, 1));
    format_children(format, node);
}

static void format_call(struct ar_format *format, const struct ar_node *node)
{
    const struct ar_node *arguments = node->first->next;
    size_t open = ar_format_last(format, node->first) + 1;
    struct ar_format_anchor anchor = ar_format_from(open, 1);
    set_tight(format, open);
    ar_format_expression(format, node->first);
    if (!arguments)
        return;
    ar_format_region(format, open + 1, ar_format_last(format, node), anchor);
    ar_format_rest(format, arguments, anchor);
    for (; arguments; arguments = arguments->next)
        ar_format_expression(format, arguments);
}

static void format_index(struct ar_format *format, const struct ar_node *node)
{
    set_tight(format, operator_of(format, node));
    format_children(format, node);
}

static const struct {
    enum ar_node_kind kind;
    void (*format)(struct ar_format *format, const struct ar_node *node);
} expressions[] = {
    {AR_NODE_OR, format_chain},
    {AR_NODE_AND, format_chain},
    {AR_NODE_ARITHMETIC, format_arithmetic},
    {AR_NODE_NEGATE, format_sign},
    {AR_NODE_NEGATIVE, format_sign},
    {AR_NODE_RANGE_OPEN, format_open_range},
    {AR_NODE_CELL_RANGE_OPEN, format_open_range},
    {AR_NODE_DEFAULT, format_default},
    {AR_NODE_IF_ELSE, format_choice},
    {AR_NODE_QUANTIFIER, format_quantifier},
    {AR_NODE_GROUP, format_group},
    {AR_NODE_CALL, format_call},
    {AR_NODE_INDEX, format_index},
    {AR_NODE_LIST_LITERAL, format_list},
    {AR_NODE_RECORD_LITERAL, format_list},
    {AR_NODE_CELL_SET, format_set},
};

void ar_format_expression(struct ar_format *format,
                          const struct ar_node *expression)
{
    if (expression->kind == AR_NODE_STRING || expression->kind == AR_NODE_REGEX)
        return;
    for (size_t i = 0; i < AR_COUNT_OF(expressions); i++) {
        if (expressions[i].kind == expression->kind) {
            expressions[i].format(format, expression);
            return;
        }
    }
    format_children(format, expression);
}

void ar_format_guard(struct ar_format *format, const struct ar_node *guard,
                     struct ar_format_anchor anchor)
{
    size_t first = ar_format_first(format, guard);
    size_t last = ar_format_last(format, guard);
    struct ar_format_anchor content = ar_format_from(first, 3);
    ar_format_region(format, first, last, content);
    ar_format_element(format, first, last, anchor);
    ar_format_condition(format, guard->first, content);
}

/* ---- types ---- */

void ar_format_parameters(struct ar_format *format,
                          const struct ar_node *fields)
{
    size_t first = ar_format_first(format, fields);
    ar_format_rest(format, fields->first, ar_format_from(first, 0));
    for (const struct ar_node *field = fields->first; field;
         field = field->next)
        ar_format_type(format, field->first);
}

void ar_format_signature(struct ar_format *format,
                         const struct ar_node *signature)
{
    const struct ar_node *fields = ar_node_child(signature, AR_NODE_FIELDS);
    if (!fields)
        return;
    set_tight(format, ar_format_first(format, fields) - 1);
    ar_format_parameters(format, fields);
}

void ar_format_type(struct ar_format *format, const struct ar_node *type)
{
    if (type->kind == AR_NODE_TYPE_RECORD) {
        ar_format_brackets(format, ar_format_first(format, type), type->first,
                           ar_format_last(format, type));
        for (const struct ar_node *field = type->first; field;
             field = field->next)
            ar_format_type(format, field->first);
    } else if (type->first) {
        ar_format_type(format, type->first);
    }
}
