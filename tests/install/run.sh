#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Installs a build into a new folder, uses it as others would, and takes it
# away again by the manifest:
#   - a small C program is built with find_package and with pkg-config;
#   - the installed program runs outside of the checkout and names none of
#     the folders it was built in;
#   - afterwards nothing is left.
#
#   run.sh CMAKE BUILD-FOLDER COMPILER [COMPILER-FLAGS]
#
# Runs in the root of the checkout.
set -eu

cmake=$1
build=$2
compiler=$3
flags=${4:-}
checkout=$PWD
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
prefix="$work/a prefix"

fail()
{
    echo "install: $*"
    exit 1
}

quietly()
{
    "$@" >"$work/log" 2>&1 || {
        cat "$work/log"
        fail "failed: $*"
    }
}

quietly "$cmake" --install "$build" --prefix "$prefix"
cp "$build/install_manifest.txt" "$work/manifest"
for file in bin/archrules include/archrules.h share/archrules/stdlib \
    share/archrules/rules share/man/man1/archrules.1 \
    share/man/man1/archrules-eval.1 share/zsh/site-functions/_archrules \
    share/bash-completion/completions/archrules \
    share/fish/vendor_completions.d/archrules.fish; do
    [ -e "$prefix/$file" ] || fail "$file is not installed"
done

# Nothing installed may lead back to where it came from. (A build with
# debugging information does, in its binaries.)
binaries=--binary-files=text
! grep -q '^CMAKE_BUILD_TYPE:STRING=Debug$' "$build/CMakeCache.txt" ||
    binaries=--binary-files=without-match
for folder in "$checkout" "$build" "$prefix"; do
    if grep -rlF "$binaries" -e "$folder" "$prefix" >"$work/found"; then
        cat "$work/found"
        fail "these files name $folder"
    fi
done

# The program, away from the checkout.
(cd / && "$prefix/bin/archrules" version) >"$work/version" ||
    fail "the installed program does not run"
version=$(sed -n 's/^CMAKE_PROJECT_VERSION:STATIC=//p' \
    "$build/CMakeCache.txt")
grep -qF "$version" "$work/version" || fail "it is not version $version"

# A program of somebody else, with CMake.
mkdir "$work/user"
cp tests/install/embed.c "$work/user/"
cat >"$work/user/CMakeLists.txt" <<'END'
cmake_minimum_required(VERSION 3.25)
project(user LANGUAGES C)
find_package(archrules 0.1 REQUIRED)
add_executable(embed embed.c)
target_link_libraries(embed PRIVATE archrules::archrules)
END
generator=$(sed -n 's/^CMAKE_GENERATOR:INTERNAL=//p' "$build/CMakeCache.txt")
quietly "$cmake" -S "$work/user" -B "$work/user/build" -G "$generator" \
    "-DCMAKE_PREFIX_PATH=$prefix" "-DCMAKE_C_COMPILER=$compiler" \
    "-DCMAKE_C_FLAGS=$flags" -DCMAKE_BUILD_TYPE=Debug
quietly "$cmake" --build "$work/user/build"
quietly "$work/user/build/embed"

# The same with pkg-config. It quotes blanks for a shell.
libraries=$(dirname "$(find "$prefix" -name 'libarchrules.*' -type f |
    head -n 1)")
words=$(PKG_CONFIG_PATH="$libraries/pkgconfig" \
    pkg-config --cflags --libs archrules)
# shellcheck disable=SC2086 # flags are words
eval "set -- $words"
# shellcheck disable=SC2086
quietly "$compiler" -std=c17 -Wall -Wextra -Wpedantic -Werror $flags \
    tests/install/embed.c -o "$work/embed" "$@"
quietly env LD_LIBRARY_PATH="$libraries" "$work/embed"

# Away with it. The manifest's last line has no newline.
while read -r file || [ -n "$file" ]; do
    rm "$file" || fail "$file is in the manifest and not there"
done <"$work/manifest"
find "$prefix" -depth -type d -exec rmdir {} \; 2>/dev/null || true
if [ -e "$prefix" ]; then
    find "$prefix"
    fail "uninstalling left these"
fi
echo "install: all well"
