/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SNAPSHOT_FIXTURE_H
#define SNAPSHOT_FIXTURE_H
/* Reading snapshots in tests: in both ways, and with every diagnostic
 * accounted for. */

#include "facts_fixture.h"

#include <stdio.h>

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

static struct ar_factset set;

static inline void assert_same_text(ar_str a, ar_str b)
{
    if (!ar_str_equal(a, b))
        fail_msg("\"" AR_STR_FORMAT "\" is not \"" AR_STR_FORMAT "\"",
                 AR_STR_ARG(a), AR_STR_ARG(b));
}

static inline void assert_same_value(const ar_value *a, const ar_value *b)
{
    assert_true(ar_value_same(*a, *b));
    assert_same_text(a->detail, b->detail);
    assert_same_text(ar_value_text(&arena, *a), ar_value_text(&arena, *b));
}

static inline void assert_same_set(const struct ar_factset *a,
                                   const struct ar_factset *b)
{
    assert_same_text(a->machine, b->machine);
    assert_same_text(a->collected, b->collected);
    assert_same_text(a->tool, b->tool);
    assert_int_equal(a->has_now, b->has_now);
    assert_int_equal(a->now, b->now);
    assert_int_equal(a->longest, b->longest);
    assert_int_equal(a->n_groups, b->n_groups);
    assert_int_equal(a->entries.count, b->entries.count);
    for (size_t ix = 0; ix < a->entries.count; ix++) {
        const struct ar_fact_entry *left = a->entries.at[ix];
        const struct ar_fact_entry *right = b->entries.at[ix];
        assert_same_text(left->key, right->key);
        assert_ptr_equal(left->decl, right->decl);
        assert_same_value(&left->value, &right->value);
        assert_same_text(left->origin->probe, right->origin->probe);
        assert_same_text(left->origin->how, right->origin->how);
        assert_same_text(left->origin->time, right->origin->time);
        assert_int_equal(left->origin->duration_ms, right->origin->duration_ms);
        assert_ptr_equal(ar_factset_entry(b, left->key), right);
    }
}

/* Of a copy: rendering sorts. */
static inline ar_str diags_text(const struct ar_diags *from)
{
    struct ar_diags copy = {.arena = &arena, .sources = &sources};
    for (size_t ix = 0; ix < from->list.count; ix++)
        ar_vector_push(&arena, &copy.list, from->list.at[ix]);
    struct ar_buf out = AR_BUF(&arena);
    ar_diags_render(&out, &copy, false);
    return ar_buf_view(&out);
}

/* In both ways, which must be the same in all that can be seen. */
static inline bool read_text(ar_str text)
{
    uint32_t file =
        ar_sources_add(&arena, &sources, AR_STR("facts.json"), text);
    struct ar_schema bare = schema;
    bare.plan = NULL;
    struct ar_diags slow_diags = {.arena = &arena, .sources = &sources};
    struct ar_factset slow_set;
    bool is_read =
        ar_snapshot_read(&arena, &slow_diags, file, &bare, &slow_set);
    ar_snapshot_prepare(&arena, &schema);
    diags = (struct ar_diags){.arena = &arena, .sources = &sources};
    assert_int_equal(ar_snapshot_read(&arena, &diags, file, &schema, &set),
                     is_read);
    assert_same_set(&slow_set, &set);
    assert_same_text(diags_text(&slow_diags), diags_text(&diags));
    return is_read;
}

/* Reads from a block of exactly the text's size, so that sanitizers see what
 * is read behind it. */
static inline bool try_read(ar_str text)
{
    char *block = malloc(text.len > 0 ? text.len : 1);
    assert_non_null(block);
    ar_arena_defer(&arena, free, block);
    memcpy(block, text.ptr, text.len);
    return read_text((ar_str){block, text.len});
}

static inline void show_diags(void)
{
    struct ar_buf out = AR_BUF(&arena);
    ar_diags_render(&out, &diags, false);
    ar_str text = ar_buf_view(&out);
    print_message(AR_STR_FORMAT "\n", AR_STR_ARG(text));
}

static inline void read_ok(const char *text)
{
    if (!try_read(ar_str_from_c(text))) {
        show_diags();
        fail_msg("refused: %s", text);
    }
    assert_int_equal(diags.n_errors, 0);
}

/* Read without a word. */
static inline void read_clean(const char *text)
{
    read_ok(text);
    if (diags.list.count > 0) {
        show_diags();
        fail_msg("not clean: %s", text);
    }
}

static inline const struct ar_diag *only_diag(void)
{
    if (diags.list.count != 1) {
        show_diags();
        fail_msg("%u diagnostics", (unsigned)diags.list.count);
    }
    return diags.list.at[0];
}

static inline void assert_diag(enum ar_diag_code code, uint32_t start,
                               uint32_t end)
{
    const struct ar_diag *diag = only_diag();
    if (diag->code != code || diag->span.start != start ||
        diag->span.end != end) {
        show_diags();
        fail_msg("%s at %u to %u, not %s at %u to %u",
                 ar_diag_table[diag->code].code, diag->span.start,
                 diag->span.end, ar_diag_table[code].code, start, end);
    }
}

/* The place is that of the first occurrence of mark in text. */
static inline void assert_diag_at(const char *text, enum ar_diag_code code,
                                  const char *mark)
{
    const char *at = strstr(text, mark);
    assert_non_null(at);
    assert_diag(code, (uint32_t)(at - text),
                (uint32_t)((size_t)(at - text) + strlen(mark)));
}

static inline void assert_refused(const char *text, enum ar_diag_code code,
                                  uint32_t start)
{
    if (try_read(ar_str_from_c(text)))
        fail_msg("read: %s", text);
    const struct ar_diag *diag = only_diag();
    if (diag->code != code || diag->span.start != start) {
        show_diags();
        fail_msg("%s: %s at %u", text, ar_diag_table[diag->code].code,
                 diag->span.start);
    }
    assert_int_equal(set.entries.count, 0);
}

static inline ar_value get(const char *key)
{
    struct ar_fact_ref ref;
    parse_ref(key, &ref);
    return ar_factset_get(&set, ref.decl, ref.key);
}

static inline void assert_get(const char *key, const char *expected)
{
    assert_text(ar_value_text(&arena, get(key)), expected);
}

static const char *const missing = "<unknown: not_in_snapshot>";
static const char *const bad = "<unknown: bad_output>";

/* A fact, how it is given, and its value as text. */
struct encoding {
    const char *key;
    const char *json;
    const char *value;
};

#endif
