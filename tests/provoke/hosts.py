#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Faults of container hosts, provoked for real and mended as the report says.

    hosts.py PROGRAM [NAME...]     all cases, or those that are named

Each case runs in namespaces of its own for mounts, network and processes, with
a Docker engine of its own where it needs one; the machine itself is not
changed. Settings of the kernel that have no namespace stand in a file that is
mounted over theirs. A case passes if

- before the fault is there, its rule does not match;
- with the fault the rule matches, and no other rule of any pack that did not
  before;
- once the steps of the remedy are done, `archrules verify` says fixed.

The test is skipped (77) where the machine has no rights or programs for it, and
each case that cannot run says why.
"""

import ctypes
import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

SKIPPED = 77
NOBODY = 65534
HOME = Path("/run/home")
STATE = Path("/run/state")
INPUTS = {
    "container.image": "nginx",
    "container.api_version": "1.45",
    "container.systemd": "252",
}
CASES = {}
# chronyd and libfaketime where they are not installed (fetch.sh).
TIME_TOOLS = Path(__file__).resolve().parents[2] / "build/provoke_tools"
NAMESPACES = ["unshare", "-mnpf", "--mount-proc"]
# binfmt_misc has its own handlers in a user namespace, since Linux 6.7.
WITH_USERS = [*NAMESPACES, "-U", "--map-root-user"]


class Failed(Exception):
    """The case did not go as it should."""


def case(rule, *programs, pack="container_host", namespaces=None):
    """The function provokes the fault that `rule` finds."""

    def add(function):
        CASES[function.__name__] = (f"{pack}.{rule}", programs, function,
                                    namespaces or NAMESPACES)
        return function

    return add


def shell(command, **more):
    """Runs a command as a person would. The cases run as root, sudo or not."""
    done = subprocess.run(
        ["bash", "-c", "sudo() { \"$@\"; }; set -e\n" + command],
        capture_output=True, text=True, timeout=60, check=False, **more)
    if done.returncode != 0:
        raise Failed(f"{command}: {done.stderr.strip()}")
    return done.stdout


def wait_until(what, holds):
    for _ in range(200):
        if holds():
            return
        time.sleep(0.1)
    raise Failed(f"{what} did not come about")


def all_users_are_here():
    """False in a user namespace, which has one user and cannot copy what is others'."""
    return Path("/proc/self/uid_map").read_text(encoding="ascii").split()[2] != "1"


