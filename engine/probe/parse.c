/* SPDX-License-Identifier: Apache-2.0 */
/* The parsers that know only of lines and patterns, and what all parsers make
 * their results of. What cannot be taken apart is bad as a whole, or, where
 * elements stand apart, only the element. */
#include "base/limits.h"
#include "base/regex.h"
#include "probe/answer.h"

/* ---- making data ---- */

struct ar_datum *ar_datum_new(struct ar_arena *arena, enum ar_datum_kind kind)
{
    struct ar_datum *datum = AR_NEW(arena, struct ar_datum);
    datum->kind = kind;
    return datum;
}

struct ar_datum *ar_datum_text(struct ar_arena *arena, ar_str text)
{
    struct ar_datum *datum = ar_datum_new(arena, AR_DATUM_TEXT);
    datum->text = text;
    return datum;
}

struct ar_datum *ar_datum_bad(struct ar_arena *arena, enum ar_reason reason,
                              const char *detail)
{
    struct ar_datum *datum = ar_datum_new(arena, AR_DATUM_BAD);
    datum->lack =
        ar_value_unknown(reason, ar_str_copy(arena, ar_str_from_c(detail)));
    return datum;
}

void ar_datum_add(struct ar_datum *parent, struct ar_datum *child)
{
    if (parent->last)
        parent->last->next = child;
    else
        parent->first = child;
    parent->last = child;
    parent->count++;
}

bool ar_datum_is_full(const struct ar_datum *parent)
{
    return parent->count >= AR_MAX_LIST_ELEMENTS;
}

struct ar_datum *ar_datum_too_large(struct ar_arena *arena)
{
    return ar_datum_bad(arena, AR_REASON_too_large,
                        "it has too many lines or elements");
}

/* ---- lines ---- */

static size_t find_line_end(ar_str text)
{
    size_t end = 0;
    while (end < text.len && text.ptr[end] != '\n' && text.ptr[end] != '\r')
        end++;
    return end;
}

bool ar_parse_line(ar_str *rest, ar_str *line)
{
    if (rest->len == 0)
        return false;
    size_t end = find_line_end(*rest);
    size_t next = end + 1;
    *line = ar_str_slice(*rest, 0, end);
    if (next < rest->len && rest->ptr[end] == '\r' && rest->ptr[next] == '\n')
        next++;
    *rest = ar_str_slice(*rest, next, rest->len);
    return true;
}

static struct ar_datum *parse_lines(struct ar_arena *arena, ar_str text)
{
    struct ar_datum *list = ar_datum_new(arena, AR_DATUM_LIST);
    ar_str line;
    while (ar_parse_line(&text, &line)) {
        if (ar_datum_is_full(list))
            return ar_datum_too_large(arena);
        ar_datum_add(list, ar_datum_text(arena, line));
    }
    return list;
}

static struct ar_datum *parse_text(struct ar_arena *arena, ar_str text)
{
    if (ar_str_ends_with(text, AR_STR("\r\n")))
        text.len -= 2;
    else if (ar_str_ends_with(text, AR_STR("\n")) ||
             ar_str_ends_with(text, AR_STR("\r")))
        text.len--;
    return ar_datum_text(arena, text);
}

/* ---- patterns ---- */

/* What a probe's pattern works with. */
struct matching {
    struct ar_arena *arena;
    const struct ar_regex *regex;
    ar_str *groups;
    int64_t fuel; /* for all lines together */
};

static void start_matching(struct matching *matching, struct ar_arena *arena,
                           const struct ar_regex *regex)
{
    *matching = (struct matching){
        .arena = arena,
        .regex = regex,
        .groups = AR_NEW_ARRAY(arena, ar_str, ar_regex_group_count(regex) + 1),
        .fuel = AR_MAX_REGEX_FUEL_RULE,
    };
}

static struct ar_datum *make_record(const struct matching *matching)
{
    struct ar_datum *map = ar_datum_new(matching->arena, AR_DATUM_MAP);
    for (size_t ix = 1; ix <= ar_regex_group_count(matching->regex); ix++) {
        ar_str name = ar_regex_group_name(matching->regex, ix);
        if (name.len == 0)
            continue;
        struct ar_datum *group = ar_datum_new(matching->arena, AR_DATUM_NONE);
        if (matching->groups[ix].ptr)
            group = ar_datum_text(matching->arena, matching->groups[ix]);
        group->key = name;
        ar_datum_add(map, group);
    }
    return map;
}

/* A record; NULL if the text does not match; bad if that cannot be said. */
static struct ar_datum *match_text(struct matching *matching, ar_str text)
{
    if (text.len > AR_MAX_REGEX_SUBJECT_BYTES)
        return ar_datum_bad(matching->arena, AR_REASON_too_large,
                            "the text is too long for a pattern");
    switch (ar_regex_match(matching->regex, text, matching->groups,
                           &matching->fuel)) {
    case AR_REGEX_NO_MATCH: return NULL;
    case AR_REGEX_MATCH: return make_record(matching);
    case AR_REGEX_BUDGET:
        return ar_datum_bad(matching->arena, AR_REASON_budget,
                            "the pattern took too much work");
    case AR_REGEX_NO_MEMORY: ar_arena_fail(matching->arena);
    }
    AR_UNREACHABLE();
}

/* A line of which nobody knows whether it matches leaves open how many
 * elements there are. */
static struct ar_datum *parse_matching_lines(struct ar_arena *arena,
                                             const struct ar_regex *regex,
                                             ar_str text)
{
    struct matching matching;
    start_matching(&matching, arena, regex);
    struct ar_datum *list = ar_datum_new(arena, AR_DATUM_LIST);
    ar_str line;
    while (ar_parse_line(&text, &line)) {
        struct ar_datum *record = match_text(&matching, line);
        if (!record)
            continue;
        if (record->kind == AR_DATUM_BAD)
            return record;
        if (ar_datum_is_full(list))
            return ar_datum_too_large(arena);
        ar_datum_add(list, record);
    }
    return list;
}

static struct ar_datum *parse_matching_text(struct ar_arena *arena,
                                            const struct ar_regex *regex,
                                            ar_str text)
{
    struct matching matching;
    start_matching(&matching, arena, regex);
    struct ar_datum *record = match_text(&matching, text);
    if (record)
        return record;
    return ar_datum_bad(arena, AR_REASON_bad_output,
                        "it does not match the pattern");
}

const struct ar_datum *ar_probe_parse(struct ar_arena *arena,
                                      const struct ar_probe *probe, ar_str text)
{
    switch (probe->parser) {
    case AR_PARSER_TEXT:
        return probe->regex ? parse_matching_text(arena, probe->regex, text)
                            : parse_text(arena, text);
    case AR_PARSER_LINES:
        return probe->regex ? parse_matching_lines(arena, probe->regex, text)
                            : parse_lines(arena, text);
    case AR_PARSER_ANSWER: return ar_parse_answer(arena, text);
    case AR_PARSER_JSON: return ar_parse_json(arena, text);
    case AR_PARSER_JSONL: return ar_parse_jsonl(arena, text);
    case AR_PARSER_KEY_VALUE: return ar_parse_key_value(arena, text);
    case AR_PARSER_INI: return ar_parse_ini(arena, text);
    case AR_PARSER_COLUMNS: return ar_parse_columns(arena, text);
    }
    AR_UNREACHABLE();
}
