/* SPDX-License-Identifier: Apache-2.0 */
/* Parsers and selectors: each with good, empty, odd, broken and hostile
 * output, and what the facts come to. */

#include "base/limits.h"
#include "probe_fixture.h"

/* What `parse` and `gives t.a` say, an output, and the fact. */
struct sample {
    const char *parse;
    const char *gives;
    const char *output;
    const char *value;
};

#define BAD "<unknown: bad_output>"

static const char *value_of(const char *parse, const char *gives, ar_str bytes)
{
    struct ar_buf rules = AR_BUF(NULL);
    struct ar_arena arena = {0};
    rules.arena = &arena;
    ar_buf_printf(&rules,
                  "enum mode = on (\"ON\"), off\n"
                  "probe p\n  run 'a'\n  parse %s\n  gives t.a : %s\n",
                  parse, gives);
    load_rules(ar_buf_view(&rules).ptr);
    ar_arena_free(&arena);
    struct ar_host_output output = {.out = bytes};
    return apply_text(&output) + strlen("t.a=");
}

static void assert_sample(const struct sample *sample)
{
    const char *value =
        value_of(sample->parse, sample->gives, ar_str_from_c(sample->output));
    if (strcmp(value, sample->value) != 0)
        fail_msg("parse %s, %s, \"%s\":\n  \"%s\" is not\n  \"%s\"",
                 sample->parse, sample->gives, sample->output, value,
                 sample->value);
}

static void assert_samples(const struct sample *samples, size_t count)
{
    for (size_t ix = 0; ix < count; ix++)
        assert_sample(&samples[ix]);
}

#define SAMPLES(samples) assert_samples((samples), AR_COUNT_OF(samples))

static void parses_text(void **state)
{
    (void)state;
    static const struct sample samples[] = {
        {"text", "int", "4096\n", "4096"},
        {"text", "int", "4096\r\n", "4096"},
        {"text", "int", "4096\r", "4096"},
        {"text", "int", "4096", "4096"},
        {"text", "int", "-1\n", "-1"},
        /* One line end, and no blank. */
        {"text", "int", "4096\n\n", BAD},
        {"text", "int", " 4096", BAD},
        {"text", "int", "", BAD},
        {"text", "int", "0x10", BAD},
        {"text", "int", "9223372036854775808", BAD},
        {"text", "string", "", ""},
        {"text", "string", "a\nb\n", "a\nb"},
        {"text", "version", "1.2.3-1", "1.2.3-1"},
        {"text", "version", "none", BAD},
        {"text", "size", "16384\n", "16KiB"},
        {"text", "size", "-1", BAD},
        {"text", "size", "2GiB", "2GiB"},
        {"text", "duration", "90", "90s"},
        {"text", "time", "2026-02-30", BAD},
        {"text", "ip", "10.0.0.256", BAD},
        {"text", "ip", "::1", "::1"},
        {"text", "arch", "aarch64\n", "arm64"},
        {"text", "arch", "arm65", BAD},
        {"text", "mode", "ON", "on"},
        {"text", "mode", "On", BAD},
        {"text", "real", "0.5", "0.5"},
        {"text", "real", "nan", BAD},
        {"text", "list of string", "a", BAD},
        {"text", "{ x : int }", "a", BAD},
        {"text", "map of string", "a", BAD},
        {"text", "int = .x", "4", BAD},
        {"text", "list of int = .[]", "4", BAD},
    };
    SAMPLES(samples);
}

