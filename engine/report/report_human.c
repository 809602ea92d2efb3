/* SPDX-License-Identifier: Apache-2.0 */
/* The report for people: what was found in one line, about which machine,
 * then root causes with their evidence and remedies, then what is not known.
 * The order never changes, so that two reports can be laid side by side. */

#include "report/report_page.h"

enum { WIDTH_USUAL = 80, WIDTH_LEAST = 40 };

static const char *const severity_words[] = {"INFO", "WARNING", "ERROR",
                                             "CRITICAL"};

static enum ar_report_style severity_style(enum ar_rule_severity severity)
{
    switch (severity) {
    case AR_RULE_INFO: return AR_REPORT_CYAN;
    case AR_RULE_WARNING: return AR_REPORT_YELLOW;
    case AR_RULE_ERROR: return AR_REPORT_RED;
    case AR_RULE_CRITICAL: return AR_REPORT_LOUD;
    }
    AR_UNREACHABLE();
}

/* Parts of a sentence: "a", "a and b", "a, b and c". */
struct phrase {
    ar_str parts[6];
    size_t count;
};

static void add_part(struct phrase *phrase, ar_str part)
{
    AR_ASSERT(phrase->count < AR_COUNT_OF(phrase->parts));
    phrase->parts[phrase->count++] = part;
}

static void put_phrase(struct ar_buf *out, const struct phrase *phrase)
{
    for (size_t ix = 0; ix < phrase->count; ix++) {
        if (ix > 0)
            ar_buf_put_c(out, ix + 1 < phrase->count ? ", " : " and ");
        ar_buf_put(out, phrase->parts[ix]);
    }
}

static struct phrase describe_found(const struct ar_report_page *page)
{
    struct phrase phrase = {0};
    for (size_t rank = 4; rank-- > 0;) {
        size_t count = page->plan->n_by_severity[rank];
        if (count > 0)
            add_part(&phrase, ar_str_printf(page->out->arena, "%zu %s", count,
                                            ar_rule_severity_names[rank]));
    }
    size_t n_left_out = page->plan->n_left_out;
    if (n_left_out > 0)
        add_part(&phrase,
                 ar_str_printf(page->out->arena, "%zu not listed", n_left_out));
    return phrase;
}

/* Packs with errors: their rules are not in the result at all. */
static size_t count_broken_packs(const struct ar_result *result)
{
    size_t count = 0;
    for (size_t ix = 0; ix < result->program->packs.count; ix++) {
        const struct ar_pack *pack = result->program->packs.at[ix];
        bool broken = pack->not_loaded.len > 0;
        for (size_t r = 0; r < result->rules.count && broken; r++)
            broken = result->rules.at[r].rule->pack != pack;
        count += broken ? 1 : 0;
    }
    return count;
}

static struct phrase describe_open(const struct ar_report_page *page)
{
    const struct ar_report_plan *plan = page->plan;
    struct phrase phrase = {0};
    const struct {
        size_t count;
        const char *text;
    } parts[] = {
        {plan->n_undecided, "could not be decided"},
        {plan->n_not_loaded, "could not be loaded"},
        {plan->result->counts[AR_STATUS_ERROR], "failed"},
        {plan->n_waiting, "cannot be decided without your answer"},
    };
    for (size_t ix = 0; ix < AR_COUNT_OF(parts); ix++) {
        if (parts[ix].count == 0)
            continue;
        ar_str count = ar_report_count_text(page, parts[ix].count, "rule");
        add_part(&phrase, ar_str_printf(page->out->arena, AR_STR_FORMAT " %s",
                                        AR_STR_ARG(count), parts[ix].text));
    }
    size_t n_packs = count_broken_packs(plan->result);
    if (n_packs > 0) {
        ar_str count = ar_report_count_text(page, n_packs, "pack");
        add_part(&phrase, ar_str_printf(page->out->arena,
                                        AR_STR_FORMAT " could not be loaded",
                                        AR_STR_ARG(count)));
    }
    return phrase;
}

/* Nothing was found and nothing is open. */
static const char *describe_clean(const struct ar_result *result)
{
    if (result->rules.count == 0)
        return "No rule was evaluated: nothing is known about this machine.";
    if (result->n_waived > 0)
        return "No problem found beside what is waived.";
    if (result->counts[AR_STATUS_CLEAR] == 0)
        return "No problem found: no rule is about this machine.";
    return "No problem found.";
}

