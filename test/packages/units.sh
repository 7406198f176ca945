#!/bin/sh
# What systemd says of the units, where the packages are unpacked.
set -eu
packages=$1
# shellcheck source-path=SCRIPTDIR source=checks.sh
. "$packages/checks.sh"

step 'systemd-analyze verify'
apt-get install -qq -y --no-install-recommends systemd >/tmp/install.log 2>&1 || { cat /tmp/install.log; wrong 'install'; }
for package in "$packages"/*.deb; do dpkg-deb -x "$package" /; done
systemd-analyze verify --man=no /usr/lib/systemd/system/ftpwall*.service >/tmp/said 2>&1 || { cat /tmp/said; wrong 'verify'; }
[ ! -s /tmp/said ] || { cat /tmp/said; wrong 'verify has something to say'; }
