/* SPDX-License-Identifier: Apache-2.0 */
/* What a pack may look at. Everything counts that one of its rules can reach:
 * through derived facts and functions, too, and on other systems. */

#include "tools/inspect.h"

#include "base/map.h"
#include "front/excerpt.h"
#include "probe/builtin.h"
#include "sema/walk.h"
#include "text/utf8.h"

#include "json/json.h"

enum { SOURCE_COLUMNS = 8, PROBE_COLUMNS = 28 };

/* A command, a file, a name. */
struct use {
    ar_str kind;   /* run, exec, file, glob, registry, env, http; fact: named in
                      a rule */
    ar_str source; /* as it is written in the pack */
    ar_str probe;  /* empty for a fact */
    ar_str module; /* of the probe; or of the fact */
    bool is_own;   /* of the pack, not of the standard library */
};
typedef AR_VECTOR(struct use) use_vector;

struct inspection {
    struct ar_arena *arena;
    const struct ar_program *program;
    const struct ar_pack *pack;
    const struct ar_pack *reading; /* whose expression is looked at */
    struct ar_map seen;            /* addresses, and texts of uses */
    use_vector uses;
};

static bool is_new(struct inspection *inspection, ar_str key)
{
    if (ar_map_has(&inspection->seen, key))
        return false;
    ar_map_put(inspection->arena, &inspection->seen, key, inspection);
    return true;
}

static bool is_new_thing(struct inspection *inspection, const void *thing)
{
    return is_new(inspection, ar_str_printf(inspection->arena, "%p", thing));
}

static ar_str excerpt(const struct inspection *inspection, ar_span span)
{
    return ar_excerpt(inspection->arena, inspection->program->diags->sources,
                      span);
}

/* ---- probes ---- */

static const struct ar_node *find_source(const struct ar_node *probe)
{
    static const enum ar_node_kind kinds[] = {
        AR_NODE_PROBE_RUN,  AR_NODE_PROBE_EXEC,     AR_NODE_PROBE_FILE,
        AR_NODE_PROBE_GLOB, AR_NODE_PROBE_REGISTRY, AR_NODE_PROBE_ENV,
        AR_NODE_PROBE_HTTP};
    const struct ar_node *found = NULL;
    for (size_t ix = 0; !found && ix < AR_COUNT_OF(kinds); ix++)
        found = ar_node_child(probe, kinds[ix]);
    return found;
}

static void add_probe(struct inspection *inspection,
                      const struct ar_probe *probe)
{
    static const char *const kinds[] = {"run",      "exec", "file", "glob",
                                        "registry", "env",  "http"};
    const struct ar_node *source =
        probe->node ? find_source(probe->node) : NULL;
    if (!source || !is_new_thing(inspection, probe))
        return;
    ar_str kind = ar_str_from_c(kinds[probe->source]);
    ar_str text = excerpt(inspection, source->span);
    struct use use = {
        .kind = kind,
        .source = ar_str_trim(ar_str_slice(text, kind.len, text.len)),
        .probe = probe->name,
        .module = probe->pack->name,
        .is_own = probe->pack == inspection->pack,
    };
    ar_vector_push(inspection->arena, &inspection->uses, use);
}

static void add_probes_of(struct inspection *inspection,
                          const struct ar_fact_decl *decl)
{
    for (size_t ix = 0; ix < inspection->program->probes.count; ix++) {
        const struct ar_probe *probe = inspection->program->probes.at[ix];
        for (size_t nth = 0; nth < probe->gives.count; nth++) {
            if (probe->gives.at[nth] == decl)
                add_probe(inspection, probe);
        }
    }
}

/* ---- expressions ---- */

static void visit(struct ar_expr *expr, void *user);

static void walk(struct inspection *inspection, struct ar_expr *expr)
{
    if (expr)
        ar_expr_walk(expr, visit, inspection);
}

/* file("/etc/x").text, env("HOME"): what stands in the brackets is chosen by
 * whoever wrote it. */
static void add_named(struct inspection *inspection, const struct ar_expr *expr)
{
    struct use use = {
        .kind = AR_STR("fact"),
        .source = excerpt(inspection, expr->span),
        .module = expr->fact->decl.module,
        .is_own = inspection->reading == inspection->pack,
    };
    if (expr->n_operands > 0 && ar_builtin_of(&expr->fact->decl) &&
        is_new(inspection, use.source))
        ar_vector_push(inspection->arena, &inspection->uses, use);
}

static void follow_fact(struct inspection *inspection,
                        const struct ar_fact *fact)
{
    const struct ar_pack *before = inspection->reading;
    if (!is_new_thing(inspection, fact))
        return;
    add_probes_of(inspection, &fact->decl);
    inspection->reading = fact->pack;
    for (size_t ix = 0; ix < fact->definitions.count; ix++) {
        walk(inspection, fact->definitions.at[ix].expr);
        walk(inspection, fact->definitions.at[ix].guard);
    }
    inspection->reading = before;
}

/* What is asked of a group is asked of all facts in it. */
static void follow_group(struct inspection *inspection,
                         const struct ar_fact_group *group)
{
    for (size_t ix = 0; group && ix < group->facts.count; ix++)
        follow_fact(inspection, (const struct ar_fact *)group->facts.at[ix]);
}

