#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Tests what `archrules doc` makes of the packs in tests/doc/packs.

    run.py PROGRAM             compares and checks
    run.py PROGRAM --update    writes tests/doc/golden anew

Each section of a case study must come from one thing of the rule: CHANGES
has a change of each thing of sample.full_queue, and the sections that may
differ then, in Markdown and in JSON. No others may, and these must.
"""

import json
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
PACKS = HERE / "packs"
GOLDEN = HERE / "golden"
RULE = "sample.full_queue"


def run(program, *arguments):
    command = [program, "doc", "--stdlib", "stdlib", *map(str, arguments)]
    done = subprocess.run(command, cwd=HERE,
                          stdin=subprocess.DEVNULL, capture_output=True,
                          encoding="utf-8", timeout=60)
    if done.returncode != 0 or done.stderr:
        raise SystemExit(f"{arguments}: exit {done.returncode}\n{done.stderr}")
    return done.stdout


# ---- output that must stay as it is ----

def goldens(program, folder):
    """(name, text) of each file of tests/doc/golden."""
    yield "all.md", run(program, PACKS)
    document = run(program, "--format", "json", PACKS)
    yield "all.json", re.sub(r'"tool": ".*"', '"tool": "archrules"', document)
    run(program, "-o", f"{folder}/", PACKS)
    for path in sorted(Path(folder).iterdir()):
        yield f"pages/{path.name}", path.read_text("utf-8")


def check_goldens(program):
    with tempfile.TemporaryDirectory() as folder:
        made = dict(goldens(program, folder))
    kept = {path.relative_to(GOLDEN).as_posix(): path.read_text("utf-8")
            for path in GOLDEN.rglob("*") if path.is_file()}
    for name in sorted(set(made) | set(kept)):
        if made.get(name) != kept.get(name):
            yield (f"golden/{name} differs: look at what run.py PROGRAM "
                   "--update changes")


def update_goldens(program):
    shutil.rmtree(GOLDEN, ignore_errors=True)
    with tempfile.TemporaryDirectory() as folder:
        for name, text in goldens(program, folder):
            path = GOLDEN / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")


# ---- sections ----

def sections_of(markdown):
    """{name of a section: its lines}. Texts of rules are in no name: a rule,
    a remedy, a table and a step are called by their number."""
    sections = {}
    path = ["index"]
    numbers = [0] * 7
    in_code = None
    for line in markdown.split("\n"):
        fence = re.match(r"`{3,}", line)
        if in_code is not None:
            in_code = None if line == in_code else in_code
        elif fence:
            in_code = fence.group(0)
        heading = re.match(r"(#{2,6}) (.*)", line) if in_code is None else None
        label = re.match(r"(?:- |> )\*\*([\w ]+):\*\* ", line)
        if heading:
            level = len(heading.group(1))
            numbers[level] += 1
            numbers[level + 1:] = [0] * (6 - level)
            text = heading.group(2)
            name = text if level == 3 or text == "Verification" \
                else str(numbers[level])
            path = path[:level - 2] if path[0] != "index" else []
            path.append(name)
            key = "/".join(path) + "/heading"
        elif label and in_code is None:
            key = "/".join(path) + "/" + label.group(1)
        elif line.startswith('<a id="'):
            key = "anchors"
        else:
            key = "/".join(path)
        sections.setdefault(key, []).append(line)
    return {key: [line for line in lines if line]
            for key, lines in sections.items()}


def members_of(document):
    """{path of a value: the value} of the rule, and of all others together."""
    members = {}

    def walk(value, path):
        if isinstance(value, dict):
            for key, child in value.items():
                walk(child, f"{path}.{key}" if path else key)
        elif isinstance(value, list) and value and path != "diagnosis":
            for number, child in enumerate(value):
                walk(child, f"{path}.{number}")
        else:
            members[path] = value

    rules = [rule for pack in document["packs"] for rule in pack["rules"]]
    for rule in rules:
        if rule["id"] == RULE:
            walk(rule, "")
    members["others"] = [rule for rule in rules if rule["id"] != RULE]
    members["packs"] = [{key: pack[key] for key in pack if key != "rules"}
                        for pack in document["packs"]]
    return members


def difference(before, after):
    return {key for key in set(before) | set(after)
            if before.get(key) != after.get(key)}


def lies_in(key, wanted):
    return key == wanted or key.startswith((wanted + ".", wanted + "/"))


def compare(what, changed, allowed):
    """What differs and may not, and what must differ and does not."""
    for key in sorted(changed):
        if not any(lies_in(key, each) for each in allowed):
            yield f"{what}: {key} differs, too"
    for each in allowed:
        if not any(lies_in(key, each) for key in changed):
            yield f"{what}: {each} does not differ"


# What is replaced in which file, by what; the sections of the rule that may
# differ in Markdown, those of the rule in JSON. N is the rule's number.
N = "1/"
SOLUTION = N + "Solution/1"
REMEDY = "remedies.0"
INDEX = "index"
# Other rules name the rule that explains them.
TITLE = [N + "heading", INDEX, "3/Explained by", "5/Explained by"]
CHANGES = [
    ("title", "cases", 'title      "A queue is full"', 'title "Other"',
     TITLE, ["title", "others"]),
    ("no title", "cases", 'title      "A queue is full"', "",
     TITLE, ["title", "others"]),
    ("severity", "cases", "severity   warning", "severity error",
     [N + "Severity", INDEX], ["severity"]),
    ("confidence", "cases", "confidence medium", "confidence low",
     [N + "Confidence"], ["confidence"]),
    ("keywords", "cases", '"queue", "print | out"', '"print | out"',
     [N + "Keywords"], ["keywords"]),
    ("no keywords", "cases", 'keywords   "queue", "print | out", "`tick`"', "",
     [N + "Keywords"], ["keywords"]),
    ("context", "cases", "In spring all", "In autumn all",
     [N + "Context"], ["context"]),
    ("replaces", "cases", "sample.no_paper since 0.9", "sample.no_ink since 1",
     [N + "Formerly"], ["replaces.1"]),
    ("requires", "cases", "severity   warning",
     "severity warning requires archrules >= 99.0",
     [N + "Not loaded"], ["not_loaded"]),
    ("about", "cases", "## Why the rule is here", "## Why this is here",
     [N + "About"], ["about"]),
    ("applies", "cases", "applies    host.os in [linux, macos]",
     "applies host.os in [linux]", [N + "Applies to"], ["applies"]),
    ("no applies", "cases", "applies    host.os in [linux, macos]", "",
     [N + "Applies to"], ["applies"]),
    ("for each", "cases", "for each   q in printer.queues key q.name",
     "for each q in filter(p in printer.queues: true) key q.name",
     [N + "For each"], ["for_each.list"]),
    ("key", "cases", "for each   q in printer.queues key q.name",
     "for each q in printer.queues key lower(q.name)",
     [N + "Key"], ["key"]),
    ("when", "cases", "is_long(q.jobs) and", "not is_long(q.jobs) and",
     [N + "Condition"], ["when"]),
    ("a comment in when", "cases", "# the log says so too", "# other words",
     [], []),
    ("let", "cases", 'default "any"', 'default "none"',
     [N + "Names"], ["names.1.expression"]),
    ("symptom", "cases", "/no paper|tray/", "/no paper/",
     [N + "Symptoms"], ["symptoms.0"]),
    ("no symptoms", "cases",
     """  symptom    printer.log matches /no paper|tray/
  symptom    printer exists and printer.limit < 2GiB
