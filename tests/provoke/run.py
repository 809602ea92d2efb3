#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""run.py PROGRAM [--without-emulator] [CASE...]: faults made for real in folders of their own. Each
is found by `archrules eval` with all packs, and nothing else is that the machine
did not have before; its printed remedy is applied, and `archrules verify` says
that it is fixed.

Where the printed remedy is done by hand, as installing a package, the case does
what it asks for, in the folder of the case.

--without-emulator leaves out the cases in which an emulator runs PROGRAM."""

import json
import os
import re
import resource
import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

CASES = {}  # the function of each rule
EMULATED = set()  # those for which an emulator runs the program


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
        self.runner = ""     # what archrules is started with

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


def case(function, pack="developer_environment"):
    CASES[f"{pack}.{function.__name__}"] = function
    return function


def cpu_case(function):
    return case(function, "cpu_architecture")


def emulated_case(function):
    EMULATED.add(f"cpu_architecture.{function.__name__}")
    return cpu_case(function)


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
    """Compiled by the newest Java of the machine, run by an older one."""
    c.needs("java")
    found = {}
    for folder in Path("/usr/lib/jvm").glob("*/bin"):
        release = c.shell(f"sed -n 's/^JAVA_VERSION=\"\\([0-9]*\\).*/\\1/p' "
                          f"{folder.parent}/release").stdout.strip()
        if release and (folder / "javac").exists():
            found[int(release)] = folder
    if len(found) < 2:
        raise Skipped("needs the development kits of two releases of Java")
    oldest, newest = found[min(found)], found[max(found)]
    (c.folder / "A.java").write_text(
        "class A { public static void main(String[] a) {} }\n")
    c.must(f"{newest}/javac A.java")
    c.env["PATH"] = f"{oldest}:{c.env['PATH']}"
    done = c.shell("java A")
    assert "class file version" in done.stderr, done.stderr
    c.inputs["error.message"] = done.stderr.strip()
    c.by_hand = f"export PATH={newest}:$PATH"


def elf_hash(name):
    """The hash by which the loader compares names of versions (System V ABI)."""
    value = 0
    for byte in name:
        value = (value << 4) + byte
        value = (value ^ (value & 0xF0000000) >> 24) & 0x0FFFFFFF
    return value


@case
def glibc_too_old(c):
    """A real program whose need of a newer glibc is written into its header."""
    c.needs("gcc", "ldd")
    (c.folder / "main.c").write_text("int main(void) { return 0; }\n")
    c.must("gcc main.c -o app")
    program = c.folder / "app"
    known = re.findall(rb"\0(GLIBC_2\.\d\d)\0", program.read_bytes())
    if not known:
        raise Skipped("the compiler asks for a glibc without a second digit")
    asked, newer = max(known), b"GLIBC_2.99"
    program.write_bytes(
        program.read_bytes().replace(asked, newer).replace(
            elf_hash(asked).to_bytes(4, sys.byteorder),
            elf_hash(newer).to_bytes(4, sys.byteorder)))
    done = c.shell("./app")
    assert "version `GLIBC_2.99' not found" in done.stderr, done.stderr
    c.inputs["program.path"] = program
    c.by_hand = "gcc main.c -o app"


@case
def interpreter_missing(c):
    c.needs("gcc")
    (c.folder / "main.c").write_text("int main(void) { return 0; }\n")
    c.must("gcc main.c -Wl,--dynamic-linker=/lib/ld-musl-none.so.1 -o app")
    done = c.shell("./app")
    assert "not found" in done.stderr or "No such file" in done.stderr, done.stderr
    c.inputs["program.path"] = c.folder / "app"
    c.by_hand = "gcc main.c -o app"


@case
def authorities_elsewhere(c):
    c.env["SSL_CERT_FILE"] = str(c.folder / "gone.pem")
    c.command = "unset SSL_CERT_FILE"


@cpu_case
def program_for_another_cpu(c):
    c.needs("aarch64-linux-gnu-gcc", "gcc")
    if os.uname().machine != "x86_64":
        raise Skipped("needs amd64")
    (c.folder / "main.c").write_text("int main(void) { return 0; }\n")
    c.must("aarch64-linux-gnu-gcc -static main.c -o app")
    done = c.shell("./app")
    if done.returncode == 0:
        raise Skipped("the kernel has an emulator for arm64")
    assert "Exec format error" in done.stderr, done.stderr
    c.inputs["program.path"] = c.folder / "app"
    c.inputs["error.message"] = done.stderr.strip()
    c.by_hand = "gcc main.c -o app"


@emulated_case
def program_level_too_high(c):
    """A program for the third level of x86-64 on an emulated CPU of the first."""
    c.needs("gcc", "readelf", "qemu-x86_64-static")
    if os.uname().machine != "x86_64":
        raise Skipped("needs amd64")
    (c.folder / "main.c").write_text("int main(void) { return 0; }\n")
    c.must("gcc -Wl,-z,x86-64-v3 main.c -o app")
    c.env["QEMU_CPU"] = "qemu64"
    c.runner = "qemu-x86_64-static "
    done = c.shell("qemu-x86_64-static ./app")
    assert "CPU ISA level is lower than required" in done.stderr, done.stderr
    c.inputs["program.path"] = c.folder / "app"
    c.by_hand = "gcc main.c -o app"


@emulated_case
def illegal_instruction(c):
    """A program with AVX on a CPU without it, which is that of an emulator."""
    c.needs("gcc", "qemu-x86_64-static")
    if os.uname().machine != "x86_64":
        raise Skipped("needs amd64")
    (c.folder / "main.c").write_text(
        "int main(void) { double d[4] = {0};\n"
        "__asm__ volatile(\"vmovupd %0, %%ymm0\" :: \"m\"(d)); return 0; }\n")
    c.must("gcc -mavx main.c -o app")
    c.env["QEMU_CPU"] = "qemu64"
    c.runner = "qemu-x86_64-static "
    done = c.shell("qemu-x86_64-static ./app; exit $?")
    assert "Illegal instruction" in done.stderr, done.stderr
    c.inputs["error.message"] = done.stderr.strip()
    c.by_hand = "export QEMU_CPU=max"


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


def findings(program, c, file):
    """What counts: what another finding explains is not counted."""
    c.shell(f"{c.runner}{shlex.quote(program)} eval --no-ask {c.arguments()} "
            f"--format json --detail full -o {file}")
    report = json.loads((c.folder / file).read_text())
    return [each for each in report["findings"] if not each["superseded_by"]]


def run_case(program, rule, known, folder):
    c = Case(folder)
    CASES[rule](c)
    found = [each for each in findings(program, c, "before.json")
             if each["rule"] not in known]
    assert [each["rule"] for each in found] == [rule], \
        f"found {[each['rule'] for each in found]}"
    verify = (f"{c.runner}{shlex.quote(program)} verify {rule} "
              f"--before before.json {c.arguments()}")
    before = c.shell(verify + " --restarted")
    assert before.returncode == 1, f"not mended, but {before.stdout}"
    done = c.shell(f"{mend(c, found[0])} || exit 9; {verify} --restarted")
    assert done.returncode == 0 and "fixed" in done.stdout, \
        f"{done.returncode}: {done.stdout}{done.stderr}"


def run_all(program, names=()):
    """Counts of those that passed, failed and were skipped."""
    program = os.path.realpath(program)
    counts = {"passed": 0, "failed": 0, "skipped": 0}
    chosen = [rule for rule in CASES
              if not names or rule in names or rule.split(".")[1] in names]
    known = set()
    if chosen:
        with tempfile.TemporaryDirectory() as name:
            known = {each["rule"] for each in
                     findings(program, Case(Path(name)), "known.json")}
    for rule in chosen:
        with tempfile.TemporaryDirectory() as name:
            word, why = "passed", ""
            try:
                run_case(program, rule, known - {rule}, Path(name).resolve())
            except Skipped as skipped:
                word, why = "skipped", f": {skipped}"
            except AssertionError as failed:
                word, why = "failed", f": {failed}"
        counts[word] += 1
        print(f"{word:7} {rule}{why}", flush=True)
    return counts


def main():
    program, *names = sys.argv[1:]
    if names[:1] == ["--without-emulator"]:
        names = [rule for rule in CASES if rule not in EMULATED]
        print("left out, for they need an emulator:", *sorted(EMULATED))
    counts = run_all(program, names)
    print(", ".join(f"{count} {word}" for word, count in counts.items()))
    if sys.platform != "linux" and not counts["failed"]:
        sys.exit(77)
    sys.exit(1 if counts["failed"] else 0)


if __name__ == "__main__":
    main()
