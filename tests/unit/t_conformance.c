/* SPDX-License-Identifier: Apache-2.0 */
/* Runs the cases of tests/conformance with every evaluator there is, and
 * holds the suite against the tables of the language: a function, an operator
 * or a reason without cases is a failure. An evaluator is one row below. */

#include "reference/reference.h"
#include "run/vm.h"

/* cmocka.h needs what stands before it. */
/* clang-format off */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
/* clang-format on */

#include "conformance_fixture.h"

struct evaluator {
    const char *name;
    struct ar_result *(*evaluate)(struct ar_arena *arena,
                                  const struct ar_program *program,
                                  const struct ar_factset *facts,
                                  const struct ar_evaluation_options *options);
    struct ar_outcome (*expression)(struct ar_arena *arena,
                                    const struct ar_program *program,
                                    const struct ar_factset *facts,
                                    const struct ar_evaluation_options *options,
                                    const struct ar_expr *expr);
};

static struct ar_result *evaluate_code(
    struct ar_arena *memory, const struct ar_program *program,
    const struct ar_factset *facts, const struct ar_evaluation_options *options)
{
    return ar_vm_evaluate(memory, ar_code_generate(memory, program), program,
                          facts, options);
}

static struct ar_outcome run_expression_code(
    struct ar_arena *memory, const struct ar_program *program,
    const struct ar_factset *facts, const struct ar_evaluation_options *options,
    const struct ar_expr *expr)
{
    return ar_vm_expression(memory,
                            ar_code_generate_expression(memory, program, expr),
                            facts, options);
}

static const struct evaluator evaluators[] = {
    {"reference", ar_reference_evaluate, ar_reference_expression},
    {"vm", evaluate_code, run_expression_code},
};

enum { MAX_SUITES = 64 };

static struct ar_arena arena;
static struct suite suites[MAX_SUITES];
static size_t n_suites;

/* ---- the files ---- */

static ar_str read_file(ar_str path)
{
    ar_str text = {NULL, 0};
    if (ar_file_read(&arena, path, FIXTURE_FILE_BYTES, &text) != AR_FILE_OK)
        fail_msg("cannot read " AR_STR_FORMAT, AR_STR_ARG(path));
    return text;
}

static void read_suite(ar_str path)
{
    struct ar_json_error error;
    struct ar_json *root =
        ar_json_read(&arena, read_file(path), &ar_json_default_limits, &error);
    if (!root)
        fail_msg(AR_STR_FORMAT ": " AR_STR_FORMAT " at %zu", AR_STR_ARG(path),
                 AR_STR_ARG(error.text), error.offset);
    assert_true(n_suites < MAX_SUITES);
    suites[n_suites++] = (struct suite){fixture_base_name(path), root};
}

static int read_suites(void **state)
{
    (void)state;
    ar_str_vector files = {0};
    ar_str folder = AR_STR(AR_SOURCE_DIR "/tests/conformance");
    if (ar_file_list(&arena, folder, AR_STR(".json"), 0, MAX_SUITES, &files) !=
        AR_FILE_OK)
        return 1;
    for (size_t ix = 0; ix < files.count; ix++) {
        if (!ar_str_ends_with(files.at[ix], AR_STR("schema.json")))
            read_suite(files.at[ix]);
    }
    return n_suites == 0;
}

static int free_suites(void **state)
{
    (void)state;
    ar_arena_free(&arena);
    return 0;
}

/* ---- one case ---- */

/* A case as it is about to be run. */
struct run {
    const struct suite *suite;
    const struct ar_json *item;
    const struct evaluator *evaluator;
    struct trial trial;
    bool has_failed;
    bool is_silent;
};

static void complain(struct run *run, const char *what, ar_str text)
{
    ar_str source = member_text(run->item, "expression");
    bool is_first = !run->has_failed;
    run->has_failed = true;
    if (run->is_silent)
        return;
    if (is_first)
        print_message("%s, " AR_STR_FORMAT ", case " AR_STR_FORMAT "\n",
                      run->evaluator->name, AR_STR_ARG(run->suite->file),
                      AR_STR_ARG(member_text(run->item, "id")));
    if (is_first && source.len > 0)
        print_message("  expression: " AR_STR_FORMAT "\n", AR_STR_ARG(source));
    print_message("  %s: " AR_STR_FORMAT "\n", what, AR_STR_ARG(text));
}

