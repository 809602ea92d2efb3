/* SPDX-License-Identifier: Apache-2.0 */
/* Arenas. Objects are cut from chunks that grow from 4 KiB to 512 KiB and are
 * whole large pages from there on; an object too big for that gets a chunk of
 * its own. Under AddressSanitizer what is not handed out is poisoned, and a gap
 * follows every object. */

#include "base/arena.h"

#include "base/pages.h"

#if defined(__SANITIZE_ADDRESS__)
#define AR_HAS_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define AR_HAS_ASAN 1
#endif
#endif

#if defined(AR_HAS_ASAN)
#include <sanitizer/asan_interface.h>
#define HIDE(address, size) ASAN_POISON_MEMORY_REGION((address), (size))
#define SHOW(address, size) ASAN_UNPOISON_MEMORY_REGION((address), (size))
enum { GAP_BYTES = 16 };
#else
#define HIDE(address, size) ((void)(address), (void)(size))
#define SHOW(address, size) ((void)(address), (void)(size))
enum { GAP_BYTES = 0 };
#endif

enum {
    FIRST_CHUNK_BYTES = 4096,
    LARGEST_SMALL_CHUNK_BYTES = 524288,
    FIRST_CAPACITY = 8
};

struct ar_arena_chunk {
    struct ar_arena_chunk *next;
    size_t capacity; /* of bytes */
    size_t used;
    alignas(max_align_t) unsigned char bytes[];
};

struct ar_arena_release {
    void (*release)(void *resource);
    void *resource;
    struct ar_arena_release *next;
};

/* Which request of its kind fails. */
static struct {
    size_t n; /* 0: none */
    size_t n_seen;
    bool is_sticky;
    bool is_of_objects; /* else of chunks */
} fault;

bool ar_arena_is_watched = GAP_BYTES > 0;

static void set_fault(size_t n, bool sticky, bool of_objects)
{
    fault.n = n;
    fault.n_seen = 0;
    fault.is_sticky = sticky;
    fault.is_of_objects = of_objects;
    ar_arena_is_watched = n > 0 || GAP_BYTES > 0;
}

void ar_arena_fail_after(size_t n_requests, bool sticky)
{
    set_fault(n_requests, sticky, false);
}

void ar_arena_fail_at_object(size_t n_objects, bool sticky)
{
    set_fault(n_objects, sticky, true);
}

size_t ar_arena_fail_seen(void)
{
    return fault.n_seen;
}

static bool hit_fault(bool is_object)
{
    if (fault.n == 0 || fault.is_of_objects != is_object)
        return false;
    fault.n_seen++;
    return fault.n_seen == fault.n ||
           (fault.is_sticky && fault.n_seen > fault.n);
}

void ar_arena_fail(struct ar_arena *arena)
{
    if (!arena->out_of_memory)
        abort();
    longjmp(*arena->out_of_memory, 1);
}

/* Twice the newest chunk: small arenas stay small, large ones need few. */
static size_t choose_capacity(const struct ar_arena *arena, size_t needed)
{
    const size_t mask = AR_LARGE_PAGE_BYTES - 1;
    size_t bytes = FIRST_CHUNK_BYTES;
    if (arena->chunks)
        bytes = 2 * (sizeof(struct ar_arena_chunk) + arena->chunks->capacity);
    while (bytes <= LARGEST_SMALL_CHUNK_BYTES &&
           bytes - sizeof(struct ar_arena_chunk) < needed)
        bytes *= 2;
    if (bytes <= LARGEST_SMALL_CHUNK_BYTES)
        return bytes - sizeof(struct ar_arena_chunk);
    if (!ar_size_add(needed, sizeof(struct ar_arena_chunk) + mask, &bytes))
        return needed;
    return (bytes & ~mask) - sizeof(struct ar_arena_chunk);
}

/* False if not even needed bytes fit under the limit. */
static bool fit_limit(const struct ar_arena *arena, size_t needed,
                      size_t *capacity)
{
    if (arena->limit_bytes == 0)
        return true;
    if (arena->used_bytes > arena->limit_bytes)
        return false;
    size_t left = arena->limit_bytes - arena->used_bytes;
    if (left < sizeof(struct ar_arena_chunk))
        return false;
    left -= sizeof(struct ar_arena_chunk);
    if (*capacity > left)
        *capacity = left;
    return *capacity >= needed;
}

/* While an arena is in use it knows what is free of the chunk in front; the
 * chunk knows what is used after note_used(). */
static void show_free(struct ar_arena *arena)
{
    struct ar_arena_chunk *chunk = arena->chunks;
    arena->free = chunk ? chunk->bytes + chunk->used : NULL;
    arena->free_bytes = chunk ? chunk->capacity - chunk->used : 0;
}

static void note_used(struct ar_arena *arena)
{
    if (arena->chunks)
        arena->chunks->used = (size_t)(arena->free - arena->chunks->bytes);
}

/* The chunk that has more room left after this request stays in front. */
static void link_chunk(struct ar_arena *arena, struct ar_arena_chunk *chunk,
                       size_t needed)
{
    struct ar_arena_chunk *front = arena->chunks;
    if (front && front->capacity - front->used > chunk->capacity - needed) {
        chunk->next = front->next;
        front->next = chunk;
    } else {
        chunk->next = front;
        arena->chunks = chunk;
    }
}

