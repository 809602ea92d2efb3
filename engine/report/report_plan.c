/* SPDX-License-Identifier: Apache-2.0 */
/* The plan of a report. A superseded finding is folded under the root of each
 * chain of causes above it, so it stands under what a person must mend. The
 * result is trusted to be free of cycles, yet nothing hangs or gets lost if
 * it is not. */

#include "report/report_plan.h"

#include "base/limits.h"
#include "text/utf8.h"

#include <string.h>

enum { SECRET_SHORTEST = 4 }; /* shorter ones stand in too many words */

#define SECRET AR_STR("<secret>")

/* A finding's address and its number, to find the one by the other. */
struct address {
    const struct ar_finding *finding;
    size_t ix;
};

static int compare_addresses(const void *a, const void *b)
{
    uintptr_t first = (uintptr_t)((const struct address *)a)->finding;
    uintptr_t second = (uintptr_t)((const struct address *)b)->finding;
    return (first > second) - (first < second);
}

static struct address *make_addresses(const struct ar_report_plan *plan)
{
    size_t count = plan->result->findings.count;
    struct address *addresses =
        AR_NEW_ARRAY(plan->arena, struct address, count);
    for (size_t ix = 0; ix < count; ix++)
        addresses[ix] = (struct address){plan->result->findings.at[ix], ix};
    if (count > 1)
        qsort(addresses, count, sizeof(*addresses), compare_addresses);
    return addresses;
}

static struct ar_report_entry *find_entry(const struct ar_report_plan *plan,
                                          const struct address *addresses,
                                          const struct ar_finding *finding)
{
    struct address wanted = {finding, 0};
    const struct address *found =
        bsearch(&wanted, addresses, plan->result->findings.count,
                sizeof(*addresses), compare_addresses);
    return found == NULL ? NULL : &plan->entries[found->ix];
}

static const struct ar_finding *find_root(const struct ar_report_plan *plan,
                                          const struct ar_finding *finding)
{
    size_t most = plan->result->findings.count;
    for (size_t n = 0; n < most && finding->superseded_by.count > 0; n++)
        finding = finding->superseded_by.at[0];
    return finding;
}

static bool is_severe(const struct ar_report_plan *plan,
                      const struct ar_finding *finding)
{
    return finding->rule->severity >= plan->options->min_severity;
}

static void fold_under(struct ar_report_plan *plan,
                       struct ar_report_entry *root,
                       const struct ar_finding *finding)
{
    size_t count = root->explains.count;
    if (!is_severe(plan, finding) ||
        (count > 0 && root->explains.at[count - 1] == finding))
        return;
    ar_vector_push(plan->arena, &root->explains, finding);
    root->is_shown = true;
}

static void fold_entry(struct ar_report_plan *plan,
                       const struct address *addresses,
                       struct ar_report_entry *entry)
{
    const struct ar_finding *finding = entry->finding;
    if (finding->waived_by != NULL)
        return;
    for (size_t ix = 0; ix < finding->superseded_by.count; ix++) {
        const struct ar_finding *cause =
            find_root(plan, finding->superseded_by.at[ix]);
        struct ar_report_entry *root = find_entry(plan, addresses, cause);
        if (root == NULL || cause->superseded_by.count > 0 ||
            cause->waived_by != NULL)
            continue;
        fold_under(plan, root, finding);
        entry->is_folded = true;
    }
}

static void plan_findings(struct ar_report_plan *plan)
{
    size_t count = plan->result->findings.count;
    plan->entries = AR_NEW_ARRAY(plan->arena, struct ar_report_entry, count);
    for (size_t ix = 0; ix < count; ix++) {
        const struct ar_finding *finding = plan->result->findings.at[ix];
        plan->entries[ix].finding = finding;
        plan->entries[ix].is_shown = is_severe(plan, finding);
    }
    if (plan->result->n_superseded == 0)
        return;
    struct address *addresses = make_addresses(plan);
    for (size_t ix = 0; ix < count; ix++)
        fold_entry(plan, addresses, &plan->entries[ix]);
}

