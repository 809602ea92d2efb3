/* SPDX-License-Identifier: Apache-2.0 */
/* Whole rules with every clause and output, in a scratch file or in packs
 * with a site pack above them. */

#include "generate.h"

enum { DEPTH = 3, BUDGET = 50, MAX_RULES = 8, COSTLY_FUEL = 4 };

/* What other rules may say of a rule. */
struct plan {
    const char *name; /* "r1" */
    const char *pack; /* "alpha", or NULL */
    bool has_each;
    bool has_key;
    bool has_text_key; /* a string */
};

struct ruling {
    struct law_generator *generator;
    struct plan plans[MAX_RULES];
    size_t n_plans;
    struct plan *plan; /* of the rule at hand */
    struct law_node *rule;
};

static unsigned pick(struct ruling *ruling, size_t limit)
{
    return law_pick(ruling->generator->choices, (unsigned)limit);
}

static bool may(struct ruling *ruling, unsigned one_in)
{
    return law_once_in(ruling->generator->choices, one_in);
}

static struct law_node *expression(struct ruling *ruling, enum law_type type,
                                   unsigned depth)
{
    ruling->generator->budget = BUDGET;
    return law_generate(ruling->generator, type, depth);
}

static struct law_node *add(struct ruling *ruling, struct law_node *parent,
                            const char *form)
{
    return law_node_part(ruling->generator->arena, parent, form);
}

static struct law_node *add_with(struct ruling *ruling, struct law_node *parent,
                                 const char *form, struct law_node *child)
{
    struct law_node *part = add(ruling, parent, form);
    law_node_add(ruling->generator->arena, part, child);
    return part;
}

/* A clause that a rule cannot be without. */
static struct law_node *add_needed(struct ruling *ruling,
                                   struct law_node *parent, const char *form)
{
    struct law_node *part = add(ruling, parent, form);
    part->is_droppable = false;
    return part;
}

/* ---- texts ---- */

/* Anything that can be shown: a scalar, or a list of them. */
static struct law_node *make_shown(struct ruling *ruling)
{
    enum law_type type = law_pick_scalar(ruling->generator);
    if (may(ruling, 4))
        type = law_list_of(type);
    return expression(ruling, type, 2);
}

static struct law_node *make_text(struct ruling *ruling)
{
    static const char *const forms[] = {
        "\"it is so\"", "\"it is {%1}.\"", "\"{%1} and {%2}\"",
        "\"\"\"\n      one {%1}\n      two\"\"\""};
    struct ar_arena *arena = ruling->generator->arena;
    unsigned choice = pick(ruling, AR_COUNT_OF(forms));
    struct law_node *node = law_node_new(arena, LAW_NO_TYPE, forms[choice]);
    unsigned n_values = choice == 3 ? 1 : choice;
    for (unsigned ix = 0; ix < n_values; ix++)
        law_node_add(arena, node, make_shown(ruling));
    return node;
}

static struct law_node *make_command(struct ruling *ruling)
{
    struct ar_arena *arena = ruling->generator->arena;
    struct law_node *node =
        law_node_new(arena, LAW_NO_TYPE, "\"tool {%1} --now {%2}\"");
    for (unsigned ix = 0; ix < 2; ix++)
        law_node_add(arena, node,
                     expression(ruling, law_pick_scalar(ruling->generator), 2));
    return node;
}

/* ---- remedies ---- */

/* "FORM" with a text for %1 and, one time of two, a guard for %2. */
static void add_guarded(struct ruling *ruling, struct law_node *parent,
                        const char *form, struct law_node *text)
{
    static const char *const guards[] = {"", "", " if %2", " unless %2"};
    struct ar_arena *arena = ruling->generator->arena;
    const char *guard = guards[pick(ruling, AR_COUNT_OF(guards))];
    struct ar_buf whole = AR_BUF(arena);
    ar_buf_put_c(&whole, form);
    ar_buf_put_c(&whole, guard);
    struct law_node *part =
        add_with(ruling, parent, ar_buf_view(&whole).ptr, text);
    if (guard[0] != '\0')
        law_node_add(arena, part, expression(ruling, LAW_BOOL, 2));
}