static void compare(struct run *run, ar_str expected, ar_str got)
{
    if (ar_str_equal(expected, got))
        return;
    complain(run, "expected", expected);
    complain(run, "got", got);
}

/* Starts a trial with the facts of the file and of the case; false if the
 * rules have errors or a fact is none. */
static bool check_rules(struct run *run)
{
    struct trial *trial = &run->trial;
    struct fixture *fixture = &trial->fixture;
    struct ar_program *program = fixture_check(fixture);
    if (fixture->diags.n_errors > 0) {
        struct ar_buf out = AR_BUF(&fixture->arena);
        ar_diags_render(&out, &fixture->diags, false);
        complain(run, "errors", ar_buf_view(&out));
        return false;
    }
    trial->facts =
        (struct ar_factset){.arena = &fixture->arena,
                            .schema = &program->schema,
                            .missing_reason = AR_REASON_not_in_snapshot};
    ar_str odd = set_facts(trial, run->suite->root);
    if (odd.len == 0)
        odd = set_facts(trial, run->item);
    if (odd.len > 0)
        complain(run, "this is no fact", odd);
    if (!set_now(trial, run->suite->root) || !set_now(trial, run->item))
        complain(run, "this is no time", member_text(run->item, "now"));
    return !run->has_failed;
}

static ar_str join_declarations(struct run *run, ar_str rules)
{
    struct ar_buf out = AR_BUF(&run->trial.fixture.arena);
    ar_buf_put(&out, member_text(run->suite->root, "declarations"));
    ar_buf_put_char(&out, '\n');
    ar_buf_put(&out, member_text(run->item, "declarations"));
    ar_buf_put_char(&out, '\n');
    ar_buf_put(&out, rules);
    return ar_buf_view(&out);
}

static void start_trial(struct run *run)
{
    run->has_failed = false;
    fixture_start(&run->trial.fixture);
    run->trial.fixture.options.lint = false;
    run->trial.options = (struct ar_evaluation_options){0};
}

static void add_file(struct run *run, const char *name, ar_str text)
{
    struct fixture *fixture = &run->trial.fixture;
    fixture_add(fixture, fixture_unit(fixture, AR_STR("")), ar_str_from_c(name),
                text);
}

/* As a symptom an expression may ask for `unknown` without a reason; what is
 * no condition stands in a let. NULL if it cannot be had. */
static const struct ar_expr *load_expression(struct run *run)
{
    struct fixture *fixture = &run->trial.fixture;
    const struct ar_json *expect = ar_json_get(run->item, AR_STR("expect"));
    bool is_condition = ar_json_get(expect, AR_STR("outcomes")) != NULL;
    ar_str rule =
        ar_str_printf(&fixture->arena,
                      "rule conformance when true %s\n" AR_STR_FORMAT
                      "\nthen diagnose \"it\"\n",
                      is_condition ? "symptom" : "let it =",
                      AR_STR_ARG(member_text(run->item, "expression")));
    add_file(run, "case.rules", join_declarations(run, rule));
    if (!check_rules(run))
        return NULL;
    const struct ar_rule *last = fixture->program->rules.at[0];
    return is_condition ? last->details->symptoms.at[0]
                        : last->details->lets.at[0]->expr;
}

static void run_expression(struct run *run)
{
    struct trial *trial = &run->trial;
    struct ar_arena *memory = &trial->fixture.arena;
    const struct ar_json *expect = ar_json_get(run->item, AR_STR("expect"));
    const struct ar_expr *expr = load_expression(run);
    if (!expr)
        return;
    struct ar_outcome outcome = run->evaluator->expression(
        memory, trial->fixture.program, &trial->facts, &trial->options, expr);
    compare(run, expected_text(memory, expect, expr),
            outcome_text(memory, expr, &outcome));
}

