/* SPDX-License-Identifier: Apache-2.0 */
/* Probes in the language: one source, one parser, and what they give. They
 * are checked whole, so that a pack that passes can be run later. */
#include "sema/checker.h"

static bool is_source(enum ar_node_kind kind)
{
    return kind == AR_NODE_PROBE_RUN || kind == AR_NODE_PROBE_EXEC ||
           kind == AR_NODE_PROBE_FILE || kind == AR_NODE_PROBE_GLOB ||
           kind == AR_NODE_PROBE_REGISTRY || kind == AR_NODE_PROBE_ENV ||
           kind == AR_NODE_PROBE_HTTP;
}

static enum ar_probe_source source_of(enum ar_node_kind kind)
{
    return kind == AR_NODE_PROBE_RUN        ? AR_PROBE_RUN
           : kind == AR_NODE_PROBE_EXEC     ? AR_PROBE_EXEC
           : kind == AR_NODE_PROBE_FILE     ? AR_PROBE_FILE
           : kind == AR_NODE_PROBE_GLOB     ? AR_PROBE_GLOB
           : kind == AR_NODE_PROBE_REGISTRY ? AR_PROBE_REGISTRY
           : kind == AR_NODE_PROBE_HTTP     ? AR_PROBE_HTTP
                                            : AR_PROBE_ENV;
}

static void refuse_beside_exec(struct ar_checker *checker,
                               const struct ar_node *item)
{
    static const struct {
        enum ar_node_kind kind;
        const char *name;
    } refused[] = {{AR_NODE_PROBE_PARSE, "parse"},
                   {AR_NODE_PROBE_FROM, "from"},
                   {AR_NODE_PROBE_DECODE, "decode"}};
    for (size_t i = 0; i < AR_COUNT_OF(refused); i++) {
        if (item->kind == refused[i].kind)
            ar_diag(checker->diags, AR_E0617, item->span,
                    ar_str_from_c(refused[i].name));
    }
    const struct ar_node *selector = ar_node_child(item, AR_NODE_SELECTOR);
    if (item->kind == AR_NODE_PROBE_GIVES && selector)
        ar_diag(checker->diags, AR_E0617, selector->span, AR_STR("a selector"));
}

/* What it answers are values already. */
static void check_exec(struct ar_checker *checker, const struct ar_node *node,
                       struct ar_probe *probe)
{
    if (!ar_node_child(node, AR_NODE_PROBE_EXEC))
        return;
    probe->parser = AR_PARSER_ANSWER;
    for (const struct ar_node *item = node->first; item; item = item->next)
        refuse_beside_exec(checker, item);
}

/* Exit codes are of programs, statuses of services. */
static void check_codes(struct ar_checker *checker, const struct ar_node *node)
{
    bool is_http = ar_node_child(node, AR_NODE_PROBE_HTTP) != NULL;
    const struct ar_node *odd = ar_node_child(
        node, is_http ? AR_NODE_PROBE_EXIT : AR_NODE_PROBE_STATUS);
    const struct ar_node *stream = ar_node_child(node, AR_NODE_PROBE_FROM);
    if (odd)
        ar_diag(checker->diags, AR_E0660, odd->span,
                is_http ? AR_STR("exit") : AR_STR("status"),
                is_http ? AR_STR("a program") : AR_STR("a service"));
    if (is_http && stream)
        ar_diag(checker->diags, AR_E0660, stream->span, AR_STR("from"),
                AR_STR("a program"));
}

static void check_source(struct ar_context *context, const struct ar_node *node,
                         struct ar_probe *probe)
{
    probe->source = source_of(node->kind);
    for (struct ar_node *text = node->first; text; text = text->next)
        ar_vector_push(context->checker->arena, &probe->texts,
                       ar_check_template(context, text));
}

