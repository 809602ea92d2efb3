/* SPDX-License-Identifier: Apache-2.0 */
/* Evaluation, and its result for embedders: plain structs made once, so that
 * reading them can neither fail nor take memory. */

#include "api/handles.h"
#include "base/limits.h"
#include "run/vm.h"

#include <stdlib.h>
#include <time.h>

enum { MICROSECONDS = 1000000 };

static const char *copy_text(struct ar_arena *arena, ar_str text)
{
    return ar_str_copy(arena, text).ptr;
}

archrules_severity ar_api_severity(enum ar_rule_severity severity)
{
    switch (severity) {
    case AR_RULE_INFO: return ARCHRULES_SEVERITY_INFO;
    case AR_RULE_WARNING: return ARCHRULES_SEVERITY_WARNING;
    case AR_RULE_ERROR: return ARCHRULES_SEVERITY_ERROR;
    case AR_RULE_CRITICAL: return ARCHRULES_SEVERITY_CRITICAL;
    }
    AR_UNREACHABLE();
}

const char *archrules_severity_name(archrules_severity severity)
{
    switch (severity) {
    case ARCHRULES_SEVERITY_DEFAULT: return "default";
    case ARCHRULES_SEVERITY_INFO: return ar_rule_severity_names[AR_RULE_INFO];
    case ARCHRULES_SEVERITY_WARNING:
        return ar_rule_severity_names[AR_RULE_WARNING];
    case ARCHRULES_SEVERITY_ERROR: return ar_rule_severity_names[AR_RULE_ERROR];
    case ARCHRULES_SEVERITY_CRITICAL:
        return ar_rule_severity_names[AR_RULE_CRITICAL];
    }
    return "";
}

archrules_rule_status ar_api_status(enum ar_status status)
{
    switch (status) {
    case AR_STATUS_NOT_LOADED: return ARCHRULES_NOT_LOADED;
    case AR_STATUS_ERROR: return ARCHRULES_ERROR;
    case AR_STATUS_NOT_APPLICABLE: return ARCHRULES_NOT_APPLICABLE;
    case AR_STATUS_CLEAR: return ARCHRULES_CLEAR;
    case AR_STATUS_MATCHED: return ARCHRULES_MATCHED;
    case AR_STATUS_UNDETERMINED: return ARCHRULES_UNDETERMINED;
    case AR_N_STATUSES: break;
    }
    AR_UNREACHABLE();
}

const char *archrules_rule_status_name(archrules_rule_status status)
{
    for (int i = 0; i < AR_N_STATUSES; i++) {
        if (ar_api_status((enum ar_status)i) == status)
            return ar_status_table[i].name;
    }
    return "";
}

/* ---- results as plain structs ---- */

static const char *const *copy_names(struct ar_arena *arena,
                                     const ar_cause_vector *causes)
{
    const char **names = AR_NEW_ARRAY(arena, const char *, causes->count);
    for (size_t i = 0; i < causes->count; i++)
        names[i] = copy_text(arena, causes->at[i].name);
    return names;
}

archrules_rule ar_api_rule(struct ar_arena *arena,
                           const struct ar_rule_result *from)
{
    archrules_rule rule = {
        .id = copy_text(arena, from->rule->id),
        .title = copy_text(arena, from->rule->title),
        .severity = ar_api_severity(from->rule->severity),
        .status = ar_api_status(from->status),
        .reason = copy_text(arena, from->reason),
    };
    if (from->status != AR_STATUS_UNDETERMINED)
        return rule;
    rule.n_needs = from->causes.count;
    rule.needs = copy_names(arena, &from->causes);
    return rule;
}

