/* SPDX-License-Identifier: Apache-2.0 */
/* Facts of this machine for embedders: collecting them and showing them. */

#include "api/handles.h"
#include "base/limits.h"
#include "text/utf8.h"

#include "json/json.h"
#include <stdlib.h>
#include <string.h>

enum { MICROSECONDS = 1000000, MILLISECONDS = 1000 };

struct request {
    struct archrules_facts *facts;
    const archrules_collect_options *options;
    bool was_stopped;
    bool is_unknown; /* nothing is called so */
};

/* ---- collecting ---- */

/* The name of the program lives in an arena and has no NUL behind it. */
static bool report_progress(void *context, ar_str program, int64_t elapsed_us)
{
    const archrules_collect_options *options = context;
    char name[64];
    size_t length = program.len < sizeof(name) ? program.len : sizeof(name) - 1;
    memcpy(name, program.ptr, length);
    name[length] = '\0';
    return options->progress(options->context, name,
                             (unsigned)(elapsed_us / MILLISECONDS)) == 0;
}

static struct ar_host open_host(const archrules_collect_options *options)
{
    struct ar_host host;
    ar_host_open(&host);
    if (options->progress) {
        host.progress = report_progress;
        host.context = (void *)(uintptr_t)options;
    }
    return host;
}

static void report_unknown(struct archrules_facts *facts, ar_str name)
{
    const ar_span no_place = {0};
    const struct ar_program *program = facts->engine->program;
    struct ar_arena *arena = facts->diags.arena;
    size_t count = program->facts.count;
    ar_str *names = AR_NEW_ARRAY(arena, ar_str, count);
    for (size_t ix = 0; ix < count; ix++)
        names[ix] = program->facts.at[ix]->decl.name;
    struct ar_diag *diag = ar_diag(&facts->diags, AR_E0103, no_place, name);
    size_t nearest = ar_str_nearest(name, names, count);
    if (nearest != SIZE_MAX)
        ar_diag_suggest(&facts->diags, diag, names[nearest]);
}

/* False after a diagnostic. */
static bool collect_named(struct ar_collector *collector,
                          struct archrules_facts *facts, const char *text)
{
    ar_str name = ar_str_from_c(text);
    struct ar_fact_ref ref = {0};
    if (name.len > 0 &&
        ar_fact_ref_parse(collector->arena, collector->set->schema, name,
                          &ref) != AR_FACT_REF_OK) {
        report_unknown(facts, name);
        return false;
    }
    if (ref.decl && ref.decl->is_derived) {
        ar_collect_derived(collector, &ref);
    } else if (ref.decl) {
        ar_collect_fact(collector, &ref);
    } else if (ref.n_arguments > 0) {
        ar_collect_group(collector, &ref);
        ar_collect_derived_group(collector, &ref);
    } else {
        ar_collect_all(collector, name);
        ar_collect_derived_below(collector, name);
    }
    return true;
}

/* The rule alone; and when the machine was started, which tells whether it was
 * restarted. */
static void collect_to_verify(struct ar_collector *collector,
                              struct archrules_facts *facts, const char *name)
{
    const struct ar_program *program = facts->engine->program;
    struct ar_rule *rule = (struct ar_rule *)(uintptr_t)ar_api_find_rule(
        program, ar_str_from_c(name));
    struct ar_fact_ref booted = {.key = AR_STR("host.booted")};
    struct ar_program only = *program;
    only.rules.at = &rule;
    only.rules.count = rule ? 1 : 0;
    ar_collect_to_verify(collector, &only);
    booted.decl = ar_schema_find(&program->schema, booted.key);
    if (booted.decl)
        ar_collect_fact(collector, &booted);
}

static void collect(void *context)
{
    struct request *request = context;
    struct archrules_facts *facts = request->facts;
    const archrules_collect_options *options = request->options;
    const struct archrules_engine *engine = facts->engine;
    struct ar_arena *arena = &facts->memory.arena;
    struct ar_host host = open_host(options);
    int64_t seconds = options->timeout_seconds ? options->timeout_seconds
                                               : AR_MAX_RUN_SECONDS;
    struct ar_collector collector = {
        .arena = arena,
        .host = &host,
        .code = engine->code,
        .set = &facts->set,
        .diags = &facts->diags,
        .now = host.functions->time_us(&host),
        .deadline_us = host.functions->now_us(&host) + seconds * MICROSECONDS,
        .allow_run = options->allow_run,
    };
    if (!facts->set.has_now) {
        facts->set.now = collector.now;
        facts->set.has_now = true;
    }
    if (options->verify)
        collect_to_verify(&collector, facts, options->verify);
    else if (options->everything)
        ar_collect_everything(&collector, ar_api_choose_rules(arena, engine));
    else if (options->name)
        request->is_unknown = !collect_named(&collector, facts, options->name);
    else
        ar_collect_for_rules(&collector, ar_api_choose_rules(arena, engine));
    for (size_t ix = 0; ix < collector.runs.count; ix++)
        ar_vector_push(arena, &facts->runs, collector.runs.at[ix]);
    facts->used_allow_run |= collector.used_allowed;
    request->was_stopped = collector.was_stopped;
}

