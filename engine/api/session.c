/* SPDX-License-Identifier: Apache-2.0 */
/* One evaluation that goes on. What is replaced stays in memory until all is
 * evaluated from the start in other memory, which happens now and then: so
 * there are two sets of facts, each with a result, of which one is in use. */

#include "api/session.h"

#include "facts/snapshot.h"
#include "report/report_update.h"

#include <stdlib.h>

enum {
    /* Everything is evaluated from the start when memory has grown to so many
     * times what that took, and by as much as this. */
    MOST_GROWTH = 4,
    SPARE_BYTES = 1 << 20
};

static struct ar_api_side *in_use(struct archrules_session *session)
{
    return &session->sides[session->current];
}

static struct ar_api_side *other_side(struct archrules_session *session)
{
    return &session->sides[1 - session->current];
}

/* ---- making ---- */

static bool make_side(const archrules_engine *engine, struct ar_api_side *side)
{
    if (archrules_facts_create(engine, &side->facts) != ARCHRULES_OK)
        return false;
    side->result = ar_api_result_create(side->facts);
    if (side->result)
        side->result->is_of_session = true;
    return side->result != NULL;
}

static void make_live(void *context)
{
    struct archrules_session *session = context;
    const struct archrules_engine *engine = session->engine;
    struct ar_arena *arena = &session->memory.arena;
    struct ar_scan *scan =
        engine->index ? ar_scan_create(arena, engine->index) : NULL;
    session->live = ar_live_create(arena, engine->code,
                                   ar_api_choose_rules(arena, engine), scan);
}

static bool has_secret_fact(const struct ar_schema *schema)
{
    for (size_t ix = 0; ix < schema->facts.count; ix++) {
        const struct ar_fact_decl *decl = schema->facts.entries[ix].value;
        if (decl->sensitivity == AR_SENSITIVITY_SECRET)
            return true;
    }
    return false;
}

archrules_status archrules_session_create(const archrules_engine *engine,
                                          archrules_session **out)
{
    if (out)
        *out = NULL;
    if (!out || !engine || !engine->program)
        return ARCHRULES_MISUSE;
    if (engine->memory.is_broken)
        return ARCHRULES_NOMEM;
    struct archrules_session *session = calloc(1, sizeof(*session));
    if (!session)
        return ARCHRULES_NOMEM;
    session->engine = engine;
    session->may_have_secrets = has_secret_fact(&engine->program->schema);
    if (make_side(engine, &session->sides[0]) &&
        make_side(engine, &session->sides[1]) &&
        archrules_facts_create(engine, &session->input) == ARCHRULES_OK &&
        ar_api_guard_one(&session->memory, make_live, session) ==
            ARCHRULES_OK) {
        *out = session;
        return ARCHRULES_OK;
    }
    archrules_session_free(session);
    return ARCHRULES_NOMEM;
}

static void free_side(struct ar_api_side *side)
{
    if (side->result)
        ar_api_result_free(side->result);
    archrules_facts_free(side->facts);
}

void archrules_session_free(archrules_session *session)
{
    if (!session)
        return;
    ar_arena_free(&session->memory.arena);
    ar_arena_free(&session->changing.arena);
    free_side(&session->sides[0]);
    free_side(&session->sides[1]);
    archrules_facts_free(session->input);
    free(session);
}

/* All that a call may take from. */
static archrules_status guard(struct archrules_session *session,
                              ar_api_work work, void *context)
{
    struct ar_api_memories memories = {
        .at = {&session->memory, &session->changing, &session->input->memory,
               &session->sides[0].facts->memory,
               &session->sides[0].result->memory,
               &session->sides[1].facts->memory,
               &session->sides[1].result->memory},
        .count = 7};
    if (session->engine->memory.is_broken)
        return ARCHRULES_NOMEM;
    return ar_api_guard(&memories, work, context);
}

/* ---- facts ---- */

static void touch(void *context, const struct ar_fact_ref *ref)
{
    ar_live_touch(context, ref);
}

