/* SPDX-License-Identifier: Apache-2.0 */
/* Case studies in Markdown. Each function puts one section, or nothing where
 * the rule has nothing to say in it; a section begins with a blank line. */

#include "tools/doc_markdown.h"

#include "text/markdown.h"

/* ---- small pieces ---- */

void ar_doc_put_heading(const struct ar_doc_page *page, unsigned below)
{
    ar_buf_put_char(page->out, '\n');
    ar_buf_put_repeated(page->out, '#', page->level + below);
    ar_buf_put_char(page->out, ' ');
}

void ar_doc_put_section(const struct ar_doc_page *page, unsigned below,
                        const char *text)
{
    ar_doc_put_heading(page, below);
    ar_buf_put_c(page->out, text);
    ar_buf_put_char(page->out, '\n');
}

void ar_doc_put_label(const struct ar_doc_page *page, const char *label)
{
    ar_buf_printf(page->out, "- **%s:** ", label);
}

void ar_doc_put_code(const struct ar_doc_page *page, const char *sentence,
                     ar_str code)
{
    ar_buf_printf(page->out, "\n%s\n\n", sentence);
    ar_markdown_put_block(page->out, "text", code);
}

/* Values side by side are one piece of code: two would run into each other. */
static size_t put_values(struct ar_buf *out, const ar_doc_text *text, size_t ix)
{
    struct ar_buf code = AR_BUF(out->arena);
    for (; ix < text->n_parts && text->parts[ix].is_value; ix++) {
        ar_buf_put_char(&code, '{');
        ar_buf_put(&code, text->parts[ix].text);
        ar_buf_put_char(&code, '}');
    }
    ar_markdown_put_code(out, ar_buf_view(&code));
    return ix;
}

/* Blanks at the ends of a text mean something in Markdown. */
static ar_str trim_ends(ar_str text, bool at_start, bool at_end)
{
    size_t start = 0;
    while (at_start && start < text.len && ar_char_is_blank(text.ptr[start]))
        start++;
    while (at_end && text.len > start &&
           ar_char_is_blank(text.ptr[text.len - 1]))
        text.len--;
    return ar_str_slice(text, start, text.len);
}

void ar_doc_put_text(struct ar_buf *out, const ar_doc_text *text)
{
    for (size_t i = 0; i < text->n_parts;) {
        if (text->parts[i].is_value) {
            i = put_values(out, text, i);
            continue;
        }
        ar_str piece =
            trim_ends(text->parts[i].text, i == 0, i + 1 == text->n_parts);
        ar_markdown_put_text(out, piece);
        i++;
    }
}

void ar_doc_put_target(struct ar_buf *out, const ar_doc_text *text)
{
    if (text->n_parts == 1 && !text->parts[0].is_value)
        ar_markdown_put_link(out, text->parts[0].text);
    else
        ar_doc_put_text(out, text);
}

static void put_labelled(const struct ar_doc_page *page, const char *label,
                         ar_str text)
{
    if (text.len == 0)
        return;
    ar_doc_put_label(page, label);
    ar_markdown_put_text(page->out, text);
    ar_buf_put_char(page->out, '\n');
}

static void put_code_list(struct ar_buf *out, const char *before,
                          const ar_str_vector *codes)
{
    for (size_t i = 0; i < codes->count; i++) {
        ar_buf_put_c(out, i > 0 ? ", " : before);
        ar_markdown_put_code(out, codes->at[i]);
    }
}

static void put_doc(struct ar_buf *out, ar_str doc)
{
    if (doc.len == 0)
        return;
    ar_buf_put_char(out, '\n');
    ar_markdown_put_paragraphs(out, doc);
}

static ar_str name_of(const struct ar_doc_rule *rule)
{
    return rule->title.len > 0 ? rule->title : rule->id;
}

/* Ids of rules with a name have no other characters. */
static bool is_anchor(ar_str id)
{
    for (size_t i = 0; i < id.len; i++) {
        char c = id.ptr[i];
        if (!ar_char_is_letter(c) && !ar_char_is_digit(c) && c != '_' &&
            c != '.')
            return false;
    }
    return id.len > 0;
}