static void check_platforms(struct ar_checker *checker,
                            const struct ar_node *node, struct ar_probe *probe)
{
    static const char *const words[] = {"windows", "wsl", "linux", "macos",
                                        "freebsd"};
    for (struct ar_node *word = node->first; word; word = word->next) {
        if (ar_check_word(checker, word, "a platform", words, 5) != SIZE_MAX)
            ar_vector_push(checker->arena, &probe->platforms, word->text);
    }
}

static void check_parser(struct ar_checker *checker, const struct ar_node *node,
                         struct ar_probe *probe)
{
    static const char *const words[] = {"json", "jsonl",   "lines", "key_value",
                                        "ini",  "columns", "text"};
    static const enum ar_probe_parser parsers[] = {
        AR_PARSER_JSON, AR_PARSER_JSONL,   AR_PARSER_LINES, AR_PARSER_KEY_VALUE,
        AR_PARSER_INI,  AR_PARSER_COLUMNS, AR_PARSER_TEXT};
    size_t ix = ar_check_word(checker, node, "a parser", words, 7);
    if (ix != SIZE_MAX)
        probe->parser = parsers[ix];
    if (node->first)
        probe->regex = ar_check_pattern(checker, node->first);
}

static bool has_group(const struct ar_regex *regex, ar_str name)
{
    for (size_t i = 1; i <= ar_regex_group_count(regex); i++) {
        if (ar_str_equal(ar_regex_group_name(regex, i), name))
            return true;
    }
    return false;
}

/* The first step of a selector names a group; behind `lines matches` the
 * elements may be gone through before. */
static void check_selected_group(struct ar_checker *checker,
                                 const struct ar_node *selector,
                                 const struct ar_probe *probe)
{
    const struct ar_node *step = selector->first;
    if (step->kind == AR_NODE_SELECT_EACH && probe->parser == AR_PARSER_LINES)
        step = step->next;
    if (!step || step->kind == AR_NODE_SELECT_OPTIONAL)
        return;
    if (step->kind == AR_NODE_SELECT_RECORD) {
        for (struct ar_node *member = step->first; member;
             member = member->next)
            check_selected_group(checker, member->first, probe);
        return;
    }
    if (!has_group(probe->regex, step->text))
        ar_diag(checker->diags, AR_E0609, step->span, step->text);
}

/* The fields of a record that `lines matches` makes are groups. */
static void check_groups(struct ar_checker *checker,
                         const struct ar_node *gives,
                         const struct ar_type *type,
                         const struct ar_probe *probe)
{
    const struct ar_node *selector = ar_node_child(gives, AR_NODE_SELECTOR);
    if (selector) {
        check_selected_group(checker, selector, probe);
        return;
    }
    if (type->kind == AR_TYPE_LIST && type->element)
        type = type->element;
    for (size_t i = 0; i < type->n_fields; i++) {
        if (!has_group(probe->regex, type->fields[i].name))
            ar_diag(checker->diags, AR_E0609, gives->last->span,
                    type->fields[i].name);
    }
}

static ar_str signature_name(struct ar_checker *checker,
                             const struct ar_node *signature)
{
    const struct ar_node *fields = ar_node_child(signature, AR_NODE_FIELDS);
    ar_str name = signature->first->text;
    if (!fields)
        return name;
    name = ar_str_concat(checker->arena, name, AR_STR("()"));
    return fields->next
               ? ar_str_printf(checker->arena, AR_STR_FORMAT "." AR_STR_FORMAT,
                               AR_STR_ARG(name), AR_STR_ARG(fields->next->text))
               : name;
}

/* The arguments of what it gives are the probe's own, in its order: else
 * nothing would say which fact it is that was found out. */
