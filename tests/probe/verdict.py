#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A report never says that there is no problem if a probe that a rule needs
failed, however it failed: each behaviour of fake_probe in a pack of its own,
and all of them in one.

    verdict.py PROGRAM FAKE_PROBE [BEHAVIOUR...]
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from checks import check, finish

TABLE = Path(__file__).resolve().parent / "behaviours.def"
AT_ONCE = 4
# archrules reads more of one program than the limit these write a little
# over.
BELOW_LIMIT = {"writes_one_over_limit": "ANY", "floods_and_sleeps": "HANG"}
# The reasons that each outcome may have.
REASONS = {
    "OK": {"probe_failed"},     # with another exit code
    "ANY": {"bad_output"},
    "CRASH": {"probe_failed"},
    "FAIL": {"probe_failed"},
    "HANG": {"timeout"},
    "FLOOD": {"too_large"},
    "BAD": {"probe_failed", "too_large", "timeout"},
}
# The first would be clear if it had an answer, the second if it had a value,
# the third if it was absent: so each must be undetermined.
RULES = '''
fact fake.{name} : string
probe {name}
  run     "{program}" '{name}' '{mark}'
  timeout {timeout}
  parse   text matches /\\A(?<said>ok)\\n?\\z/
  gives   fake.{name} : string = .said
rule {name}_is_bad
  title "{name} is bad"
  when fake.{name} == "bad"
  then diagnose "It says so."
rule {name}_is_absent
  title "{name} is absent"
  when fake.{name} absent
  then diagnose "It says nothing."
rule {name}_is_there
  title "{name} is there"
  when fake.{name} exists
  then diagnose "It says something."
'''
ENDS = ("bad", "absent", "there")
MARK = f"verdict-{os.getpid()}"


def read_table():
    """(name, outcome, number as it is written) of each behaviour."""
    pattern = re.compile(r"^AR_BEHAVIOUR\((\w+), (\w+), (\w+)\)$", re.M)
    return [(name, BELOW_LIMIT.get(name, outcome), number)
            for name, outcome, number
            in pattern.findall(TABLE.read_text("utf-8"))]


def answers(behaviour):
    """True if it gives a proper answer; None if it may."""
    name, outcome, number = behaviour
    if outcome in ("MAYBE", "EDGE"):
        return None
    return outcome == "OK" and number == "0"


def reasons_of(behaviour):
    return REASONS[behaviour[1]]


def rules_of(behaviour, fake):
    timeout = "300ms" if behaviour[1] == "HANG" else "20s"
    return RULES.format(name=behaviour[0], program=fake, mark=MARK,
                        timeout=timeout)


def evaluate(program, pack, *options, is_allowed=True):
    allow = ["--allow-run"] if is_allowed else []
    return subprocess.run(
        [program, "eval", *allow, "-p", pack, *options],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        encoding="utf-8", stdin=subprocess.DEVNULL, timeout=200,
        env=dict(os.environ, NO_COLOR="1", DOCKER_CONFIG="/tmp/planted"))


def check_rules(what, report, name, reasons):
    """All rules of it are undetermined for its fact, and say why."""
    rules = {f"fakes.{name}_is_{end}" for end in ENDS}
    mine = [r for r in report["undetermined"] if r["rule"] in rules]
    check(f"{what}: its rules are undetermined", len(mine) == len(rules),
          [r for r in report["rules"] if r["id"] in rules])
    for rule in mine:
        needs = [(n["fact"], n["state"]) for n in rule["needs"]]
        check(f"{what}: {rule['rule']} needs its fact, which is unknown",
              needs == [(f"fake.{name}", "unknown")], needs)
        check(f"{what}: {rule['rule']} has a reason of {sorted(reasons)}",
              all(n["reason"] in reasons for n in rule["needs"]),
              rule["needs"])
    check(f"{what}: no finding comes of it",
          not any(f["rule"] in rules for f in report["findings"]))


def check_verdict(what, verdict, count):
    """Nobody who reads only the first line may think that all is well."""
    rules = "1 rule" if count == 1 else f"{count} rules"
    wanted = f"No problem found so far, but {rules} could not be decided."
    check(f"{what}: the verdict says what is open",
          verdict.startswith(wanted), repr(verdict))


def check_human(what, run, names):
    count = len(ENDS) * len(names)
    check(f"{what}: exit status 3", run.returncode == 3, run.returncode,
          run.stderr)
    check_verdict(what, run.stdout.split("\n")[0], count)
    check(f"{what}: nothing was found only as far as it is known",
          run.stdout.count("No problem found") == 1, run.stdout)
    for name in names:
        for end in ENDS:
            check(f"{what}: {name}_is_{end} is listed as undecided",
                  f"  - fakes.{name}_is_{end} (error)" in run.stdout,
                  run.stdout)
    counts = f"0 matched + {count} undetermined + 0 clear"
    check(f"{what}: no rule is clear", counts in run.stdout, run.stdout)


