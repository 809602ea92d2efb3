/* SPDX-License-Identifier: Apache-2.0 */
/* Case studies in JSON: one document, its keys always in the same order. What
 * a rule does not have is null or an empty list. docs/doc.schema.json
 * describes it; a change that is not an addition changes the schema's
 * number. */

#include "tools/doc.h"

#include "json/json.h"

#define SCHEMA "archrules.doc/1"

static void begin_array(struct ar_json_writer *json, const char *key)
{
    ar_json_key(json, ar_str_from_c(key));
    ar_json_begin_array(json);
}

static void put_or_null(struct ar_json_writer *json, const char *key,
                        ar_str text)
{
    ar_json_key(json, ar_str_from_c(key));
    if (text.len > 0)
        ar_json_string(json, text);
    else
        ar_json_null(json);
}

static void put_strings(struct ar_json_writer *json, const char *key,
                        const ar_str_vector *texts)
{
    begin_array(json, key);
    for (size_t i = 0; i < texts->count; i++)
        ar_json_string(json, texts->at[i]);
    ar_json_end_array(json);
}

/* ["text ", {"value": "expression"}, " text"] */
static void put_parts(struct ar_json_writer *json, const ar_doc_text *text)
{
    ar_json_begin_array(json);
    for (size_t i = 0; i < text->n_parts; i++) {
        const struct ar_doc_part *part = &text->parts[i];
        if (!part->is_value) {
            ar_json_string(json, part->text);
            continue;
        }
        ar_json_begin_object(json);
        ar_json_member(json, "value", part->text);
        ar_json_end_object(json);
    }
    ar_json_end_array(json);
}

static void put_text(struct ar_json_writer *json, const char *key,
                     const ar_doc_text *text)
{
    ar_json_key(json, ar_str_from_c(key));
    if (text->n_parts > 0)
        put_parts(json, text);
    else
        ar_json_null(json);
}

/* ---- remedies ---- */

static void put_guard(struct ar_json_writer *json,
                      const struct ar_doc_guard *guard)
{
    ar_json_key(json, AR_STR("guard"));
    if (guard->condition.len == 0) {
        ar_json_null(json);
        return;
    }
    ar_json_begin_object(json);
    ar_json_member(json, guard->is_unless ? "unless" : "if", guard->condition);
    ar_json_end_object(json);
}

static const char *kind_name(enum ar_step_item_kind kind)
{
    switch (kind) {
    case AR_STEP_RUN: return "run";
    case AR_STEP_DO: return "do";
    case AR_STEP_OPEN: return "open";
    case AR_STEP_RESTART: return "restart";
    }
    AR_UNREACHABLE();
}

static void put_items(struct ar_json_writer *json, const char *key,
                      const ar_doc_item_vector *items)
{
    begin_array(json, key);
    for (size_t i = 0; i < items->count; i++) {
        const struct ar_doc_item *item = &items->at[i];
        bool is_restart = item->kind == AR_STEP_RESTART;
        ar_json_begin_object(json);
        ar_json_member(json, "kind", ar_str_from_c(kind_name(item->kind)));
        put_or_null(json, "shell", is_restart ? AR_STR("") : item->word);
        put_or_null(json, "restart", is_restart ? item->word : AR_STR(""));
        put_text(json, "text", &item->text);
        put_guard(json, &item->guard);
        ar_json_end_object(json);
    }
    ar_json_end_array(json);
}

static void put_step(struct ar_json_writer *json,
                     const struct ar_doc_step *step)
{
    ar_json_begin_object(json);
    put_text(json, "sentence", &step->sentence);
    put_guard(json, &step->guard);
    put_items(json, "items", &step->items);
    begin_array(json, "changes");
    for (size_t i = 0; i < step->changes.count; i++)
        ar_json_string(json, step->changes.at[i]);
    ar_json_end_array(json);
    ar_json_end_object(json);
}

static void put_remedy(struct ar_json_writer *json,
                       const struct ar_doc_remedy *remedy)
{
    ar_json_begin_object(json);
    put_text(json, "title", &remedy->title);
    ar_json_member(json, "risk", remedy->risk);
    put_text(json, "data_loss", &remedy->data_loss);
    ar_json_member_bool(json, "needs_admin", remedy->needs_admin);
    put_text(json, "undo", &remedy->undo);
    begin_array(json, "steps");
    for (size_t i = 0; i < remedy->steps.count; i++)
        put_step(json, &remedy->steps.at[i]);
    ar_json_end_array(json);
    put_or_null(json, "verify", remedy->verify);
    put_items(json, "verify_runs", &remedy->verify_runs);
    ar_json_end_object(json);
}

/* ---- what is read ---- */

static const char *fact_kind_name(enum ar_doc_fact_kind kind)
{
    switch (kind) {
    case AR_DOC_FACT: return "fact";
    case AR_DOC_DERIVED: return "derived";
    case AR_DOC_INPUT: return "input";
    case AR_DOC_GROUP: return "group";
    }
    AR_UNREACHABLE();
}

