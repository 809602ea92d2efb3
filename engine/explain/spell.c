/* SPDX-License-Identifier: Apache-2.0 */
/* Expressions in the language. What stands in a rule file stands here as it
 * does there; what was made of it is put together anew. */

#include "explain/residual.h"
#include "front/excerpt.h"

/* How tight an expression binds; docs/language.md, "Operators". */
enum binding {
    TO_THE_RIGHT, /* takes all that follows */
    OR,
    AND,
    NOT,
    COMPARISON,
    SUM,
    PRODUCT,
    DEFAULT,
    PRESENCE,
    PRIMARY
};

struct spelling {
    struct ar_buf *out;
    const struct ar_sources *sources;
};

static const char *const function_names[] = {
#define AR_FUNCTION(id, name, signature, text) #name,
#include "sema/functions.def"
#undef AR_FUNCTION
};

static const char *const operator_texts[] = {
    [AR_OPERATOR_EQUAL] = "==",    [AR_OPERATOR_NOT_EQUAL] = "!=",
    [AR_OPERATOR_LESS] = "<",      [AR_OPERATOR_LESS_EQUAL] = "<=",
    [AR_OPERATOR_GREATER] = ">",   [AR_OPERATOR_GREATER_EQUAL] = ">=",
    [AR_OPERATOR_ADD] = "+",       [AR_OPERATOR_SUBTRACT] = "-",
    [AR_OPERATOR_MULTIPLY] = "*",  [AR_OPERATOR_DIVIDE] = "/",
    [AR_OPERATOR_REMAINDER] = "%",
};

static const char *const part_names[] = {
    [AR_PART_MAJOR] = "major", [AR_PART_MINOR] = "minor",
    [AR_PART_PATCH] = "patch", [AR_PART_FIRST] = "first",
    [AR_PART_LAST] = "last",   [AR_PART_LENGTH] = "length",
};

static void spell(const struct spelling *spelling, const struct ar_expr *expr,
                  enum binding least);

static enum binding binding_of(const struct ar_expr *expr);

/* ---- pieces ---- */

static void put(const struct spelling *spelling, const char *text)
{
    ar_buf_put_c(spelling->out, text);
}

static void put_list(const struct spelling *spelling,
                     const struct ar_expr *expr, const char *open,
                     const char *close)
{
    put(spelling, open);
    for (size_t ix = 0; ix < expr->n_operands; ix++) {
        put(spelling, ix > 0 ? ", " : "");
        spell(spelling, expr->operands[ix], TO_THE_RIGHT);
    }
    put(spelling, close);
}

static void put_chain(const struct spelling *spelling,
                      const struct ar_expr *expr, const char *word,
                      enum binding least)
{
    for (size_t ix = 0; ix < expr->n_operands; ix++) {
        put(spelling, ix > 0 ? word : "");
        spell(spelling, expr->operands[ix], least);
    }
}

/* "a WORD b" */
static void put_pair(const struct spelling *spelling,
                     const struct ar_expr *expr, const char *word,
                     enum binding left, enum binding right)
{
    spell(spelling, expr->operands[0], left);
    ar_buf_printf(spelling->out, " %s ", word);
    spell(spelling, expr->operands[1], right);
}

static void put_behind(const struct spelling *spelling,
                       const struct ar_expr *expr, const char *word)
{
    spell(spelling, expr->operands[0], PRESENCE);
    ar_buf_printf(spelling->out, " %s", word);
}

/* "name(a, b)"; a fact's arguments stand before its last part. */
static void put_call(const struct spelling *spelling,
                     const struct ar_expr *expr, ar_str name)
{
    size_t brackets = ar_str_find(name, AR_STR("()"), 0);
    bool has_place = brackets != SIZE_MAX;
    ar_buf_put(spelling->out,
               ar_str_slice(name, 0, has_place ? brackets : name.len));
    put_list(spelling, expr, "(", ")");
    if (has_place)
        ar_buf_put(spelling->out, ar_str_slice(name, brackets + 2, name.len));
}

static void put_named(const struct spelling *spelling,
                      const struct ar_expr *expr, ar_str name)
{
    if (expr->n_operands > 0)
        put_call(spelling, expr, name);
    else
        ar_buf_put(spelling->out, name);
}

static void put_function(const struct spelling *spelling,
                         const struct ar_expr *expr)
{
    ar_str name = ar_str_from_c(function_names[expr->function]);
    if (expr->function == AR_FUNCTION_CONVERT)
        name = expr->type->name;
    put_call(spelling, expr, name);
}

