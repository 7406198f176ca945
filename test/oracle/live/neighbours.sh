#!/bin/sh
# Who answers for which address, on each network, and where packets to it go: after start, reload and stop (see machine.sh).
# shellcheck source=machine.sh
. "${0%/*}/machine.sh"

# Answers at once, and only what a configuration makes answer.
for each in /proc/sys/net/ipv4/neigh/*/proxy_delay /proc/sys/net/ipv6/neigh/*/proxy_delay; do echo 0 >"$each"; done
ip route add 192.0.2.102 dev eth2
ip -6 route add 2001:db8:1::102 dev eth2 2>/dev/null
tell() {
    python3 -I -B "${0%/*}/neighbours.py" 1 "$@" | while IFS= read -r each; do echo "after $phase, $each"; done
    for each in "$@"; do
        found=$(ip route get "$each" 2>/dev/null)
        case $found in *' dev '*) found=${found##* dev } ;; *) found=nowhere ;; esac
        echo "after $phase, to $each: ${found%% *}"
    done
}
for phase in start reload stop; do
    call $phase
    tell "$@"
done
