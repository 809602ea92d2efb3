#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Fetches the public JSON parsing test suite for t_json_suite. The files are
# not ours and are not in the repository: they are inside a Debian source
# package, byte for byte.
#
#   tests/json_suite/fetch.sh FOLDER
#
# Does nothing if FOLDER is complete already.

set -eu

package=libcpanel-json-xs-perl
tarball=libcpanel-json-xs-perl_4.35.orig.tar.gz
sha256=5668e828d2fa9b2f93c7f6adab4992bdf52cc3629f94eae5012ddf665b546eaf

. "$(dirname "$0")/../../cmake/debian_source.sh"

[ $# -eq 1 ] || source_fail "usage: fetch.sh FOLDER"
mkdir -p "$1"
folder=$(cd "$1" && pwd)
mark=$folder/complete
if [ -f "$mark" ] && [ "$(cat "$mark")" = "$sha256" ]; then
    echo "fetch.sh: $folder is complete"
    exit 0
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM

source_update
source_fetch "$package" "$tarball" "$sha256"

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
[ "$count" -eq 321 ] || source_fail "$count files instead of 321"
echo "$sha256" >"$mark"
echo "fetch.sh: $count files in $folder"
