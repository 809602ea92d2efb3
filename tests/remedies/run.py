#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What people do with findings: they compare with an earlier run, leave out
what they cannot do, run scripts, and verify.

    run.py PROGRAM [NAME...]     all cases, or those whose name has a NAME in it

Scripts are run in bash for real, in folders that are thrown away.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "cli"))
import run as cli  # noqa: E402
from run import Failed, Skipped, case, jsonschema  # noqa: E402

cli.CASES.clear()

ROOT = Path(__file__).resolve().parents[2]
HEAD = '''pack p
fact t.list : list of { name : string, bad : bool }
fact t.on   : bool
fact t.good : bool
fact t.size : int
fact t.log  : list of string log
'''
EACH = '''rule each
  title    "Each"
  for each d in t.list key d.name
  when     d.bad
  then     diagnose "{d.name} is bad, {t.size}."
'''
ONE = '''rule one
  severity warning
  when t.on
  then diagnose "It is on."
'''


def report(b, rules, facts, name="old.json", more=(), exit=None):
    """Writes a JSON report of rules on facts."""
    b.write("p.rules", HEAD + rules)
    b.write("facts.json", json.dumps(facts))
    b.run("eval", "p.rules", "-f", "facts.json", "--format", "json", *more,
          exit=1 if exit is None else exit)
    return b.write(name, b.out)


def listed(*names):
    """A value of t.list; upper case is bad."""
    return [{"name": n.lower(), "bad": n.isupper()} for n in names]


# ---- fingerprints ----

def fingerprints(b, rules, facts):
    b.write("p.rules", HEAD + rules)
    b.write("facts.json", json.dumps(facts))
    data = b.run("eval", "p.rules", "-f", "facts.json", "--format", "json",
                 exit=1).json()
    return {(f["rule"].split(".")[1], f["key"]): f["fingerprint"]
            for f in data["findings"]}


@case
def fingerprint_depends_on_rule_and_key_only(b):
    facts = {"t.list": listed("A", "B"), "t.on": True, "t.size": 1}
    first = fingerprints(b, EACH + ONE, facts)
    b.claim(len(set(first.values())) == 3, "fingerprints are not distinct")
    other = {"t.size": 99, "t.on": True, "t.list": listed("x", "B", "A")}
    b.claim(fingerprints(b, EACH + ONE, other) == first,
            "values or the order of elements change it")
    b.claim(fingerprints(b, ONE + "\n\n" + EACH, facts) == first,
            "the order of rules changes it")
    changed = EACH.replace("d.bad", "d.bad and t.size >= 0").replace(
        '"Each"', '"Other"').replace("is bad", "is very bad")
    b.claim(fingerprints(b, "# a line\n" + changed + ONE.replace(
        "warning", "critical"), facts) == first,
        "the words, the condition or the severity of a rule change it")
    versioned = (EACH + ONE)
    b.write("p.rules", HEAD.replace("pack p\n", "pack p\n  version 9.9.9\n")
            + versioned)
    data = b.run("eval", "p.rules", "-f", "facts.json", "--format", "json",
                 exit=1).json()
    b.claim({f["fingerprint"] for f in data["findings"]} ==
            set(first.values()), "the version of the pack changes it")
    moved = fingerprints(b, EACH.replace("rule each", "rule other") + ONE,
                         facts)
    b.claim(moved[("other", "a")] != first[("each", "a")],
            "another rule has the same one")


@case
def fingerprint_outlasts_renaming(b):
    facts = {"t.list": listed("A"), "t.on": True, "t.size": 1}
    first = fingerprints(b, EACH, facts)[("each", "a")]
    once = EACH.replace("rule each", "rule second\n  replaces p.each since 1.4")
    b.claim(fingerprints(b, once, facts)[("second", "a")] == first,
            "a new name changes it")
    for order in ("replaces p.each since 1.4\n  replaces p.second since 2.0",
                  "replaces p.second since 2.0\n  replaces p.each since 1.4"):
        twice = EACH.replace("rule each", f"rule third\n  {order}")
        b.claim(fingerprints(b, twice, facts)[("third", "a")] == first,
                f"a second new name changes it: {order}")


@case
def waivers_outlast_renaming(b):
    b.write("p.rules", HEAD + EACH.replace(
        "rule each", "rule second\n  replaces p.each since 1.4"))
    b.write("site.rules", 'pack site\nwaive rule p.each key "a" because "x" '
            'owner "y" until 2999-01-31\n')
    b.write("facts.json", json.dumps({"t.list": listed("A"), "t.size": 1}))
    b.run("eval", "p.rules", "site.rules", "-f", "facts.json").out_has(
        "Waived: 1 finding", "p.second (a): x; owner y; until 2999-01-31")


@case
def expired_waivers_are_reported(b):
    b.write("p.rules", HEAD + ONE)
    b.write("site.rules", 'pack site\nwaive rule p.one because "x" owner "y" '
            'until 2001-01-31\n')
    b.write("facts.json", json.dumps({"t.on": True}))
    b.run("eval", "p.rules", "site.rules", "-f", "facts.json", exit=1).out_has(
        "Found: 1 warning.", "Waivers that have expired", "p.one: x; owner y")


