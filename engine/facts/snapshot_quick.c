/* SPDX-License-Identifier: Apache-2.0 */
/* Reading a snapshot in one pass: keys lead through the tree of declared
 * names, values become facts where they stand, and what nothing declares is
 * passed over. Everything that there may be something to say about makes it
 * give up, so all messages are those of snapshot.c. */

#include "base/limits.h"
#include "facts/snapshot_reader.h"

#include "json/json_cursor.h"

#define SCHEMA_KNOWN "archrules.snapshot/1"

/* Maps and records with more are read the other way. */
enum { MOST_MAP_KEYS = 64, MOST_FIELDS = 64 };

/* The sections that are read when all facts are in. */
enum section { ABSENT, UNKNOWN, ORIGIN, N_SECTIONS };

struct quick {
    struct ar_snapshot_reader *reader;
    struct ar_json_cursor cursor;
    AR_VECTOR(ar_value) items; /* of lists that are being read */
    AR_VECTOR(ar_str) names;   /* undeclared ones of objects being read */
    bool *is_seen;             /* by number of a group: its key was met */
    struct {
        const char *start; /* NULL: not there */
        const char *end;
    } sections[N_SECTIONS];
};

/* ---- values ---- */

static bool read_composed(struct quick *quick, const struct ar_type *type,
                          ar_value *out);

static inline bool is_simple(enum ar_type_kind kind)
{
    return kind == AR_TYPE_STRING || kind == AR_TYPE_INT ||
           kind == AR_TYPE_BOOL || kind == AR_TYPE_VERSION;
}

/* Text that is in the document is not copied. */
static inline bool read_string(struct quick *quick, ar_value *out)
{
    ar_str text;
    if (!ar_json_cursor_string(&quick->cursor, &text) ||
        text.len > AR_MAX_VALUE_BYTES)
        return false;
    ar_factset_note_size(quick->reader->set, text.len / AR_FACTSET_KIB);
    out->as.string = text;
    return true;
}

static inline bool read_version(struct quick *quick, ar_value *out)
{
    ar_str text;
    return ar_json_cursor_string(&quick->cursor, &text) &&
           text.len <= AR_MAX_VALUE_BYTES &&
           ar_version_parse_kept(quick->reader->arena, text, &out->as.version);
}

static inline bool read_bool(struct quick *quick, ar_value *out)
{
    out->as.boolean = *quick->cursor.at == 't';
    return ar_json_cursor_word(
        &quick->cursor, out->as.boolean ? AR_STR("true") : AR_STR("false"));
}

/* By the one conversion there is; what it refuses is to be reported. */
static bool read_converted(struct quick *quick, const struct ar_type *type,
                           ar_value *out)
{
    struct ar_json json = {.kind = AR_JSON_STRING};
    char first = *quick->cursor.at;
    bool is_read = first == '"'
                       ? ar_json_cursor_string(&quick->cursor, &json.text)
                       : ar_json_cursor_number(&quick->cursor, &json);
    if (!is_read)
        return false;
    *out = ar_snapshot_value(quick->reader->arena, &json, type);
    return out->state == AR_STATE_VALUE;
}

/* Most values are simple. */
static AR_INLINE bool read_value(struct quick *quick,
                                 const struct ar_type *type, ar_value *out)
{
    char first = ar_json_cursor_peek(&quick->cursor);
    bool is_null = first == 'n';
    if (first == '\0')
        return false;
    if (!is_null && !is_simple(type->kind))
        return read_composed(quick, type, out);
    if (!ar_json_cursor_count(&quick->cursor))
        return false;
    *out = (ar_value){.state = AR_STATE_VALUE, .type = type};
    if (is_null) {
        *out = (ar_value){.state = AR_STATE_ABSENT};
        return ar_json_cursor_word(&quick->cursor, AR_STR("null"));
    }
    if (type->kind == AR_TYPE_STRING)
        return first == '"' && read_string(quick, out);
    if (type->kind == AR_TYPE_INT)
        return ar_json_cursor_integer(&quick->cursor, &out->as.integer);
    if (type->kind == AR_TYPE_BOOL)
        return read_bool(quick, out);
    return first == '"' && read_version(quick, out);
}

