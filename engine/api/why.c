/* SPDX-License-Identifier: Apache-2.0 */
/* Explanations: why rules have the statuses that they have. */

#include "report/why.h"

#include "api/handles.h"
#include "text/utf8.h"

/* ---- which rule ---- */

struct ar_api_choice ar_api_choose_rule(struct ar_arena *arena,
                                        const struct archrules_result *result,
                                        const char *name)
{
    struct ar_api_choice choice = {0};
    const struct ar_program *program = result->result->program;
    ar_str wanted = ar_str_from_c(name);
    ar_str_vector names = {0};
    const struct ar_rule *rule = ar_api_find_rule(program, wanted);
    for (size_t ix = 0; ix < result->result->rules.count; ix++) {
        const struct ar_rule *each = result->result->rules.at[ix].rule;
        if (each == rule)
            choice.rule = rule;
        ar_vector_push(arena, &names, each->id);
        ar_vector_push(arena, &names, each->name);
    }
    if (choice.rule)
        return choice;
    struct ar_buf said = AR_BUF(arena);
    ar_buf_printf(&said, "no rule is called '" AR_STR_FORMAT "'",
                  AR_STR_ARG(wanted));
    size_t near = ar_str_nearest(wanted, names.at, names.count);
    if (near != SIZE_MAX)
        ar_buf_printf(&said, "; did you mean '" AR_STR_FORMAT "'?",
                      AR_STR_ARG(names.at[near]));
    choice.problem = ar_buf_view(&said);
    return choice;
}

/* What stands in place of an explanation. */
static ar_str describe_key(struct ar_arena *arena, const struct ar_rule *rule,
                           ar_str key, const ar_str_vector *keys)
{
    struct ar_buf said = AR_BUF(arena);
    if (!rule->each)
        return ar_str_printf(
            arena, "'" AR_STR_FORMAT "' has no 'for each', and so no --key",
            AR_STR_ARG(rule->id));
    ar_buf_printf(&said,
                  "'" AR_STR_FORMAT "' has no element '" AR_STR_FORMAT "'",
                  AR_STR_ARG(rule->id), AR_STR_ARG(key));
    size_t near = ar_str_nearest(key, keys->at, keys->count);
    if (near != SIZE_MAX)
        ar_buf_printf(&said, "; did you mean '" AR_STR_FORMAT "'?",
                      AR_STR_ARG(keys->at[near]));
    for (size_t ix = 0; near == SIZE_MAX && ix < keys->count && ix < 10; ix++) {
        ar_buf_put_c(&said, ix == 0 ? "; there is " : ", ");
        ar_buf_put(&said, keys->at[ix]);
    }
    return ar_buf_view(&said);
}

/* ---- explaining ---- */

struct request {
    struct archrules_result *result;
    archrules_explain_options options;
    bool is_json;
    struct ar_report_options report;
    struct ar_explain_options how;
    ar_why_vector whys;
    ar_str problem;
};

ar_str ar_api_explain_rule(struct ar_arena *arena,
                           const struct archrules_result *result,
                           const char *name, const char *key_text,
                           const struct ar_explain_options *how,
                           ar_why_vector *whys)
{
    struct ar_api_choice choice = ar_api_choose_rule(arena, result, name);
    ar_str key = ar_str_from_c(key_text);
    if (!choice.rule)
        return choice.problem;
    if (!ar_explain_can(choice.rule))
        return AR_STR("a compiled pack cannot be explained: give the rules "
                      "that it was made from");
    if (!key_text || choice.rule->each)
        *whys = ar_explain_rule(arena, result->result, choice.rule, key, how);
    if (whys->count > 0)
        return (ar_str){NULL, 0};
    ar_str_vector keys =
        ar_explain_keys(arena, result->result, choice.rule, how);
    return describe_key(arena, choice.rule, key, &keys);
}

/* In the order of reports. */
static void explain_findings(struct request *request, struct ar_arena *arena)
{
    const struct ar_result *result = request->result->result;
    for (size_t ix = 0; ix < result->findings.count; ix++) {
        struct ar_why *why = ar_explain_finding(
            arena, result, result->findings.at[ix], &request->how);
        if (why)
            ar_vector_push(arena, &request->whys, why);
    }
}

