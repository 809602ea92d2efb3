/* SPDX-License-Identifier: Apache-2.0 */
/* The report in Markdown, to be pasted into an issue tracker: the order of the
 * human report, without a line of HTML. */

#include "report/report_words.h"
#include "text/markdown.h"

struct markdown {
    struct ar_buf *out;
    const struct ar_report_plan *plan;
};

/* Four blanks at the start of a paragraph would make code of it. */
static ar_str skip_blanks(ar_str text)
{
    size_t start = 0;
    while (start < text.len &&
           (text.ptr[start] == ' ' || text.ptr[start] == '\t' ||
            text.ptr[start] == '\n'))
        start++;
    return ar_str_slice(text, start, text.len);
}

static void put_text(struct markdown *md, ar_str text)
{
    ar_markdown_put_text(md->out, skip_blanks(ar_report_text(md->plan, text)));
}

static void put_code(struct markdown *md, ar_str code)
{
    ar_markdown_put_code(md->out, ar_report_mask(md->plan, code));
}

static void put_c(struct markdown *md, const char *words)
{
    ar_buf_put_c(md->out, words);
}

static void put_heading(struct markdown *md, unsigned level, ar_str text)
{
    put_c(md, "\n");
    ar_buf_put_repeated(md->out, '#', level);
    put_c(md, " ");
    put_text(md, text);
    put_c(md, "\n\n");
}

/* Our own words, bold, in a paragraph of their own. */
static void put_label(struct markdown *md, const char *words)
{
    ar_buf_printf(md->out, "\n**%s**\n\n", words);
}

static void put_item(struct markdown *md, ar_str text)
{
    put_c(md, "- ");
    put_text(md, text);
    put_c(md, "\n");
}

static void put_texts(struct markdown *md, const char *label,
                      const ar_str *texts, size_t count)
{
    if (count > 0)
        put_label(md, label);
    for (size_t ix = 0; ix < count; ix++)
        put_item(md, texts[ix]);
}

/* Only what a pack itself says can be followed. */
static void put_link(struct markdown *md, const struct ar_rule *rule,
                     ar_str link)
{
    if (ar_report_is_pack_link(rule, link))
        ar_markdown_put_link(md->out, link);
    else
        put_code(md, link);
}

/* ---- the machine ---- */

static void put_row(struct markdown *md, const char *label, ar_str value)
{
    if (value.len == 0)
        return;
    ar_buf_printf(md->out, "| %s | ", label);
    put_text(md, value);
    put_c(md, " |\n");
}

static void put_header(struct markdown *md)
{
    const struct ar_report_plan *plan = md->plan;
    const struct ar_factset *facts = plan->result->facts;
    ar_str generated = ar_str_from_c(plan->options->generated);
    put_c(md, "\n| | |\n|---|---|\n");
    put_row(md, "Machine", facts->machine);
    put_row(md, "Collected",
            ar_report_join(plan, facts->collected, " by ", facts->tool));
    put_row(md, "Report",
            ar_report_join(plan, generated, " by ", plan->options->tool));
    put_row(md, "Packs", ar_report_packs_text(plan));
}

static void put_changes(struct markdown *md)
{
    const struct ar_report_changes *changes = ar_report_changes(md->plan);
    if (changes == NULL)
        return;
    put_heading(md, 2, changes->title);
    for (size_t ix = 0; ix < changes->lines.count; ix++)
        put_item(md, changes->lines.at[ix]);
    for (size_t ix = 0; ix < changes->warnings.count; ix++)
        put_item(md, changes->warnings.at[ix]);
}

/* ---- findings ---- */

static void put_fact(struct markdown *md, const struct ar_evidence *fact)
{
    ar_str value = ar_report_value_text(md->plan, fact->decl, fact->value);
    put_c(md, "| ");
    ar_markdown_put_cell_code(md->out, ar_report_mask(md->plan, fact->key));
    put_c(md, " | ");
    ar_markdown_put_cell_code(md->out, value.len > 0 ? value : AR_STR("\"\""));
    put_c(md, " | ");
    put_text(md, ar_report_origin_text(md->plan, fact));
    put_c(md, " |\n");
}

