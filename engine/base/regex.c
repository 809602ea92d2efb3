/* SPDX-License-Identifier: Apache-2.0 */
/* Regular expressions by PCRE2, the only file that knows it. The limits of
 * PCRE2 do not bound time: its match limit starts again at each position
 * and counts a run of characters as one. So every item of a pattern gets a
 * callout that counts work; never the JIT compiler, which counts otherwise
 * and would make the verdict depend on the machine. */

#define PCRE2_CODE_UNIT_WIDTH 8

#include "base/regex.h"

#include "base/limits.h"
#include "base/regex_certain.h"
#include "base/regex_places.h"
#include "base/regex_scan.h"

#include <pcre2.h>
#include <stdatomic.h>
#include <string.h>

enum {
    COMPILED_BYTES = 65536,
    COMPILE_MEMORY_BYTES = 1048576, /* in one piece, while compiling */
    LOOK_BEHIND = 32,
    /* Second walls behind the fuel. */
    MATCH_LIMIT = 10000000,
    HEAP_LIMIT_KIB = 8192,
    SCANNED_BYTES_PER_FUEL = 16,
    BOUND_PER_FUEL = 64, /* of work that is not counted, but bounded */
    MESSAGE_BYTES = 256
};

_Static_assert((int)AR_REGEX_FUEL_PER_MATCH == (int)AR_MAX_REGEX_FUEL_MATCH,
               "one value in regex.h and limits.def");

/* Only read while matching: then any number of threads may share it. */
struct memory_cap {
    size_t size; /* 0: none */
    bool reached;
};

/* What is read of a pattern when a text first has what every match contains,
 * which of most patterns no text ever has. */
struct late {
    struct ar_arena arena;
    const struct ar_regex_places *places; /* or NULL */
};

struct ar_regex {
    pcre2_general_context *memory; /* NULL if it was only accepted */
    _Atomic(pcre2_code *) code;    /* with callouts unless it is simple */
    _Atomic(pcre2_code *) metered; /* of a simple one, once it is needed */
    struct memory_cap cap;
    size_t n_groups;
    ar_str *group_names; /* n_groups + 1 of them */
    ar_str pattern;
    uint32_t options;
    struct ar_regex_needles needles;
    struct ar_regex_shape shape;
    _Atomic(struct late *) late; /* NULL: not needed so far */
};

/* What PCRE2 works in, made at the first match. */
struct ar_regex_scratch {
    pcre2_general_context *memory;
    pcre2_match_data *data;
    pcre2_match_context *limits;
};

/* PCRE2 cannot be jumped across: it gets NULL and returns an error. */
static void *take_memory(PCRE2_SIZE size, void *data)
{
    struct memory_cap *cap = data;
    if (cap->size != 0 && size > cap->size) {
        cap->reached = true;
        return NULL;
    }
    return malloc(size);
}

static void give_memory_back(void *block, void *data)
{
    (void)data;
    free(block);
}

static void release_late(struct late *late)
{
    if (late)
        ar_arena_free(&late->arena);
    free(late);
}

static void release_regex(void *resource)
{
    struct ar_regex *regex = resource;
    release_late(atomic_load(&regex->late));
    atomic_store(&regex->late, NULL);
    pcre2_code_free(atomic_load(&regex->code));
    pcre2_code_free(atomic_load(&regex->metered));
    pcre2_general_context_free(regex->memory);
    atomic_store(&regex->code, NULL);
    regex->memory = NULL;
}

static bool refuse(struct ar_regex_error *error, size_t offset_bytes,
                   const char *text)
{
    error->offset_bytes = offset_bytes;
    error->text = ar_str_from_c(text);
    return false;
}

static uint32_t find_option(char letter)
{
    switch (letter) {
    case 'i': return PCRE2_CASELESS;
    case 'm': return PCRE2_MULTILINE;
    case 's': return PCRE2_DOTALL;
    case 'x': return PCRE2_EXTENDED;
    default: return 0;
    }
}

