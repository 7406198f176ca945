#!/bin/sh
# The Debian package where it is installed. Runs inside a root of its own, with a network of its own.
#   $1: the folder of the packages; $2: what policy-rc.d was asked; an older package lies in PACKAGES/older
set -eu
packages=$1 services=$2
# shellcheck source-path=SCRIPTDIR source=checks.sh
. "$packages/checks.sh"
# shellcheck source-path=SCRIPTDIR source=network.sh
. "$packages/network.sh"
for program in "$packages"/ftpwall_*_all.deb; do :; done
for older in "$packages"/older/ftpwall_*_all.deb; do :; done

# $1: the package; the rest: words of apt-get.
install_package() {
    what=$1
    shift
    apt-get install -qq -y --no-install-recommends "$@" "$what" >/tmp/install.log 2>&1 || {
        cat /tmp/install.log
        wrong "$what cannot be installed"
    }
}

step 'what the package holds'
dpkg-deb -x "$program" /tmp/unpacked
settings_are /tmp/unpacked /etc/ftpwall/ftpwall.conf /etc/ftpwall/params /etc/default/ftpwall /etc/init.d/ftpwall \
    /etc/logrotate.d/ftpwall /etc/network/if-up.d/ftpwall /etc/network/if-post-down.d/ftpwall \
    /etc/dhcp/dhclient-exit-hooks.d/ftpwall /etc/emacs/site-start.d/50ftpwall.el /etc/ppp/ip-up.d/ftpwall \
    /etc/ppp/ip-down.d/ftpwall /etc/ppp/ipv6-up.d/ftpwall /etc/ppp/ipv6-down.d/ftpwall
settings_are_kept /tmp/unpacked "$(dpkg-deb -I "$program" conffiles)"
manual_is_whole /tmp/unpacked
schemas_are_whole /tmp/unpacked
editors_are_set_up /tmp/unpacked /etc/emacs/site-start.d/50ftpwall.el
fail2ban_can_ban /tmp/unpacked
collection_is_whole /tmp/unpacked
holds_no_sources /tmp/unpacked
belongs_to_root /tmp/unpacked
is_small "$program"

step "from the package to a firewall: $(. /etc/os-release && echo "$PRETTY_NAME")"
began=$(date +%s)
install_package "$program"
has_said /tmp/install.log 'ftpwall init' 'installing'
starts_compiled 'installing' /usr/lib/ftpwall
nothing_is_loaded "$(nft list tables)"
nothing_is_enabled /
nothing_was_started "$services"
SSH_CONNECTION='192.0.2.9 40000 192.0.2.1 22' ftpwall init --three-zone
ftpwall check
ftpwall start || wrong 'start'
took=$(($(date +%s) - began))
is_closed "$(table)" 'start'
is_quick "$took"
printf '  Node.js %s, nft %s: %s seconds\n' "$(node --version)" "$(nft --version | cut -d ' ' -f 2)" "$took"
ftpwall status >/dev/null || wrong "status says $?"
dpkg --purge ftpwall >/dev/null 2>&1
[ ! -e /usr/lib/ftpwall ] || wrong "purging left $(ls /usr/lib/ftpwall)"
rm -r /etc/ftpwall
nft flush ruleset

step "install an older version: $(dpkg-deb -f "$older" Version)"
install_package "$older"
nothing_is_loaded "$(nft list tables)"
nothing_is_enabled /
SSH_CONNECTION='192.0.2.9 40000 192.0.2.1 22' ftpwall init --three-zone --quiet
ftpwall start
echo '# mine' >>/etc/ftpwall/rules
echo '# mine too' >>/etc/ftpwall/params
before=$(table)

