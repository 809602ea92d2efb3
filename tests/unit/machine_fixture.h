/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AR_TESTS_MACHINE_FIXTURE_H
#define AR_TESTS_MACHINE_FIXTURE_H
/* For tests of facts that code finds out: a host that is a table, and what a
 * fact of the standard library is on it. */

#include "probe/builtin.h"
#include "probe_fixture.h"

static struct ar_fake_host host;
static struct ar_map kept;

static inline int start_library(void **state)
{
    start_test(state);
    fixture_add_stdlib(&fixture);
    finish_rules();
    return 0;
}

static inline void use(const struct ar_fake_answer *answers, size_t count)
{
    kept = (struct ar_map){0};
    ar_host_open_fake(&host, answers, count);
}

/* What comes of a fact, as text; argument: NULL, if it has none. */
static inline const char *find_with(const char *name, const ar_value *argument)
{
    ar_value value;
    struct ar_question question = {
        .arena = &fixture.arena,
        .host = &host.host,
        .decl = ar_schema_find(facts.schema, ar_str_from_c(name)),
        .arguments = argument,
        .kept = &kept};
    assert_non_null(question.decl);
    assert_true(ar_builtin_find(&question, &value));
    return ar_value_text(&fixture.arena, value).ptr;
}

/* path: its argument, or NULL. */
static inline const char *find(const char *name, const char *path)
{
    ar_value argument = ar_value_string(ar_str_from_c(path));
    return find_with(name, path ? &argument : NULL);
}

#define ANSWER(kind, name, text)                        \
    {                                                   \
        AR_FAKE_##kind, name,                           \
        {                                               \
            .status = AR_HOST_DONE, .out = AR_STR(text) \
        }                                               \
    }
#define LACK(kind, name, lack)       \
    {                                \
        AR_FAKE_##kind, name,        \
        {                            \
            .status = AR_HOST_##lack \
        }                            \
    }

#define USE(...)                                           \
    const struct ar_fake_answer answers[] = {__VA_ARGS__}; \
    use(answers, AR_COUNT_OF(answers))

static inline void assert_fact(const char *name, const char *expected)
{
    assert_string_equal(find(name, NULL), expected);
}

static const char *const unsupported = "<unknown: unsupported>";

#define TEST(function) \
    cmocka_unit_test_setup_teardown(function, start_library, end_test)

#endif
