/* SPDX-License-Identifier: Apache-2.0 */
/* The pass over all facts: what is taken out of a value, of its key, of what
 * is said about it, and which placeholder stands there then. */

#include "facts/redact.h"

#include "base/entropy.h"

#include <inttypes.h>
#include <stdlib.h>

struct redactor {
    struct ar_arena *arena;
    const struct ar_redaction_options *options;
    ar_secret_words words; /* those of options, and values of secrets */
    struct ar_redaction *out;
    unsigned without;     /* kinds that are not looked for */
    struct ar_map tokens; /* kind and text -> ar_str *, what stands for it */
    size_t n_tokens[AR_N_SECRET_KINDS];
    unsigned found; /* in the fact at hand */
    bool is_in_key; /* the strings before opened a private key */
};

static const enum ar_sensitivity sensitivities[AR_N_SECRET_KINDS] = {
#define AR_SECRET_KIND(name, sensitivity) AR_SENSITIVITY_##sensitivity,
#include "facts/redact.def"
#undef AR_SECRET_KIND
};

/* ---- placeholders ---- */

/* "<user-1>": the same for the same text, counted for each kind. */
static ar_str make_token(struct redactor *redactor, enum ar_secret_kind kind,
                         ar_str text)
{
    const char *name = ar_secret_kind_names[kind];
    ar_str key =
        ar_str_concat(redactor->arena, ar_str_from_c(name),
                      ar_str_concat(redactor->arena, AR_STR(":"), text));
    const ar_str *known = ar_map_get(&redactor->tokens, key);
    redactor->out->counts[kind]++;
    redactor->found |= 1U << kind;
    if (known)
        return *known;
    ar_str *token = AR_NEW(redactor->arena, ar_str);
    *token = ar_str_printf(redactor->arena, "<%s-%lu>", name,
                           (unsigned long)++redactor->n_tokens[kind]);
    ar_map_put(redactor->arena, &redactor->tokens, key, token);
    return *token;
}

/* text with a token for each thing that is found; itself if nothing is. The
 * tokens can be told from what stands around them, so two texts give the same
 * only if they are. */
static ar_str mask(struct redactor *redactor, ar_str text, unsigned without)
{
    struct ar_buf out = AR_BUF(redactor->arena);
    struct ar_secret_span span;
    size_t from = 0;
    while (ar_secret_find(&redactor->words, text, from,
                          redactor->without | without, &span)) {
        ar_str found = ar_str_slice(text, span.start, span.end);
        ar_buf_put(&out, ar_str_slice(text, from, span.start));
        ar_buf_put(&out, make_token(redactor, span.kind, found));
        from = span.end;
    }
    if (from == 0)
        return text;
    ar_buf_put(&out, ar_str_slice(text, from, text.len));
    return ar_buf_view(&out);
}

static ar_value take_out(struct redactor *redactor, const ar_value *value,
                         enum ar_secret_kind kind)
{
    struct ar_buf text = AR_BUF(redactor->arena);
    ar_value_put_literal(&text, *value);
    ar_str token = make_token(redactor, kind, ar_buf_view(&text));
    if (!ar_type_is_scalar(value->type) || value->type->kind == AR_TYPE_BOOL)
        return ar_value_unknown(AR_REASON_redacted, (ar_str){NULL, 0});
    return ar_value_placeholder(value->type, token);
}

/* ---- values ---- */

/* A key may lie in several strings, as the lines of its file. */
static bool continues_key(struct redactor *redactor, ar_str text)
{
    if (redactor->without & 1U << AR_SECRET_key)
        return false;
    bool continues = redactor->is_in_key;
    if (ar_secret_opens_key(text))
        redactor->is_in_key = true;
    else if (ar_secret_closes_key(text))
        redactor->is_in_key = false;
    return continues;
}

static ar_value redact_text(struct redactor *redactor, const ar_value *value,
                            unsigned without)
{
    ar_str text = value->type->kind == AR_TYPE_STRING
                      ? value->as.string
                      : ar_value_text(redactor->arena, *value);
    if (continues_key(redactor, text))
        return take_out(redactor, value, AR_SECRET_key);
    ar_str masked = mask(redactor, text, without);
    if (masked.ptr == text.ptr)
        return *value;
    return ar_value_placeholder(value->type, masked);
}

