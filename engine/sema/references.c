/* SPDX-License-Identifier: Apache-2.0 */
/* Names with dots, arguments and indices: which part of `a.b.c(x).d.e` is a
 * fact, and what the rest does to its value. A chain is followed from its
 * first word; as long as it may still become a fact's name it is a path. */
#include "sema/checker.h"

/* A chain so far: an expression, or the beginning of a fact's name. */
struct chain {
    struct ar_expr *expr; /* or NULL: a path */
    ar_str path;          /* "docker.desktop", "file()" */
    struct ar_expr **arguments;
    size_t n_arguments;
    ar_span span;
};

static const struct ar_schema *schema_of(const struct ar_context *context)
{
    return &context->checker->program->schema;
}

void ar_check_unknown_fact(struct ar_checker *checker,
                           const struct ar_scope *scope, ar_span span,
                           ar_str name)
{
    if (checker->fact_names.count == 0) {
        const struct ar_map *facts = &checker->program->schema.facts;
        for (size_t i = 0; i < facts->count; i++)
            ar_vector_push(checker->arena, &checker->fact_names,
                           facts->entries[i].key);
    }
    ar_check_undeclared(checker, scope, AR_E0103, span, name,
                        checker->fact_names);
}

static void check_visible(struct ar_context *context,
                          const struct ar_fact *fact, ar_span span)
{
    if (ar_check_sees(context->scope, fact->pack) ||
        context->scope->has_unknown_use)
        return;
    struct ar_checker *checker = context->checker;
    struct ar_diag *diag = ar_diag(checker->diags, AR_E0304, span,
                                   fact->decl.name, fact->pack->name);
    ar_diag_suggest(
        checker->diags, diag,
        ar_str_concat(checker->arena, AR_STR("use "), fact->pack->name));
}

/* A group may have facts of several modules: one of them is enough. Whose facts
 * are all derived, it has none that count. */
static void check_group_visible(struct ar_context *context,
                                const struct ar_fact_group *group, ar_span span)
{
    const struct ar_schema *schema = schema_of(context);
    for (size_t i = 0; i < group->facts.count; i++) {
        const struct ar_fact *fact =
            ar_map_get(&schema->facts, group->facts.at[i]->name);
        if (ar_check_sees(context->scope, fact->pack))
            return;
    }
    if (group->facts.count > 0)
        check_visible(context,
                      ar_map_get(&schema->facts, group->facts.at[0]->name),
                      span);
}

/* Rules name the same facts over and over. A place among those that were named
 * before holds the last name that led to it. */
static struct ar_fact *find_fact(struct ar_context *context, ar_str name)
{
    uint32_t letters = (uint32_t)name.len;
    for (size_t at = 0; at < name.len; at += 3)
        letters = letters * 31 + (unsigned char)name.ptr[at];
    struct ar_named_fact *named =
        &context->checker->named_facts[letters % AR_N_NAMED_FACTS];
    if (named->fact && ar_str_equal(named->name, name))
        return named->fact;
    struct ar_fact *fact = ar_map_get(&schema_of(context)->facts, name);
    if (fact)
        *named = (struct ar_named_fact){name, fact};
    return fact;
}

/* The path as a fact, if it is one. */
static struct ar_expr *fact_expr(struct ar_context *context,
                                 const struct chain *chain)
{
    struct ar_fact *fact = find_fact(context, chain->path);
    if (!fact)
        return NULL;
    check_visible(context, fact, chain->span);
    fact->is_used = true;
    struct ar_expr *expr =
        ar_expr_new(context, AR_EXPR_FACT, fact->decl.type, chain->span);
    expr->fact = fact;
    expr->operands = chain->arguments;
    expr->n_operands = (uint32_t)chain->n_arguments;
    for (size_t i = 0; i < chain->n_arguments; i++) {
        if (ar_expr_is_poison(chain->arguments[i]))
            return ar_expr_poison(context, chain->span);
    }
    return expr;
}

/* ---- what stands behind a value ---- */

