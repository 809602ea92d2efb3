#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs the program as its users do: what they type, what they see.

    run.py PROGRAM [NAME...]     all cases, or those whose name has a NAME in it

Each case works in a folder of its own below a temporary one. Exit 1 if a case
fails.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

try:
    import jsonschema
except ImportError:
    jsonschema = None

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
ONE_LINER = ('when host.arch == arm64 and docker.arch == amd64 then diagnose '
             '"Docker is an AMD64 build." remedy "Install the ARM64 build."\n')
PACK = '''pack shop
  title "Shop"
  version 1.2.3
use std.host
'''
RULES = '''rule slow
  title "Slow"
  severity warning
  when host.arch == arm64
  then diagnose "slow on {host.arch}"
rule fast
  severity info
  when host.arch == amd64
  then diagnose "fast"
'''
TESTS = '''test "it is slow"
  given host.arch = arm64
  expect slow matched
    diagnosis matches /slow on arm64/
  expect fast clear
test "nobody knows"
  expect slow undetermined needing host.arch
test "nothing"
  given host.arch = riscv64
  expect none
test "only one"
  given host.arch = amd64
  expect only fast
'''
BAD_TESTS = '''test "wrong status"
  given host.arch = arm64
  expect slow clear
test "wrong words"
  given host.arch = arm64
  expect slow matched
    diagnosis matches /quick/
test "wrong need"
  expect slow undetermined needing host.os
test "not none"
  given host.arch = amd64
  expect none
test "no snapshot"
  given snapshot "missing.json"
  expect slow matched
'''
TORN = 'rule   slow\nwhen host.arch==arm64   # why\n then see "x"\n'
NEAT = ('rule slow\n  when host.arch == arm64  # why\n'
        '  then see "x"\n')
CASES = []


class Skipped(Exception):
    """What a case needs is not on this machine."""


def open_terminal():
    try:
        return os.openpty()
    except OSError as error:
        raise Skipped(f"no pseudo-terminal: {error}") from error


def case(function):
    CASES.append(function)
    return function


class Failed(Exception):
    pass


class Bench:
    """What a case works with: a folder, the program, and claims."""

    def __init__(self, program, folder):
        self.program = program
        self.folder = folder
        self.last = None

    def write(self, name, text):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(text, bytes):
            path.write_bytes(text)
        else:
            path.write_text(text, "utf-8")
        return str(path)

    def run(self, *args, exit=0, stdin=b"", env=None, **options):
        """Runs the program; exit is what it must exit with."""
        full_env = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"}
        for name in ("ASAN_OPTIONS", "TSAN_OPTIONS", "UBSAN_OPTIONS",
                     "QEMU_LD_PREFIX"):
            if name in os.environ:
                full_env[name] = os.environ[name]
        full_env.update(env or {})
        options.setdefault("stdout", subprocess.PIPE)
        options.setdefault("stderr", subprocess.PIPE)
        if "stdin_file" in options:
            options["stdin"] = options.pop("stdin_file")
        else:
            options["input"] = stdin
        options.setdefault("cwd", self.folder)
        done = subprocess.run([self.program, *args], env=full_env,
                              timeout=60, **options)
        self.args = args
        self.out = (done.stdout or b"").decode("utf-8", "surrogateescape")
        self.err = (done.stderr or b"").decode("utf-8", "surrogateescape")
        self.code = done.returncode
        self.claim(done.returncode == exit,
                   f"exit {done.returncode}, expected {exit}")
        self.claim("Sanitizer" not in self.err, "a sanitizer complains")
        self.claim("runtime error" not in self.err, "a sanitizer complains")
        return self

    def claim(self, holds, what):
        if not holds:
            raise Failed(f"{what}\n    args: {self.args!r}\n"
                         f"    out: {self.out[-1500:]}\n"
                         f"    err: {self.err[-1500:]}")
        return self

    def out_has(self, *texts):
        for text in texts:
            self.claim(text in self.out, f"stdout lacks {text!r}")
        return self

    def err_has(self, *texts):
        for text in texts:
            self.claim(text in self.err, f"stderr lacks {text!r}")
        return self

    def out_lacks(self, *texts):
        for text in texts:
            self.claim(text not in self.out, f"stdout has {text!r}")
        return self

    def err_lacks(self, *texts):
        for text in texts:
            self.claim(text not in self.err, f"stderr has {text!r}")
        return self

    def out_is(self, text):
        return self.claim(self.out == text, f"stdout is not {text!r}")

    def err_is(self, text):
        return self.claim(self.err == text, f"stderr is not {text!r}")

    def json(self):
        try:
            return json.loads(self.out)
        except ValueError as error:
            raise Failed(f"stdout is not JSON: {error}\n{self.out[:500]}")


# ---- the command line itself ----

@case
def no_arguments(b):
    b.run(exit=2).err_has("Usage: archrules COMMAND").out_is("")


@case
def argc_zero(b):
    # Newer kernels make an empty first argument of none.
    code = ("import ctypes, sys; ctypes.CDLL(None).execv(sys.argv[1].encode(),"
            " (ctypes.c_char_p * 1)(None))")
    done = subprocess.run([sys.executable, "-c", code, b.program],
                          capture_output=True, timeout=60)
    b.args, b.out, b.err = (), "", done.stderr.decode()
    b.claim(done.returncode == 2, f"argc 0 exits with {done.returncode}")


@case
def help_of_program(b):
    for args in (["--help"], ["-h"], ["help"]):
        b.run(*args).out_has("eval", "check", "completion").err_is("")


@case
def help_of_commands(b):
    for command in ("eval", "check", "fmt", "test", "doc", "explain",
                    "capabilities", "version", "completion"):
        b.run(command, "--help").out_has(f"Usage: archrules {command}",
                                         "Options:", "Examples:")
        examples = re.findall(r"^  archrules ", b.out, re.M)
        b.claim(len(examples) == 2, f"{len(examples)} examples")
        b.claim(all(len(line) < 100 for line in b.out.splitlines()),
                "a line is too long")
        first = b.out
        b.run("help", command).out_is(first)
        b.run(command, "-h").out_is(first)


@case
def help_wins_over_arguments(b):
    b.run("eval", "--help", "missing.rules").out_has("Usage")


@case
def unknown_command(b):
    b.run("evla", exit=2).err_has("unknown command 'evla': did you mean "
                                  "'eval'?").out_is("")
    b.run("frobnicate", exit=2).err_has("unknown command 'frobnicate'")
    b.run("help", "chek", exit=2).err_has("did you mean 'check'?")
    b.run("", exit=2).err_has("must be a command")
    b.run("-p", "x", exit=2).err_has("must be a command")


@case
def unknown_option(b):
    b.run("eval", "--formt", "json", exit=2).err_has(
        "unknown option '--formt': did you mean '--format'?")
    b.run("eval", "--alow-undetermined", exit=2).err_has(
        "did you mean '--allow-undetermined'?")
    b.run("eval", "--formt=json", exit=2).err_has("'--formt'")
    b.run("eval", "-z", exit=2).err_has("unknown option '-z'")
    b.run("eval", "-qz", exit=2).err_has("unknown option '-qz'")
    b.run("version", "--facts", "x", exit=2).err_has(
        "unknown option '--facts'", "archrules version --help")


@case
def abbreviations_are_refused(b):
    b.run("eval", "--form", "json", exit=2).err_has(
        "unknown option '--form'", "'--format'")


@case
def missing_and_needless_values(b):
    b.run("eval", "-f", exit=2).err_has("-f needs an argument")
    b.run("eval", "--facts", exit=2).err_has("--facts needs an argument")
    b.run("eval", "--all=yes", exit=2).err_has("--all takes no argument")
    b.run("eval", "--facts=", exit=2).err_has("--facts needs FILE")
    b.run("eval", "-f", "", exit=2).err_has("--facts needs FILE")


@case
def bad_words(b):
    b.run("eval", "--format", "jsno", exit=2).err_has(
        "unknown value of --format 'jsno': did you mean 'json'?")
    b.run("eval", "--severity", "eror", exit=2).err_has("'error'")
    b.run("eval", "--color", "", exit=2).err_has("--color needs WHEN")
    b.run("test", "--format", "markdown", exit=2).err_has("--format")


@case
def names_of_files_choose_formats(b):
    b.write("a.rules", ONE_LINER)
    b.write("t.rules", ONE_LINER + 'test "t"\n  given host.arch = amd64\n'
            '  expect none\n')
    facts = ("--set", "host.arch=arm64", "--set", "docker.arch=amd64")
    begins = {"html": "<!DOCTYPE html>", "md": "# Found: 1 error.",
              "sarif": "{", "json": "{", "xml": "<?xml ", "tap": "TAP version",
              "txt": "Found: 1 error.", "log": "Found: 1 error."}
    for ending, start in begins.items():
        b.run("eval", "a.rules", *facts, "-o", f"r.{ending}",
              exit=1).out_is("")
        text = (b.folder / f"r.{ending}").read_text("utf-8")
        b.claim(text.startswith(start), f"r.{ending} begins otherwise")
    b.run("eval", "a.rules", *facts, "-o", "r.html", "--format", "tap", exit=1)
    text = (b.folder / "r.html").read_text("utf-8")
    b.claim(text.startswith("TAP version"), "--format does not win")
    b.run("test", "t.rules", "-o", "t.xml").out_is("")
    b.claim("<testsuites" in (b.folder / "t.xml").read_text("utf-8"),
            "test writes no JUnit")
    b.run("test", "t.rules", "--format", "tap").out_has("ok 1 - t\n1..1\n")
    b.run("test", "t.rules", "-o", "t.html").out_is("")
    b.claim("1 passed" in (b.folder / "t.html").read_text("utf-8"),
            "test does not fall back to text")


@case
def given_twice(b):
    b.run("eval", "-f", "a", "-f", "b", exit=2).err_has(
        "--facts is given twice")
    b.write("a.rules", ONE_LINER)
    b.run("check", "--format", "human", "--format", "json", "a.rules").json()


@case
def empty_argument(b):
    b.run("check", "", exit=2).err_has("an argument is empty")


@case
def dash_is_only_for_facts(b):
    b.run("check", "-", exit=2).err_has("'-' stands for standard input")
    b.run("eval", "-p", "-", exit=2).err_has("'-' stands for standard input")


@case
def double_dash_ends_options(b):
    b.write("--odd.rules", ONE_LINER)
    b.run("check", "--", "--odd.rules").out_has("1 rule")
    b.run("check", "--odd.rules", exit=2).err_has("unknown option")


@case
def options_behind_arguments(b):
    b.write("a.rules", ONE_LINER)
    for env in ({}, {"POSIXLY_CORRECT": "1"}):
        b.run("check", "a.rules", "--format", "json", env=env).json()


@case
def hostile_arguments(b):
    b.run("eval", "--\x1b[2J\u202e", exit=2).err_lacks("\x1b", "\u202e")
    b.run(b"ev\xff\xfe", exit=2).err_has("\\x{FF}")
    b.run("check", "x" * 100000, exit=2)
    b.run("e" * 100000, exit=2)
    b.claim(len(b.err) < 1000, "a long argument is printed whole")
    b.run("check", "\x1b]0;title\x07.rules", exit=2).err_lacks("\x1b", "\x07")


@case
def doctor_is_eval(b):
    b.run("doctor", "--no-probe", exit=3)


# ---- version, capabilities, completion ----

@case
def version(b):
    b.run("version")
    b.claim(re.fullmatch(r"archrules \d+\.\d+\.\d+\n", b.out), "odd version")
    number = b.out.split()[1]
    b.run("--version").out_is(f"archrules {number}\n")
    b.claim(b.run("version", "--json").json() ==
            {"name": "archrules", "version": number}, "odd JSON")
    b.run("version", "now", exit=2).err_has("too many arguments")


@case
def capabilities(b):
    b.run("capabilities").out_has("SOURCE_BYTES", "undetermined",
                                  "not_in_snapshot", "host.arch : arch",
                                  "remove_prefix", "duration").err_is("")
    data = b.run("capabilities", "--json").json()
    b.claim({"version", "limits", "types", "functions", "statuses", "reasons",
             "formats", "diagnostics", "modules"} <= set(data), "lacks keys")
    facts = [f["name"] for m in data["modules"] for f in m["facts"]]
    b.claim("docker.desktop.arch" in facts, "lacks facts")
    b.claim(len(data["statuses"]) == 6, "not six statuses")
    b.run("capabilities", "x", exit=2)


