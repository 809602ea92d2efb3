/* SPDX-License-Identifier: Apache-2.0 */
/* The bytes of a file to a block: sizes and hash before anything else, then
 * every word of every record. */

#include "base/hash.h"
#include "code/block_sections.h"
#include "text/utf8.h"

#include <string.h>

struct reader {
    struct ar_arena *arena;
    ar_str bytes;
    size_t at;
    struct ar_block *block;
    struct ar_block_error *error;
    uint32_t counts[AR_N_SECTIONS]; /* of records */
    const uint32_t *lengths;        /* of sources, by their numbers in places */
};

static bool fail(struct reader *reader, enum ar_block_fault fault,
                 const char *detail)
{
    *reader->error = (struct ar_block_error){.fault = fault, .detail = detail};
    return false;
}

static uint32_t get_word(ar_str bytes, size_t at)
{
    /* Written out, compilers make one load of it. */
    const unsigned char *byte = (const unsigned char *)bytes.ptr + at;
    return (uint32_t)byte[0] | (uint32_t)byte[1] << 8 |
           (uint32_t)byte[2] << 16 | (uint32_t)byte[3] << 24;
}

bool ar_block_is_one(ar_str bytes)
{
    return bytes.len >= AR_BLOCK_MAGIC_BYTES &&
           memcmp(bytes.ptr, ar_block_magic, AR_BLOCK_MAGIC_BYTES) == 0;
}

/* ---- the header ---- */

static bool has_right_hash(ar_str bytes)
{
    ar_str content = ar_str_slice(bytes, AR_BLOCK_HEADER_BYTES, bytes.len);
    unsigned char hash[AR_HASH_BYTES];
    ar_hash(content, hash);
    return memcmp(hash, bytes.ptr + AR_BLOCK_HASH_AT, AR_HASH_BYTES) == 0;
}

static bool read_header(struct reader *reader)
{
    ar_str bytes = reader->bytes;
    if (!ar_block_is_one(bytes))
        return fail(reader, AR_BLOCK_NOT_ONE, "it is not a compiled pack");
    if (bytes.len < AR_BLOCK_HEADER_BYTES)
        return fail(reader, AR_BLOCK_CUT, "it is cut off");
    const size_t words = AR_BLOCK_MAGIC_BYTES;
    if (get_word(bytes, words) != AR_BLOCK_FORMAT)
        return fail(reader, AR_BLOCK_OTHER_FORMAT,
                    "it was made by another version of archrules");
    if (get_word(bytes, words + 8) != bytes.len)
        return fail(reader, AR_BLOCK_CUT,
                    "it is not as long as it says: it was cut off, or "
                    "something was added");
    if (get_word(bytes, words + 4) != AR_N_SECTIONS ||
        get_word(bytes, words + 12) != 0)
        return fail(reader, AR_BLOCK_MALFORMED, "its header is wrong");
    if (!has_right_hash(bytes))
        return fail(reader, AR_BLOCK_DAMAGED,
                    "its content was changed: the hash is not right");
    reader->at = AR_BLOCK_HEADER_BYTES;
    return true;
}

/* ---- sections ---- */

static bool is_padding(ar_str bytes)
{
    for (size_t ix = 0; ix < bytes.len; ix++) {
        if (bytes.ptr[ix] != '\0')
            return false;
    }
    return true;
}

/* Whether this machine has words as the file has them. */
static bool are_words(const char *bytes)
{
    const uint32_t one = 1;
    return *(const unsigned char *)&one == 1 &&
           (uintptr_t)bytes % alignof(uint32_t) == 0;
}

/* Used where it lies, if that can be. */
static const void *take_section(struct reader *reader,
                                const struct ar_section_info *info,
                                size_t n_bytes)
{
    const char *from = reader->bytes.ptr + reader->at;
    if (!info->words || are_words(from))
        return from;
    size_t n_words = n_bytes / sizeof(uint32_t);
    uint32_t *words = AR_NEW_ARRAY(reader->arena, uint32_t, n_words);
    for (size_t ix = 0; ix < n_words; ix++)
        words[ix] = get_word(reader->bytes, reader->at + 4 * ix);
    return words;
}

