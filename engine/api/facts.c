/* SPDX-License-Identifier: Apache-2.0 */
/* Facts of one machine: snapshots, and single facts on top. */

#include "api/handles.h"
#include "base/limits.h"
#include "facts/snapshot.h"
#include "pack/load_path.h"
#include "report/earlier.h"

#include <stdlib.h>

static const ar_span no_place = {0, 0, 0};

/* Takes its memory up, from the start. */
static void start(struct archrules_facts *facts)
{
    struct ar_arena *arena = &facts->memory.arena;
    facts->sources = (struct ar_sources){0};
    facts->diags =
        (struct ar_diags){.arena = arena, .sources = &facts->sources};
    facts->set =
        (struct ar_factset){.arena = arena,
                            .schema = &facts->engine->program->schema,
                            .missing_reason = AR_REASON_not_in_snapshot};
    facts->runs.at = NULL;
    facts->runs.count = 0;
    facts->runs.capacity = 0;
    facts->n_failed_taken = 0;
    facts->used_allow_run = false;
    facts->redaction = (struct ar_redaction){0};
    facts->earlier = NULL;
    facts->line = 0;
}

archrules_status archrules_facts_create(const archrules_engine *engine,
                                        archrules_facts **out)
{
    if (out)
        *out = NULL;
    if (!out || !engine || !engine->program)
        return ARCHRULES_MISUSE;
    struct archrules_facts *facts = calloc(1, sizeof(*facts));
    if (!facts)
        return ARCHRULES_NOMEM;
    facts->engine = engine;
    start(facts);
    *out = facts;
    return ARCHRULES_OK;
}

void archrules_facts_clear(archrules_facts *facts)
{
    if (!facts)
        return;
    ar_arena_reset(&facts->memory.arena);
    start(facts);
}

void archrules_facts_free(archrules_facts *facts)
{
    if (!facts)
        return;
    ar_arena_free(&facts->memory.arena);
    free(facts);
}

struct request {
    struct archrules_facts *facts;
    const char *name; /* or the assignment */
    ar_str text;
    size_t line; /* of a file with a machine in each, or 0 */
    bool is_good;
};

static archrules_status run(struct request *request, ar_api_work work)
{
    if (!request->facts || !request->name)
        return ARCHRULES_MISUSE;
    if (request->facts->engine->memory.is_broken)
        return ARCHRULES_NOMEM;
    archrules_status status =
        ar_api_guard_one(&request->facts->memory, work, request);
    if (status == ARCHRULES_OK && !request->is_good)
        return ARCHRULES_INVALID;
    return status;
}

/* ---- snapshots ---- */

static void read_snapshot(struct request *request, ar_str name, ar_str text)
{
    struct archrules_facts *facts = request->facts;
    struct ar_arena *arena = &facts->memory.arena;
    struct ar_factset set = {.arena = arena,
                             .schema = facts->set.schema,
                             .missing_reason = facts->set.missing_reason};
    uint32_t file = ar_sources_add(arena, &facts->sources, name, text);
    ar_sources_get(&facts->sources, file)->is_private = true;
    facts->line = request->line;
    if (request->line > 0)
        ar_sources_get(&facts->sources, file)->lines_before =
            (uint32_t)(request->line - 1);
    request->is_good =
        ar_snapshot_read(arena, &facts->diags, file, set.schema, &set);
    if (request->is_good)
        facts->set = set;
}

static void report_unreadable(struct archrules_facts *facts, ar_str path,
                              enum ar_file_status status, size_t limit_bytes)
{
    struct ar_arena *arena = &facts->memory.arena;
    ar_str why = ar_str_from_c(ar_file_status_text(status));
    if (status == AR_FILE_NOT_FOUND) {
        struct ar_diag *diag = ar_diag(&facts->diags, AR_E2002, no_place, path);
        ar_str near = ar_load_nearest_path(arena, path);
        if (near.len > 0)
            ar_diag_suggest(&facts->diags, diag, near);
        return;
    }
    if (status == AR_FILE_TOO_LARGE)
        why = ar_str_printf(arena, "it is larger than %zu bytes", limit_bytes);
    ar_diag(&facts->diags, AR_E2001, no_place, path, why);
}

static void read_file(void *context)
{
    struct request *request = context;
    struct ar_arena *arena = &request->facts->memory.arena;
    ar_str path = ar_str_copy(arena, ar_str_from_c(request->name));
    bool is_stdin = ar_str_equal_c(path, "-");
    ar_str name = is_stdin ? AR_STR("<stdin>") : path;
    ar_str text;
    enum ar_file_status status =
        is_stdin ? ar_file_read_stdin(arena, AR_MAX_SNAPSHOT_BYTES, &text)
                 : ar_file_read(arena, path, AR_MAX_SNAPSHOT_BYTES, &text);
    if (status == AR_FILE_OK)
        read_snapshot(request, name, text);
    else
        report_unreadable(request->facts, name, status, AR_MAX_SNAPSHOT_BYTES);
}

