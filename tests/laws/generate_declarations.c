/* SPDX-License-Identifier: Apache-2.0 */
/* Random declarations: facts of every type, tables of every hit policy and
 * cell, functions, and derived facts, each of which sees those before it. */

#include "domain.h"
#include "generate.h"

static unsigned pick(struct law_generator *generator, size_t limit)
{
    return law_pick(generator->choices, (unsigned)limit);
}

/* ---- facts ---- */

static void add_fact(struct law_generator *generator, struct law_node *unit,
                     enum law_type type, unsigned number)
{
    static const char *const groups[] = {"m", "n", "n.deep"};
    static const char *const attributes[] = {
        "", " fixed", " sensitive personal needs admin", " unit \"bytes\""};
    struct ar_arena *arena = generator->arena;
    const char *name = law_text(arena, "%s.f%u_%u", groups[pick(generator, 3)],
                                (unsigned)type, number);
    bool is_input = pick(generator, 12) == 11;
    law_node_part(arena, unit,
                  is_input ? law_text(arena, "input %s : %s ask \"which?\"",
                                      name, law_type_text(type))
                           : law_text(arena, "fact %s : %s%s", name,
                                      law_type_text(type),
                                      attributes[pick(generator, 4)]));
    struct law_symbol symbol = {.head = name, .tail = "", .type = type};
    ar_vector_push(arena, &generator->facts, symbol);
}

static const struct {
    const char *text;
    struct law_symbol symbol;
} families[] = {
    {"fact disk(p : string).free : size",
     {"disk", ".free", LAW_SIZE, {LAW_STRING}, 1, false}},
    {"fact disk(p : string).label : string",
     {"disk", ".label", LAW_STRING, {LAW_STRING}, 1, false}},
    {"fact disk(p : string).tags : list of string",
     {"disk", ".tags", LAW_N_SCALARS + LAW_STRING, {LAW_STRING}, 1, false}},
    {"fact port(n : int, up : bool) : bool",
     {"port", "", LAW_BOOL, {LAW_INT, LAW_BOOL}, 2, false}},
    {"fact net.route(a : ip).via : cidr",
     {"net.route", ".via", LAW_CIDR, {LAW_IP}, 1, false}},
    {"fact kind(e : flavour, v : version).ok : bool",
     {"kind", ".ok", LAW_BOOL, {LAW_ENUM, LAW_VERSION}, 2, false}},
    {"fact rate(r : real, d : duration).n : int",
     {"rate", ".n", LAW_INT, {LAW_REAL, LAW_DURATION}, 2, false}},
    {"fact when_at(t : time, z : size).v : version",
     {"when_at", ".v", LAW_VERSION, {LAW_TIME, LAW_SIZE}, 2, false}},
    {"fact arch_of(a : arch, c : cidr).name : arch",
     {"arch_of", ".name", LAW_ARCH, {LAW_ARCH, LAW_CIDR}, 2, false}},
};

/* Those with no fact below them are no groups. */
static void add_groups(struct law_generator *generator)
{
    static const char *const plain[] = {"m", "n", "n.deep", "net"};
    struct ar_arena *arena = generator->arena;
    for (size_t ix = 0; ix < AR_COUNT_OF(plain); ix++) {
        ar_str name =
            ar_str_concat(arena, ar_str_from_c(plain[ix]), AR_STR("."));
        bool is_group = ix == 3;
        for (size_t at = 0; at < generator->facts.count; at++)
            is_group |= ar_str_starts_with(
                ar_str_from_c(generator->facts.at[at].head), name);
        struct law_symbol symbol = {
            .head = plain[ix], .tail = "", .type = LAW_NO_TYPE};
        if (is_group)
            ar_vector_push(arena, &generator->groups, symbol);
    }
    struct law_symbol disk = {"disk", "", LAW_NO_TYPE, {LAW_STRING}, 1, false};
    struct law_symbol route = {"net.route", "", LAW_NO_TYPE,
                               {LAW_IP},    1,  false};
    ar_vector_push(arena, &generator->groups, disk);
    ar_vector_push(arena, &generator->groups, route);
}

