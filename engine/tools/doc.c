/* SPDX-License-Identifier: Apache-2.0 */
/* The model of case studies: packs, rules, and what other rules and tests say
 * about a rule. What a rule reads is in doc_read.c, its remedies are in
 * doc_remedy.c. */

#include "front/excerpt.h"
#include "tools/doc_build.h"

/* ---- texts ---- */

ar_str ar_doc_source(const struct ar_doc_builder *builder, ar_span span)
{
    return ar_excerpt(builder->arena, builder->program->diags->sources, span);
}

ar_str ar_doc_expression(const struct ar_doc_builder *builder,
                         const struct ar_expr *expr)
{
    return expr ? ar_doc_source(builder, expr->span) : AR_STR("");
}

ar_doc_text ar_doc_template(const struct ar_doc_builder *builder,
                            const struct ar_template *template)
{
    ar_doc_text out = {NULL, 0};
    if (!template)
        return out;
    struct ar_doc_part *parts =
        AR_NEW_ARRAY(builder->arena, struct ar_doc_part, template->n_parts);
    for (size_t i = 0; i < template->n_parts; i++) {
        const struct ar_template_part *part = &template->parts[i];
        struct ar_doc_part made = {part->text, part->expr != NULL};
        if (part->expr)
            made.text = ar_doc_expression(builder, part->expr);
        if (made.text.len > 0)
            parts[out.n_parts++] = made;
    }
    out.parts = parts;
    return out;
}

/* ---- other rules ---- */

static struct ar_doc_reference make_reference(const struct ar_supersedes *edge,
                                              const struct ar_rule *other)
{
    struct ar_doc_reference out = {.id = edge->id,
                                   .is_same_key = edge->same_key};
    if (!other)
        return out;
    out.id = other->id;
    out.title = other->title;
    out.is_loaded = true;
    return out;
}

static void add_supersedes(const struct ar_doc_builder *builder,
                           const struct ar_rule *rule, struct ar_doc_rule *out)
{
    for (size_t i = 0; i < rule->details->supersedes.count; i++) {
        const struct ar_supersedes *edge = &rule->details->supersedes.at[i];
        ar_vector_push(builder->arena, &out->supersedes,
                       make_reference(edge, edge->rule));
    }
}

static void add_replaced(const struct ar_doc_builder *builder,
                         const struct ar_rule *rule, struct ar_doc_rule *out)
{
    for (size_t i = 0; i < rule->details->replaces.count; i++) {
        struct ar_doc_replaced replaced = {
            .id = rule->details->replaces.at[i].id};
        if (rule->details->replaces.at[i].since)
            replaced.since = rule->details->replaces.at[i].since->text;
        ar_vector_push(builder->arena, &out->replaces, replaced);
    }
}

/* ---- rules ---- */

static void fill_head(const struct ar_rule *rule, struct ar_doc_rule *out)
{
    out->id = rule->id;
    out->title = rule->title;
    out->severity = ar_str_from_c(ar_rule_severity_names[rule->severity]);
    out->confidence = ar_str_from_c(ar_confidence_names[rule->confidence]);
    out->not_loaded = rule->details->not_loaded.len > 0
                          ? rule->details->not_loaded
                          : rule->pack->not_loaded;
    out->disabled_because = rule->details->disabled_because;
    out->about = rule->details->doc;
    out->context = rule->details->context;
}

static void fill_conditions(const struct ar_doc_builder *builder,
                            const struct ar_rule *rule, struct ar_doc_rule *out)
{
    out->applies = ar_doc_expression(builder, rule->applies);
    out->condition = ar_doc_expression(builder, rule->when);
    out->each = ar_doc_expression(builder, rule->each);
    out->key = ar_doc_expression(builder, rule->key);
    if (rule->element)
        out->element = rule->element->name;
    for (size_t i = 0; i < rule->details->symptoms.count; i++)
        ar_vector_push(
            builder->arena, &out->symptoms,
            ar_doc_expression(builder, rule->details->symptoms.at[i]));
    for (size_t i = 0; i < rule->details->lets.count; i++) {
        const struct ar_local *local = rule->details->lets.at[i];
        struct ar_doc_definition name = {
            .name = local->name,
            .expression = ar_doc_expression(builder, local->expr)};
        ar_vector_push(builder->arena, &out->names, name);
    }
}

