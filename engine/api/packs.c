/* SPDX-License-Identifier: Apache-2.0 */
/* What each pack holds, and which were not loaded. */

#include "api/handles.h"
#include "text/utf8.h"
#include "tools/inspect.h"

#include "json/json.h"

struct counts {
    size_t n_rules;
    size_t n_facts;
    size_t n_tables;
    size_t n_tests;
};

static struct counts count_declarations(const struct ar_program *program,
                                        const struct ar_pack *pack)
{
    struct counts counts = {0};
    for (size_t i = 0; i < program->rules.count; i++)
        counts.n_rules += program->rules.at[i]->pack == pack;
    for (size_t i = 0; i < program->facts.count; i++)
        counts.n_facts += program->facts.at[i]->pack == pack;
    for (size_t i = 0; i < program->tables.count; i++)
        counts.n_tables += program->tables.at[i]->pack == pack;
    for (size_t i = 0; i < program->tests.count; i++)
        counts.n_tests += program->tests.at[i]->pack == pack;
    return counts;
}

static void put_count(struct ar_buf *out, const char *before, size_t count,
                      const char *what)
{
    ar_buf_printf(out, "%s%lu %s%s", before, (unsigned long)count, what,
                  count == 1 ? "" : "s");
}

/* "docker_desktop 1.0.0 (rules/docker_desktop): 2 rules, ..." */
static void put_pack(struct ar_buf *out, const struct ar_program *program,
                     const struct ar_pack *pack)
{
    struct counts counts = count_declarations(program, pack);
    if (pack->name.len > 0) {
        ar_utf8_put_safe(out, pack->name, false);
        if (pack->version) {
            ar_buf_put_char(out, ' ');
            ar_utf8_put_safe(out, pack->version->text, false);
        }
        ar_buf_put_c(out, " (");
    }
    ar_utf8_put_safe(out, pack->path, false);
    ar_buf_put_c(out, pack->name.len > 0 ? "): " : ": ");
    if (pack->not_loaded.len > 0) {
        ar_buf_put_c(out, "not loaded: ");
        ar_utf8_put_safe(out, pack->not_loaded, false);
        ar_buf_put_char(out, '\n');
        return;
    }
    put_count(out, "", counts.n_rules, "rule");
    put_count(out, ", ", counts.n_facts, "fact");
    put_count(out, ", ", counts.n_tables, "table");
    put_count(out, ", ", counts.n_tests, "test");
    ar_buf_put_char(out, '\n');
}

/* What has nothing to do with rules is not worth a line: the library. */
static bool is_listed(const struct ar_pack *pack)
{
    return !pack->is_stdlib || pack->not_loaded.len > 0;
}

static void put_human(struct ar_buf *out, const struct archrules_engine *engine)
{
    const struct ar_program *program = engine->program;
    size_t n_not_loaded = 0;
    size_t n_packs = 0;
    for (size_t i = 0; i < program->packs.count; i++) {
        const struct ar_pack *pack = program->packs.at[i];
        if (!is_listed(pack))
            continue;
        put_pack(out, program, pack);
        n_not_loaded += pack->not_loaded.len > 0;
        n_packs++;
    }
    put_count(out, "", n_packs, "pack");
    put_count(out, ", ", program->rules.count, "rule");
    put_count(out, ", ", program->tests.count, "test");
    put_count(out, ": ", engine->diags.n_errors, "error");
    put_count(out, ", ", engine->diags.n_warnings, "warning");
    if (n_not_loaded > 0)
        put_count(out, ", not loaded: ", n_not_loaded, "pack");
    ar_buf_put_char(out, '\n');
}

static void write_pack(struct ar_json_writer *writer,
                       const struct ar_program *program,
                       const struct ar_pack *pack)
{
    struct counts counts = count_declarations(program, pack);
    ar_json_begin_object(writer);
    ar_json_member(writer, "name", pack->name);
    if (pack->version)
        ar_json_member(writer, "version", pack->version->text);
    ar_json_member(writer, "path", pack->path);
    ar_json_member_bool(writer, "loaded", pack->not_loaded.len == 0);
    if (pack->not_loaded.len > 0)
        ar_json_member(writer, "reason", pack->not_loaded);
    ar_json_member_int(writer, "rules", (int64_t)counts.n_rules);
    ar_json_member_int(writer, "facts", (int64_t)counts.n_facts);
    ar_json_member_int(writer, "tables", (int64_t)counts.n_tables);
    ar_json_member_int(writer, "tests", (int64_t)counts.n_tests);
    ar_json_end_object(writer);
}

static void put_json(struct ar_buf *out, struct archrules_engine *engine)
{
    const struct ar_program *program = engine->program;
    struct ar_json_writer writer = {.out = out, .pretty = true};
    ar_json_begin_object(&writer);
    ar_json_member(&writer, "schema", AR_STR("archrules.check/1"));
    ar_json_member(&writer, "tool", AR_STR("archrules " AR_VERSION));
    ar_json_key(&writer, AR_STR("packs"));
    ar_json_begin_array(&writer);
    for (size_t i = 0; i < program->packs.count; i++) {
        if (is_listed(program->packs.at[i]))
            write_pack(&writer, program, program->packs.at[i]);
    }
    ar_json_end_array(&writer);
    ar_json_key(&writer, AR_STR("diagnostics"));
    ar_api_write_diags(&writer, &engine->diags);
    ar_json_member_int(&writer, "errors", (int64_t)engine->diags.n_errors);
    ar_json_member_int(&writer, "warnings", (int64_t)engine->diags.n_warnings);
    ar_json_end_object(&writer);
    ar_buf_put_char(out, '\n');
}

struct request {
    struct archrules_engine *engine;
    archrules_format format;
};

static void put_packs(struct ar_buf *out, void *context)
{
    struct request *request = context;
    if (request->format == ARCHRULES_JSON)
        put_json(out, request->engine);
    else
        put_human(out, request->engine);
}

static void put_uses(struct ar_buf *out, void *context)
{
    const struct request *request = context;
    if (request->format == ARCHRULES_JSON)
        ar_inspect_json(out, request->engine->program);
    else
        ar_inspect_human(out, request->engine->program);
}

archrules_status archrules_engine_render_uses(archrules_engine *engine,
                                              const archrules_output *output)
{
    if (!engine || !engine->program || !output || engine->is_offline)
        return ARCHRULES_MISUSE;
    if (engine->is_compiled_pack)
        return ARCHRULES_INVALID;
    struct ar_api_memories memories = {.at = {&engine->memory}, .count = 1};
    struct request request = {engine, output->format};
    return ar_api_render(&memories, output, put_uses, &request);
}

archrules_status archrules_engine_render_packs(archrules_engine *engine,
                                               const archrules_output *output)
{
    if (!engine || !engine->program || !output)
        return ARCHRULES_MISUSE;
    struct ar_api_memories memories = {.at = {&engine->memory}, .count = 1};
    struct request request = {engine, output->format};
    return ar_api_render(&memories, output, put_packs, &request);
}