static void add_facts(struct law_generator *generator, struct law_node *unit)
{
    struct ar_arena *arena = generator->arena;
    law_node_part(arena, unit,
                  "enum flavour = plain, spiced (\"hot\", \"SPICED\"), "
                  "sweet (\"s\xC3\xBC\xC3\x9F\")");
    for (unsigned type = 0; type < LAW_N_TYPES; type++) {
        unsigned count = 1 + pick(generator, 2);
        for (unsigned ix = 0; ix < count; ix++)
            add_fact(generator, unit, (enum law_type)type, ix);
    }
    for (size_t ix = 0; ix < AR_COUNT_OF(families); ix++) {
        law_node_part(arena, unit, families[ix].text);
        ar_vector_push(arena, &generator->calls, families[ix].symbol);
    }
    add_groups(generator);
}

/* ---- tables ---- */

/* The values of one column, cut into cells that have nothing in common; @0 to
 * @2 are its values in their order. */
struct partition {
    const char *cells[3];
    bool is_total; /* takes every value */
    bool is_all;   /* and absence */
};

static const struct partition of_ordered[] = {
    {{"_"}, true, true},
    {{"< @0", "@0 .. <@1", ">= @1"}, true, false},
    {{"<= @1", "> @1"}, true, false},
    {{"@0", "@1", "@2"}, false, false},
    {{"{@0, @1}", "@2"}, false, false},
    {{"@0 .. @1", "> @1", "absent"}, false, false},
    {{"< @1", ">= @1", "absent"}, true, true},
    {{"absent"}, false, false},
};
static const struct partition of_words[] = {
    {{"_"}, true, true},
    {{"@0", "@1"}, false, false},
    {{"{@0, @1}", "absent"}, false, false},
    {{"@1"}, false, false},
};
static const struct partition of_bool[] = {
    {{"_"}, true, true},
    {{"true", "false"}, true, false},
    {{"true", "false", "absent"}, true, true},
    {{"false"}, false, false},
};
/* Where the first that fits counts, cells may overlap. */
static const struct partition of_first[] = {
    {{"< @0", "<= @1", "_"}, true, true},
    {{"@0", "_"}, true, true},
    {{"absent", "_"}, true, true},
};

static const char *const cell_values[LAW_N_SCALARS][3] = {
    [LAW_BOOL] = {"false", "true", "true"},
    [LAW_INT] = {"0", "1", "3"},
    [LAW_REAL] = {"-1.5", "0.5", "2"},
    [LAW_STRING] = {"\"A\"", "\"a\"", "'b'"},
    [LAW_VERSION] = {"1.0", "1.2", "v1.10"},
    [LAW_SIZE] = {"1KiB", "4KiB", "1MB"},
    [LAW_DURATION] = {"1s", "1.5min", "1h"},
    [LAW_TIME] = {"\"1970-01-01\"", "\"2026-11-22\"",
                  "\"2026-11-22T10:00:00Z\""},
    [LAW_IP] = {"\"10.0.0.1\"", "\"::1\"", "\"10.1.0.1\""},
    [LAW_CIDR] = {"\"10.0.0.0/8\"", "\"10.1.0.0/16\"", "\"fe80::/10\""},
    [LAW_ARCH] = {"amd64", "arm64", "i386"},
    [LAW_ENUM] = {"plain", "spiced", "sweet"},
};

enum table_policy { POLICY_UNIQUE, POLICY_FIRST, POLICY_COLLECT, N_POLICIES };

struct table {
    struct law_generator *generator;
    enum table_policy policy;
    size_t n_inputs;
    enum law_type inputs[2];
    size_t n_outputs;
    enum law_type outputs[2];
    const struct partition *partitions[2];
    struct law_node *node;
};

static const struct partition *pick_partition(const struct table *table,
                                              enum law_type type)
{
    struct law_generator *generator = table->generator;
    bool is_ordered = law_type_is_ordered(type);
    if (table->policy == POLICY_FIRST && is_ordered && pick(generator, 2) == 1)
        return &of_first[pick(generator, AR_COUNT_OF(of_first))];
    if (is_ordered)
        return &of_ordered[pick(generator, AR_COUNT_OF(of_ordered))];
    if (type == LAW_BOOL)
        return &of_bool[pick(generator, AR_COUNT_OF(of_bool))];
    return &of_words[pick(generator, AR_COUNT_OF(of_words))];
}

static void put_cell(struct ar_buf *out, const char *cell, enum law_type type)
{
    for (; *cell; cell++) {
        if (*cell == '@')
            ar_buf_put_c(out, cell_values[type][*++cell - '0']);
        else
            ar_buf_put_char(out, *cell);
    }
}

