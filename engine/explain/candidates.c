/* SPDX-License-Identifier: Apache-2.0 */
/* Values to try: where a condition turns, it turns at a value that it names,
 * or next to one. */

#include "explain/candidates.h"

enum {
    MAX_WITHIN = 4 * AR_MAX_DERIVED_DEPTH,
    MAX_NAMED = 200,
    MAX_CANDIDATES = 40, /* of a scalar, or an element of a list */
    MAX_ELEMENTS = 8,    /* of a list that are changed one by one */
    MAX_LIST = 200       /* elements of a list that is changed at all */
};

/* ---- what a rule names ---- */

static void add_named(struct ar_named_values *named, ar_value value)
{
    if (value.state != AR_STATE_VALUE || named->values.count >= MAX_NAMED)
        return;
    if (value.type->kind == AR_TYPE_LIST) {
        for (size_t ix = 0; ix < value.as.list.count; ix++)
            add_named(named, value.as.list.items[ix]);
        return;
    }
    for (size_t ix = 0; ix < named->values.count; ix++) {
        if (ar_type_equal(named->values.at[ix].type, value.type) &&
            ar_value_same(named->values.at[ix], value))
            return;
    }
    ar_vector_push(named->arena, &named->values, value);
}

static void visit(struct ar_named_values *named, const struct ar_expr *expr,
                  unsigned depth);

static void visit_table(struct ar_named_values *named,
                        const struct ar_table *table)
{
    for (size_t row = 0; row < table->n_rows; row++) {
        for (size_t ix = 0; ix < table->n_inputs; ix++) {
            const struct ar_cell *cell = &table->rows[row].cells[ix];
            for (size_t k = 0; k < cell->n_values; k++)
                add_named(named, cell->values[k]);
        }
    }
}

/* What a name stands for. */
static void visit_named(struct ar_named_values *named,
                        const struct ar_expr *expr, unsigned depth)
{
    if (expr->kind == AR_EXPR_DEF)
        visit(named, expr->def->body, depth);
    if (expr->kind == AR_EXPR_TABLE)
        visit_table(named, expr->table);
    if (expr->kind == AR_EXPR_LOCAL && expr->local->kind == AR_LOCAL_LET)
        visit(named, expr->local->expr, depth);
    if (expr->kind != AR_EXPR_FACT)
        return;
    for (size_t ix = 0; ix < expr->fact->definitions.count; ix++) {
        visit(named, expr->fact->definitions.at[ix].expr, depth);
        visit(named, expr->fact->definitions.at[ix].guard, depth);
    }
}

static void visit(struct ar_named_values *named, const struct ar_expr *expr,
                  unsigned depth)
{
    if (!expr || depth == 0)
        return;
    if (expr->kind == AR_EXPR_CONSTANT)
        add_named(named, ar_expr_value(expr));
    if (ar_expr_group(expr))
        ar_vector_push(named->arena, &named->groups, expr->group);
    if (expr->kind == AR_EXPR_EXISTS || expr->kind == AR_EXPR_ABSENT ||
        expr->kind == AR_EXPR_DEFAULT)
        named->asks_presence = true;
    visit_named(named, expr, depth - 1);
    for (size_t ix = 0; ix < expr->n_operands; ix++)
        visit(named, expr->operands[ix], depth - 1);
}

struct ar_named_values ar_named_values_of(struct ar_arena *arena,
                                          const struct ar_rule *rule)
{
    struct ar_named_values named = {.arena = arena};
    visit(&named, rule->applies, MAX_WITHIN);
    visit(&named, rule->each, MAX_WITHIN);
    visit(&named, rule->when, MAX_WITHIN);
    return named;
}

/* ---- candidates ---- */

struct collecting {
    const struct ar_named_values *named;
    const ar_evidence_vector *read;
    ar_value_vector *out;
    size_t most; /* of out */
};

static void add(const struct collecting *collecting, ar_value before,
                ar_value value)
{
    ar_value_vector *out = collecting->out;
    if (value.state == AR_STATE_UNKNOWN || out->count >= collecting->most ||
        ar_value_same(before, value))
        return;
    for (size_t ix = 0; ix < out->count; ix++) {
        if (ar_value_same(out->at[ix], value))
            return;
    }
    ar_vector_push(collecting->named->arena, out, value);
}

