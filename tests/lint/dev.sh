#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# ./dev answers from any folder without touching anything: help lists every
# command, a wrong one names the nearest, and the exit statuses are right.
set -eu

dev=$PWD/dev
here=$(mktemp -d)
trap 'rm -rf "$here"' EXIT
cd "$here"

fail()
{
    echo "dev.sh: $*"
    exit 1
}

sh -n "$dev" || fail "dev is not valid sh"
"$dev" help >help.txt || fail "help fails"
for command in run test fresh browser fuzz oom bench cover figures format lint release help; do
    grep -q "dev $command" help.txt || fail "help does not list $command"
done

status=0
"$dev" tset >out.txt 2>&1 || status=$?
[ "$status" -eq 2 ] || fail "a wrong command exits $status, not 2"
grep -q "did you mean 'test'" out.txt || fail "the nearest is not named"

status=0
"$dev" zzzzzzzzzz >out.txt 2>&1 || status=$?
[ "$status" -eq 2 ] || fail "nonsense exits $status, not 2"
! grep -q "did you mean" out.txt || fail "nonsense is not near anything"

status=0
"$dev" test --quik >out.txt 2>&1 || status=$?
[ "$status" -eq 2 ] || fail "a wrong option exits $status, not 2"
status=0
"$dev" fuzz nothing >out.txt 2>&1 || status=$?
[ "$status" -eq 2 ] || fail "a wrong target exits $status, not 2"
grep -q "there are: all json" out.txt || fail "the targets are not named"

status=0
"$dev" fuzz json soon >out.txt 2>&1 || status=$?
[ "$status" -eq 2 ] || fail "wrong seconds exit $status, not 2"
echo "dev.sh: all well"