@case
def possible_causes_are_named(b):
    b.write("p.rules", HEAD + ONE + '''rule cause
  supersedes one
  when t.good and t.on
  then diagnose "x"
''')
    b.write("facts.json", json.dumps({"t.on": True}))
    b.run("eval", "p.rules", "-f", "facts.json", exit=1).out_has(
        "Possible causes that are not ruled out:", "- p.cause",
        "needs t.good: the snapshot does not hold it")


# ---- an earlier report ----

@case
def baseline_tells_what_changed(b):
    old = report(b, EACH + ONE, {"t.list": listed("A", "B"), "t.on": True,
                                 "t.size": 1})
    b.write("facts.json", json.dumps({"t.list": listed("a", "B", "C"),
                                      "t.size": 2}))
    again = ["eval", "p.rules", "-f", "facts.json", "--baseline", old]
    b.run(*again, exit=1).out_has(
        "\n  1 new, 1 gone, 1 unchanged, 1 undecided\n",
        "\n  new          p.each (c)\n", "\n  gone         p.each (a)\n",
        "\n  undecided    p.one: now the rule is undetermined\n")
    b.run(*again, "--format", "markdown", exit=1).out_has(
        "\n## Since the report of ",
        "\n- 1 new, 1 gone, 1 unchanged, 1 undecided\n")
    b.run(*again, "--format", "html", exit=1).out_has(
        'id="changes">Since the report of ',
        "<li>1 new, 1 gone, 1 unchanged, 1 undecided</li>")
    b.run(*again, "--format", "tap", exit=1).out_has(
        "\n# 1 new, 1 gone, 1 unchanged, 1 undecided\n",
        "\n# gone         p.each (a)\n", '\n  baseline: "new"\n')
    b.run(*again, "--format", "junit", exit=1).out_has(
        '<property name="baseline" '
        'value="1 new, 1 gone, 1 unchanged, 1 undecided"/>',
        "\nbaseline: new\n", "\nbaseline: unchanged\n")
    sarif = b.run(*again, "--format", "sarif", exit=1).json()["runs"][0]
    b.claim([r.get("baselineState") for r in sarif["results"]
             if r["kind"] == "fail"] == ["unchanged", "new"], "baselineState")
    b.claim([f["key"] for f in sarif["properties"]["baseline"]["gone"]] ==
            ["a"], "gone in SARIF")
    for detail in ("ids", "findings", "full"):
        data = b.run(*again, "--format", "json", "--detail", detail,
                     exit=1).json()
        if jsonschema:
            schema = json.loads((ROOT / "docs/report.schema.json").read_text())
            jsonschema.validate(data, schema)
        base = data["baseline"]
        b.claim([f["key"] for f in base["new"]] == ["c"], "new")
        b.claim([f["key"] for f in base["unchanged"]] == ["b"], "unchanged")
        b.claim([(f["key"], f["status"], f["title"]) for f in base["gone"]] ==
                [("a", "matched", "Each")], "gone")
        b.claim([(f["rule"], f["status"]) for f in base["undecided"]] ==
                [("p.one", "undetermined")], "undecided")


@case
def baseline_of_any_detail_and_name(b):
    facts = {"t.list": listed("A"), "t.on": True, "t.size": 1}
    for detail in ("ids", "findings"):
        old = report(b, EACH + ONE, facts, more=["--detail", detail])
        b.write("p.rules", HEAD + ONE + EACH.replace(
            "rule each", "rule new_name\n  replaces p.each since 2.0"))
        b.run("eval", "p.rules", "-f", "facts.json", "--baseline", old,
              exit=1).out_has("\n  0 new, 0 gone, 2 unchanged, 0 undecided\n")


@case
def what_was_not_evaluated_is_not_gone(b):
    old = report(b, EACH + ONE, {"t.list": listed("A"), "t.on": True,
                                 "t.size": 1})
    base = ["eval", "p.rules", "-f", "facts.json", "--baseline", old]
    b.run(*base, "--skip", "p.one", exit=1).out_has(
        "0 gone", "p.one: now the rule is not evaluated")
    b.write("facts.json", json.dumps({
        "t.list": [{"name": "a", "bad": "what"}], "t.on": False, "t.size": 1}))
    b.run(*base, exit=3).out_has("1 gone", "1 undecided", "gone         p.one",
                                 "p.each (a): now the rule is undetermined")
    b.write("facts.json", json.dumps({
        "t.list": [{"name": "c", "bad": "what"}], "t.on": False, "t.size": 1}))
    b.run(*base, exit=3).out_has("2 gone")


@case
def fail_new_counts_new_ones_only(b):
    old = report(b, EACH + ONE, {"t.list": listed("A"), "t.on": True,
                                 "t.size": 1})
    base = ["eval", "p.rules", "-f", "facts.json", "--baseline", old]
    b.run(*base, exit=1)
    b.run(*base, "--fail-new", exit=0)
    b.write("facts.json", json.dumps({"t.list": listed("A", "B"), "t.on": True,
                                      "t.size": 1}))
    b.run(*base, "--fail-new", exit=1)
    b.run(*base, "--fail-new", "--fail-level", "critical", exit=0)
    b.write("facts.json", json.dumps({"t.list": listed("A"), "t.size": 1}))
    b.run(*base, "--fail-new", exit=3)
    b.run("eval", "p.rules", "-f", "facts.json", "--fail-new", exit=2).err_has(
        "--fail-new needs --baseline")


