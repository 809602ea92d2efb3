/* SPDX-License-Identifier: Apache-2.0 */
/* The values of each type. Strings are those that conversions and the other
 * types' values may be read from, too. */

#include "domain.h"

static const struct law_value bools[] = {
    {"false", "false", "false"},
    {"true", "true", "true"},
};
static const struct law_value ints[] = {
    {"0", "0", "0"},
    {"1", "1", "1"},
    {"2", "2", "0x2"},
    {"3", "3", "3"},
    {"-1", "(-1)", "-1"},
    {"5", "5", "5"},
    {"9223372036854775807", "9_223_372_036_854_775_807", "9223372036854775807"},
    {"-9223372036854775808", "(-9223372036854775808)", "-9223372036854775808"},
};
static const struct law_value reals[] = {
    {"0", "0.0", "0"},
    {"1", "1.0", "1"},
    {"0.5", "0.5", "0.5"},
    {"-1.5", "(-1.5)", "-1.5"},
    {"2", "2.0", "2"},
    {"2.5", "2.5", "2.5"},
    {"1e308", "1.0e308", "1.0e308"},
};
static const struct law_value strings[] = {
    {"a", "\"a\"", "'a'"},
    {"b", "\"b\"", "\"b\""},
    {"", "\"\"", "\"\""},
    {"ab", "\"ab\"", "\"ab\""},
    {"a b", "\"a b\"", "\"a b\""},
    {"A", "\"A\"", "\"A\""},
    {"1", "\"1\"", "\"1\""},
    {"1.2", "\"1.2\"", "\"1.2\""},
    {"arm64", "\"arm64\"", "\"arm64\""},
    {"plain", "\"plain\"", "\"plain\""},
    {"true", "\"true\"", "\"true\""},
    {"a,b,", "\"a,b,\"", "\"a,b,\""},
    {" a ", "\" a \"", "\" a \""},
    {"x/y\\z", "'x/y\\z'", "\"x/y\\\\z\""},
    {"512MB", "\"512MB\"", "\"512MB\""},
    {"90s", "\"90s\"", "\"90s\""},
    {"10.0.0.1", "\"10.0.0.1\"", "\"10.0.0.1\""},
    {"10.0.0.0/8", "\"10.0.0.0/8\"", "\"10.0.0.0/8\""},
    {"2026-11-22", "\"2026-11-22\"", "\"2026-11-22\""},
    {"\xC3\xA9'\"{\n", "\"\xC3\xA9'\\\"\\{\\n\"", "\"\xC3\xA9'\\\"\\{\\n\""},
};
static const struct law_value versions[] = {
    {"1.0", "v1.0", "1.0"},    {"1.2.0", "1.2.0", "1.2"},
    {"1.10", "v1.10", "1.10"}, {"2.0.0-rc1", "2.0.0-rc1", "\"2.0.0-rc1\""},
    {"2", "v2.0", "2"},        {"1.2", "version(\"1.2\")", "\"1.2\""},
};
static const struct law_value sizes[] = {
    {"0B", "0B", "0B"},
    {"1KiB", "1KiB", "1KiB"},
    {"4KiB", "4KiB", "4096B"},
    {"1MB", "1MB", "1MB"},
    {"1.5GiB", "1.5GiB", "1.5GiB"},
    {"8191PiB", "8191PiB", "8191PiB"},
};
static const struct law_value durations[] = {
    {"0s", "0s", "0s"},          {"1s", "1s", "1s"},
    {"90s", "90s", "1.5min"},    {"1h", "1h", "1h"},
    {"250ms", "250ms", "250ms"}, {"100000000d", "100000000d", "100000000d"},
};
static const struct law_value times[] = {
    {"2026-11-22T00:00:00Z", "time(\"2026-11-22\")", "\"2026-11-22\""},
    {"2026-11-22T10:00:00Z", "time(\"2026-11-22T10:00:00Z\")",
     "\"2026-11-22T11:00:00+01:00\""},
    {"1970-01-01T00:00:00Z", "time(\"1970-01-01\")", "\"1970-01-01\""},
    {"9999-12-31T23:59:59Z", "time(\"9999-12-31T23:59:59Z\")",
     "\"9999-12-31\""},
};
static const struct law_value ips[] = {
    {"10.0.0.1", "ip(\"10.0.0.1\")", "\"10.0.0.1\""},
    {"10.1.0.1", "ip(\"10.1.0.1\")", "\"10.1.0.1\""},
    {"192.168.0.1", "ip(\"192.168.0.1\")", "\"192.168.0.1\""},
    {"::1", "ip(\"::1\")", "\"::1\""},
    {"fe80::1", "ip(\"fe80::1\")", "\"fe80::1\""},
};
static const struct law_value cidrs[] = {
    {"10.0.0.0/8", "cidr(\"10.0.0.0/8\")", "\"10.0.0.0/8\""},
    {"10.1.0.0/16", "cidr(\"10.1.0.0/16\")", "\"10.1.0.0/16\""},
    {"0.0.0.0/0", "cidr(\"0.0.0.0/0\")", "\"0.0.0.0/0\""},
    {"fe80::/10", "cidr(\"fe80::/10\")", "\"fe80::/10\""},
    {"10.0.0.1/32", "cidr(\"10.0.0.1/32\")", "\"10.0.0.1/32\""},
};
static const struct law_value arches[] = {
    {"amd64", "arch(\"amd64\")", "amd64"},
    {"arm64", "arch(\"aarch64\")", "arm64"},
    {"i386", "arch(\"i386\")", "i386"},
};
static const struct law_value flavours[] = {
    {"plain", "flavour(\"plain\")", "plain"},
    {"spiced", "flavour(\"hot\")", "spiced"},
    {"sweet", "flavour(\"sweet\")", "sweet"},
};

#define DOMAIN(values, n_extreme)                     \
    {                                                 \
        (values), AR_COUNT_OF(values),                \
            AR_COUNT_OF(values) - (size_t)(n_extreme) \
    }
static const struct law_domain domains[LAW_N_SCALARS] = {
    [LAW_BOOL] = DOMAIN(bools, 0),
    [LAW_INT] = DOMAIN(ints, 2),
    [LAW_REAL] = DOMAIN(reals, 1),
    [LAW_STRING] = DOMAIN(strings, 0),
    [LAW_VERSION] = DOMAIN(versions, 0),
    [LAW_SIZE] = DOMAIN(sizes, 1),
    [LAW_DURATION] = DOMAIN(durations, 1),
    [LAW_TIME] = DOMAIN(times, 1),
    [LAW_IP] = DOMAIN(ips, 0),
    [LAW_CIDR] = DOMAIN(cidrs, 0),
    [LAW_ARCH] = DOMAIN(arches, 0),
    [LAW_ENUM] = DOMAIN(flavours, 0),
};

struct law_domain law_domain_of(enum law_type scalar)
{
    AR_ASSERT(scalar < LAW_N_SCALARS);
    return domains[scalar];
}

const struct law_value *law_pick_value(struct law_choices *choices,
                                       enum law_type scalar)
{
    enum { N_FIRST = 4 };
    struct law_domain domain = law_domain_of(scalar);
    size_t count = law_once_in(choices, 16) ? domain.count : domain.n_usual;
    if (count > N_FIRST && law_pick(choices, 2) == 0)
        count = N_FIRST;
    return &domain.values[law_pick(choices, (unsigned)count)];
}
