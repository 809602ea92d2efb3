/* SPDX-License-Identifier: Apache-2.0 */
/* The JSON reader against jansson: random documents, damaged ones, and the
 * public test suite if ARCHRULES_JSON_SUITE names its folder. Both must
 * accept or refuse alike, and give the same tree. The deliberate differences
 * are tests of their own at the end. */

#include "base/file.h"
#include "json_tree.h"

#include "json/json.h"

/* cmocka.h needs what stands before it. */
/* clang-format off */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
/* clang-format on */

#include <jansson.h>

enum {
    N_DOCUMENTS = 10000,
    DAMAGES_OF_EACH = 5,
    JANSSON_DEPTH = 2048,
    FILE_LIMIT = 1 << 20
};

/* Nothing is limited but the depth, as in jansson. */
static const struct ar_json_limits open_limits = {
    .depth = JANSSON_DEPTH,
    .values = SIZE_MAX,
    .key_bytes = SIZE_MAX,
    .string_bytes = SIZE_MAX,
    .number_bytes = SIZE_MAX,
};

static struct ar_arena arena;

static int free_arena(void **state)
{
    (void)state;
    ar_arena_free(&arena);
    return 0;
}

static json_t *read_jansson(ar_str text)
{
    json_error_t error;
    return json_loadb(text.ptr ? text.ptr : "", text.len,
                      JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &error);
}

static struct ar_json *read_ours(ar_str text, struct ar_json_error *error)
{
    return ar_json_read(&arena, text, &open_limits, error);
}

static bool same_value(const struct ar_json *ours, json_t *theirs);

static bool same_elements(const struct ar_json *ours, json_t *theirs)
{
    if (ours->count != json_array_size(theirs))
        return false;
    size_t ix = 0;
    for (const struct ar_json *each = ours->first; each; each = each->next)
        if (!same_value(each, json_array_get(theirs, ix++)))
            return false;
    return ix == ours->count;
}

static bool same_members(const struct ar_json *ours, json_t *theirs)
{
    if (ours->count != json_object_size(theirs))
        return false;
    size_t count = 0;
    for (const struct ar_json *each = ours->first; each; each = each->next) {
        json_t *value = json_object_getn(theirs, each->key.ptr, each->key.len);
        if (!value || !same_value(each, value))
            return false;
        count++;
    }
    return count == ours->count;
}

static bool same_string(ar_str ours, json_t *theirs)
{
    ar_str other = {json_string_value(theirs), json_string_length(theirs)};
    return json_is_string(theirs) && ar_str_equal(ours, other);
}

static bool same_value(const struct ar_json *ours, json_t *theirs)
{
    switch (ours->kind) {
    case AR_JSON_NULL: return json_is_null(theirs);
    case AR_JSON_BOOL:
        return ours->boolean ? json_is_true(theirs) : json_is_false(theirs);
    case AR_JSON_INT:
        return json_is_integer(theirs) &&
               json_integer_value(theirs) == ours->integer;
    case AR_JSON_REAL:
        return json_is_real(theirs) &&
               tree_same_real(json_real_value(theirs), ours->real);
    case AR_JSON_STRING: return same_string(ours->text, theirs);
    case AR_JSON_ARRAY:
        return json_is_array(theirs) && same_elements(ours, theirs);
    case AR_JSON_OBJECT:
        return json_is_object(theirs) && same_members(ours, theirs);
    }
    AR_UNREACHABLE();
}

/* Whether both accepted; fails the test if they differ. A text with a NUL
 * byte is not for jansson, see below. */
static bool compare(ar_str text, const char *name)
{
    struct ar_json_error error;
    const struct ar_json *ours = read_ours(text, &error);
    if (text.len > 0 && memchr(text.ptr, '\0', text.len)) {
        assert_null(ours);
        return false;
    }
    json_t *theirs = read_jansson(text);
    bool is_same = !ours == !theirs && (!ours || same_value(ours, theirs));
    if (!is_same)
        fail_msg("%s: we %s (code %d at %u), jansson %s: " AR_STR_FORMAT, name,
                 ours ? "accept" : "refuse", (int)error.code,
                 (unsigned)error.offset, theirs ? "accepts" : "refuses",
                 AR_STR_ARG(text));
    json_decref(theirs);
    return ours != NULL;
}

