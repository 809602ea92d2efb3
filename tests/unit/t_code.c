/* SPDX-License-Identifier: Apache-2.0 */
/* What rules are compiled to: what is shared and what is not, the shape of
 * the code, the listing of it; and that a compiled pack that was written and
 * read gives what its rules give. */

#include "code_fixture.h"
#include "facts/snapshot.h"
#include "reference/reference.h"
#include "report/report.h"
#include "run/vm.h"

#define FACTS            \
    "fact t.i : int "    \
    "fact t.j : int "    \
    "fact t.b : bool "   \
    "fact t.s : string " \
    "fact t.l : list of int\n"

static struct ar_code *compile_text(const char *rules)
{
    load_text(rules);
    return compile_program();
}

static void start_again(void)
{
    fixture_end(&fixture);
    fixture_start(&fixture);
    fixture.options.lint = false;
}

/* ---- constants ---- */

static uint32_t count_constants(const char *rules)
{
    start_again();
    return compile_text(rules)->block.constant_count;
}

static void makes_each_constant_once(void **state)
{
    (void)state;
    assert_int_equal(count_constants(FACTS "rule a when t.i == 7 or t.j == 7 "
                                           "then diagnose 'x'\n"),
                     1);
    assert_int_equal(count_constants(FACTS "rule a when t.i == 7 or t.j == 8 "
                                           "then diagnose 'x'\n"),
                     2);
    /* 7 and 7.0 are of two types, "7" is of a third. */
    assert_int_equal(count_constants(FACTS
                                     "rule a when t.i == 7 or t.i == 7.0 or "
                                     "t.s == '7' then diagnose 'x'\n"),
                     3);
    /* Versions that are equal and written differently are two. */
    assert_int_equal(
        count_constants("fact t.v : version rule a when t.v == 1.0.0 or t.v "
                        "== 1.0 or t.v == 1.0 then diagnose 'x'\n"),
        2);
}

/* ---- shared routines ---- */

static uint32_t count_routines(const char *rules)
{
    start_again();
    return compile_text(rules)->block.routine_count;
}

static void shares_equal_conditions(void **state)
{
    (void)state;
    /* The condition itself, and the rule's one that runs it. */
    assert_int_equal(
        count_routines(FACTS "rule a when t.i > 1 then diagnose 'x'\n"), 2);
    assert_int_equal(count_routines(FACTS
                                    "rule a when t.i > 1 then diagnose 'x'\n"
                                    "rule b when t.i > 1 then diagnose 'y'\n"
                                    "rule c when t.i > 1 then diagnose 'z'\n"),
                     2);
    /* A part of another condition is the same part. */
    assert_int_equal(
        count_routines(FACTS "rule a when t.i > 1 then diagnose 'x'\n"
                             "rule b when t.i > 1 and t.b then diagnose 'y'\n"),
        3);
    /* In a quantifier nothing is bound outside of it. */
    assert_int_equal(
        count_routines(FACTS
                       "rule a when any x in t.l: x > 1 then diagnose 'x'\n"
                       "rule b when any x in t.l: x > 1 then diagnose 'x'\n"),
        2);
}

/* Causes are named after the text, so another text is another condition. */
static void keeps_other_texts_apart(void **state)
{
    (void)state;
    assert_int_equal(count_routines(FACTS
                                    "rule a when t.i > 1 then diagnose 'x'\n"
                                    "rule b when t.i  > 1 then diagnose 'y'\n"),
                     4);
    assert_int_equal(count_routines(FACTS
                                    "rule a when t.i > 1 then diagnose 'x'\n"
                                    "rule b when t.i > 2 then diagnose 'y'\n"),
                     4);
    /* The same text with another meaning of its names. */
    assert_int_equal(
        count_routines(FACTS
                       "rule a let n = 1 when t.i > n then diagnose 'x'\n"
                       "rule b let n = 2 when t.i > n then diagnose 'y'\n"),
        4);
}

/* A condition on a name of its rule is no part that others have. */
static void shares_nothing_of_one_rule(void **state)
{
    (void)state;
    start_again();
    struct ar_code *code =
        compile_text(FACTS "rule a for each x in t.l key x when x > 1 then "
                           "diagnose 'x'\n");
    const struct ar_block *block = &code->block;
    for (uint32_t ix = 0; ix < block->instruction_count; ix++)
        assert_int_not_equal(block->instruction_at[ix].head & 0xFF,
                             AR_OPCODE_PREDICATE);
}

