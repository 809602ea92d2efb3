#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs every example of the documents, as docs/testing.md describes.

    run.py PROGRAM [FILE...]

PROGRAM is archrules. Without FILE: README.md and docs/*.md. Prints what does
not hold; exit 1 if anything does not.
"""

import os
import re
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path

import extract

ROOT = Path(__file__).resolve().parents[2]
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


def faults_of_check(entry, code, said):
    wanted = entry.get("error")
    if wanted:
        if code != EXIT_INVALID:
            yield f"exit {code}, not {EXIT_INVALID}"
        if wanted not in said:
            yield f"no {wanted}"
        return
    if code != EXIT_OK:
        yield f"exit {code}, not {EXIT_OK}"
    warning = entry.get("warning")
    if warning and warning not in said:
        yield f"no {warning}"
    if not warning and "warning[" in said:
        yield "a warning that the block does not name"


def faults_of_tests(code):
    if code != EXIT_OK:
        yield f"its tests end with exit {code}"


def check_block(program, folder, entry):
    """Each fault of one block, with what the program said."""
    paths = [str(Path(folder) / entry["file"])]
    if "beside" in entry:
        paths.insert(0, entry["beside"])
    code, said = run(program, "check", paths)
    for fault in faults_of_check(entry, code, said):
        yield fault, said
    if entry["tests"] and "error" not in entry:
        code, said = run(program, "test", paths)
        for fault in faults_of_tests(code):
            yield fault, said


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


def check_entry(program, folder, entry):
    if "command" in entry:
        return list(check_session(program, entry))
    return list(check_block(program, folder, entry))


def check_document(program, path):
    """The number of its blocks, and of those that are wrong."""
    wrong = 0
    with tempfile.TemporaryDirectory() as folder:
        entries = extract.extract(path, folder)
        for entry in entries:
            faults = check_entry(program, folder, entry)
            for fault, said in faults:
                print(f"{path}:{entry['line']}: {fault}\n{said}")
            wrong += bool(faults)
    return len(entries), wrong


def main(arguments):
    if not arguments:
        print("usage: run.py PROGRAM [FILE...]", file=sys.stderr)
        return 2
    program = str(Path(arguments[0]).resolve())
    paths = [Path(path) for path in arguments[1:]] or \
        [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
    total = total_wrong = 0
    for path in paths:
        try:
            count, wrong = check_document(program, path)
        except extract.BadBlock as fault:
            print(f"{path}: {fault}")
            count, wrong = 1, 1
        total += count
        total_wrong += wrong
    print(f"{total} examples, {total_wrong} wrong")
    return 1 if total_wrong or not total else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
