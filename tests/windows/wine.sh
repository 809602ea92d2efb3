#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Runs a program of Windows with Wine, in an empty Windows of its own in the
# build folder; exit 77 where there is no Wine.
#
#   wine.sh PREFIX PROGRAM [ARGUMENT...]
set -eu

prefix=$1
shift
wine=
for place in /usr/lib/wine/wine64 /usr/bin/wine64; do
    [ -n "$wine" ] || [ ! -x "$place" ] || wine=$place
done
if [ -z "$wine" ]; then
    echo "wine.sh: no wine64: programs for Windows cannot be run here" >&2
    exit 77
fi
export WINEPREFIX="$prefix" WINEDEBUG=-all WINEDLLOVERRIDES="mscoree,mshtml="
if [ ! -f "$prefix/ready" ]; then
    mkdir -p "$prefix"
    "$wine" wineboot -i >/dev/null 2>&1 </dev/null || {
        echo "wine.sh: Wine cannot make its folder here" >&2
        exit 77
    }
    "$wine" reg add 'HKCU\Software\Wine' /v Version /t REG_SZ /d win10 /f \
        >/dev/null 2>&1
    : >"$prefix/ready"
fi
exec "$wine" "$@"