static void check_arguments(struct ar_checker *checker,
                            const struct ar_node *node,
                            const struct ar_fact_decl *decl,
                            const struct ar_probe *probe)
{
    const struct ar_node *fields = ar_node_child(node->first, AR_NODE_FIELDS);
    size_t count = fields ? fields->count : 0;
    bool are_same = count == probe->n_parameters &&
                    decl->n_parameters == probe->n_parameters;
    for (size_t i = 0; are_same && i < count; i++) {
        const struct ar_local *parameter = probe->parameters[i];
        are_same = ar_str_equal(ar_node_at(fields, i)->text, parameter->name) &&
                   ar_type_equal(decl->parameters[i].type, parameter->type);
    }
    if (!are_same)
        ar_diag(checker->diags, AR_E0614, node->first->span, decl->name,
                probe->name);
}

static void check_gives(struct ar_checker *checker, const struct ar_node *node,
                        struct ar_probe *probe)
{
    const struct ar_fact_decl *decl = ar_schema_find(
        &checker->program->schema, signature_name(checker, node->first));
    if (!decl)
        return;
    for (size_t i = 0; i < probe->gives.count; i++) {
        if (probe->gives.at[i] == decl)
            ar_check_twice(checker, node->first->span, decl->name,
                           (ar_span){0, 0, 0});
    }
    struct ar_probe_gives part = {
        .decl = decl,
        .selector = ar_node_child(node, AR_NODE_SELECTOR),
        .span = node->span,
    };
    ar_vector_push(checker->arena, &probe->gives, decl);
    ar_vector_push(checker->arena, &probe->parts, part);
    check_arguments(checker, node, decl, probe);
    if (probe->regex)
        check_groups(checker, node, decl->type, probe);
}

static bool are_parameters(const struct ar_probe *probe,
                           const struct ar_node *names)
{
    bool are_same = names->count == probe->n_parameters;
    for (size_t i = 0; are_same && i < names->count; i++)
        are_same = ar_str_equal(ar_node_at(names, i)->text,
                                probe->parameters[i]->name);
    return are_same;
}

/* name.of.fact, or f(x).y with the names of the probe's parameters. */
static bool check_set_fact(struct ar_context *context,
                           const struct ar_node *node,
                           const struct ar_probe *probe,
                           struct ar_fact_target *target)
{
    struct ar_checker *checker = context->checker;
    if (node->kind != AR_NODE_SIGNATURE)
        return ar_check_fact_path(checker, context->scope, node, target);
    const struct ar_node *names = node->first->next;
    struct ar_node path = *node;
    path.text = ar_str_concat(checker->arena, node->first->text, AR_STR("()"));
    if (names->next)
        path.text =
            ar_str_printf(checker->arena, AR_STR_FORMAT "." AR_STR_FORMAT,
                          AR_STR_ARG(path.text), AR_STR_ARG(names->next->text));
    if (!ar_check_fact_path(checker, context->scope, &path, target))
        return false;
    if (are_parameters(probe, names))
        return true;
    ar_diag(checker->diags, AR_E0614, node->span, path.text, probe->name);
    return false;
}

static void check_setting(struct ar_context *context,
                          const struct ar_node *state,
                          const struct ar_probe *probe,
                          struct ar_probe_failure *failure)
{
    struct ar_checker *checker = context->checker;
    struct ar_fact_target target;
    bool is_good = check_set_fact(context, state->first, probe, &target);
    struct ar_probe_setting setting = {.decl = target.decl,
                                       .group = target.group,
                                       .is_absent = state->text.len == 0};
    if (!setting.is_absent) {
        setting.reason = ar_reason_find(state->text);
        if (setting.reason == AR_N_REASONS) {
            ar_check_unknown_reason(checker, state->name, state->text);
            is_good = false;
        }
    }
    if (is_good)
        ar_vector_push(checker->arena, &failure->settings, setting);
}