@case
def a_waiver_that_ran_out_is_new(b):
    site = 'pack site\nwaive rule p.one because "x" owner "y" until %d-01-31\n'
    b.write("site.rules", site % 2999)
    b.write("p.rules", HEAD + ONE)
    b.write("facts.json", json.dumps({"t.on": True}))
    for detail in ("ids", "full"):
        b.write("site.rules", site % 2999)
        b.run("eval", "p.rules", "site.rules", "-f", "facts.json", "--format",
              "json", "--detail", detail)
        old = b.write("old.json", b.out)
        base = ["eval", "p.rules", "site.rules", "-f", "facts.json",
                "--baseline", old, "--fail-new"]
        b.run(*base).out_has("0 new")
        b.write("site.rules", site % 2001)
        b.run(*base, exit=1).out_has("1 new")


@case
def baseline_warns(b):
    facts = {"schema": "archrules.snapshot/1", "machine": "one",
             "facts": {"t.on": True, "t.list": listed("A"), "t.size": 1}}
    old = report(b, EACH + ONE, facts, more=["--severity", "error"])
    b.write("facts.json", json.dumps(dict(facts, machine="two")))
    b.run("eval", "p.rules", "-f", "facts.json", "--baseline", old,
          exit=1).out_has("The earlier report is of another machine: one",
                          "The earlier report does not name 1 of its findings")


@case
def bad_baselines(b):
    b.write("p.rules", HEAD + ONE)
    b.write("facts.json", json.dumps({"t.on": True}))
    base = ["eval", "p.rules", "-f", "facts.json", "--baseline"]
    good = {"schema_version": "1", "findings": [], "counts": {}}
    finding = {"rule": "p.one", "key": None, "fingerprint": "0" * 16}
    bad = {
        "cut.json": '{"schema_version": "1", "findings": [',
        "text.json": "PASS",
        "list.json": "[]",
        "other.json": '{"facts": {}}',
        "version.json": json.dumps(dict(good, schema_version="2")),
        "no_list.json": json.dumps(dict(good, findings={})),
        "number.json": json.dumps(dict(good, findings=[1])),
        "no_rule.json": json.dumps(dict(good, findings=[
            {"fingerprint": "0" * 16}])),
        "print.json": json.dumps(dict(good, findings=[
            dict(finding, fingerprint="0" * 15 + "G")])),
        "twice.json": '{"schema_version": "1", "schema_version": "1", '
                      '"findings": []}',
    }
    for name, text in bad.items():
        b.write(name, text)
        b.run(*base, name, exit=2).err_has("error[E2009]", name).out_is("")
    b.run(*base, "non.json", exit=2).err_has("error[E2002]", "non.json")
    b.run(*base, ".", exit=2).err_has("error[E2001]")
    b.write("good.json", json.dumps(dict(good, findings=[finding])))
    b.run(*base, "good.json", exit=1).out_has("1 new, 1 gone, 0 unchanged")


# ---- remedies of one rule ----

WAYS = '''rule ways
  when t.on
  then
    diagnose "It is on."
    remedy "Careful"
      risk low
      step "Look"
        run bash 'echo careful >> done.txt'
        run powershell 'echo not-in-bash'
    remedy "Bold"
      risk high
      data_loss "Everything is lost."
      undo "Nothing helps."
      needs admin
      step "One"
        run bash 'echo one >> done.txt'
      step "Two"
        do "Look at the lamp."
        run bash 'echo two >> done.txt'
        restart machine
      step "Three"
        run 'touch three.txt'
        open "https://example.org/"
      verify t.good
        run bash 'ls'
'''
ON = {"t.on": True, "host.os": "linux"}


def setup(b, rules=WAYS, facts=ON):
    b.write("p.rules", HEAD.replace("\nfact", "\nuse std.host\nfact", 1) +
            rules)
    b.write("facts.json", json.dumps(facts))
    return ["remedy", "ways", "-p", "p.rules", "-f", "facts.json"]


@case
def remedy_shows_steps(b):
    base = setup(b)
    b.run(*base).out_has("p.ways\n", "(way 1 of 2): Careful",
                         "(way 2 of 2): Bold", "Risk: high",
                         "Data loss: Everything is lost.",
                         "To undo it: Nothing helps.", "    1. One\n",
                         "           echo one >> done.txt\n")
    b.out_lacks("not-in-bash")
    b.run(*base, "--shell", "all").out_has("not-in-bash")
    b.run(*base, "--way", "2").out_lacks("Careful").out_has("Bold")
    b.run(*base, "--max-risk", "low").out_has(
        "Careful", "Ways that were left out:",
        "- Bold: its risk is high")
    b.run(*base, "--no-admin", "--no-restart").out_has(
        "it asks to restart the machine, it needs an administrator")
    data = b.run(*base, "--format", "json", "--no-admin").json()
    finding = data["findings"][0]
    b.claim([r["title"] for r in finding["remedies"]] == ["Careful"], "JSON")
    b.claim(finding["remedies_left_out"] == [
        {"title": "Bold", "because": "it needs an administrator"}], "JSON")