static AR_NO_INLINE bool read_list(struct quick *quick,
                                   const struct ar_type *type, ar_value *out)
{
    struct ar_arena *arena = quick->reader->arena;
    size_t first = quick->items.count;
    bool ok = ar_json_cursor_open(&quick->cursor, '[');
    while (ok && ar_json_cursor_next(&quick->cursor, ']',
                                     quick->items.count == first, &ok)) {
        ar_value item;
        ok = read_value(quick, type->element, &item);
        if (ok)
            ar_vector_push(arena, &quick->items, item);
    }
    size_t count = quick->items.count - first;
    if (!ok || count > AR_MAX_LIST_ELEMENTS)
        return false;
    ar_value *items = ar_arena_alloc_raw(arena, count * sizeof(*items));
    if (count > 0)
        memcpy(items, quick->items.at + first, count * sizeof(*items));
    quick->items.count = first;
    ar_factset_note_size(quick->reader->set, count);
    *out = (ar_value){.state = AR_STATE_VALUE,
                      .type = type,
                      .as.list = {.items = items, .count = count}};
    return true;
}

/* Puts the pair where it belongs among the count that are sorted; false if
 * the key is there. */
static bool insert_pair(ar_str *keys, ar_value *items, size_t count, ar_str key,
                        ar_value item)
{
    size_t at = count;
    while (at > 0 && ar_str_compare(keys[at - 1], key) > 0) {
        keys[at] = keys[at - 1];
        items[at] = items[at - 1];
        at--;
    }
    keys[at] = key;
    items[at] = item;
    return at == 0 || !ar_str_equal(keys[at - 1], key);
}

/* A key that begins like that of what stands in place of a value. */
static bool is_mark(ar_str key)
{
    return ar_str_starts_with(key, AR_STR("$"));
}

static AR_NO_INLINE bool read_map(struct quick *quick,
                                  const struct ar_type *type, ar_value *out)
{
    struct ar_arena *arena = quick->reader->arena;
    ar_str keys[MOST_MAP_KEYS];
    ar_value items[MOST_MAP_KEYS];
    size_t count = 0;
    bool ok = ar_json_cursor_open(&quick->cursor, '{');
    while (ok && ar_json_cursor_next(&quick->cursor, '}', count == 0, &ok)) {
        ar_str key;
        ar_value item;
        ok = count < MOST_MAP_KEYS &&
             ar_json_cursor_key(&quick->cursor, &key) && !is_mark(key) &&
             read_value(quick, type->element, &item) &&
             insert_pair(keys, items, count++, key, item);
    }
    if (!ok)
        return false;
    ar_str *kept_keys = AR_NEW_ARRAY(arena, ar_str, count);
    ar_value *kept_items = AR_NEW_ARRAY(arena, ar_value, count);
    for (size_t ix = 0; ix < count; ix++) {
        kept_keys[ix] = keys[ix];
        kept_items[ix] = items[ix];
    }
    ar_factset_note_size(quick->reader->set, count);
    *out = ar_value_map(type, kept_keys, kept_items, count);
    return true;
}

/* Moves over the key of a field; SIZE_MAX if it is none. Fields mostly stand in
 * the order of the type: next is tried first. */
static size_t find_field(struct quick *quick, const struct ar_type *type,
                         size_t next)
{
    ar_str key;
    if (next < type->n_fields &&
        ar_json_cursor_known_key(&quick->cursor, type->fields[next].name))
        return next;
    if (!ar_json_cursor_key(&quick->cursor, &key))
        return SIZE_MAX;
    return ar_type_field_find(type, key);
}

/* A bit for each field. */
static uint64_t all_fields(const struct ar_type *type)
{
    return type->n_fields == 64 ? UINT64_MAX
                                : (UINT64_C(1) << type->n_fields) - 1;
}

static void fill_missing(const struct ar_type *type, uint64_t seen,
                         ar_value *fields)
{
    for (size_t ix = 0; ix < type->n_fields; ix++) {
        if ((seen & UINT64_C(1) << ix) == 0)
            fields[ix] = ar_snapshot_missing_field(&type->fields[ix]);
    }
}

