#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Values of a machine in commands: whatever they are, they are one argument or
nothing at all.

    hostile.py PROGRAM

What bash and dash do is asked of them. For PowerShell and cmd their documented
rules of quoting are written down here once more, from the side of the reader,
and so is how a program on Windows takes its command line apart. Where wine's
cmd is at hand, it is asked, too.
"""

import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

SHELLS = ("bash", "none", "powershell", "cmd")
COMMANDS = "touch pwned", "calc", "rm -rf ."
RULES = """fact t.values : list of string
rule hostile
  for each s in t.values key s
  when     length(s) >= 0
  then
    diagnose "{s}"
    remedy "x"
      step "y"
        run bash       "show {s} end"
        run            "show {s} end"
        run powershell "show {s} end"
        run cmd        "show {s} end"
"""


# ---- values ----

def make_values():
    marks = list("'\"`$;&|<>()[]{}*?~!#%^@,= \\/-+.:") + [
        "\n", "\r", "\t", "\r\n", "\x1b[2J", "\x7f", "\x85", "\xa0", "\u2018",
        "\u2019", "\u201a", "\u201b", "\u201c", "\u201d", "\u201e", "\u2028",
        "\u202e", "\u200b", "\ufeff", "\uff02", "\uff07", "\u0111", "\u00e9",
        "\U0001f600", "''", '""', "$'", '\\"', "\\'", "--%", "%%", "^^", "&&",
        "||", ";;", "<<", ">>", "<(", "@'", "'@", '@"', '"@', "#>", "<#"]
    values = ["", " ", "a b", "-rf", "--force", "a\\", "C:\\dir\\", "C:\\a b\\",
              "%PATH%", "%COMSPEC%", "%CMDCMDLINE:~-1%&calc", "!PATH!", "$PATH",
              "${IFS}", "$(touch pwned)", "`touch pwned`", "a;touch pwned",
              "a\ntouch pwned", "a\r\ntouch pwned\r\n", "'; touch pwned; '",
              "\"; touch pwned; \"", "' ; touch pwned #", "a' 'b", 'a" "b',
              "$(Start-Process calc)", "a\u2019; calc #", "@(calc)", "@calc",
              "{calc}", "[char]65", "a & calc", "a && calc", "a | calc",
              "a > pwned", "a < /etc/passwd", "2>&1", "~root", "*", "?", "[a-z]",
              "!!", "!touch", "\\", "\\\\", "a\\\"b", "\\\" & calc & \"",
              "^& calc", "a^", "%~0", "%1", "\u0111; calc", "\x00"[:0] + "x" * 9,
              "--", "-", "=", "a=b", "-EncodedCommand", "/c calc", "é ü", "日本"]
    for mark in marks:
        values += [mark, "a" + mark + "b", mark + "touch pwned" + mark,
                   "x" + mark]
    chooser = random.Random(20270131)
    alphabet = marks + ["a", "B", "7", "touch pwned", "calc"]
    for _ in range(250):
        values.append("".join(chooser.choice(alphabet)
                              for _ in range(chooser.randint(1, 9))))
    return list(dict.fromkeys(values))


# ---- how shells read ----

class Broken(Exception):
    """The value is more, less, or other than one argument."""


def read_posix(shell, command, folder):
    script = "show() { printf '%s\\0' \"$@\"; }\n" + command + "\n"
    done = subprocess.run([shell, "-c", script], cwd=folder,
                          capture_output=True, timeout=20,
                          env={"PATH": "/usr/bin:/bin", "LC_ALL": "C"})
    if done.returncode != 0 or done.stderr:
        raise Broken(f"{shell}: {done.stderr!r}")
    if os.listdir(folder):
        raise Broken(f"{shell}: it made {os.listdir(folder)}")
    return [a.decode() for a in done.stdout.split(b"\0")[:-1]]


PS_QUOTES = "'\u2018\u2019\u201a\u201b"
PS_DOUBLE = '"\u201c\u201d\u201e'
PS_BLANKS = " \t\v\f\u00a0\u0085"
PS_SPECIAL = "`$;&|<>(){},#@" + PS_QUOTES + PS_DOUBLE


def read_powershell(command):
    """about_Quoting_Rules and about_Parsing, in argument mode: words are
    separated by blanks; between single quotes, of which there are five, all
    is literal but a quote, which is written twice."""
    words, at = [], 0
    while at < len(command):
        char = command[at]
        if char in PS_BLANKS:
            at += 1
            continue
        if char in "\r\n":
            raise Broken("powershell: a second line")
        if char in PS_QUOTES:
            word, at = read_single_quoted(command, at + 1)
            if at < len(command) and command[at] not in PS_BLANKS:
                raise Broken("powershell: text behind a quoted word")
        else:
            start = at
            while at < len(command) and command[at] not in PS_BLANKS:
                if command[at] in PS_SPECIAL and not (
                        command[at] in "#@" and at > start):
                    raise Broken(f"powershell: {command[at]!r} is no text")
                at += 1
            word = command[start:at]
        words.append(word)
    return words


def read_single_quoted(command, at):
    word = ""
    while at < len(command):
        if command[at] not in PS_QUOTES:
            word += command[at]
            at += 1
        elif command[at + 1:at + 2] and command[at + 1] in PS_QUOTES:
            word += command[at]
            at += 2
        else:
            return word, at + 1
    raise Broken("powershell: a quote is not closed")


def to_command_line(words):
    """How Windows PowerShell, and later ones for batch files, hand words to a
    program: in double quotes if there is a blank, else as they are."""
    line = []
    for word in words:
        if word == "":
            continue
        if word == "--%":
            raise Broken("powershell: a word of its own")
        blank = any(c.isspace() for c in word) and not word.startswith('"')
        line.append(f'"{word}"' if blank else word)
    return " ".join(line)


def split_command_line(line):
    """CommandLineToArgvW: 2n backslashes and a quote are n and a quote that
    counts, 2n+1 are n and a literal one."""
    words, word, in_quotes, started, at = [], "", False, False, 0
    while at < len(line):
        char = line[at]
        if char == "\\":
            end = at
            while line[end:end + 1] == "\\":
                end += 1
            count = end - at
            started = True
            if line[end:end + 1] == '"':
                word += "\\" * (count // 2)
                if count % 2:
                    word += '"'
                    end += 1
            else:
                word += "\\" * count
            at = end
            continue
        if char == '"':
            in_quotes = not in_quotes
            started = True
        elif char in " \t" and not in_quotes:
            if started:
                words.append(word)
            word, started = "", False
        else:
            word += char
            started = True
        at += 1
    if in_quotes:
        raise Broken("windows: a quote is not closed")
    if started:
        words.append(word)
    return words


def check_cmd_line(line):
    """What cmd itself does with a line before a program sees it: %NAME% goes
    first, everywhere; outside of quotes ^ & | < > and line ends count; with
    delayed expansion so does !NAME!, everywhere."""
    if "%" in line or "!" in line:
        raise Broken("cmd: a variable")
    in_quotes = False
    for char in line:
        if char == '"':
            in_quotes = not in_quotes
        elif char in "\r\n" or (not in_quotes and char in "^&|<>"):
            raise Broken(f"cmd: {char!r} counts")
    if in_quotes:
        raise Broken("cmd: a quote is not closed")


def read_cmd(command):
    check_cmd_line(command)
    return split_command_line(command)


def readings(shell, command, folder):
    """What each reader of the shell makes of the command."""
    if shell in ("bash", "none"):
        for program in ("bash", "dash"):
            if shutil.which(program):
                yield program, read_posix(program, command, folder)[0:]
    if shell in ("powershell", "none"):
        words = read_powershell(command)
        yield "powershell", words[1:]
        line = to_command_line(words)
        yield "a program of powershell", split_command_line(line)[1:]
        check_cmd_line(line)  # where it is a batch file
    if shell in ("cmd", "none"):
        yield "cmd", read_cmd(command)[1:]


# ---- the program ----

def commands_of(program, values, folder):
    """{value: {shell: (command, has_question)}}"""
    (folder / "h.rules").write_text(RULES)
    (folder / "f.json").write_text(json.dumps({"t.values": values}))
    done = subprocess.run(
        [program, "eval", "h.rules", "-f", "f.json", "--format", "json"],
        cwd=folder, capture_output=True, timeout=300)
    findings = json.loads(done.stdout)["findings"]
    found = {}
    for finding in findings:
        items = finding["remedies"][0]["steps"][0]["items"]
        found[finding["key_value"]] = {
            item["shell"] or "none": (item["text"], item["has_question"])
            for item in items}
    return found


QUESTION = "show <value of s?> end"


def check(value, shell, command, has_question, folder):
    if has_question:
        if command != QUESTION:
            raise Broken(f"a question holds other text: {command!r}")
        return False
    for reader, words in readings(shell, command, folder):
        if words != [value, "end"]:
            raise Broken(f"{reader}: {words!r}")
    return True


def prove_readers(folder):
    """The readers find what is wrong: commands that nobody may write."""
    for shell, command in (
            ("bash", "show a;touch pwned end"), ("bash", "show 'a' 'b' end"),
            ("none", "show a b end"), ("none", "show @x end"),
            ("none", "show $x end"), ("powershell", "show 'a'b' end"),
            ("powershell", "show 'a\u2019; calc' end"),
            ("powershell", "show 'a&calc' end"), ("powershell", "show '' end"),
            ("powershell", "show '--%' end"),
            ("powershell", "show 'a\\ b\\' end"),
            ("powershell", "show \"$(calc)\" end"),
            ("powershell", "show 'a\" \"b' end"),
            ("cmd", 'show "%PATH%" end'), ("cmd", 'show "a"&calc end'),
            ("cmd", 'show "a\\" end'), ("cmd", 'show "a" b" end'),
            ("cmd", 'show "!x!" end')):
        try:
            check("a", shell, command, False, folder)
        except Broken:
            for path in folder.iterdir():
                path.unlink()
            continue
        print(f"FAIL: no reader objects to {command!r} in {shell}")
        return False
    return True


def ask_wine(found):
    """wine's cmd, if there is one: all commands in a batch file, with a program
    that shows its arguments between brackets. Percent signs are refused
    anyway, so a batch file reads like the prompt."""
    places = os.pathsep.join([os.environ.get("PATH", ""), "/usr/lib/wine"])
    wine = shutil.which("wine", path=places) or shutil.which("wine64",
                                                             path=places)
    if not wine:
        return "wine's cmd: not at hand"
    values = [v for v in found if not found[v]["cmd"][1] and v.isascii()]
    lines = ["@echo off"]
    lines += [found[v]["cmd"][0].replace("show", "echo", 1) for v in values]
    with tempfile.TemporaryDirectory(prefix="archrules-wine-") as name:
        folder = Path(name)
        (folder / "a.bat").write_bytes("\r\n".join(lines).encode() + b"\r\n")
        env = dict(os.environ, WINEPREFIX=str(folder / "prefix"),
                   WINEDEBUG="-all", DISPLAY="")
        try:
            done = subprocess.run([wine, "cmd", "/c", "a.bat"], cwd=folder,
                                  env=env, capture_output=True, timeout=240)
        except subprocess.TimeoutExpired:
            return "wine's cmd: no answer in time"
        shown = done.stdout.decode("utf-8", "replace").split("\r\n")[:-1]
        made = set(os.listdir(folder)) - {"a.bat", "prefix"}
    if not shown:
        return "wine's cmd: cannot run here"
    wanted = [f'"{v}" end' for v in values]
    if [line.rstrip() for line in shown] != wanted or made:
        wrong = [p for p in zip(shown, wanted) if p[0].rstrip() != p[1]]
        raise Broken(f"wine's cmd: {wrong[:3]} {made}")
    return f"wine's cmd: {len(values)} commands"


def main():
    if len(sys.argv) != 2:
        print(__doc__)
        return 2
    program = str(Path(sys.argv[1]).resolve())
    values = make_values()
    n_failed = n_written = n_asked = 0
    with tempfile.TemporaryDirectory(prefix="archrules-hostile-") as name:
        top = Path(name)
        clean = top / "clean"
        clean.mkdir()
        if not prove_readers(clean):
            return 1
        found = commands_of(program, values, top)
        if set(found) != set(values) or len(values) < 100:
            print(f"FAIL: {len(found)} of {len(values)} values came back")
            return 1
        for value in values:
            for shell in SHELLS:
                command, has_question = found[value][shell]
                try:
                    if check(value, shell, command, has_question, clean):
                        n_written += 1
                    else:
                        n_asked += 1
                except Broken as error:
                    n_failed += 1
                    print(f"FAIL {shell} {value!r}: {command!r}: {error}")
    try:
        print(ask_wine(found))
    except Broken as error:
        n_failed += 1
        print(f"FAIL {error}")
    print(f"{len(values)} values in {len(SHELLS)} shells: {n_written} are one "
          f"argument, {n_asked} are a question, {n_failed} failed")
    return 1 if n_failed or n_written < 100 else 0


if __name__ == "__main__":
    sys.exit(main())