@case
def completions(b):
    b.run("completion", "bash").out_has("complete ", "--allow-undetermined")
    bash = shutil.which("bash")
    if bash:
        path = b.write("c.bash", b.out)
        script = (f'. {path}; COMP_WORDS=(archrules eval --for); COMP_CWORD=2;'
                  f'_archrules; echo "${{COMPREPLY[@]}}";'
                  f'COMP_WORDS=(archrules ch); COMP_CWORD=1; _archrules;'
                  f'echo "${{COMPREPLY[@]}}";'
                  f'COMP_WORDS=(archrules eval --color a); COMP_CWORD=3;'
                  f'_archrules; echo "${{COMPREPLY[@]}}"')
        done = subprocess.run([bash, "-c", script], capture_output=True,
                              text=True, timeout=30)
        b.claim(done.stdout == "--format\ncheck\nauto always\n",
                f"bash completes {done.stdout!r} {done.stderr!r}")
    b.run("completion", "zsh").out_has("#compdef archrules", "_arguments")
    b.run("completion", "fish").out_has("complete -c archrules")
    b.run("completion", exit=2).err_has("needs SHELL")
    b.run("completion", "bahs", exit=2).err_has("did you mean 'bash'?")
    b.run("completion", "bash", "x", exit=2).err_has("too many arguments")


@case
def manual_pages(b):
    groff = shutil.which("groff")
    for command in ([], ["eval"], ["check"], ["fmt"], ["test"], ["doc"],
                    ["explain"],
                    ["capabilities"], ["version"], ["completion"]):
        b.run("completion", "man", *command).out_has(".TH ", ".SH NAME")
        if groff:
            done = subprocess.run([groff, "-man", "-ww", "-z"],
                                  input=b.out.encode(), capture_output=True,
                                  timeout=30)
            b.claim(done.stderr == b"", f"groff says {done.stderr!r}")
    b.run("completion", "man", "evil", exit=2).err_has("unknown command")


# ---- why, why-not, what-if ----

EACH = '''rule old
  title    "An old distribution"
  severity warning
  applies  host.os == windows
  for each d in wsl.distros key d.name
  when     d.version == 1 and wsl.version < 2.5.8
  then     diagnose "{d.name} is old"
    remedy "Update"
      step "Update it"
      verify wsl.version >= 2.5.8
rule cpu
  when host.arch == arm64
  then diagnose "ARM64"
'''
DISTROS = ('wsl.distros=[{"name": "Ubuntu", "version": 1}, '
           '{"name": "Debian", "version": 2}]')
OLD = ("-p", "a.rules", "--no-probe", "--set", "host.os=windows",
       "--set", DISTROS)


@case
def why_of_elements(b):
    b.write("a.rules", EACH)
    known = (*OLD, "--set", "wsl.version=2.5.7", "--set", "host.arch=amd64")
    b.run("why", "old", *known, exit=1).out_has(
        "old (Ubuntu): matched", "    d.version == 1\n    1\n",
        "    wsl.version < 2.5.8\n    2.5.7\n").out_lacks("Debian)")
    b.run("why", "old", "--key", "Debian", *known, exit=1).out_has(
        "old (Debian): clear", "d.version == 1   is false\n    2\n").out_lacks(
            "2.5.7")
    b.run("why", "old", "--key", "Debain", *known, exit=2).err_has(
        "'old' has no element 'Debain'; did you mean 'Debian'?")
    b.run("why", "cpu", "--key", "x", *known, exit=2).err_has("no 'for each'")
    b.run("why", *known, exit=1).out_has("old (Ubuntu): matched")
    b.run("why", "odl", *known, exit=2).err_has("did you mean 'old'?")
    b.run("why", "old", "cpu", *known, exit=2).err_has("too many arguments",
                                                       "-p")
    b.run("why", "--key", "x", *known, exit=2).err_has("goes with a rule")


@case
def why_not_says_what_is_missing(b):
    b.write("a.rules", EACH)
    b.run("why-not", "old", *OLD, exit=3).out_has(
        "old (Ubuntu): undetermined", "It would match if:",
        "    wsl.version < 2.5.8\n", "wsl.version: the snapshot does not",
        "--set wsl.version=VALUE").out_lacks("Debian)")
    b.run("why-not", *OLD, exit=3).out_has("old (Ubuntu): undetermined",
                                           "cpu: undetermined",
                                           "host.arch == arm64")
    b.run("why-not", "cpu", *OLD, "--allow-undetermined").out_has("cpu")
    b.run("why-not", "cpu", *OLD, "--set", "host.arch=unknown(denied)",
          exit=3).out_has("reading it was not permitted")
    b.run("why-not", *OLD, "--set", "host.arch=amd64", "--set",
          "wsl.version=3.0.0").out_has("There is no rule that could not")


@case
def what_if_facts(b):
    b.write("a.rules", EACH)
    b.run("what-if", "wsl.version=2.5.7", "host.arch=arm64", *OLD,
          exit=1).out_has("With wsl.version=2.5.7\nand host.arch=arm64\n",
                          "cpu: undetermined -> matched",
                          "old: undetermined -> matched", "new: old (Ubuntu)",
                          "2 rules would change, 0 rules would not.")
    b.run("what-if", "host.arch=unknown(denied)", *OLD, exit=3).out_has(
        "Nothing changes: 2 rules looked at.")
    b.run("what-if", "wsl.distros=absent", *OLD, exit=3).out_has(
        "old: undetermined -> clear")
    b.run("what-if", "wsl.verison=1", *OLD, exit=2).err_has("wsl.version")
    b.claim(b.out == "", "something is printed of wrong facts")
    b.run("what-if", *OLD, exit=2).err_has("needs NAME=VALUE")
    b.run("what-if", "a=b", "old", *OLD, exit=2).err_has("or one rule: 'old'")
    b.run("what-if", "old", "cpu", *OLD, exit=2).err_has("or one rule: 'cpu'")
    b.run("what-if", "wsl.version=1", "--key", "x", *OLD, exit=2).err_has(
        "goes with a rule")


@case
def what_if_a_rule(b):
    b.write("a.rules", EACH)
    known = (*OLD, "--set", "wsl.version=2.5.7", "--set", "host.arch=amd64")
    b.run("what-if", "old", *known, exit=1).out_has(
        "It would not match with:", "wsl.version = 2.5.8   (now 2.5.7)",
        "then it is clear")
    b.run("what-if", "cpu", *known).out_has("No change of up to three facts",
                                            "host.arch cannot be changed")
    b.run("what-if", "old", *OLD, exit=3).out_has("It would match if:",
                                                  "wsl.version < 2.5.8")


CONVERT = '''rule old
  for each d in wsl.distros key d.name
  when     d.version == 1
  then
    diagnose "{d.name} is old"
    remedy "Convert {d.name}"
      step "Read more"
        do "Read."
      step "Convert {d.name}"
        run powershell "wsl --set-version {d.name} 2"
        changes wsl
      verify d.version == 2
    remedy "Together"
      risk high
      step "Begin"
        do "Begin it."
      step "End"
        do "End it."
      verify d.version == 2
    remedy "Something else"
      step "Rename it"
        changes wsl.distros
      verify d.version == 3
    remedy "Nobody can tell"
      step "Hope"
        changes wsl.distros
'''


@case
def facts_show_exit_codes(b):
    b.write("a.rules", '''fact x.code : int
fact x.given : int
probe code on linux, macos
  run "sh" "-c" "echo {{4}}; exit 4"
  exit 4
  parse text matches /^(?<code>\\d+)/
  gives x.code : int = .code
rule r
  when x.code == 4 and x.given == 1
  then diagnose "It ended."
'''.replace("{{4}}", "4"))
    b.run("snapshot", "-p", "a.rules", "--allow-run", "-o", "s.json")
    told = json.loads((b.folder / "s.json").read_text())
    b.claim(told["origin"]["x.code"]["exit"] == 4, f"{told['origin']}")
    b.run("facts", "-p", "a.rules", "--allow-run").out_has(", exit code 4, ")
    b.run("facts", "-p", "a.rules", "--allow-run", "--format",
          "json").out_has('"exit": 4')
    known = ("-p", "a.rules", "-f", "s.json", "--set", "x.given=1")
    b.run("why", "r", *known, exit=1).out_has("exit 4, exit code 4, at 20")
    b.run("why", "r", "--format", "json", *known, exit=1)
    facts = json.loads(b.out)["explanations"][0]["facts"]
    b.claim([fact["origin"]["exit"] for fact in facts] == [4, None],
            f"origins: {facts}")
    b.run("eval", "--format", "html", *known, exit=1).out_has("exit code 4")
    told["origin"]["x.code"].pop("exit")
    b.write("s.json", json.dumps(told))
    b.run("why", "r", *known, exit=1).out_lacks("exit code")


@case
def probes_that_fail_are_told(b):
    b.write("a.rules", '''fact x.number : int
probe number on linux, macos
  run "sh" "-c" "echo none"
  parse text matches /^(?<number>\\w+)/
  gives x.number : int = .number
rule r
  when x.number == 4
  then diagnose "four"
''')
    b.run("why-not", "r", "-p", "a.rules", exit=3).out_has(
        "read what the pack runs", "      --allow-run\n").out_lacks("more rights")
    b.run("why-not", "r", "-p", "a.rules", "--allow-run", exit=3).out_has(
        "no value of this fact").out_lacks("--allow-run")
    b.run("eval", "-p", "a.rules", "--allow-run", exit=3).out_has(
        "1 probe failed")
    b.run("eval", "-p", "a.rules", exit=3).out_lacks("failed")


@case
def facts_show_what_is_sensitive(b):
    b.write("a.rules", "fact x.who : string sensitive personal\n"
            "fact x.key : string sensitive secret\nfact x.plain : int\n")
    known = ("-p", "a.rules", "--set", "x.who=ann", "--set",
             "x.key=topsecret", "--set", "x.plain=1")
    b.run("facts", *known).out_has("x.who = ann\n    sensitive: personal\n",
                                   "<secret>\n    sensitive: secret\n",
                                   "x.plain = 1\n").out_lacks("topsecret")
    b.run("facts", "--format", "json", *known)
    facts = {each["fact"]: each.get("sensitive")
             for each in json.loads(b.out)["facts"]
             if each["fact"].startswith("x.")}
    b.claim(facts == {"x.who": "personal", "x.key": "secret", "x.plain": None},
            f"sensitive: {facts}")


@case
def what_if_names_the_step(b):
    b.write("a.rules", CONVERT)
    known = ("-p", "a.rules", "--no-probe", "--set", "host.os=windows", "--set",
             'wsl.distros=[{"name": "Debian", "version": 1}, '
             '{"name": "Ubuntu", "version": 1}]')
    b.run("what-if", "old", "--key", "Ubuntu", *known, exit=1).out_has(
        "remedy (way 1): Convert Ubuntu; its step 2 makes the change",
        "2. Convert Ubuntu\n", "wsl --set-version 'Ubuntu' 2",
        "Together; its 2 steps together make the change").out_lacks(
            "Something else", "Nobody can tell", "Read more", "Begin it")
    b.run("what-if", "old", "--key", "Ubuntu", "--format", "json", *known,
          exit=1)
    told = json.loads(b.out)
    b.claim(told["key"] == "Ubuntu", "another element is told of")
    linked = [flip["remedies"] for flip in told["flips"] if flip["remedies"]]
    b.claim(len(linked) == 1, f"{len(linked)} changes are linked")
    ways = [(each["way"], each["is_declared"],
             [step["number"] for step in each["steps"]]) for each in linked[0]]
    b.claim(ways == [(1, True, [2]), (4, False, [1, 2])], f"linked: {ways}")
    b.claim(linked[0][0]["steps"][0]["items"][0]["text"] ==
            "wsl --set-version 'Ubuntu' 2", "the command is another one")
    b.write("a.rules", CONVERT.replace("changes wsl\n", "changes host.arch\n"))
    b.run("check", "a.rules", exit=2).err_has("E0630", "host.arch", "fixed")