static void put_facts(struct markdown *md, const struct ar_finding *finding)
{
    if (finding->facts.count == 0)
        return;
    put_label(md, "Because");
    put_c(md, "| Fact | Value | Where from |\n|---|---|---|\n");
    for (size_t ix = 0; ix < finding->facts.count; ix++)
        put_fact(md, &finding->facts.at[ix]);
}

static void put_explained(struct markdown *md,
                          const struct ar_report_entry *entry)
{
    if (entry->explains.count > 0)
        put_label(md, "Also explains");
    for (size_t ix = 0; ix < entry->explains.count; ix++) {
        const struct ar_finding *finding = entry->explains.at[ix];
        ar_buf_printf(md->out, "- %s ",
                      ar_report_severity_words[finding->rule->severity]);
        put_code(md, ar_report_finding_name(md->plan, finding));
        put_c(md, ": ");
        put_text(md, finding->diagnosis);
        put_c(md, "\n");
    }
}

static void put_needs(struct markdown *md, const ar_cause_vector *causes)
{
    for (size_t ix = 0; ix < causes->count; ix++) {
        put_c(md, "  - needs ");
        put_code(md, causes->at[ix].name);
        put_c(md, ": ");
        put_text(md, ar_report_why_text(md->plan, &causes->at[ix]));
        put_c(md, "\n");
    }
}

static void put_possible_causes(struct markdown *md,
                                const struct ar_finding *finding)
{
    if (finding->possible_causes.count > 0)
        put_label(md, "Possible causes that are not ruled out");
    for (size_t ix = 0; ix < finding->possible_causes.count; ix++) {
        const struct ar_rule *rule = finding->possible_causes.at[ix];
        const struct ar_rule_result *state =
            ar_result_find_rule(md->plan->result, rule);
        put_c(md, "- ");
        put_code(md, rule->id);
        put_c(md, rule->title.len > 0 ? ": " : "");
        put_text(md, rule->title);
        put_c(md, "\n");
        if (state != NULL)
            put_needs(md, &state->causes);
    }
}

/* ---- remedies ---- */

static const char *language_of(ar_str shell)
{
    static const char *const shells[][2] = {
        {"powershell", "powershell"}, {"cmd", "bat"}, {"bash", "bash"}};
    for (size_t ix = 0; ix < AR_COUNT_OF(shells); ix++) {
        if (ar_str_equal_c(shell, shells[ix][0]))
            return shells[ix][1];
    }
    return "text";
}

static void put_paragraph(struct markdown *md, ar_str text)
{
    if (text.len == 0)
        return;
    put_c(md, "\n");
    put_text(md, text);
    put_c(md, "\n");
}

/* The commands from ix on that stand below one label, in one block. */
static void put_commands(struct markdown *md,
                         const ar_result_item_vector *items, size_t ix)
{
    ar_str shell = items->at[ix].shell;
    struct ar_buf commands = AR_BUF(md->out->arena);
    put_paragraph(md, ar_report_shell_label(md->plan, shell));
    do {
        ar_buf_put(&commands, items->at[ix].text);
        ar_buf_put_char(&commands, '\n');
        ix++;
    } while (ix < items->count && ar_report_is_continued(items, ix));
    put_c(md, "\n");
    ar_markdown_put_block(md->out, language_of(shell),
                          ar_report_mask(md->plan, ar_buf_view(&commands)));
}

static void put_step_item(struct markdown *md, const struct ar_rule *rule,
                          const ar_result_item_vector *items, size_t ix)
{
    const struct ar_result_item *item = &items->at[ix];
    bool is_first = !ar_report_is_continued(items, ix);
    if (is_first)
        put_paragraph(md, ar_report_condition_text(md->plan, item->condition));
    if (is_first && item->has_question)
        put_paragraph(md, ar_report_fill_in_text(item));
    switch (item->kind) {
    case AR_STEP_RUN:
        if (is_first)
            put_commands(md, items, ix);
        return;
    case AR_STEP_DO: put_paragraph(md, item->text); return;
    case AR_STEP_OPEN:
        put_c(md, "\nOpen: ");
        put_link(md, rule, item->text);
        put_c(md, "\n");
        return;
    case AR_STEP_RESTART:
        put_paragraph(md, ar_report_restart_step(item->shell));
        return;
    }
    AR_UNREACHABLE();
}

