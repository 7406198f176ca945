"""Packets made by hand, into the machine of machine.sh and out of it. Names no firewall.

The networks are peer0, peer1 and peer2 of the namespace `out`, told apart by the hardware addresses of their gateways:
where two share an interface there is no peer1. The first argument, PHASE, numbers ports, so that connections of another
phase are none. FAMILY=6 in the environment makes all of it IPv6.
"""

import ctypes
import os
import select
import socket
import struct
import sys

phase = int(sys.argv[1])
PORT = 20000 + phase * 1000
HARDWARE = {f"peer{n}": bytes.fromhex(f"0200000000{n + 16:02x}") for n in range(3)}
MACHINE = {f"peer{n}": bytes.fromhex(f"0200000000{n:02x}") for n in range(3)}
SIX = os.environ.get("FAMILY") == "6"
FAMILY = socket.AF_INET6 if SIX else socket.AF_INET
ETHER = b"\x86\xdd" if SIX else b"\x08\x00"
OUTSIDE = ["2001:db8:a::9", "2001:db8:b::7", "2001:db8:c::1"] if SIX else ["203.0.113.9", "203.0.114.7", "172.20.1.1"]
OWN = {"peer0": "2001:db8:1::1", "peer1": "2001:db8:2::1"} if SIX else {"peer0": "192.0.2.1", "peer1": "198.51.100.1"}
CLIENTS = ["2001:db8:3::5", "2001:db8:31::5"] if SIX else ["10.0.0.5", "10.1.0.5"]
STRANGER = "2001:db8:d::5" if SIX else "203.0.115.5"


def enter(path):
    descriptor = os.open(path, os.O_RDONLY)
    if ctypes.CDLL(None, use_errno=True).setns(descriptor, 0x40000000) != 0:
        raise OSError(ctypes.get_errno(), path)
    os.close(descriptor)


def checksum(data):
    data += b"\x00" * (len(data) % 2)
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def packet(protocol, source, dest, sport, dport, flags=2):
    """A whole packet with TCP or UDP."""
    if protocol == 17:
        body = struct.pack("!HHHH", sport, dport, 12, 0) + b"path"
    else:
        body = struct.pack("!HHIIBBHHH", sport, dport, 1, 1 if flags & 16 else 0, 5 << 4, flags, 1000, 0, 0)
    ends = socket.inet_pton(FAMILY, source) + socket.inet_pton(FAMILY, dest)
    # The pseudo header of IPv4, and that of IPv6 (RFC 8200 section 8.1), have the same sum.
    summed = checksum(ends + struct.pack("!BBH", 0, protocol, len(body)) + body)
    at = 6 if protocol == 17 else 16
    body = body[:at] + struct.pack("!H", summed) + body[at + 2 :]
    if SIX:
        return struct.pack("!IHBB", 0x60000000, len(body), protocol, 64) + ends + body
    head = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(body), 1, 0, 64, protocol, 0) + ends
    return head[:10] + struct.pack("!H", checksum(head)) + head[12:] + body


home = "/proc/self/ns/net"
machine = os.open(home, os.O_RDONLY)
enter("/run/netns/out")
peers = {}
for name in HARDWARE:
    # All protocols: a device on top of this one takes its packets before those who ask for IPv4.
    peer = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
    try:
        peer.bind((name, 3))
    except OSError:
        continue
    peer.setblocking(False)
    peers[name] = peer
ctypes.CDLL(None).setns(machine, 0x40000000)


def is_under_way():
    """Whether packets still wait in a queue of a processor, which a busy machine comes to later (softnet_stat)."""
    with open("/proc/net/softnet_stat") as lines:
        return any(len(fields) > 11 and int(fields[11], 16) > 0 for fields in map(str.split, lines))


def arrivals(watched, quiet=0.02):
    """Whole frames that come out at some peers, each with its peer, until for so many seconds nothing came and nothing is under way."""
    while True:
        waiting = is_under_way()
        ready, _, _ = select.select(watched, [], [], quiet)
        if not ready and not waiting:
            return
        for peer in ready:
            frame, (_, _, kind, _, _) = peer.recvfrom(2048)
            if kind != 4:
                yield frame


def collect(quiet=0.02):
    """What came out: network, protocol, ends."""
    found = []
    for frame in arrivals(list(peers.values()), quiet):
        if frame[12:14] != ETHER or frame[20 if SIX else 23] not in (6, 17):
            continue
        first, size = (22, 16) if SIX else (26, 4)
        found.append(
            (
                next((name for name, each in HARDWARE.items() if each == frame[:6]), "nobody"),
                socket.inet_ntop(FAMILY, frame[first : first + size]),
                socket.inet_ntop(FAMILY, frame[first + size : first + 2 * size]),
                *struct.unpack_from("!HH", frame, first + 2 * size),
            )
        )
    return found


def send(name, data):
    """From the gateway or host `name` into the machine."""
    device = name if name in peers else "peer0"
    peers[device].send(MACHINE[device] + HARDWARE[name] + ETHER + data)
