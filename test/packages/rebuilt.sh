#!/bin/sh
# From the release tarball dpkg-buildpackage makes the same packages, without network and without Node.js.
set -eu
packages=$1
# shellcheck source-path=SCRIPTDIR source=checks.sh
. "$packages/checks.sh"

# Sums of all files of a package, and what it says of itself.
contents() {
    dpkg-deb -x "$1" "$2"
    (cd "$2" && find . -type f -exec sha256sum {} + | sort -k 2 && find . -type l -printf '%p %l\n' | sort)
    dpkg-deb -f "$1" | grep -v '^Installed-Size'
}

step 'the release tarball: dpkg-buildpackage'
apt-get install -qq -y --no-install-recommends dpkg-dev debhelper >/tmp/install.log 2>&1 || { cat /tmp/install.log; wrong 'install'; }
command -v node && wrong 'there is a Node.js here: this proves nothing'
[ "$(find /sys/class/net -mindepth 1 ! -name lo | wc -l)" = 0 ] || wrong 'there is a network here: this proves nothing'
mkdir /tmp/build
tar -C /tmp/build -xzf "$(echo "$packages"/ftpwall-*.tar.gz)"
cd /tmp/build/ftpwall-*
# Every build asks for compilers of C (build-essential); this one can do without.
dpkg-buildpackage -d -us -uc -b >/tmp/build.log 2>&1 || { cat /tmp/build.log; wrong 'dpkg-buildpackage'; }
for built in /tmp/build/*.deb; do
    name=$(basename "$built")
    here=$(contents "$built" "/tmp/a-$name")
    there=$(contents "$packages/$name" "/tmp/b-$name")
    [ -n "$here" ] || wrong "$name is empty"
    [ "$here" = "$there" ] || wrong "$name is another one than that of npm run package:deb"
done
