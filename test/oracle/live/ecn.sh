#!/bin/sh
# What packets of TCP say of explicit congestion notification when they leave: after start, reload and stop (see machine.sh).
# shellcheck source=machine.sh
. "${0%/*}/machine.sh"

echo 1 >/proc/sys/net/ipv4/tcp_ecn
number=0
for phase in start reload stop; do
    call $phase
    number=$((number + 1))
    python3 -I -B "${0%/*}/ecn.py" $number | while IFS= read -r each; do echo "after $phase, $each"; done
done
