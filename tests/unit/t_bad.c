/* SPDX-License-Identifier: Apache-2.0 */
/* The broken rule files of tests/bad: what is reported for each is compared
 * with the comments at its end, both ways, so that each fault is found at
 * its place and nothing else is said. tests/bad/README.md has the form of
 * the comments. Files that no editor should touch are made at run time. */

/* cmocka.h wants these before it. */
/* clang-format off */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
/* clang-format on */

#include "rules_fixture.h"

#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MIN_FILES = 130, MAX_NOTES = 8, COMMAND_BYTES = 1024 };

struct expectation {
    ar_str code;
    struct ar_position at;
    ar_str suggests; /* exactly */
    ar_str expected; /* a part, as the next two */
    ar_str says;
    ar_str on; /* the text that is underlined */
    ar_str in; /* the end of the file's name; empty: the rule file's own */
    bool no_suggestion;
    struct ar_position notes[MAX_NOTES];
    size_t n_notes;
    ar_str line;
    bool found;
};

typedef AR_VECTOR(struct expectation) expectation_vector;

/* What all files together must show. */
struct corpus {
    struct ar_arena arena;
    struct ar_map pairs; /* "E0103 when" -> the file, as a C string */
    struct ar_map codes;
    size_t n_files;
    size_t n_failed;
};

static struct corpus corpus;

/* ---- the comments ---- */

static void skip_blanks(ar_str *rest)
{
    while (rest->len > 0 && rest->ptr[0] == ' ')
        *rest = ar_str_slice(*rest, 1, rest->len);
}

static ar_str take_word(ar_str *rest)
{
    skip_blanks(rest);
    size_t end = 0;
    while (end < rest->len && rest->ptr[end] != ' ')
        end++;
    ar_str word = ar_str_slice(*rest, 0, end);
    *rest = ar_str_slice(*rest, end, rest->len);
    return word;
}

/* "text", where \" stands for a quote and \\ for a backslash. */
static bool take_text(struct ar_arena *arena, ar_str *rest, ar_str *out)
{
    skip_blanks(rest);
    struct ar_buf text = AR_BUF(arena);
    size_t at = 1;
    if (rest->len == 0 || rest->ptr[0] != '"')
        return false;
    for (; at < rest->len && rest->ptr[at] != '"'; at++) {
        if (rest->ptr[at] == '\\' && at + 1 < rest->len)
            at++;
        ar_buf_put_char(&text, rest->ptr[at]);
    }
    if (at == rest->len)
        return false;
    *rest = ar_str_slice(*rest, at + 1, rest->len);
    *out = ar_buf_view(&text);
    return out->len > 0;
}

static bool take_position(ar_str *rest, struct ar_position *out)
{
    ar_str word = take_word(rest);
    size_t colon = ar_str_find(word, AR_STR(":"), 0);
    uint64_t line;
    uint64_t column;
    if (colon == SIZE_MAX ||
        !ar_str_to_u64(ar_str_slice(word, 0, colon), &line) ||
        !ar_str_to_u64(ar_str_slice(word, colon + 1, word.len), &column))
        return false;
    out->line = (uint32_t)line;
    out->column = (uint32_t)column;
    return true;
}

static bool take_clause(struct ar_arena *arena, ar_str *rest,
                        struct expectation *out)
{
    ar_str word = take_word(rest);
    if (ar_str_equal_c(word, "expected"))
        return take_text(arena, rest, &out->expected);
    if (ar_str_equal_c(word, "says"))
        return take_text(arena, rest, &out->says);
    if (ar_str_equal_c(word, "on"))
        return take_text(arena, rest, &out->on);
    if (ar_str_equal_c(word, "in"))
        return take_text(arena, rest, &out->in);
    if (ar_str_equal_c(word, "note") && out->n_notes < MAX_NOTES)
        return take_position(rest, &out->notes[out->n_notes++]);
    if (!ar_str_equal_c(word, "suggests"))
        return false;
    skip_blanks(rest);
    if (!ar_str_starts_with(*rest, AR_STR("nothing")))
        return take_text(arena, rest, &out->suggests);
    take_word(rest);
    out->no_suggestion = true;
    return true;
}