/* Before the first change since an update. */
static void note_secrets(struct archrules_session *session)
{
    const struct ar_factset *set = &in_use(session)->facts->set;
    if (session->has_secrets || !session->may_have_secrets)
        return;
    session->has_secrets = true;
    for (size_t ix = 0; ix < set->entries.count; ix++) {
        const struct ar_fact_entry *entry = set->entries.at[ix];
        if (entry->decl && entry->decl->sensitivity == AR_SENSITIVITY_SECRET)
            ar_vector_push(set->arena, &session->secrets, entry->value);
    }
}

struct naming {
    struct archrules_session *session;
    const char *name;
    const struct archrules_facts *facts;
    ar_api_work work;
    bool is_good;
};

/* A group speaks for what is below it, also where that was set before. */
static void take_input(struct archrules_session *session)
{
    struct ar_factset *set = &in_use(session)->facts->set;
    const struct ar_factset *input = &session->input->set;
    for (size_t ix = 0; ix < input->entries.count; ix++) {
        const struct ar_fact_entry *entry = input->entries.at[ix];
        struct ar_fact_ref ref = {.decl = entry->decl, .key = entry->key};
        if (!entry->decl)
            ar_factset_set(set, &ref, entry->value);
        if (!entry->decl || ar_factset_take_over(set, entry))
            ar_live_touch(session->live, &ref);
    }
}

static void set_fact(void *context)
{
    struct naming *naming = context;
    struct archrules_facts *input = naming->session->input;
    struct ar_arena *arena = &input->memory.arena;
    naming->is_good =
        ar_snapshot_set(arena, &input->diags, &input->set,
                        ar_str_copy(arena, ar_str_from_c(naming->name)));
    if (naming->is_good)
        take_input(naming->session);
}

static void forget_fact(void *context)
{
    struct naming *naming = context;
    struct archrules_session *session = naming->session;
    struct archrules_facts *input = session->input;
    struct ar_arena *arena = &input->memory.arena;
    struct ar_fact_ref ref;
    naming->is_good =
        ar_snapshot_find(arena, &input->diags, input->set.schema,
                         ar_str_copy(arena, ar_str_from_c(naming->name)), &ref);
    if (naming->is_good &&
        ar_factset_forget(&in_use(session)->facts->set, &ref))
        ar_live_touch(session->live, &ref);
}

static void take_facts(void *context)
{
    struct naming *naming = context;
    struct archrules_facts *facts = in_use(naming->session)->facts;
    naming->is_good = true;
    ar_factset_follow(&facts->set, &naming->facts->set, touch,
                      naming->session->live);
    facts->n_failed_taken = ar_api_count_failed(naming->facts);
    facts->used_allow_run = naming->facts->used_allow_run;
}

static void change_facts(void *context)
{
    struct naming *naming = context;
    note_secrets(naming->session);
    naming->work(naming);
}

static archrules_status change(struct naming *naming, ar_api_work work)
{
    archrules_facts_clear(naming->session->input);
    naming->work = work;
    archrules_status status = guard(naming->session, change_facts, naming);
    if (status == ARCHRULES_OK && !naming->is_good)
        return ARCHRULES_INVALID;
    return status;
}

archrules_status archrules_session_set(archrules_session *session,
                                       const char *assignment)
{
    struct naming naming = {.session = session, .name = assignment};
    if (!session || !assignment)
        return ARCHRULES_MISUSE;
    return change(&naming, set_fact);
}

archrules_status archrules_session_forget(archrules_session *session,
                                          const char *name)
{
    struct naming naming = {.session = session, .name = name};
    if (!session || !name)
        return ARCHRULES_MISUSE;
    return change(&naming, forget_fact);
}

archrules_status archrules_session_take(archrules_session *session,
                                        const archrules_facts *facts)
{
    struct naming naming = {.session = session, .facts = facts};
    if (!session || !facts || facts->engine != session->engine)
        return ARCHRULES_MISUSE;
    if (facts->memory.is_broken)
        return ARCHRULES_NOMEM;
    return change(&naming, take_facts);
}