static void reads_flags(void **state)
{
    (void)state;
    static const struct sample samples[] = {
        {"text", "bool", "true", "true"},
        {"text", "bool", "True", "true"},
        {"text", "bool", "yes", "true"},
        {"text", "bool", "YES", "true"},
        {"text", "bool", "1", "true"},
        {"text", "bool", "*", "true"},
        {"text", "bool", " * ", "true"},
        {"text", "bool", "false", "false"},
        {"text", "bool", "no", "false"},
        {"text", "bool", "0", "false"},
        {"text", "bool", "", "false"},
        {"text", "bool", "  ", "false"},
        {"text", "bool", "enabled", BAD},
        {"text", "bool", "01", BAD},
        {"text", "bool", "**", BAD},
        {"text", "bool", "t", BAD},
        {"json", "bool", "true", "true"},
        {"json", "bool", "1", BAD},
        {"json", "bool", "\"true\"", BAD},
        {"json", "bool", "\"\"", BAD},
        {"json", "bool = .a", "{\"a\":false}", "false"},
    };
    SAMPLES(samples);
}

static void matches_text(void **state)
{
    (void)state;
    static const struct sample samples[] = {
        {"text matches /v(?<n>\\d+)/", "int = .n", "tool v12 (x)", "12"},
        {"text matches /v(?<n>\\d+)/", "int = .n", "tool 12", BAD},
        {"text matches /v(?<n>\\d+)/", "int = .n", "", BAD},
        {"text matches /v(?<n>\\w+)/", "int = .n", "v1a", BAD},
        {"text matches /^b=(?<n>\\d+)$/m", "int = .n", "a=1\r\nb=2\r\n", "2"},
        /* A group that took no part is not there, an empty one is. */
        {"text matches /a(?<n>\\d+)?/", "int = .n", "a", BAD},
        {"text matches /a(?<n>\\d+)?/", "int = .n?", "a", "<absent>"},
        {"text matches /a(?<n>\\d*)/", "string = .n", "a", ""},
        {"text matches /a(?<n>\\d*)/", "int = .n?", "a", BAD},
        {"text matches /(?<n>\\d)(?<m>\\w)/", "{ n : int, m : string }", "1b",
         "{ n = 1, m = b }"},
        {"text matches /(?<n>\\d)(?<m>\\w)?/", "{ n : int, m? : string }", "1",
         "{ n = 1, m = <absent> }"},
        {"text matches /(?<n>\\d)(?<m>\\w)?/", "{ n : int, m : string }", "1",
         "{ n = 1, m = " BAD " }"},
    };
    SAMPLES(samples);
}

static void splits_lines(void **state)
{
    (void)state;
    static const struct sample samples[] = {
        {"lines", "list of string", "", "[]"},
        {"lines", "list of string", "\n", "[]"},
        {"lines", "list of string", "a\nb", "[a, b]"},
        {"lines", "list of string", "a\r\nb\rc\n", "[a, b, c]"},
        {"lines", "list of string", "a\n\nb\n", "[a, , b]"},
        {"lines", "list of int", "1\nx\n3\n", "[1, " BAD ", 3]"},
        {"lines", "list of int = .[]", "1\n2", "[1, 2]"},
        {"lines", "string", "a", BAD},
        {"lines matches /^(?<n>\\d+):(?<s>.*)$/",
         "list of { n : int, s : string }", "1:a\nnoise\r\n2:\r\n",
         "[{ n = 1, s = a }, { n = 2, s =  }]"},
        {"lines matches /^(?<n>\\w+)$/", "list of { n : int }", "1\nx\n2",
         "[{ n = 1 }, { n = " BAD " }, { n = 2 }]"},
        {"lines matches /^(?<n>\\d+)$/", "list of { n : int }", "", "[]"},
        {"lines matches /^(?<n>\\d+)$/", "list of { n : int }", "x\ny\n", "[]"},
        {"lines matches /^(?<n>\\d+)(?<m>!)?$/",
         "list of { n : int, m? : bool }", "1\n", "[{ n = 1, m = <absent> }]"},
        {"lines matches /^(?<n>\\d+)/", "list of { n : int } = .[]", "1\n",
         "[{ n = 1 }]"},
        {"lines matches /^(?<n>\\d+)/", "list of int = .[].n", "1\n2\n",
         "[1, 2]"},
        /* A list has no member. */
        {"lines matches /^(?<n>\\d+)/", "list of { n : int } = .n", "1", BAD},
    };
    SAMPLES(samples);
}

