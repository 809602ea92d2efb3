/* SPDX-License-Identifier: Apache-2.0 */
/* The set of facts: what is there, what follows from a group, and what is
 * merely not known. */

#include "facts_fixture.h"

#define TEST(name) cmocka_unit_test_setup_teardown(name, make_set, tear_down)

static struct ar_factset set;

static int make_set(void **state)
{
    set_up(state);
    set = (struct ar_factset){.arena = &arena,
                              .schema = &schema,
                              .missing_reason = AR_REASON_not_in_snapshot};
    return 0;
}

static struct ar_fact_entry *give(const char *key, ar_value value)
{
    struct ar_fact_ref ref;
    parse_ref(key, &ref);
    return ar_factset_set(&set, &ref, value);
}

static ar_value unknown(enum ar_reason reason)
{
    return ar_value_unknown(reason, AR_STR("said so"));
}

static ar_value get(const char *key)
{
    struct ar_fact_ref ref;
    parse_ref(key, &ref);
    return ar_factset_get(&set, ref.decl, ref.key);
}

static void assert_get(const char *key, const char *expected)
{
    assert_text(ar_value_text(&arena, get(key)), expected);
}

static void assert_group(const char *key, const char *expected)
{
    struct ar_fact_ref ref;
    parse_ref(key, &ref);
    assert_non_null(ref.group);
    assert_text(
        ar_value_text(&arena, ar_factset_group(&set, ref.group, ref.key)),
        expected);
}

static const char *const not_in_snapshot = "<unknown: not_in_snapshot>";

static void gives_what_was_set(void **state)
{
    (void)state;
    assert_get("host.cpus", not_in_snapshot);
    struct ar_fact_entry *entry = give("host.cpus", ar_value_int(8));
    assert_text(entry->key, "host.cpus");
    assert_text(entry->decl->name, "host.cpus");
    assert_int_equal(entry->origin->duration_ms, -1);
    assert_get("host.cpus", "8");
    entry->origin = &(struct ar_origin){.probe = AR_STR("p")};
    struct ar_fact_entry *second = give("host.cpus", ar_value_absent());
    assert_ptr_equal(entry, second);
    assert_int_equal(second->origin->probe.len, 0);
    assert_get("host.cpus", "<absent>");
    assert_int_equal(set.entries.count, 1);
    assert_ptr_equal(ar_factset_entry(&set, AR_STR("host.cpus")), entry);
    assert_null(ar_factset_entry(&set, AR_STR("host.load")));
}

static void tells_why_a_fact_is_missing(void **state)
{
    (void)state;
    assert_get("image.name", "<unknown: not_given>");
    set.missing_reason = AR_REASON_unsupported;
    assert_get("host.cpus", "<unknown: unsupported>");
    assert_get("image.name", "<unknown: not_given>");
}

static void keeps_arguments_apart(void **state)
{
    (void)state;
    give("file(\"/x\").exists", ar_value_bool(true));
    give("file('/y').exists", ar_value_bool(false));
    assert_get("file('/x').exists", "true");
    assert_get("file(\"/y\").exists", "false");
    assert_get("file('/z').exists", not_in_snapshot);
    assert_get("file('/x').size", not_in_snapshot);
}

static void takes_the_state_of_the_nearest_group(void **state)
{
    (void)state;
    give("docker", unknown(AR_REASON_denied));
    assert_get("docker.desktop.arch", "<unknown: denied>");
    give("docker.desktop", ar_value_absent());
    assert_get("docker.desktop.arch", "<absent>");
    assert_get("docker.server.version", "<unknown: denied>");
    assert_get("host.os", not_in_snapshot);
    give("docker.desktop.arch", ar_value_enum(&ar_type_arch, 0));
    assert_get("docker.desktop.arch", "amd64");
    assert_get("docker.desktop.log", "<absent>");
    const struct ar_fact_entry *entry =
        ar_factset_entry(&set, AR_STR("docker.desktop.log"));
    assert_text(entry->key, "docker.desktop");
    assert_null(entry->decl);
    assert_text(get("docker.server.version").detail, "said so");
}

