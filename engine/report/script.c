/* SPDX-License-Identifier: Apache-2.0 */
/* What a script of a remedy consists of, in whatever language. */

#include "report/script.h"

#include "report/report_words.h"
#include "result/assemble.h"
#include "text/utf8.h"

bool ar_script_is_risky(const struct ar_script *script)
{
    return script->remedy->remedy->risk == AR_RISK_HIGH ||
           script->remedy->data_loss.len > 0;
}

ar_str ar_script_safe(struct ar_arena *arena, const struct ar_script *script,
                      ar_str text)
{
    struct ar_buf out = AR_BUF(arena);
    ar_utf8_put_safe(&out, ar_report_mask(script->plan, text), false);
    return ar_buf_view(&out);
}

static void add_fact(struct ar_arena *arena, const struct ar_script *script,
                     ar_str_vector *facts, const char *label, ar_str value)
{
    if (value.len == 0)
        return;
    ar_str text = ar_str_concat(arena, ar_str_from_c(label), value);
    ar_vector_push(arena, facts, ar_script_safe(arena, script, text));
}

ar_str_vector ar_script_facts(struct ar_arena *arena,
                              const struct ar_script *script)
{
    const struct ar_result_remedy *remedy = script->remedy;
    const struct ar_finding *finding = script->finding;
    ar_str_vector facts = {0};
    bool is_conditional = false;
    add_fact(arena, script, &facts, "Remedy:    ", remedy->title);
    add_fact(arena, script, &facts, "Rule:      ", finding->rule->id);
    add_fact(arena, script, &facts, "Concerns:  ", finding->key_text);
    add_fact(arena, script, &facts, "Found:     ", finding->diagnosis);
    add_fact(arena, script, &facts,
             "Risk:      ", ar_str_from_c(ar_risk_names[remedy->remedy->risk]));
    add_fact(arena, script, &facts, "Data loss: ", remedy->data_loss);
    add_fact(arena, script, &facts,
             "Restart:   ", ar_report_restart(remedy, &is_conditional));
    add_fact(arena, script, &facts,
             "Rights:    ", ar_report_rights_text(remedy));
    add_fact(arena, script, &facts, "To undo:   ", remedy->undo);
    return facts;
}

ar_str ar_script_verify_command(struct ar_arena *arena,
                                const struct ar_script *script, ar_str shell)
{
    const struct ar_finding *finding = script->finding;
    struct ar_buf out = AR_BUF(arena);
    ar_buf_put_c(&out, "archrules verify ");
    ar_buf_put(&out, finding->rule->id);
    if (!finding->has_key)
        return ar_buf_view(&out);
    ar_buf_put_c(&out, " --key ");
    if (!ar_result_quote(&out, shell, finding->key_text))
        ar_buf_put_c(&out, "<its key>");
    return ar_buf_view(&out);
}

/* ---- steps ---- */

static ar_str make_question(struct ar_arena *arena, ar_str condition,
                            const char *what)
{
    ar_str unless = AR_STR("unless ");
    if (condition.len == 0)
        return condition;
    if (ar_str_starts_with(condition, unless))
        return ar_str_printf(
            arena,
            "Leave %s out if " AR_STR_FORMAT
            "; that could not be decided. Do it?",
            what,
            AR_STR_ARG(ar_str_slice(condition, unless.len, condition.len)));
    return ar_str_printf(arena,
                         "Do %s only " AR_STR_FORMAT
                         "; that could not be decided. Do it?",
                         what, AR_STR_ARG(condition));
}

/* A command of several lines may have those and tabs, nothing else that
 * cannot be seen. */
static bool is_visible(ar_str command)
{
    size_t start = 0;
    for (size_t ix = 0; ix <= command.len; ix++) {
        bool is_end = ix == command.len || command.ptr[ix] == '\n' ||
                      command.ptr[ix] == '\t';
        if (!is_end)
            continue;
        if (!ar_result_is_visible(ar_str_slice(command, start, ix)))
            return false;
        start = ix + 1;
    }
    return true;
}

static const char *shell_lead(ar_str shell)
{
    if (ar_str_equal_c(shell, "powershell"))
        return "Run this in PowerShell:";
    if (ar_str_equal_c(shell, "cmd"))
        return "Run this in the command prompt (cmd):";
    if (ar_str_equal_c(shell, "bash"))
        return "Run this in a terminal (bash):";
    return "Run this:";
}