static bool is_counted(const struct ar_type *type)
{
    return type->kind == AR_TYPE_INT || type->kind == AR_TYPE_SIZE ||
           type->kind == AR_TYPE_DURATION || type->kind == AR_TYPE_TIME;
}

static void add_version(const struct collecting *collecting, ar_value before,
                        ar_str text)
{
    add(collecting, before,
        ar_value_parse(collecting->named->arena, &ar_type_version, text,
                       AR_REASON_bad_value));
}

/* "2.5.0" lies between "2.4.9" or so and "2.5.0.1". */
static void add_versions(const struct collecting *collecting, ar_value before,
                         const struct ar_version *version)
{
    struct ar_arena *arena = collecting->named->arena;
    struct ar_buf lower = AR_BUF(arena);
    struct ar_buf higher = AR_BUF(arena);
    size_t last = version->n_parts;
    while (last > 0 && version->parts[last - 1] == 0)
        last--;
    for (size_t ix = 0; ix < version->n_parts; ix++) {
        const char *dot = ix > 0 ? "." : "";
        unsigned long long part = version->parts[ix];
        ar_buf_printf(&higher, "%s%llu", dot, part);
        ar_buf_printf(&lower, "%s%llu", dot, ix + 1 == last ? part - 1 : part);
    }
    ar_buf_put_c(&higher, ".1");
    if (last > 0)
        add_version(collecting, before, ar_buf_view(&lower));
    add_version(collecting, before, ar_buf_view(&higher));
}

/* What lies next to a value that is named. */
static void add_neighbours(const struct collecting *collecting, ar_value before,
                           ar_value value)
{
    if (value.type->kind == AR_TYPE_VERSION)
        add_versions(collecting, before, value.as.version);
    if (value.type->kind == AR_TYPE_REAL) {
        add(collecting, before, ar_value_real(value.as.real - 1.0));
        add(collecting, before, ar_value_real(value.as.real + 1.0));
    }
    if (!is_counted(value.type))
        return;
    ar_value next = value;
    next.as.integer = value.as.integer - (value.as.integer > INT64_MIN);
    if (next.as.integer >= 0 || value.type->kind == AR_TYPE_INT)
        add(collecting, before, next);
    next.as.integer = value.as.integer + (value.as.integer < INT64_MAX);
    add(collecting, before, next);
}

static bool is_of(ar_value value, const struct ar_type *type)
{
    return value.state == AR_STATE_VALUE && ar_type_equal(value.type, type);
}

static void add_words(const struct collecting *collecting, ar_value before,
                      const struct ar_type *type)
{
    if (type->kind == AR_TYPE_BOOL) {
        add(collecting, before, ar_value_bool(true));
        add(collecting, before, ar_value_bool(false));
    }
    for (size_t ix = 0; type->kind == AR_TYPE_ENUM && ix < type->n_words; ix++)
        add(collecting, before, ar_value_enum(type, ix));
}

static void add_scalars(const struct collecting *collecting, ar_value before,
                        const struct ar_type *type)
{
    const ar_value_vector *values = &collecting->named->values;
    for (size_t ix = 0; ix < values->count; ix++) {
        ar_value value = values->at[ix];
        bool is_int = type->kind == AR_TYPE_REAL && is_of(value, &ar_type_int);
        if (is_int)
            value = ar_value_real((double)value.as.integer);
        if (is_of(value, type))
            add(collecting, before, value);
    }
    for (size_t ix = 0; ix < collecting->read->count; ix++) {
        if (is_of(collecting->read->at[ix].value, type))
            add(collecting, before, collecting->read->at[ix].value);
    }
    /* What the rule names may be the value as it is. */
    if (is_of(before, type))
        add_neighbours(collecting, before, before);
    size_t n_named = collecting->out->count;
    for (size_t ix = 0; ix < n_named; ix++) {
        if (is_of(collecting->out->at[ix], type))
            add_neighbours(collecting, before, collecting->out->at[ix]);
    }
    add_words(collecting, before, type);
    if (type->kind == AR_TYPE_STRING)
        add(collecting, before, ar_value_string((ar_str){"", 0}));
}

