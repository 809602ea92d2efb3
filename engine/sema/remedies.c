/* SPDX-License-Identifier: Apache-2.0 */
/* Remedies: ordered steps with commands. What is put into a command must be
 * a whole argument, so that the engine can quote it. */
#include "sema/checker.h"
#include "sema/commands.h"

static struct ar_guard check_guard(struct ar_context *context,
                                   const struct ar_node *node)
{
    const struct ar_node *guard = ar_node_child(node, AR_NODE_GUARD_IF);
    bool is_unless = false;
    if (!guard) {
        guard = ar_node_child(node, AR_NODE_GUARD_UNLESS);
        is_unless = true;
    }
    if (!guard)
        return (struct ar_guard){NULL, false};
    return (struct ar_guard){ar_check_condition(context, guard->first),
                             is_unless};
}

/* Text beside an expression must end, or begin, with a blank. */
static bool ends_argument(ar_str text, bool at_end)
{
    if (text.len == 0)
        return true;
    char c = at_end ? text.ptr[text.len - 1] : text.ptr[0];
    return ar_char_is_blank(c);
}

static void check_command(struct ar_checker *checker, ar_str shell,
                          const struct ar_template *command)
{
    struct ar_buf before = AR_BUF(checker->arena);
    for (size_t i = 0; i < command->n_parts; i++) {
        const struct ar_template_part *part = &command->parts[i];
        if (!part->expr) {
            ar_buf_put(&before, part->text);
            continue;
        }
        /* Texts and expressions alternate, with a text at either end. */
        ar_str left = command->parts[i - 1].text;
        ar_str right = command->parts[i + 1].text;
        bool glued = (left.len == 0 && i > 1) ||
                     (right.len == 0 && i + 2 < command->n_parts);
        bool list = part->expr->type->kind == AR_TYPE_LIST;
        ar_str text = ar_buf_view(&before);
        if (list || glued || !ar_command_holds_argument(text) ||
            !ends_argument(left, true) || !ends_argument(right, false))
            ar_diag_plain(checker->diags, AR_E0608, part->expr->span);
        else if (ar_command_reads_code(checker->arena, shell, text))
            ar_diag_plain(checker->diags, AR_E0615, part->expr->span);
        ar_buf_put_char(&before, 'x');
    }
}

static enum ar_step_item_kind item_kind(enum ar_node_kind kind)
{
    return kind == AR_NODE_RUN    ? AR_STEP_RUN
           : kind == AR_NODE_DO   ? AR_STEP_DO
           : kind == AR_NODE_OPEN ? AR_STEP_OPEN
                                  : AR_STEP_RESTART;
}

static struct ar_step_item check_item(struct ar_context *context,
                                      const struct ar_node *node)
{
    static const char *const shells[] = {"powershell", "cmd", "bash"};
    static const char *const restarts[] = {"app", "wsl", "session", "machine"};
    struct ar_checker *checker = context->checker;
    struct ar_step_item item = {.kind = item_kind(node->kind),
                                .span = node->span};
    if (item.kind == AR_STEP_RESTART) {
        ar_check_word(checker, node, "something to restart", restarts, 4);
        item.shell = node->text;
    } else {
        item.text = ar_check_template(context, node->first);
    }
    if (item.kind == AR_STEP_RUN) {
        item.shell = node->text;
        if (item.shell.len > 0)
            ar_check_word(checker, node, "a shell", shells, 3);
        check_command(checker, item.shell, item.text);
    }
    item.guard = check_guard(context, node);
    return item;
}

static void check_change(struct ar_context *context, const struct ar_node *path,
                         struct ar_step *step)
{
    struct ar_checker *checker = context->checker;
    struct ar_fact_target target;
    if (!ar_check_fact_path(checker, context->scope, path, &target))
        return;
    if (target.decl && (target.decl->is_fixed || target.decl->is_derived)) {
        ar_diag(checker->diags, AR_E0630, path->span, path->text,
                target.decl->is_fixed ? AR_STR("fixed") : AR_STR("derived"));
        return;
    }
    struct ar_step_change change = {target.key, target.decl};
    ar_vector_push(checker->arena, &step->changes, change);
}

static void check_step_part(struct ar_context *context,
                            const struct ar_node *node, struct ar_step *step)
{
    if (node->kind == AR_NODE_CHANGES) {
        for (const struct ar_node *path = node->first; path; path = path->next)
            check_change(context, path, step);
    } else if (node->kind != AR_NODE_GUARD_IF &&
               node->kind != AR_NODE_GUARD_UNLESS) {
        ar_vector_push(context->checker->arena, &step->items,
                       check_item(context, node));
    }
}

static void check_step(struct ar_context *context, const struct ar_node *node,
                       struct ar_remedy *remedy)
{
    struct ar_step step = {.sentence = ar_check_template(context, node->first),
                           .guard = check_guard(context, node)};
    for (struct ar_node *child = node->first->next; child; child = child->next)
        check_step_part(context, child, &step);
    ar_vector_push(context->checker->arena, &remedy->steps, step);
}

static void check_verify(struct ar_context *context, const struct ar_node *node,
                         struct ar_remedy *remedy)
{
    remedy->verify = ar_check_condition(context, node->first);
    for (struct ar_node *run = node->first->next; run; run = run->next)
        ar_vector_push(context->checker->arena, &remedy->verify_runs,
                       check_item(context, run));
}

static void check_part(struct ar_context *context, const struct ar_node *node,
                       struct ar_remedy *remedy)
{
    static const char *const privileges[] = {"admin"};
    struct ar_checker *checker = context->checker;
    if (node->kind == AR_NODE_RISK) {
        size_t ix = ar_check_word(checker, node, "a risk", ar_risk_names, 3);
        remedy->risk = ix == SIZE_MAX ? AR_RISK_MEDIUM : (enum ar_risk)ix;
    } else if (node->kind == AR_NODE_DATA_LOSS) {
        remedy->data_loss = ar_check_template(context, node->first);
    } else if (node->kind == AR_NODE_UNDO) {
        remedy->undo = ar_check_template(context, node->first);
    } else if (node->kind == AR_NODE_NEEDS) {
        remedy->needs_admin =
            ar_check_word(checker, node, "a privilege", privileges, 1) == 0;
    } else if (node->kind == AR_NODE_STEP) {
        check_step(context, node, remedy);
    } else if (node->kind == AR_NODE_VERIFY) {
        check_verify(context, node, remedy);
    }
}

void ar_check_remedy(struct ar_context *context, const struct ar_node *node,
                     struct ar_rule *rule)
{
    struct ar_checker *checker = context->checker;
    struct ar_remedy *remedy = AR_NEW(checker->arena, struct ar_remedy);
    ar_check_repeats(checker, node);
    remedy->span = node->span;
    remedy->risk = AR_RISK_MEDIUM;
    remedy->title = ar_check_template(context, node->first);
    for (struct ar_node *child = node->first->next; child; child = child->next)
        check_part(context, child, remedy);
    ar_vector_push(checker->arena, &rule->details->remedies, remedy);
}