static bool read_flags(ar_str flags, uint32_t *options)
{
    *options = 0;
    for (size_t i = 0; i < flags.len; i++) {
        uint32_t option = find_option(flags.ptr[i]);
        if (option == 0 || (*options & option))
            return false;
        *options |= option;
    }
    return true;
}

static bool check_pattern(ar_str pattern, uint32_t options,
                          struct ar_regex_scan *scan,
                          struct ar_regex_error *error)
{
    if (pattern.len > AR_MAX_REGEX_BYTES)
        return refuse(error, AR_MAX_REGEX_BYTES,
                      "the pattern is longer than 1024 bytes");
    if (!ar_regex_scan(pattern, options & PCRE2_EXTENDED, scan))
        return refuse(error, scan->refused_at, scan->refusal);
    return true;
}

/* Settings that PCRE2 would otherwise take from how it was built. */
static pcre2_compile_context *create_settings(pcre2_general_context *memory)
{
    pcre2_compile_context *settings = pcre2_compile_context_create(memory);
    if (!settings)
        return NULL;
    pcre2_set_newline(settings, PCRE2_NEWLINE_ANYCRLF);
    pcre2_set_bsr(settings, PCRE2_BSR_UNICODE);
#if PCRE2_MAJOR > 10 || PCRE2_MINOR >= 43
    pcre2_set_max_varlookbehind(settings, 0);
#endif
    return settings;
}

static bool explain_failure(struct ar_arena *arena, int code, size_t offset,
                            size_t pattern_len, struct ar_regex_error *error)
{
    PCRE2_UCHAR message[MESSAGE_BYTES];
    if (offset > pattern_len)
        offset = pattern_len;
    if (code < 0)
        return refuse(error, offset, "the pattern is not valid UTF-8");
    pcre2_get_error_message(code, message, sizeof(message));
    ar_str text = ar_str_from_c((const char *)message);
    error->offset_bytes = offset;
    error->text = ar_str_copy(arena, text);
    return false;
}

static bool compile_code(struct ar_arena *arena, struct ar_regex *regex,
                         ar_str pattern, struct ar_regex_error *error)
{
    const PCRE2_UCHAR *text = (const PCRE2_UCHAR *)pattern.ptr;
    int code = PCRE2_ERROR_NOMEMORY;
    PCRE2_SIZE offset = 0;
    regex->cap.size = COMPILE_MEMORY_BYTES;
    regex->memory = pcre2_general_context_create(take_memory, give_memory_back,
                                                 &regex->cap);
    pcre2_compile_context *settings =
        regex->memory ? create_settings(regex->memory) : NULL;
    if (!settings)
        ar_arena_fail(arena);
    pcre2_code *made = pcre2_compile(text, pattern.len, regex->options, &code,
                                     &offset, settings);
    pcre2_compile_context_free(settings);
    regex->cap.size = 0;
    atomic_store(&regex->code, made);
    if (made)
        return true;
    if (regex->cap.reached || code == PCRE2_ERROR_PATTERN_TOO_LARGE)
        return refuse(error, 0, "the compiled pattern would be too large");
    if (code == PCRE2_ERROR_HEAP_FAILED)
        ar_arena_fail(arena);
    return explain_failure(arena, code, offset, pattern.len, error);
}

static uint32_t ask_number(const struct ar_regex *regex, uint32_t what)
{
    uint32_t number = 0;
    pcre2_pattern_info(atomic_load(&regex->code), what, &number);
    return number;
}

/* What is best known after compiling. Back-references were refused before;
 * they are asked for again in case the two readings of a pattern differ. */
