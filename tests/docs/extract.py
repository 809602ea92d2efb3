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

FENCE = re.compile(r"^(\s*)```[ \t]*(\S*)[ \t]*(.*)$")
KINDS = ("rules", "expr", "csv", "console")
WORD = re.compile(r"(\w+)(?:=(\S+))?$")
WORDS = ("error", "warning", "beside", "only")
EVAL = re.compile(r"<!-- eval (.*?) ?=> (\d): (.*) -->$")

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
    """(kind, words behind the kind, line of the first line, lines, comments
    behind it that say how it is evaluated) of each fenced block."""
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
        number += 1
        notes = []
        while number < len(lines) and lines[number].startswith("<!-- eval"):
            notes.append(lines[number])
            number += 1
        yield match.group(2), match.group(3).split(), start + 1, body, notes


def settings_of(words, line):
    """{"error": code, "warning": code, "beside": path, "only": "check"}, as
    far as given."""
    settings = {}
    for word in words:
        match = WORD.match(word)
        if not match or match.group(1) not in WORDS or \
                match.group(1) == "only" and match.group(2) != "check":
            raise BadBlock(f"line {line}: what is '{word}'?")
        settings[match.group(1)] = match.group(2)
    return settings


def evaluations_of(notes, line):
    """The facts, the exit code and the text of each comment."""
    for note in notes:
        match = EVAL.match(note)
        if not match:
            raise BadBlock(f"line {line}: not <!-- eval FACTS => EXIT: TEXT "
                           "-->")
        yield {"facts": match.group(1), "exit": int(match.group(2)),
               "text": match.group(3)}


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


# Of the tables of and, or and not: what stands for an operand, and what it is
# given as.
OPERANDS = {"a": "host.is_wsl", "b": "host.is_container"}
GIVEN = {"true": "= true", "false": "= false", "neither": "absent",
         "anything": "unknown(denied)"}


def condition_of(expression, states, outcome):
    """A line of an expr block: "a and b", {"a": "true"} and what it gives."""
    given = ", ".join(f"{OPERANDS[name]} {GIVEN[state]}"
                      for name, state in states.items())
    expression = re.sub(r"\b[ab]\b", lambda m: OPERANDS[m.group(0)],
                        expression)
    outcome = outcome.strip("*").replace("anything", "open")
    return f"{expression}   # with {given} => {outcome}"


def conditions_of_table(head, rows):
    """The lines of a truth table, or none of another table."""
    pair = re.compile(r"(?:\*\*)?([ab]) (true|neither|false)(?:\*\*)?$")
    for row in rows:
        first = pair.match(row[0])
        if re.fullmatch(r"`a (and|or) b`", head[0]) and first:
            for cell, outcome in zip(head[1:], row[1:]):
                yield condition_of(head[0].strip("`"), {
                    "a": first.group(2), "b": pair.match(cell).group(2)},
                    outcome)
        elif head[0].endswith("where b may be anything"):
            for column in range(0, len(row), 2):
                expression = re.match(r"`(.*?)`", head[column]).group(1)
                yield condition_of(expression, {
                    "a": pair.match(row[column]).group(2), "b": "anything"},
                    row[column + 1])
        elif head == ["a", "`not a`"]:
            yield condition_of("not a", {"a": row[0]}, row[1])


def truth_tables_of(text):
    """(line, lines of an expr block) of each table of and, or and not."""
    lines = text.split("\n")
    number = 0
    while number < len(lines):
        start = number
        while number < len(lines) and lines[number].startswith("|"):
            number += 1
        cells = [[cell.strip() for cell in line.strip("|").split("|")]
                 for line in lines[start:number]]
        conditions = list(conditions_of_table(cells[0], cells[2:])) \
            if len(cells) > 2 else []
        if conditions:
            yield start + 1, conditions
        number += 1


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
    text = Path(path).read_text("utf-8")
    for kind, words, line, body, notes in blocks_of(text):
        if kind not in KINDS:
            expected.append({"document": str(path), "line": line,
                             "kind": "no example"})
            continue
        if kind == "csv":
            write(out, name_of_csv(words, line), body)
            expected.append({"document": str(path), "line": line,
                             "kind": kind, "name": words[0]})
            continue
        if kind == "console":
            expected += [{"document": str(path), "kind": kind, **session}
                         for session in sessions_of(body, line)]
            continue
        settings = settings_of(words, line)
        if kind == "expr":
            body = rules_of_expressions(body, line)
        name = name_of(path, line)
        written = write(out, name, body)
        expected.append({
            "file": name, "document": str(path), "line": line, "kind": kind,
            "tests": len(re.findall(r"^test\s", written, re.M)),
            "evaluations": list(evaluations_of(notes, line)), **settings})
    for line, conditions in truth_tables_of(text):
        name = name_of(path, line)
        write(out, name, rules_of_expressions(conditions, line))
        expected.append({"file": name, "document": str(path), "line": line,
                         "kind": "truth table", "tests": len(conditions),
                         "evaluations": []})
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
