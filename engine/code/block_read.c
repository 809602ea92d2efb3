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
    return memchr(text.ptr, '\0', (size_t)text.len + 1) ==
               text.ptr + text.len &&
           ar_utf8_invalid_at(text) == SIZE_MAX;
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

/* Of a place: it lies inside of its source. */
static bool is_good_place(const struct ar_block *block, const uint32_t *words)
{
    uint32_t source = words[0];
    if (source == 0)
        return words[1] == 0 && words[2] == 0;
    if (source > block->source_count)
        return false;
    uint32_t text = block->source_at[source - 1].text;
    return words[1] <= words[2] && words[2] <= block->string_at[text].length;
}

/* An empty one lies inside of its section, too. */
static bool is_good_range(const struct reader *reader, uint32_t section,
                          const uint32_t *words)
{
    uint32_t count = reader->counts[section];
    return words[0] <= count && words[1] <= count - words[0];
}

static bool is_good_word(const struct reader *reader,
                         const struct ar_word_info *info, const uint32_t *word)
{
    switch (info->kind) {
    case AR_WORD_ANY:
    case AR_WORD_COUNT:
    case AR_WORD_START:
    case AR_WORD_END: break;
    case AR_WORD_BELOW: return *word < info->limit;
    case AR_WORD_OPTIONAL:
        return *word == AR_BLOCK_NONE || *word < reader->counts[info->limit];
    case AR_WORD_INDEX: return *word < reader->counts[info->limit];
    case AR_WORD_FIRST: return is_good_range(reader, info->limit, word);
    case AR_WORD_SOURCE: return is_good_place(reader->block, word);
    }
    AR_UNREACHABLE();
}

/* The words of a section's records of which something is asked. */
struct asked {
    const struct ar_section_info *info;
    uint32_t *words;
    uint32_t count;
};

static bool is_asked(enum ar_word_kind kind)
{
    return kind != AR_WORD_ANY && kind != AR_WORD_COUNT &&
           kind != AR_WORD_START && kind != AR_WORD_END;
}

static struct asked find_asked(const struct reader *reader,
                               const struct ar_section_info *info)
{
    struct asked asked = {
        info, AR_NEW_ARRAY(reader->arena, uint32_t, info->n_words), 0};
    for (uint32_t ix = 0; ix < info->n_words; ix++) {
        if (is_asked(info->words[ix].kind))
            asked.words[asked.count++] = ix;
    }
    return asked;
}

static bool check_record(struct reader *reader, const struct asked *asked,
                         const uint32_t *words)
{
    for (uint32_t each = 0; each < asked->count; each++) {
        uint32_t ix = asked->words[each];
        const struct ar_word_info *word = &asked->info->words[ix];
        if (is_good_word(reader, word, &words[ix]))
            continue;
        fail(reader, AR_BLOCK_MALFORMED, "a word is out of bounds");
        reader->error->word = word->name;
        return false;
    }
    return true;
}

static bool check_records(struct reader *reader, enum ar_section section)
{
    const struct ar_section_info *info = &ar_section_table[section];
    struct ar_section_view view = ar_block_section(reader->block, section);
    struct asked asked = find_asked(reader, info);
    const uint32_t *words = view.at;
    if (asked.count == 0)
        return true;
    for (uint32_t ix = 0; ix < view.count; ix++, words += info->n_words) {
        if (check_record(reader, &asked, words))
            continue;
        reader->error->section = info->name;
        reader->error->index = ix;
        return false;
    }
    return true;
}

/* Sources first: places are held against them. */
static bool check_all_records(struct reader *reader)
{
    for (int section = 0; section < AR_SECTION_STRINGS; section++) {
        if (!check_records(reader, (enum ar_section)section))
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
