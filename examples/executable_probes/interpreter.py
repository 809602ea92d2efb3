#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""An executable probe: reads the question, prints the answer."""

import json
import platform
import sys


def answer(question):
    if question.get("archrules_probe") != 1:
        sys.exit("this probe speaks version 1 of the protocol")
    known = {
        "interpreter.version": platform.python_version(),
        "interpreter.encoding": sys.getdefaultencoding(),
    }
    facts = {}
    for name in question["facts"]:
        if name in known:
            facts[name] = {"value": known[name]}
        else:
            facts[name] = {"unknown": "unsupported",
                           "detail": "this probe does not know it"}
    return {"archrules_probe": 1, "facts": facts, "origin": sys.executable}


if __name__ == "__main__":
    json.dump(answer(json.load(sys.stdin)), sys.stdout)
