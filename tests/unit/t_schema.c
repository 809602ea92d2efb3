/* SPDX-License-Identifier: Apache-2.0 */
/* Declared facts: groups, keys of facts with arguments, and reading keys that
 * come from outside. */

#include "facts_fixture.h"

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

static enum ar_fact_ref_status status_of(const char *text)
{
    struct ar_fact_ref ref;
    return ar_fact_ref_parse(&arena, &schema, ar_str_from_c(text), &ref);
}

static void assert_key(const char *text, const char *expected)
{
    struct ar_fact_ref ref;
    parse_ref(text, &ref);
    assert_text(ref.key, expected);
    struct ar_fact_ref again;
    parse_ref(expected, &again);
    assert_text(again.key, expected);
    assert_ptr_equal(ref.decl, again.decl);
    assert_ptr_equal(ref.group, again.group);
    assert_true((ref.decl == NULL) != (ref.group == NULL));
}

static void finds_facts_and_groups(void **state)
{
    (void)state;
    assert_text(ar_schema_find(&schema, AR_STR("host.os"))->name, "host.os");
    assert_null(ar_schema_find(&schema, AR_STR("host.o")));
    assert_null(ar_schema_find(&schema, AR_STR("host")));
    assert_null(ar_schema_find_group(&schema, AR_STR("host.os")));
    const struct ar_fact_group *docker =
        ar_schema_find_group(&schema, AR_STR("docker"));
    assert_int_equal(docker->facts.count, 4);
    const struct ar_fact_group *desktop =
        ar_schema_find_group(&schema, AR_STR("docker.desktop"));
    assert_int_equal(desktop->facts.count, 2);
    assert_text(desktop->facts.at[1]->name, "docker.desktop.log");
}

static void makes_groups_of_families(void **state)
{
    (void)state;
    const struct ar_fact_group *file =
        ar_schema_find_group(&schema, AR_STR("file()"));
    assert_int_equal(file->facts.count, 3);
    assert_int_equal(file->n_parameters, 1);
    assert_text(file->parameters[0].name, "path");
    assert_non_null(ar_schema_find_group(&schema, AR_STR("file().owner")));
    assert_null(ar_schema_find_group(&schema, AR_STR("file")));
    const struct ar_fact_group *windows =
        ar_schema_find_group(&schema, AR_STR("windows"));
    assert_int_equal(windows->facts.count, 2);
    assert_int_equal(windows->n_parameters, 0);
    const struct ar_fact_group *feature =
        ar_schema_find_group(&schema, AR_STR("windows.feature()"));
    assert_int_equal(feature->facts.count, 1);
    assert_null(ar_schema_find_group(&schema, AR_STR("windows.feature")));
    assert_null(ar_schema_find_group(&schema, AR_STR("env")));
}

static void keeps_derived_facts_out_of_groups(void **state)
{
    (void)state;
    const struct ar_fact_group *only =
        ar_schema_find_group(&schema, AR_STR("only"));
    assert_non_null(only);
    assert_int_equal(only->facts.count, 0);
}

static void writes_keys(void **state)
{
    (void)state;
    const struct ar_fact_decl *file =
        ar_schema_find(&schema, AR_STR("file().exists"));
    ar_value path = ar_value_string(AR_STR("C:\\a \"b\" {c}\n"));
    assert_text(ar_fact_key(&arena, file, &path),
                "file(\"C:\\\\a \\\"b\\\" \\{c}\\n\").exists");
    const struct ar_fact_decl *env = ar_schema_find(&schema, AR_STR("env()"));
    ar_value name = ar_value_string(AR_STR("HOME"));
    assert_text(ar_fact_key(&arena, env, &name), "env(\"HOME\")");
    const struct ar_fact_decl *pair =
        ar_schema_find(&schema, AR_STR("pair().good"));
    ar_value two[] = {ar_value_string(AR_STR("x")),
                      ar_value_enum(&ar_type_arch, 1)};
    assert_text(ar_fact_key(&arena, pair, two), "pair(\"x\", arm64).good");
    const struct ar_fact_decl *os = ar_schema_find(&schema, AR_STR("host.os"));
    assert_text(ar_fact_key(&arena, os, NULL), "host.os");
}

