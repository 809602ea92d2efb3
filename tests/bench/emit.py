#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Rules in the JSON form of other benchmarks as a rule file.

  emit.py PACK.json OUT.rules

A pack is a list of {"id", "severity", "message", "when"}; a condition is a
list: ["and" ...], ["or" ...], ["not", c], ["eq" or "ne", fact, text],
["num" or "ver", order, fact, bound], ["in", fact, texts], ["bool", fact],
["any", list, condition over its fields], ["re", list of lines, pattern].
What is not said, the types of facts, follows from the conditions."""

import json
import sys


def quoted(text):
    return json.dumps(text, ensure_ascii=False).replace("{", "\\{")


class Emitter:
    def __init__(self):
        self.types = {}   # fact -> type
        self.fields = {}  # list -> field -> type

    def note(self, path, kind, fields):
        (self.types if fields is None else fields)[path] = kind
        return path if fields is None else "e." + path

    def condition(self, when, fields=None):
        kind = when[0]
        if kind in ("and", "or"):
            return "(" + (" %s " % kind).join(
                self.condition(each, fields) for each in when[1:]) + ")"
        if kind == "not":
            return "not (%s)" % self.condition(when[1], fields)
        if kind in ("eq", "ne"):
            return "%s %s %s" % (self.note(when[1], "string", fields),
                                 "==" if kind == "eq" else "!=",
                                 quoted(when[2]))
        if kind in ("num", "ver"):
            name = "int" if kind == "num" else "version"
            return "%s %s %s" % (self.note(when[2], name, fields), when[1],
                                 when[3])
        if kind == "in":
            return "%s in [%s]" % (self.note(when[1], "string", fields),
                                   ", ".join(map(quoted, when[2])))
        if kind == "bool":
            return self.note(when[1], "bool", fields)
        if kind == "re":
            return "%s matches /%s/" % (
                self.note(when[1], "list of string", fields),
                when[2].replace("/", "\\/"))
        fields = self.fields.setdefault(when[1], {})
        return "(any e in %s: %s)" % (name_of(when[1]),
                                      self.condition(when[2], fields))

    def declarations(self):
        for path, kind in sorted(self.types.items()):
            yield "fact %s : %s\n" % (path, kind)
        for path, fields in sorted(self.fields.items()):
            yield "fact %s : list of { %s }\n" % (name_of(path), ", ".join(
                "%s : %s" % each for each in sorted(fields.items())))


def name_of(path):
    """A fact's name has a dot."""
    return path if "." in path else "all." + path


def lower_paths(when):
    """Names of facts are in lower case."""
    kind = when[0]
    if kind in ("and", "or", "not"):
        return [kind, *map(lower_paths, when[1:])]
    at = 2 if kind in ("num", "ver") else 1
    out = list(when)
    out[at] = when[at].lower()
    if kind == "any":
        out[2] = lower_paths(when[2])
    return out


def main():
    if len(sys.argv) != 3:
        print(__doc__, file=sys.stderr)
        return 2
    with open(sys.argv[1], encoding="utf-8") as file:
        pack = json.load(file)
    emitter = Emitter()
    rules = [(rule, emitter.condition(lower_paths(rule["when"])))
             for rule in pack]
    with open(sys.argv[2], "w", encoding="utf-8") as out:
        out.write("pack bench\n  title \"Benchmark\"\n  version 1.0.0\n\n")
        out.writelines(emitter.declarations())
        for rule, condition in rules:
            out.write("\nrule %s\n  severity %s\n  title %s\n  when %s\n"
                      "  then\n    diagnose %s\n" % (
                          rule["id"].lower(), rule["severity"],
                          quoted(rule["message"]), condition,
                          quoted(rule["message"])))
    return 0


if __name__ == "__main__":
    sys.exit(main())
