#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Fetches the public JSON parsing test suite for t_json_suite. The files are
# not ours and are not in the repository: they are inside a Debian source
# package, byte for byte. The package lists and the download live in a folder
# of their own, so the machine's apt is neither changed nor needs root.
#
#   tests/json_suite/fetch.sh FOLDER
#
# Does nothing if FOLDER is complete already.

set -eu

package=libcpanel-json-xs-perl
tarball=libcpanel-json-xs-perl_4.35.orig.tar.gz
sha256=5668e828d2fa9b2f93c7f6adab4992bdf52cc3629f94eae5012ddf665b546eaf

fail()
{
    echo "fetch.sh: $*" >&2
    exit 1
}

[ $# -eq 1 ] || fail "usage: fetch.sh FOLDER"
mkdir -p "$1"
folder=$(cd "$1" && pwd)
mark=$folder/complete
if [ -f "$mark" ] && [ "$(cat "$mark")" = "$sha256" ]; then
    echo "fetch.sh: $folder is complete"
    exit 0
fi
command -v apt-get >/dev/null || fail "needs apt-get (Debian)"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
mkdir -p "$work/sources" "$work/lists/partial" "$work/cache/archives/partial"

# The machine's own sources, asked for source packages instead.
list_file=
list_folder=
eval "$(apt-config shell list_file Dir::Etc::sourcelist/f \
    list_folder Dir::Etc::sourceparts/d)"
: >"$work/sources.list"
for file in "$list_file" "$list_folder"/*.list; do
    [ -f "$file" ] || continue
    sed -n 's/^[[:space:]]*deb\(-src\)\{0,1\}\([[:space:]]\)/deb-src\2/p' \
        "$file" >>"$work/sources.list"
done
for file in "$list_folder"/*.sources; do
    [ -f "$file" ] || continue
    sed 's/^[Tt][Yy][Pp][Ee][Ss]:.*/Types: deb-src/' \
        "$file" >"$work/sources/${file##*/}"
done

private_apt()
{
    apt-get -q \
        -o Dir::Etc::sourcelist="$work/sources.list" \
        -o Dir::Etc::sourceparts="$work/sources" \
        -o Dir::State::lists="$work/lists" \
        -o Dir::Cache="$work/cache" \
        -o APT::Sandbox::User="$(id -un)" \
        "$@"
}

# A source without source packages makes this fail; it may still do.
private_apt update || echo "fetch.sh: some package lists are missing" >&2
(cd "$work" && private_apt source --download-only --tar-only "$package") ||
    fail "cannot download the source of $package"

[ -f "$work/$tarball" ] ||
    fail "the configured Debian release has another version than $tarball"
echo "$sha256  $work/$tarball" | sha256sum -c - ||
    fail "$tarball is not the file that was reviewed"

rm -f "$folder"/*.json
tar -xzf "$work/$tarball" -C "$folder" --strip-components=3 \
    --wildcards '*/t/test_parsing/*.json'

# Three files of the suite are missing in the package, which has variants of
# them: the same text with a byte order mark, and one escape that differs.
tail -c +3 "$folder/y_string_utf16.json" \
    >"$folder/i_string_utf16LE_no_BOM.json"
tail -c +3 "$folder/y_string_utf16be.json" \
    >"$folder/i_string_utf16BE_no_BOM.json"
sed 's/u00A0/u000A/' "$folder/y_string_newline_uescaped.json" \
    >"$folder/y_string_uescaped_newline.json"

count=$(find "$folder" -name '*.json' | wc -l)
[ "$count" -eq 321 ] || fail "$count files instead of 321"
echo "$sha256" >"$mark"
echo "fetch.sh: $count files in $folder"
