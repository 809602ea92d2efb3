#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The workload for peers that are not archrules: C, SQLite and YARA, and the
machines in the form that their programs read. Lua is in workload.py."""

import json

import schema

TEXT = {path: ix for ix, path in enumerate(schema.TEXT)}
NUMBER = {path: ix for ix, path in enumerate(schema.NUMBER)}
VERSION = {path: ix for ix, path in enumerate(schema.VERSION)}
FLAG = {path: ix for ix, path in enumerate(schema.FLAG)}
LIST = {path: ix for ix, path in enumerate(schema.RECORDS)}
FIELD = {path: {name: ix for ix, name in enumerate(fields)}
         for path, (fields, _) in schema.RECORDS.items()}


def version_number(text):
    first, second, third = (int(part) for part in text.split("."))
    return first * 10 ** 10 + second * 10 ** 5 + third


# ---- machines ----

def cells(facts):
    for path in schema.TEXT:
        yield facts[path]
    for path in schema.NUMBER:
        yield facts[path]
    for path in schema.VERSION:
        yield version_number(facts[path])
    for path in schema.FLAG:
        yield int(facts[path])
    for path, (fields, _) in schema.RECORDS.items():
        yield len(facts[path])
        for element in facts[path]:
            for name in fields:
                value = element[name]
                yield int(value) if isinstance(value, bool) else value
    yield len(facts[schema.LOG])
    yield from facts[schema.LOG]


def write_machines(path, machines):
    with open(path, "w", encoding="utf-8") as out:
        out.write("%d\n" % len(machines))
        for facts in machines:
            out.write("\t".join(map(str, cells(facts))) + "\n")


def write_slots(path):
    widths = [len(fields) for fields in FIELD.values()]
    texts = ["{%s}" % ", ".join(
        "1" if isinstance(kind, list) else "0" for kind in fields.values())
        for fields, _ in schema.RECORDS.values()]
    with open(path, "w", encoding="utf-8") as out:
        out.write("#include <stddef.h>\n")
        for name, slots in (("TEXT", TEXT), ("NUMBER", NUMBER),
                            ("VERSION", VERSION), ("FLAG", FLAG),
                            ("LISTS", LIST)):
            out.write("#define N_%s %d\n" % (name, len(slots)))
        out.write("static const size_t list_fields[] "
                  "__attribute__((unused)) = {%s};\n"
                  % ", ".join(map(str, widths)))
        out.write("static const char list_is_text[][8] "
                  "__attribute__((unused)) = {%s};\n" % ", ".join(texts))


# ---- C ----

class InC:
    """Conditions as C; what is asked of the log and of lists is numbered."""

    def __init__(self):
        self.patterns = {}
        self.lists = {}

    def equal(self, place, text):
        return '(%s.length == %d && memcmp(%s.at, %s, %d) == 0)' % (
            place, len(text), place, json.dumps(text), len(text))

    def field(self, condition, path):
        kind = condition[0]
        place = "e[%d]" % FIELD[path][condition[1]]
        if kind == "text":
            same = self.equal(place + ".text", condition[3])
            return same if condition[2] == "==" else "!" + same
        if kind == "number":
            return "%s.number %s %d" % (place, condition[2], condition[3])
        return "%s.number" % place

    def element(self, condition, path):
        if condition[0] == "and":
            return "(%s)" % " && ".join(self.field(c, path)
                                        for c in condition[1:])
        return self.field(condition, path)

    def leaf(self, condition):
        kind, path = condition[:2]
        if kind == "text":
            same = self.equal("f->text[%d]" % TEXT[path], condition[3])
            return same if condition[2] == "==" else "!" + same
        if kind == "number":
            return "f->number[%d] %s %d" % (NUMBER[path], condition[2],
                                            condition[3])
        if kind == "version":
            return "f->version[%d] %s %dLL" % (VERSION[path], condition[2],
                                               version_number(condition[3]))
        if kind == "in":
            return "(%s)" % " || ".join(
                self.equal("f->text[%d]" % TEXT[path], word)
                for word in condition[2])
        if kind == "flag":
            return "f->flag[%d]" % FLAG[path]
        if kind == "any":
            ix = self.lists.setdefault(condition[1:], len(self.lists))
            return "any%d(f)" % ix
        ix = self.patterns.setdefault(condition[2], len(self.patterns))
        return "log_matches(f, %d)" % ix

    def condition(self, condition):
        kind = condition[0]
        if kind in ("and", "or"):
            sign = " && " if kind == "and" else " || "
            return "(%s)" % sign.join(map(self.condition, condition[1:]))
        if kind == "not":
            return "!(%s)" % self.condition(condition[1])
        return self.leaf(condition)

    def list_function(self, path, condition, ix):
        return ("static int any%d(const struct facts *f)\n{\n"
                "    for (size_t i = 0; i < f->list_count[%d]; i++) {\n"
                "        const struct field *e = f->list[%d][i];\n"
                "        if (%s)\n            return 1;\n    }\n"
                "    return 0;\n}\n" % (ix, LIST[path], LIST[path],
                                        self.element(condition, path)))


PART = 100  # rules in one function, so that compilers stay quick


def write_c(folder, rules):
    emitter = InC()
    conditions = [emitter.condition(condition) for condition, _ in rules]
    with open(folder / "rules.h", "w", encoding="utf-8") as out:
        out.write('#include "facts.h"\n'
                  "#define N_RULES %d\n#define N_PATTERNS %d\n"
                  "#define N_ANY %d\n" % (len(rules), len(emitter.patterns),
                                          len(emitter.lists)))
        out.write("extern const char *const pattern_texts[];\n"
                  "int log_matches(const struct facts *facts, size_t pattern);"
                  "\nsize_t evaluate_rules(const struct facts *facts, "
                  "uint32_t *fired);\n"
                  "void evaluate_lists(const struct facts *facts, "
                  "int64_t *out);\n")
    with open(folder / "rules.c", "w", encoding="utf-8") as out:
        out.write('#include "rules.h"\n#include <string.h>\n'
                  "const char *const pattern_texts[] = {%s0};\n" % "".join(
                      json.dumps(text) + ", " for text in emitter.patterns))
        for (path, condition), ix in emitter.lists.items():
            out.write(emitter.list_function(path, condition, ix))
        out.write("void evaluate_lists(const struct facts *f, int64_t *out)\n"
                  "{\n%s}\n" % "".join("    out[%d] = any%d(f);\n" % (ix, ix)
                                       for ix in emitter.lists.values()))
        starts = range(0, len(rules), PART)
        for start in starts:
            out.write("static size_t part%d(const struct facts *f, "
                      "uint32_t *fired, size_t n)\n{\n" % start)
            for ix in range(start, min(start + PART, len(rules))):
                out.write("    if (%s)\n        fired[n++] = %d;\n" % (
                    conditions[ix], ix))
            out.write("    return n;\n}\n")
        out.write("size_t evaluate_rules(const struct facts *f, "
                  "uint32_t *fired)\n{\n    size_t n = 0;\n%s    return n;\n"
                  "}\n" % "".join("    n = part%d(f, fired, n);\n" % start
                                  for start in starts))
    return emitter


# ---- SQLite ----

def in_sql(condition, path=None):
    kind = condition[0]
    if kind in ("and", "or"):
        return "(%s)" % (" %s " % kind.upper()).join(
            in_sql(c, path) for c in condition[1:])
    if kind == "not":
        return "NOT (%s)" % in_sql(condition[1])
    if kind == "any":
        return "EXISTS(SELECT 1 FROM list%d WHERE %s)" % (
            LIST[condition[1]], in_sql(condition[2], condition[1]))
    if kind == "pattern":
        return "EXISTS(SELECT 1 FROM log WHERE line REGEXP '%s')" % \
            condition[2].replace("'", "''")
    if path:
        place = "c%d" % FIELD[path][condition[1]]
    else:
        letter, slots = {"text": ("t", TEXT), "in": ("t", TEXT),
                         "number": ("n", NUMBER), "version": ("v", VERSION),
                         "flag": ("f", FLAG)}[kind]
        place = "%s%d" % (letter, slots[condition[1]])
    if kind == "text":
        return "%s %s '%s'" % (place, condition[2].replace("==", "="),
                               condition[3])
    if kind == "number":
        return "%s %s %d" % (place, condition[2], condition[3])
    if kind == "version":
        return "%s %s %d" % (place, condition[2],
                             version_number(condition[3]))
    if kind == "in":
        return "%s IN (%s)" % (place, ", ".join(
            "'%s'" % word for word in condition[2]))
    return place


def write_sql(path, rules):
    with open(path, "w", encoding="utf-8") as out:
        for condition, _ in rules:
            out.write("SELECT 1 FROM facts WHERE %s\n" % in_sql(condition))


# ---- YARA ----

class InYara:
    def __init__(self, lists):
        self.lists = lists

    def condition(self, condition, strings):
        kind = condition[0]
        if kind in ("and", "or"):
            return "(%s)" % (" %s " % kind).join(
                self.condition(c, strings) for c in condition[1:])
        if kind == "not":
            return "not (%s)" % self.condition(condition[1], strings)
        if kind == "text":
            return "t%d %s %s" % (TEXT[condition[1]], condition[2],
                                  json.dumps(condition[3]))
        if kind == "number":
            return "n%d %s %d" % (NUMBER[condition[1]], condition[2],
                                  condition[3])
        if kind == "version":
            return "v%d %s %d" % (VERSION[condition[1]], condition[2],
                                  version_number(condition[3]))
        if kind == "in":
            return "(%s)" % " or ".join(
                "t%d == %s" % (TEXT[condition[1]], json.dumps(word))
                for word in condition[2])
        if kind == "flag":
            return "f%d == 1" % FLAG[condition[1]]
        if kind == "any":
            return "a%d == 1" % self.lists[condition[1:]]
        strings.append(condition[2])
        return "$p%d" % len(strings)


def write_yara(path, rules, lists):
    emitter = InYara(lists)
    with open(path, "w", encoding="utf-8") as out:
        for ix, (condition, _) in enumerate(rules):
            strings = []
            text = emitter.condition(condition, strings)
            out.write("rule r%05d {\n" % ix)
            if strings:
                out.write("  strings:\n" + "".join(
                    "    $p%d = /%s/\n" % (nth + 1, each.replace("/", "\\/"))
                    for nth, each in enumerate(strings)))
            out.write("  condition: %s\n}\n" % text)


def write_all(folder, rules, machines):
    emitter = write_c(folder, rules)
    write_slots(folder / "slots.h")
    write_sql(folder / "pack.sql", rules)
    write_yara(folder / "pack.yara", rules, emitter.lists)
    write_machines(folder / "machines.tsv", machines)