static void fill_outputs(const struct ar_doc_builder *builder,
                         const struct ar_rule *rule, struct ar_doc_rule *out)
{
    out->diagnosis = ar_doc_template(builder, rule->diagnosis);
    for (size_t i = 0; i < rule->details->remedies.count; i++)
        ar_vector_push(builder->arena, &out->remedies,
                       ar_doc_remedy(builder, rule->details->remedies.at[i]));
    for (size_t i = 0; i < rule->details->lessons.count; i++)
        ar_vector_push(builder->arena, &out->lessons,
                       ar_doc_template(builder, rule->details->lessons.at[i]));
    for (size_t i = 0; i < rule->details->links.count; i++)
        ar_vector_push(builder->arena, &out->links,
                       ar_doc_template(builder, rule->details->links.at[i]));
    for (size_t i = 0; i < rule->details->keywords.count; i++)
        ar_vector_push(builder->arena, &out->keywords,
                       rule->details->keywords.at[i]);
}

static struct ar_doc_rule *build_rule(const struct ar_doc_builder *builder,
                                      const struct ar_rule *rule)
{
    struct ar_doc_rule *out = AR_NEW(builder->arena, struct ar_doc_rule);
    fill_head(rule, out);
    fill_conditions(builder, rule, out);
    fill_outputs(builder, rule, out);
    add_replaced(builder, rule, out);
    add_supersedes(builder, rule, out);
    ar_doc_read(builder, rule, out);
    return out;
}

/* ---- packs ---- */

static void add_pack(const struct ar_doc_builder *builder,
                     const struct ar_pack *pack, struct ar_doc *doc)
{
    const struct ar_program *program = builder->program;
    struct ar_doc_pack *out = AR_NEW(builder->arena, struct ar_doc_pack);
    out->name = pack->name;
    out->title = pack->title;
    out->license = pack->license;
    if (pack->version)
        out->version = pack->version->text;
    for (size_t i = 0; i < program->rules.count; i++) {
        const struct ar_rule *rule = program->rules.at[i];
        bool is_chosen =
            !builder->choose || builder->choose(rule, builder->context);
        if (rule->pack != pack || !is_chosen)
            continue;
        struct ar_doc_rule *made = build_rule(builder, rule);
        ar_vector_push(builder->arena, &out->rules, made);
        ar_vector_push(builder->arena, &doc->rules, made);
    }
    if (out->rules.count > 0)
        ar_vector_push(builder->arena, &doc->packs, out);
}

/* ---- pages ---- */

enum { PAGE_NAME_BYTES = 200 };

/* Letters, digits and what may stand between them in the name of a file. */
static ar_str page_stem(struct ar_arena *arena, ar_str id)
{
    struct ar_buf out = AR_BUF(arena);
    for (size_t i = 0; i < id.len && i < PAGE_NAME_BYTES; i++) {
        char c = ar_char_lower(id.ptr[i]);
        bool is_kept = ar_char_is_letter(c) || ar_char_is_digit(c) ||
                       (i > 0 && (c == '.' || c == '-'));
        ar_buf_put_char(&out, is_kept ? c : '_');
    }
    return ar_buf_view(&out);
}

