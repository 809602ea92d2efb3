/* SPDX-License-Identifier: Apache-2.0 */
/* Text as Markdown: what is escaped and what need not be, code with marks
 * around it that do not stand in it, paragraphs, links. */

#include "text/markdown.h"

/* cmocka.h needs what stands before it. */
/* clang-format off */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>
/* clang-format on */

static struct ar_arena arena;

typedef void (*put_function)(struct ar_buf *out, ar_str text);

static void check(put_function put, const char *text, const char *wanted)
{
    struct ar_buf out = AR_BUF(&arena);
    ar_buf_put_c(&out, "");
    put(&out, ar_str_from_c(text));
    ar_buf_put_char(&out, '\0');
    assert_string_equal(ar_buf_view(&out).ptr, wanted);
}

#define CHECK_TEXT(text, wanted) check(ar_markdown_put_text, text, wanted)
#define CHECK_CODE(text, wanted) check(ar_markdown_put_code, text, wanted)

static void escapes_markup(void **state)
{
    (void)state;
    CHECK_TEXT("", "");
    CHECK_TEXT("plain words, 1.5 and (more)", "plain words, 1.5 and (more)");
    CHECK_TEXT("*a* [b](c) `d` \\e", "\\*a\\* \\[b\\](c) \\`d\\` \\\\e");
    CHECK_TEXT("<script>x</script> &lt;", "\\<script>x\\</script> \\&lt;");
    CHECK_TEXT("~~a~~ $b$ {{c}}", "\\~\\~a\\~\\~ \\$b\\$ \\{\\{c\\}\\}");
    CHECK_TEXT("C# and a|b", "C\\# and a&#124;b");
}

static void keeps_underscores_inside_words(void **state)
{
    (void)state;
    CHECK_TEXT("not_a_linux_distro", "not_a_linux_distro");
    CHECK_TEXT("_a_ b_ _c 1_2", "\\_a\\_ b\\_ \\_c 1_2");
    CHECK_TEXT("_", "\\_");
    CHECK_TEXT("\xC3\xA9_x", "\xC3\xA9\\_x");
}

static void escapes_what_begins_a_block(void **state)
{
    (void)state;
    CHECK_TEXT("- a", "\\- a");
    CHECK_TEXT("---", "\\---");
    CHECK_TEXT("  ---", "  \\---");
    CHECK_TEXT(" \n1. a", "  1\\. a");
    CHECK_TEXT("a ---", "a ---");
    CHECK_TEXT("+ a", "\\+ a");
    CHECK_TEXT("+1", "+1");
    CHECK_TEXT("+", "\\+");
    CHECK_TEXT("===", "\\===");
    CHECK_TEXT("> a > b", "\\> a > b");
    CHECK_TEXT("1. a 2. b", "1\\. a 2. b");
    CHECK_TEXT("12) a", "12\\) a");
    CHECK_TEXT("7.", "7\\.");
    CHECK_TEXT("1.0.0", "1.0.0");
    CHECK_TEXT(":-:", "\\:-:");
    CHECK_TEXT(": a", ": a");
}

static void makes_no_links_of_addresses(void **state)
{
    (void)state;
    CHECK_TEXT("see https://a.b/c", "see https\\://a.b/c");
    CHECK_TEXT("www.a.b and wwx.a", "www\\.a.b and wwx.a");
    CHECK_TEXT("WWW.a", "WWW\\.a");
    CHECK_TEXT("ops@example.org", "ops\\@example.org");
}

static void puts_text_on_one_line(void **state)
{
    (void)state;
    CHECK_TEXT("a\nb\r\nc\td", "a b c d");
    CHECK_TEXT("a\x1b[2Jb", "a\\\\u\\{1B\\}\\[2Jb");
    CHECK_TEXT("a\xE2\x80\xAE"
               "b",
               "a\\\\u\\{202E\\}b");
    CHECK_TEXT("\xFF", "\\\\x\\{FF\\}");
}

