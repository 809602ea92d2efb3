/* SPDX-License-Identifier: Apache-2.0 */
/* Leaves out of the sources of a block what nobody quotes. Lines on which a
 * place is stay whole and the others empty, so that each keeps its number and
 * each place its column. */

#include "base/buf.h"
#include "code/block_sections.h"

/* Lines of one source, and where they are afterwards. */
struct lines {
    ar_str text;
    uint32_t count;
    uint32_t *starts; /* and one more: where the text ends */
    bool *is_kept;
    uint32_t *moved; /* by line: where it then starts */
};

struct trimming {
    struct ar_arena *arena;
    struct ar_block *block;
    struct lines *sources;
};

/* ---- lines ---- */

static void find_lines(struct ar_arena *arena, ar_str text, struct lines *out)
{
    uint32_t count = 1;
    for (size_t at = 0; at < text.len; at++)
        count += text.ptr[at] == '\n';
    out->text = text;
    out->count = count;
    out->starts = AR_NEW_ARRAY(arena, uint32_t, (size_t)count + 1);
    out->is_kept = AR_NEW_ARRAY(arena, bool, count);
    out->moved = AR_NEW_ARRAY(arena, uint32_t, count);
    uint32_t line = 0;
    for (size_t at = 0; at < text.len; at++) {
        if (text.ptr[at] == '\n')
            out->starts[++line] = (uint32_t)at + 1;
    }
    out->starts[count] = (uint32_t)text.len;
}

/* The line that offset is on. */
static uint32_t line_of(const struct lines *lines, uint32_t offset)
{
    uint32_t low = 0;
    uint32_t high = lines->count;
    while (high - low > 1) {
        uint32_t middle = low + (high - low) / 2;
        if (lines->starts[middle] <= offset)
            low = middle;
        else
            high = middle;
    }
    return low;
}

static void keep(struct lines *lines, uint32_t start, uint32_t end)
{
    uint32_t last = line_of(lines, end > start ? end - 1 : start);
    for (uint32_t line = line_of(lines, start); line <= last; line++)
        lines->is_kept[line] = true;
}

static uint32_t move(const struct lines *lines, uint32_t offset)
{
    uint32_t line = line_of(lines, offset);
    return offset - lines->starts[line] + lines->moved[line];
}

/* The end may be the start of the next line, which need not be kept. */
static void move_both(const struct lines *lines, uint32_t *start, uint32_t *end)
{
    uint32_t length = *end - *start;
    uint32_t last = length > 0 ? move(lines, *end - 1) + 1 : 0;
    *start = move(lines, *start);
    *end = length > 0 ? last : *start;
}

/* The text with the lines that are kept; notes where they are. */
static ar_str put_lines(struct ar_arena *arena, struct lines *lines)
{
    struct ar_buf out = AR_BUF(arena);
    for (uint32_t line = 0; line < lines->count; line++) {
        uint32_t start = lines->starts[line];
        uint32_t end = lines->starts[line + 1];
        bool has_end = end > start && lines->text.ptr[end - 1] == '\n';
        lines->moved[line] = (uint32_t)out.len;
        if (!lines->is_kept[line])
            start = has_end ? end - 1 : end;
        ar_buf_put(&out, ar_str_slice(lines->text, start, end));
    }
    return ar_buf_view(&out);
}

/* ---- places ---- */

/* Calls visit for each place of the records of a section, which may be
 * changed. */
static void visit_section(struct trimming *trimming, enum ar_section section,
                          void *records,
                          void (*visit)(struct lines *lines, uint32_t *start,
                                        uint32_t *end))
{
    const struct ar_section_info *info = &ar_section_table[section];
    uint32_t count = ar_block_section(trimming->block, section).count;
    for (uint32_t word = 0; word < info->n_words; word++) {
        if (info->words[word].kind != AR_WORD_SOURCE)
            continue;
        for (uint32_t ix = 0; ix < count; ix++) {
            uint32_t *at = (uint32_t *)records + ix * info->n_words + word;
            if (at[0] != 0)
                visit(&trimming->sources[at[0] - 1], &at[1], &at[2]);
        }
    }
}