static void reads_pairs(void **state)
{
    (void)state;
    static const struct sample samples[] = {
        {"key_value", "string = .A", "A=b\n", "b"},
        {"key_value", "string = .A", "A: b\n", "b"},
        {"key_value", "string = .A", "  A = b  \r\n", "b"},
        {"key_value", "string = .A", "A=b=c:d\n", "b=c:d"},
        {"key_value", "string = .A", "A: b=c\n", "b=c"},
        {"key_value", "string = .A", "A=\n", ""},
        {"key_value", "string = .A", "#A=c\nA=b\n", "b"},
        {"key_value", "string = .A", "A=b # c\n", "b # c"},
        {"key_value", "string = .A", "A=\"b c\"\n", "b c"},
        {"key_value", "string = .A", "A='b \"c'\n", "b \"c"},
        {"key_value", "string = .A", "A=\"b\\\"\\$\\\\c\\n\"\n", "b\"$\\c\\n"},
        {"key_value", "string = .A", "A=\"b\nc\"\n", BAD},
        {"key_value", "string = .A", "A=\"\n", BAD},
        {"key_value", "string = .A", "A=\"b\" c\n", "\"b\" c"},
        {"key_value", "string = .A", "A=b\"c\n", "b\"c"},
        /* Twice the same is one; twice another is none. */
        {"key_value", "string = .A", "A=b\nA=b\n", "b"},
        {"key_value", "string = .A", "A=b\nA=c\n", BAD},
        {"key_value", "string = .B", "A=b\nA=c\nB=d\n", "d"},
        {"key_value", "string = .A?", "A=b\nA=c\n", BAD},
        {"key_value", "string = .A", "a=b\n", BAD},
        {"key_value", "string = .A?", "a=b\n", "<absent>"},
        {"key_value", "string = .A", "A\n=x\n\n:y\n", BAD},
        {"key_value", "string = .A.b", "A=x\n", BAD},
        {"key_value", "string = .\"Model name\"", "Model name:   X 1\n", "X 1"},
        {"key_value", "int = .A", "A=1x\n", BAD},
        {"key_value", "map of string", "B=2\nA=1\n", "{ A = 1, B = 2 }"},
        {"key_value", "map of int", "B=x\nA=1\nA=2\n",
         "{ A = " BAD ", B = " BAD " }"},
        {"key_value", "{ a : int, b? : int }", "a=1\n",
         "{ a = 1, b = <absent> }"},
        {"key_value", "map of string", "", "{}"},
        {"key_value", "list of string", "A=1", BAD},
    };
    SAMPLES(samples);
}

static void reads_sections(void **state)
{
    (void)state;
    static const char type[] = "map of map of string";
    static const struct sample samples[] = {
        {"ini", type, "", "{}"},
        {"ini", type, "[s]\n", "{ s = {} }"},
        {"ini", type, "[s]\na=1\nb = x y \n", "{ s = { a = 1, b = x y } }"},
        {"ini", type, "; c\n# d\n[ s ] # e\na=1 # f\nb=1#2;3\n",
         "{ s = { a = 1, b = 1#2;3 } }"},
        {"ini", type, "[s]\na=\"x # y\" ; z\nb='q'\n",
         "{ s = { a = x # y, b = q } }"},
        {"ini", type, "[s]\na=C:\\\\x\nb=\n", "{ s = { a = C:\\\\x, b =  } }"},
        {"ini", type, "[s]\na=\"x\nb=1\n", "{ s = { a = " BAD ", b = 1 } }"},
        {"ini", type, "k=1\n[s]\na=1\n", "{  = { k = 1 }, s = { a = 1 } }"},
        {"ini", type, "[s]\na=1\n[t]\na=2\n[s]\nb=3\na=1\n",
         "{ s = { a = 1, b = 3 }, t = { a = 2 } }"},
        {"ini", type, "[s]\na=1\n[s]\na=2\n", "{ s = { a = " BAD " } }"},
        {"ini", type, "[s]\njunk\n=x\n", "{ s = {} }"},
        {"ini", type, "[s]\na=1\n[t\nb=2\n", BAD},
        {"ini", type, "[s] x\na=1\n", BAD},
        {"ini", "string = .wsl2.memory", "[wsl2]\r\nmemory=8GB\r\n", "8GB"},
        {"ini", "size = .wsl2.memory", "[wsl2]\nmemory=8GB\n", "8GB"},
        {"ini", "string = .wsl2.memory", "[other]\nmemory=8GB\n", BAD},
        {"ini", "string = .wsl2.memory?", "[other]\nmemory=8GB\n", "<absent>"},
        {"ini", "bool = .boot.systemd", "[boot]\nsystemd=true\n", "true"},
        {"ini", "string = .\"\".k", "k=1\n", "1"},
    };
    SAMPLES(samples);
}

