#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Checks of the sources that no compiler makes.

    lint.py CHECK [ROOT]

Prints "file:line: what is wrong"; exit 1 if anything is, 77 if the check
cannot be made here. Text files that git would not take are not looked at.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

# Lines of a function and of a file. Tests hold tables of cases, and the public
# interface is one header.
LIMITS = {"engine": (60, 800), "examples": (60, 800), "tests": (100, 1200)}
PUBLIC_HEADER = ("engine/include/archrules.h", 1000)
FILES_AT_ONCE = 100
CLANG_FORMAT_VERSION = "14"
EXIT_SKIPPED = 77

# What | why | the files that may.
FORBIDDEN = [
    (r"\b(strcpy|strcat|sprintf|vsprintf|gets|alloca)\s*\(",
     "writes without a limit", []),
    (r"\b(strto(d|f|ld|l|ul|ll|ull)|ato(i|l|ll|f)|setlocale|localeconv)\s*\(",
     "depends on the locale or hides errors: base/str.h", []),
    (r"<ctype\.h>|<wctype\.h>|<locale\.h>", "depends on the locale", []),
    (r"\b(system|popen|execlp|execvp)\s*\(", "runs what PATH says", []),
    (r"\b(strtok|rand|srand|tmpnam|mktemp)\s*\(", "has hidden state", []),
    (r"(?<!_)\blongjmp\s*\(", "only the arena jumps", ["engine/base/arena.c"]),
    (r"\b(sig)?setjmp\s*\(", "only the public functions catch jumps, and "
     "base/regex.c those of memory of its own", ["engine/api/",
                                                 "engine/base/regex.c"]),
    (r"<pcre2\.h>", "belongs to base/regex.c alone", ["engine/base/regex.c"]),
    (r"<sodium\.h>", "belongs to base/hash.c alone", ["engine/base/hash.c"]),
]

SPDX = "SPDX-License-Identifier: Apache-2.0"
SOURCE_SUFFIXES = {".c", ".h", ".def", ".re", ".y", ".cmake", ".in", ".sh",
                   ".py"}
SOURCE_NAMES = {"CMakeLists.txt", "dev", "run"}
# Recorded facts and expected reports speak of other machines.
DATA_FOLDERS = ("examples/", "rules/", "stdlib/", "tests/bad/",
                "tests/golden/", "tests/packs/", "tests/snapshots/",
                "tests/fuzz/corpus/", "tests/cli/", "tests/probe/outputs/",
                "docs/cases/")


class Tree:
    """The files of the checkout, as paths relative to its root."""

    def __init__(self, root):
        self.root = root
        self.files = sorted(self._walk())

    def _walk(self):
        for folder, folders, names in os.walk(self.root):
            relative = Path(folder).relative_to(self.root).as_posix()
            if relative == ".":
                folders[:] = [f for f in folders
                              if f not in (".git", "build")]
            folders[:] = [f for f in folders if f != "__pycache__"]
            for name in names:
                yield name if relative == "." else relative + "/" + name

    def read(self, path):
        return (self.root / path).read_text("utf-8", "surrogateescape")

    def select(self, *patterns):
        return [f for f in self.files
                if any(re.fullmatch(p, f) for p in patterns)]


def line_of(text, offset):
    return text.count("\n", 0, offset) + 1


def blank_out(match):
    """Spaces, so that lines and columns stay."""
    return re.sub(r"[^\n]", " ", match.group(0))


def code_only(text):
    """C without comments, string contents and character constants."""
    return re.sub(
        r"/\*.*?\*/|//[^\n]*|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'",
        blank_out, text, flags=re.S)


def read_table(tree, path):
    """The rows of a list file, without comments."""
    for number, line in enumerate(tree.read(path).splitlines(), 1):
        line = line.strip()
        if line and not line.startswith("#"):
            yield number, line


def read_layers(tree):
    layers = {}
    for _, line in read_table(tree, "tests/lint/layers.txt"):
        layer, _, allowed = line.partition(":")
        layers[layer] = set(allowed.split()) | {layer}
    return layers


def layer_of(path):
    return path.split("/")[1] if path.startswith("engine/") else "front"


def target_of(include):
    """The layer an #include "..." reaches into."""
    if include == "archrules.h":
        return "public"
    if include in ("rules.h", "tokens.def"):
        return "front"
    return include.split("/")[0] if "/" in include else None


