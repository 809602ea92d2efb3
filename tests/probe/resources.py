#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Memory, clock, mounts, ports, certificates and numbers to give away of this
machine, held against what other programs and the kernel say.

    resources.py PROGRAM [CASE]

Exit 1 if a case fails, 77 if one cannot be had here.
"""

import ctypes
import datetime
import json
import os
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from hardships import (CASES, Skip, ask, case, claim, expect,  # noqa: E402
                       main)

CASES.clear()
NOBODY = dict(user=65534, group=65534, extra_groups=[], cwd="/")
UNITS = {"B": 1, "KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30}


def bytes_of(fact):
    state, text = fact
    claim(state == "value", f"no size: {fact}")
    digits = "".join(c for c in text if c.isdigit())
    return int(digits) * UNITS[text[len(digits):]]


def seconds_of(fact):
    claim(fact[0] == "value", f"no time: {fact}")
    return datetime.datetime.fromisoformat(
        fact[1].replace("Z", "+00:00")).timestamp()


def in_namespace(script):
    """A command in front of others, behind a script in mounts of its own."""
    before = ["unshare", "--mount", "sh", "-c",
              f'mount --make-rprivate / && {script} && exec "$@"', "sh"]
    done = subprocess.run([*before, "true"], capture_output=True, check=False)
    if done.returncode != 0:
        raise Skip(f"no mounts of one's own: {done.stderr.decode().strip()}")
    return before


@case
def memory(program, folder):
    facts = ask(program, "host.memory", "memory")
    if not shutil.which("free"):
        raise Skip("there is no free")
    lines = subprocess.run(["free", "-b"], stdout=subprocess.PIPE, text=True,
                           check=True).stdout.splitlines()
    own, swap = lines[1].split(), lines[2].split()
    claim(bytes_of(facts["host.memory"]) == int(own[1]), "memory in all")
    difference = bytes_of(facts["memory.available"]) - int(own[6])
    claim(abs(difference) < int(own[1]) / 4, f"available: {difference}")
    claim(bytes_of(facts["memory.swap"]) == int(swap[1]), "swap in all")
    claim(bytes_of(facts["memory.swap_free"]) <= int(swap[1]), "free swap")


def find_cgroup():
    """Where cgroups with a limit of memory can be made, and its file."""
    own = [line.split(":", 2)
           for line in Path("/proc/self/cgroup").read_text().splitlines()]
    for _, names, path in own:
        if "memory" in names.split(","):
            return (Path("/sys/fs/cgroup/memory" + path),
                    "memory.limit_in_bytes")
    path = Path("/sys/fs/cgroup")
    if "memory" not in (path / "cgroup.subtree_control").read_text().split():
        raise Skip("no cgroup can limit memory here")
    return path, "memory.max"


@case
def limits_of_cgroups(program, folder):
    own, name = find_cgroup()
    outer = own / f"archrules.{os.getpid()}"
    inner = outer / "inner"
    try:
        outer.mkdir()
        inner.mkdir()
    except OSError as error:
        raise Skip(f"no cgroup can be made: {error}") from error
    before = ["sh", "-c", f'echo $$ >{inner}/cgroup.procs && exec "$@"', "sh"]
    try:
        if name == "memory.max" and not (inner / name).exists():
            (outer / "cgroup.subtree_control").write_text("+memory")
        plain = ask(program, "memory.limit")["memory.limit"]
        (outer / name).write_text(str(640 << 20))
        facts = ask(program, "memory.limit", before=before)
        expect(facts, "memory.limit", "value", "640MiB")
        (inner / name).write_text(str(512 << 20))
        facts = ask(program, "memory.limit", before=before)
        expect(facts, "memory.limit", "value", "512MiB")
        claim(ask(program, "memory.limit")["memory.limit"] == plain,
              "the limit of others counts")
    finally:
        inner.rmdir()
        outer.rmdir()


@case
def clock(program, folder):
    facts = ask(program, "clock", "host.booted")
    claim(abs(seconds_of(facts["clock.now"]) - time.time()) < 30, "now")
    uptime = float(Path("/proc/uptime").read_text().split()[0])
    booted = seconds_of(facts["host.booted"])
    claim(abs(booted - (time.time() - uptime)) < 5, f"booted: {booted}")
    nothing = (ctypes.c_char * 1024)()
    state = ctypes.CDLL(None).adjtimex(nothing)
    claim(0 <= state <= 5, "adjtimex")
    expect(facts, "clock.synchronized", "value", str(state != 5).lower())
    facts = ask(program, "clock.zone", env={"TZ": "Asia/Tokyo"})
    expect(facts, "clock.zone", "value", "Asia/Tokyo")
    empty = in_namespace(f"mount --bind {folder} /etc")
    expect(ask(program, "clock.zone", before=empty), "clock.zone", "absent")


@case
def mounts(program, folder):
    if not shutil.which("findmnt"):
        raise Skip("there is no findmnt")
    (folder / "a").mkdir()
    (folder / "b").mkdir()
    (folder / "link").symlink_to("a/inner")
    before = in_namespace(
        f"mount -t tmpfs -o noexec,nosuid one {folder}/a && "
        f"mkdir {folder}/a/inner '{folder}/a/x y' && "
        f"mount --bind {folder}/a {folder}/b && "
        f"mount -o remount,bind,ro {folder}/b && "
        f"mount -t tmpfs two '{folder}/a/x y' && touch '{folder}/a/x y/file'")
    paths = ["/", "/proc/sys/kernel", "/dev/null", "/etc/passwd",
             f"{folder}/link", f"{folder}/b/inner", f"{folder}/a/x y/file"]
    facts = ask(program, *(f'mount("{path}")' for path in paths),
                *(f'disk("{path}").format' for path in paths), before=before)
    for path in paths:
        done = subprocess.run(
            [*before, "findmnt", "--json", "-o",
             "TARGET,SOURCE,FSTYPE,OPTIONS", "-T", os.path.realpath(path)],
            stdout=subprocess.PIPE, check=True)
        wanted = json.loads(done.stdout)["filesystems"][0]
        for fact, column in (("target", "target"), ("format", "fstype")):
            expect(facts, f'mount("{path}").{fact}', "value", wanted[column])
        expect(facts, f'disk("{path}").format', "value", wanted["fstype"])
        source = facts[f'mount("{path}").source'][1]
        claim(wanted["source"].split("[")[0] == source, f"source of {path}")
        options = facts[f'mount("{path}").options'][1].strip("[]").split(", ")
        claim(set(options) == set(wanted["options"].split(",")),
              f"options of {path}: {options}, not {wanted['options']}")


@case
def ports(program, folder):
    def port_of(server):
        return f"port({server.getsockname()[1]})"

    with (socket.create_server(("127.0.0.1", 0)) as own,
          socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp,
          socket.create_server(("127.0.0.1", 0)) as gone):
        udp.bind(("127.0.0.1", 0))
        free = port_of(gone)
        gone.close()
        facts = ask(program, port_of(own), port_of(udp), free)
        expect(facts, port_of(own) + ".listening", "value", "true")
        expect(facts, port_of(own) + ".addresses", "value", "[127.0.0.1]")
        expect(facts, port_of(own) + ".process", "value", str(os.getpid()))
        expect(facts, port_of(own) + ".program", "value",
               os.path.basename(os.readlink("/proc/self/exe")))
        expect(facts, port_of(udp) + ".udp", "value", "true")
        expect(facts, port_of(udp) + ".listening", "value", "false")
        expect(facts, free + ".listening", "value", "false")
        expect(facts, free + ".process", "absent")
        if os.geteuid() != 0:
            raise Skip("only root can become somebody else")
        expect(facts, port_of(own) + ".user", "value", "root")
        facts = ask(program, port_of(own), **NOBODY)
        expect(facts, port_of(own) + ".listening", "value", "true")
        expect(facts, port_of(own) + ".program", "unknown", "denied")
        expect(facts, port_of(own) + ".process", "unknown", "denied")
    try:
        with socket.create_server(("::1", 0), family=socket.AF_INET6) as own:
            facts = ask(program, port_of(own))
            expect(facts, port_of(own) + ".addresses", "value", "[::1]")
    except OSError as error:
        raise Skip(f"there is no IPv6: {error}") from error


@case
def certificates(program, folder):
    one = "-----BEGIN CERTIFICATE-----\r\nx\r\n-----END CERTIFICATE-----\r\n"
    (folder / "ca.pem").write_text(3 * one)
    (folder / "secret.pem").write_text(one)
    (folder / "secret.pem").chmod(0o600)
    folder.chmod(0o755)
    environment = {"PATH": "/usr/bin:/bin",
                   "SSL_CERT_FILE": f"{folder}/ca.pem",
                   "NODE_EXTRA_CA_CERTS": f"{folder}/nope.pem",
                   "SSL_CERT_DIR": str(folder),
                   "CURL_CA_BUNDLE": "relative.pem"}
    facts = ask(program, "tls", env=environment)
    expect(facts, "tls.bundle", "value", f"{folder}/ca.pem")
    expect(facts, "tls.certificates", "value", "3")
    for part in (f"SSL_CERT_DIR, path = {folder}, present = true, "
                 "readable = true, certificates = <absent>",
                 "nope.pem, present = false, readable = <absent>",
                 "relative.pem, present = <unknown: probe_failed>"):
        claim(part in facts["tls.settings"][1],
              f"{part} is not in {facts['tls.settings']}")
    debian = "/etc/ssl/certs/ca-certificates.crt"
    if os.path.exists(debian):
        facts = ask(program, "tls")
        expect(facts, "tls.bundle", "value", debian)
        expect(facts, "tls.certificates", "value",
               str(Path(debian).read_text().count("BEGIN CERTIFICATE")))
    if os.geteuid() != 0:
        raise Skip("only root can become somebody else")
    name = f'certificates("{folder}/secret.pem").count'
    expect(ask(program, name, **NOBODY), name, "unknown", "denied")


@case
def numbers_to_give_away(program, folder):
    (folder / "subuid").write_text(
        "root:100000:65536\nnobody:5:1\n0:300000:10\n")
    (folder / "subgid").write_text("nobody:100000:65536\n")
    before = in_namespace("touch /etc/subuid /etc/subgid && "
                          f"mount --bind {folder}/subuid /etc/subuid && "
                          f"mount --bind {folder}/subgid /etc/subgid")
    facts = ask(program, "user", before=before)
    expect(facts, "user.subuids", "value",
           "[{ first = 100000, count = 65536 }, { first = 300000, count = 10 }]")
    expect(facts, "user.subgids", "value", "[]")
    if not shutil.which("getsubids"):
        raise Skip("there is no getsubids")
    for name, options in (("subuids", []), ("subgids", ["-g"])):
        done = subprocess.run([*before, "getsubids", *options, "root"],
                              capture_output=True, text=True, check=False)
        ranges = [line.split()[2:] for line in done.stdout.splitlines()]
        wanted = ", ".join(f"{{ first = {first}, count = {count} }}"
                           for first, count in ranges)
        expect(facts, f"user.{name}", "value", f"[{wanted}]")


@case
def nothing_to_read(program, folder):
    facts = ask(program, "memory", "host.memory", "host.booted", "port(1)",
                'mount("/")', before=in_namespace("umount -l /proc"))
    # What depends on the system only: no other keeps ports back.
    known = ("host.os", "port(1).excluded")
    for name, (state, _) in facts.items():
        claim(name in known or state == "unknown", f"{name} is {state} without /proc")


if __name__ == "__main__":
    sys.exit(main())
