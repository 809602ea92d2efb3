/* SPDX-License-Identifier: Apache-2.0 */
/* The built-in functions (sema/functions.def) whose operands are all values;
 * those that need each element of a list are in function_list.c. A function
 * that makes a text measures it before it takes memory for it. */

#include "run/machine.h"
#include "text/utf8.h"

#include <math.h>

/* ---- operands ---- */

static ar_value operand(const struct ar_operation *operation, size_t ix)
{
    return ar_register_value(&operation->at[ix]);
}

static ar_str text_operand(const struct ar_operation *operation, size_t ix)
{
    return operand(operation, ix).as.string;
}

static const struct ar_type *result_type(const struct ar_operation *operation)
{
    return operation->machine->code->types[operation->wide];
}

static void give_text(const struct ar_operation *operation, ar_str text)
{
    ar_operation_give(operation, ar_value_string(text));
}

static void give_result(const struct ar_operation *operation, ar_value result)
{
    if (result.state == AR_STATE_VALUE)
        ar_operation_give(operation, result);
    else
        ar_operation_give_lack(operation, result);
}

/* ---- texts ---- */

static void call_length(const struct ar_operation *operation)
{
    ar_value whole = operand(operation, 0);
    size_t length = whole.as.list.count;
    if (whole.type->kind == AR_TYPE_STRING) {
        ar_machine_spend_bytes(operation->machine, whole.as.string.len);
        length = ar_utf8_length(whole.as.string);
    }
    ar_operation_give(operation, ar_value_int((int64_t)length));
}

static void call_lower_or_upper(const struct ar_operation *operation)
{
    struct ar_machine *machine = operation->machine;
    ar_str text = text_operand(operation, 0);
    ar_machine_spend_bytes(machine, text.len);
    give_text(operation, operation->n == AR_FUNCTION_LOWER
                             ? ar_str_lower(machine->scratch, text)
                             : ar_str_upper(machine->scratch, text));
}

/* How often part occurs without overlaps; the empty text nowhere. It stops
 * at limit. */
static size_t count_occurrences(ar_str text, ar_str part, size_t limit)
{
    size_t count = 0;
    size_t at = 0;
    while (part.len > 0 && count < limit) {
        at = ar_str_find(text, part, at);
        if (at == SIZE_MAX)
            break;
        at += part.len;
        count++;
    }
    return count;
}

/* What stands before the next occurrence of part, or all that is left; *at
 * moves behind it. */
static ar_str take_piece(ar_str text, ar_str part, size_t *at)
{
    size_t start = *at;
    size_t end = ar_str_find(text, part, start);
    if (end == SIZE_MAX)
        end = text.len;
    *at = end + part.len;
    return ar_str_slice(text, start, end);
}

static void call_replace(const struct ar_operation *operation)
{
    struct ar_machine *machine = operation->machine;
    ar_str text = text_operand(operation, 0);
    ar_str old = text_operand(operation, 1);
    ar_str new = text_operand(operation, 2);
    size_t count = count_occurrences(text, old, SIZE_MAX);
    uint64_t length = text.len - count * old.len + (uint64_t)count * new.len;
    bool fits = length <= AR_MAX_VALUE_BYTES;
    size_t made = fits ? (size_t)length : AR_MAX_VALUE_BYTES;
    ar_machine_spend_bytes(machine, text.len + made);
    if (!fits) {
        ar_operation_give_too_large(operation, "the text is too long");
        return;
    }
    struct ar_buf out = AR_BUF(machine->scratch);
    size_t at = 0;
    for (size_t ix = 0; ix < count; ix++) {
        ar_buf_put(&out, take_piece(text, old, &at));
        ar_buf_put(&out, new);
    }
    ar_buf_put(&out, ar_str_slice(text, at, text.len));
    give_text(operation, ar_buf_view(&out));
}

static void call_split(const struct ar_operation *operation)
{
    struct ar_machine *machine = operation->machine;
    ar_str text = text_operand(operation, 0);
    ar_str separator = text_operand(operation, 1);
    size_t count = count_occurrences(text, separator, AR_MAX_LIST_ELEMENTS) + 1;
    if (count > AR_MAX_LIST_ELEMENTS) {
        ar_operation_give_too_large(operation, "the text has too many pieces");
        return;
    }
    ar_value *pieces = AR_NEW_ARRAY(machine->scratch, ar_value, count);
    size_t at = 0;
    for (size_t ix = 0; ix + 1 < count; ix++)
        pieces[ix] = ar_value_string(take_piece(text, separator, &at));
    pieces[count - 1] = ar_value_string(ar_str_slice(text, at, text.len));
    ar_machine_spend(machine, (int64_t)count);
    ar_machine_spend_bytes(machine, text.len);
    ar_operation_give(operation,
                      ar_value_list(result_type(operation), pieces, count));
}

static void call_remove_prefix(const struct ar_operation *operation)
{
    ar_str text = text_operand(operation, 0);
    ar_str prefix = text_operand(operation, 1);
    size_t start = ar_str_starts_with(text, prefix) ? prefix.len : 0;
    give_text(operation, ar_str_slice(text, start, text.len));
}

static void call_remove_suffix(const struct ar_operation *operation)
{
    ar_str text = text_operand(operation, 0);
    ar_str suffix = text_operand(operation, 1);
    size_t cut = ar_str_ends_with(text, suffix) ? suffix.len : 0;
    give_text(operation, ar_str_slice(text, 0, text.len - cut));
}

/* The next piece between blanks from *at on, which moves behind it; empty at
 * the end. */