static struct ar_expr *no_field(struct ar_context *context,
                                const struct ar_node *node,
                                const struct ar_type *type)
{
    ar_check_no_field(context->checker, node->name, node->text, type);
    return ar_expr_poison(context, node->span);
}

static const struct {
    const char *name;
    enum ar_type_kind of;
    enum ar_part part;
    const struct ar_type *type;
} parts[] = {
    {"major", AR_TYPE_VERSION, AR_PART_MAJOR, &ar_type_int},
    {"minor", AR_TYPE_VERSION, AR_PART_MINOR, &ar_type_int},
    {"patch", AR_TYPE_VERSION, AR_PART_PATCH, &ar_type_int},
    {"first", AR_TYPE_CIDR, AR_PART_FIRST, &ar_type_ip},
    {"last", AR_TYPE_CIDR, AR_PART_LAST, &ar_type_ip},
    {"length", AR_TYPE_CIDR, AR_PART_LENGTH, &ar_type_int},
};

static struct ar_expr *part_access(struct ar_context *context,
                                   const struct ar_node *node,
                                   struct ar_expr *base)
{
    for (size_t i = 0; i < AR_COUNT_OF(parts); i++) {
        if (base->type->kind != parts[i].of ||
            !ar_str_equal_c(node->text, parts[i].name))
            continue;
        struct ar_expr *expr =
            ar_expr_new(context, AR_EXPR_PART, parts[i].type, node->span);
        expr->ix = (uint32_t)parts[i].part;
        return ar_expr_with(context, expr, base);
    }
    return no_field(context, node, base->type);
}

static struct ar_expr *member_access(struct ar_context *context,
                                     const struct ar_node *node,
                                     struct ar_expr *base)
{
    const struct ar_type *type = base->type;
    if (ar_expr_is_poison(base))
        return base;
    if (type->kind == AR_TYPE_VERSION || type->kind == AR_TYPE_CIDR)
        return part_access(context, node, base);
    bool is_list = type->kind == AR_TYPE_LIST;
    const struct ar_type *record = is_list ? type->element : type;
    if (!record || record->kind != AR_TYPE_RECORD)
        return no_field(context, node, type);
    size_t ix = ar_type_field_find(record, node->text);
    if (ix == SIZE_MAX)
        return no_field(context, node, type);
    const struct ar_type *field = record->fields[ix].type;
    struct ar_expr *expr =
        is_list ? ar_expr_new(context, AR_EXPR_LIST_FIELD,
                              ar_type_list_of(context->checker->arena, field),
                              node->span)
                : ar_expr_new(context, AR_EXPR_FIELD, field, node->span);
    expr->ix = (uint32_t)ix;
    return ar_expr_with(context, expr, base);
}

static struct ar_expr *index_access(struct ar_context *context,
                                    const struct ar_node *node,
                                    struct ar_expr *base)
{
    const struct ar_type *type = base->type;
    if (ar_expr_is_poison(base))
        return base;
    bool is_list = type->kind == AR_TYPE_LIST;
    if (!is_list && type->kind != AR_TYPE_MAP) {
        ar_diag(context->checker->diags, AR_E0420, node->span,
                ar_type_text(context->checker->arena, type));
        return ar_expr_poison(context, node->span);
    }
    struct ar_expr *ix = ar_check_expr_of(
        context, node->last, is_list ? &ar_type_int : &ar_type_string);
    struct ar_expr *expr =
        ar_expr_new(context, is_list ? AR_EXPR_INDEX : AR_EXPR_MAP_INDEX,
                    ar_check_element(context, base), node->span);
    return ar_expr_with(context, ar_expr_with(context, expr, base), ix);
}

/* ---- following a chain ---- */

static struct chain follow(struct ar_context *context,
                           const struct ar_node *node);

static struct chain of_expr(struct ar_expr *expr)
{
    return (struct chain){.expr = expr, .span = expr->span};
}

