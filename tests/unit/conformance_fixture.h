/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AR_TESTS_CONFORMANCE_FIXTURE_H
#define AR_TESTS_CONFORMANCE_FIXTURE_H
/* The suite of tests/conformance: its files, the values in them, and what is
 * expected as text, to be compared with what came out. The README there
 * describes the form. */

#include "facts/snapshot.h"
#include "result/outcome.h"
#include "rules_fixture.h"

/* A case that is being run: its rules, its facts. */
struct trial {
    struct fixture fixture;
    struct ar_factset facts;
    struct ar_evaluation_options options;
};

/* One file of cases. */
struct suite {
    ar_str file;
    const struct ar_json *root;
};

static inline ar_str member_text(const struct ar_json *object, const char *key)
{
    const struct ar_json *member = ar_json_get(object, ar_str_from_c(key));
    return member && member->kind == AR_JSON_STRING ? member->text : AR_STR("");
}

/* ---- values ---- */

/* {"$unknown": "denied"} */
static inline bool read_unknown(const struct ar_json *json, ar_value *out)
{
    ar_str reason = member_text(json, "$unknown");
    if (reason.len == 0)
        return false;
    enum ar_reason which = ar_reason_find(reason);
    AR_ASSERT(which != AR_N_REASONS);
    *out = ar_value_unknown(which, AR_STR(""));
    return true;
}

static inline ar_value read_value(struct ar_arena *arena,
                                  const struct ar_json *json,
                                  const struct ar_type *type);

static inline ar_value read_list(struct ar_arena *arena,
                                 const struct ar_json *json,
                                 const struct ar_type *type)
{
    ar_value *items = AR_NEW_ARRAY(arena, ar_value, json->count);
    size_t count = 0;
    for (const struct ar_json *each = json->first; each; each = each->next)
        items[count++] = read_value(arena, each, type->element);
    return ar_value_list(type, items, count);
}

/* Maps have their keys sorted. */
static inline ar_value read_map(struct ar_arena *arena,
                                const struct ar_json *json,
                                const struct ar_type *type)
{
    ar_value *items = AR_NEW_ARRAY(arena, ar_value, json->count);
    ar_str *keys = AR_NEW_ARRAY(arena, ar_str, json->count);
    size_t count = 0;
    for (const struct ar_json *each = json->first; each; each = each->next) {
        size_t at = count++;
        for (; at > 0 && ar_str_compare(keys[at - 1], each->key) > 0; at--) {
            keys[at] = keys[at - 1];
            items[at] = items[at - 1];
        }
        keys[at] = each->key;
        items[at] = read_value(arena, each, type->element);
    }
    return ar_value_map(type, keys, items, count);
}

static inline ar_value read_record(struct ar_arena *arena,
                                   const struct ar_json *json,
                                   const struct ar_type *type)
{
    ar_value *fields = AR_NEW_ARRAY(arena, ar_value, type->n_fields);
    for (size_t ix = 0; ix < type->n_fields; ix++) {
        const struct ar_field *field = &type->fields[ix];
        const struct ar_json *member = ar_json_get(json, field->name);
        if (member)
            fields[ix] = read_value(arena, member, field->type);
        else if (field->optional)
            fields[ix] = ar_value_absent();
        else
            fields[ix] =
                ar_value_unknown(AR_REASON_not_in_snapshot, AR_STR(""));
    }
    return ar_value_record(type, fields);
}