static bool read_section(struct reader *reader, enum ar_section section)
{
    const struct ar_section_info *info = &ar_section_table[section];
    size_t left = reader->bytes.len - reader->at;
    if (left < 8)
        return fail(reader, AR_BLOCK_MALFORMED, "a section is missing");
    uint64_t count = get_word(reader->bytes, reader->at);
    uint64_t n_bytes = get_word(reader->bytes, reader->at + 4);
    uint64_t wanted = info->words ? count * info->n_words * 4 : count;
    uint64_t padded = (n_bytes + 7) / 8 * 8;
    if (n_bytes != wanted || padded > left - 8)
        return fail(reader, AR_BLOCK_MALFORMED, "the size of a section");
    reader->at += 8;
    struct ar_section_view view = {take_section(reader, info, (size_t)n_bytes),
                                   (uint32_t)count};
    reader->counts[section] = view.count;
    ar_block_set_section(reader->block, section, view);
    ar_str padding = ar_str_slice(reader->bytes, reader->at + (size_t)n_bytes,
                                  reader->at + (size_t)padded);
    reader->at += (size_t)padded;
    return is_padding(padding) ||
           fail(reader, AR_BLOCK_MALFORMED, "what lies between sections");
}

static bool read_sections(struct reader *reader)
{
    for (int section = 0; section < AR_N_SECTIONS; section++) {
        if (read_section(reader, (enum ar_section)section))
            continue;
        reader->error->section = ar_section_table[section].name;
        reader->error->index = AR_BLOCK_NONE;
        return false;
    }
    return reader->at == reader->bytes.len ||
           fail(reader, AR_BLOCK_MALFORMED, "what lies behind the sections");
}

/* ---- strings ---- */

static bool is_good_string(const struct ar_block *block,
                           const struct ar_block_string *string)
{
    uint32_t size = block->text_count;
    if (string->offset >= size || string->length >= size - string->offset)
        return false;
    ar_str text = {block->text_at + string->offset, string->length};
    return text.ptr[text.len] == '\0' && ar_utf8_is_text(text);
}

static bool check_strings(struct reader *reader)
{
    const struct ar_block *block = reader->block;
    for (uint32_t ix = 0; ix < block->string_count; ix++) {
        if (is_good_string(block, &block->string_at[ix]))
            continue;
        fail(reader, AR_BLOCK_MALFORMED, "a string");
        reader->error->section = "STRINGS";
        reader->error->index = ix;
        return false;
    }
    return true;
}

/* ---- words ---- */

enum { RECORDS_AT_ONCE = 64 };

/* One word of records that lie next to one another. */
struct column {
    const uint32_t *at; /* of the first record */
    uint32_t stride;    /* in words */
    uint32_t count;     /* of records */
};

/* No branch for each word: the columns of a few records are looked over one
 * after the other while the records are in the cache. */
static uint32_t find_greatest(struct column column, uint32_t added)
{
    uint32_t greatest = 0;
    for (uint32_t ix = 0; ix < column.count; ix++) {
        uint32_t word = column.at[(size_t)ix * column.stride] + added;
        greatest = word > greatest ? word : greatest;
    }
    return greatest;
}

/* An empty one lies inside of its section, too. */
static bool are_good_ranges(struct column column, uint32_t count)
{
    uint32_t bad = 0;
    for (uint32_t ix = 0; ix < column.count; ix++) {
        const uint32_t *words = &column.at[(size_t)ix * column.stride];
        bad |= (uint32_t)(words[0] > count) |
               (uint32_t)(words[1] > count - words[0]);
    }
    return bad == 0;
}

