# shellcheck shell=sh
# The network of the tests: this machine with three interfaces, in a network namespace of its own.
ip link set lo up
ip netns add others
for name in eth0 eth1 eth2; do ip link add "$name" type veth peer name "$name" netns others; done
ip address add 192.0.2.1/24 dev eth0
ip link set eth0 up
ip route add default via 192.0.2.254

# Rules without what changes by itself.
table() { nft list table inet ftpwall | sed 's/packets [0-9]* bytes [0-9]*//'; }
