#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Validates case studies in JSON against docs/doc.schema.json.

usage: doc_schema.py PROGRAM PATH...

The schema itself is checked first, its word lists against the sources they
come from, then what `PROGRAM doc --format json PATH` prints for each PATH,
and then that each change of it which must not pass is refused. Exit 77
without the Python package jsonschema.
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
    print("doc_schema.py: no Python package jsonschema", file=sys.stderr)
    sys.exit(77)

ROOT = pathlib.Path(__file__).resolve().parent.parent
SCHEMA = ROOT / "docs" / "doc.schema.json"
SAMPLE = "tests/doc/packs/sample"

# Path in the document of the sample, and what to put there; DROP takes it
# away. R is the rule sample.full_queue.
DROP = object()
R = "packs.0.rules.0."
BAD = [
    ("schema", "archrules.doc/2"),
    ("schema", DROP),
    ("tool", None),
    ("extra", 1),
    ("packs", []),
    ("packs.0.rules", []),
    ("packs.0.name", ""),
    ("packs.0.license", DROP),
    (R + "id", None),
    (R + "title", ""),
    (R + "severity", "fatal"),
    (R + "confidence", None),
    (R + "replaces.0.since", DROP),
    (R + "not_loaded", ""),
    (R + "about", 1),
    (R + "symptoms", None),
    (R + "symptoms.0", "a\nb"),
    (R + "diagnosis", []),
    (R + "diagnosis", "text"),
    (R + "diagnosis.0", {"value": ""}),
    (R + "diagnosis.1", ""),
    (R + "diagnosis.0.extra", 1),
    (R + "when", None),
    (R + "for_each.name", DROP),
    (R + "names.0", "tip"),
    (R + "supersedes.0.loaded", DROP),
    (R + "superseded_by", ["a.b"]),
    (R + "tables.0.policy", "any"),
    (R + "tables.0.rows", []),
    (R + "tables.0.rows.0.0", None),
    (R + "tables.0.outputs", []),
    (R + "functions.0.body", None),
    (R + "facts.0.kind", "group"),
    (R + "facts.0.kind", "derived"),
    (R + "facts.0.kind", "input"),
    (R + "facts.0.type", None),
    (R + "facts.0.question", "Why?"),
    (R + "facts.0.sensitivity", None),
    (R + "facts.0.definitions", [{"expression": "x", "if": None}]),
    (R + "remedies.0.risk", "none"),
    (R + "remedies.0.needs_admin", None),
    (R + "remedies.0.steps.0.guard", {"if": "a", "unless": "b"}),
    (R + "remedies.0.steps.0.guard", {}),
    (R + "remedies.0.steps.0.items.0.kind", "do_it"),
    (R + "remedies.0.steps.0.items.0.kind", "restart"),
    (R + "remedies.0.steps.0.items.0.restart", "app"),
    (R + "remedies.0.steps.0.items.0.shell", "zsh"),
    (R + "tests.0.expect", []),
    (R + "keywords", None),
    (R + "extra", 1),
]


def no_twins(pairs):
    """Refuses a key that stands twice in one object."""
    keys = [key for key, _ in pairs]
    if len(keys) != len(set(keys)):
        raise ValueError(f"a key twice in {keys}")
    return dict(pairs)


def document_of(program, path):
    done = subprocess.run([program, "doc", "--format", "json", path], cwd=ROOT,
                          stdin=subprocess.DEVNULL, capture_output=True,
                          encoding="utf-8", timeout=60, check=True)
    return json.loads(done.stdout, object_pairs_hook=no_twins)


def spoil(document, path, new):
    document = copy.deepcopy(document)
    *parents, last = path.split(".")
    node = document
    for step in parents:
        node = node[int(step) if step.isdigit() else step]
    if isinstance(node, list):
        last = int(last)
    if new is DROP:
        del node[last]
    else:
        node[last] = new
    return document


def words_of_array(source, name):
    """The strings of a C array."""
    text = (ROOT / "engine" / source).read_text("utf-8")
    match = re.search(rf"{name}\[[^\]]*\] = \{{([^}}]*)\}}", text)
    return set(re.findall(r'"(\w+)"', match.group(1)))


def check_words(schema):
    """The schema's lists of words are those of the checker."""
    rule = schema["$defs"]["rule"]["properties"]
    item = schema["$defs"]["item"]["properties"]
    lists = [
        (rule["severity"]["enum"], "sema/names.c", "ar_rule_severity_names"),
        (rule["confidence"]["enum"], "sema/names.c", "ar_confidence_names"),
        (schema["$defs"]["remedy"]["properties"]["risk"]["enum"],
         "sema/names.c", "ar_risk_names"),
        (item["shell"]["enum"], "sema/remedies.c", "shells"),
        (item["restart"]["enum"], "sema/remedies.c", "restarts"),
        (schema["$defs"]["fact"]["properties"]["sensitivity"]["enum"],
         "sema/facts.c", "words"),
    ]
    for listed, source, name in lists:
        if set(listed) - {None} != words_of_array(source, name):
            yield f"{name} of {source} has other words"


def keys_are_required(schema, where="the document"):
    """Each key is always there, so each object requires all it may have."""
    if isinstance(schema, dict):
        if schema.get("type") == "object" and \
                set(schema["required"]) != set(schema["properties"]):
            yield f"{where} does not require all of its keys"
        for key, value in schema.items():
            yield from keys_are_required(value, key)
    elif isinstance(schema, list):
        for value in schema:
            yield from keys_are_required(value, where)


def check_bad(validator, document):
    for path, new in BAD:
        if validator.is_valid(spoil(document, path, new)):
            yield f"accepted although {path} is {new!r}"


def main(arguments):
    if len(arguments) < 2:
        print(__doc__)
        return 2
    program, *paths = arguments
    schema = json.loads(SCHEMA.read_text("utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    problems = [*check_words(schema), *keys_are_required(schema)]
    for path in paths:
        for error in validator.iter_errors(document_of(program, path)):
            problems.append(f"{path}: {error.json_path}: {error.message}")
    problems += check_bad(validator, document_of(program, SAMPLE))
    for problem in problems:
        print(problem)
    print(f"{len(paths)} documents and {len(BAD)} bad ones, "
          f"{len(problems)} problems")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
