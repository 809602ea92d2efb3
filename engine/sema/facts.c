/* SPDX-License-Identifier: Apache-2.0 */
/* Declarations of facts, inputs, and derived facts' definitions. */
#include "sema/checker.h"

/* The name of a signature in the schema, its head and its tail. */
static void set_name(struct ar_checker *checker, const struct ar_scope *scope,
                     const struct ar_node *signature, struct ar_fact_decl *decl)
{
    const struct ar_node *fields = ar_node_child(signature, AR_NODE_FIELDS);
    decl->head = signature->first->text;
    decl->name = decl->head;
    decl->span = signature->span;
    if (!fields)
        return;
    decl->parameters = ar_check_fields(checker, scope, fields);
    decl->n_parameters = fields->count;
    decl->name = ar_str_concat(checker->arena, decl->head, AR_STR("()"));
    if (fields->next) {
        decl->tail = fields->next->text;
        decl->name =
            ar_str_printf(checker->arena, AR_STR_FORMAT "." AR_STR_FORMAT,
                          AR_STR_ARG(decl->name), AR_STR_ARG(decl->tail));
    }
    size_t i = 0;
    for (struct ar_node *field = fields->first; field; field = field->next) {
        if (!ar_type_is_scalar(decl->parameters[i++].type))
            ar_diag_plain(checker->diags, AR_E0319, field->span);
    }
}

/* A fact's name must not be the beginning of another's. */
static bool name_is_free(struct ar_checker *checker,
                         const struct ar_fact_decl *decl)
{
    const struct ar_schema *schema = &checker->program->schema;
    const struct ar_fact_group *group =
        ar_schema_find_group(schema, decl->name);
    if (group) {
        struct ar_diag *diag = ar_diag(checker->diags, AR_E0312, decl->span,
                                       decl->name, group->facts.at[0]->name);
        ar_diag_note(checker->diags, diag, group->facts.at[0]->span,
                     AR_STR("declared here"));
        return false;
    }
    for (size_t i = 0; i + 1 < decl->name.len; i++) {
        if (decl->name.ptr[i] != '.')
            continue;
        const struct ar_fact_decl *shorter =
            ar_schema_find(schema, ar_str_slice(decl->name, 0, i));
        if (!shorter)
            continue;
        struct ar_diag *diag = ar_diag(checker->diags, AR_E0312, decl->span,
                                       shorter->name, decl->name);
        ar_diag_note(checker->diags, diag, shorter->span,
                     AR_STR("declared here"));
        return false;
    }
    return true;
}

static bool check_name(struct ar_checker *checker,
                       const struct ar_fact_decl *decl)
{
    ar_check_not_keyword(checker, decl->head, decl->span);
    bool has_dot = ar_str_find(decl->name, AR_STR("."), 0) != SIZE_MAX;
    if (!has_dot && decl->n_parameters == 0) {
        ar_diag(checker->diags, AR_E0311, decl->span, decl->name);
        return false;
    }
    if (decl->n_parameters > 0 && ar_check_is_function_name(decl->head)) {
        ar_diag(checker->diags, AR_E0313, decl->span, decl->head);
        return false;
    }
    return name_is_free(checker, decl);
}

static void set_sensitivity(struct ar_checker *checker,
                            const struct ar_node *node,
                            struct ar_fact_decl *decl)
{
    static const char *const words[] = {"none", "personal", "address",
                                        "secret"};
    size_t ix = ar_check_word(checker, node, "a sensitivity", words, 4);
    if (ix != SIZE_MAX)
        decl->sensitivity = (enum ar_sensitivity)ix;
}

static void set_log(struct ar_checker *checker, const struct ar_node *node,
                    struct ar_fact_decl *decl)
{
    const struct ar_type *type = decl->type;
    decl->is_log = type->kind == AR_TYPE_LIST && type->element != NULL &&
                   type->element->kind == AR_TYPE_STRING;
    if (!decl->is_log && type->kind != AR_TYPE_POISON)
        ar_diag(checker->diags, AR_E0616, node->span,
                ar_type_text(checker->arena, type));
}

static void set_attributes(struct ar_checker *checker,
                           const struct ar_node *node,
                           struct ar_fact_decl *decl)
{
    static const char *const privileges[] = {"admin"};
    ar_check_repeats(checker, node);
    for (struct ar_node *child = node->first; child; child = child->next) {
        if (child->kind == AR_NODE_FACT_UNIT)
            decl->unit = child->first->text;
        else if (child->kind == AR_NODE_FACT_FIXED)
            decl->is_fixed = true;
        else if (child->kind == AR_NODE_FACT_LOG)
            set_log(checker, child, decl);
        else if (child->kind == AR_NODE_FACT_SENSITIVE)
            set_sensitivity(checker, child, decl);
        else if (child->kind == AR_NODE_FACT_NEEDS)
            decl->needs_admin = ar_check_word(checker, child, "a privilege",
                                              privileges, 1) == 0;
    }
}

static struct ar_fact *new_fact(struct ar_checker *checker,
                                struct ar_scope *scope,
                                const struct ar_node *signature,
                                const struct ar_node *type)
{
    struct ar_fact *fact = AR_NEW(checker->arena, struct ar_fact);
    fact->pack = scope->pack;
    fact->decl.module = scope->pack->name;
    set_name(checker, scope, signature, &fact->decl);
    fact->decl.type = ar_check_type(checker, scope, type);
    return fact;
}

static void add_fact(struct ar_checker *checker, struct ar_fact *fact)
{
    ar_schema_add(checker->arena, &checker->program->schema, &fact->decl);
    ar_vector_push(checker->arena, &checker->program->facts, fact);
}