static void put_command(struct ar_script_writer *writer,
                        const struct ar_result_item *item, ar_str decide)
{
    bool is_for_others =
        item->shell.len > 0 && !ar_str_equal_c(item->shell, writer->shell);
    if (item->has_question)
        writer->words->by_hand(
            writer, AR_STR("Fill in what stands in < >, and run this:"),
            item->text, decide);
    else if (is_for_others || !is_visible(item->text))
        writer->words->by_hand(writer, ar_str_from_c(shell_lead(item->shell)),
                               item->text, decide);
    else
        writer->words->run(writer, item->text,
                           ar_script_is_risky(writer->script), decide);
}

/* An application or WSL is restarted while the script waits; a session or the
 * machine takes the script with it. */
static bool ends_script(const struct ar_result_item *item)
{
    return item->kind == AR_STEP_RESTART &&
           (ar_str_equal_c(item->shell, "session") ||
            ar_str_equal_c(item->shell, "machine"));
}

static void put_restart(struct ar_script_writer *writer,
                        const struct ar_result_item *item, size_t next,
                        ar_str decide)
{
    if (ar_str_equal_c(item->shell, "machine"))
        writer->words->restart(writer, AR_STR("Restart the machine."), next,
                               decide);
    else if (ar_str_equal_c(item->shell, "session"))
        writer->words->restart(writer, AR_STR("Log out and in again."), next,
                               decide);
    else if (ar_str_equal_c(item->shell, "wsl"))
        writer->words->by_hand(writer, AR_STR("Restart WSL:"),
                               AR_STR("shut it down, then start it again."),
                               decide);
    else
        writer->words->by_hand(writer, AR_STR("Restart:"),
                               AR_STR("the application"), decide);
}

static void put_item(struct ar_script_writer *writer,
                     const struct ar_result_item *item, size_t next)
{
    ar_str decide =
        make_question(writer->out->arena, item->condition, "what follows");
    switch (item->kind) {
    case AR_STEP_RUN: put_command(writer, item, decide); return;
    case AR_STEP_DO:
        writer->words->by_hand(writer, AR_STR("Do this by hand:"), item->text,
                               decide);
        return;
    case AR_STEP_OPEN:
        writer->words->by_hand(writer, AR_STR("Open this:"), item->text,
                               decide);
        return;
    case AR_STEP_RESTART: put_restart(writer, item, next, decide); return;
    }
    AR_UNREACHABLE();
}

/* The commands of other shells, where there are some for this one. */
static bool is_left_out(const struct ar_script_writer *writer,
                        const ar_result_item_vector *items,
                        const struct ar_result_item *item)
{
    struct ar_report_plan plan = *writer->script->plan;
    plan.shell = ar_str_from_c(writer->shell);
    return !ar_report_is_for_shell(&plan, items, item);
}

/* What stands behind a restart of the machine in the same step is a step of
 * its own here, so that the script can go on with it. */
static void put_step(struct ar_script_writer *writer,
                     const struct ar_result_step *step, bool is_last,
                     size_t *number)
{
    ar_str decide =
        make_question(writer->out->arena, step->condition, "this step");
    writer->words->begin_step(writer, *number, step->sentence, decide);
    for (size_t ix = 0; ix < step->items.count; ix++) {
        const struct ar_result_item *item = &step->items.at[ix];
        bool is_end = ix + 1 == step->items.count;
        if (is_left_out(writer, &step->items, item))
            continue;
        put_item(writer, item, is_end && is_last ? 0 : *number + 1);
        if (!ends_script(item) || is_end)
            continue;
        writer->words->end_step(writer);
        ++*number;
        writer->words->begin_step(writer, *number,
                                  ar_str_concat(writer->out->arena,
                                                step->sentence,
                                                AR_STR(" (continued)")),
                                  decide);
    }
    writer->words->end_step(writer);
    ++*number;
}

void ar_script_put_steps(struct ar_script_writer *writer)
{
    const struct ar_result_remedy *remedy = writer->script->remedy;
    size_t number = 1;
    for (size_t ix = 0; ix < remedy->steps.count; ix++)
        put_step(writer, &remedy->steps.at[ix], ix + 1 == remedy->steps.count,
                 &number);
}
