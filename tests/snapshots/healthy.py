#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""healthy.py PROGRAM N: machines that are well (tests/snapshots/healthy), each held
against all packs at once. Nothing is found on them, and nothing but questions is
left open. With a healthy subject for every input nothing is left open at all, and
then no error text of a case study makes a rule match, whether a person gives it or
it stands in the logs: only rules that have nothing but the text may go by it. Of
the texts one case in N is tried."""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

FOLDER = Path(__file__).parent / "healthy"
PACKS = Path(__file__).parents[2] / "rules"
LEAST = 20

# A subject for each input; a path of Windows where Windows has another.
SUBJECTS = {
    "addon.path": "build/Release/a.node",
    "container.api_version": "1.50",
    "container.image": "nginx",
    "container.port": 9090,
    "container.systemd": 252,
    "container.volume": "/home/ann/site",
    "error.message": "it does not work",
    "module.path": "/opt/app/lib/module.so",
    "program.open_files": 200,
    "program.path": "/opt/app/bin/app",
    "ssh.key_file": "/home/ann/.ssh/id_ed25519",
    "wheel.file": "a-1.0-py3-none-any.whl",
}
WINDOWS = {
    "module.path": "C:\\app\\module.dll",
    "program.path": "C:\\app\\app.exe",
}
# program.intended is what the machine's own PATH leads to.
INTENDED = 'program("python3'

LOGS = ("dockerd.log", "docker.desktop.log")

# No fact tells these apart from what is well: the text is all there is.
ONLY_TEXT = {
    "cpu_architecture.x86_loader_missing",
    "docker_desktop.proxy_timeout",
    "docker_desktop.proxy_timeout_same_arch",
}


def machines():
    for path in sorted(FOLDER.glob("*.json")):
        yield path.stem, json.loads(path.read_text(encoding="utf-8"))


def with_inputs(snapshot):
    facts = dict(snapshot["facts"], **SUBJECTS)
    facts["container.platform"] = f"linux/{facts['host.arch']}"
    if facts["host.os"] == "windows":
        facts.update(WINDOWS)
    facts["program.intended"] = "/usr/bin/python3"
    for key, paths in snapshot["facts"].items():
        if key.startswith(INTENDED) and paths:
            facts["program.intended"] = paths[0]
    return dict(snapshot, facts=facts)


def with_text(snapshot, lines):
    snapshot = with_inputs(snapshot)
    snapshot["facts"]["error.message"] = "\n".join(lines)
    for log in LOGS:
        if log in snapshot["facts"]:
            snapshot["facts"][log] = lines
    return snapshot


def cases():
    """The texts of each case study, by its name."""
    found = {}
    for line in (FOLDER / "messages.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("# "):
            texts = found.setdefault(line[2:], [])
        else:
            texts.append(line.replace("\\n", "\n"))
    return {name: texts for name, texts in found.items() if texts}


def rows(one_in):
    """(what, snapshot, whether questions may be left, rules that may match)."""
    texts = cases()
    assert len(texts) >= 90, "there are fewer cases than there were"
    whole = sum(texts.values(), [])
    texts = dict(list(texts.items())[::one_in], **{"all cases": whole})
    for name, snapshot in machines():
        yield name, snapshot, True, set()
        yield name + ", all inputs", with_inputs(snapshot), False, set()
        for case, lines in texts.items():
            yield (f"{name}, texts of {case}", with_text(snapshot, lines),
                   False, ONLY_TEXT)


def evaluate(program, snapshots, folder):
    file = Path(folder) / "machines.ndjson"
    file.write_text("".join(json.dumps(each) + "\n" for each in snapshots),
                    encoding="utf-8")
    done = subprocess.run(
        [program, "eval", "-p", str(PACKS), "-f", str(file), "--format",
         "ndjson", "--no-ask", "--detail", "full"],
        capture_output=True, encoding="utf-8", timeout=900)
    reports = [json.loads(line) for line in done.stdout.splitlines() if line]
    if len(reports) != len(snapshots):
        sys.exit(f"{len(reports)} reports of {len(snapshots)}: {done.stderr}")
    return reports


def complaints(report, may_ask, may_match):
    for rule in report["rules"]:
        if rule["status"] == "matched" and rule["id"] in may_match:
            continue
        if rule["status"] in ("matched", "error", "not_loaded"):
            yield f"{rule['id']} is {rule['status']}"
    for rule in report["undetermined"]:
        if not may_ask or not rule["is_question"]:
            yield f"{rule['rule']} needs {rule['needs']}"


def systems():
    """What is among the machines, by what their snapshots say of themselves."""
    found = set()
    for _, snapshot in machines():
        facts = snapshot["facts"]
        found.add(facts.get("os.id") or f"{facts['host.os']} {facts['host.arch']}")
        found.update(word for word, key in
                     (("container", "host.is_container"), ("wsl", "host.is_wsl"))
                     if facts.get(key))
        found.update(word for word in ("CI", "Raspberry Pi")
                     if word in snapshot["machine"])
    return found


def main():
    program = sys.argv[1]
    lacking = {"debian", "ubuntu", "fedora", "alpine", "arch", "opensuse-leap",
               "macos amd64", "macos arm64", "windows amd64", "windows arm64",
               "wsl", "container", "CI", "Raspberry Pi"} - systems()
    count = len(list(machines()))
    if count < LEAST or lacking:
        sys.exit(f"{count} machines, without {sorted(lacking)}")
    tried = list(rows(int(sys.argv[2])))
    found = []
    with tempfile.TemporaryDirectory() as folder:
        reports = evaluate(program, [each[1] for each in tried], folder)
    for (what, _, may_ask, may_match), report in zip(tried, reports):
        found += [f"{what}: {text}"
                  for text in complaints(report, may_ask, may_match)]
    print("\n".join(found[:20]))
    print(f"{count} machines, {len(tried)} reports, {len(found)} complaints")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
