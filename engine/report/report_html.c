/* SPDX-License-Identifier: Apache-2.0 */
/* The report as one page that needs nothing else: no file, no network, no
 * script to be read. Its policy permits the one style sheet and the one script
 * that are in it, by their hashes. */

#include "report/report_html.h"

#include "base/hash.h"
#include "text/markup.h"

enum { MANY_RULES = 40 }; /* from here on the table of rules is folded */

/* ---- words ---- */

void ar_report_html_c(struct ar_report_html *html, const char *markup)
{
    ar_buf_put_c(html->out, markup);
}

void ar_report_html_text(struct ar_report_html *html, ar_str text)
{
    ar_markup_put_lines(html->out, ar_report_mask(html->plan, text));
}

void ar_report_html_element(struct ar_report_html *html, const char *tag,
                            ar_str text)
{
    ar_str name = ar_str_from_c(tag);
    if (text.len == 0)
        return;
    ar_buf_printf(html->out, "<%s>", tag);
    ar_report_html_text(html, ar_report_text(html->plan, text));
    name = ar_str_slice(name, 0, ar_str_find(name, AR_STR(" "), 0));
    ar_buf_printf(html->out, "</" AR_STR_FORMAT ">%s", AR_STR_ARG(name),
                  ar_str_equal_c(name, "code") ? "" : "\n");
}

void ar_report_html_row(struct ar_report_html *html, const char *label,
                        ar_str text)
{
    if (text.len == 0)
        return;
    ar_buf_printf(html->out, "<dt>%s</dt>", label);
    ar_report_html_element(html, "dd", text);
}

void ar_report_html_link(struct ar_report_html *html,
                         const struct ar_rule *rule, ar_str link)
{
    if (!ar_report_is_pack_link(rule, link)) {
        ar_report_html_element(html, "code", link);
        return;
    }
    ar_report_html_c(html, "<a rel=\"noreferrer\" href=\"");
    ar_markup_put_text(html->out, link);
    ar_report_html_c(html, "\">");
    ar_report_html_text(html, link);
    ar_report_html_c(html, "</a>");
}

void ar_report_html_needs(struct ar_report_html *html,
                          const ar_cause_vector *causes)
{
    for (size_t ix = 0; ix < causes->count; ix++) {
        const struct ar_cause *cause = &causes->at[ix];
        ar_report_html_c(html, "<div class=\"need\"><p>Needs ");
        ar_report_html_element(html, "code", cause->name);
        ar_report_html_c(html, ": ");
        ar_report_html_text(html, ar_report_why_text(html->plan, cause));
        ar_report_html_c(html, "</p>");
        if (cause->value.state == AR_STATE_UNKNOWN) {
            ar_report_html_c(html, "<p class=\"quiet small\">To find out: ");
            ar_report_html_c(html, ar_reason_table[cause->value.reason].how);
            ar_report_html_c(html, ".</p>");
        }
        ar_report_html_c(html, "</div>\n");
    }
}

/* ---- the head ---- */

static void put_head(struct ar_report_html *html)
{
    ar_report_html_c(html,
                     "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n"
                     "<meta charset=\"utf-8\">\n"
                     "<meta http-equiv=\"Content-Security-Policy\" content=\""
                     "default-src 'none'; style-src '");
    ar_hash_put_sha256(html->out, ar_report_page_css);
    ar_report_html_c(html, "'; script-src '");
    ar_hash_put_sha256(html->out, ar_report_page_js);
    ar_report_html_c(
        html, "'; base-uri 'none'; form-action 'none'\">\n"
              "<meta name=\"viewport\" content=\"width=device-width, "
              "initial-scale=1\">\n"
              "<meta name=\"color-scheme\" content=\"light dark\">\n"
              "<meta name=\"referrer\" content=\"no-referrer\">\n<title>");
    ar_str machine = html->plan->result->facts->machine;
    ar_str verdict = ar_report_verdict(html->plan);
    ar_markup_put_text(
        html->out,
        ar_report_mask(html->plan,
                       ar_report_join(html->plan, machine, ": ", verdict)));
    ar_report_html_c(html, "</title>\n<style>");
    ar_buf_put(html->out, ar_report_page_css);
    ar_report_html_c(html, "</style>\n</head>\n<body>\n");
}

