#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Validates JSON reports against docs/report.schema.json.

usage: report_schema.py [--lines] [REPORT.json...]

The schema itself is checked first, its word lists against the tables they
come from, and then with documents that must fail. A report may be '-' for
standard input; with --lines each has one document a line. Exit 77 without the
Python package jsonschema.
"""

import copy
import json
import pathlib
import re
import sys

try:
    import jsonschema
except ImportError:
    print("report_schema.py: no Python package jsonschema", file=sys.stderr)
    sys.exit(77)

ROOT = pathlib.Path(__file__).resolve().parent.parent
SCHEMA = ROOT / "docs" / "report.schema.json"


DROP = object()


def no_twins(pairs):
    """Refuses a key that stands twice in one object."""
    keys = [key for key, _ in pairs]
    if len(keys) != len(set(keys)):
        raise ValueError(f"a key twice in {keys}")
    return dict(pairs)


def load(name):
    return json.loads(read(name), object_pairs_hook=no_twins)


def read(name):
    if name == "-":
        return sys.stdin.read()
    with open(name, encoding="utf-8") as file:
        return file.read()


def load_lines(name):
    """A document for each line, named by its place."""
    for number, line in enumerate(read(name).splitlines(), 1):
        yield f"{name}:{number}", json.loads(line, object_pairs_hook=no_twins)


def unknown(reason="denied"):
    return {"state": "unknown", "value": None, "text": "<unknown: denied>",
            "reason": reason, "detail": "no"}


def value(of):
    return {"state": "value", "value": of, "text": str(of), "reason": None,
            "detail": None}


def good_finding():
    place = {"file": "a.rules", "line": 3}
    need = {"fact": "a.b", "is_fact": True, **unknown(), "how": "ask"}
    item = {"kind": "run", "shell": None, "text": "ls", "condition": None,
            "has_question": False}
    return {
        "rule": "p.r", "severity": "error", "confidence": "high",
        "title": None, **place, "diagnosis": "x", "key": "k",
        "key_value": "k", "fingerprint": "0123456789abcdef",
        "facts": [{"name": "a.c", **value(3),
                   "origin": {"probe": None, "how": None, "time": None,
                              "exit": None, "ms": None}}],
        "symptoms": ["a.c == 3"],
        "remedies": [{"title": "t", "risk": "low", "data_loss": None,
                      "undo": None, "needs_admin": False, "restart": "none",
                      "steps": [{"sentence": "s", "condition": None,
                                 "items": [item]}],
                      "verify": None, "verify_runs": [item]}],
        "remedies_left_out": [{"title": "t", "because": "b"}],
        "lessons": [], "links": [],
        "superseded_by": [{"rule": "p.q", "key": None,
                           "fingerprint": "0123456789abcdef"}],
        "possible_causes": [{"rule": "p.o", "title": None, "needs": [need]}],
        "waived_by": {"because": "b", "owner": "o", "until": "2027-01-31",
                      **place},
    }


def good_report():
    need = {"fact": "a.b", "is_fact": True, **unknown(), "how": "ask"}
    return {
        "schema_version": "1", "detail": "full", "tool": "archrules 0.1.0",
        "generated": None, "verdict": "Found: 1 error.", "probes_failed": 0,
        "used_allow_run": False,
        "machine": {"name": None, "collected": None, "tool": None},
        "packs": [{"name": "p", "version": "1.0.0", "rules": 1,
                   "not_loaded": None}],
        "counts": {"rules": 1, "not_loaded": 0, "error": 0,
                   "not_applicable": 0, "clear": 0, "matched": 1,
                   "undetermined": 0, "findings": 1, "superseded": 1,
                   "waived": 1, "not_shown": 0, "left_out": 0},
        "rules": [{"id": "p.r", "severity": "error", "title": None,
                   "confidence": "high", "status": "matched", "reason": None,
                   "disabled_because": None, "file": "a.rules", "line": 3,
                   "absent": []}],
        "findings": [good_finding()],
        "undetermined": [{"rule": "p.r", "status": "matched",
                          "is_question": False, "needs": [],
                          "open_elements": [{"key": "k", "needs": [need]}]}],
        "questions": [{"fact": "a.i", "question": None, "rules": ["p.r"]}],
        "expired_waivers": [], "packs_not_found": [],
    }


def good_broken_line():
    place = {"offset": 8, "line": 7, "column": 9}
    return {"schema_version": "1", "line": 7, "error": {
        "code": "E2003", "severity": "error", "message": "x",
        "file": "fleet.ndjson", "start": place, "end": place}}


BAD_LINES = [
    ("line", 0),
    ("error", DROP),
    ("error.code", "W2003"),
    ("error.severity", "warning"),
    ("error.start.line", DROP),
    ("findings", []),
]


# Path, and what to put there; DROP takes it away.
BAD = [
    ("schema_version", "2"),
    ("schema_version", 1),
    ("detail", "all"),
    ("verdict", DROP),
    ("probes_failed", -1),
    ("used_allow_run", None),
    ("detail", "ids"),
    ("detail", "findings"),
    ("extra", 1),
    ("line", 0),
    ("error", good_broken_line()["error"]),
    ("rules", DROP),
    ("counts", DROP),
    ("machine", DROP),
    ("questions", DROP),
    ("counts.matched", -1),
    ("counts.undetermined", DROP),
    ("rules.0.status", "waived"),
    ("rules.0.status", ["matched", "clear"]),
    ("rules.0.status", DROP),
    ("rules.0.absent", ["a.b"]),
    ("rules.0.line", 0),
    ("findings.0.severity", "fatal"),
    ("findings.0.fingerprint", "0123456789ABCDEF"),
    ("findings.0.superseded_by", ["p.q"]),
    ("findings.0.waived_by", True),
    ("findings.0.waived_by.owner", DROP),
    ("findings.0.facts.0.state", "null"),
    ("findings.0.facts.0.state", "unknown"),
    ("findings.0.facts.0.state", "absent"),
    ("findings.0.facts.0.reason", "denied"),
    ("findings.0.facts.0.origin.ms", "3"),
    ("findings.0.remedies.0.restart", "host"),
    ("findings.0.remedies.0.risk", DROP),
    ("findings.0.remedies.0.steps.0.items.0.kind", "restart"),
    ("findings.0.possible_causes.0.needs.0.reason", "tired"),
    ("undetermined.0.open_elements.0.needs.0.reason", None),
    ("undetermined.0.open_elements.0.needs.0.value", 3),
    ("undetermined.0.status", "clear"),
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


def words(path, macro):
    text = (ROOT / "engine" / path).read_text(encoding="utf-8")
    return re.findall(rf'^{macro}\([^"]*?(?:(\w+),\s*)?"(\w+)?', text, re.M)


def check_words(schema):
    """The schema's lists of words are those of the engine's tables."""
    statuses = {word for _, word in words("result/statuses.def", "AR_STATUS")}
    reasons = {word for word, _ in words("value/reasons.def", "AR_REASON")}
    counts = schema["$defs"]["counts"]["required"]
    listed = schema["$defs"]["fact"]["properties"]["reason"]["enum"]
    problems = []
    if set(schema["$defs"]["status"]["enum"]) != statuses:
        problems.append("the statuses are not those of statuses.def")
    if not statuses <= set(counts):
        problems.append("counts does not have every status")
    if set(listed) - {None} != reasons:
        problems.append("the reasons are not those of reasons.def")
    return problems


def check_bad(validator):
    problems = []
    for good, bad in (good_report(), BAD), (good_broken_line(), BAD_LINES):
        for error in validator.iter_errors(good):
            problems.append(f"the good document: {error.message}")
        for path, new in bad:
            if validator.is_valid(spoil(good, path, new)):
                problems.append(f"accepted although {path} is bad")
    return problems


def check_sums(report):
    """What a schema cannot say: one status for each rule, no rule twice."""
    problems = []
    if "error" in report:
        return problems
    counts = report["counts"]
    if "rules" in report:
        ids = [rule["id"] for rule in report["rules"]]
        if len(ids) != len(set(ids)) or len(ids) != counts["rules"]:
            problems.append("not every rule exactly once")
        for status in {rule["status"] for rule in report["rules"]}:
            found = [rule for rule in report["rules"]
                     if rule["status"] == status]
            if len(found) != counts[status]:
                problems.append(f"counts.{status} is not {len(found)}")
    hidden = counts["not_shown"] + counts["left_out"]
    if len(report["findings"]) + hidden != counts["findings"]:
        problems.append("counts.findings is not the number of findings")
    return problems


def main(names):
    schema = load(SCHEMA)
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    problems = check_words(schema) + check_bad(validator)
    if names[:1] == ["--lines"]:
        documents = [document for name in names[1:]
                     for document in load_lines(name)]
    else:
        documents = [(name, load(name)) for name in names]
    for name, report in documents:
        found = [f"{error.json_path}: {error.message}"
                 for error in validator.iter_errors(report)]
        found = found or check_sums(report)
        problems += [f"{name}: {problem}" for problem in found]
    for problem in problems:
        print(problem, file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