static archrules_finding make_finding(struct ar_arena *arena,
                                      const struct ar_finding *from)
{
    size_t n_causes = from->superseded_by.count;
    const char **causes = AR_NEW_ARRAY(arena, const char *, n_causes);
    for (size_t i = 0; i < n_causes; i++)
        causes[i] = copy_text(arena, from->superseded_by.at[i]->rule->id);
    return (archrules_finding){
        .rule = copy_text(arena, from->rule->id),
        .title = copy_text(arena, from->rule->title),
        .severity = ar_api_severity(from->rule->severity),
        .diagnosis = copy_text(arena, from->diagnosis),
        .key = copy_text(arena, from->key_text),
        .fingerprint = copy_text(arena, from->fingerprint),
        .is_waived = from->waived_by != NULL,
        .n_superseded_by = n_causes,
        .superseded_by = causes,
    };
}

static void make_structs(void *context)
{
    const struct archrules_result *result = context;
    struct ar_api_view *view = result->view;
    struct ar_arena *arena = &view->memory.arena;
    const struct ar_result *from = result->result;
    view->machine = copy_text(arena, result->facts->set.machine);
    view->rules = AR_NEW_ARRAY(arena, archrules_rule, from->rules.count);
    for (size_t i = 0; i < from->rules.count; i++)
        view->rules[i] = ar_api_rule(arena, &from->rules.at[i]);
    view->findings =
        AR_NEW_ARRAY(arena, archrules_finding, from->findings.count);
    for (size_t i = 0; i < from->findings.count; i++)
        view->findings[i] = make_finding(arena, from->findings.at[i]);
    ar_api_make_questions(view, from);
}

const struct ar_api_view *ar_api_view(const struct archrules_result *result)
{
    if (!result || !result->result)
        return NULL;
    if (!result->view->is_made)
        result->view->is_made =
            ar_api_guard_one(&result->view->memory, make_structs,
                             (void *)(uintptr_t)result) == ARCHRULES_OK;
    return result->view->is_made ? result->view : NULL;
}

/* ---- evaluating ---- */

const struct ar_program *ar_api_choose_rules(
    struct ar_arena *arena, const struct archrules_engine *engine)
{
    const struct ar_program *program = engine->program;
    if (!engine->has_only && engine->skip.count == 0)
        return program;
    struct ar_program *chosen = AR_NEW(arena, struct ar_program);
    *chosen = *program;
    chosen->rules.at =
        AR_NEW_ARRAY(arena, struct ar_rule *, program->rules.count);
    chosen->rules.count = 0;
    for (size_t i = 0; i < program->rules.count; i++) {
        if (ar_api_is_chosen(engine, program->rules.at[i]))
            chosen->rules.at[chosen->rules.count++] = program->rules.at[i];
    }
    return chosen;
}

const struct ar_result *ar_api_evaluate(struct ar_arena *arena,
                                        const struct archrules_engine *engine,
                                        struct ar_factset *facts, int64_t now)
{
    struct ar_evaluation_options options = {.now = now};
    return ar_vm_evaluate(arena, engine->code,
                          ar_api_choose_rules(arena, engine), facts, &options);
}

/* Room for the index, if there is one, and the facts bound to it. */
static void use_index(struct archrules_result *result)
{
    const struct ar_index *index = result->facts->engine->index;
    if (!index)
        return;
    if (!result->scan)
        result->scan = ar_scan_create(&result->keeping.arena, index);
    ar_factset_bind(&result->facts->set, ar_index_layout(index));
}

static void evaluate(void *context)
{
    struct archrules_result *result = context;
    const struct archrules_engine *engine = result->facts->engine;
    struct ar_arena *arena = &result->memory.arena;
    use_index(result);
    struct ar_evaluation_options options = {
        .now = result->now, .scan = result->scan, .ids_only = result->ids_only};
    result->result =
        ar_vm_evaluate(arena, engine->code, ar_api_choose_rules(arena, engine),
                       &result->facts->set, &options);
}

int64_t ar_api_now(const archrules_evaluate_options *options,
                   const struct ar_factset *set)
{
    if (set->has_now)
        return set->now;
    int64_t seconds =
        options && options->now != 0 ? options->now : (int64_t)time(NULL);
    bool is_sane = seconds > AR_TIME_FIRST / MICROSECONDS &&
                   seconds < AR_TIME_LAST / MICROSECONDS;
    return is_sane ? seconds * MICROSECONDS : 0;
}

