#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Many machines, one a line: what goes in, what comes out, and in which order.

    batch.py PROGRAM [NAME...]     as run.py
"""

import json
import os
import re
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

import run
from run import PACK, RULES, case, open_terminal

run.CASES.clear()
ROOT = Path(__file__).resolve().parents[2]


def machine(number):
    arch = ["arm64", "amd64", "riscv64"][number % 3]
    return json.dumps({"schema": "archrules.snapshot/1",
                       "machine": f"m{number}", "facts":
                       {"host": {"arch": arch}}})


def shop(b):
    return b.write("shop.rules", PACK + RULES)


def lines_of(text):
    return [json.loads(line) for line in text.splitlines()]


def without_time(text):
    return re.sub(r'"generated":"[^"]*"', "", text)


def start(b, *args, **options):
    env = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"}
    b.args, b.out, b.err = args, "", ""
    return subprocess.Popen([b.program, *args], cwd=b.folder, env=env,
                            stdin=subprocess.PIPE, stderr=subprocess.PIPE,
                            **{"stdout": subprocess.PIPE, **options})


@case
def order_is_that_of_the_input(b):
    shop(b)
    text = "".join(machine(n) + "\n" for n in range(1000))
    b.write("fleet.ndjson", text)
    base = ["eval", "shop.rules", "--format", "ndjson", "-f"]
    b.run(*base, "fleet.ndjson", "-j", "1", exit=1).err_is("")
    first = without_time(b.out)
    reports = lines_of(b.out)
    b.claim([r["line"] for r in reports] == list(range(1, 1001)), "lines")
    b.claim([r["machine"]["name"] for r in reports] ==
            [f"m{n}" for n in range(1000)], "machines")
    b.claim([len(r["findings"]) for r in reports[:3]] == [1, 1, 0], "findings")
    for jobs in ("2", "7"):
        b.run(*base, "fleet.ndjson", "-j", jobs, exit=1)
        b.claim(without_time(b.out) == first, f"other bytes with -j {jobs}")
    b.run(*base, "-", stdin=text.encode(), exit=1)
    b.claim(without_time(b.out) == first, "other bytes from standard input")
    b.write("fleet.jsonl", text.rstrip("\n"))
    b.run(*base, "fleet.jsonl", exit=1)
    b.claim(without_time(b.out) == first, "other bytes without the last end")


@case
def details_and_schema(b):
    shop(b)
    b.write("fleet.ndjson", machine(0) + "\n[7]\n")
    for detail, has in (("ids", "fingerprint"), ("findings", "undetermined"),
                        ("full", "rules")):
        b.run("eval", "shop.rules", "-f", "fleet.ndjson", "--format", "ndjson",
              "--detail", detail, exit=2).out_has(f'"{has}":')
        checked = subprocess.run(
            [sys.executable, str(ROOT / "tests/report_schema.py"), "--lines",
             "-"], input=b.out.encode(), capture_output=True, check=False)
        b.claim(checked.returncode in (0, 77), checked.stderr.decode())


@case
def broken_lines_are_marked(b):
    shop(b)
    b.write("fleet.ndjson", machine(0) + '\n{"host": \n \t\n' + machine(1)
            + "\r\n\n{}}\n\xff\n" + machine(2))
    b.run("eval", "shop.rules", "-f", "fleet.ndjson", "--format", "ndjson",
          exit=2)
    b.err_has("3 of 6 lines of 'fleet.ndjson' could not be read",
              "the first of them is line 2")
    reports = lines_of(b.out)
    b.claim([r["line"] for r in reports] == [1, 2, 4, 6, 7, 8], "lines")
    b.claim(["error" in r for r in reports] ==
            [False, True, False, True, True, False], "errors")
    error = reports[1]["error"]
    b.claim(error["code"] == "E2021" and error["start"]["line"] == 2, error)
    b.claim(error["file"] == "fleet.ndjson", error)


@case
def long_line_is_marked(b):
    shop(b)
    with open(b.folder / "fleet.ndjson", "w", encoding="utf-8") as out:
        for size in (17 << 20, 40 << 20):
            out.write('{"machine": "' + "x" * size + '"}\n' + machine(0) + "\n")
    b.run("eval", "shop.rules", "-f", "fleet.ndjson", "--format", "ndjson",
          "--detail", "ids", exit=2)
    reports = lines_of(b.out)
    b.claim([r["line"] for r in reports] == [1, 2, 3, 4], "lines")
    b.claim(["error" in r for r in reports] == [True, False] * 2, "errors")
    b.out_has("it is larger than 16777216 bytes")


@case
def exit_code_is_the_worst(b):
    shop(b)
    base = ["eval", "shop.rules", "--format", "ndjson", "-f", "-"]
    b.run(*base, stdin=(machine(2) + "\n").encode(), exit=0)
    b.run(*base, stdin=(machine(2) + "\n{}\n").encode(), exit=3)
    b.run(*base, stdin=("{}\n" + machine(0) + "\n").encode(), exit=1)
    b.run(*base, stdin=(machine(0) + "\n7\n").encode(), exit=2)
    b.run(*base, "--allow-undetermined", stdin=b"{}\n", exit=0)
    b.run(*base, stdin=b"\n", exit=2).err_has("there is no machine")
    b.run(*base, stdin=b"", exit=2).out_is("")


@case
def facts_are_set_on_all(b):
    shop(b)
    b.write("fleet.ndjson", machine(1) + "\n" + machine(2) + "\n")
    base = ["eval", "shop.rules", "--format", "ndjson", "-f", "fleet.ndjson"]
    b.run(*base, "--set", "host.arch=arm64", exit=1)
    b.claim([r["counts"]["matched"] for r in lines_of(b.out)] == [1, 1], "set")
    b.run(*base, "--set", "host.arhc=arm64", exit=2).out_is("")
    b.err_has("did you mean 'host.arch'")


@case
def odd_values_are_told_some_times(b):
    shop(b)
    b.write("fleet.ndjson", '{"host": {"arch": 7}}\n' * 5000)
    base = ["eval", "shop.rules", "-f", "fleet.ndjson", "--format", "ndjson",
            "--detail", "ids"]
    b.run(*base, exit=3).err_has("fleet.ndjson:1:19: warning[W2023]")
    b.claim(b.out.count("\n") == 5000, "lines")
    b.err_lacks("fleet.ndjson:4999:")
    b.run(*base, "-q", exit=3).err_is("")


@case
def table_for_people(b):
    shop(b)
    b.write("fleet.ndjson", "".join(machine(n) + "\n" for n in range(30))
            + "{\n{}\n")
    b.run("eval", "shop.rules", "-f", "fleet.ndjson", exit=2)
    b.out_has("LINE  MACHINE", "       1  m0  ", "      31  (cannot be read)",
              "MACHINES  RULE THAT MATCHED\n      10  shop.fast\n"
              "      10  shop.slow\n",
              "\n31 machines: 10 with findings, 1 with none so far but "
              "something undecided, 20 without")
    b.err_has("fleet.ndjson:31:")


@case
def wrong_usage(b):
    shop(b)
    b.write("fleet.ndjson", machine(0))
    base = ["eval", "shop.rules", "-f", "fleet.ndjson"]
    for jobs in ("0", "x", "257", "-1", "1x"):
        b.run(*base, "-j", jobs, exit=2).err_has("-j takes a number").out_is("")
    b.run(*base, "--format", "json", exit=2).err_has("for many use --format ndjson")
    b.run("eval", "shop.rules", "-j", "2", exit=2).err_has("-j needs a file")
    b.run("eval", "shop.rules", "-f", "no.ndjson", exit=2).err_has(
        "cannot read 'no.ndjson': No such file")
    (b.folder / "dir.ndjson").mkdir()
    b.run("eval", "shop.rules", "-f", "dir.ndjson", exit=2).err_has(
        "it is a folder")
    b.run("eval", "shop.rules", "-f", "fleet.ndjson", "-o", "fleet.ndjson",
          exit=2).err_has("the facts are read")


@case
def one_machine_on_one_line(b):
    shop(b)
    b.write("one.json", '{\n  "host": {"arch": "arm64"}\n}\n')
    b.run("eval", "shop.rules", "-f", "one.json", "--format", "ndjson", exit=1)
    b.claim(b.out.count("\n") == 1 and "line" not in b.json(), "one line")


@case
def output_file_is_whole_or_not(b):
    shop(b)
    b.write("fleet.ndjson", machine(0) + "\n")
    base = ["eval", "shop.rules", "--format", "ndjson", "-o", "out", "-f"]
    b.run(*base, "fleet.ndjson", exit=1).out_is("")
    b.claim((b.folder / "out").read_text().count("\n") == 1, "odd file")
    running = start(b, *base, "-")
    running.stdin.write((machine(0) + "\n").encode() * 10)
    running.stdin.flush()
    time.sleep(0.5)
    running.send_signal(signal.SIGINT)
    b.claim(running.wait(10) == -signal.SIGINT, "not killed")
    b.claim((b.folder / "out").read_text().count("\n") == 1, "replaced")
    b.claim(sorted(os.listdir(b.folder)) ==
            ["fleet.ndjson", "out", "shop.rules"], "something is left")


@case
def lines_come_at_once(b):
    shop(b)
    running = start(b, "eval", "shop.rules", "--format", "ndjson", "-f", "-")
    for number in range(3):
        running.stdin.write((machine(number) + "\n").encode())
        running.stdin.flush()
        line = running.stdout.readline()
        b.claim(json.loads(line)["line"] == number + 1, line)
    running.stdin.close()
    b.claim(running.wait(60) == 1,
            f"exit {running.returncode}: {running.stderr.read().decode()}")


@case
def interrupt_leaves_whole_lines(b):
    shop(b)
    running = start(b, "eval", "shop.rules", "--format", "ndjson", "-j", "3",
                    "-f", "-")
    running.stdin.write((machine(0) + "\n").encode() * 50 + b'{"host":')
    running.stdin.flush()
    first = running.stdout.readline()
    running.send_signal(signal.SIGINT)
    rest = running.stdout.read()
    b.claim(running.wait(10) == 130, f"exit {running.returncode}")
    b.claim((first + rest).endswith(b"}\n"), "a line is cut")
    b.claim(len(lines_of((first + rest).decode())) == 50, "lines are lost")


# Nobody reads: the first interrupt waits for that, the second does not.
@case
def second_interrupt_ends_at_once(b):
    shop(b)
    b.write("fleet.ndjson", (machine(0) + "\n") * 20000)
    running = start(b, "eval", "shop.rules", "--format", "ndjson", "-f",
                    "fleet.ndjson")
    running.stdout.readline()
    time.sleep(0.3)
    running.send_signal(signal.SIGINT)
    time.sleep(0.3)
    b.claim(running.poll() is None, "it did not wait")
    running.send_signal(signal.SIGINT)
    b.claim(running.wait(10) == -signal.SIGINT, "not killed")


@case
def reader_goes_away(b):
    shop(b)
    b.write("fleet.ndjson", (machine(0) + "\n") * 20000)
    read, write = os.pipe()
    os.close(read)
    try:
        b.run("eval", "shop.rules", "--format", "ndjson", "-f", "fleet.ndjson",
              exit=2, stdout=write).err_has("Broken pipe")
    finally:
        os.close(write)


# A process counts what the one that started it had in memory, so a small one
# starts it.
MEASURE = """
import resource, subprocess, sys
subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


