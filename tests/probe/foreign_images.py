#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Images for this CPU and another one in real engines: one that starts, one
that cannot, one whose metadata lie, and one that an emulator runs without a
word. The shipped rules tell them apart by what the engine and the kernel say.

    foreign_images.py PROGRAM
"""

import hashlib
import io
import json
import os
import shutil
import struct
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

from checks import check, finish
from engines import ARCH, SKIP, Engine, reason_to_skip

# uname -m and the machine of ELF; instructions that write the text behind them
# and end.
CODE = {
    "amd64": ("x86_64", 62, bytes.fromhex(
        "b801000000bf01000000488d3510000000ba080000000f05b83c00000031ff0f05")),
    "arm64": ("aarch64", 183, struct.pack(
        "<8I", 0xd2800020, 0x100000e1, 0xd2800102, 0xd2800808, 0xd4000001,
        0xd2800000, 0xd2800ba8, 0xd4000001)),
}
OTHER = "arm64" if ARCH == "amd64" else "amd64"
MAGIC = (r"\x7fELF\x02\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02\x00"
         r"\x%02x\x00")
MASK = (r"\xff\xff\xff\xff\xff\xff\xff\x00\xff\xff\xff\xff\xff\xff\xff\xff"
        r"\xfe\xff\xff\xff")
RULES = ("image_for_another_cpu", "image_emulated", "image_says_another_cpu",
         "image_not_published", "emulator_missing")

# With an emulator of its own: binfmt_misc belongs to the namespace of users.
IN_USER_NAMESPACE = """
mount --make-rprivate / && mount -t tmpfs tmpfs /run &&
mount -t proc proc /proc && mount -t cgroup2 none /sys/fs/cgroup &&
mount -t binfmt_misc none /proc/sys/fs/binfmt_misc &&
printf '%s' "$RULE" >/proc/sys/fs/binfmt_misc/register || exit 77
exec "$@"
"""


def program_for(arch):
    """A static program that prints what uname -m would."""
    name, machine, code = CODE[arch]
    body = code + name.ljust(7).encode() + b"\n"
    start = 0x400000
    size = 120 + len(body)
    head = (b"\x7fELF\x02\x01\x01".ljust(16, b"\0")
            + struct.pack("<HHIQQQIHHHHHH", 2, machine, 1, start + 120, 64, 0,
                          0, 64, 56, 1, 64, 0, 0))
    return head + struct.pack("<IIQQQQQQ", 1, 5, 0, start, start, size, size,
                              4096) + body


def layer_for(arch):
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode="w") as tar:
        member = tarfile.TarInfo("prog")
        member.mode = 0o755
        content = program_for(arch)
        member.size = len(content)
        tar.addfile(member, io.BytesIO(content))
    return data.getvalue()


def image_for(says, holds, name):
    """An archive as `docker save` writes it."""
    layer = layer_for(holds)
    config = json.dumps({
        "architecture": says, "os": "linux",
        "config": {"Entrypoint": ["/prog"]},
        "rootfs": {"type": "layers", "diff_ids": [
            "sha256:" + hashlib.sha256(layer).hexdigest()]}}).encode()
    config_name = hashlib.sha256(config).hexdigest() + ".json"
    manifest = json.dumps([{"Config": config_name, "RepoTags": [name],
                            "Layers": ["layer.tar"]}]).encode()
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode="w") as tar:
        for path, content in (("layer.tar", layer), (config_name, config),
                              ("manifest.json", manifest)):
            member = tarfile.TarInfo(path)
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
    return data.getvalue()


def has_emulator():
    """Whether the machine itself would run the other program."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "prog"
        path.write_bytes(program_for(OTHER))
        path.chmod(0o755)
        try:
            return subprocess.run([path], capture_output=True,
                                  check=False).returncode == 0
        except OSError:
            return False


def run(command, environment, *words, **inputs):
    for name, value in inputs.items():
        words += ("--input", f"{name}={value}")
    return subprocess.run([*command, *words], capture_output=True, text=True,
                          timeout=120, env=environment, check=False,
                          stdin=subprocess.DEVNULL)


