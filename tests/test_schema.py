#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Validates results of tests in JSON against docs/test.schema.json.

usage: test_schema.py [RESULT.json...]

The schema itself is checked first, then with documents that must fail. A
result may be '-' for standard input. Exit 77 without the Python package
jsonschema.
"""

import copy
import json
import pathlib
import sys

try:
    import jsonschema
except ImportError:
    print("test_schema.py: no Python package jsonschema", file=sys.stderr)
    sys.exit(77)

ROOT = pathlib.Path(__file__).resolve().parent.parent
SCHEMA = ROOT / "docs" / "test.schema.json"


def no_twins(pairs):
    """Refuses a key that stands twice in one object."""
    keys = [key for key, _ in pairs]
    if len(keys) != len(set(keys)):
        raise ValueError(f"a key twice in {keys}")
    return dict(pairs)


def load(name):
    if name == "-":
        return json.loads(sys.stdin.read(), object_pairs_hook=no_twins)
    with open(name, encoding="utf-8") as file:
        return json.load(file, object_pairs_hook=no_twins)


def good_result():
    place = {"file": "a.rules", "line": 3}
    node = {"kind": "condition", **place, "column": 7,
            "end": {"line": 3, "column": 12}, "text": "t.b",
            "possible": ["true", "false", "undecided"], "shown": ["true"]}
    failure = {**place, "expected": "r matched", "got": "clear",
               "because": ["a.b is <absent>"]}
    sums = {"possible": 3, "shown": 1, "percent": 33.3}
    return {
        "schema": "archrules.tests/1",
        "tests": [
            {"name": "a", "pack": "", **place, "passed": True, "failures": []},
            {"name": "b", "pack": "p", **place, "passed": False,
             "failures": [failure]},
        ],
        "passed": 1,
        "failed": 1,
        "coverage": {
            **sums,
            "parts": [{"kind": "rule", "name": "p.r", **place, "column": 6,
                       **sums, "nodes": [node]}],
        },
    }


# Path, and what to put there; DROP takes it away.
DROP = object()
BAD = [
    ("schema", "archrules.tests/2"),
    ("schema", DROP),
    ("extra", 1),
    ("tests", DROP),
    ("passed", -1),
    ("failed", DROP),
    ("tests.0.name", None),
    ("tests.0.line", "3"),
    ("tests.0.passed", False),
    ("tests.1.passed", True),
    ("tests.1.failures.0.got", DROP),
    ("tests.1.failures.0.because", "x"),
    ("coverage", None),
    ("coverage.percent", 101),
    ("coverage.parts", DROP),
    ("coverage.parts.0.kind", "probe"),
    ("coverage.parts.0.nodes", []),
    ("coverage.parts.0.shown", 0.5),
    ("coverage.parts.0.nodes.0.kind", "node"),
    ("coverage.parts.0.nodes.0.end", DROP),
    ("coverage.parts.0.nodes.0.end.column", None),
    ("coverage.parts.0.nodes.0.shown", ["true", "true"]),
    ("coverage.parts.0.nodes.0.shown", ["open"]),
]


def spoil(document, path, new):
    document = copy.deepcopy(document)
    *parents, last = path.split(".")
    node = document
    for step in parents:
        node = node[int(step) if step.isdigit() else step]
    if new is DROP:
        del node[last]
    else:
        node[last] = new
    return document


def check_bad(validator):
    problems = []
    good = good_result()
    for error in validator.iter_errors(good):
        problems.append(f"the good document: {error.message}")
    for path, new in BAD:
        if validator.is_valid(spoil(good, path, new)):
            problems.append(f"accepted although {path} is bad")
    return problems


def percent(part):
    if part["possible"] == 0:
        return 100
    return part["shown"] * 1000 // part["possible"] / 10


def check_part(part):
    nodes = part["nodes"]
    problems = []
    for key in ("possible", "shown"):
        if part[key] != sum(len(node[key]) for node in nodes):
            problems.append(f"{part['name']}: {key} is not that of its nodes")
    if part["percent"] != percent(part):
        problems.append(f"{part['name']}: percent is wrong")
    for node in nodes:
        if not set(node["shown"]) <= set(node["possible"]):
            problems.append(f"{node['text']}: shown but not possible")
    return problems


def check_sums(result):
    """What a schema cannot say: that the numbers fit each other."""
    problems = []
    tests = result["tests"]
    if result["passed"] != sum(test["passed"] for test in tests):
        problems.append("passed is not the number of tests that passed")
    if result["passed"] + result["failed"] != len(tests):
        problems.append("passed and failed are not all tests")
    coverage = result.get("coverage")
    if not coverage:
        return problems
    for key in ("possible", "shown"):
        if coverage[key] != sum(part[key] for part in coverage["parts"]):
            problems.append(f"coverage: {key} is not that of its parts")
    if coverage["percent"] != percent(coverage):
        problems.append("coverage: percent is wrong")
    for part in coverage["parts"]:
        problems += check_part(part)
    return problems


def main(names):
    schema = load(SCHEMA)
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    problems = check_bad(validator)
    for name in names:
        result = load(name)
        found = [f"{error.json_path}: {error.message}"
                 for error in validator.iter_errors(result)]
        found = found or check_sums(result)
        problems += [f"{name}: {problem}" for problem in found]
    for problem in problems:
        print(problem, file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