static bool is_written_version(ar_str text)
{
    size_t n_dots = 0;
    for (size_t ix = 0; ix < text.len; ix++) {
        n_dots += text.ptr[ix] == '.';
        if (text.ptr[ix] != '.' && !ar_char_is_digit(text.ptr[ix]))
            return false;
    }
    return n_dots == 2;
}

static void put_constant(const struct spelling *spelling, ar_value value)
{
    bool is_version = value.state == AR_STATE_VALUE &&
                      value.type->kind == AR_TYPE_VERSION &&
                      is_written_version(value.as.version->text);
    if (is_version)
        ar_buf_put(spelling->out, value.as.version->text);
    else
        ar_value_put_literal(spelling->out, value);
}

/* Text between double quotes. */
static void put_inside(const struct spelling *spelling, ar_str text)
{
    struct ar_buf quoted = AR_BUF(spelling->out->arena);
    ar_value_put_literal(&quoted, ar_value_string(text));
    ar_str whole = ar_buf_view(&quoted);
    ar_buf_put(spelling->out, ar_str_slice(whole, 1, whole.len - 1));
}

static void put_string(const struct spelling *spelling,
                       const struct ar_template *string)
{
    put(spelling, "\"");
    for (size_t ix = 0; ix < string->n_parts; ix++) {
        const struct ar_template_part *part = &string->parts[ix];
        if (!part->expr) {
            put_inside(spelling, part->text);
        } else if (part->expr->kind == AR_EXPR_CONSTANT) {
            put_inside(spelling, ar_value_text(spelling->out->arena,
                                               ar_expr_value(part->expr)));
        } else {
            put(spelling, "{");
            spell(spelling, part->expr, TO_THE_RIGHT);
            put(spelling, "}");
        }
    }
    put(spelling, "\"");
}

/* "any x in list: condition" */
static void put_loop(const struct spelling *spelling,
                     const struct ar_expr *expr)
{
    ar_buf_put(spelling->out, expr->local->name);
    put(spelling, " in ");
    spell(spelling, expr->operands[0], COMPARISON);
    put(spelling, ": ");
    spell(spelling, expr->operands[1], TO_THE_RIGHT);
}

static void put_range(const struct spelling *spelling,
                      const struct ar_expr *expr, const char *word)
{
    put_pair(spelling, expr, word, SUM, SUM);
    put(spelling, expr->open_end ? " .. <" : " .. ");
    spell(spelling, expr->operands[2], SUM);
}

/* `in` or `not in`; false if expr is neither. */
static bool put_membership(const struct spelling *spelling,
                           const struct ar_expr *expr, const char *word)
{
    if (expr->kind == AR_EXPR_IN_RANGE)
        put_range(spelling, expr, word);
    else if (expr->kind == AR_EXPR_IN_LIST || expr->kind == AR_EXPR_IN_MAP ||
             expr->kind == AR_EXPR_IN_CIDR)
        put_pair(spelling, expr, word, SUM, SUM);
    else
        return false;
    return true;
}

static void put_not(const struct spelling *spelling, const struct ar_expr *expr)
{
    const struct ar_expr *operand = expr->operands[0];
    if (operand->span.file == 0 && put_membership(spelling, operand, "not in"))
        return;
    put(spelling, "not ");
    spell(spelling, operand, PRESENCE);
}

static void put_matches(const struct spelling *spelling,
                        const struct ar_expr *expr)
{
    spell(spelling, expr->operands[0], SUM);
    put(spelling, " matches ");
    ar_buf_put(spelling->out, ar_excerpt(spelling->out->arena,
                                         spelling->sources, expr->match->span));
    if (ar_source_text(spelling->sources, expr->match->span).len == 0)
        ar_buf_printf(spelling->out, "/" AR_STR_FORMAT "/" AR_STR_FORMAT,
                      AR_STR_ARG(expr->match->pattern),
                      AR_STR_ARG(expr->match->flags));
}

static void put_if(const struct spelling *spelling, const struct ar_expr *expr)
{
    static const char *const words[] = {"if ", " then ", " else "};
    for (size_t ix = 0; ix < 3; ix++) {
        put(spelling, words[ix]);
        spell(spelling, expr->operands[ix], TO_THE_RIGHT);
    }
}

static void put_unknown(const struct spelling *spelling,
                        const struct ar_expr *expr)
{
    put_behind(spelling, expr, "unknown");
    if (expr->reason != AR_N_REASONS)
        ar_buf_printf(spelling->out, "(%s)",
                      ar_reason_table[expr->reason].name);
}

