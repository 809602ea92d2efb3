/* SPDX-License-Identifier: Apache-2.0 */
/* The built-in functions (sema/functions.def) of scalars; those of whole
 * lists are in function_list.c. */

#include "reference/eval.h"
#include "text/utf8.h"

#include <math.h>

/* A call all of whose operands are values. */
struct call {
    struct ar_evaluator *evaluator;
    const struct ar_expr *expr;
    const struct ar_outcome *operands;
};

static ar_value argument(const struct call *call, size_t ix)
{
    return ar_outcome_value(&call->operands[ix]);
}

static ar_str text_argument(const struct call *call, size_t ix)
{
    return argument(call, ix).as.string;
}

static struct ar_outcome give_text(ar_str text)
{
    return ar_outcome_of_value(ar_value_string(text));
}

static struct ar_outcome call_length(const struct call *call)
{
    ar_value whole = argument(call, 0);
    size_t length = whole.as.list.count;
    if (whole.type->kind == AR_TYPE_STRING) {
        length = ar_utf8_length(whole.as.string);
        ar_eval_spend_bytes(call->evaluator, whole.as.string.len);
    }
    return ar_outcome_of_value(ar_value_int((int64_t)length));
}

static struct ar_outcome call_case(const struct call *call,
                                   ar_str (*change)(struct ar_arena *, ar_str))
{
    ar_str text = text_argument(call, 0);
    ar_eval_spend_bytes(call->evaluator, text.len);
    return give_text(change(call->evaluator->scratch, text));
}

static struct ar_outcome call_replace(const struct call *call)
{
    ar_str text = text_argument(call, 0);
    ar_str old = text_argument(call, 1);
    ar_str new = text_argument(call, 2);
    struct ar_buf out = AR_BUF(call->evaluator->scratch);
    size_t at = 0;
    size_t next = old.len > 0 ? ar_str_find(text, old, 0) : SIZE_MAX;
    while (next != SIZE_MAX && out.len <= AR_MAX_VALUE_BYTES) {
        ar_buf_put(&out, ar_str_slice(text, at, next));
        ar_buf_put(&out, new);
        at = next + old.len;
        next = ar_str_find(text, old, at);
    }
    ar_buf_put(&out, ar_str_slice(text, at, text.len));
    ar_eval_spend_bytes(call->evaluator, text.len + out.len);
    if (out.len > AR_MAX_VALUE_BYTES)
        return ar_outcome_too_large(call->evaluator, call->expr,
                                    "the text is too long");
    return give_text(ar_buf_view(&out));
}

static struct ar_outcome call_split(const struct call *call)
{
    struct ar_arena *scratch = call->evaluator->scratch;
    ar_str text = text_argument(call, 0);
    ar_str separator = text_argument(call, 1);
    AR_VECTOR(ar_value) pieces = {0};
    size_t at = 0;
    size_t next =
        separator.len > 0 ? ar_str_find(text, separator, 0) : SIZE_MAX;
    while (next != SIZE_MAX && pieces.count < AR_MAX_LIST_ELEMENTS) {
        ar_str piece = ar_str_slice(text, at, next);
        ar_vector_push(scratch, &pieces, ar_value_string(piece));
        at = next + separator.len;
        next = ar_str_find(text, separator, at);
    }
    if (pieces.count == AR_MAX_LIST_ELEMENTS)
        return ar_outcome_too_large(call->evaluator, call->expr,
                                    "the text has too many pieces");
    ar_str rest = ar_str_slice(text, at, text.len);
    ar_vector_push(scratch, &pieces, ar_value_string(rest));
    ar_eval_spend(call->evaluator, (int64_t)pieces.count);
    ar_eval_spend_bytes(call->evaluator, text.len);
    return ar_outcome_of_value(
        ar_value_list(call->expr->type, pieces.at, pieces.count));
}

