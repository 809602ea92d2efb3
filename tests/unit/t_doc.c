/* SPDX-License-Identifier: Apache-2.0 */
/* Case studies as an embedder makes them: which rules are in, how pages are
 * called, and no memory at every point. What stands in them is tested by
 * tests/doc. */

#include "archrules.h"
#include "base/arena.h"

/* cmocka.h needs what stands before it. */
/* clang-format off */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
/* clang-format on */

static const char rules[] = "pack shop\n"
                            "use std.host\n"
                            "rule slow\n"
                            "  title \"Slow\"\n"
                            "  when host.arch == arm64\n"
                            "  then diagnose \"slow on {host.arch}\"\n"
                            "rule dark\n"
                            "  supersedes slow\n"
                            "  when host.os == windows\n"
                            "  then diagnose \"dark\"\n";

struct sink {
    char text[100000];
    size_t length;
};
static struct sink shared;

static int collect(void *context, const char *bytes, size_t length)
{
    struct sink *sink = context;
    if (sink->length + length >= sizeof(sink->text))
        return 1;
    memcpy(sink->text + sink->length, bytes, length);
    sink->length += length;
    sink->text[sink->length] = '\0';
    return 0;
}

static archrules_output to_sink(archrules_format format)
{
    memset(&shared, 0, sizeof(shared));
    return (archrules_output){
        .format = format, .write = collect, .context = &shared};
}

static archrules_engine *open_engine(const char *name, const char *text)
{
    archrules_engine *engine = NULL;
    assert_int_equal(archrules_engine_create(&engine), ARCHRULES_OK);
    assert_int_equal(
        archrules_engine_add_source(engine, name, text, strlen(text)),
        ARCHRULES_OK);
    return engine;
}

static archrules_doc *open_doc(archrules_engine *engine)
{
    archrules_doc *doc = NULL;
    assert_int_equal(archrules_engine_compile(engine), ARCHRULES_OK);
    assert_int_equal(archrules_doc_create(engine, &doc), ARCHRULES_OK);
    return doc;
}

static bool has(const char *text)
{
    return strstr(shared.text, text) != NULL;
}

static void wrong_calls_are_misuse(void **state)
{
    (void)state;
    archrules_output output = to_sink(ARCHRULES_MARKDOWN);
    archrules_engine *engine = open_engine("shop.rules", rules);
    archrules_doc *doc = (archrules_doc *)&shared;
    assert_int_equal(archrules_doc_create(engine, &doc), ARCHRULES_MISUSE);
    assert_null(doc);
    assert_int_equal(archrules_doc_create(NULL, &doc), ARCHRULES_MISUSE);
    assert_int_equal(archrules_doc_create(engine, NULL), ARCHRULES_MISUSE);
    assert_int_equal(archrules_doc_render(NULL, &output), ARCHRULES_MISUSE);
    assert_int_equal(archrules_doc_render_page(NULL, 0, &output),
                     ARCHRULES_MISUSE);
    assert_int_equal(archrules_doc_page_count(NULL), 0);
    assert_null(archrules_doc_page_name(NULL, 0));
    archrules_doc_free(NULL);
    doc = open_doc(engine);
    assert_int_equal(archrules_doc_render(doc, NULL), ARCHRULES_MISUSE);
    assert_int_equal(archrules_doc_render_page(doc, 3, &output),
                     ARCHRULES_MISUSE);
    assert_int_equal(shared.length, 0);
    archrules_doc_free(doc);
    archrules_engine_free(engine);
}

static void has_a_page_for_each_rule(void **state)
{
    (void)state;
    archrules_engine *engine = open_engine("shop.rules", rules);
    archrules_doc *doc = open_doc(engine);
    assert_int_equal(archrules_doc_page_count(doc), 3);
    assert_string_equal(archrules_doc_page_name(doc, 0), "index.md");
    assert_string_equal(archrules_doc_page_name(doc, 1), "shop.dark.md");
    assert_string_equal(archrules_doc_page_name(doc, 2), "shop.slow.md");
    assert_null(archrules_doc_page_name(doc, 3));
    archrules_output output = to_sink(ARCHRULES_MARKDOWN);
    assert_int_equal(archrules_doc_render_page(doc, 0, &output), ARCHRULES_OK);
    assert_true(has("| [Slow](shop.slow.md) | error | `shop.slow` |"));
    assert_false(has("slow on"));
    output = to_sink(ARCHRULES_MARKDOWN);
    assert_int_equal(archrules_doc_render_page(doc, 1, &output), ARCHRULES_OK);
    assert_true(has("\n# shop.dark\n"));
    assert_true(has("- [Slow](shop.slow.md): `shop.slow`\n"));
    assert_false(has("slow on"));
    output = to_sink(ARCHRULES_MARKDOWN);
    assert_int_equal(archrules_doc_render_page(doc, 2, &output), ARCHRULES_OK);
    assert_true(has("\n# Slow\n"));
    assert_true(has("\nslow on `{host.arch}`\n"));
    archrules_doc_free(doc);
    archrules_engine_free(engine);
}

