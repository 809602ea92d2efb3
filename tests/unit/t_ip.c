/* SPDX-License-Identifier: Apache-2.0 */
/* IP addresses and networks: text forms, order, containment, overlap. */

#include "value/ip.h"

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

static struct ar_ip ip(const char *text)
{
    struct ar_ip result;
    if (!ar_ip_parse(ar_str_from_c(text), &result))
        fail_msg("refused: %s", text);
    return result;
}

static struct ar_cidr cidr(const char *text)
{
    struct ar_cidr result;
    if (!ar_cidr_parse(ar_str_from_c(text), &result))
        fail_msg("refused: %s", text);
    return result;
}

static const char *ip_text(struct ar_ip address)
{
    struct ar_buf out = AR_BUF(&arena);
    ar_ip_put(&out, &address);
    return ar_buf_view(&out).ptr;
}

static const char *cidr_text(struct ar_cidr network)
{
    struct ar_buf out = AR_BUF(&arena);
    ar_cidr_put(&out, &network);
    return ar_buf_view(&out).ptr;
}

static void reads_ipv4_bytes(void **state)
{
    (void)state;
    static const uint8_t expected[16] = {192, 0, 2, 255};
    struct ar_ip address = ip("192.0.2.255");
    assert_false(address.is_v6);
    assert_memory_equal(address.bytes, expected, 16);
}

static void reads_ipv6_bytes(void **state)
{
    (void)state;
    static const uint8_t expected[16] = {0x20, 0x01, 0x0d, 0xb8, 0, 0, 0,    0,
                                         0,    0,    0,    0,    0, 1, 0xab, 2};
    struct ar_ip address = ip("2001:DB8::1:AB02");
    assert_true(address.is_v6);
    assert_memory_equal(address.bytes, expected, 16);
    struct ar_ip embedded = ip("64:ff9b::192.0.2.33");
    assert_int_equal(embedded.bytes[1], 0x64);
    assert_int_equal(embedded.bytes[12], 192);
    assert_int_equal(embedded.bytes[15], 33);
}

static void writes_the_one_text_form(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *canonical;
    } cases[] = {
        {"0.0.0.0", "0.0.0.0"},
        {"255.255.255.255", "255.255.255.255"},
        {"10.0.0.1", "10.0.0.1"},
        {"::", "::"},
        {"0:0:0:0:0:0:0:0", "::"},
        {"::1", "::1"},
        {"0:0:0:0:0:0:0:1", "::1"},
        {"1::", "1::"},
        {"1:0:0:0:0:0:0:0", "1::"},
        {"2001:db8::0001", "2001:db8::1"},
        {"2001:0db8:0:0:0:0:2:1", "2001:db8::2:1"},
        {"2001:DB8::A:BCD", "2001:db8::a:bcd"},
        {"2001:db8::1:1:1:1:1", "2001:db8:0:1:1:1:1:1"},
        {"2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"},
        {"2001:0:0:1:0:0:0:1", "2001:0:0:1::1"},
        {"2001:0:0:0:1:0:0:1", "2001::1:0:0:1"},
        {"2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"},
        {"0:1:0:1:0:1:0:1", "0:1:0:1:0:1:0:1"},
        {"1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"},
        {"::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8"},
        {"::3:4:5:6:7:8", "::3:4:5:6:7:8"},
        {"1:2:3:4:5:6::", "1:2:3:4:5:6::"},
        {"fe80::", "fe80::"},
        {"ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
         "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"},
        {"::ffff:192.0.2.1", "::ffff:192.0.2.1"},
        {"::FFFF:c000:201", "::ffff:192.0.2.1"},
        {"::ffff:0:0", "::ffff:0.0.0.0"},
        {"::fffe:192.0.2.1", "::fffe:c000:201"},
        {"::192.0.2.1", "::c000:201"},
        {"::0.0.0.0", "::"},
        {"1:2:3:4:5:6:1.2.3.4", "1:2:3:4:5:6:102:304"},
        {"1::1.2.3.4", "1::102:304"},
        {"64:ff9b::192.0.2.33", "64:ff9b::c000:221"},
    };
    for (size_t ix = 0; ix < AR_COUNT_OF(cases); ix++) {
        const char *text = ip_text(ip(cases[ix].text));
        assert_string_equal(text, cases[ix].canonical);
        assert_string_equal(ip_text(ip(text)), text);
    }
}