@case
def explanations_are_only_text(b):
    b.write("a.rules", "fact x.s : string\nfact x.t : string sensitive secret\n"
            'rule r when x.s != "" and length(x.t) > 2 then diagnose "x"\n')
    evil = '"\\u001b[31m\\u202e\\nrule: matched"'
    facts = ("-p", "a.rules", "--no-probe", "--set", f"x.s={evil}", "--set",
             "x.t=topsecret")
    for command in (("why", "r"), ("what-if", "r"), ("what-if", "x.s=a")):
        b.run(*command, *facts, exit=1)
        b.out_lacks("\x1b", "\u202e", "\nrule: matched", "topsecret")
        b.run(*command, "--format", "json", *facts, exit=1)
        b.out_lacks("\x1b", "topsecret")
        json.loads(b.out)
    b.run("why", "r", *facts, exit=1).out_has("<secret>", "\\u{1B}")
    b.run("why", "r", "--color", "always", *facts, exit=1).out_has("\x1b[")


@case
def compiled_packs_are_not_explained(b):
    b.write("a.rules", EACH)
    b.run("pack", "build", "a.rules", "-o", "a.arp")
    for command in (("why", "old"), ("why-not",), ("what-if", "old")):
        b.run(*command, "-p", "a.arp", "--no-probe", exit=2).err_has(
            "compiled pack cannot be explained")


# ---- explain ----

@case
def explain_code(b):
    b.run("explain", "E0103").out_has("E0103 (error): unknown fact '…'",
                                      "declares")
    first = b.out
    b.run("explain", "e0103").out_is(first)
    b.run("explain", "E9999", exit=2).err_has("nothing is called 'E9999'")
    b.run("explain", exit=2).err_has("needs TOPIC")
    b.run("explain", "a", "b", exit=2).err_has("too many arguments")


@case
def explain_fact_and_group(b):
    b.run("explain", "host.arch").out_has("host.arch (fact): arch", "amd64")
    b.run("explain", "docker.desktop").out_has("group of facts",
                                               "docker.desktop.version")
    b.run("explain", "host.arhc", exit=2).err_has("did you mean 'host.arch'?")
    b.run("explain", 'file("/etc/x").exists').out_has("file().exists")


@case
def explain_words(b):
    b.run("explain", "undetermined").out_has("(status)")
    b.run("explain", "denied").out_has("(reason)")


@case
def explain_rule(b):
    b.write("p/pack.rules", PACK)
    b.write("p/a.rules", "## Why it is so.\n" + RULES.replace(
        'then diagnose "slow', 'context "A day in May."\n  then lesson '
        '"Look first." diagnose "slow'))
    b.run("explain", "-p", "p", "shop.slow").out_has(
        "shop.slow (rule): Slow", "Why it is so.", "host.arch == arm64",
        "A day in May.", "Look first.", "slow on {host.arch}")
    b.run("explain", "-p", "p", "slow").out_has("shop.slow (rule)")
    b.run("explain", "-p", "p", "shop.slwo", exit=2).err_has("'shop.slow'")
    data = b.run("explain", "-p", "p", "slow", "--format", "json").json()
    b.claim(data["kind"] == "rule", "odd kind")


@case
def explain_all(b):
    b.run("explain", "--all").out_has("E0101 error", "E2001 error")
    b.run("explain", "--all", "--format", "markdown").out_has(
        "# Diagnostics", "\n## E0103\n")
    codes = b.run("explain", "--all", "--format", "json").json()
    b.claim(len(codes) > 50 and codes[0]["code"] == "E0101", "odd list")
    b.run("explain", "--all", "E0103", exit=2)
    b.run("explain", "E0103", "--format", "markdown", exit=2).err_has("--all")


@case
def generated_documents_are_fresh(b):
    """The documents that the program makes are what it prints now."""
    root = Path(__file__).resolve().parents[2]
    packs = sorted(folder.name for folder in (root / "rules").iterdir())
    for name, command in (
            ("docs/diagnostics.md", "explain --all --format markdown"),
            *((f"docs/cases/{pack}.md", f"doc rules/{pack}")
              for pack in packs)):
        b.run(*command.split(), cwd=root)
        again = f"archrules {command} -o {name}"
        b.claim((root / name).exists(), f"{name} is missing: {again}")
        b.claim((root / name).read_text("utf-8") == b.out,
                f"{name} is stale: {again}")


# ---- doc ----

@case
def doc_on_one_page(b):
    b.write("p/pack.rules", PACK)
    b.write("p/a.rules", RULES + TESTS)
    b.run("doc", "p").out_has("# Shop\n", "version 1.2.3", "\n## Slow\n",
                              "slow on `{host.arch}`", "### Worked examples",
                              "\n## shop.fast\n").err_is("")
    page = b.out
    b.run("doc", "-p", "p", "--format", "markdown").out_is(page)
    b.run("doc", "p", "-o", "shop.md").out_is("")
    b.claim((b.folder / "shop.md").read_text("utf-8") == page, "other file")
    data = b.run("doc", "p", "--format", "json").json()
    b.claim([rule["id"] for rule in data["packs"][0]["rules"]] ==
            ["shop.fast", "shop.slow"], "other rules")
    b.run("doc", "p", "--format", "json", "-o", "shop.json").out_is("")
    b.claim(json.loads((b.folder / "shop.json").read_text()) == data,
            "other JSON")
    b.run("doc").out_has("`docker_desktop.wrong_build`")


@case
def doc_of_some_rules(b):
    b.write("p.rules", PACK + RULES)
    b.run("doc", "p.rules", "--only", "slow").out_has("## Slow").out_lacks(
        "shop.fast")
    b.run("doc", "p.rules", "--only", "shop.slow", "--only", "shop.fast")
    b.out_has("## Slow", "## shop.fast")
    b.run("doc", "p.rules", "--skip", "slow").out_has("shop.fast").out_lacks(
        "Slow")
    b.run("doc", "p.rules", "--only", "slwo", exit=2).err_has(
        "E2007", "did you mean 'slow'?").out_is("")
    b.run("doc", "p.rules", "--skip", "shop", exit=2).err_has(
        "there is no rule to write about").out_is("")
    b.run("pack", "build", "p.rules", "-o", "p.arp")
    b.run("doc", "p.arp", exit=2).err_has("built from").out_is("")
    b.write("facts.rules", "fact a.b : int\n")
    b.run("doc", "facts.rules", exit=2).err_has("no rule").out_is("")


@case
def doc_in_pages(b):
    b.write("p.rules", PACK + RULES)
    names = ["index.md", "shop.fast.md", "shop.slow.md"]
    (b.folder / "there").mkdir()
    b.write("there/other.txt", "stays")
    for target, extra in (("new/", []), ("split", ["--split"]),
                          ("split", ["--split"]), ("there", [])):
        b.run("doc", "p.rules", "-o", target, *extra).out_is("").err_is("")
        folder = b.folder / target
        made = sorted(name for name in os.listdir(folder)
                      if name.endswith(".md"))
        b.claim(made == names, f"{target} has {made}")
        index = (folder / "index.md").read_text("utf-8")
        for link in re.findall(r"\]\(([^)]+)\)", index):
            b.claim((folder / link).exists(), f"no page {link}")
        b.claim("slow on" in (folder / "shop.slow.md").read_text("utf-8"),
                "another page")
    b.claim((b.folder / "there/other.txt").read_text() == "stays", "gone")


@case
def doc_to_wrong_places(b):
    b.write("p.rules", PACK + RULES)
    b.write("file", "x")
    b.run("doc", "p.rules", "--split", exit=2).err_has("-o FOLDER").out_is("")
    b.run("doc", "p.rules", "--split", "--format", "json", "-o", "x", exit=2)
    b.err_has("JSON is one document")
    b.run("doc", "p.rules", "--format", "json", "-o", "x/", exit=2)
    b.claim(not (b.folder / "x").exists(), "a folder was made")
    b.run("doc", "p.rules", "-o", "file/", exit=2).err_has("'file/'")
    b.run("doc", "p.rules", "--split", "-o", "file", exit=2).err_has("'file'")
    b.run("doc", "p.rules", "-o", "no/such/", exit=2).err_has("'no/such/'")
    (b.folder / "pages/index.md").mkdir(parents=True)
    b.run("doc", "p.rules", "-o", "pages", exit=2).err_has(
        "pages/index.md", "it is a folder")
    b.run("doc", "p.rules", "--format", "human", exit=2).err_has("--format")
    b.run("doc", "-", exit=2).err_has("standard input")


@case
def doc_of_rules_with_errors(b):
    """What is missing in a case study cannot be seen in it."""
    b.write("good.rules", PACK + RULES)
    b.write("bad.rules", "rule x when host.arhc == arm64 then diagnose 'x'")
    b.write("old.md", "old")
    b.run("doc", "good.rules", "bad.rules", exit=2).out_is("").err_has(
        "bad.rules:1:13: error[E0103]")
    b.run("doc", "good.rules", "bad.rules", "-o", "old.md", exit=2)
    b.claim((b.folder / "old.md").read_text() == "old", "it was written")
    b.run("doc", "good.rules", "bad.rules", "-o", "pages/", exit=2)
    b.claim(not (b.folder / "pages").exists(), "a folder was made")
    b.run("doc", "none.rules", exit=2).err_has("E2002").out_is("")


# ---- reading rules ----

@case
def missing_file(b):
    b.write("shop.rules", ONE_LINER)
    b.run("check", "shpo.rules", exit=2).err_has(
        "error[E2002]", "'shpo.rules'", "did you mean 'shop.rules'?")
    b.run("check", "no/such/place", exit=2).err_has("E2002")
    b.write("sub/a/b.rules", ONE_LINER)
    b.run("check", "sbu", exit=2).err_has("did you mean 'sub'?")
    b.run("check", "sub/aa", exit=2).err_has("did you mean 'sub/a'?")


@case
def empty_folder(b):
    (b.folder / "empty").mkdir()
    b.write("other/readme.txt", "no rules")
    b.run("check", "empty", exit=2).err_has("E2003", "'empty'")
    b.run("eval", "other/", exit=2).err_has("E2003", "'other'")


@case
def not_regular(b):
    os.mkfifo(b.folder / "pipe.rules")
    b.run("check", "pipe.rules", exit=2).err_has("E2001",
                                                 "not a regular file")
    b.run("check", "/dev/zero", exit=2).err_has("E2001")
    b.write("d/ok.rules", ONE_LINER)
    os.mkfifo(b.folder / "d/pipe.rules")
    b.run("check", "d", exit=2).err_has("E2001", "d/pipe.rules")
    (b.folder / "f.rules").mkdir()
    b.run("check", "f.rules", exit=2).err_has("E2003")


@case
def no_permission(b):
    path = b.write("secret/a.rules", ONE_LINER)
    b.write("open.rules", ONE_LINER)
    os.chmod(path, 0)
    drop = {}
    if os.geteuid() == 0:
        drop = {"user": 65534}
    b.run("check", "secret/a.rules", exit=2, **drop).err_has(
        "E2001", "permission denied")
    os.chmod(b.folder / "secret", 0)
    b.run("check", "secret", "open.rules", exit=2, **drop).err_has(
        "permission denied").out_has("open.rules: 1 rule")
    os.chmod(b.folder / "secret", 0o755)


@case
def wrong_kinds_of_file(b):
    b.write("facts.json", "{}")
    b.write("x.arp", b"\x7fARP")
    b.run("eval", "facts.json", exit=2).err_has("E2005", "-f")
    b.run("check", "x.arp", exit=2).err_has("E2008", "not a compiled pack")
    b.run("check", "x.arp", "x.arp", exit=2).err_has("E2005", "alone")


# ---- compiled packs ----

def source_folder():
    return Path(__file__).resolve().parents[2]


def build_shop(b, name="shop.arp"):
    b.write("shop/pack.rules", PACK)
    b.write("shop/rules.rules", RULES)
    b.write("shop/tests.rules", TESTS)
    b.run("pack", "build", "shop", "-o", name).out_is("").err_is("")
    return (b.folder / name).read_bytes()


def without_time(text):
    text = re.sub(r'"generated": "[^"]*"', '"generated": ""', text)
    return re.sub(r"Report     \S+", "Report", text)