/* The text as a link to the rule, where there is something to link to. */
static void put_rule_link(const struct ar_doc_page *page,
                          const struct ar_doc_rule *rule, ar_str text)
{
    struct ar_buf *out = page->out;
    bool is_link = rule && (page->is_split || is_anchor(rule->id));
    ar_buf_put_c(out, is_link ? "[" : "");
    ar_markdown_put_text(out, text);
    if (!is_link)
        return;
    ar_buf_put_c(out, page->is_split ? "](" : "](#");
    ar_buf_put(out, page->is_split ? rule->page : rule->id);
    ar_buf_put_char(out, ')');
}

/* ---- what a case is ---- */

static void put_replaced(const struct ar_doc_page *page,
                         const struct ar_doc_rule *rule)
{
    struct ar_buf *out = page->out;
    if (rule->replaces.count == 0)
        return;
    ar_doc_put_label(page, "Formerly");
    for (size_t i = 0; i < rule->replaces.count; i++) {
        ar_buf_put_c(out, i > 0 ? ", " : "");
        ar_markdown_put_code(out, rule->replaces.at[i].id);
        ar_buf_put_c(out, " before ");
        ar_markdown_put_text(out, rule->replaces.at[i].since);
    }
    ar_buf_put_char(out, '\n');
}

static void put_head(const struct ar_doc_page *page,
                     const struct ar_doc_rule *rule)
{
    struct ar_buf *out = page->out;
    if (!page->is_split && is_anchor(rule->id))
        ar_buf_printf(out, "\n<a id=\"" AR_STR_FORMAT "\"></a>\n",
                      AR_STR_ARG(rule->id));
    ar_doc_put_heading(page, 0);
    ar_markdown_put_text(out, name_of(rule));
    ar_buf_put_c(out, "\n\n");
    ar_doc_put_label(page, "Rule");
    ar_markdown_put_code(out, rule->id);
    ar_buf_put_char(out, '\n');
    put_labelled(page, "Severity", rule->severity);
    put_labelled(page, "Confidence", rule->confidence);
    put_replaced(page, rule);
    put_labelled(page, "Not loaded", rule->not_loaded);
    put_labelled(page, "Disabled", rule->disabled_because);
}

static void put_texts(const struct ar_doc_page *page,
                      const struct ar_doc_rule *rule)
{
    if (rule->about.len > 0)
        ar_doc_put_section(page, 1, "About");
    put_doc(page->out, rule->about);
    if (rule->context.len > 0)
        ar_doc_put_section(page, 1, "Context");
    put_doc(page->out, rule->context);
}

static void put_problem(const struct ar_doc_page *page,
                        const struct ar_doc_rule *rule)
{
    if (rule->diagnosis.n_parts == 0)
        return;
    ar_doc_put_section(page, 1, "Problem");
    ar_buf_put_char(page->out, '\n');
    ar_doc_put_text(page->out, &rule->diagnosis);
    ar_buf_put_char(page->out, '\n');
}

/* ---- how it is found ---- */

static ar_str join_lines(struct ar_arena *arena, const ar_str_vector *lines)
{
    struct ar_buf out = AR_BUF(arena);
    for (size_t i = 0; i < lines->count; i++) {
        ar_buf_put(&out, lines->at[i]);
        ar_buf_put_char(&out, '\n');
    }
    return ar_buf_view(&out);
}

static ar_str join_definitions(struct ar_arena *arena,
                               const ar_doc_definition_vector *definitions)
{
    struct ar_buf out = AR_BUF(arena);
    for (size_t i = 0; i < definitions->count; i++)
        ar_buf_printf(&out, AR_STR_FORMAT " = " AR_STR_FORMAT "\n",
                      AR_STR_ARG(definitions->at[i].name),
                      AR_STR_ARG(definitions->at[i].expression));
    return ar_buf_view(&out);
}

