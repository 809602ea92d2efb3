/* SPDX-License-Identifier: Apache-2.0 */
/* Compiled packs as bytes: that they are read as they were written, and that
 * nothing else is: damage, and files made to do harm. What is accepted is not
 * run here: whether registers hold what an instruction wants is not checked
 * by whoever reads a block. */

#include "code/place.h"
#include "code_fixture.h"

/* Many where reading out of bounds is seen, fewer where only a crash is. */
#if defined(__SANITIZE_ADDRESS__)
enum { RANDOM_MUTANTS = 200000 };
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
enum { RANDOM_MUTANTS = 200000 };
#else
enum { RANDOM_MUTANTS = 20000 };
#endif
#else
enum { RANDOM_MUTANTS = 20000 };
#endif

/* ---- as it was written ---- */

static ar_str disassemble(struct ar_arena *arena, const struct ar_code *code)
{
    struct ar_buf out = AR_BUF(arena);
    ar_code_disassemble(&out, code, AR_STR(""));
    return ar_buf_view(&out);
}

static void assert_equal_bytes(ar_str a, ar_str b)
{
    assert_int_equal(a.len, b.len);
    assert_memory_equal(a.ptr, b.ptr, a.len);
}

/* Where a rule is said to be, in a program of these sources. */
static struct ar_position position_of(struct ar_arena *arena,
                                      const struct ar_program *program,
                                      const struct ar_rule *rule)
{
    return ar_source_position(
        arena, ar_sources_get(program->diags->sources, rule->span.file),
        rule->span.start);
}

/* Without what nobody quotes, all that is quoted stands where it stood. */
static void assert_trimmed(const struct ar_code *code, size_t n_bytes)
{
    struct ar_block block = code->block;
    struct reading reading = {0};
    ar_block_trim(&fixture.arena, &block);
    ar_str bytes = ar_block_write(&fixture.arena, &block);
    assert_true(bytes.len <= n_bytes);
    read_code(&reading, bytes);
    assert_non_null(reading.code);
    assert_equal_bytes(disassemble(&reading.arena, code),
                       disassemble(&reading.arena, reading.code));
    const struct ar_program *program = reading.code->program;
    for (size_t ix = 0; ix < program->rules.count; ix++) {
        struct ar_position then = position_of(&fixture.arena, fixture.program,
                                              fixture.program->rules.at[ix]);
        struct ar_position now =
            position_of(&reading.arena, program, program->rules.at[ix]);
        assert_int_equal(then.line, now.line);
        assert_int_equal(then.column, now.column);
    }
    ar_block_trim(&reading.arena, &reading.block);
    assert_equal_bytes(bytes, ar_block_write(&reading.arena, &reading.block));
    ar_arena_free(&reading.arena);
}

/* Written, read and written again; compiled twice. */
static void assert_round_trip(void)
{
    check_program();
    struct ar_code *code = compile_program();
    ar_str bytes = write_block(code);
    assert_equal_bytes(bytes, write_block(compile_program()));
    struct reading reading = {0};
    read_code(&reading, bytes);
    if (!reading.code)
        fail_msg("%s: %s, record %u",
                 reading.error.section ? reading.error.section : "",
                 reading.error.detail, reading.error.index);
    assert_int_equal(reading.error.fault, AR_BLOCK_OK);
    assert_equal_bytes(bytes, ar_block_write(&reading.arena, &reading.block));
    assert_equal_bytes(disassemble(&reading.arena, code),
                       disassemble(&reading.arena, reading.code));
    assert_int_equal(reading.code->program->rules.count,
                     fixture.program->rules.count);
    assert_int_equal(reading.code->program->facts.count,
                     fixture.program->facts.count);
    assert_int_equal(reading.code->program->waivers.count,
                     fixture.program->waivers.count);
    ar_arena_free(&reading.arena);
    assert_trimmed(code, bytes.len);
}

static void reads_what_it_wrote(void **state)
{
    (void)state;
    assert_round_trip(); /* no rules at all */
    end_code(state);
    start_code(state);
    fixture_add_stdlib(&fixture);
    assert_round_trip();
    end_code(state);
    start_code(state);
    fixture_add_stdlib(&fixture);
    add_folder("rules/docker_desktop", true);
    ar_str one_liner = AR_STR(AR_SOURCE_DIR "/examples/one_liner.rules");
    fixture_add(&fixture, fixture_unit(&fixture, AR_STR("")), one_liner,
                fixture_read(&fixture, one_liner));
    assert_round_trip();
    end_code(state);
    start_code(state);
    fixture_add_stdlib(&fixture);
    add_folder("tests/code/sample", false);
    assert_round_trip();
    end_code(state);
    start_code(state);
    load_small();
    assert_round_trip();
}