static struct chain follow_name(struct ar_context *context,
                                const struct ar_node *node)
{
    struct ar_local *local = ar_context_find(context, node->text);
    if (!local)
        return (struct chain){.path = node->text, .span = node->span};
    local->is_used = true;
    struct ar_expr *expr =
        ar_expr_new(context, AR_EXPR_LOCAL, local->type, node->span);
    expr->local = local;
    return of_expr(expr);
}

/* Names with one dot between them, as they mostly stand there, are a path as
 * they are. */
static ar_str join_path(struct ar_arena *arena, ar_str path, ar_str name)
{
    const char *dot = path.ptr + path.len;
    if (*dot == '.' && name.ptr == dot + 1)
        return (ar_str){path.ptr, path.len + 1 + name.len};
    return ar_str_join(arena, path, AR_STR("."), name);
}

static struct chain follow_member(struct ar_context *context,
                                  const struct ar_node *node)
{
    struct chain chain = follow(context, node->first);
    if (chain.expr)
        return of_expr(member_access(context, node, chain.expr));
    chain.path = join_path(context->checker->arena, chain.path, node->text);
    chain.span = node->span;
    struct ar_expr *fact = fact_expr(context, &chain);
    return fact ? of_expr(fact) : chain;
}

/* The declaration of some fact whose arguments stand here. */
static const struct ar_fact_decl *with_arguments(struct ar_context *context,
                                                 ar_str head)
{
    const struct ar_map *facts = &schema_of(context)->facts;
    for (size_t i = 0; i < facts->count; i++) {
        const struct ar_fact_decl *decl = facts->entries[i].value;
        if (decl->n_parameters > 0 && ar_str_equal(decl->head, head))
            return decl;
    }
    return NULL;
}

static struct chain follow_fact_arguments(struct ar_context *context,
                                          const struct ar_node *node,
                                          struct chain chain,
                                          const struct ar_fact_decl *decl)
{
    struct ar_checker *checker = context->checker;
    size_t n = node->count - 1;
    if (n != decl->n_parameters) {
        ar_diag(
            checker->diags, AR_E0405, node->span, decl->head,
            ar_str_printf(checker->arena, "%u", (unsigned)decl->n_parameters),
            ar_str_printf(checker->arena, "%u", (unsigned)n));
        return of_expr(ar_expr_poison(context, node->span));
    }
    chain.arguments = AR_NEW_ARRAY(checker->arena, struct ar_expr *, n);
    for (struct ar_node *child = node->first->next; child;
         child = child->next) {
        chain.arguments[chain.n_arguments] = ar_check_expr_of(
            context, child, decl->parameters[chain.n_arguments].type);
        chain.n_arguments++;
    }
    chain.path = ar_str_concat(checker->arena, chain.path, AR_STR("()"));
    chain.span = node->span;
    struct ar_expr *fact = fact_expr(context, &chain);
    return fact ? of_expr(fact) : chain;
}

static struct chain follow_call(struct ar_context *context,
                                const struct ar_node *node)
{
    const struct ar_node *callee = node->first;
    if (callee->kind == AR_NODE_NAME) {
        struct ar_expr *call = ar_check_call(context, node);
        if (call)
            return of_expr(call);
    }
    struct chain chain = follow(context, callee);
    struct ar_checker *checker = context->checker;
    if (chain.expr) {
        if (!ar_expr_is_poison(chain.expr))
            ar_diag_plain(checker->diags, AR_E0421, node->span);
        return of_expr(ar_expr_poison(context, node->span));
    }
    const struct ar_fact_decl *decl = with_arguments(context, chain.path);
    if (decl)
        return follow_fact_arguments(context, node, chain, decl);
    ar_str_vector names = ar_check_callables(context);
    ar_check_undeclared(checker, context->scope, AR_E0305, callee->span,
                        chain.path, names);
    return of_expr(ar_expr_poison(context, node->span));
}