static struct ar_outcome call_remove_affix(const struct call *call)
{
    ar_str text = text_argument(call, 0);
    ar_str affix = text_argument(call, 1);
    bool is_prefix = call->expr->function == AR_FUNCTION_REMOVE_PREFIX;
    if (is_prefix && ar_str_starts_with(text, affix))
        return give_text(ar_str_slice(text, affix.len, text.len));
    if (!is_prefix && ar_str_ends_with(text, affix))
        return give_text(ar_str_slice(text, 0, text.len - affix.len));
    return give_text(text);
}

static size_t skip(ar_str text, size_t at, bool blanks)
{
    while (at < text.len && ar_char_is_blank(text.ptr[at]) == blanks)
        at++;
    return at;
}

static size_t count_words(ar_str text)
{
    size_t count = 0;
    for (size_t at = skip(text, 0, true); at < text.len;
         at = skip(text, skip(text, at, false), true))
        count++;
    return count;
}

static struct ar_outcome call_word(const struct call *call)
{
    ar_str text = text_argument(call, 0);
    int64_t wanted = argument(call, 1).as.integer;
    int64_t count = (int64_t)count_words(text);
    ar_eval_spend_bytes(call->evaluator, text.len);
    if (wanted < 0)
        wanted += count;
    if (wanted < 0 || wanted >= count)
        return ar_outcome_lack(call->evaluator, call->expr, ar_value_absent());
    size_t at = skip(text, 0, true);
    for (; wanted > 0; wanted--)
        at = skip(text, skip(text, at, false), true);
    return give_text(ar_str_slice(text, at, skip(text, at, false)));
}

/* Behind the last / or \, or 0. */
static size_t find_name(ar_str path)
{
    size_t at = path.len;
    while (at > 0 && path.ptr[at - 1] != '/' && path.ptr[at - 1] != '\\')
        at--;
    return at;
}

static struct ar_outcome call_basename(const struct call *call)
{
    ar_str path = text_argument(call, 0);
    return give_text(ar_str_slice(path, find_name(path), path.len));
}

static struct ar_outcome call_dirname(const struct call *call)
{
    ar_str path = text_argument(call, 0);
    size_t name = find_name(path);
    if (name == 0)
        return give_text(AR_STR("."));
    return give_text(ar_str_slice(path, 0, name - 1));
}

static bool is_negative(const ar_value *number)
{
    if (number->type->kind == AR_TYPE_REAL)
        return copysign(1, number->as.real) < 0; /* -0.0 too */
    return number->as.integer < 0;
}

static struct ar_outcome call_abs(const struct call *call)
{
    ar_value number = argument(call, 0);
    if (is_negative(&number))
        number = ar_arithmetic_negate(number);
    if (number.state != AR_STATE_VALUE)
        return ar_outcome_lack(call->evaluator, call->expr, number);
    return ar_outcome_of_value(number);
}

static struct ar_outcome call_keys(const struct call *call)
{
    ar_value map = argument(call, 0);
    size_t count = map.as.list.count;
    ar_value *keys = AR_NEW_ARRAY(call->evaluator->scratch, ar_value, count);
    ar_eval_spend(call->evaluator, (int64_t)count);
    for (size_t ix = 0; ix < count; ix++)
        keys[ix] = ar_value_string(map.as.list.keys[ix]);
    return ar_outcome_of_value(ar_value_list(call->expr->type, keys, count));
}

static struct ar_outcome call_overlaps(const struct call *call)
{
    ar_value a = argument(call, 0);
    ar_value b = argument(call, 1);
    return ar_outcome_of_bool(ar_cidr_overlaps(&a.as.cidr, &b.as.cidr));
}

static struct ar_outcome call_now(const struct call *call)
{
    ar_value now = call->evaluator->now;
    if (now.state != AR_STATE_VALUE)
        return ar_outcome_lack(call->evaluator, call->expr, now);
    return ar_outcome_of_value(now);
}

static struct ar_outcome call_convert(const struct call *call)
{
    ar_value from = argument(call, 0);
    AR_ASSERT(from.type->kind == AR_TYPE_STRING);
    ar_value to = ar_value_parse(call->evaluator->scratch, call->expr->type,
                                 from.as.string, AR_REASON_bad_value);
    if (to.state != AR_STATE_VALUE)
        return ar_outcome_lack(call->evaluator, call->expr, to);
    return ar_outcome_of_value(to);
}

