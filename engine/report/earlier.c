/* SPDX-License-Identifier: Apache-2.0 */
/* Reading a report back. It comes from outside like a snapshot: nothing in it
 * is repaired, and what is not understood is refused. */

#include "report/earlier.h"

#include "base/limits.h"

enum { DEPTH = 64, FINGERPRINT_DIGITS = 16 };

static const struct ar_json_limits limits = {
    .depth = DEPTH,
    .values = AR_MAX_EARLIER_REPORT_BYTES / 8,
    .key_bytes = AR_MAX_JSON_KEY_BYTES,
    .string_bytes = AR_MAX_EARLIER_REPORT_BYTES,
    .number_bytes = AR_MAX_JSON_NUMBER_BYTES,
};

struct reader {
    struct ar_arena *arena;
    struct ar_diags *diags;
    uint32_t file;
    struct ar_earlier *out;
};

static bool refuse(struct reader *reader, size_t offset, ar_str why)
{
    const struct ar_source *source =
        ar_sources_get(reader->diags->sources, reader->file);
    size_t end = offset < source->text.len ? offset + 1 : offset;
    ar_span span = {reader->file, (uint32_t)offset, (uint32_t)end};
    ar_diag(reader->diags, AR_E2009, span, source->name, why);
    return false;
}

static bool refuse_value(struct reader *reader, const struct ar_json *value,
                         const char *why)
{
    return refuse(reader, value->offset, ar_str_from_c(why));
}

/* A member that is text; empty if it is missing or null. */
static ar_str get_text(const struct ar_json *object, const char *key)
{
    const struct ar_json *value =
        object ? ar_json_get(object, ar_str_from_c(key)) : NULL;
    return value && value->kind == AR_JSON_STRING ? value->text : AR_STR("");
}

static size_t get_count(const struct ar_json *object, const char *key)
{
    const struct ar_json *value =
        object ? ar_json_get(object, ar_str_from_c(key)) : NULL;
    return value && value->kind == AR_JSON_INT && value->integer > 0
               ? (size_t)value->integer
               : 0;
}

static bool is_fingerprint(ar_str text)
{
    for (size_t ix = 0; ix < text.len; ix++) {
        char c = text.ptr[ix];
        if (!ar_char_is_digit(c) && (c < 'a' || c > 'f'))
            return false;
    }
    return text.len == FINGERPRINT_DIGITS;
}

/* "waived" with --detail ids, else "waived_by". */
static bool was_waived(const struct ar_json *json)
{
    const struct ar_json *flag = ar_json_get(json, AR_STR("waived"));
    const struct ar_json *by = ar_json_get(json, AR_STR("waived_by"));
    return (flag && flag->kind == AR_JSON_BOOL && flag->boolean) ||
           (by && by->kind == AR_JSON_OBJECT);
}

static bool read_finding(struct reader *reader, const struct ar_json *json)
{
    if (json->kind != AR_JSON_OBJECT)
        return refuse_value(reader, json, "a finding is an object");
    const struct ar_json *key = ar_json_get(json, AR_STR("key"));
    struct ar_earlier_finding finding = {
        .rule = get_text(json, "rule"),
        .has_key = key && key->kind == AR_JSON_STRING,
        .key = get_text(json, "key"),
        .fingerprint = get_text(json, "fingerprint"),
        .title = get_text(json, "title"),
        .severity = get_text(json, "severity"),
        .is_waived = was_waived(json),
        .json = json,
    };
    if (finding.rule.len == 0 || !is_fingerprint(finding.fingerprint))
        return refuse_value(reader, json,
                            "a finding has no rule, or no fingerprint");
    ar_vector_push(reader->arena, &reader->out->findings, finding);
    return true;
}

static void read_header(struct reader *reader, const struct ar_json *root)
{
    struct ar_earlier *out = reader->out;
    const struct ar_json *machine = ar_json_get(root, AR_STR("machine"));
    const struct ar_json *counts = ar_json_get(root, AR_STR("counts"));
    out->machine = get_text(machine, "name");
    out->made = get_text(machine, "collected");
    out->has_time = ar_time_parse(out->made, &out->time);
    if (!out->has_time) {
        out->made = get_text(root, "generated");
        out->has_time = ar_time_parse(out->made, &out->time);
    }
    out->n_not_told =
        get_count(counts, "not_shown") + get_count(counts, "left_out");
}

static bool read_root(struct reader *reader, const struct ar_json *root)
{
    struct ar_earlier *out = reader->out;
    const struct ar_json *findings = ar_json_get(root, AR_STR("findings"));
    if (!ar_str_equal_c(get_text(root, "schema_version"), "1"))
        return refuse_value(reader, root, "it has no schema_version \"1\"");
    if (!findings || findings->kind != AR_JSON_ARRAY)
        return refuse_value(reader, root, "it has no list of findings");
    read_header(reader, root);
    for (const struct ar_json *each = findings->first; each;
         each = each->next) {
        if (!read_finding(reader, each))
            return false;
    }
    for (size_t ix = 0; ix < out->findings.count; ix++)
        ar_map_put(reader->arena, &out->by_fingerprint,
                   out->findings.at[ix].fingerprint, &out->findings.at[ix]);
    return true;
}