def check_json(what, run, reasons):
    """reasons: those that each name may have."""
    check(f"{what}: exit status 3", run.returncode == 3, run.returncode,
          run.stderr)
    report = json.loads(run.stdout)
    count = len(ENDS) * len(reasons)
    check(f"{what}: no rule is clear",
          report["counts"]["undetermined"] == count
          and report["counts"]["clear"] == 0, report["counts"])
    check_verdict(what, report["verdict"], count)
    for name, each in reasons.items():
        check_rules(what, report, name, each)


# ---- what is run ----

class Bench:
    """The programs and a folder for packs."""

    def __init__(self, program, fake, folder):
        self.program = program
        self.folder = folder
        self.fake = self.copy(fake)

    def copy(self, fake):
        """To a place where nobody else can change it: root runs no other."""
        self.folder.chmod(0o755)
        path = self.folder / "fake_probe"
        shutil.copy(fake, path)
        path.chmod(0o755)
        return path

    def pack(self, name, rules):
        path = self.folder / f"{name}.rules"
        path.write_text("pack fakes\n" + "".join(rules), "utf-8")
        return str(path)

    def eval(self, pack, *options):
        return evaluate(self.program, pack, *options)


def run_alone(bench, behaviour):
    name = behaviour[0]
    pack = bench.pack(name, [rules_of(behaviour, bench.fake)])
    check_human(f"{name} alone", bench.eval(pack), [name])
    check_json(f"{name} alone in JSON", bench.eval(pack, "--format", "json"),
               {name: reasons_of(behaviour)})


def run_together(bench, failing):
    pack = bench.pack("together", [rules_of(b, bench.fake) for b in failing])
    check_json("together", bench.eval(pack, "--format", "json"),
               {b[0]: reasons_of(b) for b in failing})


def run_until_deadline(bench, failing):
    """The deadline of the run ends what is running and what would be next."""
    hanging = [(name, "UNTIL", "0") for name, outcome, _ in failing
               if outcome == "HANG"]
    pack = bench.pack("deadline", [rules_of(b, bench.fake) for b in hanging])
    start = time.monotonic()
    run = bench.eval(pack, "--timeout", "2", "--format", "json")
    check("deadline: it is kept", time.monotonic() - start < 10)
    check_json("deadline", run, {b[0]: {"timeout"} for b in hanging})
    check_human("deadline, for people", bench.eval(pack, "--timeout", "1"),
                [b[0] for b in hanging])


def run_without_trust(bench, failing):
    pack = bench.pack("untrusted", [rules_of(b, bench.fake) for b in failing])
    run = evaluate(bench.program, pack, "--format", "json", is_allowed=False)
    report = json.loads(run.stdout)
    check("untrusted: exit status 3", run.returncode == 3)
    check("untrusted: the verdict says what is open",
          report["verdict"].startswith("No problem found so far, but "),
          report["verdict"])
    for behaviour in failing:
        check_rules("untrusted", report, behaviour[0], {"denied"})


def run_proper_answers(bench, behaviours):
    """With them the same rules are decided: what is tested above is not that
    nothing ever is."""
    good = [b for b in behaviours if answers(b)]
    rules = "".join(rules_of(b, bench.fake) for b in good)
    rules = re.sub(r"rule \w+_is_there\n(?:  .*\n)+", "", rules)
    run = bench.eval(bench.pack("good", [rules]))
    check("proper answers: exit status 0", run.returncode == 0, run.stdout)
    check("proper answers: no problem is found",
          run.stdout.startswith("No problem found. "), run.stdout)
    check("proper answers: all rules are clear",
          f"0 undetermined + {2 * len(good)} clear" in run.stdout, run.stdout)


def check_nothing_left():
    mark = MARK.encode()
    for _ in range(200):
        left = []
        for path in Path("/proc").glob("[0-9]*/cmdline"):
            try:
                if mark in path.read_bytes():
                    left.append(path.parent.name)
            except OSError:
                pass
        if not left:
            return
        time.sleep(0.01)
    check("no process is left", False, left)


def main():
    program, fake, *only = sys.argv[1:]
    behaviours = [b for b in read_table() if not only or b[0] in only]
    failing = [b for b in behaviours if answers(b) is False]
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(os.path.abspath(program), fake, Path(folder))
        with ThreadPoolExecutor(AT_ONCE) as pool:
            list(pool.map(lambda b: run_alone(bench, b), failing))
        if not only:
            run_together(bench, failing)
            run_until_deadline(bench, failing)
            run_without_trust(bench, failing)
            run_proper_answers(bench, behaviours)
        check_nothing_left()
    return finish(f"{len(failing)} behaviours that give no answer, of "
                  f"{len(behaviours)}: ")


if __name__ == "__main__":
    sys.exit(main())
