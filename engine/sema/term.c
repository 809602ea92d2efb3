/* SPDX-License-Identifier: Apache-2.0 */
/* Putting names in place, and the text by which an expression is known. */
#include "sema/term.h"

/* Longer ones are left alone: functions of functions grow without end. */
enum { KEY_BYTES = 4096 };

/* ---- bindings ---- */

struct ar_closure ar_closure_operand(struct ar_closure closure, size_t ix)
{
    return (struct ar_closure){closure.expr->operands[ix], closure.scope};
}

static struct ar_binding *bind(struct ar_terms *terms,
                               const struct ar_local *local,
                               struct ar_closure to,
                               const struct ar_binding *outer)
{
    struct ar_binding *binding = AR_NEW(terms->arena, struct ar_binding);
    binding->local = local;
    binding->expr = to.expr;
    binding->scope = to.scope;
    binding->outer = outer;
    binding->level = outer ? outer->level : 0;
    return binding;
}

const struct ar_binding *ar_bind_arguments(struct ar_terms *terms,
                                           struct ar_local **parameters,
                                           size_t n_parameters,
                                           struct ar_closure call)
{
    struct ar_binding *scope = NULL;
    unsigned level = call.scope ? call.scope->level : 0;
    for (size_t i = 0; i < n_parameters; i++) {
        scope = bind(terms, parameters[i], ar_closure_operand(call, i), scope);
        scope->level = level;
    }
    if (!scope) /* nothing is bound, but elements go on being counted */
        scope = bind(terms, NULL, (struct ar_closure){NULL, NULL}, NULL);
    scope->level = level;
    return scope;
}

const struct ar_binding *ar_bind_variable(struct ar_terms *terms,
                                          const struct ar_local *variable,
                                          struct ar_closure list)
{
    struct ar_binding *binding = bind(terms, variable, list, list.scope);
    binding->is_element = true;
    binding->level++;
    return binding;
}

const struct ar_binding *ar_bind_derived(struct ar_terms *terms,
                                         struct ar_closure fact)
{
    const struct ar_fact *derived = fact.expr->fact;
    return ar_bind_arguments(terms, derived->parameters,
                             derived->decl.n_parameters, fact);
}

static const struct ar_binding *find(const struct ar_binding *scope,
                                     const struct ar_local *local)
{
    while (scope && scope->local != local)
        scope = scope->outer;
    return scope;
}

/* One step; false if the expression stands for itself. */
static bool step(struct ar_terms *terms, struct ar_closure *at)
{
    const struct ar_expr *expr = at->expr;
    if (terms->steps <= 0)
        return false;
    if (expr->kind == AR_EXPR_LOCAL) {
        const struct ar_binding *binding = find(at->scope, expr->local);
        if (binding && !binding->is_element)
            *at = (struct ar_closure){binding->expr, binding->scope};
        else if (expr->local->kind == AR_LOCAL_LET)
            at->expr = expr->local->expr;
        else
            return false;
    } else if (expr->kind == AR_EXPR_DEF && expr->def->body) {
        at->scope = ar_bind_arguments(terms, expr->def->parameters,
                                      expr->def->n_parameters, *at);
        at->expr = expr->def->body;
    } else if (expr->kind == AR_EXPR_FACT && terms->inlines_derived &&
               expr->fact->definitions.count == 1 &&
               !expr->fact->definitions.at[0].guard) {
        at->scope = ar_bind_derived(terms, *at);
        at->expr = expr->fact->definitions.at[0].expr;
    } else {
        return false;
    }
    terms->steps--;
    return true;
}

struct ar_closure ar_term_resolve(struct ar_terms *terms,
                                  struct ar_closure closure)
{
    while (step(terms, &closure))
        continue;
    return closure;
}

/* ---- keys ---- */

struct writer {
    struct ar_terms *terms;
    struct ar_buf text;
    bool is_too_long;
};

static void put(struct writer *writer, struct ar_closure closure);

/* With its length, so that no text can look like another part. */
static void put_text(struct writer *writer, ar_str text)
{
    ar_buf_printf(&writer->text, "%zu:", text.len);
    ar_buf_put(&writer->text, text);
}

static void put_operands(struct writer *writer, struct ar_closure closure)
{
    ar_buf_put_char(&writer->text, '(');
    for (size_t i = 0; i < closure.expr->n_operands; i++) {
        ar_buf_put_c(&writer->text, i > 0 ? "," : "");
        put(writer, ar_closure_operand(closure, i));
    }
    ar_buf_put_char(&writer->text, ')');
}

static void put_constant(struct writer *writer, ar_value value)
{
    struct ar_buf text = AR_BUF(writer->terms->arena);
    ar_type_put(&text, value.type);
    ar_buf_put_char(&text, ' ');
    ar_value_put_literal(&text, value);
    put_text(writer, ar_buf_view(&text));
}

