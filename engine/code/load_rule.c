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
                          const struct ar_block_details *record,
                          struct ar_rule_details *details)
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
        ar_vector_push(arena, &details->remedies, remedy);
    }
}

static void load_replaces(const struct ar_code_loading *loading,
                          const struct ar_block_details *record,
                          struct ar_rule_details *details)
{
    for (uint32_t ix = 0; ix < record->n_replaces; ix++) {
        const struct ar_block_replaces *from =
            &loading->block->replaces_at[record->replaces + ix];
        struct ar_replaces replaces = {
            .id = ar_block_text(loading->block, from->id),
            .since = load_version(loading, from->since),
        };
        ar_vector_push(loading->arena, &details->replaces, replaces);
    }
}

static void load_messages(const struct ar_code_loading *loading,
                          const struct ar_block_details *record,
                          struct ar_rule_details *details)
{
    const struct ar_block_message *messages = loading->block->message_at;
    struct ar_arena *arena = loading->arena;
    for (uint32_t ix = 0; ix < record->n_lessons; ix++)
        ar_vector_push(
            arena, &details->lessons,
            load_template(loading, messages[record->lessons + ix].template));
    for (uint32_t ix = 0; ix < record->n_links; ix++)
        ar_vector_push(
            arena, &details->links,
            load_template(loading, messages[record->links + ix].template));
}

/* ---- rules ---- */

static struct ar_rule_details *load_details(
    const struct ar_code_loading *loading,
    const struct ar_block_details *record)
{
    const struct ar_block *block = loading->block;
    struct ar_rule_details *details =
        AR_NEW(loading->arena, struct ar_rule_details);
    details->doc = ar_block_text(block, record->doc);
    details->context = ar_block_text(block, record->context);
    details->keywords.at =
        ar_code_names(loading, record->keywords, record->n_keywords);
    details->keywords.count = record->n_keywords;
    details->not_loaded = ar_block_text(block, record->not_loaded);
    details->disabled_because = ar_block_text(block, record->disabled_because);
    details->disabled_at = ar_code_span(loading, record->disabled_at);
    details->override_at = ar_code_span(loading, record->override_at);
    load_remedies(loading, record, details);
    load_replaces(loading, record, details);
    load_messages(loading, record, details);
    return details;
}

static void load_rule(const struct ar_code_loading *loading, uint32_t ix,
                      struct ar_rule_details *no_details, struct ar_rule *rule)
{
    const struct ar_block *block = loading->block;
    const struct ar_block_rule *record = &block->rule_at[ix];
    rule->ix = ix;
    rule->id = ar_block_text(block, record->id);
    rule->name =
        ar_str_slice(rule->id, rule->id.len - record->name_length, SIZE_MAX);
    rule->pack = loading->packs[record->pack];
    rule->span = ar_code_span(loading, record->place);
    rule->title = ar_block_text(block, record->title);
    rule->severity = (enum ar_rule_severity)record->severity;
    rule->confidence = (enum ar_confidence)record->confidence;
    rule->depth = record->depth;
    rule->details = no_details;
    if (record->details != AR_BLOCK_NONE)
        rule->details =
            load_details(loading, &block->details_at[record->details]);
    rule->pack->n_rules++;
}

static void load_supersedes(const struct ar_code_loading *loading, uint32_t ix)
{
    const struct ar_block *block = loading->block;
    const struct ar_block_details *record =
        ar_block_details_of(block, &block->rule_at[ix]);
    struct ar_program *program = loading->program;
    struct ar_rule *rule = program->rules.at[ix];
    for (uint32_t each = 0; each < record->n_supersedes; each++) {
        const struct ar_block_supersedes *from =
            &block->supersedes_at[record->supersedes + each];
        struct ar_supersedes supersedes = {
            .id = ar_block_text(block, from->id),
            .same_key = from->same_key,
            .span = ar_code_span(loading, from->place),
        };
        if (from->rule != AR_BLOCK_NONE)
            supersedes.rule = program->rules.at[from->rule];
        ar_vector_push(loading->arena, &rule->details->supersedes, supersedes);
    }
}

static void load_all_rules(const struct ar_code_loading *loading)
{
    struct ar_program *program = loading->program;
    struct ar_arena *arena = loading->arena;
    uint32_t count = loading->block->rule_count;
    struct ar_rule *rules = AR_NEW_ARRAY(arena, struct ar_rule, count);
    struct ar_rule_details *no_details = AR_NEW(arena, struct ar_rule_details);
    program->rules.at = AR_NEW_ARRAY(arena, struct ar_rule *, count);
    program->rules.count = count;
    program->rules.capacity = count;
    for (uint32_t ix = 0; ix < count; ix++) {
        load_rule(loading, ix, no_details, &rules[ix]);
        program->rules.at[ix] = &rules[ix];
    }
    for (uint32_t ix = 0; ix < count; ix++)
        load_supersedes(loading, ix);
}

void ar_code_describe(struct ar_arena *arena, const struct ar_code *code,
                      const struct ar_rule *rule, struct ar_rule *out)
{
    const struct ar_code_loading loading = {
        .arena = arena, .block = &code->block, .files = code->files};
    const struct ar_block *block = &code->block;
    const struct ar_block_rule *record = &block->rule_at[rule->ix];
    const struct ar_block_details *details = ar_block_details_of(block, record);
    *out = *rule;
    out->details = AR_NEW(arena, struct ar_rule_details);
    *out->details = *rule->details;
    out->applies = load_condition(&loading, record->applies);
    out->when = load_condition(&loading, record->when);
    out->diagnosis = load_template(&loading, record->diagnosis);
    if (details->each_place != AR_BLOCK_NONE)
        out->each = load_place(&loading,
                               block->code_place_at[details->each_place].place);
    for (uint32_t ix = 0; ix < details->n_symptoms; ix++)
        ar_vector_push(arena, &out->details->symptoms,
                       load_condition(&loading, details->symptoms + ix));
}

/* ---- waivers ---- */

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
    load_all_rules(loading);
    for (uint32_t ix = 0; ix < loading->block->waiver_count; ix++) {
        if (!load_waiver(loading, ix))
            return false;
    }
    return true;
}
