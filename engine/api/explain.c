/* SPDX-License-Identifier: Apache-2.0 */
/* Explaining a name: what it is found to be, and the forms in which that is
 * written. Rules and facts are in explain_declared.c. */

#include "api/explain.h"

#include "text/utf8.h"

#include "json/json.h"

enum { COLUMNS = 79 };

#define BOLD  "\033[1m"
#define PLAIN "\033[0m"

void ar_explanation_add(struct ar_explanation *explanation, const char *label,
                        ar_str text)
{
    struct ar_explanation_part part = {label, text, false};
    if (text.len > 0)
        ar_vector_push(explanation->arena, &explanation->parts, part);
}

void ar_explanation_add_source(struct ar_explanation *explanation,
                               const char *label, ar_str text)
{
    struct ar_explanation_part part = {label, text, true};
    if (text.len > 0)
        ar_vector_push(explanation->arena, &explanation->parts, part);
}

ar_str ar_explain_message(struct ar_arena *arena, const char *message)
{
    struct ar_buf out = AR_BUF(arena);
    for (const char *at = message; *at; at++) {
        if (at[0] == '{' && ar_char_is_digit(at[1]) && at[2] == '}') {
            ar_buf_put_c(&out, "…");
            at += 2;
        } else {
            ar_buf_put_char(&out, *at);
        }
    }
    return ar_buf_view(&out);
}

/* ---- what is built in ---- */

static const char *severity_name(enum ar_severity severity)
{
    switch (severity) {
    case AR_SEVERITY_ERROR: return "error";
    case AR_SEVERITY_WARNING: return "warning";
    case AR_SEVERITY_NOTE: return "note";
    }
    AR_UNREACHABLE();
}

static bool explain_code(struct ar_explanation *out, ar_str name)
{
    enum ar_diag_code code = ar_diag_find(name);
    if (code == AR_N_DIAGS)
        return false;
    const struct ar_diag_info *info = &ar_diag_table[code];
    out->kind = severity_name(info->severity);
    out->name = ar_str_from_c(info->code);
    out->summary = ar_explain_message(out->arena, info->message);
    ar_explanation_add(out, "", ar_str_from_c(info->explanation));
    return true;
}

static bool explain_status(struct ar_explanation *out, ar_str name)
{
    enum ar_status status = ar_status_find(name);
    if (status == AR_N_STATUSES)
        return false;
    out->kind = "status";
    out->name = name;
    out->summary = ar_str_from_c(ar_status_table[status].text);
    return true;
}

static bool explain_reason(struct ar_explanation *out, ar_str name)
{
    enum ar_reason reason = ar_reason_find(name);
    if (reason == AR_N_REASONS)
        return false;
    out->kind = "reason";
    out->name = name;
    out->summary = ar_str_from_c(ar_reason_table[reason].text);
    ar_explanation_add(out, "what to do",
                       ar_str_from_c(ar_reason_table[reason].how));
    return true;
}

/* ---- writing ---- */

/* One line of text, broken between words. */
static void put_paragraph(struct ar_buf *out, ar_str line, const char *indent)
{
    size_t column = 0;
    size_t at = 0;
    while (at < line.len) {
        size_t end = ar_str_find(line, AR_STR(" "), at);
        ar_str word = ar_str_slice(line, at, end);
        size_t width = ar_utf8_length(word);
        if (column > 0 && column + 1 + width > COLUMNS) {
            ar_buf_put_char(out, '\n');
            column = 0;
        }
        ar_str before = ar_str_from_c(column == 0 ? indent : " ");
        ar_buf_put(out, before);
        ar_utf8_put_safe(out, word, false);
        column += before.len + width;
        at += word.len + 1;
    }
    ar_buf_put_char(out, '\n');
}

/* What is indented is code and stays as it is. */
static bool is_code(ar_str line)
{
    return ar_str_starts_with(line, AR_STR("  "));
}

static void put_indented(struct ar_buf *out, ar_str text, bool is_source)
{
    size_t at = 0;
    while (at < text.len) {
        size_t end = ar_str_find(text, AR_STR("\n"), at);
        ar_str line = ar_str_slice(text, at, end);
        if (is_source || is_code(line)) {
            ar_buf_put_c(out, "  ");
            ar_utf8_put_safe(out, line, false);
            ar_buf_put_char(out, '\n');
        } else {
            put_paragraph(out, line, "  ");
        }
        at += line.len + 1;
    }
}

