/* SPDX-License-Identifier: Apache-2.0 */
/* Conditions that hold for want of evidence, or that one absent field, one
 * build number or the wrong fact decides: `default`, optional fields in `no`
 * and `every`, releases of kernels, `verify`. */
#include "sema/absence.h"
#include "sema/lint.h"

/* ---- releases of kernels ---- */

static bool mentions(ar_str text, const char *word)
{
    return ar_str_find(text, ar_str_from_c(word), 0) != SIZE_MAX;
}

/* kernel.release, host.kernel, and facts that are documented as the release of
 * a kernel. */
static bool is_kernel_release(const struct ar_fact_decl *decl)
{
    ar_str name = decl->name;
    if (decl->type->kind != AR_TYPE_STRING &&
        decl->type->kind != AR_TYPE_VERSION)
        return false;
    return ar_str_ends_with(name, AR_STR(".kernel")) ||
           ar_str_equal_c(name, "kernel.release") ||
           ar_str_ends_with(name, AR_STR(".kernel.release")) ||
           (mentions(decl->doc, "release") && mentions(decl->doc, "kernel"));
}

static const struct ar_fact_decl *kernel_release(struct ar_lint *lint,
                                                 const struct ar_expr *expr)
{
    struct ar_terms terms = ar_lint_constraints(lint)->terms;
    struct ar_closure at =
        ar_term_resolve(&terms, (struct ar_closure){expr, NULL});
    bool is_version = at.expr->kind == AR_EXPR_FUNCTION &&
                      at.expr->function == AR_FUNCTION_CONVERT;
    if (is_version)
        at = ar_term_resolve(&terms, ar_closure_operand(at, 0));
    if (at.expr->kind != AR_EXPR_FACT ||
        !is_kernel_release(&at.expr->fact->decl))
        return NULL;
    return &at.expr->fact->decl;
}

static void check_compare(struct ar_lint *lint, const struct ar_expr *expr)
{
    bool is_equality =
        expr->op == AR_OPERATOR_EQUAL || expr->op == AR_OPERATOR_NOT_EQUAL;
    if (!is_equality || expr->operands[0]->type->kind != AR_TYPE_VERSION)
        return;
    const struct ar_fact_decl *decl = kernel_release(lint, expr->operands[0]);
    if (!decl)
        decl = kernel_release(lint, expr->operands[1]);
    if (!decl)
        return;
    struct ar_diag *diag =
        ar_diag(lint->diags, AR_W1040, expr->span, decl->name,
                expr->op == AR_OPERATOR_EQUAL ? AR_STR("==") : AR_STR("!="));
    ar_diag_note(lint->diags, diag, decl->span, AR_STR("declared here"));
}

/* ---- optional fields ---- */

struct field_search {
    struct ar_lint *lint;
    const struct ar_expr *quantifier;
};

/* Fields of the element itself, by any `?` that may leave them out. */
static void check_field(struct ar_expr *expr, void *user)
{
    struct field_search *search = user;
    const struct ar_expr *quantifier = search->quantifier;
    const struct ar_expr *record =
        expr->kind == AR_EXPR_FIELD ? expr->operands[0] : NULL;
    if (!record || record->kind != AR_EXPR_LOCAL ||
        record->local != quantifier->local ||
        !record->type->fields[expr->ix].optional)
        return;
    if (!ar_absence_spoils(search->lint->scratch, quantifier->operands[1],
                           expr))
        return;
    ar_str word =
        quantifier->kind == AR_EXPR_NO ? AR_STR("no") : AR_STR("every");
    struct ar_diag *diag = ar_diag(search->lint->diags, AR_W1043, expr->span,
                                   record->type->fields[expr->ix].name, word);
    ar_diag_note(search->lint->diags, diag, quantifier->operands[0]->span,
                 AR_STR("an element of this list may not have it"));
}

