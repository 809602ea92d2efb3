#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Programs that have the names of those that probes run, planted where others
than the user or root could put them: none is ever run. As this user and, if
that is root, as one without rights, too.

    decoys.py PROGRAM
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

NAMES = ["docker", "wsl", "uname", "sh", "systemctl", "powershell"]
USUAL = "/usr/bin:/bin"
NOBODY = 65534
DECOY = '''#!/bin/sh
: > "{marker}"
echo decoy
'''
# What docker does with the folder of its configuration.
DOCKER = '''#!/bin/sh
: > "{marker}"
folder="${{DOCKER_CONFIG:-$HOME/.docker}}"
for plugin in "$folder"/cli-plugins/docker-*; do
    [ -x "$plugin" ] && "$plugin" docker-cli-plugin-metadata
done
[ -r "$folder/config.json" ] && : > "$(sed -n 's/.*"mark": "\\(.*\\)".*/\\1/p' \
    "$folder/config.json")"
exit 1
'''
PROBE = '''
fact decoy.{name} : string
probe decoy_{name}
  run     '{name}' '--version'
  timeout 5s
  exit    0, 1, 2
  parse   text
  gives   decoy.{name} : string
rule {name}
  when decoy.{name} matches /decoy/
  then diagnose "a decoy was run"
'''


class Bench:
    """A folder that everybody can look into, and whoever runs the program."""

    def __init__(self, program, folder, is_nobody):
        self.folder = folder
        self.is_nobody = is_nobody
        self.is_root = os.geteuid() == 0 and not is_nobody
        self.problems = []
        self.n_planted = 0
        self.program = self.folder / "archrules"
        shutil.copy(program, self.program)
        self.pack = self.folder / "decoys.rules"
        self.pack.write_text(
            "pack decoys\n" + "".join(PROBE.format(name=n) for n in NAMES),
            "utf-8")
        self.markers = self.make("markers", 0o1777)
        self.empty = self.make("empty", 0o755)

    def make(self, name, mode, is_foreign=False):
        """A folder; is_foreign: of somebody who is not the user."""
        path = self.folder / name
        path.mkdir(parents=True)
        path.chmod(mode)
        if is_foreign and os.geteuid() == 0:
            os.chown(path, NOBODY - 1, NOBODY - 1)
        return path

    def plant(self, folder, names=NAMES):
        for name in names:
            path = folder / name
            path.write_text(DECOY.format(marker=self.marker(path)), "utf-8")
            path.chmod(0o755)
            self.n_planted += 1
        return folder

    def marker(self, path):
        return self.markers / str(path.relative_to(self.folder)).replace(
            "/", "+")

    def run(self, arguments, path, cwd, more):
        def give_up_rights():
            if self.is_nobody:
                os.setgroups([])
                os.setgid(NOBODY)
                os.setuid(NOBODY)
        environment = {"PATH": path, "HOME": str(self.empty), "NO_COLOR": "1"}
        environment.update(more)
        return subprocess.run(
            [self.program, *arguments], cwd=cwd or self.empty,
            env=environment, preexec_fn=give_up_rights, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=120)

    def take_markers(self):
        """The names of what was run, and forgets them."""
        names = sorted(p.name for p in self.markers.iterdir())
        for name in names:
            (self.markers / name).unlink()
        return names

    def probes(self, path, cwd=None, **more):
        """What runs if the probes of the pack and of the standard library
        do."""
        self.run(["eval", "--allow-run", "-p", self.pack], path, cwd, more)
        self.run(["facts", "kernel", "os", "docker", "wsl"], path, cwd, more)
        return self.take_markers()

    def expect(self, what, ran, wanted=()):
        if ran != sorted(wanted):
            self.problems.append(what)
            print(f"FAIL {what}: {ran} ran, not {sorted(wanted)}")


