#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs the program on every broken rule file and compares what it reports
with the comments in the file, both ways. t_bad does the same with the engine
alone; this shows that nothing is lost on the way out, and the exit code.

    run.py PROGRAM [FILE...]

Without files: all of this folder, and those that make_encoding.py makes.
"""

import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
EXPECT = re.compile(r"# expect (error|warning) ([EW]\d{4}) at (\d+):(\d+)(.*)")
TEXT = r'"((?:[^"\\]|\\.)*)"'
TIMEOUT_SECONDS = 120
EXIT_OK, EXIT_INVALID = 0, 2


def unquote(text):
    return re.sub(r"\\(.)", r"\1", text)


def read_expected(path):
    """(severity, code, line, column, clauses) of each comment."""
    beside = path.with_name(path.name + ".expect")
    text = (beside if beside.exists() else path).read_text(
        "utf-8", "surrogateescape")
    for line in text.split("\n"):
        match = EXPECT.match(line.strip())
        if match:
            clauses = {name: unquote(value) for name, value in re.findall(
                r" (suggests|expected|says|in) " + TEXT, match.group(5))}
            yield (match.group(1), match.group(2), int(match.group(3)),
                   int(match.group(4)), clauses)


def fits(diagnostic, expected):
    severity, code, line, column, clauses = expected
    start = diagnostic.get("start", {})
    return (diagnostic["severity"] == severity and
            diagnostic["code"] == code and
            start.get("line") == line and start.get("column") == column and
            diagnostic.get("file", "").endswith(clauses.get("in", ".rules"))
            and clauses.get("suggests", diagnostic.get("suggestion"))
            == diagnostic.get("suggestion")
            and clauses.get("expected", "") in diagnostic.get("expected", "")
            and clauses.get("says", "") in diagnostic["message"])


def describe(diagnostic):
    start = diagnostic.get("start", {})
    return (f"{diagnostic['severity']} {diagnostic['code']} at "
            f"{start.get('line')}:{start.get('column')}: "
            f"{diagnostic['message']}")


def check(program, path):
    """What differs for this file, as lines."""
    done = subprocess.run([program, "check", "--format", "json", str(path)],
                          capture_output=True, timeout=TIMEOUT_SECONDS,
                          stdin=subprocess.DEVNULL, check=False)
    try:
        reported = json.loads(done.stdout)["diagnostics"]
    except (ValueError, KeyError):
        return [f"exit {done.returncode}, and no report: "
                f"{done.stderr[-200:].decode('utf-8', 'replace')}"]
    expected = list(read_expected(path))
    wrong = any(severity == "error" for severity, *_ in expected)
    problems = []
    if done.returncode != (EXIT_INVALID if wrong else EXIT_OK):
        problems.append(f"exit {done.returncode}")
    for diagnostic in reported:
        match = next((e for e in expected if fits(diagnostic, e)), None)
        if match:
            expected.remove(match)
        else:
            problems.append(f"reported {describe(diagnostic)}")
    return problems + [f"missing  {e}" for e in expected]


def check_all(program, paths):
    n_failed = 0
    for path in paths:
        problems = check(program, path)
        if problems:
            n_failed += 1
            print(f"{path.name}")
            print("\n".join(f"    {problem}" for problem in problems))
    return n_failed


def main(arguments):
    one_in = 1
    if arguments[:1] == ["--one-in"]:
        one_in, arguments = int(arguments[1]), arguments[2:]
    if not arguments:
        print("usage: run.py [--one-in N] PROGRAM [FILE...]", file=sys.stderr)
        return 2
    program, *names = arguments
    if names:
        return 1 if check_all(program, map(Path, names)) else 0
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([sys.executable, HERE / "make_encoding.py", folder],
                       check=True)
        paths = sorted(HERE.glob("*.rules"))
        paths += sorted(Path(folder).glob("*.rules"))
        paths = paths[::one_in]
        n_failed = check_all(program, paths)
    print(f"bad: {n_failed} of {len(paths)} files failed")
    return 1 if n_failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
