/* SPDX-License-Identifier: Apache-2.0 */
/* A file as chunks of whole lines. What stands behind the last line end of a
 * read waits for the next one. */

#include "cli/batch.h"

#include <stdlib.h>
#include <string.h>

enum {
    CHUNK_BYTES = 131072,
    /* More than a snapshot may have; of a longer line the rest is dropped,
     * and it is reported as too large. */
    LINE_BYTES = 33554432
};

static void make_room(struct batch_chunk *chunk, size_t capacity)
{
    if (chunk->capacity >= capacity)
        return;
    if (capacity < 2 * chunk->capacity)
        capacity = 2 * chunk->capacity;
    char *larger = cli_allocate(capacity, 1);
    if (chunk->length > 0)
        memcpy(larger, chunk->bytes, chunk->length);
    free(chunk->bytes);
    chunk->bytes = larger;
    chunk->capacity = capacity;
}

static void take_rest(struct batch_input *input, struct batch_chunk *chunk)
{
    chunk->length = 0;
    make_room(chunk, input->rest.length + CHUNK_BYTES);
    if (input->rest.length > 0)
        memcpy(chunk->bytes, input->rest.at, input->rest.length);
    chunk->length = input->rest.length;
    input->rest.length = 0;
}

/* How many bytes were read: 0 at the end. */
static size_t read_more(struct batch_input *input, struct batch_chunk *chunk)
{
    make_room(chunk, chunk->length + CHUNK_BYTES);
    size_t n = 0;
    input->problem = cli_input_read(input->file, chunk->bytes + chunk->length,
                                    CHUNK_BYTES, &n);
    input->is_at_end = n == 0;
    chunk->length += n;
    return n;
}

static const char *find_last_end(const char *bytes, size_t length)
{
    while (length > 0) {
        if (bytes[--length] == '\n')
            return bytes + length;
    }
    return NULL;
}

/* Drops what follows the first LINE_BYTES of a line, up to its end. */
static void cut_line(struct batch_input *input, struct batch_chunk *chunk)
{
    chunk->length = LINE_BYTES;
    for (;;) {
        size_t n = read_more(input, chunk);
        char *end = n > 0 ? memchr(chunk->bytes + LINE_BYTES, '\n', n) : NULL;
        if (n > 0 && !end) {
            input->n_bytes += n;
            chunk->length = LINE_BYTES;
            continue;
        }
        size_t behind = end ? (size_t)(end - chunk->bytes) : chunk->length;
        input->n_bytes += behind - LINE_BYTES;
        memmove(chunk->bytes + LINE_BYTES, chunk->bytes + behind,
                chunk->length - behind);
        chunk->length -= behind - LINE_BYTES;
        return;
    }
}

static size_t count_lines(const struct batch_chunk *chunk)
{
    size_t count = 0;
    const char *at = chunk->bytes;
    const char *end = chunk->bytes + chunk->length;
    for (; at < end; count++) {
        const char *line_end = memchr(at, '\n', (size_t)(end - at));
        at = line_end ? line_end + 1 : end;
    }
    return count;
}

bool batch_read(struct batch_input *input, struct batch_chunk *chunk)
{
    const char *last = NULL;
    size_t seen = input->rest.length;
    take_rest(input, chunk);
    while (!last && read_more(input, chunk) > 0) {
        last = find_last_end(chunk->bytes + seen, chunk->length - seen);
        seen = chunk->length;
        if (!last && seen > LINE_BYTES) {
            cut_line(input, chunk);
            last = find_last_end(chunk->bytes + LINE_BYTES,
                                 chunk->length - LINE_BYTES);
            break;
        }
    }
    if (input->problem || cli_interrupt_signal() != 0)
        return false;
    if (last) {
        size_t whole = (size_t)(last - chunk->bytes) + 1;
        cli_put_bytes(&input->rest, chunk->bytes + whole,
                      chunk->length - whole);
        chunk->length = whole;
    }
    chunk->first_line = input->n_lines + 1;
    chunk->n_lines = count_lines(chunk);
    input->n_lines += chunk->n_lines;
    input->n_bytes += chunk->length;
    chunk->end = input->n_bytes;
    return chunk->length > 0;
}