static struct chain follow(struct ar_context *context,
                           const struct ar_node *node)
{
    if (node->kind == AR_NODE_NAME)
        return follow_name(context, node);
    if (node->kind == AR_NODE_MEMBER)
        return follow_member(context, node);
    if (node->kind == AR_NODE_CALL)
        return follow_call(context, node);
    if (node->kind != AR_NODE_INDEX)
        return of_expr(ar_check_expr(context, node, NULL));
    struct chain chain = follow(context, node->first);
    if (chain.expr)
        return of_expr(index_access(context, node, chain.expr));
    ar_check_unknown_fact(context->checker, context->scope, chain.span,
                          chain.path);
    return of_expr(ar_expr_poison(context, node->span));
}

/* ---- names that are no facts ---- */

static struct ar_expr *word_expr(struct ar_context *context,
                                 const struct ar_node *node,
                                 const struct ar_type *type)
{
    struct ar_node word = *node;
    word.kind = AR_NODE_WORD;
    ar_value value = ar_check_literal(context->checker, &word, type);
    return ar_expr_constant(context, value, node->span);
}

/* A variable of a quantifier, used behind its end. */
static bool is_closed(const struct ar_context *context,
                      const struct ar_node *node)
{
    while (node->first)
        node = node->first;
    for (size_t i = 0; i < context->closed.count; i++) {
        if (ar_str_equal(context->closed.at[i], node->text))
            return true;
    }
    return false;
}

static struct ar_expr *unknown_name(struct ar_context *context,
                                    const struct ar_node *node,
                                    const struct chain *chain)
{
    struct ar_checker *checker = context->checker;
    if (ar_schema_find_group(schema_of(context), chain->path))
        ar_diag(checker->diags, AR_E0310, chain->span, chain->path);
    else if (node->kind != AR_NODE_NAME && !is_closed(context, node))
        ar_check_unknown_fact(checker, context->scope, chain->span,
                              chain->path);
    else {
        ar_str_vector names = {0};
        for (size_t i = 0; i < context->locals.count; i++)
            ar_vector_push(checker->arena, &names, context->locals.at[i]->name);
        while (node->first)
            node = node->first;
        ar_check_unknown(checker, AR_E0301, node->span, node->text, names.at,
                         names.count);
    }
    return ar_expr_poison(context, node->span);
}

/* A local that could also be read as a word of the enum beside it. */
static bool hides_word(const struct ar_node *node, const struct ar_expr *expr,
                       const struct ar_type *expected)
{
    return node->kind == AR_NODE_NAME && expr->kind == AR_EXPR_LOCAL &&
           expected && expected->kind == AR_TYPE_ENUM &&
           ar_type_enum_find(expected, node->text) != SIZE_MAX;
}

struct ar_expr *ar_check_reference(struct ar_context *context,
                                   const struct ar_node *node,
                                   const struct ar_type *expected)
{
    struct chain chain = follow(context, node);
    if (chain.expr) {
        if (!hides_word(node, chain.expr, expected))
            return chain.expr;
        ar_diag(context->checker->diags, AR_E0309, node->span, node->text,
                expected->name);
        return ar_expr_poison(context, node->span);
    }
    bool word =
        node->kind == AR_NODE_NAME && expected &&
        (expected->kind == AR_TYPE_ENUM || expected->kind == AR_TYPE_POISON);
    return word ? word_expr(context, node, expected)
                : unknown_name(context, node, &chain);
}

struct ar_expr *ar_check_presence(struct ar_context *context,
                                  const struct ar_node *node)
{
    bool exists = node->kind == AR_NODE_EXISTS;
    const struct ar_node *inner = node->first;
    while (inner->kind == AR_NODE_GROUP)
        inner = inner->first;
    struct chain chain = follow(context, inner);
    const struct ar_fact_group *group =
        chain.expr ? NULL
                   : ar_schema_find_group(schema_of(context), chain.path);
    if (group) {
        check_group_visible(context, group, chain.span);
        struct ar_expr *expr = ar_expr_new(
            context, exists ? AR_EXPR_GROUP_EXISTS : AR_EXPR_GROUP_ABSENT,
            &ar_type_bool, node->span);
        expr->group = group;
        expr->operands = chain.arguments;
        expr->n_operands = (uint32_t)chain.n_arguments;
        return expr;
    }
    struct ar_expr *operand =
        chain.expr ? chain.expr : unknown_name(context, inner, &chain);
    struct ar_expr *expr =
        ar_expr_new(context, exists ? AR_EXPR_EXISTS : AR_EXPR_ABSENT,
                    &ar_type_bool, node->span);
    return ar_expr_with(context, expr, operand);
}

