#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Holds tables of the documents against the sources they describe.

    tables.py

A table stands between <!-- NAME --> and <!-- end -->. Prints what differs;
exit 1 if anything does.
"""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def read(path):
    return (ROOT / path).read_text("utf-8")


def marked(text, name):
    """What stands between the marks."""
    match = re.search(rf"<!-- {name} -->\n(.*?)<!-- end -->", text, re.S)
    if not match:
        raise SystemExit(f"no document has <!-- {name} -->")
    return match.group(1)


def rows_of(table):
    """The cells of each row below the head."""
    lines = [line for line in table.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")]
            for line in lines[2:]]


def macro_rows(path, macro):
    """The arguments of each MACRO(...) of a .def file, strings unquoted."""
    text = re.sub(r"/\*.*?\*/", "", read(path), flags=re.S)
    for match in re.finditer(macro + r"\(((?:\"[^\"]*\"|[^\"()])*)\)", text):
        yield [part.strip().strip('"') for part in
               re.findall(r"\"[^\"]*\"|[^,\s][^,]*", match.group(1))]


def words_in(text):
    return re.findall(r"`([^`]+)`", text)


def reserved_of(grammar, tokens):
    """The words that cannot serve as names."""
    words = {name: text.strip("'") for name, text in tokens
             if re.fullmatch(r"'[a-z_]+'", text)}
    fallback = re.search(r"%fallback IDENT\s+([^.]*)\.", grammar).group(1)
    return {words[name] for name in words} - \
        {words[name] for name in fallback.split()}


def difference(what, told, true):
    for item in sorted(set(told) - set(true), key=str):
        yield f"{what}: {item} is told and does not exist"
    for item in sorted(set(true) - set(told), key=str):
        yield f"{what}: {item} is not told"


def compare(text):
    tokens = macro_rows("grammar/tokens.def", "AR_TOKEN")
    yield from difference("reserved words", words_in(marked(text, "reserved")),
                          reserved_of(read("grammar/rules.y"), tokens))
    yield from difference(
        "arch", [tuple(words_in(row[0]) + words_in(row[1]))
                 for row in rows_of(marked(text, "arch"))],
        [tuple(row) for row in macro_rows("engine/value/arch.def",
                                          "AR_ARCH")])
    told = re.findall(r"`(\w+)\(", "".join(
        row[0] for row in rows_of(marked(text, "functions"))))
    yield from difference(
        "functions", told,
        [row[1] for row in macro_rows("engine/sema/functions.def",
                                      "AR_FUNCTION") if row[1] != "convert"])
    yield from difference(
        "reasons", [(words_in(row[0])[0], row[1])
                    for row in rows_of(marked(text, "reasons"))],
        [tuple(row[:2]) for row in macro_rows("engine/value/reasons.def",
                                              "AR_REASON")])
    yield from difference(
        "statuses", [words_in(row[0])[0]
                     for row in rows_of(marked(text, "statuses"))],
        [row[1] for row in macro_rows("engine/result/statuses.def",
                                      "AR_STATUS")])
    yield from difference(
        "limits", [(words_in(row[0])[0], row[1], row[2])
                   for row in rows_of(marked(text, "limits"))],
        [tuple(row) for row in macro_rows("engine/base/limits.def",
                                          "AR_LIMIT")])


def compare_advice(text):
    """The texts; the commands stand behind them."""
    yield from difference(
        "advice", [(words_in(row[0])[0], row[2].split(": `--")[0])
                   for row in rows_of(marked(text, "advice"))],
        [(row[0], row[2]) for row in macro_rows("engine/explain/advice.def",
                                                "AR_ADVICE")])


def main():
    faults = [*compare(read("docs/language.md")),
              *compare_advice(read("docs/explanations.md"))]
    for fault in faults:
        print(fault)
    print(f"{len(faults)} differences")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