archrules_status archrules_facts_collect(
    archrules_facts *facts, const archrules_collect_options *options)
{
    const archrules_collect_options none = {0};
    struct request request = {.facts = facts,
                              .options = options ? options : &none};
    if (!facts || facts->engine->is_offline)
        return ARCHRULES_MISUSE;
    if (facts->engine->memory.is_broken)
        return ARCHRULES_NOMEM;
    archrules_status status =
        ar_api_guard_one(&facts->memory, collect, &request);
    if (status == ARCHRULES_OK && request.was_stopped)
        return ARCHRULES_STOPPED;
    if (status == ARCHRULES_OK && request.is_unknown)
        return ARCHRULES_INVALID;
    return status;
}

/* ---- showing ---- */

struct showing {
    struct archrules_facts *facts;
    archrules_format format;
};

static const char *status_name(enum ar_host_status status)
{
    switch (status) {
    case AR_HOST_DONE: return "done";
    case AR_HOST_NOT_FOUND: return "not found";
    case AR_HOST_DENIED: return "denied";
    case AR_HOST_TIMEOUT: return "timeout";
    case AR_HOST_TOO_LARGE: return "too large";
    case AR_HOST_UNSUPPORTED: return "unsupported";
    case AR_HOST_BAD_ANSWER: return "broken";
    case AR_HOST_FAILED: return "failed";
    case AR_HOST_STOPPED: return "stopped";
    }
    AR_UNREACHABLE();
}

static void put_timings(struct ar_buf *out, void *context)
{
    const struct showing *showing = context;
    for (size_t ix = 0; ix < showing->facts->runs.count; ix++) {
        const struct ar_probe_run *run = &showing->facts->runs.at[ix];
        ar_buf_printf(out, "%8.1f ms  %-9s  ",
                      (double)run->duration_us / MILLISECONDS,
                      status_name(run->status));
        ar_utf8_put_safe(out, run->probe, false);
        ar_buf_put_c(out, ": ");
        ar_utf8_put_safe(out, run->how, false);
        ar_buf_put_char(out, '\n');
    }
}

static archrules_status render(archrules_facts *facts,
                               const archrules_output *output, ar_api_put put)
{
    if (!facts || !output)
        return ARCHRULES_MISUSE;
    struct ar_api_memories memories = {.at = {&facts->memory}, .count = 1};
    struct showing showing = {facts, output->format};
    return ar_api_render(&memories, output, put, &showing);
}

archrules_status archrules_facts_render_timings(archrules_facts *facts,
                                                const archrules_output *output)
{
    return render(facts, output, put_timings);
}

/* A secret is never shown. */
static bool is_secret(const struct ar_fact_entry *entry)
{
    return entry->decl && entry->decl->sensitivity == AR_SENSITIVITY_SECRET &&
           entry->value.state == AR_STATE_VALUE;
}

static void put_value(struct ar_buf *out, const struct ar_fact_entry *entry)
{
    ar_str text = is_secret(entry) ? AR_STR("<secret>")
                                   : ar_value_text(out->arena, entry->value);
    size_t limit = AR_MAX_VALUE_SHOWN_BYTES;
    ar_utf8_put_safe(out, ar_str_slice(text, 0, limit), false);
    if (text.len > limit)
        ar_buf_printf(out, " ... %lu bytes more",
                      (unsigned long)(text.len - limit));
}

static void put_detail(struct ar_buf *out, const struct ar_fact_entry *entry)
{
    if (entry->value.state != AR_STATE_UNKNOWN || entry->value.detail.len == 0)
        return;
    ar_buf_put_c(out, " (");
    ar_utf8_put_safe(out, entry->value.detail, false);
    ar_buf_put_char(out, ')');
}

