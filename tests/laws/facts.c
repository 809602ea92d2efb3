/* SPDX-License-Identifier: Apache-2.0 */
/* Random facts, facts that know more, and facts as a snapshot. */

#include "facts.h"

#include "domain.h"

#include "json/json.h"

/* ---- values ---- */

/* How much is known, in sixteenths. */
struct mood {
    struct ar_arena *arena;
    struct law_choices *choices;
    unsigned unknown;
    unsigned absent;
};

static enum law_type law_type_of(const struct ar_type *type)
{
    switch (type->kind) {
    case AR_TYPE_BOOL: return LAW_BOOL;
    case AR_TYPE_INT: return LAW_INT;
    case AR_TYPE_REAL: return LAW_REAL;
    case AR_TYPE_STRING: return LAW_STRING;
    case AR_TYPE_VERSION: return LAW_VERSION;
    case AR_TYPE_SIZE: return LAW_SIZE;
    case AR_TYPE_DURATION: return LAW_DURATION;
    case AR_TYPE_TIME: return LAW_TIME;
    case AR_TYPE_IP: return LAW_IP;
    case AR_TYPE_CIDR: return LAW_CIDR;
    case AR_TYPE_ENUM: return type == &ar_type_arch ? LAW_ARCH : LAW_ENUM;
    case AR_TYPE_POISON:
    case AR_TYPE_LIST:
    case AR_TYPE_MAP:
    case AR_TYPE_RECORD: break;
    }
    AR_UNREACHABLE();
}

static ar_value read_value(struct ar_arena *arena, const struct ar_type *type,
                           const char *text)
{
    if (type->kind == AR_TYPE_STRING)
        return ar_value_string(ar_str_from_c(text));
    ar_value value =
        ar_value_parse(arena, type, ar_str_from_c(text), AR_REASON_bad_value);
    AR_ASSERT(value.state == AR_STATE_VALUE);
    return value;
}

static ar_value pick_state(struct mood *mood, const struct ar_type *type);

static ar_value pick_unknown(struct mood *mood)
{
    unsigned ix = law_pick(mood->choices, AR_N_REASONS);
    return ar_value_unknown((enum ar_reason)ix, AR_STR(""));
}

static ar_value pick_list(struct mood *mood, const struct ar_type *type)
{
    size_t count = law_pick(mood->choices, 4);
    ar_value *items = AR_NEW_ARRAY(mood->arena, ar_value, count);
    for (size_t ix = 0; ix < count; ix++)
        items[ix] = pick_state(mood, type->element);
    return ar_value_list(type, items, count);
}

static ar_value pick_map(struct mood *mood, const struct ar_type *type)
{
    static const char *const keys[] = {"a", "ab", "b"};
    ar_str *taken = AR_NEW_ARRAY(mood->arena, ar_str, AR_COUNT_OF(keys));
    ar_value *items = AR_NEW_ARRAY(mood->arena, ar_value, AR_COUNT_OF(keys));
    size_t count = 0;
    for (size_t ix = 0; ix < AR_COUNT_OF(keys); ix++) {
        if (law_pick(mood->choices, 2) == 0)
            continue;
        taken[count] = ar_str_from_c(keys[ix]);
        items[count++] = pick_state(mood, type->element);
    }
    return ar_value_map(type, taken, items, count);
}

/* Only what is optional is ever absent. */
static ar_value pick_record(struct mood *mood, const struct ar_type *type)
{
    ar_value *fields = AR_NEW_ARRAY(mood->arena, ar_value, type->n_fields);
    for (size_t ix = 0; ix < type->n_fields; ix++) {
        struct mood inner = *mood;
        if (!type->fields[ix].optional)
            inner.absent = 0;
        fields[ix] = pick_state(&inner, type->fields[ix].type);
    }
    return ar_value_record(type, fields);
}

static ar_value pick_value(struct mood *mood, const struct ar_type *type)
{
    if (type->kind == AR_TYPE_LIST)
        return pick_list(mood, type);
    if (type->kind == AR_TYPE_MAP)
        return pick_map(mood, type);
    if (type->kind == AR_TYPE_RECORD)
        return pick_record(mood, type);
    const struct law_value *value =
        law_pick_value(mood->choices, law_type_of(type));
    return read_value(mood->arena, type, value->text);
}

static ar_value pick_state(struct mood *mood, const struct ar_type *type)
{
    unsigned sixteenth = law_pick(mood->choices, 16);
    if (sixteenth >= 16 - mood->unknown)
        return pick_unknown(mood);
    if (sixteenth >= 16 - mood->unknown - mood->absent)
        return ar_value_absent();
    return pick_value(mood, type);
}

