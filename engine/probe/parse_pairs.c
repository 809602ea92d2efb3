/* SPDX-License-Identifier: Apache-2.0 */
/* Keys with values: key_value and ini. A key that is there twice is added
 * twice, so that whoever asks for it can see that it has no one value. */
#include "base/map.h"
#include "probe/parse.h"

static bool is_comment(ar_str line, bool has_semicolon)
{
    return ar_str_starts_with(line, AR_STR("#")) ||
           (has_semicolon && ar_str_starts_with(line, AR_STR(";")));
}

static bool is_quote(char c)
{
    return c == '"' || c == '\'';
}

/* Where the quotes that text begins with end, or SIZE_MAX. */
static size_t find_closing_quote(ar_str text, bool has_escapes)
{
    for (size_t at = 1; at < text.len; at++) {
        if (has_escapes && text.ptr[at] == '\\' && text.ptr[0] == '"')
            at++;
        else if (text.ptr[at] == text.ptr[0])
            return at;
    }
    return SIZE_MAX;
}

/* ---- key_value ---- */

static size_t find_separator(ar_str line)
{
    size_t at = 0;
    while (at < line.len && line.ptr[at] != '=' && line.ptr[at] != ':')
        at++;
    return at;
}

/* Inside double quotes a backslash makes the next " \ $ ` plain. */
static ar_str unescape(struct ar_arena *arena, ar_str text)
{
    struct ar_buf out = AR_BUF(arena);
    for (size_t at = 0; at < text.len; at++) {
        bool is_escape =
            text.ptr[at] == '\\' && at + 1 < text.len &&
            ar_str_find(AR_STR("\"\\$`"), ar_str_slice(text, at + 1, at + 2),
                        0) != SIZE_MAX;
        at += is_escape;
        ar_buf_put_char(&out, text.ptr[at]);
    }
    return ar_buf_view(&out);
}

static struct ar_datum *read_quoted(struct ar_arena *arena, ar_str text)
{
    size_t end = find_closing_quote(text, true);
    if (end == SIZE_MAX)
        return ar_datum_bad(arena, AR_REASON_bad_output,
                            "its quotes do not end on the line");
    if (end + 1 != text.len)
        return ar_datum_text(arena, text);
    bool is_double = text.ptr[0] == '"';
    text = ar_str_slice(text, 1, end);
    return ar_datum_text(arena, is_double ? unescape(arena, text) : text);
}

struct ar_datum *ar_parse_key_value(struct ar_arena *arena, ar_str text)
{
    struct ar_datum *map = ar_datum_new(arena, AR_DATUM_MAP);
    ar_str line;
    while (ar_parse_line(&text, &line)) {
        line = ar_str_trim(line);
        size_t at = find_separator(line);
        ar_str key = ar_str_trim(ar_str_slice(line, 0, at));
        if (is_comment(line, false) || at == line.len || key.len == 0)
            continue;
        if (ar_datum_is_full(map))
            return ar_datum_too_large(arena);
        ar_str value = ar_str_trim(ar_str_slice(line, at + 1, line.len));
        bool has_quotes = value.len > 0 && is_quote(value.ptr[0]);
        struct ar_datum *member = has_quotes ? read_quoted(arena, value)
                                             : ar_datum_text(arena, value);
        member->key = key;
        ar_datum_add(map, member);
    }
    return map;
}

/* ---- ini ---- */

struct ini {
    struct ar_arena *arena;
    struct ar_datum *sections;
    struct ar_map by_name; /* name -> struct ar_datum * */
    struct ar_datum *section;
    bool is_too_large;
};

static void add(struct ini *ini, struct ar_datum *parent,
                struct ar_datum *child)
{
    ini->is_too_large = ini->is_too_large || ar_datum_is_full(parent);
    if (!ini->is_too_large)
        ar_datum_add(parent, child);
}

static void enter_section(struct ini *ini, ar_str name)
{
    ini->section = ar_map_get(&ini->by_name, name);
    if (ini->section)
        return;
    ini->section = ar_datum_new(ini->arena, AR_DATUM_MAP);
    ini->section->key = name;
    add(ini, ini->sections, ini->section);
    ar_map_put(ini->arena, &ini->by_name, name, ini->section);
}

/* What stands before a comment behind a blank. */
static ar_str cut_comment(ar_str text)
{
    for (size_t at = 1; at < text.len; at++) {
        bool is_mark = text.ptr[at] == '#' || text.ptr[at] == ';';
        if (is_mark && ar_char_is_blank(text.ptr[at - 1]))
            return ar_str_trim(ar_str_slice(text, 0, at));
    }
    return text;
}

static struct ar_datum *read_ini_value(struct ar_arena *arena, ar_str text)
{
    if (is_comment(text, true))
        return ar_datum_text(arena, ar_str_slice(text, 0, 0));
    if (text.len == 0 || !is_quote(text.ptr[0]))
        return ar_datum_text(arena, cut_comment(text));
    size_t end = find_closing_quote(text, false);
    if (end == SIZE_MAX)
        return ar_datum_bad(arena, AR_REASON_bad_output,
                            "its quotes do not end on the line");
    ar_str rest = ar_str_trim(ar_str_slice(text, end + 1, text.len));
    if (rest.len > 0 && !is_comment(rest, true))
        return ar_datum_text(arena, cut_comment(text));
    return ar_datum_text(arena, ar_str_slice(text, 1, end));
}

static bool read_section(struct ini *ini, ar_str line)
{
    size_t end = ar_str_find(line, AR_STR("]"), 0);
    if (end == SIZE_MAX)
        return false;
    ar_str rest = ar_str_trim(ar_str_slice(line, end + 1, line.len));
    if (rest.len > 0 && !is_comment(rest, true))
        return false;
    enter_section(ini, ar_str_trim(ar_str_slice(line, 1, end)));
    return true;
}

static void read_pair(struct ini *ini, ar_str line)
{
    size_t at = ar_str_find(line, AR_STR("="), 0);
    ar_str key = ar_str_trim(ar_str_slice(line, 0, at));
    if (at == SIZE_MAX || key.len == 0)
        return;
    if (!ini->section)
        enter_section(ini, AR_STR(""));
    ar_str value = ar_str_trim(ar_str_slice(line, at + 1, line.len));
    struct ar_datum *member = read_ini_value(ini->arena, value);
    member->key = key;
    add(ini, ini->section, member);
}

struct ar_datum *ar_parse_ini(struct ar_arena *arena, ar_str text)
{
    struct ini ini = {.arena = arena,
                      .sections = ar_datum_new(arena, AR_DATUM_MAP)};
    ar_str line;
    while (!ini.is_too_large && ar_parse_line(&text, &line)) {
        line = ar_str_trim(line);
        if (is_comment(line, true))
            continue;
        if (!ar_str_starts_with(line, AR_STR("[")))
            read_pair(&ini, line);
        else if (!read_section(&ini, line))
            return ar_datum_bad(arena, AR_REASON_bad_output,
                                "the head of a section does not end");
    }
    return ini.is_too_large ? ar_datum_too_large(arena) : ini.sections;
}
