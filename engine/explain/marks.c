/* SPDX-License-Identifier: Apache-2.0 */
/* The values below the text of a condition: of every fact, name and call that
 * stands in it. What is constant has none, and of a chain of parts
 * (a.b["c"].d) only the whole has one. */

#include "explain/explainer.h"

#include <stdlib.h>

enum {
    TELLING = 1, /* what it comes to says more than its text */
    WHOLE = 2,   /* what it is a part of is not shown by itself */
    BODY = 4     /* operand 1 has a variable that is not bound */
};

enum { LONG_LINE = 60 };

static const unsigned char forms[] = {
    [AR_EXPR_FACT] = TELLING,
    [AR_EXPR_LOCAL] = TELLING,
    [AR_EXPR_DEF] = TELLING,
    [AR_EXPR_TABLE] = TELLING,
    [AR_EXPR_FUNCTION] = TELLING,
    [AR_EXPR_ANY] = BODY,
    [AR_EXPR_EVERY] = BODY,
    [AR_EXPR_NO] = BODY,
    [AR_EXPR_COUNT] = TELLING | BODY,
    [AR_EXPR_FIRST] = TELLING | BODY,
    [AR_EXPR_FILTER] = TELLING | BODY,
    [AR_EXPR_FIELD] = TELLING | WHOLE,
    [AR_EXPR_LIST_FIELD] = TELLING | WHOLE,
    [AR_EXPR_INDEX] = TELLING | WHOLE,
    [AR_EXPR_MAP_INDEX] = TELLING | WHOLE,
    [AR_EXPR_PART] = TELLING | WHOLE,
};

struct marking {
    struct ar_explainer *explainer;
    struct ar_proof *proof;
};

static bool is_inside(ar_span part, ar_span whole)
{
    return part.file == whole.file && part.start >= whole.start &&
           part.end <= whole.end && part.start < part.end;
}

/* Where part stands in the text of proof: both end with the same token. */
static bool find_place(const struct marking *marking, ar_span part,
                       struct ar_proof_mark *mark)
{
    const struct ar_proof *proof = marking->proof;
    if (!is_inside(part, proof->span))
        return false;
    ar_span until = {part.file, proof->span.start, part.end};
    mark->end = ar_explain_text(marking->explainer, until).len;
    size_t length = ar_explain_text(marking->explainer, part).len;
    if (mark->end > proof->text.len || length > mark->end)
        return false;
    mark->start = mark->end - length;
    return true;
}

/* The line of text that the match lies in; of a long one what begins with the
 * match. */
static ar_str find_line(ar_str text, ar_str match)
{
    size_t first = (size_t)(match.ptr - text.ptr);
    size_t start = first;
    size_t end = first + match.len;
    while (start > 0 && text.ptr[start - 1] != '\n')
        start--;
    while (end < text.len && text.ptr[end] != '\n')
        end++;
    if (end - start > LONG_LINE)
        start = first;
    return ar_str_trim(ar_str_slice(text, start, end));
}

/* What of a long text, or a list of texts, the pattern was found in. */
static ar_value find_match(struct ar_explainer *explainer,
                           const struct ar_match *match, ar_value subject)
{
    bool is_list =
        subject.state == AR_STATE_VALUE && subject.type->kind == AR_TYPE_LIST;
    size_t n_groups = ar_regex_group_count(match->regex) + 1;
    ar_str *groups = AR_NEW_ARRAY(explainer->arena, ar_str, n_groups);
    const ar_value *items = is_list ? subject.as.list.items : &subject;
    size_t count = is_list ? subject.as.list.count : 1;
    for (size_t ix = 0; ix < count; ix++) {
        int64_t fuel = AR_MAX_REGEX_FUEL_RULE;
        if (items[ix].state != AR_STATE_VALUE ||
            items[ix].as.string.len > AR_MAX_REGEX_SUBJECT_BYTES)
            continue;
        ar_str text = items[ix].as.string;
        enum ar_regex_verdict verdict =
            ar_regex_match(match->regex, text, groups, &fuel);
        if (verdict == AR_REGEX_NO_MEMORY)
            ar_arena_fail(explainer->arena);
        if (verdict == AR_REGEX_MATCH)
            return ar_value_string(find_line(text, groups[0]));
    }
    return subject;
}

static void mark_one(const struct marking *marking, const struct ar_expr *expr,
                     const struct ar_match *match)
{
    struct ar_explainer *explainer = marking->explainer;
    struct ar_outcome out = ar_explain_eval(explainer, expr);
    struct ar_proof_mark mark = {
        .value = ar_outcome_value(&out),
        .is_secret = explainer->in_secret || ar_expr_is_secret(expr),
    };
    if (!find_place(marking, expr->span, &mark))
        return;
    if (match && mark.value.state == AR_STATE_VALUE)
        mark.value = find_match(explainer, match, mark.value);
    ar_vector_push(explainer->arena, &marking->proof->marks, mark);
}

static void visit(const struct marking *marking, const struct ar_expr *expr,
                  const struct ar_match *match)
{
    unsigned form = expr->kind < AR_COUNT_OF(forms) ? forms[expr->kind] : 0;
    size_t count = form & BODY ? 1 : expr->n_operands;
    if (form & TELLING)
        mark_one(marking, expr, match);
    if (form & WHOLE)
        return;
    const struct ar_match *inner =
        expr->kind == AR_EXPR_MATCHES ? expr->match : NULL;
    for (size_t ix = 0; ix < count; ix++)
        visit(marking, expr->operands[ix], inner);
    const struct ar_template *string = ar_expr_template(expr);
    for (size_t ix = 0; string && ix < string->n_parts; ix++) {
        if (string->parts[ix].expr)
            visit(marking, string->parts[ix].expr, NULL);
    }
}

static int compare_marks(const void *a, const void *b)
{
    const struct ar_proof_mark *first = a;
    const struct ar_proof_mark *second = b;
    if (first->start != second->start)
        return first->start < second->start ? -1 : 1;
    return first->end < second->end ? -1 : first->end > second->end;
}

void ar_proof_mark(struct ar_explainer *explainer, struct ar_proof *proof,
                   const struct ar_expr *expr)
{
    struct marking marking = {explainer, proof};
    visit(&marking, expr, NULL);
    if (proof->marks.count > 1)
        qsort(proof->marks.at, proof->marks.count, sizeof(*proof->marks.at),
              compare_marks);
}