@case
def eval_leaves_out_remedies(b):
    setup(b)
    b.run("eval", "p.rules", "-f", "facts.json", "--no-restart",
          exit=1).out_has("Careful", "Bold: it asks to restart the machine")


@case
def remedy_without_a_finding(b):
    base = setup(b, facts={"t.on": False})
    b.run(*base).out_has("p.ways is clear: there is nothing to mend.")
    b.run(*base, "--script", "bash", exit=2).out_is("").err_has(
        "p.ways is clear: there is nothing to mend")
    base = setup(b, facts={})
    b.run(*base, exit=3).out_has("p.ways is undetermined",
                                 "needs t.on: the snapshot does not hold it")


@case
def remedy_asked_wrongly(b):
    base = setup(b)
    b.run("remedy", exit=2).err_has("remedy needs a RULE")
    b.run("remedy", "ways", "x", exit=2).err_has("packs are named with -p")
    b.run("remedy", "wyas", *base[2:], exit=2).err_has("E2007", "ways")
    b.run("remedy", "p", *base[2:], exit=2).err_has("is a pack")
    for way in ("0", "x", "-1", "9999"):
        b.run(*base, "--way", way, exit=2).err_has("--way takes")
    b.run(*base, "--way", "3", exit=2).err_has("p.ways has no way 3: there "
                                               "are 2").out_is("")
    b.run(*base, "--way", "3", "--script", "bash", exit=2).err_has("no way 3")
    b.run(*base, "--key", "x", exit=2).err_has("no finding with the key 'x'")
    b.run(*base, "--script", "basch", exit=2).err_has("did you mean 'bash'?")
    base = setup(b, WAYS.replace("      risk low\n", "      risk high\n"))
    b.run(*base, "--max-risk", "low", "--script", "bash", exit=2).err_has(
        "the filters leave out every remedy of p.ways")
    base = setup(b, "rule ways\n  when t.on\n  then diagnose \"x\"\n")
    b.run(*base).out_has("The rule has no remedy.")
    b.run(*base, "--script", "bash", exit=2).err_has("p.ways has no remedy")
    base = setup(b, EACH.replace("rule each", "rule ways") +
                 '    remedy "Mend {d.name}"\n      step "x"\n'
                 '        run bash "echo {d.name} >> done.txt"\n',
                 {"t.list": listed("A", "B"), "t.size": 1})
    b.run(*base).out_has("p.ways (a)", "p.ways (b)", "echo 'b'")
    b.run(*base, "--script", "bash", exit=2).err_has(
        "a script is for one finding: say --key, one of a, b")
    b.run(*base, "--script", "bash", "--key", "b").out_has("echo 'b' >>")
    b.run(*base, "--key", "b").out_lacks("p.ways (a)")


# ---- scripts ----

def play(b, script, answers, *args, exit=0, shell="bash"):
    """Runs a script with answers, in the case's folder."""
    done = subprocess.run([shell, script, *args], cwd=b.folder,
                          input="\n".join(answers) + "\n" if answers else "",
                          capture_output=True, text=True, timeout=30)
    b.args, b.out, b.err = ["script", *args], done.stdout, done.stderr
    b.claim(done.returncode == exit,
            f"script: exit {done.returncode}, expected {exit}")
    return b


def left(b, name="done.txt"):
    path = b.folder / name
    return path.read_text().split("\n")[:-1] if path.exists() else []


def shellcheck(b, script):
    if shutil.which("shellcheck"):
        done = subprocess.run(["shellcheck", script], cwd=b.folder,
                              capture_output=True, text=True)
        b.claim(done.returncode == 0, f"shellcheck: {done.stdout}")


@case
def script_asks_and_does(b):
    base = setup(b)
    b.run(*base, "--way", "2", "--script", "bash", "-o", "s.sh").out_is("")
    shellcheck(b, "s.sh")
    b.claim(left(b) == [], "archrules ran a command")
    root = [] if os.geteuid() == 0 else ["yes"]
    play(b, "s.sh", [*root, "no"], exit=1).out_has(
        "Remedy:    Bold", "Risk:      high", "Data loss: Everything is lost.",
        "Restart:   machine", "Rights:    administrator",
        "To undo:   Nothing helps.", "Begin? [yes/no]")
    b.err_has("Stopped; nothing more was done.")
    b.claim(left(b) == [], "something ran before it was allowed")
    play(b, "s.sh", [*root, "yes", "no"], exit=1).out_has(
        "Step 1: One", "About to run:\necho one >> done.txt\n",
        "Run it? [yes/no]")
    b.err_has("To go on later: bash s.sh 1")
    b.claim(left(b) == [], "a risky command ran without a yes")
    play(b, "s.sh", [*root, "y", "YES", "yes", "y"]).out_has(
        "Step 2: Two", "Do this by hand:\n  Look at the lamp.\n",
        "Restart the machine.", "Then go on: bash s.sh 3")
    b.out_lacks("Step 3")
    b.claim(left(b) == ["one", "two"], f"done: {left(b)}")
    play(b, "s.sh", [*root, "y", "y", "y"], "3").out_has(
        "Step 3: Three", "Open this:\n  https://example.org/\n",
        "Done. Check that it worked:", "archrules verify p.ways")
    b.out_lacks("Step 1")
    b.claim((b.folder / "three.txt").exists(), "step 3 was not done")
    b.claim(left(b) == ["one", "two"], "steps before were done again")


