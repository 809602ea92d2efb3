/* SPDX-License-Identifier: Apache-2.0 */
/* Rules of a block as far as reports and explanations look at them: words,
 * flags, relations. Of expressions there is only the place; what they mean is
 * in the code. */

#include "code/load.h"

static const struct ar_version *load_version(
    const struct ar_code_loading *loading, uint32_t string)
{
    ar_str text = ar_block_text(loading->block, string);
    ar_value value = ar_value_parse(loading->arena, &ar_type_version, text,
                                    AR_REASON_bad_value);
    bool is_version = text.len > 0 && value.state == AR_STATE_VALUE;
    return is_version ? value.as.version : NULL;
}

static struct ar_expr *load_place(const struct ar_code_loading *loading,
                                  struct ar_block_place place)
{
    struct ar_expr *expr = AR_NEW(loading->arena, struct ar_expr);
    expr->span = ar_code_span(loading, place);
    return expr;
}

static struct ar_expr *load_condition(const struct ar_code_loading *loading,
                                      uint32_t condition)
{
    if (condition == AR_BLOCK_NONE)
        return NULL;
    return load_place(loading, loading->block->condition_at[condition].place);
}

static const struct ar_template *load_template(
    const struct ar_code_loading *loading, uint32_t ix)
{
    if (ix == AR_BLOCK_NONE)
        return NULL;
    const struct ar_block *block = loading->block;
    const struct ar_block_template *from = &block->template_at[ix];
    struct ar_template *out = AR_NEW(loading->arena, struct ar_template);
    struct ar_template_part *parts =
        AR_NEW_ARRAY(loading->arena, struct ar_template_part, from->n_parts);
    for (uint32_t each = 0; each < from->n_parts; each++) {
        const struct ar_block_part *part = &block->part_at[from->parts + each];
        parts[each].text = ar_block_text(block, part->text);
        if (part->is_hole)
            parts[each].expr = load_place(loading, part->place);
    }
    out->parts = parts;
    out->n_parts = from->n_parts;
    return out;
}

static void load_remedies(const struct ar_code_loading *loading,
                          const struct ar_block_rule *record,
                          struct ar_rule *rule)
{
    struct ar_arena *arena = loading->arena;
    for (uint32_t ix = 0; ix < record->n_remedies; ix++) {
        const struct ar_block_remedy *from =
            &loading->block->remedy_at[record->remedies + ix];
        struct ar_remedy *remedy = AR_NEW(arena, struct ar_remedy);
        remedy->title = load_template(loading, from->title);
        remedy->risk = (enum ar_risk)from->risk;
        remedy->data_loss = load_template(loading, from->data_loss);
        remedy->undo = load_template(loading, from->undo);
        remedy->needs_admin = from->needs_admin;
        remedy->verify = load_condition(loading, from->verify);
        remedy->span = ar_code_span(loading, from->place);
        ar_vector_push(arena, &rule->remedies, remedy);
    }
}

static void load_replaces(const struct ar_code_loading *loading,
                          const struct ar_block_rule *record,
                          struct ar_rule *rule)
{
    for (uint32_t ix = 0; ix < record->n_replaces; ix++) {
        const struct ar_block_replaces *from =
            &loading->block->replaces_at[record->replaces + ix];
        struct ar_replaces replaces = {
            .id = ar_block_text(loading->block, from->id),
            .since = load_version(loading, from->since),
        };
        ar_vector_push(loading->arena, &rule->replaces, replaces);
    }
}

static void load_words(const struct ar_code_loading *loading,
                       const struct ar_block_rule *record, struct ar_rule *rule)
{
    const struct ar_block *block = loading->block;
    rule->id = ar_block_text(block, record->id);
    rule->name = ar_block_text(block, record->name);
    rule->pack = loading->packs[record->pack];
    rule->span = ar_code_span(loading, record->place);
    rule->doc = ar_block_text(block, record->doc);
    rule->title = ar_block_text(block, record->title);
    rule->context = ar_block_text(block, record->context);
    rule->severity = (enum ar_rule_severity)record->severity;
    rule->confidence = (enum ar_confidence)record->confidence;
    rule->keywords.at =
        ar_code_names(loading, record->keywords, record->n_keywords);
    rule->keywords.count = record->n_keywords;
    rule->not_loaded = ar_block_text(block, record->not_loaded);
    rule->disabled_because = ar_block_text(block, record->disabled_because);
    rule->disabled_at = ar_code_span(loading, record->disabled_at);
    rule->override_at = ar_code_span(loading, record->override_at);
    rule->depth = record->depth;
}