static void count_findings(struct ar_report_plan *plan)
{
    for (size_t ix = 0; ix < plan->result->findings.count; ix++) {
        const struct ar_report_entry *entry = &plan->entries[ix];
        plan->n_not_shown += !entry->is_shown;
        if (entry->is_folded || entry->finding->waived_by != NULL)
            continue;
        plan->n_by_severity[entry->finding->rule->severity]++;
        plan->n_active++;
    }
}

bool ar_report_stands_alone(const struct ar_report_entry *entry)
{
    return entry->is_shown && !entry->is_folded &&
           entry->finding->waived_by == NULL;
}

bool ar_report_is_not_given(const struct ar_cause *cause)
{
    return cause->value.state == AR_STATE_UNKNOWN &&
           cause->value.reason == AR_REASON_not_given;
}

static bool all_not_given(const ar_cause_vector *causes)
{
    for (size_t ix = 0; ix < causes->count; ix++) {
        if (!ar_report_is_not_given(&causes->at[ix]))
            return false;
    }
    return true;
}

static bool is_open(const struct ar_rule_result *rule)
{
    return rule->status == AR_STATUS_UNDETERMINED ||
           rule->open_elements.count > 0;
}

/* The causes of a rule that is not undetermined say what decided it, which is
 * no need. */
bool ar_report_is_question(const struct ar_rule_result *rule)
{
    if (!is_open(rule))
        return false;
    size_t n_causes = 0;
    if (rule->status == AR_STATUS_UNDETERMINED) {
        n_causes = rule->causes.count;
        if (!all_not_given(&rule->causes))
            return false;
    }
    for (size_t ix = 0; ix < rule->open_elements.count; ix++) {
        const struct ar_open_element *element = &rule->open_elements.at[ix];
        n_causes += element->causes.count;
        if (!all_not_given(&element->causes))
            return false;
    }
    return n_causes > 0;
}

bool ar_report_is_undecided(const struct ar_rule_result *rule)
{
    return is_open(rule) && !ar_report_is_question(rule);
}

bool ar_report_is_disabled(const struct ar_rule_result *rule)
{
    return rule->status == AR_STATUS_NOT_LOADED &&
           rule->rule->details->disabled_because.len > 0;
}

static void count_rules(struct ar_report_plan *plan)
{
    size_t count = ar_result_count_told(plan->result);
    for (size_t ix = 0; ix < count; ix++) {
        const struct ar_rule_result *rule = ar_result_told(plan->result, ix);
        bool is_not_loaded = rule->status == AR_STATUS_NOT_LOADED;
        bool is_disabled = ar_report_is_disabled(rule);
        plan->n_disabled += is_disabled;
        plan->n_not_loaded += is_not_loaded && !is_disabled;
        plan->n_undecided += ar_report_is_undecided(rule);
        plan->n_waiting += ar_report_is_question(rule);
        plan->n_left_out += rule->n_findings_left_out;
    }
}

static void add_questions(struct ar_report_plan *plan, struct ar_map *seen,
                          const struct ar_rule *rule,
                          const ar_cause_vector *causes)
{
    for (size_t ix = 0; ix < causes->count; ix++) {
        const struct ar_cause *cause = &causes->at[ix];
        if (!ar_report_is_not_given(cause))
            continue;
        struct ar_report_question *question = ar_map_get(seen, cause->name);
        if (question == NULL) {
            question = AR_NEW(plan->arena, struct ar_report_question);
            question->cause = cause;
            ar_map_put(plan->arena, seen, cause->name, question);
            ar_vector_push(plan->arena, &plan->questions, question);
        }
        size_t count = question->rules.count;
        if (count == 0 || question->rules.at[count - 1] != rule)
            ar_vector_push(plan->arena, &question->rules, rule);
    }
}