static void put_items(struct markdown *md, const struct ar_rule *rule,
                      const ar_result_item_vector *items)
{
    ar_result_item_vector shown = ar_report_items(md->plan, items);
    for (size_t ix = 0; ix < shown.count; ix++)
        put_step_item(md, rule, &shown, ix);
}

/* What belongs to an item of a list stands below its text. */
static void put_indented(struct markdown *md, ar_str text, size_t indent)
{
    size_t start = 0;
    while (start < text.len) {
        size_t end = ar_str_find(text, AR_STR("\n"), start);
        ar_str line = ar_str_slice(text, start, end);
        if (line.len > 0)
            ar_buf_put_repeated(md->out, ' ', indent);
        ar_buf_put(md->out, line);
        put_c(md, "\n");
        start += line.len + 1;
    }
}

static void put_step(struct markdown *md, const struct ar_rule *rule,
                     const struct ar_result_step *step, size_t number)
{
    struct ar_buf body = AR_BUF(md->out->arena);
    struct markdown inner = {.out = &body, .plan = md->plan};
    ar_str lead = ar_str_printf(md->out->arena, "%zu. ", number);
    put_paragraph(&inner, ar_report_condition_text(md->plan, step->condition));
    put_items(&inner, rule, &step->items);
    put_c(md, "\n");
    ar_buf_put(md->out, lead);
    put_text(md, step->sentence);
    put_c(md, "\n");
    put_indented(md, ar_buf_view(&body), lead.len);
}

static void put_cost(struct markdown *md, const char *label, ar_str text)
{
    if (text.len == 0)
        return;
    ar_buf_printf(md->out, "- %s: ", label);
    put_text(md, text);
    put_c(md, "\n");
}

static void put_costs(struct markdown *md,
                      const struct ar_result_remedy *remedy)
{
    put_cost(md, "Risk", ar_str_from_c(ar_risk_names[remedy->remedy->risk]));
    put_cost(md, "Data loss", remedy->data_loss);
    put_cost(md, "Restart", ar_report_restart_text(md->plan, remedy));
    put_cost(md, "Rights", ar_report_rights_text(remedy));
    put_cost(md, "To undo it", remedy->undo);
}

static void put_verify(struct markdown *md, const struct ar_rule *rule,
                       const struct ar_result_remedy *remedy)
{
    if (remedy->verify.len == 0 && remedy->verify_runs.count == 0)
        return;
    put_label(md, "Check that it worked");
    if (remedy->verify.len > 0) {
        put_c(md, "This is true then: ");
        put_code(md, remedy->verify);
        put_c(md, "\n");
    }
    put_items(md, rule, &remedy->verify_runs);
}

static void put_remedy(struct markdown *md, const struct ar_finding *finding,
                       size_t ix)
{
    const struct ar_result_remedy *remedy = &finding->remedies.at[ix];
    put_heading(md, 3, ar_report_remedy_title(md->plan, finding, ix));
    put_costs(md, remedy);
    for (size_t nth = 0; nth < remedy->steps.count; nth++)
        put_step(md, finding->rule, &remedy->steps.at[nth], nth + 1);
    put_verify(md, finding->rule, remedy);
}

static void put_remedies(struct markdown *md, const struct ar_finding *finding)
{
    ar_str_vector left_out = ar_report_filtered_texts(md->plan, finding);
    for (size_t ix = 0; ix < finding->remedies.count; ix++) {
        if (ar_report_is_shown(md->plan, &finding->remedies.at[ix]))
            put_remedy(md, finding, ix);
    }
    put_texts(md, "Ways that were left out", left_out.at, left_out.count);
}

/* ---- a finding ---- */

