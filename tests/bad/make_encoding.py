#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Broken rule files that no editor should touch: other encodings, bytes that
show nothing, and files at the limits of size.

    make_encoding.py FOLDER

Writes NAME.rules and, with what must be reported for it in the form of the
comments in tests/bad/*.rules, NAME.rules.expect. In the cases below <1> to
<9> mark the places that are expected, and are not part of the file.
"""

import random
import re
import sys
from pathlib import Path

GOOD = '\nrule good\n  when host.arch == amd64\n  then diagnose "fine"\n'
FIRST_TOKENS = 1_000_000
SOURCE_BYTES = 8 * 1024 * 1024
STRING_BYTES = 8192
LIST_ELEMENTS = 1024
TABLE_ROWS = 4096
FIELDS = 256

BIDI = [0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F),
        *range(0x2066, 0x206A)]


class Maker:
    """Writes the files and keeps count of their names."""

    def __init__(self, folder):
        self.folder = Path(folder)
        self.names = set()

    def bytes(self, name, position, data, *expected):
        """data as it is; the places in expected are written out."""
        assert name not in self.names, name
        self.names.add(name)
        path = self.folder / f"{name}.rules"
        path.write_bytes(data)
        lines = [f"# position: {position}"]
        lines += [f"# expect {line}" for line in expected]
        path.with_name(f"{name}.rules.expect").write_text(
            "\n".join(lines) + "\n", "utf-8")

    def text(self, name, position, text, *expected):
        """text with marks; a byte that is no UTF-8 is written \\udc80..ff."""
        places = {}
        while True:
            match = re.search(r"<([1-9])>", text)
            if not match:
                break
            before = text[:match.start()].removeprefix("\ufeff")
            line = before.count("\n") + 1
            column = len(before) - (before.rfind("\n") + 1) + 1
            places[match.group(0)] = f"{line}:{column}"
            text = text[:match.start()] + text[match.end():]
        expected = [re.sub(r"<[1-9]>", lambda m: places[m.group(0)], line)
                    for line in expected]
        self.bytes(name, position, text.encode("utf-8", "surrogateescape"),
                   *expected)


def make_utf8(maker):
    sequences = {
        "lone_continuation": ("\udc80", 1, "0x80"),
        "latin1_letter": ("\udce9", 1, "0xE9"),
        "overlong": ("\udcc0\udcaf", 2, "0xC0"),
        "surrogate": ("\udced\udca0\udc80", 3, "0xED"),
        "above_unicode": ("\udcf4\udc90\udc80\udc80", 4, "0xF4"),
        "never_used": ("\udcff", 1, "0xFF"),
    }
    for name, (data, _, byte) in sequences.items():
        words = name.replace("_", " ")
        expected = f'error E0101 at <1> says "{byte}"'
        maker.text(f"utf8_{name}_in_code", f"{words} in code",
                   f"rule a<1>{data}\n  when user.admin\n"
                   f'  then diagnose "x"\n{GOOD}', expected)
        maker.text(f"utf8_{name}_in_comment", f"{words} in a comment",
                   f"# a<1>{data} b\n{GOOD}", expected)
        maker.text(f"utf8_{name}_in_string", f"{words} in a string",
                   "rule a\n  when user.admin\n"
                   f'  then diagnose "a<1>{data} b"\n{GOOD}', expected)
    maker.text("utf8_cut_at_end", "character cut off at the end",
               f"{GOOD}# a<1>\udce2\udc82", 'error E0101 at <1> says "0xE2"')
    maker.text("utf8_two_faults", "two bytes far from each other",
               f"# <1>\udcff\n{GOOD}# <2>\udcfe\n",
               "error E0101 at <1>", "error E0101 at <2>")


def make_utf16(maker):
    text = GOOD.lstrip()
    for name, codec, mark in [("le", "utf-16-le", b"\xff\xfe"),
                              ("be", "utf-16-be", b"\xfe\xff")]:
        data = text.encode(codec)
        maker.bytes(f"utf16_{name}_with_mark", f"UTF-16 {name} with a mark",
                    mark + data, "error E0104 at 1:1")
        maker.bytes(f"utf16_{name}_without_mark",
                    f"UTF-16 {name} without a mark", data,
                    "error E0104 at 1:1")


def make_marks(maker):
    maker.text("bom_between", "between declarations",
               f"{GOOD}<1>\ufeff{GOOD.replace('good', 'two')}",
               "error E0102 at <1>")
    maker.text("bom_twice", "behind the one at the start",
               f"\ufeff<1>\ufeff{GOOD}", "error E0102 at <1>")
    maker.text("bom_in_string", "in a string",
               'rule a\n  when user.admin\n  then diagnose "a<1>\ufeffb"\n',
               "error E0102 at <1>")
    maker.text("bom_in_comment", "in a comment", f"# a<1>\ufeffb{GOOD}",
               "error E0102 at <1>")


def make_nul(maker):
    expected = "error E0105 at <1>"
    maker.text("nul_in_code", "in code", f"rule a<1>\0\n  when user.admin\n"
               f'  then diagnose "x"\n{GOOD}', expected)
    maker.text("nul_in_comment", "in a comment", f"# a<1>\0b\n{GOOD}",
               expected)
    maker.text("nul_in_string", "in a string", "rule a\n  when user.admin\n"
               f'  then diagnose "a<1>\0b"\n{GOOD}', expected)
    maker.text("nul_in_raw_string", "in a raw string",
               "rule a\n  when user.admin\n"
               f"  then diagnose 'a<1>\0b'\n{GOOD}", expected)
    maker.text("nul_in_regex", "in a regex",
               "rule a\n  when host.name matches /a<1>\0b/\n"
               f'  then diagnose "x"\n{GOOD}', expected)
    maker.text("nul_at_end", "at the end", f"{GOOD}<1>\0", expected)
    maker.text("nul_hides_nothing", "before another fault",
               "# <1>\0\nrule a\n  when <2>hots.arch == arm64\n"
               '  then diagnose "x"\n', expected, "error E0103 at <2>")


def make_line_ends(maker):
    expected = "error E0109 at <1>"
    maker.text("cr_in_code", "in code", f"use std.host<1>\r {GOOD}", expected)
    maker.text("cr_in_comment", "in a comment",
               f"# a<1>\rrule hidden when user.admin\n{GOOD}", expected)
    maker.text("cr_in_string", "in a string", "rule a\n  when user.admin\n"
               f'  then diagnose "a<1>\rb"\n{GOOD}', expected)
    maker.text("cr_in_long_string", "in a long string",
               'rule a\n  context """\n    a<1>\rb\n    """\n'
               f'  when user.admin\n  then diagnose "x"\n{GOOD}', expected)
    maker.text("cr_at_end", "at the end", f"{GOOD}<1>\r", expected)
    for code in (0x2028, 0x2029):
        mark = f'error E0114 at <1> says "U+{code:04X}"'
        maker.text(f"separator_{code:04x}_in_comment",
                   f"U+{code:04X} in a comment",
                   f"# a<1>{chr(code)}b\n{GOOD}", mark)
        maker.text(f"separator_{code:04x}_in_code", f"U+{code:04X} in code",
                   f"use std.host<1>{chr(code)}{GOOD}", mark)
        maker.text(f"separator_{code:04x}_in_string",
                   f"U+{code:04X} in a string",
                   "rule a\n  when user.admin\n"
                   f'  then diagnose "a<1>{chr(code)}b"\n', mark)


def make_controls(maker):
    for code in (0x01, 0x07, 0x08, 0x0B, 0x0C, 0x1B, 0x1F, 0x7F):
        text = (f"rule a\n  when user.admin\n"
                f'  then diagnose "a<1>{chr(code)}b"\n')
        maker.text(f"control_{code:02x}_in_string", f"U+{code:04X} in a string",
                   text, f'error E0110 at <1> says "\\\\u{{{code:x}}}"')
    maker.text("control_in_raw_string", "in a raw string",
               "rule a\n  when user.admin\n  then diagnose 'a<1>\x1bb'\n",
               "error E0110 at <1>")
    maker.text("control_in_long_string", "in a long string",
               'rule a\n  context """\n    one\n    a<1>\x1bb\n    """\n'
               '  when user.admin\n  then diagnose "x"\n',
               "error E0110 at <1>")
    maker.text("control_behind_expression", "behind an expression",
               "rule a\n  when user.admin\n"
               '  then diagnose "{host.name} a<1>\x1bb"\n',
               "error E0110 at <1>")
    maker.text("control_in_code", "control character in code",
               f"use std.host <1>\x07{GOOD}", "error E0125 at <1>")


def make_invisible(maker):
    for code in BIDI:
        mark = f'error E0111 at <1> says "U+{code:04X}"'
        name = f"bidi_{code:04x}"
        maker.text(f"{name}_in_code", f"U+{code:04X} in code",
                   f"use std.host <1>{chr(code)}{GOOD}", mark)
        maker.text(f"{name}_in_comment", f"U+{code:04X} in a comment",
                   f"# a<1>{chr(code)}b\n{GOOD}", mark)
        maker.text(f"{name}_in_string", f"U+{code:04X} in a string",
                   "rule a\n  when user.admin\n"
                   f'  then diagnose "a<1>{chr(code)}b"\n', mark)
    for code in (0x00AD, 0x200B, 0x200C, 0x200D, 0x2060):
        maker.text(f"invisible_{code:04x}", f"U+{code:04X} in a name",
                   f"rule a\n  when host.ar<1>{chr(code)}ch == arm64\n"
                   f'  then diagnose "x"\n{GOOD}',
                   f'error E0112 at <1> says "U+{code:04X}"')
    for code in (0x00A0, 0x2003, 0x202F, 0x3000):
        maker.text(f"blank_{code:04x}", f"U+{code:04X} between words",
                   f"rule a\n  when<1>{chr(code)}user.admin\n"
                   f'  then diagnose "x"\n{GOOD}',
                   f'error E0115 at <1> says "U+{code:04X}"')


def make_letters(maker):
    letters = {
        "cyrillic": ("\u0430", "looks like 'a'"),
        "greek": ("\u03b1", "looks like 'a'"),
        "accented": ("\u00e4", "U+00E4"),
        "chinese": ("\u4e2d", "U+4E2D"),
        "emoji": ("\U0001f600", "U+1F600"),
    }
    for name, (letter, says) in letters.items():
        maker.text(f"letter_{name}", f"{name} letter in a word",
                   f"rule a\n  when host.arch == <1>{letter}rm64\n"
                   f'  then diagnose "x"\n{GOOD}',
                   f'error E0113 at <1> says "{says}"')
    maker.text("letter_whole_word", "word of another script",
               "<1>\u043f\u0440\u0430\u0432\u0438\u043b\u043e a\n"
               f'  when user.admin\n  then diagnose "x"\n{GOOD}',
               "error E0113 at <1>")
    maker.text("quotes_double", "double quotes of a word processor",
               "rule a\n  when user.admin\n"
               f"  then diagnose <1>\u201cx<2>\u201d\n{GOOD}",
               'error E0116 at <1> suggests "\\""',
               'error E0116 at <2> suggests "\\""')
    maker.text("quotes_single", "single quotes of a word processor",
               "rule a\n  when user.admin\n"
               f"  then diagnose <1>\u2018x<2>\u2019\n{GOOD}",
               'error E0116 at <1> suggests "\'"',
               'error E0116 at <2> suggests "\'"')


def make_long_texts(maker):
    head = "rule a\n  when user.admin\n  then diagnose "
    long_text = "x" * (STRING_BYTES + 1)
    maker.text("string_too_long", "string", f'{head}<1>"{long_text}"\n',
               "error E0123 at <1>")
    maker.text("string_raw_too_long", "raw string",
               f"{head}<1>'{long_text}'\n", "error E0123 at <1>")
    maker.text("string_lines_too_long", "long string",
               f'{head}<1>"""{long_text}"""\n', "error E0123 at <1>")
    maker.text("string_parts_too_long", "string with an expression",
               f'{head}<1>"{long_text}{{host.name}}"\n', "error E0123 at <1>")
    maker.text("name_of_a_million_bytes", "name of a million bytes",
               f"rule <1>{'a' * 1000000}\n  when user.admin\n"
               f'  then diagnose "x"\n{GOOD}', "error E0122 at <1>")
    maker.text("number_of_a_million_digits", "a million digits",
               f"rule a\n  when host.cpus > <1>{'9' * 1000000}\n"
               f'  then diagnose "x"\n{GOOD}', "error E0117 at <1>")


def make_limits(maker):
    maker.bytes("too_large", "file", b"#" + b" " * SOURCE_BYTES,
                "error E0127 at 1:1")
    # Six tokens, then pairs of a text and a comma.
    keywords = '"k",\n' * ((FIRST_TOKENS - 3) // 2)
    last = keywords.count("\n") + 1
    maker.bytes("too_many_tokens", "file",
                b"rule a keywords " + keywords.encode() +
                b'"k" when user.admin then diagnose "x"\n',
                f"error E0126 at {last}:4")
    numbers = ", ".join(["1"] * (LIST_ELEMENTS + 1))
    maker.text("list_too_long", "list behind in",
               f"rule a\n  when host.cpus in <1>[{numbers}]\n"
               '  then diagnose "x"\n', "error E0902 at <1>")
    numbers = ", ".join(["1"] * (LIST_ELEMENTS + 1))
    maker.text("list_given_too_long", "list that is given",
               "rule a\n  when user.admin\n  then diagnose 'x'\n"
               "input all.n : list of int ask 'Which numbers?'\n"
               f"test 't'\n  given all.n = <1>[{numbers}]\n"
               "  expect a clear\n", "error E0902 at <1>")
    words = ", ".join(f"w{i}" for i in range(FIELDS + 1))
    fields = ", ".join(f"f{i} : int" for i in range(FIELDS + 1))
    rows = ", ".join("1" for i in range(FIELDS + 1))
    maker.text("enum_too_long", "enum", f"<1>enum e = {words}\n",
               "error E0905 at <1>")
    maker.text("record_too_long", "record",
               f"fact a.b : <1>{{ {fields} }}\n", "error E0905 at <1>")
    maker.text("parameters_too_long", "parameters",
               f"def f(<1>{fields}) = 1\n", "error E0905 at <1>")
    maker.text("columns_too_long", "columns of a table",
               f"table t (<1>{fields}) -> n : int\n  {rows} -> 1\n",
               "error E0905 at <1>")
    path = "a" + ".bcd" * 64
    maker.text("path_too_long", "name with dots",
               f"fact <1>{path} : int\n", "error E0122 at <1>")
    rows = "".join(f"  {i} -> {i}\n" for i in range(TABLE_ROWS + 1))
    maker.text("table_too_long", "table",
               f"table <1>long (n : int) -> m : int\n{rows}\n"
               "rule a\n  when long(host.cpus).m == 1\n"
               '  then diagnose "x"\n', "error E0903 at <1>")


def make_table_files(maker):
    """What a reviewer sees must be what is compiled, in these files too."""
    faults = {"bidi": ("E0111", "\u202e"), "nul": ("E0105", "\0"),
              "control": ("E0110", "\x1b"), "lone_cr": ("E0109", "\r"),
              "separator": ("E0114", "\u2028"), "bom": ("E0102", "\ufeff")}
    for name, (code, data) in faults.items():
        maker.folder.joinpath(f"{name}.csv").write_bytes(
            f"name,text\na{data}b,x\n".encode())
        maker.text(f"table_file_{name}", f"{name} in a table file",
                   f'table t (name : string) -> text : string from "{name}.csv"'
                   '\nrule a\n  when t(host.name).text == "x"\n'
                   '  then diagnose "y"\n',
                   f'error {code} at 2:2 in "{name}.csv"')
    maker.folder.joinpath("latin1.csv").write_bytes(b"name,text\na\xe9b,x\n")
    maker.text("table_file_latin1", "Latin-1 in a table file",
               'table t (name : string) -> text : string from "latin1.csv"'
               '\nrule a\n  when t(host.name).text == "x"\n'
               '  then diagnose "y"\n',
               'error E0101 at 2:2 in "latin1.csv"')


def make_hard_table(maker):
    """Whether random rows of three columns each leave a gap is as hard as
    any question can be, so the check must give up, and say so."""
    numbers = random.Random(20271)
    columns = 120
    rows = []
    for _ in range(int(4.6 * columns)):
        cells = ["_"] * columns
        for column in numbers.sample(range(columns), 3):
            cells[column] = numbers.choice(["true", "false"])
        rows.append("  " + ", ".join(cells) + " -> 1\n")
    fields = ", ".join(f"c{i} : bool" for i in range(columns))
    maker.text("table_too_hard", "table",
               f"table collect complete <1>hard ({fields}) -> n : int\n"
               + "".join(rows), "error E0507 at <1>")


def main(arguments):
    if len(arguments) != 1:
        print("usage: make_encoding.py FOLDER", file=sys.stderr)
        return 2
    maker = Maker(arguments[0])
    for make in (make_utf8, make_utf16, make_marks, make_nul, make_line_ends,
                 make_controls, make_invisible, make_letters,
                 make_long_texts, make_limits, make_table_files,
                 make_hard_table):
        make(maker)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