/* ---- the shape of the code ---- */

struct shape {
    const struct ar_block *block;
    const struct ar_block_routine *routine;
    uint32_t at;
    uint32_t highest; /* register that is named */
};

static void check_instruction(struct shape *shape)
{
    const struct ar_block_instruction *record =
        &shape->block->instruction_at[shape->routine->code + shape->at];
    struct ar_instruction instruction = {record->head, record->wide};
    enum ar_opcode opcode = ar_instruction_opcode(instruction);
    assert_true(opcode < AR_N_OPCODES);
    uint32_t a = ar_instruction_a(instruction);
    if (a > shape->highest)
        shape->highest = a;
    if (ar_opcode_table[opcode].wide == AR_OPERAND_LABEL) {
        assert_true(instruction.wide > shape->at);
        assert_true(instruction.wide < shape->routine->n_code);
    }
    bool is_last = shape->at + 1 == shape->routine->n_code;
    assert_int_equal(opcode == AR_OPCODE_RETURN, is_last);
}

static void has_a_good_shape(void **state)
{
    (void)state;
    start_again();
    fixture_add_stdlib(&fixture);
    add_folder("tests/code/sample", false);
    check_program();
    struct ar_block block = compile_program()->block;
    assert_true(block.routine_count > 100);
    for (uint32_t ix = 0; ix < block.routine_count; ix++) {
        struct shape shape = {.block = &block,
                              .routine = &block.routine_at[ix]};
        for (; shape.at < shape.routine->n_code; shape.at++)
            check_instruction(&shape);
        /* No more registers than are named. */
        assert_int_equal(shape.routine->n_registers, shape.highest + 1);
    }
    assert_int_equal(block.code_place_of_count, block.instruction_count);
}

static bool has_opcode(const struct ar_code *code, enum ar_opcode opcode)
{
    for (uint32_t ix = 0; ix < code->block.instruction_count; ix++) {
        if ((code->block.instruction_at[ix].head & 0xFF) == opcode)
            return true;
    }
    return false;
}

static void makes_lists_of_constants_constants(void **state)
{
    (void)state;
    start_again();
    struct ar_code *code =
        compile_text(FACTS "rule a when t.i in [1, 2] then diagnose 'x'\n");
    assert_false(has_opcode(code, AR_OPCODE_LIST));
    assert_int_equal(code->block.constant_count, 3);
    start_again();
    code = compile_text(FACTS "rule a when t.i in [1, t.j] then "
                              "diagnose 'x'\n");
    assert_true(has_opcode(code, AR_OPCODE_LIST));
}

/* Lets are made in their order, however long the chain of them is. */
static void takes_a_long_chain_of_lets(void **state)
{
    (void)state;
    enum { LETS = 20000 };
    start_again();
    struct ar_buf text = AR_BUF(&fixture.arena);
    ar_buf_put_c(&text, FACTS "rule a let l0 = t.i\n");
    for (int ix = 1; ix < LETS; ix++)
        ar_buf_printf(&text, " let l%d = l%d + 1\n", ix, ix - 1);
    ar_buf_printf(&text, " when l%d > 5 then diagnose 'x'\n", LETS - 1);
    struct ar_code *code = compile_text(ar_buf_view(&text).ptr);
    assert_int_equal(code->block.let_count, LETS);
    struct ar_buf out = AR_BUF(&fixture.arena);
    ar_code_disassemble(&out, code, AR_STR(""));
    assert_true(out.len > LETS);
}

/* ---- the listing ---- */

static bool check_golden(ar_str rules, ar_str wanted)
{
    start_again();
    struct ar_code *code = compile_text(ar_str_copy(&fixture.arena, rules).ptr);
    struct ar_buf out = AR_BUF(&fixture.arena);
    ar_code_disassemble(&out, code, AR_STR(""));
    ar_str found = ar_str_trim(ar_buf_view(&out));
    if (ar_str_equal(found, ar_str_trim(wanted)))
        return true;
    /* As it would have to stand in the file; cmocka would cut it. */
    printf(AR_STR_FORMAT "\n---\n" AR_STR_FORMAT "\n===\n",
           AR_STR_ARG(ar_str_trim(rules)), AR_STR_ARG(found));
    return false;
}

