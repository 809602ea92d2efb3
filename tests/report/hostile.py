#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Shows that text in a report is never more than text: every format, with
every text of texts.py in every place of a report, read by a real parser.

    hostile.py PROGRAM REPORT_HOSTILE [--keep FOLDER]

REPORT_HOSTILE writes reports that hold any bytes anywhere. PROGRAM is run with
a snapshot, rules and file names that hold these texts, to a pipe and to a
terminal. --keep writes the reports there, for other readers to try. Exit 77
without html5lib or cmark-gfm.
"""

import base64
import hashlib
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
from xml.parsers import expat

import texts

try:
    import html5lib
except ImportError:
    html5lib = None

FORMATS = ("human", "json", "markdown", "html", "sarif", "junit", "tap")
BATCH = 29
BIDI = {chr(code) for code in texts.BIDI}
COLOR = re.compile(r"\x1b\[(?:0|1|1;31|31|33|36)m")
EXTENSIONS = ("table", "autolink", "strikethrough", "tagfilter", "tasklist",
              "footnotes")

# Elements and attributes that the writers put themselves.
HTML = {
    "html": {"lang"}, "head": set(), "title": set(), "style": set(),
    "meta": {"charset", "content", "http-equiv", "name"}, "body": set(),
    "script": set(), "header": {"class"}, "main": set(), "footer": set(),
    "nav": {"aria-label"}, "section": {"aria-labelledby", "class"},
    "article": {"aria-labelledby", "class"}, "div": {"class", "hidden", "id",
                                                     "role"},
    "h1": set(), "h2": {"id"}, "h3": {"id"}, "h4": set(),
    "p": {"class", "id", "role"}, "span": {"class", "id", "role"}, "br": set(),
    "ul": {"aria-label", "class"}, "ol": {"class"}, "li": {"class"},
    "b": set(), "dl": {"class"}, "dt": set(), "dd": {"class"}, "code": set(),
    "pre": {"tabindex"}, "a": {"href", "rel"}, "details": {"open"},
    "summary": set(), "table": {"class"}, "thead": set(), "tbody": set(),
    "tr": {"class"}, "th": {"scope"}, "td": set(), "label": set(),
    "button": {"class", "hidden", "type"}, "input": {"id", "type"},
    "select": {"id"}, "option": {"value"},
    "figure": {"aria-labelledby", "class", "tabindex"}, "figcaption": {"id"},
    "svg": {"aria-labelledby", "height", "role", "viewBox", "width"},
    "marker": {"id", "markerHeight", "markerWidth", "orient", "refX", "refY",
               "viewBox"},
    "g": {"class"}, "rect": {"height", "rx", "width", "x", "y"},
    "text": {"class", "x", "y"}, "path": {"class", "d", "marker-end"},
}
MARKDOWN = {
    "html": set(), "head": set(), "body": set(), "h1": set(), "h2": set(),
    "h3": set(), "p": set(), "strong": set(), "code": {"class"}, "pre": set(),
    "ul": set(), "ol": {"start"}, "li": set(), "table": set(), "thead": set(),
    "tbody": set(), "tr": set(), "th": set(), "td": set(), "a": {"href"},
}
JUNIT = {
    "testsuites": {"name", "tests", "failures", "errors", "skipped", "time"},
    "testsuite": {"name", "tests", "failures", "errors", "skipped", "time",
                  "hostname"},
    "properties": set(), "property": {"name", "value"},
    "testcase": {"name", "classname", "file", "line", "time"},
    "failure": {"type", "message"}, "error": {"type", "message"},
    "skipped": {"message"},
}
# Markdown readers make links of mail addresses, whatever stands around them.
LINKS = {id(HTML): re.compile(r"#[\w-]+"),
         id(MARKDOWN): re.compile(r"mailto:a@e\.example")}
PACK_LINK = "https://example.org/pack?a=b&c=d"


class Fault(Exception):
    """What is wrong with a report."""


def check(condition, what):
    if not condition:
        raise Fault(what)


# --- What must be seen of a text ---------------------------------------------

def is_unsafe(char):
    return (char < " " or "\x7f" <= char <= "\x9f" or char in BIDI or
            char in "\u2028\u2029")


def shown(text, keep=""):
    """As a terminal or a page shows it."""
    out = []
    for char in text.decode("utf-8", "surrogateescape"):
        if "\udc80" <= char <= "\udcff":
            out.append(f"\\x{{{ord(char) - 0xDC00:X}}}")
        elif is_unsafe(char) and char not in keep:
            out.append(f"\\u{{{ord(char):X}}}")
        else:
            out.append(char)
    return "".join(out)


def in_markup(text, keep=""):
    """XML cannot hold some characters at all."""
    return "".join(f"\\u{{{ord(char):X}}}"
                   if ord(char) & 0xFFFE == 0xFFFE else char
                   for char in shown(text, keep))


def in_page(text):
    return in_markup(text.replace(b"\r\n", b"\n"), "\n\t")


def in_json(text):
    return re.sub("[\udc80-\udcff]", "\ufffd",
                  text.decode("utf-8", "surrogateescape"))


def on_a_line(text):
    flat = text.replace(b"\r\n", b"\n")
    return shown(flat.replace(b"\n", b" ").replace(b"\t", b" "))


def squeeze(text):
    return re.sub("[ \t\n]+", " ", text).strip(" ")


# --- Readers -----------------------------------------------------------------

def read_text(report, keep=""):
    """Valid UTF-8, without a character that acts."""
    text = report.decode("utf-8")
    for char in set(text):
        check(not is_unsafe(char) or char in "\n" + keep,
              f"the character U+{ord(char):04X}")
    return text


def read_human(report, is_colored):
    text = report.decode("utf-8")
    if is_colored:
        text = COLOR.sub("", text)
    return squeeze(read_text(text.encode("utf-8")))


def no_twins(pairs):
    keys = [key for key, _ in pairs]
    check(len(keys) == len(set(keys)), "a key twice")
    return dict(pairs)


def read_json(report):
    return json.loads(read_text(report), object_pairs_hook=no_twins)


def read_junit(report):
    read_text(report, "\t")
    messages = []

    def start(name, attributes):
        check(set(attributes) <= JUNIT.get(name, set()) and name in JUNIT,
              f"<{name} {attributes}>")
        if name in ("failure", "error", "skipped"):
            messages.append(attributes["message"])

    def refuse(*_):
        raise Fault("a comment, an instruction, an entity or a section")

    parser = expat.ParserCreate("UTF-8")
    parser.StartElementHandler = start
    for handler in ("CommentHandler", "ProcessingInstructionHandler",
                    "StartCdataSectionHandler", "EntityDeclHandler",
                    "StartDoctypeDeclHandler"):
        setattr(parser, handler, refuse)
    parser.Parse(report, True)
    return messages


def local(name):
    """Of {namespace}name."""
    return name.rsplit("}", 1)[-1]


def check_element(element, allowed):
    check(isinstance(element.tag, str), "a comment or an instruction")
    name = local(element.tag)
    check(name in allowed, f"<{name}>")
    for attribute, value in element.attrib.items():
        check(local(attribute) in allowed[name], f"<{name} {attribute}>")
        if attribute == "href":
            check(value == PACK_LINK or LINKS[id(allowed)].fullmatch(value),
                  f"a link to {value}")


def parse_html(text, allowed):
    """Every element is one that the writer knows."""
    page = html5lib.parse(text, treebuilder="etree")
    for element in page.iter():
        check_element(element, allowed)
    return page


def find_all(page, name):
    return [element for element in page.iter() if local(element.tag) == name]


def words_of(element):
    return "".join(element.itertext())


def check_policy(page):
    """One style, one script, and both are those that the policy names."""
    policy = [meta.attrib["content"] for meta in find_all(page, "meta")
              if meta.attrib.get("http-equiv")]
    check(len(policy) == 1 and policy[0].startswith("default-src 'none';"),
          "no policy")
    for name in ("style", "script"):
        parts = find_all(page, name)
        check(len(parts) == 1, f"{len(parts)} times <{name}>")
        digest = hashlib.sha256(words_of(parts[0]).encode()).digest()
        source = "sha256-" + base64.b64encode(digest).decode()
        check(f"{name}-src '{source}'" in policy[0], f"the hash of <{name}>")


def read_html(report):
    page = parse_html(read_text(report, "\t"), HTML)
    check_policy(page)
    return [words_of(title) for title in find_all(page, "h3")]


def read_markdown(report):
    read_text(report, "\t")
    command = ["cmark-gfm", "--unsafe"]
    for name in EXTENSIONS:
        command += ["-e", name]
    html = subprocess.run(command, input=report, check=True, timeout=120,
                          stdout=subprocess.PIPE).stdout
    page = parse_html(html.decode("utf-8"), MARKDOWN)
    return [squeeze(words_of(title)) for title in find_all(page, "h2")]


def read_tap(report):
    """The descriptions; each line is one that the writer knows."""
    lines = read_text(report).split("\n")
    check(lines[0] == "TAP version 14" and lines.pop() == "", "the version")
    number, in_yaml, names = 0, False, []
    for line in lines[1:]:
        match = re.fullmatch(r"(?:not )?ok (\d+) - (.*)", line)
        if in_yaml:
            in_yaml = line != "  ..."
            check(line.startswith("  "), f"in YAML: {line}")
            value = re.fullmatch(r'  (?:  - |\w+: )("(?:[^"\\]|\\.)*")', line)
            check(line == "  ..." or value or re.fullmatch(r"  \w+:", line),
                  f"in YAML: {line}")
            if value:
                json.loads(value.group(1))
        elif match:
            number += 1
            check(int(match.group(1)) == number, f"the number of {line}")
            words, *_ = re.split(r" (?<!\\)# (?:SKIP|TODO) ", match.group(2))
            check(not re.search(r"(?<!\\)(?:\\\\)*#", words), f"a # in {line}")
            names.append(re.sub(r"\\([\\#])", r"\1", words))
        elif line == "  ---":
            in_yaml = True
        else:
            check(re.match(r"# |1\.\.\d+", line), f"the line {line}")
    check(lines[-1] == f"1..{number}", "the plan")
    return names


# --- Everything in every place -----------------------------------------------

def check_titles(kind, report, batch, is_colored):
    """The titles of the findings are the texts, and nothing else is there."""
    if kind == "human":
        text = read_human(report, is_colored)
        for item in batch:
            check(squeeze(shown(item, "\n")) in text, f"no {item[:80]!r}")
    elif kind == "json":
        found = [finding["title"] for finding in read_json(report)["findings"]]
        check(found == [in_json(item) for item in batch], "the titles")
    elif kind == "sarif":
        rules = read_json(report)["runs"][0]["tool"]["driver"]["rules"]
        found = [rule["shortDescription"]["text"] for rule in rules]
        wanted = [in_json(item).replace("](", "] (") for item in batch]
        check(found[:len(batch)] == wanted, "the titles")
    elif kind == "junit":
        found = read_junit(report)
        for item in batch:
            wanted = in_markup(item)
            check(f"{wanted} ({wanted})" in found, f"no {item[:80]!r}")
    elif kind == "html":
        wanted = [f"{in_page(item)} ({in_page(item)})" for item in batch]
        check(read_html(report)[:len(batch)] == wanted, "the titles")
    elif kind == "markdown":
        found = read_markdown(report)
        wanted = [squeeze(f"ERROR: {on_a_line(item)} ({on_a_line(item)})")
                  for item in batch]
        check(found[:len(batch)] == wanted, "the titles")
    else:
        found = read_tap(report)
        for ix, item in enumerate(batch):
            name = f"x.r{ix:04} ({shown(item)}): {shown(item)}"
            check(name in found, f"no {name[:80]}")


def batches(items):
    for start in range(0, len(items), BATCH):
        yield items[start:start + BATCH]


def save(keep, name, report):
    if keep:
        (keep / name).write_bytes(report)


def try_everywhere(tool, keep):
    """Faults, and how many reports were read."""
    faults, count = [], 0
    for number, batch in enumerate(batches(texts.hostile())):
        for kind in FORMATS:
            for how in ("", "color"):
                command = [tool, kind] + [how] * bool(how)
                report = subprocess.run(
                    command, input=b"\0".join(batch), check=True, timeout=120,
                    stdout=subprocess.PIPE).stdout
                save(keep, f"{number}-{how or 'plain'}.{kind}", report)
                count += 1
                try:
                    check_titles(kind, report, batch, bool(how))
                except (Fault, ValueError, expat.ExpatError) as fault:
                    faults.append(f"{kind} {how}, batch {number}: {fault}")
    return faults, count


# --- The program, to a pipe and to a terminal --------------------------------

RULES = '''pack shop
  version 1.0.0
fact shop.lines : list of string
fact shop.link : string
rule slow
  title "Slow"
  severity error
  when any line in shop.lines : line contains "" and shop.link exists
  then
    diagnose "It says {shop.lines} at {shop.link}"
    remedy "Mend {shop.link}"
      risk low
      step "Look at {shop.link}"
        do "Read {shop.lines}"
        open "https://example.org/pack?a=b&c=d"
      step "Not from facts"
        open "{shop.link}"
    lesson "It was {shop.link}"
    see "https://example.org/pack?a=b&c=d"
    see "{shop.link}"
'''


def run_on_terminal(command, folder):
    """What the program writes to a terminal."""
    import pty
    master, slave = pty.openpty()
    environment = {**os.environ, "TERM": "xterm"}
    environment.pop("NO_COLOR", None)
    process = subprocess.Popen(command, cwd=folder, stdin=slave, stdout=slave,
                               stderr=subprocess.DEVNULL, env=environment)
    os.close(slave)
    report = b""
    while True:
        try:
            piece = os.read(master, 65536)
        except OSError:
            break
        if not piece:
            break
        report += piece
    os.close(master)
    process.wait(timeout=120)
    return report.replace(b"\r\n", b"\n")


def run_to_pipe(command, folder):
    return subprocess.run(command, cwd=folder, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                          timeout=120).stdout


def read_any(kind, report, is_colored):
    readers = {"json": read_json, "sarif": read_json, "html": read_html,
               "markdown": read_markdown, "junit": read_junit, "tap": read_tap}
    if kind == "human":
        read_human(report, is_colored)
    else:
        readers[kind](report)


def names_of_files():
    for ix, text in enumerate(texts.hostile()):
        name = text.replace(b"/", b"_").replace(b"\0", b"_")[:200]
        if ix % 120 == 0 and name.strip(b". "):
            yield name


def try_program(program, keep):
    faults, count = [], 0
    speakable = [text.decode() for text in texts.hostile()
                 if b"\0" not in text and text not in texts.BYTES]
    for name in names_of_files():
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(os.fsencode(folder), name + b".rules")
            try:
                pathlib.Path(os.fsdecode(path)).write_text(RULES, "utf-8")
            except OSError:
                continue
            link = "javascript:" + speakable[count % len(speakable)]
            if count == 0:
                link = texts.large()
            snapshot = {"schema": "archrules.snapshot/1",
                        "machine": speakable[-1 - count % len(speakable)],
                        "facts": {"shop": {"lines": speakable, "link": link}}}
            facts = pathlib.Path(folder, "facts.json")
            facts.write_text(json.dumps(snapshot), "utf-8")
            for kind in FORMATS:
                command = [program, "eval", "-f", "facts.json", "--format",
                           kind, path]
                for how, run in (("tty", run_on_terminal),
                                 ("pipe", run_to_pipe)):
                    report = run(command, folder)
                    save(keep, f"program-{count}-{how}.{kind}", report)
                    count += 1
                    try:
                        check(report, "there is no report")
                        read_any(kind, report, how == "tty")
                    except (Fault, ValueError, expat.ExpatError) as fault:
                        faults.append(f"{kind} on a {how}, {name!r}: {fault}")
    return faults, count


def main(arguments):
    if len(arguments) not in (2, 4):
        print(__doc__)
        return 2
    if html5lib is None or not shutil.which("cmark-gfm"):
        print("hostile.py: SKIPPED: no python3-html5lib or no cmark-gfm")
        return 77
    program, tool = (str(pathlib.Path(path).resolve())
                     for path in arguments[:2])
    keep = None
    if len(arguments) == 4:
        keep = pathlib.Path(arguments[3])
        keep.mkdir(parents=True, exist_ok=True)
    faults, count = try_everywhere(tool, keep)
    more, runs = try_program(program, keep)
    for fault in (faults + more)[:40]:
        print(shown(fault.encode("utf-8", "surrogateescape")))
    print(f"{len(texts.hostile()) + 1} texts, {count} reports, {runs} runs of "
          f"the program, {len(faults) + len(more)} faults")
    return 1 if faults or more else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
