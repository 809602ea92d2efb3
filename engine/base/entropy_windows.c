/* SPDX-License-Identifier: Apache-2.0 */
/* Random bits on Windows. */

#define _CRT_RAND_S /* rand_s() */

#include "base/entropy.h"

#include <stdlib.h>
#include <time.h>

uint64_t ar_entropy_u64(void)
{
    unsigned high = 0;
    unsigned low = 0;
    if (rand_s(&high) == 0 && rand_s(&low) == 0)
        return (uint64_t)high << 32 | low;
    /* The layout of the address space is random too. */
    uint64_t bits = (uint64_t)(uintptr_t)&high;
    return bits * 0x9E3779B97F4A7C15 + (uint64_t)time(NULL);
}
