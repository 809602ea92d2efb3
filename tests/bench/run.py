#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Measures archrules and its peers side by side, in one run.

  run.py BENCH-PROGRAM FOLDER [--rules N,N] [--snapshots N] [--seed N]

Makes the workload in the folder, checks that all peers find the same rules,
then prints times and ratios. Every figure is the best of five passes on one
core. Lua is left out, with a word, where it or its libraries are missing."""

import argparse
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
PASSES = "5"


def run(*command):
    if shutil.which("taskset"):
        command = ("taskset", "-c", str(min(os.sched_getaffinity(0))),
                   *command)
    return subprocess.run([str(part) for part in command], check=True,
                          capture_output=True, text=True).stdout


def find_lua():
    lua = shutil.which("lua5.4")
    if not lua:
        return None
    probe = subprocess.run(
        [lua, "-e", 'require "cjson" require "rex_pcre2"'],
        capture_output=True, check=False)
    return lua if probe.returncode == 0 else None


def make(folder, options, rules):
    target = folder / ("%d-%d" % (rules, options.seed))
    if not (target / "snapshots.ndjson").exists():
        run(sys.executable, HERE / "workload.py", target, rules,
            options.snapshots, "--seed", options.seed)
    return target


def same_answers(program, lua, target):
    ours = run(program, "check", target / "pack.rules",
               target / "snapshots.ndjson")
    theirs = run(lua, HERE / "peer.lua", "check", target / "pack.lua",
                 target / "snapshots.ndjson")
    if ours == theirs:
        return ours.count(" r")
    for mine, other in zip(ours.splitlines(), theirs.splitlines()):
        if mine != other:
            print("archrules: %s\nlua5.4:    %s" % (mine, other))
            break
    raise SystemExit("bench: the peers do not find the same rules")


def measure(program, lua, target):
    """archrules and Lua in turns, three times, the best of each."""
    ours, theirs = None, None
    for _ in range(3):
        mine = json.loads(run(program, "warm", target / "pack.rules",
                              target / "snapshots.ndjson", PASSES))
        ours = mine if ours is None else {
            key: min(value, mine[key]) for key, value in ours.items()}
        if not lua:
            continue
        other = json.loads(run(lua, HERE / "peer.lua", "warm",
                               target / "pack.lua",
                               target / "snapshots.ndjson", PASSES))
        theirs = other if theirs is None else {
            key: min(value, other[key]) for key, value in theirs.items()}
    return ours, theirs


def show(rules, ours, theirs):
    compile_us = ours["parse_us"] + ours["check_us"] + ours["generate_us"]
    print("%d rules, %d snapshots" % (rules, ours["snapshots"]))
    print("  compile, us per rule      archrules %.2f (parse %.2f, check %.2f, "
          "bytecode %.2f)" % (compile_us, ours["parse_us"], ours["check_us"],
                              ours["generate_us"]))
    print("  evaluate, ns per rule     machine %.1f, reference %.1f (%.2fx)"
          % (ours["warm_ns"], ours["reference_ns"],
             ours["reference_ns"] / ours["warm_ns"]))
    if theirs:
        print("  beside lua5.4             compile %.2f us, evaluate %.1f ns: "
              "machine / lua = %.2f" % (theirs["compile_us"],
                                        theirs["warm_ns"],
                                        ours["warm_ns"] / theirs["warm_ns"]))
    print("  shared                    %d routines, %d instructions" % (
        ours["predicates"], ours["instructions"]), flush=True)
    return compile_us


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("program", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--rules", default="1000,10000")
    parser.add_argument("--snapshots", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    lua = find_lua()
    if not lua:
        print("lua5.4 with cjson and rex_pcre2 is not here: measured without")
    costs = []
    for rules in map(int, options.rules.split(",")):
        target = make(options.folder, options, rules)
        if lua:
            print("the same %d matches by archrules and lua5.4"
                  % same_answers(options.program, lua, target))
        ours, theirs = measure(options.program, lua, target)
        costs.append(show(rules, ours, theirs))
    if len(costs) > 1:
        print("compile cost per rule, largest / smallest pack: %.2f"
              % (costs[-1] / costs[0]))


if __name__ == "__main__":
    main()
