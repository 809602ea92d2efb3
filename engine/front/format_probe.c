/* SPDX-License-Identifier: Apache-2.0 */
/* The layout of probes, with the facts they give under each other, and of
 * tests. */
#include "front/format_layout.h"
#include "rules.h"

enum { PROBE_KEYWORD_COLUMNS = 7 }; /* timeout */

/* ---- what a probe gives ---- */

static void format_selector(struct ar_format *format,
                            const struct ar_node *selector)
{
    for (const struct ar_node *part = selector->first; part;
         part = part->next) {
        size_t first = ar_format_first(format, part);
        struct ar_format_token *token = ar_format_at(format, first);
        if (part->kind == AR_NODE_SELECT_EACH &&
            token->kind == AR_TOK_BRACKET_OPEN)
            token->tight = true;
        if (part->kind != AR_NODE_SELECT_RECORD)
            continue;
        ar_format_brackets(format, first, part->first,
                           ar_format_last(format, part));
        for (const struct ar_node *member = part->first; member;
             member = member->next)
            format_selector(format, member->first);
    }
}

static void format_gives(struct ar_format *format, const struct ar_node *gives)
{
    struct ar_format_anchor anchor =
        ar_format_from(ar_format_first(format, gives), AR_FORMAT_INDENT);
    const struct ar_node *type = gives->first->next;
    size_t type_end = ar_format_last(format, type);
    ar_format_signature(format, gives->first);
    ar_format_element(format, ar_format_first(format, type), type_end, anchor);
    ar_format_type(format, type);
    if (!type->next)
        return;
    ar_format_element(format, type_end + 2, ar_format_last(format, gives),
                      anchor);
    format_selector(format, type->next);
}

static bool holds_record(const struct ar_node *type)
{
    while (type->kind == AR_NODE_TYPE_LIST || type->kind == AR_NODE_TYPE_MAP)
        type = type->first;
    return type->kind == AR_NODE_TYPE_RECORD;
}

static bool is_aligned(const struct ar_node *item)
{
    return item && item->kind == AR_NODE_PROBE_GIVES &&
           !holds_record(item->first->next);
}

static bool goes_on(struct ar_format *format, const struct ar_node *item)
{
    if (!is_aligned(item))
        return false;
    size_t first = ar_format_first(format, item);
    return !ar_format_at(format, first)->blank &&
           !ar_format_has_line_comment(format, first);
}

/* Pads before the colon and before the equals sign. */
static void align_part(struct ar_format *format, const struct ar_node *from,
                       const struct ar_node *end, size_t part)
{
    size_t width = 0;
    for (const struct ar_node *item = from; item != end; item = item->next) {
        const struct ar_node *node = ar_node_at(item, part);
        if (node->next)
            width = ar_format_widen(format, ar_format_first(format, node),
                                    ar_format_last(format, node), width);
    }
    for (const struct ar_node *item = from; item != end; item = item->next) {
        const struct ar_node *node = ar_node_at(item, part);
        size_t last = ar_format_last(format, node);
        if (node->next)
            ar_format_at(format, last + 1)->padding = ar_format_padding(
                format, ar_format_first(format, node), last, width);
    }
}

static void align_gives(struct ar_format *format, const struct ar_node *item)
{
    while (item) {
        const struct ar_node *end = item->next;
        if (is_aligned(item)) {
            while (goes_on(format, end))
                end = end->next;
            align_part(format, item, end, 0);
            align_part(format, item, end, 1);
        }
        item = end;
    }
}

/* ---- probes ---- */

static bool is_aligned_item(enum ar_node_kind kind)
{
    return kind != AR_NODE_PROBE_IF;
}

/* if CONDITION: STATE, STATE */
static void format_states(struct ar_format *format, const struct ar_node *item)
{
    size_t first = ar_format_first(format, item);
    const struct ar_node *state = item->first->next;
    size_t first_state = ar_format_first(format, state);
    struct ar_format_anchor anchor = ar_format_from(first, 3);
    ar_format_region(format, first + 1, first_state - 1, anchor);
    ar_format_condition(format, item->first, anchor);
    ar_format_at(format, first_state - 1)->tight = true;
    ar_format_element(format, first_state, ar_format_last(format, item),
                      ar_format_from(first, AR_FORMAT_INDENT));
    ar_format_rest(format, state, ar_format_from(first_state, 0));
}