static void marks_code(void **state)
{
    (void)state;
    CHECK_CODE("", "");
    CHECK_CODE("a < b*c", "`a < b*c`");
    CHECK_CODE("`", "`` ` ``");
    CHECK_CODE("a`b", "``a`b``");
    CHECK_CODE("`` a", "``` `` a ```");
    CHECK_CODE(" a ", "`  a  `");
    CHECK_CODE(" a", "` a`");
    CHECK_CODE("  ", "`  `");
    CHECK_CODE("a\nb", "`a b`");
    CHECK_CODE("a|b", "`a|b`");
    check(ar_markdown_put_cell_code, "a<b", "`a<b`");
    check(ar_markdown_put_cell_code, "`a`|\\|<b>",
          "<code>\\`a\\`&#124;\\\\&#124;\\<b></code>");
}

static void check_block(const char *language, const char *code,
                        const char *wanted)
{
    struct ar_buf out = AR_BUF(&arena);
    ar_markdown_put_block(&out, language, ar_str_from_c(code));
    ar_buf_put_char(&out, '\0');
    assert_string_equal(ar_buf_view(&out).ptr, wanted);
}

static void fences_blocks(void **state)
{
    (void)state;
    check_block("sh", "ls -l", "```sh\nls -l\n```\n");
    check_block("", "", "```\n```\n");
    check_block("bash", "a\n\n  b\tc\r\n", "```bash\na\n\n  b\tc\n```\n");
    check_block("sh", "echo ``", "```sh\necho ``\n```\n");
    check_block("sh", "```\nrm\n```", "````sh\n```\nrm\n```\n````\n");
    check_block("sh", "a ````` b", "``````sh\na ````` b\n``````\n");
    check_block("sh", "a\x1b]0;x\x07", "```sh\na\\u{1B}]0;x\\u{7}\n```\n");
}

static void keeps_paragraphs(void **state)
{
    (void)state;
    put_function put = ar_markdown_put_paragraphs;
    check(put, "", "");
    check(put, "\n \n", "");
    check(put, "a\nb", "a\nb\n");
    check(put, "\n\na\n\n\nb\n", "a\n\nb\n");
    check(put, "a  \n b\\", "a\nb\\\\\n");
    check(put, "- a\n# b\n===", "\\- a\n\\# b\n\\===\n");
}

static void keeps_indented_lines(void **state)
{
    (void)state;
    put_function put = ar_markdown_put_paragraphs;
    check(put, "a:\n  b *c*\n    d", "a:\n\n```text\nb *c*\n  d\n```\n");
    check(put, "  a\n\n  b\nc", "```text\na\n\nb\n```\n\nc\n");
    check(put, "\ta\n\nb", "```text\na\n```\n\nb\n");
    check(put, "a\n\n  ```\n\nb", "a\n\n````text\n```\n````\n\nb\n");
}

static bool is_link(const char *url)
{
    return ar_markdown_is_link(ar_str_from_c(url));
}

static void follows_only_links_of_the_web(void **state)
{
    (void)state;
    assert_true(is_link("https://example.org/a_b?c=d&e=%20#f"));
    assert_true(is_link("HTTP://x"));
    assert_false(is_link(""));
    assert_false(is_link("http://"));
    assert_false(is_link("https:/x"));
    assert_false(is_link("javascript:alert(1)"));
    assert_false(is_link("file:///etc/passwd"));
    assert_false(is_link(" https://x"));
    assert_false(is_link("https://x y"));
    assert_false(is_link("https://x>"));
    assert_false(is_link("https://x<b>"));
    assert_false(is_link("https://x|y"));
    assert_false(is_link("https://x`"));
    assert_false(is_link("https://x\\"));
    assert_false(is_link("https://\xC3\xA9"));
    check(ar_markdown_put_link, "https://x/*a*", "<https://x/*a*>");
    check(ar_markdown_put_link, "javascript:x", "`javascript:x`");
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
        cmocka_unit_test(escapes_markup),
        cmocka_unit_test(keeps_underscores_inside_words),
        cmocka_unit_test(escapes_what_begins_a_block),
        cmocka_unit_test(makes_no_links_of_addresses),
        cmocka_unit_test(puts_text_on_one_line),
        cmocka_unit_test(marks_code),
        cmocka_unit_test(fences_blocks),
        cmocka_unit_test(keeps_paragraphs),
        cmocka_unit_test(keeps_indented_lines),
        cmocka_unit_test(follows_only_links_of_the_web),
    };
    return cmocka_run_group_tests(tests, NULL, free_memory);
}