/* ---- lists and records ---- */

static ar_value with_item(struct ar_arena *arena, ar_value whole, size_t ix,
                          ar_value item)
{
    size_t count = whole.as.list.count;
    ar_value *items = AR_NEW_ARRAY(arena, ar_value, count);
    for (size_t each = 0; each < count; each++)
        items[each] = each == ix ? item : whole.as.list.items[each];
    whole.as.list.items = items;
    return whole;
}

static ar_value without_item(struct ar_arena *arena, ar_value list, size_t ix)
{
    size_t count = list.as.list.count;
    ar_value *items = AR_NEW_ARRAY(arena, ar_value, count);
    size_t n_kept = 0;
    for (size_t each = 0; each < count; each++) {
        if (each != ix)
            items[n_kept++] = list.as.list.items[each];
    }
    return ar_value_list(list.type, items, n_kept);
}

static ar_value with_one_more(struct ar_arena *arena, ar_value list,
                              ar_value item)
{
    size_t count = list.as.list.count;
    ar_value *items = AR_NEW_ARRAY(arena, ar_value, count + 1);
    for (size_t ix = 0; ix < count; ix++)
        items[ix] = list.as.list.items[ix];
    items[count] = item;
    return ar_value_list(list.type, items, count + 1);
}

/* Each scalar field of a record, one at a time. */
static void add_records(struct collecting *collecting, ar_value list, size_t ix)
{
    struct ar_arena *arena = collecting->named->arena;
    ar_value record = list.as.list.items[ix];
    for (size_t f = 0; f < record.as.list.count; f++) {
        const struct ar_type *type = record.type->fields[f].type;
        ar_value_vector values = {0};
        struct collecting fields = {collecting->named, collecting->read,
                                    &values, MAX_CANDIDATES};
        if (!ar_type_is_scalar(type))
            continue;
        add_scalars(&fields, record.as.list.items[f], type);
        for (size_t v = 0; v < values.count; v++)
            add(collecting, list,
                with_item(arena, list, ix,
                          with_item(arena, record, f, values.at[v])));
    }
}

static void add_lists(struct collecting *collecting, ar_value list,
                      size_t first)
{
    struct ar_arena *arena = collecting->named->arena;
    const struct ar_type *element = list.type->element;
    size_t count = list.as.list.count;
    size_t n_changed = count < MAX_ELEMENTS ? count : MAX_ELEMENTS;
    for (size_t nth = 0; nth < n_changed; nth++) {
        size_t ix = (first + nth) % count;
        collecting->most = collecting->out->count + MAX_CANDIDATES;
        bool is_record = list.as.list.items[ix].state == AR_STATE_VALUE &&
                         element->kind == AR_TYPE_RECORD;
        if (is_record)
            add_records(collecting, list, ix);
        add(collecting, list, without_item(arena, list, ix));
    }
    collecting->most = collecting->out->count + MAX_CANDIDATES;
    const ar_value_vector *values = &collecting->named->values;
    for (size_t ix = 0; ix < values->count; ix++) {
        if (is_of(values->at[ix], element))
            add(collecting, list, with_one_more(arena, list, values->at[ix]));
    }
    add(collecting, list, ar_value_list(list.type, NULL, 0));
}

ar_value_vector ar_candidate_values(const struct ar_named_values *named,
                                    const ar_evidence_vector *read,
                                    const struct ar_type *type, ar_value value,
                                    size_t first)
{
    ar_value_vector out = {0};
    struct collecting collecting = {named, read, &out, MAX_CANDIDATES};
    if (ar_type_is_scalar(type))
        add_scalars(&collecting, value, type);
    else if (is_of(value, type) && type->kind == AR_TYPE_LIST &&
             type->element && value.as.list.count <= MAX_LIST)
        add_lists(&collecting, value, first);
    if (named->asks_presence)
        add(&collecting, value, ar_value_absent());
    return out;
}
