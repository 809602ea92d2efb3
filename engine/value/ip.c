/* SPDX-License-Identifier: Apache-2.0 */
/* IP addresses and networks: reading, order, containment, and the one text
 * form of each address. Asks neither the system nor a resolver. */

#include "value/ip.h"

#include <string.h>

enum {
    V4_BYTES = 4,
    V6_BYTES = 16,
    V6_GROUPS = 8,
};

static size_t byte_count(const struct ar_ip *ip)
{
    return ip->is_v6 ? V6_BYTES : V4_BYTES;
}

/* A decimal number without leading zeros, at most limit; moves *at. */
static bool read_decimal(ar_str text, size_t *at, unsigned limit, uint8_t *out)
{
    size_t start = *at;
    unsigned number = 0;
    while (*at < text.len && ar_char_is_digit(text.ptr[*at])) {
        number = number * 10 + (unsigned)(text.ptr[*at] - '0');
        if (number > limit)
            return false;
        ++*at;
    }
    size_t n_digits = *at - start;
    if (n_digits == 0 || (n_digits > 1 && text.ptr[start] == '0'))
        return false;
    *out = (uint8_t)number;
    return true;
}

static bool parse_v4(ar_str text, uint8_t *bytes)
{
    size_t at = 0;
    for (size_t ix = 0; ix < V4_BYTES; ix++) {
        if (ix > 0) {
            if (at == text.len || text.ptr[at] != '.')
                return false;
            at++;
        }
        if (!read_decimal(text, &at, 255, &bytes[ix]))
            return false;
    }
    return at == text.len;
}

/* One to four hexadecimal digits. */
static bool read_group(ar_str group, uint8_t *bytes)
{
    if (group.len == 0 || group.len > 4)
        return false;
    unsigned number = 0;
    for (size_t ix = 0; ix < group.len; ix++) {
        int digit = ar_char_hex_value(group.ptr[ix]);
        if (digit < 0)
            return false;
        number = number << 4 | (unsigned)digit;
    }
    bytes[0] = (uint8_t)(number >> 8);
    bytes[1] = (uint8_t)(number & 0xFF);
    return true;
}

/* Reads groups between colons, with a dotted quad as the last one if may_end
 * in one; an empty text has none. Returns bytes written, SIZE_MAX if bad. */
static size_t read_groups(ar_str text, bool may_end_in_v4, uint8_t *bytes)
{
    size_t n_bytes = 0;
    size_t at = 0;
    while (text.len > 0) {
        size_t colon = ar_str_find(text, AR_STR(":"), at);
        ar_str group = ar_str_slice(text, at, colon);
        size_t room = V6_BYTES - n_bytes;
        if (colon == SIZE_MAX && may_end_in_v4 && room >= V4_BYTES &&
            parse_v4(group, bytes + n_bytes))
            return n_bytes + V4_BYTES;
        if (room == 0 || !read_group(group, bytes + n_bytes))
            return SIZE_MAX;
        n_bytes += 2;
        if (colon == SIZE_MAX)
            break;
        at = colon + 1;
    }
    return n_bytes;
}

static bool parse_v6(ar_str text, uint8_t *bytes)
{
    size_t gap = ar_str_find(text, AR_STR("::"), 0);
    if (gap == SIZE_MAX)
        return read_groups(text, true, bytes) == V6_BYTES;
    uint8_t tail[V6_BYTES] = {0};
    size_t n_head = read_groups(ar_str_slice(text, 0, gap), false, bytes);
    ar_str rest = ar_str_slice(text, gap + 2, text.len);
    size_t n_tail = read_groups(rest, true, tail);
    /* The gap stands for one group at least. */
    if (n_head == SIZE_MAX || n_tail == SIZE_MAX ||
        n_head + n_tail > V6_BYTES - 2)
        return false;
    memcpy(bytes + V6_BYTES - n_tail, tail, n_tail);
    return true;
}

bool ar_ip_parse(ar_str text, struct ar_ip *out)
{
    struct ar_ip ip = {0};
    ip.is_v6 = ar_str_find(text, AR_STR(":"), 0) != SIZE_MAX;
    bool is_good = ip.is_v6 ? parse_v6(text, ip.bytes) //
                            : parse_v4(text, ip.bytes);
    if (!is_good)
        return false;
    *out = ip;
    return true;
}

/* The bits of byte ix that a network of this prefix leaves to its hosts. */
static uint8_t host_mask(unsigned prefix, size_t ix)
{
    unsigned first_bit = (unsigned)ix * 8;
    if (prefix <= first_bit)
        return 0xFF;
    if (prefix >= first_bit + 8)
        return 0;
    return (uint8_t)(0xFFU >> (prefix - first_bit));
}

static void clear_host_bits(struct ar_cidr *cidr)
{
    for (size_t ix = 0; ix < byte_count(&cidr->network); ix++) {
        unsigned mask = host_mask(cidr->prefix, ix);
        cidr->network.bytes[ix] = (uint8_t)(cidr->network.bytes[ix] & ~mask);
    }
}

