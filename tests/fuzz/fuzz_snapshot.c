/* SPDX-License-Identifier: Apache-2.0 */
/* Fuzz target: any bytes as a snapshot. It is refused with an error, or read
 * without one, and then every entry is a fact or group under its own name in
 * a state of its type; reading it the slow way gives the same, in the same
 * words. */

#include "facts/snapshot.h"
#include "front/ast.h"
#include "fuzz.h"

/* Checked once for all runs. */
static const struct ar_schema *make_schema(void)
{
    static struct ar_arena arena;
    static struct ar_sources sources;
    static const struct ar_program *program;
    struct ar_diags diags = {.arena = &arena, .sources = &sources};
    struct ar_unit *units[FUZZ_N_MODULES];
    const struct ar_check_options options = {.engine_version = AR_STR("0.1.0")};
    if (program)
        return &program->schema;
    fuzz_add_library(&diags, units);
    program = ar_check(&arena, &diags, units, FUZZ_N_MODULES, &options);
    fuzz_require(diags.n_errors == 0);
    return &program->schema;
}

static void require_entry(struct ar_arena *arena,
                          const struct ar_factset *facts,
                          const struct ar_fact_entry *entry)
{
    struct ar_fact_ref ref;
    fuzz_require(ar_fact_ref_parse(arena, facts->schema, entry->key, &ref) ==
                 AR_FACT_REF_OK);
    fuzz_require(ref.decl == entry->decl);
    fuzz_require(ar_str_equal(ref.key, entry->key));
    fuzz_require(
        entry->value.state != AR_STATE_VALUE ||
        (entry->decl && entry->value.type->kind == entry->decl->type->kind));
    fuzz_require(ar_factset_entry(facts, entry->key) == entry);
}

static void require_same(const struct ar_factset *facts,
                         const struct ar_factset *again)
{
    fuzz_require(facts->entries.count == again->entries.count);
    for (size_t i = 0; i < facts->entries.count; i++) {
        const struct ar_fact_entry *a = facts->entries.at[i];
        const struct ar_fact_entry *b = again->entries.at[i];
        fuzz_require(ar_str_equal(a->key, b->key));
        fuzz_require(a->decl == b->decl);
        fuzz_require(ar_value_same(a->value, b->value));
    }
}

static bool read_snapshot(struct ar_diags *diags, uint32_t file,
                          const struct ar_schema *schema,
                          struct ar_factset *facts)
{
    size_t n_errors = diags->n_errors;
    bool is_read = ar_snapshot_read(diags->arena, diags, file, schema, facts);
    fuzz_require(is_read == (diags->n_errors == n_errors));
    return is_read;
}

static void require_same_diags(struct ar_diags *a, struct ar_diags *b)
{
    struct ar_buf left = AR_BUF(a->arena);
    struct ar_buf right = AR_BUF(b->arena);
    ar_diags_render(&left, a, false);
    ar_diags_render(&right, b, false);
    fuzz_require(ar_str_equal(ar_buf_view(&left), ar_buf_view(&right)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct ar_arena arena;
    struct ar_sources sources = {0};
    struct ar_diags diags = {.arena = &arena, .sources = &sources};
    struct ar_factset facts;
    struct ar_factset again;
    uint32_t file = ar_sources_add(&arena, &sources, AR_STR("fuzz.json"),
                                   fuzz_text(&arena, data, size));
    bool is_read = read_snapshot(&diags, file, make_schema(), &facts);
    fuzz_require_places(&diags);
    for (size_t i = 0; i < facts.entries.count; i++)
        require_entry(&arena, &facts, facts.entries.at[i]);
    struct ar_schema slow = *make_schema();
    slow.plan = NULL;
    struct ar_diags diags_again = {.arena = &arena, .sources = &sources};
    fuzz_require(read_snapshot(&diags_again, file, &slow, &again) == is_read);
    require_same(&facts, &again);
    require_same_diags(&diags, &diags_again);
    ar_arena_reset(&arena);
    return 0;
}