@case
def pack_usage(b):
    b.write("a.rules", ONE_LINER)
    b.run("pack", exit=2).err_has("needs a verb", "pack build").out_is("")
    b.run("pack", "biuld", "a.rules", "-o", "a.arp", exit=2).err_has("build")
    b.run("pack", "build", "-o", "a.arp", exit=2).err_has("needs the rules")
    b.run("pack", "build", "a.rules", exit=2).err_has("-o")
    b.run("pack", "build", "none.rules", "-o", "a.arp", exit=2).err_has(
        "none.rules")
    b.claim(not (b.folder / "a.arp").exists(), "something was written")
    b.run("pack", "build", "--help").out_has("(build|inspect) PATH...", "-o, --output")


@case
def pack_build_writes(b):
    first = build_shop(b)
    b.claim(first[:8] == b"archrule", "it does not begin as it should")
    b.claim(build_shop(b, "again.arp") == first, "not the same bytes")
    # What is there is replaced, as a whole.
    b.write("shop.arp", b"x" * 1000000)
    b.claim(build_shop(b) == first, "a longer file was not replaced")
    # A compiled pack can be built again, from itself.
    b.run("pack", "build", "shop.arp", "-o", "copy.arp")
    b.claim((b.folder / "copy.arp").read_bytes() == first, "not a copy")


@case
def pack_build_refuses_errors(b):
    b.write("bad.rules", "rule a when host.arhc == arm64 then diagnose 'x'\n")
    b.write("bad.arp", "as it was")
    b.run("pack", "build", "bad.rules", "-o", "bad.arp", exit=2).err_has(
        "E0103").out_is("")
    b.claim((b.folder / "bad.arp").read_text() == "as it was",
            "the target was touched")
    b.write("good.rules", ONE_LINER)
    b.run("pack", "build", "good.rules", "bad.rules", "-o", "new.arp", exit=2)
    b.claim(not (b.folder / "new.arp").exists(), "half of it was written")


@case
def pack_build_to_nowhere(b):
    b.write("a.rules", ONE_LINER)
    b.run("pack", "build", "a.rules", "-o", "none/a.arp", exit=2).err_has(
        "none/a.arp")
    (b.folder / "folder.arp").mkdir()
    b.run("pack", "build", "a.rules", "-o", "folder.arp", exit=2).err_has(
        "folder.arp")


@case
def compiled_pack_is_evaluated(b):
    build_shop(b)
    b.run("eval", "-p", "shop.arp", "--set", "host.arch=arm64",
          exit=1).out_has("slow on arm64", "shop.slow")
    b.run("eval", "shop.arp", "--set", "host.arch=amd64", exit=0).out_has(
        "fast")
    b.run("eval", "--no-probe", "shop.arp", exit=3).out_has(
        "needs host.arch")
    b.run("eval", "shop.arp", "--set", "host.arch=arm64", "--only",
          "shop.fast", exit=0).out_lacks("slow on")
    b.run("eval", "shop.arp", "--set", "host.arch=arm64", "--format", "json",
          exit=1)
    found = b.json()["findings"]
    b.claim([finding["rule"] for finding in found] == ["shop.slow"],
            "not the finding")
    b.run("eval", "shop.arp", "--set", "host.arhc=arm64", exit=2).err_has(
        "host.arch")
    b.run("eval", "shop.arp", "--only", "shop.slwo", exit=2).err_has(
        "E2007", "shop.slow")


@case
def compiled_pack_gives_the_same(b):
    """Reports byte by byte, of rules and of what they are compiled to."""
    root = source_folder()
    snapshots = sorted((root / "examples").glob("*/*.json"))
    b.claim(len(snapshots) >= 9, "too few examples")
    sample = [root / "tests/code" / f"{name}.json"
              for name in ("full", "odd", "nothing")]
    for rules, facts in ((root / "rules", snapshots),
                         (root / "rules/docker_desktop", snapshots),
                         (root / "examples/one_liner.rules", snapshots),
                         (root / "tests/code/sample", sample)):
        b.run("pack", "build", str(rules), "-o", "x.arp")
        for path in facts:
            for options in (("--all",), ("--format", "json")):
                arguments = ("-f", str(path), *options)
                b.run("eval", str(rules), "--exit-zero", *arguments)
                wanted = without_time(b.out), b.err
                b.run("eval", "x.arp", "--exit-zero", *arguments)
                b.claim((without_time(b.out), b.err) == wanted,
                        f"another report of {rules} and {path}")


@case
def compiled_pack_is_explained(b):
    root = source_folder()
    rules = str(root / "tests/code/sample")
    b.run("pack", "build", rules, "-o", "x.arp")
    topics = ("sample.conditions", "sample.bowls", "sample.values",
              "sample.quiet", "site.cause", "soup.kitchen", "pot().doubled",
              "soup.flavour", "cook.name", "soup", "host.arch", "E2008")
    for topic in topics:
        for form in ("human", "json"):
            b.run("explain", topic, "-p", rules, "--format", form)
            wanted = b.out
            b.run("explain", topic, "-p", "x.arp", "--format", form)
            b.claim(b.out == wanted, f"{topic} is explained in another way")
    # What is not loaded has no code, and so no conditions to show.
    b.run("explain", "sample.not_yet", "-p", "x.arp").out_has(
        "it requires archrules 99")
    b.run("explain", "newer.later", "-p", "x.arp").out_has("later")


@case
def compiled_pack_with_other_commands(b):
    build_shop(b)
    b.run("check", "shop.arp").out_has("shop 1.2.3", "2 rules",
                                       "1 pack, 2 rules")
    b.run("test", "shop.arp", exit=2).err_has("holds no tests",
                                              "built from").out_is("")
    b.run("doc", "shop.arp", exit=2).err_has("built from").out_is("")
    b.run("dump", "shop").out_has("rule shop.slow")
    wanted = b.out
    b.run("dump", "shop.arp")
    b.claim(b.out == wanted, "another listing")
    b.run("eval", "shop.arp", "--stdlib", str(source_folder() / "stdlib"),
          "--set", "host.arch=arm64", exit=1).out_has("slow on arm64")


@case
def compiled_pack_is_used_alone(b):
    build_shop(b)
    b.write("a.rules", ONE_LINER)
    for others in (("a.rules",), ("-p", "a.rules"), ("shop.arp",),
                   ("-e", "when host.cpus > 1 then diagnose 'x'")):
        b.run("eval", "shop.arp", *others, exit=2).err_has(
            "E2005", "used alone")


@case
def compiled_pack_that_is_none(b):
    good = build_shop(b)
    middle = len(good) // 2
    for name, content, words in (
            ("empty", b"", "not a compiled pack"),
            ("text", b"rule a when host.cpus > 1 then diagnose 'x'\n",
             "not a compiled pack"),
            ("short", good[:7], "not a compiled pack"),
            ("head", good[:31], "cut off"),
            ("cut", good[:-1], "not as long as it says"),
            ("longer", good + b"\0", "not as long as it says"),
            ("newer", good[:8] + b"\xff" + good[9:], "another version"),
            ("changed", good[:middle] + bytes([good[middle] ^ 1]) +
             good[middle + 1:], "the hash is not right"),
            ("hash", good[:24] + bytes([good[24] ^ 1]) + good[25:],
             "the hash is not right")):
        b.write(f"{name}.arp", content)
        for command in (("eval",), ("check",), ("dump",),
                        ("pack", "build", "-o", "new.arp")):
            b.run(*command, f"{name}.arp", exit=2).err_has(
                "E2008", f"'{name}.arp'", words)
        b.claim(not (b.folder / "new.arp").exists(), "something was written")
    (b.folder / "folder.arp").mkdir()
    b.run("eval", "folder.arp", exit=2).err_lacks("E2008").out_is("")
    b.run("eval", "missing.arp", exit=2).err_has("missing.arp").out_is("")


@case
def compiled_pack_that_is_closed(b):
    build_shop(b)
    if os.geteuid() == 0:
        raise Skipped("root may read everything")
    (b.folder / "shop.arp").chmod(0)
    b.run("eval", "shop.arp", exit=2).err_has("shop.arp", "ermission")


def xxh64(message):
    """By its specification, doc/xxhash_spec.md of xxHash; seed 0."""
    mask = 2 ** 64 - 1
    p1, p2, p3, p4, p5 = (
        0x9E3779B185EBCA87, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9,
        0x85EBCA77C2B2AE63, 0x27D4EB2F165667C5)

    def rotate(word, count):
        return (word << count | word >> (64 - count)) & mask

    def add(total, word):
        return rotate((total + word * p2) & mask, 31) * p1 & mask

    def word(at, size=8):
        return int.from_bytes(message[at:at + size], "little")

    sums = [p1 + p2 & mask, p2, 0, -p1 & mask]
    at = 0
    while len(message) - at >= 32:
        sums = [add(each, word(at + 8 * ix)) for ix, each in enumerate(sums)]
        at += 32
    result = p5
    if at > 0:
        result = sum(rotate(each, by) for each, by in zip(sums, (1, 7, 12, 18)))
        for each in sums:
            result = (result & mask ^ add(0, each)) * p1 + p4
    result = result + len(message) & mask
    while len(message) - at >= 8:
        result = rotate(result ^ add(0, word(at)), 27) * p1 + p4 & mask
        at += 8
    assert at == len(message)  # a pack has whole words of 8 bytes
    result = (result ^ result >> 33) * p2 & mask
    result = (result ^ result >> 29) * p3 & mask
    return (result ^ result >> 32).to_bytes(8, "little")


@case
def compiled_pack_that_lies(b):
    """The hash is right, and what it is of is not."""
    good = bytearray(build_shop(b))
    b.claim(good[24:32] == xxh64(good[32:]), "the hash is another one")
    count = int.from_bytes(good[32:36], "little")
    good[32:36] = (count + 1).to_bytes(4, "little")
    good[24:32] = xxh64(good[32:])
    b.write("lie.arp", bytes(good))
    b.run("eval", "lie.arp", exit=2).err_has(
        "E2008", "the size of a section", "in section SOURCES").out_is("")


@case
def dump_of_rules(b):
    rule = "when host.arch == arm64 then diagnose 'x'"
    b.run("dump", "-e", rule).out_has(
        "LOAD_SLOT", "; host.arch", "; arm64", "COMPARE", "; ==", "RETURN",
        "when is routine").err_is("")
    wanted = b.out
    b.run("dump", "--bytecode", "-e", rule)
    b.claim(b.out == wanted, "--bytecode prints something else")
    b.run("dump").out_has("rule docker_desktop.wrong_build")
    b.run("dump", "--only", "docker_desktop.wrong_build").out_has(
        "rule docker_desktop.wrong_build").out_lacks("proxy_timeout\n")
    b.run("dump", "--only", "wrong_biuld", exit=2).err_has(
        "wrong_biuld").out_is("")
    b.write("bad.rules", "rule")
    b.run("dump", "bad.rules", exit=2).err_has("bad.rules:1")
    b.run("dump", "none.rules", exit=2).err_has("none.rules")


@case
def opcodes_are_documented(b):
    """docs/bytecode.md is what the program prints."""
    path = source_folder() / "docs/bytecode.md"
    b.run("dump", "--opcodes")
    b.claim(path.read_text("utf-8") == b.out,
            "docs/bytecode.md is stale: archrules dump --opcodes "
            "-o docs/bytecode.md")


@case
def facts_are_documented(b):
    """docs/facts.md is what the program prints."""
    path = source_folder() / "docs/facts.md"
    b.run("doc", "--facts")
    b.claim(path.read_text("utf-8") == b.out,
            "docs/facts.md is stale: archrules doc --facts -o docs/facts.md")
    b.run("doc", "--facts", "--format", "json", exit=2).err_has("Markdown")
    b.run("doc", "--facts", "-o", "pages/", exit=2).err_has("one page")


@case
def bad_bytes(b):
    for name, content, code in (
            ("nul", b"# a\0b\n", "E0105"),
            ("binary", bytes(range(256)) * 20, "E01"),
            ("elf", Path(b.program).read_bytes()[:4096], "E01"),
            ("utf8", b"# caf\xe9\n", "E0101"),
            ("utf16", "rule x".encode("utf-16"), "E0104"),
            ("bom", b"# a\n\xef\xbb\xbf# b\n", "E0102"),
            ("cr", b"# a\rrule\n", "E0109"),
            ("bidi", "# \u202e\n".encode(), "E0111")):
        b.write(f"{name}.rules", content)
        b.run("check", f"{name}.rules", exit=2).err_has(code,
                                                        f"{name}.rules:")