archrules_status archrules_session_render_diagnostics(
    archrules_session *session, const archrules_output *output)
{
    if (!session)
        return ARCHRULES_MISUSE;
    return archrules_facts_render_diagnostics(session->input, output);
}

/* ---- updating ---- */

static bool has_grown(const struct ar_api_memory *memory, size_t base_bytes,
                      size_t limit_bytes)
{
    size_t used = memory->arena.used_bytes;
    return used > MOST_GROWTH * base_bytes + SPARE_BYTES ||
           (limit_bytes > 0 && used > limit_bytes / 2);
}

static bool is_too_large(const struct ar_api_side *side)
{
    return has_grown(&side->facts->memory, side->facts_bytes, 0) ||
           has_grown(&side->result->memory, side->result_bytes,
                     side->result->memory.arena.limit_bytes);
}

static void start(struct archrules_session *session, int64_t now)
{
    struct ar_api_side *side = in_use(session);
    struct ar_factset *set = &side->facts->set;
    if (session->engine->index)
        ar_factset_bind(set, ar_index_layout(session->engine->index));
    side->result->result =
        ar_live_start(session->live, &side->result->memory.arena, set, now);
    side->facts_bytes = side->facts->memory.arena.used_bytes;
    side->result_bytes = side->result->memory.arena.used_bytes;
}

/* The facts in other memory, and nothing evaluated. */
static void change_sides(struct archrules_session *session)
{
    const struct ar_factset *set = &in_use(session)->facts->set;
    struct ar_api_side *side = other_side(session);
    ar_factset_follow(&side->facts->set, set, NULL, NULL);
    side->facts->n_failed_taken = in_use(session)->facts->n_failed_taken;
    side->facts->used_allow_run = in_use(session)->facts->used_allow_run;
    session->current = 1 - session->current;
    session->has_left = true;
}

struct updating {
    struct archrules_session *session;
    const archrules_evaluate_options *options;
};

/* What the changes of before were told with. */
static void forget_changes(struct archrules_session *session)
{
    ar_arena_reset(&session->changing.arena);
    session->changes = (ar_change_vector){0};
    session->view = NULL;
    session->former_secrets = (ar_api_values){0};
    if (!session->has_left)
        return;
    ar_api_result_clear(other_side(session)->result);
    archrules_facts_clear(other_side(session)->facts);
    session->has_left = false;
}

static void update(void *context)
{
    const struct updating *updating = context;
    struct archrules_session *session = updating->session;
    struct ar_arena *arena = &session->changing.arena;
    struct ar_api_side *side = in_use(session);
    const struct ar_result *result = side->result->result;
    int64_t now = ar_api_now(updating->options, &side->facts->set);
    struct ar_result_before *before = NULL;
    if (result)
        before = ar_result_note(arena, result);
    bool is_done = result && !is_too_large(side) &&
                   ar_live_update(session->live, now, before);
    if (!is_done && result)
        change_sides(session);
    if (!is_done)
        start(session, now);
    side = in_use(session);
    side->result->now = now;
    if (before)
        ar_result_changes(before, side->result->result, &session->changes);
    session->former_secrets = session->secrets;
    session->secrets = (ar_api_values){0};
    session->has_secrets = false;
}

archrules_status archrules_session_update(
    archrules_session *session, const archrules_evaluate_options *options)
{
    if (!session)
        return ARCHRULES_MISUSE;
    struct updating updating = {session, options};
    struct archrules_result *result = in_use(session)->result;
    result->view->is_made = false;
    ar_arena_reset(&result->view->memory.arena);
    forget_changes(session);
    archrules_status status = guard(session, update, &updating);
    if (status != ARCHRULES_OK) {
        in_use(session)->result->result = NULL;
        session->changes = (ar_change_vector){0};
    }
    return status;
}

size_t archrules_session_evaluated(const archrules_session *session)
{
    return session ? ar_live_count(session->live) : 0;
}

archrules_result *archrules_session_result(archrules_session *session)
{
    if (!session || !in_use(session)->result->result)
        return NULL;
    return in_use(session)->result;
}

/* ---- changes ---- */

size_t archrules_session_change_count(const archrules_session *session)
{
    return session ? session->changes.count : 0;
}