def evaluate(command, image, environment, **inputs):
    """The report of `eval`."""
    return run(command, environment, "eval", "--only", "cpu_architecture",
               "--no-ask", "--format", "json", "--detail", "full",
               **{"container.image": image, **inputs}).stdout


def statuses(report):
    return {rule["id"].split(".")[1]: rule["status"]
            for rule in json.loads(report)["rules"]}


def check_rules(what, found, **wanted):
    expected = dict.fromkeys(RULES[:3], "clear")
    expected.update(image_not_published="not_applicable", **wanted)
    check(what, {rule: found.get(rule) for rule in expected} == expected, found)


# ---- Docker's engine ----

def test_docker(program, engine):
    environment = {name: value for name, value in os.environ.items()
                   if not name.startswith(("DOCKER_", "CONTAINER_"))}
    environment.update(DOCKER_HOST=f"unix://{engine.socket}", NO_COLOR="1")

    def docker(*words, data=None):
        return subprocess.run(["docker", *words], input=data, timeout=60,
                              capture_output=True, check=False,
                              env=environment)

    images = {"own:1": (ARCH, ARCH), "foreign:1": (OTHER, OTHER),
              "lies:1": (ARCH, OTHER), "modest:1": (OTHER, ARCH)}
    results = {}
    for name, (says, holds) in images.items():
        done = docker("load", data=image_for(says, holds, name))
        check(f"the engine takes {name}", done.returncode == 0, done.stderr)
        done = docker("run", "--network=none", name)
        results[name] = (done.stdout + done.stderr).decode(errors="replace")
    is_emulated = has_emulator()
    starts, fails = CODE[ARCH][0], "exec format error"
    unless = CODE[OTHER][0] if is_emulated else fails
    for name, sign in (("own:1", starts), ("foreign:1", unless),
                       ("lies:1", unless), ("modest:1", starts)):
        check(f"{name} really comes to '{sign}'", sign in results[name],
              results[name])

    def found(name, **inputs):
        return statuses(evaluate(
            [program], name, environment,
            **{"error.message": results[name].strip()[-200:]}, **inputs))

    def mend(name, rule):
        """What the remedy does: an image for this CPU, under the same name."""
        earlier = engine.socket.parent / "before.json"
        earlier.write_text(evaluate([program], name, environment))
        docker("load", data=image_for(ARCH, ARCH, name))
        docker("create", "--network=none", name)
        done = run([program], environment, "verify", f"cpu_architecture.{rule}",
                   "--before", str(earlier), **{"container.image": name})
        check(f"{rule} is fixed",
              done.returncode == 0 and "fixed" in done.stdout,
              done.stdout, done.stderr)

    foreign = "image_emulated" if is_emulated else "image_for_another_cpu"
    check_rules("an image that starts", found("own:1"))
    check_rules("an image for another CPU", found("foreign:1"),
                **{foreign: "matched"})
    check_rules("an image that lies", found("lies:1"),
                image_says_another_cpu="matched")
    check_rules("an image that says another CPU and starts", found("modest:1"),
                **{foreign: "matched", "image_says_another_cpu": "matched"})
    check_rules("a platform that is wanted without an emulator",
                found("own:1", **{"container.platform": f"linux/{OTHER}"}),
                emulator_missing="clear" if is_emulated else "matched")
    check_rules("a platform that is that of the machine",
                found("own:1", **{"container.platform": f"linux/{ARCH}"}),
                emulator_missing="clear")
    mend("foreign:1", foreign)
    mend("lies:1", "image_says_another_cpu")


# ---- Podman with an emulator ----

def find_emulator():
    name = {"arm64": "aarch64", "amd64": "x86_64"}[OTHER]
    return shutil.which(f"qemu-{name}-static") or shutil.which(f"qemu-{name}")