@case
def script_without_answers_does_nothing(b):
    base = setup(b)
    b.run(*base, "--way", "2", "--script", "bash", "-o", "s.sh")
    play(b, "s.sh", [], exit=1)
    b.claim(left(b) == [], "something ran")


@case
def script_of_low_risk_asks_once(b):
    base = setup(b)
    b.run(*base, "--max-risk", "low", "--script", "bash", "-o", "s.sh")
    play(b, "s.sh", ["yes"]).out_lacks("Run it?", "not-in-bash")
    b.out_has("About to run:\necho careful >> done.txt")
    b.claim(left(b) == ["careful"], f"done: {left(b)}")


STOPS = '''rule ways
  when t.on
  then
    diagnose "x"
    remedy "R"
      risk low
      step "One"
        run bash 'echo one >> done.txt'
        run bash %s
        run bash 'echo two >> done.txt'
      step "Two"
        run bash 'echo three >> done.txt'
'''


@case
def script_stops_at_the_first_failure(b):
    failing = ["'false'", "'exit 7'", "'no_such_program_here'",
               "'false; true'", "'false | cat'", "'cd /nowhere-at-all'",
               "'echo $('", "'(exit 3)'",
               "\"\"\"\n          true\n          false\n          true\n"
               "          \"\"\""]
    for command in failing:
        base = setup(b, STOPS % command)
        b.run(*base, "--script", "bash", "-o", "s.sh")
        (b.folder / "done.txt").unlink(missing_ok=True)
        done = subprocess.run(["bash", "s.sh"], cwd=b.folder, input="yes\n",
                              capture_output=True, text=True, timeout=30)
        b.out, b.err = done.stdout, done.stderr
        b.claim(done.returncode != 0, f"{command}: no failure")
        b.claim(left(b) == ["one"], f"{command}: done {left(b)}")
        b.args = command
        b.err_has("Stopped: step 1 failed.", "bash s.sh 1")


@case
def script_keeps_its_shape(b):
    """No command can reach beyond its end, or change what follows."""
    odd = ["'echo \"COMMAND\" >> done.txt'", "\"echo 'a\"",
           "'''\n          COMMAND=1\n          : <<COMMAND\n          x\n"
           "          COMMAND\n          echo in >> done.txt\n          '''",
           "'cd /'", "'remedy_step=x; first=9; step=4; set +e; false; true'",
           "'cat >> done.txt'", "'read -r x; echo \"read=$x\" >> done.txt'"]
    for command in odd:
        base = setup(b, STOPS % command)
        b.run(*base, "--script", "bash", "-o", "s.sh")
        (b.folder / "done.txt").unlink(missing_ok=True)
        subprocess.run(["bash", "s.sh"], cwd=b.folder, input="yes\nno\nno\n",
                       capture_output=True, text=True, timeout=30)
        b.claim("no" not in left(b), f"{command} took an answer")
        b.claim(left(b)[:1] == ["one"], f"{command}: {left(b)}")


@case
def script_decides_what_is_open(b):
    rules = '''rule ways
  when t.on
  then
    diagnose "x"
    remedy "R"
      risk low
      step "One" if t.good
        run bash 'echo one >> done.txt'
      step "Two"
        run bash 'echo two >> done.txt' unless t.good
        run bash 'echo three >> done.txt'
      step "Three"
        run bash "echo {t.size} >> done.txt"
'''
    base = setup(b, rules)
    b.run(*base, "--script", "bash", "-o", "s.sh")
    shellcheck(b, "s.sh")
    play(b, "s.sh", ["yes", "no", "yes", "yes"]).out_has(
        "Do this step only if t.good; that could not be decided. Do it?",
        "Leave what follows out if t.good; that could not be decided.",
        "Fill in what stands in < >, and run this:\n"
        "  echo <t.size: unknown?> >> done.txt")
    b.claim(left(b) == ["two", "three"], f"done: {left(b)}")


HOSTILE_TEXT = 'a\n"; touch pwned; # $(touch pwned) `touch pwned` \x1b[2J \u202e'


@case
def script_texts_are_inert(b):
    """Words of a rule that hold values of the machine."""
    rules = '''rule ways
  for each d in t.list key d.name
  when     d.bad
  then
    diagnose "It is {d.name}."
    remedy "Mend {d.name}"
      risk low
      undo "Undo {d.name}"
      step "Step {d.name}" if t.good
        do "Do {d.name}"
        run bash "echo {d.name}"
      step "Go"
        run bash 'echo done >> done.txt'
'''
    name = HOSTILE_TEXT + "'; touch pwned; echo '"
    base = setup(b, rules, {"t.list": [{"name": name, "bad": True}],
                            "t.size": 1})
    for shell in ("bash", "powershell"):
        b.run(*base, "--script", shell, "-o", f"s.{shell}")
        text = (b.folder / f"s.{shell}").read_bytes()
        b.claim(b"\x1b" not in text and "\u202e".encode() not in text,
                f"{shell}: an escape in the script")
    shellcheck(b, "s.bash")
    play(b, "s.bash", ["yes"] * 8)
    b.claim(not (b.folder / "pwned").exists(), "a text was run")
    b.claim(left(b) == ["done"], "the script did not get to its end")