""", "", [N + "Symptoms", N + "Facts"], ["symptoms", "facts"]),
    ("supersedes", "cases", "supersedes long_wait, other.rule",
     "supersedes other.rule",
     [N + "Told apart from", "3/Explained by"],
     ["supersedes.1", "supersedes.2", "others"]),
    ("with same key", "cases", "slow_printer with same key", "slow_printer",
     [N + "Told apart from", "5/Explained by"],
     ["supersedes.0", "others"]),
    ("superseded by", "cases", "rule newer\n",
     "rule newer supersedes full_queue\n",
     [N + "Explained by", "4/Told apart from"], ["superseded_by", "others"]),
    ("title of another", "cases", '"Somebody waits"', '"Nobody waits"',
     [N + "Told apart from", "3/heading", INDEX],
     ["supersedes.1.title", "others"]),
    ("diagnosis", "cases", "{q.name} has {q.jobs}", "{q.name} holds {q.jobs}",
     [N + "Problem"], ["diagnosis"]),
    ("title of a remedy", "cases", '"Empty the queue {q.name}"', '"Empty it"',
     [SOLUTION + "/heading"], [REMEDY + ".title"]),
    ("risk", "cases", "risk      high", "risk low",
     [SOLUTION + "/Risk"], [REMEDY + ".risk"]),
    ("data_loss", "cases", "All jobs of", "Some jobs of",
     [SOLUTION + "/Data loss"], [REMEDY + ".data_loss"]),
    ("no data_loss", "cases",
     '      data_loss "All jobs of {q.name} are lost."\n', "",
     [SOLUTION + "/Data loss"], [REMEDY + ".data_loss"]),
    ("needs admin", "cases", "      needs     admin\n", "",
     [SOLUTION + "/Rights"], [REMEDY + ".needs_admin"]),
    ("undo", "cases", "Print them again.", "It cannot be undone.",
     [SOLUTION + "/To undo it"], [REMEDY + ".undo"]),
    ("no undo", "cases", '      undo      "Print them again."\n', "",
     [SOLUTION + "/To undo it"], [REMEDY + ".undo"]),
    ("step", "cases", "Look at the queue", "Look at all queues",
     [SOLUTION + "/1/heading"], [REMEDY + ".steps.0.sentence"]),
    ("guard of a step", "cases", "unless q.jobs > 1000", "if q.jobs > 1000",
     [SOLUTION + "/1"], [REMEDY + ".steps.0.guard"]),
    ("command", "cases", "step \"Look at the queue\" unless q.jobs > 1000\n"
     "        run bash 'lpstat -o'", "step \"Look at the queue\" unless "
     "q.jobs > 1000\n        run bash 'lpstat -a'",
     [SOLUTION + "/1"], [REMEDY + ".steps.0.items.0.text"]),
    ("shell", "cases", "run powershell 'Get-PrintJob",
     "run cmd 'Get-PrintJob",
     [SOLUTION + "/1"], [REMEDY + ".steps.0.items.2.shell"]),
    ("do", "cases", "Switch it off.", "Switch it on.",
     [SOLUTION + "/2"], [REMEDY + ".steps.1.items.1.text"]),
    ("guard of a do", "cases", "if host.os == linux\n        open",
     "unless host.os == linux\n        open",
     [SOLUTION + "/2"], [REMEDY + ".steps.1.items.1.guard"]),
    ("open", "cases", "https://example.org/tray", "https://example.org/try",
     [SOLUTION + "/2"], [REMEDY + ".steps.1.items.3.text"]),
    ("restart", "cases", "restart app", "restart session",
     [SOLUTION + "/2"], [REMEDY + ".steps.1.items.6.restart"]),
    ("verify", "cases", "verify printer.queues absent or",
     "verify printer.queues exists and",
     [SOLUTION + "/Verification"], [REMEDY + ".verify"]),
    ("command of verify", "cases",
     "not is_long(r.jobs)\n        run bash 'lpstat -o'",
     "not is_long(r.jobs)\n        run bash 'lpstat -a'",
     [SOLUTION + "/Verification"], [REMEDY + ".verify_runs.0.text"]),
    ("no verify", "cases",
     """      verify printer.queues absent or
             every r in printer.queues: not is_long(r.jobs)
        run bash 'lpstat -o'