def check_layers(tree):
    layers = read_layers(tree)
    for path in tree.select(r"engine/\w+/.*\.(c|h|def)", r"grammar/.*"):
        layer = layer_of(path)
        if layer == "include":
            layers.setdefault("include", set())
        if layer not in layers:
            yield path, 1, f"layer {layer} is not in tests/lint/layers.txt"
            continue
        text = tree.read(path)
        for match in re.finditer(r'^[ \t]*#[ \t]*include[ \t]*"([^"]+)"',
                                 text, re.M):
            target = target_of(match.group(1))
            line = line_of(text, match.start())
            if target is None:
                yield path, line, (f'"{match.group(1)}" lacks its layer: '
                                   f'"{layer}/{match.group(1)}"')
            elif target not in layers[layer]:
                yield path, line, f"{layer} must not include {target}"


def check_length(tree):
    excepted = {tuple(line.split()[:2]): (number, line) for number, line
                in read_table(tree, "tests/lint/long_functions.txt")}
    for key, (number, line) in excepted.items():
        if len(line.split()) < 3:
            yield "tests/lint/long_functions.txt", number, "gives no reason"
    used = set()
    for path in tree.select(r"(engine|tests|examples)/.*\.[ch]"):
        lines = tree.read(path).splitlines()
        function_lines, file_lines = LIMITS[path.split("/")[0]]
        if path == PUBLIC_HEADER[0]:
            file_lines = PUBLIC_HEADER[1]
        if len(lines) > file_lines:
            yield path, 1, f"{len(lines)} lines; at most {file_lines}"
        for line, name, length in functions_of(lines):
            if length <= function_lines:
                continue
            if (path, name) in excepted:
                used.add((path, name))
                continue
            yield path, line, (f"{name}() has {length} lines; at most "
                               f"{function_lines}")
    for key in set(excepted) - used:
        yield ("tests/lint/long_functions.txt", excepted[key][0],
               f"{key[1]} is no longer so long")


def functions_of(lines):
    """(line, name, lines of the body): the brace of a function, and only
    that one, stands alone in the first column."""
    start = None
    for number, line in enumerate(lines, 1):
        if line.rstrip() == "{":
            start = number
        elif line.startswith("}") and start is not None:
            yield start, function_name(lines, start), number - start - 1
            start = None


def function_name(lines, brace):
    head = " ".join(lines[max(0, brace - 6):brace - 1])
    names = re.findall(r"\b([A-Za-z_]\w*)\s*\(", re.split(r"[;}]", head)[-1])
    return names[0] if names else "?"


def check_spdx(tree):
    for path in tree.files:
        name = path.rsplit("/", 1)[-1]
        suffix = Path(name).suffix
        if suffix not in SOURCE_SUFFIXES and name not in SOURCE_NAMES:
            continue
        if path.startswith(DATA_FOLDERS) and suffix not in (".c", ".h", ".sh",
                                                            ".py"):
            continue
        if SPDX not in "\n".join(tree.read(path).splitlines()[:3]):
            yield path, 1, f"lacks the line '{SPDX}'"


def check_forbidden(tree):
    for path in tree.select(r"engine/.*\.[ch]", r"grammar/.*\.(re|y)"):
        text = code_only(tree.read(path))
        for pattern, reason, allowed in FORBIDDEN:
            if any(path.startswith(a) for a in allowed):
                continue
            for match in re.finditer(pattern, text):
                what = match.group(0).rstrip("( \t")
                yield path, line_of(text, match.start()), f"{what}: {reason}"


def check_paths(tree):
    patterns = [r"(?<![\w.$}/])/(home|root|Users)/\w", r"\b[A-Z]:\\+Users\\"]
    for folder in (str(tree.root), os.path.expanduser("~")):
        if folder.count("/") > 1:
            patterns.append(r"(?<![\w.$}/])" + re.escape(folder) + r"\b")
    pattern = re.compile("|".join(patterns))
    for path in tree.files:
        if path.startswith(DATA_FOLDERS) or path.startswith("tests/lint/"):
            continue
        text = tree.read(path)
        for match in pattern.finditer(text):
            yield (path, line_of(text, match.start()),
                   f"'{match.group(0)}' is a path of one machine")


