#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Proves that a clone of HEAD works on a machine that has nothing: makes a
# minimal Debian with debootstrap, clones into it, calls ./dev run and ./dev
# test (each twice), and runs the installed program after the clone is gone.
# Needs root. The packages come from where this machine's come from.
#
#   fresh.sh [RELEASE]        bookworm
set -eu

release=${1:-bookworm}
checkout=$(git rev-parse --show-toplevel)

fail()
{
    echo "fresh: $*" >&2
    exit 1
}

[ "$(id -u)" -eq 0 ] || fail "needs root, for debootstrap and chroot"
git rev-parse --verify -q HEAD >/dev/null || fail "nothing is committed yet"
if [ -n "$(git status --porcelain)" ]; then
    echo "fresh: what is not committed is not part of this" >&2
fi

work=$(mktemp -d)
tree=$work/tree

clean_up()
{
    for mount in "$tree/dev/pts" "$tree/dev" "$tree/proc"; do
        if mountpoint -q "$mount"; then
            umount "$mount" || umount -l "$mount" || true
        fi
    done
    # A mount that is still there must not be emptied.
    if ! mountpoint -q "$tree/dev" && ! mountpoint -q "$tree/proc"; then
        rm -rf --one-file-system "$work"
    else
        echo "fresh: could not unmount; left $work" >&2
    fi
}
trap clean_up EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

# Where this machine gets Debian's packages: URI RELEASE COMPONENT a line.
debian_sources()
{
    # shellcheck disable=SC2016 # apt replaces these
    apt-get indextargets --format \
        '$(ORIGIN)|$(REPO_URI) $(RELEASE) $(COMPONENT)' \
        'Created-By: Packages' | sed -n 's/^Debian|//p' | sort -u
}

# The same in the form of sources.list, the release before its updates: of
# equal versions apt takes the first, and a mirror of the updates may lack
# the sources.
write_sources()
{
    if [ ! -s "$work/sources" ]; then
        apt-get -q update >/dev/null || true
        debian_sources >"$work/sources"
    fi
    awk -v release="$release" '
        $2 == release { print "deb", $0 }
        index($2, release "-") == 1 { updates = updates "deb " $0 "\n" }
        END { printf "%s", updates }
        ' "$work/sources" >"$work/sources.list"
}

# The mirror that has the release itself.
mirror()
{
    awk -v release="$release" '$3 == release { print $2; exit }' \
        "$work/sources.list"
}

# How this machine reaches its mirror: proxies and additional authorities.
copy_network_settings()
{
    cp "$work/sources.list" "$tree/etc/apt/sources.list"
    rm -f "$tree"/etc/apt/sources.list.d/*
    apt-config dump | grep -E '^Acquire::(http|https|ftp)::.*Proxy' \
        >"$tree/etc/apt/apt.conf.d/80proxy" || true
    cp -L /etc/resolv.conf "$tree/etc/resolv.conf"
    cp -L /etc/hosts "$tree/etc/hosts"
    if [ -d /usr/local/share/ca-certificates ]; then
        cp -RL /usr/local/share/ca-certificates "$tree/usr/local/share/"
    fi
}

inside()
{
    chroot "$tree" /usr/bin/env -i HOME=/root TERM=dumb LANG=C.UTF-8 \
        PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
        ${http_proxy:+"http_proxy=$http_proxy"} \
        ${https_proxy:+"https_proxy=$https_proxy"} \
        ${no_proxy:+"no_proxy=$no_proxy"} \
        "$@" </dev/null
}

# LABEL COMMAND...: inside, timed.
step()
{
    label=$1
    shift
    echo "== fresh: $label"
    started=$(date +%s)
    inside "$@" || fail "$label failed"
    taken="$taken$label: $(($(date +%s) - started)) s
"
}

taken=
debian_sources >"$work/sources"
write_sources
[ -n "$(mirror)" ] || fail "this machine's apt has no source for $release"

echo "== fresh: debootstrap $release"
started=$(date +%s)
debootstrap --variant=minbase --include=git,ca-certificates \
    "$release" "$tree" "$(mirror)" >"$work/log" 2>&1 || {
    tail -n 20 "$work/log" >&2
    fail "debootstrap failed"
}
taken="debootstrap: $(($(date +%s) - started)) s
"
copy_network_settings
mount -t proc proc "$tree/proc"
mount --bind /dev "$tree/dev"
if mountpoint -q /dev/pts; then
    mount --bind /dev/pts "$tree/dev/pts"
fi

# A name with a blank: scripts that forget to quote fail here.
clone=/srv/"a clone"
git clone -q --no-hardlinks "$checkout" "$tree$clone"
head=$(git rev-parse HEAD)
git -C "$tree$clone" checkout -q --detach "$head"

step "dev run" "$clone/dev" run
step "dev test" "$clone/dev" test
step "dev run again" "$clone/dev" run
step "dev test again, quick" "$clone/dev" test --quick

inside cmake --install "$clone/build/run" --prefix /opt/archrules >/dev/null
inside cp -R "$clone/examples" /srv/examples
rm -rf "${tree:?}$clone"
status=0
inside /opt/archrules/bin/archrules eval \
    -f /srv/examples/docker_desktop/acer-swift-go-14.json || status=$?
[ "$status" -eq 1 ] ||
    fail "the installed program exits $status instead of 1, without the clone"

echo "== fresh: $head works in a minimal $release on $(nproc) cores"
printf '%s' "$taken"