static bool check_compiled(const struct ar_regex *regex,
                           const struct ar_regex_scan *scan,
                           struct ar_regex_error *error)
{
    size_t size = 0;
    pcre2_pattern_info(atomic_load(&regex->code), PCRE2_INFO_SIZE, &size);
    if (size > COMPILED_BYTES)
        return refuse(error, 0, "the compiled pattern would be too large");
    if (ask_number(regex, PCRE2_INFO_CAPTURECOUNT) > AR_MAX_REGEX_GROUPS)
        return refuse(error, scan->too_many_at, "more than 16 groups");
    if (ask_number(regex, PCRE2_INFO_MAXLOOKBEHIND) > LOOK_BEHIND)
        return refuse(error, scan->look_behind_at,
                      "looks behind more than 32 characters");
    if (ask_number(regex, PCRE2_INFO_BACKREFMAX) > 0)
        return refuse(error, 0, "back-references are not allowed");
    return true;
}

/* A row of PCRE2's table of names: the number, high byte first, the name and
 * a NUL, filled up to the length of the longest. */
static void read_group_names(struct ar_arena *arena, struct ar_regex *regex)
{
    PCRE2_SPTR row = NULL;
    uint32_t n_rows = ask_number(regex, PCRE2_INFO_NAMECOUNT);
    uint32_t row_bytes = ask_number(regex, PCRE2_INFO_NAMEENTRYSIZE);
    regex->n_groups = ask_number(regex, PCRE2_INFO_CAPTURECOUNT);
    regex->group_names = AR_NEW_ARRAY(arena, ar_str, regex->n_groups + 1);
    pcre2_pattern_info(atomic_load(&regex->code), PCRE2_INFO_NAMETABLE, &row);
    for (uint32_t i = 0; i < n_rows; i++, row += row_bytes) {
        size_t group = (size_t)row[0] << 8 | row[1];
        AR_ASSERT(group <= regex->n_groups);
        regex->group_names[group] =
            ar_str_copy(arena, ar_str_from_c((const char *)row + 2));
    }
}

/* Without code. */
static struct ar_regex *create_regex(struct ar_arena *arena, ar_str pattern,
                                     ar_str flags, uint32_t options)
{
    struct ar_regex *regex = AR_NEW(arena, struct ar_regex);
    /* Before there is anything to release: from here on a jump is safe. */
    ar_arena_defer(arena, release_regex, regex);
    regex->pattern = ar_str_copy(arena, pattern);
    ar_regex_read_literals(arena, pattern, flags, &regex->needles,
                           &regex->shape);
    regex->options = options | PCRE2_UTF | PCRE2_NEVER_BACKSLASH_C;
    if (!regex->shape.is_simple)
        regex->options |= PCRE2_AUTO_CALLOUT;
    return regex;
}

/* False if the pattern cannot be a good one, whatever PCRE2 says. */
static bool read_pattern(ar_str *pattern, ar_str flags, uint32_t *options,
                         struct ar_regex_scan *scan,
                         struct ar_regex_error *error)
{
    if (!pattern->ptr)
        *pattern = AR_STR("");
    if (!read_flags(flags, options))
        return refuse(error, pattern->len,
                      "the flags are i, m, s and x, each at most once");
    return check_pattern(*pattern, *options, scan, error);
}

bool ar_regex_accept(struct ar_arena *arena, ar_str pattern, ar_str flags,
                     struct ar_regex **out, struct ar_regex_error *error)
{
    uint32_t options = 0;
    struct ar_regex_scan scan;
    if (!read_pattern(&pattern, flags, &options, &scan, error))
        return false;
    *out = create_regex(arena, pattern, flags, options);
    return true;
}

static bool finish_regex(struct ar_arena *arena, struct ar_regex *regex,
                         const struct ar_regex_scan *scan,
                         struct ar_regex_error *error)
{
    if (!compile_code(arena, regex, regex->pattern, error) ||
        !check_compiled(regex, scan, error))
        return false;
    read_group_names(arena, regex);
    return true;
}

