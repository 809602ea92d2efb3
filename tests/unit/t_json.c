/* SPDX-License-Identifier: Apache-2.0 */
/* The JSON reader and writer: values, every refusal with its offset, each
 * limit at its edge, a flat stack and linear time, and random documents read,
 * written and read again. */

#include "json_tree.h"

#include "json/json.h"

/* cmocka.h needs what stands before it. */
/* clang-format off */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>
#include <cmocka.h>
/* clang-format on */

static struct ar_arena arena;

static int free_arena(void **state)
{
    (void)state;
    ar_arena_free(&arena);
    return 0;
}

/* Reads from a block of exactly the text's size, so that ASan sees a byte
 * read past the end. The block lives as long as the arena. */
static struct ar_json *read_with(ar_str text,
                                 const struct ar_json_limits *limits,
                                 struct ar_json_error *error)
{
    char *block = malloc(text.len > 0 ? text.len : 1);
    assert_non_null(block);
    if (text.len > 0)
        memcpy(block, text.ptr, text.len);
    ar_arena_defer(&arena, free, block);
    return ar_json_read(&arena, (ar_str){block, text.len}, limits, error);
}

static struct ar_json *read_ok(ar_str text)
{
    struct ar_json_error error;
    struct ar_json *value = read_with(text, &ar_json_default_limits, &error);
    if (!value)
        fail_msg("%s: refused at %u: %s", text.ptr, (unsigned)error.offset,
                 error.text.ptr);
    assert_int_equal(error.code, AR_JSON_OK);
    return value;
}

#define READ(literal) read_ok(AR_STR(literal))

static void assert_text(ar_str found, ar_str expected)
{
    assert_int_equal(found.len, expected.len);
    if (expected.len > 0)
        assert_memory_equal(found.ptr, expected.ptr, expected.len);
}

static void assert_real(const struct ar_json *value, double expected)
{
    assert_int_equal(value->kind, AR_JSON_REAL);
    assert_true(tree_same_real(value->real, expected));
}

static void assert_int(const struct ar_json *value, int64_t expected)
{
    assert_int_equal(value->kind, AR_JSON_INT);
    assert_true(value->integer == expected);
}

static void assert_string(const struct ar_json *value, ar_str expected)
{
    assert_int_equal(value->kind, AR_JSON_STRING);
    assert_text(value->text, expected);
}

static void reads_words(void **state)
{
    (void)state;
    assert_int_equal(READ("null")->kind, AR_JSON_NULL);
    assert_int_equal(READ(" \t\r\nfalse\n")->kind, AR_JSON_BOOL);
    assert_false(READ("false")->boolean);
    assert_int_equal(READ("true")->kind, AR_JSON_BOOL);
    assert_true(READ("true")->boolean);
}

static void reads_integers(void **state)
{
    (void)state;
    assert_int(READ("0"), 0);
    assert_int(READ("-0"), 0);
    assert_int(READ("-1"), -1);
    assert_int(READ("9007199254740993"), 9007199254740993);
    assert_int(READ("9223372036854775807"), INT64_MAX);
    assert_int(READ("-9223372036854775808"), INT64_MIN);
    assert_text(READ(" -17 ")->text, AR_STR("-17"));
}

static void reads_reals(void **state)
{
    (void)state;
    assert_real(READ("-0.0"), -0.0);
    assert_real(READ("0e1"), 0.0);
    assert_real(READ("1E0"), 1.0);
    assert_real(READ("1.5e+3"), 1500.0);
    assert_real(READ("25e-1"), 2.5);
    assert_real(READ("9007199254740993.0"), 9007199254740992.0);
    assert_real(READ("1.7976931348623157e308"), 1.7976931348623157e308);
    assert_real(READ("4.9e-324"), 4.9406564584124654e-324);
    assert_real(READ("1e-400"), 0.0);
    assert_real(READ("9223372036854775808.0"), 9223372036854775808.0);
    assert_text(READ("[1.50]")->first->text, AR_STR("1.50"));
}

static void reads_strings(void **state)
{
    (void)state;
    assert_string(READ("\"\""), AR_STR(""));
    assert_string(READ("\"abc\""), AR_STR("abc"));
    assert_string(READ("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\""),
                  AR_STR("\"\\/\b\f\n\r\t"));
    assert_string(READ("\"a\\u0041\\u00e9z\""), AR_STR("aA\xc3\xa9z"));
    assert_string(READ("\"\\u20AC\\u20ac\""),
                  AR_STR("\xe2\x82\xac\xe2\x82\xac"));
    assert_string(READ("\"\\ud83d\\uDE00\""), AR_STR("\xf0\x9f\x98\x80"));
    assert_string(READ("\"\\uDBFF\\uDFFF\""), AR_STR("\xf4\x8f\xbf\xbf"));
    assert_string(READ("\"\\uD7FF\\uE000\\uFFFF\\u0001\\u007f\\u0080\\u07ff\""),
                  AR_STR("\xed\x9f\xbf\xee\x80\x80\xef\xbf\xbf\x01\x7f\xc2\x80"
                         "\xdf\xbf"));
    assert_string(READ("\"\x7f\xc2\x80\xef\xbb\xbf\xf4\x8f\xbf\xbf\""),
                  AR_STR("\x7f\xc2\x80\xef\xbb\xbf\xf4\x8f\xbf\xbf"));
}

