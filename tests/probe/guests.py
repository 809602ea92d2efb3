#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What is below and around this system, held against what it says itself, and
in roots with planted signs and in a container.

    guests.py PROGRAM [CASE]

Exit 1 if a case fails, 77 if one cannot be had here.
"""

import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from hardships import (CASES, Skip, ask, case, claim, expect,  # noqa: E402
                       main)

CASES.clear()
INITIAL_PIDS = "pid:[4026531836]"
ASKED = ("host.is_wsl", "host.wsl_version", "host.is_container",
         "host.container")


def in_root(folder, program, files, *names, variables=(), options=()):
    """Facts in a root that has these files besides /usr and /proc, seen by a
    process that is numbered apart if options say so."""
    root = folder / "root"
    for path, text in files.items():
        place = root / path.lstrip("/")
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text)
    for path in ("usr", "proc", "tmp", "etc"):
        (root / path).mkdir(parents=True, exist_ok=True)
    for name in ("bin", "lib", "lib64"):
        if not (root / name).is_symlink():
            (root / name).symlink_to(f"usr/{name}")
    shutil.copy(program, root / "tmp/archrules")
    script = (f"mount --make-rprivate / && mount --rbind /usr {root}/usr && "
              f"mount -t proc proc {root}/proc && "
              + "".join(f"mount --bind {root}{path} {root}/proc/"
                        f"{path.removeprefix('/planted/')} && "
                        for path in files if path.startswith("/planted/"))
              + f'exec /usr/sbin/chroot {root} /usr/bin/env -i PATH=/usr/bin "$@"')
    before = ["unshare", "--mount", "--pid", "--fork", *options, "sh", "-c",
              script, "sh", *variables]
    tried = subprocess.run([*before, "/usr/bin/true"], capture_output=True,
                           check=False)
    if tried.returncode != 0:
        raise Skip(f"no root of one's own: {tried.stderr.decode().strip()}")
    return ask("/tmp/archrules", *names, before=before)


@case
def this_machine(program, folder):
    facts = ask(program, "cpu", "kernel.arch", "host")
    expect(facts, "kernel.arch", *facts["host.arch"])
    text = Path("/proc/cpuinfo").read_text()
    lines = dict(line.replace("\t", "").split(":", 1)
                 for line in text.splitlines() if ":" in line)
    if "vendor_id" in lines:
        expect(facts, "cpu.vendor", "value", lines["vendor_id"].strip())
        has_bit = "hypervisor" in lines["flags"].split()
        expect(facts, "host.hypervisor_present", "value", str(has_bit).lower())
    if platform.machine() == "x86_64":
        same = ask(program, "kernel.arch", before=["setarch", "i686"])
        expect(same, "kernel.arch", *facts["host.arch"])
    own = os.readlink("/proc/self/ns/pid") == INITIAL_PIDS
    found = facts["host.is_container"]
    claim(found != ("value", "false") or own,
          "no container, although processes are numbered apart")


@case
def user_without_rights(program, folder):
    if os.geteuid() != 0:
        raise Skip("only root can become somebody else")
    user = dict(user=65534, group=65534, extra_groups=[], cwd="/")
    mine = ask(program, "cpu", "kernel.arch", *ASKED)
    theirs = ask(program, "cpu", "kernel.arch", *ASKED, **user)
    for name, value in theirs.items():
        claim(value == mine[name] or value[0] == "unknown",
              f"{name} is {value} for nobody and {mine[name]} for root")


@case
def planted_containers(program, folder):
    facts = in_root(folder, program, {"/.dockerenv": ""}, *ASKED)
    expect(facts, "host.is_container", "value", "true")
    expect(facts, "host.container", "value", "docker")
    expect(facts, "host.is_wsl", "value", "false")
    facts = in_root(folder, program, {"/run/.containerenv": ""}, *ASKED)
    expect(facts, "host.container", "unknown", "conflict")
    (folder / "root/.dockerenv").unlink()
    facts = in_root(folder, program, {}, *ASKED)
    expect(facts, "host.container", "value", "podman")
    (folder / "root/run/.containerenv").unlink()
    facts = in_root(folder, program, {"/run/systemd/container":
                                      "systemd-nspawn\n"}, *ASKED)
    expect(facts, "host.container", "value", "nspawn")
    (folder / "root/run/systemd/container").unlink()
    facts = in_root(folder, program, {}, *ASKED)
    expect(facts, "host.is_container", "unknown", "unsupported")
    facts = in_root(folder, program, {}, *ASKED,
                    variables=("container=lxc",))
    expect(facts, "host.container", "value", "lxc")


@case
def planted_wsl(program, folder):
    kernel = {"/planted/sys/kernel/osrelease":
              "5.15.153.1-microsoft-standard-WSL2\n",
              "/planted/version":
              "Linux version 5.15.153.1-microsoft-standard-WSL2\n"}
    facts = in_root(folder, program, kernel, *ASKED)
    expect(facts, "host.is_wsl", "unknown", "unsupported")
    facts = in_root(folder, program, kernel, *ASKED, "wsl.kernel.release",
                    variables=("WSL_DISTRO_NAME=Ubuntu",))
    expect(facts, "host.is_wsl", "value", "true")
    expect(facts, "host.wsl_version", "value", "2")
    expect(facts, "host.is_container", "value", "false")
    expect(facts, "wsl.kernel.release", "value",
           "5.15.153.1-microsoft-standard-WSL2")
    facts = in_root(folder, program, {**kernel, "/planted/version":
                                      "Linux version 6.1.0-25-amd64\n"},
                    *ASKED, variables=("WSL_DISTRO_NAME=Ubuntu",))
    expect(facts, "host.is_wsl", "unknown", "unsupported")


@case
def real_podman(program, folder):
    if os.geteuid() != 0 or not shutil.which("podman"):
        raise Skip("there is no podman that root may start")
    needed = subprocess.run(["ldd", program], capture_output=True, check=False)
    root = folder / "root"
    for word in needed.stdout.decode().split():
        if word.startswith("/"):
            place = root / word.lstrip("/")
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(word, place)
    for name in ("proc", "sys", "dev", "etc", "run", "tmp"):
        (root / name).mkdir(exist_ok=True)
    shutil.copy(program, root / "archrules")
    before = ["unshare", "--mount", "--fork", "sh", "-c",
              "mount --make-rprivate / && mount -t tmpfs tmpfs /run && "
              "mount -t cgroup2 none /sys/fs/cgroup; "
              'exec "$@"', "sh",
              "podman", "--root", folder / "store", "--runroot",
              folder / "run", "--storage-driver", "vfs", "--cgroup-manager",
              "cgroupfs", "run", "--rm", "--ulimit", "nofile=1000:1000",
              "--ulimit", "nproc=1000:1000", "--network", "none", "--cgroups",
              "disabled", "--rootfs", root]
    tried = subprocess.run([*before, "/archrules", "--version"],
                           capture_output=True, check=False, timeout=60)
    if tried.returncode != 0:
        raise Skip(f"podman starts nothing: {tried.stderr.decode()[-300:]}")
    facts = ask("/archrules", *ASKED, before=before)
    expect(facts, "host.is_container", "value", "true")
    expect(facts, "host.container", "value", "podman")
    expect(facts, "host.is_wsl", "value", "false")


if __name__ == "__main__":
    sys.exit(main())