/* One text is a file of its own beside the declarations; several are packs
 * as they stand. */
static void load_rules(struct run *run)
{
    const struct ar_json *rules = ar_json_get(run->item, AR_STR("rules"));
    if (rules->kind == AR_JSON_STRING) {
        add_file(run, "case.rules", join_declarations(run, rules->text));
        return;
    }
    for (const struct ar_json *each = rules->first; each; each = each->next)
        add_file(run, "pack.rules", each->text);
}

static void run_rules(struct run *run)
{
    struct trial *trial = &run->trial;
    struct ar_arena *memory = &trial->fixture.arena;
    const struct ar_json *expect = ar_json_get(run->item, AR_STR("expect"));
    load_rules(run);
    if (!check_rules(run))
        return;
    struct ar_result *result = run->evaluator->evaluate(
        memory, trial->fixture.program, &trial->facts, &trial->options);
    compare(run, expected_result_text(memory, expect),
            result_text(memory, result, expect));
}

static bool run_case(struct run *run)
{
    start_trial(run);
    if (ar_json_get(run->item, AR_STR("rules")))
        run_rules(run);
    else
        run_expression(run);
    fixture_end(&run->trial.fixture);
    return !run->has_failed;
}

/* ---- all cases ---- */

/* The case after item, or the first one of the next file; NULL at the end. */
static const struct ar_json *next_case(size_t *suite_ix,
                                       const struct ar_json *item)
{
    if (item && item->next)
        return item->next;
    if (item)
        ++*suite_ix;
    for (; *suite_ix < n_suites; ++*suite_ix) {
        const struct ar_json *cases =
            ar_json_get(suites[*suite_ix].root, AR_STR("cases"));
        if (cases && cases->first)
            return cases->first;
    }
    return NULL;
}

static void every_evaluator_agrees(void **state)
{
    (void)state;
    size_t n_failed = 0;
    for (size_t ix = 0; ix < AR_COUNT_OF(evaluators); ix++) {
        size_t n_cases = 0;
        size_t n_passed = 0;
        size_t suite_ix = 0;
        const struct ar_json *item = NULL;
        while ((item = next_case(&suite_ix, item)) != NULL) {
            struct run run = {.suite = &suites[suite_ix],
                              .item = item,
                              .evaluator = &evaluators[ix]};
            n_cases++;
            n_passed += run_case(&run) ? 1 : 0;
        }
        print_message("%s: %zu cases, %zu passed\n", evaluators[ix].name,
                      n_cases, n_passed);
        n_failed += n_cases - n_passed;
    }
    assert_int_equal(n_failed, 0);
}

