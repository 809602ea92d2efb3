/* SPDX-License-Identifier: Apache-2.0 */
/* Random bits on POSIX systems. */

#ifndef _DEFAULT_SOURCE
#define _DEFAULT_SOURCE /* getentropy() */
#endif

#include "base/entropy.h"

#include <stdbool.h>
#include <stddef.h>
#include <time.h>
#include <unistd.h>
#if defined(__APPLE__)
#include <sys/random.h>
#endif

/* A sandbox may forbid the system call; the layout of the address space is
 * random too. */
static uint64_t guess_u64(void)
{
    struct timespec now = {0};
    timespec_get(&now, TIME_UTC);
    uint64_t bits = (uint64_t)(uintptr_t)&now;
    bits = bits * 0x9E3779B97F4A7C15 + (uint64_t)(uintptr_t)&guess_u64;
    bits = bits * 0x9E3779B97F4A7C15 + (uint64_t)now.tv_nsec;
    bits = bits * 0x9E3779B97F4A7C15 + (uint64_t)getpid();
    return bits ^ bits >> 29;
}

uint64_t ar_entropy_u64(void)
{
    uint64_t bits = 0;
    if (getentropy(&bits, sizeof(bits)) != 0)
        return guess_u64();
    return bits;
}
