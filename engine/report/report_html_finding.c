/* SPDX-License-Identifier: Apache-2.0 */
/* A finding in the HTML report: diagnosis, evidence, drawing, what to do. */

#include "report/report_html.h"

static void put_c(struct ar_report_html *html, const char *markup)
{
    ar_report_html_c(html, markup);
}

/* ---- evidence ---- */

static void put_fact(struct ar_report_html *html,
                     const struct ar_evidence *fact)
{
    ar_str value = ar_report_value_text(html->plan, fact->decl, fact->value);
    put_c(html, "<div><dt><code>");
    ar_report_html_text(html, fact->key);
    put_c(html, "</code></dt><dd><code>");
    ar_report_html_text(html, value.len > 0 ? value : AR_STR("\"\""));
    put_c(html, "</code></dd>");
    ar_report_html_element(html, "dd class=\"from quiet small\"",
                           ar_report_origin_text(html->plan, fact));
    put_c(html, "</div>\n");
}

static void put_facts(struct ar_report_html *html,
                      const struct ar_finding *finding)
{
    if (finding->facts.count == 0)
        return;
    ar_buf_printf(html->out,
                  "<details open><summary>Because of %zu fact%s</summary>\n"
                  "<dl class=\"facts\">\n",
                  finding->facts.count, finding->facts.count == 1 ? "" : "s");
    for (size_t ix = 0; ix < finding->facts.count; ix++)
        put_fact(html, &finding->facts.at[ix]);
    put_c(html, "</dl></details>\n");
}

static void put_texts(struct ar_report_html *html, const char *title,
                      const ar_str *texts, size_t count)
{
    if (count == 0)
        return;
    ar_buf_printf(html->out, "<h4>%s</h4>\n<ul>\n", title);
    for (size_t ix = 0; ix < count; ix++)
        ar_report_html_element(html, "li", texts[ix]);
    put_c(html, "</ul>\n");
}

static void put_explained(struct ar_report_html *html,
                          const struct ar_report_entry *entry)
{
    if (entry->explains.count == 0)
        return;
    put_c(html, "<h4>Also explains</h4>\n<ul>\n");
    for (size_t ix = 0; ix < entry->explains.count; ix++) {
        const struct ar_finding *finding = entry->explains.at[ix];
        put_c(html, "<li><code>");
        ar_report_html_text(html, ar_report_finding_name(html->plan, finding));
        ar_buf_printf(html->out, "</code> (%s): ",
                      ar_rule_severity_names[finding->rule->severity]);
        ar_report_html_text(html,
                            ar_report_text(html->plan, finding->diagnosis));
        put_c(html, "</li>\n");
    }
    put_c(html, "</ul>\n");
}

static void put_possible_causes(struct ar_report_html *html,
                                const struct ar_finding *finding)
{
    if (finding->possible_causes.count > 0)
        put_c(html, "<h4>Possible causes that are not ruled out</h4>\n");
    for (size_t ix = 0; ix < finding->possible_causes.count; ix++) {
        const struct ar_rule *rule = finding->possible_causes.at[ix];
        const struct ar_rule_result *state =
            ar_result_find_rule(html->plan->result, rule);
        put_c(html, "<p>");
        ar_report_html_text(
            html, ar_report_join(html->plan, rule->id, ": ", rule->title));
        put_c(html, "</p>\n");
        if (state != NULL)
            ar_report_html_needs(html, &state->causes);
    }
}

/* ---- remedies ---- */

static void put_commands(struct ar_report_html *html,
                         const ar_result_item_vector *items, size_t ix)
{
    ar_str label = ar_report_shell_label(html->plan, items->at[ix].shell);
    ar_report_html_element(html, "p class=\"shell\"", label);
    put_c(html, "<div class=\"cmd\"><pre tabindex=\"0\"><code>");
    do {
        ar_report_html_text(html, items->at[ix].text);
        ix++;
        put_c(html, ix < items->count && ar_report_is_continued(items, ix)
                        ? "\n"
                        : "");
    } while (ix < items->count && ar_report_is_continued(items, ix));
    put_c(html, "</code></pre><button type=\"button\" class=\"copy\" hidden>"
                "Copy</button></div>\n");
}

static void put_item(struct ar_report_html *html, const struct ar_rule *rule,
                     const ar_result_item_vector *items, size_t ix)
{
    const struct ar_result_item *item = &items->at[ix];
    bool is_first = !ar_report_is_continued(items, ix);
    if (is_first)
        ar_report_html_element(
            html, "p class=\"only\"",
            ar_report_condition_text(html->plan, item->condition));
    if (is_first)
        ar_report_html_element(html, "p class=\"only\"",
                               ar_report_fill_in_text(item));
    switch (item->kind) {
    case AR_STEP_RUN:
        if (is_first)
            put_commands(html, items, ix);
        return;
    case AR_STEP_DO: ar_report_html_element(html, "p", item->text); return;
    case AR_STEP_OPEN:
        put_c(html, "<p>Open: ");
        ar_report_html_link(html, rule, item->text);
        put_c(html, "</p>\n");
        return;
    case AR_STEP_RESTART:
        ar_report_html_element(html, "p", ar_report_restart_step(item->shell));
        return;
    }
    AR_UNREACHABLE();
}

static void put_items(struct ar_report_html *html, const struct ar_rule *rule,
                      const ar_result_item_vector *items)
{
    ar_result_item_vector shown = ar_report_items(html->plan, items);
    for (size_t ix = 0; ix < shown.count; ix++)
        put_item(html, rule, &shown, ix);
}

