#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""links.py PROGRAM: opens each page that a rule links to or a remedy opens. A page
is dead if its server says that it is not there (404, 410); of one that does not
answer nothing is known. Exits with 1 if one is dead, and with 77 if no server
could be reached at all. It needs the network, so no test runs it."""

import concurrent.futures
import http.client
import json
import re
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

RULES = Path(__file__).parents[2] / "rules"
SECONDS = 20
DEAD = {404, 410}
# Some servers answer nobody who does not look like a browser.
HEADERS = {"User-Agent": "Mozilla/5.0 (archrules links)", "Accept": "*/*"}


def pages(program):
    """The rules that lead to each page."""
    done = subprocess.run([program, "doc", str(RULES), "--format", "json"],
                          capture_output=True, encoding="utf-8", check=True)
    found = {}
    for pack in json.loads(done.stdout)["packs"]:
        for rule in pack["rules"]:
            for page in re.findall(r'"(https?://[^"{]+)"',
                                   json.dumps([rule["links"], rule["remedies"]])):
                found.setdefault(page, set()).add(rule["id"])
    return found


def open_page(page):
    """("ok", "dead" or "unknown", and why)."""
    request = urllib.request.Request(page, headers=HEADERS)
    try:
        with urllib.request.urlopen(request, timeout=SECONDS) as answer:
            return "ok", str(answer.status)
    except urllib.error.HTTPError as error:
        return "dead" if error.code in DEAD else "unknown", f"status {error.code}"
    except (OSError, http.client.HTTPException) as error:
        return "unknown", str(getattr(error, "reason", error))


def main():
    found = pages(sys.argv[1])
    counts = {"ok": 0, "dead": 0, "unknown": 0}
    answered = False
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        for page, (word, why) in zip(found, pool.map(open_page, found)):
            counts[word] += 1
            answered |= word != "unknown" or why.startswith("status")
            if word != "ok":
                print(f"{word:7} {page} ({why}): {', '.join(sorted(found[page]))}")
    print(", ".join(f"{count} {word}" for word, count in counts.items()))
    if not answered:
        print("no server could be reached: nothing is known of the pages")
        sys.exit(77)
    sys.exit(1 if counts["dead"] else 0)


if __name__ == "__main__":
    main()