static void put_field(const struct spelling *spelling,
                      const struct ar_expr *expr)
{
    const struct ar_type *type = expr->operands[0]->type;
    if (expr->kind == AR_EXPR_LIST_FIELD)
        type = type->element;
    spell(spelling, expr->operands[0], PRIMARY);
    put(spelling, ".");
    ar_buf_put(spelling->out, type->fields[expr->ix].name);
}

static void put_index(const struct spelling *spelling,
                      const struct ar_expr *expr)
{
    spell(spelling, expr->operands[0], PRIMARY);
    put(spelling, "[");
    spell(spelling, expr->operands[1], TO_THE_RIGHT);
    put(spelling, "]");
}

/* ---- an expression ---- */

static void spell_constant(const struct spelling *spelling,
                           const struct ar_expr *expr)
{
    put_constant(spelling, ar_expr_value(expr));
}

static void spell_name(const struct spelling *spelling,
                       const struct ar_expr *expr)
{
    if (expr->kind == AR_EXPR_FACT)
        put_named(spelling, expr, expr->fact->decl.name);
    else if (expr->kind == AR_EXPR_LOCAL)
        ar_buf_put(spelling->out, expr->local->name);
    else if (expr->kind == AR_EXPR_DEF)
        put_call(spelling, expr, expr->def->name);
    else
        put_call(spelling, expr, expr->table->name);
}

static void spell_template(const struct spelling *spelling,
                           const struct ar_expr *expr)
{
    put_string(spelling, expr->string);
}

static void spell_list(const struct spelling *spelling,
                       const struct ar_expr *expr)
{
    put_list(spelling, expr, "[", "]");
}

static void spell_and(const struct spelling *spelling,
                      const struct ar_expr *expr)
{
    put_chain(spelling, expr, " and ", NOT);
}

static void spell_or(const struct spelling *spelling,
                     const struct ar_expr *expr)
{
    put_chain(spelling, expr, " or ", AND);
}

static void spell_comparison(const struct spelling *spelling,
                             const struct ar_expr *expr)
{
    put_pair(spelling, expr, operator_texts[expr->op], SUM, SUM);
}

static void spell_membership(const struct spelling *spelling,
                             const struct ar_expr *expr)
{
    put_membership(spelling, expr, "in");
}

static void spell_test(const struct spelling *spelling,
                       const struct ar_expr *expr)
{
    static const char *const words[] = {
        [AR_EXPR_CONTAINS] = "contains",
        [AR_EXPR_STARTS_WITH] = "starts with",
        [AR_EXPR_ENDS_WITH] = "ends with",
    };
    put_pair(spelling, expr, words[expr->kind], SUM, SUM);
}

static void spell_arithmetic(const struct spelling *spelling,
                             const struct ar_expr *expr)
{
    enum binding own = binding_of(expr);
    put_pair(spelling, expr, operator_texts[expr->op], own, own + 1);
}

static void spell_negation(const struct spelling *spelling,
                           const struct ar_expr *expr)
{
    put(spelling, "-");
    spell(spelling, expr->operands[0], DEFAULT);
}

static void spell_presence(const struct spelling *spelling,
                           const struct ar_expr *expr)
{
    put_behind(spelling, expr,
               expr->kind == AR_EXPR_EXISTS ? "exists" : "absent");
}

static void spell_group(const struct spelling *spelling,
                        const struct ar_expr *expr)
{
    put_named(spelling, expr, expr->group->name);
    put(spelling, expr->kind == AR_EXPR_GROUP_EXISTS ? " exists" : " absent");
}

static void spell_default(const struct spelling *spelling,
                          const struct ar_expr *expr)
{
    put_pair(spelling, expr, "default", PRESENCE, DEFAULT);
}

static void spell_loop(const struct spelling *spelling,
                       const struct ar_expr *expr)
{
    static const char *const words[] = {[AR_EXPR_ANY] = "any ",
                                        [AR_EXPR_EVERY] = "every ",
                                        [AR_EXPR_NO] = "no "};
    put(spelling, words[expr->kind]);
    put_loop(spelling, expr);
}

static void spell_selection(const struct spelling *spelling,
                            const struct ar_expr *expr)
{
    static const char *const words[] = {[AR_EXPR_COUNT] = "count(",
                                        [AR_EXPR_FIRST] = "first(",
                                        [AR_EXPR_FILTER] = "filter("};
    put(spelling, words[expr->kind]);
    put_loop(spelling, expr);
    put(spelling, ")");
}

static void spell_part(const struct spelling *spelling,
                       const struct ar_expr *expr)
{
    spell(spelling, expr->operands[0], PRIMARY);
    ar_buf_printf(spelling->out, ".%s", part_names[expr->ix]);
}

typedef void (*spell_node)(const struct spelling *spelling,
                           const struct ar_expr *expr);