class EmulatedPodman:
    """Podman, as root of a namespace of users with a binfmt_misc of its own."""

    def __init__(self, program, folder):
        self.program = program
        self.folder = folder
        self.podman = ["podman", "--root", f"{folder}/root", "--runroot",
                       f"{folder}/run", "--storage-driver", "vfs",
                       "--cgroup-manager", "cgroupfs"]

    def run(self, emulator):
        """The exit code of inside(), or 77."""
        rule = f":foreign:M::{MAGIC % CODE[OTHER][1]}:{MASK}:{emulator}:F"
        go, ready = os.pipe(), os.pipe()
        child = subprocess.Popen(
            ["unshare", "-U", "bash", "-c",
             f"echo >&{ready[1]}; read -r _ <&{go[0]};"
             " exec unshare -m --pid --net --ipc --uts --cgroup --fork"
             " --kill-child setpriv --reuid 0 --regid 0 --clear-groups"
             " sh -c \"$0\" sh \"$@\"",
             IN_USER_NAMESPACE, sys.executable, __file__, "--inside",
             self.program, str(self.folder)],
            pass_fds=(go[0], ready[1]), env=dict(os.environ, RULE=rule),
            stdin=subprocess.DEVNULL)
        os.close(ready[1])
        if not os.read(ready[0], 1):
            child.wait(10)
            return SKIP
        for name in ("uid_map", "gid_map"):
            Path(f"/proc/{child.pid}/{name}").write_text("0 0 65536\n")
        os.write(go[1], b"\n")
        return child.wait(120)

    def inside(self):
        socket = f"unix://{self.folder}/podman.sock"
        environment = dict(os.environ, NO_COLOR="1", HOME=str(self.folder),
                           CONTAINER_HOST=socket,
                           DOCKER_HOST=f"unix://{self.folder}/none")
        subprocess.run([*self.podman, "load"], capture_output=True, timeout=60,
                       input=image_for(OTHER, OTHER, "foreign:1"), check=True)
        ran = subprocess.run(
            [*self.podman, "run", "--network=none", "--cgroups=disabled",
             "foreign:1"], capture_output=True, timeout=60, check=False)
        check("an emulator runs it without a word",
              ran.stdout.decode().strip() == CODE[OTHER][0], ran)
        service = subprocess.Popen(
            [*self.podman, "system", "service", "--time", "0", socket],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL)
        wait_for(self.folder / "podman.sock")
        found = statuses(evaluate(
            [self.program], "foreign:1", environment,
            **{"error.message": "it is slow",
               "container.platform": f"linux/{OTHER}"}))
        service.kill()
        service.wait()
        check_rules("an image that is emulated", found,
                    image_emulated="matched", emulator_missing="clear")
        return finish("emulated: ")


def wait_for(path):
    for _ in range(300):
        if path.exists():
            return
        subprocess.run(["sleep", "0.1"], check=True)


def test_emulated(program, folder):
    emulator = find_emulator()
    if not emulator or ARCH not in CODE:
        print("emulated: skipped, needs qemu-user-static")
        return
    status = EmulatedPodman(program, folder).run(emulator)
    if status == SKIP:
        print("emulated: skipped, needs namespaces with a binfmt_misc of their "
              "own (Linux 6.7)")
    else:
        check("emulated", status == 0, status)


def main():
    if sys.argv[1] == "--inside":
        return EmulatedPodman(sys.argv[2], Path(sys.argv[3])).inside()
    program = os.path.abspath(sys.argv[1])
    why = reason_to_skip("docker", "dockerd", "podman")
    if not why and ARCH not in CODE:
        why = f"there is no program for {ARCH} in this test"
    if why:
        print("SKIP:", why)
        return SKIP
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        engine = Engine(folder, "docker", [
            "dockerd", "--iptables=false", "--ip6tables=false",
            "--bridge=none", "--storage-driver=vfs", "--data-root",
            "{folder}/data", "--exec-root", "{folder}/exec",
            "--pidfile", "{folder}/docker.pid", "-H", "unix://{socket}"])
        try:
            check("the engine starts", engine.wait())
            test_docker(program, engine)
        finally:
            engine.stop()
        (folder / "podman").mkdir()
        test_emulated(program, folder / "podman")
    return finish()


if __name__ == "__main__":
    sys.exit(main())