static void put_tally(struct ar_report_html *html)
{
    const struct ar_report_plan *plan = html->plan;
    ar_report_html_c(html, "<ul class=\"tally\" aria-label=\"Counts\">\n");
    for (size_t rank = 4; rank-- > 0;) {
        const char *name = ar_rule_severity_names[rank];
        if (plan->n_by_severity[rank] > 0)
            ar_buf_printf(html->out, "<li class=\"%s\"><b>%zu</b> %s</li>\n",
                          name, plan->n_by_severity[rank], name);
    }
    for (size_t ix = 0; ix < AR_N_STATUSES; ix++) {
        enum ar_status status = ar_report_status_order[ix];
        size_t count = plan->result->counts[status];
        const char *name = ar_status_table[status].name;
        if (count == 0 || status == AR_STATUS_MATCHED)
            continue;
        ar_buf_printf(html->out, "<li class=\"%s\"><b>%zu</b> ", name, count);
        ar_report_html_c(html, ar_report_status_words[status]);
        ar_report_html_c(html, "</li>\n");
    }
    ar_report_html_c(html, "</ul>\n");
}

static void put_top(struct ar_report_html *html)
{
    const struct ar_report_plan *plan = html->plan;
    const struct ar_factset *facts = plan->result->facts;
    ar_str generated = ar_str_from_c(plan->options->generated);
    ar_report_html_c(html, "<header class=\"top\">\n"
                           "<p class=\"brand\">archrules report</p>\n");
    ar_report_html_element(html, "h1", ar_report_verdict(plan));
    put_tally(html);
    ar_report_html_c(html, "<dl class=\"machine\">\n");
    ar_report_html_row(html, "Machine", facts->machine);
    ar_report_html_row(
        html, "Collected",
        ar_report_join(plan, facts->collected, " by ", facts->tool));
    ar_report_html_row(
        html, "Report",
        ar_report_join(plan, generated, " by ", plan->options->tool));
    ar_report_html_row(html, "Packs", ar_report_packs_text(plan));
    ar_report_html_c(html, "</dl>\n</header>\n");
}

/* ---- contents ---- */

static void put_contents_link(struct ar_report_html *html, const char *anchor,
                              const char *words, size_t count)
{
    if (count > 0)
        ar_buf_printf(html->out,
                      "<li><a href=\"#%s\">%s</a> <span class=\"quiet\">%zu"
                      "</span></li>\n",
                      anchor, words, count);
}

static void put_contents(struct ar_report_html *html)
{
    const struct ar_report_plan *plan = html->plan;
    size_t number = 0;
    ar_report_html_c(html, "<nav aria-label=\"Contents\">\n<ul>\n");
    for (size_t ix = 0; ix < plan->result->findings.count; ix++) {
        const struct ar_finding *finding = plan->entries[ix].finding;
        const char *severity = ar_rule_severity_names[finding->rule->severity];
        if (!ar_report_stands_alone(&plan->entries[ix]))
            continue;
        ar_buf_printf(html->out,
                      "<li class=\"%s\"><span class=\"badge\">%s</span> "
                      "<a href=\"#f%zu\">",
                      severity,
                      ar_report_severity_words[finding->rule->severity],
                      ++number);
        ar_report_html_text(html, ar_report_finding_title(plan, finding));
        ar_report_html_c(html, "</a></li>\n");
    }
    put_contents_link(html, "not-run", "Rules that did not run",
                      plan->n_not_loaded +
                          plan->result->counts[AR_STATUS_ERROR]);
    put_contents_link(html, "undecided", "Could not be decided",
                      plan->n_undecided);
    put_contents_link(html, "questions", "Questions that only you can answer",
                      plan->questions.count);
    put_contents_link(html, "rules", "All rules", plan->result->rules.count);
    ar_report_html_c(html, "</ul>\n</nav>\n");
}

/* ---- findings ---- */

static void put_findings(struct ar_report_html *html)
{
    const struct ar_report_plan *plan = html->plan;
    ar_str_vector left_out = ar_report_left_out_texts(plan);
    size_t number = 0;
    size_t n_more = 0;
    if (plan->n_active + left_out.count > 0)
        ar_report_html_c(html, "<section aria-labelledby=\"findings\">\n"
                               "<h2 id=\"findings\">Findings</h2>\n");
    for (size_t ix = 0; ix < plan->result->findings.count; ix++) {
        if (!ar_report_stands_alone(&plan->entries[ix]))
            continue;
        if (ar_report_is_full(html->out))
            n_more++;
        else
            ar_report_html_finding(html, &plan->entries[ix], ++number);
    }
    if (n_more > 0)
        ar_report_html_element(html, "p",
                               ar_report_full_text(plan, n_more, "finding"));
    for (size_t ix = 0; ix < left_out.count; ix++)
        ar_report_html_element(html, "p", left_out.at[ix]);
    if (plan->n_active + left_out.count > 0)
        ar_report_html_c(html, "</section>\n");
}

/* ---- what is not decided ---- */