static void put_condition(const struct ar_doc_page *page, const char *title,
                          const char *sentence, ar_str code)
{
    if (code.len == 0)
        return;
    ar_doc_put_section(page, 1, title);
    ar_doc_put_code(page, sentence, code);
}

static void put_each(const struct ar_doc_page *page,
                     const struct ar_doc_rule *rule)
{
    struct ar_buf *out = page->out;
    if (rule->each.len == 0)
        return;
    ar_doc_put_section(page, 1, "For each");
    ar_buf_put_c(out, "\nThere is a finding for each ");
    ar_markdown_put_code(out, rule->element);
    ar_buf_put_c(out, " of this list for which the condition holds:\n\n");
    ar_markdown_put_block(out, "text", rule->each);
}

static void put_conditions(const struct ar_doc_page *page,
                           const struct ar_doc_rule *rule)
{
    struct ar_arena *arena = page->out->arena;
    put_condition(page, "Applies to",
                  "The case is about machines where:", rule->applies);
    put_condition(page, "Condition", "It is present where:", rule->condition);
    put_each(page, rule);
    put_condition(page, "Key", "A finding is named by:", rule->key);
    put_condition(page, "Names", "Conditions and texts call these by a name:",
                  join_definitions(arena, &rule->names));
}

static void put_references(const struct ar_doc_page *page, const char *title,
                           const char *sentence,
                           const ar_doc_reference_vector *references)
{
    struct ar_buf *out = page->out;
    if (references->count == 0)
        return;
    ar_doc_put_section(page, 1, title);
    ar_buf_printf(out, "\n%s\n\n", sentence);
    for (size_t i = 0; i < references->count; i++) {
        const struct ar_doc_reference *reference = &references->at[i];
        ar_buf_put_c(out, "- ");
        if (reference->title.len > 0) {
            put_rule_link(page, reference->target, reference->title);
            ar_buf_put_c(out, ": ");
        }
        ar_markdown_put_code(out, reference->id);
        ar_buf_put_c(out, reference->is_same_key ? ", with the same key" : "");
        ar_buf_put_c(out, reference->is_loaded ? "\n" : ", not loaded\n");
    }
}

static void put_family(const struct ar_doc_page *page,
                       const struct ar_doc_rule *rule)
{
    put_references(page, "Told apart from",
                   "Where both are found, this case is the cause of these:",
                   &rule->supersedes);
    put_references(page, "Explained by",
                   "Where one of these is found, it is the cause of this case:",
                   &rule->superseded_by);
}

/* ---- facts, functions, tables ---- */

static void put_attributes(struct ar_buf *out, const struct ar_doc_fact *fact)
{
    static const char *const sensitivities[] = {
        "", "; may name a person or a machine", "; may hold a network address",
        "; secret"};
    if (fact->kind == AR_DOC_GROUP)
        return;
    ar_buf_put_c(out, " (");
    ar_markdown_put_code(out, fact->type);
    if (fact->unit.len > 0) {
        ar_buf_put_c(out, " in ");
        ar_markdown_put_text(out, fact->unit);
    }
    ar_buf_put_c(out, fact->is_fixed ? "; fixed" : "");
    ar_buf_put_c(out, fact->needs_admin ? "; needs an administrator" : "");
    ar_buf_put_c(out, sensitivities[fact->sensitivity]);
    ar_buf_put_char(out, ')');
}

static void put_probe(struct ar_buf *out, const struct ar_doc_probe *probe)
{
    ar_buf_put_c(out, "  - Given by the probe ");
    ar_markdown_put_code(out, probe->name);
    ar_buf_put_c(out, " of ");
    ar_markdown_put_code(out, probe->module);
    put_code_list(out, " on ", &probe->platforms);
    ar_buf_put_c(out, ": ");
    ar_markdown_put_code(out, probe->source);
    ar_buf_put_char(out, '\n');
}

