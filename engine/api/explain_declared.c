/* SPDX-License-Identifier: Apache-2.0 */
/* Explaining what rule files declare: rules, facts and groups of facts. What
 * a rule says is shown as its author wrote it. */

#include "api/explain.h"

static ar_str place_text(struct ar_arena *arena,
                         const struct ar_program *program, ar_span span)
{
    const struct ar_diags *diags = program->diags;
    struct ar_source *source = ar_sources_get(diags->sources, span.file);
    if (!source)
        return AR_STR("");
    struct ar_position position =
        ar_source_position(diags->arena, source, span.start);
    return ar_str_printf(arena, AR_STR_FORMAT ":%u", AR_STR_ARG(source->name),
                         (unsigned)position.line);
}

/* ---- rules ---- */

struct describing {
    struct ar_explanation *out;
    const struct ar_program *program;
    const struct ar_rule *rule;
};

static ar_str source_text(const struct describing *describing,
                          const struct ar_expr *expr)
{
    if (!expr)
        return AR_STR("");
    return ar_source_text(describing->program->diags->sources, expr->span);
}

/* A string with its expressions as they were written. */
static ar_str template_text(const struct describing *describing,
                            const struct ar_template *template)
{
    struct ar_buf out = AR_BUF(describing->out->arena);
    for (size_t i = 0; template && i < template->n_parts; i++) {
        const struct ar_template_part *part = &template->parts[i];
        if (!part->expr) {
            ar_buf_put(&out, part->text);
            continue;
        }
        ar_buf_put_char(&out, '{');
        ar_buf_put(&out, source_text(describing, part->expr));
        ar_buf_put_char(&out, '}');
    }
    return ar_buf_view(&out);
}

static void add_line(struct ar_buf *out, ar_str line)
{
    if (out->len > 0)
        ar_buf_put_char(out, '\n');
    ar_buf_put(out, line);
}

static void add_head(const struct describing *describing)
{
    const struct ar_rule *rule = describing->rule;
    struct ar_explanation *out = describing->out;
    ar_explanation_add(out, "", rule->details->doc);
    ar_explanation_add(out, "severity",
                       ar_str_printf(out->arena, "%s, confidence %s",
                                     ar_rule_severity_names[rule->severity],
                                     ar_confidence_names[rule->confidence]));
    ar_explanation_add(out, "place",
                       place_text(out->arena, describing->program, rule->span));
    ar_explanation_add(out, "not loaded", rule->details->not_loaded);
    ar_explanation_add(out, "disabled", rule->details->disabled_because);
    ar_explanation_add(out, "context", rule->details->context);
}

static void add_conditions(const struct describing *describing)
{
    const struct ar_rule *rule = describing->rule;
    struct ar_explanation *out = describing->out;
    struct ar_buf symptoms = AR_BUF(out->arena);
    for (size_t i = 0; i < rule->details->symptoms.count; i++)
        add_line(&symptoms,
                 source_text(describing, rule->details->symptoms.at[i]));
    ar_explanation_add_source(out, "applies",
                              source_text(describing, rule->applies));
    ar_explanation_add_source(out, "for each",
                              source_text(describing, rule->each));
    ar_explanation_add_source(out, "when", source_text(describing, rule->when));
    ar_explanation_add_source(out, "symptoms", ar_buf_view(&symptoms));
}

static void add_outputs(const struct describing *describing)
{
    const struct ar_rule *rule = describing->rule;
    struct ar_explanation *out = describing->out;
    struct ar_buf remedies = AR_BUF(out->arena);
    struct ar_buf lessons = AR_BUF(out->arena);
    struct ar_buf links = AR_BUF(out->arena);
    for (size_t i = 0; i < rule->details->remedies.count; i++)
        add_line(
            &remedies,
            template_text(describing, rule->details->remedies.at[i]->title));
    for (size_t i = 0; i < rule->details->lessons.count; i++)
        add_line(&lessons,
                 template_text(describing, rule->details->lessons.at[i]));
    for (size_t i = 0; i < rule->details->links.count; i++)
        add_line(&links, template_text(describing, rule->details->links.at[i]));
    ar_explanation_add(out, "diagnosis",
                       template_text(describing, rule->diagnosis));
    ar_explanation_add(out, "remedies", ar_buf_view(&remedies));
    ar_explanation_add(out, "lessons", ar_buf_view(&lessons));
    ar_explanation_add(out, "see", ar_buf_view(&links));
}

static void add_supersedes(const struct describing *describing)
{
    const struct ar_rule *rule = describing->rule;
    struct ar_buf names = AR_BUF(describing->out->arena);
    for (size_t i = 0; i < rule->details->supersedes.count; i++)
        add_line(&names, rule->details->supersedes.at[i].id);
    ar_explanation_add(describing->out, "supersedes", ar_buf_view(&names));
}

static void explain_rule(struct ar_explanation *out,
                         const struct archrules_engine *engine,
                         const struct ar_rule *rule)
{
    struct ar_rule whole = *rule;
    if (engine->is_compiled_pack)
        ar_code_describe(out->arena, engine->code, rule, &whole);
    struct describing describing = {out, engine->program, &whole};
    out->kind = "rule";
    out->name = rule->id;
    out->summary = rule->title;
    add_head(&describing);
    add_conditions(&describing);
    add_supersedes(&describing);
    add_outputs(&describing);
}