class Machine:
    """The namespaces of one case, and what runs in them."""

    def __init__(self, program, rule):
        self.program = program
        self.rule = rule
        self.prefix = []
        self.environment = dict(os.environ, HOME=str(HOME))
        for name in ("DOCKER_HOST", "DOCKER_CONFIG", "SSL_CERT_FILE"):
            self.environment.pop(name, None)
        self.inputs = dict(INPUTS)
        self.engine = None
        self.others = []

    def set_up(self):
        shell("mount -t tmpfs -o mode=755 tmpfs /run")
        HOME.mkdir()
        STATE.mkdir()
        Path("/var/lib/docker").mkdir(exist_ok=True)
        shell("mount -t tmpfs -o size=2g tmpfs /var/lib/docker")
        shell("ip link set lo up" if shutil.which("ip") else "true")
        self.setting("vm.max_map_count", "262144")
        self.setting("fs.inotify.max_user_watches", "65536")
        self.setting("user.max_user_namespaces", "1000")
        shell("echo 1 >/proc/sys/net/ipv4/ip_forward")
        shell("chmod 711 /run")
        if all_users_are_here():
            self.set_up_users()

    def set_up_users(self):
        shell("echo '0 2147483647' >/proc/sys/net/ipv4/ping_group_range")
        shell("mkdir /run/etc && cp -a /etc/. /run/etc && mount --bind /run/etc /etc")
        shell("echo nobody:100000:65536 | tee -a /etc/subuid >>/etc/subgid")

    def setting(self, name, value):
        """A file of our own over a setting that has no namespace."""
        own = STATE / name
        own.write_text(value + "\n", encoding="ascii")
        path = "/proc/sys/" + name.replace(".", "/")
        shell(f"mount --bind {own} {path}")

    def start_engine(self, *options):
        log = (STATE / "engine.log").open("ab")
        self.engine = subprocess.Popen(
            ["dockerd", "--iptables=false", "--bridge=none", "--ip-forward=false",
             "--exec-root", "/run/engine", "--pidfile", "/run/engine.pid",
             "--host", "unix:///var/run/docker.sock", *options],
            stdout=log, stderr=log, stdin=subprocess.DEVNULL)
        wait_until("the engine", lambda: subprocess.run(
            ["docker", "info"], capture_output=True, check=False,
            env=self.environment).returncode == 0)

    def stop_engine(self):
        self.engine.terminate()
        self.engine.wait(30)
        self.engine = None

    def as_user(self, *groups):
        """From here on archrules is run by nobody, in these groups."""
        self.prefix = ["setpriv", "--reuid", str(NOBODY), "--regid", str(NOBODY),
                       *(groups or ["--clear-groups"])]

    def run(self, *arguments):
        words = []
        for name, value in self.inputs.items():
            words += ["--input", f"{name}={value}"]
        return subprocess.run(
            [*self.prefix, self.program, arguments[0], *words, *arguments[1:]],
            capture_output=True, text=True, env=self.environment, timeout=120,
            check=False)

    def report(self):
        done = self.run("eval", "--no-ask", "--format", "json")
        if done.returncode not in (0, 1, 3):
            raise Failed(f"eval: {done.stderr}")
        return json.loads(done.stdout)

    def found(self):
        return {each["rule"] for each in self.report()["findings"]}

    def commands(self):
        """What the remedies of the finding say to run, by their titles."""
        for each in self.report()["findings"]:
            if each["rule"] == self.rule:
                return {remedy["title"]: [
                    item["text"] for step in remedy["steps"]
                    for item in step["items"] if item["kind"] == "run"]
                    for remedy in each["remedies"]}
        raise Failed("nothing was found to mend")

    def do(self, title, *without):
        """Runs the steps of a remedy, but those with one of these words."""
        for command in self.commands()[title]:
            if not any(word in command for word in without):
                shell(command, env=self.environment)

    def tear_down(self):
        for each in self.others:
            each.terminate()
        if self.engine:
            self.stop_engine()


# ---- the cases: what comes before `yield` provokes, what follows mends ----

@case("ip_forward_off", "dockerd", "docker")
def forwarding_is_off(machine):
    machine.start_engine()
    yield
    shell("echo 0 >/proc/sys/net/ipv4/ip_forward")
    yield
    machine.do("Turn forwarding on", "tee", "grep")


@case("daemon_down", "dockerd", "docker")
def engine_was_stopped(machine):
    machine.start_engine()
    yield
    machine.stop_engine()
    yield
    machine.start_engine()


@case("socket_denied", "dockerd", "docker", "setpriv", "usermod")
def user_is_not_in_the_group(machine):
    machine.start_engine()
    machine.as_user("--groups", group_number())
    yield
    machine.as_user()
    yield
    machine.do("Let the user into the group docker")
    machine.as_user("--init-groups")


@case("group_not_in_session", "dockerd", "docker", "setpriv", "usermod")
def session_is_older_than_the_group(machine):
    machine.start_engine()
    shell("usermod -aG docker nobody")
    machine.as_user("--init-groups")
    yield
    machine.as_user()
    yield
    machine.as_user("--init-groups")


def group_number():
    return shell("getent group docker | cut -d: -f3").strip()


@case("context_stale", "dockerd", "docker")
def context_points_nowhere(machine):
    machine.start_engine()
    # As root archrules gives the client no settings of anybody's.
    shell(f"chown {NOBODY} {HOME}")
    machine.as_user("--groups", group_number())
    yield
    shell("docker context create gone --docker host=unix:///run/home/docker.sock"
          f" && docker context use gone && chown -R {NOBODY} {HOME}",
          env=machine.environment)
    yield
    machine.do("Use the engine that is there")
    shell(f"chown -R {NOBODY} {HOME}")