static void keeps_order_offsets_and_counts(void **state)
{
    (void)state;
    const struct ar_json *root = READ(" {\"b\": [1, \"x\"], \"\\u0061\":{} }");
    assert_int_equal(root->kind, AR_JSON_OBJECT);
    assert_int_equal(root->offset, 1);
    assert_int_equal(root->count, 2);
    assert_null(root->next);
    const struct ar_json *b = root->first;
    assert_text(b->key, AR_STR("b"));
    assert_int_equal(b->kind, AR_JSON_ARRAY);
    assert_int_equal(b->key_offset, 2);
    assert_int_equal(b->offset, 7);
    assert_int_equal(b->count, 2);
    assert_int_equal(b->first->offset, 8);
    assert_null(b->first->key.ptr);
    assert_int_equal(b->first->next->offset, 11);
    assert_null(b->first->next->next);
    const struct ar_json *a = b->next;
    assert_text(a->key, AR_STR("a"));
    assert_int_equal(a->key_offset, 17);
    assert_int_equal(a->offset, 26);
    assert_int_equal(a->count, 0);
    assert_null(a->first);
    assert_null(a->next);
}

static void points_into_the_text_unless_escaped(void **state)
{
    (void)state;
    static const char text[] = "{\"key\":\"value\",\"e\":\"\\u0065\"}";
    ar_str whole = {text, sizeof(text) - 1};
    struct ar_json_error error;
    const struct ar_json *root =
        ar_json_read(&arena, whole, &ar_json_default_limits, &error);
    assert_non_null(root);
    assert_ptr_equal(root->first->key.ptr, text + 2);
    assert_ptr_equal(root->first->text.ptr, text + 8);
    const char *escaped = root->first->next->text.ptr;
    assert_true(escaped < text || escaped >= text + sizeof(text));
}

static void gets_members_by_key(void **state)
{
    (void)state;
    const struct ar_json *root = READ("{\"a\":1,\"\":2,\"ab\":3}");
    assert_int(ar_json_get(root, AR_STR("a")), 1);
    assert_int(ar_json_get(root, AR_STR("")), 2);
    assert_int(ar_json_get(root, AR_STR("ab")), 3);
    assert_null(ar_json_get(root, AR_STR("b")));
    assert_null(ar_json_get(root->first, AR_STR("a")));
    assert_null(ar_json_get(READ("[1]"), AR_STR("")));
    assert_null(ar_json_get(READ("{}"), AR_STR("")));
}

static void names_kinds(void **state)
{
    (void)state;
    assert_string_equal(ar_json_kind_text(AR_JSON_NULL), "null");
    assert_string_equal(ar_json_kind_text(AR_JSON_BOOL), "a boolean");
    assert_string_equal(ar_json_kind_text(AR_JSON_INT), "an integer");
    assert_string_equal(ar_json_kind_text(AR_JSON_REAL), "a number");
    assert_string_equal(ar_json_kind_text(AR_JSON_STRING), "a string");
    assert_string_equal(ar_json_kind_text(AR_JSON_ARRAY), "an array");
    assert_string_equal(ar_json_kind_text(AR_JSON_OBJECT), "an object");
}

/* Refusals. */

struct refusal {
    ar_str text;
    enum ar_json_error_code code;
    size_t offset;
};

#define REFUSAL(literal, code, offset)                              \
    {                                                               \
        {"" literal, sizeof(literal) - 1}, AR_JSON_##code, (offset) \
    }