/* Pieces that are likely to matter where they do not belong. */
static const ar_str pieces[] = {
    {"\"", 1},
    {"\\", 1},
    {"\\u", 2},
    {"\\u0000", 6},
    {"\\ud800", 6},
    {"\\udc00", 6},
    {"[", 1},
    {"]", 1},
    {"{", 1},
    {"}", 1},
    {",", 1},
    {":", 1},
    {"0", 1},
    {"-", 1},
    {"+", 1},
    {".", 1},
    {"e", 1},
    {"e999", 4},
    {"e-999", 5},
    {"null", 4},
    {"tru", 3},
    {" ", 1},
    {"\0", 1},
    {"\x1f", 1},
    {"\x7f", 1},
    {"\x80", 1},
    {"\xc3", 1},
    {"\xc3\xa9", 2},
    {"\xc0\x80", 2},
    {"\xed\xa0", 2},
    {"\xef\xbb", 2},
    {"\xf4\x90", 2},
    {"\xff", 1},
    {"\"0.\":1,", 7},
    {"\n", 1},
    {"\v", 1},
    {"9999999999999999999", 19},
};

/* Replaces a few bytes somewhere by a piece, a random byte, a part of the
 * text itself, or nothing. */
static ar_str damage(struct tree_random *random, ar_str text)
{
    size_t at = tree_pick(random, text.len + 1);
    size_t removed = tree_pick(random, 4);
    char byte = (char)(unsigned char)tree_pick(random, 256);
    ar_str put = {&byte, 1};
    size_t kind = tree_pick(random, 8);
    if (kind < 4) {
        put = pieces[tree_pick(random, AR_COUNT_OF(pieces))];
    } else if (kind == 4) {
        size_t start = tree_pick(random, text.len + 1);
        put = ar_str_slice(text, start, start + tree_pick(random, 40));
    } else if (kind == 5) {
        put = (ar_str){0};
    }
    struct ar_buf out = AR_BUF(&arena);
    ar_buf_put(&out, ar_str_slice(text, 0, at));
    ar_buf_put(&out, put);
    if (tree_pick(random, 20) > 0)
        ar_buf_put(&out, ar_str_slice(text, at + removed, SIZE_MAX));
    return ar_str_copy(&arena, ar_buf_view(&out));
}

static void agrees_on_random_documents(void **state)
{
    (void)state;
    struct tree_random random = tree_random_start(8259);
    size_t n_damaged = 0;
    size_t n_survivors = 0;
    for (size_t i = 0; i < N_DOCUMENTS; i++) {
        struct ar_buf out = AR_BUF(&arena);
        tree_put_value(&random, &out, 1 + tree_pick(&random, 5));
        ar_str text = ar_str_copy(&arena, ar_buf_view(&out));
        assert_true(compare(text, "random document"));
        for (size_t k = 0; k < DAMAGES_OF_EACH; k++) {
            ar_str damaged = damage(&random, text);
            n_damaged++;
            if (!compare(damaged, "damaged document"))
                continue;
            n_survivors++;
            text = damaged;
        }
        ar_arena_reset(&arena);
    }
    print_message("%u valid, %u damaged of which %u still valid\n",
                  (unsigned)N_DOCUMENTS, (unsigned)n_damaged,
                  (unsigned)n_survivors);
    assert_true(n_survivors > n_damaged / 20);
    assert_true(n_survivors < n_damaged / 2);
}