static void put_definition(struct ar_buf *out,
                           const struct ar_doc_definition *definition)
{
    ar_buf_put_c(out, "  - Worked out as ");
    ar_markdown_put_code(out, definition->expression);
    if (definition->guard.len > 0) {
        ar_buf_put_c(out, " if ");
        ar_markdown_put_code(out, definition->guard);
    }
    ar_buf_put_char(out, '\n');
}

static void put_origin(struct ar_buf *out, const struct ar_doc_fact *fact)
{
    for (size_t i = 0; i < fact->definitions.count; i++)
        put_definition(out, &fact->definitions.at[i]);
    for (size_t i = 0; i < fact->probes.count; i++)
        put_probe(out, &fact->probes.at[i]);
    if (fact->kind == AR_DOC_INPUT) {
        ar_buf_put_c(out, "  - Asked: ");
        ar_markdown_put_text(out, ar_str_trim(fact->question));
        ar_buf_put_char(out, '\n');
    }
    if (fact->kind == AR_DOC_FACT && fact->probes.count == 0) {
        ar_buf_put_c(out, "  - No probe gives it; declared in ");
        ar_markdown_put_code(out, fact->module);
        ar_buf_put_char(out, '\n');
    }
}

static void put_fact(struct ar_buf *out, const struct ar_doc_fact *fact)
{
    ar_buf_put_c(out, "- ");
    ar_markdown_put_code(out, fact->name);
    put_attributes(out, fact);
    if (fact->kind == AR_DOC_GROUP)
        ar_buf_put_c(out, ": whether there is anything below it");
    if (fact->doc.len > 0) {
        ar_buf_put_c(out, ": ");
        ar_markdown_put_text(out, ar_str_trim(fact->doc));
    }
    ar_buf_put_char(out, '\n');
    put_origin(out, fact);
}

static void put_facts(const struct ar_doc_page *page,
                      const struct ar_doc_rule *rule)
{
    if (rule->facts.count == 0)
        return;
    ar_doc_put_section(page, 1, "Facts");
    ar_buf_put_c(page->out, "\nWhat is read of a machine:\n\n");
    for (size_t i = 0; i < rule->facts.count; i++)
        put_fact(page->out, &rule->facts.at[i]);
}

static void put_functions(const struct ar_doc_page *page,
                          const struct ar_doc_rule *rule)
{
    if (rule->functions.count == 0)
        return;
    ar_doc_put_section(page, 1, "Functions");
    for (size_t i = 0; i < rule->functions.count; i++) {
        const struct ar_doc_function *function = &rule->functions.at[i];
        struct ar_buf code = AR_BUF(page->out->arena);
        put_doc(page->out, function->doc);
        ar_buf_put(&code, function->signature);
        ar_buf_put_c(&code, " = ");
        ar_buf_put(&code, function->body);
        ar_buf_put_char(page->out, '\n');
        ar_markdown_put_block(page->out, "text", ar_buf_view(&code));
    }
}

static const char *policy_text(enum ar_hit_policy policy)
{
    switch (policy) {
    case AR_HIT_UNIQUE: return "The row that fits counts.";
    case AR_HIT_FIRST: return "The first row that fits counts.";
    case AR_HIT_COLLECT: return "All rows that fit count.";
    }
    AR_UNREACHABLE();
}

static void put_cell(struct ar_buf *out, const struct ar_doc_cell *cell)
{
    ar_buf_put_char(out, ' ');
    if (!cell->is_text)
        ar_markdown_put_cell_code(out, cell->text);
    else if (ar_markdown_is_link(cell->text))
        ar_markdown_put_link(out, cell->text);
    else
        ar_markdown_put_text(out, cell->text);
    ar_buf_put_c(out, " |");
}

static void put_table_head(struct ar_buf *out, const struct ar_doc_table *table)
{
    ar_buf_put_c(out, "\n|");
    for (size_t i = 0; i < table->n_columns; i++) {
        const struct ar_doc_column *column = &table->columns[i];
        ar_buf_put_c(out, column->is_output ? " → " : " ");
        ar_markdown_put_code(out, column->name);
        ar_buf_put_c(out, " : ");
        ar_markdown_put_code(out, column->type);
        ar_buf_put_c(out, " |");
    }
    ar_buf_put_c(out, "\n|");
    for (size_t i = 0; i < table->n_columns; i++)
        ar_buf_put_c(out, "---|");
    ar_buf_put_char(out, '\n');
}