static void takes_the_state_of_a_group_with_arguments(void **state)
{
    (void)state;
    give("file('/a.b)')", ar_value_absent());
    assert_get("file('/a.b)').owner.name", "<absent>");
    assert_get("file('/a.b)').exists", "<absent>");
    assert_get("file('/a').exists", not_in_snapshot);
    give("windows", ar_value_absent());
    assert_get("windows.feature('x').enabled", "<absent>");
}

static void a_fact_says_nothing_of_what_is_below(void **state)
{
    (void)state;
    declare("a.b", &ar_type_int);
    declare("a.b.c", &ar_type_int);
    give("a.b", ar_value_absent());
    assert_get("a.b.c", not_in_snapshot);
    give("a", unknown(AR_REASON_timeout));
    assert_get("a.b.c", "<unknown: timeout>");
}

static void a_group_set_later_counts(void **state)
{
    (void)state;
    give("docker.desktop.arch", ar_value_enum(&ar_type_arch, 0));
    give("docker.server.version", unknown(AR_REASON_timeout));
    give("docker.desktop", ar_value_absent());
    assert_get("docker.desktop.arch", "<absent>");
    assert_get("docker.server.version", "<unknown: timeout>");
    struct ar_fact_ref ref;
    parse_ref("docker.server", &ref);
    ar_factset_add(&set, &ref, ar_value_absent());
    assert_get("docker.server.version", "<unknown: timeout>");
    declare("docker.desktopx", &ar_type_int);
    give("docker.desktopx", ar_value_int(1));
    give("docker.desktop", unknown(AR_REASON_denied));
    assert_get("docker.desktopx", "1");
}

static void a_group_exists_if_a_fact_does(void **state)
{
    (void)state;
    assert_group("docker", not_in_snapshot);
    give("docker.desktop.arch", ar_value_absent());
    assert_group("docker.desktop", not_in_snapshot);
    give("docker.desktop.log", unknown(AR_REASON_denied));
    assert_group("docker.desktop", "<unknown: denied>");
    give("docker.desktop.log", ar_value_absent());
    assert_group("docker.desktop", "<absent>");
    assert_group("docker", not_in_snapshot);
    give("docker.desktop.log", ar_value_list(&strings_type, NULL, 0));
    assert_group("docker.desktop", "true");
    assert_group("docker", "true");
}

static void a_group_is_what_was_said_of_it(void **state)
{
    (void)state;
    give("docker", ar_value_absent());
    assert_group("docker", "<absent>");
    assert_group("docker.desktop", "<absent>");
    assert_group("docker.server", "<absent>");
    give("docker.server.version", unknown(AR_REASON_denied));
    assert_group("docker", "<absent>");
    assert_group("docker.server", "<absent>");
    give("docker", unknown(AR_REASON_timeout));
    assert_group("docker.desktop", "<unknown: timeout>");
    give("docker.desktop.log", ar_value_list(&strings_type, NULL, 0));
    assert_group("docker", "true");
}

static void the_first_open_fact_says_why(void **state)
{
    (void)state;
    give("docker.desktop.arch", unknown(AR_REASON_denied));
    give("docker.desktop.log", unknown(AR_REASON_timeout));
    assert_group("docker.desktop", "<unknown: denied>");
}

static void groups_with_arguments(void **state)
{
    (void)state;
    assert_group("file('/x')", not_in_snapshot);
    give("file('/x').exists", ar_value_bool(false));
    assert_group("file('/x')", "true");
    assert_group("file('/y')", not_in_snapshot);
    give("file('/y')", ar_value_absent());
    assert_group("file('/y')", "<absent>");
    assert_group("file('/y').owner", "<absent>");
}

/* There may be arguments that nobody has asked for. */
static void a_family_is_never_wholly_absent(void **state)
{
    (void)state;
    give("windows.build", ar_value_absent());
    assert_group("windows", not_in_snapshot);
    give("windows.feature('a').enabled", ar_value_absent());
    assert_group("windows", not_in_snapshot);
    give("windows.feature('b').enabled", ar_value_bool(false));
    assert_group("windows", "true");
    give("windows", ar_value_absent());
    assert_group("windows", "<absent>");
}

static void a_group_of_derived_facts_is_not_vacuously_absent(void **state)
{
    (void)state;
    assert_group("only", not_in_snapshot);
    give("only", ar_value_absent());
    assert_group("only", "<absent>");
    assert_get("only.derived", "<absent>");
}

