#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A service that answers as a container engine does, well and badly: what is
found out of its images. engines.py asks real engines.

    images.py PROGRAM
"""

import io
import json
import os
import re
import socketserver
import struct
import subprocess
import sys
import tarfile
import tempfile
import threading
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from checks import check, finish

MACHINES = {"amd64": 62, "arm64": 183, "s390x": 22}


def program_for(arch):
    """The header of an ELF program and nothing behind it but bytes."""
    order = ">" if arch == "s390x" else "<"
    ident = b"\x7fELF\x02" + (b"\x02" if order == ">" else b"\x01") + b"\x01"
    return ident.ljust(16, b"\0") + struct.pack(
        order + "HHIQQQIHHHHHH", 2, MACHINES[arch], 1, 0, 0, 0, 0, 64, 56, 0,
        64, 0, 0) + b"\0" * 200


def archive(name, content, kind=tarfile.REGTYPE, link=""):
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode="w",
                      format=tarfile.PAX_FORMAT) as tar:
        member = tarfile.TarInfo(name)
        member.type = kind
        member.linkname = link
        member.size = len(content)
        member.pax_headers = {"comment": "a block in front"}
        tar.addfile(member, io.BytesIO(content))
    return data.getvalue()


def link(target):
    return archive("x", b"", tarfile.SYMTYPE, target)


ARM64 = archive("app", program_for("arm64"))

# What stands in the container, by paths; all others are missing.
FILES = {
    "/app": ARM64,
    "/large": archive("large", program_for("amd64") + b"x" * 3_000_000),
    "/usr/bin/tool": ARM64,
    "/bin/sh": link("busybox"),
    "/bin/busybox": link("/usr/lib/../bin/tool"),
    "/run.sh": archive("run.sh", b"#!/bin/sh -e\necho\n"),
    "/circle": link("circle"),
    "/up": link("../../../app"),
    "/self.sh": archive("self.sh", b"#!/self.sh\n"),
    "/text": archive("text", b"hello\n"),
    "/empty": archive("empty", b""),
    "/folder": archive("folder", b"", tarfile.DIRTYPE),
    "/garbage": b"no archive" * 100,
    "/short": ARM64[:700],
    "/mainframe": archive("mainframe", program_for("s390x")),
}

# name: (configuration of the image, what program_arch comes to).
IMAGES = {
    "entry": ({"Entrypoint": ["/app"], "Cmd": ["/text"]}, "arm64"),
    "command": ({"Entrypoint": None, "Cmd": ["/app", "-v"]}, "arm64"),
    "on_path": ({"Cmd": ["tool"], "Env": ["A=b", "PATH=/bin:/usr/bin"]},
                "arm64"),
    "on_usual_path": ({"Cmd": ["tool"]}, "arm64"),
    "relative": ({"Cmd": ["./tool"], "WorkingDir": "/usr/bin"}, "arm64"),
    "links": ({"Cmd": ["/bin/sh"]}, "arm64"),
    "script": ({"Entrypoint": ["/run.sh"]}, "arm64"),
    "above_root": ({"Cmd": ["/up"]}, "arm64"),
    "large": ({"Cmd": ["/large"]}, "amd64"),
    "mainframe": ({"Cmd": ["/mainframe"]}, "s390x"),
    "missing": ({"Cmd": ["/nothing"]}, "absent"),
    "not_on_path": ({"Cmd": ["nothing"]}, "absent"),
    "no_program": ({}, "absent"),
    "circle": ({"Cmd": ["/circle"]}, "probe_failed"),
    "scripts_of_scripts": ({"Cmd": ["/self.sh"]}, "probe_failed"),
    "many_folders": ({"Cmd": ["x"], "Env": ["PATH=" + ":/a" * 99]},
                     "too_large"),
    "text": ({"Cmd": ["/text"]}, "unsupported"),
    "empty": ({"Cmd": ["/empty"]}, "unsupported"),
    "folder": ({"Cmd": ["/folder"]}, "probe_failed"),
    "garbage": ({"Cmd": ["/garbage"]}, "probe_failed"),
    "short": ({"Cmd": ["/short"]}, "probe_failed"),
    "odd_command": ({"Cmd": [1]}, "absent"),
    "root_folder": ({"Cmd": ["/"]}, "bad_output"),
    "unused": ({"Cmd": ["/app"]}, "unsupported"),
    "child_only": ({"Cmd": ["/app"]}, "unsupported"),
    "refused": ({"Cmd": ["/app"]}, "probe_failed"),
}


# What runs, with ports as both engines list them.
RUNNING = [
    {"Id": "a", "Ports": [
        {"IP": "0.0.0.0", "PrivatePort": 443, "PublicPort": 8443,
         "Type": "tcp"},
        {"IP": "::", "PrivatePort": 53, "PublicPort": 53, "Type": "udp"}]},
    {"Id": "b", "Ports": [{"PrivatePort": 80, "Type": "tcp"}]},
    {"Id": "c", "Ports": []},
    {"Id": "d", "Ports": None},
]


def identity(name):
    return "sha256:" + name.encode().hex().rjust(64, "0")


class Engine(socketserver.StreamRequestHandler):
    paths = []

    def handle(self):
        line = self.rfile.readline().decode()
        while self.rfile.readline() not in (b"\r\n", b""):
            pass
        path = line.split(" ")[1]
        self.paths.append(path)
        status, content = self.find(path)
        try:
            self.wfile.write(b"HTTP/1.1 %d X\r\nContent-Length: %d\r\n\r\n"
                             % (status, len(content)) + content)
        except OSError:
            pass  # it has read enough

    def find(self, path):
        parts = urlsplit(path)
        query = parse_qs(parts.query)
        image = re.fullmatch("/images/([^/]+)/json", parts.path)
        files = re.fullmatch("/containers/([^/]+)/archive", parts.path)
        if image:
            return self.find_image(unquote(image[1]))
        if parts.path == "/containers/json" and not query:
            return 200, json.dumps(RUNNING).encode()
        if parts.path == "/containers/json":
            return 200, json.dumps(self.find_containers(
                json.loads(query["filters"][0])["ancestor"][0])).encode()
        if files and files[1] == "c-refused":
            return 403, b"{}"
        if files and query["path"][0] in FILES:
            return 200, FILES[query["path"][0]]
        return 404, b'{"message": "there is none"}'

    def find_image(self, name):
        if name not in IMAGES:
            return 404, b'{"message": "No such image"}'
        return 200, json.dumps({
            "Id": identity(name), "Architecture": "amd64", "Variant": "v3",
            "Os": "linux", "Config": IMAGES[name][0]}).encode()

    def find_containers(self, ancestor):
        names = [n for n in IMAGES if identity(n) == "sha256:" + ancestor]
        other = {"Id": "c-child", "ImageID": identity("another")}
        own = [{"Id": f"c-{name}", "ImageID": identity(name)}
               for name in names if name not in ("unused", "child_only")]
        return own if names == ["unused"] else [other, *own]


def facts_of(program, names, **variables):
    environment = {name: value for name, value in os.environ.items()
                   if not name.startswith(("DOCKER_", "CONTAINER_"))}
    done = subprocess.run(
        [program, "facts", "--format", "json", *names],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=200,
        stdin=subprocess.DEVNULL,
        env=dict(environment, NO_COLOR="1", **variables))
    facts = json.loads(done.stdout)["facts"]
    return {fact["fact"]: fact.get("text", fact.get("reason", fact["state"]))
            for fact in facts}


def test_programs(program, address):
    names = [f'image("{name}").program_arch' for name in IMAGES]
    facts = facts_of(program, names, DOCKER_HOST=address)
    for name, (_, wanted) in IMAGES.items():
        found = facts.get(f'image("{name}").program_arch')
        check(f"the program of {name} is {wanted}", found == wanted, found)


def test_image(program, address):
    facts = facts_of(program, ['image("entry").arch'], DOCKER_HOST=address)
    for fact, wanted in (("id", identity("entry")), ("arch", "amd64"),
                         ("variant", "v3"), ("os", "linux"),
                         ("entrypoint", "[/app]"), ("command", "[/text]")):
        found = facts.get(f'image("entry").{fact}')
        check(f"image().{fact}", found == wanted, found)
    facts = facts_of(program, ['image("gone").arch'], DOCKER_HOST=address)
    check("an image that is not there", facts.get('image("gone").arch')
          == facts.get('image("gone").id') == "absent", facts)


def test_podman(program, folder, address):
    """Podman answers where Docker has no socket."""
    facts = facts_of(program, ['image("entry").arch',
                               'image("entry").program_arch'],
                     DOCKER_HOST=f"unix://{folder}/none",
                     CONTAINER_HOST=address)
    check("Podman's image", facts.get('image("entry").arch') == "amd64", facts)
    check("its program",
          facts.get('image("entry").program_arch') == "arm64", facts)


def test_published(program, folder, address):
    for what, endpoint, wanted in (
            ("ports", address,
             "[0.0.0.0:8443->443/tcp, :::53->53/udp]"),
            ("no engine", f"unix://{folder}/none", "probe_failed"),
            ("an engine elsewhere", "tcp://192.0.2.1:1", "unsupported")):
        facts = facts_of(program, ["podman.published"], CONTAINER_HOST=endpoint)
        found = facts.get("podman.published")
        check(f"published: {what}", found == wanted, found)


def test_names(program, address):
    """However an image is called, nothing but images is asked for."""
    del Engine.paths[:]
    names = ["../containers/c-entry", "..", "a/../../info", "", "a b",
             "%2e%2e/info", "entry/json?x=", "entry#"]
    facts = facts_of(program, [f'image("{name}").program_arch'
                               for name in names], DOCKER_HOST=address)
    check("odd names lead nowhere", set(facts.values())
          <= {"absent", "bad_value"}, facts)
    odd = [path for path in Engine.paths
           if not re.fullmatch(r"/images/[\w%.-]+/json", path)]
    check("odd names stay in their place", not odd, odd)


def main():
    program = os.path.abspath(sys.argv[1])
    with tempfile.TemporaryDirectory() as name:
        path = f"{name}/engine.sock"
        server = socketserver.ThreadingUnixStreamServer(path, Engine)
        server.daemon_threads = True
        Path(path).chmod(0o666)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        test_programs(program, f"unix://{path}")
        test_image(program, f"unix://{path}")
        test_podman(program, name, f"unix://{path}")
        test_published(program, name, f"unix://{path}")
        test_names(program, f"unix://{path}")
        server.shutdown()
    return finish()


if __name__ == "__main__":
    sys.exit(main())
