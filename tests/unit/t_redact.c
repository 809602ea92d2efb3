/* SPDX-License-Identifier: Apache-2.0 */
/* What is taken out of facts before they are written, and what is left. */

#include "facts/redact.h"
#include "facts/snapshot_write.h"
#include "facts_fixture.h"

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

/* Whole, they would be paths of one machine. */
#define HOMES \
    "/"       \
    "home/"
#define WINDOWS_HOMES \
    "C:"              \
    "\\Users\\"

static ar_secret_words words;

static void add_word(const char *text, enum ar_secret_kind kind)
{
    struct ar_secret_word word = {ar_str_from_c(text), kind, false};
    ar_vector_push(&arena, &words, word);
}

static void use_words(void)
{
    words = (ar_secret_words){0};
    add_word("annika", AR_SECRET_user);
    add_word("Annika Berg", AR_SECRET_user);
    add_word("swift-14", AR_SECRET_host);
}

/* The text with each place in brackets, and its kind before it. */
static ar_str marked(ar_str text)
{
    struct ar_buf out = AR_BUF(&arena);
    struct ar_secret_span span;
    size_t from = 0;
    while (ar_secret_find(&words, text, from, 0, &span)) {
        ar_buf_put(&out, ar_str_slice(text, from, span.start));
        ar_buf_printf(&out, "[%s:", ar_secret_kind_names[span.kind]);
        ar_buf_put(&out, ar_str_slice(text, span.start, span.end));
        ar_buf_put_char(&out, ']');
        from = span.end;
    }
    ar_buf_put(&out, ar_str_slice(text, from, text.len));
    return ar_buf_view(&out);
}

struct finding {
    const char *text;
    const char *marked;
};

static void assert_marked(const struct finding *cases, size_t count)
{
    use_words();
    for (size_t ix = 0; ix < count; ix++) {
        ar_str found = marked(ar_str_from_c(cases[ix].text));
        if (!ar_str_equal_c(found, cases[ix].marked))
            fail_msg("%s\ngives %s\nand not %s", cases[ix].text, found.ptr,
                     cases[ix].marked);
    }
}

#define MARKED(cases) assert_marked((cases), AR_COUNT_OF(cases))

static void finds_people_and_machines(void **state)
{
    (void)state;
    static const struct finding cases[] = {
        {"annika", "[user:annika]"},
        {"by ANNIKA at SWIFT-14.", "by [user:ANNIKA] at [host:SWIFT-14]."},
        {"Annika Berg's laptop", "[user:Annika Berg]'s laptop"},
        {"channika annikas _annika", "channika annikas _annika"},
        {HOMES "bob/.docker", HOMES "[user:bob]/.docker"},
        {HOMES "bob", HOMES "[user:bob]"},
        {WINDOWS_HOMES "Bob Miller\\AppData",
         WINDOWS_HOMES "[user:Bob Miller]\\AppData"},
        {"\"C:"
         "\\\\Users\\\\Bob\\\\x\"",
         "\"C:"
         "\\\\Users\\\\[user:Bob]\\\\x\""},
        {"/mnt/c/Users/bob/x y", "/mnt/c/Users/[user:bob]/x y"},
        {"cannot open /"
         "Users/bob: denied",
         "cannot open /"
         "Users/[user:bob]: denied"},
        {HOMES "bob is full", HOMES "[user:bob] is full"},
        {WINDOWS_HOMES "Public\\Desktop", WINDOWS_HOMES "Public\\Desktop"},
        {"/usr/bin/docker", "/usr/bin/docker"},
        {"bob@example.org", "[mail:bob@example.org]"},
        {"<a.b+c@mail.example.co.uk>.", "<[mail:a.b+c@mail.example.co.uk]>."},
        {"getty@tty1.service", "getty@tty1.service"},
        {"user@host", "user@host"},
        {"S-1-5-21-1004336348-1177238915-500",
         "[user:S-1-5-21-1004336348-1177238915-500]"},
        {"S-1-5-18", "S-1-5-18"}};
    MARKED(cases);
}