static void begin_section(struct ar_report_html *html, const char *id,
                          ar_str title)
{
    ar_buf_printf(html->out, "<section aria-labelledby=\"%s\">\n<h2 id=\"%s\">",
                  id, id);
    ar_report_html_text(html, title);
    ar_report_html_c(html, "</h2>\n<div class=\"card\">\n");
}

static void end_section(struct ar_report_html *html)
{
    ar_report_html_c(html, "</div>\n</section>\n");
}

static void put_groups(struct ar_report_html *html, const char *title,
                       enum ar_status status)
{
    ar_report_groups groups = ar_report_group_reasons(html->plan, status);
    if (groups.count == 0)
        return;
    ar_buf_printf(html->out, "<h3>%s</h3>\n<ul>\n", title);
    for (size_t ix = 0; ix < groups.count; ix++) {
        ar_report_html_c(html, "<li><code>");
        ar_report_html_text(html, ar_buf_view(&groups.at[ix]->names));
        ar_report_html_c(html, "</code><br>");
        ar_report_html_text(html, groups.at[ix]->text);
        ar_report_html_c(html, "</li>\n");
    }
    ar_report_html_c(html, "</ul>\n");
}

static void put_not_run(struct ar_report_html *html)
{
    const struct ar_report_plan *plan = html->plan;
    if (plan->n_not_loaded + plan->result->counts[AR_STATUS_ERROR] == 0)
        return;
    begin_section(html, "not-run", AR_STR("Rules that did not run"));
    put_groups(html, "Not loaded", AR_STATUS_NOT_LOADED);
    put_groups(html, "Failed", AR_STATUS_ERROR);
    end_section(html);
}

static void put_undecided_rule(struct ar_report_html *html,
                               const struct ar_rule_result *state)
{
    const struct ar_rule *rule = state->rule;
    ar_buf_printf(html->out,
                  "<section class=\"card\"><p class=\"%s\"><span "
                  "class=\"badge\">%s</span></p>\n",
                  ar_rule_severity_names[rule->severity],
                  ar_report_severity_words[rule->severity]);
    ar_report_html_element(html, "h3",
                           rule->title.len > 0 ? rule->title : rule->id);
    ar_report_html_c(html, "<p class=\"quiet small\">");
    ar_report_html_element(html, "code", rule->id);
    ar_report_html_c(html, "</p>\n");
    if (state->status == AR_STATUS_UNDETERMINED)
        ar_report_html_needs(html, &state->causes);
    for (size_t ix = 0; ix < state->open_elements.count; ix++) {
        ar_report_html_c(html, "<h4>For ");
        ar_report_html_text(html, state->open_elements.at[ix].key_text);
        ar_report_html_c(html, "</h4>\n");
        ar_report_html_needs(html, &state->open_elements.at[ix].causes);
    }
    ar_report_html_c(html, "</section>\n");
}

static void put_undecided(struct ar_report_html *html)
{
    const struct ar_report_plan *plan = html->plan;
    if (plan->n_undecided == 0)
        return;
    size_t n_more = 0;
    ar_report_html_c(html,
                     "<section aria-labelledby=\"undecided\">\n"
                     "<h2 id=\"undecided\">Could not be decided</h2>\n"
                     "<p>These rules may hold or not: what is written below is "
                     "not known of this machine.</p>\n");
    for (size_t ix = 0; ix < plan->result->rules.count; ix++) {
        if (!ar_report_is_undecided(&plan->result->rules.at[ix]))
            continue;
        if (ar_report_is_full(html->out))
            n_more++;
        else
            put_undecided_rule(html, &plan->result->rules.at[ix]);
    }
    if (n_more > 0)
        ar_report_html_element(html, "p",
                               ar_report_full_text(plan, n_more, "rule"));
    ar_report_html_c(html, "</section>\n");
}

static void put_questions(struct ar_report_html *html)
{
    const struct ar_report_plan *plan = html->plan;
    if (plan->questions.count == 0)
        return;
    begin_section(html, "questions",
                  AR_STR("Questions that only you can answer"));
    ar_report_html_c(html, "<ul>\n");
    for (size_t ix = 0; ix < plan->questions.count; ix++) {
        const struct ar_report_question *question = plan->questions.at[ix];
        ar_report_html_c(html, "<li>");
        ar_report_html_text(html, ar_report_question_text(question));
        ar_report_html_c(html, "<br><code>--input ");
        ar_report_html_text(html, question->cause->name);
        ar_report_html_c(html, "=...</code> <span class=\"quiet\">for ");
        ar_report_html_text(html, ar_report_waiting_text(plan, question));
        ar_report_html_c(html, "</span></li>\n");
    }
    ar_report_html_c(html, "</ul>\n");
    end_section(html);
}

