/* SPDX-License-Identifier: Apache-2.0 */
/* The layout of rules: clauses, and the outputs behind `then` with their
 * remedies and steps. */
#include "front/format_layout.h"

/* ---- clauses ---- */

/* supersedes and for would push all others. */
static bool is_aligned_clause(enum ar_node_kind kind)
{
    return kind != AR_NODE_SUPERSEDES && kind != AR_NODE_FOR_EACH &&
           kind != AR_NODE_THEN;
}

static void format_paths(struct ar_format *format, const struct ar_node *clause,
                         struct ar_format_anchor content)
{
    const struct ar_node *path = clause->first->next;
    for (; path; path = path->next) {
        bool same_key = path->kind == AR_NODE_SAME_KEY; /* behind a `with` */
        size_t first = ar_format_first(format, path) - (same_key ? 1 : 0);
        ar_format_element(format, first, ar_format_last(format, path), content);
    }
}

static void format_for_each(struct ar_format *format,
                            const struct ar_node *clause,
                            struct ar_format_anchor content)
{
    const struct ar_node *key = ar_node_child(clause, AR_NODE_KEY);
    ar_format_expression(format, clause->first);
    ar_format_element(format, ar_format_first(format, key),
                      ar_format_last(format, key), content);
    ar_format_expression(format, key->first);
}

static void format_let(struct ar_format *format, const struct ar_node *let)
{
    size_t first = ar_format_first(format, let->first);
    size_t last = ar_format_last(format, let->first);
    ar_format_region(format, first + 1, last, ar_format_from(first, 0));
    ar_format_expression(format, let->first);
}

static void format_clause(struct ar_format *format,
                          const struct ar_node *clause,
                          struct ar_format_anchor anchor, size_t width)
{
    bool each = clause->kind == AR_NODE_FOR_EACH;
    struct ar_format_anchor content =
        ar_format_clause(format, clause, anchor, each ? 0 : width);
    if (clause->kind == AR_NODE_KEYWORDS)
        ar_format_rest(format, clause->first, content);
    else if (clause->kind == AR_NODE_SUPERSEDES)
        format_paths(format, clause, content);
    else if (each)
        format_for_each(format, clause, content);
    else if (clause->kind == AR_NODE_LET)
        format_let(format, clause);
    else if (clause->first)
        ar_format_condition(format, clause->first, content);
}

/* ---- remedies ---- */

static bool is_guard(const struct ar_node *node)
{
    return node->kind == AR_NODE_GUARD_IF || node->kind == AR_NODE_GUARD_UNLESS;
}

static void format_step_item(struct ar_format *format,
                             const struct ar_node *item,
                             struct ar_format_anchor anchor)
{
    size_t first = ar_format_first(format, item);
    struct ar_format_anchor content = ar_format_clause(format, item, anchor, 0);
    if (item->kind == AR_NODE_CHANGES)
        format_paths(format, item, content);
    else if (item->last && is_guard(item->last))
        ar_format_guard(format, item->last,
                        ar_format_from(first, AR_FORMAT_INDENT));
}

/* A step or the check at the end of a remedy, with what it runs. */
static void format_step(struct ar_format *format, const struct ar_node *step,
                        struct ar_format_anchor anchor)
{
    size_t first = ar_format_first(format, step);
    struct ar_format_anchor content = ar_format_clause(format, step, anchor, 0);
    ar_format_condition(format, step->first, content);
    for (const struct ar_node *item = step->first->next; item;
         item = item->next) {
        if (is_guard(item))
            ar_format_guard(format, item,
                            ar_format_from(first, AR_FORMAT_DEEP_INDENT));
        else
            format_step_item(format, item,
                             ar_format_from(first, AR_FORMAT_INDENT));
    }
}

static bool is_step(const struct ar_node *item)
{
    return item->kind == AR_NODE_STEP || item->kind == AR_NODE_VERIFY;
}

static void format_remedy(struct ar_format *format,
                          const struct ar_node *remedy)
{
    struct ar_format_anchor anchor =
        ar_format_from(ar_format_first(format, remedy), AR_FORMAT_INDENT);
    const struct ar_node *item = remedy->first->next;
    while (item) {
        const struct ar_node *end = item;
        while (end && !is_step(end))
            end = end->next;
        size_t width = ar_format_keyword_columns(format, item, end, NULL);
        for (; item != end; item = item->next)
            ar_format_clause(format, item, anchor, width);
        for (; item && is_step(item); item = item->next)
            format_step(format, item, anchor);
    }
}

/* ---- outputs ---- */

/* Whether the outputs go on the line of `then`: they began there, and none
 * has anything below itself. */
static bool is_short(struct ar_format *format, const struct ar_node *then)
{
    for (const struct ar_node *output = then->first; output;
         output = output->next) {
        if (output->count > 1)
            return false;
    }
    size_t first = ar_format_first(format, then);
    return then->first && !ar_format_at(format, first + 1)->breaks;
}

static void format_short_outputs(struct ar_format *format,
                                 const struct ar_node *then,
                                 struct ar_format_anchor content)
{
    size_t width = ar_format_keyword_columns(format, then->first, NULL, NULL);
    for (const struct ar_node *output = then->first; output;
         output = output->next)
        ar_format_clause(format, output, content, width);
    size_t first = ar_format_first(format, then->first);
    ar_format_at(format, first)->gap = AR_FORMAT_JOIN;
}

static void format_then(struct ar_format *format, const struct ar_node *then,
                        struct ar_format_anchor anchor, size_t width)
{
    size_t first = ar_format_first(format, then);
    struct ar_format_anchor content =
        ar_format_clause(format, then, anchor, width);
    if (is_short(format, then)) {
        format_short_outputs(format, then, content);
        return;
    }
    content = ar_format_from(first, AR_FORMAT_INDENT);
    for (const struct ar_node *output = then->first; output;
         output = output->next) {
        ar_format_clause(format, output, content, 0);
        if (output->kind == AR_NODE_REMEDY)
            format_remedy(format, output);
    }
}

/* A rule without a name has its clauses at the margin. */
void ar_format_rule(struct ar_format *format, const struct ar_node *rule)
{
    bool card = rule->text.len == 0;
    struct ar_format_anchor anchor =
        card ? ar_format_from(AR_FORMAT_NONE, 0)
             : ar_format_from(ar_format_first(format, rule), AR_FORMAT_INDENT);
    size_t width =
        ar_format_keyword_columns(format, rule->first, NULL, is_aligned_clause);
    for (const struct ar_node *clause = rule->first; clause;
         clause = clause->next) {
        if (clause->kind == AR_NODE_THEN)
            format_then(format, clause, anchor, width);
        else
            format_clause(format, clause, anchor, width);
    }
}