static void put_origins(struct ar_json_writer *json,
                        const struct ar_doc_fact *fact)
{
    begin_array(json, "definitions");
    for (size_t i = 0; i < fact->definitions.count; i++) {
        const struct ar_doc_definition *definition = &fact->definitions.at[i];
        ar_json_begin_object(json);
        ar_json_member(json, "expression", definition->expression);
        put_or_null(json, "if", definition->guard);
        ar_json_end_object(json);
    }
    ar_json_end_array(json);
    begin_array(json, "probes");
    for (size_t i = 0; i < fact->probes.count; i++) {
        const struct ar_doc_probe *probe = &fact->probes.at[i];
        ar_json_begin_object(json);
        ar_json_member(json, "name", probe->name);
        put_or_null(json, "module", probe->module);
        put_strings(json, "platforms", &probe->platforms);
        ar_json_member(json, "source", probe->source);
        ar_json_end_object(json);
    }
    ar_json_end_array(json);
}

static void put_fact(struct ar_json_writer *json,
                     const struct ar_doc_fact *fact)
{
    ar_json_begin_object(json);
    ar_json_member(json, "name", fact->name);
    ar_json_member(json, "kind", ar_str_from_c(fact_kind_name(fact->kind)));
    put_or_null(json, "type", fact->type);
    put_or_null(json, "unit", fact->unit);
    put_or_null(json, "doc", fact->doc);
    put_or_null(json, "module", fact->module);
    put_or_null(json, "question", fact->question);
    ar_json_member(json, "sensitivity",
                   ar_str_from_c(ar_sensitivity_name(fact->sensitivity)));
    ar_json_member_bool(json, "needs_admin", fact->needs_admin);
    ar_json_member_bool(json, "fixed", fact->is_fixed);
    put_origins(json, fact);
    ar_json_end_object(json);
}

static const char *policy_name(enum ar_hit_policy policy)
{
    switch (policy) {
    case AR_HIT_UNIQUE: return "unique";
    case AR_HIT_FIRST: return "first";
    case AR_HIT_COLLECT: return "collect";
    }
    AR_UNREACHABLE();
}

static void put_columns(struct ar_json_writer *json, const char *key,
                        const struct ar_doc_table *table, bool is_output)
{
    begin_array(json, key);
    for (size_t i = 0; i < table->n_columns; i++) {
        const struct ar_doc_column *column = &table->columns[i];
        if (column->is_output != is_output)
            continue;
        ar_json_begin_object(json);
        ar_json_member(json, "name", column->name);
        ar_json_member(json, "type", column->type);
        ar_json_end_object(json);
    }
    ar_json_end_array(json);
}

static void put_table(struct ar_json_writer *json,
                      const struct ar_doc_table *table)
{
    ar_json_begin_object(json);
    ar_json_member(json, "name", table->name);
    put_or_null(json, "doc", table->doc);
    ar_json_member(json, "policy", ar_str_from_c(policy_name(table->policy)));
    ar_json_member_bool(json, "complete", table->is_complete);
    put_columns(json, "inputs", table, false);
    put_columns(json, "outputs", table, true);
    begin_array(json, "rows");
    for (size_t i = 0; i < table->n_rows; i++) {
        ar_json_begin_array(json);
        for (size_t k = 0; k < table->n_columns; k++)
            ar_json_string(json, table->cells[i * table->n_columns + k].text);
        ar_json_end_array(json);
    }
    ar_json_end_array(json);
    ar_json_end_object(json);
}

static void put_readings(struct ar_json_writer *json,
                         const struct ar_doc_rule *rule)
{
    begin_array(json, "tables");
    for (size_t i = 0; i < rule->tables.count; i++)
        put_table(json, &rule->tables.at[i]);
    ar_json_end_array(json);
    begin_array(json, "functions");
    for (size_t i = 0; i < rule->functions.count; i++) {
        const struct ar_doc_function *function = &rule->functions.at[i];
        ar_json_begin_object(json);
        ar_json_member(json, "signature", function->signature);
        put_or_null(json, "doc", function->doc);
        ar_json_member(json, "body", function->body);
        ar_json_end_object(json);
    }
    ar_json_end_array(json);
    begin_array(json, "facts");
    for (size_t i = 0; i < rule->facts.count; i++)
        put_fact(json, &rule->facts.at[i]);
    ar_json_end_array(json);
}

/* ---- rules ---- */

