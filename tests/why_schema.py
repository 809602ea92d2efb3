#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Validates what why, why-not and what-if print as JSON.

usage: why_schema.py PROGRAM N

One rule in N of the shipped packs is asked for on every example snapshot, and
what comes out is held against docs/why.schema.json and docs/what_if.schema.json,
against the report, and against a fresh evaluation with what would change it.
Exit 77 without the Python package jsonschema.
"""

import copy
import json
import pathlib
import subprocess
import sys

try:
    import jsonschema
    from jsonschema import Draft202012Validator as Validator
except ImportError:
    print("why_schema.py: no Python package jsonschema", file=sys.stderr)
    sys.exit(77)

ROOT = pathlib.Path(__file__).resolve().parent.parent
SNAPSHOTS = sorted((ROOT / "examples" / "docker_desktop").glob("*.json"))


def load(name):
    return json.loads((ROOT / "docs" / name).read_text("utf-8"))


WHY = load("why.schema.json")
WHAT_IF = load("what_if.schema.json")


def make_validator(schema):
    """What a schema refers to in the other one is put into it."""
    Validator.check_schema(schema)
    text = json.dumps(schema).replace("why.schema.json#/$defs/", "#/$defs/")
    whole = json.loads(text)
    for name, definition in WHY["$defs"].items():
        if name not in whole["$defs"] or schema is WHY:
            whole["$defs"][name] = definition
    if schema is WHAT_IF:
        whole["$defs"]["why_state"] = WHY["$defs"]["state"]
        whole["$defs"]["state"]["allOf"] = [{"$ref": "#/$defs/why_state"}]
    return Validator(whole)


class Machine:
    """One snapshot, and the program that is asked about it."""

    def __init__(self, program, snapshot):
        self.program = program
        self.snapshot = snapshot

    def ask(self, *words):
        done = subprocess.run(
            [self.program, *words, "-p", "rules", "-f", str(self.snapshot),
             "--format", "json"], cwd=ROOT, capture_output=True, text=True,
            timeout=60, check=False)
        return done.returncode, json.loads(done.stdout)


def check_why(machine, validator, rules):
    """Each problem of explaining one rule after the other."""
    for rule in rules:
        _, told = machine.ask("why", rule["id"])
        yield from (error.message for error in validator.iter_errors(told))
        for each in told["explanations"]:
            if each["key"] is None and each["status"] != rule["status"]:
                yield f"{rule['id']}: {each['status']}, not {rule['status']}"
            is_open = each["status"] == "undetermined"
            if is_open != bool(each["missing"]) or \
                    is_open != (each["residual"] is not None):
                yield f"{rule['id']}: what is missing does not fit its status"


def text_of(state):
    """A state as --set takes it."""
    if state["state"] != "value":
        return "absent"
    is_whole = isinstance(state["value"], (list, dict))
    return json.dumps(state["value"]) if is_whole else state["text"]


def check_changes(machine, validator, rule):
    """What is said to flip a rule does."""
    _, told = machine.ask("what-if", rule["id"])
    yield from (error.message for error in validator.iter_errors(told))
    for flip in told["flips"]:
        words = []
        for change in flip["changes"]:
            words += [f"{change['fact']}={text_of(change['after'])}"]
        _, then = machine.ask("what-if", *words)
        yield from (error.message for error in validator.iter_errors(then))
        found = [each["after"] for each in then["changes"]
                 if each["rule"] == rule["id"]]
        if found != [flip["status"]]:
            yield f"{rule['id']} with {words}: {found}, not {flip['status']}"


STEP = {"number": 1, "sentence": "x", "condition": None, "items": [
    {"kind": "run", "shell": "bash", "text": "x", "condition": None,
     "has_question": False}]}


def check_links(machine, validator):
    """A change is linked to the step that makes it, and the schema knows it."""
    _, told = machine.ask("what-if", "docker_desktop.not_a_linux_distro")
    links = [each for flip in told["flips"] for each in flip["remedies"]]
    if [[step["number"] for step in each["steps"]] for each in links] != [[2]]:
        yield f"not_a_linux_distro: linked are {links}"
        return
    links[0]["steps"].append(STEP)
    yield from (error.message for error in validator.iter_errors(told))
    for bad in ("x", {**STEP, "number": 0}, {**STEP, "extra": 1}):
        links[0]["steps"] = [bad]
        if validator.is_valid(told):
            yield f"accepted although a step is {bad}"


BAD = [
    ("schema_version", "2"), ("question", "what"), ("explanations", None),
    ("explanations.0.status", "fine"), ("explanations.0.extra", 1),
    ("explanations.0.facts.0.origin", None),
    ("explanations.0.facts.0.reason", "tired"),
    ("explanations.0.facts.0.extra", 1),
    ("explanations.0.when.kind", "trace"),
    ("explanations.0.when.outcomes", ["perhaps"]),
    ("explanations.0.when.values.0.start", -1),
    ("explanations.0.when.extra", 1),
]


def check_bad(validator, good):
    """The schema refuses what is not right."""
    for path, new in BAD:
        document = copy.deepcopy(good)
        node = document
        *parents, last = path.split(".")
        for step in parents:
            node = node[int(step) if step.isdigit() else step]
        node[last] = new
        if validator.is_valid(document):
            yield f"accepted although {path} is bad"


def main(program, one_in):
    why = make_validator(WHY)
    what_if = make_validator(WHAT_IF)
    problems = []
    n_flips = 0
    for i, snapshot in enumerate(SNAPSHOTS):
        machine = Machine(program, snapshot)
        _, report = machine.ask("eval")
        rules = report["rules"][i % int(one_in)::int(one_in)]
        problems += check_why(machine, why, rules)
        for rule in rules:
            problems += check_changes(machine, what_if, rule)
            n_flips += 1
        for command in ("why", "why-not"):
            _, told = machine.ask(command)
            problems += [error.message for error in why.iter_errors(told)]
    _, good = Machine(program, SNAPSHOTS[0]).ask("why")
    problems += check_bad(why, good)
    problems += check_links(Machine(program, SNAPSHOTS[0].with_name(
        "arm64-wsl-2.5.json")), what_if)
    for problem in problems[:20]:
        print(problem, file=sys.stderr)
    print(f"{len(SNAPSHOTS)} snapshots, {n_flips} rules")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
