#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Builds the libraries that archrules needs, for Windows on x86_64, from
# Debian's source packages: there are none to install. For tests: the sources
# are those that Debian's own fixes are made for, without the fixes.
#
#   cmake/windows_libraries.sh FOLDER
#
# Does nothing if FOLDER is complete already.

set -eu

here=$(cd "$(dirname "$0")" && pwd)
. "$here/debian_source.sh"

# PACKAGE TARBALL SHA256, a line each.
sources='pcre2 pcre2_10.42.orig.tar.gz c33b418e3b936ee3153de2c61cc638e7e4fe3156022a5c77d0711bcbb9d64f1f
libsodium libsodium_1.0.18.orig.tar.gz d59323c6b712a1519a5daf710b68f5e7fde57040845ffec53850911f10a5d4f4
cmocka cmocka_1.1.5.orig.tar.xz f0ccd8242d55e2fd74b16ba518359151f6f8383ff8aef4976e48393f77bba8b6'

[ $# -eq 1 ] || source_fail "usage: windows_libraries.sh FOLDER"
mkdir -p "$1"
folder=$(cd "$1" && pwd)
mark=$folder/complete
# What it is made of and how: another of either makes it anew.
made_of=$(cat "$here/windows_libraries.sh" "$here/mingw-w64-x86_64.cmake" |
    sha256sum)
if [ -f "$mark" ] && [ "$(cat "$mark")" = "$made_of" ]; then
    echo "windows_libraries.sh: $folder is complete"
    exit 0
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
# What the machine's own compiler is given does not fit another one.
unset CFLAGS CPPFLAGS LDFLAGS

source_update
echo "$sources" | while read -r package tarball sha256; do
    source_fetch "$package" "$tarball" "$sha256"
    mkdir -p "$work/$package"
    tar -xf "$work/$tarball" -C "$work/$package" --strip-components=1
done

# PACKAGE CMAKE-ARGUMENTS...
build_with_cmake()
{
    package=$1
    shift
    cmake -S "$work/$package" -B "$work/$package/build" -G Ninja \
        -DCMAKE_TOOLCHAIN_FILE="$here/mingw-w64-x86_64.cmake" \
        -DCMAKE_INSTALL_PREFIX="$folder" -DCMAKE_BUILD_TYPE=Release \
        -DBUILD_SHARED_LIBS=OFF "$@"
    cmake --build "$work/$package/build"
    cmake --install "$work/$package/build"
}

build_with_cmake pcre2 -DPCRE2_SUPPORT_JIT=OFF -DPCRE2_BUILD_PCRE2GREP=OFF \
    -DPCRE2_BUILD_TESTS=OFF
build_with_cmake cmocka -DWITH_EXAMPLES=OFF -DWITH_STATIC_LIB=ON
mv "$folder/lib/libcmocka-static.a" "$folder/lib/libcmocka.a"
rm -f "$folder/lib/libcmocka.dll.a" "$folder/bin/cmocka.dll"
(
    cd "$work/libsodium"
    autoreconf -fi
    ./configure --host=x86_64-w64-mingw32 --disable-shared --enable-static \
        --enable-minimal --prefix="$folder"
    make -j 2
    make install
)
echo "$made_of" >"$mark"
echo "windows_libraries.sh: $folder is complete"
