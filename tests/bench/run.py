#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Measures archrules and its peers side by side, in one run.

  run.py BENCH-PACK ARCHRULES FOLDER [--rules N,N] [--snapshots N] [--seed N]
         [--rounds N] [--quick] [--docs]

Makes the workload in the folder, checks that all peers find the same rules and
that the evaluators agree, then prints times and ratios, and the figures of the
goals. Peers take turns; each figure is the best of all rounds, on one core.
What is not installed is left out, with a word. --quick leaves out what takes
long; --docs writes figures and plots into docs/performance.md."""

import argparse
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import plot

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
PASSES = "5"
FLEET = 20000  # snapshots of the NDJSON measure: starting is little beside them
COLD_RUNS = 15


def note(text):
    print(text, flush=True)


def pinned(command):
    words = [str(word) for word in command]
    if shutil.which("taskset"):
        words = ["taskset", "-c", str(min(os.sched_getaffinity(0))), *words]
    return words


def run(*command):
    return subprocess.run(pinned(command), check=True, capture_output=True,
                          text=True).stdout


# ---- peers ----

class Peer:
    """check and warm are commands, seen from the folder of a workload."""

    def __init__(self, name, command, files):
        self.name = name
        self.command = command
        self.files = files

    def ask(self, folder, mode, passes=PASSES):
        words = [part.format(folder=folder) if isinstance(part, str) else part
                 for part in self.command]
        first, *rest = [str(folder / name) for name in self.files]
        return run(*words, mode, first, passes, *rest)


class Lua(Peer):
    def ask(self, folder, mode, passes=PASSES):
        return run(*self.command, mode, folder / "pack.lua",
                   folder / "snapshots.ndjson", passes)


def can_build(library, text):
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "probe.c"
        source.write_text(text + "\nint main(void) { return 0; }\n")
        return subprocess.run(
            ["cc", str(source), "-o", folder + "/probe", *library],
            capture_output=True, check=False).returncode == 0


def find_peers():
    found = [Peer("native C", ["{folder}/peer_native"], ["machines.tsv"])]
    missing = []
    lua = shutil.which("lua5.4")
    if lua and subprocess.run(
            [lua, "-e", 'require "cjson" require "rex_pcre2"'],
            capture_output=True, check=False).returncode == 0:
        found.append(Lua("Lua 5.4", [lua, HERE / "peer.lua"], []))
    else:
        missing.append("Lua 5.4 with cjson and rex_pcre2")
    for name, program, file, library, header in (
            ("YARA", "peer_yara", "pack.yara", ["-lyara"], "yara.h"),
            ("SQLite", "peer_sqlite", "pack.sql", ["-lsqlite3"], "sqlite3.h")):
        if can_build(library, "#include <%s>" % header):
            found.append(Peer(name, ["{folder}/" + program],
                              ["machines.tsv", file]))
        else:
            missing.append(name)
    for name in missing:
        note("left out: %s is not here" % name)
    return found


LIBRARIES = {"peer_native": (["rules.c"], ["-lpcre2-8"]),
             "peer_yara": (["rules.c"], ["-lyara"]),
             "peer_sqlite": ([], ["-lpcre2-8", "-lsqlite3"])}


def build_peer(folder, program):
    sources, libraries = LIBRARIES[program]
    target = folder / program
    if not target.exists():
        run("cc", "-O2", "-I%s" % folder, "-I%s" % HERE,
            HERE / (program + ".c"), HERE / "facts.c",
            *[folder / name for name in sources], "-o", target, *libraries)


# ---- the workload ----

class Workload:
    def __init__(self, options, rules, kind="usual", snapshots=None):
        self.rules = rules
        self.kind = kind
        self.snapshots = snapshots or options.snapshots
        self.folder = options.folder / ("%s-%d-%d-%d" % (
            kind, rules, self.snapshots, options.seed))
        self.pack = self.folder / "pack.rules"
        self.machines = self.folder / "snapshots.ndjson"
        if not self.machines.exists():
            run(sys.executable, HERE / "workload.py", self.folder, rules,
                self.snapshots, "--seed", options.seed, "--kind", kind)


def check_answers(program, peers, workload):
    """All find the same; the number of matches."""
    wanted = run(program, "index", workload.pack, workload.machines)
    answers = {"archrules without index": run(
        program, "check", workload.pack, workload.machines)}
    for peer in peers:
        answers[peer.name] = peer.ask(workload.folder, "check")
    for name, answer in answers.items():
        if answer == wanted:
            continue
        for mine, other in zip(wanted.splitlines(), answer.splitlines()):
            if mine != other:
                note("archrules: %s\n%s: %s" % (mine, name, other))
                break
        raise SystemExit("bench: %s does not find the same rules" % name)
    return wanted.count(" r")


def better(best, new):
    if best is None:
        return new
    return {key: min(value, new[key]) if isinstance(value, (int, float))
            else value for key, value in best.items()}


def measure(options, peers, workload):
    """archrules and the peers in turns; the best of each."""
    best = {}
    for _ in range(options.rounds):
        best["archrules"] = better(best.get("archrules"), json.loads(run(
            options.program, "warm", workload.pack, workload.machines,
            PASSES)))
        for peer in peers:
            best[peer.name] = better(best.get(peer.name), json.loads(
                peer.ask(workload.folder, "warm")))
    return best


def compile_us(ours):
    return ours["parse_us"] + ours["check_us"] + ours["generate_us"]


def show(workload, best):
    ours = best["archrules"]
    base = best["native C"]["warm_ns"]
    note("\n%s, %d rules, %d snapshots" % (workload.kind, workload.rules,
                                           workload.snapshots))
    note("  %-24s %10s %12s %14s" % ("", "ns / rule", "x native C",
                                     "compile us"))
    rows = [("archrules", ours["index_ns"], compile_us(ours)),
            ("  with JSON read", ours["json_ns"], None),
            ("  with all of a report", ours["report_ns"], None),
            ("  without the index", ours["linear_ns"], None),
            ("  reference evaluator", ours["reference_ns"], None)]
    rows += [(name, peer["warm_ns"], peer["compile_us"])
             for name, peer in best.items() if name != "archrules"]
    for name, ns, us in rows:
        note("  %-24s %10.1f %12.2f %14s" % (
            name, ns, ns / base, "" if us is None else "%.2f" % us))
    note("  compiling: parse %.2f, check %.2f, bytecode %.2f; index %.2f"
         % (ours["parse_us"], ours["check_us"], ours["generate_us"],
            ours["prepare_us"]))


# ---- instructions ----

def count_instructions(*command):
    done = subprocess.run(
        ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null",
         *map(str, command)], capture_output=True, text=True, check=True)
    return int(re.search(r"Collected\s*:\s*(\d+)", done.stderr).group(1))


def show_instructions(options, workload):
    if not shutil.which("valgrind"):
        note("left out: valgrind is not here, so no instructions are counted")
        return {}
    pairs = workload.rules * workload.snapshots
    base = count_instructions(options.program, "run", "nothing", workload.pack,
                              workload.machines)
    counts = {}
    for what, name in (("index", "archrules"), ("read", "reading JSON")):
        counts[name] = (count_instructions(
            options.program, "run", what, workload.pack,
            workload.machines) - base) / pairs
    native = workload.folder / "peer_native"
    data = workload.folder / "machines.tsv"
    counts["native C"] = (
        count_instructions(native, "warm", data, "2") -
        count_instructions(native, "warm", data, "1")) / pairs
    note("  instructions per rule and snapshot: " + ", ".join(
        "%s %.1f" % pair for pair in counts.items()))
    return {"update": count_update(options, workload),
            "fleet": count_fleet(options, workload)}


def count_fleet(options, workload):
    """Instructions for one machine more of a batch."""
    lines = workload.machines.read_text("utf-8").splitlines(keepends=True)
    counts = []
    for times in (1, 2):
        path = workload.folder / "some.ndjson"
        path.write_text("".join(lines) * times, "utf-8")
        counts.append(count_instructions(
            options.archrules, "eval", workload.pack, "-f", path, "--format",
            "ndjson", "--detail", "ids", "-j", "1", "--exit-zero"))
    return (counts[1] - counts[0]) / len(lines)


def changing_facts(workload):
    """Four times three facts that differ on two machines, as the other machine
    has them, and then as they were."""
    with open(workload.machines, encoding="utf-8") as file:
        machines = [json.loads(next(file)) for _ in range(2)]
    there, back = [], []
    for group, facts in sorted(machines[0].items()):
        for name, value in sorted(facts.items()):
            other = machines[1][group][name]
            if value == other or isinstance(value, list):
                continue
            for out, what in ((there, other), (back, value)):
                word = json.dumps(what) if isinstance(what, bool) else what
                out.append(f"{group}.{name}={word}")
    step = max(1, len(there) // 12)
    return there[::step][:12] + back[::step][:12]


def count_update(options, workload):
    """Instructions for three changed facts, and for evaluating all rules."""
    program = options.program.with_name("bench_session")
    facts = changing_facts(workload)
    stdlib = workload.folder / "no_stdlib"
    (stdlib / "std").mkdir(parents=True, exist_ok=True)
    (stdlib / "std" / "none.rules").write_text("fact none.thing : bool\n")

    def count(what):
        with_, without = (count_instructions(
            program, what, stdlib, workload.pack, workload.machines, times,
            *facts)
            for times in ("8", "0"))
        return (with_ - without) / 8

    return count("update"), count("full")


# ---- whole runs ----

def one_run(command):
    """Seconds on the wall and seconds of processor, of nothing but this."""
    nowhere = [(os.POSIX_SPAWN_OPEN, number, os.devnull, os.O_WRONLY, 0)
               for number in (1, 2)]
    start = time.perf_counter()
    process = os.posix_spawn(command[0], command, os.environ,
                             file_actions=nowhere)
    _, _, usage = os.wait4(process, 0)
    return (time.perf_counter() - start, usage.ru_utime + usage.ru_stime)


def memory_of(command):
    """KiB. The memory of a child counts what its parent had when it was
    started, so a small program is the parent."""
    with tempfile.NamedTemporaryFile("r") as told:
        timed = ["/usr/bin/time", "-f", "%M", "-o", told.name, *command]
        subprocess.run(pinned(timed), stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL, check=False)
        return int(told.read().split()[-1])


def cold(*command):
    command = [str(word) for word in command]
    allowed = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(allowed)})
    runs = [one_run(command) for _ in range(COLD_RUNS)]
    os.sched_setaffinity(0, allowed)
    return {"ms": statistics.median(r[0] for r in runs) * 1e3,
            "processor_ms": statistics.median(r[1] for r in runs) * 1e3,
            "least_ms": min(r[0] for r in runs) * 1e3,
            "mb": memory_of(command) / 1024}


def one_machine(workload):
    path = workload.folder / "one.json"
    path.write_text(workload.machines.read_text("utf-8").split("\n")[0])
    return path


def measure_cold(options, workload):
    program = options.archrules
    one = one_machine(workload)
    pack = workload.folder / "pack.arp"
    run(program, "pack", "build", workload.pack, "-o", pack)
    base = ["eval", "-f", one, "--detail", "ids"]
    return {"source": cold(program, *base, workload.pack),
            "pack": cold(program, *base, pack),
            "nothing": cold(program, *base, "-e",
                            'when host.os == linux then diagnose "y"')}


def measure_fleet(options, workload):
    path = workload.folder / "fleet.ndjson"
    lines = workload.machines.read_text("utf-8").splitlines(keepends=True)
    with open(path, "w", encoding="utf-8") as out:
        for ix in range(FLEET):
            out.write(lines[ix % len(lines)])
    speeds = {}
    for _ in range(options.rounds):
        for jobs in (1, 2):
            start = time.perf_counter()
            subprocess.run(
                [options.archrules, "eval", workload.pack, "-f", path,
                 "--format", "ndjson", "--detail", "ids", "-j", str(jobs),
                 "--exit-zero"], stdout=subprocess.DEVNULL, check=True)
            speed = FLEET / (time.perf_counter() - start)
            speeds[jobs] = max(speeds.get(jobs, 0), speed)
    return speeds


# ---- the goals ----

def goals(results, colds, fleet, counts):
    """Rows: what, goal, measured."""
    def ours(key, name="archrules"):
        return results[key][name]

    def cold_figure(times):
        return "%.1f ms (%.1f of processor), %.1f MB" % (
            times["ms"], times["processor_ms"], times["mb"])

    def warm(key):
        native = ours(key, "native C")["warm_ns"]
        return "%.1f (%.2fx native C)" % (
            ours(key)["index_ns"], ours(key)["index_ns"] / native)

    thousand = ours(("usual", 1000))
    yield ("compile, us per rule, 1,000 rules", "3",
           "%.1f" % compile_us(thousand))
    if ("usual", 10000) in results:
        large = ours(("usual", 10000))
        yield ("compile, us per rule, 10,000 rules; growth", "3; 11x",
               "%.1f; %.1fx" % (compile_us(large),
                                10 * compile_us(large) / compile_us(thousand)))
    yield ("cold run, 1,000 rules from source", "4 ms, 6 MB",
           cold_figure(colds[1000]["source"]))
    if 10000 in colds:
        pack = colds[10000]["pack"]
        yield ("cold run, 10,000 rules from a compiled pack", "25 ms",
               cold_figure(pack))
        kept = pack["mb"] - colds[10000]["nothing"]["mb"]
        yield ("memory per rule at 10,000, compiled pack", "0.6 KB",
               "%.2f KB" % (kept * 1024 / 10000))
    yield "warm, ns per rule, 1,000 rules", "12", warm(("usual", 1000))
    yield "the same without patterns", "7", warm(("plain", 1000))
    if ("usual", 10000) in results:
        yield "warm, 10,000 rules", "10", warm(("usual", 10000))
    yield "warm, 100 rules", "30", warm(("usual", 100))
    yield ("with JSON read, 1,000 rules", "20", "%.1f (%.2fx native C, which "
           "reads none)" % (thousand["json_ns"], thousand["json_ns"] / ours(
               ("usual", 1000), "native C")["warm_ns"]))
    yield ("NDJSON, snapshots a second, 1,000 rules, one thread", "",
           "{:,.0f}".format(fleet[1]))
    yield ("the same, two threads", "60,000; 1.8x",
           "{:,.0f}; {:.2f}x".format(fleet[2], fleet[2] / fleet[1]))
    if counts:
        yield ("the same, instructions for each snapshot", "",
               "{:,.0f}".format(counts["fleet"]))
        update, full = counts["update"]
        yield ("3 facts changed, part of a full run, 1,000 rules", "15 %",
               "{:.1f} %: {:,.0f} of {:,.0f} instructions".format(
                   100 * update / full, update, full))
    for kind, name in (("distinct", "rules that share nothing"),
                       ("or", "conditions joined by or")):
        pack = ours((kind, 1000))
        yield ("%s, index / linear evaluator" % name, "at most 2",
               "%.2f" % (pack["report_ns"] / pack["linear_ns"]))


SHOWN = (100, 1000, 10000)


def table_of(names, sizes, title, figure):
    """A row for each name, a column for each number of rules."""
    yield "| %s | %s |" % (title, " | ".join(f"{n:,} rules" for n in sizes))
    yield "|---|" + "---|" * len(sizes)
    for name in names:
        yield "| %s | %s |" % (name, " | ".join(figure(name, n)
                                                for n in sizes))


def evaluating(results, name, rules):
    """Nanoseconds for each rule."""
    best = results["usual", rules][name]
    return best["index_ns" if name == "archrules" else "warm_ns"]


def compiling(results, name, rules):
    """Microseconds for each rule."""
    best = results["usual", rules][name]
    return compile_us(best) if name == "archrules" else best["compile_us"]


def figure_tables(results):
    def evaluate(name, rules):
        return "{:,.1f}".format(evaluating(results, name, rules))

    def compile_time(name, rules):
        return "%.2f" % compiling(results, name, rules)

    names = list(results["usual", 1000])
    sizes = [n for n in SHOWN if ("usual", n) in results]
    yield from table_of(names, sizes, "evaluating, ns for each rule", evaluate)
    yield ""
    yield from table_of([name for name in names if name != "native C"], sizes,
                        "compiling, us for each rule", compile_time)


def write_page(options, results, rows):
    page = ROOT / "docs" / "performance.md"
    commit = run("git", "-C", ROOT, "rev-parse", "--short", "HEAD").strip()
    table = ["| measure | goal | measured |", "|---|---|---|"]
    table += ["| %s | %s | %s |" % row for row in rows]
    text = ("<!-- figures -->\n%s, commit %s, `./dev bench --docs%s`, load "
            "%.1f on %d processors.\n\n%s\n\n"
            "![Evaluating one machine](performance-evaluate.svg)\n\n"
            "![Compiling rules](performance-compile.svg)\n\n"
            "%s\n<!-- end -->" % (
                time.strftime("%Y-%m-%d"), commit,
                " --quick" if options.quick else "", os.getloadavg()[0],
                os.cpu_count(), "\n".join(table),
                "\n".join(figure_tables(results))))
    page.write_text(re.sub(r"<!-- figures -->.*?<!-- end -->",
                           lambda _: text, page.read_text("utf-8"),
                           flags=re.S), "utf-8")


def write_plots(results):
    usual = sorted(rules for kind, rules in results if kind == "usual")
    names = list(results["usual", usual[0]])
    plot.plot(ROOT / "docs" / "performance-evaluate.svg",
              "Time to evaluate one machine, by number of rules",
              "rules in the pack", "microseconds for each machine",
              [(name, [(rules, evaluating(results, name, rules) * rules / 1000)
                       for rules in usual]) for name in names])
    plot.plot(ROOT / "docs" / "performance-compile.svg",
              "Time from source to what can run, by number of rules",
              "rules in the pack", "milliseconds",
              [(name, [] if name == "native C" else
                [(rules, compiling(results, name, rules) * rules / 1000)
                 for rules in usual]) for name in names])


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("program", type=Path)
    parser.add_argument("archrules", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--rules", default="")
    parser.add_argument("--snapshots", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--docs", action="store_true")
    options = parser.parse_args()
    sizes = options.rules or ("100,1000" if options.quick
                              else "100,300,1000,3000,10000")
    peers = find_peers()
    results, colds, counts = {}, {}, {}
    kinds = [("usual", int(n)) for n in sizes.split(",")]
    if not options.rules:
        kinds.append(("plain", 1000))
    for kind, rules in kinds:
        workload = Workload(options, rules, kind)
        for peer in peers:
            program = peer.command[0]
            if isinstance(program, str) and program.startswith("{folder}"):
                build_peer(workload.folder, Path(program).name)
        matches = check_answers(options.program, peers, workload)
        results[kind, rules] = measure(options, peers, workload)
        show(workload, results[kind, rules])
        note("  the same %d matches by all of them" % matches)
        if kind == "usual" and rules in (1000, 10000):
            colds[rules] = measure_cold(options, workload)
        if kind == "usual" and rules == 1000:
            counts = show_instructions(options, workload)
            run(options.program, "agree", workload.pack,
                workload.folder / "lacking.ndjson")
            note("  with facts absent and unknown: all evaluators agree")
            fleet = measure_fleet(options, workload)
    if options.rules:
        return
    for kind in ("distinct", "or"):
        workload = Workload(options, 1000, kind, 50)
        run(options.program, "agree", workload.pack,
            workload.folder / "lacking.ndjson")
        results[kind, 1000] = {"archrules": better(None, json.loads(run(
            options.program, "warm", workload.pack, workload.machines,
            PASSES)))}
    rows = list(goals(results, colds, fleet, counts))
    note("\n%-58s %-14s %s" % ("measure", "goal", "measured"))
    for row in rows:
        note("%-58s %-14s %s" % row)
    if options.docs:
        write_page(options, results, rows)
        write_plots(results)


if __name__ == "__main__":
    main()
