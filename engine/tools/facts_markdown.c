/* SPDX-License-Identifier: Apache-2.0 */
/* docs/facts.md: from the declarations of the standard library, its probes and
 * the table of facts that code finds out. */

#include "tools/facts_markdown.h"

#include "base/limits.h"
#include "front/ast.h"
#include "front/excerpt.h"
#include "probe/builtin.h"
#include "text/markdown.h"

static const char introduction[] =
    "# Facts\n"
    "\n"
    "<!-- Made by `archrules doc --facts`. Do not edit. -->\n"
    "\n"
    "What the standard library declares, and what finds it out. `archrules "
    "facts NAME`\n"
    "shows a fact of this machine, [probes.md](probes.md) says what becomes of "
    "what a\n"
    "probe reads, [language.md](language.md) what a rule can do with it.\n"
    "\n"
    "A fact has a value, is **absent** (it is not there) or **unknown** with a "
    "reason\n"
    "(nobody can say). For each fact stands what gives it, in the order in "
    "which it is\n"
    "asked:\n"
    "\n"
    "- **Code** of this program runs nothing. What it looks at and when there "
    "is no\n"
    "  value stands with the fact.\n"
    "- **A probe** reads a file, a variable or the registry, or runs a "
    "program, which is\n"
    "  killed when its time is over. A probe that fails makes its facts "
    "unknown, as\n"
    "  [a table](probes.md#what-an-end-means) says; its `if` lines, which "
    "stand with it,\n"
    "  come first. A fact is absent only by such a line, or by a `?` in what "
    "the probe\n"
    "  gives.\n"
    "- **A definition** is worked out from other facts, and lacks what they "
    "lack.\n"
    "\n"
    "A fact that nothing gives on a system is unknown(unsupported). Nothing "
    "asks for\n"
    "more rights than archrules has; what they do not suffice for is "
    "unknown(denied).\n"
    "Facts that are sensitive are redacted from "
    "[snapshots](snapshots.md).\n";

struct page {
    struct ar_buf *out;
    const struct ar_program *program;
};

static ar_str excerpt(const struct page *page, ar_span span)
{
    return ar_excerpt(page->out->arena, page->program->diags->sources, span);
}

static void put_code(const struct page *page, ar_span span)
{
    ar_markdown_put_code(page->out, excerpt(page, span));
}

/* ---- facts ---- */

/* Those of arch stand in language.md. */
static void put_words(const struct page *page, const struct ar_type *type)
{
    if (type->kind != AR_TYPE_ENUM || type == &ar_type_arch)
        return;
    for (size_t ix = 0; ix < type->n_words; ix++) {
        ar_buf_put_c(page->out, ix == 0 ? " (" : ", ");
        ar_markdown_put_text(page->out, type->words[ix].name);
    }
    ar_buf_put_c(page->out, ")");
}

static void put_attributes(const struct page *page,
                           const struct ar_fact_decl *decl)
{
    static const char *const sensitivities[] = {
        "", "; sensitive: people and machines", "; sensitive: addresses",
        "; secret: never printed"};
    struct ar_buf *out = page->out;
    ar_buf_put_c(out, "**");
    put_code(page, decl->span);
    ar_buf_put_c(out, "** : ");
    ar_markdown_put_code(out, ar_type_text(out->arena, decl->type));
    put_words(page, decl->type);
    if (decl->unit.len > 0) {
        ar_buf_put_c(out, " in ");
        ar_markdown_put_text(out, decl->unit);
    }
    ar_buf_put_c(out, decl->is_fixed ? "; nobody can change it" : "");
    ar_buf_put_c(out, decl->is_log ? "; grows at its end" : "");
    ar_buf_put_c(out, decl->needs_admin ? "; needs an administrator" : "");
    ar_buf_put_c(out, sensitivities[decl->sensitivity]);
    ar_buf_put_c(out, "\n\n");
}

static void put_platforms(const struct page *page, const char *platforms)
{
    if (strcmp(platforms, "all") == 0)
        return;
    ar_buf_put_c(page->out, " on ");
    ar_markdown_put_text(page->out, ar_str_from_c(platforms));
}

static void put_builtin(const struct page *page,
                        const struct ar_builtin *builtin)
{
    ar_buf_put_c(page->out, "- Code");
    put_platforms(page, builtin->platforms);
    ar_buf_put_c(page->out, ": ");
    ar_markdown_put_text(page->out, ar_str_from_c(builtin->where));
    ar_buf_put_c(page->out, ".");
    if (builtin->lacks[0] != '\0') {
        ar_buf_put_c(page->out, " No value: ");
        ar_markdown_put_text(page->out, ar_str_from_c(builtin->lacks));
        ar_buf_put_c(page->out, ".");
    }
    ar_buf_put_c(page->out, "\n");
}

static void put_definition(const struct page *page,
                           const struct ar_definition *definition)
{
    ar_buf_put_c(page->out, "- Definition: ");
    put_code(page, definition->expr->span);
    if (definition->guard) {
        ar_buf_put_c(page->out, " if ");
        put_code(page, definition->guard->span);
    }
    ar_buf_put_c(page->out, "\n");
}

/* With the dot in front, which is no part of what was parsed. */
static ar_span selector_span(const struct page *page,
                             const struct ar_node *selector)
{
    ar_span span = selector->span;
    ar_str source =
        ar_sources_get(page->program->diags->sources, span.file)->text;
    if (span.start > 0 && source.ptr[span.start - 1] == '.')
        span.start--;
    return span;
}

