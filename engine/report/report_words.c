/* SPDX-License-Identifier: Apache-2.0 */
/* Sentences that the reports for people have in common. */

#include "report/report_words.h"

#include "base/limits.h"
#include "text/markdown.h"

const char *const ar_report_severity_words[4] = {"INFO", "WARNING", "ERROR",
                                                 "CRITICAL"};

const enum ar_status ar_report_status_order[] = {
    AR_STATUS_MATCHED,        AR_STATUS_UNDETERMINED, AR_STATUS_CLEAR,
    AR_STATUS_NOT_APPLICABLE, AR_STATUS_NOT_LOADED,   AR_STATUS_ERROR};

const char *const ar_report_status_words[] = {
    [AR_STATUS_NOT_LOADED] = "not loaded",
    [AR_STATUS_ERROR] = "failed",
    [AR_STATUS_NOT_APPLICABLE] = "not applicable",
    [AR_STATUS_CLEAR] = "clear",
    [AR_STATUS_MATCHED] = "matched",
    [AR_STATUS_UNDETERMINED] = "undetermined"};

/* ---- the first line and the last ---- */

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

static struct phrase describe_found(const struct ar_report_plan *plan)
{
    struct phrase phrase = {0};
    for (size_t rank = 4; rank-- > 0;) {
        size_t count = plan->n_by_severity[rank];
        if (count > 0)
            add_part(&phrase, ar_str_printf(plan->arena, "%zu %s", count,
                                            ar_rule_severity_names[rank]));
    }
    if (plan->n_left_out > 0)
        add_part(&phrase, ar_str_printf(plan->arena, "%zu not listed",
                                        plan->n_left_out));
    return phrase;
}

