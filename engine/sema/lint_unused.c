/* SPDX-License-Identifier: Apache-2.0 */
/* Names that nothing uses: lets, tables, functions and their parameters, named
 * groups, and what a pack declares for its rules. The standard library, and
 * packs without rules, declare for others. */
#include "sema/lint.h"

struct usage {
    struct ar_lint *lint;
    struct ar_map seen; /* addresses of tables, functions, facts, types */
};

/* By its address: names are unique only within a pack. */
static void note(struct usage *usage, const void *thing)
{
    const void **key = AR_NEW(usage->lint->kept, const void *);
    *key = thing;
    ar_str text = {(const char *)key, sizeof(*key)};
    ar_map_put(usage->lint->kept, &usage->seen, text, usage);
}

static bool is_noted(const struct usage *usage, const void *thing)
{
    ar_str text = {(const char *)&thing, sizeof(thing)};
    return ar_map_has(&usage->seen, text);
}

static void note_type(struct usage *usage, const struct ar_type *type)
{
    if (!type || is_noted(usage, type))
        return;
    if (type->kind == AR_TYPE_ENUM)
        note(usage, type);
    note_type(usage, type->element);
    for (size_t i = 0; i < type->n_fields; i++)
        note_type(usage, type->fields[i].type);
}

static void note_fields(struct usage *usage, const struct ar_field *fields,
                        size_t count)
{
    for (size_t i = 0; i < count; i++)
        note_type(usage, fields[i].type);
}

static void note_expr(struct ar_expr *expr, void *user)
{
    struct usage *usage = user;
    if (expr->kind == AR_EXPR_FUNCTION)
        note_type(usage, expr->type);
    if (expr->kind == AR_EXPR_TABLE)
        note(usage, expr->table);
    if (expr->kind == AR_EXPR_DEF)
        note(usage, expr->def);
    const struct ar_fact_group *group = ar_expr_group(expr);
    for (size_t i = 0; group && i < group->facts.count; i++)
        note(usage, group->facts.at[i]);
}

static void note_root(const struct ar_root *root, void *user)
{
    ar_expr_walk(root->expr, note_expr, user);
}

static void note_tests(struct usage *usage)
{
    const struct ar_program *program = usage->lint->program;
    for (size_t i = 0; i < program->tests.count; i++) {
        const struct ar_test *test = program->tests.at[i];
        for (size_t k = 0; k < test->givens.count; k++) {
            const struct ar_fact_group *group = test->givens.at[k].group;
            for (size_t f = 0; group && f < group->facts.count; f++)
                note(usage, group->facts.at[f]);
        }
    }
}

static void note_types(struct usage *usage)
{
    const struct ar_program *program = usage->lint->program;
    for (size_t i = 0; i < program->facts.count; i++) {
        const struct ar_fact_decl *decl = &program->facts.at[i]->decl;
        note_type(usage, decl->type);
        note_fields(usage, decl->parameters, decl->n_parameters);
    }
    for (size_t i = 0; i < program->tables.count; i++) {
        const struct ar_table *table = program->tables.at[i];
        note_fields(usage, table->inputs, table->n_inputs);
        note_type(usage, table->output);
    }
    for (size_t i = 0; i < program->defs.count; i++) {
        const struct ar_def *def = program->defs.at[i];
        note_type(usage, def->type);
        for (size_t k = 0; k < def->n_parameters; k++)
            note_type(usage, def->parameters[k]->type);
    }
}

/* ---- what is reported ---- */

static bool is_tool_name(ar_str name)
{
    return name.len > 0 && name.ptr[0] == '_';
}

static bool is_private(const struct ar_pack *pack)
{
    return !pack->is_stdlib && pack->n_rules > 0 && pack->not_loaded.len == 0;
}

/* A file alone may try things out; a pack declares for its rules. */
static bool declares_for_rules(const struct ar_pack *pack)
{
    return is_private(pack) && !pack->is_scratch;
}

static void report(struct usage *usage, ar_span span, const char *what,
                   ar_str name)
{
    ar_diag(usage->lint->diags, AR_W1002, span, ar_str_from_c(what), name);
}

static void report_lets(struct ar_lint *lint)
{
    for (size_t i = 0; i < lint->program->rules.count; i++) {
        const struct ar_rule *rule = lint->program->rules.at[i];
        for (size_t k = 0; k < rule->details->lets.count; k++) {
            const struct ar_local *local = rule->details->lets.at[k];
            if (!local->is_used && !is_tool_name(local->name))
                ar_diag(lint->diags, AR_W1001, local->span, local->name);
        }
    }
}