static AR_NO_INLINE bool read_record(struct quick *quick,
                                     const struct ar_type *type, ar_value *out)
{
    if (type->n_fields > MOST_FIELDS)
        return false;
    ar_value *fields = ar_arena_alloc_raw(quick->reader->arena,
                                          type->n_fields * sizeof(*fields));
    uint64_t seen = 0;
    size_t ix = SIZE_MAX;
    bool ok = ar_json_cursor_open(&quick->cursor, '{');
    while (ok && ar_json_cursor_next(&quick->cursor, '}', seen == 0, &ok)) {
        ix = find_field(quick, type, ix + 1);
        if (ix == SIZE_MAX || (seen & UINT64_C(1) << ix) != 0)
            return false;
        seen |= UINT64_C(1) << ix;
        ok = read_value(quick, type->fields[ix].type, &fields[ix]);
    }
    if (seen != all_fields(type))
        fill_missing(type, seen, fields);
    ar_factset_note_size(quick->reader->set, type->n_fields);
    *out = (ar_value){.state = AR_STATE_VALUE,
                      .type = type,
                      .as.list = {.items = fields, .count = type->n_fields}};
    return ok;
}

/* Types are as deep as they are written, so it may recurse. */
static AR_NO_INLINE bool read_composed(struct quick *quick,
                                       const struct ar_type *type,
                                       ar_value *out)
{
    switch ((int)type->kind) {
    case AR_TYPE_LIST: return read_list(quick, type, out);
    case AR_TYPE_MAP: return read_map(quick, type, out);
    case AR_TYPE_RECORD: return read_record(quick, type, out);
    default:
        return ar_json_cursor_count(&quick->cursor) &&
               read_converted(quick, type, out);
    }
}

/* ---- facts ---- */

/* Without arguments. */
static AR_INLINE bool read_plain_fact(struct quick *quick,
                                      const struct ar_fact_decl *decl)
{
    struct ar_fact_entry *entry = ar_factset_begin(quick->reader->set, decl);
    return entry && read_value(quick, decl->type, &entry->value);
}

static bool read_fact(struct quick *quick, const struct ar_fact_ref *ref)
{
    ar_value value;
    struct ar_factset *set = quick->reader->set;
    size_t n_before = set->entries.count;
    if (!read_value(quick, ref->decl->type, &value))
        return false;
    ar_factset_add(set, ref, value);
    return set->entries.count > n_before; /* else it was given twice */
}

static bool read_object(struct quick *quick,
                        const struct ar_snapshot_node *node);

/* A key that is in an object twice is met twice, as is a group that is given
 * in parts, which the other way allows. */
static AR_INLINE bool read_node(struct quick *quick,
                                const struct ar_snapshot_node *node)
{
    if (node->decl)
        return read_plain_fact(quick, node->decl);
    if (quick->is_seen[node->number])
        return false;
    quick->is_seen[node->number] = true;
    return read_object(quick, node);
}

/* A name that nothing declares; false if it stood in this object before. */
static bool note_name(struct quick *quick, size_t first, ar_str key,
                      ar_str path)
{
    struct ar_snapshot_reader *reader = quick->reader;
    for (size_t ix = first; ix < quick->names.count; ix++) {
        if (ar_str_equal(quick->names.at[ix], key))
            return false;
    }
    ar_vector_push(reader->arena, &quick->names, key);
    uint32_t start = (uint32_t)(key.ptr - reader->text.ptr) - 1;
    ar_span span = {reader->file, start, start + (uint32_t)key.len + 2};
    ar_snapshot_note_undeclared(reader, path, span);
    return true;
}

/* So many names are compared with one another, not more. */
enum { MOST_UNDECLARED = 64 };

/* Keys that say at the root which form the document has. */
static bool decides_form(const struct quick *quick,
                         const struct ar_snapshot_node *node, ar_str key)
{
    return node == &quick->reader->schema->plan->root &&
           (ar_str_equal_c(key, "schema") || ar_str_equal_c(key, "facts"));
}

/* A key that is no word of the tree: a fact with arguments, or none. */
static bool read_other(struct quick *quick, const struct ar_snapshot_node *node,
                       ar_str key, size_t first_name)
{
    struct ar_snapshot_reader *reader = quick->reader;
    reader->path.len = 0;
    ar_buf_put(&reader->path, node->path);
    if (node->path.len > 0)
        ar_buf_put_char(&reader->path, '.');
    ar_buf_put(&reader->path, key);
    ar_str path = ar_buf_view(&reader->path);
    struct ar_fact_ref ref;
    switch (ar_fact_ref_parse(reader->arena, reader->schema, path, &ref)) {
    case AR_FACT_REF_OK: return ref.decl && read_fact(quick, &ref);
    case AR_FACT_REF_UNDECLARED: break;
    case AR_FACT_REF_MALFORMED:
        if (ar_str_find(path, AR_STR("("), 0) != SIZE_MAX)
            return false;
        break;
    case AR_FACT_REF_BAD_ARGUMENT: return false;
    }
    return !decides_form(quick, node, key) &&
           quick->names.count - first_name < MOST_UNDECLARED &&
           note_name(quick, first_name, key, path) &&
           ar_json_cursor_skip(&quick->cursor);
}