static void follow_function(struct inspection *inspection,
                            const struct ar_def *def)
{
    const struct ar_pack *before = inspection->reading;
    if (!is_new_thing(inspection, def))
        return;
    inspection->reading = def->pack;
    walk(inspection, def->body);
    inspection->reading = before;
}

static void visit(struct ar_expr *expr, void *user)
{
    struct inspection *inspection = user;
    if (expr->kind == AR_EXPR_FACT) {
        add_named(inspection, expr);
        follow_fact(inspection, expr->fact);
    } else if (expr->kind == AR_EXPR_GROUP_EXISTS ||
               expr->kind == AR_EXPR_GROUP_ABSENT) {
        follow_group(inspection, expr->group);
    } else if (expr->kind == AR_EXPR_DEF) {
        follow_function(inspection, expr->def);
    }
}

static void visit_root(const struct ar_root *root, void *user)
{
    struct inspection *inspection = user;
    if (root->pack != inspection->pack)
        return;
    inspection->reading = root->pack;
    walk(inspection, root->expr);
}

/* The pack's own first, then the library's. */
static use_vector inspect(struct ar_arena *arena,
                          const struct ar_program *program,
                          const struct ar_pack *pack)
{
    struct inspection inspection = {
        .arena = arena, .program = program, .pack = pack};
    for (size_t ix = 0; ix < program->probes.count; ix++) {
        if (program->probes.at[ix]->pack == pack)
            add_probe(&inspection, program->probes.at[ix]);
    }
    ar_walk_program(program, visit_root, &inspection);
    return inspection.uses;
}

/* ---- for people ---- */

static void put_use(struct ar_buf *out, const struct use *use)
{
    ar_str who = use->probe;
    if (use->probe.len == 0)
        who = AR_STR("in rules");
    else if (!use->is_own)
        who = ar_str_printf(out->arena, AR_STR_FORMAT " " AR_STR_FORMAT,
                            AR_STR_ARG(use->module), AR_STR_ARG(use->probe));
    ar_buf_put_c(out, "    ");
    ar_buf_put(out, use->kind);
    ar_buf_put_repeated(out, ' ',
                        use->kind.len < SOURCE_COLUMNS
                            ? SOURCE_COLUMNS + 1 - use->kind.len
                            : 1);
    ar_buf_put(out, who);
    ar_buf_put_repeated(
        out, ' ', who.len < PROBE_COLUMNS ? PROBE_COLUMNS + 1 - who.len : 1);
    ar_utf8_put_safe(out, use->source, false);
    ar_buf_put_char(out, '\n');
}

static void put_part(struct ar_buf *out, const use_vector *uses, bool is_own,
                     const char *title)
{
    bool is_first = true;
    for (size_t ix = 0; ix < uses->count; ix++) {
        if (uses->at[ix].is_own != is_own)
            continue;
        if (is_first)
            ar_buf_printf(out, "  %s\n", title);
        is_first = false;
        put_use(out, &uses->at[ix]);
    }
}

void ar_inspect_human(struct ar_buf *out, const struct ar_program *program)
{
    for (size_t ix = 0; ix < program->packs.count; ix++) {
        const struct ar_pack *pack = program->packs.at[ix];
        if (pack->is_stdlib)
            continue;
        use_vector uses = inspect(out->arena, program, pack);
        ar_utf8_put_safe(out, pack->name.len > 0 ? pack->name : pack->path,
                         false);
        ar_buf_put_c(out, pack->is_trusted ? ": trusted\n" : ": not trusted\n");
        put_part(out, &uses, true,
                 pack->is_trusted ? "of its own" : "only with --allow-run");
        put_part(out, &uses, false, "by the standard library");
        if (uses.count == 0)
            ar_buf_put_c(out, "  looks at nothing\n");
    }
}

/* ---- for programs ---- */

static void write_use(struct ar_json_writer *writer, const struct use *use,
                      const struct ar_pack *pack)
{
    ar_json_begin_object(writer);
    ar_json_member(writer, "kind", use->kind);
    ar_json_member(writer, "source", use->source);
    ar_json_member(writer, "probe", use->probe);
    ar_json_member(writer, "module", use->module);
    ar_json_member_bool(writer, "needs_allow_run",
                        use->is_own && !pack->is_trusted);
    ar_json_end_object(writer);
}

void ar_inspect_json(struct ar_buf *out, const struct ar_program *program)
{
    struct ar_json_writer writer = {.out = out, .pretty = true};
    ar_json_begin_object(&writer);
    ar_json_member(&writer, "schema", AR_STR("archrules.inspect/1"));
    ar_json_key(&writer, AR_STR("packs"));
    ar_json_begin_array(&writer);
    for (size_t ix = 0; ix < program->packs.count; ix++) {
        const struct ar_pack *pack = program->packs.at[ix];
        if (pack->is_stdlib)
            continue;
        use_vector uses = inspect(out->arena, program, pack);
        ar_json_begin_object(&writer);
        ar_json_member(&writer, "name", pack->name);
        ar_json_member(&writer, "path", pack->path);
        ar_json_member_bool(&writer, "trusted", pack->is_trusted);
        ar_json_key(&writer, AR_STR("uses"));
        ar_json_begin_array(&writer);
        for (size_t nth = 0; nth < uses.count; nth++)
            write_use(&writer, &uses.at[nth], pack);
        ar_json_end_array(&writer);
        ar_json_end_object(&writer);
    }
    ar_json_end_array(&writer);
    ar_json_end_object(&writer);
    ar_buf_put_char(out, '\n');
}
