/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AR_BASE_ARENA_H
#define AR_BASE_ARENA_H
/* Memory with one lifetime: everything in an arena is released at once. */

#include "base/base.h"

#include <setjmp.h>
#include <stdalign.h>
#include <string.h>

struct ar_arena_chunk;
struct ar_arena_release;

/* Zero-initialised it is a valid, empty, unlimited arena. */
struct ar_arena {
    unsigned char *free;               /* of the chunk in use */
    size_t free_bytes;                 /* a multiple of the alignment */
    struct ar_arena_chunk *chunks;     /* the one in use first */
    struct ar_arena_chunk *spares;     /* without objects, to be used next */
    struct ar_arena_release *releases; /* newest first */
    size_t used_bytes;                 /* taken from the system so far */
    size_t limit_bytes;                /* 0: no limit */
    jmp_buf *out_of_memory;            /* where a failed allocation jumps */
};

/* Returns size_bytes of zeroed memory, aligned for any type, that never
 * moves. Never returns NULL: when the system has no memory or the limit is
 * reached it jumps to out_of_memory with the value 1, and aborts if that is
 * not set. A size of 0 gives a valid pointer. */
static inline void *ar_arena_alloc(struct ar_arena *arena, size_t size_bytes);

/* The same for count elements; an overflow counts as out of memory. */
static inline void *ar_arena_alloc_array(struct ar_arena *arena, size_t count,
                                         size_t element_bytes);

/* The same without zeroing, for what is filled at once. */
static inline void *ar_arena_alloc_raw(struct ar_arena *arena,
                                       size_t size_bytes);

#define AR_NEW(arena, type) ((type *)ar_arena_alloc((arena), sizeof(type)))
#define AR_NEW_ARRAY(arena, type, count) \
    ((type *)ar_arena_alloc_array((arena), (count), sizeof(type)))

/* Takes memory for objects of size_bytes together, all at once: for an arena
 * that will need it. */
void ar_arena_reserve(struct ar_arena *arena, size_t size_bytes);

/* Calls release(resource) when the arena is reset or freed, newest first.
 * For what lives outside: a compiled regex, a file descriptor. Without
 * memory to remember it, it is released at once, then as ar_arena_alloc(). */
void ar_arena_defer(struct ar_arena *arena, void (*release)(void *resource),
                    void *resource);

/* Releases everything but keeps one chunk for the next use. */
void ar_arena_reset(struct ar_arena *arena);

/* Releases everything; limit and jump target stay. */
void ar_arena_free(struct ar_arena *arena);

/* The same, but leaves the memory to heir, which takes of it before it asks
 * the system for more. */
void ar_arena_bequeath(struct ar_arena *arena, struct ar_arena *heir);

/* Jumps to out_of_memory; for sizes that overflow before allocation. */
AR_NORETURN void ar_arena_fail(struct ar_arena *arena);

/* Tests make the n-th chunk request from now fail (1 is the next; 0 turns
 * it off); with sticky every later one fails too. Not thread safe. */
void ar_arena_fail_after(size_t n_requests, bool sticky);
/* The same for the n-th object, whether it needs a chunk or not. */
void ar_arena_fail_at_object(size_t n_objects, bool sticky);
/* How many requests, or objects, there have been since then. */
size_t ar_arena_fail_seen(void);

/* A growable array on an arena: AR_VECTOR(int) numbers = {0}. Growing takes
 * a larger block and abandons the old one, so pointers into it go stale. */
#define AR_VECTOR(type)  \
    struct {             \
        type *at;        \
        size_t count;    \
        size_t capacity; \
    }

#define ar_vector_push(arena, vector, value)                                   \
    ((vector)->at = ar_arena_grow((arena), (vector)->at, (vector)->count,      \
                                  &(vector)->capacity, sizeof(*(vector)->at)), \
     (vector)->at[(vector)->count++] = (value))

/* Makes room for one element more than count; returns the array. What is
 * behind the elements is not zeroed. */
static inline void *ar_arena_grow(struct ar_arena *arena, void *array,
                                  size_t count, size_t *capacity,
                                  size_t element_bytes);

/* ---- what is inlined ---- */

/* Tests count objects, or AddressSanitizer keeps gaps between them. */
extern bool ar_arena_is_watched;
/* As ar_arena_alloc_raw(), where the chunk in use has no room. */
void *ar_arena_alloc_slow(struct ar_arena *arena, size_t size_bytes);
void *ar_arena_grow_slow(struct ar_arena *arena, void *array, size_t count,
                         size_t *capacity, size_t element_bytes);

static inline void *ar_arena_alloc_raw(struct ar_arena *arena,
                                       size_t size_bytes)
{
    const size_t mask = alignof(max_align_t) - 1;
    size_t needed = (size_bytes + mask) & ~mask;
    /* 0 for a size of 0 and one that wraps: both take the slow way. */
    if (needed - 1 >= arena->free_bytes || ar_arena_is_watched)
        return ar_arena_alloc_slow(arena, size_bytes);
    void *object = arena->free;
    arena->free += needed;
    arena->free_bytes -= needed;
    return object;
}

static inline void *ar_arena_alloc(struct ar_arena *arena, size_t size_bytes)
{
    return memset(ar_arena_alloc_raw(arena, size_bytes), 0, size_bytes);
}

static inline void *ar_arena_alloc_array(struct ar_arena *arena, size_t count,
                                         size_t element_bytes)
{
    size_t size_bytes = 0;
    if (!ar_size_mul(count, element_bytes, &size_bytes))
        ar_arena_fail(arena);
    return ar_arena_alloc(arena, size_bytes);
}

static inline void *ar_arena_grow(struct ar_arena *arena, void *array,
                                  size_t count, size_t *capacity,
                                  size_t element_bytes)
{
    AR_ASSERT(count <= *capacity);
    if (count < *capacity)
        return array;
    return ar_arena_grow_slow(arena, array, count, capacity, element_bytes);
}

#endif