static void lists_what_it_listed(void **state)
{
    (void)state;
    struct fixture own;
    fixture_start(&own);
    ar_str all =
        fixture_read(&own, AR_STR(AR_SOURCE_DIR "/tests/golden/bytecode.txt"));
    size_t n_cases = 0;
    size_t n_failed = 0;
    size_t at = 0;
    while (at < all.len && all.ptr[at] == '#')
        at = ar_str_find(all, AR_STR("\n"), at) + 1;
    while (at < all.len) {
        size_t middle = ar_str_find(all, AR_STR("\n---\n"), at);
        size_t last = ar_str_find(all, AR_STR("\n===\n"), at);
        assert_true(middle != SIZE_MAX && last != SIZE_MAX);
        n_cases++;
        n_failed += !check_golden(ar_str_slice(all, at, middle + 1),
                                  ar_str_slice(all, middle + 5, last));
        at = last + 5;
    }
    fixture_end(&own);
    assert_true(n_cases >= 8);
    assert_int_equal(n_failed, 0);
}

static void lists_one_rule(void **state)
{
    (void)state;
    start_again();
    struct ar_code *code =
        compile_text("pack p " FACTS "rule a when t.i > 1 then diagnose 'x'\n"
                     "rule b when t.b then diagnose 'x'\n");
    struct ar_buf out = AR_BUF(&fixture.arena);
    ar_code_disassemble(&out, code, AR_STR("p.b"));
    ar_str text = ar_buf_view(&out);
    assert_true(ar_str_starts_with(text, AR_STR("rule p.b\n")));
    assert_int_equal(ar_str_find(text, AR_STR("t.i"), 0), SIZE_MAX);
}

/* ---- that it gives the same ---- */

static ar_str report(const struct ar_result *result, bool is_json)
{
    struct ar_buf out = AR_BUF(&fixture.arena);
    const struct ar_report_options options = {
        .detail = AR_REPORT_FULL, .all = true, .tool = AR_STR("t_code")};
    if (is_json)
        ar_report_json(&out, result, &options);
    else
        ar_report_human(&out, result, &options);
    return ar_buf_view(&out);
}

static void assert_same_report(const struct ar_result *a,
                               const struct ar_result *b)
{
    for (int is_json = 0; is_json < 2; is_json++) {
        ar_str left = report(a, is_json);
        ar_str right = report(b, is_json);
        size_t same = 0;
        while (same < left.len && same < right.len &&
               left.ptr[same] == right.ptr[same])
            same++;
        if (!ar_str_equal(left, right))
            fail_msg("behind '" AR_STR_FORMAT "'\n'" AR_STR_FORMAT
                     "'\n'" AR_STR_FORMAT "'",
                     AR_STR_ARG(
                         ar_str_slice(left, same < 200 ? 0 : same - 200, same)),
                     AR_STR_ARG(ar_str_slice(left, same, same + 200)),
                     AR_STR_ARG(ar_str_slice(right, same, same + 200)));
    }
}

/* Facts of one program: each program has its own types. */
struct side {
    struct ar_arena *arena;
    struct ar_diags *diags;
    const struct ar_program *program;
    struct ar_factset facts;
};

static void start_facts(struct side *side)
{
    side->facts =
        (struct ar_factset){.arena = side->arena,
                            .schema = &side->program->schema,
                            .missing_reason = AR_REASON_not_in_snapshot};
}

static void read_facts(struct side *side, ar_str path)
{
    uint32_t file = ar_sources_add(side->arena, side->diags->sources, path,
                                   fixture_read(&fixture, path));
    if (!ar_snapshot_read(side->arena, side->diags, file, side->facts.schema,
                          &side->facts))
        fail_msg(AR_STR_FORMAT " cannot be read", AR_STR_ARG(path));
}

static ar_value translate(struct ar_arena *arena, const struct ar_type *type,
                          ar_value value)
{
    if (value.state != AR_STATE_VALUE)
        return value;
    value.type = type;
    if (ar_type_is_scalar(type))
        return value;
    size_t count = value.as.list.count;
    ar_value *items = AR_NEW_ARRAY(arena, ar_value, count);
    for (size_t ix = 0; ix < count; ix++)
        items[ix] =
            translate(arena,
                      type->kind == AR_TYPE_RECORD ? type->fields[ix].type
                                                   : type->element,
                      value.as.list.items[ix]);
    value.as.list.items = items;
    return value;
}

static void set_given(struct side *side, const struct ar_given *given)
{
    struct ar_fact_ref ref;
    if (given->kind == AR_GIVEN_SNAPSHOT) {
        read_facts(side, given->path);
        return;
    }
    assert_int_equal(
        ar_fact_ref_parse(side->arena, side->facts.schema, given->key, &ref),
        AR_FACT_REF_OK);
    ar_value value = given->value;
    if (ref.decl)
        value = translate(side->arena, ref.decl->type, value);
    ar_factset_set(&side->facts, &ref, value);
}