static void put_title(struct markdown *md, const struct ar_finding *finding)
{
    const struct ar_rule *rule = finding->rule;
    ar_str place = ar_report_place_text(md->plan, rule->span);
    ar_buf_printf(md->out,
                  "\n## %s: ", ar_report_severity_words[rule->severity]);
    put_text(md, ar_report_finding_title(md->plan, finding));
    put_c(md, "\n\n");
    put_code(md, rule->id);
    if (place.len > 0) {
        put_c(md, ", ");
        put_code(md, place);
    }
    if (rule->confidence != AR_CONFIDENCE_HIGH)
        ar_buf_printf(md->out, ", confidence %s",
                      ar_confidence_names[rule->confidence]);
    put_c(md, "\n");
}

static void put_finding(struct markdown *md,
                        const struct ar_report_entry *entry)
{
    const struct ar_finding *finding = entry->finding;
    put_title(md, finding);
    if (finding->diagnosis.len > 0) {
        put_c(md, "\n");
        ar_markdown_put_paragraphs(
            md->out, ar_report_text(md->plan, finding->diagnosis));
    }
    put_facts(md, finding);
    put_texts(md, "Symptoms that are there too", finding->symptoms.at,
              finding->symptoms.count);
    put_explained(md, entry);
    put_possible_causes(md, finding);
    put_remedies(md, finding);
    put_texts(md, "Good to know", finding->lessons.at, finding->lessons.count);
    if (finding->links.count > 0)
        put_label(md, "See also");
    for (size_t ix = 0; ix < finding->links.count; ix++) {
        put_c(md, "- ");
        put_link(md, finding->rule, finding->links.at[ix]);
        put_c(md, "\n");
    }
}

static void put_id(struct markdown *md, const struct ar_finding *finding)
{
    ar_buf_printf(md->out, "- %s ",
                  ar_report_severity_words[finding->rule->severity]);
    put_code(md, ar_report_finding_name(md->plan, finding));
    put_c(md, " ");
    put_code(md, finding->fingerprint);
    put_c(md, "\n");
}

static void put_findings(struct markdown *md)
{
    const struct ar_report_plan *plan = md->plan;
    bool is_short = plan->options->detail == AR_REPORT_IDS;
    size_t n_more = 0;
    put_c(md, is_short ? "\n" : "");
    for (size_t ix = 0; ix < plan->result->findings.count; ix++) {
        const struct ar_report_entry *entry = &plan->entries[ix];
        if (!ar_report_stands_alone(entry))
            continue;
        if (ar_report_is_full(md->out))
            n_more++;
        else if (is_short)
            put_id(md, entry->finding);
        else
            put_finding(md, entry);
    }
    if (n_more > 0)
        put_paragraph(md, ar_report_full_text(plan, n_more, "finding"));
    ar_str_vector left_out = ar_report_left_out_texts(plan);
    for (size_t ix = 0; ix < left_out.count; ix++)
        put_paragraph(md, left_out.at[ix]);
}

/* ---- what is not decided ---- */

static void put_groups(struct markdown *md, const ar_report_groups *groups)
{
    for (size_t ix = 0; ix < groups->count; ix++) {
        put_item(md, ar_buf_view(&groups->at[ix]->names));
        put_c(md, "  - ");
        put_text(md, groups->at[ix]->text);
        put_c(md, "\n");
    }
}

static void put_not_run(struct markdown *md)
{
    const struct ar_report_plan *plan = md->plan;
    ar_report_groups not_loaded =
        ar_report_group_reasons(plan, AR_STATUS_NOT_LOADED);
    ar_report_groups failed = ar_report_group_reasons(plan, AR_STATUS_ERROR);
    if (not_loaded.count > 0)
        put_heading(md, 2, AR_STR("Rules that did not run"));
    put_groups(md, &not_loaded);
    if (failed.count > 0)
        put_heading(md, 2, AR_STR("Rules that failed"));
    put_groups(md, &failed);
}

static void put_undecided_rule(struct markdown *md,
                               const struct ar_rule_result *state)
{
    const struct ar_rule *rule = state->rule;
    put_c(md, "- ");
    put_code(md, rule->id);
    ar_buf_printf(md->out, " (%s)", ar_rule_severity_names[rule->severity]);
    put_c(md, rule->title.len > 0 ? ": " : "");
    put_text(md, rule->title);
    put_c(md, "\n");
    if (state->status == AR_STATUS_UNDETERMINED)
        put_needs(md, &state->causes);
    for (size_t ix = 0; ix < state->open_elements.count; ix++) {
        put_c(md, "  - for ");
        put_code(md, state->open_elements.at[ix].key_text);
        put_c(md, ":\n");
        put_needs(md, &state->open_elements.at[ix].causes);
    }
}