/* The encoding of snapshots, $unknown, and sizes below zero. */
static inline ar_value read_value(struct ar_arena *arena,
                                  const struct ar_json *json,
                                  const struct ar_type *type)
{
    ar_value unknown;
    bool is_object = json->kind == AR_JSON_OBJECT;
    bool is_negative = json->kind == AR_JSON_STRING &&
                       ar_str_starts_with(json->text, AR_STR("-"));
    if (is_object && read_unknown(json, &unknown))
        return unknown;
    if (is_object && ar_json_get(json, AR_STR("$redacted")))
        return ar_snapshot_value(arena, json, type);
    if (json->kind == AR_JSON_ARRAY && type->kind == AR_TYPE_LIST)
        return read_list(arena, json, type);
    if (is_object && type->kind == AR_TYPE_MAP)
        return read_map(arena, json, type);
    if (is_object && type->kind == AR_TYPE_RECORD)
        return read_record(arena, json, type);
    if (is_negative && type->kind == AR_TYPE_SIZE)
        return ar_value_parse(arena, type, json->text, AR_REASON_bad_output);
    return ar_snapshot_value(arena, json, type);
}

/* ---- facts ---- */

static inline bool set_fact(struct trial *trial, const struct ar_json *member)
{
    struct ar_arena *arena = &trial->fixture.arena;
    struct ar_fact_ref ref;
    if (ar_fact_ref_parse(arena, trial->facts.schema, member->key, &ref) !=
        AR_FACT_REF_OK)
        return false;
    ar_value value;
    if (ref.decl)
        value = read_value(arena, member, ref.decl->type);
    else if (member->kind == AR_JSON_NULL)
        value = ar_value_absent();
    else if (!read_unknown(member, &value))
        return false;
    ar_factset_add(&trial->facts, &ref, value);
    return true;
}

/* The key of the first one that is no fact, or an empty text. */
static inline ar_str set_facts(struct trial *trial,
                               const struct ar_json *holder)
{
    const struct ar_json *facts = ar_json_get(holder, AR_STR("facts"));
    for (const struct ar_json *each = facts ? facts->first : NULL; each;
         each = each->next) {
        if (!set_fact(trial, each))
            return each->key;
    }
    return AR_STR("");
}

static inline bool set_now(struct trial *trial, const struct ar_json *holder)
{
    ar_str now = member_text(holder, "now");
    if (now.len == 0)
        return true;
    trial->facts.has_now = ar_time_parse(now, &trial->facts.now);
    return trial->facts.has_now;
}

/* ---- what came out, as text ---- */

static inline void put_causes(struct ar_buf *out, const ar_cause_vector *causes)
{
    for (size_t ix = 0; ix < causes->count; ix++) {
        const struct ar_cause *cause = &causes->at[ix];
        ar_buf_put_c(out, ix == 0 ? " <- " : ", ");
        ar_buf_put(out, cause->name);
        if (cause->value.state == AR_STATE_ABSENT)
            ar_buf_put_c(out, " absent");
        else
            ar_buf_printf(out, " unknown(%s)",
                          ar_reason_table[cause->value.reason].name);
    }
}

static inline void put_bits(struct ar_buf *out, unsigned bits)
{
    ar_buf_put_c(out, bits & AR_OUTCOME_TRUE ? " true" : "");
    ar_buf_put_c(out, bits & AR_OUTCOME_FALSE ? " false" : "");
    ar_buf_put_c(out, bits & AR_OUTCOME_NEITHER ? " neither" : "");
}

/* "condition true neither <- a.b absent", "int 5". */
static inline ar_str outcome_text(struct ar_arena *arena,
                                  const struct ar_expr *expr,
                                  const struct ar_outcome *outcome)
{
    struct ar_buf out = AR_BUF(arena);
    if (outcome->is_condition) {
        ar_buf_put_c(&out, "condition");
        put_bits(&out, outcome->bits);
    } else {
        ar_type_put(&out, expr->type);
        ar_buf_put_char(&out, ' ');
        ar_value_put_literal(&out, outcome->value);
    }
    put_causes(&out, &outcome->causes);
    return ar_buf_view(&out);
}

/* ---- what is expected, in the same form ---- */