static void reads_columns(void **state)
{
    (void)state;
    static const char names[] = "list of { name : string, id : string }";
    static const struct sample samples[] = {
        {"columns", names, "name   id\nab     1\nc d    2\n",
         "[{ name = ab, id = 1 }, { name = c d, id = 2 }]"},
        {"columns", names, "\r\nname   id\r\n----   --\r\nab     1\r\n\r\n",
         "[{ name = ab, id = 1 }]"},
        {"columns", names, "name   id\n", "[]"},
        {"columns", names, "", BAD},
        {"columns", names, "\n  \n", BAD},
        /* An empty cell, in the middle and at the end. */
        {"columns", "list of string = .[].\"THE id\"",
         "name   THE id   X\nab              1\nc      2 3\n", "[, 2 3]"},
        /* Aligned to the right: by the gaps. */
        {"columns", names, "name     id\nab    12345\nc         6\n",
         "[{ name = ab, id = 12345 }, { name = c, id = 6 }]"},
        {"columns", "list of int = .[].id", "name     id\nab    12345\n",
         "[12345]"},
        /* Neither under the headings nor as many cells. */
        {"columns", names, "name   id\nabcdefg  h  1\nx      2\n",
         "[" BAD ", { name = x, id = 2 }]"},
        {"columns", names, "name   id\nabcdefghij\n", "[" BAD "]"},
        /* By characters, not by bytes. */
        {"columns", names, "name   id\n\xC3\xA9\xC3\xA9\xC3\xA9    1\n",
         "[{ name = \xC3\xA9\xC3\xA9\xC3\xA9, id = 1 }]"},
        /* Single blanks. */
        {"columns", "list of string = .[].RO", "name RO TYPE\nsda   0 disk\n",
         "[0]"},
        {"columns", "list of string = .[].TYPE", "name RO TYPE\nsda 0 a b\n",
         "[" BAD "]"},
        {"columns", "list of string = .[].TYPE", "name RO TYPE\nsda  0  a b\n",
         "[a b]"},
        /* What stands before the first heading has no name. */
        {"columns",
         "list of { name : string, id : int } = .[] "
         "{ name = .name, id = .id }",
         "  name   id\n* ab     1\n  c      2\n",
         "[{ name = ab, id = 1 }, { name = c, id = 2 }]"},
        {"columns", "list of bool = .[].\"\"",
         "  name   id\n* ab     1\n  c      2\n", "[true, false]"},
        /* Tabs, with an empty cell, one too few and one too many. */
        {"columns", names, "name\tid\na b\t1\n\t2\nc\nd\t3\t4\n",
         "[{ name = a b, id = 1 }, { name = , id = 2 }, { name = c, id =  "
         "}, " BAD "]"},
        {"columns", "list of string = .[].A", "A   A\nx   x\nx   y\n",
         "[x, " BAD "]"},
        {"columns", "list of string = .[].nope", "A   B\nx   y\n", "[" BAD "]"},
        {"columns", "list of string = .[].nope?", "A   B\nx   y\n",
         "[<absent>]"},
        {"columns", names, "Cannot connect to the server\n", "[]"},
    };
    SAMPLES(samples);
}