static void check_expr(struct ar_expr *expr, void *user)
{
    struct ar_lint *lint = user;
    struct field_search search = {lint, expr};
    if (expr->kind == AR_EXPR_COMPARE)
        check_compare(lint, expr);
    if (expr->kind == AR_EXPR_NO || expr->kind == AR_EXPR_EVERY)
        ar_expr_walk(expr->operands[1], check_field, &search);
}

static void check_root(const struct ar_root *root, void *user)
{
    struct ar_lint *lint = user;
    ar_expr_walk(root->expr, check_expr, lint);
    ar_arena_reset(lint->scratch);
}

/* ---- default ---- */

struct default_search {
    struct ar_lint *lint;
    struct ar_constraints *constraints; /* applies holds */
    const struct ar_expr *found;
};

/* What the operand is a part of, or the group around a fact, is known to be
 * there: then its absence says something. */
static bool has_evidence(struct default_search *search,
                         const struct ar_expr *expr)
{
    struct ar_constraints *constraints = search->constraints;
    struct ar_closure closure = {expr, NULL};
    bool is_part = expr->kind == AR_EXPR_FIELD || expr->kind == AR_EXPR_INDEX ||
                   expr->kind == AR_EXPR_MAP_INDEX;
    if (is_part) {
        size_t ix =
            ar_constraints_term(constraints, ar_closure_operand(closure, 0));
        return (ix != SIZE_MAX &&
                constraints->list.at[ix].states == AR_TERM_VALUE) ||
               has_evidence(search, expr->operands[0]);
    }
    if (expr->kind != AR_EXPR_FACT)
        return false;
    ar_str name = expr->fact->decl.name;
    for (size_t i = name.len; i > 0; i--) {
        if (name.ptr[i - 1] != '.')
            continue;
        ar_str key = ar_str_concat(search->lint->scratch, AR_STR("group:"),
                                   ar_str_slice(name, 0, i - 1));
        size_t ix = ar_constraints_named(constraints, key, NULL);
        if (constraints->list.at[ix].states == AR_TERM_VALUE)
            return true;
    }
    return false;
}

static void find_default(struct ar_expr *expr, void *user)
{
    struct default_search *search = user;
    if (expr->kind == AR_EXPR_DEFAULT && !search->found &&
        !has_evidence(search, expr->operands[0]))
        search->found = expr;
}

/* `when` comes out true although each fact in it is absent, and a default
 * makes it so. */
static void check_when(struct ar_lint *lint, const struct ar_rule *rule)
{
    struct default_search search = {lint, ar_lint_constraints(lint), NULL};
    struct ar_closure applies = {rule->applies, NULL};
    if (rule->each || !ar_absence_decides(lint->scratch, rule->when))
        return;
    if (rule->applies && !ar_assume(search.constraints, applies, true))
        return;
    ar_expr_walk(rule->when, find_default, &search);
    for (size_t i = 0; i < rule->details->lets.count && !search.found; i++)
        ar_expr_walk(rule->details->lets.at[i]->expr, find_default, &search);
    if (!search.found)
        return;
    struct ar_diag *diag = ar_diag(
        lint->diags, AR_W1042, search.found->span, rule->id,
        ar_source_text(lint->diags->sources, search.found->operands[0]->span));
    ar_diag_note(lint->diags, diag, rule->when->span,
                 AR_STR("true where nothing of it is there"));
}

/* ---- verify ---- */

/* Facts that an expression reads, through all that it names. */
struct reading {
    struct ar_lint *lint;
    struct ar_map facts;   /* names -> their struct ar_fact_decl */
    struct ar_map visited; /* addresses of lets, functions, variables */
};

static void read_facts(struct ar_expr *expr, void *user);

static void read_expr(struct reading *reading, struct ar_expr *expr)
{
    if (expr)
        ar_expr_walk(expr, read_facts, reading);
}