/* ---- facts by number ---- */

static const char *const bound_keys[] = {"host.cpus", "docker.desktop.arch",
                                         "image.name", "file('/x').exists"};

static void classify_by_state(const struct ar_fact_layout *layout, size_t first,
                              size_t count, const ar_value *const *values,
                              uint32_t *classes)
{
    (void)layout;
    for (size_t slot = first; slot < first + count; slot++)
        classes[slot] = values[slot]->state;
}

static struct ar_fact_layout make_layout(void)
{
    size_t count = AR_COUNT_OF(bound_keys);
    ar_str *keys = AR_NEW_ARRAY(&arena, ar_str, count);
    const struct ar_fact_decl **decls =
        AR_NEW_ARRAY(&arena, const struct ar_fact_decl *, count);
    struct ar_fact_layout layout = {.keys = keys,
                                    .decls = decls,
                                    .count = count,
                                    .classify = classify_by_state};
    for (size_t ix = 0; ix < count; ix++) {
        struct ar_fact_ref ref;
        parse_ref(bound_keys[ix], &ref);
        keys[ix] = ref.key;
        decls[ix] = ref.decl;
        ar_map_put(&arena, &layout.numbers, ref.key, &keys[ix]);
    }
    return layout;
}

static void assert_slots_are_right(void)
{
    for (size_t ix = 0; ix < set.layout->count; ix++) {
        ar_value looked_up =
            ar_factset_get(&set, set.layout->decls[ix], set.layout->keys[ix]);
        assert_true(ar_value_same(*set.slots[ix], looked_up));
        assert_int_equal(set.classes[ix], looked_up.state);
    }
}

static void slots_follow_what_is_set(void **state)
{
    (void)state;
    struct ar_fact_layout layout = make_layout();
    give("host.cpus", ar_value_int(8));
    ar_factset_bind(&set, &layout);
    assert_slots_are_right();
    assert_int_equal(set.slots[0]->as.integer, 8);
    assert_int_equal(set.slots[2]->reason, AR_REASON_not_given);
    static const char *const keys[] = {"docker",     "docker.desktop.arch",
                                       "docker",     "host.load",
                                       "file('/x')", "file('/x').exists"};
    for (size_t ix = 0; ix < AR_COUNT_OF(keys); ix++) {
        give(keys[ix], unknown(AR_REASON_denied));
        assert_slots_are_right();
        give(keys[ix], ar_value_absent());
        assert_slots_are_right();
    }
    give("file('/x').exists", ar_value_bool(true));
    assert_true(set.slots[3]->as.boolean);
}

static void the_longest_list_and_text_are_known(void **state)
{
    (void)state;
    static char text[5000];
    memset(text, 'a', sizeof(text));
    ar_value lines[3] = {ar_value_string(AR_STR("a")), ar_value_absent(),
                         ar_value_string(AR_STR("b"))};
    give("host.cpus", ar_value_int(100));
    assert_int_equal(set.longest, 0);
    give("docker.desktop.log", ar_value_list(&strings_type, lines, 3));
    assert_int_equal(set.longest, 3);
    lines[2] = ar_value_string((ar_str){text, sizeof(text)});
    give("docker.desktop.log", ar_value_list(&strings_type, lines, 3));
    assert_int_equal(set.longest, 4);
    give("docker.desktop.log", ar_value_absent());
    assert_int_equal(set.longest, 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(gives_what_was_set),
        TEST(tells_why_a_fact_is_missing),
        TEST(keeps_arguments_apart),
        TEST(takes_the_state_of_the_nearest_group),
        TEST(takes_the_state_of_a_group_with_arguments),
        TEST(a_fact_says_nothing_of_what_is_below),
        TEST(a_group_set_later_counts),
        TEST(a_group_exists_if_a_fact_does),
        TEST(a_group_is_what_was_said_of_it),
        TEST(the_first_open_fact_says_why),
        TEST(groups_with_arguments),
        TEST(a_family_is_never_wholly_absent),
        TEST(a_group_of_derived_facts_is_not_vacuously_absent),
        TEST(slots_follow_what_is_set),
        TEST(the_longest_list_and_text_are_known),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