# ---- verify ----

VERIFY = '''rule fix
  title "Fix"
  for each d in t.list key d.name
  when     d.bad
  then
    diagnose "{d.name}"
    remedy "Mend it"
      step "x"
        do "x"
      verify t.good
'''


def verify(b, facts, *more, exit=0):
    b.write("new.json", json.dumps(facts))
    return b.run("verify", "p.fix", "-p", "p.rules", "-f", "new.json", *more,
                 exit=exit)


@case
def verify_has_four_verdicts(b):
    facts = {"t.list": listed("A", "B"), "t.good": False}
    old = report(b, VERIFY, facts)
    before = ["--before", old]
    verify(b, facts, *before, exit=1).out_has(
        "not_fixed: p.fix (a)", "not_fixed: p.fix (b)",
        "The rule still matches.")
    mended = {"t.list": listed("a", "b"), "t.good": True}
    verify(b, mended, *before).out_has("fixed: p.fix (a)", "fixed: p.fix (b)")
    # What the remedy promises does not hold, although the rule is quiet.
    verify(b, dict(mended, **{"t.good": False}), *before, exit=1).out_has(
        "What the remedy is to achieve does not hold.")
    verify(b, dict(mended, **{"t.good": None}), *before, exit=1)
    # It cannot be told.
    verify(b, {"t.list": listed("a", "b")}, *before, exit=3).out_has(
        "unverified: p.fix (a)", "needs t.good: the snapshot does not hold it")
    # The promise holds, but the rule matches all the same.
    verify(b, dict(facts, **{"t.good": True}), *before, exit=1).out_has(
        "not_fixed: p.fix (a)")
    # One is mended, one is not.
    verify(b, {"t.list": listed("a", "B"), "t.good": True}, *before,
           exit=1).out_has("\nnot_fixed: p.fix (b)").out_has("fixed: p.fix (a)")
    # The key asks for one.
    verify(b, {"t.list": listed("a", "B"), "t.good": True}, *before, "--key",
           "a").out_lacks("(b)")


@case
def verify_of_what_is_gone(b):
    old = report(b, VERIFY, {"t.list": listed("A", "B"), "t.good": False})
    before = ["--before", old]
    # Gone is fixed, whatever the remedy promised; the other one is judged.
    verify(b, {"t.list": listed("B"), "t.good": False}, *before,
           exit=1).out_has("fixed: p.fix (a)\n  It is not there any more",
                           "not_fixed: p.fix (b)")
    verify(b, {"t.list": []}, *before)
    verify(b, {"t.list": None}, *before).out_has("It is not there any more.")
    # The list is not known.
    verify(b, {"t.good": True}, *before, exit=3).out_has(
        "unverified: p.fix (a)",
        "Whether it is still there could not be found out.", "needs t.list")
    # A name in it is not known.
    b.write("new.json", json.dumps({"t.list": [{"name": 1, "bad": False}],
                                    "t.good": True}))
    b.run("verify", "fix", "-p", "p.rules", "-f", "new.json", *before, exit=3)
    # Elements are found by key, wherever they stand now.
    verify(b, {"t.list": listed("c", "B", "a"), "t.good": True}, *before,
           exit=1).out_has("fixed: p.fix (a)", "not_fixed: p.fix (b)")
    b.out_lacks("(c)")


@case
def verify_without_a_report(b):
    b.write("p.rules", HEAD + VERIFY)
    verify(b, {"t.list": listed("A", "b"), "t.good": True}, exit=1).out_has(
        "not_fixed: p.fix (a)", "fixed: p.fix (b)")
    verify(b, {"t.list": listed("A", "b"), "t.good": True}, "--key", "b")
    verify(b, {"t.list": listed("A"), "t.good": True}, "--key", "z").out_has(
        "It is not there any more; there is: a.")
    verify(b, {"t.list": []}).out_has("fixed: p.fix\n")
    b.run("verify", exit=2).err_has("verify needs a RULE")
    b.run("verify", "fxi", "-p", "p.rules", "-f", "new.json",
          exit=2).err_has("E2007")
    b.run("verify", "fix", "-p", "p.rules", "-f", "new.json", "--before",
          "p.rules", exit=2).err_has("E2009")


@case
def verify_by_the_rule_alone(b):
    b.write("p.rules", HEAD + '''rule fix
  applies t.good
  when    t.on
  then    diagnose "x"
''')
    verify(b, {"t.on": True, "t.good": True}, exit=1)
    verify(b, {"t.on": False, "t.good": True}).out_has(
        "The rule does not match any more.")
    verify(b, {"t.on": True, "t.good": False})
    verify(b, {"t.good": True}, exit=3).out_has("needs t.on")
    verify(b, {"t.on": True}, exit=3).out_has("needs t.good")
    verify(b, {"t.on": False})


