#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Takes the examples out of the documents.

    extract.py FILE OUTDIR

Writes every fenced block of FILE that begins with ```rules or ```expr to a
rule file of its own in OUTDIR, one that begins with ```csv NAME to a file of
that name, and OUTDIR/expected.json with what each rule file must do, and with
the commands of ```console and what they print.
docs/testing.md describes the blocks.
"""

import json
import re
import sys
from pathlib import Path

FENCE = re.compile(r"^(\s*)```(rules|expr|csv|console)\b[ \t]*(.*)$")
WORD = re.compile(r"(\w+)(?:=(\S+))?$")

# Of `when X` and `when not (X)`: the status for each outcome of X.
STATUSES = {"true": ("matched", "clear"), "false": ("clear", "matched"),
            "neither": ("clear", "clear"),
            "true or neither": ("undetermined", "clear"),
            "neither or false": ("clear", "undetermined"),
            "open": ("undetermined", "undetermined")}
EXPR = re.compile(r"^(.*\S)\s+# (?:with (.*\S) )?=> (" + "|".join(STATUSES) +
                  r")$")


class BadBlock(Exception):
    """A block that does not have the form of one."""


def blocks_of(text):
    """(kind, words behind the kind, line of the first line, lines)."""
    lines = text.split("\n")
    number = 0
    while number < len(lines):
        match = FENCE.match(lines[number])
        number += 1
        if not match:
            continue
        indent = len(match.group(1))
        start = number
        while number < len(lines) and lines[number].strip() != "```":
            number += 1
        if number == len(lines):
            raise BadBlock(f"line {start}: the block does not end")
        body = [line[indent:] for line in lines[start:number]]
        yield match.group(2), match.group(3).split(), start + 1, body
        number += 1


def settings_of(words, line):
    """{"error": code, "warning": code, "beside": path}, as far as given."""
    settings = {}
    for word in words:
        match = WORD.match(word)
        if not match or match.group(1) not in ("error", "warning", "beside"):
            raise BadBlock(f"line {line}: what is '{word}'?")
        settings[match.group(1)] = match.group(2)
    return settings


def rules_of_expressions(lines, first_line):
    """A rule file that holds each line against its outcome."""
    out = []
    for number, line in enumerate(lines, first_line):
        if not line.strip() or line.startswith("#"):
            continue
        if re.match(r"(fact|def|enum|table|input)\b", line):
            out.append(line)
            continue
        if line.startswith("  "):
            out.append(line)
            continue
        match = EXPR.match(line)
        if not match:
            raise BadBlock(f"line {number}: not EXPRESSION # => OUTCOME")
        expression, facts, outcome = match.groups()
        holds, fails = STATUSES[outcome]
        out += [f"rule yes_{number} when {expression} then diagnose ''",
                f"rule not_{number} when not ({expression}) "
                "then diagnose ''",
                f"test 'line {number}: {outcome}'"]
        if facts:
            out.append(f"  given {facts}")
        out += [f"  expect yes_{number} {holds}",
                f"  expect not_{number} {fails}"]
    return out


def name_of(path, line):
    return f"{Path(path).stem}-{line}.rules"


def name_of_csv(words, line):
    if len(words) != 1 or not re.fullmatch(r"\w+\.csv", words[0]):
        raise BadBlock(f"line {line}: not ```csv NAME.csv")
    return words[0]


def sessions_of(lines, first_line):
    """Each command, the lines it prints, and its exit code."""
    sessions = []
    for number, line in enumerate(lines, first_line):
        match = re.fullmatch(r"\[exit (\d+)\]", line)
        if line.startswith("$ "):
            sessions.append({"line": number, "command": line[2:],
                             "prints": [], "exit": 0})
        elif not sessions:
            raise BadBlock(f"line {number}: not '$ ' and a command")
        elif match:
            sessions[-1]["exit"] = int(match.group(1))
        elif sessions[-1]["command"].endswith("\\"):
            sessions[-1]["command"] = \
                sessions[-1]["command"][:-1] + line.strip()
        else:
            sessions[-1]["prints"].append(line)
    return sessions


def write(out, name, lines):
    text = "\n".join(lines) + "\n"
    (Path(out) / name).write_text(text, "utf-8")
    return text


def extract(path, out):
    """Writes the blocks of a document; returns what each must do."""
    expected = []
    for kind, words, line, body in blocks_of(Path(path).read_text("utf-8")):
        if kind == "csv":
            write(out, name_of_csv(words, line), body)
            continue
        if kind == "console":
            expected += [{"document": str(path), **session}
                         for session in sessions_of(body, line)]
            continue
        settings = settings_of(words, line)
        if kind == "expr":
            body = rules_of_expressions(body, line)
        name = name_of(path, line)
        text = write(out, name, body)
        expected.append({
            "file": name, "document": str(path), "line": line,
            "tests": bool(re.search(r"^test\s", text, re.M)),
            **settings})
    return expected


def main(arguments):
    if len(arguments) != 2:
        print("usage: extract.py FILE OUTDIR", file=sys.stderr)
        return 2
    path, out = arguments
    Path(out).mkdir(parents=True, exist_ok=True)
    try:
        expected = extract(path, out)
    except BadBlock as fault:
        print(f"{path}: {fault}", file=sys.stderr)
        return 1
    (Path(out) / "expected.json").write_text(
        json.dumps(expected, indent=1) + "\n", "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
