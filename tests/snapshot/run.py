#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Takes snapshots of this machine and of planted facts: what is in them, what
is not, and that rules say the same of them as of the machine.

    run.py PROGRAM [NAME...]     all cases, or those whose name has a NAME in it
"""

import base64
import json
import os
import random
import stat
import subprocess
import sys
import tempfile
from pathlib import Path

try:
    import jsonschema
except ImportError:
    jsonschema = None

PROGRAM = ""
ROOT = Path(__file__).resolve().parent.parent.parent
USER = "qwannika"
HOST = "qwlaptop14"
HOMES = "/" + "home/"


def run(folder, *arguments, env=None, code=None):
    environment = dict(os.environ, USER=USER, HOME=HOMES + USER,
                       HOSTNAME=HOST, NO_COLOR="1")
    environment.update(env or {})
    done = subprocess.run([PROGRAM, *arguments], cwd=folder, env=environment,
                          stdin=subprocess.DEVNULL, capture_output=True,
                          timeout=120, check=False)
    out = done.stdout.decode("utf-8")
    err = done.stderr.decode("utf-8")
    if code is not None and done.returncode != code:
        raise AssertionError(f"{arguments[:3]} exits with {done.returncode}, "
                             f"not {code}:\n{out[-2000:]}\n{err[-2000:]}")
    return done.returncode, out, err


def statuses(folder, *arguments, env=None):
    code, out, err = run(folder, "eval", "--format", "json", *arguments,
                         env=env)
    if code not in (0, 1, 3):
        raise AssertionError(f"eval exits with {code}: {err[-2000:]}")
    report = json.loads(out)
    rules = {rule["id"]: rule for rule in report["rules"]}
    for each in report["undetermined"]:
        rules[each["rule"]]["needs"] = each["needs"]
    return rules


def check(holds, text):
    if not holds:
        raise AssertionError(text)


def same_statuses(live, other, may_be_redacted):
    check(live.keys() == other.keys(), "other rules")
    decided = 0
    for name, rule in live.items():
        status = other[name]["status"]
        if status == rule["status"]:
            decided += status != "undetermined"
            continue
        check(may_be_redacted and status == "undetermined",
              f"{name}: {rule['status']} became {status}")
        reasons = {need["reason"] for need in other[name]["needs"]}
        check("redacted" in reasons, f"{name} needs {other[name]['needs']}")
    return decided


# ---- planted facts ----------------------------------------------------------

NAMES = random.Random(20261122)
LETTERS = "abcdefghijkmnopqrstuvwxyz"


def word(length=9):
    return "qw" + "".join(NAMES.choice(LETTERS) for _ in range(length - 2))


def mixed(length):
    """As random as a secret: capitals, small letters and digits."""
    parts = [NAMES.choice("ABCDEFGHJKLMNPQRSTUVWXYZ") if ix % 3 == 0 else
             NAMES.choice("23456789") if ix % 3 == 1 else
             NAMES.choice(LETTERS) for ix in range(length)]
    return "".join(parts)


def of_home():
    name = word()
    return f"{HOMES}{name}/.docker/config.json", name


def of_windows_home():
    name = word()
    return "C:" + f"\\Users\\{name}\\AppData\\x", name


def of_user():
    return f"owned by {USER}", USER


def of_host():
    return f"{HOST} is up", HOST


def of_mail():
    name = word()
    return f"ask {name}@example.org", name


def of_ip():
    address = f"10.{NAMES.randrange(100, 255)}.{NAMES.randrange(100, 255)}.77"
    return f"tcp://{address}:2375", address


def of_ip6():
    address = f"fd00:{NAMES.randrange(4096, 65535):x}:1234::77"
    return f"via {address} now", address


def of_mac():
    address = ":".join(f"{NAMES.randrange(16, 255):02x}" for _ in range(6))
    return f"link {address} up", address


def of_url():
    secret = word()
    return f"https://me:{secret}@registry.example.org/v2", secret


def of_password():
    secret = word()
    return f"password={secret} x=1", secret


def of_json():
    secret = word()
    return json.dumps({"token": secret}), secret


def of_option():
    secret = word()
    return f"login --password {secret}", secret


def of_header():
    secret = mixed(24)
    return f"Authorization: Bearer {secret}", secret


def of_cloud_key():
    secret = "AKIA" + mixed(16).upper()
    return f"id {secret}", secret


def of_token():
    secret = "ghp_" + mixed(36)
    return secret, secret


def of_jwt():
    secret = "eyJ" + mixed(20) + "." + mixed(20)
    return f"jwt {secret}", secret


def of_random():
    secret = mixed(40)
    return f"value {secret}", secret


def of_encoded():
    secret = base64.b64encode(f"me:{word()}".encode()).decode()
    return f"auth {secret}", secret.rstrip("=")


def of_sid():
    secret = f"S-1-5-21-{NAMES.randrange(10**8, 10**9)}-1-1001"
    return f"owner {secret}", secret


FORMS = [of_home, of_windows_home, of_user, of_host, of_mail, of_ip, of_ip6,
         of_mac, of_url, of_password, of_json, of_option, of_header,
         of_cloud_key, of_token, of_jwt, of_random, of_encoded, of_sid]


def of_private_key():
    secret = mixed(48)
    return (f"-----BEGIN RSA PRIVATE KEY-----\n{secret}\n"
            f"-----END RSA PRIVATE KEY-----", secret)


class Planted:
    """A pack with facts, what they are set to, and what must not be seen."""

    def __init__(self, folder):
        self.folder = folder
        self.facts = ["pack planted", "fact p.of(path : string) : int",
                      "fact p.records : list of { name : string, n : int }",
                      "fact p.map : map of string", "fact p.keys : map of int",
                      "fact p.list : list of string",
                      "fact p.key_lines : list of string"]
        self.rules = []
        self.settings = []
        self.secrets = []
        self.files = 0
        for form in FORMS:
            self.plant_text(*form())
            self.plant_argument(form)
        self.plant_text(*of_private_key())
        self.plant_composed()
        self.plant_declared()
        self.plant_probes()

    def set(self, key, value):
        self.settings += ["--set", f"{key}={json.dumps(value)}"]

    def plant_text(self, text, secret):
        """Two facts with the same text, and rules that look at them."""
        name = f"p.t{self.files}"
        self.files += 1
        for fact in (name, name + "b"):
            self.facts.append(f"fact {fact} : string")
            self.set(fact, text)
        literal = json.dumps(text).replace("{", "\\{")
        word_of = name.replace(".", "_")
        for ending, condition in (
                ("is", f"{name} == {literal}"), ("not", f"{name} != {literal}"),
                ("same", f"{name} == {name}b"), ("there", f"{name} exists"),
                ("differs", f"{name} != {name}b"),
                ("other", f"{name} == 'something else'"),
                ("in", f"{name} in [{name}b, 'x']"),
                ("part", f"{name} contains 'q'"),
                ("size", f"length({name}) > 3"),
                ("text", f"{name} matches /[a-z]/"),
                ("joined", f"({name} + 'x') == ({name}b + 'x')")):
            self.rules.append(
                f"rule {word_of}_{ending}\n  when {condition}\n"
                f"  then diagnose \"{{{name}}} and {{{name}b}}\"\n")
        self.secrets.append(secret)

    def plant_argument(self, form):
        text, secret = form()
        if "'" not in text:
            self.settings += ["--set", f"p.of('{text}')=1"]
            self.secrets.append(secret)

    def plant_composed(self):
        forms = [form for form in FORMS for _ in range(2)]
        texts = [form() for form in forms]
        self.set("p.list", [text for text, _ in texts])
        self.secrets += [secret for _, secret in texts]
        texts = [form() for form in forms]
        self.set("p.records", [{"name": text, "n": ix}
                               for ix, (text, _) in enumerate(texts)])
        self.secrets += [secret for _, secret in texts]
        texts = [form() for form in forms]
        self.set("p.map", {f"k{ix}": text
                           for ix, (text, _) in enumerate(texts)})
        self.secrets += [secret for _, secret in texts]
        texts = [form() for form in FORMS]
        self.set("p.keys", {text: 1 for text, _ in texts})
        self.secrets += [secret for _, secret in texts]
        text, secret = of_private_key()
        self.set("p.key_lines", text.split("\n"))
        self.secrets.append(secret)
        self.rules.append(
            "rule composed\n  when any r in p.records: r.name contains 'zz'\n"
            "  then diagnose \"{p.list[1]}\"\n"
            "rule of_map\n  when p.map[\"k1\"] exists and length(p.list) > 3\n"
            "  then diagnose \"{p.map[\"k1\"]} {p.list[0]} {p.list[5]}\"\n"
            "rule of_keys\n  when 'x' in p.keys\n  then diagnose \"k\"\n"
            "rule of_each\n  for each r in p.records key r.name\n"
            "  when r.n < 3\n  then diagnose \"{r.name}\"\n")

    def plant_declared(self):
        for kind in ("secret", "personal", "address"):
            for number in range(5):
                name = f"d.{kind}{number}"
                secret = word()
                self.facts.append(f"fact {name} : string sensitive {kind}")
                self.set(name, secret)
                self.secrets.append(secret)
                self.rules.append(
                    f"rule d_{kind}{number}\n  when {name} == '{secret}'\n"
                    "  then diagnose \"it is so\"\n")
        secret = word()
        self.facts.append("fact app.db_password : string")
        self.set("app.db_password", secret)
        self.secrets.append(secret)

    def plant_probes(self):
        """What a program is given, and what it says when it fails."""
        for number, form in enumerate(FORMS):
            given, of_given = form()
            said, of_said = form()
            script = "echo \"$1\" >&2; exit 3"
            if "'" in given or "'" in said:
                continue
            self.facts.append(
                f"fact f.x{number} : int\nprobe fails{number}\n"
                f"  run 'sh' '-c' '{script}' 'x' '{said}' '{given}'\n"
                f"  parse text\n  gives f.x{number} : int\n")
            self.secrets += [of_given, of_said]

    def write(self):
        # The rules name no secret: those that do are of another file.
        path = self.folder / "planted.rules"
        path.write_text("\n".join(self.facts) + "\n" + "".join(self.rules),
                        encoding="utf-8")
        return ["-p", str(path), "--allow-run", *self.settings]


def leaks(text, secrets):
    text = text + "\n" + text.replace("\\\\", "\\")
    return sorted({secret for secret in secrets if secret in text})


def report_leaks(what, text, secrets):
    found = leaks(text, secrets)
    check(not found, f"{len(found)} secrets in {what}: {found[:5]}")


# ---- cases ------------------------------------------------------------------

def writes_for_its_owner_only(folder):
    _, out, err = run(folder, "snapshot", "-o", "a.json", code=0)
    check(out == "", out)
    path = folder / "a.json"
    check(stat.S_IMODE(path.stat().st_mode) == 0o600, "mode")
    path.chmod(0o644)
    run(folder, "snapshot", "-o", "a.json", "-q", code=0)
    check(stat.S_IMODE(path.stat().st_mode) == 0o600, "mode of a new one")
    document = json.loads(path.read_text(encoding="utf-8"))
    check(document["schema"] == "archrules.snapshot/1", "schema")
    check(document["facts"]["host.arch"], "host.arch")
    check(set(document["redaction"]) == {"id", "counts", "facts"}, "redaction")
    check("Redacted in" in err, err)
    if jsonschema:
        schema = json.loads((ROOT / "docs/snapshot.schema.json").read_text())
        jsonschema.validate(document, schema)
    (folder / "d").mkdir()
    code, _, err = run(folder, "snapshot", "-o", "d")
    check(code == 2 and "cannot write" in err, err)


def says_what_is_wrong(folder):
    for arguments, words in (
            (["dif", "a", "b"], "did you mean 'diff'"),
            (["diff", "a"], "two snapshots"),
            (["diff", "-", "-"], "standard input"),
            (["diff", "a.json", "b.json"], "a.json"),
            (["--preview", "-o", "x"], "--preview"),
            (["--keep", "secret"], "did you mean 'secrets'"),
            (["--format", "json"], "--format"),
            (["--set", "host.arhc=arm64"], "host.arch")):
        code, _, err = run(folder, "snapshot", *arguments)
        check(code == 2 and words in err, f"{arguments}: {code} {err}")


def gives_the_statuses_of_the_machine(folder):
    live = statuses(folder)
    run(folder, "snapshot", "--no-redact", "-o", "plain.json", code=0)
    run(folder, "snapshot", "-o", "redacted.json", code=0)
    same_statuses(live, statuses(folder, "-f", "plain.json"), False)
    same_statuses(live, statuses(folder, "-f", "redacted.json"), True)


def gives_no_other_status_for_planted_facts(folder):
    arguments = Planted(folder).write()
    live = statuses(folder, *arguments)
    run(folder, "snapshot", "--no-redact", "-o", "plain.json", *arguments,
        code=0)
    run(folder, "snapshot", "-o", "redacted.json", *arguments, code=0)
    pack = arguments[:2]
    same_statuses(live, statuses(folder, "-f", "plain.json", *pack), False)
    kept = same_statuses(live, statuses(folder, "-f", "redacted.json", *pack),
                         True)
    check(kept >= 4 * len(FORMS), f"only {kept} are decided")


def leaks_nothing(folder):
    planted = Planted(folder)
    arguments = planted.write()
    secrets = planted.secrets
    check(len(set(secrets)) >= 200, f"{len(set(secrets))} secrets")
    _, out, err = run(folder, "snapshot", *arguments, code=0)
    report_leaks("the snapshot", out, secrets)
    report_leaks("standard error", err, secrets)
    (folder / "r.json").write_text(out, encoding="utf-8")
    _, out, err = run(folder, "snapshot", "--preview", *arguments, code=0)
    report_leaks("the preview", out + err, secrets)
    check("Redacted in" in out and "p.t0" in out, "preview")
    neutral = folder / "neutral.rules"
    # What the rules say themselves is no secret.
    facts = "\n".join(line for line in planted.facts if "probe" not in line)
    neutral.write_text(facts + "\n" + "".join(
        rule for rule in planted.rules if not leaks(rule, secrets)),
        encoding="utf-8")
    for options in ([], ["--all"], ["-v"], ["--format", "json"]):
        _, out, err = run(folder, "eval", "-f", "r.json", "-p", str(neutral),
                          *options)
        check("p_t0_same" in out, out[:500] + err[:500])
        report_leaks(f"eval {options}", out + err, secrets)
    other = json.loads((folder / "r.json").read_text(encoding="utf-8"))
    other["redaction"]["id"] = "0"
    other["facts"]["p.t0"] = "x"
    (folder / "s.json").write_text(json.dumps(other), encoding="utf-8")
    for options in ([], ["--format", "json"]):
        code, out, err = run(folder, "snapshot", "diff", "r.json", "s.json",
                             "-p", str(neutral), *options)
        check(code in (1, 3) and "p.t0" in out, f"{code} {err}")
        report_leaks(f"diff {options}", out + err, secrets)
    # The test can fail: all of it is there if it is asked for.
    _, out, _ = run(folder, "snapshot", "--no-redact", *arguments, code=0)
    missing = set(secrets) - set(leaks(out, secrets))
    check(not missing, f"never planted: {sorted(missing)[:5]}")


def keeps_what_it_is_told_to(folder):
    pack = folder / "k.rules"
    pack.write_text("pack k\nfact k.a : string\nfact k.b : string\n"
                    "fact k.c : string sensitive secret\n", encoding="utf-8")
    settings = ["-p", str(pack), "--set", "k.a=10.1.2.3", "--set",
                f"k.b={HOMES}qwbob/x", "--set", "k.c=qwsecret"]
    for kind, kept in (("addresses", "10.1.2.3"), ("personal", "qwbob"),
                       ("secrets", "qwsecret")):
        _, out, _ = run(folder, "snapshot", "--keep", kind, *settings, code=0)
        for text in ("10.1.2.3", "qwbob", "qwsecret"):
            check((text in out) == (text == kept), f"--keep {kind}: {text}")


def shows_no_line_of_a_snapshot(folder):
    pack = folder / "k.rules"
    pack.write_text("pack k\nfact k.n : int\nfact k.c : string sensitive "
                    "secret\n", encoding="utf-8")
    for text in ('{"k.c": "qwsecret", "k.n": "no number"}',
                 '{"k.n": 1, "k.c": "qwsecret", "k.n": 2}',
                 '{"k.c": {"x": "qwsecret"}}',
                 '{"k.c": "qwsecret'):
        (folder / "f.json").write_text(text, encoding="utf-8")
        _, out, err = run(folder, "eval", "-p", str(pack), "-f", "f.json")
        check(err and "qwsecret" not in out + err, err)
        check("f.json:1:" in err or "'k.c' is an object" in err, err)


def compares_snapshots(folder):
    schema = {"schema": "archrules.snapshot/1"}
    before = dict(schema, facts={
        "host.os": "linux", "host.arch": "amd64", "kernel.release": "6.1",
        "file(\"/x\").exists": True, "host.name": {"$redacted": "<user-1>"}},
        absent=["docker.client"], redaction={"id": "1"})
    after = dict(schema, facts={
        "host.os": "linux", "host.arch": "arm64",
        "file(\"/x\").exists": False, "host.name": {"$redacted": "<user-1>"},
        "docker.client.version": "24.0"}, redaction={"id": "2"},
        unknown={"os.id": {"reason": "denied"}})
    for name, document in (("a.json", before), ("b.json", after)):
        (folder / name).write_text(json.dumps(document), encoding="utf-8")
    _, out, _ = run(folder, "snapshot", "diff", "a.json", "b.json",
                    "--format", "json", code=1)
    found = {each["fact"]: each for each in json.loads(out)["differences"]}
    expected = {"host.arch": "changed", "kernel.release": "went",
                "os.id": "came", "docker.client.version": "state",
                'file("/x").exists': "changed", "host.name": "redacted"}
    for fact, change in expected.items():
        check(found[fact]["change"] == change, f"{fact}: {found.get(fact)}")
    check(found["host.arch"]["before"] == {"state": "value", "value": "amd64"},
          str(found["host.arch"]))
    check("host.os" not in found, "host.os")
    _, out, _ = run(folder, "snapshot", "diff", "a.json", "b.json", code=1)
    check("host.arch\n  - amd64\n  + arm64\n" in out, out)
    run(folder, "snapshot", "diff", "a.json", "a.json", code=0)
    after["facts"] = before["facts"]
    after["absent"] = before["absent"]
    del after["unknown"]
    (folder / "b.json").write_text(json.dumps(after), encoding="utf-8")
    run(folder, "snapshot", "diff", "a.json", "b.json", code=3)


CASES = [writes_for_its_owner_only, says_what_is_wrong,
         gives_the_statuses_of_the_machine,
         gives_no_other_status_for_planted_facts, leaks_nothing,
         keeps_what_it_is_told_to, shows_no_line_of_a_snapshot,
         compares_snapshots]


def main():
    global PROGRAM
    PROGRAM = str(Path(sys.argv[1]).resolve())
    failures = 0
    for case in CASES:
        name = case.__name__
        if sys.argv[2:] and not any(part in name for part in sys.argv[2:]):
            continue
        with tempfile.TemporaryDirectory() as folder:
            try:
                case(Path(folder))
                print(f"passed: {name}")
            except AssertionError as error:
                failures += 1
                print(f"FAILED: {name}: {error}")
    sys.exit(1 if failures else 0)


main()
