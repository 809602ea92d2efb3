# SPDX-License-Identifier: Apache-2.0
"""Claims that the tests of probes make, counted."""

problems = []
n_checks = 0


def check(what, holds, *details):
    global n_checks
    n_checks += 1
    if not holds:
        problems.append(what)
        print("FAIL", what, *details, flush=True)


def finish(about=""):
    """Prints how many there were; the exit code of the test."""
    print(f"{about}{n_checks} checks, {len(problems)} failed")
    return 1 if problems else 0
