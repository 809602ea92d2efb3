/* SPDX-License-Identifier: Apache-2.0 */
/* Reading a snapshot: which form it has, its sections, and which fact each
 * key names. Every key that names something is taken once; what a key holds
 * is read in snapshot_value.c. Time is linear in the text: below a key that
 * nothing declares nothing is looked at. */

#include "facts/snapshot_reader.h"

#define SCHEMA_FAMILY "archrules.snapshot/"
#define SCHEMA_KNOWN  SCHEMA_FAMILY "1"

enum { KNOWN_MAJOR = 1 };

static ar_str kind_text(const struct ar_json *json)
{
    return ar_str_from_c(ar_json_kind_text(json->kind));
}

/* Names. */

/* True if key would name something, if only its arguments could be read. */
static bool find_family(struct ar_snapshot_reader *reader, ar_str key,
                        struct ar_fact_ref *out)
{
    if (ar_str_find(key, AR_STR("("), 0) == SIZE_MAX)
        return false;
    ar_str name = ar_snapshot_key_name(reader->arena, key);
    out->decl = ar_schema_find(reader->schema, name);
    if (!out->decl)
        out->group = ar_schema_find_group(reader->schema, name);
    return out->decl || out->group;
}

static void warn_of_key(struct ar_snapshot_reader *reader,
                        const struct ar_fact_ref *ref, ar_str key, ar_span span)
{
    if (!ar_snapshot_may_warn(reader))
        return;
    struct ar_arena *arena = reader->diags->arena;
    ar_diag(reader->diags, AR_W2026, span,
            ar_snapshot_cut(arena, key, AR_SNAPSHOT_NAME_BYTES),
            ar_snapshot_signature(arena, ref));
}

/* False, with what is to be said reported, if key names nothing. */
static bool find_name(struct ar_snapshot_reader *reader, ar_str key,
                      ar_span span, struct ar_fact_ref *out)
{
    switch (ar_fact_ref_parse(reader->arena, reader->schema, key, out)) {
    case AR_FACT_REF_OK: return true;
    case AR_FACT_REF_BAD_ARGUMENT: warn_of_key(reader, out, key, span); break;
    case AR_FACT_REF_MALFORMED:
        if (find_family(reader, key, out))
            warn_of_key(reader, out, key, span);
        else
            ar_snapshot_note_undeclared(reader, key, span);
        break;
    case AR_FACT_REF_UNDECLARED:
        ar_snapshot_note_undeclared(reader, key, span);
        break;
    }
    return false;
}

/* False if the fact or group was given before. */
static bool take_name(struct ar_snapshot_reader *reader,
                      const struct ar_fact_ref *ref, ar_span span)
{
    const ar_span *first = ar_map_get(&reader->places, ref->key);
    if (first) {
        ar_snapshot_refuse_second(reader, ref->key, span, *first);
        return false;
    }
    ar_span *place = AR_NEW(reader->arena, ar_span);
    *place = span;
    ar_map_put(reader->arena, &reader->places, ref->key, place);
    return true;
}

/* Facts. */

static void read_value(struct ar_snapshot_reader *reader,
                       const struct ar_fact_ref *ref,
                       const struct ar_json *json)
{
    if (!take_name(reader, ref, ar_snapshot_key_span(reader, json)))
        return;
    reader->ref = ref;
    reader->converter.is_secret =
        ref->decl->sensitivity == AR_SENSITIVITY_SECRET;
    ar_factset_add(
        reader->set, ref,
        ar_snapshot_convert(&reader->converter, json, ref->decl->type));
}

static void read_facts(struct ar_snapshot_reader *reader,
                       const struct ar_json *object);

static void read_group(struct ar_snapshot_reader *reader,
                       const struct ar_fact_ref *ref,
                       const struct ar_json *json)
{
    ar_span span = ar_snapshot_key_span(reader, json);
    if (json->kind == AR_JSON_OBJECT)
        read_facts(reader, json);
    else if (json->kind != AR_JSON_NULL && ar_snapshot_may_warn(reader))
        ar_diag(reader->diags, AR_W2025, span, ref->key, kind_text(json));
    else if (json->kind == AR_JSON_NULL && take_name(reader, ref, span))
        ar_factset_add(reader->set, ref, ar_value_absent());
}

