#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""all.py PROGRAM [RULE...]: makes every fault that can be made here, those of
folders (run.py) and those of whole machines (hosts.py), and counts."""

import sys

import hosts
import run


def main():
    program, names = sys.argv[1], sys.argv[2:]
    both = [part.run_all(program, names) for part in (run, hosts)]
    total = {word: sum(counts[word] for counts in both) for word in both[0]}
    print(", ".join(f"{count} {word}" for word, count in total.items()))
    if not any(total.values()):
        sys.exit(f"no case provokes {' or '.join(names)}")
    sys.exit(1 if total["failed"] else 0)


if __name__ == "__main__":
    main()
