#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Holds the conformance suite against its schema: every file is good, the
schema says the same as the tables of the engine and refuses what it should,
no id stands twice, README.md names each file, and make.py still writes the
files that it is said to have written.

Usage: conformance_schema.py [ROOT]   (exit 77: jsonschema is missing)
"""

import copy
import json
import pathlib
import re
import subprocess
import sys

try:
    import jsonschema
except ImportError:
    print("skipped: python3-jsonschema is not installed")
    sys.exit(77)

ABSENT = {"name": "t.a", "state": "absent"}
DENIED = {"name": "t.a", "state": "unknown", "reason": "denied"}
MATCHED = {"status": "matched", "findings": [{"diagnosis": "x"}]}


def expression(expect, **more):
    return {"id": "x", "expression": "t.a", "expect": expect, **more}


def rules(rule, **more):
    return {"id": "x", "rules": "rule r when t.a then diagnose \"x\"",
            "expect": {"rules": {"r": rule}, **more}}


GOOD = [
    expression({"outcomes": ["true"]}),
    expression({"outcomes": ["neither"], "causes": [ABSENT]}),
    expression({"outcomes": ["true", "false"], "causes": [ABSENT, DENIED]}),
    expression({"type": "int", "value": 5}, now="2026-11-22"),
    expression({"type": "list of int", "value": [1, None,
                                                 {"$unknown": "stale"}]}),
    expression({"type": "int", "value": None, "causes": [ABSENT]}),
    expression({"type": "int", "value": {"$unknown": "denied"},
                "causes": [DENIED]}, facts={"t.a": None, "f(\"x\").b": 1}),
    rules(MATCHED, shown=["r"], expired=["r"], absent_packs=["p"]),
    rules({"status": "clear"}),
    rules({"status": "clear", "causes": [ABSENT]}),
    rules({"status": "undetermined", "causes": [DENIED],
           "open": [{"key": "k", "causes": [DENIED]}]}),
]
BAD = [
    {},
    expression({}),
    expression({"outcomes": []}),
    expression({"outcomes": ["maybe"], "causes": [ABSENT]}),
    expression({"outcomes": ["false", "true"], "causes": [ABSENT]}),
    expression({"outcomes": ["true"], "causes": [ABSENT]}),
    expression({"outcomes": ["neither"]}),
    expression({"outcomes": ["neither"], "causes": []}),
    expression({"outcomes": ["neither"], "causes": [ABSENT, ABSENT]}),
    expression({"outcomes": ["neither"],
                "causes": [{"name": "t.a", "state": "unknown"}]}),
    expression({"outcomes": ["neither"],
                "causes": [{**ABSENT, "reason": "denied"}]}),
    expression({"outcomes": ["true"], "value": 5}),
    expression({"type": "int"}),
    expression({"type": "bool", "value": True}),
    expression({"type": "int", "value": 5, "causes": [ABSENT]}),
    expression({"type": "int", "value": None}),
    expression({"type": "int", "value": {"$unknown": "asleep"},
                "causes": [DENIED]}),
    expression({"outcomes": ["true"]}, fact={"t.a": 1}),
    expression({"outcomes": ["true"]}, now="today"),
    expression({"outcomes": ["true"]}, facts={"T.a": 1}),
    expression({"outcomes": ["true"]}, rules="rule r"),
    {**expression({"outcomes": ["true"]}), "id": "two words"},
    rules({"status": "fine"}),
    rules({"status": "matched"}),
    rules({**MATCHED, "causes": [DENIED]}),
    rules({"status": "clear", "findings": [{"diagnosis": "x"}]}),
    rules({"status": "undetermined"}),
    rules({"status": "matched", "findings": [{"key": "x"}]}),
    rules({"status": "matched", "findings": [{"diagnosis": "x",
                                              "waived": False}]}),
    rules(MATCHED, hidden=["r"]),
]


class Checker:
    def __init__(self, root):
        self.root = root
        self.folder = root / "tests/conformance"
        self.n_checks = 0
        self.n_failures = 0
        self.schema = json.loads(
            (self.folder / "schema.json").read_text(encoding="utf-8"))
        jsonschema.Draft202012Validator.check_schema(self.schema)
        self.validator = jsonschema.Draft202012Validator(self.schema)
        self.suites = {
            path.name: json.loads(path.read_text(encoding="utf-8"))
            for path in sorted(self.folder.glob("*.json"))
            if path.name != "schema.json"}

    def expect(self, condition, text):
        self.n_checks += 1
        if not condition:
            self.n_failures += 1
            print("FAILED:", text)

    def check_tables(self):
        defs = self.schema["$defs"]
        text = (self.root / "engine/value/reasons.def").read_text()
        self.expect(defs["reason"]["enum"]
                    == re.findall(r"^AR_REASON\((\w+)", text, re.M),
                    "the reasons are those of reasons.def")
        text = (self.root / "engine/result/statuses.def").read_text()
        self.expect(defs["rule_expected"]["properties"]["status"]["enum"]
                    == re.findall(r'^AR_STATUS\(\w+,\s*"(\w+)"', text, re.M),
                    "the statuses are those of statuses.def")

    def check_samples(self):
        for is_good, samples in ((True, GOOD), (False, BAD)):
            for sample in samples:
                suite = {"topic": "x", "cases": [copy.deepcopy(sample)]}
                errors = list(self.validator.iter_errors(suite))
                self.expect(is_good != bool(errors),
                            f"expected {'good' if is_good else 'bad'}: "
                            f"{json.dumps(sample)}")

    def check_suites(self):
        seen = {}
        for name, suite in self.suites.items():
            errors = list(self.validator.iter_errors(suite))
            self.expect(not errors, f"{name} is of the form")
            for error in errors[:5]:
                path = "/".join(map(str, error.absolute_path))
                print(f"  {path}: {error.message[:200]}")
            for case in suite["cases"]:
                other = seen.get(case["id"])
                self.expect(other is None,
                            f"{case['id']}: in {name} and in {other}")
                seen[case["id"]] = name

    def check_readme(self):
        text = (self.folder / "README.md").read_text(encoding="utf-8")
        rows = "\n".join(line for line in text.splitlines()
                         if line.startswith("| `"))
        for name in self.suites:
            self.expect(f"`{name}`" in rows, f"README.md names {name}")

    def check_made(self):
        done = subprocess.run(
            [sys.executable, str(self.folder / "make.py"), "--check"],
            capture_output=True, text=True, check=False)
        self.expect(done.returncode == 0,
                    f"make.py: {done.stdout}{done.stderr}")


def main():
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1
                        else pathlib.Path(__file__).resolve().parent.parent)
    checker = Checker(root)
    checker.check_tables()
    checker.check_samples()
    checker.check_suites()
    checker.check_readme()
    checker.check_made()
    print(f"{checker.n_checks} checks, {checker.n_failures} failures")
    return 1 if checker.n_failures else 0


if __name__ == "__main__":
    sys.exit(main())