static void put_human(struct ar_buf *out,
                      const struct ar_explanation *explanation, bool color)
{
    ar_buf_put_c(out, color ? BOLD : "");
    ar_utf8_put_safe(out, explanation->name, false);
    ar_buf_put_c(out, color ? PLAIN : "");
    ar_buf_printf(out, " (%s)", explanation->kind);
    if (explanation->summary.len > 0) {
        ar_buf_put_c(out, ": ");
        ar_utf8_put_safe(out, explanation->summary, false);
    }
    ar_buf_put_char(out, '\n');
    for (size_t i = 0; i < explanation->parts.count; i++) {
        const struct ar_explanation_part *part = &explanation->parts.at[i];
        ar_buf_put_char(out, '\n');
        if (part->label[0] != '\0')
            ar_buf_printf(out, "%s:\n", part->label);
        put_indented(out, part->text, part->is_source);
    }
}

static void put_json(struct ar_buf *out,
                     const struct ar_explanation *explanation)
{
    struct ar_json_writer writer = {.out = out, .pretty = true};
    ar_json_begin_object(&writer);
    ar_json_member(&writer, "schema", AR_STR("archrules.explanation/1"));
    ar_json_member(&writer, "kind", ar_str_from_c(explanation->kind));
    ar_json_member(&writer, "name", explanation->name);
    ar_json_member(&writer, "summary", explanation->summary);
    ar_json_key(&writer, AR_STR("parts"));
    ar_json_begin_array(&writer);
    for (size_t i = 0; i < explanation->parts.count; i++) {
        const struct ar_explanation_part *part = &explanation->parts.at[i];
        ar_json_begin_object(&writer);
        ar_json_member(&writer, "label", ar_str_from_c(part->label));
        ar_json_member(&writer, "text", part->text);
        ar_json_end_object(&writer);
    }
    ar_json_end_array(&writer);
    ar_json_end_object(&writer);
    ar_buf_put_char(out, '\n');
}

/* ---- what nothing is called ---- */

static void add_built_in_names(struct ar_arena *arena, ar_str_vector *names)
{
    for (size_t i = 0; i < AR_N_DIAGS; i++)
        ar_vector_push(arena, names, ar_str_from_c(ar_diag_table[i].code));
    for (size_t i = 0; i < AR_N_STATUSES; i++)
        ar_vector_push(arena, names, ar_str_from_c(ar_status_table[i].name));
    for (size_t i = 0; i < AR_N_REASONS; i++)
        ar_vector_push(arena, names, ar_str_from_c(ar_reason_table[i].name));
}

static void add_declared_names(struct ar_arena *arena,
                               const struct ar_program *program,
                               ar_str_vector *names)
{
    for (size_t i = 0; i < program->rules.count; i++)
        ar_vector_push(arena, names, program->rules.at[i]->id);
    for (size_t i = 0; i < program->schema.facts.count; i++)
        ar_vector_push(arena, names, program->schema.facts.entries[i].key);
    for (size_t i = 0; i < program->schema.groups.count; i++)
        ar_vector_push(arena, names, program->schema.groups.entries[i].key);
    for (size_t i = 0; i < program->rules.count; i++)
        ar_vector_push(arena, names, program->rules.at[i]->name);
}

static void put_unknown(struct ar_buf *out, const struct ar_program *program,
                        ar_str topic)
{
    ar_str_vector names = {0};
    add_built_in_names(out->arena, &names);
    if (program)
        add_declared_names(out->arena, program, &names);
    ar_buf_put_c(out, "nothing is called '");
    ar_utf8_put_safe(out, topic, false);
    ar_buf_put_c(out, "'");
    size_t ix = ar_str_nearest(topic, names.at, names.count);
    if (ix != SIZE_MAX) {
        ar_buf_put_c(out, ": did you mean '");
        ar_utf8_put_safe(out, names.at[ix], false);
        ar_buf_put_c(out, "'?");
    }
    ar_buf_put_char(out, '\n');
}

struct request {
    struct archrules_engine *engine; /* or NULL */
    ar_str topic;
    const archrules_output *output;
    bool is_found;
};

static void put_explanation(struct ar_buf *out, void *context)
{
    struct request *request = context;
    const struct ar_program *program =
        request->engine ? request->engine->program : NULL;
    struct ar_explanation explanation = {.arena = out->arena};
    request->is_found =
        explain_code(&explanation, request->topic) ||
        explain_status(&explanation, request->topic) ||
        explain_reason(&explanation, request->topic) ||
        (program &&
         ar_explain_declared(&explanation, request->engine, request->topic));
    if (!request->is_found)
        put_unknown(out, program, request->topic);
    else if (request->output->format == ARCHRULES_JSON)
        put_json(out, &explanation);
    else
        put_human(out, &explanation, request->output->color != 0);
}

