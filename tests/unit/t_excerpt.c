/* SPDX-License-Identifier: Apache-2.0 */
/* Pieces of rule files on one line: comments go, strings and patterns stay as
 * they are, whatever stands in them. */

#include "front/excerpt.h"

/* cmocka.h needs what stands before it. */
/* clang-format off */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>
/* clang-format on */

static struct ar_arena arena;

/* The piece is what stands between « and » in the text. */
static void check(const char *text, const char *wanted)
{
    struct ar_sources sources = {0};
    ar_str source = ar_str_copy(&arena, ar_str_from_c(text));
    uint32_t file = ar_sources_add(&arena, &sources, AR_STR("x"), source);
    size_t start = ar_str_find(source, AR_STR("«"), 0) + strlen("«");
    size_t end = ar_str_find(source, AR_STR("»"), start);
    ar_span span = {file, (uint32_t)start, (uint32_t)end};
    ar_str got = ar_excerpt(&arena, &sources, span);
    assert_string_equal(ar_str_copy(&arena, got).ptr, wanted);
}

static void keeps_what_is_on_one_line(void **state)
{
    (void)state;
    check("when «a == b» then", "a == b");
    check("when «f(x, [1,2])»", "f(x, [1,2])");
    check("«'a  b'»", "'a  b'");
    check("«»", "");
}

static void joins_lines(void **state)
{
    (void)state;
    check("«a == b\n     and c»", "a == b and c");
    check("«a   ==\tb»", "a == b");
    check("«f(\r\n  x,\r\n  y)»", "f( x, y)");
    check("«x matches /a  b/\n  and y»", "x matches /a  b/ and y");
}

static void leaves_comments_out(void **state)
{
    (void)state;
    check("«a # why\n  and b # more\n  # and more\n  and c»", "a and b and c");
    check("«a == '# no comment'\n  and b»", "a == '# no comment' and b");
    check("«a matches /x#1/\n  and b»", "a matches /x#1/ and b");
    check("«a / b # half\n  / c»", "a / b / c");
    check("«\"\"\"a {b # c\n  } d\"\"\"  == e»", "\"\"\"a {b } d\"\"\" == e");
}

static void joins_long_strings(void **state)
{
    (void)state;
    check("«a == '''\n    one  # two\n    three'''»",
          "a == ''' one  # two three'''");
}

static void knows_no_place(void **state)
{
    (void)state;
    struct ar_sources sources = {0};
    ar_span nowhere = {0, 0, 0};
    assert_int_equal(ar_excerpt(&arena, &sources, nowhere).len, 0);
}

static int free_memory(void **state)
{
    (void)state;
    ar_arena_free(&arena);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keeps_what_is_on_one_line),
        cmocka_unit_test(joins_lines),
        cmocka_unit_test(leaves_comments_out),
        cmocka_unit_test(joins_long_strings),
        cmocka_unit_test(knows_no_place),
    };
    return cmocka_run_group_tests(tests, NULL, free_memory);
}