static void reads_keys(void **state)
{
    (void)state;
    assert_key("host.os", "host.os");
    assert_key("docker.desktop", "docker.desktop");
    assert_key("file(\"/etc/wsl.conf\").exists",
               "file(\"/etc/wsl.conf\").exists");
    assert_key("file('/etc/wsl.conf').exists",
               "file(\"/etc/wsl.conf\").exists");
    assert_key("file( \"/x\"\t).exists", "file(\"/x\").exists");
    assert_key("file('/a.b(c)=\"d\"').owner.name",
               "file(\"/a.b(c)=\\\"d\\\"\").owner.name");
    assert_key("file(\"/x\")", "file(\"/x\")");
    assert_key("file('/x').owner", "file(\"/x\").owner");
    assert_key("env('HOME')", "env(\"HOME\")");
    assert_key("windows.feature(\"WSL\").enabled",
               "windows.feature(\"WSL\").enabled");
    assert_key("env('')", "env(\"\")");
}

static void reads_arguments_by_type(void **state)
{
    (void)state;
    assert_key("port(2375).listening", "port(2375).listening");
    assert_key("port( -1 ).listening", "port(-1).listening");
    assert_key("port(0x1F).listening", "port(31).listening");
    assert_key("port(524_288).listening", "port(524288).listening");
    assert_key("pair('x',aarch64).good", "pair(\"x\", arm64).good");
    assert_key("image(4.30).since", "image(\"4.30\").since");
    assert_key("image('4.30.0').since", "image(\"4.30.0\").since");
    struct ar_fact_ref ref;
    parse_ref("port(0x1F).listening", &ref);
    assert_int_equal(ref.n_arguments, 1);
    assert_int_equal(ref.arguments[0].as.integer, 31);
}

static void reads_escapes(void **state)
{
    (void)state;
    assert_key("env(\"a\\\\b\\\"c\\'d\\{e\\}\\n\\t\\u{41}\")",
               "env(\"a\\\\b\\\"c'd\\{e}\\n\\tA\")");
    assert_key("env(\"\\u{1F600}\")", "env(\"\xF0\x9F\x98\x80\")");
    assert_key("env('a\\b{c}')", "env(\"a\\\\b\\{c}\")");
    static const char *const wrong[] = {
        "env(\"\\q\")",         "env(\"\\u{}\")", "env(\"\\u{0}\")",
        "env(\"\\u{D800}\")",   "env(\"\\u41\")", "env(\"\\u{110000}\")",
        "env(\"\\u{41\")",      "env(\"a{b}\")",  "env(\"\\u\")",
        "env(\"\\u{1234567}\")"};
    for (size_t ix = 0; ix < AR_COUNT_OF(wrong); ix++) {
        if (status_of(wrong[ix]) != AR_FACT_REF_BAD_ARGUMENT)
            fail_msg("%s", wrong[ix]);
    }
}

static void refuses_bad_arguments(void **state)
{
    (void)state;
    static const char *const wrong[] = {"port(\"2375\").listening",
                                        "port(x).listening",
                                        "port(1.5).listening",
                                        "port(1__0).listening",
                                        "port(_1).listening",
                                        "port(1_).listening",
                                        "port(0x).listening",
                                        "port(9223372036854775808).listening",
                                        "port(99999999999_999999999).listening",
                                        "port().listening",
                                        "port(1, 2).listening",
                                        "env(HOME)",
                                        "pair('x', \"arm64\").good",
                                        "pair('x', arm65).good",
                                        "pair('x').good",
                                        "file(1)",
                                        "file()"};
    for (size_t ix = 0; ix < AR_COUNT_OF(wrong); ix++) {
        if (status_of(wrong[ix]) != AR_FACT_REF_BAD_ARGUMENT)
            fail_msg("%s", wrong[ix]);
    }
    struct ar_fact_ref ref;
    ar_fact_ref_parse(&arena, &schema, AR_STR("port(x).listening"), &ref);
    assert_text(ref.decl->name, "port().listening");
}