static const struct refusal refusals[] = {
    REFUSAL("", EMPTY, 0),
    REFUSAL(" \n\t\r", EMPTY, 4),

    REFUSAL("x", SYNTAX, 0),
    REFUSAL("\v1", SYNTAX, 0),
    REFUSAL("\xc2\xa0"
            "1",
            SYNTAX, 0),
    REFUSAL(" \xef\xbb\xbf{}", SYNTAX, 1),
    REFUSAL("]", SYNTAX, 0),
    REFUSAL("[1,]", SYNTAX, 3),
    REFUSAL("[,1]", SYNTAX, 1),
    REFUSAL("[1 2]", SYNTAX, 3),
    REFUSAL("[1}", SYNTAX, 2),
    REFUSAL("[1:2]", SYNTAX, 2),
    REFUSAL("[\"\\r\" \x01]", SYNTAX, 6),
    REFUSAL("{\"a\":1]", SYNTAX, 6),
    REFUSAL("{\"a\":1,}", SYNTAX, 7),
    REFUSAL("{,}", SYNTAX, 1),
    REFUSAL("{1:2}", SYNTAX, 1),
    REFUSAL("{a:2}", SYNTAX, 1),
    REFUSAL("{'a':2}", SYNTAX, 1),
    REFUSAL("{\"a\" 2}", SYNTAX, 5),
    REFUSAL("{\"a\":}", SYNTAX, 5),
    REFUSAL("{\"a\"}", SYNTAX, 4),
    REFUSAL("['a']", SYNTAX, 1),
    REFUSAL("[/**/1]", SYNTAX, 1),
    REFUSAL("[True]", SYNTAX, 1),
    REFUSAL("[nul]", SYNTAX, 1),
    REFUSAL("[nulll]", SYNTAX, 5),
    REFUSAL("\"a\nb\"", SYNTAX, 2),
    REFUSAL("\"\t\"", SYNTAX, 1),
    REFUSAL("\"\0\"", SYNTAX, 1),
    REFUSAL("\"01234567\x1f\"", SYNTAX, 9),
    REFUSAL("\"\xc3\xa9\x1f\"", SYNTAX, 3),
    REFUSAL("{\"a\x1f\":1}", SYNTAX, 3),
    REFUSAL("[\0]", SYNTAX, 1),

    REFUSAL("[", TRUNCATED, 1),
    REFUSAL("[1", TRUNCATED, 2),
    REFUSAL("[1, ", TRUNCATED, 4),
    REFUSAL("{", TRUNCATED, 1),
    REFUSAL("{\"a", TRUNCATED, 3),
    REFUSAL("{\"a\"", TRUNCATED, 4),
    REFUSAL("{\"a\":", TRUNCATED, 5),
    REFUSAL("{\"a\":1 ", TRUNCATED, 7),
    REFUSAL("{\"a\":1,", TRUNCATED, 7),
    REFUSAL("\"", TRUNCATED, 1),
    REFUSAL("\"abc", TRUNCATED, 4),
    REFUSAL("\"\\", TRUNCATED, 2),
    REFUSAL("\"\\u", TRUNCATED, 3),
    REFUSAL("\"\\u12", TRUNCATED, 5),
    REFUSAL("\"\\ud800", TRUNCATED, 7),
    REFUSAL("\"\\ud800\\", TRUNCATED, 8),
    REFUSAL("\"\\ud800\\u", TRUNCATED, 9),
    REFUSAL("\"\\ud800\\udc0", TRUNCATED, 12),
    REFUSAL("t", TRUNCATED, 1),
    REFUSAL("[fals", TRUNCATED, 5),

    REFUSAL("1 2", TRAILING, 2),
    REFUSAL("{} {}", TRAILING, 3),
    REFUSAL("[]]", TRAILING, 2),
    REFUSAL("\"\"\"", TRAILING, 2),
    REFUSAL("truefalse", TRAILING, 4),
    REFUSAL("{}\n// end", TRAILING, 3),
    REFUSAL("1\0", TRAILING, 1),
    REFUSAL("1\xff", TRAILING, 1),
    REFUSAL("1\xef\xbb\xbf", TRAILING, 1),

    REFUSAL("\"\x80\"", BAD_UTF8, 1),
    REFUSAL("\"a\xc0\xaf\"", BAD_UTF8, 2),
    REFUSAL("\"01234567\xed\xa0\x80\"", BAD_UTF8, 9),
    REFUSAL("\"\xf4\x90\x80\x80\"", BAD_UTF8, 1),
    REFUSAL("\"\xe2\x82\"", BAD_UTF8, 1),
    REFUSAL("\"\xe2\x82", BAD_UTF8, 1),
    REFUSAL("\"\\n\xff\\q\"", BAD_UTF8, 3),
    REFUSAL("{\"\xff\":1}", BAD_UTF8, 2),
    REFUSAL("[\xff]", BAD_UTF8, 1),
    REFUSAL("\xef\xbb{}", BAD_UTF8, 0),

    REFUSAL("\"\\q\"", BAD_ESCAPE, 1),
    REFUSAL("\"\\'\"", BAD_ESCAPE, 1),
    REFUSAL("\"\\x41\"", BAD_ESCAPE, 1),
    REFUSAL("\"\\U0041\"", BAD_ESCAPE, 1),
    REFUSAL("\"\\\n\"", BAD_ESCAPE, 1),
    REFUSAL("\"ab\\u12g4\"", BAD_ESCAPE, 3),
    REFUSAL("\"\\u/041\"", BAD_ESCAPE, 1),
    REFUSAL("\"\\u:041\"", BAD_ESCAPE, 1),
    REFUSAL("\"\\u@041\"", BAD_ESCAPE, 1),
    REFUSAL("\"\\uG041\"", BAD_ESCAPE, 1),
    REFUSAL("\"\\u`041\"", BAD_ESCAPE, 1),
    REFUSAL("\"\\u 041\"", BAD_ESCAPE, 1),
    REFUSAL("\"\\u12\"", BAD_ESCAPE, 1),
    REFUSAL("\"\\ud800\"", BAD_ESCAPE, 1),
    REFUSAL("\"\\udbffx\"", BAD_ESCAPE, 1),
    REFUSAL("\"\\ud800\\n\"", BAD_ESCAPE, 1),
    REFUSAL("\"\\ud800\\u0041\"", BAD_ESCAPE, 1),
    REFUSAL("\"\\ud800\\ud800\"", BAD_ESCAPE, 1),
    REFUSAL("\"\\ud800\\udbff\"", BAD_ESCAPE, 1),
    REFUSAL("\"\\udc00\\udc00\"", BAD_ESCAPE, 1),
    REFUSAL("\"\\ud800\\ue000\"", BAD_ESCAPE, 1),
    REFUSAL("\"\\ud800\\u0000\"", BAD_ESCAPE, 1),
    REFUSAL("\"\\ud800\\uz\"", BAD_ESCAPE, 7),
    REFUSAL("\"a\\udc00\"", BAD_ESCAPE, 2),
    REFUSAL("\"\\udfff\\ud800\"", BAD_ESCAPE, 1),
    REFUSAL("{\"\\ud800\":1}", BAD_ESCAPE, 2),

    REFUSAL("\"\\u0000\"", NUL, 1),
    REFUSAL("[\"ab\\u0000", NUL, 4),
    REFUSAL("{\"a\\u0000\":1}", NUL, 3),

    REFUSAL("01", BAD_NUMBER, 0),
    REFUSAL("[-012]", BAD_NUMBER, 2),
    REFUSAL("00.5", BAD_NUMBER, 0),
    REFUSAL("+1", BAD_NUMBER, 0),
    REFUSAL("[.5]", BAD_NUMBER, 1),
    REFUSAL("1.", BAD_NUMBER, 2),
    REFUSAL("[1.]", BAD_NUMBER, 3),
    REFUSAL("1.e5", BAD_NUMBER, 2),
    REFUSAL("1e", BAD_NUMBER, 2),
    REFUSAL("[1e+]", BAD_NUMBER, 4),
    REFUSAL("[1E-x]", BAD_NUMBER, 4),
    REFUSAL("1e5.5", BAD_NUMBER, 3),
    REFUSAL("-", BAD_NUMBER, 1),
    REFUSAL("[--1]", BAD_NUMBER, 2),
    REFUSAL("- 1", BAD_NUMBER, 1),
    REFUSAL("-Infinity", BAD_NUMBER, 1),
    REFUSAL("[NaN]", BAD_NUMBER, 1),
    REFUSAL("[Infinity]", BAD_NUMBER, 1),
    REFUSAL("0x1F", BAD_NUMBER, 1),
    REFUSAL("1_000", BAD_NUMBER, 1),
    REFUSAL("[1.2.3]", BAD_NUMBER, 4),
    REFUSAL("[1-2]", BAD_NUMBER, 2),
    REFUSAL("[1+2]", BAD_NUMBER, 2),
    REFUSAL("[5KiB]", BAD_NUMBER, 2),

    REFUSAL("9223372036854775808", RANGE, 0),
    REFUSAL("[-9223372036854775809]", RANGE, 1),
    REFUSAL("[100000000000000000000]", RANGE, 1),
    REFUSAL(" 1e400", RANGE, 1),
    REFUSAL("-1E400", RANGE, 0),
    REFUSAL("1.7976931348623159e308", RANGE, 0),
    REFUSAL("0.1e99999999999", RANGE, 0),
    REFUSAL("1e99999999999999999999999999", RANGE, 0),

    REFUSAL("{\"a\":1,\"b\":2,\"a\":3}", DUPLICATE, 13),
    REFUSAL("{\"a\":1,\"\\u0061\":3}", DUPLICATE, 7),
    REFUSAL("{\"\":1,\"\":3}", DUPLICATE, 6),
    REFUSAL("[{\"a\":{\"a\":[]},\"a\"x", DUPLICATE, 15),

    REFUSAL("\xef\xbb\xbf{}", BOM, 0),
    REFUSAL("\xef\xbb\xbf", BOM, 0),
    REFUSAL("\xff\xfe{\0}\0", BOM, 0),
    REFUSAL("\xfe\xff\0{\0}", BOM, 0),
    REFUSAL("{\0}\0", BOM, 0),
    REFUSAL("\0{\0}", BOM, 0),
};