@case
def memory_is_constant(b):
    shop(b)
    line = machine(0) + " " * 8000 + "\n"
    peaks = []
    for count in (1000, 8000):
        b.write("fleet.ndjson", line * count)
        measured = subprocess.run(
            [sys.executable, "-c", MEASURE, b.program, "eval", "shop.rules",
             "--format", "ndjson", "-j", "2", "-f", "fleet.ndjson"],
            cwd=b.folder, capture_output=True, text=True, check=True,
            # Of a build with the address sanitizer, which keeps what is freed.
            env={**os.environ, "ASAN_OPTIONS": "quarantine_size_mb=1"})
        peaks.append(int(measured.stdout))
    b.args, b.out, b.err = ["eval"], "", ""
    b.claim(peaks[1] < peaks[0] * 1.3 + 2000, f"KiB: {peaks}")


@case
def progress_on_a_terminal(b):
    shop(b)
    main, side = open_terminal()
    try:
        running = subprocess.Popen(
            [b.program, "eval", "shop.rules", "--format", "ndjson", "-f", "-",
             "-o", "out"], cwd=b.folder, stdin=subprocess.PIPE, stderr=side)
        for _ in range(8):
            running.stdin.write((machine(0) + "\n").encode())
            running.stdin.flush()
            time.sleep(0.2)
        running.stdin.close()
        b.claim(running.wait(10) == 1, "exit")
        shown = os.read(main, 4096).decode()
    finally:
        os.close(main)
        os.close(side)
    b.claim(re.search(r"\r\x1b\[K\d+ machines, \d+ a second", shown), shown)
    b.claim(shown.endswith("\r\x1b[K"), "it is not erased")


# Of a file it is known how much is left; nobody reads the reports for a while.
@case
def progress_says_what_is_left(b):
    shop(b)
    b.write("fleet.ndjson", (machine(0) + "\n") * 4500)
    main, side = open_terminal()
    try:
        running = subprocess.Popen(
            [b.program, "eval", "shop.rules", "--format", "ndjson", "--detail",
             "ids", "-j", "1", "-f", "fleet.ndjson"], cwd=b.folder,
            stdout=subprocess.PIPE, stderr=side)
        time.sleep(0.7)
        b.claim(running.stdout.read().count(b"\n") == 4500, "lines are lost")
        b.claim(running.wait(10) == 1, "exit")
        shown = os.read(main, 4096).decode()
    finally:
        os.close(main)
        os.close(side)
    b.claim(re.search(r"\d+ machines, \d+ a second, \d+ s left", shown), shown)


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    sys.exit(run.main())
