/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AR_TESTS_JSON_TREE_H
#define AR_TESTS_JSON_TREE_H
/* What the JSON tests share: trees compared and written again, and random
 * texts from a seed. Recursion is fine here: the trees are shallow. */

#include "base/buf.h"

#include "json/json.h"
#include <stdio.h>
#include <string.h>

static inline bool tree_same_real(double a, double b)
{
    return memcmp(&a, &b, sizeof(a)) == 0;
}

/* Same values in the same order; offsets and the way numbers are written do
 * not count. */
static inline bool tree_equal(const struct ar_json *a, const struct ar_json *b)
{
    bool is_same = a->kind == b->kind && a->boolean == b->boolean &&
                   a->integer == b->integer &&
                   tree_same_real(a->real, b->real) && a->count == b->count &&
                   ar_str_equal(a->key, b->key);
    if (a->kind == AR_JSON_STRING)
        is_same = is_same && ar_str_equal(a->text, b->text);
    const struct ar_json *left = a->first;
    const struct ar_json *right = b->first;
    for (; is_same && left && right; left = left->next, right = right->next)
        is_same = tree_equal(left, right);
    return is_same && !left == !right;
}

static inline void tree_write(struct ar_json_writer *writer,
                              const struct ar_json *value)
{
    switch (value->kind) {
    case AR_JSON_NULL: ar_json_null(writer); return;
    case AR_JSON_BOOL: ar_json_bool(writer, value->boolean); return;
    case AR_JSON_INT: ar_json_int(writer, value->integer); return;
    case AR_JSON_REAL: ar_json_real(writer, value->real); return;
    case AR_JSON_STRING: ar_json_string(writer, value->text); return;
    case AR_JSON_ARRAY:
        ar_json_begin_array(writer);
        for (struct ar_json *each = value->first; each; each = each->next)
            tree_write(writer, each);
        ar_json_end_array(writer);
        return;
    case AR_JSON_OBJECT:
        ar_json_begin_object(writer);
        for (struct ar_json *each = value->first; each; each = each->next) {
            ar_json_key(writer, each->key);
            tree_write(writer, each);
        }
        ar_json_end_object(writer);
        return;
    }
    AR_UNREACHABLE();
}

/* The text of value, written by ar_json_writer. */
static inline ar_str tree_text(struct ar_arena *arena,
                               const struct ar_json *value, bool pretty)
{
    struct ar_buf out = AR_BUF(arena);
    struct ar_json_writer writer = {.out = &out, .pretty = pretty};
    tree_write(&writer, value);
    AR_ASSERT(writer.depth == 0);
    return ar_buf_view(&out);
}

/* Random texts. */

struct tree_random {
    uint64_t state;
};

/* The seed of this run: ARCHRULES_TEST_SEED, else the given one; printed. */
static inline struct tree_random tree_random_start(uint64_t seed)
{
    ar_str chosen = ar_str_from_c(getenv("ARCHRULES_TEST_SEED"));
    if (chosen.len > 0 && !ar_str_to_u64(chosen, &seed))
        fprintf(stderr, "ARCHRULES_TEST_SEED is not a number\n");
    printf("ARCHRULES_TEST_SEED=%llu\n", (unsigned long long)seed);
    return (struct tree_random){seed * 2 + 1};
}

/* At least 0 and less than limit. */
static inline size_t tree_pick(struct tree_random *random, size_t limit)
{
    uint64_t x = random->state;
    x ^= x >> 12;
    x ^= x << 25;
    x ^= x >> 27;
    random->state = x;
    return (size_t)((x * UINT64_C(0x2545F4914F6CDD1D) >> 33) % limit);
}

static inline void tree_put_blanks(struct tree_random *random,
                                   struct ar_buf *out)
{
    while (tree_pick(random, 4) == 0)
        ar_buf_put_char(out, " \n\r\t"[tree_pick(random, 4)]);
}