def listed_in_layers(text):
    """The sources that engine/CMakeLists.txt names."""
    for match in re.finditer(r"ar_layer\((\w+)\s([^)]*)\)", text):
        for name in match.group(2).split():
            yield f"engine/{match.group(1)}/{name}"
    program = r"(?:add_executable|target_sources)\(\w+\s([^)$]*\.c)\)"
    for block in re.findall(program, text):
        for name in block.split():
            if name.endswith(".c"):
                yield "engine/" + name


def check_listed(tree):
    listing = "engine/CMakeLists.txt"
    text = tree.read(listing)
    listed = list(listed_in_layers(text))
    for path in tree.select(r"engine/.*\.c"):
        if path not in listed:
            yield listing, 1, f"{path} is not built"
    # The Windows files are listed before they are written.
    for path in listed:
        if path not in tree.files and not path.endswith("_windows.c"):
            yield listing, 1, f"{path} does not exist"
        if listed.count(path) > 1:
            yield listing, 1, f"{path} is listed twice"
    if re.search(r"\bGLOB\b", text):
        yield listing, 1, "sources are listed, not globbed"
    tests = tree.read("tests/CMakeLists.txt")
    for path in tree.select(r"tests/(unit|fuzz)/(t|fuzz)_\w+\.c"):
        name = Path(path).stem.removeprefix("fuzz_")
        if not re.search(rf"\b{name}\b", tests):
            yield "tests/CMakeLists.txt", 1, f"{path} is not built"
    for path in tree.select(r"tests/laws/\w+\.c"):
        if path.removeprefix("tests/") not in tests:
            yield "tests/CMakeLists.txt", 1, f"{path} is not built"


def find_clang_format():
    for name in (f"clang-format-{CLANG_FORMAT_VERSION}", "clang-format"):
        if not shutil.which(name):
            continue
        said = subprocess.run([name, "--version"], capture_output=True,
                              text=True, check=True).stdout
        if re.search(rf"version {CLANG_FORMAT_VERSION}\.", said):
            return name
    return None


def check_format(tree):
    program = find_clang_format()
    if program is None:
        print(f"SKIP clang-format {CLANG_FORMAT_VERSION} is not here, and "
              "others format differently")
        sys.exit(EXIT_SKIPPED)
    paths = list(tree.select(r"(engine|tests|examples)/.*\.[ch]"))
    for i in range(0, len(paths), FILES_AT_ONCE):
        some = paths[i:i + FILES_AT_ONCE]
        done = subprocess.run([program, "--dry-run", "-Werror", *some],
                              cwd=tree.root, capture_output=True, text=True)
        errors = re.findall(r"^(.+?):(\d+):\d+: error", done.stderr, re.M)
        seen = set()
        for path, line in errors:
            if path not in seen:
                yield path, int(line), "not as clang-format would"
            seen.add(path)
        if done.returncode != 0 and not errors:
            yield some[0], 1, done.stderr.strip()


def check_versions(tree):
    version = re.search(r"^project\(archrules\s+VERSION ([0-9.]+)",
                        tree.read("CMakeLists.txt"), re.M).group(1)
    match = re.search(r"^## \[?([0-9.]+)", tree.read("CHANGELOG.md"), re.M)
    if not match or match.group(1) != version:
        yield "CHANGELOG.md", 1, f"its newest entry is not {version}"
    header = "engine/include/archrules.h"
    if header in tree.files:
        text = tree.read(header)
        for match in re.finditer(r'#define \w*VERSION\w* "([0-9.]+)"', text):
            if match.group(1) != version:
                yield (header, line_of(text, match.start()),
                       f"is not {version}")


CHECKS = {name.removeprefix("check_"): function
          for name, function in list(globals().items())
          if name.startswith("check_")}


def main(arguments):
    if not arguments or arguments[0] not in CHECKS:
        print("usage: lint.py " + "|".join(CHECKS) + " [ROOT]",
              file=sys.stderr)
        return 2
    root = Path(arguments[1] if len(arguments) > 1
                else Path(__file__).parents[2]).resolve()
    problems = sorted(set(CHECKS[arguments[0]](Tree(root))))
    for path, line, what in problems:
        print(f"{path}:{line}: {what}")
    print(f"{arguments[0]}: {len(problems)} problems")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
