# A machine between three networks with Shorewall or a script of ours on it. For the scripts of this folder:
#
#   unshare -n -m sh NAME.sh shorewall FOLDER | shorewall6 FOLDER | ftpwall SCRIPT, then what NAME.sh asks about
#
# LAYOUT=shared: the networks of eth0 and eth1 are both behind eth0, with a gateway each that answers.
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
ip address add 10.0.0.1/24 dev eth2
second=eth1
if [ "${LAYOUT:-}" = shared ]; then
    second=eth0
    ip link delete eth1
    ip netns exec out sysctl -qw net.ipv4.conf.all.arp_ignore=1
    for each in 192.0.2.254:0 198.51.100.254:1; do
        ip -n out link add link peer0 name "gateway${each#*:}" address "02:00:00:00:00:1${each#*:}" type macvlan mode private
        ip -n out address add "${each%:*}/24" dev "gateway${each#*:}"
    done
    ip -n out link set peer0 address 02:00:00:00:00:1f
    ip -n out link set gateway0 up
    ip -n out link set gateway1 up
fi
ip address add 198.51.100.1/24 dev "$second"
if [ "${FAMILY:-}" = 6 ]; then
    for each in 1:eth0 2:eth1 3:eth2; do ip address add "2001:db8:${each%:*}::1/64" dev "${each#*:}" nodad; done
    ip -6 route add default via 2001:db8:1::fe
    for each in 2001:db8:1::fe:0 2001:db8:2::fe:1 2001:db8:3::5:2 2001:db8:2::77:1; do
        ip neighbour replace "${each%:*}" lladdr "02:00:00:00:00:1${each##*:}" dev "eth${each##*:}" nud permanent
    done
    ip -6 route add 2001:db8:31::/64 via 2001:db8:3::5
    echo 1 >/proc/sys/net/ipv6/conf/all/forwarding
fi
ip route add default via 192.0.2.254
for each in 192.0.2.254:0 198.51.100.254:1 198.51.100.77:1 10.0.0.5:2 198.51.100.7:1 10.0.0.7:2; do
    device=eth${each#*:}
    [ "$device" != eth1 ] || device=$second
    ip neighbour replace "${each%:*}" lladdr "02:00:00:00:00:1${each#*:}" dev "$device" nud permanent
done
for net in 10.1.0.0/24 10.2.0.0/24; do ip route add "$net" via 10.0.0.5; done
for each in /proc/sys/net/ipv4/conf/*/rp_filter; do echo 0 >"$each"; done
# Shorewall writes names of tables there, and its state here.
if [ "$kind" != ftpwall ]; then
    mount -t tmpfs tmpfs "/var/lib/$kind"
    cp -R /etc/iproute2/. /run/iproute2
    mount --bind /run/iproute2 /etc/iproute2
fi
echo 1 >/proc/sys/net/ipv4/ip_forward

# $1: the verb; $2: an interface.
call() {
    case $kind:$1 in
        shorewall*:start | shorewall*:reload) set -- "$kind" -v-1 "$1" "$what" ;;
        shorewall*:*) set -- "$kind" -v-1 "$@" ;;
        ftpwall:reload) set -- sh "$what" restart ;;
        *) set -- sh "$what" "$@" ;;
    esac
    "$@" >/run/said 2>&1 || { echo "failed: $*" && cat /run/said; }
}