bool ar_earlier_read(struct ar_arena *arena, struct ar_diags *diags,
                     uint32_t file, struct ar_earlier *out)
{
    struct reader reader = {arena, diags, file, out};
    struct ar_json_error error;
    *out = (struct ar_earlier){0};
    const struct ar_json *root = ar_json_read(
        arena, ar_sources_get(diags->sources, file)->text, &limits, &error);
    if (!root)
        return refuse(&reader, error.offset, error.text);
    return read_root(&reader, root);
}

const struct ar_earlier_finding *ar_earlier_find(
    const struct ar_earlier *earlier, ar_str fingerprint)
{
    return ar_map_get(&earlier->by_fingerprint, fingerprint);
}

/* ---- logs ---- */

/* The fact among those a finding rests on, if it is a list. */
static const struct ar_json *find_list(const struct ar_json *finding,
                                       ar_str key)
{
    const struct ar_json *facts = ar_json_get(finding, AR_STR("facts"));
    const struct ar_json *fact =
        facts && facts->kind == AR_JSON_ARRAY ? facts->first : NULL;
    for (; fact; fact = fact->next) {
        const struct ar_json *value = ar_json_get(fact, AR_STR("value"));
        if (ar_str_equal(get_text(fact, "name"), key) && value &&
            value->kind == AR_JSON_ARRAY)
            return value;
    }
    return NULL;
}

/* Of what the report knows of a log. */
struct known_lines {
    const struct ar_json **at;
    size_t count;
};

static bool find_known(struct ar_arena *arena, const struct ar_earlier *earlier,
                       ar_str key, struct known_lines *out)
{
    const struct ar_json *list = NULL;
    for (size_t ix = 0; ix < earlier->findings.count && !list; ix++)
        list = find_list(earlier->findings.at[ix].json, key);
    if (!list)
        return false;
    out->at = AR_NEW_ARRAY(arena, const struct ar_json *, list->count);
    for (const struct ar_json *line = list->first; line; line = line->next)
        out->at[out->count++] = line;
    return true;
}

static bool is_line(const struct ar_json *known, const ar_value *line)
{
    return known->kind == AR_JSON_STRING && line->state == AR_STATE_VALUE &&
           ar_str_equal(known->text, line->as.string);
}

/* How many lines before end are the last ones that are known. */
static size_t count_known(const struct known_lines *known,
                          const ar_value *lines, size_t end)
{
    size_t count = 0;
    while (
        count < end && count < known->count &&
        is_line(known->at[known->count - 1 - count], &lines[end - 1 - count]))
        count++;
    return count;
}

/* The log goes on behind all known lines, or, if its beginning was cut off
 * meanwhile, behind the last ones of them. */
static size_t find_first_newer(const struct known_lines *known,
                               const ar_value *lines, size_t count)
{
    size_t first = 0;
    if (known->count == 0)
        return 0;
    for (size_t end = 1; end <= count; end++) {
        size_t n_known = count_known(known, lines, end);
        if (n_known == known->count)
            return end;
        if (n_known == end && first == 0)
            first = end;
    }
    return first;
}

/* The time that a line begins with, in brackets or not. */
static bool find_time(ar_str line, int64_t *out)
{
    size_t start = line.len > 0 && line.ptr[0] == '[' ? 1 : 0;
    size_t end = start;
    while (end < line.len && !ar_char_is_blank(line.ptr[end]) &&
           line.ptr[end] != ']' && line.ptr[end] != ',')
        end++;
    return end - start > 10 &&
           ar_time_parse(ar_str_slice(line, start, end), out);
}

/* Lines without a time belong to the line above them. */
static bool find_by_time(const struct ar_earlier *earlier,
                         const ar_value *lines, size_t count, size_t *first)
{
    bool is_known = false;
    *first = 0;
    for (size_t ix = 0; ix < count && earlier->has_time; ix++) {
        int64_t time = 0;
        if (lines[ix].state != AR_STATE_VALUE ||
            !find_time(lines[ix].as.string, &time))
            continue;
        is_known = true;
        if (time > earlier->time)
            return true;
        *first = ix + 1;
        while (*first < count && lines[*first].state == AR_STATE_VALUE &&
               !find_time(lines[*first].as.string, &time))
            ++*first;
    }
    return is_known;
}

ar_value ar_earlier_newer_lines(struct ar_arena *arena,
                                const struct ar_earlier *earlier, ar_str key,
                                ar_value log, bool *is_known)
{
    struct known_lines known = {0};
    const ar_value *lines = log.as.list.items;
    size_t count = log.as.list.count;
    size_t first = 0;
    *is_known = true;
    if (find_known(arena, earlier, key, &known))
        first = find_first_newer(&known, lines, count);
    else
        *is_known = find_by_time(earlier, lines, count, &first);
    log.as.list.items = lines + first;
    log.as.list.count = count - first;
    return log;
}