bool ar_cidr_parse(ar_str text, struct ar_cidr *out)
{
    size_t slash = ar_str_find(text, AR_STR("/"), 0);
    struct ar_cidr cidr = {0};
    if (slash == SIZE_MAX ||
        !ar_ip_parse(ar_str_slice(text, 0, slash), &cidr.network))
        return false;
    size_t at = slash + 1;
    unsigned limit = cidr.network.is_v6 ? 128 : 32;
    if (!read_decimal(text, &at, limit, &cidr.prefix) || at != text.len)
        return false;
    clear_host_bits(&cidr);
    *out = cidr;
    return true;
}

int ar_ip_compare(const struct ar_ip *a, const struct ar_ip *b)
{
    if (a->is_v6 != b->is_v6)
        return a->is_v6 ? 1 : -1;
    return memcmp(a->bytes, b->bytes, byte_count(a));
}

bool ar_cidr_equal(const struct ar_cidr *a, const struct ar_cidr *b)
{
    return a->prefix == b->prefix &&
           ar_ip_compare(&a->network, &b->network) == 0;
}

bool ar_cidr_has_ip(const struct ar_cidr *cidr, const struct ar_ip *ip)
{
    if (cidr->network.is_v6 != ip->is_v6)
        return false;
    for (size_t ix = 0; ix < byte_count(ip); ix++) {
        unsigned differing = cidr->network.bytes[ix] ^ (unsigned)ip->bytes[ix];
        if ((differing & ~(unsigned)host_mask(cidr->prefix, ix)) != 0)
            return false;
    }
    return true;
}

bool ar_cidr_has_cidr(const struct ar_cidr *outer, const struct ar_cidr *inner)
{
    return outer->prefix <= inner->prefix &&
           ar_cidr_has_ip(outer, &inner->network);
}

bool ar_cidr_overlaps(const struct ar_cidr *a, const struct ar_cidr *b)
{
    return ar_cidr_has_cidr(a, b) || ar_cidr_has_cidr(b, a);
}

struct ar_ip ar_cidr_first(const struct ar_cidr *cidr)
{
    return cidr->network;
}

struct ar_ip ar_cidr_last(const struct ar_cidr *cidr)
{
    struct ar_ip last = cidr->network;
    for (size_t ix = 0; ix < byte_count(&last); ix++)
        last.bytes[ix] |= host_mask(cidr->prefix, ix);
    return last;
}

static void put_v4(struct ar_buf *out, const uint8_t *bytes)
{
    ar_buf_printf(out, "%u.%u.%u.%u", (unsigned)bytes[0], (unsigned)bytes[1],
                  (unsigned)bytes[2], (unsigned)bytes[3]);
}

static unsigned group_at(const uint8_t *bytes, size_t ix)
{
    return (unsigned)bytes[2 * ix] << 8 | bytes[2 * ix + 1];
}

/* The first of the longest runs of zero groups; *length 0 if none is longer
 * than one group, which RFC 5952 does not shorten. */
static size_t find_gap(const uint8_t *bytes, size_t *length)
{
    size_t best = 0;
    *length = 0;
    size_t run = 0;
    for (size_t ix = 0; ix < V6_GROUPS; ix++) {
        run = group_at(bytes, ix) == 0 ? run + 1 : 0;
        if (run > 1 && run > *length) {
            *length = run;
            best = ix + 1 - run;
        }
    }
    return best;
}

static void put_v6(struct ar_buf *out, const uint8_t *bytes)
{
    size_t n_gap = 0;
    size_t gap = find_gap(bytes, &n_gap);
    size_t ix = 0;
    while (ix < V6_GROUPS) {
        if (n_gap > 0 && ix == gap) {
            ar_buf_put_c(out, "::");
            ix += n_gap;
            continue;
        }
        bool is_first = ix == 0 || (n_gap > 0 && ix == gap + n_gap);
        ar_buf_printf(out, is_first ? "%x" : ":%x", group_at(bytes, ix));
        ix++;
    }
}

void ar_ip_put(struct ar_buf *out, const struct ar_ip *ip)
{
    static const uint8_t v4_mapped[12] = {[10] = 0xFF, [11] = 0xFF};
    if (!ip->is_v6) {
        put_v4(out, ip->bytes);
    } else if (memcmp(ip->bytes, v4_mapped, sizeof(v4_mapped)) == 0) {
        ar_buf_put_c(out, "::ffff:");
        put_v4(out, ip->bytes + sizeof(v4_mapped));
    } else {
        put_v6(out, ip->bytes);
    }
}

void ar_cidr_put(struct ar_buf *out, const struct ar_cidr *cidr)
{
    ar_ip_put(out, &cidr->network);
    ar_buf_printf(out, "/%u", (unsigned)cidr->prefix);
}