static void leaves_out_what_nobody_quotes(void **state)
{
    (void)state;
    load_text("pack p fact t.i : int\n"
              "# A comment.\n"
              "  rule r title \"T\"\n"
              "    context \"Of old.\"\n"
              "    when t.i > 1 # behind\n"
              "         and t.i < 4\n"
              "    then diagnose \"{t.i}\"\n");
    struct ar_block block = compile_program()->block;
    ar_block_trim(&fixture.arena, &block);
    ar_str text = ar_block_text(&block, block.source_at[0].text);
    assert_true(ar_str_equal_c(text, "pack p fact t.i : int\n\n"
                                     "  rule r title \"T\"\n\n"
                                     "    when t.i > 1 # behind\n"
                                     "         and t.i < 4\n"
                                     "    then diagnose \"{t.i}\"\n"));
}

/* Two engines, each with its own memory and its own addresses. */
static void compiles_the_same_rules_to_the_same_bytes(void **state)
{
    load_small();
    ar_str first = write_block(compile_program());
    char *kept = test_malloc(first.len);
    memcpy(kept, first.ptr, first.len);
    struct fixture other = fixture;
    start_code(state);
    load_small();
    assert_equal_bytes((ar_str){kept, first.len},
                       write_block(compile_program()));
    test_free(kept);
    fixture_end(&other);
}

/* What reports and explanations look at. */
static void keeps_what_is_said_of_rules(void **state)
{
    (void)state;
    load_small();
    ar_str bytes = write_block(compile_program());
    struct reading reading = {0};
    read_code(&reading, bytes);
    const struct ar_program *program = reading.code->program;
    const struct ar_rule *rule = ar_program_find_rule(program, AR_STR("p.r"));
    assert_non_null(rule);
    assert_true(ar_str_equal_c(rule->title, "R"));
    assert_int_equal(rule->severity, AR_RULE_CRITICAL);
    assert_int_equal(rule->details->supersedes.count, 3);
    assert_true(
        ar_str_equal_c(rule->details->supersedes.at[0].rule->id, "p.s"));
    assert_null(rule->details->supersedes.at[1].rule);
    assert_true(rule->details->supersedes.at[2].same_key);
    assert_true(ar_str_equal_c(rule->details->replaces.at[0].id, "p.old"));
    assert_int_equal(rule->details->remedies.count, 1);
    struct ar_rule whole;
    ar_code_describe(&reading.arena, reading.code, rule, &whole);
    assert_true(ar_str_equal_c(
        ar_source_text(&reading.sources, whole.details->symptoms.at[0]->span),
        "o.z > 1B"));
    const struct ar_rule *newer = ar_program_find_rule(program, AR_STR("p.n"));
    assert_true(newer->details->not_loaded.len > 0);
    assert_null(newer->when);
    const struct ar_rule *disabled =
        ar_program_find_rule(program, AR_STR("p.q"));
    assert_true(ar_str_equal_c(disabled->details->disabled_because, "no"));
    assert_int_equal(program->waivers.count, 1);
    assert_true(ar_str_equal_c(program->waivers.at[0]->key.as.string, "k"));
    const struct ar_fact *derived =
        (const struct ar_fact *)ar_schema_find(&program->schema, AR_STR("t.d"));
    assert_int_equal(derived->definitions.count, 2);
    assert_true(
        ar_str_equal_c(ar_source_text(&reading.sources,
                                      derived->definitions.at[1].guard->span),
                       "not t.b"));
    ar_arena_free(&reading.arena);
}

/* ---- damage ---- */

static enum ar_block_fault fault_of(struct ar_arena *arena, ar_str bytes)
{
    struct ar_block block;
    struct ar_block_error error;
    ar_arena_reset(arena);
    if (ar_block_read(arena, bytes, &block, &error))
        return AR_BLOCK_OK;
    assert_int_not_equal(error.fault, AR_BLOCK_OK);
    assert_non_null(error.detail);
    return error.fault;
}

