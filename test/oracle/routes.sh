#!/bin/sh
# The way of packets under Shorewall or under a script of ours, after start, disable, enable, reload and stop.
#
#   unshare -n -m sh routes.sh shorewall FOLDER | ftpwall SCRIPT, then marks
#
# With PATHS=paths.py real packets are sent, too: where each comes out, as whose, and with which marks.
set -u
kind=$1 what=$2
shift 2
mount -t tmpfs tmpfs /run
mkdir -p /run/lock /run/iproute2
ip link set lo up
ip netns add out
for each in 0 1 2; do
    ip link add "eth$each" address "02:00:00:00:00:0$each" type veth peer name "peer$each" address "02:00:00:00:00:1$each" netns out
    ip -n out link set "peer$each" up
    ip link set "eth$each" up
done
ip address add 192.0.2.1/24 dev eth0
ip address add 198.51.100.1/24 dev eth1
ip address add 10.0.0.1/24 dev eth2
ip route add default via 192.0.2.254
for each in 192.0.2.254:0 198.51.100.254:1 198.51.100.77:1 10.0.0.5:2 198.51.100.7:1 10.0.0.7:2; do
    ip neighbour replace "${each%:*}" lladdr "02:00:00:00:00:1${each#*:}" dev "eth${each#*:}" nud permanent
done
for net in 10.1.0.0/24 10.2.0.0/24; do ip route add "$net" via 10.0.0.5; done
for each in all default eth0 eth1 eth2; do echo 0 >"/proc/sys/net/ipv4/conf/$each/rp_filter"; done
# Shorewall writes names of tables there, and its state here.
if [ "$kind" = shorewall ]; then
    mount -t tmpfs tmpfs /var/lib/shorewall
    cp -R /etc/iproute2/. /run/iproute2
    mount --bind /run/iproute2 /etc/iproute2
fi

# $1: the verb; $2: an interface.
call() {
    case $kind:$1 in
        shorewall:start | shorewall:reload) set -- shorewall -v-1 "$1" "$what" ;;
        shorewall:*) set -- shorewall -v-1 "$@" ;;
        ftpwall:reload) set -- sh "$what" restart ;;
        *) set -- sh "$what" "$@" ;;
    esac
    "$@" >/run/said 2>&1 || { echo "failed: $*" && cat /run/said; }
}

# The router and the interface that the kernel chooses, or why it has none.
way() {
    found=$(ip route get "$@" 2>&1)
    case $found in
        *' dev '*) ;;
        # Ours refuses by a route where Shorewall has none at all.
        *'No route to host'* | *'Network is unreachable'*) printf nowhere && return ;;
        *) printf '%s' "${found##*: }" && return ;;
    esac
    router=${found##* via } device=${found##* dev }
    [ "$router" != "$found" ] || router=none
    printf '%s %s' "${router%% *}" "${device%% *}"
}

ways() {
    after=$1
    shift
    for dest in 203.0.113.9 203.0.114.7 10.0.0.5 198.51.100.77 172.20.1.1; do
        for mark in 0 "$@"; do
            echo "after $after, local to $dest, mark $mark: $(way "$dest" mark "$mark")"
            echo "after $after, from the second address to $dest, mark $mark: $(way "$dest" from 198.51.100.1 mark "$mark")"
            for source in 10.0.0.5 10.1.0.5; do
                echo "after $after, from $source to $dest, mark $mark: $(way "$dest" from "$source" iif eth2 mark "$mark")"
            done
        done
    done
}

# What the rules leave on packets, looked at behind all of them.
nft -f - <<'END'
table ip seen {
    set marks { type inet_service . inet_service . mark . mark; flags dynamic; size 1024; }
    chain behind { type filter hook postrouting priority 1000; meta l4proto { tcp, udp } update @marks { th sport . th dport . meta mark . ct mark }; }
}
END
phase=0
paths() {
    phase=$((phase + 1))
    [ -n "${PATHS:-}" ] || return 0
    python3 -I "$PATHS" "$phase" | while IFS= read -r each; do echo "after $1, $each"; done
}

echo 1 >/proc/sys/net/ipv4/ip_forward
call start
ways start "$@"
paths start
call disable eth1
ways disable "$@"
paths disable
call enable eth1
ways enable "$@"
paths enable
call reload
ways reload "$@"
paths reload
call stop
ways stop "$@"
paths stop