/* Cases that are wrong in one thing each, but for the first of each kind. */
static const char *const wrong_cases =
    "{\"declarations\": \"fact t.i : int fact t.a : int fact t.u : int"
    " fact t.w : int fact t.l : list of string\","
    "\"facts\": {\"t.i\": 7, \"t.a\": null, \"t.l\": [\"a, b\"],"
    " \"t.u\": {\"$unknown\": \"denied\"},"
    " \"t.w\": {\"$unknown\": \"stale\"}}, \"cases\": ["
    "{\"expression\": \"t.a == t.i\", \"expect\": {\"outcomes\":"
    " [\"neither\"], \"causes\": [{\"name\": \"t.a\", \"state\":"
    " \"absent\"}]}},"
    "{\"expression\": \"t.i\", \"expect\": {\"type\": \"int\","
    " \"value\": 7}},"
    "{\"rules\": \"rule r when t.i == 7 then diagnose \\\"{t.a}\\\"\","
    " \"expect\": {\"rules\": {\"r\": {\"status\": \"matched\","
    " \"findings\": [{\"diagnosis\": \"<absent>\"}]}}}},"
    /* from here on wrong */
    "{\"expression\": \"t.i == 7\", \"expect\": {\"outcomes\":"
    " [\"false\"]}},"
    "{\"expression\": \"t.i == 7\", \"expect\": {\"outcomes\":"
    " [\"true\", \"false\"]}},"
    "{\"expression\": \"t.a == 7\", \"expect\": {\"outcomes\":"
    " [\"neither\"]}},"
    "{\"expression\": \"t.u == 7\", \"expect\": {\"outcomes\":"
    " [\"true\", \"false\", \"neither\"], \"causes\": [{\"name\":"
    " \"t.u\", \"state\": \"unknown\", \"reason\": \"stale\"}]}},"
    "{\"expression\": \"t.u == t.w\", \"expect\": {\"outcomes\":"
    " [\"true\", \"false\", \"neither\"], \"causes\": [{\"name\":"
    " \"t.w\", \"state\": \"unknown\", \"reason\": \"stale\"},"
    " {\"name\": \"t.u\", \"state\": \"unknown\", \"reason\":"
    " \"denied\"}]}},"
    "{\"expression\": \"t.i\", \"expect\": {\"type\": \"int\","
    " \"value\": 8}},"
    "{\"expression\": \"t.i\", \"expect\": {\"type\": \"real\","
    " \"value\": 7}},"
    "{\"expression\": \"t.i\", \"expect\": {\"type\": \"int\","
    " \"value\": null}},"
    "{\"expression\": \"t.l\", \"expect\": {\"type\":"
    " \"list of string\", \"value\": [\"a\", \"b\"]}},"
    "{\"expression\": \"t.i == 7\", \"facts\": {\"t.x\": 1},"
    " \"expect\": {\"outcomes\": [\"true\"]}},"
    "{\"expression\": \"t.x == 7\", \"expect\": {\"outcomes\":"
    " [\"true\"]}},"
    "{\"rules\": \"rule r when t.i == 7 then diagnose \\\"x\\\"\","
    " \"expect\": {\"rules\": {\"r\": {\"status\": \"matched\"}}}},"
    "{\"rules\": \"rule r when t.i == 7 then diagnose \\\"x\\\"\","
    " \"expect\": {\"rules\": {\"r\": {\"status\": \"matched\","
    " \"findings\": [{\"diagnosis\": \"y\"}]}}}},"
    "{\"rules\": \"rule r when t.i == 8 then diagnose \\\"x\\\""
    " rule s when t.i == 8 then diagnose \\\"x\\\"\","
    " \"expect\": {\"rules\": {\"r\": {\"status\": \"clear\"}}}},"
    "{\"rules\": \"rule r when t.u == 8 then diagnose \\\"x\\\"\","
    " \"expect\": {\"rules\": {\"r\": {\"status\":"
    " \"undetermined\"}}}}]}";

enum { N_RIGHT_CASES = 3 };

static void what_is_wrong_fails(void **state)
{
    (void)state;
    struct ar_json_error error;
    struct suite suite = {.file = AR_STR("wrong")};
    suite.root = ar_json_read(&arena, ar_str_from_c(wrong_cases),
                              &ar_json_default_limits, &error);
    assert_non_null(suite.root);
    const struct ar_json *cases = ar_json_get(suite.root, AR_STR("cases"));
    size_t ix = 0;
    for (const struct ar_json *each = cases->first; each; each = each->next) {
        bool is_right = ix++ < N_RIGHT_CASES;
        struct run run = {.suite = &suite,
                          .item = each,
                          .evaluator = &evaluators[0],
                          .is_silent = !is_right};
        if (run_case(&run) != is_right)
            fail_msg("case %zu should %s", ix, is_right ? "pass" : "fail");
    }
    assert_int_equal(ix, 18);
}

static void ids_are_unique(void **state)
{
    (void)state;
    struct ar_map seen = {0};
    size_t suite_ix = 0;
    const struct ar_json *item = NULL;
    while ((item = next_case(&suite_ix, item)) != NULL) {
        ar_str id = member_text(item, "id");
        assert_true(id.len > 0);
        if (ar_map_has(&seen, id))
            fail_msg("twice: " AR_STR_FORMAT, AR_STR_ARG(id));
        ar_map_put(&arena, &seen, id, &seen);
    }
}

