#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Replays of wsl.exe, of programs of Windows and of Docker: what they were
recorded or documented to print (tests/probe/outputs) is printed by a program
of their name, which the program itself looks up, runs and reads. Nothing here
is one of those programs.

    replay.py PROGRAM REPLAY KERNEL

KERNEL is a library by which the kernel says that it is that of WSL; a variable
of WSL is the second sign. Exit 1 if a fact is not what it should be.
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
STDLIB = HERE.parents[1] / "stdlib"
GIVES = re.compile(r"^  gives +(\S+)", re.M)
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
HANG_SECONDS = "1"
# An address that no probe asks by itself, so that the client is.
ELSEWHERE = "tcp://replay.invalid:2375"


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
    for path in sorted(STDLIB.glob("std/*.rules")):
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

    def __init__(self, program, replay, kernel, folder):
        self.program = os.path.abspath(program)
        self.replay = replay
        self.kernel = os.path.abspath(kernel)
        self.folder = folder
        self.number = 0

    platforms = {"linux", "wsl"}
    least_outputs = 60

    def choose(self, cases):
        """Without those that are asked only if the client's own files, which
        DOCKER_HOST stands above, say nothing."""
        return [case for case in cases if case.probe != "docker_context"]

    def fresh(self):
        self.number += 1
        folder = self.folder / str(self.number)
        folder.mkdir(mode=0o755)
        return folder

    def place(self, folder, case):
        return folder / case.program

    def is_at_hand(self, name):
        """Whether the system has the program itself: it would be found."""
        usual = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
        return shutil.which(name, path=usual) is not None

    def command(self, arguments):
        return [self.program, *arguments]

    def environment(self, folder):
        return {"PATH": str(folder), "HOME": str(folder),
                "LD_PRELOAD": self.kernel, "WSL_DISTRO_NAME": "Replay",
                "DOCKER_HOST": ELSEWHERE,
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

    def ask(self, cases):
        folder = self.fresh()
        self.install(folder, cases)
        names = sorted({name for case in cases for name in case.gives})
        limit = ["--timeout", HANG_SECONDS] \
            if cases[0].status == "timeout" else []
        done = subprocess.run(
            self.command(["facts", "--format", "json", *limit, *names]),
            env=self.environment(folder), capture_output=True, timeout=120,
            stdin=subprocess.DEVNULL, check=False)
        shutil.rmtree(folder)
        try:
            facts = json.loads(done.stdout)["facts"]
        except ValueError:
            raise SystemExit(f"exit {done.returncode}: {done.stderr}")
        return {fact["fact"]: fact for fact in facts}


class WindowsBench(Bench):
    """The probes that are only for Windows, of a copy of the standard library
    in which they are for Linux; nothing else of them differs."""

    platforms = {"windows"}
    least_outputs = 8

    def __init__(self, program, replay, kernel, folder):
        super().__init__(program, replay, kernel, folder)
        self.library = folder / "stdlib"
        shutil.copytree(STDLIB, self.library)
        self.mine = probes_on({"windows"}) - probes_on({"linux", "wsl"})
        for path in self.library.glob("*/*.rules"):
            path.write_text(self.move(path.read_text("utf-8")), "utf-8")

    def move(self, text):
        """What else gives their facts on Linux would be asked first."""
        head, *probes = re.split(r"^(?=probe )", text, flags=re.M)
        given = set()
        for probe in probes:
            if self.name(probe) in self.mine:
                given |= set(GIVES.findall(probe))
        for ix, probe in enumerate(probes):
            line, rest = probe.split("\n", 1)
            if self.name(probe) in self.mine:
                line = re.sub(r" on .*", " on linux", line)
            elif given & set(GIVES.findall(probe)):
                line = re.sub(r" on .*", " on freebsd", line)
            probes[ix] = f"{line}\n{rest}"
        return head + "".join(probes)

    @staticmethod
    def name(probe):
        return re.match(r"probe (\w+)", probe).group(1)

    def choose(self, cases):
        """Those without a path or an exit code that Linux cannot have, and
        without a fact that code finds out on Linux."""
        return [case for case in cases if case.probe in self.mine
                and "clock.synchronized" not in case.gives and "\\" not in case.asks[0] and case.exit <= 255]

    def command(self, arguments):
        return super().command([*arguments, "--allow-run", "--stdlib",
                                str(self.library)])


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
    status = 0
    for bench in (Bench, WindowsBench):
        with tempfile.TemporaryDirectory() as folder:
            os.chmod(folder, 0o755)
            status |= run(bench(*sys.argv[1:], Path(folder)))
    return status


if __name__ == "__main__":
    sys.exit(main())