@case
def verify_takes_groups_and_lets_anew(b):
    b.write("p.rules", HEAD + r'''fact t.line : string
rule fix
  let  limit = t.size * 2
  when t.line matches /took (?<n>\d+)/ and int(n) > limit
  then
    diagnose "x"
    remedy "x"
      step "y"
        do "z"
      verify int(n) <= limit
''')
    verify(b, {"t.line": "took 50", "t.size": 10}, exit=1)
    verify(b, {"t.line": "took 15", "t.size": 10})
    verify(b, {"t.line": "took 50", "t.size": 30})
    # Without a number to compare, the promise is neither.
    verify(b, {"t.line": "nothing", "t.size": 10}, exit=1)
    verify(b, {"t.size": 10}, exit=3)


RESTART = '''use std.host
rule fix
  when t.on
  then
    diagnose "x"
    remedy "x"
      step "y"
        restart %s%s
      verify t.good
'''


@case
def verify_waits_for_a_restart(b):
    then = "2026-11-22T10:00:00Z"
    for what in ("machine", "session", "wsl", "app"):
        rules = HEAD + RESTART % (what, "")
        b.write("p.rules", rules)
        b.write("facts.json", json.dumps({
            "schema": "archrules.snapshot/1", "collected": then,
            "facts": {"t.on": True, "t.good": False}}))
        b.run("eval", "p.rules", "-f", "facts.json", "--format", "json",
              exit=1)
        old = b.write("old.json", b.out)
        before = ["--before", old]
        same = {"t.on": True, "t.good": False}
        verify(b, same, *before, exit=3).out_has("pending_restart: p.fix")
        verify(b, same, *before, "--restarted", exit=1).out_has("not_fixed")
        verify(b, dict(same, **{"host.booted": "2026-11-22T09:00:00Z"}),
               *before, exit=3).out_has("pending_restart")
        verify(b, dict(same, **{"host.booted": "2026-11-22T11:00:00Z"}),
               *before, exit=1).out_has("not_fixed")
        verify(b, {"t.on": False}, *before, exit=3).out_has("pending_restart",
                                                            "needs t.good")
        verify(b, {"t.on": False, "t.good": True}, *before).out_has("fixed:")
        verify(b, same, exit=3).out_has("pending_restart")


@case
def verify_asks_the_report_for_restarts(b):
    """A restart that this machine was not asked for is not waited for, nor is
    one of another way."""
    b.write("p.rules", HEAD + RESTART % ("machine", " if t.size > 5"))
    b.write("facts.json", json.dumps({"t.on": True, "t.good": False,
                                      "t.size": 1}))
    b.run("eval", "p.rules", "-f", "facts.json", "--format", "json", exit=1)
    old = b.write("old.json", b.out)
    verify(b, {"t.on": True, "t.good": False, "t.size": 9}, "--before", old,
           exit=1)
    verify(b, {"t.on": True, "t.good": False, "t.size": 1}, exit=3)
    b.write("p.rules", HEAD + RESTART % ("machine", "") +
            '    remedy "easy"\n      risk low\n      step "y"\n'
            '        do "z"\n      verify t.size > 5\n')
    facts = {"t.on": False, "t.good": False, "t.size": 1}
    verify(b, facts, exit=3)
    verify(b, facts, "--way", "1", exit=1)
    verify(b, facts, "--way", "2", exit=3)
    verify(b, dict(facts, **{"t.size": 9}), "--way", "1")
    verify(b, dict(facts, **{"t.size": 9}), "--way", "2", exit=3)


LOG = '''rule fix
  when t.log matches /failed/
  then diagnose "x"
'''


@case
def verify_looks_at_newer_lines_only(b):
    old = report(b, LOG, {"t.log": ["start", "failed", "stop"]})
    before = ["--before", old]
    quiet = {"t.log": ["start", "failed", "stop", "start", "fine"]}
    verify(b, quiet, exit=1)
    verify(b, quiet, *before).out_has("fixed")
    verify(b, {"t.log": ["start", "failed", "stop", "start", "failed"]},
           *before, exit=1)
    # The beginning was cut off meanwhile.
    verify(b, {"t.log": ["failed", "stop", "fine"]}, *before)
    verify(b, {"t.log": ["stop", "failed"]}, *before, exit=1)
    # It was begun anew.
    verify(b, {"t.log": ["new", "failed"]}, *before, exit=1)
    verify(b, {"t.log": ["new", "fine"]}, *before)
    # Nothing was written since: nothing is known.
    verify(b, {"t.log": ["start", "failed", "stop"]}, *before,
           exit=3).out_has("unverified", "needs t.log",
                           "no line is newer than the finding")
    # The same line again is a new one.
    old = report(b, LOG, {"t.log": ["failed"]})
    verify(b, {"t.log": ["failed", "failed"]}, "--before", old, exit=1)