static struct ar_outcome call_to_string(const struct call *call)
{
    return give_text(
        ar_value_text(call->evaluator->scratch, argument(call, 0)));
}

/* ---- functions of a list ---- */

/* An element that is not a value counts as an operand that is not. */
static bool are_elements_values(const struct call *call, struct ar_outcome *out)
{
    const struct ar_outcome *list = &call->operands[0];
    bool is_open = false;
    for (size_t ix = 0; ix < list->value.as.list.count; ix++) {
        ar_value item = list->value.as.list.items[ix];
        if (item.state == AR_STATE_VALUE ||
            (is_open && item.state == AR_STATE_UNKNOWN))
            continue;
        *out = ar_outcome_element(call->evaluator, list, ar_value_lack(item),
                                  call->expr->operands[0]);
        is_open = true;
        if (item.state == AR_STATE_ABSENT)
            return false;
    }
    return !is_open;
}

static struct ar_outcome call_of_list(const struct call *call)
{
    ar_value list = argument(call, 0);
    struct ar_outcome out;
    ar_eval_spend(call->evaluator, (int64_t)list.as.list.count);
    if (!are_elements_values(call, &out))
        return out;
    if (call->expr->function == AR_FUNCTION_SUM)
        return ar_function_sum(call->evaluator, call->expr, list);
    if (call->expr->function == AR_FUNCTION_SORT)
        return ar_function_sort(call->evaluator, call->expr, list);
    if (call->expr->function == AR_FUNCTION_UNIQUE)
        return ar_function_unique(call->evaluator, call->expr, list);
    if (call->expr->function == AR_FUNCTION_JOIN)
        return ar_function_join(call->evaluator, call->expr, list,
                                text_argument(call, 1));
    return ar_function_extreme(call->evaluator, call->expr, list);
}

static struct ar_outcome dispatch(const struct call *call)
{
    switch (call->expr->function) {
    case AR_FUNCTION_LENGTH: return call_length(call);
    case AR_FUNCTION_LOWER: return call_case(call, ar_str_lower);
    case AR_FUNCTION_UPPER: return call_case(call, ar_str_upper);
    case AR_FUNCTION_TRIM:
        return give_text(ar_str_trim(text_argument(call, 0)));
    case AR_FUNCTION_REPLACE: return call_replace(call);
    case AR_FUNCTION_SPLIT: return call_split(call);
    case AR_FUNCTION_REMOVE_PREFIX:
    case AR_FUNCTION_REMOVE_SUFFIX: return call_remove_affix(call);
    case AR_FUNCTION_WORD: return call_word(call);
    case AR_FUNCTION_BASENAME: return call_basename(call);
    case AR_FUNCTION_DIRNAME: return call_dirname(call);
    case AR_FUNCTION_ABS: return call_abs(call);
    case AR_FUNCTION_JOIN:
    case AR_FUNCTION_MIN:
    case AR_FUNCTION_MAX:
    case AR_FUNCTION_SUM:
    case AR_FUNCTION_SORT:
    case AR_FUNCTION_UNIQUE: return call_of_list(call);
    case AR_FUNCTION_KEYS: return call_keys(call);
    case AR_FUNCTION_OVERLAPS: return call_overlaps(call);
    case AR_FUNCTION_NOW: return call_now(call);
    case AR_FUNCTION_CONVERT: return call_convert(call);
    case AR_FUNCTION_TO_STRING: return call_to_string(call);
    case AR_N_FUNCTIONS: break;
    }
    AR_UNREACHABLE();
}

struct ar_outcome ar_eval_function(struct ar_evaluator *evaluator,
                                   const struct ar_expr *expr)
{
    struct ar_outcome *operands = ar_eval_operands(evaluator, expr);
    struct ar_outcome out;
    if (!ar_outcome_are_values(evaluator, operands, expr->n_operands, &out))
        return out;
    struct call call = {evaluator, expr, operands};
    return dispatch(&call);
}