static void leaves_out_what_is_not_chosen(void **state)
{
    (void)state;
    archrules_engine *engine = open_engine("shop.rules", rules);
    archrules_doc *doc = NULL;
    archrules_output output = to_sink(ARCHRULES_HUMAN);
    assert_int_equal(archrules_engine_compile(engine), ARCHRULES_OK);
    assert_int_equal(archrules_engine_select(engine, ARCHRULES_ONLY, "dark"),
                     ARCHRULES_OK);
    assert_int_equal(archrules_doc_create(engine, &doc), ARCHRULES_OK);
    assert_int_equal(archrules_doc_page_count(doc), 2);
    assert_int_equal(archrules_doc_render(doc, &output), ARCHRULES_OK);
    /* The other rule has a name and nothing to lead to. */
    assert_true(has("- Slow: `shop.slow`\n"));
    assert_false(has("slow on"));
    output = to_sink(ARCHRULES_JSON);
    assert_int_equal(archrules_doc_render(doc, &output), ARCHRULES_OK);
    assert_true(has("\"id\": \"shop.dark\""));
    assert_false(has("\"id\": \"shop.slow\""));
    archrules_doc_free(doc);
    assert_int_equal(archrules_engine_select(engine, ARCHRULES_SKIP, "shop"),
                     ARCHRULES_OK);
    assert_int_equal(archrules_doc_create(engine, &doc), ARCHRULES_INVALID);
    assert_null(doc);
    archrules_engine_free(engine);
}

static void names_of_pages_are_those_of_files(void **state)
{
    (void)state;
    archrules_engine *engine =
        open_engine("../A B/x.rules", "when true then diagnose 'a' "
                                      "when true then diagnose 'b'\n"
                                      "when true then diagnose 'c'\n"
                                      "rule index when true "
                                      "then diagnose 'd'\n");
    const char *more = "when true then diagnose 'e'\n";
    assert_int_equal(archrules_engine_add_source(engine, "../a b/X.rules", more,
                                                 strlen(more)),
                     ARCHRULES_OK);
    archrules_doc *doc = open_doc(engine);
    static const char *const names[] = {"index.md",
                                        "_._a_b_x.rules_1.md",
                                        "_._a_b_x.rules_1_28.md",
                                        "_._a_b_x.rules_2.md",
                                        "index-2.md",
                                        "_._a_b_x.rules_1-2.md"};
    assert_int_equal(archrules_doc_page_count(doc), 6);
    for (size_t i = 0; i < 6; i++)
        assert_string_equal(archrules_doc_page_name(doc, i), names[i]);
    archrules_output output = to_sink(ARCHRULES_MARKDOWN);
    assert_int_equal(archrules_doc_render_page(doc, 0, &output), ARCHRULES_OK);
    assert_true(has("| [../A B/x.rules:2](_._a_b_x.rules_2.md) |"));
    /* No part of the page can be led to by such a name. */
    output = to_sink(ARCHRULES_MARKDOWN);
    assert_int_equal(archrules_doc_render(doc, &output), ARCHRULES_OK);
    assert_true(has("| ../A B/x.rules:2 |"));
    assert_false(has("<a id=\".."));
    archrules_doc_free(doc);
    archrules_engine_free(engine);
}

static archrules_status make_all(void)
{
    archrules_engine *engine = NULL;
    archrules_doc *doc = NULL;
    archrules_output output = to_sink(ARCHRULES_MARKDOWN);
    archrules_status status = archrules_engine_create(&engine);
    if (status == ARCHRULES_OK)
        status = archrules_engine_add_source(engine, "shop.rules", rules,
                                             sizeof(rules) - 1);
    if (status == ARCHRULES_OK)
        status = archrules_engine_compile(engine);
    if (status == ARCHRULES_OK)
        status = archrules_doc_create(engine, &doc);
    if (status == ARCHRULES_OK)
        status = archrules_doc_render(doc, &output);
    if (status == ARCHRULES_OK)
        status = archrules_doc_render_page(doc, 1, &output);
    archrules_doc_free(doc);
    archrules_engine_free(engine);
    return status;
}

static void survives_no_memory(void **state)
{
    (void)state;
    archrules_status status = ARCHRULES_NOMEM;
    size_t n_requests = 1;
    for (; status != ARCHRULES_OK; n_requests++) {
        ar_arena_fail_after(n_requests, false);
        status = make_all();
        assert_true(status == ARCHRULES_OK || status == ARCHRULES_NOMEM);
        assert_true(n_requests < 100000);
    }
    ar_arena_fail_after(0, false);
    assert_true(n_requests > 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(wrong_calls_are_misuse),
        cmocka_unit_test(has_a_page_for_each_rule),
        cmocka_unit_test(leaves_out_what_is_not_chosen),
        cmocka_unit_test(names_of_pages_are_those_of_files),
        cmocka_unit_test(survives_no_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