/* SEVERITY CODE at LINE:COLUMN and clauses, behind "# expect". */
static bool read_expectation(struct ar_arena *arena, ar_str rest,
                             struct expectation *out)
{
    ar_str severity = take_word(&rest);
    out->code = take_word(&rest);
    bool error = ar_str_equal_c(severity, "error");
    if (!error && !ar_str_equal_c(severity, "warning"))
        return false;
    enum ar_diag_code code = ar_diag_find(out->code);
    if (code == AR_N_DIAGS ||
        (ar_diag_table[code].severity == AR_SEVERITY_ERROR) != error)
        return false;
    if (!ar_str_equal_c(take_word(&rest), "at") ||
        !take_position(&rest, &out->at))
        return false;
    for (skip_blanks(&rest); rest.len > 0; skip_blanks(&rest)) {
        if (!take_clause(arena, &rest, out))
            return false;
    }
    return true;
}

struct comments {
    expectation_vector expectations;
    ar_str position;
    ar_str malformed;
};

static void read_comment(struct ar_arena *arena, ar_str line,
                         struct comments *out)
{
    ar_str position = AR_STR("# position: ");
    ar_str expect = AR_STR("# expect ");
    if (ar_str_starts_with(line, position))
        out->position = ar_str_slice(line, position.len, line.len);
    if (!ar_str_starts_with(line, expect))
        return;
    struct expectation expectation = {.line = line};
    if (read_expectation(arena, ar_str_slice(line, expect.len, line.len),
                         &expectation))
        ar_vector_push(arena, &out->expectations, expectation);
    else
        out->malformed = line;
}

static struct comments read_comments(struct ar_arena *arena, ar_str text)
{
    struct comments comments = {0};
    for (size_t start = 0; start < text.len;) {
        size_t end = ar_str_find(text, AR_STR("\n"), start);
        end = end == SIZE_MAX ? text.len : end;
        read_comment(arena, ar_str_trim(ar_str_slice(text, start, end)),
                     &comments);
        start = end + 1;
    }
    return comments;
}

/* ---- what was reported ---- */

static bool same_place(struct ar_position a, struct ar_position b)
{
    return a.line == b.line && a.column == b.column;
}

static struct ar_position place_of(struct fixture *fixture, ar_span span)
{
    struct ar_source *source = ar_sources_get(&fixture->sources, span.file);
    if (!source)
        return (struct ar_position){0, 0};
    return ar_source_position(&fixture->arena, source, span.start);
}

static bool has_notes(struct fixture *fixture, const struct ar_diag *diag,
                      const struct expectation *wanted)
{
    for (size_t i = 0; i < wanted->n_notes; i++) {
        const struct ar_diag_note *note = diag->notes;
        while (note &&
               !same_place(place_of(fixture, note->span), wanted->notes[i]))
            note = note->next;
        if (!note)
            return false;
    }
    return true;
}

static bool holds_part(ar_str text, ar_str part)
{
    return part.len == 0 || ar_str_find(text, part, 0) != SIZE_MAX;
}

static bool in_file(struct fixture *fixture, const struct ar_diag *diag,
                    ar_str in)
{
    const struct ar_source *source =
        ar_sources_get(&fixture->sources, diag->span.file);
    return source &&
           ar_str_ends_with(source->name, in.len > 0 ? in : AR_STR(".rules"));
}

static bool fits(struct fixture *fixture, const struct ar_diag *diag,
                 const struct expectation *wanted)
{
    if (!in_file(fixture, diag, wanted->in))
        return false;
    if (!ar_str_equal_c(wanted->code, ar_diag_table[diag->code].code) ||
        !same_place(place_of(fixture, diag->span), wanted->at))
        return false;
    bool suggestion =
        wanted->no_suggestion
            ? diag->suggestion.len == 0
            : wanted->suggests.len == 0 ||
                  ar_str_equal(diag->suggestion, wanted->suggests);
    ar_str on = ar_source_text(&fixture->sources, diag->span);
    return suggestion && holds_part(diag->expected, wanted->expected) &&
           holds_part(diag->message, wanted->says) &&
           (wanted->on.len == 0 || ar_str_equal(on, wanted->on)) &&
           has_notes(fixture, diag, wanted);
}

