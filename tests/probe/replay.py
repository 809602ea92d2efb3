#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Replays of wsl.exe, of programs of Windows and of Docker: what they were
recorded or documented to print (tests/probe/outputs) is printed by a program
of their name, which the program itself looks up, runs and reads. Nothing here
is one of those programs.

    replay.py PROGRAM REPLAY UNAME     on Linux, as inside of WSL
    replay.py PROGRAM REPLAY PREFIX    with .exe files, in Wine's folder

UNAME is a library by which uname() says that the kernel is that of WSL. Exit 1
if a fact is not what it should be, 77 if it cannot be had here.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
OUTPUTS = HERE / "outputs"
NAMES = {"wsl.exe", "docker", "bcdedit.exe", "dism.exe", "sc.exe",
         "python.exe", "vswhere.exe", "powershell.exe"}
ENCODERS = {
    "utf8": lambda text: text.encode("utf-8"),
    "utf8 with a mark": lambda text: b"\xef\xbb\xbf" + text.encode("utf-8"),
    "utf16le": lambda text: text.encode("utf-16-le"),
    "utf16le with a mark":
        lambda text: b"\xff\xfe" + text.encode("utf-16-le"),
}
# Longer than the run may take, and the run then.
HANG_MS = 60000
ATTEMPTS = 3
HANG_SECONDS = "1"
# An address that no probe asks by itself, so that the client is.
ELSEWHERE = "tcp://replay.invalid:2375"


class Skip(Exception):
    pass


class Case:
    """What one call prints, in one encoding, and the facts of it."""

    def __init__(self, path, record, encoding):
        self.probe = path.parent.name
        self.label = f"{self.probe}/{path.stem}"
        if encoding:
            self.label += f" in {encoding}"
        self.status = record["status"]
        self.asks = record["asks"]
        self.exit = record.get("exit", 0)
        self.out = self.read(path, record.get("stdout"), encoding)
        self.err = self.read(path, record.get("stderr"), encoding)
        given = record["gives"]
        # A group stands there besides the facts below it.
        self.gives = {name: text for name, text in given.items() if not any(
            other.startswith(name + ".") for other in given)}

    @staticmethod
    def read(path, name, encoding):
        content = (path.parent / name).read_bytes() if name else b""
        if encoding:
            content = ENCODERS[encoding](content.decode("utf-8"))
        return content

    @property
    def program(self):
        return re.split(r"[\\/]", self.asks[0])[-1]

    @property
    def kind(self):
        """What cannot happen in one run with something else."""
        return self.status


def probes_on(platforms):
    """The probes of the standard library that run a program there."""
    found = set()
    for path in sorted((HERE / "../../stdlib/std").glob("*.rules")):
        for block in re.split(r"^probe ", path.read_text("utf-8"),
                              flags=re.M)[1:]:
            head = block.split("\n")[0]
            name = re.match(r"\w+", head).group()
            on = re.search(r" on (.+)$", head)
            if not on or platforms & set(on.group(1).split(", ")):
                found.add(name)
    return found


def read_cases(probes):
    cases = []
    for path in sorted(OUTPUTS.glob("*/*.json")):
        record = json.loads(path.read_text("utf-8"))
        name = re.split(r"[\\/]", record["asks"][0])[-1]
        if path.parent.name in probes and name in NAMES:
            for encoding in record.get("encodings", [None]):
                cases.append(Case(path, record, encoding))
    return cases


def in_one_encoding(cases):
    """Of each call one encoding, of calls in turn another."""
    by_call = {}
    for case in cases:
        by_call.setdefault(case.label.split(" in ")[0], []).append(case)
    return [each[ix % len(each)] for ix, each in enumerate(by_call.values())]


def some_of_each(cases, probes, most):
    """Of the probes at most so many, in even steps; of all others all."""
    chosen = []
    for probe in sorted({case.probe for case in cases}):
        mine = [case for case in cases if case.probe == probe]
        step = len(mine) / most
        if probe in probes and step > 1:
            mine = [mine[int(ix * step)] for ix in range(most)]
        chosen += mine
    return chosen


def rounds(cases):
    """Lists of cases that one run can look at: of each probe one, and all
    of one kind."""
    queues = {}
    for case in cases:
        queues.setdefault((case.kind, case.probe), []).append(case)
    for kind in sorted({case.kind for case in cases}):
        of_kind = [queue for (each, _), queue in queues.items()
                   if each == kind]
        while any(of_kind):
            yield [queue.pop(0) for queue in of_kind if queue]