/* may_wait: with compiling a pattern that is sure to be good. */
static bool make_regex(struct ar_arena *arena, ar_str pattern, ar_str flags,
                       bool may_wait, struct ar_regex **out,
                       struct ar_regex_error *error)
{
    uint32_t options = 0;
    struct ar_regex_scan scan;
    if (!read_pattern(&pattern, flags, &options, &scan, error))
        return false;
    struct ar_regex *regex = create_regex(arena, pattern, flags, options);
    may_wait =
        may_wait && !(options & PCRE2_EXTENDED) && ar_regex_is_certain(pattern);
    if (!may_wait && !finish_regex(arena, regex, &scan, error))
        return false;
    *out = regex;
    return true;
}

bool ar_regex_compile(struct ar_arena *arena, ar_str pattern, ar_str flags,
                      struct ar_regex **out, struct ar_regex_error *error)
{
    return make_regex(arena, pattern, flags, false, out, error);
}

bool ar_regex_check(struct ar_arena *arena, ar_str pattern, ar_str flags,
                    struct ar_regex **out, struct ar_regex_error *error)
{
    return make_regex(arena, pattern, flags, true, out, error);
}

/* ---- work ---- */

/* The work of one match. */
struct meter {
    int64_t left; /* negative: used up */
    PCRE2_SIZE last_position;
};

static int count_work(pcre2_callout_block *callout, void *data)
{
    struct meter *meter = data;
    PCRE2_SIZE now = callout->current_position;
    PCRE2_SIZE last = meter->last_position;
    PCRE2_SIZE distance = now > last ? now - last : last - now;
    meter->last_position = now;
    meter->left -= 1 + (int64_t)(distance / SCANNED_BYTES_PER_FUEL);
    return meter->left < 0 ? PCRE2_ERROR_CALLOUT : 0;
}

static enum ar_regex_verdict judge(int code)
{
    const int first_utf_error = PCRE2_ERROR_UTF8_ERR1;
    const int last_utf_error = PCRE2_ERROR_UTF8_ERR21;
    if (code >= 0)
        return AR_REGEX_MATCH;
    if (code == PCRE2_ERROR_NOMATCH)
        return AR_REGEX_NO_MATCH;
    if (code <= first_utf_error && code >= last_utf_error)
        return AR_REGEX_NO_MATCH;
    if (code == PCRE2_ERROR_NOMEMORY)
        return AR_REGEX_NO_MEMORY;
    /* MATCHLIMIT, HEAPLIMIT, DEPTHLIMIT, our own CALLOUT; and what should
     * never come must not count as an answer. */
    return AR_REGEX_BUDGET;
}

static void read_groups(const struct ar_regex *regex, ar_str subject,
                        pcre2_match_data *data, ar_str *groups)
{
    const PCRE2_SIZE *offsets = pcre2_get_ovector_pointer(data);
    for (size_t i = 0; i <= regex->n_groups; i++) {
        PCRE2_SIZE start = offsets[2 * i];
        if (start == PCRE2_UNSET)
            groups[i] = (ar_str){NULL, 0};
        else
            groups[i] = ar_str_slice(subject, start, offsets[2 * i + 1]);
    }
}

/* ---- matching ---- */

static void release_scratch(void *resource)
{
    struct ar_regex_scratch *scratch = resource;
    pcre2_match_data_free(scratch->data);
    pcre2_match_context_free(scratch->limits);
    pcre2_general_context_free(scratch->memory);
    *scratch = (struct ar_regex_scratch){0};
}

struct ar_regex_scratch *ar_regex_scratch_create(struct ar_arena *arena)
{
    struct ar_regex_scratch *scratch = AR_NEW(arena, struct ar_regex_scratch);
    ar_arena_defer(arena, release_scratch, scratch);
    return scratch;
}