static void print_diag(struct fixture *fixture, const struct ar_diag *diag)
{
    struct ar_position at = place_of(fixture, diag->span);
    bool error = ar_diag_table[diag->code].severity == AR_SEVERITY_ERROR;
    ar_str on = ar_source_text(&fixture->sources, diag->span);
    print_message("    reported  # expect %s %s at %u:%u says \"" AR_STR_FORMAT
                  "\"",
                  error ? "error" : "warning", ar_diag_table[diag->code].code,
                  at.line, at.column, AR_STR_ARG(diag->message));
    if (on.len > 0 && on.len < 80)
        print_message(" on \"" AR_STR_FORMAT "\"", AR_STR_ARG(on));
    if (diag->expected.len > 0)
        print_message(" expected \"" AR_STR_FORMAT "\"",
                      AR_STR_ARG(diag->expected));
    if (diag->suggestion.len > 0)
        print_message(" suggests \"" AR_STR_FORMAT "\"",
                      AR_STR_ARG(diag->suggestion));
    for (const struct ar_diag_note *note = diag->notes; note;
         note = note->next) {
        struct ar_position place = place_of(fixture, note->span);
        print_message(" note %u:%u", place.line, place.column);
    }
    print_message("\n");
}

static bool explain(struct fixture *fixture, const struct ar_diag *diag,
                    expectation_vector *wanted)
{
    for (size_t i = 0; i < wanted->count; i++) {
        if (wanted->at[i].found || !fits(fixture, diag, &wanted->at[i]))
            continue;
        wanted->at[i].found = true;
        return true;
    }
    return false;
}

/* Prints what differs; returns whether nothing does. */
static bool compare(struct fixture *fixture, ar_str path,
                    expectation_vector *wanted)
{
    bool same = true;
    ar_diags_sort(&fixture->diags);
    for (size_t i = 0; i < fixture->diags.list.count; i++) {
        const struct ar_diag *diag = fixture->diags.list.at[i];
        if (explain(fixture, diag, wanted))
            continue;
        if (same)
            print_message("  " AR_STR_FORMAT "\n", AR_STR_ARG(path));
        print_diag(fixture, diag);
        same = false;
    }
    for (size_t i = 0; i < wanted->count; i++) {
        if (wanted->at[i].found)
            continue;
        if (same)
            print_message("  " AR_STR_FORMAT "\n", AR_STR_ARG(path));
        print_message("    missing   " AR_STR_FORMAT "\n",
                      AR_STR_ARG(wanted->at[i].line));
        same = false;
    }
    return same;
}

/* ---- the files ---- */

static bool complain(ar_str path, const char *what)
{
    print_message("  " AR_STR_FORMAT "\n    %s\n", AR_STR_ARG(path), what);
    return false;
}

/* No two files show the same code at the same place of the grammar. */
static bool note_pairs(ar_str path, const struct comments *comments)
{
    bool fresh = true;
    struct ar_map own = {0};
    for (size_t i = 0; i < comments->expectations.count; i++) {
        ar_str code = comments->expectations.at[i].code;
        ar_str pair =
            ar_str_printf(&corpus.arena, AR_STR_FORMAT " " AR_STR_FORMAT,
                          AR_STR_ARG(code), AR_STR_ARG(comments->position));
        ar_map_put(&corpus.arena, &corpus.codes,
                   ar_str_copy(&corpus.arena, code), &corpus);
        if (ar_map_has(&own, pair))
            continue;
        ar_map_put(&corpus.arena, &own, pair, &corpus);
        const char *other = ar_map_get(&corpus.pairs, pair);
        if (other) {
            complain(path, "its code and position are those of");
            print_message("    %s\n", other);
            fresh = false;
        }
        ar_map_put(&corpus.arena, &corpus.pairs, pair,
                   (void *)(uintptr_t)ar_str_copy(&corpus.arena, path).ptr);
    }
    return fresh;
}

static ar_str comments_of(struct fixture *fixture, ar_str path, ar_str text)
{
    ar_str beside = ar_str_concat(&fixture->arena, path, AR_STR(".expect"));
    return ar_file_kind(beside) == AR_FILE_KIND_REGULAR
               ? fixture_read(fixture, beside)
               : text;
}