@case("helper_missing", "docker")
def helper_is_not_there(machine):
    yield
    folder = HOME / ".docker"
    folder.mkdir()
    (folder / "config.json").write_text('{"credsStore": "desktop.exe"}\n',
                                        encoding="ascii")
    yield
    machine.do("Take the helper out of the settings", "docker log")
    (folder / "config.json").write_text("{}\n", encoding="ascii")


@case("data_root_full", "dockerd")
def disk_is_full(machine):
    shell("mkdir -p /etc/docker")
    yield
    shell("mount -o remount,size=8m /var/lib/docker")
    subprocess.run(["dd", "if=/dev/zero", "of=/var/lib/docker/layer", "bs=64k"],
                   capture_output=True, check=False)
    yield
    # "Move the data to a larger disk", whose copying is by hand here.
    shell("mkdir /run/larger && mount -t tmpfs -o size=2g tmpfs /run/larger"
          " && cp -a /var/lib/docker/. /run/larger")
    Path("/etc/docker/daemon.json").write_text('{"data-root": "/run/larger"}\n',
                                               encoding="ascii")


@case("inodes_used_up", "dockerd")
def inodes_are_used_up(machine):
    yield
    shell("mount -o remount,nr_inodes=64 /var/lib/docker")
    try:
        for number in range(100):
            Path(f"/var/lib/docker/{number}").touch()
    except OSError:
        pass
    yield
    machine.do("Delete what has many small files", "prune")
    for path in Path("/var/lib/docker").iterdir():
        path.unlink()


@case("max_map_count_low", "dockerd")
def image_needs_more_maps(machine):
    machine.inputs["container.image"] = "elasticsearch:8.15.0"
    yield
    shell("sysctl -w vm.max_map_count=65530")
    yield
    machine.do("Raise the limit", "tee")


@case("inotify_watches_low", "dockerd")
def few_watches(machine):
    yield
    shell("sysctl -w fs.inotify.max_user_watches=8192")
    yield
    machine.do("Raise the limit", "tee")


@case("inotify_instances_used_up", "setpriv", "find")
def instances_are_used_up(machine):
    machine.as_user()
    yield
    holder = subprocess.Popen(
        ["setpriv", "--reuid", str(NOBODY), "--regid", str(NOBODY),
         "--clear-groups", sys.executable, "-S", __file__, "--hold"],
        stdout=subprocess.PIPE)
    machine.others.append(holder)
    holder.stdout.read(1)
    yield
    # "End the program that holds so many"
    holder.terminate()
    holder.wait()


def hold_instances():
    """Opens instances of inotify until there are no more, and keeps them."""
    library = ctypes.CDLL(None)
    while library.inotify_init() >= 0:
        pass
    os.write(1, b".")
    time.sleep(300)


@case("rootless_ping_denied", "podman", "setpriv")
def ping_is_denied(machine):
    machine.as_user()
    yield
    shell("echo '1 0' >/proc/sys/net/ipv4/ping_group_range")
    yield
    machine.do("Let the groups of users ping", "tee")


@case("userns_disabled", "podman", "setpriv")
def user_namespaces_are_off(machine):
    machine.as_user()
    yield
    shell("sysctl -w user.max_user_namespaces=0")
    yield
    machine.do("Turn user namespaces on", "tee")


@case("subuid_missing", "podman", "setpriv", "usermod")
def user_has_no_further_numbers(machine):
    machine.as_user()
    yield
    shell("sed -i /^nobody:/d /etc/subuid /etc/subgid")
    yield
    machine.do("Set numbers aside for the user", "podman")


@case("address_pool_used_up", "dockerd", "docker", "ip")
def each_range_has_a_network(machine):
    machine.start_engine()
    yield
    number = 0
    while subprocess.run(["docker", "network", "create", f"n{number}"],
                         capture_output=True, check=False,
                         env=machine.environment).returncode == 0:
        number += 1
    if number < 16:
        raise Failed(f"only {number} networks could be made")
    yield
    machine.do("Remove networks that nothing uses")


