#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Real container engines in namespaces of their own: what is found out of one
that runs, hangs, is dead, may not be asked, or is named by a stale context.

    engines.py PROGRAM [CLIENT]

CLIENT is a docker program for another architecture, which an emulator runs.
"""

import hashlib
import json
import os
import platform
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from checks import check, finish, problems

SKIP = 77
NAMESPACES = ["unshare", "--mount", "--pid", "--net", "--ipc", "--uts",
              "--fork", "--kill-child"]
START = """
mount --make-rprivate / && mount -t tmpfs tmpfs /run || exit 1
mount -t proc proc /proc && mount -t cgroup2 none /sys/fs/cgroup || true
mkdir -p /run/user
exec "$@"
"""
ARCHES = {"x86_64": "amd64", "aarch64": "arm64"}
ARCH = ARCHES.get(platform.machine(), platform.machine())


def reason_to_skip(*programs):
    for name in ("unshare", "setpriv", *programs):
        if not shutil.which(name):
            return f"{name} is not installed"
    if os.geteuid() != 0:
        return "starting an engine needs root"
    tried = subprocess.run([*NAMESPACES, "sh", "-c",
                            "mount --make-rprivate / && "
                            "mount -t tmpfs tmpfs /run"],
                           stdout=subprocess.DEVNULL,
                           stderr=subprocess.DEVNULL)
    return None if tried.returncode == 0 else "there are no namespaces"


class Engine:
    """An engine, with everything of it in a folder."""

    def __init__(self, folder, name, command):
        self.socket = folder / f"{name}.sock"
        self.log = (folder / f"{name}.log").open("wb")
        self.process = subprocess.Popen(
            [*NAMESPACES, "sh", "-c", START, "sh",
             *[part.format(socket=self.socket, folder=folder)
               for part in command]],
            stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log)

    def wait(self):
        for _ in range(300):
            if self.socket.exists():
                return True
            if self.process.poll() is not None:
                return False
            time.sleep(0.1)
        return False

    def pids(self):
        """Of what runs inside, the outermost first."""
        path = f"/proc/{self.process.pid}/task/{self.process.pid}/children"
        found = Path(path).read_text().split()
        for pid in found:
            children = Path(f"/proc/{pid}/task/{pid}/children")
            found += children.read_text().split()
        return [int(pid) for pid in found]

    def signal(self, number):
        for pid in self.pids():
            os.kill(pid, number)

    def stop(self):
        if self.process.poll() is None:
            for pid in self.pids()[:1]:
                os.kill(pid, signal.SIGKILL)
            self.process.kill()
        self.process.wait()
        self.log.close()


FACTS = ("docker.endpoint", "docker.context.name", "docker.server",
         "docker.info.driver")


def facts_of(command, home, *names, options=(), **variables):
    environment = dict(os.environ, NO_COLOR="1", HOME=str(home), **variables)
    environment.pop("DOCKER_CONTEXT", None)
    environment.pop("DOCKER_CONFIG", None)
    start = time.monotonic()
    done = subprocess.run([*command, "facts", *options, *(names or FACTS),
                           "--format", "json"],
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          stdin=subprocess.DEVNULL, env=environment,
                          text=True, timeout=120)
    seconds = time.monotonic() - start
    facts = json.loads(done.stdout)["facts"]
    return {fact["fact"]: fact.get("text", fact.get("reason", "absent"))
            for fact in facts}, seconds


def test_engine(program, engine, home, driver):
    name = engine.socket.stem
    address = f"unix://{engine.socket}"
    facts, _ = facts_of([program], home, DOCKER_HOST=address)
    check(f"{name}: the address", facts.get("docker.endpoint") == address,
          facts)
    check(f"{name}: the architecture", facts.get("docker.server.arch") == ARCH,
          facts)
    for fact in ("version", "min_api_version"):
        value = facts.get(f"docker.server.{fact}", "")
        check(f"{name}: {fact}", value[:1].isdigit(), facts)
    check(f"{name}: the driver", facts.get("docker.info.driver") == driver,
          facts)


def test_podman(program, engine, home, folder):
    """By its own interface, and only what was asked for is in its storage."""
    before = sorted(path.name for path in (folder / "root").iterdir())
    facts, _ = facts_of([program], home, "podman.engine", "podman.graph_root",
                        "podman.endpoint", CONTAINER_HOST=f"unix://{engine.socket}")
    for fact, wanted in (("podman.engine.arch", ARCH),
                         ("podman.engine.kernel", platform.release()),
                         ("podman.engine.rootless", "false"),
                         ("podman.engine.driver", "vfs"),
                         ("podman.graph_root", str(folder / "root"))):
        check(fact, facts.get(fact) == wanted, facts)
    check("podman.engine.version",
          facts.get("podman.engine.version", "")[:1].isdigit(), facts)
    after = sorted(path.name for path in (folder / "root").iterdir())
    check("podman's storage is as it was", before == after, before, after)
    facts, _ = facts_of([program], home, "podman.engine",
                        CONTAINER_HOST=f"unix://{folder}/none")
    check("no engine of podman",
          facts.get("podman.engine.version") == "absent", facts)


def test_denied(command, engine, home):
    facts, _ = facts_of(command, home, *FACTS, 'image("x").arch',
                        'image("x").program_arch',
                        DOCKER_HOST=f"unix://{engine.socket}")
    check("denied", facts.get("docker.server.version") == "denied", facts)
    for fact in ("arch", "program_arch"):
        check(f"denied: image().{fact}",
              facts.get(f'image("x").{fact}') == "denied", facts)


def test_foreign_client(command, engine, home, client):
    """A client for another architecture than the engine's, by its header and by
    its own words."""
    emulator = shutil.which("qemu-aarch64-static")
    if not client or not Path(client).exists() or not emulator \
            or ARCH == "arm64":
        print("a client for arm64: skipped, needs what tests/binary/fetch.sh "
              "gets, qemu-user-static and another CPU")
        return
    folder = home / "bin"
    folder.mkdir()
    script = folder / "docker"
    script.write_text(f"#!/bin/sh\nexec {emulator} {folder}/real \"$@\"\n")
    shutil.copy(client, folder / "real")
    script.chmod(0o755)
    (folder / "real").chmod(0o755)
    real = f'binary("{folder}/real").arch'
    facts, _ = facts_of(command, home, "docker.client", "docker.server",
                        "docker.emulated", "host.arch", real,
                        PATH=f"{folder}:{os.environ['PATH']}",
                        DOCKER_HOST=f"unix://{engine.socket}")
    check("a client for arm64: its header", facts.get(real) == "arm64", facts)
    check("a client for arm64: the engine",
          facts.get("docker.server.arch") == ARCH, facts)
    if facts.get("docker.client.machine") == "timeout":
        print("a client for arm64: the emulator was too slow to ask it")
    else:
        check("a client for arm64: its words",
              facts.get("docker.client.machine") == "arm64", facts)


def write_context(home, name, endpoint):
    config = home / ".docker"
    config.mkdir(exist_ok=True)
    (config / "config.json").write_text(json.dumps({"currentContext": name}))
    if endpoint:
        folder = (config / "contexts/meta"
                  / hashlib.sha256(name.encode()).hexdigest())
        folder.mkdir(parents=True)
        (folder / "meta.json").write_text(json.dumps(
            {"Name": name, "Endpoints": {"docker": {"Host": endpoint}}}))


def test_contexts(command, program, engine, home):
    """As a user; root does not look at what a user has set."""
    address = f"unix://{engine.socket}"
    engine.socket.chmod(0o666)
    write_context(home, "mine", address)
    facts, _ = facts_of(command, home)
    check("the name of a context",
          facts.get("docker.context.name") == "mine", facts)
    check("a context", facts.get("docker.endpoint") == address
          and facts.get("docker.server.arch") == ARCH, facts)
    facts, _ = facts_of([program], home)
    check("no context for root", facts.get("docker.endpoint")
          == "unix:///var/run/docker.sock", facts)
    write_context(home, "gone", None)
    facts, _ = facts_of(command, home)
    check("the name of a stale context",
          facts.get("docker.context.name") == "gone", facts)
    check("a stale context", facts.get("docker.endpoint") == "absent"
          and facts.get("docker.server.arch") not in (ARCH, "absent"), facts)
    (home / ".docker/config.json").write_text("{")
    facts, _ = facts_of(command, home)
    check("a broken configuration",
          facts.get("docker.endpoint") == "bad_output", facts)


def test_hanging(program, engine, home):
    engine.signal(signal.SIGSTOP)
    pack = home / "hangs.rules"
    pack.write_text("pack hangs\n"
                    "probe hangs\n"
                    f"  http 'unix://{engine.socket}' '/version'\n"
                    "  timeout 1s\n"
                    "  gives hangs.text : string\n"
                    "rule hangs\n  title \"It hangs\"\n"
                    "  when hangs.text absent\n  then diagnose \"x\"\n")
    start = time.monotonic()
    done = subprocess.run([program, "eval", "--allow-run", "-p", str(pack),
                           "--format", "json"], stdout=subprocess.PIPE,
                          text=True, timeout=60)
    seconds = time.monotonic() - start
    facts, waited = facts_of([program], home, 'image("x").program_arch',
                             options=("--timeout", "2"),
                             DOCKER_HOST=f"unix://{engine.socket}")
    engine.signal(signal.SIGCONT)
    check("hanging: image().program_arch keeps the deadline of the run",
          facts.get('image("x").program_arch') == "timeout" and waited < 4,
          facts, waited)
    needs = json.loads(done.stdout)["undetermined"][0]["needs"]
    check("hanging: its deadline is kept", seconds < 1.5, seconds)
    check("hanging", needs[0].get("reason") == "timeout", needs)


def test_dead(program, engine, home):
    engine.stop()
    check("dead: its socket is left", engine.socket.exists())
    facts, _ = facts_of([program], home, DOCKER_HOST=f"unix://{engine.socket}")
    check("dead", facts.get("docker.server.version") == "absent", facts)


def test_all(program, folder, engines, client):
    home = folder / "home"
    home.mkdir()
    home.chmod(0o755)
    own = folder / "archrules"
    shutil.copy(program, own)
    own.chmod(0o755)
    as_user = ["setpriv", "--reuid", "65534", "--regid", "65534",
               "--clear-groups", str(own)]
    docker, podman = engines
    for engine in engines:
        check(f"{engine.socket.stem} starts", engine.wait(),
              Path(engine.log.name).read_text(errors="replace")[-2000:])
    if problems:
        return
    test_engine(program, docker, home, "vfs")
    test_engine(program, podman, home, "vfs")
    test_podman(program, podman, home, folder)
    test_denied(as_user, docker, home)
    test_contexts(as_user, program, docker, home)
    test_foreign_client(as_user, docker, home, client)
    test_hanging(program, docker, home)
    test_dead(program, docker, home)


def main():
    program = os.path.abspath(sys.argv[1])
    why = reason_to_skip("dockerd", "podman")
    if why:
        print("SKIP:", why)
        return SKIP
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        engines = [
            Engine(folder, "docker", [
                "dockerd", "--iptables=false", "--ip6tables=false",
                "--bridge=none", "--storage-driver=vfs", "--data-root",
                "{folder}/data", "--exec-root", "{folder}/exec",
                "--pidfile", "{folder}/docker.pid", "-H", "unix://{socket}"]),
            Engine(folder, "podman", [
                "podman", "--root", "{folder}/root", "--runroot",
                "{folder}/run", "--storage-driver", "vfs", "system",
                "service", "--time", "0", "unix://{socket}"])]
        try:
            test_all(program, folder, engines, *sys.argv[2:3] or [None])
        finally:
            for engine in engines:
                engine.stop()
    return finish()


if __name__ == "__main__":
    sys.exit(main())
