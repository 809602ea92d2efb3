/* SPDX-License-Identifier: Apache-2.0 */
/* What a record cannot show by itself: that nothing contains itself, that no
 * record belongs to two others, that counts agree, that rules stand in their
 * order. Instructions are in block_check_code.c. */

#include "base/limits.h"
#include "code/block_sections.h"

struct checking {
    struct ar_arena *arena;
    const struct ar_block *block;
    struct ar_block_error *error;
};

static bool fail(const struct checking *checking, const char *section,
                 uint32_t ix, const char *detail)
{
    *checking->error = (struct ar_block_error){.fault = AR_BLOCK_MALFORMED,
                                               .detail = detail,
                                               .section = section,
                                               .index = ix};
    return false;
}

/* ---- what belongs to what ---- */

static void count_ranges(const struct checking *checking,
                         enum ar_section section, uint64_t *totals)
{
    const struct ar_section_info *info = &ar_section_table[section];
    struct ar_section_view view = ar_block_section(checking->block, section);
    for (uint32_t word = 0; word < info->n_words; word++) {
        if (info->words[word].kind != AR_WORD_FIRST)
            continue;
        const uint32_t *counts = (const uint32_t *)view.at + word + 1;
        for (uint32_t ix = 0; ix < view.count; ix++)
            totals[info->words[word].limit] += counts[ix * info->n_words];
    }
}

/* Each record belongs to one other: so what is made of a block is not larger
 * than the block, whatever its ranges say. */
static bool check_ranges(const struct checking *checking)
{
    uint64_t totals[AR_N_SECTIONS] = {0};
    for (int section = 0; section < AR_SECTION_STRINGS; section++)
        count_ranges(checking, (enum ar_section)section, totals);
    for (int section = 0; section < AR_SECTION_STRINGS; section++) {
        if (totals[section] >
            ar_block_section(checking->block, (enum ar_section)section).count)
            return fail(checking, ar_section_table[section].name, AR_BLOCK_NONE,
                        "a record belongs to two others");
    }
    return true;
}

/* ---- types and constants ---- */

/* How deep a type goes and how much it is when it is written out. */
struct extent {
    uint32_t depth;
    uint64_t size;
};

static void add_part(struct extent *whole, const struct extent *part)
{
    if (part->depth >= whole->depth)
        whole->depth = part->depth + 1;
    whole->size += part->size;
}

/* False if a part is not before the whole. */
static bool measure_type(const struct checking *checking, uint32_t ix,
                         struct extent *extents)
{
    const struct ar_block *block = checking->block;
    const struct ar_block_type *type = &block->type_at[ix];
    struct extent *extent = &extents[ix];
    *extent = (struct extent){.depth = 1, .size = 1};
    if (type->element != AR_BLOCK_NONE) {
        if (type->element >= ix)
            return false;
        add_part(extent, &extents[type->element]);
    }
    for (uint32_t field = 0; field < type->n_fields; field++) {
        uint32_t part = block->field_at[type->fields + field].type;
        if (part >= ix)
            return false;
        add_part(extent, &extents[part]);
    }
    return true;
}

/* Types are written out where they are used: as in a rule file, none is
 * deeper than a tree or longer than a text may be. */
static bool check_types(const struct checking *checking)
{
    const struct ar_block *block = checking->block;
    struct extent *extents =
        AR_NEW_ARRAY(checking->arena, struct extent, block->type_count);
    for (uint32_t ix = 0; ix < block->type_count; ix++) {
        const struct ar_block_type *type = &block->type_at[ix];
        if (!measure_type(checking, ix, extents))
            return fail(checking, "TYPES", ix, "a type contains itself");
        if (extents[ix].depth > AR_MAX_AST_DEPTH ||
            extents[ix].size > AR_MAX_TOKENS)
            return fail(checking, "TYPES", ix, "a type is too large");
        if (type->kind == AR_TYPE_MAP && type->element == AR_BLOCK_NONE)
            return fail(checking, "TYPES", ix, "a map has no type of values");
    }
    return true;
}

static bool check_constants(const struct checking *checking)
{
    const struct ar_block *block = checking->block;
    for (uint32_t ix = 0; ix < block->constant_count; ix++) {
        const struct ar_block_constant *constant = &block->constant_at[ix];
        for (uint32_t item = 0; item < constant->n_items; item++) {
            if (block->item_at[constant->items + item].constant >= ix)
                return fail(checking, "CONSTANTS", ix,
                            "a constant contains itself");
        }
    }
    return true;
}

/* ---- tables ---- */