/* With what the probe takes of what it parsed: a '?' can be seen. */
static void put_giver(const struct page *page, const struct ar_probe *probe,
                      const struct ar_fact_decl *decl)
{
    for (size_t ix = 0; ix < probe->parts.count; ix++) {
        const struct ar_probe_gives *part = &probe->parts.at[ix];
        if (part->decl != decl)
            continue;
        ar_buf_put_c(page->out, "- Probe ");
        ar_markdown_put_code(page->out, probe->name);
        if (part->selector) {
            ar_buf_put_c(page->out, ": ");
            put_code(page, selector_span(page, part->selector));
        }
        ar_buf_put_c(page->out, "\n");
    }
}

static void put_fact(const struct page *page, const struct ar_fact *fact)
{
    const struct ar_builtin *builtin = ar_builtin_of(&fact->decl);
    size_t before = 0;
    ar_buf_put_c(page->out, "\n");
    put_attributes(page, &fact->decl);
    ar_markdown_put_paragraphs(page->out, fact->decl.doc);
    ar_buf_put_c(page->out, "\n");
    before = page->out->len;
    if (builtin)
        put_builtin(page, builtin);
    for (size_t ix = 0; ix < page->program->probes.count; ix++)
        put_giver(page, page->program->probes.at[ix], &fact->decl);
    for (size_t ix = 0; ix < fact->definitions.count; ix++)
        put_definition(page, &fact->definitions.at[ix]);
    if (page->out->len == before)
        ar_buf_put_c(page->out, "- Nothing yet: it comes from snapshots, or "
                                "from packs with probes of their own.\n");
}

/* ---- probes ---- */

/* What of a probe stands on the page; what it gives stands with the facts. */
static bool is_shown(enum ar_node_kind kind)
{
    return kind == AR_NODE_PROBE_EXIT || kind == AR_NODE_PROBE_FROM ||
           kind == AR_NODE_PROBE_DECODE || kind == AR_NODE_PROBE_PARSE ||
           kind == AR_NODE_PROBE_IF || kind == AR_NODE_PROBE_RUN ||
           kind == AR_NODE_PROBE_EXEC || kind == AR_NODE_PROBE_FILE ||
           kind == AR_NODE_PROBE_GLOB || kind == AR_NODE_PROBE_REGISTRY ||
           kind == AR_NODE_PROBE_ENV;
}

static void put_cost(const struct page *page, const struct ar_probe *probe)
{
    int64_t seconds = probe->timeout_us > 0 ? probe->timeout_us / 1000000
                                            : AR_MAX_PROBE_SECONDS;
    if (probe->source != AR_PROBE_RUN && probe->source != AR_PROBE_EXEC)
        ar_buf_put_c(page->out, "; only reads");
    else
        ar_buf_printf(page->out, "; a program, at most %d s", (int)seconds);
}

static void put_probe(const struct page *page, const struct ar_probe *probe)
{
    struct ar_buf *out = page->out;
    ar_buf_put_c(out, "\n**");
    ar_markdown_put_code(out, probe->name);
    ar_buf_put_c(out, "**");
    for (size_t ix = 0; ix < probe->platforms.count; ix++) {
        ar_buf_put_c(out, ix == 0 ? " on " : ", ");
        ar_markdown_put_text(out, probe->platforms.at[ix]);
    }
    put_cost(page, probe);
    ar_buf_put_c(out, "\n\n");
    for (const struct ar_node *child = probe->node->first; child;
         child = child->next) {
        if (!is_shown(child->kind))
            continue;
        ar_buf_put_c(out, "- ");
        put_code(page, child->span);
        ar_buf_put_c(out, child->kind == AR_NODE_PROBE_EXIT ? " are answers\n"
                                                            : "\n");
    }
}

/* ---- modules ---- */

static bool has_probe(const struct page *page, const struct ar_pack *pack)
{
    for (size_t ix = 0; ix < page->program->probes.count; ix++) {
        if (page->program->probes.at[ix]->pack == pack)
            return true;
    }
    return false;
}

static void put_module(const struct page *page, const struct ar_pack *pack)
{
    const struct ar_program *program = page->program;
    ar_buf_put_c(page->out, "\n## ");
    ar_markdown_put_text(page->out, pack->name);
    ar_buf_put_c(page->out, "\n");
    for (size_t ix = 0; ix < program->facts.count; ix++) {
        if (program->facts.at[ix]->pack == pack)
            put_fact(page, program->facts.at[ix]);
    }
    if (!has_probe(page, pack))
        return;
    ar_buf_put_c(page->out, "\n### Probes of ");
    ar_markdown_put_text(page->out, pack->name);
    ar_buf_put_c(page->out, "\n");
    for (size_t ix = 0; ix < program->probes.count; ix++) {
        if (program->probes.at[ix]->pack == pack)
            put_probe(page, program->probes.at[ix]);
    }
}

/* In the order of their names, however they came to be loaded. */
void ar_facts_put_markdown(struct ar_buf *out, const struct ar_program *program)
{
    struct page page = {out, program};
    ar_str_vector names = {0};
    ar_buf_put_c(out, introduction);
    for (size_t ix = 0; ix < program->packs.count; ix++) {
        if (program->packs.at[ix]->is_stdlib)
            ar_vector_push(out->arena, &names, program->packs.at[ix]->name);
    }
    ar_str_sort(names.at, names.count);
    for (size_t nth = 0; nth < names.count; nth++) {
        for (size_t ix = 0; ix < program->packs.count; ix++) {
            const struct ar_pack *pack = program->packs.at[ix];
            if (pack->is_stdlib && ar_str_equal(pack->name, names.at[nth]))
                put_module(&page, pack);
        }
    }
}
