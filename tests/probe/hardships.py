#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Asks for facts of files and programs where that is hard.

    hardships.py PROGRAM [CASE]

Kinds of files, long names, names that are not UTF-8, missing rights, a foreign
locale, no /proc: what cannot be found out is unknown with a reason, and
nothing waits or crashes. Exit 1 if a case fails, 77 if it cannot be had here.
"""

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

NOBODY = 65534
CASES = {}


def case(function):
    CASES[function.__name__] = function
    return function


class Failure(Exception):
    pass


class Skip(Exception):
    pass


def claim(holds, text):
    if not holds:
        raise Failure(text)


def ask(program, *names, **options):
    """Facts by name: (state, text or reason)."""
    options.setdefault("env", {"PATH": "/usr/bin:/bin"})
    done = subprocess.run(
        [*options.pop("before", ()), program, "facts", "--format", "json",
         *names], capture_output=True, timeout=60, check=False, **options)
    if b"LeakSanitizer has encountered a fatal error" in done.stderr:
        raise Skip("a sanitizer needs /proc itself")
    claim(done.returncode == 0, f"exit {done.returncode}: {done.stderr}")
    return {fact["fact"]: (fact["state"], fact.get(
        "text", fact.get("reason"))) for fact in json.loads(
            done.stdout)["facts"]}


def expect(facts, name, state, value=None):
    claim(name in facts, f"{name} is not among {list(facts)[:5]}")
    claim(facts[name] == (state, value),
          f"{name} is {facts[name]}, not {(state, value)}")


def expect_all_unknown(facts, reason):
    claim(facts, "no facts")
    for name, (state, value) in facts.items():
        claim((state, value) == ("unknown", reason),
              f"{name} is {state} {value}")


def path_of_length(folder, length):
    path = str(folder)
    while length - len(path) > 200:
        path += "/" + "d" * 150
    return path + "/" + "d" * (length - len(path) - 1)


@case
def kinds(program, folder):
    (folder / "regular").write_bytes(b"12345")
    os.utime(folder / "regular", (86400, 86400))
    os.chmod(folder / "regular", 0o4750)
    (folder / "folder").mkdir()
    (folder / "link").symlink_to("regular")
    (folder / "nowhere").symlink_to("/nope")
    (folder / "circle").symlink_to("circle")
    (folder / "odd").symlink_to(os.fsdecode(b"\xff"))
    os.mkfifo(folder / "pipe")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(folder / "socket"))
    names = ("regular", "folder", "link", "nowhere", "circle", "odd", "pipe",
             "socket")
    facts = ask(program, *(f'file("{folder}/{name}")' for name in names),
                'file("/dev/null")', f'file("{folder}/nope")')

    def is_known(name, fact, state, value=None):
        expect(facts, f'file("{folder}/{name}").{fact}', state, value)

    for name in ("regular", "folder", "link", "pipe", "socket"):
        is_known(name, "kind", "value", name)
        is_known(name, "exists", "value", "true")
    expect(facts, 'file("/dev/null").kind', "value", "device")
    is_known("regular", "size", "value", "5B")
    is_known("link", "size", "value", "5B")
    is_known("folder", "size", "absent")
    is_known("regular", "modified", "value", "1970-01-02T00:00:00Z")
    is_known("regular", "mode", "value", "4750")
    is_known("regular", "target", "absent")
    is_known("link", "target", "value", "regular")
    is_known("nowhere", "kind", "value", "link")
    is_known("nowhere", "exists", "value", "false")
    is_known("nowhere", "size", "absent")
    is_known("circle", "kind", "value", "link")
    is_known("circle", "exists", "unknown", "probe_failed")
    is_known("odd", "target", "unknown", "bad_output")
    is_known("nope", "exists", "value", "false")
    is_known("nope", "mode", "absent")
    # A pipe that nobody writes to is not opened.
    is_known("pipe", "text", "unknown", "probe_failed")
    facts = ask(program, f'binary("{folder}/pipe")', 'binary("/dev/zero")')
    expect_all_unknown(facts, "probe_failed")


@case
def owners(program, folder):
    if os.geteuid() != 0:
        raise Skip("only root can give files away")
    (folder / "file").write_bytes(b"")
    os.chown(folder / "file", 0, 4123456)
    facts = ask(program, f'file("{folder}/file")')
    expect(facts, f'file("{folder}/file").owner', "value", "root")
    expect(facts, f'file("{folder}/file").group', "value", "4123456")


@case
def long_paths(program, folder):
    longest = path_of_length(folder, 4095)
    facts = ask(program, f'file("{longest}").exists',
                f'binary("{longest}").arch', f'file("{longest}x").exists',
                f'file("{longest}x").text', f'binary("{longest}x").arch',
                f'file("/{"d" * 300}").exists', f'program("{"d" * 5000}").path')
    expect(facts, f'file("{longest}").exists', "value", "false")
    expect(facts, f'binary("{longest}").arch', "absent")
    for name in (f'file("{longest}x").exists', f'file("{longest}x").text',
                 f'binary("{longest}x").arch', f'file("/{"d" * 300}").exists'):
        expect(facts, name, "unknown", "probe_failed")
    expect(facts, f'program("{"d" * 5000}").path', "absent")


@case
def relative_paths(program, folder):
    (folder / "file").write_bytes(b"#!/bin/sh\n")
    facts = ask(program, 'file("file").exists', 'file("").exists',
                'binary("file").arch', cwd=folder)
    expect_all_unknown(facts, "probe_failed")


@case
def search_path(program, folder):
    for name in ("a", "b", "c", "d"):
        (folder / name).mkdir()
        (folder / name / "tool").write_bytes(b"#!/bin/sh\n")
        (folder / name / "tool").chmod(0o755)
    (folder / "b/tool").chmod(0o644)
    (folder / "d/tool").unlink()
    (folder / "d/tool").symlink_to(folder / "a/tool")
    where = f"{folder}/a:{folder}/b:relative::{folder}/nope:{folder}/d:" \
        f"{folder}/c:{folder}/a"
    facts = ask(program, "path", 'program("tool")', 'program("b/tool")',
                'program("")', 'program("nope")', cwd=folder,
                env={"PATH": where})
    expect(facts, "path.folders", "value",
           f"[{', '.join(where.split(':'))}]")
    expect(facts, 'program("tool").paths', "value",
           f"[{folder}/a/tool, {folder}/c/tool]")
    expect(facts, 'program("tool").path', "value", f"{folder}/a/tool")
    expect(facts, 'program("nope").paths', "value", "[]")
    expect(facts, 'program("nope").path', "absent")
    expect(facts, 'program("b/tool").path', "unknown", "unsupported")
    expect(facts, 'program("").paths', "unknown", "unsupported")
    facts = ask(program, "path", 'program("tool")', env={})
    expect(facts, "path.folders", "absent")
    expect(facts, 'program("tool").paths', "absent")


@case
def not_utf8(program, folder):
    odd = os.fsencode(folder) + b"/\xff"
    os.mkdir(odd)
    Path(os.fsdecode(odd), "tool").write_bytes(b"")
    os.chmod(odd + b"/tool", 0o755)
    facts = ask(program, "path", 'program("tool")',
                env={b"PATH": odd + b":/bin"})
    expect(facts, 'program("tool").path', "unknown", "bad_output")
    expect(facts, "path.folders", "value", "[<unknown: bad_output>, /bin]")
    # The name of a fact is text: what is none is an error, and no crash.
    done = subprocess.run([program, "facts", b'file("/\xff").exists'],
                          capture_output=True, timeout=60, check=False)
    claim(done.returncode in (0, 2), f"exit {done.returncode}")
    claim(b"true" not in done.stdout, "a file of that name is not there")


@case
def no_rights(program, folder):
    if os.geteuid() != 0:
        raise Skip("only root can become somebody else")
    folder.chmod(0o755)
    (folder / "secret").mkdir(mode=0o700)
    (folder / "secret/file").write_bytes(b"#!/bin/sh\n")
    (folder / "mine").write_bytes(b"#!/bin/sh\n")
    (folder / "mine").chmod(0o700)
    names = (f'file("{folder}/secret/file")', f'binary("{folder}/mine")',
             f'file("{folder}/mine")', 'program("file")')
    facts = ask(program, *names, user=NOBODY, group=NOBODY, extra_groups=[],
                cwd="/", env={"PATH": f"{folder}/secret:/nope"})
    for name, found in facts.items():
        if "/secret/" in name or name.startswith("binary"):
            claim(found == ("unknown", "denied"), f"{name} is {found}")
    for right in ("readable", "writable", "executable"):
        expect(facts, f'file("{folder}/mine").{right}', "value", "false")
    expect(facts, f'file("{folder}/mine").owner', "value", "root")
    expect(facts, f'file("{folder}/mine").text', "unknown", "denied")
    expect(facts, 'program("file").paths', "value", "[]")


@case
def foreign_locale(program, folder):
    (folder / "FILE.I").write_bytes(b"#!/bin/sh\n")
    name = f'{folder}/FILE.I'
    here = ask(program, f'file("{name}")', f'binary("{name}")')
    there = ask(program, f'file("{name}")', f'binary("{name}")',
                env={"PATH": "/usr/bin:/bin", "LC_ALL": "tr_TR.UTF-8",
                     "LANG": "tr_TR.UTF-8"})
    claim(here == there, "the locale changes facts")


def make_turkish(folder):
    """The environment of a locale in which i and I are no pair."""
    made = subprocess.run(
        ["localedef", "-i", "tr_TR", "-f", "UTF-8",
         str(folder / "tr_TR.UTF-8")], capture_output=True, check=False)
    there = {"PATH": "/usr/bin:/bin", "LC_ALL": "tr_TR.UTF-8",
             "LANG": "tr_TR.UTF-8", "LOCPATH": str(folder)}
    used = subprocess.run(["locale", "charmap"], capture_output=True,
                          env=there, check=False)
    if made.returncode > 1 or used.stdout.strip() != b"UTF-8":
        raise Skip("no Turkish locale can be made here")
    return there


TURKISH_RULE = """when "QUIT" matches /^quit$/i and lower("QUIT") == "quit"
  and upper("title") == "TITLE" and not ("\u0131" matches /^i$/i)
  and int("12") == 12 and version("1.10-RC.I") == version("1.10-RC.I")
