/* SPDX-License-Identifier: Apache-2.0 */
/* Rules: their conditions, and what is said and advised where they match. */

#include "code/builder.h"

/* ---- conditions and messages ---- */

static uint32_t make_condition(struct ar_builder *builder,
                               const struct ar_expr *expr)
{
    if (!expr)
        return AR_BLOCK_NONE;
    struct ar_block_condition condition = {
        .routine = ar_generate_routine(builder, expr),
        .place = ar_builder_place(expr->span),
    };
    uint32_t ix = (uint32_t)builder->condition.count;
    ar_vector_push(builder->arena, &builder->condition, condition);
    return ix;
}

static struct ar_block_part make_part(struct ar_builder *builder,
                                      const struct ar_template_part *from)
{
    struct ar_block_part part = {
        .text = ar_builder_string(builder, from->text),
        .is_hole = from->expr != NULL,
        .routine = AR_BLOCK_NONE,
    };
    if (from->expr) {
        part.routine = ar_generate_routine(builder, from->expr);
        part.place = ar_builder_place(from->expr->span);
    }
    return part;
}

static uint32_t make_message(struct ar_builder *builder,
                             const struct ar_template *message)
{
    if (!message)
        return AR_BLOCK_NONE;
    struct ar_block_part *parts =
        AR_NEW_ARRAY(builder->arena, struct ar_block_part, message->n_parts);
    for (size_t ix = 0; ix < message->n_parts; ix++)
        parts[ix] = make_part(builder, &message->parts[ix]);
    struct ar_block_template record = {
        .parts = (uint32_t)builder->part.count,
        .n_parts = (uint32_t)message->n_parts,
    };
    for (size_t ix = 0; ix < message->n_parts; ix++) {
        record.n_holes += parts[ix].is_hole;
        ar_vector_push(builder->arena, &builder->part, parts[ix]);
    }
    uint32_t ix = (uint32_t)builder->template.count;
    ar_vector_push(builder->arena, &builder->template, record);
    return ix;
}

static uint32_t make_messages(struct ar_builder *builder,
                              const struct ar_template *const *messages,
                              size_t count)
{
    if (count == 0)
        return (uint32_t)builder->message.count;
    uint32_t *templates = AR_NEW_ARRAY(builder->arena, uint32_t, count);
    for (size_t ix = 0; ix < count; ix++)
        templates[ix] = make_message(builder, messages[ix]);
    uint32_t first = (uint32_t)builder->message.count;
    for (size_t ix = 0; ix < count; ix++) {
        struct ar_block_message record = {templates[ix]};
        ar_vector_push(builder->arena, &builder->message, record);
    }
    return first;
}

/* ---- remedies ---- */

static uint32_t make_items(struct ar_builder *builder,
                           const struct ar_step_item *items, size_t count)
{
    struct ar_block_step_item *records =
        AR_NEW_ARRAY(builder->arena, struct ar_block_step_item, count);
    for (size_t ix = 0; ix < count; ix++) {
        records[ix] = (struct ar_block_step_item){
            .kind = (uint32_t)items[ix].kind,
            .shell = ar_builder_string(builder, items[ix].shell),
            .text = make_message(builder, items[ix].text),
            .guard = make_condition(builder, items[ix].guard.expr),
            .is_unless = items[ix].guard.is_unless,
            .place = ar_builder_place(items[ix].span),
        };
    }
    uint32_t first = (uint32_t)builder->step_item.count;
    for (size_t ix = 0; ix < count; ix++)
        ar_vector_push(builder->arena, &builder->step_item, records[ix]);
    return first;
}

static uint32_t make_steps(struct ar_builder *builder,
                           const struct ar_remedy *remedy)
{
    size_t count = remedy->steps.count;
    struct ar_block_step *records =
        AR_NEW_ARRAY(builder->arena, struct ar_block_step, count);
    for (size_t ix = 0; ix < count; ix++) {
        const struct ar_step *step = &remedy->steps.at[ix];
        records[ix] = (struct ar_block_step){
            .sentence = make_message(builder, step->sentence),
            .guard = make_condition(builder, step->guard.expr),
            .is_unless = step->guard.is_unless,
            .items = make_items(builder, step->items.at, step->items.count),
            .n_items = (uint32_t)step->items.count,
        };
    }
    uint32_t first = (uint32_t)builder->step.count;
    for (size_t ix = 0; ix < count; ix++)
        ar_vector_push(builder->arena, &builder->step, records[ix]);
    return first;
}