static void name_pages(struct ar_arena *arena, struct ar_doc *doc)
{
    struct ar_map taken = {0};
    ar_map_put(arena, &taken, AR_STR("index"), doc);
    for (size_t i = 0; i < doc->rules.count; i++) {
        ar_str stem = page_stem(arena, doc->rules.at[i]->id);
        ar_str name = stem;
        for (unsigned n = 2; ar_map_has(&taken, name); n++)
            name =
                ar_str_printf(arena, AR_STR_FORMAT "-%u", AR_STR_ARG(stem), n);
        ar_map_put(arena, &taken, name, doc);
        doc->rules.at[i]->page = ar_str_concat(arena, name, AR_STR(".md"));
    }
}

/* ---- what others say about a rule ---- */

/* Rules of the document by id. */
static struct ar_map map_rules(const struct ar_doc_builder *builder,
                               const struct ar_doc *doc)
{
    struct ar_map map = {0};
    for (size_t i = 0; i < doc->rules.count; i++)
        ar_map_put(builder->arena, &map, doc->rules.at[i]->id,
                   doc->rules.at[i]);
    return map;
}

static void add_superseding(const struct ar_doc_builder *builder,
                            const struct ar_map *rules,
                            const struct ar_rule *rule)
{
    for (size_t i = 0; i < rule->details->supersedes.count; i++) {
        const struct ar_supersedes *edge = &rule->details->supersedes.at[i];
        struct ar_doc_rule *below =
            edge->rule ? ar_map_get(rules, edge->rule->id) : NULL;
        if (below)
            ar_vector_push(builder->arena, &below->superseded_by,
                           make_reference(edge, rule));
    }
}

static void link_references(const struct ar_map *rules,
                            ar_doc_reference_vector *references)
{
    for (size_t i = 0; i < references->count; i++)
        references->at[i].target = ar_map_get(rules, references->at[i].id);
}

static struct ar_doc_test make_test(const struct ar_doc_builder *builder,
                                    const struct ar_test *test)
{
    struct ar_doc_test out = {.name = test->name};
    for (size_t i = 0; i < test->givens.count; i++)
        ar_vector_push(builder->arena, &out.givens,
                       ar_doc_source(builder, test->givens.at[i].span));
    return out;
}

static void add_test(const struct ar_doc_builder *builder,
                     const struct ar_map *rules, const struct ar_test *test)
{
    struct ar_doc_test made = make_test(builder, test);
    for (size_t i = 0; i < test->expectations.count; i++) {
        const struct ar_expectation *expectation = &test->expectations.at[i];
        struct ar_doc_rule *rule =
            expectation->kind == AR_EXPECT_STATUS && expectation->rule
                ? ar_map_get(rules, expectation->rule->id)
                : NULL;
        if (!rule)
            continue;
        bool is_new = rule->tests.count == 0 ||
                      rule->tests.at[rule->tests.count - 1].source != test;
        if (is_new) {
            made.source = test;
            ar_vector_push(builder->arena, &rule->tests, made);
        }
        ar_vector_push(builder->arena,
                       &rule->tests.at[rule->tests.count - 1].expectations,
                       ar_doc_source(builder, expectation->span));
    }
}

struct ar_doc *ar_doc_build(struct ar_arena *arena,
                            const struct ar_program *program,
                            ar_doc_choose choose, void *context)
{
    const struct ar_doc_builder builder = {arena, program, choose, context};
    struct ar_doc *doc = AR_NEW(arena, struct ar_doc);
    for (size_t i = 0; i < program->packs.count; i++)
        add_pack(&builder, program->packs.at[i], doc);
    name_pages(arena, doc);
    struct ar_map rules = map_rules(&builder, doc);
    for (size_t i = 0; i < program->rules.count; i++)
        add_superseding(&builder, &rules, program->rules.at[i]);
    for (size_t i = 0; i < program->tests.count; i++)
        add_test(&builder, &rules, program->tests.at[i]);
    for (size_t i = 0; i < doc->rules.count; i++) {
        link_references(&rules, &doc->rules.at[i]->supersedes);
        link_references(&rules, &doc->rules.at[i]->superseded_by);
    }
    return doc;
}
