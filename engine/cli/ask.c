/* SPDX-License-Identifier: Apache-2.0 */
/* Asking the person at the terminal for what only a person knows. */

#include "cli/cli.h"
#include "cli/platform.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ANSWER_BYTES = 4096 };

struct asking {
    const struct cli_options *options;
    archrules_engine *engine;
    archrules_facts *facts;
    struct cli_text asked; /* each name with a blank behind it */
};

/* A question, apart from the result it comes from. */
struct question {
    struct cli_text name;
    struct cli_text prompt;
};

static bool may_ask(const struct cli_options *options)
{
    return !cli_has(options, CLI_OPTION_NO_ASK) &&
           !cli_has(options, CLI_OPTION_QUIET) && cli_is_terminal(CLI_STDIN) &&
           cli_is_terminal(CLI_STDERR);
}

/* ---- which question ---- */

static bool was_asked(const struct asking *asking, const char *name)
{
    size_t length = strlen(name);
    const char *at = asking->asked.at;
    while (at && *at) {
        size_t word = strcspn(at, " ");
        if (word == length && strncmp(at, name, length) == 0)
            return true;
        at += word + 1;
    }
    return false;
}

static void take_question(const archrules_question *from, struct question *out)
{
    cli_put(&out->name, from->name);
    cli_put_safe(&out->prompt, from->text[0] ? from->text : from->name);
    cli_put(&out->prompt, " (");
    if (from->text[0]) {
        cli_put(&out->prompt, from->name);
        cli_put(&out->prompt, ": ");
    }
    cli_put_safe(&out->prompt, from->answers);
    cli_put(&out->prompt, "; nothing leaves it open) ");
}

/* The first one that was not asked yet; its name is NULL if there is none. */
static archrules_status find_question(const struct asking *asking,
                                      struct question *out)
{
    archrules_result *result = NULL;
    archrules_status status =
        archrules_evaluate(asking->engine, asking->facts, NULL, &result);
    size_t count = archrules_result_question_count(result);
    for (size_t i = 0; i < count && !out->name.at; i++) {
        const archrules_question *each = archrules_result_question(result, i);
        if (!was_asked(asking, each->name))
            take_question(each, out);
    }
    archrules_result_free(result);
    return status;
}

/* ---- the answer ---- */

static char *trim(char *line)
{
    size_t length = strlen(line);
    while (length > 0 && strchr(" \t\r\n", line[length - 1]))
        line[--length] = '\0';
    return line + strspn(line, " \t");
}

/* False at the end of input. What is longer than a line may be is no answer,
 * and all of it is dropped. */
static bool read_line(char *line)
{
    bool is_whole = false;
    size_t length = 0;
    line[0] = '\0';
    while (!is_whole) {
        if (!fgets(line, ANSWER_BYTES, stdin))
            return false;
        length = strlen(line);
        is_whole = length > 0 && line[length - 1] == '\n';
    }
    return true;
}

static void end_line(void)
{
    struct cli_text text = {0};
    cli_put(&text, "\n");
    cli_write_error(&text);
    cli_text_free(&text);
}

/* Asks until the answer is good, or there is none. */
static archrules_status ask(const struct asking *asking,
                            const struct question *question, bool *is_answered)
{
    char line[ANSWER_BYTES];
    cli_release_interrupts();
    while (cli_interrupt_signal() == 0) {
        cli_write_error(&question->prompt);
        bool is_read = read_line(line);
        const char *text = trim(line);
        *is_answered = is_read && text[0] != '\0';
        if (!is_read)
            end_line();
        if (!*is_answered)
            return ARCHRULES_OK;
        archrules_status status =
            archrules_facts_answer(asking->facts, question->name.at, text);
        if (status != ARCHRULES_INVALID)
            return status;
        status =
            cli_show_fact_diagnostics(asking->options, asking->facts, true);
        if (status != ARCHRULES_OK)
            return status;
    }
    return ARCHRULES_OK;
}

/* One question. *goes_on: there may be another one. */
static int ask_next(struct asking *asking, bool *goes_on,
                    int (*collect)(const struct cli_options *options,
                                   archrules_facts *facts))
{
    struct question question = {{0}, {0}};
    bool is_answered = false;
    archrules_status status = find_question(asking, &question);
    *goes_on = status == ARCHRULES_OK && question.name.at;
    if (*goes_on) {
        cli_put(&asking->asked, question.name.at);
        cli_put(&asking->asked, " ");
        status = ask(asking, &question, &is_answered);
    }
    cli_text_free(&question.name);
    cli_text_free(&question.prompt);
    if (cli_interrupt_signal() != 0)
        return CLI_EXIT_SIGNAL + cli_interrupt_signal();
    int code = cli_exit_of(status);
    if (code == CLI_EXIT_OK && is_answered)
        code = collect(asking->options, asking->facts);
    return code;
}

int cli_ask(const struct cli_options *options, archrules_engine *engine,
            archrules_facts *facts,
            int (*collect)(const struct cli_options *options,
                           archrules_facts *facts))
{
    struct asking asking = {
        .options = options, .engine = engine, .facts = facts};
    int code = CLI_EXIT_OK;
    bool goes_on = may_ask(options);
    while (goes_on && code == CLI_EXIT_OK)
        code = ask_next(&asking, &goes_on, collect);
    cli_text_free(&asking.asked);
    return code;
}