/* One value of few, so that rows may agree. */
static void put_outputs(struct ar_buf *out, const struct table *table)
{
    for (size_t ix = 0; ix < table->n_outputs; ix++) {
        unsigned choice = pick(table->generator, 2);
        ar_buf_put_c(out, ix == 0 ? " -> " : ", ");
        ar_buf_put_c(out, cell_values[table->outputs[ix]][choice]);
    }
}

static void add_row(const struct table *table, const char *const *cells)
{
    struct ar_arena *arena = table->generator->arena;
    struct ar_buf row = AR_BUF(arena);
    ar_buf_put_c(&row, "  ");
    for (size_t ix = 0; ix < table->n_inputs; ix++) {
        ar_buf_put_c(&row, ix == 0 ? "" : ", ");
        put_cell(&row, cells[ix], table->inputs[ix]);
    }
    put_outputs(&row, table);
    law_node_part(arena, table->node, ar_buf_view(&row).ptr);
}

static void add_rows(const struct table *table, const char **cells,
                     size_t column)
{
    if (column == table->n_inputs) {
        add_row(table, cells);
        return;
    }
    const struct partition *partition = table->partitions[column];
    for (size_t ix = 0; ix < 3 && partition->cells[ix]; ix++) {
        cells[column] = partition->cells[ix];
        add_rows(table, cells, column + 1);
    }
}

static bool holds_for_all(const struct table *table, bool with_absence)
{
    for (size_t ix = 0; ix < table->n_inputs; ix++) {
        const struct partition *partition = table->partitions[ix];
        if (with_absence ? !partition->is_all : !partition->is_total)
            return false;
    }
    return true;
}

static const char *table_head(const struct table *table, const char *name,
                              bool is_complete)
{
    static const char *const words[] = {"unique ", "first ", "collect "};
    struct ar_buf out = AR_BUF(table->generator->arena);
    ar_buf_printf(&out, "table %s%s%s (", words[table->policy],
                  is_complete ? "complete " : "", name);
    for (size_t ix = 0; ix < table->n_inputs; ix++)
        ar_buf_printf(&out, "%si%u : %s", ix == 0 ? "" : ", ", (unsigned)ix,
                      law_type_text(table->inputs[ix]));
    for (size_t ix = 0; ix < table->n_outputs; ix++)
        ar_buf_printf(&out, "%so%u : %s", ix == 0 ? ") -> " : ", ",
                      (unsigned)ix, law_type_text(table->outputs[ix]));
    ar_buf_put_c(&out, "\n%*");
    return ar_buf_view(&out).ptr;
}

static void add_table_symbols(const struct table *table, const char *name)
{
    struct law_generator *generator = table->generator;
    bool gives_list = table->policy == POLICY_COLLECT;
    struct law_symbol whole = {.head = name,
                               .tail = "",
                               .type = LAW_NO_TYPE,
                               .n_parameters = table->n_inputs,
                               .gives_list = gives_list};
    for (size_t ix = 0; ix < table->n_inputs; ix++)
        whole.parameters[ix] = table->inputs[ix];
    ar_vector_push(generator->arena, &generator->tables, whole);
    for (size_t ix = 0; ix < table->n_outputs; ix++) {
        struct law_symbol field = whole;
        field.tail = law_text(generator->arena, ".o%u", (unsigned)ix);
        field.type =
            gives_list ? law_list_of(table->outputs[ix]) : table->outputs[ix];
        ar_vector_push(generator->arena, &generator->calls, field);
    }
}

static void add_table(struct law_generator *generator, struct law_node *unit,
                      enum table_policy policy, unsigned number)
{
    const char *name = law_text(generator->arena, "t%u", number);
    struct table table = {.generator = generator,
                          .policy = policy,
                          .n_inputs = 1 + pick(generator, 2),
                          .n_outputs = 1 + pick(generator, 2)};
    for (size_t ix = 0; ix < table.n_inputs; ix++) {
        table.inputs[ix] = law_pick_scalar(generator);
        table.partitions[ix] = pick_partition(&table, table.inputs[ix]);
    }
    for (size_t ix = 0; ix < table.n_outputs; ix++)
        table.outputs[ix] = law_pick_scalar(generator);
    bool is_complete = holds_for_all(&table, false) && pick(generator, 2) == 1;
    table.node = law_node_part(generator->arena, unit,
                               table_head(&table, name, is_complete));
    const char *cells[2];
    add_rows(&table, cells, 0);
    const char *const all[] = {"_", "_"};
    bool has_gap = !holds_for_all(&table, true);
    if (policy == POLICY_COLLECT || (policy == POLICY_FIRST && has_gap))
        add_row(&table, all);
    add_table_symbols(&table, name);
}

