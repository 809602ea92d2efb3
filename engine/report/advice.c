/* SPDX-License-Identifier: Apache-2.0 */
/* What to do about the findings of one rule. */

#include "report/advice.h"

#include "report/report_page.h"
#include "report/script.h"

struct advising {
    struct ar_report_page page;
    const struct ar_advice_request *request;
    const struct ar_rule_result *state;
    AR_VECTOR(const struct ar_finding *) findings; /* that are asked for */
};

static bool refuse(struct advising *advising, ar_str why)
{
    advising->page.out->len = 0;
    ar_report_line(&advising->page, 0, why);
    return false;
}

static void choose_findings(struct advising *advising)
{
    const struct ar_advice_request *request = advising->request;
    for (size_t ix = 0; ix < advising->state->findings.count; ix++) {
        const struct ar_finding *finding = advising->state->findings.at[ix];
        if (!request->has_key ||
            (finding->has_key && ar_str_equal(finding->key_text, request->key)))
            ar_vector_push(advising->page.out->arena, &advising->findings,
                           finding);
    }
}

/* "Ubuntu, Debian" */
static ar_str list_keys(struct advising *advising)
{
    struct ar_buf out = AR_BUF(advising->page.out->arena);
    for (size_t ix = 0; ix < advising->state->findings.count; ix++) {
        ar_buf_put_c(&out, ix > 0 ? ", " : "");
        ar_buf_put(&out, advising->state->findings.at[ix]->key_text);
    }
    return ar_buf_view(&out);
}

static bool refuse_key(struct advising *advising)
{
    const struct ar_advice_request *request = advising->request;
    ar_str keys = list_keys(advising);
    return refuse(advising,
                  ar_str_printf(advising->page.out->arena,
                                AR_STR_FORMAT
                                " has no finding with the key '" AR_STR_FORMAT
                                "'; there is: " AR_STR_FORMAT,
                                AR_STR_ARG(request->rule->id),
                                AR_STR_ARG(request->key), AR_STR_ARG(keys)));
}

static bool is_chosen(const struct advising *advising,
                      const struct ar_finding *finding, size_t ix)
{
    size_t way = advising->request->way;
    if (way > 0)
        return ix + 1 == way;
    return ar_report_is_shown(advising->page.plan, &finding->remedies.at[ix]);
}

/* ---- as a script ---- */

static bool refuse_way(struct advising *advising,
                       const struct ar_finding *finding)
{
    struct ar_arena *arena = advising->page.out->arena;
    ar_str id = advising->request->rule->id;
    if (finding->remedies.count == 0)
        return refuse(advising,
                      ar_str_concat(arena, id, AR_STR(" has no remedy")));
    if (advising->request->way > 0)
        return refuse(advising,
                      ar_str_printf(arena,
                                    AR_STR_FORMAT " has no way %zu: there "
                                                  "are %zu",
                                    AR_STR_ARG(id), advising->request->way,
                                    finding->remedies.count));
    return refuse(
        advising,
        ar_str_printf(arena,
                      "the filters leave out every remedy of " AR_STR_FORMAT,
                      AR_STR_ARG(id)));
}

static bool put_script(struct advising *advising)
{
    const struct ar_advice_request *request = advising->request;
    if (advising->findings.count > 1) {
        ar_str keys = list_keys(advising);
        return refuse(advising,
                      ar_str_printf(advising->page.out->arena,
                                    "a script is for one finding: say --key, "
                                    "one of " AR_STR_FORMAT,
                                    AR_STR_ARG(keys)));
    }
    const struct ar_finding *finding = advising->findings.at[0];
    for (size_t ix = 0; ix < finding->remedies.count; ix++) {
        if (!is_chosen(advising, finding, ix))
            continue;
        struct ar_script script = {advising->page.plan, finding,
                                   &finding->remedies.at[ix]};
        if (request->script == AR_SCRIPT_BASH)
            ar_script_bash(advising->page.out, &script);
        else
            ar_script_powershell(advising->page.out, &script);
        return true;
    }
    return refuse_way(advising, finding);
}

/* ---- for people ---- */

static void put_nothing(struct advising *advising)
{
    struct ar_report_page *page = &advising->page;
    const struct ar_rule_result *state = advising->state;
    struct ar_buf text = AR_BUF(page->out->arena);
    ar_buf_put(&text, state->rule->id);
    if (state->status == AR_STATUS_UNDETERMINED)
        ar_buf_put_c(&text, " is undetermined: whether there is anything to "
                            "mend could not be decided.");
    else
        ar_buf_printf(&text, " is %s: there is nothing to mend.",
                      ar_status_table[state->status].name);
    ar_report_title(page, 0, AR_REPORT_BOLD, ar_buf_view(&text));
    if (state->reason.len > 0)
        ar_report_wrap(page, 2, "", state->reason);
    for (size_t ix = 0; ix < state->causes.count; ix++) {
        if (state->status == AR_STATUS_UNDETERMINED)
            ar_report_wrap(
                page, 2, "needs ",
                ar_report_need_text(page->plan, &state->causes.at[ix]));
    }
}

static void put_finding(struct advising *advising,
                        const struct ar_finding *finding)
{
    struct ar_report_page *page = &advising->page;
    if (page->out->len > 0)
        ar_report_blank(page);
    ar_report_title(page, 0, AR_REPORT_BOLD,
                    ar_report_finding_name(page->plan, finding));
    ar_report_wrap(page, 2, "", finding->diagnosis);
    if (finding->remedies.count == 0)
        ar_report_wrap(page, 2, "", AR_STR("The rule has no remedy."));
    if (advising->request->way > 0)
        ar_report_put_remedy(page, finding, advising->request->way - 1);
    else
        ar_report_put_remedies(page, finding);
}

static bool put_all(struct advising *advising)
{
    size_t way = advising->request->way;
    if (advising->state->findings.count == 0)
        put_nothing(advising);
    for (size_t ix = 0; ix < advising->findings.count; ix++) {
        const struct ar_finding *finding = advising->findings.at[ix];
        if (way > finding->remedies.count)
            return refuse_way(advising, finding);
        put_finding(advising, finding);
    }
    return true;
}

bool ar_advice_put(struct ar_buf *out, const struct ar_advice_request *request)
{
    struct ar_report_plan plan =
        ar_report_plan_make(out->arena, request->result, request->options);
    struct advising advising = {
        .page = {.out = out,
                 .plan = &plan,
                 .color = request->options->color,
                 .width = ar_report_width(request->options)},
        .request = request,
        .state = ar_result_find_rule(request->result, request->rule),
    };
    AR_ASSERT(advising.state != NULL);
    choose_findings(&advising);
    if (advising.findings.count == 0 && advising.state->findings.count > 0)
        return refuse_key(&advising);
    if (request->script == AR_SCRIPT_NONE)
        return put_all(&advising);
    if (advising.findings.count > 0)
        return put_script(&advising);
    return refuse(&advising,
                  ar_str_printf(out->arena,
                                AR_STR_FORMAT " is %s: there is nothing to "
                                              "mend",
                                AR_STR_ARG(request->rule->id),
                                ar_status_table[advising.state->status].name));
}