/* The node of a key, which may be a whole name; or NULL. */
static const struct ar_snapshot_node *find_node(
    const struct quick *quick, const struct ar_snapshot_node *node, ar_str key)
{
    const struct ar_snapshot_node *found = ar_map_get(&node->below, key);
    const struct ar_snapshot_plan *plan = quick->reader->schema->plan;
    if (!found && node == &plan->root)
        found = ar_map_get(&plan->nodes, key);
    return found;
}

/* A key that is not the one that was guessed: its node, or NULL with what it
 * holds read. */
static AR_NO_INLINE bool read_key(struct quick *quick,
                                  const struct ar_snapshot_node *node,
                                  size_t first_name,
                                  const struct ar_snapshot_node **found)
{
    ar_str key;
    if (!ar_json_cursor_key(&quick->cursor, &key))
        return false;
    *found = find_node(quick, node, key);
    return *found || read_other(quick, node, key, first_name);
}

/* The members behind the first key, if that was taken already. They mostly
 * stand in the order in which they were declared. */
static bool read_members(struct quick *quick,
                         const struct ar_snapshot_node *node, bool is_first)
{
    const struct ar_snapshot_node *guess = node->first;
    size_t first_name = quick->names.count;
    bool ok = true;
    while (ok && ar_json_cursor_next(&quick->cursor, '}', is_first, &ok)) {
        const struct ar_snapshot_node *found = guess;
        is_first = false;
        (void)ar_json_cursor_peek(&quick->cursor);
        if (!guess || !ar_json_cursor_known_key(&quick->cursor, guess->word))
            ok = read_key(quick, node, first_name, &found);
        if (ok && found) {
            guess = found->next;
            ok = read_node(quick, found);
        }
    }
    quick->names.count = first_name;
    return ok;
}

/* A group, or all facts. Names have as many words as the limit of their
 * length allows. */
static bool read_object(struct quick *quick,
                        const struct ar_snapshot_node *node)
{
    return ar_json_cursor_open(&quick->cursor, '{') &&
           read_members(quick, node, true);
}

/* ---- the document ---- */

static bool read_text(struct quick *quick, ar_str *out)
{
    struct ar_json_cursor *cursor = &quick->cursor;
    return ar_json_cursor_peek(cursor) == '"' && !out->ptr &&
           ar_json_cursor_count(cursor) && ar_json_cursor_string(cursor, out);
}

static bool read_time(struct quick *quick)
{
    struct ar_factset *set = quick->reader->set;
    if (!read_text(quick, &set->collected) || set->collected.len == 0)
        return false;
    set->has_now = ar_time_parse(set->collected, &set->now);
    return set->has_now;
}

static bool keep_section(struct quick *quick, enum section section)
{
    if (quick->sections[section].start)
        return false;
    (void)ar_json_cursor_peek(&quick->cursor);
    quick->sections[section].start = quick->cursor.at;
    bool ok = ar_json_cursor_skip(&quick->cursor);
    quick->sections[section].end = quick->cursor.at;
    return ok;
}

static bool read_section(struct quick *quick, ar_str key, bool *has_facts)
{
    struct ar_factset *set = quick->reader->set;
    if (ar_str_equal_c(key, "facts") && !*has_facts) {
        *has_facts = true;
        return read_object(quick, &quick->reader->schema->plan->root);
    }
    if (ar_str_equal_c(key, "absent"))
        return keep_section(quick, ABSENT);
    if (ar_str_equal_c(key, "unknown"))
        return keep_section(quick, UNKNOWN);
    if (ar_str_equal_c(key, "origin"))
        return keep_section(quick, ORIGIN);
    if (ar_str_equal_c(key, "machine"))
        return read_text(quick, &set->machine);
    if (ar_str_equal_c(key, "tool"))
        return read_text(quick, &set->tool);
    return ar_str_equal_c(key, "collected") && read_time(quick);
}