static void refuses_with_code_and_offset(void **state)
{
    (void)state;
    for (size_t i = 0; i < AR_COUNT_OF(refusals); i++) {
        const struct refusal *refusal = &refusals[i];
        struct ar_json_error error;
        const struct ar_json *value =
            read_with(refusal->text, &ar_json_default_limits, &error);
        if (value || error.code != refusal->code ||
            error.offset != refusal->offset)
            fail_msg("refusal %u, %s: code %d at %u", (unsigned)i,
                     refusal->text.ptr, (int)error.code,
                     (unsigned)error.offset);
        assert_true(error.text.len > 0);
        assert_int_not_equal(error.text.ptr[error.text.len - 1], '.');
    }
}

static struct ar_json_error refuse(ar_str text)
{
    struct ar_json_error error;
    assert_null(read_with(text, &ar_json_default_limits, &error));
    return error;
}

static void explains_refusals(void **state)
{
    (void)state;
    assert_text(refuse(AR_STR("[1 x]")).text,
                AR_STR("expected ',' or ']', found 'x'"));
    assert_text(refuse(AR_STR("{\"a\" \xc3\xa9}")).text,
                AR_STR("expected ':' after the key, found U+00E9"));
    assert_text(refuse(AR_STR("\"\n\"")).text,
                AR_STR("the control character U+000A in a string"));
    assert_text(refuse(AR_STR("{\"a\":1,\"a\":1}")).text,
                AR_STR("the key \"a\" is in this object twice"));
    assert_text(
        refuse(AR_STR("12345678901234567890123456789012345678901")).text,
        AR_STR("more than 40 characters in a number"));
}

static void names_no_raw_control_of_a_repeated_key(void **state)
{
    (void)state;
    struct ar_json_error error =
        refuse(AR_STR("{\"\\u001b[2J\":1,\"\\u001b[2J\":1}"));
    assert_int_equal(error.code, AR_JSON_DUPLICATE);
    assert_int_equal(ar_str_find(error.text, AR_STR("\x1b"), 0), SIZE_MAX);
}

/* An object of n members, the last with the key of member twin. */
static ar_str twin_text(size_t n, size_t twin, size_t *first, size_t *second)
{
    struct ar_buf out = AR_BUF(&arena);
    ar_buf_put_c(&out, "{");
    for (size_t i = 0; i < n; i++) {
        *second = out.len;
        if (i == twin)
            *first = out.len;
        ar_buf_printf(&out, "\"k%u\":1%s", (unsigned)(i == n - 1 ? twin : i),
                      i == n - 1 ? "}" : ",");
    }
    return ar_buf_view(&out);
}

