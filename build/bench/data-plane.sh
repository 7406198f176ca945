#!/bin/sh
# Sends packets through rulesets, one after the other and again, between three network namespaces of its own.
# data-plane.sh GENERATOR ROUNDS; on standard input a line for each case: NAME RULESET SOURCE DESTINATION PORT.
# Prints for each measurement: NAME new|established NANOSECONDS, and at the end how many packets arrived of how many.
# Called in a new network and mount namespace.
set -eu
generator=$1 rounds=$2
mount -t tmpfs none /run
mkdir /run/netns
for each in router client server; do ip netns add "$each" && ip -n "$each" link set lo up; done
ip -n client link add eth0 type veth peer name eth0 netns router
ip -n server link add eth0 type veth peer name eth1 netns router
for each in client:eth0 server:eth0 router:eth0 router:eth1; do ip -n "${each%:*}" link set "${each#*:}" up; done
ip -n router address add 10.255.0.1/8 dev eth0
ip -n router address add 192.168.255.254/16 dev eth1
ip netns exec router sysctl -qw net.ipv4.ip_forward=1 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.eth0.rp_filter=0
mac=$(ip -n router link show eth0 | awk '/ether/ { print $2 }')
ip netns exec server nft 'table netdev arrived { chain in { type filter hook ingress device eth0 priority 0; ip protocol udp counter drop; }; }'
cases=$(cat)
sent=0

# $1: name; $2: ruleset, or none; $3: source; $4: destination; $5: port; $6: flows; $7: how they are called.
measure() {
    ip netns exec router nft flush ruleset
    [ "$2" = none ] || ip netns exec router nft -f "$2"
    ip -n router neigh replace "$4" lladdr 02:00:00:00:00:22 dev eth1
    ip netns exec router conntrack -F 2>/dev/null
    printf '%s %s %s\n' "$1" "$7" "$(ip netns exec client "$generator" eth0 "$mac" "$3" "$4" "$5" 60000 "$6" 1)"
    sent=$((sent + 60000))
}

while [ "$rounds" -gt 0 ]; do
    while read -r name ruleset source destination port; do
        measure "$name" "$ruleset" "$source" "$destination" "$port" 60000 new
    done <<END
$cases
END
    rounds=$((rounds - 1))
done
printf 'arrived %s %s\n' "$(ip netns exec server nft list ruleset | sed -n 's/.*packets \([0-9]*\) .*/\1/p')" "$sent"
