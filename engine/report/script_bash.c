/* SPDX-License-Identifier: Apache-2.0 */
/* A remedy as a script for bash. Commands stand in here-documents that nothing
 * is expanded in, so that they can be read as they are and none can reach
 * beyond its end. */

#include "report/script.h"

#include <string.h>

static const char *const preamble =
    "set -eo pipefail\n"
    "\n"
    "remedy_first=${1:-1}\n"
    "remedy_step=1\n"
    "remedy_stopped=\n"
    "# Answers come from where the script was started; commands do not get "
    "them.\n"
    "if [ -t 0 ]; then exec 3<&0; else exec 3<&0 </dev/null; fi\n"
    "\n"
    "remedy_say() { printf '%s\\n' \"$@\"; }\n"
    "remedy_ask() {\n"
    "  local answer=''\n"
    "  printf '%s [yes/no] ' \"$1\"\n"
    "  read -r answer <&3 || remedy_say ''\n"
    "  case $answer in [Yy] | [Yy][Ee][Ss]) return 0 ;; *) return 1 ;; esac\n"
    "}\n"
    "remedy_stop() {\n"
    "  remedy_stopped=yes\n"
    "  remedy_say \"$1\" \"To go on later: bash $0 $remedy_step\" >&2\n"
    "  exit 1\n"
    "}\n"
    "remedy_confirm() {\n"
    "  remedy_ask \"$1\" || remedy_stop 'Stopped; nothing more was done.'\n"
    "}\n"
    "remedy_begin() {\n"
    "  [ \"$1\" -ge \"$remedy_first\" ] || return 1\n"
    "  remedy_step=$1\n"
    "  remedy_say '' \"Step $1: $2\"\n"
    "}\n"
    "remedy_run() {\n"
    "  remedy_say '' 'About to run:' \"$1\"\n"
    "  if [ \"$2\" = ask ]; then remedy_confirm 'Run it?'; fi\n"
    "  eval \"$1\" 3<&-\n"
    "}\n"
    "remedy_by_hand() {\n"
    "  remedy_say '' \"$1\" \"  $2\"\n"
    "  remedy_confirm 'Done?'\n"
    "}\n"
    "remedy_restart() {\n"
    "  remedy_say '' \"$1\"\n"
    "  if [ -n \"$2\" ]; then remedy_say \"Then go on: bash $0 $2\"; fi\n"
    "  exit 0\n"
    "}\n"
    "remedy_end() {\n"
    "  local status=$?\n"
    "  if [ \"$status\" -ne 0 ] && [ -z \"$remedy_stopped\" ]; then\n"
    "    remedy_say '' \"Stopped: step $remedy_step failed.\" \\\n"
    "      \"To go on there: bash $0 $remedy_step\" >&2\n"
    "  fi\n"
    "}\n"
    "trap remedy_end EXIT\n";

static void put_quoted(struct ar_buf *out, ar_str text)
{
    ar_buf_put_char(out, '\'');
    for (size_t ix = 0; ix < text.len; ix++) {
        if (text.ptr[ix] == '\'')
            ar_buf_put_c(out, "'\\''");
        else
            ar_buf_put_char(out, text.ptr[ix]);
    }
    ar_buf_put_char(out, '\'');
}

static void put_safe(struct ar_script_writer *writer, ar_str text)
{
    put_quoted(writer->out,
               ar_script_safe(writer->out->arena, writer->script, text));
}

static void begin_if(struct ar_script_writer *writer, ar_str decide)
{
    if (decide.len == 0)
        return;
    ar_buf_put_c(writer->out, "if remedy_ask ");
    put_safe(writer, decide);
    ar_buf_put_c(writer->out, "; then\n");
}

static void end_if(struct ar_script_writer *writer, ar_str decide)
{
    if (decide.len > 0)
        ar_buf_put_c(writer->out, "fi\n");
}

static void begin_step(struct ar_script_writer *writer, size_t number,
                       ar_str sentence, ar_str decide)
{
    ar_buf_printf(writer->out, "\nif remedy_begin %zu ", number);
    put_safe(writer, sentence);
    if (decide.len > 0) {
        ar_buf_put_c(writer->out, " &&\n   remedy_ask ");
        put_safe(writer, decide);
    }
    ar_buf_put_c(writer->out, "; then\n:\n");
}

static void end_step(struct ar_script_writer *writer)
{
    ar_buf_put_c(writer->out, "fi\n");
}

