/* SPDX-License-Identifier: Apache-2.0 */
/* Calls: built-in functions by their signatures, conversions named after a
 * type, tables, and the functions that packs define. */
#include "sema/checker.h"

static const struct function_info {
    const char *name;
    const char *signature;
} functions[AR_N_FUNCTIONS] = {
#define AR_FUNCTION(id, name, signature, text) {#name, signature},
#include "sema/functions.def"
#undef AR_FUNCTION
};

static ar_str count_text(struct ar_context *context, size_t n)
{
    return ar_str_printf(context->checker->arena, "%u", (unsigned)n);
}

static struct ar_expr *wrong_count(struct ar_context *context,
                                   const struct ar_node *node, ar_str name,
                                   size_t wanted)
{
    ar_diag(context->checker->diags, AR_E0405, node->span, name,
            count_text(context, wanted), count_text(context, node->count - 1));
    return ar_expr_poison(context, node->span);
}

static bool is_sum(const struct ar_type *type)
{
    return type->kind == AR_TYPE_INT || type->kind == AR_TYPE_REAL ||
           type->kind == AR_TYPE_SIZE || type->kind == AR_TYPE_DURATION;
}

static bool has_length(const struct ar_type *type)
{
    return type->kind == AR_TYPE_STRING || type->kind == AR_TYPE_LIST ||
           type->kind == AR_TYPE_MAP;
}

static bool is_list_where(const struct ar_type *type,
                          bool (*accepts)(const struct ar_type *))
{
    return type->kind == AR_TYPE_LIST &&
           (!type->element || !accepts || accepts(type->element));
}

static bool is_number(const struct ar_type *type)
{
    return is_sum(type);
}

/* Whether type is what the letter of a signature stands for. */
static bool fits(char letter, const struct ar_type *type)
{
    if (type->kind == AR_TYPE_POISON)
        return true;
    switch (letter) {
    case 's': return type->kind == AR_TYPE_STRING;
    case 'i': return type->kind == AR_TYPE_INT;
    case 'c': return type->kind == AR_TYPE_CIDR;
    case 'm': return type->kind == AR_TYPE_MAP;
    case 'n': return is_number(type);
    case 'x': return has_length(type);
    case 'l': return is_list_where(type, ar_type_is_scalar);
    case 'N': return is_list_where(type, ar_type_is_ordered);
    case 'S': return is_list_where(type, is_sum);
    case 'T': return ar_type_is_scalar(type);
    default:
        return type->kind == AR_TYPE_LIST &&
               (!type->element || type->element->kind == AR_TYPE_STRING ||
                type->element->kind == AR_TYPE_POISON);
    }
}

static ar_str letter_text(char letter)
{
    switch (letter) {
    case 's': return AR_STR("string");
    case 'i': return AR_STR("int");
    case 'c': return AR_STR("cidr");
    case 'm': return AR_STR("a map");
    case 'n': return AR_STR("a number, size or duration");
    case 'x': return AR_STR("a string, list or map");
    case 'l': return AR_STR("a list of scalars");
    case 'N': return AR_STR("a list of ordered values");
    case 'S': return AR_STR("a list of numbers, sizes or durations");
    case 'T': return AR_STR("a scalar");
    default: return AR_STR("list of string");
    }
}

static const struct ar_type *expected_for(struct ar_context *context,
                                          char letter)
{
    if (letter == 'c')
        return &ar_type_cidr;
    if (letter == 'L')
        return ar_type_list_of(context->checker->arena, &ar_type_string);
    return NULL;
}

static const struct ar_type *result_type(struct ar_context *context,
                                         char letter,
                                         const struct ar_expr *expr)
{
    const struct ar_type *first =
        expr->n_operands > 0 ? expr->operands[0]->type : NULL;
    switch (letter) {
    case 's': return &ar_type_string;
    case 'i': return &ar_type_int;
    case 'b': return &ar_type_bool;
    case 't': return &ar_type_time;
    case 'L': return ar_type_list_of(context->checker->arena, &ar_type_string);
    case 'e': return ar_check_element(context, expr->operands[0]);
    default: return first;
    }
}

static struct ar_expr *check_function(struct ar_context *context,
                                      const struct ar_node *node,
                                      enum ar_function function)
{
    struct ar_checker *checker = context->checker;
    ar_str signature = ar_str_from_c(functions[function].signature);
    size_t arrow = ar_str_find(signature, AR_STR("->"), 0);
    size_t n_wanted = arrow / 2;
    if (node->count - 1 != n_wanted)
        return wrong_count(context, node, node->first->text, n_wanted);
    struct ar_expr *expr =
        ar_expr_new(context, AR_EXPR_FUNCTION, &ar_type_bool, node->span);
    expr->function = function;
    size_t i = 0;
    for (struct ar_node *child = node->first->next; child;
         child = child->next) {
        char letter = signature.ptr[2 * i++];
        struct ar_expr *argument =
            ar_check_expr(context, child, expected_for(context, letter));
        if (!fits(letter, argument->type)) {
            ar_diag(checker->diags, AR_E0403, child->span, letter_text(letter),
                    ar_type_text(checker->arena, argument->type));
            argument = ar_expr_poison(context, child->span);
        }
        expr = ar_expr_with(context, expr, argument);
    }
    if (!ar_expr_is_poison(expr))
        expr->type = result_type(context, signature.ptr[arrow + 3], expr);
    return expr;
}