/* Both below and above where the reader starts to use a map. */
static void finds_repeated_keys_in_objects_of_any_size(void **state)
{
    (void)state;
    for (size_t n = 2; n < 40; n++) {
        for (size_t twin = 0; twin < n - 1; twin++) {
            size_t first = 0;
            size_t second = 0;
            struct ar_json_error error =
                refuse(twin_text(n, twin, &first, &second));
            assert_int_equal(error.code, AR_JSON_DUPLICATE);
            assert_int_equal(error.offset, second);
            assert_int_equal(error.other_offset, first);
        }
        size_t none = 0;
        read_ok(twin_text(n, n - 1, &none, &none));
        ar_arena_reset(&arena);
    }
}

static void accepts_a_key_again_in_another_object(void **state)
{
    (void)state;
    READ("[{\"a\":{\"a\":1}},{\"a\":2}]");
    READ("{\"a\":1,\"A\":2,\"aa\":3,\"\":4}");
}

/* What a raw byte in a string must lead to. */
static enum ar_json_error_code code_of_raw_byte(unsigned byte)
{
    if (byte < 0x20)
        return AR_JSON_SYNTAX;
    return byte < 0x80 ? AR_JSON_OK : AR_JSON_BAD_UTF8;
}

/* The reader looks at eight bytes at a time: each byte at each place. */
static void sees_every_byte_at_every_place(void **state)
{
    (void)state;
    enum { PLACES = 19 };
    for (unsigned byte = 0; byte < 256; byte++) {
        if (byte == '"' || byte == '\\')
            continue;
        for (size_t place = 0; place < PLACES; place++) {
            char text[] = "\"!~!~!~!~!~!~!~!~!~!\"";
            text[1 + place] = (char)(unsigned char)byte;
            struct ar_json_error error;
            read_with((ar_str){text, PLACES + 2}, &ar_json_default_limits,
                      &error);
            assert_int_equal(error.code, code_of_raw_byte(byte));
            assert_int_equal(error.offset, error.code ? 1 + place : 0);
        }
        ar_arena_reset(&arena);
    }
}

/* Every cut of a valid text is refused, at the end unless in a number. */
static void refuses_each_cut_text(void **state)
{
    (void)state;
    const ar_str whole = AR_STR(" {\"k\\u00e9y\":[true,false,null,-1.5e+7,\"\\"
                                "ud83d\\ude00x\\n\"],\"b\":{\"c\":[[]]}}");
    read_ok(whole);
    for (size_t len = 0; len < whole.len; len++) {
        struct ar_json_error error = refuse((ar_str){whole.ptr, len});
        assert_int_equal(error.offset, len);
        if (len <= 1)
            assert_int_equal(error.code, AR_JSON_EMPTY);
        else if (error.code != AR_JSON_BAD_NUMBER)
            assert_int_equal(error.code, AR_JSON_TRUNCATED);
    }
}

/* Limits. */

enum { NO_CODE = -1 };

/* The code for text under these limits, NO_CODE if accepted. */
static int code_under(struct ar_json_limits limits, ar_str text, size_t *offset)
{
    struct ar_json_error error;
    bool is_accepted = read_with(text, &limits, &error) != NULL;
    *offset = error.offset;
    return is_accepted ? NO_CODE : (int)error.code;
}

static void assert_edge(struct ar_json_limits limits, ar_str text, int code,
                        size_t expected_offset)
{
    size_t offset;
    assert_int_equal(code_under(limits, text, &offset), code);
    if (code != NO_CODE)
        assert_int_equal(offset, expected_offset);
}

static void limits_depth(void **state)
{
    (void)state;
    struct ar_json_limits limits = ar_json_default_limits;
    const ar_str text = AR_STR("[1,{\"a\":[]},[[]]]");
    for (limits.depth = 0; limits.depth < 3; limits.depth++) {
        static const size_t offsets[] = {0, 3, 8};
        assert_edge(limits, text, AR_JSON_TOO_DEEP, offsets[limits.depth]);
    }
    assert_edge(limits, text, NO_CODE, 0);
    limits.depth = 4;
    assert_edge(limits, text, NO_CODE, 0);
    limits.depth = 0;
    assert_edge(limits, AR_STR("1"), NO_CODE, 0);
}

static void limits_values(void **state)
{
    (void)state;
    struct ar_json_limits limits = ar_json_default_limits;
    const ar_str text = AR_STR("{\"a\":[1],\"b\":\"\",\"c\":null}");
    static const size_t offsets[] = {0, 5, 6, 13, 20};
    for (limits.values = 0; limits.values < 5; limits.values++)
        assert_edge(limits, text, AR_JSON_TOO_LARGE, offsets[limits.values]);
    assert_edge(limits, text, NO_CODE, 0);
    limits.values = 6;
    assert_edge(limits, text, NO_CODE, 0);
}