/* ---- sets ---- */

static void add_state(struct ar_arena *arena, struct law_facts *facts,
                      ar_str key, const struct ar_fact_decl *decl,
                      ar_value value)
{
    struct law_state state = {.key = ar_str_copy(arena, key),
                              .is_group = decl == NULL,
                              .is_derived = decl && decl->is_derived,
                              .value = value};
    ar_vector_push(arena, &facts->states, state);
}

static const struct law_state *find_state(const struct law_facts *facts,
                                          ar_str key)
{
    for (size_t ix = 0; ix < facts->states.count; ix++) {
        if (ar_str_equal(facts->states.at[ix].key, key))
            return &facts->states.at[ix];
    }
    return NULL;
}

/* The keys of a fact that rules ask for most: each argument one of the two
 * simplest of its type. */
static ar_str make_key(struct mood *mood, const struct ar_fact_decl *decl,
                       unsigned variant)
{
    ar_value *values = AR_NEW_ARRAY(mood->arena, ar_value, decl->n_parameters);
    for (size_t ix = 0; ix < decl->n_parameters; ix++) {
        const struct ar_type *type = decl->parameters[ix].type;
        struct law_domain domain = law_domain_of(law_type_of(type));
        const char *text = domain.values[variant >> ix & 1].text;
        values[ix] = read_value(mood->arena, type, text);
    }
    return ar_fact_key(mood->arena, decl, values);
}

static unsigned count_keys(const struct ar_fact_decl *decl)
{
    return 1u << decl->n_parameters;
}

/* Most derived facts are worked out; those that are a side of a law, always. */
static void add_fact(struct mood *mood, struct law_facts *facts,
                     const struct ar_fact_decl *decl)
{
    if (decl->is_derived && (ar_str_starts_with(decl->name, AR_STR("law.")) ||
                             !law_once_in(mood->choices, 12)))
        return;
    for (unsigned ix = 0; ix < count_keys(decl); ix++) {
        if (law_once_in(mood->choices, 10))
            continue;
        add_state(mood->arena, facts, make_key(mood, decl, ix), decl,
                  pick_state(mood, decl->type));
    }
}

static void add_group(struct mood *mood, struct law_facts *facts,
                      const struct ar_fact_group *group)
{
    if (!law_once_in(mood->choices, 8))
        return;
    ar_value value = law_pick(mood->choices, 2) == 0 ? ar_value_absent()
                                                     : pick_unknown(mood);
    ar_str key = group->name;
    if (group->n_parameters > 0 && group->facts.count > 0)
        key = ar_fact_key_parent(make_key(mood, group->facts.at[0], 0));
    add_state(mood->arena, facts, key, NULL, value);
}

struct law_facts law_facts_generate(struct ar_arena *arena,
                                    struct law_choices *choices,
                                    const struct ar_schema *schema)
{
    static const struct {
        unsigned unknown;
        unsigned absent;
    } moods[] = {{0, 0}, {4, 3}, {0, 0}, {0, 2},
                 {2, 1}, {8, 4}, {1, 5}, {14, 1}};
    unsigned ix = law_pick(choices, AR_COUNT_OF(moods));
    struct mood mood = {arena, choices, moods[ix].unknown, moods[ix].absent};
    struct law_facts facts = {.has_now = law_pick(choices, 2) == 0};
    for (size_t at = 0; at < schema->groups.count; at++)
        add_group(&mood, &facts, schema->groups.entries[at].value);
    for (size_t at = 0; at < schema->facts.count; at++)
        add_fact(&mood, &facts, schema->facts.entries[at].value);
    return facts;
}

/* ---- learning ---- */

struct learning {
    struct mood mood; /* of what was unknown */
    bool is_all;
};

static bool learns(struct learning *learning)
{
    return learning->is_all || law_pick(learning->mood.choices, 3) > 0;
}

static ar_value learn_value(struct learning *learning, ar_value value,
                            const struct ar_type *type, bool may_be_absent);

static ar_value learn_items(struct learning *learning, ar_value value)
{
    const struct ar_type *type = value.type;
    size_t count = value.as.list.count;
    ar_value *items = AR_NEW_ARRAY(learning->mood.arena, ar_value, count);
    for (size_t ix = 0; ix < count; ix++) {
        bool is_record = type->kind == AR_TYPE_RECORD;
        items[ix] =
            learn_value(learning, value.as.list.items[ix],
                        is_record ? type->fields[ix].type : type->element,
                        !is_record || type->fields[ix].optional);
    }
    value.as.list.items = items;
    return value;
}

