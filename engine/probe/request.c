/* SPDX-License-Identifier: Apache-2.0 */
/* The strings of a probe's source with the values put in. No shell sees them,
 * so nothing is quoted. */
#include "base/file.h"
#include "probe/answer.h"
#include "probe/conditions.h"
#include "probe/http.h"

#include <string.h>

static size_t last_separator(ar_str path)
{
    size_t end = path.len;
    while (end > 0 && path.ptr[end - 1] != '/' && path.ptr[end - 1] != '\\')
        end--;
    return end > 0 ? end - 1 : 0;
}

/* A hole as a template of its own, so that the evaluator makes a text of it. */
static const struct ar_expr *make_expression(
    struct ar_arena *arena, const struct ar_template *string,
    const struct ar_template_part *hole)
{
    struct ar_expr *expr = AR_NEW(arena, struct ar_expr);
    struct ar_template *own = AR_NEW(arena, struct ar_template);
    *own = (struct ar_template){.parts = hole, .n_parts = 1};
    own->span = string->span;
    expr->kind = AR_EXPR_TEMPLATE;
    expr->type = &ar_type_string;
    expr->span = string->span;
    expr->string = own;
    return expr;
}

static void add_holes(struct ar_arena *arena, const struct ar_template *string,
                      ar_probe_expressions *expressions)
{
    for (size_t ix = 0; ix < string->n_parts; ix++) {
        if (string->parts[ix].expr)
            ar_vector_push(arena, expressions,
                           make_expression(arena, string, &string->parts[ix]));
    }
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

/* The path that a service is asked for: a value is one part of it. */
static bool is_in_path(const struct ar_probe *probe, size_t text)
{
    return probe->source == AR_PROBE_HTTP && text > 0;
}

static bool put_value(struct ar_buf *out, ar_str value, bool in_path,
                      ar_value *lack)
{
    *lack =
        ar_value_unknown(AR_REASON_bad_value,
                         AR_STR("what it is asked is empty, or has an empty "
                                "part, '.' or '..' in it"));
    if (in_path)
        return ar_http_put_value(out, value);
    ar_buf_put(out, value);
    return true;
}

/* *outcomes: of the holes, the next one first. */
static bool fill(struct ar_arena *arena, const struct ar_template *string,
                 bool in_path, const struct ar_outcome **outcomes, ar_str *out,
                 ar_value *lack)
{
    struct ar_buf text = AR_BUF(arena);
    for (size_t ix = 0; ix < string->n_parts; ix++) {
        ar_str value;
        ar_buf_put(&text, string->parts[ix].text);
        if (string->parts[ix].expr &&
            (!accept(ar_outcome_value((*outcomes)++), &value, lack) ||
             !put_value(&text, value, in_path, lack)))
            return false;
    }
    *out = ar_buf_view(&text);
    return accept(ar_value_string(*out), out, lack);
}

bool ar_probe_request(struct ar_arena *arena, const struct ar_probe_use *use,
                      struct ar_probe_request *out, ar_value *lack)
{
    const struct ar_probe *probe = use->probe;
    const struct ar_probe_seen nothing = {.exit_code = ar_value_absent(),
                                          .out = ar_value_absent(),
                                          .err = ar_value_absent()};
    ar_probe_expressions holes = {0};
    for (size_t ix = 0; ix < probe->texts.count; ix++)
        add_holes(arena, probe->texts.at[ix], &holes);
    const struct ar_outcome *outcomes =
        ar_probe_evaluate(arena, use, &nothing, &holes);
    ar_str *texts = AR_NEW_ARRAY(arena, ar_str, probe->texts.count);
    const struct ar_outcome *next = outcomes;
    *out = (struct ar_probe_request){0};
    for (size_t ix = 0; ix < probe->texts.count; ix++) {
        if (fill(arena, probe->texts.at[ix], is_in_path(probe, ix), &next,
                 &texts[ix], lack))
            continue;
        if (next > outcomes)
            out->causes = next[-1].causes;
        return false;
    }
    *out = (struct ar_probe_request){
        .source = probe->source, .texts = texts, .n_texts = probe->texts.count};
    return probe->source != AR_PROBE_EXEC ||
           prepare_exec(arena, use, out, lack);
}
