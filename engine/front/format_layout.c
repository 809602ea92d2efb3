/* SPDX-License-Identifier: Apache-2.0 */
/* The layout of declarations: blank lines between them, clauses with aligned
 * content, and the declarations that have no file of their own. */
#include "front/format_layout.h"

#include "rules.h"

/* ---- clauses ---- */

struct ar_format_anchor ar_format_clause(struct ar_format *format,
                                         const struct ar_node *clause,
                                         struct ar_format_anchor anchor,
                                         size_t width)
{
    size_t first = ar_format_first(format, clause);
    size_t last = ar_format_last(format, clause);
    size_t columns = ar_format_at(format, first)->columns;
    size_t content_columns = columns > width ? columns : width;
    struct ar_format_anchor content =
        ar_format_from(first, content_columns + 1);
    ar_format_line(format, first, anchor);
    ar_format_region(format, first + 1, last, content);
    if (first < last)
        ar_format_at(format, first + 1)->padding = content_columns - columns;
    return content;
}

size_t ar_format_keyword_columns(struct ar_format *format,
                                 const struct ar_node *first,
                                 const struct ar_node *end,
                                 bool (*is_aligned)(enum ar_node_kind kind))
{
    size_t width = 0;
    for (const struct ar_node *node = first; node != end; node = node->next) {
        size_t keyword = ar_format_first(format, node);
        if (!is_aligned || is_aligned(node->kind))
            width = ar_format_widen(format, keyword, keyword, width);
    }
    return width;
}

size_t ar_format_padding(struct ar_format *format, size_t first, size_t last,
                         size_t width)
{
    size_t columns = ar_format_columns(format, first, last);
    return columns < width ? width - columns : 0;
}

size_t ar_format_widen(struct ar_format *format, size_t first, size_t last,
                       size_t width)
{
    size_t columns = ar_format_columns(format, first, last);
    return columns > width && columns <= AR_FORMAT_ALIGNED_COLUMNS ? columns
                                                                   : width;
}

/* ---- simple declarations ---- */

static void format_pack(struct ar_format *format, const struct ar_node *pack)
{
    size_t first = ar_format_first(format, pack);
    size_t width = ar_format_keyword_columns(format, pack->first, NULL, NULL);
    for (const struct ar_node *item = pack->first; item; item = item->next)
        ar_format_clause(format, item, ar_format_from(first, AR_FORMAT_INDENT),
                         width);
}

static void format_use(struct ar_format *format, const struct ar_node *use)
{
    size_t first = ar_format_first(format, use);
    struct ar_format_anchor anchor = ar_format_from(first, 4);
    ar_format_rest(format, use->first, anchor);
}

/* An if, because or other word behind the head of a declaration. */
static void format_tail(struct ar_format *format, const struct ar_node *tail,
                        size_t declaration)
{
    for (; tail; tail = tail->next) {
        ar_format_element(format, ar_format_first(format, tail),
                          ar_format_last(format, tail),
                          ar_format_from(declaration, AR_FORMAT_INDENT));
        ar_format_expression(format, tail);
    }
}

static void format_site(struct ar_format *format, const struct ar_node *node)
{
    format_tail(format, node->first->next, ar_format_first(format, node));
}

static void format_input(struct ar_format *format, const struct ar_node *input)
{
    size_t first = ar_format_first(format, input);
    const struct ar_node *type = ar_node_at(input, 1);
    ar_format_type(format, type);
    ar_format_element(format, ar_format_last(format, type) + 1,
                      ar_format_last(format, input),
                      ar_format_from(first, AR_FORMAT_INDENT));
}

/* ---- enums ---- */

static size_t alias_column(struct ar_format *format, const struct ar_node *node)
{
    size_t width = 0;
    for (const struct ar_node *word = node->first; word; word = word->next) {
        size_t first = ar_format_first(format, word);
        if (word->first)
            width = ar_format_widen(format, first, first, width);
    }
    return width;
}

/* On one line, or each word on a line of its own. */
static void format_enum(struct ar_format *format, const struct ar_node *node)
{
    size_t equals = ar_format_first(format, node->first) - 1;
    size_t group =
        ar_format_group(format, equals, ar_format_last(format, node));
    size_t width = alias_column(format, node);
    struct ar_format_anchor anchor =
        ar_format_from(ar_format_first(format, node), AR_FORMAT_INDENT);
    for (const struct ar_node *word = node->first; word; word = word->next) {
        size_t first = ar_format_first(format, word);
        ar_format_in_group(format, first, group, anchor);
        if (!word->first)
            continue;
        struct ar_format_token *bracket = ar_format_at(format, first + 1);
        bracket->padding = ar_format_padding(format, first, first, width);
        bracket->group = group;
        ar_format_rest(format, word->first, ar_format_from(first + 1, 1));
    }
}

/* ---- facts and functions ---- */

/* What stands behind the = of a declaration. A list breaks inside itself. */
static void format_value(struct ar_format *format, const struct ar_node *value,
                         size_t declaration)
{
    size_t first = ar_format_first(format, value);
    size_t last = ar_format_last(format, value);
    struct ar_format_anchor anchor =
        ar_format_from(declaration, AR_FORMAT_INDENT);
    ar_format_region(format, first + 1, last, ar_format_from(first, 0));
    if (ar_format_at(format, first)->kind != AR_TOK_BRACKET_OPEN)
        ar_format_element(format, first, last, anchor);
    ar_format_expression(format, value);
}

static void format_def(struct ar_format *format, const struct ar_node *def)
{
    size_t first = ar_format_first(format, def);
    ar_format_at(format, first + 2)->tight = true;
    if (def->first->count > 0)
        ar_format_parameters(format, def->first);
    if (def->first->next != def->last)
        ar_format_type(format, def->first->next);
    format_value(format, def->last, first);
}