static void put_table(const struct ar_doc_page *page,
                      const struct ar_doc_table *table)
{
    struct ar_buf *out = page->out;
    ar_doc_put_heading(page, 2);
    ar_markdown_put_code(out, table->name);
    ar_buf_put_char(out, '\n');
    put_doc(out, table->doc);
    ar_buf_printf(out, "\n%s%s\n", policy_text(table->policy),
                  table->is_complete ? " Every input fits one." : "");
    put_table_head(out, table);
    for (size_t i = 0; i < table->n_rows; i++) {
        ar_buf_put_char(out, '|');
        for (size_t k = 0; k < table->n_columns; k++)
            put_cell(out, &table->cells[i * table->n_columns + k]);
        ar_buf_put_char(out, '\n');
    }
}

static void put_tables(const struct ar_doc_page *page,
                       const struct ar_doc_rule *rule)
{
    if (rule->tables.count > 0)
        ar_doc_put_section(page, 1, "Tables");
    for (size_t i = 0; i < rule->tables.count; i++)
        put_table(page, &rule->tables.at[i]);
}

/* ---- what else is known ---- */

static void put_lessons(const struct ar_doc_page *page,
                        const struct ar_doc_rule *rule)
{
    if (rule->lessons.count == 0)
        return;
    ar_doc_put_section(page, 1, "Lessons learned");
    ar_buf_put_char(page->out, '\n');
    for (size_t i = 0; i < rule->lessons.count; i++) {
        ar_buf_put_c(page->out, "- ");
        ar_doc_put_text(page->out, &rule->lessons.at[i]);
        ar_buf_put_char(page->out, '\n');
    }
}

static void put_links(const struct ar_doc_page *page,
                      const struct ar_doc_rule *rule)
{
    if (rule->links.count == 0)
        return;
    ar_doc_put_section(page, 1, "References");
    ar_buf_put_char(page->out, '\n');
    for (size_t i = 0; i < rule->links.count; i++) {
        ar_buf_put_c(page->out, "- ");
        ar_doc_put_target(page->out, &rule->links.at[i]);
        ar_buf_put_char(page->out, '\n');
    }
}

static void put_tests(const struct ar_doc_page *page,
                      const struct ar_doc_rule *rule)
{
    struct ar_buf *out = page->out;
    if (rule->tests.count == 0)
        return;
    ar_doc_put_section(page, 1, "Worked examples");
    ar_buf_put_char(out, '\n');
    for (size_t i = 0; i < rule->tests.count; i++) {
        const struct ar_doc_test *test = &rule->tests.at[i];
        ar_buf_put_c(out, "- **");
        ar_markdown_put_text(out, ar_str_trim(test->name));
        ar_buf_put_c(out, "**\n");
        put_code_list(out, "  - given ", &test->givens);
        ar_buf_put_c(out, test->givens.count > 0 ? "\n" : "");
        put_code_list(out, "  - expect ", &test->expectations);
        ar_buf_put_char(out, '\n');
    }
}

static void put_keywords(const struct ar_doc_page *page,
                         const struct ar_doc_rule *rule)
{
    struct ar_buf *out = page->out;
    if (rule->keywords.count == 0)
        return;
    ar_doc_put_section(page, 1, "Keywords");
    ar_buf_put_char(out, '\n');
    for (size_t i = 0; i < rule->keywords.count; i++) {
        ar_buf_put_c(out, i > 0 ? " · " : "");
        ar_markdown_put_code(out, rule->keywords.at[i]);
    }
    ar_buf_put_char(out, '\n');
}

