#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs the program on a pseudo terminal and answers what it asks.

    ask.py PROGRAM
"""

import os
import select
import subprocess
import sys
import tempfile
import time
from pathlib import Path

try:
    import pty
except ImportError:
    print("skipped: this system has no pseudo terminals")
    sys.exit(77)

RULES = '''pack asks
input image.name : string ask "Which image fails?"
input image.memory : size ask "How much memory may it use?"
enum engine = docker, podman
input image.engine : engine ask "Which engine runs it?"
rule by_name
  when image.name == "absent"
  then diagnose "the image {image.name}"
rule by_memory
  applies image.name == "absent"
  when image.memory < 1GiB
  then diagnose "only {image.memory}"
rule by_engine
  applies image.memory < 1GiB and image.name == "absent"
  when image.engine == podman
  then diagnose "podman"
'''
DEADLINE_S = 20


class Terminal:
    """The program with a terminal as standard input and standard error."""

    def __init__(self, program, folder, *arguments):
        self.ours, theirs = pty.openpty()
        self.seen = ""
        self.process = subprocess.Popen(
            [program, "eval", "-p", "asks.rules", *arguments], cwd=folder,
            stdin=theirs, stderr=theirs, stdout=subprocess.PIPE,
            env=dict(os.environ, NO_COLOR="1"), start_new_session=True,
            preexec_fn=lambda: self.take_terminal(theirs))
        os.close(theirs)

    @staticmethod
    def take_terminal(descriptor):
        import fcntl
        import termios
        fcntl.ioctl(descriptor, termios.TIOCSCTTY, 0)

    def read(self):
        try:
            self.seen += os.read(self.ours, 4096).decode("utf-8")
        except OSError:
            return False
        return True

    def wait_for(self, text):
        """What was written up to the text, since the last call."""
        end = time.monotonic() + DEADLINE_S
        while text not in self.seen:
            ready, _, _ = select.select([self.ours], [], [], 1)
            if (ready and not self.read()) or time.monotonic() > end:
                raise AssertionError(f"no {text!r} in {self.seen!r}")
        before, self.seen = self.seen.split(text, 1)
        return before

    def type(self, text):
        os.write(self.ours, text.encode("utf-8"))

    def finish(self):
        end = time.monotonic() + DEADLINE_S
        while time.monotonic() < end:
            ready, _, _ = select.select([self.ours], [], [], 0.2)
            is_over = self.process.poll() is not None
            if (ready and not self.read()) or (not ready and is_over):
                break
        out, _ = self.process.communicate(timeout=DEADLINE_S)
        os.close(self.ours)
        return self.process.returncode, out.decode("utf-8")


def check(holds, text):
    if not holds:
        raise AssertionError(text)


def asks_for_what_rules_need(program, folder):
    terminal = Terminal(program, folder)
    terminal.wait_for("Which image fails? (image.name: string")
    terminal.type("absent\n")
    terminal.wait_for("How much memory may it use? (image.memory: size")
    terminal.type("much\n")
    before = terminal.wait_for("How much memory may it use?")
    check("much" in before and "size" in before, before)
    terminal.type(" 512MiB \n")
    terminal.wait_for("Which engine runs it? (image.engine: docker, podman")
    terminal.type("podmam\n")
    before = terminal.wait_for("Which engine runs it?")
    check("podman" in before, before)
    terminal.type("podman\n")
    code, out = terminal.finish()
    check(code == 1, str(code))
    for text in ("the image absent", "only 512MiB", "podman"):
        check(text in out, out)


def asks_nothing_that_cannot_matter(program, folder):
    terminal = Terminal(program, folder)
    terminal.wait_for("Which image fails?")
    terminal.type("alpine\n")
    code, out = terminal.finish()
    check(code == 0, f"{code} {out}")
    check("How much" not in terminal.seen, terminal.seen)


def leaves_open_what_is_not_answered(program, folder):
    for nothing in ("\x04", "\n"):
        terminal = Terminal(program, folder)
        for question in ("Which image fails?", "How much memory",
                         "Which engine runs it?"):
            terminal.wait_for(question)
            terminal.type(nothing)
        code, out = terminal.finish()
        check(code == 0, f"{code} {out}")
        check("image.name" in out and "Which image fails?" in out, out)


def takes_what_is_given(program, folder):
    terminal = Terminal(program, folder, "--input", "image.name=alpine")
    code, _ = terminal.finish()
    check(code == 0 and "Which" not in terminal.seen, terminal.seen)


def asks_nobody_who_does_not_want_it(program, folder):
    for option in ("--no-ask", "-q"):
        terminal = Terminal(program, folder, option)
        code, out = terminal.finish()
        check(code == 0 and "Which image fails?" not in terminal.seen, out)
    # Without a terminal nothing is asked, and nothing is waited for.
    done = subprocess.run([program, "eval", "-p", "asks.rules"], cwd=folder,
                          stdin=subprocess.PIPE, capture_output=True,
                          timeout=DEADLINE_S, check=False)
    check(b"Which image fails? (" not in done.stderr, str(done.stderr))
    check(b"Which image fails?" in done.stdout, str(done.stdout))


def ends_at_an_interrupt(program, folder):
    terminal = Terminal(program, folder)
    terminal.wait_for("Which image fails?")
    terminal.type("\x03")
    code, out = terminal.finish()
    check(code in (130, -2) and out == "", f"{code} {out}")


CASES = [asks_for_what_rules_need, asks_nothing_that_cannot_matter,
         leaves_open_what_is_not_answered, takes_what_is_given,
         asks_nobody_who_does_not_want_it, ends_at_an_interrupt]


def main():
    program = str(Path(sys.argv[1]).resolve())
    failures = 0
    for case in CASES:
        with tempfile.TemporaryDirectory() as folder:
            (Path(folder) / "asks.rules").write_text(RULES, encoding="utf-8")
            try:
                case(program, folder)
                print(f"passed: {case.__name__}")
            except AssertionError as error:
                failures += 1
                print(f"FAILED: {case.__name__}: {error}")
    sys.exit(1 if failures else 0)


main()
