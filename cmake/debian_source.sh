# SPDX-License-Identifier: Apache-2.0
# Sources that are not ours, from Debian's source packages. To be read by
# another script, which sets `work` to an empty folder of its own: the package
# lists and the downloads live there, so the machine's apt is neither changed
# nor needs root.
# shellcheck shell=sh

source_fail()
{
    echo "${0##*/}: $*" >&2
    exit 1
}

# The machine's own sources, asked for source packages instead.
source_lists()
{
    mkdir -p "$work/sources" "$work/lists/partial" \
        "$work/cache/archives/partial"
    list_file=
    list_folder=
    eval "$(apt-config shell list_file Dir::Etc::sourcelist/f \
        list_folder Dir::Etc::sourceparts/d)"
    : >"$work/sources.list"
    for file in "$list_file" "$list_folder"/*.list; do
        [ -f "$file" ] || continue
        sed -n \
            's/^[[:space:]]*deb\(-src\)\{0,1\}\([[:space:]]\)/deb-src\2/p' \
            "$file" >>"$work/sources.list"
    done
    for file in "$list_folder"/*.sources; do
        [ -f "$file" ] || continue
        sed 's/^[Tt][Yy][Pp][Ee][Ss]:.*/Types: deb-src/' \
            "$file" >"$work/sources/${file##*/}"
    done
}

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

source_update()
{
    command -v apt-get >/dev/null || source_fail "needs apt-get (Debian)"
    source_lists
    # A source without source packages makes this fail; it may still do.
    private_apt update ||
        echo "${0##*/}: some package lists are missing" >&2
}

# PACKAGE TARBALL SHA256: $work/TARBALL, as it was reviewed.
source_fetch()
{
    (cd "$work" && private_apt source --download-only --tar-only "$1") ||
        source_fail "cannot download the source of $1"
    [ -f "$work/$2" ] ||
        source_fail "the configured Debian release has another version than $2"
    echo "$3  $work/$2" | sha256sum -c - ||
        source_fail "$2 is not the file that was reviewed"
}