/* ---- facts ---- */

static const char *sensitivity_text(enum ar_sensitivity sensitivity)
{
    switch (sensitivity) {
    case AR_SENSITIVITY_NONE: return "";
    case AR_SENSITIVITY_PERSONAL: return "it may name a person or a machine";
    case AR_SENSITIVITY_ADDRESS: return "it may hold a network address";
    case AR_SENSITIVITY_SECRET: return "it is a secret and never printed";
    }
    AR_UNREACHABLE();
}

static ar_str words_text(struct ar_arena *arena, const struct ar_type *type)
{
    struct ar_buf out = AR_BUF(arena);
    for (size_t i = 0; type->kind == AR_TYPE_ENUM && i < type->n_words; i++) {
        ar_buf_put_c(&out, i > 0 ? ", " : "");
        ar_buf_put(&out, type->words[i].name);
    }
    return ar_buf_view(&out);
}

static ar_str definitions_text(struct ar_arena *arena,
                               const struct ar_program *program,
                               const struct ar_fact *fact)
{
    struct ar_buf out = AR_BUF(arena);
    for (size_t i = 0; i < fact->definitions.count; i++) {
        const struct ar_definition *definition = &fact->definitions.at[i];
        const struct ar_sources *sources = program->diags->sources;
        add_line(&out, ar_source_text(sources, definition->expr->span));
        if (!definition->guard)
            continue;
        ar_buf_put_c(&out, " if ");
        ar_buf_put(&out, ar_source_text(sources, definition->guard->span));
    }
    return ar_buf_view(&out);
}

static ar_str parameters_text(struct ar_arena *arena,
                              const struct ar_fact_decl *decl)
{
    struct ar_buf out = AR_BUF(arena);
    for (size_t i = 0; i < decl->n_parameters; i++) {
        ar_buf_put_c(&out, i > 0 ? ", " : "");
        ar_buf_put(&out, decl->parameters[i].name);
        ar_buf_put_c(&out, " : ");
        ar_type_put(&out, decl->parameters[i].type);
    }
    return ar_buf_view(&out);
}

static const struct ar_fact *find_fact(const struct ar_program *program,
                                       const struct ar_fact_decl *decl)
{
    for (size_t i = 0; i < program->facts.count; i++) {
        if (&program->facts.at[i]->decl == decl)
            return program->facts.at[i];
    }
    return NULL;
}

static void explain_fact(struct ar_explanation *out,
                         const struct ar_program *program,
                         const struct ar_fact_decl *decl)
{
    struct ar_arena *arena = out->arena;
    const struct ar_fact *fact = find_fact(program, decl);
    out->kind = decl->is_input ? "input" : "fact";
    out->name = decl->name;
    out->summary = ar_type_text(arena, decl->type);
    ar_explanation_add(out, "", decl->doc);
    ar_explanation_add(out, "asked as", decl->question);
    ar_explanation_add(out, "arguments", parameters_text(arena, decl));
    ar_explanation_add(out, "words", words_text(arena, decl->type));
    ar_explanation_add(out, "unit", decl->unit);
    if (fact)
        ar_explanation_add_source(out, "derived",
                                  definitions_text(arena, program, fact));
    ar_explanation_add(out, "module", decl->module);
    ar_explanation_add(out, "place", place_text(arena, program, decl->span));
    ar_explanation_add(out, "privacy",
                       ar_str_from_c(sensitivity_text(decl->sensitivity)));
    if (decl->needs_admin)
        ar_explanation_add(out, "needs", AR_STR("rights of an administrator"));
    if (decl->is_fixed)
        ar_explanation_add(out, "fixed",
                           AR_STR("it cannot be changed on a given machine"));
}

static void explain_group(struct ar_explanation *out,
                          const struct ar_program *program, ar_str name)
{
    struct ar_buf facts = AR_BUF(out->arena);
    out->kind = "group of facts";
    out->name = name;
    out->summary = AR_STR("it exists if any of these has a value");
    for (size_t i = 0; i < program->schema.facts.count; i++) {
        ar_str fact = program->schema.facts.entries[i].key;
        if (ar_str_starts_with(fact, name) && fact.len > name.len &&
            fact.ptr[name.len] == '.')
            add_line(&facts, fact);
    }
    ar_explanation_add(out, "facts", ar_buf_view(&facts));
}

bool ar_explain_declared(struct ar_explanation *explanation,
                         const struct archrules_engine *engine, ar_str name)
{
    const struct ar_program *program = engine->program;
    const struct ar_rule *rule = ar_api_find_rule(program, name);
    const struct ar_fact_decl *decl = ar_schema_find(&program->schema, name);
    struct ar_fact_ref ref = {0};
    if (rule) {
        explain_rule(explanation, engine, rule);
        return true;
    }
    if (!decl && ar_fact_ref_parse(explanation->arena, &program->schema, name,
                                   &ref) == AR_FACT_REF_OK)
        decl = ref.decl;
    if (decl) {
        explain_fact(explanation, program, decl);
        return true;
    }
    const struct ar_fact_group *group =
        ref.group ? ref.group : ar_schema_find_group(&program->schema, name);
    if (!group)
        return false;
    explain_group(explanation, program, group->name);
    return true;
}