static void load_texts(const struct ar_code_loading *loading,
                       const struct ar_block_rule *record, struct ar_rule *rule)
{
    const struct ar_block *block = loading->block;
    struct ar_arena *arena = loading->arena;
    rule->applies = load_condition(loading, record->applies);
    rule->when = load_condition(loading, record->when);
    if (record->each_place != AR_BLOCK_NONE)
        rule->each =
            load_place(loading, block->code_place_at[record->each_place].place);
    rule->diagnosis = load_template(loading, record->diagnosis);
    for (uint32_t ix = 0; ix < record->n_symptoms; ix++)
        ar_vector_push(arena, &rule->symptoms,
                       load_condition(loading, record->symptoms + ix));
    for (uint32_t ix = 0; ix < record->n_lessons; ix++)
        ar_vector_push(
            arena, &rule->lessons,
            load_template(loading,
                          block->message_at[record->lessons + ix].template));
    for (uint32_t ix = 0; ix < record->n_links; ix++)
        ar_vector_push(
            arena, &rule->links,
            load_template(loading,
                          block->message_at[record->links + ix].template));
}

/* The order of their ids makes each the only one of its id. */
static void load_rule(struct ar_code_loading *loading, uint32_t ix)
{
    const struct ar_block_rule *record = &loading->block->rule_at[ix];
    struct ar_program *program = loading->program;
    struct ar_rule *rule = AR_NEW(loading->arena, struct ar_rule);
    rule->ix = ix;
    load_words(loading, record, rule);
    load_texts(loading, record, rule);
    load_remedies(loading, record, rule);
    load_replaces(loading, record, rule);
    rule->pack->n_rules++;
    ar_map_put(loading->arena, &program->rules_by_id, rule->id, rule);
    ar_vector_push(loading->arena, &program->rules, rule);
}

static void load_supersedes(const struct ar_code_loading *loading, uint32_t ix)
{
    const struct ar_block_rule *record = &loading->block->rule_at[ix];
    struct ar_program *program = loading->program;
    struct ar_rule *rule = program->rules.at[ix];
    for (uint32_t each = 0; each < record->n_supersedes; each++) {
        const struct ar_block_supersedes *from =
            &loading->block->supersedes_at[record->supersedes + each];
        struct ar_supersedes supersedes = {
            .id = ar_block_text(loading->block, from->id),
            .same_key = from->same_key,
            .span = ar_code_span(loading, from->place),
        };
        if (from->rule != AR_BLOCK_NONE)
            supersedes.rule = program->rules.at[from->rule];
        ar_vector_push(loading->arena, &rule->supersedes, supersedes);
    }
}

static bool load_waiver(struct ar_code_loading *loading, uint32_t ix)
{
    const struct ar_block_waiver *from = &loading->block->waiver_at[ix];
    struct ar_waiver *waiver = AR_NEW(loading->arena, struct ar_waiver);
    waiver->pack = loading->packs[from->pack];
    waiver->rule = loading->program->rules.at[from->rule];
    waiver->has_key = from->key != AR_BLOCK_NONE;
    if (waiver->has_key)
        waiver->key = loading->constants[from->key];
    if (waiver->has_key && (waiver->key.state != AR_STATE_VALUE ||
                            !ar_type_is_scalar(waiver->key.type)))
        return ar_code_malformed(loading, "WAIVERS", ix,
                                 "its key is not the key of a finding");
    waiver->because = ar_block_text(loading->block, from->because);
    waiver->owner = ar_block_text(loading->block, from->owner);
    waiver->until = ar_block_text(loading->block, from->until);
    waiver->until_end =
        (int64_t)((uint64_t)from->end_high << 32 | from->end_low);
    waiver->span = ar_code_span(loading, from->place);
    ar_vector_push(loading->arena, &loading->program->waivers, waiver);
    return true;
}

bool ar_code_load_rules(struct ar_code_loading *loading)
{
    const struct ar_block *block = loading->block;
    for (uint32_t ix = 0; ix < block->rule_count; ix++)
        load_rule(loading, ix);
    for (uint32_t ix = 0; ix < block->rule_count; ix++)
        load_supersedes(loading, ix);
    for (uint32_t ix = 0; ix < block->waiver_count; ix++) {
        if (!load_waiver(loading, ix))
            return false;
    }
    return true;
}