/* In a child, so that a crash is the failure of one file. */
static bool check_text(ar_str path, ar_str text, struct comments *comments)
{
    pid_t child = fork();
    int status = 0;
    if (child == 0) {
        struct fixture fixture;
        fixture_start(&fixture);
        fixture_add_stdlib(&fixture);
        fixture_add(&fixture, fixture_unit(&fixture, AR_STR("")), path, text);
        fixture_check(&fixture);
        bool good = compare(&fixture, path, &comments->expectations);
        fixture_end(&fixture);
        fflush(NULL);
        _exit(good ? 0 : 1);
    }
    if (child < 0 || waitpid(child, &status, 0) != child)
        return complain(path, "no child to check it in");
    if (!WIFEXITED(status) || WEXITSTATUS(status) > 1)
        return complain(path, "the checker crashed");
    return WEXITSTATUS(status) == 0;
}

static bool check_file(struct fixture *fixture, ar_str path)
{
    ar_str text = fixture_read(fixture, path);
    struct comments comments =
        read_comments(&fixture->arena, comments_of(fixture, path, text));
    bool good = check_text(path, text, &comments);
    if (comments.malformed.len > 0)
        good = complain(path, "has an expectation that cannot be read:");
    if (comments.malformed.len > 0)
        print_message("    " AR_STR_FORMAT "\n",
                      AR_STR_ARG(comments.malformed));
    if (comments.position.len == 0)
        good = complain(path, "has no '# position: ' line");
    if (comments.expectations.count == 0)
        good = complain(path, "expects nothing");
    return note_pairs(path, &comments) && good;
}

static void check_folder(const char *folder)
{
    ar_str_vector files = {0};
    if (ar_file_list(&corpus.arena, ar_str_from_c(folder), AR_STR(".rules"), 1,
                     1000, &files) != AR_FILE_OK)
        fail_msg("cannot list %s", folder);
    for (size_t i = 0; i < files.count; i++) {
        struct fixture fixture;
        fixture_start(&fixture);
        corpus.n_files++;
        if (!check_file(&fixture, files.at[i]))
            corpus.n_failed++;
        fixture_end(&fixture);
    }
}

static const char *given_folder;

static void test_files(void **state)
{
    (void)state;
    check_folder(given_folder ? given_folder : AR_SOURCE_DIR "/tests/bad");
    if (!given_folder)
        assert_true(corpus.n_files >= MIN_FILES);
    assert_int_equal(corpus.n_failed, 0);
}

/* Odd bytes, and files too large to keep. */
static void test_made_files(void **state)
{
    (void)state;
    char folder[] = "/tmp/archrules-bad-XXXXXX";
    char command[COMMAND_BYTES];
    if (given_folder)
        return;
    assert_non_null(mkdtemp(folder));
    snprintf(command, sizeof(command), "python3 '%s' '%s'",
             AR_SOURCE_DIR "/tests/bad/make_encoding.py", folder);
    assert_int_equal(system(command), 0);
    size_t n_files = corpus.n_files;
    size_t n_failed = corpus.n_failed;
    check_folder(folder);
    snprintf(command, sizeof(command), "rm -r '%s'", folder);
    assert_int_equal(system(command), 0);
    assert_true(corpus.n_files - n_files >= 40);
    assert_int_equal(corpus.n_failed - n_failed, 0);
}

/* A rule file can draw each of these, so some file here must. */
static void test_codes(void **state)
{
    (void)state;
    size_t n_missing = 0;
    for (size_t i = 0; i < AR_N_DIAGS && !given_folder; i++) {
        const char *code = ar_diag_table[i].code;
        bool of_rules = (code[0] == 'E' && code[1] == '0') ||
                        (code[0] == 'W' && code[1] == '1');
        /* These take several units, the loader or 50,001 rules: t_check.c,
         * t_load.c. */
        static const char *const others[] = {"E0730", "E0731", "E0790", "E0906",
                                             "W1090"};
        bool of_units = false;
        for (size_t k = 0; k < AR_COUNT_OF(others); k++)
            of_units = of_units || strcmp(code, others[k]) == 0;
        if (!of_rules || of_units ||
            ar_map_has(&corpus.codes, ar_str_from_c(code)))
            continue;
        print_message("  no file draws %s\n", code);
        n_missing++;
    }
    assert_int_equal(n_missing, 0);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_files),
        cmocka_unit_test(test_made_files),
        cmocka_unit_test(test_codes),
    };
    given_folder = argc > 1 ? argv[1] : NULL;
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    ar_arena_free(&corpus.arena);
    return failed;
}
