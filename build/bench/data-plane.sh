#!/bin/sh
# Sends packets through rulesets, one after the other and again, between three network namespaces of its own.
# data-plane.sh FOLDER ROUNDS; FOLDER holds the programs packets and connections. On standard input a line for each case:
#   KIND NAME RULESET SOURCE DESTINATION PORT
# KIND: new (each packet is a connection), established (all of one), tcp (whole connections). RULESET: none, or a file for
# nft, or, by its ending, for .iptables-legacy or .iptables-nft.
# Prints for each measurement KIND NAME NANOSECONDS, and at the end how many packets arrived of how many.
# Called in a new network and mount namespace.
set -eu
programs=$1 rounds=$2
packets=60000 connections=3000
mount -t tmpfs none /run
mkdir /run/netns
for each in router client server; do ip netns add "$each" && ip -n "$each" link set lo up; done
ip -n client link add eth0 type veth peer name eth0 netns router
ip -n server link add eth0 type veth peer name eth1 netns router
for each in client:eth0 server:eth0 router:eth0 router:eth1; do ip -n "${each%:*}" link set "${each#*:}" up; done
ip -n router address add 10.255.0.1/8 dev eth0
ip -n router address add 192.168.255.254/16 dev eth1
ip -n router address add 2001:db8:a::1/64 dev eth0 nodad
ip -n router address add 2001:db8:b::1/64 dev eth1 nodad
ip -n client address add 10.250.0.9/8 dev eth0
ip -n client route add default via 10.255.0.1
ip -n server route add default via 192.168.255.254 dev eth0 onlink
in_router() { ip netns exec router "$@"; }
in_router sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.eth0.rp_filter=0
mac=$(ip -n router link show eth0 | awk '/ether/ { print $2 }')
ip netns exec server nft 'table netdev arrived { chain in { type filter hook ingress device eth0 priority 0; meta l4proto udp counter drop; }; }'
cases=$(cat)
sent=0
last=

# Loads the ruleset $1, with nothing left of the one before.
load() {
    in_router nft flush ruleset
    for table in raw mangle nat filter; do
        in_router iptables-legacy -t "$table" -F 2>/dev/null || continue
        in_router iptables-legacy -t "$table" -X
    done
    for chain in INPUT FORWARD OUTPUT; do in_router iptables-legacy -P "$chain" ACCEPT 2>/dev/null || true; done
    case $1 in
        none) ;;
        *.iptables-legacy) in_router iptables-legacy-restore <"$1" ;;
        *.iptables-nft) in_router iptables-nft-restore <"$1" ;;
        *) in_router nft -f "$1" ;;
    esac
    in_router conntrack -F 2>/dev/null
}

# $1: the server behind the destination, which the router is told without being asked.
neighbour() {
    ip -n router neigh replace "$1" lladdr 02:00:00:00:00:22 dev eth1
}

send() { ip netns exec client "$programs/packets" eth0 "$mac" "$1" "$2" "$3" "$packets" "$4" 1; }

# $1: source; $2: destination; $3: port. A connection of which both sides have been seen.
connect_in_router() {
    in_router conntrack -I -p udp -s "$1" -d "$2" --sport 1024 --dport "$3" -t 600 -u SEEN_REPLY,ASSURED >/dev/null 2>&1
}

tcp() {
    ip -n server address add "$1/32" dev lo 2>/dev/null || true
    ip -n router neigh del "$1" dev eth1 2>/dev/null || true
    ip -n router route replace "$1" via inet 192.168.0.2 dev eth1 onlink
    ip -n server address add 192.168.0.2/16 dev eth0 2>/dev/null || true
    ip netns exec server "$programs/connections" serve "$2" &
    server=$!
    sleep 0.2
    ip netns exec client "$programs/connections" connect "$1" "$2" "$connections" || printf 'failed\n'
    kill "$server"
    wait "$server" 2>/dev/null || true
    ip -n router route del "$1" dev eth1
}

while [ "$rounds" -gt 0 ]; do
    while read -r kind name ruleset source destination port; do
        [ "$ruleset" = "$last" ] || load "$ruleset"
        last=$ruleset
        in_router conntrack -F 2>/dev/null
        case $kind in
            tcp) result=$(tcp "$destination" "$port") ;;
            *)
                server=${destination#*>}
                destination=${destination%>*}
                neighbour "$server"
                if [ "$kind" = established ]; then
                    connect_in_router "$source" "$destination" "$port"
                    result=$(send "$source" "$destination" "$port" 1)
                else
                    result=$(send "$source" "$destination" "$port" "$packets")
                fi
                sent=$((sent + packets))
                ;;
        esac
        printf '%s %s %s\n' "$kind" "$name" "$result"
    done <<END
$cases
END
    rounds=$((rounds - 1))
done
printf 'arrived %s %s\n' "$(ip netns exec server nft list ruleset | sed -n 's/.*packets \([0-9]*\) .*/\1/p')" "$sent"