static void finds_addresses(void **state)
{
    (void)state;
    static const struct finding cases[] = {
        {"10.1.2.3", "[ip:10.1.2.3]"},
        {"10.0.0.0/8", "[ip:10.0.0.0]/8"},
        {"tcp://192.168.1.20:2375", "tcp://[ip:192.168.1.20]:2375"},
        {"from 10.1.2.3.", "from [ip:10.1.2.3]."},
        {"10.1.2.3-10.1.2.9", "[ip:10.1.2.3]-[ip:10.1.2.9]"},
        {"127.0.0.1 0.0.0.0 255.255.255.0", "127.0.0.1 0.0.0.0 255.255.255.0"},
        {"5.15.153.1-microsoft-standard-WSL2",
         "5.15.153.1-microsoft-standard-WSL2"},
        {"v1.2.3.4 1.2.3.4.5 1.2.3 1.2.3.4a",
         "v1.2.3.4 1.2.3.4.5 1.2.3 1.2.3.4a"},
        {"300.1.1.1", "300.1.1.1"},
        {"fe80::1", "[ip:fe80::1]"},
        {"[2001:db8::7]:80", "[[ip:2001:db8::7]]:80"},
        {"::1 :: at 12:30:45", "::1 :: at 12:30:45"},
        {"std::vector a::b", "std::vector a::b"},
        {"00:1a:2B:3c:4d:5e", "[mac:00:1a:2B:3c:4d:5e]"},
        {"00-1A-2B-3C-4D-5E", "[mac:00-1A-2B-3C-4D-5E]"},
        {"00:00:00:00:00:00 ff:ff:ff:ff:ff:ff",
         "00:00:00:00:00:00 ff:ff:ff:ff:ff:ff"}};
    MARKED(cases);
}

static void finds_secrets(void **state)
{
    (void)state;
    static const struct finding cases[] = {
        {"https://bob:s3cr3t@example.org/x",
         "https://[credential:bob:s3cr3t]@example.org/x"},
        {"http://proxy.example.org:8080", "http://proxy.example.org:8080"},
        {"key AKIAIOSFODNN7EXAMPLE.", "key [token:AKIAIOSFODNN7EXAMPLE.]"},
        {"ghp_abcdefghij0123456789", "[token:ghp_abcdefghij0123456789]"},
        {"eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc_-",
         "[token:eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc_-]"},
        {"sk-short risk-averse", "sk-short risk-averse"},
        {"wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
         "[encoded:wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY]"},
        {"dXNlcjpwYXNzd29yZA==", "[encoded:dXNlcjpwYXNzd29yZA==]"},
        {"sha256:"
         "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
         "sha256:"
         "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"},
        {"/usr/lib/x86_64-linux-gnu/libLongNameOfSomething2.so.1",
         "/usr/lib/x86_64-linux-gnu/libLongNameOfSomething2.so.1"},
        {"C:\\Program Files\\Docker\\Docker\\DockerDesktopInstallerVersion4",
         "C:\\Program Files\\Docker\\Docker\\DockerDesktopInstallerVersion4"},
        {"password=hunter2 next=1", "password=[password:hunter2] next=1"},
        {"DB_PASSWORD='a b' x", "DB_PASSWORD='[password:a b]' x"},
        {"{\"token\": \"abc\", \"x\": 1}",
         "{\"token\": \"[password:abc]\", \"x\": 1}"},
        {"Password: correct horse", "Password: [password:correct horse]"},
        {"client --password hunter2", "client --password [password:hunter2]"},
        {"a=1;Pwd=x;b=2", "a=1;Pwd=[password:x];b=2"},
        {"apiToken := q&z", "apiToken := [password:q]&z"},
        {"the token expired", "the token expired"},
        {"bypass=1 spin: 2", "bypass=1 spin: 2"},
        {"Bearer abcdefgh12", "[token:Bearer abcdefgh12]"},
        {"-----BEGIN RSA PRIVATE KEY-----\nMII\n-----END RSA PRIVATE "
         "KEY-----\nx",
         "[key:-----BEGIN RSA PRIVATE KEY-----\nMII\n-----END RSA PRIVATE "
         "KEY-----]\nx"},
        {"-----BEGIN OPENSSH PRIVATE KEY-----\nb3B",
         "[key:-----BEGIN OPENSSH PRIVATE KEY-----\nb3B]"},
        {"-----BEGIN CERTIFICATE-----", "-----BEGIN CERTIFICATE-----"},
        {"<user-1> <b-2>", "[mark:<user-1>] [mark:<b-2>]"},
        {"<none> <user-> <-1>", "<none> <user-> <-1>"}};
    MARKED(cases);
}

