#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Fetches chronyd and libfaketime for the fault of the clock. They are unpacked and
# not installed: installed, chronyd would take over the clock of this machine.
#
#   tests/provoke/fetch.sh FOLDER
#
# Does nothing if FOLDER has them already.

set -eu

[ $# -eq 1 ] || {
    echo "usage: fetch.sh FOLDER" >&2
    exit 2
}
mkdir -p "$1"
folder=$(cd "$1" && pwd)
[ ! -f "$folder/complete" ] || exit 0
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
cd "$work"
apt-get download chrony libfaketime
for package in *.deb; do
    dpkg -x "$package" "$folder"
done
touch "$folder/complete"