/* Once: what names stand for is read through, however often they are used. */
static void read_named(struct reading *reading, const void *thing,
                       struct ar_expr *expr)
{
    const void **key = AR_NEW(reading->lint->scratch, const void *);
    *key = thing;
    ar_str text = {(const char *)key, sizeof(*key)};
    if (ar_map_has(&reading->visited, text))
        return;
    ar_map_put(reading->lint->scratch, &reading->visited, text, reading);
    read_expr(reading, expr);
}

static void add_decl(struct reading *reading, const struct ar_fact_decl *decl)
{
    ar_map_put(reading->lint->scratch, &reading->facts, decl->name,
               (void *)(uintptr_t)decl);
}

static void read_fact(struct reading *reading, const struct ar_fact *fact)
{
    add_decl(reading, &fact->decl);
    for (size_t i = 0; i < fact->definitions.count; i++) {
        const struct ar_definition *definition = &fact->definitions.at[i];
        read_named(reading, definition, definition->expr);
        read_named(reading, &definition->guard, definition->guard);
    }
}

static void read_local(struct reading *reading, const struct ar_local *local)
{
    if (local->kind == AR_LOCAL_LET || local->kind == AR_LOCAL_VARIABLE)
        read_named(reading, local, local->expr);
    if (local->kind == AR_LOCAL_CAPTURE)
        read_named(reading, local,
                   (struct ar_expr *)(uintptr_t)local->match->subject);
}

static void read_facts(struct ar_expr *expr, void *user)
{
    struct reading *reading = user;
    if (expr->kind == AR_EXPR_FACT)
        read_fact(reading, expr->fact);
    const struct ar_fact_group *group = ar_expr_group(expr);
    for (size_t i = 0; group && i < group->facts.count; i++)
        add_decl(reading, group->facts.at[i]);
    if (expr->kind == AR_EXPR_DEF)
        read_named(reading, expr->def, expr->def->body);
    if (expr->kind == AR_EXPR_LOCAL)
        read_local(reading, expr->local);
}

static bool is_changeable(const struct ar_fact_decl *decl)
{
    return !decl->is_fixed && !decl->is_input;
}

/* A changeable fact of the condition, or NULL; *shared if verify has one of
 * them, too. */
static const struct ar_fact_decl *first_changeable(
    const struct reading *condition, const struct reading *verify, bool *shared)
{
    const struct ar_fact_decl *first = NULL;
    *shared = false;
    for (size_t i = 0; i < condition->facts.count; i++) {
        const struct ar_fact_decl *decl = condition->facts.entries[i].value;
        if (!is_changeable(decl))
            continue;
        first = first ? first : decl;
        *shared = *shared || ar_map_has(&verify->facts, decl->name);
    }
    return first;
}

static void check_verify(struct ar_lint *lint, const struct ar_rule *rule,
                         const struct ar_remedy *remedy)
{
    struct reading condition = {.lint = lint};
    struct reading verify = {.lint = lint};
    bool shared;
    read_expr(&condition, rule->applies);
    read_expr(&condition, rule->each);
    read_expr(&condition, rule->when);
    read_expr(&verify, remedy->verify);
    const struct ar_fact_decl *first =
        first_changeable(&condition, &verify, &shared);
    if (!first || shared)
        return;
    struct ar_diag *diag =
        ar_diag(lint->diags, AR_W1041, remedy->verify->span, first->name);
    ar_diag_note(lint->diags, diag, rule->when->span,
                 AR_STR("what has to change to end the finding"));
}

void ar_lint_evidence(struct ar_lint *lint)
{
    ar_walk_program(lint->program, check_root, lint);
    for (size_t i = 0; i < lint->program->rules.count; i++) {
        const struct ar_rule *rule = lint->program->rules.at[i];
        if (!ar_lint_counts(rule))
            continue;
        check_when(lint, rule);
        for (size_t k = 0; k < rule->details->remedies.count; k++) {
            if (rule->details->remedies.at[k]->verify)
                check_verify(lint, rule, rule->details->remedies.at[k]);
        }
        ar_arena_reset(lint->scratch);
    }
}