/* By the place of the byte that was changed. */
static enum ar_block_fault fault_at(size_t at)
{
    if (at < AR_BLOCK_MAGIC_BYTES)
        return AR_BLOCK_NOT_ONE;
    if (at < AR_BLOCK_MAGIC_BYTES + 4)
        return AR_BLOCK_OTHER_FORMAT;
    if (at < AR_BLOCK_MAGIC_BYTES + 8)
        return AR_BLOCK_MALFORMED;
    if (at < AR_BLOCK_MAGIC_BYTES + 12)
        return AR_BLOCK_CUT;
    if (at < AR_BLOCK_HASH_AT)
        return AR_BLOCK_MALFORMED;
    return AR_BLOCK_DAMAGED;
}

static void finds_every_changed_byte(void **state)
{
    (void)state;
    load_text("pack p fact t.i : int\n"
              "rule r when t.i > 1 then diagnose \"x\"\n");
    ar_str bytes = write_block(compile_program());
    char *copy = test_malloc(bytes.len);
    struct ar_arena arena = {0};
    const unsigned char masks[] = {0x01, 0x80, 0xFF, 0x20};
    memcpy(copy, bytes.ptr, bytes.len);
    assert_int_equal(fault_of(&arena, (ar_str){copy, bytes.len}), AR_BLOCK_OK);
    for (size_t at = 0; at < bytes.len; at++) {
        for (size_t ix = 0; ix < AR_COUNT_OF(masks); ix++) {
            copy[at] = (char)((unsigned char)bytes.ptr[at] ^ masks[ix]);
            assert_int_equal(fault_of(&arena, (ar_str){copy, bytes.len}),
                             fault_at(at));
        }
        copy[at] = bytes.ptr[at];
    }
    test_free(copy);
    ar_arena_free(&arena);
}

static void finds_every_cut(void **state)
{
    (void)state;
    load_small();
    ar_str bytes = write_block(compile_program());
    struct ar_arena arena = {0};
    for (size_t length = 0; length < bytes.len; length++) {
        /* Memory of its own length, so that reading beyond it is seen. */
        char *copy = test_malloc(length + (length == 0));
        memcpy(copy, bytes.ptr, length);
        assert_int_equal(fault_of(&arena, (ar_str){copy, length}),
                         length < AR_BLOCK_MAGIC_BYTES ? AR_BLOCK_NOT_ONE
                                                       : AR_BLOCK_CUT);
        test_free(copy);
    }
    char *longer = test_malloc(bytes.len + 1);
    memcpy(longer, bytes.ptr, bytes.len);
    longer[bytes.len] = '\0';
    assert_int_equal(fault_of(&arena, (ar_str){longer, bytes.len + 1}),
                     AR_BLOCK_CUT);
    assert_true(ar_block_is_one((ar_str){longer, bytes.len}));
    assert_false(ar_block_is_one((ar_str){longer, 7}));
    assert_int_equal(fault_of(&arena, (ar_str){NULL, 0}), AR_BLOCK_NOT_ONE);
    test_free(longer);
    ar_arena_free(&arena);
}

static uint64_t hash_of(const char *text)
{
    unsigned char hash[AR_HASH_BYTES];
    uint64_t word = 0;
    ar_hash(ar_str_from_c(text), hash);
    for (int ix = AR_HASH_BYTES - 1; ix >= 0; ix--)
        word = word << 8 | hash[ix];
    return word;
}

/* Values that other programs give, too. */
static void hashes_as_others_do(void **state)
{
    (void)state;
    assert_true(hash_of("") == UINT64_C(0xEF46DB3751D8E999));
    assert_true(hash_of("abc") == UINT64_C(0x44BC2CF5AD770999));
    assert_true(hash_of("abcdefghijklmnopqrstuvwxyz") ==
                UINT64_C(0xCFE1F278FA89835C));
    assert_true(hash_of("Nobody inspects the spammish repetition") ==
                UINT64_C(0xFBCEA83C8A378BF1));
}

/* ---- what the hash does not show ---- */

/* Reads, loads and lists a mutant: it is refused or as good as any. */
static bool is_accepted(struct reading *reading, char *bytes, size_t length)
{
    fix_hash(bytes, length);
    ar_arena_reset(&reading->arena);
    read_code(reading, (ar_str){bytes, length});
    if (!reading->code) {
        assert_int_not_equal(reading->error.fault, AR_BLOCK_OK);
        assert_non_null(reading->error.detail);
        return false;
    }
    assert_true(disassemble(&reading->arena, reading->code).len > 0);
    ar_str again = ar_block_write(&reading->arena, &reading->block);
    assert_equal_bytes((ar_str){bytes, length}, again);
    return true;
}

