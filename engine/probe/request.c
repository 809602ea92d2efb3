/* SPDX-License-Identifier: Apache-2.0 */
/* The strings of a probe's source with the values put in. No shell sees them,
 * so nothing is quoted. */
#include "probe/conditions.h"

#include <string.h>

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
    *out = (struct ar_probe_request){probe->source, texts, probe->texts.count};
    return true;
}