@case
def verify_tells_lines_by_their_time(b):
    facts = {"schema": "archrules.snapshot/1",
             "collected": "2026-11-22T10:00:00Z",
             "facts": {"t.log": ["failed"]}}
    old = report(b, LOG, facts, more=["--detail", "ids"])
    b.claim(json.loads(Path(old).read_text())["generated"], "no time")
    # A report of ids has no time of the facts: what stands there is now.
    verify(b, {"t.log": ["[2001-01-01T00:00:00Z] failed", " more failed",
                         "[2999-01-01T00:00:00Z] fine"]}, "--before", old)
    verify(b, {"t.log": ["2001-01-01T00:00:00Z failed",
                         "2999-01-01T00:00:00Z failed"]}, "--before", old,
           exit=1)
    verify(b, {"t.log": ["failed", "without any time"]}, "--before", old,
           exit=1).out_has("Which lines of t.log are newer than the finding "
                           "cannot be told")


@case
def verify_by_an_old_name(b):
    old = report(b, VERIFY, {"t.list": listed("A"), "t.good": False})
    b.write("p.rules", HEAD + VERIFY.replace(
        "rule fix", "rule renamed\n  replaces p.fix since 2.0"))
    b.write("new.json", json.dumps({"t.list": listed("a"), "t.good": True}))
    b.run("verify", "renamed", "-p", "p.rules", "-f", "new.json", "--before",
          old).out_has("fixed: p.renamed (a)")


@case
def verify_as_json(b):
    old = report(b, VERIFY, {"t.list": listed("A", "B"), "t.good": False})
    data = verify(b, {"t.list": listed("B")}, "--before", old, "--format",
                  "json", exit=1).json()
    if jsonschema:
        schema = json.loads((ROOT / "docs/verification.schema.json")
                            .read_text())
        jsonschema.validate(data, schema)
    b.claim([(f["key"], f["verdict"]) for f in data["findings"]] ==
            [("a", "fixed"), ("b", "not_fixed")], "verdicts")
    b.claim(data["rule"] == "p.fix", "rule")
    data = verify(b, {}, "--before", old, "--format", "json", exit=3).json()
    b.claim(data["findings"][0]["needs"][0]["fact"] == "t.list", "needs")


@case
def verify_looks_at_the_machine(b):
    b.write("p.rules", """pack p
use std.host, std.file
rule fix
  when env("AR_TEST_FAULT") == "on"
  then
    diagnose "x"
    remedy "x"
      step "y"
        run bash "unset AR_TEST_FAULT"
      verify host.os != windows
""")
    base = ["verify", "fix", "-p", "p.rules", "--allow-run"]
    b.run(*base, env={"AR_TEST_FAULT": "on"}, exit=1).out_has(
        "not_fixed: p.fix")
    b.run(*base, env={"AR_TEST_FAULT": "off"}).out_has("fixed: p.fix")
    b.run(*base).out_has("fixed: p.fix")
    b.run(*base, "--no-probe", exit=3).out_has(
        "unverified: p.fix", "needs host.os")


# ---- nothing on the machine changes ----

@case
def nothing_is_written(b):
    if not shutil.which("strace"):
        raise Skipped("no strace")
    base = setup(b)
    program = os.path.realpath(b.program)
    log = b.folder / "trace"
    calls = ("openat,open,creat,unlink,unlinkat,rename,renameat,renameat2,"
             "mkdir,mkdirat,rmdir,chmod,fchmod,fchmodat,chown,fchown,truncate,"
             "ftruncate,link,linkat,symlink,symlinkat,mount,umount2,kill,"
             "tkill,setxattr,utimensat,mknod,mknodat,execve")
    for args in (["eval", "p.rules", "-f", "facts.json"], ["eval"], base,
                 [*base, "--way", "2", "--script", "bash"],
                 ["verify", *base[1:]]):
        done = subprocess.run(
            ["strace", "-f", "-qq", "-e", f"trace={calls}", "-o", str(log),
             program, *args], cwd=b.folder, capture_output=True, timeout=120)
        if b"ptrace" in done.stderr or not log.exists():
            raise Skipped(f"strace cannot trace: {done.stderr[:80]!r}")
        b.args, b.out, b.err = args, "", ""
        first = Path(program).name
        for line in log.read_text(errors="replace").split("\n"):
            check_call(b, line, first, args)


# What a program that a probe runs may open to write: it changes no more than
# that program itself, as the virtual machine of Java does.
OWN = ('"/dev/null"', '"/dev/tty"', '"/proc/self/')


def check_call(b, line, program, args):
    """A system call that was traced must leave the machine as it is."""
    parts = line.split(None, 1)
    name = parts[1].split("(", 1)[0] if len(parts) == 2 else ""
    # Strace writes "???(" for a thread that was gone before it could look.
    if not name.isidentifier():
        return
    if name in ("open", "openat"):
        writes = any(flag in parts[1] for flag in
                     ("O_WRONLY", "O_RDWR", "O_CREAT", "O_TRUNC", "O_APPEND"))
        b.claim(not writes or any(each in parts[1] for each in OWN),
                f"opens: {line}")
    elif name == "execve":
        b.claim(f"/{program}\"" in parts[1] or args == ["eval"],
                f"runs: {line}")
    elif name in ("kill", "tkill"):
        b.claim(args == ["eval"], f"signals: {line}")
    else:
        raise Failed(f"{args}: {line}")


if __name__ == "__main__":
    sys.exit(cli.main())