@case("folder_noexec", pack="developer_environment")
def program_lies_where_none_may_start(machine):
    folder = Path("/run/tools")
    program = folder / "tool"
    folder.mkdir()
    shell(f"mount -t tmpfs tmpfs {folder}")
    shutil.copy("/bin/true", program)
    machine.inputs["program.path"] = str(program)
    yield
    shell(f"mount -o remount,noexec {folder}")
    if subprocess.run(["sh", "-c", str(program)], capture_output=True,
                      check=False).returncode != 126:
        raise Failed("the program starts")
    yield
    machine.do("Mount the file system with exec")
    shell(str(program))


@case("authorities_missing", "update-ca-certificates", "openssl",
      pack="developer_environment")
def authorities_are_gone(machine):
    read = "openssl storeutl -noout -certs /etc/ssl/certs/ca-certificates.crt"
    shell(read)
    yield
    shell(f"mount -t tmpfs tmpfs /etc/ssl/certs && ! {read}")
    yield
    machine.do("Put the certificates back", "install")
    shell(read)


@case("program_for_another_cpu", "aarch64-linux-gnu-gcc", "qemu-aarch64-static",
      pack="cpu_architecture", namespaces=WITH_USERS)
def emulator_is_not_registered(machine):
    shell("mount -t binfmt_misc none /proc/sys/fs/binfmt_misc")
    (STATE / "main.c").write_text("int main(void) { return 0; }\n", encoding="ascii")
    shell("gcc main.c -o here && aarch64-linux-gnu-gcc -static main.c -o there",
          cwd=STATE)
    machine.inputs["program.path"] = str(STATE / "here")
    yield
    machine.inputs["program.path"] = str(STATE / "there")
    if subprocess.run(["sh", "-c", "./there"], cwd=STATE, capture_output=True,
                      check=False).returncode == 0:
        raise Failed("the program starts")
    yield
    # "Install the emulators of QEMU": what its package does once it is there.
    magic = r"\x7fELF\x02\x01\x01\x00" + r"\x00" * 8 + r"\x02\x00\xb7\x00"
    mask = r"\xff" * 7 + r"\x00" + r"\xff" * 8 + r"\xfe\xff\xff\xff"
    Path("/proc/sys/fs/binfmt_misc/register").write_bytes(
        f":qemu-aarch64:M::{magic}:{mask}:"
        f"{shutil.which('qemu-aarch64-static')}:F".encode("ascii"))
    shell("./there", cwd=STATE)


@case("clock_wrong", "ip", pack="developer_environment")
def clock_is_fast(machine):
    """A daemon whose clock is faked asks one whose clock is right, and sets none."""
    if not shutil.which("chronyd"):
        shell(f"mount -t overlay -o lowerdir={TIME_TOOLS}/usr:/usr overlay /usr")
    shell("mkdir -m 750 /run/chrony")
    right, asks = STATE / "right.conf", STATE / "asks.conf"
    right.write_text("local stratum 8\nallow 127.0.0.1\nport 11123\ncmdport 0\n"
                     "bindcmdaddress /\npidfile /run/right.pid\n", encoding="ascii")
    asks.write_text("server 127.0.0.1 port 11123 iburst minpoll 0 maxpoll 1\n"
                    "port 0\npidfile /run/asks.pid\n", encoding="ascii")
    start_clock(machine, right)
    daemon = start_clock(machine, asks)
    yield
    daemon.terminate()
    daemon.wait(30)
    library = next(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))
    daemon = start_clock(machine, asks, LD_PRELOAD=str(library), FAKETIME="+10m",
                         FAKETIME_DONT_FAKE_MONOTONIC="1")
    wait_until("a time that is wrong", lambda: 300 < clock_offset() < 1e9)
    yield
    # "Set it": the daemon has the clock of the machine again.
    daemon.terminate()
    daemon.wait(30)
    start_clock(machine, asks)
    wait_until("a time that is right", lambda: clock_offset() < 5)


