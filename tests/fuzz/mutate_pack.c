/* SPDX-License-Identifier: Apache-2.0 */
/* How inputs of fuzz_pack.c are made of others: three of four times by one
 * change more to the pack. */

#include <stddef.h>
#include <stdint.h>
#include <string.h>

size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max_size);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size,
                               unsigned seed);

enum { CHANGE_BYTES = 8 };

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size,
                               unsigned seed)
{
    uint8_t bytes[CHANGE_BYTES];
    const uint8_t *feed = size > 0 ? memchr(data, '\f', size) : NULL;
    size_t added = CHANGE_BYTES + (feed == NULL);
    if (seed % 4 == 0 || size + added > max_size)
        return LLVMFuzzerMutate(data, size, max_size);
    if (!feed)
        data[size++] = '\f';
    for (size_t ix = 0; ix < CHANGE_BYTES; ix++) {
        seed = seed * 1103515245 + 12345;
        bytes[ix] = (uint8_t)(seed >> 16);
    }
    memcpy(data + size, bytes, CHANGE_BYTES);
    return size + CHANGE_BYTES;
}