struct mutants {
    struct reading reading;
    ar_str bytes; /* good ones */
    char *copy;
    size_t n_accepted;
    size_t n_refused;
};

static void start_mutants(struct mutants *mutants)
{
    *mutants = (struct mutants){0};
    load_small();
    mutants->bytes = write_block(compile_program());
    mutants->copy = test_malloc(mutants->bytes.len);
    memcpy(mutants->copy, mutants->bytes.ptr, mutants->bytes.len);
}

static void end_mutants(struct mutants *mutants)
{
    test_free(mutants->copy);
    ar_arena_free(&mutants->reading.arena);
}

static void try_mutant(struct mutants *mutants)
{
    if (is_accepted(&mutants->reading, mutants->copy, mutants->bytes.len))
        mutants->n_accepted++;
    else
        mutants->n_refused++;
}

static void try_word(struct mutants *mutants, size_t at, uint32_t word)
{
    if (word == get_word(mutants->bytes, at))
        return;
    set_word(mutants->copy, at, word);
    try_mutant(mutants);
    memcpy(mutants->copy + at, mutants->bytes.ptr + at, 4);
}

/* The header, and the two words in front of each section. */
static void refuses_other_sizes(void **state)
{
    (void)state;
    struct mutants mutants;
    start_mutants(&mutants);
    for (int section = 0; section < AR_N_SECTIONS; section++) {
        size_t at = section_at(mutants.bytes, (enum ar_section)section);
        const uint32_t steps[] = {1,        UINT32_MAX, 2, 8, UINT32_MAX - 7,
                                  1u << 31, 1u << 30};
        for (size_t ix = 0; ix < AR_COUNT_OF(steps); ix++) {
            uint32_t count = get_word(mutants.bytes, at);
            uint32_t size = get_word(mutants.bytes, at + 4);
            try_word(&mutants, at, count + steps[ix]);
            try_word(&mutants, at + 4, size + steps[ix]);
        }
    }
    for (size_t at = AR_BLOCK_MAGIC_BYTES; at < AR_BLOCK_HASH_AT; at += 4) {
        uint32_t word = get_word(mutants.bytes, at);
        try_word(&mutants, at, word + 1);
        try_word(&mutants, at, word - 1);
        try_word(&mutants, at, UINT32_MAX);
        try_word(&mutants, at, 1u << 31);
    }
    assert_int_equal(mutants.n_accepted, 0);
    assert_true(mutants.n_refused > 500);
    end_mutants(&mutants);
}

static void try_values(struct mutants *mutants, size_t at,
                       const struct ar_word_info *info)
{
    uint32_t word = get_word(mutants->bytes, at);
    const uint32_t values[] = {
        0, 1, word - 1, word + 1, 1u << 31, AR_BLOCK_NONE, info->limit};
    for (size_t ix = 0; ix < AR_COUNT_OF(values); ix++)
        try_word(mutants, at, values[ix]);
    if (info->kind == AR_WORD_ANY || info->kind == AR_WORD_BELOW)
        return;
    enum ar_section section = (enum ar_section)info->limit;
    uint32_t count =
        get_word(mutants->bytes, section_at(mutants->bytes, section));
    try_word(mutants, at, count);
    try_word(mutants, at, count - 1);
}

/* Each word of each record. */
static void survives_every_word(void **state)
{
    (void)state;
    struct mutants mutants;
    start_mutants(&mutants);
    for (int section = 0; section <= AR_SECTION_STRINGS; section++) {
        const struct ar_section_info *info = &ar_section_table[section];
        size_t at = section_at(mutants.bytes, (enum ar_section)section);
        size_t n_words = (size_t)get_word(mutants.bytes, at) * info->n_words;
        for (size_t ix = 0; ix < n_words; ix++)
            try_values(&mutants, at + 8 + 4 * ix,
                       &info->words[ix % info->n_words]);
    }
    print_message("%zu accepted, %zu refused\n", mutants.n_accepted,
                  mutants.n_refused);
    assert_true(mutants.n_refused > mutants.n_accepted);
    assert_true(mutants.n_accepted > 0);
    end_mutants(&mutants);
}

/* ---- each thing that is looked at ---- */