static ar_str take_word(ar_str text, size_t *at)
{
    size_t start = *at;
    while (start < text.len && ar_char_is_blank(text.ptr[start]))
        start++;
    size_t end = start;
    while (end < text.len && !ar_char_is_blank(text.ptr[end]))
        end++;
    *at = end;
    return ar_str_slice(text, start, end);
}

static void call_word(const struct ar_operation *operation)
{
    ar_str text = text_operand(operation, 0);
    int64_t wanted = operand(operation, 1).as.integer;
    size_t at = 0;
    ar_machine_spend_bytes(operation->machine, text.len);
    if (wanted < 0) {
        /* From the end: so many words are before it. */
        while (take_word(text, &at).len > 0)
            wanted++;
        at = 0;
    }
    ar_str word = {NULL, 0};
    for (int64_t ix = 0; wanted >= 0; ix++) {
        word = take_word(text, &at);
        if (word.len == 0 || ix == wanted)
            break;
    }
    if (word.len > 0)
        give_text(operation, word);
    else
        ar_operation_give_lack(operation, ar_value_absent());
}

/* ---- paths ---- */

/* How much of the path is before its name: up to and with the last / or \. */
static size_t measure_folder(ar_str path)
{
    for (size_t at = path.len; at > 0; at--) {
        if (path.ptr[at - 1] == '/' || path.ptr[at - 1] == '\\')
            return at;
    }
    return 0;
}

static void call_basename(const struct ar_operation *operation)
{
    ar_str path = text_operand(operation, 0);
    give_text(operation, ar_str_slice(path, measure_folder(path), path.len));
}

static void call_dirname(const struct ar_operation *operation)
{
    ar_str path = text_operand(operation, 0);
    size_t length = measure_folder(path);
    give_text(operation,
              length > 0 ? ar_str_slice(path, 0, length - 1) : AR_STR("."));
}

/* ---- other values ---- */

static void call_abs(const struct ar_operation *operation)
{
    ar_value number = operand(operation, 0);
    bool is_negative = number.type->kind == AR_TYPE_REAL
                           ? copysign(1, number.as.real) < 0 /* -0.0 too */
                           : number.as.integer < 0;
    give_result(operation, is_negative ? ar_value_negate(&number) : number);
}

static void call_keys(const struct ar_operation *operation)
{
    struct ar_machine *machine = operation->machine;
    ar_value map = operand(operation, 0);
    size_t count = map.as.list.count;
    ar_value *keys = AR_NEW_ARRAY(machine->scratch, ar_value, count);
    for (size_t ix = 0; ix < count; ix++)
        keys[ix] = ar_value_string(map.as.list.keys[ix]);
    ar_machine_spend(machine, (int64_t)count);
    ar_operation_give(operation,
                      ar_value_list(result_type(operation), keys, count));
}

static void call_overlaps(const struct ar_operation *operation)
{
    ar_value a = operand(operation, 0);
    ar_value b = operand(operation, 1);
    bool overlap = ar_cidr_overlaps(&a.as.cidr, &b.as.cidr);
    ar_operation_give(operation, ar_value_bool(overlap));
}

static void call_convert(const struct ar_operation *operation)
{
    give_result(operation, ar_value_parse(operation->machine->scratch,
                                          result_type(operation),
                                          text_operand(operation, 0),
                                          AR_REASON_bad_value));
}

static void call_string(const struct ar_operation *operation)
{
    struct ar_arena *scratch = operation->machine->scratch;
    give_text(operation, ar_value_text(scratch, operand(operation, 0)));
}

/* ---- all of them ---- */

static void call(const struct ar_operation *operation)
{
    switch ((enum ar_function)operation->n) {
    case AR_FUNCTION_LENGTH: call_length(operation); return;
    case AR_FUNCTION_LOWER:
    case AR_FUNCTION_UPPER: call_lower_or_upper(operation); return;
    case AR_FUNCTION_TRIM:
        give_text(operation, ar_str_trim(text_operand(operation, 0)));
        return;
    case AR_FUNCTION_REPLACE: call_replace(operation); return;
    case AR_FUNCTION_SPLIT: call_split(operation); return;
    case AR_FUNCTION_REMOVE_PREFIX: call_remove_prefix(operation); return;
    case AR_FUNCTION_REMOVE_SUFFIX: call_remove_suffix(operation); return;
    case AR_FUNCTION_WORD: call_word(operation); return;
    case AR_FUNCTION_BASENAME: call_basename(operation); return;
    case AR_FUNCTION_DIRNAME: call_dirname(operation); return;
    case AR_FUNCTION_ABS: call_abs(operation); return;
    case AR_FUNCTION_JOIN:
    case AR_FUNCTION_MIN:
    case AR_FUNCTION_MAX:
    case AR_FUNCTION_SUM:
    case AR_FUNCTION_SORT:
    case AR_FUNCTION_UNIQUE: ar_operate_list_function(operation); return;
    case AR_FUNCTION_KEYS: call_keys(operation); return;
    case AR_FUNCTION_OVERLAPS: call_overlaps(operation); return;
    case AR_FUNCTION_NOW:
        give_result(operation, operation->machine->now);
        return;
    case AR_FUNCTION_CONVERT: call_convert(operation); return;
    case AR_FUNCTION_TO_STRING: call_string(operation); return;
    case AR_N_FUNCTIONS: break;
    }
    AR_UNREACHABLE();
}

void ar_operate_function(const struct ar_operation *operation)
{
    size_t count = ar_function_arity((enum ar_function)operation->n);
    if (ar_operation_has_values(operation, count))
        call(operation);
}
