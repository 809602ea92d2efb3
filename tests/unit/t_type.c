/* SPDX-License-Identifier: Apache-2.0 */
/* Types: names, equality, order, enum words and aliases, text form. */

#include "value/type.h"

/* cmocka.h needs what stands before it. */
/* clang-format off */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
/* clang-format on */

static struct ar_arena arena;

static int clear_arena(void **state)
{
    (void)state;
    ar_arena_free(&arena);
    return 0;
}

static void assert_text(const struct ar_type *type, const char *expected)
{
    ar_str text = ar_type_text(&arena, type);
    assert_string_equal(text.ptr, expected);
}

static void finds_every_name(void **state)
{
    (void)state;
    size_t count = 0;
    const ar_str *names = ar_type_names(&count);
    assert_int_equal(count, 11);
    for (size_t ix = 0; ix < count; ix++) {
        const struct ar_type *type = ar_type_find(names[ix]);
        assert_non_null(type);
        assert_true(ar_str_equal(type->name, names[ix]));
        assert_true(ar_type_is_scalar(type));
        assert_text(type, names[ix].ptr);
    }
    assert_ptr_equal(ar_type_find(AR_STR("bool")), &ar_type_bool);
    assert_ptr_equal(ar_type_find(AR_STR("duration")), &ar_type_duration);
    assert_ptr_equal(ar_type_find(AR_STR("arch")), &ar_type_arch);
}

static void finds_no_other_name(void **state)
{
    (void)state;
    static const char *const names[] = {"",     "Int",   "in",   "ints",
                                        "list", "_Bool", "enum", "int "};
    for (size_t ix = 0; ix < AR_COUNT_OF(names); ix++)
        assert_null(ar_type_find(ar_str_from_c(names[ix])));
}

static void folds_arch_aliases(void **state)
{
    (void)state;
    static const struct {
        const char *spelling;
        const char *word;
    } cases[] = {
        {"amd64", "amd64"},       {"x86_64", "amd64"},
        {"AMD64", "amd64"},       {"EM64T", "amd64"},
        {"x86-64", "amd64"},      {"x64", "amd64"},
        {"arm64", "arm64"},       {"aarch64", "arm64"},
        {"ARM64", "arm64"},       {"i686", "i386"},
        {"386", "i386"},          {"x86", "i386"},
        {"armhf", "arm"},         {"armv7l", "arm"},
        {"armv8l", "arm"},        {"rv64", "riscv64"},
        {"ppc64el", "ppc64le"},   {"powerpc64", "ppc64"},
        {"mips64el", "mips64le"}, {"loongarch64", "loong64"},
        {"wasm", "wasm32"},       {"s390x", "s390x"},
    };
    for (size_t ix = 0; ix < AR_COUNT_OF(cases); ix++) {
        size_t word_ix =
            ar_type_enum_find(&ar_type_arch, ar_str_from_c(cases[ix].spelling));
        assert_true(word_ix < ar_type_arch.n_words);
        assert_string_equal(ar_type_arch.words[word_ix].name.ptr,
                            cases[ix].word);
    }
}

static void refuses_what_is_no_arch(void **state)
{
    (void)state;
    static const char *const cases[] = {
        "",      "ARM64 ", " arm64", "aarch64_be", "ia64",   "x64;rm -rf",
        "Amd64", "arm6",   "arm64x", "x86_64\n",   "X86_64", "linux/arm64",
    };
    for (size_t ix = 0; ix < AR_COUNT_OF(cases); ix++) {
        size_t found =
            ar_type_enum_find(&ar_type_arch, ar_str_from_c(cases[ix]));
        assert_true(found == SIZE_MAX);
    }
}

static void has_no_arch_spelling_twice(void **state)
{
    (void)state;
    for (size_t ix = 0; ix < ar_type_arch.n_words; ix++) {
        const struct ar_enum_word *word = &ar_type_arch.words[ix];
        assert_int_equal(ar_type_enum_find(&ar_type_arch, word->name), ix);
        assert_true(word->n_aliases > 0);
        for (size_t alias = 0; alias < word->n_aliases; alias++) {
            assert_int_equal(word->aliases[alias].len,
                             strlen(word->aliases[alias].ptr));
            assert_int_equal(
                ar_type_enum_find(&ar_type_arch, word->aliases[alias]), ix);
        }
    }
}

static const struct ar_field pair_fields[] = {
    {.name = {"name", 4}, .type = &ar_type_string},
    {.name = {"gateway", 7}, .type = &ar_type_ip, .optional = true},
};
static const struct ar_type pair = {
    .kind = AR_TYPE_RECORD, .fields = pair_fields, .n_fields = 2};

static void compares_lists_and_maps_by_structure(void **state)
{
    (void)state;
    const struct ar_type *ints = ar_type_list_of(&arena, &ar_type_int);
    const struct ar_type *more_ints = ar_type_list_of(&arena, &ar_type_int);
    const struct ar_type *strings = ar_type_list_of(&arena, &ar_type_string);
    const struct ar_type *map = ar_type_map_of(&arena, &ar_type_int);
    const struct ar_type *empty = ar_type_list_of(&arena, NULL);
    assert_true(ar_type_equal(ints, more_ints));
    assert_false(ar_type_equal(ints, strings));
    assert_false(ar_type_equal(ints, map));
    assert_false(ar_type_equal(ints, &ar_type_int));
    assert_true(ar_type_equal(empty, ints));
    assert_true(ar_type_equal(strings, empty));
    assert_false(ar_type_equal(empty, map));
    assert_true(ar_type_equal(ar_type_list_of(&arena, empty),
                              ar_type_list_of(&arena, strings)));
    assert_false(ar_type_equal(ar_type_list_of(&arena, empty), ints));
}