/* False if there is no memory. */
static bool prepare_scratch(struct ar_regex_scratch *scratch)
{
    static struct memory_cap no_cap;
    if (scratch->limits)
        return true;
    scratch->memory =
        pcre2_general_context_create(take_memory, give_memory_back, &no_cap);
    if (!scratch->memory)
        return false;
    scratch->data =
        pcre2_match_data_create(AR_MAX_REGEX_GROUPS + 1, scratch->memory);
    scratch->limits = pcre2_match_context_create(scratch->memory);
    if (!scratch->data || !scratch->limits) {
        release_scratch(scratch);
        return false;
    }
    pcre2_set_match_limit(scratch->limits, MATCH_LIMIT);
    pcre2_set_heap_limit(scratch->limits, HEAP_LIMIT_KIB);
    return true;
}

static enum ar_regex_verdict run_match(const struct ar_regex *regex,
                                       const pcre2_code *code, ar_str subject,
                                       ar_str *groups, struct meter *meter,
                                       struct ar_regex_scratch *scratch)
{
    if (!prepare_scratch(scratch))
        return AR_REGEX_NO_MEMORY;
    pcre2_set_callout(scratch->limits, count_work, meter);
    enum ar_regex_verdict verdict =
        judge(pcre2_match(code, (PCRE2_SPTR)subject.ptr, subject.len, 0,
                          PCRE2_NO_JIT, scratch->data, scratch->limits));
    if (verdict == AR_REGEX_MATCH && groups)
        read_groups(regex, subject, scratch->data, groups);
    return verdict;
}

/* The code in a place of the regex, made when it is first needed; the first of
 * several threads that make it wins. If there is none, *verdict says why. */
static const pcre2_code *need_code(const struct ar_regex *regex,
                                   const _Atomic(pcre2_code *) *place,
                                   uint32_t options,
                                   enum ar_regex_verdict *verdict)
{
    pcre2_code *known = atomic_load(place);
    int code = PCRE2_ERROR_HEAP_FAILED;
    PCRE2_SIZE offset = 0;
    if (known)
        return known;
    pcre2_compile_context *settings = create_settings(regex->memory);
    pcre2_code *made = NULL;
    if (settings)
        made = pcre2_compile((PCRE2_SPTR)regex->pattern.ptr, regex->pattern.len,
                             options, &code, &offset, settings);
    pcre2_compile_context_free(settings);
    if (!made)
        *verdict = code == PCRE2_ERROR_HEAP_FAILED ? AR_REGEX_NO_MEMORY
                                                   : AR_REGEX_BUDGET;
    if (!made || atomic_compare_exchange_strong(
                     (_Atomic(pcre2_code *) *)(uintptr_t)place, &known, made))
        return made;
    pcre2_code_free(made);
    return known;
}

/* Work that cannot exceed the limit is not counted. What it costs follows from
 * its bound, so that it is the same everywhere. */
static enum ar_regex_verdict match_freely(const struct ar_regex *regex,
                                          ar_str subject, ar_str *groups,
                                          int64_t *fuel, uint64_t bound,
                                          struct ar_regex_scratch *scratch)
{
    struct meter meter = {.left = AR_REGEX_FUEL_PER_MATCH};
    enum ar_regex_verdict verdict = AR_REGEX_NO_MATCH;
    const pcre2_code *code =
        need_code(regex, &regex->code, regex->options, &verdict);
    *fuel -= 1 + (int64_t)(subject.len + bound / BOUND_PER_FUEL);
    if (!code)
        return verdict;
    return run_match(regex, code, subject, groups, &meter, scratch);
}

static enum ar_regex_verdict match_metered(const struct ar_regex *regex,
                                           ar_str subject, ar_str *groups,
                                           int64_t *fuel,
                                           struct ar_regex_scratch *scratch)
{
    struct meter meter = {.left = AR_REGEX_FUEL_PER_MATCH};
    enum ar_regex_verdict verdict = AR_REGEX_NO_MATCH;
    const pcre2_code *code = need_code(
        regex, regex->shape.is_simple ? &regex->metered : &regex->code,
        regex->options | PCRE2_AUTO_CALLOUT, &verdict);
    if (!code)
        return verdict;
    if (meter.left > *fuel)
        meter.left = *fuel;
    int64_t allowed = meter.left;
    verdict = run_match(regex, code, subject, groups, &meter, scratch);
    *fuel -= allowed - meter.left;
    return verdict;
}

