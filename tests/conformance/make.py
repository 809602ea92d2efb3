#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes the files of the suite whose cases follow from a rule: states.json,
logic.json and arch.json. Everything it knows of the language is the rules
written out here (README.md says them in words); it never asks an evaluator.

Usage: make.py [--check]   (--check: only compare with the files)
"""

import itertools
import json
import pathlib
import re
import sys

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent

REASONS = re.findall(
    r"^AR_REASON\((\w+)",
    (ROOT / "engine/value/reasons.def").read_text(encoding="utf-8"), re.M)
# Nobody has tried, or a value was taken away.
MAY_BECOME_KNOWN = {"redacted", "stale", "not_in_snapshot", "not_given"}

TYPES = {
    "bool": ("bool", True),
    "no": ("bool", False),
    "int": ("int", 2),
    "real": ("real", 2.5),
    "string": ("string", "b"),
    "version": ("version", "4.34.1"),
    "size": ("size", "3GiB"),
    "duration": ("duration", "90s"),
    "time": ("time", "2026-11-22T10:00:00Z"),
    "ip": ("ip", "10.1.2.3"),
    "cidr": ("cidr", "10.1.0.0/16"),
    "color": ("color", "green"),
    "ints": ("list of int", [3, 1, 2, 3]),
    "strings": ("list of string", ["a", "b"]),
    "map": ("map of int", {"a": 1, "b": 2}),
    "record": ("{ name : string, port? : int }", {"name": "x", "port": 1}),
    "records": ("list of { name : string, port? : int }",
                [{"name": "x", "port": 1}, {"name": "y"}]),
}


def declarations(groups):
    lines = ["enum color = red, green, blue"]
    for group in groups:
        lines.append("  ".join(f"fact {group}.{name} : {of}"
                               for name, (of, _) in TYPES.items()))
    return "\n".join(lines) + "\n"


def unknown(reason):
    return {"$unknown": reason}


def common_facts():
    facts = {}
    for name, (_, value) in TYPES.items():
        facts[f"v.{name}"] = value
        facts[f"a.{name}"] = None
        facts[f"u.{name}"] = unknown("denied")
        facts[f"w.{name}"] = unknown("timeout")
    return facts


def cause(name, state):
    if state == "absent":
        return {"name": name, "state": "absent"}
    return {"name": name, "state": "unknown", "reason": state}


def expect_bits(bits, causes=()):
    words = [word for word in ("true", "false", "neither") if word in bits]
    out = {"outcomes": words}
    if words not in (["true"], ["false"]):
        out["causes"] = list(causes)
    return out


def expect_value(of, value, causes=()):
    out = {"type": of, "value": value}
    if causes:
        out["causes"] = list(causes)
    return out


EVERYTHING = ("true", "false", "neither")

# ---- operators that want values --------------------------------------------

# Name, text with a %s for each operand, the types of the operands, the type
# of the result ("condition" for a test), and what it is of two values.
STRICT = [
    ("equal", "%s == %s", "int int", "condition", "true"),
    ("not-equal", "%s != %s", "int int", "condition", "false"),
    ("less", "%s < %s", "int int", "condition", "false"),
    ("less-equal", "%s <= %s", "int int", "condition", "true"),
    ("greater", "%s > %s", "int int", "condition", "false"),
    ("greater-equal", "%s >= %s", "int int", "condition", "true"),
    ("in-list", "%s in %s", "int ints", "condition", "true"),
    ("not-in-list", "%s not in %s", "int ints", "condition", "false"),
    ("list-contains", "%s contains %s", "ints int", "condition", "true"),
    ("in-map", "%s in %s", "string map", "condition", "true"),
    ("map-contains", "%s contains %s", "map string", "condition", "true"),
    ("in-range", "%s in %s .. %s", "int int int", "condition", "true"),
    ("in-open-range", "%s in %s .. <%s", "int int int", "condition",
     "false"),
    ("in-cidr", "%s in %s", "ip cidr", "condition", "true"),
    ("cidr-contains", "%s contains %s", "cidr ip", "condition", "true"),
    ("cidr-in-cidr", "%s in %s", "cidr cidr", "condition", "true"),
    ("matches", "%s matches /^b$/", "string", "condition", "true"),
    ("list-matches", "%s matches /^b$/", "strings", "condition", "true"),
    ("contains", "%s contains %s", "string string", "condition", "true"),
    ("starts-with", "%s starts with %s", "string string", "condition",
     "true"),
    ("ends-with", "%s ends with %s", "string string", "condition", "true"),
    ("add", "%s + %s", "int int", "int", 4),
    ("subtract", "%s - %s", "int int", "int", 0),
    ("multiply", "%s * %s", "int int", "int", 4),
    ("divide", "%s / %s", "int int", "int", 1),
    ("remainder", "%s %% %s", "int int", "int", 0),
    ("negate", "-%s", "int", "int", -2),
    ("index", "%s[%s]", "ints int", "int", 2),
    ("map-index", "%s[%s]", "map string", "int", 2),
    ("field", "%s.name", "record", "string", "x"),
    ("list-field", "%s.name", "records", "list of string", ["x", "y"]),
    ("part-major", "%s.major", "version", "int", 4),
    ("part-minor", "%s.minor", "version", "int", 34),
    ("part-patch", "%s.patch", "version", "int", 1),
    ("part-first", "%s.first", "cidr", "ip", "10.1.0.0"),
    ("part-last", "%s.last", "cidr", "ip", "10.1.255.255"),
    ("part-length", "%s.length", "cidr", "int", 16),
]

# L contains x is x in L, also in the order of its causes.
SWAPPED = {"list-contains", "map-contains", "cidr-contains"}


def name_of(state):
    """What the id of a case calls the state of an operand."""
    return {"v": "value", "a": "absent"}.get(state, state)


def group_of(state, taken):
    """v, a, or a group of unknown facts that no other operand uses."""
    if state in "va":
        return state
    return "w" if "u" in taken else "u"


def make_strict(row, states):
    """A case of a strict operator; states: v, a, or a reason, for each
    operand. Absent wins over unknown, and unknown over values."""
    name, text, types, of, result = row
    groups = []
    for state in states:
        groups.append(group_of(state, groups))
    names = [f"{group}.{kind}" for group, kind in zip(groups, types.split())]
    given = {fact: unknown(state) for fact, state in zip(names, states)
             if state not in "va"}
    order = list(zip(names, states))
    if name in SWAPPED:
        order.reverse()
    absent = [cause(fact, "absent") for fact, state in order if state == "a"]
    open_ = [cause(fact, state) for fact, state in order
             if state not in "va"]
    case = {"id": f"states-{name}-" + "-".join(map(name_of, states)),
            "expression": text % tuple(names)}
    if given:
        case["facts"] = given
    if of == "condition":
        case["expect"] = (expect_bits(["neither"], unique(absent)) if absent
                          else expect_bits(EVERYTHING, open_) if open_
                          else expect_bits([result]))
    else:
        first = open_[0]["reason"] if open_ else None
        case["expect"] = (expect_value(of, None, unique(absent)) if absent
                          else expect_value(of, unknown(first), open_)
                          if open_ else expect_value(of, result))
    return case


def unique(causes):
    out = []
    for each in causes:
        if each not in out:
            out.append(each)
    return out


def states_of(n_operands):
    """Values; one operand absent or unknown for each reason; and mixtures."""
    values = ["v"] * n_operands
    yield values
    for place in range(n_operands):
        for state in ["a"] + REASONS:
            yield values[:place] + [state] + values[place + 1:]
    if n_operands < 2:
        return
    rest = ["v"] * (n_operands - 2)
    yield ["a", "a"] + rest
    yield ["a", "denied"] + rest
    yield ["denied", "a"] + rest
    yield ["denied", "timeout"] + rest
    yield ["stale", "bad_value"] + rest


# ---- operators with a meaning of their own for what is no value ------------

def state_cases(name, text, given, expect):
    """One case; {r} in text and given is a reason."""
    case = {"id": f"states-{name}", "expression": text}
    if given:
        case["facts"] = given
    case["expect"] = expect
    return case


def make_own(reason):
    """The operators that treat unknown operands in their own way, with an
    operand that is unknown for this reason."""
    u_bool, u_int = cause("u.bool", reason), cause("u.int", reason)
    u_ints = cause("u.ints", reason)
    facts_bool = {"u.bool": unknown(reason)}
    facts_int = {"u.int": unknown(reason)}
    facts_ints = {"u.ints": unknown(reason)}
    everything = expect_bits(EVERYTHING, [u_bool])
    of_int = expect_value("int", unknown(reason), [u_int])
    of_bool = expect_value("int", unknown(reason), [u_bool])
    presence = expect_bits(["true", "false"], [u_int])
    for name, text, expect in [
            ("and-left", "u.bool and v.bool", everything),
            ("and-right", "v.bool and u.bool", everything),
            ("and-decided-right", "u.bool and v.no", expect_bits(["false"])),
            ("and-decided-left", "v.no and u.bool", expect_bits(["false"])),
            ("or-left", "u.bool or v.no", everything),
            ("or-right", "v.no or u.bool", everything),
            ("or-decided-right", "u.bool or v.bool", expect_bits(["true"])),
            ("or-decided-left", "v.bool or u.bool", expect_bits(["true"])),
            ("not", "not u.bool", everything),
            ("if-condition", "if u.bool then 1 else 2", of_bool),
            ("bool-default", "u.bool default v.bool",
             expect_bits(["true", "false"], [u_bool])),
            ("any-body", "any x in v.ints: u.bool", everything),
            ("every-body", "every x in v.ints: u.bool", everything),
            ("no-body", "no x in v.ints: u.bool", everything),
            ("count-body", "count(x in v.ints: u.bool)", of_bool),
            ("first-body", "first(x in v.ints: u.bool)", of_bool),
            ("filter-body", "filter(x in v.ints: u.bool)",
             expect_value("list of int", unknown(reason), [u_bool]))]:
        yield state_cases(f"{name}-{reason}", text, facts_bool, expect)
    for name, text, expect in [
            ("exists", "u.int exists", presence),
            ("absent", "u.int absent", presence),
            ("default-left", "u.int default v.int", of_int),
            ("default-right", "a.int default u.int", of_int),
            ("default-not-needed", "v.int default u.int",
             expect_value("int", 2)),
            ("if-then", "if v.bool then u.int else 1", of_int),
            ("if-else", "if v.no then 1 else u.int", of_int),
            ("if-not-chosen", "if v.bool then 1 else u.int",
             expect_value("int", 1))]:
        yield state_cases(f"{name}-{reason}", text, facts_int, expect)
    for name, text, expect in [
            ("any-list", "any x in u.ints: x == 2",
             expect_bits(EVERYTHING, [u_ints])),
            ("every-list", "every x in u.ints: x == 2",
             expect_bits(EVERYTHING, [u_ints])),
            ("no-list", "no x in u.ints: x == 2",
             expect_bits(EVERYTHING, [u_ints])),
            ("count-list", "count(x in u.ints: x == 2)",
             expect_value("int", unknown(reason), [u_ints])),
            ("first-list", "first(x in u.ints: x == 2)",
             expect_value("int", unknown(reason), [u_ints])),
            ("filter-list", "filter(x in u.ints: x == 2)",
             expect_value("list of int", unknown(reason), [u_ints]))]:
        yield state_cases(f"{name}-{reason}", text, facts_ints, expect)


def make_unknown(reason):
    """x unknown, and x unknown(...) with the same reason, the one before,
    the one behind, and two of those that are no failures."""
    place = REASONS.index(reason)
    asked = [None, reason, REASONS[place - 1],
             REASONS[(place + 1) % len(REASONS)], "not_in_snapshot",
             "not_given"]
    for each in dict.fromkeys(asked):
        text = "u.int unknown" + (f"({each})" if each else "")
        if reason in MAY_BECOME_KNOWN:
            expect = expect_bits(["true", "false"], [cause("u.int", reason)])
        else:
            expect = expect_bits(["true" if each in (None, reason)
                                  else "false"])
        yield state_cases(f"unknown-{each or 'any'}-while-{reason}", text,
                          {"u.int": unknown(reason)}, expect)


def make_states():
    cases = []
    for row in STRICT:
        for states in states_of(len(row[2].split())):
            cases.append(make_strict(row, states))
    for reason in REASONS:
        cases += make_own(reason)
        cases += make_unknown(reason)
    return {
        "topic": "every operator with operands that are values, absent, and "
                 "unknown for each reason",
        "declarations": declarations("vauw"),
        "facts": common_facts(),
        "cases": cases,
    }


# ---- and, or, not, if, default on sets of outcomes -------------------------

# A set of outcomes, a condition that has it, and the facts that are its
# causes. Two names for each, so that no fact stands twice in a case.
SETS = [
    ("true", ("true",), "t{n}.yes", []),
    ("false", ("false",), "t{n}.no", []),
    ("neither", ("neither",), "t{n}.gone", [("t{n}.gone", "absent")]),
    ("true-or-false", ("true", "false"), "t{n}.open exists",
     [("t{n}.open", "denied")]),
    ("true-or-neither", ("true", "neither"), "(t{n}.open or t{n}.gone)",
     [("t{n}.open", "denied"), ("t{n}.gone", "absent")]),
    ("false-or-neither", ("false", "neither"), "(t{n}.open and t{n}.gone)",
     [("t{n}.open", "denied"), ("t{n}.gone", "absent")]),
    ("open", EVERYTHING, "t{n}.open", [("t{n}.open", "denied")]),
]
RANK = {"false": 0, "neither": 1, "true": 2}


def least(a, b):
    return a if RANK[a] <= RANK[b] else b


def greatest(a, b):
    return a if RANK[a] >= RANK[b] else b


def equal(a, b):
    if "neither" in (a, b):
        return "neither"
    return "true" if a == b else "false"


def negate(a):
    return {"true": "false", "false": "true"}.get(a, a)


def different(a, b):
    return negate(equal(a, b))


def take_default(a, b):
    return b if a == "neither" else a


JOINS = [("and", "{a} and {b}", least), ("or", "{a} or {b}", greatest),
         ("equal", "{a} == {b}", equal),
         ("not-equal", "{a} != {b}", different),
         ("default", "{a} default {b}", take_default)]


def causes_of(join, left, right, left_set, right_set):
    """Of an operator that wants values only the absent sides count if one is
    certainly absent; of default the right side only if the left may be."""
    if join in ("equal", "not-equal"):
        certain = [side for side, bits in ((left, left_set),
                                           (right, right_set))
                   if bits == ("neither",)]
        if certain:
            return unique(sum(certain, []))
    if join == "default" and "neither" not in left_set:
        return left
    if join == "default" and left_set == ("neither",):
        return right
    return unique(left + right)


def side_of(row, number):
    text = row[2].format(n=number)
    return text, [cause(fact.format(n=number), state)
                  for fact, state in row[3]]


def make_join(name, text, join, left, right):
    a, left_causes = side_of(left, 1)
    b, right_causes = side_of(right, 2)
    if " exists" in a and name == "default":
        a = f"({a})"
    if " exists" in b and name == "default":
        b = f"({b})"
    bits = {join(x, y) for x in left[1] for y in right[1]}
    causes = causes_of(name, left_causes, right_causes, left[1], right[1])
    return {"id": f"logic-{name}-{left[0]}-and-{right[0]}",
            "expression": text.format(a=a, b=b),
            "expect": expect_bits(bits, causes)}


def make_not(row):
    text, causes = side_of(row, 1)
    return {"id": f"logic-not-{row[0]}", "expression": f"not {text}",
            "expect": expect_bits({negate(x) for x in row[1]}, causes)}


def make_if(choice, a, b):
    """What the branches leave possible; neither where the choice is."""
    text, causes = side_of(choice, 1)
    branches = {"true": side_of(a, 2), "false": side_of(b, 3)}
    sets = {"true": a[1], "false": b[1], "neither": ("neither",)}
    bits = set()
    for outcome in EVERYTHING:
        if outcome not in choice[1]:
            continue
        bits |= set(sets[outcome])
        causes = unique(causes + branches.get(outcome, ("", []))[1])
    return {"id": f"logic-if-{choice[0]}-then-{a[0]}-else-{b[0]}",
            "expression": f"if {text} then {branches['true'][0]} "
                          f"else {branches['false'][0]}",
            "expect": expect_bits(bits, causes)}


def make_logic():
    cases = [make_not(row) for row in SETS]
    for name, text, join in JOINS:
        for left, right in itertools.product(SETS, SETS):
            cases.append(make_join(name, text, join, left, right))
    some = [SETS[0], SETS[1], SETS[2], SETS[6]]
    for choice in SETS:
        for a, b in itertools.product(some, some):
            cases.append(make_if(choice, a, b))
    names = ("yes", "no", "gone", "open")
    values = (True, False, None, unknown("denied"))
    return {
        "topic": "and, or, not, ==, !=, default and if on each pair of sets "
                 "of outcomes",
        "declarations": "".join(f"fact t{n}.{name} : bool\n"
                                for n in (1, 2, 3) for name in names),
        "facts": {f"t{n}.{name}": value for n in (1, 2, 3)
                  for name, value in zip(names, values)},
        "cases": cases,
    }


# ---- architectures ---------------------------------------------------------

# What docs/language.md lists: each word with its aliases.
ARCHITECTURES = {
    "amd64": "x86_64 x64 AMD64 X64 x86-64 EM64T",
    "arm64": "aarch64 ARM64 Arm64 arm64e arm64v8 AARCH64",
    "i386": "386 i686 i586 i486 x86 X86",
    "arm": "armhf armel armv7l armv7 armv6l armv6 arm32v7 ARM armv8l",
    "riscv64": "rv64 riscv64gc",
    "ppc64le": "powerpc64le ppc64el",
    "ppc64": "powerpc64",
    "s390x": "s390-64",
    "mips64le": "mips64el",
    "mips64": "mips64be",
    "loong64": "loongarch64",
    "wasm32": "wasm",
}
NO_ARCHITECTURES = ["", "Amd64", "AMD-64", "x86_64 ", " arm64", "armv9",
                    "aarch64_be", "x86_65", "arm 64", "ia64"]


def make_arch():
    cases = []
    for word, aliases in ARCHITECTURES.items():
        for spelling in [word] + aliases.split():
            cases.append({"id": f"arch-fact-{spelling}",
                          "expression": f"v.arch == {word}",
                          "facts": {"v.arch": spelling},
                          "expect": expect_bits(["true"])})
            cases.append({"id": f"arch-convert-{spelling}",
                          "expression": f'arch("{spelling}")',
                          "expect": expect_value("arch", word)})
    for number, spelling in enumerate(NO_ARCHITECTURES, 1):
        cases.append({"id": f"arch-no-fact-{number}",
                      "expression": "v.arch == amd64",
                      "facts": {"v.arch": spelling},
                      "expect": expect_bits(EVERYTHING,
                                            [cause("v.arch", "bad_output")])})
        text = f'arch("{spelling}")'
        cases.append({"id": f"arch-no-convert-{number}", "expression": text,
                      "expect": expect_value("arch", unknown("bad_value"),
                                             [cause(text, "bad_value")])})
    return {
        "topic": "the words of arch and their aliases, in facts and in "
                 "conversions",
        "declarations": "fact v.arch : arch\n",
        "cases": cases,
    }


# ---- writing ---------------------------------------------------------------

def write(suite):
    """The head on lines of its own, then one case on each line."""
    head = {key: value for key, value in suite.items() if key != "cases"}
    lines = json.dumps(head, ensure_ascii=False, indent=2)[:-2]
    rows = ",\n".join(json.dumps(case, ensure_ascii=False)
                      for case in suite["cases"])
    return f'{lines},\n  "cases": [\n{rows}\n  ]\n}}\n'


def main():
    check = sys.argv[1:] == ["--check"]
    n_different = 0
    for name, suite in [("states", make_states()), ("logic", make_logic()),
                        ("arch", make_arch())]:
        path = HERE / f"{name}.json"
        text = write(suite)
        if not check:
            path.write_text(text, encoding="utf-8")
        elif not path.exists() or path.read_text(encoding="utf-8") != text:
            n_different += 1
            print(f"{path.name} is not what make.py writes")
    return 1 if n_different else 0


if __name__ == "__main__":
    sys.exit(main())