/* "<!-- cases -->1200<!-- end -->" */
static void there_are_as_many_as_the_readme_says(void **state)
{
    (void)state;
    ar_str text =
        read_file(AR_STR(AR_SOURCE_DIR "/tests/conformance/README.md"));
    ar_str mark = AR_STR("<!-- cases -->");
    size_t start = ar_str_find(text, mark, 0);
    assert_true(start != SIZE_MAX);
    start += mark.len;
    size_t end = ar_str_find(text, AR_STR("<!-- end -->"), start);
    uint64_t promised = 0;
    assert_true(ar_str_to_u64(ar_str_slice(text, start, end), &promised));
    assert_true(promised >= 500);
    size_t suite_ix = 0;
    uint64_t n_cases = 0;
    const struct ar_json *item = NULL;
    while ((item = next_case(&suite_ix, item)) != NULL)
        n_cases++;
    assert_true(n_cases >= promised);
}

/* ---- what the cases cover ---- */

/* Which states an operand was seen in, by the form of the expression and the
 * number of the operand: "compare <=/1/absent". */
static struct ar_map seen;

/* The kinds of expressions that are one form; the rest have several. */
static const struct form {
    enum ar_expr_kind kind;
    const char *name;
    size_t n_operands;
    bool wants_reasons; /* an operator: each reason on each side */
} forms[] = {
    {AR_EXPR_FACT, "fact", 1, false},
    {AR_EXPR_DEF, "def", 1, false},
    {AR_EXPR_TABLE, "table", 1, false},
    {AR_EXPR_TEMPLATE, "template", 1, false},
    {AR_EXPR_LIST, "list", 2, false},
    {AR_EXPR_AND, "and", 2, true},
    {AR_EXPR_OR, "or", 2, true},
    {AR_EXPR_NOT, "not", 1, true},
    {AR_EXPR_IN_LIST, "in list", 2, true},
    {AR_EXPR_IN_MAP, "in map", 2, true},
    {AR_EXPR_IN_RANGE, "in range", 3, true},
    {AR_EXPR_IN_CIDR, "in cidr", 2, true},
    {AR_EXPR_MATCHES, "matches", 1, true},
    {AR_EXPR_CONTAINS, "contains", 2, true},
    {AR_EXPR_STARTS_WITH, "starts with", 2, true},
    {AR_EXPR_ENDS_WITH, "ends with", 2, true},
    {AR_EXPR_NEGATE, "negate", 1, true},
    {AR_EXPR_EXISTS, "exists", 1, true},
    {AR_EXPR_ABSENT, "absent", 1, true},
    {AR_EXPR_UNKNOWN, "unknown", 1, true},
    {AR_EXPR_GROUP_EXISTS, "group exists", 1, false},
    {AR_EXPR_GROUP_ABSENT, "group absent", 1, false},
    {AR_EXPR_DEFAULT, "default", 2, true},
    {AR_EXPR_IF, "if", 3, true},
    {AR_EXPR_ANY, "any", 2, true},
    {AR_EXPR_EVERY, "every", 2, true},
    {AR_EXPR_NO, "no", 2, true},
    {AR_EXPR_COUNT, "count", 2, true},
    {AR_EXPR_FIRST, "first", 2, true},
    {AR_EXPR_FILTER, "filter", 2, true},
    {AR_EXPR_FIELD, "field", 1, true},
    {AR_EXPR_LIST_FIELD, "list field", 1, true},
    {AR_EXPR_INDEX, "index", 2, true},
    {AR_EXPR_MAP_INDEX, "map index", 2, true},
};

static const char *const operators[] = {
    "==", "!=", "<", "<=", ">", ">=", "+", "-", "*", "/", "%"};
static const char *const parts[] = {"major", "minor", "patch",
                                    "first", "last",  "length"};
static const struct {
    const char *name;
    const char *signature;
} functions[AR_N_FUNCTIONS] = {
#define AR_FUNCTION(id, name, signature, text) {#name, signature},
#include "sema/functions.def"
#undef AR_FUNCTION
};
static const char *const reasons[] = {
#define AR_REASON(name, text, how) #name,
#include "value/reasons.def"
#undef AR_REASON
};

