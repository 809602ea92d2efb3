/* SPDX-License-Identifier: Apache-2.0 */
/* Our reader's answer to each file of the public JSON test suite against
 * manifest.txt. The files are not in the repository: fetch.sh gets them, and
 * ARCHRULES_JSON_SUITE names their folder. Without it nothing is tested, and
 * the exit code 77 says so. */

#include "base/file.h"

#include "json/json.h"

/* cmocka.h needs what stands before it. */
/* clang-format off */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>
/* clang-format on */

#ifndef AR_JSON_SUITE_MANIFEST
#define AR_JSON_SUITE_MANIFEST "tests/json_suite/manifest.txt"
#endif

enum { EXIT_SKIPPED = 77, FILE_LIMIT = 1 << 20 };

/* One line of the manifest. */
struct line {
    ar_str suite_class;
    ar_str file;
    ar_str answer;
    ar_str reason;
};

struct counts {
    unsigned accepted; /* class y */
    unsigned strict;
    unsigned refused; /* class n */
    unsigned pinned;  /* class i */
    unsigned wrong;
};

static const char *suite_folder(void)
{
    return getenv("ARCHRULES_JSON_SUITE");
}

static const char *code_name(enum ar_json_error_code code)
{
    switch (code) {
    case AR_JSON_OK: return "";
    case AR_JSON_EMPTY: return "empty";
    case AR_JSON_SYNTAX: return "syntax";
    case AR_JSON_TRUNCATED: return "truncated";
    case AR_JSON_TRAILING: return "trailing";
    case AR_JSON_BAD_UTF8: return "bad_utf8";
    case AR_JSON_BAD_ESCAPE: return "bad_escape";
    case AR_JSON_NUL: return "nul";
    case AR_JSON_BAD_NUMBER: return "bad_number";
    case AR_JSON_RANGE: return "range";
    case AR_JSON_DUPLICATE: return "duplicate";
    case AR_JSON_TOO_DEEP: return "too_deep";
    case AR_JSON_TOO_LARGE: return "too_large";
    case AR_JSON_BOM: return "bom";
    }
    AR_UNREACHABLE();
}

static ar_str next_part(ar_str *rest, ar_str separator)
{
    size_t end = ar_str_find(*rest, separator, 0);
    ar_str part = ar_str_slice(*rest, 0, end);
    *rest =
        end == SIZE_MAX ? (ar_str){0} : ar_str_slice(*rest, end + 1, SIZE_MAX);
    return part;
}

static struct line split_line(ar_str text)
{
    const ar_str blank = AR_STR(" ");
    struct line line;
    line.suite_class = next_part(&text, blank);
    line.file = next_part(&text, blank);
    line.answer = next_part(&text, blank);
    line.reason = text;
    return line;
}

/* Whether the reader answers as the line says. */
static bool is_as_pinned(struct ar_arena *arena, const struct line *line)
{
    struct ar_json_limits limits = ar_json_default_limits;
    limits.number_bytes = 256;
    struct ar_json_limits rfc = limits;
    rfc.allow_duplicate_keys = true;
    rfc.allow_nul = true;
    ar_str path = ar_str_printf(arena, "%s/" AR_STR_FORMAT, suite_folder(),
                                AR_STR_ARG(line->file));
    ar_str text;
    enum ar_file_status status = ar_file_read(arena, path, FILE_LIMIT, &text);
    if (status != AR_FILE_OK) {
        print_error(AR_STR_FORMAT ": %s\n", AR_STR_ARG(path),
                    ar_file_status_text(status));
        return false;
    }
    struct ar_json_error error;
    bool is_strict = ar_str_equal_c(line->reason, "duplicate") ||
                     ar_str_equal_c(line->reason, "nul");
    if (is_strict && !ar_json_read(arena, text, &rfc, &error)) {
        print_error(AR_STR_FORMAT ": refused even where allowed\n",
                    AR_STR_ARG(line->file));
        return false;
    }
    bool is_accepted = ar_json_read(arena, text, &limits, &error) != NULL;
    bool is_same =
        ar_str_equal_c(line->answer, is_accepted ? "accept" : "refuse") &&
        ar_str_equal_c(line->reason, code_name(error.code));
    if (!is_same)
        print_error(AR_STR_FORMAT ": %s %s at %u\n", AR_STR_ARG(line->file),
                    is_accepted ? "accept" : "refuse", code_name(error.code),
                    (unsigned)error.offset);
    return is_same;
}

/* The suite's own demand, whatever the manifest pins. */
static void count_line(struct counts *counts, const struct line *line)
{
    bool is_accept = ar_str_equal_c(line->answer, "accept");
    bool is_on_purpose = ar_str_equal_c(line->reason, "duplicate") ||
                         ar_str_equal_c(line->reason, "nul");
    if (ar_str_equal_c(line->suite_class, "i"))
        counts->pinned++;
    else if (ar_str_equal_c(line->suite_class, "n") && !is_accept)
        counts->refused++;
    else if (ar_str_equal_c(line->suite_class, "y") && is_accept)
        counts->accepted++;
    else if (ar_str_equal_c(line->suite_class, "y") && is_on_purpose) {
        counts->accepted++; /* under the RFC's rules, which were tried */
        counts->strict++;
    } else
        counts->wrong++;
}

static void answers_each_file_as_pinned(void **state)
{
    (void)state;
    struct ar_arena lasting = {0};
    struct ar_arena arena = {0};
    struct counts counts = {0};
    ar_str rest;
    enum ar_file_status status = ar_file_read(
        &lasting, ar_str_from_c(AR_JSON_SUITE_MANIFEST), FILE_LIMIT, &rest);
    assert_int_equal(status, AR_FILE_OK);
    while (rest.len > 0) {
        ar_str text = next_part(&rest, AR_STR("\n"));
        if (text.len == 0 || text.ptr[0] == '#')
            continue;
        struct line line = split_line(text);
        if (is_as_pinned(&arena, &line))
            count_line(&counts, &line);
        else
            counts.wrong++;
        ar_arena_reset(&arena);
    }
    ar_arena_free(&arena);
    ar_arena_free(&lasting);
    print_message("json-suite: %u accepted, %u refused, %u pinned (%u of the "
                  "accepted only where repeated keys and \\u0000 are "
                  "allowed)\n",
                  counts.accepted, counts.refused, counts.pinned,
                  counts.strict);
    assert_int_equal(counts.wrong, 0);
    assert_int_equal(counts.accepted, 95);
    assert_int_equal(counts.strict, 4);
    assert_int_equal(counts.refused, 188);
    assert_int_equal(counts.pinned, 35);
}

int main(void)
{
    const char *folder = suite_folder();
    if (!folder || ar_file_kind(ar_str_from_c(folder)) != AR_FILE_KIND_FOLDER) {
        printf("SKIP json-suite: ARCHRULES_JSON_SUITE is not a folder; "
               "get it with tests/json_suite/fetch.sh FOLDER\n");
        return EXIT_SKIPPED;
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(answers_each_file_as_pinned),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