static struct ar_block_remedy make_remedy(struct ar_builder *builder,
                                          const struct ar_remedy *remedy)
{
    return (struct ar_block_remedy){
        .title = make_message(builder, remedy->title),
        .risk = (uint32_t)remedy->risk,
        .data_loss = make_message(builder, remedy->data_loss),
        .undo = make_message(builder, remedy->undo),
        .needs_admin = remedy->needs_admin,
        .steps = make_steps(builder, remedy),
        .n_steps = (uint32_t)remedy->steps.count,
        .verify = make_condition(builder, remedy->verify),
        .verify_runs = make_items(builder, remedy->verify_runs.at,
                                  remedy->verify_runs.count),
        .n_verify_runs = (uint32_t)remedy->verify_runs.count,
        .place = ar_builder_place(remedy->span),
    };
}

static uint32_t make_remedies(struct ar_builder *builder,
                              const struct ar_rule_details *details)
{
    size_t count = details->remedies.count;
    if (count == 0)
        return (uint32_t)builder->remedy.count;
    struct ar_block_remedy *records =
        AR_NEW_ARRAY(builder->arena, struct ar_block_remedy, count);
    for (size_t ix = 0; ix < count; ix++)
        records[ix] = make_remedy(builder, details->remedies.at[ix]);
    uint32_t first = (uint32_t)builder->remedy.count;
    for (size_t ix = 0; ix < count; ix++)
        ar_vector_push(builder->arena, &builder->remedy, records[ix]);
    return first;
}

/* ---- what a rule is and what it has to do with others ---- */

static uint32_t make_symptoms(struct ar_builder *builder,
                              const struct ar_rule_details *details)
{
    uint32_t first = (uint32_t)builder->condition.count;
    for (size_t ix = 0; ix < details->symptoms.count; ix++)
        make_condition(builder, details->symptoms.at[ix]);
    return first;
}

static uint32_t make_supersedes(struct ar_builder *builder,
                                const struct ar_rule_details *details)
{
    uint32_t first = (uint32_t)builder->supersedes.count;
    for (size_t ix = 0; ix < details->supersedes.count; ix++) {
        const struct ar_supersedes *from = &details->supersedes.at[ix];
        struct ar_block_supersedes record = {
            .id = ar_builder_string(builder, from->id),
            .rule = from->rule ? (uint32_t)from->rule->ix : AR_BLOCK_NONE,
            .same_key = from->same_key,
            .place = ar_builder_place(from->span),
        };
        ar_vector_push(builder->arena, &builder->supersedes, record);
    }
    return first;
}

static uint32_t make_replaces(struct ar_builder *builder,
                              const struct ar_rule_details *details)
{
    uint32_t first = (uint32_t)builder->replaces.count;
    for (size_t ix = 0; ix < details->replaces.count; ix++) {
        const struct ar_replaces *from = &details->replaces.at[ix];
        struct ar_block_replaces record = {
            .id = ar_builder_string(builder, from->id),
            .since = ar_builder_string(builder, from->since ? from->since->text
                                                            : AR_STR("")),
        };
        ar_vector_push(builder->arena, &builder->replaces, record);
    }
    return first;
}

static void set_words(struct ar_builder *builder, const struct ar_rule *rule,
                      struct ar_block_rule *record)
{
    record->id = ar_builder_text(builder, rule->id);
    record->name_length = (uint32_t)rule->name.len;
    record->pack = ar_builder_pack(builder, rule->pack);
    record->place = ar_builder_place(rule->span);
    record->title = ar_builder_string(builder, rule->title);
    record->severity = (uint32_t)rule->severity;
    record->confidence = (uint32_t)rule->confidence;
    record->depth = rule->depth;
}

static void set_details(struct ar_builder *builder,
                        const struct ar_rule_details *details,
                        struct ar_block_details *record)
{
    record->doc = ar_builder_string(builder, details->doc);
    record->context = ar_builder_string(builder, details->context);
    record->keywords = ar_builder_names(builder, details->keywords.at,
                                        details->keywords.count);
    record->n_keywords = (uint32_t)details->keywords.count;
    record->supersedes = make_supersedes(builder, details);
    record->n_supersedes = (uint32_t)details->supersedes.count;
    record->replaces = make_replaces(builder, details);
    record->n_replaces = (uint32_t)details->replaces.count;
    record->not_loaded = ar_builder_string(builder, details->not_loaded);
    record->disabled_because =
        ar_builder_string(builder, details->disabled_because);
    record->disabled_at = ar_builder_place(details->disabled_at);
    record->override_at = ar_builder_place(details->override_at);
}