static void add_item(struct ruling *ruling, struct law_node *parent)
{
    switch (pick(ruling, 6)) {
    case 0:
        add_guarded(ruling, parent, "      run bash %1", make_command(ruling));
        return;
    case 1:
        add_guarded(ruling, parent, "      run powershell %1",
                    make_command(ruling));
        return;
    case 2:
        add_guarded(ruling, parent, "      run cmd %1", make_command(ruling));
        return;
    case 3:
        add_guarded(ruling, parent, "      run %1", make_command(ruling));
        return;
    case 4:
        add_guarded(ruling, parent, "      do %1", make_text(ruling));
        return;
    default: break;
    }
    add_guarded(ruling, parent, "      open %1", make_text(ruling));
    add(ruling, parent, "      restart app");
}

static void add_step(struct ruling *ruling, struct law_node *remedy)
{
    struct law_node *step = add(ruling, remedy, "%*");
    add_guarded(ruling, step, "    step %1", make_text(ruling));
    step->children[0]->is_droppable = false;
    unsigned n_items = pick(ruling, 3);
    for (unsigned ix = 0; ix < n_items; ix++)
        add_item(ruling, step);
}

static void add_remedy(struct ruling *ruling)
{
    static const char *const risks[] = {"    risk low", "    risk medium",
                                        "    risk high"};
    struct ar_arena *arena = ruling->generator->arena;
    struct law_node *remedy = add(ruling, ruling->rule, "%*");
    law_node_add(arena, add_needed(ruling, remedy, "   remedy %1"),
                 make_text(ruling));
    if (may(ruling, 2))
        add(ruling, remedy, risks[pick(ruling, 3)]);
    if (may(ruling, 3))
        add(ruling, remedy, "    needs admin");
    if (may(ruling, 3))
        add_with(ruling, remedy, "    data_loss %1", make_text(ruling));
    if (may(ruling, 3))
        add_with(ruling, remedy, "    undo %1", make_text(ruling));
    unsigned n_steps = pick(ruling, 3);
    for (unsigned ix = 0; ix < n_steps; ix++)
        add_step(ruling, remedy);
    if (!may(ruling, 2))
        return;
    struct law_node *verify = add(ruling, remedy, "%*");
    law_node_add(arena, add_needed(ruling, verify, "    verify %1"),
                 expression(ruling, LAW_BOOL, 2));
    if (may(ruling, 2))
        add_guarded(ruling, verify, "      run bash %1", make_command(ruling));
}

static void add_outputs(struct ruling *ruling)
{
    struct ar_arena *arena = ruling->generator->arena;
    ruling->generator->may_ask_any = true;
    add_needed(ruling, ruling->rule, "  then");
    law_node_add(arena, add_needed(ruling, ruling->rule, "   diagnose %1"),
                 make_text(ruling));
    unsigned n_remedies = pick(ruling, 3);
    for (unsigned ix = 0; ix < n_remedies; ix++)
        add_remedy(ruling);
    if (may(ruling, 3))
        add_with(ruling, ruling->rule, "   lesson %1", make_text(ruling));
    if (may(ruling, 3))
        add_with(ruling, ruling->rule, "   see %1", make_text(ruling));
    ruling->generator->may_ask_any = false;
}

/* ---- clauses ---- */

static void add_metadata(struct ruling *ruling)
{
    static const char *const clauses[] = {
        "  title \"a fault\"\n  severity critical",
        "  severity warning\n  confidence low",
        "  severity info\n  keywords \"a\", \"b\"\n  context \"why\"",
        "  confidence medium\n  replaces alpha.old since 1.4",
        "  requires archrules >= 9.0",
    };
    if (!may(ruling, 2))
        return;
    unsigned ix = pick(ruling, may(ruling, 4) ? 5 : 3);
    /* An old id is that of one rule only. */
    if (ix != 3 || ruling->plan == &ruling->plans[0])
        add(ruling, ruling->rule, clauses[ix]);
}