@case
def unterminated_everything(b):
    for name, text in (("string", 'when host.arch == "'),
                       ("raw", "rule a when x matches '"),
                       ("long", 'rule a title """'),
                       ("rawlong", "rule a title '''"),
                       ("regex", "rule a when host.os matches /abc"),
                       ("brace", 'when true then diagnose "{'),
                       ("list", "when host.os in ["),
                       ("bracket", "when (((host.os"),
                       ("rule", "rule"), ("when", "when"),
                       ("then", "when true then"),
                       ("table", "table t (a : int) ->"),
                       ("test", 'test "x" given')):
        b.write(f"{name}.rules", text)
        b.run("check", f"{name}.rules", exit=2).err_has(f"{name}.rules:1:",
                                                        "error[E")


@case
def huge_file(b):
    b.write("huge.rules", "#" * (8 * 1024 * 1024 + 1))
    b.run("check", "huge.rules", exit=2).err_has("huge.rules:1:1",
                                                 "error[E0127]", "8388608")
    b.write("big.rules", "#" * (8 * 1024 * 1024 - 1) + "\n")
    b.run("check", "big.rules").out_has("0 rules")


@case
def empty_file(b):
    for name, text in (("empty", ""), ("blank", " \n\t\n"),
                       ("comment", "# nothing")):
        b.write(f"{name}.rules", text)
        b.run("check", f"{name}.rules").out_has("0 rules").err_has(
            f"{name}.rules:1:1: warning[W1090]")
    b.run("eval", "empty.rules").err_has("there are no rules")


@case
def many_errors(b):
    b.write("many.rules", "@\n" * 100000)
    b.run("check", "many.rules", exit=2).err_has("more")
    b.claim(b.err.count("error[") == 50, "not 50 errors")


@case
def pack_folder(b):
    b.write("shop/pack.rules", PACK)
    b.write("shop/a.rules", RULES)
    b.write("shop/sub/t.rules", TESTS)
    b.run("check", "shop").out_has(
        "shop 1.2.3 (shop): 2 rules, 0 facts, 0 tables, 4 tests\n",
        "1 pack, 2 rules, 4 tests: 0 errors, 0 warnings\n").err_is("")
    data = b.run("check", "--format", "json", "shop").json()
    b.claim(data["packs"][0]["name"] == "shop" and
            data["packs"][0]["rules"] == 2 and data["errors"] == 0, "odd JSON")


@case
def packs_inside_a_folder(b):
    b.write("all/one/pack.rules", PACK + RULES)
    b.write("all/two/pack.rules", PACK.replace("shop", "yard"))
    b.write("all/two/deep/er/a.rules", RULES)
    b.write("all/loose.rules", ONE_LINER)
    b.run("check", "all").out_has("shop 1.2.3 (all/one): 2 rules",
                                  "yard 1.2.3 (all/two): 2 rules",
                                  "all/loose.rules: 1 rule", "3 packs")


@case
def several_packs_in_one_folder(b):
    b.write("mix/a.rules", PACK + RULES)
    b.write("mix/b.rules", PACK.replace("shop", "yard") + RULES)
    b.run("check", "mix").out_has("(mix/a.rules): 2 rules",
                                  "(mix/b.rules): 2 rules")
    b.write("mix/c.rules", ONE_LINER)
    b.run("check", "mix", exit=2).err_has("mix/c.rules:1:1: error[E0790]",
                                          "several files of 'mix'")
    b.out_has("(mix/a.rules): 2 rules", "not loaded: 1 pack")


@case
def broken_pack_is_named(b):
    b.write("good/pack.rules", PACK + RULES)
    b.write("bad.rules", "pack bad rule a when")
    b.run("eval", "-p", "good", "-p", "bad.rules", "--set", "host.os=linux",
          "--set", "host.arch=amd64", exit=2).out_has(
              "1 pack could not be loaded").out_lacks("No problem found.")


@case
def same_path_twice(b):
    b.write("shop/pack.rules", PACK + RULES)
    b.run("check", "shop", "./shop/", "shop//pack.rules", "-p",
          "shop").out_has("1 pack, 2 rules")
    b.run("check", "shop/pack.rules", ".").out_has("1 pack, 2 rules")
    b.run("check", str(b.folder / "shop"), "-p",
          f"{b.folder}/./shop").out_has("1 pack, 2 rules")


@case
def links(b):
    b.write("shop/a.rules", ONE_LINER)
    os.symlink(".", b.folder / "shop/loop")
    os.symlink("a.rules", b.folder / "shop/b.txt")
    os.symlink("nowhere.rules", b.folder / "shop/dead.txt")
    b.run("check", "shop").out_has("1 pack, 1 rule")


@case
def deep_folder(b):
    b.write("/".join(["d"] * 9) + "/a.rules", ONE_LINER)
    b.run("check", "d").out_has("1 rule")
    b.write("/".join(["e"] * 10) + "/a.rules", ONE_LINER)
    b.run("check", "e", exit=2).err_has("E2004")


@case
def broken_pack_leaves_the_others(b):
    b.write("bad/pack.rules", PACK.replace("shop", "bad"))
    b.write("bad/a.rules", "rule x when host.arhc == arm64 "
            'then diagnose "x"')
    b.write("good/pack.rules", PACK + RULES)
    b.run("eval", "bad", "good", "--set", "host.arch=arm64", exit=2)
    b.err_has("bad/a.rules:1:13: error[E0103]", "did you mean 'host.arch'?")
    b.out_has("shop.slow")
    data = b.run("eval", "bad", "good", "--set", "host.arch=arm64",
                 "--format", "json", exit=2).json()
    b.claim("bad" in json.dumps(data), "the report hides what is missing")
    b.run("check", "bad", "good", exit=2).out_has("bad 1.2.3 (bad): not "
                                                  "loaded", "1 pack\n")


@case
def nothing_loaded(b):
    b.run("eval", "none.rules", exit=2).err_has("nothing was evaluated")
    b.out_is("")


@case
def quiet(b):
    b.run("eval", "-q", "--no-probe", exit=3).err_is("")
    b.run("check", "-q", "none.rules", exit=2).err_has("E2002")


@case
def stdlib_folder(b):
    b.write("lib/std/host.rules", "fact host.color : string\n")
    b.write("a.rules", 'when host.color == "red" then diagnose "red"\n')
    b.run("check", "a.rules", exit=2).err_has("E0103", "host.color")
    b.run("check", "--stdlib", "lib", "a.rules").out_has("1 rule")
    b.run("check", "--stdlib", "libb", "a.rules", exit=2).err_has(
        "E2002", "did you mean 'lib'?")


@case
def cwd_is_gone(b):
    gone = b.folder / "gone"
    gone.mkdir()
    b.run("-c", 'cd "$1" && rmdir "$1" && exec "$0" check', b.program, gone,
          executable="/bin/sh")
    b.out_has("0 errors")


# ---- eval ----

@case
def one_liner(b):
    for facts, code in ((("arm64", "amd64"), 1), (("arm64", "arm64"), 0),
                        (("amd64", "amd64"), 0)):
        sets = ["--set", f"host.arch={facts[0]}",
                "--set", f"docker.arch={facts[1]}"]
        b.write("one.rules", ONE_LINER)
        b.run("eval", "one.rules", *sets, exit=code)
        b.run("eval", "-e", ONE_LINER, *sets, exit=code)
        b.claim(("AMD64 build" in b.out) == (code == 1), "odd report")
    b.run("eval", "-e", ONE_LINER, "--no-probe", exit=3).out_has(
        "needs host.arch")


@case
def rules_on_the_command_line(b):
    b.run("eval", "-e", "when host.arhc == arm64 then diagnose 'x'",
          exit=2).err_has("-e:1:6: error[E0103]")
    b.run("eval", "-e", ONE_LINER, "-e", "when", exit=2).err_has("-e#2:1:")
    b.run("eval", "-e", "", exit=2).err_has("--rule needs RULE")
    b.run("check", "-e", ONE_LINER).out_has("-e: 1 rule")


@case
def no_probe_looks_at_nothing(b):
    b.run("eval", "-e", ONE_LINER, "--no-probe", exit=3).err_is("")


# Facts of the machine that runs the tests: only those that every one has.
@case
def eval_looks_at_this_machine(b):
    rule = "rule r when host.os exists and process.arch exists "
    rule += 'then diagnose "It is {host.os} on {host.arch}."'
    b.run("eval", "-e", rule, exit=1).err_is("").out_has("It is ")
    b.run("eval", "-e", rule, "--timings", exit=1).err_is("")
    b.run("eval", "-e", rule, "--set", "host.os=macos", exit=1).out_has(
        "It is macos on")


@case
def facts_are_shown(b):
    b.run("facts", "host.os", "process.arch", exit=0).out_has(
        "host.os = ", "process.arch = ", "from builtin").out_lacks("docker")
    b.run("facts", "host.os", "--format", "json", exit=0)
    facts = b.json()["facts"]
    b.claim([fact["fact"] for fact in facts] == ["host.os"], "odd facts")
    b.claim(facts[0]["state"] == "value", "not known")
    b.run("facts", "host.os", "--set", "host.os=macos", exit=0).out_has(
        "host.os = macos")
    Path(b.folder, "hello").write_text("#!/bin/sh\n")
    group = f'binary("{b.folder}/hello")'
    b.run("facts", group, exit=0).out_has(
        f"{group}.format = script", f"{group}.interpreter = /bin/sh",
        f"{group}.arch = <absent>")
    b.run("facts", "host.oss", exit=2).err_has("host.os")
    b.run("facts", "--timeout", "soon", "host.os", exit=2).err_has("seconds")
    b.run("facts", "--timeout", "0", "host.os", exit=2).err_has("at least 1")


# Ctrl-C is no result: nothing is said that looks like one.
@case
def interrupt_is_no_result(b):
    b.write("hang.rules",
            "fact own.x : string\n"
            "probe own run '/bin/sleep' '60' parse text "
            "gives own.x : string\n"
            'rule r when own.x == "" then diagnose "r"\n')
    for args in (["eval", "hang.rules"],
                 ["facts", "own.x", "-p", "hang.rules"]):
        words = " ".join(args)
        b.run("-c", f'"$0" {words} --allow-run & sleep 1; kill -TERM $!; '
              'wait $!', b.program, exit=143, executable="/bin/sh").out_is("")


# A pack of somebody else names variables and runs programs only if it may.
@case
def strangers_run_nothing(b):
    mark = b.folder / "ran"
    b.write("own.rules",
            "fact own.x : string\n"
            f"probe own run '/usr/bin/touch' '{mark}' parse text "
            "gives own.x : string\n"
            'rule r when own.x == "" then diagnose "r"\n'
            'rule s when env("PATH") exists then diagnose "s"\n')
    b.run("eval", "own.rules", exit=3).out_has("own.x", "--allow-run")
    b.claim(not mark.exists(), "the program of a stranger ran")
    (b.folder / "<builtin>").mkdir()
    (b.folder / "<builtin>" / "own.rules").write_text(
        (b.folder / "own.rules").read_text())
    b.run("eval", "<builtin>/own.rules", exit=3)
    b.run("eval", "<builtin>", exit=3)
    b.claim(not mark.exists(), "a folder's name made it trusted")
    b.run("eval", "own.rules", "--allow-run", exit=1)
    b.claim(mark.exists(), "the program did not run")


# What a report rests on is said in it.
@case
def reports_say_that_strangers_ran(b):
    b.write("own.rules",
            'rule s when env("PATH") exists then diagnose "s"\n')
    b.run("eval", "own.rules", "--allow-run", exit=1).out_has("--allow-run")
    b.run("eval", "own.rules", "--allow-run", "--format", "json",
          exit=1).out_has('"allowed_run": true')
    b.run("eval", "own.rules", "--format", "json", exit=3).out_has(
        '"allowed_run": false')


def write_executable(b, name, text):
    path = b.folder / name
    path.write_text(text)
    path.chmod(0o755)