static void gather_questions(struct ar_report_plan *plan)
{
    struct ar_map seen = {0};
    size_t count = ar_result_count_told(plan->result);
    for (size_t ix = 0; ix < count; ix++) {
        const struct ar_rule_result *rule = ar_result_told(plan->result, ix);
        if (rule->status == AR_STATUS_UNDETERMINED)
            add_questions(plan, &seen, rule->rule, &rule->causes);
        for (size_t nth = 0; nth < rule->open_elements.count; nth++)
            add_questions(plan, &seen, rule->rule,
                          &rule->open_elements.at[nth].causes);
    }
}

static void add_secret(struct ar_report_plan *plan, ar_str text)
{
    if (text.len < SECRET_SHORTEST)
        return;
    for (size_t ix = 0; ix < plan->secrets.count; ix++) {
        if (ar_str_equal(plan->secrets.at[ix], text))
            return;
    }
    ar_vector_push(plan->arena, &plan->secrets, text);
}

/* Every string in a secret value. */
static void add_secrets(struct ar_report_plan *plan, const ar_value *value)
{
    if (value->state != AR_STATE_VALUE)
        return;
    enum ar_type_kind kind = value->type->kind;
    if (kind == AR_TYPE_STRING)
        add_secret(plan, value->as.string);
    if (kind != AR_TYPE_LIST && kind != AR_TYPE_MAP && kind != AR_TYPE_RECORD)
        return;
    for (size_t ix = 0; ix < value->as.list.count; ix++)
        add_secrets(plan, &value->as.list.items[ix]);
}

static int compare_lengths(const void *a, const void *b)
{
    size_t first = ((const ar_str *)a)->len;
    size_t second = ((const ar_str *)b)->len;
    return (first < second) - (first > second);
}

static void gather_secrets(struct ar_report_plan *plan)
{
    const struct ar_result *result = plan->result;
    for (size_t ix = 0; ix < result->facts->entries.count; ix++) {
        const struct ar_fact_entry *entry = result->facts->entries.at[ix];
        if (ar_report_is_secret(entry->decl))
            add_secrets(plan, &entry->value);
    }
    for (size_t ix = 0; ix < result->findings.count; ix++) {
        const ar_evidence_vector *facts = &result->findings.at[ix]->facts;
        for (size_t nth = 0; nth < facts->count; nth++) {
            if (ar_report_is_secret(facts->at[nth].decl))
                add_secrets(plan, &facts->at[nth].value);
        }
    }
    for (size_t ix = 0; ix < plan->options->n_former_secrets; ix++)
        add_secrets(plan, &plan->options->former_secrets[ix]);
    if (plan->secrets.count > 1)
        qsort(plan->secrets.at, plan->secrets.count, sizeof(ar_str),
              compare_lengths);
}

/* Names and texts; lines are counted where a place is asked for. */
static void copy_sources(struct ar_report_plan *plan)
{
    const struct ar_sources *sources = plan->result->program->diags->sources;
    plan->sources =
        AR_NEW_ARRAY(plan->arena, struct ar_source, sources->list.count);
    for (size_t ix = 0; ix < sources->list.count; ix++) {
        plan->sources[ix].name = sources->list.at[ix]->name;
        plan->sources[ix].text = sources->list.at[ix]->text;
    }
}

struct ar_report_plan ar_report_plan_make(
    struct ar_arena *arena, const struct ar_result *result,
    const struct ar_report_options *options)
{
    struct ar_report_plan plan = {
        .arena = arena, .result = result, .options = options};
    plan_findings(&plan);
    count_findings(&plan);
    count_rules(&plan);
    gather_questions(&plan);
    gather_secrets(&plan);
    plan.shell = ar_report_choose_shell(result, &options->filter);
    copy_sources(&plan);
    return plan;
}

bool ar_report_is_secret(const struct ar_fact_decl *decl)
{
    return decl != NULL && decl->sensitivity == AR_SENSITIVITY_SECRET;
}