/* One that another arena left, or NULL. */
static struct ar_arena_chunk *take_spare(struct ar_arena *arena, size_t needed)
{
    struct ar_arena_chunk **link = &arena->spares;
    while (*link && (*link)->capacity < needed)
        link = &(*link)->next;
    struct ar_arena_chunk *chunk = *link;
    if (chunk)
        *link = chunk->next;
    return chunk;
}

static struct ar_arena_chunk *make_chunk(struct ar_arena *arena, size_t needed)
{
    size_t capacity = choose_capacity(arena, needed);
    size_t bytes = 0;
    struct ar_arena_chunk *spare = take_spare(arena, needed);
    if (spare)
        return spare;
    if (hit_fault(false) || !fit_limit(arena, needed, &capacity) ||
        !ar_size_add(capacity, sizeof(struct ar_arena_chunk), &bytes))
        return NULL;
    struct ar_arena_chunk *chunk = ar_pages_take(bytes);
    if (!chunk)
        return NULL;
    chunk->capacity = capacity;
    chunk->used = 0;
    HIDE(chunk->bytes, capacity);
    arena->used_bytes += bytes;
    return chunk;
}

static bool round_up(size_t size_bytes, size_t *out)
{
    const size_t mask = alignof(max_align_t) - 1;
    if (!ar_size_add(size_bytes ? size_bytes : 1, mask + GAP_BYTES, out))
        return false;
    *out &= ~mask;
    return true;
}

static void *try_alloc(struct ar_arena *arena, size_t size_bytes)
{
    size_t needed = 0;
    if (hit_fault(true) || !round_up(size_bytes, &needed))
        return NULL;
    note_used(arena);
    struct ar_arena_chunk *chunk = arena->chunks;
    if (!chunk || chunk->capacity - chunk->used < needed) {
        chunk = make_chunk(arena, needed);
        if (!chunk)
            return NULL;
        link_chunk(arena, chunk, needed);
    }
    unsigned char *object = chunk->bytes + chunk->used;
    chunk->used += needed;
    show_free(arena);
    SHOW(object, size_bytes);
    return object;
}

void ar_arena_reserve(struct ar_arena *arena, size_t size_bytes)
{
    note_used(arena);
    if (arena->chunks &&
        arena->chunks->capacity - arena->chunks->used >= size_bytes)
        return;
    struct ar_arena_chunk *chunk = make_chunk(arena, size_bytes);
    if (!chunk)
        ar_arena_fail(arena);
    link_chunk(arena, chunk, 0);
    show_free(arena);
}

void *ar_arena_alloc_slow(struct ar_arena *arena, size_t size_bytes)
{
    void *object = try_alloc(arena, size_bytes);
    if (!object)
        ar_arena_fail(arena);
    return object;
}

void *ar_arena_grow_slow(struct ar_arena *arena, void *array, size_t count,
                         size_t *capacity, size_t element_bytes)
{
    size_t larger = FIRST_CAPACITY;
    size_t size_bytes = 0;
    if ((*capacity > 0 && !ar_size_mul(*capacity, 2, &larger)) ||
        !ar_size_mul(larger, element_bytes, &size_bytes))
        ar_arena_fail(arena);
    void *moved = ar_arena_alloc_raw(arena, size_bytes);
    if (count > 0)
        memcpy(moved, array, count * element_bytes);
    *capacity = larger;
    return moved;
}

void ar_arena_defer(struct ar_arena *arena, void (*release)(void *resource),
                    void *resource)
{
    struct ar_arena_release *entry = try_alloc(arena, sizeof(*entry));
    if (!entry) {
        release(resource);
        ar_arena_fail(arena);
    }
    entry->release = release;
    entry->resource = resource;
    entry->next = arena->releases;
    arena->releases = entry;
}

static void run_releases(struct ar_arena *arena)
{
    while (arena->releases) {
        struct ar_arena_release *entry = arena->releases;
        arena->releases = entry->next;
        entry->release(entry->resource);
    }
}

static void free_chunks(struct ar_arena_chunk *chunk)
{
    while (chunk) {
        struct ar_arena_chunk *next = chunk->next;
        SHOW(chunk->bytes, chunk->capacity);
        ar_pages_give_back(chunk);
        chunk = next;
    }
}

static void free_spares(struct ar_arena *arena)
{
    free_chunks(arena->spares);
    arena->spares = NULL;
}

void ar_arena_reset(struct ar_arena *arena)
{
    run_releases(arena);
    struct ar_arena_chunk *kept = arena->chunks;
    if (!kept)
        return;
    free_chunks(kept->next);
    kept->next = NULL;
    kept->used = 0;
    HIDE(kept->bytes, kept->capacity);
    arena->used_bytes = sizeof(*kept) + kept->capacity;
    free_spares(arena);
    show_free(arena);
}

void ar_arena_free(struct ar_arena *arena)
{
    run_releases(arena);
    free_chunks(arena->chunks);
    free_spares(arena);
    arena->chunks = NULL;
    arena->used_bytes = 0;
    show_free(arena);
}

void ar_arena_bequeath(struct ar_arena *arena, struct ar_arena *heir)
{
    run_releases(arena);
    while (arena->chunks) {
        struct ar_arena_chunk *chunk = arena->chunks;
        arena->chunks = chunk->next;
        chunk->used = 0;
        HIDE(chunk->bytes, chunk->capacity);
        chunk->next = heir->spares;
        heir->spares = chunk;
    }
    heir->used_bytes += arena->used_bytes;
    ar_arena_free(arena);
}