/* False if there is no memory: that is a verdict, as it is of PCRE2, and the
 * arena of whoever asks must not be jumped to with this one half made. */
static bool read_late(const struct ar_regex *regex, struct late *late)
{
    jmp_buf out_of_memory;
    late->arena.out_of_memory = &out_of_memory;
    if (setjmp(out_of_memory))
        return false;
    if (!(regex->options & PCRE2_EXTENDED))
        late->places = ar_regex_places_read(&late->arena, regex->pattern,
                                            regex->options & PCRE2_CASELESS);
    late->arena.out_of_memory = NULL;
    return true;
}

/* The first of several threads that read it wins; NULL: no memory. */
static const struct late *need_late(const struct ar_regex *regex)
{
    struct late *known = atomic_load(&regex->late);
    if (known)
        return known;
    struct late *made = calloc(1, sizeof(*made));
    if (made && !read_late(regex, made)) {
        release_late(made);
        made = NULL;
    }
    if (!made ||
        atomic_compare_exchange_strong(
            (_Atomic(struct late *) *)(uintptr_t)&regex->late, &known, made))
        return made;
    release_late(made);
    return known;
}

/* False if there is no memory. Groups are for PCRE2 to find. */
static bool ask_places(const struct ar_regex *regex, ar_str subject,
                       enum ar_regex_places_answer *answer)
{
    const struct late *late = need_late(regex);
    if (late && late->places)
        *answer = ar_regex_places_match(late->places, subject);
    return late != NULL;
}

enum ar_regex_verdict ar_regex_match_with(const struct ar_regex *regex,
                                          ar_str subject, ar_str *groups,
                                          int64_t *fuel,
                                          struct ar_regex_scratch *scratch)
{
    if (!subject.ptr)
        subject = AR_STR("");
    if (!ar_regex_has_needles(&regex->needles, subject))
        return AR_REGEX_NO_MATCH;
    if (*fuel <= 0)
        return AR_REGEX_BUDGET;
    enum ar_regex_places_answer answer = AR_REGEX_PLACES_UNSAID;
    if (!groups && !ask_places(regex, subject, &answer))
        return AR_REGEX_NO_MEMORY;
    if (answer != AR_REGEX_PLACES_UNSAID) {
        *fuel -= 1 + (int64_t)subject.len;
        return answer == AR_REGEX_PLACES_SOME ? AR_REGEX_MATCH
                                              : AR_REGEX_NO_MATCH;
    }
    uint64_t bound = ar_regex_bound_work(&regex->shape, subject.len);
    if (bound <= AR_REGEX_FUEL_PER_MATCH)
        return match_freely(regex, subject, groups, fuel, bound, scratch);
    return match_metered(regex, subject, groups, fuel, scratch);
}

enum ar_regex_verdict ar_regex_match(const struct ar_regex *regex,
                                     ar_str subject, ar_str *groups,
                                     int64_t *fuel)
{
    struct ar_regex_scratch scratch = {0};
    enum ar_regex_verdict verdict =
        ar_regex_match_with(regex, subject, groups, fuel, &scratch);
    release_scratch(&scratch);
    return verdict;
}

const struct ar_regex_needles *ar_regex_needles(const struct ar_regex *regex)
{
    return &regex->needles;
}

size_t ar_regex_group_count(const struct ar_regex *regex)
{
    return regex->n_groups;
}

ar_str ar_regex_group_name(const struct ar_regex *regex, size_t ix)
{
    AR_ASSERT(ix >= 1 && ix <= regex->n_groups);
    return regex->group_names[ix];
}
