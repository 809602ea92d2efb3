#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Follows the links between the documents, and those to files.

    links.py

Looks at *.md in the root, in docs/, docs/cases/ and in examples/. Prints links that lead
nowhere; exit 1 if there are any.
"""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LINK = re.compile(r"\]\(([^)\s]+)\)")


def without_code(text):
    text = re.sub(r"^```.*?^```$", "", text, flags=re.S | re.M)
    return re.sub(r"`[^`\n]*`", "", text)


def anchor_of(heading):
    """As GitHub makes it of the text of a heading."""
    words = re.sub(r"[^\w\- ]", "", heading.lower())
    return words.replace(" ", "-")


def anchors_of(path):
    text = re.sub(r"^```.*?^```$", "", path.read_text("utf-8"),
                  flags=re.S | re.M)
    return {anchor_of(heading)
            for heading in re.findall(r"^#+ (.*)$", text, re.M)} | \
        set(re.findall(r'^<a id="([^"]+)"></a>$', text, re.M))


def faults_of(path):
    for target in LINK.findall(without_code(path.read_text("utf-8"))):
        if re.match(r"[a-z]+:", target):
            continue
        name, _, anchor = target.partition("#")
        file = (path.parent / name).resolve() if name else path
        if not file.exists():
            yield f"no {target}"
        elif anchor and anchor not in anchors_of(file):
            yield f"no heading for {target}"


def main():
    paths = [path for folder in ("", "docs", "docs/cases", "examples")
             for path in sorted((ROOT / folder).glob("*.md"))]
    faults = [f"{path.relative_to(ROOT)}: {fault}"
              for path in paths for fault in faults_of(path)]
    for fault in faults:
        print(fault)
    print(f"{len(paths)} documents, {len(faults)} links lead nowhere")
    return 1 if faults or not paths else 0


if __name__ == "__main__":
    sys.exit(main())