/* One that looked back too far at each byte would take hours. */
static void takes_linear_time(void **state)
{
    (void)state;
    static const char *const patterns[] = {
        "/", "\\", "\"", " ",  "=",           "a.",  "1:", "://",
        "@", "-",  "<a", "'=", "-----BEGIN ", HOMES, "x ", "A1a"};
    enum { BYTES = 262144 };
    use_words();
    for (size_t ix = 0; ix < AR_COUNT_OF(patterns); ix++) {
        struct ar_buf text = AR_BUF(&arena);
        struct ar_secret_span span;
        while (text.len < BYTES)
            ar_buf_put_c(&text, patterns[ix]);
        ar_str whole = ar_buf_view(&text);
        size_t from = 0;
        while (ar_secret_find(&words, whole, from, 0, &span))
            from = span.end;
    }
}

/* ---- sets of facts ---- */

static struct ar_factset set;
static struct ar_redaction redaction;

static void give(const char *key, ar_value value)
{
    struct ar_fact_ref ref;
    parse_ref(key, &ref);
    ar_factset_add(&set, &ref, value);
}

static ar_value text(const char *string)
{
    return ar_value_string(ar_str_from_c(string));
}

static void start(void)
{
    use_words();
    set = (struct ar_factset){.arena = &arena,
                              .schema = &schema,
                              .missing_reason = AR_REASON_not_in_snapshot};
}

static void redact(struct ar_redaction_options options)
{
    options.words = &words;
    ar_redact(&arena, &set, &options, &redaction);
}

static void assert_redacted(const char *key, const char *expected)
{
    struct ar_fact_ref ref;
    parse_ref(key, &ref);
    ar_value value = ar_factset_get(&redaction.set, ref.decl, ref.key);
    assert_text(ar_value_text(&arena, value), expected);
}

static ar_value strings(const char *const *texts, size_t count)
{
    ar_value *items = AR_NEW_ARRAY(&arena, ar_value, count);
    for (size_t ix = 0; ix < count; ix++)
        items[ix] = text(texts[ix]);
    return ar_value_list(&strings_type, items, count);
}

static void keeps_equality_and_nothing_else(void **state)
{
    (void)state;
    static const char *const list[] = {"x", HOMES "annika", "annika"};
    start();
    give("host.name", text("annika"));
    give("tools.list", strings(list, 3));
    redact((struct ar_redaction_options){0});
    assert_redacted("host.name", "<user-1>");
    assert_redacted("tools.list", "[x, " HOMES "<user-1>, <user-1>]");
    assert_int_equal(redaction.counts[AR_SECRET_user], 3);
    assert_int_equal(redaction.facts.count, 2);
    assert_int_equal(redaction.id.len, 16);
}

static void hides_what_is_declared(void **state)
{
    (void)state;
    static const struct {
        enum ar_sensitivity sensitivity;
        const char *token;
    } cases[] = {{AR_SENSITIVITY_SECRET, "<secret-1>"},
                 {AR_SENSITIVITY_PERSONAL, "<personal-1>"},
                 {AR_SENSITIVITY_ADDRESS, "<address-1>"}};
    struct ar_fact_ref ref;
    parse_ref("host.name", &ref);
    struct ar_fact_decl *decl = ar_map_get(&schema.facts, AR_STR("host.name"));
    for (size_t ix = 0; ix < AR_COUNT_OF(cases); ix++) {
        start();
        decl->sensitivity = cases[ix].sensitivity;
        give("host.name", text("plain"));
        redact((struct ar_redaction_options){0});
        assert_redacted("host.name", cases[ix].token);
        struct ar_redaction_options keep = {0};
        keep.keeps[cases[ix].sensitivity] = true;
        redact(keep);
        assert_redacted("host.name", "plain");
    }
    decl->sensitivity = AR_SENSITIVITY_SECRET;
    start();
    give("host.name", text("Zx9-plain"));
    give("tools.list", strings((const char *[]){"got aZx9-plainb"}, 1));
    redact((struct ar_redaction_options){0});
    assert_redacted("tools.list", "[got a<secret-2>b]");
}

static void hides_keys_that_lie_in_lines(void **state)
{
    (void)state;
    static const char *const lines[] = {
        "x",   "-----BEGIN EC PRIVATE KEY-----", "MHcCAQEE",
        "abc", "-----END EC PRIVATE KEY-----",   "y"};
    start();
    give("tools.list", strings(lines, 6));
    redact((struct ar_redaction_options){0});
    assert_redacted("tools.list", "[x, <key-1>, <key-2>, <key-3>, <key-4>, y]");
}