static struct phrase describe_open(const struct ar_report_plan *plan)
{
    struct phrase phrase = {0};
    const struct {
        size_t count;
        const char *noun;
        const char *text;
    } parts[] = {
        {plan->n_undecided, "rule", "could not be decided"},
        {plan->n_not_loaded, "rule", "could not be loaded"},
        {plan->result->counts[AR_STATUS_ERROR], "rule", "failed"},
        {plan->n_waiting, "rule", "cannot be decided without your answer"},
        {ar_report_broken_packs(plan).count, "pack", "could not be loaded"},
    };
    for (size_t ix = 0; ix < AR_COUNT_OF(parts); ix++) {
        if (parts[ix].count == 0)
            continue;
        ar_str count =
            ar_report_count_text(plan, parts[ix].count, parts[ix].noun);
        add_part(&phrase, ar_str_printf(plan->arena, AR_STR_FORMAT " %s",
                                        AR_STR_ARG(count), parts[ix].text));
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

ar_str ar_report_verdict(const struct ar_report_plan *plan)
{
    struct phrase found = describe_found(plan);
    struct phrase open = describe_open(plan);
    struct ar_buf text = AR_BUF(plan->arena);
    if (found.count > 0) {
        ar_buf_put_c(&text, "Found: ");
        put_phrase(&text, &found);
        ar_buf_put_char(&text, '.');
        ar_buf_put_c(&text, open.count > 0 ? " There may be more: " : "");
    } else if (open.count > 0) {
        ar_buf_put_c(&text, "No problem found so far, but ");
    } else {
        ar_buf_put_c(&text, describe_clean(plan->result));
    }
    put_phrase(&text, &open);
    ar_buf_put_c(&text, open.count > 0 ? "." : "");
    if (plan->options->n_probes_failed > 0) {
        ar_str count =
            ar_report_count_text(plan, plan->options->n_probes_failed, "probe");
        ar_buf_printf(&text, " " AR_STR_FORMAT " failed.", AR_STR_ARG(count));
    }
    if (plan->options->used_allow_run)
        ar_buf_put_c(&text, " Programs of packs that are not installed were "
                            "run (--allow-run).");
    return ar_buf_view(&text);
}

ar_str ar_report_counts_text(const struct ar_report_plan *plan)
{
    const struct ar_result *result = plan->result;
    struct ar_buf line = AR_BUF(plan->arena);
    ar_buf_printf(&line, "Rules: %zu", result->rules.count);
    for (size_t ix = 0; ix < AR_N_STATUSES; ix++) {
        enum ar_status status = ar_report_status_order[ix];
        ar_buf_printf(&line, "%s%zu %s", ix == 0 ? " = " : " + ",
                      result->counts[status], ar_status_table[status].name);
    }
    ar_buf_printf(&line,
                  ". Findings: %zu, of these %zu superseded, %zu waived.",
                  result->findings.count + plan->n_left_out,
                  result->n_superseded, result->n_waived);
    return ar_buf_view(&line);
}

/* ---- names and places ---- */

ar_str ar_report_join(const struct ar_report_plan *plan, ar_str value,
                      const char *between, ar_str more)
{
    struct ar_buf text = AR_BUF(plan->arena);
    ar_buf_put(&text, value);
    if (value.len > 0 && more.len > 0)
        ar_buf_put_c(&text, between);
    ar_buf_put(&text, more);
    return ar_buf_view(&text);
}

ar_str ar_report_count_text(const struct ar_report_plan *plan, size_t count,
                            const char *noun)
{
    return ar_str_printf(plan->arena, "%zu %s%s", count, noun,
                         count == 1 ? "" : "s");
}

ar_str ar_report_pack_name(const struct ar_pack *pack)
{
    return pack->name.len > 0 ? pack->name : pack->path;
}

ar_report_packs ar_report_broken_packs(const struct ar_report_plan *plan)
{
    const struct ar_result *result = plan->result;
    ar_report_packs packs = {0};
    for (size_t ix = 0; ix < result->program->packs.count; ix++) {
        const struct ar_pack *pack = result->program->packs.at[ix];
        bool is_broken = pack->not_loaded.len > 0;
        for (size_t r = 0; r < result->rules.count && is_broken; r++)
            is_broken = result->rules.at[r].rule->pack != pack;
        if (is_broken)
            ar_vector_push(plan->arena, &packs, pack);
    }
    return packs;
}

ar_str ar_report_pack_text(const struct ar_report_plan *plan,
                           const struct ar_pack *pack)
{
    struct ar_buf text = AR_BUF(plan->arena);
    ar_buf_put(&text, ar_report_pack_name(pack));
    if (pack->version != NULL) {
        ar_buf_put_char(&text, ' ');
        ar_buf_put(&text, pack->version->text);
    }
    ar_buf_printf(&text, " (%zu rule%s%s)", pack->n_rules,
                  pack->n_rules == 1 ? "" : "s",
                  pack->not_loaded.len > 0 ? ", not loaded" : "");
    return ar_buf_view(&text);
}

ar_str ar_report_packs_text(const struct ar_report_plan *plan)
{
    const struct ar_program *program = plan->result->program;
    struct ar_buf text = AR_BUF(plan->arena);
    for (size_t ix = 0; ix < program->packs.count; ix++) {
        if (program->packs.at[ix]->is_stdlib)
            continue;
        ar_buf_put_c(&text, text.len > 0 ? ", " : "");
        ar_buf_put(&text, ar_report_pack_text(plan, program->packs.at[ix]));
    }
    return ar_buf_view(&text);
}

static ar_str add_key(const struct ar_report_plan *plan, ar_str name,
                      const struct ar_finding *finding)
{
    if (!finding->has_key)
        return name;
    return ar_str_printf(plan->arena, AR_STR_FORMAT " (" AR_STR_FORMAT ")",
                         AR_STR_ARG(name), AR_STR_ARG(finding->key_text));
}

ar_str ar_report_finding_name(const struct ar_report_plan *plan,
                              const struct ar_finding *finding)
{
    return add_key(plan, finding->rule->id, finding);
}

ar_str ar_report_finding_title(const struct ar_report_plan *plan,
                               const struct ar_finding *finding)
{
    const struct ar_rule *rule = finding->rule;
    return add_key(plan, rule->title.len > 0 ? rule->title : rule->id, finding);
}

ar_str ar_report_place_text(const struct ar_report_plan *plan, ar_span span)
{
    struct ar_report_place place = ar_report_place(plan, span);
    if (place.line == 0)
        return AR_STR("");
    return ar_str_printf(plan->arena, AR_STR_FORMAT ":%u",
                         AR_STR_ARG(place.file), (unsigned)place.line);
}

/* ---- facts ---- */

ar_str ar_report_fact_text(const struct ar_report_plan *plan,
                           const struct ar_evidence *fact)
{
    ar_str value = ar_report_value_text(plan, fact->decl, fact->value);
    return ar_str_printf(plan->arena, AR_STR_FORMAT " = " AR_STR_FORMAT,
                         AR_STR_ARG(fact->key),
                         AR_STR_ARG(value.len > 0 ? value : AR_STR("\"\"")));
}

ar_str ar_report_origin_text(const struct ar_report_plan *plan,
                             const struct ar_evidence *fact)
{
    const struct ar_origin *origin = &fact->origin;
    struct ar_buf text = AR_BUF(plan->arena);
    ar_buf_put(&text, ar_report_join(plan, origin->probe, ": ", origin->how));
    if (origin->has_exit_code && text.len > 0)
        ar_buf_printf(&text, ", exit code %lld", (long long)origin->exit_code);
    if (origin->time.len > 0)
        ar_buf_put_c(&text, text.len > 0 ? ", at " : "at ");
    ar_buf_put(&text, origin->time);
    if (origin->duration_ms >= 0 && text.len > 0)
        ar_buf_printf(&text, ", %lld ms", (long long)origin->duration_ms);
    if (text.len > 0)
        return ar_str_concat(plan->arena, AR_STR("from "), ar_buf_view(&text));
    if (fact->decl != NULL && fact->decl->is_derived)
        return AR_STR("worked out from other facts");
    return AR_STR("");
}

static void put_unknown(struct ar_buf *out, const struct ar_report_plan *plan,
                        const struct ar_cause *cause)
{
    ar_buf_put_c(out, ar_reason_table[cause->value.reason].text);
    ar_str detail = cause->value.detail;
    if (detail.len == 0 || ar_report_is_secret(cause->decl))
        return;
    ar_value shown = ar_value_string(detail);
    ar_buf_put_c(out, " (");
    ar_buf_put(out, ar_report_value_text(plan, NULL, shown));
    ar_buf_put_char(out, ')');
}

ar_str ar_report_why_text(const struct ar_report_plan *plan,
                          const struct ar_cause *cause)
{
    struct ar_buf text = AR_BUF(plan->arena);
    switch (cause->value.state) {
    case AR_STATE_UNKNOWN: put_unknown(&text, plan, cause); break;
    case AR_STATE_ABSENT: ar_buf_put_c(&text, "it is not there"); break;
    case AR_STATE_VALUE:
        ar_buf_put(&text,
                   ar_report_value_text(plan, cause->decl, cause->value));
        break;
    }
    if (cause->decl != NULL && cause->decl->needs_admin)
        ar_buf_put_c(&text, "; reading it needs administrator rights");
    return ar_buf_view(&text);
}

ar_str ar_report_need_text(const struct ar_report_plan *plan,
                           const struct ar_cause *cause)
{
    return ar_report_join(plan, cause->name, ": ",
                          ar_report_why_text(plan, cause));
}

/* ---- waivers, and what is left out ---- */

ar_str ar_report_waiver_text(const struct ar_report_plan *plan,
                             const struct ar_waiver *waiver)
{
    struct ar_buf text = AR_BUF(plan->arena);
    ar_str place = ar_report_place_text(plan, waiver->span);
    ar_buf_put(&text, waiver->because);
    ar_buf_put_c(&text, "; owner ");
    ar_buf_put(&text, waiver->owner);
    if (waiver->until.len > 0) {
        ar_buf_put_c(&text, "; until ");
        ar_buf_put(&text, waiver->until);
    }
    if (place.len > 0) {
        ar_buf_put_c(&text, "; ");
        ar_buf_put(&text, place);
    }
    return ar_buf_view(&text);
}

ar_str ar_report_waiver_name(const struct ar_report_plan *plan,
                             const struct ar_waiver *waiver)
{
    if (!waiver->has_key)
        return waiver->rule->id;
    ar_str key = ar_report_value_text(plan, NULL, waiver->key);
    return ar_str_printf(plan->arena, AR_STR_FORMAT " (" AR_STR_FORMAT ")",
                         AR_STR_ARG(waiver->rule->id), AR_STR_ARG(key));
}

ar_str_vector ar_report_left_out_texts(const struct ar_report_plan *plan)
{
    ar_str_vector texts = {0};
    if (plan->n_not_shown > 0) {
        ar_str count = ar_report_count_text(plan, plan->n_not_shown, "finding");
        ar_vector_push(
            plan->arena, &texts,
            ar_str_printf(plan->arena, AR_STR_FORMAT " below %s not shown.",
                          AR_STR_ARG(count),
                          ar_rule_severity_names[plan->options->min_severity]));
    }
    for (size_t ix = 0; ix < plan->result->rules.count; ix++) {
        const struct ar_rule_result *rule = &plan->result->rules.at[ix];
        if (rule->n_findings_left_out > 0)
            ar_vector_push(
                plan->arena, &texts,
                ar_str_printf(
                    plan->arena,
                    AR_STR_FORMAT " has %zu findings more, over its limit.",
                    AR_STR_ARG(rule->rule->id), rule->n_findings_left_out));
    }
    return texts;
}

/* ---- questions and exceptions ---- */

ar_str ar_report_question_text(const struct ar_report_question *question)
{
    const struct ar_cause *cause = question->cause;
    if (cause->decl != NULL && cause->decl->question.len > 0)
        return cause->decl->question;
    return cause->name;
}

ar_str ar_report_waiting_text(const struct ar_report_plan *plan,
                              const struct ar_report_question *question)
{
    struct ar_buf ids = AR_BUF(plan->arena);
    for (size_t ix = 0; ix < question->rules.count; ix++) {
        ar_buf_put_c(&ids, ix > 0 ? ", " : "");
        ar_buf_put(&ids, question->rules.at[ix]->id);
    }
    return ar_buf_view(&ids);
}

static ar_str_vector list_disabled(const struct ar_report_plan *plan)
{
    ar_str_vector texts = {0};
    for (size_t ix = 0; ix < plan->result->rules.count; ix++) {
        const struct ar_rule_result *state = &plan->result->rules.at[ix];
        const struct ar_rule *rule = state->rule;
        if (!ar_report_is_disabled(state))
            continue;
        ar_str place = ar_report_place_text(plan, rule->details->disabled_at);
        ar_str text = ar_str_printf(
            plan->arena,
            AR_STR_FORMAT ": " AR_STR_FORMAT " (" AR_STR_FORMAT ")",
            AR_STR_ARG(rule->id), AR_STR_ARG(rule->details->disabled_because),
            AR_STR_ARG(place));
        ar_vector_push(plan->arena, &texts, text);
    }
    return texts;
}

static ar_str_vector list_waived(const struct ar_report_plan *plan)
{
    ar_str_vector texts = {0};
    for (size_t ix = 0; ix < plan->result->findings.count; ix++) {
        const struct ar_finding *finding = plan->result->findings.at[ix];
        if (finding->waived_by == NULL)
            continue;
        ar_vector_push(
            plan->arena, &texts,
            ar_report_join(plan, ar_report_finding_name(plan, finding), ": ",
                           ar_report_waiver_text(plan, finding->waived_by)));
    }
    return texts;
}

static ar_str_vector list_expired(const struct ar_report_plan *plan)
{
    const struct ar_result *result = plan->result;
    ar_str_vector texts = {0};
    for (size_t ix = 0; ix < result->expired_waivers.count; ix++) {
        const struct ar_waiver *waiver = result->expired_waivers.at[ix];
        ar_vector_push(plan->arena, &texts,
                       ar_report_join(plan, ar_report_waiver_name(plan, waiver),
                                      ": ",
                                      ar_report_waiver_text(plan, waiver)));
    }
    return texts;
}

static ar_str_vector list_absent_packs(const struct ar_report_plan *plan)
{
    ar_str_vector texts = {0};
    for (size_t ix = 0; ix < plan->result->absent_packs.count; ix++)
        ar_vector_push(plan->arena, &texts, plan->result->absent_packs.at[ix]);
    return texts;
}

ar_report_sections ar_report_exceptions(const struct ar_report_plan *plan)
{
    ar_str n_waived =
        ar_report_count_text(plan, plan->result->n_waived, "finding");
    const struct ar_report_section all[] = {
        {AR_STR("Disabled here:"), false, list_disabled(plan)},
        {ar_str_concat(plan->arena, AR_STR("Waived: "), n_waived), false,
         list_waived(plan)},
        {AR_STR("Waivers that have expired and waive nothing:"), true,
         list_expired(plan)},
        {AR_STR("Packs that 'supersedes' names and that are not loaded:"),
         false, list_absent_packs(plan)},
    };
    ar_report_sections sections = {0};
    for (size_t ix = 0; ix < AR_COUNT_OF(all); ix++) {
        if (all[ix].texts.count == 0)
            continue;
        struct ar_report_section *section =
            AR_NEW(plan->arena, struct ar_report_section);
        *section = all[ix];
        ar_vector_push(plan->arena, &sections, section);
    }
    return sections;
}

/* ---- links ---- */

static bool says(const struct ar_template *text, ar_str link)
{
    return text != NULL && text->n_parts == 1 && text->parts[0].expr == NULL &&
           ar_str_equal(text->parts[0].text, link);
}

static bool opens(const struct ar_remedy *remedy, ar_str link)
{
    for (size_t ix = 0; ix < remedy->steps.count; ix++) {
        const struct ar_step *step = &remedy->steps.at[ix];
        for (size_t nth = 0; nth < step->items.count; nth++) {
            if (step->items.at[nth].kind == AR_STEP_OPEN &&
                says(step->items.at[nth].text, link))
                return true;
        }
    }
    return false;
}

bool ar_report_is_pack_link(const struct ar_rule *rule, ar_str link)
{
    if (!ar_str_starts_with(link, AR_STR("https://")) ||
        !ar_markdown_is_link(link))
        return false;
    for (size_t ix = 0; ix < rule->details->links.count; ix++) {
        if (says(rule->details->links.at[ix], link))
            return true;
    }
    for (size_t ix = 0; ix < rule->details->remedies.count; ix++) {
        if (opens(rule->details->remedies.at[ix], link))
            return true;
    }
    return false;
}

/* ---- what is too long ---- */

bool ar_report_is_full(const struct ar_buf *out)
{
    return out->len >= AR_MAX_REPORT_BYTES;
}

ar_str ar_report_full_text(const struct ar_report_plan *plan, size_t count,
                           const char *noun)
{
    ar_str text = ar_report_count_text(plan, count, noun);
    return ar_str_printf(
        plan->arena,
        AR_STR_FORMAT " more not shown: a report for people has at most %zu "
                      "MiB. --format json has all.",
        AR_STR_ARG(text), (size_t)AR_MAX_REPORT_BYTES / (1024 * 1024));
}

/* ---- remedies ---- */

ar_str ar_report_remedy_title(const struct ar_report_plan *plan,
                              const struct ar_finding *finding, size_t ix)
{
    struct ar_buf title = AR_BUF(plan->arena);
    ar_buf_put_c(&title, "What to do");
    if (finding->remedies.count > 1)
        ar_buf_printf(&title, " (way %zu of %zu)", ix + 1,
                      finding->remedies.count);
    ar_buf_put_c(&title, ": ");
    ar_buf_put(&title, finding->remedies.at[ix].title);
    return ar_buf_view(&title);
}

ar_str ar_report_restart_text(const struct ar_report_plan *plan,
                              const struct ar_result_remedy *remedy)
{
    static const struct {
        const char *name;
        const char *text;
    } sentences[] = {
        {"app", "the application"},
        {"wsl", "WSL"},
        {"session", "your session (log out and in again)"},
        {"machine", "the machine"},
    };
    bool is_conditional = false;
    ar_str name = ar_report_restart(remedy, &is_conditional);
    for (size_t ix = 0; ix < AR_COUNT_OF(sentences); ix++) {
        if (ar_str_equal_c(name, sentences[ix].name))
            return ar_str_printf(plan->arena, "%s%s", sentences[ix].text,
                                 is_conditional ? ", under a condition" : "");
    }
    return AR_STR("none");
}

ar_str ar_report_rights_text(const struct ar_result_remedy *remedy)
{
    return remedy->remedy->needs_admin ? AR_STR("administrator")
                                       : AR_STR("those of the user");
}

ar_str ar_report_condition_text(const struct ar_report_plan *plan,
                                ar_str condition)
{
    ar_str unless = AR_STR("unless ");
    struct ar_buf text = AR_BUF(plan->arena);
    if (condition.len == 0)
        return condition;
    if (ar_str_starts_with(condition, unless)) {
        ar_buf_put_c(&text, "Leave this out if ");
        condition = ar_str_slice(condition, unless.len, condition.len);
    } else {
        ar_buf_put_c(&text, "Only ");
        if (!ar_str_starts_with(condition, AR_STR("if ")))
            ar_buf_put_c(&text, "if ");
    }
    ar_buf_put(&text, condition);
    ar_buf_put_c(&text, "; that could not be decided.");
    return ar_buf_view(&text);
}

ar_str ar_report_shell_label(const struct ar_report_plan *plan, ar_str shell)
{
    if (shell.len == 0)
        return AR_STR("Run:");
    if (ar_str_equal_c(shell, "powershell"))
        return AR_STR("In PowerShell:");
    if (ar_str_equal_c(shell, "cmd"))
        return AR_STR("In the command prompt (cmd):");
    return ar_str_printf(
        plan->arena, "In a terminal (" AR_STR_FORMAT "):", AR_STR_ARG(shell));
}

ar_str ar_report_restart_step(ar_str what)
{
    if (ar_str_equal_c(what, "app"))
        return AR_STR("Restart the application.");
    if (ar_str_equal_c(what, "wsl"))
        return AR_STR("Restart WSL (shut it down, then start it again).");
    if (ar_str_equal_c(what, "session"))
        return AR_STR("Log out and in again.");
    return AR_STR("Restart the machine.");
}

bool ar_report_is_continued(const ar_result_item_vector *items, size_t ix)
{
    if (ix == 0)
        return false;
    const struct ar_result_item *item = &items->at[ix];
    const struct ar_result_item *before = &items->at[ix - 1];
    return item->kind == before->kind &&
           (item->kind == AR_STEP_RUN || item->kind == AR_STEP_OPEN) &&
           ar_str_equal(item->shell, before->shell) &&
           ar_str_equal(item->condition, before->condition) &&
           item->has_question == before->has_question;
}

/* ---- groups ---- */

static ar_str reason_text(const struct ar_rule_result *rule)
{
    if (rule->reason.len > 0)
        return rule->reason;
    return ar_str_from_c(ar_status_table[rule->status].text);
}

static struct ar_report_group *find_group(const struct ar_report_plan *plan,
                                          ar_report_groups *groups,
                                          struct ar_map *seen, ar_str text)
{
    struct ar_report_group *group = ar_map_get(seen, text);
    if (group != NULL)
        return group;
    group = AR_NEW(plan->arena, struct ar_report_group);
    *group = (struct ar_report_group){text, AR_BUF(plan->arena)};
    ar_map_put(plan->arena, seen, text, group);
    ar_vector_push(plan->arena, groups, group);
    return group;
}

static void add_name(struct ar_report_group *group, ar_str name)
{
    ar_buf_put_c(&group->names, group->names.len > 0 ? ", " : "");
    ar_buf_put(&group->names, name);
}

ar_report_groups ar_report_group_reasons(const struct ar_report_plan *plan,
                                         enum ar_status status)
{
    const struct ar_result *result = plan->result;
    ar_report_groups groups = {0};
    struct ar_map seen = {0};
    for (size_t ix = 0; ix < result->rules.count; ix++) {
        const struct ar_rule_result *rule = &result->rules.at[ix];
        if (rule->status == status && !ar_report_is_disabled(rule))
            add_name(find_group(plan, &groups, &seen, reason_text(rule)),
                     rule->rule->id);
    }
    return groups;
}

/* Needs grouped by reason: a reason says what one has to do. */
struct advice {
    struct ar_map seen[AR_N_REASONS];
    struct ar_report_group groups[AR_N_REASONS];
};

static void add_advice(struct advice *advice, struct ar_arena *arena,
                       const ar_cause_vector *causes)
{
    for (size_t ix = 0; ix < causes->count; ix++) {
        const struct ar_cause *cause = &causes->at[ix];
        if (cause->value.state != AR_STATE_UNKNOWN ||
            ar_report_is_not_given(cause))
            continue;
        struct ar_map *seen = &advice->seen[cause->value.reason];
        struct ar_report_group *group = &advice->groups[cause->value.reason];
        if (ar_map_has(seen, cause->name))
            continue;
        ar_map_put(arena, seen, cause->name, group);
        group->names.arena = arena;
        add_name(group, cause->name);
    }
}

ar_report_groups ar_report_group_advice(const struct ar_report_plan *plan)
{
    struct advice *advice = AR_NEW(plan->arena, struct advice);
    ar_report_groups groups = {0};
    for (size_t ix = 0; ix < plan->result->rules.count; ix++) {
        const struct ar_rule_result *rule = &plan->result->rules.at[ix];
        if (!ar_report_is_undecided(rule))
            continue;
        if (rule->status == AR_STATUS_UNDETERMINED)
            add_advice(advice, plan->arena, &rule->causes);
        for (size_t nth = 0; nth < rule->open_elements.count; nth++)
            add_advice(advice, plan->arena,
                       &rule->open_elements.at[nth].causes);
    }
    for (size_t reason = 0; reason < AR_N_REASONS; reason++) {
        struct ar_report_group *group = &advice->groups[reason];
        group->text = ar_str_from_c(ar_reason_table[reason].how);
        if (group->names.len > 0)
            ar_vector_push(plan->arena, &groups, group);
    }
    return groups;
}
