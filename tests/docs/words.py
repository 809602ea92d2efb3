#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Holds docs/language.md against the grammar and the tables of the engine:
every word and sign of the language must stand in it where it belongs.

    words.py

A word of a clause must stand in the tables of the section about clauses, a
word that a checker knows (a shell, a platform) in some code, a function in an
example that is run. Prints what is not told; exit 1 if anything is not.
"""

import re
import sys

from tables import ROOT, difference, macro_rows, marked, read, words_in

DOCUMENT = "docs/language.md"

# Nonterminals of the grammar, the section that tells what they begin with,
# and where in it: the first cells of its tables, or any code.
PLACES = [
    ("decl", "A rule", "cells"),
    ("pack_item", "Packs", "code"),
    ("policy", "Tables", "cells"),
    ("fact_item", "Facts", "cells"),
    ("clause", "Rules", "cells"),
    ("output", "Rules", "cells"),
    ("remedy_item", "Remedies", "cells"),
    ("step_item", "Remedies", "cells"),
    ("probe_item", "Probes", "cells"),
    ("given", "Tests", "cells"),
    ("expectation", "Tests", "cells"),
    ("expect_item", "Tests", "cells"),
]
# Operators are told in these, each in a cell of a table.
OPERATORS = ("Operators", "Quantifiers", "Parts of values")
LITERALS = {"TRUE", "FALSE"}
# What is read from a C array: the file and the name.
ARRAYS = [
    ("engine/value/version.c", "pre_release_words"),
    ("engine/value/value_parse.c", "size_units"),
    ("engine/value/value_parse.c", "duration_units"),
    ("engine/sema/references.c", "parts"),
    ("engine/sema/names.c", "ar_rule_severity_names"),
    ("engine/sema/names.c", "ar_confidence_names"),
    ("engine/sema/names.c", "ar_risk_names"),
]


# ---- the document ----

def sections_of(text):
    """{heading: what stands below it}, for headings of the second level. In
    a block ## begins a comment."""
    sections = {}
    heading = ""
    in_block = False
    for line in text.split("\n"):
        in_block ^= line.startswith("```")
        if line.startswith("## ") and not in_block:
            heading = line[3:]
        sections[heading] = sections.get(heading, "") + line + "\n"
    return sections


def blocks_of(text, kind):
    return re.findall(rf"^```{kind}\b[^\n]*\n(.*?)^```$", text, re.S | re.M)


def without_blocks(text):
    return re.sub(r"^```.*?^```$", "", text, flags=re.S | re.M)


def code_of(text):
    """All inline code, and the blocks."""
    blocks = re.findall(r"^```[^\n]*\n(.*?)^```$", text, re.S | re.M)
    return "\n".join([*words_in(without_blocks(text)), *blocks])


def cells_of(text):
    """The code in the cells of tables."""
    rows = re.findall(r"^\|.*$", without_blocks(text), re.M)
    return "\n".join(code for row in rows for code in words_in(row))


def tells(text, word):
    if re.match(r"\w", word):
        return re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text)
    return word in text


# ---- the grammar ----

def tokens_of():
    """{NAME: its spelling} of the tokens that are words or signs."""
    return {name: text[1:-1] for name, text in
            macro_rows("grammar/tokens.def", "AR_TOKEN")
            if re.fullmatch(r"'.+'", text)}


def productions_of(grammar):
    """{nonterminal: the list of its right sides, each a list of symbols}."""
    grammar = re.sub(r"/\*.*?\*/", "", grammar, flags=re.S)
    productions = {}
    for left, right in re.findall(
            r"^(\w+)(?:\(\w\))? ::= ([^.]*?)\.(?=\s)", grammar, re.M):
        symbols = re.sub(r"\(\w\)", "", right).split()
        productions.setdefault(left, []).append(symbols)
    return productions


def first_words(productions, name):
    """The terminals that a nonterminal can begin with; a reference begins
    with any name."""
    for symbols in productions[name]:
        if symbols and symbols[0] in (name, "reference"):
            continue
        if symbols and symbols[0] in productions:
            yield from first_words(productions, symbols[0])
        elif symbols:
            yield symbols[0]