/* ---- its code ---- */

static void set_each(struct ar_builder *builder, const struct ar_rule *rule,
                     struct ar_block_rule *record,
                     struct ar_block_details *details)
{
    if (!rule->each)
        return;
    struct ar_block_code_place place = {
        .place = ar_builder_place(rule->each->span),
        .operand_start = rule->each->span.start,
        .operand_end = rule->each->span.end,
        .operand_is_fact = rule->each->kind == AR_EXPR_FACT,
    };
    record->each = ar_generate_routine(builder, rule->each);
    details->each_place = (uint32_t)builder->code_place.count;
    ar_vector_push(builder->arena, &builder->code_place, place);
    details->element = rule->element->slot;
    details->element_is_condition = rule->element->type->kind == AR_TYPE_BOOL;
}

static void set_outputs(struct ar_builder *builder,
                        const struct ar_rule_details *details,
                        struct ar_block_details *record)
{
    record->remedies = make_remedies(builder, details);
    record->n_remedies = (uint32_t)details->remedies.count;
    record->lessons =
        make_messages(builder, details->lessons.at, details->lessons.count);
    record->n_lessons = (uint32_t)details->lessons.count;
    record->links =
        make_messages(builder, details->links.at, details->links.count);
    record->n_links = (uint32_t)details->links.count;
}

static void set_code(struct ar_builder *builder, const struct ar_rule *rule,
                     struct ar_block_rule *record,
                     struct ar_block_details *details)
{
    /* In their order, so that a long chain of lets takes no stack. */
    for (size_t ix = 0; ix < rule->details->lets.count; ix++)
        ar_generate_let(builder, rule->details->lets.at[ix]);
    record->applies = make_condition(builder, rule->applies);
    record->when = make_condition(builder, rule->when);
    set_each(builder, rule, record, details);
    if (rule->key)
        record->key = ar_generate_routine(builder, rule->key);
    record->n_locals = rule->n_slots;
    details->symptoms = make_symptoms(builder, rule->details);
    details->n_symptoms = (uint32_t)rule->details->symptoms.count;
    record->diagnosis = make_message(builder, rule->diagnosis);
    set_outputs(builder, rule->details, details);
}

static bool has_details(const struct ar_rule *rule)
{
    const struct ar_rule_details *details = rule->details;
    return details->doc.len > 0 || details->context.len > 0 ||
           details->not_loaded.len > 0 || details->disabled_because.len > 0 ||
           details->disabled_at.file != 0 || details->override_at.file != 0 ||
           rule->each != NULL || details->keywords.count > 0 ||
           details->symptoms.count > 0 || details->supersedes.count > 0 ||
           details->replaces.count > 0 || details->remedies.count > 0 ||
           details->lessons.count > 0 || details->links.count > 0;
}

/* What is not loaded may ask for what this version does not know. */
static bool has_code(const struct ar_rule *rule)
{
    return rule->pack->not_loaded.len == 0 &&
           rule->details->not_loaded.len == 0;
}

void ar_generate_rules(struct ar_builder *builder)
{
    for (size_t ix = 0; ix < builder->program->rules.count; ix++) {
        const struct ar_rule *rule = builder->program->rules.at[ix];
        struct ar_block_rule record = {
            .applies = AR_BLOCK_NONE,
            .when = AR_BLOCK_NONE,
            .each = AR_BLOCK_NONE,
            .key = AR_BLOCK_NONE,
            .diagnosis = AR_BLOCK_NONE,
            .details = AR_BLOCK_NONE,
        };
        struct ar_block_details details = ar_block_no_details;
        AR_ASSERT(rule->ix == ix);
        set_words(builder, rule, &record);
        if (has_details(rule))
            set_details(builder, rule->details, &details);
        if (has_code(rule))
            set_code(builder, rule, &record, &details);
        if (has_details(rule)) {
            record.details = (uint32_t)builder->details.count;
            ar_vector_push(builder->arena, &builder->details, details);
        }
        ar_vector_push(builder->arena, &builder->rule, record);
    }
}
