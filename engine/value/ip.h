/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AR_VALUE_IP_H
#define AR_VALUE_IP_H
/* IP addresses and networks (RFC 791, RFC 4291; text form of RFC 5952). */

#include "base/buf.h"

struct ar_ip {
    uint8_t bytes[16]; /* network order; of IPv4 the first 4 */
    bool is_v6;
};

struct ar_cidr {
    struct ar_ip network; /* host bits cleared */
    uint8_t prefix;       /* 0..32 or 0..128 */
};

/* Dotted quad without leading zeros, or IPv6 with :: and an embedded IPv4
 * tail; a zone (%eth0) is refused. */
bool ar_ip_parse(ar_str text, struct ar_ip *out);
/* address/prefix; host bits are allowed and cleared. */
bool ar_cidr_parse(ar_str text, struct ar_cidr *out);
/* By family, then by bytes. */
int ar_ip_compare(const struct ar_ip *a, const struct ar_ip *b);
bool ar_cidr_equal(const struct ar_cidr *a, const struct ar_cidr *b);
bool ar_cidr_has_ip(const struct ar_cidr *cidr, const struct ar_ip *ip);
bool ar_cidr_has_cidr(const struct ar_cidr *outer, const struct ar_cidr *inner);
bool ar_cidr_overlaps(const struct ar_cidr *a, const struct ar_cidr *b);
struct ar_ip ar_cidr_first(const struct ar_cidr *cidr);
struct ar_ip ar_cidr_last(const struct ar_cidr *cidr);
void ar_ip_put(struct ar_buf *out, const struct ar_ip *ip);
void ar_cidr_put(struct ar_buf *out, const struct ar_cidr *cidr);

#endif