static bool has_line(ar_str text, ar_str line)
{
    size_t start = 0;
    while (start <= text.len) {
        size_t end = ar_str_find(text, AR_STR("\n"), start);
        if (ar_str_equal(ar_str_slice(text, start, end), line))
            return true;
        if (end == SIZE_MAX)
            return false;
        start = end + 1;
    }
    return false;
}

/* A word that no line of the command is. */
static ar_str choose_end(struct ar_arena *arena, ar_str command)
{
    ar_str end = AR_STR("COMMAND");
    for (unsigned number = 2; has_line(command, end); number++)
        end = ar_str_printf(arena, "COMMAND_%u", number);
    return end;
}

static void run(struct ar_script_writer *writer, ar_str command, bool must_ask,
                ar_str decide)
{
    ar_str end = choose_end(writer->out->arena, command);
    begin_if(writer, decide);
    ar_buf_put_c(writer->out, "IFS= read -r -d '' remedy_command <<'");
    ar_buf_put(writer->out, end);
    ar_buf_put_c(writer->out, "' || true\n");
    ar_buf_put(writer->out, command);
    ar_buf_put_char(writer->out, '\n');
    ar_buf_put(writer->out, end);
    ar_buf_printf(writer->out, "\nremedy_run \"$remedy_command\" %s\n",
                  must_ask ? "ask" : "now");
    end_if(writer, decide);
}

static void by_hand(struct ar_script_writer *writer, ar_str lead, ar_str text,
                    ar_str decide)
{
    begin_if(writer, decide);
    ar_buf_put_c(writer->out, "remedy_by_hand ");
    put_safe(writer, lead);
    ar_buf_put_char(writer->out, ' ');
    put_safe(writer, text);
    ar_buf_put_char(writer->out, '\n');
    end_if(writer, decide);
}

static void restart(struct ar_script_writer *writer, ar_str what, size_t next,
                    ar_str decide)
{
    begin_if(writer, decide);
    ar_buf_put_c(writer->out, "remedy_restart ");
    put_safe(writer, what);
    if (next > 0)
        ar_buf_printf(writer->out, " %zu\n", next);
    else
        ar_buf_put_c(writer->out, " ''\n");
    end_if(writer, decide);
}

static const struct ar_script_words words = {begin_step, end_step, run, by_hand,
                                             restart};

static void put_facts(struct ar_script_writer *writer)
{
    ar_str_vector facts = ar_script_facts(writer->out->arena, writer->script);
    ar_buf_put_c(writer->out, "\nremedy_say");
    for (size_t ix = 0; ix < facts.count; ix++) {
        ar_buf_put_c(writer->out, " \\\n  ");
        put_quoted(writer->out, facts.at[ix]);
    }
    ar_buf_put_char(writer->out, '\n');
    if (writer->script->remedy->remedy->needs_admin)
        ar_buf_put_c(
            writer->out,
            "if [ \"$(id -u)\" -ne 0 ]; then\n"
            "  remedy_confirm 'This needs an administrator, and you are not "
            "root. Go on all the same?'\n"
            "fi\n");
    ar_buf_put_c(writer->out, "remedy_confirm 'Begin?'\n");
}

/* Commands under verify are for the reader. */
static void put_verify(struct ar_script_writer *writer)
{
    const ar_result_item_vector *runs = &writer->script->remedy->verify_runs;
    ar_buf_put_c(writer->out, "\nremedy_say '' 'Done. Check that it worked:'");
    for (size_t ix = 0; ix < runs->count; ix++) {
        ar_buf_put_c(writer->out, " \\\n  ");
        put_safe(writer, runs->at[ix].text);
    }
    ar_buf_put_c(writer->out, " \\\n  ");
    put_safe(writer, ar_script_verify_command(writer->out->arena,
                                              writer->script, AR_STR("bash")));
    ar_buf_put_char(writer->out, '\n');
}

void ar_script_bash(struct ar_buf *out, const struct ar_script *script)
{
    struct ar_script_writer writer = {out, script, "bash", &words};
    ar_buf_put_c(out, "#!/usr/bin/env bash\n"
                      "# Written by ");
    ar_buf_put(out, script->plan->options->tool);
    ar_buf_put_c(out,
                 ". Read it before you run it: bash SCRIPT\n"
                 "# It stops at the first command that fails, and asks before "
                 "what is hard to undo.\n"
                 "# To begin with another step: bash SCRIPT NUMBER\n"
                 "# Texts are shown as they are.\n"
                 "# shellcheck disable=SC2016\n");
    ar_buf_put_c(out, preamble);
    put_facts(&writer);
    ar_script_put_steps(&writer);
    put_verify(&writer);
}