static void read_fact(struct ar_snapshot_reader *reader,
                      const struct ar_json *member)
{
    struct ar_fact_ref ref;
    if (!find_name(reader, ar_buf_view(&reader->path),
                   ar_snapshot_key_span(reader, member), &ref))
        return;
    if (ref.decl)
        read_value(reader, &ref, member);
    else
        read_group(reader, &ref, member);
}

/* The members of object, whose path is that of the reader. Goes as deep as
 * the document, which the limit of the JSON reader bounds. */
static void read_facts(struct ar_snapshot_reader *reader,
                       const struct ar_json *object)
{
    size_t path_bytes = reader->path.len;
    for (const struct ar_json *each = object->first; each; each = each->next) {
        reader->path.len = path_bytes;
        if (path_bytes > 0)
            ar_buf_put_char(&reader->path, '.');
        ar_buf_put(&reader->path, each->key);
        read_fact(reader, each);
    }
    reader->path.len = path_bytes;
}

/* States. */

/* place: "an entry of \"absent\"" */
static void warn_of_form(struct ar_snapshot_reader *reader,
                         const struct ar_json *json, ar_str place,
                         ar_str expected)
{
    if (ar_snapshot_may_warn(reader))
        ar_diag(reader->diags, AR_W2027, ar_snapshot_value_span(reader, json),
                place, expected, kind_text(json));
}

void ar_snapshot_read_absent(struct ar_snapshot_reader *reader,
                             const struct ar_json *array)
{
    for (const struct ar_json *each = array->first; each; each = each->next) {
        if (each->kind != AR_JSON_STRING) {
            warn_of_form(reader, each, AR_STR("an entry of \"absent\""),
                         AR_STR("the name of a fact or group"));
            continue;
        }
        ar_span span = ar_snapshot_value_span(reader, each);
        struct ar_fact_ref ref;
        if (find_name(reader, each->text, span, &ref) &&
            take_name(reader, &ref, span))
            ar_factset_add(reader->set, &ref, ar_value_absent());
    }
}

/* The text of a member, or empty if there is none; null counts as none.
 * place: "\"detail\"" */
static ar_str read_text(struct ar_snapshot_reader *reader,
                        const struct ar_json *object, const char *key)
{
    const struct ar_json *json = ar_json_get(object, ar_str_from_c(key));
    if (!json || json->kind == AR_JSON_NULL)
        return (ar_str){NULL, 0};
    if (json->kind == AR_JSON_STRING)
        return ar_str_copy(reader->arena, json->text);
    warn_of_form(reader, json, ar_str_printf(reader->arena, "\"%s\"", key),
                 AR_STR("a string"));
    return (ar_str){NULL, 0};
}

static enum ar_reason find_reason(struct ar_snapshot_reader *reader,
                                  const struct ar_json *json, ar_str key)
{
    enum ar_reason reason = ar_reason_find(json->text);
    if (reason != AR_N_REASONS)
        return reason;
    if (ar_snapshot_may_warn(reader)) {
        ar_str word = ar_snapshot_cut(reader->diags->arena, json->text,
                                      AR_SNAPSHOT_NAME_BYTES);
        struct ar_diag *diag =
            ar_diag(reader->diags, AR_W2028,
                    ar_snapshot_value_span(reader, json), word, key);
        ar_diag_suggest(reader->diags, diag,
                        ar_snapshot_nearest_reason(json->text));
    }
    return AR_REASON_bad_output;
}

/* Whatever form it has, the fact is not known. */
static ar_value read_reason(struct ar_snapshot_reader *reader,
                            const struct ar_json *json, ar_str key)
{
    ar_str detail = read_text(reader, json, "detail");
    const struct ar_json *reason = ar_json_get(json, AR_STR("reason"));
    if (reason && reason->kind == AR_JSON_STRING)
        return ar_value_unknown(find_reason(reader, reason, key), detail);
    const struct ar_json *wrong = reason ? reason : json;
    warn_of_form(reader, wrong,
                 ar_str_printf(reader->arena,
                               "\"unknown\" of '" AR_STR_FORMAT "'",
                               AR_STR_ARG(key)),
                 AR_STR("an object with a \"reason\""));
    return ar_value_unknown(AR_REASON_bad_output, detail);
}

void ar_snapshot_read_unknown(struct ar_snapshot_reader *reader,
                              const struct ar_json *object)
{
    for (const struct ar_json *each = object->first; each; each = each->next) {
        ar_span span = ar_snapshot_key_span(reader, each);
        struct ar_fact_ref ref;
        if (find_name(reader, each->key, span, &ref) &&
            take_name(reader, &ref, span))
            ar_factset_add(reader->set, &ref,
                           read_reason(reader, each, ref.key));
    }
}