static ar_value redact_value(struct redactor *redactor, const ar_value *value);

static ar_value hide_value(struct redactor *redactor, const ar_value *value,
                           enum ar_secret_kind kind);

static bool is_text(const ar_value *value)
{
    return value->type->kind == AR_TYPE_STRING ||
           (value->type->kind == AR_TYPE_LIST &&
            value->type->element->kind == AR_TYPE_STRING);
}

/* The name of a value may tell what it is: PASSWORD. */
static ar_value redact_named(struct redactor *redactor, ar_str name,
                             const ar_value *value)
{
    bool is_secret = value->state == AR_STATE_VALUE && is_text(value) &&
                     !(redactor->without & 1U << AR_SECRET_password) &&
                     ar_secret_is_name(name);
    return is_secret ? hide_value(redactor, value, AR_SECRET_password)
                     : redact_value(redactor, value);
}

static ar_value redact_items(struct redactor *redactor, const ar_value *value)
{
    const struct ar_type *type = value->type;
    size_t count = value->as.list.count;
    ar_value *items = AR_NEW_ARRAY(redactor->arena, ar_value, count);
    ar_value out = *value;
    for (size_t ix = 0; ix < count; ix++) {
        const ar_value *item = &value->as.list.items[ix];
        ar_str name = type->kind == AR_TYPE_MAP      ? value->as.list.keys[ix]
                      : type->kind == AR_TYPE_RECORD ? type->fields[ix].name
                                                     : AR_STR("");
        items[ix] = redact_named(redactor, name, item);
    }
    out.as.list.items = items;
    return out;
}

/* Without one of its keys a map would seem to have no such key. */
static ar_value redact_map(struct redactor *redactor, const ar_value *value)
{
    for (size_t ix = 0; ix < value->as.list.count; ix++) {
        ar_str key = value->as.list.keys[ix];
        if (mask(redactor, key, 0).ptr != key.ptr)
            return ar_value_unknown(AR_REASON_redacted, (ar_str){NULL, 0});
    }
    return redact_items(redactor, value);
}

static ar_value redact_value(struct redactor *redactor, const ar_value *value)
{
    const unsigned addresses =
        1U << AR_SECRET_ip | 1U << AR_SECRET_mac | 1U << AR_SECRET_encoded;
    if (value->state == AR_STATE_UNKNOWN) {
        ar_value out = *value;
        out.detail = mask(redactor, value->detail, 0);
        return out;
    }
    if (value->state != AR_STATE_VALUE)
        return *value;
    switch (value->type->kind) {
    case AR_TYPE_STRING:
    case AR_TYPE_IP:
    case AR_TYPE_CIDR: return redact_text(redactor, value, 0);
    case AR_TYPE_VERSION: return redact_text(redactor, value, addresses);
    case AR_TYPE_LIST:
    case AR_TYPE_RECORD: return redact_items(redactor, value);
    case AR_TYPE_MAP: return redact_map(redactor, value);
    case AR_TYPE_POISON:
    case AR_TYPE_BOOL:
    case AR_TYPE_INT:
    case AR_TYPE_REAL:
    case AR_TYPE_SIZE:
    case AR_TYPE_DURATION:
    case AR_TYPE_TIME:
    case AR_TYPE_ENUM: return *value;
    }
    AR_UNREACHABLE();
}

/* ---- facts that are declared as sensitive ---- */

static enum ar_secret_kind kind_of(enum ar_sensitivity sensitivity)
{
    if (sensitivity == AR_SENSITIVITY_SECRET)
        return AR_SECRET_secret;
    return sensitivity == AR_SENSITIVITY_PERSONAL ? AR_SECRET_personal
                                                  : AR_SECRET_address;
}

/* What was read and did not fit is the detail of these reasons; that of the
 * others is a message. */
static bool quotes_value(const ar_value *value)
{
    return value->reason == AR_REASON_bad_output ||
           value->reason == AR_REASON_bad_value ||
           value->reason == AR_REASON_redacted;
}