static void format_item(struct ar_format *format, const struct ar_node *item,
                        struct ar_format_anchor anchor, size_t width)
{
    bool states = item->kind == AR_NODE_PROBE_IF;
    struct ar_format_anchor content =
        ar_format_clause(format, item, anchor, states ? 0 : width);
    if (states)
        format_states(format, item);
    else if (item->kind == AR_NODE_PROBE_GIVES)
        format_gives(format, item);
    else if (item->first)
        ar_format_rest(format, item->first, content);
}

void ar_format_probe(struct ar_format *format, const struct ar_node *probe)
{
    size_t first = ar_format_first(format, probe);
    const struct ar_node *parameters = probe->first;
    const struct ar_node *item = parameters->next;
    if (parameters->count > 0)
        ar_format_parameters(format, parameters);
    if (item && item->kind == AR_NODE_ON) {
        size_t on = ar_format_first(format, item);
        ar_format_element(format, on, ar_format_last(format, item),
                          ar_format_from(first, AR_FORMAT_DEEP_INDENT));
        ar_format_rest(format, item->first, ar_format_from(on, 3));
        item = item->next;
    }
    size_t width =
        ar_format_keyword_columns(format, item, NULL, is_aligned_item);
    if (width < PROBE_KEYWORD_COLUMNS)
        width = PROBE_KEYWORD_COLUMNS;
    for (const struct ar_node *at = item; at; at = at->next)
        format_item(format, at, ar_format_from(first, AR_FORMAT_INDENT), width);
    align_gives(format, item);
}

/* ---- tests ---- */

static void format_given(struct ar_format *format, const struct ar_node *given,
                         size_t keyword)
{
    size_t first = ar_format_first(format, given);
    size_t last = ar_format_last(format, given);
    struct ar_format_anchor content = ar_format_from(keyword, 6);
    ar_format_region(format, first, last, content);
    if (first != keyword + 1)
        ar_format_element(format, first, last, content);
    ar_format_expression(format, given);
}

static void format_expected(struct ar_format *format,
                            const struct ar_node *item,
                            struct ar_format_anchor anchor)
{
    size_t first = ar_format_first(format, item);
    if (item->kind == AR_NODE_EXPECT_DIAGNOSIS)
        ar_format_line(format, first, anchor);
    else
        ar_format_element(format, first, ar_format_last(format, item), anchor);
    if (item->kind == AR_NODE_EXPECT_NEEDING)
        ar_format_rest(format, item->first, ar_format_from(first, 8));
    ar_format_expression(format, item);
}

static void format_expect(struct ar_format *format,
                          const struct ar_node *expect, size_t keyword)
{
    size_t first = ar_format_first(format, expect);
    ar_format_region(format, first, ar_format_last(format, expect),
                     ar_format_from(keyword, 7));
    if (expect->kind == AR_NODE_EXPECT_ONLY)
        ar_format_rest(format, expect->first, ar_format_from(first, 5));
    if (expect->kind != AR_NODE_EXPECT_RULE)
        return;
    for (const struct ar_node *item = expect->first->next; item;
         item = item->next)
        format_expected(format, item,
                        ar_format_from(keyword, AR_FORMAT_INDENT));
}

/* The tree does not hold `given` and `expect`; they stand before the first of
 * their items. */
void ar_format_test(struct ar_format *format, const struct ar_node *test)
{
    struct ar_format_anchor anchor =
        ar_format_from(ar_format_first(format, test), AR_FORMAT_INDENT);
    size_t keyword = 0;
    for (const struct ar_node *item = test->first->next; item;
         item = item->next) {
        size_t before = ar_format_first(format, item) - 1;
        int kind = ar_format_at(format, before)->kind;
        if (kind == AR_TOK_GIVEN || kind == AR_TOK_EXPECT) {
            keyword = before;
            ar_format_line(format, keyword, anchor);
        }
        if (ar_format_at(format, keyword)->kind == AR_TOK_GIVEN)
            format_given(format, item, keyword);
        else
            format_expect(format, item, keyword);
    }
}