static void put_rule(const struct ar_doc_page *page,
                     const struct ar_doc_rule *rule)
{
    put_head(page, rule);
    put_texts(page, rule);
    put_condition(page, "Symptoms", "It may show in these ways:",
                  join_lines(page->out->arena, &rule->symptoms));
    put_problem(page, rule);
    put_conditions(page, rule);
    put_family(page, rule);
    put_tables(page, rule);
    put_functions(page, rule);
    put_facts(page, rule);
    ar_doc_put_remedies(page, rule);
    put_lessons(page, rule);
    put_links(page, rule);
    put_tests(page, rule);
    put_keywords(page, rule);
}

/* ---- pages ---- */

static void put_origin_note(struct ar_buf *out)
{
    ar_buf_put_c(out, "<!-- Made by `archrules doc`: change the rules, not "
                      "this page. -->\n");
}

static ar_str title_of(const struct ar_doc_pack *pack)
{
    if (pack->title.len > 0)
        return pack->title;
    return pack->name.len > 0 ? pack->name : AR_STR("Rules without a pack");
}

static void put_pack_head(const struct ar_doc_page *page,
                          const struct ar_doc_pack *pack)
{
    struct ar_buf *out = page->out;
    if (pack->name.len > 0) {
        ar_buf_put_c(out, "\nPack ");
        ar_markdown_put_code(out, pack->name);
        ar_buf_put_c(out, pack->version.len > 0 ? ", version " : "");
        ar_markdown_put_text(out, pack->version);
        ar_buf_put_c(out, pack->license.len > 0 ? ", licence " : "");
        ar_markdown_put_text(out, ar_str_trim(pack->license));
        ar_buf_put_c(out, ".\n");
    }
    ar_buf_put_c(out, "\n| Case | Severity | Rule |\n|---|---|---|\n");
    for (size_t i = 0; i < pack->rules.count; i++) {
        const struct ar_doc_rule *rule = pack->rules.at[i];
        ar_buf_put_c(out, "| ");
        put_rule_link(page, rule, name_of(rule));
        ar_buf_put_c(out, " | ");
        ar_markdown_put_text(out, rule->severity);
        ar_buf_put_c(out, " | ");
        ar_markdown_put_cell_code(out, rule->id);
        ar_buf_put_c(out, " |\n");
    }
}

/* The index of all packs; with_rules: the cases too. */
static void put_document(struct ar_doc_page *page, bool with_rules)
{
    const struct ar_doc *doc = page->doc;
    bool is_one = doc->packs.count == 1;
    put_origin_note(page->out);
    page->level = 1;
    if (!is_one)
        ar_buf_put_c(page->out, "# Case studies\n");
    for (size_t i = 0; i < doc->packs.count; i++) {
        const struct ar_doc_pack *pack = doc->packs.at[i];
        page->level = is_one ? 1 : 2;
        ar_buf_put_repeated(page->out, '\n', is_one ? 0 : 1);
        ar_buf_put_repeated(page->out, '#', page->level);
        ar_buf_put_char(page->out, ' ');
        ar_markdown_put_text(page->out, ar_str_trim(title_of(pack)));
        ar_buf_put_char(page->out, '\n');
        put_pack_head(page, pack);
        page->level++;
        for (size_t k = 0; with_rules && k < pack->rules.count; k++)
            put_rule(page, pack->rules.at[k]);
    }
}

void ar_doc_markdown(struct ar_buf *out, const struct ar_doc *doc)
{
    struct ar_doc_page page = {.out = out, .doc = doc};
    put_document(&page, true);
}

void ar_doc_markdown_index(struct ar_buf *out, const struct ar_doc *doc)
{
    struct ar_doc_page page = {.out = out, .doc = doc, .is_split = true};
    put_document(&page, false);
}

void ar_doc_markdown_page(struct ar_buf *out, const struct ar_doc *doc,
                          const struct ar_doc_rule *rule)
{
    const struct ar_doc_page page = {
        .out = out, .doc = doc, .level = 1, .is_split = true};
    put_origin_note(out);
    put_rule(&page, rule);
}