static void reads_json(void **state)
{
    (void)state;
    static const struct sample samples[] = {
        {"json", "int = .a.b", "{\"a\":{\"b\":5}}", "5"},
        {"json", "int = .\"a-b\"", "{\"a-b\":5}", "5"},
        {"json", "int", "5", "5"},
        {"json", "int = .a", "{\"a\":\"5\"}", BAD},
        {"json", "int = .a", "{\"a\":5.0}", BAD},
        {"json", "string = .a", "{\"a\":5}", BAD},
        {"json", "version = .a", "{\"a\":4.30}", BAD},
        {"json", "version = .a", "{\"a\":\"4.30\"}", "4.30"},
        {"json", "size = .a", "{\"a\":1024}", "1KiB"},
        {"json", "size = .a", "{\"a\":-1}", BAD},
        {"json", "int = .a", "{\"a\":null}", BAD},
        {"json", "int = .a?", "{\"a\":null}", "<absent>"},
        {"json", "int = .a", "{}", BAD},
        {"json", "int = .a?", "{}", "<absent>"},
        {"json", "int = .a.b?", "{\"a\":null}", "<absent>"},
        {"json", "int = .a.b?", "{}", "<absent>"},
        /* What is there and is another thing is not missing. */
        {"json", "int = .a.b?", "{\"a\":5}", BAD},
        {"json", "int = .a.b?", "{\"a\":[]}", BAD},
        {"json", "int = .a?", "[]", BAD},
        {"json", "int = .a?", "5", BAD},
        {"json", "int = .a?", "{\"a\":\"x\"}", BAD},
        {"json", "int = .a?", "", BAD},
        {"json", "int = .a?", "null", "<absent>"},
        {"json", "int = .a", "null", BAD},
        {"json", "int", "null", BAD},
        {"json", "int = .a", "{\"a\":1,\"a\":2}", BAD},
        {"json", "int = .a", "{\"a\":1", BAD},
        {"json", "int = .a", "{\"a\":1}}", BAD},
        {"json", "int = .a", "note\n{\"a\":1}", BAD},
        {"json", "int = .a", "{\"a\":1}{\"a\":1}", BAD},
        {"json", "int = .a", "\xEF\xBB\xBF{\"a\":1}", "1"},
        {"json", "string = .a", "{\"a\":\"\xE9\"}", BAD},
        {"json", "int = .a", "{\"a\":1,\"b\":\"\xE9\"}", BAD},
        {"json", "string = .a", "{\"a\":\"x\\u0000\"}", BAD},
        {"json", "string = .a", "{\"a\":\"\\ud800\"}", BAD},
        {"json", "int = .a", "{\"a\":99999999999999999999}", BAD},
    };
    SAMPLES(samples);
}

