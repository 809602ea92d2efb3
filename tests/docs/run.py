#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs every example of the documents, as docs/testing.md describes.

    run.py PROGRAM [FILE...]

PROGRAM is archrules. Without FILE: README.md and docs/*.md. Prints what does
not hold, and for each document how many blocks were run and how; exit 1 if
anything does not hold.
"""

import collections
import os
import re
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path

import extract

ROOT = Path(__file__).resolve().parents[2]
# In these each fenced block is an example.
ALL_EXAMPLES = {"language.md"}
EXIT_OK = 0
EXIT_INVALID = 2


def start(arguments):
    return subprocess.run(arguments, cwd=ROOT, stdin=subprocess.DEVNULL,
                          capture_output=True, encoding="utf-8",
                          errors="replace", timeout=60,
                          env={**os.environ, "NO_COLOR": "1"})


def run(program, command, paths):
    done = start([program, command, *paths])
    return done.returncode, done.stdout + done.stderr


def codes_in(said, severity):
    return set(re.findall(rf"{severity}\[(\w+)\]", said))


def faults_of_check(entry, code, said):
    wanted = {entry[key] for key in ("error",) if key in entry}
    if code != (EXIT_INVALID if wanted else EXIT_OK):
        yield f"check ends with exit {code}"
    if codes_in(said, "error") != wanted:
        yield f"the errors are not {sorted(wanted)}"
    # What a condition of constants comes to is known beforehand.
    if "error" in entry or entry["kind"] != "rules":
        return
    wanted = {entry[key] for key in ("warning",) if key in entry}
    if codes_in(said, "warning") != wanted:
        yield f"the warnings are not {sorted(wanted)}"


def faults_of_tests(entry, code, said):
    if code != EXIT_OK:
        yield f"its tests end with exit {code}"
    passed = re.search(r"^(\d+) passed, 0 failed$", said, re.M)
    # What stands beside it has tests, too.
    if not passed or int(passed.group(1)) < entry["tests"] or \
            "beside" not in entry and int(passed.group(1)) > entry["tests"]:
        yield f"its {entry['tests']} tests were not run"


def evaluate(program, paths, folder, evaluation):
    """Each fault of an evaluation; the clock is that of the snapshot."""
    snapshot = Path(folder) / "no_facts.json"
    snapshot.write_text('{"schema": "archrules.snapshot/1", '
                        '"collected": "2026-11-22T10:00:00Z"}\n', "utf-8")
    facts = [word for fact in shlex.split(evaluation["facts"])
             for word in ("--set", fact)]
    done = start([program, "eval", "--all", "-f", str(snapshot), *facts,
                  *paths])
    if done.returncode != evaluation["exit"]:
        yield f"eval ends with exit {done.returncode}", \
            done.stdout + done.stderr
    if evaluation["text"] not in " ".join(done.stdout.split()):
        yield f"eval does not say '{evaluation['text']}'", done.stdout


def way_of(entry):
    """How a block is tried; None if nothing says what must come of it."""
    if entry["kind"] != "rules":
        return entry["kind"]
    if "error" in entry or "warning" in entry:
        return "refused" if "error" in entry else "warned"
    if entry["tests"] or entry["evaluations"]:
        return "evaluated"
    return "checked only" if "only" in entry else None


def check_block(program, folder, entry):
    """Each fault of one block, with what the program said."""
    paths = [str(Path(folder) / entry["file"])]
    if "beside" in entry:
        paths.insert(0, entry["beside"])
    code, said = run(program, "check", paths)
    for fault in faults_of_check(entry, code, said):
        yield fault, said
    if way_of(entry) is None:
        yield "no test, error or comment says what must come of it", ""
    if entry["tests"] and "error" not in entry:
        code, said = run(program, "test", paths)
        for fault in faults_of_tests(entry, code, said):
            yield fault, said
    for evaluation in entry["evaluations"]:
        yield from evaluate(program, paths, folder, evaluation)


def check_session(program, session):
    """Each fault of a command that a document shows."""
    words = shlex.split(session["command"])
    if words[0] != "archrules":
        yield f"'{words[0]}' is not archrules", ""
        return
    done = start([program, *words[1:]])
    if done.returncode != session["exit"]:
        yield (f"exit {done.returncode}, not {session['exit']}",
               done.stdout + done.stderr)
    pattern = "".join(r"(?:.*\n)*" if line == "..." else
                      re.escape(line) + r"\n" for line in session["prints"])
    if not re.fullmatch(pattern, done.stdout):
        yield "it prints something else", done.stdout


def is_read(folder, name):
    return any(f'"{name}"' in path.read_text("utf-8")
               for path in Path(folder).glob("*.rules"))


def check_entry(program, folder, entry):
    if entry["kind"] == "console":
        return list(check_session(program, entry))
    if entry["kind"] == "csv" and not is_read(folder, entry["name"]):
        return [("no example reads it", "")]
    if entry["kind"] in ("rules", "expr", "truth table"):
        return list(check_block(program, folder, entry))
    if entry["kind"] == "no example" and \
            Path(entry["document"]).name in ALL_EXAMPLES:
        return [("here every block is an example: say of which kind", "")]
    return []


def check_document(program, path):
    """The ways in which its blocks were tried, and how many are wrong."""
    ways = collections.Counter()
    wrong = 0
    with tempfile.TemporaryDirectory() as folder:
        entries = extract.extract(path, folder)
        for entry in entries:
            faults = check_entry(program, folder, entry)
            for fault, said in faults:
                print(f"{path}:{entry['line']}: {fault}\n{said}")
            wrong += bool(faults)
            ways[way_of(entry) or "unclear"] += 1
            if entry["kind"] in ("expr", "truth table"):
                ways["conditions"] += entry["tests"]
    return ways, wrong


def describe(ways):
    return ", ".join(f"{count} {way}" for way, count in sorted(ways.items()))


def main(arguments):
    if not arguments:
        print("usage: run.py PROGRAM [FILE...]", file=sys.stderr)
        return 2
    program = str(Path(arguments[0]).resolve())
    paths = [Path(path) for path in arguments[1:]] or \
        [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
    total = collections.Counter()
    total_wrong = 0
    for path in paths:
        try:
            ways, wrong = check_document(program, path)
        except extract.BadBlock as fault:
            print(f"{path}: {fault}")
            ways, wrong = collections.Counter(unclear=1), 1
        if ways:
            print(f"{path.name}: {describe(ways)}")
        total += ways
        total_wrong += wrong
    print(f"all: {describe(total)}; {total_wrong} wrong")
    return 1 if total_wrong or not total else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