static inline void tree_put_char(struct tree_random *random, struct ar_buf *out)
{
    static const uint32_t ranges[][2] = {
        {0x80, 0x7ff}, {0x800, 0xd7ff}, {0xe000, 0xffff}, {0x10000, 0x10ffff}};
    size_t kind = tree_pick(random, 12);
    if (kind < 4) {
        uint32_t low = ranges[kind][0];
        uint32_t span = ranges[kind][1] - low + 1;
        ar_buf_put_code_point(out, low + (uint32_t)tree_pick(random, span));
    } else if (kind == 4) {
        ar_buf_put_char(out, '\\');
        ar_buf_put_char(out, "\"\\/bfnrt"[tree_pick(random, 8)]);
    } else if (kind == 5) {
        ar_buf_printf(out, "\\u%04x", 1 + (unsigned)tree_pick(random, 0xd7ff));
    } else if (kind == 6) {
        ar_buf_printf(out, "\\uD%03X\\ud%03x",
                      0x800 + (unsigned)tree_pick(random, 0x400),
                      0xc00 + (unsigned)tree_pick(random, 0x400));
    } else {
        ar_buf_put_char(out, (char)('0' + tree_pick(random, 0x2c)));
    }
}

static inline void tree_put_chars(struct tree_random *random,
                                  struct ar_buf *out)
{
    static const size_t lengths[] = {0, 1, 2, 7, 8, 9, 16, 40};
    size_t count = lengths[tree_pick(random, AR_COUNT_OF(lengths))];
    for (size_t i = 0; i < count; i++) {
        size_t before = out->len;
        tree_put_char(random, out);
        if (out->len == before + 1 && out->ptr[before] == '\\')
            ar_buf_put_char(out, '\\');
    }
}

static inline void tree_put_number(struct tree_random *random,
                                   struct ar_buf *out)
{
    static const char *const special[] = {
        "0",
        "-0",
        "-0.0",
        "0e9",
        "9223372036854775807",
        "-9223372036854775808",
        "9007199254740993",
        "9007199254740993.0",
        "4.9e-324",
        "1e-400",
        "2.2250738585072011e-308",
        "1.7976931348623157E+308",
        "0.1",
    };
    if (tree_pick(random, 3) == 0) {
        ar_buf_put_c(out, special[tree_pick(random, AR_COUNT_OF(special))]);
        return;
    }
    ar_buf_printf(out, "%s%u", tree_pick(random, 2) ? "-" : "",
                  (unsigned)tree_pick(random, 1000000000));
    if (tree_pick(random, 2))
        ar_buf_printf(out, ".%u", (unsigned)tree_pick(random, 1000000));
    if (tree_pick(random, 2))
        ar_buf_printf(out, "%c%s%u", "eE"[tree_pick(random, 2)],
                      tree_pick(random, 2) ? "-" : "",
                      (unsigned)tree_pick(random, 290));
}

static inline void tree_put_value(struct tree_random *random,
                                  struct ar_buf *out, size_t depth);

/* Its keys start with their number, so that no two are equal. */
static inline void tree_put_container(struct tree_random *random,
                                      struct ar_buf *out, size_t depth)
{
    bool is_object = tree_pick(random, 2) == 0;
    size_t count = tree_pick(random, tree_pick(random, 8) ? 5 : 30);
    ar_buf_put_char(out, is_object ? '{' : '[');
    tree_put_blanks(random, out);
    for (size_t i = 0; i < count; i++) {
        if (i > 0)
            ar_buf_put_char(out, ',');
        if (is_object) {
            tree_put_blanks(random, out);
            ar_buf_printf(out, "\"%u.", (unsigned)i);
            tree_put_chars(random, out);
            ar_buf_put_char(out, '"');
            tree_put_blanks(random, out);
            ar_buf_put_char(out, ':');
        }
        tree_put_value(random, out, depth - 1);
    }
    ar_buf_put_char(out, is_object ? '}' : ']');
}

/* A valid value with at most depth levels. */
static inline void tree_put_value(struct tree_random *random,
                                  struct ar_buf *out, size_t depth)
{
    static const char *const words[] = {"null", "true", "false"};
    tree_put_blanks(random, out);
    size_t kind = tree_pick(random, 10);
    if (depth > 0 && kind < 5) {
        tree_put_container(random, out, depth);
    } else if (kind < 7) {
        tree_put_number(random, out);
    } else if (kind < 9) {
        ar_buf_put_char(out, '"');
        tree_put_chars(random, out);
        ar_buf_put_char(out, '"');
    } else {
        ar_buf_put_c(out, words[tree_pick(random, AR_COUNT_OF(words))]);
    }
    tree_put_blanks(random, out);
}

#endif
