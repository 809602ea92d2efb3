/* SPDX-License-Identifier: Apache-2.0 */
/* Snapshots of facts for embedders: redacting and writing them, and saying
 * what was redacted. */

#include "api/handles.h"
#include "facts/snapshot_write.h"
#include "probe/identity.h"
#include "text/utf8.h"

struct writing {
    struct archrules_facts *facts;
    const archrules_snapshot_options *options;
    archrules_format format;
};

/* ---- redacting ---- */

/* The entry of a fact whose value is a text, or NULL. */
static const struct ar_fact_entry *find_text(const struct ar_factset *set,
                                             const char *name)
{
    const struct ar_fact_entry *entry =
        ar_factset_entry(set, ar_str_from_c(name));
    bool is_text = entry && entry->value.state == AR_STATE_VALUE &&
                   entry->value.type->kind == AR_TYPE_STRING;
    return is_text ? entry : NULL;
}

/* What the facts say of the machine itself. */
static void add_facts(struct ar_arena *arena, const struct ar_factset *set,
                      ar_secret_words *words)
{
    static const struct {
        const char *fact;
        enum ar_secret_kind kind;
    } names[] = {{"host.name", AR_SECRET_host}, {"user.name", AR_SECRET_user}};
    for (size_t ix = 0; ix < AR_COUNT_OF(names); ix++) {
        const struct ar_fact_entry *entry = find_text(set, names[ix].fact);
        if (entry)
            ar_identity_add(arena, words, entry->value.as.string,
                            names[ix].kind);
    }
}

static void redact(const struct writing *writing, const struct ar_factset *set,
                   struct ar_redaction *out)
{
    struct ar_arena *arena = &writing->facts->memory.arena;
    const archrules_snapshot_options *options = writing->options;
    ar_secret_words words = {0};
    struct ar_host host;
    struct ar_redaction_options how = {
        .words = &words,
        .keeps = {[AR_SENSITIVITY_PERSONAL] = options->keep_personal != 0,
                  [AR_SENSITIVITY_ADDRESS] = options->keep_addresses != 0,
                  [AR_SENSITIVITY_SECRET] = options->keep_secrets != 0},
    };
    ar_host_open(&host);
    ar_identity_find(arena, &host, &words);
    add_facts(arena, set, &words);
    ar_redact(arena, set, &how, out);
}

/* ---- what was redacted ---- */

static const char *separator(size_t ix)
{
    return ix == 0 ? "" : ", ";
}

static void put_counts(struct ar_buf *out, const struct ar_redaction *redaction)
{
    size_t n_shown = 0;
    for (size_t kind = 0; kind < AR_N_SECRET_KINDS; kind++) {
        if (redaction->counts[kind] == 0)
            continue;
        ar_buf_printf(out, "%s%lu %s", separator(n_shown++),
                      (unsigned long)redaction->counts[kind],
                      ar_secret_kind_names[kind]);
    }
}

static void put_redacted_fact(struct ar_buf *out,
                              const struct ar_redacted_fact *fact)
{
    size_t n_shown = 0;
    ar_buf_put_c(out, "  ");
    ar_utf8_put_safe(out, fact->key, false);
    ar_buf_put_c(out, ": ");
    for (size_t kind = 0; kind < AR_N_SECRET_KINDS; kind++) {
        if (fact->kinds & 1U << kind)
            ar_buf_printf(out, "%s%s", separator(n_shown++),
                          ar_secret_kind_names[kind]);
    }
    ar_buf_put_char(out, '\n');
}

static void put_redaction(struct ar_buf *out,
                          const struct ar_redaction *redaction)
{
    if (redaction->n_dropped > 0)
        ar_buf_printf(out,
                      "Left out: %lu facts whose arguments say too much.\n",
                      (unsigned long)redaction->n_dropped);
    if (redaction->facts.count == 0)
        return;
    ar_buf_printf(
        out, "Redacted in %lu facts: ", (unsigned long)redaction->facts.count);
    put_counts(out, redaction);
    ar_buf_put_c(out, "\n");
    for (size_t ix = 0; ix < redaction->facts.count; ix++)
        put_redacted_fact(out, &redaction->facts.at[ix]);
}

static void put_last_redaction(struct ar_buf *out, void *context)
{
    const struct archrules_facts *facts = context;
    put_redaction(out, &facts->redaction);
}

archrules_status archrules_facts_render_redaction(
    archrules_facts *facts, const archrules_output *output)
{
    if (!facts)
        return ARCHRULES_MISUSE;
    struct ar_api_memories memories = {.at = {&facts->memory}, .count = 1};
    return ar_api_render(&memories, output, put_last_redaction, facts);
}

/* ---- writing ---- */

static void put_preview(struct ar_buf *out, const struct ar_factset *set,
                        const struct ar_redaction *redaction)
{
    if (set->machine.len > 0) {
        ar_buf_put_c(out, "Machine: ");
        ar_utf8_put_safe(out, set->machine, false);
        ar_buf_put_c(out, "\n");
    }
    if (redaction)
        put_redaction(out, redaction);
    else
        ar_buf_put_c(out, "Nothing is redacted.\n");
    ar_buf_put_c(out, "\n");
    ar_api_put_facts(out, set);
}

static void put_snapshot(struct ar_buf *out, void *context)
{
    struct writing *writing = context;
    struct archrules_facts *facts = writing->facts;
    struct ar_factset set = facts->set;
    const struct ar_redaction *redaction = NULL;
    const struct ar_fact_entry *name = find_text(&set, "host.name");
    if (set.machine.len == 0 && name)
        set.machine = name->value.as.string;
    facts->redaction = (struct ar_redaction){0};
    if (!writing->options->no_redact) {
        redact(writing, &set, &facts->redaction);
        redaction = &facts->redaction;
        set = redaction->set;
    }
    if (writing->format == ARCHRULES_JSON)
        ar_snapshot_write(out, &set, redaction);
    else
        put_preview(out, &set, redaction);
}

archrules_status archrules_facts_write_snapshot(
    archrules_facts *facts, const archrules_snapshot_options *options,
    const archrules_output *output)
{
    const archrules_snapshot_options none = {0};
    if (!facts || !output)
        return ARCHRULES_MISUSE;
    struct ar_api_memories memories = {.at = {&facts->memory}, .count = 1};
    struct writing writing = {facts, options ? options : &none, output->format};
    return ar_api_render(&memories, output, put_snapshot, &writing);
}
