#!/bin/sh
# ftpwall-lite on a machine without Node.js: it runs a script that was compiled elsewhere, PACKAGES/firewall.
set -eu
packages=$1 services=$2
# shellcheck source-path=SCRIPTDIR source=checks.sh
. "$packages/checks.sh"
# shellcheck source-path=SCRIPTDIR source=network.sh
. "$packages/network.sh"
for lite in "$packages"/ftpwall-lite_*_all.deb; do :; done

step 'ftpwall-lite: install'
dpkg-deb -x "$lite" /tmp/unpacked
page_is_there /tmp/unpacked man8/ftpwall-lite.8
belongs_to_root /tmp/unpacked
apt-get install -qq -y --no-install-recommends "$lite" >/tmp/install.log 2>&1 || { cat /tmp/install.log; wrong 'install'; }
command -v node && wrong 'there is a Node.js here: this proves nothing'
nothing_is_loaded "$(nft list tables)"
nothing_is_enabled /
nothing_was_started "$services"

step 'ftpwall-lite: nothing to run, half of a script, and a whole one'
ended=0
ftpwall-lite start 2>/tmp/said || ended=$?
[ "$ended" = 3 ] || wrong "without a script it ends with $ended"
has_said /tmp/said 'ftpwall compile --script' 'ftpwall-lite'
head -n 50 "$packages/firewall" >/etc/ftpwall-lite/firewall
ended=0
ftpwall-lite start 2>/tmp/said || ended=$?
[ "$ended" = 3 ] || wrong "with half of a script it ends with $ended"
has_said /tmp/said 'not whole' 'ftpwall-lite'
nothing_is_loaded "$(nft list tables)"
ftpwall-lite boot 2>/tmp/said && wrong 'boot with half of a script succeeds'
has_said /tmp/said 'THIS MACHINE IS CLOSED' 'ftpwall-lite'
is_closed "$(table)" 'boot with half of a script'
cp "$packages/firewall" /etc/ftpwall-lite/firewall
ftpwall-lite start
ftpwall-lite status >/dev/null || wrong "status says $?"
running=$(table)
is_closed "$running" 'start'

step 'ftpwall-lite: the command of its unit, and the other words'
nft flush ruleset
boot=$(sed -n 's/^ExecStart=//p' /usr/lib/systemd/system/ftpwall-lite.service)
$boot || wrong 'boot'
[ "$running" = "$(table)" ] || wrong 'boot loads other rules than start'
ftpwall-lite stop
ended=0
ftpwall-lite status >/tmp/said || ended=$?
[ "$ended" = 4 ] || wrong "status of a stopped machine says $ended"
is_closed "$(table)" 'stop'
ftpwall-lite start

step 'ftpwall-lite: what sets hold outlives an orderly restart of the machine'
stop=$(sed -n 's/^ExecStop=-//p' /usr/lib/systemd/system/ftpwall-lite.service)
nft add element inet ftpwall dynamic-4 '{ 192.0.2.66 : goto refused-by-drop }'
$stop || wrong 'the command that ends the unit'
is_closed "$(table)" 'the command that ends the unit'
nft flush ruleset
rm -rf /run/ftpwall
$boot || wrong 'boot'
nft list map inet ftpwall dynamic-4 | grep -q '192.0.2.66 : goto refused-by-drop' || wrong 'what a set held is lost'
nft delete element inet ftpwall dynamic-4 '{ 192.0.2.66 }'

step 'ftpwall-lite: remove'
dpkg --remove ftpwall-lite >/tmp/remove.log 2>&1 || wrong 'remove'
has_said /tmp/remove.log 'nft delete table inet ftpwall' 'remove'
[ "$running" = "$(table)" ] || wrong 'remove changed the rules'
[ -e /etc/ftpwall-lite/firewall ] || wrong 'remove took a file of the user'
dpkg --purge ftpwall-lite >/dev/null 2>&1 || wrong 'purge'
[ ! -e /var/lib/ftpwall-lite ] || wrong 'purge left what sets held'
[ "$running" = "$(table)" ] || wrong 'purge changed the rules'
nothing_was_started "$services"