static void put_undecided(struct markdown *md)
{
    const struct ar_report_plan *plan = md->plan;
    if (plan->n_undecided == 0)
        return;
    size_t n_more = 0;
    put_heading(md, 2, AR_STR("Could not be decided"));
    for (size_t ix = 0; ix < plan->result->rules.count; ix++) {
        if (!ar_report_is_undecided(&plan->result->rules.at[ix]))
            continue;
        if (ar_report_is_full(md->out))
            n_more++;
        else
            put_undecided_rule(md, &plan->result->rules.at[ix]);
    }
    if (n_more > 0)
        put_paragraph(md, ar_report_full_text(plan, n_more, "rule"));
    ar_report_groups advice = ar_report_group_advice(plan);
    if (advice.count > 0)
        put_label(md, "To decide them");
    for (size_t ix = 0; ix < advice.count; ix++) {
        put_item(md, advice.at[ix]->text);
        put_c(md, "  - for ");
        put_text(md, ar_buf_view(&advice.at[ix]->names));
        put_c(md, "\n");
    }
}

static void put_questions(struct markdown *md)
{
    const struct ar_report_plan *plan = md->plan;
    if (plan->questions.count > 0)
        put_heading(md, 2, AR_STR("Questions that only you can answer"));
    for (size_t ix = 0; ix < plan->questions.count; ix++) {
        const struct ar_report_question *question = plan->questions.at[ix];
        const struct ar_cause *cause = question->cause;
        put_c(md, "- ");
        put_text(md, ar_report_question_text(question));
        put_c(md, " (");
        put_code(md, ar_str_printf(plan->arena, "--input " AR_STR_FORMAT "=...",
                                   AR_STR_ARG(cause->name)));
        put_c(md, ", for ");
        put_text(md, ar_report_waiting_text(plan, question));
        put_c(md, ")\n");
    }
}

static void put_exceptions(struct markdown *md)
{
    const struct ar_report_plan *plan = md->plan;
    ar_report_sections sections = ar_report_exceptions(plan);
    for (size_t ix = 0; ix < sections.count; ix++) {
        const struct ar_report_section *section = sections.at[ix];
        put_heading(md, 2, section->title);
        for (size_t nth = 0; nth < section->texts.count; nth++)
            put_item(md, section->texts.at[nth]);
    }
}

static void put_decided(struct markdown *md)
{
    const struct ar_result *result = md->plan->result;
    put_heading(md, 2, AR_STR("Rules that found nothing"));
    for (size_t ix = 0; ix < result->rules.count; ix++) {
        const struct ar_rule_result *state = &result->rules.at[ix];
        if (state->status != AR_STATUS_CLEAR &&
            state->status != AR_STATUS_NOT_APPLICABLE)
            continue;
        put_c(md, "- ");
        put_code(md, state->rule->id);
        ar_buf_printf(md->out, ": %s\n", ar_status_table[state->status].name);
    }
}

void ar_report_markdown(struct ar_buf *out, const struct ar_result *result,
                        const struct ar_report_options *options)
{
    struct ar_report_plan plan =
        ar_report_plan_make(out->arena, result, options);
    struct markdown md = {.out = out, .plan = &plan};
    put_c(&md, "# ");
    put_text(&md, ar_report_verdict(&plan));
    put_c(&md, "\n");
    if (options->detail != AR_REPORT_IDS)
        put_header(&md);
    put_changes(&md);
    put_findings(&md);
    if (options->detail != AR_REPORT_IDS) {
        put_not_run(&md);
        put_undecided(&md);
        put_questions(&md);
        put_exceptions(&md);
    }
    if (options->all)
        put_decided(&md);
    put_paragraph(&md, ar_report_counts_text(&plan));
}
