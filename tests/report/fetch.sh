#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Fetches what reads reports in tests and is not in Debian: a validator of JSON
# schemas, the schema of SARIF, a reader of TAP, checks of accessibility. They
# are not ours and not in the repository.
#
#   tests/report/fetch.sh FOLDER
#
# Does nothing if FOLDER is complete already.

set -eu

packages="ajv@8.20.0 ajv-formats@3.0.1 tap-parser@18.3.4 axe-core@4.14.1"
sarif=@microsoft/sarif-multitool-linux@5.7.0

fail()
{
    echo "fetch.sh: $*" >&2
    exit 1
}

[ $# -eq 1 ] || fail "usage: fetch.sh FOLDER"
mkdir -p "$1"
folder=$(cd "$1" && pwd)
mark=$folder/complete
if [ -f "$mark" ] && [ "$(cat "$mark")" = "$packages $sarif" ]; then
    echo "fetch.sh: $folder is complete"
    exit 0
fi
command -v npm >/dev/null || fail "needs npm"

echo '{"private": true}' >"$folder/package.json"
# shellcheck disable=SC2086 # the packages are words
npm install --prefix "$folder" --ignore-scripts --no-audit --no-fund \
    --no-package-lock --loglevel=error $packages ||
    fail "npm could not install $packages"

# Of the package of SARIF only the schema is wanted.
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
(cd "$work" && npm pack --silent "$sarif" >/dev/null) ||
    fail "npm could not fetch $sarif"
tar -xzf "$work"/*.tgz -C "$work" || fail "$sarif is no archive"
schema=$(find "$work" -name 'sarif-2.1.0.json' | head -n 1)
[ -n "$schema" ] || fail "$sarif has no schema"
cp "$schema" "$folder/sarif-2.1.0.json"
echo "$packages $sarif" >"$mark"
echo "fetch.sh: all in $folder"
