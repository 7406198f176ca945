#!/bin/sh
# The RPM packages: the same files as those of Debian, installed by rpm into an empty root, and here.
set -eu
packages=$1
# shellcheck source-path=SCRIPTDIR source=checks.sh
. "$packages/checks.sh"
# shellcheck source-path=SCRIPTDIR source=network.sh
. "$packages/network.sh"
for program in "$packages"/ftpwall-[0-9]*.noarch.rpm; do :; done
for lite in "$packages"/ftpwall-lite-*.noarch.rpm; do :; done

step 'rpm: an empty root'
apt-get install -qq -y --no-install-recommends rpm nftables >/tmp/install.log 2>&1 || { cat /tmp/install.log; wrong 'install'; }
mkdir /tmp/empty
rpm --root /tmp/empty --nodeps --noscripts -i "$program"
settings_are /tmp/empty /etc/ftpwall/ftpwall.conf /etc/ftpwall/params /etc/logrotate.d/ftpwall
settings_are_kept /tmp/empty "$(rpm -qp --configfiles "$program")"
manual_is_whole /tmp/empty
schemas_are_whole /tmp/empty
editors_are_set_up /tmp/empty /usr/share/emacs/site-lisp/site-start.d/ftpwall-init.el
fail2ban_can_ban /tmp/empty
collection_is_whole /tmp/empty
holds_no_sources /tmp/empty
belongs_to_root /tmp/empty
is_small "$program"

# Besides where the systems have other folders, or no such program at all: documents, zsh, init scripts, ifupdown, dhclient.
step 'rpm: the same files as the package of Debian'
elsewhere='^/(usr/share/(doc/ftpwall[^/]*/[^/]*|licenses/.*|lintian/.*|zsh/.*|emacs/site-lisp/site-start.d/.*)|etc/(default|init.d|network|dhcp|ppp|emacs)/.*)$'
# $1: a folder with what a package holds.
compared() {
    (cd "$1" && find . \( -path ./var -o -path ./root \) -prune -o -type f -printf '/%P %m\n' -o -type l -printf '/%P %l\n') |
        awk -v elsewhere="$elsewhere" '$1 !~ elsewhere' | LC_ALL=C sort
}
for debian in "$packages"/ftpwall_*_all.deb; do dpkg-deb -x "$debian" /tmp/debian; done
compared /tmp/debian >/tmp/of-debian
compared /tmp/empty >/tmp/of-rpm
diff /tmp/of-debian /tmp/of-rpm || wrong 'the packages hold different files'

step 'rpm: install, upgrade, remove'
apt-get install -qq -y --no-install-recommends nodejs >/tmp/install.log 2>&1 || { cat /tmp/install.log; wrong 'install'; }
for older in "$packages"/older/ftpwall-[0-9]*.noarch.rpm; do :; done
rpm --nodeps -i "$older" >/tmp/said
has_said /tmp/said 'ftpwall init' 'installing'
starts_compiled 'installing' /usr/lib/ftpwall
nothing_is_loaded "$(nft list tables)"
nothing_is_enabled /
cp "$packages/firewall" /tmp/firewall
sh /tmp/firewall start
running=$(table)
is_closed "$running" 'start'
echo '# mine' >>/etc/ftpwall/params
echo 'fw firewall' >/etc/ftpwall/zones
rpm --nodeps -U "$program" >/tmp/said
starts_compiled 'upgrade' /usr/lib/ftpwall
[ "$running" = "$(table)" ] || wrong 'the upgrade changed the rules'
tail -n 1 /etc/ftpwall/params | grep -q mine || wrong 'the upgrade changed a setting of the user'
nothing_is_enabled /
# Packages of Node.js have other names on other systems, and each brings a program whose name begins like this.
mkdir -p /tmp/node/BUILD
cat >/tmp/node/node.spec <<EOF
Name: nodejs99
Version: 1
Release: 1
Summary: another Node.js
License: none
BuildArch: noarch
%description
%install
mkdir -p %{buildroot}/usr/bin
touch %{buildroot}/usr/bin/node99
%files
/usr/bin/node99
EOF
rpmbuild -bb --quiet --define '_topdir /tmp/node' /tmp/node/node.spec >/tmp/node/log 2>&1 || { cat /tmp/node/log; wrong 'rpmbuild'; }
rm /usr/lib/ftpwall/ftpwall-*.cache
rpm --nodeps -i /tmp/node/RPMS/noarch/nodejs99-*.rpm
starts_compiled 'another Node.js' /usr/lib/ftpwall
rpm -e nodejs99
rpm -e ftpwall >/tmp/said
[ ! -e /usr/lib/ftpwall ] || wrong "removing left $(ls /usr/lib/ftpwall)"
has_said /tmp/said 'stays loaded' 'remove'
has_said /tmp/said 'nft delete table inet ftpwall' 'remove'
[ "$running" = "$(table)" ] || wrong 'remove changed the rules'
[ -e /etc/ftpwall/zones ] || wrong 'remove took a file of the user'

step 'rpm: ftpwall-lite'
nft flush ruleset
rpm --nodeps -i "$lite"
cp "$packages/firewall" /etc/ftpwall-lite/firewall
ftpwall-lite boot
[ "$running" = "$(table)" ] || wrong 'ftpwall-lite loads other rules'
rpm -e ftpwall-lite >/tmp/said
has_said /tmp/said 'stays loaded' 'remove'
[ "$running" = "$(table)" ] || wrong 'remove changed the rules'
