/* SPDX-License-Identifier: Apache-2.0 */
/* A block to the bytes of a file. */

#include "base/buf.h"
#include "base/hash.h"
#include "code/block_sections.h"

static void put_word(struct ar_buf *out, uint32_t word)
{
    for (int shift = 0; shift < 32; shift += 8)
        ar_buf_put_char(out, (char)(word >> shift & 0xFF));
}

static void put_words(struct ar_buf *out, const uint32_t *words, size_t count)
{
    for (size_t ix = 0; ix < count; ix++)
        put_word(out, words[ix]);
}

static uint64_t section_bytes(const struct ar_block *block,
                              enum ar_section section)
{
    const struct ar_section_info *info = &ar_section_table[section];
    uint64_t count = ar_block_section(block, section).count;
    return info->words ? count * info->n_words * sizeof(uint32_t) : count;
}

uint64_t ar_block_size(const struct ar_block *block)
{
    uint64_t size = AR_BLOCK_HEADER_BYTES;
    for (int section = 0; section < AR_N_SECTIONS; section++)
        size +=
            8 + (section_bytes(block, (enum ar_section)section) + 7) / 8 * 8;
    return size;
}

static void put_section(struct ar_buf *out, const struct ar_block *block,
                        enum ar_section section)
{
    const struct ar_section_info *info = &ar_section_table[section];
    struct ar_section_view view = ar_block_section(block, section);
    put_word(out, view.count);
    put_word(out, (uint32_t)section_bytes(block, section));
    if (info->words)
        put_words(out, view.at, (size_t)view.count * info->n_words);
    else
        ar_buf_put(out, (ar_str){view.at, view.count});
    while (out->len % 8 != 0)
        ar_buf_put_char(out, '\0');
}

static void set_word(char *at, uint32_t word)
{
    for (int shift = 0; shift < 32; shift += 8)
        *at++ = (char)(word >> shift & 0xFF);
}

ar_str ar_block_write(struct ar_arena *arena, const struct ar_block *block)
{
    struct ar_buf out = AR_BUF(arena);
    ar_buf_put(&out, (ar_str){ar_block_magic, AR_BLOCK_MAGIC_BYTES});
    put_word(&out, AR_BLOCK_FORMAT);
    put_word(&out, AR_N_SECTIONS);
    while (out.len < AR_BLOCK_HEADER_BYTES)
        ar_buf_put_char(&out, '\0');
    for (int section = 0; section < AR_N_SECTIONS; section++)
        put_section(&out, block, (enum ar_section)section);
    set_word(out.ptr + AR_BLOCK_MAGIC_BYTES + 8, (uint32_t)out.len);
    ar_str content = {out.ptr + AR_BLOCK_HEADER_BYTES,
                      out.len - AR_BLOCK_HEADER_BYTES};
    unsigned char hash[AR_HASH_BYTES];
    ar_hash(content, hash);
    for (size_t ix = 0; ix < AR_HASH_BYTES; ix++)
        out.ptr[AR_BLOCK_HASH_AT + ix] = (char)hash[ix];
    return (ar_str){out.ptr, out.len};
}
