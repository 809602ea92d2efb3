#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What a person types, with the program for Windows.
#
#   run.sh PREFIX PROGRAM      in the root of the checkout
set -eu

prefix=$1
program=$2
failed=0

# STATUS PATTERN ARGUMENTS...
claim()
{
    wanted=$1
    pattern=$2
    shift 2
    status=0
    output=$(sh tests/windows/wine.sh "$prefix" "$program" "$@" 2>&1) ||
        status=$?
    [ "$status" -ne 77 ] || { echo "$output"; exit 77; }
    if [ "$status" -ne "$wanted" ] ||
        ! printf '%s\n' "$output" | grep -q "$pattern"; then
        echo "FAILED: archrules $*: status $status, not $wanted, with $pattern"
        printf '%s\n' "$output"
        failed=1
    fi
}

claim 0 '^archrules [0-9]' version
claim 1 'docker_desktop.wrong_build' eval -p rules/docker_desktop \
    -f examples/docker_desktop/acer-swift-go-14.json
claim 0 '^host.os = windows' facts host
claim 0 'IsWow64Process2' facts host.arch
claim 0 'windows.hypervisor_launch = <unknown: probe_failed>' facts windows
claim 0 ': 0 errors, 0 warnings' check 'rules\docker_desktop'
claim 2 "did you mean 'check'" chekc
claim 2 'no such file' eval 'C:\none.rules'
claim 1 '"é"' eval -e 'when "é" == "é" then diagnose "\"é\""'

# Docker Desktop as its installer would leave it, planted: the program is one of
# those that tests/binary/make.py has made. Prints nothing.
#
#   plant MADE-PROGRAM
plant()
{
    entry='HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Uninstall\Docker Desktop'
    for value in 'InstallLocation C:\planted' 'DisplayVersion 4.38.0'; do
        sh tests/windows/wine.sh "$prefix" reg add "$entry" /f \
            /v "${value%% *}" /d "${value#* }" >/dev/null 2>&1
    done
    mkdir -p "$prefix/drive_c/planted/resources"
    cp "tests/fuzz/corpus/binary/$1" \
        "$prefix/drive_c/planted/resources/com.docker.backend.exe"
    for user in "$prefix"/drive_c/users/*/AppData/Local; do
        mkdir -p "$user/Docker/log/host"
        echo 'docker-desktop-user-distro proxy has not started after 4 minutes' \
            >"$user/Docker/log/host/com.docker.backend.exe.log"
    done
}
claim 0 '^docker.desktop.path = <absent>' facts docker.desktop
plant pe_arm64
claim 0 '^docker.desktop.version = 4.38.0' facts docker.desktop
claim 1 '^CRITICAL: Docker Desktop is built for another CPU' \
    eval -p rules/docker_desktop --no-ask
plant pe_amd64
claim 1 'docker_desktop.proxy_timeout' eval -p rules/docker_desktop --no-ask
sh tests/windows/wine.sh "$prefix" reg delete "$entry" /f >/dev/null 2>&1
rm -rf "$prefix/drive_c/planted" \
    "$prefix"/drive_c/users/*/AppData/Local/Docker
exit $failed
