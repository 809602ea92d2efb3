#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Prints the dictionary of a fuzz target for libFuzzer.

    dictionary.py TARGET

The words of the language come from the tables that the engine is made of, the
facts from the library that the targets share.
"""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

# What no table has.
RULES = [
    "..", "..<", "->", "==", "!=", "<=", ">=", '"{', '}"', "'''", '"""', "##",
    r"\u{1F600}", r"\{", "0x7FFFFFFFFFFFFFFF", "524_288", "0.5", "1.5e3",
    "4.34.0-rc1", "v4.34", "2027-01-31", "4GiB", "90s", "min", "list of ",
    "map of ", "{ name : string, size? : size }", "x = [1, 2]",
    r"/(?<n>\d+)/i", "any x in [1]: x == 1", "count(x in ", "first(x in ",
    "filter(x in ", "if host.is_wsl then 1 else 2", "x absent",
    "unknown(denied)", " default ", "starts with ", "ends with ", "not in ",
    "with same key", "rule r when ", ' then diagnose ""',
    "table t (a : int) -> b : int\n", "def f(x : int) = ",
    "fact a.b : int = ", 'test "t" given ', "expect r matched",
    "probe p on linux\n  run 'a'\n  parse text\n", "gives ",
    "override rule r severity info", "until 2027-01-31", "\ufeff", "\f",
    "requires archrules >= 0.1", "use std.host, std.docker, std.wsl, std.file",
]
SNAPSHOT = [
    '"schema": "archrules.snapshot/1"', '"facts": {', '"absent": [',
    '"unknown": {', '"origin": {', '"machine"', '"collected"', '"tool"',
    '"reason"', '"detail"', '"probe"', '"how"', '"exit"', '"ms"', '"time"', "null",
    "true", "false", r"\u0000", r"\ud800", "1e400", "-0",
    "9223372036854775807", '"16GiB"', '"90s"', '"2026-11-22T10:00:00Z"',
    '"10.0.0.1"', '"fe80::/10"', '"4.30"', r'(\"a\")', "('a')",
]
VALUE = [
    "0x", "e-324", "9223372036854775808", "-rc", ".rc.", "beta", "alpha",
    "nightly", "preview", "us", "ms", "min", "KiB", "TB", "PiB", "+01:00",
    "T23:59:60Z", "::", "::ffff:", "/128", "255.255.255.255",
]
REGEX = [
    "(?<n>", "(?:", "(?=", "(?!", "(?<=", "(?<!", "(?>", "(?|", "(?#", "(?i)",
    "(?-i:", "(?^", "(*", r"\d", r"\W", r"\R", r"\X", r"\K", r"\G", r"\C",
    r"\b", r"\A", r"\z", r"\p{Lu}", r"\x{1F600}", r"\o{7}", r"\N{U+41}",
    r"\Q", r"\E", r"\1", r"\g{1}", r"\k<n>", "[[:alpha:]]", "[^", "{2,5}",
    "{,5}", "*?", "++", "imsx\n",
]


def read(path):
    return (ROOT / path).read_text("utf-8")


def firsts(path, macro):
    """The first argument of each row."""
    return re.findall(rf'^{macro}\("?(\w+)', read(path), re.M)


def language():
    yield from re.findall(r"""^AR_TOKEN\(\w+, "'(.+)'"\)""",
                          read("grammar/tokens.def"), re.M)
    yield from re.findall(r"^AR_FUNCTION\(\w+,\s*(\w+)",
                          read("engine/sema/functions.def"), re.M)
    yield from re.findall(r'^AR_STATUS\(\w+,\s*"(\w+)"',
                          read("engine/result/statuses.def"), re.M)
    # Words that the checker knows and the grammar does not.
    for path in sorted((ROOT / "engine/sema").glob("*.c")):
        for words in re.findall(r"char \*const \w+\[\] = \{([^}]*)\}",
                                path.read_text("utf-8")):
            yield from re.findall(r'"(\w+)"', words)


def facts():
    library = read("tests/fuzz/fuzz.c")
    yield from re.findall(r"(?:fact|input) ([a-z_.]+) :", library)
    yield from (f'{head}("a").{tail}' for head, tail in re.findall(
        r"fact (\w+)\([^)]*\)\.(\w+)", library))


def types():
    yield "arch"
    yield from re.findall(r"^ +X\((\w+), [A-Z]+\)",
                          read("engine/value/type.c"), re.M)


def words_of(target):
    arch = firsts("engine/value/arch.def", "AR_ARCH")
    reasons = firsts("engine/value/reasons.def", "AR_REASON")
    if target in ("parse", "format", "check"):
        return [*language(), *facts(), *types(), *arch, *reasons, *RULES]
    if target == "json":
        return SNAPSHOT
    if target == "snapshot":
        names = [name.replace('("a")', "('a')") for name in facts()]
        return [*SNAPSHOT, *(f'"{name}": ' for name in names),
                *(f'"{word}"' for word in (*reasons, *arch))]
    if target == "probe":
        return [*SNAPSHOT, '"archrules_probe": 1', '"facts": {', '"t.a"',
                '"t.b"', '"t.c"', '"t.d"', '"value"', '"absent": true',
                '"unknown"', '"detail"', '"origin"',
                *(f'"{word}"' for word in reasons)]
    if target == "value":
        return [*types(), *arch, *VALUE]
    if target == "binary":
        # The marks of Mach-O are in the seeds.
        return ["\x7fELF\2\1\1", "\x7fELF\1\2\1", "MZ", "PE\0\0", "#!/",
                "GLIBC_2.", "\x0b\1", "\x0b\2", *(chr(n) + "\0\0\0" for n in
                                                range(1, 16))]
    if target == "regex":
        return REGEX
    if target == "pack":
        return ["\f", *types()]
    if target == "evaluate":
        return ["\1"]  # its bytes are choices, not text; none is refused
    raise SystemExit(f"dictionary.py: no target '{target}'")


def escape(word):
    return "".join(
        chr(byte) if 0x20 <= byte < 0x7F and byte not in b'"\\'
        else f"\\x{byte:02X}" for byte in word.encode("utf-8"))


def main(arguments):
    if len(arguments) != 1:
        print("usage: dictionary.py TARGET", file=sys.stderr)
        return 2
    for word in dict.fromkeys(words_of(arguments[0])):
        print(f'"{escape(word)}"')
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
