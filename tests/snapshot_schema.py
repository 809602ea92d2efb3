#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Checks docs/snapshot.schema.json: that it is a JSON Schema, that it says the
same as the tables of the engine, and that it takes the good snapshots of this
repository and refuses the bad ones.

Usage: snapshot_schema.py [ROOT]   (exit 77: the module jsonschema is missing)
"""

import json
import pathlib
import re
import sys

try:
    import jsonschema
except ImportError:
    print("skipped: python3-jsonschema is not installed")
    sys.exit(77)

# Read by the program although they are not of the form of version 1.
READ_ALTHOUGH_BAD = {
    "schema-newer.json",
    "undeclared-keys.json",
    "unknown-reason-new.json",
}
# Refused by the program for what a schema cannot express, or what a JSON
# reader that is not strict lets through.
REFUSED_ALTHOUGH_GOOD = {
    "absent-and-unknown.json",
    "absent-and-value.json",
    "arguments-twice.json",
    "duplicate-key-escaped.json",
    "duplicate-key.json",
    "int-too-large.json",
    "nested-and-dotted-twice.json",
    "too-deep.json",
}

S = "archrules.snapshot/1"
GOOD = [
    {"schema": S},
    {"schema": S, "machine": None, "collected": None, "tool": None},
    {"schema": S, "collected": "2026-11-22T10:00:00.5+01:00"},
    {"schema": S, "facts": {"host": {"os": "linux", "cpus": 8, "load": 0.5}}},
    {"schema": S, "facts": {"host.os": None, "docker": None}},
    {"schema": S, "facts": {'file("/etc/wsl.conf").exists': True}},
    {"schema": S, "facts": {"file( '/x' )": {"owner": {"name": "root"}}}},
    {"schema": S, "facts": {'env("\\u{41}\\{\\"x")': "y"}},
    {"schema": S, "facts": {"pair('x', arm64).good": False}},
    {"schema": S, "facts": {"wsl.config": {"Any Key": {"x=y": "1"}}}},
    {"schema": S, "absent": ["docker.desktop", "port(2375)"]},
    {"schema": S, "unknown": {"a.b": {"reason": "denied", "detail": "x"}}},
    {"schema": S, "origin": {"a": {"probe": "p", "how": "h", "exit": -1},
                             "b": {"exit": None}}},
    {"schema": S, "origin": {"a": {"probe": "p", "how": "h", "ms": 0.5,
                                   "time": "2026-11-22T10:00:00Z"}}},
]
GOOD += [
    {"schema": S, "facts": {"host.name": {"$redacted": "<user-1>"}}},
    {"schema": S, "facts": {"a.b": [{"$unknown": "denied"}]}},
    {"schema": S, "redaction": {"id": "a1", "counts": {"personal": 2},
                                "facts": {"host.name": ["personal"]}}},
]
BAD = [
    {"schema": S, "redaction": "a1"},
    {"schema": S, "redaction": {"id": 1}},
    {"schema": S, "redaction": {"counts": {"personal": 0}}},
    None, [], "x", 1, {},
    {"facts": {}},
    {"schema": 1},
    {"schema": "archrules.snapshot/2"},
    {"schema": "archrules.report/1"},
    {"schema": S, "id": 1},
    {"schema": S, "host": {"os": "linux"}},
    {"schema": S, "machine": 5},
    {"schema": S, "collected": "yesterday"},
    {"schema": S, "collected": 1763805600},
    {"schema": S, "collected": "2026-13-22T10:00:00Z"},
    {"schema": S, "collected": "2026-11-22T10:00:00"},
    {"schema": S, "facts": []},
    {"schema": S, "facts": {"Host": 1}},
    {"schema": S, "facts": {"host..os": 1}},
    {"schema": S, "facts": {"": 1}},
    {"schema": S, "facts": {"file(/etc wsl).exists": True}},
    {"schema": S, "facts": {'file("/x).exists': True}},
    {"schema": S, "facts": {'file("{x}").exists': True}},
    {"schema": S, "facts": {'file("\\q").exists': True}},
    {"schema": S, "facts": {"file('a\nb').exists": True}},
    {"schema": S, "facts": {"host.name": "a\0b"}},
    {"schema": S, "facts": {"k" * 257: 1}},
    {"schema": S, "facts": {"host.list": [0] * 10001}},
    {"schema": S, "absent": "docker"},
    {"schema": S, "absent": [5]},
    {"schema": S, "absent": ["a b"]},
    {"schema": S, "absent": ["docker", "docker"]},
    {"schema": S, "unknown": {"a": "denied"}},
    {"schema": S, "unknown": {"a": {}}},
    {"schema": S, "unknown": {"a": {"reason": "asleep"}}},
    {"schema": S, "unknown": {"a": {"reason": "denied", "why": "x"}}},
    {"schema": S, "unknown": {"a": {"reason": "denied", "detail": 5}}},
    {"schema": S, "origin": {"a": []}},
    {"schema": S, "origin": {"a": {"ms": -1}}},
    {"schema": S, "origin": {"a": {"ms": "1"}}},
    {"schema": S, "origin": {"a": {"exit": 1.5}}},
    {"schema": S, "origin": {"a": {"exit": "1"}}},
    {"schema": S, "origin": {"a": {"took": 1}}},
]


class Checker:
    def __init__(self, root):
        self.root = root
        self.n_checks = 0
        self.n_failures = 0
        schema = json.loads(
            (root / "docs/snapshot.schema.json").read_text(encoding="utf-8"))
        jsonschema.Draft202012Validator.check_schema(schema)
        self.schema = schema
        self.validator = jsonschema.Draft202012Validator(schema)

    def expect(self, condition, text):
        self.n_checks += 1
        if not condition:
            self.n_failures += 1
            print("FAILED:", text)

    def expect_verdict(self, document, is_good, name):
        errors = list(self.validator.iter_errors(document))
        said = errors[0].message[:200] if errors else "it is valid"
        self.expect(is_good != bool(errors),
                    f"{name}: expected {'good' if is_good else 'bad'}: {said}")

    def check_tables(self):
        defs = self.schema["$defs"]
        text = (self.root / "engine/value/reasons.def").read_text()
        reasons = re.findall(r"^AR_REASON\((\w+)", text, re.M)
        self.expect(defs["unknown"]["properties"]["reason"]["enum"] == reasons,
                    "the reasons are those of reasons.def")
        text = (self.root / "engine/base/limits.def").read_text()
        limits = {name: int(value) for name, value in re.findall(
            r"^AR_LIMIT\((\w+),\s*(\d+)", text, re.M)}
        kinds = defs["value"]["anyOf"]
        self.expect(kinds[2]["maxItems"] == limits["LIST_ELEMENTS"],
                    "maxItems is LIST_ELEMENTS")
        self.expect(kinds[3]["propertyNames"]["maxLength"]
                    == defs["name"]["maxLength"] == limits["JSON_KEY_BYTES"],
                    "maxLength is JSON_KEY_BYTES")

    def check_examples(self):
        paths = sorted((self.root / "examples").glob("**/*.json"))
        for path in paths:
            document = json.loads(path.read_text(encoding="utf-8"))
            schema = isinstance(document, dict) and document.get("schema", "")
            if schema and str(schema).startswith("archrules.snapshot/"):
                self.expect_verdict(document, True, path)

    def check_traps(self):
        folder = self.root / "tests/snapshots"
        rows = re.findall(r"^\| `([^`]+\.json)` \|.*\| (.*) \|$",
                          (folder / "README.md").read_text(encoding="utf-8"),
                          re.M)
        self.expect(len(rows) > 0, "tests/snapshots/README.md has a table")
        for name, expected in rows:
            try:
                document = json.loads(
                    (folder / name).read_text(encoding="utf-8"))
            except json.JSONDecodeError:
                document = None
            is_plain = isinstance(document, dict) and "schema" not in document
            is_good = not expected.startswith("error")
            if name in READ_ALTHOUGH_BAD | REFUSED_ALTHOUGH_GOOD:
                is_good = not is_good
            if not is_plain:
                self.expect_verdict(document, is_good, name)


def main():
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1
                        else pathlib.Path(__file__).resolve().parent.parent)
    checker = Checker(root)
    checker.check_tables()
    for document in GOOD:
        checker.expect_verdict(document, True, str(document)[:100])
    for document in BAD:
        checker.expect_verdict(document, False, str(document)[:100])
    checker.check_examples()
    checker.check_traps()
    print(f"{checker.n_checks} checks, {checker.n_failures} failures")
    return 1 if checker.n_failures else 0


if __name__ == "__main__":
    sys.exit(main())