static void composes_json(void **state)
{
    (void)state;
    static const struct sample samples[] = {
        {"json", "list of int", "[1,\"x\",3]", "[1, " BAD ", 3]"},
        {"json", "list of int", "[1,null]", "[1, " BAD "]"},
        {"json", "list of int = .a?", "{\"a\":[1,null]}", "[1, " BAD "]"},
        {"json", "list of int = .a", "{\"a\":{}}", BAD},
        {"json", "list of int = .a[].b", "{\"a\":[{\"b\":1},{\"b\":2}]}",
         "[1, 2]"},
        {"json", "list of int = .a[].b",
         "{\"a\":[{\"b\":1},{},{\"b\":null},5]}",
         "[1, " BAD ", " BAD ", " BAD "]"},
        {"json", "list of int = .a[].b?",
         "{\"a\":[{\"b\":1},{},{\"b\":null},5]}",
         "[1, <absent>, <absent>, " BAD "]"},
        {"json", "list of int = .a[].b?", "{}", "<absent>"},
        {"json", "list of int = .a[].b", "{\"a\":[]}", "[]"},
        {"json", "list of int = .a[].b", "{\"a\":{\"b\":1}}", BAD},
        {"json", "list of int = .a[].b", "{\"a\":null}", BAD},
        {"json", "list of list of int = .a[].b[].c",
         "{\"a\":[{\"b\":[{\"c\":1},{\"c\":2}]},{\"b\":[]}]}", "[[1, 2], []]"},
        {"json", "int = .a[].b", "{\"a\":[{\"b\":1}]}", BAD},
        {"json", "map of int", "{\"b\":1,\"a\":null}",
         "{ a = " BAD ", b = 1 }"},
        {"json", "map of int = .m?", "{\"m\":{\"a\":null}}", "{ a = " BAD " }"},
        {"json", "{ x : int, y? : int }", "{\"x\":1,\"z\":2}",
         "{ x = 1, y = <absent> }"},
        {"json", "{ x : int, y : int }", "{\"x\":1}", "{ x = 1, y = " BAD " }"},
        {"json", "{ x : int }", "[]", BAD},
        {"json",
         "list of { n : string, s? : string } = "
         ".[] { n = .Name, s = .I.S? }",
         "[{\"Name\":\"a\",\"I\":{\"S\":\"b\"}},{\"Name\":\"c\"},{\"I\":null},"
         "7]",
         "[{ n = a, s = b }, { n = c, s = <absent> }, "
         "{ n = " BAD ", s = <absent> }, " BAD "]"},
        {"json", "{ n : string, s : list of int } = .x { n = .N, s = .L[].v }",
         "{\"x\":{\"N\":\"a\",\"L\":[{\"v\":1},{}]}}",
         "{ n = a, s = [1, " BAD "] }"},
        {"json", "{ n : string, m : int } = .x { n = .N }",
         "{\"x\":{\"N\":\"a\",\"m\":1}}", "{ n = a, m = " BAD " }"},
        {"json", "int = .x { n = .N }", "{\"x\":{\"N\":1}}", BAD},
        {"json", "{ n : int } = .x { n = .N }", "{}", BAD},
        {"jsonl", "list of int = .[].a", "{\"a\":1}\n\n{\"a\":2}\r\n",
         "[1, 2]"},
        {"jsonl", "list of int = .[].a", "{\"a\":1}\n{\"a\":2\n",
         "[1, " BAD "]"},
        {"jsonl", "list of int = .[].a", "{\"a\":1}\nwarning\n{}\n",
         "[1, " BAD ", " BAD "]"},
        {"jsonl", "list of int = .[].a?", "{\"a\":1}\n{\"a\":\n{}\n",
         "[1, " BAD ", <absent>]"},
        {"jsonl", "list of int = .[].a", "Cannot connect\nto it\n", BAD},
        {"jsonl", "list of int = .[].a", "", "[]"},
        {"jsonl", "list of int", "1\n2\n", "[1, 2]"},
        {"jsonl", "int", "1\n", BAD},
    };
    SAMPLES(samples);
}

/* ---- limits ---- */

static ar_str repeat(struct ar_arena *arena, const char *part, size_t count)
{
    struct ar_buf out = AR_BUF(arena);
    for (size_t ix = 0; ix < count; ix++)
        ar_buf_put_c(&out, part);
    return ar_buf_view(&out);
}

static void assert_large(const char *parse, const char *gives, ar_str text)
{
    const char *value = value_of(parse, gives, text);
    assert_string_equal(value, "<unknown: too_large>");
}

static void assert_limit(const char *parse, const char *gives, const char *head,
                         const char *part)
{
    struct ar_arena arena = {0};
    ar_str start = ar_str_from_c(head);
    ar_str most = repeat(&arena, part, AR_MAX_LIST_ELEMENTS);
    ar_str more = repeat(&arena, part, AR_MAX_LIST_ELEMENTS + 1);
    const char *value =
        value_of(parse, gives, ar_str_concat(&arena, start, most));
    assert_int_not_equal(value[0], '<');
    assert_large(parse, gives, ar_str_concat(&arena, start, more));
    ar_arena_free(&arena);
}

