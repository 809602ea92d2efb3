/* SPDX-License-Identifier: Apache-2.0 */
/* Windows gives large pages only to those who may lock memory. */

#include "base/pages.h"

#include <stdlib.h>

void *ar_pages_take(size_t bytes)
{
    return malloc(bytes);
}

void ar_pages_give_back(void *memory)
{
    free(memory);
}
