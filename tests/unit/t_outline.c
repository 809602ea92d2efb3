/* SPDX-License-Identifier: Apache-2.0 */
/* The standard library without its probes, against all of it. */

#include "pack/load.h"

/* cmocka.h needs what stands before it. */
/* clang-format off */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
/* clang-format on */

struct loaded {
    struct ar_arena arena;
    struct ar_sources sources;
    struct ar_diags diags;
    struct ar_loader loader;
    const struct ar_program *program;
};

static void load(struct loaded *loaded, const char *text, bool no_probes)
{
    static const struct ar_check_options options = {0};
    struct ar_load_text rules = {AR_STR("own.rules"), ar_str_from_c(text)};
    *loaded = (struct loaded){.program = NULL};
    loaded->diags =
        (struct ar_diags){.arena = &loaded->arena, .sources = &loaded->sources};
    loaded->loader = (struct ar_loader){.arena = &loaded->arena,
                                        .diags = &loaded->diags,
                                        .no_probes = no_probes};
    ar_vector_push(&loaded->arena, &loaded->loader.texts, rules);
    ar_load_units(&loaded->loader);
    loaded->program =
        ar_check(&loaded->arena, &loaded->diags, loaded->loader.units.at,
                 loaded->loader.units.count, &options);
    assert_int_equal(loaded->diags.list.count, 0);
}

static void assert_same(ar_str a, ar_str b)
{
    assert_true(ar_str_equal(a, b));
}

static void assert_same_facts(const struct ar_program *whole,
                              const struct ar_program *quick)
{
    struct ar_arena *arena = quick->arena;
    assert_true(whole->facts.count > 200);
    assert_int_equal(quick->facts.count, whole->facts.count);
    for (size_t i = 0; i < whole->facts.count; i++) {
        const struct ar_fact_decl *a = &whole->facts.at[i]->decl;
        const struct ar_fact_decl *b = &quick->facts.at[i]->decl;
        assert_same(a->name, b->name);
        assert_same(a->doc, b->doc);
        assert_same(ar_type_text(arena, a->type), ar_type_text(arena, b->type));
        assert_int_equal(a->span.start, b->span.start);
    }
}

static void assert_outlined(struct loaded *quick, size_t ix,
                            const struct ar_probe *whole)
{
    const struct ar_program *program = quick->program;
    const struct ar_probe *skipped = program->probes.at[ix];
    assert_true(!skipped->node && whole->node);
    assert_same(skipped->name, whole->name);
    assert_same(skipped->pack->name, whole->pack->name);
    assert_int_equal(skipped->span.start, whole->span.start);
    assert_true(whole->gives.count > 0);
    for (size_t k = 0; k < whole->gives.count; k++) {
        ar_str name = whole->gives.at[k]->name;
        const struct ar_fact_decl *decl =
            ar_schema_find(&program->schema, name);
        const struct ar_probe *outline =
            ar_probe_outline(&quick->arena, program, skipped, decl);
        assert_non_null(outline);
        assert_int_equal(outline->gives.count, whole->gives.count);
        assert_ptr_equal(outline->gives.at[k], decl);
        assert_int_equal(outline->source, whole->source);
        assert_int_equal(outline->timeout_us, whole->timeout_us);
    }
}

static const char plain[] = "rule a\n  when host.os == linux\n"
                            "  then diagnose \"It is.\"\n";

static void test_outline_is_of_the_whole(void **state)
{
    (void)state;
    struct loaded whole;
    struct loaded quick;
    load(&whole, plain, false);
    load(&quick, plain, true);
    assert_same_facts(whole.program, quick.program);
    assert_true(whole.program->probes.count > 100);
    assert_int_equal(quick.program->probes.count, whole.program->probes.count);
    for (size_t i = 0; i < whole.program->probes.count; i++)
        assert_outlined(&quick, i, whole.program->probes.at[i]);
    ar_arena_free(&quick.arena);
    ar_arena_free(&whole.arena);
}

static void test_other_facts_have_no_outline(void **state)
{
    (void)state;
    struct loaded quick;
    load(&quick, "fact own.fact : bool\n", true);
    const struct ar_fact_decl *decl =
        ar_schema_find(&quick.program->schema, AR_STR("own.fact"));
    for (size_t i = 0; i < quick.program->probes.count; i++)
        assert_null(ar_probe_outline(&quick.arena, quick.program,
                                     quick.program->probes.at[i], decl));
    ar_arena_free(&quick.arena);
}

/* What asks for facts is checked together with the probes that find them. */
static void test_what_asks_has_whole_probes(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "fact own.fact : string = docker.path\n",
        "fact own.fact : string\nprobe own\n  env 'OWN'\n"
        "  gives own.fact : string\n",
    };
    for (size_t i = 0; i < AR_COUNT_OF(texts); i++) {
        struct loaded quick;
        load(&quick, texts[i], true);
        for (size_t k = 0; k < quick.program->probes.count; k++)
            assert_non_null(quick.program->probes.at[k]->node);
        assert_true(quick.program->probes.count > 100);
        ar_arena_free(&quick.arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_outline_is_of_the_whole),
        cmocka_unit_test(test_other_facts_have_no_outline),
        cmocka_unit_test(test_what_asks_has_whole_probes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