static void limits_keys(void **state)
{
    (void)state;
    struct ar_json_limits limits = ar_json_default_limits;
    const ar_str plain = AR_STR("{ \"abcde\":\"longer than the key\"}");
    const ar_str escaped = AR_STR("{ \"a\\u00e9\\u0062\\n\":1}");
    limits.key_bytes = 4;
    assert_edge(limits, plain, AR_JSON_TOO_LARGE, 2);
    assert_edge(limits, escaped, AR_JSON_TOO_LARGE, 2);
    limits.key_bytes = 5;
    assert_edge(limits, plain, NO_CODE, 0);
    assert_edge(limits, escaped, NO_CODE, 0);
    limits.key_bytes = 6;
    assert_edge(limits, plain, NO_CODE, 0);
}

static void limits_strings(void **state)
{
    (void)state;
    struct ar_json_limits limits = ar_json_default_limits;
    const ar_str plain = AR_STR("{\"longer\":\"abcdef\"}");
    const ar_str escaped = AR_STR("[ \"a\\ud83d\\ude00\\u007f\"]");
    limits.string_bytes = 5;
    assert_edge(limits, plain, AR_JSON_TOO_LARGE, 10);
    assert_edge(limits, escaped, AR_JSON_TOO_LARGE, 2);
    limits.string_bytes = 6;
    assert_edge(limits, plain, NO_CODE, 0);
    assert_edge(limits, escaped, NO_CODE, 0);
    limits.string_bytes = 7;
    assert_edge(limits, plain, NO_CODE, 0);
}

static void limits_numbers(void **state)
{
    (void)state;
    struct ar_json_limits limits = ar_json_default_limits;
    limits.number_bytes = 6;
    assert_edge(limits, AR_STR("[-12.5e7]"), AR_JSON_TOO_LARGE, 1);
    limits.number_bytes = 7;
    assert_edge(limits, AR_STR("[-12.5e7]"), NO_CODE, 0);
    limits.number_bytes = 8;
    assert_edge(limits, AR_STR("[-12.5e7]"), NO_CODE, 0);
}

static ar_str repeat(const char *unit, size_t count)
{
    struct ar_buf out = AR_BUF(&arena);
    for (size_t i = 0; i < count; i++)
        ar_buf_put_c(&out, unit);
    return ar_buf_view(&out);
}

static void has_the_default_limits_of_snapshots(void **state)
{
    (void)state;
    const struct ar_json_limits limits = ar_json_default_limits;
    assert_int_equal(limits.depth, 32);
    assert_int_equal(limits.values, 500000);
    assert_int_equal(limits.key_bytes, 256);
    assert_int_equal(limits.string_bytes, 16777216);
    assert_int_equal(limits.number_bytes, 40);
    ar_str open = repeat("[", 33);
    ar_str close = repeat("]", 33);
    ar_str open_32 = ar_str_slice(open, 0, 32);
    ar_str close_32 = ar_str_slice(close, 0, 32);
    read_ok(ar_str_concat(&arena, open_32, close_32));
    assert_edge(limits, ar_str_concat(&arena, open, close), AR_JSON_TOO_DEEP,
                32);
}

/* The sum of what would take long or much memory if it were not bounded. */
static void refuses_floods_early(void **state)
{
    (void)state;
    const struct ar_json_limits limits = ar_json_default_limits;
    assert_edge(limits, repeat("[", 5000000), AR_JSON_TOO_DEEP, 32);
    assert_edge(limits, repeat("{\"a\":", 1000000), AR_JSON_TOO_DEEP, 160);
    assert_edge(limits, repeat("7", 1000000), AR_JSON_TOO_LARGE, 0);
    ar_arena_free(&arena);
    ar_str zeros = ar_str_concat(&arena, AR_STR("["), repeat("0,", 600000));
    assert_edge(limits, zeros, AR_JSON_TOO_LARGE, 1 + 2 * 499999);
}

static void reads_deep_texts_on_a_flat_stack(void **state)
{
    (void)state;
    enum { LEVELS = 300000 };
    struct ar_json_limits limits = ar_json_default_limits;
    limits.depth = SIZE_MAX;
    ar_str text =
        ar_str_concat(&arena, repeat("[", LEVELS), repeat("]", LEVELS));
    struct ar_json_error error;
    const struct ar_json *value = ar_json_read(&arena, text, &limits, &error);
    size_t levels = 0;
    for (; value; value = value->first)
        levels++;
    assert_int_equal(levels, LEVELS);
    text.len--;
    assert_null(ar_json_read(&arena, text, &limits, &error));
    assert_int_equal(error.code, AR_JSON_TRUNCATED);
}

/* Time. */

/* Keys of ten pairs of letters whose sums 33 * a + b are equal, so that all
 * collide under the common multiplying hash; or as many ordinary ones. */
static ar_str many_keys_text(size_t count, bool is_colliding)
{
    static const char *const pairs[] = {"Ez", "FY", "G8"};
    static const char *const digits[] = {"00", "11", "22"};
    struct ar_buf out = AR_BUF(&arena);
    for (size_t i = 0; i < count; i++) {
        ar_buf_put_c(&out, i == 0 ? "{\"" : ",\"");
        size_t rest = i;
        for (size_t pair = 0; pair < 10; pair++, rest /= 3)
            ar_buf_put_c(&out, (is_colliding ? pairs : digits)[rest % 3]);
        ar_buf_put_c(&out, "\":0");
    }
    ar_buf_put_c(&out, "}");
    return ar_buf_view(&out);
}