static bool is_good_cell(const struct ar_block_cell *cell)
{
    switch ((enum ar_cell_kind)cell->kind) {
    case AR_CELL_ANY:
    case AR_CELL_ABSENT: return cell->n_values == 0;
    case AR_CELL_SET: return cell->n_values > 0;
    case AR_CELL_RANGE: return cell->n_values == 2;
    case AR_CELL_COMPARE:
        return cell->n_values == 1 && cell->op <= AR_OPERATOR_GREATER_EQUAL;
    }
    AR_UNREACHABLE();
}

static bool check_cells(const struct checking *checking)
{
    const struct ar_block *block = checking->block;
    for (uint32_t ix = 0; ix < block->cell_count; ix++) {
        if (!is_good_cell(&block->cell_at[ix]))
            return fail(checking, "CELLS", ix,
                        "a cell has another number of values, or no operator");
    }
    return true;
}

/* Of `collect` a call gives a list of the results. */
static uint32_t result_type(const struct ar_block *block,
                            const struct ar_block_table *table)
{
    if (table->policy != AR_HIT_COLLECT)
        return table->type;
    return block->type_at[table->type].element;
}

static bool check_table(const struct checking *checking, uint32_t ix)
{
    const struct ar_block *block = checking->block;
    const struct ar_block_table *table = &block->table_at[ix];
    for (uint32_t each = 0; each < table->n_rows; each++) {
        const struct ar_block_row *row = &block->row_at[table->rows + each];
        const struct ar_block_constant *result =
            &block->constant_at[row->result];
        if (row->n_cells != table->n_inputs)
            return fail(checking, "TABLES", ix,
                        "a row has another number of cells");
        if (result->is_absent || result->type != result_type(block, table))
            return fail(checking, "TABLES", ix,
                        "a result is not of the table's type");
    }
    return true;
}

static bool check_tables(const struct checking *checking)
{
    const struct ar_block *block = checking->block;
    for (uint32_t ix = 0; ix < block->table_count; ix++) {
        if (!check_table(checking, ix))
            return false;
    }
    return true;
}

/* ---- facts and their slots ---- */

static bool check_slots(const struct checking *checking)
{
    const struct ar_block *block = checking->block;
    for (uint32_t ix = 0; ix < block->slot_count; ix++) {
        const struct ar_block_slot *slot = &block->slot_at[ix];
        if (slot->n_arguments != block->fact_at[slot->fact].n_parameters)
            return fail(checking, "SLOTS", ix,
                        "the fact has another number of arguments");
    }
    for (uint32_t ix = 0; ix < block->group_slot_count; ix++) {
        const struct ar_block_group_slot *slot = &block->group_slot_at[ix];
        if (slot->n_arguments != block->group_at[slot->group].n_arguments)
            return fail(checking, "GROUP_SLOTS", ix,
                        "the group has another number of arguments");
    }
    return true;
}

/* ---- texts ---- */

static bool is_good_template(const struct ar_block *block,
                             const struct ar_block_template *record)
{
    uint32_t n_holes = 0;
    for (uint32_t ix = 0; ix < record->n_parts; ix++) {
        const struct ar_block_part *part = &block->part_at[record->parts + ix];
        n_holes += part->is_hole;
        if (!part->is_hole && part->routine != AR_BLOCK_NONE)
            return false;
    }
    return n_holes == record->n_holes;
}

static bool check_templates(const struct checking *checking)
{
    const struct ar_block *block = checking->block;
    for (uint32_t ix = 0; ix < block->template_count; ix++) {
        if (!is_good_template(block, &block->template_at[ix]))
            return fail(checking, "TEMPLATES", ix,
                        "it has another number of holes");
    }
    return true;
}

static bool take_texts(const struct checking *checking, enum ar_section section,
                       uint32_t word, bool *is_taken)
{
    const struct ar_section_info *info = &ar_section_table[section];
    struct ar_section_view view = ar_block_section(checking->block, section);
    const uint32_t *words = (const uint32_t *)view.at + word;
    for (uint32_t ix = 0; ix < view.count; ix++) {
        uint32_t text = words[(size_t)ix * info->n_words];
        if (text == AR_BLOCK_NONE)
            continue;
        if (is_taken[text])
            return fail(checking, "TEMPLATES", text,
                        "a text belongs to two others");
        is_taken[text] = true;
    }
    return true;
}

