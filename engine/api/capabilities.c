/* SPDX-License-Identifier: Apache-2.0 */
/* What this build can do: every table of the engine, printed. */

#include "api/handles.h"
#include "base/limits.h"
#include "report/report.h"
#include "text/utf8.h"

#include "json/json.h"

#define AR_FUNCTION(id, name, signature, text) {#name, signature, text},
static const struct {
    const char *name;
    const char *signature;
    const char *text;
} functions[] = {
#include "sema/functions.def"
};
#undef AR_FUNCTION

struct printer {
    struct ar_buf *out;
    const struct ar_program *program; /* or NULL */
};

/* ---- for people ---- */

static void put_heading(struct ar_buf *out, const char *text)
{
    ar_buf_printf(out, "\n%s\n", text);
}

static void put_row(struct ar_buf *out, const char *name, const char *text)
{
    ar_buf_printf(out, "  %-20s %s\n", name, text);
}

static void put_limits(struct ar_buf *out)
{
    put_heading(out, "limits");
    for (size_t i = 0; i < AR_N_LIMITS; i++)
        ar_buf_printf(out, "  %-20s %10lld  %s\n", ar_limit_table[i].name,
                      (long long)ar_limit_table[i].value,
                      ar_limit_table[i].text);
}

static void put_types(struct ar_buf *out)
{
    size_t count;
    const ar_str *names = ar_type_names(&count);
    put_heading(out, "types");
    ar_buf_put_c(out, "  ");
    for (size_t i = 0; i < count; i++) {
        ar_buf_put(out, names[i]);
        ar_buf_put_char(out, ' ');
    }
    ar_buf_put_c(out, "list of T, map of T, { field : T }\n");
}

static void put_tables(struct ar_buf *out)
{
    put_heading(out, "formats of reports");
    for (size_t i = 0; i < AR_N_REPORT_FORMATS; i++)
        put_row(out, ar_report_format_table[i].name,
                ar_report_format_table[i].text);
    put_types(out);
    put_heading(out, "functions");
    for (size_t i = 0; i < AR_COUNT_OF(functions); i++)
        put_row(out, functions[i].name, functions[i].text);
    put_heading(out, "statuses of rules");
    for (size_t i = 0; i < AR_N_STATUSES; i++)
        put_row(out, ar_status_table[i].name, ar_status_table[i].text);
    put_heading(out, "reasons why a fact is unknown");
    for (size_t i = 0; i < AR_N_REASONS; i++)
        put_row(out, ar_reason_table[i].name, ar_reason_table[i].text);
}

static void put_module(struct printer *printer, const struct ar_pack *pack)
{
    struct ar_buf *out = printer->out;
    ar_buf_put_c(out, "  ");
    ar_utf8_put_safe(out, pack->name, false);
    ar_buf_put_char(out, '\n');
    for (size_t i = 0; i < printer->program->facts.count; i++) {
        const struct ar_fact *fact = printer->program->facts.at[i];
        if (fact->pack != pack)
            continue;
        ar_buf_put_c(out, "    ");
        ar_utf8_put_safe(out, fact->decl.name, false);
        ar_buf_put_c(out, " : ");
        ar_type_put(out, fact->decl.type);
        ar_buf_put_char(out, '\n');
    }
}

static void put_modules(struct printer *printer)
{
    if (!printer->program)
        return;
    put_heading(printer->out, "modules and their facts");
    for (size_t i = 0; i < printer->program->packs.count; i++) {
        if (printer->program->packs.at[i]->is_stdlib)
            put_module(printer, printer->program->packs.at[i]);
    }
}

static void put_human(struct printer *printer)
{
    struct ar_buf *out = printer->out;
    ar_buf_put_c(out, "archrules " AR_VERSION "\n");
    ar_buf_printf(out, "%u diagnostics (archrules explain --all)\n",
                  (unsigned)AR_N_DIAGS);
    put_limits(out);
    put_tables(out);
    put_modules(printer);
}

/* ---- for programs ---- */

static void write_row(struct ar_json_writer *writer, const char *name,
                      const char *text)
{
    ar_json_begin_object(writer);
    ar_json_member(writer, "name", ar_str_from_c(name));
    ar_json_member(writer, "text", ar_str_from_c(text));
    ar_json_end_object(writer);
}

static void begin_list(struct ar_json_writer *writer, const char *key)
{
    ar_json_key(writer, ar_str_from_c(key));
    ar_json_begin_array(writer);
}

static void write_limits(struct ar_json_writer *writer)
{
    begin_list(writer, "limits");
    for (size_t i = 0; i < AR_N_LIMITS; i++) {
        ar_json_begin_object(writer);
        ar_json_member(writer, "name", ar_str_from_c(ar_limit_table[i].name));
        ar_json_member_int(writer, "value", ar_limit_table[i].value);
        ar_json_member(writer, "text", ar_str_from_c(ar_limit_table[i].text));
        ar_json_end_object(writer);
    }
    ar_json_end_array(writer);
}