static void keeps_the_limits(void **state)
{
    (void)state;
    assert_limit("lines", "list of int", "", "1\n");
    assert_limit("lines matches /(?<n>\\d)/", "list of { n : int }", "", "1\n");
    assert_limit("jsonl", "list of int", "", "1\n");
    assert_limit("columns", "list of int = .[].N", "N   M\n", "1   2\n");
    assert_limit("key_value", "string = .A", "", "A=1\n");
    assert_limit("ini", "map of map of int", "[s]\n", "A=1\n");
    struct ar_arena arena = {0};
    ar_str most = repeat(&arena, "x", AR_MAX_VALUE_BYTES);
    assert_int_equal(strlen(value_of("text", "string", most)),
                     AR_MAX_VALUE_BYTES);
    assert_large("text", "string", repeat(&arena, "x", AR_MAX_VALUE_BYTES + 1));
    ar_str subject = repeat(&arena, "x", AR_MAX_REGEX_SUBJECT_BYTES);
    assert_string_equal(
        value_of("text matches /(?<a>x)/", "string = .a", subject), "x");
    subject = repeat(&arena, "x", AR_MAX_REGEX_SUBJECT_BYTES + 1);
    assert_large("text matches /(?<a>x)/", "string = .a", subject);
    assert_large("lines matches /(?<a>x)/", "list of { a : string }", subject);
    assert_large("json", "int", repeat(&arena, "[", AR_MAX_JSON_DEPTH + 1));
    ar_str evil = repeat(&arena, "a", 3000);
    assert_string_equal(
        value_of("text matches /(?<x>(?:a|aa)+)[cd]/", "string = .x", evil),
        "<unknown: budget>");
    ar_arena_free(&arena);
}

/* The list of JSON is longer than a list may be. */
static void keeps_the_limit_of_arrays(void **state)
{
    (void)state;
    struct ar_arena arena = {0};
    ar_str inner = repeat(&arena, ",1", AR_MAX_LIST_ELEMENTS - 1);
    ar_str most =
        ar_str_printf(&arena, "[1" AR_STR_FORMAT "]", AR_STR_ARG(inner));
    ar_str more =
        ar_str_printf(&arena, "[1" AR_STR_FORMAT ",1]", AR_STR_ARG(inner));
    assert_int_equal(value_of("json", "list of int", most)[0], '[');
    assert_large("json", "list of int", more);
    ar_arena_free(&arena);
}

/* What nobody can read for sure is no value. */
static void gives_no_guessed_letters(void **state)
{
    (void)state;
    static const struct sample samples[] = {
        {"lines", "list of string", "a\ncaf\xE9\n", "[a, " BAD "]"},
        {"lines", "list of int", "4\n\xE9\n", "[4, " BAD "]"},
        {"key_value", "string = .A", "A=x\nB=\xE9\n", "x"},
        {"key_value", "string = .B", "A=x\nB=\xE9\n", BAD},
        {"key_value", "map of string", "A=x\n\xE9=y\n", BAD},
        {"lines\n  decode latin1", "list of string", "caf\xE9\n",
         "[caf\xC3\xA9]"},
        {"lines\n  decode utf8", "list of string", "caf\xE9\n", BAD},
    };
    SAMPLES(samples);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parses_text),
        cmocka_unit_test(reads_flags),
        cmocka_unit_test(matches_text),
        cmocka_unit_test(splits_lines),
        cmocka_unit_test(reads_pairs),
        cmocka_unit_test(reads_sections),
        cmocka_unit_test(reads_columns),
        cmocka_unit_test(reads_json),
        cmocka_unit_test(composes_json),
        cmocka_unit_test(keeps_the_limits),
        cmocka_unit_test(keeps_the_limit_of_arrays),
        cmocka_unit_test(gives_no_guessed_letters),
    };
    return cmocka_run_group_tests(tests, start_test, end_test);
}