static const struct form {
    enum binding binding;
    spell_node spell;
} forms[] = {
    [AR_EXPR_CONSTANT] = {PRIMARY, spell_constant},
    [AR_EXPR_FACT] = {PRIMARY, spell_name},
    [AR_EXPR_LOCAL] = {PRIMARY, spell_name},
    [AR_EXPR_DEF] = {PRIMARY, spell_name},
    [AR_EXPR_TABLE] = {PRIMARY, spell_name},
    [AR_EXPR_FUNCTION] = {PRIMARY, put_function},
    [AR_EXPR_TEMPLATE] = {PRIMARY, spell_template},
    [AR_EXPR_LIST] = {PRIMARY, spell_list},
    [AR_EXPR_AND] = {AND, spell_and},
    [AR_EXPR_OR] = {OR, spell_or},
    [AR_EXPR_NOT] = {NOT, put_not},
    [AR_EXPR_COMPARE] = {COMPARISON, spell_comparison},
    [AR_EXPR_IN_LIST] = {COMPARISON, spell_membership},
    [AR_EXPR_IN_MAP] = {COMPARISON, spell_membership},
    [AR_EXPR_IN_RANGE] = {COMPARISON, spell_membership},
    [AR_EXPR_IN_CIDR] = {COMPARISON, spell_membership},
    [AR_EXPR_MATCHES] = {COMPARISON, put_matches},
    [AR_EXPR_CONTAINS] = {COMPARISON, spell_test},
    [AR_EXPR_STARTS_WITH] = {COMPARISON, spell_test},
    [AR_EXPR_ENDS_WITH] = {COMPARISON, spell_test},
    [AR_EXPR_ARITHMETIC] = {SUM, spell_arithmetic},
    [AR_EXPR_NEGATE] = {PRODUCT, spell_negation},
    [AR_EXPR_EXISTS] = {PRESENCE, spell_presence},
    [AR_EXPR_ABSENT] = {PRESENCE, spell_presence},
    [AR_EXPR_UNKNOWN] = {PRESENCE, put_unknown},
    [AR_EXPR_GROUP_EXISTS] = {PRESENCE, spell_group},
    [AR_EXPR_GROUP_ABSENT] = {PRESENCE, spell_group},
    [AR_EXPR_DEFAULT] = {DEFAULT, spell_default},
    [AR_EXPR_IF] = {TO_THE_RIGHT, put_if},
    [AR_EXPR_ANY] = {TO_THE_RIGHT, spell_loop},
    [AR_EXPR_EVERY] = {TO_THE_RIGHT, spell_loop},
    [AR_EXPR_NO] = {TO_THE_RIGHT, spell_loop},
    [AR_EXPR_COUNT] = {PRIMARY, spell_selection},
    [AR_EXPR_FIRST] = {PRIMARY, spell_selection},
    [AR_EXPR_FILTER] = {PRIMARY, spell_selection},
    [AR_EXPR_FIELD] = {PRIMARY, put_field},
    [AR_EXPR_LIST_FIELD] = {PRIMARY, put_field},
    [AR_EXPR_INDEX] = {PRIMARY, put_index},
    [AR_EXPR_MAP_INDEX] = {PRIMARY, put_index},
    [AR_EXPR_PART] = {PRIMARY, spell_part},
};

static enum binding binding_of(const struct ar_expr *expr)
{
    bool is_sum =
        expr->op == AR_OPERATOR_ADD || expr->op == AR_OPERATOR_SUBTRACT;
    if (expr->kind == AR_EXPR_ARITHMETIC && !is_sum)
        return PRODUCT;
    return forms[expr->kind].binding;
}

/* In brackets where it would otherwise be read as part of something else. */
static void spell(const struct spelling *spelling, const struct ar_expr *expr,
                  enum binding least)
{
    bool is_loose = binding_of(expr) < least;
    put(spelling, is_loose ? "(" : "");
    if (expr->span.file != 0)
        ar_buf_put(spelling->out, ar_excerpt(spelling->out->arena,
                                             spelling->sources, expr->span));
    else
        forms[expr->kind].spell(spelling, expr);
    put(spelling, is_loose ? ")" : "");
}

ar_str ar_residual_text(struct ar_explainer *explainer,
                        const struct ar_expr *residual)
{
    const struct ar_diags *diags = explainer->evaluator.program->diags;
    struct ar_buf out = AR_BUF(explainer->arena);
    struct spelling spelling = {&out, diags->sources};
    if (residual)
        spell(&spelling, residual, TO_THE_RIGHT);
    return ar_buf_view(&out);
}