static void refuses_what_is_no_address(void **state)
{
    (void)state;
    static const char *const cases[] = {
        "",
        ".",
        "1",
        "1.2.3",
        "1.2.3.",
        ".1.2.3",
        "1.2.3.4.",
        "1.2.3.4.5",
        "1..3.4",
        "01.2.3.4",
        "1.2.3.00",
        "1.2.3.256",
        "1.2.3.1000",
        "1.2.3.99999999999999999999",
        "1.2.3.-4",
        "1.2.3.+4",
        "1.2.3.4 ",
        " 1.2.3.4",
        "0x1.2.3.4",
        "1.2.3.4/24",
        "localhost",
        ":",
        ":::",
        "1:",
        ":1",
        "1::2::3",
        "::1::",
        ":1::2",
        "1::2:",
        "1:2:3:4:5:6:7",
        "1:2:3:4:5:6:7:8:9",
        "1:2:3:4:5:6:7:8::",
        "::1:2:3:4:5:6:7:8",
        "1:2:3:4::5:6:7:8",
        "1:2:3:4:5:6:7:1.2.3.4",
        "1:2:3:4:5:6:7:8:1.2.3.4",
        "1.2.3.4::",
        "1.2.3.4::1",
        "::1.2.3.4:5",
        "::1.2.3",
        "::01.2.3.4",
        "::1.2.3.256",
        "1.2.3.4:5:6:7:8:9:a",
        "12345::",
        "::00001",
        "g::",
        "::-1",
        "fe80::1%eth0",
        "fe80::1%1",
        "[::1]",
        "::1 ",
        "::1/128",
        "1:2:3:4:5:6::1.2.3.4",
        "1:2:3:4:5::1.2.3.4:",
    };
    for (size_t ix = 0; ix < AR_COUNT_OF(cases); ix++) {
        struct ar_ip address;
        if (ar_ip_parse(ar_str_from_c(cases[ix]), &address))
            fail_msg("accepted: %s", cases[ix]);
    }
    struct ar_ip address;
    assert_false(ar_ip_parse((ar_str){NULL, 0}, &address));
    assert_false(ar_ip_parse(AR_STR("1.2.3.4\0"), &address));
    assert_true(ar_ip_parse((ar_str){"1.2.3.45", 7}, &address));
    assert_int_equal(address.bytes[3], 4);
}

static void orders_by_family_then_bytes(void **state)
{
    (void)state;
    static const char *const sorted[] = {
        "0.0.0.0",   "1.2.3.4",         "1.2.4.0", "10.0.0.0", "127.0.0.1",
        "200.0.0.1", "255.255.255.255", "::",      "::1",      "::ffff:1.2.3.4",
        "1::",       "7fff::",          "8000::",  "ffff::1"};
    for (size_t a = 0; a < AR_COUNT_OF(sorted); a++) {
        for (size_t b = 0; b < AR_COUNT_OF(sorted); b++) {
            struct ar_ip left = ip(sorted[a]);
            struct ar_ip right = ip(sorted[b]);
            int order = ar_ip_compare(&left, &right);
            assert_int_equal((order > 0) - (order < 0), (a > b) - (a < b));
        }
    }
}

static void reads_networks(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *canonical;
        const char *first;
        const char *last;
    } cases[] = {
        {"192.168.1.77/24", "192.168.1.0/24", "192.168.1.0", "192.168.1.255"},
        {"10.1.2.3/8", "10.0.0.0/8", "10.0.0.0", "10.255.255.255"},
        {"172.31.255.255/12", "172.16.0.0/12", "172.16.0.0", "172.31.255.255"},
        {"1.2.3.4/32", "1.2.3.4/32", "1.2.3.4", "1.2.3.4"},
        {"1.2.3.5/31", "1.2.3.4/31", "1.2.3.4", "1.2.3.5"},
        {"255.255.255.255/0", "0.0.0.0/0", "0.0.0.0", "255.255.255.255"},
        {"255.255.255.255/1", "128.0.0.0/1", "128.0.0.0", "255.255.255.255"},
        {"172.17.0.1/16", "172.17.0.0/16", "172.17.0.0", "172.17.255.255"},
        {"fe80::1/10", "fe80::/10",
         "fe80::", "febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff"},
        {"2001:db8:1:2:3::/64", "2001:db8:1:2::/64",
         "2001:db8:1:2::", "2001:db8:1:2:ffff:ffff:ffff:ffff"},
        {"2001:db8:1:2:8000::/65", "2001:db8:1:2:8000::/65",
         "2001:db8:1:2:8000::", "2001:db8:1:2:ffff:ffff:ffff:ffff"},
        {"::1/128", "::1/128", "::1", "::1"},
        {"ffff::/0", "::/0", "::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"},
        {"::ffff:10.1.2.3/104", "::ffff:10.0.0.0/104", "::ffff:10.0.0.0",
         "::ffff:10.255.255.255"},
    };
    for (size_t ix = 0; ix < AR_COUNT_OF(cases); ix++) {
        struct ar_cidr network = cidr(cases[ix].text);
        assert_string_equal(cidr_text(network), cases[ix].canonical);
        assert_string_equal(ip_text(ar_cidr_first(&network)), cases[ix].first);
        assert_string_equal(ip_text(ar_cidr_last(&network)), cases[ix].last);
    }
}

static void refuses_what_is_no_network(void **state)
{
    (void)state;
    static const char *const cases[] = {
        "",
        "/",
        "/24",
        "10.0.0.0",
        "10.0.0.0/",
        "10.0.0.0/33",
        "10.0.0.0/08",
        "10.0.0.0/-1",
        "10.0.0/8",
        "10.0.0.0/ 8",
        "10.0.0.0/8 ",
        "10.0.0.0/8/8",
        "::/129",
        "::/256",
        "::/064",
        "::/a",
        "::1%lo/128",
        "10.0.0.0/+8",
        "10.0.0.0//8",
        "10.0.0.0/00",
        "::/999999999999999999999",
        "10.0.0.0/255.0.0.0",
    };
    for (size_t ix = 0; ix < AR_COUNT_OF(cases); ix++) {
        struct ar_cidr network;
        if (ar_cidr_parse(ar_str_from_c(cases[ix]), &network))
            fail_msg("accepted: %s", cases[ix]);
    }
}

