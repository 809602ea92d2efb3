/* SPDX-License-Identifier: Apache-2.0 */
/* Random expressions of a type, made of the forms of forms.def and of what the
 * program declares. The first choice is always the smallest. */

#include "generate.h"

#include "domain.h"

#include <string.h>

enum { MAX_QUANTIFIERS = 2 };

struct form {
    char result;
    const char *text;
};
#define FORM(result, text) {result, text},
static const struct form forms[] = {
#include "forms.def"
};
#undef FORM
enum { N_FORMS = AR_COUNT_OF(forms) };

/* What an expression can be besides one of the forms. */
enum special {
    SPECIAL_CALL = N_FORMS, /* of a symbol with arguments */
    SPECIAL_FIELD,
    SPECIAL_LIST_FIELD,
    SPECIAL_FACT,
    SPECIAL_LITERAL,
    SPECIAL_LET,
    SPECIAL_LETS,
    SPECIAL_TABLE, /* and some more: they have rows of many kinds */
    N_ROOTS = SPECIAL_TABLE + 10
};

/* ---- choices ---- */

static unsigned pick(struct law_generator *generator, size_t limit)
{
    return law_pick(generator->choices, (unsigned)limit);
}

enum law_type law_pick_scalar(struct law_generator *generator)
{
    return (enum law_type)pick(generator, LAW_N_SCALARS);
}

static enum law_type pick_where(struct law_generator *generator,
                                bool (*accepts)(enum law_type))
{
    enum law_type accepted[LAW_N_SCALARS];
    size_t count = 0;
    for (unsigned each = 0; each < LAW_N_SCALARS; each++) {
        if (accepts((enum law_type)each))
            accepted[count++] = (enum law_type)each;
    }
    return accepted[pick(generator, count)];
}

static bool is_number(enum law_type type)
{
    return type == LAW_INT || type == LAW_REAL || type == LAW_SIZE ||
           type == LAW_DURATION;
}

/* The symbols of a type; of facts there is one at least. */
static const struct law_symbol *pick_symbol(struct law_generator *generator,
                                            const law_symbol_vector *symbols,
                                            enum law_type type)
{
    size_t count = 0;
    for (size_t ix = 0; ix < symbols->count; ix++)
        count += symbols->at[ix].type == type;
    if (count == 0)
        return NULL;
    size_t left = pick(generator, count);
    for (size_t ix = 0; ix < symbols->count; ix++) {
        if (symbols->at[ix].type == type && left-- == 0)
            return &symbols->at[ix];
    }
    AR_UNREACHABLE();
}

/* ---- leaves ---- */

static struct law_node *make_leaf(struct law_generator *generator,
                                  enum law_type type, const char *text)
{
    struct ar_buf form = AR_BUF(generator->arena);
    for (const char *at = text; *at; at++) {
        if (*at == '%')
            ar_buf_put_c(&form, "%");
        ar_buf_put_char(&form, *at);
    }
    return law_node_new(generator->arena, type, ar_buf_view(&form).ptr);
}

struct law_node *law_generate_literal(struct law_generator *generator,
                                      enum law_type scalar, bool is_hinted,
                                      bool is_not_zero)
{
    const struct law_value *value = law_pick_value(generator->choices, scalar);
    if (is_not_zero && value == law_domain_of(scalar).values)
        value++;
    return make_leaf(generator, scalar,
                     is_hinted ? value->hinted : value->literal);
}

static struct law_node *make_fact(struct law_generator *generator,
                                  enum law_type type)
{
    const struct law_symbol *symbol =
        pick_symbol(generator, &generator->facts, type);
    AR_ASSERT(symbol != NULL);
    return make_leaf(generator, type, symbol->head);
}