# A program beside the rules is asked in JSON, and answers in it.
@case
def executable_probes(b):
    b.write("own.rules",
            "probe own (name : string) exec './own.sh' \"{name}\"\n"
            "  gives own(name : string).x : int\n"
            'rule r when own("a b").x == 7 then diagnose "r"\n')
    write_executable(b, "own.sh",
                     "#!/bin/sh\nread -r question\n"
                     'test "$1" = "a b" || exit 3\n'
                     "case $question in\n"
                     '*\'"archrules_probe":1\'*\'"name":"a b"\'*'
                     '\'"own().x":"int"\'*) ;;\n'
                     "*) exit 4 ;;\nesac\n"
                     'echo \'{"archrules_probe": 1, "origin": "here", '
                     '"facts": {"own().x": {"value": 7}, '
                     '"host.arch": {"value": "arm64"}}}\'\n')
    b.run("eval", "own.rules", exit=3)
    b.run("eval", "own.rules", "--allow-run", exit=1).out_has(
        "own.sh", "here").err_has("W2040", "host.arch")
    b.run("facts", "-p", "own.rules", 'own("a b").x', "--allow-run").out_has(
        'own("a b").x = 7', "took part")
    b.run("facts", "-p", "own.rules", 'own("c").x', "--allow-run").out_has(
        "probe_failed", "exit 3")


@case
def executable_examples(b):
    b.run("facts", "-p", EXAMPLES / "executable_probes", "--allow-run",
          "interpreter").out_has("interpreter.version = 3")
    b.run("eval", EXAMPLES / "executable_probes", exit=3)


@case
def pack_inspect(b):
    b.write("own.rules",
            "probe own run '/bin/own' parse text gives own.x : string\n"
            'rule r when own.x == "" and env("HOME") exists '
            'and os.id == "x" then diagnose "r"\n')
    b.run("pack", "inspect", "own.rules").out_has(
        "not trusted", "'/bin/own'", 'env("HOME")', "only with --allow-run",
        "by the standard library", "/etc/os-release")
    b.run("pack", "inspect", "--format", "json", "own.rules").out_has(
        '"needs_allow_run": true', '"source": "\'/bin/own\'"')
    b.run("pack", "inspect", exit=2)
    b.run("pack", "inspekt", "own.rules", exit=2).err_has("'inspect'")
    b.run("pack", "build", "own.rules", "-o", "own.arp")
    b.run("pack", "inspect", "own.arp", exit=2).err_has("compiled")


@case
def exit_codes(b):
    b.write("p.rules", PACK + RULES)
    arm = ["eval", "p.rules", "--set", "host.arch=arm64"]
    amd = ["eval", "p.rules", "--set", "host.arch=amd64"]
    b.run(*arm, exit=1)
    b.run(*arm, "--fail-level", "error", exit=0)
    b.run(*arm, "--exit-zero", exit=0)
    b.run(*amd, exit=0).out_has("fast")
    b.run(*amd, "--fail-level", "info", exit=1)
    blind = ["eval", "p.rules", "--no-probe"]
    b.run(*blind, exit=3)
    b.run(*blind, "--allow-undetermined", exit=0)
    b.run(*blind, "--exit-zero", exit=0)
    b.run("eval", "p.rules", "gone.rules", "--exit-zero", exit=2)


@case
def only_and_skip(b):
    b.write("p.rules", PACK + RULES)
    base = ["eval", "p.rules", "--set", "host.arch=arm64"]
    b.run(*base, "--only", "shop.fast").out_lacks("slow on")
    b.run(*base, "--only", "slow", exit=1).out_has("slow on")
    b.run(*base, "--only", "shop", exit=1).out_has("slow on")
    b.run(*base, "--skip", "shop.slow").out_lacks("slow on")
    b.run(*base, "--only", "shop", "--skip", "shop.slow").out_lacks("slow on")
    b.run(*base, "--skip", "shop")
    b.run(*base, "--only", "shop.slwo", exit=2).err_has(
        "E2007", "did you mean 'shop.slow'?").out_is("")


@case
def severity_hides(b):
    b.write("p.rules", PACK + RULES)
    b.run("eval", "p.rules", "--set", "host.arch=arm64", "--severity",
          "error", exit=1).out_lacks("slow on arm64")


@case
def json_report(b):
    b.write("p.rules", PACK + RULES)
    data = b.run("eval", "p.rules", "--set", "host.arch=arm64", "--format",
                 "json", exit=1).json()
    schema = Path(__file__).resolve().parents[2] / "docs/report.schema.json"
    if jsonschema and schema.exists():
        jsonschema.validate(data, json.loads(schema.read_text("utf-8")))
    b.claim({r["id"]: r["status"] for r in data["rules"]} ==
            {"shop.slow": "matched", "shop.fast": "clear"}, "odd statuses")
    b.run("eval", "p.rules", "--set", "host.arch=arm64", "--format", "json",
          "--detail", "ids", exit=1).json()


@case
def snapshots(b):
    b.write("p.rules", PACK + RULES)
    b.write("arm.json", '{"host": {"arch": "aarch64"}}')
    b.run("eval", "p.rules", "-f", "arm.json", exit=1).out_has("slow on arm64")
    b.run("eval", "p.rules", "-f", "-", exit=1,
          stdin=b'{"host.arch": "arm64"}').out_has("slow on arm64")
    b.run("eval", "p.rules", "-f", "arm.json", "--set", "host.arch=amd64",
          exit=0).out_has("fast")
    b.run("eval", "p.rules", "-f", "amr.json", exit=2).err_has(
        "E2002", "did you mean 'arm.json'?").out_is("")
    (b.folder / "dir").mkdir()
    b.run("eval", "p.rules", "-f", "dir", exit=2).err_has("E2001", "folder")


@case
def bad_snapshots(b):
    b.write("p.rules", PACK + RULES)
    for text in (b"", b"[]", b"null", b'{"a":1}{', b'{"a":', b"\0\0",
                 b"\xff\xfe{\0}\0", b'{"host.arch": "arm64",}', b"[" * 100000,
                 b'{"host":{"arch":"arm64"},"host":{}}', b"'x'"):
        b.write("bad.json", text)
        b.run("eval", "p.rules", "-f", "bad.json", exit=2).err_has(
            "bad.json:1:", "error[E20").out_is("")
    b.write("big.json", b" " * (16 * 1024 * 1024 + 1))
    b.run("eval", "p.rules", "-f", "big.json", exit=2).err_has("16777216")


@case
def bad_assignments(b):
    b.write("p.rules", PACK + RULES)
    for text, word in (("host.arch", "NAME=VALUE"), ("=x", ""),
                       ("host.arhc=arm64", "host.arch"),
                       ("host.arch=arm65", "arm65"),
                       ("host=x", "group"),
                       ("\x1b[2J=\x1b", "")):
        b.run("eval", "p.rules", "--set", text, exit=2).err_has(
            "error[E", word).out_is("")
        b.err_lacks("\x1b")


@case
def inputs(b):
    b.write("i.rules", 'pack i\nuse std.host\n'
            'input image.name : string ask "Which image?"\n'
            'rule r when image.name == "alpine" then diagnose "small"\n')
    b.run("eval", "i.rules", "--input", "image.name=alpine",
          exit=1).out_has("small")
    b.run("eval", "i.rules", exit=0).out_has("Which image?")
    b.run("eval", "i.rules", "--input", "host.arch=arm64", exit=2).err_has(
        "E2006", "--set")


@case
def terminal_as_facts(b):
    main, side = open_terminal()
    try:
        b.run("eval", "-e", ONE_LINER, "-f", "-", exit=2,
              stdin_file=side).err_has("standard input is a terminal")
    finally:
        os.close(main)
        os.close(side)


# ---- where results go ----

@case
def output_file(b):
    b.run("eval", "-e", ONE_LINER, "--no-probe", "-o", "r.txt", exit=3).out_is("")
    path = b.folder / "r.txt"
    b.claim("host.arch" in path.read_text(), "odd file")
    b.claim(path.stat().st_mode & 0o777 == 0o644, "odd mode")
    path.write_text("old")
    b.run("eval", "-e", ONE_LINER, "--no-probe", "-o", "r.txt", exit=3)
    b.claim("host.arch" in path.read_text(), "not replaced")
    b.claim(sorted(os.listdir(b.folder)) == ["r.txt"], "something is left")


@case
def output_to_wrong_places(b):
    b.write("facts.json", "{}")
    (b.folder / "dir").mkdir()
    os.symlink("facts.json", b.folder / "link")
    base = ["eval", "-e", ONE_LINER, "-f", "facts.json"]
    b.run(*base, "-o", "dir", exit=2).err_has("it is a folder").out_is("")
    b.run(*base, "-o", "link", exit=2).err_has("it is a link")
    b.run(*base, "-o", "facts.json", exit=2).err_has("the facts are read")
    b.run(*base, "-o", "./dir/../facts.json", exit=2)
    b.run(*base, "-o", "none/x", exit=2).err_has("cannot write")
    b.claim((b.folder / "facts.json").read_text() == "{}", "facts are gone")
    b.run(*base, "-o", "/dev/null", exit=3).out_is("")
    b.run(*base, "-o", "/dev/full", exit=2).err_has("No space left")
    b.claim(Path("/dev/null").is_char_device(), "/dev/null is gone")


@case
def output_is_kept_on_errors(b):
    b.write("r.txt", "old")
    b.run("eval", "none.rules", "-o", "r.txt", exit=2)
    b.run("check", "-", "-o", "r.txt", exit=2)
    b.claim((b.folder / "r.txt").read_text() == "old", "it is gone")


@case
def full_disk(b):
    with open("/dev/full", "wb") as full:
        for args in (["version"], ["--help"], ["capabilities"], ["check"],
                     ["eval", "-e", ONE_LINER], ["explain", "E0103"],
                     ["completion", "bash"], ["eval", "--help"]):
            b.run(*args, exit=2, stdout=full).err_has("cannot write",
                                                      "No space left")


@case
def closed_streams(b):
    for args in (["version"], ["check"], ["capabilities"]):
        b.run("-c", f'exec "$0" {args[0]} >&-', b.program, exit=2,
              executable="/bin/sh").err_has("cannot write")
        b.run("-c", f'exec "$0" {args[0]} 2>&-', b.program,
              executable="/bin/sh")
    b.run("-c", 'exec "$0" check gone 2>&- >&- <&-', b.program, exit=2,
          executable="/bin/sh")
    b.run("-c", f'exec "$0" eval -e \'{ONE_LINER}\' -f - <&-', b.program,
          exit=2, executable="/bin/sh").err_has("error[")
    b.run("-c", f'exec "$0" eval --no-probe -e \'{ONE_LINER}\' -o r.txt >&- 2>&-',
          b.program, exit=3, executable="/bin/sh")
    b.claim("archrules" in (b.folder / "r.txt").read_text(), "odd file")


@case
def broken_pipe(b):
    read, write = os.pipe()
    os.close(read)
    try:
        b.run("capabilities", exit=2, stdout=write).err_has("Broken pipe")
    finally:
        os.close(write)


@case
def colours(b):
    base = ["eval", "-e", ONE_LINER, "--set", "host.arch=arm64", "--set",
            "docker.arch=amd64"]
    b.run(*base, exit=1).out_lacks("\x1b")
    b.run(*base, "--color", "always", exit=1).out_has("\x1b[")
    b.run(*base, exit=1, env={"CLICOLOR_FORCE": "1"}).out_has("\x1b[")
    b.run(*base, exit=1, env={"CLICOLOR_FORCE": "0"}).out_lacks("\x1b")
    b.run(*base, exit=1, env={"CLICOLOR_FORCE": "1",
                              "NO_COLOR": "1"}).out_lacks("\x1b")
    b.run(*base, "--color", "never", exit=1,
          env={"CLICOLOR_FORCE": "1"}).out_lacks("\x1b")
    b.run("check", "none", "--color", "always", exit=2).err_has("\x1b[")
    b.run(*base, "-o", "r.txt", exit=1, env={"CLICOLOR_FORCE": "1"})
    b.claim("\x1b" not in (b.folder / "r.txt").read_text(), "colour in file")