static clock_t time_reading(size_t n_keys, bool is_colliding)
{
    ar_str text = many_keys_text(n_keys, is_colliding);
    clock_t start = clock();
    struct ar_json_error error;
    const struct ar_json *value =
        ar_json_read(&arena, text, &ar_json_default_limits, &error);
    clock_t end = clock();
    assert_non_null(value);
    assert_int_equal(value->count, n_keys);
    return end - start;
}

/* Ten times the keys are a hundred times the work for a quadratic reader;
 * the margins are for a busy machine. */
static void takes_linear_time_for_many_keys(void **state)
{
    (void)state;
    clock_t margin = CLOCKS_PER_SEC / 4;
    clock_t few = time_reading(4000, false);
    clock_t many = time_reading(40000, false);
    clock_t colliding = time_reading(40000, true);
    assert_true(many < 30 * few + margin);
    assert_true(colliding < 3 * many + margin);
}

/* The writer. */

static struct ar_buf written;

static struct ar_json_writer start_writer(bool pretty)
{
    written = AR_BUF(&arena);
    return (struct ar_json_writer){.out = &written, .pretty = pretty};
}

static void write_sample(struct ar_json_writer *writer)
{
    ar_json_begin_object(writer);
    ar_json_member(writer, "name", AR_STR("x"));
    ar_json_member_int(writer, "count", -3);
    ar_json_member_bool(writer, "on", true);
    ar_json_key(writer, AR_STR("list"));
    ar_json_begin_array(writer);
    ar_json_null(writer);
    ar_json_bool(writer, false);
    ar_json_real(writer, 1.5);
    ar_json_begin_array(writer);
    ar_json_end_array(writer);
    ar_json_begin_object(writer);
    ar_json_end_object(writer);
    ar_json_end_array(writer);
    ar_json_key(writer, AR_STR("last"));
    ar_json_begin_object(writer);
    ar_json_member_int(writer, "a", INT64_MIN);
    ar_json_end_object(writer);
    ar_json_end_object(writer);
}

static void writes_one_line(void **state)
{
    (void)state;
    struct ar_json_writer writer = start_writer(false);
    write_sample(&writer);
    assert_text(
        ar_buf_view(&written),
        AR_STR("{\"name\":\"x\",\"count\":-3,\"on\":true,\"list\":[null,"
               "false,1.5,[],{}],\"last\":{\"a\":-9223372036854775808}}"));
}

static void writes_pretty(void **state)
{
    (void)state;
    struct ar_json_writer writer = start_writer(true);
    write_sample(&writer);
    assert_text(ar_buf_view(&written),
                AR_STR("{\n"
                       "  \"name\": \"x\",\n"
                       "  \"count\": -3,\n"
                       "  \"on\": true,\n"
                       "  \"list\": [\n"
                       "    null,\n"
                       "    false,\n"
                       "    1.5,\n"
                       "    [],\n"
                       "    {}\n"
                       "  ],\n"
                       "  \"last\": {\n"
                       "    \"a\": -9223372036854775808\n"
                       "  }\n"
                       "}"));
}

static void assert_written(ar_str value, ar_str expected)
{
    struct ar_json_writer writer = start_writer(false);
    ar_json_string(&writer, value);
    assert_text(ar_buf_view(&written), expected);
}

static void escapes_what_is_unsafe(void **state)
{
    (void)state;
    assert_written(AR_STR(""), AR_STR("\"\""));
    assert_written((ar_str){NULL, 0}, AR_STR("\"\""));
    assert_written(AR_STR("a\"b\\c/d"), AR_STR("\"a\\\"b\\\\c/d\""));
    assert_written(AR_STR("\b\f\n\r\t\x01\x1f\x7f"),
                   AR_STR("\"\\b\\f\\n\\r\\t\\u0001\\u001f\\u007f\""));
    assert_written(AR_STR("a\0b"), AR_STR("\"a\\u0000b\""));
    assert_written(AR_STR("\xc2\x80\xc2\x9b\xc2\x9f\xc2\xa0"),
                   AR_STR("\"\\u0080\\u009b\\u009f\xc2\xa0\""));
    assert_written(AR_STR("\xe2\x80\xa7\xe2\x80\xa8\xe2\x80\xa9\xe2\x80\xaa"),
                   AR_STR("\"\xe2\x80\xa7\\u2028\\u2029\\u202a\""));
    assert_written(AR_STR("\xe2\x80\xae\xe2\x81\xa6\xe2\x81\xa9\xd8\x9c"),
                   AR_STR("\"\\u202e\\u2066\\u2069\\u061c\""));
    assert_written(AR_STR("\xf0\x9f\x98\x80\xc3\xa9"),
                   AR_STR("\"\xf0\x9f\x98\x80\xc3\xa9\""));
}

static void replaces_invalid_bytes(void **state)
{
    (void)state;
    assert_written(AR_STR("a\xff"
                          "b"),
                   AR_STR("\"a\xef\xbf\xbd"
                          "b\""));
    assert_written(AR_STR("\xc3"), AR_STR("\"\xef\xbf\xbd\""));
    assert_written(AR_STR("\xe2\x82"), AR_STR("\"\xef\xbf\xbd\xef\xbf\xbd\""));
}

static void escapes_keys_too(void **state)
{
    (void)state;
    struct ar_json_writer writer = start_writer(false);
    ar_json_begin_object(&writer);
    ar_json_key(&writer, AR_STR("a\n\xff\""));
    ar_json_null(&writer);
    ar_json_end_object(&writer);
    assert_text(ar_buf_view(&written),
                AR_STR("{\"a\\n\xef\xbf\xbd\\\"\":null}"));
}