/* Origins. */

/* Part of a millisecond is dropped. */
static int64_t read_milliseconds(struct ar_snapshot_reader *reader,
                                 const struct ar_json *object)
{
    const struct ar_json *json = ar_json_get(object, AR_STR("ms"));
    if (!json || json->kind == AR_JSON_NULL)
        return -1;
    if (json->kind == AR_JSON_INT && json->integer >= 0)
        return json->integer;
    if (json->kind == AR_JSON_REAL && json->real >= 0 && json->real < 0x1p63)
        return (int64_t)json->real;
    warn_of_form(reader, json, AR_STR("\"ms\""),
                 AR_STR("a number of milliseconds, 0 or more"));
    return -1;
}

static void read_exit_code(struct ar_snapshot_reader *reader,
                           const struct ar_json *object,
                           struct ar_origin *origin)
{
    const struct ar_json *json = ar_json_get(object, AR_STR("exit"));
    if (!json || json->kind == AR_JSON_NULL)
        return;
    origin->has_exit_code = json->kind == AR_JSON_INT;
    if (origin->has_exit_code)
        origin->exit_code = json->integer;
    else
        warn_of_form(reader, json, AR_STR("\"exit\""),
                     AR_STR("an exit code, a whole number"));
}

static void add_origin(struct ar_snapshot_reader *reader, ar_str key,
                       const struct ar_json *json)
{
    ar_span span = ar_snapshot_key_span(reader, json);
    struct ar_snapshot_origin *given = ar_map_get(&reader->origins, key);
    if (given) {
        ar_snapshot_refuse_second(reader, key, span, given->span);
        return;
    }
    given = AR_NEW(reader->arena, struct ar_snapshot_origin);
    given->span = span;
    given->origin =
        (struct ar_origin){.probe = read_text(reader, json, "probe"),
                           .how = read_text(reader, json, "how"),
                           .time = read_text(reader, json, "time"),
                           .duration_ms = read_milliseconds(reader, json)};
    read_exit_code(reader, json, &given->origin);
    ar_map_put(reader->arena, &reader->origins, key, given);
}

/* An origin of what nothing declares has been noted with its fact. */
void ar_snapshot_read_origins(struct ar_snapshot_reader *reader,
                              const struct ar_json *object)
{
    for (const struct ar_json *each = object->first; each; each = each->next) {
        struct ar_fact_ref ref;
        if (ar_fact_ref_parse(reader->arena, reader->schema, each->key, &ref) !=
            AR_FACT_REF_OK)
            continue;
        if (each->kind == AR_JSON_OBJECT)
            add_origin(reader, ref.key, each);
        else
            warn_of_form(reader, each, AR_STR("an origin"),
                         AR_STR("an object"));
    }
}

/* A fact without an origin of its own has that of the nearest group. */
void ar_snapshot_spread_origins(struct ar_snapshot_reader *reader)
{
    if (reader->origins.count == 0)
        return;
    for (size_t ix = 0; ix < reader->set->entries.count; ix++) {
        struct ar_fact_entry *entry = reader->set->entries.at[ix];
        const struct ar_snapshot_origin *given = NULL;
        ar_str key = entry->key;
        for (; !given && key.len > 0; key = ar_fact_key_parent(key))
            given = ar_map_get(&reader->origins, key);
        if (given)
            entry->origin = &given->origin;
    }
}

/* The document. */

static void read_header(struct ar_snapshot_reader *reader,
                        const struct ar_json *root)
{
    struct ar_factset *set = reader->set;
    set->machine = read_text(reader, root, "machine");
    set->tool = read_text(reader, root, "tool");
    set->collected = read_text(reader, root, "collected");
    if (set->collected.len == 0)
        return;
    set->has_now = ar_time_parse(set->collected, &set->now);
    if (set->has_now)
        return;
    set->collected = (ar_str){NULL, 0};
    warn_of_form(reader, ar_json_get(root, AR_STR("collected")),
                 AR_STR("\"collected\""), AR_STR("a time of RFC 3339"));
}