/* Places that lie inside of their sources. */
static bool are_good_places(const struct reader *reader, struct column column)
{
    uint32_t bad = 0;
    for (uint32_t ix = 0; ix < column.count; ix++) {
        const uint32_t *words = &column.at[(size_t)ix * column.stride];
        uint32_t is_known = words[0] <= reader->block->source_count;
        uint32_t length = reader->lengths[is_known ? words[0] : 0];
        bad |= !is_known | (uint32_t)(words[1] > words[2]) |
               (uint32_t)(words[2] > length);
    }
    return bad == 0;
}

static bool are_good_words(const struct reader *reader,
                           const struct ar_word_info *info,
                           struct column column)
{
    switch (info->kind) {
    case AR_WORD_ANY:
    case AR_WORD_COUNT:
    case AR_WORD_START:
    case AR_WORD_END: return true;
    case AR_WORD_BELOW: return find_greatest(column, 0) < info->limit;
    case AR_WORD_OPTIONAL: /* none is 0 then */
        return find_greatest(column, 1) <= reader->counts[info->limit];
    case AR_WORD_INDEX:
        return find_greatest(column, 0) < reader->counts[info->limit];
    case AR_WORD_FIRST:
        return are_good_ranges(column, reader->counts[info->limit]);
    case AR_WORD_SOURCE: return are_good_places(reader, column);
    }
    AR_UNREACHABLE();
}

/* Names the first of the column that is not good. */
static bool fail_in(struct reader *reader, const struct ar_section_info *info,
                    const struct ar_word_info *word, struct column column,
                    uint32_t ix)
{
    column.count = 1;
    for (; are_good_words(reader, word, column); ix++)
        column.at += column.stride;
    fail(reader, AR_BLOCK_MALFORMED, "a word is out of bounds");
    reader->error->section = info->name;
    reader->error->index = ix;
    reader->error->word = word->name;
    return false;
}

static bool check_records(struct reader *reader, enum ar_section section)
{
    const struct ar_section_info *info = &ar_section_table[section];
    struct ar_section_view view = ar_block_section(reader->block, section);
    for (uint32_t ix = 0; ix < view.count; ix += RECORDS_AT_ONCE) {
        const uint32_t *words =
            (const uint32_t *)view.at + (size_t)ix * info->n_words;
        uint32_t left = view.count - ix;
        uint32_t count = left < RECORDS_AT_ONCE ? left : RECORDS_AT_ONCE;
        for (uint32_t word = 0; word < info->n_words; word++) {
            struct column column = {words + word, info->n_words, count};
            if (!are_good_words(reader, &info->words[word], column))
                return fail_in(reader, info, &info->words[word], column, ix);
        }
    }
    return true;
}

static void find_lengths(struct reader *reader)
{
    const struct ar_block *block = reader->block;
    uint32_t *lengths =
        AR_NEW_ARRAY(reader->arena, uint32_t, block->source_count + 1);
    for (uint32_t ix = 0; ix < block->source_count; ix++)
        lengths[ix + 1] = block->string_at[block->source_at[ix].text].length;
    reader->lengths = lengths;
}

/* Sources first: places are held against them. */
static bool check_all_records(struct reader *reader)
{
    if (!check_records(reader, AR_SECTION_SOURCES))
        return false;
    find_lengths(reader);
    for (int section = 0; section < AR_SECTION_STRINGS; section++) {
        if (section != AR_SECTION_SOURCES &&
            !check_records(reader, (enum ar_section)section))
            return false;
    }
    return true;
}

bool ar_block_read(struct ar_arena *arena, ar_str bytes, struct ar_block *out,
                   struct ar_block_error *error)
{
    struct reader reader = {
        .arena = arena, .bytes = bytes, .block = out, .error = error};
    *out = (struct ar_block){0};
    *error = (struct ar_block_error){0};
    return read_header(&reader) && read_sections(&reader) &&
           check_strings(&reader) && check_all_records(&reader) &&
           ar_block_check(arena, out, error);
}