static void add_supersedes(struct ruling *ruling)
{
    struct ar_arena *arena = ruling->generator->arena;
    const struct plan *plan = ruling->plan;
    for (const struct plan *other = plan + 1;
         other < ruling->plans + ruling->n_plans; other++) {
        if (!may(ruling, 3))
            continue;
        bool is_near = !plan->pack || plan->pack == other->pack;
        bool same_key = plan->has_key && other->has_key && may(ruling, 2);
        add(ruling, ruling->rule,
            law_text(arena, "  supersedes %s%s%s%s", is_near ? "" : other->pack,
                     is_near ? "" : ".", other->name,
                     same_key ? " with same key" : ""));
    }
    if (plan->pack && may(ruling, 8))
        add(ruling, ruling->rule, "  supersedes gamma.r9");
}

static void add_each(struct ruling *ruling)
{
    struct law_generator *generator = ruling->generator;
    enum law_type element =
        may(ruling, 2) ? law_pick_scalar(generator) : LAW_RECORD;
    struct law_node *list = expression(ruling, law_list_of(element), DEPTH);
    law_push_local(generator, "e", element);
    enum law_type key = element < LAW_N_SCALARS && pick(ruling, 2) == 0
                            ? element
                            : law_pick_scalar(generator);
    struct law_node *part =
        add_needed(ruling, ruling->rule, "  for each e in %1 key %2");
    law_node_add(generator->arena, part, list);
    struct law_node *plain = law_node_new(
        generator->arena, element, element == LAW_RECORD ? "e.name" : "e");
    bool is_plain = pick(ruling, 2) == 0;
    law_node_add(generator->arena, part,
                 is_plain ? plain : expression(ruling, key, 2));
    enum law_type plain_key = element == LAW_RECORD ? LAW_STRING : element;
    ruling->plan->has_text_key = (is_plain ? plain_key : key) == LAW_STRING;
}

static void add_lets(struct ruling *ruling)
{
    struct law_generator *generator = ruling->generator;
    unsigned n_lets = pick(ruling, 4);
    for (unsigned ix = 0; ix < n_lets; ix++) {
        enum law_type type = (enum law_type)pick(ruling, LAW_N_TYPES);
        const char *name =
            law_text(generator->arena, "l%u", generator->n_names++);
        add_with(ruling, ruling->rule,
                 law_text(generator->arena, "  let %s = %%1", name),
                 expression(ruling, type, DEPTH));
        law_push_local(generator, name, type);
    }
}

/* The subject of a named group must not use the lets, which may use the
 * group. */
static void add_when(struct ruling *ruling, bool has_capture,
                     struct law_node *subject)
{
    struct law_node *part = add_needed(
        ruling, ruling->rule,
        has_capture ? "  when %1 matches /(?<c0>a|b+)(?<c1>,)?/ and %2"
                    : "  when %1");
    if (has_capture)
        law_node_add(ruling->generator->arena, part, subject);
    law_node_add(ruling->generator->arena, part,
                 expression(ruling, LAW_BOOL, DEPTH));
}

static void add_symptoms(struct ruling *ruling)
{
    struct law_generator *generator = ruling->generator;
    unsigned n_symptoms = pick(ruling, 3);
    generator->may_ask_any = true;
    for (unsigned ix = 0; ix < n_symptoms; ix++)
        add_with(ruling, ruling->rule, "  symptom %1",
                 expression(ruling, LAW_BOOL, 2));
    if (may(ruling, 3)) {
        add_with(ruling, ruling->rule, "  symptom %1 matches /(?<s0>.)/",
                 expression(ruling, LAW_STRING, 2))
            ->is_droppable = false;
        law_push_local(generator, "s0", LAW_STRING);
    }
    generator->may_ask_any = false;
}