static void assert_real_written(double value, const char *expected)
{
    struct ar_json_writer writer = start_writer(false);
    ar_json_real(&writer, value);
    assert_text(ar_buf_view(&written), ar_str_from_c(expected));
}

static void writes_reals_as_reals(void **state)
{
    (void)state;
    assert_real_written(0.1, "0.1");
    assert_real_written(-0.0, "-0.0");
    assert_real_written(3.0, "3.0");
    static const double values[] = {1e300, 4.9406564584124654e-324, 1e21, 1e-7,
                                    123456789012345678.0};
    for (size_t i = 0; i < AR_COUNT_OF(values); i++) {
        struct ar_json_writer writer = start_writer(false);
        ar_json_real(&writer, values[i]);
        assert_real(read_ok(ar_buf_view(&written)), values[i]);
    }
}

/* One writer for many lines: no comma between values at the top. */
static void writes_several_texts(void **state)
{
    (void)state;
    struct ar_json_writer writer = start_writer(false);
    ar_json_int(&writer, 1);
    ar_buf_put_char(&written, '\n');
    ar_json_begin_array(&writer);
    ar_json_end_array(&writer);
    ar_buf_put_char(&written, '\n');
    ar_json_begin_object(&writer);
    ar_json_member_int(&writer, "a", 1);
    ar_json_end_object(&writer);
    assert_text(ar_buf_view(&written), AR_STR("1\n[]\n{\"a\":1}"));
}

static void nests_as_deep_as_promised(void **state)
{
    (void)state;
    struct ar_json_writer writer = start_writer(false);
    for (size_t i = 0; i < 64; i++)
        ar_json_begin_array(&writer);
    for (size_t i = 0; i < 64; i++)
        ar_json_end_array(&writer);
    struct ar_json_limits limits = ar_json_default_limits;
    limits.depth = 64;
    assert_edge(limits, ar_buf_view(&written), NO_CODE, 0);
}

/* Round trip. */

static void assert_same_when_written(const struct ar_json *value, bool pretty)
{
    ar_str text = tree_text(&arena, value, pretty);
    assert_true(tree_equal(value, read_ok(text)));
}

static void keeps_random_documents(void **state)
{
    (void)state;
    struct tree_random random = tree_random_start(20240607);
    size_t n_values = 0;
    for (size_t i = 0; i < 3000; i++) {
        struct ar_buf text = AR_BUF(&arena);
        tree_put_value(&random, &text, 6);
        const struct ar_json *value = read_ok(ar_buf_view(&text));
        n_values += value->count;
        assert_same_when_written(value, false);
        assert_same_when_written(value, true);
        ar_arena_reset(&arena);
    }
    assert_true(n_values > 3000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(reads_words, free_arena),
        cmocka_unit_test_teardown(reads_integers, free_arena),
        cmocka_unit_test_teardown(reads_reals, free_arena),
        cmocka_unit_test_teardown(reads_strings, free_arena),
        cmocka_unit_test_teardown(keeps_order_offsets_and_counts, free_arena),
        cmocka_unit_test_teardown(points_into_the_text_unless_escaped,
                                  free_arena),
        cmocka_unit_test_teardown(gets_members_by_key, free_arena),
        cmocka_unit_test_teardown(names_kinds, free_arena),
        cmocka_unit_test_teardown(refuses_with_code_and_offset, free_arena),
        cmocka_unit_test_teardown(explains_refusals, free_arena),
        cmocka_unit_test_teardown(names_no_raw_control_of_a_repeated_key,
                                  free_arena),
        cmocka_unit_test_teardown(finds_repeated_keys_in_objects_of_any_size,
                                  free_arena),
        cmocka_unit_test_teardown(accepts_a_key_again_in_another_object,
                                  free_arena),
        cmocka_unit_test_teardown(sees_every_byte_at_every_place, free_arena),
        cmocka_unit_test_teardown(refuses_each_cut_text, free_arena),
        cmocka_unit_test_teardown(limits_depth, free_arena),
        cmocka_unit_test_teardown(limits_values, free_arena),
        cmocka_unit_test_teardown(limits_keys, free_arena),
        cmocka_unit_test_teardown(limits_strings, free_arena),
        cmocka_unit_test_teardown(limits_numbers, free_arena),
        cmocka_unit_test_teardown(has_the_default_limits_of_snapshots,
                                  free_arena),
        cmocka_unit_test_teardown(refuses_floods_early, free_arena),
        cmocka_unit_test_teardown(reads_deep_texts_on_a_flat_stack, free_arena),
        cmocka_unit_test_teardown(takes_linear_time_for_many_keys, free_arena),
        cmocka_unit_test_teardown(writes_one_line, free_arena),
        cmocka_unit_test_teardown(writes_pretty, free_arena),
        cmocka_unit_test_teardown(escapes_what_is_unsafe, free_arena),
        cmocka_unit_test_teardown(replaces_invalid_bytes, free_arena),
        cmocka_unit_test_teardown(escapes_keys_too, free_arena),
        cmocka_unit_test_teardown(writes_reals_as_reals, free_arena),
        cmocka_unit_test_teardown(writes_several_texts, free_arena),
        cmocka_unit_test_teardown(nests_as_deep_as_promised, free_arena),
        cmocka_unit_test_teardown(keeps_random_documents, free_arena),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
