/* SPDX-License-Identifier: Apache-2.0 */
/* Large pages on POSIX systems: on Linux those that it calls transparent and
 * huge, elsewhere what malloc() gives. */

#ifndef _DEFAULT_SOURCE
#define _DEFAULT_SOURCE /* madvise() */
#endif

#include "base/pages.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>

enum { SMALL_PAGE_BYTES = 4096, FEW_PAGES_BYTES = 8 * SMALL_PAGE_BYTES };

/* Advice only: where it is not taken, each page is made when it is touched. */
static void touch_at_once(void *memory, size_t bytes)
{
#if defined(MADV_POPULATE_WRITE)
    const uintptr_t mask = ~(uintptr_t)(SMALL_PAGE_BYTES - 1);
    unsigned char *end = (unsigned char *)memory + bytes;
    size_t before = (size_t)((uintptr_t)memory & ~mask);
    size_t behind = (size_t)((uintptr_t)end & ~mask);
    int before_advice = errno;
    (void)madvise((unsigned char *)memory - before, bytes + before - behind,
                  MADV_POPULATE_WRITE);
    errno = before_advice;
#else
    (void)memory;
    (void)bytes;
#endif
}

void *ar_pages_take(size_t bytes)
{
    void *memory = NULL;
    if (bytes < AR_LARGE_PAGE_BYTES) {
        memory = malloc(bytes);
        if (memory && bytes >= FEW_PAGES_BYTES)
            touch_at_once(memory, bytes);
        return memory;
    }
    if (posix_memalign(&memory, AR_LARGE_PAGE_BYTES, bytes) != 0)
        return NULL;
#if defined(MADV_HUGEPAGE)
    /* Advice only: where it is not taken, small pages do as well. */
    (void)madvise(memory, bytes, MADV_HUGEPAGE);
#endif
    return memory;
}

void ar_pages_give_back(void *memory)
{
    free(memory);
}