static void put_verdict(struct ar_report_page *page)
{
    struct phrase found = describe_found(page);
    struct phrase open = describe_open(page);
    struct ar_buf text = AR_BUF(page->out->arena);
    if (found.count > 0) {
        ar_buf_put_c(&text, "Found: ");
        put_phrase(&text, &found);
        ar_buf_put_char(&text, '.');
        ar_buf_put_c(&text, open.count > 0 ? " There may be more: " : "");
    } else if (open.count > 0) {
        ar_buf_put_c(&text, "No problem found so far, but ");
    } else {
        ar_buf_put_c(&text, describe_clean(page->plan->result));
    }
    put_phrase(&text, &open);
    ar_buf_put_c(&text, open.count > 0 ? "." : "");
    ar_report_headline(page, ar_buf_view(&text));
}

static void put_field(struct ar_report_page *page, const char *label,
                      ar_str value)
{
    struct ar_buf text = AR_BUF(page->out->arena);
    ar_buf_printf(&text, "%-10s ", label);
    ar_buf_put(&text, value);
    ar_report_line(page, 2, ar_buf_view(&text));
}

/* "value", "value, more"; what nobody gave is left out. */
static ar_str join(const struct ar_report_page *page, ar_str value,
                   const char *between, ar_str more)
{
    struct ar_buf text = AR_BUF(page->out->arena);
    ar_buf_put(&text, value);
    if (value.len > 0 && more.len > 0)
        ar_buf_put_c(&text, between);
    ar_buf_put(&text, more);
    return ar_buf_view(&text);
}

static void put_pack(struct ar_buf *text, const struct ar_pack *pack)
{
    if (text->len > 0)
        ar_buf_put_c(text, ", ");
    ar_buf_put(text, pack->name.len > 0 ? pack->name : pack->path);
    if (pack->version != NULL) {
        ar_buf_put_char(text, ' ');
        ar_buf_put(text, pack->version->text);
    }
    ar_buf_printf(text, " (%zu rule%s%s)", pack->n_rules,
                  pack->n_rules == 1 ? "" : "s",
                  pack->not_loaded.len > 0 ? ", not loaded" : "");
}

static void put_header(struct ar_report_page *page)
{
    const struct ar_result *result = page->plan->result;
    const struct ar_report_options *options = page->plan->options;
    struct ar_buf packs = AR_BUF(page->out->arena);
    for (size_t ix = 0; ix < result->program->packs.count; ix++) {
        const struct ar_pack *pack = result->program->packs.at[ix];
        if (!pack->is_stdlib)
            put_pack(&packs, pack);
    }
    ar_report_blank(page);
    if (result->facts->machine.len > 0)
        put_field(page, "Machine", result->facts->machine);
    ar_str collected =
        join(page, result->facts->collected, " by ", result->facts->tool);
    if (collected.len > 0)
        put_field(page, "Collected", collected);
    ar_str made =
        join(page, ar_str_from_c(options->generated), " by ", options->tool);
    if (made.len > 0)
        put_field(page, "Report", made);
    if (packs.len > 0)
        put_field(page, "Packs", ar_buf_view(&packs));
}

static ar_str origin_text(const struct ar_report_page *page,
                          const struct ar_evidence *fact)
{
    const struct ar_origin *origin = &fact->origin;
    struct ar_buf text = AR_BUF(page->out->arena);
    ar_buf_put(&text, join(page, origin->probe, ": ", origin->how));
    if (origin->time.len > 0)
        ar_buf_put_c(&text, text.len > 0 ? ", at " : "at ");
    ar_buf_put(&text, origin->time);
    if (origin->duration_ms >= 0 && text.len > 0)
        ar_buf_printf(&text, ", %lld ms", (long long)origin->duration_ms);
    if (text.len == 0 && fact->decl != NULL && fact->decl->is_derived)
        ar_buf_put_c(&text, "worked out from other facts");
    return ar_buf_view(&text);
}

static void put_fact(struct ar_report_page *page,
                     const struct ar_evidence *fact)
{
    struct ar_buf line = AR_BUF(page->out->arena);
    ar_buf_put(&line, fact->key);
    ar_buf_put_c(&line, " = ");
    ar_str value = ar_report_value_text(page->plan, fact->decl, fact->value);
    ar_buf_put(&line, value.len > 0 ? value : AR_STR("\"\""));
    ar_report_line(page, 4, ar_buf_view(&line));
    ar_str origin = origin_text(page, fact);
    if (origin.len > 0) {
        ar_str text = ar_str_concat(page->out->arena, AR_STR("from "), origin);
        bool is_worked_out = fact->origin.probe.len == 0 &&
                             fact->origin.how.len == 0 &&
                             fact->origin.time.len == 0;
        ar_report_line(page, 8, is_worked_out ? origin : text);
    }
}