/* What was compiled, and what was read of the bytes of it. */
struct both {
    struct ar_code *code;
    struct reading reading;
    struct side compiled;
    struct side loaded;
};

static void start_both(struct both *both)
{
    *both = (struct both){.code = compile_program()};
    read_code(&both->reading, write_block(both->code));
    assert_non_null(both->reading.code);
    both->compiled = (struct side){.arena = &fixture.arena,
                                   .diags = &fixture.diags,
                                   .program = fixture.program};
    both->loaded = (struct side){.arena = &both->reading.arena,
                                 .diags = &both->reading.diags,
                                 .program = both->reading.code->program};
    start_facts(&both->compiled);
    start_facts(&both->loaded);
}

static void assert_same_evaluation(struct both *both)
{
    const struct ar_evaluation_options options = {
        .now = INT64_C(1795000000000000)};
    struct side *compiled = &both->compiled;
    struct side *loaded = &both->loaded;
    struct ar_result *wanted = ar_reference_evaluate(
        compiled->arena, compiled->program, &compiled->facts, &options);
    struct ar_result *result =
        ar_vm_evaluate(compiled->arena, both->code, compiled->program,
                       &compiled->facts, &options);
    assert_same_report(wanted, result);
    result = ar_vm_evaluate(loaded->arena, both->reading.code, loaded->program,
                            &loaded->facts, &options);
    assert_same_report(wanted, result);
}

static void evaluates_as_its_rules_do(void **state)
{
    (void)state;
    static const char *const files[] = {"full", "odd", "nothing"};
    struct both both;
    start_again();
    fixture_add_stdlib(&fixture);
    add_folder("tests/code/sample", false);
    check_program();
    start_both(&both);
    for (size_t ix = 0; ix < AR_COUNT_OF(files); ix++) {
        ar_str path = ar_str_printf(
            &fixture.arena, AR_SOURCE_DIR "/tests/code/%s.json", files[ix]);
        start_facts(&both.compiled);
        start_facts(&both.loaded);
        read_facts(&both.compiled, path);
        read_facts(&both.loaded, path);
        assert_same_evaluation(&both);
    }
    ar_arena_free(&both.reading.arena);
}

/* The facts of each test block of the shipped packs and of the sample. */
static void evaluates_the_facts_of_tests(void **state)
{
    (void)state;
    struct both both;
    start_again();
    fixture_add_stdlib(&fixture);
    add_folder("rules/docker_desktop", true);
    add_folder("tests/code/sample", false);
    check_program();
    start_both(&both);
    assert_true(fixture.program->tests.count > 20);
    for (size_t ix = 0; ix < fixture.program->tests.count; ix++) {
        const struct ar_test *test = fixture.program->tests.at[ix];
        start_facts(&both.compiled);
        start_facts(&both.loaded);
        for (size_t each = 0; each < test->givens.count; each++) {
            set_given(&both.compiled, &test->givens.at[each]);
            set_given(&both.loaded, &test->givens.at[each]);
        }
        assert_same_evaluation(&both);
    }
    ar_arena_free(&both.reading.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(makes_each_constant_once, start_code,
                                        end_code),
        cmocka_unit_test_setup_teardown(shares_equal_conditions, start_code,
                                        end_code),
        cmocka_unit_test_setup_teardown(keeps_other_texts_apart, start_code,
                                        end_code),
        cmocka_unit_test_setup_teardown(shares_nothing_of_one_rule, start_code,
                                        end_code),
        cmocka_unit_test_setup_teardown(has_a_good_shape, start_code, end_code),
        cmocka_unit_test_setup_teardown(makes_lists_of_constants_constants,
                                        start_code, end_code),
        cmocka_unit_test_setup_teardown(takes_a_long_chain_of_lets, start_code,
                                        end_code),
        cmocka_unit_test_setup_teardown(lists_what_it_listed, start_code,
                                        end_code),
        cmocka_unit_test_setup_teardown(lists_one_rule, start_code, end_code),
        cmocka_unit_test_setup_teardown(evaluates_as_its_rules_do, start_code,
                                        end_code),
        cmocka_unit_test_setup_teardown(evaluates_the_facts_of_tests,
                                        start_code, end_code),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