step 'upgrade: the rules stay as they are, and so do the files'
install_package "$program"
[ "$(dpkg-query -W -f '${Version}' ftpwall)" = "$(dpkg-deb -f "$program" Version)" ] || wrong 'nothing was upgraded'
[ "$before" = "$(table)" ] || wrong 'the upgrade changed the loaded rules'
tail -n 1 /etc/ftpwall/rules | grep -q mine || wrong 'the upgrade changed a file of the user'
starts_compiled 'upgrade' /usr/lib/ftpwall
rm /usr/lib/ftpwall/ftpwall-*.cache
dpkg-trigger --by-package=nodejs /usr/bin/node
dpkg --configure --pending >/dev/null
starts_compiled 'another Node.js' /usr/lib/ftpwall
grep -q 'mine too' /etc/ftpwall/params || wrong 'the upgrade changed a setting of the user'
nothing_is_enabled /
nothing_was_started "$services"
ftpwall status >/dev/null || wrong "status says $?, after an upgrade"
ftpwall restart

step 'boot without Node.js'
node=$(command -v node)
mv "$node" "$node.away"
nft flush ruleset
/usr/lib/ftpwall/ftpwall-boot start || wrong 'boot'
is_closed "$(table)" 'boot'
/etc/init.d/ftpwall status || wrong 'the init script does not see the firewall'
mv "$node.away" "$node"

step 'hooks: what an interface is given is heard, and changes nothing that nobody asked for'
before=$(table)
IFACE=eth0 /etc/network/if-up.d/ftpwall || wrong 'the hook of ifupdown'
IFACE=eth0 /usr/lib/networkd-dispatcher/off.d/50-ftpwall || wrong 'the hook of networkd'
/usr/lib/NetworkManager/dispatcher.d/50-ftpwall eth0 up || wrong 'the hook of NetworkManager'
reason=BOUND interface=eth0 sh -eu /etc/dhcp/dhclient-exit-hooks.d/ftpwall || wrong 'the hook of dhclient'
run-parts --arg=ppp0 /etc/ppp/ip-up.d || wrong 'the hook of ppp'
[ "$before" = "$(table)" ] || wrong 'a hook changed the rules'

step 'without systemd the administrator enables it, and it stays enabled'
update-rc.d ftpwall enable
ls /etc/rcS.d/S[0-9][0-9]ftpwall >/dev/null || wrong 'update-rc.d enable did nothing'
dpkg-reconfigure ftpwall
ls /etc/rcS.d/S[0-9][0-9]ftpwall >/dev/null || wrong 'an upgrade disabled it'

step 'remove: the rules stay, and it says so'
dpkg --remove ftpwall >/tmp/remove.log 2>&1 || wrong 'remove'
has_said /tmp/remove.log 'stays loaded' 'remove'
has_said /tmp/remove.log 'nft delete table inet ftpwall' 'remove'
is_closed "$(table)" 'remove'
[ -e /etc/ftpwall/rules ] || wrong 'remove took files of the user'
/etc/init.d/ftpwall start || wrong 'the init script that is left behind fails'
IFACE=eth0 /etc/network/if-up.d/ftpwall || wrong 'the hook of ifupdown that is left behind fails'
reason=BOUND interface=eth0 sh -eu /etc/dhcp/dhclient-exit-hooks.d/ftpwall || wrong 'the hook of dhclient that is left behind fails'

step 'purge: the files go, the rules stay'
dpkg --purge ftpwall >/tmp/purge.log 2>&1 || wrong 'purge'
has_said /tmp/purge.log 'nft delete table inet ftpwall' 'purge'
has_said /tmp/purge.log '/etc/ftpwall keeps' 'purge'
is_closed "$(table)" 'purge'
for path in /var/lib/ftpwall /etc/ftpwall/ftpwall.conf /etc/ftpwall/params /etc/default/ftpwall /etc/init.d/ftpwall; do
    [ ! -e "$path" ] || wrong "purge left $path"
done
[ -e /etc/ftpwall/rules ] || wrong 'purge took files of the user'
[ -z "$(find /etc/rc*.d -name '*ftpwall')" ] || wrong 'purge left links of init'
nothing_was_started "$services"