static ar_value learn_value(struct learning *learning, ar_value value,
                            const struct ar_type *type, bool may_be_absent)
{
    struct mood mood = learning->mood;
    if (!may_be_absent)
        mood.absent = 0;
    if (value.state == AR_STATE_UNKNOWN && learns(learning))
        return pick_state(&mood, type);
    bool has_items = value.state == AR_STATE_VALUE &&
                     (type->kind == AR_TYPE_LIST || type->kind == AR_TYPE_MAP ||
                      type->kind == AR_TYPE_RECORD);
    return has_items ? learn_items(learning, value) : value;
}

/* Whether whoever looked said that all around it is not there. */
static bool is_below_absence(const struct law_facts *facts, ar_str key)
{
    for (key = ar_fact_key_parent(key); key.len > 0;
         key = ar_fact_key_parent(key)) {
        const struct law_state *state = find_state(facts, key);
        if (state && state->value.state == AR_STATE_ABSENT)
            return true;
    }
    return false;
}

static ar_value learn_state(struct learning *learning,
                            const struct ar_schema *schema,
                            const struct law_facts *facts,
                            const struct law_state *state)
{
    struct ar_arena *arena = learning->mood.arena;
    struct ar_fact_ref ref;
    if (ar_fact_ref_parse(arena, schema, state->key, &ref) != AR_FACT_REF_OK)
        return state->value;
    bool is_open = state->value.state == AR_STATE_UNKNOWN;
    if (is_open && (!ref.decl || is_below_absence(facts, state->key)))
        return learns(learning) ? ar_value_absent() : state->value;
    if (!ref.decl)
        return state->value;
    return learn_value(learning, state->value, ref.decl->type, true);
}

/* What nobody has mentioned. */
static void learn_missing(struct learning *learning, struct law_facts *facts,
                          const struct law_facts *before,
                          const struct ar_fact_decl *decl)
{
    struct mood *mood = &learning->mood;
    if (decl->is_derived)
        return;
    for (unsigned ix = 0; ix < count_keys(decl); ix++) {
        ar_str key = make_key(mood, decl, ix);
        if (find_state(before, key) || !learns(learning) ||
            is_below_absence(facts, key))
            continue;
        add_state(mood->arena, facts, key, decl, pick_state(mood, decl->type));
    }
}

struct law_facts law_facts_refine(struct ar_arena *arena,
                                  struct law_choices *choices,
                                  const struct ar_schema *schema,
                                  const struct law_facts *facts, bool is_all)
{
    struct learning learning = {.mood = {arena, choices, 0, 4},
                                .is_all = is_all};
    struct law_facts out = {.has_now = true};
    for (size_t ix = 0; ix < facts->states.count; ix++) {
        struct law_state state = facts->states.at[ix];
        state.value = learn_state(&learning, schema, facts, &state);
        ar_vector_push(arena, &out.states, state);
    }
    for (size_t ix = 0; ix < schema->facts.count; ix++)
        learn_missing(&learning, &out, facts, schema->facts.entries[ix].value);
    return out;
}

/* ---- redacting ---- */

/* The literal tells apart what is not equal. */
static ar_value redact(struct ar_arena *arena, struct law_choices *choices,
                       ar_value value)
{
    if (value.state != AR_STATE_VALUE || value.type->kind == AR_TYPE_BOOL)
        return value;
    if (ar_type_is_scalar(value.type)) {
        struct ar_buf text = AR_BUF(arena);
        if (law_pick(choices, 3) == 0)
            return value;
        ar_value_put_literal(&text, value);
        return ar_value_placeholder(value.type, ar_buf_view(&text));
    }
    size_t count = value.as.list.count;
    ar_value *items = AR_NEW_ARRAY(arena, ar_value, count);
    for (size_t ix = 0; ix < count; ix++)
        items[ix] = redact(arena, choices, value.as.list.items[ix]);
    value.as.list.items = items;
    return value;
}

void law_facts_redact(struct ar_arena *arena, struct law_choices *choices,
                      struct law_facts *facts)
{
    for (size_t ix = 0; ix < facts->states.count; ix++) {
        struct law_state *state = &facts->states.at[ix];
        state->value = redact(arena, choices, state->value);
    }
}

/* ---- as a factset ---- */

