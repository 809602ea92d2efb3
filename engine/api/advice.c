/* SPDX-License-Identifier: Apache-2.0 */
/* Remedies of one rule for embedders. */

#include "report/advice.h"

#include "api/handles.h"
#include "report/report_plan.h"

struct request {
    struct ar_advice_request advice;
    struct ar_report_options options;
    bool is_json;
    bool is_good;
};

static void put_advice(struct ar_buf *out, void *context)
{
    struct request *request = context;
    request->options.generated = ar_api_time_text(out->arena);
    request->is_good = true;
    if (request->is_json)
        ar_report_json(out, request->advice.result, &request->options);
    else
        request->is_good = ar_advice_put(out, &request->advice);
}

/* A rule by id or by a name that only one has; NULL if it was not evaluated. */
static const struct ar_rule *find_rule(const archrules_result *result,
                                       const char *name)
{
    const struct ar_rule *rule =
        name ? ar_api_find_rule(result->result->program, ar_str_from_c(name))
             : NULL;
    return rule && ar_result_find_rule(result->result, rule) ? rule : NULL;
}

static enum ar_script_language choose_language(archrules_script script)
{
    switch (script) {
    case ARCHRULES_SCRIPT_NONE: return AR_SCRIPT_NONE;
    case ARCHRULES_SCRIPT_BASH: return AR_SCRIPT_BASH;
    case ARCHRULES_SCRIPT_POWERSHELL: return AR_SCRIPT_POWERSHELL;
    }
    return AR_SCRIPT_NONE;
}

archrules_status archrules_result_render_remedies(
    archrules_result *result, const archrules_remedy_options *options,
    const archrules_output *output)
{
    if (!result || result->ids_only || !options || !output)
        return ARCHRULES_MISUSE;
    const struct ar_rule *rule = find_rule(result, options->rule);
    if (!rule)
        return ARCHRULES_MISUSE;
    struct request request = {
        .options = {.color = output->color != 0,
                    .width = output->width,
                    .detail = AR_REPORT_FINDINGS,
                    .min_severity = AR_RULE_INFO,
                    .filter = ar_api_filter(&options->filter),
                    .tool = AR_STR("archrules " AR_VERSION)},
        .is_json = output->format == ARCHRULES_JSON &&
                   options->script == ARCHRULES_SCRIPT_NONE,
    };
    request.advice = (struct ar_advice_request){
        .result = result->result,
        .rule = rule,
        .has_key = options->key != NULL,
        .key = ar_str_from_c(options->key),
        .way = options->way,
        .script = choose_language(options->script),
        .options = &request.options,
    };
    struct ar_api_memories memories = {
        .at = {&result->memory, &result->facts->memory}, .count = 2};
    archrules_status status =
        ar_api_render(&memories, output, put_advice, &request);
    return status == ARCHRULES_OK && !request.is_good ? ARCHRULES_INVALID
                                                      : status;
}