static void put_evidence(struct ar_report_page *page,
                         const struct ar_finding *finding)
{
    if (finding->facts.count > 0) {
        ar_report_blank(page);
        ar_report_heading(page, 2, "Because:");
    }
    for (size_t ix = 0; ix < finding->facts.count; ix++)
        put_fact(page, &finding->facts.at[ix]);
    if (finding->symptoms.count > 0) {
        ar_report_blank(page);
        ar_report_heading(page, 2, "Symptoms that are there too:");
    }
    for (size_t ix = 0; ix < finding->symptoms.count; ix++)
        ar_report_wrap(page, 4, "- ", finding->symptoms.at[ix]);
}

static void put_folded(struct ar_report_page *page,
                       const struct ar_finding *finding)
{
    struct ar_buf text = AR_BUF(page->out->arena);
    ar_buf_printf(&text, "%s ", severity_words[finding->rule->severity]);
    ar_buf_put(&text, ar_report_finding_name(page, finding));
    ar_buf_put_c(&text, ": ");
    ar_buf_put(&text, finding->diagnosis);
    ar_report_wrap(page, 4, "- ", ar_buf_view(&text));
}

static void put_explained(struct ar_report_page *page,
                          const struct ar_report_entry *entry)
{
    if (entry->explains.count == 0)
        return;
    ar_report_blank(page);
    ar_report_heading(page, 2, "Also explains:");
    for (size_t ix = 0; ix < entry->explains.count; ix++)
        put_folded(page, entry->explains.at[ix]);
}

static void put_possible_cause(struct ar_report_page *page,
                               const struct ar_rule *rule)
{
    const struct ar_rule_result *state =
        ar_report_rule(page->plan->result, rule);
    ar_report_wrap(page, 4, "- ", join(page, rule->id, ": ", rule->title));
    for (size_t ix = 0; state != NULL && ix < state->causes.count; ix++)
        ar_report_wrap(page, 6, "needs ",
                       ar_report_need_text(page, &state->causes.at[ix]));
}

static void put_possible_causes(struct ar_report_page *page,
                                const struct ar_finding *finding)
{
    if (finding->possible_causes.count == 0)
        return;
    ar_report_blank(page);
    ar_report_heading(page, 2, "Possible causes that are not ruled out:");
    for (size_t ix = 0; ix < finding->possible_causes.count; ix++)
        put_possible_cause(page, finding->possible_causes.at[ix]);
}

static void put_reading(struct ar_report_page *page,
                        const struct ar_finding *finding)
{
    if (finding->lessons.count > 0) {
        ar_report_blank(page);
        ar_report_heading(page, 2, "Good to know:");
    }
    for (size_t ix = 0; ix < finding->lessons.count; ix++)
        ar_report_wrap(page, 4, "- ", finding->lessons.at[ix]);
    if (finding->links.count > 0) {
        ar_report_blank(page);
        ar_report_heading(page, 2, "See also:");
    }
    for (size_t ix = 0; ix < finding->links.count; ix++)
        ar_report_line(page, 4, finding->links.at[ix]);
}

static ar_str rule_title(const struct ar_rule *rule)
{
    return rule->title.len > 0 ? rule->title : rule->id;
}

static void put_title(struct ar_report_page *page,
                      const struct ar_finding *finding)
{
    const struct ar_rule *rule = finding->rule;
    struct ar_buf title = AR_BUF(page->out->arena);
    ar_buf_printf(&title, "%s: ", severity_words[rule->severity]);
    ar_buf_put(&title, rule_title(rule));
    if (finding->has_key) {
        ar_buf_put_c(&title, " (");
        ar_buf_put(&title, finding->key_text);
        ar_buf_put_char(&title, ')');
    }
    ar_report_title(page, 0, severity_style(rule->severity),
                    ar_buf_view(&title));
    ar_str place = ar_report_place_text(page, rule->span);
    struct ar_buf line = AR_BUF(page->out->arena);
    ar_buf_put(&line, join(page, rule->id, ", ", place));
    if (rule->confidence != AR_CONFIDENCE_HIGH)
        ar_buf_printf(&line, ", confidence %s",
                      ar_confidence_names[rule->confidence]);
    ar_report_line(page, 2, ar_buf_view(&line));
}

static void put_finding(struct ar_report_page *page,
                        const struct ar_report_entry *entry)
{
    const struct ar_finding *finding = entry->finding;
    ar_report_blank(page);
    put_title(page, finding);
    if (finding->diagnosis.len > 0) {
        ar_report_blank(page);
        ar_report_wrap(page, 2, "", finding->diagnosis);
    }
    put_evidence(page, finding);
    put_explained(page, entry);
    put_possible_causes(page, finding);
    ar_report_put_remedies(page, finding);
    put_reading(page, finding);
}