""", "", [SOLUTION + "/Verification"],
     [REMEDY + ".verify", REMEDY + ".verify_runs"]),
    ("another remedy", "cases", 'remedy "Wait"', 'remedy "Wait long"',
     [N + "Solution/2/heading"], ["remedies.1.title"]),
    ("lesson", "cases", "A queue never tells", "A queue seldom tells",
     [N + "Lessons learned"], ["lessons.1"]),
    ("see", "cases", "https://example.org/queues", "https://example.org/q",
     [N + "References"], ["links.0"]),
    ("name of a test", "cases", 'test "eleven jobs"', 'test "11 jobs"',
     [N + "Worked examples", "5/Worked examples"], ["tests.0.name", "others"]),
    ("given", "cases", "printer.limit = 1GiB,", "printer.limit = 2GiB,",
     [N + "Worked examples", "5/Worked examples"],
     ["tests.0.given.1", "others"]),
    ("expect", "cases", "matches /11 jobs/", "matches /11 job/",
     [N + "Worked examples"], ["tests.0.expect.0"]),
    ("what a test expects of others", "cases", "needing printer.model", "",
     ["5/Worked examples"], ["others"]),
    ("row of a table", "facts", '"Call somebody"', '"Call me"',
     [N + "Tables/1"], ["tables.0.rows.3.2"]),
    ("row of a file", "sizes", "small", "tiny",
     [N + "Tables/2"], ["tables.1.rows.0.1"]),
    ("documentation of a table", "facts", "What to do about a tray",
     "What is to be done about a tray", [N + "Tables/1"], ["tables.0.doc"]),
    ("hit policy", "facts", "first complete", "first",
     [N + "Tables/1"], ["tables.0.complete"]),
    ("function", "facts", "jobs > 10\n", "jobs > 11\n",
     [N + "Functions"], ["functions.0.body"]),
    ("documentation of a function", "facts", "## Whether a queue is longer",
     "## Whether it is longer", [N + "Functions"], ["functions.0.doc"]),
    ("documentation of a fact", "facts", "How much the spool may",
     "What the spool may", [N + "Facts"], ["facts.3.doc"]),
    ("unit of a fact", "facts", 'unit "bytes" fixed', "fixed",
     [N + "Facts"], ["facts.3.unit"]),
    ("attribute of a fact", "facts", " needs admin", "",
     [N + "Facts"], ["facts.3.needs_admin"]),
    ("probe", "facts", "file    '/var/log/printer.log'",
     "file '/var/log/print.log'", [N + "Facts"], ["facts.4.probes.0.source"]),
    ("platform of a probe", "facts", "probe printer_log",
     "probe printer_log on linux", [N + "Facts"],
     ["facts.4.probes.0.platforms"]),
    ("derived fact", "facts", '"/private/var"    if', '"/var" if',
     [N + "Facts"], ["facts.7.definitions.1.expression"]),
    ("fact behind a derived one", "facts",
     '"/private/var"    if host.os == macos',
     '"/private/var" if host.os == macos and host.cpus > 1',
     [N + "Facts"], ["facts"]),
    ("title of the pack", "pack", "Sample of", "Example of",
     ["index"], ["packs"]),
    ("version of the pack", "pack", "1.2.0", "1.3.0", ["index"], ["packs"]),
    ("licence of the pack", "pack", '"Apache-2.0"', '"MIT"',
     ["index"], ["packs"]),
]
FILES = {"cases": "cases.rules", "facts": "facts.rules",
         "pack": "pack.rules", "sizes": "sizes.csv"}
# Things of a rule that the pack itself cannot change: tests/doc/packs/site.
NOT_HERE = {"id", "disabled_because"}
# Changes that leave nothing for a section to say, and that section.
GONE = {"no keywords": N + "Keywords", "no applies": N + "Applies to",
        "no symptoms": N + "Symptoms",
        "no data_loss": SOLUTION + "/Data loss",
        "needs admin": SOLUTION + "/Rights",
        "no undo": SOLUTION + "/To undo it",
        "no verify": SOLUTION + "/Verification"}


def read_document(program, folder):
    return (sections_of(run(program, folder)),
            members_of(json.loads(run(program, "--format", "json", folder))))


def check_change(program, before, change):
    what, file, old, new, markdown, members = change
    with tempfile.TemporaryDirectory() as folder:
        pack = Path(folder) / "sample"
        shutil.copytree(PACKS / "sample", pack)
        path = pack / FILES[file]
        text = path.read_text("utf-8")
        if text.count(old) != 1:
            yield f"{what}: {text.count(old)} places to change"
            return
        path.write_text(text.replace(old, new), "utf-8")
        after = read_document(program, pack)
    if any(lies_in(key, GONE.get(what, "-")) for key in after[0]):
        yield f"{what}: {GONE[what]} is still there"
    yield from compare(f"{what}, Markdown", difference(before[0], after[0]),
                       markdown)
    yield from compare(f"{what}, JSON", difference(before[1], after[1]),
                       members)


def check_changes(program):
    before = read_document(program, PACKS / "sample")
    for change in CHANGES:
        yield from check_change(program, before, change)
    changed = {member.split(".")[0] for change in CHANGES
               for member in change[5]}
    all_members = {key.split(".")[0] for key in before[1]} - {"others",
                                                              "packs"}
    for member in sorted(all_members - changed - NOT_HERE):
        yield f"no change tests {member}"


# ---- sections of what is not there ----

SMALLEST = "rule small when true then diagnose 'It is so.'\n"


def check_smallest(program):
    """A rule with nothing but what it must have has no other section."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "small.rules"
        path.write_text(SMALLEST, "utf-8")
        sections = set(sections_of(run(program, path)))
        rule = json.loads(run(program, "--format", "json", path))
    wanted = {"index", "anchors", N[:-1] + "/heading", N + "Rule",
              N + "Severity", N + "Confidence", N[:-1], N + "Problem",
              N + "Problem/heading", N + "Condition", N + "Condition/heading"}
    for section in sorted(sections ^ wanted):
        yield f"the smallest rule: {section}"
    rule = rule["packs"][0]["rules"][0]
    filled = {key for key, value in rule.items() if value not in (None, [])}
    if filled != {"id", "severity", "confidence", "diagnosis", "when"}:
        yield f"the smallest rule has {sorted(filled)}"


def main(arguments):
    if len(arguments) not in (1, 2):
        print(__doc__)
        return 2
    program = str(Path(arguments[0]).resolve())
    if arguments[1:] == ["--update"]:
        update_goldens(program)
        return 0
    faults = [*check_goldens(program), *check_changes(program),
              *check_smallest(program)]
    for fault in faults:
        print(fault)
    print(f"{len(CHANGES)} changes, {len(faults)} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