/* A local of that type, or NULL. */
static struct law_node *make_local(struct law_generator *generator,
                                   enum law_type type)
{
    size_t count = 0;
    for (size_t ix = 0; ix < generator->n_locals; ix++)
        count += generator->locals[ix].type == type;
    if (count == 0)
        return NULL;
    size_t left = pick(generator, count);
    for (size_t ix = 0; ix < generator->n_locals; ix++) {
        if (generator->locals[ix].type != type || left-- > 0)
            continue;
        struct law_node *node =
            make_leaf(generator, type, generator->locals[ix].name);
        bool is_parameter = generator->locals[ix].name[0] == 'p';
        if (is_parameter)
            node->parameter = (unsigned)(generator->locals[ix].name[1] - '0');
        return node;
    }
    AR_UNREACHABLE();
}

static struct law_node *make_smallest(struct law_generator *generator,
                                      enum law_type type)
{
    struct law_node *local = make_local(generator, type);
    if (local && pick(generator, 3) < 2)
        return local;
    if (type < LAW_N_SCALARS && pick(generator, 3) == 0)
        return law_generate_literal(generator, type, false, false);
    return make_fact(generator, type);
}

/* ---- forms ---- */

/* A form while its operands are made. */
struct forming {
    struct law_generator *generator;
    enum law_type x;
    enum law_type element; /* of the list before */
    const char *variable;  /* what $ stands for */
    unsigned depth;
};

static struct law_node *make_reference(struct law_generator *generator,
                                       enum law_type type, unsigned depth);

static struct law_node *make_condition(struct forming *forming)
{
    struct law_generator *generator = forming->generator;
    size_t n_locals = generator->n_locals;
    generator->n_quantifiers++;
    law_push_local(generator, forming->variable, forming->element);
    struct law_node *node = law_generate(generator, LAW_BOOL, forming->depth);
    generator->n_locals = n_locals;
    generator->n_quantifiers--;
    return node;
}

void law_push_local(struct law_generator *generator, const char *name,
                    enum law_type type)
{
    AR_ASSERT(generator->n_locals < AR_COUNT_OF(generator->locals));
    generator->locals[generator->n_locals++] = (struct law_local){name, type};
}

static struct law_node *make_table(struct forming *forming, bool gives_list)
{
    struct law_generator *generator = forming->generator;
    const law_symbol_vector *tables = &generator->tables;
    size_t count = 0;
    for (size_t ix = 0; ix < tables->count; ix++)
        count += tables->at[ix].gives_list == gives_list;
    AR_ASSERT(count > 0);
    size_t left = pick(generator, count);
    for (size_t ix = 0; ix < tables->count; ix++) {
        if (tables->at[ix].gives_list == gives_list && left-- == 0)
            return law_generate_call(generator, &tables->at[ix],
                                     forming->depth);
    }
    AR_UNREACHABLE();
}

static enum law_type type_of_letter(struct forming *forming, char letter)
{
    struct law_generator *generator = forming->generator;
    enum law_type lists[] = {LAW_LIST_OF_RECORD,
                             law_list_of(law_pick_scalar(generator))};
    enum law_type maps[] = {LAW_MAP_OF_STRING, LAW_MAP_OF_INT, LAW_MAP_OF_MAP};
    switch (letter) {
    case 'B':
    case 'w': return LAW_BOOL;
    case 'I': return LAW_INT;
    case 'R': return LAW_REAL;
    case 'S': return LAW_STRING;
    case 'V': return LAW_VERSION;
    case 'Z': return LAW_SIZE;
    case 'D': return LAW_DURATION;
    case 'T': return LAW_TIME;
    case 'P': return LAW_IP;
    case 'C': return LAW_CIDR;
    case 'A': return LAW_ARCH;
    case 'E': return LAW_ENUM;
    case 's': return law_list_of(LAW_STRING);
    case 'L': return lists[pick(generator, 2)];
    case 'M': return maps[pick(generator, 3)];
    case 'x':
    case 'o':
    case 'n': return forming->x;
    case 'l':
    case 'u':
    case 'q': return law_list_of(forming->x);
    case 'm': return law_map_of(forming->x);
    case 'y': return (enum law_type)pick(generator, LAW_N_TYPES);
    default: AR_UNREACHABLE();
    }
}

