# SPDX-License-Identifier: Apache-2.0
"""The program itself under qemu-user: what it says of the machine's
architecture is what the kernel says, or unknown, and never what the emulator
says. Usage: run.py PROGRAM FOLDER, with the program for this machine and the
folder in which those for others are built (arm64/bin/archrules)."""

import json
import os
import platform
import shutil
import subprocess
import sys

ASKED = ["host.arch", "process.arch", "host.emulated", "kernel.arch"]


def skip(reason):
    print("SKIPPED: " + reason)
    sys.exit(77)


def look(command, variables):
    done = subprocess.run(
        command + ["facts", "--format", "json"] + ASKED,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=120,
        env=dict(os.environ, **variables))
    if done.returncode != 0:
        sys.exit("%s: exit %d: %s" % (command, done.returncode,
                                      done.stderr.decode()))
    facts = {each["fact"]: each for each in json.loads(done.stdout)["facts"]}
    return [facts[name]["text"] if facts[name]["state"] == "value" else
            facts[name]["reason"] + ": " + facts[name]["detail"]
            for name in ASKED]


def check(what, command, expected, **variables):
    found = look(command, variables)
    expected = expected + [expected[0]]  # programs do not change the kernel
    for each, (text, wanted) in enumerate(zip(found, expected)):
        if text != wanted:
            sys.exit("%s: %s is %r, not %r" % (what, ASKED[each], text,
                                               wanted))
    print("right: " + what)


def with_mounts(script, command):
    return ["unshare", "-m", "sh", "-c",
            "mount --make-rprivate / && " + script + ' && exec "$@"',
            "sh"] + command


LEVEL = ("rule level when cpu.x86_level exists "
         "then diagnose \"level {cpu.x86_level}\"")


def check_level(what, program, wanted, **variables):
    done = subprocess.run(program + ["eval", "-e", LEVEL],
                          stdout=subprocess.PIPE, timeout=120,
                          env=dict(os.environ, **variables))
    if "level %d" % wanted not in done.stdout.decode():
        sys.exit("%s: not level %d: %s" % (what, wanted, done.stdout.decode()))
    print("right: level %d of %s" % (wanted, what))


# The loader's own word on this machine, and what the CPUs can that qemu has.
def check_levels(program):
    loader = subprocess.run(["/lib64/ld-linux-x86-64.so.2", "--help"],
                            stdout=subprocess.PIPE)
    lines = loader.stdout.decode().splitlines()
    levels = [1] + [int(line.split()[0][-1]) for line in lines
                    if "x86-64-v" in line and "(supported" in line]
    check_level("this machine", program, max(levels))
    if has_sanitizer(program[0]):
        return
    for model, wanted in [("qemu64", 1), ("core2duo", 1), ("Nehalem", 2),
                          ("max", 3)]:
        check_level(model, ["qemu-x86_64-static"] + program, wanted,
                    QEMU_CPU=model)


# The memory that sanitizers want is not to be had under an emulator.
def has_sanitizer(program):
    with open(program, "rb") as file:
        content = file.read()
    return b"__asan_init" in content or b"__tsan_init" in content


def main():
    program = [os.path.abspath(sys.argv[1])]
    built = os.path.join(os.path.abspath(sys.argv[2]), "arm64/bin/archrules")
    if platform.machine() != "x86_64":
        skip("this machine is not amd64")
    for tool in ("qemu-aarch64-static", "qemu-x86_64-static"):
        if not shutil.which(tool):
            skip("there is no " + tool)
    if not os.path.exists(built):
        skip("there is no program for arm64 in " + built)
    arm = ["qemu-aarch64-static", built]

    check("native", program, ["amd64", "amd64", "false"])
    check("native, and uname() says i686", ["setarch", "i686"] + program,
          ["amd64", "amd64", "false"])
    check("arm64 on amd64", arm, ["amd64", "arm64", "true"])
    check("arm64 on amd64, called WSL", arm, ["amd64", "arm64", "true"],
          QEMU_UNAME="5.15.153.1-microsoft-standard-WSL2")
    if not has_sanitizer(program[0]):
        check("amd64 on amd64 by an emulator",
              ["qemu-x86_64-static"] + program, ["amd64", "amd64", "true"])

    check_levels(program)

    if subprocess.run(with_mounts("umount -l /proc", ["true"]),
                      stderr=subprocess.DEVNULL).returncode != 0:
        skip("the rest needs the right to unmount /proc")
    old = "mount -t tmpfs none /proc/sys/kernel"
    check("native, a kernel that does not name its architecture",
          with_mounts(old, program), ["amd64", "amd64", "false"])
    check("the same, and uname() says i686",
          with_mounts(old, ["setarch", "i686"] + program),
          ["amd64", "amd64", "false"])
    check("arm64 on such a kernel", with_mounts(old, arm),
          ["amd64", "arm64", "true"])
    nothing = "unsupported: nothing proves it: this may run under an emulator"
    no_word = "unsupported: the system does not tell which program it runs"
    # The check for leaks needs /proc, and cannot be put off without it.
    if not has_sanitizer(program[0]):
        check("native without /proc", with_mounts("umount -l /proc", program),
              [nothing, "amd64", no_word])
    check("arm64 without /proc", with_mounts("umount -l /proc", arm),
          [nothing, "arm64", no_word])


main()