def check_grammar(text):
    tokens = tokens_of()
    productions = productions_of(read("grammar/rules.y"))
    sections = sections_of(text)
    for name, section, place in PLACES:
        told = (cells_of if place == "cells" else code_of)(sections[section])
        for token in sorted(set(first_words(productions, name))):
            if token in tokens and not tells(told, tokens[token]):
                yield f"'{tokens[token]}' is not told in '{section}' ({name})"
    told = cells_of("".join(sections[name] for name in OPERATORS))
    symbols = {symbol for name in ("expr", "range", "reference")
               for right in productions[name] for symbol in right}
    for token in sorted((symbols & set(tokens)) - LITERALS):
        if not tells(told, tokens[token]):
            yield f"the operator '{tokens[token]}' is in no table"
    prose = code_of(without_blocks(text))
    for spelling in tokens.values():
        if not tells(prose, spelling):
            yield f"'{spelling}' stands in no code outside of examples"


# ---- words that are no tokens ----

def words_of_array(path, name):
    text = read(path)
    match = re.search(rf"\b{name}\[\d*\] = \{{(.*?)\}};", text, re.S)
    if not match:
        raise SystemExit(f"{path} has no {name}")
    return re.findall(r'"([^"]+)"', match.group(1))


def words_of_checkers():
    """(file, word) of each list of words that a checker accepts."""
    for path in sorted((ROOT / "engine/sema").glob("*.c")):
        for body in re.findall(
                r"static const char \*const \w+\[\] = \{([^}#]*)\};",
                path.read_text("utf-8")):
            for word in re.findall(r'"(\w+)"', body):
                yield path.name, word


def types_of():
    text = read("engine/value/type.c")
    body = re.search(r"#define EACH_PLAIN_TYPE\(X\)(.*?)\n\n", text, re.S)
    return re.findall(r"X\((\w+),", body.group(1)) + ["arch"]


def check_words(text):
    prose = code_of(without_blocks(text))
    lists = [(path, word) for path, name in ARRAYS
             for word in words_of_array(path, name)]
    for path, word in lists + list(words_of_checkers()):
        if not tells(prose, word):
            yield f"'{word}' of {path} is not told"
    types = cells_of(sections_of(text)["Types"])
    for word in types_of():
        if not tells(types, word):
            yield f"the type '{word}' is in no table"
    flags = re.search(r'AR_STR\("([a-z]+)"\), flag',
                      read("engine/front/ast_string.c")).group(1)
    patterns = sections_of(text)["Patterns"]
    for flag in flags:
        if f"`{flag}`" not in patterns:
            yield f"the flag '{flag}' of patterns is not told"
    tokens = tokens_of()
    fallback = re.search(r"%fallback IDENT\s+([^.]*)\.",
                         read("grammar/rules.y")).group(1)
    yield from difference("words that can be names",
                          words_in(marked(text, "words")),
                          [tokens[name] for name in fallback.split()])


# ---- examples and codes ----

def check_examples(text):
    """Each function and each conversion is called where it is evaluated."""
    examples = "\n".join(blocks_of(text, "expr"))
    functions = [row[1] for row in
                 macro_rows("engine/sema/functions.def", "AR_FUNCTION")
                 if row[1] != "convert"]
    for name in functions + types_of():
        if not re.search(rf"(?<![\w.]){name}\(", examples):
            yield f"no example calls {name}()"
    for reason in macro_rows("engine/value/reasons.def", "AR_REASON"):
        if f"unknown({reason[0]})" not in text and \
                f"`{reason[0]}`" not in text:
            yield f"the reason {reason[0]} is not told"


def check_codes(text):
    """Each code belongs to a family that the last section tells."""
    families = re.findall(
        r"`?\b([EWN]\d*x+)\b`?",
        cell_texts(sections_of(text)["What the checker finds"]))
    patterns = [family.replace("x", r"\d") for family in families]
    for code in re.findall(r"AR_DIAG\((\w+),", read("engine/text/diags.def")):
        if not any(re.fullmatch(pattern, code) for pattern in patterns):
            yield f"{code} is in no row of the codes"


def cell_texts(text):
    return "\n".join(re.findall(r"^\| ([^|]*) \|", text, re.M))


def main():
    text = read(DOCUMENT)
    faults = [*check_grammar(text), *check_words(text),
              *check_examples(text), *check_codes(text)]
    for fault in faults:
        print(fault)
    print(f"{len(faults)} words are not told")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