static ar_value hide_detail(struct redactor *redactor, const ar_value *value,
                            enum ar_secret_kind kind)
{
    ar_value out = *value;
    if (value->detail.len == 0)
        return out;
    if (quotes_value(value) || kind == AR_SECRET_secret)
        out.detail = make_token(redactor, kind, value->detail);
    else
        out.detail = mask(redactor, value->detail, 0);
    return out;
}

/* No name and no address is one of a few words. */
static bool is_harmless(const struct ar_type *type, enum ar_secret_kind kind)
{
    return kind != AR_SECRET_secret &&
           (type->kind == AR_TYPE_BOOL || type->kind == AR_TYPE_ENUM);
}

/* Every scalar in it; what keys a map has may be as sensitive. */
static ar_value hide_value(struct redactor *redactor, const ar_value *value,
                           enum ar_secret_kind kind)
{
    if (value->state == AR_STATE_UNKNOWN)
        return hide_detail(redactor, value, kind);
    if (value->state != AR_STATE_VALUE || is_harmless(value->type, kind))
        return *value;
    if (value->type->kind != AR_TYPE_LIST &&
        value->type->kind != AR_TYPE_RECORD)
        return take_out(redactor, value, kind);
    size_t count = value->as.list.count;
    ar_value *items = AR_NEW_ARRAY(redactor->arena, ar_value, count);
    ar_value out = *value;
    for (size_t ix = 0; ix < count; ix++)
        items[ix] = hide_value(redactor, &value->as.list.items[ix], kind);
    out.as.list.items = items;
    return out;
}

/* What says what the value is: the end of its name, or an argument, as in
 * registry('HKLM\\Software\\App\\Password'). */
static ar_str telling_name(const struct ar_fact_ref *ref)
{
    for (size_t ix = 0; ix < ref->n_arguments; ix++) {
        const ar_value *argument = &ref->arguments[ix];
        if (argument->type->kind == AR_TYPE_STRING &&
            ar_secret_is_name(argument->as.string))
            return argument->as.string;
    }
    return ref->decl->name;
}

static ar_value redact_fact(struct redactor *redactor,
                            const struct ar_fact_ref *ref,
                            const ar_value *value)
{
    redactor->is_in_key = false;
    if (!ref->decl)
        return redact_value(redactor, value);
    enum ar_sensitivity sensitivity = ref->decl->sensitivity;
    if (sensitivity != AR_SENSITIVITY_NONE &&
        !redactor->options->keeps[sensitivity])
        return hide_value(redactor, value, kind_of(sensitivity));
    return redact_named(redactor, telling_name(ref), value);
}

/* ---- keys ---- */

/* False if something is in it that no argument can be without. */
static bool redact_arguments(struct redactor *redactor,
                             const struct ar_fact_ref *ref, ar_value *out)
{
    for (size_t ix = 0; ix < ref->n_arguments; ix++) {
        const ar_value *value = &ref->arguments[ix];
        ar_value masked = redact_value(redactor, value);
        out[ix] = masked;
        if (masked.state == AR_STATE_VALUE)
            continue;
        if (value->type->kind != AR_TYPE_STRING)
            return false;
        out[ix] = ar_value_string(masked.detail);
    }
    return true;
}

/* file("...").exists: the folder of a user may stand in the key. False if the
 * fact cannot be written at all. */
static bool redact_key(struct redactor *redactor, ar_str key,
                       struct ar_fact_ref *out)
{
    struct ar_arena *arena = redactor->arena;
    if (ar_fact_ref_parse(arena, redactor->out->set.schema, key, out) !=
        AR_FACT_REF_OK)
        return false;
    if (out->n_arguments == 0)
        return true;
    ar_value *arguments = AR_NEW_ARRAY(arena, ar_value, out->n_arguments);
    if (!redact_arguments(redactor, out, arguments))
        return false;
    out->arguments = arguments;
    out->key = out->decl ? ar_fact_key(arena, out->decl, arguments)
                         : ar_fact_group_key(arena, out->group, arguments);
    return true;
}

/* ---- the pass ---- */

static void redact_origin(struct redactor *redactor, struct ar_origin *origin)
{
    origin->probe = mask(redactor, origin->probe, 0);
    origin->how = mask(redactor, origin->how, 0);
}