static struct law_node *make_operand(struct forming *forming, char flag,
                                     char letter)
{
    struct law_generator *generator = forming->generator;
    if (letter == 'b')
        return make_condition(forming);
    if (letter == 'k' || letter == 'K')
        return make_table(forming, letter == 'K');
    if (letter == 'r')
        return make_leaf(generator, LAW_NO_TYPE,
                         ar_reason_table[pick(generator, AR_N_REASONS)].name);
    if (letter == 'G') {
        const law_symbol_vector *groups = &generator->groups;
        return law_generate_call(generator,
                                 &groups->at[pick(generator, groups->count)],
                                 forming->depth);
    }
    enum law_type type = type_of_letter(forming, letter);
    if (law_element_of(type) != LAW_NO_TYPE)
        forming->element = law_element_of(type);
    bool is_scalar = type < LAW_N_SCALARS;
    if (flag == '\'' && is_scalar)
        return law_generate_literal(generator, type, true, false);
    if (flag == '!' && is_scalar && pick(generator, 2) == 0)
        return law_generate_literal(generator, type, false, true);
    if (flag == '&' || flag == '!')
        return make_reference(generator, type, forming->depth);
    return law_generate(generator, type, forming->depth);
}

/* Puts the name of the variable for $. */
static struct law_node *make_form(struct forming *forming, enum law_type type,
                                  const char *text)
{
    struct ar_arena *arena = forming->generator->arena;
    struct ar_buf form = AR_BUF(arena);
    struct law_node *node = law_node_new(arena, type, "");
    for (const char *at = text; *at; at++) {
        if (*at == '$') {
            ar_buf_put_c(&form, forming->variable);
        } else if (*at != '%' || at[1] == '%') {
            ar_buf_put_char(&form, *at);
            if (*at == '%')
                ar_buf_put_char(&form, *++at);
        } else {
            char flag = *++at;
            if (flag == '&' || flag == '\'' || flag == '!')
                at++;
            law_node_add(arena, node, make_operand(forming, flag, *at));
            ar_buf_printf(&form, "%%%u", (unsigned)node->n_children);
        }
    }
    node->form = ar_buf_view(&form).ptr;
    return node;
}

static bool has(const char *text, const char *part)
{
    return strstr(text, part) != NULL;
}

/* Each quantifier in another has a name of its own. Two beside each other may
 * share theirs. */
static const char *name_variable(struct law_generator *generator)
{
    return law_text(generator->arena, "%c%u",
                    generator->is_argument ? 'y' : 'x',
                    generator->n_quantifiers);
}

static enum law_type choose_x(struct law_generator *generator, const char *text)
{
    if (has(text, "%o") || has(text, "%&o") || has(text, "%q"))
        return pick_where(generator, law_type_is_ordered);
    if (has(text, "%n"))
        return pick_where(generator, is_number);
    return law_pick_scalar(generator);
}

static struct law_node *make_of_form(struct law_generator *generator,
                                     const struct form *form,
                                     enum law_type type, unsigned depth)
{
    struct forming forming = {.generator = generator,
                              .depth = depth,
                              .variable = name_variable(generator)};
    switch (form->result) {
    case 'x':
    case 'o':
    case 'n': forming.x = type; break;
    case 'l':
    case 'u':
    case 'q': forming.x = law_element_of(type); break;
    default: forming.x = choose_x(generator, form->text);
    }
    return make_form(&forming, type, form->text);
}