static inline void put_expected_causes(struct ar_buf *out,
                                       const struct ar_json *holder)
{
    const struct ar_json *causes = ar_json_get(holder, AR_STR("causes"));
    const char *before = " <- ";
    for (const struct ar_json *each = causes ? causes->first : NULL; each;
         each = each->next) {
        ar_str state = member_text(each, "state");
        ar_str reason = member_text(each, "reason");
        ar_buf_printf(out, "%s" AR_STR_FORMAT " " AR_STR_FORMAT, before,
                      AR_STR_ARG(member_text(each, "name")), AR_STR_ARG(state));
        if (reason.len > 0)
            ar_buf_printf(out, "(" AR_STR_FORMAT ")", AR_STR_ARG(reason));
        before = ", ";
    }
}

static inline unsigned read_outcomes(const struct ar_json *outcomes)
{
    unsigned bits = 0;
    for (const struct ar_json *each = outcomes->first; each; each = each->next)
        bits |= ar_str_equal_c(each->text, "true")    ? AR_OUTCOME_TRUE
                : ar_str_equal_c(each->text, "false") ? AR_OUTCOME_FALSE
                                                      : AR_OUTCOME_NEITHER;
    return bits;
}

static inline ar_str expected_text(struct ar_arena *arena,
                                   const struct ar_json *expect,
                                   const struct ar_expr *expr)
{
    struct ar_buf out = AR_BUF(arena);
    const struct ar_json *outcomes = ar_json_get(expect, AR_STR("outcomes"));
    const struct ar_json *value = ar_json_get(expect, AR_STR("value"));
    if (outcomes) {
        ar_buf_put_c(&out, "condition");
        put_bits(&out, read_outcomes(outcomes));
    } else {
        ar_buf_put(&out, member_text(expect, "type"));
        ar_buf_put_char(&out, ' ');
        ar_value_put_literal(&out, read_value(arena, value, expr->type));
    }
    put_expected_causes(&out, expect);
    return ar_buf_view(&out);
}

/* ---- rules ---- */

/* "r", "r key Ubuntu" */
static inline void put_finding_name(struct ar_buf *out,
                                    const struct ar_finding *finding)
{
    ar_buf_put(out, finding->rule->id);
    if (finding->has_key) {
        ar_buf_put_c(out, " key ");
        ar_buf_put(out, finding->key_text);
    }
}

static inline void put_finding(struct ar_buf *out,
                               const struct ar_finding *finding)
{
    ar_buf_put_c(out, "\n  finding ");
    ar_buf_put(out, finding->key_text);
    ar_buf_put_c(out, ": ");
    ar_buf_put(out, finding->diagnosis);
    ar_buf_put_c(out, finding->waived_by ? "\n    waived" : "");
    for (size_t ix = 0; ix < finding->superseded_by.count; ix++) {
        ar_buf_put_c(out, "\n    superseded by ");
        put_finding_name(out, finding->superseded_by.at[ix]);
    }
    for (size_t ix = 0; ix < finding->possible_causes.count; ix++) {
        ar_buf_put_c(out, "\n    possible cause ");
        ar_buf_put(out, finding->possible_causes.at[ix]->id);
    }
}

static inline void put_rule(struct ar_buf *out,
                            const struct ar_rule_result *result)
{
    ar_buf_printf(out, "\n" AR_STR_FORMAT " %s", AR_STR_ARG(result->rule->id),
                  ar_status_table[result->status].name);
    put_causes(out, &result->causes);
    for (size_t ix = 0; ix < result->findings.count; ix++)
        put_finding(out, result->findings.at[ix]);
    for (size_t ix = 0; ix < result->open_elements.count; ix++) {
        ar_buf_put_c(out, "\n  open ");
        ar_buf_put(out, result->open_elements.at[ix].key_text);
        put_causes(out, &result->open_elements.at[ix].causes);
    }
}

static inline const struct ar_rule_result *find_rule(
    const struct ar_result *result, ar_str id)
{
    for (size_t ix = 0; ix < result->rules.count; ix++) {
        if (ar_str_equal(result->rules.at[ix].rule->id, id))
            return &result->rules.at[ix];
    }
    return NULL;
}

/* In the order in which expect has the rules; those that it does not have
 * stand behind. */