static void put_match(struct writer *writer, struct ar_closure subject,
                      const struct ar_match *match)
{
    put_text(writer, match->pattern);
    put_text(writer, match->flags);
    ar_buf_put_char(&writer->text, '(');
    put(writer, subject);
    ar_buf_put_char(&writer->text, ')');
}

/* Elements by how many stand around them and by their list, so that the same
 * quantifier is known again under another name. */
static void put_local(struct writer *writer, struct ar_closure closure)
{
    const struct ar_local *local = closure.expr->local;
    const struct ar_binding *binding = find(closure.scope, local);
    if (binding && binding->is_element) {
        ar_buf_printf(&writer->text, "@%u(", binding->level);
        put(writer, (struct ar_closure){binding->expr, binding->scope});
        ar_buf_put_char(&writer->text, ')');
    } else if (local->kind == AR_LOCAL_CAPTURE && local->match->subject) {
        ar_buf_printf(&writer->text, "group%zu ", local->group_ix);
        put_match(writer,
                  (struct ar_closure){local->match->subject, closure.scope},
                  local->match);
    } else {
        ar_buf_printf(&writer->text, "$%u", local->slot);
    }
}

static void put_quantifier(struct writer *writer, struct ar_closure closure)
{
    struct ar_closure list = ar_closure_operand(closure, 0);
    struct ar_closure body = ar_closure_operand(closure, 1);
    body.scope = ar_bind_variable(writer->terms, closure.expr->local, list);
    ar_buf_put_char(&writer->text, '(');
    put(writer, list);
    ar_buf_put_char(&writer->text, ':');
    put(writer, body);
    ar_buf_put_char(&writer->text, ')');
}

static void put_template(struct writer *writer, struct ar_closure closure)
{
    const struct ar_template *string = closure.expr->string;
    for (size_t i = 0; i < string->n_parts; i++) {
        const struct ar_template_part *part = &string->parts[i];
        if (part->expr)
            put(writer, (struct ar_closure){part->expr, closure.scope});
        else
            put_text(writer, part->text);
    }
}

/* By far the most of them are 0 and small. */
static void put_number(struct writer *writer, size_t number)
{
    ar_buf_put_char(&writer->text, '.');
    while (number > 0) {
        ar_buf_put_char(&writer->text, (char)('0' + number % 10));
        number /= 10;
    }
}

/* All that tells two nodes of one kind apart, but for their operands. */
static void put_node(struct writer *writer, const struct ar_expr *expr)
{
    put_number(writer, (size_t)expr->kind);
    put_number(writer, (size_t)expr->op);
    put_number(writer, expr->open_end ? 1 : 0);
    put_number(writer, expr->ix);
    put_number(writer, (size_t)expr->reason);
    put_number(writer, (size_t)expr->function);
    ar_buf_put_char(&writer->text, ' ');
    if (expr->kind == AR_EXPR_FUNCTION)
        put_text(writer, ar_type_text(writer->terms->arena, expr->type));
    if (expr->kind == AR_EXPR_TABLE) {
        put_text(writer, expr->table->pack->path);
        put_text(writer, expr->table->name);
    }
    if (ar_expr_group(expr))
        put_text(writer, expr->group->name);
}

static void put(struct writer *writer, struct ar_closure closure)
{
    if (writer->text.len > KEY_BYTES || writer->terms->steps <= 0) {
        writer->is_too_long = true;
        return;
    }
    writer->terms->steps--;
    closure = ar_term_resolve(writer->terms, closure);
    const struct ar_expr *expr = closure.expr;
    switch (expr->kind) {
    case AR_EXPR_CONSTANT: put_constant(writer, ar_expr_value(expr)); return;
    case AR_EXPR_LOCAL: put_local(writer, closure); return;
    case AR_EXPR_FACT: ar_buf_put(&writer->text, expr->fact->decl.name); break;
    case AR_EXPR_TEMPLATE:
        put_node(writer, expr);
        put_template(writer, closure);
        return;
    case AR_EXPR_MATCHES:
        put_node(writer, expr);
        put_match(writer, ar_closure_operand(closure, 0), expr->match);
        return;
    case AR_EXPR_ANY:
    case AR_EXPR_EVERY:
    case AR_EXPR_NO:
    case AR_EXPR_COUNT:
    case AR_EXPR_FIRST:
    case AR_EXPR_FILTER:
        put_node(writer, expr);
        put_quantifier(writer, closure);
        return;
    case AR_EXPR_DEF:
    case AR_EXPR_TABLE:
    case AR_EXPR_FUNCTION:
    case AR_EXPR_LIST:
    case AR_EXPR_AND:
    case AR_EXPR_OR:
    case AR_EXPR_NOT:
    case AR_EXPR_COMPARE:
    case AR_EXPR_IN_LIST:
    case AR_EXPR_IN_MAP:
    case AR_EXPR_IN_RANGE:
    case AR_EXPR_IN_CIDR:
    case AR_EXPR_CONTAINS:
    case AR_EXPR_STARTS_WITH:
    case AR_EXPR_ENDS_WITH:
    case AR_EXPR_ARITHMETIC:
    case AR_EXPR_NEGATE:
    case AR_EXPR_EXISTS:
    case AR_EXPR_ABSENT:
    case AR_EXPR_UNKNOWN:
    case AR_EXPR_GROUP_EXISTS:
    case AR_EXPR_GROUP_ABSENT:
    case AR_EXPR_DEFAULT:
    case AR_EXPR_IF:
    case AR_EXPR_FIELD:
    case AR_EXPR_LIST_FIELD:
    case AR_EXPR_INDEX:
    case AR_EXPR_MAP_INDEX:
    case AR_EXPR_PART: put_node(writer, expr); break;
    }
    if (expr->n_operands > 0)
        put_operands(writer, closure);
}

