/* SPDX-License-Identifier: Apache-2.0 */
/* The strings of a probe's source with the values put in. No shell sees them,
 * so nothing is quoted. */
#include "base/file.h"
#include "probe/answer.h"
#include "probe/conditions.h"

#include <string.h>

static size_t last_separator(ar_str path)
{
    size_t end = path.len;
    while (end > 0 && path.ptr[end - 1] != '/' && path.ptr[end - 1] != '\\')
        end--;
    return end > 0 ? end - 1 : 0;
}

/* A template as an expression, so that the evaluator fills it in. */
static const struct ar_expr *make_expression(struct ar_arena *arena,
                                             const struct ar_template *string)
{
    struct ar_expr *expr = AR_NEW(arena, struct ar_expr);
    expr->kind = AR_EXPR_TEMPLATE;
    expr->type = &ar_type_string;
    expr->span = string->span;
    expr->string = string;
    return expr;
}

static bool has_hole(const struct ar_template *string)
{
    for (size_t ix = 0; ix < string->n_parts; ix++) {
        if (string->parts[ix].expr)
            return true;
    }
    return false;
}

static ar_str join_parts(struct ar_arena *arena,
                         const struct ar_template *string)
{
    struct ar_buf out = AR_BUF(arena);
    for (size_t ix = 0; ix < string->n_parts; ix++)
        ar_buf_put(&out, string->parts[ix].text);
    return ar_buf_view(&out);
}

/* The system's strings end at a NUL. */
static bool accept(ar_value value, ar_str *out, ar_value *lack)
{
    *lack = value;
    if (value.state != AR_STATE_VALUE)
        return false;
    *out = value.as.string;
    *lack = ar_value_unknown(AR_REASON_bad_value,
                             AR_STR("there is a NUL in what it is asked"));
    return out->len == 0 || !memchr(out->ptr, '\0', out->len);
}

/* './x' is beside the files of the pack, wherever archrules was started. */
static bool place(struct ar_arena *arena, const struct ar_pack *pack,
                  ar_str *text, ar_value *lack)
{
    if (!ar_str_starts_with(*text, AR_STR("./")))
        return true;
    ar_str folder = ar_file_absolute(arena, pack->path);
    if (ar_file_kind(folder) == AR_FILE_KIND_REGULAR)
        folder = ar_str_slice(folder, 0, last_separator(folder));
    *lack = ar_value_unknown(AR_REASON_unsupported,
                             AR_STR("its pack lies in no folder"));
    if (folder.len == 0 || ar_file_kind(folder) != AR_FILE_KIND_FOLDER)
        return false;
    *text = ar_str_concat(arena, folder, ar_str_slice(*text, 1, text->len));
    return true;
}

static bool prepare_exec(struct ar_arena *arena, const struct ar_probe_use *use,
                         struct ar_probe_request *out, ar_value *lack)
{
    ar_str *texts = AR_NEW_ARRAY(arena, ar_str, out->n_texts);
    for (size_t ix = 0; ix < out->n_texts; ix++) {
        texts[ix] = out->texts[ix];
        if (!place(arena, use->probe->pack, &texts[ix], lack))
            return false;
    }
    out->texts = texts;
    out->input = ar_answer_question(arena, use);
    return true;
}

bool ar_probe_request(struct ar_arena *arena, const struct ar_probe_use *use,
                      struct ar_probe_request *out, ar_value *lack)
{
    const struct ar_probe *probe = use->probe;
    const struct ar_probe_seen nothing = {.exit_code = ar_value_absent(),
                                          .out = ar_value_absent(),
                                          .err = ar_value_absent()};
    ar_probe_expressions expressions = {0};
    for (size_t ix = 0; ix < probe->texts.count; ix++) {
        if (has_hole(probe->texts.at[ix]))
            ar_vector_push(arena, &expressions,
                           make_expression(arena, probe->texts.at[ix]));
    }
    const struct ar_outcome *outcomes =
        ar_probe_evaluate(arena, use, &nothing, &expressions);
    ar_str *texts = AR_NEW_ARRAY(arena, ar_str, probe->texts.count);
    size_t next = 0;
    for (size_t ix = 0; ix < probe->texts.count; ix++) {
        const struct ar_template *string = probe->texts.at[ix];
        ar_value value = has_hole(string)
                             ? ar_outcome_value(&outcomes[next++])
                             : ar_value_string(join_parts(arena, string));
        if (!accept(value, &texts[ix], lack))
            return false;
    }
    *out = (struct ar_probe_request){
        .source = probe->source, .texts = texts, .n_texts = probe->texts.count};
    return probe->source != AR_PROBE_EXEC ||
           prepare_exec(arena, use, out, lack);
}