static inline ar_str result_text(struct ar_arena *arena,
                                 const struct ar_result *result,
                                 const struct ar_json *expect)
{
    struct ar_buf out = AR_BUF(arena);
    const struct ar_json *rules = ar_json_get(expect, AR_STR("rules"));
    for (const struct ar_json *each = rules->first; each; each = each->next) {
        const struct ar_rule_result *rule = find_rule(result, each->key);
        if (rule)
            put_rule(&out, rule);
    }
    for (size_t ix = 0; ix < result->rules.count; ix++) {
        if (!ar_json_get(rules, result->rules.at[ix].rule->id))
            put_rule(&out, &result->rules.at[ix]);
    }
    bool is_ordered = ar_json_get(expect, AR_STR("shown")) != NULL;
    for (size_t ix = 0; is_ordered && ix < result->findings.count; ix++) {
        ar_buf_put_c(&out, "\nshown ");
        put_finding_name(&out, result->findings.at[ix]);
    }
    for (size_t ix = 0; ix < result->expired_waivers.count; ix++)
        ar_buf_printf(&out, "\nexpired waiver of " AR_STR_FORMAT,
                      AR_STR_ARG(result->expired_waivers.at[ix]->rule->id));
    for (size_t ix = 0; ix < result->absent_packs.count; ix++)
        ar_buf_printf(&out, "\nabsent pack " AR_STR_FORMAT,
                      AR_STR_ARG(result->absent_packs.at[ix]));
    return ar_buf_view(&out);
}

static inline void put_each(struct ar_buf *out, const struct ar_json *holder,
                            const char *member, const char *before)
{
    const struct ar_json *list = ar_json_get(holder, ar_str_from_c(member));
    for (const struct ar_json *each = list ? list->first : NULL; each;
         each = each->next) {
        ar_buf_put_c(out, before);
        ar_buf_put(out, each->text);
    }
}

static inline void put_expected_finding(struct ar_buf *out,
                                        const struct ar_json *finding)
{
    const struct ar_json *waived = ar_json_get(finding, AR_STR("waived"));
    ar_buf_printf(out, "\n  finding " AR_STR_FORMAT ": " AR_STR_FORMAT,
                  AR_STR_ARG(member_text(finding, "key")),
                  AR_STR_ARG(member_text(finding, "diagnosis")));
    ar_buf_put_c(out, waived && waived->boolean ? "\n    waived" : "");
    put_each(out, finding, "superseded_by", "\n    superseded by ");
    put_each(out, finding, "possible_causes", "\n    possible cause ");
}

static inline void put_expected_rule(struct ar_buf *out,
                                     const struct ar_json *rule)
{
    const struct ar_json *findings = ar_json_get(rule, AR_STR("findings"));
    const struct ar_json *open = ar_json_get(rule, AR_STR("open"));
    ar_buf_printf(out, "\n" AR_STR_FORMAT " " AR_STR_FORMAT,
                  AR_STR_ARG(rule->key),
                  AR_STR_ARG(member_text(rule, "status")));
    put_expected_causes(out, rule);
    for (const struct ar_json *each = findings ? findings->first : NULL; each;
         each = each->next)
        put_expected_finding(out, each);
    for (const struct ar_json *each = open ? open->first : NULL; each;
         each = each->next) {
        ar_buf_put_c(out, "\n  open ");
        ar_buf_put(out, member_text(each, "key"));
        put_expected_causes(out, each);
    }
}

static inline ar_str expected_result_text(struct ar_arena *arena,
                                          const struct ar_json *expect)
{
    struct ar_buf out = AR_BUF(arena);
    const struct ar_json *rules = ar_json_get(expect, AR_STR("rules"));
    for (const struct ar_json *each = rules->first; each; each = each->next)
        put_expected_rule(&out, each);
    put_each(&out, expect, "shown", "\nshown ");
    put_each(&out, expect, "expired", "\nexpired waiver of ");
    put_each(&out, expect, "absent_packs", "\nabsent pack ");
    return ar_buf_view(&out);
}

#endif
