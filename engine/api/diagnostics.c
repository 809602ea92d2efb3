/* SPDX-License-Identifier: Apache-2.0 */
/* Diagnostics for tools, and both forms of those of an engine. */

#include "api/handles.h"

#include "json/json.h"

static const char *severity_name(enum ar_severity severity)
{
    switch (severity) {
    case AR_SEVERITY_ERROR: return "error";
    case AR_SEVERITY_WARNING: return "warning";
    case AR_SEVERITY_NOTE: return "note";
    }
    AR_UNREACHABLE();
}

static void write_position(struct ar_json_writer *writer, const char *name,
                           struct ar_position position, uint32_t offset)
{
    ar_json_key(writer, ar_str_from_c(name));
    ar_json_begin_object(writer);
    ar_json_member_int(writer, "offset", offset);
    ar_json_member_int(writer, "line", position.line);
    ar_json_member_int(writer, "column", position.column);
    ar_json_end_object(writer);
}

/* Nothing for no place. */
static void write_place(struct ar_json_writer *writer, struct ar_diags *diags,
                        ar_span span)
{
    struct ar_source *source = ar_sources_get(diags->sources, span.file);
    if (!source)
        return;
    ar_json_member(writer, "file", source->name);
    write_position(writer, "start",
                   ar_source_position(diags->arena, source, span.start),
                   span.start);
    write_position(writer, "end",
                   ar_source_position(diags->arena, source, span.end),
                   span.end);
}

static void write_notes(struct ar_json_writer *writer, struct ar_diags *diags,
                        const struct ar_diag_note *notes)
{
    ar_json_key(writer, AR_STR("notes"));
    ar_json_begin_array(writer);
    for (const struct ar_diag_note *note = notes; note; note = note->next) {
        ar_json_begin_object(writer);
        ar_json_member(writer, "message", note->text);
        write_place(writer, diags, note->span);
        ar_json_end_object(writer);
    }
    ar_json_end_array(writer);
}

static void write_diag(struct ar_json_writer *writer, struct ar_diags *diags,
                       const struct ar_diag *diag)
{
    const struct ar_diag_info *info = &ar_diag_table[diag->code];
    ar_json_begin_object(writer);
    ar_json_member(writer, "code", ar_str_from_c(info->code));
    ar_json_member(writer, "severity",
                   ar_str_from_c(severity_name(info->severity)));
    ar_json_member(writer, "message", diag->message);
    write_place(writer, diags, diag->span);
    if (diag->expected.len > 0)
        ar_json_member(writer, "expected", diag->expected);
    if (diag->suggestion.len > 0)
        ar_json_member(writer, "suggestion", diag->suggestion);
    if (diag->notes)
        write_notes(writer, diags, diag->notes);
    ar_json_end_object(writer);
}

void ar_api_write_diags(struct ar_json_writer *writer, struct ar_diags *diags)
{
    ar_diags_sort(diags);
    ar_json_begin_array(writer);
    for (size_t i = 0; i < diags->list.count; i++)
        write_diag(writer, diags, diags->list.at[i]);
    ar_json_end_array(writer);
}

/* What stands in place of a report of what could not be read. */
static void put_error_line(struct ar_buf *out, struct ar_diags *diags,
                           size_t line)
{
    struct ar_json_writer writer = {.out = out};
    const struct ar_diag *error = NULL;
    ar_diags_sort(diags);
    for (size_t i = 0; i < diags->list.count && !error; i++) {
        if (ar_diag_table[diags->list.at[i]->code].severity ==
            AR_SEVERITY_ERROR)
            error = diags->list.at[i];
    }
    if (!error)
        return;
    ar_json_begin_object(&writer);
    ar_json_member(&writer, "schema_version", AR_STR("1"));
    if (line > 0)
        ar_json_member_int(&writer, "line", (int64_t)line);
    ar_json_key(&writer, AR_STR("error"));
    write_diag(&writer, diags, error);
    ar_json_end_object(&writer);
    ar_buf_put_char(out, '\n');
}

void ar_api_put_diags(struct ar_buf *out, struct ar_diags *diags, size_t line,
                      const archrules_output *output)
{
    if (output->format == ARCHRULES_NDJSON) {
        put_error_line(out, diags, line);
        return;
    }
    if (output->format != ARCHRULES_JSON) {
        ar_diags_render(out, diags, output->color != 0);
        return;
    }
    struct ar_json_writer writer = {.out = out, .pretty = true};
    ar_json_begin_object(&writer);
    ar_json_member(&writer, "schema", AR_STR("archrules.diagnostics/1"));
    ar_json_key(&writer, AR_STR("diagnostics"));
    ar_api_write_diags(&writer, diags);
    ar_json_end_object(&writer);
    ar_buf_put_char(out, '\n');
}

struct request {
    struct archrules_engine *engine;
    const archrules_output *output;
};

static void put_engine_diags(struct ar_buf *out, void *context)
{
    struct request *request = context;
    ar_api_put_diags(out, &request->engine->diags, 0, request->output);
}

archrules_status archrules_engine_render_diagnostics(
    archrules_engine *engine, const archrules_output *output)
{
    if (!engine)
        return ARCHRULES_MISUSE;
    struct ar_api_memories memories = {.at = {&engine->memory}, .count = 1};
    struct request request = {engine, output};
    return ar_api_render(&memories, output, put_engine_diags, &request);
}