class Bench:
    """Where the replays lie and the program is run: on Linux."""

    def __init__(self, program, replay, uname, folder):
        self.program = os.path.abspath(program)
        self.replay = replay
        self.uname = os.path.abspath(uname)
        self.folder = folder
        self.number = 0

    platforms = {"linux", "wsl"}
    least_outputs = 60

    def choose(self, cases):
        return cases

    def name_of(self, program):
        return program

    def fresh(self):
        self.number += 1
        folder = self.folder / str(self.number)
        folder.mkdir(mode=0o755)
        return folder

    def place(self, folder, case):
        return folder / self.name_of(case.program)

    def is_at_hand(self, name):
        """Whether the system has the program itself: it would be found."""
        usual = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
        return shutil.which(name, path=usual) is not None

    def command(self, arguments):
        return [self.program, *arguments]

    def environment(self, folder):
        return {"PATH": str(folder), "HOME": str(folder),
                "LD_PRELOAD": self.uname, "DOCKER_HOST": ELSEWHERE,
                "ASAN_OPTIONS": "verify_asan_link_order=0:detect_leaks=0"}

    def install(self, folder, cases):
        for number, case in enumerate(cases):
            if case.status == "not_found":
                continue
            place = self.place(folder, case)
            place.parent.mkdir(parents=True, exist_ok=True)
            if not place.exists():
                shutil.copy(self.replay, place)
                place.chmod(0o755)
            names = []
            for kind, content in (("out", case.out), ("err", case.err)):
                name = f"{number}.{kind}"
                (place.parent / name).write_bytes(content)
                names.append(name)
            delay = HANG_MS if case.status == "timeout" else 0
            with open(f"{place}.replay", "a", encoding="utf-8",
                      newline="\n") as table:
                table.write("\t".join([str(case.exit), str(delay), *names,
                                       *case.asks[1:]]) + "\n")

    def clean(self, folder, cases):
        shutil.rmtree(folder)

    def ask(self, cases):
        return self.ask_once(cases)

    def ask_once(self, cases):
        folder = self.fresh()
        self.install(folder, cases)
        names = sorted({name for case in cases for name in case.gives})
        limit = ["--timeout", HANG_SECONDS] \
            if cases[0].status == "timeout" else []
        done = subprocess.run(
            self.command(["facts", "--format", "json", *limit, *names]),
            env=self.environment(folder), capture_output=True, timeout=120,
            stdin=subprocess.DEVNULL, check=False)
        self.clean(folder, cases)
        if done.returncode == 77:
            raise Skip(done.stderr.decode("utf-8", "replace").strip())
        try:
            facts = json.loads(done.stdout)["facts"]
        except ValueError:
            raise SystemExit(f"exit {done.returncode}: {done.stderr}")
        return {fact["fact"]: fact for fact in facts}


class WineBench(Bench):
    """The same with programs for Windows, in a Windows of Wine."""

    platforms = {"windows"}
    least_outputs = 10

    def __init__(self, program, replay, prefix):
        self.prefix = os.path.abspath(prefix)
        super().__init__(program, replay, "",
                         Path(self.prefix, "drive_c/replay"))
        shutil.rmtree(self.folder, ignore_errors=True)
        self.ready()

    def ready(self):
        """Makes Wine's folder, or skips."""
        done = subprocess.run(self.command(["version"]), check=False,
                              capture_output=True, timeout=300)
        if done.returncode == 77:
            raise Skip(done.stderr.decode("utf-8", "replace").strip())
        self.folder.mkdir(parents=True)

    def choose(self, cases):
        """A start takes long here, and Linux has had all of its own."""
        return some_of_each(cases, probes_on(Bench.platforms), 1)

    def name_of(self, program):
        return program if program.endswith(".exe") else program + ".exe"

    def place(self, folder, case):
        if not case.asks[0].startswith("C:\\"):
            return super().place(folder, case)
        rest = case.asks[0][len("C:\\"):].split("\\")
        return Path(self.prefix, "drive_c", *rest)

    def is_at_hand(self, name):
        return False

    def command(self, arguments):
        return ["sh", str(HERE / "../windows/wine.sh"), self.prefix,
                self.program, *arguments]

    def environment(self, folder):
        return dict(os.environ, WINEPATH=f"C:\\replay\\{folder.name}",
                    DOCKER_HOST=ELSEWHERE)

    def ask(self, cases):
        """Where much else is going on, Wine closes a pipe late."""
        for _ in range(ATTEMPTS):
            facts = self.ask_once(cases)
            if not any("left something behind" in fact.get("detail", "")
                       for fact in facts.values()):
                break
        return facts

    def clean(self, folder, cases):
        super().clean(folder, cases)
        for case in cases:
            place = self.place(folder, case)
            for each in (place, Path(f"{place}.replay")):
                each.unlink(missing_ok=True)


def shown(fact):
    if fact["state"] == "value":
        return fact["text"]
    return "<absent>" if fact["state"] == "absent" \
        else f"<unknown: {fact['reason']}>"


def find(facts, name):
    """The fact or, if it is not there, the group around it."""
    while name and name not in facts:
        name = name.rpartition(".")[0]
    return facts.get(name)


def check(case, facts):
    problems = []
    for name, wanted in case.gives.items():
        fact = find(facts, name)
        if not fact or shown(fact) != wanted:
            problems.append(f"{case.label}: {name} is {fact}, not {wanted}")
        elif fact["state"] == "value" and fact["probe"] != case.probe:
            problems.append(f"{case.label}: {name} is from {fact['probe']}")
    return problems


def run(bench):
    cases = bench.choose(in_one_encoding(
        read_cases(probes_on(bench.platforms))))
    here = [case for case in cases
            if case.status in ("done", "timeout") or
            case.status == "not_found" and not bench.is_at_hand(case.program)]
    problems = []
    for each in rounds(here):
        facts = bench.ask(each)
        for case in each:
            problems += check(case, facts)
    outputs = {(case.program, *case.asks[1:], case.out, case.err, case.exit)
               for case in here if case.status == "done"}
    if len(outputs) < bench.least_outputs:
        problems.append(f"only {len(outputs)} outputs")
    for problem in problems:
        print("FAILED:", problem)
    print(f"{len(here)} replays of {', '.join(sorted({c.program for c in here}))}"
          f", {len(outputs)} outputs, in {bench.number} runs: "
          f"{len(problems)} problems")
    return 1 if problems else 0


def main():
    program, replay, more = sys.argv[1:]
    try:
        if replay.endswith(".exe"):
            return run(WineBench(program, replay, more))
        with tempfile.TemporaryDirectory() as folder:
            os.chmod(folder, 0o755)
            return run(Bench(program, replay, more, Path(folder)))
    except Skip as skip:
        print(f"SKIPPED: {skip}")
        return 77


if __name__ == "__main__":
    sys.exit(main())