const char *archrules_change_kind_name(archrules_change_kind kind)
{
    bool is_one =
        kind >= ARCHRULES_CHANGE_STATUS && kind <= ARCHRULES_CHANGE_OF_FINDING;
    return is_one ? ar_change_name((enum ar_change_kind)kind) : "";
}

/* Those of facts, and those that were worked out for findings of before. */
static void gather_secrets(const struct archrules_session *session,
                           struct ar_arena *arena, ar_api_values *out)
{
    for (size_t ix = 0; ix < session->former_secrets.count; ix++)
        ar_vector_push(arena, out, session->former_secrets.at[ix]);
    for (size_t ix = 0; ix < session->changes.count; ix++) {
        const struct ar_finding *was = session->changes.at[ix].was;
        for (size_t nth = 0; was && nth < was->facts.count; nth++) {
            if (was->facts.at[nth].decl->sensitivity == AR_SENSITIVITY_SECRET)
                ar_vector_push(arena, out, was->facts.at[nth].value);
        }
    }
}

struct rendering {
    struct archrules_session *session;
    struct ar_report_options options;
    struct ar_report_update update;
    bool is_ndjson;
};

static void put_changes(struct ar_buf *out, void *context)
{
    struct rendering *rendering = context;
    ar_api_values secrets = {0};
    gather_secrets(rendering->session, out->arena, &secrets);
    rendering->options.former_secrets = secrets.at;
    rendering->options.n_former_secrets = secrets.count;
    rendering->options.generated = ar_api_time_text(out->arena);
    if (rendering->is_ndjson)
        ar_report_update_ndjson(out, &rendering->update, &rendering->options);
    else
        ar_report_update_human(out, &rendering->update, &rendering->options);
}

archrules_status archrules_session_render_changes(
    archrules_session *session, const archrules_report_options *options,
    const archrules_output *output)
{
    if (!session || !output || !in_use(session)->result->result)
        return ARCHRULES_MISUSE;
    struct archrules_result *result = in_use(session)->result;
    struct rendering rendering = {
        .session = session,
        .options = ar_api_report_options(result, options, output),
        .update = {.result = result->result,
                   .changes = &session->changes,
                   .exit_code = (enum ar_report_exit)archrules_result_exit_code(
                       result, options)},
        .is_ndjson = output->format == ARCHRULES_NDJSON,
    };
    struct ar_api_memories memories = {
        .at = {&session->changing, &result->memory, &result->facts->memory},
        .count = 3};
    return ar_api_render(&memories, output, put_changes, &rendering);
}

static archrules_change make_change(struct ar_arena *arena,
                                    const struct ar_change *from)
{
    return (archrules_change){
        .kind = (archrules_change_kind)from->kind,
        .rule = ar_api_rule(arena, from->rule),
        .status_before = ar_api_status(from->status_before),
        .key = ar_str_copy(arena, from->key_text).ptr,
        .fingerprint = ar_str_copy(arena, from->fingerprint).ptr,
        .diagnosis_before = ar_str_copy(arena, from->before.diagnosis).ptr,
        .diagnosis = ar_str_copy(arena, from->after.diagnosis).ptr,
        .was_waived = from->before.is_waived,
        .is_waived = from->after.is_waived,
        .was_superseded = from->before.is_superseded,
        .is_superseded = from->after.is_superseded,
    };
}

static void make_view(void *context)
{
    struct archrules_session *session = context;
    struct ar_arena *arena = &session->changing.arena;
    size_t count = session->changes.count;
    archrules_change *view = AR_NEW_ARRAY(arena, archrules_change, count);
    for (size_t ix = 0; ix < count; ix++)
        view[ix] = make_change(arena, &session->changes.at[ix]);
    session->view = view;
}

const archrules_change *archrules_session_change(archrules_session *session,
                                                 size_t ix)
{
    if (!session || ix >= session->changes.count)
        return NULL;
    if (!session->view && ar_api_guard_one(&session->changing, make_view,
                                           session) != ARCHRULES_OK)
        return NULL;
    return &session->view[ix];
}
