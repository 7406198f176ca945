#!/bin/sh
# The way of packets after start, disable, enable, reload and stop (see machine.sh); marks are asked for, too.
#
# With PATHS=paths.py real packets are sent, too: where each comes out, as whose, and with which marks. With KERNEL=no the
# kernel is not asked. With DISABLED=none nothing is disabled. With FAMILY=6 all of it is IPv6.
# shellcheck source=machine.sh
. "${0%/*}/machine.sh"

table=ip
dests='203.0.113.9 203.0.114.7 10.0.0.5 198.51.100.77 172.20.1.1' own=198.51.100.1 clients='10.0.0.5 10.1.0.5'
if [ "${FAMILY:-}" = 6 ]; then
    table=ip6
    dests='2001:db8:a::9 2001:db8:b::7 2001:db8:3::5 2001:db8:2::77 2001:db8:c::1' own=2001:db8:2::1
    clients='2001:db8:3::5 2001:db8:31::5'
fi

# Asks for a way: $1 says of what, the other words are those of `ip route get`.
ask() {
    echo "$1" >>/run/asked
    shift
    echo "route get $*" >>/run/questions
    # What comes between two answers, since a refusal is told elsewhere.
    echo "route get $itself" >>/run/questions
}
itself=127.0.0.1
[ "${FAMILY:-}" != 6 ] || itself=::1

# Prints the router and the interface that the kernel chooses for each, or why it has none: by one call for all.
answer() {
    ip -o -"${FAMILY:-4}" -force -batch /run/questions >/run/answers 2>/run/refusals
    awk -v itself="local $itself " '
        FILENAME ~ /refusals$/ && /^Command failed .*:[0-9]+$/ { sub(/.*:/, ""); refused[($0 + 1) / 2] = why; next }
        FILENAME ~ /refusals$/ { why = $0; sub(/.*: /, "", why); next }
        FILENAME ~ /answers$/ && index($0, itself) == 1 { answered++; next }
        FILENAME ~ /answers$/ { way[answered + 1] = $0; next }
        function after(word, text) { return sub(".* " word " ", "", text) ? substr(text, 1, index(text " ", " ") - 1) : "none" }
        {
            number++
            # Ours refuses by a route where Shorewall has none at all.
            if (number in way) found = after("via", way[number]) " " after("dev", way[number])
            else if (refused[number] ~ /No route to host|Network is unreachable/) found = "nowhere"
            else found = refused[number]
            print $0 ": " found
        }
        END { if (answered != number) print "not all of them were answered" }
    ' /run/refusals /run/answers /run/asked
    rm -f /run/asked /run/questions
}

ways() {
    [ "${KERNEL:-}" != no ] || return 0
    after=$1
    shift
    for dest in $dests; do
        for mark in 0 "$@"; do
            ask "after $after, local to $dest, mark $mark" "$dest" mark "$mark"
            ask "after $after, from the second address to $dest, mark $mark" "$dest" from "$own" mark "$mark"
            for source in $clients; do
                ask "after $after, from $source to $dest, mark $mark" "$dest" from "$source" iif eth2 mark "$mark"
            done
        done
    done
    answer
}

# What the rules leave on packets, looked at behind all of them.
nft -f - <<END
table $table seen {
    set marks { type inet_service . inet_service . mark . mark; flags dynamic; size 1024; }
    chain behind { type filter hook postrouting priority 1000; meta l4proto { tcp, udp } update @marks { th sport . th dport . meta mark . ct mark }; }
}
END
phase=0
paths() {
    phase=$((phase + 1))
    [ -n "${PATHS:-}" ] || return 0
    python3 -I -B "$PATHS" "$phase" | while IFS= read -r each; do echo "after $1, $each"; done
}

call start
ways start "$@"
paths start
if [ "${DISABLED:-}" != none ]; then
    call disable eth1
    ways disable "$@"
    paths disable
    call enable eth1
    ways enable "$@"
    paths enable
fi
call reload
ways reload "$@"
paths reload
call stop
ways stop "$@"
paths stop