static void put_exceptions(struct ar_report_html *html)
{
    ar_report_sections sections = ar_report_exceptions(html->plan);
    for (size_t ix = 0; ix < sections.count; ix++) {
        const struct ar_report_section *section = sections.at[ix];
        ar_str id = ar_str_printf(html->out->arena, "exceptions-%zu", ix + 1);
        begin_section(html, id.ptr, section->title);
        ar_report_html_c(html, "<ul>\n");
        for (size_t nth = 0; nth < section->texts.count; nth++)
            ar_report_html_element(html, "li", section->texts.at[nth]);
        ar_report_html_c(html, "</ul>\n");
        end_section(html);
    }
}

static void put_changes(struct ar_report_html *html)
{
    const struct ar_report_changes *changes = ar_report_changes(html->plan);
    if (changes == NULL)
        return;
    begin_section(html, "changes", changes->title);
    ar_report_html_c(html, "<ul>\n");
    for (size_t ix = 0; ix < changes->lines.count; ix++)
        ar_report_html_element(html, "li", changes->lines.at[ix]);
    for (size_t ix = 0; ix < changes->warnings.count; ix++)
        ar_report_html_element(html, "li", changes->warnings.at[ix]);
    ar_report_html_c(html, "</ul>\n");
    end_section(html);
}

/* ---- all rules ---- */

static void put_filter(struct ar_report_html *html)
{
    ar_report_html_c(
        html,
        "<div class=\"filter\" id=\"filter\" role=\"search\" hidden>\n"
        "<label>Words <input type=\"search\" id=\"filter-words\"></label>\n"
        "<label>Status <select id=\"filter-status\">"
        "<option value=\"\">all</option>");
    for (size_t ix = 0; ix < AR_N_STATUSES; ix++) {
        enum ar_status status = ar_report_status_order[ix];
        if (html->plan->result->counts[status] > 0)
            ar_buf_printf(html->out, "<option value=\"%s\">%s</option>",
                          ar_status_table[status].name,
                          ar_report_status_words[status]);
    }
    ar_report_html_c(html,
                     "</select></label>\n<span class=\"quiet small\" "
                     "id=\"filter-count\" role=\"status\"></span>\n</div>\n");
}

static void put_rule(struct ar_report_html *html,
                     const struct ar_rule_result *state)
{
    const struct ar_rule *rule = state->rule;
    ar_buf_printf(html->out, "<tr class=\"%s\"><td>%s</td><td>",
                  ar_status_table[state->status].name,
                  ar_report_status_words[state->status]);
    ar_report_html_text(html, rule->title);
    ar_report_html_c(html, rule->title.len > 0 ? "<br><code>" : "<code>");
    ar_report_html_text(html, rule->id);
    ar_buf_printf(html->out, "</code></td><td>%s</td></tr>\n",
                  ar_rule_severity_names[rule->severity]);
}

static void put_rules(struct ar_report_html *html)
{
    const struct ar_result *result = html->plan->result;
    if (result->rules.count == 0)
        return;
    begin_section(html, "rules", AR_STR("All rules"));
    put_filter(html);
    ar_buf_printf(html->out, "<details%s><summary>%zu rules</summary>\n",
                  result->rules.count < MANY_RULES ? " open" : "",
                  result->rules.count);
    ar_report_html_c(html, "<table class=\"rules\"><thead><tr>"
                           "<th scope=\"col\">Status</th>"
                           "<th scope=\"col\">Rule</th>"
                           "<th scope=\"col\">Severity</th></tr></thead>\n"
                           "<tbody>\n");
    for (size_t ix = 0; ix < result->rules.count; ix++)
        put_rule(html, &result->rules.at[ix]);
    ar_report_html_c(html, "</tbody></table></details>\n");
    end_section(html);
}

void ar_report_html(struct ar_buf *out, const struct ar_result *result,
                    const struct ar_report_options *options)
{
    struct ar_report_plan plan =
        ar_report_plan_make(out->arena, result, options);
    struct ar_report_html page = {.out = out, .plan = &plan};
    struct ar_report_html *html = &page;
    put_head(html);
    put_top(html);
    put_contents(html);
    ar_report_html_c(html, "<main>\n");
    put_changes(html);
    put_findings(html);
    put_not_run(html);
    put_undecided(html);
    put_questions(html);
    put_exceptions(html);
    put_rules(html);
    ar_report_html_c(html, "</main>\n<footer>\n");
    ar_report_html_element(html, "p", ar_report_counts_text(&plan));
    ar_report_html_c(html, "<p id=\"said\" role=\"status\"></p>\n</footer>\n"
                           "<script>");
    ar_buf_put(out, ar_report_page_js);
    ar_report_html_c(html, "</script>\n</body>\n</html>\n");
}