static void format_fact(struct ar_format *format, const struct ar_node *fact)
{
    size_t first = ar_format_first(format, fact);
    struct ar_format_anchor anchor = ar_format_from(first, AR_FORMAT_INDENT);
    const struct ar_node *type = ar_node_at(fact, 1);
    const struct ar_node *rest = type->next;
    size_t type_end = ar_format_last(format, type);
    ar_format_signature(format, fact->first);
    ar_format_element(format, ar_format_first(format, type), type_end, anchor);
    ar_format_type(format, type);
    if (ar_format_at(format, type_end + 1)->kind == AR_TOK_EQ) {
        format_value(format, rest, first);
        rest = rest->next;
    }
    if (rest && rest->kind == AR_NODE_GUARD_IF) {
        ar_format_guard(format, rest, anchor);
        rest = rest->next;
    }
    format_tail(format, rest, first);
}

/* ---- definitions of one fact under each other ---- */

static ar_str text_of(const struct ar_format *format, size_t token)
{
    return ar_str_slice(format->text, format->tokens.at[token].start,
                        format->tokens.at[token].end);
}

/* Whether the two have the same tokens up to their values. */
static bool has_same_head(const struct ar_format *format,
                          const struct ar_node *fact,
                          const struct ar_node *other)
{
    size_t at = ar_format_first(format, fact);
    size_t end = ar_format_first(format, ar_node_at(fact, 2));
    size_t other_at = ar_format_first(format, other);
    for (; at < end; at++, other_at++) {
        if (!ar_str_equal(text_of(format, at), text_of(format, other_at)))
            return false;
    }
    return true;
}

static bool defines_same(struct ar_format *format, const struct ar_node *fact,
                         const struct ar_node *other)
{
    if (!other || other->kind != AR_NODE_FACT ||
        !ar_node_child(other, AR_NODE_GUARD_IF))
        return false;
    size_t first = ar_format_first(format, other);
    return !ar_format_at(format, first)->blank &&
           !ar_format_has_line_comment(format, first) &&
           has_same_head(format, fact, other);
}

/* Aligns the guards from fact on; returns the declaration behind them. */
static const struct ar_node *align_guards(struct ar_format *format,
                                          const struct ar_node *fact)
{
    size_t width = 0;
    const struct ar_node *end = fact;
    do {
        const struct ar_node *value = ar_node_at(end, 2);
        width = ar_format_widen(format, ar_format_first(format, value),
                                ar_format_last(format, value), width);
        end = end->next;
    } while (defines_same(format, fact, end));
    for (const struct ar_node *at = fact; at != end; at = at->next) {
        const struct ar_node *value = ar_node_at(at, 2);
        size_t first = ar_format_first(format, value);
        size_t last = ar_format_last(format, value);
        ar_format_at(format, last + 1)->padding =
            ar_format_padding(format, first, last, width);
    }
    return end;
}

static void align_all_guards(struct ar_format *format,
                             const struct ar_node *declaration)
{
    while (declaration) {
        bool guarded = declaration->kind == AR_NODE_FACT &&
                       ar_node_child(declaration, AR_NODE_GUARD_IF);
        declaration =
            guarded ? align_guards(format, declaration) : declaration->next;
    }
}

/* ---- all of them ---- */

static const struct {
    enum ar_node_kind kind;
    bool may_stand_close; /* to another that is formatted so */
    void (*format)(struct ar_format *format, const struct ar_node *node);
} declarations[] = {
    {AR_NODE_PACK, false, format_pack},
    {AR_NODE_USE, true, format_use},
    {AR_NODE_ENUM, true, format_enum},
    {AR_NODE_DEF, true, format_def},
    {AR_NODE_FACT, true, format_fact},
    {AR_NODE_INPUT, true, format_input},
    {AR_NODE_TABLE, false, ar_format_table},
    {AR_NODE_RULE, false, ar_format_rule},
    {AR_NODE_PROBE, false, ar_format_probe},
    {AR_NODE_TEST, false, ar_format_test},
    {AR_NODE_OVERRIDE, true, format_site},
    {AR_NODE_DISABLE, true, format_site},
    {AR_NODE_WAIVE, true, format_site},
};

static size_t find_declaration(enum ar_node_kind kind)
{
    size_t ix = 0;
    while (declarations[ix].kind != kind)
        ix++;
    return ix;
}

static void format_declaration(struct ar_format *format,
                               const struct ar_node *node,
                               const struct ar_node *before)
{
    size_t first = ar_format_first(format, node);
    size_t ix = find_declaration(node->kind);
    bool close = before && declarations[ix].may_stand_close &&
                 declarations[find_declaration(before->kind)].format ==
                     declarations[ix].format &&
                 !ar_format_has_line_comment(format, first);
    ar_format_line(format, first, ar_format_from(AR_FORMAT_NONE, 0));
    ar_format_at(format, first)->wants_blank = before && !close;
    ar_format_region(format, first + 1, ar_format_last(format, node),
                     ar_format_from(first, AR_FORMAT_DEEP_INDENT));
    declarations[ix].format(format, node);
}

void ar_format_file(struct ar_format *format, const struct ar_node *file)
{
    const struct ar_node *before = NULL;
    for (const struct ar_node *node = file->first; node; node = node->next) {
        format_declaration(format, node, before);
        before = node;
    }
    align_all_guards(format, file->first);
    ar_format_line(format, format->tokens.count - 1,
                   ar_format_from(AR_FORMAT_NONE, 0));
}
