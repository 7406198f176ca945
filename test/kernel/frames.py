"""Sends packets into network namespaces and catches what comes out of them. Reads JSON, writes JSON; knows no protocol.

Input:  {"ports": [{"name", "namespace", "interface"}], "local": namespace,
         "frames": [{"port": name or null, "frame": hex}], "quiet": seconds, "mark": bool, "forget": bool}
A frame with a port is a whole Ethernet frame, sent on that interface. A frame without one is a packet from the IP
header on, which the namespace `local` sends itself.
`mark` marks what `local` sends; `forget` empties its table of connections first.
Output: {"seen": [{"port": name, "frame": hex}]}: every IP frame that arrived at a port, in order of arrival.
"""

import ctypes
import json
import os
import select
import socket
import struct
import sys
import time

ETH_P_ALL = 3
CLONE_NEWNET = 0x40000000
PACKET_OUTGOING = 4
# The setup of a test tells packets of ours from answers of the host's own stack by this mark.
LOCAL_MARK = 0x0F7B


def enter(namespace):
    descriptor = os.open(f"/var/run/netns/{namespace}", os.O_RDONLY)
    try:
        if ctypes.CDLL(None, use_errno=True).setns(descriptor, CLONE_NEWNET) != 0:
            raise OSError(ctypes.get_errno(), f"cannot enter {namespace}")
    finally:
        os.close(descriptor)


def open_port(port):
    enter(port["namespace"])
    opened = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_P_ALL))
    opened.setsockopt(socket.SOL_SOCKET, 33, 32 << 20)  # SO_RCVBUFFORCE: nothing may be lost
    opened.bind((port["interface"], ETH_P_ALL))
    opened.setblocking(False)
    return opened


def open_local(namespace, mark):
    """One raw socket for each IP version, with the header ours (ip(7), raw(7))."""
    enter(namespace)
    four = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW)
    four.setsockopt(socket.IPPROTO_IP, socket.IP_HDRINCL, 1)
    four.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
    six = socket.socket(socket.AF_INET6, socket.SOCK_RAW, socket.IPPROTO_RAW)
    six.setsockopt(socket.IPPROTO_IPV6, 36, 1)  # IPV6_HDRINCL
    for each in (four, six):
        if mark:
            each.setsockopt(socket.SOL_SOCKET, 36, LOCAL_MARK)  # SO_MARK
    return four, six


def send_local(sockets, packet):
    four, six = sockets
    try:
        if packet[0] >> 4 == 4:
            four.sendto(packet, (socket.inet_ntoa(packet[16:20]), 0))
        else:
            six.sendto(packet, (socket.inet_ntop(socket.AF_INET6, packet[24:40]), 0, 0, 0))
    except PermissionError:
        pass  # a firewall that drops what is sent says so here
    except OSError as error:
        if error.errno not in (101, 113):  # no route, no host
            raise


def forget_connections():
    """Deletes every connection of this namespace: IPCTNL_MSG_CT_DELETE without a tuple (ctnetlink)."""
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 12) as netlink:  # NETLINK_NETFILTER
        request, acknowledge = 1, 4
        netlink.send(struct.pack("=IHHIIBBH", 20, 1 << 8 | 2, request | acknowledge, 1, 0, 0, 0, 0))
        error = struct.unpack_from("=i", netlink.recv(4096), 16)[0]
        if error != 0:
            raise OSError(-error, "cannot delete connections")


def is_under_way():
    """Whether packets still wait in a queue of a processor, which a busy machine comes to later (softnet_stat)."""
    with open("/proc/net/softnet_stat") as lines:
        return any(len(fields) > 11 and int(fields[11], 16) > 0 for fields in map(str.split, lines))


def drain(ports, seen, wait):
    """Takes what has arrived; waits for more until nothing came for `wait` seconds, and nothing is under way."""
    poll = select.poll()
    names = {}
    for name, port in ports.items():
        poll.register(port, select.POLLIN)
        names[port.fileno()] = name
    while True:
        waiting = wait > 0 and is_under_way()
        ready = poll.poll(wait * 1000)
        if not ready and not waiting:
            return
        for descriptor, _ in ready:
            name = names[descriptor]
            while True:
                try:
                    frame, (_, protocol, kind, _, _) = ports[name].recvfrom(65535)
                except BlockingIOError:
                    break
                if kind != PACKET_OUTGOING and protocol in (0x0800, 0x86DD):
                    seen.append({"port": name, "frame": frame.hex()})


def main():
    order = json.load(sys.stdin)
    home = os.open("/proc/self/ns/net", os.O_RDONLY)
    ports = {port["name"]: open_port(port) for port in order["ports"]}
    local = open_local(order["local"], order.get("mark", False))
    if order.get("forget", False):
        forget_connections()
    ctypes.CDLL(None).setns(home, CLONE_NEWNET)
    seen = []
    for count, each in enumerate(order["frames"]):
        frame = bytes.fromhex(each["frame"])
        if each["port"] is None:
            send_local(local, frame)
        else:
            ports[each["port"]].send(frame)
        # The receiving end takes frames in batches of 64 from a queue of 1000.
        if count % 32 == 31:
            drain(ports, seen, 0)
            time.sleep(0.001)
    drain(ports, seen, order.get("quiet", 0.02))
    json.dump({"seen": seen}, sys.stdout)


if __name__ == "__main__":
    main()
