#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# An executable probe without a library for JSON: shells.sh [PATH]. The
# question need not be read where the arguments tell all of it.
set -eu

list=/etc/shells

say()
{
    printf '{"archrules_probe": 1, "facts": {%s}, "origin": "%s"}\n' \
        "$1" "$list"
}

if [ $# -eq 0 ]; then
    fact='"login.shells"'
else
    fact='"shell().is_listed"'
fi
if [ ! -e "$list" ]; then
    say "$fact: {\"absent\": true}"
elif [ ! -r "$list" ]; then
    say "$fact: {\"unknown\": \"denied\"}"
elif [ $# -eq 0 ]; then
    say "$fact: {\"value\": $(grep -c '^/' "$list" || true)}"
elif grep -qxF -- "$1" "$list"; then
    say "$fact: {\"value\": true}"
else
    say "$fact: {\"value\": false}"
fi