static void hides_arguments_and_details(void **state)
{
    (void)state;
    struct ar_fact_ref ref;
    start();
    give("file(\"" HOMES "bob/x\").exists", ar_value_bool(true));
    give("host.name",
         ar_value_unknown(AR_REASON_denied,
                          AR_STR("annika may not, from 10.1.2.3")));
    redact((struct ar_redaction_options){0});
    assert_redacted("file(\"" HOMES "<user-1>/x\").exists", "true");
    parse_ref("host.name", &ref);
    assert_text(ar_factset_get(&redaction.set, ref.decl, ref.key).detail,
                "<user-2> may not, from <ip-1>");
}

/* Without one of its keys a map would say that there is none. */
static void hides_maps_by_their_keys(void **state)
{
    (void)state;
    static const ar_str keys[] = {{"annika", 6}};
    ar_value one = ar_value_int(1);
    start();
    give("tools.counts", ar_value_map(&map_type, keys, &one, 1));
    redact((struct ar_redaction_options){0});
    assert_redacted("tools.counts", "<unknown: redacted>");
}

/* ---- writing ---- */

/* The set as a snapshot, read again without a word. */
static struct ar_factset read_back(struct ar_buf *out)
{
    struct ar_factset read;
    assert_int_equal(ar_snapshot_write(out, &set, NULL), 0);
    diags = (struct ar_diags){.arena = &arena, .sources = &sources};
    uint32_t file = ar_sources_add(&arena, &sources, AR_STR("facts.json"),
                                   ar_buf_view(out));
    assert_true(ar_snapshot_read(&arena, &diags, file, &schema, &read));
    assert_int_equal(diags.list.count, 0);
    return read;
}

static void writes_what_is_read(void **state)
{
    (void)state;
    ar_value *items = AR_NEW_ARRAY(&arena, ar_value, 3);
    items[0] = text("a\n\"\\ \xc3\xa4");
    items[1] = ar_value_unknown(AR_REASON_denied, AR_STR("no right"));
    items[2] = ar_value_placeholder(&ar_type_string, AR_STR("<user-1>"));
    start();
    give("tools.list", ar_value_list(&strings_type, items, 3));
    give("host.cpus", ar_value_int(INT64_MIN));
    give("host.load", ar_value_real(0.1));
    give("host.memory", ar_value_size(3 * 1024));
    give("host.uptime", ar_value_duration(-1));
    give("host.admin", ar_value_bool(false));
    give("host.name", ar_value_unknown(AR_REASON_stale, AR_STR("old")));
    give("host.booted", ar_value_absent());
    give("net", ar_value_absent());
    give("file(\"/x\")", ar_value_unknown(AR_REASON_denied, AR_STR("")));
    struct ar_buf first = AR_BUF(&arena);
    struct ar_buf second = AR_BUF(&arena);
    struct ar_factset read = read_back(&first);
    assert_int_equal(read.entries.count, set.entries.count);
    assert_int_equal(ar_snapshot_write(&second, &read, NULL), 0);
    assert_text(ar_buf_view(&second), ar_buf_view(&first).ptr);
}

static void writes_what_cannot_be_read_as_unknown(void **state)
{
    (void)state;
    static const ar_str keys[] = {{"$redacted", 9}};
    ar_value one = ar_value_int(1);
    struct ar_buf out = AR_BUF(&arena);
    start();
    give("host.name", ar_value_string((ar_str){"a\0b", 3}));
    give("tools.counts", ar_value_map(&map_type, keys, &one, 1));
    struct ar_factset read = read_back(&out);
    for (size_t ix = 0; ix < read.entries.count; ix++) {
        const struct ar_fact_entry *entry = read.entries.at[ix];
        assert_text(ar_value_text(&arena, entry->value),
                    "<unknown: bad_output>");
    }
    assert_int_equal(read.entries.count, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(finds_people_and_machines),
        TEST(finds_addresses),
        TEST(finds_secrets),
        TEST(takes_linear_time),
        TEST(keeps_equality_and_nothing_else),
        TEST(hides_what_is_declared),
        TEST(hides_keys_that_lie_in_lines),
        TEST(hides_arguments_and_details),
        TEST(hides_maps_by_their_keys),
        TEST(writes_what_is_read),
        TEST(writes_what_cannot_be_read_as_unknown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