static void report_defs(struct usage *usage)
{
    const struct ar_program *program = usage->lint->program;
    for (size_t i = 0; i < program->defs.count; i++) {
        const struct ar_def *def = program->defs.at[i];
        bool is_used = is_noted(usage, def);
        if (!is_used && is_private(def->pack))
            report(usage, def->span, "function", def->name);
        if (!is_used || def->pack->not_loaded.len > 0)
            continue;
        for (size_t k = 0; k < def->n_parameters; k++) {
            const struct ar_local *local = def->parameters[k];
            if (!local->is_used && !is_tool_name(local->name))
                report(usage, local->span, "parameter", local->name);
        }
    }
}

static void report_tables(struct usage *usage)
{
    const struct ar_program *program = usage->lint->program;
    for (size_t i = 0; i < program->tables.count; i++) {
        const struct ar_table *table = program->tables.at[i];
        if (is_private(table->pack) && !is_noted(usage, table))
            report(usage, table->span, "table", table->name);
    }
}

static void report_enums(struct usage *usage)
{
    const struct ar_checker *checker = usage->lint->checker;
    for (size_t i = 0; i < checker->scopes.count; i++) {
        const struct ar_scope *scope = checker->scopes.at[i];
        const struct ar_unit *unit = scope->unit;
        if (!declares_for_rules(scope->pack))
            continue;
        for (size_t f = 0; f < unit->files.count; f++) {
            const struct ar_node *node = unit->files.at[f]->first;
            for (; node; node = node->next) {
                if (node->kind == AR_NODE_ENUM &&
                    !is_noted(usage, ar_map_get(&scope->enums, node->text)))
                    report(usage, node->name, "enum", node->text);
            }
        }
    }
}

/* ---- facts ---- */

static bool is_fact_used(const struct usage *usage,
                         const struct ar_fact_decl *decl)
{
    /* A declaration is the first member of its fact. */
    const struct ar_fact *fact = (const struct ar_fact *)(const void *)decl;
    return fact->is_used || is_noted(usage, decl);
}

/* A probe all of whose facts nobody reads is one finding, not many. */
static void report_probes(struct usage *usage)
{
    const struct ar_program *program = usage->lint->program;
    for (size_t i = 0; i < program->probes.count; i++) {
        const struct ar_probe *probe = program->probes.at[i];
        bool is_used = !declares_for_rules(probe->pack);
        for (size_t k = 0; k < probe->gives.count; k++)
            is_used = is_used || is_fact_used(usage, probe->gives.at[k]);
        if (is_used)
            continue;
        report(usage, probe->span, "probe", probe->name);
        for (size_t k = 0; k < probe->gives.count; k++)
            note(usage, probe->gives.at[k]);
    }
}

static void report_facts(struct usage *usage)
{
    const struct ar_program *program = usage->lint->program;
    for (size_t i = 0; i < program->facts.count; i++) {
        const struct ar_fact *fact = program->facts.at[i];
        if (declares_for_rules(fact->pack) && !is_fact_used(usage, &fact->decl))
            report(usage, fact->decl.span,
                   fact->decl.is_input ? "input" : "fact", fact->decl.name);
    }
}

/* ---- named groups ---- */

/* The name within the pattern. */
static ar_span group_span(struct ar_lint *lint, const struct ar_local *local)
{
    ar_span span = local->span;
    ar_str text = ar_source_text(lint->diags->sources, span);
    ar_str wanted = ar_str_printf(lint->kept, "<" AR_STR_FORMAT ">",
                                  AR_STR_ARG(local->name));
    size_t at = ar_str_find(text, wanted, 0);
    if (at == SIZE_MAX)
        return span;
    span.start += (uint32_t)at + 1;
    span.end = span.start + (uint32_t)local->name.len;
    return span;
}

static void report_groups(struct ar_lint *lint)
{
    const struct ar_checker *checker = lint->checker;
    for (size_t i = 0; i < checker->captures.count; i++) {
        const struct ar_capture *capture = &checker->captures.at[i];
        const struct ar_local *local = capture->local;
        if (!local->is_used && !is_tool_name(local->name) &&
            capture->pack->not_loaded.len == 0)
            ar_diag(lint->diags, AR_W1003, group_span(lint, local),
                    local->name);
    }
}

void ar_lint_unused(struct ar_lint *lint)
{
    struct usage usage = {.lint = lint};
    ar_walk_program(lint->program, note_root, &usage);
    note_tests(&usage);
    note_types(&usage);
    report_lets(lint);
    report_tables(&usage);
    report_defs(&usage);
    report_enums(&usage);
    report_probes(&usage);
    report_facts(&usage);
    report_groups(lint);
}