static void put_head(struct ar_json_writer *json,
                     const struct ar_doc_rule *rule)
{
    ar_json_member(json, "id", rule->id);
    put_or_null(json, "title", rule->title);
    ar_json_member(json, "severity", rule->severity);
    ar_json_member(json, "confidence", rule->confidence);
    begin_array(json, "replaces");
    for (size_t i = 0; i < rule->replaces.count; i++) {
        ar_json_begin_object(json);
        ar_json_member(json, "rule", rule->replaces.at[i].id);
        ar_json_member(json, "since", rule->replaces.at[i].since);
        ar_json_end_object(json);
    }
    ar_json_end_array(json);
    put_or_null(json, "not_loaded", rule->not_loaded);
    put_or_null(json, "disabled_because", rule->disabled_because);
    put_or_null(json, "about", rule->about);
    put_or_null(json, "context", rule->context);
}

static void put_each(struct ar_json_writer *json,
                     const struct ar_doc_rule *rule)
{
    ar_json_key(json, AR_STR("for_each"));
    if (rule->each.len == 0) {
        ar_json_null(json);
        return;
    }
    ar_json_begin_object(json);
    ar_json_member(json, "name", rule->element);
    ar_json_member(json, "list", rule->each);
    ar_json_end_object(json);
}

static void put_conditions(struct ar_json_writer *json,
                           const struct ar_doc_rule *rule)
{
    put_strings(json, "symptoms", &rule->symptoms);
    put_text(json, "diagnosis", &rule->diagnosis);
    put_or_null(json, "applies", rule->applies);
    put_or_null(json, "when", rule->condition);
    put_each(json, rule);
    put_or_null(json, "key", rule->key);
    begin_array(json, "names");
    for (size_t i = 0; i < rule->names.count; i++) {
        ar_json_begin_object(json);
        ar_json_member(json, "name", rule->names.at[i].name);
        ar_json_member(json, "expression", rule->names.at[i].expression);
        ar_json_end_object(json);
    }
    ar_json_end_array(json);
}

static void put_references(struct ar_json_writer *json, const char *key,
                           const ar_doc_reference_vector *references)
{
    begin_array(json, key);
    for (size_t i = 0; i < references->count; i++) {
        const struct ar_doc_reference *reference = &references->at[i];
        ar_json_begin_object(json);
        ar_json_member(json, "rule", reference->id);
        put_or_null(json, "title", reference->title);
        ar_json_member_bool(json, "same_key", reference->is_same_key);
        ar_json_member_bool(json, "loaded", reference->is_loaded);
        ar_json_end_object(json);
    }
    ar_json_end_array(json);
}

static void put_tests(struct ar_json_writer *json,
                      const struct ar_doc_rule *rule)
{
    begin_array(json, "tests");
    for (size_t i = 0; i < rule->tests.count; i++) {
        const struct ar_doc_test *test = &rule->tests.at[i];
        ar_json_begin_object(json);
        ar_json_member(json, "name", test->name);
        put_strings(json, "given", &test->givens);
        put_strings(json, "expect", &test->expectations);
        ar_json_end_object(json);
    }
    ar_json_end_array(json);
}

static void put_rule(struct ar_json_writer *json,
                     const struct ar_doc_rule *rule)
{
    ar_json_begin_object(json);
    put_head(json, rule);
    put_conditions(json, rule);
    put_references(json, "supersedes", &rule->supersedes);
    put_references(json, "superseded_by", &rule->superseded_by);
    put_readings(json, rule);
    begin_array(json, "remedies");
    for (size_t i = 0; i < rule->remedies.count; i++)
        put_remedy(json, &rule->remedies.at[i]);
    ar_json_end_array(json);
    begin_array(json, "lessons");
    for (size_t i = 0; i < rule->lessons.count; i++)
        put_parts(json, &rule->lessons.at[i]);
    ar_json_end_array(json);
    begin_array(json, "links");
    for (size_t i = 0; i < rule->links.count; i++)
        put_parts(json, &rule->links.at[i]);
    ar_json_end_array(json);
    put_tests(json, rule);
    put_strings(json, "keywords", &rule->keywords);
    ar_json_end_object(json);
}

void ar_doc_json(struct ar_buf *out, const struct ar_doc *doc)
{
    struct ar_json_writer json = {.out = out, .pretty = true};
    ar_json_begin_object(&json);
    ar_json_member(&json, "schema", AR_STR(SCHEMA));
    ar_json_member(&json, "tool", AR_STR("archrules " AR_VERSION));
    begin_array(&json, "packs");
    for (size_t i = 0; i < doc->packs.count; i++) {
        const struct ar_doc_pack *pack = doc->packs.at[i];
        ar_json_begin_object(&json);
        put_or_null(&json, "name", pack->name);
        put_or_null(&json, "title", pack->title);
        put_or_null(&json, "version", pack->version);
        put_or_null(&json, "license", pack->license);
        begin_array(&json, "rules");
        for (size_t k = 0; k < pack->rules.count; k++)
            put_rule(&json, pack->rules.at[k]);
        ar_json_end_array(&json);
        ar_json_end_object(&json);
    }
    ar_json_end_array(&json);
    ar_json_end_object(&json);
    ar_buf_put_char(out, '\n');
}
