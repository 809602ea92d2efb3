/* SPDX-License-Identifier: Apache-2.0 */
/* A remedy as a script for PowerShell, 5.1 and later. */

#include "report/script.h"
#include "text/utf8.h"

static const char *const preamble =
    "param([int]$First = 1)\n"
    "$ErrorActionPreference = 'Stop'\n"
    "$Step = 0\n"
    "\n"
    "function Read-Answer([string]$Question) {\n"
    "  return (Read-Host \"$Question [yes/no]\") -match '^(y|yes)$'\n"
    "}\n"
    "function Stop-Script([string]$Why) {\n"
    "  Write-Host $Why\n"
    "  Write-Host \"To go on later: $PSCommandPath -First $Step\"\n"
    "  exit 1\n"
    "}\n"
    "function Confirm-Answer([string]$Question) {\n"
    "  if (-not (Read-Answer $Question)) {\n"
    "    Stop-Script 'Stopped; nothing more was done.'\n"
    "  }\n"
    "}\n"
    "function Test-Step([int]$Number, [string]$Sentence) {\n"
    "  $script:Step = $Number\n"
    "  if ($Number -lt $First) { return $false }\n"
    "  Write-Host ''\n"
    "  Write-Host \"Step ${Number}: $Sentence\"\n"
    "  return $true\n"
    "}\n"
    "function Show-Command([string]$Command, [bool]$Ask) {\n"
    "  Write-Host ''\n"
    "  Write-Host 'About to run:'\n"
    "  Write-Host $Command\n"
    "  if ($Ask) { Confirm-Answer 'Run it?' }\n"
    "  $global:LASTEXITCODE = 0\n"
    "}\n"
    "function Assert-Success {\n"
    "  if ($global:LASTEXITCODE -ne 0) {\n"
    "    Stop-Script \"Stopped: step $Step failed with exit code "
    "$global:LASTEXITCODE.\"\n"
    "  }\n"
    "}\n"
    "function Wait-Person([string]$Lead, [string]$Text) {\n"
    "  Write-Host ''\n"
    "  Write-Host $Lead\n"
    "  Write-Host \"  $Text\"\n"
    "  Confirm-Answer 'Done?'\n"
    "}\n"
    "function Wait-Restart([string]$What, [int]$Next) {\n"
    "  Write-Host ''\n"
    "  Write-Host $What\n"
    "  if ($Next -gt 0) { Write-Host \"Then go on: $PSCommandPath -First "
    "$Next\" }\n"
    "  exit 0\n"
    "}\n"
    "trap {\n"
    "  Write-Host $_\n"
    "  Stop-Script \"Stopped: step $Step failed.\"\n"
    "}\n";

/* An expression in brackets that is the text, of ASCII characters only. */
static void put_quoted(struct ar_buf *out, ar_str text)
{
    size_t at = 0;
    ar_buf_put_c(out, "('");
    while (at < text.len) {
        uint32_t c = ar_utf8_next(text, &at);
        if (c == '\'')
            ar_buf_put_c(out, "''");
        else if ((c >= 0x20 && c < 0x7F) || c == '\n')
            ar_buf_put_char(out, (char)c);
        else
            ar_buf_printf(out, "' + [char]::ConvertFromUtf32(0x%X) + '",
                          (unsigned)(c > 0x10FFFF ? 0xFFFD : c));
    }
    ar_buf_put_c(out, "')");
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
    ar_buf_put_c(writer->out, "if (Read-Answer ");
    put_safe(writer, decide);
    ar_buf_put_c(writer->out, ") {\n");
}

static void end_if(struct ar_script_writer *writer, ar_str decide)
{
    if (decide.len > 0)
        ar_buf_put_c(writer->out, "}\n");
}

static void begin_step(struct ar_script_writer *writer, size_t number,
                       ar_str sentence, ar_str decide)
{
    ar_buf_printf(writer->out, "\nif ((Test-Step %zu ", number);
    put_safe(writer, sentence);
    ar_buf_put_char(writer->out, ')');
    if (decide.len > 0) {
        ar_buf_put_c(writer->out, " -and\n    (Read-Answer ");
        put_safe(writer, decide);
        ar_buf_put_char(writer->out, ')');
    }
    ar_buf_put_c(writer->out, ") {\n");
}

