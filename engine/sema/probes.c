/* SPDX-License-Identifier: Apache-2.0 */
/* Probes in the language: one source, one parser, and what they give. They
 * are checked whole, so that a pack that passes can be run later. */
#include "sema/checker.h"

static bool is_source(enum ar_node_kind kind)
{
    return kind == AR_NODE_PROBE_RUN || kind == AR_NODE_PROBE_FILE ||
           kind == AR_NODE_PROBE_GLOB || kind == AR_NODE_PROBE_REGISTRY ||
           kind == AR_NODE_PROBE_ENV;
}

static void check_source(struct ar_context *context, const struct ar_node *node)
{
    for (struct ar_node *text = node->first; text; text = text->next)
        ar_check_template(context, text);
}

static void check_platforms(struct ar_checker *checker,
                            const struct ar_node *node)
{
    static const char *const words[] = {"windows", "wsl", "linux", "macos",
                                        "freebsd"};
    for (struct ar_node *word = node->first; word; word = word->next)
        ar_check_word(checker, word, "a platform", words, 5);
}

static const struct ar_regex *check_parser(struct ar_checker *checker,
                                           const struct ar_node *node)
{
    static const char *const words[] = {"json", "jsonl",   "lines", "key_value",
                                        "ini",  "columns", "text"};
    ar_check_word(checker, node, "a parser", words, 7);
    if (!node->first)
        return NULL;
    return ar_check_pattern(checker, node->first);
}

static bool has_group(const struct ar_regex *regex, ar_str name)
{
    for (size_t i = 1; i <= ar_regex_group_count(regex); i++) {
        if (ar_str_equal(ar_regex_group_name(regex, i), name))
            return true;
    }
    return false;
}

/* A selector behind `text matches` names a group; the fields of a record
 * that `lines matches` makes are groups. */
static void check_groups(struct ar_checker *checker,
                         const struct ar_node *gives,
                         const struct ar_type *type,
                         const struct ar_regex *regex)
{
    const struct ar_node *selector = ar_node_child(gives, AR_NODE_SELECTOR);
    if (selector) {
        const struct ar_node *field = selector->first;
        if (!has_group(regex, field->text))
            ar_diag(checker->diags, AR_E0609, field->span, field->text);
        return;
    }
    if (type->kind == AR_TYPE_LIST && type->element)
        type = type->element;
    for (size_t i = 0; i < type->n_fields; i++) {
        if (!has_group(regex, type->fields[i].name))
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

static void check_gives(struct ar_checker *checker, const struct ar_node *node,
                        const struct ar_regex *regex, struct ar_probe *probe)
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
    ar_vector_push(checker->arena, &probe->gives, decl);
    if (regex)
        check_groups(checker, node, decl->type, regex);
}

static void check_failure(struct ar_context *context,
                          const struct ar_node *node)
{
    struct ar_checker *checker = context->checker;
    const struct ar_node *condition = node->first;
    if (condition->kind != AR_NODE_FOUND &&
        condition->kind != AR_NODE_NOT_FOUND)
        ar_check_condition(context, condition);
    for (struct ar_node *state = condition->next; state; state = state->next) {
        struct ar_fact_target target;
        ar_check_fact_path(checker, context->scope, state->first, &target);
        if (state->text.len == 0)
            continue;
        if (ar_reason_find(state->text) == AR_N_REASONS) {
            ar_check_unknown_reason(checker, state->name, state->text);
        }
    }
}

static void add_names(struct ar_context *context, const struct ar_node *node)
{
    static const struct {
        const char *name;
        const struct ar_type *type;
    } names[] = {{"exit", &ar_type_int},
                 {"stdout", &ar_type_string},
                 {"stderr", &ar_type_string}};
    struct ar_checker *checker = context->checker;
    const struct ar_node *fields = node->first;
    const struct ar_field *parameters =
        ar_check_fields(checker, context->scope, fields);
    for (size_t i = 0; i < AR_COUNT_OF(names); i++)
        ar_context_add(context, AR_LOCAL_PARAMETER,
                       ar_str_from_c(names[i].name), names[i].type, node->name);
    ar_context_add_parameters(context, fields, parameters);
}

static void check_words(struct ar_checker *checker, const struct ar_node *item)
{
    static const char *const streams[] = {"stdout", "stderr"};
    static const char *const encodings[] = {"auto", "utf8", "utf16le",
                                            "latin1"};
    if (item->kind == AR_NODE_PROBE_FROM)
        ar_check_word(checker, item, "a stream", streams, 2);
    else if (item->kind == AR_NODE_PROBE_DECODE)
        ar_check_word(checker, item, "an encoding", encodings, 4);
    else if (item->kind == AR_NODE_ON)
        check_platforms(checker, item);
    else if (item->kind == AR_NODE_PROBE_TIMEOUT)
        ar_check_literal(checker, item->first, &ar_type_duration);
}

void ar_check_probe(struct ar_checker *checker, struct ar_scope *scope,
                    const struct ar_node *node)
{
    struct ar_probe *probe = AR_NEW(checker->arena, struct ar_probe);
    probe->name = node->text;
    probe->pack = scope->pack;
    probe->span = node->name;
    probe->node = node;
    for (size_t i = 0; i < checker->program->probes.count; i++) {
        const struct ar_probe *other = checker->program->probes.at[i];
        if (other->pack == probe->pack &&
            ar_str_equal(other->name, probe->name))
            ar_check_twice(checker, node->name, node->text, other->span);
    }
    struct ar_context context;
    ar_context_start(&context, checker, scope);
    add_names(&context, node);
    ar_check_repeats(checker, node);
    const struct ar_node *parse = ar_node_child(node, AR_NODE_PROBE_PARSE);
    const struct ar_regex *regex = parse ? check_parser(checker, parse) : NULL;
    size_t n_sources = 0;
    for (struct ar_node *item = node->first; item; item = item->next) {
        check_words(checker, item);
        if (is_source(item->kind)) {
            n_sources++;
            check_source(&context, item);
        } else if (item->kind == AR_NODE_PROBE_GIVES) {
            check_gives(checker, item, regex, probe);
        } else if (item->kind == AR_NODE_PROBE_IF) {
            check_failure(&context, item);
        }
    }
    if (n_sources != 1)
        ar_diag(checker->diags, AR_E0611, node->name, node->text,
                ar_str_printf(checker->arena, "%u", (unsigned)n_sources));
    if (!ar_node_child(node, AR_NODE_PROBE_GIVES))
        ar_diag(checker->diags, AR_E0612, node->name, node->text);
    ar_vector_push(checker->arena, &checker->program->probes, probe);
}