def start_clock(machine, settings, **more):
    daemon = subprocess.Popen(
        ["chronyd", "-x", "-d", "-u", "root", "-f", settings],
        env=dict(machine.environment, **more), stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    machine.others.append(daemon)
    return daemon


def clock_offset():
    """Seconds by which chronyd holds its clock for wrong; many if it cannot say."""
    done = subprocess.run(["chronyc", "-c", "tracking"], capture_output=True,
                          text=True, check=False)
    fields = done.stdout.split(",")
    return abs(float(fields[4])) if fields[1:] and fields[2] != "0" else 1e9


# ---- running them ----

def play(program, name):
    rule, _, function, _ = CASES[name]
    machine = Machine(program, rule)
    try:
        machine.set_up()
        steps = function(machine)
        next(steps)
        before = machine.found()
        if machine.rule in before:
            raise Failed("the rule matches before the fault is there")
        next(steps)
        report = machine.report()
        new = {each["rule"] for each in report["findings"]
               if not each["superseded_by"]} - before
        if new != {machine.rule}:
            raise Failed(f"found {sorted(new)}")
        earlier = STATE / "before.json"
        earlier.write_text(json.dumps(report), encoding="utf-8")
        earlier.chmod(0o644)
        STATE.chmod(0o755)
        next(steps, None)
        done = machine.run("verify", machine.rule, "--before", str(earlier))
        if done.returncode != 0 or "fixed" not in done.stdout:
            raise Failed(f"verify: {done.stdout}{done.stderr}")
    finally:
        machine.tear_down()


def has_time_tools():
    return (TIME_TOOLS / "complete").exists() or (
        shutil.which("chronyd") and any(
            Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1")))


def lacks(rule, programs, namespaces):
    missing = [each for each in ("unshare", "mount", "sysctl", *programs)
               if not shutil.which(each)]
    if missing:
        return f"needs {missing[0]}"
    if namespaces is WITH_USERS and subprocess.run(
            [*namespaces, "mount", "-t", "binfmt_misc", "none",
             "/proc/sys/fs/binfmt_misc"],
            capture_output=True, check=False).returncode != 0:
        return "needs binfmt_misc of its own in a user namespace (Linux 6.7)"
    if rule.endswith(".clock_wrong") and not has_time_tools():
        return "needs chronyd and libfaketime, which ./dev provoke fetches"
    return None


def may_unshare():
    return os.name == "posix" and shutil.which("unshare") and subprocess.run(
        [*NAMESPACES, "mount", "-t", "tmpfs", "tmpfs", "/run"],
        capture_output=True, check=False).returncode == 0


def run_all(program, names=()):
    """Counts of those that passed, failed and were skipped."""
    program = os.path.abspath(program)
    counts = {"passed": 0, "failed": 0, "skipped": 0}
    may = may_unshare()
    for name, (rule, programs, _, namespaces) in CASES.items():
        if names and not {name, rule, rule.split(".")[1]} & set(names):
            continue
        why = (lacks(rule, programs, namespaces) if may else
               "needs the rights to make namespaces and to mount in them")
        if why:
            counts["skipped"] += 1
            print(f"skipped {rule}, {name}: {why}", flush=True)
            continue
        done = subprocess.run(
            [*namespaces, sys.executable, __file__, "--case", program, name],
            capture_output=True, text=True, timeout=300, check=False)
        word = "failed" if done.returncode else "passed"
        counts[word] += 1
        print(f"{word:7} {rule}, {name}", flush=True)
        if done.returncode:
            print(done.stdout + done.stderr)
    return counts


def main():
    if sys.argv[1] == "--hold":
        hold_instances()
    elif sys.argv[1] == "--case":
        try:
            play(*sys.argv[2:4])
        except Failed as problem:
            print(problem)
            return 1
    else:
        counts = run_all(sys.argv[1], sys.argv[2:])
        print(", ".join(f"{count} {word}" for word, count in counts.items()))
        if counts["failed"]:
            return 1
        return 0 if counts["passed"] else SKIPPED
    return 0


if __name__ == "__main__":
    sys.exit(main())
