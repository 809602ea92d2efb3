#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Shows that text of rules is never markup: renders what `archrules doc`
makes of tests/doc/packs with cmark-gfm and looks at the HTML.

    shown.py PROGRAM

Exit 77 without cmark-gfm.
"""

import re
import shutil
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

HERE = Path(__file__).resolve().parent
EXTENSIONS = ("table", "autolink", "strikethrough", "tagfilter", "tasklist",
              "footnotes")
# What the writer puts itself, and the attributes that its tags have.
TAGS = {"a": {"href", "id"}, "blockquote": set(), "code": {"class"},
        "h1": set(), "h2": set(), "h3": set(), "h4": set(), "h5": set(),
        "h6": set(), "li": set(), "p": set(), "pre": set(), "strong": set(),
        "table": set(), "tbody": set(), "td": set(), "th": set(),
        "thead": set(), "tr": set(), "ul": set()}
# GitHub makes links of mail addresses whatever stands around them.
LINKS = re.compile(r"https?://|#[\w.]+$|mailto:a@example\.org$", re.I)
LANGUAGES = {"language-text", "language-powershell", "language-bat",
             "language-bash", "language-sh"}
MADE = "<!-- Made by `archrules doc`"


class Page(HTMLParser):
    """Its text, and what ought not to be there."""

    def __init__(self):
        super().__init__()
        self.faults = []
        self.text = ""

    def handle_starttag(self, tag, attributes):
        if tag not in TAGS:
            self.faults.append(f"<{tag}>")
        for name, value in attributes:
            if name not in TAGS.get(tag, ()):
                self.faults.append(f"<{tag} {name}={value!r}>")
            if name == "href" and not LINKS.match(value):
                self.faults.append(f"a link to {value}")
            if name == "class" and value not in LANGUAGES:
                self.faults.append(f"the language {value}")

    def handle_data(self, data):
        self.text += data

    def handle_comment(self, data):
        if not ("<!--" + data).startswith(MADE):
            self.faults.append(f"a comment: {data}")


# Texts of tests/doc/packs/sample/hostile.rules as readers must see them.
SHOWN = [
    '# <script>alert("t")</script> [a](b) | `c` **d** \\\\ @e ](',
    "# No heading\n<script>alert(1)</script>\n"
    "[a](javascript:alert(1)) ![b](x) <javascript:c>\n---\n| a | b |\n"
    "|---|---|\n```sh\nrm -rf x\n```",
    "Title\n=====\nTitle\n-----\n1. one\n2) two\n- three\n+ four\n* five\n"
    "> quotation\n<!-- comment\n&lt;b&gt; &copy; __bold__ _x_ a_b ~~gone~~ "
    "$x$ {{ site }}\n[ref]: https://example.org\n| a |\n|---|\n:-:\n"
    "www.example.org https://example.org a@example.org\ntrailing blanks\n"
    "***\n~~~",
    "code ```\n````\n",
    "<img src=x onerror=alert(1)> ![x](javascript:y) `z`",
    "## **Heading** | `",
    "> <b>all</b>",
    "- [ ] nothing",
    '1. <a href="x">',
    "- indented",
    "javascript:alert(1)",
    "https://example.org/<script>",
    "echo \"````\"\necho '<b>' | cat\n",
    "a`b",
    '<iframe src="//example.org">',
    "+ plus",
    "**bold** [a](b) `c` | <d>",
    "host.name = '`|```'",
    "a|b\\|c",
    '"c`\\\\|`"',
    "{odd_cells(host.name, docker.client.version).what}",
    "We *like* to wait.",
    "Sample of <i>everything</i> | printers",
    "Clean {q.name} with ```care```",
]


def render(program):
    markdown = subprocess.run(
        [program, "doc", "--stdlib", "stdlib", "packs"], cwd=HERE, check=True,
        stdin=subprocess.DEVNULL, capture_output=True, timeout=60).stdout
    command = ["cmark-gfm", "--unsafe"]
    for name in EXTENSIONS:
        command += ["-e", name]
    html = subprocess.run(command, input=markdown, check=True,
                          capture_output=True, timeout=60).stdout
    page = Page()
    page.feed(html.decode("utf-8"))
    page.close()
    return page


def main(arguments):
    if len(arguments) != 1:
        print(__doc__)
        return 2
    if not shutil.which("cmark-gfm"):
        print("shown.py: no cmark-gfm")
        return 77
    page = render(str(Path(arguments[0]).resolve()))
    faults = page.faults + [f"not shown as it is: {text!r}"
                            for text in SHOWN if text not in page.text]
    for fault in faults:
        print(fault)
    print(f"{len(SHOWN)} texts, {len(faults)} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