@case
def colours_on_a_terminal(b):
    def shown(env):
        main, side = open_terminal()
        try:
            b.run("explain", "E0103", stdout=side, env=env)
            return os.read(main, 100)
        finally:
            os.close(main)
            os.close(side)
    b.claim(b"\x1b[" in shown({"TERM": "xterm"}), "no colour")
    b.claim(b"\x1b[" not in shown({"TERM": "dumb"}), "colour, TERM=dumb")
    b.claim(b"\x1b[" not in shown({"TERM": "xterm", "NO_COLOR": "1"}),
            "colour, NO_COLOR")


# ---- test ----

@case
def tests_pass(b):
    b.write("p.rules", PACK + RULES + TESTS)
    b.run("test", "p.rules").out_is("4 passed, 0 failed\n").err_is("")
    b.run("test", "-v", "p.rules").out_has("pass p.rules:", "it is slow")
    b.run("test", "--only", "nobody knows", "p.rules").out_is(
        "1 passed, 0 failed\n")
    b.run("test", "--only", "nobody", "p.rules", exit=2).err_has(
        "no test is called 'nobody'")


@case
def tests_fail(b):
    b.write("p.rules", PACK + RULES + BAD_TESTS)
    b.run("test", "p.rules", exit=1).out_has(
        "FAIL p.rules:14: wrong status",
        "p.rules:16: expected slow clear\n    got matched",
        "expected slow diagnosis matches /quick/\n    got \"slow on arm64\"",
        "expected slow needing host.os\n    got other needs",
        "because host.arch is <unknown: not_in_snapshot>",
        "expected none\n    got fast matched",
        "missing.json\n    got no such file",
        "0 passed, 5 failed\n")
    data = b.run("test", "--format", "json", "p.rules", exit=1).json()
    b.claim(data["failed"] == 5 and data["passed"] == 0, "odd counts")
    b.claim(data["tests"][0]["failures"][0]["line"] == 16, "odd line")


COVERAGE = '''
Outcomes that the tests have shown:
  rule shop.slow  3 of 3    100 %
  rule shop.fast  2 of 3   66.6 %
  total           5 of 6   83.3 %
'''


@case
def coverage(b):
    b.write("p.rules", PACK + RULES + TESTS)
    b.run("test", "--coverage", "p.rules").out_is(
        "4 passed, 0 failed\n" + COVERAGE).err_is("")
    b.run("test", "--coverage", "--only", "it is slow", "p.rules").out_has(
        "1 passed, 0 failed\n", "rule shop.slow  1 of 3   33.3 %",
        "rule shop.fast  1 of 3   33.3 %", "total           2 of 6   33.3 %")
    b.run("test", "p.rules").out_lacks("Outcomes")
    b.run("test", "-v", "--coverage", "--color", "always", "p.rules").out_has(
        "it is slow\n", "\033[1;31m66.6 %\033[0m", "\033[1;32m100 %\033[0m")


@case
def coverage_in_the_source(b):
    b.write("p.rules", PACK + RULES + TESTS)
    b.write("q.rules", "rule sound when host.arch == arm64\n"
            "then diagnose \"x\"\n"
            "test \"a\" given host.arch = arm64 expect sound matched\n"
            "test \"b\" given host.arch = amd64 expect sound clear\n"
            "test \"c\" expect sound undetermined\n")
    b.run("test", "--annotate", "p.rules", "q.rules").out_has(
        "7 passed, 0 failed\n\np.rules: 1 of 6 outcomes not shown\n"
        "    1 | pack shop\n",
        '   12 |   when host.arch == amd64\n'
        '      |        ^^^^^^^^^^^^^^^^^^ never undecided\n'
        '   13 |   then diagnose "fast"\n',
        "\n\nq.rules: all 3 outcomes shown\n\nOutcomes that",
        "total           8 of 9   88.8 %").out_lacks("never true", "   13 | rule")


@case
def coverage_that_is_asked_for(b):
    b.write("p.rules", PACK + RULES + TESTS)
    short = ("archrules: the tests show 5 of 6 possible outcomes: less than "
             "--min-coverage ")
    for percent in ("0", "50", "83.3", "83.333333", "0.000001"):
        b.run("test", "--min-coverage", percent, "p.rules").out_is(
            "4 passed, 0 failed\n" + COVERAGE).err_is("")
    for percent in ("83.333334", "83.4", "100", "100.000"):
        b.run("test", "--min-coverage", percent, "p.rules", exit=1).out_is(
            "4 passed, 0 failed\n" + COVERAGE).err_is(
            short + percent + "\n")
    for percent in ("101", "100.1", "-1", "x", "5x", "5.", ".5", "1e1", "1,5",
                    " 5", "1000", "0.0000001", "99999999999999999999"):
        b.run("test", "--min-coverage=" + percent, "p.rules", exit=2).out_is(
            "").err_is("archrules: --min-coverage needs a number from 0 to "
                       f"100, not '{percent}'\n")
    b.run("test", "--min-coverage", "", "p.rules", exit=2).err_has("empty")
    b.run("eval", "--min-coverage", "5", exit=2).err_has("min-coverage")
    b.write("bad.rules", PACK + RULES + BAD_TESTS)
    b.run("test", "--min-coverage", "0", "bad.rules", exit=1).out_has(
        "0 passed, 5 failed").err_is("")
    b.write("none.rules", "fact a.b : bool\n")
    b.run("test", "--min-coverage", "100", "none.rules").out_has(
        "total  0 of 0    100 %")


def check_test_json(data):
    schema = Path(__file__).resolve().parents[2] / "docs/test.schema.json"
    if jsonschema and schema.exists():
        jsonschema.validate(data, json.loads(schema.read_text("utf-8")))
    return data


@case
def coverage_as_json(b):
    b.write("p.rules", PACK + RULES + TESTS)
    data = check_test_json(b.run("test", "--annotate", "--format", "json",
                                 "p.rules").json())
    coverage = data["coverage"]
    b.claim((coverage["possible"], coverage["shown"], coverage["percent"]) ==
            (6, 5, 83.3), "odd sums")
    b.claim([part["name"] for part in coverage["parts"]] ==
            ["shop.slow", "shop.fast"], "odd parts")
    b.claim(coverage["parts"][1]["nodes"] == [
        {"kind": "condition", "file": "p.rules", "line": 12, "column": 8,
         "end": {"line": 12, "column": 26}, "text": "host.arch == amd64",
         "possible": ["true", "false", "undecided"],
         "shown": ["true", "false"]}], "odd nodes")
    data = check_test_json(b.run("test", "--format", "json", "p.rules").json())
    b.claim("coverage" not in data, "coverage was not asked for")
    b.write("t.rules", "rule r when grade(host.cpus).name == \"a\" and\n"
            "  host.arch == arm64 then diagnose \"x\"\n"
            "table grade(n : int) -> name : string\n  1 -> \"a\"\n"
            "test \"t\" given host.cpus = 2 expect r matched\n")
    data = check_test_json(b.run("test", "--format", "json", "--coverage",
                                 "t.rules", exit=1).json())
    rule, table = data["coverage"]["parts"]
    b.claim(rule["nodes"][0]["text"] ==
            'grade(host.cpus).name == "a" and host.arch == arm64' and
            rule["nodes"][0]["end"] == {"line": 2, "column": 21}, "odd text")
    b.claim(rule["nodes"][0]["shown"] == ["undecided"], "odd rule")
    b.claim(table["kind"] == "table" and table["nodes"][0]["kind"] == "row" and
            table["nodes"][0]["shown"] == ["false"], "odd table")


@case
def coverage_of_the_library(b):
    b.write("p.rules", "rule r when docker.emulated then diagnose \"x\"\n")
    b.run("test", "--coverage", "p.rules").out_has("total   0 of 3").out_lacks(
        "docker.emulated")
    b.write("table.csv", "n,name\n1,one\n_,other\n")
    b.write("t.rules", "table first grade(n : int) -> name : string\n"
            "  from \"table.csv\"\n"
            "rule r when grade(host.cpus).name == \"one\"\n"
            "  then diagnose \"x\"\n"
            "test \"t\" given host.cpus = 2 expect r clear\n")
    b.run("test", "--annotate", "t.rules").out_has(
        "table.csv: 4 of 6 outcomes not shown\n"
        "    1 | n,name\n    2 | 1,one\n"
        "      | ^^^^^ never taken, never undecided\n"
        "    3 | _,other\n"
        "      | ^^^^^^^ never passed over, never undecided\n")


@case
def test_snapshots(b):
    b.write("p/pack.rules", PACK + RULES + '''test "from a file"
  given host.arch = arm64, snapshot "s/amd.json"
  expect slow matched
test "as it is"
  given snapshot "s/amd.json"
  expect fast matched
test "broken"
  given snapshot "s/bad.json"
  expect fast matched
''')
    b.write("p/s/amd.json", '{"host": {"arch": "amd64"}}')
    b.write("p/s/bad.json", '{"host"')
    b.run("test", str(b.folder / "p"), exit=1, cwd="/").out_has("2 passed")
    b.run("test", "p", exit=1).out_has("2 passed, 1 failed", "s/bad.json")


@case
def tests_across_packs(b):
    b.write("a/pack.rules", PACK + RULES)
    b.write("b.rules", "use std.host, shop\n"
            'test "all" given host.arch = amd64 expect only shop.fast\n'
            'test "not none" given host.arch = amd64 expect none\n')
    b.write("c.rules", "use std.host\n"
            'test "not theirs" given host.arch = amd64 expect none\n')
    b.run("test", "a", "b.rules", "c.rules", exit=1).out_has(
        "got shop.fast matched").out_has("2 passed, 1 failed")


@case
def tests_of_broken_rules(b):
    b.write("p.rules", PACK + RULES + TESTS)
    b.write("bad.rules", "rule")
    b.run("test", "p.rules", "bad.rules", exit=2).out_has("4 passed")


# ---- fmt ----

def unprivileged():
    """Options for run() under which permissions count."""
    if os.geteuid() == 0:
        return {"user": 65534, "group": 65534, "extra_groups": []}
    return {}


def is_left(b, *names):
    """The folder holds these files and nothing else."""
    found = sorted(str(path.relative_to(b.folder))
                   for path in b.folder.rglob("*") if not path.is_dir())
    b.claim(found == sorted(names), f"the folder holds {found}")


@case
def fmt_rewrites_files(b):
    torn = Path(b.write("torn.rules", TORN))
    neat = Path(b.write("neat.rules", NEAT))
    os.utime(neat, (1, 1))
    before = neat.stat()
    b.run("fmt", "torn.rules", "neat.rules").out_is("").err_is(
        "note: 'torn.rules' was rewritten\n")
    b.claim(torn.read_text() == NEAT, "not formatted")
    after = neat.stat()
    b.claim((after.st_mtime, after.st_ino) == (before.st_mtime, before.st_ino),
            "a file that was right was touched")
    b.run("fmt", "torn.rules", "neat.rules").out_is("").err_is("")
    is_left(b, "torn.rules", "neat.rules")


@case
def fmt_takes_folders(b):
    for name in ("a.rules", "sub/b.rules", "sub/deep/c.rules"):
        b.write(f"p/{name}", TORN)
    b.write("p/notes.txt", TORN)
    b.write("other.txt", TORN)
    b.run("fmt", "p", "other.txt", "./p//a.rules", "p/sub")
    b.claim(b.err.count("was rewritten") == 4, "a file was done twice")
    for name in ("p/a.rules", "p/sub/b.rules", "p/sub/deep/c.rules",
                 "other.txt"):
        b.claim((b.folder / name).read_text() == NEAT, f"{name} is not done")
    b.claim((b.folder / "p/notes.txt").read_text() == TORN, "notes are done")


@case
def fmt_quiet(b):
    b.write("torn.rules", TORN)
    b.run("fmt", "-q", "--check", "torn.rules", exit=1).out_is(
        "torn.rules\n").err_is("")
    b.run("fmt", "-q", "torn.rules").out_is("").err_is("")
    b.run("fmt", "-q", "gone.rules", exit=2).err_has("E2002")


@case
def fmt_without_paths(b):
    b.write("torn.rules", TORN)
    b.run("fmt", exit=2).err_has("fmt needs a file, a folder").out_is("")
    b.run("fmt", "--check", exit=2).err_has("fmt needs a file")
    b.run("fmt", "", exit=2).err_has("an argument is empty")
    b.claim((b.folder / "torn.rules").read_text() == TORN, "it was touched")