static const struct ar_json *read_tree(struct quick *quick,
                                       enum section section)
{
    const char *text = quick->reader->text.ptr;
    const char *start = quick->sections[section].start;
    const char *end = quick->sections[section].end;
    struct ar_json_error error;
    return ar_json_read_at(
        quick->reader->arena, (ar_str){text, (size_t)(end - text)},
        (size_t)(start - text), &ar_json_default_limits, &error);
}

typedef void (*section_reader)(struct ar_snapshot_reader *reader,
                               const struct ar_json *json);

/* By the functions of the other way; a message of theirs ends this one. */
static bool read_tree_section(struct quick *quick, enum section section,
                              enum ar_json_kind kind, section_reader read)
{
    if (!quick->sections[section].start)
        return true;
    const struct ar_json *json = read_tree(quick, section);
    if (!json || json->kind != kind)
        return false;
    read(quick->reader, json);
    return true;
}

/* A value below a group that is absent is worth a warning. */
static bool has_absent_group(const struct ar_factset *set)
{
    for (size_t ix = 0; set->n_groups > 0 && ix < set->entries.count; ix++) {
        if (ar_snapshot_absent_group(set, set->entries.at[ix]))
            return true;
    }
    return false;
}

static bool read_sections(struct quick *quick)
{
    struct ar_snapshot_reader *reader = quick->reader;
    bool has_facts = false;
    bool ok = true;
    while (ok && ar_json_cursor_next(&quick->cursor, '}', false, &ok)) {
        ar_str key;
        ok = ar_json_cursor_key(&quick->cursor, &key) &&
             read_section(quick, key, &has_facts);
    }
    size_t n_facts = reader->set->entries.count;
    ok = ok &&
         read_tree_section(quick, ABSENT, AR_JSON_ARRAY,
                           ar_snapshot_read_absent) &&
         read_tree_section(quick, UNKNOWN, AR_JSON_OBJECT,
                           ar_snapshot_read_unknown) &&
         read_tree_section(quick, ORIGIN, AR_JSON_OBJECT,
                           ar_snapshot_read_origins);
    if (!ok || reader->set->entries.count != n_facts + reader->places.count)
        return false; /* one is given twice */
    ar_snapshot_spread_origins(reader);
    return true;
}

/* The first key decides on the form; a later "schema" makes it give up. */
static bool read_root(struct quick *quick)
{
    struct ar_json_cursor *cursor = &quick->cursor;
    const struct ar_snapshot_plan *plan = quick->reader->schema->plan;
    if (ar_map_has(&plan->root.below, AR_STR("schema")) ||
        !ar_json_cursor_open(cursor, '{'))
        return false;
    struct ar_json_cursor first = *cursor;
    ar_str key;
    ar_str schema;
    if (!ar_json_cursor_key(cursor, &key) || !ar_str_equal_c(key, "schema")) {
        *cursor = first;
        return read_members(quick, &plan->root, true);
    }
    return ar_json_cursor_peek(cursor) == '"' && ar_json_cursor_count(cursor) &&
           ar_json_cursor_string(cursor, &schema) &&
           ar_str_equal_c(schema, SCHEMA_KNOWN) && read_sections(quick);
}

bool ar_snapshot_read_quickly(struct ar_snapshot_reader *reader)
{
    struct ar_diags *diags = reader->diags;
    struct ar_diags quiet = {.arena = reader->arena, .sources = diags->sources};
    struct quick quick = {
        .reader = reader,
        .cursor = {.at = reader->text.ptr,
                   .start = reader->text.ptr,
                   .end = reader->text.ptr + reader->text.len,
                   .arena = reader->arena},
    };
    if (reader->text.len == 0)
        return false;
    ar_factset_expect(reader->set);
    quick.is_seen = AR_NEW_ARRAY(reader->arena, bool,
                                 reader->schema->plan->nodes.count + 1);
    reader->diags = &quiet;
    bool ok = read_root(&quick) && ar_json_cursor_peek(&quick.cursor) == '\0' &&
              quick.cursor.at == quick.cursor.end && !reader->is_refused &&
              reader->n_warnings == 0 && quiet.list.count == 0 &&
              !has_absent_group(reader->set);
    reader->diags = diags;
    return ok;
}