/* The section, or NULL if there is none or it is refused. */
static const struct ar_json *find_section(struct ar_snapshot_reader *reader,
                                          const struct ar_json *root,
                                          const char *key,
                                          enum ar_json_kind kind)
{
    const struct ar_json *section = ar_json_get(root, ar_str_from_c(key));
    if (!section || section->kind == kind)
        return section;
    ar_diag(reader->diags, AR_E2030, ar_snapshot_value_span(reader, section),
            ar_str_from_c(key), ar_str_from_c(ar_json_kind_text(kind)),
            kind_text(section));
    reader->is_refused = true;
    return NULL;
}

static bool is_section(ar_str key)
{
    static const char *const sections[] = {"schema",  "machine", "collected",
                                           "tool",    "facts",   "absent",
                                           "unknown", "origin",  "redaction"};
    for (size_t ix = 0; ix < AR_COUNT_OF(sections); ix++) {
        if (ar_str_equal_c(key, sections[ix]))
            return true;
    }
    return false;
}

static void check_other_members(struct ar_snapshot_reader *reader,
                                const struct ar_json *root)
{
    for (const struct ar_json *each = root->first; each; each = each->next) {
        struct ar_fact_ref ref;
        ar_span span = ar_snapshot_key_span(reader, each);
        if (!is_section(each->key) &&
            find_name(reader, each->key, span, &ref) &&
            ar_snapshot_may_warn(reader))
            ar_diag(reader->diags, AR_W2022, span, ref.key);
    }
}

static void read_sections(struct ar_snapshot_reader *reader,
                          const struct ar_json *root)
{
    read_header(reader, root);
    check_other_members(reader, root);
    const struct ar_json *facts =
        find_section(reader, root, "facts", AR_JSON_OBJECT);
    const struct ar_json *absent =
        find_section(reader, root, "absent", AR_JSON_ARRAY);
    const struct ar_json *unknown =
        find_section(reader, root, "unknown", AR_JSON_OBJECT);
    const struct ar_json *origins =
        find_section(reader, root, "origin", AR_JSON_OBJECT);
    const struct ar_json *redaction =
        find_section(reader, root, "redaction", AR_JSON_OBJECT);
    if (redaction)
        reader->set->redaction = read_text(reader, redaction, "id");
    if (facts)
        read_facts(reader, facts);
    if (absent)
        ar_snapshot_read_absent(reader, absent);
    if (unknown)
        ar_snapshot_read_unknown(reader, unknown);
    if (origins)
        ar_snapshot_read_origins(reader, origins);
    ar_snapshot_spread_origins(reader);
}

static void read_plain(struct ar_snapshot_reader *reader,
                       const struct ar_json *root)
{
    const struct ar_json *facts = ar_json_get(root, AR_STR("facts"));
    if (facts && facts->kind == AR_JSON_OBJECT &&
        !ar_schema_find(reader->schema, AR_STR("facts")) &&
        !ar_schema_find_group(reader->schema, AR_STR("facts")))
        ar_diag_plain(reader->diags, AR_W2021,
                      ar_snapshot_key_span(reader, facts));
    read_facts(reader, root);
}

/* A number, perhaps with a minor one behind a dot: 1, 1.2. */
static bool split_schema(ar_str schema, uint64_t *major, bool *has_minor)
{
    ar_str family = AR_STR(SCHEMA_FAMILY);
    if (!ar_str_starts_with(schema, family))
        return false;
    ar_str number = ar_str_slice(schema, family.len, schema.len);
    size_t dot = ar_str_find(number, AR_STR("."), 0);
    *has_minor = dot != SIZE_MAX;
    ar_str minor = ar_str_slice(number, *has_minor ? dot + 1 : 0, number.len);
    uint64_t ignored = 0;
    return ar_str_to_u64(ar_str_slice(number, 0, dot), major) &&
           ar_str_to_u64(minor, &ignored) && *major >= 1;
}

/* False if nothing of the document may be read: it is no snapshot, or one
 * whose next major form could mean something else by the same words. */
static bool check_schema(struct ar_snapshot_reader *reader,
                         const struct ar_json *schema)
{
    struct ar_arena *arena = reader->diags->arena;
    ar_span span = ar_snapshot_value_span(reader, schema);
    uint64_t major = 0;
    bool has_minor = false;
    bool is_known = schema->kind == AR_JSON_STRING &&
                    split_schema(schema->text, &major, &has_minor);
    if (!is_known) {
        ar_diag(reader->diags, AR_E2029, span,
                ar_snapshot_describe(arena, schema, false));
        reader->is_refused = true;
    } else if (major > KNOWN_MAJOR || has_minor) {
        ar_diag(reader->diags, AR_W2020, span,
                ar_snapshot_cut(arena, schema->text, AR_SNAPSHOT_NAME_BYTES),
                AR_STR(SCHEMA_KNOWN));
    }
    return is_known && major <= KNOWN_MAJOR;
}