/* ---- facts as tests and probes name them ---- */

static bool constant_arguments(struct ar_checker *checker,
                               const struct chain *chain,
                               struct ar_fact_target *out)
{
    ar_value *values =
        AR_NEW_ARRAY(checker->arena, ar_value, chain->n_arguments);
    for (size_t i = 0; i < chain->n_arguments; i++) {
        const struct ar_expr *argument = chain->arguments[i];
        if (argument->kind != AR_EXPR_CONSTANT) {
            ar_diag_plain(checker->diags, AR_E0422, argument->span);
            return false;
        }
        values[i] = ar_expr_value(argument);
    }
    out->arguments = values;
    return true;
}

/* file("/x") and file("/x").exists: the name with the arguments put in. */
static ar_str target_key(struct ar_checker *checker, const struct chain *chain,
                         const ar_value *arguments)
{
    if (chain->n_arguments == 0)
        return chain->path;
    struct ar_buf out = AR_BUF(checker->arena);
    size_t open = ar_str_find(chain->path, AR_STR("("), 0);
    ar_buf_put(&out, ar_str_slice(chain->path, 0, open + 1));
    for (size_t i = 0; i < chain->n_arguments; i++) {
        ar_buf_put_c(&out, i == 0 ? "" : ", ");
        ar_value_put_literal(&out, arguments[i]);
    }
    ar_buf_put(&out, ar_str_slice(chain->path, open + 1, SIZE_MAX));
    return ar_buf_view(&out);
}

/* Groups can be meant here, too. */
static void unknown_target(struct ar_checker *checker,
                           const struct ar_scope *scope, ar_span span,
                           ar_str name)
{
    const struct ar_schema *schema = &checker->program->schema;
    ar_str_vector names = {0};
    for (size_t i = 0; i < schema->groups.count; i++)
        ar_vector_push(checker->arena, &names, schema->groups.entries[i].key);
    for (size_t i = 0; i < schema->facts.count; i++)
        ar_vector_push(checker->arena, &names, schema->facts.entries[i].key);
    ar_check_undeclared(checker, scope, AR_E0103, span, name, names);
}

bool ar_check_fact_target(struct ar_checker *checker, struct ar_scope *scope,
                          const struct ar_node *node,
                          struct ar_fact_target *out)
{
    struct ar_context context;
    ar_context_start(&context, checker, scope);
    *out = (struct ar_fact_target){0};
    struct chain chain = follow(&context, node);
    if (chain.expr && chain.expr->kind == AR_EXPR_FACT) {
        chain.arguments = chain.expr->operands;
        chain.n_arguments = chain.expr->n_operands;
        chain.path = chain.expr->fact->decl.name;
        out->decl = &chain.expr->fact->decl;
    } else if (chain.expr) {
        if (!ar_expr_is_poison(chain.expr))
            ar_diag_plain(checker->diags, AR_E0423, node->span);
        return false;
    } else {
        out->group =
            ar_schema_find_group(&checker->program->schema, chain.path);
        if (!out->group) {
            unknown_target(checker, scope, chain.span, chain.path);
            return false;
        }
    }
    if (!constant_arguments(checker, &chain, out))
        return false;
    out->key = target_key(checker, &chain, out->arguments);
    return true;
}

bool ar_check_fact_path(struct ar_checker *checker, struct ar_scope *scope,
                        const struct ar_node *path, struct ar_fact_target *out)
{
    const struct ar_schema *schema = &checker->program->schema;
    *out = (struct ar_fact_target){.key = path->text};
    out->decl = ar_schema_find(schema, path->text);
    if (!out->decl)
        out->group = ar_schema_find_group(schema, path->text);
    if (out->decl || out->group)
        return true;
    unknown_target(checker, scope, path->span, path->text);
    return false;
}