/* An operand is in the source of its place. */
static void visit_operands(struct trimming *trimming,
                           struct ar_block_code_place *places,
                           void (*visit)(struct lines *lines, uint32_t *start,
                                         uint32_t *end))
{
    for (uint32_t ix = 0; ix < trimming->block->code_place_count; ix++) {
        struct ar_block_code_place *place = &places[ix];
        if (place->place.source != 0 && place->operand_end > 0)
            visit(&trimming->sources[place->place.source - 1],
                  &place->operand_start, &place->operand_end);
    }
}

static void keep_place(struct lines *lines, uint32_t *start, uint32_t *end)
{
    keep(lines, *start, *end);
}

static void move_place(struct lines *lines, uint32_t *start, uint32_t *end)
{
    move_both(lines, start, end);
}

static void *copy_records(struct trimming *trimming, enum ar_section section)
{
    const struct ar_section_info *info = &ar_section_table[section];
    struct ar_section_view view = ar_block_section(trimming->block, section);
    size_t n_words = (size_t)view.count * info->n_words;
    uint32_t *copy = AR_NEW_ARRAY(trimming->arena, uint32_t, n_words);
    if (n_words > 0)
        memcpy(copy, view.at, n_words * sizeof(*copy));
    return copy;
}

static void visit_all(struct trimming *trimming, void *const *records,
                      void (*visit)(struct lines *lines, uint32_t *start,
                                    uint32_t *end))
{
    /* Operands first: whether they are in a source depends on the place. */
    visit_operands(trimming, records[AR_SECTION_PLACES], visit);
    for (int section = 0; section < AR_SECTION_STRINGS; section++)
        visit_section(trimming, (enum ar_section)section, records[section],
                      visit);
}

/* ---- texts ---- */

/* All strings anew, one behind the other; those of sources are the trimmed
 * ones. */
static void put_strings(struct trimming *trimming, const ar_str *texts)
{
    struct ar_block *block = trimming->block;
    struct ar_buf out = AR_BUF(trimming->arena);
    struct ar_block_string *strings = AR_NEW_ARRAY(
        trimming->arena, struct ar_block_string, block->string_count);
    for (uint32_t ix = 0; ix < block->string_count; ix++) {
        ar_str text = texts[ix].ptr ? texts[ix] : ar_block_text(block, ix);
        strings[ix] =
            (struct ar_block_string){(uint32_t)out.len, (uint32_t)text.len};
        ar_buf_put(&out, text);
        ar_buf_put_char(&out, '\0');
    }
    block->string_at = strings;
    block->text_at = out.ptr;
    block->text_count = (uint32_t)out.len;
}

void ar_block_trim(struct ar_arena *arena, struct ar_block *block)
{
    struct trimming trimming = {
        .arena = arena,
        .block = block,
        .sources = AR_NEW_ARRAY(arena, struct lines, block->source_count),
    };
    void *records[AR_SECTION_STRINGS];
    ar_str *texts = AR_NEW_ARRAY(arena, ar_str, block->string_count);
    for (uint32_t ix = 0; ix < block->source_count; ix++)
        find_lines(arena, ar_block_text(block, block->source_at[ix].text),
                   &trimming.sources[ix]);
    for (int section = 0; section < AR_SECTION_STRINGS; section++)
        records[section] = copy_records(&trimming, (enum ar_section)section);
    visit_all(&trimming, records, keep_place);
    for (uint32_t ix = 0; ix < block->source_count; ix++)
        texts[block->source_at[ix].text] =
            put_lines(arena, &trimming.sources[ix]);
    visit_all(&trimming, records, move_place);
    for (int section = 0; section < AR_SECTION_STRINGS; section++)
        ar_block_set_section(
            block, (enum ar_section)section,
            (struct ar_section_view){
                records[section],
                ar_block_section(block, (enum ar_section)section).count});
    put_strings(&trimming, texts);
}
