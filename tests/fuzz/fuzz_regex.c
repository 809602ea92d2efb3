/* SPDX-License-Identifier: Apache-2.0 */
/* Fuzz target: patterns. Three parts with line ends between them: flags, a
 * pattern, a text. A refusal has a reason and a place; a match takes at most
 * the work it is given and a little, finds what lies in the text, and comes
 * out the same however often and with however much more work allowed. */

#include "base/regex.h"
#include "fuzz.h"

enum { FUEL = 20000, MOST_GROUPS = 64 };

struct attempt {
    enum ar_regex_verdict verdict;
    int64_t used;
    ar_str groups[MOST_GROUPS];
};

static struct attempt match(const struct ar_regex *regex, ar_str subject,
                            int64_t fuel)
{
    struct attempt attempt = {.used = fuel};
    attempt.verdict = ar_regex_match(regex, subject, attempt.groups, &fuel);
    attempt.used -= fuel;
    return attempt;
}

static void require_groups(const struct attempt *attempt, ar_str subject,
                           size_t n_groups)
{
    for (size_t i = 0; i <= n_groups; i++) {
        ar_str group = attempt->groups[i];
        fuzz_require(i > 0 || group.ptr);
        fuzz_require(!group.ptr ||
                     (group.ptr >= subject.ptr &&
                      group.ptr + group.len <= subject.ptr + subject.len));
    }
}

static void require_same(const struct attempt *a, const struct attempt *b,
                         size_t n_groups)
{
    fuzz_require(a->verdict == b->verdict);
    fuzz_require(a->used == b->used);
    for (size_t i = 0; i <= n_groups && a->verdict == AR_REGEX_MATCH; i++) {
        fuzz_require(a->groups[i].ptr == b->groups[i].ptr);
        fuzz_require(a->groups[i].len == b->groups[i].len);
    }
}

static void try_subject(const struct ar_regex *regex, ar_str subject)
{
    size_t n_groups = ar_regex_group_count(regex);
    fuzz_require(n_groups < MOST_GROUPS);
    struct attempt attempt = match(regex, subject, FUEL);
    struct attempt again = match(regex, subject, FUEL);
    fuzz_require(attempt.verdict != AR_REGEX_NO_MEMORY);
    require_same(&attempt, &again, n_groups);
    if (attempt.verdict == AR_REGEX_BUDGET)
        return;
    if (attempt.verdict == AR_REGEX_MATCH)
        require_groups(&attempt, subject, n_groups);
    struct attempt richer = match(regex, subject, 2 * (int64_t)FUEL);
    require_same(&attempt, &richer, n_groups);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct ar_arena arena;
    struct ar_regex *regex = NULL;
    struct ar_regex_error error = {0};
    size_t at = 0;
    ar_str text = fuzz_text(&arena, data, size);
    ar_str flags = fuzz_line(text, &at);
    ar_str pattern = fuzz_line(text, &at);
    ar_str subject = ar_str_slice(text, at, text.len);
    if (ar_regex_compile(&arena, pattern, flags, &regex, &error)) {
        try_subject(regex, subject);
    } else {
        fuzz_require(error.text.len > 0);
        fuzz_require(error.offset_bytes <= pattern.len);
    }
    ar_arena_reset(&arena);
    return 0;
}