static void write_types(struct ar_json_writer *writer)
{
    size_t count;
    const ar_str *names = ar_type_names(&count);
    begin_list(writer, "types");
    for (size_t i = 0; i < count; i++)
        ar_json_string(writer, names[i]);
    ar_json_end_array(writer);
}

static void write_functions(struct ar_json_writer *writer)
{
    begin_list(writer, "functions");
    for (size_t i = 0; i < AR_COUNT_OF(functions); i++) {
        ar_json_begin_object(writer);
        ar_json_member(writer, "name", ar_str_from_c(functions[i].name));
        ar_json_member(writer, "signature",
                       ar_str_from_c(functions[i].signature));
        ar_json_member(writer, "text", ar_str_from_c(functions[i].text));
        ar_json_end_object(writer);
    }
    ar_json_end_array(writer);
}

static void write_tables(struct ar_json_writer *writer)
{
    begin_list(writer, "formats");
    for (size_t i = 0; i < AR_N_REPORT_FORMATS; i++)
        write_row(writer, ar_report_format_table[i].name,
                  ar_report_format_table[i].text);
    ar_json_end_array(writer);
    write_types(writer);
    write_functions(writer);
    begin_list(writer, "statuses");
    for (size_t i = 0; i < AR_N_STATUSES; i++)
        write_row(writer, ar_status_table[i].name, ar_status_table[i].text);
    ar_json_end_array(writer);
    begin_list(writer, "reasons");
    for (size_t i = 0; i < AR_N_REASONS; i++)
        write_row(writer, ar_reason_table[i].name, ar_reason_table[i].text);
    ar_json_end_array(writer);
}

static void write_fact(struct ar_json_writer *writer, struct ar_arena *arena,
                       const struct ar_fact_decl *decl)
{
    ar_json_begin_object(writer);
    ar_json_member(writer, "name", decl->name);
    ar_json_member(writer, "type", ar_type_text(arena, decl->type));
    if (decl->doc.len > 0)
        ar_json_member(writer, "doc", decl->doc);
    if (decl->unit.len > 0)
        ar_json_member(writer, "unit", decl->unit);
    ar_json_member_bool(writer, "derived", decl->is_derived);
    ar_json_member_bool(writer, "input", decl->is_input);
    ar_json_end_object(writer);
}

static void write_module(struct ar_json_writer *writer,
                         const struct printer *printer,
                         const struct ar_pack *pack)
{
    ar_json_begin_object(writer);
    ar_json_member(writer, "name", pack->name);
    begin_list(writer, "facts");
    for (size_t i = 0; i < printer->program->facts.count; i++) {
        const struct ar_fact *fact = printer->program->facts.at[i];
        if (fact->pack == pack)
            write_fact(writer, printer->out->arena, &fact->decl);
    }
    ar_json_end_array(writer);
    ar_json_end_object(writer);
}

static void put_json(struct printer *printer)
{
    struct ar_json_writer writer = {.out = printer->out, .pretty = true};
    ar_json_begin_object(&writer);
    ar_json_member(&writer, "schema", AR_STR("archrules.capabilities/1"));
    ar_json_member(&writer, "version", AR_STR(AR_VERSION));
    ar_json_member_int(&writer, "diagnostics", AR_N_DIAGS);
    write_limits(&writer);
    write_tables(&writer);
    begin_list(&writer, "modules");
    for (size_t i = 0; printer->program && i < printer->program->packs.count;
         i++) {
        if (printer->program->packs.at[i]->is_stdlib)
            write_module(&writer, printer, printer->program->packs.at[i]);
    }
    ar_json_end_array(&writer);
    ar_json_end_object(&writer);
    ar_buf_put_char(printer->out, '\n');
}

struct request {
    const struct archrules_engine *engine;
    archrules_format format;
};

static void put_capabilities(struct ar_buf *out, void *context)
{
    const struct request *request = context;
    struct printer printer = {out, NULL};
    if (request->engine)
        printer.program = request->engine->program;
    if (request->format == ARCHRULES_JSON)
        put_json(&printer);
    else
        put_human(&printer);
}

archrules_status archrules_capabilities(archrules_engine *engine,
                                        const archrules_output *output)
{
    struct ar_api_memories memories = {.count = 0};
    if (!output)
        return ARCHRULES_MISUSE;
    struct request request = {engine, output->format};
    if (engine)
        memories.at[memories.count++] = &engine->memory;
    return ar_api_render(&memories, output, put_capabilities, &request);
}