/* One allocation, so that a result that can only be read has a view that can
 * be made. */
struct result_with_view {
    struct archrules_result result;
    struct ar_api_view view;
};

struct archrules_result *ar_api_result_create(struct archrules_facts *facts)
{
    struct result_with_view *made = calloc(1, sizeof(*made));
    if (!made)
        return NULL;
    made->result.view = &made->view;
    made->result.facts = facts;
    made->result.memory.arena.limit_bytes = AR_MAX_EVALUATION_BYTES;
    return &made->result;
}

archrules_status archrules_evaluate(const archrules_engine *engine,
                                    archrules_facts *facts,
                                    const archrules_evaluate_options *options,
                                    archrules_result **out)
{
    if (out)
        *out = NULL;
    if (!out || !engine || !facts || facts->engine != engine)
        return ARCHRULES_MISUSE;
    struct archrules_result *result = ar_api_result_create(facts);
    if (!result)
        return ARCHRULES_NOMEM;
    archrules_status status = archrules_result_update(result, options);
    if (status != ARCHRULES_OK)
        archrules_result_free(result);
    else
        *out = result;
    return status;
}

void ar_api_result_clear(struct archrules_result *result)
{
    result->result = NULL;
    result->view->is_made = false;
    ar_arena_reset(&result->view->memory.arena);
    ar_arena_reset(&result->memory.arena);
}

archrules_status archrules_result_update(
    archrules_result *result, const archrules_evaluate_options *options)
{
    if (!result || result->is_of_session)
        return ARCHRULES_MISUSE;
    struct archrules_facts *facts = result->facts;
    ar_api_result_clear(result);
    if (facts->engine->memory.is_broken)
        return ARCHRULES_NOMEM;
    result->now = ar_api_now(options, &facts->set);
    result->ids_only = options && options->detail == ARCHRULES_DETAIL_IDS;
    struct ar_api_memories memories = {
        .at = {&result->memory, &facts->memory, &result->keeping}, .count = 3};
    return ar_api_guard(&memories, evaluate, result);
}

void ar_api_result_free(struct archrules_result *result)
{
    ar_arena_free(&result->memory.arena);
    ar_arena_free(&result->keeping.arena);
    ar_arena_free(&result->rendering.arena);
    ar_arena_free(&result->view->memory.arena);
    free(result); /* the first member of what was allocated */
}

void archrules_result_free(archrules_result *result)
{
    if (result && !result->is_of_session)
        ar_api_result_free(result);
}

/* ---- reading ---- */

const char *archrules_result_machine(const archrules_result *result)
{
    const struct ar_api_view *view = ar_api_view(result);
    return view ? view->machine : "";
}

size_t archrules_result_rule_count(const archrules_result *result)
{
    return result && result->result ? result->result->rules.count : 0;
}

const archrules_rule *archrules_result_rule(const archrules_result *result,
                                            size_t ix)
{
    const struct ar_api_view *view = ar_api_view(result);
    return view && ix < result->result->rules.count ? &view->rules[ix] : NULL;
}

size_t archrules_result_finding_count(const archrules_result *result)
{
    return result && result->result ? result->result->findings.count : 0;
}

const archrules_finding *archrules_result_finding(
    const archrules_result *result, size_t ix)
{
    const struct ar_api_view *view = ar_api_view(result);
    bool is_there = view && ix < result->result->findings.count;
    return is_there ? &view->findings[ix] : NULL;
}

size_t archrules_result_count(const archrules_result *result,
                              archrules_rule_status status)
{
    for (size_t i = 0; result && result->result && i < AR_N_STATUSES; i++) {
        if (ar_api_status((enum ar_status)i) == status)
            return result->result->counts[i];
    }
    return 0;
}