/* The same value for the type of another program. */
static ar_value retype(struct ar_arena *arena, ar_value value,
                       const struct ar_type *type)
{
    if (!ar_value_is_there(&value) || value.type == type)
        return value;
    value.type = type;
    if (value.state != AR_STATE_VALUE)
        return value;
    if (type->kind != AR_TYPE_LIST && type->kind != AR_TYPE_MAP &&
        type->kind != AR_TYPE_RECORD)
        return value;
    size_t count = value.as.list.count;
    ar_value *items = AR_NEW_ARRAY(arena, ar_value, count);
    for (size_t ix = 0; ix < count; ix++)
        items[ix] = retype(arena, value.as.list.items[ix],
                           type->kind == AR_TYPE_RECORD ? type->fields[ix].type
                                                        : type->element);
    value.as.list.items = items;
    return value;
}

struct ar_factset law_facts_apply(struct ar_arena *arena,
                                  const struct ar_schema *schema,
                                  const struct law_facts *facts)
{
    struct ar_factset set = {.arena = arena,
                             .schema = schema,
                             .missing_reason = AR_REASON_not_in_snapshot,
                             .has_now = facts->has_now};
    ar_time_parse(AR_STR("2026-11-22T10:00:00Z"), &set.now);
    for (size_t ix = 0; ix < facts->states.count; ix++) {
        const struct law_state *state = &facts->states.at[ix];
        struct ar_fact_ref ref;
        if (ar_fact_ref_parse(arena, schema, state->key, &ref) !=
                AR_FACT_REF_OK ||
            (ref.decl == NULL) != state->is_group)
            continue;
        ar_value value = state->value;
        if (ref.decl)
            value = retype(arena, value, ref.decl->type);
        ar_factset_add(&set, &ref, value);
    }
    return set;
}

/* ---- as a snapshot ---- */

static void put_json(struct ar_json_writer *writer, ar_value value,
                     const struct ar_type *type);

static void put_items(struct ar_json_writer *writer, const ar_value *value)
{
    const struct ar_type *type = value->type;
    bool is_list = type->kind == AR_TYPE_LIST;
    if (is_list)
        ar_json_begin_array(writer);
    else
        ar_json_begin_object(writer);
    for (size_t ix = 0; ix < value->as.list.count; ix++) {
        const struct ar_type *each = type->element;
        if (type->kind == AR_TYPE_MAP)
            ar_json_key(writer, value->as.list.keys[ix]);
        if (type->kind == AR_TYPE_RECORD) {
            each = type->fields[ix].type;
            ar_json_key(writer, type->fields[ix].name);
        }
        put_json(writer, value->as.list.items[ix], each);
    }
    if (is_list)
        ar_json_end_array(writer);
    else
        ar_json_end_object(writer);
}

static void put_scalar(struct ar_json_writer *writer, const ar_value *value)
{
    struct ar_buf text = AR_BUF(writer->out->arena);
    switch (value->type->kind) {
    case AR_TYPE_BOOL: ar_json_bool(writer, value->as.boolean); return;
    case AR_TYPE_INT: ar_json_int(writer, value->as.integer); return;
    case AR_TYPE_REAL: ar_json_real(writer, value->as.real); return;
    case AR_TYPE_STRING:
    case AR_TYPE_VERSION:
    case AR_TYPE_SIZE:
    case AR_TYPE_DURATION:
    case AR_TYPE_TIME:
    case AR_TYPE_IP:
    case AR_TYPE_CIDR:
    case AR_TYPE_ENUM:
        ar_value_put(&text, *value);
        ar_json_string(writer, ar_buf_view(&text));
        return;
    case AR_TYPE_POISON:
    case AR_TYPE_LIST:
    case AR_TYPE_MAP:
    case AR_TYPE_RECORD: break;
    }
    AR_UNREACHABLE();
}

static void put_lack(struct ar_json_writer *writer, const ar_value *value)
{
    const char *reason = ar_reason_table[value->reason].name;
    ar_json_begin_object(writer);
    if (ar_value_is_placeholder(value))
        ar_json_member(writer, "$redacted", value->detail);
    else
        ar_json_member(writer, "$unknown", ar_str_from_c(reason));
    ar_json_end_object(writer);
}

static void put_json(struct ar_json_writer *writer, ar_value value,
                     const struct ar_type *type)
{
    switch (value.state) {
    case AR_STATE_ABSENT: ar_json_null(writer); return;
    case AR_STATE_VALUE:
        if (ar_type_is_scalar(type))
            put_scalar(writer, &value);
        else
            put_items(writer, &value);
        return;
    case AR_STATE_UNKNOWN: put_lack(writer, &value); return;
    }
    AR_UNREACHABLE();
}