static void check_failure(struct ar_context *context,
                          const struct ar_node *node, struct ar_probe *probe)
{
    const struct ar_node *condition = node->first;
    struct ar_probe_failure failure = {.kind = AR_PROBE_IF_EXPR};
    if (condition->kind == AR_NODE_FOUND)
        failure.kind = AR_PROBE_IF_FOUND;
    else if (condition->kind == AR_NODE_NOT_FOUND)
        failure.kind = AR_PROBE_IF_NOT_FOUND;
    else
        failure.condition = ar_check_condition(context, condition);
    for (struct ar_node *state = condition->next; state; state = state->next)
        check_setting(context, state, probe, &failure);
    ar_vector_push(context->checker->arena, &probe->failures, failure);
}

static void add_names(struct ar_context *context, const struct ar_node *node,
                      struct ar_probe *probe)
{
    const struct {
        const char *name;
        const struct ar_type *type;
    } names[] = {{ar_node_child(node, AR_NODE_PROBE_HTTP) ? "status" : "exit",
                  &ar_type_int},
                 {"stdout", &ar_type_string},
                 {"stderr", &ar_type_string}};
    struct ar_checker *checker = context->checker;
    const struct ar_node *fields = node->first;
    const struct ar_field *parameters =
        ar_check_fields(checker, context->scope, fields);
    for (size_t i = 0; i < AR_COUNT_OF(names); i++)
        ar_context_add(context, AR_LOCAL_PARAMETER,
                       ar_str_from_c(names[i].name), names[i].type, node->name);
    probe->parameters = ar_context_add_parameters(context, fields, parameters);
    probe->n_parameters = fields->count;
}

static void check_encoding(struct ar_checker *checker,
                           const struct ar_node *item, struct ar_probe *probe)
{
    static const char *const words[] = {"auto", "utf8", "utf16le", "latin1"};
    static const enum ar_probe_encoding encodings[] = {
        AR_ENCODING_AUTO, AR_ENCODING_UTF8, AR_ENCODING_UTF16LE,
        AR_ENCODING_LATIN1};
    size_t ix = ar_check_word(checker, item, "an encoding", words, 4);
    if (ix != SIZE_MAX)
        probe->encoding = encodings[ix];
}

/* What has the type poison was reported. */
static void check_numbers(struct ar_checker *checker,
                          const struct ar_node *item, struct ar_probe *probe)
{
    bool is_timeout = item->kind == AR_NODE_PROBE_TIMEOUT;
    const struct ar_type *type = is_timeout ? &ar_type_duration : &ar_type_int;
    for (struct ar_node *literal = item->first; literal;
         literal = literal->next) {
        ar_value value = ar_check_literal(checker, literal, type);
        if (value.type->kind == AR_TYPE_POISON)
            continue;
        if (is_timeout)
            probe->timeout_us = value.as.integer;
        else
            ar_vector_push(checker->arena, &probe->exits, value.as.integer);
    }
}

static void check_words(struct ar_checker *checker, const struct ar_node *item,
                        struct ar_probe *probe)
{
    static const char *const streams[] = {"stdout", "stderr"};
    if (item->kind == AR_NODE_PROBE_FROM)
        probe->from_stderr =
            ar_check_word(checker, item, "a stream", streams, 2) == 1;
    else if (item->kind == AR_NODE_PROBE_DECODE)
        check_encoding(checker, item, probe);
    else if (item->kind == AR_NODE_ON)
        check_platforms(checker, item, probe);
    else if (item->kind == AR_NODE_PROBE_TIMEOUT ||
             item->kind == AR_NODE_PROBE_EXIT ||
             item->kind == AR_NODE_PROBE_STATUS)
        check_numbers(checker, item, probe);
}

static void check_item(struct ar_context *context, const struct ar_node *item,
                       struct ar_probe *probe)
{
    check_words(context->checker, item, probe);
    if (is_source(item->kind))
        check_source(context, item, probe);
    else if (item->kind == AR_NODE_PROBE_GIVES)
        check_gives(context->checker, item, probe);
    else if (item->kind == AR_NODE_PROBE_IF)
        check_failure(context, item, probe);
}