static void agrees_on_the_public_suite(void **state)
{
    (void)state;
    ar_str folder = ar_str_from_c(getenv("ARCHRULES_JSON_SUITE"));
    if (ar_file_kind(folder) != AR_FILE_KIND_FOLDER) {
        print_message("ARCHRULES_JSON_SUITE is not a folder\n");
        skip();
    }
    struct ar_arena list_arena = {0};
    ar_str_vector files = {0};
    assert_int_equal(
        ar_file_list(&list_arena, folder, AR_STR(".json"), 1, 1000, &files),
        AR_FILE_OK);
    assert_true(files.count >= 318);
    for (size_t i = 0; i < files.count; i++) {
        ar_str text;
        assert_int_equal(ar_file_read(&arena, files.at[i], FILE_LIMIT, &text),
                         AR_FILE_OK);
        compare(text, files.at[i].ptr);
        ar_arena_reset(&arena);
    }
    ar_arena_free(&list_arena);
}

/* What jansson refuses by default as we do, so no difference: asserted
 * because a new version may change its mind. */
static void agrees_on_the_fringes(void **state)
{
    (void)state;
    static const char *const refused[] = {
        "1e400",
        "-1e400",
        "9223372036854775808",
        "\"\\u0000\"",
        "{\"\\u0000\":1}",
        "\xef\xbb\xbf{}",
        "\"\\ud800\"",
        "\"\xed\xa0\x80\"",
        "{\"a\":1,\"\\u0061\":2}",
        "",
        " ",
    };
    static const char *const accepted[] = {
        "-0", "-0.0", "1e-400", "\"\xef\xbf\xbf\"", "\"\x7f\"", "0e999999999",
    };
    for (size_t i = 0; i < AR_COUNT_OF(refused); i++)
        assert_false(compare(ar_str_from_c(refused[i]), refused[i]));
    for (size_t i = 0; i < AR_COUNT_OF(accepted); i++)
        assert_true(compare(ar_str_from_c(accepted[i]), accepted[i]));
}

static ar_str nested_text(size_t levels, const char *core)
{
    struct ar_buf out = AR_BUF(&arena);
    ar_buf_put_repeated(&out, '[', levels);
    ar_buf_put_c(&out, core);
    ar_buf_put_repeated(&out, ']', levels);
    return ar_buf_view(&out);
}

/* Difference: jansson skips a NUL byte behind a number or a word. */
static void differs_on_nul_bytes(void **state)
{
    (void)state;
    const ar_str text = AR_STR("[1\0]");
    struct ar_json_error error;
    assert_null(read_ours(text, &error));
    assert_int_equal(error.code, AR_JSON_SYNTAX);
    json_t *theirs = read_jansson(text);
    assert_non_null(theirs);
    json_decref(theirs);
}

/* Difference: jansson counts a value in the innermost array as a level. */
static void differs_on_the_last_level(void **state)
{
    (void)state;
    struct ar_json_error error;
    assert_true(compare(nested_text(JANSSON_DEPTH, ""), "deepest"));
    assert_true(compare(nested_text(JANSSON_DEPTH - 1, "1"), "deepest value"));
    assert_false(compare(nested_text(JANSSON_DEPTH + 1, ""), "too deep"));
    ar_str text = nested_text(JANSSON_DEPTH, "1");
    assert_non_null(read_ours(text, &error));
    assert_null(read_jansson(text));
}

/* Difference: our default limits. */
static void differs_on_our_limits(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "0.00000000000000000000000000000000000000001",
        "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[0]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]",
    };
    for (size_t i = 0; i < AR_COUNT_OF(texts); i++) {
        ar_str text = ar_str_from_c(texts[i]);
        struct ar_json_error error;
        assert_true(compare(text, texts[i]));
        assert_null(
            ar_json_read(&arena, text, &ar_json_default_limits, &error));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(agrees_on_random_documents, free_arena),
        cmocka_unit_test_teardown(agrees_on_the_public_suite, free_arena),
        cmocka_unit_test_teardown(agrees_on_the_fringes, free_arena),
        cmocka_unit_test_teardown(differs_on_nul_bytes, free_arena),
        cmocka_unit_test_teardown(differs_on_the_last_level, free_arena),
        cmocka_unit_test_teardown(differs_on_our_limits, free_arena),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