archrules_status archrules_explain(archrules_engine *engine, const char *topic,
                                   const archrules_output *output)
{
    if (!topic || !output)
        return ARCHRULES_MISUSE;
    struct request request = {
        .engine = engine, .topic = ar_str_from_c(topic), .output = output};
    struct ar_api_memories memories = {.count = 0};
    if (engine)
        memories.at[memories.count++] = &engine->memory;
    archrules_status status =
        ar_api_render(&memories, output, put_explanation, &request);
    if (status == ARCHRULES_OK && !request.is_found)
        return ARCHRULES_INVALID;
    return status;
}

/* ---- all codes ---- */

static void put_code_human(struct ar_buf *out, const struct ar_diag_info *info)
{
    ar_str message = ar_explain_message(out->arena, info->message);
    ar_buf_printf(out, "%s %-7s " AR_STR_FORMAT "\n", info->code,
                  severity_name(info->severity), AR_STR_ARG(message));
}

/* Text between back quotes is code; elsewhere nothing is markup. */
static ar_str escape_markdown(struct ar_arena *arena, ar_str line)
{
    struct ar_buf out = AR_BUF(arena);
    bool in_code = false;
    for (size_t i = 0; i < line.len; i++) {
        char c = line.ptr[i];
        if (c == '`')
            in_code = !in_code;
        if (!in_code && c != '`' &&
            ar_str_find(AR_STR("\\*_<>[]#"), (ar_str){&c, 1}, 0) != SIZE_MAX)
            ar_buf_put_char(&out, '\\');
        ar_buf_put_char(&out, c);
    }
    return ar_buf_view(&out);
}

static void put_markdown_text(struct ar_buf *out, ar_str text)
{
    bool in_code = false;
    size_t at = 0;
    while (at < text.len) {
        size_t end = ar_str_find(text, AR_STR("\n"), at);
        ar_str line = ar_str_slice(text, at, end);
        at += line.len + 1;
        if (is_code(line) != in_code)
            ar_buf_put_c(out, in_code ? "```\n\n" : "\n```\n");
        in_code = is_code(line);
        if (!in_code) {
            put_paragraph(out, escape_markdown(out->arena, line), "");
            continue;
        }
        ar_buf_put(out, ar_str_slice(line, 2, line.len));
        ar_buf_put_char(out, '\n');
    }
    ar_buf_put_c(out, in_code ? "```\n" : "");
}

static void put_code_markdown(struct ar_buf *out,
                              const struct ar_diag_info *info)
{
    ar_str message = ar_str_printf(
        out->arena, "**%s: " AR_STR_FORMAT "**", severity_name(info->severity),
        AR_STR_ARG(escape_markdown(
            out->arena, ar_explain_message(out->arena, info->message))));
    ar_buf_printf(out, "\n## %s\n\n", info->code);
    put_paragraph(out, message, "");
    ar_buf_put_char(out, '\n');
    put_markdown_text(out, ar_str_from_c(info->explanation));
}

static void put_codes_json(struct ar_buf *out)
{
    struct ar_json_writer writer = {.out = out, .pretty = true};
    ar_json_begin_array(&writer);
    for (size_t i = 0; i < AR_N_DIAGS; i++) {
        const struct ar_diag_info *info = &ar_diag_table[i];
        ar_json_begin_object(&writer);
        ar_json_member(&writer, "code", ar_str_from_c(info->code));
        ar_json_member(&writer, "severity",
                       ar_str_from_c(severity_name(info->severity)));
        ar_json_member(&writer, "message",
                       ar_explain_message(out->arena, info->message));
        ar_json_member(&writer, "explanation",
                       ar_str_from_c(info->explanation));
        ar_json_end_object(&writer);
    }
    ar_json_end_array(&writer);
    ar_buf_put_char(out, '\n');
}

static void put_codes(struct ar_buf *out, void *context)
{
    const archrules_output *output = context;
    bool is_markdown = output->format == ARCHRULES_MARKDOWN;
    if (output->format == ARCHRULES_JSON) {
        put_codes_json(out);
        return;
    }
    if (is_markdown)
        ar_buf_put_c(out,
                     "<!-- Made by `archrules explain --all --format "
                     "markdown` from engine/text/diags.def. -->\n"
                     "# Diagnostics\n\n"
                     "Every message of the program about rules and snapshots "
                     "has a code that never\nchanges its meaning. "
                     "`archrules explain CODE` prints the same text.\n");
    for (size_t i = 0; i < AR_N_DIAGS; i++) {
        if (is_markdown)
            put_code_markdown(out, &ar_diag_table[i]);
        else
            put_code_human(out, &ar_diag_table[i]);
    }
}

archrules_status archrules_explain_codes(const archrules_output *output)
{
    struct ar_api_memories memories = {.count = 0};
    if (!output)
        return ARCHRULES_MISUSE;
    archrules_output copy = *output;
    return ar_api_render(&memories, output, put_codes, &copy);
}