static void compares_records_by_structure(void **state)
{
    (void)state;
    struct ar_field fields[2] = {pair_fields[0], pair_fields[1]};
    struct ar_type other = {
        .kind = AR_TYPE_RECORD, .fields = fields, .n_fields = 2};
    assert_true(ar_type_equal(&pair, &other));
    other.n_fields = 1;
    assert_false(ar_type_equal(&pair, &other));
    other.n_fields = 2;
    fields[1].optional = false;
    assert_false(ar_type_equal(&pair, &other));
    fields[1] = pair_fields[1];
    fields[1].type = &ar_type_cidr;
    assert_false(ar_type_equal(&pair, &other));
    fields[1] = pair_fields[1];
    fields[0].name = AR_STR("nane");
    assert_false(ar_type_equal(&pair, &other));
    fields[0] = pair_fields[1];
    fields[1] = pair_fields[0];
    assert_false(ar_type_equal(&pair, &other));
}

static void compares_enums_by_identity(void **state)
{
    (void)state;
    static const struct ar_enum_word words[] = {{.name = {"musl", 4}}};
    const struct ar_type one = {.kind = AR_TYPE_ENUM,
                                .name = {"libc", 4},
                                .words = words,
                                .n_words = 1};
    const struct ar_type two = one;
    assert_true(ar_type_equal(&one, &one));
    assert_false(ar_type_equal(&one, &two));
    assert_false(ar_type_equal(&one, &ar_type_arch));
}

static void lets_poison_agree_with_everything(void **state)
{
    (void)state;
    assert_true(ar_type_equal(&ar_type_poison, &ar_type_int));
    assert_true(ar_type_equal(&pair, &ar_type_poison));
    const struct ar_type *list = ar_type_list_of(&arena, &ar_type_poison);
    assert_true(ar_type_equal(list, ar_type_list_of(&arena, &pair)));
    assert_true(ar_type_is_scalar(&ar_type_poison));
    assert_true(ar_type_is_ordered(&ar_type_poison));
}

static void copies_of_a_scalar_are_equal(void **state)
{
    (void)state;
    const struct ar_type copy = ar_type_size;
    assert_true(ar_type_equal(&copy, &ar_type_size));
    assert_false(ar_type_equal(&copy, &ar_type_duration));
    assert_false(ar_type_equal(&ar_type_int, &ar_type_real));
}

static void knows_what_is_ordered(void **state)
{
    (void)state;
    const struct ar_type *ordered[] = {
        &ar_type_int,  &ar_type_real,     &ar_type_string, &ar_type_version,
        &ar_type_size, &ar_type_duration, &ar_type_time};
    for (size_t ix = 0; ix < AR_COUNT_OF(ordered); ix++)
        assert_true(ar_type_is_ordered(ordered[ix]));
    const struct ar_type *unordered[] = {&ar_type_bool,
                                         &ar_type_arch,
                                         &ar_type_ip,
                                         &ar_type_cidr,
                                         &pair,
                                         ar_type_list_of(&arena, &ar_type_int),
                                         ar_type_map_of(&arena, &ar_type_int)};
    for (size_t ix = 0; ix < AR_COUNT_OF(unordered); ix++)
        assert_false(ar_type_is_ordered(unordered[ix]));
    for (size_t ix = 4; ix < AR_COUNT_OF(unordered); ix++)
        assert_false(ar_type_is_scalar(unordered[ix]));
}

static void finds_fields(void **state)
{
    (void)state;
    assert_int_equal(ar_type_field_find(&pair, AR_STR("name")), 0);
    assert_int_equal(ar_type_field_find(&pair, AR_STR("gateway")), 1);
    assert_true(ar_type_field_find(&pair, AR_STR("Name")) == SIZE_MAX);
    assert_true(ar_type_field_find(&pair, AR_STR("")) == SIZE_MAX);
    assert_true(ar_type_field_find(&ar_type_int, AR_STR("name")) == SIZE_MAX);
}

static void writes_types_as_the_language_does(void **state)
{
    (void)state;
    assert_text(&pair, "{ name : string, gateway? : ip }");
    assert_text(ar_type_list_of(&arena, &pair),
                "list of { name : string, gateway? : ip }");
    const struct ar_type *map = ar_type_map_of(&arena, &ar_type_string);
    assert_text(ar_type_map_of(&arena, map), "map of map of string");
    assert_text(ar_type_list_of(&arena, NULL), "list");
    const struct ar_type empty = {.kind = AR_TYPE_RECORD};
    assert_text(&empty, "{}");
    assert_text(&ar_type_poison, "<unknown type>");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(finds_every_name, clear_arena),
        cmocka_unit_test(finds_no_other_name),
        cmocka_unit_test(folds_arch_aliases),
        cmocka_unit_test(refuses_what_is_no_arch),
        cmocka_unit_test(has_no_arch_spelling_twice),
        cmocka_unit_test_teardown(compares_lists_and_maps_by_structure,
                                  clear_arena),
        cmocka_unit_test(compares_records_by_structure),
        cmocka_unit_test(compares_enums_by_identity),
        cmocka_unit_test_teardown(lets_poison_agree_with_everything,
                                  clear_arena),
        cmocka_unit_test(copies_of_a_scalar_are_equal),
        cmocka_unit_test_teardown(knows_what_is_ordered, clear_arena),
        cmocka_unit_test(finds_fields),
        cmocka_unit_test_teardown(writes_types_as_the_language_does,
                                  clear_arena),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
