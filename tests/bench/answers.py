#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Whether the benchmark's rules match where they should: archrules and its
reference evaluator beside the conditions evaluated in Python.

  answers.py BENCH-PROGRAM"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

import workload

RULES, SNAPSHOTS, SEED = 150, 60, 3


def expected():
    maker = workload.Maker(SEED)
    rules = [maker.rule(True)[0] for _ in range(RULES)]
    lines = []
    for ix in range(SNAPSHOTS):
        facts = workload.machine(SEED, ix)
        matched = ["r%05d" % number for number, condition in enumerate(rules)
                   if workload.holds(condition, facts, maker.search)]
        lines.append(" ".join([str(ix), *matched]))
    return lines


def main():
    wanted = expected()
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([sys.executable, str(Path(workload.__file__)), folder,
                        str(RULES), str(SNAPSHOTS), "--seed", str(SEED)],
                       check=True)
        for evaluator in ("check", "reference"):
            got = subprocess.run(
                [sys.argv[1], evaluator, folder + "/pack.rules",
                 folder + "/snapshots.ndjson"], check=True,
                capture_output=True, text=True).stdout.splitlines()
            failed += got != wanted
            for mine, other in zip(got, wanted):
                if mine != other:
                    print("%s: got      %s\n%s: expected %s" % (
                        evaluator, mine, evaluator, other))
    matches = sum(line.count(" ") for line in wanted)
    print(json.dumps({"rules": RULES, "snapshots": SNAPSHOTS,
                      "matches": matches, "failed": failed}))
    return 1 if failed or matches == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