then diagnose "as everywhere" """


@case
def turkish_letters(program, folder):
    there = make_turkish(folder)
    here = {"PATH": there["PATH"]}
    names = ("host.os", "host.arch", "process.arch", "kernel.name", "os.id",
             "os.title", "cpu.x86_level", "kernel.binfmt")
    claim(ask(program, *names, env=here) == ask(program, *names, env=there),
          "the locale changes facts")

    def evaluate(*arguments, env):
        done = subprocess.run([program, *arguments], capture_output=True,
                              env=env, timeout=60, check=False)
        return done.returncode, done.stdout, done.stderr

    asked = ("eval", "--no-probe", "--format", "json", "-e", TURKISH_RULE)
    found = evaluate(*asked, env=there)
    claim(found[0] == 1, f"the rule does not match: {found}")
    for arguments in (("check", str(folder / "wrong.rules")),
                      ("eval", "-e", "WHEN host.os == LINUX")):
        (folder / "wrong.rules").write_text(
            "pack p\nrule title\n  when host.os == \"LINUX\"\n"
            "  THEN diagnose \"I\"\n", "utf-8")
        claim(evaluate(*arguments, env=here) == evaluate(
            *arguments, env=there), f"the locale changes {arguments[0]}")


@case
def less_rights(program, folder):
    """What root knows is never absent for somebody else."""
    if os.geteuid() != 0:
        raise Skip("only root can become somebody else")
    folder.chmod(0o755)
    copy = folder / "archrules"
    shutil.copy(program, copy)
    copy.chmod(0o755)
    names = ("kernel", "netfilter", "os", "host", "cgroup", "apparmor",
             "iptables", "limits", "sockets")
    options = {"env": {"PATH": "/usr/bin:/bin", "HOME": "/nonexistent"},
               "cwd": "/"}
    known = ask(copy, *names, **options)
    other = ask(copy, *names, user=NOBODY, group=NOBODY, extra_groups=[],
                **options)
    for name, (state, _) in known.items():
        claim(state != "value" or name in other and other[name][0] != "absent",
              f"{name} is {other.get(name)} without rights")


@case
def odd_places(program, folder):
    """A long PATH, and a current folder that has no name in UTF-8."""
    longest = path_of_length(folder, 4095)
    odd = os.fsencode(folder) + b"/\xff\xfe"
    os.mkdir(odd)
    facts = ask(program, "kernel.name", 'program("uname")', "path", cwd=odd,
                env={"PATH": f"{longest}:{longest}x:/usr/bin:/bin"})
    expect(facts, "kernel.name", "value", os.uname().sysname)
    claim(facts['program("uname").path'][0] == "value", "uname is not found")
    facts = ask(program, "kernel.name", cwd=odd,
                env={b"PATH": odd + b":" + b"/x" * 50000 + b":/usr/bin:/bin",
                     b"HOME": odd, b"TMPDIR": odd})
    expect(facts, "kernel.name", "value", os.uname().sysname)
    there = os.open(folder, os.O_RDONLY)
    try:
        os.fchdir(there)
        for _ in range(20):
            os.mkdir("d" * 250)
            os.chdir("d" * 250)
        facts = ask(program, "kernel.name", 'file("x").exists')
        expect(facts, "kernel.name", "value", os.uname().sysname)
        expect(facts, 'file("x").exists', "unknown", "probe_failed")
    finally:
        os.fchdir(there)
        os.close(there)


@case
def no_proc(program, folder):
    before = ["unshare", "--mount", "sh", "-c",
              'umount -l /proc && exec "$@"', "sh"]
    if subprocess.run([*before, "true"], capture_output=True,
                      check=False).returncode != 0:
        raise Skip("/proc cannot be taken away here")
    facts = ask(program, 'binary("/bin/sh")', 'file("/bin/sh")',
                'file("/proc/version")', "host.arch", 'program("sh")',
                before=before)
    expect(facts, 'binary("/bin/sh").format', "value", "elf")
    expect(facts, 'file("/bin/sh").exists', "value", "true")
    expect(facts, 'file("/proc/version").exists', "unknown", "unsupported")
    claim(facts["host.arch"][0] in ("value", "unknown"), "host.arch")
    claim(facts['program("sh").path'][0] == "value", "sh is not found")
    facts = ask(program, "os.init", "os.mounts", "limits", "host.name",
                "kernel.modules", "kernel.binfmt_handlers",
                "cgroup.hierarchies", before=before)
    expect_all_unknown(facts, "unsupported")


def run(program, name):
    with tempfile.TemporaryDirectory() as folder:
        try:
            CASES[name](program, Path(folder).resolve())
        except Failure as failure:
            print(f"FAILED: {name}: {failure}")
            return 1
        except Skip as skip:
            print(f"SKIPPED: {name}: {skip}")
            return 77
    return 0


def main():
    program = str(Path(sys.argv[1]).resolve())
    results = [run(program, name) for name in sys.argv[2:] or CASES]
    print(f"{results.count(0)} passed, {results.count(1)} failed, "
          f"{results.count(77)} skipped")
    if 1 in results:
        return 1
    return 77 if 77 in results else 0


if __name__ == "__main__":
    sys.exit(main())