static void explain_undetermined(struct request *request,
                                 struct ar_arena *arena)
{
    const struct ar_result *result = request->result->result;
    for (size_t ix = 0; ix < result->rules.count; ix++) {
        const struct ar_rule_result *state = &result->rules.at[ix];
        if (state->status != AR_STATUS_UNDETERMINED)
            continue;
        ar_why_vector some = ar_explain_rule(arena, result, state->rule,
                                             (ar_str){NULL, 0}, &request->how);
        for (size_t nth = 0; nth < some.count; nth++)
            ar_vector_push(arena, &request->whys, some.at[nth]);
    }
}

/* False if it has a message in place of explanations. */
static bool find_whys(struct request *request, struct ar_arena *arena)
{
    const struct ar_result *result = request->result->result;
    const char *rule = request->options.rule;
    if (!rule && result->rules.count > 0 &&
        !ar_explain_can(result->rules.at[0].rule))
        rule = result->rules.at[0].rule->id.ptr; /* says why */
    if (rule)
        request->problem = ar_api_explain_rule(arena, request->result, rule,
                                               request->options.key,
                                               &request->how, &request->whys);
    else if (request->options.why == ARCHRULES_WHY)
        explain_findings(request, arena);
    else
        explain_undetermined(request, arena);
    return request->problem.len == 0;
}

static void put_explanations(struct ar_buf *out, void *context)
{
    struct request *request = context;
    bool is_why = request->options.why == ARCHRULES_WHY;
    if (!find_whys(request, out->arena)) {
        ar_utf8_put_safe(out, request->problem, false);
        ar_buf_put_char(out, '\n');
        return;
    }
    struct ar_why_report report = {request->result->result, request->whys,
                                   is_why ? "why" : "why-not"};
    request->report.generated = ar_api_time_text(out->arena);
    if (request->is_json)
        ar_report_why_json(out, &report, &request->report);
    else
        ar_report_why_human(out, &report, &request->report);
}

archrules_status archrules_result_explain(
    archrules_result *result, const archrules_explain_options *options,
    const archrules_output *output)
{
    if (!result || result->ids_only || !output)
        return ARCHRULES_MISUSE;
    struct request request = {
        .result = result,
        .is_json = output->format == ARCHRULES_JSON,
        .report = {.color = output->color != 0,
                   .width = output->width,
                   .tool = AR_STR("archrules " AR_VERSION)},
    };
    if (options)
        request.options = *options;
    request.how = (struct ar_explain_options){
        .is_live = request.options.is_live != 0, .now = result->now};
    struct ar_api_memories memories = {
        .at = {&result->memory, &result->facts->memory}, .count = 2};
    archrules_status status =
        ar_api_render(&memories, output, put_explanations, &request);
    if (status == ARCHRULES_OK && request.problem.len > 0)
        return ARCHRULES_INVALID;
    return status;
}

/* ---- exit codes ---- */

/* The result as if there were no other rule. It takes no memory, so that there
 * is always an answer. */
static struct ar_result leave_others_out(const struct ar_result *all,
                                         struct ar_rule_result *state)
{
    struct ar_result only = {.program = all->program, .facts = all->facts};
    only.rules.at = state;
    only.rules.count = 1;
    only.findings.at = state->findings.at;
    only.findings.count = state->findings.count;
    only.counts[state->status] = 1;
    return only;
}

int archrules_result_rule_exit_code(const archrules_result *result,
                                    const char *rule,
                                    const archrules_report_options *options)
{
    if (!result || !rule)
        return archrules_result_exit_code(result, options);
    const struct ar_result *all = result->result;
    const struct ar_rule *wanted =
        ar_api_find_rule(all->program, ar_str_from_c(rule));
    for (size_t ix = 0; ix < all->rules.count; ix++) {
        if (all->rules.at[ix].rule != wanted)
            continue;
        struct ar_result only = leave_others_out(all, &all->rules.at[ix]);
        struct archrules_result alone = *result;
        alone.result = &only;
        return archrules_result_exit_code(&alone, options);
    }
    return AR_REPORT_EXIT_OPEN;
}
