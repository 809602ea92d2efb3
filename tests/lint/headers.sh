#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Every header compiles alone, and the public one also as strict C++17 for
# those who embed us. What only Windows can compile is left to its build.
#
#   headers.sh COMPILER      in the root of the checkout
set -eu

compiler=${1:-cc}
warnings="-Wall -Wextra -Wpedantic -Werror"
failed=0
count=0

for header in engine/*/*.h; do
    case $header in
    *_windows.h) continue ;;
    esac
    count=$((count + 1))
    # shellcheck disable=SC2086 # the warnings are words
    "$compiler" -std=c17 $warnings -fsyntax-only -D_POSIX_C_SOURCE=200809L \
        -Iengine -Iengine/include -Igrammar -x c "$header" || {
        echo "$header does not compile alone"
        failed=$((failed + 1))
    }
done

public=engine/include/archrules.h
if [ -f "$public" ]; then
    for cplusplus in clang++ g++ c++; do
        command -v "$cplusplus" >/dev/null && break
    done
    # shellcheck disable=SC2086
    "$cplusplus" -std=c++17 $warnings -Wold-style-cast -Wconversion \
        -fsyntax-only -x c++ "$public" || {
        echo "$public is not C++17"
        failed=$((failed + 1))
    }
fi

echo "headers: $failed of $count failed"
[ "$failed" -eq 0 ]