static ar_str mask_one(struct ar_arena *arena, ar_str text, ar_str secret)
{
    size_t at = ar_str_find(text, secret, 0);
    if (at == SIZE_MAX)
        return text;
    struct ar_buf masked = AR_BUF(arena);
    size_t kept = 0;
    for (; at != SIZE_MAX; at = ar_str_find(text, secret, kept)) {
        ar_buf_put(&masked, ar_str_slice(text, kept, at));
        ar_buf_put(&masked, SECRET);
        kept = at + secret.len;
    }
    ar_buf_put(&masked, ar_str_slice(text, kept, text.len));
    return ar_buf_view(&masked);
}

ar_str ar_report_mask(const struct ar_report_plan *plan, ar_str text)
{
    for (size_t ix = 0; ix < plan->secrets.count; ix++)
        text = mask_one(plan->arena, text, plan->secrets.at[ix]);
    return text;
}

/* The last start of a character at or before limit. */
static size_t find_cut(ar_str text, size_t limit)
{
    size_t cut = limit;
    while (cut > limit - 4 && ((unsigned char)text.ptr[cut] & 0xC0) == 0x80)
        cut--;
    return cut;
}

static ar_str cut_text(struct ar_arena *arena, ar_str text, size_t limit)
{
    if (text.len <= limit)
        return text;
    size_t cut = find_cut(text, limit);
    struct ar_buf shown = AR_BUF(arena);
    ar_buf_put(&shown, ar_str_slice(text, 0, cut));
    ar_buf_printf(&shown, "\xe2\x80\xa6 %zu bytes more", text.len - cut);
    return ar_buf_view(&shown);
}

ar_str ar_report_value_text(const struct ar_report_plan *plan,
                            const struct ar_fact_decl *decl, ar_value value)
{
    if (value.state == AR_STATE_VALUE && ar_report_is_secret(decl))
        return SECRET;
    ar_str text = ar_report_mask(plan, ar_value_text(plan->arena, value));
    return cut_text(plan->arena, text, AR_MAX_VALUE_SHOWN_BYTES);
}

ar_str ar_report_text(const struct ar_report_plan *plan, ar_str text)
{
    return cut_text(plan->arena, ar_report_mask(plan, text),
                    AR_MAX_FINDING_TEXT_BYTES);
}

struct ar_report_place ar_report_place(const struct ar_report_plan *plan,
                                       ar_span span)
{
    const struct ar_program *program = plan->result->program;
    if (ar_sources_get(program->diags->sources, span.file) == NULL)
        return (struct ar_report_place){0};
    struct ar_source *source = &plan->sources[span.file - 1];
    struct ar_position position =
        ar_source_position(plan->arena, source, span.start);
    return (struct ar_report_place){source->name, position.line};
}

static const char *const restart_names[] = {"none", "app", "wsl", "session",
                                            "machine"};

static size_t find_restart(const struct ar_result_item *item)
{
    for (size_t ix = 1; ix < AR_COUNT_OF(restart_names); ix++) {
        if (item->kind == AR_STEP_RESTART &&
            ar_str_equal_c(item->shell, restart_names[ix]))
            return ix;
    }
    return 0;
}

ar_str ar_report_restart(const struct ar_result_remedy *remedy,
                         bool *is_conditional)
{
    size_t strongest = 0;
    *is_conditional = false;
    for (size_t ix = 0; ix < remedy->steps.count; ix++) {
        const struct ar_result_step *step = &remedy->steps.at[ix];
        for (size_t nth = 0; nth < step->items.count; nth++) {
            const struct ar_result_item *item = &step->items.at[nth];
            size_t rank = find_restart(item);
            bool is_guarded =
                step->condition.len > 0 || item->condition.len > 0;
            if (rank > strongest)
                *is_conditional = is_guarded;
            else if (rank > 0 && rank == strongest)
                *is_conditional = *is_conditional && is_guarded;
            strongest = rank > strongest ? rank : strongest;
        }
    }
    return ar_str_from_c(restart_names[strongest]);
}
