#!/bin/sh
# What a package does where it is installed. Runs inside a root of its own, with a network of its own; $1: the folder of the packages.
set -eu
export DEBIAN_FRONTEND=noninteractive
packages=$1
for program in "$packages"/ftpwall_*_all.deb; do :; done

step() { printf -- '- %s\n' "$1"; }
wrong() {
    printf 'WRONG: %s\n' "$1" >&2
    exit 1
}
table() { nft list table inet ftpwall | sed 's/packets [0-9]* bytes [0-9]*//'; }
closed() { table | grep -q 'policy drop'; }

# An older version of ourselves, to upgrade from.
older() {
    work=$(mktemp -d)
    dpkg-deb -R "$program" "$work/tree"
    sed -i 's/^Version: .*/Version: 0.0.9/' "$work/tree/DEBIAN/control"
    dpkg-deb --root-owner-group -b "$work/tree" "$work/ftpwall_0.0.9_all.deb" >/dev/null
    echo "$work/ftpwall_0.0.9_all.deb"
}

ip link set lo up
ip netns add others
for name in eth0 eth1 eth2; do ip link add "$name" type veth peer name "$name" netns others; done
ip address add 192.0.2.1/24 dev eth0
ip link set eth0 up
ip route add default via 192.0.2.254

step 'install an older version: nothing is loaded or enabled'
apt-get install -qq -y --no-install-recommends "$(older)" >/tmp/install.log 2>&1 || { cat /tmp/install.log; wrong 'install'; }
grep -q 'ftpwall init' /tmp/install.log || wrong 'installing does not say how to begin'
[ -z "$(nft list tables)" ] || wrong 'installing loaded rules'
node --version
nft --version

step 'init, check, start'
SSH_CONNECTION='192.0.2.9 40000 192.0.2.1 22' ftpwall init --three-zone
ftpwall check
ftpwall start || wrong 'start'
closed || wrong 'start left the machine open'
ftpwall status >/dev/null || wrong "status says $?"
echo '# mine' >>/etc/ftpwall/rules

step 'upgrade: the rules stay as they are, and so do the files'
before=$(table)
apt-get install -qq -y -o Dpkg::Options::=--force-confold --no-install-recommends "$program" >/tmp/upgrade.log 2>&1 || { cat /tmp/upgrade.log; wrong 'upgrade'; }
[ "$(dpkg-query -W -f '${Version}' ftpwall)" != 0.0.9 ] || wrong 'nothing was upgraded'
[ "$before" = "$(table)" ] || wrong 'the upgrade changed the loaded rules'
tail -n 1 /etc/ftpwall/rules | grep -q mine || wrong 'the upgrade changed a file of the user'

step 'boot without Node.js'
node=$(command -v node)
mv "$node" "$node.away"
nft flush ruleset
/usr/lib/ftpwall/ftpwall-boot start || wrong 'boot'
closed || wrong 'boot left the machine open'
/etc/init.d/ftpwall status || wrong 'the init script does not see the firewall'
mv "$node.away" "$node"

step 'remove: the rules stay, and it says so'
dpkg --remove ftpwall >/tmp/remove.log 2>&1 || wrong 'remove'
grep -q 'stays loaded' /tmp/remove.log || wrong 'remove does not say that the rules stay'
grep -q 'nft delete table inet ftpwall' /tmp/remove.log || wrong 'remove does not say how to open'
closed || wrong 'remove opened the machine'
[ -e /etc/ftpwall/rules ] || wrong 'remove took files of the user'

step 'purge: the files go, the rules stay'
dpkg --purge ftpwall >/tmp/purge.log 2>&1 || wrong 'purge'
grep -q 'nft delete table inet ftpwall' /tmp/purge.log || wrong 'purge does not say how to open'
closed || wrong 'purge opened the machine'
[ ! -e /var/lib/ftpwall ] || wrong 'purge left the state folder'
[ ! -e /etc/ftpwall/ftpwall.conf ] || wrong 'purge left its settings'
step 'all is well'