static void refuses_malformed_keys(void **state)
{
    (void)state;
    static const char *const wrong[] = {"",
                                        ".",
                                        "host.",
                                        ".host",
                                        "host..os",
                                        " host.os",
                                        "host.os ",
                                        "Host.os",
                                        "host.OS",
                                        "1host.os",
                                        "host os",
                                        "host-os",
                                        "file(",
                                        "file(\"",
                                        "file(\"/x",
                                        "file(\"/x\"",
                                        "file(\"/x\\",
                                        "file('/x'). exists",
                                        "file('/x')exists",
                                        "file('/x').",
                                        "file('/x',)",
                                        "file(,'/x')",
                                        "file('/x' '/y')",
                                        "file(\"\"\"/x\"\"\").exists",
                                        "file('a\nb').exists",
                                        "file('a\033b').exists",
                                        "env('x').",
                                        "env('x')(1)",
                                        "port(1 2).listening",
                                        "../x",
                                        "h\xC3\xB6st.os",
                                        "host.os\n"};
    for (size_t ix = 0; ix < AR_COUNT_OF(wrong); ix++) {
        if (status_of(wrong[ix]) != AR_FACT_REF_MALFORMED)
            fail_msg("%s", wrong[ix]);
    }
}

static void tells_undeclared_keys(void **state)
{
    (void)state;
    static const char *const wrong[] = {
        "hots.os",   "host.os.x",        "__proto__", "file.exists",
        "file",      "file('/x').exist", "env",       "host.os()",
        "host('x')", "windows.feature",  "env('x').y"};
    for (size_t ix = 0; ix < AR_COUNT_OF(wrong); ix++) {
        if (status_of(wrong[ix]) != AR_FACT_REF_UNDECLARED)
            fail_msg("%s", wrong[ix]);
    }
}

/* Every prefix of a key, from a block of exactly its size. Two of them are
 * keys: the whole, and the group before the last dot. */
static void reads_every_prefix(void **state)
{
    (void)state;
    const ar_str key = AR_STR("pair(\"\\u{41}\\\\\", aarch64 ).good");
    const size_t group_length = key.len - sizeof(".good") + 1;
    for (size_t length = 1; length <= key.len; length++) {
        char *text = malloc(length);
        assert_non_null(text);
        memcpy(text, key.ptr, length);
        struct ar_fact_ref ref;
        enum ar_fact_ref_status status =
            ar_fact_ref_parse(&arena, &schema, (ar_str){text, length}, &ref);
        free(text);
        bool is_key = length == key.len || length == group_length;
        assert_int_equal(status == AR_FACT_REF_OK, is_key);
        if (is_key)
            assert_true(
                ar_str_starts_with(ref.key, AR_STR("pair(\"A\\\\\", arm64)")));
    }
}

static void finds_parents(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"host.os", "host"},
        {"host", ""},
        {"", ""},
        {"docker.desktop.arch", "docker.desktop"},
        {"file(\"/a.b)\").exists", "file(\"/a.b)\")"},
        {"file(\"/a.b)\")", ""},
        {"windows.feature(\"a.b\")", "windows"},
        {"file().owner.name", "file().owner"},
        {")", ""},
        {")(", ""},
        {"a.b)(c)", ""}};
    for (size_t ix = 0; ix < AR_COUNT_OF(cases); ix++)
        assert_text(ar_fact_key_parent(ar_str_from_c(cases[ix][0])),
                    cases[ix][1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(finds_facts_and_groups),
        TEST(makes_groups_of_families),
        TEST(keeps_derived_facts_out_of_groups),
        TEST(writes_keys),
        TEST(reads_keys),
        TEST(reads_arguments_by_type),
        TEST(reads_escapes),
        TEST(refuses_bad_arguments),
        TEST(refuses_malformed_keys),
        TEST(tells_undeclared_keys),
        TEST(reads_every_prefix),
        TEST(finds_parents),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