static struct ar_fact *find_fact(struct ar_checker *checker, ar_str name)
{
    return ar_map_get(&checker->program->schema.facts, name);
}

static bool has_value(const struct ar_node *node)
{
    const struct ar_node *third = ar_node_at(node, 2);
    return third && third->kind != AR_NODE_FACT_UNIT &&
           third->kind != AR_NODE_FACT_FIXED &&
           third->kind != AR_NODE_FACT_LOG &&
           third->kind != AR_NODE_FACT_SENSITIVE &&
           third->kind != AR_NODE_FACT_NEEDS;
}

bool ar_unit_asks(const struct ar_unit *unit)
{
    for (size_t i = 0; i < unit->files.count; i++) {
        const struct ar_node *node = unit->files.at[i]->first;
        for (; node; node = node->next) {
            if (node->kind == AR_NODE_PROBE ||
                (node->kind == AR_NODE_FACT && has_value(node)))
                return true;
        }
    }
    return false;
}

/* Another definition of a derived fact: the same type, and both guarded. */
static void add_definition(struct ar_checker *checker, struct ar_scope *scope,
                           const struct ar_node *node, struct ar_fact *fact)
{
    const struct ar_type *type =
        ar_check_type(checker, scope, node->first->next);
    if (!fact->decl.is_derived || !has_value(node) ||
        fact->pack != scope->pack) {
        ar_check_twice(checker, node->first->span, fact->decl.name,
                       fact->decl.span);
        return;
    }
    ar_check_mismatch(checker, node->first->next->span, fact->decl.type,
                      ar_type_equal(type, fact->decl.type) ? &ar_type_poison
                                                           : type);
}

void ar_check_fact(struct ar_checker *checker, struct ar_scope *scope,
                   const struct ar_node *node)
{
    struct ar_fact *fact =
        new_fact(checker, scope, node->first, node->first->next);
    struct ar_fact *other = find_fact(checker, fact->decl.name);
    if (other) {
        add_definition(checker, scope, node, other);
        return;
    }
    fact->decl.doc = ar_node_doc(node);
    fact->decl.is_derived = has_value(node);
    set_attributes(checker, node, &fact->decl);
    if (check_name(checker, &fact->decl))
        add_fact(checker, fact);
}

void ar_check_fact_definition(struct ar_checker *checker,
                              struct ar_scope *scope,
                              const struct ar_node *node)
{
    if (!has_value(node))
        return;
    struct ar_fact_decl name = {0};
    struct ar_diags silent = {.arena = checker->arena,
                              .sources = checker->diags->sources};
    struct ar_diags *diags = checker->diags;
    checker->diags = &silent; /* the signature was checked before */
    set_name(checker, scope, node->first, &name);
    const struct ar_type *type =
        ar_check_type(checker, scope, node->first->next);
    checker->diags = diags;
    struct ar_fact *fact = find_fact(checker, name.name);
    if (!fact || fact->pack != scope->pack)
        return;
    struct ar_context context;
    ar_context_start(&context, checker, scope);
    struct ar_local **parameters =
        AR_NEW_ARRAY(checker->arena, struct ar_local *, name.n_parameters);
    for (size_t i = 0; i < name.n_parameters; i++)
        parameters[i] = ar_context_add(
            &context, AR_LOCAL_PARAMETER, name.parameters[i].name,
            name.parameters[i].type, node->first->span);
    struct ar_definition definition = {.span = node->span};
    context.in_when = true;
    definition.expr = ar_check_expr_of(
        &context, ar_node_at(node, 2),
        ar_type_equal(type, fact->decl.type) ? fact->decl.type : type);
    const struct ar_node *guard = ar_node_child(node, AR_NODE_GUARD_IF);
    if (guard)
        definition.guard = ar_check_condition(&context, guard->first);
    if (fact->definitions.count > 0 &&
        (!guard || !fact->definitions.at[0].guard))
        ar_diag(checker->diags, AR_E0320, node->first->span, fact->decl.name);
    if (fact->definitions.count == 0)
        fact->parameters = parameters;
    if (context.n_slots > fact->n_slots)
        fact->n_slots = context.n_slots;
    ar_vector_push(checker->arena, &fact->definitions, definition);
}

void ar_check_input(struct ar_checker *checker, struct ar_scope *scope,
                    const struct ar_node *node)
{
    struct ar_node signature = {.kind = AR_NODE_SIGNATURE,
                                .span = node->first->span,
                                .first = node->first};
    struct ar_node path = *node->first;
    path.next = NULL;
    signature.first = &path;
    struct ar_fact *fact =
        new_fact(checker, scope, &signature, node->first->next);
    fact->decl.doc = ar_node_doc(node);
    fact->decl.is_input = true;
    fact->decl.question = node->last->text;
    const struct ar_fact *other = find_fact(checker, fact->decl.name);
    if (other)
        ar_check_twice(checker, node->first->span, fact->decl.name,
                       other->decl.span);
    else if (check_name(checker, &fact->decl))
        add_fact(checker, fact);
}

void ar_check_probe_gives(struct ar_checker *checker, struct ar_scope *scope,
                          const struct ar_node *node)
{
    struct ar_fact *fact =
        new_fact(checker, scope, node->first, node->first->next);
    const struct ar_fact *other = find_fact(checker, fact->decl.name);
    if (!other) {
        if (check_name(checker, &fact->decl))
            add_fact(checker, fact);
        return;
    }
    if (!ar_type_equal(other->decl.type, fact->decl.type))
        ar_check_mismatch(checker, node->first->next->span, other->decl.type,
                          fact->decl.type);
}