static void add_body(struct ruling *ruling)
{
    struct law_generator *generator = ruling->generator;
    const struct plan *plan = ruling->plan;
    generator->n_locals = 0;
    add_metadata(ruling);
    if (may(ruling, 3))
        add_with(ruling, ruling->rule, "  applies %1",
                 expression(ruling, LAW_BOOL, DEPTH));
    add_supersedes(ruling);
    if (plan->has_each)
        add_each(ruling);
    bool has_capture = may(ruling, 3);
    struct law_node *subject = expression(
        ruling, may(ruling, 2) ? LAW_STRING : law_list_of(LAW_STRING), 2);
    if (has_capture) {
        law_push_local(generator, "c0", LAW_STRING);
        law_push_local(generator, "c1", LAW_STRING);
    }
    add_lets(ruling);
    if (plan->has_key && !plan->has_each) {
        enum law_type type = law_pick_scalar(generator);
        ruling->plan->has_text_key = type == LAW_STRING;
        law_node_add(generator->arena,
                     add_needed(ruling, ruling->rule, "  key %1"),
                     expression(ruling, type, 2));
    }
    add_when(ruling, has_capture, subject);
    add_symptoms(ruling);
    add_outputs(ruling);
    generator->n_locals = 0;
}

static void add_rule(struct ruling *ruling, struct law_node *unit,
                     struct plan *plan)
{
    ruling->plan = plan;
    ruling->rule =
        add(ruling, unit,
            law_text(ruling->generator->arena, "rule %s\n%%*", plan->name));
    add_body(ruling);
}

/* ---- programs ---- */

static void plan_rules(struct ruling *ruling, bool are_packs)
{
    ruling->n_plans = 1 + pick(ruling, MAX_RULES);
    for (size_t ix = 0; ix < ruling->n_plans; ix++) {
        struct plan *plan = &ruling->plans[ix];
        plan->name = law_text(ruling->generator->arena, "r%u", (unsigned)ix);
        if (are_packs)
            plan->pack = pick(ruling, 2) == 0 ? "alpha" : "beta";
        plan->has_each = may(ruling, 3);
        plan->has_key = plan->has_each || may(ruling, 3);
    }
}

static struct law_node *add_unit(struct ruling *ruling, const char *name,
                                 const char *head)
{
    struct law_program *program = ruling->generator->program;
    struct law_node *unit =
        law_node_new(ruling->generator->arena, LAW_NO_TYPE, "%*");
    add_needed(ruling, unit, head);
    program->names[program->n_units] = name;
    program->units[program->n_units++] = unit;
    return unit;
}

/* Before and behind the name of the rule. A key must be of the rule's type. */
static const struct {
    const char *before;
    const char *behind;
} site_says[] = {
    {"override rule", "severity info"},
    {"disable rule", "because \"not here\""},
    {"waive rule", "because \"known\" owner \"o\" until 2027-01-31"},
    {"waive rule", "because \"old\" owner \"o\" until 2020-01-31"},
    {"waive rule", "key \"a\" because \"one\" owner \"o\" until 2027-01-31"},
};

static void add_site(struct ruling *ruling)
{
    struct law_node *site =
        add_unit(ruling, "site.rules", "pack site\nuse alpha, beta");
    for (size_t ix = 0; ix < ruling->n_plans; ix++) {
        const struct plan *plan = &ruling->plans[ix];
        if (!may(ruling, 3))
            continue;
        size_t n_says = AR_COUNT_OF(site_says) - (plan->has_text_key ? 0 : 1);
        size_t choice = pick(ruling, n_says);
        add(ruling, site,
            law_text(ruling->generator->arena, "%s %s.%s %s",
                     site_says[choice].before, plan->pack, plan->name,
                     site_says[choice].behind));
    }
}

