#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""run.py PROGRAM [CASE...]: faults made for real in folders of their own. Each
is found by `archrules eval` and nothing else of its pack is, its printed remedy
is applied, and `archrules verify` says that it is fixed.

Where the printed remedy is done by hand, as installing a package, the case does
what it asks for, in the folder of the case."""

import json
import os
import resource
import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

PACK = "developer_environment."
CASES = []


class Skipped(Exception):
    pass


class Case:
    """What a case has made: environment, inputs, limits; and how it is mended."""

    def __init__(self, folder):
        self.folder = folder
        self.env = {"HOME": str(folder), "LC_ALL": "C.UTF-8",
                    "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"}
        self.inputs = {}
        self.open_files = None
        self.command = None  # how the printed command begins that mends it
        self.by_hand = None  # what is done for a step without a command

    def shell(self, text, **more):
        done = subprocess.run(["bash", "-c", text], cwd=self.folder,
                              env=dict(self.env, **more), timeout=120,
                              capture_output=True, text=True,
                              preexec_fn=self.limit)
        return done

    def limit(self):
        if self.open_files:
            hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
            resource.setrlimit(resource.RLIMIT_NOFILE, (self.open_files, hard))

    def needs(self, *programs):
        for name in programs:
            if not shutil.which(name, path=self.env["PATH"]):
                raise Skipped(f"no {name}")

    def must(self, text):
        done = self.shell(text)
        assert done.returncode == 0, f"{text}\n{done.stdout}{done.stderr}"
        return done

    def arguments(self):
        return " ".join("--input " + shlex.quote(f"{name}={value}")
                        for name, value in self.inputs.items())


def case(function):
    CASES.append(function)
    return function


def make_program(c, version):
    """A program that needs version of the symbols of liblate.so.1."""
    c.needs("gcc", "ldd")
    (c.folder / "late.c").write_text("int late(void) { return 0; }\n")
    (c.folder / "main.c").write_text(
        "int late(void);\nint main(void) { return late(); }\n")
    make_library(c, version)
    c.must("gcc main.c ./liblate.so.1 -Wl,-rpath,'$ORIGIN' -o app")
    c.inputs["program.path"] = c.folder / "app"


def library_command(version):
    return (f"echo '{version} {{ global: late; local: *; }};' >late.map && "
            "gcc -shared -fPIC late.c -Wl,--version-script=late.map "
            "-Wl,-soname,liblate.so.1 -o liblate.so.1")


def make_library(c, version):
    c.must(library_command(version))


@case
def library_missing(c):
    make_program(c, "GLIBCXX_3.4.1")
    (c.folder / "liblate.so.1").rename(c.folder / "package")
    assert "error while loading shared libraries" in c.shell("./app").stderr
    c.by_hand = "mv package liblate.so.1"


@case
def libstdcxx_too_old(c):
    make_program(c, "GLIBCXX_3.4.999")
    make_library(c, "GLIBCXX_3.4.1")
    assert "`GLIBCXX_3.4.999' not found" in c.shell("./app").stderr
    c.by_hand = library_command("GLIBCXX_3.4.999")


@case
def path_shadowing(c):
    for name in ("first", "second"):
        (c.folder / name).mkdir()
        tool = c.folder / name / "provoked"
        tool.write_text(f"#!/bin/sh\necho {name}\n")
        tool.chmod(0o755)
    c.env["PATH"] = f"{c.folder}/first:{c.folder}/second:" + c.env["PATH"]
    c.inputs["program.intended"] = c.folder / "second/provoked"
    assert c.shell("provoked").stdout == "first\n"
    c.command = "export"


@case
def node_abi(c):
    c.needs("node", "npm", "gcc", "grep")
    package = c.folder / "node_modules/addon"
    package.mkdir(parents=True)
    (c.folder / "package.json").write_text(
        '{"name": "a", "version": "1.0.0", "dependencies": {"addon": "1.0.0"}}')
    (package / "package.json").write_text(json.dumps({
        "name": "addon", "version": "1.0.0", "scripts": {"install": "sh build"}}))
    (package / "build").write_text(
        'abi=${ABI:-$(node -p process.versions.modules)}\n'
        'echo "void node_register_module_v$abi(void) {}" >addon.c\n'
        'gcc -shared -fPIC addon.c -o addon.node\n')
    c.must("cd node_modules/addon && ABI=11 sh build")
    c.inputs["addon.path"] = package / "addon.node"
    c.command = "npm rebuild"


@case
def proxy_scheme(c):
    c.env["HTTPS_PROXY"] = "https://127.0.0.1:3128"
    c.command = "export HTTPS_PROXY"


@case
def proxy_takes_local(c):
    c.env["HTTP_PROXY"] = "http://127.0.0.1:3128"
    c.command = "export NO_PROXY"


@case
def locale_missing(c):
    c.needs("locale")
    if "C.utf8" not in c.shell("locale -a").stdout:
        raise Skipped("the system has no locale that the remedy could use")
    c.env["LC_ALL"] = "tlh_QO.UTF-8"
    assert "cannot change locale" in c.shell("bash -c :").stderr
    c.command = "export LC_ALL"


@case
def descriptor_limit_low(c):
    c.open_files = 64
    if 0 <= resource.getrlimit(resource.RLIMIT_NOFILE)[1] < 128:
        raise Skipped("the hard limit is too low")
    opens = (f"{shlex.quote(sys.executable)} -c 'import os; "
             "[os.open(\"/dev/null\", 0) for each in range(100)]'")
    assert "Too many open files" in c.shell(opens).stderr
    c.inputs["program.open_files"] = 128
    c.command = "ulimit -n"


@case
def ssh_key_open(c):
    (c.folder / ".ssh").mkdir(mode=0o700)
    key = c.folder / ".ssh/id_rsa"
    key.write_text("not a key\n")
    key.chmod(0o644)
    c.command = "chmod 600"


@case
def java_too_old(c):
    c.needs("java")
    raise Skipped("its remedy is a newer Java, which is not installed here")


@case
def clock_wrong(c):
    raise Skipped("a clock that is off would disturb the whole machine")


@case
def glibc_too_old(c):
    raise Skipped("needs a program that asks for symbols of a newer glibc")


def commands(finding):
    for remedy in finding["remedies"]:
        for step in remedy["steps"]:
            for part in step["items"]:
                if part.get("kind") == "run" and part.get("text"):
                    yield part["text"]


def mend(c, finding):
    if c.by_hand:
        return c.by_hand
    found = [each for each in commands(finding) if each.startswith(c.command)]
    assert found, f"no command {c.command!r} among {list(commands(finding))}"
    return found[0]


def run_case(program, function, folder):
    c = Case(folder)
    function(c)
    rule = PACK + function.__name__
    program = shlex.quote(program)
    c.shell(f"{program} eval --no-ask {c.arguments()} --format json "
            "--detail full -o before.json")
    report = json.loads((folder / "before.json").read_text())
    found = [each for each in report["findings"]
             if each["rule"].startswith(PACK)]
    assert [each["rule"] for each in found] == [rule], \
        f"found {[each['rule'] for each in found]}"
    verify = f"{program} verify {rule} --before before.json {c.arguments()}"
    before = c.shell(verify + " --restarted")
    assert before.returncode == 1, f"not mended, but {before.stdout}"
    done = c.shell(f"{mend(c, found[0])} || exit 9; {verify} --restarted")
    assert done.returncode == 0 and "fixed" in done.stdout, \
        f"{done.returncode}: {done.stdout}{done.stderr}"


def main():
    program = os.path.realpath(sys.argv[1])
    counts = {"ok": 0, "FAIL": 0, "skip": 0}
    for function in CASES:
        if sys.argv[2:] and function.__name__ not in sys.argv[2:]:
            continue
        with tempfile.TemporaryDirectory() as name:
            word, why = "ok", ""
            try:
                run_case(program, function, Path(name).resolve())
            except Skipped as skipped:
                word, why = "skip", f": {skipped}"
            except AssertionError as failed:
                word, why = "FAIL", f": {failed}"
        counts[word] += 1
        print(f"{word:4} {function.__name__}{why}")
    print(f"{counts['ok']} provoked, {counts['FAIL']} failed, "
          f"{counts['skip']} skipped")
    if sys.platform != "linux" and not counts["FAIL"]:
        sys.exit(77)
    sys.exit(1 if counts["FAIL"] else 0)


if __name__ == "__main__":
    main()
