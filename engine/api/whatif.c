/* SPDX-License-Identifier: Apache-2.0 */
/* What would be if facts were others. */

#include "report/whatif.h"

#include "api/handles.h"
#include "explain/explainer.h"
#include "facts/snapshot.h"
#include "text/utf8.h"

struct request {
    struct archrules_result *result;
    archrules_what_if_options options;
    bool is_json;
    struct ar_report_options report;
    int exit_code;
    bool is_good;
};

static void put_problem(struct ar_buf *out, ar_str problem)
{
    ar_utf8_put_safe(out, problem, false);
    ar_buf_put_char(out, '\n');
}

/* ---- other facts ---- */

/* False after diagnostics, which are those of the facts. */
static bool change_facts(struct request *request, struct ar_arena *arena,
                         struct ar_factset *set, ar_str_vector *assignments)
{
    struct archrules_facts *facts = request->result->facts;
    bool is_good = true;
    for (size_t ix = 0; ix < request->options.n_assignments; ix++) {
        ar_str text =
            ar_str_copy(&facts->memory.arena,
                        ar_str_from_c(request->options.assignments[ix]));
        ar_vector_push(arena, assignments, text);
        is_good =
            ar_snapshot_set(&facts->memory.arena, &facts->diags, set, text) &&
            is_good;
    }
    return is_good;
}

static void put_changes(struct ar_buf *out, struct request *request)
{
    struct ar_arena *arena = out->arena;
    const struct archrules_facts *facts = request->result->facts;
    struct ar_what_if_report report = {.before = request->result->result};
    struct ar_factset *set = ar_factset_copy(arena, &facts->set);
    request->is_good = change_facts(request, arena, set, &report.assignments);
    if (!request->is_good)
        return;
    report.after =
        ar_api_evaluate(arena, facts->engine, set, request->result->now);
    report.changes = ar_compare_results(arena, report.before, report.after);
    struct archrules_result changed = *request->result;
    changed.result = report.after;
    request->exit_code = archrules_result_exit_code(&changed, NULL);
    if (request->is_json)
        ar_report_what_if_json(out, &report, &request->report);
    else
        ar_report_what_if_human(out, &report, &request->report);
}

/* ---- what would flip a rule ---- */

static void put_flips(struct ar_buf *out, struct request *request)
{
    struct ar_arena *arena = out->arena;
    const struct ar_result *result = request->result->result;
    struct ar_explain_options how = {.now = request->result->now};
    ar_str key = ar_str_from_c(request->options.key);
    ar_why_vector whys = {0};
    ar_str problem =
        ar_api_explain_rule(arena, request->result, request->options.rule,
                            request->options.key, &how, &whys);
    request->is_good = problem.len == 0;
    if (!request->is_good) {
        put_problem(out, problem);
        return;
    }
    if (key.len == 0 && whys.at[0]->has_key && whys.count == 1)
        key = whys.at[0]->key_text;
    struct ar_flip_report report = {
        .result = result,
        .why = whys.at[0],
        .flips = ar_explain_flips(
            arena, result, whys.at[0]->rule,
            whys.at[0]->has_key ? whys.at[0]->key_text : key, &how)};
    if (request->is_json)
        ar_report_flips_json(out, &report, &request->report);
    else
        ar_report_flips_human(out, &report, &request->report);
}

static void put_what_if(struct ar_buf *out, void *context)
{
    struct request *request = context;
    request->report.generated = ar_api_time_text(out->arena);
    if (request->options.rule)
        put_flips(out, request);
    else
        put_changes(out, request);
}

archrules_status archrules_result_what_if(
    archrules_result *result, const archrules_what_if_options *options,
    const archrules_output *output, int *exit_code)
{
    if (!result || result->ids_only || !output || !options)
        return ARCHRULES_MISUSE;
    struct request request = {
        .result = result,
        .options = *options,
        .is_json = output->format == ARCHRULES_JSON,
        .report = {.color = output->color != 0,
                   .width = output->width,
                   .tool = AR_STR("archrules " AR_VERSION)},
    };
    struct ar_api_memories memories = {
        .at = {&result->memory, &result->facts->memory}, .count = 2};
    archrules_status status =
        ar_api_render(&memories, output, put_what_if, &request);
    if (status == ARCHRULES_OK && exit_code)
        *exit_code =
            options->rule
                ? archrules_result_rule_exit_code(result, options->rule, NULL)
                : request.exit_code;
    if (status == ARCHRULES_OK && !request.is_good)
        return ARCHRULES_INVALID;
    return status;
}