static bool is_not_in(const struct ar_expr *expr)
{
    const struct ar_expr *inner =
        expr->kind == AR_EXPR_NOT ? expr->operands[0] : NULL;
    return inner && inner->span.start == expr->span.start &&
           inner->span.end == expr->span.end;
}

/* Empty for constants and local names, which have no operands. */
static ar_str name_form(struct ar_arena *memory, const struct ar_expr *expr)
{
    if (expr->kind == AR_EXPR_COMPARE || expr->kind == AR_EXPR_ARITHMETIC)
        return ar_str_printf(memory, "operator %s", operators[expr->op]);
    if (expr->kind == AR_EXPR_PART)
        return ar_str_printf(memory, "part %s", parts[expr->ix]);
    if (expr->kind == AR_EXPR_FUNCTION && expr->function == AR_FUNCTION_CONVERT)
        return ar_str_printf(memory, "convert %d", (int)expr->type->kind);
    if (expr->kind == AR_EXPR_FUNCTION)
        return ar_str_printf(memory, "function %s",
                             functions[expr->function].name);
    if (is_not_in(expr))
        return AR_STR("not in");
    for (size_t ix = 0; ix < AR_COUNT_OF(forms); ix++) {
        if (forms[ix].kind == expr->kind)
            return ar_str_from_c(forms[ix].name);
    }
    AR_ASSERT(expr->kind == AR_EXPR_CONSTANT || expr->kind == AR_EXPR_LOCAL);
    return AR_STR("");
}

static void note(ar_str text)
{
    if (!ar_map_has(&seen, text))
        ar_map_put(&arena, &seen, ar_str_copy(&arena, text), &seen);
}

static bool uses_locals(const struct ar_expr *expr)
{
    if (expr->kind == AR_EXPR_LOCAL)
        return true;
    for (size_t ix = 0; ix < expr->n_operands; ix++) {
        if (uses_locals(expr->operands[ix]))
            return true;
    }
    const struct ar_template *string = ar_expr_template(expr);
    for (size_t ix = 0; string && ix < string->n_parts; ix++) {
        const struct ar_expr *part = string->parts[ix].expr;
        if (part && uses_locals(part))
            return true;
    }
    return false;
}

static void note_operand(struct run *run, ar_str form, size_t ix,
                         const struct ar_expr *operand)
{
    struct trial *trial = &run->trial;
    struct ar_arena *memory = &trial->fixture.arena;
    struct ar_outcome outcome =
        run->evaluator->expression(memory, trial->fixture.program,
                                   &trial->facts, &trial->options, operand);
    ar_value value = ar_outcome_value(&outcome);
    const char *state = value.state == AR_STATE_VALUE    ? "value"
                        : value.state == AR_STATE_ABSENT ? "absent"
                                                         : "unknown";
    note(ar_str_printf(memory, AR_STR_FORMAT "/%zu/%s", AR_STR_ARG(form), ix,
                       state));
    if (value.state == AR_STATE_UNKNOWN)
        note(ar_str_printf(memory, AR_STR_FORMAT "/%zu/%s", AR_STR_ARG(form),
                           ix, reasons[value.reason]));
}

/* All operands behind the second of `and` count as that one, all arguments
 * of a fact, a table or a function of a pack as the first. */
static size_t place_operand(const struct ar_expr *expr, size_t ix)
{
    bool is_chain = expr->kind == AR_EXPR_AND || expr->kind == AR_EXPR_OR ||
                    expr->kind == AR_EXPR_LIST;
    bool is_call = expr->kind == AR_EXPR_FACT || expr->kind == AR_EXPR_DEF ||
                   expr->kind == AR_EXPR_TABLE ||
                   expr->kind == AR_EXPR_GROUP_EXISTS ||
                   expr->kind == AR_EXPR_GROUP_ABSENT;
    return is_call ? 0 : is_chain && ix > 1 ? 1 : ix;
}