static void end_step(struct ar_script_writer *writer)
{
    ar_buf_put_c(writer->out, "}\n");
}

static void run(struct ar_script_writer *writer, ar_str command, bool must_ask,
                ar_str decide)
{
    begin_if(writer, decide);
    ar_buf_put_c(writer->out, "$Command = ");
    put_quoted(writer->out, command);
    ar_buf_printf(writer->out,
                  "\nShow-Command $Command $%s\n"
                  ". ([scriptblock]::Create($Command))\n"
                  "Assert-Success\n",
                  must_ask ? "true" : "false");
    end_if(writer, decide);
}

static void by_hand(struct ar_script_writer *writer, ar_str lead, ar_str text,
                    ar_str decide)
{
    begin_if(writer, decide);
    ar_buf_put_c(writer->out, "Wait-Person ");
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
    ar_buf_put_c(writer->out, "Wait-Restart ");
    put_safe(writer, what);
    ar_buf_printf(writer->out, " %zu\n", next);
    end_if(writer, decide);
}

static const struct ar_script_words words = {begin_step, end_step, run, by_hand,
                                             restart};

static void put_lines(struct ar_script_writer *writer,
                      const ar_str_vector *lines)
{
    for (size_t ix = 0; ix < lines->count; ix++) {
        ar_buf_put_c(writer->out, "Write-Host ");
        put_quoted(writer->out, lines->at[ix]);
        ar_buf_put_char(writer->out, '\n');
    }
}

static void put_facts(struct ar_script_writer *writer)
{
    ar_str_vector facts = ar_script_facts(writer->out->arena, writer->script);
    ar_buf_put_char(writer->out, '\n');
    put_lines(writer, &facts);
    if (writer->script->remedy->remedy->needs_admin)
        ar_buf_put_c(
            writer->out,
            "if ($env:OS -eq 'Windows_NT') {\n"
            "  $Me = [Security.Principal.WindowsPrincipal]"
            "[Security.Principal.WindowsIdentity]::GetCurrent()\n"
            "  if (-not $Me.IsInRole("
            "[Security.Principal.WindowsBuiltInRole]::Administrator)) {\n"
            "    Confirm-Answer 'This needs an administrator, and you are "
            "none. Go on all the same?'\n"
            "  }\n"
            "}\n");
    ar_buf_put_c(writer->out, "Confirm-Answer 'Begin?'\n");
}

static void put_verify(struct ar_script_writer *writer)
{
    struct ar_arena *arena = writer->out->arena;
    const ar_result_item_vector *runs = &writer->script->remedy->verify_runs;
    ar_str_vector lines = {0};
    for (size_t ix = 0; ix < runs->count; ix++)
        ar_vector_push(
            arena, &lines,
            ar_script_safe(arena, writer->script, runs->at[ix].text));
    ar_str command =
        ar_script_verify_command(arena, writer->script, AR_STR("powershell"));
    ar_vector_push(arena, &lines,
                   ar_script_safe(arena, writer->script, command));
    ar_buf_put_c(writer->out, "\nWrite-Host ''\n"
                              "Write-Host 'Done. Check that it worked:'\n");
    put_lines(writer, &lines);
}

void ar_script_powershell(struct ar_buf *out, const struct ar_script *script)
{
    struct ar_script_writer writer = {out, script, "powershell", &words};
    ar_buf_put_c(out, "# Written by ");
    ar_buf_put(out, script->plan->options->tool);
    ar_buf_put_c(out,
                 ". Read it before you run it.\n"
                 "# It stops at the first command that fails, and asks before "
                 "what is hard to undo.\n"
                 "# To begin with another step: SCRIPT -First NUMBER\n");
    ar_buf_put_c(out, preamble);
    put_facts(&writer);
    ar_script_put_steps(&writer);
    put_verify(&writer);
}
