/* SPDX-License-Identifier: Apache-2.0 */
/* What the CPU tells this program: the instruction CPUID of x86. */

#include "probe/host_parts.h"

#if defined(__x86_64__) || defined(__i386__)

#include <cpuid.h>

/* A program may ask for it only if the system says so. */
static bool read_xcr0(uint32_t registers[4])
{
    enum { OSXSAVE = 27 };
    unsigned a = 0;
    unsigned b = 0;
    unsigned c = 0;
    unsigned d = 0;
    if (!__get_cpuid(1, &a, &b, &c, &d) || !(c >> OSXSAVE & 1))
        return false;
    __asm__ volatile("xgetbv" : "=a"(a), "=d"(d) : "c"(0));
    registers[0] = a;
    registers[1] = 0;
    registers[2] = 0;
    registers[3] = d;
    return true;
}

bool ar_host_cpuid(struct ar_host *host, uint32_t leaf, uint32_t registers[4])
{
    const unsigned first_of_kind = leaf & 0xC0000000;
    unsigned a = 0;
    unsigned b = 0;
    unsigned c = 0;
    unsigned d = 0;
    (void)host;
    if (leaf == AR_HOST_CPUID_XCR0)
        return read_xcr0(registers);
    /* What a hypervisor tells has bounds of its own, if there is one. */
    if (first_of_kind != 0x40000000 &&
        (uint32_t)__get_cpuid_max(first_of_kind, NULL) < leaf)
        return false;
    __cpuid_count(leaf, 0, a, b, c, d);
    registers[0] = a;
    registers[1] = b;
    registers[2] = c;
    registers[3] = d;
    return true;
}

#else

bool ar_host_cpuid(struct ar_host *host, uint32_t leaf, uint32_t registers[4])
{
    (void)host;
    (void)leaf;
    (void)registers;
    return false;
}

#endif