@case
def fmt_standard_input(b):
    b.run("fmt", "-", stdin=TORN.encode()).out_is(NEAT).err_is("")
    b.run("fmt", "-", stdin=NEAT.encode()).out_is(NEAT).err_is("")
    b.run("fmt", "-", stdin=b"").out_is("").err_is("")
    b.run("fmt", "-", stdin=b"rule", exit=2).out_is("").err_has(
        "<stdin>:1:5: error[E0")
    b.run("fmt", "--check", "-", stdin=TORN.encode(), exit=1).out_is(
        "<stdin>\n")
    b.run("fmt", "--check", "-", stdin=NEAT.encode()).out_is("").err_is("")
    b.run("fmt", "--diff", "-", stdin=TORN.encode(), exit=1).out_has(
        "--- <stdin>\n+++ <stdin>\n")
    b.write("-", TORN)
    b.write("a.rules", TORN)
    b.run("fmt", "-", "a.rules", "-", stdin=TORN.encode()).out_is(NEAT)
    b.claim((b.folder / "a.rules").read_text() == NEAT, "the file is not done")
    b.claim((b.folder / "-").read_text() == TORN, "a file '-' is done")
    b.run("fmt", "./-").out_is("")
    b.claim((b.folder / "-").read_text() == NEAT, "'./-' is not done")
    b.run("-c", 'exec "$0" fmt - <&-', b.program, exit=2,
          executable="/bin/sh").err_has("E2001", "<stdin>")
    b.run("fmt", "-", exit=2, stdin=b"#" * (8 * 1024 * 1024 + 1)).err_has(
        "<stdin>", "too large")


@case
def fmt_terminal(b):
    main, side = open_terminal()
    try:
        b.run("fmt", "-", exit=2, stdin_file=side).err_has(
            "standard input is a terminal")
    finally:
        os.close(main)
        os.close(side)


@case
def fmt_check(b):
    b.write("p/torn.rules", TORN)
    b.write("p/neat.rules", NEAT)
    b.write("p/z.rules", TORN)
    b.run("fmt", "--check", "p", exit=1).out_is(
        "p/torn.rules\np/z.rules\n").err_is(
            "note: 2 of 3 files would be rewritten\n")
    b.claim((b.folder / "p/torn.rules").read_text() == TORN, "it was written")
    b.run("fmt", "--check", "p/neat.rules").out_is("").err_is("")
    b.write("p/bad.rules", "rule")
    b.run("fmt", "--check", "p", exit=2).out_has("p/torn.rules\n").err_has(
        "p/bad.rules:1:5: error[E0")
    b.run("fmt", "--check", "gone.rules", "p/z.rules", exit=2).out_is(
        "p/z.rules\n").err_has("E2002")


@case
def fmt_diff(b):
    b.write("p/torn.rules", TORN)
    b.write("p/neat.rules", NEAT)
    for options in (["--diff"], ["--diff", "--check"]):
        b.run("fmt", *options, "p", exit=1).out_is(
            "--- p/torn.rules\n+++ p/torn.rules\n@@ -1,3 +1,3 @@\n"
            "-rule   slow\n-when host.arch==arm64   # why\n"
            '- then see "x"\n'
            "+rule slow\n+  when host.arch == arm64  # why\n"
            '+  then see "x"\n')
    b.claim((b.folder / "p/torn.rules").read_text() == TORN, "it was written")
    b.run("fmt", "--diff", "p/neat.rules").out_is("").err_is("")


@case
def fmt_diff_is_a_patch(b):
    patch = shutil.which("patch")
    if not patch:
        raise Skipped("no patch")
    filler = "".join(f"# line {i}\n" for i in range(30))
    texts = {"a.rules": TORN, "sub/b c.rules": filler + TORN + filler,
             "sub/end.rules": TORN.rstrip("\n"), "blank.rules": "\n\n",
             "top.rules": "\n\n" + TORN + "\n\n\n" + filler + TORN,
             'odd"\t.rules': TORN, "crlf.rules": TORN.replace("\n", "\r\n"),
             "wide.rules": TORN.replace("why", "\u65e5\u672c")}
    for name, text in texts.items():
        b.write(f"p/{name}", text.encode())
    shutil.copytree(b.folder / "p", b.folder / "q/p")
    b.run("fmt", "--diff", "p", exit=1)
    done = subprocess.run([patch, "-p0", "-s"], input=b.out.encode(),
                          cwd=b.folder / "q", capture_output=True, timeout=30)
    b.claim(done.returncode == 0, f"patch says {done.stdout!r}")
    b.run("fmt", "p")
    for name in texts:
        b.claim((b.folder / "p" / name).read_bytes() ==
                (b.folder / "q/p" / name).read_bytes(), f"{name} differs")


@case
def fmt_leaves_broken_files(b):
    bad = {"syntax.rules": "rule  x\n  when  then\n",
           "string.rules": "rule  x when a matches '\n",
           "utf8.rules": b"use  a # \xff\n", "nul.rules": b"use  a\0\n"}
    for name, text in bad.items():
        b.write(name, text)
    b.write("torn.rules", TORN)
    b.run("fmt", *bad, "torn.rules", exit=2).out_is("")
    for name, text in bad.items():
        b.err_has(f"{name}:")
        text = text if isinstance(text, bytes) else text.encode()
        b.claim((b.folder / name).read_bytes() == text, f"{name} was written")
    b.claim((b.folder / "torn.rules").read_text() == NEAT,
            "the others were not done")
    b.write("loose.rules", "rule  a when host.arhc == 1 then see 'x'\n")
    b.run("fmt", "loose.rules").err_has("was rewritten")


@case
def fmt_unreadable_paths(b):
    b.write("shop.rules", TORN)
    (b.folder / "empty").mkdir()
    os.mkfifo(b.folder / "pipe.rules")
    b.run("fmt", "shpo.rules", "empty", "pipe.rules", "/dev/null",
          "shop.rules", exit=2).err_has(
              "did you mean 'shop.rules'?", "E2003", "'empty'",
              "not a regular file", "note: 'shop.rules' was rewritten")
    b.write("huge.rules", "#" * (8 * 1024 * 1024 + 1))
    b.run("fmt", "huge.rules", exit=2).err_has("E0127")


@case
def fmt_keeps_the_mode(b):
    for mode in (0o600, 0o640, 0o755, 0o666):
        path = b.write("torn.rules", TORN)
        os.chmod(path, mode)
        b.run("fmt", "torn.rules")
        b.claim(os.stat(path).st_mode & 0o7777 == mode, f"not {mode:o}")


@case
def fmt_keeps_the_owner(b):
    if os.geteuid() != 0:
        raise Skipped("not root")
    os.chown(b.write("torn.rules", TORN), 65534, 65533)
    os.chmod(b.folder / "torn.rules", 0o664)
    b.run("fmt", "torn.rules")
    info = (b.folder / "torn.rules").stat()
    b.claim((info.st_uid, info.st_gid) == (65534, 65533), "another owner")
    # Who cannot keep the group gives its rights to no other.
    b.write("torn.rules", TORN)
    os.chmod(b.folder, 0o777)
    b.run("fmt", "torn.rules", **unprivileged())
    info = (b.folder / "torn.rules").stat()
    b.claim((info.st_gid, info.st_mode & 0o777) == (65534, 0o644),
            f"group {info.st_gid}, mode {info.st_mode:o}")


@case
def fmt_follows_links(b):
    b.write("real/a.rules", TORN)
    (b.folder / "p").mkdir()
    os.symlink("../real/a.rules", b.folder / "p/link.rules")
    os.symlink("p/link.rules", b.folder / "two.rules")
    os.symlink("nowhere.rules", b.folder / "dead.rules")
    os.symlink("loop.rules", b.folder / "loop.rules")
    b.run("fmt", "two.rules").err_has("note: 'two.rules' was rewritten")
    b.claim((b.folder / "p/link.rules").is_symlink() and
            (b.folder / "two.rules").is_symlink(), "a link was replaced")
    b.claim((b.folder / "real/a.rules").read_text() == NEAT, "not formatted")
    b.write("real/a.rules", TORN)
    b.run("fmt", "p").err_has("note: 'p/link.rules' was rewritten")
    b.claim((b.folder / "real/a.rules").read_text() == NEAT, "not formatted")
    b.run("fmt", "dead.rules", "loop.rules", exit=2).err_has(
        "'dead.rules'", "'loop.rules'")
    is_left(b, "real/a.rules", "p/link.rules", "two.rules", "dead.rules",
            "loop.rules")


@case
def fmt_cannot_write(b):
    # A build that measures coverage has more to say of where it cannot write.
    b.write("folder/a.rules", TORN)
    b.write("file/b.rules", TORN)
    b.write("good/c.rules", TORN)
    for name in ("folder", "file", "good", "good/c.rules"):
        os.chmod(b.folder / name, 0o777)
    os.chmod(b.folder / "folder/a.rules", 0o666)
    os.chmod(b.folder / "folder", 0o555)
    os.chmod(b.folder / "file/b.rules", 0o444)
    b.run("fmt", "folder", "file", "good", exit=2, **unprivileged()).err_has(
        "archrules: cannot write 'folder/a.rules': Permission denied\n"
        "archrules: cannot write 'file/b.rules': Permission denied\n"
        "note: 'good/c.rules' was rewritten\n")
    os.chmod(b.folder / "folder", 0o755)
    for name, text in (("folder/a", TORN), ("file/b", TORN), ("good/c", NEAT)):
        b.claim((b.folder / f"{name}.rules").read_text() == text,
                f"{name} is wrong")
    is_left(b, "folder/a.rules", "file/b.rules", "good/c.rules")


@case
def fmt_has_no_space(b):
    """The largest file that may be written is smaller than the result."""
    large = TORN * 3000
    b.write("large.rules", large)
    b.write("torn.rules", TORN)
    b.run("-c", 'ulimit -f 64; exec "$0" fmt large.rules torn.rules',
          b.program, exit=2, executable="/bin/sh").err_is(
              "archrules: cannot write 'large.rules': File too large\n"
              "note: 'torn.rules' was rewritten\n")
    b.claim((b.folder / "large.rules").read_text() == large, "it was written")
    b.claim((b.folder / "torn.rules").read_text() == NEAT, "not formatted")
    is_left(b, "large.rules", "torn.rules")


@case
def fmt_result_cannot_be_written(b):
    b.write("torn.rules", TORN)
    with open("/dev/full", "wb") as full:
        for args in (["-"], ["--check", "torn.rules"], ["--diff",
                                                        "torn.rules"]):
            b.run("fmt", *args, exit=2, stdout=full, stdin=TORN.encode()
                  ).err_has("cannot write the result", "No space left")


@case
def fmt_hostile_names(b):
    b.write("\x1b[2J.rules", TORN)
    b.write("bad\x1b.rules", "rule")
    b.run("fmt", "--check", ".", exit=2).out_is("\\u{1B}[2J.rules\n")
    b.err_lacks("\x1b")
    b.run("fmt", "--diff", ".", exit=2).out_has('--- "\\033[2J.rules"\n')
    b.run("fmt", ".", exit=2).err_lacks("\x1b").err_has("was rewritten")


@case
def shipped_packs_are_sound(b):
    b.run("check").out_has("0 errors").err_lacks("error")


def main():
    if len(sys.argv) < 2:
        print(__doc__)
        return 2
    program = str(Path(sys.argv[1]).resolve())
    names = sys.argv[2:]
    os.umask(0o022)
    top = Path(tempfile.mkdtemp(prefix="archrules-cli-"))
    os.chmod(top, 0o755)
    n_failed = 0
    n_skipped = 0
    n_run = 0
    for function in CASES:
        name = function.__name__
        if names and not any(n in name for n in names):
            continue
        folder = top / name
        folder.mkdir()
        n_run += 1
        try:
            function(Bench(program, folder))
        except Skipped as reason:
            n_skipped += 1
            print(f"SKIP {name}: {reason}")
        except (Failed, subprocess.TimeoutExpired) as error:
            n_failed += 1
            print(f"FAIL {name}: {error}")
    shutil.rmtree(top, ignore_errors=True)
    print(f"{n_run - n_failed - n_skipped} passed, {n_failed} failed, "
          f"{n_skipped} skipped")
    return 1 if n_failed else 0


if __name__ == "__main__":
    sys.exit(main())