static void knows_which_addresses_are_inside(void **state)
{
    (void)state;
    static const struct {
        const char *network;
        const char *address;
        bool is_inside;
    } cases[] = {
        {"192.168.1.0/24", "192.168.1.0", true},
        {"192.168.1.0/24", "192.168.1.255", true},
        {"192.168.1.0/24", "192.168.2.0", false},
        {"192.168.1.0/24", "192.168.0.255", false},
        {"172.16.0.0/12", "172.31.255.255", true},
        {"172.16.0.0/12", "172.32.0.0", false},
        {"172.16.0.0/12", "172.15.255.255", false},
        {"0.0.0.0/0", "255.1.2.3", true},
        {"0.0.0.0/0", "::", false},
        {"::/0", "1.2.3.4", false},
        {"::/0", "ffff::", true},
        {"1.2.3.4/32", "1.2.3.4", true},
        {"1.2.3.4/32", "1.2.3.5", false},
        {"1.2.3.4/31", "1.2.3.5", true},
        {"fe80::/10", "febf::1", true},
        {"fe80::/10", "fec0::", false},
        {"::1/128", "::1", true},
        {"::1/128", "::2", false},
        {"2001:db8::/33", "2001:db8:7fff::", true},
        {"2001:db8::/33", "2001:db8:8000::", false},
        {"::ffff:10.0.0.0/104", "10.0.0.1", false},
        {"::ffff:10.0.0.0/104", "::ffff:10.0.0.1", true},
    };
    for (size_t ix = 0; ix < AR_COUNT_OF(cases); ix++) {
        struct ar_cidr network = cidr(cases[ix].network);
        struct ar_ip address = ip(cases[ix].address);
        if (ar_cidr_has_ip(&network, &address) != cases[ix].is_inside)
            fail_msg("%s in %s", cases[ix].address, cases[ix].network);
    }
}

static void knows_containment_and_overlap(void **state)
{
    (void)state;
    enum { EQUAL, HOLDS, APART };
    static const struct {
        const char *a;
        const char *b;
        int relation;
    } cases[] = {
        {"10.0.0.0/8", "10.0.0.0/8", EQUAL},
        {"10.0.0.0/8", "10.255.0.1/8", EQUAL},
        {"10.0.0.0/8", "10.1.0.0/16", HOLDS},
        {"10.0.0.0/8", "10.0.0.0/9", HOLDS},
        {"10.0.0.0/8", "11.0.0.0/8", APART},
        {"10.0.0.0/8", "11.0.0.0/16", APART},
        {"10.0.0.0/9", "10.128.0.0/9", APART},
        {"172.17.0.0/16", "172.18.0.0/16", APART},
        {"172.16.0.0/12", "172.17.0.0/16", HOLDS},
        {"0.0.0.0/0", "172.17.0.0/16", HOLDS},
        {"0.0.0.0/0", "::/0", APART},
        {"0.0.0.0/0", "::/128", APART},
        {"192.168.0.0/23", "192.168.1.128/25", HOLDS},
        {"::/0", "fe80::/64", HOLDS},
        {"fd00::/8", "fdab:1::/48", HOLDS},
        {"fd00::/8", "fc00::/8", APART},
        {"fc00::/7", "fd00::/8", HOLDS},
        {"::1/128", "::1/128", EQUAL},
        {"::/127", "::1/128", HOLDS},
    };
    for (size_t ix = 0; ix < AR_COUNT_OF(cases); ix++) {
        struct ar_cidr a = cidr(cases[ix].a);
        struct ar_cidr b = cidr(cases[ix].b);
        int relation = cases[ix].relation;
        assert_int_equal(ar_cidr_equal(&a, &b), relation == EQUAL);
        assert_int_equal(ar_cidr_equal(&b, &a), relation == EQUAL);
        assert_int_equal(ar_cidr_has_cidr(&a, &b), relation != APART);
        assert_int_equal(ar_cidr_has_cidr(&b, &a), relation == EQUAL);
        assert_int_equal(ar_cidr_overlaps(&a, &b), relation != APART);
        assert_int_equal(ar_cidr_overlaps(&b, &a), relation != APART);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_ipv4_bytes),
        cmocka_unit_test(reads_ipv6_bytes),
        cmocka_unit_test_teardown(writes_the_one_text_form, clear_arena),
        cmocka_unit_test(refuses_what_is_no_address),
        cmocka_unit_test(orders_by_family_then_bytes),
        cmocka_unit_test_teardown(reads_networks, clear_arena),
        cmocka_unit_test(refuses_what_is_no_network),
        cmocka_unit_test(knows_which_addresses_are_inside),
        cmocka_unit_test(knows_containment_and_overlap),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
