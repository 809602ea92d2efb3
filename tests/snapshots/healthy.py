#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""healthy.py PROGRAM: machines that are well (tests/snapshots/healthy) have no
finding of the pack developer_environment, and nothing but questions is left
open. With a healthy subject for every input nothing is left open at all, and
no error text makes a rule match."""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

FOLDER = Path(__file__).parent / "healthy"
PACK = Path(__file__).parents[2] / "rules/developer_environment"
SUBJECTS = {
    "program.path": "/opt/app/bin/app",
    "program.open_files": 200,
    "addon.path": "build/Release/a.node",
    "wheel.file": "a-1.0-py3-none-any.whl",
    "ssh.key_file": "/home/ann/.ssh/id_ed25519",
    "error.message": "it does not work",
}
INTENDED = "program(\"python3"


def machines():
    for path in sorted(FOLDER.glob("devenv-*.json")):
        yield path.stem, json.loads(path.read_text())


def with_inputs(snapshot, **more):
    facts = dict(snapshot["facts"], **SUBJECTS)
    for key, paths in snapshot["facts"].items():
        if key.startswith(INTENDED):
            facts["program.intended"] = paths[0]
    facts.update(more)
    return dict(snapshot, facts=facts)


def messages():
    lines = (FOLDER / "devenv-messages.txt").read_text().splitlines()
    return [line for line in lines if not line.startswith("# ")]


def rows():
    """(what, snapshot, whether questions may be left)."""
    texts = messages()
    assert len(texts) > 40, "the list of messages is too short"
    for name, snapshot in machines():
        yield name, snapshot, True
        yield name + ", all inputs", with_inputs(snapshot), False
        for text in texts + ["\n".join(texts)]:
            yield (f"{name}, {text[:60]!r}",
                   with_inputs(snapshot, **{"error.message": text}), False)


def evaluate(program, snapshots, folder):
    file = Path(folder) / "machines.ndjson"
    file.write_text("".join(json.dumps(each) + "\n" for each in snapshots))
    done = subprocess.run(
        [program, "eval", "-p", str(PACK), "-f", str(file), "--format",
         "ndjson", "--no-ask", "--detail", "full"],
        capture_output=True, text=True, timeout=900)
    reports = [json.loads(line) for line in done.stdout.splitlines() if line]
    if len(reports) != len(snapshots):
        sys.exit(f"{len(reports)} reports of {len(snapshots)}: {done.stderr}")
    return reports


def complaints(report, may_ask):
    for rule in report["rules"]:
        if rule["status"] in ("matched", "error", "not_loaded"):
            yield f"{rule['id']} is {rule['status']}"
    for rule in report["undetermined"]:
        if not may_ask or not rule["is_question"]:
            yield f"{rule['rule']} needs {rule['needs']}"


def main():
    program = sys.argv[1]
    tried = list(rows())
    if len(list(machines())) < 10:
        sys.exit("there are fewer machines than ten")
    with tempfile.TemporaryDirectory() as folder:
        reports = evaluate(program, [each[1] for each in tried], folder)
    found = [f"{what}: {text}"
             for (what, _, may_ask), report in zip(tried, reports)
             for text in complaints(report, may_ask)]
    print("\n".join(found[:20]))
    print(f"{len(tried)} machines, {len(found)} complaints")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
