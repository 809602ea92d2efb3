/* SPDX-License-Identifier: Apache-2.0 */
/* The two ways of reading a snapshot, on 120,000 documents that are made:
 * right ones, ones with something odd, and ones with damaged bytes. Most of
 * the right ones must be read the quick way. */

#include "facts/snapshot_reader.h"
#include "snapshot_fixture.h"

enum { N_DOCUMENTS = 120000, N_BATCH = 500 };

static uint32_t seed;

static uint32_t below(uint32_t limit)
{
    seed = seed * 1664525 + 1013904223;
    return (seed >> 8) % limit;
}

static const char *pick(const char *const *from, size_t count)
{
    return from[below((uint32_t)count)];
}

#define PICK(...)                            \
    pick((const char *const[]){__VA_ARGS__}, \
         sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *))

static struct ar_buf text;
static uint32_t oddness; /* one in so many is odd; 0: none */

static bool is_odd(void)
{
    return oddness > 0 && below(oddness) == 0;
}

static void put(const char *s)
{
    ar_buf_put_c(&text, s);
}

static void put_blank(void)
{
    if (below(6) == 0)
        put(PICK(" ", "\n", "  ", "\t", "\r\n"));
}

static void put_odd(void)
{
    put(PICK("null", "true", "-1", "1e999", "007", "1.", "\"\\ud800\"", "{}",
             "[]", "{\"$redacted\": \"a\"}", "[1, 2,]", "{\"a\":1,\"a\":2}",
             "\"\x01\"", "\"\xff\"", "12345678901234567890", "nul", "'x'",
             "{\"x\": [{}, [\"\\u0041\"]]}", "-", "\"\\u0000\"", "1E5",
             "\"99999999999999999999.1\"", "\"1..2\"", "\"unknown \\escape\"",
             "\"of more than sixteen bytes, cut\\\"", "00", "-01",
             "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]]]]]"
             "]]]]]]]]]]"));
}

static void put_string(void)
{
    put(PICK("\"\"", "\"a\"", "\"a longer text, of more than sixteen bytes\"",
             "\"with \\\"quotes\\\" and \\\\ and \\n\"", "\"\\u00e9\\u20ac\"",
             "\"\xc3\xa9\xe2\x82\xac\"", "\"tab\\tand / and \\/\"",
             "\"\\ud83d\\ude00\"", "\"sixteen bytes ..\"", "\"\\\"\"",
             "\"a text of C:\\\\more than that,\\tup to its end\\r\\n\"",
             "\"longer than that before what is not plain\\b\\u0041\""));
}

static void put_of_type(const char *key)
{
    if (is_odd())
        put_odd();
    else if (strstr(key, "os"))
        put(PICK("\"windows\"", "\"linux\"", "null"));
    else if (strstr(key, "arch"))
        put(PICK("\"arm64\"", "\"AMD64\"", "\"x86\""));
    else if (strstr(key, "cpus"))
        put(PICK("0", "8", "-3", "123456789012345678", "-0"));
    else if (strstr(key, "load"))
        put(PICK("0.5", "1e2", "-7", "3.25E-4", "0.1"));
    else if (strstr(key, "admin"))
        put(PICK("true", "false"));
    else if (strstr(key, "memory"))
        put(PICK("1024", "\"3GiB\"", "0"));
    else if (strstr(key, "version"))
        put(PICK("\"4.30\"", "\"1.2.3-rc1\"", "\"v1.2.3.4.5.6.7.8.9\"",
                 "\"0009999999999999999999.1\"", "\"12345678901234567890\"",
                 "\"4.30 (build 20 of the last week)\"", "\"1\\u002e2\""));
    else if (strstr(key, "list"))
        put(PICK("[]", "[\"a\"]", "[ \"a\" , \"b\\n\", null ]"));
    else if (strstr(key, "counts"))
        put(PICK("{}", "{\"b\": 2, \"a\": 1}", "{\"x\":null}"));
    else if (strstr(key, "distros"))
        put(PICK("[]", "[{\"name\": \"u\", \"version\": 2}]",
                 "[{\"version\":1},{\"gateway\":\"10.0.0.1\",\"name\":\"\"}]"));
    else
        put_string();
}

static const char *const host_keys[] = {
    "host.os",    "host.arch",   "host.cpus", "host.load",
    "host.admin", "host.memory", "host.name", "host.unheard_of"};

static void put_member(bool *is_first, const char *key)
{
    if (!*is_first)
        put(is_odd() ? PICK(",,", " ", ";") : ",");
    *is_first = false;
    put_blank();
    put("\"");
    put(key);
    put("\"");
    put_blank();
    put(":");
    put_blank();
}

static void put_nested(void)
{
    bool is_first = true;
    put("{");
    for (size_t ix = 0; ix < AR_COUNT_OF(host_keys); ix++) {
        if (below(3) == 0)
            continue;
        put_member(&is_first, host_keys[ix] + strlen("host."));
        put_of_type(host_keys[ix]);
        if (is_odd())
            ix--; /* the same again */
    }
    put("}");
}