const struct ar_fact_entry *ar_snapshot_absent_group(
    const struct ar_factset *set, const struct ar_fact_entry *entry)
{
    if (set->n_groups == 0 || entry->value.state == AR_STATE_ABSENT)
        return NULL;
    const struct ar_fact_entry *around =
        ar_factset_entry(set, ar_fact_key_parent(entry->key));
    bool is_absent =
        around && !around->decl && around->value.state == AR_STATE_ABSENT;
    return is_absent ? around : NULL;
}

/* What is given below a group that is absent. */
static void check_absent_groups(struct ar_snapshot_reader *reader)
{
    const struct ar_factset *set = reader->set;
    for (size_t ix = 0; ix < set->entries.count; ix++) {
        const struct ar_fact_entry *entry = set->entries.at[ix];
        const struct ar_fact_entry *around =
            ar_snapshot_absent_group(set, entry);
        if (!around || !ar_snapshot_may_warn(reader))
            continue;
        const ar_span *place = ar_map_get(&reader->places, entry->key);
        const ar_span *group = ar_map_get(&reader->places, around->key);
        AR_ASSERT(place && group);
        struct ar_diag *diag =
            ar_diag(reader->diags, AR_W2029, *place, entry->key, around->key);
        ar_diag_note(reader->diags, diag, *group, AR_STR("absent here"));
    }
}

static void read_root(struct ar_snapshot_reader *reader,
                      const struct ar_json *root)
{
    if (root->kind != AR_JSON_OBJECT) {
        ar_diag(reader->diags, AR_E2028, ar_snapshot_value_span(reader, root),
                kind_text(root));
        reader->is_refused = true;
        return;
    }
    const struct ar_json *schema = ar_json_get(root, AR_STR("schema"));
    if (!schema)
        read_plain(reader, root);
    else if (check_schema(reader, schema))
        read_sections(reader, root);
    check_absent_groups(reader);
    ar_snapshot_report_counts(reader);
}

static void free_scratch(void *scratch)
{
    ar_arena_free(scratch);
}

/* The tree of the document is several times as large as the facts in it and
 * not needed for longer, so it has an arena of its own, which the arena of
 * the facts releases if the memory runs out. */
static void read_document(struct ar_snapshot_reader *reader)
{
    struct ar_arena *arena = reader->arena;
    struct ar_arena *scratch = AR_NEW(arena, struct ar_arena);
    scratch->limit_bytes = arena->limit_bytes;
    scratch->out_of_memory = arena->out_of_memory;
    ar_arena_defer(arena, free_scratch, scratch);
    struct ar_json_error error;
    const struct ar_json *root =
        ar_json_read(scratch, reader->text, &ar_json_default_limits, &error);
    if (root)
        read_root(reader, root);
    else
        ar_snapshot_refuse_json(reader, &error);
    ar_arena_free(scratch);
}

static void start(struct ar_snapshot_reader *reader, struct ar_diags *diags,
                  uint32_t file, struct ar_factset *set)
{
    struct ar_arena *arena = set->arena;
    const struct ar_schema *schema = set->schema;
    *set = (struct ar_factset){.arena = arena,
                               .schema = schema,
                               .missing_reason = AR_REASON_not_in_snapshot};
    *reader = (struct ar_snapshot_reader){
        .arena = arena,
        .diags = diags,
        .file = file,
        .text = ar_sources_get(diags->sources, file)->text,
        .schema = schema,
        .set = set,
        .path = AR_BUF(arena),
        .converter = {.arena = arena,
                      .report = ar_snapshot_report,
                      .context = reader},
    };
}

bool ar_snapshot_read(struct ar_arena *arena, struct ar_diags *diags,
                      uint32_t file, const struct ar_schema *schema,
                      struct ar_factset *out)
{
    struct ar_snapshot_reader reader;
    *out = (struct ar_factset){.arena = arena, .schema = schema};
    start(&reader, diags, file, out);
    if (schema->plan && ar_snapshot_read_quickly(&reader)) {
        ar_snapshot_report_counts(&reader);
        return true;
    }
    start(&reader, diags, file, out);
    read_document(&reader);
    return !reader.is_refused;
}