static void add_packs(struct ruling *ruling)
{
    struct law_generator *generator = ruling->generator;
    struct law_node *alpha = add_unit(ruling, "alpha.rules", "pack alpha");
    struct law_node *beta =
        add_unit(ruling, "beta.rules", "pack beta\nuse alpha");
    law_generate_declarations(generator, alpha);
    plan_rules(ruling, true);
    for (size_t ix = 0; ix < ruling->n_plans; ix++) {
        bool is_first = ruling->plans[ix].pack[0] == 'a';
        add_rule(ruling, is_first ? alpha : beta, &ruling->plans[ix]);
    }
    add_site(ruling);
}

static void add_scratch(struct ruling *ruling)
{
    struct law_node *unit = add_unit(ruling, "rules.rules", "# rules");
    law_generate_declarations(ruling->generator, unit);
    plan_rules(ruling, false);
    for (size_t ix = 0; ix < ruling->n_plans; ix++)
        add_rule(ruling, unit, &ruling->plans[ix]);
    if (!may(ruling, 4))
        return;
    static const struct plan nameless = {.name = ""};
    ruling->plans[ruling->n_plans - 1] = nameless;
    ruling->plan = &ruling->plans[ruling->n_plans - 1];
    ruling->rule = add(ruling, unit, "%*");
    add_when(ruling, false, NULL);
    add_outputs(ruling);
}

/* More steps than the rules have, by any way of counting. */
static void add_costly(struct ruling *ruling)
{
    struct law_node *unit = add_unit(ruling, "costly.rules", "# costly");
    law_generate_declarations(ruling->generator, unit);
    ruling->generator->program->rule_fuel = COSTLY_FUEL;
    for (unsigned ix = 0; ix < 2; ix++) {
        struct law_node *rule =
            add(ruling, unit,
                law_text(ruling->generator->arena, "rule r%u\n%%*", ix));
        struct law_node *when = add_needed(
            ruling, rule,
            "  when count(x9 in [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]: "
            "x9 > 6 or %1) > 3\n  then diagnose \"x\"");
        law_node_add(ruling->generator->arena, when,
                     expression(ruling, LAW_BOOL, 2));
    }
}

struct law_program *law_generate_rules(struct ar_arena *arena,
                                       struct law_choices *choices)
{
    struct law_program *program = AR_NEW(arena, struct law_program);
    struct law_generator generator = {
        .arena = arena, .choices = choices, .program = program};
    struct ruling ruling = {.generator = &generator};
    unsigned shape = law_pick(choices, 12);
    if (shape == 11)
        add_costly(&ruling);
    else if (shape % 2 == 0)
        add_scratch(&ruling);
    else
        add_packs(&ruling);
    return program;
}

/* ---- another order ---- */

static bool is_rule(const struct law_node *node)
{
    return ar_str_starts_with(ar_str_from_c(node->form), AR_STR("rule "));
}

static struct law_node *shuffle_unit(struct ar_arena *arena,
                                     struct law_choices *choices,
                                     const struct law_node *unit)
{
    struct law_node *copy = law_node_new(arena, unit->type, unit->form);
    for (size_t ix = 0; ix < unit->n_children; ix++)
        law_node_add(arena, copy, unit->children[ix]);
    for (size_t ix = 1; ix < copy->n_children; ix++) {
        size_t other = law_pick(choices, (unsigned)(ix < 255 ? ix : 255) + 1);
        struct law_node *moved = copy->children[ix];
        if (!is_rule(moved) || !is_rule(copy->children[other]))
            continue;
        copy->children[ix] = copy->children[other];
        copy->children[other] = moved;
    }
    return copy;
}

struct law_program *law_program_shuffle(struct ar_arena *arena,
                                        struct law_choices *choices,
                                        const struct law_program *program)
{
    struct law_program *copy = AR_NEW(arena, struct law_program);
    *copy = *program;
    unsigned turn = law_pick(choices, (unsigned)program->n_units);
    for (size_t ix = 0; ix < program->n_units; ix++) {
        size_t from = (ix + turn) % program->n_units;
        copy->names[ix] = program->names[from];
        copy->units[ix] = shuffle_unit(arena, choices, program->units[from]);
    }
    return copy;
}
