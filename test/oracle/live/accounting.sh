#!/bin/sh
# What accounting has counted of packets that are sent (see machine.sh), after start and, of ours alone, after a reload.
# shellcheck source=machine.sh
. "${0%/*}/machine.sh"

for each in /proc/sys/net/ipv6/conf/*/disable_ipv6; do echo 1 >"$each"; done
ip netns exec out sysctl -qw net.ipv6.conf.all.disable_ipv6=1
nft -f - <<'END'
table ip seen { set marks { type inet_service . inet_service . mark . mark; flags dynamic; size 1024; }; }
END
call start
python3 -I -B "${0%/*}/paths.py" 1 >/run/sent
python3 -I -B "${0%/*}/counts.py"
call stop
