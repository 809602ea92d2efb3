/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AR_BASE_PAGES_H
#define AR_BASE_PAGES_H
/* Large pieces of memory. The first touch of each small page of one costs a
 * fault, which in a virtual machine takes as long as tens of thousands of
 * instructions; a large page costs one. */

#include <stddef.h>

enum { AR_LARGE_PAGE_BYTES = 2097152 };

/* As malloc(); from AR_LARGE_PAGE_BYTES on in large pages, where the system
 * has them and wants to give them. Thread safe. */
void *ar_pages_take(size_t bytes);
/* As free(). */
void ar_pages_give_back(void *memory);

#endif
