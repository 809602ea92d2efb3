/* SPDX-License-Identifier: Apache-2.0 */
/* Packs as case studies: which rules are in, and the pages they become. */

#include "api/handles.h"
#include "tools/facts_markdown.h"

#include <stdlib.h>

static bool is_chosen(const struct ar_rule *rule, void *context)
{
    return ar_api_is_chosen(context, rule);
}

static void build(void *context)
{
    struct archrules_doc *doc = context;
    doc->doc = ar_doc_build(&doc->memory.arena, doc->engine->program, is_chosen,
                            doc->engine);
}

archrules_status archrules_doc_create(archrules_engine *engine,
                                      archrules_doc **out)
{
    if (out)
        *out = NULL;
    if (!out || !engine || !engine->program || engine->is_offline)
        return ARCHRULES_MISUSE;
    if (engine->is_compiled_pack)
        return ARCHRULES_INVALID;
    struct archrules_doc *doc = calloc(1, sizeof(*doc));
    if (!doc)
        return ARCHRULES_NOMEM;
    doc->engine = engine;
    struct ar_api_memories memories = {.at = {&doc->memory, &engine->memory},
                                       .count = 2};
    archrules_status status = ar_api_guard(&memories, build, doc);
    if (status == ARCHRULES_OK && doc->doc->rules.count == 0)
        status = ARCHRULES_INVALID;
    if (status != ARCHRULES_OK)
        archrules_doc_free(doc);
    else
        *out = doc;
    return status;
}

void archrules_doc_free(archrules_doc *doc)
{
    if (!doc)
        return;
    ar_arena_free(&doc->memory.arena);
    free(doc);
}

static archrules_status render(archrules_doc *doc,
                               const archrules_output *output, ar_api_put put,
                               void *context)
{
    struct ar_api_memories memories = {
        .at = {&doc->memory, &doc->engine->memory}, .count = 2};
    return ar_api_render(&memories, output, put, context);
}

static void put_json(struct ar_buf *out, void *context)
{
    const struct archrules_doc *doc = context;
    ar_doc_json(out, doc->doc);
}

static void put_markdown(struct ar_buf *out, void *context)
{
    const struct archrules_doc *doc = context;
    ar_doc_markdown(out, doc->doc);
}

archrules_status archrules_doc_render(archrules_doc *doc,
                                      const archrules_output *output)
{
    if (!doc || !output)
        return ARCHRULES_MISUSE;
    bool is_json = output->format == ARCHRULES_JSON;
    return render(doc, output, is_json ? put_json : put_markdown, doc);
}

/* ---- the reference of facts ---- */

static void put_reference(struct ar_buf *out, void *context)
{
    const struct archrules_engine *engine = context;
    ar_facts_put_markdown(out, engine->program);
}

archrules_status archrules_engine_render_reference(
    archrules_engine *engine, const archrules_output *output)
{
    if (!engine || !engine->program || !output || engine->is_offline)
        return ARCHRULES_MISUSE;
    if (engine->is_compiled_pack)
        return ARCHRULES_INVALID;
    struct ar_api_memories memories = {.at = {&engine->memory}, .count = 1};
    return ar_api_render(&memories, output, put_reference, engine);
}

/* ---- pages ---- */

size_t archrules_doc_page_count(const archrules_doc *doc)
{
    return doc ? doc->doc->rules.count + 1 : 0;
}

const char *archrules_doc_page_name(const archrules_doc *doc, size_t ix)
{
    if (ix >= archrules_doc_page_count(doc))
        return NULL;
    return ix == 0 ? "index.md" : doc->doc->rules.at[ix - 1]->page.ptr;
}

struct page_request {
    const struct ar_doc *doc;
    size_t ix;
};

static void put_page(struct ar_buf *out, void *context)
{
    const struct page_request *request = context;
    if (request->ix == 0)
        ar_doc_markdown_index(out, request->doc);
    else
        ar_doc_markdown_page(out, request->doc,
                             request->doc->rules.at[request->ix - 1]);
}

archrules_status archrules_doc_render_page(archrules_doc *doc, size_t ix,
                                           const archrules_output *output)
{
    if (!doc || !output || ix >= archrules_doc_page_count(doc))
        return ARCHRULES_MISUSE;
    struct page_request request = {doc->doc, ix};
    return render(doc, output, put_page, &request);
}