/* The facts of a document, flat or as groups. */
static void put_facts(bool *is_first)
{
    static const char *const flat[] = {"kernel.version",
                                       "tools.list",
                                       "tools.counts",
                                       "wsl.distros",
                                       "docker.desktop.arch",
                                       "net.unheard_of",
                                       "env('A')",
                                       "id",
                                       "file(\\\"/a\\\").exists"};
    if (below(2) == 0) {
        put_member(is_first, "host");
        put_nested();
    }
    for (size_t ix = 0; ix < AR_COUNT_OF(flat); ix++) {
        bool has_escapes = strchr(flat[ix], '\\') != NULL;
        if (below(has_escapes ? 8 : 2) > 0)
            continue;
        put_member(is_first, flat[ix]);
        if (strstr(flat[ix], "exists"))
            put(PICK("true", "false"));
        else
            put_of_type(flat[ix]);
    }
    if (is_odd()) {
        put_member(is_first, PICK("host.os", "host", "facts", "schema",
                                  "a\\u0062", "docker", "file(", "x-y"));
        put_odd();
    }
}

static void put_sections(void)
{
    bool is_first = true;
    put("{\"schema\": ");
    put(is_odd() ? PICK("1", "\"archrules.snapshot/2\"", "\"x\"",
                        "\"archrules.snapshot/1.1\"")
                 : "\"archrules.snapshot/1\"");
    put(", \"machine\": \"m\", \"collected\": \"2026-11-22T10:00:00Z\","
        "\"facts\": {");
    put_facts(&is_first);
    put("}");
    if (below(2) == 0)
        put(PICK(", \"absent\": [\"docker.server\"]",
                 ", \"absent\": [\"host.booted\", \"net.lan\"]",
                 ", \"absent\": [\"host\"]", ", \"absent\": []"));
    if (below(2) == 0)
        put(PICK(", \"unknown\": {\"net.gateway\": {\"reason\": \"denied\"}}",
                 ", \"unknown\": {\"docker.desktop\":"
                 " {\"reason\": \"timeout\", \"detail\": \"x\"}}"));
    if (below(2) == 0)
        put(", \"origin\": {\"host\": {\"probe\": \"p\", \"ms\": 3}}");
    if (is_odd())
        put(PICK(", \"absent\": 1", ", \"tool\": 3", ", \"more\": 1",
                 ", \"unknown\": {\"host.pin\": 1}", ", \"facts\": {}"));
    put("}");
}

static void make_document(void)
{
    text.len = 0;
    oddness = below(3) == 0 ? 8 : 0;
    put_blank();
    if (below(3) == 0) {
        put_sections();
    } else {
        bool is_first = true;
        put("{");
        put_facts(&is_first);
        put("}");
    }
    put_blank();
}

static void damage(void)
{
    for (uint32_t n = 1 + below(3); n > 0 && text.len > 0; n--) {
        uint32_t at = below((uint32_t)text.len);
        if (below(2) == 0)
            text.ptr[at] = (char)below(256);
        else
            text.len = at;
    }
}

static bool is_read_quickly(ar_str document)
{
    struct ar_diags none = {.arena = &arena, .sources = &sources};
    struct ar_factset facts = {.arena = &arena,
                               .schema = &schema,
                               .missing_reason = AR_REASON_not_in_snapshot};
    struct ar_snapshot_reader reader = {
        .arena = &arena,
        .diags = &none,
        .file = ar_sources_add(&arena, &sources, AR_STR("q"), document),
        .text = document,
        .schema = &schema,
        .set = &facts,
        .path = AR_BUF(&arena),
        .converter = {.arena = &arena},
    };
    return ar_snapshot_read_quickly(&reader);
}

static void agrees_on_made_documents(void **state)
{
    size_t n_right = 0;
    size_t n_quick = 0;
    seed = 20261130;
    for (int batch = 0; batch < N_DOCUMENTS / N_BATCH; batch++) {
        tear_down(state);
        set_up(state);
        text = AR_BUF(&arena);
        for (int each = 0; each < N_BATCH; each++) {
            make_document();
            bool is_damaged = below(4) == 0;
            if (is_damaged)
                damage();
            ar_str document = ar_str_copy(&arena, (ar_str){text.ptr, text.len});
            bool is_read = read_text(document);
            bool is_right = !is_damaged && oddness == 0 && is_read;
            n_right += is_right;
            n_quick += is_right && is_read_quickly(document);
        }
    }
    print_message("%u right, %u of them quick\n", (unsigned)n_right,
                  (unsigned)n_quick);
    assert_true(n_right > N_DOCUMENTS / 3);
    assert_true(n_quick > n_right / 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {TEST(agrees_on_made_documents)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