static void put_id(struct ar_report_page *page,
                   const struct ar_report_entry *entry)
{
    const struct ar_finding *finding = entry->finding;
    struct ar_buf line = AR_BUF(page->out->arena);
    ar_buf_printf(&line, "%-8s ", severity_words[finding->rule->severity]);
    ar_buf_put(&line, ar_report_finding_name(page, finding));
    ar_buf_put_char(&line, ' ');
    ar_buf_put(&line, finding->fingerprint);
    ar_report_line(page, 2, ar_buf_view(&line));
}

static void put_findings(struct ar_report_page *page)
{
    const struct ar_report_plan *plan = page->plan;
    bool is_short = plan->options->detail == AR_REPORT_IDS;
    if (is_short && plan->n_active > 0)
        ar_report_blank(page);
    for (size_t ix = 0; ix < plan->result->findings.count; ix++) {
        const struct ar_report_entry *entry = &plan->entries[ix];
        if (!entry->is_shown || entry->is_folded ||
            entry->finding->waived_by != NULL)
            continue;
        if (is_short)
            put_id(page, entry);
        else
            put_finding(page, entry);
    }
}

static void put_not_shown(struct ar_report_page *page)
{
    const struct ar_report_plan *plan = page->plan;
    if (plan->n_not_shown == 0 && plan->n_left_out == 0)
        return;
    ar_report_blank(page);
    if (plan->n_not_shown > 0) {
        ar_str count = ar_report_count_text(page, plan->n_not_shown, "finding");
        ar_report_title(
            page, 0, AR_REPORT_BOLD,
            ar_str_printf(page->out->arena,
                          AR_STR_FORMAT " below %s not shown.",
                          AR_STR_ARG(count),
                          ar_rule_severity_names[plan->options->min_severity]));
    }
    for (size_t ix = 0; ix < plan->result->rules.count; ix++) {
        const struct ar_rule_result *rule = &plan->result->rules.at[ix];
        if (rule->n_findings_left_out == 0)
            continue;
        ar_str text = ar_str_printf(
            page->out->arena,
            AR_STR_FORMAT " has %zu findings more, over its limit.",
            AR_STR_ARG(rule->rule->id), rule->n_findings_left_out);
        ar_report_title(page, 0, AR_REPORT_BOLD, text);
    }
}

static void put_counts(struct ar_report_page *page)
{
    static const enum ar_status order[] = {
        AR_STATUS_MATCHED,        AR_STATUS_UNDETERMINED, AR_STATUS_CLEAR,
        AR_STATUS_NOT_APPLICABLE, AR_STATUS_NOT_LOADED,   AR_STATUS_ERROR};
    _Static_assert(AR_COUNT_OF(order) == AR_N_STATUSES, "every status counts");
    const struct ar_result *result = page->plan->result;
    struct ar_buf line = AR_BUF(page->out->arena);
    ar_buf_printf(&line, "Rules: %zu", result->rules.count);
    for (size_t ix = 0; ix < AR_COUNT_OF(order); ix++)
        ar_buf_printf(&line, "%s%zu %s", ix == 0 ? " = " : " + ",
                      result->counts[order[ix]],
                      ar_status_table[order[ix]].name);
    ar_buf_printf(&line,
                  ". Findings: %zu, of these %zu superseded, %zu waived.",
                  result->findings.count + page->plan->n_left_out,
                  result->n_superseded, result->n_waived);
    ar_report_blank(page);
    ar_report_line(page, 0, ar_buf_view(&line));
}

static size_t choose_width(unsigned wanted)
{
    if (wanted == 0)
        return WIDTH_USUAL;
    return wanted < WIDTH_LEAST ? WIDTH_LEAST : wanted;
}

void ar_report_human(struct ar_buf *out, const struct ar_result *result,
                     const struct ar_report_options *options)
{
    struct ar_report_plan plan =
        ar_report_plan_make(out->arena, result, options);
    struct ar_report_page page = {.out = out,
                                  .plan = &plan,
                                  .color = options->color,
                                  .width = choose_width(options->width)};
    put_verdict(&page);
    if (options->detail != AR_REPORT_IDS)
        put_header(&page);
    put_findings(&page);
    put_not_shown(&page);
    if (options->detail != AR_REPORT_IDS) {
        ar_report_put_not_run(&page);
        ar_report_put_undecided(&page);
        ar_report_put_questions(&page);
        ar_report_put_exceptions(&page);
    }
    if (options->all)
        ar_report_put_decided(&page);
    put_counts(&page);
}