static void put_origin(struct ar_buf *out, const struct ar_origin *origin)
{
    if (origin->probe.len == 0)
        return;
    bool is_derived = ar_str_equal_c(origin->probe, "derived");
    ar_buf_put_c(out, is_derived ? "    " : "    from ");
    ar_utf8_put_safe(out, is_derived ? origin->how : origin->probe, false);
    if (origin->how.len > 0 && !is_derived) {
        ar_buf_put_c(out, ": ");
        ar_utf8_put_safe(out, origin->how, false);
    }
    if (origin->has_exit_code)
        ar_buf_printf(out, ", exit code %lld", (long long)origin->exit_code);
    if (origin->time.len > 0) {
        ar_buf_put_c(out, ", ");
        ar_utf8_put_safe(out, origin->time, false);
    }
    ar_buf_put_char(out, '\n');
}

void ar_api_put_facts(struct ar_buf *out, const struct ar_factset *set)
{
    const struct ar_fact_entry **entries = ar_factset_sorted(out->arena, set);
    for (size_t ix = 0; ix < set->entries.count; ix++) {
        const struct ar_fact_entry *entry = entries[ix];
        ar_utf8_put_safe(out, entry->key, false);
        ar_buf_put_c(out, " = ");
        put_value(out, entry);
        put_detail(out, entry);
        ar_buf_put_char(out, '\n');
        if (entry->decl && entry->decl->sensitivity != AR_SENSITIVITY_NONE)
            ar_buf_printf(out, "    sensitive: %s\n",
                          ar_sensitivity_name(entry->decl->sensitivity));
        put_origin(out, entry->origin);
    }
}

static void write_entry(struct ar_json_writer *writer,
                        const struct ar_fact_entry *entry)
{
    static const char *const states[] = {"unknown", "absent", "value"};
    const struct ar_origin *origin = entry->origin;
    ar_json_begin_object(writer);
    ar_json_member(writer, "fact", entry->key);
    ar_json_member(writer, "state", ar_str_from_c(states[entry->value.state]));
    if (entry->decl && entry->decl->sensitivity != AR_SENSITIVITY_NONE)
        ar_json_member(
            writer, "sensitive",
            ar_str_from_c(ar_sensitivity_name(entry->decl->sensitivity)));
    if (entry->value.state == AR_STATE_UNKNOWN) {
        ar_json_member(
            writer, "reason",
            ar_str_from_c(ar_reason_table[entry->value.reason].name));
        ar_json_member(writer, "detail", entry->value.detail);
    } else if (entry->value.state == AR_STATE_VALUE) {
        ar_json_member(writer, "text",
                       is_secret(entry)
                           ? AR_STR("<secret>")
                           : ar_value_text(writer->out->arena, entry->value));
    }
    ar_json_member(writer, "probe", origin->probe);
    ar_json_member(writer, "how", origin->how);
    ar_json_member(writer, "time", origin->time);
    if (origin->has_exit_code)
        ar_json_member_int(writer, "exit", origin->exit_code);
    if (origin->duration_ms >= 0)
        ar_json_member_int(writer, "ms", origin->duration_ms);
    ar_json_end_object(writer);
}

static void put_json(struct ar_buf *out, const struct archrules_facts *facts)
{
    const struct ar_factset *set = &facts->set;
    struct ar_json_writer writer = {.out = out, .pretty = true};
    ar_json_begin_object(&writer);
    ar_json_member(&writer, "schema", AR_STR("archrules.facts/1"));
    ar_json_member(&writer, "tool", AR_STR("archrules " AR_VERSION));
    ar_json_member_bool(&writer, "allowed_run", facts->used_allow_run);
    ar_json_key(&writer, AR_STR("facts"));
    ar_json_begin_array(&writer);
    const struct ar_fact_entry **entries = ar_factset_sorted(out->arena, set);
    for (size_t ix = 0; ix < set->entries.count; ix++)
        write_entry(&writer, entries[ix]);
    ar_json_end_array(&writer);
    ar_json_end_object(&writer);
    ar_buf_put_char(out, '\n');
}

static void put_human(struct ar_buf *out, const struct archrules_facts *facts)
{
    if (facts->used_allow_run)
        ar_buf_put_c(out, "Probes of packs that are not trusted took part "
                          "(--allow-run).\n\n");
    ar_api_put_facts(out, &facts->set);
}

static void put_facts(struct ar_buf *out, void *context)
{
    const struct showing *showing = context;
    if (showing->format == ARCHRULES_JSON)
        put_json(out, showing->facts);
    else
        put_human(out, showing->facts);
}

archrules_status archrules_facts_render(archrules_facts *facts,
                                        const archrules_output *output)
{
    return render(facts, output, put_facts);
}