static struct ar_probe *new_probe(struct ar_checker *checker,
                                  struct ar_scope *scope,
                                  const struct ar_node *node)
{
    struct ar_probe *probe = AR_NEW(checker->arena, struct ar_probe);
    probe->name = node->text;
    probe->pack = scope->pack;
    probe->span = node->name;
    probe->node = node;
    return probe;
}

void ar_check_probe(struct ar_checker *checker, struct ar_scope *scope,
                    const struct ar_node *node)
{
    struct ar_probe *probe = new_probe(checker, scope, node);
    for (size_t i = 0; i < checker->program->probes.count; i++) {
        const struct ar_probe *other = checker->program->probes.at[i];
        if (other->pack == probe->pack &&
            ar_str_equal(other->name, probe->name))
            ar_check_twice(checker, node->name, node->text, other->span);
    }
    struct ar_context context;
    ar_context_start(&context, checker, scope);
    add_names(&context, node, probe);
    ar_check_repeats(checker, node);
    const struct ar_node *parse = ar_node_child(node, AR_NODE_PROBE_PARSE);
    if (parse)
        check_parser(checker, parse, probe);
    size_t n_sources = 0;
    for (struct ar_node *item = node->first; item; item = item->next) {
        n_sources += is_source(item->kind);
        check_item(&context, item, probe);
    }
    check_exec(checker, node, probe);
    check_codes(checker, node);
    probe->n_slots = context.n_slots;
    if (n_sources != 1)
        ar_diag(checker->diags, AR_E0611, node->name, node->text,
                ar_str_printf(checker->arena, "%u", (unsigned)n_sources));
    if (!ar_node_child(node, AR_NODE_PROBE_GIVES))
        ar_diag(checker->diags, AR_E0612, node->name, node->text);
    ar_vector_push(checker->arena, &checker->program->probes, probe);
}

/* ---- probes that are not read ---- */

void ar_check_skipped_probe(struct ar_checker *checker, struct ar_scope *scope,
                            const struct ar_node *node)
{
    struct ar_probe *probe = new_probe(checker, scope, node);
    probe->node = NULL;
    probe->skipped = node->span;
    ar_vector_push(checker->arena, &checker->program->probes, probe);
}

static void outline(struct ar_checker *checker, const struct ar_node *node,
                    struct ar_probe *probe)
{
    for (const struct ar_node *item = node->first; item; item = item->next) {
        if (is_source(item->kind)) {
            probe->source = source_of(item->kind);
        } else if (item->kind == AR_NODE_PROBE_TIMEOUT) {
            check_numbers(checker, item, probe);
        } else if (item->kind == AR_NODE_PROBE_GIVES) {
            const struct ar_fact_decl *decl =
                ar_schema_find(&checker->program->schema,
                               signature_name(checker, item->first));
            ar_vector_push(checker->arena, &probe->gives, decl);
        }
    }
}

const struct ar_probe *ar_probe_outline(struct ar_arena *arena,
                                        const struct ar_program *program,
                                        const struct ar_probe *skipped,
                                        const struct ar_fact_decl *decl)
{
    ar_str text = ar_source_text(program->diags->sources, skipped->skipped);
    if (ar_str_find(text, decl->head, 0) == SIZE_MAX)
        return NULL;
    struct ar_sources sources = {0};
    struct ar_diags diags = {.arena = arena, .sources = &sources};
    uint32_t file = ar_sources_add(arena, &sources, skipped->name,
                                   ar_str_copy(arena, text));
    const struct ar_node *node =
        ar_node_child(ar_parse(arena, &diags, file), AR_NODE_PROBE);
    struct ar_program known = *program;
    struct ar_checker checker = {
        .arena = arena, .diags = &diags, .program = &known};
    struct ar_probe *probe = AR_NEW(arena, struct ar_probe);
    *probe = *skipped;
    if (node)
        outline(&checker, node, probe);
    return probe;
}