/* Whether the form can give that type here. */
static bool suits(const struct law_generator *generator,
                  const struct form *form, enum law_type type)
{
    enum law_type element = law_element_of(type);
    if (has(form->text, "$") && generator->n_quantifiers >= MAX_QUANTIFIERS)
        return false;
    if (has(form->text, "%&m") && law_map_of(type) == LAW_NO_TYPE)
        return false;
    switch (form->result) {
    case 'x':
        return type != LAW_NO_TYPE &&
               (!(has(form->text, "%&l") || has(form->text, "%l")) ||
                law_list_of(type) != LAW_NO_TYPE);
    case 'o': return law_type_is_ordered(type);
    case 'n': return is_number(type);
    case 'l': return element != LAW_NO_TYPE;
    case 'u': return element < LAW_N_SCALARS;
    case 'q': return element < LAW_N_SCALARS && law_type_is_ordered(element);
    case 's': return type == law_list_of(LAW_STRING);
    case 'B': return type == LAW_BOOL;
    case 'w': return type == LAW_BOOL && generator->may_ask_any;
    case 'I': return type == LAW_INT;
    case 'R': return type == LAW_REAL;
    case 'S': return type == LAW_STRING;
    case 'V': return type == LAW_VERSION;
    case 'Z': return type == LAW_SIZE;
    case 'D': return type == LAW_DURATION;
    case 'T': return type == LAW_TIME;
    case 'P': return type == LAW_IP;
    case 'C': return type == LAW_CIDR;
    case 'A': return type == LAW_ARCH;
    case 'E': return type == LAW_ENUM;
    default: AR_UNREACHABLE();
    }
}

/* ---- names with dots and arguments ---- */

struct law_node *law_generate_call(struct law_generator *generator,
                                   const struct law_symbol *symbol,
                                   unsigned depth)
{
    struct ar_arena *arena = generator->arena;
    struct ar_buf form = AR_BUF(arena);
    struct law_node *node = law_node_new(arena, symbol->type, "");
    ar_buf_put_c(&form, symbol->head);
    for (size_t ix = 0; ix < symbol->n_parameters; ix++) {
        enum law_type type = symbol->parameters[ix];
        bool is_literal = type < LAW_N_SCALARS && pick(generator, 3) == 0;
        law_node_add(arena, node,
                     is_literal
                         ? law_generate_literal(generator, type, true, false)
                         : law_generate(generator, type, depth));
        ar_buf_printf(&form, "%s%%%u", ix == 0 ? "(" : ", ", (unsigned)ix + 1);
    }
    ar_buf_put_c(&form, symbol->n_parameters > 0 ? ")" : "");
    ar_buf_put_c(&form, symbol->tail);
    node->form = ar_buf_view(&form).ptr;
    return node;
}

static struct law_node *make_member(struct law_generator *generator,
                                    enum law_type type, enum law_type base,
                                    const char *name, unsigned depth)
{
    struct law_node *node = law_node_new(
        generator->arena, type, law_text(generator->arena, "%%1.%s", name));
    law_node_add(generator->arena, node,
                 make_reference(generator, base, depth));
    return node;
}

/* Of a record, or (is_list) of a list of records; NULL if none has the type. */
static struct law_node *make_field(struct law_generator *generator,
                                   enum law_type type, bool is_list,
                                   unsigned depth)
{
    enum law_type wanted = is_list ? law_element_of(type) : type;
    enum law_type records[] = {LAW_RECORD, LAW_INNER};
    if (wanted == LAW_NO_TYPE)
        return NULL;
    for (size_t each = 0; each < (is_list ? 1u : 2u); each++) {
        size_t count;
        const struct law_field *fields = law_fields_of(records[each], &count);
        for (size_t ix = 0; ix < count; ix++) {
            if (fields[ix].type == wanted)
                return make_member(generator, type,
                                   is_list ? LAW_LIST_OF_RECORD : records[each],
                                   fields[ix].name, depth);
        }
    }
    return NULL;
}

static struct law_node *make_call(struct law_generator *generator,
                                  enum law_type type, unsigned depth)
{
    const struct law_symbol *symbol =
        pick_symbol(generator, &generator->calls, type);
    return symbol ? law_generate_call(generator, symbol, depth) : NULL;
}

/* What dots and brackets may follow. */
static struct law_node *make_reference(struct law_generator *generator,
                                       enum law_type type, unsigned depth)
{
    struct law_node *node = NULL;
    unsigned choice = depth == 0 ? 0 : pick(generator, 8);
    if (depth > 0)
        depth--;
    if (choice == 3 && !generator->is_body)
        node = make_local(generator, type);
    if (choice == 4)
        node = make_call(generator, type, depth);
    if (choice == 5)
        node = make_field(generator, type, false, depth);
    if (choice > 5) {
        size_t ix = pick(generator, N_FORMS);
        while (ix > 0 &&
               (forms[ix].text[0] == '(' || forms[ix].text[0] == '[' ||
                forms[ix].text[0] == '"' ||
                !suits(generator, &forms[ix], type)))
            ix--;
        if (ix > 0)
            node = make_of_form(generator, &forms[ix], type, depth);
    }
    return node ? node : make_fact(generator, type);
}