static void walk(struct run *run, const struct ar_expr *expr)
{
    ar_str form = name_form(&run->trial.fixture.arena, expr);
    if (form.len > 0)
        note(form);
    for (size_t ix = 0; ix < expr->n_operands; ix++) {
        const struct ar_expr *operand = expr->operands[ix];
        if (form.len > 0 && !uses_locals(operand))
            note_operand(run, form, place_operand(expr, ix), operand);
        walk(run, operand);
    }
    const struct ar_template *string = ar_expr_template(expr);
    for (size_t ix = 0; string && ix < string->n_parts; ix++) {
        const struct ar_expr *part = string->parts[ix].expr;
        if (part && !uses_locals(part))
            note_operand(run, form, 0, part);
        if (part)
            walk(run, part);
    }
}

static void walk_all(void)
{
    size_t suite_ix = 0;
    const struct ar_json *item = NULL;
    while ((item = next_case(&suite_ix, item)) != NULL) {
        struct run run = {.suite = &suites[suite_ix],
                          .item = item,
                          .evaluator = &evaluators[0]};
        if (ar_json_get(item, AR_STR("rules")))
            continue;
        start_trial(&run);
        const struct ar_expr *expr = load_expression(&run);
        if (expr)
            walk(&run, expr);
        fixture_end(&run.trial.fixture);
    }
}

static size_t miss(const char *text)
{
    if (ar_map_has(&seen, ar_str_from_c(text)))
        return 0;
    print_message("no case has %s\n", text);
    return 1;
}

/* What of a form no case has. */
static size_t miss_form(const char *name, size_t n_operands, bool wants_reasons)
{
    static const char *const states[] = {"value", "absent", "unknown"};
    char text[128];
    size_t n_missed = miss(name);
    for (size_t ix = 0; ix < n_operands; ix++) {
        for (size_t each = 0; each < AR_COUNT_OF(states); each++) {
            snprintf(text, sizeof(text), "%s/%zu/%s", name, ix, states[each]);
            n_missed += miss(text);
        }
        for (size_t each = 0; wants_reasons && each < AR_N_REASONS; each++) {
            snprintf(text, sizeof(text), "%s/%zu/%s", name, ix, reasons[each]);
            n_missed += miss(text);
        }
    }
    return n_missed;
}

static size_t miss_functions(void)
{
    size_t n_missed = 0;
    char text[128];
    for (size_t ix = 0; ix < AR_N_FUNCTIONS; ix++) {
        const char *signature = functions[ix].signature;
        size_t arrow = (size_t)(strstr(signature, "->") - signature);
        snprintf(text, sizeof(text), "function %s", functions[ix].name);
        if (ix != AR_FUNCTION_CONVERT)
            n_missed += miss_form(text, arrow / 2, false);
    }
    for (int kind = AR_TYPE_BOOL; kind <= AR_TYPE_ENUM; kind++) {
        snprintf(text, sizeof(text), "convert %d", kind);
        if (kind != AR_TYPE_STRING)
            n_missed += miss_form(text, 1, false);
    }
    return n_missed;
}

static void every_form_has_cases(void **state)
{
    (void)state;
    size_t n_missed = 0;
    char text[128];
    walk_all();
    for (size_t ix = 0; ix < AR_COUNT_OF(forms); ix++)
        n_missed += miss_form(forms[ix].name, forms[ix].n_operands,
                              forms[ix].wants_reasons);
    for (size_t ix = 0; ix < AR_COUNT_OF(operators); ix++) {
        snprintf(text, sizeof(text), "operator %s", operators[ix]);
        n_missed += miss_form(text, 2, true);
    }
    for (size_t ix = 0; ix < AR_COUNT_OF(parts); ix++) {
        snprintf(text, sizeof(text), "part %s", parts[ix]);
        n_missed += miss_form(text, 1, true);
    }
    n_missed += miss_form("not in", 1, false);
    n_missed += miss_functions();
    assert_int_equal(n_missed, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_evaluator_agrees),
        cmocka_unit_test(what_is_wrong_fails),
        cmocka_unit_test(ids_are_unique),
        cmocka_unit_test(there_are_as_many_as_the_readme_says),
        cmocka_unit_test(every_form_has_cases),
    };
    return cmocka_run_group_tests(tests, read_suites, free_suites);
}