/* Each text belongs to one record, too; instructions may share theirs. */
static bool check_owners_of_texts(const struct checking *checking)
{
    bool *is_taken =
        AR_NEW_ARRAY(checking->arena, bool, checking->block->template_count);
    for (int section = 0; section < AR_SECTION_STRINGS; section++) {
        const struct ar_section_info *info = &ar_section_table[section];
        for (uint32_t word = 0; word < info->n_words; word++) {
            if (info->words[word].limit == AR_SECTION_TEMPLATES &&
                (info->words[word].kind == AR_WORD_INDEX ||
                 info->words[word].kind == AR_WORD_OPTIONAL) &&
                !take_texts(checking, (enum ar_section)section, word, is_taken))
                return false;
        }
    }
    return true;
}

static bool check_step_items(const struct checking *checking)
{
    const struct ar_block *block = checking->block;
    for (uint32_t ix = 0; ix < block->step_item_count; ix++) {
        const struct ar_block_step_item *item = &block->step_item_at[ix];
        bool has_text = item->text != AR_BLOCK_NONE;
        if (has_text != (item->kind != AR_STEP_RESTART))
            return fail(checking, "STEP_ITEMS", ix,
                        "it has no text, or one too many");
    }
    return true;
}

/* What stands in a cause beside the place itself. */
static bool check_places(const struct checking *checking)
{
    const struct ar_block *block = checking->block;
    for (uint32_t ix = 0; ix < block->code_place_count; ix++) {
        const struct ar_block_code_place *place = &block->code_place_at[ix];
        uint32_t length = 0;
        if (place->place.source != 0) {
            uint32_t text = block->source_at[place->place.source - 1].text;
            length = block->string_at[text].length;
        }
        if (place->operand_start > place->operand_end ||
            place->operand_end > length)
            return fail(checking, "PLACES", ix,
                        "an operand is not in the source");
    }
    return true;
}

/* ---- rules ---- */

static ar_str rule_id(const struct ar_block *block, uint32_t ix)
{
    return ar_block_text(block, block->rule_at[ix].id);
}

static bool check_supersedes(const struct checking *checking)
{
    const struct ar_block *block = checking->block;
    for (uint32_t ix = 0; ix < block->supersedes_count; ix++) {
        const struct ar_block_supersedes *record = &block->supersedes_at[ix];
        if (record->rule != AR_BLOCK_NONE &&
            !ar_str_equal(ar_block_text(block, record->id),
                          rule_id(block, record->rule)))
            return fail(checking, "SUPERSEDES", ix, "the rule has another id");
    }
    return true;
}

/* What is not loaded has no code. */
static bool has_code(const struct ar_block *block,
                     const struct ar_block_rule *rule)
{
    const struct ar_block_pack *pack = &block->pack_at[rule->pack];
    return ar_block_text(block, pack->not_loaded).len == 0 &&
           (rule->details == AR_BLOCK_NONE ||
            ar_block_text(block, block->details_at[rule->details].not_loaded)
                    .len == 0);
}

static bool check_rules(const struct checking *checking)
{
    const struct ar_block *block = checking->block;
    uint32_t n_details = 0;
    for (uint32_t ix = 0; ix < block->rule_count; ix++) {
        const struct ar_block_rule *rule = &block->rule_at[ix];
        const struct ar_block_details *details =
            ar_block_details_of(block, rule);
        bool has_each = rule->each != AR_BLOCK_NONE;
        if (ix > 0 &&
            ar_str_compare(rule_id(block, ix - 1), rule_id(block, ix)) >= 0)
            return fail(checking, "RULES", ix, "rules are not in their order");
        if (has_code(block, rule) &&
            (rule->when == AR_BLOCK_NONE || rule->diagnosis == AR_BLOCK_NONE))
            return fail(checking, "RULES", ix, "it has no code");
        if (rule->details != AR_BLOCK_NONE && rule->details != n_details++)
            return fail(checking, "RULES", ix, "its details are another's");
        if (rule->name_length > rule_id(block, ix).len)
            return fail(checking, "RULES", ix, "its name is not in its id");
        if (has_each != (details->each_place != AR_BLOCK_NONE) ||
            (has_each && details->element >= rule->n_locals))
            return fail(checking, "RULES", ix,
                        "its list has no place, or its element none");
    }
    return true;
}

bool ar_block_check(struct ar_arena *arena, const struct ar_block *block,
                    struct ar_block_error *error)
{
    struct checking checking = {arena, block, error};
    return check_ranges(&checking) && check_types(&checking) &&
           check_constants(&checking) && check_cells(&checking) &&
           check_tables(&checking) && check_slots(&checking) &&
           check_templates(&checking) && check_owners_of_texts(&checking) &&
           check_step_items(&checking) && check_places(&checking) &&
           check_supersedes(&checking) && check_rules(&checking) &&
           ar_block_check_code(arena, block, error);
}