/* ---- any expression ---- */

static struct law_node *make_special(struct law_generator *generator,
                                     unsigned special, enum law_type type,
                                     unsigned depth)
{
    switch (special) {
    case SPECIAL_CALL: return make_call(generator, type, depth);
    case SPECIAL_FIELD: return make_field(generator, type, false, depth);
    case SPECIAL_LIST_FIELD: return make_field(generator, type, true, depth);
    case SPECIAL_FACT: return make_fact(generator, type);
    default: return NULL;
    }
}

struct law_node *law_generate(struct law_generator *generator,
                              enum law_type type, unsigned depth)
{
    AR_ASSERT(type < LAW_N_TYPES);
    bool is_over = depth == 0 || generator->budget == 0;
    if (is_over || pick(generator, 4) == 0)
        return make_smallest(generator, type);
    generator->budget--;
    struct law_node *node = NULL;
    unsigned special = pick(generator, 8);
    if (special < 3)
        node = make_special(generator, SPECIAL_CALL + special, type, depth - 1);
    if (node)
        return node;
    size_t suitable[N_FORMS];
    size_t count = 0;
    for (size_t ix = 0; ix < N_FORMS; ix++) {
        if (suits(generator, &forms[ix], type))
            suitable[count++] = ix;
    }
    if (count == 0)
        return make_smallest(generator, type);
    const struct form *form = &forms[suitable[pick(generator, count)]];
    return make_of_form(generator, form, type, depth - 1);
}

/* ---- roots ---- */

size_t law_count_roots(void)
{
    return N_ROOTS;
}

/* A type that the form can give. */
static enum law_type pick_type_for(struct law_generator *generator,
                                   const struct form *form)
{
    enum law_type types[LAW_N_TYPES];
    size_t count = 0;
    for (unsigned type = 0; type < LAW_N_TYPES; type++) {
        if (suits(generator, form, (enum law_type)type))
            types[count++] = (enum law_type)type;
    }
    return count > 0 ? types[pick(generator, count)] : LAW_NO_TYPE;
}

struct law_node *law_generate_root(struct law_generator *generator, size_t ix,
                                   unsigned depth)
{
    struct law_node *node = NULL;
    if (ix < N_FORMS) {
        enum law_type type = pick_type_for(generator, &forms[ix]);
        if (type != LAW_NO_TYPE)
            return make_of_form(generator, &forms[ix], type, depth);
    }
    if (ix >= SPECIAL_TABLE) {
        struct forming forming = {.generator = generator, .depth = depth};
        return make_table(&forming, pick(generator, 2) == 1);
    }
    if (ix == SPECIAL_LITERAL)
        return law_generate_literal(generator, law_pick_scalar(generator),
                                    false, false);
    bool is_let = ix == SPECIAL_LET || ix == SPECIAL_LETS;
    if (is_let && generator->n_locals > 0) {
        size_t local = pick(generator, generator->n_locals);
        return make_local(generator, generator->locals[local].type);
    }
    for (unsigned tries = 0; !node && tries < LAW_N_TYPES; tries++)
        node = make_special(generator, (unsigned)ix,
                            (enum law_type)pick(generator, LAW_N_TYPES), depth);
    return node ? node : law_generate(generator, LAW_BOOL, depth);
}

struct law_node *law_generate_operands(struct law_generator *generator,
                                       const char *operands, unsigned depth)
{
    struct forming forming = {.generator = generator,
                              .x = choose_x(generator, operands),
                              .depth = depth,
                              .variable = LAW_VARIABLE};
    return make_form(&forming, LAW_NO_TYPE, operands);
}
