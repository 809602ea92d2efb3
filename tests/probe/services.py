#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Services behind a socket of this machine that answer, fail, hang and lie:
what comes of each, and that none holds the others or the program up.

    services.py PROGRAM
"""

import hashlib
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from checks import check, finish

TIMEOUT_S = 0.6
# What may pass beyond the deadlines, with the start of the program.
OVERRUN_S = 0.5
OK = b'HTTP/1.1 200 OK\r\n'
BODY = b'{"said":"ok"}'
LENGTH = b'Content-Length: %d\r\n\r\n'
MANY = 1 << 20

over = threading.Event()


def whole(body=BODY, status=OK, fields=b""):
    return status + fields + LENGTH % len(body) + body


def chunked(*chunks, end=b"0\r\n\r\n", fields=b""):
    return (OK + fields + b"Transfer-Encoding: chunked\r\n\r\n"
            + b"".join(b"%x\r\n%s\r\n" % (len(c), c) for c in chunks) + end)


# ---- what a service does with a connection ----

def says(data):
    """Reads what it is asked, answers and closes."""
    def serve(connection):
        read_request(connection)
        connection.sendall(data)
    return serve


def says_and_stays(data):
    def serve(connection):
        read_request(connection)
        connection.sendall(data)
        over.wait(30)
    return serve


def says_at_once(data):
    """Does not read, so that what was sent to it is lost."""
    def serve(connection):
        connection.sendall(data)
    return serve


def drips(data, pause):
    def serve(connection):
        read_request(connection)
        for ix in range(len(data)):
            connection.sendall(data[ix:ix + 1])
            if over.wait(pause):
                return
    return serve


def floods(head, block):
    def serve(connection):
        read_request(connection)
        connection.sendall(head)
        while not over.is_set():
            connection.sendall(block)
    return serve


def resets(data):
    def serve(connection):
        connection.sendall(data)
        connection.shutdown(socket.SHUT_RD)
        connection.close()
    return serve


def sleeps(_connection):
    over.wait(30)


def asks_back(connection):
    """Answers rightly only if it was asked as it should be."""
    request = read_request(connection)
    is_good = request == (b"GET /it HTTP/1.1\r\nHost: localhost\r\n"
                          b"User-Agent: archrules\r\nAccept: */*\r\n"
                          b"Connection: close\r\n\r\n")
    connection.sendall(whole() if is_good else whole(b"{}"))


def echoes(connection):
    """Says what path it was asked for."""
    path = read_request(connection).split(b" ")[1]
    connection.sendall(whole(json.dumps({"said": path.decode()}).encode()))


def read_request(connection):
    data = b""
    while b"\r\n\r\n" not in data:
        more = connection.recv(4096)
        if not more:
            return data
        data += more
    return data


# name: (what it does, what comes of it: "ok", "absent" or a reason).
SERVICES = {
    "asks_back": (asks_back, "ok"),
    "answers": (says(whole()), "ok"),
    "answers_and_stays": (says_and_stays(whole()), "ok"),
    "answers_in_chunks": (says(chunked(BODY[:3], BODY[3:])), "ok"),
    "answers_in_chunks_and_stays":
        (says_and_stays(chunked(BODY)), "ok"),
    "answers_with_trailer":
        (says(chunked(BODY, end=b"0\r\nX: y\r\n\r\n")), "ok"),
    "answers_with_extension":
        (says(OK + b"Transfer-Encoding: Chunked\r\n\r\nd;a=b\r\n" + BODY
              + b"\r\n0\r\n\r\n"), "ok"),
    "answers_in_old_http":
        (says(whole(status=b"HTTP/1.0 200 OK\r\n")), "ok"),
    "answers_without_reason":
        (says(whole(status=b"HTTP/1.1 200\r\n")), "ok"),
    "answers_unasked": (says_at_once(whole()), "ok"),
    "drips_fast": (drips(whole(), 0.001), "ok"),
    "answers_much": (says(whole(b'{"said":"ok"}' + b" " * (MANY - 13))), "ok"),
    # A status that is no answer.
    "is_missing": (says(whole(b"gone", b"HTTP/1.1 404 Not Found\r\n")),
                   "probe_failed"),
    "fails": (says(whole(BODY, b"HTTP/1.1 500 Oh\r\n")), "probe_failed"),
    "redirects": (says(whole(b"", b"HTTP/1.1 302 Found\r\n",
                             b"Location: http://192.0.2.1/\r\n")),
                  "probe_failed"),
    "has_no_content": (says(b"HTTP/1.1 204 No Content\r\n\r\n"),
                       "probe_failed"),
    # No answer.
    "closes": (says(b""), "bad_output"),
    "closes_at_once": (resets(b""), "bad_output"),
    "speaks_smtp": (says(b"220 mail ESMTP\r\n"), "bad_output"),
    "speaks_tls": (says(b"\x15\x03\x01\x00\x02\x02\x50"), "bad_output"),
    "speaks_http_2": (says(b"HTTP/2 200\r\n\r\n"), "bad_output"),
    "speaks_garbage": (says(bytes(range(256)) * 40), "bad_output"),
    "is_interim": (says(b"HTTP/1.1 100 Continue\r\n\r\n" + whole()),
                   "bad_output"),
    "has_odd_status": (says(whole(status=b"HTTP/1.1 2OO OK\r\n")),
                       "bad_output"),
    "has_status_999": (says(whole(status=b"HTTP/1.1 999 X\r\n")),
                       "bad_output"),
    "has_bare_newlines": (says(whole().replace(b"\r\n", b"\n")),
                          "bad_output"),
    "folds_a_line": (says(whole(fields=b"A: b\r\n c\r\n")), "bad_output"),
    "has_nul_in_head": (says(whole(fields=b"A: \0\r\n")), "bad_output"),
    "has_line_that_is_no_field": (says(whole(fields=b"A b\r\n")),
                                  "bad_output"),
    "says_no_length": (says(OK + b"\r\n" + BODY), "bad_output"),
    "says_two_lengths": (says(whole(fields=b"Content-Length: 13\r\n")),
                         "bad_output"),
    "says_length_and_chunks":
        (says(chunked(BODY, fields=b"Content-Length: 13\r\n")),
         "bad_output"),
    "says_negative_length": (says(OK + b"Content-Length: -1\r\n\r\n"),
                             "bad_output"),
    "says_too_short_length":
        (says(OK + LENGTH % (len(BODY) - 1) + BODY), "bad_output"),
    "says_too_long_length":
        (says(OK + LENGTH % (len(BODY) + 1) + BODY), "bad_output"),
    "breaks_off_in_status": (says(b"HTTP/1."), "bad_output"),
    "breaks_off_in_head": (says(OK + b"Content-Le"), "bad_output"),
    "breaks_off_in_content": (says(whole()[:-1]), "bad_output"),
    "breaks_off_in_chunk": (says(chunked(BODY)[:-14]), "bad_output"),
    "breaks_off_before_last_chunk": (says(chunked(BODY, end=b"")),
                                     "bad_output"),
    "has_odd_chunk_size":
        (says(OK + b"Transfer-Encoding: chunked\r\n\r\nxyz\r\n"),
         "bad_output"),
    "has_chunk_too_long":
        (says(OK + b"Transfer-Encoding: chunked\r\n\r\n4\r\n" + BODY
              + b"\r\n0\r\n\r\n"), "bad_output"),
    "compresses": (says(whole(fields=b"Content-Encoding: gzip\r\n")),
                   "bad_output"),
    "codes_twice":
        (says(OK + b"Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"),
         "bad_output"),
    "answers_twice": (says(whole() + whole()), "bad_output"),
    "has_endless_head": (floods(OK, b"A: b\r\n" * 1000), "bad_output"),
    "has_endless_line": (floods(OK, b"a" * 4096), "bad_output"),
    "answers_no_json": (says(whole(b"ok")), "bad_output"),
    "answers_other_json": (says(whole(b'{"said":1}')), "bad_output"),
    "answers_half_json": (says(whole(b'{"said":"ok"')), "bad_output"),
    # Too much.
    "says_huge_length": (says(OK + LENGTH % (MANY + 1)), "too_large"),
    "says_chunk_too_large":
        (says(OK + b"Transfer-Encoding: chunked\r\n\r\nfffffff\r\n"),
         "too_large"),
    "floods": (floods(OK + b"Transfer-Encoding: chunked\r\n\r\n",
                      b"1000\r\n" + b"x" * 4096 + b"\r\n"), "too_large"),
    # Hangs at each stage.
    "hangs": (sleeps, "timeout"),
    "hangs_in_status": (says_and_stays(b"HTTP/1.1 2"), "timeout"),
    "hangs_in_head": (says_and_stays(OK + b"Content-Length: 13\r\n"),
                      "timeout"),
    "hangs_before_content": (says_and_stays(OK + LENGTH % 13), "timeout"),
    "hangs_in_content": (says_and_stays(whole()[:-1]), "timeout"),
    "hangs_in_chunk": (says_and_stays(chunked(BODY)[:-14]), "timeout"),
    "hangs_before_last_chunk": (says_and_stays(chunked(BODY, end=b"")),
                                "timeout"),
    "drips_slowly": (drips(whole(), 0.2), "timeout"),
}


class Service(threading.Thread):
    """One socket, one thread for each connection."""

    def __init__(self, path, serve):
        super().__init__(daemon=True)
        self.serve = serve
        self.n_connections = 0
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.bind(path)
        os.chmod(path, 0o666)
        self.socket.listen(16)

    def attend(self, connection):
        with connection:
            try:
                self.serve(connection)
            except OSError:
                pass  # archrules had enough

    def run(self):
        while True:
            connection, _ = self.socket.accept()
            self.n_connections += 1
            threading.Thread(target=self.attend, args=[connection],
                             daemon=True).start()


# ---- what has no service ----

def make_stale(path):
    with socket.socket(socket.AF_UNIX) as bound:
        bound.bind(path)


def make_full(path):
    """As many wait as may, and nobody is attended to."""
    listening = socket.socket(socket.AF_UNIX)
    listening.bind(path)
    listening.listen(0)
    waiting = []
    while True:
        one = socket.socket(socket.AF_UNIX)
        one.setblocking(False)
        try:
            one.connect(path)
        except BlockingIOError:
            return [listening, *waiting]
        waiting.append(one)


def make_others(folder):
    """name: (address, what comes of it), and what has to stay open."""
    def at(name):
        return str(folder / name)
    make_stale(at("stale"))
    Path(at("plain_file")).write_text("{}")
    os.symlink("/nowhere/at/all", at("dangling"))
    datagrams = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    datagrams.bind(at("datagrams"))
    kept = [datagrams, *make_full(at("full"))]
    return {
        "none": (f"unix://{at('none')}", "absent"),
        "stale": (f"unix://{at('stale')}", "absent"),
        "dangling": (f"unix://{at('dangling')}", "absent"),
        "below_file": (f"unix://{at('plain_file')}/x", "absent"),
        "plain_file": (f"unix://{at('plain_file')}", "probe_failed"),
        "folder": (f"unix://{folder}", "probe_failed"),
        "datagrams": (f"unix://{at('datagrams')}", "probe_failed"),
        "relative": ("unix://some.sock", "probe_failed"),
        "long_path": (f"unix:///{'x' * 120}", "probe_failed"),
        "full": (f"unix://{at('full')}", "timeout"),
        "tcp": ("tcp://127.0.0.1:9", "unsupported"),
        "http": ("http://127.0.0.1:9", "unsupported"),
        "ssh": ("ssh://user@localhost", "unsupported"),
        "pipe": ("npipe:////./pipe/docker_engine", "unsupported"),
        "empty": ("", "unsupported"),
    }, kept


RULES = '''
fact it.{name} : string
probe {name}
  http    '{address}' '/it'
  timeout {timeout}
  parse   json
  gives   it.{name} : string = .said
  if not found: it.{name} absent
rule {name}_is_bad
  title "{name} is bad"
  when it.{name} == "bad"
  then diagnose "It says so."
rule {name}_is_there
  title "{name} is there"
  when it.{name} exists
  then diagnose "It says something."
'''


def write_pack(path, rows):
    path.write_text("pack services\n" + "".join(
        RULES.format(name=name, address=address,
                     timeout="%dms" % (TIMEOUT_S * 1000)
                     if reason == "timeout" else "20s")
        for name, (address, reason) in rows.items()), "utf-8")


def run(program, *arguments):
    start = time.monotonic()
    done = subprocess.run([program, *arguments], stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, text=True, timeout=60,
                          stdin=subprocess.DEVNULL,
                          env=dict(os.environ, NO_COLOR="1"))
    return done, time.monotonic() - start


def statuses_of(report):
    statuses = {rule["id"]: rule["status"] for rule in report["rules"]}
    reasons = {need["fact"]: need["reason"]
               for rule in report["undetermined"] for need in rule["needs"]
               if "reason" in need}
    return statuses, reasons


def check_rows(what, report, rows):
    statuses, reasons = statuses_of(report)
    wanted = {"ok": ("clear", "matched"), "absent": ("clear", "clear")}
    for name, (_, outcome) in rows.items():
        found = (statuses[f"services.{name}_is_bad"],
                 statuses[f"services.{name}_is_there"])
        check(f"{what}: {name} comes to {outcome}",
              found == wanted.get(outcome, ("undetermined",) * 2)
              and reasons.get(f"it.{name}", outcome) == outcome,
              found, reasons.get(f"it.{name}"))


def test_all(program, pack, rows):
    """One round of all, of which those that hang come in turns of 16."""
    n_hanging = sum(reason == "timeout" for _, reason in rows.values())
    done, seconds = run(program, "eval", "--allow-run", "-p", pack,
                        "--format", "json", "--timings")
    check_rows("together", json.loads(done.stdout), rows)
    turns = -(-n_hanging // 16)
    check("together: no longer than those that hang",
          seconds < turns * TIMEOUT_S + OVERRUN_S, seconds)
    slow = [line for line in done.stderr.splitlines()
            if re.search(r"^ *(\d+)\.\d ms  timeout", line)
            and float(line.split()[0]) > 1000 * (TIMEOUT_S + OVERRUN_S)]
    check("together: every deadline is kept", not slow, slow)
    check("together: the timings say how each ended",
          done.stderr.count("  broken") > 20, done.stderr[:2000])


def check_verdict(what, program, pack, n_services):
    """Nobody who reads the report may think that all is well."""
    n_rules = RULES.count("\nrule ") * n_services
    wanted = f"No problem found so far, but {n_rules} rules could not be " \
        "decided."
    done, _ = run(program, "eval", "--allow-run", "-p", pack)
    check(f"{what}: exit status 3", done.returncode == 3, done.returncode)
    check(f"{what}: the first line says what is open",
          done.stdout.startswith(wanted), done.stdout[:200])
    check(f"{what}: nothing else says that all is well",
          done.stdout.count("No problem found") == 1, done.stdout)
    check(f"{what}: no rule is clear",
          f"0 matched + {n_rules} undetermined + 0 clear" in done.stdout,
          done.stdout)
    done, _ = run(program, "eval", "--allow-run", "-p", pack, "--format",
                  "json")
    report = json.loads(done.stdout)
    check(f"{what}: so does the verdict for programs",
          report["verdict"].startswith(wanted), report["verdict"])
    check(f"{what}: no finding comes of it", report["findings"] == [],
          report["findings"])


def test_verdict(program, folder, rows):
    """Services that give no answer: all together, and of each outcome two
    alone."""
    failing = {name: row for name, row in rows.items()
               if row[1] not in ("ok", "absent")}
    path = folder / "verdict.rules"
    write_pack(path, failing)
    check_verdict("failing services", program, str(path), len(failing))
    for outcome in sorted({row[1] for row in failing.values()}):
        names = [name for name, row in failing.items() if row[1] == outcome]
        for name in {names[0], names[-1]}:
            write_pack(path, {name: failing[name]})
            check_verdict(f"{name} alone", program, str(path), 1)


def test_trust(program, pack, rows, services):
    before = sum(s.n_connections for s in services)
    done, _ = run(program, "eval", "-p", pack, "--format", "json")
    refused = {name: (address, "denied")
               for name, (address, _) in rows.items()}
    check_rows("without trust", json.loads(done.stdout), refused)
    check("without trust: nobody is asked",
          sum(s.n_connections for s in services) == before)
    done, _ = run(program, "pack", "inspect", pack)
    check("inspect lists the addresses",
          "http" in done.stdout and "'tcp://127.0.0.1:9' '/it'"
          in done.stdout, done.stdout[:500])


def test_deadline_of_run(program, folder, rows):
    hanging = {name: row for name, row in rows.items()
               if row[1] == "timeout"}
    path = folder / "deadline.rules"
    write_pack(path, {name: (address, "timeout of the run")
                      for name, (address, _) in hanging.items()})
    done, seconds = run(program, "eval", "--allow-run", "-p", str(path),
                        "--timeout", "1", "--format", "json")
    check("the deadline of the run is kept", seconds < 1 + OVERRUN_S, seconds)
    check_rows("deadline", json.loads(done.stdout), hanging)


def test_side_by_side(program, folder, rows):
    """A service that hangs holds no program up, and no program a service."""
    path = folder / "beside.rules"
    write_pack(path, {"hangs": rows["hangs"]})
    with path.open("a", encoding="utf-8") as file:
        file.write("probe program\n  run 'sleep' '0.5'\n"
                   "  gives slept.well : string\n"
                   "rule sleeps\n  title \"It sleeps\"\n"
                   "  when slept.well == \"x\"\n  then diagnose \"x\"\n")
    done, seconds = run(program, "eval", "--allow-run", "-p", str(path),
                        "--format", "json")
    check("side by side: it takes as long as one of them",
          seconds < TIMEOUT_S + 0.4, seconds, done.stderr)
    statuses, _ = statuses_of(json.loads(done.stdout))
    check("side by side: the program has answered",
          statuses["services.sleeps"] == "clear", statuses)


def test_permission(program, folder):
    """As somebody who may not connect."""
    path = folder / "forbidden"
    service = Service(str(path), says(whole()))
    service.start()
    path.chmod(0o600)
    if os.geteuid() != 0:
        path.chmod(0)
    pack = folder / "denied.rules"
    write_pack(pack, {"forbidden": (f"unix://{path}", "denied")})
    done, _ = run(*as_user(program, folder), "eval", "--allow-run", "-p",
                  str(pack), "--format", "json")
    check_rows("permission", json.loads(done.stdout),
               {"forbidden": ("", "denied")})
    check("permission: nobody was asked", service.n_connections == 0)


# A value in a path: what is asked for, or None where nobody is asked.
PATHS = {
    "alpine": "alpine",
    "localhost:5000/a_b/c-d:1.2~3@sha256:00":
        "localhost%3A5000%2Fa_b%2Fc-d%3A1.2~3%40sha256%3A00",
    "a b": "a%20b",
    "%2f..%2f": "%252f..%252f",
    "a?all=1#b&c": "a%3Fall%3D1%23b%26c",
    "a\\nHost: b": "a%0AHost%3A%20b",
    "a HTTP/1.1\\nX: y": "a%20HTTP%2F1.1%0AX%3A%20y",
    "ä": "%C3%A4",
    "...": "...",
    "a/..b": "a%2F..b",
    "": None,
    ".": None,
    "..": None,
    "../..": None,
    "a/../../info": None,
    "a/./b": None,
    "/a": None,
    "a//b": None,
    "a/": None,
}


def test_values_in_paths(program, folder):
    """A value is one part of the path, whatever is in it."""
    path = folder / "echo.sock"
    service = Service(str(path), echoes)
    service.start()
    pack = folder / "paths.rules"
    pack.write_text("fact it(name : string).said : string\n"
                    "probe it (name : string)\n"
                    f"  http 'unix://{path}' \"/v1/{{name}}/json?n={{name}}\"\n"
                    "  parse json\n"
                    "  gives it(name : string).said : string = .said\n", "utf-8")
    names = {f'it("{name}").said': wanted for name, wanted in PATHS.items()}
    done, _ = run(program, "facts", "--allow-run", "-p", str(pack),
                  "--format", "json", *names)
    facts = {fact["fact"]: fact for fact in json.loads(done.stdout)["facts"]}
    for name, wanted in names.items():
        fact = facts.get(name, {})
        found = fact.get("text", fact.get("reason"))
        check(f"a value in a path: {name}", found == (
            f"/v1/{wanted}/json?n={wanted}" if wanted else "bad_value"),
            fact, done.stderr)
    check("a value in a path: nobody is asked of odd ones",
          service.n_connections == sum(w is not None for w in PATHS.values()),
          service.n_connections)


def as_user(program, folder):
    """A command that runs the program without the rights of root."""
    if os.geteuid() != 0:
        return [program]
    own = folder / "archrules"
    if not own.exists():
        shutil.copy(program, own)
        own.chmod(0o755)
    return ["setpriv", "--reuid", "65534", "--regid", "65534",
            "--clear-groups", str(own)]


def endpoint_of(command, **variables):
    environment = {name: value for name, value in os.environ.items()
                   if not name.startswith("DOCKER_")}
    done = subprocess.run([*command, "facts", "docker.endpoint", "--format",
                           "json"], stdout=subprocess.PIPE, text=True,
                          stdin=subprocess.DEVNULL, timeout=60,
                          env=dict(environment, NO_COLOR="1", **variables))
    fact = json.loads(done.stdout)["facts"][0]
    return fact.get("text", fact.get("reason", fact["state"]))


def test_contexts(user, folder, config, home):
    """All that are described, of which one is in use or is gone."""
    docker = folder / "docker"
    docker.write_text("#!/bin/sh\nexit 9\n")
    docker.chmod(0o755)

    def contexts(**variables):
        environment = {name: value for name, value in os.environ.items()
                       if not name.startswith("DOCKER_")}
        environment["PATH"] = f"{folder}:{os.environ['PATH']}"
        done = subprocess.run(
            [*user, "facts", "docker.contexts", "docker.context.name",
             "--format", "json"], stdout=subprocess.PIPE, text=True,
            stdin=subprocess.DEVNULL, timeout=60,
            env=dict(environment, HOME=home, NO_COLOR="1", **variables))
        facts = {fact["fact"]: fact
                 for fact in json.loads(done.stdout)["facts"]}
        return (facts["docker.contexts"].get("text", ""),
                facts["docker.context.name"].get("text"))

    (config / "config.json").write_text('{"currentContext": "mine"}')
    for what, variables, current, usual in (
            ("one in use", {}, "mine", "unix:///var/run/docker.sock"),
            ("DOCKER_HOST", {"DOCKER_HOST": "unix:///h"}, "default",
             "unix:///h"),
            ("one that is gone", {"DOCKER_CONTEXT": "gone"}, "gone",
             "unix:///var/run/docker.sock")):
        found, name = contexts(**variables)
        check(f"contexts: the name of {what}", name == current, name)
        for row in (f"default, endpoint = {usual}, current = "
                    f"{str(current == 'default').lower()}",
                    "mine, endpoint = unix:///mine, current = "
                    f"{str(current == 'mine').lower()}",
                    "far, endpoint = ssh://far, current = false",
                    "<unknown: bad_output>, endpoint = , current = false"):
            check(f"contexts: {what}", f"{{ name = {row} }}" in found, found)


def test_endpoint(program, folder):
    """Where docker would look, of what is set; and not as root."""
    user = as_user(program, folder)
    home = str(folder / "home")
    config = folder / "home/.docker"
    usual = "unix:///var/run/docker.sock"

    def describe(name, text):
        digits = hashlib.sha256(name.encode()).hexdigest()
        meta = config / "contexts/meta" / digits
        meta.mkdir(parents=True)
        (meta / "meta.json").write_text(text)

    for name, host in (("mine", "unix:///mine"), ("far", "ssh://far")):
        describe(name, json.dumps({
            "Name": name, "Endpoints": {"docker": {"Host": host}}}))
    describe("empty", '{"Endpoints": {}}')
    describe("broken", '{')
    for what, current, variables, wanted in (
            ("nothing is set", None, {}, usual),
            ("DOCKER_HOST", '"mine"', {"DOCKER_HOST": "tcp://x:1"},
             "tcp://x:1"),
            ("an empty DOCKER_HOST", '"mine"', {"DOCKER_HOST": ""},
             "unix:///mine"),
            ("both", None, {"DOCKER_HOST": "unix:///h",
                            "DOCKER_CONTEXT": "mine"}, "unix:///h"),
            ("DOCKER_CONTEXT", '"far"', {"DOCKER_CONTEXT": "mine"},
             "unix:///mine"),
            ("DOCKER_CONTEXT is default", '"far"',
             {"DOCKER_CONTEXT": "default"}, usual),
            ("another folder", '"far"', {"DOCKER_CONFIG": "/nowhere"}, usual),
            ("a context", '"far"', {}, "ssh://far"),
            ("an empty context", '""', {}, usual),
            ("a context that is gone", '"gone"', {}, "absent"),
            ("a context without an endpoint", '"empty"', {}, "bad_output"),
            ("a broken context", '"broken"', {}, "bad_output"),
            ("a broken configuration", "}", {}, "bad_output")):
        config.joinpath("config.json").write_text(
            f'{{"currentContext": {current}}}' if current else "{}")
        found = endpoint_of(user, HOME=home, **variables)
        check(f"endpoint: {what}", found == wanted, found)
    test_contexts(user, folder, config, home)
    if os.geteuid() == 0:
        config.joinpath("config.json").write_text('{"currentContext": "mine"}')
        found = endpoint_of([program], HOME=home, DOCKER_CONTEXT="mine")
        check("endpoint: no context of a user for root", found == usual, found)


def main():
    program = os.path.abspath(sys.argv[1])
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        services = []
        rows = {}
        for name, (serve, outcome) in SERVICES.items():
            path = str(folder / f"{len(rows)}.sock")
            services.append(Service(path, serve))
            services[-1].start()
            rows[name] = (f"unix://{path}", outcome)
        others, kept = make_others(folder)
        rows.update(others)
        pack = folder / "services.rules"
        write_pack(pack, rows)
        pack.chmod(0o644)
        test_all(program, str(pack), rows)
        test_verdict(program, folder, rows)
        test_trust(program, str(pack), rows, services)
        test_deadline_of_run(program, folder, rows)
        test_side_by_side(program, folder, rows)
        test_permission(program, folder)
        test_values_in_paths(program, folder)
        test_endpoint(program, folder)
        over.set()
        for one in kept:
            one.close()
    return finish(f"{len(rows)} services: ")


if __name__ == "__main__":
    sys.exit(main())
