#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Makes the workload of the benchmarks, the same for the same seed.

  workload.py OUT-FOLDER RULES SNAPSHOTS [--seed N] [--kind KIND]

Writes into the folder: pack.rules (archrules), snapshots.ndjson (one machine a
line), lacking.ndjson (the same with one fact in ten absent and one in ten
unknown), and the same rules and machines for the peers. A rule has two to six
conditions of which some are joined by or and not; about one in ten looks for a
pattern in the log; one in twenty holds on a machine. Kinds:

  usual      that
  plain      without patterns
  or         conditions joined by or alone
  distinct   rules over facts of their own: nothing is shared"""

import argparse
import json
import random
from pathlib import Path

import peers
import schema

SAMPLE = 300  # machines that say how often a condition holds
TRIES = 40    # conditions made for a rule until one holds as often as wanted


# ---- machines ----

def log_line(rng):
    program, verb = rng.choice(schema.PROGRAMS), rng.choice(schema.VERBS)
    thing, fault = rng.choice(schema.THINGS), rng.choice(schema.FAULTS)
    stamp = "[2026-%02d-%02d %02d:%02d:%02d]" % (
        rng.randint(1, 12), rng.randint(1, 28), rng.randint(0, 23),
        rng.randint(0, 59), rng.randint(0, 59))
    shape = rng.randrange(3)
    if shape == 0:
        return "%s %s: could not %s %s: %s (status 0x%08x) after %d ms on %s" \
            % (stamp, program, verb, thing, fault, rng.getrandbits(32),
               rng.randint(1, 60000), rng.choice(schema.DEVICES))
    if shape == 1:
        return "%s kernel: task %d (%s) %s in %s of %s, user=%d: %s" % (
            stamp, rng.randint(1, 65535), program,
            rng.choice(["killed", "ended", "stopped"]), verb, thing,
            rng.randint(0, 2000), fault)
    return "%s %s: level=error text=\"%s %s\" cause=\"%s\" port=%d try=%d" % (
        stamp, program, verb, thing, fault, rng.randint(1, 65535),
        rng.randint(0, 12))


def pattern(rng):
    program, verb = rng.choice(schema.PROGRAMS), rng.choice(schema.VERBS)
    thing, fault = rng.choice(schema.THINGS), rng.choice(schema.FAULTS)
    return [
        "%s: could not %s .*%s" % (program, verb, fault),
        "status 0x%x[0-9a-f]{6}\\)" % rng.randint(16, 255),
        "%s \\(status 0x[0-9a-f]+\\) after [0-9]{5,} ms on %s" % (
            fault, rng.choice(schema.DEVICES)),
        "(%s|%s|%s): .*(%s|%s)" % (
            program, rng.choice(schema.PROGRAMS), rng.choice(schema.PROGRAMS),
            fault, rng.choice(schema.FAULTS)),
        "task [0-9]+ \\(%s\\) (killed|ended) in %s" % (program, verb),
        "text=\"%s %s\" cause=\"%s\" port=[0-9]+ try=[1-9]" % (
            verb, thing, fault),
    ][rng.randrange(6)]


def skewed(rng, values):
    return values[int(rng.random() ** 1.4 * len(values))]


def number(rng, least, greatest):
    return least + int((greatest - least) * rng.random() ** 1.5)


def field_value(rng, kind):
    if kind is bool:
        return rng.random() < 0.4
    return rng.choice(kind) if isinstance(kind, list) else number(rng, *kind)


def machine(seed, ix):
    """Facts by their names."""
    rng = random.Random(seed * 1_000_003 + ix)
    facts = {}
    for path, words in schema.TEXT.items():
        facts[path] = skewed(rng, words)
    for path, ends in schema.NUMBER.items():
        facts[path] = number(rng, *ends)
    for path in schema.FLAG:
        facts[path] = rng.random() < 0.4
    for path, (least, greatest) in schema.VERSION.items():
        facts[path] = "%d.%d.%d" % (rng.randint(least, greatest),
                                    rng.randint(0, 45), rng.randint(0, 30))
    for path, (fields, ends) in schema.RECORDS.items():
        facts[path] = [{name: field_value(rng, kind)
                        for name, kind in fields.items()}
                       for _ in range(rng.randint(*ends))]
    facts[schema.LOG] = [log_line(rng) for _ in range(rng.randint(5, 20))]
    return facts


def nested(facts):
    out = {}
    for path, value in facts.items():
        group, name = path.split(".")
        out.setdefault(group, {})[name] = value
    return out


# ---- conditions ----

def version_key(text):
    return tuple(int(part) for part in text.split("."))


ORDERS = {"<": lambda a, b: a < b, "<=": lambda a, b: a <= b,
          ">": lambda a, b: a > b, ">=": lambda a, b: a >= b}


def holds(condition, facts, search):
    kind = condition[0]
    if kind == "and":
        return all(holds(c, facts, search) for c in condition[1:])
    if kind == "or":
        return any(holds(c, facts, search) for c in condition[1:])
    if kind == "not":
        return not holds(condition[1], facts, search)
    value = facts[condition[1]]
    if kind == "text":
        return (value == condition[3]) == (condition[2] == "==")
    if kind == "number":
        return ORDERS[condition[2]](value, condition[3])
    if kind == "version":
        return ORDERS[condition[2]](version_key(value),
                                    version_key(condition[3]))
    if kind == "in":
        return value in condition[2]
    if kind == "flag":
        return value
    if kind == "any":
        return any(holds(condition[2], each, search) for each in value)
    return any(search(condition[2], line) for line in value)


class Maker:
    """Rules whose conditions hold as often as those of real packs."""

    def __init__(self, seed):
        import re
        self.search = lambda text, line: re.search(text, line) is not None
        self.rng = random.Random(seed)
        self.sample = [machine(seed + 7, ix) for ix in range(SAMPLE)]
        self.known = {}

    def mask(self, condition):
        """A bit for each machine of the sample on which it holds."""
        kind = condition[0]
        everywhere = (1 << SAMPLE) - 1
        if kind == "not":
            return everywhere & ~self.mask(condition[1])
        if kind in ("and", "or"):
            out = everywhere if kind == "and" else 0
            for each in condition[1:]:
                mask = self.mask(each)
                out = out & mask if kind == "and" else out | mask
            return out
        key = repr(condition)
        if key not in self.known:
            self.known[key] = sum(
                1 << ix for ix, facts in enumerate(self.sample)
                if holds(condition, facts, self.search))
        return self.known[key]

    def bound(self, path, key=lambda value: value):
        values = sorted((facts[path] for facts in self.sample), key=key)
        return values[SAMPLE * self.rng.randint(1, 11) // 12]

    def field(self, fields):
        name = self.rng.choice(list(fields))
        kind = fields[name]
        if kind is bool:
            return ("flag", name)
        if isinstance(kind, list):
            return ("text", name, "==", self.rng.choice(kind))
        return ("number", name, self.rng.choice(list(ORDERS)),
                number(self.rng, *kind))

    def leaf(self):
        rng = self.rng
        choice = rng.random()
        if choice < 0.60:
            path = rng.choice(list(schema.TEXT))
            return ("text", path, "==" if rng.random() < 0.8 else "!=",
                    rng.choice(schema.TEXT[path]))
        if choice < 0.76:
            path = rng.choice(list(schema.NUMBER))
            return ("number", path, rng.choice(list(ORDERS)),
                    self.bound(path))
        if choice < 0.84:
            path = rng.choice(list(schema.VERSION))
            first, second, _ = self.bound(path, version_key).split(".")
            return ("version", path, rng.choice(list(ORDERS)),
                    "%s.%s.0" % (first, second))
        if choice < 0.91:
            path = rng.choice([p for p, w in schema.TEXT.items()
                               if len(w) > 3])
            return ("in", path, tuple(sorted(rng.sample(
                schema.TEXT[path], rng.randint(2, 3)))))
        if choice < 0.94:
            return ("flag", rng.choice(schema.FLAG))
        path = rng.choice(list(schema.RECORDS))
        fields = schema.RECORDS[path][0]
        first, second = self.field(fields), self.field(fields)
        if first[1] == second[1]:
            return ("any", path, first)
        return ("any", path, ("and", first, second))

    def condition(self, with_pattern):
        rng = self.rng
        leaves = [self.leaf() for _ in range(rng.randint(2, 6))]
        if with_pattern:
            leaves[rng.randrange(len(leaves))] = ("pattern", schema.LOG,
                                                  pattern(rng))
        parts = []
        while leaves:
            choice = rng.random()
            if choice < 0.15 and len(leaves) > 1:
                parts.append(("or", leaves.pop(), leaves.pop()))
            elif choice < 0.20 and len(leaves) > 1:
                parts.append(("not", ("and", leaves.pop(), leaves.pop())))
            elif choice < 0.27 and leaves[-1][0] != "pattern":
                parts.append(("not", leaves.pop()))
            else:
                parts.append(leaves.pop())
        return ("and", *parts) if len(parts) > 1 else parts[0]

    def message(self):
        rng = self.rng
        return "%s cannot %s a %s: %s" % (
            rng.choice(schema.PROGRAMS), rng.choice(schema.VERBS),
            rng.choice(schema.THINGS), rng.choice(schema.FAULTS))

    def any_of(self):
        """Conditions joined by or, rare ones so that not all rules hold."""
        leaves = []
        while len(leaves) < self.rng.randint(2, 6):
            leaf = self.leaf()
            if bin(self.mask(leaf)).count("1") < SAMPLE // 8:
                leaves.append(leaf)
        return ("or", *leaves), self.message()

    def rule(self, patterns):
        """The first condition that holds nearly as often as wanted, or the
        nearest of many."""
        rng = self.rng
        with_pattern = rng.random() < 0.10 and patterns
        wanted = min(max(rng.expovariate(20), 0.003), 0.25)
        best = None
        for _ in range(TRIES):
            condition = self.condition(with_pattern)
            rate = bin(self.mask(condition)).count("1") / SAMPLE
            gap = abs(rate - wanted) + (0.01 if rate == 0 else 0)
            if best is None or gap < best[0]:
                best = (gap, condition)
            if gap <= 0.25 * wanted + 0.003:
                break
        return best[1], self.message()


# ---- languages ----

def quoted(text):
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def in_archrules(condition, lead=""):
    kind = condition[0]
    if kind in ("and", "or"):
        return "(" + (" %s " % kind).join(
            in_archrules(c, lead) for c in condition[1:]) + ")"
    if kind == "not":
        return "not " + in_archrules(condition[1], lead) \
            if condition[1][0] in ("and", "or") \
            else "not (%s)" % in_archrules(condition[1], lead)
    path = lead + condition[1]
    if kind == "text":
        return "%s %s %s" % (path, condition[2], quoted(condition[3]))
    if kind in ("number", "version"):
        return "%s %s %s" % (path, condition[2], condition[3])
    if kind == "in":
        return "%s in [%s]" % (path, ", ".join(map(quoted, condition[2])))
    if kind == "flag":
        return path
    if kind == "any":
        return "(any e in %s: %s)" % (path, in_archrules(condition[2], "e."))
    return "%s matches /%s/" % (path, condition[2].replace("/", "\\/"))


def archrules_type(kind):
    if kind is bool:
        return "bool"
    return "string" if isinstance(kind, list) else "int"


def archrules_facts():
    for path in schema.TEXT:
        yield "fact %s : string\n" % path
    for path in schema.NUMBER:
        yield "fact %s : int\n" % path
    for path in schema.FLAG:
        yield "fact %s : bool\n" % path
    for path in schema.VERSION:
        yield "fact %s : version\n" % path
    for path, (fields, _) in schema.RECORDS.items():
        yield "fact %s : list of { %s }\n" % (path, ", ".join(
            "%s : %s" % (name, archrules_type(kind))
            for name, kind in fields.items()))
    yield "fact %s : list of string\n" % schema.LOG


def write_archrules(path, facts, rules):
    with open(path, "w", encoding="utf-8") as out:
        out.write("pack bench\n  title \"Benchmark\"\n  version 1.0.0\n\n")
        out.writelines(facts)
        for ix, (condition, message) in enumerate(rules):
            out.write("\nrule r%05d\n  title %s\n  when %s\n"
                      "  then\n    diagnose %s\n" % (
                          ix, quoted(message), in_archrules(condition),
                          quoted(message)))


def in_lua(condition, patterns, lead="f."):
    kind = condition[0]
    if kind in ("and", "or"):
        return "(" + (" %s " % kind).join(
            in_lua(c, patterns, lead) for c in condition[1:]) + ")"
    if kind == "not":
        return "not (%s)" % in_lua(condition[1], patterns, lead)
    path = lead + condition[1]
    if kind == "text":
        return "%s %s %s" % (path, condition[2].replace("!=", "~="),
                             quoted(condition[3]))
    if kind == "number":
        return "%s %s %d" % (path, condition[2], condition[3])
    if kind == "version":
        return "version(%s) %s %d" % (path, condition[2],
                                      peers.version_number(condition[3]))
    if kind == "in":
        return "(%s)" % " or ".join("%s == %s" % (path, quoted(word))
                                    for word in condition[2])
    if kind == "flag":
        return path
    if kind == "any":
        return "any(%s, function(e) return %s end)" % (
            path, in_lua(condition[2], patterns, "e."))
    ix = patterns.setdefault(condition[2], len(patterns) + 1)
    return "matches(%d, %s)" % (ix, path)


def write_lua(path, rules):
    patterns = {}
    lines = ["rules[#rules + 1] = { id = \"r%05d\", text = %s, "
             "when = function(f) return %s end }\n" % (
                 ix, quoted(message), in_lua(condition, patterns))
             for ix, (condition, message) in enumerate(rules)]
    with open(path, "w", encoding="utf-8") as out:
        out.write("local rules, version, any, matches, patterns = ...\n")
        for start in range(0, len(lines), 200):
            out.write("do local function part()\n")
            out.writelines(lines[start:start + 200])
            out.write("end part() end\n")
        for text, ix in patterns.items():
            out.write("patterns[%d] = %s\n" % (ix, quoted(text)))


# ---- rules over facts of their own ----

def own_condition(ix):
    return ("and", ("number", "own%d.count" % ix, "<", 40 + ix % 20),
            ("text", "own%d.mode" % ix, "==", "on"),
            ("not", ("flag", "own%d.fine" % ix)))


def own_facts(ix):
    return ("fact own%d.count : int\nfact own%d.mode : string\n"
            "fact own%d.fine : bool\n" % (ix, ix, ix))


def own_machine(rules, rng):
    return {path: value for ix in range(rules) for path, value in (
        ("own%d.count" % ix, rng.randint(0, 100)),
        ("own%d.mode" % ix, rng.choice(["on", "off", "idle"])),
        ("own%d.fine" % ix, rng.random() < 0.7))}


# ---- files ----

def lacking(facts, rng):
    """The snapshot with a tenth of the facts absent and a tenth unknown."""
    kept, absent, unknown = {}, [], {}
    for path, value in facts.items():
        choice = rng.random()
        if choice < 0.1:
            absent.append(path)
        elif choice < 0.2:
            unknown[path] = {"reason": "denied"}
        else:
            kept[path] = value
    return {"schema": "archrules.snapshot/1", "facts": nested(kept),
            "absent": absent, "unknown": unknown}


def write_lines(path, values):
    with open(path, "w", encoding="utf-8") as out:
        for value in values:
            json.dump(value, out, separators=(",", ":"))
            out.write("\n")


def make_rules(maker, kind, count):
    if kind == "distinct":
        return [(own_condition(ix), maker.message()) for ix in range(count)]
    if kind == "or":
        return [maker.any_of() for _ in range(count)]
    return [maker.rule(kind == "usual") for _ in range(count)]


def make_machines(kind, rules, seed, count):
    if kind != "distinct":
        return [machine(seed, ix) for ix in range(count)]
    rng = random.Random(seed)
    return [own_machine(rules, rng) for _ in range(count)]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("rules", type=int)
    parser.add_argument("snapshots", type=int)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kind", default="usual",
                        choices=("usual", "plain", "or", "distinct"))
    options = parser.parse_args()
    folder, kind = options.folder, options.kind
    folder.mkdir(parents=True, exist_ok=True)
    rules = make_rules(Maker(options.seed), kind, options.rules)
    machines = make_machines(kind, options.rules, options.seed,
                             options.snapshots)
    facts = archrules_facts() if kind != "distinct" else map(
        own_facts, range(options.rules))
    write_archrules(folder / "pack.rules", facts, rules)
    rng = random.Random(options.seed)
    write_lines(folder / "lacking.ndjson",
                (lacking(facts, rng) for facts in machines))
    if kind != "distinct":
        write_lua(folder / "pack.lua", rules)
        peers.write_all(folder, rules, machines)
    write_lines(folder / "snapshots.ndjson", map(nested, machines))


if __name__ == "__main__":
    main()
