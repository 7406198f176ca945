#!/bin/sh
# Queues, classes, and the class of packets, after start, reload and stop (see machine.sh and tc.sh).
# shellcheck source=machine.sh
. "${0%/*}/machine.sh"

# Nobody but us sends.
for each in /proc/sys/net/ipv6/conf/*/disable_ipv6; do echo 1 >"$each"; done
ip netns exec out sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1
ip link add ifb0 type ifb && ip link set ifb0 up
cp "$(command -v tc)" /run/real-tc
true >/run/tc
chmod 755 "${0%/*}/tc.sh"
mount --bind "${0%/*}/tc.sh" "$(readlink -f "$(command -v tc)")"

# What was made, by what it means; what comes in above its rate ours drops by a rule.
tell() {
    {
        cat /run/tc
        nft list table ip ftpwall 2>/dev/null | sed -n 's/.*iifname "\([^"]*\)" limit rate over \([0-9]* [a-z]*\)\/second burst \([0-9]* [a-z]*\).*/limit \1 \2 \3/p'
    } | python3 -I -B "${0%/*}/tree.py" | while IFS= read -r each; do echo "after $1, $each"; done
}

call start
tell start
python3 -I -B "${0%/*}/classes.py" 1
call reload
tell reload
python3 -I -B "${0%/*}/classes.py" 2
call stop
tell stop
for each in eth0 eth1 eth2 ifb0; do echo "left on $each: $(/run/real-tc qdisc show dev "$each" | cut -d' ' -f2 | sort -u)"; done