static void put_known(struct ar_json_writer *writer,
                      const struct law_facts *facts)
{
    ar_json_key(writer, AR_STR("facts"));
    ar_json_begin_object(writer);
    for (size_t ix = 0; ix < facts->states.count; ix++) {
        const struct law_state *state = &facts->states.at[ix];
        if (!ar_value_is_there(&state->value))
            continue;
        ar_json_key(writer, state->key);
        put_json(writer, state->value, state->value.type);
    }
    ar_json_end_object(writer);
    ar_json_key(writer, AR_STR("absent"));
    ar_json_begin_array(writer);
    for (size_t ix = 0; ix < facts->states.count; ix++) {
        if (facts->states.at[ix].value.state == AR_STATE_ABSENT)
            ar_json_string(writer, facts->states.at[ix].key);
    }
    ar_json_end_array(writer);
}

void law_facts_put(struct ar_buf *out, const struct law_facts *facts)
{
    struct ar_json_writer writer = {.out = out, .pretty = true};
    ar_json_begin_object(&writer);
    ar_json_member(&writer, "schema", AR_STR("archrules.snapshot/1"));
    if (facts->has_now)
        ar_json_member(&writer, "collected", AR_STR("2026-11-22T10:00:00Z"));
    put_known(&writer, facts);
    ar_json_key(&writer, AR_STR("unknown"));
    ar_json_begin_object(&writer);
    for (size_t ix = 0; ix < facts->states.count; ix++) {
        const struct law_state *state = &facts->states.at[ix];
        if (state->value.state != AR_STATE_UNKNOWN ||
            ar_value_is_placeholder(&state->value))
            continue;
        ar_json_key(&writer, state->key);
        ar_json_begin_object(&writer);
        const char *reason = ar_reason_table[state->value.reason].name;
        ar_json_member(&writer, "reason", ar_str_from_c(reason));
        ar_json_end_object(&writer);
    }
    ar_json_end_object(&writer);
    ar_json_end_object(&writer);
    ar_buf_put_c(out, "\n");
}

/* ---- simpler ---- */

static ar_value with_items(ar_value value, const ar_value *items, size_t count)
{
    value.as.list.items = items;
    value.as.list.count = count;
    return value;
}

static void add_shorter(struct ar_arena *arena, law_value_vector *out,
                        ar_value value)
{
    size_t count = value.as.list.count;
    for (size_t left_out = 0; left_out < count; left_out++) {
        ar_value *items = AR_NEW_ARRAY(arena, ar_value, count);
        ar_str *keys = AR_NEW_ARRAY(arena, ar_str, count);
        size_t n = 0;
        for (size_t ix = 0; ix < count; ix++) {
            if (ix == left_out)
                continue;
            if (value.as.list.keys)
                keys[n] = value.as.list.keys[ix];
            items[n++] = value.as.list.items[ix];
        }
        ar_value shorter = with_items(value, items, n);
        if (value.as.list.keys)
            shorter.as.list.keys = keys;
        ar_vector_push(arena, out, shorter);
    }
}

static void add_simpler_items(struct ar_arena *arena, law_value_vector *out,
                              ar_value value)
{
    size_t count = value.as.list.count;
    for (size_t each = 0; each < count; each++) {
        law_value_vector simpler =
            law_simpler_values(arena, value.as.list.items[each]);
        for (size_t at = 0; at < simpler.count; at++) {
            ar_value *items = AR_NEW_ARRAY(arena, ar_value, count);
            for (size_t ix = 0; ix < count; ix++)
                items[ix] = value.as.list.items[ix];
            items[each] = simpler.at[at];
            ar_vector_push(arena, out, with_items(value, items, count));
        }
    }
}

law_value_vector law_simpler_values(struct ar_arena *arena, ar_value value)
{
    law_value_vector out = {0};
    ar_value denied = ar_value_unknown(AR_REASON_denied, AR_STR(""));
    if (value.state == AR_STATE_ABSENT)
        return out;
    if (value.state == AR_STATE_UNKNOWN) {
        if (value.reason != AR_REASON_denied)
            ar_vector_push(arena, &out, denied);
        return out;
    }
    if (ar_type_is_scalar(value.type)) {
        struct law_domain domain = law_domain_of(law_type_of(value.type));
        ar_value least = read_value(arena, value.type, domain.values[0].text);
        if (!ar_value_same(least, value))
            ar_vector_push(arena, &out, least);
        return out;
    }
    if (value.type->kind != AR_TYPE_RECORD)
        add_shorter(arena, &out, value);
    add_simpler_items(arena, &out, value);
    return out;
}
