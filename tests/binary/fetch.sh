#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Fetches programs and libraries of many kinds, which tests/binary/compare.py
# holds against other readers: out of Debian packages for seven architectures
# and npm packages for Windows and macOS. They are not ours, not in the
# repository and, but for one, never run.
#
#   tests/binary/fetch.sh FOLDER
#
# Does nothing if FOLDER is complete already.

set -eu

architectures="amd64 arm64 armhf i386 mips64el ppc64el s390x"
debs="hostname libc-bin zlib1g"
# The client of Docker for arm64 alone: tests/probe/engines.py lets it ask an
# engine of another architecture. It is run, by an emulator.
client="docker.io:arm64"
# Names, versions and SHA-256 of what npm packs; fsevents is universal.
npms="\
fsevents@2.3.3 c77e7a5d5ff31dd7acea7c44d4a0455e0528cdacbd24a8cb6c82b66d239b587e
@parcel/watcher-darwin-arm64@2.6.0 4e668008969832fd9fa7d1fd250b9bf1f2420ec0f0637fc07324fe1b8f0e131a
@parcel/watcher-darwin-x64@2.6.0 70b77ba5fa39082435d171f505f1c903617ba8feef4291f4bbee65dabf9a1f59
@parcel/watcher-win32-arm64@2.6.0 4cbd43d540504870bf53a707a2ac5b18a1f493a05ffec29ac369ac53c266327c
@parcel/watcher-win32-ia32@2.5.6 199d8fd9840db503ef66fda2711abc1ae94efb1f194e84e8c1585c418c896633
@parcel/watcher-win32-x64@2.6.0 a3af602cde25e3db3f217e9ab56ed8115e2b48b8935bd1b562f9867c30f163e6"

fail()
{
    echo "fetch.sh: $*" >&2
    exit 1
}

[ $# -eq 1 ] || fail "usage: fetch.sh FOLDER"
mkdir -p "$1"
folder=$(cd "$1" && pwd)
mark=$folder/complete
wanted="$architectures $debs $client $npms"
if [ -f "$mark" ] && [ "$(cat "$mark")" = "$wanted" ]; then
    echo "fetch.sh: $folder is complete"
    exit 0
fi
command -v npm >/dev/null || fail "needs npm"
command -v apt-get >/dev/null || fail "needs apt-get"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM

# Lists and packages of its own: the machine's are not touched.
mkdir -p "$work/lists/partial" "$work/cache/archives/partial" "$work/debs"
get()
{
    (cd "$work/debs" && apt-get -qq -o APT::Sandbox::User=root \
        -o APT::Architectures="$(echo "$architectures" | tr ' ' ',')" \
        -o Acquire::Languages=none -o Dir::State::lists="$work/lists" \
        -o Dir::Cache="$work/cache" "$@")
}
# Not every source has every architecture.
get update >/dev/null 2>&1 || :
packages=
for architecture in $architectures; do
    for deb in $debs; do
        packages="$packages $deb:$architecture"
    done
done
# shellcheck disable=SC2086 # the packages are words
get download $packages >/dev/null ||
    fail "apt-get could not download$packages"
for architecture in $architectures; do
    mkdir -p "$folder/debian/$architecture"
    for file in "$work/debs"/*_"$architecture".deb; do
        dpkg-deb -x "$file" "$folder/debian/$architecture" ||
            fail "$file is no package"
    done
done

rm -f "$work/debs"/*
if get download "$client" >/dev/null; then
    mkdir -p "$folder/client"
    dpkg-deb --fsys-tarfile "$work/debs"/*.deb |
        tar -x -C "$folder/client" ./usr/bin/docker || fail "no docker in $client"
else
    echo "fetch.sh: no $client" >&2
fi

echo "$npms" | while read -r package sum; do
    (cd "$work" && npm pack --silent "$package" >packed) ||
        fail "npm could not fetch $package"
    file=$work/$(cat "$work/packed")
    echo "$sum  $file" | sha256sum --check --status ||
        fail "$package is not what it was"
    mkdir -p "$folder/npm/$package"
    tar -xzf "$file" -C "$folder/npm/$package" || fail "$package is no archive"
done
echo "$wanted" >"$mark"
echo "fetch.sh: all in $folder"