/* ---- functions and derived facts ---- */

static enum law_type pick_result(struct law_generator *generator)
{
    unsigned choice = pick(generator, 4);
    return choice == 0   ? LAW_BOOL
           : choice == 1 ? (enum law_type)pick(generator, LAW_N_TYPES)
                         : law_pick_scalar(generator);
}

static void add_function(struct law_generator *generator, struct law_node *unit,
                         unsigned number)
{
    struct ar_arena *arena = generator->arena;
    const char *name = law_text(arena, "fn%u", number);
    struct law_symbol symbol = {.head = name,
                                .tail = "",
                                .type = pick_result(generator),
                                .n_parameters = 1 + pick(generator, 2)};
    struct ar_buf form = AR_BUF(arena);
    ar_buf_printf(&form, "def %s", name);
    size_t n_locals = generator->n_locals;
    for (size_t ix = 0; ix < symbol.n_parameters; ix++) {
        enum law_type type = pick_result(generator);
        symbol.parameters[ix] = type;
        const char *parameter = law_text(arena, "p%u", (unsigned)ix + 1);
        ar_buf_printf(&form, "%s%s : %s", ix == 0 ? "(" : ", ", parameter,
                      law_type_text(type));
        law_push_local(generator, parameter, type);
    }
    ar_buf_put_c(&form, ") = %1");
    struct law_node *part = law_node_part(arena, unit, ar_buf_view(&form).ptr);
    law_node_add(arena, part, law_generate(generator, symbol.type, 3));
    generator->n_locals = n_locals;
    ar_vector_push(arena, &generator->calls, symbol);
}

static void add_derived(struct law_generator *generator, struct law_node *unit,
                        unsigned number)
{
    struct ar_arena *arena = generator->arena;
    struct law_symbol symbol = {.tail = "", .type = pick_result(generator)};
    bool has_argument = pick(generator, 3) == 2;
    size_t n_locals = generator->n_locals;
    const char *signature;
    if (has_argument) {
        symbol.head = law_text(arena, "e%u", number);
        symbol.tail = ".v";
        symbol.n_parameters = 1;
        symbol.parameters[0] = law_pick_scalar(generator);
        law_push_local(generator, "p1", symbol.parameters[0]);
        signature = law_text(arena, "%s(p1 : %s).v", symbol.head,
                             law_type_text(symbol.parameters[0]));
    } else {
        symbol.head = law_text(arena, "d.v%u", number);
        signature = symbol.head;
    }
    unsigned n_definitions = 1 + pick(generator, 3);
    for (unsigned ix = 0; ix < n_definitions; ix++) {
        bool has_guard = n_definitions > 1 || pick(generator, 3) == 2;
        struct law_node *part = law_node_part(
            arena, unit,
            law_text(arena, "fact %s : %s = %%1%s", signature,
                     law_type_text(symbol.type), has_guard ? " if %2" : ""));
        law_node_add(arena, part, law_generate(generator, symbol.type, 3));
        if (has_guard)
            law_node_add(arena, part, law_generate(generator, LAW_BOOL, 2));
    }
    generator->n_locals = n_locals;
    if (has_argument)
        ar_vector_push(arena, &generator->calls, symbol);
    else
        ar_vector_push(arena, &generator->facts, symbol);
}

void law_generate_declarations(struct law_generator *generator,
                               struct law_node *unit)
{
    add_facts(generator, unit);
    for (unsigned ix = 0; ix < N_POLICIES; ix++)
        add_table(generator, unit, (enum table_policy)ix, ix);
    unsigned n_more = pick(generator, 3);
    for (unsigned ix = 0; ix < n_more; ix++)
        add_table(generator, unit,
                  (enum table_policy)pick(generator, N_POLICIES),
                  N_POLICIES + ix);
    unsigned n_derived = 1 + pick(generator, 5);
    for (unsigned ix = 0; ix < n_derived; ix++) {
        generator->budget = 60;
        add_function(generator, unit, ix);
        add_derived(generator, unit, ix);
    }
}