bool ar_term_key(struct ar_terms *terms, struct ar_closure closure, ar_str *out)
{
    struct writer writer = {.terms = terms, .text = AR_BUF(terms->arena)};
    put(&writer, closure);
    *out = ar_buf_view(&writer.text);
    return !writer.is_too_long;
}

/* ---- constants ---- */

static bool fold_integers(enum ar_operator op, int64_t a, int64_t b,
                          int64_t *out)
{
    const int64_t most = INT32_MAX; /* so that nothing can overflow */
    if (a > most || a < -most || b > most || b < -most)
        return false;
    if (op == AR_OPERATOR_ADD)
        *out = a + b;
    else if (op == AR_OPERATOR_SUBTRACT)
        *out = a - b;
    else if (op == AR_OPERATOR_MULTIPLY)
        *out = a * b;
    else
        return false;
    return true;
}

/* Ints, and sums of quantities of one type; the rest is left alone. */
static bool fold_arithmetic(struct ar_terms *terms, struct ar_closure closure,
                            ar_value *out)
{
    const struct ar_type *type = closure.expr->type;
    ar_value a;
    ar_value b;
    if (type->kind != AR_TYPE_INT && type->kind != AR_TYPE_SIZE &&
        type->kind != AR_TYPE_DURATION)
        return false;
    if (!ar_term_fold(terms, ar_closure_operand(closure, 0), &a) ||
        !ar_term_fold(terms, ar_closure_operand(closure, 1), &b) ||
        a.type->kind == AR_TYPE_REAL || b.type->kind == AR_TYPE_REAL ||
        a.type->kind == AR_TYPE_TIME)
        return false;
    *out = (ar_value){.state = AR_STATE_VALUE, .type = type};
    return fold_integers(closure.expr->op, a.as.integer, b.as.integer,
                         &out->as.integer);
}

static bool fold_function(struct ar_terms *terms, struct ar_closure closure,
                          ar_value *out)
{
    const struct ar_expr *expr = closure.expr;
    ar_value text;
    bool is_known = expr->function == AR_FUNCTION_CONVERT ||
                    expr->function == AR_FUNCTION_LOWER ||
                    expr->function == AR_FUNCTION_UPPER;
    if (!is_known ||
        !ar_term_fold(terms, ar_closure_operand(closure, 0), &text) ||
        text.type->kind != AR_TYPE_STRING)
        return false;
    if (expr->function == AR_FUNCTION_CONVERT)
        *out = ar_value_parse(terms->arena, expr->type, text.as.string,
                              AR_REASON_bad_value);
    else if (expr->function == AR_FUNCTION_LOWER)
        *out = ar_value_string(ar_str_lower(terms->arena, text.as.string));
    else
        *out = ar_value_string(ar_str_upper(terms->arena, text.as.string));
    return out->state == AR_STATE_VALUE;
}

bool ar_term_fold(struct ar_terms *terms, struct ar_closure closure,
                  ar_value *out)
{
    if (terms->steps <= 0)
        return false;
    terms->steps--;
    closure = ar_term_resolve(terms, closure);
    const struct ar_expr *expr = closure.expr;
    if (expr->kind == AR_EXPR_CONSTANT) {
        *out = ar_expr_value(expr);
        return out->state == AR_STATE_VALUE && ar_type_is_scalar(out->type) &&
               out->type->kind != AR_TYPE_POISON;
    }
    if (expr->kind == AR_EXPR_ARITHMETIC)
        return fold_arithmetic(terms, closure, out);
    if (expr->kind == AR_EXPR_FUNCTION)
        return fold_function(terms, closure, out);
    return false;
}
