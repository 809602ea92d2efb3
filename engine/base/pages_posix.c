/* SPDX-License-Identifier: Apache-2.0 */
/* Large pages on POSIX systems: on Linux those that it calls transparent and
 * huge, elsewhere what malloc() gives. */

#ifndef _DEFAULT_SOURCE
#define _DEFAULT_SOURCE /* madvise() */
#endif

#include "base/pages.h"

#include <stdlib.h>
#include <sys/mman.h>

void *ar_pages_take(size_t bytes)
{
    void *memory = NULL;
    if (bytes < AR_LARGE_PAGE_BYTES)
        return malloc(bytes);
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