static void redact_entry(struct redactor *redactor,
                         const struct ar_fact_entry *entry)
{
    struct ar_redaction *out = redactor->out;
    struct ar_fact_ref ref;
    redactor->found = 0;
    if (!redact_key(redactor, entry->key, &ref)) {
        out->n_dropped++;
        return;
    }
    ar_value value = redact_fact(redactor, &ref, &entry->value);
    struct ar_origin origin = *entry->origin;
    redact_origin(redactor, &origin);
    struct ar_fact_entry *copy =
        ar_factset_add_from(&out->set, &ref, value, &origin);
    if (redactor->found == 0)
        return;
    struct ar_redacted_fact fact = {copy->key, redactor->found};
    ar_vector_push(redactor->arena, &out->facts, fact);
}

static int compare_entries(const void *left, const void *right)
{
    const struct ar_fact_entry *const *a = left;
    const struct ar_fact_entry *const *b = right;
    return ar_str_compare((*a)->key, (*b)->key);
}

const struct ar_fact_entry **ar_factset_sorted(struct ar_arena *arena,
                                               const struct ar_factset *set)
{
    size_t count = set->entries.count;
    const struct ar_fact_entry **entries =
        AR_NEW_ARRAY(arena, const struct ar_fact_entry *, count);
    for (size_t ix = 0; ix < count; ix++)
        entries[ix] = set->entries.at[ix];
    if (count > 1)
        qsort(entries, count, sizeof(*entries), compare_entries);
    return entries;
}

static unsigned choose_kinds(const struct ar_redaction_options *options)
{
    unsigned without = 0;
    for (size_t kind = 0; kind < AR_N_SECRET_KINDS; kind++) {
        if (options->keeps[sensitivities[kind]])
            without |= 1U << kind;
    }
    return without;
}

/* A secret may stand in other facts, too. */
static void add_secret(struct redactor *redactor, const ar_value *value)
{
    enum { LEAST_LENGTH = 5 }; /* what is shorter would be found anywhere */
    if (value->state != AR_STATE_VALUE)
        return;
    if (value->type->kind == AR_TYPE_STRING &&
        value->as.string.len >= LEAST_LENGTH) {
        struct ar_secret_word word = {value->as.string, AR_SECRET_secret, true};
        ar_vector_push(redactor->arena, &redactor->words, word);
    }
    bool has_items = value->type->kind == AR_TYPE_LIST ||
                     value->type->kind == AR_TYPE_MAP ||
                     value->type->kind == AR_TYPE_RECORD;
    for (size_t ix = 0; has_items && ix < value->as.list.count; ix++)
        add_secret(redactor, &value->as.list.items[ix]);
}

static void collect_words(struct redactor *redactor,
                          const struct ar_factset *facts)
{
    const ar_secret_words *words = redactor->options->words;
    for (size_t ix = 0; ix < words->count; ix++)
        ar_vector_push(redactor->arena, &redactor->words, words->at[ix]);
    for (size_t ix = 0; ix < facts->entries.count; ix++) {
        const struct ar_fact_entry *entry = facts->entries.at[ix];
        if (entry->decl && entry->decl->sensitivity == AR_SENSITIVITY_SECRET)
            add_secret(redactor, &entry->value);
    }
}

void ar_redact(struct ar_arena *arena, const struct ar_factset *facts,
               const struct ar_redaction_options *options,
               struct ar_redaction *out)
{
    *out = (struct ar_redaction){0};
    struct redactor redactor = {.arena = arena,
                                .options = options,
                                .out = out,
                                .without = choose_kinds(options)};
    out->id = ar_str_printf(arena, "%016" PRIx64, ar_entropy_u64());
    out->set = (struct ar_factset){
        .arena = arena,
        .schema = facts->schema,
        .missing_reason = facts->missing_reason,
        .collected = facts->collected,
        .tool = facts->tool,
        .redaction = out->id,
        .now = facts->now,
        .has_now = facts->has_now,
    };
    collect_words(&redactor, facts);
    out->set.machine = mask(&redactor, facts->machine, 0);
    const struct ar_fact_entry **entries = ar_factset_sorted(arena, facts);
    for (size_t ix = 0; ix < facts->entries.count; ix++)
        redact_entry(&redactor, entries[ix]);
}