def test_places(b):
    here = b.plant(b.make("here", 0o755))
    b.expect("the current folder", b.probes(USUAL, cwd=here))
    b.expect("a dot in PATH", b.probes(f".:{USUAL}", cwd=here))
    b.expect("relative entries of PATH",
             b.probes(f"./here:here:../here:{USUAL}", cwd=b.folder))
    for path in (f":{USUAL}", f"{USUAL}:", "/usr/bin::/bin", ""):
        b.expect(f"an empty entry in PATH={path}", b.probes(path, cwd=here))
    home = b.make("home", 0o755, is_foreign=True)
    b.plant(b.make("home/bin", 0o777, is_foreign=True))
    b.expect("~/bin that is not in PATH", b.probes(USUAL, HOME=str(home)))
    b.expect("~/bin in PATH that others may write to",
             b.probes(f"{home}/bin:{USUAL}", HOME=str(home)))
    open_folder = b.plant(b.make("open", 0o777))
    b.expect("a folder of PATH that all may write to",
             b.probes(f"{open_folder}:{USUAL}"))
    temporary = b.plant(b.make("tmp", 0o1777))
    b.expect("the folder for temporary files",
             b.probes(f"{temporary}:{USUAL}", cwd=temporary,
                      TMPDIR=str(temporary)))
    shared = b.make("shared", 0o755)
    vendor = b.plant(b.make("shared/vendor", 0o777, is_foreign=True))
    b.expect("a folder that any user may write to below one that they may not",
             b.probes(f"{vendor}:{shared}:{USUAL}"))


def test_beside_the_program(b):
    beside = b.plant(b.make("beside", 0o755))
    shutil.copy(b.program, beside / "archrules")
    program, b.program = b.program, beside / "archrules"
    b.expect("beside the program", b.probes(USUAL))
    b.expect("beside the program, started from there",
             b.probes(USUAL, cwd=beside))
    b.program = program


def test_what_root_refuses(b):
    """What is all right for a user is not for root."""
    theirs = b.plant(b.make("theirs", 0o755, is_foreign=True))
    linked = b.make("linked", 0o755)
    for name in NAMES:
        (linked / name).symlink_to(theirs / name)
    swapped = b.make("swapped", 0o755)
    for name in NAMES:
        shutil.copy(theirs / name, swapped / name)
        os.chown(swapped / name, NOBODY - 1, NOBODY - 1)
    b.expect("a folder of PATH of another user",
             b.probes(f"{theirs}:{USUAL}"))
    b.expect("links to programs below the folder of another user",
             b.probes(f"{linked}:{USUAL}"))
    b.expect("programs of another user in a folder of root",
             b.probes(f"{swapped}:{USUAL}"))


def test_plugins_of_docker(b):
    """Docker itself may be run, but not what another user gives it to run."""
    home = b.make("planted_home", 0o755, is_foreign=True)
    b.make("planted_home/.docker", 0o777, is_foreign=True)
    plugins = b.make("planted_home/.docker/cli-plugins", 0o777,
                     is_foreign=True)
    b.plant(plugins, ["docker-decoy"])
    config = home / ".docker/config.json"
    config.write_text(f'{{"currentContext": "x", '
                      f'"mark": "{b.marker(config)}"}}\n', "utf-8")
    tools = b.make("tools", 0o755)
    docker = tools / "docker"
    docker.write_text(DOCKER.format(marker=b.marker(docker)), "utf-8")
    docker.chmod(0o755)
    path = f"{tools}:{USUAL}"
    ran = [b.marker(docker).name]
    config_folder = str(home / ".docker")
    planted = [b.marker(config).name, b.marker(plugins / "docker-decoy").name]
    wanted = ran if b.is_root else ran + planted
    b.expect("plugins of docker in HOME", b.probes(path, HOME=str(home)),
             wanted)
    b.expect("plugins of docker in DOCKER_CONFIG",
             b.probes(path, DOCKER_CONFIG=config_folder), wanted)


def test_decoys_work(b):
    """In a folder that only the user, or root, may write to they are run."""
    own = b.plant(b.make("own", 0o755))
    b.expect("a proper folder of PATH", b.probes(f"{own}:{USUAL}"),
             [b.marker(own / name).name for name in NAMES])


def run(program, is_nobody):
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        b = Bench(program, Path(folder), is_nobody)
        test_places(b)
        test_beside_the_program(b)
        if b.is_root:
            test_what_root_refuses(b)
        test_plugins_of_docker(b)
        test_decoys_work(b)
    who = "root" if b.is_root else "a user"
    print(f"{who}: {b.n_planted} decoys planted, {len(b.problems)} failed")
    return not b.problems


def main():
    program = sys.argv[1]
    is_good = run(program, is_nobody=False)
    if os.geteuid() == 0:
        is_good = run(program, is_nobody=True) and is_good
    return 0 if is_good else 1


if __name__ == "__main__":
    sys.exit(main())
