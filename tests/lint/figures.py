#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""How the code is cut: for each layer of the engine the number of functions,
the lines of their bodies (median, 90th percentile, longest), and how many of
the lines that are not blank are comments."""

import re
import statistics
from pathlib import Path

from lint import Tree, functions_of


def percentile(values, percent):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, len(ordered) * percent // 100)]


def comment_lines(text):
    """Lines that hold nothing but a comment or a part of one."""
    return sum(comment.group(0).count("\n") + 1 for comment
               in re.finditer(r"^[ \t]*/\*.*?\*/[ \t]*$", text, re.M | re.S))


def measure(tree, paths):
    lengths, comments, lines = [], 0, 0
    for path in paths:
        text = tree.read(path)
        lengths += [length for _, _, length in
                    functions_of(text.splitlines())]
        comments += comment_lines(text)
        lines += sum(1 for line in text.splitlines() if line.strip())
    return lengths, comments, lines


def show(name, lengths, comments, lines):
    if not lengths:
        return
    print("%-10s %6d lines  %5d functions  median %4.1f  90%% %3d  "
          "longest %3d  comments %4.1f %%" % (
              name, lines, len(lengths), statistics.median(lengths),
              percentile(lengths, 90), max(lengths), 100 * comments / lines))


def main():
    tree = Tree(Path(__file__).parents[2].resolve())
    layers = {}
    for path in tree.select(r"engine/.*\.[ch]"):
        layers.setdefault(path.split("/")[1], []).append(path)
    everything = [path for paths in layers.values() for path in paths]
    for name, paths in sorted(layers.items()):
        show(name, *measure(tree, paths))
    show("engine", *measure(tree, everything))
    show("tests", *measure(tree, tree.select(r"tests/.*\.[ch]")))


if __name__ == "__main__":
    main()
