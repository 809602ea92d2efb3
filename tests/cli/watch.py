#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""eval --watch: what is said when facts change, when they cannot be read, and
when it ends.

    watch.py PROGRAM [NAME...]     as run.py
"""

import json
import os
import queue
import signal
import subprocess
import sys
import threading
from pathlib import Path

import run
from run import PACK, RULES, case

run.CASES.clear()
PATIENCE = 20  # seconds; what is waited for comes after some 50 ms
SCHEMA = Path(__file__).resolve().parents[2] / "docs" / "changes.schema.json"
DEEP = '''rule deep
  severity critical
  supersedes slow
  when host.os == windows
  then diagnose "deep"
'''


def facts(**host):
    return json.dumps({"schema": "archrules.snapshot/1", "machine": "m1",
                       "facts": {"host": host}})


class Watch:
    """A program that goes on, and the lines that it prints."""

    def __init__(self, b, *args):
        self.b = b
        env = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"}
        b.args, b.out, b.err = args, "", ""
        self.process = subprocess.Popen(
            [b.program, "eval", *args, "--watch", "--interval", "20ms"],
            cwd=b.folder, env=env, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.lines = queue.Queue()
        threading.Thread(target=self.read, daemon=True).start()

    def read(self):
        for line in self.process.stdout:
            self.lines.put(line)
        self.lines.put(None)

    def line(self):
        try:
            line = self.lines.get(timeout=PATIENCE)
        except queue.Empty:
            self.process.kill()
            raise run.Failed("nothing came") from None
        if line is None:
            raise run.Failed("it has ended: " + self.process.stderr.read())
        self.b.out += line
        return line

    def skip_to(self, text):
        while text not in self.line():
            pass

    def expect(self, *texts):
        line = self.line()
        for text in texts:
                self.b.claim(text in line, f"'{text}' is not in: {line}")

    def end(self, number=signal.SIGINT):
        """Gives what is left of both streams."""
        self.process.send_signal(number)
        self.b.claim(self.process.wait(PATIENCE) == 128 + number, "exit")
        rest = []
        while (line := self.lines.get(timeout=PATIENCE)) is not None:
            rest.append(line)
        return "".join(rest), self.process.stderr.read()


def replace(b, name, text):
    """As editors and careful programs do: whole or not at all."""
    b.write(name + ".new", text)
    os.replace(Path(b.folder) / (name + ".new"), Path(b.folder) / name)


def start(b, *args, **host):
    b.write("shop.rules", PACK + RULES + DEEP)
    b.write("m.json", facts(**host))
    return Watch(b, "shop.rules", "-f", "m.json", *args)


@case
def people_read_what_is_new_and_gone(b):
    watch = start(b, arch="riscv64", os="linux")
    watch.skip_to("Rules: 3 = 0 matched")
    replace(b, "m.json", facts(arch="arm64", os="linux"))
    watch.expect("Z  Found: 1 warning.")
    watch.expect("  new: WARNING shop.slow: slow on arm64\n")
    replace(b, "m.json", facts(arch="arm64", os="windows"))
    watch.expect("Found: 1 critical.")
    watch.expect("  new: CRITICAL shop.deep: deep")
    watch.expect("  changed: WARNING shop.slow: slow on arm64 [explained by "
                 "another finding now]")
    replace(b, "m.json", facts(arch="arm64"))
    watch.expect("Found: 1 warning.")
    watch.expect("gone: CRITICAL shop.deep", "[now undetermined, for want of "
                 "host.os]")
    watch.expect("changed: WARNING shop.slow")
    replace(b, "m.json", facts(arch="arm64", os="linux"))
    watch.expect("Found: 1 warning.")
    watch.expect("  changed: shop.deep: undetermined -> clear\n")
    rest, errors = watch.end()
    b.claim(rest == "" and errors == "", rest + errors)


@case
def nothing_is_said_when_nothing_changes(b):
    watch = start(b, arch="arm64", os="linux")
    watch.skip_to("Rules: 3")
    text = facts(arch="arm64", os="linux")
    for _ in range(3):
        replace(b, "m.json", text)
    # Written in another way, and with what no rule reads.
    replace(b, "m.json", json.dumps(json.loads(text), indent=4))
    replace(b, "m.json", facts(arch="arm64", os="linux", name="core"))
    replace(b, "m.json", facts(arch="amd64", os="macos"))
    watch.expect("Z  Found: 1 info.")
    watch.expect("  new: INFO shop.fast: fast")
    watch.expect("  gone: WARNING shop.slow: Slow [now clear]")
    rest, _ = watch.end(signal.SIGTERM)
    b.claim(rest == "", rest)


@case
def levels_and_all(b):
    watch = start(b, "--severity", "warning", "--all", arch="riscv64",
                  os="linux")
    watch.skip_to("shop.slow")
    replace(b, "m.json", facts(arch="amd64", os="linux"))
    replace(b, "m.json", facts(arch="arm64", os="linux"))
    watch.skip_to("new: WARNING shop.slow")
    watch.end()
    b.claim("shop.fast: fast" not in b.out, "it is shown")


@case
def programs_read_lines(b):
    watch = start(b, "--format", "ndjson", arch="riscv64", os="linux")
    report = json.loads(watch.line())
    b.claim(report["counts"]["findings"] == 0 and "changes" not in report, "not so")
    replace(b, "m.json", facts(arch="arm64"))
    lines = [json.loads(watch.line())]
    changes = lines[0]["changes"]
    b.claim([(each["change"], each["rule"], each["status_before"],
               each["status"], each["needs"]) for each in changes] == [
          ("status", "shop.deep", "clear", "undetermined", ["host.os"]),
          ("new", "shop.slow", "clear", "matched", [])], "not so")
    b.claim(changes[1]["before"] is None, "not so")
    b.claim(changes[1]["after"] == {"diagnosis": "slow on arm64",
                                     "waived": False, "superseded": False}, "not so")
    b.claim(lines[0]["exit_code"] == 1 and lines[0]["machine"] == "m1", "not so")
    b.claim(lines[0]["counts"]["undetermined"] == 1, "not so")
    replace(b, "m.json", facts(arch="arm64", os="windows"))
    lines.append(json.loads(watch.line()))
    b.claim([each["change"] for each in lines[1]["changes"]] == [
          "new", "changed"], "not so")
    replace(b, "m.json", facts(arch="riscv64", os="linux"))
    lines.append(json.loads(watch.line()))
    b.claim([each["change"] for each in lines[2]["changes"]] == ["gone", "gone"], "not so")
    b.claim(lines[2]["exit_code"] == 0, "not so")
    watch.end()
    if run.jsonschema:
        schema = json.loads(SCHEMA.read_text("utf-8"))
        run.jsonschema.Draft202012Validator.check_schema(schema)
        for line in lines:
            run.jsonschema.Draft202012Validator(schema).validate(line)


@case
def what_cannot_be_read_changes_nothing(b):
    watch = start(b, arch="arm64", os="linux")
    watch.skip_to("Rules: 3")
    replace(b, "m.json", '{"half')
    watch.expect("m.json cannot be read: what was found before stands")
    replace(b, "m.json", "[]")
    os.remove(Path(b.folder) / "m.json")
    replace(b, "m.json", facts(arch="riscv64", os="linux"))
    watch.expect("m.json can be read again")
    watch.expect("No problem found.")
    watch.expect("gone: WARNING shop.slow")
    rest, errors = watch.end()
    b.claim(rest == "", "not so")
    b.claim(errors.count("error[E202") == 1, errors)


@case
def programs_read_what_cannot_be_read(b):
    watch = start(b, "--format", "ndjson", arch="arm64", os="linux")
    watch.line()
    os.remove(Path(b.folder) / "m.json")
    line = json.loads(watch.line())
    b.claim(line["error"]["code"] == "E2002" and "changes" not in line, "not so")
    replace(b, "m.json", facts(arch="amd64", os="linux"))
    b.claim(len(json.loads(watch.line())["changes"]) == 2, "not so")
    watch.end()


@case
def secrets_of_before_are_masked(b):
    b.write("t.rules", '''fact a.token : string sensitive secret
fact a.line : string
rule seen
  when a.line matches /token/ and a.token exists
  then diagnose "{a.line}"
''')

    def log(token, known):
        return json.dumps({"a": {"line": f"token {token}", "token": known}})

    b.write("m.json", log("hunter22", "hunter22"))
    watch = Watch(b, "t.rules", "-f", "m.json", "--format", "ndjson")
    first = watch.line()
    b.claim("hunter" not in first and "token <secret>" in first, first)
    replace(b, "m.json", log("hunter33", "hunter33"))
    line = watch.line()
    b.claim("hunter" not in line and line.count("token <secret>") == 2, line)
    replace(b, "m.json", log("of nobody", "hunter44"))
    line = watch.line()
    b.claim("hunter" not in line and "token of nobody" in line, line)
    watch.end()


@case
def settings_go_on_top_each_time(b):
    watch = start(b, "--set", "host.os=windows", arch="arm64")
    watch.skip_to("Rules: 3 = 2 matched")
    replace(b, "m.json", facts(arch="riscv64", os="linux"))
    watch.expect("Found: 1 critical")
    watch.expect("gone: WARNING shop.slow")
    rest, _ = watch.end()
    b.claim(rest == "", "not so")


@case
def this_machine_is_looked_at_again(b):
    flag = Path(b.folder) / "flag"
    b.write("f.rules", f'''use std.file
rule up
  when file("{flag}").exists
  then diagnose "The flag is up."
''')
    watch = Watch(b, "f.rules", "--allow-run")
    watch.skip_to("Rules: 1 = 0 matched + 0 undetermined + 1 clear")
    flag.write_text("")
    watch.skip_to("new: ERROR up: The flag is up.")
    flag.unlink()
    watch.skip_to("gone: ERROR up")
    watch.end()


@case
def what_makes_no_sense_is_refused(b):
    b.write("shop.rules", PACK + RULES)
    b.write("m.json", facts(arch="arm64"))
    for args, text in (
            (["--interval", "5s"], "--interval needs --watch"),
            (["--watch", "--format", "html"], "not html"),
            (["--watch", "-o", "x"], "-o writes a file as a whole"),
            (["--watch", "-f", "-"], "standard input cannot be read again"),
            (["--watch", "-f", "m.json", "-j", "2"], "leave out -j"),
            (["--watch", "-f", "x.ndjson"], "'x.ndjson' has one in each line"),
            (["--watch", "--no-probe"], "nothing can change"),
            (["--watch", "-f", "m.json", "--baseline", "r"], "--baseline"),
            (["--watch", "--interval", "9ms"], "from 10ms to 24h"),
            (["--watch", "--interval", "25h"], "from 10ms to 24h"),
            (["--watch", "--interval", "2weeks"], "500ms, 30s, 5min or 1h"),
            (["--watch", "--interval", ""], "it is empty"),
            (["--watch", "-f", "nothing.json"], "E2002"),
            (["--watch", "-f", "m.json", "--set", "host.arc=x"], "E0103")):
        b.run("eval", "shop.rules", *args, exit=2).err_has(text)
        b.claim(b.out == "", "not so")


if __name__ == "__main__":
    sys.exit(run.main())