static void put_steps(struct ar_report_html *html, const struct ar_rule *rule,
                      const struct ar_result_remedy *remedy)
{
    if (remedy->steps.count == 0)
        return;
    put_c(html, "<ol class=\"steps\">\n");
    for (size_t ix = 0; ix < remedy->steps.count; ix++) {
        const struct ar_result_step *step = &remedy->steps.at[ix];
        put_c(html, "<li>");
        ar_report_html_element(html, "p class=\"step\"", step->sentence);
        ar_report_html_element(
            html, "p class=\"only\"",
            ar_report_condition_text(html->plan, step->condition));
        put_items(html, rule, &step->items);
        put_c(html, "</li>\n");
    }
    put_c(html, "</ol>\n");
}

static void put_cost(struct ar_report_html *html,
                     const struct ar_result_remedy *remedy)
{
    ar_str risk = ar_str_from_c(ar_risk_names[remedy->remedy->risk]);
    put_c(html, "<dl class=\"cost\">\n<dt>Risk</dt>");
    ar_report_html_element(
        html,
        remedy->remedy->risk == AR_RISK_HIGH ? "dd class=\"danger\"" : "dd",
        risk);
    if (remedy->data_loss.len > 0)
        put_c(html, "<dt>Data loss</dt>");
    ar_report_html_element(html, "dd class=\"danger\"", remedy->data_loss);
    ar_report_html_row(html, "Restart",
                       ar_report_restart_text(html->plan, remedy));
    ar_report_html_row(html, "Rights", ar_report_rights_text(remedy));
    ar_report_html_row(html, "To undo it", remedy->undo);
    put_c(html, "</dl>\n");
}

static void put_verify(struct ar_report_html *html, const struct ar_rule *rule,
                       const struct ar_result_remedy *remedy)
{
    if (remedy->verify.len == 0 && remedy->verify_runs.count == 0)
        return;
    put_c(html, "<h4>Check that it worked</h4>\n");
    if (remedy->verify.len > 0) {
        put_c(html, "<p>This is true then: ");
        ar_report_html_element(html, "code", remedy->verify);
        put_c(html, "</p>\n");
    }
    put_items(html, rule, &remedy->verify_runs);
}

static void put_remedy(struct ar_report_html *html,
                       const struct ar_finding *finding, size_t ix)
{
    const struct ar_result_remedy *remedy = &finding->remedies.at[ix];
    put_c(html, "<div class=\"remedy\">\n");
    ar_report_html_element(html, "h4",
                           ar_report_remedy_title(html->plan, finding, ix));
    put_cost(html, remedy);
    put_steps(html, finding->rule, remedy);
    put_verify(html, finding->rule, remedy);
    put_c(html, "</div>\n");
}

static void put_remedies(struct ar_report_html *html,
                         const struct ar_finding *finding)
{
    ar_str_vector left_out = ar_report_filtered_texts(html->plan, finding);
    for (size_t ix = 0; ix < finding->remedies.count; ix++) {
        if (ar_report_is_shown(html->plan, &finding->remedies.at[ix]))
            put_remedy(html, finding, ix);
    }
    put_texts(html, "Ways that were left out", left_out.at, left_out.count);
}

/* ---- the finding ---- */

static void put_links(struct ar_report_html *html,
                      const struct ar_finding *finding)
{
    if (finding->links.count == 0)
        return;
    put_c(html, "<h4>See also</h4>\n<ul>\n");
    for (size_t ix = 0; ix < finding->links.count; ix++) {
        put_c(html, "<li>");
        ar_report_html_link(html, finding->rule, finding->links.at[ix]);
        put_c(html, "</li>\n");
    }
    put_c(html, "</ul>\n");
}

static void put_title(struct ar_report_html *html,
                      const struct ar_finding *finding, size_t number)
{
    const struct ar_rule *rule = finding->rule;
    ar_buf_printf(html->out,
                  "<article class=\"card finding %s\" "
                  "aria-labelledby=\"f%zu\">\n<span class=\"badge\">%s</span>\n"
                  "<h3 id=\"f%zu\">",
                  ar_rule_severity_names[rule->severity], number,
                  ar_report_severity_words[rule->severity], number);
    ar_report_html_text(html, ar_report_finding_title(html->plan, finding));
    put_c(html, "</h3>\n<p class=\"at quiet small\"><code>");
    ar_report_html_text(html, rule->id);
    put_c(html, "</code>");
    ar_str place = ar_report_place_text(html->plan, rule->span);
    if (place.len > 0)
        put_c(html, " &middot; ");
    ar_report_html_text(html, place);
    if (rule->confidence != AR_CONFIDENCE_HIGH)
        ar_buf_printf(html->out, " &middot; confidence %s",
                      ar_confidence_names[rule->confidence]);
    put_c(html, "</p>\n");
}

void ar_report_html_finding(struct ar_report_html *html,
                            const struct ar_report_entry *entry, size_t number)
{
    const struct ar_finding *finding = entry->finding;
    put_title(html, finding, number);
    ar_report_html_element(html, "p class=\"diagnosis\"", finding->diagnosis);
    put_facts(html, finding);
    ar_report_html_graph(html, entry, number);
    put_texts(html, "Symptoms that are there too", finding->symptoms.at,
              finding->symptoms.count);
    put_explained(html, entry);
    put_possible_causes(html, finding);
    put_remedies(html, finding);
    put_texts(html, "Good to know", finding->lessons.at,
              finding->lessons.count);
    put_links(html, finding);
    put_c(html, "</article>\n");
}