static void expect_refused(struct mutants *mutants, enum ar_section section,
                           uint32_t record, const char *word, uint32_t value,
                           const char *detail)
{
    size_t at = word_at(mutants->bytes, section, record, word);
    set_word(mutants->copy, at, value);
    const struct ar_block_error *error = &mutants->reading.error;
    if (is_accepted(&mutants->reading, mutants->copy, mutants->bytes.len))
        fail_msg("%s %u %s = %u was accepted, not refused: %s",
                 ar_section_table[section].name, record, word, value, detail);
    assert_int_equal(error->fault, AR_BLOCK_MALFORMED);
    if (!strstr(error->detail, detail))
        fail_msg("%s %u %s = %u: '%s' has no '%s'",
                 ar_section_table[section].name, record, word, value,
                 error->detail, detail);
    memcpy(mutants->copy + at, mutants->bytes.ptr + at, 4);
}

#define REFUSE(section, ix, word, value, detail)                               \
    expect_refused(mutants, AR_SECTION_##section, (uint32_t)(ix), word, value, \
                   detail)

/* The first record that is so. */
#define FIND(block, record, ix, condition)               \
    uint32_t ix = 0;                                     \
    while (ix < (block)->record##_count && !(condition)) \
        ix++;                                            \
    assert_true(ix < (block)->record##_count)

static void refuse_values(struct mutants *mutants, const struct ar_block *block)
{
    FIND(block, type, list, block->type_at[list].kind == AR_TYPE_LIST);
    REFUSE(TYPES, list, "element", list, "contains itself");
    REFUSE(TYPES, list, "kind", AR_TYPE_RECORD + 1, "out of bounds");
    FIND(block, type, map, block->type_at[map].kind == AR_TYPE_MAP);
    REFUSE(TYPES, map, "element", AR_BLOCK_NONE, "no type of values");
    REFUSE(TYPES, map, "kind", AR_TYPE_INT, "no such type");
    FIND(block, type, record, block->type_at[record].n_fields > 0);
    REFUSE(TYPES, record, "n_fields", block->field_count + 1, "out of bounds");
    REFUSE(TYPES, record, "n_fields", block->type_at[record].n_fields + 1,
           "two others");
    FIND(block, constant, items, block->constant_at[items].n_items > 0);
    REFUSE(ITEMS, block->constant_at[items].items, "constant", items,
           "contains itself");
    FIND(block, constant, word,
         block->type_at[block->constant_at[word].type].kind == AR_TYPE_ENUM);
    REFUSE(CONSTANTS, word, "low", 99, "not a value of its type");
    REFUSE(REGEXES, 0, "pattern", block->regex_at[0].flags + 100000,
           "out of bounds");
    REFUSE(STRINGS, 1, "length", 100000, "a string");
    REFUSE(STRINGS, 2, "offset", 1, "a string");
}

static void refuse_facts(struct mutants *mutants, const struct ar_block *block)
{
    FIND(block, slot, slot, block->slot_at[slot].n_arguments > 0);
    REFUSE(SLOTS, slot, "n_arguments", 1, "number of arguments");
    REFUSE(SLOTS, slot, "key", block->slot_at[slot ? 0 : 1].key,
           "its key is not");
    REFUSE(SLOTS, slot, "fact", 0, "number of arguments");
    FIND(block, group_slot, group, block->group_slot_at[group].n_arguments > 0);
    REFUSE(GROUP_SLOTS, group, "n_arguments", 1, "number of arguments");
    REFUSE(GROUP_SLOTS, group, "key", 0, "its key is not");
    REFUSE(GROUPS, block->group_slot_at[group].group, "name", 0, "no fact is");
    REFUSE(FACTS, 1, "name", block->fact_at[0].name, "not called");
    REFUSE(FACTS, 1, "tail", block->fact_at[0].name, "not called");
    FIND(block, fact, derived,
         block->fact_at[derived].n_definitions > 1 ||
             block->fact_at[derived].is_derived);
    REFUSE(FACTS, derived, "n_locals", UINT32_MAX, "its frame");
    REFUSE(FACTS, derived, "is_derived", 0, "its frame");
    FIND(block, fact, with,
         block->fact_at[with].is_derived &&
             block->fact_at[with].n_parameters > 0);
    REFUSE(FACTS, with, "n_locals", 1, "its frame");
}

static void refuse_tables(struct mutants *mutants, const struct ar_block *block)
{
    const struct ar_block_cell *cells = block->cell_at;
    FIND(block, cell, range, cells[range].kind == AR_CELL_RANGE);
    REFUSE(CELLS, range, "n_values", 1, "number of values");
    FIND(block, cell, compare, cells[compare].kind == AR_CELL_COMPARE);
    REFUSE(CELLS, compare, "op", AR_OPERATOR_ADD, "number of values");
    REFUSE(CELLS, compare, "kind", AR_CELL_ANY, "number of values");
    FIND(block, cell, any, cells[any].kind == AR_CELL_ANY);
    REFUSE(CELLS, any, "kind", AR_CELL_SET, "number of values");
    REFUSE(TABLES, 0, "n_inputs", 1, "number of cells");
    REFUSE(TABLES, 0, "policy", AR_HIT_COLLECT, "the table's type");
    REFUSE(ROWS, 0, "result", block->row_at[0].result - 1, "the table's type");
}

static void refuse_texts(struct mutants *mutants, const struct ar_block *block)
{
    FIND(block, template, holes, block->template_at[holes].n_holes > 0);
    REFUSE(TEMPLATES, holes, "n_holes", 0, "number of holes");
    REFUSE(MESSAGES, 1, "template", block->message_at[0].template,
           "two others");
    REFUSE(RULES, 0, "diagnosis", block->message_at[0].template, "two others");
    FIND(block, part, part, block->part_at[part].routine != AR_BLOCK_NONE);
    REFUSE(PARTS, part, "is_hole", 0, "number of holes");
    FIND(block, step_item, run, block->step_item_at[run].kind == AR_STEP_RUN);
    REFUSE(STEP_ITEMS, run, "text", AR_BLOCK_NONE, "no text");
    REFUSE(STEP_ITEMS, run, "kind", AR_STEP_RESTART, "no text");
    FIND(block, code_place, place, block->code_place_at[place].operand_end > 0);
    REFUSE(PLACES, place, "operand_end", 1000000, "in the source");
    REFUSE(PLACES, place, "place.end", 1000000, "out of bounds");
    REFUSE(PLACES, place, "place.source", 0, "out of bounds");
}

static void refuse_places(struct mutants *mutants, const struct ar_block *block)
{
    const uint32_t far = ar_place_far(block->code_place_count);
    FIND(block, code_place_of, near,
         !ar_place_is_far(block->code_place_of_at[near].place));
    uint32_t word = block->code_place_of_at[near].place;
    REFUSE(CODE_PLACES, near, "place", far, "in the text");
    REFUSE(CODE_PLACES, near, "place", word | 0xFFFF, "in the text");
    REFUSE(CODE_PLACES, near, "place", word | 0x7FFF0000, "in the text");
    REFUSE(ROUTINES, 0, "place.end", block->routine_at[0].place.start,
           "in the text");
    REFUSE(ROUTINES, 0, "place.end", 1000000, "out of bounds");
}

static void refuse_rules(struct mutants *mutants, const struct ar_block *block)
{
    FIND(block, rule, each, block->rule_at[each].each != AR_BLOCK_NONE);
    const uint32_t details = block->rule_at[each].details;
    REFUSE(DETAILS, details, "element", 1000, "no place");
    REFUSE(DETAILS, details, "each_place", AR_BLOCK_NONE, "no place");
    REFUSE(RULES, each, "details", AR_BLOCK_NONE, "no place");
    REFUSE(RULES, each, "name_length", 1000, "in its id");
    REFUSE(RULES, each, "details", details > 0 ? details - 1 : details + 1,
           "another's");
    REFUSE(RULES, each, "n_locals", 1, "its frame");
    REFUSE(RULES, each, "when", AR_BLOCK_NONE, "no code");
    REFUSE(RULES, each, "diagnosis", AR_BLOCK_NONE, "no code");
    REFUSE(RULES, each, "severity", AR_RULE_CRITICAL + 1, "out of bounds");
    REFUSE(RULES, 1, "id", block->rule_at[0].id, "their order");
    REFUSE(SUPERSEDES, 0, "id", block->rule_at[0].title, "another id");
    REFUSE(WAIVERS, 0, "rule", block->rule_count, "out of bounds");
    FIND(block, constant, list, block->constant_at[list].n_items > 0);
    REFUSE(WAIVERS, 0, "key", list, "not the key");
    FIND(block, capture, capture, true);
    REFUSE(CAPTURES, capture, "group", 3, "no such group");
}

/* Where the first instruction of an opcode is; its routine in *routine. */
static uint32_t find_code(const struct ar_block *block, enum ar_opcode opcode,
                          uint32_t *routine)
{
    for (uint32_t ix = 0; ix < block->routine_count; ix++) {
        const struct ar_block_routine *record = &block->routine_at[ix];
        for (uint32_t at = record->code; at < record->code + record->n_code;
             at++) {
            *routine = ix;
            if ((block->instruction_at[at].head & 0xFF) == opcode)
                return at;
        }
    }
    fail_msg("there is no %s", ar_opcode_table[opcode].name);
    return 0;
}

#define REFUSE_WIDE(opcode, value, detail)                                    \
    do {                                                                      \
        uint32_t routine_ix;                                                  \
        uint32_t code_ix = find_code(block, AR_OPCODE_##opcode, &routine_ix); \
        (void)routine_ix;                                                     \
        REFUSE(CODE, code_ix, "wide", value, detail);                         \
    } while (false)
#define REFUSE_N(opcode, value)                                                \
    do {                                                                       \
        uint32_t routine_ix;                                                   \
        uint32_t code_ix = find_code(block, AR_OPCODE_##opcode, &routine_ix);  \
        (void)routine_ix;                                                      \
        uint32_t head = block->instruction_at[code_ix].head & 0xFFFF00FFu;     \
        REFUSE(CODE, code_ix, "head", head | (uint32_t)(value) << 8, "names"); \
    } while (false)

static void refuse_code(struct mutants *mutants, const struct ar_block *block)
{
    REFUSE_WIDE(LOAD_CONSTANT, block->constant_count, "names");
    REFUSE_WIDE(LOAD_SLOT, block->slot_count, "names");
    REFUSE_WIDE(LOAD_FACT, block->fact_count, "names");
    REFUSE_WIDE(LOAD_LOCAL, 100, "names");
    REFUSE_WIDE(LOAD_LET, block->let_count, "names");
    REFUSE_WIDE(LOAD_CAPTURE, block->capture_count, "names");
    REFUSE_WIDE(PREDICATE, block->routine_count - 1, "names");
    REFUSE_WIDE(CALL, block->routine_count - 1, "names");
    REFUSE_WIDE(TABLE, block->table_count, "names");
    REFUSE_WIDE(TEMPLATE, block->template_count, "names");
    REFUSE_WIDE(MATCH, block->regex_count, "names");
    REFUSE_WIDE(LIST, 0, "names");
    REFUSE_WIDE(JUMP_FALSE, 0, "jump");
    REFUSE_WIDE(JUMP_FALSE, 10000, "names");
    REFUSE_WIDE(LOOP, block->loop_count, "names");
    REFUSE_N(UNKNOWN, AR_N_REASONS);
    REFUSE_N(FUNCTION, AR_N_FUNCTIONS);
    REFUSE_N(COMPARE, AR_OPERATOR_ADD);
    REFUSE_N(EQUAL, AR_OPERATOR_LESS);
    REFUSE_N(ARITHMETIC, AR_OPERATOR_EQUAL);
    REFUSE_N(PART, AR_PART_LENGTH + 1);
    REFUSE_N(RETURN, 1);
}

static void refuse_routines(struct mutants *mutants,
                            const struct ar_block *block)
{
    uint32_t routine;
    uint32_t at = find_code(block, AR_OPCODE_RETURN, &routine);
    REFUSE(CODE, at, "head", AR_OPCODE_NOT, "no RETURN");
    REFUSE(CODE, at, "head", 255, "names");
    REFUSE(ROUTINES, routine, "n_registers", 0, "no good frame");
    REFUSE(ROUTINES, routine, "n_locals", UINT32_MAX, "no good frame");
    REFUSE(ROUTINES, routine, "n_parameters", 1, "no good frame");
    REFUSE(ROUTINES, routine, "n_code", 0, "no code");
    find_code(block, AR_OPCODE_COMPARE, &routine);
    REFUSE(ROUTINES, routine, "n_registers", 1, "names");
    at = find_code(block, AR_OPCODE_LOOP, &routine);
    uint32_t loop = block->instruction_at[at].wide;
    REFUSE(LOOPS, loop, "local", 1000, "loop");
    REFUSE(LOOPS, loop, "body", 0, "loop");
    REFUSE(LOOPS, loop, "end", block->loop_at[loop].end - 1, "loop");
    FIND(block, loop, filter, block->loop_at[filter].kind == AR_LOOP_FILTER);
    REFUSE(LOOPS, filter, "type", AR_BLOCK_NONE, "loop");
    at = find_code(block, AR_OPCODE_NEXT, &routine);
    REFUSE(CODE, at, "head", AR_OPCODE_AND, "loop");
    FIND(block, let, let, true);
    REFUSE(LETS, let, "routine", block->routine_count - 1, "names");
    REFUSE(LETS, let, "local", 1000, "names");
    REFUSE(CAPTURES, 0, "subject", block->routine_count - 1, "names");
}

static void refuses_what_does_not_fit(void **state)
{
    (void)state;
    struct mutants mutants;
    start_mutants(&mutants);
    struct ar_block block = compile_program()->block;
    assert_true(is_accepted(&mutants.reading, mutants.copy, mutants.bytes.len));
    refuse_values(&mutants, &block);
    refuse_facts(&mutants, &block);
    refuse_tables(&mutants, &block);
    refuse_texts(&mutants, &block);
    refuse_places(&mutants, &block);
    refuse_rules(&mutants, &block);
    refuse_code(&mutants, &block);
    refuse_routines(&mutants, &block);
    assert_true(is_accepted(&mutants.reading, mutants.copy, mutants.bytes.len));
    end_mutants(&mutants);
}

/* The same numbers everywhere. */
static uint32_t next_random(uint64_t *seed)
{
    *seed = *seed * UINT64_C(6364136223846793005) + 1442695040888963407u;
    return (uint32_t)(*seed >> 33);
}

static void change_something(struct mutants *mutants, uint64_t *seed)
{
    size_t n_words =
        (mutants->bytes.len - AR_BLOCK_HEADER_BYTES) / sizeof(uint32_t);
    size_t at = AR_BLOCK_HEADER_BYTES + 4 * (next_random(seed) % n_words);
    size_t other = AR_BLOCK_HEADER_BYTES + 4 * (next_random(seed) % n_words);
    uint32_t word = get_word((ar_str){mutants->copy, mutants->bytes.len}, at);
    switch (next_random(seed) % 5) {
    case 0: word ^= 1u << next_random(seed) % 32; break;
    case 1: word = get_word(mutants->bytes, other); break;
    case 2: word = next_random(seed) % 64; break;
    case 3: word += next_random(seed) % 5 - 2; break;
    default: word = next_random(seed); break;
    }
    set_word(mutants->copy, at, word);
}

static void survives_random_changes(void **state)
{
    (void)state;
    struct mutants mutants;
    uint64_t seed = 20261122;
    start_mutants(&mutants);
    for (size_t ix = 0; ix < RANDOM_MUTANTS; ix++) {
        memcpy(mutants.copy, mutants.bytes.ptr, mutants.bytes.len);
        for (uint32_t n = 1 + next_random(&seed) % 3; n > 0; n--)
            change_something(&mutants, &seed);
        try_mutant(&mutants);
    }
    print_message("%zu accepted, %zu refused\n", mutants.n_accepted,
                  mutants.n_refused);
    assert_true(mutants.n_accepted > 0 && mutants.n_refused > 0);
    end_mutants(&mutants);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hashes_as_others_do),
        cmocka_unit_test_setup_teardown(reads_what_it_wrote, start_code,
                                        end_code),
        cmocka_unit_test_setup_teardown(
            compiles_the_same_rules_to_the_same_bytes, start_code, end_code),
        cmocka_unit_test_setup_teardown(leaves_out_what_nobody_quotes,
                                        start_code, end_code),
        cmocka_unit_test_setup_teardown(keeps_what_is_said_of_rules, start_code,
                                        end_code),
        cmocka_unit_test_setup_teardown(finds_every_changed_byte, start_code,
                                        end_code),
        cmocka_unit_test_setup_teardown(finds_every_cut, start_code, end_code),
        cmocka_unit_test_setup_teardown(refuses_other_sizes, start_code,
                                        end_code),
        cmocka_unit_test_setup_teardown(refuses_what_does_not_fit, start_code,
                                        end_code),
        cmocka_unit_test_setup_teardown(survives_every_word, start_code,
                                        end_code),
        cmocka_unit_test_setup_teardown(survives_random_changes, start_code,
                                        end_code),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