archrules_status archrules_facts_read_file(archrules_facts *facts,
                                           const char *path)
{
    struct request request = {.facts = facts, .name = path};
    return run(&request, read_file);
}

static void read_text(void *context)
{
    struct request *request = context;
    struct ar_arena *arena = &request->facts->memory.arena;
    read_snapshot(request, ar_str_copy(arena, ar_str_from_c(request->name)),
                  ar_str_copy(arena, request->text));
}

archrules_status archrules_facts_read_text(archrules_facts *facts,
                                           const char *name, const char *text,
                                           size_t length)
{
    struct request request = {
        .facts = facts, .name = name, .text = {text, length}};
    if (!text && length > 0)
        return ARCHRULES_MISUSE;
    return run(&request, read_text);
}

static void read_line(void *context)
{
    struct request *request = context;
    ar_str name = ar_str_from_c(request->name);
    request->facts->line = request->line;
    if (request->text.len > AR_MAX_SNAPSHOT_BYTES)
        report_unreadable(request->facts, name, AR_FILE_TOO_LARGE,
                          AR_MAX_SNAPSHOT_BYTES);
    else
        read_text(request);
}

archrules_status archrules_facts_read_line(archrules_facts *facts,
                                           const char *name, size_t line,
                                           const char *text, size_t length)
{
    struct request request = {
        .facts = facts, .name = name, .text = {text, length}, .line = line};
    if ((!text && length > 0) || line == 0 || line > UINT32_MAX)
        return ARCHRULES_MISUSE;
    return run(&request, read_line);
}

/* ---- a report of before ---- */

static void read_earlier(void *context)
{
    struct request *request = context;
    struct archrules_facts *facts = request->facts;
    struct ar_arena *arena = &facts->memory.arena;
    ar_str path = ar_str_copy(arena, ar_str_from_c(request->name));
    ar_str text;
    enum ar_file_status status =
        ar_file_read(arena, path, AR_MAX_EARLIER_REPORT_BYTES, &text);
    if (status != AR_FILE_OK) {
        report_unreadable(facts, path, status, AR_MAX_EARLIER_REPORT_BYTES);
        return;
    }
    struct ar_earlier *earlier = AR_NEW(arena, struct ar_earlier);
    uint32_t file = ar_sources_add(arena, &facts->sources, path, text);
    request->is_good = ar_earlier_read(arena, &facts->diags, file, earlier);
    if (request->is_good)
        facts->earlier = earlier;
}

archrules_status archrules_facts_read_earlier(archrules_facts *facts,
                                              const char *path)
{
    struct request request = {.facts = facts, .name = path};
    return run(&request, read_earlier);
}

/* ---- single facts ---- */

static void set_fact(void *context)
{
    struct request *request = context;
    struct archrules_facts *facts = request->facts;
    struct ar_arena *arena = &facts->memory.arena;
    request->is_good =
        ar_snapshot_set(arena, &facts->diags, &facts->set,
                        ar_str_copy(arena, ar_str_from_c(request->name)));
}

archrules_status archrules_facts_set(archrules_facts *facts,
                                     const char *assignment)
{
    struct request request = {.facts = facts, .name = assignment};
    return run(&request, set_fact);
}

/* What is no fact at all is left to be reported by setting it. */
static void set_input(void *context)
{
    struct request *request = context;
    struct archrules_facts *facts = request->facts;
    ar_str assignment = ar_str_from_c(request->name);
    ar_str name = ar_str_trim(
        ar_str_slice(assignment, 0, ar_str_find(assignment, AR_STR("="), 0)));
    const struct ar_fact_decl *decl = ar_schema_find(facts->set.schema, name);
    if (decl && !decl->is_input)
        ar_diag(&facts->diags, AR_E2006, no_place, name);
    else
        set_fact(request);
}

archrules_status archrules_facts_set_input(archrules_facts *facts,
                                           const char *assignment)
{
    struct request request = {.facts = facts, .name = assignment};
    return run(&request, set_input);
}

/* ---- diagnostics ---- */

struct diag_request {
    struct archrules_facts *facts;
    const archrules_output *output;
};

static void put_diags(struct ar_buf *out, void *context)
{
    struct diag_request *request = context;
    ar_api_put_diags(out, &request->facts->diags, request->facts->line,
                     request->output);
}

archrules_status archrules_facts_render_diagnostics(
    archrules_facts *facts, const archrules_output *output)
{
    if (!facts)
        return ARCHRULES_MISUSE;
    struct ar_api_memories memories = {.at = {&facts->memory}, .count = 1};
    struct diag_request request = {facts, output};
    archrules_status status =
        ar_api_render(&memories, output, put_diags, &request);
    facts->diags = (struct ar_diags){.arena = &facts->memory.arena,
                                     .sources = &facts->sources};
    return status;
}
