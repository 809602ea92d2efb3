/* SPDX-License-Identifier: Apache-2.0 */
/* Programs of laws: each a rule whose lets are the operands and both sides,
 * so that one program holds many of them. */

#include "generate.h"

#include <string.h>

#define LAW(name, operands, left, right, relation) \
    {#name, operands, left, right, LAW_##relation},
const struct law_row law_rows[] = {
#include "laws.def"
};
#undef LAW
const size_t law_n_rows = AR_COUNT_OF(law_rows);

enum { DEPTH = 3, BUDGET = 40, ROOTS_PER_RULE = 8 };

static void add_let(struct law_generator *generator, struct law_node *rule,
                    const char *name, struct law_node *node)
{
    struct ar_arena *arena = generator->arena;
    struct law_node *part =
        law_node_part(arena, rule, law_text(arena, "  let %s = %%1", name));
    law_node_add(arena, part, node);
}

static struct law_node *add_rule(struct law_generator *generator,
                                 struct law_node *unit,
                                 const struct law_row *row)
{
    struct ar_arena *arena = generator->arena;
    struct law_program *program = generator->program;
    const char *name =
        law_text(arena, "law%u", (unsigned)program->instances.count);
    struct law_instance instance = {row, name};
    ar_vector_push(arena, &program->instances, instance);
    return law_node_part(
        arena, unit,
        law_text(arena, "rule %s%s%s\n%%*  when true then diagnose \"x\"", name,
                 row ? "  # " : "", row ? row->name : ""));
}

/* side with the name of the variable, or the number, for $. */
static struct law_node *make_side(struct law_generator *generator,
                                  const char *side, const char *dollar,
                                  const struct law_node *operands)
{
    struct ar_buf form = AR_BUF(generator->arena);
    for (; *side; side++) {
        if (*side == '$')
            ar_buf_put_c(&form, dollar);
        else
            ar_buf_put_char(&form, *side);
    }
    struct law_node *node =
        law_node_new(generator->arena, LAW_NO_TYPE, ar_buf_view(&form).ptr);
    node->children = operands->children;
    node->n_children = operands->n_children;
    return node;
}

/* Conditions over an element, and groups, are no expressions of their own. */
static void add_operands(struct law_generator *generator, struct law_node *rule,
                         const char *letters, const struct law_node *operands)
{
    for (size_t ix = 0; ix < operands->n_children; ix++) {
        while (*letters == ' ')
            letters++;
        size_t len = strcspn(letters, " ");
        char letter = letters[len - 1];
        letters += len;
        if (letter != 'b' && letter != 'G')
            add_let(generator, rule,
                    law_text(generator->arena, "o%u", (unsigned)ix + 1),
                    operands->children[ix]);
    }
}

static void add_definition(struct law_generator *generator,
                           struct law_node *unit, const char *form,
                           struct law_node *value, struct law_node *guard)
{
    struct law_node *part = law_node_part(generator->arena, unit, form);
    law_node_add(generator->arena, part, value);
    if (guard)
        law_node_add(generator->arena, part, guard);
}

/* A call, and the body in its place. */
static void add_function_law(struct law_generator *generator,
                             struct law_node *unit, const struct law_row *row)
{
    struct ar_arena *arena = generator->arena;
    const char *name =
        law_text(arena, "law%u", (unsigned)generator->program->instances.count);
    struct law_symbol symbol = {.head = law_text(arena, "call_%s", name),
                                .tail = "",
                                .type = law_pick_scalar(generator),
                                .n_parameters = 2};
    for (size_t ix = 0; ix < 2; ix++) {
        symbol.parameters[ix] =
            (enum law_type)law_pick(generator->choices, LAW_N_TYPES);
        law_push_local(generator, ix == 0 ? "p1" : "p2", symbol.parameters[ix]);
    }
    generator->is_body = true;
    struct law_node *body = law_generate(generator, symbol.type, DEPTH);
    generator->is_body = false;
    generator->n_locals = 0;
    add_definition(generator, unit,
                   law_text(arena, "def %s(p1 : %s, p2 : %s) = %%1",
                            symbol.head, law_type_text(symbol.parameters[0]),
                            law_type_text(symbol.parameters[1])),
                   body, NULL);
    struct law_node *call = law_node_new(
        arena, symbol.type, law_text(arena, "%s(%%1, %%2)", symbol.head));
    struct law_node *inlined = law_node_new(arena, symbol.type, "");
    inlined->is_inlined = true;
    law_node_add(arena, inlined, body);
    generator->is_argument = true;
    for (size_t ix = 0; ix < 2; ix++) {
        struct law_node *argument =
            law_generate(generator, symbol.parameters[ix], 2);
        law_node_add(arena, call, argument);
        law_node_add(arena, inlined, argument);
    }
    generator->is_argument = false;
    struct law_node *rule = add_rule(generator, unit, row);
    add_let(generator, rule, "left", call);
    add_let(generator, rule, "right", inlined);
}

/* The definitions that the sides speak of: law.d1 and law.g1. */
static void add_derived(struct law_generator *generator, struct law_node *unit,
                        const char *number, const struct law_row *row,
                        const struct law_node *operands)
{
    struct ar_arena *arena = generator->arena;
    struct law_node *const *each = operands->children;
    if (row->relation != LAW_GUARDED) {
        add_definition(generator, unit,
                       law_text(arena, "fact law.d%s : %s = %%1", number,
                                law_type_text(each[0]->type)),
                       each[0], NULL);
        return;
    }
    const char *type = law_type_text(each[1]->type);
    add_definition(
        generator, unit,
        law_text(arena, "fact law.g%s : %s = %%1 if %%2", number, type),
        each[1], each[0]);
    add_definition(
        generator, unit,
        law_text(arena, "fact law.g%s : %s = %%1 if not %%2", number, type),
        each[2], each[0]);
}

static void add_law(struct law_generator *generator, struct law_node *unit,
                    const struct law_row *row)
{
    struct ar_arena *arena = generator->arena;
    generator->budget = BUDGET;
    if (strcmp(row->operands, "%@") == 0) {
        add_function_law(generator, unit, row);
        return;
    }
    struct law_node *operands =
        law_generate_operands(generator, row->operands, DEPTH);
    bool is_derived = strstr(row->left, "law.") || strstr(row->right, "law.");
    const char *number =
        law_text(arena, "%u", (unsigned)generator->program->instances.count);
    if (is_derived)
        add_derived(generator, unit, number, row, operands);
    struct law_node *rule = add_rule(generator, unit, row);
    add_operands(generator, rule, row->operands, operands);
    const char *dollar = is_derived ? number : LAW_VARIABLE;
    add_let(generator, rule, "left",
            make_side(generator, row->left, dollar, operands));
    add_let(generator, rule, "right",
            make_side(generator, row->right, dollar, operands));
}

struct law_program *law_generate_laws(struct ar_arena *arena,
                                      struct law_choices *choices,
                                      const struct law_share *share)
{
    struct law_program *program = AR_NEW(arena, struct law_program);
    struct law_generator generator = {
        .arena = arena, .choices = choices, .program = program};
    struct law_node *unit = law_node_new(arena, LAW_NO_TYPE, "%*");
    program->names[0] = "laws.rules";
    program->units[0] = unit;
    program->n_units = 1;
    law_generate_declarations(&generator, unit);
    for (size_t ix = 0; ix < share->n_laws; ix++)
        add_law(&generator, unit,
                &share->rows[(share->first_law + ix) % share->n_rows]);
    struct law_node *rule = NULL;
    for (size_t ix = 0; ix < share->n_roots; ix++) {
        if (ix % ROOTS_PER_RULE == 0) {
            rule = add_rule(&generator, unit, NULL);
            generator.n_locals = 0;
        }
        size_t root = (share->first_root + ix) % law_count_roots();
        generator.budget = BUDGET;
        struct law_node *node = law_generate_root(&generator, root, DEPTH - 1);
        const char *name = law_text(arena, "r%u", (unsigned)ix);
        add_let(&generator, rule, name, node);
        if (node->type != LAW_NO_TYPE)
            law_push_local(&generator, name, node->type);
    }
    return program;
}

/* ---- text ---- */

size_t law_program_sources(struct ar_arena *arena,
                           const struct law_program *program,
                           struct law_source *out)
{
    for (size_t ix = 0; ix < program->n_units; ix++) {
        struct ar_buf text = AR_BUF(arena);
        law_node_put(&text, program->units[ix]);
        out[ix] = (struct law_source){program->names[ix], ar_buf_view(&text)};
    }
    return program->n_units;
}