static struct ar_expr *check_conversion(struct ar_context *context,
                                        const struct ar_node *node,
                                        const struct ar_type *type)
{
    if (node->count != 2)
        return wrong_count(context, node, node->first->text, 1);
    struct ar_expr *operand =
        ar_check_expr_of(context, node->last, &ar_type_string);
    struct ar_expr *expr =
        ar_expr_new(context, AR_EXPR_FUNCTION, type, node->span);
    expr->function = AR_FUNCTION_CONVERT;
    return ar_expr_with(context, expr, operand);
}

static struct ar_expr *check_table_call(struct ar_context *context,
                                        const struct ar_node *node,
                                        const struct ar_table *table)
{
    if (node->count - 1 != table->n_inputs)
        return wrong_count(context, node, table->name, table->n_inputs);
    const struct ar_type *type =
        table->policy == AR_HIT_COLLECT
            ? ar_type_list_of(context->checker->arena, table->output)
            : table->output;
    struct ar_expr *expr =
        ar_expr_new(context, AR_EXPR_TABLE, type, node->span);
    expr->table = table;
    size_t i = 0;
    for (struct ar_node *child = node->first->next; child; child = child->next)
        expr = ar_expr_with(
            context, expr,
            ar_check_expr_of(context, child, table->inputs[i++].type));
    return expr;
}

static struct ar_expr *check_def_call(struct ar_context *context,
                                      const struct ar_node *node,
                                      struct ar_def_source *source)
{
    const struct ar_def *def = source->def;
    if (source->state == AR_DEF_CHECKING) {
        ar_diag(context->checker->diags, AR_E0318, node->span, def->name);
        return ar_expr_poison(context, node->span);
    }
    if (context->checker->def_depth > AR_MAX_DERIVED_DEPTH) {
        ar_diag(context->checker->diags, AR_E0904, node->span, def->name,
                count_text(context, AR_MAX_DERIVED_DEPTH));
        return ar_expr_poison(context, node->span);
    }
    context->checker->def_depth++;
    ar_check_def(context->checker, source);
    context->checker->def_depth--;
    if (node->count - 1 != def->n_parameters)
        return wrong_count(context, node, def->name, def->n_parameters);
    struct ar_expr *expr =
        ar_expr_new(context, AR_EXPR_DEF, def->type, node->span);
    expr->def = def;
    size_t i = 0;
    for (struct ar_node *child = node->first->next; child; child = child->next)
        expr = ar_expr_with(
            context, expr,
            ar_check_expr_of(context, child, def->parameters[i++]->type));
    return expr;
}

static size_t find_function(ar_str name)
{
    for (size_t i = 0; i < AR_N_FUNCTIONS; i++) {
        if (i != AR_FUNCTION_CONVERT && ar_str_equal_c(name, functions[i].name))
            return i;
    }
    return SIZE_MAX;
}

/* NULL if the name is none of these: it may be a fact with arguments. */
struct ar_expr *ar_check_call(struct ar_context *context,
                              const struct ar_node *node)
{
    ar_str name = node->first->text;
    size_t function = find_function(name);
    if (function != SIZE_MAX)
        return check_function(context, node, (enum ar_function)function);
    const struct ar_type *type = ar_type_find(name);
    if (!type)
        type = ar_check_find_enum(context->scope, name);
    if (type && type->kind != AR_TYPE_POISON)
        return check_conversion(context, node, type);
    const struct ar_table *table = ar_check_find_table(context->scope, name);
    if (table)
        return check_table_call(context, node, table);
    struct ar_def_source *def = ar_check_find_def(context->scope, name);
    return def ? check_def_call(context, node, def) : NULL;
}

/* ---- def ---- */

void ar_check_def_declare(struct ar_checker *checker, struct ar_scope *scope,
                          const struct ar_node *node)
{
    if (ar_check_is_function_name(node->text)) {
        ar_diag(checker->diags, AR_E0313, node->name, node->text);
        return;
    }
    const struct ar_def_source *other = ar_map_get(&scope->defs, node->text);
    if (other) {
        ar_check_twice(checker, node->name, node->text, other->node->name);
        return;
    }
    struct ar_def_source *source = AR_NEW(checker->arena, struct ar_def_source);
    struct ar_def *def = AR_NEW(checker->arena, struct ar_def);
    def->name = node->text;
    def->pack = scope->pack;
    def->span = node->name;
    def->doc = ar_node_doc(node);
    def->type = &ar_type_poison;
    source->def = def;
    source->node = node;
    source->scope = scope;
    ar_map_put(checker->arena, &scope->defs, node->text, source);
    ar_vector_push(checker->arena, &checker->program->defs, def);
}

void ar_check_def(struct ar_checker *checker, struct ar_def_source *source)
{
    if (source->state != AR_DEF_NEW)
        return;
    source->state = AR_DEF_CHECKING;
    struct ar_def *def = source->def;
    const struct ar_node *fields = source->node->first;
    const struct ar_field *parameters =
        ar_check_fields(checker, source->scope, fields);
    struct ar_context context;
    ar_context_start(&context, checker, source->scope);
    def->parameters = ar_context_add_parameters(&context, fields, parameters);
    def->n_parameters = fields->count;
    context.in_when = true;
    const struct ar_node *type_node = fields->next;
    const struct ar_type *type =
        type_node != source->node->last
            ? ar_check_type(checker, source->scope, type_node)
            : NULL;
    def->body = type ? ar_check_expr_of(&context, source->node->last, type)
                     : ar_check_expr(&context, source->node->last, NULL);
    def->type = type ? type : def->body->type;
    def->n_slots = context.n_slots;
    source->state = AR_DEF_DONE;
}
